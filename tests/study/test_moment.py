"""One step alone: a whole has parts, parts make a whole, and what is nowhere is named."""

import numpy as np
import pytest

from seqlib.nn.cell import Cell
from seqlib.study.moment import Moment, one_step_back

STACKS = {"a": ("a_f", "a_i", "a_g")}


def test_parts_are_rows_of_the_whole_and_make_it():
    for shape in ((6, 5), (4, 6, 5), (2, 3, 6, 5)):
        whole = np.arange(np.prod(shape)).reshape(shape)
        t = Moment(STACKS)
        t.a = whole
        for k, name in enumerate(STACKS["a"]):
            np.testing.assert_array_equal(getattr(t, name), whole[..., 2 * k : 2 * k + 2, :])
        parts = Moment(STACKS)
        for name in STACKS["a"]:
            setattr(parts, name, getattr(t, name))
        np.testing.assert_array_equal(parts.a, whole)


def test_what_was_not_assigned_is_asked_for_or_named():
    given = {"x": 3, "a": np.arange(6).reshape(6, 1)}
    t = Moment(STACKS, given.__getitem__)
    assert t.x == 3 and t.a is given["a"]
    t.a_f, t.a_i = np.zeros((2, 1)), np.ones((2, 1))
    assert t.a is given["a"]  # not all its parts are there
    for moment, name in ((t, "y"), (t, "a_g"), (Moment(STACKS), "x")):
        with pytest.raises(AttributeError, match=f"{name} is used before it is there"):
            getattr(moment, name)


class Plain(Cell):
    """A cell that carries nothing back."""

    def step(self, W, t):
        t.h = W.W_xh @ t.x

    def step_back(self, W, t, d):
        d.x = W.W_xh.T @ d.h
        d.h_prev = 0


def test_a_number_stands_for_a_derivative_of_the_shape_of_the_state(rng):
    cell = Plain(2, 3, rng=rng)
    trace = cell.forward(rng.normal(size=(4, 2, 5)))
    for shape in ((3, 5), (2, 3, 5)):
        d = one_step_back(cell, trace, 1, h=np.ones(shape))
        assert d.h_prev.shape == shape and not d.h_prev.any()
        np.testing.assert_array_equal(d.x, np.broadcast_to(cell.params.W_xh.sum(0)[:, None], (*shape[:-2], 2, 5)))
