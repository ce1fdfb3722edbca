"""Three ways of making a gradient smaller, one of which keeps its direction; and a network that needs it."""

import re

import numpy as np

from .. import words
from ..data import adding_batches
from ..doors import positive, seeded
from ..in_words import answering
from ..nn import RNN, SGD, Readout, SequenceModel, train
from .bptt import spectral_radius
from .table import Table


def wild_network(seed=0, *, H=32, radius=1.6):
    """A ReLU network for the adding problem whose W_hh has a spectral radius far above 1: its gradients explode.

    Returns
    -------
    SequenceModel
        Many-to-one, with mse.
    """
    rng, radius = seeded(seed), positive("radius", radius)
    cell = RNN(2, H, rng=rng, activation="relu")
    cell.params.W_hh *= radius / spectral_radius(cell.params.W_hh)
    return SequenceModel(cell, Readout(H, 1, rng=rng), "many-to-one", loss="mse")


STOPPED = {
    "en": "training stopped at step {step}: the loss is {loss}",
    "ko": "{step}번째 업데이트에서 멈춤: 손실 {loss}",
}
ENDED = {"en": "{n} updates, loss {first} → {last}", "ko": "업데이트 {n}번, 손실 {first} → {last}"}
BY = {
    "joint norm": {"en": "joint norm", "ko": "전체 노름"},
    "each array": {"en": "each array", "ko": "배열마다"},
    "each element": {"en": "each element", "ko": "원소마다"},
}
HEAD = (
    {"en": "clipped by", "ko": "자른 기준"},
    {"en": "turned", "ko": "돌아간 각"},
    {"en": "norm left", "ko": "남은 노름"},
)


def wild_training(clip, *, updates=200, eta=0.01, seed=0):
    """Train `wild_network` on the adding problem, T = 40, with SGD, and say how it ended.

    Parameters
    ----------
    clip : float or None
        Limit of the gradients' joint norm, as for `seqlib.train`.

    Returns
    -------
    str
        The first and the last loss, or where the training stopped and why.
    """
    batches = adding_batches(32, 40, rng=seeded(seed))
    try:
        loss = train(wild_network(seed), batches, SGD(eta), updates, clip=clip).loss
    except FloatingPointError as problem:
        step, loss = re.search(r"at step (\d+): the loss is (\S+)", str(problem)).groups()
        return words.say(STOPPED, step=step, loss=loss)
    return words.say(ENDED, n=len(loss), first=f"{loss[0]:.0f}", last=f"{loss[-1]:.1f}")


def three_ways(params, limit):
    """Clip gradients by their joint norm, array by array, and element by element.

    Parameters
    ----------
    params : Record
        The gradients of all parameters; they stay as they are.
    limit : float

    Returns
    -------
    Ways
        For ``"joint norm"``, ``"each array"`` and ``"each element"``: the angle to the gradient in degrees, and the
        norm that is left. Printed, it is a table.
    """
    positive("limit", limit)
    given = [array for _, array in params.items()]
    g = _flat(given)
    arrays = [a * min(1.0, limit / max(np.linalg.norm(a), 1e-300)) for a in given]
    ways = {
        "joint norm": g * min(1.0, limit / np.linalg.norm(g)),
        "each array": _flat(arrays),
        "each element": np.clip(g, -limit, limit),
    }
    return Ways({name: (_angle(v, g), float(np.linalg.norm(v))) for name, v in ways.items()})


class Ways(dict):
    """What `three_ways` found: a dict of str to (angle, norm) that prints as a table."""

    def __str__(self):
        rows = [(words.say(BY[name]), f"{angle:.0f}°", f"{norm:.2f}") for name, (angle, norm) in self.items()]
        return repr(Table(rows, HEAD))


def _flat(arrays):
    return np.concatenate([a.ravel() for a in arrays])


def _angle(v, w):
    v, w = v / np.linalg.norm(v), w / np.linalg.norm(w)
    return float(np.degrees(2 * np.arctan2(np.linalg.norm(v - w), np.linalg.norm(v + w))))


answering(globals())
