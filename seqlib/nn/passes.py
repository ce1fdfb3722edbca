"""A cell's two passes over a sequence: their memory, and their operations in order."""

from contextlib import nullcontext
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy import add, copyto

from .record import Record
from .workspace import do, empty, product, same

BUFFER = 16  # numbers; the least that NumPy takes


class Gradients(NamedTuple):
    """Derivatives of the loss, each a record shaped like what it is the derivative of."""

    params: Record  # ∂L/∂W, like cell.params
    trace: Record | None  # ∂L/∂x_t, ∂L/∂a_t, ∂L/∂h_t at every step, by the trace's names; None with a workspace
    h0: np.ndarray | None  # ∂L/∂h_0, (H, N); None where there is no h_0
    C0: np.ndarray | None = None  # ∂L/∂C_0 of an LSTM


class Pass:
    """What both passes have in common.

    Attributes
    ----------
    whole : bool
        Whether all that the pass finds is kept, for a reader, or only what a training needs.
    """

    def __init__(self, whole):
        self.whole, self._of, self._listed = whole, None, None

    def perform(self, *of):
        """Do ``operations(*of)``. What will be used again is listed, and stays so while `of` are the same objects."""
        if self.whole:
            do(self.operations(*of))
            return
        if self._of is None or not same(of, self._of):
            self._of, self._listed = of, list(self.operations(*of))
        do(self._listed)


class ForwardPass(Pass):
    """Fills ``trace``, in which x and the initial states (``firsts``) have to be."""

    def __init__(self, cell, T, N, dtype, whole):
        super().__init__(whole)
        self.cell, self.trace = cell, cell._new_trace(T, N, dtype, whole)
        self.firsts = [self.trace[f"{state}_all"][0] for state in cell.STATES]

    def operations(self):
        """Those from x and the initial states on."""
        matrices, (_, _, N) = [], self.trace.h.shape
        for stack in self.cell.STACKS:
            matrix, columns = stack.matrix(self.cell.params, self.trace.h.dtype, times=N)
            matrices.append(matrix)
            for name, column in columns:
                yield copyto, (column, self.cell.params[name])
        yield from self.cell._forward(self.trace, *matrices)


class Part:
    """Some steps in a row of a backward pass.

    Attributes
    ----------
    trace : Record
        Their part of the trace.
    room : Record
        For their derivatives. At the end of ``room.h_all`` and the like is what the later steps say.
    own : list
        For each part of the state what the losses say directly about it at these steps, or None.
    """

    def __init__(self, now, trace, room, own):
        self.trace, self.room = some_steps(trace, now), room
        self.own = [None if d is None or d.ndim == 2 else d[now] for d in own]

    def steps(self, of_trace, of_room):
        """For every step, from the last: what is there of these arrays, and of `own`."""
        arrays = [*(self.trace[name] for name in of_trace), *(self.room[name] for name in of_room)]
        arrays = [repeat(None) if array is None else array[::-1] for array in (*arrays, *self.own)]
        return zip(*arrays, strict=False)  # of None there is no end


