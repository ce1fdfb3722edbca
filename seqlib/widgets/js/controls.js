// The row below the picture: to the first, back, play, on, to the last; the slider, the place, the speed.
import { ICONS, element, setIcon } from "./dom.js";

export function controls(player) {
  const { words } = player;
  const { first, back, play, pause, forward, last } = ICONS;
  player.addButton("first", first, words.first, () => player.visit(1), "Home");
  player.addButton("back", back, words.back, () => player.visit(player.present() - 1), "ArrowLeft");
  const toggle = player.addButton("play", play, words.play, () => player.toggle(), " ");
  player.addButton("forward", forward, words.forward, () => player.visit(player.present() + 1), "ArrowRight");
  player.addButton("last", last, words.last, () => player.visit(player.steps()), "End");
  player.on("clock", (playing) => {
    setIcon(toggle, playing ? pause : play, player.withKey(playing ? words.pause : words.play, " "));
  });
  slider(player);
  speed(player);
  for (const control of player.controls.children) control.classList.add("stepping"); // all that one step does not need
  player.on("draw", () => player.root.classList.toggle("one-step", player.steps() === 1));
}

/** Where the reader is: t = 3 / 8, or, where the steps have names of their own, year = 1957. */
export function placeOf(player, t) {
  const [label, extras] = [player.model.get("label"), player.model.get("extras")];
  return `${label} = ${extras?.places?.[t - 1] ?? `${t} / ${player.steps()}`}`;
}

function slider(player) {
  const input = element("input", { type: "range", min: 1, step: 1, "aria-label": player.words.slider });
  const readout = element("output", { class: "readout" });
  player.controls.append(input, readout);
  input.oninput = () => player.visit(Number(input.value));
  player.on("draw", (t) => {
    const steps = player.steps();
    const place = placeOf(player, t);
    input.max = steps;
    input.value = t;
    input.setAttribute("aria-valuetext", place);
    input.style.setProperty("--done", `${(100 * (t - 1)) / Math.max(steps - 1, 1)}%`);
    readout.textContent = place;
  });
}

function speed(player) {
  const speeds = [1, 2, 4, 0.5]; // steps a second
  let pace = 0;
  const button = element("button", { type: "button", class: "speed", title: player.words.speed });
  player.controls.append(button);

  function set(next) {
    pace = next % speeds.length;
    const text = `${speeds[pace]}×`.replace("0.5", "½");
    button.textContent = text;
    button.setAttribute("aria-label", `${player.words.speed}: ${text}`);
    player.setSpeed(speeds[pace]);
  }
  button.onclick = () => set(pace + 1);
  set(0);
}
