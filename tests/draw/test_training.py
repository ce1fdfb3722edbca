"""The pictures of lesson 9 show the numbers of a training, and say them in the reader's language."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqlib import SGD, History, Record, words
from seqlib.draw import training
from seqlib.draw.forget import power

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=words.LANGUAGES, autouse=True)
def language(request):
    before = words.language()
    words.use(request.param)
    yield request.param
    words.use(before)


def texts(scene):
    return [e.text for e in ET.fromstring(scene.at(scene.T)).iter(SVG + "text")]


def heights(scene):
    """The vertical places of the points of every bound line, in SVG units (down is positive)."""
    paths = [b["values"][0] for b in scene.bindings if b["attribute"] == "d"]
    return [np.array([float(pair.split()[1]) for pair in path.replace("M", "L").split("L")[1:]]) for path in paths]


def test_blocks_are_means_and_keep_every_update(rng):
    values = rng.normal(size=1000)
    x, y = training.in_blocks(values, 1200)
    assert len(x) == 100 and np.allclose(y, values.reshape(100, 10).mean(axis=1))
    assert (x[0], x[-1]) == (5.5, 995.5)
    x, y = training.in_blocks(values[:7], 100)
    np.testing.assert_array_equal((x, y), (np.arange(1, 8), values[:7]))
    for n in range(1, 60):  # a short rest goes to the block before it
        x, y = training.in_blocks(values[:n], 1200)
        assert np.isclose(y[-1], values[10 * (len(y) - 1) : n].mean()) and len(x) == len(y) >= 1
    assert len(training.in_blocks([], 30)[0]) == 0


def test_the_live_picture_is_drawn_once_and_takes_values():
    picture, loss = training.LivePicture(200, clip=1.0), np.geomspace(2.0, 0.02, 200)
    norm = np.where(np.arange(200) < 100, 5.0, 0.5)
    empty, half, whole = (picture.scene(loss[:n], norm[:n]) for n in (0, 100, 200))
    assert empty.svg == half.svg == whole.svg and empty.T == 1
    line, before, after = heights(whole)
    assert (np.diff(line) > 0).all(), "the loss falls"
    assert before[0] < after[0] and before[-1] == after[-1], "clipped only while the norm is above the limit"
    assert {power(loss[-50:].mean()), "0.50", "10", "1", "0.1", "0.01"} <= set(texts(whole))
    assert "100" in half.sentences[0] and "5.00" in half.sentences[0] and "1.00" in half.sentences[0]


def test_the_live_picture_takes_whatever_a_training_brings(language):
    picture = training.LivePicture(10)
    for loss in ([0.0], [1e-30, 1e12], [3.0], [1.0] * 10):
        scene = picture.scene(loss, loss)
        assert ET.fromstring(scene.at(1)).tag == SVG + "svg"
    assert ("not clipped" in scene.sentences[0]) == (language == "en")
    assert ("클리핑 없음" in scene.sentences[0]) == (language == "ko")


def test_powers_of_ten():
    assert [training._power_of_ten(k) for k in (-12, -4, -3, 0, 3, 4)] == ["10⁻¹²", "10⁻⁴", "0.001", "1", "1000", "10⁴"]


def test_histories_are_told():
    falls = History(np.geomspace(1.0, 0.01, 300), np.ones(300), False)
    stays = History(np.full(200, 0.5), np.full(200, 0.1), True)
    scene = training.histories_scene({"LSTM": falls, "RNN": stays}, mark=0.5)
    assert power(falls.loss[-50:].mean()) in scene.alt and scene.alt.count("0.50") == 2
    assert {"LSTM", "RNN"} <= set(texts(scene))
    with pytest.raises(ValueError, match="at least one entry, but an empty one came"):
        training.histories_scene({})


def test_the_losses_are_told():
    assert "p − 1" in training.losses_scene().alt


def test_paths_grow_with_the_updates():
    params, path = Record({"w": np.array([-2.0, 1.0])}), []
    for _ in range(6):
        path.append(params.w.copy())
        SGD(0.1).update(params, Record({"w": 2 * params.w}))
    path = np.array(path)
    scene = training.paths_scene({"SGD": path}, lambda a, b: a**2 + b**2)
    assert scene.T == 6 and scene.start == 5
    assert "SGD: " in scene.sentences[0] and "L = 5.00" in scene.sentences[0] and "(−2.00, 1.00)" in scene.sentences[0]
    assert f"L = {power(float((path[3] ** 2).sum()))}" in scene.sentences[3]
    drawn = next(b["values"] for b in scene.bindings if b["attribute"] == "d")
    ends = [set(way.replace("M", "L").split("L")[1:]) for way in drawn]
    assert [len(places) for places in ends] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(ValueError, match="same length"):
        training.paths_scene({"a": path, "b": path[1:]}, lambda a, b: a)


def test_stored_runs_are_told(language):
    kinds = {
        "RNN": {10: [(96000, True), (320000, False)], 50: [(320000, False)] * 2},
        "LSTM $b_f=4$": {10: [(32000, True)] * 2, 50: [(72000, True), (80000, True)]},
    }
    told = training.solved_scene(kinds, mark=(50, 74000)).alt
    if language == "en":
        assert "RNN, lag 10: 1 of 2, 96000 to 96000 sequences; RNN, lag 50: 0 of 2;" in told
        assert "LSTM b_f=4, lag 50: 2 of 2, 72000 to 80000 sequences" in told
    curves = {0: np.full((3, 4), 1.2), 4: np.repeat([[0.002], [0.5], [0.05]], 4, axis=1)}
    scene = training.bias_scene(curves, 50, mark=1.39)
    if language == "en":
        assert "b_f = 0: 0 of 3 below 0.2; b_f = 4: 2 of 3 below 0.2" in scene.alt
    else:
        assert "b_f = 4: 3개 중 2개가 0.2 아래" in scene.alt
    errors = training.errors_scene({"$T=24$": {"RNN": [0.99, 0.97], "LSTM": [1.0, 0.99]}})
    assert "T=24, RNN" in errors.alt and "2.0" in errors.alt and "0.5" in errors.alt


def test_pictures_are_the_same_on_every_run():
    kinds = {"LSTM": {10: [(32000, True)] * 2}}
    for make in (training.losses_scene, lambda: training.solved_scene(kinds)):
        assert make().at(1) == make().at(1)


def test_seeds_of_several_networks_are_counted(language):
    curves = {"GRU, $H=1$": np.full((8, 5), 0.5), "LSTM, $H=1$": np.geomspace(1, 0.01, 40).reshape(8, 5)}
    scene = training.seeds_scene(curves, 10, limit=0.1)
    low = (curves["LSTM, $H=1$"][:, -1] < 0.1).sum()
    said = {"en": f"LSTM, H=1: {low} of 8 below 0.1", "ko": f"LSTM, H=1: 8개 중 {low}개가 0.1 아래"}[language]
    assert said in scene.alt and "$" not in scene.alt
    with pytest.raises(ValueError, match="1 to 4"):
        training.seeds_scene({str(k): curves["GRU, $H=1$"] for k in range(5)}, 10)
