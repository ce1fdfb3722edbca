"""The training loop: the same every time, and whatever ends it leaves a usable model."""

import functools
import inspect
import itertools
import warnings

import numpy as np
import pytest

from seqlib import RNN, SGD, Adam, History, Readout, SequenceModel, batches, train
from tests.nn.agreement import bits


def model_and_data(seed=0, activation="tanh"):
    rng = np.random.default_rng(seed)
    model = SequenceModel(RNN(2, 6, rng=rng, activation=activation), Readout(6, 2, rng=rng), "many-to-one")
    x = rng.normal(size=(5, 2, 40))
    return model, x, (x[0, 0] > 0).astype(int)


def stream(x, targets, seed=1):
    return batches(x, targets, 8, rng=np.random.default_rng(seed))


def usable(model, x, targets):
    return all(np.isfinite(W).all() for _, W in model.params.items()) and np.isfinite(model.loss(x, targets))


def run(steps=20, **kwargs):
    model, x, targets = model_and_data()
    return model, train(model, stream(x, targets), Adam(0.01), steps, **kwargs)


def test_the_same_seed_gives_the_same_training():
    (a, first), (b, second) = run(), run()
    assert bits(a.params) == bits(b.params)
    assert np.array_equal(first.loss, second.loss) and np.array_equal(first.norm, second.norm)


def test_it_learns_what_came_first():
    model, x, targets = model_and_data()
    history = train(model, stream(x, targets), Adam(0.02), 300, clip=1.0)
    assert history.loss[-20:].mean() < 0.2 * history.loss[:20].mean()
    assert model.accuracy(x, targets) > 0.95


def test_history():
    _, history = run(5)
    assert history.loss.shape == history.norm.shape == (5,)
    assert not history.stopped
    assert repr(history) == f"History(5 updates, loss {history.loss[0]:.3f} → {history.loss[-1]:.3f})"
    assert repr(History(np.array([]), np.array([]), True)) == "History(no update)"


def test_loss_and_norm_are_those_before_the_update():
    model, x, targets = model_and_data()
    loss, grads = model.loss_and_gradients(x, targets)
    norm = np.sqrt(sum((g**2).sum() for _, g in grads.params.items()))
    expected = {name: W - 0.5 * grads.params[name] * (0.01 / norm) for name, W in model.params.items()}
    history = train(model, [(x, targets)], SGD(0.5), 1, clip=0.01)
    assert history.loss[0] == loss and history.norm[0] == pytest.approx(norm, rel=1e-12)  # and before clipping
    for name, W in model.params.items():
        np.testing.assert_allclose(W, expected[name], rtol=1e-12)


def test_going_on_equals_going_through():
    model, x, targets = model_and_data()
    data, optimizer = stream(x, targets), Adam(0.01)
    first = train(model, data, optimizer, 8)
    second = train(model, data, optimizer, 12)
    whole, history = run(20)
    assert bits(model.params) == bits(whole.params)  # no batch was drawn in vain
    assert np.array_equal(np.concatenate([first.loss, second.loss]), history.loss)


def test_watch_sees_every_step_and_stops():
    seen = []

    def watch(step, loss, norm):
        seen.append((step, loss, norm))
        return step == 3

    model, history = run(20, watch=watch)
    assert [step for step, _, _ in seen] == [1, 2, 3]
    assert [loss for _, loss, _ in seen] == history.loss.tolist()
    assert [norm for _, _, norm in seen] == history.norm.tolist()
    assert history.stopped
    assert bits(model.params) == bits(run(3)[0].params)


def test_stopping_at_the_last_step_is_no_stop():
    assert not run(3, watch=lambda step, loss, norm: step == 3)[1].stopped


def interrupt_at(last):
    def watch(step, loss, norm):
        if step == last:
            raise KeyboardInterrupt

    return watch


def test_an_interrupt_in_watch_ends_the_training_only():
    model, history = run(20, watch=interrupt_at(4))
    assert history.stopped and len(history.loss) == len(history.norm) == 4
    assert bits(model.params) == bits(run(4)[0].params)
    _, x, targets = model_and_data()
    assert usable(model, x, targets)
    assert not train(model, stream(x, targets), Adam(0.01), 2).stopped


