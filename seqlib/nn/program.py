"""From equations to a program: the calls of NumPy that every step needs, and the place of every result."""

import functools
import itertools
import keyword
from collections import Counter
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from .equations import Applied, Quantity, Weight, as_list, as_sum, leaves, replaced, weights_in, written_down
from .functions import sigmoid

RULES = {
    "one product",  # W_x @ x + W_h @ h_prev + b is one product: [W_x b W_h] · [x; 1; h_prev]
    "half",  # σ(a) = (1 + tanh(a/2)) / 2, and the half is in the weights
    "before",  # on the way back, what waits for no later step is done for many steps together, before
    "join",  # the same done to neighbours in memory is one call
    "in place",  # what only the next line needs stands where the result of that line will stand
}


class Place(NamedTuple):
    """Rows of an array, at every step; `late` is 1 where step t has them at index t + 1. Scratch serves all steps."""

    array: str
    row: int
    rows: int
    late: int = 0

    def overlaps(self, other):
        """Whether a write to one changes the other."""
        same = isinstance(other, Place) and (self.array, self.late) == (other.array, other.late)
        return same and self.row < other.row + other.rows and other.row < self.row + self.rows

    def then(self, other):
        """Both as one place, or None where `other` does not begin where this one ends."""
        if (self.array, self.late, self.row + self.rows) == (other.array, other.late, other.row):
            return self._replace(rows=self.rows + other.rows)


class Call(NamedTuple):
    """``function(*inputs, out)``: inputs are places, numbers, weights; of a product its `Product`."""

    function: object
    inputs: tuple
    out: Place


class Product(NamedTuple):
    """``out = [W_1 W_2 …] · of``, for quantities that lie one below the other in `of`."""

    name: str
    sum: str  # the name of the sum
    weights: tuple  # (weight, first column) of each
    of: Place
    out: Place
    halved: tuple  # (first row, rows) of what is a half of what the equation says


class Function(NamedTuple):
    """Calls as Python: those done before all steps, and those of every step, in the order in which steps come."""

    run: object
    source: str
    arguments: tuple  # (kind, what) of each argument


