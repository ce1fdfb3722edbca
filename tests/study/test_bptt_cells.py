"""The terms of BPTT, its Jacobians and its truncation, for all three cells: what lessons 8 to 12 build on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import GRU, LSTM, RNN, Readout, Record, SequenceModel
from seqlib.data import one_hot
from seqlib.nn.functions import LOSSES
from seqlib.nn.model import SHAPES
from seqlib.study import bptt
from seqlib.study.gradcheck import complex_step
from seqlib.study.moment import one_step_back
from tests.nn.agreement import EXACT, agree, few, seeds, size
from tests.nn.own_cells import Peepholes

CELLS = [RNN, LSTM, GRU]
cells = st.sampled_from(CELLS)
each_cell = pytest.mark.parametrize("kind", CELLS)
each_shape = pytest.mark.parametrize("shape", SHAPES)


def make(kind, D=3, H=4, N=2, seed=0):
    """A cell with every parameter non-zero, and initial states for it that are not zero."""
    rng = np.random.default_rng(seed)
    cell = kind(D, H, rng=rng)
    for _, array in cell.params.items():
        array += rng.normal(size=array.shape) / 2
    return cell, {f"{state}0": rng.normal(size=(H, N)) for state in cell.STATES}


def network(kind, shape="many-to-many", T=5, D=3, H=4, K=3, N=2, seed=0):
    """A model, an input, targets with one missing, and initial states."""
    cell, states = make(kind, D, H, N, seed)
    rng = np.random.default_rng(seed + 1)
    model = SequenceModel(cell, Readout(H, K, rng=rng), shape)
    T_in, T_out = {"many-to-many": (T, T), "many-to-one": (T, 1), "one-to-many": (1, T)}[shape]
    targets = rng.integers(0, K, (T_out, N))
    if T_out > 1:
        targets[1, 0] = -1
    return model, rng.normal(size=(T_in, D, N)), targets, states


def run(model, x, targets, states):
    """The trace, and the gradients of the loss."""
    trace = model.forward(x, **states, **model._steps(targets))
    return trace, model.backward(trace, LOSSES[model.loss_name](trace.logits, targets)[1])


# ---------- one step back


@few
@given(kind=cells, T=size, D=size, H=size, N=size, seed=seeds)
def test_step_back_again_and_again_equals_backward(kind, T, D, H, N, seed):
    cell, states = make(kind, D, H, N, seed)
    rng = np.random.default_rng(seed + 1)
    trace = cell.forward(rng.normal(size=(T, D, N)), **states)
    losses = [rng.normal(size=(T, H, N)) for _ in cell.STATES]  # on h, and on C of an LSTM
    grads = cell.backward(trace, *losses)
    parts, da = [np.zeros((H, N)) for _ in cell.STATES], np.zeros_like(grads.trace.a)
    for t in reversed(range(T)):
        parts = [part + loss[t] for part, loss in zip(parts, losses, strict=True)]
        agree({"h": parts[0]}, {"h": grads.trace.h[t]}, EXACT)
        d = one_step_back(cell, trace, t, **dict(zip(cell.STATES, parts, strict=True)))
        da[t], parts = d.a, [getattr(d, f"{name}_prev") for name in cell.STATES]
    agree({"a": da}, {"a": grads.trace.a}, EXACT)
    agree(dict(zip(states, parts, strict=True)), {name: getattr(grads, name) for name in states}, EXACT)


@each_cell
def test_step_back_takes_many_losses_at_once(kind):
    cell, states = make(kind)
    rng = np.random.default_rng(1)
    trace = cell.forward(rng.normal(size=(5, 3, 2)), **states)
    many = [rng.normal(size=(2, 3, 4, 2)) for _ in cell.STATES]  # losses in two leading axes
    kept = [part.copy() for part in many]
    together = one_step_back(cell, trace, 3, **dict(zip(cell.STATES, many, strict=True)))
    for place in np.ndindex(2, 3):
        alone = one_step_back(cell, trace, 3, **{name: p[place] for name, p in zip(cell.STATES, many, strict=True)})
        for name in ("a", *(f"{state}_prev" for state in cell.STATES)):
            agree({name: getattr(together, name)[place]}, {name: getattr(alone, name)}, EXACT)
    assert all(np.array_equal(a, b) for a, b in zip(many, kept, strict=True))  # what came in is only read


# ---------- terms and triangle


@few
@given(kind=cells, shape=st.sampled_from(SHAPES), T=size, D=size, H=size, N=size, seed=seeds)
def test_terms_and_triangle_sum_to_the_gradient(kind, shape, T, D, H, N, seed):
    model, x, targets, states = network(kind, shape, T, D, H, 3, N, seed)
    targets = np.maximum(targets, 0)
    trace, grads = run(model, x, targets, states)
    terms = bptt.contributions(model, trace, grads)
    assert list(terms) == list(model.params)
    agree({name: term.sum(axis=0) for name, term in terms.items()}, dict(grads.params.items()), EXACT)
    tau = bptt.contribution_matrix(model, x, targets, whole=True, **states)
    assert list(tau) == list(model.cell.params)
    agree({name: t.sum(axis=0) for name, t in tau.items()}, {name: terms[name] for name in tau}, EXACT)


@each_cell
@each_shape
def test_every_entry_of_the_triangle_is_the_term_of_one_loss_alone(kind, shape):
    model, x, targets, states = network(kind, shape)
    tau = bptt.contribution_matrix(model, x, targets, whole=True, **states)
    norms = bptt.contribution_matrix(model, x, targets, **states)
    trace = model.forward(x, **states, **model._steps(targets))
    _, dlogits = LOSSES[model.loss_name](trace.logits, targets)
    T, S = len(trace.h), len(dlogits)
    for s in range(S):
        only = np.zeros_like(dlogits)
        only[s] = dlogits[s]
        terms = bptt.contributions(model, trace, model.backward(trace, only))
        for name in model.cell.params:
            assert tau[name].shape == (S, T, *model.params[name].shape)
            agree({name: tau[name][s]}, {name: terms[name]}, EXACT)
            frobenius = np.sqrt((terms[name] ** 2).sum(axis=(1, 2)))
            agree({name: norms[name][s]}, {name: frobenius}, EXACT)
            assert not tau[name][s, T - S + s + 1 :].any()  # nothing later can matter


@each_cell
def test_the_terms_are_those_of_weights_that_each_step_has_for_itself(kind):
    """∂L/∂W of one step's own copy of W, by a complex step through `forward` alone."""
    cell, states = make(kind, D=2, H=3)
    rng = np.random.default_rng(1)
    x, weight, T = rng.normal(size=(4, 2, 2)), rng.normal(size=(4, 3, 2)), 4
    trace = cell.forward(x, **states)
    terms = bptt.contributions(cell, trace, cell.backward(trace, 2 * weight * trace.h))
    moved, plain = kind(2, 3, rng=rng, dtype=np.complex128), kind(2, 3, rng=rng, dtype=np.complex128)
    for name, array in cell.params.items():
        moved.params[name] = plain.params[name] = array

    def loss(k, point):
        for name, array in point.items():
            moved.params[name] = array
        state, total = states, 0
        for t in range(T):
            step = (moved if t == k else plain).forward(x[t : t + 1], **state)
            state, total = cell.last_states(step), total + (weight[t] * step.h[0] ** 2).sum()
        return total

    for k in range(T):
        numeric = complex_step(lambda point, k=k: loss(k, point), cell.params)
        agree({name: term[k] for name, term in terms.items()}, dict(numeric.items()), EXACT)


