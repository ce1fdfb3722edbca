"""The reader's copies: an update brings what is new, and loses nothing that the reader wrote."""

import ast
import copy
import json
import subprocess
import sys

import nbformat
import pytest

from tests.conftest import ROOT
from tools import copies

STUB = 'def step(x):\n    return ...\n\n\ncheck("demo-step", step)'
ANSWER = STUB.replace("...", "2 * x")


def cell(name, source, kind="markdown", **more):
    extra = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": f"demo-{name}", "metadata": {}, "source": source.splitlines(True)} | extra | more


def notebook(*cells):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


def lesson():
    return notebook(
        cell("goal", "# Goal"),
        cell("show", "x = 1\nx", "code"),
        cell("exercise-step", STUB, "code"),
        cell("end", "The end"),
    )


class Course:
    """A course folder, with a lesson in it and its reader's copy."""

    def __init__(self, root):
        self.root = root
        self.lesson = root / "notebooks" / "en" / "05_demo.ipynb"
        self.copy = root / "my" / "en" / "05_demo.ipynb"

    def deliver(self, notebook, path=None):
        (path or self.lesson).parent.mkdir(parents=True, exist_ok=True)
        (path or self.lesson).write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")

    def bring(self):
        return list(copies.bring(self.root))

    def read(self, path=None):
        return json.loads((path or self.copy).read_text(encoding="utf-8"))

    def edit(self, change):
        mine = self.read()
        change(mine["cells"])
        self.deliver(mine, self.copy)

    def texts(self):
        return {cell["id"].removeprefix("demo-"): copies.source(cell) for cell in self.read()["cells"]}

    def kept(self):
        return sorted(path.name for path in self.copy.parent.glob("*.*.ipynb"))


@pytest.fixture
def course(tmp_path):
    """With a space and Korean letters in its path."""
    course = Course(tmp_path / "김 course")
    course.deliver(lesson())
    course.bring()
    return course


def source_of(cells, name, text):
    next(cell for cell in cells if cell["id"] == f"demo-{name}")["source"] = text.splitlines(True)


def newer(**sources):
    new = lesson()
    for name, text in sources.items():
        source_of(new["cells"], name.replace("_", "-"), text)
    return new


def test_a_copy_is_made_and_the_second_start_changes_nothing(course):
    assert course.copy.read_bytes() == course.lesson.read_bytes()
    before = course.copy.stat().st_mtime_ns
    assert course.bring() == [] and course.copy.stat().st_mtime_ns == before


def test_what_the_reader_writes_and_runs_stays_while_the_course_stays(course):
    course.edit(lambda cells: source_of(cells, "show", "x = 7"))
    assert course.bring() == [] and course.texts()["show"] == "x = 7" and course.kept() == []


def test_a_copy_that_was_only_run_is_replaced(course):
    course.edit(lambda cells: cells[1].update(outputs=[{"output_type": "stream", "name": "stdout", "text": "1"}]))
    course.deliver(newer(goal="# Better goal"))
    assert course.bring() == ["my/en/05_demo.ipynb: updated."]
    assert course.copy.read_bytes() == course.lesson.read_bytes() and course.kept() == []


def test_an_update_keeps_the_answers_and_brings_the_rest(course):
    def work(cells):
        source_of(cells, "exercise-step", ANSWER)
        source_of(cells, "show", "x = 7")
        source_of(cells, "end", "My note on the end")
        cells.insert(2, cell("mine", "my own", "code") | {"id": "8f2a"})
        cells[3]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "right"}]

    course.edit(work)
    was = course.copy.read_bytes()
    course.deliver(newer(goal="# Better goal", show="x = 2\nx", exercise_step=STUB + "  # better"))
    [said] = course.bring()
    assert (
        said
        == "my/en/05_demo.ipynb: updated; cells of yours that stay: 3; as it was before: 05_demo.before-update.ipynb."
    )
    assert course.texts() == {
        "goal": "# Better goal",
        "show": "x = 2\nx",  # the course changed it, too: the reader's is in the file that is kept
        "8f2a": "my own",
        "exercise-step": ANSWER,
        "end": "My note on the end",  # the course did not change it
    }
    assert list(course.texts()) == ["goal", "show", "8f2a", "exercise-step", "end"]
    assert course.read()["cells"][3]["outputs"][0]["text"] == "right"
    assert (course.copy.parent / "05_demo.before-update.ipynb").read_bytes() == was
    nbformat.validate(nbformat.from_dict(course.read()))
    assert course.bring() == [], "once"


def test_the_next_update_keeps_them_still_and_no_file_is_overwritten(course):
    course.edit(lambda cells: source_of(cells, "exercise-step", ANSWER))
    for n in range(3):
        course.deliver(newer(goal=f"# Goal {n}"))
        course.bring()
        assert course.texts()["exercise-step"] == ANSWER and course.texts()["goal"] == f"# Goal {n}"
    assert course.kept() == [f"05_demo.before-update{n}.ipynb" for n in ("-2", "-3", "")]


def test_an_answer_follows_its_exercise_into_another_cell(course):
    course.edit(lambda cells: source_of(cells, "exercise-step", ANSWER))
    new = lesson()
    new["cells"][2]["id"] = "demo-exercise-one"
    course.deliver(new)
    course.bring()
    assert course.texts()["exercise-one"] == ANSWER and "exercise-step" not in course.texts()


def test_an_answer_stays_when_its_exercise_is_gone(course):
    course.edit(lambda cells: source_of(cells, "exercise-step", ANSWER))
    new = lesson()
    del new["cells"][2]
    course.deliver(new)
    course.bring()
    assert list(course.texts()) == ["goal", "show", "exercise-step", "end"]
    assert course.texts()["exercise-step"] == ANSWER


