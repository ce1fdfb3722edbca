"""The plain recurrent cell (Elman, 1990), its forward pass and its backward pass through time."""

from typing import ClassVar

import numpy as np
from numpy import add, multiply

from .cell import Cell, Stack, check_sizes
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
    STACKS = (Stack(("W_xh", "b_h", "W_hh"), "a", "v"),)

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

    def forward(self, x, h0=None, workspace=None):
        """Run the cell over a sequence.

        Parameters
        ----------
        x : ndarray, (T, D, N)
            ``x[t]`` is the input at step t + 1 (steps are counted from 1) of N sequences.
        h0 : ndarray, (H, N), optional
            The state before the first step; zeros if left out.
        workspace : Workspace, optional
            Memory to be used again, in which the trace is then.

        Returns
        -------
        trace : Record
            ``x`` (T, D, N), ``a`` = the sum inside tanh (T, H, N), ``h_all`` (T+1, H, N), in which
            ``h_all[t]`` is h_t, and its windows ``h_prev`` (h_0 … h_{T-1}) and ``h`` (h_1 … h_T).
        """
        return self._run(x, workspace, h0)

    def _forward(self, trace, W):
        f = ACTIVATIONS[self.activation].value
        for v, a, h in trace.steps("v", "a", "h"):
            yield W.dot, (v, a)  # W_xh x_t + b_h + W_hh h_{t-1}, for v_t = [x_t; 1; h_{t-1}]
            yield f, (a, h)  # writing h_t is writing a part of v_{t+1}

    def backward(self, trace, dh, workspace=None):
        """Backpropagation through time: the derivatives of a loss from those at each h_t.

        Parameters
        ----------
        trace : Record
            What `forward` returned.
        dh : ndarray, (T, H, N), or (H, N) for a loss at the last step only
            What the loss at step t says directly about h_t, without the later steps.
        workspace : Workspace, optional
            Memory to be used again. Only the derivatives of the parameters and of h_0 are computed then.

        Returns
        -------
        Gradients
            ``params`` summed over steps and examples; ``trace.h[t]`` the *total* derivative with
            respect to h_t, so the later steps are in it; ``trace.x``, ``trace.a``, ``h0``.
        """
        return self._run_back(trace, workspace, dh)

    def _back(self, part):
        W_hhT, slope = self.params.W_hh.T, ACTIVATIONS[self.activation].slope
        yield slope, (part.trace.h, part.room.a)  # of all steps at once: it needs no later one
        for da, dh, dh_before, own in part.steps((), ("a", "h", "h_prev")):
            if own is not None:
                yield add, (dh, own, dh)  # what its own loss says, on top of what the later steps say
            yield multiply, (da, dh, da)  # through tanh
            yield W_hhT.dot, (da, dh_before)  # to h_{t-1}

    def _completed(self, d, trace):
        np.matmul(self.params.W_xh.T, d.a, d.x)

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

    def _depends_on(self):
        return self.params, self.activation

    def _fields(self, D, H):
        return {"a": H}, {}
