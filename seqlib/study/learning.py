"""Small trainings of lessons 8 to 12: recall over a lag from several seeds, and the adding problem for any cell."""

from functools import partial
from typing import NamedTuple

import numpy as np

from .. import data
from ..doors import generator, real, seeded, shown, whole
from ..in_words import answering
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
    n, lag, rng = whole("n", n), whole("lag", lag), generator(rng)
    shown = rng.integers(KINDS, size=n)
    between = rng.integers(KINDS, KINDS + FILLERS, size=(lag, n))
    return data.one_hot(np.concatenate([shown[None], between]), KINDS + FILLERS), shown


def recall_batches(size, lag, *, rng):
    """Endless fresh batches of `recall`, as `train` takes them."""
    size = whole("size", size)
    return iter(lambda: recall(size, lag, rng=rng), None)


class Runs(NamedTuple):
    """Several trainings that differ in their seed only."""

    loss: np.ndarray  # (seeds, n), each the mean over RECALL["every"] updates
    accuracy: np.ndarray  # (seeds,), on 200 new sequences

    @property
    def solved(self):
        """How many answer at least 99 of 100 new sequences rightly."""
        return int((self.accuracy >= 0.99).sum())


def recall_runs(bias, lag=30, updates=80, seeds=8, *, cell=LSTM, optimizer=None, clip=1.0):
    """Train a cell with 16 units on `recall` from several seeds, on batches of 32.

    Parameters
    ----------
    bias : float
        The first value of b_f; in a GRU, of b_z.
    lag, updates, seeds : int
    cell : type
        `LSTM` or `GRU`.
    optimizer : callable, optional
        Makes an optimizer for a run; by default Adam with learning rate 0.01. One that does not round its updates, as
        Adam does, has the weights rounded after each: steep training magnifies a last digit until the curve is another.
    clip : float or None
        Limit of the gradients' joint norm, as for `seqlib.train`.

    Returns
    -------
    Runs
    """
    if whole("updates", updates) % RECALL["every"]:
        raise ValueError(f"updates must be a multiple of {RECALL['every']}, as each look is, but {updates} came.")
    if optimizer is not None and not callable(optimizer):
        came = shown(optimizer)
        raise ValueError(f"optimizer must make one for each run, such as lambda: Adam(0.01), but {came} came.")
    runs = []
    for seed in range(whole("seeds", seeds)):
        model, (batches, new) = _recall_model(cell, bias, seed)
        stream = recall_batches(RECALL["batch"], lag, rng=batches)
        made = optimizer() if optimizer else Adam(RECALL["rate"])
        watch = None if hasattr(made, "grid") else partial(_round, model.params)
        loss = train(model, stream, made, updates, clip=clip, watch=watch).loss
        runs.append((loss.reshape(-1, RECALL["every"]).mean(axis=1), model.accuracy(*recall(200, lag, rng=new))))
    return Runs(*map(np.array, zip(*runs, strict=True)))


def _round(params, *_):
    """Let all weights be multiples of 2⁻²⁰, the grid of Adam's updates."""
    for _, W in params.items():
        np.multiply(np.rint(W * 2**20), 2**-20, out=W)


def recall_shares(updates, lag, *, bias=1.0, every_step=False, curriculum=False, seeds=8):
    """Train LSTMs as `recall_runs` does, on easier versions of the task, and ask for the task itself as they learn.

    Parameters
    ----------
    updates : sequence of int
        When to ask: after so many updates, growing.
    lag : int
    bias : float
        The first value of b_f.
    every_step : bool
        Train with the same target at every step, the losses added up, instead of at the last step only.
    curriculum : bool
        Train on lag 5 first, and on 5 more whenever, at one of `updates`, 99 % are right at the lag of the moment.
    seeds : int

    Returns
    -------
    ndarray, (seeds, len(updates))
        The share of 200 fresh sequences whose symbol is named at the last step, after `lag` others.
    """
    seeds = range(whole("seeds", seeds))
    return np.array([_shares(updates, lag, bias, every_step, curriculum, seed) for seed in seeds])


def _shares(updates, lag, bias, every_step, curriculum, seed):
    model, (batches, new) = _recall_model(LSTM, bias, seed, "many-to-many" if every_step else "many-to-one")
    asked, optimizer, now, done, shares = recall(200, lag, rng=new), Adam(RECALL["rate"]), lag, 0, []
    if curriculum:
        now = min(5, lag)
    for until in updates:
        stream = recall_batches(RECALL["batch"], now, rng=batches)
        if every_step:
            stream = ((x, np.tile(shown, (len(x), 1))) for x, shown in stream)
        train(model, stream, optimizer, until - done, clip=RECALL["clip"])
        done = until
        shares.append(_named(model, *asked))
        if now < lag and _named(model, *recall(200, now, rng=new)) >= 0.99:
            now = min(now + 5, lag)
    return shares


def _named(model, x, shown):
    return float((model.forward(x).logits[-1].argmax(axis=0) == shown).mean())


def _recall_model(cell, bias, seed, shape="many-to-one"):
    """A fresh model for `recall`, and the generators of its batches and of new sequences."""
    first, *others = (seeded(seed, k) for k in range(3))
    model = SequenceModel(cell(KINDS + FILLERS, RECALL["H"], rng=first), Readout(RECALL["H"], KINDS, rng=first), shape)
    model.cell.params["b_f" if isinstance(cell, type) and issubclass(cell, LSTM) else "b_z"] = real("bias", bias)
    return model, others


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
    rng = seeded(seed)
    start = {"forget_bias": ADDING["forget_bias"]} if isinstance(cell, type) and issubclass(cell, LSTM) else {}
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
    x, _ = data.adding_problem(1, T, rng=seeded(seed))
    return x, ["●" if mark == 1 else "·" for mark in x[:, 1, 0]]


answering(globals())