def test_an_untouched_cell_that_the_course_drops_is_gone(course):
    new = lesson()
    del new["cells"][1]
    course.edit(lambda cells: source_of(cells, "exercise-step", ANSWER))
    course.deliver(new)
    course.bring()
    assert list(course.texts()) == ["goal", "exercise-step", "end"]


def test_several_own_cells_keep_their_order_also_at_the_beginning(course):
    def add(cells):
        cells[:0] = [cell("a", "first") | {"id": "a1"}, cell("b", "second") | {"id": "b2"}]
        cells += [cell("c", "last") | {"id": "c3"}, cell("d", "very last") | {"id": "d4"}]

    course.edit(add)
    course.deliver(newer(goal="# Better"))
    course.bring()
    assert list(course.texts()) == ["a1", "b2", "goal", "show", "exercise-step", "end", "c3", "d4"]


def test_cells_without_ids_are_found_by_their_text_and_their_exercise(course):
    def strip(cells):
        source_of(cells, "exercise-step", ANSWER)
        for one in cells:
            del one["id"]

    course.edit(strip)
    course.deliver(newer(goal="# Better"))
    course.bring()
    assert list(course.texts()) == ["goal", "show", "exercise-step", "end"]
    assert course.texts()["exercise-step"] == ANSWER and course.texts()["goal"] == "# Better"


def test_without_the_record_answers_stay_all_the_same(course):
    course.edit(lambda cells: source_of(cells, "exercise-step", ANSWER))
    for content in ("{half", '{"lessons": 3}'):
        (course.root / "my" / copies.MARK).write_text(content, encoding="utf-8")
        assert course.bring() == [], "nothing is new"
    (course.root / "my" / copies.MARK).unlink()
    course.deliver(newer(goal="# Better"))
    course.bring()
    assert course.texts()["exercise-step"] == ANSWER and course.texts()["goal"] == "# Better"
    assert course.kept() == ["05_demo.before-update.ipynb"]


@pytest.mark.parametrize("content", ["{half", "[]", '{"cells": [{"id": "a"}]}', ""])
def test_a_damaged_copy_is_kept_aside(course, content):
    course.copy.write_text(content, encoding="utf-8")
    course.deliver(newer(goal="# Better"))
    [said] = course.bring()
    assert "05_demo.damaged.ipynb" in said and course.texts()["goal"] == "# Better"
    assert (course.copy.parent / "05_demo.damaged.ipynb").read_text(encoding="utf-8") == content


def test_an_interrupted_update_is_finished_by_the_next_start(course, monkeypatch):
    course.edit(lambda cells: source_of(cells, "exercise-step", ANSWER))
    course.deliver(newer(goal="# Better"))
    monkeypatch.setattr(copies, "write_mark", lambda *_: None)  # ended before the record was written
    course.bring()
    monkeypatch.undo()
    assert course.bring() == [] and course.texts()["exercise-step"] == ANSWER
    assert course.kept() == ["05_demo.before-update.ipynb"]


def test_a_lesson_that_leaves_the_course_stays_with_the_reader(course):
    course.lesson.unlink()
    assert course.bring() == ["my/en/05_demo.ipynb is no longer part of the course; your copy stays."]
    assert course.copy.exists() and course.bring() == []


def test_a_deleted_copy_comes_back(course):
    course.copy.unlink()
    assert "en/05_demo.ipynb" in course.bring()[0] and course.copy.read_bytes() == course.lesson.read_bytes()


def test_the_readers_work_is_not_changed_by_reading_it():
    mine, new = lesson(), newer(goal="# New")
    source_of(mine["cells"], "exercise-step", ANSWER)
    base, before = copies.delivered(lesson()), copy.deepcopy((mine, new))
    copies.merge(mine, base, new)
    assert (mine, new) == before and base == copies.delivered(lesson())


def test_every_lesson_of_the_course_takes_an_update(tmp_path):
    """Answers to every exercise of the course survive an update that changes every other cell."""
    for path in sorted((ROOT / "notebooks" / "en").glob("*.ipynb")):
        old = json.loads(path.read_text(encoding="utf-8"))
        mine, new = copy.deepcopy(old), copy.deepcopy(old)
        answers = {}
        for one, other in zip(mine["cells"], new["cells"], strict=True):
            if copies.is_exercise(one):
                answers[one["id"]] = copies.source(one).replace("...", "1", 1) + "\n# mine"
                one["source"] = answers[one["id"]]
            else:
                other["source"] = copies.source(other) + "\nnew"
        merged, kept, _ = copies.merge(mine, copies.delivered(old), new)
        texts = {one["id"]: copies.source(one) for one in merged["cells"]}
        assert kept == len(answers) and answers.items() <= texts.items()
        assert all(text.endswith("\nnew") for name, text in texts.items() if name not in answers)


def test_it_runs_by_itself_with_the_standard_library_only(course):
    names = {
        name
        for node in ast.walk(ast.parse((ROOT / "tools" / "copies.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Import)
        for name in (alias.name for alias in node.names)
    }
    assert names <= sys.stdlib_module_names
    course.deliver(newer(goal="# Better"))
    command = [sys.executable, "-I", str(ROOT / "tools" / "copies.py"), str(course.root)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "my/en/05_demo.ipynb: updated.\n"


def test_a_folder_that_refuses_is_one_sentence(course, monkeypatch, capsys):
    def refuse(path, content):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(copies, "replace", refuse)
    course.deliver(newer(goal="# Better"))
    assert copies.main([str(course.root)]) == 1
    assert capsys.readouterr().out.startswith("Your copies of the lessons cannot be written (Permission denied): ")


def test_git_does_not_see_the_copies():
    assert "my/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
