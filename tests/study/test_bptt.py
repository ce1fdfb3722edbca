"""The terms of BPTT, its Jacobians and its reach: against their definitions, a complex step, and PyTorch."""

import time
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import RNN, Readout, SequenceModel
from seqlib.nn.functions import ACTIVATIONS, LOSSES
from seqlib.study import bptt
from tests.conftest import need
from tests.nn.agreement import EXACT, TORCH, agree, few, seeds, size, some

CELL = ("W_xh", "W_hh", "b_h")
KINDS = [(shape, activation) for shape in ("many-to-many", "many-to-one") for activation in ("tanh", "relu")]


def network(shape="many-to-many", activation="tanh", loss="cross_entropy", *, T=5, D=3, H=4, K=3, N=2, seed=0):
    """A model with biases, a batch with one missing target, and a start that is not zero."""
    rng = np.random.default_rng(seed)
    model = SequenceModel(RNN(D, H, rng=rng, activation=activation), Readout(H, K, rng=rng), shape, loss)
    model.params.b_h, model.params.b_y = rng.normal(size=(H, 1)), rng.normal(size=(K, 1))
    x, h0, S = rng.normal(size=(T, D, N)), rng.normal(size=(H, N)), T if shape == "many-to-many" else 1
    targets = rng.integers(0, K, (S, N)) if loss == "cross_entropy" else rng.normal(size=(S, K, N))
    if S > 1 and loss == "cross_entropy":
        targets[1, 0] = -1
    return model, x, targets, h0


def run(model, x, targets, h0):
    trace = model.forward(x, h0)
    return trace, model.backward(trace, LOSSES[model.loss_name](trace.logits, targets)[1])


def with_copies(model, x, targets, h0):
    """τ_{s,k} from its definition: each step has weights of its own, and a complex step moves one of them.

    Slow, and it uses nothing of the code it checks: its own forward loop, and L_s from the states alone.
    """
    T, S, f = len(x), len(targets), ACTIVATIONS[model.cell.activation].value
    copies = [{name: model.params[name].astype(complex) for name in CELL} for _ in range(T)]

    def losses():
        h, states = h0, []
        for t, W in enumerate(copies):
            h = f(W["W_xh"] @ x[t] + W["W_hh"] @ h + W["b_h"])
            states.append(h)
        logits = model.params.W_hy @ np.stack(states[T - S :]) + model.params.b_y
        return LOSSES[model.loss_name](logits, targets)[0]

    tau = {name: np.zeros((S, T, *model.params[name].shape)) for name in CELL}
    for k, W in enumerate(copies):
        for name in CELL:
            for place in np.ndindex(W[name].shape):
                W[name][place] += 1e-30j
                tau[name][(slice(None), k, *place)] = losses().imag / 1e-30
                W[name][place] = W[name][place].real
    return tau


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize(("shape", "activation"), KINDS)
def test_the_terms_of_every_parameter_sum_to_its_gradient(shape, activation, loss):
    model, *inputs = network(shape, activation, loss)
    trace, grads = run(model, *inputs)
    terms = bptt.contributions(model, trace, grads)
    assert list(terms) == ["W_xh", "W_hh", "b_h", "W_hy", "b_y"]
    S = len(trace.logits)
    for name, term in terms.items():
        assert term.shape == (5 if name in CELL else S, *model.params[name].shape)
    agree({name: term.sum(axis=0) for name, term in terms.items()}, dict(grads.params.items()), EXACT)


@few
@given(T=size, D=size, H=size, N=size, seed=seeds, kind=st.sampled_from(KINDS))
def test_terms_and_triangle_sum_to_the_gradient_at_any_size(T, D, H, N, seed, kind):
    model, *inputs = network(*kind, T=T, D=D, H=H, N=N, seed=seed, loss="mse")
    trace, grads = run(model, *inputs)
    gradient = {name: grads.params[name] for name in CELL}
    terms = bptt.contributions(model.cell, trace, grads)
    agree({name: terms[name].sum(axis=0) for name in CELL}, gradient, EXACT)
    tau = bptt.contribution_matrix(model, *inputs[:2], h0=inputs[2], whole=True)
    agree({name: tau[name].sum(axis=(0, 1)) for name in CELL}, gradient, EXACT)
    agree({name: tau[name].sum(axis=0) for name in CELL}, {name: terms[name] for name in CELL}, EXACT)


