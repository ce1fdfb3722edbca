"""The LSTM: forward by the equations and by ONNX, backward by a complex step and by PyTorch."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import LSTM, Record
from seqlib.study.gradcheck import complex_step, with_params
from tests.nn.agreement import EXACT, TORCH, agree, bits, few, seeds, size, some

lossy = st.sampled_from(["every", "last", "subset"])
small = st.integers(1, 4)  # a complex step runs the cell once for every number in 4 H (D + H + 1)


def case(T, N, D, H, where, on_C, seed):
    """A cell with every parameter non-zero, an input, both initial states, and which losses on h and C there are."""
    rng = np.random.default_rng(seed)
    cell = LSTM(D, H, rng=rng)
    cell.params.b = rng.normal(size=(4 * H, 1)) / 2
    weight, weight_C = rng.normal(size=(T, H, N)), rng.normal(size=(T, H, N)) * on_C
    if where == "last":
        weight[:-1] = weight_C[:-1] = 0
    elif where == "subset":
        weight *= rng.random((T, 1, 1)) < 0.5
        weight_C *= rng.random((T, 1, 1)) < 0.5
    start = {"x": rng.normal(size=(T, D, N)), "h0": rng.normal(size=(H, N)) / 2, "C0": rng.normal(size=(H, N))}
    return cell, start, weight, weight_C


def logistic(a):
    return 1 / (1 + np.exp(-a))


def by_hand(cell, x, h0, C0):
    """Every array of the trace from the equations, gate by gate, with plain loops over steps and examples."""
    p, (T, _, N) = cell.params, x.shape
    names = ("h_prev", "C_prev", "a_f", "a_i", "a_o", "a_g", "f", "i", "o", "g", "C", "tanh_C", "h")
    trace = {name: np.zeros((T, cell.H, N)) for name in names}
    for n in range(N):
        h, C = h0[:, n], C0[:, n]
        for t in range(T):
            step = {"h_prev": h, "C_prev": C}
            for gate, squash in {"f": logistic, "i": logistic, "o": logistic, "g": np.tanh}.items():
                a = p[f"W_x{gate}"].dot(x[t, :, n]) + p[f"W_h{gate}"].dot(h) + p[f"b_{gate}"][:, 0]
                step |= {f"a_{gate}": a, gate: squash(a)}
            C = step["f"] * C + step["i"] * step["g"]
            h = step["o"] * np.tanh(C)
            step |= {"C": C, "tanh_C": np.tanh(C), "h": h}
            for name, value in step.items():
                trace[name][t, :, n] = value
    return trace


def gradients(cell, start, weight, weight_C):
    """What `backward` says of L = Σ weight ⊙ h² + Σ weight_C ⊙ C²."""
    trace = cell.forward(**start)
    dC = 2 * weight_C * trace.C if weight_C.any() else None
    return cell.backward(trace, 2 * weight * trace.h, dC)


def wanted(grads):
    """The gradients with respect to everything that goes into a run."""
    return {**dict(grads.params.items()), "x": grads.trace.x, "h0": grads.h0, "C0": grads.C0}


@few
@given(T=size, N=size, D=size, H=size, seed=seeds)
def test_forward_is_the_equations(T, N, D, H, seed):
    cell, start, _, _ = case(T, N, D, H, "every", False, seed)
    trace, expected = cell.forward(**start), by_hand(cell, **start)
    got = {name: trace[name] for name in [*expected, "x"]}
    agree(got, expected | {"x": start["x"]}, EXACT)
    assert np.array_equal(trace.h_all[0], start["h0"]) and np.array_equal(trace.C_all[0], start["C0"])
    assert np.array_equal(trace.gates, np.concatenate([trace[gate] for gate in "fiog"], axis=1))
    assert np.array_equal(trace.a, np.concatenate([trace[f"a_{gate}"] for gate in "fiog"], axis=1))


@some
@given(T=small, N=small, D=small, H=small, where=lossy, on_C=st.booleans(), seed=seeds)
def test_backward_equals_complex_step(T, N, D, H, where, on_C, seed):
    cell, start, weight, weight_C = case(T, N, D, H, where, on_C, seed)

    def loss(point):
        trace = with_params(cell, point).forward(point.x, point.h0, point.C0)
        return (weight * trace.h**2 + weight_C * trace.C**2).sum()

    grads = gradients(cell, start, weight, weight_C)
    agree(wanted(grads), complex_step(loss, cell.params.joined(Record(start))), EXACT)


@some
@given(T=size, N=size, D=size, H=size, where=lossy, on_C=st.booleans(), seed=seeds)
def test_forward_and_backward_equal_torch_lstm(torch, T, N, D, H, where, on_C, seed):
    """nn.LSTM stacks i, f, g, o, counts (steps, examples, features), and shows C only after the last step."""
    cell, start, weight, weight_C = case(T, N, D, H, where, on_C, seed)
    weight_C[:-1] = 0
    lstm = torch.nn.LSTM(D, H, dtype=torch.float64)
    theirs = {"W_x": lstm.weight_ih_l0, "W_h": lstm.weight_hh_l0, "b_": lstm.bias_ih_l0}
    with torch.no_grad():
        for name, parameter in theirs.items():
            stacked = np.concatenate([cell.params[name + gate] for gate in "ifgo"])
            parameter.copy_(torch.tensor(stacked).reshape(parameter.shape))
        lstm.bias_hh_l0.zero_()  # PyTorch has two biases that are only ever added; seqlib has their sum
    x_t = torch.tensor(start["x"].transpose(0, 2, 1).copy(), requires_grad=True)
    h0_t, C0_t = (torch.tensor(start[name].T[None].copy(), requires_grad=True) for name in ("h0", "C0"))
    h, (_, C_T) = lstm(x_t, (h0_t, C0_t))
    turned = torch.tensor(weight.transpose(0, 2, 1)), torch.tensor(weight_C[-1:].transpose(0, 2, 1))
    ((turned[0] * h**2).sum() + (turned[1] * C_T**2).sum()).backward()

    trace, grads = cell.forward(**start), gradients(cell, start, weight, weight_C)
    expected = {"h": h.detach().transpose(1, 2), "C": C_T.detach()[0].T}
    agree({"h": trace.h, "C": trace.C[-1]}, expected, TORCH)
    expected = {"x": x_t.grad.transpose(1, 2), "h0": h0_t.grad[0].T, "C0": C0_t.grad[0].T}
    for name, parameter in theirs.items():
        for gate, block in zip("ifgo", parameter.grad.chunk(4), strict=True):
            expected[name + gate] = block.reshape(cell.params[name + gate].shape)
    got = {name: grads.params[name] for name in expected if name in grads.params} | wanted(grads)
    agree({name: got[name] for name in expected}, expected, TORCH)


@few
@given(T=size, N=size, D=size, H=size, where=lossy, on_C=st.booleans(), seed=seeds)
def test_every_derivative_of_the_trace_equals_torch_autograd(torch, T, N, D, H, where, on_C, seed):
    """grads.trace.h[t] and .C[t] are *total* derivatives: the later steps are in them."""
    cell, start, weight, weight_C = case(T, N, D, H, where, on_C, seed)
    p = {name: torch.tensor(array) for name, array in cell.params.items()}
    h, C = (torch.tensor(start[name], requires_grad=True) for name in ("h0", "C0"))
    runs = {"h_all": [h], "C_all": [C], "a": [], "gates": [], "tanh_C": []}
    loss = 0
    for t in range(T):
        a = p["W_x"] @ torch.tensor(start["x"][t]) + p["W_h"] @ h + p["b"]
        gates = torch.cat([torch.sigmoid(a[: 3 * H]), torch.tanh(a[3 * H :])])
        f, i, o, g = gates.chunk(4)
        C = f * C + i * g
        tanh_C = torch.tanh(C)
        h = o * tanh_C
        for name, tensor in {"h_all": h, "C_all": C, "a": a, "gates": gates, "tanh_C": tanh_C}.items():
            tensor.retain_grad()
            runs[name].append(tensor)
        loss = loss + (torch.tensor(weight[t]) * h**2 + torch.tensor(weight_C[t]) * C**2).sum()
    loss.backward()

    def grad(tensor):
        return np.zeros(tensor.shape) if tensor.grad is None else tensor.grad.numpy()

    expected = {name: np.stack([grad(tensor) for tensor in tensors]) for name, tensors in runs.items()}
    grads = gradients(cell, start, weight, weight_C)
    agree({name: grads.trace[name] for name in expected}, expected, TORCH)
    assert np.array_equal(grads.h0, grads.trace.h_all[0]) and np.array_equal(grads.C0, grads.trace.C_all[0])


@few
@given(T=size, N=size, D=size, H=size, seed=seeds)
def test_forward_equals_the_reference_of_onnx(onnx, T, N, D, H, seed):
    """ONNX stacks i, o, f, c. Its published vectors have constant weights, in which swapped gates go unseen."""
    cell, start, _, _ = case(T, N, D, H, "every", False, seed)
    W, R, b = (np.concatenate([cell.params[name + gate] for gate in "iofg"]) for name in ("W_x", "W_h", "b_"))
    node = onnx.helper.make_node(
        "LSTM", ["X", "W", "R", "B", "", "h0", "C0"], ["Y", "Y_h", "Y_c"], name="lstm", hidden_size=H
    )
    half = np.random.default_rng(seed).normal(size=b.shape)  # two biases that are only ever added
    inputs = {"X": start["x"].transpose(0, 2, 1), "W": W[None], "R": R[None], "B": np.vstack([half, b - half]).T}
    inputs |= {name: start[name].T[None] for name in ("h0", "C0")}
    Y, Y_h, Y_c = onnx.reference.ReferenceEvaluator(node).run(None, inputs)
    trace = cell.forward(**start)
    expected = {"h": Y[:, 0].transpose(0, 2, 1), "last h": Y_h[0].T, "last C": Y_c[0].T}
    agree({"h": trace.h, "last h": trace.h[-1], "last C": trace.C[-1]}, expected, EXACT)


def test_complex_input_to_a_real_cell_keeps_its_imaginary_part():
    cell, start, weight, weight_C = case(4, 2, 3, 5, "every", True, 0)
    grads = wanted(gradients(cell, start, weight, weight_C))

    def loss(point):
        trace = cell.forward(**(start | dict(point.items())))
        return (weight * trace.h**2 + weight_C * trace.C**2).sum()

    for name in ("x", "h0", "C0"):
        agree({name: grads[name]}, complex_step(loss, Record({name: start[name]})), EXACT)
    trace = cell.forward(**start)
    for dh, dC in ((weight + 0j, weight_C), (weight, weight_C + 0j), (weight + 0j, None)):
        assert cell.backward(trace, dh, dC).C0.dtype == np.complex128


def test_an_open_forget_gate_and_a_closed_input_gate_carry_C_bit_for_bit():
    """The constant error carousel: σ(100) is 1 and σ(-100) is 0 exactly, so C and its gradient go through untouched."""
    cell, start, weight, weight_C = case(500, 3, 2, 4, "last", True, 0)
    cell.params.b_f, cell.params.b_i = 100, -100
    trace = cell.forward(**start)
    assert (trace.f == 1).all() and (trace.i == 0).all()
    assert (start["C0"] == trace.C).all() and trace.C[-1].tobytes() == start["C0"].tobytes()
    grads = cell.backward(trace, np.zeros_like(weight), weight_C)
    assert grads.C0.tobytes() == weight_C[-1].tobytes()
    assert not grads.trace.x.any() and not grads.h0.any()  # nothing else reached C_T


def test_a_closed_forget_gate_cuts_the_past_off():
    cell, start, weight, weight_C = case(6, 3, 2, 4, "last", True, 0)
    cell.params.b_f, cell.params.W_h = -100, 0
    grads = gradients(cell, start, weight, weight_C)
    assert not grads.C0.any() and not grads.trace.x[:-1].any() and grads.trace.x[-1].any()


@few
@given(T=st.integers(2, 6), N=size, D=size, H=size, cut=st.integers(1, 5), seed=seeds)
def test_split_in_two_equals_the_whole(T, N, D, H, cut, seed):
    """Carrying (h, C) forward and (∂L/∂h, ∂L/∂C) back over the cut changes nothing."""
    cell, start, weight, weight_C = case(T, N, D, H, "every", True, seed)
    cut = min(cut, T - 1)
    whole = cell.forward(**start)
    first = cell.forward(start["x"][:cut], start["h0"], start["C0"])
    second = cell.forward(start["x"][cut:], first.h[-1], first.C[-1])
    for name in ("h", "C", "gates"):
        agree({name: np.concatenate([first[name], second[name]])}, {name: whole[name]}, EXACT)
    together = cell.backward(whole, weight, weight_C)
    late = cell.backward(second, weight[cut:], weight_C[cut:])
    dh, dC = weight[:cut].copy(), weight_C[:cut].copy()
    dh[-1] += late.h0
    dC[-1] += late.C0
    early = cell.backward(first, dh, dC)
    got = {name: early.params[name] + late.params[name] for name in cell.params}
    got |= {"x": np.concatenate([early.trace.x, late.trace.x]), "h0": early.h0, "C0": early.C0}
    agree(got, wanted(together), EXACT)


def test_no_initial_state_means_zero():
    cell, start, _, _ = case(5, 3, 2, 4, "every", True, 0)
    zero = np.zeros((4, 3))
    x = start["x"]
    assert bits(cell.forward(x)) == bits(cell.forward(x, zero, zero))
    assert bits(cell.forward(x, C0=start["C0"])) == bits(cell.forward(x, zero, start["C0"]))


def test_examples_do_not_mix():
    cell, start, weight, weight_C = case(6, 4, 3, 5, "every", True, 0)
    together = gradients(cell, start, weight, weight_C)
    parts = [
        gradients(cell, {name: a[..., n : n + 1] for name, a in start.items()}, weight[..., [n]], weight_C[..., [n]])
        for n in range(4)
    ]
    agree({"x": together.trace.x}, {"x": np.concatenate([grads.trace.x for grads in parts], axis=2)}, EXACT)
    agree({"W": together.params.W_h}, {"W": sum(grads.params.W_h for grads in parts)}, EXACT)


def test_nothing_is_shared_with_the_caller_or_between_runs():
    cell, start, weight, weight_C = case(6, 4, 3, 5, "every", True, 0)
    one, two = cell.forward(**start), cell.forward(**start)
    others = [*(array for _, array in two.items()), *start.values()]
    assert not any(np.shares_memory(a, b) for _, a in one.items() for b in others)
    before, kept = bits(one), (weight.copy(), weight_C.copy())
    grads = cell.backward(one, weight, weight_C)
    others = [weight, weight_C, *(array for _, array in one.items())]
    assert not any(np.shares_memory(a, b) for _, a in grads.trace.items() for b in others)
    assert bits(one) == before  # backward only reads
    assert np.array_equal(weight, kept[0]) and np.array_equal(weight_C, kept[1])


@pytest.mark.parametrize(
    "gate, rows", [("f", slice(0, 5)), ("i", slice(5, 10)), ("o", slice(10, 15)), ("g", slice(15, 20))]
)
def test_a_write_to_a_window_is_a_write_to_the_stack(gate, rows):
    cell, start, weight, weight_C = case(4, 2, 3, 5, "every", True, 0)
    params, grads = cell.params, gradients(cell, start, weight, weight_C)
    for window, stack in ((f"W_x{gate}", "W_x"), (f"W_h{gate}", "W_h"), (f"b_{gate}", "b")):
        before = params[stack].copy()
        params[window] = 7
        assert (params[stack][rows] == 7).all() and np.shares_memory(params[window], params[stack])
        untouched = np.delete(params[stack], rows, axis=0)
        assert np.array_equal(untouched, np.delete(before, rows, axis=0))
        params[stack] = before
        assert np.array_equal(params[window], before[rows])
        assert np.array_equal(grads.params[window], grads.params[stack][rows])  # a gradient has the same windows
    trace = cell.forward(**start)
    for record in (trace, grads.trace):
        assert np.array_equal(record[gate], record.gates[:, rows]) and np.shares_memory(record[gate], record.gates)
        assert np.array_equal(record[f"a_{gate}"], record.a[:, rows])


def test_windows_of_the_states_are_views():
    cell, start, weight, weight_C = case(4, 2, 3, 5, "every", True, 0)
    for record in (cell.forward(**start), gradients(cell, start, weight, weight_C).trace):
        for state in "hC":
            whole = record[f"{state}_all"]
            assert np.shares_memory(record[state], whole) and np.array_equal(record[state], whole[1:])
            assert np.array_equal(record[f"{state}_prev"], whole[:-1])


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))], ids=["deepcopy", "pickle"]
)
def test_a_duplicate_is_whole_and_independent(duplicate):
    cell, start, _, _ = case(4, 2, 3, 5, "every", False, 0)
    other, before = duplicate(cell), bits(cell.params)
    assert bits(other.forward(**start)) == bits(cell.forward(**start))
    other.params.W_hg = 0
    assert not other.params.W_h[15:].any() and other.params.W_h[:15].all()  # still one memory in the copy
    assert bits(cell.params) == before


def test_saved_weights_give_the_same_cell_and_keep_their_windows(tmp_path):
    cell, start, _, _ = case(4, 2, 3, 5, "every", False, 0)
    cell.params.save(tmp_path / "lstm.npz")
    other = LSTM(3, 5, rng=np.random.default_rng(9))
    stack = other.params.W_x
    other.params.load(tmp_path / "lstm.npz")
    assert bits(other.forward(**start)) == bits(cell.forward(**start))
    assert other.params.W_x is stack and np.shares_memory(other.params.W_xo, stack)
    with pytest.raises(ValueError, match="does not fit"):
        LSTM(3, 4, rng=np.random.default_rng(9)).params.load(tmp_path / "lstm.npz")


def test_float32_stays_float32_and_agrees():
    cell, start, weight, weight_C = case(5, 4, 3, 6, "every", True, 0)
    single = LSTM(3, 6, rng=np.random.default_rng(0), dtype=np.float32)
    for name, array in cell.params.items():
        single.params[name] = array
    # Inputs of either precision: the parameters' dtype decides.
    for dtype in (np.float64, np.float32):
        inputs = {name: array.astype(dtype) for name, array in start.items()}
        trace = single.forward(**inputs)
        grads = gradients(single, inputs, weight.astype(dtype), weight_C.astype(dtype))
        records = (trace, grads.params, grads.trace, Record({"h0": grads.h0, "C0": grads.C0}))
        assert {array.dtype for record in records for _, array in record.items()} == {np.dtype(np.float32)}
        expected = gradients(cell, start, weight, weight_C)
        agree(trace, cell.forward(**start), 1e-5)
        agree(grads.params, expected.params, 1e-5)
        agree(grads.trace, expected.trace, 1e-5)


def test_saturated_and_tiny_numbers_do_not_disturb():
    cell, start, weight, weight_C = case(4, 2, 3, 5, "every", True, 0)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for scale in (5e-324, 1e-310, 1e6, 1e300):
            trace = cell.forward(*(array * scale for array in start.values()))
            grads = cell.backward(trace, weight * 1e-310, weight_C * 1e-310)
            assert all(np.isfinite(array).all() for record in (trace, grads.trace) for _, array in record.items())


def test_whole_number_inputs():
    """A one-hot input is often an integer array."""
    cell = LSTM(3, 5, rng=np.random.default_rng(0))
    x = np.eye(3, dtype=int)[[0, 2, 1, 1]][:, :, None]
    assert cell.forward(x).h.dtype == np.float64
    assert bits(cell.forward(x)) == bits(cell.forward(x.astype(float)))


def test_first_weights():
    a, b = (LSTM(3, 16, rng=np.random.default_rng(3)) for _ in range(2))
    assert bits(a.params) == bits(b.params)
    for name in ("W_x", "W_h"):
        largest = np.abs(a.params[name]).max()
        assert 0.9 / 4 < largest <= 1 / 4 and a.params[name].min() < 0  # uniform in ±1/√H
        assert len(np.unique(a.params[name])) == a.params[name].size  # a draw for every gate
    assert {name: array.shape for name, array in a.params.items()} == {"W_x": (64, 3), "W_h": (64, 16), "b": (64, 1)}
    assert (a.params.b_f == 1).all() and not any(a.params[f"b_{gate}"].any() for gate in "iog")
    assert repr(a) == "LSTM(D=3, H=16)"


def test_the_forget_bias_can_be_set():
    for bias in (0, -2.5, np.arange(4.0)[:, None]):  # one for all units, or one for each
        cell = LSTM(3, 4, rng=np.random.default_rng(0), forget_bias=bias)
        assert (cell.params.b_f == bias).all() and not any(cell.params[f"b_{gate}"].any() for gate in "iog")
    plain, open_ = (LSTM(3, 4, rng=np.random.default_rng(0), forget_bias=bias) for bias in (0, 1))
    assert np.array_equal(plain.params.W_x, open_.params.W_x)  # nothing else depends on it


def lstm():
    return LSTM(3, 4, rng=np.random.default_rng(0))


def lstm_and(**arguments):
    return lstm().forward(**{"x": np.zeros((2, 3, 5))} | arguments)


def trace_of(kind=LSTM, T=2, H=4, dtype=np.float64):
    return kind(3, H, rng=np.random.default_rng(0), dtype=dtype).forward(np.zeros((T, 3, 5)))


@pytest.mark.parametrize(
    ("call", "fragments"),
    [
        (lambda: lstm_and(x=np.zeros((2, 5, 5))), ["x has 5 features (axis 1)", "this LSTM was built for D=3"]),
        (lambda: lstm_and(x=np.zeros((2, 3))), ["x must be an array of shape (T, D, N)", "shape (2, 3) came"]),
        (lambda: lstm_and(x=np.zeros((0, 3, 5))), ["x has no step", "at least one is needed"]),
        (lambda: lstm_and(h0=np.zeros((4, 1))), ["h0 must have shape (H, N) = (4, 5)", "(4, 1) came"]),
        (lambda: lstm_and(C0=np.zeros((5, 4))), ["C0 must have shape (H, N) = (4, 5)", "(5, 4) came"]),
        (lambda: lstm_and(C0=1.0), ["C0 must have shape (H, N) = (4, 5)", "() came"]),
        (
            lambda: lstm().backward(trace_of(), np.zeros((1, 4, 5))),
            ["dh must have the shape of the states, (2, 4, 5)", "of the last one, (4, 5)", "(1, 4, 5) came"],
        ),
        (
            lambda: lstm().backward(trace_of(), np.zeros((2, 4, 5)), np.zeros((5, 4))),
            ["dC must have the shape of the states, (2, 4, 5)", "(5, 4) came"],
        ),
        (lambda: LSTM(3, 0, rng=np.random.default_rng(0)), ["H must be a whole number, 1 or more", "0 came"]),
        (lambda: LSTM(2.5, 4, rng=np.random.default_rng(0)), ["D must be a whole number, 1 or more", "2.5 came"]),
        (lambda: LSTM(3, 4, rng=np.random.default_rng(0), dtype=int), ["dtype must be float64 or float32", "int64"]),
        (
            lambda: LSTM(3, 4, rng=np.random.default_rng(0), forget_bias=np.ones(4)),
            ["b_f has shape (4, 1)", "shape (4,) came"],
        ),
    ],
)
def test_bad_input_gets_one_sentence(call, fragments):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(fragment in str(caught.value) for fragment in fragments), str(caught.value)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
