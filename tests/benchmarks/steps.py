"""One training step, many-to-one with squared error: seqlib and its rivals."""

from copy import deepcopy

from seqlib import Workspace

from . import rivals, textbook
from .report import measured, times_as_long
from .setting import BLOCKS, CELLS, case, must_agree, optional, training_step
from .timing import Way, interleaved

SIZES = ((8, 16, 1, 20), (8, 32, 16, 50), (32, 64, 32, 50), (64, 128, 32, 100), (128, 256, 64, 100), (32, 32, 1, 1000))
RIVALS = {
    "PyTorch": rivals.torch_step,
    "PyTorch, fused": lambda model, x, y: rivals.torch_step(model, x, y, fused=True),
    "JAX": rivals.jax_step,
    "textbook": rivals.textbook_step,
    "limit": rivals.limit,
}
NEEDS = {"PyTorch": "torch", "PyTorch, fused": "torch", "JAX": "jax"}


def measure(report, quick):
    """Print a table for each cell and precision; give back all times."""
    missing = {module for module in NEEDS.values() if not optional(module)}
    report.say(
        "One training step: forward, loss, backward, Adam. Of seqlib the median time, of the others how many times as",
        "long they take; in brackets the interquartile range, as a share of the median. PyTorch applies a GRU's r",
        "after the product. The limit is the bare matrix products.",
        *(f"{module} is not installed, so it is not compared." for module in sorted(missing)),
    )
    names, results = [name for name in RIVALS if NEEDS.get(name) not in missing], []
    for cell in CELLS:
        for dtype in ("float64", "float32"):
            found = [_times(cell, dtype, size, names, quick) for size in (SIZES[:3] if quick else SIZES)]
            rows = [
                [str(row["D, H, N, T"]), measured(row["seconds"]["seqlib"])]
                + [times_as_long(row["seconds"], name, "seqlib") for name in names]
                for row in found
            ]
            report.table(f"A training step of {cell}, {dtype}", ["D, H, N, T", "seqlib", *names], rows)
            results += found
    return results


def _times(cell, dtype, size, names, quick):
    model, x, y = case(CELLS[cell], *size, dtype=dtype)
    check(*case(CELLS[cell], *size[:3], min(size[3], 100)))
    ways = {"seqlib": training_step(deepcopy(model), x, y)} | {name: RIVALS[name](model, x, y) for name in names}
    times = interleaved(
        {name: Way(run) for name, run in ways.items()}, rounds=9 if quick else 25, seconds=1 if quick else 5
    )
    return {"cell": cell, "dtype": dtype, "D, H, N, T": size, "seconds": times}


def check(model, x, y):
    """The textbook's loss and gradients must be those of seqlib."""
    kind, workspace = type(model.cell).__name__, Workspace()
    p = textbook.parameters(model.params, BLOCKS[kind])
    for sign in (-1, 1):  # the second time in memory that has been used
        expected, grads = model.loss_and_gradients(sign * x, y, workspace)
        loss, got = textbook.CELLS[kind](p, sign * x, y)
        must_agree({"loss": loss} | got, {"loss": expected} | textbook.parameters(grads.params, BLOCKS[kind]), 1e-10)
