"""The plain recurrent cell: forward by the equation, backward by a complex step and by PyTorch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import RNN, Record, Workspace
from seqlib.nn.cell import check_sizes
from seqlib.study.gradcheck import complex_step, with_params
from tests.nn.agreement import EXACT, TORCH, agree, bits, few, seeds, size, some

activations = st.sampled_from(["tanh", "relu"])
lossy = st.sampled_from(["every", "last", "subset"])


def case(T, N, D, H, activation, where, seed):
    """A cell with every parameter non-zero, an input, h_0 ≠ 0, and which losses on h there are.

    All numbers are continuous and random, so no sum lands on ReLU's kink. They are small enough for tanh
    not to saturate: near h = 1 the slope 1 - h² is a difference that has lost its last digits.
    """
    rng = np.random.default_rng(seed)
    cell = RNN(D, H, rng=rng, activation=activation)
    cell.params.b_h = rng.normal(size=(H, 1)) / 2
    weight = rng.normal(size=(T, H, N))
    if where == "last":
        weight[:-1] = 0
    elif where == "subset":
        weight *= rng.random((T, 1, 1)) < 0.5
    return cell, rng.normal(size=(T, D, N)) / 2, rng.normal(size=(H, N)) / 2, weight


def by_hand(cell, x, h0):
    """h_1 … h_T from the equation, with plain loops over steps and examples."""
    f = np.tanh if cell.activation == "tanh" else lambda a: np.maximum(a, 0)
    W_xh, W_hh, b_h = cell.params.W_xh, cell.params.W_hh, cell.params.b_h[:, 0]
    h = np.zeros((len(x), cell.H, x.shape[2]))
    for n in range(x.shape[2]):
        past = h0[:, n]
        for t in range(len(x)):
            past = h[t, :, n] = f(W_xh.dot(x[t, :, n]) + W_hh.dot(past) + b_h)
    return h


def gradients(cell, x, h0, weight):
    """What `backward` says of L = Σ weight ⊙ h²."""
    trace = cell.forward(x, h0)
    return cell.backward(trace, 2 * weight * trace.h)


@some
@given(T=size, N=size, D=size, H=size, activation=activations, seed=seeds)
def test_forward_is_the_equation(T, N, D, H, activation, seed):
    cell, x, h0, _ = case(T, N, D, H, activation, "every", seed)
    trace = cell.forward(x, h0)
    h = by_hand(cell, x, h0)
    a = np.stack([cell.params.W_xh @ x[t] + cell.params.W_hh @ trace.h_prev[t] + cell.params.b_h for t in range(T)])
    h_all = np.concatenate([h0[None], h])
    expected = {"x": x, "a": a, "h_all": h_all, "h": h, "h_prev": h_all[:-1]}
    agree({name: trace[name] for name in expected}, expected, EXACT)


@some
@given(T=size, N=size, D=size, H=size, activation=activations, where=lossy, seed=seeds)
def test_backward_equals_complex_step(T, N, D, H, activation, where, seed):
    cell, x, h0, weight = case(T, N, D, H, activation, where, seed)

    def loss(point):
        return (with_params(cell, point).forward(point.x, point.h0).h ** 2 * weight).sum()

    grads = gradients(cell, x, h0, weight)
    got = {**dict(grads.params.items()), "x": grads.trace.x, "h0": grads.h0}
    agree(got, complex_step(loss, cell.params.joined(Record({"x": x, "h0": h0}))), EXACT)


@some
@given(T=size, N=size, D=size, H=size, activation=activations, where=lossy, seed=seeds)
def test_backward_equals_torch(torch, T, N, D, H, activation, where, seed):
    cell, x, h0, weight = case(T, N, D, H, activation, where, seed)
    point = cell.params.joined(Record({"x": x, "h0": h0}))
    leaf = {name: torch.tensor(array, requires_grad=True) for name, array in point.items()}
    sums, states = [], [leaf["h0"]]
    for t in range(T):
        sums.append(leaf["W_xh"] @ leaf["x"][t] + leaf["W_hh"] @ states[-1] + leaf["b_h"])
        states.append(getattr(torch, activation)(sums[-1]))
        sums[-1].retain_grad(), states[-1].retain_grad()
    sum((w * h**2).sum() for w, h in zip(torch.tensor(weight), states[1:], strict=True)).backward()

    def grad(tensor):
        return np.zeros(tensor.shape) if tensor.grad is None else tensor.grad.numpy()

    grads = gradients(cell, x, h0, weight)
    got = {**dict(grads.params.items()), "x": grads.trace.x, "h0": grads.h0, "a": grads.trace.a}
    expected = {name: grad(tensor) for name, tensor in leaf.items()} | {"a": np.stack([grad(a) for a in sums])}
    # grads.trace.h[t] is the *total* derivative with respect to h_t: the later steps are in it.
    agree(
        got | {"h_all": grads.trace.h_all, "h": grads.trace.h, "h_prev": grads.trace.h_prev},
        expected | {"h_all": (h := np.stack([grad(h) for h in states])), "h": h[1:], "h_prev": h[:-1]},
        TORCH,
    )


def test_complex_input_to_a_real_cell_keeps_its_imaginary_part(rng):
    cell, x, h0, weight = case(4, 2, 3, 5, "tanh", "every", 0)
    grads = gradients(cell, x, h0, weight)
    for name, got in {"x": grads.trace.x, "h0": grads.h0}.items():
        given = {"x": x, "h0": h0}
        numeric = complex_step(
            lambda point, given=given: (cell.forward(**(given | dict(point.items()))).h ** 2 * weight).sum(),
            Record({name: given[name]}),
        )
        agree({name: got}, numeric, EXACT)


@few
@given(T=size, N=size, D=size, H=size, activation=activations, cut=st.integers(0, 4), seed=seeds)
def test_one_step_at_a_time_and_split_in_two(T, N, D, H, activation, cut, seed):
    cell, x, h0, _ = case(T, N, D, H, activation, "every", seed)
    whole = cell.forward(x, h0)
    h, single = h0, []
    for t in range(T):
        h = cell.forward(x[t : t + 1], h).h[0]
        single.append(h)
    agree({"h": single}, {"h": whole.h}, EXACT)
    if 0 < cut < T:
        first = cell.forward(x[:cut], h0)
        second = cell.forward(x[cut:], first.h[-1])
        agree({"h": np.concatenate([first.h, second.h])}, {"h": whole.h}, EXACT)


def test_examples_do_not_mix():
    cell, x, h0, weight = case(6, 4, 3, 5, "tanh", "every", 0)
    together = gradients(cell, x, h0, weight)
    alone = [gradients(cell, x[..., n : n + 1], h0[:, n : n + 1], weight[..., n : n + 1]) for n in range(4)]
    agree({"x": together.trace.x}, {"x": np.concatenate([grads.trace.x for grads in alone], axis=2)}, EXACT)
    agree({"W": together.params.W_hh}, {"W": sum(grads.params.W_hh for grads in alone)}, EXACT)


def test_nothing_is_shared_with_the_caller_or_between_runs():
    cell, x, h0, weight = case(6, 4, 3, 5, "tanh", "every", 0)
    one, two = cell.forward(x, h0), cell.forward(x, h0)
    assert not any(np.shares_memory(a, b) for _, a in one.items() for _, b in [*two.items(), ("x", x), ("h0", h0)])
    grads, before = cell.backward(one, weight), bits(one)
    assert not any(np.shares_memory(a, b) for _, a in grads.trace.items() for b in (weight, one.x, one.h_all, one.a))
    kept = weight.copy()
    cell.backward(one, weight)
    assert bits(one) == before and np.array_equal(weight, kept)  # backward only reads


def test_windows_of_the_gradients_are_views():
    cell, x, h0, weight = case(6, 4, 3, 5, "tanh", "every", 0)
    grads = cell.backward(cell.forward(x, h0), weight)
    assert np.shares_memory(grads.trace.h, grads.trace.h_all)
    assert np.array_equal(grads.h0, grads.trace.h_all[0])
    assert np.array_equal(grads.trace.h[-1], weight[-1])


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_float32_stays_float32_and_agrees(activation):
    cell, x, h0, weight = case(5, 4, 3, 6, activation, "every", 0)
    single = RNN(3, 6, rng=np.random.default_rng(0), activation=activation, dtype=np.float32)
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


def test_tiny_numbers_do_not_disturb():
    """Subnormal inputs and gradients pass through (they are what vanishing gradients end in)."""
    cell, x, h0, weight = case(4, 2, 3, 5, "tanh", "every", 0)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        grads = cell.backward(cell.forward(x * 5e-324, h0 * 1e-310), weight * 1e-310)
    assert all(np.isfinite(array).all() for _, array in grads.trace.items())
    assert grads.trace.x.any()


def test_whole_number_inputs():
    """A one-hot input is often an integer array."""
    cell, _, _, _ = case(1, 1, 3, 5, "tanh", "every", 0)
    x = np.eye(3, dtype=int)[[0, 2, 1, 1]][:, :, None]
    trace = cell.forward(x)
    assert trace.x.dtype == trace.h.dtype == np.float64
    agree({"h": trace.h}, {"h": cell.forward(x.astype(float)).h}, EXACT)


def test_first_weights():
    a, b = (RNN(3, 16, rng=np.random.default_rng(3)) for _ in range(2))
    assert all(np.array_equal(a.params[name], b.params[name]) for name in a.params)
    for W in (a.params.W_xh, a.params.W_hh):
        assert -1 / 4 <= W.min() < -0.8 / 4 and 0.8 / 4 < W.max() <= 1 / 4  # uniform in ±1/√H
    assert {name: array.shape for name, array in a.params.items()} == {
        "W_xh": (16, 3),
        "W_hh": (16, 16),
        "b_h": (16, 1),
    }
    assert not a.params.b_h.any()
    assert repr(a) == "RNN(D=3, H=16, activation='tanh')"


def cell_and(**arguments):
    cell = RNN(3, 4, rng=np.random.default_rng(0))
    return cell.forward(**{"x": np.zeros((2, 3, 5))} | arguments)


def trace_of(T=2, H=4, dtype=np.float64):
    return RNN(3, H, rng=np.random.default_rng(0), dtype=dtype).forward(np.zeros((T, 3, 5)))


@pytest.mark.parametrize(
    ("call", "fragments"),
    [
        (lambda: cell_and(x=np.zeros((2, 5, 6))), ["x has 5 features (axis 1)", "this RNN was built for D=3"]),
        (lambda: cell_and(x=np.zeros((2, 3))), ["x must be an array of shape (T, D, N)", "shape (2, 3) came"]),
        (lambda: cell_and(x=[[[0.0]]]), ["x must be an array of shape (T, D, N)", "list came"]),
        (lambda: cell_and(x=None), ["x must be an array of shape (T, D, N)", "NoneType came"]),
        (lambda: cell_and(x=np.zeros((0, 3, 5))), ["x has no step", "at least one is needed"]),
        (lambda: cell_and(x=np.zeros((2, 3, 0))), ["x has no example", "at least one is needed"]),
        (lambda: cell_and(h0=np.zeros((4, 1))), ["h0 must have shape (H, N) = (4, 5)", "(4, 1) came"]),
        (lambda: cell_and(h0=0.0), ["h0 must have shape (H, N) = (4, 5)", "() came"]),
        (lambda: RNN(0, 4, rng=np.random.default_rng(0)), ["D must be a whole number, 1 or more", "0 came"]),
        (lambda: RNN(3, 4, rng=np.random.default_rng(0), dtype=int), ["dtype must be float64 or", "int64 came"]),
        (lambda: RNN(3, 4, rng=np.random.default_rng(0), dtype="f4!"), ["dtype must be float64", "'f4!' came"]),
        (lambda: RNN(3, 4, rng=0), ["rng must be"]),
        (lambda: RNN(3, 4, rng=np.random.default_rng(0)).backward(3, 3), ["trace must be the Record", "3 came"]),
        (
            lambda: RNN(3, 4, rng=np.random.default_rng(0)).backward(trace_of().renamed(str.upper), trace_of().h),
            ["trace must be the Record that forward(x) returned"],
        ),
        (
            lambda: RNN(3, 4, rng=np.random.default_rng(0)).backward(trace_of(), np.zeros((4, 1))),
            ["dh must have the shape of the states, (2, 4, 5)", "(4, 1) came"],
        ),
        (
            lambda: RNN(3, 4, rng=np.random.default_rng(0)).backward(trace_of(), np.zeros((1, 4, 5))),
            ["dh must have the shape of the states, (2, 4, 5)", "of the last one, (4, 5)", "(1, 4, 5) came"],
        ),
        (
            lambda: RNN(3, 4, rng=np.random.default_rng(0), activation="sigmoid"),
            ["activation must be one of tanh, relu", "'sigmoid' came"],
        ),
    ],
)
def test_bad_input_gets_one_sentence(call, fragments):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(fragment in str(caught.value) for fragment in fragments), str(caught.value)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_a_matrix_of_two_gigabytes_is_the_largest():
    sizes, most = {"dtype": np.float64, "rng": np.random.default_rng(0)}, 2**14
    for D, H in [(most, most), (2**20, 2**8), (1, most)]:
        check_sizes(D=D, H=H, **sizes)
    for D, H in [(most + 1, most), (2**20 + 1, 2**8), (1, most + 1)]:
        with pytest.raises(ValueError, match=f"^D={D} and H={H} ask for a matrix of more than 268,435,456 numbers"):
            check_sizes(D=D, H=H, **sizes)


def test_a_state_that_a_cell_does_not_have_is_named():
    cell, h = RNN(3, 4, rng=np.random.default_rng(0)), np.zeros((4, 5))
    for call, said in (
        (lambda: cell_and(C0=h), "^RNN takes h0 here, but C0 came"),
        (lambda: cell.forward(np.zeros((2, 3, 5)), h, h), "^RNN takes h0 here, but 2 arrays came"),
        (lambda: cell.backward(trace_of(), dC=h), "^RNN takes dh here, but dC came"),
    ):
        with pytest.raises(TypeError, match=said):
            call()


@pytest.mark.parametrize("dtype", ["f", "d", "F", "D"])
def test_a_cell_may_be_of_single_or_double_precision_or_complex(dtype):
    cell = RNN(3, 4, rng=np.random.default_rng(0), dtype=dtype)
    assert {array.dtype.char for _, array in cell.params.items()} == {dtype}
    assert cell.forward(np.ones((2, 3, 5))).h.dtype.char == dtype


def test_a_workspace_serves_a_loss_at_every_step_at_the_last_and_at_none():
    cell, x, h0, weight = case(4, 2, 3, 5, "tanh", "every", 0)
    room, nothing = Workspace(), np.zeros_like(weight)
    last = np.concatenate([nothing[:-1], weight[-1:]])
    for dh, same in ((weight, weight), (weight[-1], last), (None, nothing), (weight, weight)):
        grads = cell.backward(cell.forward(x, h0, workspace=room), dh, workspace=room)
        agree(grads.params, cell.backward(cell.forward(x, h0), same).params, EXACT)


def test_the_last_states_are_where_the_next_piece_begins():
    cell, x, h0, _ = case(5, 2, 3, 5, "tanh", "every", 0)
    trace = cell.forward(x, h0)
    assert bits(Record(cell.last_states(trace))) == bits(Record({"h0": trace.h_all[5]}))


def test_the_program_that_is_shown_is_that_of_a_training():
    cell = RNN(3, 4, rng=np.random.default_rng(0))
    assert cell.program() is cell.program(whole=False, tokens=False, below=False) is not cell.program(whole=True)


@pytest.mark.parametrize(("D", "H"), [(2, 4), (3, 5)])
def test_the_trace_of_a_cell_of_other_sizes_is_refused(D, H, rng):
    trace = RNN(D, H, rng=rng).forward(rng.normal(size=(3, D, 1)))
    with pytest.raises(ValueError, match=r"trace must be one of this cell, RNN\(D=2, H=5.* but one with x"):
        RNN(2, 5, rng=rng).backward(trace, np.zeros_like(trace.h))
