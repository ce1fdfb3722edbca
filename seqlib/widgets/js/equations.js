// Runs a cell's recorded equations (`plain_program` in seqlib/widgets/recompute.py) on Float64Array: forward, backward, norms.
//
// Arrays are flat and row by row, as NumPy's: a quantity of a run is (T, rows, N), a weight (rows, columns). Everything
// is done anew at every step, in the order in which the equations stand: what NumPy gains by doing it for many steps
// together costs nothing here. The kernel stays the judge: a test compares both.

// --- functions --------------------------------------------------------------------------------------------------------

// What an operation does from index o of its result and i, j of what it reads. The first ones are what cells are made of,
// and a loop of their own each, because a browser does not inline a function that is passed in.
const LOOPS = {
  add({ out, a, b, n }, o, i, j) {
    for (let k = 0; k < n; k++) out[o + k] = a[i + k] + b[j + k];
  },
  subtract({ out, a, b, n }, o, i, j) {
    for (let k = 0; k < n; k++) out[o + k] = a[i + k] - b[j + k];
  },
  multiply({ out, a, b, n }, o, i, j) {
    for (let k = 0; k < n; k++) out[o + k] = a[i + k] * b[j + k];
  },
  tanh({ out, a, n }, o, i) {
    for (let k = 0; k < n; k++) out[o + k] = Math.tanh(a[i + k]);
  },
  sigmoid({ out, a, n }, o, i) {
    for (let k = 0; k < n; k++) out[o + k] = (1 + Math.tanh(a[i + k] / 2)) / 2;
  },
  positive({ out, a, n }, o, i) {
    for (let k = 0; k < n; k++) out[o + k] = a[i + k];
  },
  divide: elementwise((a, b) => a / b),
  negative: elementwise((a) => -a),
  maximum: elementwise((a, b) => Math.max(a, b)),
  minimum: elementwise((a, b) => Math.min(a, b)),
  greater: elementwise((a, b) => Number(a > b)),
  heaviside: elementwise((a, b) => (a === 0 ? b : a > 0 ? 1 : a < 0 ? 0 : NaN)),
  power: elementwise((a, b) => Math.pow(a, b)),
  exp: elementwise(Math.exp),
  log: elementwise(Math.log),
  sqrt: elementwise(Math.sqrt),
  square: elementwise((a) => a * a),
  absolute: elementwise(Math.abs),
};

function elementwise(f) {
  return ({ out, a, b, n }, o, i, j) => {
    for (let k = 0; k < n; k++) out[o + k] = f(a[i + k], b[j + k]);
  };
}

/** out = W · q, of a (rows, columns) weight `a` and a (columns, N) quantity `b`. */
function product({ out, a, b, rows, columns, N }, o, i, j) {
  if (N > 1) matmul(out, o, rows, N, columns, a, i, columns, 1, b, j, N, 1);
  else matmul(out, o, 1, rows, columns, b, j, 0, 1, a, i, 1, columns);
}

/** out = Wᵀ · q, of a (rows, columns) weight and a (rows, N) quantity. */
function turnedProduct({ out, a, b, rows, columns, N }, o, i, j) {
  if (N > 1) matmul(out, o, columns, N, rows, a, i, 1, columns, b, j, N, 1);
  else matmul(out, o, 1, columns, rows, b, j, 0, 1, a, i, columns, 1);
}

/**
 * out (rows, columns) = a (rows, inner) · b (inner, columns), and added to what is there where `more` says so. A number
 * of a has its neighbour below `down` places on, and that at its right `right`; those of b `under` and `side`. Four sums
 * at once, which do not wait for each other; with two rows eight, and fewer numbers to fetch for each.
 */
