"""What the docstring of a picture promises to take is what it takes; for all else there is one sentence.

A picture says for its readers what each parameter is: ``n : int``, ``x : ndarray, (T, D, N)``, ``values : dict of str
to float``. These words are read here, once for each picture, and what comes is held against them: so no picture needs
checks of its own for what all have in common, and none can promise what does not hold. Equal letters in shapes mean
equal sizes, of a run's trace, too: with a trace of six steps, ``list of T str`` is six strings.
"""

import math
import re
import sys
from functools import wraps
from importlib import import_module
from inspect import signature

import numpy as np

from ..doors import above_zero, finite, is_real, number_of, plain, positive, shown, whole
from ..in_words import bound, in_a_sentence, promises
from ..nn import History
from ..nn.record import Record
from .binding import clean

FROM_NOTHING = {"n", "start", "unit", "seed"}  # whole numbers that count from 0
HOMES = (
    "seqlib",
    "seqlib.nn.cell",
    "seqlib.nn.passes",
    "seqlib.nn.train",
    "seqlib.data",
    "seqlib.draw.scene",
)  # of classes that a docstring names without their module
TRACE = "what model.forward(x) returned"
PARTS = ("str", "float", "int")  # kinds whose elements are looked at one by one
PLURALS = {"str": "strings", "float": "numbers", "int": "whole numbers", "dict": "dicts", "list": "lists",
           "ndarray": "arrays", "array_like": "arrays", "Record": "traces", "History": "histories"}  # fmt: skip
LONGEST, WIDEST = 400, 128  # steps and units of a run: with more, a drawing takes minutes and nobody can read it
LETTERS, LARGEST, LEAST = 200, 1e302, 1e-302  # of a name, and of what an axis can have on it
TYPED = ("text", "sentence", "line", "word")  # what a reader writes may be long: how long is said there
NAMED = {"correct": "float from 0 to 1", "sequences": "positive float", "solved": "truth", "norms": "norms, (length,)"}


def as_promised(kind):
    """Decorate a class or a function: what it is given is held against what the docstring promises to take."""
    make = kind.__init__ if isinstance(kind, type) else kind
    parameters, promised, namespace = signature(make), promises(kind), vars(sys.modules[kind.__module__])

    @wraps(make)
    def made(*args, **kwargs):
        try:
            given = bound(kind.__name__, parameters, args, kwargs)
            given.arguments.update(kept(given.arguments, promised, namespace))
            return make(*given.args, **given.kwargs)
        except Exception as error:
            told = in_a_sentence(error, kind.__name__, promised)
            if told is error:
                raise
            raise told from error

    if make is kind:
        return made
    kind.__init__ = made
    return kind


def kept(given, promised, namespace):
    """What was given as it can be drawn, {name: value}.

    Raises
    ------
    ValueError
        Something is not what is promised, or does not fit to something else: one sentence.
    """
    sizes, made = {}, {}
    for name in sorted(given, key=lambda name: name not in ("trace", "traces", "runs")):  # a run tells how long all is
        value, kind = given[name], promised.get(name)
        if kind is None or (value is None and re.search(", optional|or None", kind)):
            continue
        kind = re.sub(", optional| or None", "", kind)
        made[name] = _read(kind, name, value, sizes, namespace)
        runs = [value] if isinstance(value, Record) else [*value.values()] if isinstance(value, dict) else []
        if runs and isinstance(runs[0], Record) and "h" in runs[0]:
            _sizes_of(runs[0], name, sizes)
    backwards = getattr(given.get("grads"), "trace", None)
    if "trace" in made and backwards is not None and backwards.h.shape != given["trace"].h.shape:
        raise ValueError(f"grads must be those of this trace, with h of shape {given['trace'].h.shape}, but "
                         f"{backwards.h.shape} came.")  # fmt: skip
    for name, letter, first in (("n", "N", 0), ("t", "T", 1)):
        if isinstance(made.get(name), int) and letter in sizes:
            _between(name, made[name], first, *sizes[letter])
    for name in ("model", "cell"):
        if name in given and isinstance(given.get("trace"), Record):
            _same_run(given[name], given["trace"])
    return made


