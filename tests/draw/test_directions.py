"""Both directions on one time axis: the numbers are those of the run; only what h_t is made of is in full colour."""

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, Bidirectional, Readout, SequenceModel, Stacked
from seqlib.draw import cells, directions
from seqlib.draw.diagrams import numbers
from tests.draw.test_cells import caught, language  # noqa: F401, a fixture

TOKENS = ["the", "dog", "that", "ran"]


def case(D=3, H=3, T=4, kind=GRU):
    rng = np.random.default_rng(0)
    cell = Bidirectional(kind(D, H, rng=rng), RNN(D, H, rng=rng))
    return cell, cell.forward(rng.normal(size=(T, D, 2)))


def drawn(svg):
    return svg.replace("&#8722;", "−")


@pytest.mark.usefixtures("language")
def test_all_states_of_both_directions_are_there():
    cell, trace = case()
    scene = directions.directions_scene(cell, trace, 1, tokens=TOKENS)
    svg = drawn(scene.at(1))
    for name in ("forward_h", "backward_h", "x"):
        assert all(number in svg for number in numbers(trace[name][:, :, 1]).ravel()), name
    assert all(f"{name}{s}" in svg for name, times in (("→h", "₀₁₂₃₄"), ("←h", "₁₂₃₄₅")) for s in times)
    for t, said in enumerate(scene.sentences):
        assert all(number in said for number in numbers(trace.h[t, :, 1]))
        assert f"→h{'₁₂₃₄'[t]} = " in said and f"x₄ … x{'₁₂₃₄'[t]}" in said and TOKENS[t] in said


def test_what_h_t_does_not_know_is_pale(monkeypatch):
    cell, trace = case()
    found = {}
    monkeypatch.setattr(directions, "Scene", lambda fig, bindings, **rest: found.update(bindings=bindings))
    directions.directions_scene(cell, trace)
    now, *veils = (b for b in found["bindings"])
    (above, wide), (below, wide_below) = ([b.values for b in veils[k : k + 2]] for k in (0, 2))
    start, pitch = now.values[:, 0], np.diff(now.values[:, 0])[0]
    np.testing.assert_allclose(above[:, 0], start + pitch)  # the steps to come
    np.testing.assert_allclose(above[:, 0] + wide, start[-1] + pitch)
    np.testing.assert_allclose(below[:, 0], start[0])  # those that have been
    np.testing.assert_allclose(below[:, 0] + wide_below, start)


def test_token_ids_are_shown_by_their_tokens():
    rng = np.random.default_rng(0)
    cell = Bidirectional(LSTM(50, 2, rng=rng), LSTM(50, 4, rng=rng))
    trace = cell.forward(rng.integers(50, size=(4, 1)))
    assert all(token in directions.directions_scene(cell, trace, tokens=TOKENS).at(2) for token in TOKENS)
    with pytest.raises(ValueError, match="token ids have no numbers to show; give tokens"):
        directions.directions_scene(cell, trace)


@pytest.mark.parametrize(
    ("sizes", "more", "said"),
    [
        ({"T": 9}, {}, "room for 2 to 8 steps, 4 units in each direction and 4 inputs, but 9, 3, 3 came"),
        ({"H": 5}, {}, "but 4, 5, 3 came"),
        ({}, {"n": 2}, "n must be 0 … 1"),
        ({}, {"tokens": ["a"]}, "tokens must be 4, one for each step, but 1 came"),
    ],
)
def test_what_has_no_room_is_refused_in_a_sentence(sizes, more, said):
    with pytest.raises(ValueError, match=said):
        directions.directions_scene(*case(**sizes), **more)
    rng = np.random.default_rng(0)
    one = RNN(3, 3, rng=rng)
    with pytest.raises(ValueError, match=r"must be a Bidirectional, but RNN\(D=3"):
        directions.directions_scene(one, one.forward(np.ones((3, 3, 1))))


@pytest.mark.usefixtures("language")
def test_the_layers_of_a_stack_are_drawn_with_the_norms_of_their_gradients(monkeypatch):
    rng = np.random.default_rng(0)
    stack = Stacked([LSTM(3, 4, rng=rng), Bidirectional(RNN(4, 2, rng=rng), GRU(4, 3, rng=rng))])
    model = SequenceModel(stack, Readout(5, 2, rng=rng))
    x, targets = rng.normal(size=(6, 3, 2)), rng.integers(2, size=(6, 2))
    trace, (_, grads) = model.forward(x), model.loss_and_gradients(x, targets)
    found = caught(monkeypatch, stack, trace, grads, 1)
    maps = {ax.get_ylabel(): ax.images[0] for ax in found["fig"].axes if ax.images and ax.get_ylabel()}
    labels = ["h_t^{(1)}", "C_t^{(1)}", r"h_t^{(2)\rightarrow}", r"h_t^{(2)\leftarrow}"]
    for label, name in zip(labels, stack.STATES, strict=True):
        np.testing.assert_array_equal(maps[f"${label}$"].get_array(), trace[name][:, :, 1].T)
    curves = [line.get_ydata() for line in found["fig"].axes[-1].lines if len(line.get_ydata()) == 6]
    for name, curve in zip(stack.STATES, curves, strict=True):
        np.testing.assert_allclose(curve, np.linalg.norm(grads.trace[name][:, :, 1], axis=1))
    caught(monkeypatch, stack, trace, names=["layer1_f"])
    with pytest.raises(ValueError, match="'layer1_q' is not in the trace; step makes layer1_a"):
        cells.blocks_scene(stack, trace, names=["layer1_q"])
