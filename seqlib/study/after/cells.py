"""What came after the GRU: each cell as `step` and `step_back`, one changed line of a cell that the course has built.

All are ordinary cells of `seqlib.nn.cell.Cell`: trained, studied and drawn like the others.
"""

from typing import ClassVar

import numpy as np
from numpy import tanh

from seqlib.nn.cell import Cell
from seqlib.nn.functions import sigmoid

from ...doors import shown
from ...in_words import answering

__all__ = ["CIFG", "MGU", "SLSTM", "Diagonal", "Leaky", "MinGRU", "Peepholes", "Rotating", "Selective", "kept"]


class Peepholes(Cell):
    """LSTM whose gates look at the memory, each unit at its own.

    References
    ----------
    Gers & Schmidhuber (2000), "Recurrent nets that time and count", IJCNN.
    """

    STATES = ("h", "C")

    def step(self, W, t):
        t.a_f = W.W_xf @ t.x + W.W_hf @ t.h_prev + W.p_f * t.C_prev + W.b_f
        t.a_i = W.W_xi @ t.x + W.W_hi @ t.h_prev + W.p_i * t.C_prev + W.b_i
        t.a_g = W.W_xg @ t.x + W.W_hg @ t.h_prev + W.b_g
        t.f = sigmoid(t.a_f)
        t.i = sigmoid(t.a_i)
        t.C = t.f * t.C_prev + t.i * tanh(t.a_g)
        t.a_o = W.W_xo @ t.x + W.W_ho @ t.h_prev + W.p_o * t.C + W.b_o
        t.o = sigmoid(t.a_o)
        t.h = t.o * tanh(t.C)

    def step_back(self, W, t, d):
        d.a_o = d.h * tanh(t.C) * t.o * (1 - t.o)
        d.C += d.h * t.o * (1 - tanh(t.C) ** 2) + W.p_o * d.a_o
        d.a_f = d.C * t.C_prev * t.f * (1 - t.f)
        d.a_i = d.C * tanh(t.a_g) * t.i * (1 - t.i)
        d.a_g = d.C * t.i * (1 - tanh(t.a_g) ** 2)
        d.C_prev = d.C * t.f + W.p_f * d.a_f + W.p_i * d.a_i
        d.h_prev = W.W_hf.T @ d.a_f + W.W_hi.T @ d.a_i + W.W_hg.T @ d.a_g + W.W_ho.T @ d.a_o
        d.x = W.W_xf.T @ d.a_f + W.W_xi.T @ d.a_i + W.W_xg.T @ d.a_g + W.W_xo.T @ d.a_o


class CIFG(Cell):
    """LSTM with coupled gates, i = 1 − f: what is forgotten makes room for what is written.

    Begins with b_f = 1, as the LSTM.

    References
    ----------
    Greff et al. (2015), "LSTM: A search space odyssey", arXiv:1503.04069.
    """

    STATES = ("h", "C")
    BLOCKS: ClassVar = {"a": ("a_f", "a_o", "a_g")}

    def __init__(self, D, H, *, rng, forget_bias=1.0, dtype=np.float64):
        super().__init__(D, H, rng=rng, dtype=dtype)
        self.params.b_f = forget_bias

    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.f = sigmoid(t.a_f)
        t.o = sigmoid(t.a_o)
        t.g = tanh(t.a_g)
        t.C = t.f * t.C_prev + (1 - t.f) * t.g
        t.h = t.o * tanh(t.C)

    def step_back(self, W, t, d):
        d.o = d.h * tanh(t.C)
        d.C += d.h * t.o * (1 - tanh(t.C) ** 2)
        d.f = d.C * (t.C_prev - t.g)
        d.g = d.C * (1 - t.f)
        d.a_f = d.f * t.f * (1 - t.f)
        d.a_o = d.o * t.o * (1 - t.o)
        d.a_g = d.g * (1 - t.g**2)
        d.C_prev = d.C * t.f
        d.h_prev = W.W_h.T @ d.a
        d.x = W.W_x.T @ d.a


class MGU(Cell):
    """Minimal gated unit: the GRU's update gate z does the work of its reset gate, too. (The paper writes f for z.)

    References
    ----------
    Zhou, Wu, Zhang & Zhou (2016), "Minimal gated unit for recurrent neural networks", arXiv:1603.09420.
    """

    def step(self, W, t):
        t.a_z = W.W_xz @ t.x + W.W_hz @ t.h_prev + W.b_z
        t.z = sigmoid(t.a_z)
        t.zh = t.z * t.h_prev
        t.a_g = W.W_xg @ t.x + W.W_hg @ t.zh + W.b_g
        t.g = tanh(t.a_g)
        t.h = (1 - t.z) * t.h_prev + t.z * t.g

    def step_back(self, W, t, d):
        d.g = d.h * t.z
        d.a_g = d.g * (1 - t.g**2)
        d.zh = W.W_hg.T @ d.a_g
        d.z = d.h * (t.g - t.h_prev) + d.zh * t.h_prev  # z is used twice
        d.a_z = d.z * t.z * (1 - t.z)
        d.h_prev = d.h * (1 - t.z) + d.zh * t.z + W.W_hz.T @ d.a_z
        d.x = W.W_xz.T @ d.a_z + W.W_xg.T @ d.a_g


