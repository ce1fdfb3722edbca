"""The notebook of a project of one's own: it holds what is graded, is a notebook, and replaces nobody's work."""

import re
from pathlib import Path

import nbformat
import pytest

from seqlib import words
from seqlib.lessons.project import RUBRIC, new_project

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(params=["en", "ko"])
def language(request):
    before = words.language()
    words.use(request.param)
    yield request.param
    words.use(before)


def test_the_notebook_is_one_and_asks_all_that_is_graded(tmp_path, capsys, language):
    path = tmp_path / "mine.ipynb"
    new_project(path)
    assert str(path) in capsys.readouterr().out
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for title, points, asked in RUBRIC:
        assert re.search(rf"{re.escape(title[language])} ?\({points}\D.*\)\n\n\*{re.escape(asked[language])}\*", prose)
    assert str(sum(points for _, points, _ in RUBRIC)) in prose
    for cell in notebook.cells:
        if cell.cell_type == "code":
            compile(cell.source, cell.id, "exec")


def test_a_file_that_is_there_stays_as_it_is(tmp_path, capsys, language):
    path = tmp_path / "mine.ipynb"
    path.write_text("my work")
    new_project(path)
    assert (
        path.read_text() == "my work"
        and words.say({"en": "another name", "ko": "다른 이름"}) in capsys.readouterr().out
    )


def test_what_cannot_be_written_is_said_in_one_sentence(tmp_path, capsys, language):
    for path, said in (
        (None, "my_project.ipynb"),
        ("mine.txt", "mine.txt"),
        (tmp_path / "no" / "mine.ipynb", "mine.ipynb"),
    ):
        new_project(path)
        out = capsys.readouterr().out
        assert said in out and out.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("language", "page"), [("en", "projects.md"), ("ko", "projects.ko.md")])
def test_the_page_about_projects_gives_the_same_points(language, page):
    page = (DOCS / page).read_text(encoding="utf-8")
    for title, points, _ in RUBRIC:
        row = re.escape(title[language])
        assert re.search(rf"\|\s*\**{row}\**\s*\|.*\b{points}\b", page), title[language]
    assert sum(points for _, points, _ in RUBRIC) == 20
