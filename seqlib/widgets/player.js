// Steps through a scene: sets attributes of an SVG from values that Python has already worked out.
// It knows no panel, no unit and no colour map; a new panel needs no line here.
//
// The model has   svg        the drawing, with nothing of a step in it
//                 bindings   [{id, attribute, values}]; values left out at the end repeat the last one
//                 sentences  what happens, one a step; there are as many steps as sentences
//                 t          the present step, from 1, in both directions
//                 label      the step's name, words: the controls' labels, css: the style
//
// What a reader typed only ever becomes text (textContent, setAttribute, an SVG escaped in Python), never markup.

const SPEEDS = [1, 2, 4, 0.5]; // steps a second

const ICONS = {
  first: "M4 4h2v12H4zM16 4v12L7 10z",
  back: "M12.5 3.5 14 5l-5 5 5 5-1.5 1.5L6 10z",
  play: "M6 4v12l9-6z",
  pause: "M5 4h3.5v12H5zM11.5 4H15v12h-3.5z",
  forward: "M7.5 3.5 6 5l5 5-5 5 1.5 1.5L14 10z",
  last: "M14 4h2v12h-2zM4 4v12l9-6z",
};

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function setIcon(button, name, label) {
  button.innerHTML = `<svg viewBox="0 0 20 20" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`; // constants only
  button.title = label;
  button.setAttribute("aria-label", label);
}

