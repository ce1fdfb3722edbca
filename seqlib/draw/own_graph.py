"""What the equations of a cell say, as a graph: learned sums, pointwise operations, and who feeds whom."""

import functools
from dataclasses import dataclass, field
from numbers import Number
from typing import NamedTuple

import numpy as np

from ..nn.equations import Applied, Quantity, Weight, as_sum, written_down
from ..nn.functions import sigmoid

SIGNS = {np.add: "+", np.subtract: "−", np.multiply: "×", np.divide: "÷", np.maximum: "max", np.minimum: "min",
         np.tanh: "tanh", np.exp: "exp", np.log: "log", np.abs: "|·|", np.sqrt: "√", sigmoid: "σ", np.negative: "−1×",
         np.log1p: "log1p", np.expm1: "expm1", np.sin: "sin", np.cos: "cos", np.greater: ">", np.less: "<",
         np.sign: "sign", np.square: "·²", np.reciprocal: "1÷"}  # fmt: skip
ORDERED = (
    "−",
    "÷",
    ">",
    "<",
    "^",
)  # the first of two comes from the left or from above, the second from the right or below


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


@dataclass
class Node:
    """A quantity that comes in, a learned sum, or a pointwise operation.

    Parameters
    ----------
    kind : {"in", "sum", "op"}
    sign : str
        What stands in the box or circle.
    args : tuple of int
        Which nodes feed it: of an operation in their order, of a sum those that weights multiply.
    tree : Symbol or None
        What it computes; None for what comes in and for sums, whose numbers have a name.
    names : list of str
        As `step` calls it; a value without a name has none.
    weights : tuple of Weighed
        Of a sum: what multiplies what.
    function, fixed : callable, tuple
        Of an operation: what is done, and its numbers, None for what `args` brings.
    """

    kind: str
    sign: str
    args: tuple = ()
    tree: object = None
    names: list = field(default_factory=list)
    weights: tuple = ()
    function: object = None
    fixed: tuple = ()

    name = property(lambda self: self.names[0] if self.names else "")

    def apply(self, *values):
        """Do the operation."""
        if self.sign == "·²":
            return values[0] * values[0]
        given = iter(values)
        values = [next(given) if value is None else value for value in self.fixed] or list(values)
        if self.function in (np.add, np.multiply):
            return functools.reduce(self.function, values)
        return self.function(*values)


class Weighed(NamedTuple):
    """A weight in a sum."""

    shown: str  # W_xf, the rows of W_x that make a_f
    of: str  # what it multiplies; "1" for a bias
    weight: str  # W_x
    part: int | None  # which of its blocks of rows
    pointwise: bool

    def array(self, params, H):
        """Its numbers."""
        W = params[self.weight]
        return W if self.part is None else W[self.part * H : (self.part + 1) * H]


