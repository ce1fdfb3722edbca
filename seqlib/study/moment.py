"""One step of a cell alone, called with plain arrays: what the other measures of a run are made of."""

import numpy as np

from .. import doors
from ..nn.cell import check_trace


class Moment:
    """The quantities of one step, as plain arrays: t, or with derivatives d, for a cell's two methods.

    Parameters
    ----------
    stacks : dict of str to tuple of str
        What lies one below the other, the cell's ``BLOCKS``: a whole has parts, and parts make a whole.
    given : callable, optional
        ``given(name)`` for what was not assigned; a KeyError says that there is no such thing.
    sizes : tuple of int, optional
        D, H and N, with more axes before H: a number, as in ``d.q = 0``, becomes an array.
    """

    def __init__(self, stacks, given=None, sizes=None):
        vars(self).update(_stacks=stacks, _given=given, _sizes=sizes)

    def __setattr__(self, name, value):
        if self._sizes and np.ndim(value) == 0:
            D, *before, H, N = self._sizes
            rows = D if name == "x" else H * len(self._stacks.get(name, (name,)))
            value = np.full((*before, rows, N), value + 0.0)
        for stack, rows in self._rows(name):  # a part that is made anew
            whole = vars(self)[stack]
            before = np.broadcast_shapes(whole.shape[:-2], value.shape[:-2])
            whole = np.array(np.broadcast_to(whole, before + whole.shape[-2:]), np.result_type(whole, value))
            whole[..., rows, :] = value
            vars(self)[stack] = whole
        vars(self)[name] = value

    def __getattr__(self, name):  # asked only for what was not assigned
        for stack, rows in self._rows(name):
            return vars(self)[stack][..., rows, :]
        if name in self._stacks and all(map(self._is_made, self._stacks[name])):
            parts = [getattr(self, part) for part in self._stacks[name]]
            before = np.broadcast_shapes(*(part.shape[:-2] for part in parts))  # a number has become one array for all
            return np.concatenate([np.broadcast_to(part, before + part.shape[-2:]) for part in parts], axis=-2)
        try:
            return self._given(name)
        except (KeyError, TypeError):
            raise AttributeError(f"{name} is used before it is there; make it in a line above.") from None

    def _is_made(self, part):
        return part in vars(self) or bool(self._rows(part))

    def _rows(self, part):
        """Where a part is in the wholes that were made: [(whole, its rows)]."""
        found = []
        for stack, parts in self._stacks.items():
            if part in parts and stack in vars(self):
                rows, k = np.shape(vars(self)[stack])[-2] // len(parts), parts.index(part)
                found.append((stack, slice(rows * k, rows * (k + 1))))
        return found


def one_step_back(cell, trace, t, **given):
    """`step_back` of a cell alone, at step t + 1 of a trace.

    Parameters
    ----------
    **given : ndarray, (..., H, N)
        The derivatives of the states there, by name; any number of losses at once, in the leading axes.

    Returns
    -------
    Moment
        All derivatives that `step_back` makes: ``d.a``, ``d.h_prev``, …
    """
    if not hasattr(cell, "BLOCKS") or not hasattr(cell, "params"):  # such as a class
        raise ValueError(f"cell must be an RNN, LSTM or GRU, but {doors.shown(cell)} came.")
    check_trace(trace, "x")
    doors.within("t", t, 0, len(trace.x) - 1)
    given, whole = {name: doors.plain(name, array) for name, array in given.items()}, (cell.H, trace.x.shape[-1])
    for name, array in given.items():
        try:
            whole = np.broadcast_shapes(whole, array.shape)
        except ValueError:
            raise ValueError(f"{name} must have shape (..., H, N), here (..., {cell.H}, {trace.x.shape[-1]}), but "
                             f"{array.shape} came.") from None  # fmt: skip
    d = Moment(cell.BLOCKS, sizes=(cell.D, *whole))
    for name, array in given.items():
        setattr(d, name, np.array(array))  # += must not change what the caller has
    cell.step_back(cell.params, Moment(cell.BLOCKS, lambda name: trace[name][t]), d)
    for name in (f"{state}_prev" for state in cell.STATES):
        if np.shape(getattr(d, name)) != whole:  # d.h_prev = 0 is a number
            setattr(d, name, np.broadcast_to(getattr(d, name), whole))
    return d
