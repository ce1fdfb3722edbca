// Makes the pictures of a page live. What a picture needs stands in its image: the drawing is the image itself, the rest
// is packed in data-scene and data-more, where an array is its place in data-arrays, or in those of the picture that
// data-arrays-of counts out. Until then, and where something fails, the image is the picture.

const ARRAYS = [...document.querySelectorAll("img[data-arrays]")].map((image) => image.dataset.arrays);

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt());
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
}

/** What takes the same values stands together in what is packed: [[{attribute, values, …}, [id, …]], …]. */
function apart(groups) {
  return groups.flatMap(([shared, ids]) => ids.map((id) => ({ id, ...shared })));
}

async function show(image) {
  const packed = image.dataset.scene;
  if (!packed) return;
  delete image.dataset.scene; // once
  const el = document.createElement("div");
  el.className = "live";
  try {
    const arrays = (image.dataset.arrays ?? ARRAYS[image.dataset.arraysOf])?.split(" ");
    const whole = (name, value) => (name === "data" && Number.isInteger(value) ? arrays[value] : value);
    const parts = [packed, image.dataset.more].filter(Boolean).map(async (part) => JSON.parse(await unpacked(part), whole));
    const data = Object.assign({}, ...(await Promise.all(parts)));
    const svg = decodeURIComponent(image.getAttribute("src").split(/,(.*)/s)[1]);
    image.after(el);
    const model = alone({ ...data, bindings: apart(data.bindings), svg, css });
    if (data.recipe) playground(player, { model, el });
    else player.render({ model, el });
    if (data.choices?.length) el.before(chooser(data.choices, model, image.dataset.choose));
    image.remove();
    el.dispatchEvent(new CustomEvent("seqlib-shown", { bubbles: true }));
  } catch (problem) {
    el.remove();
    console.warn(problem);
  }
}

/** Buttons for a picture that is one of several; each has its own fields, the one that is shown at first those of the model. */
function chooser(choices, model, label) {
  const row = document.createElement("div");
  row.className = "choices";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", label);
  const fields = Object.keys(choices.find(([, own]) => own)?.[1] ?? {});
  const first = Object.fromEntries(fields.map((field) => [field, model.get(field)]));
  const buttons = choices.map(([name, own]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.onclick = () => {
      const t = model.get("t"); // the same step: that is what is compared
      for (const [field, value] of Object.entries(own ?? first)) {
        model.set(field, own && field === "bindings" ? apart(value) : value);
      }
      model.set("t", Math.min(t, model.get("sentences").length));
      for (const other of buttons) other.setAttribute("aria-pressed", other === button);
    };
    button.setAttribute("aria-pressed", !own);
    return button;
  });
  row.append(...buttons);
  return row;
}

async function showAll() {
  for (const image of document.querySelectorAll("img[data-scene]")) {
    await show(image);
    await new Promise((next) => setTimeout(next)); // the page answers in between
  }
}

globalThis.SeqlibPages = { show };
showAll();
