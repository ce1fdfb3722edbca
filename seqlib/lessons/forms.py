"""Exercises that are no formula to complete: predict a number, choose, find the bug, order lines, write a test, score.

Each has a `key` and a `judge`, which says what `check` says. What is right is never written down twice: a number comes
from a function that computes it, the right order is whatever order computes the right thing, a bug is a line whose repair
makes another exercise's check pass, and a reader's test is run on implementations that are right and wrong.
"""

import dis
import itertools
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from seqlib.lessons.blanks import code_of
from seqlib.lessons.checks import Result, as_float, line_of
from seqlib.lessons.errors import explain_error
from seqlib.lessons.sentences import both, kind_of, short

__all__ = ["Belief", "Bug", "Choice", "Number", "OrderLines", "Score", "WriteTest"]


def short_number(number):
    """A number as a reader would say it: three digits, all of a whole part, and the minus sign of our sentences."""
    return f"{number:.{0 if 1000 <= abs(number) < 1e6 else 3}{'f' if 1000 <= abs(number) < 1e6 else 'g'}}".replace("-", "−")


class Form:
    """What the forms share: they answer a `check` by themselves."""

    def right(self, says):
        """The result of a right answer."""
        return Result(self.key, "right", None, says)

    def wrong(self, name, says, /, **fields):
        """The result of a wrong one: a mistake's name and its sentence."""
        return Result(self.key, "wrong", name, both(says, **fields) if fields else says)  # a finished one may hold braces


# ---------- predict a number


@dataclass(frozen=True)
class Belief:
    """A wrong idea: the numbers from `low` to `high` that it leads to, and what to say about it."""

    name: str
    low: float
    high: float
    says: dict[str, str]


@dataclass(frozen=True)
class Number(Form):
    """A number to predict before the cell that computes it runs.

    Parameters
    ----------
    key : str
    truth : callable
        Computes the number; takes no inputs.
    praise : dict
        What the number means, in both languages. May contain ``{truth}``.
    beliefs : tuple of Belief
        The first whose range holds the answer speaks.
    factor : float, optional
        An answer is right within this factor of the truth.
    margin : float, optional
        An answer is right within this difference. Without either it has to be equal.
    """

    key: str
    truth: Callable
    praise: dict[str, str]
    beliefs: tuple[Belief, ...] = ()
    factor: float | None = None
    margin: float | None = None

    def near(self, answer, truth):
        """Whether an answer is as near as is asked for."""
        if self.factor is not None:
            return answer * truth > 0 and 1 / self.factor <= answer / truth <= self.factor
        return abs(answer - truth) <= (self.margin or 1e-9)

    def judge(self, answer):
        """Judge a number."""
        number = _as_number(answer)
        if number is None and (endless := _as_number(answer, finite=False)) is not None:
            return self.wrong("not-finite", FORMS["not-finite"], came=str(endless))
        if number is None:
            quoted = isinstance(answer, str) and re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)\s*", answer)
            says = FORMS["number-in-quotes" if quoted else "number"]
            return self.wrong("not-a-number-given", says, kind=kind_of(answer), came=short(answer))
        truth = float(self.truth())
        if self.near(number, truth):
            return self.right(both(self.praise, truth=short_number(truth)))
        for belief in self.beliefs:
            if belief.low <= number <= belief.high:
                return self.wrong(belief.name, belief.says)
        name = "too-large" if number > truth else "too-small"
        return self.wrong(name, FORMS[name], came=short_number(number))


