// Opens what is in a picture, and goes back up. A scene with depth has in its extras, as `opening`,
//   top      {names, hint} of the scene itself
//   levels   {name: {svg, hint, extras, views: [{bindings, sentences, names}]}}
//   words    labels
// An element with data-open="name" opens that level, data-view its view (none: the one of the present level), data-at a
// step. The other features see the level that is shown as if it were the scene: their model is `level(model)`.
import { element } from "./dom.js";

export function opening(player) {
  const { model, picture, root } = player;
  const nav = element("nav", { class: "path" });
  picture.before(nav);
  let path = []; // [{level, view}], below the top
  let given = null; // the extra that the path belongs to

  const extra = () => model.get("extras").opening;
  const names = (place) => (place ? extra().levels[place.level].views[place.view] : extra().top).names;
  const hint = (place) => (place ? `${extra().levels[place.level].hint} ${extra().words.back}` : extra().top.hint);

  /** The model, with the drawing and the values of the level that is shown. */
  player.model = {
    get(name) {
      const shown = path.at(-1) && extra().levels[path.at(-1).level];
      if (!shown) return model.get(name);
      if (name === "svg") return shown.svg;
      if (name === "extras") return { ...shown.extras, opening: extra() };
      return shown.views[path.at(-1).view][name] ?? model.get(name);
    },
    set: (...what) => model.set(...what),
    save_changes: () => model.save_changes(),
    on: (...what) => model.on(...what),
    off: (...what) => model.off(...what),
  };

  // --- the path ---

  function show(t) {
    if (extra() !== given) {
      given = extra();
      nav.hidden = !given;
      if (given) nav.setAttribute("aria-label", given.words.path);
    }
    if (!given) return;
    const places = [null, ...path];
    const list = nav.querySelector("ol") ?? element("ol");
    while (list.children.length > places.length) list.lastChild.remove();
    while (list.children.length < places.length) list.append(crumb(list.children.length));
    places.forEach((place, depth) => {
      const button = list.children[depth].firstChild;
      const name = names(place)[Math.min(t, names(place).length) - 1];
      if (button.textContent !== name) button.textContent = name;
      if (depth === path.length) button.setAttribute("aria-current", "location");
      else button.removeAttribute("aria-current");
    });
    const said = nav.querySelector(".hint") ?? element("span", { class: "hint" });
    said.textContent = hint(path.at(-1));
    if (!nav.firstChild) nav.append(list, said);
  }

  function crumb(depth) {
    const button = element("button", { type: "button" });
    button.onclick = () => depth < path.length && up(depth);
    return element("li", {}, button);
  }

  // --- the way ---

  /** Show another level at once, so that the focus has somewhere to go. */
  function turn(next) {
    path = next;
    player.draw();
  }

  function open(place) {
    const view = Number(place.dataset.view ?? path.at(-1)?.view ?? 0);
    player.pause();
    if (place.dataset.at) player.go(Number(place.dataset.at));
    turn([...path, { level: place.dataset.open, view, from: place.dataset }]);
    nav.querySelector("[aria-current]").focus();
  }

  /** Back to this depth; the focus returns to what was opened there, at the step that is shown now. */
  function up(depth) {
    const from = path[depth];
    player.pause();
    turn(path.slice(0, depth));
    const same = [...picture.querySelectorAll("[data-open][tabindex]")].filter(
      ({ dataset }) => dataset.open === from.level && [undefined, String(from.view)].includes(dataset.view),
    );
    (same.find(({ dataset }) => dataset.at === String(player.present())) ?? same[0] ?? root).focus();
  }

  picture.addEventListener("click", (event) => {
    const place = event.target.closest("[data-open]");
    if (place) open(place);
  });
  picture.addEventListener("keydown", (event) => {
    const place = event.key === "Enter" && event.target.closest("[data-open]");
    if (!place) return;
    event.preventDefault();
    event.stopPropagation();
    open(place);
  });
  if (extra()) player.addKey("Escape", extra().words.up, () => path.length && up(path.length - 1));

  function change() {
    path = []; // another scene: its top
  }
  model.on("change:svg", change);
  player.on("end", () => model.off("change:svg", change));
  player.on("draw", show);
}
