"""What the equations of a cell read beside weights and quantities: numbers, masks, functions of the reader's own.

A program is written down once, with these in it. So it has to be told when one of them is another: a number in a dict
of the cell, a global that `step` reads, a function that it calls and that a notebook defines anew.
"""

import dis
import sys
from collections import deque
from collections.abc import Mapping
from functools import cached_property, lru_cache, partial, partialmethod
from types import CellType, CodeType, FunctionType, MethodType, ModuleType, SimpleNamespace

import numpy as np

from .record import Record

PLAIN = {bool, int, float, complex, str, bytes, type(None)}  # compared by their value, and so are NumPy's numbers
WHOLE = PLAIN | {np.ndarray, np.ufunc, ModuleType}  # nothing to look for inside
NOT_THESE = ("params", "_programs")  # of a cell
LOOKS_UP = {"getattr", "vars"}  # a function that loads one of these may read any attribute
META = {"__dict__", "__weakref__", "__doc__", "__module__", "__annotations__"}  # of a class


def constants(cell):
    """All that the equations of a cell read beside weights and quantities, one after the other; compare by `alike`.

    Of the course's own cells these are their own attributes; a class of the reader's is looked through with all that
    its two methods load, from it, from the cell, and from the reader's modules.
    """
    kind, own, seen = type(cell), vars(cell), set()
    if kind.__module__[:7] == "seqlib.":
        # A number or text that is another attribute now has been noticed, see `Cell.__setattr__`.
        found = [value for name, value in own.items() if value.__class__ not in PLAIN and name not in NOT_THESE]
    else:
        found = [own.get("step", kind.step), own.get("step_back", kind.step_back)]
    for value in found:  # it grows
        if value.__class__ not in WHOLE and id(value) not in seen:
            seen.add(id(value))
            found += _inside(value, cell)
    return found


def alike(ours, theirs):
    """Whether these constants are the same: numbers equal, everything else the same object."""
    return len(ours) == len(theirs) and all(
        a is b or (type(a) is type(b) and (type(a) in PLAIN or isinstance(a, np.generic)) and a == b)
        for a, b in zip(ours, theirs, strict=True)
    )


@lru_cache(1024)
def is_readers(module):
    """Whether a module, by its name, is the reader's: no part of Python or the course, and nothing that was installed.

    A notebook is ``__main__``.
    """
    if (module or "").partition(".")[0] in {"seqlib", *sys.stdlib_module_names}:
        return False
    return "-packages" not in (getattr(sys.modules.get(module), "__file__", None) or "")


def _inside(value, cell):
    """What belongs to a value: parts of what holds several, and what a function of the reader loads."""
    return () if value is cell else _way_in(type(value))(value, cell)


WAYS = {  # what there is in a value of these types, and of those below them
    FunctionType: lambda value, cell: _loaded(value, cell),
    MethodType: lambda value, _: (value.__func__, value.__self__),
    (staticmethod, classmethod): lambda value, _: (value.__func__,),
    property: lambda value, _: (value.fget,),
    cached_property: lambda value, _: (value.func,),
    (partial, partialmethod): lambda value, _: (value.func, *value.args, *value.keywords.values()),
    type(lru_cache(is_readers)): lambda value, _: (value.__wrapped__,),
    (Mapping, Record): lambda value, _: [part for pair in value.items() for part in pair],
    (list, tuple, set, frozenset, deque): lambda value, _: (len(value), *value),
    type: lambda value, cell: () if value in type(cell).__mro__ else _of_class(value),  # those are read by attribute
    SimpleNamespace: lambda value, _: _of_object(value),
}


@lru_cache(256)
def _way_in(kind):
    """The one of `WAYS` for values of a type; an object of the reader's has attributes, and so has its class."""
    found = (way for types, way in WAYS.items() if issubclass(kind, types))
    if is_readers(kind.__module__) or kind.__module__ == "argparse":
        return next(found, lambda value, _: (*_of_object(value), *_of_class(kind)))
    return next(found, lambda value, _: ())


def _of_class(kind):
    """The attributes of a class of the reader, methods too."""
    return [value for base in _bases(kind) for name, value in vars(base).items() if name not in META]


def _of_object(value):
    """The attributes of an object, in its dict or in slots."""
    slots = [name for base in type(value).__mro__ for name in np.atleast_1d(vars(base).get("__slots__", ())).tolist()]
    held = {name: getattr(value, name) for name in slots if hasattr(value, name)} | getattr(value, "__dict__", {})
    return [part for name, part in held.items() if name not in NOT_THESE and name not in META]


def _loaded(function, cell):
    """What a function loads: attributes of the cell, and, if the reader wrote it, what its module and class have."""
    names, attributes = loads(function.__code__)
    own, known = vars(cell), function.__globals__
    read = attributes if LOOKS_UP.isdisjoint(names) and "__dict__" not in attributes else own
    found = [function.__code__, *(own[name] for name in read if name in own and name not in NOT_THESE)]
    if not is_readers(function.__module__):
        return found
    found += [known[name] for name in names if name in known]
    found += [held.cell_contents for held in function.__closure__ or () if held != CellType()]  # that is empty
    found += *(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values(), *vars(function).values()
    holders = [*_bases(type(cell)), *_modules(found)]
    for holder in holders:  # it grows: package.module.RATE
        there = vars(holder)
        more = [there[name] for name in attributes if name in there]
        found += more
        holders += [module for module in _modules(more) if module not in holders]
    return found


def _modules(values):
    return [value for value in values if value.__class__ is ModuleType and is_readers(value.__name__)]


@lru_cache(256)
def _bases(kind):
    """The classes of the reader that a class is made of."""
    return [base for base in kind.__mro__ if is_readers(base.__module__)]


@lru_cache(256)
def loads(code):
    """The names that a function loads from its module, and those of attributes; it or a function inside it."""
    codes, names, attributes = [code], set(), {"__getattr__"}
    for part in codes:  # it grows
        codes += [inner for inner in part.co_consts if isinstance(inner, CodeType)]
        for line in dis.get_instructions(part):
            if line.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                names.add(line.argval)
            elif line.opname in ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR"):
                attributes.add(line.argval)
    return sorted(names), sorted(attributes)
