// Steps through a scene: sets attributes of an SVG from values that Python has already worked out.
// It knows no panel, no unit and no colour map; a new panel needs no line here.
//
// The model has   svg        the drawing, with nothing of a step in it
//                 bindings   [{id, attribute, values}]; values left out at the end repeat the last one
//                 sentences  what happens, one a step; there are as many steps as sentences
//                 t          the present step, from 1, in both directions
//                 label      the step's name, words: the controls' labels, css: the style
//                 extras     {feature: what it needs of this scene}
//
// What a reader typed only ever becomes text (textContent, setAttribute, an SVG escaped in Python), never markup.
import { element, setIcon } from "./dom.js";

const DRAWN_FROM = ["svg", "bindings", "sentences", "label", "t", "extras"];
const KEY_NAMES = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", " ": "Space", Escape: "Esc" };

/**
 * What a feature is given.
 *
 * model, el, shadow, root, picture, controls, words     the parts
 * steps(), present()       how many steps there are, and the one that is shown, from 1
 * go(t), visit(t)          show step t; by the reader's own hand: the clock stops first
 * play(), pause(), toggle(), setSpeed(steps a second)
 * addButton(name, icon, label, run, key) → button       a button of the row, and its key (may be left out)
 * addKey(key, label, run)  one key, as KeyboardEvent.key says it ("t", "?", "Shift+ArrowUp"); `keys` is the table of all.
 *                          Who came last is asked first; a run that returns false leaves the key to the others
 * on("mount", f(svg))      after a new drawing stands in the page, before its "draw"
 * on("leave", f(t, svg))   before the values of step t are put into the drawing that is shown
 * on("draw", f(t, svg))    after every drawn step
 * on("clock", f(playing)), on("end", f())               play or pause; the player is taken away
 * get(name)                what the picture is drawn from: the model's, unless `instead[name]()` has something else
 * shown(binding, t), saidAt(t)   a value and a sentence as the reader may see them: a feature may lie over them with
 *                          cover({value: f(value, binding, t), sentence: f(sentence, t)})
 * redraw()                 draw in the next frame
 * say(text)                to a screen reader, politely; nothing is seen
 */
export class Player {
  constructor(model, el) {
    this.model = model;
    this.el = el;
    // A shadow tree: several scenes on one page use the same ids.
    this.shadow = el.shadowRoot ?? el.attachShadow({ mode: "open" });
    el.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab leaves the keys to the player
    this.words = model.get("words");
    this.keys = []; // {key, label, run}: what the listener knows, and the list of keys that a reader sees
    this.heard = { mount: [], leave: [], draw: [], clock: [], end: [] };
    this.drawn = null; // the SVG source now in the page
    this.bound = null; // the bindings now in force
    this.targets = []; // [element, binding]
    this.instead = {};
    this.covers = [];
    this.frame = this.timer = 0;
    this.speed = 1;
    this.build();
  }

  build() {
    this.picture = element("div", { class: "picture" });
    this.controls = element("div", { class: "controls" });
    this.sentence = element("p", { class: "sentence", "aria-live": "polite" });
    this.said = element("p", { class: "unseen", role: "log" });
    const parts = [this.picture, this.controls, this.sentence, this.said];
    this.root = element("div", { class: "player", role: "group", tabindex: 0 }, ...parts);
    const style = element("style");
    style.textContent = this.model.get("css");
    this.shadow.replaceChildren(style, this.root);
  }

  start() {
    const follow = (event) => this.follow(event);
    const change = () => this.redraw();
    this.root.onkeydown = (event) => this.onKey(event);
    this.picture.onclick = follow;
    for (const name of DRAWN_FROM) this.model.on(`change:${name}`, change);
    this.on("end", () => DRAWN_FROM.forEach((name) => this.model.off(`change:${name}`, change)));
    this.draw();
  }

  end() {
    cancelAnimationFrame(this.frame);
    clearInterval(this.timer);
    this.tell("end");
    // Chromium remembers the style of what is clipped in a drawing, and with it the drawing's whole tree.
    this.shadow.replaceChildren();
  }

  on(name, listener) {
    this.heard[name].push(listener);
  }

  tell(name, ...what) {
    for (const listener of this.heard[name]) listener(...what);
  }

  say(text) {
    this.said.textContent = text;
  }

  // --- the picture ---

  get(name) {
    return this.instead[name]?.() ?? this.model.get(name);
  }

  shown(binding, t) {
    const value = binding.values[Math.min(t, binding.values.length) - 1];
    return this.covers.reduce((shown, cover) => cover.value(shown, binding, t), value);
  }

  saidAt(t) {
    return this.covers.reduce((said, cover) => cover.sentence(said, t), this.get("sentences")[t - 1]);
  }

