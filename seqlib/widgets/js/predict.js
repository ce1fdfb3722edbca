// Predict: the numbers of a step stay hidden until the reader has typed what they will be, or has given up.
// The scene's extras have predict: {asked: [{id, name}], hidden: [[id, attribute]], words}; see draw/predict.py.
//
// Nothing may tell what is hidden: it is taken out of every value and sentence on its way to the reader (player.cover),
// so that the picture, the tips, the sentence and whatever else a feature makes of them know no more than the reader.
import { element, nameAt } from "./dom.js";

const HIDDEN_AS = { fill: "#e4e4e0", stroke: "#e4e4e0", d: "", "aria-label": "?" };
const TELL = ["aria-label", "data-listed"]; // what may say a hidden number among others
const HIDDEN_INK = "#1a1a1a";
const NUMBER = /[+−-]?\d+(?:\.\d+)?/g;

export function predict(player) {
  let made = false;
  const make = () => {
    if (made || !player.model.get("extras")?.predict) return;
    made = true;
    predictOf(player);
  };
  make();
  player.on("draw", make); // a scene that is shown later may ask, too
}

function predictOf(player) {
  const extra = () => player.model.get("extras")?.predict;
  const { words } = extra();
  const seen = new Map(); // what was seen of a step -> the sentence about the guess, or ""
  const typed = new Map(); // a question that is open -> what stands in its field
  let on = false, asked = 0, waiting = false;
  const parts = predictForm(words);
  player.controls.after(parts.row);

  // --- what is hidden ---

  function truth(binding, t) {
    return binding.values[Math.min(t, binding.values.length) - 1];
  }

  const askedBindings = () => extra().asked.map(({ id }) => player.get("bindings").find((b) => b.id === id && b.attribute === "text"));
  const truths = (t) => askedBindings().map((binding) => truth(binding, t));
  const key = (t) => JSON.stringify([player.model.get("update") ?? null, t, truths(t)]);
  const hides = (t) => on && !!extra() && !seen.has(key(t));

  function masked(value, { id, attribute, values }) {
    if (attribute === "text") return extra().asked[asked].id === id ? "?" : "…";
    if (attribute === "fill" && extra().hidden.some(([other]) => other === `${id}t`)) return HIDDEN_INK;
    return HIDDEN_AS[attribute] ?? values[0]; // a place, an opacity: always the same one tells nothing
  }

  function redacted(text, t) {
    const secrets = truths(t).filter(isNumber);
    return text.replace(NUMBER, (number) => (secrets.some((secret) => alike(number, secret)) ? "?" : number));
  }

  player.cover({
    value(value, binding, t) {
      if (!hides(t)) return value;
      const { id, attribute } = binding;
      if (extra().hidden.some(([other, what]) => other === id && what === attribute)) return masked(value, binding);
      return TELL.includes(attribute) ? redacted(value, t) : value;
    },
    sentence: (said, t) => (hides(t) ? filled(words.question, { name: nameAt(extra().asked[asked].name, t) }) : said),
  });

  // --- the reader's answer ---

  function reveal(t, verdict) {
    seen.set(key(t), verdict);
    typed.delete(key(t));
    player.redraw();
    if (player.shadow.activeElement?.closest(".predict")) player.root.focus(); // → goes on from here
  }

  function check() {
    const t = player.present(), answer = parts.input.value.normalize("NFKC").trim();
    if (!hides(t) || !answer) return parts.input.focus();
    const [shown, verdict] = judged(answer, truths(t)[asked], words);
    if (shown) reveal(t, verdict);
    else parts.verdict.textContent = verdict;
  }

  function toggle() {
    if (!extra()) return false;
    on = !on;
    if (on) seen.set(key(player.present()), player.present() === player.steps() ? words.last : words.hidden);
    player.redraw();
  }

  /** On a narrow screen the picture is wider than its frame: move it to what is asked for, and leave the page alone. */
  function bringIntoView(id) {
    const place = player.picture.querySelector(`#${id}`).getBoundingClientRect();
    const { left, right } = player.picture.getBoundingClientRect();
    if (place.right > right) player.picture.scrollLeft += place.right - right + 12;
    if (place.left < left) player.picture.scrollLeft -= left - place.left + 12;
  }

  parts.turn.onclick = toggle;
  parts.check.onclick = check;
  parts.give.onclick = () => reveal(player.present(), filled(words.given, { true: truths(player.present())[asked] }));
  parts.which.onchange = () => {
    asked = Number(parts.which.value);
    player.redraw();
    parts.input.focus();
  };
  parts.input.oninput = () => typed.set(waiting, parts.input.value);
  parts.input.onkeydown = (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") check();
    else if (event.key === "Escape") player.root.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  player.addKey("p", words.turn, toggle);

  player.on("draw", (t) => {
    parts.row.hidden = !extra() || player.steps() === 1;
    if (!extra()) return;
    const hidden = hides(t);
    parts.turn.setAttribute("aria-checked", on);
    parts.form.hidden = !hidden;
    parts.name(extra().asked.map(({ name }) => nameAt(name, t)), asked);
    if (!hidden) parts.verdict.textContent = on ? seen.get(key(t)) : "";
    if (!hidden) return (waiting = false);
    if (waiting === key(t)) return;
    waiting = key(t); // a new question
    player.pause();
    parts.input.value = typed.get(waiting) ?? "";
    parts.verdict.textContent = "";
    bringIntoView(askedBindings()[asked].id);
    const focus = player.shadow.activeElement;
    if (focus === player.root || focus?.matches("button")) parts.input.focus({ preventScroll: true });
  });
}

function predictForm(words) {
  const button = (name, text) => element("button", { type: "button", class: `${name} worded` }, text);
  const turn = button("turn", words.turn);
  turn.setAttribute("role", "switch");
  turn.title = `${words.turn} (P)`;
  const name = element("label", { class: "name", for: "guess" });
  const which = element("select", { "aria-label": words.which });
  const input = element("input", { id: "guess", type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false" });
  const [check, give] = [button("check", words.check), button("give", words.give)];
  const form = element("span", { class: "guess" }, which, name, input, check, give);
  const verdict = element("p", { class: "verdict", role: "status" });
  const row = element("div", { class: "predict" }, turn, form, verdict);
  let named = "";

  function setNames(names, asked) {
    const single = names.length === 1;
    name.textContent = single ? `${names[0]} =` : "=";
    input.setAttribute("aria-label", names[asked]);
    which.hidden = single;
    if (named === names.join()) return;
    named = names.join();
    which.replaceChildren(...names.map((each, n) => element("option", { value: n }, each)));
    which.value = asked;
  }
  return { row, turn, form, which, input, check, give, verdict, name: setNames };
}

/** [is it an answer, the sentence about it]: a number is judged within what is shown. */
function judged(answer, shown, words) {
  if (!isNumber(shown)) return [true, filled(answer === shown ? words.sameWord : words.otherWord, { true: shown, said: answer })];
  const text = answer.replace(/\s/g, "").replace("−", "-").replace(/^([+-]?\d*),(\d+)$/, "$1.$2");
  const said = text === "" ? NaN : Number(text);
  if (!Number.isFinite(said)) return [false, words.notANumber];
  const decimals = decimalsOf(shown), unit = 10 ** -decimals;
  const off = Math.abs(Number(said.toFixed(decimals)) - valueOf(shown));
  const told = off < unit / 2 ? words.exact : off < 10.5 * unit ? words.near : words.far;
  return [true, filled(told, { true: shown, said: asShown(said, shown), off: off.toFixed(decimals) })];
}

function asShown(value, like) {
  const text = Math.abs(value).toFixed(decimalsOf(like));
  return (value < 0 && Number(text) ? "−" : "") + text;
}

/** h_t[2] at step 3: "h₃[2]". */
const isNumber = (text) => /^[+−-]?\d+(\.\d+)?$/.test(text);
const valueOf = (text) => Number(text.replace("−", "-"));
const decimalsOf = (text) => (text.split(".")[1] ?? "").length;
const filled = (text, fields) => text.replace(/\{(\w+)\}/g, (_, name) => fields[name]);

/** Whether two numbers could be the same one, written with different decimals or another sign. */
function alike(number, secret) {
  const decimals = Math.min(decimalsOf(number), decimalsOf(secret));
  if (!decimals && decimalsOf(secret)) return false; // a whole number in a sentence is a step or an index
  return Math.abs(Math.abs(valueOf(number)) - Math.abs(valueOf(secret))) < 0.51 * 10 ** -decimals;
}
