"""The τ-explorer: whatever is chosen, the terms add up to the gradient of an ordinary backward pass."""

import numpy as np
import pytest

from seqlib import RNN, Readout, SequenceModel, saved, words
from seqlib.widgets.bptt import TauExplorer


@pytest.fixture(autouse=True)
def english():
    words.use("en")
    yield
    words.use("en")


def network(shape="many-to-many", loss="cross_entropy", T=5):
    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(3, 4, rng=rng), Readout(4, 2, rng=rng), shape, loss)
    targets = rng.integers(0, 2, (T, 2)) if loss == "cross_entropy" else rng.normal(size=(T, 2, 2))
    return model, rng.normal(size=(T, 3, 2)), targets


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_the_residual_is_rounding_for_every_choice(loss):
    explorer = TauExplorer(*network(loss=loss))
    for name in ("W_hh", "W_xh", "b_h"):
        for s in (1, 2, 5, None):
            explorer.name, explorer.s = name, s
            assert (explorer.name, explorer.s) == (name, s)
            assert explorer.residual < 1e-14
            last = 5 if s is None else s
            assert explorer.scene.T == explorer.stepper.t == last


def test_the_gradients_come_from_backward_passes_of_their_own():
    model, x, targets = network()
    explorer = TauExplorer(model, x, targets)
    whole = model.loss_and_gradients(x, targets)[1].params
    for name in ("W_hh", "W_xh", "b_h"):
        assert np.array_equal(explorer.gradients[None][name], whole[name])
        total = sum(explorer.gradients[s][name] for s in range(1, 6))
        np.testing.assert_allclose(total, whole[name], rtol=0, atol=1e-14)


def test_a_wrong_term_would_show():
    explorer = TauExplorer(*network())
    explorer.tau.W_hh[4, 2] *= 1.01
    assert explorer.residual > 1e-4


def test_moving_the_slider_sends_values_only(monkeypatch):
    explorer = TauExplorer(*network(), tokens=list("abcde"))
    sent = []
    monkeypatch.setattr(explorer.stepper, "_send", lambda message, buffers=None: sent.append(message["state"]))
    explorer.stepper.comm = explorer.stepper.comm or object()
    drawing = explorer.stepper.svg
    for value in ("2", "Σ", "4"):
        explorer.slider.value = value
        assert explorer.stepper.svg == drawing
    assert all("svg" not in state for state in sent)
    assert "through its step k = 4 (d)" in explorer.stepper.sentences[3]


def test_controls_speak_the_reader_s_language_and_the_static_picture_is_there():
    explorer = TauExplorer(*network(), s=3)
    assert explorer.slider.description == "loss at s ="
    assert explorer.chooser.tooltips == ("the terms of ∂L/∂W_xh", "the terms of ∂L/∂W_hh", "the terms of ∂L/∂b_h")
    assert repr(explorer) == "<TauExplorer: s = 3, W_hh, k = 3>"
    bundle = explorer._repr_mimebundle_()
    assert bundle["text/plain"].startswith(repr(explorer)[:-1]) and saved.drawing(bundle["text/html"])
    words.use("ko")
    assert TauExplorer(*network()).slider.description == "손실의 시점 s ="


def test_one_loss_only_has_no_triangle():
    model, x, _ = network("many-to-one")
    with pytest.raises(ValueError, match="model must be many-to-many, with a loss at every step, but many-to-one came"):
        TauExplorer(model, x, np.array([[0, 1]]))
