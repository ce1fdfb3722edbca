"""The two GRUs of g2p-en in the course's cells: its numbers, its sounds."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest

from seqlib.study.real import g2p
from seqlib.study.real.g2p import SOUNDS, Unpronounceable, pronounce, pronouncer

RECORD = np.load(Path(__file__).with_name("g2p.npz"))
WORDS = [str(word) for word in RECORD["words"]]
LETTERS = ["<pad>", "<unk>", "</s>", *"abcdefghijklmnopqrstuvwxyz"]
CLOSELY = [name.removeprefix("logits_") for name in RECORD.files if name.startswith("logits_")]


@pytest.mark.parametrize("word", CLOSELY)
def test_logits_are_those_of_the_original(word):
    np.testing.assert_allclose(pronounce(word).logits, RECORD[f"logits_{word}"], atol=1e-5)


@pytest.mark.parametrize("part", range(8))
def test_all_words_sound_as_in_the_original(part):
    assert len(WORDS) >= 300
    for word, sounds in list(zip(WORDS, RECORD["sounds"], strict=True))[part::8]:
        # What is shown besides costs as much again: only the sounds are asked for here.
        ids = [LETTERS.index(sign) for sign in word] + [2]
        last = pronouncer().encoder.forward(np.eye(29, dtype=np.float32)[ids][:, :, None]).h[-1]
        assert " ".join(SOUNDS[k] for k in pronouncer()._write(last) if SOUNDS[k] != "</s>") == sounds, word


def test_z_writes_and_the_trace_is_one_step_of_the_equations():
    said, network = pronounce("gate"), pronouncer()
    t, h = said.decoder, said.encoder.h[-1]
    for k in range(len(said.written)):
        h = (1 - t.z[k]) * h + t.z[k] * t.g[k]
        np.testing.assert_allclose(t.h[k], h, atol=1e-6)
    np.testing.assert_allclose(network.W_hy @ t.h + network.b_y, said.logits[:, :, None], atol=1e-6)
    assert said.letters == ("g", "a", "t", "e", "</s>") and said.written == (*said.sounds, "</s>")


def test_a_sound_depends_on_the_letter_that_makes_it():
    said = pronounce("neural")
    of = {sound: said.letters[said.depends[k].argmax()] for k, sound in enumerate(said.sounds)}
    assert (of["N"], of["R"], of["L"]) == ("n", "r", "l")
    # By hand for one letter: unknown in place of n.
    network = pronouncer()
    ids = [1, *(LETTERS.index(sign) for sign in "eural"), 2]
    h = network.encoder.forward(np.eye(29, dtype=np.float32)[ids][:, :, None]).h[-1]
    z = (network.W_hy @ network.decoder.forward(said.decoder.x, h).h + network.b_y)[:, :, 0].astype(float)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    falls = [np.log(said.probabilities[t, k] / p[t, k]) for t, k in enumerate(map(SOUNDS.index, said.written))]
    np.testing.assert_allclose(said.depends[:, 0], falls, rtol=1e-4, atol=1e-5)


def test_a_log_probability_may_be_of_any_size():
    z = np.array([[0], [60], [200]], np.float32)
    np.testing.assert_allclose(g2p._log_softmax(z), [[-200], [-140], [0]])


def test_capitals_and_accents_are_dropped():
    assert pronounce(" Café ").sounds == pronounce("cafe").sounds


@pytest.mark.parametrize(
    "word, told",
    [
        ("", "no word"),
        (" \n", "no word"),
        ("two words", "2 words"),
        ("don't", "not '"),
        ("가게", "not 가 게"),
        ("a1b2", "not 1 2"),
        ("internationalisation", "20 letters"),
    ],
)
def test_what_is_no_word_gets_a_sentence(word, told):
    with pytest.raises(Unpronounceable, match=told):
        pronounce(word)


def test_a_word_has_at_most_14_letters_and_20_sounds(monkeypatch):
    assert g2p.letters_of("A" * 14) == "a" * 14
    with pytest.raises(Unpronounceable, match="15 letters, and at most 14 are read"):
        g2p.letters_of("a" * 15)
    with pytest.raises(ValueError, match="word must be a text, but 5 came"):
        g2p.letters_of(5)
    monkeypatch.setattr(g2p, "END", -1)  # as if the end never came
    assert len(pronouncer()._write(np.zeros((256, 1), np.float32))) == 20


def test_nobody_changes_the_network_that_all_share_or_what_it_said():
    for what, name in ((pronouncer(), "b_y"), (pronounce("gate"), "sounds")):
        with pytest.raises(FrozenInstanceError):
            setattr(what, name, None)
