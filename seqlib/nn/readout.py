"""The readout: from a hidden state to a prediction."""

from typing import ClassVar

import numpy as np

from .cell import check_sizes
from .record import Record


class Readout:
    """z_t = W_hy h_t + b_y, the scores (logits) of K classes, or K predicted numbers.

    Parameters
    ----------
    H, K : int
        Number of hidden units and of outputs.
    rng : numpy.random.Generator
        Draws W_hy uniform in ±1/√H; b_y starts at zero.
    dtype : float64 (default) or float32

    Attributes
    ----------
    params : Record
        ``W_hy`` (K, H) and ``b_y`` (K, 1).
    """

    TERMS: ClassVar = {"W_hy": ("logits", "h"), "b_y": ("logits", None)}  # as in RNN

    def __init__(self, H, K, *, rng, dtype=np.float64):
        check_sizes(dtype, H=H, K=K)
        self.H, self.K = H, K
        bound = 1 / np.sqrt(H)
        self.params = Record({"W_hy": rng.uniform(-bound, bound, (K, H)).astype(dtype), "b_y": np.zeros((K, 1), dtype)})

    def __repr__(self):
        return f"Readout(H={self.H}, K={self.K})"

    def forward(self, h):
        """Scores (T, K, N) of the states h (T, H, N)."""
        return self.params.W_hy @ h + self.params.b_y

    def backward(self, h, dlogits):
        """∂L/∂W_hy and ∂L/∂b_y as a record, and ∂L/∂h (T, H, N), from ∂L/∂z (T, K, N)."""
        params = Record(
            {
                "W_hy": np.matmul(dlogits, h.transpose(0, 2, 1)).sum(axis=0),
                "b_y": dlogits.sum(axis=(0, 2))[:, None],
            }
        )
        return params, self.params.W_hy.T @ dlogits
