"""The exercises that are no formula: each form on a small example, right, wrong in every way, and in both languages."""

import dataclasses

import numpy as np
import pytest

from seqlib.lessons import check
from seqlib.lessons.checks import EXERCISES, register
from seqlib.lessons.forms import Belief, Bug, Choice, Number, OrderLines, Score, WriteTest, shuffled


def says(text):
    return {"en": text, "ko": text}


@pytest.fixture
def asked():
    """Registers a form for one test; returns what `check` says of an answer."""
    keys = []

    def ask(form, answer):
        if form.key not in EXERCISES:
            register(form)
            keys.append(form.key)
        return check(form.key, answer)

    yield ask
    for key in keys:
        del EXERCISES[key]


NUMBER = Number(
    "demo-number",
    truth=lambda: 0.9**10,
    factor=1.5,
    praise=says("About {truth}."),
    beliefs=(Belief("stays", 0.9, 1.0, says("It does not stay.")),),
)


@pytest.mark.parametrize(
    ("answer", "state", "mistake"),
    [
        (0.35, "right", None),
        (np.float32(0.4), "right", None),
        ([0.3], "right", None),
        (1, "wrong", "stays"),
        (0.7, "wrong", "too-large"),
        (-0.35, "wrong", "too-small"),
        ("0.35", "wrong", "not-a-number-given"),
        (True, "wrong", "not-a-number-given"),
        (np.nan, "wrong", "not-finite"),  # a float, so "a number is asked for, but `float` came" was not true
        (-np.inf, "wrong", "not-finite"),
        ([0.1, np.inf], "wrong", "not-a-number-given"),
        (10**400, "wrong", "not-finite"),
        ([-(10**5000)], "wrong", "not-finite"),
        ([None], "wrong", "not-a-number-given"),
        (["0.35"], "wrong", "not-a-number-given"),
        (np.ma.masked, "wrong", "not-a-number-given"),
        (..., "not yet", None),
    ],
)
def test_a_number_to_predict(asked, answer, state, mistake):
    result = asked(NUMBER, answer)
    assert (result.state, result.mistake) == (state, mistake)
    if state == "right":
        assert result.says["en"] == "About 0.349."


def test_a_number_without_room_has_to_be_equal(asked):
    exact = Number("demo-exact", truth=lambda: 20, praise=says("Yes."))
    assert asked(exact, 20).ok and not asked(exact, 20.1).ok


CHOICE = Choice("demo-choice", "B", {"A": says("No, because."), "B": says("Yes, because.")})


@pytest.mark.parametrize(
    ("answer", "mistake", "said"),
    [
        ("b", None, "Yes,"),
        (" B. ", None, "Yes,"),
        ("A", "chose-A", "No,"),
        ("C", "no-option", '"A", "B"'),
        (2, "no-option", ""),
    ],
)
def test_a_choice(asked, answer, mistake, said):
    result = asked(CHOICE, answer)
    assert result.mistake == mistake and said in result.says["en"]


BUG = Bug(
    "demo-bug",
    code="def double(x):\n    y = x\n    return 3 * y",
    line=3,
    repair="return 2 * y",
    solves="demo-double",
    praise=says("Three is not two."),
    innocent={1: says("Line 1 only names it.")},
)


@pytest.mark.parametrize(
    ("answer", "mistake", "said"),
    [(3, None, "Three"), (1, "line-1", "Line 1"), (2, "line-2", "`y = x`"), (9, "no-line", "3"), ("x", "no-line", "3")],
)
def test_a_bug_to_find(asked, answer, mistake, said):
    result = asked(BUG, answer)
    assert result.mistake == mistake and said in result.says["en"]
    assert BUG.repaired.endswith("    return 2 * y")


ORDER = OrderLines(
    "demo-order",
    head="def total(x):",
    lines=("s = 0", "for v in x:", "    w = 2 * v", "    s = s + w", "return s"),
    solution=lambda x: 2 * sum(x),
    cases=lambda rng: [dict(x=[1.0, 2.0]), dict(x=[3.0])],
    praise=says("First the start."),
    beliefs=(("adds-first", lambda order: order.index(3) < order.index(2), says("It adds before it doubles.")),),
)


