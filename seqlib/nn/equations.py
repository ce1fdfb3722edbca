"""Equations written down once, so that a training only repeats them. Knows no cell.

The methods ``step(W, t)`` and ``step_back(W, t, d)`` compute with whatever they are given. Given arrays, they make the
numbers of one step. Given *symbols*, they make none: every assignment, such as ``t.C = t.f * t.C_prev + t.i * t.g``,
is written down as an `Equation`. From the equations a `Program` is made: the calls of NumPy that one step needs, each
with the place of its result, as the source of two Python functions. ``print(program)`` shows them.
"""

import linecache
import sys
from functools import cached_property, wraps
from typing import NamedTuple

import numpy as np

# --- writing down -----------------------------------------------------------------------------------------------------


class Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """Something that is only written down. What NumPy does to it element by element is written down as well."""

    def __array_ufunc__(self, ufunc, method, *inputs, **settings):
        if settings.get("out") == inputs[:1]:  # d.C += … makes a new symbol too, which is then assigned
            del settings["out"]
        if method != "__call__" or settings or ufunc.nout > 1:
            return NotImplemented
        if ufunc is np.matmul:
            return Applied("@", inputs)
        if ufunc is np.power and inputs[1] == 2:
            return Applied(np.multiply, (inputs[0], inputs[0]))
        return Applied(ufunc, inputs)

    __eq__, __ne__, __hash__ = object.__eq__, object.__ne__, object.__hash__  # symbols are compared as objects

    def __array__(self, *_, **__):
        raise TypeError(
            f"{self} is only written down here and has no numbers yet: compute with + - * / @ and functions such as "
            "np.exp or np.maximum, which work element by element."
        )

    def __bool__(self):
        raise TypeError(f"{self} is only written down here, so nothing can depend on its value; use np.maximum or σ.")


