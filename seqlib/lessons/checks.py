"""Exercise checks that name the mistake.

A mistake *is* a wrong implementation. An `Exercise` holds the right one, some inputs, and the wrong ones that readers
usually write, each with the sentence it deserves in both languages. `check` runs the reader's answer on copies of the
inputs and looks for the implementation that gives the same results.

Nothing that a reader types makes `check` raise: whatever an answer does, a `Result` with one sentence comes back.
"""

import copy
import difflib
import functools
import html
import inspect
import itertools
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from seqlib import words
from seqlib.lessons import progress
from seqlib.lessons.blanks import blank_in_code, code_of, has_blank
from seqlib.lessons.errors import explain_error, loop_return, maximum_mixed_up
from seqlib.lessons.explain import explain_array, explain_count, explain_entries, names_of
from seqlib.lessons.limit import SECONDS, TooLong, limited
from seqlib.lessons.sentences import ENTRIES, NUMBERS, SAYS, TEXT, begin_small, both, count_of, kind_of, short

__all__ = ["EXERCISES", "Exercise", "Mistake", "Result", "check", "register"]

EXERCISES: dict[str, "Exercise"] = {}  # and the other forms of `seqlib.lessons.forms`, which judge by themselves


# ---------- what a lesson registers


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation and what to say about it.

    Parameters
    ----------
    name : str
        Short name, e.g. ``"bias-missing"``; becomes ``Result.mistake``.
    wrong : callable
        Takes the same inputs as the solution. Where two mistakes are `functools.partial` objects of one function and
        set different keywords, `check` also recognises a reader who made both.
    says : dict
        ``{"en": ..., "ko": ...}``: which mistake it is, and why it is one.
    """

    name: str
    wrong: Callable
    says: dict[str, str]


@dataclass(frozen=True, eq=False)  # each is itself alone: what its mistakes give is remembered by it
class Exercise:
    """One exercise: the right implementation, inputs that tell it from the wrong ones, and the wrong ones.

    Parameters
    ----------
    key : str
        Lesson word and name, unique in the course: ``"unroll-cell-step"``.
    signature : str
        How the reader's answer is written, e.g. ``"readout(h, W_hy, b_y)"``.
    solution : callable
        The right answer. For an exercise that asks for a value it takes no inputs and returns the value.
    praise : dict
        One sentence in both languages for a right answer: what the reader has just built.
    mistakes : tuple of Mistake
    cases : callable, optional
        ``cases(rng)`` returns a list of dicts ``{input name: value}``. They are handed over by position, so the reader
        may use other names. Without `cases` the exercise asks for a value.
    axes : tuple of str
        What the axes of the result are: keys of `AXES`, or a tuple of names, one for each place on that axis.
    returns : tuple of str
        What the stub calls the results where there are several: ``("C", "h")``. The solution returns a dict, a tuple or
        one array with these along its first axis; without `returns` the keys of its dict are the names. Readers may
        return a tuple, a list, a dict with these names or one array.
    kind : {"function", "class", "value"}
    run : callable
        ``run(answer, *inputs)``; says how an answer that is not a plain function is used.
    same_text : callable
        Brings a text answer to the form in which texts are compared.
    """

    key: str
    signature: str
    solution: Callable
    praise: dict[str, str]
    mistakes: tuple[Mistake, ...]
    cases: Callable | None = None
    axes: tuple = ()
    returns: tuple[str, ...] = ()
    kind: str = "function"
    run: Callable = lambda answer, *inputs: answer(*inputs)
    same_text: Callable = lambda text: re.sub(r"[\s_\u2010-\u2015-]+", "-", text.strip().casefold())

    def inputs(self):
        """The cases, the same at every call."""
        return [{}] if self.cases is None else self.cases(np.random.default_rng(0))


def register(*exercises):
    """Add exercises to the course.

    Raises
    ------
    ValueError
        If a key is taken already.
    """
    for exercise in exercises:
        if exercise.key in EXERCISES:
            raise ValueError(f"key is {exercise.key!r}, which another exercise has already; choose a new one")
        EXERCISES[exercise.key] = exercise


# ---------- what a reader gets


SYMBOL = {"right": "✓", "not yet": "·", "wrong": "✗"}
HEADING = {
    "right": {"en": "correct.", "ko": "맞았습니다."},
    "not yet": {"en": "not yet.", "ko": "아직 완성되지 않았습니다."},
    "wrong": {"en": "look again.", "ko": "다시 살펴보세요."},
}
# JupyterLab's own colours where there are any (they follow the theme), readable ones on white and on black elsewhere.
COLOUR = {
    "right": "var(--jp-success-color1, #00875f)",
    "not yet": "var(--jp-ui-font-color2, #767676)",
    "wrong": "var(--jp-error-color1, #d55e00)",
}


@dataclass(frozen=True)
class Result:
    """What `check` found. Shows itself as the last expression of a cell; true when the answer is right.

    Attributes
    ----------
    key : str
    state : {"right", "not yet", "wrong"}
    mistake : str or None
        Name of the mistake (two joined by ``+``), or None.
    says : dict
        The sentence in both languages.
    inputs, expected, got
        The first case that went wrong, to experiment with; None where there is none.
    """

    key: str
    state: str
    mistake: str | None
    says: dict[str, str]
    inputs: dict | None = field(default=None, compare=False)
    expected: object = field(default=None, compare=False)
    got: object = field(default=None, compare=False)

    @property
    def ok(self):
        """True when the answer is right."""
        return self.state == "right"

    def __bool__(self):
        return self.ok

    def __repr__(self):
        language = words.language()
        return f"{SYMBOL[self.state]} {self.key}: {HEADING[self.state][language]} {_rendered(self.says[language])}"

    def _repr_html_(self):
        language, colour = words.language(), COLOUR[self.state]
        sentence = _rendered(html.escape(self.says[language]), code=r"<code>\1</code>", emphasis=r"<em>\1</em>")
        return (
            f'<div role="status" lang="{language}" style="border-left: 4px solid {colour}; padding: 0.3em 0.8em; '
            'color: var(--jp-content-font-color1, inherit); line-height: 1.5">'
            f'<span aria-hidden="true" style="color: {colour}; font-weight: bold">{SYMBOL[self.state]}</span> '
            f"<code>{html.escape(self.key)}</code> <strong>{HEADING[self.state][language]}</strong> {sentence}</div>"
        )


# *a word* is said with emphasis; 4 * H, ** and whatever stands between backticks are no such thing.
EMPHASIS = re.compile(r"(?<![\w*`])\*([^\W\d_](?:[^*`]{0,60}?[^\W_])?)\*(?![\w*])")


def _rendered(text, code=r"`\1`", emphasis=r"\1"):
    """A sentence with its `code` and its *emphasis* as the reader's page shows them."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(
        re.sub(r"^`(.*)`$", code, part, flags=re.DOTALL) if n % 2 else EMPHASIS.sub(emphasis, part)
        for n, part in enumerate(parts)
    )


