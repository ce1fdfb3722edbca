"""Cells made of cells: layers, one above the other, and two directions of time.

Neither has an equation of its own. On the way forward, what one cell makes is what the next one reads; on the way back,
∂L/∂x of a cell is what the loss says about the states below it. So both are the passes of their cells, in order.
"""

from itertools import pairwise

import numpy as np
from numpy import add, copyto

from .cell import Cell
from .passes import Backward, Gradients
from .record import Record
from .workspace import empty


class CompoundForward:
    """The forward passes of all cells, and what one hands to the next; see `Forward`."""

    def __init__(self, cell, T, N, dtype, whole, tokens=False):
        runs = {
            name: of.FORWARD(of, T, N, dtype, whole, reads)
            for (name, of), (reads, _) in zip(cell.cells.items(), cell.kinds(tokens), strict=True)
        }
        traces = {name: run.trace for name, run in runs.items()}
        self.firsts = [first for run in runs.values() for first in run.firsts]
        self.operations, made = cell.join_forward(traces, [run.operations for run in runs.values()])
        self.trace = together(traces, cell.TURNED, made)


class CompoundBackward(Backward):
    """The backward passes of all cells, the last one first; see `Backward`."""

    def __init__(self, cell, T, N, dtype, whole, tokens=False, below=False):
        self.backs = {
            name: of.BACKWARD(of, T, N, dtype, whole, *kind)
            for (name, of), kind in zip(cell.cells.items(), cell.kinds(tokens, below), strict=True)
        }
        backs = self.backs.values()
        self.cell, self.whole, self.dtype, self.small = cell, whole, np.dtype(dtype), T * N <= 32
        self.states = [state for back in backs for state in back.states]
        self.dx, made, self.last = cell.join_backward(*backs)
        self.dtrace = together({name: b.dtrace for name, b in self.backs.items()}, cell.TURNED, made) if whole else None
        first = {f"{name}_{state}": d for name, b in self.backs.items() for state, d in b.gradients.first.items()}
        params = together({name: back.gradients.params for name, back in self.backs.items()})
        self.gradients = Gradients(params, self.dtrace, first)
        self._own, self._of, self._listed = [None], None, None

    def operations(self, trace, own):
        """Those for a loss that says `own`, (T, H, N) or (H, N), about h."""
        for name, before, dh in self.cell.owns(self.backs, len(trace.h), *own):
            yield from before
            yield from self.backs[name].operations(self.cell.part(trace, name), (dh,))
        yield from self.last


