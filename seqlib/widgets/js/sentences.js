// Sentences that a reader types, read by trained networks: recipes of recipes.js. Each does what a Python class of
// seqlib/widgets does, and a test compares both. What was typed is data: it only ever becomes text.
import { Model, frobenius, softmax, spectral } from "./equations.js";
import { filled, fixed } from "./makers.js";

const EDGE = "<s>"; // as in seqlib/study/language.py
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/; // what Python splits at
const UNPRINTABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const SYLLABLES = 28; // with each vowel

const clean = (text) => text.replace(UNPRINTABLE, "\ufffd");
const wordsOf = (text) => text.split(SPACE).filter(Boolean);
const code = (sign) => sign.codePointAt(0) - "가".codePointAt(0);
const largest = (p) => p.reduce((best, value, k) => (value > p[best] ? k : best), 0);
const columnsOf = (size, of) => Array.from({ length: size }, (_, k) => of(k));

function shortened(token, most) {
  const letters = Array.from(token);
  return letters.length <= most ? token : `${letters.slice(0, most - 1).join("")}…`;
}

/** Unknown tokens, each once, and the run's inputs: one-hot columns, (T, D, 1). */
function encoded(tokens, numbers) {
  const x = new Float64Array(tokens.length * numbers.size);
  tokens.forEach((token, t) => (x[t * numbers.size + (numbers.get(token) ?? 0)] = 1));
  return { x, unknown: [...new Set(tokens.filter((token) => !numbers.has(token)))] };
}

/** The last answer is kept: most of what a reader sets leaves the sentence as it is. */
function remembered(make) {
  let key, made;
  return (...asked) => {
    if (key !== JSON.stringify(asked)) (made = make(...asked)), (key = JSON.stringify(asked));
    return made;
  };
}

/** (T, n) numbers as T rows. */
const rowsOf = (values, n) => columnsOf(values.length / n, (t) => values.subarray(t * n, (t + 1) * n));

/** As `length` and `fitted` in seqlib/draw/panels.py. */
function inches(token) {
  return 0.115 * Array.from(token).reduce((sum, sign) => sum + 1 + 0.7 * (sign > "\u1100") + 0.5 * "mwMW@%".includes(sign), 0);
}

function fitted(token, most) {
  if (inches(token) <= most) return token;
  const signs = Array.from(token), part = (k) => signs.slice(0, k).join("");
  let kept = signs.length - 1;
  while (kept > 0 && inches(part(kept)) + 0.115 > most) kept--;
  return `${part(kept)}…`;
}

/** As `columns` in seqlib/draw/compare.py. */
function columns(tokens, most, width) {
  const T = tokens.length, slot = width / T;
  const wide = tokens.some((token) => inches(token) > slot), each = (of) => columnsOf(T, of);
  const run = {
    steps: T, t: each((k) => k + 1), token: tokens, left: each((k) => k / T), right: each((k) => (k + 1) / T), width: 1 / T,
    middle: each((k) => (k + 0.5) / T), rest: each((k) => 1 - (k + 1) / T),
    "grid x": columnsOf(2 * T, (k) => (Math.floor(k / 2) + 1) / T), "grid y": columnsOf(2 * T, (k) => [0, 1, 1, 0][k % 4]),
  }; // prettier-ignore
  for (let n = 0; n < most; n++) {
    const here = n < T;
    run[`word${n}`] = here ? fitted(tokens[n], 2 * slot) : "";
    run[`x${n}`] = here ? (n + 0.5) / T : 0.5;
    run[`y${n}`] = wide ? [0.76, 0.26][n % 2] : 0.5;
    run[`left${n}`] = here ? n / T : 1;
    run[`width${n}`] = here ? 1 / T : 0;
  }
  return run;
}

// --- three cells on one sentence (lesson 12) ------------------------------------------------------------------------------

