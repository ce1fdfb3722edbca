"""What is tried in JupyterLab: one page, which is loaded once; that takes longer than most of these tests."""

import json
import re
import shutil
import time
from pathlib import Path

import nbformat
import pytest

from tests.browser import test_for_everyone, test_opening, test_player, test_predict, test_sketch, test_updates
from tests.browser.conftest import until


def begun(desk, lab, name, cells, count):
    """Show a new notebook of these cells, of which so many have been run."""
    notebook = lab.show(desk, lab.write(name, *cells))
    notebook.ready()
    for cell in range(count):
        notebook.run_cell(cell)
    return notebook


LINKED = (
    "import ipywidgets as widgets\nfrom demo import demo_scene\nfrom seqlib.widgets import Stepper",
    "stepper = Stepper(demo_scene())\nstepper",
    "other = Stepper(demo_scene(T=30))\nlink = widgets.jslink((stepper, 't'), (other, 't'))\nother",
    "stepper.t = 7",
    "print('t is', stepper.t, other.t)",
    "drawing = stepper.svg\nstepper.show(demo_scene(seed=0, label='k'))\nassert stepper.svg == drawing",
)


def test_keys_and_python_lead_the_same_picture(desk, lab, demo_scene, shots):
    scene = demo_scene()
    page, notebook = desk, begun(desk, lab, "player.ipynb", LINKED, 3)
    first, second = (test_player.Player(notebook.steppers.nth(n)) for n in (0, 1))
    first.root.wait_for()
    second.root.wait_for()
    assert first.t == 5
    test_player.assert_same_picture(first, scene, 5)

    # Keys go to the player, not to JupyterLab, after a click into the picture too.
    page.locator(".picture").first.click(position={"x": 5, "y": 5})
    for key, t in [("ArrowRight", 6), ("End", 20), ("ArrowLeft", 19), ("Home", 1), ("ArrowRight", 2)]:
        page.keyboard.press(key)
        assert first.t == t, key
    assert second.t == 2, "jslink: with no kernel in between"
    assert page.locator(".jp-Notebook .jp-Cell").count() == len(LINKED)

    # Python leads, and follows.
    notebook.run_cell(3)
    until(lambda: first.t == 7 and second.t == 7)
    test_player.assert_same_picture(first, scene, 7)
    first.root.focus()
    for _ in range(5):  # faster than the kernel answers: the last one always arrives
        page.keyboard.press("ArrowRight")
    assert first.t == 12
    notebook.prints(4, "t is 12 12")

    # New values for the same drawing: the very same element stays in the page.
    kept = page.locator(".picture svg").first.element_handle()
    notebook.run_cell(5)
    until(lambda: first.state()["readout"] == "k = 12 / 20")
    assert kept.evaluate("e => e.isConnected")
    assert notebook.failures == []

    for theme in ("dark", "light"):
        notebook.theme(theme)
        first.root.scroll_into_view_if_needed()
        first.root.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
        page.screenshot(path=shots / f"lab-{theme}.png")


OPENING = (
    "import numpy as np\nfrom seqlib import RNN, Readout, SequenceModel\n"
    "from seqlib.draw.opening import opening_scene\nfrom seqlib.widgets import Stepper\n"
    "rng = np.random.default_rng(3)\n"
    "model = SequenceModel(RNN(4, 3, rng=rng), Readout(3, 4, rng=rng), 'many-to-many')\n"
    "trace = model.forward(rng.normal(size=(5, 4, 1)))",
    "stepper = Stepper(opening_scene(model, trace))\nstepper",
    "print('t is', stepper.t, len(stepper.svg))",
)


def test_a_picture_that_opens(desk, lab, shots):
    page, notebook = desk, begun(desk, lab, "opening.ipynb", OPENING, 2)
    deep = test_opening.Deep(notebook.steppers.first)
    deep.root.wait_for()
    deep.enter("cell", None, 3, then=("ArrowRight",))
    deep.enter("h", 0, then=("m",))
    assert deep.path == ["chain", "cell, t = 4", "h₄[1]"]
    page.screenshot(path=shots / "opening-lab.png")
    deep.press("Escape", "Escape")
    assert deep.path == ["chain"] and deep.focus[1].startswith("h₄")
    assert page.locator(".jp-Notebook .jp-Cell").count() == len(OPENING)
    notebook.prints(2, "t is 4")
    notebook.save()
    kept = json.loads((lab.root / "opening.ipynb").read_text(encoding="utf-8"))
    assert "chain" not in json.dumps(kept["cells"][2]["outputs"])


