"""The task of lesson 11, the network it looks into, and what one state costs."""

import numpy as np
import pytest

from seqlib import GRU, LSTM
from seqlib.study import one_state


@pytest.fixture(scope="module")
def learned():
    return one_state.learn()


def test_the_answer_is_the_number_marked_last():
    x, targets = one_state.recall(50, 12, rng=0, marks=0.3)
    assert x.shape == (12, 2, 50) and targets.shape == (12, 1, 50)
    for n in range(50):
        last = None
        for value, mark, target in zip(x[:, 0, n], x[:, 1, n], targets[:, 0, n], strict=True):
            last = value if mark else last
            assert target == last
    assert np.abs(x[:, 0]).max() <= 0.9 and set(one_state.signs(x)) == {"!", "·"}


def test_the_network_of_the_lesson_learns_and_its_weights_are_those_that_are_shown(learned):
    model, loss = learned
    assert loss.shape == (900,) and loss[:20].mean() > 5 and loss[-20:].mean() < 0.01
    assert one_state.share_right(model, *one_state.recall(500, rng=1)) > 0.98
    assert all(np.array_equal(W, W.round(2)) for _, W in model.params.items())


def test_its_habits_are_medians_at_marks_and_elsewhere(learned):
    model, _ = learned
    x, _ = one_state.recall(500, rng=1)
    trace, rows = model.forward(x), one_state.habits(model, x)
    at_a_mark = [trace.z[t, 0, n] for t in range(1, 20) for n in range(500) if x[t, 1, n]]
    assert [row[:2] for row in rows] == [("1", "!"), ("1", "·"), ("2", "!"), ("2", "·")]
    assert rows[0][3] == f"{np.median(at_a_mark):.2f}" == "0.99"
    assert (rows[0][2], rows[2][2]) == ("0.00", "0.00") and rows[1][3:] == ("0.06", "0.06")


@pytest.mark.parametrize(
    ("cell", "H", "demand", "learn"),
    [(GRU, 1, "ignore", 8), (GRU, 1, "silent", 0), (LSTM, 1, "silent", 7), (GRU, 3, "silent", 8)],
)
def test_one_state_is_enough_but_silence_takes_another_unit(cell, H, demand, learn):
    losses = one_state.seed_losses(cell, H, demand)
    assert losses.shape == (8, 25)
    assert (losses[:, -1] < 0.1).sum() == learn


def test_more_updates_do_not_help_a_single_unit():
    losses = one_state.seed_losses(GRU, 1, "silent", updates=500, seeds=2)
    assert losses[:, -1].min() > 0.3