/** As `Spelling` in seqlib/widgets/compare.py. */
function spelling({ known: plain, parts }) {
  const known = new Set(plain), pieces = new Map(Object.entries(parts));
  return (text) => wordsOf(text.normalize("NFC").replace(/[.,!?;:…"'“”‘’()]/g, " ")).flatMap((typed) => {
    const word = typed === "I" || typed === "i" ? "I" : typed.toLowerCase();
    return known.has(word) ? [word] : pieces.get(word) ?? [word];
  }); // prettier-ignore
}

/**
 * As `OneSentence` in seqlib/widgets/compare.py: {models, read(sentence), take}. What is read is {x, T, note, made}, the
 * beginning of a run.
 */
function oneSentence({ models: plain, vocabulary, sign, spelling: spelled, letters, most, width, said }) {
  const models = plain.map(([name, model]) => [name, new Model(model)]), tokensOf = spelling(spelled);
  const numbers = new Map(vocabulary.map((token, k) => [token, k]));
  const read = (sentence) => {
    const tokens = tokensOf(sentence), T = tokens.length, { x, unknown } = encoded(tokens, numbers);
    const listed = unknown.map((token) => shortened(token, letters)).join(", ");
    const note = unknown.length ? filled(said.unknown, { size: vocabulary.length - 1, unknown: listed, sign }) : "";
    return { x, T, note, made: columns(tokens.map((token) => clean(shortened(token, letters))), most, width) };
  };
  const sentence = (text) => {
    const { length } = tokensOf(text);
    if (!length) return { said: filled(said.empty, { most }) };
    return length > most ? { said: filled(said.long, { n: length, most }) } : { sentence: text, t: length };
  };
  return { models, read, take: { sentence } };
}

function trio(given) {
  const { models, read, take } = oneSentence(given), { classes, reaches, gates, axis, dot } = given;

  const runs = remembered((sentence) => {
    const { x, T, note, made } = read(sentence), traces = {}, flows = {};
    for (const [name, model] of models) {
      const { trace, logits } = model.forward(x, T);
      const p = rowsOf(softmax(logits, T, model.K, 1), model.K), best = p.map(largest);
      Object.assign(made, {
        [`${name} name`]: name, [`${name} h`]: rowsOf(trace.values("h"), model.cell.H),
        [`${name} p`]: p.map((row, t) => row[best[t]]), [`${name} label`]: best.map((k) => classes[k]),
      }); // prettier-ignore
      traces[name] = trace;
      Object.assign(flows, flowsOf(name, model.cell, trace, T));
    }
    return { made: Object.assign(made, reachOf(flows, reaches, axis, T)), traces, note };
  });

  const run = ({ sentence, unit }) => {
    const { made, traces, note } = runs(sentence), own = { ...made, note };
    for (const [name, quantities] of Object.entries(gates)) {
      own[`${name} whose`] = unit < 0 ? name : `${name}  ${unit + 1}`;
      for (const gate of quantities) {
        const rows = rowsOf(traces[name].values(gate === "keep" ? "z" : gate), traces[name].cell.H);
        const kept = gate === "keep" ? rows.map((row) => row.map((z) => 1 - z)) : rows;
        const values = kept.map((row) => (unit < 0 ? row.reduce((sum, v) => sum + v, 0) / row.length : row[unit]));
        const [x, y] = dotted(made.middle, values, dot);
        Object.assign(own, { [`${name} ${gate}`]: values, [`${name} ${gate} x`]: x, [`${name} ${gate} y`]: y });
      }
    }
    return own;
  };

  return { run, take };
}

/** ‖∂h_t/∂h_k‖ for k = 1 … t at every t, and where there is a C the total ‖∂h_t/∂C_k‖. */
function flowsOf(name, cell, trace, T) {
  const { H } = cell, flows = { [`${name} h`]: [] }, at = (quantity, k) => trace.values(quantity).subarray((k - 1) * H);
  if (cell.states.includes("C")) flows[`${name} C`] = [];
  for (let t = 1; t <= T; t++) {
    const norms = Object.fromEntries(Object.keys(flows).map((flow) => [flow, []]));
    cell.flow(trace, t, (k, { h, C }) => {
      if (k === 0) return;
      norms[`${name} h`][k - 1] = spectral(h, H, H);
      if (!C) return;
      const o = at("o", k), tanh = at("tanh_C", k);
      const total = C.map((value, n) => value + h[n] * o[Math.floor(n / H)] * (1 - tanh[Math.floor(n / H)] ** 2));
      norms[`${name} C`][k - 1] = spectral(total, H, H);
    }, 0); // prettier-ignore
    for (const [flow, values] of Object.entries(norms)) flows[flow].push(values);
  }
  return flows;
}

/** As `_flows` in seqlib/draw/compare.py. */
function reachOf(flows, reaches, { floor, ceiling, lowest, top }, T) {
  const onAxis = (v) => Math.min(Math.max(Number.isNaN(v) ? ceiling : v, floor), ceiling);
  const least = onAxis(Math.min(...reaches.flatMap((name) => flows[name].flat())));
  const low = 10 ** Math.min(Math.max(Math.floor(Math.log10(least)), Math.log10(lowest)), -1);
  const height = (v) => Math.log10(Math.min(Math.max(onAxis(v), low), top) / low) / Math.log10(top / low);
  const ends = (of) => columnsOf(T, (t) => columnsOf(T, (k) => of(Math.min(k, t), t)));
  const run = { low, one: height(1), edges: [0, 1], ones: [height(1), height(1)], "reach x": ends((k) => (k + 0.5) / T) };
  for (const name of reaches) {
    run[`${name} 1`] = flows[name].map((norms) => norms[0]);
    run[`${name} y`] = ends((k, t) => height(flows[name][t][k]));
  }
  return run;
}

/** As `dotted` in seqlib/draw/compare.py. */
function dotted(x, y, [right, up]) {
  const across = [0, 1, 0, -1, 0, 1, 0], along = [0, 0, 1, 0, -1, 0, 0];
  return [x.flatMap((v) => across.map((s) => v + right * s)), y.flatMap((v) => along.map((s) => v + up * s))];
}

/** As `WordWeights.draw` in seqlib/widgets/compare.py and `WeightsPicture.scene` in seqlib/draw/compare.py. */
function wordWeights(given) {
  const { models, read, take } = oneSentence(given), { classes, most } = given;
  const run = ({ sentence }) => {
    const { x, T, note, made } = read(sentence);
    for (const [name, model] of models) {
      const { trace, logits } = model.forward(x, T), best = rowsOf(logits, model.K).map(largest);
      const shares = best.map((winning, t) => sharesAt(model, trace, winning, t));
      const own = shares.map((row, t) => row[t]);
      Object.assign(made, {
        [`${name} name`]: name, [`${name} label`]: best.map((k) => classes[k]), [`${name} own`]: own,
        [`${name} past`]: shares.map((row, t) => row.subarray(0, t).reduce((sum, share) => sum + share, 0)),
      }); // prettier-ignore
      for (let n = 0; n < most; n++) {
        const column = shares.map((row) => row[n] ?? 0);
        made[`${name} ${n}`] = column;
        made[`${name} ${n} text`] = column.map((share, t) => (n <= t ? fixed(share, 2) : ""));
        made[`${name} ${n} there`] = column.map((_, t) => Number(n <= t));
      }
    }
    return { ...made, note };
  };
  return { run, take };
}

/** As a row of `word_weights` in seqlib/study/compare.py. */
function sharesAt({ cell, W }, trace, winning, t) {
  const { H, D, states } = cell, { T } = trace, dh = new Float64Array(T * H);
  dh.set(W.subarray(winning * H, (winning + 1) * H), t * H);
  const norms = rowsOf(cell.backward(trace, { [states[0]]: dh }).trace.values("x"), D).map((row, k) => (k > t ? 0 : frobenius(row)));
  const total = norms.reduce((sum, norm) => sum + norm, 0) || 1;
  return Float64Array.from(norms, (norm) => norm / total);
}

// --- the next word (lesson 14) --------------------------------------------------------------------------------------------

/** As `tokens_of` in seqlib/study/language.py. */
function tokensOf(text, numbers, finals) {
  const EDGES = ".,!?…\"'“”‘’";
  return wordsOf(text.normalize("NFC")).flatMap((typed) => {
    const signs = Array.from(typed);
    while (EDGES.includes(signs[0])) signs.shift();
    while (EDGES.includes(signs.at(-1))) signs.pop();
    return signs.length ? cut(signs, numbers, finals) : [];
  });
}

function cut(signs, numbers, finals) {
  const word = signs.join(""), lower = word.toLowerCase(), [first, ...rest] = signs;
  for (const known of [word, lower, first.toUpperCase() + rest.join("").toLowerCase()]) if (numbers.has(known)) return [known];
  for (let k = 1; k < signs.length; k++) {
    const stem = signs.slice(0, k).join(""), ending = signs.slice(k).join(""), last = signs[k - 1];
    const final = ((code(last) % SYLLABLES) + SYLLABLES) % SYLLABLES;
    if (last >= "가" && last <= "힣" && final) {
      const open = signs.slice(0, k - 1).join("") + String.fromCodePoint(last.codePointAt(0) - final);
      if (numbers.has(open) && numbers.has(finals[final] + ending)) return [open, finals[final] + ending];
    }
    if (numbers.has(stem) && numbers.has(ending)) return [stem, ending];
  }
  return [word];
}

function nextWord({ models: plain, finals, units, top, most, letters, width, said }) {
  const models = Object.fromEntries(plain.map(([name, { model, vocabulary }]) => {
    const numbers = new Map(vocabulary.map((token, k) => [token, k]));
    return [name, { model: new Model(model), vocabulary, numbers, read: (text) => tokensOf(text, numbers, finals) }];
  })); // prettier-ignore
  const runs = remembered((choice, tokens) => {
    const { model, numbers } = models[choice], { x, unknown } = encoded(tokens, numbers);
    const { trace, logits } = model.forward(x, tokens.length);
    const h = rowsOf(trace.values("h"), model.cell.H).map((row) => row.subarray(0, units));
    return { h, unknown, logits: rowsOf(logits, model.K) };
  });
  const tempered = (logits, temperature) => softmax(logits.map((v) => v / temperature), 1, logits.length, 1); // prettier-ignore

  const run = ({ choice, typed, temperature }) => {
    const { vocabulary, read } = models[choice], words = read(typed[choice]), tokens = [EDGE, ...words.slice(0, most)];
    const { h, unknown, logits } = runs(choice, tokens);
    const told = [];
    if (words.length > most) told.push(filled(said.long, { count: words.length, most }));
    const listed = unknown.map((token) => shortened(token, letters)).join(", ");
    if (unknown.length) told.push(filled(said.unknown, { tokens: listed }));
    if (said.font && /[ᄀ-ᇿ\u3130-\u318f가-힣]/.test(tokens.join(" "))) told.push(said.font);
    const made = { ...columns(tokens.map((token) => clean(shortened(token, letters))), most + 1, width), h, note: told.join(" ") };
    const p = logits.map((row) => tempered(row, temperature));
    const best = p.map((row) => Array.from(row.keys()).sort((a, b) => row[b] - row[a] || a - b).slice(0, top)); // prettier-ignore
    for (let k = 0; k < top; k++) {
      made[`next${k}`] = best.map((row) => vocabulary[row[k]]);
      made[`p${k}`] = best.map((row, t) => p[t][row[k]]);
      made[`end${k}`] = made[`p${k}`].map((value) => value + 0.05);
    }
    return made;
  };

  /** As `sample` in seqlib/study/language.py. */
  const written = ({ choice, temperature }, start, longest) => {
    const { model, vocabulary, numbers } = models[choice], found = [...start];
    while (found.length < longest) {
      const { x } = encoded([EDGE, ...found], numbers), { logits, T } = model.forward(x, found.length + 1);
      const p = tempered(logits.subarray((T - 1) * model.K), temperature);
      p[0] = 0; // it may not say <unk>
      const drawn = Math.random() * p.reduce((sum, v) => sum + v, 0);
      let k = 0;
      for (let sum = p[0]; k < p.length - 1 && sum <= drawn; k++) sum += p[k + 1];
      if (vocabulary[k] === EDGE) break;
      found.push(vocabulary[k]);
    }
    return found;
  };
  const sentence = (text, { choice, typed }) => {
    const { length } = models[choice].read(text);
    return { typed: { ...typed, [choice]: text }, t: 1 + Math.min(length, most) };
  };
  const add = (state) => {
    const tokens = models[state.choice].read(state.typed[state.choice]), more = written(state, tokens, tokens.length + 1);
    return more.length === tokens.length ? { said: said.ended } : sentence(more.join(" "), state);
  };
  const write = (state) => sentence(written(state, [], most).join(" "), state);
  const choice = (name, state) => ({ ...sentence(state.typed[name], { ...state, choice: name }), choice: name });
  return { run, take: { sentence, choice }, act: { add, write }, may: { add: () => true, write: () => true } };
}

export const SENTENCES = { trio, wordWeights, nextWord };
