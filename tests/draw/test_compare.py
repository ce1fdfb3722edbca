"""The pictures of lesson 12 show the numbers of real runs, on one time axis."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, Readout, SequenceModel, data, softmax, words
from seqlib.draw import compare
from seqlib.draw.numerals import power
from seqlib.study import bptt
from seqlib.study.compare import memory_flow

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=words.LANGUAGES)
def language(request):
    before = words.language()
    words.use(request.param)
    yield request.param
    words.use(before)


def trio(T=6, H=4, K=3):
    rng = np.random.default_rng(0)
    x, cells = rng.normal(size=(T, 2, 1)), {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
    models = {name: SequenceModel(cell(2, H, rng=rng), Readout(H, K, rng=rng)) for name, cell in cells.items()}
    return models, {name: model.forward(x) for name, model in models.items()}, [f"w{t}" for t in range(1, T + 1)]


def texts(scene, t):
    return ["".join(e.itertext()).strip() for e in ET.fromstring(scene.at(t)).iter(SVG + "text")]


def test_every_number_of_a_step_is_that_of_the_runs(language):
    models, traces, tokens = trio()
    scene = compare.trio_scene(models, traces, tokens, ["A", "B", "C"])
    assert (scene.T, scene.start) == (6, 5)
    for t in (1, 4, 6):
        shown = texts(scene, t)
        for trace in traces.values():
            p = softmax(trace.logits[t - 1])[:, 0]
            assert f"{'ABC'[p.argmax()]}  {p.max():.2f}" in shown
        for name, gate in (("LSTM", "f"), ("LSTM", "i"), ("LSTM", "o"), ("GRU", "r"), ("GRU", "z")):
            assert f"{traces[name][gate][t - 1].mean():.2f}" in shown
        assert f"{1 - traces['GRU'].z[t - 1].mean():.2f}" in shown
        for name, model in models.items():
            norm = bptt.gradient_flow(model.cell, traces[name], t)[1, 0]
            assert power(norm) in shown
        assert power(memory_flow(models["LSTM"].cell, traces["LSTM"], t)[1, 0]) in shown
        assert f"w{t}" in scene.sentences[t - 1]
    assert ("RNN says" in scene.sentences[0]) == (language == "en")


def test_one_cursor_and_one_veil_serve_all_panels():
    models, traces, tokens = trio()
    scene = compare.trio_scene(models, traces, tokens, ["A", "B", "C"])
    drawn = [b for b in scene.bindings if b["attribute"] not in ("text", "data-listed")]
    steps = [b["attribute"] for b in drawn if len(b["values"]) > 1]
    assert steps == ["d"] * 7, "how far RNN, GRU, and the LSTM's h and C reach; the word's yellow, the frame, the veil"


def test_the_gates_of_one_unit():
    models, traces, tokens = trio()
    shown = texts(compare.trio_scene(models, traces, tokens, ["A", "B", "C"], unit=2), 3)
    assert f"{traces['LSTM'].f[2, 2, 0]:.2f}" in shown and f"{traces['GRU'].r[2, 2, 0]:.2f}" in shown


@pytest.mark.parametrize("T", [0, 11])
def test_what_has_no_room_is_said(T):
    models, traces, _ = trio(T=max(T, 1))
    with pytest.raises(ValueError, match=r"tokens must be 1( to 10|, one for each step)"):
        compare.trio_scene(models, traces, ["w"] * T, ["A", "B", "C"])


def test_a_single_word_and_odd_words_are_drawn(language):
    models, traces, _ = trio(T=1)
    scene = compare.trio_scene(models, traces, ["$<&b>_ㅋ"], ["A", "B", "C"])
    assert "$<&b>_ㅋ" in texts(scene, 1)
    assert len(scene.at(1)) < 60 * 1024


def test_ten_words_stay_within_the_limit_of_a_saved_picture():
    models, traces, tokens = trio(T=10, H=8, K=21)
    scene = compare.trio_scene(models, traces, tokens, [f"class {k}" for k in range(21)])
    assert len(scene.at(10).encode()) < 60 * 1024


def test_reach_and_lags_say_their_numbers(language):
    flows = {"RNN h": np.full(5, 0.5), "LSTM h": np.ones(5), "LSTM C": np.full(5, 2.0), "GRU h": np.zeros(5)}
    alt = compare.reach_scene({"$a$": flows, "$b$": flows}).alt
    assert all(part in alt for part in ("0.50", "1.00", "LSTM C", "2.00"))
    runs = {"RNN": {32: {5: [1.0, 0.9], 10: [0.2, 0.4]}}, "LSTM": {32: {5: [1.0]}, 8: {5: [0.25]}}}
    alt = compare.lags_scene(runs, 0.25).alt
    numbers = re.findall(r"\d\.\d\d", alt)
    assert numbers == ["0.95", "0.30", "1.00", "0.25"]
    assert ("median" in alt) == (language == "en")


def test_speed_is_the_rival_s_time_over_ours(language):
    sizes = {"D": 8, "H": 16, "N": 4, "T": 20}
    steps = [
        {"cell": cell, "dtype": dtype, **sizes, "microseconds": {"seqlib": ours, "PyTorch": 1000.0}}
        for cell, dtype, ours in (("RNN", "float64", 100), ("RNN", "float32", 2000), ("GRU", "float64", 400))
    ]
    alt = compare.speed_scene(steps).alt
    assert all(part in alt for part in ("RNN, float64: 10.0", "RNN, float32: 0.5", "GRU, float64: 2.5"))
    assert ("logarithmic" in alt) == (language == "en")


def test_the_stored_speeds_are_drawn_with_what_they_were_measured_on():
    runs = data.speed_runs()
    assert {run["cell"] for run in runs["steps"]} == {"RNN", "LSTM", "GRU"} and len(runs["steps"]) == 36
    assert set(runs["about"]["machine"]) == {"en", "ko"} and runs["about"]["software"]["numpy"]
    shown = texts(compare.speed_scene(runs["steps"]), 1)
    assert {"float64", "float32", "1000", "256"} <= set(shown)
