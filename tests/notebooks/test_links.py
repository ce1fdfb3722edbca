"""Every link in the notebooks and in the pages beside them leads somewhere. Addresses on the web are not followed."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from tests.conftest import ROOT

NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").glob("*/[0-9][0-9]_*.ipynb"))
PAGES = [ROOT / name for name in ("README.md", "README.ko.md", "CONTRIBUTING.md", "data/README.md")]
PAGES = [path for path in PAGES if path.is_file()] + sorted((ROOT / "docs").glob("*.md"))
STARTS = [path for path in NOTEBOOKS if path.name == "00_start.ipynb"]


@cache
def cells(path):
    """The Markdown cells of a notebook, or a page as one cell: {id: text}; and the ids of all cells."""
    if path.suffix != ".ipynb":
        return {"page": path.read_text(encoding="utf-8")}, frozenset()
    found = nbformat.read(path, as_version=4).cells
    return {cell.id: cell.source for cell in found if cell.cell_type == "markdown"}, frozenset(c.id for c in found)


def links(text):
    """The targets of the Markdown and HTML links of a text, pictures included; code does not count."""
    text = re.sub(r"```.*?```|`[^`\n]*`", " ", text, flags=re.DOTALL)
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", " ", text, flags=re.DOTALL)
    found = re.findall(r"\]\(\s*<?((?:[^()\s<>]|\([^()\s]*\))+)>?(?:\s+\"[^\"]*\")?\s*\)", text)
    return found + re.findall(r"(?:href|src)=[\"']([^\"']+)[\"']", text)


def headings(path):
    """The anchors of the headings: JupyterLab's in a notebook, GitHub's in a page."""
    text = "\n".join(cells(path)[0].values())
    found = re.findall(r"^#{1,6}\s+(.+?)\s*$", text, re.MULTILINE)
    if path.suffix == ".ipynb":
        return {title.replace(" ", "-") for title in found}
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


def broken(path, target):
    """What is wrong with a link, or nothing."""
    if re.match(r"[a-z]+:", target):
        return "" if re.match(r"https?://[^/]+\.[a-z]+(/|$)|mailto:", target) else "is no address"
    file, _, anchor = unquote(target).partition("#")
    there = (path.parent / file).resolve() if file else path
    if not there.exists():
        return "the file does not exist"
    if not there.is_relative_to(ROOT):
        return "leads out of the course"
    if anchor.startswith("cell-id="):
        return "" if anchor.removeprefix("cell-id=") in cells(there)[1] else "there is no cell with this id"
    if anchor and there.suffix in (".ipynb", ".md") and anchor not in headings(there):
        return "there is no such heading"
    return ""


@pytest.mark.parametrize("path", [*NOTEBOOKS, *PAGES], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path):
    problems = [
        f"{cell}: {target}: {problem}"
        for cell, text in cells(path)[0].items()
        for target in links(text)
        if (problem := broken(path, target))
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("folder", sorted({path.parent for path in NOTEBOOKS}), ids=lambda folder: folder.name)
def test_each_lesson_leads_to_the_one_before_and_the_one_after(folder):
    lessons = [path for path in NOTEBOOKS if path.parent == folder]
    for one, two in pairwise(lessons):
        for here, there in ((one, two), (two, one)):
            targets = [target.partition("#")[0] for text in cells(here)[0].values() for target in links(text)]
            assert there.name in targets, f"{here.name} has no link to {there.name}"


@pytest.mark.parametrize("start", STARTS, ids=lambda path: path.parent.name)
def test_the_map_shows_every_lesson(start):
    """What is saved: the map before anything was solved. Below it stands where to begin."""
    cell = next(cell for cell in nbformat.read(start, as_version=4).cells if cell.id == "start-map-run")
    *shown, begin = links(cell.outputs[0].data["text/html"])
    assert shown == [path.name for path in NOTEBOOKS if path.parent == start.parent and path != start]
    assert begin == shown[0]


INDEX_ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| \[[^\]]+\]\(([^)]+)\) \|$", re.MULTILINE)


def terms(start):
    """The rows of the index: English terms, Korean terms, the target. The edition's own language stands first."""
    for cell, text in cells(start)[0].items():
        if cell.startswith("start-terms"):
            for one, other, target in INDEX_ROW.findall(text):
                yield (one, other, target) if start.parent.name == "en" else (other, one, target)


@pytest.mark.parametrize("start", STARTS, ids=lambda path: path.parent.name)
def test_each_term_stands_in_the_cell_that_the_index_leads_to(start):
    rows = list(terms(start))
    lessons = {int(path.name[:2]) for path in start.parent.glob("[0-9][0-9]_*.ipynb")} - {0}
    assert len(rows) >= 50 and {int(target[:2]) for *_, target in rows} == lessons
    for english, korean, target in rows:
        file, _, cell = target.partition("#cell-id=")
        text = cells(start.parent / file)[0][cell].casefold()
        assert re.search("[가-힣]|^[A-Z]+$", korean), f"{english}: {korean} is no Korean term"
        if start.parent.name == "en":
            missing = [term for term in english.split(", ") if term.casefold() not in text]
            assert not missing, f"{missing} is not in {cell}"


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("nowhere.ipynb", "the file does not exist"),
        ("02_dense_limits.ipynb#cell-id=nowhere", "there is no cell with this id"),
        ("02_dense_limits.ipynb#Nowhere", "there is no such heading"),
        ("../../../..", "leads out of the course"),
        ("https://", "is no address"),
        ("02_dense_limits.ipynb#cell-id=dense-goal", ""),
        ("02_dense_limits.ipynb#What-to-keep", ""),
        ("https://pytorch.org/docs", ""),
    ],
)
def test_a_broken_link_is_seen(target, problem):
    assert broken(ROOT / "notebooks" / "en" / "03_states_and_shapes.ipynb", target) == problem


def test_the_readmes_link_to_the_same_places_and_to_each_other():
    english, korean = (set(links((ROOT / name).read_text(encoding="utf-8"))) for name in ("README.md", "README.ko.md"))
    assert "README.ko.md" in english and "README.md" in korean
    there = {target.replace("notebooks/en/", "notebooks/ko/") for target in english - {"README.ko.md"}}
    own = {target: target.replace(".md", ".ko.md") for target in there}  # a page that there is in Korean, too
    there = {own[target] if own[target] in korean else target for target in there}
    assert korean - {"README.md"} == there


def test_links_are_found():
    text = 'a [b](c.ipynb) ![d](e.png "f") <a href="g.md#h">i</a> `[j](k)` $x](y)$ [l](<m.md>) [n](o_(p).md)'
    assert links(text) == ["c.ipynb", "e.png", "m.md", "o_(p).md", "g.md#h"]
    assert Path(ROOT / "README.md") in PAGES
