"""What all recurrent cells share: their weights, checked inputs, and the two passes over a sequence."""

import math
from copy import copy
from typing import ClassVar

import numpy as np

from .. import doors
from ..doors import MOST, generator, plain
from .constants import alike, constants
from .equations import RULES
from .passes import Backward, forward_pass, working_dtype
from .record import Record, rows_of
from .workspace import do, room_in


class Programs(dict):
    """The programs of a cell as its class, BLOCKS and constants were. A copy of it has the same, a pickled one none."""

    of = ()

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return Programs, ()


class Kind(type):
    """The type of all classes of cells: it counts what is changed in one of them later, such as its RULES or `step`."""

    changes = 0

    def __setattr__(cls, name, value):
        super().__setattr__(name, value)
        Kind.changes += name[:2] != "__"  # `copy` writes __slotnames__ into every class that it meets

    def __delattr__(cls, name):
        super().__delattr__(name)
        Kind.changes += 1


class Cell(metaclass=Kind):
    """A recurrent cell is two methods: `step` from t - 1 to t, and `step_back` the other way, with derivatives.

    Both are written as on the blackboard, one line an equation, for N sequences side by side: ``t.a = W.W_x @ t.x +
    W.W_h @ t.h_prev + W.b``. W has the parameters, t the quantities of a step, d the derivatives of the loss by their
    names: ``d.f`` is ∂L/∂f_t. They compute with plain arrays; for a pass over a sequence they are written down once
    as a `Program`, and the program is repeated. Where a number, a mask or a function that they read is another one now,
    it is made anew; what is in an array *now* counts only where it stands in an equation itself, not in ``2 * mask``.

    A subclass needs no more than ``STATES``, ``BLOCKS`` and the two methods; the weights follow from the equations.

    Parameters
    ----------
    D, H : int
        Number of input features and of hidden units.
    rng : numpy.random.Generator
        Draws the first weights uniform in ±1/√H; biases start at zero.
    dtype : float64 (default) or float32

    Attributes
    ----------
    STATES : tuple of str
        The parts of the state. Each, say h, is there as ``t.h_prev`` and made as ``t.h``; its trace is ``h_all`` (h_0 …
        h_T), with windows ``h_prev`` (h_0 … h_{T-1}) and ``h`` (h_1 … h_T).
    BLOCKS : dict of str to tuple of str
        What lies one below the other: with ``{"a": ("a_f", "a_i")}`` the array a of 2H rows has the parts a_f and a_i.
        All other quantities have H rows.
    RULES : frozenset of str
        How the equations become a program, see `seqlib.nn.program`. The numbers do not depend on it.
    params : Record
        The weights, and of those that make several blocks a window on each: W_x and b of ``t.a`` have ``W_xf`` and
        ``b_f``, if a has a part a_f. A write to a window is a write to the whole.
    """

    STATES = ("h",)
    BLOCKS: ClassVar = {}
    RULES = frozenset(RULES)
    OWN = property(lambda self: self.STATES, doc="What a loss can look at: `backward` takes a derivative of each.")

    def __init__(self, D, H, *, rng, dtype=np.float64):
        check_sizes(dtype, rng, D=D, H=H)
        D, H = int(D), int(H)  # of int8, 4H would be too large
        self.D, self.H = D, H
        arrays, windows, bound = {}, {}, 1 / np.sqrt(H)
        for weight, to, of, _ in self._first_terms():
            shape = self.program().shapes[weight]
            drawn = np.zeros(shape) if of == "1" else rng.uniform(-bound, bound, shape)
            arrays[weight] = drawn.astype(dtype, "F" if of == "x" else "C")  # a token's column lies in one piece
            parts = [part.rpartition("_")[2] for part in self.BLOCKS.get(to, ())]
            parts = parts if len(set(parts)) == len(parts) else self.BLOCKS[to]
            windows |= rows_of(parts, H, weight if "_" in weight else f"{weight}_")
        if not arrays:
            raise ValueError(f"step of {type(self).__name__} uses no weight; at least one is needed, as W.W_x @ t.x.")
        self.params = Record(arrays, {name: window for name, window in windows.items() if name not in arrays})

    def _first_terms(self):
        """Its `TERMS`; an error in a sentence where `step` reads what ``__init__`` sets afterwards."""
        try:
            return self.TERMS
        except AttributeError as error:
            if error.obj is not self:
                raise
            raise AttributeError(
                f"step or step_back of {type(self).__name__} reads self.{error.name}, which is not there yet; set it "
                "above super().__init__(…), which writes the equations down."
            ) from None

    def __repr__(self):
        return f"{type(self).__name__}(D={self.D}, H={self.H})"

    def step(self, W, t):
        """From ``t.x`` and ``t.h_prev`` to ``t.h`` and all that is on the way."""
        raise NotImplementedError(f"{type(self).__name__} has no step yet: define `step(self, W, t)`.")

    def step_back(self, W, t, d):
        """From ``d.h``, what all losses from t on say about h_t, to ``d.h_prev`` and all other derivatives."""
        raise NotImplementedError(f"{type(self).__name__} has no step_back yet: define `step_back(self, W, t, d)`.")

    def program(self, whole=False, tokens=False, below=False):
        """The `Program` of this cell; ``print(cell.program())`` shows it.

        Parameters
        ----------
        whole : bool
            Whether all that has a name is kept, as without a workspace, or only what a training needs.
        tokens, below : bool
            See `Program`.
        """
        programs, kind = self.programs, (whole, tokens, below)
        if kind not in programs:
            from .program import Program  # an import of seqlib needs none

            programs[kind] = Program(self, whole, tokens, below)
            programs.of = *programs.of[:2], constants(self)  # `step` may count its calls, or note what it sees
            vars(self)["_programs"] = programs
        return programs[kind]

    @property
    def programs(self):
        """The programs that have been made; another object as soon as one of them would be another."""
        now, before = constants(self), self._programs.of  # a copy has arrays of its own
        same = before and before[:2] == (Kind.changes, self.BLOCKS)
        if before and not (same and (not (now or before[2]) or alike(before[2], now))):
            vars(self)["_programs"] = Programs()
        if not self._programs.of:
            self._programs.of = Kind.changes, copy(self.BLOCKS), now
        return self._programs

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if name != "params":  # another setting may mean another program
            vars(self)["_programs"] = Programs()

    @property
    def TERMS(self):
        """Where each weight enters: a list of `Term`."""
        return self.program().terms

    def forward(self, x, *states, steps=None, workspace=None, **named):
        """Run the cell over a sequence.

        Parameters
        ----------
        x : ndarray, (T, D, N), or (T, N) of int
            ``x[t]`` is the input at step t + 1 (steps are counted from 1) of N sequences. Whole numbers 0 … D-1 are
            token ids, and stand for one-hot columns without making them; -1 is none (padding), a column of zeros.
        *states : ndarray, (H, N), optional
            The states before the first step, in the order of ``STATES``, or by name: h0, C0; zeros where left out.
        steps : int, optional
            T, where x has fewer steps: there is no input after its end.
        workspace : Workspace, optional
            Memory to be used again, in which the trace is then. It has only what the way back needs.

        Returns
        -------
        trace : Record
            ``x``; for every state, such as h, ``h_all`` (T+1, H, N), in which ``h_all[t]`` is h_t, and its windows
            ``h_prev`` and ``h``; and (T, rows, N) all that `step` makes, by its names there.
        """
        initial = self._named(states, named, "{}0", self.STATES)
        initial = {name: value if value is None else plain(f"{name}0", value) for name, value in initial.items()}
        x = sequence(x)
        tokens = check_sequence(x, self.D, type(self).__name__)
        dtype = working_dtype(self._weight, x, *initial.values())
        T = len(x) if steps is None else doors.whole("steps", steps, least=len(x))
        sizes = T, x.shape[-1], dtype, workspace is None, tokens
        run = room_in(workspace).keep(
            ("forward", id(self), *sizes), lambda: self.forward_pass(*sizes), *self.written()
        )
        for first, (name, value) in zip(run.firsts, initial.items(), strict=True):
            if value is not None and np.shape(value) != first.shape:
                raise ValueError(f"{name}0 must have shape (H, N) = {first.shape}, but {np.shape(value)} came.")
        for first, value in zip(run.firsts, initial.values(), strict=True):
            first[...] = 0 if value is None else value
        run.trace.x[: len(x)] = x
        run.trace.x[len(x) :] = -int(tokens)
        do(run.operations)
        return run.trace

    def backward(self, trace, *own, workspace=None, **named):
        """Backpropagation through time: the derivatives of a loss from those at each h_t.

        Parameters
        ----------
        trace : Record
            What `forward` returned.
        *own : ndarray, (T, H, N), or (H, N) for a loss at the last step only; or None
            What the loss at step t says directly about h_t, without the later steps; then the same for the other
            states, where a loss looks at them; or by name: dh, dC.
        workspace : Workspace, optional
            Memory to be used again. Only the derivatives of the parameters and of the first states are computed then.

        Returns
        -------
        Gradients
            ``params`` summed over steps and examples; ``trace.h[t]`` the *total* derivative with respect to h_t, so the
            later steps are in it, and so on for all names; ``h0``. Of token ids there is no derivative.
        """
        given = self._named(own, named, "d{}", self.OWN)
        check_trace(trace, *self.OWN)
        if trace.h.shape[1] != self.H or (trace.x.ndim == 3 and trace.x.shape[1] != self.D):
            x, h = trace.x.shape, trace.h.shape
            raise ValueError(f"trace must be one of this cell, {self}, but one with x {x} and h {h} came.")
        own = [d if d is None else check_dh(d, trace[name], f"d{name}") for name, d in given.items()]
        kinds = [None if d is None else (d.shape, d.dtype) for d in own]
        room, back = room_in(workspace).keep(
            ("backward", id(self), trace.h.shape, *kinds), lambda: self._backward(trace, own, workspace is None),
            trace, *self.written(),
        )  # fmt: skip
        for place, d in zip(room, own, strict=True):
            if d is not None:
                place[...] = d
        back.do()
        return back.gradients

    def _backward(self, trace, own, whole):
        """Memory for `own`, and a pass that reads it there."""
        room = [None if d is None else np.empty_like(d) for d in own]
        return room, self.backward_pass(trace, room, whole)

    def forward_pass(self, T, N, dtype, whole, tokens):
        """A new pass over T steps of N sequences, see `Forward`."""
        return forward_pass(self, T, N, dtype, whole, tokens)

    def backward_pass(self, trace, own, whole, below=False):
        """A new pass over this trace, see `Backward`."""
        return Backward(self, trace, own, whole, below)

    def written(self):
        """What a pass is made of: other objects here need a new one."""
        return self.params, self.programs

    def _named(self, given, named, form, states):
        """{state: array or None} of what was given in order or by name, such as ``h0`` for the form "{}0"."""
        names = {form.format(state): state for state in states}
        if len(given) > len(names) or set(named) - set(names):
            came = ", ".join(sorted(set(named) - set(names))) or f"{len(given)} arrays"
            raise TypeError(f"{type(self).__name__} takes {', '.join(names)} here, but {came} came.")
        values = dict(zip(names, given, strict=False)) | named
        return {state: values.get(name) for name, state in names.items()}

    def last_states(self, trace):
        """The states after the last step of a trace, as arguments of `forward`: h0, and C0 of an LSTM."""
        return {f"{state}0": trace[state][-1] for state in self.STATES}

    @property
    def _weight(self):
        return self.params[next(iter(self.params))]


