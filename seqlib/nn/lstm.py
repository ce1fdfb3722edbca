"""The LSTM cell (Hochreiter & Schmidhuber, 1997; forget gate: Gers et al., 2000) and its backward pass."""

from typing import ClassVar

import numpy as np

from .cell import Cell, Gradients, check_dh, check_sizes, sum_of_outer, working_dtype
from .functions import sigmoid
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

    def forward(self, x, h0=None, C0=None, out=None):
        """Run the cell over a sequence.

        Parameters
        ----------
        x : ndarray, (T, D, N)
            ``x[t]`` is the input at step t + 1 (steps are counted from 1) of N sequences.
        h0, C0 : ndarray, (H, N), optional
            The states before the first step; zeros if left out.
        out : Record, optional
            A trace of the same shape made earlier, to be overwritten instead of making a new one.

        Returns
        -------
        trace : Record
            ``x``; ``h_all`` and ``C_all`` (T+1, H, N) with windows ``h_prev``, ``h``, ``C_prev``,
            ``C``; ``a`` and ``gates`` (T, 4H, N), before and after σ and tanh, with windows ``a_f``,
            ``f``, ``a_i``, ``i``, ``a_o``, ``o``, ``a_g``, ``g``; ``tanh_C`` (T, H, N).
        """
        trace = self._begin(x, out, h=h0, C=C0)
        W_h, a, s, H = self.params.W_h, trace.a, trace.gates, 3 * self.H
        f, i, o, g = trace.f, trace.i, trace.o, trace.g
        C_prev, C, h_prev, h, tanh_C = trace.C_prev, trace.C, trace.h_prev, trace.h, trace.tanh_C

        np.matmul(self.params.W_x, trace.x, out=a)  # W_x x_t + b needs no past: all steps, all gates at once
        a += self.params.b
        for t in range(len(x)):
            a[t] += W_h @ h_prev[t]
            s[t, :H] = sigmoid(a[t, :H])  # f_t, i_t, o_t
            np.tanh(a[t, H:], out=g[t])
            C[t] = f[t] * C_prev[t] + i[t] * g[t]
            np.tanh(C[t], out=tanh_C[t])
            h[t] = o[t] * tanh_C[t]
        return trace

    def backward(self, trace, dh, dC=None):
        """Backpropagation through time: the derivatives of a loss from those at each h_t.

        Parameters
        ----------
        trace : Record
            What `forward` returned.
        dh : ndarray, (T, H, N)
            What the loss at step t says directly about h_t, without the later steps.
        dC : ndarray, (T, H, N), optional
            The same for C_t, where a loss looks at the memory itself.

        Returns
        -------
        Gradients
            ``params``; ``trace.h[t]`` and ``trace.C[t]``, the *total* derivatives with respect to
            h_t and C_t; those with respect to the gates, ``a``, ``x``; ``h0`` and ``C0``.
        """
        check_dh(dh, trace.h)
        if dC is not None:
            check_dh(dC, trace.C, "dC")
        grads = self._new_trace(len(dh), dh.shape[2], working_dtype(trace.h, dh, dC))
        dh_all, dC_all = grads.h_all, grads.C_all
        dh_all[0], dh_all[1:] = 0, dh
        dC_all[0], dC_all[1:] = 0, 0 if dC is None else dC

        for t in reversed(range(len(dh))):
            do, dtanh_C = dh_all[t + 1] * trace.tanh_C[t], dh_all[t + 1] * trace.o[t]
            dC_all[t + 1] += dtanh_C * (1 - trace.tanh_C[t] ** 2)  # += : C_t also reached C_{t+1}
            dC_t = dC_all[t + 1]
            grads.f[t], grads.i[t], grads.g[t] = dC_t * trace.C_prev[t], dC_t * trace.g[t], dC_t * trace.i[t]
            grads.o[t], grads.tanh_C[t] = do, dtanh_C
            grads.a[t] = grads.gates[t] * self._slope(trace.gates[t])
            dC_all[t] += dC_t * trace.f[t]  # the straight way into C_{t-1}
            dh_all[t] += self.params.W_h.T @ grads.a[t]  # h_{t-1} fed all four gates: one product adds the four
        np.matmul(self.params.W_x.T, grads.a, out=grads.x)
        params = self.params.like(
            {
                "W_x": sum_of_outer(grads.a, trace.x),
                "W_h": sum_of_outer(grads.a, trace.h_prev),
                "b": grads.a.sum(axis=(0, 2))[:, None],
            }
        )
        return Gradients(params, grads, dh_all[0], dC_all[0])

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
        return np.concatenate([s * (1 - s), 1 - g * g])

    def _fields(self, D, H):
        views = {}
        for gate, rows in zip(GATES, _blocks(H), strict=True):
            views |= {f"a_{gate}": ("a", (slice(None), rows)), gate: ("gates", (slice(None), rows))}
        return {"a": 4 * H, "gates": 4 * H, "tanh_C": H}, views


def _blocks(H):
    return [slice(k * H, (k + 1) * H) for k in range(4)]
