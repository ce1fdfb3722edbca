"""A gradient that vanishes on the way must not make the backward pass slow."""

import numpy as np

from seqlib import Workspace

from .report import measured, times_as_long
from .setting import CELLS, case
from .timing import Way, interleaved

SIZE = (32, 32, 1, 1000)
LAST, ALL = "loss at the last step", "loss at every step"


def measure(report, quick):
    """Print a table with a row for each cell; give back all times."""
    results = []
    for cell in CELLS:
        model, x, _ = case(CELLS[cell], *SIZE, dtype=np.float32)
        trace = model.cell.forward(x, workspace=Workspace())
        ones = np.ones_like(trace.h)
        ways = {LAST: Way(_backward(model.cell, trace, ones[-1])), ALL: Way(_backward(model.cell, trace, ones))}
        times = interleaved(ways, rounds=9 if quick else 40, seconds=2 if quick else 5)
        results.append({"cell": cell, "seconds": times})
    report.say(f"The backward pass alone in float32, D, H, N, T = {SIZE}; with a loss at every step nothing vanishes.")
    rows = [[row["cell"], measured(row["seconds"][ALL]), times_as_long(row["seconds"], LAST, ALL)] for row in results]
    report.table("Vanishing gradients", ["cell", ALL, LAST], rows)
    return results


def _backward(cell, trace, dh):
    workspace = Workspace()
    return lambda: cell.backward(trace, dh, workspace=workspace)
