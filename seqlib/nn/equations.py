"""Equations written down once, so that a training only repeats them. Knows no cell.

The methods ``step(W, t)`` and ``step_back(W, t, d)`` compute with whatever they are given. Given arrays, they make the
numbers of one step. Given *symbols* they make none: every assignment, such as ``t.C = t.f * t.C_prev + t.i * t.g``, is
written down as an `Equation`. From the equations, `seqlib.nn.program` makes the calls of NumPy that a step needs.
"""

import linecache
import sys
from functools import cache, cached_property, wraps
from inspect import signature
from numbers import Number, Real
from typing import NamedTuple

import numpy as np

from .. import doors

# How equations become a program; the numbers do not depend on it.
RULES = frozenset({
    "one product",  # W_x @ x + W_h @ h_prev + b is one product: [W_x b W_h] · [x; 1; h_prev]
    "half",  # σ(a) = (1 + tanh(a/2)) / 2, and the half is in the weights
    "before",  # on the way back, what waits for no later step is done for many steps together, before
    "join",  # the same done to neighbours in memory is one call
    "in place",  # what only the next line needs stands where the result of that line will stand
})  # fmt: skip
MOST = 1000  # operations of one equation
GRADIENTS = "The gradients of weights need no line: they follow from the derivatives, d.NAME."


class Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """Something that is only written down. What NumPy does to it element by element is written down as well."""

    function, args, operations = None, (), 0
    __hash__ = object.__hash__

    def __eq__(self, other):
        return Applied(np.equal, (self, other)) if isinstance(other, NUMERIC) else self is other

    def __ne__(self, other):
        return Applied(np.not_equal, (self, other)) if isinstance(other, NUMERIC) else self is not other

    def __array_ufunc__(self, ufunc, method, *inputs, **settings):
        if settings.get("out", (None,))[0] is inputs[0]:  # d.C += … makes a new symbol too, which is then assigned
            del settings["out"]
        if method != "__call__" or settings or ufunc.nout > 1:
            _refuse(self)
        if all(types.endswith("O") for types in ufunc.types):  # np.frompyfunc
            raise TypeError(f"{_line()}: {ufunc.__name__} makes Python objects; write it with NumPy's own functions.")
        if odd := [one for one in inputs if not isinstance(one, Symbol | np.ndarray) and not _is_number(one)]:
            raise TypeError(f"{_line()}: an equation has quantities, weights, numbers and arrays of shape (rows, 1), "
                            f"but {doors.shown(odd[0])} came.")  # fmt: skip
        if ufunc in BITWISE:
            raise TypeError(f"{_line()}: a comparison is 1 or 0 here; {BITWISE[ufunc]}.")
        if ufunc in (np.add, np.subtract, np.negative) and all(map(_is_truth, inputs)):
            raise TypeError(f"{_line()}: comparisons are no numbers for NumPy, True + True is True; write 1.0 * (…) "
                            "before you add them.")  # fmt: skip
        if ufunc is np.matmul and not (isinstance(inputs[0], Weight) and isinstance(inputs[1], Quantity | Applied)):
            raise TypeError(f"{_line()}: a matrix product is W.NAME @ t.NAME, a weight and a quantity. {GRADIENTS}")
        if ufunc is np.power and isinstance(inputs[1], Number) and inputs[1] == 2:
            return Applied(np.multiply, (inputs[0], inputs[0]))
        return Applied("@" if ufunc is np.matmul else ufunc, inputs)

    def __getattr__(self, name):
        if name[:2] == "__":  # asked by Python and NumPy
            raise AttributeError(name)
        if name == "T":
            raise TypeError(f"{_line()}: only weights can be turned, as W.NAME.T. {GRADIENTS}")
        _refuse(self)

    def __bool__(self):
        raise TypeError(
            f"{_line()}: {self} has no numbers yet, so nothing can depend on its value; use np.maximum or σ."
        )

    def _refused(self, *_, **__):
        _refuse(self)

    def __format__(self, form):
        return _refuse(self) if form else str(self)

    __array__ = __getitem__ = __setitem__ = __len__ = __iter__ = __contains__ = __round__ = _refused
    __float__ = __int__ = __complex__ = __trunc__ = __floor__ = __ceil__ = _refused

    def __array_function__(self, function, *_):
        _refuse(self, function.__name__)


INSTEAD = {
    "clip": "np.minimum(np.maximum(t.a, low), high)",
    "where": "a factor such as (t.a > 0), which is 1 or 0",
    "dot": "W.NAME @ t.NAME",
    "concatenate": "a product for each part, W.W_x @ t.x + W.W_h @ t.h_prev",
}


