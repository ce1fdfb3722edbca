"""Lesson 15: a reader's own cell is taken where it runs, and another stands in for it where it does not."""

import numpy as np
import pytest

from seqlib import words
from seqlib.lessons.after import finished
from seqlib.nn.cell import Cell
from seqlib.study.after import Leaky, MinGRU


class Blank(Cell):
    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.h = ...

    def step_back(self, W, t, d):
        d.a = ...


class Inside(Leaky):
    def step(self, W, t):
        t.h = np.tanh(W.W_x @ t.x)


@pytest.fixture(params=words.LANGUAGES)
def language(request):
    before = words.language()
    words.use(request.param)
    yield request.param
    words.use(before)


def test_a_finished_cell_is_taken_without_a_word(capsys):
    assert finished(MinGRU) is MinGRU and capsys.readouterr().out == ""


def test_another_stands_in_for_a_cell_with_a_blank(capsys, language):
    assert finished(Blank) is Leaky and finished(Blank, MinGRU) is MinGRU
    assert "Blank" in (said := capsys.readouterr().out) and "Leaky" in said and "MinGRU" in said


def test_another_stands_in_for_a_cell_that_does_not_run(capsys, language):
    assert finished(Inside) is Leaky
    assert "t.a is used before it is there" in capsys.readouterr().out  # step_back needs it, step has no such line
