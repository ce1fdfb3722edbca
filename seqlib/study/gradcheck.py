"""Is a gradient right? Derivatives by a complex step, and the comparison a reader sees.

References
----------
Squire & Trapp (1998), "Using complex variables to estimate derivatives of real functions",
SIAM Review 40(1).
"""

import copy
import html
import unicodedata
from typing import NamedTuple

import numpy as np

from seqlib import words

NOISE = 1e-12  # Relative differences below this are rounding, and differ from machine to machine.

NAME = {"en": "name", "ko": "이름"}
LARGEST = {"en": "largest difference", "ko": "가장 큰 차이"}
RELATIVE = {"en": "relative", "ko": "상대 차이"}
VERDICT = {"en": "verdict", "ko": "판정"}
EQUAL = {"en": "equal", "ko": "같음"}
DIFFERENT = {"en": "DIFFERENT", "ko": "다름"}


def complex_step(loss, record, step=1e-30):
    """Derivatives of a real function of named arrays, one entry after the other.

    Each entry w is moved by i·step, an imaginary step. By Taylor
    L(w + i·step) = L(w) + i·step·L'(w) - step²/2·L''(w) - …, so Im L / step is L'(w) up to
    step²: nothing is subtracted, and no digit is lost. (A difference quotient loses half of them.)

    Parameters
    ----------
    loss : callable
        ``loss(moved)`` with a complex copy of the record, to a number. It must be made of functions
        that take complex numbers, so no absolute value and no ``.real`` on the way.
    record : Record
        The point at which to differentiate; it stays as it is.
    step : float

    Returns
    -------
    Record
        ∂L/∂w for every entry, names and shapes as in `record`, float64.

    Raises
    ------
    ValueError
        If `loss` returns a real number: the imaginary part was lost on the way.
    """
    moved, numeric = record.astype(np.complex128), record.astype(np.float64)
    for name, array in moved.items():
        for place in np.ndindex(array.shape):
            start = array[place]
            array[place] = start + 1j * step
            value = loss(moved)
            if not np.iscomplexobj(value):
                raise ValueError(
                    f"loss must compute with the complex numbers it is given, but a {type(value).__name__} came back."
                )
            numeric[name][place] = np.imag(value) / step
            array[place] = start
    return numeric


def with_params(model, params):
    """A copy of a cell or a model that computes with `params` (Record) in place of its own.

    ``complex_step(lambda p: with_params(model, p).loss(x, targets), model.params)`` is the
    gradient that ``model.loss_and_gradients(x, targets)`` should give.
    """
    # deepcopy looks an object up by its id before copying it, so these stand in wherever the old ones are held.
    return copy.deepcopy(model, {id(array): params[name] for name, array in model.params.items()})


class Row(NamedTuple):
    """The comparison of one array."""

    name: str
    scale: float  # what the difference is measured by, see `compare`
    difference: float  # the largest absolute difference of two entries
    relative: float  # difference / scale; 0 where all arrays are zero
    equal: bool


class Comparison(tuple):
    """`Row` objects, one for each array, shown as a table in the reader's language.

    Differences that are only rounding are shown as "< 1e-12" (relative), so the table is the same
    on every machine.
    """

    @property
    def equal(self):
        """True when every array agrees."""
        return all(row.equal for row in self)

    def _table(self):
        head = [words.say(text) for text in (NAME, LARGEST, RELATIVE, VERDICT)]
        return [head] + [
            [
                row.name,
                _shown(row.difference, row, NOISE * row.scale),
                _shown(row.relative, row, NOISE),
                words.say(EQUAL if row.equal else DIFFERENT),
            ]
            for row in self
        ]

    def __repr__(self):
        table = self._table()
        widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
        lines = (
            "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        )
        return "\n".join(lines)

    def _repr_html_(self):
        # A browser's fixed-width font need not have Korean letters of exactly two columns.
        rows = [[html.escape(cell) for cell in row] for row in self._table()]
        head = "".join(f'<th scope="col">{cell}</th>' for cell in rows[0])
        body = "".join(
            f'<tr><th scope="row">{name}</th><td>{"</td><td>".join(cells)}</td></tr>' for name, *cells in rows[1:]
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def compare(analytic, numeric, tolerance=1e-10):
    """Set gradients beside each other, array by array.

    Parameters
    ----------
    analytic, numeric : Record, or dict of str to ndarray
        The gradient to check, and the one to trust: the same names and shapes.
    tolerance : float
        Largest relative difference that still counts as equal.

    Returns
    -------
    Comparison

    Notes
    -----
    A difference is relative to the largest entry of its array, not to each single one: an entry
    that is a sum in which almost everything cancels is right, but not to as many digits. An array
    of which nothing but rounding is left is measured by 1e-5 of the largest entry of all arrays.
    """
    analytic, numeric = dict(analytic.items()), dict(numeric.items())
    shapes, expected = _shapes(analytic), _shapes(numeric)
    if shapes != expected:
        raise ValueError(f"analytic must have the names and shapes of numeric, {expected}, but {shapes} came.")
    scales = {name: max(_largest(analytic[name]), _largest(numeric[name])) for name in numeric}
    floor = 1e-5 * max(scales.values(), default=0)
    return Comparison(
        _row(name, _largest(np.subtract(analytic[name], numeric[name])), max(scales[name], floor), tolerance)
        for name in numeric
    )


def _shapes(arrays):
    return {name: np.shape(array) for name, array in arrays.items()}


def _largest(array):
    return float(np.abs(array).max(initial=0))


def _row(name, difference, scale, tolerance):
    relative = difference / scale if difference else 0.0
    return Row(name, scale, difference, relative, relative <= tolerance)  # NaN is not <= anything: different


def _shown(value, row, noise):
    """A value of `row`, or the power of ten above `noise` where it is only rounding."""
    if row.scale == 0:
        return "0"
    if row.relative >= NOISE or np.isnan(row.relative):
        return f"{value:.1e}"
    return f"< 1e{int(np.ceil(np.log10(noise))):03d}"


def _width(text):
    """Columns that a text takes in a fixed-width font, where a Korean letter takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
