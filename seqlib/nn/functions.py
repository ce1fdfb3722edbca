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

from .workspace import FRESH, empty


class Activation(NamedTuple):
    """A pointwise function and its derivative, the latter written in terms of the *output*."""

    value: object  # value(a, out=None) -> h
    slope: object  # slope(h, out=None) -> dh/da


def tanh_slope(h, out=None):
    """1 - h², the derivative of tanh in terms of its value h."""
    return np.subtract(1, np.multiply(h, h, out), out)


def sigmoid_slope(s, out=None):
    """s (1 - s), the derivative of σ in terms of its value s; `out` must not be s."""
    return np.multiply(s, np.subtract(1, s, out), out)


def _relu(a, out=None):
    # np.maximum orders complex numbers by their real part, which is what a complex step needs.
    return np.maximum(a, 0, out=out)


def _relu_slope(h, out=None):
    return np.heaviside(h.real, 0, out)


ACTIVATIONS = {"tanh": Activation(np.tanh, tanh_slope), "relu": Activation(_relu, _relu_slope)}


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


def cross_entropy(logits, targets, workspace=None):
    """Softmax with cross-entropy: the loss of each step, and its derivative.

    Parameters
    ----------
    logits : ndarray, (T, K, N)
        Scores z of K classes, for N examples at T steps.
    targets : ndarray of int, (T, N)
        The true classes 0 … K-1. A target of -1 means "none here" (padding): no loss, no gradient.
    workspace : Workspace, optional
        Memory to be used again, in which the results are then.

    Returns
    -------
    loss_t : ndarray, (T,)
        L_t = -(1/N) Σ_n log p[y]. The loss of the sequence is their *sum* over t.
    dlogits : ndarray, (T, K, N)
        ∂L/∂z = (p - onehot(y)) / N.
    """
    logits, targets = _checked(logits, np.asarray(targets))
    (T, K, N), work = logits.shape, workspace or FRESH
    room = work.keep("cross_entropy", _room_for_cross_entropy, T, K, N, np.result_type(logits, np.float32))
    shifted, dlogits, largest, there, total, picked, onehot, loss_t, classes = room
    np.equal(classes, targets[:, None], onehot)
    np.greater_equal(targets[:, None], 0, there)
    np.subtract(logits, logits.real.max(axis=1, keepdims=True, out=largest), shifted)
    np.exp(shifted, dlogits)
    dlogits.sum(axis=1, out=total)
    dlogits /= total[:, None]
    dlogits -= onehot
    dlogits *= np.divide(there, N, largest)
    # -log p, written so that a place without a target gives 0 and not -0.
    np.log(total, total)
    total *= there[:, 0]
    total -= shifted.sum(axis=1, where=onehot, out=picked)
    total.sum(axis=1, out=loss_t)
    loss_t /= N
    return loss_t, dlogits


def _room_for_cross_entropy(T, K, N, dtype):
    real, whole, row = np.empty(0, dtype).real.dtype, (T, K, N), (T, 1, N)
    arrays = empty(whole, dtype), empty(whole, dtype), empty(row, real), empty(row, real)
    arrays += empty((T, N), dtype), empty((T, N), dtype), empty(whole, bool), empty((T,), dtype)
    return *arrays, np.arange(K)[:, None]


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


def mse(outputs, targets, workspace=None):
    """Mean squared error: the loss of each step, and its derivative.

    Parameters
    ----------
    outputs, targets : ndarray, (T, K, N)
        Predictions ŷ and targets y. A target of NaN means "none here": no loss, no gradient.
    workspace : Workspace, optional
        Memory to be used again, in which the results are then.

    Returns
    -------
    loss_t : ndarray, (T,)
        L_t = 1/(K N) Σ (ŷ - y)². The loss of the sequence is their *sum* over t.
    doutputs : ndarray, (T, K, N)
        ∂L/∂ŷ = 2 (ŷ - y) / (K N).
    """
    targets = np.asarray(targets)
    if targets.shape != outputs.shape:
        raise ValueError(f"targets must have the shape of the outputs, {outputs.shape}, but {targets.shape} came.")
    (T, K, N), work = outputs.shape, workspace or FRESH
    d, squares, missing, loss_t = work.keep("mse", _room_for_mse, T, K, N, np.result_type(outputs, np.float32))
    np.subtract(outputs, targets, d)
    np.copyto(d, 0, where=np.isnan(targets, missing))
    np.multiply(d, d, squares)  # and not |d|²: the loss must stay analytic for the complex step
    squares.sum(axis=(1, 2), out=loss_t)
    loss_t /= K * N
    d *= 2 / (K * N)
    return loss_t, d


def _room_for_mse(T, K, N, dtype):
    whole = T, K, N
    return empty(whole, dtype), empty(whole, dtype), empty(whole, bool), empty((T,), dtype)


LOSSES = {"cross_entropy": cross_entropy, "mse": mse}