def test_terms_of_weights_that_multiply_a_state_number_by_number(rng):
    cell = Peepholes(2, 3, rng=rng)
    trace = cell.forward(rng.normal(size=(4, 2, 5)), h0=rng.normal(size=(3, 5)), C0=rng.normal(size=(3, 5)))
    grads = cell.backward(trace, rng.normal(size=(4, 3, 5)))
    terms = bptt.contributions(cell, trace, grads)
    assert any(term.pointwise for term in cell.TERMS)
    for name, term in terms.items():
        assert term.shape == (4, *cell.params[name].shape)
    agree({name: term.sum(axis=0) for name, term in terms.items()}, dict(grads.params.items()), EXACT)


@each_cell
def test_terms_of_token_ids_are_those_of_their_one_hot_columns(kind):
    model, _, targets, states = network(kind, D=6)
    ids = np.random.default_rng(3).integers(6, size=(5, 2))
    of_ids, of_columns = (
        bptt.contributions(model, trace, grads)
        for trace, grads in (run(model, x, targets, states) for x in (ids, one_hot(ids, 6)))
    )
    agree(dict(of_ids.items()), dict(of_columns.items()), EXACT)


# ---------- Jacobians and reach


@each_cell
@pytest.mark.parametrize(("t", "k"), [(5, 4), (5, 1), (3, 0), (2, 2)])
def test_a_jacobian_is_what_a_complex_step_says(kind, t, k):
    """∂h_t/∂h_k, the rest of the state at k (an LSTM's C_k) held fixed."""
    cell, states = make(kind)
    x = np.random.default_rng(1).normal(size=(5, 3, 2))
    trace = cell.forward(x, **states)
    J = bptt.jacobian_product(cell, trace, t, k)
    for n in range(2):
        at_k = {f"{state}0": np.repeat(trace[f"{state}_all"][k, :, [n]].T, 4, axis=1) for state in cell.STATES}
        at_k["h0"] = at_k["h0"] + 1e-30j * np.eye(4)  # all four directions at once, as examples
        last = cell.forward(np.repeat(x[k:t, :, [n]], 4, axis=2), **at_k).h[-1] if t > k else at_k["h0"]
        agree({"J": J[n]}, {"J": last.imag / 1e-30}, EXACT)
    if t == k + 1:
        assert np.array_equal(bptt.jacobian(cell, trace, t), J)


