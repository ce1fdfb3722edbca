"""Doors: what comes from a reader is an array, or a number, that can be used, or one sentence says what is wrong."""

import math
import os
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np

MOST = 2**28  # numbers in one matrix: 2 GB
ENDLESS = 2**53  # beyond it, not every whole number is one in a browser


def plain(name, value):
    """`value` as an array of numbers.

    What NumPy would take without a word and compute with all the same (the numbers under a mask, dates, None as NaN) is
    refused; a tensor of PyTorch is taken.

    Raises
    ------
    ValueError
        In one sentence, with `name`.
    """
    if type(value) is np.ndarray and value.dtype.kind in "fiubc":
        return value
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError(
            f"{name} must be a plain array, but a masked one came, and what lies under a mask is no number: fill it "
            "first, .filled(0) for instance. Targets that do not count are -1 (classes) or NaN (numbers)."
        )
    try:
        if hasattr(value, "detach"):
            value = value.detach().cpu().numpy()
        array = np.asarray(value)
        if array.dtype.kind == "O":  # numbers of Python, perhaps
            array = np.array(array.tolist())
    except Exception:
        raise ValueError(f"{name} must be one block of numbers, but {_came(value)} came, which is none.") from None
    if array.dtype.kind not in "fiubc":
        raise ValueError(f"{name} must hold numbers, but {_came(value, array)} came.")
    return array


def _came(value, array=None):
    if array is not None and array.ndim and array.dtype.kind != "O":
        return f"an array of {array.dtype}"
    if array is not None and array.ndim == 0:
        return shown(value)
    return f"{type(value).__name__} with rows of unequal length, or with something else in it," if (
        isinstance(value, list | tuple | np.ndarray)
    ) else f"an object of {type(value).__name__}"  # fmt: skip


def finite(name, value, ndim=None):
    """`value` as an array of finite numbers with `ndim` axes; the sentence names the first that is missing."""
    array = plain(name, value)
    if ndim is not None and array.ndim != ndim:
        axes = "one row of numbers" if ndim == 1 else f"an array with {ndim} axes"
        raise ValueError(f"{name} must be {axes}, but shape {array.shape} came.")
    if not np.isfinite(array).all():
        if array.ndim == 0:
            raise ValueError(f"{name} must be a finite number, but {array} came.")
        place = np.argwhere(~np.isfinite(array))[0]
        where = str(place[0] + 1) if array.ndim == 1 else str(tuple(int(k) for k in place))
        raise ValueError(f"{name} must have only finite numbers, but number {where} is {array[tuple(place)]}.")
    return array


def square(name, value):
    """`value` as a square matrix of finite numbers, or a stack of them."""
    array = finite(name, value)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise ValueError(f"{name} must be a square matrix, but shape {array.shape} came.")
    return array


def whole(name, value, least=1):
    """`value` as a whole number of at least `least`."""
    number = number_of(value)
    if isinstance(number, int) and number > ENDLESS:
        raise ValueError(f"{name} must be a whole number to which one can count, but {shown(value)} came.")
    if isinstance(number, bool | np.bool_) or not isinstance(number, int | np.integer) or number < least:
        raise ValueError(f"{name} must be a whole number, {least} or more, but {shown(value)} came.")
    return int(number)


def real(name, value):
    """`value` as one finite number."""
    number = number_of(value)
    if isinstance(number, Fraction | Decimal):
        number = float(number)
    if not is_real(number) or not math.isfinite(number):
        raise ValueError(f"{name} must be one finite number, but {shown(value)} came.")
    return number.item() if isinstance(number, np.generic) else number


def reals(name, value):
    """`value` as an array of real numbers; of few bits or many, as they are."""
    array = plain(name, value)
    if array.dtype.kind == "c":
        raise ValueError(f"{name} must hold real numbers, but {array.dtype} came.")
    return array


def alike(name, value, shape, of):
    """`value` as an array of real numbers of this shape, which is that of `of`; nothing is spread over it."""
    array = reals(name, value)
    if array.shape != shape:
        raise ValueError(f"{name} must have the shape of {of}, {shape}, but {array.shape} came.")
    return array