def test_lines_to_order(asked):
    letter = {place: name for name, place in ORDER.letters.items()}

    def answer(*places):
        return asked(ORDER, " ".join(letter[place] for place in places))

    assert answer(0, 1, 2, 3, 4).ok
    assert answer(0, 1, 3, 2, 4).mistake == "adds-first"
    assert answer(1, 2, 3, 0, 4).mistake == "order-name" and "`s`" in answer(1, 2, 3, 0, 4).says["en"]
    assert answer(2, 1, 0, 3, 4).mistake == "order-syntax"
    assert asked(ORDER, "A B").mistake == asked(ORDER, 5).mistake == "no-order"
    assert sorted(ORDER.shown().split("\n")) == ORDER.shown().split("\n") != list(ORDER.lines)


def test_shuffled_is_the_same_everywhere_and_never_the_order_itself():
    assert shuffled(5, "bptt-order") == shuffled(5, "bptt-order")
    assert all(shuffled(n, f"key-{k}") != list(range(n)) for n in (2, 3) for k in range(20))


TEST = WriteTest(
    "demo-test",
    "is_right(double)",
    right_ones=(lambda x: 2 * x, lambda x: x + x),
    wrong_ones={
        "square": (lambda x: x * x, says("At 2 a square is a double.")),
        "zero": (lambda x: 0 * x, says("All 0.")),
    },
    praise=says("Caught."),
)


def asserting(double):
    assert double(3) == 6


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (lambda double: double(3) == 6, None),
        (lambda double: np.array([double(3) == 6]), None),
        (asserting, None),
        (lambda double: np.testing.assert_allclose(double(3), 6), None),
        (lambda double: double(2) == 4, "square"),
        (lambda double: True, "always-true"),
        (lambda double: False, "refuses-right"),
        (lambda double: double(3) != 6, "turned-round"),
        (lambda double: double(np.arange(3)) == 2 * np.arange(3), "test-says-many"),
        (lambda double: print(end=""), "test-says-nothing"),
        (lambda double: double(1, 2), "test-raises"),
        (7, "no-test"),
    ],
)
def test_a_test_to_write(asked, answer, mistake):
    assert asked(TEST, answer).mistake == mistake


def test_a_test_may_have_sentences_of_its_own(asked):
    own = dataclasses.replace(TEST, says={"test-true": says("Of everything?")})
    assert "Of everything?" in repr(asked(own, lambda double: True))
    assert "refuses" in repr(asked(own, lambda double: False))


def test_a_test_may_write_into_its_own_block():
    def hears_order(answer):
        block = np.arange(12.0).reshape(3, 2, 2) ** 2
        before = answer(block)
        block[0], block[-1] = block[-1].copy(), block[0].copy()
        return not np.allclose(before, answer(block))

    assert check("dense-order-test", hears_order).ok


def half_written(double):
    return double(3) == ...


def test_a_test_with_a_blank_is_not_yet_written(asked):
    assert asked(TEST, half_written).state == "not yet"


def error_of(value):
    if value < 0:
        raise ValueError(says("An error is never negative, {as} they {say}."))
    return value


SCORE = Score(
    "demo-score",
    error_of,
    levels=(
        (9.0, says("{score}: worse than guessing.")),
        (1.0, says("{score}: good.")),
        (0.1, says("{score}: superb.")),
    ),
    higher_is_better=False,
)


@pytest.mark.parametrize(
    ("answer", "mistake", "said"),
    [
        (0.5, None, "0.5: good."),
        (0.05, None, "superb"),
        (3, "level-0", "worse"),
        (100, "level-0", "worse"),
        (-1, "no-score", "never negative"),
        ("x", "no-score", "TypeError"),
    ],
)
def test_a_score(asked, answer, mistake, said):
    result = asked(SCORE, answer)
    assert result.mistake == mistake and said in result.says["en"]


def test_braces_of_the_reader_are_shown_as_they_are():
    assert "'{after}'" in check("real-readings", ("outputs first", "rzg", "writes", "{after}")).says["en"]


@pytest.mark.parametrize(
    ("rate", "said"),
    [(0.01999, "too near to 0.02"), (1e-4, "too small"), (0.02, "never arrives"), (10**400, "one number")],
)
def test_a_learning_rate_is_told_which_way_to_go(rate, said):
    result = check("optim-valley", rate)
    assert result.mistake == "no-score" and said in result.says["en"]
