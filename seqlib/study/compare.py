"""What a cell costs, and how far its whole state reaches: the measures of lesson 12."""

import numpy as np

from .bptt import largest_singular_value
from .moment import one_step_back

BLOCKS = {"RNN": 1, "GRU": 3, "LSTM": 4}  # blocks of H rows: candidates and gates
POINTWISE = {"RNN": 0, "GRU": 3, "LSTM": 3}  # ⊙ products of H numbers: r⊙h, (1-z)⊙h, z⊙g; f⊙C, i⊙g, o⊙tanh C


def parameters(kind, D, H):
    """Number of weights and biases of a cell: blocks · H · (D + H + 1).

    Parameters
    ----------
    kind : {"RNN", "GRU", "LSTM"}
    D, H : int
    """
    return _blocks(kind) * H * (D + H + 1)


def multiplications(kind, D, H):
    """Multiplications of one step for one example: those of the matrix products, and the ⊙ products."""
    return _blocks(kind) * H * (D + H) + POINTWISE[kind] * H


def hidden_size(kind, D, budget):
    """The H whose number of parameters comes closest to `budget`; the smaller one of two that are equally close.

    Raises
    ------
    ValueError
        The budget is not a positive number.
    """
    if not budget > 0:
        raise ValueError(f"budget must be a positive number of parameters, but {budget!r} came.")
    # blocks · (H² + (D + 1) H) = budget: the root of it, and its two neighbours
    half = (D + 1) / 2
    root = int(np.sqrt(half**2 + budget / _blocks(kind)) - half)
    return min(range(max(root, 1), max(root, 1) + 2), key=lambda H: (abs(parameters(kind, D, H) - budget), H))


def memory_flow(cell, trace, t):
    """‖∂h_t/∂C_k‖ for k = 0 … t: how strongly what an LSTM shows at t depends on its earlier memories.

    The *total* derivative, as ``Gradients.trace.C`` is: C_k also shows in h_k, and goes on from there.

    Returns
    -------
    ndarray, (t + 1, N)
        Spectral norms, as in `seqlib.study.bptt.gradient_flow`.

    Raises
    ------
    ValueError
        The cell has no memory C, or the trace no such step.
    """
    if "C" not in cell.STATES:
        raise ValueError(f"cell must have a memory C, as an LSTM has, but {cell!r} came.")
    if not 1 <= t <= len(trace.h):
        raise ValueError(f"t must be a step from 1 to T = {len(trace.h)}, but {t} came.")
    _, H, N = trace.h.shape
    dh = np.repeat(np.eye(H, dtype=trace.h.dtype)[:, :, None], N, axis=2)  # a loss for each unit of h_t
    dC, norms = np.zeros_like(dh), []
    for k in range(t, 0, -1):
        shown = trace.o[k - 1] * (1 - trace.tanh_C[k - 1] ** 2)  # ∂h_k/∂C_k
        norms.append(largest_singular_value((dC + dh * shown).transpose(2, 0, 1)))
        d = one_step_back(cell, trace, k - 1, h=dh, C=dC)
        dh, dC = d.h_prev, d.C_prev
    norms.append(largest_singular_value(dC.transpose(2, 0, 1)))  # nothing shows C_0: h_0 was given beside it
    return np.array(norms[::-1])


def _blocks(kind):
    if kind not in BLOCKS:
        raise ValueError(f"kind must be one of {', '.join(BLOCKS)}, but {kind!r} came.")
    return BLOCKS[kind]
