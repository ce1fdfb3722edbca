"""Is a gradient right? Derivatives by a complex step, the comparison a reader sees, and the check of a whole cell.

References
----------
Squire & Trapp (1998), "Using complex variables to estimate derivatives of real functions",
SIAM Review 40(1).
"""

import copy
import html
import re
from typing import NamedTuple

import numpy as np

from seqlib import words

from ..doors import plain, positive, reals, seeded, whole
from ..in_words import answering
from ..nn.record import Record
from ..nn.rnn import RNN
from ..nn.workspace import Workspace
from .moment import Moment
from .table import width_of

NOISE = 1e-12  # Relative differences below this are rounding, and differ from machine to machine.

NAME = {"en": "name", "ko": "이름"}
LARGEST = {"en": "largest difference", "ko": "가장 큰 차이"}
STEP_LEAVES = 1e-50  # a complex step of 1e-30 is wrong by its square, which shows where a derivative is exactly 0
RELATIVE = {"en": "relative", "ko": "상대 차이"}
VERDICT = {"en": "verdict", "ko": "판정"}
EQUAL = {"en": "equal", "ko": "같음"}
DIFFERENT = {"en": "DIFFERENT", "ko": "다름"}
CULPRIT = {
    "en": "The first that is wrong is {name}: {line}. What else differs may follow from it.",
    "ko": "처음으로 틀린 것은 {name}입니다: {place}. 나머지 차이는 여기서 비롯된 것일 수 있습니다.",
}
UNLIKE = {
    "en": "Written down as a program, step and step_back make other numbers than when they are called: {names}. They "
    "must compute the same at every call, so without random numbers, and change no array in place but by d.NAME += ….",
    "ko": "step과 step_back을 프로그램으로 옮겨 적으면 직접 호출할 때와 다른 값이 나옵니다: {names}. "
    "호출할 때마다 같은 계산을 해야 하므로 난수를 쓰지 말고, d.NAME += … 말고는 배열을 제자리에서 바꾸지 마세요.",
}


def korean_place(line):
    """Where an equation stands, as Korean says it: ``step_back의 6번째 줄(d.a = …)``."""
    return re.sub(r"^(\w+), line (\d+) ?", r"\1의 \2번째 줄", str(line))


def complex_step(loss, record, step=1e-30):
    """Derivatives of a real function of named arrays, one entry after the other.

    Each entry w is moved by i·step, an imaginary step. By Taylor
    L(w + i·step) = L(w) + i·step·L'(w) - step²/2·L''(w) - …, so Im L / step is L'(w) up to
    step²: nothing is subtracted, and no digit is lost. (A difference quotient loses half of them.)

    Parameters
    ----------
    loss : callable
        ``loss(moved)`` with a complex copy of the record, to a number. It must be made of functions
        that take complex numbers, so no absolute value and no ``.real`` on the way.
    record : Record
        The point at which to differentiate; it stays as it is.
    step : float

    Returns
    -------
    Record
        ∂L/∂w for every entry, names and shapes as in `record`, float64.

    Raises
    ------
    ValueError
        If `loss` returns a real number: the imaginary part was lost on the way.
    """
    positive("step", step)
    moved, numeric = record.astype(np.complex128), record.astype(np.float64)
    for name, array in moved.items():
        for place in np.ndindex(array.shape):
            start = array[place]
            array[place] = start + 1j * step
            value = loss(moved)
            if not np.iscomplexobj(value):
                raise ValueError(
                    f"loss must compute with the complex numbers it is given, but a {type(value).__name__} came back."
                )
            numeric[name][place] = np.imag(value) / step
            array[place] = start
    return numeric


def with_params(model, params):
    """A copy of a cell or a model that computes with `params` (Record) in place of its own.

    ``complex_step(lambda p: with_params(model, p).loss(x, targets), model.params)`` is the
    gradient that ``model.loss_and_gradients(x, targets)`` should give.
    """
    # deepcopy looks an object up by its id before copying it, so these stand in wherever the old ones are held.
    return copy.deepcopy(model, {id(array): params[name] for name, array in model.params.items()})


