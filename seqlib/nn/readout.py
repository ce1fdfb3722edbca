"""The readout: from a hidden state to a prediction."""

from typing import ClassVar

import numpy as np

from .cell import OuterSum, check_sizes, columns_at_once
from .record import Record
from .workspace import FRESH, empty


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

    def forward(self, h, out=None):
        """Scores (T, K, N) of the states h (T, H, N), in `out` if it is given."""
        logits = np.matmul(self.params.W_hy, h, out)
        logits += self.params.b_y
        return logits

    def backward(self, h, dlogits, workspace=None):
        """∂L/∂W_hy and ∂L/∂b_y as a record, and ∂L/∂h (T, H, N), from ∂L/∂z (T, K, N)."""
        (T, _, N), dtype = dlogits.shape, np.result_type(h, dlogits, self.params.W_hy)
        grads, outer, dh, at_once = (workspace or FRESH).keep("readout", self._new_room, T, N, dtype)
        for start in range(0, T, at_once):
            now = slice(start, start + at_once)
            outer.add(dlogits[now], h[now], first=start == 0)
        dlogits.sum(axis=(0, 2), out=grads.b_y[:, 0])
        return grads, np.matmul(self.params.W_hy.T, dlogits, dh)

    def _new_room(self, T, N, dtype):
        """For the gradients of the parameters, one of them a sum of products, and that of h."""
        grads, at_once = self.params.map(lambda array: empty(array.shape, dtype)), columns_at_once(T, N)
        return grads, OuterSum(grads.W_hy, at_once, N), empty((T, self.H, N), dtype), at_once