def _as_number(answer, finite=True):
    """A finite number (or any) from what a reader wrote, else None. A truth value, a text or None is none."""
    if isinstance(answer, (list, tuple)) and len(answer) == 1:
        return _as_number(answer[0], finite)
    if answer is None or isinstance(answer, (bool, np.bool_, str, bytes)) or np.ma.is_masked(answer):
        return None  # NumPy reads None as nan
    try:
        array = np.asarray(as_float(answer) if type(answer) is int else answer, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return None
    return float(array.reshape(())) if array.size == 1 and (np.isfinite(array).all() or not finite) else None


# ---------- choose


@dataclass(frozen=True)
class Choice(Form):
    """A choice among lettered options that stand in the lesson, each with its reason.

    Parameters
    ----------
    key : str
    right_one : str
        The letter of the right option.
    reasons : dict
        ``{"A": {"en": …, "ko": …}, …}``: why each option is right or is not.
    """

    key: str
    right_one: str
    reasons: dict[str, dict[str, str]]

    def judge(self, answer):
        """Judge a letter."""
        letter = answer.strip().strip(".()").upper() if isinstance(answer, str) else None
        if letter not in self.reasons:
            return self.wrong("no-option", FORMS["option"], options=", ".join(f'"{key}"' for key in self.reasons))
        says = self.reasons[letter]
        return self.right(says) if letter == self.right_one else self.wrong(f"chose-{letter}", says)


# ---------- find the bug


@dataclass(frozen=True)
class Bug(Form):
    """One wrong line in a function that stands in the lesson; the answer is the line's number.

    Parameters
    ----------
    key : str
    code : str
        The function with its bug. The lesson's cell holds the same text (a test says so).
    line : int
        The wrong line, counted from 1.
    repair : str
        What that line should be. With it `solves`' check passes, without it does not (a test says so).
    solves : str
        Key of the exercise that asks for this function.
    praise : dict
        What the line did wrong.
    innocent : dict
        ``{line: sentence}`` for lines that readers suspect, and why they are right.
    """

    key: str
    code: str
    line: int
    repair: str
    solves: str
    praise: dict[str, str]
    innocent: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def lines(self):
        """The lines of the function."""
        return textwrap.dedent(self.code).strip("\n").splitlines()

    @property
    def repaired(self):
        """The function without its bug."""
        lines = self.lines
        indent = re.match(r"\s*", lines[self.line - 1])[0]
        lines[self.line - 1] = indent + self.repair
        return "\n".join(lines)

    def judge(self, answer):
        """Judge a line number."""
        number = _as_number(answer)
        if number is None or number != int(number) or not 1 <= number <= len(self.lines):
            return self.wrong("no-line", FORMS["line"], last=len(self.lines))
        if number == self.line:
            return self.right(self.praise)
        line = self.lines[int(number) - 1].strip()
        says = self.innocent.get(int(number), FORMS["innocent"])
        return self.wrong(f"line-{int(number)}", says, line=line.replace("`", ""), number=int(number))


# ---------- order lines


@dataclass(frozen=True)
class OrderLines(Form):
    """Lines of a function to put in order. Every order that computes the right thing is right.

    Parameters
    ----------
    key : str
    head : str
        The ``def`` line.
    lines : tuple of str
        The body's lines in a right order, with their indentation inside the function.
    solution : callable
        What the function should compute.
    cases : callable
        ``cases(rng)`` returns a list of dicts of inputs.
    praise : dict
    beliefs : tuple of (str, callable, dict)
        Name, ``wrong(order)`` that says whether an order (a list of places in `lines`) holds this mistake, and the
        sentence. Only asked where the order computes something wrong.
    names : dict
        What the lines may use besides NumPy as ``np``.
    """

    key: str
    head: str
    lines: tuple[str, ...]
    solution: Callable
    cases: Callable
    praise: dict[str, str]
    beliefs: tuple[tuple[str, Callable, dict[str, str]], ...] = ()
    names: dict = field(default_factory=dict)

    @property
    def letters(self):
        """``{letter: place in lines}``: the lines as they are shown, shuffled the same way every time."""
        places = shuffled(len(self.lines), self.key)
        return {chr(ord("A") + n): place for n, place in enumerate(places)}

    def shown(self):
        """The shuffled lines with their letters, as the lesson shows them."""
        return "\n".join(f"{letter}  {self.lines[place].strip()}" for letter, place in self.letters.items())

    def judge(self, answer):
        """Judge an order such as ``"C A B"``."""
        if isinstance(answer, (list, tuple)) and all(isinstance(letter, str) for letter in answer):
            answer = " ".join(answer)
        letters = re.findall(r"\w", answer.upper()) if isinstance(answer, str) else None
        if letters is None or sorted(letters) != sorted(self.letters):
            return self.wrong("no-order", FORMS["order"], letters=" ".join(self.letters))
        order = [self.letters[letter] for letter in letters]
        trouble = self._trouble(order)
        if trouble is None:
            return self.right(self.praise)
        for name, holds, says in self.beliefs:
            if holds(order):
                return self.wrong(name, says)
        name, fields = trouble
        return self.wrong(name, FORMS[name], **fields)

    def _trouble(self, order):
        """None where this order computes the right thing, else a sentence's name and what it needs."""
        try:
            function = self._function(order)
        except SyntaxError:  # a loop's body above its head, a return in the middle
            return "order-syntax", {}
        for case in self.cases(np.random.default_rng(0)):
            try:
                came = function(**case)
            except NameError as error:
                return "order-name", {"name": re.search(r"'(\w+)'", str(error))[1]}
            except Exception as error:
                return "order-raises", {"kind": kind_of(error), "message": short(error)}
            if not _same(came, self.solution(**case)):
                return "order-wrong", {}
        return None

    def _function(self, order):
        names = {"np": np, **self.names}
        exec("\n".join([self.head, *(f"    {self.lines[place]}" for place in order)]), names)
        return names[re.match(r"def (\w+)", self.head)[1]]


def _same(came, wanted):
    if isinstance(wanted, tuple):
        return isinstance(came, tuple) and len(came) == len(wanted) and all(map(_same, came, wanted))
    return came is not None and np.shape(came) == np.shape(wanted) and np.allclose(came, wanted, rtol=1e-9, atol=1e-12)


def shuffled(count, seed):
    """An order of `count` things that depends on a text only, the same everywhere, and is not the order they came in."""
    places = list(range(count))
    rng = np.random.default_rng(list(seed.encode()))
    while count > 1 and places == sorted(places):
        places = rng.permutation(count).tolist()
    return places


# ---------- write a test


@dataclass(frozen=True)
class WriteTest(Form):
    """A test to write: it says True of right implementations and False of wrong ones.

    Parameters
    ----------
    key : str
    signature : str
        How the reader's test is written, e.g. ``"is_right(step)"``.
    right_ones : tuple of callable
        Implementations that a test must accept. More than one, so that no test asks for a way of writing.
    wrong_ones : dict
        ``{name: (implementation, sentence)}``: what the sentence says is what a test overlooks that accepts it.
    praise : dict
    says : dict
        Sentences of this exercise's own for what any test may get wrong, by their names in ``FORMS``.
    """

    key: str
    signature: str
    right_ones: tuple[Callable, ...]
    wrong_ones: dict[str, tuple[Callable, dict[str, str]]]
    praise: dict[str, str]
    says: dict[str, dict[str, str]] = field(default_factory=dict)

    def judge(self, answer):
        """Judge a reader's test by letting it test."""
        if not callable(answer) or isinstance(answer, type):
            return self.wrong("no-test", FORMS["test"], signature=self.signature)
        verdicts = []
        for implementation in itertools.chain(self.right_ones, (one for one, _ in self.wrong_ones.values())):
            verdict = _verdict(answer, implementation)
            if verdict is None:
                return self.wrong("test-says-nothing", FORMS["test-none"], signature=self.signature)
            if isinstance(verdict, np.ndarray):
                return self.wrong("test-says-many", FORMS["test-many"], count=verdict.size)
            if isinstance(verdict, Exception) and implementation in self.right_ones:
                says = FORMS["test-raises"]
                return self.wrong("test-raises", says, kind=kind_of(verdict), message=short(verdict))
            verdicts.append(verdict is True)
        right, wrong = verdicts[: len(self.right_ones)], verdicts[len(self.right_ones) :]
        says = FORMS | self.says
        if all(verdicts):
            return self.wrong("always-true", says["test-true"])
        if all(wrong) and not any(right):
            return self.wrong("turned-round", says["test-turned"])
        if not all(right):
            return self.wrong("refuses-right", says["test-refuses"])
        for (name, (_, says)), accepted in zip(self.wrong_ones.items(), wrong, strict=True):
            if accepted:
                return self.wrong(name, says)
        return self.right(self.praise)


def _verdict(test, implementation):
    """What a test says: True or False (`assert` serves as well as `return`), the exception that it ends with, an array
    where it says several things at once, or None where it says nothing.
    """
    try:
        verdict = test(implementation)
    except AssertionError:
        return False
    except Exception as error:
        return error
    if verdict is None:
        return True if _asserts(test) else None
    if isinstance(verdict, (np.ndarray, list, tuple)) and np.size(verdict) > 1:
        return np.asarray(verdict)
    return bool(np.all(verdict)) if np.size(verdict) == 1 else None


def _asserts(test):
    """Whether a test speaks by `assert`, or by what raises as it does: np.testing.assert_allclose, say."""
    code = code_of(test)
    return code is not None and any(
        "ASSERTION_ERROR" in step.opname
        or step.argval is AssertionError
        or (isinstance(step.argval, str) and step.argval.startswith(("assert", "AssertionError")))
        for step in dis.get_instructions(code)
    )


# ---------- an open task with a score


@dataclass(frozen=True)
class Score(Form):
    """An open task: the answer gets a score, and the score a sentence.

    Parameters
    ----------
    key : str
    score : callable
        ``score(answer)`` returns a number; it may raise ValueError with a dict of sentences as its argument.
    levels : tuple of (float, dict)
        From the lowest to the highest: what to say from this score on. Sentences may contain ``{score}``. The answer is
        right from the level `enough` on.
    enough : int
        Place in `levels`.
    higher_is_better : bool
    """

    key: str
    score: Callable
    levels: tuple[tuple[float, dict[str, str]], ...]
    enough: int = 1
    higher_is_better: bool = True

    def judge(self, answer):
        """Judge an answer by its score."""
        try:
            score = float(self.score(answer))
        except Exception as error:
            if error.args and isinstance(error.args[0], dict):
                return self.wrong("no-score", error.args[0])
            if line_of(error, answer):
                return self.wrong("no-score", explain_error(error, answer, {})[1])
            return self.wrong("no-score", FORMS["score-raises"], kind=kind_of(error), message=short(error))
        sign = 1 if self.higher_is_better else -1
        reached = [n for n, (level, _) in enumerate(self.levels) if sign * score >= sign * level]
        place = max(reached, default=0)
        says = both(self.levels[place][1], score=short_number(score))
        return self.right(says) if place >= self.enough and reached else self.wrong(f"level-{place}", says)


FORMS = {
    "number": {
        "en": "A number is asked for, but `{kind}` came. Write what you expect, such as `0.5`; a guess costs nothing.",
        "ko": "수 하나를 적어야 하는데 `{kind}` 값이 들어왔습니다. `0.5`처럼 예상하는 값을 적으세요. 틀려도 괜찮습니다.",
    },
    "number-in-quotes": {
        "en": "In quotes, `{came}` is a text. Leave the quotes out.",
        "ko": "따옴표 안의 `{came}` 값은 문자열입니다. 따옴표를 빼세요.",
    },
    "not-finite": {
        "en": "`{came}` came: no number that can be compared. A finite one is asked for, such as `0.5`.",
        "ko": "`{came}` 값은 비교할 수 있는 수가 아닙니다. `0.5`처럼 유한한 수를 적으세요.",
    },
    "too-large": {
        "en": "{came} is too large. Put the numbers into the formula on paper, or run the next cells and come back.",
        "ko": "{came} 값은 너무 큽니다. 식에 값을 넣어 종이에 계산해 보거나, 다음 셀들을 실행한 뒤 돌아오세요.",
    },
    "too-small": {
        "en": "{came} is too small. Put the numbers into the formula on paper, or run the next cells and come back.",
        "ko": "{came} 값은 너무 작습니다. 식에 값을 넣어 종이에 계산해 보거나, 다음 셀들을 실행한 뒤 돌아오세요.",
    },
    "option": {
        "en": "Choose one of the letters {options}, in quotes.",
        "ko": "{options} 중 하나를 따옴표로 묶어 적으세요.",
    },
    "line": {
        "en": "The number of a line is asked for, from 1 (the `def`) to {last}.",
        "ko": "줄 번호를 적으세요. `def` 줄이 1이고 마지막 줄이 {last}입니다.",
    },
    "innocent": {
        "en": "Line {number}, `{line}`, is as it should be. Which number is the first that is wrong, and which line makes it?",
        "ko": "{number}번째 줄 `{line}`에는 잘못이 없습니다. 가장 먼저 틀린 값은 무엇이고, 어느 줄이 그 값을 만드나요?",
    },
    "order": {
        "en": "Write every letter once, in quotes: {letters} in the order in which the lines should run.",
        "ko": "다음 글자를 한 번씩, 줄이 실행될 순서대로 따옴표 안에 적으세요: {letters}.",
    },
    "order-syntax": {
        "en": "In this order it is no function: a loop's head stands above its body, and `return` comes last.",
        "ko": "이 순서로는 함수가 되지 않습니다. 반복문의 첫 줄은 그 안의 줄보다 위에, `return`은 맨 끝에 와야 합니다.",
    },
    "order-name": {
        "en": "In this order `{name}` is used before a line has made it. Which line makes it?",
        "ko": "이 순서에서는 `{name}` 값을 만들기 전에 씁니다. 어느 줄이 만드나요?",
    },
    "order-raises": {
        "en": "In this order it stops with `{kind}`: {message}",
        "ko": "이 순서로 실행하면 `{kind}` 오류로 멈춥니다: {message}",
    },
    "order-wrong": {
        "en": "It runs, but computes something else. Which line uses a value that a later line still has to change?",
        "ko": "실행은 되지만 다른 값이 나옵니다. 나중 줄에서 바뀔 값을 미리 쓰는 줄이 어느 것인가요?",
    },
    "test": {
        "en": "A test is asked for, a function: `def {signature}:` that returns True or False. Hand over the function itself.",
        "ko": "검사 함수를 넣어야 합니다: True나 False를 돌려주는 `def {signature}:`. 함수 자체를 넣으세요.",
    },
    "test-none": {
        "en": "Your test says neither True nor False. Return one of them: `return np.allclose(…, …)`.",
        "ko": "검사 함수가 True도 False도 돌려주지 않습니다. `return np.allclose(…, …)`처럼 둘 중 하나를 돌려주세요.",
    },
    "test-many": {
        "en": "Your test returns {count} values, one for each number it compared. Make one True or False of them: `np.allclose(…, …)` "
        "compares whole arrays.",
        "ko": "검사 함수가 비교한 수마다 하나씩 모두 {count}개의 값을 돌려줍니다. 하나의 True나 False로 만드세요. `np.allclose(…, …)`는 "
        "배열을 통째로 비교합니다.",
    },
    "test-turned": {
        "en": "The other way round: your test says False of what is right, and True of what is wrong. `not` turns it.",
        "ko": "반대로 되었습니다. 올바른 것에 False, 틀린 것에 True를 돌려줍니다. `not`을 붙이면 뒤집힙니다.",
    },
    "test-raises": {
        "en": "Your test stops with `{kind}` on an implementation that is right: {message}",
        "ko": "올바른 구현을 검사하다가 `{kind}` 오류로 멈춥니다: {message}",
    },
    "test-true": {
        "en": "Your test accepts everything, also what is wrong. It has to compare with a number it worked out in another way.",
        "ko": "틀린 것까지 모두 통과시키는 검사입니다. 다른 방법으로 구한 값과 비교해야 합니다.",
    },
    "test-refuses": {
        "en": "Your test refuses an implementation that is right. Compare numbers with `np.allclose`, not the way they were computed.",
        "ko": "올바른 구현을 통과시키지 않는 검사입니다. 계산 방식이 아니라 값을 `np.allclose`로 비교하세요.",
    },
    "score-raises": {
        "en": "It cannot be scored, it stopped with `{kind}`: {message}",
        "ko": "점수를 매길 수 없습니다. `{kind}` 오류로 멈췄습니다: {message}",
    },
}
