"""In every lesson and language: an exercise's stub says "not yet", and the solution below it passes.

A cell whose id contains ``-exercise-`` ends in ``check(...)``; the Markdown cell with ``-solution-`` in its place holds
the solution in a ``python`` block. Both run after the notebook's first code cell, after the cells before them that have
the tag ``exercise-setup``, and after the earlier exercises: unfilled for the stub, solved for the solution.
"""

import ast
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from seqlib import data, words
from seqlib.lessons import EXERCISES, check
from seqlib.lessons.studio import percent_of_seasonal
from seqlib.study import forecast

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@cache
def read(path):
    """The cells of a lesson, read once for all tests: none changes them."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        cell["source"] = "".join(cell["source"])
    return cells


def solution_of(cells, exercise_id):
    """The python block of the solution that belongs to an exercise cell."""
    wanted = exercise_id.replace("-exercise-", "-solution-")
    for cell in cells:
        if cell["id"] == wanted:
            blocks = re.findall(r"```python\n(.*?)```", cell["source"], re.DOTALL)
            assert len(blocks) == 1, f"{wanted} should hold one ```python block, it holds {len(blocks)}"
            return blocks[0]
    raise AssertionError(f"{exercise_id} has no solution cell {wanted}")


def split_check(source):
    """An exercise cell's stub and the expression of its last line, ``check(...)``."""
    tree = ast.parse(source)
    last = tree.body[-1]
    named = isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and ast.unparse(last.value.func) == "check"
    assert named, "an exercise cell ends in check(...), so that its result is shown"
    return ast.unparse(ast.Module(tree.body[:-1], [])), ast.unparse(last.value)


def solved_with(solution, call):
    """A solution that ends in its own ``check(...)``, such as ``check("bptt-bug", 4)``, replaces the cell's."""
    return split_check(solution) if re.search(r"^check\(", solution, re.MULTILINE) else (solution, call)


def outcome(cells, exercise_id, solved):
    """What ``check(...)`` of one exercise returns in a fresh namespace."""
    names = {"np": np, "__name__": "__main__"}
    first = True
    for cell in cells:
        code = cell["cell_type"] == "code"
        if code and "-exercise-" in cell["id"]:
            stub, call = split_check(cell["source"])
            if solved:
                stub, call = solved_with(solution_of(cells, cell["id"]), call)
            exec(stub, names)
            if cell["id"] == exercise_id:
                return eval(call, names)
        elif code and (first or "exercise-setup" in cell["metadata"].get("tags", ())):
            exec(cell["source"], names)
        first = first and not code
    raise AssertionError(f"{exercise_id} is not in the notebook")


FOUND = [
    pytest.param(path, cell["id"], id=f"{path.parent.name}/{path.stem}:{cell['id']}")
    for path in sorted(NOTEBOOKS.glob("*/*.ipynb"))
    for cell in read(path)
    if cell["cell_type"] == "code" and "-exercise-" in cell["id"]
]


@pytest.fixture(autouse=True)
def language_as_before():
    before = words.language()
    yield
    words.use(before)


@pytest.mark.parametrize(("path", "exercise_id"), FOUND)
def test_the_stub_says_not_yet(path, exercise_id):
    result = outcome(read(path), exercise_id, solved=False)
    assert not result.ok and result.state == "not yet", repr(result)
    assert result.key in EXERCISES and result.key.split("-", 1)[1] == exercise_id.split("-exercise-")[1]


@pytest.mark.parametrize(("path", "exercise_id"), FOUND)
def test_the_solution_passes(path, exercise_id):
    result = outcome(read(path), exercise_id, solved=True)
    assert result.ok, repr(result)


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_percents_below_the_forecast_are_those_of_its_code_and_of_its_parts(language):
    cells, season = read(NOTEBOOKS / language / "14_studio.ipynb"), forecast.Seasonal(11)
    told = next(cell["source"] for cell in cells if cell["id"] == "studio-solution-forecast").split("```\n")[-1]
    result = outcome(cells, "studio-exercise-forecast", solved=True)
    fitted = forecast.Autoregression(data.sunspots()[1][:-60], 10)

    def cycles(past, steps):
        return np.mean([season(past[: len(past) - 11 * k], steps) for k in range(3)], axis=0)

    parts = (fitted, cycles, lambda past, steps: (fitted(past, steps) + season(past, steps)) / 2)
    scores = [re.search(r"([\d.]+) ?%", repr(result))[1], *(f"{percent_of_seasonal(part):.0f}" for part in parts)]
    assert re.findall(r"([\d.]+) ?%", told) == scores and float(scores[0]) < float(scores[1])


# ---------- the reading itself, on a small notebook, so that it is tested also where there are no lessons

FENCE = "```"
SMALL = [
    {"cell_type": "markdown", "id": "unroll-goal", "metadata": {}, "source": "# Goal"},
    {"cell_type": "code", "id": "unroll-start", "metadata": {}, "source": "from seqlib.lessons import check"},
    {"cell_type": "code", "id": "unroll-slow", "metadata": {}, "source": "raise RuntimeError"},
    {"cell_type": "code", "id": "unroll-set", "metadata": {"tags": ["exercise-setup"]}, "source": "largest = np.max"},
    {
        "cell_type": "code",
        "id": "unroll-exercise-softmax",
        "metadata": {},
        "source": 'def softmax(logits):\n    e = np.exp(...)\n    return e / ...\n\n\ncheck("unroll-softmax", softmax)',
    },
    {
        "cell_type": "markdown",
        "id": "unroll-solution-softmax",
        "metadata": {},
        "source": f"<details><summary>Solution</summary>\n\n{FENCE}python\ndef softmax(logits):\n"
        f"    e = np.exp(logits - largest(logits, axis=0))\n    return e / e.sum(axis=0)\n{FENCE}\n\n</details>",
    },
]


def test_an_error_in_ones_own_forecast_has_its_line():
    def mine(past, steps):
        return [missing] * steps  # noqa: F821

    said = repr(check("studio-forecast", mine))
    line = mine.__code__.co_firstlineno + 1
    assert f"`NameError` (line {line}, `return [missing] * steps" in said and "'missing' is not defined" in said


def test_a_small_notebook_is_read_as_a_lesson_is():
    assert outcome(SMALL, "unroll-exercise-softmax", solved=False).state == "not yet"
    assert outcome(SMALL, "unroll-exercise-softmax", solved=True).ok


def test_an_exercise_without_a_solution_or_a_check_is_found_out():
    with pytest.raises(AssertionError, match="has no solution cell"):
        outcome(SMALL[:-1], "unroll-exercise-softmax", solved=True)
    with pytest.raises(AssertionError, match="ends in check"):
        split_check("x = 1")
