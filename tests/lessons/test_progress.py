"""What check notes, where it does not, and the map that shows it."""

import json
import multiprocessing
import os
import re
import stat
from pathlib import Path

import pytest

from seqlib import words
from seqlib.lessons import EXERCISES, Result, check, checks, contents, course_map, progress
from seqlib.saved import VIEW, tidy
from tests.conftest import ROOT

NOTEBOOKS = ROOT / "notebooks" / "en"
KEY = "unroll-cell-step"
RIGHT = EXERCISES[KEY].solution
WRONG = EXERCISES[KEY].mistakes[0]


@pytest.fixture
def my(tmp_path, monkeypatch):
    """A reader's folder with copies, in which this kernel was started."""
    folder = tmp_path / "김민지 my"
    (folder / "en").mkdir(parents=True)
    (folder / progress.MARK).write_text("{}", encoding="utf-8")
    monkeypatch.setattr(progress, "HERE", folder / "en")
    monkeypatch.setattr(progress, "_said", set())
    return folder


def noted(my):
    return json.loads((my / progress.FILE).read_text(encoding="utf-8"))["exercises"]


# ---------- noting


def test_nothing_is_noted_where_the_lessons_are_not_a_readers_copies(tmp_path, monkeypatch):
    for folder in (tmp_path, NOTEBOOKS):
        monkeypatch.setattr(progress, "HERE", folder)
        assert check(KEY, RIGHT).ok
    assert list(tmp_path.iterdir()) == []
    assert not (NOTEBOOKS / progress.FILE).exists() and not (NOTEBOOKS.parent / progress.FILE).exists()


def test_a_kernel_remembers_where_it_was_started(my):
    here = os.getcwd()
    os.chdir(my.parent)
    try:
        check(KEY, RIGHT)
    finally:
        os.chdir(here)
    assert KEY in noted(my)


def test_tries_mistakes_and_the_solution_are_noted(my):
    check(KEY, WRONG.wrong)
    check(KEY, WRONG.wrong)
    assert noted(my)[KEY]["state"] == "tried"
    check(KEY, lambda *inputs: 1 / 0)
    assert check(KEY, RIGHT).ok
    entry = noted(my)[KEY]
    assert (entry["state"], entry["tries"], entry["mistakes"]) == ("solved", 4, {WRONG.name: 2, "raised": 1})
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", entry["first"]) and entry["first"] <= entry["last"]


def test_run_all_notes_nothing_new(my):
    check(KEY, RIGHT)
    was = (my / progress.FILE).read_bytes()
    check(KEY, RIGHT)
    assert (my / progress.FILE).read_bytes() == was


def test_a_solved_exercise_stays_solved(my):
    check(KEY, RIGHT)
    check(KEY, WRONG.wrong)
    assert noted(my)[KEY]["state"] == "solved" and noted(my)[KEY]["tries"] == 2


def test_a_blank_is_no_attempt_nor_is_a_wrong_key(my):
    def half(x, h_prev, W_xh, W_hh, b_h):
        a = W_xh @ x
        return a + ...

    for answer in (..., half):
        assert check(KEY, answer).state == "not yet"
    check("unroll-nonsense", RIGHT)
    check()
    assert not (my / progress.FILE).exists()


def test_an_interrupted_check_is_no_attempt(my):
    def interrupt(*inputs):
        raise KeyboardInterrupt

    assert check(KEY, interrupt).mistake == "interrupted" and not (my / progress.FILE).exists()


def test_other_forms_are_noted_through_the_same_check(my, monkeypatch):
    from seqlib.lessons.forms import Choice

    choice = Choice("demo-choice", "B", {"A": {"en": "No.", "ko": "아니요."}, "B": {"en": "Yes.", "ko": "예."}})
    monkeypatch.setitem(checks.EXERCISES, "demo-choice", choice)
    check("demo-choice", "A")
    check("demo-choice", "B")
    assert noted(my)["demo-choice"]["mistakes"] == {"chose-A": 1} and noted(my)["demo-choice"]["state"] == "solved"


