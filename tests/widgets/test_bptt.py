"""The τ-explorer: whatever is chosen, the terms add up to the gradient of an ordinary backward pass."""

import numpy as np
import pytest

from seqlib import LSTM, RNN, Readout, SequenceModel, saved, words
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


def test_another_loss_begins_at_its_own_step_and_another_parameter_stays():
    explorer = TauExplorer(*network(), tokens=list("abcde"))
    drawing = explorer.scene.svg
    for s, last in ((2, 2), (None, 5), (4, 4)):
        explorer.s = s
        assert explorer.t == explorer.scene.T == last and explorer.scene.svg == drawing
    assert "through its step k = 4 (d)" in explorer.scene.sentences[3]
    explorer.t, explorer.name = 3, "b_h"
    assert explorer.t == 3 and "∂L₄/∂b_h" in explorer.scene.sentences[2]


@pytest.mark.parametrize("name, value, said", [
    ("s", 6, r"^s must be from 1 to 5, or None for all losses, but 6 came\.$"),
    ("s", 0, r"^s must be from 1 to 5, or None for all losses, but 0 came\.$"),
    ("s", "Σ", r"^s must be a whole number, but 'Σ' came\.$"),
    ("name", "W_hy", r"^name must be one of W_xh, W_hh, b_h, but 'W_hy' came\.$"),
    ("name", None, r"^name must be a text, but None came\.$"),
])  # fmt: skip
def test_what_is_not_there_cannot_be_chosen(name, value, said):
    explorer = TauExplorer(*network())
    before = explorer.s, explorer.name, explorer.t
    with pytest.raises(ValueError, match=said):
        setattr(explorer, name, value)
    assert (explorer.s, explorer.name, explorer.t) == before


def test_every_cell_has_terms():
    rng = np.random.default_rng(0)
    model = SequenceModel(LSTM(3, 4, rng=rng), Readout(4, 2, rng=rng))
    explorer = TauExplorer(model, rng.normal(size=(5, 3, 2)), rng.integers(0, 2, (5, 2)))
    for name in explorer.tau:
        explorer.name = name
        assert explorer.residual < 1e-14 and f"/∂{name}" in explorer.scene.sentences[0]


def test_controls_speak_the_reader_s_language_and_the_static_picture_is_there():
    explorer = TauExplorer(*network(), s=3)
    [losses, parameters] = explorer.rows[0]
    assert losses["label"] == "loss at s =" and losses["options"] == [*([str(k), k] for k in range(1, 6)), ["Σ", None]]
    assert parameters["label"] == "terms of ∂L/∂" and parameters["options"][1] == ["W_hh", "W_hh"]
    assert repr(explorer) == "<TauExplorer: s = 3, W_hh, k = 3>"
    bundle, _ = explorer._repr_mimebundle_()
    assert bundle["text/plain"].startswith(repr(explorer)[:-1]) and saved.drawing(bundle["text/html"])
    words.use("ko")
    assert TauExplorer(*network()).rows[0][0]["label"] == "손실의 시점 s ="


def test_more_steps_than_can_be_read_and_what_has_diverged_are_refused():
    with pytest.raises(ValueError, match=r"^x must have at most 12 steps, for which .* has room, but 13 came\.$"):
        TauExplorer(*network(T=13))
    assert TauExplorer(*network(T=12), tokens=["children"] * 12).scene.T == 12
    model, x, targets = network()
    model.cell.params.W_hh[:] = np.nan
    with pytest.raises(ValueError, match="model must have finite gradients, but a term of W_xh is not: it has"):
        TauExplorer(model, x, targets)


def test_one_loss_only_has_no_triangle():
    model, x, _ = network("many-to-one")
    with pytest.raises(ValueError, match="model must be many-to-many, with a loss at every step, but many-to-one came"):
        TauExplorer(model, x, np.array([[0, 1]]))
