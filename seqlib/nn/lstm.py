"""The LSTM cell (Hochreiter & Schmidhuber, 1997; forget gate: Gers et al., 2000), forward and backward."""

from typing import ClassVar

import numpy as np
from numpy import tanh

from ..doors import finite, shown
from .cell import Cell
from .functions import GATES, known


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
    forget_bias : float, or ndarray, (H, 1)
        The first value of b_f. With 1 the memory starts half open (σ(1) ≈ 0.73) and early
        gradients reach further; Jozefowicz et al. (2015).
    gates : {"sigmoid", "hard_sigmoid_0.2", "hard_sigmoid_1/6"}
        What σ stands for: the straight lines are for weights that were trained so, in Keras or TensorFlow.js.
    dtype : float64 (default) or float32

    Attributes
    ----------
    params : Record
        The four gates one below the other, ``W_x`` (4H, D), ``W_h`` (4H, H), ``b`` (4H, 1), and a window on
        each part: ``W_xf``, ``W_hf``, ``b_f``, … A write to a window is a write to the whole.

    Notes
    -----
    A trace has ``x``; ``h_all`` and ``C_all`` (T+1, H, N) with their windows; ``a`` and ``gates`` (T, 4H, N), before
    and after σ and tanh, with windows ``a_f``, ``f``, ``a_i``, ``i``, ``a_o``, ``o``, ``a_g``, ``g``; ``tanh_C``
    (T, H, N). In a workspace there is no ``a``.

    References
    ----------
    Hochreiter & Schmidhuber (1997), "Long short-term memory", Neural Computation 9(8).
    Gers, Schmidhuber & Cummins (2000), "Learning to forget", Neural Computation 12(10).
    """

    STATES = ("h", "C")
    BLOCKS: ClassVar = {"a": ("a_f", "a_i", "a_o", "a_g"), "gates": ("f", "i", "o", "g")}

    def __init__(self, D, H, *, rng, forget_bias=1.0, gates="sigmoid", dtype=np.float64):
        self.gates = known("gates", gates, GATES)
        super().__init__(D, H, rng=rng, dtype=dtype)
        bias = finite("forget_bias", forget_bias)
        if bias.dtype == bool:
            raise ValueError(f"forget_bias must be a finite number, but {shown(forget_bias)} came.")
        self.params.b_f = bias

    def __repr__(self):
        return f"LSTM(D={self.D}, H={self.H}{', gates=' + repr(self.gates) if self.gates != 'sigmoid' else ''})"

    def step(self, W, t):
        sigmoid = GATES[self.gates].value
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b  # of all four, one below the other
        t.f = sigmoid(t.a_f)
        t.i = sigmoid(t.a_i)
        t.o = sigmoid(t.a_o)
        t.g = tanh(t.a_g)
        t.C = t.f * t.C_prev + t.i * t.g
        t.tanh_C = tanh(t.C)
        t.h = t.o * t.tanh_C

    def step_back(self, W, t, d):
        slope = GATES[self.gates].slope  # the derivative of σ in terms of its value: f (1 - f)
        d.o = d.h * t.tanh_C
        d.tanh_C = d.h * t.o
        d.C += d.tanh_C * (1 - t.tanh_C**2)  # C_t also reached C_{t+1}: what comes over h_t is added to that
        d.f = d.C * t.C_prev
        d.i = d.C * t.g
        d.g = d.C * t.i
        d.C_prev = d.C * t.f  # the straight way
        d.a_f = d.f * slope(t.f)
        d.a_i = d.i * slope(t.i)
        d.a_o = d.o * slope(t.o)
        d.a_g = d.g * (1 - t.g**2)  # the derivative of tanh
        d.h_prev = W.W_h.T @ d.a  # h_{t-1} fed all four: one product adds the four
        d.x = W.W_x.T @ d.a