_MISSING = object()


def check(key=None, answer=_MISSING, *more, **named):
    """Check the reader's answer to an exercise and name the mistake.

    Parameters
    ----------
    key : str
        The exercise, e.g. ``"unroll-cell-step"``.
    answer : callable or value
        The reader's function (without parentheses), class or value.

    Returns
    -------
    Result
        Never raises, whatever the answer does.
    """
    shown = "?"
    try:
        shown = short(str.__str__(key)) if isinstance(key, str) else "?"
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an overflow shows in the result, where it gets its sentence
            return progress.note(_check(key, answer, more, named, shown))
    except KeyboardInterrupt:
        return Result(shown, "wrong", "interrupted", both(SAYS["interrupted"]))
    except TooLong as error:
        line = line_of(error, answer)
        where = {"en": f" in line {line}", "ko": f"({line}번째 줄)"} if line else ""
        return Result(shown, "wrong", "endless", both(SAYS["endless"], seconds=SECONDS, where=where))
    except BaseException as error:  # the last net: a reader's object may do anything when it is looked at
        return Result(shown, "wrong", "unexpected", both(SAYS["unexpected"], kind=kind_of(error)))


def line_of(error, answer):
    """The line of the reader's code that was running last."""
    line, trace = None, error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == getattr(code_of(answer), "co_filename", None):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


class _Trouble(Exception):
    """A result that cannot be compared, and the sentence about it."""

    def __init__(self, name, /, **fields):
        super().__init__(name)
        self.name, self.says = name, both(SAYS[name], **fields)

    def of(self, entry):
        """The same trouble with one of several results."""
        self.says = {k: f"`{entry}`: {says}" for k, says in begin_small(self.says).items()}
        return self


