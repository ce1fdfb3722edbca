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
import linecache
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from seqlib import words
from seqlib.lessons import progress
from seqlib.lessons.blanks import blank_in_code, code_of, has_blank
from seqlib.lessons.sentences import AXES, ENTRIES, NUMBERS, SAYS, TEXT, both, kind_of, short

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


@dataclass(frozen=True)
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
        What the axes of the result are: keys of `AXES`.
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
    axes: tuple[str, ...] = ()
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
    "not yet": {"en": "not yet.", "ko": "아직입니다."},
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
        return f"{SYMBOL[self.state]} {self.key}: {HEADING[self.state][language]} {self.says[language]}"

    def _repr_html_(self):
        language, colour = words.language(), COLOUR[self.state]
        sentence = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(self.says[language]))
        return (
            f'<div role="status" lang="{language}" style="border-left: 4px solid {colour}; padding: 0.3em 0.8em; '
            'color: var(--jp-content-font-color1, inherit); line-height: 1.5">'
            f'<span aria-hidden="true" style="color: {colour}; font-weight: bold">{SYMBOL[self.state]}</span> '
            f"<code>{html.escape(self.key)}</code> <strong>{HEADING[self.state][language]}</strong> {sentence}</div>"
        )


def check(key=None, answer=..., *more):
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
            return progress.note(_check(key, answer, more, shown))
    except KeyboardInterrupt:
        return Result(shown, "wrong", "interrupted", both(SAYS["interrupted"]))
    except BaseException as error:  # the last net: a reader's object may do anything when it is looked at
        return Result(shown, "wrong", "unexpected", both(SAYS["unexpected"], kind=kind_of(error)))


class _Trouble(Exception):
    """A result that cannot be compared, and the sentence about it."""

    def __init__(self, name, /, **fields):
        super().__init__(name)
        self.name, self.says = name, both(SAYS[name], **fields)


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


def _check(key, answer, more, shown):
    exercise = EXERCISES.get(str.__str__(key)) if isinstance(key, str) else None
    if exercise is None:
        return _unknown(key, shown)

    def wrong(name, says, **seen):
        return Result(exercise.key, "wrong", name, says, **seen)

    if more:
        return wrong("several-answers", both(SAYS["several-answers"], count=1 + len(more)))
    if has_blank(answer):
        return Result(exercise.key, "not yet", None, SAYS["blank"])
    if not isinstance(exercise, Exercise):  # another form, such as a number to predict: it judges by itself
        blank = blank_in_code(answer, [])
        return Result(exercise.key, "not yet", None, blank) if blank else exercise.judge(answer)
    cases = exercise.inputs()
    try:
        _usable(exercise, answer, cases[0])
    except _Trouble as trouble:
        return wrong(trouble.name, trouble.says)

    expected = [_read(exercise.solution(*copy.deepcopy(case).values()), None, exercise) for case in cases]
    run = exercise.run if exercise.kind != "value" else lambda value: value
    outcomes = [_outcome(exercise, run, answer, *pair) for pair in zip(cases, expected, strict=True)]
    right = [outcome.computed and _close(outcome.value, e) for outcome, e in zip(outcomes, expected, strict=True)]
    changed = sorted({name for outcome in outcomes for name in outcome.changed})
    if all(right) and not changed:
        return Result(exercise.key, "right", None, exercise.praise)
    if blank := blank_in_code(answer, outcomes):
        return Result(exercise.key, "not yet", None, blank)
    if changed:
        return wrong("inputs-changed", both(SAYS["inputs-changed"], names=", ".join(f"`{name}`" for name in changed)))
    first = right.index(False)
    seen = {"inputs": cases[first], "expected": expected[first], "got": outcomes[first].value}
    if found := _recognise(exercise, cases, expected, outcomes):
        return wrong(*found, **seen)
    return wrong(*_explain(exercise, answer, cases, expected[first], outcomes[first], first), **seen)


def _unknown(key, shown):
    close = difflib.get_close_matches(shown, EXERCISES, n=1, cutoff=0.0)
    close = close[0] if close else "…"
    if not isinstance(key, str):
        return Result(shown, "wrong", "unknown-key", both(SAYS["no-key"], close=close))
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


def _outcome(exercise, run, answer, case, expected):
    """Run an answer on copies of one case; the value is copied too, so that a later call cannot change it."""
    inputs = copy.deepcopy(case)
    try:
        value = run(answer, *inputs.values())
    except KeyboardInterrupt:
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
    """Bring a result to comparable form: a dict, a text or a new array. `expected` is None for the solution's own."""
    if has_blank(value):
        raise _Trouble("blank")
    if isinstance(expected, dict) or (expected is None and type(value) is dict):
        return _read_entries(value, expected, exercise)
    if isinstance(expected, str) or (expected is None and type(value) is str):
        if not isinstance(value, str):
            raise _Trouble("wrong-type", wanted=TEXT, kind=kind_of(value))
        return exercise.same_text(str.__str__(value))
    return _read_array(value, expected, exercise)


