"""Memory that is used again: the same numbers, nothing new at a step, nothing shared that was not asked for."""

import copy
import dis
import itertools
import pickle
import sys
import tracemalloc

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, Adam, Bidirectional, Readout, SequenceModel, Stacked, Workspace, train
from seqlib.nn.passes import Backward, columns_at_once
from seqlib.nn.workspace import KEPT, do, empty, product
from tests.nn.agreement import EXACT, agree, bits

CELLS = {
    "RNN": RNN,
    "relu": lambda *sizes, **more: RNN(*sizes, activation="relu", **more),
    "LSTM": LSTM,
    "GRU": GRU,
    "GRU after": lambda *sizes, **more: GRU(*sizes, reset="after", **more),
}
SHAPES = ("many-to-many", "many-to-one", "one-to-many")
cells = pytest.mark.parametrize("kind", CELLS)


def case(kind, shape="many-to-many", loss="cross_entropy", *, T=7, N=3, dtype=np.float64, D=2, H=5, K=4):
    rng = np.random.default_rng(0)
    model = SequenceModel(CELLS[kind](D, H, rng=rng, dtype=dtype), Readout(H, K, rng=rng, dtype=dtype), shape, loss)
    x = rng.normal(size=(1 if shape == "one-to-many" else T, D, N)).astype(dtype)
    S = 1 if shape == "many-to-one" else T
    targets = rng.integers(K, size=(S, N)) if loss == "cross_entropy" else rng.normal(size=(S, K, N))
    return model, x, targets


@cells
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_gradients_are_the_same(kind, shape, loss, dtype):
    model, x, targets = case(kind, shape, loss, dtype=dtype)
    workspace = Workspace()
    for scale in (1.0, -2.0, 0.5):  # what an earlier step left there must not show
        expected, grads = model.loss_and_gradients((x * scale).astype(dtype), targets)
        value, lean = model.loss_and_gradients((x * scale).astype(dtype), targets, workspace)
        assert value == expected and bits(lean.params) == bits(grads.params)
        assert np.array_equal(lean.h0, grads.h0) and (lean.C0 is None or np.array_equal(lean.C0, grads.C0))
        assert lean.trace is None
        model.params.b_y += 1


@cells
def test_runs_in_many_parts_equal_runs_in_one(kind, monkeypatch):
    """The backward pass takes some steps at a time; how many must not matter."""
    model, x, targets = case(kind, T=23)
    _, whole = model.loss_and_gradients(x, targets)
    for at_once in (1, 2, 5, 22, 23):
        for module in ("passes", "readout"):
            monkeypatch.setattr(f"seqlib.nn.{module}.columns_at_once", lambda T, N, n=at_once: n)
        _, parts = model.loss_and_gradients(x, targets)
        agree(dict(parts.params.items()), dict(whole.params.items()), EXACT)
        agree(dict(parts.trace.items()), dict(whole.trace.items()), EXACT)


@cells
def test_a_loss_at_the_last_step_only(kind):
    model, x, _ = case(kind)
    cell = model.cell
    trace = cell.forward(x)
    dh = np.zeros_like(trace.h)
    dh[-1] = np.random.default_rng(1).normal(size=dh[-1].shape)
    assert bits(cell.backward(trace, dh[-1]).params) == bits(cell.backward(trace, dh).params)
    if kind == "LSTM":
        assert bits(cell.backward(trace, dh, dh[-1]).params) == bits(cell.backward(trace, dh, dh).params)


@cells
def test_the_states_of_the_last_run_may_be_carried_on(kind):
    model, x, _ = case(kind)
    cell, states, workspace = model.cell, {}, Workspace()
    once = cell.forward(np.concatenate([x, x, x]))
    for _ in range(3):
        trace = cell.forward(x, workspace=workspace, **states)
        states = {f"{state}0": trace[state][-1] for state in cell.STATES}
    agree({state: trace[state] for state in cell.STATES}, {state: once[state][-7:] for state in cell.STATES}, EXACT)
    fresh = cell.forward(x)
    assert np.array_equal(cell.forward(x, workspace=workspace).h, fresh.h)  # no state left over from before


