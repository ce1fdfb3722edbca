"""What the equations of a reader's cell read beside weights and quantities may be another one at the next pass."""

import argparse
import copy
import functools
from collections import ChainMap, deque
from dataclasses import dataclass
from types import MethodType, ModuleType, SimpleNamespace
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


# ---------- a rate, wherever a reader may keep it


class Config:
    rate = 1.0


@dataclass(slots=True)
class Slotted:
    rate: float = 1.0


class Called:
    def __call__(self):
        return RATE


class Given:
    def __get__(self, cell, kind):
        return RATE


def by_default(rates=[1.0]):  # noqa: B006
    return rates[0]


def of_itself():
    return of_itself.rate


of_itself.rate = 1.0
HELPERS = ModuleType("helpers")
exec("rate = 1.0\ndef scaled(): return rate", vars(HELPERS))
HELPERS.inner = ModuleType("helpers.inner")
HELPERS.inner.rate = 1.0
ARGS, CHAIN, ENDS = argparse.Namespace(rate=1.0), ChainMap({"rate": 1.0}), deque([1.0])
SLOTTED, CALLED = Slotted(), Called()


class Rated(Cell):
    """A cell whose h is a rate times tanh(a); subclasses say where the rate comes from."""

    rate = 1.0

    def step(self, W, t):
        t.a = W.W_x @ t.x
        t.h = self.factor() * np.tanh(t.a)

    def step_back(self, W, t, d):
        d.a = self.factor() * d.h * (1 - np.tanh(t.a) ** 2)
        d.h_prev = 0
        d.x = W.W_x.T @ d.a


KEPT = {  # where the rate is kept: what `factor` says, and how it is doubled
    "a class": (lambda self: Config.rate, lambda cell, patch: patch.setattr(Config, "rate", 2.0)),
    "argparse": (lambda self: ARGS.rate, lambda cell, patch: patch.setattr(ARGS, "rate", 2.0)),
    "slots": (lambda self: SLOTTED.rate, lambda cell, patch: patch.setattr(SLOTTED, "rate", 2.0)),
    "a chain of dicts": (lambda self: CHAIN["rate"], lambda cell, patch: patch.setitem(CHAIN.maps[0], "rate", 2.0)),
    "a deque": (lambda self: ENDS[0], lambda cell, patch: ENDS.__setitem__(0, 2 * ENDS[0])),
    "a module": (lambda self: HELPERS.rate, lambda cell, patch: patch.setattr(HELPERS, "rate", 2.0)),
    "a module in a module": (lambda self: HELPERS.inner.rate,
                             lambda cell, patch: patch.setattr(HELPERS.inner, "rate", 2.0)),
    "a function of a module": (lambda self: HELPERS.scaled(), lambda cell, patch: patch.setattr(HELPERS, "rate", 2.0)),
    "an object that is called": (lambda self: CALLED(), lambda cell, patch: patch.setitem(globals(), "RATE", 2.0)),
    "a static method": (staticmethod(lambda: RATE), lambda cell, patch: patch.setitem(globals(), "RATE", 2.0)),
    "a class method": (classmethod(lambda kind: kind.rate * RATE),
                       lambda cell, patch: patch.setitem(globals(), "RATE", 2.0)),
    "a partial function": (functools.partial(lambda by: RATE * by, 1.0),
                           lambda cell, patch: patch.setitem(globals(), "RATE", 2.0)),
    "a default": (lambda self: by_default(), lambda cell, patch: patch.setattr(by_default, "__defaults__", ([2.0],))),
    "a function's attribute": (lambda self: of_itself(), lambda cell, patch: patch.setattr(of_itself, "rate", 2.0)),
    "getattr": (lambda self: getattr(self, "ra" + "te"), lambda cell, patch: vars(cell).update(rate=2.0)),
    "vars of the cell": (lambda self: self.rate, lambda cell, patch: vars(cell).update(rate=2.0)),
}  # fmt: skip


@pytest.mark.parametrize("where", KEPT)
def test_a_rate_may_be_kept_anywhere(monkeypatch, where):
    factor, double = KEPT[where]
    cell, x = type("Kept", (Rated,), {"factor": factor})(3, 4, rng=np.random.default_rng(0)), np.ones((2, 3, 1))
    before, grads = cell.forward(x).h, cell.backward(cell.forward(x), np.ones((4, 1))).params.W_x
    double(cell, monkeypatch)
    assert np.array_equal(cell.forward(x).h, 2 * before)
    assert np.allclose(cell.backward(cell.forward(x), np.ones((4, 1))).params.W_x, 2 * grads, rtol=1e-14)


def test_a_rate_may_be_that_of_a_property_or_of_the_class_again(monkeypatch):
    kinds = [type("Kept", (Rated,), {"rate": rate, "factor": lambda self: self.rate})
             for rate in (property(lambda self: RATE), Given(), 1.0)]  # fmt: skip
    cells, x = [kind(3, 4, rng=np.random.default_rng(0)) for kind in kinds], np.ones((2, 3, 1))
    before = cells[0].forward(x).h
    cells[2].rate = 2.0
    monkeypatch.setitem(globals(), "RATE", 2.0)
    for cell in cells:
        cell.forward(x)
        assert np.array_equal(cell.forward(x).h, 2 * before)
    monkeypatch.setitem(globals(), "RATE", 1.0)
    del cells[2].rate
    for cell in cells:
        assert np.array_equal(cell.forward(x).h, before)


def test_a_method_of_another_object_may_be_an_attribute(monkeypatch):
    x = np.ones((2, 3, 1))
    kind = type("Kept", (Rated,), {"factor": lambda self: self.other()})
    kind.other = lambda self: 1.0
    cell = kind(3, 4, rng=np.random.default_rng(0))
    cell.other = MethodType(lambda self: RATE, Config())
    before = cell.forward(x).h
    monkeypatch.setitem(globals(), "RATE", 2.0)
    assert np.array_equal(cell.forward(x).h, 2 * before)


def test_what_the_equations_do_not_read_is_not_looked_through():
    cell = Scaled(3, 4, rng=np.random.default_rng(0))
    cell.vocabulary = {f"word{k}": k for k in range(1000)}
    assert len(constants(cell)) < 100


class Counting(Rated):
    """It counts how often its step is written down."""

    count = 0

    def factor(self):
        self.count += 1
        return 1.0


def test_a_step_that_counts_its_calls_is_written_down_once():
    cell = Counting(3, 4, rng=np.random.default_rng(0))
    cell.forward(np.ones((2, 3, 1)))
    counted = cell.count
    cell.forward(np.ones((2, 3, 1)))
    assert cell.count == counted


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
