"""The functions between the matrix products: each value beside its derivative.

All of them accept complex numbers, because a gradient is checked by a complex step [1]_:
``Im f(x + iε) / ε`` equals ``f'(x)`` without any subtraction.

References
----------
.. [1] Squire & Trapp (1998), "Using complex variables to estimate derivatives of real
   functions", SIAM Review 40(1).
"""

from typing import NamedTuple

import numpy as np


class Activation(NamedTuple):
    """A pointwise function and its derivative, the latter written in terms of the *output*."""

    value: object  # value(a, out=None) -> h
    slope: object  # slope(h) -> dh/da


def _relu(a, out=None):
    # np.maximum orders complex numbers by their real part, which is what a complex step needs.
    return np.maximum(a, 0, out=out)


ACTIVATIONS = {
    "tanh": Activation(np.tanh, lambda h: 1 - h * h),
    "relu": Activation(_relu, lambda h: (h.real > 0).astype(h.real.dtype)),
}


def sigmoid(a):
    """σ(a) = 1 / (1 + e^(-a)), of any shape; written with tanh, so it never overflows.

    Its derivative in terms of its value s is s (1 - s).
    """
    return (1 + np.tanh(a / 2)) / 2


def softmax(logits):
    """Probabilities over the classes, axis -2: e^(z_k) / Σ_j e^(z_j), shape (..., K, N).

    The largest logit is subtracted first. That changes nothing in exact arithmetic and keeps
    e^z from overflowing.
    """
    e = np.exp(logits - logits.real.max(axis=-2, keepdims=True))
    return e / e.sum(axis=-2, keepdims=True)


def cross_entropy(logits, targets):
    """Softmax with cross-entropy: the loss of each step, and its derivative.

    Parameters
    ----------
    logits : ndarray, (T, K, N)
        Scores z of K classes, for N examples at T steps.
    targets : ndarray of int, (T, N)
        The true classes 0 … K-1. A target of -1 means "none here" (padding): no loss, no gradient.

    Returns
    -------
    loss_t : ndarray, (T,)
        L_t = -(1/N) Σ_n log p[y]. The loss of the sequence is their *sum* over t.
    dlogits : ndarray, (T, K, N)
        ∂L/∂z = (p - onehot(y)) / N.
    """
    logits, targets = _checked(logits, np.asarray(targets))
    (_, K, N), there = logits.shape, targets >= 0
    shifted = logits - logits.real.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    total = e.sum(axis=1, keepdims=True)
    picked = np.arange(K)[:, None] == targets[:, None, :]
    # -log p, written so that a place without a target gives 0 and not -0.
    surprise = np.log(total[:, 0]) * there - np.where(picked, shifted, 0).sum(axis=1)
    dlogits = (e / total - picked) * (there[:, None, :] / N)
    return surprise.sum(axis=1) / N, dlogits.astype(logits.dtype, copy=False)


def _checked(logits, targets):
    if logits.ndim != 3 or targets.shape != (logits.shape[0], logits.shape[2]):
        raise ValueError(
            f"targets must have shape (T, N) to go with logits (T, K, N) = {logits.shape}, but {targets.shape} came."
        )
    if targets.dtype.kind not in "iu":
        raise ValueError(f"targets must be whole numbers (classes), but an array of {targets.dtype} came.")
    if targets.size and not -1 <= targets.min() <= targets.max() < logits.shape[1]:
        raise ValueError(
            f"targets must lie in 0 … {logits.shape[1] - 1} (or be -1 for none), "
            f"but {targets.min()} … {targets.max()} came."
        )
    return logits, targets


def mse(outputs, targets):
    """Mean squared error: the loss of each step, and its derivative.

    Parameters
    ----------
    outputs, targets : ndarray, (T, K, N)
        Predictions ŷ and targets y. A target of NaN means "none here": no loss, no gradient.

    Returns
    -------
    loss_t : ndarray, (T,)
        L_t = 1/(K N) Σ (ŷ - y)². The loss of the sequence is their *sum* over t.
    doutputs : ndarray, (T, K, N)
        ∂L/∂ŷ = 2 (ŷ - y) / (K N).
    """
    targets = np.asarray(targets, outputs.real.dtype)  # float64 targets must not widen a float32 model's gradients
    if targets.shape != outputs.shape:
        raise ValueError(f"targets must have the shape of the outputs, {outputs.shape}, but {targets.shape} came.")
    difference = np.where(np.isnan(targets), 0, outputs - targets)
    _, K, N = outputs.shape
    # d·d and not |d|²: the loss must stay analytic for the complex step.
    return (difference * difference).sum(axis=(1, 2)) / (K * N), 2 * difference / (K * N)


LOSSES = {"cross_entropy": cross_entropy, "mse": mse}