@cells
def test_without_a_workspace_nothing_is_shared(kind):
    model, x, targets = case(kind)
    traces = [model.forward(x) for _ in range(2)]
    results = [model.backward(trace, np.ones_like(trace.logits)) for trace in traces]
    results.append(model.backward(traces[0], np.ones_like(traces[0].logits)))  # of the same trace again
    arrays = [[array for record in (g.params, g.trace) for _, array in record.items()] for g in results]
    arrays += [[array for _, array in trace.items()] for trace in traces]
    arrays += [[array for _, array in model.params.items()], [x]]
    for some, others in itertools.combinations(arrays, 2):
        assert not any(np.shares_memory(a, b) for a in some for b in others)
    before = bits(results[0].params)
    model.loss_and_gradients(x * 2, targets, Workspace())
    assert bits(results[0].params) == before


@cells
def test_one_workspace_serves_several_models_and_sizes(kind):
    workspace = Workspace()
    runs = [case(kind, shape, T=T, N=N) for shape in SHAPES for T, N in ((7, 3), (4, 3), (7, 1), (1, 2))]
    for model, x, targets in runs + runs[::-1]:
        _, grads = model.loss_and_gradients(x, targets, workspace)
        assert bits(grads.params) == bits(model.loss_and_gradients(x, targets)[1].params)


@cells
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("N", [1, 4])
def test_a_step_allocates_nothing_after_the_first(kind, shape, N, request):
    """Python's own small objects (frames, floats, slices) come and go; no array does, of whatever size."""
    model, x, targets = case(kind, shape, T=600, N=N, D=8, H=16, K=8)
    workspace, optimizer, most = Workspace(), Adam(1e-3), []
    usual = np.setbufsize(16)  # NumPy's buffers for some operations: always as large, and given back at once
    request.addfinalizer(lambda: np.setbufsize(usual))
    for _ in range(4):
        tracemalloc.start()
        _, grads = model.loss_and_gradients(x, targets, workspace)
        optimizer.update(model.params, grads.params)
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert most[0] > 500_000 and max(most[1:]) < 8_000, most


def calls(function):
    """How many calls and operations Python makes in seqlib while it runs this: those of NumPy, above all."""
    counted = itertools.count()

    def instruction(code, offset):
        if "seqlib" in code.co_filename and dis.opname[code.co_code[offset]].startswith(COSTLY):
            next(counted)

    def trace(frame, event, _):
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            instruction(frame.f_code, frame.f_lasti)
        return trace

    if sys.version_info >= (3, 12):
        watch, own = sys.monitoring, 4
        watch.use_tool_id(own, "counting calls")
        watch.register_callback(own, watch.events.INSTRUCTION, instruction)
        watch.set_events(own, watch.events.INSTRUCTION)
        try:
            function()
        finally:
            watch.set_events(own, 0)
            watch.free_tool_id(own)
    else:
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            function()
        finally:
            sys.settrace(before)
    return next(counted)


COSTLY = ("CALL", "BINARY", "STORE_SUBSCR")  # what calls a function or an operator of an array
PER_STEP = {  # forward, backward: what the equations need, and not one more
    "RNN": (2, 2), "relu": (2, 2), "LSTM": (9, 8), "GRU": (10, 9), "GRU after": (12, 9),
}  # fmt: skip


@cells
def test_a_step_of_time_costs_so_many_calls(kind):
    """Small networks cost as much as NumPy is called: a slow-down fails here without a clock."""

    def of(T):
        model, x, _ = case(kind, T=T)
        cell, workspace, dh = model.cell, Workspace(), np.ones((5, 3))
        trace = cell.forward(x, workspace=workspace)
        cell.backward(trace, dh, workspace=workspace)
        forward = calls(lambda: cell.forward(x, workspace=workspace))
        return np.array([forward, calls(lambda: cell.backward(trace, dh, workspace=workspace))])

    assert tuple(of(21) - of(20)) == PER_STEP[kind]


