"""What all recurrent cells share: the memory of a run, checked inputs, and the frame of the backward pass."""

from contextlib import nullcontext
from itertools import repeat
from typing import ClassVar, NamedTuple

import numpy as np

from .record import Record
from .workspace import FRESH, empty


class Gradients(NamedTuple):
    """Derivatives of the loss, each a record shaped like what it is the derivative of."""

    params: Record  # ∂L/∂W, like cell.params
    trace: Record | None  # ∂L/∂x_t, ∂L/∂a_t, ∂L/∂h_t at every step, by the trace's names; None with a workspace
    h0: np.ndarray | None  # ∂L/∂h_0, (H, N); None where there is no h_0
    C0: np.ndarray | None = None  # ∂L/∂C_0 of an LSTM


class Stack(NamedTuple):
    """Weights that lie side by side: one product [columns] · inputs makes the rows."""

    columns: tuple  # names of parameters
    rows: str  # the array of the trace that the product makes
    inputs: str  # the window on v that it multiplies

    def matrix(self, params, dtype):
        """A new matrix for weights like these, or for their gradients, and (name, its columns) of each."""
        widths = [params[name].shape[1] for name in self.columns]
        matrix, ends = empty((len(params[self.columns[0]]), sum(widths)), dtype), np.cumsum(widths)
        columns = zip(self.columns, widths, ends, strict=True)
        return matrix, [(name, matrix[:, end - width : end]) for name, width, end in columns]


class Cell:
    """A recurrent cell: `forward` and `backward` over a sequence, `step_back` for one step.

    A cell names the parts of its state in ``STATES``; its trace holds each as ``h_all`` (h_0 … h_T)
    with windows ``h_prev`` (h_0 … h_{T-1}) and ``h`` (h_1 … h_T). In ``TERMS`` it says where each
    parameter enters: ∂L/∂W is the sum over t of ∂L/∂(first)_t times (second)_t, transposed.

    All that weights multiply at a step lies one below the other, v_t = [x_t; 1; h_{t-1}], and the weights
    side by side, as ``STACKS`` says. So one product a step, [W_x b W_h] v_t, gives all the sums inside the
    cell's functions, and one product over many steps, Σ_t ∂L/∂a_t v_tᵀ, the gradients of all weights.
    """

    STATES = ("h",)
    STACKS: ClassVar = ()
    SCRATCH = ()  # what its backward pass needs room for besides, (H, N) at every step
    OUT = None  # what takes the place of a in a workspace, where nobody reads a: what its functions made of it

    def _fields(self, D, H):
        """Rows of every array of the trace that is neither x nor a state, and its windows."""
        raise NotImplementedError

    def part(self, da, name):
        """The rows of ∂L/∂a, (..., rows, N), that belong to ``a`` itself or to a window on it such as ``a_f``."""
        _, views = self._fields(self.D, self.H)
        return da if name == "a" else da[..., views[name][1][1], :]

    def _new_trace(self, T, N, dtype, whole):
        D, H = self.D, self.H
        fields, views = self._fields(D, H)
        above = fields.pop("rh", 0)  # a GRU's weights multiply r ⊙ h_{t-1} too
        one = above + D
        arrays = {"v_all": empty((T + 1, one + 1 + H, N), dtype)}
        arrays["v_all"][...] = 0
        arrays["v_all"][:, one] = 1
        windows = {"x": np.s_[:-1, above:one], "v": np.s_[:-1, above:], "v_to_1": np.s_[:-1, : one + 1],
                   "v_from_1": np.s_[:-1, one:], "rh": np.s_[:-1, :above], "h_all": np.s_[:, one + 1 :],
                   "h_prev": np.s_[:-1, one + 1 :], "h": np.s_[1:, one + 1 :]}  # fmt: skip
        views |= {name: ("v_all", index) for name, index in windows.items() if above or name != "rh"}
        for state in self.STATES[1:]:
            arrays[f"{state}_all"] = empty((T + 1, H, N), dtype)
            views |= state_windows(state)
        if not whole and self.OUT:
            base, index = views.get(self.OUT, (self.OUT, np.s_[:]))
            del fields["a"]
            views = {name: (base, view[1]) if view[0] == "a" else view for name, view in views.items()}
            views["a"] = base, index
        arrays |= {name: empty((T, rows, N), dtype) for name, rows in fields.items()}
        return Record(arrays, views)

    def _new_gradient_trace(self, T, N, dtype):
        fields, views = self._fields(self.D, self.H)
        arrays = {"x": empty((T, self.D, N), dtype)}
        arrays |= {name: empty((T, rows, N), dtype) for name, rows in fields.items()}
        for state in self.STATES:
            arrays[f"{state}_all"] = empty((T + 1, self.H, N), dtype)
            views |= state_windows(state)
        return Record(arrays, views)

    def _begin(self, x, workspace, *initial):
        """A trace with x and the initial states in it, and the matrix of each stack; all arguments are checked."""
        check_input(x, self.D, f"this {type(self).__name__}")
        T, _, N = x.shape
        for name, value in zip(self.STATES, initial, strict=True):
            if value is not None and np.shape(value) != (self.H, N):
                raise ValueError(f"{name}0 must have shape (H, N) = {(self.H, N)}, but {np.shape(value)} came.")
        dtype = working_dtype(self.params[self.STACKS[0].columns[0]], x, *initial)
        work = workspace or FRESH
        trace, firsts, matrices, columns = work.keep("forward", self._new_run, T, N, dtype, workspace is None)
        for first, value in zip(firsts, initial, strict=True):
            first[...] = 0 if value is None else value
        trace.x[...] = x
        for name, column in columns:
            column[...] = self.params[name]
        return trace, *matrices

    def _new_run(self, T, N, dtype, whole):
        """What `_begin` fills in: a trace, the places of its initial states, the stacks' matrices and their columns."""
        trace = self._new_trace(T, N, dtype, whole)
        matrices, columns = zip(*(stack.matrix(self.params, dtype) for stack in self.STACKS), strict=True)
        firsts = [trace[f"{state}_all"][0] for state in self.STATES]
        return trace, firsts, matrices, [column for of_one in columns for column in of_one]


