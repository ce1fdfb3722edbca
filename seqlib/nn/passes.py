"""A run of a cell over a sequence: the memory of its two passes, and their operations in order."""

from contextvars import copy_context
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
from numpy import add, arange, copyto, multiply
from numpy.lib.stride_tricks import as_strided

from .equations import Weight
from .record import Record
from .workspace import do, empty, product

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
        ∂L/∂h_0 as ``first["h"]`` or ``h0``, and likewise of every other part of the state.
    """

    def __init__(self, params, trace, first):
        self.params, self.trace, self.first = params, trace, first

    def __getattr__(self, name):  # asked for what is no attribute
        first = vars(self).get("first", {})
        if name[-1:] != "0" or name[:-1] not in first:
            raise AttributeError(f"Gradients have params, trace and {', '.join(f'{s}0' for s in first)}, no {name}.")
        return first[name[:-1]]

    h0 = property(lambda self: self.first.get("h"), doc="∂L/∂h_0, (H, N); None where there is no h_0.")
    C0 = property(lambda self: self.first.get("C"), doc="∂L/∂C_0 of an LSTM; None for other cells.")


def working_dtype(weights, *inputs):
    """The dtype of `weights`, whatever the precision of the inputs; complex as soon as one of them is."""
    for array in inputs:
        if array is not None and np.asarray(array).dtype.kind == "c":
            return np.result_type(weights, np.complex64)
    return weights.dtype


class Memory:
    """Arrays of a pass, and what a program's function wants of them."""

    def __init__(self, arrays, params, dtype):
        self.arrays, self.params, self.dtype, self.matrices, self._lists = arrays, params, dtype, {}, {}
        self.constants = []  # (copy, array) of what a reader's cell may change, where its dtype is another

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

    def arguments(self, function, now, here=None, order=slice(None)):
        """The arguments of a `Function` for the steps `now`, which the derivatives have at `here`."""
        for kind, what in function.arguments:
            if kind in ("steps", "all"):
                steps = here if what.array.startswith("d.") else now
                yield self.steps(what, steps)[order] if kind == "steps" else self.all(what, steps)
            elif kind == "_scratch":
                yield self.arrays["_scratch"][what.row : what.row + what.rows]
            elif kind == "number":
                constant = np.asarray(what, np.empty(0, self.dtype).real.dtype)
                if isinstance(what, np.ndarray) and constant is not what:
                    self.constants.append((constant, what))
                yield constant
            elif isinstance(what, Weight):
                array = self.params[what.name].T if what.turned else self.params[what.name]
                yield array.dot if kind == "dot" else array
            else:
                yield self.matrices[what].dot


def _arrays(rows, steps, N, dtype):
    """Memory for {name: rows} at so many steps, and one more for states; scratch serves all steps."""
    sizes = {name: (steps + name.endswith("_all"), count, N) for name, count in rows.items()}
    sizes["_scratch"] = rows.get("_scratch", 0), N
    return {name: empty(size, dtype) for name, size in sizes.items()}


class Forward(NamedTuple):
    """A forward pass for certain T, N and dtype.

    Attributes
    ----------
    trace : Record
        x and the initial states (``firsts``) have to be in it before.
    firsts : list of ndarray
    operations : list
        See `do`.
    """

    trace: Record
    firsts: list
    operations: list


def forward_pass(cell, T, N, dtype, whole, tokens):
    """The `Forward` of a cell with equations."""
    program = cell.program(whole, tokens)
    arrays = _arrays({name: n for name, n in program.rows.items() if not name.startswith("d.")}, T, N, dtype)
    for name in arrays.keys() & {"_v_all"}:
        arrays[name][...] = 0
    if "1" in program.places:
        arrays["_v_all"][:, program.places["1"].row] = 1
    kept = {name: array for name, array in arrays.items() if name not in ("_scratch", "_picked")}
    trace = Record(kept | ({"x": np.empty((T, N), np.intp)} if tokens else {}), program.windows)
    operations = list(_forward_operations(program, Memory(arrays, cell.params, dtype), trace.x))
    return Forward(trace, [trace[f"{state}_all"][0] for state in cell.STATES], operations)


