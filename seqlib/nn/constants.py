"""What the equations of a cell read beside weights and quantities: numbers, masks, functions of the reader's own.

A program is written down once, with these in it. So it has to be told when one of them is another: a number in a dict
of the cell, a global that `step` reads, a function that it calls and that a notebook defines anew.
"""

import dis
from functools import lru_cache
from types import CellType, CodeType, FunctionType, ModuleType, SimpleNamespace

import numpy as np

from .record import Record

PLAIN = {bool, int, float, complex, str, bytes, type(None)}  # compared by their value, and so are NumPy's numbers
WHOLE = PLAIN | {np.ndarray, np.ufunc, ModuleType, type}  # nothing to look for inside
NOT_THESE = ("params", "_programs")  # of a cell


def constants(cell):
    """All that the equations of a cell read beside weights and quantities, one after the other; compare by `alike`.

    Of the course's own cells these are their own attributes; a class of the reader's is looked through with all that
    its two methods load from it and from their module.
    """
    kind, seen = type(cell), set()
    # A number or text that is another attribute now has been noticed, see `Cell.__setattr__`.
    found = [value for name, value in vars(cell).items() if value.__class__ not in PLAIN and name not in NOT_THESE]
    if kind.__module__[:7] != "seqlib.":
        found += [kind.step, kind.step_back]
    for value in found:  # it grows
        if value.__class__ not in WHOLE and id(value) not in seen:
            seen.add(id(value))
            found += _inside(value, kind)
    return found


def alike(ours, theirs):
    """Whether these constants are the same: numbers equal, everything else the same object."""
    return len(ours) == len(theirs) and all(
        a is b or (type(a) is type(b) and (type(a) in PLAIN or isinstance(a, np.generic)) and a == b)
        for a, b in zip(ours, theirs, strict=True)
    )


def _inside(value, kind):
    """What belongs to a value: parts of what holds several, and what a function of the reader loads."""
    if isinstance(value, FunctionType):
        return _loaded(value, kind) if value.__module__ == kind.__module__ else ()
    if isinstance(value, dict | Record):
        return [part for pair in value.items() for part in pair]
    if isinstance(value, list | tuple | set):
        return [len(value), *value]
    if isinstance(value, SimpleNamespace) or type(value).__module__ == kind.__module__:
        return [vars(value)] if hasattr(value, "__dict__") else ()
    return ()


def _loaded(function, kind):
    code, known = function.__code__, function.__globals__
    names, attributes = loads(code)
    found = [code, *(known[name] for name in names if name in known)]
    for base in kind.__mro__:
        if base.__module__ == kind.__module__:
            found += [vars(base)[name] for name in attributes if name in vars(base)]
    return found + [held.cell_contents for held in function.__closure__ or () if held != CellType()]  # that is empty


@lru_cache(256)
def loads(code):
    """The names that a function loads from its module, and those of attributes; it or a function inside it."""
    codes, names, attributes = [code], set(), set()
    for part in codes:  # it grows
        codes += [inner for inner in part.co_consts if isinstance(inner, CodeType)]
        for line in dis.get_instructions(part):
            if line.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                names.add(line.argval)
            elif line.opname in ("LOAD_ATTR", "LOAD_METHOD"):
                attributes.add(line.argval)
    return sorted(names), sorted(attributes)
