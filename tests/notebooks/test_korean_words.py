"""The Korean edition's prose holds to the glossary."""

import re

import nbformat
from markdown_it import MarkdownIt

from seqlib.lessons.glossary import avoided_in
from tests.conftest import ROOT


def test_the_lessons_say_what_the_glossary_says():
    found = []
    for path in sorted((ROOT / "notebooks" / "ko").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                found += [f"{path.stem}, {cell.id}: {line}" for line in avoided_in(cell.source)]
    assert found == [], "\n".join(found)


def left_open(source):
    """Where an asterisk is left to be read: emphasis that ends in punctuation just before a letter, as in **(가)**는.

    JupyterLab puts @@0@@ for a formula before it reads Markdown, so that a formula counts as punctuation, too.
    """
    source = re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$", "@@", source, flags=re.DOTALL)
    blocks = MarkdownIt("commonmark").enable("table").parse(source)
    texts = [part.content for block in blocks for part in block.children or () if part.type == "text"]
    return [text for text in texts if "*" in text]


def test_emphasis_is_closed():
    assert left_open("**A(가)**는 _b_") == ["**A(가)**는 "]
    assert left_open("**A**(가)는 `a * b`, **$x$ 값**은") == []
    found = []
    for path in sorted((ROOT / "notebooks" / "ko").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                found += [f"{path.stem}, {cell.id}: {line}" for line in left_open(cell.source)]
    found += [f"README.ko.md: {line}" for line in left_open((ROOT / "README.ko.md").read_text(encoding="utf-8"))]
    assert found == [], "\n".join(found)


UNREAD = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)|https?://\S+", re.DOTALL)
YEAR = r"1[789]\d\d|20\d\d"


def without_commas(prose):
    """Numbers of four digits and more that are no years and have no commas; in code and formulas they have none."""
    return [
        number
        for number, then in re.findall(r"(?<![\d.,])(\d{4,})(?![\d,]|\.\d)(.?)", UNREAD.sub("", prose))
        if not re.fullmatch(YEAR, number) or then in "개번…"
    ]


def test_long_numbers_have_commas():
    assert without_commas("1,500개와 1500개, 1750…2,000. 1700년, Elman (1990), `x[1000]`, $10000$") == ["1500", "1750"]
    found = []
    for path in sorted((ROOT / "notebooks" / "ko").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            prose = [cell.source] if cell.cell_type == "markdown" else []
            prose += [cell.metadata.get("course", {}).get("notes", "")]
            found += [f"{path.stem}, {cell.id}: {number}" for part in prose for number in without_commas(part)]
    assert found == [], "\n".join(found)
