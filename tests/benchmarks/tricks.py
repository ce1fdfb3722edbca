"""What each trick of seqlib is worth: the training step of an LSTM without it, the rest left as it is."""

from contextlib import ExitStack
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
from numpy import add, copyto, divide, exp, multiply, negative, tanh

from seqlib import LSTM, Adam, Workspace
from seqlib.nn import passes, step
from seqlib.nn.passes import BackwardPass, OuterSum, Part, some_steps
from seqlib.nn.step import Step
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


class WithoutOut(LSTM):
    def _forward(self, trace, W):
        half = np.array(0.5, W.dtype)
        yield multiply, (W[: 3 * self.H], half, W[: 3 * self.H])
        names = ("v", "gates", "s", "f", "i", "o", "g", "C_prev", "C", "tanh_C", "h")
        for views in trace.steps(*names):
            yield self._step, (W.dot, half, *views)

    @staticmethod
    def _step(W, half, v, gates, s, f, i, o, g, C_prev, C, tanh_C, h):
        gates[...] = tanh(W(v))
        s[...] = s * half + half
        C[...] = f * C_prev + i * g
        tanh_C[...] = tanh(C)
        h[...] = o * tanh_C

    def _back(self, part):
        W_hT = self.params.W_h.T.dot
        yield from self._slopes(part.trace, part.room)
        names = ("to_C", "a", "a_f", "a_i", "a_o", "a_g", "h", "h_prev", "C", "C_prev")
        for *views, _, _ in part.steps(("f",), names):
            yield self._step_back, (W_hT, *views)

    @staticmethod
    def _step_back(W_hT, f, to_C, da, da_f, da_i, da_o, da_g, dh, dh_before, dC, dC_before):
        dC[...] = dC + to_C * dh
        da_f[...] = da_f * dC
        da_i[...] = da_i * dC
        da_g[...] = da_g * dC
        da_o[...] = da_o * dh
        dC_before[...] = f * dC
        dh_before[...] = W_hT(da)


def _memory(f, i, o, g, C_prev, C, tanh_C, h):
    """The LSTM's last five operations of a step."""
    yield multiply, (f, C_prev, C)
    yield multiply, (i, g, h)
    yield add, (C, h, C)
    yield tanh, (C, tanh_C)
    yield multiply, (o, tanh_C, h)


class OwnSigmoid(LSTM):
    def _forward(self, trace, W):
        one = np.array(1, W.dtype)
        names = ("v", "a", "a_s", "a_g", "s", "f", "i", "o", "g", "C_prev", "C", "tanh_C", "h")
        for v, a, a_s, a_g, s, f, i, o, g, *rest in trace.steps(*names):
            yield W.dot, (v, a)
            yield negative, (a_s, s)
            yield exp, (s, s)
            yield add, (s, one, s)
            yield divide, (one, s, s)
            yield tanh, (a_g, g)
            yield from _memory(f, i, o, g, *rest)


class ProductPerGate(LSTM):
    def _forward(self, trace, W):
        half = np.array(0.5, W.dtype)
        yield multiply, (W[: 3 * self.H], half, W[: 3 * self.H])
        parts = [np.empty_like(part) for part in np.split(W, 4)]  # in one piece each, as W is; dot would copy others
        for part, of_stack in zip(parts, np.split(W, 4), strict=True):
            yield copyto, (part, of_stack)
        names = ("v", "a_f", "a_i", "a_o", "a_g", "a", "gates", "s", "f", "i", "o", "g", "C_prev", "C", "tanh_C", "h")
        for v, a_f, a_i, a_o, a_g, a, gates, s, *rest in trace.steps(*names):
            for part, of_gate in zip(parts, (a_f, a_i, a_o, a_g), strict=True):
                yield part.dot, (v, of_gate)
            yield tanh, (a, gates)
            yield multiply, (s, half, s)
            yield add, (s, half, s)
            yield from _memory(*rest)

    def _back(self, part):
        more = np.empty_like(part.room.h[0])
        products = [part.T.dot for part in np.split(self.params.W_h, 4)]
        yield from self._slopes(part.trace, part.room)
        names = ("to_C", "a_f", "a_i", "a_o", "a_g", "h", "h_prev", "C", "C_prev")
        for f, to_C, da_f, da_i, da_o, da_g, dh, dh_before, dC, dC_before, *_ in part.steps(("f",), names):
            yield multiply, (to_C, dh, to_C)
            yield add, (dC, to_C, dC)
            yield multiply, (da_f, dC, da_f)
            yield multiply, (da_i, dC, da_i)
            yield multiply, (da_g, dC, da_g)
            yield multiply, (da_o, dh, da_o)
            yield multiply, (f, dC, dC_before)
            yield products[0], (da_f, dh_before)
            for product, da in zip(products[1:], (da_i, da_o, da_g), strict=True):
                yield product, (da, more)
                yield add, (dh_before, more, dh_before)


