// Where the values of a picture come from: what seqlib/draw/makers.py does, for a live picture. A run is {name: number,
// list or Float64Array}; a maker is plain data that came with the picture.

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉", SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number with so many decimals, exactly as Python rounds it: what lies in the middle goes to the even digit. */
export function fixed(value, decimals) {
  const size = Math.abs(value), unit = 10 ** decimals;
  if ((size * 2 ** (decimals + 1)) % 2 !== 1) return value.toFixed(decimals);
  const below = Math.floor(size * unit);
  return ((Math.sign(value) * (below + (below % 2))) / unit).toFixed(decimals);
}

const minus = (text) => text.replace("-", "−");
const shifted = (digits, signs) => digits.replace(/\d/g, (digit) => signs[digit]);

function plain(value) {
  if (Number.isNaN(value)) return "";
  return Math.abs(value) >= 0.005 ? minus(fixed(value, 2)) : "0.00";
}

function power(value) {
  if (!Number.isFinite(value)) return "∞";
  if (value === 0) return "0";
  if (value >= 0.01 && value < 1000) return fixed(value, 2);
  const [digits, exponent] = value.toExponential(1).split("e");
  return `${digits}·10${shifted(exponent.replace("+", "").replace("-", "⁻"), SUPERSCRIPTS)}`;
}

function life(value) {
  if (!Number.isFinite(value)) return "∞";
  return fixed(value, value < 1 ? 2 : value < 20 ? 1 : 0);
}

const signed = (value) => (value >= 0.005 ? `+${plain(value)}` : plain(value));

const FORMS = {
  signed,
  plain,
  bracket: (value) => (value <= -0.005 ? `(${plain(value)})` : plain(value)),
  hundredths: (value) => minus(fixed(value, 2)),
  power,
  decade: (value) => `10${shifted(String(Math.round(Math.log10(value))).replace("-", "⁻"), SUPERSCRIPTS)}`,
  life,
  count: (value) => String(Math.trunc(value)),
  subscript: (value) => shifted(String(Math.trunc(value)), SUBSCRIPTS),
  listed: (row) => Array.from(row, signed).join(", "),
  words: String,
};

export const filled = (text, fields) => text.replace(/\{(\w*)\}/g, (_, name) => fields[name]);
const each = (of, run) => (typeof of === "number" ? of : run[of]);
const isList = (value) => typeof value === "object";

/** The value of a quantity at step t, from 0. */
function at(of, run, t) {
  const value = each(of, run);
  return isList(value) ? value[t] : value;
}

/** As `signed` and `gate` in seqlib/draw/style.py: the shade of a signed number goes with its tanh. */
function colourAt({ of, scale }, run, t, scales) {
  const value = at(of, run, t), { strongest } = scales;
  if (!Number.isFinite(value)) return `#${scales.missing}`;
  const shade = scale === "gate" ? value : Math.tanh(Math.min(Math.max(value, -strongest), strongest));
  const [low, high] = scale === "gate" ? [0, 1] : [-Math.tanh(strongest), Math.tanh(strongest)];
  const share = (Math.min(Math.max(shade, low), high) - low) / (high - low);
  const place = 6 * Math.min(Math.trunc(share * 256), 255);
  return `#${scales[scale].slice(place, place + 6)}`;
}

