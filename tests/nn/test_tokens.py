"""Token ids in place of one-hot columns: the same numbers, and memory only for what was there."""

import tracemalloc

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, Adam, Bidirectional, Pooled, Readout, SequenceModel, Stacked, Workspace, data, train
from seqlib.nn.cell import Cell
from seqlib.study.bptt import contribution_matrix, contributions, gradient_flow, truncated_gradient
from tests.nn.agreement import agree, bits

SAME = 1e-15
D = 7
CELLS = {
    "RNN": RNN,
    "relu": lambda *sizes, **more: RNN(*sizes, activation="relu", **more),
    "LSTM": LSTM,
    "GRU": GRU,
    "GRU after": lambda *sizes, **more: GRU(*sizes, reset="after", **more),
    "Stacked": lambda D, H, **more: Stacked([LSTM(D, 3, **more), GRU(3, H, **more)]),
    "Bidirectional": lambda D, H, **more: Bidirectional(LSTM(D, H - 2, **more), GRU(D, 2, **more)),
    "both": lambda D, H, **more: Stacked([Bidirectional(RNN(D, 2, **more), LSTM(D, 3, **more)), RNN(5, H, **more)]),
}
cells = pytest.mark.parametrize("kind", CELLS)


def case(kind, shape="many-to-many", *, T=6, N=4, dtype=np.float64):
    rng = np.random.default_rng(0)
    model = SequenceModel(CELLS[kind](D, 5, rng=rng, dtype=dtype), Readout(5, 3, rng=rng, dtype=dtype), shape)
    ids = rng.integers(-1, D - 1, size=(1 if shape == "one-to-many" else T, N))  # -1: padding; token 6 never comes
    return model, ids, rng.integers(3, size=(1 if shape == "many-to-one" else T, N))


@cells
@pytest.mark.parametrize("shape", ["many-to-many", "many-to-one", "one-to-many"])
def test_ids_equal_one_hot_columns(kind, shape):
    model, ids, targets = case(kind, shape)
    x, workspace = data.one_hot(ids, D), Workspace()
    steps = model._steps(targets)
    trace, columns = model.forward(ids, **steps), model.forward(x, **steps)
    names = [name for name in columns._arrays if name.rpartition("_")[2] not in ("x", "all", "values")]
    agree({name: trace[name] for name in names}, {name: columns[name] for name in names}, SAME)
    loss, grads = model.loss_and_gradients(ids, targets)
    wanted_loss, wanted = model.loss_and_gradients(x, targets)
    assert abs(loss - wanted_loss) <= 4 * SAME * abs(loss)
    agree(dict(grads.params.items()), dict(wanted.params.items()), SAME)
    agree(grads.first, wanted.first, SAME)
    there = [name for name in grads.trace._arrays if name.rpartition("_")[2] != "x" or name in grads.trace]
    agree({n: grads.trace[n] for n in there}, {n: wanted.trace[n] for n in there}, SAME)
    for _ in range(2):
        again, lean = model.loss_and_gradients(ids, targets, workspace)
        assert again == loss and bits(lean.params) == bits(grads.params)
        other = (ids + 1) % D
        agree(dict(model.loss_and_gradients(other, targets, workspace)[1].params.items()),
              dict(model.loss_and_gradients(data.one_hot(other, D), targets)[1].params.items()), SAME)  # fmt: skip


@cells
def test_a_gradient_is_only_where_a_token_was(kind):
    model, ids, targets = case(kind)
    _, grads = model.loss_and_gradients(ids, targets, Workspace())
    for name, g in grads.params.items():
        if g.shape[1] == D:
            assert not g[:, 6].any() and np.abs(g[:, np.unique(ids[ids >= 0])]).max(axis=0).min() > 0, name


@cells
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_training_is_the_same(kind, dtype):
    (one, ids, targets), (two, _, _) = case(kind, dtype=dtype), case(kind, dtype=dtype)
    for model, x in ((one, ids), (two, data.one_hot(ids, D).astype(dtype))):
        train(model, [(x, targets)] * 20, Adam(0.01), 20, clip=1.0)
    assert all(W.dtype == dtype for _, W in one.params.items())
    if dtype == np.float64:
        assert bits(one.params) == bits(two.params)  # Adam's grid takes the last digits away
    agree(dict(one.params.items()), dict(two.params.items()), 1e-4)


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "GRU after"])
def test_columns_lie_in_one_piece_but_need_not(kind):
    """Those of a model that was pickled before they did, or of a reader, may lie row by row."""
    (model, ids, targets), (other, _, _) = case(kind), case(kind)
    other.cell.params = other.cell.params.map(np.ascontiguousarray)
    other = SequenceModel(other.cell, other.readout)
    one, two = (m.loss_and_gradients(ids, targets, Workspace())[1].params.W_x for m in (model, other))
    assert model.params.W_x.T.flags.c_contiguous and one.T.flags.c_contiguous
    assert other.params.W_x.flags.c_contiguous and two.flags.c_contiguous
    assert one.tobytes() == two.tobytes()
    for m in (model, other):
        train(m, [(ids, targets)] * 20, Adam(0.01), 20, clip=1.0)
    assert bits(model.params) == bits(other.params)


