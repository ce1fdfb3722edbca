"""Tesseract's networks in the course's LSTM: the same equations, the same texts."""

import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest

from seqlib import data
from seqlib.draw.reading import printed, read_line
from seqlib.study.real import tesseract
from seqlib.study.real.tesseract import BLANK, FINAL, INITIAL, VOWEL, language_of, recogniser

RECORD = json.loads(Path(__file__).with_name("tesseract.json").read_text(encoding="utf-8"))["lines"]
ODD = "저는 밥을 먹고 이를 닦아요"  # the one line of the record that the two read differently


def read(language, line):
    network = recogniser(language)
    return network.read(printed(line, network.height))


@pytest.fixture(scope="module")
def short():
    return {"en": read("en", "Hello, world!"), "ko": read("ko", "값을 읽는다")}


@pytest.mark.parametrize("entry", [e for e in RECORD[::2] if len(e["line"]) < 34], ids=lambda entry: entry["line"])
def test_it_reads_what_is_printed_and_what_tesseract_reads(entry):
    assert read(entry["language"], entry["line"]).text == entry["line"] == entry["tesseract"]


def test_the_record_agrees_in_all_lines_but_one():
    different = [entry["line"] for entry in RECORD if entry["seqlib"] != entry["tesseract"]]
    assert different == [ODD] and len(RECORD) == 24


def test_three_symbols_spell_a_syllable_that_is_not_among_tesseracts_characters():
    network = recogniser("ko")
    assert "닦" not in network.characters and "닦" in read("ko", "이를 닦아요").text
    assert network.unknown("이를 닦아요") == [] and network.unknown("넋 A 넋 부엌") == ["넋", "A", "엌"]


def sigma(a):
    return 1 / (1 + np.exp(-a))


@pytest.mark.parametrize("name", ["kor", "eng"])
@pytest.mark.parametrize("layer", ["down", "forward", "backward", "last"])
def test_a_layer_is_its_bytes_in_the_order_g_i_f_o(name, layer):
    stored = data.tesseract_weights(name)
    W = stored[layer] * stored[f"{layer}_scale"][:, None]
    H = len(W) // 4
    D = W.shape[1] - H - 1
    x, h, C = np.random.default_rng(0).normal(size=(5, D)), np.zeros(H), np.zeros(H)
    trace = recogniser({"kor": "ko", "eng": "en"}[name]).cells[layer].forward(x[:, :, None].astype(np.float32))
    for t in range(5):
        g, i, f, o = np.split(W @ np.concatenate([x[t], h, [1]]), 4)
        C = sigma(f) * C + sigma(i) * np.tanh(g)
        h = sigma(o) * np.tanh(C)
        np.testing.assert_allclose(trace.h[t, :, 0], h, atol=2e-5)


def test_the_convolution_and_the_largest_of_nine():
    network, x = recogniser("en"), np.random.default_rng(0).uniform(-1, 1, (37, 10)).astype(np.float32)
    y, around = network._described(x), np.pad(x, 1, constant_values=1)  # paper
    assert y.shape == (12, 3, 16)  # what is left over below and to the right is dropped

    def once(row, column):  # the nine pixels around it, one column after the other
        return np.tanh(network.conv[:, :9] @ around[row : row + 3, column : column + 3].T.ravel() + network.conv[:, 9])

    for row, column in ((0, 0), (4, 1), (11, 2)):
        nine = [once(3 * row + k, 3 * column + j) for k in range(3) for j in range(3)]
        np.testing.assert_allclose(y[row, column], np.max(nine, axis=0), atol=1e-5)


def test_one_direction_has_read_what_is_left_the_other_what_is_right(short):
    network, image = recogniser("en"), short["en"].image.copy()
    image[:, 150:] = 1  # the end is rubbed out; the middle row still has its black and white
    before, after = short["en"].states, network.read(image).states
    columns = 150 // 3 - 1  # the column at the edge sees a pixel of the next
    np.testing.assert_allclose(before["forward"][:columns], after["forward"][:columns], atol=1e-5)
    assert np.abs(before["backward"][columns - 5] - after["backward"][columns - 5]).max() > 0.01


