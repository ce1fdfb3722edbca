"""Layers and directions: the passes of their cells in order, with the gradients of PyTorch and of a complex step."""

import copy
import pickle

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, Adam, Bidirectional, Readout, SequenceModel, Stacked, Workspace, batches, train
from seqlib.study.bptt import contributions, gradient_flow, jacobian, truncated_gradient
from seqlib.study.gradcheck import check_cell, complex_step, with_params
from tests.nn.agreement import EXACT, TORCH, agree, bits


def both(kind, D, H, **more):
    return Bidirectional(kind(D, H, **more), kind(D, H, **more))


KINDS = {
    "two LSTMs": lambda D, **m: Stacked([LSTM(D, 4, **m), LSTM(4, 3, **m)]),
    "three kinds": lambda D, **m: Stacked([GRU(D, 3, **m), RNN(3, 5, **m), GRU(5, 2, reset="after", **m)]),
    "one layer": lambda D, **m: Stacked([LSTM(D, 3, **m)]),
    "directions": lambda D, **m: both(LSTM, D, 3, **m),
    "unlike directions": lambda D, **m: Bidirectional(GRU(D, 2, **m), RNN(D, 4, **m)),
    "layers of directions": lambda D, **m: Stacked([both(LSTM, D, 2, **m), both(GRU, 4, 3, **m), RNN(6, 3, **m)]),
    "directions of layers": lambda D, **m: Bidirectional(
        Stacked([RNN(D, 3, **m), both(LSTM, 3, 2, **m)]), both(RNN, D, 2, **m)
    ),
}
kinds = pytest.mark.parametrize("kind", KINDS)
SHAPES = ("many-to-many", "many-to-one", "one-to-many")


def case(kind, shape="many-to-many", *, T=5, N=3, D=2, K=3, dtype=np.float64):
    rng = np.random.default_rng(1)
    cell = KINDS[kind](D, rng=rng, dtype=dtype)
    model = SequenceModel(cell, Readout(cell.H, K, rng=rng, dtype=dtype), shape)
    x = rng.normal(size=(1 if shape == "one-to-many" else T, D, N)).astype(dtype)
    return model, x, rng.integers(K, size=(1 if shape == "many-to-one" else T, N))


@pytest.mark.parametrize(
    ("kind", "shape"), [(kind, SHAPES[0]) for kind in KINDS] + [("layers of directions", shape) for shape in SHAPES[1:]]
)
def test_gradients_equal_a_complex_step(kind, shape):
    model, x, targets = case(kind, shape, T=3, N=2)
    _, grads = model.loss_and_gradients(x, targets)
    numeric = complex_step(lambda params: with_params(model, params).loss(x, targets), model.params)
    agree(dict(grads.params.items()), dict(numeric.items()), EXACT)


@kinds
@pytest.mark.parametrize(("dtype", "shape"), [*((np.float64, shape) for shape in SHAPES), (np.float32, SHAPES[0])])
def test_a_workspace_changes_no_bit(kind, shape, dtype):
    model, x, targets = case(kind, shape, dtype=dtype, N=40)
    workspace = Workspace()
    for scale in (1.0, -2.0):
        loss, grads = model.loss_and_gradients(x * dtype(scale), targets)
        again, lean = model.loss_and_gradients(x * dtype(scale), targets, workspace)
        assert again == loss and bits(lean.params) == bits(grads.params) and lean.trace is None
        assert all(array.dtype == dtype for _, array in lean.params.items())
        assert all(np.array_equal(lean.first[name], grads.first[name]) for name in model.cell.STATES)


@kinds
def test_derivatives_of_the_input_and_of_the_first_states_equal_a_complex_step(kind):
    model, x, _ = case(kind, T=3, N=2)
    cell, rng = model.cell, np.random.default_rng(2)
    trace = cell.forward(x)
    firsts = {f"{state}0": rng.normal(size=trace[state][0].shape) for state in cell.STATES}
    own = rng.normal(size=trace.h.shape)
    for dh in (own, own[-1]):
        grads = cell.backward(cell.forward(x, **firsts), dh)
        given = {"x": x} | firsts
        for name, array in given.items():
            numeric = np.empty(array.shape)
            for at in np.ndindex(array.shape):
                moved = array.astype(complex)
                moved[at] += 1e-30j
                seen = cell.forward(**given | {name: moved}).h
                numeric[at] = ((seen if dh.ndim == 3 else seen[-1]) * dh).sum().imag / 1e-30
            got = grads.trace.x if name == "x" else grads.first[name[:-1]]
            agree({name: got}, {name: numeric}, EXACT)


def for_torch(torch, cell, name):
    """The weights of an LSTM by PyTorch's names."""
    p, order = cell.params, "ifgo"
    arrays = {
        f"weight_ih_{name}": np.concatenate([p[f"W_x{k}"] for k in order]),
        f"weight_hh_{name}": np.concatenate([p[f"W_h{k}"] for k in order]),
        f"bias_ih_{name}": np.concatenate([p[f"b_{k}"] for k in order])[:, 0],
    }
    arrays[f"bias_hh_{name}"] = np.zeros_like(arrays[f"bias_ih_{name}"])
    return {key: torch.tensor(array) for key, array in arrays.items()}