class Graph:
    """The graph of one step of a cell.

    Parameters
    ----------
    cell : Cell

    Attributes
    ----------
    nodes : list of Node
        Every one after all that feed it.
    of : dict of str to int
        Which node a quantity is.
    states : tuple of str
    rails : dict of str to tuple of int
        For every state, such as C, the shortest chain of operations from C_{t-1} to C_t; empty where only learned sums
        lead there.
    """

    def __init__(self, cell):
        self.stacks, self.states = dict(cell.BLOCKS), tuple(cell.STATES)
        self.nodes, self.of, self._known = [], {}, {}
        for name in ("x", *(f"{state}_prev" for state in self.states)):
            self.of[name] = self._add(name, Node("in", name, names=[name]))
        for name, equation in written_down(cell)[0].items():
            parts = self.parts(name)
            for k, part in enumerate(parts):
                self._equation(part, name, equation, None if len(parts) == 1 else k)
        self.rails = {state: self._rail(state) for state in self.states}

    def parts(self, name):
        """The blocks, in none of which others lie, that make this quantity."""
        inner = self.stacks.get(name) or (name,)
        return inner if inner == (name,) else tuple(part for other in inner for part in self.parts(other))

    def _add(self, key, node):
        if key not in self._known:
            self._known[key] = len(self.nodes)
            self.nodes.append(node)
        return self._known[key]

    def _equation(self, part, whole, equation, k):
        """Add what makes one part of an equation."""
        if equation.value.weights:
            terms, rest = as_sum(equation)
            rest = [_part_of(tree, self.parts, k) for tree in rest if not tree.weights]
            index = self._learned(part, whole, terms, k)
            if rest:
                trees = [self._tree(tree) for tree in rest]
                index = self._add(("+", part), Node("op", "+", (index, *trees), tree=Quantity(part), function=np.add))
        else:
            index = self._tree(_part_of(equation.value, self.parts, k))
        taken = self.nodes[index].kind == "in" or any(name in self.states for name in self.nodes[index].names)
        if part in self.states and taken:  # handed on as it is, such as t.before = t.h_prev
            same = Node("op", "=", (index,), tree=Quantity(part), function=np.positive, fixed=(None,))
            index = self._add(("=", part), same)
        self.nodes[index].names.append(part)
        self.of[part] = index

    def _learned(self, part, whole, terms, k):
        fed = dict.fromkeys(self.of[q] for term in terms if term.of != "1" for q in self.parts(term.of))
        weights = tuple(
            Weighed(_window(term.weight, part, whole), term.of, term.weight, k, term.pointwise) for term in terms
        )
        return self._add(("sum", part), Node("sum", part, tuple(fed), weights=weights))

    def _tree(self, tree):
        """The node of an expression; the same expression written twice is one node."""
        if isinstance(tree, Quantity):
            return self.of[tree.name]
        if not isinstance(tree, Applied):
            return self._add(("number", _exactly(tree)), Node("op", _short(tree), tree=tree))
        function, args = tree.function, tree.args
        if function is np.positive and isinstance(args[0], Applied | Quantity):
            return self._tree(args[0])
        if function in (np.add, np.multiply):
            args = tuple(_flat(tree, function))
        sign, fed = _sign(function, args), [arg for arg in args if isinstance(arg, Applied | Quantity)]
        if sign == "·²":
            fed = fed[:1]
        numbers = [self._tree(arg) for arg in fed]
        fixed = () if sign == "·²" else tuple(arg if _constant(arg) else None for arg in args)
        constants = sorted(_exactly(number) for number in fixed if number is not None)
        key = (sign, *(sorted(numbers) if sign in ("+", "×", "max", "min") else numbers), *constants)
        return self._add(key, Node("op", sign, tuple(numbers), tree=tree, function=function, fixed=fixed))

    def _rail(self, state):
        """The shortest chain from the state before to the state."""
        start, goal = self.of[f"{state}_prev"], self.of[state]
        before, here = {start: None}, [start]
        while here and goal not in before:
            onward = []
            for index, node in enumerate(self.nodes):
                on = node.args[:1] if node.sign in ORDERED else node.args
                first = next((a for a in on if a in here), None)
                if node.kind == "op" and index not in before and first is not None:
                    before[index] = first
                    onward.append(index)
            here = onward
        chain, at = [], goal if goal in before else start
        while at != start:
            chain.append(at)
            at = before[at]
        return tuple(chain[::-1])

    def users(self, index):
        """Which nodes a node feeds."""
        return [other for other, node in enumerate(self.nodes) if index in node.args]

    def shape(self):
        """All on which a drawing of it depends but the numbers; equal for cells that are drawn alike."""
        return (
            tuple((n.kind, n.sign, n.args, tuple(n.names)) for n in self.nodes),
            self.states,
            tuple(self.rails.items()),
        )

    def values(self, index, trace, params):
        """The numbers of a node, (T, rows, N)."""
        node = self.nodes[index]
        if node.kind == "sum" and not node.names:  # a sum to which something else is added: that has the name
            H = trace.h.shape[1]
            return sum(self._product(one, one.array(params, H), trace) for one in node.weights)
        if node.names:
            return trace[node.name]
        value = evaluate(node.tree, trace, None, params)
        return np.broadcast_to(value, trace.h.shape)

    @staticmethod
    def _product(one, W, trace):
        return W if one.of == "1" else W * trace[one.of] if one.pointwise else W @ trace[one.of]


def _window(weight, part, whole):
    """What a weight is called of which some rows make a part: of W_x those of a_f are W_xf."""
    if part == whole:
        return weight
    every, one = whole.rpartition("_")[2], part.rpartition("_")[2]
    if "_" in whole and weight.endswith(every):
        return weight.removesuffix(every) + one
    return f"{weight}{one}" if "_" in weight else f"{weight}_{one}"


def _part_of(tree, parts, k):
    """The k-th part of an expression of quantities that lie one below the other."""
    if k is None:
        return tree
    if isinstance(tree, Applied):
        return Applied(tree.function, tuple(_part_of(arg, parts, k) for arg in tree.args))
    return Quantity(parts(tree.name)[k]) if isinstance(tree, Quantity) else tree


def _flat(tree, function):
    """The summands of a sum of sums, the factors of a product of products: at most three: a circle has no more room."""
    args = list(tree.args)
    first = args[0]
    if isinstance(first, Applied) and first.function is function and not any(map(_constant, (*first.args, *args))):
        return [*first.args, *args[1:]]
    return args


def _constant(value):
    return not isinstance(value, Applied | Quantity)


def _exactly(number):
    """What tells a constant from all others, from those that are written alike in a circle, too."""
    array = np.asarray(number, float)
    return array.shape, array.tobytes()


def _sign(function, args):
    """What stands in the circle."""
    sign = SIGNS.get(function, getattr(function, "__name__", str(function)))
    sign = "^" if function is np.power else sign
    if len(args) == 2 and args[0] is args[1] and function is np.multiply:
        return "·²"
    if len(args) == 2 and isinstance(args[0], Quantity) and isinstance(args[1], Quantity):
        return "·²" if function is np.multiply and args[0].name == args[1].name else sign
    number = [_constant(arg) for arg in args]
    if len(args) != 2 or not any(number):
        return sign
    value = _short(args[number.index(True)])
    if function is np.maximum and value == "0":
        return "relu"
    if function in (np.maximum, np.minimum):
        return f"{sign} {value}"
    if function is np.multiply:
        return f"{value}×"
    if function is np.add:
        return f"+{value}"
    return f"{value}{sign}" if number[0] else f"{sign}{value}"


def _short(value):
    """A number of an equation as it stands in a circle."""
    return f"{value:.3g}".replace("-", "−") if isinstance(value, Number) and not isinstance(value, complex) else "c"
