"""What each trick of seqlib is worth: the training step of an LSTM without it, the rest left as it is."""

from contextlib import ExitStack, nullcontext
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
from numpy import add, divide, exp, multiply, negative, subtract, tanh

from seqlib import LSTM, Adam, Workspace
from seqlib.nn import cell as frame
from seqlib.nn.cell import BackwardPass, OuterSum, Part, go_back
from seqlib.nn.record import Record

from . import textbook
from .report import measured, times_as_long
from .setting import case, must_agree, training_step
from .timing import Way, interleaved

SIZES = ((8, 16, 1, 20), (32, 64, 32, 50), (32, 32, 1, 1000))
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
    sizes = SIZES[::2] if quick else SIZES
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


# Each variant spells out its whole loop, as the LSTM does: a call shared between them would itself be measured.


class WithoutOut(LSTM):
    def forward(self, x, h0=None, C0=None, workspace=None):
        trace, W = self._begin(x, workspace, h0, C0)
        half = np.array(0.5, W.dtype)
        W[: 3 * self.H] *= half
        W = W.dot
        names = ("v", "gates", "s", "f", "i", "o", "g", "C_prev", "C", "tanh_C", "h")
        for v, gates, s, f, i, o, g, C_prev, C, tanh_C, h in trace.steps(*names):
            gates[...] = tanh(W(v))
            s[...] = s * half + half
            C[...] = f * C_prev + i * g
            tanh_C[...] = tanh(C)
            h[...] = o * tanh_C
        return trace

    def backward(self, trace, dh, dC=None, workspace=None):
        back, W_hT = go_back(self, trace, workspace, dh, dC), self.params.W_h.T.dot
        names = ("to_C", "a", "a_f", "a_i", "a_o", "a_g", "h", "h_prev", "C", "C_prev")
        for part in back.parts(dh, dC):
            self._slopes(part.trace, part.room)
            for views, *_ in part.steps(("f",), names):
                f, to_C, da, da_f, da_i, da_o, da_g, dh_t, dh_before, dC_t, dC_before = views
                dC_t[...] = dC_t + to_C * dh_t
                da_f[...] = da_f * dC_t
                da_i[...] = da_i * dC_t
                da_g[...] = da_g * dC_t
                da_o[...] = da_o * dh_t
                dC_before[...] = f * dC_t
                dh_before[...] = W_hT(da)
        return back.gradients()


class OwnSigmoid(LSTM):
    def forward(self, x, h0=None, C0=None, workspace=None):
        trace, W = self._begin(x, workspace, h0, C0)
        W, one = W.dot, np.array(1, W.dtype)
        names = ("v", "a", "a_s", "a_g", "s", "f", "i", "o", "g", "C_prev", "C", "tanh_C", "h")
        for v, a, a_s, a_g, s, f, i, o, g, C_prev, C, tanh_C, h in trace.steps(*names):
            W(v, a)
            negative(a_s, s)
            exp(s, s)
            add(s, one, s)
            divide(one, s, s)
            tanh(a_g, g)
            multiply(f, C_prev, C)
            multiply(i, g, h)
            add(C, h, C)
            tanh(C, tanh_C)
            multiply(o, tanh_C, h)
        return trace


class ProductPerGate(LSTM):
    def forward(self, x, h0=None, C0=None, workspace=None):
        trace, W = self._begin(x, workspace, h0, C0)
        half = np.array(0.5, W.dtype)
        W[: 3 * self.H] *= half
        W_f, W_i, W_o, W_g = (part.dot for part in np.split(W, 4))
        names = ("v", "a", "a_f", "a_i", "a_o", "a_g", "gates", "s", "f", "i", "o", "g", "C_prev", "C", "tanh_C", "h")
        for v, a, a_f, a_i, a_o, a_g, gates, s, f, i, o, g, C_prev, C, tanh_C, h in trace.steps(*names):
            W_f(v, a_f)
            W_i(v, a_i)
            W_o(v, a_o)
            W_g(v, a_g)
            tanh(a, gates)
            multiply(s, half, s)
            add(s, half, s)
            multiply(f, C_prev, C)
            multiply(i, g, h)
            add(C, h, C)
            tanh(C, tanh_C)
            multiply(o, tanh_C, h)
        return trace

    def backward(self, trace, dh, dC=None, workspace=None):
        back, more = go_back(self, trace, workspace, dh, dC), np.empty_like(trace.h[0])
        W_fT, W_iT, W_oT, W_gT = (part.T.dot for part in np.split(self.params.W_h, 4))
        names = ("to_C", "a_f", "a_i", "a_o", "a_g", "h", "h_prev", "C", "C_prev")
        for part in back.parts(dh, dC):
            self._slopes(part.trace, part.room)
            for views, *_ in part.steps(("f",), names):
                f, to_C, da_f, da_i, da_o, da_g, dh_t, dh_before, dC_t, dC_before = views
                multiply(to_C, dh_t, to_C)
                add(dC_t, to_C, dC_t)
                multiply(da_f, dC_t, da_f)
                multiply(da_i, dC_t, da_i)
                multiply(da_g, dC_t, da_g)
                multiply(da_o, dh_t, da_o)
                multiply(f, dC_t, dC_before)
                W_fT(da_f, dh_before)
                for W_T, da in ((W_iT, da_i), (W_oT, da_o), (W_gT, da_g)):
                    W_T(da, more)
                    add(dh_before, more, dh_before)
        return back.gradients()