@cells
@pytest.mark.parametrize("way", ["layers", "directions"])
def test_two_cells_cost_the_calls_of_both_at_a_step_and_less_around_it(kind, way):
    """Their time beside that of both alone: tests/benchmarks."""
    alone, rng = case(kind, D=5), np.random.default_rng(0)
    two = [copy.deepcopy(alone[0].cell) for _ in range(2)]
    cell = Stacked(two) if way == "layers" else Bidirectional(*two)
    both = SequenceModel(cell, Readout(cell.H, 4, rng=rng), "many-to-many")

    def of(model, T):
        x, targets, workspace = np.ones((T, 5, 3)), np.zeros((T, 3), int), Workspace()
        model.loss_and_gradients(x, targets, workspace)
        return calls(lambda: model.loss_and_gradients(x, targets, workspace))

    short, long = ((of(both, T), of(alone[0], T)) for T in (4, 5))
    assert long[0] - short[0] == 2 * (long[1] - short[1]) > 0
    assert short[0] < 2 * short[1]


def test_a_long_training_step_holds_at_most_half_as_much_again_as_its_trace():
    """What a step of time adds: arrays, one object for each part of them that is used, and no list of calls."""
    held, arrays = [], []
    for T in (2000, 4000):
        model, x, targets = case("LSTM", T=T, N=4, D=8, H=32)
        trace = model.cell.forward(x, workspace=Workspace())
        arrays.append(sum(array.nbytes for _, array in trace.items()))
        tracemalloc.start()
        workspace = Workspace()
        model.loss_and_gradients(x, targets, workspace)
        held.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
    assert held[1] - held[0] < 1.5 * (arrays[1] - arrays[0])


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_whole_training_step_costs_so_many_calls(kind):
    model, x, targets = case(kind, "many-to-one", "mse", T=1)
    workspace, optimizer = Workspace(), Adam(1e-3)

    def step():
        _, grads = model.loss_and_gradients(x, targets, workspace)
        optimizer.update(model.params, grads.params)

    step()
    assert calls(step) <= 130


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_vanishing_gradients_become_zero_before_they_become_denormal(kind, dtype):
    T = 900 if dtype == np.float32 else 6000
    model, x, _ = case(kind, T=T, dtype=dtype, D=8, H=16)
    trace = model.cell.forward(x)
    grads = model.cell.backward(trace, np.ones((16, 3), dtype))
    for state in model.cell.STATES:
        sizes = np.abs(grads.trace[state])
        assert not sizes[0].any() and sizes[-60 if dtype == np.float64 else -8].all()
        denormal = (sizes > 0) & (sizes < np.finfo(dtype).tiny)
        assert denormal.any(axis=(1, 2)).sum() <= 5  # at how many steps there is one


def test_small_numbers_of_another_cause_are_left_alone():
    """A gate that is closed for good makes tiny products at every step; the derivatives themselves are not tiny."""
    rng = np.random.default_rng(0)
    cell = LSTM(2, 4, rng=rng, dtype=np.float32)
    cell.params.b_i = -85
    x, dh = rng.normal(size=(300, 2, 3)).astype("f"), np.full((300, 4, 3), 1e-6, "f")
    exact = LSTM(2, 4, rng=rng)
    for name, array in cell.params.items():
        exact.params[name] = array
    got, expected = cell.backward(cell.forward(x), dh), exact.backward(exact.forward(x), dh)
    agree(dict(got.params.items()), dict(expected.params.items()), 1e-5)