def test_an_interrupt_in_batches_ends_the_training_only():
    model, x, targets = model_and_data()

    def interrupted():
        yield from itertools.islice(stream(x, targets), 4)
        raise KeyboardInterrupt

    history = train(model, interrupted(), Adam(0.01), 20)
    assert history.stopped and len(history.loss) == 4
    assert bits(model.params) == bits(run(4)[0].params)


def test_an_interrupt_in_the_gradients_makes_no_update():
    model, x, targets = model_and_data()
    before, honest = bits(model.params), model.loss_and_gradients

    def interrupted(x, targets, workspace):
        honest(x, targets, workspace)
        raise KeyboardInterrupt

    model.loss_and_gradients = interrupted
    history = train(model, stream(x, targets), Adam(0.01), 20)
    assert history.stopped and repr(history) == "History(no update)"
    assert bits(model.params) == before


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("make", [lambda: SGD(0.1), lambda: Adam(0.01)])
def test_the_history_has_the_updates_that_were_made(make, late):
    """Also where the interrupt comes just before an update or just after, of an optimizer that has served before."""
    model, x, targets = model_and_data()
    optimizer = make()
    train(model, stream(x, targets), optimizer, 4)
    update = optimizer.update

    def interrupted(params, grads):
        if optimizer.k == 6:
            if late:
                update(params, grads)
            raise KeyboardInterrupt
        update(params, grads)

    optimizer.update = interrupted
    history = train(model, stream(x, targets), optimizer, 20)
    assert history.stopped and len(history.loss) == optimizer.k - 4 == 2 + late


def test_an_interrupt_leaves_numpy_s_settings_as_they_were():
    model, x, targets = model_and_data()
    before, optimizer = (np.geterr(), np.geterrcall(), np.getbufsize()), Adam(0.01)

    def interrupted(params, grads):  # as if it came just before NumPy's settings are set back after a backward pass
        np.seterr(under="call")
        np.seterrcall(print)
        np.setbufsize(16)
        raise KeyboardInterrupt

    optimizer.update = interrupted
    assert train(model, stream(x, targets), optimizer, 20).stopped
    assert (np.geterr(), np.geterrcall(), np.getbufsize()) == before


def test_a_wrapped_method_gets_no_workspace_unless_it_takes_one():
    model, x, targets = model_and_data()
    honest = model.loss_and_gradients

    @functools.wraps(honest)  # which lends it the signature of what it calls
    def wrapped(x, targets):
        return honest(x, targets)

    model.loss_and_gradients = wrapped
    assert not train(model, stream(x, targets), SGD(0.1), 2).stopped


def test_other_errors_are_not_swallowed():
    def watch(step, loss, norm):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        run(3, watch=watch)


def test_batches_that_end_early():
    model, x, targets = model_and_data()
    history = train(model, itertools.islice(stream(x, targets), 3), Adam(0.01), 10)
    assert len(history.loss) == 3 and history.stopped
    assert train(model, [], Adam(0.01), 10).stopped
    assert not train(model, stream(x, targets), Adam(0.01), 0).stopped


@pytest.mark.parametrize("clip", [None, 1.0])
@pytest.mark.parametrize("bad", [np.nan, np.inf])  # inf saturates tanh: the loss is finite, the gradient is not
def test_a_bad_batch_is_named_and_changes_nothing(bad, clip):
    model, x, targets = model_and_data()
    spoiled = x[..., :8].copy()
    spoiled[2, 1, 3] = bad
    data = [*itertools.islice(stream(x, targets), 2), (spoiled, targets[:8])]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # one sentence, and no warnings around it
        with pytest.raises(FloatingPointError) as caught:
            train(model, data, SGD(0.1), 10, clip=clip)
    assert f"stopped at step 3: x[2, 1, 3] is {bad}; repair the data" in str(caught.value)
    assert usable(model, x, targets)
    reference, _, _ = model_and_data()
    train(reference, data[:2], SGD(0.1), 2, clip=clip)
    assert bits(model.params) == bits(reference.params)


