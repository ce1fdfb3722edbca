// All numbers of the present step as a table, on request: what has a name (Binding.name), be it a text of the picture or
// what a heat map shows as shades, and what the tips say.
// They are read from the picture as it stands, so what is hidden there is not told here.
import { placeOf } from "./controls.js";
import { ICONS, element, nameAt } from "./dom.js";

export function numbers(player) {
  const { root, words } = player;
  const panel = element("div", { class: "panel numbers", hidden: "", tabindex: 0, role: "region" });
  panel.setAttribute("aria-label", words.numbers);
  const button = player.addButton("table", ICONS.table, words.numbers, toggle, "t");
  button.setAttribute("aria-expanded", "false");
  root.append(panel);

  function toggle() {
    if (button.hidden) return false;
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    player.draw();
    panel.scrollIntoView({ block: "nearest" });
  }

  player.on("draw", (t) => {
    const all = named(player, t);
    button.hidden = !all.length;
    panel.hidden ||= button.hidden;
    if (panel.hidden) return;
    const caption = element("caption", {}, placeOf(player, t));
    const head = element("tr", {}, ...[words.name, words.value].map((word) => element("th", { scope: "col" }, word)));
    const told = all.filter(({ target, text }) => text && seen(target));
    const once = new Map(told.map(({ name, text }) => [`${name}=${text}`, [name, text]])); // a number may be drawn twice
    const rows = [...once.values()].map(([name, text]) => row(name, text));
    panel.replaceChildren(element("table", {}, caption, element("thead", {}, head), element("tbody", {}, ...rows)));
  });
}

function named({ bound, targets }, t) {
  return bound.flatMap(({ attribute, name: quantity }, n) => {
    const [target] = targets[n], name = quantity && nameAt(quantity, t);
    if (attribute === "data-listed") {
      return target.dataset.listed.split(" ").map((text, row) => ({ target, name: `${name}[${row + 1}]`, text }));
    }
    if (name) return [{ target, name, text: target.textContent.replace(/^[=→] /, "") }];
    if (attribute !== "aria-label") return [];
    const [, first, text] = /^(.*?)(?: = |: )(.*)$/s.exec(target.getAttribute(attribute)) ?? [];
    return first ? [{ target, name: first, text }] : [];
  });
}

const row = (name, text) => element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, text));

function seen(target) {
  const empty = target.textContent === "" && !("listed" in target.dataset);
  return !empty && !target.closest('[opacity="0"], [visibility="hidden"], [display="none"]');
}