@pytest.mark.parametrize(("shape", "activation"), KINDS)
def test_the_triangle_agrees_with_its_definition(shape, activation):
    model, x, targets, h0 = network(shape, activation)
    tau = bptt.contribution_matrix(model, x, targets, h0=h0, whole=True)
    agree(dict(tau.items()), with_copies(model, x, targets, h0), EXACT)
    norms = bptt.contribution_matrix(model, x, targets, h0=h0)
    for name in CELL:
        expected = np.sqrt((tau[name] ** 2).sum(axis=(2, 3)))
        assert norms[name].shape == (len(targets), 5)
        np.testing.assert_allclose(norms[name], expected, rtol=1e-12, atol=1e-300)


def test_nothing_later_can_matter():
    model, x, targets, h0 = network()
    tau = bptt.contribution_matrix(model, x, targets, h0=h0)
    for name in CELL:
        assert np.array_equal(tau[name], np.tril(tau[name])), "exactly 0 above the diagonal"
        assert (np.diag(tau[name]) > 0).all()


def test_a_place_without_targets_has_no_row():
    model, x, targets, h0 = network()
    targets[2] = -1
    tau = bptt.contribution_matrix(model, x, targets, h0=h0)
    assert not tau.W_hh[2].any() and tau.W_hh[3].any()


def test_from_zero_the_first_term_of_W_hh_is_exactly_zero():
    model, x, targets, h0 = network()
    tau = bptt.contribution_matrix(model, x, targets)
    assert not tau.W_hh[:, 0].any()
    assert tau.W_xh[:, 0].all() and tau.b_h[:, 0].all()
    assert bptt.contribution_matrix(model, x, targets, h0=h0).W_hh[:, 0].all()


def test_one_target_a_sequence_may_come_flat():
    model, x, targets, h0 = network("many-to-one")
    flat, square = (bptt.contribution_matrix(model, x, y, h0=h0).W_hh for y in (targets[0], targets))
    assert flat.shape == (1, 5) and np.array_equal(flat, square)


def test_one_to_many_has_its_triangle_too():
    model, x, targets, _ = network()
    image = SequenceModel(model.cell, model.readout, "one-to-many")
    tau = bptt.contribution_matrix(image, x[:1], targets, whole=True)
    _, grads = image.loss_and_gradients(x[:1], targets)
    agree({name: tau[name].sum(axis=(0, 1)) for name in CELL}, {name: grads.params[name] for name in CELL}, EXACT)


# ---------------------------------------------------------------- Jacobians


def numeric_jacobian(cell, x, h0, t, k):
    """∂h_t/∂h_k by a complex step, with a loop of its own: (N, H, H)."""
    f, W = ACTIVATIONS[cell.activation].value, cell.params
    start = cell.forward(x, h0).h_all[k]
    H, N = start.shape
    J = np.empty((N, H, H))
    for j in range(H):
        h = start.astype(complex)
        h[j] += 1e-30j
        for step in range(k, t):
            h = f(W.W_xh @ x[step] + W.W_hh @ h + W.b_h)
        J[:, :, j] = h.imag.T / 1e-30
    return J


@some
@given(T=size, H=size, N=size, seed=seeds, activation=st.sampled_from(["tanh", "relu"]), data=st.data())
def test_jacobian_products_against_a_complex_step(T, H, N, seed, activation, data):
    model, x, _, h0 = network(activation=activation, T=T, H=H, N=N, seed=seed, loss="mse")
    t = data.draw(st.integers(0, T))
    k = data.draw(st.integers(0, t))
    J = bptt.jacobian_product(model.cell, model.forward(x, h0), t, k)
    agree({"J": J}, {"J": numeric_jacobian(model.cell, x, h0, t, k)}, EXACT)