@each_cell
@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_the_flow_is_the_norm_of_each_jacobian(kind, norm):
    cell, states = make(kind)
    trace = cell.forward(np.random.default_rng(1).normal(size=(6, 3, 2)), **states)
    flow = bptt.gradient_flow(cell, trace, 5, norm=norm)
    J = np.array([bptt.jacobian_product(cell, trace, 5, k) for k in range(6)])
    agree({"flow": flow}, {"flow": np.linalg.norm(J, 2 if norm == "spectral" else "fro", axis=(2, 3))}, EXACT)


def test_gates_that_keep_let_everything_through():
    """h of a GRU with z = 0 is carried on unchanged, and so is its gradient: ‖∂h_t/∂h_k‖ = 1 over 300 steps."""
    cell, states = make(GRU)
    cell.params.b_z = -100
    trace = cell.forward(np.random.default_rng(1).normal(size=(300, 3, 2)), **states)
    assert (bptt.gradient_flow(cell, trace, 300) == 1).all()


# ---------- truncation


@each_cell
@pytest.mark.parametrize("shape", ["many-to-many", "many-to-one"])
@pytest.mark.parametrize("window", [1, 2, 3, 5, 9])
def test_a_window_drops_the_terms_that_cross_it(kind, shape, window):
    """The whole state crosses into the next window, C of an LSTM too, and no gradient does."""
    model, x, targets, _ = network(kind, shape)
    cut = bptt.truncated_gradient(model, x, targets, window)
    tau = bptt.contribution_matrix(model, x, targets, whole=True)
    S, T = len(targets), len(x)
    s, k = np.arange(T - S, T)[:, None], np.arange(T)
    together = (s // window == k // window)[:, :, None, None]
    agree({name: cut[name] for name in tau}, {n: (t * together).sum(axis=(0, 1)) for n, t in tau.items()}, EXACT)
    exact = model.loss_and_gradients(x, targets)[1].params
    agree({name: cut[name] for name in ("W_hy", "b_y")}, {name: exact[name] for name in ("W_hy", "b_y")}, EXACT)


@each_cell
def test_everything_is_only_read(kind):
    model, x, targets, states = network(kind)
    trace, grads = run(model, x, targets, states)
    records = (trace, grads.params, grads.trace, model.params, Record({"x": x, **states}))
    before = [array.tobytes() for record in records for _, array in record.items()]
    bptt.contributions(model, trace, grads)
    bptt.contribution_matrix(model, x, targets, **states)
    bptt.gradient_flow(model.cell, trace, 5)
    bptt.truncated_gradient(model, x, targets, 2)
    assert before == [array.tobytes() for record in records for _, array in record.items()]