class Part:
    """Some steps in a row of a backward pass.

    Attributes
    ----------
    trace : Record
        Their part of the trace.
    room : Record
        For their derivatives. At the end of ``room.h_all`` and the like is what the later steps say.
    """

    def __init__(self, now, trace, room, cell):
        self.now, self.trace, self.room, self._views = now, some_steps(trace, now), room, {}
        self.states = [room[f"{state}_all"] for state in cell.STATES]
        self.terms = [(room[stack.rows], self.trace[stack.inputs]) for stack in cell.STACKS]

    def steps(self, of_trace, of_room, *own):
        """For every step, from the last: its views on these arrays, and its part of each of `own`."""
        if (of_trace, of_room) not in self._views:
            arrays = *(self.trace[name] for name in of_trace), *(self.room[name] for name in of_room)
            self._views[of_trace, of_room] = list(zip(*arrays, strict=True))[::-1]
        own = (repeat(None) if d is None or d.ndim == 2 else d[self.now][::-1] for d in own)
        return zip(self._views[of_trace, of_room], *own, strict=False)


class BackwardPass:
    """What the backward passes of all cells have in common: from the last step to the first, some at a time.

    `parts` gives them one after the other. When the cell has gone through the steps of a part, `parts`
    adds what they say about the weights, and hands the derivatives of the state on to the part before.

    Parameters
    ----------
    whole : bool
        Whether the derivatives of the trace are wanted too, and not of the parameters alone.
    """

    def __init__(self, cell, T, N, dtype, whole):
        at_once = columns_at_once(T, N)
        fields, views = cell._fields(cell.D, cell.H)
        arrays = {"a": empty((at_once, fields["a"], N), dtype)}
        arrays |= {name: empty((at_once, cell.H, N), dtype) for name in cell.SCRATCH}
        for state in cell.STATES:
            arrays[f"{state}_all"] = empty((at_once + 1, cell.H, N), dtype)
            views |= state_windows(state)
        room = Record(arrays, {name: view for name, view in views.items() if view[0] in arrays})
        self.rooms = {n: some_steps(room, slice(0, n)) for n in (at_once, T % at_once)}
        self.slices = [slice(max(0, stop - at_once), stop) for stop in range(T, 0, -at_once)]
        self.params = cell.params.map(lambda array: empty(array.shape, dtype))
        matrices = [stack.matrix(cell.params, dtype) for stack in cell.STACKS]
        self.sums = [OuterSum(total, at_once, N) for total, _ in matrices]
        self.columns = [(self.params[name], column) for _, columns in matrices for name, column in columns]
        self.cell, self.dtype, self.trace, self.all_parts = cell, np.dtype(dtype), None, []
        self.whole = cell._new_gradient_trace(T, N, dtype) if whole else None

    def through(self, trace):
        """The same for this trace; what was made for the last one serves again if it is that one."""
        if trace is not self.trace:
            self.trace = trace
            self.all_parts = [Part(now, trace, self.rooms[now.stop - now.start], self.cell) for now in self.slices]
        return self

    def parts(self, *own):
        """Every `Part`, from the last; `own` as for `go_back`."""
        carried, self.flushes = [d if d is not None and d.ndim == 2 else 0 for d in own], 0
        with self._watched():
            for part in self.all_parts:
                for state, d in zip(part.states, carried, strict=True):
                    state[-1] = d
                yield part
                for total, (delta, inputs) in zip(self.sums, part.terms, strict=True):
                    total.add(delta, inputs, first=part is self.all_parts[0])
                for name in ("a", *self.cell.STATES) if self.whole else ():
                    self.whole[name][part.now] = part.room[name]
                carried = [state[0] for state in part.states]

    def _watched(self):
        """Have NumPy call `_flush` when a product is too small for a normal number; not in place of a reader's own."""
        if self.dtype.char in "fd" and np.geterrcall() is None:
            return np.errstate(under="call", call=self._flush)
        return nullcontext()

    def _flush(self, *_):
        """Set derivatives that have all but vanished to zero, before they become denormal numbers.

        Processors are up to a hundred times slower with those, and there would be many before zero is
        reached. Where tiny products have another cause it would be called at every step, so it gives up.
        """
        self.flushes += 1
        if self.flushes <= 32:
            limits = np.finfo(self.dtype)
            for state in self.all_parts[0].states:
                state[np.abs(state) < limits.tiny / limits.eps] = 0

    def gradients(self):
        """What came out; of the derivatives of the trace those of a and of the states."""
        for gradient, column in self.columns:
            gradient[...] = column
        first = [state[0] for state in self.all_parts[-1].states]
        if self.whole:
            for name, d in zip(self.cell.STATES, first, strict=True):
                self.whole[f"{name}_all"][0] = d
            first = [self.whole[f"{name}_all"][0] for name in self.cell.STATES]
        return Gradients(self.params, self.whole, *first)


