// Makes the pictures of a page live. What a picture needs stands in its image: the drawing is the image itself, the rest
// is packed in data-scene. Until then, and where something fails, the image is the picture.

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt());
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
}

async function show(image) {
  const packed = image.dataset.scene;
  if (!packed) return;
  delete image.dataset.scene; // once
  const el = document.createElement("div");
  el.className = "live";
  try {
    const data = JSON.parse(await unpacked(packed));
    const svg = decodeURIComponent(image.getAttribute("src").split(/,(.*)/s)[1]);
    const bindings = data.bindings.flatMap(([shared, ids]) => ids.map((id) => ({ id, ...shared })));
    image.after(el);
    const model = alone({ ...data, bindings, svg, css });
    if (data.recipe) playground(player, { model, el });
    else player.render({ model, el });
    image.remove();
    el.dispatchEvent(new CustomEvent("seqlib-shown", { bubbles: true }));
  } catch (problem) {
    el.remove();
    console.warn(problem);
  }
}

async function showAll() {
  for (const image of document.querySelectorAll("img[data-scene]")) {
    await show(image);
    await new Promise((next) => setTimeout(next)); // the page answers in between
  }
}

globalThis.SeqlibPages = { show };
showAll();