def test_a_reading_says_what_came_when(short):
    reading = short["ko"]
    names = [(reading.kinds[k], reading.symbols[k]) for _, k in reading.emitted]
    assert names[:3] == [(INITIAL, "ㄱ"), (VOWEL, "ㅏ"), (FINAL, "ㅄ")]
    grown = list(dict.fromkeys(reading.so_far))
    assert grown[:6] == ["", "ㄱ", "가", "값", "값ㅇ", "값으"] and grown[-1] == reading.text
    np.testing.assert_allclose(reading.probabilities.sum(1), 1, atol=1e-5)
    assert {name: h.shape[1] for name, h in reading.states.items()} == {
        "down": 64, "forward": 96, "backward": 96, "last": 384,
    }  # fmt: skip
    best = reading.likeliest(10)
    assert [p for _, p in best] == sorted((p for _, p in best), reverse=True) and best[0][0] == reading.best[10]
    assert len(best) == 5 and reading.likeliest(10, 2) == best[:2]
    assert best[4][1] == np.sort(reading.probabilities[10])[-5]


def test_repeats_count_once_and_a_blank_between_makes_them_two():
    network = recogniser("en")
    l, o, blank = network.symbols.index("l"), network.symbols.index("o"), network.kinds.index(BLANK)
    assert list(network.spelled([l, l, blank, l, o])) == ["l", "l", "l", "ll", "llo"]


def test_jamo_that_make_no_syllable_stay_as_they_are():
    network = recogniser("ko")

    def number(kind, symbol):
        return list(zip(network.kinds, network.symbols, strict=True)).index((kind, symbol))

    g, a, n = number(INITIAL, "ㄱ"), number(VOWEL, "ㅏ"), number(FINAL, "ㄴ")
    assert list(network.spelled([g, a, n])) == ["ㄱ", "가", "간"]
    assert list(network.spelled([g, n, a, g, a]))[-1] == "ㄱㄴㅏ가"


def test_a_picture_of_any_height_is_scaled(short):
    twice = np.kron(short["en"].image, np.ones((2, 2)))
    assert recogniser("en").read(twice).text == "Hello, world!"
    assert recogniser("en").read((255 * short["en"].image).round().astype(np.uint8)).text == "Hello, world!"
    assert tesseract._grey(np.array([[0, 51, 255]], np.uint8)).tolist() == [[0, 0.2, 1]]


@pytest.mark.parametrize(
    "image, told",
    [
        (np.ones((36, 60, 3)), "must be grey"),
        (np.full((36, 60), 2.0), "from 0 .black. to 1"),
        (np.full((36, 60), np.nan), "from 0 .black. to 1"),
        (np.ones((36, 3)), "wide"),
        (np.ones((36, 5000)), "wide"),
    ],
)
def test_a_picture_that_does_not_fit_gets_a_sentence(image, told):
    with pytest.raises(ValueError, match=told):
        recogniser("en").read(image)


def test_an_empty_picture_is_read_as_nothing():
    assert recogniser("en").read(np.ones((36, 90))).text == ""


def test_there_are_two_languages():
    with pytest.raises(ValueError, match="'en' or 'ko'"):
        recogniser("fr")
    with pytest.raises(ValueError, match="'en' or 'ko'"):
        read_line(np.ones((36, 60)))


def test_a_scaled_picture_keeps_what_is_even_and_what_is_straight():
    even = tesseract._scaled(np.full((10, 7), 0.3), 36)
    assert even.shape == (36, 25) and np.allclose(even, 0.3)
    straight = tesseract._scaled(np.tile(np.arange(10.0)[:, None], 4), 20)[:, 2]
    assert np.allclose(straight, np.clip(np.arange(20) / 2 - 0.25, 0, 9))  # beyond the last middle there is no more
    assert tesseract._means(8, 4)[1].tolist() == [0, 0.125, 0.375, 0.375, 0.125, 0, 0, 0]
    assert tesseract._scaled(np.ones((100, 1)), 10).shape == (10, 1)