class Compound(Cell):
    """What `Stacked` and `Bidirectional` share: cells, in the order in which they run, by names.

    Such a name stands before all that the cell has: ``layer1_W_x``, ``layer1_h``, ``layer1_h0``. ``x`` and ``h`` are
    those of the whole.
    """

    FORWARD, BACKWARD, OWN = CompoundForward, CompoundBackward, ("h",)
    TURNED = ()  # the names of cells that read from the last step to the first

    def __init__(self, cells):
        if wrong := [cell for cell in cells.values() if not isinstance(cell, Cell)]:
            raise ValueError(f"{type(self).__name__} is made of cells, such as LSTM(…), but {wrong[0]!r} came.")
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
            raise ValueError(f"the cells are {', '.join(self.cells)}, but {name!r} came.")
        start, turn = len(name) + 1, name in self.TURNED
        arrays = {n[start:]: a[::-1] if turn else a for n, a in record.items() if n.startswith(f"{name}_")}
        views = {
            n[start:]: (base[start:], turned(index) if turn else index)
            for n, (base, index) in record.views.items() if n.startswith(f"{name}_")
        }  # fmt: skip
        return Record(arrays, views)

    def program(self, *_, **__):
        """There is none: each cell has its own."""
        name, kind = next(iter(self.cells)), type(self).__name__
        raise TypeError(f"this looks at the single steps of one cell, but a {kind} of {len(self.cells)} came; take one "
                        f"of them, .cells[{name!r}], and its trace, .part(trace, {name!r}).")  # fmt: skip

    step = step_back = program

    def written(self, whole, tokens=False, below=False):
        """What a pass is made of: other objects here need a new one."""
        kinds = zip(self.cells.values(), self.kinds(tokens, below), strict=True)
        return [self.params, *(what for cell, kind in kinds for what in cell.written(whole, *kind))]

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
        layers = list(layers)
        if not layers:
            raise ValueError("Stacked needs at least one cell, but an empty list came.")
        super().__init__({f"layer{k}": cell for k, cell in enumerate(layers, start=1)})
        for k, (below, above) in enumerate(pairwise(layers), start=1):
            if above.D != below.H:
                raise ValueError(f"layer {k + 1} reads D={above.D} features, but layer {k} below it has H={below.H}.")
            above.written(False, below=True)  # it must make d.x
        self.H = layers[-1].H

    def kinds(self, tokens, below=False):
        """Of each cell whether it reads tokens, and whether another one needs its ∂L/∂x."""
        return [(tokens, below), *[(False, True)] * (len(self.cells) - 1)]

    def join_forward(self, traces, runs):
        """The operations, and what a trace has besides those of the cells."""
        [operations, *above], names = runs, list(traces)
        operations = list(operations)
        for (below, name), run in zip(pairwise(names), above, strict=True):
            operations += [(copyto, (traces[name].x, traces[below].h)), *run]
        return operations, {"x": f"{names[0]}_x", "h": f"{names[-1]}_h"}

    def join_backward(self, first, *above):
        """∂L/∂x; what derivatives of a trace have besides; operations at the end."""
        made = {"h": f"layer{len(above) + 1}_h"} | ({"x": "layer1_x"} if first.dx is not None else {})
        return first.dx, made, []

    def owns(self, backs, T, dh):
        """What the loss and the layer above say about each cell's h: (name, operations before, dh)."""
        for name, back in reversed(backs.items()):
            yield name, (), dh
            dh = back.dx


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

    def kinds(self, tokens, below=False):
        """Of each cell whether it reads tokens, and whether another one needs its ∂L/∂x."""
        return [(tokens, below)] * 2

    def join_forward(self, traces, runs):
        """The operations, and what a trace has besides those of the cells."""
        one, two = traces.values()
        (T, H, N), more = one.h.shape, two.h.shape[1]
        h = empty((T, H + more, N), one.h.dtype)
        join = [(copyto, (h[:, :H], one.h)), (copyto, (h[:, H:], two.h[::-1]))]
        return [(copyto, (two.x, one.x[::-1])), *runs[0], *runs[1], *join], {"x": "forward_x", "h": h}

    def join_backward(self, one, two):
        """∂L/∂x; what derivatives of a trace have besides; operations at the end."""
        dx, made, last = None, {}, []
        if one.dx is not None and two.dx is not None:
            dx = made["x"] = empty(one.dx.shape, one.dx.dtype)
            last.append((add, (one.dx, two.dx[::-1], dx)))
        if one.dtrace:
            made["h"] = np.concatenate([one.dtrace.h, two.dtrace.h], axis=1)
            H = one.dtrace.h.shape[1]
            last += [(copyto, (made["h"][:, :H], one.dtrace.h)), (copyto, (made["h"][:, H:], two.dtrace.h[::-1]))]
        return dx, made, last

    def owns(self, backs, T, dh):
        """What the loss says about each cell's h: (name, operations before, dh)."""
        H = self.cells["forward"].H
        if dh is None or dh.ndim == 3:
            yield "forward", (), None if dh is None else dh[:, :H]
            yield "backward", (), None if dh is None else dh[::-1, H:]
            return
        yield "forward", (), dh[:H]
        of_all = np.zeros((T, self.H - H, dh.shape[1]), dh.dtype)  # the last step is the backward cell's first
        yield "backward", [(copyto, (of_all[0], dh[H:]))], of_all

    def last_states(self, trace):
        """None that could be carried on: the backward cell begins at the end."""
        raise ValueError("a Bidirectional cell reads a sequence from both ends, so no state can be carried on to more "
                         "of it, or to what it is asked to write; give it the whole sequence.")  # fmt: skip


def together(records, turn=(), made=None):
    """One record of several, which share their memory; made : {name: array, or the name of what it is}."""
    arrays, views = {}, {}
    for name, record in records.items():
        back = name in turn
        arrays |= {f"{name}_{n}": array[::-1] if back else array for n, array in record.items()}
        views |= {
            f"{name}_{n}": (f"{name}_{base}", turned(index) if back else index)
            for n, (base, index) in record.views.items()
        }
    for name, what in (made or {}).items():
        if isinstance(what, str):
            views[name] = views.get(what, (what, np.s_[:]))
        else:
            arrays[name] = what
    return Record(arrays, views)


def turned(index):
    """The same window where time runs the other way."""
    steps, *rest = index if isinstance(index, tuple) else (index,)
    return slice(-steps.stop if steps.stop else None, -steps.start if steps.start else None), *rest
