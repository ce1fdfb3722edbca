"""A run of a cell over a sequence: the memory of its two passes, and their operations in order."""

from collections import ChainMap
from contextlib import nullcontext

import numpy as np
from numpy import add, copyto, multiply

from .equations import Weight, evaluate
from .program import Product
from .record import Record
from .workspace import do, empty, product, same

BUFFER = 16  # numbers; the least that NumPy takes


class Gradients:
    """Derivatives of the loss, each a record shaped like what it is the derivative of.

    Attributes
    ----------
    params : Record
        ∂L/∂W, like ``cell.params``.
    trace : Record or None
        ∂L/∂x_t, ∂L/∂a_t, ∂L/∂h_t at every step, by the trace's names; None with a workspace.
    first : dict of str to ndarray, (H, N)
        ∂L/∂h_0 as ``first["h"]`` or ``h0``, and likewise for every other part of the state.
    """

    def __init__(self, params, trace, first):
        self.params, self.trace, self.first = params, trace, first

    h0 = property(lambda self: self.first.get("h"), doc="∂L/∂h_0, (H, N); None where there is no h_0.")
    C0 = property(lambda self: self.first.get("C"), doc="∂L/∂C_0 of an LSTM; None for other cells.")


class Memory:
    """Arrays of a pass, and what a program's function wants of them."""

    def __init__(self, arrays, params, dtype):
        self.arrays, self.params, self.dtype = arrays, params, np.dtype(dtype)
        self.matrices, self._lists = {}, {}

    def all(self, place, now):
        """What a place holds at the steps of the slice `now`, (steps, rows, N)."""
        steps = slice(now.start + place.late, now.stop + place.late)
        return self.arrays[place.array][steps, place.row : place.row + place.rows]

    def steps(self, place, now):
        """The same as a list with one array a step; every array is made once, for h_t is h_{t-1} of the step after."""
        key = place[:3]
        if key not in self._lists:
            self._lists[key] = list(self.arrays[place.array][:, place.row : place.row + place.rows])
        return self._lists[key][now.start + place.late : now.stop + place.late]

    def arguments(self, function, nows, order=slice(None)):
        """The arguments of a program's function; ``nows(place)`` says which steps are meant."""
        for kind, what in function.arguments:
            if kind == "steps":
                yield self.steps(what, nows(what))[order]
            elif kind == "all":
                yield self.all(what, nows(what))
            elif kind == "scratch":
                yield self.arrays["scratch"][what.row : what.row + what.rows]
            elif kind == "product":
                yield self.matrices[what.name].dot
            elif isinstance(what, Weight):
                array = self.params[what.name]
                yield (array.T if what.turned else array).dot if kind == "dot" else array
            else:
                yield np.array(what, np.empty(0, self.dtype).real.dtype)


def scratch(rows, N, dtype):
    """Room for what the next line needs."""
    return {"scratch": empty((rows.get("scratch", 0), N), dtype)}


class Forward:
    """A forward pass for these T, N and dtype: its trace, and its operations, see `do`.

    Attributes
    ----------
    trace : Record
        The trace; x and the initial states (``firsts``) have to be in it before.
    """

    def __init__(self, cell, T, N, dtype, whole):
        program, self.cell = cell.program(whole), cell
        arrays = {name: empty((T + name.endswith("_all"), rows, N), dtype)
                  for name, rows in program.rows.items() if name[:2] != "d." and name != "scratch"}  # fmt: skip
        arrays["v_all"][...] = 0
        if "1" in program.places:
            arrays["v_all"][:, program.places["1"].row] = 1
        self.trace = Record(arrays, program.windows)
        self.firsts = [self.trace[f"{state}_all"][0] for state in cell.STATES]
        self.operations = list(self._list(program, Memory(arrays | scratch(program.rows, N, dtype), cell.params, dtype), T, N))

    def _list(self, program, memory, T, N):
        every, half = slice(0, T), np.array(0.5, memory.dtype)
        for weights in program.products:
            matrix = memory.matrices[weights.name] = self._matrix(program, weights, memory.dtype, N)
            for name, column in weights.weights:
                W = self.cell.params[name]
                yield copyto, (matrix[:, column : column + W.shape[1]], W)
            for row, rows in weights.halved:
                part = matrix[row : row + rows]
                yield multiply, (part, half, part)
        yield program.forward.run, tuple(memory.arguments(program.forward, lambda place: every))
        for weights in program.products if program.whole else ():
            for row, rows in weights.halved:
                part = memory.all(weights.out, every)[:, row : row + rows]
                yield add, (part, part, part)

    @staticmethod
    def _matrix(program, weights, dtype, N):
        """Multiplied by few columns, it is quicker if it lies column by column in memory."""
        shape = weights.out.rows, weights.of.rows
        return empty(shape[::-1], dtype).T if N <= 4 else empty(shape, dtype)


