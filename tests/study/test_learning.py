"""The small trainings of lesson 10: tasks that ask what they say, and runs that depend on their seed alone."""

from itertools import repeat
from types import SimpleNamespace

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, SGD, Adam, Readout, Record, SequenceModel, data, train
from seqlib.study import learning
from seqlib.study.learning import adding_example, adding_model, recall, recall_runs, recall_shares


def test_recall_asks_for_the_first_symbol_and_shows_it_nowhere_else():
    x, y = recall(50, 7, rng=np.random.default_rng(0))
    assert x.shape == (8, 8, 50) and (x.sum(axis=1) == 1).all()
    np.testing.assert_array_equal(x[0].argmax(axis=0), y)
    assert set(y) == {0, 1, 2, 3} and set(x[1:].argmax(axis=1).ravel()) == {4, 5, 6, 7}


def test_runs_are_the_same_every_time_and_an_open_gate_helps():
    shut, wide = recall_runs(0.0, lag=12, updates=60, seeds=2), recall_runs(3.0, lag=12, updates=60, seeds=2)
    assert shut.loss.shape == (2, 15) and shut.accuracy.shape == (2,)
    np.testing.assert_array_equal(wide.loss, recall_runs(3.0, lag=12, updates=60, seeds=2).loss)
    assert wide.loss[:, -1].max() < shut.loss[:, -1].min() and wide.solved > shut.solved
    assert abs(shut.loss[0, 0] - np.log(4)) < 0.2


def test_an_adding_model_starts_as_its_cell_says():
    model, batches = adding_model(LSTM, seed=3)
    assert (model.params.b_f == 4).all() and model.cell.H == 8
    x, targets = next(batches)
    assert 30 <= len(x) <= 33 and x.shape[1:] == (2, 32) and targets.shape == (1, 1, 32)
    assert adding_model(RNN)[0].cell.H == 8


def test_the_signs_of_an_example_are_its_marks():
    x, signs = adding_example()
    assert len(signs) == len(x) <= 24
    assert [k for k, sign in enumerate(signs) if sign == "●"] == list(np.flatnonzero(x[:, 1, 0] == 1))
    assert set(signs) == {"●", "·"}


def test_a_target_at_every_step_and_a_lag_that_grows_reach_what_the_task_alone_does_not():
    kinds = {"alone": {}, "every step": {"every_step": True}, "curriculum": {"curriculum": True}}
    shares = {k: recall_shares([0, 20, 40], 30, seeds=1, **how) for k, how in kinds.items()}
    assert all(share.shape == (1, 3) for share in shares.values())
    assert shares["alone"][0, 0] == shares["curriculum"][0, 0] < 0.5  # the same weights, asked the same
    assert min(shares["every step"][0, -1], shares["curriculum"][0, -1]) > shares["alone"][0, -1]


def test_from_an_open_gate_a_long_lag_and_the_last_loss_alone_are_learned():
    """What lessons 8 and 9 add to their answers, which hold from b_f = 1."""
    assert (recall_shares([80], 40, bias=4.05) == 1).sum() == 6
    assert (recall_shares([120], 20, bias=3.35, seeds=3) > 0.99).all()  # in the lesson all eight, once measured


def test_runs_take_a_cell_and_an_optimizer():
    fixed = recall_runs(-1.0, lag=3, updates=40, seeds=1, cell=GRU, optimizer=lambda: SGD(1e-9))
    assert abs(np.diff(fixed.loss)).max() < 0.1 and fixed.solved == 0
    assert recall_runs(-1.0, lag=3, updates=40, seeds=1, cell=GRU).loss[0, -1] < fixed.loss[0, -1] / 2
    assert fixed.loss[0, 0] != recall_runs(1.0, lag=3, updates=4, seeds=1, cell=GRU).loss[0, 0]


def test_steep_training_does_not_magnify_a_last_digit():
    class AnotherProcessor(SGD):
        def update(self, params, grads):
            super().update(params, grads)
            for _, W in params.items():
                W *= 1 + 2**-52

    steep = {"lag": 15, "updates": 60, "seeds": 1, "clip": None}
    ours = recall_runs(3.0, **steep, optimizer=lambda: SGD(0.3))
    theirs = recall_runs(3.0, **steep, optimizer=lambda: AnotherProcessor(0.3))
    np.testing.assert_allclose(theirs.loss, ours.loss, rtol=1e-12)


@pytest.mark.parametrize(("cell", "bias"), [(LSTM, "b_f"), (GRU, "b_z")])
def test_a_run_is_a_training_with_generators_of_its_own(cell, bias):
    wanted = []
    for seed in range(2):
        first, drawn, new = (np.random.default_rng([seed, k]) for k in range(3))
        model = SequenceModel(cell(8, 16, rng=first), Readout(16, 4, rng=first), "many-to-one")
        model.cell.params[bias] = 2.0
        loss = train(model, iter(lambda: recall(32, 3, rng=drawn), None), Adam(0.01), 8, clip=1.0).loss  # noqa: B023
        wanted.append((loss.reshape(2, 4).mean(axis=1), model.accuracy(*recall(200, 3, rng=new))))
    found = recall_runs(2.0, lag=3, updates=8, seeds=2, cell=cell)
    np.testing.assert_array_equal(found.loss, [loss for loss, _ in wanted])
    np.testing.assert_array_equal(found.accuracy, [right for _, right in wanted])
    assert learning.Runs(None, np.array([0.985, 0.99, 1.0])).solved == 2


