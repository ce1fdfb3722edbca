"""The gradient playground: true numbers, values instead of pixels, fast enough for a moving slider."""

import statistics
import time

import numpy as np
import pytest

from seqlib import RNN, Readout, SequenceModel, words
from seqlib.draw.forget import CEILING, FLOOR, ReachPicture
from seqlib.study import bptt
from seqlib.widgets.forget import LONGEST, GradientPlayground, measure


def drawn(playground, n):
    """The heights of the n-th curve in units of the drawing (0 is the top)."""
    (path,) = [b["values"][0] for b in playground.scene.bindings if b["attribute"] == "d"][n : n + 1]
    return np.array([point.split() for point in path[1:].split("L")], float)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_measure_is_what_the_study_functions_say(activation):
    reach = measure(0.9, activation, 40, 0.5, H=8, seed=3)
    rng = np.random.default_rng(3)
    model = SequenceModel(RNN(1, 8, rng=rng, activation=activation), Readout(8, 1, rng=rng), "many-to-one", loss="mse")
    x = 0.5 * rng.normal(size=(LONGEST, 1, 1))[-40:]
    model.params.W_hh *= 0.9 / bptt.spectral_radius(model.params.W_hh)
    assert np.isclose(bptt.spectral_radius(model.cell.params.W_hh), reach.radius)
    _, grads = model.loss_and_gradients(x, np.ones((1, 1, 1)))
    np.testing.assert_allclose(reach.flow[::-1], bptt.gradient_flow(model.cell, model.forward(x), 40)[:, 0])
    assert np.isclose(reach.norm, np.sqrt(sum((g * g).sum() for _, g in grads.params.items())))
    assert (reach.flow <= reach.bound * (1 + 1e-9)).all() and len(reach.terms) == 40
    terms = bptt.contributions(model, model.forward(x), grads).W_hh
    np.testing.assert_allclose(reach.terms[::-1], np.linalg.norm(terms, axis=(1, 2)))


def test_clipping_scales_every_term_alike_and_leaves_the_reach():
    free, clipped = (measure(1.3, "tanh", 60, 0.05, limit) for limit in (None, 0.01))
    assert free.norm == clipped.norm > 0.01 == clipped.clipped
    np.testing.assert_allclose(clipped.terms, free.terms * (0.01 / free.norm))
    np.testing.assert_array_equal(clipped.flow, free.flow)
    below = measure(0.5, "tanh", 20, 0.1, 1e9)
    assert below.clipped == below.norm


def test_a_longer_run_is_the_same_one_begun_earlier():
    short, long = measure(0.5, T=50), measure(0.5, T=100)
    np.testing.assert_allclose(long.flow[:20], short.flow[:20], rtol=1e-6)


def test_only_values_are_sent_when_a_slider_moves():
    playground = GradientPlayground()
    before, sent = playground.scene, []
    playground.observe(lambda change: sent.append(change["name"]))
    for control, value in (("radius", 1.5), ("length", 150), ("scale", 0.0), ("activation", "relu"), ("clip", True)):
        setattr(playground, control, value)
        assert playground.scene.svg == before.svg
        assert playground.scene.bindings != before.bindings
        before = playground.scene
    assert sent == ["radius", "length", "scale", "activation", "clip"]
    assert repr(playground) == "<GradientPlayground: relu, rho = 1.50, T = 150>"


def test_what_explodes_or_vanishes_is_drawn_on_the_edge():
    playground = GradientPlayground(radius=2.0, T=150, scale=0.0)  # all states 0: slope 1 at every step
    assert playground.reach.flow[-1] > CEILING and (playground.reach.terms == 0).all()
    top, bottom = drawn(playground, 0)[:, 1].min(), drawn(playground, 2)[:, 1]
    assert (drawn(playground, 0)[-50:, 1] == top).all() and top >= 0
    assert (bottom == bottom[0]).all() and bottom[0] <= 4.5 * 72
    playground.radius = 0.1
    assert playground.reach.flow[-1] < FLOOR and drawn(playground, 0)[-1, 1] == bottom[0]


def test_infinities_are_drawn_too(monkeypatch):
    monkeypatch.setattr("seqlib.widgets.forget.LONGEST", 2000)
    reach = measure(3.0, "relu", 2000, 1.0, 1.0)
    assert not np.isfinite(reach.terms).any() and not np.isfinite(reach.norm)
    scene = ReachPicture(2000).scene(reach)
    assert "∞" in scene.sentences[0] and "nan" not in scene.at(1)


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_it_says_what_happens(language):
    words.use(language)
    try:
        said = {radius: GradientPlayground(radius, scale=0.0).scene.sentences[0] for radius in (0.5, 1.0, 1.5)}
        labels = GradientPlayground().rows[0][0]["label"]
    finally:
        words.use("en")
    verdicts = {"en": ("vanishes", "goes", "explodes"), "ko": ("소실)", "아님)", "폭주)")}[language]
    for radius, verdict in zip(said, verdicts, strict=True):
        assert verdict in said[radius], said[radius]
    assert "10⁻¹⁵" in said[1.0] and ("spectral" in labels) == (language == "en")


def test_a_moving_slider_is_answered_in_time():
    """T = 100, H = 32, in the kernel, where the picture that is saved is made; the live one does not wait for it."""
    playground, seconds = GradientPlayground(T=100), []
    for k in range(15):
        started = time.perf_counter()
        playground.radius = 0.5 + 0.05 * k
        assert playground.scene
        seconds.append(time.perf_counter() - started)
    started = time.perf_counter()
    ReachPicture(LONGEST).scene(playground.reach)
    drawing = time.perf_counter() - started
    assert statistics.median(seconds) < 0.08 or statistics.median(seconds) < 0.6 * drawing, (seconds, drawing)
