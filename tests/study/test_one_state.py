"""The task of lesson 11, the network it looks into, and what one state costs."""

from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest

from seqlib import GRU, LSTM, Adam, Readout, SequenceModel, train
from seqlib.study import growing, one_state


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


def test_twenty_steps_have_a_mark_in_ten_unless_told_otherwise():
    x, _ = one_state.recall(2000, rng=3)
    assert x.shape == (20, 2, 2000) and x[0, 1].all() and abs(x[1:, 1].mean() - 0.1) < 0.01
    x[:, 1, 0] = 0
    assert one_state.signs(x) == 20 * ["·"] and one_state.signs(x, 1)[0] == "!"


def test_an_answer_is_right_if_it_is_less_than_a_tenth_off():
    off = np.array([0.0, 0.09, -0.09, 0.1, -0.1, 0.11, -0.11, 1.0])[None, None]
    model = SimpleNamespace(forward=lambda x: SimpleNamespace(logits=x + off))
    assert one_state.share_right(model, np.zeros(off.shape), np.zeros(off.shape)) == 3 / 8


def test_the_network_of_the_lesson_is_trained_as_is_said():
    def noted(model, batches, optimizer, updates, *, clip):
        noted.seen.append((optimizer.lr, updates, clip, next(batches)[0].shape, model.cell.reset))
        return SimpleNamespace(loss=np.zeros(updates))

    for seed, how in ((0, {}), (5, {"seed": 5, "reset": "after"})):
        noted.seen, rng = [], np.random.default_rng(seed)
        model, loss = one_state.learn(**how, train=noted)
        reset = how.get("reset", "before")
        assert noted.seen == [(0.03, 600, 1.0, (20, 2, 32), reset), (0.01, 300, 1.0, (20, 2, 32), reset)]
        drawn = GRU(2, 2, rng=rng, reset=reset), Readout(2, 1, rng=rng)
        assert loss.shape == (900,) and model.loss_name == "mse"
        for part, own in zip(drawn, (model.cell, model.readout), strict=True):
            assert all(np.array_equal(own.params[name], W.round(2)) for name, W in part.params.items())


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


def test_habits_leave_the_first_mark_out():
    rng = np.random.default_rng(2)
    model = SequenceModel(GRU(2, 3, rng=rng), Readout(3, 1, rng=rng), loss="mse")
    x, _ = one_state.recall(40, 6, rng=rng, marks=0.3)
    trace, wanted = model.forward(x), []
    for k in range(3):
        for sign in "!·":
            at = [(t, k, n) for t in range(6) for n in range(40) if (t > 0 and x[t, 1, n] == 1 if sign == "!"
                                                                     else x[t, 1, n] == 0)]  # fmt: skip
            shown = ([v[place] for place in at] for v in (trace.r, trace.z, abs(trace.g - trace.h_prev)))
            wanted.append((str(k + 1), sign, *(f"{np.median(values):.2f}" for values in shown)))
    table = one_state.habits(model, x)
    assert list(table) == wanted and repr(table).splitlines()[0].split() == ["unit", "where", "r", "z", "|h̃", "−", "h|"]
    assert table.left == 2


def test_a_small_run_is_a_training_on_the_task_of_lesson_8(monkeypatch):
    wanted = []
    for seed in range(2):
        rng = np.random.default_rng(seed)
        model = SequenceModel(GRU(3, 2, rng=rng), Readout(2, 1, rng=rng), loss="mse")
        fresh = (growing.recall(16, 12, "ignore", rng=rng) for _ in count())
        wanted.append(train(model, fresh, Adam(0.05), 20, clip=1.0).loss.reshape(2, 10).mean(axis=1))
    found = one_state.seed_losses(GRU, 2, "ignore", updates=20, seeds=2)
    np.testing.assert_array_equal(found, wanted)
    monkeypatch.setattr(one_state, "_small_run", lambda *given: given)
    assert one_state.seed_losses(GRU, 1, "silent").tolist() == [[GRU, 1, "silent", 250, seed] for seed in range(8)]


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


def test_targets_of_another_shape_are_refused_not_spread(learned):
    x, targets = one_state.recall(3, 5, rng=0)
    with pytest.raises(ValueError, match=r"^targets must have the shape of the answers, \(5, 1, 3\), but \(5, 3\)"):
        one_state.share_right(learned[0], x, targets[:, 0])


def test_every_sequence_has_its_signs_and_no_other_has():
    x, _ = one_state.recall(5, 4, rng=0)
    assert one_state.signs(x, 4) == [one_state.AT_A_MARK if mark else one_state.ELSEWHERE for mark in x[:, 1, 4]]
    with pytest.raises(ValueError, match=r"^n must be a whole number from 0 to 4, but 5 came\.$"):
        one_state.signs(x, 5)
