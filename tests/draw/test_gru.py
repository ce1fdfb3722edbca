"""The GRU's pictures: their numbers are those of the run, in every step, and what does not fit is said."""

import numpy as np
import pytest

from seqlib import GRU, LSTM, words
from seqlib.draw import makers
from seqlib.draw.diagrams import numbers
from seqlib.draw.gru import (
    CONVENTIONS,
    HeldPicture,
    SwitchboardPicture,
    equations,
    gru_cell_scene,
    gru_gates_scene,
    held,
    run_of,
)


def a_run(D=2, H=3, T=5, N=2, seed=0, reset="before"):
    rng = np.random.default_rng(seed)
    cell = GRU(D, H, rng=rng, reset=reset)
    cell.params.b = rng.normal(size=(3 * H, 1))
    return cell, cell.forward(rng.normal(size=(T, D, N)), rng.uniform(-1, 1, (H, N)))


@pytest.mark.parametrize("scene", [gru_cell_scene, gru_gates_scene])
def test_every_number_of_every_step_is_in_the_picture(scene):
    cell, trace = a_run()
    made = scene(cell, trace, 1)
    assert made.T == 5 and made.start == 1
    shown = ("x", "h_prev", "r", "z", "rh", "g", "h", "keep") if scene is gru_cell_scene else ("r", "z", "g")
    run = run_of(trace, 1)
    for t in range(5):
        svg = made.at(t + 1)
        for name in shown:
            for text in numbers(run[name][t], signed=name not in ("r", "z", "keep")):
                assert text in svg, (name, t)
        assert ", ".join(numbers(run["z"][t], signed=False)) in made.sentences[t]


def test_the_gates_alone_show_what_is_added_up():
    cell, trace = a_run()
    svg, p = gru_gates_scene(cell, trace, 0).at(3), cell.params
    x, past = trace.x[2, :, 0], trace.h_prev[2, :, 0]
    for k in "rzg":
        inside = trace.rh[2, :, 0] if k == "g" else past
        for part in (p[f"W_x{k}"] @ x, p[f"W_h{k}"] @ inside, p[f"b_{k}"][:, 0]):
            assert all(text in svg for text in numbers(part))


def test_the_equations_have_the_numbers_of_the_step():
    cell, trace = a_run()
    run = run_of(trace)
    tips = equations(cell.params, run)
    assert {len(tip) for tip in tips.values()} == {5}
    assert tips["r"][2].startswith("r₃ = σ(W_xr x₃ + W_hr h₂ + b_r) = σ(")
    assert tips["g"][2].startswith("h̃₃ = tanh(W_xg x₃ + W_hg (r₃ ⊙ h₂) + b_g) = tanh(")
    for name, value in (("r", "r"), ("z", "z"), ("g", "g"), ("add", "h")):
        assert tips[name][2].endswith(f"= ({', '.join(numbers(run[value][2], signed=value in 'gh'))})")
    scene = gru_cell_scene(cell, trace)
    assert sum(binding["attribute"] == "aria-label" for binding in scene.bindings) == len(tips)


def test_a_click_on_a_token_goes_to_its_step():
    cell, trace = a_run()
    scene = gru_cell_scene(cell, trace, tokens=["!", "·", "·", "!", "·"])
    assert scene.svg.count("data-goto") >= 5 or "goto" in scene.svg
    assert scene.sentences[3].startswith("h₄ = (") and "at step 4 (!)" in scene.sentences[3]


def test_pictures_are_the_same_every_time_small_and_speak_both_languages():
    cell, trace = a_run()
    for make in (gru_cell_scene, gru_gates_scene):
        one, two = make(cell, trace), make(cell, trace)
        assert one.at(3) == two.at(3) and len(one.at(3).encode()) < 60_000
    before = words.language()
    words.use("ko")
    try:
        assert "시점 1: " in gru_cell_scene(cell, trace).sentences[0] and "셀" in gru_cell_scene(cell, trace).alt
    finally:
        words.use(before)


