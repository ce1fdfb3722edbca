"""Where one number of a cell comes from: a row times a column, or a product of single numbers, with all its numbers.

Each picture is drawn once for all rows: `scene(k)` is the same drawing with the numbers of row k.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.patches import Rectangle

from . import diagrams, style
from .diagrams import COLUMN, ROW, numbers
from .scene import Binding, Open, Scene

SIDE, RADIUS = COLUMN / 2, 0.18
WIDEST = 4.0  # inches that a matrix may take


@dataclass(frozen=True)
class Name:
    """What a quantity is called at each of the T steps, such as ``h₂``, and in general: ``hₜ``."""

    at: list
    ever: str

    def of(self, t, k):
        """Its k-th number at step t: ``h₂[1]``."""
        return f"{self.at[t]}[{k + 1}]"

    def tips(self, values, k, signed=True):
        """Its k-th number at every step, said: ``h₂[1] = +0.37``."""
        return [f"{self.of(t, k)} = {value}" for t, value in enumerate(numbers(values, signed)[:, k])]


@dataclass(frozen=True)
class Band:
    """A matrix `W` (H, n), called ``W_xh``, and the column (T, n) that it is multiplied with."""

    W: np.ndarray
    W_name: str
    column: np.ndarray
    name: Name
    colour: str


@dataclass(frozen=True)
class Number:
    """One number for each row and step, (T, H): what it is called, how it is shaded, and the level that it opens."""

    values: np.ndarray
    name: Name
    colour: str = style.INK
    kind: str = "signed"
    opens: str | None = None


class _Picture:
    """A drawing whose numbers depend on the row too: `_cell` says where they stand, `scene` gives those of a row."""

    def __init__(self):
        self.shown = []  # (patch, text, (T, H) values, kind, name of row k)
        self.labels, self.opening = [], []  # (text, of step t and row k), (patch, number)
        self.first = None

    def _number(self, ax, x, y, number, side="top"):
        """A single number in its frame, which changes with the step and the row."""
        patch = self._cell(ax, x, y, number.values, number.kind, lambda k: f"{number.name.ever}[{k + 1}]")
        frame = Rectangle((x - SIDE, y - ROW / 2), COLUMN, ROW, fill=False, edgecolor=number.colour, lw=2)
        ax.add_artist(frame)
        places = {"top": (x, y + ROW / 2 + 0.06, "center", "bottom"), "left": (x - SIDE - 0.08, y, "right", "center"),
                  "below": (x, y - ROW / 2 - 0.06, "center", "top")}  # fmt: skip
        if side:
            px, py, ha, va = places[side]
            self._label(ax, px, py, number.name.of, number.colour, ha=ha, va=va)
        if number.opens:
            self.opening.append((patch, number))

    def _cell(self, ax, x, y, values, kind, name):
        patch = Rectangle((x - SIDE, y - ROW / 2), COLUMN, ROW, facecolor="white", edgecolor="white", lw=0.8)
        text = ax.text(x, y - 0.01, "0", ha="center", va="center_baseline")
        self.shown.append((ax.add_artist(patch), text, values, kind, name))
        return patch

    def _label(self, ax, x, y, of, colour, **align):
        self.labels.append((ax.text(x, y, "0", color=colour, size=style.BIG, style="italic", **align), of))

    def bindings(self, k):
        """The bindings with the numbers of row `k`."""
        made = []
        for patch, text, values, kind, name in self.shown:
            row = values[:, k]
            shades = style.gate(row) if kind == "gate" else style.signed(row)
            inks = [style.ink_on(shade) for shade in shades]
            made += [Binding(patch, "fill", list(shades)), Binding(text, "fill", inks),
                     Binding(text, "text", list(numbers(row, signed=kind == "signed")), name(k))]  # fmt: skip
        for patch, number in self.opening:
            tips = number.name.tips(number.values, k, signed=number.kind == "signed")
            made += [Open(patch, number.opens, view=None), Binding(patch, "tip", tips)]
        T = range(len(self.shown[0][2]))
        return made + [Binding(text, "text", [of(t, k) for t in T]) for text, of in self.labels]

    def scene(self, k, sentences, alt, start=0):
        """The scene of row `k`."""
        if self.first is None:
            self.first = Scene(self.fig, self.bindings(k), sentences=sentences, alt=alt, start=start)
            return self.first
        return self.first.with_values(self.bindings(k), sentences=sentences)


class RowTimesColumn(_Picture):
    """Row k of a matrix times a column, twice at most, and a bias: their sum, and what a function makes of it.

    Parameters
    ----------
    bands : list of one or two Band
        All matrices have H rows; at most 6 rows and 6 columns can be read.
    bias, total : Number
    result : Number, optional
        The function's value.
    function : str, optional
        Its name in the circle.
    height : float
        Inches, at least `room`.
    """

    def __init__(self, bands, bias, total, result=None, function=None, *, height):
        super().__init__()
        self.rows = []
        H = total.values.shape[1]
        pitches = _pitches(H, [band.W.shape[1] for band in bands])
        self.fig, ax = diagrams.canvas(10, height)
        top = height - (height - sum(pitches) - 0.1) / 2
        ys = [top - sum(pitches[:n]) - 0.42 - (pitch - 0.52) / 2 for n, pitch in enumerate(pitches)]
        wide = max(band.W.shape[1] * _column(band) for band in bands)
        used = wide + (4.84 if result is None else 5.77)
        at = {"x": (10 - used) / 2 + wide + 0.3 + SIDE}
        at["products"] = at["x"] + COLUMN + 0.34
        at["sum"] = at["products"] + COLUMN + 0.42
        at["+"] = at["sum"] + SIDE + 0.34
        at["a"] = at["+"] + 0.48 + SIDE
        for band, y in zip(bands, ys, strict=True):
            self._band(ax, band, y, at)
        self._sum(ax, bands, ys, at, bias)
        middle = np.mean(ys)
        diagrams.arrow(ax, (at["+"] + RADIUS, middle), (at["a"] - SIDE, middle), colour=style.INK)
        self._number(ax, at["a"], middle, total)
        if result is not None:
            at["f"], down = at["a"] + SIDE + 0.56, middle - 0.95
            diagrams.arrow(ax, (at["a"] + SIDE, middle), (at["f"] - 0.31, middle), colour=style.INK, head=False)
            diagrams.circle(ax, at["f"], middle, function, radius=0.31, size=style.SIZE)
            diagrams.arrow(ax, (at["f"], middle - 0.31), (at["f"], down + ROW / 2), colour=result.colour)
            self._number(ax, at["f"], down, result, side="below")

    def _band(self, ax, band, y, at):
        """The matrix with its row framed, the column, their products one below the other, and the sum of these."""
        H, n = band.W.shape
        column = _column(band)
        right, top = at["x"] - SIDE - 0.3, y + H * ROW / 2
        left, middle = right - n * column, right - n * column / 2
        diagrams.matrix(ax, middle, y, band.W[None], colour=band.colour, column=column)
        ax.text(middle, top + 0.07, _math(band.W_name), color=band.colour, ha="center", va="bottom", size=style.BIG)
        frame = Rectangle((left, top - ROW), n * column, ROW, fill=False, edgecolor=style.INK, lw=3, zorder=5)
        self.rows.append((ax.add_artist(frame), left, top))
        ax.text(right + 0.15, y, "·", ha="center", va="center", size=style.BIG)
        products = band.W[None] * band.column[:, None, :]  # (T, H, n)
        for j in range(n):
            low, same = y + (n / 2 - j - 0.5) * ROW, np.repeat(band.column[:, None, j], H, axis=1)
            x_j = f"{band.name.ever}[{j + 1}]"
            self._cell(ax, at["x"], low, same, "signed", lambda k, x_j=x_j: x_j)
            named = f"{band.W_name}[{{}},{j + 1}] · {x_j}"
            self._cell(ax, at["products"], low, products[:, :, j], "signed", lambda k, f=named: f.format(k + 1))
        for x, colour in ((at["x"], band.colour), (at["products"], style.MUTED)):
            ax.add_artist(Rectangle((x - SIDE, y - n * ROW / 2), COLUMN, n * ROW, fill=False, edgecolor=colour, lw=2))
        self._label(
            ax, at["x"], y + n * ROW / 2 + 0.07, lambda t, k: band.name.at[t], band.colour, ha="center", va="bottom"
        )  # fmt: skip
        ax.text((at["x"] + at["products"]) / 2, y, "→", ha="center", va="center", size=style.BIG)
        ax.text((at["products"] + at["sum"]) / 2, y, "Σ", ha="center", va="center", size=style.BIG)
        share = Name([], f"({band.W_name} {band.name.ever})")
        self._number(ax, at["sum"], y, Number(products.sum(axis=2), share, band.colour), side=None)

    def _sum(self, ax, bands, ys, at, bias):
        x, middle = at["+"], np.mean(ys)
        if len(bands) == 1:
            diagrams.arrow(ax, (at["sum"] + SIDE, middle), (x - RADIUS, middle), colour=bands[0].colour)
            diagrams.arrow(ax, (x, middle - 0.8 + ROW / 2), (x, middle - RADIUS), colour=style.MUTED)
            self._number(ax, x, middle - 0.8, bias, side="below")
        else:
            for band, y, end in zip(bands, ys, (RADIUS, -RADIUS), strict=True):
                diagrams.arrow(ax, (at["sum"] + SIDE, y), (x, y), (x, middle + end), colour=band.colour)
            diagrams.arrow(ax, (at["sum"] + SIDE, middle), (x - RADIUS, middle), colour=style.MUTED)
            self._number(ax, at["sum"], middle, bias, side="left")
        diagrams.circle(ax, x, middle, "+", radius=RADIUS)

    def bindings(self, k):
        """The numbers of row `k`, and the frame around it in each matrix."""
        T, made = len(self.shown[0][2]), super().bindings(k)
        for frame, left, top in self.rows:
            made.append(Binding(frame, "move", np.tile([left, top - (k + 1) * ROW], (T, 1))))
        return made


class Pointwise(_Picture):
    """Numbers with signs between them: ``f_t[k] × C_{t-1}[k] + i_t[k] × C̃_t[k] = C_t[k]``.

    Parameters
    ----------
    parts : list of Number and str
    height : float
        Inches.
    """

    def __init__(self, parts, *, height):
        super().__init__()
        self.fig, ax = diagrams.canvas(10, height)
        gap, sign = 0.3, 0.5
        x = (10 - sum(sign if isinstance(part, str) else COLUMN + gap for part in parts)) / 2
        for part in parts:
            if isinstance(part, str):
                ax.text(x + sign / 2, height / 2, part, ha="center", va="center", size=style.BIG)
                x += sign
            else:
                self._number(ax, x + (COLUMN + gap) / 2, height / 2, part)
                x += COLUMN + gap


def room(H, columns):
    """The height in inches that `RowTimesColumn` needs for matrices of `H` rows and so many columns."""
    return sum(_pitches(H, columns)) + 0.1


def _pitches(H, columns):
    return [max(1.5 if len(columns) > 1 else 2.4, max(H, n) * ROW + 0.62) for n in columns]


def _math(name):
    """``W_xh`` as mathtext."""
    letter, index = name.split("_")
    return f"${letter}_{{{index}}}$"


def _column(band):
    return min(COLUMN, WIDEST / band.W.shape[1])