def _sizes_of(run, name, sizes):
    """The letters that a run gives: T, N and K, and of a single trace D and H."""
    T, H, N = run.h.shape
    if T > LONGEST or H > WIDEST:
        raise ValueError(
            f"a picture has room for T ≤ {LONGEST} steps and H ≤ {WIDEST} units, but T={T} and H={H} came; run the "
            "model on fewer steps, or draw a smaller one."
        )
    found = {"T": T, "N": N} | ({"K": run.logits.shape[1]} if "logits" in run else {})
    if name == "trace":
        found |= {"H": H} | ({"D": run.x.shape[1]} if "x" in run and run.x.ndim == 3 else {})
    for letter, size in found.items():
        sizes.setdefault(letter, (size, name))


def kind_is_whole(kind):
    """Whether these words promise a whole number."""
    return kind.startswith("int")


def _between(name, value, first, size, owner):
    if not first <= value < size + first:
        there = "steps" if first else "examples"
        raise ValueError(
            f"{name} must be {first} … {size - 1 + first} ({'the ' * (owner == 'trace')}{owner} has {size} {there}), "
            f"but {shown(value)} came."
        )


def _same_run(model, trace):
    """A trace and the cell that is drawn with it have the same quantities of the same sizes."""
    cell = getattr(model, "cell", model)
    rows = {state: None for state in getattr(cell, "STATES", ())}
    if hasattr(cell, "BLOCKS") and not hasattr(cell, "cells"):
        rows = {name: cell.H * len(cell.BLOCKS.get(name, "1")) for name in cell.program(True).equations}
    odd = [name for name, size in rows.items() if name not in trace or size not in (None, trace[name].shape[1])]
    if odd or ("x" in trace and trace.x.ndim == 3 and trace.x.shape[1] != cell.D):
        quantity = odd[0] if odd else "x"
        came = (
            f"one with {quantity} of shape {trace[quantity].shape}" if quantity in trace else f"one without {quantity}"
        )
        raise ValueError(f"trace must be that of the model, {cell!r}, but {came} came; call model.forward(x) again.")
    if rows and not _still_so(cell, trace):
        raise ValueError("trace must be that of the model as it is, but its weights have changed since, or are others; "
                         "call model.forward(x) again.")  # fmt: skip


def _still_so(cell, trace):
    """Whether the cell makes the first state of the trace; where that did not begin at 0, it is believed."""
    begins = [trace[f"{state}_all"][0] for state in getattr(cell, "STATES", ()) if f"{state}_all" in trace]
    if "x" not in trace or trace.x.ndim != 3 or not begins or any(np.any(state != 0) for state in begins):
        return True
    with np.errstate(all="ignore"):
        again = cell.forward(trace.x[:1]).h[0]
    return np.allclose(again, trace.h[0], rtol=1e-3, atol=1e-5, equal_nan=True)


def _read(kind, name, value, sizes, namespace):
    """`value` as `kind` says, or a sentence."""
    again = (sizes, namespace)
    if kind.startswith("str or ") and isinstance(value, str) and value:  # of letters, each a name
        return value
    kind = kind.removeprefix("str or ")
    if found := re.fullmatch(r"dict of (\w+|\(.+?\)) to (.+)", kind):
        return _dict(found[1], found[2], name, value, *again)
    if found := re.match(r"(positive )?(ndarray|array_like|norms)(?:,? \((.*)\))?", kind):
        array = _array(found[3], name, value, sizes, ends=found[2] != "norms" and name != "targets")  # NaN: none here
        return above_zero(name, array) if found[1] else array
    if found := re.fullmatch(r"(list|sequence|collection|iterable) of (?:([A-Za-z]|\d+(?: or \d)?) )?(.+)", kind):
        return _list(found[2], found[3], name, value, *again, empty=found[1] == "collection")
    if found := re.fullmatch(r"\((.+)\)", kind):
        return _tuple(found[1].split(", "), name, value, *again)
    if found := re.fullmatch(r"(int|float) from (\S+) to (\S+)", kind):
        return _part(found[1] == "int", float(found[2]), float(found[3]), name, value)
    value = value.item() if isinstance(value, np.generic) else number_of(value)  # one number, switch or text
    if kind.startswith("int"):
        least = int(name not in FROM_NOTHING and name[-1] != "]")
        if name == "n" and (isinstance(value, bool) or not isinstance(value, int)):
            raise ValueError(f"n must be a whole number, the example that is shown, but {_came(value)}.")
        if name == "start" and isinstance(value, int) and not isinstance(value, bool):
            return value  # how many steps there are is known to the scene
        if whole(name, value, least) > LONGEST and name in ("T", "steps") and ".draw." in namespace["__name__"]:
            raise ValueError(f"{name} must be at most {LONGEST}, for which a picture has room, but {value} came.")
        return value
    simple = {
        "float": _number,
        "positive float": _positive,
        "bool": _switch,
        "truth": _truth,
        "str": _text,
        "callable": _callable,
    }
    if kind in simple:
        return simple[kind](name, value)
    if kind == "bytes":
        return _instance(bytes, "bytes", name, value)
    if kind.startswith("dict with "):
        return _stored(kind[len("dict with ") :].split(", "), name, value)
    if kind[0] == "{":
        return _one_of(re.findall(r'"(.*?)"', kind), name, value)
    return _class(kind, name, value, *again)