class _Named(dict):
    """Several results by their names; `own` are the keys under which the solution itself returns them."""

    own = ()


# ---------- from answer to result


@dataclass
class _Outcome:
    """What one call gave: a value in comparable form, or the trouble or the exception that came instead."""

    value: object = None
    trouble: _Trouble | None = None
    error: BaseException | None = None
    changed: tuple[str, ...] = ()

    @property
    def computed(self):
        return self.error is None and self.trouble is None


def _check(key, answer, more, named, shown):
    exercise = EXERCISES.get(str.__str__(key).strip()) if isinstance(key, str) else None
    if exercise is None:
        return _unknown(key, shown)

    def wrong(name, says, **seen):
        return Result(exercise.key, "wrong", name, says, **seen)

    if named:
        return wrong("no-such-argument", both(SAYS["no-such-argument"], names=names_of(named), call=_call(exercise)))
    if more:
        return wrong("several-answers", both(SAYS["several-answers"], count=1 + len(more)))
    if answer is _MISSING:
        return Result(exercise.key, "not yet", None, both(SAYS["no-answer"], call=_call(exercise)))
    if has_blank(answer):
        return Result(exercise.key, "not yet", None, SAYS["blank"])
    if not isinstance(exercise, Exercise):  # another form, such as a number to predict: it judges by itself
        if blank := blank_in_code(answer, []):
            return Result(exercise.key, "not yet", None, blank)
        with limited():
            return exercise.judge(answer)
    cases = exercise.inputs()
    try:
        _usable(exercise, answer, cases[0])
    except _Trouble as trouble:
        return wrong(trouble.name, trouble.says)

    expected = [_read(exercise.solution(*copy.deepcopy(case).values()), None, exercise) for case in cases]
    run = exercise.run if exercise.kind != "value" else lambda value: value
    with limited():
        outcomes = [_outcome(exercise, run, answer, *pair) for pair in zip(cases, expected, strict=True)]
    right = [outcome.computed and _close(outcome.value, e) for outcome, e in zip(outcomes, expected, strict=True)]
    changed = sorted({name for outcome in outcomes for name in outcome.changed})
    if all(right) and not changed:
        return Result(exercise.key, "right", None, exercise.praise)
    if blank := blank_in_code(answer, outcomes):
        return Result(exercise.key, "not yet", None, blank)
    if changed:
        return wrong("inputs-changed", both(SAYS["inputs-changed"], names=names_of(changed)))
    first = right.index(False)
    seen = {"inputs": cases[first], "expected": expected[first], "got": outcomes[first].value}
    if own := _other_order(exercise, answer, cases, expected):
        says = both(SAYS["argument-order"], signature=exercise.signature.partition("(")[2].rstrip(")"), own=own)
        return wrong("argument-order", says, **seen)
    found = _recognise(exercise, cases, expected, outcomes)
    if found is None and _right_in_single_precision(exercise, cases, expected, outcomes):
        return Result(exercise.key, "right", None, exercise.praise)
    if found := found or _recognise(exercise, cases, expected, outcomes, close=_near):
        return wrong(*found, **seen)
    return wrong(*_explain(exercise, answer, cases, expected, outcomes, first), **seen)


def _call(exercise):
    """How the answer to an exercise is handed over."""
    signature = getattr(exercise, "signature", "")
    name = signature.partition("(")[0] if re.match(r"\w+\(", signature) else "answer"
    return f'check("{exercise.key}", {name})'


def _unknown(key, shown):
    if not isinstance(key, str):
        return Result(shown, "wrong", "unknown-key", both(SAYS["no-key"], close="unroll-softmax"))
    near = difflib.get_close_matches(shown.strip().casefold(), EXERCISES, n=1)
    if not near:
        return Result(shown, "wrong", "unknown-key", both(SAYS["far-key"], key=shown))
    [close] = near
    lesson = close.partition("-")[0]
    keys = ", ".join(f"`{k}`" for k in EXERCISES if k.partition("-")[0] == lesson)
    return Result(shown, "wrong", "unknown-key", both(SAYS["unknown-key"], key=shown, close=close, keys=keys))


