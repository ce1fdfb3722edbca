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
    const el = document.createElement("div");
    try {
      const data = JSON.parse(await unpacked(packed));
      const svg = decodeURIComponent(image.getAttribute("src").split(/,(.*)/s)[1]);
      const bindings = data.bindings.flatMap(([shared, ids]) => ids.map((id) => ({ id, ...shared })));
      image.after(el);
      player.render({ model: alone({ ...data, bindings, svg, css }), el });
      image.remove();
    } catch (problem) {
      el.remove(); // the image stays
      console.warn(problem);
    }
  }

  pictures.push = show;
  pictures.forEach(show);
})();
