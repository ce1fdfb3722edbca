"""Three cells on a typed sentence, in a real browser and by keyboard alone."""

import pytest

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

    def until(text):
        page.wait_for_function("([e, text]) => e.textContent.includes(text)", arg=[said.element_handle(), text])

    entry.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("나는 로봇을 먹었다")
    page.keyboard.press("Enter")
    until("다: RNN says")
    assert "로봇을" in page.locator(".panel-of-playground [role=status]").inner_text()
    page.keyboard.type("xdd")  # commands of JupyterLab: cut, delete
    for _ in "xdd":
        page.keyboard.press("Backspace")  # a field that is left with another sentence in it would be read
    assert page.locator(".jp-Notebook .jp-Cell").count() == len(CELLS)
    page.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowLeft")
    until("먹었: RNN says")
    page.keyboard.press("Home")
    until("나는: RNN says")
