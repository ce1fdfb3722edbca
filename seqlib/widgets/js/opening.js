// Opens what is in a picture, and goes back up. A scene with depth has in its extras, as `opening`,
//   top      {names, hint} of the scene itself
//   drawings {name: svg} of the other levels
//   levels   {name: {hint, extras, bound, named, packed}}, see `_data` in seqlib/draw/deep.py
//   words    labels
// An element with data-open="name" opens that level, data-view its view (none: the number of the one that is shown),
// data-at a step.
import { element } from "./dom.js";
import { unpacked } from "./pack.js";

const VIEWS = new WeakMap(); // those that were opened, of each level

/** {bindings, sentences, names} of a view; the same object every time. */
function viewOf(level, view) {
  if (!VIEWS.has(level)) VIEWS.set(level, { read: unpacked(level.packed), known: [] });
  const { read, known } = VIEWS.get(level), { bound, named } = level;
  if (!known[view]) {
    const texts = read(view), names = texts.slice(bound.length);
    const name = (n) => (named.includes(n) ? { name: names[named.indexOf(n)][0] } : {});
    const bindings = bound.map((binding, n) => ({ ...binding, ...name(n), values: texts[n] }));
    known[view] = { bindings, sentences: texts.at(-2), names: texts.at(-1) };
  }
  return known[view];
}

/**
 * player.level = {path, extra(), turn(path)}: where the reader is, as [{level, view}] below the top.
 *
 * For all features that come later, player.model has the drawing and the values of the level that is shown.
 */
export function levels(player) {
  const { model } = player;
  const extra = () => model.get("extras").opening;
  const level = { path: [], extra, turn };
  player.level = level;

  player.model = {
    get(name) {
      const place = level.path.at(-1);
      const shown = place && extra().levels[place.level];
      if (!shown) return model.get(name);
      if (name === "svg") return extra().drawings[place.level];
      if (name === "extras") return { ...shown.extras, opening: extra() };
      return viewOf(shown, place.view)[name] ?? model.get(name);
    },
    set: (...what) => model.set(...what),
    save_changes: () => model.save_changes(),
    on: (...what) => model.on(...what),
    off: (...what) => model.off(...what),
    widget_manager: model.widget_manager, // which knows the kernel, where there is one
  };

  /** Show another level at once, so that the focus has somewhere to go. */
  function turn(path) {
    level.path = path;
    player.draw();
  }

  const toTop = () => (level.path = []); // another scene
  model.on("change:svg", toTop);
  player.on("end", () => model.off("change:svg", toTop));
}

/** The path above the picture, and the ways down and up. The focus goes along, and back to where it came from. */
export function opening(player) {
  const { level, picture, root } = player;
  const list = element("ol");
  const hint = element("span", { class: "hint" });
  const nav = element("nav", { class: "path" }, list, hint);

  function begin({ words }) {
    nav.setAttribute("aria-label", words.path);
    picture.before(nav);
    picture.addEventListener("click", open);
    player.addKey("Enter", words.open, open);
    player.addKey("Escape", words.up, () => (level.path.length ? up(level.path.length - 1) : false));
  }

  function show(t) {
    nav.hidden = !level.extra();
    if (nav.hidden) return;
    if (!nav.isConnected) begin(level.extra());
    const { top, levels, words } = level.extra();
    const places = [top, ...level.path.map((place) => viewOf(levels[place.level], place.view))];
    if (list.children.length !== places.length) list.replaceChildren(...places.map(crumb));
    places.forEach(({ names }, depth) => {
      const { firstChild } = list.children[depth];
      const name = names[Math.min(t, names.length) - 1];
      if (firstChild.textContent !== name) firstChild.textContent = name;
    });
    const here = level.path.at(-1);
    hint.textContent = here ? `${levels[here.level].hint} ${words.back}` : top.hint;
  }

  /** A button for each level above; where the reader is takes the focus, but leaves all keys to the player. */
  function crumb(_, depth) {
    if (depth === level.path.length) {
      return element("li", {}, element("span", { "aria-current": "location", tabindex: -1 }));
    }
    const button = element("button", { type: "button" });
    button.onclick = () => up(depth);
    return element("li", {}, button);
  }

  function open(event) {
    const place = event.target.closest("[data-open]");
    if (!place) return false;
    const view = Number(place.dataset.view ?? level.path.at(-1)?.view ?? 0);
    player.pause();
    if (place.dataset.at) player.go(Number(place.dataset.at));
    level.turn([...level.path, { level: place.dataset.open, view }]);
    list.lastChild.firstChild.focus();
  }

  /** Back to this depth: the focus returns to what was opened there, at the step that is shown now. */
  function up(depth) {
    const from = level.path[depth];
    player.pause();
    level.turn(level.path.slice(0, depth));
    const same = [...picture.querySelectorAll("[data-open][tabindex]")].filter(
      ({ dataset }) => dataset.open === from.level && [undefined, String(from.view)].includes(dataset.view),
    );
    (same.find(({ dataset }) => dataset.at === String(player.present())) ?? same[0] ?? root).focus();
  }

  player.on("draw", show);
}
