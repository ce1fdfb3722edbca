"""Values and derivatives of the pointwise functions and the losses, against PyTorch and a complex step."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import Record, cross_entropy, mse, sigmoid, softmax
from seqlib.nn.functions import ACTIVATIONS
from seqlib.study.gradcheck import complex_step
from tests.nn.agreement import EXACT, TORCH, agree, few, seeds, size, some

classes = st.integers(2, 5)


def scores(seed, T, K, N):
    """Logits, and targets of which some (never all) are missing."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(-1, K, (T, N))
    targets[0, 0] = 0
    return 3 * rng.normal(size=(T, K, N)), targets


@some
@given(T=size, K=classes, N=size, seed=seeds)
def test_cross_entropy_equals_torch(torch, T, K, N, seed):
    logits, targets = scores(seed, T, K, N)
    z = torch.tensor(logits, requires_grad=True)
    each = torch.nn.functional.cross_entropy(z, torch.tensor(targets), ignore_index=-1, reduction="none")
    loss_t = each.sum(dim=1) / N  # the mean over all N examples, missing ones included, and the sum over steps
    loss_t.sum().backward()
    got, dlogits = cross_entropy(logits, targets)
    assert got.shape == (T,)
    agree({"loss": got, "logits": dlogits}, {"loss": loss_t.detach(), "logits": z.grad}, TORCH)


@few
@given(T=size, K=classes, N=size, seed=seeds)
def test_cross_entropy_equals_complex_step(T, K, N, seed):
    logits, targets = scores(seed, T, K, N)
    numeric = complex_step(lambda point: cross_entropy(point.z, targets)[0].sum(), Record({"z": logits}))
    agree({"z": cross_entropy(logits, targets)[1]}, numeric, EXACT)


def test_dlogits_is_p_minus_onehot_over_N():
    logits = np.log([[[0.2, 0.5], [0.3, 0.25], [0.5, 0.25]]])
    loss_t, dlogits = cross_entropy(logits, np.array([[2, 0]]))
    np.testing.assert_allclose(loss_t, [(-np.log(0.5) - np.log(0.5)) / 2])
    np.testing.assert_allclose(dlogits[0], np.array([[0.2, -0.5], [0.3, 0.25], [-0.5, 0.25]]) / 2)


def test_the_loss_is_a_sum_over_steps_and_a_mean_over_examples():
    logits, targets = np.zeros((5, 4, 3)), np.ones((5, 3), int)
    np.testing.assert_allclose(cross_entropy(logits, targets)[0], [np.log(4)] * 5)
    twice = np.concatenate([logits, logits], axis=2), np.concatenate([targets, targets], axis=1)
    np.testing.assert_allclose(cross_entropy(*twice)[0], [np.log(4)] * 5)
    np.testing.assert_allclose(mse(np.full((5, 4, 3), 2.0), np.zeros((5, 4, 3)))[0], [4] * 5)