ASKING = (
    "import numpy as np\nfrom seqlib import RNN, Readout, SequenceModel\n"
    "from seqlib.draw import cell_scene\nfrom seqlib.widgets import Stepper",
    "rng = np.random.default_rng(0)\nmodel = SequenceModel(RNN(1, 2, rng=rng), Readout(2, 1, rng=rng))\n"
    "stepper = Stepper(cell_scene(model, model.forward(rng.normal(size=(5, 1, 1)))).asking('h_t'))\nstepper",
)


def test_what_is_typed_as_a_guess_never_reaches_the_notebook(desk, lab):
    page, notebook = desk, begun(desk, lab, "predict.ipynb", ASKING, 2)
    player = notebook.steppers.first
    player.wait_for()
    test_predict.start(player)
    page.keyboard.press("ArrowRight")
    assert test_predict.state(player)["focus"] == "guess"
    page.keyboard.type("ddxabmy1")  # in a notebook: delete, cut, new cells, Markdown …
    assert player.locator("#guess").input_value() == "ddxabmy1"
    player.locator("#guess").fill("0.5")
    page.keyboard.press("Enter")
    assert ", you said 0.50: " in test_predict.state(player)["verdict"]
    page.keyboard.press("p")
    time.sleep(0.3)
    assert page.locator(".jp-Notebook .jp-Cell").count() == len(ASKING)
    notebook.save()
    cells = json.loads((lab.root / "predict.ipynb").read_text(encoding="utf-8"))["cells"]
    assert [("".join(cell["source"]), cell["cell_type"]) for cell in cells] == [(source, "code") for source in ASKING]


UPDATES = (
    "import numpy as np\nfrom seqlib import RNN, Adam, Readout, SequenceModel, train\n"
    "from seqlib.draw import cell_scene, updates_scene\nfrom seqlib.widgets import Stepper",
    "def learning(updates):\n"
    "    rng = np.random.default_rng(0)\n"
    "    model, optimizer = SequenceModel(RNN(1, 2, rng=rng), Readout(2, 1, rng=rng), loss='mse'), Adam(0.03)\n"
    "    x = rng.uniform(-1, 1, (6, 1, 64))\n"
    "    for _ in updates:\n"
    "        yield cell_scene(model, model.forward(x), start=1)\n"
    "        train(model, ((x, np.cumsum(x, axis=0)) for _ in range(50)), optimizer, 50)",
    "updates = range(0, 200, 50)\nscene = updates_scene(learning(updates), updates, start=50)\n"
    "stepper = Stepper(scene)\nstepper",
    "print('now', stepper.t, stepper.update)",
    "stepper.update = 100",
    "stepper.show(next(learning([0])))",
    "stepper.show(scene.asking('h_t'))",
)


def test_updates_are_led_by_python_and_by_keys(desk, lab, shots):
    page, notebook = desk, begun(desk, lab, "updates.ipynb", UPDATES, 3)
    player = notebook.steppers.first
    player.wait_for()
    assert test_updates.where(player) == ["t = 1 / 6", "update = 50"]
    player.focus()
    for key in ("PageDown", "PageDown", "ArrowRight"):
        page.keyboard.press(key)
    assert test_updates.where(player) == ["t = 2 / 6", "update = 150"]
    notebook.prints(3, "now 2 150")
    notebook.run_cell(4)
    until(lambda: test_updates.where(player) == ["t = 2 / 6", "update = 100"])
    # Another picture in the same place, without updates; and one that asks, too.
    notebook.run_cell(5)
    until(lambda: player.locator(".updates").is_hidden())
    player.focus()
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowRight")
    assert test_updates.where(player)[0] == "t = 3 / 6"
    notebook.run_cell(6)
    until(lambda: player.locator(".turn").is_visible())
    assert test_updates.where(player) == ["t = 3 / 6", "update = 100"]
    player.focus()
    page.keyboard.press("p")
    page.keyboard.press("PageDown")
    until(lambda: "h₃[1] = ?" in test_updates.state(player)["sentence"])
    assert notebook.failures == []
    page.screenshot(path=shots / "updates-lab.png")
    notebook.save()
    saved = json.loads((lab.root / "updates.ipynb").read_text(encoding="utf-8"))
    assert len(json.dumps(saved["cells"][2]["outputs"])) < 120_000


