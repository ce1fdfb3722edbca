"""How `tests/browser/harvest.py` runs lessons: a cell that says something else again is seen; trainings are shared."""

import importlib
import json

import numpy as np
import pytest

from seqlib import LSTM, RNN, Adam, Readout, SequenceModel, batches, train
from tests.browser import harvest


def lesson(tmp_path, *sources):
    cells = [
        {"cell_type": "code", "id": f"demo-{n}", "metadata": {}, "source": [source]} for n, source in enumerate(sources)
    ]
    path = tmp_path / "demo.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("sources", "which"),
    [
        (("x = 1", "print(x)"), set()),
        (("x = 1", "x = x + 1\nprint(x)"), {"demo-1"}),  # seen when it is run twice
        (("x = 1", "print(x)", "x = 'other'"), {"demo-1"}),  # seen when a later cell ran before
        (("x = [1]", "print(x)", "x.append(2)"), {"demo-1"}),
        (("x = [1]", "x.append(2)\nx"), {"demo-1"}),  # what the last line is, is seen, too
        (("f = lambda: 1", "print(f())", "f = 2"), {"demo-1"}),  # an error is something else, too
        (("import sys", "print(len(f) if 'f' in vars() else 0, file=sys.stderr)", "f = 'abc'"), {"demo-1"}),
    ],
)
def test_a_cell_that_differs_is_seen(tmp_path, sources, which):
    assert set(harvest.differing(lesson(tmp_path, *sources))) == which


def learn(seed=0, eta=0.01, steps=6, more=0, kind=LSTM):
    """All losses of three trainings by one optimizer (no update, some, as many again), then the weights, in one row."""
    rng, optimizer = np.random.default_rng(0), Adam(eta)
    model = SequenceModel(kind(2, 3, rng=rng), Readout(3, 1, rng=rng), "many-to-one", "mse")
    x, y = np.random.default_rng(seed).normal(size=(4, 2, 20)) + more, rng.normal(size=(1, 1, 20))
    drawn = batches(x, y, 8, rng=rng)
    losses = [train(model, drawn, optimizer, n).loss for n in (0, steps, steps)]
    assert optimizer.k == 2 * steps
    return np.concatenate([*losses, *(W.ravel() for _, W in model.params.items())])


ALONE = learn()


@pytest.fixture
def counted(monkeypatch):
    """Trainings are shared as long as the test lasts; a list of the steps of those that were made."""
    module, made = importlib.import_module("seqlib.nn.train"), []  # `seqlib.nn.train` is the function
    update = module._update

    def counting(updates, *rest):
        made.append(rest[3])
        update(updates, *rest)

    monkeypatch.setattr(module, "_update", counting)
    harvest.share_trainings()
    return made


def test_a_training_is_made_once_and_taken_over_whole(counted):
    """The second one of an optimizer goes on from its own state, and from the batch that is next."""
    for _ in range(3):
        assert np.array_equal(learn(), ALONE)
    assert counted == [0, 6, 6]


@pytest.mark.parametrize("other", [{"seed": 1}, {"eta": 0.02}, {"steps": 7}, {"more": 1e-9}, {"kind": RNN}])
def test_another_training_is_made(counted, other):
    assert np.array_equal(learn(), ALONE)
    assert not np.array_equal(learn(**other)[:6], ALONE[:6]) or "steps" in other
    assert [steps for steps in counted if steps] == [6, 6, *2 * [other.get("steps", 6)]]


def test_a_network_that_the_lesson_writes_is_trained_each_time(counted):
    class Mine(LSTM):
        pass

    assert np.array_equal(learn(kind=Mine), learn(kind=Mine))
    assert counted == 2 * [0, 6, 6]
