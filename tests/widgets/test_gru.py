"""Lesson 11's playgrounds: sliders send values only, and the switchboard tells the truth."""

import numpy as np
import pytest

from seqlib import GRU
from seqlib.draw.gru import CONVENTIONS, held
from seqlib.widgets.gru import GRUPlayground, Switchboard


def weights(seed=0, H=2):
    rng = np.random.default_rng(seed)
    cell = GRU(2, H, rng=rng)
    for _, array in cell.params.items():
        array += rng.normal(size=array.shape)
    return cell, rng.normal(size=(6, 2, 3))


def test_only_values_are_sent_when_a_slider_moves():
    playground = GRUPlayground()
    before = playground.scene
    for name, value in (("r", 1.0), ("z", 0.5), ("a", -1.0), ("h0", -0.5)):
        setattr(playground, name, value)
        assert playground.scene.svg == before.svg and playground.scene.bindings != before.bindings
        before = playground.scene
    assert playground.values == {"r": 1.0, "z": 0.5, "a": -1.0, "h0": -0.5}
    assert f"{held(1, 0.5, -1, -0.5)['h'][0, 0]:.2f}".replace("-", "−") in playground.scene.sentences[0]


def test_several_sliders_move_at_once():
    playground, sent = GRUPlayground(), []
    playground.observe(lambda change: sent.append(change["name"]))
    playground.set(r=1, z=0.3, h0=0.5)
    assert playground.values == {"r": 1, "z": 0.3, "a": 0, "h0": 0.5} and sent == ["r", "z", "h0"]
    assert repr(playground) == "<GRUPlayground: r = 1.00, z = 0.30, a = 0.00>"
    with pytest.raises(ValueError, match="values must be named r, z, a or h0, but o came"):
        playground.set(o=1)


def by_hand(cell, x, z_keeps, after, negated=False):
    """One set of weights in one of the four conventions, by plain NumPy."""
    p, h, states = cell.params, np.zeros((cell.H, x.shape[2])), []
    sign = -1 if negated else 1
    for x_t in x:
        r = 1 / (1 + np.exp(-(p.W_xr @ x_t + p.W_hr @ h + p.b_r)))
        z = 1 / (1 + np.exp(-sign * (p.W_xz @ x_t + p.W_hz @ h + p.b_z)))
        g = np.tanh(p.W_xg @ x_t + (r * (p.W_hg @ h) if after else p.W_hg @ (r * h)) + p.b_g)
        h = z * h + (1 - z) * g if z_keeps else (1 - z) * h + z * g
        states.append(h)
    return np.array(states)


@pytest.mark.parametrize("source", CONVENTIONS)
@pytest.mark.parametrize("converted", [False, True])
def test_the_four_panels_are_what_the_four_conventions_compute(source, converted):
    cell, x = weights()
    board = Switchboard(cell, x, 1)
    board.source, board.converted = source, converted
    for (z, r), states in board.states().items():
        negated = converted and z != source[0]
        expected = by_hand(cell, x, z == "keeps", r == "after", negated)[:, :, 1]
        np.testing.assert_allclose(states, expected, rtol=0, atol=1e-12)
    other = {"writes": "keeps", "keeps": "writes"}[source[0]]
    same = np.abs(board.states()[other, source[1]] - board.states()[source]).max()
    assert (same < 1e-14) == converted  # computed, not copied: so equal up to rounding
    told = board.scene.sentences[2]
    assert ("negated" in told and "another function" in told) if converted else "train again" in told
    assert repr(board) == f"<Switchboard: z {source[0]}, r {source[1]}{', converted' if converted else ''}>"


def test_the_switchboard_sends_values_only():
    cell, x = weights()
    board = Switchboard(cell, x)
    svg = board.scene.svg
    board.source, board.converted = ("keeps", "after"), True
    assert board.scene.svg == svg and board.learned == "keeps after" and board.converted


def test_everything_is_said_in_korean(in_korean):
    cell, x = weights()
    board = Switchboard(cell, x)
    assert "부호를 바꾼다" in board.scene.sentences[0] and "PyTorch" in board.rows[0][0]["options"][3][0]
    assert "절반" in GRUPlayground().scene.sentences[0]


def test_what_does_not_fit_is_said():
    cell, x = weights(H=5)
    with pytest.raises(ValueError, match="room for H ≤ 4"):
        Switchboard(cell, x)
