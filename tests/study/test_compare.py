"""Counts against the cells themselves, the memory's reach against differences."""

import contextlib
import itertools
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, Adam, Readout, SequenceModel, data, train
from seqlib.study import bptt, compare
from tests.nn.interrupts import Interrupt

CELLS = {"RNN": RNN, "GRU": GRU, "LSTM": LSTM}
CELLS_BY_AGE = "RNN", "LSTM", "GRU"


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


def test_what_lesson_12_says_of_the_stored_runs():
    copying, other = compare.by_lag("copy"), compare.by_lag("copy", "forgets")
    rnn, lstm, gru = (copying[name][32] for name in CELLS_BY_AGE)
    assert all(np.mean(lstm[lag]) <= np.mean(rnn[lag]) for lag in (5, 10, 20)), "no better than the RNN"
    assert all(min(lstm[lag]) > max(rnn[lag] + gru[lag]) for lag in (40, 80)) and min(gru[160]) > max(lstm[160])
    assert min(lstm[20]) > max(gru[20]), "the trend is one from lag 20 on"
    assert all(max(gru[lag]) < min(rnn[lag]) for lag in (10, 20, 40))
    assert all(max(other["GRU"][32][lag]) >= min(rnn[lag]) for lag in (10, 20, 40))


def test_what_lessons_10_and_12_say_of_the_adding_problem():
    def solved(runs, **wanted):
        found = [run["solved"] for run in runs if all(run[name] == value for name, value in wanted.items())]
        return sum(found), len(found)

    lstm, gru, large = (*(data.adding_runs(name)["runs"] for name in ("LSTM", "GRU")), data.compare_runs()["adding"])
    assert solved(large, cell="RNN", H=65, T=20) == (4, 4) and solved(large, cell="RNN", H=65, T=30) == (0, 4)
    assert solved(lstm, start="bias 4", T=30) == solved(gru, start="bias -4", T=30) == (8, 8)
    assert solved(lstm, start="bias 1", T=30) == (4, 4) and solved(lstm, start="bias 1", T=60) == (0, 4)
    assert data.adding_runs("LSTM")["settings"]["give_up"] == {"bias 1": 5000}
    assert solved(lstm, start="bias 4", T=60) == (8, 8) and solved(lstm, start="bias 4", T=100) == (8, 8)


def test_each_tagger_is_trained_with_as_many_seeds_as_its_table_has_columns(monkeypatch):
    def untrained(self, kind, seed):
        rng = np.random.default_rng(seed)
        return SequenceModel(kind(self.vocabulary.size, 1, rng=rng), Readout(1, self.tags.size, rng=rng))

    monkeypatch.setattr(compare.Taggers, "_trained", untrained)
    shares = compare.Taggers().shares
    assert {name: len(of_seeds) for name, of_seeds in shares.items()} == dict.fromkeys(("RNN", "LSTM", "GRU"), 3)
    assert len(compare.TAGGED) == 1 + 3


def test_costs_by_hand():
    """D = 3, H = 4: blocks · 4 · 8 parameters, blocks · 4 · 7 products and ⊙ ones; an RNN of 9 units has 9 · 13."""
    table = compare.costs(3, 4)
    assert list(table) == [
        ("RNN", "4", "32", "28"), ("LSTM", "4", "128", "124"), ("GRU", "4", "96", "96"),
        ("RNN", "9", "117", "108"), ("LSTM", "4", "128", "124"), ("GRU", "5", "135", "135"),
    ]  # fmt: skip
    assert repr(table).splitlines()[0].split("  ")[-1] == "multiplications a step"
    with pytest.raises(ValueError, match="budget must be a positive number of parameters, but -1 came"):
        compare.hidden_size("RNN", 1, -1)


def test_a_race_is_three_trainings_in_turn(monkeypatch):
    monkeypatch.setattr(compare.Race, "LOOK", 4)
    race = compare.Race(4, H=3, seeds=2, updates=4)
    assert race.lag == 4 and [len(runs) for runs in race.shares.values()] == [2, 2, 2]
    for _ in range(5):
        race.advance()
    assert not race.over and race.done == 0
    race.advance()
    assert race.over and race.done == 4
    x, targets = data.copy_task(200, 4, rng=np.random.default_rng(1000))
    for name, seed in itertools.product(CELLS, range(2)):
        rng = np.random.default_rng(seed)
        model = SequenceModel(CELLS[name](6, 3, rng=rng), Readout(3, 4, rng=rng))
        before = model.accuracy(x, targets)
        train(model, data.copy_batches(32, 4, rng=rng), Adam(0.02), 4, clip=1.0)
        assert race.shares[name][seed] == [before, model.accuracy(x, targets)]


