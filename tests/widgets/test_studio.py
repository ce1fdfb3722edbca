"""A reader's own sentence and own file: what is unknown or unusable is said, and nothing is lost."""

import unicodedata
from datetime import datetime

import numpy as np
import pytest

from seqlib import RNN, Readout, SequenceModel, data, words
from seqlib.widgets.studio import LONGEST, NextWord, OwnSeries, OwnText


@pytest.fixture
def playground():
    models = {}
    for name, load in (("English", data.english), ("한국어", data.korean)):
        vocabulary = data.Vocabulary(["<s>", *(token for s in load() for token in s.tokens)])
        rng, K = np.random.default_rng(0), len(vocabulary)
        models[name] = SequenceModel(RNN(K, 8, rng=rng), Readout(8, K, rng=rng)), vocabulary
    return NextWord(models, {"English": "the children play", "한국어": "나는 밥을 먹었다"})


def test_the_picture_follows_the_sentence(playground):
    assert repr(playground) == "<NextWord: the children play>" and playground.message == ""
    assert playground.scene.T == playground.stepper.t == 4
    playground.sentence = "the children play in the garden"
    assert playground.scene.T == playground.stepper.t == 7
    playground.sentence = ""
    assert playground.scene.T == 1


def test_unknown_words_are_named_and_escaped(playground):
    playground.sentence = "the <b>zebra</b> play"
    assert playground.message == "Not in the vocabulary, read as <unk>: <b>zebra</b>."
    assert playground.note == playground.message
    playground.sentence = f"the {'z' * 300}"
    assert playground.message == f"Not in the vocabulary, read as <unk>: {'z' * 11}…."
    playground.sentence = "the children"
    assert playground.message == ""


def test_a_long_sentence_is_cut_and_said(playground):
    playground.sentence = "the " * 30
    assert "30 words; the first 11" in playground.message and playground.scene.T == LONGEST + 1


def test_a_syllable_that_came_in_letters_is_read(playground):
    playground.choice = "한국어"
    playground.sentence = unicodedata.normalize("NFD", "나는 밥을 먹었다")
    assert playground.tokens() == ["나는", "밥을", "먹었", "다"] and playground.message == ""


def test_each_language_keeps_its_sentence(playground):
    playground.sentence = "the garden"
    playground.choice = "한국어"
    assert playground.tokens() == ["나는", "밥을", "먹었", "다"] and playground.scene.T == 5
    playground.choice = "English"
    assert playground.tokens() == ["the", "garden"]


def test_temperature_keeps_the_step_and_sharpens(playground):
    playground.stepper.t = 2
    before = playground.scene.sentences[1]
    playground.temperature = 0.1
    assert playground.stepper.t == 2 and playground.scene.sentences[1] != before


def test_the_network_writes(playground):
    playground.add_word()
    assert len(playground.tokens()) == 4 or "ends" in playground.message
    playground.write_sentence()
    assert len(playground.tokens()) <= LONGEST


@pytest.fixture
def own():
    return OwnSeries(data.FOLDER / "sunspots.csv")


def test_a_series_is_read_and_forecast(own):
    assert own.series.name == "sunspots" and own.scene.T == 51
    assert own.errors["AR(10)"].round()[0] == 19 and "AR(10): 19 one step ahead" in own.message
    assert repr(own) == "<OwnSeries sunspots: 309 values>"


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_what_cannot_be_used_is_said_and_nothing_is_lost(own, language, tmp_path):
    svg = own.stepper.svg
    words.use(language)
    try:
        own.path.value = str(tmp_path / "nowhere.csv")
        first = own.message
        own.load(b"1\n2\n3\n")
        second = own.message
        own.load(b"\n".join([b"4"] * 60 + [b"5", b"6"]))
        third = own.message
    finally:
        words.use("en")
    assert "nowhere.csv" in first and all(text.count("sunspots") == 1 for text in (first, second, third))
    assert len({first, second, third}) == 3 and "40" in second and "47" in third
    assert own.stepper.svg == svg and own.series.name == "sunspots"


def test_an_upload_a_column_and_a_period(own):
    table = "\n".join(["t,a,b", *(f"{k},{k % 7},{k % 5}" for k in range(90))]).encode()
    own.upload.value = ({"name": "a.csv", "type": "text/csv", "size": len(table), "content": memoryview(table),
                         "last_modified": datetime(2026, 1, 1)},)  # fmt: skip
    assert "a, b" in own.message and own.series.name == "sunspots"
    own.column.value = "b"
    assert own.series.name == "b" and own.errors["seasonal"][0] > 0.5
    own.period.value = 5
    assert np.allclose(own.errors["seasonal"], 0)
    own.column.value = "2"
    assert own.series.name == "a"


def test_small_and_large_numbers_are_fine(own):
    for scale in (1e-9, 1e90):
        own.load("\n".join(f"{scale * np.sin(k)!r}".replace("np.float64(", "").rstrip(")") for k in range(80)).encode())
        assert own.series.values.max() <= scale and len(own.series.values) == 80


def test_a_pasted_table_and_a_quoted_path(own, tmp_path):
    table = "\n".join(f"{1900 + k};{k % 7},5" for k in range(80))
    own.pasted.value = table
    assert own.series.values[1] == 1.5 and own.scene.label == "year"
    file = tmp_path / "mine.csv"
    file.write_text(table.replace("1900;", "1900;1"), encoding="utf-8")
    own.path.value = f'"{file}"'
    assert own.series.values[0] == 10.5


def test_an_encoding_can_be_named(own):
    own.load("t;Zähler\n".encode("cp1252") + b"\n".join(b"%d;%d" % (k, k % 7) for k in range(1, 80)))
    assert "encoding" in own.message and own.series.name == "sunspots"
    own.encoding.value = "cp1252"
    assert own.series.name == "Zähler"


def test_the_courses_sentences_stand_in_for_a_text():
    own = OwnText(updates=3)
    assert "the course's own sentences" in own.box.placeholder and own.corpus is None
    own.learn()  # there is no event loop here, so it comes back when it is done
    assert own.message.startswith("The box is empty") and own.view.done == 3
    assert set(own.perplexities) == {"unigram", "bigram", "network"} and "after 3 updates" in own.message
    assert round(own.perplexities["bigram"]) == 48 and isinstance(own.place.children[-1], NextWord)


TEXTS = {
    "one sentence": "so it goes on and on " * 30,
    "5 sentences; 20": "It rains. It snows. It pours. It blows. It hails.",
    "12 sentences; 20": "It rains again.\n" * 12,
    "1,300,000 characters": "a " * 650_000,
    "No word comes twice": "\n".join(f"left{k} right{k}" for k in range(30)),
}


@pytest.mark.parametrize("said", TEXTS)
def test_a_text_that_cannot_be_used_gets_one_sentence(said):
    own = OwnText("It is. " * 30)
    own.box.value = TEXTS[said]
    own.learn()
    assert said in own.message and own.view is None


def test_long_sentences_are_cut_and_said():
    own = OwnText("\n".join(["red green blue " * 30] * 20), updates=1)
    own.learn()
    assert "more than 40 words were cut: 20" in own.message and own.corpus.train.shape[0] == 42


def test_a_second_text_takes_the_place_of_the_first():
    own = OwnText("It rains.\nIt snows.\n" * 20, updates=2)
    own.learn()
    first = own.view
    own.box.value = "나는 밥을 먹었다.\n" * 30
    own.learn()
    assert own.view is not first and "먹었다" in own.corpus.vocabulary
