"""The gate playground, and what lesson 8 claims of its trained networks."""

import json
import re
from itertools import count

import numpy as np
import pytest

from seqlib import LSTM, Adam, Readout, SequenceModel, saved, sigmoid, train, words
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


# ---------------------------------------------------------------- what the lesson says of its networks


@pytest.fixture(scope="module")
def recall():
    """The task's generator, out of the lesson itself."""
    if not LESSON.exists():
        pytest.skip("the lesson is not there")
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(LESSON.read_text(encoding="utf-8"))["cells"]}
    names = {"np": np}
    with np.printoptions():
        exec(cells["gates-task"], names)
    return names["recall"]


def test_the_task_asks_for_the_number_marked_last(recall):
    x, targets = recall(50, 20, np.random.default_rng(0), marks=0.2)
    for n in range(50):
        last = None
        for t in range(20):
            value, mark, ask = x[t, :, n]
            last = value if mark else last
            assert not (mark and ask)
            assert targets[t, 0, n] == last if ask else np.isnan(targets[t, 0, n])
    assert x[0, 1].all() and x[-1, 2].all()


def units_that_hold(recall, seed):
    """The rule of the lesson, for a network trained as in the lesson."""
    rng = np.random.default_rng(seed)
    model = SequenceModel(LSTM(3, 3, rng=rng), Readout(3, 1, rng=rng), loss="mse")
    fresh = (recall(32, 20, rng) for _ in count())
    train(model, fresh, Adam(0.03), 900, clip=1.0)
    train(model, fresh, Adam(0.01), 300, clip=1.0)
    x, targets = recall(500, 20, np.random.default_rng(1))
    mark, f = x[:, 1] == 1, model.forward(x).f.swapaxes(0, 1)
    new = mark & (np.arange(20) > 0)[:, None]
    right = (np.abs(model.forward(x).logits - targets) < 0.1)[~np.isnan(targets)].mean()
    return ((f > 0.9)[:, ~mark].mean(axis=1) >= 0.95) & (np.median(f[:, new], axis=1) < 0.5), right


@pytest.mark.parametrize(("seed", "holds"), [(0, True), (1, False), (2, True), (3, False)])
def test_which_seeds_have_a_unit_that_holds(recall, seed, holds):
    units, right = units_that_hold(recall, seed)
    assert units.any() == holds
    assert right > 0.98, "all of them solve the task"
