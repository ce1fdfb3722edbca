"""What lesson 4 says of its small network is so."""

from copy import deepcopy

import numpy as np

from seqlib.lessons import four_words
from seqlib.nn import Flattened, SequenceModel

MODEL, X, TARGETS = four_words.train_reader()
TRACE = MODEL.forward(X)


def size(model):
    return sum(W.size for _, W in model.params.items())


def test_it_names_every_next_word_with_weights_of_two_decimals():
    assert MODEL.accuracy(X, TARGETS) == 1
    assert all(np.array_equal(W, W.round(2)) for _, W in MODEL.params.items())
    said = MODEL.predict(X)
    assert [four_words.WORDS[k] for k in (said[1, 0], said[0, 1])] == ["먹었", "나는"]


def test_the_output_is_not_fed_back():
    changed, rng = deepcopy(MODEL), np.random.default_rng(0)
    changed.params.W_hy, changed.params.b_y = rng.normal(size=(4, 3)), rng.normal(size=(4, 1))
    after = changed.forward(X)
    assert np.array_equal(after.h, TRACE.h) and not np.array_equal(after.logits, TRACE.logits)


def test_a_state_knows_its_past_and_never_its_future():
    blind = deepcopy(MODEL)
    blind.params.W_hh = np.zeros((3, 3))
    third = X[:, :, :1].copy()
    third[2] = X[0, :, :1]
    for model, moved in ((MODEL, [False, False, True, True]), (blind, [False, False, True, False])):
        apart = np.abs(model.forward(third).h - model.forward(X[:, :, :1]).h).max(axis=(1, 2))
        assert (apart > 0.01).tolist() == moved
    weights = blind.cell.params
    assert np.allclose(blind.forward(X).h, np.tanh(weights.W_xh @ X + weights.b_h), atol=1e-15)


def test_the_state_is_all_that_must_be_kept():
    head = MODEL.forward(X[:2])
    assert np.abs(MODEL.forward(X[2:], h0=head.h[-1]).h - TRACE.h[2:]).max() <= 1e-15
    assert np.abs(MODEL.forward(X[2:]).h - TRACE.h[2:]).max() > 0.5


def test_forty_numbers_read_any_length_and_flattened_grows():
    rng = np.random.default_rng(0)
    assert size(MODEL) == 40
    assert [size(Flattened(T, 4, 3, 4, rng=rng)) for T in (3, 30, 300)] == [55, 379, 3619]
    last = SequenceModel(MODEL.cell, MODEL.readout, "many-to-one").forward(X)
    assert last.logits.shape == (1, 4, 2) and np.array_equal(last.logits, TRACE.logits[-1:])


def test_tanh_saturates_and_relu_explodes():
    assert max(four_words.norms("tanh", seed=seed).max() for seed in range(20)) < 4
    assert 1e14 < four_words.norms("relu")[-1] < 1e15
    assert np.median([four_words.norms("relu", seed=seed)[-1] for seed in range(20)]) > 1e6
