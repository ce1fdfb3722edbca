"""Three ways of clipping by numbers that can be done by hand, and the wild network's training step by step."""

import numpy as np

from seqlib import SGD, Record, data
from seqlib.study import bptt, clipping


def ways(limit):
    """Of (−3, 4) and 12, whose norms are 5, 12 and together 13; and of an array that is 0."""
    return clipping.three_ways(Record({"W": np.array([[-3.0], [4.0]]), "b": np.array([12.0]), "c": np.zeros(2)}), limit)


def angle(v):
    return np.degrees(np.arccos(np.dot(v, (-3, 4, 12)) / 13 / np.linalg.norm(v)))


def test_three_ways_by_hand():
    found = ways(2.5)
    assert list(found) == ["joint norm", "each array", "each element"]
    for name, left in (("each array", (-1.5, 2, 2.5)), ("each element", (-2.5, 2.5, 2.5))):
        np.testing.assert_allclose(found[name], (angle(left), np.linalg.norm(left)), rtol=1e-12)
    np.testing.assert_allclose(found["joint norm"], (0, 2.5), atol=1e-6)
    assert str(found) == (
        "clipped by    turned  norm left\n"
        "joint norm        0°       2.50\n"
        "each array       22°       3.54\n"
        "each element     32°       4.33"
    )


def test_what_is_within_the_limit_stays():
    np.testing.assert_allclose(ways(6.0)["each array"], (angle((-3, 4, 6)), np.sqrt(61)), rtol=1e-12)
    small = Record({"W": np.array([[0.3], [0.4]]), "b": np.array([1.2])})
    np.testing.assert_allclose(clipping.three_ways(small, 0.25)["each array"][1], np.sqrt(0.125), rtol=1e-12)
    for limit in (13.0, 14.0):
        np.testing.assert_allclose(ways(limit)["joint norm"], (0, 13), atol=1e-6)


def test_the_wild_training_is_plain_descent_on_the_adding_problem():
    assert np.array_equal(clipping.wild_network().params.W_hh, clipping.wild_network(0).params.W_hh)
    for seed, clip in ((0, 1.0), (3, 2.0)):
        model, made = clipping.wild_network(seed), data.adding_batches(32, 40, rng=np.random.default_rng(seed))
        assert (model.cell.H, model.cell.D, model.cell.activation, model.readout.K) == (32, 2, "relu", 1)
        np.testing.assert_allclose(bptt.spectral_radius(model.params.W_hh), 1.6, rtol=1e-12)
        losses = []
        for _ in range(3):
            loss, grads = model.loss_and_gradients(*next(made))
            norm = np.sqrt(sum((g * g).sum() for _, g in grads.params.items()))
            losses.append(loss)
            for name, W in model.params.items():
                W -= 0.01 * min(1, clip / norm) * grads.params[name]
        said = clipping.wild_training(clip, updates=3, seed=seed)
        assert said == f"3 updates, loss {losses[0]:.0f} → {losses[2]:.1f}"
    assert clipping.wild_training(1.0, updates=3) == clipping.wild_training(1.0, updates=3, seed=0) != said


def test_it_has_200_updates_and_says_where_it_stopped(monkeypatch):
    def stops(model, batches, optimizer, steps, clip):
        assert (optimizer.lr, steps, clip) == (0.01, 200, 5.0) and isinstance(optimizer, SGD)
        raise FloatingPointError("training stopped at step 3: the loss is nan and more")

    monkeypatch.setattr(clipping, "train", stops)
    assert clipping.wild_training(5.0) == "training stopped at step 3: the loss is nan"
