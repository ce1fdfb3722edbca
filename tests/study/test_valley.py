"""The valley of lesson 10: its slope is that of its height, and what the lesson says of SGD and Adam there is so."""

import numpy as np
import pytest

from seqlib import SGD, Adam
from seqlib.lessons import check
from seqlib.study import valley
from seqlib.study.valley import STEEP, curvature, loss, turned_valleys, updates_until, way


@pytest.mark.parametrize("turned", [False, True])
def test_the_curvature_is_that_of_the_height(turned):
    w, A = np.array([0.3, -0.7]), curvature(30.0, turned)
    slope = [loss(*(w + 1e-30j * unit), 30.0, turned).imag / 1e-30 for unit in np.eye(2)]
    np.testing.assert_allclose(A @ w, slope, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.eigvalsh(A), [1, 30], rtol=1e-12)


def test_a_way_begins_at_the_same_height_however_it_lies():
    heights = [loss(*way(SGD(0.01), 3, turned=turned).T, turned=turned) for turned in (False, True)]
    np.testing.assert_allclose(*heights, rtol=1e-12)
    assert len(heights[0]) == 4


def test_a_valley_lies_along_the_weights_unless_it_is_turned():
    straight, turned = (way(SGD(0.01), 3, turned=turned) for turned in (False, True))
    np.testing.assert_array_equal(way(SGD(0.01), 3), straight)
    np.testing.assert_array_equal(straight[0], [-4.0, 1.5])
    assert not np.allclose(straight, turned)
    np.testing.assert_array_equal(loss(0.3, -0.7), loss(0.3, -0.7, STEEP, False))
    np.testing.assert_array_equal(curvature(), curvature(STEEP, False))
    assert updates_until(SGD(0.015), most=400) == updates_until(SGD(0.015), STEEP, False, most=400) < 400


def test_sgd_does_not_feel_the_turn_and_adam_does():
    needed = {
        name: [updates_until(make(), steep, turned) for steep in (25, 100, 400) for turned in (False, True)]
        for name, make in (("SGD", lambda: SGD(0.0049)), ("Adam", lambda: Adam(0.1)))
    }
    assert needed["SGD"][::2] == needed["SGD"][1::2]
    assert max(needed["Adam"][::2]) < 110 and min(needed["Adam"][1::2]) > 150


def test_the_best_rate_for_sgd_is_right_and_others_are_not():
    assert check("optim-valley", 2 / 101).ok or check("optim-valley", 0.0195).ok
    assert check("optim-valley", 0.02).mistake == check("optim-valley", 1e-5).mistake == "no-score"
    assert check("optim-valley", 0.01).mistake == "level-0" and check("optim-valley", 0.015).mistake == "level-1"
    assert np.isinf(updates_until(SGD(0.0201)))


def test_the_end_is_the_update_after_which_the_loss_stays_below():
    """SGD at rate 1/steep ends across at once, and along in powers of 1 − 1/steep: the loss is 8 (1 − 1/steep)^2n."""
    for steep, enough in ((2.0, 8 / 4**5), (2.0, 8 / 4**5 * (1 + 1e-9)), (4.0, 0.01)):
        needed = next(n for n in range(1, 99) if 8 * (1 - 1 / steep) ** (2 * n) < enough)
        assert updates_until(SGD(1 / steep), steep, enough=enough, most=100) == needed
        assert updates_until(SGD(1 / steep), steep, enough=enough, most=needed) == needed
        assert np.isinf(updates_until(SGD(1 / steep), steep, enough=enough, most=needed - 1))
    assert updates_until(SGD(0.1), enough=1e9, most=3) == 0
    for needed, found in ((3000, 3000), (3001, np.inf)):  # at steepness 1 both ways are (1 − 1/1000)^n long
        assert updates_until(SGD(1e-3), 1.0, enough=9.125 * 0.999 ** (2 * needed - 1)) == found
    np.testing.assert_allclose(loss(*way(SGD(0.5), 3, 2.0).T, 2.0), 8 / 4.0 ** np.arange(4) + [2.25, 0, 0, 0])


def test_the_table_asks_both_optimizers_in_both_valleys(monkeypatch):
    monkeypatch.setattr(valley, "updates_until", lambda o, steep, turned: (type(o).__name__, o.lr, steep, turned))
    assert list(turned_valleys()) == [
        (f"{steep} : 1", *(str(asked) for turned in (False, True)
                           for asked in (("SGD", 1.9 / steep, steep, turned), ("Adam", 0.2, steep, turned))),
         str(("Adam", 0.5, steep, True)))
        for steep in (25, 100, 400)
    ]  # fmt: skip
    assert repr(turned_valleys()).splitlines()[0].split("  ")[-1].strip() == "Adam, 45°, η = 0.5"


def test_the_table_says_what_the_lesson_says():
    rows = {row[0]: [int(n) for n in row[1:]] for row in turned_valleys()}
    assert list(rows) == ["25 : 1", "100 : 1", "400 : 1"] and rows["100 : 1"] == [175, 79, 175, 265, 126]
    assert rows["25 : 1"][0] < min(rows["25 : 1"][1::2] + rows["25 : 1"][4:])  # in a mild valley SGD is the quicker one
    assert round(126 / 79, 1) == 1.6
    assert rows["400 : 1"][1] < rows["400 : 1"][4] < rows["400 : 1"][3] < rows["400 : 1"][2]


def test_no_learning_rate_makes_sgd_as_quick_as_adam_is_in_the_turned_valley():
    rates = np.append(np.arange(0.018, 0.02, 2e-4), 2 / 101)
    assert all(np.isinf(updates_until(SGD(rate), most=126)) for rate in rates)  # its way is the same, however it lies


def test_the_way_of_the_table_ends_where_it_says():
    heights = loss(*way(SGD(0.019), 175).T)
    assert heights[-1] < 0.01 < heights[-2]
