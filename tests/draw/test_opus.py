"""The pictures of the Opus encoder's network hold its own numbers."""

import base64
import re

import numpy as np
import pytest

from seqlib import words
from seqlib.draw.opus import EVERY, STRIDE, resets_scene, sound_scene, two_networks_scene
from seqlib.study.real import opus, silero


@pytest.fixture(scope="module")
def run():
    return opus.network().run(opus.recording().features)


@pytest.fixture(scope="module")
def scene(run):
    return sound_scene(run, opus.sound())


def test_a_step_shows_the_24_states_of_its_time(scene, run):
    assert scene.T == 400 / STRIDE
    shown = [b["values"] for b in scene.bindings if str(b.get("name", "")).startswith("h_t[")]
    shown = [values + values[-1:] * (scene.T - len(values)) for values in shown]  # the end is left out if it repeats
    read = np.array([[float(text.replace("−", "-")) for text in values] for values in shown]).T
    np.testing.assert_allclose(read, run.h[STRIDE - 1 :: STRIDE], atol=0.00501)


def test_the_sentences_say_both_probabilities(scene, run):
    said = [re.findall(r"\d\.\d+", sentence) for sentence in scene.sentences]
    music, active, seconds = np.array(said, dtype=float).T
    np.testing.assert_allclose(music, run.music[1::2], atol=0.00501)
    np.testing.assert_allclose(active, run.active[1::2], atol=0.00501)
    np.testing.assert_allclose(seconds, 0.04 * np.arange(1, 201))


def test_the_sound_comes_with_the_picture_and_keeps_its_pace(scene):
    sound = scene.extras["sound"]
    head, content = sound["address"].split(",")
    assert head == "data:audio/mpeg;base64" and base64.b64decode(content) == opus.sound()
    assert sound["seconds"] * scene.T == 8


def test_without_a_sound_it_is_a_picture_like_any_other(run):
    assert "sound" not in sound_scene(run).extras


def test_the_resets_say_what_they_cost():
    net, heard = opus.network(), opus.recording()
    scene = resets_scene(net, heard.features)
    assert scene.T == len(EVERY) == len(scene.extras["places"])
    wrong = [float(sentence.split()[0]) for sentence in scene.sentences]
    assert wrong == sorted(wrong) and wrong[0] == 0
    taken = np.sum(net.run(heard.features, 50).music[30:200] > 0.5) * opus.SECONDS
    assert wrong[EVERY.index(50)] == pytest.approx(taken)


def test_both_speak_korean(run):
    words.use("ko")
    try:
        assert "음악" in sound_scene(run).sentences[0] and "화음" in sound_scene(run).at(1)
    finally:
        words.use("en")


def test_two_networks_speak_of_the_same_moment(run):
    speech = silero.detector().run(silero.recording().samples)
    scene = two_networks_scene(speech, run, opus.sound())
    said = np.array([re.findall(r"\d\.\d+", sentence) for sentence in scene.sentences], dtype=float)
    np.testing.assert_allclose(said[:, 0], speech.speech, atol=0.00501)
    np.testing.assert_allclose(said[:, 2], 0.032 * np.arange(1, 251), atol=0.00501)
    for k, p in enumerate(said[:, 1]):  # the step of the other network in which this moment lies: 20 ms each
        assert abs(run.music[min((32 * (k + 1) - 1) // 20, 399)] - p) < 0.00501
    assert scene.extras["sound"]["seconds"] * scene.T == pytest.approx(8)
    [listed] = [b["values"] for b in scene.bindings if b["attribute"] == "data-listed"]
    read = np.array([[float(v.replace("−", "-")) for v in step.split(" ")] for step in listed])
    np.testing.assert_allclose(read, speech.trace.h[: len(read), : read.shape[1], 0], atol=0.00501)
