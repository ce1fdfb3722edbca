"""The small trainings of lesson 10: tasks that ask what they say, and runs that depend on their seed alone."""

import numpy as np

from seqlib import GRU, LSTM, RNN, SGD
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
