// What is pointed at, or has the focus, says its name and number in the line below the picture.
import { element } from "./dom.js";

export function tips(player) {
  const { picture, shadow } = player;
  const tip = element("p", { class: "tip", "aria-hidden": "true" });
  picture.after(tip);
  let pointed = null; // the element whose tip is shown

  function show(place) {
    pointed = place;
    tip.textContent = place?.getAttribute("aria-label") ?? "";
  }

  for (const name of ["mouseover", "mouseleave", "focusin", "focusout"]) {
    picture.addEventListener(name, (event) => {
      const hovered = name !== "focusout" && event.target.closest("[data-tip]");
      show(hovered || shadow.activeElement?.closest("[data-tip]"));
    });
  }
  player.on("mount", (svg) => {
    tip.hidden = !svg.querySelector("[data-tip]");
    pointed = null;
  });
  player.on("draw", () => show(pointed));
}
