"""What lessons 6 and 7 say about memory and about clipping holds: here with few seeds, in the lessons with eight."""

import numpy as np
import pytest

from seqlib import RNN, Adam, Readout, SequenceModel, clip_by_norm, train
from seqlib.data import (
    adding_batches,
    adding_correct,
    adding_ends,
    adding_problem,
    order_task,
    recall_batches,
    recall_task,
)
from seqlib.study import bptt, clipping, remembering


def test_a_network_names_every_symbol_although_its_gradient_has_vanished():
    right, norms = remembering.recall_run(5, [0, 100, 200])
    assert right[0] < 0.4 and right[1] == right[2] == 1.0
    assert norms[2] < 1e-3 * norms[0], "far below what it was at the start"


def test_another_one_keeps_its_gradient():
    right, norms = remembering.recall_run(0, [0, 200])
    assert right[1] == 1.0 and norms[1] > 0.1


def test_at_the_start_the_norms_are_those_that_the_lesson_names():
    starts = [remembering.recall_run(seed, [0])[1][0] for seed in range(8)]
    assert [f"{start:.0e}" for start in starts if start > 1e-4] == ["1e-02"]
    assert all(1e-6 < start < 1e-4 for start in starts if start < 1e-3)


def test_truncation_learns_beyond_its_window_only_where_the_state_is_carried():
    assert remembering.cut_run(5, [200], carry=True)[0] == 1.0
    assert remembering.cut_run(5, [200], carry=False)[0] < 0.4


def test_a_run_looks_at_two_hundred_sequences_and_at_the_jacobians_of_eight():
    looks, rng = [0, 2, 2, 5], np.random.default_rng(3)
    model = SequenceModel(RNN(5, 6, rng=rng), Readout(6, 4, rng=rng), "many-to-one")
    fresh, optimizer, done, wanted = recall_batches(32, 4, rng=rng), Adam(0.03), 0, []
    x, targets = recall_task(200, 4, rng=np.random.default_rng([3, 1]))
    for until in looks:
        train(model, fresh, optimizer, until - done, clip=1.0)
        trace, norms, done = model.forward(x), [], until
        for n in range(8):
            slopes = 1 - trace.h[1:, :, n] ** 2  # ∂h₅/∂h₁, so without the first step
            J = np.linalg.multi_dot([slope[:, None] * model.params.W_hh for slope in slopes[::-1]])
            norms.append(np.linalg.norm(J, 2))
        wanted.append(((trace.logits[-1].argmax(axis=0) == targets).mean(), np.exp(np.mean(np.log(norms)))))
    np.testing.assert_allclose(remembering.recall_run(3, looks, lag=4, H=6, eta=0.03), np.transpose(wanted), rtol=1e-9)


@pytest.mark.parametrize("carry", [True, False])
def test_a_cut_run_trains_the_last_window(carry):
    rng = np.random.default_rng(3)
    model = SequenceModel(RNN(5, 6, rng=rng), Readout(6, 4, rng=rng), "many-to-one")
    fresh, cut = recall_batches(32, 4, rng=rng), remembering.LastWindow(model, 2, carry=carry)
    x, targets = recall_task(200, 4, rng=np.random.default_rng([3, 1]))
    wanted = [cut.accuracy(x, targets)]
    train(cut, fresh, Adam(0.03), 30, clip=1.0)
    h = model.cell.forward(x[:3]).h[-1] if carry else None
    wanted.append((model.forward(x[3:], h0=h).logits[-1].argmax(axis=0) == targets).mean())
    found = remembering.cut_run(3, [0, 30], carry=carry, lag=4, window=2, H=6, eta=0.03)
    assert found.tolist() == wanted == [cut.accuracy(x, targets) if k else wanted[0] for k in range(2)]


