"""Memory that is made once and used again at every step of a training, and operations that are listed once."""

import math
from collections import deque
from itertools import starmap
from operator import call, is_

import numpy as np

from ..doors import shown

KEPT = 8  # things in a workspace
LINE = 64  # bytes of a cache line, and of the widest registers


class Workspace:
    """Keeps what a training step needs room for, so that the next step of the same sizes makes nothing new.

    Given to ``model.loss_and_gradients``, or to `forward` and `backward` of a cell, it is where all of
    their results live, so each call overwrites those of the call before: a second trace of the same sizes
    takes the place of the first. Without one, what a caller receives is new and stays as it is. One
    workspace serves one thread.
    """

    def __init__(self):
        self._kept = {}

    def keep(self, key, make, *of):
        """What ``make()`` returned when it was last asked for by this key; made anew if `of` are other objects.

        An ``id`` in the key is that of an object which what is made or `of` holds, so no other can have it. For
        sequences of many lengths, what was first kept has to go.
        """
        kept = self._kept.get(key)
        if kept is None or not all(map(is_, kept[1], of)):
            kept = self._kept[key] = make(), of
            if len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
        return kept[0]

    def __reduce__(self):  # in a copy, views would part from their arrays; it begins empty
        return Workspace, ()


def room_in(workspace):
    """`workspace`, a new one where that is None, or a ValueError in one sentence."""
    if workspace is None:
        return Workspace()
    if not isinstance(workspace, Workspace):
        raise ValueError(f"workspace must be a Workspace(), or left out, but {shown(workspace)} came.")
    return workspace


def empty(shape, dtype):
    """``np.empty``, beginning at a cache line: arithmetic on such arrays is up to twice as fast."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.empty(size + LINE, np.uint8)
    start = -memory.__array_interface__["data"][0] % LINE
    return memory[start : start + size].view(dtype).reshape(shape)


def do(operations):
    """Call every ``(function, arguments)``, one after the other.

    All passes of the course are written as such operations on arrays whose place is known before. Where
    memory is used again, they are the same at every step of a training: they are listed once, with all
    parts of arrays looked up, and what is left of a step is little more than this loop.
    """
    for function, arguments in operations:
        function(*arguments)


def at_once(calls):
    """Make every call ``(function, *arguments)`` of a list: an interrupt comes before all of them, or after all.

    For what belongs together, such as the parts of one update. Python looks for interrupts between two of its own
    instructions, and this is a single one, as long as no function is written in Python.
    """
    deque(starmap(call, calls), maxlen=0)


def product(left, right, out):
    """The operation ``out = left @ right``: by `dot`, which is called quicker, where that needs no copy."""
    if right.ndim == out.ndim == 3 and len(right) == 1:
        right, out = right[0], out[0]
    plain = all(a.ndim == 2 and (a.flags.c_contiguous or a.flags.f_contiguous) for a in (left, right))
    if plain and out.flags.c_contiguous and left.dtype == right.dtype == out.dtype:
        return left.dot, (right, out)
    return np.matmul, (left, right, out)