function render({ model, el }) {
  // A shadow tree: several scenes on one page use the same ids.
  const shadow = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  el.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab leaves the keys to the player

  const words = model.get("words");
  const style = element("style");
  const picture = element("div", { class: "picture" });
  const tip = element("p", { class: "tip", "aria-hidden": "true" });
  const buttons = {};
  for (const name of ["first", "back", "play", "forward", "last"]) {
    buttons[name] = element("button", { type: "button", class: name });
    setIcon(buttons[name], name, words[name]);
  }
  const slider = element("input", { type: "range", min: 1, step: 1, "aria-label": words.slider });
  const readout = element("output", { class: "readout" });
  const speed = element("button", { type: "button", class: "speed" });
  const controls = element("div", { class: "controls" }, ...Object.values(buttons), slider, readout, speed);
  const sentence = element("p", { class: "sentence", "aria-live": "polite" });
  const root = element("div", { class: "player", role: "group", tabindex: 0 }, picture, tip, controls, sentence);
  style.textContent = model.get("css");
  shadow.replaceChildren(style, root);

  let drawn = null; // the SVG source now in the page
  let bound = null; // the bindings now in force
  let targets = []; // [element, attribute, values]
  let frame = 0;
  let timer = 0;
  let pace = 0;
  let pointed = null; // the element whose tip is shown

  const steps = () => model.get("sentences").length;
  const present = () => Math.min(Math.max(model.get("t"), 1), steps());

  // --- the picture ---

  function mount() {
    drawn = model.get("svg");
    const svg = document.importNode(new DOMParser().parseFromString(drawn, "image/svg+xml").documentElement, true);
    // A title inside an SVG is also a tooltip over the whole picture: keep it as a label only.
    const title = svg.querySelector("title");
    svg.setAttribute("aria-label", title.textContent);
    root.setAttribute("aria-label", title.textContent);
    title.remove();
    tip.hidden = !svg.querySelector("[data-tip]");
    bound = pointed = null;
    return svg;
  }

  function bind(svg) {
    bound = model.get("bindings");
    const byId = new Map([...svg.querySelectorAll("[id]")].map((e) => [e.id, e]));
    targets = bound.map((b) => [byId.get(b.id), b.attribute, b.values]);
  }

  function draw() {
    frame = 0;
    const t = present();
    const svg = model.get("svg") === drawn ? picture.firstChild : mount();
    if (model.get("bindings") !== bound) bind(svg);
    for (const [target, attribute, values] of targets) {
      const value = values[Math.min(t, values.length) - 1];
      if (attribute === "text") {
        if (target.textContent !== value) target.textContent = value;
      } else if (target.getAttribute(attribute) !== value) target.setAttribute(attribute, value);
    }
    const said = model.get("sentences")[t - 1];
    svg.querySelector("desc").textContent = said;
    if (svg !== picture.firstChild) picture.replaceChildren(svg); // complete before it is seen: no flash
    const place = `${model.get("label")} = ${t} / ${steps()}`;
    controls.hidden = steps() === 1;
    slider.max = steps();
    slider.value = t;
    slider.setAttribute("aria-valuetext", place);
    slider.style.setProperty("--done", `${(100 * (t - 1)) / Math.max(steps() - 1, 1)}%`);
    readout.textContent = place;
    if (sentence.textContent !== said) sentence.textContent = said;
    showTip(pointed);
  }

  const change = () => (frame ||= requestAnimationFrame(draw));

  // --- stepping ---

  function go(t) {
    model.set("t", Math.min(Math.max(t, 1), steps()));
    model.save_changes(); // ipywidgets sends the last value when the kernel is ready for it: nothing piles up
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    setIcon(buttons.play, "play", words.play);
  }

  function play() {
    if (present() === steps()) go(1);
    setIcon(buttons.play, "pause", words.pause);
    timer = setInterval(() => {
      if (present() < steps()) go(present() + 1);
      if (present() === steps()) pause();
    }, 1000 / SPEEDS[pace]);
  }

  const toggle = () => (timer ? pause() : play());

  const actions = {
    ArrowLeft: () => go(present() - 1),
    ArrowRight: () => go(present() + 1),
    Home: () => go(1),
    End: () => go(steps()),
    " ": toggle,
  };

  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const onButton = event.target.closest("button");
    if (event.key === "Enter" && !onButton) return follow(event);
    if (!actions[event.key] || (event.key === " " && onButton)) return; // a button does what it says
    event.preventDefault(); // the slider's own arrows would step twice
    event.stopPropagation();
    if (event.key !== " ") pause();
    actions[event.key]();
  }

  function setSpeed(next) {
    pace = next % SPEEDS.length;
    const text = `${SPEEDS[pace]}×`.replace("0.5", "½");
    speed.textContent = text;
    speed.title = words.speed;
    speed.setAttribute("aria-label", `${words.speed}: ${text}`);
    if (timer) pause(), play();
  }

  // A press of a button or a place in the picture means: I step myself.
  const byHand = (action) => () => (pause(), action());
  buttons.first.onclick = byHand(actions.Home);
  buttons.back.onclick = byHand(actions.ArrowLeft);
  buttons.play.onclick = toggle;
  buttons.forward.onclick = byHand(actions.ArrowRight);
  buttons.last.onclick = byHand(actions.End);
  slider.oninput = byHand(() => go(Number(slider.value)));
  speed.onclick = () => setSpeed(pace + 1);
  root.onkeydown = onKey;

  function follow(event) {
    const place = event.target.closest("[data-goto]");
    if (place) byHand(() => go(Number(place.dataset.goto)))();
  }
  picture.onclick = follow;

  // --- tips ---

  function showTip(place) {
    pointed = place;
    tip.textContent = place?.getAttribute("aria-label") ?? "";
  }

  for (const name of ["mouseover", "mouseleave", "focusin", "focusout"]) {
    picture.addEventListener(name, (event) => {
      const hovered = name !== "focusout" && event.target.closest("[data-tip]");
      showTip(hovered || shadow.activeElement?.closest("[data-tip]"));
    });
  }

  setSpeed(0);
  const names = ["svg", "bindings", "sentences", "label", "t"].map((name) => `change:${name}`);
  for (const name of names) model.on(name, change);
  draw();

  return () => {
    for (const name of names) model.off(name, change);
    cancelAnimationFrame(frame);
    clearInterval(timer);
  };
}

export default { render };
