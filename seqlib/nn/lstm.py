"""The LSTM cell (Hochreiter & Schmidhuber, 1997; forget gate: Gers et al., 2000) and its backward pass."""

from typing import ClassVar

import numpy as np
from numpy import add, multiply, subtract, tanh

from .cell import Cell, Stack, check_sizes
from .functions import sigmoid_slope, tanh_slope
from .record import Record

GATES = "fiog"  # the order in the stack: the three sigmoids, then the candidate


class LSTM(Cell):
    """A cell with a memory C_t, and gates that say what is kept, written and read.

    f_t = σ(W_xf x_t + W_hf h_{t-1} + b_f)       forget gate: what of C_{t-1} is kept
    i_t = σ(W_xi x_t + W_hi h_{t-1} + b_i)       input gate: what of the candidate is written
    o_t = σ(W_xo x_t + W_ho h_{t-1} + b_o)       output gate: what of C_t is shown
    g_t = tanh(W_xg x_t + W_hg h_{t-1} + b_g)    candidate, C̃_t in the lecture
    C_t = f_t ⊙ C_{t-1} + i_t ⊙ g_t
    h_t = o_t ⊙ tanh(C_t)

    Parameters
    ----------
    D, H : int
        Number of input features and of hidden units.
    rng : numpy.random.Generator
        Draws the first weights uniform in ±1/√H; biases start at zero but for `forget_bias`.
    forget_bias : float
        The first value of b_f. With 1 the memory starts half open (σ(1) ≈ 0.73) and early
        gradients reach further; Jozefowicz et al. (2015).
    dtype : float64 (default) or float32

    Attributes
    ----------
    params : Record
        The four gates stacked, ``W_x`` (4H, D), ``W_h`` (4H, H), ``b`` (4H, 1), and a window on
        each part: ``W_xf``, ``W_hf``, ``b_f``, … A write to a window is a write to the stack.

    References
    ----------
    Hochreiter & Schmidhuber (1997), "Long short-term memory", Neural Computation 9(8).
    Gers, Schmidhuber & Cummins (2000), "Learning to forget", Neural Computation 12(10).
    """

    STATES = ("h", "C")
    TERMS: ClassVar = {"W_x": ("a", "x"), "W_h": ("a", "h_prev"), "b": ("a", None)}
    STACKS = (Stack(("W_x", "b", "W_h"), "a", "v"),)
    SCRATCH = ("to_C",)
    OUT = "gates"

    def __init__(self, D, H, *, rng, forget_bias=1.0, dtype=np.float64):
        check_sizes(dtype, D=D, H=H)
        self.D, self.H = D, H
        bound = 1 / np.sqrt(H)
        views = {}
        for gate, rows in zip(GATES, _blocks(H), strict=True):
            views |= {f"W_x{gate}": ("W_x", rows), f"W_h{gate}": ("W_h", rows), f"b_{gate}": ("b", rows)}
        self.params = Record(
            {
                "W_x": rng.uniform(-bound, bound, (4 * H, D)).astype(dtype),
                "W_h": rng.uniform(-bound, bound, (4 * H, H)).astype(dtype),
                "b": np.zeros((4 * H, 1), dtype),
            },
            views,
        )
        self.params.b_f = forget_bias

    def __repr__(self):
        return f"LSTM(D={self.D}, H={self.H})"

    def forward(self, x, h0=None, C0=None, workspace=None):
        """Run the cell over a sequence.

        Parameters
        ----------
        x : ndarray, (T, D, N)
            ``x[t]`` is the input at step t + 1 (steps are counted from 1) of N sequences.
        h0, C0 : ndarray, (H, N), optional
            The states before the first step; zeros if left out.
        workspace : Workspace, optional
            Memory to be used again. The trace is in it then, and its ``a`` is overwritten by ``gates``.

        Returns
        -------
        trace : Record
            ``x``; ``h_all`` and ``C_all`` (T+1, H, N) with windows ``h_prev``, ``h``, ``C_prev``,
            ``C``; ``a`` and ``gates`` (T, 4H, N), before and after σ and tanh, with windows ``a_f``,
            ``f``, ``a_i``, ``i``, ``a_o``, ``o``, ``a_g``, ``g``; ``tanh_C`` (T, H, N); ``values``
            (T, 5H, N), in which it stands below the gates.
        """
        trace = self._run(x, workspace, h0, C0)
        if workspace is None:
            trace.a_s *= 2  # the half of `_forward` again, in what a reader sees
        return trace

    def _forward(self, trace, W):
        W_s, half = W[: 3 * self.H], np.array(0.5, W.dtype)
        yield multiply, (W_s, half, W_s)  # σ(a) = (1 + tanh(a/2)) / 2, so one tanh serves all four gates
        names = ("v", "a", "gates", "s", "f", "i", "o", "g", "C_prev", "C", "tanh_C", "h")
        for v, a, gates, s, f, i, o, g, C_prev, C, tanh_C, h in trace.steps(*names):
            yield W.dot, (v, a)  # W_x x_t + b + W_h h_{t-1}, for v_t = [x_t; 1; h_{t-1}]
            yield tanh, (a, gates)  # the last argument is where the result goes
            yield multiply, (s, half, s)
            yield add, (s, half, s)  # f_t, i_t, o_t = σ(…), and g_t = tanh(…)
            yield multiply, (f, C_prev, C)
            yield multiply, (i, g, h)  # h_t's place serves until h_t is there
            yield add, (C, h, C)  # C_t = f_t ⊙ C_{t-1} + i_t ⊙ g_t
            yield tanh, (C, tanh_C)
            yield multiply, (o, tanh_C, h)  # h_t = o_t ⊙ tanh(C_t)

    def backward(self, trace, dh, dC=None, workspace=None):
        """Backpropagation through time: the derivatives of a loss from those at each h_t.

        Parameters
        ----------
        trace : Record
            What `forward` returned.
        dh : ndarray, (T, H, N), or (H, N) for a loss at the last step only
            What the loss at step t says directly about h_t, without the later steps.
        dC : ndarray, likewise, optional
            The same for C_t, where a loss looks at the memory itself.
        workspace : Workspace, optional
            Memory to be used again. Only the derivatives of the parameters, h_0 and C_0 are computed then.

        Returns
        -------
        Gradients
            ``params``; ``trace.h[t]`` and ``trace.C[t]``, the *total* derivatives with respect to
            h_t and C_t; those with respect to the gates, ``a``, ``x``; ``h0`` and ``C0``.
        """
        return self._run_back(trace, workspace, dh, dC)

    def _back(self, part):
        W_hT = self.params.W_h.T
        yield from self._slopes(part.trace, part.room)
        names = ("to_C", "a", "a_f", "a_i", "a_o", "a_g", "h", "h_prev", "C", "C_prev")
        for views in part.steps(("f",), names):
            f, to_C, da, da_f, da_i, da_o, da_g, dh, dh_before, dC, dC_before, own_h, own_C = views
            if own_h is not None:
                yield add, (dh, own_h, dh)
            if own_C is not None:
                yield add, (dC, own_C, dC)
            yield multiply, (to_C, dh, to_C)
            yield add, (dC, to_C, dC)  # C_t also reached C_{t+1}: what comes over h_t is added to that
            yield multiply, (da_f, dC, da_f)
            yield multiply, (da_i, dC, da_i)
            yield multiply, (da_g, dC, da_g)
            yield multiply, (da_o, dh, da_o)
            yield multiply, (f, dC, dC_before)  # the straight way into C_{t-1}
            yield W_hT.dot, (da, dh_before)  # h_{t-1} fed all four gates: one product adds the four

    def _slopes(self, trace, room):
        """Fill `room` with what later steps do not change: ∂C_t/∂a_t, for o ∂h_t/∂a_t, and ``to_C`` = ∂h_t/∂C_t."""
        H, one = self.H, np.array(1, room.a.dtype)
        # i goes with g, o with tanh(C), and the other way round: in the trace they are neighbours, as are a_g and to_C.
        io, g_tanh_C = trace.values[:, H : 3 * H], trace.values[:, 3 * H :]
        a_io, a_g_to_C = room.delta[:, H : 3 * H], room.delta[:, 3 * H :]
        yield subtract, (one, trace.values, room.delta)  # in one piece; only the sigmoids' part is needed
        yield multiply, (trace.s, room.a_s, room.a_s)  # s (1 - s), the derivative of σ
        yield multiply, (g_tanh_C, g_tanh_C, a_g_to_C)
        yield subtract, (one, a_g_to_C, a_g_to_C)  # 1 - g², the derivative of tanh
        yield multiply, (room.a_f, trace.C_prev, room.a_f)
        yield multiply, (a_io, g_tanh_C, a_io)
        yield multiply, (a_g_to_C, io, a_g_to_C)

    def _completed(self, d, trace):
        for name, dout, factor in (
            ("f", d.C, trace.C_prev), ("i", d.C, trace.g), ("g", d.C, trace.i),
            ("o", d.h, trace.tanh_C), ("tanh_C", d.h, trace.o),
        ):  # fmt: skip
            multiply(dout, factor, d[name])
        np.matmul(self.params.W_x.T, d.a, d.x)

    def step_back(self, trace, t, dh, dC):
        """One step of `backward` alone: from ∂L/∂h and ∂L/∂C at step t + 1 to ∂L/∂a there and one step earlier.

        Parameters
        ----------
        dh, dC : ndarray, (..., H, N)
            Any number of losses at once, in the leading axes. dC is without the way over h, which is added here.

        Returns
        -------
        da : ndarray, (..., 4H, N)
        dh_prev, dC_prev : ndarray, (..., H, N)
        """
        dC = dC + dh * trace.o[t] * (1 - trace.tanh_C[t] ** 2)
        gates = [dC * trace.C_prev[t], dC * trace.g[t], dh * trace.tanh_C[t], dC * trace.i[t]]
        da = np.concatenate(gates, axis=-2) * self._slope(trace.gates[t])
        return da, self.params.W_h.T @ da, dC * trace.f[t]

    def _slope(self, gates):
        """Derivatives in terms of the values: s(1 - s) of the sigmoids, 1 - g² of the candidate."""
        s, g = gates[: 3 * self.H], gates[3 * self.H :]
        return np.concatenate([sigmoid_slope(s), tanh_slope(g)])

    def _fields(self, D, H):
        views = {}
        for gate, rows in zip(GATES, _blocks(H), strict=True):
            views |= {f"a_{gate}": ("a", (slice(None), rows)), gate: ("values", (slice(None), rows))}
        views |= {"a_s": ("a", np.s_[:, : 3 * H]), "s": ("values", np.s_[:, : 3 * H])}
        views |= {"gates": ("values", np.s_[:, : 4 * H]), "tanh_C": ("values", np.s_[:, 4 * H :])}
        return {"a": 4 * H, "values": 5 * H}, views


def _blocks(H):
    return [slice(k * H, (k + 1) * H) for k in range(4)]
