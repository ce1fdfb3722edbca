"""The readout, checked by a complex step and by hand."""

import numpy as np
import pytest
from hypothesis import given

from seqlib import Readout, Record
from seqlib.study.gradcheck import complex_step, with_params
from tests.nn.agreement import EXACT, agree, seeds, size, some


@some
@given(T=size, N=size, H=size, K=size, seed=seeds)
def test_backward_equals_complex_step(T, N, H, K, seed):
    rng = np.random.default_rng(seed)
    readout = Readout(H, K, rng=rng)
    h, weight = rng.normal(size=(T, H, N)), rng.normal(size=(T, K, N))

    def loss(point):
        return (with_params(readout, point).forward(point.h) ** 2 * weight).sum()

    point = readout.params.joined(Record({"h": h}))
    params, dh = readout.backward(h, 2 * weight * readout.forward(h))
    agree({**dict(params.items()), "h": dh}, complex_step(loss, point), EXACT)


def test_forward_is_the_equation(rng):
    readout = Readout(3, 2, rng=rng)
    readout.params.b_y = rng.normal(size=(2, 1))
    h = rng.normal(size=(4, 3, 5))
    for t in range(4):
        for n in range(5):
            z = readout.params.W_hy @ h[t, :, n] + readout.params.b_y[:, 0]
            np.testing.assert_allclose(readout.forward(h)[t, :, n], z, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("T", [1, 2, 600])  # of two sequences 256 steps are done at once
def test_of_many_steps_the_gradient_is_the_sum(T, rng):
    readout = Readout(3, 4, rng=rng)
    readout.params.b_y = rng.normal(size=(4, 1))
    h, dlogits = rng.normal(size=(T, 3, 2)), rng.normal(size=(T, 4, 2))
    np.testing.assert_allclose(readout.forward(h), readout.params.W_hy @ h + readout.params.b_y, rtol=0, atol=1e-14)
    grads, dh = readout.backward(h, dlogits)
    np.testing.assert_allclose(grads.W_hy, np.einsum("tkn,thn->kh", dlogits, h), rtol=0, atol=1e-12)
    np.testing.assert_allclose(grads.b_y[:, 0], dlogits.sum(axis=(0, 2)), rtol=0, atol=1e-12)
    np.testing.assert_allclose(dh, readout.params.W_hy.T @ dlogits, rtol=0, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays(dtype, rng):
    readout = Readout(3, 2, rng=rng, dtype=dtype)
    h = rng.normal(size=(4, 3, 5)).astype(dtype)
    params, dh = readout.backward(h, readout.forward(h))
    assert {array.dtype for _, array in params.items()} | {dh.dtype, readout.forward(h).dtype} == {np.dtype(dtype)}


def test_first_weights_come_from_rng_and_are_small():
    a, b = (Readout(25, 4, rng=np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(a.params.W_hy, b.params.W_hy)
    assert -1 / 5 <= a.params.W_hy.min() < -0.1 and 0.1 < a.params.W_hy.max() <= 1 / 5
    assert not a.params.b_y.any()
    assert repr(a) == "Readout(H=25, K=4)"


@pytest.mark.parametrize(
    ("h", "dlogits", "said"),
    [
        (np.ones((4, 3)), None, "h must have shape (T, 3, N), but (4, 3) came."),
        (np.ones((4, 2, 5)), None, "h must have shape (T, 3, N), but (4, 2, 5) came."),
        (np.ones((4, 3, 0)), None, "h must have shape (T, 3, N), but (4, 3, 0) came."),
        (np.ones((4, 3, 5)), np.ones((4, 3, 5)), "dlogits must have shape (T, 2, N), but (4, 3, 5) came."),
        (np.ones((4, 3, 5)), np.ones((3, 2, 5)), "(T, K, N) = (4, 2, 5), as h has, but (3, 2, 5) came."),
        (np.ones((4, 3, 5)), np.ones((4, 2, 1)), "(T, K, N) = (4, 2, 5), as h has, but (4, 2, 1) came."),
    ],
)
def test_other_shapes_are_refused(h, dlogits, said, rng):
    readout = Readout(3, 2, rng=rng)
    with pytest.raises(ValueError) as caught:
        readout.forward(h) if dlogits is None else readout.backward(h, dlogits)
    assert str(caught.value).endswith(said)
