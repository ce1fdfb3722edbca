"""The GRU: forward by the equations and by ONNX, backward by a complex step and by PyTorch's autograd."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import GRU, Record
from seqlib.study.gradcheck import complex_step, with_params
from tests.nn.agreement import EXACT, TORCH, agree, bits, few, seeds, size, some

lossy = st.sampled_from(["every", "last", "subset"])
small = st.integers(1, 4)  # a complex step runs the cell once for every number in 3 H (D + H + 1)
BLOCKS = {"r": slice(0, 5), "z": slice(5, 10), "g": slice(10, 15)}  # of a cell with H = 5


def case(T, N, D, H, where, seed):
    """A cell with every parameter non-zero, an input, h_0 ≠ 0, and which losses on h there are."""
    rng = np.random.default_rng(seed)
    cell = GRU(D, H, rng=rng)
    cell.params.b = rng.normal(size=(3 * H, 1)) / 2
    weight = rng.normal(size=(T, H, N))
    if where == "last":
        weight[:-1] = 0
    elif where == "subset":
        weight *= rng.random((T, 1, 1)) < 0.5
    return cell, rng.normal(size=(T, D, N)), rng.normal(size=(H, N)), weight


def logistic(a):
    return 1 / (1 + np.exp(-a))


def by_hand(cell, x, h0):
    """Every array of the trace from the equations, with plain loops over steps and examples."""
    p, (T, _, N) = cell.params, x.shape
    names = ("h_prev", "a_r", "a_z", "a_g", "r", "z", "g", "rh", "h")
    trace = {name: np.zeros((T, cell.H, N)) for name in names}
    for n in range(N):
        h = h0[:, n]
        for t in range(T):
            step = {"h_prev": h}
            for gate in "rz":
                a = p[f"W_x{gate}"].dot(x[t, :, n]) + p[f"W_h{gate}"].dot(h) + p[f"b_{gate}"][:, 0]
                step |= {f"a_{gate}": a, gate: logistic(a)}
            rh = step["r"] * h
            a = p["W_xg"].dot(x[t, :, n]) + p["W_hg"].dot(rh) + p["b_g"][:, 0]
            h = (1 - step["z"]) * h + step["z"] * np.tanh(a)
            step |= {"rh": rh, "a_g": a, "g": np.tanh(a), "h": h}
            for name, value in step.items():
                trace[name][t, :, n] = value
    return trace


def gradients(cell, x, h0, weight):
    """What `backward` says of L = Σ weight ⊙ h²."""
    trace = cell.forward(x, h0)
    return cell.backward(trace, 2 * weight * trace.h)


def wanted(grads):
    """The gradients with respect to everything that goes into a run."""
    return {**dict(grads.params.items()), "x": grads.trace.x, "h0": grads.h0}


@few
@given(T=size, N=size, D=size, H=size, seed=seeds)
def test_forward_is_the_equations(T, N, D, H, seed):
    cell, x, h0, _ = case(T, N, D, H, "every", seed)
    trace, expected = cell.forward(x, h0), by_hand(cell, x, h0)
    agree({name: trace[name] for name in [*expected, "x"]}, expected | {"x": x}, EXACT)
    assert np.array_equal(trace.h_all[0], h0)
    assert np.array_equal(trace.gates, np.concatenate([trace.r, trace.z, trace.g], axis=1))
    assert np.array_equal(trace.a, np.concatenate([trace.a_r, trace.a_z, trace.a_g], axis=1))


@some
@given(T=small, N=small, D=small, H=small, where=lossy, seed=seeds)
def test_backward_equals_complex_step(T, N, D, H, where, seed):
    cell, x, h0, weight = case(T, N, D, H, where, seed)

    def loss(point):
        return (weight * with_params(cell, point).forward(point.x, point.h0).h ** 2).sum()

    numeric = complex_step(loss, cell.params.joined(Record({"x": x, "h0": h0})))
    agree(wanted(gradients(cell, x, h0, weight)), numeric, EXACT)


@some
@given(T=size, N=size, D=size, H=size, where=lossy, seed=seeds)
def test_forward_and_backward_equal_torch_autograd(torch, T, N, D, H, where, seed):
    """The same equations in PyTorch operations; grads.trace.h[t] is the *total* derivative: later steps are in it."""
    cell, x, h0, weight = case(T, N, D, H, where, seed)
    leaf = {name: torch.tensor(array, requires_grad=True) for name, array in cell.params.items()}
    leaf |= {"x": torch.tensor(x, requires_grad=True), "h0": torch.tensor(h0, requires_grad=True)}
    W_x, W_h, b, h = (leaf[name] for name in ("W_x", "W_h", "b", "h0"))
    runs, loss = {"h_all": [h], "a": [], "gates": [], "rh": []}, 0
    for t in range(T):
        a_r, a_z, ax_g = (W_x @ leaf["x"][t] + b).chunk(3)
        ah_r, ah_z = (W_h @ h).chunk(2)
        a_rz = torch.cat([a_r + ah_r, a_z + ah_z])
        rz = torch.sigmoid(a_rz)
        r, z = rz.chunk(2)
        rh = r * h
        a_g = ax_g + leaf["W_hg"] @ rh
        g = torch.tanh(a_g)
        h = (1 - z) * h + z * g
        for tensor in (a_rz, a_g, rz, g, rh, h):
            tensor.retain_grad()
        for name, tensors in {"h_all": [h], "a": [a_rz, a_g], "gates": [rz, g], "rh": [rh]}.items():
            runs[name].append(tensors if name in ("a", "gates") else tensors[0])
        loss = loss + (torch.tensor(weight[t]) * h**2).sum()
    loss.backward()

    def grad(tensors):
        if isinstance(tensors, list):
            return np.concatenate([grad(tensor) for tensor in tensors])
        return np.zeros(tensors.shape) if tensors.grad is None else tensors.grad.numpy()

    h_all = np.stack([tensor.detach().numpy() for tensor in runs["h_all"]])
    agree({"h_all": cell.forward(x, h0).h_all}, {"h_all": h_all}, TORCH)
    grads = gradients(cell, x, h0, weight)
    expected = {name: grad(tensor) for name, tensor in leaf.items()}
    expected |= {name: np.stack([grad(tensors) for tensors in steps]) for name, steps in runs.items()}
    agree(wanted(grads) | {name: grads.trace[name] for name in runs}, expected, TORCH)
    assert np.array_equal(grads.h0, grads.trace.h_all[0])


def torch_gru(torch, cell):
    """nn.GRU with the parameters of a cell: r, z, n stacked, a z that keeps (the other sign), r after the product."""
    H, signs = cell.H, {"r": 1, "z": -1, "g": 1}  # 1 - σ(a) = σ(-a)
    gru = torch.nn.GRU(cell.D, H, dtype=torch.float64)
    theirs = {"W_x": gru.weight_ih_l0, "W_h": gru.weight_hh_l0, "b_": gru.bias_ih_l0}
    with torch.no_grad():
        for name, parameter in theirs.items():
            stacked = np.concatenate([sign * cell.params[name + gate] for gate, sign in signs.items()])
            parameter.copy_(torch.tensor(stacked).reshape(parameter.shape))
        gru.bias_hh_l0.zero_()  # a second bias, inside r ⊙ (…) for the candidate: seqlib has none there
    return gru, theirs, signs


@few
@given(T=size, N=size, D=size, H=size, where=lossy, seed=seeds)
def test_equals_torch_gru_where_r_commutes_with_a_diagonal_W_hg(torch, T, N, D, H, where, seed):
    """PyTorch takes r ⊙ (W_hg h), the lecture W_hg (r ⊙ h): the same for a diagonal W_hg."""
    cell, x, h0, weight = case(T, N, D, H, where, seed)
    cell.params.W_hg *= np.eye(H)
    gru, theirs, signs = torch_gru(torch, cell)
    x_t = torch.tensor(x.transpose(0, 2, 1).copy(), requires_grad=True)
    h0_t = torch.tensor(h0.T[None].copy(), requires_grad=True)
    h, _ = gru(x_t, h0_t)
    (torch.tensor(weight.transpose(0, 2, 1)) * h**2).sum().backward()
    agree({"h": cell.forward(x, h0).h}, {"h": h.detach().transpose(1, 2)}, TORCH)
    grads = gradients(cell, x, h0, weight)
    got = {"x": grads.trace.x, "h0": grads.h0}
    expected = {"x": x_t.grad.transpose(1, 2), "h0": h0_t.grad[0].T}
    for name, parameter in theirs.items():
        for (gate, sign), block in zip(signs.items(), parameter.grad.numpy().reshape(3, H, -1), strict=True):
            there = np.eye(H) if name + gate == "W_hg" else 1  # off the diagonal r sits elsewhere
            got[name + gate], expected[name + gate] = grads.params[name + gate] * there, sign * block * there
    agree(got, expected, TORCH)


def test_equals_torch_gru_where_r_is_the_same_for_all_units(torch):
    cell, x, h0, _ = case(6, 4, 3, 5, "every", 0)
    for name in ("W_xr", "W_hr", "b_r"):
        cell.params[name][1:] = cell.params[name][0]
    gru, _, _ = torch_gru(torch, cell)

    def theirs():
        h, _ = gru(torch.tensor(x.transpose(0, 2, 1).copy()), torch.tensor(h0.T[None].copy()))
        return h.detach().transpose(1, 2).numpy()

    agree({"h": cell.forward(x, h0).h}, {"h": theirs()}, TORCH)
    cell.params.W_xr[0] *= -1  # r differs between units: now the two conventions do, too
    gru, _, _ = torch_gru(torch, cell)
    assert np.abs(cell.forward(x, h0).h - theirs()).max() > 1e-3


@few
@given(T=size, N=size, D=size, H=size, seed=seeds)
def test_forward_equals_the_reference_of_onnx(onnx, T, N, D, H, seed):
    """ONNX stacks z, r, h; its z keeps; with linear_before_reset = 0 r comes before the product, as here."""
    cell, x, h0, _ = case(T, N, D, H, "every", seed)
    p = cell.params
    W, R, b = (np.concatenate([-p[f"{name}z"], p[f"{name}r"], p[f"{name}g"]]) for name in ("W_x", "W_h", "b_"))
    node = onnx.helper.make_node("GRU", ["X", "W", "R", "B", "", "h0"], ["Y", "Y_h"], name="gru", hidden_size=H)
    B = np.concatenate([b, 0 * b]).T
    inputs = {"X": x.transpose(0, 2, 1), "W": W[None], "R": R[None], "B": B, "h0": h0.T[None]}
    Y, Y_h = onnx.reference.ReferenceEvaluator(node).run(None, inputs)
    trace = cell.forward(x, h0)
    agree({"h": trace.h, "last h": trace.h[-1]}, {"h": Y[:, 0].transpose(0, 2, 1), "last h": Y_h[0].T}, EXACT)


def test_complex_input_to_a_real_cell_keeps_its_imaginary_part():
    cell, x, h0, weight = case(4, 2, 3, 5, "every", 0)
    start, grads = {"x": x, "h0": h0}, wanted(gradients(cell, x, h0, weight))
    for name in start:
        numeric = complex_step(
            lambda point: (weight * cell.forward(**(start | dict(point.items()))).h ** 2).sum(),
            Record({name: start[name]}),
        )
        agree({name: grads[name]}, numeric, EXACT)


def test_a_closed_update_gate_keeps_h_bit_for_bit():
    """σ(-100) is 0 exactly, so h and its gradient go through untouched."""
    cell, x, h0, weight = case(500, 3, 2, 4, "last", 0)
    cell.params.b_z = -100
    trace = cell.forward(x, h0)
    assert not trace.z.any() and trace.r.any() and trace.g.any()
    assert all(h.tobytes() == h0.tobytes() for h in trace.h)
    grads = cell.backward(trace, weight)
    assert grads.h0.tobytes() == weight[-1].tobytes()
    assert not grads.trace.x.any()


def test_an_open_update_gate_writes_the_candidate_alone():
    cell, x, h0, _ = case(6, 3, 2, 4, "every", 0)
    cell.params.b_z = 100
    trace = cell.forward(x, h0)
    assert (trace.z == 1).all()
    agree({"h": trace.h}, {"h": trace.g}, 1e-15)  # h_{t-1} + (g_t - h_{t-1}), so up to the last bit


def test_a_closed_reset_gate_lets_the_candidate_ignore_the_past():
    cell, x, h0, _ = case(6, 3, 2, 4, "every", 0)
    cell.params.b_r = -100
    trace = cell.forward(x, h0)
    assert not trace.rh.any()
    agree({"g": trace.g}, {"g": np.tanh(cell.params.W_xg @ x + cell.params.b_g)}, EXACT)


@few
@given(T=st.integers(2, 6), N=size, D=size, H=size, cut=st.integers(1, 5), seed=seeds)
def test_split_in_two_equals_the_whole(T, N, D, H, cut, seed):
    """Carrying h forward and ∂L/∂h back over the cut changes nothing."""
    cell, x, h0, weight = case(T, N, D, H, "every", seed)
    cut = min(cut, T - 1)
    whole, first = cell.forward(x, h0), cell.forward(x[:cut], h0)
    second = cell.forward(x[cut:], first.h[-1])
    for name in ("h", "gates", "rh"):
        agree({name: np.concatenate([first[name], second[name]])}, {name: whole[name]}, EXACT)
    late, dh = cell.backward(second, weight[cut:]), weight[:cut].copy()
    dh[-1] += late.h0
    early = cell.backward(first, dh)
    got = {name: early.params[name] + late.params[name] for name in cell.params}
    got |= {"x": np.concatenate([early.trace.x, late.trace.x]), "h0": early.h0}
    agree(got, wanted(cell.backward(whole, weight)), EXACT)


def test_no_initial_state_means_zero():
    cell, x, _, _ = case(5, 3, 2, 4, "every", 0)
    assert bits(cell.forward(x)) == bits(cell.forward(x, np.zeros((4, 3))))


def test_examples_do_not_mix():
    cell, x, h0, weight = case(6, 4, 3, 5, "every", 0)
    together = gradients(cell, x, h0, weight)
    parts = [gradients(cell, x[..., [n]], h0[:, [n]], weight[..., [n]]) for n in range(4)]
    agree({"x": together.trace.x}, {"x": np.concatenate([grads.trace.x for grads in parts], axis=2)}, EXACT)
    agree({"W": together.params.W_hg}, {"W": sum(grads.params.W_hg for grads in parts)}, EXACT)


def test_nothing_is_shared_with_the_caller_or_between_runs():
    cell, x, h0, weight = case(6, 4, 3, 5, "every", 0)
    one, two = cell.forward(x, h0), cell.forward(x, h0)
    others = [*(array for _, array in two.items()), x, h0]
    assert not any(np.shares_memory(a, b) for _, a in one.items() for b in others)
    before, kept = bits(one), weight.copy()
    grads = cell.backward(one, weight)
    others = [weight, *(array for _, array in one.items())]
    assert not any(np.shares_memory(a, b) for _, a in grads.trace.items() for b in others)
    assert bits(one) == before and np.array_equal(weight, kept)  # backward only reads


@pytest.mark.parametrize("window", ["W_xr", "W_xz", "W_xg", "W_hr", "W_hz", "b_r", "b_z", "b_g"])
def test_a_write_to_a_window_is_a_write_to_the_stack(window):
    cell, x, h0, weight = case(4, 2, 3, 5, "every", 0)
    params, grads = cell.params, gradients(cell, x, h0, weight)
    stack, rows = window[:-1].rstrip("_"), BLOCKS[window[-1]]
    before = params[stack].copy()
    assert np.array_equal(grads.params[window], grads.params[stack][rows])  # a gradient has the same windows
    params[window] = 7
    assert (params[stack][rows] == 7).all() and np.shares_memory(params[window], params[stack])
    assert np.array_equal(np.delete(params[stack], rows, axis=0), np.delete(before, rows, axis=0))
    params[stack] = before
    assert np.array_equal(params[window], before[rows])


def test_windows_of_the_trace_and_its_gradients_are_views():
    cell, x, h0, weight = case(4, 2, 3, 5, "every", 0)
    for record in (cell.forward(x, h0), gradients(cell, x, h0, weight).trace):
        for gate, rows in BLOCKS.items():
            assert np.array_equal(record[gate], record.gates[:, rows]) and np.shares_memory(record[gate], record.gates)
            assert np.array_equal(record[f"a_{gate}"], record.a[:, rows])
        assert np.array_equal(record.a_rz, record.a[:, :10])
        assert np.shares_memory(record.h, record.h_all) and np.array_equal(record.h_prev, record.h_all[:-1])


def test_a_copy_of_a_cell_that_has_not_run_writes_nothing_down_again():
    cell = GRU(2, 3, rng=np.random.default_rng(0))
    other = copy.copy(cell)
    assert other.program() is cell.program() is copy.deepcopy(cell).program()


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))], ids=["deepcopy", "pickle"]
)
def test_a_duplicate_is_whole_and_independent(duplicate):
    cell, x, h0, _ = case(4, 2, 3, 5, "every", 0)
    other, before = duplicate(cell), bits(cell.params)
    assert bits(other.forward(x, h0)) == bits(cell.forward(x, h0))
    other.params.W_hz = 0
    assert not other.params.W_h[5:].any() and other.params.W_h[:5].all()  # still one memory in the copy
    assert bits(cell.params) == before


def test_saved_weights_give_the_same_cell_and_keep_their_windows(tmp_path):
    cell, x, h0, _ = case(4, 2, 3, 5, "every", 0)
    cell.params.save(tmp_path / "gru.npz")
    other = GRU(3, 5, rng=np.random.default_rng(9))
    stack = other.params.W_x
    other.params.load(tmp_path / "gru.npz")
    assert bits(other.forward(x, h0)) == bits(cell.forward(x, h0))
    assert other.params.W_x is stack and np.shares_memory(other.params.W_xz, stack)


def test_float32_stays_float32_and_agrees():
    cell, x, h0, weight = case(5, 4, 3, 6, "every", 0)
    single = GRU(3, 6, rng=np.random.default_rng(0), dtype=np.float32)
    for name, array in cell.params.items():
        single.params[name] = array
    # Inputs of either precision: the parameters' dtype decides.
    for inputs in [(x, h0, weight), tuple(array.astype(np.float32) for array in (x, h0, weight))]:
        trace, grads = single.forward(*inputs[:2]), gradients(single, *inputs)
        records = (trace, grads.params, grads.trace, Record({"h0": grads.h0}))
        assert {array.dtype for record in records for _, array in record.items()} == {np.dtype(np.float32)}
        expected = gradients(cell, x, h0, weight)
        agree(trace, cell.forward(x, h0), 1e-5)
        agree(grads.params, expected.params, 1e-5)
        agree(grads.trace, expected.trace, 1e-5)


def test_saturated_and_tiny_numbers_do_not_disturb():
    cell, x, h0, weight = case(4, 2, 3, 5, "every", 0)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for scale in (5e-324, 1e-310, 1e6, 1e300):
            trace = cell.forward(x * scale, h0 * scale)
            grads = cell.backward(trace, weight * 1e-310)
            assert all(np.isfinite(array).all() for record in (trace, grads.trace) for _, array in record.items())


def test_whole_number_inputs():
    """A one-hot input is often an integer array."""
    cell = GRU(3, 5, rng=np.random.default_rng(0))
    x = np.eye(3, dtype=int)[[0, 2, 1, 1]][:, :, None]
    assert cell.forward(x).h.dtype == np.float64
    assert bits(cell.forward(x)) == bits(cell.forward(x.astype(float)))


def test_first_weights():
    a, b = (GRU(3, 16, rng=np.random.default_rng(3)) for _ in range(2))
    assert bits(a.params) == bits(b.params)
    for name in ("W_x", "W_h", "W_hg"):
        largest = np.abs(a.params[name]).max()
        assert 0.9 / 4 < largest <= 1 / 4 and a.params[name].min() < 0  # uniform in ±1/√H
        assert len(np.unique(a.params[name])) == a.params[name].size  # a draw for every gate
    assert {name: array.shape for name, array in a.params.items()} == {
        "W_x": (48, 3),
        "W_h": (32, 16),
        "W_hg": (16, 16),
        "b": (48, 1),
    }
    assert not a.params.b.any()
    assert repr(a) == "GRU(D=3, H=16)"


def gru():
    return GRU(3, 4, rng=np.random.default_rng(0))


def gru_and(**arguments):
    return gru().forward(**{"x": np.zeros((2, 3, 5))} | arguments)


def trace_of(kind=GRU, T=2, H=4, dtype=np.float64):
    return kind(3, H, rng=np.random.default_rng(0), dtype=dtype).forward(np.zeros((T, 3, 5)))


@pytest.mark.parametrize(
    ("call", "fragments"),
    [
        (lambda: gru_and(x=np.zeros((2, 5, 5))), ["x has 5 features (axis 1)", "this GRU was built for D=3"]),
        (lambda: gru_and(x=np.zeros((2, 3))), ["x must be an array of shape (T, D, N)", "shape (2, 3) came"]),
        (lambda: gru_and(x=np.zeros((2, 3, 0))), ["x has no example", "at least one is needed"]),
        (lambda: gru_and(h0=np.zeros((4, 1))), ["h0 must have shape (H, N) = (4, 5)", "(4, 1) came"]),
        (
            lambda: gru().backward(trace_of(), np.zeros((5, 4))),
            ["dh must have the shape of the states, (2, 4, 5)", "(5, 4) came"],
        ),
        (lambda: GRU(0, 4, rng=np.random.default_rng(0)), ["D must be a whole number, 1 or more", "0 came"]),
        (lambda: GRU(3, 4, rng=np.random.default_rng(0), dtype=int), ["dtype must be float64 or float32", "int64"]),
    ],
)
def test_bad_input_gets_one_sentence(call, fragments):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(fragment in str(caught.value) for fragment in fragments), str(caught.value)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