def test_the_file_is_readable_and_says_what_it_is(my):
    check(KEY, RIGHT)
    text = (my / progress.FILE).read_text(encoding="utf-8")
    assert "never sent anywhere" in text and len(text.splitlines()) > 8
    for private in (Path.home().name, str(my), os.uname().nodename if hasattr(os, "uname") else "\0"):
        assert private not in text


def _kernel(here, n, go):
    progress.HERE = here
    go.wait()
    for k in range(25):
        progress.note(Result(f"k{n}-{k}", "right", None, {}))
        progress.note(Result("shared", "wrong", "same", {}))


def test_two_kernels_at_once_lose_nothing(my):
    context = multiprocessing.get_context("spawn")
    go = context.Event()
    kernels = [context.Process(target=_kernel, args=(my / "en", n, go)) for n in range(2)]
    for kernel in kernels:
        kernel.start()
    go.set()
    for kernel in kernels:
        kernel.join(120)
        assert kernel.exitcode == 0
    entries = noted(my)
    assert len(entries) == 51 and entries["shared"]["tries"] == 50
    assert not list(my.glob("*.new"))


DAMAGED = (
    "",
    "{half",
    "[]",
    '{"format": "other"}',
    '{"format": "course-progress", "version": 1, "id": "a", "exercises": {"x": {"state": "solved"}}}',
    '{"format": "course-progress", "version": 1, "id": "a", "exercises": []}',
    "[" * 100_000,
)


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_kept_aside_with_one_sentence(my, content, capsys):
    (my / progress.FILE).write_text(content, encoding="utf-8")
    assert check(KEY, RIGHT).ok and check(KEY, WRONG.wrong).mistake == WRONG.name
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and "progress.damaged.json" in said
    assert (my / "progress.damaged.json").read_text(encoding="utf-8") == content and noted(my)[KEY]["tries"] == 2
    (my / progress.FILE).write_text(content, encoding="utf-8")
    check(KEY, RIGHT)
    assert (my / "progress.damaged-2.json").exists()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_where_nothing_can_be_written_check_works_and_says_so_once(my, monkeypatch, capsys, language):
    def refuse(path, data):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(progress, "write", refuse)
    words.use(language)
    try:
        assert check(KEY, RIGHT).ok and check(KEY, WRONG.wrong).mistake == WRONG.name
    finally:
        words.use("en")
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and "Permission denied" in said and ("진도" in said) == (language == "ko")


@pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="root may write anywhere")
def test_a_folder_without_write_permission(my, capsys):
    my.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert check(KEY, RIGHT).ok
    finally:
        my.chmod(stat.S_IRWXU)
    assert "not noted" in capsys.readouterr().out


def test_what_check_says_does_not_depend_on_what_is_noted(my):
    first = check(KEY, WRONG.wrong)
    for _ in range(3):
        again = check(KEY, WRONG.wrong)
    assert again == first and again._repr_html_() == first._repr_html_()


# ---------- the table of lessons