SKETCH = (
    "import numpy as np\nfrom seqlib import RNN, Adam, Readout, SequenceModel, train\n"
    "from seqlib.widgets import Sketch\n"
    "rng = np.random.default_rng(0)\nx = rng.uniform(-1, 1, (6, 1, 64))\n"
    "model = SequenceModel(RNN(1, 4, rng=rng), Readout(4, 1, rng=rng), loss='mse')\n"
    "loss = train(model, ((x, np.cumsum(x, axis=0)) for _ in range(100)), Adam(0.02), 100).loss",
    "sketch = Sketch(range(0, 100, 10), loss[::10], xlabel='update', ylabel='$L$', log=True)\nsketch",
    "print(sum(v is not None for v in sketch.drawn), sketch.shown, f'{sketch.distance:.3g}')",
    "sketch",
    "sketch.drawn = []\nsketch.shown = False",
)


def test_python_reads_the_drawn_curve_and_it_survives(desk, lab):
    page, notebook = desk, begun(desk, lab, "sketch.ipynb", SKETCH, 2)
    player = notebook.steppers.first
    player.wait_for()
    box = player.locator(".area").bounding_box()
    page.mouse.move(box["x"] + 12, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + box["height"] - 60)
    page.mouse.up()
    page.keyboard.press("Enter")
    said = test_sketch.state(player)["sentence"]
    notebook.prints(2, f"10 True {test_sketch.factor(said):g}")
    # Shown once more: the same curve, in both places.
    notebook.run_cell(3)
    until(lambda: notebook.steppers.count() == 2)
    again = notebook.steppers.nth(1)
    again.wait_for()
    for what in ("drawn", "truth", "sentence", "buttons"):
        assert test_sketch.state(again)[what] == test_sketch.state(player)[what]
    notebook.run_cell(4)
    until(lambda: test_sketch.state(player)["drawn"] == test_sketch.state(again)["drawn"] == "")
    assert test_sketch.state(player)["truth"] == ""
    page.keyboard.press("Escape")
    assert notebook.failures == []
    notebook.save()
    cells = json.loads((lab.root / "sketch.ipynb").read_text(encoding="utf-8"))["cells"]
    assert len(cells) == len(SKETCH)


def test_python_sees_what_a_reader_sets_and_sets_what_a_reader_sees(desk, lab):
    cells = (
        "from seqlib.widgets.gates import GatePlayground\nplayground = GatePlayground(f=0.9)\nseen = []\n"
        'playground.observe(lambda change: seen.append(change["new"]), "f")\nplayground',
        "print(playground.f, seen)",
        "playground.set(f=0.25, i=1)",
    )
    page, notebook = desk, begun(desk, lab, "playground.ipynb", cells, 1)
    slider = page.get_by_role("slider", name="f", exact=True)
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("xdd")  # commands of JupyterLab: cut, delete
    assert page.locator(".jp-Notebook .jp-Cell").count() == 3
    notebook.prints(1, "0.89 [0.89]")
    notebook.run_cell(2)
    said = page.locator(".sentence").first
    page.wait_for_function("e => e.textContent.includes('0.25 · 1.00 + 1.00 · 0.50 = 0.75')", arg=said.element_handle())
    assert slider.get_attribute("aria-valuetext") == "0.25"


CHOOSER = """from demo import demo_scene
from seqlib.widgets import Chooser
Chooser({"one": demo_scene(), "two": demo_scene(seed=1)})"""


TRAINING = "from seqlib.widgets import Training\nTraining(10)"


def test_letters_typed_in_our_controls_never_reach_the_notebook(desk, lab):
    page, notebook = desk, lab.show(desk, lab.write("letters.ipynb", CHOOSER, TRAINING, prose="Above."))
    notebook.run_all()
    player = notebook.steppers.first
    player.wait_for()
    page.locator(".seqlib-controls").wait_for()
    cells = page.locator(".jp-Notebook .jp-Cell")
    before = cells.count()
    toggle, stop = page.locator(".widget-toggle-button").last, page.locator(".widget-button").last
    for place in (player.locator(".sentence"), player.locator("input"), toggle, stop):
        place.click()
        for letter in "abddmyr":
            test_for_everyone.press(page, letter)
            assert cells.count() == before, letter
    kinds = notebook._app("return app.shell.currentWidget.content.widgets.map(cell => cell.model.type)")
    assert kinds == ["markdown", "code", "code"]


COMPARED = (
    """import numpy as np
from seqlib import GRU, LSTM, RNN, Readout, SequenceModel, data
from seqlib.widgets.compare import SideBySide

sentences = data.english() + data.korean()
vocabulary = data.Vocabulary(token for s in sentences for token in s.tokens)
tags = data.Vocabulary((tag for s in sentences for tag in s.tags), unknown=None)
rng, cells = np.random.default_rng(0), {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
D, K = vocabulary.size, tags.size
models = {n: SequenceModel(c(D, 8, rng=rng), Readout(8, K, rng=rng)) for n, c in cells.items()}""",
    'SideBySide(models, vocabulary, tags, sentences, "I watch the old watch")',
)