def _forward_operations(program, memory, x):
    half, params, (T, *_, N) = np.array(0.5, memory.dtype), memory.params, x.shape
    for made in program.products:
        shape = made.out.rows, made.of.rows
        # Multiplied by few columns, it is quicker if it lies column by column in memory.
        matrix = empty(shape[::-1], memory.dtype).T if N <= 4 else empty(shape, memory.dtype)
        memory.matrices[made] = matrix
        for name, column in made.weights:
            yield copyto, (matrix[:, column : column + params[name].shape[1]], params[name])
        if made.halved:
            part = matrix[made.halved.row - made.out.row :][: made.halved.rows]
            yield multiply, (part, half, part)
    for name, weight in program.picked.items():
        picked, W = memory.all(program.places[f"picked_{name}"], slice(0, T)), params[weight]
        yield pick, (W, x, picked)
        for halved in (made.halved for made in program.products if made.sum == name and made.halved):
            part = picked[:, halved.row - program.places[name].row :][:, : halved.rows]
            yield multiply, (part, half, part)
    arguments = tuple(memory.arguments(program.forward, slice(0, T)))
    yield from ((copyto, pair) for pair in memory.constants)
    yield program.forward.run, arguments


class Backward:
    """A backward pass over a trace: from the last step to the first, some steps at a time; see `do`.

    When the steps of a part are done, what they say about the weights is added, and the derivatives of the state are
    handed on to the part before.

    Parameters
    ----------
    own : list of ndarray, (T, H, N) or (H, N), or None
        Where the loss will say what it says about each part of the state itself.
    whole : bool
        Whether the derivatives of the trace are wanted too.
    below : bool
        Whether another cell needs ∂L/∂x.

    Attributes
    ----------
    gradients : Gradients
    dx : ndarray, (T, D, N), or None
    """

    def __init__(self, cell, trace, own, whole, below=False):
        (T, _, N), self.dtype = trace.h.shape, working_dtype(trace.h, *own)
        self.cell, self.program = cell, cell.program(whole, trace.x.ndim == 2, below)
        self._check_places(trace)
        self.at_once = columns_at_once(T, N)
        self.small = T * N <= 32  # so small that NumPy's settings would cost more than they save
        rows = {name: n for name, n in self.program.rows.items() if name.startswith("d.") or name == "_scratch"}
        self.arrays = _arrays(rows, T if whole else self.at_once, N, self.dtype)
        self.states = [self.arrays[f"d.{state}_all"] for state in cell.STATES]
        self.dx = self.arrays.get("d.x") if whole else empty((T, cell.D, N), self.dtype) if below else None
        firsts = {state: states[0] for state, states in zip(cell.STATES, self.states, strict=True)}
        grads = cell.params.map(self._room)
        self.gradients = Gradients(grads, self._derivatives() if whole else None, firsts)
        self.operations = list(self._list(trace, dict(zip_longest(cell.STATES, own))))

    def _check_places(self, trace):
        """Raise a ValueError unless the trace has its quantities where the equations, as they are now, put them."""
        there = {name: (array, index[1:]) for name, (array, index) in self.program.windows.items()}
        for name, (array, index) in trace.views.items():
            rows = index[1:] if isinstance(index, tuple) else ()  # of a trace that somebody made by hand
            if name in there and there[name] != (array, rows or there[name][1]):
                raise ValueError(f"trace has {name} in another place than the equations of {self.cell} put it now; "
                                 "they are others since forward(x), so run that again.")  # fmt: skip

    def _room(self, W):
        """For the gradient of W. Where tokens pick columns it lies column by column, if W does."""
        turned = self.program.tokens and W.flags.f_contiguous
        return empty(W.T.shape, self.dtype).T if turned else empty(W.shape, self.dtype)

    def _derivatives(self):
        """The derivatives of the trace, by its names."""
        wholes, windows = self.program.derivatives
        arrays = {name: self.arrays[p.array][:, p.row : p.row + p.rows] for name, p in wholes.items()}
        return Record(arrays, windows)

    def _list(self, trace, own):
        (T, _, N), cell, program = trace.h.shape, self.cell, self.program
        grads, whole = self.gradients.params, program.whole
        every = {state: d for state, d in own.items() if d is not None and d.ndim == 3}
        arrays = self.arrays | dict(trace.items()) | {f"own.{state}": d for state, d in every.items()}
        memory, function = Memory(arrays, cell.params, self.dtype), program.backward(tuple(every))
        totals = [(made, empty((made.out.rows, made.of.rows), self.dtype)) for made in program.products]
        sums = [(made, OuterSum(total, self.at_once, N)) for made, total in totals]
        columns = [(name, TokenSum(grads[weight], self.at_once, N)) for name, weight in program.picked.items()]
        carried = [d if d is not None and d.ndim == 2 else np.zeros_like(self.states[0][0]) for d in own.values()]
        yield from ((of_all.total.fill, (0,)) for _, of_all in columns)
        for stop in range(T, 0, -self.at_once):
            now = slice(max(0, stop - self.at_once), stop)
            here, first = now if whole else slice(0, now.stop - now.start), stop == T
            for state, d in zip(self.states, carried, strict=True):
                yield copyto, (state[here.stop], d)
            memory.constants.clear()
            arguments = tuple(memory.arguments(function, now, here, slice(None, None, -1)))
            yield from ((copyto, pair) for pair in memory.constants)
            yield function.run, arguments
            for made, outer in sums:
                yield from outer.add(memory.all(program.places[f"d.{made.sum}"], here), memory.all(made.of, now), first)
            for name, of_all in columns:
                yield of_all.add, (memory.all(program.places[f"d.{name}"], here), trace.x[now])
            for weight, to, of, pointwise in program.terms:
                if pointwise:
                    delta, inputs = memory.all(program.places[f"d.{to}"], here), memory.all(program.places[of], now)
                    yield from self._pointwise(grads[weight][:, 0], delta, inputs, first)
            if program.below and not whole:
                yield copyto, (self.dx[now], self.arrays["d.x"][here])
            carried = [state[here.start] for state in self.states]
        for made, outer in sums:
            for name, column in made.weights:
                yield copyto, (grads[name], outer.total[:, column : column + grads[name].shape[1]])

    @staticmethod
    def _pointwise(grad, delta, of, first):
        """Gradients of weights that multiply element by element: Σ_t Σ_n ∂L/∂a_t ⊙ q_t."""
        terms, total = np.empty_like(delta), grad if first else np.empty_like(grad)
        yield multiply, (delta, of, terms)
        yield add.reduce, (terms, (0, 2), None, total)
        if not first:
            yield add, (grad, total, grad)

    def do(self):
        """Do the operations, with the settings of NumPy that they need.

        Parts of arrays that do not lie in one piece would be copied to a buffer first, which takes longer than
        the operation itself, so the buffer is made small. And NumPy is told to call `_flush` when a product is
        too small for a normal number, unless a reader has asked for a call of their own.

        NumPy keeps its settings in the context of Python's `contextvars`. What is changed in a copy of that ends with
        the copy: nothing has to be set back, so no interrupt can come before it is.
        """
        if self.small:
            do(self.operations)
        else:
            copy_context().run(self._with_settings)

    def _with_settings(self):
        self.flushes = 0
        np.setbufsize(BUFFER)
        if self.dtype.char in "fd" and np.geterrcall() is None:
            np.seterr(under="call")
            np.seterrcall(self._flush)
        do(self.operations)

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