def test_a_race_as_it_is_left_out_and_what_it_refuses(monkeypatch):
    monkeypatch.setattr(SequenceModel, "accuracy", lambda model, x, targets: 0.0)
    race = compare.Race(3)
    assert (race.H, race.seeds, race.updates, len(race._runners)) == (16, 3, 400, 9)
    seen = []

    def trained(model, made, optimizer, updates, clip):
        seen.append((type(model.cell), next(made)[0].shape, optimizer.lr, updates, clip))
        optimizer.k += updates

    monkeypatch.setattr(compare, "train", trained)
    race.advance()
    assert seen == [(RNN, (6, 6, 32), 0.02, 20, 1.0)]
    race.turns = 9 * 20 - 1
    assert not race.over and race.done == 380
    race.turns += 1
    assert race.over and race.done == 400
    race.advance()
    assert race.turns == 9 * 20
    assert compare.Race(3, seeds=1, updates=20).updates == 20
    for wrong, what in ((0, "whole number, 1 or more"), (-20, "whole number, 1 or more"), (30, "multiple of 20")):
        with pytest.raises(ValueError, match=f"updates must be a {what}, but {wrong} came"):
            compare.Race(3, updates=wrong)


def test_how_large_a_race_may_be(monkeypatch):
    runner = SimpleNamespace(accuracy=lambda *_: 0.0), None, None
    monkeypatch.setattr(compare.Race, "_runner", lambda race, name, seed: runner)
    monkeypatch.setattr(compare.data, "copy_task", lambda *_, **__: ((), ()))
    assert len(compare.Race(200, H=256, seeds=20).shares["LSTM"]) == 20
    for sizes in ({"lag": 201}, {"H": 257}, {"seeds": 21}):
        with pytest.raises(ValueError, match="or it would take hours"):
            compare.Race(**({"lag": 3} | sizes))


def test_no_hidden_size_is_closest_to_infinity():
    with pytest.raises(ValueError, match="budget must be a positive number of parameters, but inf came"):
        compare.hidden_size("LSTM", 3, np.inf)


