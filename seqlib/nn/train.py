"""The training loop. It knows no model and no picture."""

from contextvars import copy_context
from inspect import signature
from itertools import islice
from typing import NamedTuple

import numpy as np

from ..doors import generator, positive, reals, shown, whole
from .optim import clip_by_norm, joint_norm
from .workspace import Workspace


class History(NamedTuple):
    """What a training went through: one number for each update made."""

    loss: np.ndarray  # the loss before each update
    norm: np.ndarray  # the gradient's joint norm before clipping
    stopped: bool  # True when it ended before all steps were done

    def __repr__(self):
        if not len(self.loss):
            return "History(no update)"
        return f"History({len(self.loss)} updates, loss {self.loss[0]:.3f} → {self.loss[-1]:.3f})"


def train(model, batches, optimizer, steps, *, clip=None, watch=None):
    """Update the parameters of `model`, in place, `steps` times.

    Parameters
    ----------
    model
        Anything with ``params`` and ``loss_and_gradients(x, targets)``. If that takes a ``workspace``
        too, it is given one, and makes no array anew after the first step.
    batches : iterable of (x, targets)
        One pair for each update; it may end early.
    optimizer : SGD or Adam
    steps : int
        How many updates to make.
    clip : float, optional
        Limit of the gradient's joint norm, see `clip_by_norm`.
    watch : callable, optional
        Called as ``watch(step, loss, norm)`` after each update, step counted from 1. A true
        answer stops the training.

    Returns
    -------
    History

    Raises
    ------
    FloatingPointError
        When a loss or a gradient is not finite. That update is not made: the parameters are
        those of the last good step.

    Notes
    -----
    A KeyboardInterrupt (the notebook's ■ button) ends the training, not the program, wherever it comes:
    with `SGD` and `Adam` every update was made as a whole or not at all, and calling `train` again goes on from
    there. What was lost is at most one batch that had been drawn.
    """
    _check(model, batches, optimizer, watch)
    steps, clip = whole("steps", steps, 0), None if clip is None else positive("clip", clip, endless=True)
    updates, before = [], getattr(optimizer, "k", None)
    try:
        # NumPy's settings live in a context: what an interrupt leaves changed in a copy of it ends with the copy.
        copy_context().run(_update, updates, model, batches, optimizer, steps, clip, watch)
    except KeyboardInterrupt:
        if before is not None:  # the last one may be noted, and not made
            del updates[optimizer.k - before :]
    loss, norm = np.array(updates, float).reshape(-1, 2).T
    return History(loss, norm, stopped=len(updates) < steps)


def _check(model, batches, optimizer, watch):
    """One sentence where something else came in the place of one of them; a dict has an update, too."""
    wanted = {
        "model": (model, hasattr(model, "loss_and_gradients") and not isinstance(model, type),
                  "a model, such as SequenceModel(cell, readout)"),
        "batches": (batches, np.iterable(batches) and not isinstance(batches, dict),
                    "pairs (x, targets), such as batches(x, targets, size, rng=rng)"),
        "optimizer": (optimizer, hasattr(optimizer, "update") and not isinstance(optimizer, type | dict | set),
                      "an optimizer, such as Adam(0.01)"),
        "watch": (watch, watch is None or _takes_three(watch), "a function (step, loss, norm), or left out"),
    }  # fmt: skip
    for name, (value, fits, kind) in wanted.items():
        if not fits:
            raise ValueError(f"{name} must be {kind}, but {shown(value)} came.")


def _takes_three(watch):
    """Whether it can be called as `watch` is; of some functions in C nobody knows before."""
    try:
        signature(watch).bind(1, 0.0, 0.0)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def _pairs(batches):
    for batch in batches:
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            raise ValueError("batches must give pairs (x, targets), as batches(x, targets, size, rng=rng) does; a pair "
                             f"alone is [(x, targets)]. But {type(batch).__name__} came.")  # fmt: skip
        yield batch