function matmul(out, o, rows, columns, inner, a, i, down, right, b, j, under, side, more = false) {
  const whole = columns - (columns % 4), side2 = 2 * side, side3 = 3 * side;
  let r = 0;
  for (; r + 1 < rows; r += 2) {
    for (let n = 0; n < whole; n += 4) {
      let s0 = 0, s1 = 0, s2 = 0, s3 = 0, u0 = 0, u1 = 0, u2 = 0, u3 = 0;
      for (let k = 0, p = i + r * down, q = j + n * side; k < inner; k++, p += right, q += under) {
        const x = a[p], y = a[p + down], b0 = b[q], b1 = b[q + side], b2 = b[q + side2], b3 = b[q + side3];
        s0 += x * b0, s1 += x * b1, s2 += x * b2, s3 += x * b3;
        u0 += y * b0, u1 += y * b1, u2 += y * b2, u3 += y * b3;
      }
      put(out, o + r * columns + n, more, s0, s1, s2, s3);
      put(out, o + (r + 1) * columns + n, more, u0, u1, u2, u3);
    }
  }
  for (; r < rows; r++) {
    for (let n = 0; n < whole; n += 4) {
      let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
      for (let k = 0, p = i + r * down, q = j + n * side; k < inner; k++, p += right, q += under) {
        const x = a[p];
        s0 += x * b[q], s1 += x * b[q + side], s2 += x * b[q + side2], s3 += x * b[q + side3];
      }
      put(out, o + r * columns + n, more, s0, s1, s2, s3);
    }
  }
  for (let n = whole; n < columns; n++) {
    for (r = 0; r < rows; r++) {
      let s = 0;
      for (let k = 0, p = i + r * down, q = j + n * side; k < inner; k++, p += right, q += under) s += a[p] * b[q];
      out[o + r * columns + n] = more ? out[o + r * columns + n] + s : s;
    }
  }
}

function put(out, at, more, s0, s1, s2, s3) {
  out[at] = more ? out[at] + s0 : s0;
  out[at + 1] = more ? out[at + 1] + s1 : s1;
  out[at + 2] = more ? out[at + 2] + s2 : s2;
  out[at + 3] = more ? out[at + 3] + s3 : s3;
}

// --- a cell -----------------------------------------------------------------------------------------------------------

/**
 * A recurrent cell of {program, D, H, weights: {name: {shape, data}}}, as `seqlib/widgets/recompute.py` writes it.
 *
 * forward(x, T, N, {h: (H, N), …})    the `Trace` of a run over x (T, D, N); states that are left out begin at 0
 * backward(trace, {h: …})             {trace, weights, first}: what the loss at every step says directly about a state,
 *                                     (T, H, N) or (H, N) for the last one → all derivatives
 * flow(trace, t, visit, example)      ∂h_t/∂(state)_k for k = t … 0, see there
 */