def _usable(exercise, answer, case):
    """Raise the trouble with an answer that is not even of the right kind, before running anything."""
    name = exercise.signature.partition("(")[0]
    if exercise.kind == "value":
        if inspect.isroutine(answer) or inspect.isclass(answer):
            raise _Trouble("is-a-function")
        return
    if exercise.kind == "class":
        if not inspect.isclass(answer):
            raise _Trouble("not-a-class", signature=exercise.signature)
        return
    if inspect.isclass(answer):
        raise _Trouble("is-a-class", signature=exercise.signature)
    if not callable(answer):
        raise _Trouble("not-a-function", kind=kind_of(answer), key=exercise.key, name=name)
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some built-in functions have none; then the call itself tells
        return
    try:
        signature.bind(*case.values())
    except TypeError as error:
        raise _Trouble("arguments", count=len(case), signature=exercise.signature, message=short(error)) from None


def _other_order(exercise, answer, cases, expected):
    """The reader's parameters, where they are the right ones in another order and the answer is right but for that."""
    names = list(cases[0])
    try:
        own = list(inspect.signature(answer).parameters) if exercise.kind == "function" else names
    except (TypeError, ValueError):
        return None
    if own == names or sorted(own) != sorted(names):
        return None
    with limited():
        turned = [
            _outcome(exercise, exercise.run, answer, {name: case[name] for name in own}, wanted)
            for case, wanted in zip(cases, expected, strict=True)
        ]
    right = all(o.computed and _close(o.value, wanted) for o, wanted in zip(turned, expected, strict=True))
    return ", ".join(own) if right else None


def _outcome(exercise, run, answer, case, expected):
    """Run an answer on copies of one case; the value is copied too, so that a later call cannot change it."""
    inputs = copy.deepcopy(case)
    try:
        value = run(answer, *inputs.values())
    except (KeyboardInterrupt, TooLong):
        raise
    except BaseException as error:  # SystemExit and anything else a reader's code may raise
        return _Outcome(error=error)
    changed = tuple(name for name, was in case.items() if not _untouched(was, inputs[name]))
    try:
        return _Outcome(_read(value, expected, exercise), changed=changed)
    except _Trouble as trouble:
        return _Outcome(trouble=trouble, changed=changed)


def _untouched(was, now):
    if isinstance(was, np.ndarray):
        return was.shape == now.shape and was.dtype == now.dtype and was.tobytes() == now.tobytes()
    return was == now


def _read(value, expected, exercise):
    """Bring a result to comparable form: a text, a new array, or several by name. A tuple is a number of results that
    does not fit. `expected` is None for the solution's own."""
    if has_blank(value):
        raise _Trouble("blank")
    if expected is None:
        return _read_own(value, exercise)
    if isinstance(expected, dict):
        return _read_entries(value, expected, exercise)
    if isinstance(expected, str):
        if not isinstance(value, str):
            raise _Trouble("wrong-type", wanted=TEXT, kind=kind_of(value))
        return exercise.same_text(str.__str__(value))
    return _read_array(value, expected, exercise)


def _read_own(value, exercise):
    """The solution's own result."""
    if type(value) is str:
        return exercise.same_text(value)
    if type(value) is dict:
        names = exercise.returns or tuple(value)
        parts = value.values()
    elif exercise.returns:
        names, parts = exercise.returns, value
    else:
        return _read_array(value, None, exercise)
    parts = [exercise.same_text(p) if type(p) is str else _read_array(p, None, exercise) for p in parts]
    named = _Named(zip(names, parts, strict=True))
    named.own = tuple(value) if type(value) is dict else names
    return named


def _read_entries(value, expected, exercise):
    if exercise.kind == "value":
        if value is None:
            raise _Trouble("is-none")
        if type(value) not in (dict, list, tuple) or (type(value) is not dict and len(value) != len(expected)):
            raise _Trouble("wrong-type", wanted=ENTRIES, kind=kind_of(value))
    parts = _parts(value, expected, exercise)
    if len(parts) != len(expected):
        return tuple(_read_array(part, np.zeros(0), exercise) for part in parts)
    entries = {}
    for n, ((name, wanted), part) in enumerate(zip(expected.items(), parts, strict=True), 1):
        if part is None and not isinstance(wanted, str):
            raise _Trouble("none-inside", place=n)
        try:
            entries[name] = _read(part, wanted, exercise)
        except _Trouble as trouble:
            raise trouble.of(name) from None
    return entries