def _came(value):
    plain = isinstance(value, (type | str | bytes | int | float | complex | None, np.generic))
    if plain or (type(value).__module__.startswith("seqlib.nn") and not isinstance(value, Record)):
        return f"{shown(value)} came"
    shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""
    return f"{type(value).__name__}{shape} came"


def _number(name, value):
    if not is_real(value) or not math.isfinite(value):
        raise ValueError(f"{name} must be a number, but {_came(value)}.")
    return _of_a_size(name, value)


def _positive(name, value):
    return _of_a_size(name, positive(name, value), LEAST)


def _of_a_size(name, value, least=0.0):
    """`value`, as far as an axis can show it."""
    if not least <= abs(value) <= LARGEST:
        raise ValueError(f"{name} must be a number that an axis can show, {'up' if least == 0 else f'from {least:g}'} "
                         f"to {LARGEST:g}, but {_came(value)}.")  # fmt: skip
    return value


def _part(counts, low, high, name, value):
    if not is_real(value) or not low <= value <= high or (counts and not isinstance(value, int | np.integer)):
        raise ValueError(f"{name} must be a {'whole ' * counts}number from {low:g} to {high:g}, but {_came(value)}.")
    return value


def _switch(name, value):
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be True or False, but {_came(value)}.")
    return value


def _truth(name, value):
    if not isinstance(value, bool | int | float) or value not in (0, 1):
        raise ValueError(f"{name} must be True or False, but {_came(value)}.")
    return bool(value)


def _text(name, value):
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, but {_came(value)}.")
    if len(value) > LETTERS and not name.startswith(TYPED):
        raise ValueError(f"{name:.60} must be a text of at most {LETTERS} letters, but {len(value)} came.")
    return clean(str(value))


def _callable(name, value):
    """A function that answers with real numbers, one for each place, or says in a sentence that it did not."""
    if not callable(value) or isinstance(value, type):
        raise ValueError(f"{name} must be a function, but {_came(value)}.")

    @wraps(value, updated=())
    def answers(*places):
        at = ", ".join(f"{float(place):g}" if np.ndim(place) == 0 else shown(place) for place in places)
        try:
            answer = value(*places)
        except Exception as error:
            why = f"{type(error).__name__}: {' '.join(str(error).split()):.100}".removesuffix(".")
            raise ValueError(f"{name} must be a function of {len(places)} number{'s' * (len(places) > 1)} (or arrays), "
                             f"but {name}({at}) raised {why}.") from error  # fmt: skip
        array = plain(f"{name}({at})", answer)
        if array.dtype.kind == "c" or array.shape not in ((), np.shape(places[0])):
            raise ValueError(
                f"{name} must give one real number for each place, but {name}({at}) gave {shown(answer)}."
            )
        return float(array) if np.ndim(places[0]) == 0 else np.broadcast_to(array, np.shape(places[0])).astype(float)

    return answers


def _stored(keys, name, value):
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be a dict with {', '.join(keys)}, but {_came(value)}.")
    if missing := [key for key in keys if key not in value]:
        raise ValueError(f"{name} must be a dict with {', '.join(keys)}, but one without {missing[0]} came.")
    return value


