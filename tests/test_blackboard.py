"""docs/from-the-blackboard.md: every block runs, in its order, and prints what stands below it."""

import contextlib
import io
import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "from-the-blackboard.md"


def test_every_block_prints_what_stands_below_it():
    blocks = re.findall(r"```python\n(.*?)```\n(?:```text\n(.*?)```)?", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    space, compared = {}, 0
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "docs/from-the-blackboard.md", "exec"), space)
        if expected:
            assert printed.getvalue().rstrip() == expected.rstrip()
            compared += 1
    assert (len(blocks), compared) == (6, 4)
    times = list(space["times"].values())
    assert times == sorted(times, reverse=True)  # the order that the page promises, of one run
