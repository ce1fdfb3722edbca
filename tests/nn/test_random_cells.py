"""Random cells, whatever a reader may put together: states, blocks, matrices on anything, and their way back by rules.

Each is written as Python, forward and backward, and checked against a complex step through `step` alone.
"""

import random
import re

import numpy as np
import pytest

from seqlib import Workspace, sigmoid
from seqlib.nn.cell import Cell
from seqlib.nn.equations import RULES
from seqlib.study.bptt import gradient_flow
from seqlib.study.gradcheck import check_cell

D, H = 2, 3
UNARY = {  # t.NAME = f(u), and what multiplies d.NAME; both ways of writing a slope occur
    "np.tanh({u})": ["(1 - {y}**2)", "(1 - np.tanh({u})**2)", "1 / np.cosh({u})**2"],
    "sigmoid({u})": ["{y} * (1 - {y})", "sigmoid({u}) * (1 - sigmoid({u}))"],
    "np.sin({u})": ["np.cos({u})"],
    "np.maximum({u} + 0.1, 0)": ["({u} > -0.1)", "np.greater({y}, 0)"],  # of 0, too, it has a slope
    "np.exp(0.3 * {u} - 1)": ["0.3 * {y}"],
    "0.5 * {u} + 0.1": ["0.5"],
}
BINARY = {  # of u, v and w, and what multiplies d.NAME for each
    "{u} * {v}": ["{v}", "{u}", None],
    "{u} - 0.5 * {v}": ["1", "-0.5", None],
    "{u} * {v} + (1 - {u}) * {w}": ["({v} - {w})", "{u}", "(1 - {u})"],
    "{u} / (2 + {v}**2)": ["1 / (2 + {v}**2)", "-{u} * 2 * {v} / (2 + {v}**2)**2", None],
}
SCALED = {"np.tanh({u})": "(1 - np.tanh({u})**2)", "np.sin({u})": "np.cos({u})", "{u}": "1", "{u}**2": "2 * {u}"}
CONSTANTS = {"MASK": np.array([[1.0], [0.0], [1.0]]), "RATES": np.array([[0.3], [-0.7], [1.1]])}


class Written:
    """The text of a random cell: the lines of `step`, and of every quantity the terms of its derivative."""

    def __init__(self, seed):
        self.random, self.forward, self.back, self.terms, self.made = random.Random(seed), [], [], {}, []
        self.states = ("h", *self.random.sample(["C", "s"], self.random.randint(0, 2)))
        self.blocks, self.given, self.weights = {}, ["x", *(f"{state}_prev" for state in self.states)], 0
        self.fixed = 0
        self.there = list(self.given)
        for n in range(self.random.randint(1, 3)):
            parts = tuple(f"a{n}_{sign}" for sign in "pqrs"[: self.random.choice([1, 1, 2, 3, 4])])
            if len(parts) > 1:
                self.blocks[f"a{n}"] = parts
            self.sum(f"a{n}", parts if len(parts) > 1 else ())
        for n in range(self.random.randint(1, 7)):
            self.any(f"q{n}")
        for state in self.random.sample(self.states, len(self.states)):
            self.any(state)
        self.go_back()

    def quantities(self):
        """All that has H rows; what was made last is taken more often."""
        rows = [name for name in self.there if name != "x"]
        return rows + 2 * rows[-4:]

    def any(self, name):
        ways = [self.unary, self.unary, self.unary, self.binary, self.binary, self.sum, self.scaled]
        self.random.choice(ways)(name)

    def keep(self, name, text, shares, parts=()):
        """A line, and how its derivative goes to what it reads, [(quantity, text with {d})]."""
        self.forward.append(f"t.{name} = {text}")
        self.made.append((name, shares, parts))
        self.there += parts or [name]

    def weight(self):
        self.weights += 1
        return f"W{self.weights}"

    def sum(self, name, parts=()):
        read = self.random.sample(self.there, self.random.randint(1, min(3, len(self.there))))
        matrices = [(self.weight(), q) for q in read]
        text = [f"W.{W} @ t.{q}" for W, q in matrices]
        shares = [(q, f"W.{W}.T @ {{d}}") for W, q in matrices]
        if self.random.random() < 0.6:
            text.append(f"W.{self.weight()}")
        if not parts and self.random.random() < 0.4:
            q, W = self.random.choice(self.quantities()), self.weight()
            text.append(f"W.{W} * t.{q}")
            shares.append((q, f"W.{W} * {{d}}"))
        self.random.shuffle(text)
        if not parts and self.random.random() < 0.2:
            q = self.random.choice(self.quantities())
            text.append(f"t.{q}")
            shares.append((q, "{d}"))
        self.keep(name, " + ".join(text), shares, parts)

    def unary(self, name):
        text, slopes = self.random.choice(list(UNARY.items()))
        q = self.random.choice(self.quantities())
        slope = self.random.choice(slopes)
        self.keep(name, text.format(u=f"t.{q}"), [(q, "{d} * " + slope.format(u=f"t.{q}", y=f"t.{name}"))])

    def binary(self, name):
        text, slopes = self.random.choice(list(BINARY.items()))
        q = [self.random.choice(self.quantities()) for _ in range(3)]
        by = dict(zip("uvw", (f"t.{one}" for one in q), strict=True))
        shares = [(one, "{d} * " + slope.format(**by)) for one, slope in zip(q, slopes, strict=True) if slope]
        self.keep(name, text.format(**by), shares)

    def scaled(self, name):
        """A function times constants, and its slope times the same: each in an order and in brackets of its own."""
        text, slope = self.random.choice(list(SCALED.items()))
        q = self.random.choice(self.quantities())
        constants = self.random.sample([*CONSTANTS, "0.1", "0.25", "(1 / 3)", "(2 / 3)"], self.random.randint(1, 3))
        value, share = self.product([text, *constants]), self.product(["{d}", slope, *constants])
        if self.random.random() < 0.2:  # a derivative that is no more than a constant
            self.fixed += 1
            self.back.append(f"d.k{self.fixed} = {constants[0]} + 0 * MASK")
            share = self.product(["{d}", slope, f"d.k{self.fixed}", *constants[1:]])
        self.keep(name, value.format(u=f"t.{q}"), [(q, share.format(u=f"t.{q}", d="{d}"))])

    def product(self, factors):
        self.random.shuffle(factors)
        while len(factors) > 1:
            k = self.random.randrange(len(factors) - 1)
            one = f"{factors[k]} * {factors[k + 1]}"
            factors[k : k + 2] = [f"({one})" if len(factors) > 2 else one]
        return factors[0]

    def derivative(self, name):
        """The line of d.NAME, from all that came together for it."""
        terms = self.terms.get(name, [])
        if name in self.states:
            self.back += [f"d.{name} += {' + '.join(terms)}"] if terms else []
        else:
            nothing = "0" if name == "x" else self.random.choice(["0", "0 * d.h"])
            self.back.append(f"d.{name} = {' + '.join(terms) or nothing}")

    def go_back(self):
        for name, shares, parts in reversed(self.made):
            for one in parts or [name]:
                self.derivative(one)
            for q, text in shares:
                self.terms.setdefault(q, []).append(text.format(d=f"d.{name}"))
        for name in self.given:
            self.derivative(name)

    def kind(self, rules=RULES, H=H):
        """The class of such cells."""
        lines = ["def step(self, W, t):", *self.forward, "def step_back(self, W, t, d):", *self.back]
        source = "\n".join(line if line.startswith("def") else f"    {line}" for line in lines)
        methods = {}
        constants = {name: np.resize(array, (H, 1)) for name, array in CONSTANTS.items()}
        exec(source, {"np": np, "sigmoid": sigmoid} | constants, methods)
        declared = {"STATES": self.states, "BLOCKS": self.blocks, "RULES": rules}
        return type("Random", (Cell,), declared | methods), source


