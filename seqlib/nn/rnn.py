"""The plain recurrent cell (Elman, 1990), its forward step and its backward step."""

import numpy as np

from .cell import Cell
from .functions import ACTIVATIONS, known


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

    Notes
    -----
    A trace has ``x`` (T, D, N), ``a`` = the sum inside tanh (T, H, N), and ``h_all`` (T+1, H, N) with its windows
    ``h_prev`` (h_0 … h_{T-1}) and ``h`` (h_1 … h_T); see `Cell.forward`.

    References
    ----------
    Elman (1990), "Finding structure in time", Cognitive Science 14(2).
    """

    def __init__(self, D, H, *, rng, activation="tanh", dtype=np.float64):
        self.activation = known("activation", activation, ACTIVATIONS)
        super().__init__(D, H, rng=rng, dtype=dtype)

    def __repr__(self):
        return f"RNN(D={self.D}, H={self.H}, activation={self.activation!r})"

    def step(self, W, t):
        t.a = W.W_xh @ t.x + W.W_hh @ t.h_prev + W.b_h
        t.h = ACTIVATIONS[self.activation].value(t.a)

    def step_back(self, W, t, d):
        d.a = d.h * ACTIVATIONS[self.activation].slope(t.h)  # d.h: of its own loss, and of all later ones
        d.h_prev = W.W_hh.T @ d.a
        d.x = W.W_xh.T @ d.a
