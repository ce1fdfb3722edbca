"""The drawn digit: what is spelled is what the network says, and what is no drawing is refused."""

import numpy as np
import pytest

from seqlib import RNN, Readout, SequenceModel
from seqlib.widgets.digit import DrawnDigit
from tests.widgets.playgrounds import drawn


def test_the_word_is_what_the_network_says_up_to_the_full_stop():
    widget, states = drawn()
    for state in states:
        widget.pixels = state["pixels"]
        x = np.array(state["pixels"]).reshape(1, 64, 1)
        said = "".join(widget.letters[k] for k in widget.speller.predict(x, steps=6)[:, 0])
        assert widget.word == said.split(".")[0]
        silent = "The full stop came first: nothing is said."
        assert (f"“{widget.word}”" if widget.word else silent) in widget.scene.sentences[-1]
        p = widget.speller.probabilities(x, steps=6)[0, :, 0].max()
        assert f"({p:.2f})" in widget.scene.sentences[0]
    assert not widget.word, "the empty grid"


def test_the_buttons_show_the_next_example_and_an_empty_grid():
    widget, _ = drawn()
    assert widget.pixels == widget.examples[0]
    widget.next()
    assert widget.pixels == widget.examples[1]
    widget.clear()
    assert set(widget.pixels) == {0.0}
    widget.next()
    assert widget.pixels == widget.examples[0], "after a drawing of one's own they begin again"


def test_what_is_no_drawing_is_refused(rng):
    widget, _ = drawn()
    for pixels in ([0.0] * 63, [2.0] + [0.0] * 63):
        with pytest.raises(ValueError, match="pixels must be 64 numbers from 0 to 1"):
            widget.pixels = pixels
    many = SequenceModel(RNN(64, 4, rng=rng), Readout(4, 3, rng=rng))
    with pytest.raises(ValueError, match="one-to-many"):
        DrawnDigit(many, list("ab."), np.zeros((64, 1)))
    with pytest.raises(ValueError, match="examples must be an array of shape"):
        DrawnDigit(widget.speller, widget.letters, np.zeros((1, 64)))