@pytest.mark.parametrize(("layers", "directions"), [(2, 1), (1, 2), (2, 2)])
def test_pytorch_has_the_same_states_and_gradients(torch, layers, directions):
    rng, D, H, T, N = np.random.default_rng(3), 3, 4, 6, 2
    sizes = [D] + [H * directions] * (layers - 1)
    make = (lambda d: both(LSTM, d, H, rng=rng)) if directions == 2 else (lambda d: LSTM(d, H, rng=rng))
    cells = [make(d) for d in sizes]
    whole = Stacked(cells) if layers > 1 else cells[0]
    alone = {
        f"l{k}{'_reverse' * (name == 'backward')}": cell
        for k, layer in enumerate(cells)
        for name, cell in (getattr(layer, "cells", None) or {"": layer}).items()
    }
    net = torch.nn.LSTM(D, H, num_layers=layers, bidirectional=directions == 2, dtype=torch.float64)
    net.load_state_dict({k: v for name, cell in alone.items() for k, v in for_torch(torch, cell, name).items()})
    x, dh = rng.normal(size=(T, D, N)), rng.normal(size=(T, H * directions, N))
    inputs = torch.tensor(x.transpose(0, 2, 1).copy(), requires_grad=True)
    h, (last, _) = net(inputs)
    (h * torch.tensor(dh.transpose(0, 2, 1).copy())).sum().backward()
    trace = whole.forward(x)
    grads = whole.backward(trace, dh)
    agree({"h": trace.h}, {"h": h.detach().numpy().transpose(0, 2, 1)}, TORCH)
    agree({"x": grads.trace.x}, {"x": inputs.grad.numpy().transpose(0, 2, 1)}, TORCH)
    if directions == 1:
        agree({"last": trace.layer2_h[-1]}, {"last": last[-1].detach().numpy().T}, TORCH)
    theirs = {name: W.grad.numpy() for name, W in net.named_parameters()}
    turned = copy.deepcopy(whole)
    for name, g in grads.params.items():
        turned.params[name] = g  # gradients where weights were, so that they get PyTorch's names
    cells = turned.cells.values() if layers > 1 else [turned]
    alone = {
        f"l{k}{'_reverse' * (name == 'backward')}": cell
        for k, layer in enumerate(cells)
        for name, cell in (getattr(layer, "cells", None) or {"": layer}).items()
    }
    ours = {k: v.numpy() for name, cell in alone.items() for k, v in for_torch(torch, cell, name).items()}
    names = [name for name in ours if "bias_hh" not in name]
    agree({name: ours[name] for name in names}, {name: theirs[name] for name in names}, TORCH)


def test_every_cell_is_found_by_its_name_and_in_the_order_of_time():
    rng = np.random.default_rng(0)
    one, two = LSTM(2, 3, rng=rng), GRU(2, 4, rng=rng)
    x = rng.normal(size=(6, 2, 2))
    trace = Bidirectional(one, two).forward(x)
    alone, back = one.forward(x), two.forward(x[::-1])
    assert np.array_equal(trace.forward_C, alone.C) and np.array_equal(trace.backward_z, back.z[::-1])
    assert np.array_equal(trace.backward_h_prev[:-1], trace.backward_h[1:]) and not trace.backward_h_prev[-1].any()
    assert np.array_equal(trace.h, np.concatenate([alone.h, back.h[::-1]], axis=1))
    assert np.array_equal(trace.x, x)
    stack = Stacked([Bidirectional(one, two), RNN(7, 2, rng=rng)])
    trace = stack.forward(x)
    assert np.array_equal(trace.layer1_backward_h, back.h[::-1]) and np.array_equal(trace.h, trace.layer2_h)
    part = stack.cells["layer1"].part(stack.part(trace, "layer1"), "backward")
    assert bits(part) == bits(back) and all(np.array_equal(part[name], back[name]) for name in back.views)
    assert np.shares_memory(stack.params.layer1_forward_W_xf, one.params.W_x)


@kinds
def test_it_trains_saves_loads_and_is_copied(kind, tmp_path):
    model, x, targets = case(kind, N=12, T=8)
    history = train(model, batches(x, targets, 6, rng=np.random.default_rng(0)), Adam(0.05), 30, clip=1.0)
    assert history.loss[-5:].mean() < history.loss[:5].mean()
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert other.loss(x, targets) == model.loss(x, targets)
        other.params[next(iter(other.params))] += 1.0  # the copy's cells see it, the model's own do not
        assert other.loss(x, targets) != model.loss(x, targets)
    model.params.save(tmp_path / "weights.npz")
    fresh, _, _ = case(kind)
    fresh.params.load(tmp_path / "weights.npz")
    assert fresh.loss(x, targets) == model.loss(x, targets)


