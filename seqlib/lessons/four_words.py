"""The language of lesson 4: four Korean words, two sentences, and a network that has to remember which one it reads."""

from itertools import repeat

import numpy as np

from seqlib.nn import RNN, Adam, Readout, SequenceModel, train

WORDS = ("나는", "밥을", "먹었", "다")
SENTENCES = ((0, 1, 2, 3), (1, 0, 2, 3))


def sentences():
    """Both sentences as a block x (T, D, N) = (4, 4, 2), and the next words (4, 2); −1 where none follows."""
    order = np.array(SENTENCES).T  # (T, N)
    x = np.eye(len(WORDS))[order].transpose(0, 2, 1)
    return x, np.vstack([order[1:], [-1, -1]])


def train_reader(seed=1):
    """Train three units to name the next word, and round the weights, so that a picture shows exactly what computes.

    Returns
    -------
    model : SequenceModel
        D = K = 4, H = 3, weights of two decimals.
    x : ndarray, (4, 4, 2)
    targets : ndarray of int, (4, 2)
    """
    x, targets = sentences()
    rng = np.random.default_rng(seed)
    model = SequenceModel(RNN(4, 3, rng=rng), Readout(3, 4, rng=rng))
    train(model, repeat((x, targets)), Adam(0.05), 40, clip=1.0)
    for _, W in model.params.items():
        W[...] = W.round(2)
    return model, x, targets


def norms(activation, *, H=16, steps=30, scale=5, seed=0):
    """‖h_t‖ of a cell left to itself, (steps,): no input, a small h_0, and W_hh `scale` times as large as usual."""
    cell = RNN(1, H, rng=np.random.default_rng(seed), activation=activation)
    cell.params.W_hh = scale * cell.params.W_hh
    h = cell.forward(np.zeros((steps, 1, 1)), h0=np.full((H, 1), 0.1)).h
    return np.linalg.norm(h[:, :, 0], axis=1)