export class Cell {
  constructor({ program, D, H, weights }) {
    Object.assign(this, { program, D, H });
    this.weights = Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, decoded(weight)]));
    this.shapes = Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, shape]));
    this.states = program.states;
    this.sums = program.forward.flatMap(([name, value]) => terms(value).map((term) => weightOf(name, term))).filter(Boolean);
    this.walked = this.needed(program.back, this.states.map((state) => `d.${state}_prev`));
  }

  /** The names that lie in one array: [array, how many blocks lie above, how many it has itself, blocks of the array]. */
  place(name) {
    const d = name.startsWith("d.") ? "d." : "";
    const own = name.slice(d.length);
    const { stacks } = this.program;
    const blocks = stacks[own] ?? [own];
    const [array, all] = Object.entries(stacks)
      .filter(([, parts]) => blocks.every((block) => parts.includes(block)))
      .reduce((largest, stack) => (stack[1].length > largest[1].length ? stack : largest), [own, blocks]);
    const first = all.indexOf(blocks[0]);
    if (blocks.some((block, k) => all[first + k] !== block)) throw new Error(`${own} does not lie together in ${array}.`);
    return { array: d + array, above: first, blocks: blocks.length, of: all.length };
  }

  /** What of the equations the wanted names depend on, in their order. */
  needed(equations, wanted) {
    const places = wanted.map((name) => this.place(name)), kept = [];
    for (const equation of [...equations].reverse()) {
      const { array, above, blocks } = this.place(equation[0]);
      const overlaps = (p) => p.array === array && p.above < above + blocks && above < p.above + p.blocks;
      if (!places.some(overlaps)) continue;
      kept.unshift(equation);
      places.push(...leaves(equation[1]).map((name) => this.place(name)));
    }
    return kept;
  }

  rows(name) {
    if (name === "x" || name === "d.x") return this.D;
    return this.H * this.place(name).blocks;
  }

  forward(x, T, N = 1, first = {}) {
    const trace = new Trace(this, T, N, "");
    trace.array("x").data.set(x);
    for (const [state, values] of Object.entries(first)) trace.array(`${state}_all`).data.set(values);
    const operations = new Lowering(this, N, (name) => trace.at(name)).equations(this.program.forward);
    for (let t = 0; t < T; t++) perform(operations, t);
    return trace;
  }

  backward(trace, own) {
    const { T, N } = trace;
    const grads = new Trace(this, T, N, "d.");
    const size = this.H * N;
    for (const [state, values] of Object.entries(own)) {
      const all = grads.array(`d.${state}_all`).data;
      all.set(values, all.length - values.length);
    }
    const find = (name) => (name.startsWith("d.") ? grads : trace).at(name);
    const operations = new Lowering(this, N, find).equations(this.program.back);
    const steps = this.states.map((state) => [grads.array(`d.${state}_all`).data, grads.array(`d.${state}_prev`).data]);
    for (let t = T - 1; t >= 0; t--) {
      perform(operations, t);
      for (const [all, before] of steps) for (let k = t * size; k < (t + 1) * size; k++) all[k] += before[k];
    }
    const first = Object.fromEntries(this.states.map((state, k) => [state, steps[k][0].slice(0, size)]));
    return { trace: grads, weights: this.weightGradients(trace, grads), first };
  }

  weightGradients(trace, grads) {
    const found = {};
    for (const { weight, to, of, pointwise } of this.sums) {
      const delta = grads.at(`d.${to}`), from = of === "1" ? null : trace.at(of);
      const [rows, columns] = this.shapes[weight];
      const sum = (found[weight] = new Float64Array(rows * columns));
      if (from && !pointwise) outerSum(sum, delta, from, rows, columns, trace);
      else rowSum(sum, delta, from, rows, trace);
    }
    return found;
  }

  /**
   * Walk back from h_t of one example: visit(k, {h, C, …}) is called for k = t, t - 1, … 0 with ∂h_t/∂h_k, ∂h_t/∂C_k, …,
   * each (H, H) and turned: row i, column j is how unit j of h_t depends on unit i. They are overwritten at the next k.
   */
  flow(trace, t, visit, example = 0) {
    const { H, states } = this;
    const room = new Map(); // one step of everything, with as many columns as h_t has units
    const find = (name) => {
      const { array, above, of } = this.place(name), rows = this.rows(name);
      if (!room.has(array)) room.set(array, new Float64Array((of === 1 ? rows : of * H) * H));
      return { data: room.get(array), offset: above * H * H, stride: 0, rows };
    };
    const operations = new Lowering(this, H, find).equations(this.walked);
    const read = [...room].filter(([name]) => !name.startsWith("d."));
    const ends = states.map((state) => [state, find(`d.${state}`).data, find(`d.${state}_prev`).data]);
    for (let unit = 0; unit < H; unit++) ends[0][1][unit * H + unit] = 1;
    const now = Object.fromEntries(ends.map(([state, data]) => [state, data]));
    visit(t, now);
    for (let k = t - 1; k >= 0; k--) {
      for (const [name, data] of read) repeat(data, trace.at(name), k, trace.N, example, H);
      perform(operations, 0);
      for (const [, data, before] of ends) data.set(before);
      visit(k, now);
    }
  }
}

/** The arrays of a run: `values(name)` is a copy, (T, rows, N), and of "h_all" (T + 1, H, N). */
export class Trace {
  constructor(cell, T, N, prefix) {
    Object.assign(this, { cell, T, N, prefix, arrays: new Map() });
  }

  array(name) {
    if (!this.arrays.has(name)) {
      const bare = name.slice(this.prefix.length), all = bare.endsWith("_all");
      const blocks = all ? 1 : (this.cell.program.stacks[bare] ?? [bare]).length;
      const rows = bare === "x" ? this.cell.D : this.cell.H * blocks;
      this.arrays.set(name, { rows, data: new Float64Array((this.T + all) * rows * this.N) });
    }
    return this.arrays.get(name);
  }

