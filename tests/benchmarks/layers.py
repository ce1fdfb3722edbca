"""Layers and directions: a training step beside the steps of their cells alone."""

import numpy as np

from seqlib import Bidirectional, Readout, SequenceModel, Stacked

from .report import measured
from .setting import CELLS, training_step
from .timing import Way, interleaved, median_and_spread

SIZES = ((8, 16, 1, 20), (8, 32, 16, 50), (32, 64, 32, 50))


def ways(cell, D, H, N, T, dtype="float64"):
    """Steps of {name: (compound, its cells alone)}; every model has a readout of one number at every step."""
    rng = np.random.default_rng(0)

    def make(D):
        return CELLS[cell](D, H, rng=rng, dtype=dtype)

    def trained(of):
        model = SequenceModel(of, Readout(of.H, 1, rng=rng, dtype=dtype), loss="mse")
        x, y = rng.normal(size=(T, of.D, N)).astype(dtype), rng.normal(size=(T, 1, N)).astype(dtype)
        return training_step(model, x, y)

    steps = {
        "two layers": (Stacked([make(D), make(H)]), make(D), make(H)),
        "two directions": (Bidirectional(make(D), make(D)), make(D), make(D)),
    }
    return {name: [trained(of) for of in cells] for name, cells in steps.items()}


def ratios(steps, rounds=15, seconds=5, **batch):
    """How many times as long a compound takes as the steps of its cells together, one number a round; and its times."""
    times = interleaved({k: Way(run) for k, run in enumerate(steps)}, rounds=rounds, seconds=seconds, **batch)
    return np.array(times[0]) / (np.array(times[1]) + np.array(times[2])), times[0]


def measure(report, quick):
    """Print a table; give back all times."""
    rows, results = [], []
    for cell in CELLS:
        for size in SIZES[:2] if quick else SIZES:
            row = [f"{cell} {size}"]
            for name, steps in ways(cell, *size).items():
                found, seconds = ratios(steps, 5 if quick else 15, 1 if quick else 5)
                results.append({"cell": cell, "D, H, N, T": size, "of": name, "ratios": list(found)})
                row += [measured(seconds), f"{median_and_spread(found)[0]:.2f}×"]
            rows.append(row)
    report.table("A training step of two cells, and over the sum of the two alone, float64",
                 ["D, H, N, T", "two layers", "over the sum", "two directions", "over the sum"], rows)  # fmt: skip
    return results