class Program:
    """The calls of a cell's forward and backward pass, for every T, N and dtype.

    Parameters
    ----------
    cell
        Anything with ``step(W, t)``, ``step_back(W, t, d)``, ``STATES``, ``BLOCKS``, ``RULES``, and the sizes D and H.
    whole : bool
        Whether all that has a name is kept, for a reader, or only what a training needs.

    Attributes
    ----------
    places : dict of str to Place
        Where each quantity is, and (``d.f``) each derivative.
    rows : dict of str to int
        How many rows every array of the trace has, and (``d.delta``, …) of the derivatives.
    shapes : dict of str to (int, int)
        Of the weights, as it follows from where they enter.
    """

    def __init__(self, cell, whole):
        self.D, self.H, self.states, self.stacks, self.rules = cell.D, cell.H, cell.STATES, cell.BLOCKS, cell.RULES
        self.whole, (self.equations, self.back) = whole, written_down(cell)
        self.sums = {name: as_sum(e) for name, e in self.equations.items() if weights_in(e.value)}
        self.places, self.rows, self.hidden, self.shapes = {}, {}, [], self._shapes()
        self._check_back()
        self._place_trace()
        self.products = [product for sum_ in self.sums.values() for product in self._products(sum_)]
        self.forward = self._forward()
        self._trees = self._back_trees()
        self._place_derivatives()
        self.pointwise = [(weight, self.places[f"d.{sum_.name}"], self.places[of])
                          for sum_ in self.sums.values() for weight, of in sum_.pointwise]  # fmt: skip
        self._back, self._backward, self.derivatives = self._lower_back(), {}, self._derivatives()

    def blocks(self, name):
        """The names of the parts of a quantity; its own where it has none."""
        return self.stacks.get(name, (name,))

    def size(self, name):
        """Number of rows."""
        return {"x": self.D, "1": 1}.get(name) or self.H * len(self.blocks(name))

    def _shapes(self):
        shapes = {}
        for sum_ in self.sums.values():
            for weight, of in (*sum_.products, *((weight, "1") for weight, _ in sum_.pointwise)):
                if weight in shapes:
                    raise ValueError(f"{sum_.line}: W.{weight} enters a second time; its gradient has room for one.")
                shapes[weight] = self.size(sum_.name), self.size(of)
        return shapes

    def _check_back(self):
        """Every weight's gradient must be found, and every state's way to the step before."""
        made = {block for name in self.back for block in self.blocks(name[2:])} | set(self.states)
        for state in self.states:
            if f"{state}_prev" not in made:
                raise ValueError(
                    f"step_back never makes d.{state}_prev, so nothing would go back over {state}; "
                    f"if that is meant, write d.{state}_prev = 0."
                )
        for sum_ in self.sums.values():
            if missing := [block for block in self.blocks(sum_.name) if block not in made]:
                names = ", ".join(weight for weight, _ in (*sum_.products, *sum_.pointwise))
                raise ValueError(
                    f"{sum_.line}: the gradient of {names} would not be found, because step_back never makes "
                    f"d.{' and d.'.join(missing)}."
                )
        for equation in self.back.values():
            if unknown := weights_in(equation.value) - set(self.shapes):
                raise ValueError(f"{equation.line}: W.{unknown.pop()} stands in no equation of step.")

    # --- places -------------------------------------------------------------------------------------------------------

    def _room(self, array, rows):
        """A place for so many more rows of an array."""
        self.rows[array] = self.rows.get(array, 0) + rows
        return Place(array, self.rows[array] - rows, rows)

    def spare(self, array, rows):
        """The same for something without a name."""
        place = self._room(array, rows)
        self.places[f"d.early_{place.row}" if array == "d.delta" else f"spare_{place.row}"] = place
        return place

    def _together(self, names):
        """The place of these quantities, one below the other, or None."""
        place = self.places.get(names[0])
        for name in names[1:]:
            place = place and name in self.places and place.then(self.places[name])
        return place or None

    def _place_trace(self):
        """What weights multiply lies in one array, v_all; the values that step_back reads lie together too."""
        order, places = self._order(), self.places
        multiplied = {of for sum_ in self.sums.values() for _, of in sum_.products}
        before = [f"{state}_prev" for state in self.states]
        inner = [name for name in order if name in multiplied and name not in self.states]
        self.v = [*inner, "x", *(["1"] if "1" in multiplied else []), *(name for name in before if name in multiplied)]
        for name in self.v:
            places[name] = self._room("v_all", self.size(name))
        for state, name in zip(self.states, before, strict=True):
            if name not in places:
                places[name] = self._room(f"{state}_all", self.H)
            places[state] = places[name]._replace(late=1)
        read = set().union(*map(self._reads, self.back.values()))
        read |= {block for sum_ in self.sums.values() for _, of in sum_.pointwise for block in self.blocks(of)}
        rest = [block for block in order if block not in places]
        for block in rest:
            if block in read:
                places[block] = self._room("values", self.H)
        for stack, blocks in itertools.groupby((b for b in rest if b not in read), self._stack_of):
            self._place_between(stack, list(blocks))
        self._place_stacks("")

    def _order(self):
        """All parts that step makes, in its order; those of one stack together."""
        stacks = (self.stacks.get(self._stack_of(self.blocks(name)[0]), self.blocks(name)) for name in self.equations)
        return list(dict.fromkeys(itertools.chain.from_iterable(stacks)))

    def _stack_of(self, block):
        """The largest stack that a part belongs to; its own name where there is none."""
        return max((name for name, parts in self.stacks.items() if block in parts), default=block,
                   key=lambda name: len(self.stacks[name]))  # fmt: skip

    def _place_between(self, stack, blocks):
        """What only later lines of step read: for a reader an array of its own, otherwise the place of what is made of it."""
        targets = {}
        for block in blocks:
            users = [equation for equation in self.equations.values() if block in self._reads(equation)]
            if len(users) == 1 and len(getattr(users[0].value, "args", ())) == 1 and "in place" in self.rules:
                targets[block] = self.places.get(users[0].name)
        self.places |= targets
        self.hidden += [] if self.whole else [name for name in (*blocks, *self.stacks) if set(self.blocks(name)) & set(blocks)]
        if self.whole or None in targets.values() or not self._together(blocks):
            array = stack if self.whole else "values"
            self.places |= {block: self._room(array, self.H) for block in blocks}

    def _reads(self, equation, d=""):
        """The parts that an equation reads: those of t, or those of d."""
        names = [name.removeprefix("d.") for name in leaves(equation.value) if name.startswith("d.") == bool(d)]
        return {block for name in names for block in self.blocks(name)}

    def _place_stacks(self, d):
        for name, parts in self.stacks.items():
            if place := self._together([d + part for part in parts]):
                self.places[d + name] = place

    def _place_derivatives(self):
        """Room for the derivatives of some steps; those of the sums lie together, as the sums do."""
        for state in self.states:
            self.places[f"d.{state}_prev"] = self._room(f"d.{state}_all", self.H)
            self.places[f"d.{state}"] = self.places[f"d.{state}_prev"]._replace(late=1)
        summed = {block for name in self.sums for block in self.blocks(name)}
        for block in self._order():
            if block in summed and block not in self.states:
                self.places[f"d.{block}"] = self._room("d.delta", self.H)
        self._place_stacks("d.")
        for name in self._trees:
            if name not in self.places:
                self.places[name] = self._room("scratch", self.size(name[2:]))
                parts = self.places[name]._replace(rows=self.H)
                for k, block in enumerate(self.blocks(name[2:])):
                    self.places.setdefault(f"d.{block}", parts._replace(row=parts.row + k * self.H))
        self._place_stacks("d.")

    # --- calls --------------------------------------------------------------------------------------------------------

    def _products(self, sum_):
        """One for each group of quantities that lie one below the other."""
        weight_of, out = {of: weight for weight, of in sum_.products}, self.places[sum_.name]
        groups = list(_runs(self.v, weight_of)) if "one product" in self.rules else [[of] for of in weight_of]
        alone = len(groups) == 1 and not (sum_.pointwise or sum_.rest)
        halved = [k * self.H for k, block in enumerate(self.blocks(sum_.name)) if alone and self._only_for_sigmoid(block)]
        for names in groups:
            ends = np.cumsum([0, *map(self.size, names)])
            weights = tuple((weight_of[name], int(start)) for name, start in zip(names, ends, strict=False))
            runs = tuple((run[0], len(run) * self.H) for run in _in_a_row(halved, self.H))
            yield Product("_".join(w for w, _ in weights), sum_.name, weights, self._together(names), out, runs)

    def _only_for_sigmoid(self, block):
        """Whether the product may make a half of this."""
        users = [e.value for e in self.equations.values() if block in self._reads(e)]
        plain = len(users) == 1 and getattr(users[0], "function", None) is sigmoid and isinstance(users[0].args[0], Quantity)
        return "half" in self.rules and plain and not any(block in self._reads(e) for e in self.back.values())

    def _forward(self):
        low = Lowering(self)
        low.halved = {p.out._replace(row=p.out.row + row, rows=self.H)
                      for p in self.products for first, rows in p.halved for row in range(first, first + rows, self.H)}  # fmt: skip
        for name, equation in self.equations.items():
            terms = [equation.value]
            if name in self.sums:
                terms = [Applied(product, ()) for product in self.products if product.out == self.places[name]]
                terms += [Applied(np.multiply, (Weight(weight), Quantity(of))) for weight, of in self.sums[name].pointwise]
                terms += self.sums[name].rest
            with blamed(equation):
                low.sum(terms, self.places[name])
        return low.function("forward")

    def _back_trees(self):
        """Expressions of what leads back or to weights.

        What is used once has no memory: it is only a name for a part of the other expression.
        """
        makers = {f"d.{block}": name for name in self.back for block in self.blocks(name[2:])}
        wanted = [f"d.{state}_prev" for state in self.states]
        wanted += [f"d.{block}" for sum_ in self.sums.values() for block in self.blocks(sum_.name)]
        stay, needed = {makers[name] for name in wanted if name in makers}, set()
        while wanted:
            name = makers.get(wanted.pop())
            if name and name not in needed:
                needed.add(name)
                wanted += [f"d.{block}" for block in self._reads(self.back[name], "d.")]
        uses = sum((leaves(self.back[name].value) for name in needed), Counter())
        known, inline, trees = (lambda tree: "before" in self.rules and not _late(tree)), {}, {}
        for name in (name for name in self.back if name in needed):
            tree = replaced(self.back[name].value, inline)
            if uses[name] == 1 and name not in stay and "in place" in self.rules:
                inline[name] = tree
            else:
                trees[name] = factored(tree, known)
        return trees

    def backward(self, own):
        """The `Function` of the way back, where a loss at every step says something about these parts of the state."""
        if own not in self._backward:
            there = [self.places[f"d.{state}"] for state in own]
            joins = [Call(np.add, (d, Place(f"own.{state}", 0, self.H)), d) for state, d in zip(own, there, strict=True)]
            self._backward[own] = self._back.function("backward", joins)
        return self._backward[own]

    def _lower_back(self):
        low = Lowering(self, known=lambda tree: "before" in self.rules and not _late(tree))
        for name, tree in self._trees.items():
            with blamed(self.back[name]):
                low.sum([tree], self.places[name])
        return low

    def __str__(self):
        """Both functions as Python, as they are run."""
        backward = self.backward(()).source
        return f"{self.forward.source}\n\n{backward}"

    def as_data(self):
        """The equations as plain data, for every D, H, N and T: {"states", "stacks", "forward", "back"}.

        An equation is [name, value]; a value is a number, the name of a quantity ("f", "d.f"), or a list: ["W", weight],
        ["T", weight] for its transpose, ["@", …] for a product, [function, …] with NumPy's name of the function.
        """
        equations = {"forward": self.equations, "back": self.back}
        written = {way: [[name, as_list(e.value)] for name, e in found.items()] for way, found in equations.items()}
        return {"states": list(self.states), "stacks": {name: list(parts) for name, parts in self.stacks.items()}} | written

    # --- what a reader sees -------------------------------------------------------------------------------------------

    @property
    def windows(self):
        """Of a trace: {name: (array, index)}."""
        hidden = (*self.rows, *self.hidden, "1")
        seen = {name: place for name, place in self.places.items() if place.array in self.rows and name not in hidden}
        windows = {name: self._window(p) for name, p in seen.items() if name[:2] != "d." and p.array != "scratch"}
        rows = {state: self.places[state] for state in self.states if self.places[state].array == "v_all"}
        return windows | {f"{state}_all": ("v_all", np.s_[:, p.row : p.row + p.rows]) for state, p in rows.items()}

    @staticmethod
    def _window(place):
        steps = slice(place.late, None if place.late else -1) if place.array.endswith("_all") else slice(None)
        return place.array, (steps, slice(place.row, place.row + place.rows))

    def _derivatives(self):
        """Rows of every array of the derivatives that a reader sees, other than those of the states."""
        made = {block for name in self.back for block in self.blocks(name[2:])}
        seen = [name for name in self._order() if name in made and name not in self.states]
        stacks = {self._stack_of(name) for name in seen}
        whole = {stack: stack for stack in stacks if set(self.blocks(stack)) <= set(seen)}
        names = dict.fromkeys(whole.get(self._stack_of(name), name) for name in seen)
        return ({"x": self.D} if "x" in made else {}) | {name: self.size(name) for name in names}

    def derivative_windows(self):
        """Of the derivatives of a trace: {name: (array, index)}."""
        windows = {}
        for stack, parts in self.stacks.items():
            array = self._stack_of(parts[0])
            if array in self.derivatives:
                first = self.blocks(array).index(parts[0]) * self.H
                windows |= {part: (array, np.s_[:, first + k * self.H : first + (k + 1) * self.H]) for k, part in enumerate(parts)}
                windows |= {stack: (array, np.s_[:, first : first + len(parts) * self.H])} if stack != array else {}
        for state in self.states:
            windows |= {f"{state}_prev": (f"{state}_all", np.s_[:-1]), state: (f"{state}_all", np.s_[1:])}
        return windows

    def kept_derivatives(self):
        """Names of the derivatives that a backward pass has anyway at the end of a step, in larger pieces first."""
        sums = [name for name in self.derivatives if self.places.get(f"d.{name}", Place("scratch", 0, 0)).array == "d.delta"]
        covered = {block for name in sums for block in self.blocks(name)}
        rest = [block for name in self.sums for block in self.blocks(name) if block not in (*covered, *self.states)]
        return [*sums, *rest, *self.states]

    def only_for_readers(self):
        """(name, expression) of all other derivatives, in order."""
        kept = {block for name in self.kept_derivatives() for block in self.blocks(name)}
        steps_back = {f"{state}_prev" for state in self.states}
        return [(name[2:], equation.value) for name, equation in self.back.items()
                if not set(self.blocks(name[2:])) <= kept | steps_back]  # fmt: skip