  /** Where a quantity is: {data, offset at step 0, stride from step to step, rows}. */
  at(name) {
    const bare = name.slice(this.prefix.length), { states } = this.cell;
    const late = states.includes(bare);
    // ∂L/∂h_{t-1} through step t is not yet all of it, so it has an array of its own on the way back.
    const before = !this.prefix && states.find((state) => bare === `${state}_prev`);
    const place = late || before ? { above: 0 } : this.cell.place(name);
    const { data, rows } = this.array(late ? `${name}_all` : before ? `${before}_all` : place.array);
    const stride = rows * this.N;
    return { data, offset: place.above * this.cell.H * this.N + late * stride, stride, rows: this.cell.rows(name) };
  }

  values(name) {
    if (name.endsWith("_all")) return this.array(this.prefix + name).data.slice();
    const { data, offset, stride, rows } = this.at(this.prefix + name);
    const size = rows * this.N, copy = new Float64Array(this.T * size);
    for (let t = 0; t < this.T; t++) copy.set(data.subarray(offset + t * stride, offset + t * stride + size), t * size);
    return copy;
  }
}

/** Turns equations into operations {f, out, a, b, …}; `find` says where a quantity is. */
class Lowering {
  constructor(cell, N, find) {
    Object.assign(this, { cell, N, find, operations: [] });
  }

  equations(all) {
    for (const [name, value] of all) this.write(value, this.find(name));
    return this.operations;
  }

  /** Operations that put the value of an expression into `out`. */
  write(tree, out) {
    if (typeof tree !== "object" || tree[0] === "W") return this.add(LOOPS.positive, out, [this.value(tree, out.rows)]);
    const [name, ...args] = tree;
    if (name === "@") return this.product(args, out);
    if (!Object.hasOwn(LOOPS, name)) {
      throw new Error(`The browser knows ${Object.keys(LOOPS).join(", ")}, but the cell uses ${name}.`);
    }
    this.add(LOOPS[name], out, args.map((arg) => this.value(arg, out.rows)));
  }

  product([[turned, name], quantity], out) {
    const [rows, columns] = this.cell.shapes[name];
    const weight = { data: this.cell.weights[name], offset: 0, stride: 0 };
    const of = this.value(quantity, turned === "T" ? rows : columns);
    this.add(turned === "T" ? turnedProduct : product, out, [weight, of], { rows, columns });
  }

  /** Where the value of an expression of so many rows is. */
  value(tree, rows) {
    if (typeof tree === "string") return this.find(tree);
    const data = new Float64Array(rows * this.N), place = { data, offset: 0, stride: 0, rows };
    if (typeof tree === "number") data.fill(tree);
    else if (tree[0] === "W") this.cell.weights[tree[1]].forEach((w, r) => data.fill(w, r * this.N, (r + 1) * this.N));
    else this.write(tree, place);
    return place;
  }

  add(f, out, [a, b = a], { rows = 0, columns = 0 } = {}) {
    this.operations.push({
      f, out: out.data, o: out.offset, ofStep: out.stride, a: a.data, i: a.offset, aStep: a.stride,
      b: b.data, j: b.offset, bStep: b.stride, n: out.rows * this.N, rows, columns, N: this.N,
    }); // prettier-ignore
  }
}

function perform(operations, t) {
  for (const x of operations) x.f(x, x.o + t * x.ofStep, x.i + t * x.aStep, x.j + t * x.bStep);
}

function leaves(tree) {
  if (typeof tree === "string") return [tree];
  if (typeof tree === "number" || tree[0] === "W" || tree[0] === "T") return [];
  return tree.slice(1).flatMap(leaves);
}

// --- weights' gradients -----------------------------------------------------------------------------------------------

/** The terms of a sum, as `as_sum` in seqlib/nn/equations.py finds them. */
function terms(tree) {
  if (tree[0] === "subtract") return terms(tree[1]); // no weight stands behind a minus
  return tree[0] === "add" ? tree.slice(1).flatMap(terms) : [tree];
}

function weightOf(to, term) {
  const isWeight = (tree) => Array.isArray(tree) && tree[0] === "W";
  if (isWeight(term)) return { weight: term[1], to, of: "1" };
  if (term[0] === "@") return { weight: term[1][1], to, of: term[2] };
  if (term[0] !== "multiply") return null;
  const [, one, two] = term;
  if (isWeight(one)) return { weight: one[1], to, of: two, pointwise: true };
  return isWeight(two) ? { weight: two[1], to, of: one, pointwise: true } : null;
}

