"""Make data/adding_rnn.json, adding_lstm.json and adding_gru.json: how far each cell solves the adding problem.

    python data/make/adding.py
    python data/make/adding.py --cell LSTM
    python data/make/adding.py --cell GRU

Trains one network after the other, on one thread, ten to fifteen minutes for each file. Every run has its own seeds, so
a part of it can be repeated (``--T 20 --seeds 0 1``); such a part is printed and not stored. The same machine gives
the same numbers; another one rounds differently, and training magnifies that, so single runs may differ there.
"""

import argparse
import itertools
import json
import os
import sys
import time
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before NumPy is imported

import numpy as np  # noqa: E402

from seqlib import GRU, LSTM, RNN, Adam, Readout, SequenceModel, train  # noqa: E402
from seqlib.data import adding_batches, adding_correct, adding_problem  # noqa: E402
from seqlib.study.bptt import spectral_radius  # noqa: E402

FILES = Path(__file__).resolve().parent.parent
SETTINGS = {
    "cell": "RNN, tanh",
    "H": 32,
    "batch": 32,
    "updates": 10000,
    "optimizer": "Adam, lr 0.002 and after every 1000 updates 0.0002 less, gradients clipped at norm 1",
    "dtype": "float32",
    "tested_on": 2000,
    "solved_from": 0.9,
    "seed": "SeedSequence (T, seed); test sequences: (T, 1000)",
}
LENGTHS, SEEDS = (20, 24, 30, 40, 60, 100), tuple(range(8))
LR, STAIR = 2e-3, 1000
# RNN: W_hh uniform in ±1/√H, and the same scaled to spectral radius 1. LSTM: the first value of b_f.
# GRU: that of b_z, which writes, so that -4 keeps as much as b_f = 4 does.
STARTS = {
    "RNN": {"uniform": None, "radius 1": 1.0},
    "LSTM": {"bias 4": 4.0, "bias 1": 1.0},
    "GRU": {"bias -4": -4.0},
}
# Updates between two looks: the gated cells are done so early that 1000 would be too coarse.
LOOK = {"RNN": 1000, "LSTM": 250, "GRU": 250}
# Bias 1 is there for comparison only: fewer seeds, shorter sequences, and a run that stays at chance is given up.
FEWER = {"bias 1": ((20, 24, 30, 40, 60), (0, 1, 2, 3))}
GIVE_UP = {"bias 1": 5000}
HEADLINE = {"start": "bias 4", "T": 100, "seed": 0, "of": 2560, "wrong_at_most": 3}  # the paper's own criterion


def network(cell, start, rng, H):
    """A fresh network, begun in that way."""
    dtype, value = np.dtype(SETTINGS["dtype"]), STARTS[cell][start]
    if cell == "LSTM":
        made = LSTM(2, H, rng=rng, forget_bias=value, dtype=dtype)
    elif cell == "GRU":
        made = GRU(2, H, rng=rng, dtype=dtype)
        made.params.b_z = value
    else:
        made = RNN(2, H, rng=rng, dtype=dtype)
        if value is not None:
            made.params.W_hh *= value / spectral_radius(made.params.W_hh)
    return SequenceModel(made, Readout(H, 1, rng=rng, dtype=dtype), "many-to-one", loss="mse")


def training(cell, start, T, seed, H=SETTINGS["H"]):
    """Train one network; yield it and its last losses at every look."""
    rng = np.random.default_rng([T, seed])
    model, updates = network(cell, start, rng, H), SETTINGS["updates"]
    stream, optimizer = adding_batches(SETTINGS["batch"], T, rng=rng), Adam(LR, grid=None)
    for done in range(0, updates, LOOK[cell]):
        optimizer.lr = LR * (1 - done // STAIR * STAIR / updates)
        history = train(model, stream, optimizer, LOOK[cell], clip=1.0)
        yield model, round(float(history.loss[-100:].mean()), 5)


def run(cell, start, T, seed, H=SETTINGS["H"]):
    """Train one network, look at it again and again, stop when it has solved the problem."""
    x, targets = adding_problem(SETTINGS["tested_on"], T, rng=np.random.default_rng([T, 1000]))
    correct, losses = [], []
    for model, loss in training(cell, start, T, seed, H):
        correct.append(round(adding_correct(model.forward(x).logits, targets), 4))
        losses.append(loss)
        given_up = len(correct) * LOOK[cell] == GIVE_UP.get(start) and correct[-1] < 0.2
        if correct[-1] >= SETTINGS["solved_from"] or given_up:
            break
    solved = correct[-1] >= SETTINGS["solved_from"]
    return {"start": start, "T": T, "seed": seed, "solved": solved, "correct": correct, "loss": losses}


def headline():
    """Go on until at most 3 of 2560 test sequences are wrong: how many sequences that takes."""
    start, T, seed = HEADLINE["start"], HEADLINE["T"], HEADLINE["seed"]
    x, targets = adding_problem(HEADLINE["of"], T, rng=np.random.default_rng([T, 2000]))
    looks = 0
    for model, _ in training("LSTM", start, T, seed):
        looks += 1
        wrong = round(HEADLINE["of"] * (1 - adding_correct(model.forward(x).logits, targets)))
        if wrong <= HEADLINE["wrong_at_most"]:
            break
    return HEADLINE | {"wrong": wrong, "sequences": looks * LOOK["LSTM"] * SETTINGS["batch"]}


def main(arguments):
    """Train all, or the part that was asked for, and store the whole."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cell", choices=STARTS, default="RNN")
    parser.add_argument("--T", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    wanted = parser.parse_args(arguments)
    cell, whole = wanted.cell, tuple(wanted.T) == LENGTHS and tuple(wanted.seeds) == SEEDS
    runs, began = [], time.process_time()
    for start in STARTS[cell]:
        lengths, seeds = FEWER.get(start, (LENGTHS, SEEDS))
        both = [T for T in wanted.T if T in lengths], [seed for seed in wanted.seeds if seed in seeds]
        for T, seed in itertools.product(*both):
            runs.append(run(cell, start, T, seed))
            print(json.dumps(runs[-1]), flush=True)
    last = {"headline": headline()} if whole and cell == "LSTM" else {}
    print(f"{(time.process_time() - began) / 60:.1f} minutes of computing", last)
    if whole:
        store(cell, runs, last)


def store(cell, runs, last):
    """Write the file of that cell: one run a line."""
    command, settings = "python data/make/adding.py", SETTINGS
    if cell != "RNN":
        command += f" --cell {cell}"
        give_up = {start: updates for start, updates in GIVE_UP.items() if start in STARTS[cell]}
        settings = {**SETTINGS, "cell": cell, "look": LOOK[cell], "give_up": give_up}
    head = {"command": command, "settings": settings, **last}
    lines = ",\n".join(f"  {json.dumps(one)}" for one in runs)
    text = json.dumps(head, indent=1, ensure_ascii=False)[:-2] + f',\n "runs": [\n{lines}\n ]\n}}\n'
    (FILES / f"adding_{cell.lower()}.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
