"""What all recurrent cells share: their weights, checked inputs, and the two passes over a sequence."""

from typing import ClassVar, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from .equations import RULES
from .passes import Backward, Forward
from .record import Record
from .workspace import FRESH, do

_PROGRAMS = WeakKeyDictionary()  # of each class, by the settings of the cell
PROGRAMS_KEPT = 32


class Term(NamedTuple):
    """Where a weight enters: its gradient is the sum over t of ∂L/∂(to)_t times (of)_t."""

    weight: str
    to: str
    of: str  # "1" for a bias
    pointwise: bool = False  # multiplied element by element, and not as a matrix


class Cell:
    """A recurrent cell is two methods: `step` from t - 1 to t, and `step_back` the other way, with derivatives.

    Both are written as on the blackboard, one line an equation, for N sequences side by side: ``t.a = W.W_x @ t.x +
    W.W_h @ t.h_prev + W.b``. W has the parameters, t the quantities of a step, d the derivatives of the loss by their
    names: ``d.f`` is ∂L/∂f_t. They compute with plain arrays; for a pass over a sequence they are written down once
    as a `Program`, and the program is repeated.

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
    """

    STATES = ("h",)
    BLOCKS: ClassVar = {}
    RULES = frozenset(RULES)

    def __init__(self, D, H, *, rng, dtype=np.float64):
        check_sizes(dtype, rng, D=D, H=H)
        self.D, self.H = D, H
        biases = {term.weight for term in self.TERMS if term.of == "1"}
        bound = 1 / np.sqrt(H)
        self.params = Record({
            name: np.zeros(shape, dtype) if name in biases else rng.uniform(-bound, bound, shape).astype(dtype)
            for name, shape in self.program().shapes.items()
        })  # fmt: skip

    def __repr__(self):
        return f"{type(self).__name__}(D={self.D}, H={self.H})"

    def step(self, W, t):
        """From ``t.x`` and ``t.h_prev`` to ``t.h`` and all that is on the way."""
        raise NotImplementedError

    def step_back(self, W, t, d):
        """From ``d.h``, what all losses from t on say about h_t, to ``d.h_prev`` and all other derivatives."""
        raise NotImplementedError

    def program(self, whole=False):
        """The `Program` of this cell; ``print(cell.program())`` shows it.

        Parameters
        ----------
        whole : bool
            Whether all that has a name is kept, as without a workspace, or only what a training needs.
        """
        found = vars(self).get("_programs", {}).get(whole)
        return found or self._recorded(whole)  # and not in `except`, which would stand above a reader's own mistake

    def _recorded(self, whole):
        """The program for the settings that the cell has now; each is made once for all cells of this class."""
        own = ((name, _Key(value)) for name, value in vars(self).items() if name not in ("params", "_programs"))
        settings = (whole, self.RULES, *own)
        known = _PROGRAMS.setdefault(type(self), {})
        if settings not in known:
            from .program import Program  # an import of seqlib needs none

            while len(known) >= PROGRAMS_KEPT:
                del known[next(iter(known))]
            known[settings] = Program(self, whole)
        vars(self).setdefault("_programs", {})[whole] = known[settings]
        return known[settings]

    def __setattr__(self, name, value):  # another setting may mean another program
        vars(self).pop("_programs", None)
        super().__setattr__(name, value)

    def __getstate__(self):
        return {name: value for name, value in vars(self).items() if name != "_programs"}

    @property
    def TERMS(self):
        """Where each weight enters: a list of `Term`."""
        terms = []
        for sum_ in self.program().sums.values():
            terms += [Term(weight, sum_.name, of) for of, weight in sum_.products.items()]
            terms += [Term(weight, sum_.name, of, pointwise=True) for weight, of in sum_.pointwise]
        return terms

    def forward(self, x, *states, workspace=None, **named):
        """Run the cell over a sequence.

        Parameters
        ----------
        x : ndarray, (T, D, N)
            ``x[t]`` is the input at step t + 1 (steps are counted from 1) of N sequences.
        *states : ndarray, (H, N), optional
            The states before the first step, in the order of ``STATES``, or by name: h0, C0; zeros where left out.
        workspace : Workspace, optional
            Memory to be used again, in which the trace is then. It has only what the way back needs.

        Returns
        -------
        trace : Record
            ``x``; for every state, such as h, ``h_all`` (T+1, H, N), in which ``h_all[t]`` is h_t, and its windows
            ``h_prev`` and ``h``; and (T, rows, N) all that `step` makes, by its names there.
        """
        initial = self._named(states, named, "{}0")
        check_input(x, self.D, type(self).__name__)
        T, _, N = x.shape
        for name, value in initial.items():
            if value is not None and np.shape(value) != (self.H, N):
                raise ValueError(f"{name}0 must have shape (H, N) = {(self.H, N)}, but {np.shape(value)} came.")
        dtype = working_dtype(self._weight, x, *initial.values())
        run = self._pass(Forward, workspace, T, N, dtype)
        for first, value in zip(run.firsts, initial.values(), strict=True):
            first[...] = 0 if value is None else value
        run.trace.x[...] = x
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
            later steps are in it, and so on for all names; ``h0``.
        """
        given = self._named(own, named, "d{}")
        own = [d if d is None else check_dh(d, trace[name], f"d{name}") for name, d in given.items()]
        (T, _, N), dtype = trace.h.shape, working_dtype(trace.h, *own)
        back = self._pass(Backward, workspace, T, N, dtype)
        back.perform(trace, own)
        return back.gradients

    def _named(self, given, named, form):
        """{state: array or None} of what was given in order or by name, such as ``h0`` for the form "{}0"."""
        names = {form.format(state): state for state in self.STATES}
        if len(given) > len(names) or set(named) - set(names):
            came = ", ".join(sorted(set(named) - set(names))) or f"{len(given)} arrays"
            raise TypeError(f"{type(self).__name__} takes {', '.join(names)} here, but {came} came.")
        values = dict(zip(names, given, strict=False)) | named
        return {state: values.get(name) for name, state in names.items()}

    def _pass(self, kind, workspace, *sizes):
        """A new `Forward` or `Backward` for these T, N and dtype, or that of the workspace."""
        whole = workspace is None
        written = self.program(whole)  # settings may have changed
        key = kind, id(self), *sizes
        return (workspace or FRESH).keep(key, lambda: kind(self, *sizes, whole), self.params, written)

    @property
    def _weight(self):
        return self.params[next(iter(self.params))]

    def at(self, trace, t):
        """The quantities of step t + 1 in a trace, as `step_back` wants them."""
        return Moment(self.BLOCKS, lambda name: trace[name][t])

    def one_step_back(self, trace, t, **given):
        """`step_back` alone, at step t + 1 of a trace.

        Parameters
        ----------
        **given : ndarray, (..., H, N)
            The derivatives of the states there, by name; any number of losses at once, in the leading axes.

        Returns
        -------
        Moment
            All derivatives that `step_back` makes: ``d.a``, ``d.h_prev``, …
        """
        d = Moment(self.BLOCKS)
        for name, array in given.items():
            setattr(d, name, np.array(array))  # += must not change what the caller has
        self.step_back(self.params, self.at(trace, t), d)
        whole = np.broadcast_shapes((self.H, trace.x.shape[-1]), *(np.shape(array) for array in given.values()))
        for name in (f"{state}_prev" for state in self.STATES):
            if np.shape(getattr(d, name)) != whole:  # d.h_prev = 0 is a number
                setattr(d, name, np.broadcast_to(getattr(d, name), whole))
        return d


class Moment:
    """The quantities of one step, as plain arrays: t, or with derivatives d, for a cell's two methods.

    Parameters
    ----------
    stacks : dict of str to tuple of str
        What lies one below the other: a whole has parts, and parts make a whole.
    given : callable, optional
        ``given(name)`` for what was not assigned; a KeyError says that there is no such thing.
    """

    def __init__(self, stacks, given=None):
        vars(self).update(_stacks=stacks, _given=given)

    def __getattr__(self, name):  # asked only for what was not assigned
        for stack, parts in self._stacks.items():
            if name in parts and stack in vars(self):
                rows = np.shape(vars(self)[stack])[-2] // len(parts)
                first = rows * parts.index(name)
                return vars(self)[stack][..., first : first + rows, :]
        if name in self._stacks and all(part in vars(self) for part in self._stacks[name]):
            return np.concatenate([vars(self)[part] for part in self._stacks[name]], axis=-2)
        try:
            return self._given(name)
        except (KeyError, TypeError):
            raise AttributeError(f"{name} is used before it is there; make it in a line above.") from None


class _Key:
    """A setting, for looking a program up: equal if it is, or, where that cannot be said, the same object."""

    def __init__(self, value):
        self.value = value
        try:
            self._hash = hash(value)
        except TypeError:
            self._hash = id(value)

    def __hash__(self):
        return self._hash

    def __eq__(self, other):
        plain = isinstance(self.value, int | float | str | tuple | bool) and type(self.value) is type(other.value)
        return self.value is other.value or (plain and self.value == other.value)


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


def check_sizes(dtype, rng, **sizes):
    """Raise a ValueError in one sentence unless sizes are whole numbers from 1, dtype a float, rng a generator."""
    for name, size in sizes.items():
        if not isinstance(size, int | np.integer) or size < 1:
            raise ValueError(f"{name} must be a whole number, 1 or more, but {size!r} came.")
    if np.dtype(dtype).char not in "dfDF":  # complex ones are for checking gradients
        raise ValueError(f"dtype must be float64 or float32, but {np.dtype(dtype)} came.")
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a generator, such as np.random.default_rng(0), but {rng!r} came.")


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
