// What each playground computes from what a reader sets: a recipe takes what came with the picture, once, and gives
// {run(state)}, the run that the picture's makers ask, and where there are buttons {act: {name: (state) => changes}} and
// {may: {name: (state) => whether}}. Where what a reader sets may be refused, or sets more than itself, there is {take:
// {name: (value, state) => changes}}. Among changes, `said` is a sentence that stands until the next one; a run's `note`
// stands as long as the run. Each does what a Python class of seqlib/widgets does, and a test compares both.
import { SENTENCES } from "./sentences.js";
import { Cell, Model, affine, decoded, frobenius, softmax, spectral } from "./equations.js";

const counted = (size, first = 0) => Float64Array.from({ length: size }, (_, k) => first + k);
const between = (value, low, high) => Math.min(Math.max(value, low), high);
const arg = (values) => values.indexOf(Math.max(...values));

// --- gates held by hand (lessons 8 and 11) --------------------------------------------------------------------------------

function halfLife(kept) {
  if (kept <= 0) return 0;
  return kept >= 1 ? Infinity : Math.log(0.5) / Math.log(kept);
}

/** As `held_curves` in seqlib/draw/gates.py. */
function heldCurves(kept, steps, top) {
  const life = halfLife(kept), at = Math.min(life, 2 * steps), t = counted(steps, 1);
  const fate = life === 0 ? 0 : Number.isFinite(life) ? 1 : 2;
  return {
    steps, t, now: t.map((k) => k - 0.3), life, fate, kept, dot: between(life, 0.1, 1000), life_x: [at, at], life_y: [-top, top],
  }; // prettier-ignore
}

/** A run of one unit whose weights are what the reader has set. */
function heldRun(cell, weights, first, steps) {
  for (const [name, value] of Object.entries(weights)) cell.weights[name][0] = value;
  const trace = cell.forward(new Float64Array(steps), steps, 1, first);
  return Object.fromEntries(cell.program.forward.map(([name]) => [name, trace.values(name)]).concat(
    cell.states.flatMap((state) => [[`${state}_prev`, trace.values(`${state}_prev`)], [`${state}_all`, trace.values(`${state}_all`)]]),
  )); // prettier-ignore
}

function heldLSTM({ cell: plain, steps, top }) {
  const cell = new Cell(plain), C_times = counted(steps + 1), h_times = counted(steps, 1);
  const run = ({ f, i, o, g, C0 }) => {
    const run = heldRun(cell, { f, i, o, g }, { C: [C0] }, steps);
    return { ...run, ...heldCurves(f, steps, top), C_line: run.C_all, h_line: run.h, C_times, h_times };
  };
  return { run };
}

function heldGRU({ cell: plain, steps, top }) {
  const cell = new Cell(plain), h_times = counted(steps + 1), g_times = counted(steps, 1);
  const run = ({ r, z, a, h0 }) => {
    const run = heldRun(cell, { r, z, a }, { h: [h0] }, steps);
    return { ...run, ...heldCurves(1 - z, steps, top), x: run.x_says, h_line: run.h_all, g_line: run.g, h_times, g_times, gate: z };
  };
  return { run };
}

// --- how far a gradient reaches (lesson 6) -------------------------------------------------------------------------------