def _update(updates, model, batches, optimizer, steps, clip, watch):
    """Make one update after the other, and note the loss and norm of each before it is made."""
    takes = signature(model.loss_and_gradients, follow_wrapped=False).parameters
    memory = {"workspace": Workspace()} if "workspace" in takes else {}
    for step, (x, targets) in enumerate(islice(_pairs(batches), steps), start=1):
        with np.errstate(over="ignore", invalid="ignore"):  # said below, in one sentence
            loss, grads = model.loss_and_gradients(x, targets, **memory)
            norm = joint_norm(grads.params) if clip is None else clip_by_norm(grads.params, clip)
        if not (np.isfinite(loss) and np.isfinite(norm)) or _overflows(grads.params, norm, clip):
            raise FloatingPointError(_not_finite(step, loss, x, targets, model))
        if loss == 0 and not _has_target(targets):
            raise ValueError(f"there is nothing to learn at step {step}: all targets are -1 or NaN and do not count.")
        updates.append((loss, norm))
        optimizer.update(model.params, grads.params)
        if watch is not None and watch(step, loss, norm):
            break


def _overflows(grads, norm, clip):
    """Whether what is left of gradients after clipping is too long for the squares that Adam makes in float32."""
    most = float(np.finfo(np.float32).max) ** 0.5
    return min(norm, clip or np.inf) > most and any(g.dtype.char in "fF" for _, g in grads.items())


def _has_target(targets):
    targets = np.asarray(targets)
    return not np.isnan(targets).all() if targets.dtype.kind == "f" else (targets >= 0).any()


def _not_finite(step, loss, x, targets, model):
    for name, array in (("x", x), ("targets", targets)):
        array = np.asarray(array)
        odd = np.isinf(array) if name == "targets" else ~np.isfinite(array)  # a target of NaN does not count
        if odd.any():
            place = tuple(int(k) for k in np.argwhere(odd)[0])
            return (
                f"training stopped at step {step}: {name}[{', '.join(map(str, place))}] is {array[place]}; repair the "
                "data. The parameters are those before this step."
            )
    with np.errstate(over="ignore", invalid="ignore"):
        _, grads = model.loss_and_gradients(x, targets)  # once more, with those of the trace
    # In the order in which a step computes them: backward, the trace goes from its end to its beginning.
    tensors = [(f"parameter {name}", W) for name, W in model.params.items()]
    tensors += [(f"gradient at {name}", g) for name, g in reversed(list(grads.trace.items()))]
    tensors += [(f"gradient of {name}", g) for name, g in grads.params.items()]
    last = "gradient's norm" if np.isfinite(loss) else "loss itself"
    first = next((name for name, array in tensors if not np.isfinite(array).all()), last)
    return (
        f"training stopped at step {step}: the loss is {loss} and the first tensor that is not finite is the {first}; "
        "try a smaller learning rate, or clip=1.0. The parameters are those before this step."
    )


def batches(x, targets, size, *, rng):
    """Endless mini-batches, shuffled anew in every pass over the data.

    Parameters
    ----------
    x : ndarray, (T, D, N), or token ids (T, N)
    targets : ndarray, (..., N)
    size : int
        Examples in a batch; the last batch of a pass may be smaller.
    rng : numpy.random.Generator

    Returns
    -------
    iterator of (x, targets)
        Some of the examples, all of their steps. An interrupt while a batch is drawn does not end it.
    """
    x, targets, size, rng = reals("x", x), reals("targets", targets), whole("size", size), generator(rng)
    if not x.ndim or not targets.ndim:
        raise ValueError("x and targets must be arrays with the examples on their last axis, but a number came.")
    N = x.shape[-1]
    if targets.shape[-1] != N:
        raise ValueError(f"x has {N} examples (last axis), but targets has {targets.shape[-1]}.")
    if N == 0:
        raise ValueError("x has no example (the last axis is empty), at least one is needed.")
    order, start = (), 0

    def draw():
        nonlocal order, start
        if start >= len(order):
            order, start = rng.permutation(N), 0
        chosen = order[start : start + size]
        batch = x[..., chosen], targets[..., chosen]
        start += size
        return batch

    return iter(draw, None)  # a generator would be over after an interrupt
