"""Cells made of cells: layers, one above the other, and two directions of time.

Neither has an equation of its own. On the way forward, what one cell makes is what the next one reads; on the way back,
∂L/∂x of a cell is what the loss says about the states below it. So both are the passes of their cells, in order.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy import add, copyto

from ..doors import shown
from .cell import Cell
from .passes import Forward, Gradients
from .record import Record
from .workspace import do, empty


class JointBackward(NamedTuple):
    """The backward passes of several cells as one; see `Backward`."""

    gradients: Gradients
    dx: np.ndarray | None
    do: Callable


class Compound(Cell):
    """What `Stacked` and `Bidirectional` share: cells, in the order in which they run, by names.

    Such a name stands before all that the cell has: ``layer1_W_x``, ``layer1_h``, ``layer1_h0``. ``x`` and ``h`` are
    those of the whole.
    """

    OWN = ("h",)
    TURNED = ()  # the names of cells that read from the last step to the first

    def __init__(self, cells):
        if wrong := [cell for cell in cells.values() if not isinstance(cell, Cell)]:
            raise ValueError(f"{type(self).__name__} is made of cells, such as LSTM(…), but {shown(wrong[0])} came.")
        self.cells, weights = cells, [W for cell in cells.values() for _, W in cell.params.items()]
        if len({id(W) for W in weights}) < len(weights):
            raise ValueError(f"{type(self).__name__} needs cells with weights of their own, but one came twice; make "
                             "another one, or take copy.deepcopy(cell).")  # fmt: skip
        if len(dtypes := {str(W.dtype) for W in weights}) > 1:
            raise ValueError(f"all cells must have one dtype, but {' and '.join(sorted(dtypes))} came.")
        self.D = next(iter(cells.values())).D
        self.STATES = tuple(f"{name}_{state}" for name, cell in cells.items() for state in cell.STATES)
        self.params = together({name: cell.params for name, cell in cells.items()})

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(map(str, self.cells.values()))})"

    @property
    def TERMS(self):
        """Where each weight enters: a list of `Term`."""
        named = [(f"{name}_", term) for name, cell in self.cells.items() for term in cell.TERMS]
        return [
            term._replace(weight=at + term.weight, to=at + term.to, of=term.of if term.of == "1" else at + term.of)
            for at, term in named
        ]

    def part(self, record, name):
        """What one cell has of a trace, or of its derivatives, as that cell alone would have made it, in its own order.

        With it go all functions that ask for a cell and its trace: ``gradient_flow(stack.cells["layer1"],
        stack.part(trace, "layer1"), t)``.
        """
        if name not in self.cells:
            raise ValueError(f"the cells are {', '.join(self.cells)}, but {shown(name)} came.")
        own = record.renamed(lambda full: full.removeprefix(f"{name}_") if full.startswith(f"{name}_") else None)
        return turned(own) if name in self.TURNED else own

    def program(self, *_, **__):
        """There is none: each cell has its own."""
        name, kind = next(iter(self.cells)), type(self).__name__
        raise TypeError(f"this looks at the single steps of one cell, but a {kind} of {len(self.cells)} came; take one "
                        f"of them, .cells[{name!r}], and its trace, .part(trace, {name!r}).")  # fmt: skip

    step = step_back = program

    def written(self):
        """What a pass is made of: other objects here need a new one."""
        return [self.params, *(what for cell in self.cells.values() for what in cell.written())]

    def _joint_forward(self, runs, operations, **more):
        """These passes as one, whose trace has more than what the cells have."""
        firsts = [first for run in runs.values() for first in run.firsts]
        return Forward(self._in_order({name: run.trace for name, run in runs.items()}, more), firsts, operations)

    def _joint_backward(self, backs, operations, dx, **more):
        of = {name: backs[name].gradients for name in self.cells}
        first = {f"{name}_{state}": d for name, gradients in of.items() for state, d in gradients.first.items()}
        params, traces = ({name: getattr(g, what) for name, g in of.items()} for what in ("params", "trace"))
        more |= {} if dx is None else {"x": dx}
        trace = self._in_order(traces, more) if all(traces.values()) else None
        return JointBackward(Gradients(together(params), trace, first), dx, partial(do, operations))

    def _in_order(self, traces, more):
        return together({name: turned(t) if name in self.TURNED else t for name, t in traces.items()}, more)

    def last_states(self, trace):
        """The states after the last step of a trace, as arguments of `forward`: layer1_h0, …"""
        return {
            f"{name}_{first}": state
            for name, cell in self.cells.items()
            for first, state in cell.last_states(self.part(trace, name)).items()
        }


class Stacked(Compound):
    """Layers: each cell reads the states h_t of the one below, and h of the whole are those of the last.

    Parameters
    ----------
    layers : list of Cell
        From below; the D of each is the H of the one before. They may be of different kinds.

    Attributes
    ----------
    cells : dict of str to Cell
        ``layer1``, ``layer2``, …
    params : Record
        ``layer1_W_x``, …: the weights of all cells, in the same memory.

    Notes
    -----
    A trace has ``x``, ``h``, and all that the cells make: ``layer1_h``, ``layer2_gates``, …; see `Compound.part`.
    States before the first step are given by name: ``layer1_h0``, ``layer2_C0``, ….
    """

    def __init__(self, layers):
        if not np.iterable(layers):
            raise ValueError(f"layers must be a list of cells, but {shown(layers)} came.")
        layers = list(layers)
        if not layers:
            raise ValueError("Stacked needs at least one cell, but an empty list came.")
        super().__init__({f"layer{k}": cell for k, cell in enumerate(layers, start=1)})
        for k, (below, above) in enumerate(pairwise(layers), start=1):
            if above.D != below.H:
                raise ValueError(f"layer {k + 1} reads D={above.D} features, but layer {k} below it has H={below.H}.")
        self.H = layers[-1].H

    def forward_pass(self, T, N, dtype, whole, tokens):
        """From below: h of each cell is x of the next."""
        runs, operations, h = {}, [], None
        for name, cell in self.cells.items():
            runs[name] = run = cell.forward_pass(T, N, dtype, whole, tokens and h is None)
            if h is not None:
                operations.append((copyto, (run.trace.x, h)))
            operations += run.operations
            h = run.trace.h
        return self._joint_forward(runs, operations, x=runs["layer1"].trace.x, h=h)

    def backward_pass(self, trace, own, whole, below=False):
        """From above: ∂L/∂x of each cell is what the loss says about the h below it."""
        backs, [dh] = {}, own
        for name, cell in reversed(self.cells.items()):
            backs[name] = cell.backward_pass(self.part(trace, name), [dh], whole, below or name != "layer1")
            dh = backs[name].dx
        more = {"h": backs[f"layer{len(backs)}"].gradients.trace.h} if whole else {}
        return self._joint_backward(backs, [(back.do, ()) for back in backs.values()], dh, **more)


class Bidirectional(Compound):
    """Two cells read the same sequence, one from each end; h_t are the states of both, one below the other.

    Parameters
    ----------
    forward, backward : Cell
        The second reads x_T first. Both read the same D features; H is the sum of both.

    Attributes
    ----------
    cells : dict of str to Cell
        ``forward`` and ``backward``.
    params : Record
        ``forward_W_x``, …, ``backward_W_x``, …: the weights of both, in the same memory.

    Notes
    -----
    A trace has ``x``, ``h``, and all that the cells make, ``forward_h``, ``backward_gates``, …, in the order of time:
    ``backward_h[t]`` is the state after x_T … x_{t+1}, and ``backward_h_prev[t]`` stands to its right; `part` turns it
    round. At the last step the backward cell has read one input only, so a many-to-one model has little of it.
    """

    TURNED = ("backward",)

    def __init__(self, forward, backward):
        super().__init__({"forward": forward, "backward": backward})
        if forward.D != backward.D:
            raise ValueError(f"both directions read the same x, but D={forward.D} and D={backward.D} came.")
        self.H = forward.H + backward.H

    def forward_pass(self, T, N, dtype, whole, tokens):
        """One after the other, the second on x in the other order."""
        runs = {name: cell.forward_pass(T, N, dtype, whole, tokens) for name, cell in self.cells.items()}
        (one, two), h = runs.values(), empty((T, self.H, N), dtype)
        operations = [(copyto, (two.trace.x, one.trace.x[::-1])), *one.operations, *two.operations]
        operations += self._both(h, one.trace, two.trace)
        return self._joint_forward(runs, operations, x=one.trace.x, h=h)

    def _both(self, h, one, two):
        """The operations that put the states of both cells, or derivatives of them, into h."""
        H = self.cells["forward"].H
        return [(copyto, (h[:, :H], one.h)), (copyto, (h[:, H:], two.h[::-1]))]

    def backward_pass(self, trace, own, whole, below=False):
        """One after the other; ∂L/∂x is the sum of both."""
        backs, operations, dx, more = {}, [], None, {}
        for (name, cell), dh in zip(self.cells.items(), self._split(trace, operations, *own), strict=True):
            backs[name] = cell.backward_pass(self.part(trace, name), [dh], whole, below)
            operations.append((backs[name].do, ()))
        one, two = backs.values()
        if one.dx is not None and two.dx is not None:
            dx = empty(one.dx.shape, one.dx.dtype)
            operations.append((add, (one.dx, two.dx[::-1], dx)))
        if whole:
            more["h"] = empty(trace.h.shape, one.gradients.trace.h.dtype)
            operations += self._both(more["h"], one.gradients.trace, two.gradients.trace)
        return self._joint_backward(backs, operations, dx, **more)

    def _split(self, trace, operations, dh):
        """What the loss says about the h of each cell, in its own order."""
        H = self.cells["forward"].H
        if dh is None or dh.ndim == 3:
            return (None, None) if dh is None else (dh[:, :H], dh[::-1, H:])
        of_all = np.zeros((len(trace.h), self.H - H, dh.shape[1]), dh.dtype)
        operations.append((copyto, (of_all[0], dh[H:])))  # the last step is the backward cell's first
        return dh[:H], of_all

    def last_states(self, trace):
        """None that could be carried on: the backward cell begins at the end."""
        raise ValueError("a Bidirectional cell reads a sequence from both ends, so no state can be carried on to more "
                         "of it, or to what it is asked to write; give it the whole sequence.")  # fmt: skip


def together(records, more=None):
    """One record of several, {name: record}, and of more arrays; it shares their memory."""
    return Record(more or {}).joined(*(record.renamed(f"{name}_".__add__) for name, record in records.items()))


def turned(record):
    """The same record, sharing memory, where time runs the other way."""
    windows = {}
    for name, (base, index) in record.views.items():
        steps, *rest = index if isinstance(index, tuple) else (index,)
        start, stop = steps.stop and -steps.stop, steps.start and -steps.start
        windows[name] = base, (slice(start, stop or None), *rest)
    return Record({name: array[::-1] for name, array in record.items()}, windows)
