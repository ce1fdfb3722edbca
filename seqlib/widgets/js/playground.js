// A picture that recomputes: the player, controls above it, and a recipe that makes the values anew when one moves. What
// a reader sets is a trait of the model, so a kernel sees it and can set it; where there is none, nothing is missing.
//
// The model has, beside what the player needs,
//                 recipe     a name of RECIPES;  given  what it needs, plain data
//                 rows       the controls
//                 makers     where the picture's values come from
//                 state      the names of the traits that a reader sets
//                 failed     what is said where something goes wrong; the picture then stays as it was
import { pictureOf } from "./makers.js";
import { panel } from "./panel.js";
import { RECIPES } from "./recipes.js";

const MADE_HERE = ["bindings", "sentences"];
const REST = 400; // ms without a change, after which what is shown is the model's too: a notebook is saved with it

/** A model for the player: bindings and sentences are made here, everything else is the widget's. */
class Recomputed {
  constructor(model) {
    this.model = model;
    this.made = { bindings: model.get("bindings"), sentences: model.get("sentences") }; // what Python saw last
    this.said = this.note = ""; // what is shown below the controls; what of it belongs to the picture
    this.listeners = { bindings: [], sentences: [], shown: [] };
    this.waiting = false;
    this.timer = 0;
    this.changed = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.hand(), REST);
      // Several traits may change at once, when the kernel sets them: then once for all, and still before this frame.
      if (!this.waiting) queueMicrotask(() => this.remake());
      this.waiting = true;
    };
    for (const name of model.get("state")) model.on(`change:${name}`, this.changed);
    this.remake();
  }

  state() {
    return Object.fromEntries(this.model.get("state").map((name) => [name, this.model.get(name)]));
  }

  remake() {
    this.waiting = false;
    if (!this.model.get("makers").parts) return; // nothing could be drawn, and the picture says why
    try {
      this.recipe ??= RECIPES[this.model.get("recipe")](this.model.get("given"));
      const run = this.recipe.run(this.state());
      this.made = pictureOf(this.model.get("makers"), run);
      this.said = this.note = run.note ?? "";
    } catch (error) {
      this.said = `${this.model.get("failed")} (${error.message})`; // the picture stays as it was
    }
    for (const name of ["bindings", "sentences", "shown"]) this.listeners[name].forEach((listener) => listener());
  }

  /** Hand on what is shown. Not while a slider moves: it is many times what a reader sets. */
  hand() {
    for (const name of MADE_HERE) this.model.set(name, this.made[name]);
    this.model.set("note", this.note);
    this.model.save_changes();
  }

  /** What the reader sets. */
  setState(changes) {
    for (const [name, value] of Object.entries(changes)) this.model.set(name, value);
    this.model.save_changes();
  }

  get widget_manager() {
    return this.model.widget_manager;
  }

  get(name) {
    return MADE_HERE.includes(name) ? this.made[name] : this.model.get(name);
  }

  set(name, value) {
    this.model.set(name, value);
  }

  save_changes() {
    this.model.save_changes();
  }

  on(event, listener) {
    const own = this.listeners[event.replace("change:", "")];
    if (own) own.push(listener);
    else this.model.on(event, listener);
  }

  off(event, listener) {
    if (!this.listeners[event.replace("change:", "")]) this.model.off(event, listener);
  }

  end() {
    clearTimeout(this.timer);
    for (const name of this.model.get("state")) this.model.off(`change:${name}`, this.changed);
  }
}

export function renderPlayground(player, { model, el }) {
  const view = new Recomputed(model);
  const end = player.render({ model: view, el });
  let refused = {}; // what was typed last and could not be taken stays in its field, and so does why
  const told = () => (refused.said && model.get(refused.name) === refused.instead ? refused.said : view.said);
  const change = ({ said, ...changes }) => {
    view.setState(changes);
    controls.show(said ?? told());
  };
  const take = (name, value) => {
    const changes = view.recipe?.take?.[name]?.(value, view.state()) ?? { [name]: value };
    if (Object.keys(changes).join() === "said") refused = { name, instead: model.get(name), ...changes };
    else if (refused.name === name) refused = {};
    change(changes);
  };
  const controls = panel(model.get("rows"), {
    get: (name) => model.get(name),
    set: take,
    act: (name) => change(view.recipe.act[name](view.state())),
    may: (name) => Boolean(view.recipe?.may[name](view.state())),
  });
  const root = el.shadowRoot.querySelector(".player");
  root.prepend(controls.element);
  const size = new ResizeObserver(() => root.style.setProperty("--panel", `${controls.element.offsetHeight}px`));
  size.observe(controls.element);
  view.on("change:shown", () => controls.show(told()));
  controls.show(view.said);
  return () => {
    size.disconnect();
    view.end();
    end();
  };
}