def test_a_jacobian_is_the_slope_times_W_hh_and_products_multiply():
    model, x, _, h0 = network()
    cell, trace = model.cell, model.forward(x, h0)
    for t in range(1, 6):
        slope = 1 - trace.h_all[t] ** 2  # (H, N)
        np.testing.assert_allclose(
            bptt.jacobian(cell, trace, t), slope.T[:, :, None] * cell.params.W_hh, rtol=0, atol=1e-15
        )
    product = bptt.jacobian(cell, trace, 4) @ bptt.jacobian(cell, trace, 3) @ bptt.jacobian(cell, trace, 2)
    np.testing.assert_allclose(bptt.jacobian_product(cell, trace, 4, 1), product, rtol=0, atol=1e-14)
    identity = bptt.jacobian_product(cell, trace, 3, 3)
    assert np.array_equal(identity, np.broadcast_to(np.eye(4), (2, 4, 4)))


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_jacobians_against_torch(activation):
    torch = need("torch")
    model, x, _, h0 = network(activation=activation, N=1)
    W = {name: torch.from_numpy(array) for name, array in model.cell.params.items()}
    f = torch.tanh if activation == "tanh" else torch.relu

    def last(h):
        for x_t in torch.from_numpy(x):
            h = f(W["W_xh"] @ x_t + W["W_hh"] @ h + W["b_h"])
        return h[:, 0]

    J = torch.autograd.functional.jacobian(last, torch.from_numpy(h0))[:, :, 0].numpy()
    agree({"J": bptt.jacobian_product(model.cell, model.forward(x, h0), 5, 0)[0]}, {"J": J}, TORCH)


@pytest.mark.parametrize(("norm", "order"), [("spectral", 2), ("frobenius", "fro")])
def test_gradient_flow_is_the_norm_of_every_product(norm, order):
    model, x, _, h0 = network(N=3)
    trace = model.forward(x, h0)
    flow = bptt.gradient_flow(model.cell, trace, 4, norm=norm)
    assert flow.shape == (5, 3)
    for k in range(5):
        J = bptt.jacobian_product(model.cell, trace, 4, k)
        np.testing.assert_allclose(flow[k], [np.linalg.norm(one, order) for one in J], rtol=1e-12)
    np.testing.assert_allclose(flow[4], 1.0 if norm == "spectral" else 2.0, rtol=1e-15)


def test_radius_and_singular_value(rng):
    turn = np.array([[0.0, -2.0], [2.0, 0.0]])
    assert np.isclose(bptt.spectral_radius(turn), 2) and np.isclose(bptt.largest_singular_value(turn), 2)
    shear = np.array([[0.5, 8.0], [0.0, 0.5]])  # eigenvalues say it shrinks; for a while it grows
    assert np.isclose(bptt.spectral_radius(shear), 0.5) and bptt.largest_singular_value(shear) > 8
    stack = rng.normal(size=(3, 2, 4, 4))
    assert bptt.spectral_radius(stack).shape == bptt.largest_singular_value(stack).shape == (3, 2)
    assert (bptt.spectral_radius(stack) <= bptt.largest_singular_value(stack) + 1e-12).all()


@pytest.mark.parametrize(("t", "k"), [(6, 0), (2, 3), (0, -1)])
def test_steps_outside_the_run_are_refused(t, k):
    model, x, _, h0 = network()
    with pytest.raises(ValueError, match=rf"steps must satisfy 0 ≤ k ≤ t ≤ T = 5, but t={t} and k={k} came\."):
        bptt.jacobian_product(model.cell, model.forward(x, h0), t, k)


def test_an_unknown_norm_is_refused():
    model, x, _, h0 = network()
    with pytest.raises(ValueError, match="norm must be 'spectral' or 'frobenius', but 'max' came"):
        bptt.gradient_flow(model.cell, model.forward(x, h0), 3, norm="max")


# ---------------------------------------------------------------- what it costs


