"""Make data/growing.json: five cells that grow into an LSTM, trained on four demands.

    python data/make/growing.py

One unit, 20 steps, 8 seeds: for every stage and demand the share of questions answered right, and the weights of the
run whose share is the upper median. One thread, some minutes. The same machine gives the same numbers; another one
rounds differently, and training magnifies that a little.
"""

import json
import os
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before NumPy is imported

from seqlib.study.growing import DEMANDS, STAGES, learn, recall, share_right  # noqa: E402

FILE = Path(__file__).resolve().parent.parent / "growing.json"
HOW = {"H": 1, "T": 20, "seeds": 8, "updates": 1500, "batch": 32, "tested on": 500}
HOW["optimizer"] = "Adam, lr 0.03, in the last quarter 0.01, clipped at norm 1"


def runs_of(stage, demand):
    """The shares of all seeds, and the weights of the run in the middle."""
    x, targets = recall(HOW["tested on"], HOW["T"], demand, rng=1000)
    how = {name: HOW[name] for name in ("H", "T", "updates")}
    models = [learn(stage, demand, seed=seed, **how)[0] for seed in range(HOW["seeds"])]
    right = [round(share_right(model, x, targets), 3) for model in models]
    middle = sorted(range(len(right)), key=lambda k: right[k])[len(right) // 2]
    cell = models[middle].cell
    weights = {name: cell.params[name].tolist() for name in cell.program().shapes}
    weights |= {name: array.tolist() for name, array in models[middle].readout.params.items()}
    return {"stage": stage, "demand": demand, "right": right, "seed": middle, "weights": weights}


def main():
    runs = []
    for demand in DEMANDS:
        for stage in STAGES:
            runs.append(runs_of(stage, demand))
            print(demand, stage, *runs[-1]["right"], flush=True)
    lines = ",\n  ".join(json.dumps(run) for run in runs)
    FILE.write_text(f'{{"how": {json.dumps(HOW)}, "runs": [\n  {lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