def test_an_interrupted_race_says_so_and_goes_on_where_it_was(monkeypatch):
    whole, race, real = compare.Race(3, H=2, seeds=1, updates=20), compare.Race(3, H=2, seeds=1, updates=20), train

    def interrupted(model, batches, optimizer, updates, clip):
        return real(model, batches, optimizer, min(updates, 7), clip=clip)

    monkeypatch.setattr(compare, "train", interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            race.advance()
        assert race.turns == race.done == 0 and len(race.shares["RNN"][0]) == 1
    race.advance()  # the six that were left
    monkeypatch.setattr(compare, "train", real)
    whole.advance()
    assert race.turns == whole.turns == 1 and race.shares == whole.shares
    one, other = (runs._runners[0][1][0].params for runs in (race, whole))
    assert all(np.array_equal(W, other[name]) for name, W in one.items())


@pytest.mark.parametrize("at", np.linspace(0.001, 0.999, 12))  # of all lines that a turn runs
def test_a_race_interrupted_anywhere_ends_as_one_that_was_not(at):
    whole, race = (compare.Race(3, H=2, seeds=1, updates=40) for _ in range(2))
    whole.advance()
    with Interrupt(0) as counted:
        whole.advance()
    race.advance()
    with contextlib.suppress(KeyboardInterrupt), Interrupt(int(at * counted.lines)):
        race.advance()
    for one in (whole, race):
        while not one.over:
            one.advance()
    assert [optimizer.k for _, (_, _, optimizer) in race._runners] == [40, 40, 40]
    assert all(len(seen) == 3 for runs in race.shares.values() for seen in runs)


def test_the_table_of_a_race_goes_as_far_as_the_slowest_network():
    race = compare.Race(3, H=1, seeds=1, updates=20)
    race.shares = {"RNN": [[0.1, 0.25, 0.9], [0.1, 0.75], [0.2, 0.35]], "LSTM": [[0.5]]}
    assert list(race.table()) == [("RNN", "20", "0.25", "0.35", "0.75"), ("LSTM", "0", "0.50", "0.50", "0.50")]
    assert repr(race.table()).split()[:5] == ["cell", "updates", "lowest", "middle", "highest"]


@pytest.fixture
def stored(monkeypatch):
    """Runs that are stored, few enough to be read."""
    fake = SimpleNamespace(
        compare_runs=lambda: {
            "copy": [
                {"cell": "RNN", "start": 1.0, "H": 32, "lag": 5, "correct": [0.1, 0.9]},
                {"cell": "RNN", "start": 1.0, "H": 32, "lag": 5, "correct": [0.1, 0.7]},
                {"cell": "RNN", "start": 1.0, "H": 32, "lag": 9, "correct": [0.5]},
                {"cell": "GRU", "start": -1.0, "H": 8, "lag": 9, "correct": [0.2, 0.3]},
                {"cell": "LSTM", "start": 1.0, "H": 8, "lag": 5, "correct": [0.4]},
            ],
            "adding": [{"cell": "RNN", "start": "radius 1", "H": 65, "T": 20, "correct": [0.0, 0.6]}],
        },
        adding_runs=lambda name: {
            "settings": {"look": 50},
            "runs": [{"start": start, "T": T, "correct": [0.3] * (n - 1) * (start != "uniform") + [1.0]}
                     for start in ("uniform", "bias 4", "bias -4") for T, n in ((20, 2), (20, 4), (20, 9), (31, 3))],
        },
    )  # fmt: skip
    monkeypatch.setattr(compare, "data", fake)


def test_stored_runs_by_cell_size_and_lag(stored):
    assert compare.by_lag("copy") == {"RNN": {32: {5: [0.9, 0.7], 9: [0.5]}}}
    assert compare.by_lag("copy", "forgets") == {"LSTM": {8: {5: [0.4]}}, "GRU": {8: {9: [0.3]}}}
    lags = {32: {10: [1.0] * 3, 15: [1.0]}}
    assert compare.by_lag("adding") == {"RNN": {65: {10: [0.6]}}, "LSTM": lags, "GRU": lags}
    with pytest.raises(ValueError, match='start must be "keeps" or "forgets", but \'both\' came'):
        compare.by_lag("copy", "both")


def test_the_tables_of_stored_runs(stored):
    table = compare.table("copy")
    assert list(table) == [
        ("RNN", "ρ = 1", "32", "0.70…0.90", "0.50…0.50"),
        ("LSTM", "b_f = 1", "8", "0.40…0.40", "–"),
        ("GRU", "b_z = −1", "8", "–", "0.30…0.30"),
    ]
    assert repr(table).split()[:7] == ["cell", "start", "H", "lag", "5", "lag", "9"] and table.left == 2
    assert [row[1] for row in compare.table("adding")] == ["ρ = 1", "b_f = 4", "b_z = −4"]
    needed = compare.updates_needed()
    assert list(needed) == [(name, "100…200…450", "150…150…150") for name in ("LSTM", "GRU")]
    assert repr(needed).split()[:5] == ["cell", "lag", "10", "lag", "15"]


@pytest.fixture
def untrained(monkeypatch):
    """Taggers whose models name the first tag that a word ever had, or the second, by their seed."""
    seeds = iter([0, 1, 2] * 3)
    monkeypatch.setattr(compare.Taggers, "_trained", lambda self, kind, seed: SimpleNamespace(
        kind=kind, seed=(seed == next(seeds)) and seed, predict=lambda x: np.full(x.shape, seed)))  # fmt: skip
    return compare.Taggers()


def test_taggers_are_measured_on_the_fifth_that_is_held_out(untrained):
    sentences = data.english() + data.korean()
    order = np.random.default_rng(0).permutation(len(sentences))
    cut = round(0.8 * len(sentences))
    counts = {}
    for k in order[:cut]:
        for word, tag in zip(sentences[k].tokens, sentences[k].tags, strict=True):
            counts.setdefault(word, Counter())[tag] += 1
    held = [(word, tag) for k in order[cut:] for word, tag in zip(sentences[k].tokens, sentences[k].tags, strict=True)]
    tags = untrained.tags.tokens
    best = {word: max(of, key=lambda tag: (of[tag], -tags.index(tag))) for word, of in counts.items()}
    assert untrained.alone == pytest.approx(np.mean([best.get(word, tags[0]) == tag for word, tag in held]))
    wanted = [np.mean([tag == name for _, tag in held]) for name in tags[:3]]
    assert {name: shares for name, shares in untrained.shares.items()} == dict.fromkeys(CELLS, pytest.approx(wanted))
    assert {name: (one.kind, one.seed) for name, one in untrained.models.items()} == {k: (CELLS[k], 0) for k in CELLS}
    assert list(untrained.table()) == [(name, *(f"{share:.2f}" for share in wanted)) for name in compare.CELLS]
    assert repr(untrained.table()).split()[:7] == ["cell", "seed", "0", "seed", "1", "seed", "2"]


def test_taggers_are_trained_on_the_others_with_three_words_in_a_hundred_unknown(untrained, monkeypatch):
    made = untrained._batches(np.random.default_rng(7))
    drawn = [next(made) for _ in range(60)]
    known = {tuple(column) for column in untrained._y[:, untrained._kept].T}
    assert all(ids.shape == y.shape == (len(untrained._ids), 32) for ids, y in drawn)
    assert all(tuple(column) in known for _, y in drawn for column in y.T)
    ids, y = (np.concatenate(part, axis=1) for part in zip(*drawn, strict=True))
    assert abs((ids == 0)[y >= 0].mean() - 0.03) < 0.006 and ((ids == -1) == (y == -1)).all()
    monkeypatch.undo()
    seen = []
    monkeypatch.setattr(compare, "train", lambda model, made, optimizer, updates, clip: seen.append(
        (type(model.cell), model.cell.H, next(made)[0].shape[1], optimizer.lr, updates, clip)))  # fmt: skip
    untrained._trained(GRU, 3)
    assert seen == [(GRU, 8, 32, 0.02, 200, 1.0)]


def test_an_interrupted_turn_is_not_counted_twice(monkeypatch):
    race = compare.Race(3, H=2, seeds=1, updates=20)
    name, (model, fresh, optimizer) = race._runners[0]
    train(model, fresh, optimizer, race.LOOK, clip=race.CLIP)  # all its updates were made, and then came the interrupt
    monkeypatch.setattr(compare, "train", None)
    race.advance()
    race.turns -= 1  # or it came when all but this was done
    race.advance()
    assert race.turns == 1 and len(race.shares[name][0]) == 2 and optimizer.k == race.LOOK


def test_the_table_says_what_came_last():
    race = compare.Race(3, H=2, seeds=2, updates=20)
    race.shares = {"RNN": [[0.1, 0.2, 0.3], [0.1, 0.4, 0.5]], "LSTM": [[0.1, 0.6], [0.1, 0.7, 0.9]]}
    k = race.LOOK
    assert [*race.table()] == [("RNN", f"{2 * k}", "0.30", "0.40", "0.50"), ("LSTM", f"{k}", "0.60", "0.65", "0.70")]


def test_where_no_word_matters_none_has_a_share(rng):
    model = SequenceModel(RNN(4, 3, rng=rng), Readout(3, 2, rng=rng))
    model.cell.params.W_xh[...] = 0
    assert not compare.word_weights(model, np.eye(4)[:, :, None]).any()


def test_word_weights_need_one_sequence_and_an_answer_at_every_step(rng):
    for shape, N in (("many-to-one", 1), ("many-to-many", 2)):
        model = SequenceModel(RNN(2, 3, rng=rng), Readout(3, 2, rng=rng), shape)
        with pytest.raises(ValueError, match="a many-to-many model and one sequence"):
            compare.word_weights(model, np.zeros((4, 2, N)))


def test_the_first_memory_can_be_asked_for(rng):
    cell, x = LSTM(2, 3, rng=rng), rng.normal(size=(3, 2, 1))
    trace = cell.forward(x)
    flow = compare.memory_flow(cell, trace, 1)
    shown = trace.o[0] * (1 - trace.tanh_C[0] ** 2)
    np.testing.assert_allclose(flow[1], abs(shown).max(axis=0), rtol=1e-12)
    np.testing.assert_allclose(flow[0], abs(shown * trace.f[0]).max(axis=0), rtol=1e-12)