def _runs(order, wanted):
    """What is wanted of `order`, in groups of neighbours; what is not in `order`, alone."""
    group = []
    for name in order:
        if name in wanted:
            group.append(name)
        elif group:
            yield group
            group = []
    if group:
        yield group
    yield from ([name] for name in wanted if name not in order)


def _in_a_row(numbers, by):
    """Groups of numbers, each larger than the one before by `by`."""
    groups = []
    for number in numbers:
        if groups and number == groups[-1][-1] + by:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _late(tree):
    """Whether an expression needs a derivative, and with it the later steps, or a weight."""
    return bool(weights_in(tree)) or any(name.startswith("d.") for name in leaves(tree))


@contextmanager
def blamed(equation):
    """Say in which line it is when something is wrong."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{equation.line}: {error}") from None


def factored(tree, known):
    """The same, but in products all that is known is in one bracket: d.C * C_prev * slope = d.C * (C_prev * slope)."""
    if not isinstance(tree, Applied) or known(tree):
        return tree
    factors = _factors(tree, known)
    fixed, rest = ([factor for factor in factors if known(factor) == wanted] for wanted in (True, False))
    if tree.function is np.multiply and len(fixed) > 1:
        return _product([*(factored(factor, known) for factor in rest), _product(fixed)])
    return Applied(tree.function, tuple(factored(arg, known) for arg in tree.args))


def _factors(tree, known):
    if isinstance(tree, Applied) and tree.function is np.multiply and not known(tree):
        return [factor for arg in tree.args for factor in _factors(arg, known)]
    return [tree]


def _product(factors):
    return functools.reduce(lambda a, b: Applied(np.multiply, (a, b)), factors)


class Lowering:
    """Turns expressions into calls, each with the place of its result.

    Parameters
    ----------
    program : Program
    known : callable, optional
        ``known(tree)`` says whether an expression can be computed for many steps together, before.
    """

    def __init__(self, program, known=None):
        self.program, self.known, self.rules = program, known or (lambda tree: False), program.rules
        self.before, self.each, self.halved = [], [], set()

    def sum(self, terms, out):
        """Calls for ``out = terms[0] + terms[1] + …``."""
        for n, term in enumerate(terms):
            place = self.value(term, None if n else out)
            if n or place != out:
                self.each.append(Call(np.add, (out, place), out) if n else Call(np.positive, (place,), out))

    def value(self, tree, dest=None):
        """The place of an expression's value: its own, or `dest`, or that of something which is not needed any more."""
        if isinstance(tree, Quantity):
            return self.program.places[tree.name]
        if not isinstance(tree, Applied):
            return tree
        early, rows = self.known(tree), self._rows(tree)
        if early and dest and dest.array != "d.delta":
            dest = None
        inputs, over = self._inputs(tree, dest)
        out = dest or next((place for place in over if place.rows == rows), None)
        out = out or self.program.spare("d.delta" if early else "scratch", rows)
        (self.before if early else self.each).extend(self._calls(tree.function, inputs, out))
        return out

    def _inputs(self, tree, dest):
        """Where the arguments are, and the places of those that are not needed after this."""
        inputs, over, free = [], [], dest if "in place" in self.rules and tree.function != "@" else None
        for k, arg in enumerate(tree.args):
            others = [name for n, other in enumerate(tree.args) if n != k for name in leaves(other)]
            taken = free is None or any(self.program.places[name].overlaps(free) for name in others)
            place = self.value(arg, None if taken else free)
            free = None if isinstance(place, Place) and place == free else free
            if isinstance(arg, Applied) and "in place" in self.rules and tree.function != "@":
                over.append(place)
            inputs.append(place)
        return inputs, over

    def _calls(self, function, inputs, out):
        if isinstance(function, Product):
            return [Call(function, (function.of,), out)]
        if function is not sigmoid or "half" not in self.rules:
            return [Call(function, tuple(inputs), out)]
        half = [] if inputs[0] in self.halved else [Call(np.multiply, (inputs[0], 0.5), out)]
        tanh = Call(np.tanh, (out,) if half else tuple(inputs), out)
        return [*half, tanh, Call(np.multiply, (out, 0.5), out), Call(np.add, (out, 0.5), out)]

    def _rows(self, tree):
        """How many rows the value has."""
        if isinstance(tree, Quantity):
            return self.program.places[tree.name].rows
        if isinstance(tree, Weight):
            return self.program.shapes[tree.name][tree.turned]
        if isinstance(tree, Applied) and isinstance(tree.function, Product):
            return tree.function.out.rows
        if isinstance(tree, Applied) and tree.function == "@":
            return self._rows(tree.args[0])
        rows = {self._rows(arg) for arg in getattr(tree, "args", ())} - {None}
        if len(rows) > 1:
            raise ValueError(f"{' and '.join(map(str, sorted(rows)))} rows meet in {tree}; it takes equally many.")
        return rows.pop() if rows else None

    def function(self, name, first=()):
        """The calls as a Python function; those of `first` come first in every step."""
        join = joined if "join" in self.rules else list
        return _function(name, join(self.before), join([*first, *self.each]), self.program.places)


