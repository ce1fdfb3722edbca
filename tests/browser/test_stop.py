"""A training is stopped while its cell runs: by its own button, and by the notebook's ■."""

import pytest

from tests.browser.conftest import until

SETUP = """
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
def test_a_running_training_stops_at_once(lab, page, how):
    notebook = lab.open(page, lab.write(f"stop-{how}.ipynb", SETUP, TRAIN, AFTER))
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
