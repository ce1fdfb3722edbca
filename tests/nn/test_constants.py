"""What the equations of a reader's cell read beside weights and quantities may be another one at the next pass."""

import copy
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from seqlib import GRU, Workspace
from seqlib.nn.cell import Cell
from seqlib.nn.constants import alike, constants

RATE, NOTED = 1.0, []


def squashed(a):
    return np.tanh(a)


class Scaled(Cell):
    """With constants of every kind: a global, a function that loads one, and what holds several."""

    RATES: ClassVar = {"all": 1.0}

    def __init__(self, D, H, *, rng, dtype=np.float64):
        self.rates, self.masks, self.named = [1.0], {"h": np.ones((H, 1))}, SimpleNamespace(rate=1.0)
        super().__init__(D, H, rng=rng, dtype=dtype)

    def factor(self):
        return self.RATES["all"] * self.rates[0] * self.named.rate * RATE

    def step(self, W, t):
        NOTED.append("called")
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev
        t.h = self.factor() * squashed(t.a) * self.masks["h"]

    def step_back(self, W, t, d):
        d.a = self.factor() * d.h * self.masks["h"] * (1 - np.tanh(t.a) ** 2)
        d.h_prev = W.W_h.T @ d.a
        d.x = W.W_x.T @ d.a


CHANGED = {  # whose it is, and how it becomes another
    "a number in a list": (1, lambda cell, patch: cell.rates.__setitem__(0, 0.0)),
    "a number in a namespace": (1, lambda cell, patch: setattr(cell.named, "rate", 0.0)),
    "another array in a dict": (1, lambda cell, patch: cell.masks.update(h=np.zeros((4, 1)))),
    "an array in place": (1, lambda cell, patch: cell.masks["h"].fill(0)),
    "a number in a dict of the class": (2, lambda cell, patch: patch.setitem(cell.RATES, "all", 0.0)),
    "a global": (2, lambda cell, patch: patch.setitem(globals(), "RATE", 0.0)),
    "a function": (2, lambda cell, patch: patch.setitem(globals(), "squashed", nothing)),
    "the code of a function": (2, lambda cell, patch: patch.setattr(squashed, "__code__", nothing.__code__)),
}


def nothing(a):
    return 0 * np.tanh(a)


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("changed", CHANGED)
def test_what_the_equations_read_elsewhere_may_change(monkeypatch, changed, kept):
    cell, x, workspace = Scaled(3, 4, rng=np.random.default_rng(0)), np.ones((2, 3, 1)), Workspace() if kept else None
    assert cell.forward(x, workspace=workspace).h.all()
    before = len(NOTED)
    assert cell.forward(x, workspace=workspace).h.all() and len(NOTED) == before, "what step notes is no change"
    other = copy.deepcopy(cell)
    assert other.forward(x, workspace=workspace).h.all()
    cells, change = CHANGED[changed]
    change(other, monkeypatch)
    trace = other.forward(x, workspace=workspace)
    assert not trace.h.any()
    if "function" not in changed:
        assert not other.backward(trace, np.ones((2, 4, 1)), workspace=workspace).params.W_x.any()
    assert cell.forward(x, workspace=workspace).h.any() == (cells == 1), "the copy alone, or both"


def test_numbers_are_alike_by_value_and_all_else_by_being_the_same():
    a, b = np.ones(2), np.ones(2)
    assert alike([1.0, "a", a, None], [1.0, "a", a, None]) and alike([np.float32(2)], [np.float32(2)])
    for other in ([1.0, "a", b, None], [1, "a", a, None], [1.0, "b", a, None], [1.0, "a", a]):
        assert not alike([1.0, "a", a, None], other)


def test_the_courses_own_cells_have_none_but_arrays():
    cell = GRU(3, 4, rng=np.random.default_rng(0))
    assert constants(cell) == []
    cell.mask = np.ones(4)
    assert len(constants(cell)) == 1 and constants(cell)[0] is cell.mask


def test_what_is_in_itself_is_looked_through_once():
    cell = Scaled(3, 4, rng=np.random.default_rng(0))
    cell.rates.append(cell.rates)
    assert alike(constants(cell), constants(cell))
