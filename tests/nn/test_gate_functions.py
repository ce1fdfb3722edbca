"""Straight lines in place of σ, ReLU in place of a GRU's tanh: gradients, values, calls a step, refusals."""

import numpy as np
import pytest

from seqlib import GRU, LSTM, Workspace
from seqlib.study.gradcheck import check_cell
from tests.nn.agreement import EXACT

LINES = {"hard_sigmoid_0.2": 0.2, "hard_sigmoid_1/6": 1 / 6}
SETTINGS = [{"gates": gates} for gates in LINES]
SETTINGS += [{"candidate": "relu"}, {"candidate": "relu", "gates": "hard_sigmoid_0.2"}]
CASES = [
    *((LSTM, settings) for settings in SETTINGS[:2]),
    *((GRU, settings | {"reset": reset}) for settings in SETTINGS for reset in ("before", "after")),
]
each = pytest.mark.parametrize(("kind", "settings"), CASES)


def make(kind, settings, spread=1.0):
    rng = np.random.default_rng(3)
    cell = kind(3, 5, rng=rng, **settings)
    for _, array in cell.params.items():
        array += spread * rng.normal(size=array.shape)
    return cell


@each
@pytest.mark.parametrize("spread", [0.3, 3.0])  # on the line, and beyond its ends
def test_all_derivatives_agree_with_a_complex_step(kind, settings, spread):
    check = check_cell(make(kind, settings, spread), T=4, N=3)
    assert check.equal and max(row.relative for row in check) <= EXACT, f"\n{check}"


@pytest.mark.parametrize("gates", LINES)
def test_a_gate_is_the_line_between_0_and_1(gates):
    trace = make(LSTM, {"gates": gates}).forward(np.random.default_rng(0).normal(size=(9, 3, 8)))
    expected = np.clip(LINES[gates] * trace.a_f + 0.5, 0, 1)
    assert np.array_equal(trace.f, expected) and {0.0, 1.0} <= set(expected.ravel())  # both ends were met


def test_a_relu_candidate_is_not_below_zero():
    trace = make(GRU, {"candidate": "relu"}).forward(np.random.default_rng(0).normal(size=(9, 3, 8)))
    assert np.array_equal(trace.g, np.maximum(trace.a_g, 0)) and (trace.a_g < 0).any()


@each
def test_a_training_makes_the_same_gradients(kind, settings):
    cell, x, dh = make(kind, settings), np.random.default_rng(0).normal(size=(6, 3, 2)), np.ones((5, 2))
    workspace = Workspace()
    lean = cell.backward(cell.forward(x, workspace=workspace), dh, workspace=workspace)
    whole = cell.backward(cell.forward(x), dh)
    for name, array in whole.params.items():
        assert np.abs(array - lean.params[name]).max() <= EXACT * max(1, np.abs(array).max()), name


def test_a_cell_says_what_is_not_usual():
    assert repr(make(LSTM, {})) == "LSTM(D=3, H=5)"
    assert repr(make(LSTM, {"gates": "hard_sigmoid_1/6"})) == "LSTM(D=3, H=5, gates='hard_sigmoid_1/6')"
    shown = "GRU(D=3, H=5, reset='after', candidate='relu', gates='hard_sigmoid_0.2')"
    assert repr(make(GRU, {"reset": "after", "candidate": "relu", "gates": "hard_sigmoid_0.2"})) == shown


@pytest.mark.parametrize(
    ("settings", "fragments"),
    [
        ({"gates": "hard_sigmoid"}, ["gates must be one of sigmoid", "slope 0.2 in Keras 1, 2", "1/6 in Keras 3"]),
        ({"candidate": "gelu"}, ["candidate must be one of tanh, relu, but 'gelu' came."]),
    ],
)
def test_an_unknown_function_is_refused_in_a_sentence(settings, fragments):
    with pytest.raises(ValueError) as caught:
        make(GRU, settings)
    assert all(fragment in str(caught.value) for fragment in fragments)
