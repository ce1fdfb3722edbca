"""Make data/compare.json: the copy task, and the adding problem at equal parameter count, for lesson 12.

    python data/make/compare.py

One thread, about ten minutes. Every run has its own seeds. The same machine gives the same numbers; another one rounds
differently, and training magnifies that, so single runs may differ there.
"""

import json
import sys
import time

import adding  # beside this file; it keeps NumPy on one thread, so it comes first
import numpy as np

from seqlib import GRU, LSTM, RNN, Adam, Readout, SequenceModel, train
from seqlib.data import copy_batches, copy_task
from seqlib.study.bptt import spectral_radius

D, K = 6, 4  # 4 kinds of symbols, a blank and a cue
LAGS, SEEDS = (5, 10, 20, 40, 80), range(4)
LONG = 160  # where only the gated cells are tried, and with two seeds: it takes long
# Cell, units, start, lags. 32 units each; about as many parameters as an LSTM of 32 units has (4992 for D = 6, 4480 for
# D = 2); and another start of each cell. A start is the spectral radius of W_hh, or the first b_f or b_z.
COPY = [
    ("RNN", 32, 1.0, LAGS),
    ("GRU", 32, -4.0, (*LAGS, LONG)),
    ("LSTM", 32, 4.0, (*LAGS, LONG)),
    ("RNN", 67, 1.0, LAGS),
    ("GRU", 37, -4.0, LAGS),
    ("RNN", 32, None, LAGS[1:]),
    ("GRU", 32, -1.0, LAGS[1:]),
    ("LSTM", 32, 1.0, LAGS[1:]),
]
ADDING = [("GRU", "bias -4", 37, (60,)), ("RNN", "radius 1", 65, (20, 30))]
SETTINGS = {
    "task": "3 symbols of 4 kinds",
    "batch": 32,
    "updates": 2000,
    "look": 250,
    "optimizer": "Adam, lr 0.005, gradients clipped at norm 1",
    "dtype": "float32",
    "start": "RNN: the spectral radius of W_hh, null: as drawn. LSTM: the first b_f. GRU: the first b_z",
    "tested_on": 1000,
    "solved_from": 0.99,
    "seed": "SeedSequence (lag, seed); test sequences: (lag, 1000)",
}


def network(kind, H, start, rng):
    """A fresh network, begun in that way."""
    dtype = np.dtype(SETTINGS["dtype"])
    if kind == "LSTM":
        cell = LSTM(D, H, rng=rng, forget_bias=start, dtype=dtype)
    elif kind == "GRU":
        cell = GRU(D, H, rng=rng, dtype=dtype)
        cell.params.b_z = start
    else:
        cell = RNN(D, H, rng=rng, dtype=dtype)
        if start is not None:
            cell.params.W_hh *= start / spectral_radius(cell.params.W_hh)
    return SequenceModel(cell, Readout(H, K, rng=rng, dtype=dtype))


def copy_run(kind, H, start, lag, seed):
    """Train one network on the copy task; look at it again and again; stop when it has solved the task."""
    x, targets = copy_task(SETTINGS["tested_on"], lag, rng=np.random.default_rng([lag, 1000]))
    rng = np.random.default_rng([lag, seed])
    model, optimizer, correct = network(kind, H, start, rng), Adam(0.005, grid=None), []
    stream = copy_batches(SETTINGS["batch"], lag, rng=rng)
    for _ in range(0, SETTINGS["updates"], SETTINGS["look"]):
        train(model, stream, optimizer, SETTINGS["look"], clip=1.0)
        correct.append(round(float((model.predict(x) == targets)[lag:].mean()), 4))
        if correct[-1] >= SETTINGS["solved_from"]:
            break
    solved = correct[-1] >= SETTINGS["solved_from"]
    return {"cell": kind, "H": H, "start": start, "lag": lag, "seed": seed, "solved": solved, "correct": correct}


def told(run):
    """Print a run that is done, and hand it on."""
    print(json.dumps(run), flush=True)
    return run


def main():
    """Train all, and write the file."""
    began = time.process_time()
    copied = [
        told(copy_run(kind, H, start, lag, seed))
        for kind, H, start, lags in COPY
        for lag in lags
        for seed in (SEEDS if lag < LONG else SEEDS[:2])
    ]
    added = [
        told({"cell": kind, "H": H, **adding.run(kind, start, T, seed, H)})
        for kind, start, H, lengths in ADDING
        for T in lengths
        for seed in SEEDS
    ]
    print(f"{(time.process_time() - began) / 60:.1f} minutes of computing")
    write(copied, added)


def write(copied, added):
    """Write the file: one run a line."""
    head = json.dumps({"command": "python data/make/compare.py", "settings": SETTINGS}, indent=1)[:-2]
    parts = [
        f' "{name}": [\n' + ",\n".join(f"  {json.dumps(run)}" for run in runs) + "\n ]"
        for name, runs in (("copy", copied), ("adding", added))
    ]
    text = head + ",\n" + ",\n".join(parts) + "\n}\n"
    (adding.FILES / "compare.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
