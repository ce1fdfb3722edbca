"""The sketch's Python side: what was drawn can be read and set, and shows in the static picture."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqlib import saved
from seqlib.widgets import Sketch


def sketch():
    norms = 0.8 ** np.arange(6)  # ‖∂h_t/∂h_k‖ of a one-unit linear cell with w = 0.8
    return Sketch(range(6), norms, xlabel="$t-k$", ylabel=r"$\Vert J\Vert$", log=True)


def test_what_is_drawn_can_be_read_and_set():
    one = sketch()
    assert (one.drawn, one.shown, one.distance) == ([], False, None)
    assert repr(one) == "<Sketch: drawn at 0 of 6 places>"
    empty = one.picture()
    one.drawn = [1.0, 0.4, None, None, None, None]
    assert one.distance == pytest.approx(2**0.5)
    assert repr(one) == "<Sketch: drawn at 2 of 6 places>"
    assert one.picture() != empty
    bundle, _ = one._repr_mimebundle_()
    assert ET.canonicalize(saved.drawing(bundle["text/html"])) == ET.canonicalize(one.picture())
    assert bundle["text/plain"] == repr(one)


def test_what_cannot_be_drawn_is_said():
    one = sketch()
    for drawn, said in (
        ([1.0], "one for each of the 6 places, or none, got 1"),
        ([1e9, *[None] * 5], "must lie on the axis, from 0.01 to 10, or be None, got 1000000000.0"),
        ([0.0, *[None] * 5], "must lie on the axis"),
    ):
        with pytest.raises(ValueError, match=said):
            one.drawn = drawn
    assert one.drawn == []


def test_a_refused_sketch_shows_why(monkeypatch):
    monkeypatch.delenv("SEQLIB_STRICT")
    one = Sketch(range(5), [1, 2, 3, 4], xlabel="$t$", ylabel="$L$")
    assert "at least 2, got shapes (5,) and (4,)" in repr(one) and "got shapes" in one.saved()
    one.drawn, one.shown = [1.0] * 5, True
    assert one.drawn == [] and one.distance is None and one.picture() == one.scene.at(1)