def test_what_is_left_out_is_as_lesson_6_has_it(monkeypatch):
    seen, start = [], remembering._start
    monkeypatch.setattr(remembering, "_start", lambda *given: seen.append(given) or start(0, 2, 2))
    monkeypatch.setattr(remembering, "_while_training", lambda *given: seen.append(given[2:]) or [])
    monkeypatch.setattr(remembering, "LastWindow", lambda model, window, carry: seen.append((window, carry)))
    remembering.recall_run(4, [1])
    remembering.cut_run(4, [1], carry=False)
    assert seen == [(4, 20, 16), (0.02, [1]), (4, 19, 32), (10, False), (0.005, [1])]
    monkeypatch.setattr(remembering, "train", lambda model, fresh, optimizer, updates, clip: seen.append(
        (next(fresh)[0].shape, optimizer.lr, updates, clip, next(fresh)[1].max())))  # fmt: skip
    model = remembering.order_reader()
    assert seen[5:] == [((8, 6, 50), 0.01, 300, 1.0, 2)] and (model.cell.H, model.readout.K) == (8, 3)


def models(seed=0, T=9, D=5):
    rng = np.random.default_rng(seed)
    model = SequenceModel(RNN(D, 4, rng=rng), Readout(4, 4, rng=rng), "many-to-one")
    return model, *recall_task(6, T - 1, rng=rng)


def test_the_gradient_of_the_last_window_is_that_of_truncated_bptt():
    model, x, targets = models()
    loss, grads = remembering.LastWindow(model, 3).loss_and_gradients(x, targets)
    assert np.isclose(loss, model.loss(x, targets), rtol=1e-14), "carried, the forward pass is the same"
    wanted = bptt.truncated_gradient(model, x, targets, 3)
    assert all(np.allclose(g, wanted[name], rtol=1e-12, atol=1e-15) for name, g in grads.params.items())


def test_a_window_as_long_as_the_sequence_is_no_truncation():
    model, x, targets = models()
    for carry in (True, False):
        loss, grads = remembering.LastWindow(model, len(x), carry=carry).loss_and_gradients(x, targets)
        exact_loss, exact = model.loss_and_gradients(x, targets)
        assert np.isclose(loss, exact_loss) and np.allclose(grads.params.W_hh, exact.params.W_hh)


def test_a_window_without_what_was_before_starts_from_zero():
    model, x, targets = models()
    cut = remembering.LastWindow(model, np.int64(3), carry=False)
    loss, grads = cut.loss_and_gradients(x, targets)
    exact_loss, exact = model.loss_and_gradients(x[-3:], targets)
    assert np.isclose(loss, exact_loss, rtol=1e-14) and np.allclose(grads.params.W_hh, exact.params.W_hh, rtol=1e-12)
    assert cut.accuracy(x, targets) == model.accuracy(x[-3:], targets)
    assert remembering.LastWindow(model, 1).carry
    assert repr(remembering.LastWindow(model, 1)) == f"LastWindow({model}, 1, carry=True)"
    for wrong in (True, 1.5):
        with pytest.raises(ValueError, match="window must be a whole number"):
            remembering.LastWindow(model, wrong)


def test_the_last_window_refuses_what_it_cannot_cut():
    model, *_ = models()
    with pytest.raises(ValueError, match="window must be a whole number"):
        remembering.LastWindow(model, 0)
    with pytest.raises(ValueError, match="many-to-one"):
        remembering.LastWindow(SequenceModel(model.cell, model.readout), 3)


def test_the_reader_of_letters_learns_from_where_the_answer_was_read():
    reader = remembering.order_reader()
    x, targets = remembering.order_sequence("cadfbecd")
    assert targets[:, 0].tolist() == [0, 0, 0, 0, 2, 2, 2, 2]
    assert np.array_equal(reader.predict(x), targets)
    tau = bptt.contribution_matrix(reader, x, targets).W_hh
    assert tau[4, 2] > tau[4, 4] and not np.triu(tau, 1).any() and not tau[:, 0].any()


def test_sequences_of_letters_are_those_of_the_task():
    x, first, ids = order_task(20, T=8, rng=np.random.default_rng(1))
    for n in range(20):
        made, targets = remembering.order_sequence("".join("abcdef"[i] for i in ids[:, n]))
        assert np.array_equal(made[:, :, 0], x[:, :, n])
        assert targets[-1, 0] == first[n] + 1
    with pytest.raises(ValueError, match="letters must be some of a b c d e f"):
        remembering.order_sequence("abz")


# ---------- the task