/** sum = Σ over steps and examples of delta · ofᵀ. */
function outerSum(sum, delta, of, rows, columns, { T, N }) {
  for (let n = 0; n < N; n++) {
    matmul(sum, 0, rows, columns, T, delta.data, delta.offset + n, N, delta.stride, of.data, of.offset + n, of.stride, N, true);
  }
}

/** sum += Σ of delta, times `of` where there is one, element by element. */
function rowSum(sum, delta, of, rows, { T, N }) {
  for (let t = 0; t < T; t++) {
    for (let r = 0; r < rows; r++) {
      for (let n = 0; n < N; n++) {
        const k = t * delta.stride + r * N + n;
        sum[r] += delta.data[delta.offset + k] * (of ? of.data[of.offset + t * of.stride + r * N + n] : 1);
      }
    }
  }
}

function repeat(data, place, t, N, example, columns) {
  const rows = data.length / columns;
  for (let r = 0; r < rows; r++) {
    data.fill(place.data[place.offset + t * place.stride + r * N + example], r * columns, (r + 1) * columns);
  }
}

// --- readout, losses ---------------------------------------------------------------------------------------------------

/** W · q + b for every step of q (T, columns, N). */
export function affine(W, b, q, T, rows, columns, N) {
  const out = new Float64Array(T * rows * N);
  const operation = { out, a: W, b: q, rows, columns, N };
  for (let t = 0; t < T; t++) {
    product(operation, t * rows * N, 0, t * columns * N);
    for (let k = 0; k < rows * N; k++) out[t * rows * N + k] += b[Math.floor(k / N)];
  }
  return out;
}

/** Probabilities over the K rows of (T, K, N). */
export function softmax(logits, T, K, N) {
  const p = new Float64Array(T * K * N);
  for (let t = 0; t < T; t++) {
    for (let n = 0; n < N; n++) {
      const at = t * K * N + n;
      let largest = -Infinity, total = 0;
      for (let k = 0; k < K; k++) largest = Math.max(largest, logits[at + k * N]);
      for (let k = 0; k < K; k++) total += p[at + k * N] = Math.exp(logits[at + k * N] - largest);
      for (let k = 0; k < K; k++) p[at + k * N] /= total;
    }
  }
  return p;
}

/** {losses (T), d (T, K, N)} of logits and classes (T, N); a class of -1 means none. */
export function crossEntropy(logits, targets, T, K, N) {
  const d = softmax(logits, T, K, N), losses = new Float64Array(T);
  for (let t = 0; t < T; t++) {
    for (let n = 0; n < N; n++) {
      const y = targets[t * N + n], at = t * K * N + n;
      if (y >= 0) losses[t] -= logP(logits, at, y, K, N) / N;
      for (let k = 0; k < K; k++) d[at + k * N] = y < 0 ? 0 : (d[at + k * N] - Number(k === y)) / N;
    }
  }
  return { losses, d };
}

function logP(logits, at, y, K, N) {
  let largest = -Infinity, total = 0;
  for (let k = 0; k < K; k++) largest = Math.max(largest, logits[at + k * N]);
  for (let k = 0; k < K; k++) total += Math.exp(logits[at + k * N] - largest);
  return logits[at + y * N] - largest - Math.log(total);
}

/** {losses (T), d (T, K, N)} of outputs and targets (T, K, N); a target of NaN means none. */
export function mse(outputs, targets, T, K, N) {
  const d = new Float64Array(T * K * N), losses = new Float64Array(T);
  for (let k = 0; k < d.length; k++) {
    const off = Number.isNaN(targets[k]) ? 0 : outputs[k] - targets[k];
    losses[Math.floor(k / (K * N))] += (off * off) / (K * N);
    d[k] = (2 * off) / (K * N);
  }
  return { losses, d };
}

/**
 * A cell with a readout, in the three sequence shapes, of {cell, readout, shape, loss}.
 *
 * forward(x, T, N, first)          {trace, logits, T: number of outputs}; x is (1, D, N) for one-to-many
 * backward(run, targets)           {losses, trace, weights, first, logits}: those of the readout are among the weights
 */