def test_states_are_carried_on():
    model, x, targets = case("three kinds", T=9)
    once, states = model.cell.forward(x), {}
    for part in np.split(x, 3):
        trace = model.cell.forward(part, **states)
        states = model.cell.last_states(trace)
    assert list(states) == ["layer1_h0", "layer2_h0", "layer3_h0"]
    agree({"h": trace.h}, {"h": once.h[-3:]}, EXACT)
    whole = model.loss_and_gradients(x, targets)[1].params
    agree(dict(truncated_gradient(model, x, targets, 9).items()), dict(whole.items()), EXACT)


@kinds
def test_terms_add_up_to_the_gradients(kind):
    model, x, targets = case(kind)
    trace = model.forward(x)
    _, grads = model.loss_and_gradients(x, targets)
    terms = contributions(model, trace, grads)
    agree({name: array.sum(axis=0) for name, array in terms.items()}, dict(grads.params.items()), EXACT)


def test_a_cell_of_it_is_looked_at_alone():
    model, x, _ = case("two LSTMs")
    cell, trace = model.cell, model.forward(x)
    part = cell.part(trace, "layer2")
    assert np.array_equal(jacobian(cell.cells["layer2"], part, 3), jacobian(cell.cells["layer2"],
                          cell.cells["layer2"].forward(trace.layer1_h), 3))  # fmt: skip
    for look in (lambda: gradient_flow(cell, trace, 3), lambda: check_cell(cell), lambda: print(cell.program())):
        with pytest.raises(TypeError, match=r"single steps of one cell, but a Stacked of 2 came.*\.part\(trace, 'lay"):
            look()


RNG = np.random.default_rng(0)
ONE = RNN(2, 3, rng=RNG)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Stacked([]), "at least one cell"),
        (lambda: Stacked([ONE, RNN(4, 2, rng=RNG)]), "layer 2 reads D=4 features, but layer 1 below it has H=3"),
        (lambda: Stacked([ONE, Readout(3, 2, rng=RNG)]), "made of cells, such as LSTM"),
        (lambda: Bidirectional(ONE, ONE), "but one came twice"),
        (lambda: Bidirectional(ONE, Stacked([ONE])), "but one came twice"),
        (lambda: Bidirectional(ONE, RNN(3, 3, rng=RNG)), "both directions read the same x, but D=2 and D=3"),
        (lambda: Bidirectional(ONE, RNN(2, 3, rng=RNG, dtype=np.float32)), "one dtype, but float32 and float64"),
        (lambda: Stacked([ONE]).part(Stacked([ONE]).forward(np.ones((2, 2, 1))), "layer2"), "the cells are layer1"),
        (lambda: Stacked([ONE]).forward(np.ones((2, 2, 1)), layer1_h0=np.ones((2, 1))), "layer1_h0 must have shape"),
        (lambda: Stacked([ONE]).forward(np.ones((2, 5, 1))), "this Stacked was built for D=2"),
        (lambda: both(RNN, 2, 2, rng=RNG).last_states(None), "from both ends"),
    ],
)
def test_bad_input_gets_one_sentence(call, said):
    with pytest.raises(ValueError, match=said):
        call()


class Silent(RNN):
    """Says nothing about its input."""

    def step_back(self, W, t, d):
        d.a = d.h * (1 - t.h**2)
        d.h_prev = W.W_hh.T @ d.a


@pytest.mark.parametrize("workspace", [None, Workspace()])
def test_a_cell_above_must_say_what_it_tells_the_one_below(workspace):
    cell = Stacked([RNN(2, 3, rng=RNG), Silent(3, 2, rng=RNG)])
    trace = cell.forward(np.ones((2, 2, 1)))
    with pytest.raises(ValueError, match=r"step_back makes no d.x, so what comes before this cell would get no"):
        cell.backward(trace, trace.h, workspace=workspace)


@pytest.mark.parametrize("silent_first", [False, True])
def test_where_one_direction_is_silent_about_the_input_there_is_no_derivative_of_it(silent_first):
    pairs, x = [(Silent, RNN) if silent_first else (RNN, Silent), (RNN, RNN)], np.ones((2, 2, 1))
    cells = [Bidirectional(*(kind(2, 3, rng=np.random.default_rng(0)) for kind in pair)) for pair in pairs]
    grads, expected = (cell.backward(trace := cell.forward(x), trace.h) for cell in cells)
    assert bits(grads.params) == bits(expected.params) and "x" in expected.trace and "x" not in grads.trace


def test_h0_of_the_whole_is_refused():
    model, x, _ = case("two LSTMs")
    with pytest.raises(TypeError, match=r"Stacked takes layer1_h0, layer1_C0, layer2_h0, layer2_C0 here, but h0 came"):
        model.forward(x, np.zeros((3, 3)))
