"""The task of lesson 8, the cells that grow into an LSTM, and what is stored of their trainings."""

from types import SimpleNamespace

import numpy as np
import pytest

from seqlib import data
from seqlib.nn import LSTM, Readout, SequenceModel
from seqlib.study import growing
from seqlib.study.gradcheck import check_cell

OWN = [stage for stage, kind in growing.STAGES.items() if kind.__module__ == growing.__name__]


@pytest.mark.parametrize("demand", growing.DEMANDS)
def test_the_task_asks_for_the_number_marked_last(demand):
    x, targets = growing.recall(50, 20, demand, rng=0, marks=0.2)
    for n in range(50):
        for t in range(20):
            value, mark, ask = x[t, :, n]
            last = value if mark else last  # noqa: F821  (the first step is marked)
            assert not (mark and ask)
            if ask:
                assert targets[t, 0, n] == last
            elif demand == "silent":
                assert targets[t, 0, n] == 0
            else:
                assert np.isnan(targets[t, 0, n])
    noise, marks = x[:, 0][x[:, 1] == 0], x[1:, 1]
    assert noise.any() == (demand in ("ignore", "silent")) and marks.any() == (demand != "keep")
    assert x[0, 1].all() and x[-1, 2].all()
    assert set(growing.signs(x)) <= {"!", "?", "·"}


def test_one_step_in_ten_is_marked_and_one_of_the_others_in_five_asked():
    x, targets = growing.recall(3000, 20, rng=3)
    mark, ask = x[1:-1, 1], x[1:-1, 2]
    assert abs(mark.mean() - 0.1) < 0.01 and abs(ask[mark == 0].mean() - 0.2) < 0.01
    assert not x[-1, 1].any() and not x[0, 2].any() and np.isfinite(targets).all()
    assert x[:, 0].min() < -0.99 and 0.99 < x[:, 0].max() <= 1
    assert not growing.recall(50, 20, "keep", rng=3)[0][1:, :2].any()
    assert [growing.signs(x[:, :, 5:9])[t] for t in range(20)] == growing.signs(x, 5)
    assert growing.signs(x, 5) == ["!" if x[t, 1, 5] else "?" if x[t, 2, 5] else "·" for t in range(20)]


def test_only_what_is_asked_counts_and_a_tenth_is_too_much():
    x, targets = np.zeros((4, 3, 2)), np.zeros((4, 1, 2))
    x[0, 2, 0] = x[1:, 2, 1] = 1
    off = np.array([[0.09, 0.0], [0.0, 0.1], [9.0, -0.09], [9.0, -0.11]])[:, None]
    model = SimpleNamespace(forward=lambda given: SimpleNamespace(logits=off))
    assert growing.share_right(model, x, targets) == 2 / 4


def test_a_stage_is_trained_as_is_said():
    def noted(model, batches, optimizer, updates, *, clip):
        seen.append((next(batches)[0].shape, optimizer.lr, updates, clip, model.loss_name))
        return SimpleNamespace(loss=np.full(updates, optimizer.lr))

    for stage, given, H, T, seed, updates, bias in (
        ("forget", {}, 1, 20, 0, 1500, 1.0),
        ("read", {"H": 3, "T": 9, "seed": 4, "updates": 7, "forget_bias": 2.5}, 3, 9, 4, 7, 2.5),
    ):
        seen, rng = [], np.random.default_rng(seed)
        model, loss = growing.learn(stage, train=noted, **given)
        late = updates // 4
        shape = (T, 3, 32)
        assert seen == [(shape, 0.03, updates - late, 1.0, "mse"), (shape, 0.01, late, 1.0, "mse")]
        assert loss.tolist() == [0.03] * (updates - late) + [0.01] * late
        cell, readout = growing.STAGES[stage](3, H, rng=rng), Readout(H, 1, rng=rng)
        cell.params.b_f = bias
        for part, own in ((cell, model.cell), (readout, model.readout)):
            assert all(np.array_equal(own.params[name], W.round(2)) for name, W in part.params.items())


