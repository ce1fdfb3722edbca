"""Looking back instead of remembering: one head of attention, forward and backward, by hand."""

import numpy as np

from seqlib.nn import Gradients, Readout, Record
from seqlib.nn.model import Model

from ...in_words import answering

__all__ = ["LookBack", "attend", "attend_back", "positions"]


def attend(Q, K, V):
    """Every step looks back at all steps so far, itself included, and takes a weighted mean of what it finds.

    α_ts = softmax over s ≤ t of Q_t · K_s / √E, and h_t = Σ_s α_ts V_s.

    Parameters
    ----------
    Q, K : ndarray, (T, E, N)
        Of every step the query, what it looks for, and the key, what it can be found by.
    V : ndarray, (T, H, N)
        Of every step the value, what is there to be taken.

    Returns
    -------
    h : ndarray, (T, H, N)
    weights : ndarray, (T, T, N)
        α: row t, column k. Each row adds up to 1; what lies ahead, k > t, has none.
    """
    q, k, v = (np.moveaxis(a, -1, 0) for a in (Q, K, V))  # (N, T, ·): matrices side by side
    scores = q @ k.swapaxes(1, 2) / np.sqrt(Q.shape[1])
    past = np.tri(len(Q), dtype=bool)
    largest = np.where(past, scores.real, -np.inf).max(axis=2, keepdims=True)
    e = np.exp(np.where(past, scores - largest, 0)) * past
    weights = e / e.sum(axis=2, keepdims=True)
    return np.moveaxis(weights @ v, 0, -1), np.moveaxis(weights, 0, -1)


def attend_back(Q, K, V, weights, dh):
    """From ∂L/∂h, (T, H, N), to ∂L/∂Q, ∂L/∂K and ∂L/∂V, in their shapes."""
    q, k, v, a, dh = (np.moveaxis(array, -1, 0) for array in (Q, K, V, weights, dh))
    da = dh @ v.swapaxes(1, 2)
    dscores = a * (da - (a * da).sum(axis=2, keepdims=True)) / np.sqrt(Q.shape[1])  # through the softmax
    found = dscores @ k, dscores.swapaxes(1, 2) @ q, a.swapaxes(1, 2) @ dh
    return tuple(np.moveaxis(array, 0, -1) for array in found)


def positions(T, P=16):
    """A code for each step, (T, P): sines and cosines of P/2 speeds. Attention alone knows no order.

    The first wave takes 4 steps, each of the others √2 times as long as the one before.
    """
    angles = np.arange(T)[:, None] * (np.pi / 2 / np.sqrt(2) ** np.arange(P // 2))
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


class LookBack(Model):
    """One head of attention with a readout; it takes the place of a recurrent model in `seqlib.train`.

    Parameters
    ----------
    D, H, K : int
        Input features; size of queries, keys and values; outputs.
    rng : numpy.random.Generator
        Draws the weights uniform in ±1/√(their columns).
    P : int
        Size of the code of a position, even; see `positions`.

    Attributes
    ----------
    params : Record
        ``W_q``, ``W_k``, ``W_v`` (H, D + P), for queries, keys and values made of [x_t; position t]; ``W_hy``, ``b_y``.

    References
    ----------
    Vaswani et al. (2017), "Attention is all you need", arXiv:1706.03762.
    """

    def __init__(self, D, H, K, *, rng, P=16):
        self.D, self.H, self.K, self.P = D, H, K, P
        bound = 1 / np.sqrt(D + P)
        weights = {name: rng.uniform(-bound, bound, (H, D + P)) for name in ("W_q", "W_k", "W_v")}
        self.params = Record(weights | dict(Readout(H, K, rng=rng).params.items()))

    def __repr__(self):
        return f"LookBack(D={self.D}, H={self.H}, K={self.K}, P={self.P})"

    def forward(self, x):
        """Run over x (T, D, N): a record of ``u`` = [x; position], and of ``q k v weights h logits``."""
        T, _, N = x.shape
        code = np.broadcast_to(positions(T, self.P)[:, :, None], (T, self.P, N))
        u, W = np.concatenate([x, code], axis=1), self.params
        q, k, v = W.W_q @ u, W.W_k @ u, W.W_v @ u
        h, weights = attend(q, k, v)
        return Record(dict(u=u, q=q, k=k, v=v, weights=weights, h=h, logits=W.W_hy @ h + W.b_y))

    def backward(self, trace, dlogits):
        """From ∂L/∂logits to the `Gradients`, of the parameters only."""
        W, u = self.params, trace.u
        dq, dk, dv = attend_back(trace.q, trace.k, trace.v, trace.weights, W.W_hy.T @ dlogits)
        made = {"W_q": (dq, u), "W_k": (dk, u), "W_v": (dv, u), "W_hy": (dlogits, trace.h)}
        grads = {name: (to @ of.swapaxes(1, 2)).sum(axis=0) for name, (to, of) in made.items()}
        grads["b_y"] = dlogits.sum(axis=(0, 2))[:, None]
        return Gradients(Record(grads), None, {})


answering(globals())