def sequence(x):
    """x as an array of numbers; what is no array at all is left to `check_sequence`."""
    return plain("x", x) if hasattr(x, "ndim") else x


def check_sequence(x, D, owner):
    """Whether x, (T, D, N) or (T, N), are token ids; a ValueError in one sentence unless it is either."""
    if getattr(x, "ndim", None) == 3:
        check_input(x, D, owner)
        return False
    if getattr(x, "ndim", None) != 2 or x.dtype.kind not in "iu":
        came = f"{x.dtype} of shape {x.shape}" if hasattr(x, "shape") else type(x).__name__
        raise ValueError("x must be an array of shape (T, D, N) = (steps, features, examples), or token ids, whole "
                         f"numbers of shape (T, N), but {came} came.")  # fmt: skip
    if x.size == 0:
        raise ValueError(f"token ids (T, N) need at least one step and one example, but shape {x.shape} came.")
    if not -1 <= x.min() <= x.max() < D:
        raise ValueError(f"token ids must lie in 0 … {D - 1} (or be -1 for none), as this {owner} was built for "
                         f"D={D}, but {x.min()} … {x.max()} came.")  # fmt: skip
    return True


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


def check_sizes(dtype, rng, **sizes):
    """Raise a ValueError in one sentence unless sizes are whole numbers from 1, dtype a float, rng a generator."""
    sizes = {name: doors.whole(name, size) for name, size in sizes.items()}
    if max(math.prod(sizes.values()), sizes["H"] ** 2) > MOST:
        asked = " and ".join(f"{name}={size}" for name, size in sizes.items())
        raise ValueError(f"{asked} ask for a matrix of more than {MOST:,} numbers, 2 GB; take smaller ones.")
    try:
        known = np.dtype(dtype)
    except (TypeError, ValueError):
        known = doors.shown(dtype)
    if getattr(known, "char", None) not in {*"dfDF"}:  # complex ones are for checking gradients
        raise ValueError(f"dtype must be float64 or float32, but {known} came.")
    generator(rng)


def check_trace(trace, *names):
    """Raise a ValueError in one sentence unless `trace` is what a `forward` returned."""
    if not isinstance(trace, Record) or not all(name in trace for name in names):
        raise ValueError(f"trace must be the Record that forward(x) returned, but {doors.shown(trace)} came.")


def check_dh(dh, h, name="dh"):
    """`dh`, or what `name` says, as an array; a ValueError in one sentence unless it has the shape of states.

    All of them, (T, H, N), or the last, (H, N).
    """
    dh = plain(name, dh)
    if dh.shape != h.shape and dh.shape != h.shape[1:]:
        raise ValueError(
            f"{name} must have the shape of the states, {h.shape}, or of the last one, {h.shape[1:]}, "
            f"but {dh.shape} came."
        )
    return dh