def test_small_numbers_of_another_cause_cost_few_looks(monkeypatch):
    """A candidate that is tiny for good makes tiny products at every step; the derivatives themselves are not tiny."""
    looked, flush = [], Backward._flush
    monkeypatch.setattr(Backward, "_flush", lambda self, *a: (looked.append(self.flushes), flush(self, *a)))
    rng = np.random.default_rng(0)
    cell, exact = LSTM(2, 4, rng=rng, dtype=np.float32), LSTM(2, 4, rng=rng)
    cell.params.W_xg = cell.params.W_hg = 1e-20  # g and C are as small, and all that they multiply
    for name, array in cell.params.items():
        exact.params[name] = array
    x, dh, workspace = rng.normal(size=(300, 2, 3)).astype("f"), np.full((300, 4, 3), 1e-25, "f"), Workspace()
    expected = exact.backward(exact.forward(x), dh)
    for _ in range(2):
        looked.clear()
        got = cell.backward(cell.forward(x, workspace=workspace), dh, workspace=workspace)
        agree(dict(got.params.items()), dict(expected.params.items()), 1e-5)
        assert looked[:2] == [0, 1] and len(looked) > 300


def test_a_reader_s_own_error_handler_stays():
    seen = []
    model, x, _ = case("LSTM", T=900, dtype=np.float32)
    with np.errstate(under="call", call=lambda *what: seen.append(what)):
        model.cell.backward(model.cell.forward(x), np.ones((5, 3), "f"))
    assert seen and np.geterr()["under"] == "ignore" and np.geterrcall() is None


def interrupt(monkeypatch, function, after):
    """Let one of a program's functions be interrupted after so many of its calls."""
    count = itertools.count()

    def interrupted(call):
        def either(*arguments):
            if next(count) == after:
                raise KeyboardInterrupt
            return call(*arguments)

        return either

    space = function.run.__globals__
    for name in ("multiply", "add", "subtract", "tanh"):
        monkeypatch.setitem(space, name, interrupted(space[name]))


@pytest.mark.parametrize("first_step", [True, False])
@pytest.mark.parametrize("way_back", [False, True])
@pytest.mark.parametrize("after", [0, 3, 40])
def test_an_interrupt_leaves_numpy_and_the_workspace_as_they_were(first_step, way_back, after, monkeypatch):
    model, x, targets = case("GRU", T=12)  # more than 32 columns, so NumPy's settings are changed meanwhile
    workspace, program = Workspace(), model.cell.program()
    _, expected = model.loss_and_gradients(x, targets)
    if not first_step:
        model.loss_and_gradients(x, targets, workspace)
    before = np.geterr(), np.getbufsize()
    interrupt(monkeypatch, program.backward(("h",)) if way_back else program.forward, after)
    with pytest.raises(KeyboardInterrupt):
        model.loss_and_gradients(x, targets, workspace)
    monkeypatch.undo()
    assert (np.geterr(), np.getbufsize()) == before and np.geterrcall() is None
    assert bits(model.loss_and_gradients(x, targets, workspace)[1].params) == bits(expected.params)


def test_of_derivatives_what_lies_below_the_limit_becomes_zero_32_times():
    trace = RNN(2, 4, rng=np.random.default_rng(0)).forward(np.ones((5, 2, 3)))
    back = Backward(RNN(2, 4, rng=np.random.default_rng(0)), trace, [trace.h], False)
    limit, back.flushes = 2.0**-970, 0  # of normal numbers the smallest is 2⁻¹⁰²²
    for _ in range(32):
        back.states[0][...] = limit
        back.states[0][1], back.states[0][2] = limit / 2, -limit / 2
        back._flush()
        assert not back.states[0][1:3].any() and (back.states[0][3:] == limit).all()
    back.states[0][...] = limit / 2
    back._flush()
    assert (back.states[0] == limit / 2).all()  # it has given up


def test_up_to_32_columns_are_few_and_no_derivative_of_x_is_made_unasked():
    cell, few = RNN(2, 4, rng=np.random.default_rng(0)), {}
    for T, N in ((8, 4), (3, 11), (33, 1)):
        trace = cell.forward(np.ones((T, 2, N)))
        back = Backward(cell, trace, [trace.h], False)
        few[T, N] = back.small
        assert back.dx is None
    assert few == {(8, 4): True, (3, 11): False, (33, 1): False}