def test_weights_are_rounded_to_a_grid_where_the_optimizer_does_not():
    W = np.array([[1.0, 0.3, -2.7], [0.0, 2**-21 + 2**-30, 3e-7]])
    moved = Record({"W": W.copy()})
    learning._round(moved, 1, 0.5, 0.5)
    np.testing.assert_array_equal(moved.W, np.rint(W * 1048576) / 1048576)


def test_what_is_left_out_is_as_lesson_10_has_it(monkeypatch):
    seen = []

    def noted(model, batches, optimizer, updates, *, clip, watch=None):
        seen.append((next(batches)[0].shape, optimizer.lr, updates, clip, watch is None, model.shape))
        return SimpleNamespace(loss=np.zeros(updates))

    monkeypatch.setattr(learning, "train", noted)
    monkeypatch.setattr(SequenceModel, "accuracy", lambda model, x, targets: 0.0)
    assert recall_runs(0.0).loss.shape == (8, 20)
    assert seen == 8 * [((31, 8, 32), 0.01, 80, 1.0, True, "many-to-one")]
    recall_runs(0.0, seeds=1, optimizer=lambda: SGD(0.3), clip=None)
    assert seen[8:] == [((31, 8, 32), 0.3, 80, None, False, "many-to-one")]
    monkeypatch.setattr(learning, "_shares", lambda *given: given[1:])
    assert recall_shares([0], 7).tolist() == [[7, 1.0, False, False, seed] for seed in range(8)]


@pytest.mark.parametrize("every_step", [False, True])
def test_the_lag_of_a_curriculum_grows_by_five_when_99_in_100_are_right(monkeypatch, every_step):
    seen, at_its_lag = [], {5: iter([0.989, 0.99]), 10: iter([1.0]), 12: repeat(0.5)}

    def noted(model, batches, optimizer, updates, *, clip):
        x, targets = next(batches)
        seen.append((len(x) - 1, np.shape(targets), updates, clip, optimizer.lr, model.shape))
        shown = x[0].argmax(axis=0)
        assert all((row == shown).all() for row in np.atleast_2d(targets))

    monkeypatch.setattr(learning, "train", noted)
    monkeypatch.setattr(learning, "_named", lambda _, x, shown: (len(shown) == 200) * next(at_its_lag[len(x) - 1]))
    shares = recall_shares([0, 2, 2, 5, 9], 12, every_step=every_step, curriculum=True, seeds=1)
    shape = "many-to-many" if every_step else "many-to-one"
    assert shares.tolist() == [[0.5] * 5]
    assert seen == [
        (lag, (lag + 1, 32) if every_step else (32,), updates, 1.0, 0.01, shape)
        for lag, updates in ((5, 0), (5, 2), (10, 0), (12, 3), (12, 4))
    ]
    monkeypatch.setattr(learning, "_named", lambda *given: 1.0)
    recall_shares([0, 1], 4, curriculum=True, seeds=1)
    recall_shares([0, 1], 9, seeds=1)
    assert [lag for lag, *_ in seen[5:]] == [4, 4, 9, 9]


def test_a_share_counts_the_symbols_that_are_named_at_the_last_step():
    logits = np.zeros((3, 4, 4))
    logits[-1] = np.eye(4)[[0, 1, 2, 2]].T
    model = SimpleNamespace(forward=lambda x: SimpleNamespace(logits=logits))
    assert learning._named(model, None, np.array([0, 1, 2, 3])) == 0.75


def test_the_adding_problem_is_that_of_lesson_12():
    for cell in (LSTM, GRU):
        model, batches = adding_model(cell)
        rng = np.random.default_rng(0)
        readout = Readout(8, 1, rng=rng)
        drawn = cell(2, 8, rng=rng, **({"forget_bias": 4.0} if cell is LSTM else {}))
        assert all(np.array_equal(W, model.cell.params[name]) for name, W in drawn.params.items())
        assert np.array_equal(readout.params.W_hy, model.readout.params.W_hy) and model.loss_name == "mse"
        np.testing.assert_array_equal(next(batches)[0], data.adding_problem(32, 30, rng=rng)[0])
    x, targets = data.adding_problem(500, 30, rng=np.random.default_rng(1))
    off = np.where(np.arange(500) < 123, 0.039, 0.041)
    known = SimpleNamespace(forward=lambda given: SimpleNamespace(logits=targets + off + abs(given - x).max()))
    assert learning.adding_share(known) == 123 / 500
    shown, _ = adding_example()
    np.testing.assert_array_equal(shown, data.adding_problem(1, 20, rng=np.random.default_rng(2))[0])