def test_recall_shows_a_symbol_then_blanks():
    x, targets = recall_task(50, 7, kinds=3, rng=np.random.default_rng(0))
    assert x.shape == (8, 4, 50) and targets.shape == (50,) and set(targets) == {0, 1, 2}
    assert np.array_equal(x[0].argmax(axis=0), targets) and (x[1:, 3] == 1).all() and (x.sum(axis=1) == 1).all()
    more, _ = next(recall_batches(5, 2, rng=np.random.default_rng(0)))
    assert more.shape == (3, 5, 5)
    for wrong in ({"n": 0, "lag": 3}, {"n": 2, "lag": 0}, {"n": 2, "lag": 3, "kinds": 1}):
        with pytest.raises(ValueError, match="must be a whole number of at least"):
            recall_task(**wrong, rng=np.random.default_rng(0))


def test_the_stored_runs_end_where_the_lesson_says():
    ends = adding_ends()
    solved = {start: {lag: sum(s for _, s in pairs) for lag, pairs in of.items()} for start, of in ends.items()}
    assert all(len(pairs) == 8 for of in ends.values() for pairs in of.values())
    assert solved["uniform"][10] >= 7 and solved["radius 1"][10] == 8 and solved["radius 1"][15] == 3
    assert all(solved[start][lag] == 0 for start in solved for lag in (20, 30, 50))


def test_with_relu_and_the_identity_a_plain_rnn_adds_at_lag_20():
    rng = np.random.default_rng(0)
    cell = RNN(2, 32, rng=rng, activation="relu")
    cell.params.W_hh = np.eye(32)
    cell.params.W_xh = 0.1 * rng.normal(size=(32, 2))
    model = SequenceModel(cell, Readout(32, 1, rng=rng), "many-to-one", loss="mse")
    fresh, optimizer, best = adding_batches(32, 40, rng=rng), Adam(0.002), 0.0
    x, targets = adding_problem(1000, 40, rng=np.random.default_rng(99))
    for _ in range(30):  # its score leaps, so a single look would tell of chance
        if best <= 0.9:
            train(model, fresh, optimizer, 50, clip=1.0)
            best = max(best, adding_correct(model.forward(x).logits, targets))
    assert best > 0.9


# ---------- clipping


def gradients():
    problem = adding_problem(32, 40, rng=np.random.default_rng(0))
    return clipping.wild_network().loss_and_gradients(*problem)[1].params


def test_only_the_joint_norm_keeps_the_direction():
    params = gradients()
    ways = clipping.three_ways(params, 1.0)
    assert ways["joint norm"][0] < 1e-6 and np.isclose(ways["joint norm"][1], 1.0)
    assert ways["each array"][0] > 40 and ways["each element"][0] > 60
    assert ways["each element"][1] > 20
    before = params.map(np.copy)
    clip_by_norm(before, 1.0)
    joint = np.sqrt(sum((a * a).sum() for _, a in before.items()))
    assert np.isclose(joint, ways["joint norm"][1]), "as `train` clips"
    assert str(ways).splitlines()[0].split() == ["clipped", "by", "turned", "norm", "left"]


def test_what_is_below_the_limit_is_left_alone():
    small = gradients().map(lambda g: g / 1e6)
    assert all(angle < 1e-6 for angle, _ in clipping.three_ways(small, 1.0).values())


def test_the_wild_network_stops_without_clipping_and_survives_with_it():
    assert np.isclose(bptt.spectral_radius(clipping.wild_network().params.W_hh), 1.6)
    assert clipping.wild_training(None).startswith("training stopped at step 3: the loss is nan")
    assert clipping.wild_training(1.0) == "200 updates, loss 102 → 0.1"


# ---------- truncation


def test_truncation_is_exact_for_the_longest_window_and_better_the_longer():
    rng = np.random.default_rng(1)
    model = SequenceModel(RNN(3, 6, rng=rng), Readout(6, 4, rng=rng))
    x, y = rng.normal(size=(20, 3, 8)), rng.integers(4, size=(20, 8))
    cut = bptt.truncation(model, x, y, [1, 5, 20])
    assert cut.windows.tolist() == [1, 5, 20] and cut.errors[0] > cut.errors[1] > cut.errors[2]
    assert cut.errors[2] < 1e-12 and np.isclose(cut.cosines[2], 1.0) and (np.diff(cut.kilobytes) > 0).all()
    assert len(str(cut).splitlines()) == 4
