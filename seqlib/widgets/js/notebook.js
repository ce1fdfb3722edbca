// Where the player stands in a notebook: what is beside it in the same output, and the theme around it.

export function notebook(player) {
  const { el, root } = player;
  el.dataset.seqlib = "";

  const neighbours = new ResizeObserver(() => {
    watch(root.isConnected);
    keepLetters(el.closest(".jp-Notebook"));
    nameSliders(el.closest(".jp-OutputArea-output"));
  });
  neighbours.observe(root);

  // On a dark page a white card glares. It is dimmed, all its colours alike, so each keeps its meaning and its contrast.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const shade = () => root.isConnected && root.classList.toggle("dark", isLight(getComputedStyle(root).color));
  const theme = new MutationObserver(shade);
  player.on("mount", () => requestAnimationFrame(shade));

  /** Only in the page: a saved picture is not told when it goes for good, and what the page knows stays in memory. */
  function watch(there) {
    theme.disconnect();
    dark.removeEventListener("change", shade);
    if (!there) return;
    theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
    dark.addEventListener("change", shade);
    shade();
  }

  player.on("end", () => {
    neighbours.disconnect();
    watch(false);
  });
}

function isLight(colour) {
  const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
  return red + green + blue > 3 * 128;
}

/**
 * In JupyterLab letters are commands (D, D deletes a cell), also where one of our buttons has the focus. Its shortcuts look
 * at the focused element first and at what it stands in later, so the mark that keeps them away must be on that element.
 */
function keepLetters(notebook) {
  if (!notebook || "seqlibKeys" in notebook.dataset) return;
  notebook.dataset.seqlibKeys = "";
  notebook.addEventListener("focusin", ({ target }) => {
    const ours = target.closest(".jp-OutputArea-output")?.querySelector("[data-seqlib], .seqlib-controls");
    if (ours) target.setAttribute("data-lm-suppress-shortcuts", "true");
  });
}

/** ipywidgets' sliders show their name and do not say it. */
function nameSliders(output) {
  for (const handle of output?.querySelectorAll(".noUi-handle:not([aria-label])") ?? []) {
    const label = handle.closest(".jupyter-widgets")?.querySelector(".widget-label")?.textContent;
    if (label) handle.setAttribute("aria-label", label);
  }
}
