"""The live view in JupyterLab: stopped while its cell runs, continued while other cells run, both without a thread."""

import re

SETUP = """
import numpy as np
from seqlib import LSTM, Adam, Readout, SequenceModel, batches
from seqlib.widgets import live
rng = np.random.default_rng(0)
x, y = rng.normal(size=(20, 3, 64)), rng.integers(0, 2, size=64)
model = SequenceModel(LSTM(3, 8, rng=rng), Readout(8, 2, rng=rng), "many-to-one")
"""
TRAIN = "view = live(model, batches(x, y, 32, rng=rng), Adam(1e-3), 1_000_000, clip=0.1)"
AFTER = 'print("after", view.history.stopped, 0 < view.done < 1_000_000, model.predict(x).shape)'
LATER = 'print("later", view.running, view.done > len(view.history.loss) - 1 > 0)'


def test_stop_continue_and_stop_again(lab, page):
    notebook = lab.open(page, lab.write("live.ipynb", SETUP, TRAIN, AFTER, LATER))
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
