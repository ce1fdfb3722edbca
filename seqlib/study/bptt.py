"""What backpropagation through time is made of: its terms, its Jacobians, and how far it reaches.

Everything here takes a cell, or a model around one, and the trace of a run. It asks a cell for
two things only: ``TERMS``, where each weight enters, and ``step_back``, one step of the backward
pass with plain arrays, so it works for every cell, also for a reader's own.
"""

from typing import NamedTuple

import numpy as np

from ..data import one_hot
from ..doors import plain, shown, square, whole
from ..in_words import answering
from ..nn.cell import check_sequence, sequence
from ..nn.functions import LOSSES
from ..nn.record import Record
from ..nn.workspace import Workspace
from .moment import one_step_back
from .table import Table


def contributions(model, trace, grads):
    """The terms of ∂L/∂W before they are summed: one for every step at which W was used.

    ∂L/∂W_hh = Σ_t ∂L/∂a_t · h_{t-1}ᵀ: the *total* derivative with respect to a_t times the
    *immediate* one of a_t with respect to W_hh, in which h_{t-1} is held fixed.

    Parameters
    ----------
    model : a cell, or a SequenceModel
    trace : Record
        From ``model.forward``.
    grads : Gradients
        From ``model.backward``.

    Returns
    -------
    Record
        For each parameter of shape (rows, columns) its terms, (T, rows, columns), summed over the
        examples; term t - 1 is that of step t. Their sum over t is the gradient. A readout that
        answers only at the last step has one term.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), equations 3 to 5.
    """
    steps = {base: len(grads.trace[term.to]) for term in model.TERMS for base in [_base(model, term.weight)]}
    terms = _room(model, lambda name: (steps[name],))
    for term in model.TERMS:
        delta = grads.trace[term.to]
        inputs = _inputs(model, term, trace)
        terms[term.weight] = _term(term, delta, None if inputs is None else inputs[-len(delta) :])
    return terms


def contribution_matrix(model, x, targets, *, whole=False, **states):
    """τ_{s,k}: what the loss at step s says about W through its use at step k.

    Parameters
    ----------
    model : SequenceModel
    x, targets
        As for ``model.loss``.
    whole : bool
        Return the tensors themselves instead of their norms.
    **states
        ``h0``, and ``C0`` of an LSTM, as for ``model.forward``.

    Returns
    -------
    Record
        For each parameter of the cell an array (S, T) of Frobenius norms ‖τ_{s,k}‖, or
        (S, T, rows, columns) if `whole`; S is the number of losses: T, or 1 for many-to-one.
        Entry [s-1, k-1] belongs to the loss at s and the step k; it is 0 for k > s, because
        nothing later can matter. The tensors sum to the gradient. Memory grows with what is
        returned.
    """
    trace = model.forward(x, **states, **model._steps(model._targets(targets)))
    _, dlogits = LOSSES[model.loss_name](trace.logits, model._targets(targets))
    cell, T, S = model.cell, len(trace.h), len(dlogits)
    tau = _room(cell, lambda name: (S, T)) if whole else Record({name: np.zeros((S, T)) for name in cell.params})
    # Each loss alone is one more leading axis: all of them go back together, joining at their own step.
    dh_own = model.readout.params.W_hy.T @ dlogits  # (S, H, N)
    inputs = {term.of: _inputs(cell, term, trace) for term in cell.TERMS}
    state = [np.zeros_like(dh_own) for _ in cell.STATES]
    for k in reversed(range(T)):
        if k - (T - S) >= 0:
            state[0][k - (T - S)] = dh_own[k - (T - S)]
        first = max(k - (T - S), 0)  # the losses before step k have nothing to do with it
        d = one_step_back(cell, trace, k, **{name: part[first:] for name, part in zip(cell.STATES, state, strict=True)})
        step = _room(cell, lambda name, losses=S - first: (losses,))
        for term in cell.TERMS:
            step[term.weight] = _term(term, getattr(d, term.to), None if term.of == "1" else inputs[term.of][k])
        for name, terms in step.items():
            tau[name][first:, k] = terms if whole else np.sqrt((terms * terms).sum(axis=(1, 2)))
        for name, part in zip(cell.STATES, state, strict=True):
            part[first:] = getattr(d, f"{name}_prev")
    return tau