  cover(cover) {
    this.covers.push(cover);
  }

  steps() {
    return this.get("sentences").length;
  }

  present() {
    return Math.min(Math.max(this.model.get("t"), 1), this.steps());
  }

  mount() {
    this.drawn = this.model.get("svg");
    const parsed = new DOMParser().parseFromString(this.drawn, "image/svg+xml").documentElement;
    const svg = document.importNode(parsed, true);
    // A title inside an SVG is also a tooltip over the whole picture: keep it as a label only.
    const title = svg.querySelector("title");
    svg.setAttribute("aria-label", title.textContent);
    this.root.setAttribute("aria-label", title.textContent);
    title.remove();
    this.bound = null;
    return svg;
  }

  bind(svg) {
    this.bound = this.get("bindings");
    const byId = new Map([...svg.querySelectorAll("[id]")].map((e) => [e.id, e]));
    this.targets = this.bound.map((binding) => [byId.get(binding.id), binding]);
  }

  redraw() {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frame = 0;
    const t = this.present();
    const before = this.picture.querySelector("svg");
    const svg = this.model.get("svg") === this.drawn ? before : this.mount();
    if (svg === before) this.tell("leave", t, svg);
    if (this.get("bindings") !== this.bound) this.bind(svg);
    for (const [target, binding] of this.targets) {
      const { attribute } = binding;
      const value = this.shown(binding, t);
      if (attribute === "text") {
        if (target.textContent !== value) target.textContent = value;
      } else if (target.getAttribute(attribute) !== value) target.setAttribute(attribute, value);
    }
    const said = this.saidAt(t);
    svg.querySelector("desc").textContent = said;
    if (svg !== before) {
      this.picture.replaceChildren(svg); // complete before it is seen: no flash
      this.tell("mount", svg);
    }
    if (this.sentence.textContent !== said) this.sentence.textContent = said;
    this.tell("draw", t, svg);
  }

  // --- stepping ---

  go(t) {
    this.model.set("t", Math.min(Math.max(t, 1), this.steps()));
    this.model.save_changes(); // ipywidgets sends the last value when the kernel is ready for it: nothing piles up
  }

  visit(t) {
    this.pause();
    this.go(t);
  }

  follow(event) {
    const place = event.target.closest("[data-goto]");
    if (place) this.visit(Number(place.dataset.goto));
  }

  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.tell("clock", false);
  }

  play() {
    if (this.present() === this.steps()) this.go(1);
    this.timer = setInterval(() => {
      if (this.present() < this.steps()) this.go(this.present() + 1);
      if (this.present() === this.steps()) this.pause();
    }, 1000 / this.speed);
    this.tell("clock", true);
  }

  toggle() {
    if (this.timer) this.pause();
    else this.play();
  }

  setSpeed(speed) {
    this.speed = speed;
    if (this.timer) this.pause(), this.play();
  }

  // --- buttons and keys ---

  addButton(name, icon, label, run, key) {
    const button = element("button", { type: "button", class: name });
    setIcon(button, icon, key ? this.withKey(label, key) : label);
    button.onclick = run;
    this.controls.append(button);
    if (key) this.addKey(key, label, run);
    return button;
  }

  addKey(key, label, run) {
    this.keys.unshift({ key, name: keyName(key), label, run });
  }

  withKey(label, key) {
    return `${label}${/[가-힣]$/.test(label) ? "" : " "}(${keyName(key)})`;
  }

  onKey(event) {
    const { target, key } = event;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (target.matches("input:not([type=range]), textarea, select")) return; // there, a letter is a letter
    const onButton = target.closest("button");
    if (onButton && (key === " " || key === "Enter")) return; // a button does what it says
    const done = this.keys.some((known) => hears(known.key, event) && known.run(event) !== false);
    if (!done) return key === "Enter" ? this.follow(event) : undefined;
    event.preventDefault(); // the slider's own arrows would step twice
    event.stopPropagation();
  }
}

function keyName(key) {
  if (key.startsWith("Shift+")) return `Shift ${keyName(key.slice(6))}`;
  return KEY_NAMES[key] ?? (/^[a-z]$/.test(key) ? key.toUpperCase() : key);
}

/** Letters are found by their place too: with a Korean keyboard the T says ㅅ. Only signs may need Shift. */
function hears(key, event) {
  if (/^[a-z]$/.test(key)) {
    return !event.shiftKey && (event.key.toLowerCase() === key || event.code === `Key${key.toUpperCase()}`);
  }
  if (key.startsWith("Shift+")) return event.shiftKey && event.key === key.slice(6);
  return event.key === key && (!event.shiftKey || (key.length === 1 && key !== " "));
}
