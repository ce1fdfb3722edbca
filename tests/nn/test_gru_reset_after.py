"""The GRU with r after the product: against PyTorch's own nn.GRU, a complex step, and itself."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import GRU, Adam, Readout, Record, SequenceModel, batches, train
from seqlib.study import bptt
from seqlib.study.gradcheck import complex_step, with_params
from seqlib.study.moment import one_step_back
from tests.nn.agreement import EXACT, TORCH, agree, bits, few, seeds, size

small = st.integers(1, 3)


def case(T, N, D, H, seed):
    """A cell with every parameter non-zero, an input, h_0 ≠ 0, and weights of the losses."""
    rng = np.random.default_rng(seed)
    cell = GRU(D, H, rng=rng, reset="after")
    for _, array in cell.params.items():
        array += rng.normal(size=array.shape) / 2
    return cell, rng.normal(size=(T, D, N)), rng.normal(size=(H, N)), rng.normal(size=(T, H, N))


def gradients(cell, x, h0, weight):
    trace = cell.forward(x, h0)
    return cell.backward(trace, 2 * weight * trace.h)


def wanted(grads):
    return {**dict(grads.params.items()), "x": grads.trace.x, "h0": grads.h0}


@few
@given(T=small, N=small, D=small, H=small, seed=seeds)
def test_backward_equals_complex_step(T, N, D, H, seed):
    cell, x, h0, weight = case(T, N, D, H, seed)

    def loss(point):
        return (weight * with_params(cell, point).forward(point.x, point.h0).h ** 2).sum()

    numeric = complex_step(loss, cell.params.joined(Record({"x": x, "h0": h0})))
    agree(wanted(gradients(cell, x, h0, weight)), numeric, EXACT)


@few
@given(T=size, N=size, D=size, H=size, seed=seeds)
def test_forward_and_backward_are_those_of_torch(torch, T, N, D, H, seed):
    """PyTorch's z keeps, so its z block is negated: σ(-a) = 1 - σ(a)."""
    cell, x, h0, weight = case(T, N, D, H, seed)
    p, signs = cell.params, {"r": 1, "z": -1, "g": 1}
    layer = torch.nn.GRU(D, H).double()
    blocks = {
        "weight_ih_l0": [s * p[f"W_x{k}"] for k, s in signs.items()],
        "weight_hh_l0": [s * p[f"W_h{k}"] for k, s in signs.items()],
        "bias_ih_l0": [s * p[f"b_{k}"][:, 0] for k, s in signs.items()],
        "bias_hh_l0": [np.zeros(2 * H), p.b_hg[:, 0]],
    }
    layer.load_state_dict({name: torch.from_numpy(np.concatenate(parts)) for name, parts in blocks.items()})
    x_t = torch.tensor(x.transpose(0, 2, 1).copy(), requires_grad=True)
    h0_t = torch.tensor(h0.T[None].copy(), requires_grad=True)
    h, _ = layer(x_t, h0_t)
    (torch.tensor(weight.transpose(0, 2, 1)) * h**2).sum().backward()
    agree({"h": cell.forward(x, h0).h}, {"h": h.detach().numpy().transpose(0, 2, 1)}, EXACT)
    grads = gradients(cell, x, h0, weight)
    got = {"x": grads.trace.x, "h0": grads.h0, "b_hg": grads.params.b_hg[:, 0]}
    expected = {"x": x_t.grad.numpy().transpose(0, 2, 1), "h0": h0_t.grad[0].numpy().T}
    expected["b_hg"] = layer.bias_hh_l0.grad.numpy()[2 * H :]
    for ours, theirs in (("W_x", "weight_ih_l0"), ("W_h", "weight_hh_l0"), ("b_", "bias_ih_l0")):
        grad = getattr(layer, theirs).grad.numpy().reshape(3, H, -1)
        for k, (gate, sign) in enumerate(signs.items()):
            got[ours + gate], expected[ours + gate] = grads.params[ours + gate], sign * grad[k]
    agree(got, expected, TORCH)