def headings(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "".join(cells[0]["source"])


# These are about to be split, and have their old titles until then.



@pytest.mark.parametrize("lesson", contents.LESSONS, ids=lambda lesson: lesson.file)
def test_the_table_agrees_with_the_lessons_own_heading(lesson):
    for language in words.LANGUAGES:
        path = ROOT / "notebooks" / language / lesson.file
        if not path.exists():
            continue
        text = headings(path)
        titles = {lesson.title[language]}
        assert text.splitlines()[0].removeprefix(f"# {lesson.number} · ") in titles
        minutes = re.search(r"(\d+) minutes|약 (\d+)분", text)
        assert lesson.number == 0 or lesson.minutes == int(minutes[1] or minutes[2])


def test_every_lesson_is_in_the_table_in_its_order():
    files = [lesson.file for lesson in contents.LESSONS]
    assert {path.name for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")} <= set(files)
    assert [lesson.number for lesson in contents.LESSONS] == list(range(16)) and files == sorted(files)
    assert all(re.search("[가-힣]", lesson.title["ko"] + lesson.question["ko"]) for lesson in contents.LESSONS)


@pytest.mark.parametrize("page, language", [("README.md", "en"), ("README.ko.md", "ko")])
def test_the_readme_has_the_same_lessons(page, language):
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = re.findall(rf"^\| (\d+) \| \[([^]]+)\]\(notebooks/{language}/([^)]+)\) \|", text, re.MULTILINE)
    shown = [(int(number), title, file) for number, title, file in rows]
    assert shown == [(x.number, x.title[language], x.file) for x in contents.LESSONS]


def test_every_exercise_of_the_course_has_its_place():
    found = contents.places(NOTEBOOKS)
    keys = [place.key for places in found.values() for place in places]
    assert len(keys) == len(set(keys)) >= 50
    assert set(keys) <= set(EXERCISES)
    ids = {cell["id"] for path in NOTEBOOKS.glob("*.ipynb") for cell in json.loads(path.read_bytes())["cells"]}
    assert all(place.cell in ids for places in found.values() for place in places)
    assert list(found) == sorted(path.name for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def test_a_lesson_that_cannot_be_read_has_no_exercises(tmp_path):
    (tmp_path / "05_bptt.ipynb").write_text("{half", encoding="utf-8")
    assert contents.places(tmp_path) == {"05_bptt.ipynb": []}


# ---------- the map


def copied(my, *files):
    for file in files or [path.name for path in NOTEBOOKS.glob("*.ipynb")]:
        (my / "en" / file).write_bytes((NOTEBOOKS / file).read_bytes())
    return course_map.ProgressMap(my / "en")


def result(key, state="right"):
    return Result(key, state, None if state == "right" else "some", {})


def test_before_anything_is_solved_all_dots_are_empty_and_it_says_where_to_begin(my):
    shown = copied(my)
    assert shown.counted[0] == 0 and shown.counted[1] >= 50
    html = shown._repr_html_()
    assert "●" not in html and "◐" not in html and html.count("○") == shown.counted[1]
    first = next(lesson for lesson, exercises in shown.rows if exercises is not None)
    assert shown.next is first and f'Begin here:</strong> <a href="{first.file}">' in html


def test_the_map_of_the_course_is_the_same_whatever_somebody_has_solved(my):
    for key in EXERCISES:
        progress.note(result(key))
    assert course_map.ProgressMap(NOTEBOOKS).counted[0] == 0


def test_dots_are_filled_and_the_next_thing_is_named(my):
    copied(my)
    here = [place for places in contents.places(my / "en").values() for place in places]
    five = [place.key for place in here if place.lesson.number == 5]
    progress.note(result(five[0]))
    progress.note(result(five[1], "wrong"))
    shown = course_map.ProgressMap(my / "en")
    row = dict(shown.rows)[next(lesson for lesson in contents.LESSONS if lesson.number == 5)]
    assert [state for _, state in row][:3] == ["solved", "tried", "open"]
    assert shown.next.key == five[1]
    html = shown._repr_html_()
    assert f'<a href="05_bptt.ipynb#cell-id={shown.next.cell}">' in html
    assert f'aria-label="1 of {len(five)} solved. {five[0]}: solved; {five[1]}: tried; {five[2]}: open' in html
    assert f"●◐{'○' * (len(five) - 2)} 1/{len(five)}" in repr(shown)


def test_after_the_last_exercise_of_a_lesson_comes_the_next_lesson_then_what_was_left_out(my):
    copied(my)
    there = contents.places(my / "en")
    for place in there["05_bptt.ipynb"]:
        progress.note(result(place.key))
    assert course_map.ProgressMap(my / "en").next.number == 6
    for file, places in there.items():
        for place in places if file != "02_dense_limits.ipynb" else ():
            progress.note(result(place.key))
    left = course_map.ProgressMap(my / "en").next
    assert left.number == 2
    for place in there["02_dense_limits.ipynb"]:
        progress.note(result(place.key))
    done = course_map.ProgressMap(my / "en")
    assert done.next is None and f"All {done.counted[1]} exercises are solved." in done._repr_html_()


def test_a_lesson_that_is_not_there_is_coming(my):
    shown = copied(my, "00_start.ipynb", "05_bptt.ipynb")
    assert [lesson.number for lesson, exercises in shown.rows if exercises is not None] == [5]
    assert shown._repr_html_().count("coming") == 14 and "13 · Open one that is in use: coming" in repr(shown)


def test_the_map_in_korean(my):
    copied(my, "01_one_layer.ipynb", "02_dense_limits.ipynb")
    words.use("ko")
    try:
        html = course_map.ProgressMap(my / "en")._repr_html_()
    finally:
        words.use("en")
    assert (
        "하나" in html
        and "여기서 시작하세요" in html
        and "준비 중" in html
        and not re.search(r"coming|solved|Begin", html)
    )


def test_a_damaged_file_does_not_break_the_map(my):
    (my / progress.FILE).write_text("{half", encoding="utf-8")
    shown = copied(my)
    assert "cannot be read" in shown._repr_html_() and shown.counted[0] == 0
    assert (my / progress.FILE).exists(), "the map only reads"


class Display:
    """Stands in for IPython's display: what was shown, and shown anew."""

    def __init__(self):
        self.shown = []

    def __call__(self, thing, display_id=None):
        self.shown.append(thing)
        return self

    def update(self, thing):
        self.shown[0] = thing


@pytest.fixture
def display(monkeypatch):
    display = Display()
    monkeypatch.setattr(course_map, "display", display)
    return display


def test_without_progress_there_is_no_button(my, display):
    copied(my)._ipython_display_()
    assert len(display.shown) == 1


def test_the_button_asks_once_and_deletes(my, display):
    copied(my)
    progress.note(result(KEY))
    course_map.ProgressMap(my / "en")._ipython_display_()
    shown, button = display.shown
    assert "●" in shown._repr_html_() and button.asking.layout.display == "none"
    button.first.click()
    assert button.asking.layout.display is None and "exercises noted: 1" in button.message.text
    assert (my / progress.FILE).exists()
    button.no.click()
    assert button.asking.layout.display == "none" and (my / progress.FILE).exists()
    button.first.click()
    button.yes.click()
    assert not (my / progress.FILE).exists() and "●" not in display.shown[0]._repr_html_()
    assert "Deleted" in button.message.text and button.first.layout.display == "none"


def test_a_saved_lesson_holds_the_map_and_no_dead_button(my, display):
    copied(my)
    progress.note(result(KEY))
    course_map.ProgressMap(my / "en")._ipython_display_()
    shown, button = display.shown
    bundle = button._repr_mimebundle_()
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": shown._repr_html_()}},
        {"output_type": "display_data", "metadata": metadata, "data": dict(data)},
    ]
    kept = tidy({"cells": [{"outputs": outputs}], "metadata": {}})["cells"][0]["outputs"]
    assert "●" in kept[0]["data"]["text/html"] and VIEW in data and VIEW not in kept[1]["data"]


def test_lesson_0_names_keys_that_the_pictures_have():
    cells = json.loads((NOTEBOOKS / "00_start.ipynb").read_bytes())["cells"]
    text = next("".join(cell["source"]) for cell in cells if cell["id"] == "start-keys")
    keys = " ".join(re.findall(r"\| in a picture \| ([^|]+) \|", text)).replace(",", " ").split()
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "seqlib/widgets/js").glob("*.js"))
    names = {"→": "ArrowRight", "←": "ArrowLeft", "Esc": "Escape", "Space": " "}
    assert len(keys) >= 9
    for key in keys:
        name = names.get(key, key.lower() if len(key) == 1 else key)
        assert f'"{name}"' in source, f"no picture hears {key}"