def off_by(cell, ids):
    """How far apart token ids and their one-hot columns are, forward and backward, with a workspace and without."""
    one_hot = (ids[:, None] == np.arange(cell.D)[:, None]).astype(float)
    found, rng = [], np.random.default_rng(0)
    own = [rng.normal(size=(len(ids), cell.H, ids.shape[1])) for _ in cell.STATES]
    for x in (ids, one_hot):
        for workspace in (None, Workspace()):
            trace = cell.forward(x, workspace=workspace)
            grads = cell.backward(trace, *own, workspace=workspace)
            found.append(np.concatenate([trace.h.ravel(), *(g.ravel() for _, g in grads.params.items())]))
    largest = max(1.0, np.abs(found[0]).max())
    return max(np.abs(other - found[0]).max() for other in found[1:]) / largest


@pytest.mark.parametrize("seed", range(60))
def test_a_random_cell_is_right(seed):
    kind, source = Written(seed).kind()
    cell = kind(D, H, rng=np.random.default_rng(seed))
    check = check_cell(cell, T=3, N=2, tolerance=1e-9)
    assert check.equal, f"{source}\n{check}"
    assert off_by(cell, np.array([[0, 1], [1, -1], [1, 0]])) < 1e-13, source
    flow = gradient_flow(cell, cell.forward(np.ones((3, D, 1))), 3)
    assert np.isfinite(flow).all() and flow[-1] == 1


@pytest.mark.parametrize("seed", range(60, 80))
def test_a_random_cell_is_right_without_some_of_the_rules(seed):
    rules = frozenset(rule for rule in sorted(RULES) if random.Random(seed).random() < 0.5)
    kind, source = Written(seed).kind(rules, 2)
    check = check_cell(kind(D, 2, rng=np.random.default_rng(seed)), T=2, N=1, tolerance=1e-9)
    assert check.equal, f"{sorted(rules)}\n{source}\n{check}"


def test_the_random_cells_are_of_all_kinds():
    sources = [Written(seed).kind()[1] for seed in range(60)]
    matrices, others = (r"@ t\.[hCs]\b", r"@ t\.a0_q", r"@ t\.q"), (r"W\.W\d \* t\.", r"sigmoid\(t\.[hCs]\)")
    for part in (*matrices, *others, r"cosh\(t\.a0_", "d.C_prev = 0"):
        assert any(re.search(part, source) for source in sources), part
