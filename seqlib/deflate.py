"""The same bytes on every machine: compressed text for saved pictures.

A browser unpacks deflate by itself, but `zlib` is not the same library everywhere (on some systems it is zlib-ng), so
the same text gives other bytes there, and a notebook that is run again would differ from the committed one. What is
done here is the format (RFC 1951) with one block, and no choice is left to a library.
"""

import heapq
from base64 import b64encode
from collections import Counter

LEAST, MOST, WINDOW = 5, 258, 32768  # of a piece that is repeated: its length, and how far back it may lie
END = 256  # the symbol that ends the block
PLAIN = 4  # bits for each length of a code: all 16 lengths are coded alike


def deflate(text):
    """Return a text as raw deflate (RFC 1951) in base64: what ``DecompressionStream("deflate-raw")`` reads.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    symbols = list(_symbols(text.encode()))
    letters = _codes(Counter(symbol for symbol, *_ in symbols), 286)
    distances = _codes(Counter(far[0] for *_, far in symbols if far), 30)
    bits = _Bits()
    bits.write(0b101, 3)  # the last block, with codes of its own
    bits.write(286 - 257 | 30 - 1 << 5 | 19 - 4 << 10, 14)
    for symbol in (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15):
        bits.write(PLAIN if symbol < 16 else 0, 3)
    for _, length in letters + distances:
        bits.write(_reversed(length, PLAIN), PLAIN)
    for symbol, extra, far in symbols:
        bits.write(*letters[symbol])
        if far:
            bits.write(*extra)
            bits.write(*distances[far[0]])
            bits.write(*far[1])
    return b64encode(bits.end()).decode()


def _symbols(data):
    """Cut bytes into what is coded: (letter, None, None) or (length, its extra bits, (distance, its extra bits))."""
    seen, at = {}, 0
    while at < len(data):
        before = seen.get(data[at : at + LEAST], -WINDOW - 1)
        length = 0
        if at - before <= WINDOW and at + LEAST <= len(data):
            most = min(MOST, len(data) - at)
            length = LEAST
            while length < most and data[before + length] == data[at + length]:
                length += 1
            symbol, extra = _scaled(length - 3, 4) if length < MOST else (28, (0, 0))
            yield 257 + symbol, extra, _scaled(at - before - 1, 2)
        else:
            yield data[at], None, None
        for k in range(at, at + (length or 1)):
            seen[data[k : k + LEAST]] = k
        at += length or 1
    yield END, None, None


def _scaled(value, per_power):
    """The symbol of a length or a distance, `per_power` of them for each power of two, and (extra bits, how many)."""
    many = max(value.bit_length() - per_power.bit_length(), 0)
    return many * per_power + (value >> many), (value & (1 << many) - 1, many)


def _codes(counts, size):
    """Huffman codes for the symbols 0 to size - 1: [(bits, how many)], (0, 0) for what does not occur."""
    lengths = _lengths({symbol: counts[symbol] for symbol in sorted(counts)})
    codes, code = [(0, 0)] * size, 0
    for length in range(1, 16):
        for symbol in sorted(symbol for symbol, own in lengths.items() if own == length):
            codes[symbol] = (_reversed(code, length), length)
            code += 1
        code <<= 1
    return codes


def _lengths(counts):
    """How many bits each symbol gets, at most 15."""
    if len(counts) < 2:
        return dict.fromkeys(counts, 1)
    heap = [(count, symbol, [symbol]) for symbol, count in counts.items()]
    heapq.heapify(heap)
    lengths = dict.fromkeys(counts, 0)
    while len(heap) > 1:
        one, two = heapq.heappop(heap), heapq.heappop(heap)
        for symbol in one[2] + two[2]:
            lengths[symbol] += 1
        heapq.heappush(heap, (one[0] + two[0], min(one[1], two[1]), one[2] + two[2]))
    if max(lengths.values()) > 15:
        return _lengths({symbol: count + 1 >> 1 for symbol, count in counts.items()})
    return lengths


def _reversed(code, length):
    return int(f"{code:0{length}b}"[::-1], 2)


class _Bits:
    """Bits, the lowest of every number first, as bytes."""

    def __init__(self):
        self.bytes, self.open, self.many = bytearray(), 0, 0

    def write(self, value, many):
        self.open |= value << self.many
        self.many += many
        while self.many >= 8:
            self.bytes.append(self.open & 255)
            self.open >>= 8
            self.many -= 8

    def end(self):
        if self.many:
            self.bytes.append(self.open)
        return bytes(self.bytes)