def _parts(value, expected, exercise):
    """The results in order, from a tuple, a list, a dict, one array or a number."""
    if issubclass(type(value), dict):
        for names in (tuple(expected), expected.own):
            if set(map(type, value)) <= {str} and set(value) == set(names):
                return [value[name] for name in names]
        raise _Trouble("wrong-keys", wanted=names_of(expected))
    if issubclass(type(value), (list, tuple)):
        return list(value)
    fields = {"count": count_of(len(expected)), "names": names_of(expected)}
    if inspect.isgenerator(value) or type(value) in (map, filter, zip):
        raise _Trouble("generator-entries", **fields)
    _refuse(value, exercise)
    is_array = issubclass(type(value), np.ndarray)
    whole = is_array and value.shape in [wanted.shape for wanted in expected.values()]
    if is_array and value.ndim and len(value) == len(expected) and not whole:
        return list(np.asarray(value))
    if is_array or issubclass(type(value), (np.generic, int, float, complex)):
        return [value]
    raise _Trouble("not-the-results", kind=kind_of(value), **fields)


def _refuse(value, exercise):
    """Raise the trouble with a result that holds no numbers."""
    if value is None:
        raise _Trouble("is-none" if exercise.kind == "value" else "returned-none")
    if inspect.iscoroutine(value):
        value.close()
        raise _Trouble("coroutine")
    if inspect.isgenerator(value) and value.gi_code.co_name == "<genexpr>":
        raise _Trouble("round-brackets")
    if inspect.isgenerator(value) or type(value) in (map, filter, zip):
        raise _Trouble("generator")
    if inspect.isroutine(value) or inspect.isclass(value):
        raise _Trouble("uncalled")
    if _masked(value):
        raise _Trouble("masked")


def _masked(value):
    """Whether numbers of an array lie under a mask: any comparison would pass over them."""
    return issubclass(type(value), np.ma.MaskedArray) and np.ma.is_masked(value)


def _read_array(value, expected, exercise):
    _refuse(value, exercise)
    if isinstance(value, (str, bytes, dict, set, frozenset)):
        raise _Trouble("wrong-type", wanted=NUMBERS, kind=kind_of(value))
    if type(value) in (list, tuple):
        _look_inside(value)
    try:
        array = np.asarray(value)
    except Exception as error:
        if type(value) in (list, tuple) and isinstance(error, ValueError):
            raise _Trouble("ragged") from None
        raise _Trouble("unreadable", kind=kind_of(value), error=kind_of(error)) from None
    if array.dtype == object and array.size <= 1000 and {type(item) for item in array.flat} <= {int, float}:
        array = np.array([as_float(item) for item in array.flat]).reshape(array.shape)  # integers beyond 64 bits
    if array.dtype.kind == "c":
        raise _Trouble("complex")
    if array.dtype.kind == "b" and (expected is None or expected.dtype.kind != "b"):
        raise _Trouble("truth-values")
    if array.dtype.kind not in "biuf":
        raise _Trouble("wrong-type", wanted=NUMBERS, kind=kind_of(value))
    if expected is None:
        return np.array(array)
    if array.size > 1000 * (expected.size + 1000):  # not worth copying
        raise _Trouble("wrong-shape", wanted=expected.shape, came=array.shape, shapes="")
    array = np.array(array)
    return array.reshape(expected.shape) if array.size == expected.size == 1 else array


def _look_inside(value, place=()):
    """Raise the trouble with the first entry of a list that is no number."""
    for n, item in enumerate(value[:1000], 1):
        where = ", ".join(map(str, (*place, n)))
        if item is None:
            raise _Trouble("none-inside", place=where)
        if isinstance(item, (str, bytes)):
            raise _Trouble("text-inside", place=where, text=short(item).replace("`", ""))
        if isinstance(item, (dict, set, frozenset)):
            raise _Trouble("kind-inside", place=where, kind=kind_of(item))
        if _masked(item):
            raise _Trouble("masked")
        if type(item) in (list, tuple) and len(place) < 5:
            _look_inside(item, (*place, n))


def as_float(number):
    try:
        return float(number)
    except OverflowError:
        return np.copysign(np.inf, number > 0 or -1)