BITWISE = {
    np.bitwise_and: "in place of & write *",
    np.bitwise_or: "in place of | write np.maximum(…, …)",
    np.bitwise_xor: "in place of ^ write np.not_equal(…, …)",
    np.invert: "in place of ~ write 1 - (…)",
}
TRUTHS = {np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal,
          np.logical_and, np.logical_or, np.logical_not, np.logical_xor}  # fmt: skip
NUMERIC = Number, np.ndarray, Symbol


def _is_truth(value):
    """Whether arrays would make it True or False, where a pass has 1 or 0."""
    if not isinstance(value, Applied):
        return isinstance(value, np.ndarray) and value.dtype == bool
    return value.function in TRUTHS or (
        value.function in (np.multiply, np.maximum, np.minimum) and all(map(_is_truth, value.args))
    )


def _refuse(symbol, function=""):
    told = f" In place of np.{function} write {INSTEAD[function]}." if function in INSTEAD else ""
    raise TypeError(
        f"{_line()}: {symbol} has no numbers yet, it is written down once for all steps. Compute with + - * / @ and "
        f"NumPy's functions that work element by element, such as np.exp or np.maximum.{told}"
    )


class Quantity(Symbol):
    """What a step has made, or was given: ``f`` of t, ``d.f`` of d."""

    def __init__(self, name):
        self.name, self.leaves, self.weights = name, {name: 1}, frozenset()

    def __repr__(self):
        return self.name if self.name.startswith("d.") else f"t.{self.name}"


class Weight(Symbol):
    """A parameter, or its transpose."""

    def __init__(self, name, turned):
        self.name, self.turned, self.leaves, self.weights = name, turned, {}, frozenset([name])

    T = property(lambda self: weight(self.name, not self.turned))

    def __repr__(self):
        return f"W.{self.name}{'.T' * self.turned}"


weight = cache(Weight)  # one object by one name


class Applied(Symbol):
    """A function of symbols and numbers; "@" is the product of a weight with a quantity.

    Attributes
    ----------
    leaves : dict of str to int
        The quantities in it, and how often each stands there.
    weights : frozenset of str
    operations : int
        In it. A Python variable that stands in it twice counts twice.
    """

    __match_args__ = "function", "args"

    def __init__(self, function, args):
        self.function, self.args = function, args
        self.operations = 1 + sum(arg.operations for arg in args if isinstance(arg, Applied))

    @cached_property
    def leaves(self):
        counts = {}
        for name, count in (item for arg in self.args for item in getattr(arg, "leaves", {}).items()):
            counts[name] = counts.get(name, 0) + count
        return counts

    @cached_property
    def weights(self):
        return frozenset().union(*(getattr(arg, "weights", ()) for arg in self.args))

    def __repr__(self):
        sign = {"@": "@", np.add: "+", np.subtract: "-", np.multiply: "*", np.divide: "/"}.get(self.function)
        shown = (doors.shown(arg) if isinstance(arg, np.ndarray) else str(arg) for arg in self.args)
        return f"({f' {sign} '.join(shown)})" if sign else f"{self.function.__name__}({', '.join(shown)})"


def recordable(function):
    """Let a function of one array, element by element, be written down by its name."""

    @wraps(function)
    def either(a):
        return Applied(either, (a,)) if isinstance(a, Symbol) else function(a)

    return either


class Equation(NamedTuple):
    """``name = value``, and where it stands."""

    name: str
    value: Symbol
    line: str