class OwnInputProduct(LSTM):
    def _forward(self, trace, _):
        half, more = np.array(0.5, trace.h.dtype), np.empty_like(trace.a[0])
        W_x, b, W_h = (self.params[name].copy() for name in ("W_x", "b", "W_h"))
        for W, new in ((W_x, self.params.W_x), (b, self.params.b), (W_h, self.params.W_h)):
            yield copyto, (W, new)
            yield multiply, (W[: 3 * self.H], half, W[: 3 * self.H])
        yield np.matmul, (W_x, trace.x, trace.a)
        yield add, (trace.a, b, trace.a)
        names = ("h_prev", "a", "gates", "s", "f", "i", "o", "g", "C_prev", "C", "tanh_C", "h")
        for h_prev, a, gates, s, *rest in trace.steps(*names):
            yield W_h.dot, (h_prev, more)
            yield add, (a, more, a)
            yield tanh, (a, gates)
            yield multiply, (s, half, s)
            yield add, (s, half, s)
            yield from _memory(*rest)


class DerivativesStepByStep(LSTM):
    def _back(self, part):
        n = len(part.room.a)
        for t in range(n - 1, -1, -1):
            now = slice(t, t + 1)
            own = [None if d is None else d[now] for d in part.own]
            one = Part(slice(0, 1), some_steps(part.trace, now), some_steps(part.room, now), own)
            yield from super()._back(one)


def _found_anew(self, x, targets):
    """As a `Step` is called, but with operations that are not listed."""
    self.x[...], self.targets[...] = x, targets
    do(self._to_the_cell(self.own[0][None]))
    with self.cell_back.settings():
        do(self.cell_back.operations(self.trace, *self.own))
    return self.sum.item(), self.grads


def _add_step_by_step(self, delta, inputs, *, first):
    if first:
        yield copyto, (self.total, 0)
    for d, v in zip(delta, inputs, strict=True):
        yield np.matmul, (d, v.T, self.product)
        yield add, (self.total, self.product, self.total)


class WholeTrace(BackwardPass):
    def __init__(self, *of):
        super().__init__(*of[:-1], True)
        for _, array in self.dtrace.items():
            array[...] = 0

    def operations(self, trace, *own):
        yield from super().operations(trace, *own)
        yield self.cell._completed, (self.dtrace, trace)


class WithoutFlush(BackwardPass):
    def settings(self):  # NumPy is not even asked to say when a number becomes too small: its calls cost time as well
        return np.errstate()


TRICKS = {
    "none: a second network": Trick(),  # how far from 1 chance alone goes, above all where the memory lies
    "operations not listed, but found anew": Trick(patches=((Step, "__call__", _found_anew),)),
    "a new workspace at every step": Trick(fresh=True),
    "new arrays instead of out=": Trick(WithoutOut),
    "σ by itself, 1 / (1 + exp(-a))": Trick(OwnSigmoid),
    "one product per gate": Trick(ProductPerGate),
    "products of their own for x and h, b added": Trick(OwnInputProduct),
    "local derivatives step by step": Trick(DerivativesStepByStep),
    "weight gradients step by step": Trick(patches=((OuterSum, "add", _add_step_by_step),)),
    "both, in parts of one step": Trick(patches=((passes, "columns_at_once", lambda T, N: 1),)),
    "derivatives of the whole trace as well": Trick(patches=((step, "BackwardPass", WholeTrace),)),
    "NumPy's buffer as it is": Trick(patches=((passes, "BUFFER", np.getbufsize()),)),
    "Adam array by array": Trick(adam=textbook.Adam),
}
ONLY_VANISHING = {"derivatives may become denormal": Trick(patches=((step, "BackwardPass", WithoutFlush),))}