/** As `measure` in seqlib/widgets/forget.py, for W_hh scaled to a spectral radius. */
function reach({ models: plain, noise: plainNoise, radius: own, sigma, limit, low, high }) {
  const models = Object.fromEntries(Object.entries(plain).map(([name, model]) => [name, new Model(model)]));
  const noise = decoded(plainNoise), W = models.tanh.cell.weights.W_hh.slice();
  const onAxis = (values) => Float64Array.from(values, (v) => between(Number.isNaN(v) ? high : v, low, high));
  const run = ({ radius, length: T, scale, activation, clip }) => {
    const model = models[activation], { cell } = model, lags = counted(T + 1);
    for (let k = 0; k < W.length; k++) cell.weights.W_hh[k] = W[k] * (radius / own);
    const ran = model.forward(noise.subarray(noise.length - T).map((value) => scale * value), T);
    const back = model.backward(ran, [1]);
    const norm = frobenius(Object.values(back.weights).map(frobenius));
    const cut = clip && norm > limit, factor = cut ? limit / norm : 1;
    const terms = sizes(back.trace.values("a"), cell.H).map((size, t, all) => {
      const use = T - 1 - t; // the lag counts from the end
      return factor * all[use] * frobenius(ran.trace.at("h_prev").data.subarray(use * cell.H, (use + 1) * cell.H));
    });
    const flow = flowOf(cell, ran.trace, T), last = flow[T], s = (sigma * radius) / own;
    return {
      steps: 1, radius, sigma: s, norm, clipped: cut ? limit : norm, activation, T, reached: last, lags, uses: lags.subarray(0, T - 1),
      flow: onAxis(flow), bound: onAxis(lags.map((lag) => s ** lag)), terms: onAxis(terms.subarray(0, T - 1)),
      verdict: last < 1e-3 ? 0 : last <= 1e3 ? 1 : 2, limited: Number(clip), cut: Number(cut),
    }; // prettier-ignore
  };
  return { run };
}

/** The length of the vector at every step of (T, H) numbers. */
function sizes(values, H) {
  return Float64Array.from({ length: values.length / H }, (_, t) => frobenius(values.subarray(t * H, (t + 1) * H)));
}

/** ‖∂h_T/∂h_k‖ over the lag T - k; where a matrix has ∞ in it, the root of the sum of squares for all. */
function flowOf(cell, trace, T) {
  const { H } = cell, memory = {}, norms = new Float64Array(T + 1);
  cell.flow(trace, T, (k, { h }) => (norms[T - k] = spectral(h, H, H, memory, 1e-6))); // a pixel is 10⁻³ of a decade
  if (norms.some(Number.isNaN)) cell.flow(trace, T, (k, { h }) => (norms[T - k] = frobenius(h)));
  return norms;
}

// --- tokens moved about (lesson 2) -----------------------------------------------------------------------------------------

/** What a model says about a sequence of classes: probabilities of its last output. */
function speaker(plain, D) {
  if (plain.kind === "sequence") {
    const model = new Model(plain);
    return (x, T) => model.probabilities(x, T).slice(-model.K);
  }
  const [W_xh, b_h, W_hy, b_y] = ["W_xh", "b_h", "W_hy", "b_y"].map((name) => decoded(plain[name]));
  const H = b_h.length, K = b_y.length;
  return (x, T) => {
    const steps = plain.kind === "pooled" ? T : 1, h = affine(W_xh, b_h, x, steps, H, (T * D) / steps, 1).map(Math.tanh);
    const read = new Float64Array(H);
    h.forEach((value, k) => (read[k % H] += value / steps));
    return softmax(affine(W_hy, b_y, read, 1, K, H, 1), 1, K, 1);
  };
}

function reorder({ models, vocabulary, classes, sentence, blank }) {
  const speakers = Object.entries(models).map(([name, plain]) => [name, speaker(plain, vocabulary.length)]);
  const last = sentence.length - 1;
  const run = ({ tokens, picked }) => {
    const x = new Float64Array(tokens.length * vocabulary.length);
    tokens.forEach((token, t) => (x[t * vocabulary.length + vocabulary.indexOf(token)] = 1));
    const made = { steps: 1, picked: picked + 0.5, sentence: tokens.join(" ") };
    tokens.forEach((token, t) => (made[`token${t}`] = token));
    speakers.forEach(([name, says], n) => {
      const p = Array.from(says(x, tokens.length)), best = arg(p);
      Object.assign(made, { [`${n} name`]: name, [`${n} label`]: classes[best], [`${n} p`]: p[best] });
      p.forEach((value, k) => Object.assign(made, { [`${n} p${k}`]: value, [`${n} top${k}`]: value + 0.03 }));
    });
    return made;
  };
  const swapped = ({ tokens, picked }, by) => {
    const other = [...tokens];
    [other[picked], other[picked + by]] = [tokens[picked + by], tokens[picked]];
    return { tokens: other, picked: picked + by };
  };
  const act = {
    "move left": (state) => swapped(state, -1),
    "move right": (state) => swapped(state, +1),
    "shift left": ({ tokens, picked }) => ({ tokens: [...tokens.slice(1), blank], picked: Math.max(picked - 1, 0) }),
    "shift right": ({ tokens, picked }) => ({ tokens: [blank, ...tokens.slice(0, -1)], picked: Math.min(picked + 1, last) }),
    reset: () => ({ tokens: sentence }),
  };
  const may = {
    "move left": ({ picked }) => picked > 0,
    "move right": ({ picked }) => picked < last,
    "shift left": ({ tokens }) => tokens[0] === blank,
    "shift right": ({ tokens }) => tokens[last] === blank,
    reset: () => true,
  };
  return { run, act, may };
}