class Row(NamedTuple):
    """The comparison of one array."""

    name: str
    scale: float  # what the difference is measured by, see `compare`
    difference: float  # the largest absolute difference of two entries
    relative: float  # difference / scale; 0 where all arrays are zero
    equal: bool


class Comparison(tuple):
    """`Row` objects, one for each array, shown as a table in the reader's language.

    Differences that are only rounding are shown as "< 1e-12" (relative), so the table is the same
    on every machine.
    """

    @property
    def equal(self):
        """True when every array agrees."""
        return all(row.equal for row in self)

    def _table(self):
        head = [words.say(text) for text in (NAME, LARGEST, RELATIVE, VERDICT)]
        return [head] + [
            [
                row.name,
                _shown(row.difference, row, NOISE * row.scale),
                _shown(row.relative, row, NOISE),
                words.say(EQUAL if row.equal else DIFFERENT),
            ]
            for row in self
        ]

    def __repr__(self):
        table = self._table()
        widths = [max(map(width_of, column)) for column in zip(*table, strict=True)]
        lines = (
            "  ".join(cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in table
        )
        return "\n".join(lines)

    def _repr_html_(self):
        # A browser's fixed-width font need not have Korean letters of exactly two columns.
        rows = [[html.escape(cell) for cell in row] for row in self._table()]
        head = "".join(f'<th scope="col">{cell}</th>' for cell in rows[0])
        body = "".join(
            f'<tr><th scope="row">{name}</th><td>{"</td><td>".join(cells)}</td></tr>' for name, *cells in rows[1:]
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


class CellCheck(Comparison):
    """What `check_cell` found: a `Row` for each weight, each derivative that `step_back` makes, and each first state.

    Attributes
    ----------
    culprit : str or None
        The derivative that is the first to go wrong, such as "d.f".
    line : str or None
        Where `step_back` makes it.
    unlike : tuple of str
        What the program computes otherwise than the two methods, called step by step.
    """

    def __new__(cls, rows, culprit=None, line=None, unlike=()):
        made = super().__new__(cls, rows)
        made.culprit, made.line, made.unlike = culprit, line, tuple(unlike)
        return made

    @property
    def equal(self):
        """True when every array agrees, and the program with the two methods."""
        return super().equal and self.culprit is None and not self.unlike

    def _sentences(self):
        said = []
        if self.culprit:
            said.append(words.say(CULPRIT, name=self.culprit, line=self.line, place=korean_place(self.line)))
        return said + ([words.say(UNLIKE, names=", ".join(self.unlike))] if self.unlike else [])

    def __repr__(self):
        return "\n".join([super().__repr__(), *self._sentences()])

    def _repr_html_(self):
        return super()._repr_html_() + "".join(f"<p>{html.escape(text)}</p>" for text in self._sentences())


def compare(analytic, numeric, tolerance=1e-10):
    """Set gradients beside each other, array by array.

    Parameters
    ----------
    analytic, numeric : Record, or dict of str to ndarray
        The gradient to check, and the one to trust: the same names and shapes.
    tolerance : float
        Largest relative difference that still counts as equal.

    Returns
    -------
    Comparison

    Notes
    -----
    A difference is relative to the largest entry of its array, not to each single one: an entry
    that is a sum in which almost everything cancels is right, but not to as many digits. An array
    of which nothing but rounding is left is measured by 1e-5 of the largest entry of all arrays.
    """
    positive("tolerance", tolerance)  # 1.0 *: a difference of small integers may not fit into their type
    analytic, numeric = ({name: 1.0 * plain(name, array) for name, array in of.items()} for of in (analytic, numeric))
    shapes, expected = _shapes(analytic), _shapes(numeric)
    if shapes != expected:
        raise ValueError(f"analytic must have the names and shapes of numeric, {expected}, but {shapes} came.")
    scales = {name: max(_largest(analytic[name]), _largest(numeric[name])) for name in numeric}
    floor = 1e-5 * max(scales.values(), default=0)
    return Comparison(
        _row(name, _largest(np.subtract(analytic[name], numeric[name])), max(scales[name], floor), tolerance)
        for name in numeric
    )


def check_loop(bptt, T=3, *, seed=0):
    """Compare the gradients of a hand-written backward loop with complex steps, on a random run of a plain cell.

    Parameters
    ----------
    bptt : callable
        ``bptt(x, h_all, dh, W_hh)`` returns dW_xh, dW_hh, db_h. It gets x, (T, D, N); all states, (T + 1, H, N), of
        which the first is h_0; what the loss of each step says about its own state, (T, H, N); and W_hh, (H, H).
    T : int
        Steps of the run. A mistake on the way back may need two or three to show.
    seed : int

    Returns
    -------
    Comparison
    """
    rng, T = seeded(seed), whole("T", T)
    cell, x, h0 = RNN(2, 3, rng=rng), rng.normal(size=(T, 2, 2)), np.tanh(rng.normal(size=(3, 2)))
    own = rng.normal(size=(T, 3, 2))  # the loss Σ_t own_t · h_t has just this derivative by h_t
    numeric = complex_step(lambda params: (own * with_params(cell, params).forward(x, h0).h).sum(), cell.params)
    made = bptt(x.copy(), cell.forward(x, h0).h_all.copy(), own.copy(), cell.params.W_hh.copy())
    return compare(dict(zip(("W_xh", "W_hh", "b_h"), made, strict=True)), numeric)


def _shapes(arrays):
    return {name: np.shape(array) for name, array in arrays.items()}


def _largest(array):
    return float(np.abs(array).max(initial=0))


def _row(name, difference, scale, tolerance):
    relative = 0.0 if difference < STEP_LEAVES else difference / scale
    return Row(name, scale, difference, relative, relative <= tolerance)  # NaN is not <= anything: different


def _shown(value, row, noise):
    """A value of `row`, or the power of ten above `noise` where it is only rounding."""
    if row.scale == 0:
        return "0"
    if row.relative >= NOISE or np.isnan(row.relative):
        return f"{value:.1e}"
    return f"< 1e{int(np.ceil(np.log10(noise))):03d}"


# --- a whole cell -----------------------------------------------------------------------------------------------------


def check_cell(cell, x=None, *, T=4, N=2, seed=0, tolerance=1e-10, **states):
    """Is the `step_back` of a cell right? All its derivatives, beside those that a complex step finds with `step`.

    The loss is a random one, which looks at all states at all steps. `cell.backward` finds its derivatives by means of
    `step_back`. Beside them stand those of a complex step: `step` alone is called, step by step, while every number of
    the weights, of x, of the first states and of everything that has a name is moved, one after the other. So the
    check takes a moment for a few units, and long for many.

    Parameters
    ----------
    cell : Cell
        Of any kind. It stays as it is.
    x : ndarray, (T, D, N), optional
        Random where left out.
    T, N : int
        Steps and sequences of that.
    seed : int
        Of all that is random.
    tolerance : float
        Largest relative difference that still counts as equal, see `compare`.
    **states : ndarray, (H, N), optional
        The states before the first step, by name: h0, C0. Where none is given, they are states that the cell reaches.

    Returns
    -------
    CellCheck
        Below the table it says which derivative is the first that is wrong, and in which line.
    """
    if isinstance(cell, type):
        raise ValueError(f"cell must be a cell, such as {cell.__name__}(3, 4, rng=rng), but the class itself came.")
    back, ends = cell.program().back, {f"d.{state}_prev": f"{state}0" for state in cell.STATES}
    rng, T, N, _ = seeded(seed), whole("T", T), whole("N", N), positive("tolerance", tolerance)
    cell = with_params(cell, cell.params.astype(np.float64))
    x = rng.normal(size=(T, cell.D, N)) if x is None else reals("x", x).astype(np.float64)
    trace = cell.forward(x, **states)
    if not states:  # zeros would hide whatever is multiplied by them
        trace = cell.forward(x, **{f"{state}0": trace[state][-1] for state in cell.STATES})
    first = {state: trace[f"{state}_all"][0] for state in cell.STATES}
    case = _Case(cell, x, first, {state: rng.normal(size=trace[state].shape) for state in cell.STATES})
    grads, moments, numeric = (
        cell.backward(trace, *case.own.values()),
        case.run(cell.params, case.point),
        case.numeric(*cell.params),
    )
    pairs = {name: (grads.params[name], numeric[name]) for name in cell.params}
    pairs |= {name: (grads.trace[name[2:]], numeric[name]) for name in back if name in numeric and name not in ends}
    pairs |= {end: (grads.first[end[:-1]], numeric[name]) for name, end in ends.items()}
    rows = _beside(pairs, tolerance)
    culprit = None if rows.equal else case.culprit(moments, tolerance)
    unlike = _unlike(case, trace, grads, moments, tolerance)
    return CellCheck(rows, culprit, culprit and back[culprit].line, unlike)


class _Case(NamedTuple):
    """What a cell is checked with. Its methods compute with `step` and `step_back` as they are."""

    cell: object
    x: np.ndarray  # (T, D, N)
    first: dict  # of every state what is there before the first step, (H, N)
    own: dict  # of every state what the loss says about it directly, (T, H, N)

    def run(self, W, point):
        """Forward: the quantities of every step, a `Moment` each.

        ``point`` has x as "d.x", the first states as "d.h_prev", and as "d.NAME" what is added to NAME when it is made;
        all may have more axes in front.
        """
        state, moments = {name: point[f"d.{name}_prev"] for name in self.first}, []
        for k in range(len(self.x)):
            given = {"x": point["d.x"][..., k, :, :]} | {f"{name}_prev": value for name, value in state.items()}
            t = _Moved(self.cell.BLOCKS, given.__getitem__)
            vars(t)["_moves"] = {name[2:]: move[..., k, :, :] for name, move in point.items() if name[2:] not in given}
            self.cell.step(W, t)
            state = {name: getattr(t, name) for name in self.first}
            moments.append(t)
        return moments

    def run_back(self, moments):
        """The way back: the derivatives of every step, a `Moment` each."""
        carried, found = dict.fromkeys(self.first, 0), []
        for k in reversed(range(len(moments))):
            d = Moment(self.cell.BLOCKS, sizes=(self.cell.D, self.cell.H, self.x.shape[-1]))
            for name, own in self.own.items():
                setattr(d, name, own[k] + carried[name])
            self.cell.step_back(self.cell.params, moments[k], d)
            carried = {name: getattr(d, f"{name}_prev") for name in self.first}
            found.insert(0, d)
        return found

    @property
    def point(self):
        """x and the first states by the names of their derivatives, and zeros, to be added to all that `step` makes."""
        program, (T, _, N) = self.cell.program(), self.x.shape
        zeros = {f"d.{name}": np.zeros((T, program.size(name), N)) for name in program.equations}
        return {"d.x": self.x} | {f"d.{name}_prev": value for name, value in self.first.items()} | zeros

    def numeric(self, *weights):
        """Derivatives by complex steps: of these weights, and "d.NAME" of whatever `step_back` has a line for."""
        point = self.point
        found = {name: self._slope(name, point) for name in (*weights, *point)}
        made = Moment(self.cell.BLOCKS)  # step may make an array whose parts step_back makes, or the other way round
        for name in point:
            setattr(made, name[2:], found[name])
        named = {name: getattr(made, name[2:], None) for name in self.cell.program().back}
        return {name: found[name] for name in weights} | {n: array for n, array in named.items() if array is not None}

    def _slope(self, name, point, step=1e-30):
        """The derivative by each number of an array; many of the complex steps are done side by side."""
        array = point[name] if name in point else self.cell.params[name]
        found, many = np.empty(array.size), max(1, 2**18 // array.size)
        for start in range(0, array.size, many):
            steps = 1j * step * np.eye(min(many, array.size - start), array.size, start).reshape(-1, *array.shape)
            found[start : start + many] = self._loss({name: array + steps}, point, len(steps)).imag / step
        return found.reshape(array.shape)

    def _loss(self, moved, point, count):
        """The random loss, (count,), at a point of which some arrays are moved."""
        weights = {name: np.broadcast_to(moved.get(name, W), (count, *W.shape)) for name, W in self.cell.params.items()}
        views = {part: (whole, (slice(None), index)) for part, (whole, index) in self.cell.params.views.items()}
        wide = {name: np.broadcast_to(moved.get(name, array), (count, *array.shape)).astype(complex).view(_Analytic)
                for name, array in point.items()}  # fmt: skip
        moments = self.run(Record(weights, views), wide)
        return sum(
            (own[k] * getattr(t, name)).sum((-2, -1)) for k, t in enumerate(moments) for name, own in self.own.items()
        )

    def culprit(self, moments, tolerance):
        """The first derivative that is wrong, in the order of `step_back`, at the last step where one is; or None.

        A step alone is looked at: what went wrong in later ones would show in all before.
        """
        for k, t in reversed(list(enumerate(moments))):
            before = {name: getattr(t, f"{name}_prev") for name in self.first}
            alone = _Case(self.cell, self.x[k : k + 1], before, {name: own[k:] for name, own in self.own.items()})
            [d], numeric = alone.run_back([t]), alone.numeric()
            made = {
                name: (getattr(d, name[2:]), numeric[name]) for name in self.cell.program().back if name in numeric
            }
            if wrong := [row.name for row in _beside(made, tolerance) if not row.equal]:
                return wrong[0]
        return None


class _Moved(Moment):
    """The quantities of a step; something is added to each as soon as it is made."""

    def __setattr__(self, name, value):
        vars(self)[name] = value + self._moves[name]


class _Analytic(np.ndarray):
    """Complex numbers near real ones, for a complex step: |z| and sign are those of the real number z stands for."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **settings):
        inputs = [np.asarray(a) for a in inputs]
        if ufunc in (np.absolute, np.sign):
            sign = np.sign(inputs[0].real)
            return (sign if ufunc is np.sign else sign * inputs[0]).view(_Analytic)
        try:
            made = getattr(ufunc, method)(*inputs, **settings)
        except TypeError:
            raise ValueError(
                f"np.{ufunc.__name__} takes no complex numbers, so a complex step cannot check it; write it with "
                "others, such as exp, log, tanh, sqrt, maximum or abs."
            ) from None
        if out:  # in place
            out[0][...] = made
            return out[0]
        return made.view(_Analytic) if isinstance(made, np.ndarray) else made


def _unlike(case, trace, grads, moments, tolerance):
    """What the program makes otherwise than the two methods, or with a workspace otherwise than without."""
    program, ds = case.cell.program(), case.run_back(moments)
    pairs = {name: ([getattr(t, name) for t in moments], trace[name]) for name in program.equations}
    pairs |= {name: ([getattr(d, name[2:]) for d in ds], grads.trace[name[2:]])
              for name in program.back if name[2:] in grads.trace and not name.endswith("_prev")}  # fmt: skip
    steps = {
        name: (np.stack([np.broadcast_to(a, there.shape[1:]) for a in made]), there)
        for name, (made, there) in pairs.items()
    }
    workspace = Workspace()
    again = case.cell.forward(case.x, **{f"{name}0": h for name, h in case.first.items()}, workspace=workspace)
    params = case.cell.backward(again, *case.own.values(), workspace=workspace).params
    bits = [(name, again[name], trace[name]) for name in case.first] + [
        (name, params[name], grads.params[name]) for name in params
    ]
    return [row.name for row in _beside(steps, tolerance) if not row.equal] + [
        f"{name} (workspace)" for name, one, other in bits if not np.array_equal(one, other, equal_nan=True)
    ]


def _beside(pairs, tolerance):
    """The comparison of {name: (made, wanted)}; what was made may be a number that stands for all."""
    wanted = {name: np.asarray(there) for name, (_, there) in pairs.items()}
    return compare(
        {name: np.broadcast_to(here, wanted[name].shape) for name, (here, _) in pairs.items()}, wanted, tolerance
    )


answering(globals())