def joined(calls):
    """The same calls; those that do the same to neighbours in memory, and can be done at once, are one."""
    levels, groups = [], {}
    for call in calls:
        waits = [level for level, other in zip(levels, calls, strict=False) if _in_the_way(other, call)]
        levels.append(1 + max(waits, default=-1))
        fixed = tuple(None if isinstance(place, Place) else place for place in call.inputs)
        groups.setdefault((levels[-1], call.function, fixed), []).append(call)
    result = []
    for (level, *_), group in groups.items():
        group.sort(key=lambda call: (call.out.array, call.out.row))
        done = group[:1]
        for call in group[1:]:
            together = isinstance(call.function, np.ufunc) and _neighbours(done[-1], call)
            done[-1:] = [together] if together else [done[-1], call]
        result += [(level, call) for call in done]
    return [call for _, call in sorted(result, key=lambda pair: pair[0])]


def _in_the_way(first, then):
    return any(first.out.overlaps(place) for place in (*then.inputs, then.out)) or any(
        then.out.overlaps(place) for place in first.inputs
    )


def _neighbours(one, two):
    """Both calls as one, or None."""
    inputs = [a.then(b) if isinstance(a, Place) else a for a, b in zip(one.inputs, two.inputs, strict=True)]
    out = one.out.then(two.out)
    return None if out is None or None in inputs else Call(one.function, tuple(inputs), out)


