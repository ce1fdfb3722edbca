"""What a reader may type after `site`, `present`, `export`, `execute`, `report`, `class` and `copies`.

Each gets one sentence that says what to do, and nothing of the reader's is lost.
"""

import json
import os

import pytest

from seqlib import words
from seqlib.lessons import report
from tests.conftest import ROOT
from tools import copies, execute, export
from tools.pages import build, convert, slides

LESSON = ROOT / "notebooks" / "en" / "08_lstm_gates.ipynb"
REPORT = {"format": "course-report", "version": 1, "id": "a", "name": "A", "written": "2026-01-01", "exercises": {}}
NO_NOTEBOOKS = {
    "no JSON": b"hello",
    "empty": b"",
    "no text": b"\xff\xfe\x00",
    "a list": b"[]",
    "no cells": b"{}",
    "cells that are none": b'{"cells": null}',
    "a cell without text": b'{"cells": [{"cell_type": "code"}]}',
    "an old one": b'{"worksheets": [], "nbformat": 3, "nbformat_minor": 0, "metadata": {}}',
    "endless": b"[" * 100_000,
}
MINE = "what somebody wrote"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    before = words.language()
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    words.use(before)


def refuses(capsys, main, arguments, *said):
    """It says one sentence, with these parts, and its exit code is 1."""
    assert main([*map(str, arguments)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and all(part in error for part in said), error


@pytest.mark.parametrize("content", NO_NOTEBOOKS.values(), ids=NO_NOTEBOOKS)
def test_what_is_no_notebook_is_said(here, capsys, content):
    (here / "내 노트 %#.ipynb").write_bytes(content)
    refuses(capsys, slides.main, ["내 노트 %#.ipynb"], "내 노트 %#.ipynb is no notebook", "open it in JupyterLab")
    refuses(capsys, slides.main, ["내 노트 %#.ipynb", "--lang", "ko"], "노트북이 아닙니다")


@pytest.mark.parametrize("name", ["no JSON", "empty", "no text", "a list", "no cells", "endless"])
def test_what_is_no_notebook_is_not_executed(here, capsys, name):
    (here / "x.ipynb").write_bytes(NO_NOTEBOOKS[name])
    refuses(capsys, execute.main, ["x.ipynb"], "left as it was", "is no notebook that can be read")
    refuses(capsys, execute.main, ["y.ipynb", "--lang", "ko"], "그대로 두었습니다", "y.ipynb")
    assert (here / "x.ipynb").read_bytes() == NO_NOTEBOOKS[name]


@pytest.mark.parametrize("lesson", ["8.5", "", " ", "-1", "99", "[0", "\u0668"])
def test_a_lesson_that_is_not_there(capsys, lesson):
    refuses(capsys, slides.main, ["--output", "o.html", "--", lesson], "There is no lesson", "from 0 to 15")


def test_a_lesson_may_be_said_in_many_ways():
    assert {slides.find(number, "en") for number in ("8", "08", "0008", " 8")} == {LESSON}
    assert slides.find("0", "ko").name == "00_start.ipynb" == slides.find("000", "ko").name


def test_slides_are_written_over_slides_only(here, capsys):
    (here / "x.ipynb").write_bytes(LESSON.read_bytes())
    (here / "thesis.html").write_text(MINE)
    (here / "folder").mkdir()
    refuses(capsys, slides.main, ["x.ipynb", "--output", "x.ipynb"], "x.ipynb is there already")
    refuses(capsys, slides.main, ["x.ipynb", "--output", "thesis.html"], "choose another name")
    refuses(capsys, slides.main, ["x.ipynb", "--output", "folder", "--lang", "ko"], "폴더입니다")
    refuses(capsys, slides.main, ["x.ipynb", "--output", "thesis.html/o.html"], "thesis.html")
    assert (here / "x.ipynb").read_bytes() == LESSON.read_bytes() and (here / "thesis.html").read_text() == MINE
    assert [slides.main(["x.ipynb", "--output", "a/o.html"]) for again in (False, True)] == [0, 0]


def test_a_site_leaves_what_is_not_its_own(here, capsys, monkeypatch):
    page = f"<head>{convert.MARK}"
    monkeypatch.setattr(build, "pages", lambda *_: {"index.html": page, "en/index.html": page})
    (here / "home" / "en").mkdir(parents=True)
    (here / "home" / "en" / "index.html").write_text(MINE)
    (here / "home" / "photo.jpg").write_text(MINE)
    refuses(capsys, build.main, ["--output", "home"], "en/index.html is there already", "choose another name")
    refuses(capsys, build.main, ["--output", "home/photo.jpg", "--lang", "ko"], "photo.jpg", "이미 있습니다")
    assert not (here / "home" / "index.html").exists(), "all or nothing"
    assert (here / "home" / "en" / "index.html").read_text() == MINE == (here / "home" / "photo.jpg").read_text()
    assert [build.main(["--output", "site"]) for again in (False, True)] == [0, 0]


def test_a_site_with_python_deletes_no_folder_of_that_name(here, capsys):
    (here / "python").mkdir()
    (here / "python" / "thesis.py").write_text(MINE)
    refuses(capsys, build.main, ["--output", ".", "--lite", "nowhere"], "python is there already")
    assert (here / "python" / "thesis.py").read_text() == MINE


def test_every_page_says_whose_it_is():
    assert convert.MARK in build.crossroads()[:1000]
    assert "%mark%" in (ROOT / "tools" / "pages" / "slides.html").read_text(encoding="utf-8")[:1000]


def test_an_export_onto_a_file_or_of_a_damaged_lesson_writes_nothing(here, capsys, monkeypatch):
    (here / "file").write_text(MINE)
    monkeypatch.setattr(export, "ROOT", here)
    refuses(capsys, export.main, ["otter", "new", "--lang", "ko"], "01_one_layer.ipynb", "없습니다")
    (here / "notebooks" / "en").mkdir(parents=True)
    (here / "notebooks" / "en" / "01_one_layer.ipynb").write_text("{half")
    refuses(capsys, export.main, ["otter", "new"], "01_one_layer.ipynb cannot be read: get the course again")
    assert not (here / "new").exists()
    monkeypatch.setattr(export, "tasks", lambda path: [])
    refuses(capsys, export.main, ["otter", "file"], "file", "is there already")
    assert (here / "file").read_text() == MINE


@pytest.fixture
def noted(here):
    """A course folder in which something was solved."""
    (here / "my").mkdir()
    solved = {"rnn-shape": {"state": "solved", "tries": 1, "mistakes": {}}}
    noted = {"format": "course-progress", "version": 1, "id": "ab12", "exercises": solved}
    (here / "my" / "progress.json").write_text(json.dumps(noted))
    return ["--course", here]


def test_a_report_is_written_over_ones_own_only(here, noted, capsys):
    (here / "other.json").write_text(json.dumps(REPORT))
    (here / "mine.txt").write_text(MINE)
    (here / "folder.json").mkdir()
    for output, said in {
        "other.json": "of somebody else",
        "mine.txt": "something.json",
        "new.txt": "something.json",
        "folder.json": "is no report",
        "missing/r.json": "missing/r.json is not there, or its folder is not",
    }.items():
        refuses(capsys, report.main, [*noted, "report", "--output", output], said)
    assert (here / "other.json").read_text() == json.dumps(REPORT) and (here / "mine.txt").read_text() == MINE
    assert not (here / "new.txt").exists()
    assert [report.main([*map(str, noted), "report", "--name", "김민지"]) for again in (False, True)] == [0, 0]


def test_the_picture_of_a_class_has_a_place_before_anything_is_read(here, noted, capsys):
    (here / "in").mkdir()
    (here / "in" / "a.json").write_text(json.dumps(REPORT))
    (here / "class.png").write_text(MINE)
    a_class = [*noted, "class", "in"]
    refuses(capsys, report.main, a_class, "class.png is there already")
    assert (here / "class.png").read_text() == MINE
    refuses(capsys, report.main, [*a_class, "--picture", "q/p.png"], "q/p.png is not there, or its folder is not")
    for name in ("in/a.json", "picture", "in", "picture.xyz"):
        refuses(capsys, report.main, [*a_class, "--picture", name, "--lang", "ko"], ".png, .svg, .pdf")


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_picture_of_a_class_is_written_again(here, capsys, kind):
    from matplotlib.figure import Figure

    fig = Figure((1, 1))
    fig.savefig(f"p.{kind}", metadata={"Title": report.TITLE})
    assert report._picture_place(here / f"p.{kind}") == here / f"p.{kind}"
    fig.savefig(f"q.{kind}")
    with pytest.raises(FileExistsError):
        report._picture_place(here / f"q.{kind}")


def test_a_folder_or_a_report_that_cannot_be_opened_is_said(here, monkeypatch):
    (here / "in" / "shut").mkdir(parents=True)
    for name in ("a.json", "b.json"):
        (here / "in" / name).write_text(json.dumps(REPORT | {"id": name, "name": name}))
    scandir, read = os.scandir, report.Path.read_bytes

    def shut(path):
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    def refused(path):
        if path.name == "b.json":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(os, "scandir", shut)
    monkeypatch.setattr(report.Path, "read_bytes", refused)
    found = report.read_class(here / "in", ROOT / "notebooks" / "en")
    assert [name for name, _ in found.students] == ["a.json"]
    assert any("shut may not be read" in said for said in found.said)
    assert "b.json: cannot be read (Permission denied), and left out." in found.said


def test_a_damaged_lesson_of_the_course_leaves_the_readers_copy(here):
    lessons = here / "notebooks" / "en"
    lessons.mkdir(parents=True)
    (lessons / "01_one.ipynb").write_text("{half")
    (lessons / "02_two.ipynb").write_text('{"cells": []}')
    copy = here / "my" / "en" / "01_one.ipynb"
    copy.parent.mkdir(parents=True)
    copy.write_text(MINE)
    said = list(copies.bring(here))
    assert any("en/01_one.ipynb cannot be read: get the course again" in one for one in said)
    assert copy.read_text() == MINE and (here / "my" / "en" / "02_two.ipynb").exists()