def test_truncation_by_its_definition():
    model, x, targets, _ = network(T=6, D=3, H=4, N=2)
    exact = model.loss_and_gradients(x, targets)[1].params.W_hh.copy()
    cut = bptt.truncation(model, x, targets, (2, 4, np.int64(6)))
    for k, window in enumerate((2, 4, 6)):
        g = bptt.truncated_gradient(model, x, targets, window).W_hh
        error = np.sqrt(((g - exact) ** 2).sum() / (exact**2).sum())
        cosine = (g * exact).sum() / np.sqrt((g**2).sum() * (exact**2).sum())
        numbers = window * 3 * 2 + window * 4 * 2 + (window + 1) * 4 * 2  # x, a, and h with h_0
        found = cut.windows[k], cut.errors[k], cut.cosines[k], cut.kilobytes[k]
        np.testing.assert_allclose(found, (window, error, cosine, 8 * numbers / 1024), rtol=1e-12, atol=1e-15)
    shown = bptt.Truncation([5, 20], [0.256, 0.0], [0.904, 1.0], [12.6, 100.2])
    assert str(shown) == (
        "window  error  cosine   KB\n"
        "     5   0.26    0.90   13\n"
        "    20   0.00    1.00  100"
    )  # fmt: skip


@pytest.mark.parametrize("window", [0, True, 1.5, None])
def test_a_window_is_a_whole_number_of_steps(window):
    model, x, targets, _ = network()
    with pytest.raises(ValueError, match=f"window must be a whole number of steps, 1 or more, but {window} came"):
        bptt.truncated_gradient(model, x, targets, window)
    with pytest.raises(ValueError, match=r"windows must be several lengths, such as .*, but 5 came"):
        bptt.truncation(model, x, targets, 5)


def test_only_what_reads_a_sequence_can_be_cut():
    model, x, targets, _ = network()
    image = SequenceModel(model.cell, model.readout, "one-to-many")
    with pytest.raises(ValueError, match="a one-to-many model came"):
        bptt.truncated_gradient(image, x[:1], targets, 2)


def test_the_spectral_norm_is_the_one_of_matrices_and_the_usual_one():
    model, x, _, h0 = network()
    trace = model.forward(x, h0)
    usual = bptt.gradient_flow(model.cell, trace, 3)
    np.testing.assert_array_equal(usual, bptt.gradient_flow(model.cell, trace, 3, norm="spectral"))
    for wrong in (np.ones(3), 2.0):
        with pytest.raises(ValueError, match="W must be a matrix, but shape"):
            bptt.largest_singular_value(wrong)
    with pytest.raises(ValueError, match=r"t must be a whole number.* but 2\.5 came"):
        bptt.gradient_flow(model.cell, trace, 2.5)
    assert bptt.gradient_flow(model.cell, trace, 0).tolist() == [[1, 1]]


def peak(function):
    """The most memory in bytes that NumPy held at once during a call."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_of_the_norms_grows_with_T_times_what_a_state_takes():
    sizes = dict(D=4, H=16, K=3, N=4)
    used = []
    for T in (40, 80, 160):
        model, x, targets, h0 = network(T=T, **sizes)
        used.append(peak(lambda: bptt.contribution_matrix(model, x, targets, h0=h0)))  # noqa: B023  (called at once)
    # Doubling T doubles the (S, H, N) gradients on their way; the products of one step are (S, H, H).
    for less, more in pairwise(used):
        assert more < 2.6 * less, used


def test_memory_of_the_flow_does_not_grow_with_the_products():
    used = []
    for T in (50, 100, 200):
        model, x, _, h0 = network(T=T, H=16, N=4)
        trace = model.forward(x, h0)
        used.append(peak(lambda: bptt.gradient_flow(model.cell, trace, T, norm="frobenius")))  # noqa: B023
    one = 16 * 16 * 4 * 8
    assert used[2] - used[0] < 150 * one / 4, "the (N, H, H) products of all steps must not be kept"


@pytest.mark.benchmark
def test_the_norms_of_a_long_run_take_seconds():
    model, x, targets, h0 = network(T=200, D=8, H=64, K=5, N=32)
    run(model, x, targets, h0)
    started = time.perf_counter()
    for _ in range(3):
        run(model, x, targets, h0)
    pass_ = (time.perf_counter() - started) / 3
    started = time.perf_counter()
    tau = bptt.contribution_matrix(model, x, targets, h0=h0)
    spent = time.perf_counter() - started
    print(f"forward and backward {1000 * pass_:.0f} ms; all norms {spent:.2f} s, {spent / pass_:.0f} times as long")
    assert tau.W_hh.shape == (200, 200)
    # 200 losses go back separately, each half of the way on average: about 100 times, and room for a busy machine.
    assert spent < 400 * pass_ and spent < 30
