"""One step alone: a whole has parts, parts make a whole, and what is nowhere is named."""

import numpy as np
import pytest

from seqlib import LSTM, RNN
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


@pytest.fixture(scope="module")
def run():
    cell = LSTM(3, 4, rng=np.random.default_rng(0))
    return cell, cell.forward(np.ones((5, 3, 2)))


def test_the_first_and_the_last_step_can_be_gone_back_and_no_other(run):
    cell, trace = run
    dh, zero = np.ones((4, 2)), np.zeros((4, 2))
    for t in (0, 4):
        d = one_step_back(cell, trace, t, h=dh, C=zero)
        np.testing.assert_allclose(d.C, trace.o[t] * (1 - trace.tanh_C[t] ** 2), rtol=1e-12)
        assert d.h_prev.shape == (4, 2) and d.x.shape == (3, 2)
    for t in (-1, 5):
        with pytest.raises(ValueError, match=f"t must be .*, but {t} came"):
            one_step_back(cell, trace, t, h=dh, C=zero)


def test_what_is_given_has_the_shape_of_states_and_may_have_more_axes(run):
    cell, trace = run
    many = one_step_back(cell, trace, 2, h=np.ones((6, 4, 2)), C=np.zeros((6, 4, 2)))
    assert many.h_prev.shape == (6, 4, 2)
    with pytest.raises(ValueError, match=r"h must have shape \(..., H, N\), here \(..., 4, 2\), but \(3, 2\) came"):
        one_step_back(cell, trace, 2, h=np.ones((3, 2)), C=np.zeros((4, 2)))


@pytest.mark.parametrize("cell", [RNN, 5, {"params": 1}])
def test_a_cell_is_wanted_and_no_class(run, cell):
    with pytest.raises(ValueError, match="cell must be an RNN, LSTM or GRU, but "):
        one_step_back(cell, run[1], 0, h=np.ones((4, 2)))


def test_a_number_is_an_array_of_its_rows():
    d = Moment({"a": ("a_f", "a_i")}, sizes=(3, 4, 2))
    d.a_f, d.a_i, d.x, d.q = 0, np.ones((6, 4, 2)), 0.5, 2
    assert d.a.shape == (6, 8, 2) and not d.a[:, :4].any() and d.a[:, 4:].all()
    assert d.x.shape == (3, 2) and (d.x == 0.5).all() and (d.q == 2).all() and d.q.dtype == float
    plain = Moment({}, sizes=None)
    plain.q = 0
    assert plain.q == 0 and np.ndim(plain.q) == 0


def test_what_lies_in_a_larger_block_has_its_part_and_what_is_not_there_is_named():
    d = Moment({"a": ("f", "i", "g"), "fi": ("f", "i")})
    d.a = np.arange(6.0)[:, None]
    assert d.fi.ravel().tolist() == [0, 1, 2, 3] and d.g.ravel().tolist() == [4, 5]
    with pytest.raises(AttributeError, match="q is used before it is there; make it in a line above"):
        _ = d.q