def returned(name, value, shape, what):
    """What a function of the reader's has returned, as an array of real numbers of this shape."""
    if value is None:
        raise ValueError(f"{name} must return {what}, of shape {shape}, but it returned nothing: end it with return ….")
    array = reals(f"what {name} returns", value)
    if array.shape != shape:
        raise ValueError(f"{name} must return {what}, of shape {shape}, but {array.shape} came.")
    return array


def within(name, value, least, most):
    """`value` as a whole number from `least` to `most`."""
    if not least <= whole(name, value, least) <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, but {shown(value)} came.")
    return int(value)


def record(name, value, kind="a Record of arrays, such as model.params"):
    """`value`, if arrays can be asked from it by their names."""
    if not hasattr(value, "items") or isinstance(value, type):
        raise ValueError(f"{name} must be {kind}, but {shown(value)} came.")
    return value


def positive(name, value, endless=False):
    """`value` as a positive number; only where it may be `endless`, ∞."""
    if not (is_real(value) and value > 0 and (endless or value < math.inf)):
        raise ValueError(f"{name} must be a positive number, but {shown(value)} came.")
    return value


def above_zero(name, array):
    """`array`, if an axis of powers of ten can show it."""
    if np.min(array) <= 0:
        raise ValueError(f"{name} must be positive everywhere, for it stands on an axis of powers of ten, but "
                         f"{np.min(array):g} came.")  # fmt: skip
    return array


def share(name, value):
    """`value` as a number from 0 to below 1."""
    if not (is_real(value) and 0 <= value < 1):
        raise ValueError(f"{name} must be from 0 to below 1, but {shown(value)} came.")
    return value


def chance(name, value):
    """`value` as a probability, from 0 to 1."""
    if not (is_real(value) and 0 <= value <= 1):
        raise ValueError(f"{name} must be a probability, from 0 to 1, but {shown(value)} came.")
    return value


def text(name, value):
    """`value`, if it is a text."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string, but {shown(value)} came.")
    return value


def path(value):
    """`value`, if it names a file; a number does not, which Python would take for a file that is open."""
    try:
        os.fsencode(os.fspath(value) + "")  # no bytes
    except (TypeError, UnicodeError):
        raise ValueError(f"path must be a file's name, such as 'weights.npz', but {shown(value)} came.") from None
    return value


def function(name, value, kind="a function"):
    """`value`, if it can be called."""
    if not callable(value):
        raise ValueError(f"{name} must be {kind}, but {shown(value)} came.")
    return value


def is_real(value):
    """Whether `value` is one real number; True and False are none, nor is what is too large for a float."""
    value = number_of(value)
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        return False
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def number_of(value):
    """What an array without axes holds, which NumPy makes of many a number; all else as it is."""
    plain = isinstance(value, np.ndarray) and value.ndim == 0 and not isinstance(value, np.ma.MaskedArray)
    return value.item() if plain else value


QUOTES = "'\")]}>"


def shown(value):
    """How a sentence names what came: in one line, and not much of it."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    try:
        said = repr(value)
        return " ".join((said if len(said) <= 60 else f"{said[:56]}…{said[-1] * (said[-1] in QUOTES)}").split())
    except Exception:  # an int of more than 4,300 digits, or an object that cannot tell what it is
        return f"{'an' if type(value).__name__[0] in 'aeiou' else 'a'} {type(value).__name__} that is too long"


def generator(rng):
    """`rng`, if it is a generator of random numbers."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a generator, such as np.random.default_rng(0), but {shown(rng)} came.")
    return rng


def seeded(seed, *more):
    """The generator that a seed stands for, a whole number from 0; with `more` of them, one of several."""
    seed = whole("seed", seed, 0)
    return np.random.default_rng([seed, *more] if more else seed)


def drawing(name, value):
    """`value`, if it is a generator of random numbers, or the one that it stands for as a seed."""
    if isinstance(value, np.random.Generator):
        return value
    number = number_of(value)
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or not 0 <= number <= ENDLESS:
        raise ValueError(f"{name} must be a generator, such as np.random.default_rng(0), or a seed, a whole number "
                         f"from 0, but {shown(value)} came.")  # fmt: skip
    return seeded(number)
