"""Make data/after.json: the cells of lesson 15 on the copying task.

    python data/make/after.py [cell …]

One thread, about half an hour for all. Given names, only these are made anew. Every run has its own seed; the same
machine gives the same numbers, another one rounds differently, and training magnifies that.
"""

import json
import sys
from pathlib import Path

from threadpoolctl import threadpool_limits

from seqlib.study.after.copying import CELLS, SETTINGS, learn

FILE = Path(__file__).parent.parent / "after.json"


def main(names):
    """Train all runs of these cells, and store them beside those of the others."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))["runs"] if FILE.exists() else []
    runs = [run for run in kept if run["cell"] not in names and run["cell"] in CELLS]
    for name in names:
        for lag in SETTINGS["lags"]:
            for seed in SETTINGS["seeds"]:
                share = round(learn(CELLS[name], lag, seed)[1], 4)
                runs.append({"cell": name, "lag": lag, "seed": seed, "correct": share})
                print(runs[-1], flush=True)
        store(runs)


def store(runs):
    """Write one run a line, in the order of the cells."""
    order = list(CELLS)
    lines = [json.dumps(run) for run in sorted(runs, key=lambda run: order.index(run["cell"]))]
    text = json.dumps(SETTINGS, indent=1, ensure_ascii=False)
    head = f'{{"command": "python data/make/after.py",\n"settings": {text},\n"runs": [\n'
    FILE.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    with threadpool_limits(1, user_api="blas"):
        main(sys.argv[1:] or list(CELLS))
