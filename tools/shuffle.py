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


BLOCK = {
    "Solution": "<details><summary>The lines, shuffled</summary>\n\n```text\n```\n\n</details>\n\n",
    "풀이": "<details><summary>줄을 섞어서</summary>\n\n```text\n```\n\n</details>\n\n",
}


def solution_lines(source):
    """The lines of a solution without indentation, empty lines and comments; none where it is no function."""
    found = SOLUTION.search(source)
    lines = [line.strip() for line in found[1].splitlines()] if found else []
    lines = [line for line in lines if line and not line.startswith("#")]
    return lines if len(lines) >= 3 else []


def with_lines_shuffled(source, name):
    """A solution cell with its shuffled lines between the last hint and the solution. One of two lines needs none."""
    lines = solution_lines(source)
    if not lines:
        return source
    if not SHUFFLED.search(source):
        for summary, block in BLOCK.items():
            head = f"<details><summary>{summary}</summary>"
            source = source.replace(head, block + head)
    block = "".join(f"{lines[place]}\n" for place in shuffled(len(lines), name))
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
