"""Fill in the shuffled lines of every solution: the step between the last hint and the solution itself.

    python -m tools.shuffle                                   # every lesson
    python -m tools.shuffle notebooks/en/05_bptt.ipynb

A solution cell has its lines once, in its python block. The block under *The lines, shuffled* is made from them, in an
order that depends on the cell's id only; a test of the house rules compares the two.
"""

import re
import sys
from pathlib import Path

import nbformat

from seqlib.lessons.forms import shuffled

ROOT = Path(__file__).resolve().parent.parent
SOLUTION = re.compile(r"```python\n(.*?)\n```", re.DOTALL)
SHUFFLED = re.compile(r"(<summary>(?:The lines, shuffled|줄을 섞어서)</summary>\n\n```text\n).*?(```)", re.DOTALL)


def lines_shuffled(source, name):
    """The lines of a solution in another order, without their indentation; empty lines and comments left out."""
    lines = [line.strip() for line in SOLUTION.search(source)[1].splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    return [lines[place] for place in shuffled(len(lines), name)]


def with_lines_shuffled(source, name):
    """A solution cell with its shuffled block filled in; a cell without one stays as it is."""
    if not SHUFFLED.search(source):
        return source
    block = "".join(f"{line}\n" for line in lines_shuffled(source, name))
    return SHUFFLED.sub(lambda found: found[1] + block + found[2], source)


def main(arguments):
    """Rewrite the notebooks in which a block is not as it should be."""
    for path in [Path(name) for name in arguments] or sorted((ROOT / "notebooks").glob("*/[0-9]*.ipynb")):
        notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        before = [cell["source"] for cell in notebook.cells]
        for cell in notebook.cells:
            if "-solution-" in cell["id"]:
                cell["source"] = with_lines_shuffled(cell["source"], cell["id"])
        if [cell["source"] for cell in notebook.cells] != before:
            nbformat.write(notebook, path)
            print(path.name)


if __name__ == "__main__":
    main(sys.argv[1:])
