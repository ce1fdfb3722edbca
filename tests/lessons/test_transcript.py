"""What `check` says, as two files show it; each general sentence is among it; joined sentences do not contradict."""

import difflib
import re

import pytest

from seqlib.lessons import EXERCISES, Exercise
from seqlib.lessons.forms import FORMS
from seqlib.lessons.sentences import CLASSICS, RELATIONS, SAYS
from tests.lessons import transcript

# Parts of other sentences, and two that no exercise of the course leads to (test_checks.py has its own for them).
PARTS = {"case", "first-right", "meant", "one-of-two", "one-wrong", "shown-at", "some-wrong", "these-came",
         "two-mistakes", "wrong-number", "wrong-answer", "not-a-class", "unexpected"}  # fmt: skip
BLANKS = {"blank", "blank-line", "blank-elsewhere", "no-answer"}  # they have no name, since nothing is wrong yet
PAIRS = [
    (exercise.key, a.name, b.name, says)
    for exercise in EXERCISES.values()
    if isinstance(exercise, Exercise)
    for a, b, says in transcript.joinable(exercise)
]


def test_the_transcript_is_up_to_date():
    for path, text in transcript.files():
        was = path.read_text(encoding="utf-8") if path.exists() else ""
        changes = [line for line in difflib.unified_diff(was.splitlines(), text.splitlines(), lineterm="", n=0)][:30]
        assert was == text, "\n".join([f"{path.name}; python -m tests.lessons.transcript writes it", *changes])


def test_every_general_sentence_is_met_by_a_recorded_answer():
    """Where an exercise takes the last answer of one over, record another: only so is it known that it can be said."""
    said = [result for result in transcript.general() if not isinstance(result, str)]
    names = {result.mistake for result in said}
    assert {*SAYS, *RELATIONS, *CLASSICS} - PARTS - BLANKS - names == {"no-key"}  # its name is that of an unknown key
    for name in BLANKS:
        start = SAYS[name]["en"].partition("{")[0][:20]
        assert any(result.mistake is None and result.says["en"].startswith(start) for result in said) or not start[1:]


def test_no_sentence_has_two_names():
    texts = [says["en"] for table in (SAYS, RELATIONS, CLASSICS, FORMS) for says in table.values()]
    assert len(texts) == len(set(texts))
    assert not {*SAYS} & {*RELATIONS} | {*SAYS} & {*CLASSICS} | {*RELATIONS} & {*CLASSICS}


@pytest.mark.parametrize(("key", "a", "b", "says"), PAIRS, ids=[f"{key}:{a}+{b}" for key, a, b, _ in PAIRS])
def test_two_mistakes_in_one_answer_are_not_said_to_leave_the_rest_right(key, a, b, says):
    english = says["en"].replace("right-hand", "")
    assert not re.search(r"\b(is|are) right\b|\bboth are right\b|^Right\b|\. Right\b", english, re.IGNORECASE), english
    assert not re.search(r"맞지만|맞습니다", says["ko"]), says["ko"]
    assert says["en"].count("Two things") <= 1


def test_there_are_pairs_to_look_at():
    assert len(PAIRS) > 300
    assert any("something else is wrong too" in says["en"] for *_, says in PAIRS)