class OwnInputProduct(LSTM):
    def forward(self, x, h0=None, C0=None, workspace=None):
        trace, _ = self._begin(x, workspace, h0, C0)
        half, more = np.array(0.5, trace.h.dtype), np.empty_like(trace.a[0])
        W_x, b, W_h = (self.params[name].copy() for name in ("W_x", "b", "W_h"))
        for W in (W_x, b, W_h):
            W[: 3 * self.H] *= half
        np.matmul(W_x, trace.x, trace.a)
        trace.a += b
        W_h = W_h.dot
        names = ("h_prev", "a", "gates", "s", "f", "i", "o", "g", "C_prev", "C", "tanh_C", "h")
        for h_prev, a, gates, s, f, i, o, g, C_prev, C, tanh_C, h in trace.steps(*names):
            W_h(h_prev, more)
            add(a, more, a)
            tanh(a, gates)
            multiply(s, half, s)
            add(s, half, s)
            multiply(f, C_prev, C)
            multiply(i, g, h)
            add(C, h, C)
            tanh(C, tanh_C)
            multiply(o, tanh_C, h)
        return trace


class DerivativesStepByStep(LSTM):
    def backward(self, trace, dh, dC=None, workspace=None):
        back, W_hT = go_back(self, trace, workspace, dh, dC), self.params.W_h.T.dot
        of_trace = ("gates", "f", "i", "o", "g", "C_prev", "tanh_C")
        of_room = ("to_C", "a", "a_f", "a_i", "a_o", "a_g", "h", "h_prev", "C", "C_prev")
        for part in back.parts(dh, dC):
            for views, *_ in part.steps(of_trace, of_room):
                gates, f, i, o, g, C_prev, tanh_C, *views = views
                to_C, da, da_f, da_i, da_o, da_g, dh_t, dh_before, dC_t, dC_before = views
                subtract(1, gates, da)
                multiply(gates, da, da)
                multiply(g, g, da_g)
                subtract(1, da_g, da_g)
                multiply(da_f, C_prev, da_f)
                multiply(da_i, g, da_i)
                multiply(da_o, tanh_C, da_o)
                multiply(da_g, i, da_g)
                multiply(tanh_C, tanh_C, to_C)
                subtract(1, to_C, to_C)
                multiply(to_C, o, to_C)
                multiply(to_C, dh_t, to_C)
                add(dC_t, to_C, dC_t)
                multiply(da_f, dC_t, da_f)
                multiply(da_i, dC_t, da_i)
                multiply(da_g, dC_t, da_g)
                multiply(da_o, dh_t, da_o)
                multiply(f, dC_t, dC_before)
                W_hT(da, dh_before)
        return back.gradients()


def forgetful(steps, kept):
    """A method `steps` that forgets first what it kept from the call before."""

    def anew(self, *names, **how):
        getattr(self, kept).clear()
        return steps(self, *names, **how)

    return anew


def _add_step_by_step(self, delta, inputs, *, first):
    if first:
        self.total[...] = 0
    for d, v in zip(delta, inputs, strict=True):
        self.total += np.matmul(d, v.T, self.product)


class WholeTrace(BackwardPass):
    def __init__(self, cell, T, N, dtype, whole):
        super().__init__(cell, T, N, dtype, True)


class WithoutFlush(BackwardPass):
    def _watched(self):  # NumPy is not even asked to say when a number becomes too small: its calls cost time as well
        return nullcontext()


TRICKS = {
    "none: a second network": Trick(),  # how far from 1 chance alone goes, above all where the memory lies
    "views of every step looked up anew": Trick(
        patches=(
            (Record, "steps", forgetful(Record.steps, "_steps")),
            (Part, "steps", forgetful(Part.steps, "_views")),
        )
    ),
    "a new workspace at every step": Trick(fresh=True),
    "new arrays instead of out=": Trick(WithoutOut),
    "σ by itself, 1 / (1 + exp(-a))": Trick(OwnSigmoid),
    "one product per gate": Trick(ProductPerGate),
    "products of their own for x and h, b added": Trick(OwnInputProduct),
    "local derivatives step by step": Trick(DerivativesStepByStep),
    "weight gradients step by step": Trick(patches=((OuterSum, "add", _add_step_by_step),)),
    "both, in parts of one step": Trick(patches=((frame, "columns_at_once", lambda T, N: 1),)),
    "derivatives of the whole trace as well": Trick(patches=((frame, "BackwardPass", WholeTrace),)),
    "Adam array by array": Trick(adam=textbook.Adam),
}
ONLY_VANISHING = {"derivatives may become denormal": Trick(patches=((frame, "BackwardPass", WithoutFlush),))}