// --- a digit that is drawn (lesson 3) ------------------------------------------------------------------------------------

/** As `DrawnPicture.scene` in seqlib/widgets/digit.py. */
function drawn({ model: plain, letters, examples, T, units }) {
  const model = new Model(plain), { H } = model.cell, K = letters.length, pitch = 9.8 / T;
  const steps = Array.from({ length: T }, (_, t) => t);
  const hundredths = (p) => (p < 0.005 ? "0.00" : p.toFixed(2));
  const run = ({ pixels }) => {
    const ran = model.forward(Float64Array.from(pixels), T), h = ran.trace.values("h"), all = softmax(ran.logits, T, K, 1);
    const p = steps.map((t) => Array.from(all.subarray(t * K, (t + 1) * K))), best = p.map((row) => letters[arg(row)]);
    const found = best.indexOf(letters[K - 1]), end = found < 0 ? T : found, most = p.map((row) => Math.max(...row));
    const made = {
      steps: T, t: counted(T, 1), s: counted(T), now: steps.map((t) => 0.1 + t * pitch), y: best, p: most,
      word: steps.map((t) => best.slice(0, Math.min(t + 1, end)).join("")), case: steps.map((t) => (t > end ? 3 - Number(end > 0) : Number(t > 0))),
    }; // prettier-ignore
    pixels.forEach((value, k) => (made[`x${k}`] = value));
    letters.forEach((_, k) => Object.assign(made, { [`p${k}`]: p.map((row) => row[k]), [`top${k}`]: p.map((row) => row[k] + 0.03) }));
    for (const k of steps) {
      made[`there${k}`] = steps.map((t) => (t >= k ? 1 : 0.18));
      made[`said${k}`] = k <= end ? `${best[k]}  ${hundredths(most[k])}` : "";
      for (let i = 0; i < units; i++) made[`h${k} ${i}`] = h[k * H + i];
    }
    return made;
  };
  const same = (pixels) => examples.findIndex((one) => one.every((value, k) => value === pixels[k]));
  const act = {
    next: ({ pixels }) => ({ pixels: examples[(same(pixels) + 1) % examples.length] }),
    clear: ({ pixels }) => ({ pixels: pixels.map(() => 0) }),
  };
  return { run, act, may: { next: () => true, clear: ({ pixels }) => pixels.some((value) => value > 0) } };
}

// --- one set of weights in four conventions (lesson 11) -------------------------------------------------------------------

const OTHER = { writes: "keeps", keeps: "writes", before: "after", after: "before" };