def test_quartiles_are_those_of_what_lies_between_its_neighbours():
    row = np.array([0, 5, 3, 4, 1, 6, 2, 2, 7, 0])  # the least of its neighbours: 3, 1, 2, 2; the ends have but one
    assert [tesseract._quartile(row, share, 9) for share in (0, 50, 100)] == [1, 2, 3]
    assert [tesseract._quartile(np.array(row), 25, 9) for row in ([1, 2, 3, 4], [4, 3, 2], [1, 1, 1])] == [9] * 3
    # Of a terrace the edge next to what is higher counts.
    assert [tesseract._quartile(np.array(row), 25, 9) for row in ([3, 2, 2, 1], [1, 2, 2, 3])] == [2, 2]
    assert tesseract._quartile(np.array([2, 1, 1, 1, 2]), 25, 9) == 1 == tesseract._quartile(np.array([2, 1, 2]), 25, 9)


def test_black_and_white_are_told_by_the_middle_row():
    image = np.full((5, 8), 0.5)
    image[2] = [0.2, 0.8] * 4
    image[0, :2] = 0, 1
    seen = tesseract._contrast(image)
    assert seen.dtype == np.float32 and np.allclose(seen[2], [-1, 1] * 4) and np.allclose(seen[0, :2], [-1, 1])
    assert np.allclose(seen[1], (128 - 51) / (204 - 51) * 2 - 1)
    assert np.allclose(tesseract._contrast(np.full((3, 9), 0.5)), 128 / 127.5 - 1)  # nothing there: 0 and 255
    image[2] = [128 / 255, 129 / 255] * 4
    assert np.allclose(tesseract._contrast(image)[2], [-1, 0] * 4)  # what differs by noise is not torn apart


def test_a_picture_may_be_two_columns_wide_and_no_wider_than_there_is_room(monkeypatch):
    monkeypatch.setattr(tesseract, "WIDEST", 9)
    for width in (6, 9):
        assert len(recogniser("en").read(np.ones((36, width))).probabilities) == width // 3
    for width in (5, 10):
        told = f"image must be 6 to 9 pixels wide at a height of 36, but it is {width}; cut the line"
        with pytest.raises(ValueError, match=told):
            recogniser("en").read(np.ones((36, width)))


def test_a_text_with_hangul_is_korean():
    assert [language_of(text) for text in ("", "Hello", "a가", "힣!", "ㄱ", "ㅣ")] == ["en"] * 2 + ["ko"] * 4
    assert {language_of(chr(ord(sign) + k)) for sign, k in (("가", -1), ("힣", 1), ("ㄱ", -1), ("ㅣ", 1))} == {"en"}


def made_up(best, so_far):
    """A reading of blanks and one character, by the most probable symbol of each column: 0 is the blank, 1 "a"."""
    probabilities = np.eye(2)[best]
    image, kinds = np.ones((36, 3 * len(best))), (BLANK, "character")
    return tesseract.Reading("en", image, probabilities, ("", "a"), kinds, {}, so_far)


def test_the_first_column_may_have_a_symbol_and_the_last_one_another():
    assert made_up([1, 1, 0, 1], ("a", "a", "a", "aa")).emitted == [(0, 1), (3, 1)]
    assert made_up([0, 1], ("", "a")).emitted == [(1, 1)] and made_up([0, 1], ("", "a")).text == "a"


def test_a_reading_cannot_be_changed(short):
    with pytest.raises(FrozenInstanceError):
        short["en"].symbols = ()


def test_any_symbol_may_be_a_vowel_the_first_of_all_too():
    stored = {"output": np.zeros((6, 2)), "characters": ["", "간", "가", "b"], "blank": 4,
              "spelling": [(4, -1, -1), (1, 0, 2), (1, 0, 3), (5, -1, -1)]}  # fmt: skip
    assert tesseract._symbols(stored) == (
        ("ㅏ", "ㄱ", "ㄴ", "", "", "b"), (VOWEL, INITIAL, FINAL, FINAL, BLANK, "character"),
    )  # fmt: skip


def test_a_quarter_of_the_dark_places_is_darker_than_black_and_of_the_light_ones_lighter_than_white():
    dark = 4 * np.arange(8)  # a quarter of the way from 0 to 28 is 7
    row = np.r_[255, np.stack([dark, 255 - dark], axis=1).ravel(), 0]
    seen = tesseract._contrast(np.tile(row / 255, (3, 1)))[1]
    np.testing.assert_allclose(seen[1:-1], np.clip((row[1:-1] - 7) / ((248 - 7) / 2) - 1, -1, 1), atol=1e-6)
