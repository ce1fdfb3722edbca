"""The picture of letters and sounds, and the field above it."""

import json
import re

import numpy as np
import pytest

from seqlib.draw.sounds import sounds_scene
from seqlib.study.real.g2p import SOUNDS, pronounce
from seqlib.widgets.reading import Pronounce


@pytest.fixture(scope="module")
def said():
    return pronounce("recurrent")


@pytest.fixture(scope="module")
def scene(said):
    return sounds_scene(said)


def texts(scene, t):
    return re.findall(r"<text[^>]*>([^<]*)</text>", scene.at(t))


def test_letters_come_first_then_sounds(said, scene):
    assert len(said.letters) + len(said.written) == scene.T
    assert [s for s in texts(scene, 1) if len(s) == 1 and s.isalpha()][:9] == list("recurrent")
    for k, sound in enumerate(said.sounds):
        t = len(said.letters) + k + 1
        best = np.argsort(-said.probabilities[k])
        shown = texts(scene, t)
        assert f"{said.probabilities[k, best[0]]:.2f}" in shown and SOUNDS[best[1]].replace("</s>", "⏎") in shown
        letter, told = said.letters[said.depends[k].argmax()], scene.sentences[t - 1]
        assert told.startswith(f"{sound} (") and f"depends most on {letter}," in told
        assert f"{said.depends[k].max():.1f}" in texts(scene, t)


def test_the_means_of_the_gates_are_said(said, scene):
    assert f"z̄ = {said.encoder.z[2].mean():.2f}" in scene.sentences[2]
    t = len(said.letters)
    assert f"z̄ = {said.decoder.z[0].mean():.2f}, r̄ = {said.decoder.r[0].mean():.2f}" in scene.sentences[t]
    assert "no single letter decides it" in scene.sentences[-1]  # the end


def test_the_longest_word_stays_small():
    assert len(json.dumps(sounds_scene(pronounce("transformation")).player_data()).encode()) < 120_000


def test_the_field_pronounces_what_is_typed_and_refuses_in_a_sentence():
    widget = Pronounce("gate")
    assert widget.message == "gate sounds like G EY1 T." and widget.result.word == "gate"
    widget.field.value = "seqlib"
    assert widget.message == "seqlib sounds like S EH1 K L AH0 B." and widget.stepper.t == 1
    shown = widget.scene
    widget.field.value = "two words"
    assert widget.message.startswith("There are 2 words") and widget.scene is shown
