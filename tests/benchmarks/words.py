"""Token ids in place of one-hot columns, and PyTorch's nn.Embedding with its layer: a training step, and its memory."""

import tracemalloc

import numpy as np

from seqlib import Adam, Readout, SequenceModel, Workspace, data

from .report import measured, times_as_long
from .setting import CELLS, LR, must_agree, optional
from .timing import Way, interleaved

V, H, T, N = 5000, 32, 20, 32  # words, units, steps, sentences
HEADS = {"one number": 1, "a word at every step": None}


def case(cell, dtype, head):
    """A model, token ids and targets: one number for a sentence, or the next word at every step."""
    rng, K = np.random.default_rng(0), HEADS[head] or V
    shape = ("many-to-one", "mse") if K == 1 else ("many-to-many", "cross_entropy")
    model = SequenceModel(CELLS[cell](V, H, rng=rng, dtype=dtype), Readout(H, K, rng=rng, dtype=dtype), *shape)
    y = rng.normal(size=(1, 1, N)).astype(dtype) if K == 1 else rng.integers(V, size=(T, N))
    return model, rng.integers(V, size=(T, N)), y


def step(model, ids, y, as_columns=False):
    """A function that makes one step from the ids, with or without one-hot columns, which are made anew each time."""
    workspace, optimizer, dtype = Workspace(), Adam(LR), model.params.W_hy.dtype

    def run():
        x = data.one_hot(ids, model.cell.D).astype(dtype, copy=False) if as_columns else ids
        _, grads = model.loss_and_gradients(x, y, workspace)
        optimizer.update(model.params, grads.params)
        return grads.params

    return run


def torch_step(cell, ids, y, dtype, E=H):
    """PyTorch's embedding of E numbers a word, its layer, a linear layer, its Adam."""
    torch = optional("torch")
    kind, K = getattr(torch, dtype), V if y.dtype.kind == "i" else 1
    parts = torch.nn.Embedding(V, E, dtype=kind), getattr(torch.nn, cell)(E, H, dtype=kind)
    embed, layer, head = *parts, torch.nn.Linear(H, K, dtype=kind)
    weights = [W for part in (embed, layer, head) for W in part.parameters()]
    optimizer, ids, y = torch.optim.Adam(weights, lr=LR), torch.tensor(ids), torch.tensor(y)

    def run():
        optimizer.zero_grad()
        h, _ = layer(embed(ids))
        if K == 1:
            loss = torch.nn.functional.mse_loss(head(h[-1]), y[0].T)
        else:
            loss = torch.nn.functional.cross_entropy(head(h).reshape(-1, V), y.reshape(-1))
        loss.backward()
        optimizer.step()
        return loss.item()

    return run


def peak(run):
    """The most bytes that are in use during two steps, the first of which makes the memory."""
    tracemalloc.start()
    try:
        run()
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def measure(report, quick):
    """Print a table for each head; give back all times."""
    results = []
    for head in HEADS:
        rows = []
        for cell in CELLS:
            for dtype in ("float64", "float32"):
                results.append(_measured(cell, dtype, head, quick))
                seconds, bytes_in_use = results[-1]["seconds"], results[-1]["bytes"]
                others = [times_as_long(seconds, name, "ids") for name in seconds if name != "ids"]
                held = [f"{of / 1e6:.0f} MB" for of in bytes_in_use.values()]
                rows.append([f"{cell} {dtype}", measured(seconds["ids"]), *others, *held])
        columns = ["", *seconds, "memory, ids", "memory, one-hot"]
        report.table(f"A step with {V} words, H, T, N = {H, T, N}; the output is {head}", columns, rows)
    return results


def _measured(cell, dtype, head, quick):
    check(cell, dtype, head)
    ways = {"ids": step(*case(cell, dtype, head)), "one-hot": step(*case(cell, dtype, head), as_columns=True)}
    held = {name: peak(step(*case(cell, dtype, head), as_columns=name == "one-hot")) for name in ways}
    if optional("torch"):
        _, ids, y = case(cell, dtype, head)
        ways |= {f"PyTorch, {E} a word": torch_step(cell, ids, y, dtype, E) for E in (H, 4 * H)}
    times = interleaved({name: Way(run) for name, run in ways.items()}, rounds=5 if quick else 15, seconds=5, batch=0)
    return {"cell": cell, "dtype": dtype, "output": head, "seconds": times, "bytes": held}


def check(cell, dtype, head):
    """Both ways must have the same gradients."""
    some, columns = (step(*case(cell, dtype, head), as_columns=how)() for how in (False, True))
    must_agree(dict(some.items()), dict(columns.items()), 1e-12 if dtype == "float64" else 1e-4)
