"""The next-word example of the lecture: 나는 → 밥을 → 먹었 → 다, with losses 1.2, 0.3 and 2.1."""

from copy import deepcopy

import numpy as np

from ..doors import shown
from ..nn import RNN, SGD, Readout, SequenceModel

WORDS = ("나는", "밥을", "먹었", "다", "좋아")
INPUTS, TARGETS = ("나는", "밥을", "먹었"), ("밥을", "먹었", "다")
PREDICTED, LOSSES = ("먹었", "먹었", "좋아"), (1.2, 0.3, 2.1)


def next_word_model(H=4, seed=0):
    """A small network that behaves as the lecture's table says, and its data.

    Nothing is typed in but the table. The cell is drawn at random; its three states are linearly
    independent, so there is a readout W_hy that maps them to any three columns of logits. The
    logits are the logarithms of the wanted probabilities: e^(-loss) for the target, three quarters
    of the rest for the predicted word where that is another, the remainder shared equally.

    Parameters
    ----------
    H : int
        Hidden units, at least 3.
    seed : int
        Of the random cell.

    Returns
    -------
    model : SequenceModel
        D = K = 5 words, many-to-many, cross-entropy.
    x : ndarray, (3, 5, 1)
        나는, 밥을, 먹었 as one-hot columns.
    targets : ndarray of int, (3, 1)
        밥을, 먹었, 다 as numbers of `WORDS`.
    """
    if H < 3:
        raise ValueError(f"H must be at least 3, so that three states can be independent, but {H} came.")
    rng, K = np.random.default_rng(seed), len(WORDS)
    model = SequenceModel(RNN(K, H, rng=rng), Readout(H, K, rng=rng))
    # The usual first weights leave the three states so alike that W_hy would have to be huge.
    model.params.W_xh *= 3
    x = np.eye(K)[[WORDS.index(word) for word in INPUTS]][:, :, None]
    targets = np.array([[WORDS.index(word)] for word in TARGETS])
    states = model.cell.forward(x).h[:, :, 0].T  # (H, 3)
    wanted = np.stack([_log_probabilities(*row) for row in zip(TARGETS, PREDICTED, LOSSES, strict=True)], axis=1)
    model.params.W_hy = wanted @ np.linalg.pinv(states)
    return model, x, targets


def loss_after_update(model, x, targets, eta, *, of="sum"):
    """The sum of the losses after one update of plain SGD; the model stays as it is.

    Parameters
    ----------
    model, x, targets
        As for ``model.loss``.
    eta : float
        Learning rate.
    of : {"sum", "mean"}
        Whose gradient is used: that of the sum of the losses of all steps, or of their mean.

    Returns
    -------
    float
    """
    if of not in ("sum", "mean"):
        raise ValueError(f"of must be 'sum' or 'mean', but {shown(of)} came.")
    grads = model.loss_and_gradients(x, targets)[1].params
    new = deepcopy(model)
    SGD(eta).update(new.params, grads if of == "sum" else grads.map(lambda g: g / len(targets)))
    return float(new.loss(x, targets))


def _log_probabilities(target, predicted, loss):
    """Logarithms of probabilities of the five words with -log p[target] = loss and the largest at `predicted`."""
    p, rest = np.zeros(len(WORDS)), 1 - np.exp(-loss)
    p[WORDS.index(target)] = np.exp(-loss)
    if predicted != target:
        p[WORDS.index(predicted)] = 0.75 * rest
        rest *= 0.25
    p[p == 0] = rest / (p == 0).sum()
    return np.log(p)
