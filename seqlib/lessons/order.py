"""The tasks of lesson 2: three networks that read the same sequences, and what comes of order, place and shift."""

import numpy as np

from seqlib import data
from seqlib.nn import RNN, Adam, Flattened, Pooled, Readout, SequenceModel, batches, train

BEFORE = 400  # runs to learn from, and as many to be judged by
ANIMALS = ("dog", "cat", "fox")
TOKENS = ("·", "bites", *ANIMALS)


def one_hot_sentence(text, words):
    """A sentence as a block (T, D, 1): each word is a column with a single 1, in the row of its place in `words`."""
    words, said = list(words), text.split()
    if strange := [word for word in said if word not in words]:
        raise ValueError(f"text must be made of the words {', '.join(words)}, but {strange[0]} came.")
    return data.one_hot(np.array([[words.index(word)] for word in said]), len(words))


def three_networks(T, D, H, K, *, rng):
    """`Pooled`, `Flattened` and an RNN with a readout at its end, for T steps of D features, H units and K classes.

    The RNN's W_hh starts as the identity, *keep what you have* (Le, Jaitly and Hinton, 2015, with ReLU): from a random
    start most small RNNs learn the order task of the lesson for the steps they have seen only.

    Returns
    -------
    dict of str to model
    """
    rnn = SequenceModel(RNN(D, H, rng=rng), Readout(H, K, rng=rng), "many-to-one")
    rnn.params.W_hh[...] = np.eye(H)
    return {"Pooled": Pooled(D, H, K, rng=rng), "Flattened": Flattened(T, D, H, K, rng=rng), "RNN": rnn}


def order_runs(first, *, rng):
    """400 runs of the order task (`seqlib.data.order_task`), a and b at the steps first + 1, first + 3, …: x, y."""
    return data.order_task(BEFORE, rng=rng, where=slice(first, 8, 2))[:2]


def order_scores(seeds=5):
    """Train the three networks on a and b at odd steps; how often each is right on new runs, there and one step later.

    Returns
    -------
    dict of str to ndarray
        By name (seeds, 2): the share of right answers at the seen steps, and one step later.
    """
    scores = {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        runs, seen, shifted = (order_runs(first, rng=rng) for first in (0, 0, 1))
        for name, model in three_networks(8, 6, 8, 2, rng=rng).items():
            train(model, batches(*runs, 32, rng=rng), Adam(0.01), 300, clip=1.0)
            scores.setdefault(name, []).append((model.accuracy(*seen), model.accuracy(*shifted)))
    return {name: np.array(values) for name, values in scores.items()}


def weights_moved(seed=0):
    """How far training on odd steps has moved Flattened's weights for the letter a, step by step: (T,), a mean of H."""
    rng = np.random.default_rng(seed)
    flat, runs = Flattened(8, 6, 8, 2, rng=rng), order_runs(0, rng=rng)
    start = flat.params.W_xh.copy()
    train(flat, batches(*runs, 32, rng=rng), Adam(0.01), 300, clip=1.0)
    return np.abs(flat.params.W_xh - start).reshape(8, 8, 6).mean(axis=0)[:, 0]  # (H, T, D) → (T, D) → a


def bites_networks():
    """The three networks, trained to say who bites in the 18 sentences *X bites Y* that begin at t = 1, 3 or 5.

    Returns
    -------
    dict of str to model
        For sentences of 8 of the `TOKENS`; the classes are the `ANIMALS`.
    """
    pairs = [(who, whom) for who in range(3) for whom in range(3) if who != whom]
    ids, rng = np.zeros((8, 18), int), np.random.default_rng(0)
    for n, (start, (who, whom)) in enumerate((s, pair) for s in (0, 2, 4) for pair in pairs):
        ids[start : start + 3, n] = 2 + who, 1, 2 + whom
    x, y = data.one_hot(ids, 5), np.tile([who for who, _ in pairs], 3)
    models = three_networks(8, 5, 8, 3, rng=rng)
    for model in models.values():
        train(model, batches(x, y, 18, rng=rng), Adam(0.02), 300, clip=1.0)
    return models
