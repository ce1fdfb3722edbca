"""A valley of two weights, steeper across than along, and what optimizers do in it."""

import numpy as np

from ..nn.record import Record

START = (-4.0, 1.5)  # along the valley, across it
STEEP = 100.0
ENOUGH = 0.01  # the loss at which a way is at its end


def curvature(steep=STEEP, turned=False):
    """The symmetric (2, 2) matrix A of the loss ½ wᵀ A w: 1 along, `steep` across; turned by 45° against the axes."""
    c = np.sqrt(0.5) if turned else 1.0
    R = np.array([[c, -c], [c, c]]) if turned else np.eye(2)
    return R @ np.diag([1.0, steep]) @ R.T


def loss(w1, w2, steep=STEEP, turned=False):
    """The height of the valley at (w1, w2), numbers or arrays."""
    A = curvature(steep, turned)
    return (A[0, 0] * w1**2 + 2 * A[0, 1] * w1 * w2 + A[1, 1] * w2**2) / 2


def way(optimizer, updates, steep=STEEP, turned=False):
    """The two weights before the first and after every update, (updates + 1, 2).

    Parameters
    ----------
    optimizer : SGD or Adam
        A new one: Adam remembers where it was.
    updates : int
    steep : float
        How much steeper the valley is across than along.
    turned : bool
        Whether it lies at 45° to the two weights; the start is turned with it.
    """
    A, places = curvature(steep, turned), []
    start = np.array(START)
    w = Record({"w": np.sqrt(0.5) * np.array([start[0] - start[1], start.sum()]) if turned else start})
    for _ in range(updates + 1):
        places.append(w.w.copy())
        optimizer.update(w, Record({"w": A @ w.w}))
    return np.array(places)


def updates_until(optimizer, steep=STEEP, turned=False, *, enough=ENOUGH, most=2000):
    """How many updates it takes until the loss is below `enough`; inf where `most` do not do it.

    Parameters
    ----------
    optimizer, steep, turned
        As for `way`.
    """
    with np.errstate(all="ignore"):  # a way that climbs out of the valley grows without end
        heights = loss(*way(optimizer, most, steep, turned).T, steep, turned)
    there = np.flatnonzero(heights < enough)
    return int(there[0]) if len(there) else np.inf
