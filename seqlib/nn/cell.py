"""What all recurrent cells share: the memory of a run, checked inputs, and the frame of both passes."""

from typing import ClassVar, NamedTuple

import numpy as np

from .passes import BackwardPass, ForwardPass, state_windows
from .record import Record
from .workspace import FRESH, empty


class Stack(NamedTuple):
    """Weights that lie side by side: one product [columns] · inputs makes the rows."""

    columns: tuple  # names of parameters
    rows: str  # the array of the trace that the product makes
    inputs: str  # the window on v that it multiplies

    def matrix(self, params, dtype, times=None):
        """A new matrix for weights like these, or for their gradients, and (name, its columns) of each.

        Multiplied by few columns, `times`, it is quicker if it lies column by column in memory.
        """
        widths = [params[name].shape[1] for name in self.columns]
        shape, ends = (len(params[self.columns[0]]), sum(widths)), np.cumsum(widths)
        matrix = empty(shape[::-1], dtype).T if times and times <= 4 else empty(shape, dtype)
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

    def _forward(self, trace, *matrices):
        """The operations from x and the initial states, which are in `trace`, to all the rest of it; see `do`."""
        raise NotImplementedError

    def _back(self, part):
        """The operations of the backward pass for the steps of a `Part`."""
        raise NotImplementedError

    def _completed(self, d, trace):
        """Fill in what is still missing in `d`, the derivatives of the trace."""
        raise NotImplementedError

    def _depends_on(self):
        """What the operations are listed for: another object here needs a new list."""
        return (self.params,)

    def _pass(self, kind, workspace, *sizes):
        """A new `ForwardPass` or `BackwardPass` for these T, N and dtype, or that of the workspace."""
        key = kind, id(self), *sizes
        return (workspace or FRESH).keep(key, lambda: kind(self, *sizes, workspace is None), *self._depends_on())

    def _run(self, x, workspace, *initial):
        """What `forward` of every cell does: the trace of a run over x from these initial states."""
        check_input(x, self.D, type(self).__name__)
        T, _, N = x.shape
        for name, value in zip(self.STATES, initial, strict=True):
            if value is not None and np.shape(value) != (self.H, N):
                raise ValueError(f"{name}0 must have shape (H, N) = {(self.H, N)}, but {np.shape(value)} came.")
        dtype = working_dtype(self.params[self.STACKS[0].columns[0]], x, *initial)
        run = self._pass(ForwardPass, workspace, T, N, dtype)
        for first, value in zip(run.firsts, initial, strict=True):
            first[...] = 0 if value is None else value
        run.trace.x[...] = x
        run.perform()
        return run.trace

    def _run_back(self, trace, workspace, *own):
        """What `backward` of every cell does: the `Gradients`.

        Parameters
        ----------
        *own : ndarray, (T, H, N); (H, N) for the last step only; or None
            For each part of the state, what the losses say directly about it.
        """
        own = [
            d if d is None else check_dh(d, trace[name], f"d{name}") for name, d in zip(self.STATES, own, strict=True)
        ]
        (T, _, N), dtype = trace.h.shape, working_dtype(trace.h, *own)
        back = self._pass(BackwardPass, workspace, T, N, dtype)
        with back.settings():
            back.perform(trace, *(back.held(own) if workspace else own))
        return back.gradients(trace)


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
        raise ValueError(f"x has {x.shape[1]} features (axis 1), this {owner} was built for D={D}.")
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
