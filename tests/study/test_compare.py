"""Counts against the cells themselves, the memory's reach against differences."""

import itertools

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, Readout, SequenceModel
from seqlib.study import bptt, compare

CELLS = {"RNN": RNN, "GRU": GRU, "LSTM": LSTM}


@pytest.mark.parametrize(("kind", "D", "H"), itertools.product(CELLS, (1, 6), (1, 5, 32)))
def test_parameters_are_what_a_cell_has(kind, D, H):
    cell = CELLS[kind](D, H, rng=np.random.default_rng(0))
    assert compare.parameters(kind, D, H) == sum(array.size for _, array in cell.params.items())


@pytest.mark.parametrize("kind", CELLS)
def test_multiplications_are_the_weights_and_the_pointwise_products(kind):
    cell = CELLS[kind](6, 5, rng=np.random.default_rng(0))
    weights = sum(array.size for name, array in cell.params.items() if name.startswith("W"))
    pointwise = {"RNN": 0, "GRU": 3, "LSTM": 3}[kind]  # as counted in the equations
    assert compare.multiplications(kind, 6, 5) == weights + pointwise * 5


@pytest.mark.parametrize(("kind", "D", "budget"), itertools.product(CELLS, (1, 2, 6, 50), (1, 100, 4480, 4992)))
def test_hidden_size_is_the_closest_of_all(kind, D, budget):
    H = compare.hidden_size(kind, D, budget)
    assert min(range(1, 200), key=lambda h: (abs(compare.parameters(kind, D, h) - budget), h)) == H


def test_the_sizes_of_the_stored_runs():
    assert [compare.hidden_size(kind, 6, 4992) for kind in ("RNN", "GRU", "LSTM")] == [67, 37, 32]
    assert [compare.hidden_size(kind, 2, 4480) for kind in ("RNN", "GRU", "LSTM")] == [65, 37, 32]


def test_bad_input_gets_its_sentence():
    with pytest.raises(ValueError, match="kind must be one of RNN, GRU, LSTM"):
        compare.parameters("rnn", 1, 1)
    with pytest.raises(ValueError, match="budget must be a positive number"):
        compare.hidden_size("RNN", 1, 0)
    rng = np.random.default_rng(0)
    gru, lstm = GRU(2, 3, rng=rng), LSTM(2, 3, rng=rng)
    x = rng.normal(size=(4, 2, 1))
    with pytest.raises(ValueError, match="cell must have a memory C"):
        compare.memory_flow(gru, gru.forward(x), 2)
    for t in (0, 5):
        with pytest.raises(ValueError, match="t must be a step from 1 to T = 4"):
            compare.memory_flow(lstm, lstm.forward(x), t)


def test_memory_flow_is_the_derivative_by_differences():
    rng = np.random.default_rng(1)
    cell, t, k = LSTM(2, 4, rng=rng), 6, 2
    x = rng.normal(size=(t, 2, 2))
    trace, J = cell.forward(x), np.empty((2, 4, 4))
    for unit in range(4):
        C = trace.C_all[k].astype(complex)
        C[unit] += 1e-30j
        h = trace.o[k - 1] * np.tanh(C)  # C_k shows in h_k
        J[:, :, unit] = cell.forward(x[k:], h0=h, C0=C).h[-1].imag.T / 1e-30
    flow = compare.memory_flow(cell, trace, t)
    np.testing.assert_allclose(flow[k], np.linalg.norm(J, 2, axis=(1, 2)), rtol=1e-10)
    assert flow.shape == (t + 1, 2)
    at_start = np.empty((2, 4, 4))
    for unit in range(4):
        C = np.zeros((4, 2), complex)
        C[unit] += 1e-30j
        at_start[:, :, unit] = cell.forward(x.astype(complex), C0=C).h[-1].imag.T / 1e-30
    np.testing.assert_allclose(flow[0], np.linalg.norm(at_start, 2, axis=(1, 2)), rtol=1e-10)


def test_where_gates_stay_open_the_memory_reaches_and_h_does_not():
    cell = LSTM(1, 4, rng=np.random.default_rng(0), forget_bias=8.0)
    trace = cell.forward(0.1 * np.ones((30, 1, 1)))
    assert compare.memory_flow(cell, trace, 30)[0, 0] > 0.3
    assert bptt.gradient_flow(cell, trace, 30)[0, 0] < compare.memory_flow(cell, trace, 30)[0, 0]


def test_word_weights_are_the_derivatives_by_differences():
    rng, T = np.random.default_rng(3), 4
    for Cell in CELLS.values():
        model = SequenceModel(Cell(3, 5, rng=rng), Readout(5, 4, rng=rng))
        x = rng.normal(size=(T, 3, 1))
        z = model.forward(x).logits[:, :, 0]
        best, found = z.argmax(axis=1), np.zeros((T, T))
        for t, k in itertools.product(range(T), range(T)):
            slopes = []
            for d in range(3):
                up, down = x.copy(), x.copy()
                up[k, d], down[k, d] = up[k, d] + 1e-6, down[k, d] - 1e-6
                rise = model.forward(up).logits - model.forward(down).logits
                slopes.append(rise[t, best[t], 0] / 2e-6)
            found[t, k] = np.linalg.norm(slopes)
        np.testing.assert_allclose(compare.word_weights(model, x), found / found.sum(axis=1, keepdims=True), atol=1e-7)


def test_a_race_gives_every_network_its_updates_in_turn():
    race = compare.Race(3, H=4, seeds=2, updates=40)
    assert not race.over and race.done == 0
    for _ in range(6):
        race.advance()
    assert race.done == 20 and not race.over
    for _ in range(9):
        race.advance()  # beyond the end nothing happens
    assert race.over and all(len(run) == 3 for runs in race.shares.values() for run in runs)
    assert [row[:2] for row in race.table()] == [(name, "40") for name in ("RNN", "LSTM", "GRU")]
    with pytest.raises(ValueError, match="multiple of 20"):
        compare.Race(3, updates=30)


def test_the_tables_hold_the_stored_runs():
    assert compare.by_lag("adding")["RNN"].keys() == {32, 65} and "adding" not in compare.by_lag("copy")
    gru = next(row for row in compare.table("copy") if row[:3] == ("GRU", "b_z = −4", "32"))
    assert gru[-1] == "0.56…0.60"
    with pytest.raises(ValueError, match='task must be "adding" or "copy"'):
        compare.table("recall")


def test_each_tagger_is_trained_with_as_many_seeds_as_its_table_has_columns(monkeypatch):
    def untrained(self, kind, seed):
        rng = np.random.default_rng(seed)
        return SequenceModel(kind(self.vocabulary.size, 1, rng=rng), Readout(1, self.tags.size, rng=rng))

    monkeypatch.setattr(compare.Taggers, "_trained", untrained)
    shares = compare.Taggers().shares
    assert {name: len(of_seeds) for name, of_seeds in shares.items()} == dict.fromkeys(("RNN", "LSTM", "GRU"), 3)
    assert len(compare.TAGGED) == 1 + 3