class MinGRU(Cell):
    """GRU whose gate and candidate see x alone, so that all steps can be made at once (`seqlib.study.after.scan`).

    References
    ----------
    Feng et al. (2024), "Were RNNs all we needed?", arXiv:2410.01201.
    """

    def step(self, W, t):
        t.a_z = W.W_z @ t.x + W.b_z
        t.z = sigmoid(t.a_z)
        t.g = W.W_g @ t.x + W.b_g
        t.h = (1 - t.z) * t.h_prev + t.z * t.g

    def step_back(self, W, t, d):
        d.g = d.h * t.z
        d.z = d.h * (t.g - t.h_prev)
        d.a_z = d.z * t.z * (1 - t.z)
        d.h_prev = d.h * (1 - t.z)
        d.x = W.W_z.T @ d.a_z + W.W_g.T @ d.g


class SLSTM(Cell):
    """LSTM with exponential gates, a normaliser n, and a stabiliser m that keeps e^a in range: the sLSTM of xLSTM.

    Notes
    -----
    The paper leaves open whether the forget gate is σ or exp; here it is exp. The authors' package, xlstm 2.0.6,
    computes σ (m takes log σ(a_f) in place of a_f), and its parameters named fgate feed i, those named igate feed f.

    References
    ----------
    Beck et al. (2024), "xLSTM: Extended long short-term memory", arXiv:2405.04517.
    """

    STATES = ("h", "C", "n", "m")
    BLOCKS: ClassVar = {"a": ("a_i", "a_f", "a_o", "a_z")}

    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.m = np.maximum(t.a_f + t.m_prev, t.a_i)
        t.i = np.exp(t.a_i - t.m)
        t.f = np.exp(t.a_f + t.m_prev - t.m)
        t.C = t.f * t.C_prev + t.i * tanh(t.a_z)
        t.n = t.f * t.n_prev + t.i
        t.h = sigmoid(t.a_o) * t.C / t.n

    def step_back(self, W, t, d):
        d.C += d.h * sigmoid(t.a_o) / t.n
        d.n -= d.h * t.h / t.n
        d.i, d.f = d.C * tanh(t.a_z) + d.n, d.C * t.C_prev + d.n * t.n_prev
        d.m -= d.i * t.i + d.f * t.f
        kept = np.greater(t.a_f + t.m_prev, t.a_i)
        d.a_i, d.a_f = d.i * t.i + d.m * (1 - kept), d.f * t.f + d.m * kept
        d.a_o, d.a_z = d.h * t.h * (1 - sigmoid(t.a_o)), d.C * t.i * (1 - tanh(t.a_z) ** 2)
        d.C_prev, d.n_prev, d.m_prev = d.C * t.f, d.n * t.f, d.a_f
        d.h_prev, d.x = W.W_h.T @ d.a, W.W_x.T @ d.a


class Diagonal(Cell):
    """A linear recurrence in which every unit sees only itself: h_t = w ⊙ h_{t-1} + W_x x_t + b, with a real w.

    Parameters
    ----------
    radius : (float, float)
        Between which two numbers the first w are drawn; the largest of all is the spectral radius.

    Notes
    -----
    The LRU of the paper has complex eigenvalues, written as e^(−e^ν + iθ) so that they stay inside the unit circle,
    and scales its input by √(1 − |λ|²). See `Rotating` for what a complex number does.

    References
    ----------
    Orvieto et al. (2023), "Resurrecting recurrent neural networks for long sequences", arXiv:2303.06349.
    """

    def __init__(self, D, H, *, rng, radius=(0.5, 1.0), dtype=np.float64):
        super().__init__(D, H, rng=rng, dtype=dtype)
        self.params.w = rng.uniform(*radius, (H, 1))

    def step(self, W, t):
        t.h = W.w * t.h_prev + W.W_x @ t.x + W.b

    def step_back(self, W, t, d):
        d.h_prev = W.w * d.h
        d.x = W.W_x.T @ d.h


