"""Lesson 15: a reader's own cell is taken where it runs, and another stands in for it where it does not."""

import numpy as np
import pytest

from seqlib import words
from seqlib.lessons import check
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


# ---------- what is no cell yet


class NoBack(Cell):
    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.h = np.tanh(t.a)


class NoStep(Cell):
    def step_back(self, W, t, d):
        d.a = d.h


class NoWeights(Leaky):
    def __init__(self, D, H, *, rng):
        self.share = 0.1


class NoWeightsNorAnythingElse(Leaky):
    def __init__(self, D, H, *, rng):
        """Nothing."""


class NoBase:
    def step(self, W, t):
        t.h = t.x


class Braces(Leaky):
    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.h = {"h": np.tanh(t.a)}


class Blocks(Leaky):
    BLOCKS = ["a"]  # noqa: RUF012


@pytest.mark.parametrize(
    ("kind", "mistake", "said"),
    [
        (NoBack, "does-not-run", "`NoBack` has no `step_back` yet"),
        (NoStep, "does-not-run", "`NoStep` has no `step` yet"),
        (Cell, "does-not-run", "`Cell` has no `step` yet"),
        (NoWeights, "does-not-run", "`super().__init__(D, H, rng=rng)`"),
        (NoWeightsNorAnythingElse, "does-not-run", "`super().__init__(D, H, rng=rng)`"),
        (NoBase, "no-cell", "`class NoBase(Cell):`"),
        (Braces, "does-not-run", "{'h': tanh(t.a)} came"),
        (Blocks, "does-not-run", "but ['a'] came"),
    ],
)
def test_what_a_class_lacks_is_named(kind, mistake, said, capsys):
    result = check("after-own", kind)
    assert result.mistake == mistake and said in result.says["en"]
    if mistake != "no-cell":
        assert finished(kind) is Leaky
        assert said in (printed := capsys.readouterr().out) and " ()" not in printed


@pytest.mark.parametrize("kind", [NoBack.__new__(NoBack), NoBase, 3, None])
def test_what_is_no_class_of_cells_is_refused(kind):
    with pytest.raises(ValueError, match=r"kind must be a class made with `class Mine\(Cell\):`"):
        finished(kind)


def test_a_cell_without_its_methods_names_them():
    for kind, method in ((NoBack, "step_back"), (NoStep, "step")):
        with pytest.raises(NotImplementedError, match=rf"{kind.__name__} has no {method} yet: define `{method}\("):
            kind(2, 3, rng=np.random.default_rng(0))
