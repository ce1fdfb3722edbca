"""Heat maps of gates, and a memory held by gates that stay the same."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqlib import words
from seqlib.draw import gates
from seqlib.draw.numerals import life
from tests.draw.test_lstm import STEPS, TOKENS, run_of

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.use("en")


# ---------------------------------------------------------------- heat maps


def images_of(scene_maker, monkeypatch):
    caught = {}
    monkeypatch.setattr(gates, "Scene", lambda fig, bindings, **rest: caught.update(fig=fig, **rest))
    scene_maker()
    maps = [ax.images[0] for ax in caught["fig"].axes if ax.images and ax.get_ylabel()]
    return maps, caught


def test_one_run_shows_all_six_quantities(monkeypatch):
    _, trace, _ = run_of()
    maps, _ = images_of(lambda: gates.maps_scene(trace, 1, tokens=TOKENS), monkeypatch)
    for image, name in zip(maps, "fiogCh", strict=True):
        assert image.axes.get_ylabel() == gates.LABEL[name]
        np.testing.assert_array_equal(image.get_array(), trace[name][:, :, 1].T)
        low, high = image.get_clim()
        assert (image.get_cmap().name, low) == (("viridis", 0) if name in "fio" else ("RdBu_r", -high))


def test_several_runs_stand_side_by_side_on_one_scale(monkeypatch):
    runs = {"$a$": run_of(seed=0)[1], "$b$": run_of(seed=1)[1]}
    maps, caught = images_of(lambda: gates.maps_scene(runs), monkeypatch)
    wanted = [run[name][:, :, 0].T for run in runs.values() for name in "fiC"]
    assert all(np.array_equal(image.get_array(), values) for image, values in zip(maps, wanted, strict=True))
    assert maps[2].get_clim() == maps[5].get_clim()
    assert all("a: f" in s and "b: f" in s for s in caught["sentences"])


def test_one_cursor_for_all_maps():
    _, trace, _ = run_of()
    scene = gates.maps_scene(trace, tokens=TOKENS)
    moves = [b["values"] for b in scene.bindings if b["attribute"] == "transform"]
    assert len(moves) == 8  # six maps and two rows of tokens
    assert all(len(values) == STEPS for values in moves)
    assert len(scene.at(1).encode()) < 60_000
    assert [e.get("data-goto") for e in ET.fromstring(scene.at(1)).iter() if e.get("data-goto")] == list("12345") * 2


def test_runs_of_different_length_are_refused():
    short = run_of()[1]
    longer = gates.run_of(short)
    assert set(longer) >= set("fiogCh")
    rng = np.random.default_rng(0)
    model, _, _ = run_of()
    with pytest.raises(ValueError, match=r"same number of steps, but \[5, 7\] came"):
        gates.maps_scene({"a": short, "b": model.cell.forward(rng.normal(size=(7, 3, 1)))})


# ---------------------------------------------------------------- gates held by hand


def test_half_life_is_when_half_is_left():
    for f in (0.1, 0.5, 0.9, 0.99, 0.999):
        assert f ** gates.half_life(f) == pytest.approx(0.5)
    assert gates.half_life(0.5) == 1 and gates.half_life(0.9) == pytest.approx(6.58, abs=0.01)
    assert gates.half_life(1.0) == np.inf and gates.half_life(0.0) == 0
    assert [life(v) for v in (0.3, 6.58, 68.97, np.inf)] == ["0.30", "6.6", "69", "∞"]


def test_held_is_the_cell_with_gates_that_stay():
    """With weights of zero the gates of a real LSTM depend on the biases only."""
    from seqlib import LSTM

    cell = LSTM(1, 1, rng=np.random.default_rng(0))
    cell.params.W_x = cell.params.W_h = 0
    cell.params.b_f, cell.params.b_i, cell.params.b_o, cell.params.b_g = 2.0, -1.0, 0.5, 0.7
    trace = cell.forward(np.zeros((gates.STEPS, 1, 1)), C0=np.array([[1.5]]))
    run = gates.held(*(trace[k][0, 0, 0] for k in "fiog"), 1.5)
    for name in (*"fiogCh", "C_prev", "tanh_C"):
        np.testing.assert_allclose(run[name], trace[name][:, :, 0], atol=1e-14)


def test_open_carries_and_shut_erases():
    assert (gates.held(1, 0, 1, 0.3, 1.7)["C"] == 1.7).all()
    assert (gates.held(0, 0, 1, 0.3, 1.7)["C"] == 0).all()


def test_the_picture_is_drawn_once_and_says_its_numbers():
    picture = gates.HeldPicture()
    first = picture.scene(0.9, 0.1, 0.8, 0.5, 1.0)
    other = picture.scene(0.5, 0.2, 0.4, -0.5, -2.0)
    assert other.svg == first.svg and other.bindings != first.bindings
    texts = ["".join(e.itertext()) for e in ET.fromstring(other.at(1)).iter(SVG + "text")]
    for number in ("0.50", "0.20", "0.40", "−0.50", "−2.00", "−1.10", "= 1.0"):
        assert number in texts, number
    assert other.sentences[0].startswith("C₁ = 0.50 · (−2.00) + 0.20 · (−0.50) = −1.10;")
    assert picture.scene(1, 1, 1, 1, 2).T == gates.STEPS  # C leaves the axes: drawn on their edge


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_sentence_exists_in_both_languages(language):
    words.use(language)
    scenes = [gates.HeldPicture().scene(f, 0.5, 0.5, 0.5, 1.0) for f in (0, 0.5, 1)]
    scenes.append(gates.maps_scene(run_of()[1], tokens=TOKENS))
    for scene in scenes:
        assert bool(re.search("[가-힣]", scene.alt)) == (language == "ko")
        assert bool(re.search("[가-힣]", scene.sentences[1])) == (language == "ko")