class Written:
    """t or d while a method is written down.

    Parameters
    ----------
    stacks : dict of str to tuple of str
        What lies one below the other: ``{"a": ("a_f", "a_i")}``.
    given : iterable of str
        What is there before.
    prefix : {"", "d."}
    fixed : bool
        Whether nothing can be added.
    """

    def __init__(self, stacks, given, prefix="", fixed=False):
        vars(self).update(_stacks=stacks, _there=set(given), _prefix=prefix, _read=set(), _fixed=fixed, equations={})

    def _parts(self, name):
        return set(self._stacks.get(name, (name,)))

    def __getitem__(self, name):
        prefix = self._prefix or "t."
        raise TypeError(f"{_line()}: a quantity is written {prefix}NAME, as {prefix}{name}.")

    def __setitem__(self, name, value):
        self[name]

    def __delattr__(self, name):
        raise TypeError(f"{_line()}: what was made stays; {self._prefix or 't.'}{name} cannot be deleted.")

    def __getattr__(self, name):
        if missing := self._parts(name) - self._there:
            how = "step has no such line" if self._fixed else "make it in a line above, by = and not by +="
            if not self._fixed and f"{min(missing)}_prev" in self._there:
                how = f"the step before made t.{min(missing)}_prev"
            if not self._fixed and not self._prefix and name.endswith("_prev"):
                how = f'if {name[:-5]} is a part of the state, STATES names it, as in STATES = ("h", "{name[:-5]}")'
            raise ValueError(f"{_line()}: {self._prefix or 't.'}{min(missing)} is used before it is there; {how}.")
        return Quantity(self._prefix + name)

    def __setattr__(self, name, value):
        parts, full, shown = self._parts(name), self._prefix + name, f"{self._prefix or 't.'}{name}"
        if self._fixed:
            raise ValueError(f"{_line()}: step_back makes derivatives, d.NAME; else {name} alone is enough.")
        if name[0] == "_" or name.endswith("_all"):
            raise ValueError(f"{_line()}: a name begins with a letter and does not end in _all, but {full} came.")
        if not isinstance(value, Symbol | np.ndarray) and not _is_number(value):
            raise ValueError(f"{_line()}: {shown} must be computed from what is there, but {doors.shown(value)} came.")
        value = value if isinstance(value, Symbol) else Applied(np.positive, (value,))
        old = self.equations.pop(full, None)
        operations = value.operations + (old.value.operations * value.leaves.get(full, 0) if old else 0)
        if operations > MOST:
            raise ValueError(f"{_line()}: written out, {shown} has {operations:.0e} operations, because what stands in "
                             f"it is used again and again; name that, as {self._prefix or 't.'}u, and it is computed "
                             "once.")  # fmt: skip
        if parts & self._there and not self._prefix:
            raise ValueError(f"{_line()}: t.{name} is there already, and step_back could not know which of the two it "
                             "reads; give this one a name of its own.")  # fmt: skip
        if parts & self._read:
            raise ValueError(f"{_line()}: {full} changes here, but a line above used it; make all of it first.")
        if old is None and parts & self._there and name not in self._there:
            raise ValueError(f"{_line()}: a part of {full} is there already; make it in one piece, or part by part.")
        if old:  # += : the new value has the old one in it
            value = replaced(value, {full: old.value})
        for leaf in (leaf for leaf in value.leaves if leaf != full and leaf.startswith("d.")):
            self._read.update(self._parts(leaf[2:]))
        self._there.update(parts)
        self.equations[full] = Equation(full, value, _line())


class _line:
    """Where the reader's code stands that is being written down: its text is looked up only when somebody reads it."""

    def __init__(self):
        frame = sys._getframe()
        while frame.f_globals is globals() or frame.f_globals.get("__name__", "").partition(".")[0] == "numpy":
            frame = frame.f_back
        self._at = frame.f_code.co_name, frame.f_lineno, frame.f_code.co_filename

    def __str__(self):
        method, number, path = self._at
        text = linecache.getline(path, number).strip()
        return f"{method}, line {number}" + f" ({text})" * bool(text)


class _Weights:
    """W while something is written down: every name is a weight."""

    def __getattr__(self, name):
        return weight(name, False)

    def __setattr__(self, name, value):
        raise ValueError(f"{_line()}: W.{name} cannot be made or changed here. {GRADIENTS}")

    def __getitem__(self, name):
        raise TypeError(f"{_line()}: a weight is written W.NAME, as W.{name}.")


