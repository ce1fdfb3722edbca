"""Three cells on a typed sentence, in a real browser and by keyboard alone."""

import pytest

from tests.browser.conftest import until

pytestmark = pytest.mark.browser

CELLS = (
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


def test_a_sentence_is_typed_and_stepped_through_by_keyboard(page, lab):
    notebook = lab.open(page, lab.write("compare.ipynb", *CELLS))
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
    assert page.locator(".jp-Notebook .jp-Cell").count() == len(CELLS)
