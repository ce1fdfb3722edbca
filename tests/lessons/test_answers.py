"""Answers as readers write them get the reason that is theirs, and right ones pass."""

import itertools

import pytest

from seqlib.lessons import limit
from tests.lessons.answers import asked, read_answers

ANSWERS = read_answers()


class Clock:
    """Time that passes at every look, so that no test has to wait for the limit."""

    def __init__(self):
        self.ticks = itertools.count()

    def monotonic(self):
        return next(self.ticks) * 1e-3


@pytest.mark.parametrize("entry", ANSWERS, ids=[f"{e['topic']}:{e['key']}:{e['what']}" for e in ANSWERS])
def test_an_answer_gets_the_reason_that_is_its_own(entry, monkeypatch, capsys):
    if entry.get("mistake") == "endless":
        monkeypatch.setattr(limit, "time", Clock())
    result = asked(entry)
    state = entry.get("state", "right" if entry.get("right") else "wrong")
    assert (result.state, result.mistake) == (state, entry.get("mistake")), repr(result)


def test_no_answer_stands_there_twice():
    seen = [(entry["key"], entry.get("code")) for entry in ANSWERS]
    assert len(seen) == len(set(seen))
