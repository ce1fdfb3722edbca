"""Every cell can be run again by itself after Run All, also when others were run again, and shows the same.

The lesson runs once from the top (strict nbval compares that with what is stored). Then its cells run again from the
top, as every reader does sometimes, and once more from the bottom, so that each runs after all later ones.

The English edition stands for both: the Korean one has the same code, see ``test_editions.py``.
"""

from pathlib import Path

import nbformat
import pytest

from tests.conftest import ROOT
from tools.execute import Again, run

PATHS = sorted((ROOT / "notebooks").glob("en/[0-9][0-9]_*.ipynb"))


def said(cell):
    """What a cell printed and what its last line is in words. Times differ from run to run."""
    if "prints-time" in cell["metadata"].get("tags", []):
        return "a time"
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell["outputs"]]
    return "".join(texts)


def differing(path):
    """The cells of a notebook that say something else when they are run again: {id: (first, again)}."""
    client = run(path, Again)
    problems = {}
    for cell, again in client.again:
        if said(cell) != said(again):
            problems[cell["id"]] = (said(cell), said(again))
    return problems


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.relative_to(ROOT / "notebooks").as_posix())
def test_every_cell_can_be_run_again(path):
    assert differing(path) == {}


def notebook(tmp_path, *sources):
    cells = [nbformat.v4.new_code_cell(source, id=f"demo-{n}") for n, source in enumerate(sources)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    path = Path(tmp_path) / "demo.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    return path


@pytest.mark.parametrize(
    ("sources", "which"),
    [
        (("x = 1", "print(x)"), set()),
        (("x = 1", "x = x + 1\nprint(x)"), {"demo-1"}),  # seen when it is run twice
        (("x = 1", "print(x)", "x = 'other'"), {"demo-1"}),  # seen when a later cell ran before
        (("x = [1]", "print(x)", "x.append(2)"), {"demo-1"}),
        (("f = lambda: 1", "print(f())", "f = 2"), {"demo-1"}),  # an error is something else, too
    ],
)
def test_a_cell_that_differs_is_seen(tmp_path, sources, which):
    assert set(differing(notebook(tmp_path, *sources))) == which
