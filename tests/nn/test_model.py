"""A cell with a readout in the three shapes, against a complex step and against torch.nn.RNN."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import GRU, LSTM, RNN, Readout, Record, SequenceModel, Workspace, cross_entropy, mse
from seqlib.nn.model import SHAPES
from seqlib.study.gradcheck import complex_step, with_params
from tests.nn.agreement import EXACT, TORCH, agree, bits, few, seeds, size

shapes = st.sampled_from(SHAPES)
small = st.integers(1, 4)
activations = st.sampled_from(["tanh", "relu"])
losses = st.sampled_from(["cross_entropy", "mse"])


def build(shape, D, H, K, seed, activation="tanh", loss="cross_entropy", dtype=np.float64):
    rng = np.random.default_rng(seed)
    cell, readout = RNN(D, H, rng=rng, activation=activation, dtype=dtype), Readout(H, K, rng=rng, dtype=dtype)
    model = SequenceModel(cell, readout, shape, loss)
    model.params.b_h, model.params.b_y = rng.normal(size=(H, 1)) / 2, rng.normal(size=(K, 1)) / 2
    return model


def case(shape, T, N, D, H, K, seed, activation="tanh", loss="cross_entropy"):
    """A model, an input, and targets at the outputs, about a third of which are missing."""
    rng = np.random.default_rng(seed + 1)
    T_in, T_out = {"many-to-many": (T, T), "many-to-one": (T, 1), "one-to-many": (1, T)}[shape]
    x = rng.normal(size=(T_in, D, N)) / 2  # no saturated tanh, see test_rnn
    if loss == "mse":
        targets = rng.normal(size=(T_out, K, N))
        targets[rng.random(targets.shape) < 0.3] = np.nan
        targets[0, 0, 0] = 1
    else:
        targets = rng.integers(0, K, (T_out, N))
        targets[rng.random(targets.shape) < 0.3] = -1
        targets[0, 0] = 1
    return build(shape, D, H, K, seed, activation, loss), x, targets


def steps_of(shape, T):
    return {"steps": T} if shape == "one-to-many" else {}


@few
@given(shape=shapes, T=size, N=size, D=size, H=size, loss=losses, activation=activations, seed=seeds)
def test_gradients_equal_complex_step(shape, T, N, D, H, loss, activation, seed):
    model, x, targets = case(shape, T, N, D, H, 3, seed, activation, loss)
    value, grads = model.loss_and_gradients(x, targets)
    assert isinstance(value, float) and value == model.loss(x, targets)
    point = model.params.joined(Record({"x": x}))
    numeric = complex_step(lambda point: with_params(model, point).loss(point.x, targets), point)
    agree({**dict(grads.params.items()), "x": grads.trace.x[: len(x)]}, numeric, EXACT)


@few
@given(shape=shapes, T=size, N=size, D=size, H=size, loss=losses, activation=activations, seed=seeds)
def test_forward_and_gradients_equal_torch(torch, shape, T, N, D, H, loss, activation, seed):
    model, x, targets = case(shape, T, N, D, H, 3, seed, activation, loss)
    h0 = np.random.default_rng(seed + 2).normal(size=(H, N))
    rnn = torch.nn.RNN(D, H, nonlinearity=activation, dtype=torch.float64)
    linear = torch.nn.Linear(H, 3, dtype=torch.float64)
    ours = dict(model.params.items())
    theirs = {"W_xh": rnn.weight_ih_l0, "W_hh": rnn.weight_hh_l0, "b_h": rnn.bias_ih_l0}
    theirs |= {"W_hy": linear.weight, "b_y": linear.bias}
    with torch.no_grad():
        for name, parameter in theirs.items():
            parameter.copy_(torch.tensor(ours[name]).reshape(parameter.shape))
        rnn.bias_hh_l0.zero_()  # PyTorch has two biases that are only ever added; seqlib has their sum
    # PyTorch counts (steps, examples, features), seqlib (steps, features, examples).
    padded = np.concatenate([x, np.zeros((T - len(x), D, N))])
    x_t = torch.tensor(padded.transpose(0, 2, 1).copy(), requires_grad=True)
    h0_t = torch.tensor(h0.T[None].copy(), requires_grad=True)
    h, _ = rnn(x_t, h0_t)
    logits = linear(h[-1:] if shape == "many-to-one" else h).transpose(1, 2)
    if loss == "mse":
        mask = torch.tensor(~np.isnan(targets))
        value = ((logits - torch.tensor(np.nan_to_num(targets))) ** 2 * mask).sum() / (3 * N)
    else:
        functional = torch.nn.functional.cross_entropy
        value = functional(logits, torch.tensor(targets), ignore_index=-1, reduction="sum") / N
    value.backward()

    trace = model.forward(x, h0, **steps_of(shape, T))
    loss_t, dlogits = {"mse": mse, "cross_entropy": cross_entropy}[loss](trace.logits, targets)
    grads = model.backward(trace, dlogits)
    got = {"loss": loss_t.sum(), "logits": trace.logits, "h": trace.h}
    agree(got, {"loss": value.detach(), "logits": logits.detach(), "h": h.detach().transpose(1, 2)}, TORCH)
    got = {**dict(grads.params.items()), "x": grads.trace.x, "h0": grads.h0}
    expected = {name: parameter.grad.reshape(ours[name].shape) for name, parameter in theirs.items()}
    agree(got, expected | {"x": x_t.grad.transpose(1, 2), "h0": h0_t.grad[0].T}, TORCH)
    assert torch.allclose(rnn.bias_ih_l0.grad, rnn.bias_hh_l0.grad)


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize("shape", SHAPES)
def test_float32_stays_float32_and_agrees(shape, loss):
    model, x, targets = case(shape, 4, 3, 2, 5, 3, 0, loss=loss)
    single = build(shape, 2, 5, 3, 0, loss=loss, dtype=np.float32)
    value, grads = single.loss_and_gradients(x, targets)  # float64 inputs and targets
    records = (single.forward(x, **steps_of(shape, 4)), grads.params, grads.trace, Record({"h0": grads.h0}))
    assert {array.dtype for record in records for _, array in record.items()} == {np.dtype(np.float32)}
    expected_value, expected = model.loss_and_gradients(x, targets)
    agree(grads.params, expected.params, 1e-5)
    agree(grads.trace, expected.trace, 1e-5)
    assert value == pytest.approx(expected_value, rel=1e-5)


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("T", [1, 2, 4])
def test_the_loss_is_that_of_its_gradients(shape, loss, T):
    model, x, targets = case(shape, T, 3, 2, 5, 3, 0, loss=loss)
    value = model.loss(x, targets)
    assert isinstance(value, float) and value == model.loss_and_gradients(x, targets)[0] > 0.1
    logits = model.forward(x, **steps_of(shape, T)).logits
    loss_t, _ = {"mse": mse, "cross_entropy": cross_entropy}[loss](logits, targets)
    assert value == pytest.approx(loss_t.sum(), rel=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_predictions_and_probabilities(shape):
    model, x, targets = case(shape, 4, 6, 2, 5, 3, 0)
    steps, T_out = steps_of(shape, 4), len(targets)
    trace, p, predicted = model.forward(x, **steps), model.probabilities(x, **steps), model.predict(x, **steps)
    assert trace.x.shape == (4, 2, 6) and trace.h.shape == (4, 5, 6)
    assert trace.logits.shape == p.shape == (T_out, 3, 6) and predicted.shape == (T_out, 6)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert np.array_equal(predicted, p.argmax(axis=1))
    grads = model.loss_and_gradients(x, targets)[1]
    for name, array in grads.trace.items():
        assert array.shape == trace[name].shape
    assert {"x", "a", "h_all", "logits"} == set(grads.trace)
    assert grads.trace.h.shape == trace.h.shape and grads.h0.shape == (5, 6)
    assert list(grads.params) == list(model.params) == ["W_xh", "W_hh", "b_h", "W_hy", "b_y"]


def test_accuracy_counts_only_where_there_is_a_target():
    model, x, _ = case("many-to-many", 4, 6, 2, 5, 3, 0)
    targets = model.predict(x)
    assert model.accuracy(x, targets) == 1
    targets[1:] = -1
    assert model.accuracy(x, targets) == 1
    targets[0, :3] = (targets[0, :3] + 1) % 3
    assert model.accuracy(x, targets) == 0.5
    model, x, _ = case("one-to-many", 4, 6, 2, 5, 3, 0)
    assert model.accuracy(x, model.predict(x, steps=4)) == 1


def test_many_to_one_takes_one_target_for_each_sequence():
    model, x, targets = case("many-to-one", 4, 6, 2, 5, 3, 0)
    assert model.loss(x, targets[0]) == model.loss(x, targets)
    assert bits(model.loss_and_gradients(x, targets[0])[1].params) == bits(
        model.loss_and_gradients(x, targets)[1].params
    )


def test_many_to_one_reads_the_last_step_and_one_to_many_sees_x_once():
    model, x, _ = case("many-to-one", 4, 6, 2, 5, 3, 0)
    trace = model.forward(x)
    agree({"z": trace.logits}, {"z": model.readout.forward(trace.h[-1:])}, EXACT)
    model, x, _ = case("one-to-many", 4, 6, 2, 5, 3, 0)
    trace = model.forward(x, steps=4)
    assert np.array_equal(trace.x[0], x[0]) and not trace.x[1:].any()


def test_parameters_share_memory_with_cell_and_readout():
    model = build("many-to-many", 2, 5, 3, 0)
    model.params.W_hh, model.readout.params.b_y = 7, 8
    assert (model.cell.params.W_hh == 7).all() and (model.params.b_y == 8).all()


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["deepcopy", "pickle"]
)
def test_a_duplicate_is_whole_and_independent(duplicate):
    model, x, targets = case("many-to-many", 4, 6, 2, 5, 3, 0)
    other, before = duplicate(model), bits(model.params)
    assert other.loss(x, targets) == model.loss(x, targets)
    other.params.W_hh = 0
    assert not other.cell.params.W_hh.any()  # still one memory in the copy
    assert bits(model.params) == before


def test_runs_share_nothing_with_each_other_or_the_caller():
    model, x, targets = case("many-to-many", 4, 6, 2, 5, 3, 0)
    one, two = model.forward(x), model.forward(x)
    assert not any(np.shares_memory(a, b) for _, a in one.items() for _, b in [*two.items(), ("x", x)])
    before = bits(one), x.tobytes(), targets.tobytes(), bits(model.params)
    model.loss_and_gradients(x, targets)
    model.backward(one, cross_entropy(one.logits, targets)[1])
    assert before == (bits(one), x.tobytes(), targets.tobytes(), bits(model.params))


def test_saved_weights_give_the_same_model(tmp_path):
    model, x, targets = case("many-to-many", 4, 6, 2, 5, 3, 0)
    model.params.save(tmp_path / "weights.npz")
    other = build("many-to-many", 2, 5, 3, seed=1)
    assert other.loss(x, targets) != model.loss(x, targets)
    other.params.load(tmp_path / "weights.npz")
    assert other.loss(x, targets) == model.loss(x, targets)


@few
@given(kind=st.sampled_from([LSTM, GRU]), shape=shapes, T=size, N=small, D=small, H=small, loss=losses, seed=seeds)
def test_gated_cells_and_their_initial_states_equal_complex_step(kind, shape, T, N, D, H, loss, seed):
    plain, x, targets = case(shape, T, N, D, H, 3, seed, loss=loss)
    model = SequenceModel(kind(D, H, rng=np.random.default_rng(seed)), plain.readout, shape, loss)
    rng = np.random.default_rng(seed + 2)
    states = {f"{state}0": rng.normal(size=(H, N)) for state in kind.STATES}
    function, steps = {"mse": mse, "cross_entropy": cross_entropy}[loss], steps_of(shape, T)

    def value(point):
        given = {name: point[name] for name in ("x", *states)}
        return function(with_params(model, point).forward(**given, **steps).logits, targets)[0].sum()

    trace = model.forward(x, **states, **steps)
    grads = model.backward(trace, function(trace.logits, targets)[1])
    got = {**dict(grads.params.items()), "x": grads.trace.x[: len(x)]}
    got |= {name: getattr(grads, name) for name in states}
    agree(got, complex_step(value, model.params.joined(Record({"x": x, **states}))), EXACT)


def test_an_lstm_starts_from_C0_and_says_what_it_did_to_the_loss():
    rng = np.random.default_rng(0)
    model = SequenceModel(LSTM(2, 5, rng=rng), Readout(5, 3, rng=rng))
    x, C0, targets = rng.normal(size=(4, 2, 6)), rng.normal(size=(5, 6)), rng.integers(0, 3, (4, 6))
    trace = model.forward(x, C0=C0)
    assert bits(trace) == bits(model.forward(x, np.zeros((5, 6)), C0=C0))
    assert np.array_equal(trace.C_all[0], C0) and not trace.h_all[0].any()
    assert np.array_equal(model.predict(x, C0=C0), trace.logits.argmax(axis=1))
    assert not np.array_equal(model.probabilities(x, C0=C0), model.probabilities(x))
    _, grads = model.loss_and_gradients(x, targets)
    assert grads.h0.shape == grads.C0.shape == (5, 6) and grads.C0.any()
    assert grads.trace.logits.shape == trace.logits.shape and grads.trace.C.shape == trace.C.shape
    with pytest.raises(ValueError, match=r"C0 must have shape \(H, N\) = \(5, 6\)"):
        model.forward(x, C0=C0.T)
    for kind in (RNN, GRU):
        model = SequenceModel(kind(2, 5, rng=rng), Readout(5, 3, rng=rng))
        assert model.loss_and_gradients(x, targets)[1].C0 is None
        with pytest.raises(TypeError, match="takes h0 here, but C0 came"):
            model.forward(x, C0=C0)


@pytest.mark.parametrize("kind", [LSTM, GRU])
def test_windows_of_a_cell_are_windows_of_the_model(kind):
    rng = np.random.default_rng(0)
    model = SequenceModel(kind(2, 5, rng=rng), Readout(5, 3, rng=rng))
    model.params.W_xg, copied = 7, copy.deepcopy(model)
    assert (model.cell.params.W_x[-5:] == 7).all()
    copied.params.W_xg = 8
    assert (copied.cell.params.W_x[-5:] == 8).all() and (model.params.W_x[-5:] == 7).all()


def a_model(shape="many-to-many", **kwargs):
    rng = np.random.default_rng(0)
    return SequenceModel(RNN(3, 4, rng=rng), Readout(kwargs.pop("H", 4), 2, rng=rng), shape, **kwargs)


X = np.zeros((2, 3, 5))


@pytest.mark.parametrize(
    ("call", "fragments"),
    [
        (
            lambda: a_model("one-to-one"),
            ["shape must be one of many-to-many, many-to-one, one-to-many", "'one-to-one' came"],
        ),
        (lambda: a_model(loss="hinge"), ["loss must be one of cross_entropy, mse", "'hinge' came"]),
        (lambda: a_model(H=5), ["readout was built for H=5", "the cell has H=4"]),
        (lambda: a_model().forward(X[:, :2]), ["x has 2 features (axis 1)", "built for D=3"]),
        (lambda: a_model().forward(X[0]), ["x must be an array of shape (T, D, N)", "(3, 5) came"]),
        (lambda: a_model().forward(X, steps=3), ["steps is for one-to-many models", "many-to-many"]),
        (lambda: a_model("one-to-many").forward(X[:1]), ["steps, the number of outputs", "1 or more", "None came"]),
        (lambda: a_model("one-to-many").forward(X[:1], steps=0), ["steps, the number of outputs", "0 came"]),
        (lambda: a_model("one-to-many").forward(X, steps=2), ["x must have shape (1, D, N)", "(2, 3, 5) came"]),
        (lambda: a_model("one-to-many").forward([1], steps=2), ["x must be an array of shape (T, D, N)", "list came"]),
        (lambda: a_model().loss(X, np.zeros((3, 5), int)), ["targets must have shape (T, N)", "(3, 5) came"]),
        (lambda: a_model().loss(X, np.zeros(5, int)), ["targets must have shape (T, N)", "(1, 5) came"]),
        (lambda: a_model().loss(X, np.zeros((2, 5))), ["targets must be whole numbers", "float64"]),
        (lambda: a_model().loss(X, np.full((2, 5), 2)), ["targets must lie in 0 … 1", "2 … 2 came"]),
        (lambda: a_model().accuracy(X, np.zeros((2, 4), int)), ["numbers of shape (T, N) = (2, 5)", "(2, 4) came"]),
        (lambda: a_model().accuracy(X, np.zeros((2, 5))), ["numbers of shape (T, N) = (2, 5)", "float64 of"]),
        (lambda: a_model().accuracy(X, np.full((2, 5), -1)), ["targets must have at least one class", "all are -1"]),
        (lambda: a_model(loss="mse").predict(X), ["(loss 'mse') predicts numbers and has no classes"]),
        (lambda: a_model(loss="mse").probabilities(X), ["(loss 'mse') predicts numbers and has no probabilities"]),
        (lambda: SequenceModel(RNN, a_model().readout), ["cell must be an RNN, LSTM or GRU", "but the class RNN came"]),
        (lambda: SequenceModel(a_model().cell, 3), ["readout must be a Readout(H, K, rng=rng), but int came"]),
        (lambda: a_model().backward(X, X), ["trace must be the Record that forward(x) returned"]),
        (lambda: a_model().backward(Record({"x": X}), X), ["trace must be the Record that forward(x) returned"]),
        (
            lambda: a_model(loss="mse").loss(X, np.zeros((2, 5))),
            ["targets must have the shape of the outputs", "(2, 5)"],
        ),
    ],
)
def test_bad_input_gets_one_sentence(call, fragments):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(fragment in str(caught.value) for fragment in fragments), str(caught.value)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_repr():
    assert repr(a_model()) == "SequenceModel(RNN(D=3, H=4, activation='tanh'), Readout(H=4, K=2), 'many-to-many')"


def test_a_cell_may_run_on_where_x_has_ended():
    cell = RNN(2, 5, rng=np.random.default_rng(0))
    workspace = Workspace()
    for n in (3, 2):  # in the same memory: what was there must not show
        x = np.ones((n, 2, 3))
        expected = cell.forward(np.concatenate([x, np.zeros((4 - n, 2, 3))]))
        assert np.array_equal(cell.forward(x, steps=4, workspace=workspace).h, expected.h)
    with pytest.raises(ValueError, match="steps must be a whole number, 2 or more, but 1 came"):
        cell.forward(x, steps=1)