def test_an_explosion_is_named_and_changes_nothing():
    model, x, targets = model_and_data(activation="relu")
    model.params.W_hh = 1e80
    before = bits(model.params)
    with pytest.raises(FloatingPointError) as caught:
        train(model, stream(x, targets), SGD(0.1), 10, clip=1.0)
    assert "stopped at step 1: " in str(caught.value)
    assert "the first tensor that is not finite is the gradient" in str(caught.value)
    assert "try a smaller learning rate, or clip=1.0" in str(caught.value)
    assert bits(model.params) == before


def test_a_spoiled_parameter_is_named():
    model, x, targets = model_and_data()
    model.params.W_hy[0, 0] = np.nan
    with pytest.raises(FloatingPointError, match="is the parameter W_hy; "):
        train(model, stream(x, targets), SGD(0.1), 10)


def test_a_norm_that_is_too_large_is_named():
    model, x, targets = model_and_data()
    honest = model.loss_and_gradients

    def large(x, targets):
        loss, grads = honest(x, targets)
        grads.params.W_hy = 1e200  # finite, and its square is not
        return loss, grads

    model.loss_and_gradients = large
    with pytest.raises(FloatingPointError, match="is the gradient's norm; "):
        train(model, stream(x, targets), SGD(0.1), 10)


@pytest.mark.parametrize("clip", [None, 1e30, 1.0])
def test_a_short_gradient_too_large_for_its_square_is_named_unless_it_is_clipped(clip):
    model = SequenceModel(
        RNN(3, 4, rng=np.random.default_rng(0), dtype=np.float32),
        Readout(4, 2, rng=np.random.default_rng(0), dtype=np.float32),
    )
    honest = model.loss_and_gradients
    x, targets = np.zeros((2, 3, 1), np.float32), np.zeros((2, 1), int)

    def large(x, targets):
        loss, grads = honest(x, targets)
        grads.params.W_hy = 1e20  # its square is finite in float64 alone, and Adam's averages are float32
        return loss, grads

    model.loss_and_gradients = large
    if clip == 1.0:
        assert train(model, [(x, targets)] * 3, Adam(0.1), 3, clip=clip).norm == pytest.approx(np.sqrt(8) * 1e20)
    else:
        with pytest.raises(FloatingPointError, match="is the gradient's norm; "):
            train(model, [(x, targets)] * 3, Adam(0.1), 3, clip=clip)
    assert all(np.isfinite(W).all() for _, W in model.params.items())


@pytest.mark.parametrize(
    ("place", "given", "came"),
    [
        (0, RNN, "model must be a model, such as SequenceModel(cell, readout), but the class RNN came."),
        (0, "RNN", "model must be a model, such as SequenceModel(cell, readout), but 'RNN' came."),
        (1, 3, "batches must be pairs (x, targets), such as batches(x, targets, size, rng=rng), but 3 came."),
        (2, Adam, "optimizer must be an optimizer, such as Adam(0.01), but the class Adam came."),
        (2, 0.01, "optimizer must be an optimizer, such as Adam(0.01), but 0.01 came."),
        (3, 1.5, "watch must be a function (step, loss, norm), or left out, but 1.5 came."),
    ],
)
def test_what_train_is_given_is_looked_at_before(place, given, came):
    model, x, targets = model_and_data()
    four = [model, stream(x, targets), Adam(0.01), None]
    four[place] = given
    with pytest.raises(ValueError) as caught:
        train(*four[:3], 2, watch=four[3])
    assert str(caught.value) == came


def test_a_class_may_watch():
    seen = []

    class Watch:
        def __init__(self, step, loss, norm):
            seen.append(step)

        def __bool__(self):
            return False

    assert not run(2, watch=Watch)[1].stopped and seen == [1, 2]


@pytest.mark.parametrize("three", [False, True])
def test_a_batch_that_is_no_pair_is_refused(three):
    model, x, targets = model_and_data()
    pair = (x, targets, targets) if three else np.zeros((2, 5, 2, 40))
    with pytest.raises(ValueError, match=rf"must give pairs .* But {type(pair).__name__} came\."):
        train(model, [pair], SGD(0.1), 1)