@pytest.mark.parametrize("T", [3, 300])
def test_a_step_leaves_numpy_s_settings_as_they_were(T):
    before = np.geterr(), np.geterrcall(), np.getbufsize()
    model, x, targets = case("LSTM", T=T)
    for workspace in (None, Workspace()):
        model.loss_and_gradients(x, targets, workspace)
        trace = model.cell.forward(x, workspace=workspace)
        model.cell.backward(trace, trace.h, workspace=workspace)
        assert (np.geterr(), np.geterrcall(), np.getbufsize()) == before


@cells
def test_other_parameters_are_seen_by_a_workspace_that_knew_the_old_ones(kind):
    """Operations are listed for certain arrays: new ones need new operations, and take the place of the old."""
    model, x, targets = case(kind)
    workspace = Workspace()
    for _ in range(3):
        for part in (model.cell, model.readout):
            part.params = part.params.map(lambda array: array * 2)
        expected = model.loss_and_gradients(x, targets)[1]
        assert bits(model.loss_and_gradients(x, targets, workspace)[1].params) == bits(expected.params)
        trace = model.cell.forward(x, workspace=workspace)
        assert np.array_equal(trace.h, model.cell.forward(x).h)
        lean, whole = (model.cell.backward(trace, trace.h, workspace=w) for w in (workspace, None))
        assert bits(lean.params) == bits(whole.params)
        assert len(workspace._kept) == 3


def test_other_settings_are_seen_by_a_workspace_that_knew_the_old_ones():
    model, x, targets = case("RNN", T=1)
    workspace = Workspace()
    for name, of, value in (
        ("activation", model.cell, "relu"), ("shape", model, "many-to-one"), ("shape", model, "one-to-many"),
        ("loss_name", model, "mse"),
    ):  # fmt: skip
        model.loss_and_gradients(x, targets, workspace)
        model.cell.forward(x, workspace=workspace)
        setattr(of, name, value)
        if value == "mse":
            with pytest.raises(ValueError, match="must have the shape of the outputs"):
                model.loss_and_gradients(x, targets, workspace)
            continue
        expected = model.loss_and_gradients(x, targets)
        got = model.loss_and_gradients(x, targets, workspace)
        assert got[0] == expected[0] and bits(got[1].params) == bits(expected[1].params)
        assert np.array_equal(model.cell.forward(x, workspace=workspace).h, model.cell.forward(x).h)


@cells
def test_complex_inputs_and_parameters_are_seen_by_a_workspace_that_knew_real_ones(kind):
    model, x, targets = case(kind)
    workspace = Workspace()
    model.loss_and_gradients(x, targets, workspace)
    for change in ("x", "readout"):
        if change == "readout":
            model.readout.params = model.readout.params.astype(complex)
            model.readout.params.W_hy += 1e-3j
        given = x + 1e-20j if change == "x" else x
        got, expected = (model.loss_and_gradients(given, targets, w) for w in (workspace, None))
        assert got[0] == expected[0] and got[0].imag and bits(got[1].params) == bits(expected[1].params)


def test_targets_of_every_dtype_are_seen_as_they_are():
    model, x, targets = case("RNN")
    workspace = Workspace()
    for dtype in ("i8", "i1", "u1"):
        got, expected = (model.loss_and_gradients(x, targets.astype(dtype), w)[0] for w in (workspace, None))
        assert got == expected


def test_the_derivatives_of_the_states_may_come_in_new_arrays():
    model, x, _ = case("LSTM")
    cell, workspace = model.cell, Workspace()
    trace = cell.forward(x, workspace=workspace)
    rng, seen = np.random.default_rng(1), set()
    for shape in ((7, 5, 3), (7, 5, 3), (5, 3), (7, 5, 3)):
        dh, dC = rng.normal(size=shape), rng.normal(size=shape)
        before = dh.copy()
        lean, whole = (cell.backward(trace, dh, dC, workspace=w) for w in (workspace, None))
        assert bits(lean.params) == bits(whole.params) and np.array_equal(dh, before)
        seen.add(len(workspace._kept))
    assert seen == {2, 3}  # a loss at the last step only has a pass of its own, and the first is kept