@pytest.mark.parametrize(
    ("trace", "n", "fragment"),
    [
        (lambda: a_run(reset="after")[1], 0, 'a GRU with reset="before"'),
        (lambda: LSTM(2, 3, rng=np.random.default_rng(0)).forward(np.ones((2, 2, 1))), 0, "one without r ⊙ h came"),
        (lambda: a_run()[1], 2, "n must be 0 … 1"),
        (lambda: a_run(H=5)[1], 0, "room for H ≤ 4 and D ≤ 4"),
    ],
)
def test_what_does_not_fit_is_said(trace, n, fragment):
    with pytest.raises(ValueError, match=fragment.replace("(", r"\(")):
        run_of(trace(), n)
    cell, run = a_run()
    with pytest.raises(ValueError, match="tokens must be 5, one for each step, but 1 came"):
        gru_cell_scene(cell, run, tokens=["a"])


# ---------- gates held by hand


def test_held_is_a_gru_of_one_unit():
    r, z, a, h0 = 0.3, 0.2, -0.4, 0.9
    cell = GRU(1, 1, rng=np.random.default_rng(0))
    cell.params.W_x, cell.params.W_h, cell.params.W_hg = 0, 0, 2
    cell.params.b_r, cell.params.b_z, cell.params.b_g = np.log(r / (1 - r)), np.log(z / (1 - z)), a
    trace, run = cell.forward(np.zeros((30, 1, 1)), np.array([[h0]])), held(r, z, a, h0)
    for name in ("r", "z", "g", "h", "h_prev", "rh"):
        np.testing.assert_allclose(run[name], trace[name][:, :, 0], rtol=0, atol=1e-12)
    np.testing.assert_array_equal(run["keep"], 1 - run["z"])


def test_with_r_open_the_memory_is_written_back():
    h = held(1.0, 0.3, 0.0, 1.0)["h"][-1, 0]
    assert np.isclose(h, np.tanh(2 * h), atol=1e-3) and h > 0.95
    assert abs(held(0.0, 0.3, 0.0, 1.0)["h"][-1, 0]) < 1e-4


def test_the_held_picture_is_drawn_once():
    picture = HeldPicture()
    one, two = picture.scene(0, 0.1, 0, 1), picture.scene(1, 0.3, -0.5, -1)
    assert one.svg == two.svg and one.bindings != two.bindings
    run = held(1, 0.3, -0.5, -1)
    for t in (0, 29):
        svg = two.at(t + 1)
        for name in ("h_prev", "h", "g", "rh", "r", "z", "keep", "x"):
            assert numbers(run[name][t], signed=name not in ("r", "z", "keep"))[0] in svg
    assert "h₂ = 0.70 ·" in two.sentences[1]
    for z, told in ((0, "stays"), (1, "overwritten at once")):
        assert told in picture.scene(0.5, z, 0, 1).sentences[0]


# ---------- four conventions


def test_the_switchboard_says_how_far_each_panel_is_off():
    rng = np.random.default_rng(0)
    runs = {name: rng.uniform(-1, 1, (6, 2)) for name in CONVENTIONS}
    picture = SwitchboardPicture(6, 2, makers.text("own", "listed"), "alt")
    one = picture.scene(runs, CONVENTIONS[0])
    two = picture.scene(runs, CONVENTIONS[3])
    assert two.sentences[1] == ", ".join(numbers(runs[CONVENTIONS[3]][1]))
    assert one.svg == two.svg
    for scene, source in ((one, CONVENTIONS[0]), (two, CONVENTIONS[3])):
        svg = scene.at(2)
        assert svg.count("max |Δh| = 0<") == 1
        for name in CONVENTIONS:
            if name != source:
                assert f"max |Δh| = {np.abs(runs[name] - runs[source]).max():.2f}" in svg
