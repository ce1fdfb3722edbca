"""Make data/lstm_runs.json: the first forget-gate bias, and LSTM against RNN on two tasks of lesson 2.

    python data/make/lstm_runs.py

One thread, a few minutes. The same machine gives the same numbers; another one rounds differently, and training
magnifies that a little.
"""

import json
import os
import time
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before NumPy is imported

import numpy as np  # noqa: E402

from seqlib import LSTM, RNN, Adam, Readout, SequenceModel, batches, data, train  # noqa: E402

FILE = Path(__file__).resolve().parent.parent / "lstm_runs.json"
SEEDS = range(5)
BIAS = {"T": 40, "H": 32, "batch": 32, "updates": 1000, "optimizer": "Adam, lr 0.002, clipped at norm 1"}
TASKS = {
    "tags": {"H": 24, "batch": 64, "updates": 200, "lr": 0.01},
    "sensors 24": {"T": 24, "H": 24, "batch": 64, "updates": 600, "lr": 0.002},
    "sensors 120": {"T": 120, "H": 24, "batch": 64, "updates": 600, "lr": 0.002},
}
CELLS = {"RNN": RNN, "LSTM": LSTM}


def bias_run(bias, seed):
    """The adding problem: the loss, averaged over every 50 updates, from this first value of b_f."""
    rng = np.random.default_rng([BIAS["T"], seed])
    cell = LSTM(2, BIAS["H"], rng=rng, forget_bias=bias, dtype=np.float32)
    model = SequenceModel(cell, Readout(BIAS["H"], 1, rng=rng, dtype=np.float32), "many-to-one", loss="mse")
    stream = data.adding_batches(BIAS["batch"], BIAS["T"], rng=rng)
    loss = train(model, stream, Adam(0.002, grid=None), BIAS["updates"], clip=1.0).loss.reshape(-1, 50).mean(axis=1)
    return {"bias": bias, "seed": seed, "loss": [round(float(value), 5) for value in loss]}


def task(name, seed):
    """x and targets to train on, x and targets held out, and the number of classes and the shape."""
    rng = np.random.default_rng([seed, 1])
    if name != "tags":
        T = TASKS[name]["T"]
        return *data.sensor_runs(900, T, rng=rng), *data.sensor_runs(300, T, rng=rng), 3, "many-to-one"
    sentences = data.english()
    seen, held = data.split(len(sentences), 0.8, rng)
    vocabulary = data.Vocabulary(token for i in seen for token in sentences[i].tokens)
    tags = data.Vocabulary(data.ENGLISH_TAGS, unknown=None)
    x = data.one_hot(data.pad([vocabulary.encode(s.tokens) for s in sentences]), vocabulary.size)
    y = data.pad([tags.encode(s.tags) for s in sentences])
    return x[..., seen], y[:, seen], x[..., held], y[:, held], tags.size, "many-to-many"


def task_run(name, cell, seed):
    """Train one network; the share of right answers on what was held out."""
    how, (x, y, x_new, y_new, K, shape) = TASKS[name], task(name, seed)
    rng = np.random.default_rng(seed)
    model = SequenceModel(CELLS[cell](x.shape[1], how["H"], rng=rng), Readout(how["H"], K, rng=rng), shape)
    train(model, batches(x, y, how["batch"], rng=rng), Adam(how["lr"], grid=None), how["updates"], clip=1.0)
    size = int(sum(W.size for _, W in model.params.items()))
    return {"task": name, "cell": cell, "seed": seed, "accuracy": round(model.accuracy(x_new, y_new), 4), "size": size}


def main():
    """Train all and store what came out, one run a line."""
    began, parts = time.process_time(), {"bias": [], "tasks": []}
    for bias in (0, 1, 2, 4):
        parts["bias"] += [bias_run(bias, seed) for seed in SEEDS]
        print(json.dumps(parts["bias"][-1]), flush=True)
    for name in TASKS:
        for cell in CELLS:
            parts["tasks"] += [task_run(name, cell, seed) for seed in SEEDS]
            print(name, cell, [one["accuracy"] for one in parts["tasks"][-len(SEEDS) :]], flush=True)
    print(f"{(time.process_time() - began) / 60:.1f} minutes of computing")
    head = {"command": "python data/make/lstm_runs.py", "settings": {"bias": BIAS, "tasks": TASKS}}
    text = json.dumps(head, indent=1)[:-2]
    for part, runs in parts.items():
        text += f',\n "{part}": [\n' + ",\n".join(f"  {json.dumps(one)}" for one in runs) + "\n ]"
    FILE.write_text(text + "\n}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
