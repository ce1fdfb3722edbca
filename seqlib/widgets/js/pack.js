// Reads what seqlib/draw/pack.py wrote; see there for the way it is written.

const SIGN_ENDS = 60; // the first signs end a number, the others go on
const PACK_SIGNS = [...Array(127).keys()].slice(35).map((code) => String.fromCharCode(code)).filter((sign) => !"\\<&".includes(sign));
const PACK_PLACE = new Map(PACK_SIGNS.map((sign, place) => [sign, place]));
const PACK_GAP = "\0";

function* numbersOf(code) {
  let n = 0, scale = 1;
  for (const sign of code) {
    const digit = PACK_PLACE.get(sign);
    n += digit * scale;
    if (digit >= SIGN_ENDS) scale *= PACK_SIGNS.length - SIGN_ENDS;
    else yield n, (n = 0), (scale = 1);
  }
}

function sums(code) {
  const whole = [], numbers = numbersOf(code);
  let before = 0;
  for (const n of numbers) {
    if (n === 0) for (let again = numbers.next().value; again >= 0; again--) whole.push(before);
    else whole.push((before += n % 2 ? (n + 1) / 2 : -n / 2));
  }
  return whole;
}

function written(whole, decimals, plus) {
  const digits = String(Math.abs(whole)).padStart(decimals + 1, "0");
  const text = decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
  return (whole < 0 ? "−" : plus && whole > 0 ? "+" : "") + text;
}

/** A function of the row: the text of a column there, u · T + t. */
function unpackedColumn(packed, [shape, ...rest]) {
  const [U, T] = packed.shape, code = rest.at(-1);
  const turned = code.startsWith(" "), whole = sums(turned ? code.slice(1) : code);
  const at = turned ? (row) => whole[(row % T) * U + Math.floor(row / T)] : (row) => whole[row];
  if (rest.length === 2) return (row) => written(at(row), shape, rest[0]);
  const table = sums(shape).map((place) => packed.strings[place]);
  return (row) => table[at(row)];
}

/** A function of the update's place u: for every packed list of texts its T texts. */
export function unpacked(packed) {
  const [, T] = packed.shape, columns = packed.columns.map((each) => unpackedColumn(packed, each));
  const texts = packed.texts.map((text) => text.map((n) => columns[n]));
  const rows = (u) => Array.from({ length: T }, (_, t) => u * T + t);
  return (u) => texts.map(([frame, ...gaps]) => rows(u).map((row) => {
    const parts = frame(row).split(PACK_GAP);
    return parts[0] + parts.slice(1).map((part, k) => gaps[k](row) + part).join("");
  }));
}
