"""Answers as readers write them get the reason that is theirs, and right ones pass.

And what `check` says, as two files show it: each general sentence is among it; joined sentences do not contradict.
"""

import difflib
import re

import pytest

from seqlib.lessons import EXERCISES, Exercise
from seqlib.lessons.forms import FORMS
from seqlib.lessons.sentences import CLASSICS, RELATIONS, SAYS
from tests.lessons import transcript
from tests.lessons.answers import read_answers, told

# Parts of other sentences, and two that no exercise of the course leads to (test_checks.py has its own for them).
PARTS = {"case", "first-right", "meant", "one-of-two", "one-wrong", "shown-at", "some-wrong", "these-came",
         "two-mistakes", "wrong-number", "wrong-answer", "not-a-class", "unexpected"}  # fmt: skip
BLANKS = {"blank", "blank-line", "blank-elsewhere", "empty", "empty-elsewhere", "no-answer"}  # nothing is wrong yet
ANSWERS = read_answers()
OWN = {key: exercise for key, exercise in EXERCISES.items() if isinstance(exercise, Exercise)}


@pytest.mark.parametrize("n", range(len(ANSWERS)), ids=[f"{e['topic']}:{e['key']}:{e['what']}" for e in ANSWERS])
def test_an_answer_gets_the_reason_that_is_its_own(n):
    entry, result = ANSWERS[n], told(n)
    state = entry.get("state", "right" if entry.get("right") else "wrong")
    assert (result.state, result.mistake) == (state, entry.get("mistake")), repr(result)


def test_no_answer_stands_there_twice():
    seen = [(entry["key"], entry.get("code")) for entry in ANSWERS]
    assert len(seen) == len(set(seen))


def test_the_transcript_is_up_to_date():
    for path, text in transcript.files():
        was = path.read_text(encoding="utf-8") if path.exists() else ""
        changes = [line for line in difflib.unified_diff(was.splitlines(), text.splitlines(), lineterm="", n=0)][:30]
        assert was == text, "\n".join([f"{path.name}; python -m tests.lessons.transcript writes it", *changes])


def test_every_general_sentence_is_met_by_a_recorded_answer():
    """Where an exercise takes the last answer of one over, record another: only so is it known that it can be said."""
    said = [result for result in transcript.general() if not isinstance(result, str)]
    names = {result.mistake for result in said}
    unknown = {"no-key", "far-key"}  # they have the name of an unknown key
    assert {*SAYS, *RELATIONS, *CLASSICS} - PARTS - BLANKS - names == unknown
    for name in BLANKS:
        start = SAYS[name]["en"].partition("{")[0][:20]
        assert any(result.mistake is None and result.says["en"].startswith(start) for result in said) or not start[1:]


def test_no_sentence_has_two_names():
    texts = [says["en"] for table in (SAYS, RELATIONS, CLASSICS, FORMS) for says in table.values()]
    assert len(texts) == len(set(texts))
    assert not {*SAYS} & {*RELATIONS} | {*SAYS} & {*CLASSICS} | {*RELATIONS} & {*CLASSICS}


@pytest.mark.parametrize("exercise", OWN.values(), ids=OWN.keys())
def test_two_mistakes_in_one_answer_are_not_said_to_leave_the_rest_right(exercise):
    for a, b, says in transcript.joinable(exercise):
        both, english = f"{a.name} and {b.name}", says["en"].replace("right-hand", "")
        right = re.search(r"\b(is|are) right\b|\bboth are right\b|^Right\b|\. Right\b", english, re.IGNORECASE)
        assert not right, f"{both}: {english}"
        assert not re.search(r"맞지만|맞습니다", says["ko"]), f"{both}: {says['ko']}"
        assert says["en"].count("Two things") <= 1, both


def test_there_are_pairs_to_look_at():
    said = [says["en"] for exercise in OWN.values() for _, _, says in transcript.joinable(exercise)]
    assert len(said) > 300
    assert any("something else is wrong too" in text for text in said)
