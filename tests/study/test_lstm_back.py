"""Lesson 9's step back: its lines are what backward computes, and the check finds every mistake where it is."""

from functools import partial

import numpy as np
import pytest

from seqlib import words
from seqlib.lessons.back import prove
from seqlib.lessons.training import STEP_BACK, _step_back
from seqlib.study.lstm_back import GATES, check_step_back, gradients, lines_back, numbers_at, slope_of_C, small_lstm

RIGHT = STEP_BACK.solution
ROWS = dict(zip("fiog", GATES.values(), strict=True))


@pytest.fixture(scope="module")
def run():
    model, x, targets = small_lstm()
    trace = model.forward(x)
    return model, x, targets, trace, gradients(model, trace, targets)


def different(comparison):
    return {row.name for row in comparison if not row.equal}


@pytest.mark.parametrize("t", [1, 2, 3])
def test_moving_C_itself_gives_what_backward_gives(run, t):
    model, x, targets, _, grads = run
    np.testing.assert_allclose(slope_of_C(model, x, targets, t), grads.trace.C[t - 1], rtol=1e-12)


@pytest.mark.parametrize("t", [1, 2, 3])
def test_every_line_computes_what_backward_computes(run, t):
    model, _, _, trace, grads = run
    table = lines_back(model, trace, grads, t)
    lines = {row[1].split(" = ")[0]: [float(v.replace("−", "-")) for v in row[2:]] for row in table}
    names = {"dC": "C", "df": "f", "di": "i", "dg": "g", "do": "o"} | {f"da_{k}": f"a_{k}" for k in "fiog"}
    for line, name in names.items():
        np.testing.assert_allclose(lines[line], grads.trace[name][t - 1].ravel(), atol=6e-5)
    da = grads.trace.a[t - 1]
    np.testing.assert_allclose(lines["dh_prev"], (model.params.W_h.T @ da).ravel(), atol=6e-5)
    np.testing.assert_allclose(lines["dC_prev"], (trace.f[t - 1] * grads.trace.C[t - 1]).ravel(), atol=6e-5)


def test_the_tables_hold_their_numbers_in_both_languages(run):
    model, _, _, trace, grads = run
    table, numbers = lines_back(model, trace, grads, 2), numbers_at(trace, 2)
    before = words.language()
    try:
        for language, unit in (("en", "unit 1"), ("ko", "유닛 1")):
            words.use(language)
            assert unit in repr(table) and unit in numbers._repr_html_()
    finally:
        words.use(before)
    assert f"{grads.trace.C[1, 0, 0]:+.4f}".replace("-", "−") in repr(table)
    assert "<code>dC = dC + dh * o * (1 - tanh_C**2)</code>" in table._repr_html_()
    assert f"{trace.h[1, 1, 0]:+.4f}".replace("-", "−") in numbers._repr_html_()


@pytest.mark.parametrize("T", [1, 3, 5])
def test_the_right_step_back_is_right(T):
    assert check_step_back(RIGHT, T).equal and prove(RIGHT, T).equal


@pytest.mark.parametrize(
    ("wrong", "rows"),
    [
        (partial(_step_back, into_o="C"), {ROWS["o"], "h₀"}),
        (partial(_step_back, flat="i"), {ROWS["i"], "h₀"}),
        (partial(_step_back, old="C"), {ROWS["f"], "h₀"}),
        (partial(_step_back, tanh=np.ones_like), {ROWS["g"], "h₀"}),
        (partial(_step_back, through_f=False), {"C₀"}),
        (partial(_step_back, turn=False), {"h₀"}),
        (partial(_step_back, add=False), set()),  # over one step nothing comes along the rail
    ],
)
def test_one_step_shows_where_a_mistake_is(wrong, rows):
    assert different(check_step_back(wrong, 1)) == rows
    assert len(different(check_step_back(wrong))) >= 4  # and over three it spreads


def test_quiz_2_tells_the_truth():
    assert different(check_step_back(partial(_step_back, add=False))) >= {ROWS[k] for k in "fig"} | {"C₀"}


def test_prove_says_what_is_wrong_with_what_cannot_run():
    def unfinished(dh, dC, f, i, o, g, C_prev, tanh_C, W_h):
        return ..., ..., ...

    assert prove(unfinished).equal  # the course's own is proved
    assert prove(lambda *inputs: inputs[0]).state == "wrong"
    assert prove(lambda dh, dC: (dh, dC)).mistake == "arguments"
    with pytest.raises(ValueError, match="must return arrays of the shapes"):
        check_step_back(lambda dh, *inputs: (dh, dh, dh))