export class Model {
  constructor({ cell, readout, shape, loss }) {
    Object.assign(this, { cell: new Cell(cell), shape, loss });
    this.W = decoded(readout.W_hy);
    this.b = decoded(readout.b_y);
    this.K = readout.W_hy.shape[0];
  }

  forward(x, T, N = 1, first = {}) {
    const { cell, K, shape } = this;
    const inputs = new Float64Array(T * cell.D * N);
    inputs.set(shape === "one-to-many" ? x.subarray(0, cell.D * N) : x);
    const trace = cell.forward(inputs, T, N, first), outputs = shape === "many-to-one" ? 1 : T;
    const h = trace.values("h").subarray((T - outputs) * cell.H * N);
    return { trace, h, logits: affine(this.W, this.b, h, outputs, K, cell.H, N), T: outputs };
  }

  probabilities(x, T, N = 1) {
    const run = this.forward(x, T, N);
    return softmax(run.logits, run.T, this.K, N);
  }

  backward({ trace, h, logits, T }, targets) {
    const { cell, K, W } = this, { N } = trace, { H } = cell;
    const { losses, d } = (this.loss === "mse" ? mse : crossEntropy)(logits, targets, T, K, N);
    const dh = new Float64Array(T * H * N), operation = { out: dh, a: W, b: d, rows: K, columns: H, N };
    for (let t = 0; t < T; t++) turnedProduct(operation, t * H * N, 0, t * K * N);
    const grads = cell.backward(trace, { [cell.states[0]]: dh });
    const W_hy = new Float64Array(K * H), b_y = new Float64Array(K);
    const delta = { data: d, offset: 0, stride: K * N };
    outerSum(W_hy, delta, { data: h, offset: 0, stride: H * N }, K, H, { T, N });
    rowSum(b_y, delta, null, K, { T, N });
    return { ...grads, weights: { ...grads.weights, W_hy, b_y }, losses, logits: d };
  }
}

// --- norms -------------------------------------------------------------------------------------------------------------

export function frobenius(values) {
  const largest = largestAbsolute(values);
  if (!(largest > 0) || largest === Infinity) return largest; // also NaN
  let total = 0;
  for (let k = 0; k < values.length; k++) total += (values[k] / largest) ** 2;
  return largest * Math.sqrt(total);
}

function largestAbsolute(values) {
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]));
  return largest;
}

/**
 * The largest singular value of a (rows, columns) matrix, by the bidiagonalisation of Golub and Kahan (1965) from one
 * vector on, with all vectors kept orthogonal, until nothing more comes. NaN or ∞ in the matrix gives NaN.
 *
 * `memory` is an object that is kept from one matrix to the next of a walk back: the products of Jacobians turn towards
 * one direction, so what was nearly right for the last is a good beginning for this one. `close` is the relative change
 * in the last third of the rounds at which they end; what is still missing then is about close ** 1.5.
 */
export function spectral(matrix, rows, columns, memory = {}, close = 1e-10) {
  const scaled = withinRange(matrix);
  if (!scaled) return scaled;
  const [A, scale] = scaled, most = Math.min(rows, columns), alphas = [], betas = [];
  const rights = (memory.rights ??= []), lefts = (memory.lefts ??= []); // vectors, to be used again
  const room = (vectors, m, size) => (vectors[m]?.length === size ? vectors[m] : (vectors[m] = new Float64Array(size)));
  begin(room(rights, 0, columns), memory.v);
  let found = 0;
  for (let m = 0, look = 1; m < most; m++) {
    const u = room(lefts, m, rows), v = room(rights, m + 1, columns);
    product({ out: u, a: A, b: rights[m], rows, columns, N: 1 }, 0, 0, 0);
    alphas.push(split(u, lefts, m));
    turnedProduct({ out: v, a: A, b: u, rows, columns, N: 1 }, 0, 0, 0);
    const beta = split(v, rights, m + 1), last = m === most - 1 || beta <= 1e-15 * alphas[0];
    if (last || m === look) {
      const before = found;
      found = largestOf(alphas, betas);
      if (last || found - before <= close * found) break;
      look = Math.ceil(1.5 * look);
    }
    betas.push(beta);
  }
  memory.v = combined(rights, direction(alphas, betas, found), columns);
  return found * scale;
}