function inkOn(colour) {
  const [r, g, b] = [1, 3, 5].map((k) => {
    const c = parseInt(colour.slice(k, k + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
}

/** As `pixels` in seqlib/draw/binding.py, for T rows of n numbers: a column for each row, in which the first is on top. */
function pixels({ of, scale }, run, t, scales) {
  const values = run[of], m = values.length, n = values[0].length, width = 4 * Math.ceil((3 * m) / 4);
  const bytes = new Uint8Array(54 + n * width), head = new DataView(bytes.buffer);
  bytes.set([66, 77]); // BM
  [[2, bytes.length], [10, 54], [14, 40], [18, m], [22, n], [34, n * width]].forEach(([k, v]) => head.setUint32(k, v, true));
  head.setUint16(26, 1, true), head.setUint16(28, 24, true);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < m; column++) {
      const shade = colourAt({ of: values[column][row], scale }, run, t, scales), place = 54 + (n - 1 - row) * width + 3 * column;
      for (let k = 0; k < 3; k++) bytes[place + k] = parseInt(shade.slice(5 - 2 * k, 7 - 2 * k), 16);
    }
  }
  return `data:image/bmp;base64,${btoa(String.fromCharCode(...bytes))}`;
}

const MAKERS = {
  text: ({ of, form, around }, run, t) => filled(around, { "": FORMS[form](at(of, run, t)) }),
  colour: colourAt,
  ink: (maker, run, t, scales) => inkOn(colourAt(maker, run, t, scales)),
  number: ({ of }, run, t) => at(of, run, t),
  place: ({ x, y }, run, t) => [at(x, run, t), at(y, run, t)],
  points: ({ x, y, low, high }, run, t) => {
    const [xs, ys] = [x, y].map((of) => (isList(run[of][0]) ? run[of][t] : run[of]));
    return Array.from(xs, (value, k) => [value, low === undefined ? ys[k] : Math.min(Math.max(ys[k], low), high)]);
  },
  pixels,
  listed: ({ of, form }, run, t) => Array.from(run[of][t], FORMS[form]).join(" "),
  say: ({ text, fields }, run, t) => {
    return filled(text, Object.fromEntries(Object.entries(fields).map(([name, maker]) => [name, made(maker, run, t)])));
  },
  choose: ({ by, among }, run, t, scales) => made(among[at(by, run, t)], run, t, scales),
};

function made(maker, run, t, scales) {
  return MAKERS[maker.make](maker, run, t, scales);
}

// --- from values to attributes -----------------------------------------------------------------------------------------

function unit(value) {
  const text = value.toFixed(2).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}

const along = ([log, factor, offset], value) => factor * (log ? Math.log10(value) : value) + offset;

/** The attribute of a part of the drawing at step t, as seqlib/draw/svg.py writes it. */
function attribute(part, run, t, scales) {
  const { makers, anchor, size, x, y } = part;
  const value = (what) => made(makers[what], run, t, scales);
  if (makers.points) return `M${value("points").map(([u, v]) => `${unit(along(x, u))} ${unit(along(y, v))}`).join("L")}`;
  const corner = makers.move ? value("move") : anchor;
  if (makers.width || makers.height) {
    const [u, v] = [makers.width ? value("width") : size[0], makers.height ? value("height") : size[1]];
    const [x0, y0, x1, y1] = [along(x, corner[0]), along(y, corner[1]), along(x, corner[0] + u), along(y, corner[1] + v)];
    return `M${unit(x0)} ${unit(y0)}H${unit(x1)}V${unit(y1)}H${unit(x0)}z`;
  }
  if (makers.move) {
    const [u, v] = [along(x, corner[0]) - along(x, anchor[0]), along(y, corner[1]) - along(y, anchor[1])];
    return `translate(${unit(u)} ${unit(v)})`;
  }
  const [what] = Object.keys(makers);
  return typeof value(what) === "number" ? unit(value(what)) : value(what);
}

/** The names of the quantities that a maker asks for. */
function asked({ make, of, by, x, y, fields = {}, among = [] }) {
  const inside = [...Object.values(fields), ...among].flatMap(asked);
  return [of, by, x, y].filter((name) => typeof name === "string").concat(inside);
}

/** Whether a maker gives the same at every step: all that it asks for is one number, or one curve. */
function stays(maker, run) {
  if (maker.make === "pixels") return true;
  const curve = maker.make === "points";
  return asked(maker).every((name) => !isList(run[name]) || (curve && !isList(run[name][0])));
}

/** The picture of a run: {bindings, sentences}, as the player takes them. */
export function pictureOf({ parts, said, scales }, run) {
  const bindings = parts.map((part) => {
    const steps = Object.values(part.makers).every((maker) => stays(maker, run)) ? 1 : run.steps;
    const values = Array.from({ length: steps }, (_, t) => attribute(part, run, t, scales));
    const { makers, anchor, size, x, y, ...bound } = part; // {id, attribute, …}: what the player is told of every binding
    return { ...bound, values };
  });
  return { bindings, sentences: Array.from({ length: run.steps }, (_, t) => made(said, run, t)) };
}