def test_a_sentence_is_typed_and_stepped_through_by_keyboard(desk, lab):
    page, notebook = desk, lab.show(desk, lab.write("compare.ipynb", *COMPARED))
    notebook.run_all()
    entry = page.get_by_role("textbox", name="sentence")
    entry.wait_for()
    said = page.locator(".sentence").first

    entry.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("나는 로봇을 먹었다")
    page.keyboard.press("Enter")
    until(lambda: "after 다 at step 4." in said.text_content())
    assert "로봇을" in page.locator(".panel-of-playground [role=status]").inner_text()
    page.keyboard.type("xdd")  # commands of JupyterLab: cut, delete
    for _ in "xdd":
        page.keyboard.press("Backspace")  # a field that is left with another sentence in it would be read
    page.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowLeft")
    until(lambda: "after 먹었 at step 3." in said.text_content())
    page.keyboard.press("Home")
    until(lambda: "after 나는 at step 1." in said.text_content())
    assert page.locator(".jp-Notebook .jp-Cell").count() == len(COMPARED)


LIVE = """
import numpy as np
from seqlib import LSTM, Adam, Readout, SequenceModel, batches
from seqlib.widgets import live
rng = np.random.default_rng(0)
x, y = rng.normal(size=(20, 3, 64)), rng.integers(0, 2, size=64)
model = SequenceModel(LSTM(3, 8, rng=rng), Readout(8, 2, rng=rng), "many-to-one")
"""


WATCHED = "view = live(model, batches(x, y, 32, rng=rng), Adam(1e-3), 1_000_000, clip=0.1)"


STOPPED = 'print("after", view.history.stopped, 0 < view.done < 1_000_000, model.predict(x).shape)'


LATER = 'print("later", view.running, view.done > len(view.history.loss) - 1 > 0)'


def test_stop_continue_and_stop_again(lab, desk):
    page, notebook = desk, lab.show(desk, lab.write("live.ipynb", LIVE, WATCHED, STOPPED, LATER))
    notebook.ready()
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    area = page.locator(".jp-OutputArea-output")
    button = area.locator(".widget-button").first
    area.locator(".widget-label", has_text="examples a second").first.wait_for()
    area.locator("svg path").nth(3).wait_for(state="attached")  # the curves are drawn while the cell runs
    button.click()
    has_text = "([cell, text]) => cell.textContent.includes(text)"
    after = notebook.output(2)
    page.wait_for_function(has_text, arg=[after.element_handle(), "after True True (1, 64)"])
    page.wait_for_function(has_text, arg=[button.element_handle(), "Continue"])
    area.locator(".widget-label", has_text=re.compile("^stopped after update ")).first.wait_for()

    button.click()  # goes on in slices: the kernel is free for another cell
    page.wait_for_function(has_text, arg=[button.element_handle(), "Stop"])
    notebook.run_cell(3)
    page.wait_for_function(has_text, arg=[notebook.output(3).element_handle(), "later True True"])
    button.click()
    page.wait_for_function(has_text, arg=[button.element_handle(), "Continue"])
    assert notebook.failures == []


def test_a_widget_that_begins_late_hears_python(lab, page):
    """As on a machine on which it takes longer than the two seconds that anywidget waits."""
    page.add_init_script(
        "const real = AbortSignal.timeout; AbortSignal.timeout = (ms) => real.call(AbortSignal, ms === 2000 ? 0 : ms)"
    )
    make = "from demo import demo_scene\nfrom seqlib.widgets import Stepper\nstepper = Stepper(demo_scene())\nstepper"
    notebook = lab.open(page, lab.write("late.ipynb", make, "stepper.t = 3", "print(stepper.t)"))
    notebook.ready()
    notebook.run_cell(0)
    readout = notebook.steppers.first.locator(".readout")
    readout.filter(has_text="t = 5 /").wait_for()
    notebook.run_cell(1)
    readout.filter(has_text="t = 3 /").wait_for()
    notebook.steppers.first.focus()
    page.keyboard.press("ArrowRight")
    readout.filter(has_text="t = 4 /").wait_for()
    notebook.prints(2, "4")


FIT = """
import numpy as np
from seqlib import RNN, Adam, Readout, SequenceModel, batches
from seqlib.widgets import fit
rng = np.random.default_rng(0)
x, y = rng.normal(size=(20, 3, 64)), rng.integers(0, 2, size=64)
model = SequenceModel(RNN(3, 16, rng=rng), Readout(16, 2, rng=rng), "many-to-one")
"""