class BackwardPass(Pass):
    """Goes through a trace from its last step to its first, some steps at a time.

    When the cell has gone through the steps of a part, what they say about the weights is added, and
    the derivatives of the state are handed on to the part before.
    """

    def __init__(self, cell, T, N, dtype, whole):
        super().__init__(whole)
        self.cell, self.dtype, self.at_once = cell, np.dtype(dtype), columns_at_once(T, N)
        self.small = T * N <= 32  # so small that NumPy's settings would cost more than they save
        self.room = self._new_room(N)
        self.states = [self.room[f"{state}_all"] for state in cell.STATES]
        self.grads = cell.params.map(lambda array: empty(array.shape, dtype))
        matrices = [stack.matrix(cell.params, dtype) for stack in cell.STACKS]
        self.sums = [OuterSum(total, self.at_once, N) for total, _ in matrices]
        self.columns = [(self.grads[name], column) for _, columns in matrices for name, column in columns]
        self.dtrace = cell._new_gradient_trace(T, N, dtype) if whole else None
        self._own = [None] * len(cell.STATES)

    def _new_room(self, N):
        """For the derivatives of a and of the states at some steps; what ``SCRATCH`` says comes below those of a."""
        cell, H = self.cell, self.cell.H
        fields, views = cell._fields(cell.D, H)
        rows = fields["a"]
        ends = range(rows + H, rows + H * len(cell.SCRATCH) + 1, H)
        views = {name: ("delta", index) for name, (base, index) in views.items() if base == "a"}
        views |= {name: ("delta", np.s_[:, end - H : end]) for name, end in zip(cell.SCRATCH, ends, strict=True)}
        views["a"] = "delta", np.s_[:, :rows]
        arrays = {"delta": empty((self.at_once, rows + H * len(cell.SCRATCH), N), self.dtype)}
        for state in cell.STATES:
            arrays[f"{state}_all"] = empty((self.at_once + 1, H, N), self.dtype)
            views |= state_windows(state)
        return Record(arrays, views)

    def held(self, own):
        """The same numbers in memory of this pass, so that the operations of the last call serve again."""
        for k, d in enumerate(own):
            kept = self._own[k]
            if kept is None or d is None or (kept.shape, kept.dtype) != (d.shape, d.dtype):
                self._own[k] = None if d is None else d.copy()
            else:
                copyto(kept, d)
        return self._own

    def operations(self, trace, *own):
        """For a loss that says `own`, (T, H, N), (H, N) or None, about each part of the state itself."""
        if not self.small:
            yield np.setbufsize, (BUFFER,)
        T = len(trace.h)
        carried = [d if d is not None and d.ndim == 2 else np.zeros_like(self.states[0][0]) for d in own]
        for stop in range(T, 0, -self.at_once):
            now = slice(max(0, stop - self.at_once), stop)
            part = Part(now, trace, some_steps(self.room, slice(0, now.stop - now.start)), own)
            states = [part.room[f"{state}_all"] for state in self.cell.STATES]
            for state, d in zip(states, carried, strict=True):
                yield copyto, (state[-1], d)
            yield from self.cell._back(part)
            for total, stack in zip(self.sums, self.cell.STACKS, strict=True):
                yield from total.add(part.room[stack.rows], part.trace[stack.inputs], first=stop == T)
            for name in ("a", *self.cell.STATES) if self.whole else ():
                yield copyto, (self.dtrace[name][now], part.room[name])
            carried = [state[0] for state in states]
        for gradient, column in self.columns:
            yield copyto, (gradient, column)

    def settings(self):
        """The context in which the operations have to be done; what they change of NumPy's settings ends with it.

        Parts of arrays that do not lie in one piece would be copied to a buffer first, which takes longer than
        the operation itself, so the buffer is made small. And NumPy is told to call `_flush` when a product is
        too small for a normal number, unless a reader has asked for a call of their own.
        """
        self.flushes = 0
        if self.small:
            return nullcontext()
        if self.dtype.char in "fd" and np.geterrcall() is None:
            return np.errstate(under="call", call=self._flush)
        return np.errstate()

    def _flush(self, *_):
        """Set derivatives that have all but vanished to zero, before they become denormal numbers.

        Processors are up to a hundred times slower with those, and there would be many before zero is
        reached. Where tiny products have another cause it would be called at every step, so it gives up.
        """
        self.flushes += 1
        if self.flushes <= 32:
            limits = np.finfo(self.dtype)
            for state in self.states:
                state[np.abs(state) < limits.tiny / limits.eps] = 0

    def gradients(self, trace):
        """What came out: `Gradients`, with those of the trace if they are wanted."""
        firsts = [state[0] for state in self.states]
        if self.whole:
            for name, first in zip(self.cell.STATES, firsts, strict=True):
                self.dtrace[f"{name}_all"][0] = first
            firsts = [self.dtrace[f"{name}_all"][0] for name in self.cell.STATES]
            self.cell._completed(self.dtrace, trace)
        return Gradients(self.grads, self.dtrace, *firsts)


def columns_at_once(T, N):
    """Steps of one product for a weight's gradient: 512 columns are enough for BLAS, and still fit in the cache."""
    return min(T, -(-512 // N))


class OuterSum:
    """Makes ``total`` = Σ_t Σ_n delta inputsᵀ, (rows, columns), over all the steps that are added."""

    def __init__(self, total, at_once, N):
        self.total, self.product = total, empty(total.shape, total.dtype)
        width = at_once * N if at_once > 1 and N > 1 else 0
        self.delta, self.inputs = (empty((size * width,), total.dtype) for size in total.shape)

    def add(self, delta, inputs, *, first):
        """The operations that add some steps, delta (n, rows, N) and inputs (n, columns, N), in one product.

        T and N must become one axis for that: by copying, unless one of them is 1.
        """
        n, _, N = delta.shape
        if N == 1:
            left, right = delta[:, :, 0].T, inputs[:, :, 0]
        elif n == 1:
            left, right = delta[0], inputs[0].T
        else:
            left = self.delta[: delta.size].reshape(-1, n, N)
            right = self.inputs[: inputs.size].reshape(-1, n, N)
            yield copyto, (left, delta.transpose(1, 0, 2))
            yield copyto, (right, inputs.transpose(1, 0, 2))
            left, right = left.reshape(-1, n * N), right.reshape(-1, n * N).T
        yield product(left, right, self.total if first else self.product)
        if not first:
            yield add, (self.total, self.product, self.total)


def some_steps(record, now):
    """The part of a trace, or of its gradients, that belongs to the steps of the slice `now`."""
    wide = slice(now.start, now.stop + 1)
    return record.like({name: array[wide if name.endswith("_all") else now] for name, array in record.items()})


def state_windows(state):
    """The windows on ``h_all``: what comes before every step, and after."""
    return {f"{state}_prev": (f"{state}_all", np.s_[:-1]), state: (f"{state}_all", np.s_[1:])}
