// In a notebook whose kernel is gone: one sentence below the picture, which still steps, in place of JupyterLab's icon of
// a broken link (style.css). Where the picture is one of several parts, the line of the whole (lifeline.js) says it.
import { element } from "./dom.js";
import { whenLost } from "./kernel.js";

export function lost(player) {
  const { el, model, root, words } = player;
  const line = element("p", { class: "lost", role: "status" });
  line.hidden = true;
  root.append(line);
  const end = whenLost(model, () => {
    const whole = el.closest(".jp-OutputArea-output") ?? el.parentElement;
    if (!line.hidden || whole?.querySelector(".seqlib-lifeline")) return;
    line.hidden = false;
    line.textContent = words.lost;
  });
  player.on("end", end);
}
