"""The plain recurrent cell (Elman, 1990), its forward pass and its backward pass through time."""

from typing import ClassVar

import numpy as np

from .cell import Cell, Gradients, check_dh, check_sizes, sum_of_outer, working_dtype
from .functions import ACTIVATIONS
from .record import Record


class RNN(Cell):
    """h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h), the same three weights at every step.

    Parameters
    ----------
    D, H : int
        Number of input features and of hidden units.
    rng : numpy.random.Generator
        Draws the first weights: W_xh and W_hh uniform in ±1/√H, b_h zero.
    activation : {"tanh", "relu"}
    dtype : float64 (default) or float32

    Attributes
    ----------
    params : Record
        ``W_xh`` (H, D), ``W_hh`` (H, H), ``b_h`` (H, 1).

    References
    ----------
    Elman (1990), "Finding structure in time", Cognitive Science 14(2).
    """

    TERMS: ClassVar = {"W_xh": ("a", "x"), "W_hh": ("a", "h_prev"), "b_h": ("a", None)}

    def __init__(self, D, H, *, rng, activation="tanh", dtype=np.float64):
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, but {activation!r} came.")
        check_sizes(dtype, D=D, H=H)
        self.D, self.H, self.activation = D, H, activation
        bound = 1 / np.sqrt(H)
        self.params = Record(
            {
                "W_xh": rng.uniform(-bound, bound, (H, D)).astype(dtype),
                "W_hh": rng.uniform(-bound, bound, (H, H)).astype(dtype),
                "b_h": np.zeros((H, 1), dtype),
            }
        )

    def __repr__(self):
        return f"RNN(D={self.D}, H={self.H}, activation={self.activation!r})"

    def forward(self, x, h0=None, out=None):
        """Run the cell over a sequence.

        Parameters
        ----------
        x : ndarray, (T, D, N)
            ``x[t]`` is the input at step t + 1 (steps are counted from 1) of N sequences.
        h0 : ndarray, (H, N), optional
            The state before the first step; zeros if left out.
        out : Record, optional
            A trace of the same shape made earlier, to be overwritten instead of making a new one.

        Returns
        -------
        trace : Record
            ``x`` (T, D, N), ``a`` = the sum inside tanh (T, H, N), ``h_all`` (T+1, H, N), in which
            ``h_all[t]`` is h_t, and its windows ``h_prev`` (h_0 … h_{T-1}) and ``h`` (h_1 … h_T).
        """
        trace = self._begin(x, out, h=h0)
        W_xh, W_hh, b_h = self.params.W_xh, self.params.W_hh, self.params.b_h
        f, a, h_prev, h = ACTIVATIONS[self.activation].value, trace.a, trace.h_prev, trace.h

        np.matmul(W_xh, trace.x, out=a)  # W_xh x_t + b_h needs no past: all steps at once
        a += b_h
        for t in range(len(x)):
            a[t] += W_hh @ h_prev[t]
            f(a[t], out=h[t])  # writing h[t] is writing h_prev[t + 1]
        return trace

    def backward(self, trace, dh):
        """Backpropagation through time: the derivatives of a loss from those at each h_t.

        Parameters
        ----------
        trace : Record
            What `forward` returned.
        dh : ndarray, (T, H, N)
            What the loss at step t says directly about h_t, without the later steps.

        Returns
        -------
        Gradients
            ``params`` summed over steps and examples; ``trace.h[t]`` the *total* derivative with
            respect to h_t, so the later steps are in it; ``trace.x``, ``trace.a``, ``h0``.
        """
        check_dh(dh, trace.h)
        W_xh, W_hh = self.params.W_xh, self.params.W_hh
        grads = self._new_trace(len(dh), dh.shape[2], working_dtype(trace.h, dh))
        da, dh_all = grads.a, grads.h_all
        slope = ACTIVATIONS[self.activation].slope(trace.h)

        dh_all[0], dh_all[1:] = 0, dh
        for t in reversed(range(len(dh))):
            np.multiply(dh_all[t + 1], slope[t], out=da[t])  # through tanh
            dh_all[t] += W_hh.T @ da[t]  # to h_{t-1}, on top of what its own loss says
        np.matmul(W_xh.T, da, out=grads.x)

        params = Record(
            {
                "W_xh": sum_of_outer(da, trace.x),
                "W_hh": sum_of_outer(da, trace.h_prev),
                "b_h": da.sum(axis=(0, 2))[:, None],
            }
        )
        return Gradients(params, grads, dh_all[0])

    def step_back(self, trace, t, dh):
        """One step of `backward` alone: from ∂L/∂h at ``trace.h[t]`` to ∂L/∂a there and ∂L/∂h one step earlier.

        Parameters
        ----------
        dh : ndarray, (..., H, N)
            Any number of losses at once, in the leading axes.

        Returns
        -------
        da, dh_prev : ndarray, (..., H, N)
        """
        da = dh * ACTIVATIONS[self.activation].slope(trace.h[t])
        return da, self.params.W_hh.T @ da

    def _fields(self, D, H):
        return {"a": H}, {}
