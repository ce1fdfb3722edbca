"""The Korean edition's prose holds to the glossary."""

import nbformat

from seqlib.lessons.glossary import avoided_in
from tests.conftest import ROOT


def test_the_lessons_say_what_the_glossary_says():
    found = []
    for path in sorted((ROOT / "notebooks" / "ko").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                found += [f"{path.stem}, {cell.id}: {line}" for line in avoided_in(cell.source)]
    assert found == [], "\n".join(found)
