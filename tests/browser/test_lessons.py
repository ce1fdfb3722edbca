"""Every lesson in JupyterLab: Run All leaves no error, every stepper moves by keyboard.

All in one page, as a reader goes from lesson to lesson. With ``--shots DIR`` each picture is kept, light and dark.
"""

import json
import shutil
from pathlib import Path

import pytest

from tests.browser.conftest import FRAMES

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
# The code is the same in both editions (test_editions.py), so every second lesson is the Korean one.
NAMES = sorted(path.name for path in (NOTEBOOKS / "en").glob("*.ipynb"))
LESSONS = [NOTEBOOKS / ("en", "ko")[n % 2] / name for n, name in enumerate(NAMES)]

# What the reader sees of a step: the picture, all of it, and the place.
PICTURE = """player => [player.querySelector(".picture").innerHTML, player.querySelector(".readout").textContent]"""


def widgets_of(lesson):
    """How many players the lesson has to show: one for every saved picture that is not a scene alone."""
    cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    saved = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return sum("seqlib1" in "".join(data.get("text/html", "")) for data in saved)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: f"{lesson.parent.name}-{lesson.stem}")
def test_lesson(lesson, desk, lab, request):
    copy = f"{lesson.parent.name}-{lesson.name}"
    shutil.copy(lesson, lab.root / copy)
    page, notebook = desk, lab.show(desk, copy)
    notebook.run_all(seconds=120)
    assert notebook.failures == []

    # The last players may still be on their way from the kernel; a live training adds one that is not saved.
    if expected := widgets_of(lesson):
        notebook.steppers.nth(expected - 1).wait_for()
    steppers = notebook.steppers.all()
    for n, player in enumerate(steppers):
        player.scroll_into_view_if_needed()
        if not player.locator(".readout").count():  # axes to draw in have no steps
            continue
        counted = player.locator(".readout").first.text_content()
        most = player.locator("input[type=range]").last.get_attribute("max")
        steps = int(counted.split("/")[1] if "/" in counted else most)  # years are not counted
        if steps == 1:
            continue
        seen = [_press(page, player, key) for key in ("Home", "ArrowRight", "End", "ArrowLeft")]
        places = [place.split("=")[1].split("/")[0].strip() for _, place in seen]
        if "/" in seen[0][1]:  # where the steps are years, their numbers are not counted
            assert places == ["1", "2", str(steps), str(max(steps - 1, 1))], f"stepper {n}"
        assert seen[0][0] != seen[1][0], f"the picture of stepper {n} does not change"

    notebook.save()
    saved, committed = (path.stat().st_size for path in (lab.root / copy, lesson))
    assert saved < 1.3 * committed, f"saved it has {saved} bytes, and {committed} as it is committed"

    if folder := request.config.getoption("--shots", None):
        _keep(notebook, steppers or [page.locator(".jp-Notebook .jp-Cell").first], Path(folder) / copy)


def _keep(notebook, steppers, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        notebook.theme(theme)
        for n, player in enumerate(steppers):
            player.scroll_into_view_if_needed()
            notebook.page.wait_for_timeout(200)
            notebook.page.screenshot(path=f"{path}-{n + 1}-{theme}.png")
    notebook.theme("light")


def _press(page, player, key):
    player.focus()
    page.keyboard.press(key)
    page.evaluate(FRAMES)
    return player.evaluate(PICTURE)