class Quantity(Symbol):
    """What a step has made, or was given: ``f`` of t, ``d.f`` of d."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name if self.name.startswith("d.") else f"t.{self.name}"


class Weight(Symbol):
    """A parameter."""

    def __init__(self, name, turned=False):
        self.name, self.turned = name, turned

    def __repr__(self):
        return f"W.{self.name}{'.T' * self.turned}"

    def __eq__(self, other):
        return isinstance(other, Weight) and (self.name, self.turned) == (other.name, other.turned)

    def __hash__(self):
        return hash((self.name, self.turned))

    @property
    def T(self):
        return Weight(self.name, not self.turned)


class Applied(Symbol):
    """A function of symbols and numbers; "@" is the product of a weight with a quantity."""

    def __init__(self, function, args):
        self.function, self.args = function, args

    @cached_property
    def leaves(self):
        """Names of the quantities in it: how often each stands there."""
        counts = {}
        for arg in self.args:
            for name, count in leaves(arg).items():
                counts[name] = counts.get(name, 0) + count
        return counts

    @cached_property
    def weights(self):
        """Names of the weights in it."""
        return frozenset().union(*map(weights_in, self.args))

    def __repr__(self):
        sign = {"@": "@", np.add: "+", np.subtract: "-", np.multiply: "*", np.divide: "/"}.get(self.function)
        if sign:
            return f"({f' {sign} '.join(map(str, self.args))})"
        return f"{self.function.__name__}({', '.join(map(str, self.args))})"


def recordable(function):
    """Let a function of one array, element by element, be written down by its name."""

    @wraps(function)
    def either(a, *more):
        return Applied(either, (a, *more)) if isinstance(a, Symbol) else function(a, *more)

    return either


class Equation(NamedTuple):
    """``name = value``, and the line where it stands."""

    name: str
    value: Symbol
    line: str


class Weights:
    """W while something is written down: every name is a weight."""

    def __getattr__(self, name):
        return Weight(name)


class Written:
    """t or d while a method is written down.

    Parameters
    ----------
    stacks : dict of str to tuple of str
        The names of what lies one below the other: ``{"a": ("a_f", "a_i")}``.
    given : iterable of str
        What is there before.
    derivatives : bool
        Whether this is d.
    """

    def __init__(self, stacks, given, derivatives=False):
        prefix = "d." if derivatives else ""
        vars(self).update(_stacks=stacks, _prefix=prefix, _there=set(given), _read=set(), equations={})

    def __getattr__(self, name):
        if missing := set(self._stacks.get(name, (name,))) - self._there:
            shown, letter = ", ".join(sorted(missing)), "d" if self._prefix else "t"
            raise ValueError(f"{_line()}: {letter}.{shown} is used before it is there; make it in a line above.")
        return Quantity(self._prefix + name)

    def __setattr__(self, name, value):
        line, blocks, full = _line(), set(self._stacks.get(name, (name,))), self._prefix + name
        value = value if isinstance(value, Symbol) else Applied(np.positive, (value,))
        known = self.equations.get(full)
        if blocks & self._there and not self._prefix:
            raise ValueError(f"{line}: t.{name} is there already, and step_back could not know which of the two it "
                             "reads; give this one a name of its own.")  # fmt: skip
        if blocks & self._read:
            raise ValueError(f"{line}: {full} changes here, but a line above has used it already; make all of it first.")
        if known is None and blocks & self._there and name not in self._there:
            raise ValueError(f"{line}: a part of {full} is there already; make it in one piece, or part by part.")
        if known is not None:  # += : the new value has the old one in it
            value = replaced(value, {full: known.value})
            del self.equations[full]
        self._read.update(*(self._stacks.get(leaf[2:], (leaf[2:],)) for leaf in leaves(value)
                            if leaf.startswith("d.") and leaf != full)) if self._prefix else None  # fmt: skip
        self._there.update(blocks)
        self.equations[full] = Equation(full, value, line)


def _line():
    """Where the method that is written down stands at this moment."""
    frame = sys._getframe(2)
    text = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    return f"{frame.f_code.co_name}, line {frame.f_lineno} ({text})"


def written_down(cell):
    """The equations of ``step`` and of ``step_back``: two dicts of name to `Equation`."""
    states, before = cell.STATES, [f"{state}_prev" for state in cell.STATES]
    t = Written(cell.BLOCKS, ["x", *before])
    cell.step(Weights(), t)
    if missing := [state for state in states if state not in t.equations]:
        raise ValueError(f"step never makes t.{missing[0]}, which STATES names.")
    d, there = Written(cell.BLOCKS, states, derivatives=True), Written(cell.BLOCKS, [*t._there])
    cell.step_back(Weights(), there, d)
    return t.equations, d.equations


def leaves(tree):
    """Names of the quantities in an expression: how often each stands there."""
    if isinstance(tree, Quantity):
        return {tree.name: 1}
    return tree.leaves if isinstance(tree, Applied) else {}


def weights_in(tree):
    """Names of the weights in an expression."""
    if isinstance(tree, Weight):
        return frozenset([tree.name])
    return tree.weights if isinstance(tree, Applied) else frozenset()


def replaced(tree, values, done=None):
    """The expression with other expressions in place of some quantities; what was one object stays one."""
    done = {} if done is None else done
    if isinstance(tree, Quantity):
        return values.get(tree.name, tree)
    if not isinstance(tree, Applied):
        return tree
    if id(tree) not in done:
        args = tuple(replaced(arg, values, done) for arg in tree.args)
        changed = any(a is not b for a, b in zip(args, tree.args, strict=True))
        done[id(tree)] = Applied(tree.function, args) if changed else tree
    return done[id(tree)]


def evaluate(tree, t, d, W):
    """The numbers of an expression, from those of t, d and W."""
    if isinstance(tree, Quantity):
        return d[tree.name[2:]] if tree.name.startswith("d.") else t[tree.name]
    if isinstance(tree, Weight):
        return W[tree.name].T if tree.turned else W[tree.name]
    if not isinstance(tree, Applied):
        return tree
    args = [evaluate(arg, t, d, W) for arg in tree.args]
    return np.matmul(*args) if tree.function == "@" else tree.function(*args)


def as_list(tree):
    """An expression as plain data, see `Program.as_data`."""
    match tree:
        case Quantity():
            return tree.name
        case Weight():
            return ["T" if tree.turned else "W", tree.name]
        case Applied():
            function = tree.function if tree.function == "@" else tree.function.__name__
            return [function, *map(as_list, tree.args)]
    return float(tree)


# --- sums with weights ------------------------------------------------------------------------------------------------


class Sum(NamedTuple):
    """``name = W_1 @ q_1 + … + b + w * q + rest``: how the weights enter, and so where their gradients are."""

    name: str
    products: tuple  # (weight, quantity), "1" for a bias
    pointwise: tuple  # (weight, quantity) that are multiplied element by element
    rest: tuple  # expressions without a weight
    line: str


def as_sum(equation):
    """The equation as a `Sum`; a ValueError names the line where a weight's gradient would not be found."""
    products, pointwise, rest = [], [], []
    for term in _terms(equation.value):
        match term:
            case Weight(turned=False):
                products.append((term.name, "1"))
            case Applied(function="@", args=(Weight(turned=False), Quantity())):
                products.append((term.args[0].name, term.args[1].name))
            case Applied(args=(Weight(turned=False), Quantity())) if term.function is np.multiply:
                pointwise.append((term.args[0].name, term.args[1].name))
            case Applied(args=(Quantity(), Weight(turned=False))) if term.function is np.multiply:
                pointwise.append((term.args[1].name, term.args[0].name))
            case _ if names := weights_in(term):
                raise ValueError(
                    f"{equation.line}: the gradient of {', '.join(sorted(names))} would not be found. A weight belongs "
                    "into a sum that has a name of its own, as W.W_x @ t.x, W.b or W.p * t.C_prev: give a name to the "
                    "sum that is inside a function, and to what a weight multiplies."
                )
            case _:
                rest.append(term)
    return Sum(equation.name, tuple(products), tuple(pointwise), tuple(rest), equation.line)


def _terms(tree):
    if isinstance(tree, Applied) and tree.function is np.add:
        return [term for arg in tree.args for term in _terms(arg)]
    return [tree]