def _read_entries(value, expected, exercise):
    if expected is None:
        return {k: _read(v, None, exercise) for k, v in value.items()}
    if type(value) in (list, tuple) and len(value) == len(expected):  # the entries in their order do as well
        value = dict(zip(expected, value, strict=True))
    if type(value) is not dict:
        if value is None:
            raise _Trouble("is-none")
        raise _Trouble("wrong-type", wanted=ENTRIES, kind=kind_of(value))
    if any(type(k) is not str for k in value) or set(value) != set(expected):
        raise _Trouble("wrong-keys", wanted=", ".join(f"`{k}`" for k in expected))
    return {k: _read(value[k], expected[k], exercise) for k in expected}


def _read_array(value, expected, exercise):
    if value is None:
        raise _Trouble("is-none" if exercise.kind == "value" else "returned-none")
    if inspect.iscoroutine(value):
        value.close()
        raise _Trouble("coroutine")
    if inspect.isgenerator(value) or type(value) in (map, filter, zip):
        raise _Trouble("generator")
    if inspect.isroutine(value) or inspect.isclass(value):
        raise _Trouble("uncalled")
    if isinstance(value, (str, bytes, dict, set, frozenset)):
        raise _Trouble("wrong-type", wanted=NUMBERS, kind=kind_of(value))
    try:
        array = np.asarray(value)
    except Exception as error:
        if type(value) in (list, tuple) and isinstance(error, ValueError):
            raise _Trouble("ragged") from None
        raise _Trouble("unreadable", kind=kind_of(value), error=kind_of(error)) from None
    if array.dtype == object and array.size <= 1000 and {type(item) for item in array.flat} <= {int, float}:
        array = np.array([_as_float(item) for item in array.flat]).reshape(array.shape)  # integers beyond 64 bits
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


def _as_float(number):
    try:
        return float(number)
    except OverflowError:
        return np.copysign(np.inf, number > 0 or -1)


