"""A lesson's way through its life: run, saved, opened again, corrected, sent away; and what a lost kernel leaves."""

import json
import re
import shutil

import pytest
from nbconvert import HTMLExporter

from seqlib import saved
from tests.browser.conftest import FRAMES, until

CELLS = (
    "import numpy as np\nfrom demo import demo_scene\nfrom seqlib import RNN, Adam, Readout, SequenceModel, batches\n"
    "from seqlib.widgets import Chooser, Stepper, fit, live\nfrom seqlib.widgets.gates import GatePlayground",
    "Stepper(demo_scene(begin=0))",
    "demo_scene(start=2)",
    "Chooser({'one': demo_scene(begin=0), 'two': demo_scene(seed=1)})",
    "GatePlayground()",
    "rng = np.random.default_rng(0)\nx, y = rng.normal(size=(5, 3, 64)), rng.integers(0, 2, size=64)\n"
    "model = SequenceModel(RNN(3, 4, rng=rng), Readout(4, 2, rng=rng), 'many-to-one')\n"
    "history = fit(model, batches(x, y, 32, rng=rng), Adam(0.01), 40)",
    "view = live(model, batches(x, y, 32, rng=rng), Adam(0.01), 30)",
)
STEPPER, SCENE, CHOOSER, GATES, FIT, LIVE = range(1, 7)
# What is seen of every picture: its place, and all that is drawn.
SEEN = """all => all.map(player => [player.querySelector(".readout")?.textContent,
                                    player.querySelector(".picture svg").outerHTML.length > 1000])"""


def players(page, count):
    page.locator(".jp-OutputArea-output .player").nth(count - 1).wait_for()
    return page.locator(".jp-OutputArea-output .player")


def places(page, count):
    return [place for place, drawn in players(page, count).evaluate_all(SEEN) if drawn]


def press(page, cell, *keys):
    player = page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".player")
    player.scroll_into_view_if_needed()
    player.focus()
    for key in keys:
        page.keyboard.press(key)
    page.evaluate(FRAMES)
    return player.locator(".readout").text_content()


def steps_everywhere(page, cells):
    for cell in cells:
        assert [press(page, cell, key).split()[2] for key in ("Home", "ArrowRight")] == ["1", "2"], f"cell {cell}"


def read(lab, name):
    text = (lab.root / name).read_text(encoding="utf-8")
    assert saved.VIEW not in text and saved.STATE not in text
    return json.loads(text), len(text.encode())


def edited(notebook, source):
    """Correct a word in the first cell, and save."""
    notebook._app(f"app.shell.currentWidget.content.model.sharedModel.cells[0].setSource({json.dumps(source)})")
    notebook.save()