def pick(W, ids, out):
    """``out[t]`` = the columns of W that the ids (T, N) name, (T, rows, N); zeros for -1."""
    for columns, named in zip(out, ids, strict=True):
        columns[...] = W.T[named].T
    if ids.min() < 0:
        copyto(out, 0, where=(ids < 0)[:, None])


def columns_at_once(T, N):
    """Steps of one product for a weight's gradient: 512 columns are enough for BLAS, and still fit in the cache."""
    return min(T, -(-512 // N))


class OuterSum:
    """Makes ``total`` = Σ_t Σ_n delta inputsᵀ, (rows, columns), over all the steps that are added."""

    def __init__(self, total, at_once, N):
        self.total, self.product = total, empty(total.shape, total.dtype)
        width = at_once * N if at_once > 1 and N > 1 else 0
        self.delta, self.inputs = (empty((size * width,), total.dtype) for size in total.shape)

    def add(self, delta, inputs, first):
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


class TokenSum:
    """Makes ``total`` (rows, D) = for every token the sum of delta where it was, over all the steps that are added.

    It has to be zero before.
    """

    def __init__(self, total, at_once, N):
        self.total, rows = total, len(total)
        self.down, self.across = (stride // total.itemsize for stride in total.strides)
        # `add.at` is quick only along one axis: all that lies in memory from the first number of total to its last.
        last = (rows - 1) * self.down + (total.shape[1] - 1) * self.across
        self.line = as_strided(total, (last + 1,), (total.itemsize,))
        self.columns, self.places = (empty((at_once, N, rows), dtype) for dtype in (total.dtype, np.intp))

    def add(self, delta, ids):
        """Add delta (n, rows, N), each column to that which its id (n, N) names; -1 names none."""
        columns, places = self.columns[: len(ids)], self.places[: len(ids)]
        copyto(columns, delta.transpose(0, 2, 1))
        add(ids[..., None] * self.across, arange(len(self.total)) * self.down, places)
        if ids.min() < 0:
            columns, places = columns[ids >= 0], places[ids >= 0]
        add.at(self.line, places.reshape(-1), columns.reshape(-1))
