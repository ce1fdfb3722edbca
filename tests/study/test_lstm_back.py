"""Lesson 9's step back: its lines are what backward computes, and the check finds every mistake where it is."""

from functools import partial

import numpy as np
import pytest

from seqlib import LSTM, Readout, SequenceModel, cross_entropy, words
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


def test_the_small_lstm_is_the_one_whose_numbers_lesson_9_tells():
    model, x, targets = small_lstm()
    rng = np.random.default_rng(26)
    drawn = SequenceModel(LSTM(2, 2, rng=rng), Readout(2, 3, rng=rng))
    for name, W in drawn.params.items():
        np.testing.assert_array_equal(model.params[name], 2 * W if name == "W_x" else W)
    np.testing.assert_array_equal(x, rng.normal(size=(3, 2, 1)))
    assert targets.tolist() == [[0], [2], [1]]


def test_a_table_of_a_run_of_several_shows_the_one_that_is_asked_for():
    rng = np.random.default_rng(5)
    model = SequenceModel(LSTM(2, 3, rng=rng), Readout(3, 4, rng=rng))
    trace = model.forward(rng.normal(size=(2, 2, 4)))
    grads = gradients(model, trace, np.zeros((2, 4), int))
    for given, n in (({}, 0), ({"n": 2}, 2)):
        rows = {row[0]: row[1:] for row in numbers_at(trace, 2, **given)}
        assert list(rows) == ["f", "i", "o", "g", "C_prev", "C", "tanh_C", "h"]
        assert rows["h"] == tuple(f"{v:+.4f}".replace("-", "−") for v in trace.h[1, :, n])
        lines = {row[1]: row[2:] for row in lines_back(model, trace, grads, 1, **given)}
        assert lines["dC = dC + dh * o * (1 - tanh_C**2)"] == tuple(
            f"{v:+.4f}".replace("-", "−") for v in grads.trace.C[0, :, n]
        )
    assert lines_back(model, trace, grads, 1).left == 2 and numbers_at(trace, 2).left == 1
    assert "<code>tanh_C</code>" in numbers_at(trace, 2)._repr_html_()


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


def test_the_check_compares_what_backward_makes_of_the_same_run():
    """Its rows say how large the derivatives are, here found by `backward`."""
    for how, T, seed in (({}, 3, 0), ({"T": 2, "seed": 4}, 2, 4)):
        rng = np.random.default_rng(seed)
        model = SequenceModel(LSTM(2, 3, rng=rng), Readout(3, 4, rng=rng))
        x, targets = rng.normal(size=(T, 2, 2)), rng.integers(4, size=(T, 2))
        trace = model.forward(x, h0=np.tanh(rng.normal(size=(3, 2))), C0=rng.normal(size=(3, 2)))
        grads = model.backward(trace, cross_entropy(trace.logits, targets)[1])
        of_gates = [max(abs(grads.params[f"{name}{k}"]).max() for name in ("W_x", "W_h", "b_")) for k in "fiog"]
        wanted = [*of_gates, abs(grads.h0).max(), abs(grads.C0).max()]
        rows = check_step_back(RIGHT, **how)
        assert [row.name for row in rows] == [*GATES.values(), "h₀", "C₀"]
        np.testing.assert_allclose([row.scale for row in rows], wanted, rtol=1e-12)


def test_a_difference_counts_from_the_tenth_digit_on():
    def off(by):
        def step_back(*given):
            made = RIGHT(*given)
            made = list(made.values() if isinstance(made, dict) else made)
            made[2] = made[2] * (1 + by)
            return made

        return check_step_back(step_back, 1)

    assert off(0.9e-10).equal and not off(1.1e-10).equal


def test_quiz_2_tells_the_truth():
    assert different(check_step_back(partial(_step_back, add=False))) >= {ROWS[k] for k in "fig"} | {"C₀"}


def test_prove_says_what_is_wrong_with_what_cannot_run():
    def unfinished(dh, dC, f, i, o, g, C_prev, tanh_C, W_h):
        return ..., ..., ...

    assert prove(unfinished).equal  # the course's own is proved
    assert prove(lambda *inputs: inputs[0]).state == "wrong"
    assert prove(lambda dh, dC: (dh, dC)).mistake == "arguments"
    with pytest.raises(ValueError, match=r"of the shapes \[\(12, 2\), \(3, 2\), \(3, 2\)\], but \[\(3, 2\), .* came"):
        check_step_back(lambda dh, *inputs: (dh, dh, dh))


@pytest.mark.parametrize("T", [0, -1, 1.5, "3", None, True])
def test_nothing_is_proved_over_no_steps(T):
    with pytest.raises(ValueError, match="T must be a whole number, 1 or more"):
        prove(RIGHT, T)
