"""A valley of two weights, steeper across than along, and what optimizers do in it."""

import numpy as np

from ..doors import plain, positive, whole
from ..in_words import answering
from ..nn import SGD, Adam
from ..nn.record import Record
from .table import Table

START = (-4.0, 1.5)  # along the valley, across it
STEEP = 100.0
ENOUGH = 0.01  # the loss at which a way is at its end


def curvature(steep=STEEP, turned=False):
    """The symmetric (2, 2) matrix A of the loss ½ wᵀ A w: 1 along, `steep` across; turned by 45° against the axes."""
    steep, c = positive("steep", steep), np.sqrt(0.5) if turned else 1.0
    R = np.array([[c, -c], [c, c]]) if turned else np.eye(2)
    return R @ np.diag([1.0, steep]) @ R.T


def loss(w1, w2, steep=STEEP, turned=False):
    """The height of the valley at (w1, w2), numbers or arrays."""
    A = curvature(steep, turned)
    w1, w2 = 1.0 * plain("w1", w1), 1.0 * plain("w2", w2)  # the square of a small integer may not fit into its type
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
    grads = Record({"w": np.empty(2)})  # the same one each time: Adam lists what an update does only once
    for _ in range(whole("updates", updates, 0) + 1):
        places.append(w.w.copy())
        np.matmul(A, w.w, out=grads.w)
        optimizer.update(w, grads)
    return np.array(places)


def updates_until(optimizer, steep=STEEP, turned=False, *, enough=ENOUGH, most=3000):
    """How many updates it takes until the loss stays below `enough`; inf where `most` do not do it.

    Only these are looked at: Adam, whose averages have become tiny at the bottom, leaves it again after thousands more.

    Parameters
    ----------
    optimizer, steep, turned
        As for `way`.
    """
    positive("enough", enough), whole("most", most, 0)
    with np.errstate(all="ignore"):  # a way that climbs out of the valley grows without end
        heights = loss(*way(optimizer, most, steep, turned).T, steep, turned)
    above = np.flatnonzero(~(heights < enough))  # so that what is no number counts as above
    needed = above[-1] + 1 if len(above) else 0
    return int(needed) if needed <= most else np.inf


RATIO = {"en": "across : along", "ko": "가로지르는 쪽 : 따라가는 쪽"}


def turned_valleys(steeps=(25, 100, 400)):
    """How many updates SGD (η = 1.9 / steep) and Adam (η = 0.2) need, in the valley as it lies and turned by 45°.

    In the turned one Adam is asked a second time, with an η that suits it better there: 0.5.

    Returns
    -------
    Table
    """
    rows = []
    for steep in steeps:
        needed = (
            updates_until(optimizer, steep, turned)
            for turned in (False, True)
            for optimizer in (SGD(1.9 / steep), Adam(0.2))
        )
        rows.append((f"{steep} : 1", *map(str, needed), str(updates_until(Adam(0.5), steep, True))))
    return Table(rows, (RATIO, "SGD", "Adam", "SGD, 45°", "Adam, 45°", "Adam, 45°, η = 0.5"))


answering(globals())