def _one_of(names, name, value):
    if not isinstance(value, str) or value not in names:
        raise ValueError(f"{name} must be one of {', '.join(names)}, but {_came(value)}.")
    return value


def _instance(kinds, spoken, name, value):
    if not isinstance(value, kinds):
        raise ValueError(f"{name} must be {'an' if spoken[0] in 'AEIO' else 'a'} {spoken}, but {_came(value)}.")
    return value


def _class(kind, name, value, sizes, namespace):
    """One of several classes, or one class of something else: a SequenceModel of an RNN."""
    if kind[0].islower() and "." not in kind and " or " not in kind:  # models, sizes: said in the text below
        return value
    kinds = re.split(" or (?!dict)", kind)
    if " or dict of " in kind:
        single, several = kind.split(" or ", 1)
        return _read(several if isinstance(value, dict) else single, name, value, sizes, namespace)
    if kinds == ["Record"]:
        if not isinstance(value, Record) or "h" not in value:
            raise ValueError(f"{name} must be {TRACE}, but {_came(value)}.")
        return value
    if kinds == ["History"]:
        return _history(name, value)
    for one in kinds:
        outer, _, inner = one.partition(" of an ")
        if isinstance(value, _find(outer, namespace)):
            if inner and not isinstance(value.cell, _find(inner, namespace)):
                raise ValueError(f"{name} must be a {one}, but {outer} of {shown(value.cell)} came.")
            return value
    return _instance((), kind.rpartition(".")[2] if "." in kind else kind, name, value)


def _history(name, value):
    """A history with something in it that a logarithmic axis can show."""
    _instance(History, "History, what train or live returned", name, value)
    loss, norm = (_array("(updates,)", f"{name}.{part}", getattr(value, part), {}) for part in ("loss", "norm"))
    if len(loss) != len(norm) or min(loss.min(), norm.min()) < LEAST:
        raise ValueError(f"{name} must have as many losses as norms, all positive, for axes of powers of ten, but "
                         f"{len(loss)} and {len(norm)} came, from {loss.min():g} and {norm.min():g} on.")  # fmt: skip
    return value._replace(loss=loss, norm=norm)


def _find(name, namespace):
    if "." in name:
        home, _, name = name.rpartition(".")
        return getattr(import_module(home), name)
    for there in (namespace, *(vars(import_module(home)) for home in HOMES)):
        if name in there:
            return there[name]
    raise LookupError(f"no class {name} is known; write its module before it.")


def _size(letter, size, name, sizes):
    """Equal letters are equal sizes."""
    if letter.isdigit():
        known, owner = int(letter), ""
    else:
        known, owner = sizes.setdefault(letter, (size, name))
    return None if size == known else (known, owner)


def _array(shapes, name, value, sizes, ends=True):
    array = (finite if ends else plain)(name, value)
    if array.dtype.kind == "c":
        raise ValueError(f"{name} must hold real numbers, but an array of {array.dtype} came.")
    if not array.size:
        raise ValueError(f"{name} must hold numbers, but an array of shape {array.shape} came, which is empty.")
    if not ends and np.isinf(array).any() and name == "targets":
        raise ValueError(f"{name} must be numbers, or NaN where none counts, but {array[np.isinf(array)][0]} came.")
    array = _for_axes(name, array)
    if shapes is None:
        return array
    forms = [[part for part in form.split(", ") if part.strip(",")] for form in shapes.rstrip(",").split(") or (")]
    forms = [[part.rstrip(",") for part in form] for form in forms]
    spoken = " or ".join(f"({', '.join(form)}{',' * (len(form) == 1)})" for form in forms)
    form = next((form for form in forms if len(form) == array.ndim), None)
    if form is None:
        raise ValueError(f"{name} must be an array of shape {spoken}, but {array.shape} came.")
    for letter, size in zip(form, array.shape, strict=True):
        if re.fullmatch(r"[A-Za-z]|\d+", letter) and (odd := _size(letter, size, name, sizes)):
            there = f" with {letter} = {odd[0]}, as {odd[1]} has" if odd[1] not in (name, "") else ""
            raise ValueError(f"{name} must be an array of shape {spoken}{there}, but {array.shape} came.")
    return array


