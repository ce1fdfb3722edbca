"""What lesson 11 trains: a GRU that always says which number was marked last, and small cells from eight seeds."""

from itertools import count

import numpy as np

from ..doors import alike, chance, drawing, reals, seeded, whole, within
from ..in_words import answering
from ..nn import GRU, Adam, Readout, SequenceModel, train
from . import growing
from .table import Table

NEAR = growing.NEAR  # an answer is right if it is less than this off
SMALL = {"T": 12, "batch": 16, "rate": 0.05, "clip": 1.0, "every": 10}

UNIT = {"en": "unit", "ko": "유닛"}
WHERE = {"en": "where", "ko": "시점"}
AT_A_MARK, ELSEWHERE = "!", "·"


def recall(n, T=20, *, rng, marks=0.1):
    """Remember the number marked last, and say it at every step.

    Parameters
    ----------
    n, T : int
        Number of sequences and of steps.
    rng : numpy.random.Generator or int
    marks : float
        How probable a mark is at a step after the first, which always has one.

    Returns
    -------
    x : ndarray, (T, 2, n)
        The number, from −0.9 to 0.9, and 1 where it is marked.
    targets : ndarray, (T, 1, n)
    """
    n, T, rng, marks = whole("n", n), whole("T", T), drawing("rng", rng), chance("marks", marks)
    mark = rng.random((T, n)) < marks
    mark[0] = True
    value = rng.uniform(-0.9, 0.9, (T, n))
    last = np.maximum.accumulate(np.where(mark, np.arange(T)[:, None], 0))
    return np.stack([value, mark], axis=1), np.take_along_axis(value, last, axis=0)[:, None]


def signs(x, n=0):
    """The steps of the n-th sequence of `recall` as signs: ! for a mark, · for all others."""
    n = within("n", n, 0, reals("x", x).shape[-1] - 1)
    return [AT_A_MARK if mark else ELSEWHERE for mark in x[:, 1, n]]


def share_right(model, x, targets):
    """The share of all answers that are less than 0.1 off."""
    answers = model.forward(x).logits
    return float((np.abs(answers - alike("targets", targets, answers.shape, "the answers")) < NEAR).mean())


def learn(seed=0, *, reset="before", train=train):
    """Train a GRU with two units on `recall`: Adam, 600 updates at 0.03 and 300 at 0.01, clip 1, batches of 32.

    Parameters
    ----------
    seed : int
    reset : {"before", "after"}
        As for `GRU`.
    train : callable
        `seqlib.train`, or `seqlib.widgets.fit`, which shows how far it is.

    Returns
    -------
    model : SequenceModel
        With weights rounded to two decimals, so that a picture's numbers are those that compute.
    loss : ndarray, (900,)
        Squared error, summed over the 20 steps, before each update.
    """
    rng = seeded(seed)
    model = SequenceModel(GRU(2, 2, rng=rng, reset=reset), Readout(2, 1, rng=rng), loss="mse")
    fresh = (recall(32, rng=rng) for _ in count())
    return growing.in_stages(model, fresh, {0.03: 600, 0.01: 300}, train=train)


def habits(model, x):
    """Where the gates of a GRU stand, at a new mark and elsewhere: medians over all sequences of `recall`.

    Parameters
    ----------
    model : SequenceModel
        With a GRU.
    x : ndarray, (T, 2, N)

    Returns
    -------
    Table
        A row for each unit and place: r, z, and how far the candidate is from the state before, |h̃ − h|.
    """
    trace, mark = model.forward(x), x[:, 1] == 1
    new = mark & (np.arange(len(x)) > 0)[:, None]
    rows = []
    for unit in range(model.cell.H):
        r, z, g, h_prev = (trace[name][:, unit] for name in ("r", "z", "g", "h_prev"))
        for sign, where in ((AT_A_MARK, new), (ELSEWHERE, ~mark)):
            values = (f"{np.median(v[where]):.2f}" for v in (r, z, np.abs(g - h_prev)))
            rows.append((str(unit + 1), sign, *values))
    return Table(rows, (UNIT, WHERE, "r", "z", "|h̃ − h|"), left=2)


def seed_losses(cell, H, demand, *, updates=250, seeds=8):
    """Train a small cell on the task of lesson 8 from several seeds: Adam at 0.05, batches of 16, 12 steps, clip 1.

    Parameters
    ----------
    cell : type
        `RNN`, `LSTM` or `GRU`.
    H : int
        Hidden units.
    demand : {"ignore", "silent"}
        Of `seqlib.study.growing.recall`: whether the answer must be 0 where nothing is asked.
    updates, seeds : int

    Returns
    -------
    ndarray, (seeds, updates / 10)
        The loss (squared error, summed over the steps), each the mean of 10 updates.
    """
    return np.array([_small_run(cell, H, demand, updates, seed) for seed in range(whole("seeds", seeds))])


def _small_run(cell, H, demand, updates, seed):
    rng = seeded(seed)
    model = SequenceModel(cell(3, H, rng=rng), Readout(H, 1, rng=rng), loss="mse")
    fresh = (growing.recall(SMALL["batch"], SMALL["T"], demand, rng=rng) for _ in count())
    loss = train(model, fresh, Adam(SMALL["rate"]), updates, clip=SMALL["clip"]).loss
    return loss.reshape(-1, SMALL["every"]).mean(axis=1)


answering(globals())
