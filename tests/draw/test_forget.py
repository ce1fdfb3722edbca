"""The pictures of lesson 6 show the numbers of a real run, on a logarithmic axis that has no place for 0 and ∞."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqlib import RNN, words
from seqlib.draw import forget, style
from seqlib.study import bptt

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=words.LANGUAGES)
def language(request):
    before = words.language()
    words.use(request.param)
    yield request.param
    words.use(before)


def run(T=12, H=5, seed=0):
    rng = np.random.default_rng(seed)
    cell = RNN(2, H, rng=rng)
    return cell, cell.forward(rng.normal(size=(T, 2, 3)))


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1.00"), (0.374, "0.37"), (0, "0"), (0.0042, "4.2·10⁻³"), (3.21e-26, "3.2·10⁻²⁶"), (1e26, "1.0·10²⁶"),
     (999, "999.00"), (np.inf, "∞"), (np.nan, "∞")],
)  # fmt: skip
def test_power(value, text):
    assert forget.power(value) == text


def test_what_is_off_the_axis_lies_on_its_edge():
    shown = forget.on_axis([0, 1e-300, 1e-15, 1, 1e15, 1e300, np.inf, np.nan])
    low, high = forget.FLOOR, forget.CEILING
    assert shown.tolist() == [low, low, low, 1, high, high, high, high]


def test_walk_scene_shows_the_products(language):
    cell, trace = run()
    scene = forget.walk_scene(cell, trace, n=1)
    assert (scene.T, scene.label, scene.begin) == (11, "k", 10), "← goes back in time, from the last step"
    for lag in (1, 5, 11):
        k = 12 - lag
        J = bptt.jacobian_product(cell, trace, 12, k)[1]
        shades = style.signed(J).ravel().tolist()
        root = ET.fromstring(scene.at(k))
        bound = [b["id"] for b in scene.bindings if b["attribute"] == "fill"]
        fills = {e.get("id"): e.get("fill") for e in root.iter()}
        assert [fills[name] for name in bound] == shades
        assert forget.power(np.linalg.norm(J, 2)) in scene.sentences[k - 1]
    texts = [e.text for e in ET.fromstring(scene.at(9)).iter(SVG + "text")]
    assert "∂h₁₂ / ∂h₉" in texts
    assert ("at lag 11" in scene.sentences[0]) == (language == "en")
    with pytest.raises(ValueError, match="room for H ≤ 8"):
        forget.walk_scene(*run(H=9))


def test_flows_scene_names_ends_and_bounds(language):
    scene = forget.flows_scene(
        {r"$\sigma_{\max}=0.5$": (0.4 ** np.arange(11.0), 0.5), r"$\rho=1$": (np.zeros(11), 2.0)}
    )
    assert scene.T == 1
    for part in ("σ_max=0.5", "1.0·10⁻⁴", "9.8·10⁻⁴", "ρ=1", "1.0·10³"):
        assert part in scene.alt, scene.alt
    assert "\\" not in scene.alt and "$" not in scene.alt


def test_circle_scene_shows_the_powers_of_the_matrix(language):
    W = np.array([[0.9, 1.2], [0.0, 0.8]])
    scene = forget.circle_scene(W, steps=9)
    assert (scene.T, scene.label, scene.begin) == (9, "n", 0)
    for n in (1, 6, 9):
        norm = np.linalg.norm(np.linalg.matrix_power(W, n), 2)
        assert forget.power(norm) in scene.sentences[n - 1]
        texts = [e.text for e in ET.fromstring(scene.at(n)).iter(SVG + "text")]
        assert f"→ {forget.power(norm)}" in texts
        assert forget.power(0.9**n) in scene.sentences[n - 1], "ρ to the power n"
    outline = next(b for b in scene.bindings if b["attribute"] == "d")
    assert len(outline["values"]) == 9 and len(set(outline["values"])) == 9
    with pytest.raises(ValueError, match=r"shape \(2, 2\), but \(3, 3\)"):
        forget.circle_scene(np.eye(3))


def test_a_turning_matrix_has_its_longest_axis_on_the_right():
    scene = forget.circle_scene([[0.0, -1.1], [1.0, 0.0]], steps=8)
    assert all("1." in said for said in scene.sentences)


def test_arrows_end_at_their_tips():
    tips = np.array([[3.0, 4.0], [0.0, -2.0]])
    made = forget.arrows(tips, 0.5)
    assert made.shape == (2, 5, 2) and not made[:, 0].any()
    assert np.array_equal(made[:, 1], tips) and np.array_equal(made[:, 3], tips)
    barbs = np.linalg.norm(made[:, [2, 4]] - tips[:, None], axis=2)
    assert np.allclose(barbs, 0.5 * np.sqrt(1.25))


def test_clip_scene_keeps_the_direction_on_the_circle_only(language):
    scene = forget.clip_scene([(0.3, 0.4), (3, 0.6)])
    assert scene.T == 2 and "0.30, 0.40" in scene.sentences[0] and "0.50" in scene.sentences[0]
    said = scene.sentences[1]
    for part in ("(3.00, 0.60)", "3.06", "(0.98, 0.20)", "(1.00, 0.60)", "20°", "1.17"):
        assert part in said, said
    assert said.startswith("(0.98, 0.20)" if language == "en" else "원 위의 (0.98, 0.20)")
    assert "(−2.00, 0.50)" in forget.clip_scene((-2, 0.5)).sentences[0]


def test_seeds_scene_names_the_seeds_where_their_lines_end(language):
    share, norm = np.array([[0.2, 1.0], [0.3, 0.5], [0.2, 0.99]]), r"$\Vert\partial h_T/\partial h_1\Vert$"
    scene = forget.seeds_scene([0, 40], {r"$\hat{y}=y$": share, norm: [[1, 1], [1, 1e-9], [1, 0]]}, log=[norm])
    texts = [e.text for e in ET.fromstring(scene.at(1)).iter(SVG + "text")]
    assert {"0 2", "1", "0", "2"} <= set(texts), "two lines that end together share a label"
    assert "‖∂h_T/∂h_1‖" in scene.alt and "1.0·10⁻⁹" in scene.sentences[0]
    assert ("seed" in scene.sentences[0]) == (language == "en")


def test_seeds_that_end_together_are_told_by_their_mean_on_the_axis(language):
    ends = {
        "one": [[1, 1e-12], [1, 2.0], [1, 8.0], [1, 4.0]],
        "share": [[0.2, 0.95], [0.2, 0.95], [0.2, 0.99], [0.2, 0.1]],
    }
    told = forget.seeds_scene([0, 40], ends, log=["one"]).sentences[0]
    wanted = {
        "en": (
            "about 4.00 with seed 1, 2, 3",
            " 1.0·10⁻¹² with seed 0",
            "about 0.96 with seed 0, 1, 2",
            " 0.10 with seed 3",
        ),
        "ko": ("약 4.00(시드 1, 2, 3)", " 1.0·10⁻¹²(시드 0)", "약 0.96(시드 0, 1, 2)", " 0.10(시드 3)"),
    }[language]
    assert all(part in told for part in wanted) and told.count({"en": "about", "ko": "약"}[language]) == 2, told


def test_window_and_adding_scenes_say_their_numbers(language):
    window = forget.window_scene([1, 10, 100], [0.7, 0.2, 0.0], [3.4, 30.1, 300.2]).alt
    assert all(part in window for part in ("0.70", "0", "300"))
    runs = {r"$\rho\approx 0.6$": {10: [(0.9, True), (0.2, False)]}, r"$\rho=1$": {10: [(0.95, True), (0.9, True)]}}
    said = forget.adding_scene(runs, 0.15).alt
    assert ("ρ ≈ 0.6, lag 10: 1 of 2; ρ=1, lag 10: 2 of 2" in said) == (language == "en"), said


def test_pictures_are_the_same_on_every_run():
    cell, trace = run()
    assert forget.walk_scene(cell, trace).at(2) == forget.walk_scene(cell, trace).at(2)
    assert forget.clip_scene((2, 1)).at(1) == forget.clip_scene((2, 1)).at(1)
    assert forget.circle_scene(np.eye(2)).at(2) == forget.circle_scene(np.eye(2)).at(2)