def _is_number(value):
    """Whether it is a number that a float can hold."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        float(value)
    except OverflowError:
        return False
    return True


def _is_name(name):
    return isinstance(name, str) and name.isidentifier() and name[0] != "_"


def written_down(cell):
    """The equations of ``step`` and of ``step_back``: two dicts of name to `Equation`."""
    _check(cell)
    t = Written(cell.BLOCKS, ["x", *(f"{state}_prev" for state in cell.STATES)])
    cell.step(_Weights(), t)
    if missing := set(cell.STATES) - t._there:
        raise ValueError(f"step never makes t.{missing.pop()}, which STATES names; an equation is written as t.h = ….")
    d = Written(cell.BLOCKS, cell.STATES, "d.")
    cell.step_back(_Weights(), Written(cell.BLOCKS, t._there, fixed=True), d)
    return t.equations, d.equations


def _check(cell):
    """Raise an error in one sentence unless the cell is declared as it has to be."""
    if not callable(cell.step) or not callable(cell.step_back):
        raise TypeError(f"{type(cell).__name__} must have the methods step(self, W, t) and step_back(self, W, t, d).")
    for method, form in ((cell.step, "step(self, W, t)"), (cell.step_back, "step_back(self, W, t, d)")):
        try:
            signature(method).bind(*form.split(",")[1:])
        except TypeError:
            raise TypeError(f"{type(cell).__name__} must have a method {form}, but {signature(method)} came.") from None
    if not isinstance(cell.STATES, tuple | list) or (*cell.STATES, "")[0] != "h":
        form = 'STATES must be a tuple that begins with "h", as ("h",) or ("h", "C")'
        raise ValueError(f"{form}, but {doors.shown(cell.STATES)} came.")
    if odd := [state for state in cell.STATES if not _is_name(state) or cell.STATES.count(state) > 1]:
        raise ValueError(f"STATES must be names, each once, but {doors.shown(odd[0])} came.")
    rules = getattr(cell, "RULES", RULES)
    if not isinstance(rules, set | frozenset) or not rules <= RULES:
        known = ", ".join(map(repr, sorted(RULES)))
        raise ValueError(f"RULES must be a set of some of {known}, but {doors.shown(rules)} came.")
    if not isinstance(cell.BLOCKS, dict) or not all(isinstance(parts, tuple | list) for parts in cell.BLOCKS.values()):
        raise ValueError(f'BLOCKS must be a dict such as {{"a": ("a_f", "a_i")}}, but {doors.shown(cell.BLOCKS)} came.')
    given = {"x", *(f"{state}_prev" for state in cell.STATES)}
    for block, parts in cell.BLOCKS.items():
        if not _is_name(block) or block in given or block in cell.STATES:
            raise ValueError(f"BLOCKS must have names that are no state and not given, but {doors.shown(block)} came.")
        if not parts or len(set(map(str, parts))) < len(parts):
            raise ValueError(f"BLOCKS: {block} must have parts, each once, but {doors.shown(parts)} came.")
        if odd := [part for part in parts if not _is_name(part) or part in given or part in cell.BLOCKS]:
            cure = "W.W_x @ t.x + W.W_h @ t.h_prev is one product all the same" if odd[0] in given else "name others"
            came = doors.shown(odd[0])
            raise ValueError(f"BLOCKS: {block} must have parts that step makes, but {came} came; {cure}.")


# --- expressions ------------------------------------------------------------------------------------------------------


def replaced(tree, values):
    """The expression with other expressions in place of some quantities."""
    if isinstance(tree, Applied):
        return Applied(tree.function, tuple(replaced(arg, values) for arg in tree.args))
    return values.get(tree.name, tree) if isinstance(tree, Quantity) else tree


class Term(NamedTuple):
    """Where a weight enters: its gradient is the sum over t of ∂L/∂(to)_t times (of)_t."""

    weight: str
    to: str
    of: str  # "1" for a bias
    pointwise: bool = False  # multiplied element by element, and not as a matrix


def as_sum(equation):
    """``W_1 @ q_1 + … + b + w * q + rest``: the `Term` of every weight, and all summands that are no product.

    A ValueError names the line where a weight's gradient would not be found.
    """
    name, found, rest = equation.name, [], []
    for term in _terms(equation.value):
        match term:
            case Weight(turned=False):
                found.append(Term(term.name, name, "1"))
            case Applied("@", (Weight(turned=False) as W, Quantity() as q)):
                found.append(Term(W.name, name, q.name))
            case Applied(
                np.multiply, (Weight(turned=False) as W, Quantity() as q) | (Quantity() as q, Weight(turned=False) as W)
            ):
                found.append(Term(W.name, name, q.name, pointwise=True))
                rest.append(term)
            case Applied(np.negative) if term.weights:
                names = ", ".join(f"W.{name}" for name in sorted(term.weights))
                raise ValueError(f"{equation.line}: {names} would get no gradient behind a minus; write a plus, "
                                 "the sign is learned.")  # fmt: skip
            case Symbol() if term.weights:
                raise ValueError(
                    f"{equation.line}: the gradient of {', '.join(sorted(term.weights))} would not be found. A weight "
                    "belongs into a sum that has a name of its own, as W.W_x @ t.x, W.b or W.p * t.C_prev: give a name "
                    "to the sum that is inside a function, and to what a weight multiplies."
                )
            case _:
                rest.append(term)
    multiplied = [term.of for term in found if not term.pointwise]
    if len(set(multiplied)) < len(multiplied):
        raise ValueError(f"{equation.line}: two weights multiply the same quantity; one is enough.")
    return found, rest


def _terms(tree):
    if not isinstance(tree, Applied) or tree.function not in (np.add, np.subtract):
        return [tree]
    left, right = tree.args
    if tree.function is np.add:
        return _terms(left) + _terms(right)
    return [*_terms(left), Applied(np.negative, (right,)) if isinstance(right, Symbol) else -right]
