// A second slider: the same picture after other numbers of updates. Steps and updates are independent of each other.
// The scene's extras have updates: {updates, label, words, bindings, values}; the model has `update`, one of `updates`.
import { ICONS, element, setIcon } from "./dom.js";
import { unpacked } from "./pack.js";

export function updates(player) {
  const { model, instead } = player;
  const extra = () => model.get("extras")?.updates;
  let read = null; // the extra that `at` reads
  let at = null; // place -> {bindings, sentences}
  const made = new Map();

  const place = () => Math.max(extra().updates.indexOf(model.get("update")), 0);

  function present() {
    if (!extra()) return null;
    if (extra() !== read) {
      read = extra();
      at = unpacked(read.values);
      made.clear();
    }
    const u = place();
    if (!made.has(u)) {
      const texts = at(u);
      const bindings = read.bindings.map((binding, n) => ({ ...binding, values: texts[n] }));
      made.set(u, { bindings, sentences: texts.at(-1) });
    }
    return made.get(u);
  }
  for (const name of ["bindings", "sentences"]) instead[name] = () => present()?.[name];

  const redraw = () => player.redraw();
  model.on("change:update", redraw);
  player.on("end", () => model.off("change:update", redraw));

  let there = false;
  const make = () => {
    if (there || !extra()) return;
    there = true;
    updatesRow(player, extra, place);
  };
  make();
  player.on("draw", make); // a scene that is shown later may have updates
}

function updatesRow(player, extra, place) {
  const { model } = player;
  const { words } = extra();
  let timer = 0;
  const last = () => extra().updates.length - 1;

  function go(u) {
    model.set("update", extra().updates[Math.min(Math.max(u, 0), last())]);
    model.save_changes();
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    setIcon(play, ICONS.play, words.play);
  }

  function toggle() {
    if (timer) return pause();
    player.pause();
    if (place() === last()) go(0);
    setIcon(play, ICONS.pause, words.pause);
    timer = setInterval(() => {
      if (!extra()) return pause();
      go(place() + 1);
      if (place() === last()) pause();
    }, 1000 / player.speed);
  }

  const visit = (u) => {
    player.pause();
    pause();
    go(u);
  };
  const play = element("button", { type: "button", class: "play" });
  const input = element("input", { type: "range", min: 0, max: last(), step: 1, "aria-label": words.slider });
  const readout = element("output", { class: "readout" });
  const line = element("div", { class: "controls updates" }, play, input, readout);
  player.controls.after(line);
  play.onclick = toggle;
  input.oninput = () => visit(Number(input.value));
  player.addKey("PageUp", words.back, () => (extra() ? visit(place() - 1) : false));
  player.addKey("PageDown", words.forward, () => (extra() ? visit(place() + 1) : false));
  pause();

  player.on("clock", pause); // one clock: whoever plays along the steps, or stops, stops this one
  player.on("end", () => clearInterval(timer));
  player.on("draw", () => {
    line.hidden = !extra();
    if (!extra()) return;
    const where = `${extra().label} = ${model.get("update")}`;
    input.max = last();
    input.value = place();
    input.setAttribute("aria-valuetext", where);
    input.style.setProperty("--done", `${(100 * place()) / last()}%`);
    readout.textContent = where;
  });
}