@pytest.mark.parametrize("stage", growing.STAGES)
def test_a_stored_run_is_a_model_with_its_weights(stage, rng):
    cell, readout = growing.STAGES[stage](3, 2, rng=rng), Readout(2, 1, rng=rng)
    weights = {name: array.tolist() for part in (cell, readout) for name, array in part.params.items()}
    model, x = growing.model_of({"stage": stage, "weights": weights}), rng.normal(size=(5, 3, 4))
    wanted = SequenceModel(cell, readout, loss="mse").forward(x).logits
    assert np.array_equal(model.forward(x).logits, wanted) and model.loss_name == "mse"


def test_a_cut_takes_both_states_of_one_unit_at_one_step(rng):
    model, x = SequenceModel(LSTM(3, 3, rng=rng), Readout(3, 1, rng=rng), loss="mse"), rng.normal(size=(14, 3, 5))
    for unit, after, given in ((2, 10, {}), (1, 4, {"after": 4}), (3, 1, {"after": 1})):
        before = model.cell.forward(x[:after])
        keeps = (np.arange(1, 4) != unit)[:, None]
        h = model.cell.forward(x[after:], h0=keeps * before.h[-1], C0=keeps * before.C[-1]).h[-1]
        np.testing.assert_array_equal(growing.cut(model, x, unit, **given), (model.readout.params.W_hy @ h)[0])


def test_an_unknown_demand_is_refused():
    with pytest.raises(ValueError, match="demand must be one of keep, replace, ignore, silent, but 'loud' came"):
        growing.recall(1, 5, "loud", rng=0)


@pytest.mark.parametrize("stage", OWN)
def test_every_stage_passes_the_gradient_check(stage):
    assert check_cell(growing.STAGES[stage](3, 2, rng=np.random.default_rng(0))).equal


def test_a_stage_is_an_lstm_whose_missing_gates_stand_open():
    """With biases of 1000 a gate of the LSTM is 1 to the last bit: what is left is the stage before."""
    rng = np.random.default_rng(1)
    x, whole = rng.normal(size=(6, 3, 4)), LSTM(3, 2, rng=rng)
    for stage, missing in (("write", "o"), ("forget", "io"), ("rail", "fio")):
        cell = growing.STAGES[stage](3, 2, rng=rng)
        for k in missing:
            whole.params[f"W_x{k}"] = 0
            whole.params[f"W_h{k}"] = 0
            whole.params[f"b_{k}"] = 1000
        for name in cell.params:
            cell.params[name] = whole.params[name]
        np.testing.assert_allclose(cell.forward(x).h, whole.forward(x).h, atol=1e-14)


def test_what_is_stored_is_what_the_weights_do():
    stored = data.growing()
    assert [(run["demand"], run["stage"]) for run in stored["runs"]] == [
        (demand, stage) for demand in growing.DEMANDS for stage in growing.STAGES
    ]
    for run in stored["runs"]:
        x, targets = growing.recall(500, 20, run["demand"], rng=1000)
        share = growing.share_right(growing.model_of(run), x, targets)
        assert share == pytest.approx(run["right"][run["seed"]], abs=1e-3)


def test_each_demand_defeats_a_stage_and_the_next_one_meets_it():
    middle = {(run["stage"], run["demand"]): np.median(run["right"]) for run in data.growing()["runs"]}
    stages = list(growing.STAGES)
    for demand, fails, meets in zip(growing.DEMANDS, stages, stages[1:], strict=False):
        assert middle[fails, demand] < 0.35 and middle[meets, demand] > 0.95


@pytest.fixture(scope="module")
def trained():
    return growing.learn("read", H=3, seed=4, updates=1200)[0]


def test_what_lesson_8_says_of_its_network(trained):
    x, targets = growing.recall(500, 20, rng=1)
    assert growing.share_right(trained, x, targets) > 0.98
    mark, f = x[:, 1] == 1, trained.forward(x).f[:, 0]
    new = mark & (np.arange(20) > 0)[:, None]
    assert (f > 0.9)[~mark].mean() > 0.95 and np.median(f[new]) < 0.2  # unit 1 holds, and lets go at a mark
    assert growing.share_after(trained, 200) < 0.5 < growing.share_after(trained, 50)


