"""The pictures of lesson 14 show what they are given, in both languages."""

import numpy as np
import pytest

from seqlib import GRU, Readout, SequenceModel, data, words
from seqlib.draw import studio
from seqlib.study import forecast


def test_forecast_scene_has_a_step_for_every_place():
    values = np.sin(np.arange(60.0)) * 50
    ahead = {"last value": forecast.forecasts(forecast.last_value, values, 40, 5)}
    scene = studio.forecast_scene(range(1900, 1960), values, 40, ahead, start=2)
    assert scene.T == 20 - 5 + 1 and repr(scene).startswith("<Scene: 16 steps, t = 3: A series of")
    last, true = studio.number(values[39]), studio.number(values[44])
    assert scene.sentences[0] == f"last value {last} for 1944, seen from 1939; it became {true}."
    assert scene.label == "year" and scene.extras["places"][:2] == ["1939", "1940"]
    assert scene.at(1) != scene.at(2)
    assert studio.forecast_scene(["Jan"] * 60, values, 40, ahead).T == 16  # labels that are no numbers


@pytest.mark.parametrize(
    ("labels", "kind"),
    [(range(1900, 1910), "year"), (["2020-01", "2020-02"], "date"), (range(1, 9), "place"), ((1999, 1998), "place"),
     ((1900.5, 1901.5), "place")],
)  # fmt: skip
def test_what_the_labels_of_a_series_are(labels, kind):
    assert studio.time_of(labels) == kind


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [0.0, 5.0, -5.0, 1e-320])
def test_a_series_that_stays_where_it_is_has_axes(value):
    values = np.full(30, value)
    assert studio.forecast_scene(range(30), values, 20, {"last value": np.full((10, 3), value)}).svg
    assert studio.errors_scene({"last value": np.zeros(3)}).svg


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_baselines_are_called_by_what_they_do(language):
    words.use(language)
    try:
        assert studio.title("seasonal") == {"en": "seasonal", "ko": "한 주기 전 값"}[language]
        assert studio.title("AR(10)") == "AR(10)"
    finally:
        words.use("en")


def test_a_forecaster_has_the_same_colour_in_every_picture():
    both = studio.colours_of(["last value", "AR(10)", "RNN", "LSTM", "GRU"])
    assert studio.colours_of(["AR(3)"])["AR(3)"] == both["AR(10)"]
    assert len(set(both.values())) == 5


def test_errors_scene_says_every_number():
    errors = {"last value": np.array([3.0, 40.0]), "GRU": np.array([[1.0, 20.0], [0.5, 30.0], [2.0, 22.0]])}
    scene = studio.errors_scene(errors)
    assert "last value: 3 one step ahead, 40 at the end" in scene.alt
    assert "GRU: 1 one step ahead, 22 at the end" in scene.alt


def trace_of(tokens, vocabulary):
    rng = np.random.default_rng(0)
    model = SequenceModel(GRU(len(vocabulary), 20, rng=rng), Readout(20, len(vocabulary), rng=rng))
    return model.forward(data.one_hot(np.array(vocabulary.encode(tokens))[:, None], len(vocabulary)))


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_next_word_scene(language):
    vocabulary = data.Vocabulary(["<s>", "나는", "밥을", "$x$ <b>", "먹었", "다"])
    tokens = ["<s>", "나는", "$x$ <b>"]
    words.use(language)
    try:
        scene = studio.next_word_scene(trace_of(tokens, vocabulary), tokens, vocabulary, temperature=0.01)
    finally:
        words.use("en")
    assert scene.T == 3 and scene.start == 2
    assert scene.sentences[1].startswith({"en": "After 나는: ", "ko": "‘나는’ 다음: "}[language])
    assert "1.00" in scene.at(3) and "&lt;b&gt;" in scene.at(3)


def test_a_missing_korean_font_is_said(monkeypatch):
    assert studio.missing_font("한글") == ""
    monkeypatch.setattr(studio.importlib.util, "find_spec", lambda name: None)
    assert "Korean font" in studio.missing_font("한글") and studio.missing_font("letters") == ""


@pytest.mark.parametrize(("value", "said"), [(12.4, "12"), (0.0234, "0.023"), (-3.2, "−3.2"), (3e9, "3e+09"), (0, "0")])
def test_numbers_of_any_size_can_be_said(value, said):
    assert studio.number(value) == said