# --- Python -----------------------------------------------------------------------------------------------------------

TAKEN = {*vars(np), *keyword.kwlist, "sigmoid", "zip"}
NUMBERS = {0.5: "half", 1: "one", 2: "two", 0: "zero"}


class _Names:
    """The arguments of a function that is being written, and their names in it."""

    def __init__(self, places):
        self.given, self.known = {}, {
            place: name.replace(".", "_").replace("1", "bias") for name, place in reversed(places.items())
        }

    def of(self, kind, what):
        """The name of an argument, which is added if it is new."""
        name = self._plain(kind, what)
        while name in TAKEN or any(key != (kind, what) and value == name for key, value in self.given.items()):
            name += "_"
        return self.given.setdefault((kind, what), name)

    def _plain(self, kind, what):
        if kind == "number":
            return NUMBERS.get(what) or f"number_{len(self.given)}"
        if isinstance(what, Place):
            name = self.known.get(what) or self._from_to(what)
            return f"all_{name}" if kind == "all" else name
        return f"{what.name}_T" if isinstance(what, Weight) and what.turned else what.name

    def _from_to(self, place):
        """Of several neighbours: f_to_o."""
        ends = [None, None]
        for other, name in self.known.items():
            if (other.array, other.late) == (place.array, place.late):
                ends[0] = ends[0] or (name if other.row == place.row else None)
                ends[1] = ends[1] or (name if other.row + other.rows == place.row + place.rows else None)
        return f"{ends[0]}_to_{ends[1].removeprefix('d_')}" if all(ends) else place.array.replace(".", "_")