def _close(came, wanted):
    """Equal up to rounding, in the precision of the result that came."""
    if isinstance(came, tuple) or isinstance(wanted, tuple):
        return _both_tuples(came, wanted, _close)
    if isinstance(came, dict) != isinstance(wanted, dict) or isinstance(came, str) != isinstance(wanted, str):
        return False
    if isinstance(came, dict):
        return all(_close(came[k], wanted[k]) for k in wanted)
    if isinstance(came, str):
        return came == wanted
    rtol, atol = {"float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3)}.get(came.dtype.name, (1e-9, 1e-12))
    if came.shape != wanted.shape or _far(came, wanted, rtol, atol):
        return False
    return bool(np.isclose(came, wanted, rtol=rtol, atol=atol, equal_nan=True).all())


def _far(came, wanted, rtol, atol):
    """Whether `isclose` has to say no: most comparisons end here, in a tenth of its time."""
    if came.dtype.kind != "f" or wanted.dtype.kind != "f":
        return False
    with np.errstate(all="ignore"):
        return bool((np.abs(came - wanted) > atol + rtol * np.abs(wanted)).any())


def _near(came, wanted, noise=None):
    """Equal to seven digits, as where single precision was used on the way. Whole numbers have to be equal."""
    if isinstance(came, tuple) or isinstance(wanted, tuple):
        return _both_tuples(came, wanted, _near)
    if isinstance(came, dict) and isinstance(wanted, dict):
        return all(_near(came[k], wanted[k], noise and noise[k]) for k in wanted)
    if not isinstance(came, np.ndarray) or not isinstance(wanted, np.ndarray) or wanted.dtype.kind != "f":
        return _close(came, wanted)
    size = np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)
    allowed = 1e-6 * size
    if noise is not None and noise.shape == wanted.shape:
        allowed += min(8 * np.abs(noise - wanted).max(initial=0.0), 1e-3 * size)
    if came.shape != wanted.shape:
        return False
    near = not _far(came, wanted, 1e-5, allowed) and np.isclose(came, wanted, rtol=1e-5, atol=allowed, equal_nan=True)
    return bool(np.all(near)) or _close(came, wanted)


def _both_tuples(came, wanted, close):
    both_are = isinstance(came, tuple) and isinstance(wanted, tuple)
    return both_are and len(came) == len(wanted) and all(map(close, came, wanted))


def _right_in_single_precision(exercise, cases, expected, outcomes):
    """Whether an answer is right up to the rounding of float32; how much that is, the rounded inputs themselves tell."""
    if exercise.kind == "value" or not all(outcome.computed for outcome in outcomes):
        return False
    for case, wanted, outcome in zip(cases, expected, outcomes, strict=True):
        try:
            rounded = {k: v.astype(np.float32).astype(float) if _is_float(v) else v for k, v in case.items()}
            noise = _read(exercise.solution(*copy.deepcopy(rounded).values()), None, exercise)
        except Exception:
            noise = None
        if not _near(outcome.value, wanted, noise):
            return False
    return True


def _is_float(value):
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _recognise(exercise, cases, expected, outcomes, close=_close):
    """The registered mistake, or the pair of mistakes, that gives these outcomes: (name, sentence), or None."""
    fits = [m for m in exercise.mistakes if _gives(exercise, (m.name,), m.wrong, cases, expected, outcomes, close)]
    if not any(outcome.computed for outcome in outcomes):  # all raised the same: only where that tells them apart
        return (fits[0].name, fits[0].says) if len(fits) == 1 else None
    if fits:
        return fits[0].name, fits[0].says
    for a, b in itertools.combinations(exercise.mistakes, 2):
        pair = _composed(a.wrong, b.wrong)
        names = (a.name, b.name)
        if pair and _gives(exercise, names, pair, cases, expected, outcomes, close) and (says := joined(a.says, b.says)):
            return f"{a.name}+{b.name}", says
    return None


# What a sentence claims to be right is no longer so where a second mistake was made.
CLAIMS = {
    "en": re.compile(r"\b[Rr]ight\b(?!-hand)|\bfit each other\b|^Two things\b"),
    "ko": re.compile(r"맞지만|맞습니다|맞고|^두 가지가"),
}
CLAIM_FIRST = {"en": re.compile(r"^[^.,:;]*\b(?:is|are) right, but "), "ko": re.compile(r"^[^.,:;]*맞지만 ")}


def joined(first, second):
    """One sentence about two mistakes in one answer, without what either claims to be right; None where both claim."""
    said = [_without_claim(says) for says in (first, second)]
    if None not in said:
        return both(SAYS["two-mistakes"], first=said[0], second=said[1])
    one = next((says for says in said if says is not None), None)
    return None if one is None else both(SAYS["one-of-two"], first=one)