@pytest.mark.parametrize(("loss", "none"), [("cross_entropy", -1), ("mse", np.nan)])
def test_a_loss_of_zero_is_an_error_only_where_nothing_is_to_be_learned(loss, none):
    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(2, 3, rng=rng), Readout(3, 2, rng=rng), loss=loss)
    model.params.W_hy, model.params.b_y = 0, [[1000], [0]]  # sure of class 0
    x, right = rng.normal(size=(4, 2, 1)), np.zeros((4, 1), int) if loss == "cross_entropy" else np.zeros((4, 2, 1))
    if loss == "mse":
        right[:, 0] = 1000
    assert train(model, [(x, right)] * 2, SGD(0.1), 2).loss.tolist() == [0, 0]
    with pytest.raises(ValueError, match="there is nothing to learn at step 2: all targets are -1 or NaN"):
        train(model, [(x, right), (x, np.full_like(right, none))], SGD(0.1), 2)


def test_a_function_of_which_nobody_knows_what_it_takes_may_watch():
    with pytest.raises(ValueError, match="no signature"):
        inspect.signature(max)
    history = run(5, watch=max)[1]  # max(step, loss, norm) is true: it ends
    assert history.stopped and len(history.loss) == 1


def test_an_infinite_limit_clips_nothing():
    (a, first), (b, second) = run(clip=np.inf), run()
    assert bits(a.params) == bits(b.params) and first.norm.tolist() == second.norm.tolist()


def test_batches_cover_every_example_once_in_a_pass():
    x, targets = np.arange(24.0).reshape(2, 1, 12), np.arange(12)
    data = list(itertools.islice(batches(x, targets, 5, rng=np.random.default_rng(0)), 6))
    assert [t.shape[-1] for _, t in data] == [5, 5, 2] * 2
    first, second = (np.concatenate([t for _, t in part]) for part in (data[:3], data[3:]))
    assert sorted(first) == sorted(second) == list(range(12))
    assert list(first) != list(second)  # shuffled anew
    assert all(np.array_equal(x_part, x[..., t]) for x_part, t in data)  # an example keeps its target


def test_a_batch_may_be_one_example():
    x, targets = np.arange(6.0).reshape(1, 2, 3), np.arange(3)
    data = list(itertools.islice(batches(x, targets, 1, rng=np.random.default_rng(0)), 3))
    assert sorted(t.item() for _, t in data) == [0, 1, 2] and all(part.shape == (1, 2, 1) for part, _ in data)
    [(alone, _)] = itertools.islice(batches(x[..., :1], targets[:1], 4, rng=np.random.default_rng(0)), 1)
    assert np.array_equal(alone, x[..., :1])


def test_a_batch_is_a_copy():
    _, x, targets = model_and_data()
    x_part, targets_part = next(stream(x, targets))
    assert not np.shares_memory(x_part, x) and not np.shares_memory(targets_part, targets)


X = np.zeros((2, 3, 4))


@pytest.mark.parametrize(
    ("call", "fragments"),
    [
        (lambda rng: batches(X, np.zeros(5), 2, rng=rng), ["x has 4 examples (last axis)", "targets has 5"]),
        (lambda rng: batches(X, np.zeros(4), 0, rng=rng), ["size must be a whole number, 1 or more", "0 came"]),
        (lambda rng: batches(X[..., :0], np.zeros(0), 2, rng=rng), ["x has no example"]),
        (lambda rng: batches(X, 3, 2, rng=rng), ["x and targets must be arrays", "but a number came"]),
        (lambda rng: batches(3, np.zeros(4), 2, rng=rng), ["x and targets must be arrays", "but a number came"]),
        (lambda rng: run(2, clip=0), ["clip must be a positive number", "0 came"]),
    ],
)
def test_bad_input_gets_one_sentence_at_once(call, fragments, rng):
    with pytest.raises(ValueError) as caught:
        call(rng)
    assert all(fragment in str(caught.value) for fragment in fragments)