function switchboard({ runs: plain }) {
  const runs = Object.fromEntries(Object.entries(plain).map(([name, array]) => [name, { h: decoded(array), shape: array.shape }]));
  const [T, H] = Object.values(runs)[0].shape, t = counted(T, 1);
  const column = (h, k) => h.filter((_, n) => n % H === k);
  const rows = (h) => Array.from({ length: T }, (_, k) => h.subarray(k * H, (k + 1) * H));
  const run = ({ learned, converted }) => {
    const [z, r] = learned.split(" ");
    const read = (name) => runs[`${name} ${Number(converted && !name.startsWith(z))}`].h;
    const own = read(learned), made = { steps: T, t, times: t, now: t.map((k) => k - 0.3), converted: Number(converted) };
    for (let k = 0; k < H; k++) made[`own h${k}`] = column(own, k);
    for (const name of ["writes before", "keeps before", "writes after", "keeps after"]) {
      const h = read(name), off = h.reduce((most, value, k) => Math.max(most, Math.abs(value - own[k])), 0);
      Object.assign(made, { [`${name} own`]: Number(name === learned), [`${name} off`]: off, [`${name} differs`]: Number(off > 1e-12) });
      const places = apart(Array.from(h.subarray((T - 1) * H)), 0.42);
      for (let k = 0; k < H; k++) Object.assign(made, { [`${name} h${k}`]: column(h, k), [`${name} y${k}`]: places[k] });
    }
    return { ...made, own: rows(own), z: rows(read(`${OTHER[z]} ${r}`)), r: rows(read(`${z} ${OTHER[r]}`)) };
  };
  return { run };
}

/** As `apart` in seqlib/draw/panels.py, without a top. */
function apart(heights, gap) {
  const order = heights.map((_, k) => k).sort((a, b) => heights[a] - heights[b]);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  let most = -Infinity;
  const placed = order.map((k, n) => (most = Math.max(most, heights[k] - gap * n)) + gap * n);
  const shift = mean(heights) - mean(placed), result = [];
  order.forEach((k, n) => (result[k] = placed[n] + shift));
  return result;
}

// --- the terms of BPTT (lesson 7) ------------------------------------------------------------------------------------------

/** As `TauPicture.scene` in seqlib/draw/bptt.py. `s` is null for all losses together. */
function tau({ of: plain, came, low, high, bottom, lines }) {
  const T = came.length, log = (v, from) => Math.log10(Math.max(v, 10 ** from));
  const of = Object.fromEntries(Object.entries(plain).map(([name, parts]) => [name, {
    norms: decoded(parts.norms), tau: decoded(parts.tau), left: decoded(parts.left),
  }])); // prettier-ignore
  const run = ({ s, name }) => {
    const one = s !== null, last = s ?? T, k = counted(last), row = ((s ?? T + 1) - 1) * T;
    const [size, left] = ["tau", "left"].map((part) => of[name][part].subarray(row, row + last)), { norms } = of[name];
    const made = {
      steps: last, last, k: counted(last, 1), one: Number(one), every: Number(!one), name, came: came.slice(0, last), tau: size, left, now: counted(last, 0.5),
      "corner y": k.map((n) => (one ? s - 0.5 : n + 0.5)), tall: k.map((n) => (one ? 1 : T - n)),
      "row y": one ? s - 0.5 : 0.5, "row wide": s ?? T, "row tall": one ? 1 : T, "all tau": Array.from(k, () => size),
    }; // prettier-ignore
    const missing = left.map((v) => log(v, bottom) - bottom), floor = Math.floor(low);
    for (let n = 0; n < T; n++) {
      made[`bar ${n}`] = n < last ? log(size[n], floor) - floor : 0;
      made[`solid ${n}`] = k.map((at) => (at <= n ? 1 : 0.25));
      made[`rest ${n}`] = k.map((at) => (at <= n && n < last ? missing[n] : 0));
      for (let i = n; i < T; i++) {
        const norm = norms[i * T + n];
        Object.assign(made, { [`cell ${i} ${n}`]: (log(norm, low) - low) / (high - low), [`there ${i} ${n}`]: Number(norm > 0) });
        made[`zero ${i} ${n}`] = Number(norm === 0);
      }
    }
    made["number x"] = k.map((n) => between(n + 1, 0.5 + 0.11 * T, 0.5 + 0.89 * T));
    const off = (y) => lines.reduce((at, line) => (line - 2 < at && at < line + 0.3 ? line + 0.3 : at), y); // no line goes through a number
    made["number y"] = k.map((n) => off(Math.max(missing[n], missing[n + 1] ?? 0) + bottom + 0.4));
    return made;
  };
  return { run, take: { s: (value) => ({ s: value, t: value ?? T }) } };
}

export const RECIPES = { heldLSTM, heldGRU, reach, reorder, drawn, switchboard, tau, ...SENTENCES };
