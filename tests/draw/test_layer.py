"""The pictures of lesson 1: each step goes where its sentence says, and the lit slice is the one with the numbers."""

import numpy as np
import pytest

from seqlib import words
from seqlib.draw import diagrams
from seqlib.draw.layer import block_scene, downhill_scene


def bowl(w):
    return 0.3 + 0.5 * (w - 1) ** 2


def slope(w):
    return w - 1


def test_each_step_goes_against_the_slope():
    scene = downhill_scene(bowl, slope, 3.0, 0.5, steps=3)
    assert scene.T == 4
    for k, w in enumerate([3.0, 2.0, 1.5, 1.25]):
        numbers = f"L = {bowl(w):.2f} at w = {diagrams.numbers(w)}"
        assert scene.sentences[k].startswith(numbers), scene.sentences[k]
    assert "goes to w = +2.00" in scene.sentences[0] and "after 3 steps" in scene.sentences[3]


def test_the_point_moves_along_the_axis_as_the_weight_does():
    scene = downhill_scene(bowl, slope, 3.0, 0.5, steps=2)
    moves = [binding["values"] for binding in scene.bindings if binding["attribute"] == "transform"]
    assert len(moves) == 1
    x = [float(value.split("(")[1].split(",")[0].split()[0]) for value in moves[0]]
    assert (x[1] - x[0]) / (x[2] - x[1]) == pytest.approx((2.0 - 3.0) / (1.5 - 2.0), rel=0.01)


def test_too_long_a_step_is_drawn_as_it_is():
    scene = downhill_scene(bowl, slope, 2.0, 2.5, steps=2, limits=(-2, 4))
    assert "w = −0.50" in scene.sentences[1]


def test_the_block_shows_the_numbers_of_the_lit_slice():
    x = np.random.default_rng(0).normal(size=(3, 2, 4))
    scene = block_scene(x)
    for t in range(3):
        svg = scene.at(t + 1)
        assert f"x[{t}]" in svg
        assert all(text in svg for text in diagrams.numbers(x[t]).ravel())
        assert f"x[{t}]" in scene.sentences[t] and f"t = {t + 1}" in scene.sentences[t]


@pytest.mark.parametrize("x", [np.zeros((6, 2, 2)), np.zeros((2, 5, 2)), np.zeros((2, 2, 5)), np.zeros((2, 2))])
def test_what_has_no_room_is_refused_in_a_sentence(x):
    with pytest.raises(ValueError, match=r"room for x of shape|x must be an array of shape \(T, D, N\)"):
        block_scene(x)


def test_they_speak_korean():
    words.use("ko")
    try:
        assert "기울기" in downhill_scene(bowl, slope, 2.0, 0.5).sentences[0]
        assert "시퀀스 2개" in block_scene(np.zeros((2, 2, 2))).sentences[0]
    finally:
        words.use("en")


@pytest.mark.filterwarnings("error")
def test_numbers_in_single_precision_are_drawn_without_a_warning():
    assert block_scene(np.ones((4, 2, 3), np.float32)).T == 4
