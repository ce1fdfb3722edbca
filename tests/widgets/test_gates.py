"""The gate playground, and what lesson 8 claims of its trained networks."""

import re

import numpy as np
import pytest

from seqlib import saved, sigmoid, words
from seqlib.widgets.gates import REACH, GatePlayground
from tests.conftest import ROOT

LESSON = ROOT / "notebooks" / "en" / "08_lstm_gates.ipynb"


@pytest.fixture
def playground():
    return GatePlayground()


def shown(playground, t):
    return playground.scene.sentences[t - 1]


def test_sliders_move_the_numbers(playground):
    assert shown(playground, 2) == (
        "C₂ = 0.90 · 0.90 + 0.00 · 0.50 = 0.81; h₂ = 1.00 · tanh(0.81) = 0.67 at step 2. "
        "Half of a memory is left after 6.6 steps."
    )
    playground.f = 1
    assert "C₃₀ = 1.00 · 1.00" in shown(playground, 30) and "what is in C stays" in shown(playground, 30)
    playground.f = 0
    assert "gone at once" in shown(playground, 1)
    playground.set(f=0.5, i=1, g=-1, C0=-2)
    assert "C₁ = 0.50 · (−2.00) + 1.00 · (−1.00) = −2.00" in shown(playground, 1)
    with pytest.raises(ValueError, match="named f, i, o, g or C0, but z came"):
        playground.set(z=1)


def test_the_output_gate_hides_and_does_not_erase(playground):
    playground.set(f=1, i=0, o=0)
    assert "C₃₀ = 1.00 · 1.00 + 0.00 · 0.50 = 1.00; h₃₀ = 0.00 · tanh(1.00) = 0.00" in shown(playground, 30)


def test_before_the_sigmoid_no_gate_is_0_or_1(playground):
    playground.set(f=1, i=0, o=0.3, g=-0.6)
    playground.before = True
    values = playground.values
    assert values["f"] == pytest.approx(sigmoid(np.array(REACH))) and 0 < values["i"] < 0.001
    assert values["o"] == pytest.approx(0.3) and values["g"] == pytest.approx(-0.6)
    for value in (0, 0.5, 1):
        playground.f = value
        assert 0 < playground.values["f"] < 1
    slider = playground.rows[1][0]
    assert (slider["low"], slider["high"], slider["when"]["label"], slider["when"]["high"]) == (0, 1, "a_f", REACH)
    playground.before = False
    assert playground.f == pytest.approx(sigmoid(np.array(REACH)))
    playground.set(f=2, g=-3)
    assert (playground.f, playground.g) == (1, -1)


def test_the_browser_gets_values_only(playground, monkeypatch):
    sent = []
    monkeypatch.setattr(playground, "_send", lambda message, buffers=None: sent.append(message["state"]))
    playground.comm = playground.comm or object()
    playground.f = 0.3
    playground.before = True
    assert {"f": 0.3} in sent
    assert all(set(state) <= {"before", *"fiog"} for state in sent)


def test_what_the_cell_saves(playground):
    bundle, _ = playground._repr_mimebundle_()
    assert bundle["text/plain"].startswith("<GatePlayground: f = 0.90, i = 0.00, o = 1.00: The LSTM cell")
    assert len(saved.PLAYER.sub("", bundle["text/html"]).encode()) < 60_000


def test_every_text_is_there_in_korean():
    words.use("ko")
    try:
        playground = GatePlayground()
        [modes], sliders = playground.rows
        said = [label for label, _ in modes["options"]] + [slider["tip"] for slider in sliders]
        assert all(re.search("[가-힣]", text) for text in [*said, *playground.scene.sentences, playground.scene.alt])
    finally:
        words.use("en")