def test_adam_copies_no_gradient_of_columns(monkeypatch):
    model, ids, targets = case("LSTM")
    copied, optimizer = [], Adam(0.01)
    monkeypatch.setattr("seqlib.nn.optim.AT_ONCE", 40)  # two columns of W_x
    monkeypatch.setattr("seqlib.nn.optim.at_once",
                        lambda calls: copied.extend(call[2] for call in calls if call[0] is np.copyto))  # fmt: skip
    _, grads = model.loss_and_gradients(ids, targets, Workspace())
    optimizer.update(model.params, grads.params)
    assert sum(np.shares_memory(array, grads.params.W_x) for array in copied) == 1  # the seventh, with what comes next


def test_studies_take_ids_too():
    model, ids, targets = case("GRU")
    x = data.one_hot(ids, D)
    found = []
    for given in (ids, x):
        trace, (_, grads) = model.forward(given), model.loss_and_gradients(given, targets)
        terms = dict(contributions(model, trace, grads).items())
        matrix = {f"tau {name}": array for name, array in contribution_matrix(model, given, targets).items()}
        cut = {f"cut {name}": array for name, array in truncated_gradient(model, given, targets, 2).items()}
        found.append(terms | matrix | cut | {"flow": gradient_flow(model.cell, trace, 5)})
    agree(*found, 1e-14)


def test_memory_does_not_grow_with_the_vocabulary_but_for_the_weights():
    rng, held = np.random.default_rng(0), {}
    for K in (50, 2050):
        model = SequenceModel(LSTM(K, 8, rng=rng), Readout(8, 2, rng=rng), "many-to-one")
        ids, targets, workspace = rng.integers(K, size=(20, 16)), rng.integers(2, size=(1, 16)), Workspace()
        tracemalloc.start()
        for _ in range(2):
            model.loss_and_gradients(ids, targets, workspace)
        held[K] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert held[2050] - held[50] < 1.1 * 2000 * 32 * 8  # the gradient of W_x; one-hot x would take 5 MB more


def test_a_cell_that_reads_x_otherwise_refuses_ids():
    class Scaled(Cell):
        def step(self, W, t):
            t.h = W.W_x @ t.x + W.W_h @ t.h_prev + W.p * t.x

        def step_back(self, W, t, d):
            d.h_prev = W.W_h.T @ d.h
            d.x = W.W_x.T @ d.h + W.p * d.h

    cell = Scaled(3, 3, rng=np.random.default_rng(0))
    assert cell.forward(np.ones((2, 3, 1))).h.shape == (2, 3, 1)
    with pytest.raises(ValueError, match=r"W.p \* t.x\).*token ids, which only a product W.NAME @ t.x can read"):
        cell.forward(np.ones((2, 1), int))


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (np.full((2, 3), 7), r"token ids must lie in 0 … 6 \(or be -1 for none\), as this LSTM .* but 7 … 7 came"),
        (np.full((2, 3), -2), r"but -2 … -2 came"),
        (np.ones((2, 3)), r"or token ids, whole numbers of shape \(T, N\), but float64 of shape \(2, 3\) came"),
        (np.ones(3, int), r"or token ids, whole numbers of shape \(T, N\), but int64 of shape \(3,\) came"),
        (np.ones((2, 3), bool), "but bool of shape"),
        (np.ones((0, 3), int), "at least one step and one example"),
        (np.ones((3, 0), int), "at least one step and one example"),
    ],
)
def test_wrong_ids_get_one_sentence(ids, said):
    model, right, targets = case("LSTM", T=2, N=3)
    for call in (lambda: model.cell.forward(ids), lambda: model.forward(ids),
                 lambda: model.loss_and_gradients(ids, targets)):  # fmt: skip
        with pytest.raises(ValueError, match=said):
            call()
    workspace = Workspace()
    model.loss_and_gradients(right, targets, workspace)
    if ids.shape == right.shape and ids.dtype == right.dtype:
        with pytest.raises(ValueError, match=said):
            model.loss_and_gradients(ids, targets, workspace)


def test_unsigned_ids_are_ids_and_dense_layers_take_none():
    model, ids, _ = case("LSTM")
    assert np.array_equal(model.forward(np.abs(ids).astype(np.uint8)).h, model.forward(np.abs(ids)).h)
    with pytest.raises(ValueError, match=r"shape \(T, D, N\)"):
        Pooled(D, 3, 2, rng=np.random.default_rng(0)).forward(ids)


@pytest.mark.parametrize("kind", ["RNN", "Stacked"])
@pytest.mark.parametrize("whole", [np.int32, np.uint8, np.intp, ">i4"])
def test_ids_and_targets_of_any_whole_numbers_give_the_same_bits(kind, whole):
    """NumPy's own have 32 bits where pointers do, as in a browser; files and other libraries bring all kinds."""
    model, ids, targets = case(kind)
    ids = np.abs(ids)
    loss, expected = model.loss_and_gradients(ids.astype(np.int64), targets.astype(np.int64), Workspace())
    expected = bits(expected.params)
    again, got = model.loss_and_gradients(ids.astype(whole), targets.astype(whole), Workspace())
    assert again == loss and bits(got.params) == expected
    assert bits(model.loss_and_gradients(ids.astype(whole), targets.astype(whole))[1].params) == expected
    assert data.one_hot(ids.astype(whole), D).tobytes() == data.one_hot(ids, D).tobytes()