class Backward:
    """A backward pass for these T, N and dtype: from the last step to the first, some steps at a time.

    When the steps of a part are done, what they say about the weights is added, and the derivatives of the state are
    handed on to the part before.
    """

    def __init__(self, cell, T, N, dtype, whole):
        self.cell, self.program, self.whole, self.dtype = cell, cell.program(whole), whole, np.dtype(dtype)
        self.at_once = columns_at_once(T, N)
        self.small = T * N <= 32  # so small that NumPy's settings would cost more than they save
        rows = self.program.rows
        self.arrays = {name: empty((self.at_once + name.endswith("_all"), count, N), dtype)
                       for name, count in rows.items() if name[:2] == "d."} | scratch(rows, N, dtype)  # fmt: skip
        self.states = [self.arrays[f"d.{state}_all"] for state in cell.STATES]
        self.grads = cell.params.map(lambda array: empty(array.shape, dtype))
        self.dtrace = self._trace_of_derivatives(T, N) if whole else None
        first = {state: room[0] for state, room in zip(cell.STATES, self.states, strict=True)}
        if whole:
            first = {state: self.dtrace[f"{state}_all"][0] for state in cell.STATES}
        self.gradients = Gradients(self.grads, self.dtrace, first)
        self._own, self._of, self._listed = [None] * len(first), None, None

    def _trace_of_derivatives(self, T, N):
        sizes = {f"{state}_all": self.program.H for state in self.cell.STATES} | self.program.derivatives
        arrays = {name: empty((T + name.endswith("_all"), rows, N), self.dtype) for name, rows in sizes.items()}
        return Record(arrays, self.program.derivative_windows())

    def perform(self, trace, own):
        """Do ``operations(trace, own)``. What will be used again is listed, and stays so for the same objects."""
        own = own if self.whole else self._held(own)
        with self.settings():
            if self.whole:
                do(self.operations(trace, own))
                return
            if self._of is None or not same((trace, *own), self._of):
                self._of, self._listed = (trace, *own), list(self.operations(trace, own))
            do(self._listed)

    def _held(self, own):
        """The same numbers in memory of this pass, so that the operations of the last call serve again."""
        for k, d in enumerate(own):
            kept = self._own[k]
            if kept is None or d is None or (kept.shape, kept.dtype) != (d.shape, d.dtype):
                self._own[k] = None if d is None else d.copy()
            else:
                copyto(kept, d)
        return self._own

    def operations(self, trace, own):
        """Those for a loss that says `own`, (T, H, N), (H, N) or None, about each part of the state itself; see `do`."""
        if not self.small:
            yield np.setbufsize, (BUFFER,)
        T, program, states = len(trace.h), self.program, self.cell.STATES
        memory = Memory(self.arrays | dict(trace.items()), self.cell.params, self.dtype)
        memory.arrays |= {f"own.{state}": d for state, d in zip(states, own, strict=True) if d is not None and d.ndim == 3}
        function = program.backward(tuple(state for state in states if f"own.{state}" in memory.arrays))
        sums = [(weights, self._sum(weights, memory)) for weights in program.products]
        carried = [d if d is not None and d.ndim == 2 else np.zeros_like(self.states[0][0]) for d in own]
        for stop in range(T, 0, -self.at_once):
            now = slice(max(0, stop - self.at_once), stop)
            here = slice(0, now.stop - now.start)
            nows = lambda place, now=now, here=here: here if place.array[:2] == "d." else now  # noqa: E731
            for state, d in zip(self.states, carried, strict=True):
                yield copyto, (state[here.stop], d)
            yield function.run, tuple(memory.arguments(function, nows, slice(None, None, -1)))
            for weights, total in sums:
                delta, of = program.places[f"d.{weights.sum}"], weights.of
                yield from total.add(memory.all(delta, nows(delta)), memory.all(of, now), first=stop == T)
            yield from self._pointwise(memory, nows, first=stop == T)
            if self.whole:
                yield from self._keep(now, here)
            carried = [state[0] for state in self.states]
        for weights, total in sums:
            for name, column in weights.weights:
                yield copyto, (self.grads[name], total.total[:, column : column + self.grads[name].shape[1]])
        if self.whole:
            yield self._complete, (trace,)

    def _sum(self, weights, memory):
        return OuterSum(empty((weights.out.rows, weights.of.rows), self.dtype), self.at_once, memory.arrays["scratch"].shape[1])

    def _pointwise(self, memory, nows, *, first):
        """The gradients of weights that multiply element by element: Σ_t Σ_n ∂L/∂a_t ⊙ q_t."""
        for weight, delta, of in self.program.pointwise:
            delta, of = (memory.all(place, nows(place)) for place in (delta, of))
            grad, terms = self.grads[weight][:, 0], empty(delta.shape, self.dtype)
            yield multiply, (delta, of, terms)
            yield add.reduce, (terms, (0, 2), None, grad if first else terms[0, :, 0])
            if not first:
                yield add, (grad, terms[0, :, 0], grad)

    def _keep(self, now, here):
        for name in self.program.kept_derivatives():
            place = self.program.places[f"d.{name}"]
            part = self.arrays[place.array][here.start + place.late : here.stop + place.late]
            yield copyto, (self.dtrace[name][now], part[:, place.row : place.row + place.rows])

    def _complete(self, trace):
        """What only a reader wants, of all steps together."""
        for name, room in zip(self.cell.STATES, self.states, strict=True):
            self.dtrace[f"{name}_all"][0] = room[0]
        known = {}
        for name, tree in self.program.only_for_readers():
            known[name] = evaluate(tree, trace, ChainMap(known, self.dtrace), self.cell.params)
            if name in self.dtrace:
                self.dtrace[name] = known[name]

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