TRAIN = "history = fit(model, batches(x, y, 32, rng=rng), Adam(1e-3), 1_000_000, clip=1.0)"


AFTER = """
print("after", history.stopped, 0 < len(history.loss) < 1_000_000, model.predict(x).shape)
print("again", len(fit(model, batches(x, y, 32, rng=rng), Adam(1e-3), 5).loss))
"""


@pytest.mark.parametrize("how", ["button", "interrupt"])
def test_a_running_training_stops_at_once(lab, desk, how):
    page, notebook = desk, lab.show(desk, lab.write(f"stop-{how}.ipynb", FIT, TRAIN, AFTER))
    notebook.ready()
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    progress = page.locator(".jp-OutputArea-output .widget-label", has_text="update").first
    progress.wait_for()
    if how == "button":
        page.locator(".jp-OutputArea-output .widget-button").first.click()
    else:
        page.evaluate("void window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    output = notebook.output(2)
    page.wait_for_function("cell => cell.textContent.includes('again')", arg=output.element_handle())
    assert "after True True (1, 64)" in output.text_content() and "again 5" in output.text_content()
    until(lambda: progress.text_content().startswith("stopped after update "))
    assert notebook.failures == []


LESSONS = Path(__file__).resolve().parents[2] / "notebooks" / "en"


OWN = (
    "from seqlib import data\nfrom seqlib.widgets.studio import OwnSeries",
    "OwnSeries(data.FOLDER / 'sunspots.csv')",
)


TYPED = (
    "import numpy as np\nfrom seqlib import data\nfrom seqlib.study import language\n"
    "from seqlib.widgets.studio import NextWord",
    "corpus = language.corpus([list(s.tokens) for s in data.korean()], np.random.default_rng(0))\n"
    "model = language.fit_words(corpus.train, len(corpus.vocabulary), updates=5)\n"
    "NextWord({'ko': (model, corpus.vocabulary)}, {'ko': '나는 밥을'})",
)


SEEN = """() => [...document.querySelectorAll("h2")].some(title => {
    const place = title.getBoundingClientRect();
    return title.textContent.startsWith("Many steps") && place.height && place.top > 0 && place.top < innerHeight;
})"""


def said(page, text):
    """Wait until the line below the controls holds this text."""
    page.locator("[role=status][aria-live=polite]", has_text=text).first.wait_for()


def test_a_file_of_the_reader(desk, lab, tmp_path):
    good, bad = tmp_path / "내 자료.csv", tmp_path / "bad.csv"
    good.write_bytes("\n".join(["해;값", *(f"{k};{k % 7},5" for k in range(90))]).encode("cp949"))
    bad.write_bytes(b"a;b\n1;2\n2;\n3;4\n")
    page, notebook = desk, lab.show(desk, lab.write("own.ipynb", *OWN))
    notebook.run_all()
    said(page, "sunspots: 309 values")
    for file, text in ((good, "값: 90 values, cp949"), (bad, "Column b has no value in line 3")):
        with page.expect_file_chooser() as chooser:
            page.locator(".widget-upload").click()
        chooser.value.set_files(file)
        said(page, text)
    said(page, "The picture still shows 값.")
    assert notebook.steppers.count() == 1 and notebook.failures == []


def test_a_sentence_of_the_reader(desk, lab):
    page, notebook = desk, lab.show(desk, lab.write("typed.ipynb", *TYPED))
    notebook.run_all()
    notebook.steppers.first.wait_for()
    box = page.get_by_role("textbox", name="sentence")
    box.fill("나는 <b>얼룩말</b>을 봤다")
    box.press("Enter")
    page.locator("[role=status]", has_text="Not in the vocabulary, read as <unk>: <b>얼룩말</b>을.").wait_for()
    notebook.steppers.first.locator("text").get_by_text("나는", exact=True).first.wait_for(state="attached")


def test_a_link_of_the_index_finds_its_cell(desk, lab):
    shutil.copy(LESSONS / "06_vanishing.ipynb", lab.root)
    link = nbformat.v4.new_markdown_cell("[there](06_vanishing.ipynb#cell-id=forget-product)")
    index = nbformat.v4.new_notebook(cells=[link])
    index.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(index, lab.root / "index.ipynb")
    page = desk
    lab.show(page, "index.ipynb")
    # These tests draw all cells at once (windowingMode "none"), and then JupyterLab scrolls only in an open notebook.
    page.get_by_role("link", name="there").click()
    page.get_by_role("heading", name="Many steps").wait_for()
    page.get_by_role("tab", name="index.ipynb").click()
    page.get_by_role("link", name="there").click()
    page.wait_for_function(SEEN)
