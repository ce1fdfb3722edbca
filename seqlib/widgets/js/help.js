// What the picture shows, in a sentence, and which keys there are: made from the very table that hears them.
import { ICONS, element } from "./dom.js";

export function help(player) {
  const { root, words } = player;
  const named = { role: "region", "aria-label": words.keys, tabindex: 0 }; // a list that scrolls can be reached
  const panel = element("div", { class: "panel keys", hidden: "", ...named });
  const button = player.addButton("help", ICONS.help, words.keys, toggle, "?");
  button.setAttribute("aria-expanded", "false");
  root.append(panel);

  function toggle() {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (panel.hidden) return;
    const shown = element("p", {}, player.picture.querySelector("svg").getAttribute("aria-label"));
    const keys = element("dl");
    for (const [label, names] of byLabel([...player.keys].reverse())) {
      const signs = names.map((name) => element("kbd", {}, name));
      keys.append(element("div", {}, element("dt", {}, ...signs), element("dd", {}, label)));
    }
    panel.replaceChildren(shown, keys);
    panel.scrollIntoView({ block: "nearest" });
  }
}

function byLabel(keys) {
  const labels = new Map();
  for (const { name, label } of keys) labels.set(label, [...(labels.get(label) ?? []), name]);
  return labels;
}
