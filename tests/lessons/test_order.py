"""What lesson 2 claims of its three networks is so."""

import numpy as np
import pytest

from seqlib.lessons.order import (
    ANIMALS,
    TOKENS,
    bites_networks,
    one_hot_sentence,
    order_runs,
    order_scores,
    three_networks,
    weights_moved,
)
from seqlib.nn import RNN, Adam, Flattened, Pooled, Readout, SequenceModel, batches, train


def test_a_sentence_becomes_one_column_a_word():
    x = one_hot_sentence("cat bites", ["dog", "bites", "cat"])
    assert x[:, :, 0].tolist() == [[0, 0, 1], [0, 1, 0]] and x.shape == (2, 3, 1)
    with pytest.raises(ValueError, match=r"^text must be made of the words dog, bites, but cow came\.$"):
        one_hot_sentence("cow bites", ["dog", "bites"])


def test_no_pooled_network_hears_the_order_whatever_its_weights():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 3, 1))
    for _ in range(100):
        model = Pooled(3, 6, 2, rng=rng)
        assert np.abs(model.forward(x).logits - model.forward(x[::-1]).logits).max() < 1e-14


def test_the_three_networks_do_as_the_lesson_says():
    scores = order_scores()
    for name, low, high in (("Pooled", (0.45, 0.45), (0.55, 0.55)), ("RNN", (0.95, 0.95), (1, 1))):
        assert (scores[name].mean(axis=0) >= low).all() and (scores[name].mean(axis=0) <= high).all()
    assert scores["Flattened"][:, 0].min() > 0.95 and abs(scores["Flattened"][:, 1].mean() - 0.5) < 0.12


def test_what_never_stood_at_a_step_taught_its_weights_nothing():
    moved = weights_moved()
    assert (moved[1::2] == 0).all() and (moved[::2] > 0.1).all()


def test_flattened_does_not_lose_the_order_its_steps_are_names_of_places():
    rng = np.random.default_rng(0)
    (x, y), (x_new, y_new), scrambled = order_runs(0, rng=rng), order_runs(0, rng=rng), rng.permutation(8)
    losses = []
    for steps in (np.arange(8), scrambled):
        flat = Flattened(8, 6, 8, 2, rng=np.random.default_rng(1))
        flat.params.W_xh[...] = flat.params.W_xh.reshape(8, 8, 6)[:, steps].reshape(8, 48)
        history = train(flat, batches(x[steps], y, 32, rng=np.random.default_rng(2)), Adam(0.01), 300, clip=1.0)
        losses.append(history.loss[-1])
        assert flat.accuracy(x_new[steps], y_new) == 1
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_an_rnn_with_a_random_start_may_fail_the_shift():
    shares = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        runs, seen, shifted = (order_runs(first, rng=rng) for first in (0, 0, 1))
        rnn = SequenceModel(RNN(6, 8, rng=rng), Readout(8, 2, rng=rng), "many-to-one")
        train(rnn, batches(*runs, 32, rng=rng), Adam(0.01), 300, clip=1.0)
        assert rnn.accuracy(*seen) > 0.95
        shares.append(rnn.accuracy(*shifted))
    assert sum(share < 0.6 for share in shares) >= 3


def test_who_bites_is_learned_by_those_who_can():
    models = bites_networks()
    sentence = ["·", "·", "dog", "bites", "fox", "·", "·", "·"]
    here, later = (one_hot_sentence(" ".join(np.roll(sentence, k)), list(TOKENS)) for k in (0, 1))
    assert [ANIMALS[models[name].predict(here)[-1, 0]] for name in ("Flattened", "RNN")] == ["dog", "dog"]
    assert ANIMALS[models["RNN"].predict(later)[-1, 0]] == "dog"
    assert set(models) == set(three_networks(8, 5, 8, 3, rng=np.random.default_rng(0)))