def _for_axes(name, array):
    """Numbers with which one can compute and that an axis can show; what is all but 0 is 0."""
    if array.dtype.kind in "bu":  # differences of these wrap around
        array = array.astype(float if array.dtype.kind == "u" and array.max() >= 2**63 else np.int64)
    if array.dtype.kind == "f":
        array = array.astype(array.dtype if array.dtype.itemsize in (4, 8) else float, copy=False)
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    size = np.abs(array).astype(float, copy=False)  # float32 cannot be held against such limits
    if (beyond := np.isfinite(size) & (size > LARGEST)).any():
        came = f"{array[beyond][0]:g} came"
        raise ValueError(f"{name} must hold numbers that an axis can show, up to {LARGEST:g}, but {came}.")
    if ((size > 0) & (size < LEAST)).any():
        array = np.where(size < LEAST, 0, array)
    return array


def _list(letter, kind, name, value, sizes, namespace, empty=False):
    if kind == "Scene":  # a generator may train between two
        return value if np.iterable(value) else _instance((), "list of scenes", name, value)
    kind, _, _shape = kind.partition(", (")
    spoken = _plural(kind)
    ordered = not isinstance(value, set | frozenset) or empty
    if isinstance(value, str | bytes | dict) or not np.iterable(value) or not ordered:
        raise ValueError(f"{name} must be a list of {spoken}, but {_came(value)}.")
    values = value if isinstance(value, range | np.ndarray | list | tuple | set | frozenset) else list(value)
    blanks = kind == "str" and name in ("tokens", "inputs", "outputs")  # see `tokens_for`
    if not blanks and (kind in PARTS or kind.startswith(("(", "dict with ", "float from "))):
        read = [_read(kind, f"{name}[{k}]", one, sizes, namespace) for k, one in enumerate(values)]
        values = read
    elif kind[0].isupper() and kind.isalpha():
        values = list(values)
        of = _find(kind, namespace)
        for k, one in enumerate(values):
            if not isinstance(one, of):
                _read(kind, f"{name}[{k}]", one, sizes, namespace)
    if letter and re.fullmatch("[A-Za-z]", letter) and (odd := _size(letter, len(values), name, sizes)):
        many = "one for each step" if letter == "T" else f"as many as {odd[1]} has ({letter})"
        raise ValueError(f"{name} must be {odd[0]}{f' {spoken}' * (letter != 'T')}, {many}, but {len(values)} came.")
    if not empty and not len(values) and not (letter and letter[0].isdigit()):
        raise ValueError(f"{name} must be a list of {spoken}, but an empty one came.")
    return values


def _tuple(kinds, name, value, sizes, namespace):
    if not isinstance(value, tuple | list | np.ndarray) or len(value) != len(kinds):
        came = f"{len(value)} came" if isinstance(value, tuple | list | np.ndarray) else _came(value)
        raise ValueError(f"{name} must be ({', '.join(map(_plural, kinds))}), but {came}.")
    kinds = [NAMED.get(kind, kind) for kind in kinds]
    return tuple(
        _read(kind, f"{name}[{k}]", one, sizes, namespace)
        if kind in ("float", "int", "bool") or kind in NAMED.values() or kind[0].isupper()
        else one
        for k, (kind, one) in enumerate(zip(kinds, value, strict=True))
    )


def _dict(keys, kind, name, value, sizes, namespace):
    spoken = f"{_plural(keys)} to {_plural(kind)}"
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be a dict of {spoken}, but {_came(value)}.")
    if not value:
        raise ValueError(f"{name} must be a dict of {spoken} with at least one entry, but an empty one came.")
    made = {}
    for key, one in value.items():
        at = _read(keys, f"each name in {name}" if keys == "str" else f"each key of {name}", key, sizes, namespace)
        if at in made:
            raise ValueError(f"{name} must have names that differ where they are drawn, but {shown(at)} came twice.")
        made[at] = _read(kind, f"{name}[{key!r:.40}]", one, sizes, namespace)
    return made


def _plural(kind):
    for word, spoken in PLURALS.items():
        kind = re.sub(rf"\b{word}\b", spoken, kind)
    return kind
