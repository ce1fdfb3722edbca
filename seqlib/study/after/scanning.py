"""A linear recurrence without a loop over its steps: the scan, and which cells it serves."""

import time

import numpy as np

from seqlib.study.moment import Moment
from seqlib.study.table import Table

from ...doors import seeded
from ...in_words import answering

__all__ = ["coefficients", "loop", "products", "scan", "scan_back", "scanned", "sweeps", "timed"]


def loop(a, b, h0=0.0):
    """h_t = a_t ⊙ h_{t-1} + b_t, one step after the other: shape of b, whose first axis is time."""
    h, state = np.empty_like(b), h0
    for t in range(len(b)):
        state = h[t] = a[t] * state + b[t]
    return h


def scan(a, b, h0=0.0):
    """The same for all steps at once, in ⌈log₂ T⌉ sweeps, each of which joins stretches of double length.

    Parameters
    ----------
    a, b : ndarray, (T, …)
        What each step keeps, and what it adds.
    h0 : float or ndarray, (…)

    Returns
    -------
    h : ndarray, (T, …)

    Notes
    -----
    The step h → a h + b, followed by h → a' h + b', is again such a step: h → (a' a) h + (a' b + b'). After the sweep
    with `shift` = 2^k, (a_t, b_t) stands for the 2^(k+1) steps up to t, or for all of them.

    References
    ----------
    Hillis & Steele (1986), "Data parallel algorithms", Communications of the ACM 29(12).
    """
    a, h, shift = a.copy(), b.copy(), 1
    h[0] += a[0] * h0
    while shift < len(h):
        h[shift:] += a[shift:] * h[:-shift]
        a[shift:] = a[shift:] * a[:-shift]
        shift *= 2
    return h


def scan_back(a, own):
    """The way back through time is a scan, too: d_t = own_t + a_{t+1} ⊙ d_{t+1}.

    Parameters
    ----------
    a : ndarray, (T, …)
        What each step kept.
    own : ndarray, (T, …)
        What the loss at step t says directly about h_t.

    Returns
    -------
    ndarray, (T, …)
        The total derivative ∂L/∂h_t.
    """
    following = np.concatenate([a[1:], np.zeros_like(a[:1])])
    return scan(following[::-1], own[::-1])[::-1]


def sweeps(T):
    """How many sweeps a scan over T steps needs: ⌈log₂ T⌉."""
    return (T - 1).bit_length()


def products(T):
    """How many products of two numbers a unit has in the loop, and in the scan: (T, 2 Σ (T − 2^k))."""
    return T, 2 * sum(T - 2**k for k in range(sweeps(T)))


def coefficients(cell, x):
    """What each step of a cell keeps and what it adds, h_t = a_t ⊙ h_{t-1} + b_t, found for all steps at once.

    Parameters
    ----------
    cell : Cell
        With the one state h.
    x : ndarray, (T, D, N)

    Returns
    -------
    a, b : ndarray, (T, H, N)

    Raises
    ------
    ValueError
        The cell's step has not this form.
    """
    if tuple(cell.STATES) != ("h",):
        raise ValueError(f"a cell with the one state h is needed, but {cell!r} has {', '.join(cell.STATES)}.")
    shape = len(x), cell.H, x.shape[-1]
    at = lambda h_prev: _step(cell, x, h_prev)  # noqa: E731
    b = at(np.zeros(shape))
    a = at(np.ones(shape)) - b
    h = np.random.default_rng(0).normal(size=shape)
    if not np.allclose(at(h), a * h + b, rtol=1e-9, atol=1e-12):
        raise ValueError(
            f"{type(cell).__name__} cannot be scanned: its step is not h_t = a_t ⊙ h_prev + b_t with a_t and b_t made "
            "of x_t alone."
        )
    return a, b


def _step(cell, x, h_prev):
    t = Moment(cell.BLOCKS, {"x": x, "h_prev": h_prev}.__getitem__)
    cell.step(cell.params, t)
    return np.broadcast_to(t.h, h_prev.shape)


def scanned(cell, x, h0=0.0):
    """All states of a cell, (T, H, N), by a scan in place of ``cell.forward(x).h``.

    Raises
    ------
    ValueError
        The cell's step is not h_t = a_t ⊙ h_{t-1} + b_t; the GRU's is not.
    """
    return scan(*coefficients(cell, x), h0)


HEAD = (
    {"en": "numbers a step", "ko": "시점마다 값의 수"},
    {"en": "sweeps for steps", "ko": "스윕 / 시점"},
    {"en": "largest difference", "ko": "가장 큰 차이"},
    {"en": "products", "ko": "곱셈"},
    {"en": "time", "ko": "시간"},
)


def timed(T=16384, widths=(1, 64), *, repeats=2, seed=0):
    """Loop and scan side by side, on one processor: what the scan costs, as multiples of the loop.

    Parameters
    ----------
    T : int
    widths : sequence of int
        Numbers a step: units times sequences.
    repeats : int
        Both are timed so often, in turn; the shortest time of each counts.
    seed : int

    Returns
    -------
    Table
        A row for each width: sweeps, the largest difference, and the scan's products and time divided by the loop's.
    """
    rows, rng = [], seeded(seed)
    for width in widths:
        a, b = rng.uniform(size=(T, width)), rng.normal(size=(T, width))
        made, best = {}, {loop: np.inf, scan: np.inf}
        for _ in range(repeats):
            for way in best:
                begun = time.perf_counter()
                made[way] = way(a, b)
                best[way] = min(best[way], time.perf_counter() - begun)
        far = np.abs(made[loop] - made[scan]).max()
        one, other = products(T)
        rows.append((str(width), f"{sweeps(T)} / {T}", f"{far:.0e}", f"× {other / one:.0f}",
                     f"× {best[scan] / best[loop]:.2g}"))  # fmt: skip
    return Table(rows, HEAD)


answering(globals())
