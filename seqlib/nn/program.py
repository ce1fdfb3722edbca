"""From equations to a program: the calls of NumPy that every step needs, and the place of every result."""

import functools
import itertools
import keyword
import re
from collections import Counter
from typing import NamedTuple

import numpy as np

from .equations import Applied, Quantity, Symbol, Weight, as_sum, replaced, written_down
from .functions import sigmoid


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
    """``function(*inputs, out)``; inputs are places, numbers and weights."""

    function: object
    inputs: tuple
    out: Place


class Product(NamedTuple):
    """``out = [W_1 W_2 …] · of``, for quantities that lie one below the other in `of`."""

    sum: str  # the name of the sum
    weights: tuple  # (weight, first column) of each
    of: Place
    out: Place
    halved: Place | None  # the part of `out` that is a half of what the equation says

    @property
    def name(self):
        return "_".join(weight for weight, _ in self.weights)


class Function(NamedTuple):
    """Calls as Python, in the order in which steps come: those before, those of every step, those after all steps."""

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
    tokens : bool
        Whether x are token ids that stand for one-hot columns: then ``W @ t.x`` is a column of W, picked before all
        steps, and x has no rows and no derivative.
    below : bool
        Whether d.x is needed as well, because another cell made x.

    Attributes
    ----------
    equations, back : dict of str to Equation
        What the two methods say.
    places : dict of str to Place
        Where each quantity is, and (``d.f``) each derivative that is not only a part of another expression.
    rows : dict of str to int
        How many rows every array of the trace has, and (``d._delta``, …) of the backward pass.
    shapes : dict of str to (int, int)
        Of the weights, as it follows from where they enter.
    """

    def __init__(self, cell, whole, tokens, below):
        self.D, self.H, self.states, self.rules, self.whole = cell.D, cell.H, cell.STATES, cell.RULES, whole
        self.equations, self.back = written_down(cell)
        self.stacks = dict(cell.BLOCKS)
        self.sums = {name: as_sum(equation) for name, equation in self.equations.items() if equation.value.weights}
        self.terms = [term for terms, _ in self.sums.values() for term in terms]
        self.places, self.rows, self.shapes = {}, {}, self._shapes()
        self.hidden, self.halved = set(), set()
        self._check_back()
        self.tokens, self.below = tokens, below
        self.picked = self._picked() if tokens else {}
        self._place_trace()
        self.products = [product for name in self.sums for product in self._products(name)]
        self.forward = self._forward()
        self._way_back, self._after = self._lowered_back()
        self.backward = functools.cache(self._backward)  # by the states about which losses say something at every step

    def blocks(self, name):
        """The names of the parts of a quantity; its own where it has none."""
        return self.stacks.get(name, (name,))

    def size(self, name):
        """Number of rows."""
        return {"x": self.D, "1": 1}.get(name) or self.H * len(self.blocks(name.removeprefix("picked_")))

    def _shapes(self):
        shapes = {}
        for weight, to, of, pointwise in self.terms:
            if weight in shapes:
                line = self.equations[to].line
                raise ValueError(f"{line}: W.{weight} enters a second time; its gradient has room for one.")
            shapes[weight] = self.size(to), 1 if pointwise else self.size(of)
        return shapes

    def _check_back(self):
        """Every weight's gradient must be found, and every state's way to the step before."""
        made = {name[2:] for name in self.makers} | set(self.states)
        for state in self.states:
            if f"{state}_prev" not in made:
                raise ValueError(f"step_back never makes d.{state}_prev, so nothing would go back over {state}; "
                                 f"if that is meant, write d.{state}_prev = 0.")  # fmt: skip
        for name, (terms, _) in self.sums.items():
            if missing := [block for block in self.blocks(name) if block not in made]:
                names = ", ".join(term.weight for term in terms)
                raise ValueError(f"{self.equations[name].line}: the gradient of {names} would not be found, because "
                                 f"step_back never makes d.{' and d.'.join(missing)}.")  # fmt: skip
        for equation in self.back.values():
            if unknown := equation.value.weights - set(self.shapes):
                raise ValueError(f"{equation.line}: W.{min(unknown)} stands in no equation of step.")
        for name, (_, value, line) in (*self.equations.items(), *self.back.items()):
            try:
                rows, wanted = self.rows_of(value), self.size(name.removeprefix("d."))
            except ValueError as error:
                raise ValueError(f"{line}: {error}") from None
            if rows not in (None, wanted):
                made = name if name in self.back else f"t.{name}"
                raise ValueError(f"{line}: {made} has {wanted} rows, but {rows} come.")

    def _picked(self):
        """What stands for ``W @ t.x`` where x are token ids: {name of the sum: weight}."""
        found = {term.to: term.weight for term in self.terms if term.of == "x" and not term.pointwise}
        for name, (_, value, line) in (*self.equations.items(), *self.back.items()):
            if value.leaves.get("x", 0) > (name in found):
                raise ValueError(f"{line}: x are token ids, which only a product W.NAME @ t.x can read; "
                                 "give one-hot columns, as data.one_hot(ids, D) makes them.")  # fmt: skip
        for name in found:
            terms, rest = self.sums[name]
            self.sums[name] = [term for term in terms if term.of != "x"], rest
        self.back = {name: equation for name, equation in self.back.items() if name != "d.x"}
        return found

    def rows_of(self, tree):
        """How many rows the value of an expression has; None for a number."""
        match tree:
            case Quantity():
                return self.size(tree.name.removeprefix("d."))
            case Weight():
                return self.shapes[tree.name][tree.turned]
            case np.ndarray(shape=(rows, 1)):
                return rows
            case np.ndarray() if tree.ndim:
                raise ValueError(f"a constant must be a number or an array of shape (rows, 1), but {tree.shape} came.")
            case Applied("@", (Product() as product, _)):
                return product.out.rows
        if not isinstance(tree, Applied):
            return None
        rows = [self.rows_of(arg) for arg in tree.args]
        if tree.function == "@":
            columns = self.shapes[tree.args[0].name][not tree.args[0].turned]
            rows = rows[:1] if rows[1] in (None, columns) else [columns, rows[1]]
        rows = sorted(set(rows) - {None})
        if len(rows) > 1:
            raise ValueError(f"{' and '.join(map(str, rows))} rows meet in {tree}; it takes equally many.")
        return rows[0] if rows else None

    # --- places -------------------------------------------------------------------------------------------------------

    def room(self, array, rows, name=None):
        """A place for so many more rows of an array."""
        place = Place(array, self.rows.get(array, 0), rows)
        self.rows[array] = place.row + rows
        self.places[name or f"{'d.early' if array == 'd._delta' else 'spare'} {place.row}"] = place  # nobody's name
        return place

    def _units(self, d=""):
        """For every part of a block that is made or read as a whole: all of them, since they have to lie together."""
        lines = *(() if d else self.equations.values()), *self.back.values()
        named = {name for line in lines for name in (line.name, *line.value.leaves) if name.startswith(d)}
        named = {name.removeprefix("d.") for name in named} | set(self.sums)
        whole = sorted((parts for name, parts in self.stacks.items() if name in named), key=len)
        return {part: parts for parts in whole for part in parts}  # the largest comes last

    def _with_units(self, blocks, d=""):
        """These parts, and those that lie together with them; with "d." it is their derivatives that lie so."""
        units = self._units(d)
        return {part for block in blocks for part in units.get(block, (block,))}

    def _together(self, names, places):
        """The place of these quantities, one below the other, or None."""
        found = [places.get(name) for name in names]
        return functools.reduce(lambda one, two: one and two and one.then(two), found) if found else None

    def _add_stacks(self, places, d=""):
        for name, parts in self.stacks.items():
            if d + name not in places and (place := self._together([d + part for part in parts], places)):
                places[d + name] = place

    def _reads(self, equation, d=""):
        """The parts that an equation reads: those of t, or those of d."""
        names = [name.removeprefix("d.") for name in equation.value.leaves if name.startswith("d.") == bool(d)]
        return {block for name in names for block in self.blocks(name)}

    @functools.cached_property
    def order(self):
        """All parts that step makes, in its order; those of one stack together."""
        stacks = sorted(self.stacks.values(), key=len, reverse=True)
        around = [next((s for s in stacks if self.blocks(name)[0] in s), (name,)) for name in self.equations]
        return list(dict.fromkeys(itertools.chain.from_iterable(around)))

    def _place_trace(self):
        """What weights multiply lies in one array, _v_all; the values that step_back reads lie together too."""
        read_by_weights = (block for term in self.terms if not term.pointwise for block in self.blocks(term.of))
        multiplied = self._with_units(read_by_weights)
        before = [f"{state}_prev" for state in self.states]
        inner = [name for name in self.order if name in multiplied and name not in self.states]
        given = ([] if self.tokens else ["x"]) + (["1"] if "1" in multiplied else [])
        for name in (*inner, *given, *(name for name in before if name in multiplied)):
            self.room("_v_all", self.size(name), name)
        for name in self.picked:
            self.room("_picked", self.size(name), f"picked_{name}")
        for state, name in zip(self.states, before, strict=True):
            place = self.places.get(name) or self.room(f"{state}_all", self.H, name)
            self.places[state] = place._replace(late=1)
        read = set().union(*map(self._reads, self.back.values()))
        read |= {block for term in self.terms if term.pointwise for block in self.blocks(term.of)}
        read = self._with_units(read)
        rest = [block for block in self.order if block not in self.places]
        for block in (block for block in rest if block in read):
            self.room("_values", self.H, block)
        self._place_between([block for block in rest if block not in read])
        self._add_stacks(self.places)
        for name, (_, value, line) in self.equations.items():
            if pieces := [one for one in (name, *value.leaves) if one not in self.places and one in self.stacks]:
                raise ValueError(self._in_pieces(line, f"t.{pieces[0]}"))

    def _in_pieces(self, line, name):
        parts = ", ".join(self.blocks(name[2:]))
        return f"{line}: {name} cannot be one array, as {parts} do not lie together in memory; write them one by one."

    def _place_between(self, blocks):
        """What only later lines of step read: it stands where what is made of it will stand, if no reader wants it."""
        targets = {}
        for block in blocks if "in place" in self.rules and not self.whole else ():
            users = [equation for equation in self.equations.values() if block in self._reads(equation)]
            if len(users) == 1 and len(getattr(users[0].value, "args", ())) == 1 and users[0].name in self.places:
                targets[block] = self.places[users[0].name]
        for parts in {*self._units().values(), *map(self.blocks, self.sums)}:
            if set(parts) & set(targets) and not self._together(parts, targets):
                targets = {block: place for block, place in targets.items() if block not in parts}
        self.hidden |= {name for name in (*blocks, *self.stacks) if set(self.blocks(name)) & set(targets)}
        self.places |= targets
        for block in (block for block in blocks if block not in targets):
            self.room("_values", self.H, block)

    def _place_derivatives(self, names, kept):
        """Room for the derivatives of some steps; those of the sums lie together, as the sums do."""
        for state in self.states:
            place = self.room(f"d.{state}_all", self.H, f"d.{state}_prev")
            self.places[f"d.{state}"] = place._replace(late=1)
        summed = self._with_units((block for name in self.sums for block in self.blocks(name)), "d.") - set(self.states)
        for block in (block for block in self.order if block in summed):
            self.room("d._delta", self.H, f"d.{block}")
        self._add_stacks(self.places, "d.")
        rest = {block: name for name in names if name not in self.places for block in self.blocks(name[2:])}
        rest = {block: name for block, name in rest.items() if f"d.{block}" not in self.places}
        staying = self._with_units((block for block, name in rest.items() if name in kept), "d.")
        for block in (block for block in dict.fromkeys([*self.order, *rest]) if block in rest):
            array = "d.x" if block == "x" else "d._delta" if block in staying else "_scratch"
            self.room(array, self.size(block), f"d.{block}")
        self._add_stacks(self.places, "d.")

    # --- calls --------------------------------------------------------------------------------------------------------

    def _products(self, name):
        """Those of a sum: one for each group of quantities that lie one below the other."""
        terms, rest = self.sums[name]
        weights = {term.of: term.weight for term in terms if not term.pointwise}
        groups = [[of] for of in weights]
        if "one product" in self.rules:
            groups = []
            for of in sorted(weights, key=lambda of: self.places[of]):
                beside = groups and self._together([groups[-1][-1], of], self.places)
                groups[-1 if beside else len(groups) :] = [[*groups[-1], of] if beside else [of]]
        may_halve = "half" in self.rules and len(groups) == 1 and not rest
        halves = [block for block in self.blocks(name) if may_halve and self._only_for_sigmoid(block, name)]
        halved = self._together(halves, self.places)
        self.halved |= set(halves if halved else ())
        for group in groups:
            starts = itertools.accumulate(map(self.size, group), initial=0)
            columns = tuple((weights[of], start) for of, start in zip(group, starts, strict=False))
            yield Product(name, columns, self._together(group, self.places), self.places[name], halved)

    def _readers(self, block):
        return [e.value for e in (*self.equations.values(), *self.back.values()) if block in self._reads(e)]

    def _only_for_sigmoid(self, block, name):
        """Whether the product of a sum may make a half of this: only one σ reads it, beside others that are so."""
        users = self._readers(block)
        if block in self.states or len(users) != 1 or users[0].function is not sigmoid:
            return False
        [a] = users[0].args
        beside = self.blocks(a.name) if isinstance(a, Quantity) else ("",)
        alone = all(len(read := self._readers(part)) == 1 and read[0] is users[0] for part in beside)
        return set(beside) <= set(self.blocks(name)) and alone

    def _forward(self):
        trees = {name: equation.value for name, equation in self.equations.items()}
        for name, (_, rest) in self.sums.items():
            products = [Applied("@", (product, product.of)) for product in self.products if product.sum == name]
            picked = [Quantity(f"picked_{name}")] if name in self.picked else []
            trees[name] = functools.reduce(lambda a, b: Applied(np.add, (a, b)), (*products, *picked, *rest))
        halved = [product.halved for product in self.products if product.halved]
        again_whole = [Call(np.add, (half, half), half) for half in halved if self.whole]  # for a reader
        return Lowering(self).all(trees).function("forward", after=again_whole)

    def _known(self, tree):
        """Whether an expression needs no derivative, and so no later step. What is made of numbers only has no rows."""
        if not isinstance(tree, Symbol):
            return True
        early = tree.leaves and not any(name.startswith("d.") for name in tree.leaves)
        return "before" in self.rules and not tree.weights and early

    def _lowered_back(self):
        """The way back: what leads to the step before or to weights, step by step; all other derivatives, after that.

        On the way, what is used once has no memory: it is only a name for a part of the other expression. A number has,
        since nothing else says how many rows it has.
        """
        makers = self.makers
        if self.below and "d.x" not in makers:
            raise ValueError("step_back makes no d.x, so what comes before this cell would get no gradient.")
        wanted = [f"d.{state}_prev" for state in self.states]
        wanted += [f"d.{block}" for name in self.sums for block in self.blocks(name)]
        needed, stay = self._needed(wanted), {maker for name in wanted for maker in makers.get(name, ())}
        kept = set(self.back) if self.whole else self._needed(["d.x"] if self.below else [])
        uses = sum((Counter(self.back[name].value.leaves) for name in needed), Counter())
        parts = Counter(block for name, count in uses.items() for block in self.blocks(name[2:]) for _ in range(count))
        inline, trees = {}, {}
        for name in (name for name in self.back if name in needed):
            tree = replaced(self.back[name].value, inline)
            once = uses[name] == 1 and all(parts[block] == 1 for block in self.blocks(name[2:])) and name not in stay
            once = once and "in place" in self.rules and self.rows_of(tree)
            (inline if once else trees)[name] = tree if once else factored(tree, self._known)
        after = {name: equation.value for name, equation in self.back.items() if name in kept and name not in trees}
        self._place_derivatives([*trees, *after], kept)
        for name, tree in (trees | after).items():
            if pieces := [one for one in (name, *tree.leaves) if one not in self.places]:
                raise ValueError(self._in_pieces(self.back[name].line, pieces[0]))
        anew = [self.places[part] for part, names in makers.items() if len(names) > 1]
        return Lowering(self, self._known, anew).all(trees), Lowering(self, room="d._delta").all(after).each

    @property
    def makers(self):
        """Of every derivative, or part of one, the equations that make it: a whole, and then perhaps a part anew."""
        found = {}
        for name in self.back:
            for block in self.blocks(name[2:]):
                found.setdefault(f"d.{block}", []).append(name)
        return found

    def _needed(self, wanted):
        """The names of all equations that these derivatives need."""
        needed, wanted, makers = set(), list(wanted), self.makers
        while wanted:
            for name in set(makers.get(wanted.pop(), ())) - needed:
                needed.add(name)
                wanted += [f"d.{block}" for block in self._reads(self.back[name], "d.")]
        return needed

    def _backward(self, own):
        there = [self.places[f"d.{state}"] for state in own]
        given = [Place(f"own.{state}", 0, self.H) for state in own]
        add_own = [Call(np.add, (d, g), d) for d, g in zip(there, given, strict=True)]
        return self._way_back.function("backward", add_own, self._after)

    # --- what a reader sees -------------------------------------------------------------------------------------------

    def __str__(self):
        """Both functions as Python, as they are run."""
        return f"{self.forward.source}\n\n{self.backward(()).source}"

    @functools.cached_property
    def windows(self):
        """Of a trace: {name: (array, index)}."""
        windows = {}
        for name, (array, row, rows, late) in self.places.items():
            if name.startswith("d.") or name in self.hidden | {"1", array} or array in ("_scratch", "_picked"):
                continue
            part = slice(row, row + rows)
            windows[name] = array, (slice(late, None if late else -1) if array.endswith("_all") else slice(None), part)
            if array == "_v_all" and name in self.states:
                windows[f"{name}_all"] = array, (slice(None), part)
        return windows

    @functools.cached_property
    def derivatives(self):
        """Of the derivatives of a trace, if they are kept: {name: Place} of whole arrays, and windows on these."""
        kept = {name[2:]: place for name, place in self.places.items()
                if name.startswith("d.") and " " not in name and place.array != "_scratch"}  # fmt: skip
        wholes, windows = {}, {}
        for name, place in sorted(kept.items(), key=lambda item: -item[1].rows):
            around = next((whole for whole, other in wholes.items() if place.overlaps(other)), None)
            if place.array.endswith("_all"):
                wholes[place.array[2:]] = place
                windows[name] = place.array[2:], np.s_[1:] if place.late else np.s_[:-1]
            elif around:
                first = place.row - wholes[around].row
                windows[name] = around, np.s_[:, first : first + place.rows]
            else:
                wholes[name] = place
        return wholes, windows


def factored(tree, known):
    """The same, but in products all that is known is in one bracket: d.C * C_prev * slope = d.C * (slope * C_prev)."""
    if not isinstance(tree, Applied) or known(tree):
        return tree
    factors = _factors(tree, known)
    fixed, rest = ([factor for factor in factors if bool(known(factor)) == wanted] for wanted in (True, False))
    if tree.function is not np.multiply or len(fixed) < 2 or not any(isinstance(factor, Symbol) for factor in fixed):
        return Applied(tree.function, tuple(factored(arg, known) for arg in tree.args))
    # The longest first: it stands where the result will. Numbers behind: they have no rows, and no place to be made in.
    fixed.sort(key=lambda factor: (not isinstance(factor, Symbol), -len(str(factor))))
    return _product([*(factored(factor, known) for factor in rest), _product(fixed)])


def _factors(tree, known):
    if isinstance(tree, Applied) and tree.function is np.multiply and not known(tree):
        return [factor for arg in tree.args for factor in _factors(arg, known)]
    return [tree]


def _product(factors):
    return functools.reduce(lambda a, b: Applied(np.multiply, (a, b)), factors)


class Lowering:
    """Turns expressions into calls, each with the place of its result: those done before, and those of each step.

    What is made on the way to a result stands in the array `room`; what is made `anew` in a step has no place before.
    """

    def __init__(self, program, known=None, anew=(), room="_scratch"):
        self.program, self.known, self.rules = program, known or (lambda tree: False), program.rules
        self.room, self.anew = room, anew
        self.before, self.each = [], []

    def all(self, trees):
        """Calls for these expressions, {name: expression}."""
        for name, tree in trees.items():
            out = self.program.places[name]
            if (place := self.value(tree, out)) != out:
                self.each.append(Call(np.positive, (place,), out))
        return self

    def value(self, tree, dest=None, early=False):
        """The place of an expression's value: its own, or `dest`, or that of something which is not needed any more.

        A part of what is made `early`, before all steps, is made there, too.
        """
        if not isinstance(tree, Applied):
            return self.program.places[tree.name] if isinstance(tree, Quantity) else tree
        if tree.function is sigmoid and "half" in self.rules:
            return self.value(self._by_tanh(*tree.args), dest, early)
        if tree.function is np.negative:  # that of NumPy 2.4.6 reads neighbours where 64 bytes lie between two numbers
            return self.value(Applied(np.multiply, (*tree.args, -1.0)), dest, early)
        early, rows = early or self.known(tree), self.program.rows_of(tree)
        kept = dest and dest.array == "d._delta" and not any(dest.overlaps(place) for place in self.anew)
        dest = dest if not early or kept else None
        inputs, over = self._inputs(tree, dest, early)
        out = dest or next(iter(over), None) or self.program.room("d._delta" if early else self.room, rows)
        (self.before if early else self.each).append(Call(tree.function, inputs, out))
        return out

    def _by_tanh(self, a):
        """σ(a), as an expression; a product may have made the half of a already."""
        is_half = isinstance(a, Quantity) and set(self.program.blocks(a.name)) <= self.program.halved
        return np.tanh(a if is_half else a * 0.5) * 0.5 + 0.5

    def _inputs(self, tree, dest, early):
        """Where the arguments are, and the places of those that are not needed after this."""
        inputs, over, again = [], [], "in place" in self.rules and tree.function != "@"
        free = dest if again else None
        for k, arg in enumerate(tree.args):
            others = {name for n, other in enumerate(tree.args) if n != k for name in getattr(other, "leaves", ())}
            taken = free is None or any(self.program.places[name].overlaps(free) for name in others)
            place = self.value(arg, None if taken else free, early)
            if isinstance(arg, Applied) and again:
                over.append(place)
                free = None if place == free else free
            inputs.append(place)
        return tuple(inputs), over

    def function(self, name, first=(), after=()):
        """The calls as a `Function`; those of `first` come first in every step, those of `after` after all steps."""
        join = joined if "join" in self.rules else list
        seen = {key: place for key, place in self.program.places.items() if key not in self.program.hidden}
        return as_python(name, join(self.before), join([*first, *self.each]), join(after), seen)


def joined(calls):
    """The same calls; those that do the same to neighbours in memory, and can be done at once, are one."""
    seen, groups = {}, {}  # of every array: (place, level of the call, whether it was written)
    for call in calls:
        used = [(place, False) for place in call.inputs if isinstance(place, Place)] + [(call.out, True)]
        level = max((after for place, written in used for other, after, was_written in seen.get(place.array, ())
                     if (written or was_written) and place.overlaps(other)), default=0)  # fmt: skip
        for place, written in used:
            seen.setdefault(place.array, []).append((place, level + 1, written))
        # A weight or an array has as many rows as one of the calls, so it cannot serve two at once.
        rows = np.ndarray | Weight
        fixed = tuple(None if isinstance(a, Place) else id(call) if isinstance(a, rows) else a for a in call.inputs)
        groups.setdefault((level, call.function, fixed), []).append(call)
    result = []
    for (level, *_), group in groups.items():
        group.sort(key=lambda call: (call.out.array, call.out.row))
        done = group[:1]
        for call in group[1:]:
            together = isinstance(call.function, np.ufunc) and _neighbours(done[-1], call)
            done[-1:] = [together] if together else [done[-1], call]
        result += [(level, call) for call in done]
    return [call for _, call in sorted(result, key=lambda pair: pair[0])]


def _neighbours(one, two):
    """Both calls as one, or None."""
    inputs = [a.then(b) if isinstance(a, Place) else a for a, b in zip(one.inputs, two.inputs, strict=True)]
    out = one.out.then(two.out)
    return None if out is None or None in inputs else Call(one.function, tuple(inputs), out)


# --- Python -----------------------------------------------------------------------------------------------------------

TAKEN = {*vars(np), *keyword.kwlist, *keyword.softkwlist, "sigmoid", "zip"}
NUMBERS = {0.5: "half", 1: "one", 2: "two", 0: "zero"}


class _Arguments:
    """The arguments of a function that is being written, (kind, what) each, and their names."""

    def __init__(self, places):
        self.arguments, self.names, self.functions = [], {}, {}
        largest_first = sorted(places.items(), key=lambda item: -item[1].rows)
        self.known = {place: re.sub("[. ]", "_", name) if name != "1" else "bias" for name, place in largest_first}

    def name(self, what, kind):
        """The name of an argument, which is added if it is new."""
        if isinstance(what, Place):
            kind = "_scratch" if what.array == "_scratch" else kind
        elif isinstance(what, Weight | Product):
            kind = "dot" if kind == "dot" else "weight"
        else:
            kind = "number"
        key = kind, id(what) if isinstance(what, np.ndarray) else what
        if key not in self.names:
            plain = self._plain(what, kind)
            while plain in TAKEN or plain in self.names.values():
                plain += "_"
            self.names[key] = plain
            self.arguments.append((kind, what))
        return self.names[key]

    def function(self, function):
        """The name of a function: its own, if NumPy has it by that; else one that nothing else has."""
        if function not in self.functions:
            name = function.__name__
            if vars(np).get(name) is not function and function is not sigmoid:
                name = f"_{len(self.functions)}_{re.sub(r'[^a-z0-9]+', '_', name)}"
            self.functions[function] = name
        return self.functions[function]

    def _plain(self, what, kind):
        if isinstance(what, Place):
            name = self.known.get(what) or self._from_to(what)
            return f"all_{name}" if kind == "all" else name
        if isinstance(what, Weight | Product):
            return f"{what.name}{'_T' * getattr(what, 'turned', False)}"
        return f"number_{len(self.names)}" if isinstance(what, np.ndarray) else NUMBERS.get(what, "number")

    def _from_to(self, place):
        """Of several neighbours: f_to_o."""
        near = [(other, name) for other, name in self.known.items() if other.overlaps(place)]
        first = [name for other, name in near if other.row == place.row]
        last = [name for other, name in near if other.row + other.rows == place.row + place.rows]
        return f"{first[-1]}_to_{last[-1].removeprefix('d_')}" if first and last else place.array.replace(".", "_")


def as_python(name, before, each, after, places):
    """A `Function` that does some calls before all steps, others at every step, and others after all."""
    given = _Arguments(places)
    first, then, last = (
        [_line(call, given, kind) for call in calls]
        for calls, kind in ((before, "all"), (each, "steps"), (after, "all"))
    )
    stepped = [argument for (kind, _), argument in given.names.items() if kind == "steps"]
    arguments = [f"steps_{argument}" if argument in stepped else argument for argument in given.names.values()]
    loop = f"for {', '.join(stepped)} in zip({', '.join(f'steps_{argument}' for argument in stepped)}):"
    body = [*first, loop, *(f"    {line}" for line in then), *last]
    source = "\n".join([f"def {name}({', '.join(arguments)}):", *(f"    {line}" for line in body)])
    space = dict(vars(np)) | {name: function for function, name in given.functions.items()}
    space["__name__"] = __name__  # what NumPy warns of is ours
    exec(compile(source, f"<seqlib: {name}>", "exec"), space)
    return Function(space[name], source, tuple(given.arguments))


def _line(call, given, kind):
    """One line of Python."""
    function, inputs, out = call
    if function == "@":
        matrix, *names = given.name(inputs[0], "dot" if kind == "steps" else kind), given.name(inputs[1], kind)
        names = ", ".join([*names, given.name(out, kind)])
        return f"{matrix}({names})" if kind == "steps" else f"matmul({matrix}, {names})"
    names = ", ".join(given.name(what, kind) for what in inputs)
    if isinstance(function, np.ufunc):
        word = "out=" if function in (np.maximum, np.minimum) else ""  # NumPy 2.4 warns of these two without it
        return f"{given.function(function)}({names}, {word}{given.name(out, kind)})"
    return f"copyto({given.name(out, kind)}, {given.function(function)}({names}))"
