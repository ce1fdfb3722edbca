"""The picture of a line that is read, and the field above it."""

import json
import re

import numpy as np
import pytest

from seqlib import words
from seqlib.draw import style
from seqlib.draw.reading import Unreadable, printed, read_line, reading_scene
from seqlib.widgets.reading import ReadPrint


@pytest.fixture(scope="module")
def reading():
    return read_line("값을 읽는다")


@pytest.fixture(scope="module")
def scene(reading):
    return reading_scene(reading)


def texts(scene, t):
    return re.findall(r"<text[^>]*>([^<]*)</text>", scene.at(t))


def test_a_step_shows_the_text_so_far_and_the_best_symbols(reading, scene):
    assert len(reading.so_far) == scene.T
    for t, _ in reading.emitted[:5]:
        shown, [(best, p), *_] = texts(scene, t + 1), reading.likeliest(t)
        assert reading.so_far[t].strip() in shown and f"{p:.2f}" in shown
        assert scene.sentences[t].startswith(f"“{reading.so_far[t]}” after column {t + 1} ")
        assert reading.symbols[best] in scene.sentences[t] or "no final" in scene.sentences[t]


def test_what_each_direction_has_not_read_is_pale(reading, scene):
    T = scene.T
    edges = [
        np.array([re.findall(r"M([\d.]+) [\d.]+H([\d.]+)", d)[0] for d in b["values"]], float) / 72
        for b in scene.bindings
        if b["attribute"] == "d"
    ][:3]  # left and right, in inches, of the veils over the print, the forward and the backward states
    pitch = edges[0][1, 0] - edges[0][0, 0]
    for ahead in edges[:2]:
        np.testing.assert_allclose(ahead[:, 0], 0.85 + pitch * np.arange(1, T + 1), atol=0.01)
        np.testing.assert_allclose(ahead[:, 1], 0.85 + pitch * T, atol=0.01)
    behind = np.pad(edges[2], ((0, T - len(edges[2])), (0, 0)), mode="edge")
    np.testing.assert_allclose(behind, 0.85 + pitch * np.stack([np.zeros(T), np.arange(T)], 1), atol=0.01)


def test_a_long_line_is_stored_in_300_kb():
    long = read_line("순환 신경망은 왼쪽에서 오른쪽으로 읽는다")
    assert len(json.dumps(reading_scene(long).player_data(), ensure_ascii=False).encode()) < 300_000


def test_characters_without_a_symbol_are_said(scene):
    reading = read_line("넋이 나갔다")
    assert reading.note == "This network has no symbol for 넋, and reads something else there."
    assert reading.note in reading_scene(reading).sentences[0]
    words.use("ko")
    try:
        assert "넋에 해당하는 기호" in read_line("넋이 나갔다").note
    finally:
        words.use("en")


@pytest.mark.parametrize("line, told", [(" \n", "empty"), ("가" * 60, "60 characters, and about"), ("", "empty")])
def test_a_line_that_cannot_be_read_gets_a_sentence(line, told):
    with pytest.raises(Unreadable, match=told):
        read_line(line)


def test_without_a_korean_font_a_sentence_says_so_and_english_works(monkeypatch):
    monkeypatch.setitem(style.RC, "font.family", ["DejaVu Sans"])
    monkeypatch.setattr("seqlib.draw.reading.ELSEWHERE", ())
    with pytest.raises(Unreadable, match="no Korean font"):
        read_line("순환")
    assert read_line("state").text == "state"


def test_a_line_is_printed_dark_on_white_and_fills_its_height():
    image = printed("Hg", 36)
    assert image.shape[0] == 36 and image[:, 0].min() == 1 and image.min() < 0.1
    inked = np.flatnonzero(image.min(1) < 0.5)
    assert 20 <= inked[-1] - inked[0] <= 33


def test_the_field_reads_what_is_typed_and_refuses_in_a_sentence():
    widget = ReadPrint("Hello")
    assert widget.message == "Read as “Hello”." and widget.result.language == "en"
    widget.field.value = "부엌"
    assert widget.result.language == "ko" and "no symbol for 엌" in widget.message and widget.stepper.t == 1
    shown = widget.scene
    widget.field.value = "  "
    assert widget.message == "The line is empty; type a few words." and widget.scene is shown
    assert "<svg" in widget._repr_mimebundle_()["text/html"]