def test_a_lesson_lives_on(lab, elsewhere, page, shots):
    name = lab.write("life.ipynb", *CELLS)
    notebook = lab.open(page, name)
    notebook.run_all()
    assert notebook.failures == []
    assert places(page, 4)[:3] == ["t = 1 / 20", "t = 1 / 20", "t = 1 / 30"]
    page.wait_for_function("document.body.textContent.includes('update 30 of 30')")
    notebook.save()
    _, first = read(lab, name)

    # What was shown last is what is saved, and running cells again adds nothing.
    for cell in (STEPPER, GATES, STEPPER):
        notebook.run_cell(cell)
    assert press(page, STEPPER, "Home", *["ArrowRight"] * 6) == "t = 7 / 20"
    assert press(page, CHOOSER, "ArrowRight", "ArrowRight") == "t = 3 / 20"
    notebook.output(CHOOSER).get_by_role("button", name="two").click()
    notebook.output(GATES).get_by_role("slider", name="f", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    notebook.output(GATES).locator(".sentence", has_text="0.89").wait_for()
    until(lambda: (notebook.save(), "f 0.89" in str(read(lab, name)[0]["cells"][GATES]["outputs"]))[1])  # at rest
    content, size = read(lab, name)
    assert size < 1.05 * first
    assert "update 40 of 40" in str(content["cells"][FIT]["outputs"])

    # The kernel is gone, the notebook is closed and opened again: every picture is there, and steps.
    notebook.shut_down()
    last = ["t = 7 / 20", "t = 3 / 20", "t = 1 / 30"]
    notebook = lab.open(page, name)
    assert places(page, 4)[:3] == last
    assert "model not found" not in page.content()
    page.screenshot(path=shots / "saved-again.png", full_page=True)
    steps_everywhere(page, (STEPPER, CHOOSER, GATES))
    assert notebook.output(SCENE).locator("img[alt]").evaluate("image => image.naturalWidth") > 100

    # A corrected word, saved and opened once more: still.
    edited(notebook, CELLS[0] + "  # a word")
    assert abs(read(lab, name)[1] - size) < 100
    notebook.shut_down()
    lab.open(page, name)
    assert places(page, 4)[:3] == last
    steps_everywhere(page, (STEPPER, CHOOSER, GATES))

    # In another account nothing is trusted: the pictures are there, and say what they show.
    shutil.copy(lab.root / name, elsewhere.root / name)
    notebook = elsewhere.open(page, name)
    images = page.locator(".jp-OutputArea-output img[alt]")
    images.nth(4).wait_for()
    for image in images.all():
        image.scroll_into_view_if_needed()
        assert image.evaluate("image => image.naturalWidth") > 100 and image.get_attribute("alt").strip()
    assert images.count() == 5 and page.locator(".player").count() == 0
    assert "update 40 of 40" in notebook.output(FIT).text_content()
    page.screenshot(path=shots / "untrusted.png", full_page=True)


def test_the_first_picture_may_be_deleted(lab, desk):
    """It is the one that brings the player."""
    page, name = desk, lab.write("first.ipynb", *CELLS[:4])
    notebook = lab.show(page, name)
    notebook.run_all()
    players(page, 2)
    notebook.save()
    notebook.shut_down()
    notebook = lab.open(page, name)
    players(page, 2)
    notebook._app("app.shell.currentWidget.content.model.sharedModel.deleteCell(1)")
    notebook.save()
    assert len(saved.PLAYER.findall("".join(str(read(lab, name)[0])))) == 1
    notebook.shut_down()
    lab.open(page, name)
    players(page, 1)
    steps_everywhere(page, (CHOOSER - 1,))


def test_an_exported_page_is_alive_and_every_picture_has_a_text(lab, page, tmp_path):
    name = lab.write("export.ipynb", *CELLS[:5])
    notebook = lab.open(page, name)
    notebook.run_all()
    players(page, 3)
    notebook.save()
    body, _ = HTMLExporter(template_name="lab").from_filename(str(lab.root / name))
    assert "No description has been provided" not in body
    file = tmp_path / "export.html"
    file.write_text(re.sub(r'<(script|link)[^>]*"https://[^>]*>', "", body), encoding="utf-8")  # no network
    page.goto(file.as_uri())
    page.locator(".player").nth(2).wait_for()
    player = page.locator(".player").nth(1)
    player.focus()
    page.keyboard.press("ArrowRight")
    player.locator(".readout", has_text="t = 2 / 20").wait_for()


# Whether JupyterLab has marked widgets as cut off, and how many of its red icons of a broken link are seen.
ICONS = """() => {
    const marked = [...document.querySelectorAll(".jp-OutputArea-output .jupyter-widgets-disconnected")];
    const seen = marked.filter(e => getComputedStyle(e, "::before").display !== "none");
    return [marked.length > 0, seen.length];
}"""


@pytest.mark.parametrize("how", ["restarted", "killed", "shut down"])
def test_without_its_kernel_a_sentence_says_what_to_do_and_nothing_dead_moves(lab, desk, how, shots):
    kill = "import os, signal\nos.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))"
    name = lab.write(f"lost-{how[0]}.ipynb", CELLS[0], CELLS[1], CELLS[3], CELLS[4], kill)
    page, notebook = desk, lab.show(desk, name)
    notebook.ready()
    for cell in range(4):
        notebook.run_cell(cell)
    players(page, 3)
    line = page.locator(".seqlib-lifeline")
    assert line.is_hidden() and page.locator(".lost").evaluate_all("lines => lines.every(line => line.hidden)")
    if how == "killed":
        notebook.run_cell(4)
        page.locator(".jp-Dialog .jp-mod-accept").click()  # "Kernel restarting"
    elif how == "restarted":
        notebook._app("await app.shell.currentWidget.sessionContext.session.kernel.restart()")
    else:
        notebook._app("await app.shell.currentWidget.sessionContext.shutdown()")
    line.wait_for()
    assert "run this cell again" in line.text_content()
    for output in (1, 2, 3):
        said = notebook.output(output).get_by_text("run this cell again")
        said.wait_for()
        assert said.count() == 1, "a sentence, once"
    until(lambda: page.evaluate(ICONS) == [how != "shut down", 0])  # JupyterLab marks them, and none is seen
    button = notebook.output(2).get_by_role("button", name="two", include_hidden=True)
    assert button.evaluate("button => Boolean(button.closest('[inert]'))")
    steps_everywhere(page, (1, 2, 3))
    # What recomputes needs no kernel.
    notebook.output(3).get_by_role("slider", name="f", exact=True).press("ArrowLeft")
    notebook.output(3).locator(".sentence", has_text="0.89").wait_for()
    page.screenshot(path=shots / f"lost-{how[0]}.png")
