"""The two dense baselines: their gradients, and what each cannot do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import Flattened, Pooled, Record, cross_entropy
from seqlib.study.gradcheck import complex_step, with_params
from tests.nn.agreement import EXACT, TORCH, agree, bits, few, seeds, size, some

kinds = st.sampled_from(["pooled", "per step", "flattened"])


def build(kind, T, D, H, K, seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    if kind == "flattened":
        model = Flattened(T, D, H, K, rng=rng, dtype=dtype)
    else:
        model = Pooled(D, H, K, rng=rng, pool=kind == "pooled", dtype=dtype)
    model.params.b_h, model.params.b_y = rng.normal(size=(H, 1)) / 2, rng.normal(size=(K, 1)) / 2
    return model


def case(kind, T, N, D, H, K, seed):
    model, rng = build(kind, T, D, H, K, seed), np.random.default_rng(seed + 1)
    return model, rng.normal(size=(T, D, N)) / 2, rng.integers(0, K, (T if kind == "per step" else 1, N))


def everything(grads):
    return {**dict(grads.params.items()), "x": grads.trace.x}


@some
@given(kind=kinds, T=size, N=size, D=size, H=size, K=st.integers(2, 4), seed=seeds)
def test_backward_equals_complex_step(kind, T, N, D, H, K, seed):
    model, x, targets = case(kind, T, N, D, H, K, seed)
    loss, grads = model.loss_and_gradients(x, targets)
    assert isinstance(loss, float) and loss == model.loss(x, targets)
    assert grads.h0 is None
    numeric = complex_step(
        lambda point: with_params(model, point).loss(point.x, targets), model.params.joined(Record({"x": x}))
    )
    agree(everything(grads), numeric, EXACT)


@some
@given(kind=kinds, T=size, N=size, D=size, H=size, K=st.integers(2, 4), seed=seeds)
def test_everything_equals_torch(torch, kind, T, N, D, H, K, seed):
    model, x, targets = case(kind, T, N, D, H, K, seed)
    leaf = {name: torch.tensor(array, requires_grad=True) for name, array in [*model.params.items(), ("x", x)]}
    inputs = leaf["x"].reshape(1, T * D, N) if kind == "flattened" else leaf["x"]
    h = torch.tanh(leaf["W_xh"] @ inputs + leaf["b_h"])
    read = h.mean(dim=0, keepdim=True) if kind == "pooled" else h
    logits = leaf["W_hy"] @ read + leaf["b_y"]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(targets), reduction="sum") / N
    h.retain_grad(), logits.retain_grad()
    loss.backward()

    trace, (got, grads) = model.forward(x), model.loss_and_gradients(x, targets)
    values = {"loss": loss.detach(), "logits": logits.detach(), "h": h.detach()}
    agree({"loss": got, "logits": trace.logits, "h": trace.h}, values, TORCH)
    expected = {name: tensor.grad for name, tensor in leaf.items()} | {"h": h.grad, "z": logits.grad}
    agree(everything(grads) | {"h": grads.trace.h, "z": grads.trace.logits}, expected, TORCH)


@few
@given(T=size, N=size, D=size, H=size, K=size, seed=seeds)
def test_pooled_cannot_see_the_order(T, N, D, H, K, seed):
    model, x, _ = case("pooled", T, N, D, H, K, seed)
    shuffled = x[np.random.default_rng(seed).permutation(T)]
    # Only the order in which the mean is summed differs, so equal up to rounding.
    agree({"logits": model.forward(shuffled).logits}, {"logits": model.forward(x).logits}, EXACT)


def test_flattened_sees_the_order_and_per_step_only_its_own_step():
    model, x, _ = case("flattened", 3, 2, 4, 5, 2, 0)
    assert np.abs(model.forward(x[::-1]).logits - model.forward(x).logits).max() > 1e-3
    model, x, _ = case("per step", 3, 2, 4, 5, 2, 0)
    agree({"logits": model.forward(x[::-1]).logits}, {"logits": model.forward(x).logits[::-1]}, EXACT)


def test_pooled_takes_any_length_and_flattened_only_its_own():
    model, x, _ = case("pooled", 3, 2, 4, 5, 2, 0)
    assert model.forward(np.concatenate([x, x])).logits.shape == (1, 2, 2)
    model, x, _ = case("flattened", 3, 2, 4, 5, 2, 0)
    for wrong in (x[:2], np.concatenate([x, x])):
        with pytest.raises(ValueError, match=rf"x has {len(wrong)} steps \(axis 0\), .* built for T=3\."):
            model.forward(wrong)


@pytest.mark.parametrize("kind", ["pooled", "per step", "flattened"])
def test_predictions_and_probabilities(kind):
    model, x, targets = case(kind, 3, 6, 4, 5, 2, 0)
    p, predicted = model.probabilities(x), model.predict(x)
    assert p.shape == (len(targets), 2, 6) and predicted.shape == targets.shape
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert np.array_equal(predicted, p.argmax(axis=1))
    assert model.accuracy(x, predicted) == 1 and model.accuracy(x, 1 - predicted) == 0
    loss_t, _ = cross_entropy(model.forward(x).logits, targets)
    assert model.loss(x, targets) == loss_t.sum()
    if kind != "per step":
        assert model.loss(x, targets[0]) == model.loss(x, targets)  # (N,) is the target at the only output


@pytest.mark.parametrize("kind", ["pooled", "per step", "flattened"])
def test_float32_stays_float32_and_agrees(kind):
    model, x, targets = case(kind, 3, 6, 4, 5, 2, 0)
    single = build(kind, 3, 4, 5, 2, 0, np.float32)
    for inputs in (x, x.astype(np.float32)):  # the parameters' dtype decides
        trace, (loss, grads) = single.forward(inputs), single.loss_and_gradients(inputs, targets)
        records = (trace, grads.params, grads.trace)
        assert {array.dtype for record in records for _, array in record.items()} == {np.dtype(np.float32)}
        expected_loss, expected = model.loss_and_gradients(x, targets)
        agree(everything(grads) | {"loss": loss}, everything(expected) | {"loss": expected_loss}, 1e-5)


@pytest.mark.parametrize("kind", ["pooled", "flattened"])
def test_the_trace_is_not_the_callers_array(kind):
    model, x, _ = case(kind, 3, 2, 4, 5, 2, 0)
    one, two = model.forward(x), model.forward(x)
    assert not any(np.shares_memory(a, b) for _, a in one.items() for _, b in [*two.items(), ("x", x)])


def test_parameters_are_shared_with_the_parts():
    model = build("pooled", 3, 4, 5, 2, 0)
    model.params.W_xh, model.params.b_y = 1, 2
    assert (model.hidden.W_xh == 1).all() and (model.readout.params.b_y == 2).all()
    assert list(model.params) == ["W_xh", "b_h", "W_hy", "b_y"]


@pytest.mark.parametrize("kind", ["pooled", "flattened"])
@pytest.mark.parametrize(
    ("x", "fragments"),
    [
        (np.zeros((3, 5, 2)), ["x has 5 features (axis 1), this layer was built for D=4"]),
        (np.zeros((3, 4)), ["x must be an array of shape (T, D, N)", "shape (3, 4) came"]),
        (np.zeros((0, 4, 2)), ["x has no step"]),
        (np.zeros((3, 4, 0)), ["x has no example"]),
        ("나는", ["x must be an array of shape (T, D, N)", "str came"]),
    ],
)
def test_bad_input_gets_one_sentence(kind, x, fragments):
    with pytest.raises(ValueError) as caught:
        build(kind, 3, 4, 5, 2, 0).forward(x)
    assert all(fragment in str(caught.value) for fragment in fragments)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_reprs():
    assert repr(build("pooled", 3, 4, 5, 2, 0)) == "Pooled(D=4, H=5, K=2, pool=True)"
    assert repr(build("flattened", 3, 4, 5, 2, 0)) == "Flattened(T=3, D=4, H=5, K=2)"


def test_the_mean_over_steps_is_there_unless_it_is_left_out():
    x = np.random.default_rng(1).normal(size=(5, 2, 3))
    settings = {}, {"pool": True}, {"pool": False}
    usual, pooled, each = (Pooled(2, 4, 2, rng=np.random.default_rng(0), **pool) for pool in settings)
    np.testing.assert_array_equal(usual.forward(x).logits, pooled.forward(x).logits)
    assert usual.forward(x).logits.shape == (1, 2, 3) and each.forward(x).logits.shape == (5, 2, 3)


@pytest.mark.parametrize("kind", ["pooled", "flattened"])
def test_first_weights(kind):
    a, b = (Pooled(16, 30, 2, rng=np.random.default_rng(3)), Flattened(2, 8, 30, 2, rng=np.random.default_rng(3)))
    W = (a if kind == "pooled" else b).params.W_xh
    assert W.shape == (30, 16) and -1 / 4 <= W.min() < -0.9 / 4 and 0.9 / 4 < W.max() <= 1 / 4  # ±1/√(inputs)
    assert bits(a.params) == bits(b.params) and not a.params.b_h.any()


def test_a_long_sequence_is_pooled_by_its_mean():
    """Values and gradients by the equations."""
    rng = np.random.default_rng(0)
    model, x, dlogits = Pooled(3, 4, 2, rng=rng), rng.normal(size=(5, 3, 6)), rng.normal(size=(1, 2, 6))
    model.params.b_h = rng.normal(size=(4, 1))
    trace = model.forward(x)
    np.testing.assert_allclose(trace.h, np.tanh(model.params.W_xh @ x + model.params.b_h), rtol=1e-13)
    np.testing.assert_allclose(trace.read, trace.h.mean(axis=0)[None], rtol=1e-13)
    grads = model.backward(trace, dlogits)
    da = model.params.W_hy.T @ dlogits / 5 * (1 - trace.h**2)
    np.testing.assert_allclose(grads.params.W_xh, np.einsum("thn,tdn->hd", da, x), rtol=0, atol=1e-13)
    np.testing.assert_allclose(grads.params.b_h[:, 0], da.sum(axis=(0, 2)), rtol=0, atol=1e-13)
    np.testing.assert_allclose(grads.trace.x, model.params.W_xh.T @ da, rtol=0, atol=1e-13)


@pytest.mark.parametrize("kind", ["pooled", "flattened"])
def test_what_is_no_trace_is_refused(kind):
    model, x, _ = case(kind, 3, 2, 4, 5, 2, 0)
    for wrong in (x, Record({"x": x})):
        with pytest.raises(ValueError, match=r"trace must be the Record that forward\(x\) returned"):
            model.backward(wrong, np.zeros((1, 2, 2)))
