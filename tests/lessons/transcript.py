"""All that `check` can say, rendered: every mistake, every form's sentence, every general one, in both languages.

``python -m tests.lessons.transcript`` writes ``tests/lessons/transcript.en.txt`` and ``transcript.ko.txt``; a test
compares them. So a change of wording, or of which sentence an answer gets, is seen when the two files are read.
"""

import itertools
from pathlib import Path

from seqlib import words
from seqlib.lessons import EXERCISES, Exercise, Result, check
from seqlib.lessons.checks import _composed, joined
from seqlib.lessons.forms import FORMS
from tests.lessons.answers import quietly, read_answers, told

STEP = "unroll-cell-step"


def files():
    """Path and text of each language's transcript."""
    before = words.language()
    try:
        results = list(_everything())
        for language in words.LANGUAGES:
            words.use(language)
            lines = [repr(line) if isinstance(line, Result) else line for line in results]
            yield Path(__file__).with_name(f"transcript.{language}.txt"), "\n".join(lines) + "\n"
    finally:
        words.use(before)


def _everything():
    for exercise in EXERCISES.values():
        yield from ["", f"# {exercise.key}"]
        yield from _of_exercise(exercise) if isinstance(exercise, Exercise) else _of_form(exercise)
    yield from ["", "# What the forms say of any answer"]
    for name, says in FORMS.items():
        yield Result(f"({name})", "wrong", name, says)
    yield from ["", "# What is said of any answer"]
    yield from general()


def _of_exercise(exercise):
    yield Result(exercise.key, "right", None, exercise.praise)
    for mistake in exercise.mistakes:
        yield f"[{mistake.name}]"
        answer = mistake.wrong() if exercise.kind == "value" else mistake.wrong
        yield quietly(check, exercise.key, answer)
    pairs = [f"{a.name}+{b.name}" for a, b, _ in joinable(exercise)]
    if pairs:
        yield f"joined: {', '.join(pairs)}"


def joinable(exercise):
    """All pairs of mistakes that can be named together: both, and what is said."""
    for a, b in itertools.combinations(exercise.mistakes, 2):
        says = joined(a.says, b.says) if _composed(a.wrong, b.wrong) else None
        if says is not None:
            yield a, b, says


def _of_form(form):
    for says in sentences(form):
        yield Result(form.key, "wrong", None, says)


def sentences(form):
    """Every sentence of a form, whatever its fields are called."""
    return list(_says(list(vars(form).values())))


def _says(value):
    if isinstance(value, dict) and set(value) == set(words.LANGUAGES):
        yield value
    elif isinstance(value, dict):
        yield from _says(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _says(item)
    elif hasattr(value, "says"):
        yield value.says


def general():
    """What is said of the answers in ``tests/lessons/answers`` and of the few that no file can hold."""
    for n, entry in enumerate(read_answers()):
        yield f"[{entry['topic']}: {entry['what']}]"
        yield told(n)
    yield from (check(STEP, 1, 2), check(None), check(STEP, anwser=1))


if __name__ == "__main__":
    for path, text in files():
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path)