def go_back(cell, trace, workspace, *own):
    """The `BackwardPass` of a cell through a trace: a new one, or that of the workspace.

    Parameters
    ----------
    *own : ndarray, (T, H, N); (H, N) for the last step only; or None
        For each part of the state, what the losses say directly about it.
    """
    (T, _, N), dtype = trace.h.shape, working_dtype(trace.h, *own)
    return (workspace or FRESH).keep("back", BackwardPass, cell, T, N, dtype, workspace is None).through(trace)


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
        """Add those of some steps, delta (n, rows, N) and inputs (n, columns, N), in one product.

        T and N must become one axis for that: by copying, unless one of them is 1.
        """
        n, _, N = delta.shape
        if N == 1:
            left, right = delta[:, :, 0].T, inputs[:, :, 0]
        elif n == 1:
            left, right = delta[0], inputs[0].T
        else:
            left, right = _side_by_side(delta, self.delta), _side_by_side(inputs, self.inputs).T
        # matmul, because dot would make a copy of a window before it multiplies
        if first:
            np.matmul(left, right, self.total)
        else:
            self.total += np.matmul(left, right, self.product)


def _side_by_side(steps, memory):
    """The matrices of all steps, (n, rows, N), next to each other: (rows, n N)."""
    n, rows, N = steps.shape
    copy = memory[: n * rows * N].reshape(rows, n, N)
    copy[...] = steps.transpose(1, 0, 2)
    return copy.reshape(rows, n * N)


def some_steps(record, now):
    """The part of a trace, or of its gradients, that belongs to the steps of the slice `now`."""
    wide = slice(now.start, now.stop + 1)
    return record.like({name: array[wide if name.endswith("_all") else now] for name, array in record.items()})


def state_windows(state):
    """The windows on ``h_all``: what comes before every step, and after."""
    return {f"{state}_prev": (f"{state}_all", np.s_[:-1]), state: (f"{state}_all", np.s_[1:])}


def working_dtype(weights, *inputs):
    """The dtype of `weights`, whatever the precision of the inputs; complex as soon as one of them is."""
    for array in inputs:
        if array is not None and np.asarray(array).dtype.kind == "c":
            return np.result_type(weights, np.complex64)
    return weights.dtype


def check_input(x, D, owner):
    """Raise a ValueError in one sentence unless x is a (T, D, N) array with something in it."""
    if getattr(x, "ndim", None) != 3:
        came = f"shape {x.shape}" if hasattr(x, "shape") else type(x).__name__
        raise ValueError(f"x must be an array of shape (T, D, N) = (steps, features, examples), but {came} came.")
    if x.shape[1] != D:
        raise ValueError(f"x has {x.shape[1]} features (axis 1), {owner} was built for D={D}.")
    if len(x) == 0:
        raise ValueError("x has no step (axis 0 is empty), at least one is needed.")
    if x.shape[2] == 0:
        raise ValueError("x has no example (axis 2 is empty), at least one is needed.")


def check_sizes(dtype, **sizes):
    """Raise a ValueError in one sentence unless every size is a whole number from 1 and dtype a float."""
    for name, size in sizes.items():
        if not isinstance(size, int | np.integer) or size < 1:
            raise ValueError(f"{name} must be a whole number, 1 or more, but {size!r} came.")
    if np.dtype(dtype).kind not in "fc":
        raise ValueError(f"dtype must be float64 or float32, but {np.dtype(dtype)} came.")


def check_dh(dh, h, name="dh"):
    """`dh`, or what `name` says, as an array; a ValueError in one sentence unless it has the shape of states.

    All of them, (T, H, N), or the last, (H, N).
    """
    dh = np.asarray(dh)
    if dh.shape != h.shape and dh.shape != h.shape[1:]:
        raise ValueError(
            f"{name} must have the shape of the states, {h.shape}, or of the last one, {h.shape[1:]}, "
            f"but {dh.shape} came."
        )
    return dh