def test_targets_are_looked_at_in_every_step():
    model, x, targets = case("RNN")
    workspace = Workspace()
    _, expected = model.loss_and_gradients(x, targets, workspace)
    expected = expected.params.copy()
    for wrong, message in (
        (targets + 4, "must lie in 0 … 3"),
        (targets[:-1], "must have shape"),
        (targets * 1.0, "whole"),
    ):
        with pytest.raises(ValueError, match=message):
            model.loss_and_gradients(x, wrong, workspace)
    with pytest.raises(ValueError, match="features"):
        model.loss_and_gradients(x[:, :1], targets, workspace)
    assert bits(model.loss_and_gradients(x, targets, workspace)[1].params) == bits(expected)


def test_for_a_few_sequences_the_weights_lie_column_by_column():
    cell = case("LSTM")[0].cell
    for N, by_columns in ((1, True), (4, True), (5, False)):
        run = cell.forward_pass(3, N, np.float64, whole=False, tokens=False)
        do(run.operations)
        matrix = run.operations[-1][1][0].__self__  # what the function of the program is given first: its product
        assert (matrix.flags.f_contiguous, matrix.flags.c_contiguous) == (by_columns, not by_columns)
        matrix[:15] *= 2  # of the gates there is a half
        assert np.array_equal(matrix, np.hstack([cell.params.W_x, cell.params.b, cell.params.W_h]))


def test_a_product_needs_no_copy_and_is_right():
    rng, big = np.random.default_rng(0), np.random.default_rng(1).normal(size=(4, 6, 7))
    out, three = np.empty((6, 6)), np.empty((4, 6, 6))
    for left, right, result, by in (
        (big[0], big[1].T, out, "dot"),
        (big[0].T.copy().T, big[1].T, out, "dot"),
        (big[:, :, 0].T[:, :3], rng.normal(size=(3, 6)), out, "matmul"),  # a part of an array: dot would copy it
        (big[0].astype("f"), big[1].T, out, "matmul"),
        (big[0], big.transpose(0, 2, 1), three, "matmul"),
        (big[0], big.transpose(0, 2, 1)[:1], three[:1], "dot"),  # one step
        (big[0], big[1].T, np.empty((6, 12))[:, ::2], "matmul"),
    ):
        function, arguments = product(left, right, result)
        assert function.__name__ == by
        function(*arguments)
        np.testing.assert_allclose(result, left @ right, rtol=1e-13)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
def test_a_copy_of_a_workspace_begins_empty(duplicate):
    model, x, targets = case("LSTM")
    workspace = Workspace()
    model.loss_and_gradients(x, targets, workspace)
    other, theirs = duplicate((model, workspace))
    other.params.W_x *= 2
    _, grads = other.loss_and_gradients(x, targets, theirs)
    assert bits(grads.params) == bits(other.loss_and_gradients(x, targets)[1].params)


def test_a_workspace_does_not_grow_with_traces_made_elsewhere():
    model, x, _ = case("RNN")
    cell, workspace = model.cell, Workspace()
    for scale in (1, 2, 3):
        trace = cell.forward(x * scale)
        grads = cell.backward(trace, trace.h, workspace=workspace)
        assert bits(grads.params) == bits(cell.backward(trace, trace.h).params)
        assert len(workspace._kept) == 1


def test_steps_at_once():
    assert [columns_at_once(*s) for s in ((1000, 16), (1000, 100), (3, 1), (5, 512), (5, 600))] == [32, 6, 3, 1, 1]


