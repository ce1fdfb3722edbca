// Axes in which the reader draws a curve, with mouse, finger or arrow keys, before the true one is laid over it.
// The scene's extras have sketch: {x, truth, at, low, high, log, names, words}; see draw/sketch.py.
// The model has drawn (a value or null for each x, or nothing) and shown: whether the true curve is shown.
import { element } from "./dom.js";

const LINES = { drawn: ["#d55e00", "6 4"], truth: ["#1a1a1a", "none"] };

function svgElement(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export function sketch(player) {
  const { model } = player;
  const extra = model.get("extras").sketch;
  const { x, at, truth, words, names } = extra;
  const axis = sketchAxis(extra);
  const parts = sketchParts(extra, axis);
  let place = 0; // of the keyboard's cursor
  let stroke = null; // where the pointer was
  let unsent = null; // the curve while the pointer is down

  const drawn = () => unsent ?? (model.get("drawn")?.length ? model.get("drawn") : x.map(() => null));
  const shown = () => Boolean(model.get("shown"));

  function keep(curve) {
    model.set("drawn", curve.map((value) => (value == null ? null : Number(value.toPrecision(6)))));
    model.save_changes();
    player.redraw();
  }

  function setShown(value) {
    model.set("shown", value);
    model.save_changes();
    player.redraw();
  }

  function clear() {
    stroke = unsent = null;
    place = 0;
    model.set("drawn", []);
    setShown(false);
  }

  // --- mouse and touch ---

  function pointed(event) {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(parts.svg.getScreenCTM().inverse());
    return { x, y: axis.inside(y) };
  }

  function strokeTo(to) {
    const from = stroke ?? to, curve = [...drawn()];
    const near = at.reduce((best, px, k) => (Math.abs(px - to.x) < Math.abs(at[best] - to.x) ? k : best), 0);
    at.forEach((px, k) => {
      const between = (px - from.x) * (px - to.x) <= 0 && from.x !== to.x;
      const y = between ? from.y + ((to.y - from.y) * (px - from.x)) / (to.x - from.x) : to.y;
      if (between || k === near) curve[k] = axis.value(y);
    });
    place = near;
    stroke = to;
    unsent = curve;
    player.redraw();
  }

  // Chromium does not obey touch-action on a part of an SVG. Two fingers move and zoom as everywhere.
  const hold = (event) => !shown() && event.touches.length === 1 && event.preventDefault();
  parts.area.addEventListener("touchstart", hold, { passive: false });

  parts.area.onpointerdown = (event) => {
    if (event.button !== 0 || shown()) return;
    event.preventDefault(); // no text is selected, and no image dragged
    parts.area.setPointerCapture(event.pointerId);
    parts.area.focus({ preventScroll: true });
    stroke = null;
    strokeTo(pointed(event));
  };
  parts.area.onpointermove = (event) => {
    if (!stroke) return;
    strokeTo(pointed(event));
    follow(event.clientX);
  };
  parts.area.onpointerup = parts.area.onpointercancel = () => {
    if (!stroke) return;
    const curve = unsent;
    stroke = unsent = null;
    keep(curve);
  };

  /** On a narrow screen the picture is wider than its frame: it moves along where the hand comes to the edge. */
  function follow(clientX) {
    const { left, right } = player.picture.getBoundingClientRect();
    if (clientX > right - 24) player.picture.scrollLeft += 12;
    if (clientX < left + 24) player.picture.scrollLeft -= 12;
  }

  // --- keyboard ---

  /** Put the cursor on another place; where nothing is drawn yet, the curve goes on as high as it was. */
  function move(to) {
    if (shown()) return false;
    const curve = [...drawn()], before = curve[place] ?? axis.value(axis.middle);
    place = Math.min(Math.max(to, 0), x.length - 1);
    curve[place] ??= before;
    keep(curve);
    parts.cursor.setAttribute("cx", at[place]);
    parts.cursor.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function lift(part) {
    if (shown()) return false;
    const curve = [...drawn()];
    const y = curve[place] == null ? axis.middle : axis.at(curve[place]) + part * (axis.at(extra.high.value) - axis.at(extra.low.value));
    curve[place] = axis.value(axis.inside(y));
    keep(curve);
  }

  const keys = [
    ["ArrowRight", words.place, () => move(place + 1)],
    ["ArrowLeft", words.place, () => move(place - 1)],
    ["ArrowUp", words.raise, () => lift(1 / 40)],
    ["ArrowDown", words.raise, () => lift(-1 / 40)],
    ["PageUp", words.raise, () => lift(1 / 8)],
    ["PageDown", words.raise, () => lift(-1 / 8)],
    ["Home", words.ends, () => move(0)],
    ["End", words.ends, () => move(x.length - 1)],
    ["Enter", words.show, () => setShown(true)],
    ["Escape", words.again, clear],
  ];
  for (const [key, label, run] of keys) player.addKey(key, label, run);
  parts.show.onclick = () => setShown(true);
  parts.again.onclick = clear;
  player.controls.after(parts.row);

  // --- the picture ---

  player.cover({ value: (value) => value, sentence: (said) => (shown() ? sketchVerdict(extra, drawn()) : said) });
  player.on("mount", (svg) => {
    svg.setAttribute("role", "group"); // an image hides what is in it
    svg.append(...Object.values(parts.lines), parts.cursor, parts.area);
    parts.svg = svg;
  });
  player.on("draw", () => {
    const curve = drawn(), there = curve.some((value) => value != null);
    parts.lines.drawn.setAttribute("d", sketchPath(extra, axis, curve));
    parts.lines.truth.setAttribute("d", shown() ? sketchPath(extra, axis, truth) : "");
    parts.cursor.setAttribute("cx", at[place]);
    parts.cursor.setAttribute("cy", curve[place] == null ? axis.middle : axis.at(curve[place]));
    parts.cursor.setAttribute("visibility", shown() ? "hidden" : "visible");
    const value = curve[place] == null ? words.nothing : shortNumber(curve[place]);
    parts.area.setAttribute("aria-valuetext", `${names.x} = ${shortNumber(x[place])}: ${value}`);
    const { low, high } = extra; // how high, in percent: 1e-16 is no number there, and what is read is the text
    const height = curve[place] == null ? 0 : (100 * (low.at - axis.at(curve[place]))) / (low.at - high.at);
    parts.area.setAttribute("aria-valuenow", Math.round(height));
    parts.show.disabled = shown();
    parts.again.disabled = !there && !shown();
    parts.legend.drawn.hidden = !there;
    parts.legend.truth.hidden = !shown();
  });
  const changed = () => player.redraw();
  for (const name of ["drawn", "shown"]) model.on(`change:${name}`, changed);
  player.on("end", () => ["drawn", "shown"].forEach((name) => model.off(`change:${name}`, changed)));
}

function sketchParts({ at, low, high, names, words }, axis) {
  const lines = {};
  for (const [name, [stroke, dashes]] of Object.entries(LINES)) {
    const line = { fill: "none", stroke, "stroke-width": 2.5, "stroke-dasharray": dashes, "stroke-linejoin": "round" };
    lines[name] = svgElement("path", { class: name, ...line });
  }
  const cursor = svgElement("circle", { class: "cursor", r: 5, fill: LINES.drawn[0] });
  const margin = 12; // so that the first and the last place can be hit
  const area = svgElement("rect", {
    class: "area", x: at[0] - margin, y: high.at, width: at.at(-1) - at[0] + 2 * margin, height: low.at - high.at,
    tabindex: 0, role: "slider", "aria-label": `${names.y}${/[가-힣]$/.test(names.y) ? "" : " "}(${names.x})`, "aria-valuemin": 0, "aria-valuemax": 100,
  });
  const show = element("button", { type: "button", class: "show worded" }, words.show);
  const again = element("button", { type: "button", class: "again worded" }, words.again);
  const legend = {};
  for (const [name, word] of [["drawn", words.drawn], ["truth", words.true]]) {
    legend[name] = element("span", { class: `line ${name}` }, word);
  }
  const row = element("div", { class: "sketch" }, show, again, legend.drawn, legend.truth);
  return { lines, cursor, area, show, again, legend, row, svg: null };
}

/** Between values and heights in the drawing. */
function sketchAxis({ low, high, log }) {
  const scale = log ? Math.log : (value) => value;
  const back = log ? Math.exp : (value) => value;
  const [bottom, top] = [scale(low.value), scale(high.value)];
  return {
    middle: (low.at + high.at) / 2,
    inside: (y) => Math.min(Math.max(y, high.at), low.at),
    at: (value) => low.at + ((scale(value) - bottom) / (top - bottom)) * (high.at - low.at),
    value(y) {
      const value = back(bottom + ((y - low.at) / (high.at - low.at)) * (top - bottom));
      return Math.min(Math.max(Number(value.toPrecision(6)), low.value), high.value); // rounding may lead outside
    },
  };
}

function sketchPath({ at }, axis, values) {
  const there = (k) => values[k] != null;
  return values.map((value, k) => {
    if (!there(k)) return "";
    const point = `${at[k].toFixed(2)} ${axis.at(value).toFixed(2)}`;
    // A place alone is a dot.
    return there(k - 1) ? `L${point}` : there(k + 1) ? `M${point}` : `M${point}h.01`;
  }).join("");
}

/** How near the drawn curve came, where it was drawn. */
function sketchVerdict({ x, truth, log, names, words }, curve) {
  const places = [...x.keys()].filter((k) => curve[k] != null);
  if (!places.length) return words.empty;
  const apart = (k) => Math.abs(log ? Math.log(curve[k] / truth[k]) : curve[k] - truth[k]);
  const mean = places.reduce((sum, k) => sum + apart(k), 0) / places.length;
  const most = places.reduce((best, k) => (apart(k) > apart(best) ? k : best));
  const fields = {
    distance: shortNumber(log ? Math.exp(mean) : mean), x: names.x, at: shortNumber(x[most]),
    true: shortNumber(truth[most]), drawn: shortNumber(curve[most]),
  };
  const told = (log ? words.factor : words.difference).replace(/\{(\w+)\}/g, (_, name) => fields[name]);
  if (places.length === x.length) return told;
  return words.partly.replace("{n}", places.length).replace("{of}", x.length).replace("{told}", () => told);
}

/** Three digits: 0.0123, 1.5, 240, 3.1·10⁻⁵. */
function shortNumber(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    const [digits, exponent] = value.toExponential(1).split("e");
    const raised = exponent.replace("+", "").replace(/[-\d]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);
    return `${digits}·10${raised}`.replace("-", "−");
  }
  return String(size >= 1000 ? Math.round(value) : Number(value.toPrecision(3))).replace("-", "−");
}
