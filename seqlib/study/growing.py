"""From the plain cell to the LSTM, one part at a time, and the task of lesson 8 whose four demands ask for the parts.

Every cell here is what a reader may write: `step` and `step_back`, nothing else. `DEMANDS` and `STAGES` stand in the
order of the lesson: the n-th demand is what the n-th stage fails at, and what the next one is for.
"""

from itertools import count

import numpy as np
from numpy import tanh

from ..doors import alike, chance, drawing, real, reals, seeded, shown, whole, within
from ..in_words import answering
from ..nn import LSTM, RNN, Adam, Readout, SequenceModel, sigmoid, train
from ..nn.cell import Cell

# What is asked for, each with all that came before: keep one number; replace it; let no noise in; be silent unasked.
DEMANDS = ("keep", "replace", "ignore", "silent")
NEAR = 0.1  # an answer is right if it is less than this off


def recall(n, T, demand="silent", *, rng, marks=0.1):
    """The task of lesson 8: remember the number marked by !, and say it when ? asks.

    Parameters
    ----------
    n, T : int
        Number of sequences and of steps.
    demand : {"keep", "replace", "ignore", "silent"}
        ``"keep"``: a single mark, at the first step, and no noise. ``"replace"``: later marks replace the number.
        ``"ignore"``: the steps without a mark bring noise. ``"silent"``: where nothing is asked the answer is 0.
    rng : numpy.random.Generator or int
    marks : float
        How probable a mark is at a step after the first.

    Returns
    -------
    x : ndarray, (T, 3, n)
        The value, from −1 to 1; 1 where it is marked; 1 where it is asked for (always at the last step).
    targets : ndarray, (T, 1, n)
        The number marked last where it is asked for; elsewhere 0 if silence is demanded, else nan: no loss there.

    Raises
    ------
    ValueError
        There is no such demand.
    """
    if demand not in DEMANDS:
        raise ValueError(f"demand must be one of {', '.join(DEMANDS)}, but {shown(demand)} came.")
    n, T, rng, level = whole("n", n), whole("T", T), drawing("rng", rng), DEMANDS.index(demand)
    chance("marks", marks)
    mark = rng.random((T, n)) < (marks if level >= 1 else 0)
    mark[0], mark[-1] = True, False
    ask = (rng.random((T, n)) < 0.2) & ~mark
    ask[-1] = True
    value = rng.uniform(-1, 1, (T, n))
    if level < 2:
        value = np.where(mark, value, 0.0)
    last = np.maximum.accumulate(np.where(mark, np.arange(T)[:, None], 0))
    targets = np.where(ask, np.take_along_axis(value, last, axis=0), 0.0 if level == 3 else np.nan)
    return np.stack([value, mark, ask], axis=1), targets[:, None]


def signs(x, n=0):
    """The steps of the n-th sequence of `recall` as signs: ! for a mark, ? for a question, · for all others."""
    n = within("n", n, 0, reals("x", x).shape[-1] - 1)
    return ["!" if mark else "?" if ask else "·" for mark, ask in zip(x[:, 1, n], x[:, 2, n], strict=True)]


def share_right(model, x, targets):
    """The share of the questions in `x` that a model answers with less than 0.1 off."""
    answers = model.forward(x).logits
    off = np.abs(answers - alike("targets", targets, answers.shape, "the answers"))
    return float((off[:, 0][x[:, 2] == 1] < NEAR).mean())


# --- the stages ------------------------------------------------------------------------------------------------------


class Rail(Cell):
    """A second state C on a straight way: what comes is added, nothing is multiplied or squashed between the steps."""

    STATES = ("h", "C")

    def step(self, W, t):
        t.a_g = W.W_xg @ t.x + W.W_hg @ t.h_prev + W.b_g
        t.g = tanh(t.a_g)
        t.C = t.C_prev + t.g
        t.h = tanh(t.C)

    def step_back(self, W, t, d):
        d.C += d.h * (1 - t.h**2)
        d.g = d.C
        d.C_prev = d.C
        d.a_g = d.g * (1 - t.g**2)
        d.h_prev = W.W_hg.T @ d.a_g
        d.x = W.W_xg.T @ d.a_g


class Forgetting(Cell):
    """The rail with a forget gate."""

    STATES = ("h", "C")

    def step(self, W, t):
        t.a_f = W.W_xf @ t.x + W.W_hf @ t.h_prev + W.b_f
        t.a_g = W.W_xg @ t.x + W.W_hg @ t.h_prev + W.b_g
        t.f = sigmoid(t.a_f)
        t.g = tanh(t.a_g)
        t.C = t.f * t.C_prev + t.g
        t.h = tanh(t.C)

    def step_back(self, W, t, d):
        d.C += d.h * (1 - t.h**2)
        d.f = d.C * t.C_prev
        d.g = d.C
        d.C_prev = d.C * t.f
        d.a_f = d.f * (t.f * (1 - t.f))
        d.a_g = d.g * (1 - t.g**2)
        d.h_prev = W.W_hf.T @ d.a_f + W.W_hg.T @ d.a_g
        d.x = W.W_xf.T @ d.a_f + W.W_xg.T @ d.a_g