def test_no_target_means_no_loss_and_no_gradient(rng):
    logits = rng.normal(size=(3, 4, 2))
    loss_t, dlogits = cross_entropy(logits, np.array([[1, -1], [-1, -1], [-1, 0]]))
    assert loss_t[1] == 0 and not np.signbit(loss_t[1])  # a page shows 0, not -0
    assert not dlogits[1].any() and not dlogits[0, :, 1].any() and not dlogits[2, :, 0].any()
    assert dlogits[0, :, 0].any() and dlogits[2, :, 1].any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_logits_do_not_overflow(dtype):
    logits = np.array([[[1000.0, -1000.0], [-1000.0, 1000.0], [0.0, 1000.0]]], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        p = softmax(logits)
        loss_t, dlogits = cross_entropy(logits, np.array([[1, 1]]))
    np.testing.assert_allclose(p, [[[1, 0], [0, 0.5], [0, 0.5]]], atol=1e-30)
    np.testing.assert_allclose(loss_t, [(2000 + np.log(2)) / 2], rtol=1e-6)
    np.testing.assert_allclose(dlogits, [[[0.5, 0], [-0.5, -0.25], [0, 0.25]]], atol=1e-30)


def test_an_impossible_class_that_is_not_the_target_costs_nothing():
    loss_t, dlogits = cross_entropy(np.array([[[0.0], [-np.inf]]]), np.array([[0]]))
    assert loss_t.tolist() == [0] and not dlogits.any()


@few
@given(T=size, K=size, N=size, seed=seeds)
def test_softmax_equals_torch(torch, T, K, N, seed):
    logits = 5 * np.random.default_rng(seed).normal(size=(T, K, N))
    p = softmax(logits)
    agree({"p": p, "sum": p.sum(axis=1)}, {"p": torch.softmax(torch.tensor(logits), 1), "sum": np.ones((T, N))}, TORCH)
    agree({"p": softmax(logits + 100)}, {"p": p}, EXACT)
    agree({"p": softmax(logits[0])}, {"p": p[0]}, EXACT)  # (K, N) works too


@few
@given(T=size, K=size, N=size, seed=seeds)
def test_mse_equals_torch(torch, T, K, N, seed):
    rng = np.random.default_rng(seed)
    outputs, targets = rng.normal(size=(2, T, K, N))
    missing = rng.random((T, K, N)) < 0.3
    o = torch.tensor(outputs, requires_grad=True)
    each = torch.nn.functional.mse_loss(o, torch.tensor(targets), reduction="none")
    loss_t = each.masked_fill(torch.tensor(missing), 0).sum(dim=(1, 2)) / (K * N)
    loss_t.sum().backward()
    got, doutputs = mse(outputs, np.where(missing, np.nan, targets))
    assert not doutputs[missing].any()
    agree({"loss": got, "o": doutputs}, {"loss": loss_t.detach(), "o": o.grad}, TORCH)
    agree(
        {"o": mse(outputs, targets)[1]},
        complex_step(lambda r: mse(r.o, targets)[0].sum(), Record({"o": outputs})),
        EXACT,
    )


def test_sigmoid_equals_torch_and_never_overflows(torch):
    a = np.concatenate([np.linspace(-30, 30, 61), [-1e4, -800, 800, 1e4]])
    with np.errstate(all="raise"):
        s = sigmoid(a)
    np.testing.assert_allclose(s, torch.sigmoid(torch.tensor(a)), rtol=0, atol=4e-16)
    agree({"a": s * (1 - s)}, complex_step(lambda r: sigmoid(r.a).sum(), Record({"a": a})), EXACT)
    assert sigmoid(a.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_equals_complex_step(name, rng):
    f, slope = ACTIVATIONS[name]
    a = rng.normal(size=50)
    agree({"a": slope(f(a))}, complex_step(lambda r: f(r.a).sum(), Record({"a": a})), EXACT)
    single = a.astype(np.float32)
    assert (single * slope(f(single))).dtype == f(single).dtype == np.float32


def test_relu_has_slope_0_at_its_kink():
    f, slope = ACTIVATIONS["relu"]
    assert slope(f(np.array([-1.0, 0.0, 1.0]))).tolist() == [0, 0, 1]  # PyTorch's choice


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays(dtype, rng):
    logits = rng.normal(size=(2, 3, 4)).astype(dtype)
    results = [softmax(logits), *cross_entropy(logits, np.zeros((2, 4), int)), *mse(logits, rng.normal(size=(2, 3, 4)))]
    results += mse(logits, np.zeros((2, 3, 4), int))
    assert {array.dtype for array in results} == {np.dtype(dtype)}


def test_inputs_stay_as_they_are(rng):
    logits, targets = rng.normal(size=(2, 3, 4)), rng.integers(-1, 3, (2, 4))
    values = np.where(rng.random((2, 3, 4)) < 0.5, np.nan, 1.0)
    before = logits.tobytes(), targets.tobytes(), values.tobytes()
    softmax(logits), cross_entropy(logits, targets), mse(logits, values)
    assert before == (logits.tobytes(), targets.tobytes(), values.tobytes())


@pytest.mark.parametrize(
    ("loss", "targets", "fragments"),
    [
        (cross_entropy, np.zeros(4, int), ["targets must have shape (T, N)", "(2, 3, 4)", "(4,) came"]),
        (cross_entropy, np.zeros((4, 2), int), ["targets must have shape (T, N)", "(4, 2) came"]),
        (cross_entropy, np.zeros((2, 3, 4), int), ["targets must have shape (T, N)", "(2, 3, 4) came"]),
        (cross_entropy, np.zeros((2, 4)), ["targets must be whole numbers", "float64 came"]),
        (cross_entropy, np.zeros((2, 4), bool), ["targets must be whole numbers", "bool came"]),
        (cross_entropy, np.full((2, 4), 3), ["targets must lie in 0 … 2", "3 … 3 came"]),
        (cross_entropy, np.full((2, 4), -2), ["targets must lie in 0 … 2", "-2 … -2 came"]),
        (mse, np.zeros((2, 4)), ["targets must have the shape of the outputs, (2, 3, 4)", "(2, 4) came"]),
        (mse, np.zeros((1, 3, 4)), ["targets must have the shape of the outputs", "(1, 3, 4) came"]),
    ],
)
def test_bad_targets(loss, targets, fragments):
    with pytest.raises(ValueError) as caught:
        loss(np.zeros((2, 3, 4)), targets)
    assert all(fragment in str(caught.value) for fragment in fragments)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_a_model_that_diverged_has_no_loss_of_zero():
    assert np.isnan(mse(np.full((1, 2, 1), np.nan), np.zeros((1, 2, 1)))[0]).all()


def test_whole_numbers_as_outputs():
    logits = np.array([[[1], [2], [3]]])
    assert np.array_equal(cross_entropy(logits, [[1]])[1], cross_entropy(logits.astype(float), [[1]])[1])
    assert np.array_equal(mse(logits, logits * 2)[1], mse(logits.astype(float), logits * 2.0)[1])
