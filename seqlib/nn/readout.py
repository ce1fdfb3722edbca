"""The readout: from a hidden state to a prediction."""

import numpy as np
from numpy import add

from ..doors import plain
from .cell import check_sizes
from .equations import Term
from .passes import OuterSum, columns_at_once
from .record import Record
from .workspace import do, empty, product


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

    TERMS = (Term("W_hy", "logits", "h"), Term("b_y", "logits", "1"))

    def __init__(self, H, K, *, rng, dtype=np.float64):
        check_sizes(dtype, rng, H=H, K=K)
        H, K = int(H), int(K)
        self.H, self.K = H, K
        bound = 1 / np.sqrt(H)
        self.params = Record({"W_hy": rng.uniform(-bound, bound, (K, H)).astype(dtype), "b_y": np.zeros((K, 1), dtype)})

    def __repr__(self):
        return f"Readout(H={self.H}, K={self.K})"

    def forward(self, h):
        """Scores (T, K, N) of the states h (T, H, N)."""
        logits, operations = self.forward_pass(self._checked("h", h, self.H))
        do(operations)
        return logits

    def backward(self, h, dlogits):
        """∂L/∂W_hy and ∂L/∂b_y as a record, and ∂L/∂h (T, H, N), from ∂L/∂z (T, K, N)."""
        h, dlogits = self._checked("h", h, self.H), self._checked("dlogits", dlogits, self.K)
        if len(h) != len(dlogits) or h.shape[2] != dlogits.shape[2]:
            raise ValueError(f"dlogits must have shape (T, K, N) = {(len(h), self.K, h.shape[2])}, as h has, but "
                             f"{dlogits.shape} came.")  # fmt: skip
        grads, dh, operations = self.backward_pass(h, dlogits)
        do(operations)
        return grads, dh

    @staticmethod
    def _checked(name, value, rows):
        value = plain(name, value)
        if value.ndim != 3 or value.shape[1] != rows or not value.size:
            raise ValueError(f"{name} must have shape (T, {rows}, N), but {value.shape} came.")
        return value

    def forward_pass(self, h):
        """Memory for the scores of these states, and the operations that make them; see `do`."""
        T, _, N = h.shape
        logits = empty((T, self.K, N), np.result_type(h, self.params.W_hy))
        z = logits[0] if T == 1 else logits  # with as many axes as b_y, which NumPy adds quicker
        return logits, [product(self.params.W_hy, h, logits), (add, (z, self.params.b_y, z))]

    def backward_pass(self, h, dlogits):
        """Memory for what `backward` gives back, and the operations that make it."""
        (T, _, N), dtype = dlogits.shape, np.result_type(h, dlogits, self.params.W_hy)
        grads, dh = self.params.map(lambda array: empty(array.shape, dtype)), empty(h.shape, dtype)
        at_once, operations = columns_at_once(T, N), []
        outer = OuterSum(grads.W_hy, at_once, N)
        for start in range(0, T, at_once):
            now = slice(start, start + at_once)
            operations += outer.add(dlogits[now], h[now], first=start == 0)
        operations.append((add.reduce, (dlogits, (0, 2), None, grads.b_y[:, 0])))
        operations.append(product(self.params.W_hy.T, dlogits, dh))
        return grads, dh, operations