@pytest.mark.parametrize("cell_dtype, readout_dtype", [("f", "d"), ("d", "f"), ("f", "f")])
def test_cell_and_readout_may_differ_in_precision(cell_dtype, readout_dtype):
    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(2, 5, rng=rng, dtype=cell_dtype), Readout(5, 4, rng=rng, dtype=readout_dtype))
    x, targets, optimizer = rng.normal(size=(7, 2, 3)), rng.integers(4, size=(7, 3)), Adam(0.01)
    for workspace in (None, Workspace()):
        _, grads = model.loss_and_gradients(x, targets, *filter(None, [workspace]))
        assert grads.params.W_hh.dtype == cell_dtype
        assert grads.params.W_hy.dtype == grads.params.b_y.dtype == max(cell_dtype, readout_dtype, key="fd".index)
        optimizer.update(model.params, grads.params)
    assert optimizer.m.dtype == max(cell_dtype, readout_dtype, key="fd".index)
    assert model.params.W_hh.dtype == cell_dtype and model.params.W_hy.dtype == readout_dtype


def test_training_keeps_the_memory_of_a_few_sizes_only():
    model, x, targets = case("RNN")
    seen = []

    class Spy:
        params = model.params

        def loss_and_gradients(self, x, targets, workspace):
            loss, grads = model.loss_and_gradients(x, targets, workspace)
            seen.append(grads.params)
            assert len(workspace._kept) <= KEPT
            return loss, grads

    lengths = [7, 6, 7, 6, *range(1, 8), 7]
    pairs = ((x[:T], targets[:T]) for T in lengths)
    history = train(Spy(), pairs, Adam(1e-3), len(lengths))
    assert not history.stopped and seen[0] is seen[2] is seen[-1] and seen[1] is seen[3] and seen[0] is not seen[1]
    assert len(set(map(id, seen))) == 7 <= KEPT
    wide = np.concatenate([x] * 12)
    seen.clear()
    train(Spy(), ((wide[:T], np.zeros((T, 3), int)) for T in [*range(1, 12), 1]), Adam(1e-3), 12)
    assert seen[0] is not seen[-1]  # the oldest had to go


def test_training_with_and_without_a_workspace_is_the_same():
    results = []
    for _ in range(2):
        model, x, targets = case("LSTM")
        own = model.loss_and_gradients
        if results:
            model.loss_and_gradients = lambda x, targets, own=own: own(x, targets)
        history = train(model, itertools.repeat((x, targets)), Adam(0.01), 20, clip=0.1)
        results.append((history.loss.tolist(), history.norm.tolist(), bits(model.params)))
    assert results[0] == results[1]


def test_a_model_may_take_the_workspace_by_name_only():
    model, x, targets = case("RNN")
    seen = []

    class Named:
        params = model.params

        def loss_and_gradients(self, x, targets, weight=1.0, *, workspace=None):
            seen.append((weight, workspace))
            return model.loss_and_gradients(x, targets, workspace)

    train(Named(), [(x, targets)], Adam(1e-3), 1)
    assert seen[0][0] == 1.0 and isinstance(seen[0][1], Workspace)


def test_a_workspace_keeps_so_many_things_and_then_the_first_goes():
    workspace = Workspace()
    made = [workspace.keep(k, object) for k in range(KEPT)]
    assert [workspace.keep(k, object) for k in range(KEPT)] == made
    workspace.keep("one more", object)
    assert [workspace.keep(k, object) for k in range(1, KEPT)] == made[1:]
    assert workspace.keep(0, object) is not made[0]


@pytest.mark.parametrize("dtype", ["f", "d", "D", bool])
def test_memory_begins_at_a_cache_line(dtype):
    held = [empty(shape, dtype) for shape in ((), (1,), (3, 5), (7, 2, 4), (1000,))]  # at once, so at other places
    assert [array.ctypes.data % 64 for array in held] == [0] * 5
    assert [array.shape for array in held] == [(), (1,), (3, 5), (7, 2, 4), (1000,)]
    assert all(array.dtype == dtype and array.flags.c_contiguous for array in held)
