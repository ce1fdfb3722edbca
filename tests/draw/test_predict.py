"""What of a scene is hidden when the reader predicts."""

import numpy as np
import pytest

from seqlib import LSTM, RNN, Readout, SequenceModel, words
from seqlib.draw import Binding, Scene, cell_scene, diagrams, style
from seqlib.draw.diagrams import numbers
from seqlib.draw.lstm import lstm_cell_scene
from seqlib.draw.predict import spoken

T = 5


@pytest.fixture(scope="module")
def run():
    rng = np.random.default_rng(0)
    model = SequenceModel(LSTM(2, 3, rng=rng), Readout(3, 1, rng=rng))
    return model, model.forward(rng.normal(size=(T, 2, 1)))


def texts(scene, id):
    [binding] = [b for b in scene.bindings if (b["id"], b["attribute"]) == (id, "text")]
    return binding["values"] + [binding["values"][-1]] * (T - len(binding["values"]))


def test_the_numbers_asked_for_are_those_of_the_run(run):
    model, trace = run
    scene = lstm_cell_scene(model, trace)
    asked = scene.asking("C_t", "h_t").extras["predict"]["asked"]
    expected = [*numbers(trace.C[:, :, 0]).T, *numbers(trace.h[:, :, 0]).T]
    assert [texts(scene, one["id"]) for one in asked] == [list(column) for column in expected]
    assert [one["name"] for one in asked] == [f"{name}[{row}]" for name in ("C_t", "h_t") for row in (1, 2, 3)]
    assert "predict" not in scene.extras, "the scene itself asks nothing"


def test_texts_their_colours_and_their_shades_are_hidden(run):
    scene = lstm_cell_scene(*run)
    extra = scene.asking("h_t").extras["predict"]
    assert len(extra["hidden"]) == 9
    for one in extra["asked"]:
        group = one["id"].removesuffix("t")
        assert [one["id"], "text"] in extra["hidden"] and [group, "fill"] in extra["hidden"]


def test_the_same_numbers_elsewhere_are_hidden_too():
    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(2, 2, rng=rng), Readout(2, 1, rng=rng))
    trace = model.forward(rng.normal(size=(T, 2, 1)))
    scene = cell_scene(model, trace)
    hidden = [id for id, attribute in scene.asking("h_t").extras["predict"]["hidden"] if attribute == "text"]
    shown = [list(column) for column in numbers(trace.h[:, :, 0]).T]
    everywhere = [b["id"] for b in scene.bindings if b["attribute"] == "text" and texts(scene, b["id"]) in shown]
    assert sorted(hidden) == sorted(everywhere) and len(hidden) == 4, "in the cell, and in the equation"

    fig = style.figure(4, 2)
    ax = fig.subplots()
    values = ["0.10", "0.20", "0.30", "0.40", "0.50"]
    bindings = [
        Binding(ax.text(0.5, y, "0"), "text", values, name) for y, name in ((0.2, "y_t"), (0.5, None), (0.8, "x_t"))
    ]
    own = Scene(fig, bindings, sentences=values, alt="three numbers").asking("y_t")
    assert own.extras["predict"]["hidden"] == [["b0t", "text"], ["b1t", "text"], ["b2t", "text"]]
    assert own.extras["predict"]["asked"] == [{"id": "b0t", "name": "y_t"}]


def test_what_there_is_to_ask_for_is_said(run):
    scene = lstm_cell_scene(*run)
    for names in (("q",), ("h_t", "q")):
        with pytest.raises(ValueError, match="nothing named 'q' to predict; this picture has C_t−1, h_t−1, x_t, f_t"):
            scene.asking(*names)
    with pytest.raises(ValueError, match="nothing named '' to predict"):
        scene.asking()
    fig = style.figure(4, 2)
    ax = fig.subplots()
    [line] = ax.plot([0, 1], [0, 1])
    bare = Scene(fig, [Binding(line, "points", [[(0, 0), (1, 1)]] * 2, "L")], sentences=["a", "b"], alt="a line")
    with pytest.raises(ValueError, match="L has no bound Text, so no number to predict"):
        bare.asking("L")


def test_every_word_is_there_in_both_languages(run):
    scene = lstm_cell_scene(*run)
    told = {}
    for language in words.LANGUAGES:
        words.use(language)
        told[language] = scene.asking("h_t").extras["predict"]["words"]
    words.use("en")
    assert told["en"].keys() == told["ko"].keys()
    assert all(told["en"][name] != told["ko"][name] for name in told["en"])


@pytest.mark.parametrize(("label", "said"), [
    ("$h_t$", "h_t"), (r"$\tilde{C}_t$", "C̃_t"), ("$C_{t-1}$", "C_t−1"), (r"$\tanh C_t$", "tanh C_t"), ("", ""),
    (r"$\Vert\partial h_t/\partial h_k\Vert$", "‖∂h_t/∂h_k‖"), (r"$W_{hg}\,(r_t \odot h_{t-1})$", "W_hg (r_t ⊙ h_t−1)"),
])  # fmt: skip
def test_a_name_is_said_without_mathtext(label, said):
    assert spoken(label) == said


def test_a_bar_is_hidden_with_its_number_and_a_name_means_all_classes():
    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(2, 2, rng=rng), Readout(2, 3, rng=rng))
    trace = model.forward(rng.normal(size=(T, 2, 1)))
    fig, ax = diagrams.canvas(10, diagrams.cell_height(2, 2))
    states = {name: trace[name][:, :, 0] for name in ("x", "h_prev", "a", "h", "logits")}
    bindings = diagrams.rnn_cell(ax, model.params, **states, classes=["가", "나", "다"])
    scene = Scene(fig, bindings, sentences=[f"step {t}" for t in range(T)], alt="a cell")
    extra = scene.asking("ŷ_t").extras["predict"]
    assert [one["name"] for one in extra["asked"]] == ["ŷ_t 가", "ŷ_t 나", "ŷ_t 다"]
    assert [attribute for _, attribute in extra["hidden"]].count("d") == 3, "the bars' lengths"
    assert [one["name"] for one in scene.asking("ŷ_t 나").extras["predict"]["asked"]] == ["ŷ_t 나"]


def test_nothing_is_asked_for_in_a_picture_that_was_refused(run, monkeypatch):
    monkeypatch.delenv("SEQLIB_STRICT")
    model, trace = run
    asked = lstm_cell_scene(model, trace.h).asking("h_t")
    assert "could not be drawn" in asked.alt and asked.extras == {}
