"""Small trainings of lesson 10: recall over a lag from several seeds, and the adding problem for any cell."""

from typing import NamedTuple

import numpy as np

from .. import data
from ..nn import LSTM, Adam, Readout, SequenceModel, train

KINDS, FILLERS = 4, 4  # symbols to remember, and others that come in between
RECALL = {"H": 16, "batch": 32, "rate": 0.01, "clip": 1.0, "every": 4}
ADDING = {"T": 30, "H": 8, "batch": 32, "forget_bias": 4.0}


def recall(n, lag, *, rng):
    """See one symbol of four, then `lag` others, and say which it was. Guessing is right once in four times.

    Parameters
    ----------
    n : int
        Number of sequences.
    lag : int
        Steps between the symbol and the answer.
    rng : numpy.random.Generator

    Returns
    -------
    x : (lag + 1, 8, n) float64, one-hot
    targets : (n,) int64
    """
    shown = rng.integers(KINDS, size=n)
    between = rng.integers(KINDS, KINDS + FILLERS, size=(lag, n))
    return data.one_hot(np.concatenate([shown[None], between]), KINDS + FILLERS), shown


def recall_batches(size, lag, *, rng):
    """Endless fresh batches of `recall`, as `train` takes them."""
    while True:
        yield recall(size, lag, rng=rng)


class Runs(NamedTuple):
    """Several trainings that differ in their seed only."""

    loss: np.ndarray  # (seeds, n), each the mean over RECALL["every"] updates
    accuracy: np.ndarray  # (seeds,), on 200 new sequences

    @property
    def solved(self):
        """How many answer at least 99 of 100 new sequences rightly."""
        return int((self.accuracy >= 0.99).sum())


def recall_runs(bias, lag=30, updates=80, seeds=8):
    """Train an LSTM with 16 units on `recall` from several seeds: Adam, learning rate 0.01, batches of 32, clip 1.

    Parameters
    ----------
    bias : float
        The first value of b_f.
    lag, updates, seeds : int

    Returns
    -------
    Runs
    """
    return Runs(*map(np.array, zip(*(_recall_run(bias, lag, updates, seed) for seed in range(seeds)), strict=True)))


def _recall_run(bias, lag, updates, seed):
    first, batches, new = (np.random.default_rng([seed, k]) for k in range(3))
    H, K = RECALL["H"], KINDS + FILLERS
    model = SequenceModel(LSTM(K, H, rng=first, forget_bias=bias), Readout(H, KINDS, rng=first), "many-to-one")
    stream = recall_batches(RECALL["batch"], lag, rng=batches)
    loss = train(model, stream, Adam(RECALL["rate"]), updates, clip=RECALL["clip"]).loss
    return loss.reshape(-1, RECALL["every"]).mean(axis=1), model.accuracy(*recall(200, lag, rng=new))


def adding_model(cell, seed=0, T=ADDING["T"]):
    """A fresh model for the adding problem, and the batches to train it with.

    Parameters
    ----------
    cell : type
        `RNN`, `LSTM` or `GRU`; an LSTM starts with b_f = 4.
    seed : int
    T : int
        The shortest length; between the later number and the end lie at least T/2 steps.

    Returns
    -------
    model : SequenceModel
        8 units, one output, MSE.
    batches : iterator of (x, targets)
    """
    rng = np.random.default_rng(seed)
    start = {"forget_bias": ADDING["forget_bias"]} if cell is LSTM else {}
    readout = Readout(ADDING["H"], 1, rng=rng)
    model = SequenceModel(cell(2, ADDING["H"], rng=rng, **start), readout, "many-to-one", loss="mse")
    return model, data.adding_batches(ADDING["batch"], T, rng=rng)


def adding_share(model, T=ADDING["T"], n=500):
    """The share of new sequences that a model adds rightly, to 0.04."""
    x, targets = data.adding_problem(n, T, rng=np.random.default_rng(1))
    return data.adding_correct(model.forward(x).logits, targets)


def adding_example(T=20, seed=2):
    """One sequence of the adding problem, and a sign for each step: a large dot where a number is marked.

    Returns
    -------
    x : ndarray, (length, 2, 1)
    signs : list of str
    """
    x, _ = data.adding_problem(1, T, rng=np.random.default_rng(seed))
    return x, ["●" if mark == 1 else "·" for mark in x[:, 1, 0]]
