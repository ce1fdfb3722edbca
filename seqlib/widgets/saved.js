(async () => {
  // Pictures announce themselves here, those before the player and those after it; a page of JupyterLab may show several
  // notebooks, each with a player of its own: the first one serves all.
  const pictures = (self.seqlib1 ??= []);
  if (pictures.served) return;
  pictures.served = true;

  async function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt());
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
  }

  const source = new Blob([await unpacked("%player%")], { type: "text/javascript" });
  const { default: player, alone } = await import(URL.createObjectURL(source));
  const css = await unpacked("%css%");

  async function show([script, packed]) {
    const image = script.parentElement.querySelector("img");
    try {
      const data = JSON.parse(await unpacked(packed));
      const svg = decodeURIComponent(image.getAttribute("src").split(/,(.*)/s)[1]);
      const bindings = data.bindings.flatMap(([shared, ids]) => ids.map((id) => ({ id, ...shared })));
      play(image, alone({ ...data, bindings, svg, css }));
    } catch (problem) {
      console.warn(problem); // the image stays
    }
  }

  // In place of the image as long as it is in the page: whoever closes a notebook does not tell its pictures, and a player
  // that has not ended stays in memory.
  function play(image, model) {
    const el = document.createElement("div");
    image.after(el);
    try {
      const end = player.render({ model, el });
      image.remove();
      once(el, false, () => {
        end();
        el.replaceWith(image);
        once(image, true, () => play(image, model));
      });
    } catch (problem) {
      el.remove();
      throw problem;
    }
  }

  function once(element, there, act) {
    const observer = new ResizeObserver(() => {
      if (element.isConnected !== there) return;
      observer.disconnect();
      act();
    });
    observer.observe(element);
  }

  pictures.push = show;
  pictures.forEach(show);
})();
