// Where the player stands in a notebook: what is beside it in the same output, and the theme around it.

export function notebook(player) {
  const { root } = player;

  // In JupyterLab letters are commands (D, D deletes a cell), also where a button beside the picture has the focus: its
  // shortcuts look at that element first, so the mark that keeps them away must be on it. And ipywidgets' sliders show
  // their name and do not say it.
  const keep = (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  let output = null;
  const neighbours = new ResizeObserver(() => {
    output ??= player.el.closest(".jp-OutputArea-output");
    output?.addEventListener("focusin", keep);
    for (const handle of output?.querySelectorAll(".noUi-handle:not([aria-label])") ?? []) {
      const label = handle.closest(".jupyter-widgets")?.querySelector(".widget-label")?.textContent;
      if (label) handle.setAttribute("aria-label", label);
    }
  });
  neighbours.observe(root);

  // On a dark page a white card glares. It is dimmed, all its colours alike, so each keeps its meaning and its contrast.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const shade = () => root.classList.toggle("dark", isLight(getComputedStyle(root).color));
  const theme = new MutationObserver(shade);
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  dark.addEventListener("change", shade);
  player.on("mount", () => requestAnimationFrame(shade));

  player.on("end", () => {
    neighbours.disconnect();
    output?.removeEventListener("focusin", keep);
    theme.disconnect();
    dark.removeEventListener("change", shade);
  });
}

function isLight(colour) {
  const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
  return red + green + blue > 3 * 128;
}