/** The eigenvector of BᵀB, for an upper bidiagonal B and its largest singular value. */
function direction(alphas, betas, value) {
  const found = [1];
  for (let k = 0, before = 0; k + 1 < alphas.length; k++) {
    const diagonal = alphas[k] ** 2 + (k ? betas[k - 1] ** 2 : 0), beside = alphas[k] * betas[k];
    found.push(((value ** 2 - diagonal) * found[k] - before) / beside);
    before = beside * found[k];
  }
  return found;
}

function combined(vectors, shares, size) {
  const sum = new Float64Array(size);
  shares.forEach((share, n) => {
    for (let k = 0; k < size; k++) sum[k] += share * vectors[n][k];
  });
  return sum;
}

/** [the numbers, what to multiply by]: divided where their squares would leave what a float64 holds. 0 or NaN for those. */
function withinRange(matrix) {
  let total = 0;
  for (let k = 0; k < matrix.length; k++) total += matrix[k] * matrix[k];
  if (total > 1e-200 && total < 1e200) return [matrix, 1];
  const scale = largestAbsolute(matrix);
  if (!(scale > 0) || scale === Infinity) return scale === 0 ? 0 : NaN;
  return [matrix.map((value) => value / scale), scale];
}

/** Make `made` a vector of length 1 with something of every direction in it, and most of it along `v`. */
function begin(made, v) {
  const along = v?.length === made.length ? Math.sqrt(dot(v, v)) : 0;
  for (let k = 0; k < made.length; k++) {
    made[k] = (1 + Math.sin(1.7 * k + 0.3) / 2) * (along > 0 ? 1e-4 : 1) + (along > 0 ? v[k] / along : 0);
  }
  split(made, [], 0);
}

function dot(a, b) {
  let total = 0;
  for (let k = 0; k < a.length; k++) total += a[k] * b[k];
  return total;
}

/** Take out of v what lies along the first ones of `others`, make it one long, and return how long it was. */
function split(v, others, first) {
  for (let n = 0; n < first; n++) {
    const other = others[n], along = dot(v, other);
    for (let k = 0; k < v.length; k++) v[k] -= along * other[k];
  }
  const length = Math.sqrt(dot(v, v));
  if (length > 0) for (let k = 0; k < v.length; k++) v[k] /= length;
  return length;
}

/** The largest singular value of an upper bidiagonal matrix: bisection with Sturm's count on BᵀB. */
function largestOf(alphas, betas) {
  const m = alphas.length, diagonal = [], beside = [];
  for (let k = 0; k < m; k++) {
    diagonal.push(alphas[k] ** 2 + (k ? betas[k - 1] ** 2 : 0));
    if (k) beside.push((alphas[k - 1] * betas[k - 1]) ** 2);
  }
  // Whether an eigenvalue is larger than x.
  const above = (x) => {
    for (let k = 0, d = 1; k < m; k++) {
      d = diagonal[k] - x - (k ? beside[k - 1] / d : 0) || -1e-300;
      if (d > 0) return true;
    }
    return false;
  };
  let low = Math.max(...diagonal), high = low;
  for (let k = 0; k < m; k++) {
    high = Math.max(high, diagonal[k] + Math.sqrt(beside[k - 1] ?? 0) + Math.sqrt(beside[k] ?? 0));
  }
  low *= 1 - 1e-15;
  for (let n = 0; n < 60 && high - low > 2e-16 * high; n++) {
    const middle = (low + high) / 2;
    if (above(middle)) low = middle;
    else high = middle;
  }
  return Math.sqrt((low + high) / 2);
}

/** Numbers that Python wrote as base64 of float32 or float64: what `plain_array` returns. */
export function decoded({ shape, data }) {
  const text = atob(data), bytes = new Uint8Array(text.length);
  for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
  const short = bytes.length === 4 * shape.reduce((size, n) => size * n, 1);
  return short ? Float64Array.from(new Float32Array(bytes.buffer)) : new Float64Array(bytes.buffer);
}
