"""The network of one unit: the gradient that lesson 5 takes by hand, and what its optional box says in numbers."""

import numpy as np

from seqlib import mse
from seqlib.draw.bptt import chain
from seqlib.lessons.bptt import ORDER
from seqlib.lessons.one_unit import one_unit_model
from tests.lessons.test_solutions import NOTEBOOKS, read

LESSON = NOTEBOOKS / "en" / "05_bptt.ipynb"


def test_by_hand_it_is_the_gradient_and_so_says_the_walk_back():
    net, x, y, h0 = one_unit_model()
    run = net.forward(x, h0)
    wanted = net.backward(run, mse(run.logits, y)[1]).params.W_hh.item()
    made = chain(net, x, y, h0)
    np.testing.assert_allclose(made["tau"].sum(), wanted, rtol=1e-14)
    own = np.array([0, 0, 0, made["dy"] * made["readout"]])
    np.testing.assert_allclose(ORDER.solution(own, made["h"], 0.8), wanted, rtol=1e-14)
    assert f"{wanted:.3f}" == "1.035"
    cells = [cell["source"] for cell in read(LESSON)]
    assert any("it returns 1.035" in source for source in cells)


def test_total_times_total_counts_early_uses_again():
    net, x, y, h0 = one_unit_model()
    made = chain(net, x, y, h0)
    back, immediate, total = made["back"], made["immediate"], []
    for t in range(3):
        total.append(immediate[t] + (back[t] * total[-1] if t else 0))
    dh = made["dy"] * made["readout"] * np.array([back[2] * back[1], back[2], 1])
    np.testing.assert_allclose(dh @ immediate, made["tau"].sum(), rtol=1e-14)
    np.testing.assert_allclose(dh @ total, made["tau"] @ [3, 2, 1], rtol=1e-14)
    [box] = [cell["source"] for cell in read(LESSON) if cell["id"] == "bptt-predict-1"]
    for t in range(3):
        assert f"| {t + 1} | {dh[t]:.3f} | {immediate[t]:.3f} | {total[t]:.3f} |" in box
    assert f"total × immediate = {dh @ immediate:.3f}" in box and f"Total × total = {dh @ total:.3f}" in box


def test_the_first_two_factors_at_the_output_make_p_minus_onehot():
    z, y = np.array([0.3, -1.2, 2.0, 0.1]), 1
    p = np.exp(z) / np.exp(z).sum()
    by_p = np.where(np.arange(4) == y, -1 / p, 0)
    np.testing.assert_allclose(by_p @ (np.diag(p) - np.outer(p, p)), p - np.eye(4)[y], rtol=0, atol=1e-15)
    moved = np.log(np.exp(z + 1e-30j * np.eye(4)).sum(axis=1)) - (z + 1e-30j * np.eye(4))[:, y]
    np.testing.assert_allclose(moved.imag / 1e-30, p - np.eye(4)[y], atol=1e-15)