def _without_claim(says):
    cut = {k: CLAIM_FIRST[k].sub("", text) for k, text in says.items()}
    cut["en"] = cut["en"][0].upper() + cut["en"][1:] if cut["en"] != says["en"] else cut["en"]
    return None if any(CLAIMS[k].search(text) for k, text in cut.items()) else cut


def _composed(a, b):
    """One implementation with both mistakes, where they are variants of one function; else None."""
    if not (isinstance(a, functools.partial) and isinstance(b, functools.partial) and a.func is b.func):
        return None
    if a.args or b.args or a.keywords.keys() & b.keywords.keys():
        return None
    return functools.partial(a.func, **a.keywords, **b.keywords)


@functools.lru_cache(maxsize=4)
def _memory(exercise):
    """What the mistakes of one of the last exercises give, as far as it was asked: who tries again waits less."""
    return {}


def _of_mistake(exercise, names, wrong, n, case, wanted):
    """What a registered mistake, or a pair, gives for the n-th case: always the same."""
    memory = _memory(exercise)
    if (names, n) not in memory:
        outcome = _outcome(exercise, lambda answer, *inputs: answer(*inputs), wrong, case, wanted)
        if outcome.error is not None:
            outcome.error = outcome.error.with_traceback(None)  # it would keep all that was computed
        memory[names, n] = outcome
    return memory[names, n]


def _gives(exercise, names, wrong, cases, expected, outcomes, close=_close):
    nothing = not any(outcome.computed for outcome in outcomes)
    if any(outcome.trouble for outcome in outcomes):
        return False
    for n, (case, wanted, outcome) in enumerate(zip(cases, expected, outcomes, strict=True)):
        same = _of_mistake(exercise, names, wrong, n, case, wanted)
        if same.trouble or type(outcome.error) is not type(same.error):
            return False
        if outcome.error is None and not close(outcome.value, same.value):
            return False
        if nothing and short(outcome.error, 500) != short(same.error, 500):
            return False
    return True


# ---------- what to say about all other answers


def _explain(exercise, answer, cases, expected, outcomes, first):
    outcome = outcomes[first]
    if outcome.error is not None:
        return explain_error(outcome.error, answer, cases[first])
    if outcome.trouble is not None:
        code = code_of(answer)
        if outcome.trouble.name == "returned-none" and code and "print" in code.co_names:
            return "printed", SAYS["printed"]
        return outcome.trouble.name, outcome.trouble.says
    if exercise.kind == "function" and (line := loop_return(answer)):
        return "return-in-loop", both(SAYS["return-in-loop"], line=line)
    wanted, came = expected[first], outcome.value
    if isinstance(came, tuple):
        return explain_count(wanted, came)
    alike = [n for n, o in enumerate(outcomes) if o.computed and type(o.value) is type(came)]
    seen = [cases[n] for n in alike], [expected[n] for n in alike], [outcomes[n].value for n in alike]
    if isinstance(wanted, dict) and any(isinstance(entry, str) for entry in wanted.values()):
        return _explain_texts(exercise, wanted, came)
    if exercise.kind == "value" or isinstance(wanted, str):
        return "wrong-answer", SAYS["wrong-answer"]
    if isinstance(wanted, dict):
        return explain_entries(exercise, *seen)
    lost = came.ndim < wanted.ndim and came.shape == wanted.shape[1:]
    if lost and (mixed := maximum_mixed_up(answer)):
        return "max-for-maximum", both(SAYS["max-for-maximum"], code=mixed)
    return explain_array(exercise, *seen)


def _explain_texts(exercise, wanted, came):
    """Which entries of a dict of texts are wrong; a text that is none of the names is no wrong idea."""
    answers = [exercise.solution(), *(mistake.wrong() for mistake in exercise.mistakes)]
    names = list(dict.fromkeys(text for answer in answers for text in answer.values()))
    for key, text in came.items():
        if text not in names:
            close = difflib.get_close_matches(text, names, n=1, cutoff=0.78)
            meant = both(SAYS["meant"], close=close[0]) if close else ""
            fields = {"key": key, "came": short(text).replace("`", ""), "names": names_of(names), "close": meant}
            return "no-such-name", both(SAYS["no-such-name"], **fields)
    keys = [k for k in wanted if not _close(came[k], wanted[k])]
    fields = {"keys": names_of(keys), "count": len(wanted), "right": len(wanted) - len(keys)}
    return "wrong-entries", both(SAYS["wrong-entries"], **fields)