def jacobian(cell, trace, t):
    """∂h_t/∂h_{t-1} at step t (from 1) for every example, (N, H, H).

    For the plain cell it is diag(f'(a_t)) W_hh.
    """
    return jacobian_product(cell, trace, t, t - 1)


def jacobian_product(cell, trace, t, k):
    """∂h_t/∂h_k = ∏_{j=k+1}^{t} ∂h_j/∂h_{j-1} for every example, (N, H, H); 0 ≤ k ≤ t ≤ T.

    Other parts of the state at step k, such as an LSTM's C_k, are held fixed.
    """
    _check_steps(trace, t, k)
    *_, last = _walk_back(cell, trace, t, k)
    return last


def gradient_flow(cell, trace, t, *, norm="spectral"):
    """How strongly h_t depends on every earlier state: ‖∂h_t/∂h_k‖ for k = 0 … t.

    Parameters
    ----------
    norm : {"spectral", "frobenius"}
        The largest singular value (the one that the bounds on vanishing and exploding are
        about), or the root of the sum of squares, which is quicker.

    Returns
    -------
    ndarray, (t + 1, N)
        Row k is ‖∂h_t/∂h_k‖ for every example; row t is the norm of the identity.
    """
    if norm not in ("spectral", "frobenius"):
        raise ValueError(f"norm must be 'spectral' or 'frobenius', but {shown(norm)} came.")
    _check_steps(trace, t, 0)
    size = largest_singular_value if norm == "spectral" else lambda J: np.sqrt((J * J).sum(axis=(-2, -1)))
    return np.array([size(J) for J in _walk_back(cell, trace, t, 0)][::-1])


def truncated_gradient(model, x, targets, window):
    """The gradient of truncated BPTT: the state crosses from window to window, the gradient does not.

    Parameters
    ----------
    model : SequenceModel
        Many-to-many or many-to-one.
    x : ndarray, (T, D, N)
    targets
        As for ``model.loss``.
    window : int, at least 1
        Steps in a window; the last one may be shorter. From T on the gradient is exact.

    Returns
    -------
    Record
        Like ``model.params``. Only the trace of one window is in memory at a time.

    References
    ----------
    Williams & Peng (1990), "An efficient gradient-based algorithm for on-line training of recurrent network
    trajectories", Neural Computation 2(4). Here the windows do not overlap.
    """
    if isinstance(window, bool) or not isinstance(window, int | np.integer) or window < 1:
        raise ValueError(f"window must be a whole number of steps, 1 or more, but {shown(window)} came.")
    if model.shape == "one-to-many":
        raise ValueError("model must read a sequence to be cut into windows, but a one-to-many model came.")
    x, targets = sequence(x), model._targets(targets)
    check_sequence(x, model.cell.D, type(model.cell).__name__)
    total, states, workspace = model.params.zeros_like(), {}, Workspace()
    for start in range(0, len(x), window):
        part = x[start : start + window]
        if model.shape == "many-to-one" and start + window < len(x):  # no output, so nothing to go back from
            states = model.cell.last_states(model.cell.forward(part, workspace=workspace, **states))
            continue
        trace = model.forward(part, workspace=workspace, **states)
        wanted = targets if model.shape == "many-to-one" else targets[start : start + window]
        _, dlogits = LOSSES[model.loss_name](trace.logits, wanted)
        for name, g in model.backward(trace, dlogits, workspace).params.items():
            total[name] += g
        states = model.cell.last_states(trace)
    return total


