"""All cells on one task, copying at a lag: the stored runs as one table, and a cell of the reader's own beside them."""

import numpy as np

from seqlib import data
from seqlib.nn import GRU, LSTM, RNN, Adam, Readout, SequenceModel, train
from seqlib.study.table import Table

from ...doors import drawing, seeded, shown, whole
from ...in_words import answering
from .attention import LookBack
from .cells import CIFG, MGU, SLSTM, Diagonal, MinGRU, Rotating, Selective

__all__ = ["CELLS", "SETTINGS", "copier", "entered", "example", "learn", "size", "table"]

CELLS = {
    "RNN": RNN,
    "LSTM": LSTM,
    "GRU": GRU,
    "CIFG": CIFG,
    "MGU": MGU,
    "minGRU": MinGRU,
    "selective": Selective,
    "diagonal": Diagonal,
    "rotating": Rotating,
    "sLSTM": SLSTM,
    "attention": LookBack,
}
SETTINGS = {
    "task": "3 symbols of 4 kinds, seqlib.data.copy_task",
    "H": 16,
    "updates": 400,
    "batch": 32,
    "optimizer": "Adam, lr 0.02, gradients clipped at norm 1",
    "start": "as drawn: LSTM and CIFG with b_f = 1, all other biases 0",
    "lags": [5, 10, 20, 40],
    "seeds": [0, 1, 2, 3, 4],
    "tested_on": 200,
}
D, K, RATE, CLIP = 6, 4, 0.02, 1.0


def copier(kind, seed, H=SETTINGS["H"]):
    """A fresh model for the task.

    Parameters
    ----------
    kind : subclass of Cell, or LookBack
    seed : int or numpy.random.Generator
    H : int

    Returns
    -------
    SequenceModel or LookBack
    """
    rng = drawing("seed", seed)
    if kind is LookBack:
        return LookBack(D, H, K, rng=rng)
    return SequenceModel(kind(D, H, rng=rng), Readout(H, K, rng=rng))


def learn(kind, lag, seed=0, *, updates=SETTINGS["updates"], H=SETTINGS["H"]):
    """Train a model to copy at a lag.

    Returns
    -------
    model : SequenceModel or LookBack
    share : float
        Of right symbols in 200 sequences that it was not trained on; guessing has 0.25.
    """
    rng = seeded(seed)
    model = copier(kind, rng, H)
    train(model, data.copy_batches(SETTINGS["batch"], lag, rng=rng), Adam(RATE), updates, clip=CLIP)
    return model, model.accuracy(*data.copy_task(SETTINGS["tested_on"], lag, rng=np.random.default_rng(1000)))


def example(lag, seed=1):
    """One sequence of the task: x (T, D, 1), and a sign for each step, 0 to 3, · for a blank, ! for the cue."""
    x, _ = data.copy_task(1, lag, rng=seeded(seed))
    return x, ["0123·!"[k] for k in x[:, :, 0].argmax(axis=1)]


def size(kind, H=SETTINGS["H"]):
    """Number of parameters without the readout."""
    params = copier(kind, 0, H).params
    return sum(array.size for name, array in params.items() if name not in ("W_hy", "b_y"))


CELL = {"en": "cell", "ko": "셀"}
PARAMETERS = {"en": "parameters", "ko": "파라미터"}


def _lag(lag):
    return {"en": f"lag {lag}", "ko": f"시차 {lag}"}


def _spread(shares):
    return f"{np.median(shares):.2f} ({min(shares):.2f}–{max(shares):.2f})" if len(shares) else "–"


def _stored(name, lag):
    return [run["correct"] for run in data.after_runs()["runs"] if (run["cell"], run["lag"]) == (name, lag)]


def table():
    """The stored runs: the share of right symbols, median (lowest–highest) of five seeds, for each cell and lag.

    Returns
    -------
    Table
    """
    lags = SETTINGS["lags"]
    rows = [(name, str(size(kind)), *(_spread(_stored(name, lag)) for lag in lags)) for name, kind in CELLS.items()]
    return Table(rows, (CELL, PARAMETERS, *map(_lag, lags)))


def entered(kind, lag=5, *, seeds=3, beside=("RNN", "LSTM", "GRU")):
    """Train a cell of one's own as those of the table were, now, and put it beside some of them.

    Parameters
    ----------
    kind : subclass of Cell
    lag : int
        One of the table's.
    seeds : int
        How many networks are trained; the others have five.
    beside : sequence of str
        Whose stored runs are shown.

    Returns
    -------
    Table
    """
    if lag not in SETTINGS["lags"]:
        raise ValueError(f"lag must be one of {', '.join(map(str, SETTINGS['lags']))}, but {shown(lag)} came.")
    mine = [learn(kind, lag, seed)[1] for seed in range(whole("seeds", seeds))]
    rows = [(name, str(size(CELLS[name])), _spread(_stored(name, lag))) for name in beside]
    return Table([*rows, (kind.__name__, str(size(kind)), _spread(mine))], (CELL, PARAMETERS, _lag(lag)))


answering(globals())
