"""What each trick of seqlib is worth: the training step of an LSTM without it, the rest left as it is."""

from contextlib import ExitStack
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
from numpy import add, copyto

from seqlib import LSTM, Adam, Workspace
from seqlib.nn import passes
from seqlib.nn.passes import Backward, OuterSum
from seqlib.nn.workspace import do

from . import textbook
from .report import measured, times_as_long
from .setting import case, must_agree, training_step
from .timing import Way, interleaved

SIZES = ((8, 16, 1, 20), (8, 32, 16, 50), (32, 64, 32, 50), (32, 32, 1, 1000))
VANISHING = (32, 32, 1, 1000)  # and float32


class Trick(NamedTuple):
    """How to do without one."""

    cell: type = LSTM
    patches: tuple = ()  # (object, attribute, value)
    fresh: bool = False
    adam: type = Adam

    def during(self):
        """A context in which the patches hold."""
        stack = ExitStack()
        for one in self.patches:
            stack.enter_context(patch.object(*one))
        return stack


def measure(report, quick):
    """Print two tables; give back all times."""
    report.say("A training step of an LSTM in float64, and how many times as long it takes without one of its tricks.")
    sizes = SIZES[::3] if quick else SIZES
    found = {size: _times(TRICKS, size, "float64", quick) for size in sizes}
    rows = [[name, *(times_as_long(found[size], name, "as it is") for size in sizes)] for name in TRICKS]
    as_it_is = ["as it is", *(measured(found[size]["as it is"]) for size in sizes)]
    report.table("Without one trick", ["D, H, N, T", *map(str, sizes)], [as_it_is, *rows])
    vanishing = _times(ONLY_VANISHING, VANISHING, "float32", quick)
    rows = [[name, times_as_long(vanishing, name, "as it is")] for name in ONLY_VANISHING]
    rows = [["as it is", measured(vanishing["as it is"])], *rows]
    report.table("Without one trick, in float32", ["D, H, N, T", str(VANISHING)], rows)
    results = [{"dtype": "float64", "D, H, N, T": size, "seconds": times} for size, times in found.items()]
    return [*results, {"dtype": "float32", "D, H, N, T": VANISHING, "seconds": vanishing}]


def _times(tricks, size, dtype, quick):
    first = training_step(*case(LSTM, *size, dtype=dtype))
    first()  # and no more: it fills the holes in memory that earlier measurements left, all others lie in one piece
    ways = {"as it is": Way(training_step(*case(LSTM, *size, dtype=dtype)))}
    for name, trick in tricks.items():
        check(trick, size, dtype)
        step = training_step(*case(trick.cell, *size, dtype=dtype), fresh=trick.fresh, adam=trick.adam)
        ways[name] = Way(step, trick.during)
    return interleaved(ways, rounds=9 if quick else 25, seconds=4 if quick else 15)


def check(trick, size, dtype):
    """Without the trick, the gradients must be the same."""
    must_agree(_gradients(trick, size, dtype), _gradients(Trick(), size, dtype), 1e-10 if dtype == "float64" else 1e-5)


def _gradients(trick, size, dtype):
    (model, x, y), workspace = case(trick.cell, *size, dtype=dtype), Workspace()
    with trick.during():
        for sign in (-1, 1):  # the second time in memory that has been used
            _, grads = model.loss_and_gradients(sign * x, y, Workspace() if trick.fresh else workspace)
        return dict(grads.params.items())


def without(*rules):
    """An LSTM whose equations become a program without these rules."""
    return Trick(type("LSTM", (LSTM,), {"RULES": LSTM.RULES - set(rules)}))


def _add_step_by_step(self, delta, inputs, first):
    if first:
        yield copyto, (self.total, 0)
    for d, v in zip(delta, inputs, strict=True):
        yield np.matmul, (d, v.T, self.product)
        yield add, (self.total, self.product, self.total)


class WholeTrace(LSTM):
    def backward_pass(self, trace, own, whole, below=False):
        return Backward(self, trace, own, True, below)


class WithoutFlush(LSTM):
    def backward_pass(self, trace, own, whole, below=False):
        return _Unflushed(self, trace, own, whole, below)


class _Unflushed(Backward):
    def _with_settings(self):  # NumPy is not even asked to say when a number becomes too small: that costs time as well
        np.setbufsize(passes.BUFFER)
        do(self.operations)


TRICKS = {
    "none: a second network": Trick(),  # how far from 1 chance alone goes, above all where the memory lies
    "a new workspace at every step": Trick(fresh=True),
    "every line in a place of its own": without("in place"),
    "neighbours not joined": without("join"),
    "σ by itself, 1 / (1 + exp(-a))": without("half"),
    "products of their own for x, b and h": without("one product"),
    "local derivatives step by step": without("before"),
    "all five": without(*LSTM.RULES),
    "weight gradients step by step": Trick(patches=((OuterSum, "add", _add_step_by_step),)),
    "both, in parts of one step": Trick(patches=((passes, "columns_at_once", lambda T, N: 1),)),
    "derivatives of the whole trace as well": Trick(WholeTrace),
    "NumPy's buffer as it is": Trick(patches=((passes, "BUFFER", np.getbufsize()),)),
    "Adam array by array": Trick(adam=textbook.Adam),
}
ONLY_VANISHING = {"derivatives may become denormal": Trick(WithoutFlush)}