def truncation(model, x, targets, windows):
    """What truncated BPTT costs and saves, for ∂L/∂W_hh and each length of window.

    Parameters
    ----------
    model, x, targets
        As for `truncated_gradient`.
    windows : sequence of int

    Returns
    -------
    Truncation
        One row for each window. Printed, it is a table.
    """
    exact = model.loss_and_gradients(x, targets)[1].params.W_hh
    if not np.iterable(windows):
        raise ValueError(f"windows must be several lengths, such as (5, 10, 20), but {shown(windows)} came.")
    rows = []
    for window in windows:
        g = truncated_gradient(model, x, targets, window).W_hh
        trace = model.cell.forward(x[:window])
        memory = (trace.x.nbytes + trace.a.nbytes + trace.h_all.nbytes) / 1024
        cosine = (g * exact).sum() / np.linalg.norm(g) / np.linalg.norm(exact)
        rows.append((window, np.linalg.norm(g - exact) / np.linalg.norm(exact), cosine, memory))
    return Truncation(*map(np.array, zip(*rows, strict=True)))


TRUNCATION = {"en": "window", "ko": "윈도"}, {"en": "error", "ko": "오차"}, {"en": "cosine", "ko": "코사인"}, "KB"


class Truncation(NamedTuple):
    """What `truncation` measured, each with one number for each window."""

    windows: np.ndarray
    errors: np.ndarray  # relative to the norm of the exact gradient
    cosines: np.ndarray  # of the angle to the exact gradient
    kilobytes: np.ndarray  # of the trace of one window

    def __str__(self):
        rows = [(f"{w}", f"{e:.2f}", f"{c:.2f}", f"{m:.0f}") for w, e, c, m in zip(*self, strict=True)]
        return repr(Table(rows, TRUNCATION, left=0))


def spectral_radius(W):
    """The largest |eigenvalue| of a square matrix, or of each in a stack (..., H, H)."""
    return np.abs(np.linalg.eigvals(square("W", W))).max(axis=-1)


def largest_singular_value(W):
    """σ_max = ‖W‖₂ of a matrix, or of each in a stack (..., rows, columns)."""
    W = plain("W", W)
    if W.ndim < 2:
        raise ValueError(f"W must be a matrix, but shape {W.shape} came.")
    return np.linalg.norm(W, 2, axis=(-2, -1))


def _walk_back(cell, trace, t, k):
    """∂h_t/∂h_j for j = t, t - 1, …, k, each (N, H, H)."""
    _, H, N = trace.h.shape
    dh = np.repeat(np.eye(H, dtype=trace.h.dtype)[:, :, None], N, axis=2)  # a loss for each unit of h_t
    yield dh.transpose(2, 0, 1)
    state = [dh, *(np.zeros_like(dh) for _ in cell.STATES[1:])]
    for j in range(t, k, -1):
        d = one_step_back(cell, trace, j - 1, **dict(zip(cell.STATES, state, strict=True)))
        state = [getattr(d, f"{name}_prev") for name in cell.STATES]
        yield state[0].transpose(2, 0, 1)


def _inputs(model, term, trace):
    """What a weight multiplies, of all steps; of token ids the one-hot columns they stand for."""
    inputs = None if term.of == "1" else trace[term.of]
    return inputs if inputs is None or inputs.ndim == 3 else one_hot(inputs, model.params[term.weight].shape[1])


def _term(term, delta, inputs):
    """Σ_n delta_n inputs_nᵀ: (..., rows, N) and (..., columns, N) to (..., rows, columns)."""
    if inputs is None:
        return delta.sum(axis=-1, keepdims=True)
    if term.pointwise:
        return (delta * inputs).sum(axis=-1, keepdims=True)
    return np.matmul(delta, np.swapaxes(inputs, -1, -2))


def _room(model, front):
    """A record like ``model.params``, zeros, with the axes ``front(name)`` before those of each array."""
    windows = model.params.views.items()
    views = {name: (base, (*[slice(None)] * len(front(base)), index)) for name, (base, index) in windows}
    return Record({name: np.zeros((*front(name), *array.shape)) for name, array in model.params.items()}, views)


def _base(model, weight):
    """The array in which a weight's memory is."""
    return model.params.views.get(weight, (weight, None))[0]


def _check_steps(trace, t, k):
    for name, step in (("t", t), ("k", k)):
        if not isinstance(step, int | np.integer) or isinstance(step, bool):
            whole(name, step, 0)
    if not 0 <= k <= t <= len(trace.h):
        raise ValueError(f"steps must satisfy 0 ≤ k ≤ t ≤ T = {len(trace.h)}, but t={t} and k={k} came.")


answering(globals())
