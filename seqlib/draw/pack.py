"""Many values in little room: the values of a scene over many updates are nearly the same text again and again.

Every text is cut at its numbers: ``"h₃ = (+0.37, −0.49)"`` is the frame ``"h· = (·, ·)"`` and the three columns of what
stands in its gaps, one entry for each update and step. A column that was there before is not stored again. A column of
numbers with the same decimals is stored as whole numbers, any other as places in a table of texts; and of these only
the differences, along the steps or along the updates, whichever is shorter, in signs that JSON and HTML leave alone.
``widgets/js/pack.js`` reads it. zlib would be a little smaller, but its bytes are not the same on every machine, and a
browser can only unpack them later.
"""

import re

# 89 signs of one byte that need no escape. The first ONE of them end a number, the others go on.
SIGNS = "".join(chr(code) for code in range(35, 127) if chr(code) not in "\\<&")
ONE = 60
GAP = "\0"  # stands in no text: `clean` takes it out
SLOT = re.compile(r"[+−-]?\d+(?:\.\d+)?|[₀-₉]+")
NUMBER = re.compile(r"([+−]?)(\d+)(?:\.(\d+))?")


def pack(texts, shape):
    """Pack lists of texts.

    Parameters
    ----------
    texts : list of list of str
        Each with U · T entries: all steps of the first update, then of the second …
    shape : (U, T)

    Returns
    -------
    dict
        Plain data: ``strings``; ``columns``, each ``[decimals, plus, code]`` or ``[table, code]``, where a code that
        begins with ``" "`` runs along the updates, and the table is a code, too, of places in ``strings``; ``texts``,
        each a list of columns, frame first; ``shape``.
    """
    packer = _Packer(shape)
    packed = [packer.text(values) for values in texts]
    return {"shape": list(shape), "strings": list(packer.strings), "columns": packer.columns, "texts": packed}


def unpack(packed):
    """The lists of texts that were packed: what ``pack.js`` does in the browser."""
    U, T = packed["shape"]
    columns = [_read(column, packed["strings"], U, T) for column in packed["columns"]]
    return [[_fill(*row) for row in zip(*(columns[n] for n in text), strict=True)] for text in packed["texts"]]


class _Packer:
    def __init__(self, shape):
        self.U, self.T = shape
        self.strings, self.columns, self.known = {}, [], {}

    def text(self, values):
        frames, gaps = [], []
        for value in values:
            # A colour is one thing, whatever digits are in it.
            filling = [] if value.startswith("#") else SLOT.findall(value)
            frames.append(SLOT.sub(GAP, value) if filling else value)
            gaps.append(filling)
        wide = max(map(len, gaps))
        return [self.column(column) for column in (frames, *_filled(gaps, wide))]

    def column(self, values):
        key = tuple(values)
        if key not in self.known:
            self.known[key] = len(self.columns)
            self.columns.append(self.numbers(values) or self.table(values))
        return self.known[key]

    def numbers(self, values):
        """``[decimals, plus, code]``, or None where this is no column of numbers that all look alike."""
        found = [NUMBER.fullmatch(value) for value in values]
        if not all(found) or len({len(match[3] or "") for match in found}) > 1:
            return None
        decimals = len(found[0][3] or "")
        whole = [int(match[2] + (match[3] or "")) * (-1 if match[1] == "−" else 1) for match in found]
        for plus in (0, 1):
            if all(written(n, decimals, plus) == value for n, value in zip(whole, values, strict=True)):
                return [decimals, plus, self.code(whole)]
        return None

    def table(self, values):
        places = {}
        rows = [places.setdefault(value, len(places)) for value in values]
        table = [self.strings.setdefault(value, len(self.strings)) for value in places]
        return [_differences(table), self.code(rows)]

    def code(self, whole):
        along_updates = [whole[u * self.T + t] for t in range(self.T) for u in range(self.U)]
        return min(_differences(whole), " " + _differences(along_updates), key=len)


def written(whole, decimals, plus):
    """A whole number of units of the last decimal, as `diagrams.numbers` writes it."""
    text = f"{abs(whole):0{decimals + 1}d}"
    text = f"{text[:-decimals]}.{text[-decimals:]}" if decimals else text
    return ("−" if whole < 0 else "+" if plus and whole > 0 else "") + text


def _filled(gaps, wide):
    """The columns of what stands in the gaps; a frame with fewer gaps repeats what was there before: that is short."""
    for k in range(wide):
        column, before = [], next(filling[k] for filling in gaps if len(filling) > k)
        for filling in gaps:
            before = filling[k] if len(filling) > k else before
            column.append(before)
        yield column


def _differences(whole):
    """Signs for the differences: 0 and how often the same comes again, or a number that is not 0."""
    signs, again, before = [], 0, 0
    for n in whole:
        if n == before:
            again += 1
            continue
        signs += [_signs(0), _signs(again - 1)] if again else []
        step, again, before = n - before, 0, n
        signs.append(_signs(2 * step - 1 if step > 0 else -2 * step))
    signs += [_signs(0), _signs(again - 1)] if again else []
    return "".join(signs)


def _signs(n):
    """A number from 0 in signs: one below `ONE`, two up to 1799, and so on."""
    text, more = "", len(SIGNS) - ONE
    while n >= ONE:
        n -= ONE
        text += SIGNS[ONE + n % more]
        n //= more
    return text + SIGNS[n]


def _read(column, strings, U, T):
    *how, code = column
    whole = _sums(code.removeprefix(" "))
    if code.startswith(" "):
        whole = [whole[t * U + u] for u in range(U) for t in range(T)]
    if len(how) == 2:
        return [written(n, *how) for n in whole]
    table = _sums(how[0])
    return [strings[table[n]] for n in whole]


def _sums(code):
    whole, before, numbers = [], 0, _numbers(code)
    for n in numbers:
        if n == 0:
            whole += [before] * (next(numbers) + 1)
        else:
            before += (n + 1) // 2 if n % 2 else -n // 2
            whole.append(before)
    return whole


def _numbers(code):
    n, scale, more = 0, 1, len(SIGNS) - ONE
    for sign in code:
        digit = SIGNS.index(sign)
        n += digit * scale
        if digit >= ONE:
            scale *= more
        else:
            yield n
            n, scale = 0, 1


def _fill(frame, *filling):
    parts = frame.split(GAP)
    return parts[0] + "".join(gap + part for gap, part in zip(filling, parts[1:], strict=False))
