"""The networks that read a line of print in Tesseract, Korean and English: their own weights in the course's LSTM.

Tesseract (since version 4) reads a printed line column by column. A small convolution describes each place of the
picture; an LSTM runs *down* every three columns and leaves one state for them; three LSTMs run along the line: forward,
backward (from right to left), and forward again; and softmax gives each column the probabilities of all symbols. One of
these is the blank, "nothing new here". The most probable symbols, repeats joined and blanks left out, are the text.

The Korean network has no syllables among its 144 symbols. It spells each in three: the initial, the vowel, and the
final, or that there is none.

The weights are those of tessdata_fast 4.1.0 (Apache-2.0, ``data/tesseract/LICENSE``), int8 with a scale for each row.
Tesseract rounds its states to 8 bits too, and puts noise around the picture where here is white, and it looks at many
paths through the symbols, with a dictionary; so a text can differ in a sign.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from ... import data
from ...data import FINALS, INITIALS, VOWELS
from ...doors import shown
from ...in_words import answering
from ...nn.functions import softmax
from ..conventions import from_torch

FILES = {"en": "eng", "ko": "kor"}
STRIDE = 3  # pixels a column of the network is wide: the largest of 3 x 3 is kept after the convolution
LAYERS = ("down", "forward", "backward", "last")
BLANK, CHARACTER, INITIAL, VOWEL, FINAL = KINDS = ("blank", "character", "initial", "vowel", "final")
SYLLABLE = ord("가")
WIDEST = 750  # pixels: beyond it neither a picture has room, nor is a line read within a second


@dataclass(frozen=True)
class Reading:
    """What a network made of a line of print, column by column.

    Attributes
    ----------
    language : {"en", "ko"}
    image : ndarray, (height, W)
        What was read, from 0 (black) to 1 (white). Column t of the network (from 0) is about pixels 3t to 3t + 2.
    probabilities : ndarray, (T, K)
        Of every symbol at every column.
    symbols : tuple of K str
        What each is called; the blank and "no final" are "".
    kinds : tuple of K str
        "blank", "character", "initial", "vowel" or "final".
    states : dict of str to ndarray, (T, H)
        "down", "forward", "backward" and "last": h of each layer, by column from the left. The backward one at column t
        has read the columns T … t.
    so_far : tuple of T str
        The text as it stands after each column; a syllable grows with its symbols.
    note : str
        What has to be said of the line, such as that it has characters which the network cannot write.
    """

    language: str
    image: np.ndarray
    probabilities: np.ndarray
    symbols: tuple
    kinds: tuple
    states: dict
    so_far: tuple
    note: str = ""

    @property
    def best(self):
        """The most probable symbol of each column: (T,) numbers."""
        return self.probabilities.argmax(1)

    @property
    def text(self):
        """The text of the whole line."""
        return self.so_far[-1].strip()

    @property
    def emitted(self):
        """Where a symbol comes that is neither blank nor a repeat: a list of (column from 0, number of the symbol)."""
        before = np.r_[-1, self.best[:-1]]
        blank = self.kinds.index(BLANK)
        return [(int(t), int(k)) for t, k in enumerate(self.best) if k not in (blank, before[t])]

    def likeliest(self, t, n=5):
        """The n most probable symbols at column t (from 0): a list of (number of the symbol, probability)."""
        return [
            (int(k), float(self.probabilities[t, k])) for k in np.argsort(-self.probabilities[t], kind="stable")[:n]
        ]


class Recogniser:
    """The network of one language. `recogniser` makes it.

    Attributes
    ----------
    language : {"en", "ko"}
    height : int
        Of the pictures that it reads, in pixels: 36 or 48.
    cells : dict of str to LSTM
        "down", "forward", "backward", "last".
    symbols, kinds : tuple of K str
        See `Reading`.
    characters : frozenset of str
        What its authors let it read; see `unknown`.
    """

    def __init__(self, language):
        if language not in FILES:
            raise ValueError(f"language must be 'en' or 'ko', but {shown(language)} came.")
        stored = data.tesseract_weights(FILES[language])
        self.language, self.height = language, int(stored["height"])
        weights = {name: _widened(stored, name) for name in ("conv", *LAYERS, "output")}
        self.conv, self.output = weights["conv"], weights["output"]
        self.cells = {name: _lstm(weights[name]) for name in LAYERS}
        self.characters = frozenset(str(sign) for sign in stored["characters"] if sign)
        self.symbols, self.kinds = _symbols(stored)

    def __repr__(self):
        return f"Recogniser({self.language!r}: {self.height} pixels high, {len(self.symbols)} symbols)"

    def unknown(self, text):
        """The characters of a text that this network cannot write, each once."""
        return [sign for sign in dict.fromkeys(text) if sign not in self.characters and not self._spells(sign)]

    def _spells(self, sign):
        parts = list(zip((INITIAL, VOWEL, FINAL), [*data.jamo(sign), ""], strict=False))
        return len(parts) == 3 and all(part in zip(self.kinds, self.symbols, strict=True) for part in parts)

    def read(self, image):
        """Read a picture of one printed line, dark on light.

        Parameters
        ----------
        image : array_like, (h, w)
            Grey values from 0 (black) to 1 (white), or bytes from 0 to 255. Another height than the network's is
            scaled.

        Returns
        -------
        Reading

        Raises
        ------
        ValueError
            It is no grey picture, or too narrow or too wide.
        """
        image = _scaled(_grey(image), self.height)
        if not 2 * STRIDE <= image.shape[1] <= WIDEST:
            raise ValueError(
                f"image must be {2 * STRIDE} to {WIDEST} pixels wide at a height of {self.height}, but it is "
                f"{image.shape[1]}; cut the line into parts."
            )
        states = self._states(self._described(_contrast(image)))
        logits = states["last"] @ self.output[:, :-1].T + self.output[:, -1]
        probabilities = softmax(logits.T).T
        so_far = tuple(self.spelled(probabilities.argmax(1)))
        return Reading(self.language, image, probabilities, self.symbols, self.kinds, states, so_far)

    def _described(self, x):
        """The convolution, 3 x 3 pixels to 16 numbers, of which the largest of 3 x 3 places are kept: (h, w, 16)."""
        around = np.pad(x, 1, constant_values=1.0)
        windows = np.lib.stride_tricks.sliding_window_view(around, (3, 3))  # (h, w, row, column)
        nine = windows.transpose(0, 1, 3, 2).reshape(*x.shape, 9)  # column by column, as Tesseract stacks them
        y = np.tanh(nine @ self.conv[:, :-1].T + self.conv[:, -1])
        h, w = x.shape[0] // STRIDE, x.shape[1] // STRIDE
        return y[: h * STRIDE, : w * STRIDE].reshape(h, STRIDE, w, STRIDE, -1).max((1, 3))

    def _states(self, y):
        """The states of all layers: the columns are first sequences side by side, then steps of one."""
        down = self.cells["down"].forward(y.transpose(0, 2, 1)).h[-1].T
        forward = self.cells["forward"].forward(down[:, :, None]).h
        backward = self.cells["backward"].forward(forward[::-1]).h[::-1]
        last = self.cells["last"].forward(backward).h
        return {"down": down, "forward": forward[:, :, 0], "backward": backward[:, :, 0], "last": last[:, :, 0]}

    def spelled(self, best):
        """The text after each of these symbols: repeats count once, blanks not at all, three jamo make a syllable.

        Parameters
        ----------
        best : sequence of int
            A symbol for each column.

        Yields
        ------
        str
        """
        done, open_, before = "", [], None  # open_: the symbols of a syllable that is not complete
        follows = {INITIAL: (), VOWEL: (INITIAL,), FINAL: (INITIAL, VOWEL)}
        for k in best:
            kind = self.kinds[k]
            if k != before and kind != BLANK:
                if tuple(self.kinds[j] for j in open_) != follows.get(kind, ()):
                    done, open_ = done + self._written(open_), []
                open_.append(k)
                if kind in (CHARACTER, FINAL):
                    done, open_ = done + self._written(open_), []
            before = k
            yield done + self._written(open_)

    def _written(self, open_):
        """A character, a syllable, or as much of it as is there."""
        names = [self.symbols[k] for k in open_]
        if len(names) < 2:
            return "".join(names)
        final = names[2] if len(names) == 3 else ""
        syllable = (INITIALS.index(names[0]) * len(VOWELS) + VOWELS.index(names[1])) * len(FINALS) + FINALS.index(final)
        return chr(SYLLABLE + syllable)


@cache
def recogniser(language):
    """The network that reads "en" or "ko", made once."""
    return Recogniser(language)


def language_of(text):
    """ "ko" where there is any Hangul in a text, else "en"."""
    return "ko" if any("가" <= sign <= "힣" or "ㄱ" <= sign <= "ㅣ" for sign in text) else "en"


def _widened(stored, name):
    """int8 weights times the scale of their row, as float32; the bias is the last column."""
    return (stored[name] * stored[f"{name}_scale"][:, None]).astype(np.float32)


def _lstm(stacked):
    """Four matrices one below the other, in the order g i f o; each has columns for x, for h_{t-1} and for 1."""
    g, i, f, o = np.split(stacked, 4)
    rows = np.concatenate([i, f, g, o])  # PyTorch's order
    D = rows.shape[1] - len(g) - 1
    b = rows[:, -1]
    named = {"weight_ih_l0": rows[:, :D], "weight_hh_l0": rows[:, D:-1], "bias_ih_l0": b, "bias_hh_l0": 0 * b}
    return from_torch(named)


def _symbols(stored):
    """What each output stands for, from the spelling of the characters: names and kinds."""
    K = len(stored["output"])
    symbols, kinds = [""] * K, [CHARACTER] * K
    for sign, spelling in zip(map(str, stored["characters"]), stored["spelling"], strict=True):
        if spelling[1] < 0:
            symbols[spelling[0]] = sign
        else:
            for k, name, kind in zip(spelling, [*data.jamo(sign), ""], (INITIAL, VOWEL, FINAL), strict=False):
                symbols[k], kinds[k] = name, kind
    kinds[int(stored["blank"])] = BLANK
    return tuple(symbols), tuple(kinds)


def _grey(image):
    """Grey values from 0 to 1, or one sentence about what came."""
    image = np.asarray(image)
    if image.ndim != 2 or not image.size:
        raise ValueError(f"image must be grey, (height, width), but {image.shape} came; average its colours.")
    image = image / 255 if image.dtype == np.uint8 else image.astype(float)
    if not (np.isfinite(image).all() and image.min() >= 0 and image.max() <= 1):
        raise ValueError("image must have values from 0 (black) to 1 (white), or bytes; some lie outside.")
    return image


def _scaled(image, height):
    """The same picture at another height: each new pixel is a weighted mean of the old ones near it."""
    if len(image) == height:
        return image
    width = max(1, round(image.shape[1] * height / len(image)))
    return _means(len(image), height) @ image @ _means(image.shape[1], width).T


def _means(old, new):
    """Weights (new, old): a tent around the middle of each new pixel, at least one old pixel to each side."""
    ratio = old / new
    middles = (np.arange(new) + 0.5) * ratio - 0.5
    tents = np.maximum(0, 1 - np.abs(np.arange(old) - middles[:, None]) / max(1, ratio))
    return tents / tents.sum(1, keepdims=True)


def _contrast(image):
    """Grey values from -1 (ink) to 1 (paper), float32.

    As in Tesseract the middle row tells what is black and what is white: quartiles of its local minima and maxima.
    """
    grey = np.round(255 * image)
    middle = grey[len(grey) // 2]
    black, white = _quartile(middle, 25, 0), -_quartile(-middle, 25, -255)
    return np.clip((grey - black) / max((white - black) / 2, 1) - 1, -1, 1).astype(np.float32)


def _quartile(row, share, otherwise):
    """A percentile of the local minima of a row of pixels; `otherwise` where there is none."""
    left, here, right = row[:-2], row[1:-1], row[2:]
    minima = here[((here < left) & (here <= right)) | ((here <= left) & (here < right))]
    return np.percentile(minima, share) if minima.size else otherwise


answering(globals())