@few
@given(T=size, N=size, D=size, H=size, seed=seeds)
def test_step_back_again_and_again_equals_backward(T, N, D, H, seed):
    cell, x, h0, weight = case(T, N, D, H, seed)
    trace = cell.forward(x, h0)
    grads, dh, da = cell.backward(trace, weight), np.zeros((H, N)), np.empty_like(trace.a)
    for t in reversed(range(T)):
        d = one_step_back(cell, trace, t, h=dh + weight[t])
        da[t], dh = d.a, d.h_prev
    agree({"a": da, "h0": dh}, {"a": grads.trace.a, "h0": grads.h0}, EXACT)


def test_terms_and_triangle_sum_to_the_gradient():
    cell, x, _, _ = case(6, 3, 2, 4, 0)
    model = SequenceModel(cell, Readout(4, 3, rng=np.random.default_rng(1)))
    targets = np.random.default_rng(2).integers(0, 3, (6, 3))
    trace = model.forward(x)
    _, grads = model.loss_and_gradients(x, targets)
    terms = bptt.contributions(model, trace, grads)
    assert list(terms) == list(model.params)
    agree({name: term.sum(axis=0) for name, term in terms.items()}, grads.params, EXACT)
    tau = bptt.contribution_matrix(model, x, targets, whole=True)
    agree({name: array.sum(axis=(0, 1)) for name, array in tau.items()},
          {name: grads.params[name] for name in cell.params}, EXACT)  # fmt: skip


@few
@given(T=size, N=size, D=size, H=size, seed=seeds)
def test_equals_before_where_W_hg_is_diagonal_and_not_elsewhere(T, N, D, H, seed):
    cell, x, h0, _ = case(T, N, D, H, seed)
    before = GRU(D, H, rng=np.random.default_rng(0))
    cell.params.b_hg = 0
    for diagonal in (True, False):
        if diagonal:
            cell.params.W_hg *= np.eye(H)
        else:
            cell.params.W_hg = np.random.default_rng(1).normal(size=(H, H))
        for name in before.params:
            before.params[name] = cell.params[name]
        ours, theirs = cell.forward(x, h0).h, before.forward(x, h0).h
        if diagonal or H == 1:
            agree({"h": ours}, {"h": theirs}, EXACT)
        else:
            assert np.abs(ours - theirs).max() > 1e-12


def test_a_duplicate_is_whole():
    cell, x, h0, _ = case(5, 3, 2, 4, 0)
    other = copy.deepcopy(cell)
    assert bits(other.forward(x, h0)) == bits(cell.forward(x, h0)) and repr(other) == "GRU(D=2, H=4, reset='after')"


def test_it_learns():
    rng = np.random.default_rng(0)
    x = rng.choice([-1.0, 1.0], (5, 1, 200))
    model = SequenceModel(GRU(1, 6, rng=rng, reset="after"), Readout(6, 2, rng=rng), "many-to-one")
    train(model, batches(x, (x[0, 0] > 0).astype(int), 50, rng=rng), Adam(0.02), 150)
    assert model.accuracy(x, (x[0, 0] > 0).astype(int)) == 1


@pytest.mark.parametrize("wrong", ["never", None, True])
def test_only_before_and_after_are_known(wrong):
    with pytest.raises(ValueError, match=r"reset must be 'before' or 'after' .* came\.$"):
        GRU(2, 3, rng=np.random.default_rng(0), reset=wrong)


def test_derivatives_of_the_gates_go_on_to_those_of_a():
    cell, x, h0, weight = case(5, 3, 2, 4, 0)
    trace = cell.forward(x, h0)
    grads = cell.backward(trace, weight).trace
    for gate in "rz":
        agree({gate: grads[gate] * trace[gate] * (1 - trace[gate])}, {gate: grads[f"a_{gate}"]}, EXACT)