def _close(came, wanted):
    """Equal up to rounding, in the precision of the result that came."""
    if type(came) is not type(wanted):
        return False
    if isinstance(came, dict):
        return all(_close(came[k], wanted[k]) for k in wanted)
    if isinstance(came, str):
        return came == wanted
    rtol, atol = {"float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3)}.get(came.dtype.name, (1e-9, 1e-12))
    return came.shape == wanted.shape and bool(np.isclose(came, wanted, rtol=rtol, atol=atol, equal_nan=True).all())


def _recognise(exercise, cases, expected, outcomes):
    """The registered mistake, or the pair of mistakes, that gives these outcomes: (name, sentence), or None."""
    if not any(outcome.computed for outcome in outcomes):
        return None  # nothing was computed, so nothing can be recognised
    for mistake in exercise.mistakes:
        if _gives(exercise, mistake.wrong, cases, expected, outcomes):
            return mistake.name, mistake.says
    for a, b in itertools.combinations(exercise.mistakes, 2):
        pair = _composed(a.wrong, b.wrong)
        if pair and _gives(exercise, pair, cases, expected, outcomes):
            return f"{a.name}+{b.name}", both(SAYS["two-mistakes"], first=a.says, second=b.says)
    return None


def _composed(a, b):
    """One implementation with both mistakes, where they are variants of one function; else None."""
    if not (isinstance(a, functools.partial) and isinstance(b, functools.partial) and a.func is b.func):
        return None
    if a.args or b.args or a.keywords.keys() & b.keywords.keys():
        return None
    return functools.partial(a.func, **a.keywords, **b.keywords)


def _gives(exercise, wrong, cases, expected, outcomes):
    def run(answer, *inputs):
        return answer(*inputs)

    for case, wanted, outcome in zip(cases, expected, outcomes, strict=True):
        same = _outcome(exercise, run, wrong, case, wanted)
        if outcome.trouble or same.trouble or type(outcome.error) is not type(same.error):
            return False
        if outcome.error is None and not _close(outcome.value, same.value):
            return False
    return True


# ---------- what to say about all other answers


def _explain(exercise, answer, cases, wanted, outcome, first):
    case = cases[first]
    if outcome.error is not None:
        return _explain_error(outcome.error, answer, case)
    if outcome.trouble is not None:
        code = code_of(answer)
        if outcome.trouble.name == "returned-none" and code and "print" in code.co_names:
            return "printed", SAYS["printed"]
        return outcome.trouble.name, outcome.trouble.says
    if isinstance(wanted, dict):
        keys = [k for k in wanted if not _close(outcome.value[k], wanted[k])]
        fields = {"keys": ", ".join(f"`{k}`" for k in keys), "count": len(wanted), "right": len(wanted) - len(keys)}
        return "wrong-entries", both(SAYS["wrong-entries"], **fields)
    if exercise.kind == "value" or isinstance(wanted, str):
        return "wrong-answer", SAYS["wrong-answer"]
    if outcome.value.shape != wanted.shape:
        return _explain_shape(outcome.value, wanted, case)
    return _explain_numbers(exercise, case, wanted, outcome.value, first + 1, len(cases))


def _explain_error(error, answer, case):
    where = _where(error, answer)
    for kind, name in ((RecursionError, "recursion"), (SystemExit, "exit"), (MemoryError, "memory")):
        if isinstance(error, kind):
            return name, both(SAYS[name], where=where)
    message = short(error, 200)
    if isinstance(error, ValueError) and re.search("matmul|not aligned", message):
        return "product-shapes", both(SAYS["product-shapes"], where=where, shapes=_shapes(case))
    about_shapes = isinstance(error, (ValueError, IndexError)) and re.search("shape|dimension|bounds", message)
    shapes = _shapes(case) if about_shapes else ""
    return "raised", both(SAYS["raised"], kind=kind_of(error), where=where, message=message, shapes=shapes)


def _explain_shape(came, wanted, case):
    name = "wrong-shape"
    if came.ndim == wanted.ndim and sorted(came.shape) == sorted(wanted.shape):
        name = "transposed"
    elif came.size == wanted.size and came.ndim < wanted.ndim:
        name = "flattened"
    fields = {"wanted": wanted.shape, "came": came.shape}
    return name, both(SAYS[name], shapes=_shapes(case), **fields)


def _explain_numbers(exercise, case, wanted, came, number, count):
    for name, bad in (("not-a-number", np.isnan(came)), ("infinite", np.isinf(came))):
        if bad.any():
            return name, both(SAYS[name], where=_place(exercise, np.argwhere(bad)[0]))
    if came.dtype.kind in "iu" and wanted.dtype.kind == "f" and np.all(np.abs(came - wanted) < 1):
        return "whole-numbers", SAYS["whole-numbers"]
    if wanted.ndim == 0:
        shown = ", ".join(f"{k} = {v}" for k, v in case.items() if isinstance(v, (int, str))) or _shapes(case, "{}")
        return "wrong-value", both(SAYS["wrong-number"], wanted=f"{wanted:.6g}", came=f"{came:.6g}", inputs=shown)
    at = np.unravel_index(np.argmax(np.abs(came - wanted)), wanted.shape)
    fields = {"wanted": f"{wanted[at]:.6g}", "came": f"{came[at]:.6g}", "case": number, "cases": count}
    return "wrong-value", both(SAYS["wrong-value"], where=_place(exercise, at), **fields)


def _place(exercise, index):
    """An index in the words of the lesson: ``t = 2, unit 3, example 1``, counted from 1."""
    if len(index) == 0:
        return {"en": "its only number", "ko": "하나뿐인 값"}
    names = exercise.axes if len(exercise.axes) == len(index) else ("entry",) * len(index)
    places = [both(AXES[name], i=i + 1) for name, i in zip(names, index, strict=True)]
    return {language: ", ".join(place[language] for place in places) for language in places[0]}


def _shapes(case, form=" (inputs: {})"):
    shapes = ", ".join(f"{name} {value.shape}" for name, value in case.items() if isinstance(value, np.ndarray))
    if not shapes or form == "{}":
        return shapes
    return {"en": form.format(shapes), "ko": f" (입력: {shapes})"}


def _where(error, answer):
    """The place in the reader's code where an exception arose, in both languages; empty when unknown."""
    code = code_of(answer)
    line = None
    for frame, number in _frames(error, limit=2000):
        if code is not None and frame.f_code.co_filename == code.co_filename:
            line = number
    if line is None:
        return ""
    text = short(linecache.getline(code.co_filename, line).strip())
    quoted = f", `{text}`" if text and "`" not in text else ""
    return {"en": f" (line {line}{quoted})", "ko": f" ({line}번째 줄{quoted})"}


def _frames(error, limit):
    trace = error.__traceback__
    while trace is not None and limit:
        yield trace.tb_frame, trace.tb_lineno
        trace, limit = trace.tb_next, limit - 1
