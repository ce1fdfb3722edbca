"""The GRU cell (Cho et al., 2014) in the convention of the lecture, and its backward pass."""

from typing import ClassVar

import numpy as np

from ..doors import shown
from .cell import Cell, check_sizes
from .functions import ACTIVATIONS, GATES, known
from .record import Record, rows_of


class GRU(Cell):
    """A cell with one state and two gates: what of the past is used, and how much is written.

    r_t = σ(W_xr x_t + W_hr h_{t-1} + b_r)               reset gate: near 0, the candidate ignores the past
    z_t = σ(W_xz x_t + W_hz h_{t-1} + b_z)               update gate: how much of the candidate is written
    g_t = tanh(W_xg x_t + W_hg (r_t ⊙ h_{t-1}) + b_g)    candidate, h̃_t in the lecture
    h_t = (1 - z_t) ⊙ h_{t-1} + z_t ⊙ g_t

    Here z *writes* and r comes *before* the product with W_hg, as in Chung et al. (2014). In
    PyTorch, Keras and ONNX z keeps. PyTorch, cuDNN and Keras apply r *after* the product, and so
    does this cell with ``reset="after"``. It then has one bias more, inside the bracket:

    g_t = tanh(W_xg x_t + b_g + r_t ⊙ u_t),    u_t = W_hg h_{t-1} + b_hg

    Parameters
    ----------
    D, H : int
        Number of input features and of hidden units.
    rng : numpy.random.Generator
        Draws the first weights uniform in ±1/√H; biases start at zero.
    reset : {"before", "after"}
        Whether r is applied before or after the product with W_hg.
    candidate : {"tanh", "relu"}
        The function of g. With ReLU a state can grow without end.
    gates : {"sigmoid", "hard_sigmoid_0.2", "hard_sigmoid_1/6"}
        What σ stands for: the straight lines are for weights that were trained so, in Keras or TensorFlow.js.
    dtype : float64 (default) or float32

    Attributes
    ----------
    params : Record
        ``W_x`` (3H, D), ``W_h`` (2H, H) of the two gates, ``W_hg`` (H, H), ``b`` (3H, 1), and the
        windows ``W_xr``, ``W_xz``, ``W_xg``, ``W_hr``, ``W_hz``, ``b_r``, ``b_z``, ``b_g``; with
        ``reset="after"`` also ``b_hg`` (H, 1).

    Notes
    -----
    A trace has ``x``; ``h_all`` (T+1, H, N) with its windows; ``a`` and ``gates`` (T, 3H, N), before and after σ and
    tanh, with windows ``a_r``, ``r``, ``a_z``, ``z``, ``a_g``, ``g``; ``rh`` = r_t ⊙ h_{t-1} (T, H, N), or with
    ``reset="after"`` ``u``. In a workspace there is no ``a``.

    References
    ----------
    Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder", EMNLP.
    Chung et al. (2014), "Empirical evaluation of gated recurrent neural networks", arXiv:1412.3555.
    """

    BLOCKS: ClassVar = {"a": ("a_r", "a_z", "a_g"), "a_rz": ("a_r", "a_z"), "gates": ("r", "z", "g")}

    def __init__(self, D, H, *, rng, reset="before", candidate="tanh", gates="sigmoid", dtype=np.float64):
        if not isinstance(reset, str) or reset not in ("before", "after"):
            raise ValueError(f"reset must be 'before' or 'after' (the product with W_hg), but {shown(reset)} came.")
        check_sizes(dtype, rng, D=D, H=H)
        D, H = int(D), int(H)
        self.D, self.H, self.reset = D, H, reset
        self.candidate, self.gates = known("candidate", candidate, ACTIVATIONS), known("gates", gates, GATES)
        bound = 1 / np.sqrt(H)
        self.params = Record(
            {
                "W_x": rng.uniform(-bound, bound, (3 * H, D)).astype(dtype, "F"),  # a token's column lies in one piece
                "W_h": rng.uniform(-bound, bound, (2 * H, H)).astype(dtype),
                "W_hg": rng.uniform(-bound, bound, (H, H)).astype(dtype),
                "b": np.zeros((3 * H, 1), dtype),
            }
            | ({"b_hg": np.zeros((H, 1), dtype)} if reset == "after" else {}),
            rows_of("rzg", H, "W_x", "b_") | rows_of("rz", H, "W_h")
            | {"W_xrz": ("W_x", np.s_[: 2 * H]), "b_rz": ("b", np.s_[: 2 * H])},
        )  # fmt: skip

    def __repr__(self):
        usual = {"reset": "before", "candidate": "tanh", "gates": "sigmoid"}
        others = [f", {name}={value!r}" for name in usual if (value := getattr(self, name)) != usual[name]]
        return f"GRU(D={self.D}, H={self.H}{''.join(others)})"

    def step(self, W, t):
        sigmoid, tanh = GATES[self.gates].value, ACTIVATIONS[self.candidate].value
        t.a_rz = W.W_xrz @ t.x + W.W_h @ t.h_prev + W.b_rz  # of both gates, one below the other
        t.r = sigmoid(t.a_r)
        t.z = sigmoid(t.a_z)
        if self.reset == "before":
            t.rh = t.r * t.h_prev
            t.a_g = W.W_xg @ t.x + W.W_hg @ t.rh + W.b_g
        else:
            t.u = W.W_hg @ t.h_prev + W.b_hg
            t.a_g = W.W_xg @ t.x + W.b_g + t.r * t.u
        t.g = tanh(t.a_g)
        t.h = t.h_prev + t.z * (t.g - t.h_prev)  # which is (1 - z_t) ⊙ h_{t-1} + z_t ⊙ g_t, with one product less

    def step_back(self, W, t, d):
        slope, slope_g = GATES[self.gates].slope, ACTIVATIONS[self.candidate].slope  # of z: z (1 - z), of g: 1 - g²
        d.z = d.h * (t.g - t.h_prev)
        d.g = d.h * t.z
        d.a_z = d.z * slope(t.z)
        d.a_g = d.g * slope_g(t.g)
        if self.reset == "before":
            d.rh = W.W_hg.T @ d.a_g
            d.r = d.rh * t.h_prev
            through = d.rh * t.r
        else:
            d.u = d.a_g * t.r
            d.r = d.a_g * t.u
            through = W.W_hg.T @ d.u
        d.a_r = d.r * slope(t.r)
        # h_{t-1} went four ways: into both gates, straight through, and past r into the candidate.
        d.h_prev = W.W_h.T @ d.a_rz + d.h * (1 - t.z) + through
        d.x = W.W_xrz.T @ d.a_rz + W.W_xg.T @ d.a_g