class Rotating(Cell):
    """`Diagonal` with complex numbers h + iv, each turned by λ = ϱ e^(iθ) at every step; h is what others see.

    Parameters
    ----------
    radius : (float, float)
        Between which two numbers the first ϱ are drawn; θ is drawn from 0 to π.

    Notes
    -----
    λ makes a 2 × 2 block of real weights, cos and sin of θ times ϱ. It begins as that, and its four numbers are then
    learned one by one, where the LRU of the paper learns ϱ and θ.
    """

    STATES = ("h", "v")

    def __init__(self, D, H, *, rng, radius=(0.9, 1.0), dtype=np.float64):
        super().__init__(D, H, rng=rng, dtype=dtype)
        size, turn = rng.uniform(*radius, (H, 1)), rng.uniform(0, np.pi, (H, 1))
        W = self.params
        W.w_hh, W.w_hv = size * np.cos(turn), -size * np.sin(turn)
        W.w_vh, W.w_vv = size * np.sin(turn), size * np.cos(turn)

    def step(self, W, t):
        t.h = W.w_hh * t.h_prev + W.w_hv * t.v_prev + W.W_x @ t.x + W.b
        t.v = W.w_vh * t.h_prev + W.w_vv * t.v_prev + W.W_v @ t.x

    def step_back(self, W, t, d):
        d.h_prev = W.w_hh * d.h + W.w_vh * d.v
        d.v_prev = W.w_hv * d.h + W.w_vv * d.v
        d.x = W.W_x.T @ d.h + W.W_v.T @ d.v


class Selective(Cell):
    """minGRU in which the gate is a step size Δ in time: a unit keeps e^(ΔA), with A = −e^(A_log) of its own, learned.

    With A = −1 it is the minGRU: 1 − e^(−softplus(a)) = σ(a).

    Notes
    -----
    Of Mamba this is the recurrence, with one number where Mamba has 16 for each channel, and without its convolution,
    its gate, and the readout C_t. As in the paper, Δ also says how much is written, (e^(ΔA) − 1)/A · B x, with B/(−A)
    in W_g; the authors' package, mamba-ssm, writes ΔB x, which is the same for small Δ only.

    References
    ----------
    Gu & Dao (2023), "Mamba: Linear-time sequence modeling with selective state spaces", arXiv:2312.00752.
    """

    def __init__(self, D, H, *, rng, dtype=np.float64):
        super().__init__(D, H, rng=rng, dtype=dtype)
        self.params.A_log = np.log(np.linspace(0.1, 2, H))[:, None]

    def step(self, W, t):
        t.a = W.W_x @ t.x + W.b
        t.delta = np.log1p(np.exp(t.a))  # softplus
        t.log_rate = W.A_log
        t.keep = np.exp(-np.exp(t.log_rate) * t.delta)
        t.g = W.W_g @ t.x + W.b_g
        t.h = t.keep * t.h_prev + (1 - t.keep) * t.g

    def step_back(self, W, t, d):
        d.g = d.h * (1 - t.keep)
        d.keep = d.h * (t.h_prev - t.g)
        d.delta = -d.keep * t.keep * np.exp(t.log_rate)
        d.log_rate = d.delta * t.delta
        d.a = d.delta * (1 - np.exp(-t.delta))
        d.h_prev = d.h * t.keep
        d.x = W.W_x.T @ d.a + W.W_g.T @ d.g


class Leaky(Cell):
    """A plain cell that moves a tenth of the way at every step: an example of a cell of one's own."""

    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.h = 0.9 * t.h_prev + 0.1 * tanh(t.a)

    def step_back(self, W, t, d):
        d.a = d.h * 0.1 * (1 - tanh(t.a) ** 2)
        d.h_prev = d.h * 0.9 + W.W_h.T @ d.a
        d.x = W.W_x.T @ d.a


def kept(cell, trace):
    """The share of a unit's own memory that each step keeps, apart from what comes back through weights.

    Parameters
    ----------
    cell : Cell
        An LSTM or a GRU, or one of this file.
    trace : Record
        Of a run of it.

    Returns
    -------
    ndarray, (T, H, N)
        f, or 1 − z, or e^(ΔA), or w; |λ| of a pair that turns; for the sLSTM f n_{t-1} / n_t.

    Raises
    ------
    ValueError
        The cell has nothing of the kind.
    """
    if "n" in trace:
        return trace.f * trace.n_prev / trace.n
    if "keep" in trace:
        return trace.keep
    if "z" in trace:
        return 1 - trace.z
    if "f" in trace:
        return trace.f
    if isinstance(cell, Rotating):
        W = cell.params
        return np.broadcast_to(np.sqrt(np.abs(W.w_hh * W.w_vv - W.w_hv * W.w_vh)), trace.h.shape)
    if isinstance(cell, Diagonal):
        return np.broadcast_to(cell.params.w, trace.h.shape)
    raise ValueError(f"a cell is needed that keeps a share of its memory, but {shown(cell)} came.")


answering(globals())
