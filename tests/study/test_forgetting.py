"""What lesson 6 says about vanishing, exploding, clipping and truncation holds as mathematics."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqlib import RNN, Readout, SequenceModel, clip_by_norm
from seqlib.study import bptt, gradcheck

SEEDS = st.integers(0, 2**16)


def cell_with(sigma, seed, H=6, D=3, activation="tanh"):
    """A cell whose W_hh has the largest singular value `sigma`."""
    cell = RNN(D, H, rng=np.random.default_rng(seed), activation=activation)
    cell.params.W_hh *= sigma / bptt.largest_singular_value(cell.params.W_hh)
    return cell


def model_with(seed, shape="many-to-many", T=12, N=3):
    rng = np.random.default_rng(seed)
    model = SequenceModel(RNN(3, 5, rng=rng), Readout(5, 4, rng=rng), shape)
    targets = rng.integers(4, size=N if shape == "many-to-one" else (T, N))
    return model, rng.normal(size=(T, 3, N)), targets


# ---------- the bound


@given(seed=SEEDS, sigma=st.floats(0.2, 3), activation=st.sampled_from(["tanh", "relu"]))
@settings(max_examples=40, deadline=None)
def test_the_flow_stays_below_the_bound(seed, sigma, activation):
    """‖∂h_t/∂h_k‖ ≤ (γ σ_max)^(t-k) with γ = 1, for every input; so σ_max < 1 suffices to vanish."""
    cell, T = cell_with(sigma, seed, activation=activation), 15
    trace = cell.forward(np.random.default_rng(seed).normal(size=(T, 3, 2)))
    flow = bptt.gradient_flow(cell, trace, T)
    bound = sigma ** (T - np.arange(T + 1.0))[:, None]
    assert (flow <= bound * (1 + 1e-9)).all()


def test_a_singular_value_above_one_need_not_explode():
    """Necessary, not sufficient: a nilpotent W_hh has σ_max = 5 and is zero after two steps; tanh saturates, too."""
    cell = RNN(1, 2, rng=np.random.default_rng(0))
    cell.params.W_hh = np.array([[0.0, 5.0], [0.0, 0.0]])
    flow = bptt.gradient_flow(cell, cell.forward(np.zeros((4, 1, 1))), 4)[:, 0]
    np.testing.assert_allclose(flow, [0, 0, 0, 5, 1], atol=1e-15)
    saturated = cell_with(2.0, 1)
    trace = saturated.forward(3 * np.random.default_rng(1).normal(size=(30, 3, 1)))
    assert bptt.gradient_flow(saturated, trace, 30)[0, 0] < 1e-3


def test_without_saturation_the_spectral_radius_sets_the_slope():
    rng = np.random.default_rng(0)
    for radius in (0.7, 1.3):
        cell = RNN(1, 12, rng=rng)
        cell.params.W_hh *= radius / bptt.spectral_radius(cell.params.W_hh)
        flow = bptt.gradient_flow(cell, cell.forward(np.zeros((200, 1, 1))), 200)[:, 0]
        slope = (np.log(flow[0]) - np.log(flow[100])) / 100
        assert abs(np.exp(slope) - radius) < 0.01


def test_the_slope_of_the_activations_is_at_most_one():
    a = np.linspace(-6, 6, 1001)
    assert (1 - np.tanh(a) ** 2).max() == 1 and np.isclose((0.25 / np.cosh(a / 2) ** 2).max(), 0.25)


# ---------- a sum of products, not one product


def test_the_gradient_is_a_sum_over_k_of_products():
    """∂L_t/∂W_hh = Σ_k ∂L_t/∂h_t (∏_{j=k+1}^t ∂h_j/∂h_{j-1}) ∂⁺h_k/∂W_hh; with one example, by explicit matrices."""
    model, x, targets = model_with(3, "many-to-one", T=6, N=1)
    _, grads = model.loss_and_gradients(x, targets)
    trace, T = model.forward(x), 6
    dh_T = grads.trace.h[-1]
    terms = []
    for k in range(1, T + 1):
        back = bptt.jacobian_product(model.cell, trace, T, k)[0].T @ dh_T  # ∂L/∂h_k along this path
        terms.append(back * (1 - trace.h[k - 1] ** 2) @ trace.h_prev[k - 1].T)
    np.testing.assert_allclose(sum(terms), grads.params.W_hh, atol=1e-14)
    np.testing.assert_allclose(terms, bptt.contributions(model, trace, grads).W_hh, atol=1e-14)


def test_the_jacobian_of_one_step_is_what_a_complex_step_says():
    cell = cell_with(1.2, 5)
    trace = cell.forward(np.random.default_rng(2).normal(size=(3, 3, 1)))
    J = bptt.jacobian(cell, trace, 2)[0]
    np.testing.assert_allclose(J, (1 - trace.h[1] ** 2) * cell.params.W_hh, atol=1e-15)
    W_xh, W_hh, b_h = cell.params.W_xh, cell.params.W_hh, cell.params.b_h
    moved = trace.h[0] + 1e-30j * np.eye(6)  # all six directions at once, as columns
    numeric = np.imag(np.tanh(W_xh @ trace.x[1] + W_hh @ moved + b_h)) / 1e-30
    np.testing.assert_allclose(J, numeric, atol=1e-14)


# ---------- clipping


def test_clipping_by_the_joint_norm_keeps_the_direction_and_the_shares():
    model, x, targets = model_with(0)
    _, grads = model.loss_and_gradients(x, targets)
    before = grads.params.copy()
    norm = clip_by_norm(grads.params, 0.01)
    scales = [grads.params[name] / before[name] for name in before if np.all(before[name])]
    assert norm > 0.01
    for scale in scales:
        np.testing.assert_allclose(scale, 0.01 / norm)


# ---------- truncation


@pytest.mark.parametrize("shape", ["many-to-many", "many-to-one"])
@pytest.mark.parametrize("window", [12, 13, 100])
def test_a_window_of_the_whole_sequence_is_exact(shape, window):
    model, x, targets = model_with(1, shape)
    exact = model.loss_and_gradients(x, targets)[1].params
    assert gradcheck.compare(bptt.truncated_gradient(model, x, targets, window), exact, 1e-14).equal


@pytest.mark.parametrize("shape", ["many-to-many", "many-to-one"])
@pytest.mark.parametrize("window", [1, 3, 5])
def test_a_window_drops_the_terms_that_cross_it(shape, window):
    """τ_{s,k} survives exactly when the step k lies in the same window as the loss at s."""
    model, x, targets = model_with(2, shape)
    cut = bptt.truncated_gradient(model, x, targets, window)
    tau = bptt.contribution_matrix(model, x, targets, whole=True)
    S, T = tau.W_hh.shape[:2]
    s, k = np.arange(T - S, T)[:, None], np.arange(T)
    together = (s // window == k // window)[:, :, None, None]
    for name in ("W_hh", "W_xh", "b_h"):
        np.testing.assert_allclose(cut[name], (tau[name] * together).sum(axis=(0, 1)), atol=1e-13)


def test_the_readout_loses_nothing_by_truncation():
    model, x, targets = model_with(4)
    exact = model.loss_and_gradients(x, targets)[1].params
    cut = bptt.truncated_gradient(model, x, targets, 4)
    np.testing.assert_allclose(cut.W_hy, exact.W_hy, atol=1e-13)
    assert np.abs(cut.W_hh - exact.W_hh).max() > 1e-3


def test_memory_is_that_of_one_window():
    """The same for a sequence ten times as long, where that of the exact gradient grows with the length."""
    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(4, 32, rng=rng), Readout(32, 4, rng=rng))
    x, targets = rng.normal(size=(2000, 4, 16)), rng.integers(4, size=(2000, 16))

    def peak(T, window):
        tracemalloc.start()
        bptt.truncated_gradient(model, x[:T], targets[:T], window)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(200, 20)
    assert peak(2000, 20) < 1.02 * peak(200, 20)
    assert peak(2000, 2000) > 7 * peak(200, 200) > 14 * peak(200, 20)


@pytest.mark.parametrize("window", [0, -1, 2.0, True, None])
def test_a_wrong_window_gets_one_sentence(window):
    model, x, targets = model_with(1)
    with pytest.raises(ValueError, match=r"^window must be a whole number of steps, 1 or more, but"):
        bptt.truncated_gradient(model, x, targets, window)
    one_to_many = SequenceModel(model.cell, model.readout, "one-to-many")
    with pytest.raises(ValueError, match="one-to-many model came"):
        bptt.truncated_gradient(one_to_many, x[:1], targets, 3)
