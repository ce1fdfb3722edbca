"""The pictures of lesson 4: a sentence, one step part by part, and the two activations."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqlib import RNN, Readout, SequenceModel, softmax, words
from seqlib.draw import unroll

TOKENS = ["나는", "밥을", "먹었", "다"]
LANGUAGES = ("en", "ko")


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.use("en")


@pytest.fixture
def run():
    rng = np.random.default_rng(3)
    model = SequenceModel(RNN(4, 3, rng=rng), Readout(3, 4, rng=rng))
    return model, model.forward(np.eye(4)[[1, 0, 2, 3]][:, :, None])


def texts(svg):
    return ["".join(e.itertext()).strip() for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence(run, language):
    words.use(language)
    model, trace = run
    scene = unroll.sentence_scene(model, trace, tokens=TOKENS)
    p = softmax(trace.logits)[:, :, 0]
    assert scene.T == 4
    for t, said in enumerate(scene.sentences):
        read, best = TOKENS[[1, 0, 2, 3][t]], TOKENS[p[t].argmax()]
        assert f"({words.quoted(read)})" in said and best in said and f"{p[t].max():.2f}" in said
        assert f"{trace.h[t, 0, 0]:+.2f}".replace("-", "−") in said
        written = texts(scene.at(t + 1))
        # The token that is read stands below x_t, and all four stand beside their probabilities.
        assert written.count(read) == 2 and all(written.count(token) == 1 for token in TOKENS if token != read)
    assert bool(re.search("[가-힣]", scene.alt)) == (language == "ko")


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_step_part_by_part(run, language):
    words.use(language)
    model, trace = run
    scene = unroll.calculation_scene(model, trace, tokens=TOKENS, t=2)
    assert scene.T == 5 and scene.start == 4
    assert "x₂" in scene.sentences[0] and "h₁" in scene.sentences[0] and "나는" in scene.sentences[0]
    assert "a₂" in scene.sentences[2] and "tanh" in scene.sentences[3]
    assert f"{softmax(trace.logits)[1].max():.2f}" in scene.sentences[4]
    assert not any("{" in said for said in scene.sentences)
    assert texts(scene.at(1)) == texts(scene.at(5))
    assert scene.at(1) != scene.at(2) != scene.at(3) != scene.at(4) != scene.at(5)


def test_tokens_are_the_vocabulary(run):
    with pytest.raises(ValueError, match="tokens must be 4 strings, as many as trace has"):
        unroll.sentence_scene(*run, tokens=TOKENS[:3])


def test_the_activations(monkeypatch):
    kept = {}
    monkeypatch.setattr(unroll, "Scene", lambda fig, bindings, **fields: kept.update(fig=fig, **fields))
    for language in LANGUAGES:
        words.use(language)
        unroll.activations_scene()
        left, right = kept["fig"].axes
        (tanh, relu), (tanh_slope, relu_slope) = ([line.get_ydata() for line in ax.lines] for ax in (left, right))
        a = left.lines[0].get_xdata()
        assert np.allclose(tanh, np.tanh(a)) and np.allclose(relu, np.maximum(a, 0))
        assert np.allclose(tanh_slope, 1 - np.tanh(a) ** 2)
        assert np.allclose(relu_slope[a != 0], a[a != 0] > 0)
        assert bool(re.search("[가-힣]", kept["alt"])) == (language == "ko")


def test_the_same_bytes_every_time(run):
    def made():
        scenes = (unroll.sentence_scene(*run, tokens=TOKENS), unroll.calculation_scene(*run, tokens=TOKENS, t=1))
        return [scene.at(2) for scene in scenes] + [unroll.activations_scene().at(1)]

    assert made() == made()
