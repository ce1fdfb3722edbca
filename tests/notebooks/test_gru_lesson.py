"""What lesson 11 says outside its code cells: how a GRU holds, where the bug shows, and what other seeds do."""

import numpy as np
import pytest

from seqlib import GRU
from seqlib.lessons import check
from seqlib.lessons.gru import BUG, STEP, carried, held
from seqlib.study import one_state
from seqlib.study.bptt import gradient_flow


def test_of_the_seeds_1_2_3_two_reset_and_write_at_a_mark():
    opens = []
    x, _ = one_state.recall(500, rng=1)
    new = (x[:, 1] == 1) & (np.arange(20) > 0)[:, None]
    for seed in (1, 2, 3):
        trace = one_state.learn(seed)[0].forward(x)
        r, z = (np.median(trace[gate].swapaxes(0, 1)[:, new], axis=1) for gate in "rz")
        opens.append(bool((r < 0.02).all() and z.max() > 0.9))
        if seed == 1:
            assert z.max() < 0.5
    assert opens == [False, True, True]


def test_a_shut_z_holds_bit_for_bit_and_lets_the_gradient_back():
    rng = np.random.default_rng(0)
    cell, h_0, noise = GRU(1, 3, rng=rng), rng.uniform(-1, 1, (3, 1)), rng.normal(size=(50, 1, 1))
    cell.params.b_z = -1000
    trace = cell.forward(noise, h_0)
    assert np.array_equal(trace.h[-1], h_0) and gradient_flow(cell, trace, 50)[0, 0] == 1


def test_an_open_r_holds_only_where_candidate_and_past_agree():
    for h_0, end in ((1.0, 0.96), (0.5, 0.96), (-0.1, -0.96)):
        assert round(held(1.0, 0.3, h_0, 30), 2) == end
    assert held(1.0, 0.3, 0.0, 30) == 0 and abs(held(1.0, 0.3, 1e-6, 60)) > 0.9  # a small error at 0 grows
    assert round(0.94**18, 2) == 0.33


def test_the_table_of_the_bug_shows_r_eating_the_memory():
    names = {"np": np}
    exec(BUG.code, names)
    assert carried(names["hasty_step"])[0] == ("h", "1.000", "0.500", "0.250", "0.031", "0.001")
    assert carried(STEP.solution)[0] == ("h", *["1.000"] * 5)
    with pytest.raises(ValueError, match=r"^step must return the new h, of shape \(1, 1\), but it returned nothing"):
        carried(lambda *given: None)
    assert check("gru-bug", 8).ok