def _function(name, before, each, places):
    names = _Names(places)
    first, then = ([_line(call, names, kind) for call in calls] for calls, kind in ((before, "all"), (each, "steps")))
    stepped = [argument for (kind, _), argument in names.given.items() if kind == "steps"]
    arguments = [f"steps_{argument}" if argument in stepped else argument for argument in names.given.values()]
    loop = [f"for {', '.join(stepped)} in zip({', '.join(a for a in arguments if a.startswith('steps_'))}):"]
    body = [*first, *loop, *(f"    {line}" for line in then)]
    source = "\n".join([f"def {name}({', '.join(arguments)}):", *(f"    {line}" for line in body)])
    space = dict(vars(np)) | {"sigmoid": sigmoid}
    exec(compile(source, f"<seqlib: {name}>", "exec"), space)
    return Function(space[name], source, tuple(names.given))


def _line(call, names, kind):
    """One line of Python."""

    def name(x):
        if isinstance(x, Place):
            return names.of("scratch" if x.array == "scratch" else kind, x)
        return names.of("weight" if isinstance(x, Weight) else "number", x)

    if call.function == "@":
        return f"{names.of('dot', call.inputs[0])}({name(call.inputs[1])}, {name(call.out)})"
    *inputs, out = [name(x) for x in (*call.inputs, call.out)]
    if isinstance(call.function, Product):
        return f"{names.of('product', call.function)}({inputs[0]}, {out})"
    if isinstance(call.function, np.ufunc):
        return f"{call.function.__name__}({', '.join([*inputs, out])})"
    return f"copyto({out}, {call.function.__name__}({', '.join(inputs)}))"
