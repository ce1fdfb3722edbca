"""The teaching guide is true of the lessons: objectives and exercises, minutes, the names of mistakes."""

import re
from functools import cache

import nbformat
import pytest

from seqlib.lessons import EXERCISES, contents
from tests.conftest import ROOT

LANGUAGES = ("en", "ko")
PAGE = {"en": "teaching.md", "ko": "teaching.ko.md"}
LESSONS = [lesson for lesson in contents.LESSONS if lesson.number]


@cache
def page(language):
    return (ROOT / "docs" / PAGE[language]).read_text(encoding="utf-8")


@cache
def section(language, lesson):
    """What the guide says of one lesson."""
    heading = f"## {lesson.number} · {lesson.title[language]}\n"
    assert page(language).count(heading) == 1, heading
    return re.split(r"\n## ", page(language).partition(heading)[2])[0]


@cache
def cells(language, lesson):
    return nbformat.read(ROOT / "notebooks" / language / lesson.file, as_version=4).cells


@cache
def exercises(lesson):
    """The exercises of a lesson: {cell id: key}."""
    return {place.cell: place.key for place in contents.places(ROOT / "notebooks" / "en")[lesson.file]}


def rows(text):
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if line[:1] == "|"]


def plan(language, lesson):
    """The rows of the plan: (cell id or nothing, words, minutes of 45 or None, minutes of 90)."""
    found = [row for row in rows(section(language, lesson)) if len(row) == 3 and re.fullmatch(r"[\d.]+", row[2])]
    for words, short, long in found:
        link = re.fullmatch(r"\[(.+)\]\(\.\./notebooks/\w\w/\S+\.ipynb#cell-id=([\w-]+)\)", words)
        yield link and link[2], link[1] if link else words, None if short == "–" else float(short), float(long)


def parts(language, lesson):
    """The parts of a lesson that the plan names: {cell id: its cells}."""
    starts = [start for start, *_ in plan(language, lesson) if start]
    found = {}
    for cell in cells(language, lesson):
        found.setdefault(starts[len(found)] if starts[len(found) :][:1] == [cell.id] else list(found)[-1], []).append(
            cell
        )
    assert list(found) == starts, "the plan begins with the first cell, and keeps the lesson's order"
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.file[:2])
def test_every_exercise_shows_one_objective(language, lesson):
    shown = [
        row for row in rows(section(language, lesson)) if len(row) == 2 and re.fullmatch(r"(`[\w-]+`(, )?)+", row[1])
    ]
    keys = [key for row in shown for key in re.findall(r"`([\w-]+)`", row[1])]
    assert sorted(keys) == sorted(exercises(lesson).values())
    assert all(re.search(r"\w", row[0]) for row in shown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.file[:2])
def test_the_minutes_are_those_of_the_notes(language, lesson):
    of = parts(language, lesson)
    short_sum = long_sum = 0
    for start, words, short, long in plan(language, lesson):
        short_sum, long_sum = short_sum + (short or 0), long_sum + long
        if not start:
            assert words[0] == words[-1] == "*", "what is no part of the notebook is set in italics"
            continue
        minutes = sum(cell.metadata.get("course", {}).get("minutes") or 0 for cell in of[start])
        assert short in (None, minutes), words
        assert long == minutes + 3 * sum(cell.id in exercises(lesson) for cell in of[start]), words
        heading = re.match(r"## (.+)", of[start][0].source)
        assert not heading or words == heading[1].strip()
    together = re.search(r"\| \*\*([\d.]+)\*\* \| \*\*90\*\* \|", section(language, lesson))
    assert float(together[1]) == short_sum <= 45
    assert long_sum == 90


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.file[:2])
def test_beliefs_are_mistakes_that_the_checks_know(language, lesson):
    named = re.findall(r"\(`([\w-]+)`: `([\w-]+)`\)", section(language, lesson))
    assert len(named) >= 3
    for key, mistake in named:
        assert key in exercises(lesson).values()
        assert mistake in mistakes(EXERCISES[key]), key


def mistakes(exercise):
    """The names under which an exercise's wrong answers are counted."""
    names = {mistake.name for mistake in getattr(exercise, "mistakes", ())}
    names |= {getattr(belief, "name", None) or belief[0] for belief in getattr(exercise, "beliefs", ())}
    names |= {f"chose-{letter}" for letter in getattr(exercise, "reasons", {})} | set(
        getattr(exercise, "wrong_ones", {})
    )
    return names | {f"level-{n}" for n in range(getattr(exercise, "enough", 0))}


def test_both_editions_say_the_same():
    for lesson in LESSONS:
        en, ko = (section(language, lesson) for language in LANGUAGES)
        assert re.findall(r"`[\w-]+`", en.partition("**Prepare")[0]) == re.findall(
            r"`[\w-]+`", ko.partition("**준비")[0]
        )
        assert [row[2:] for row in plan("en", lesson)] == [row[2:] for row in plan("ko", lesson)]
    for pattern in (r"^## ", r"^\| ", r"^    python3 course\.py \w+ \w+"):
        en, ko = (re.findall(pattern, page(language), re.MULTILINE) for language in LANGUAGES)
        assert en == ko


def test_the_guide_names_only_mistakes_that_exist():
    known = {name for exercise in EXERCISES.values() for name in mistakes(exercise)}
    for language in LANGUAGES:
        text = page(language).partition("\n## 1 ·")[0]
        assert set(re.findall(r"`([\w-]+)`", text)) - known <= set(), "in the three students"
