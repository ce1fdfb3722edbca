"""What all recurrent cells share: checked inputs, a trace to write into, and the type of their gradients."""

from typing import NamedTuple

import numpy as np

from .record import Record


class Gradients(NamedTuple):
    """Derivatives of the loss, each a record shaped like what it is the derivative of."""

    params: Record  # ∂L/∂W, like cell.params
    trace: Record  # ∂L/∂x_t, ∂L/∂a_t, ∂L/∂h_t at every step, like the trace
    h0: np.ndarray | None  # ∂L/∂h_0, (H, N); None where there is no h_0
    C0: np.ndarray | None = None  # ∂L/∂C_0 of an LSTM


class Cell:
    """A recurrent cell: `forward` and `backward` over a sequence, `step_back` for one step.

    A cell names the parts of its state in ``STATES``; its trace holds each as ``h_all`` (h_0 … h_T)
    with windows ``h_prev`` (h_0 … h_{T-1}) and ``h`` (h_1 … h_T). In ``TERMS`` it says where each
    parameter enters: ∂L/∂W is the sum over t of ∂L/∂(first)_t times (second)_t, transposed.
    """

    STATES = ("h",)

    def _fields(self, D, H):
        """Rows of every array of the trace that is neither x nor a state, and its windows."""
        raise NotImplementedError

    def part(self, da, name):
        """The rows of ∂L/∂a, (..., rows, N), that belong to ``a`` itself or to a window on it such as ``a_f``."""
        _, views = self._fields(self.D, self.H)
        return da if name == "a" else da[..., views[name][1][1], :]

    def _new_trace(self, T, N, dtype):
        fields, views = self._fields(self.D, self.H)
        arrays = {"x": np.empty((T, self.D, N), dtype)}
        arrays |= {name: np.empty((T, rows, N), dtype) for name, rows in fields.items()}
        for state in self.STATES:
            arrays[f"{state}_all"] = np.empty((T + 1, self.H, N), dtype)
            views |= {f"{state}_prev": (f"{state}_all", np.s_[:-1]), state: (f"{state}_all", np.s_[1:])}
        return Record(arrays, views)

    def _begin(self, x, out, **initial):
        """A trace with x and the initial states in it; every argument of `forward` checked."""
        check_input(x, self.D, f"this {type(self).__name__}")
        T, _, N = x.shape
        for state, value in initial.items():
            if value is not None and np.shape(value) != (self.H, N):
                raise ValueError(f"{state}0 must have shape (H, N) = {(self.H, N)}, but {np.shape(value)} came.")
        weights = next(array for _, array in self.params.items())
        fields, shared = self._fields(self.D, self.H)[0], {"x", *(f"{state}_all" for state in self.STATES)}
        dtype = working_dtype(weights, x, *initial.values())
        if out is None:
            out = self._new_trace(T, N, dtype)
        elif (made := (*out.x.shape, out.h.shape[1], out.x.dtype)) != (needed := (*x.shape, self.H, dtype)):
            raise ValueError(f"out was made for (T, D, N, H, dtype) = {made}, but {needed} is needed.")
        elif {name: out[name].shape[1] for name in out if name not in shared} != fields:
            raise ValueError(
                f"out must be a trace of this {type(self).__name__}, but that of another kind of cell came."
            )
        out.x[...] = x
        for state, value in initial.items():
            out[f"{state}_all"][0] = 0 if value is None else value
        return out


def working_dtype(weights, *inputs):
    """The dtype of `weights`, whatever the precision of the inputs; complex as soon as one of them is."""
    complex_came = any(np.iscomplexobj(array) for array in inputs)
    return np.result_type(weights, np.complex64) if complex_came else weights.dtype


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
    """Raise a ValueError in one sentence unless dh, or what `name` says, has the shape of the states h."""
    if np.shape(dh) != h.shape:
        raise ValueError(f"{name} must have the shape of the states, {h.shape}, but {np.shape(dh)} came.")


def sum_of_outer(delta, inputs):
    """Σ_t Σ_n delta inputsᵀ, (rows, columns), in one product: T and N are put on one axis."""
    rows, columns = delta.shape[1], inputs.shape[1]
    return delta.transpose(1, 0, 2).reshape(rows, -1) @ inputs.transpose(0, 2, 1).reshape(-1, columns)