def test_unit_3_does_nearly_the_same_but_leaks(trained):
    x, _ = growing.recall(500, 20, rng=1)
    new = (x[:, 1] == 1) & (np.arange(20) > 0)[:, None]
    trace = trained.forward(x)
    for unit in (0, 2):
        f, i = (trace[name][:, unit] for name in "fi")
        assert np.median(f[new]) < 0.2 < 0.9 < np.median(f[~new]) and np.median(i[~new]) < 0.1 < 0.6 < np.median(i[new])
    assert trace.C[[0, 5], :, 123][:, [0, 2]].round(2).tolist() == [[-0.39, -0.63], [-0.38, -0.48]]


def test_cutting_the_unit_that_holds_spoils_the_answers(trained):
    x, targets = growing.recall(500, 20, rng=2, marks=0)
    shares = [(np.abs(growing.cut(trained, x, u) - targets[-1, 0]) < 0.1).mean() for u in (None, 1, 2, 3)]
    assert shares[1] < 0.2 and min(shares[0], shares[2], shares[3]) > 0.95
    assert np.array_equal(growing.cut(trained, x), trained.forward(x).logits[-1, 0])


@pytest.mark.parametrize("unit", [0, 4])
def test_units_are_counted_from_one(unit, rng):
    model = SequenceModel(LSTM(3, 3, rng=rng), Readout(3, 1, rng=rng), loss="mse")
    x = growing.recall(2, 20, rng=2)[0]
    assert all(growing.cut(model, x, known).shape == (2,) for known in (1, 3))
    with pytest.raises(ValueError, match=f"unit must be 1 … 3, but {unit} came"):
        growing.cut(model, x, unit)


def test_500_sequences_are_asked_after_T_steps_of_noise(monkeypatch):
    def forward(x):
        assert x.shape == (7, 3, 500) and not x[1:, 1].any()
        logits = np.full((7, 1, 500), 9.0)
        logits[-1] = x[0, 0] + np.where(np.arange(500) < 100, 0.1 + 1e-9, 0.1 - 1e-9)
        return SimpleNamespace(logits=logits)

    assert growing.share_after(SimpleNamespace(forward=forward), 7) == 0.8
    monkeypatch.setattr(growing, "recall", lambda *given, **how: (None, np.zeros((7, 1, 2))))
    at_the_border = SimpleNamespace(forward=lambda x: SimpleNamespace(logits=np.array([[[0.1, -0.09]]])))
    assert growing.share_after(at_the_border, 7) == 0.5
    with pytest.raises(ValueError, match="stage must be one of plain, rail, forget, write, read, but 'gru' came"):
        growing.learn("gru")


def test_after_T_steps_the_last_answer_alone_counts():
    def right_at(*steps):
        def forward(x):
            logits = np.full((len(x), 1, x.shape[2]), 9.0)
            logits[list(steps)] = x[0, 0]
            return SimpleNamespace(logits=logits)

        return SimpleNamespace(forward=forward)

    assert growing.share_after(right_at(4), 5) == 1 and growing.share_after(right_at(0, 1, 2, 3), 5) == 0


@pytest.mark.parametrize("wrong", [lambda y: y[:, :, :1], lambda y: y[0], lambda y: y[:, 0], lambda y: 0.0])
def test_targets_of_another_shape_are_refused_not_spread(wrong, rng):
    x, targets = growing.recall(4, 6, growing.DEMANDS[0], rng=0)
    model = SequenceModel(LSTM(3, 2, rng=rng), Readout(2, 1, rng=rng), loss="mse")
    assert 0 <= growing.share_right(model, x, targets) <= 1
    with pytest.raises(ValueError, match=r"^targets must have the shape of the answers, \(6, 1, 4\), but \("):
        growing.share_right(model, x, wrong(targets))
