"""Nothing is used before it is introduced: terms in the prose, names of seqlib in the code, in the course's order."""

import ast
import re

import nbformat
import pytest

from tests.conftest import ROOT
from tests.notebooks.test_house_rules import is_folded
from tests.notebooks.test_links import STARTS, terms

# What a lesson promises, asks for, or points to is no use of a term: links, its last line, headings, code.
PROMISES = re.compile(
    r"```.*?```|\]\([^)]*\)|`[^`\n]*`"
    r"|\*\*(?:You need first|Next|먼저 알아야 할 것|다음):\*\*[^\n]*|^#[^\n]*$",
    re.MULTILINE | re.DOTALL,
)
# Where pictures and widgets come from, and what every lesson needs: used without a word.
PICTURES = ("seqlib.draw", "seqlib.widgets", "seqlib.lessons")


def lessons(folder):
    """The cells of a folder's lessons in the course's order: (file name, cell). Lesson 0 is only a page to begin."""
    for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))[1:]:
        for cell in nbformat.read(path, as_version=4).cells:
            yield path.name, cell


def prose(cell):
    """What a Markdown cell tells, without what it only promises."""
    if cell.cell_type != "markdown" or re.fullmatch(r"[a-z]+-(goal|know|next)", cell.id):
        return ""
    return PROMISES.sub(" ", cell.source)


def has(term, text):
    """Whether a text has a term as whole words; the first may end in another way (state, states)."""
    return re.search(rf"(?<![\w-]){re.escape(term)}(e?s)?(?![\w-])", text, re.IGNORECASE)


@pytest.mark.parametrize("start", [s for s in STARTS if s.parent.name == "en"], ids=lambda path: path.parent.name)
def test_the_index_leads_to_the_first_use_of_a_term(start):
    problems = []
    cells = [(f"{name}#cell-id={cell.id}", prose(cell)) for name, cell in lessons(start.parent)]
    for english, _, target in terms(start):
        for term in english.split(", "):
            first = next((place for place, text in cells if has(term, text)), None)
            if first != target:
                problems.append(f"{term}: is first used in {first}, the index leads to {target}")
    assert not problems, "\n".join(problems)


def imported(source):
    """The names of seqlib's mathematics that a cell imports: {name: module}."""
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "seqlib":
            found |= {alias.asname or alias.name: node.module for alias in node.names}
    return {name: module for name, module in found.items() if not module.startswith(PICTURES)}


def used_too_early(cells):
    """The names of seqlib that an open cell uses before any prose has named them: (file, cell, name)."""
    told, known, problems = set(), {}, []
    for file, cell in cells:
        if cell.cell_type == "markdown":
            spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", " ", cell.source, flags=re.DOTALL))
            told |= {word for span in spans for word in re.findall(r"\w+", span)}
            continue
        known |= imported(cell.source)
        if is_folded(cell):
            continue
        names = {node.id for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)}
        problems += [(file, cell.id, name) for name in sorted(names & set(known) - told)]
        told |= names  # one complaint a name
    return problems


@pytest.mark.parametrize("start", STARTS, ids=lambda path: path.parent.name)
def test_a_name_is_told_before_it_is_used(start):
    problems = [f"{file} {cell}: {name}" for file, cell, name in used_too_early(lessons(start.parent))]
    assert not problems, "these names of seqlib are used before any text has them:\n" + "\n".join(problems)


def test_a_name_that_comes_too_early_is_seen():
    code, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    cells = [code("from seqlib import RNN, Adam\nRNN(1, 2)"), text("Now `Adam(0.1)`."), code("Adam(0.1)")]
    assert [name for _, _, name in used_too_early(("a.ipynb", cell) for cell in cells)] == ["RNN"]


@pytest.mark.parametrize("text", ["The state h", "states,", "(State)"])
def test_a_term_is_found(text):
    assert has("state", text)


@pytest.mark.parametrize("text", ["estate", "state-of", "stated"])
def test_a_term_inside_a_word_is_none(text):
    assert not has("state", text)


def test_there_are_lessons():
    assert any((ROOT / "notebooks" / "en").glob("*.ipynb"))
