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
from numpy import add, copyto, divide, multiply, subtract

from ..doors import plain, shown
from .equations import recordable
from .workspace import do, empty


class Activation(NamedTuple):
    """A pointwise function and its derivative, the latter written in terms of the *output*."""

    value: object  # value(a) -> h
    slope: object  # slope(h) -> dh/da


# np.maximum and > order complex numbers by their real part, which is what a complex step needs.
ACTIVATIONS = {
    "tanh": Activation(np.tanh, lambda h: 1 - h**2),
    "relu": Activation(lambda a: np.maximum(a, 0), lambda h: np.greater(h, 0)),
}


@recordable
def sigmoid(a):
    """σ(a) = 1 / (1 + e^(-a)), of any shape; written with tanh, so it never overflows.

    Its derivative in terms of its value s is s (1 - s).
    """
    if not isinstance(a, np.ndarray) or isinstance(a, np.ma.MaskedArray) or a.dtype.kind not in "fiubc":
        a = plain("a", a)
    return (1 + np.tanh(a / 2)) / 2


def _hard_sigmoid(slope):
    """The straight line through (0, 1/2), cut off at 0 and 1."""
    return Activation(
        lambda a: np.minimum(np.maximum(slope * a + 0.5, 0), 1),
        lambda s: slope * np.greater(s, 0) * np.greater(1, s),
    )


# What stands in place of σ in a gate. Of the two straight lines one is that of Keras before 3 and of TensorFlow.js, the
# other that of Keras 3, under the same name: a network trained with one is computed by neither of the others.
GATES = {
    "sigmoid": Activation(sigmoid, lambda s: s * (1 - s)),
    "hard_sigmoid_0.2": _hard_sigmoid(0.2),
    "hard_sigmoid_1/6": _hard_sigmoid(1 / 6),
}


def known(name, value, names):
    """`value`, or a ValueError in one sentence unless it is one of these names."""
    named = isinstance(value, str)
    if named and value in names:
        return value
    slopes = "; hard_sigmoid has slope 0.2 in Keras 1, 2 and TensorFlow.js, 1/6 in Keras 3"
    which = slopes if named and value == "hard_sigmoid" else ""
    raise ValueError(f"{name} must be one of {', '.join(names)}, but {shown(value)} came{which}.")


def softmax(logits):
    """Probabilities over the classes, axis -2: e^(z_k) / Σ_j e^(z_j), shape (..., K, N).

    The largest logit is subtracted first. That changes nothing in exact arithmetic and keeps
    e^z from overflowing.
    """
    logits = 1.0 * plain("logits", logits)  # a difference of uint8 is never negative
    if logits.ndim < 2:
        raise ValueError(f"logits must have shape (..., K, N), classes by examples, but {logits.shape} came.")
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
    return LOSSES["cross_entropy"](logits, targets)


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
    return LOSSES["mse"](outputs, targets)


class Loss(NamedTuple):
    """A loss over the outputs of some steps."""

    check: object  # check(outputs, targets) raises a ValueError where they do not go together
    operations: object  # operations(outputs, targets, loss_t, doutputs) fill the last two; see `do`

    def made(self, outputs, targets):
        """Memory for loss_t and doutputs, and the operations that make them."""
        if np.iscomplexobj(targets) and not np.iscomplexobj(outputs):
            raise ValueError(f"targets must be real numbers, as the outputs are, but {targets.dtype} came.")
        dtype = np.result_type(outputs, np.float32)
        results = empty((len(outputs),), dtype), empty(outputs.shape, dtype)
        return *results, self.operations(outputs, targets, *results)

    def __call__(self, outputs, targets):
        """(loss_t, doutputs), both new."""
        outputs, targets = plain("logits", outputs), plain("targets", targets)
        if outputs.ndim != 3:
            raise ValueError(f"logits must have shape (T, K, N), but {outputs.shape} came.")
        self.check(outputs, targets)
        loss_t, doutputs, operations = self.made(outputs, targets)
        do(operations)
        return loss_t, doutputs


def _check_classes(logits, targets):
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


def _cross_entropy(logits, targets, loss_t, dlogits):
    (T, K, N), dtype, one_row = logits.shape, loss_t.dtype, np.s_[:, None]
    largest, there = (empty((T, 1, N), loss_t.real.dtype) for _ in range(2))
    shifted, total, picked = empty((T, K, N), dtype), empty((T, N), dtype), empty((T, N), dtype)
    onehot, classes, examples = empty((T, K, N), bool), np.arange(K)[:, None], np.array(N, loss_t.real.dtype)
    yield np.equal, (classes, targets[one_row], onehot)
    yield np.greater_equal, (targets[one_row], 0, there)
    yield np.maximum.reduce, (logits.real, 1, None, largest, True)
    yield subtract, (logits, largest, shifted)
    yield np.exp, (shifted, dlogits)
    yield add.reduce, (dlogits, 1, None, total)
    yield divide, (dlogits, total[one_row], dlogits)
    yield subtract, (dlogits, onehot, dlogits)
    yield divide, (there, examples, largest)
    yield multiply, (dlogits, largest, dlogits)
    # -log p, written so that a place without a target gives 0 and not -0.
    yield np.log, (total, total)
    yield multiply, (total, there[:, 0], total)
    yield add.reduce, (shifted, 1, None, picked, False, 0, onehot)
    yield subtract, (total, picked, total)
    yield add.reduce, (total, 1, None, loss_t)
    yield divide, (loss_t, examples, loss_t)


def _check_numbers(outputs, targets):
    if targets.shape != outputs.shape:
        raise ValueError(f"targets must have the shape of the outputs, {outputs.shape}, but {targets.shape} came.")


def _mse(outputs, targets, loss_t, doutputs):
    T, K, N = outputs.shape
    size, factor = np.full(T, K * N, loss_t.dtype), np.array(2 / (K * N), loss_t.dtype)
    missing, sums = empty((T, K, N), bool), empty((T,), loss_t.dtype)
    d, squares = (empty((T, K * N), loss_t.dtype) for _ in range(2))
    difference = d.reshape(T, K, N)
    yield subtract, (outputs, targets, difference)
    yield np.isnan, (targets, missing)
    yield copyto, (difference, 0, "same_kind", missing)
    yield multiply, (d, d, squares)  # and not |d|²: the loss must stay analytic for the complex step
    yield add.reduce, (squares, 1, None, sums)
    yield divide, (sums, size, loss_t)
    yield multiply, (difference, factor, doutputs)


LOSSES = {"cross_entropy": Loss(_check_classes, _cross_entropy), "mse": Loss(_check_numbers, _mse)}