class Writing(Cell):
    """The rail with a forget gate and an input gate: an LSTM that shows all it has."""

    STATES = ("h", "C")

    def step(self, W, t):
        t.a_f = W.W_xf @ t.x + W.W_hf @ t.h_prev + W.b_f
        t.a_i = W.W_xi @ t.x + W.W_hi @ t.h_prev + W.b_i
        t.a_g = W.W_xg @ t.x + W.W_hg @ t.h_prev + W.b_g
        t.f = sigmoid(t.a_f)
        t.i = sigmoid(t.a_i)
        t.g = tanh(t.a_g)
        t.C = t.f * t.C_prev + t.i * t.g
        t.h = tanh(t.C)

    def step_back(self, W, t, d):
        d.C += d.h * (1 - t.h**2)
        d.f = d.C * t.C_prev
        d.i = d.C * t.g
        d.g = d.C * t.i
        d.C_prev = d.C * t.f
        d.a_f = d.f * (t.f * (1 - t.f))
        d.a_i = d.i * (t.i * (1 - t.i))
        d.a_g = d.g * (1 - t.g**2)
        d.h_prev = W.W_hf.T @ d.a_f + W.W_hi.T @ d.a_i + W.W_hg.T @ d.a_g
        d.x = W.W_xf.T @ d.a_f + W.W_xi.T @ d.a_i + W.W_xg.T @ d.a_g


STAGES = {"plain": RNN, "rail": Rail, "forget": Forgetting, "write": Writing, "read": LSTM}


def learn(stage, demand="silent", *, H=1, T=20, seed=0, updates=1500, forget_bias=1.0, train=train):
    """Train one stage on fresh sequences: Adam at 0.03, in the last quarter at 0.01, clipped at norm 1, batches of 32.

    Parameters
    ----------
    stage : str
        A name in `STAGES`.
    demand : str
        Of `recall`.
    H, T, seed, updates : int
    forget_bias : float
        The first value of b_f, where there is one.
    train : callable
        `seqlib.train`, or `seqlib.widgets.fit`, which shows how far it is.

    Returns
    -------
    model : SequenceModel
        With weights rounded to two decimals, so that a picture's numbers are those that compute.
    loss : ndarray, (updates,)
        The loss before each update.
    """
    if stage not in STAGES:
        raise ValueError(f"stage must be one of {', '.join(STAGES)}, but {shown(stage)} came.")
    rng, updates, forget_bias = seeded(seed), whole("updates", updates, 0), real("forget_bias", forget_bias)
    cell = STAGES[stage](3, H, rng=rng)
    if "b_f" in cell.params:
        cell.params.b_f = forget_bias
    model = SequenceModel(cell, Readout(H, 1, rng=rng), loss="mse")
    fresh = (recall(32, T, demand, rng=rng) for _ in count())
    return in_stages(model, fresh, {0.03: updates - updates // 4, 0.01: updates // 4}, train=train)


def in_stages(model, batches, rates, *, train=train):
    """Train with Adam at one learning rate after the other, clipped at norm 1, and round the weights to two decimals.

    Parameters
    ----------
    model : SequenceModel
        Is trained, and rounded, in place.
    batches : iterator of (x, targets)
    rates : dict of float to int
        For each learning rate its number of updates.
    train : callable
        `seqlib.train`, or `seqlib.widgets.fit`, which shows how far it is.

    Returns
    -------
    model : SequenceModel
        The same one.
    loss : ndarray
        The loss before each update.
    """
    loss = [train(model, batches, Adam(rate), updates, clip=1.0).loss for rate, updates in rates.items()]
    for _, W in model.params.items():
        W[...] = W.round(2)
    return model, np.concatenate(loss)


def model_of(run):
    """A stored run (see `seqlib.data.growing`) as a model."""
    rng, weights = np.random.default_rng(0), run["weights"]
    H = len(weights["W_hy"][0])
    cell = STAGES[run["stage"]](3, H, rng=rng)
    model = SequenceModel(cell, Readout(H, 1, rng=rng), loss="mse")
    for params in (cell.params, model.readout.params):
        for name in params:
            if name in weights:
                params[name] = weights[name]
    return model


def share_after(model, T, *, n=500, rng=3):
    """Asked once, at the end of T steps of noise after a single mark: the share of n sequences answered right."""
    x, targets = recall(n, T, rng=rng, marks=0)
    return float((np.abs(model.forward(x).logits[-1] - targets[-1]) < NEAR).mean())


def cut(model, x, unit=None, after=10):
    """The last answers of an LSTM whose unit loses C and h between two steps.

    Parameters
    ----------
    model : SequenceModel
    x : ndarray, (T, 3, N)
    unit : int, optional
        From 1; by default none is cut.
    after : int
        The step after which it is.

    Returns
    -------
    ndarray, (N,)

    Raises
    ------
    ValueError
        There is no such unit.
    """
    if unit is not None and not 1 <= whole("unit", unit, 0) <= model.cell.H:
        raise ValueError(f"unit must be 1 … {model.cell.H}, but {unit} came.")
    before = model.cell.forward(x[: within("after", after, 1, len(x) - 1)])
    h, C = before.h[-1].copy(), before.C[-1].copy()
    if unit is not None:
        h[unit - 1] = C[unit - 1] = 0
    return model.readout.forward(model.cell.forward(x[after:], h, C).h)[-1, 0]


answering(globals())
