"""Weights in other libraries: round trips bit for bit, outputs against PyTorch, ONNX and Keras's equations."""

import io
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import GRU, LSTM, RNN, Readout, Record, SequenceModel
from seqlib.study import weights_file
from seqlib.study.conventions import (
    flip_z,
    from_blocks,
    from_keras,
    from_library,
    from_onnx,
    from_torch,
    to_blocks,
    to_keras,
    to_library,
    to_onnx,
    to_torch,
    with_embedding,
    with_reset,
)
from tests.conftest import need
from tests.nn.agreement import EXACT, agree, bits, few, seeds, size

KINDS = {
    "tanh": lambda D, H, **options: RNN(D, H, **options),
    "relu": lambda D, H, **options: RNN(D, H, activation="relu", **options),
    "lstm": lambda D, H, **options: LSTM(D, H, **options),
    "before": lambda D, H, **options: GRU(D, H, **options),
    "after": lambda D, H, **options: GRU(D, H, reset="after", **options),
}
every = st.sampled_from(list(KINDS))


@pytest.fixture(scope="module")
def torch():
    torch = need("torch")
    torch.set_num_threads(1)
    return torch


@pytest.fixture(scope="module")
def onnx():
    need("onnx.reference")
    return need("onnx")


def make(kind, D=3, H=4, seed=0, dtype=np.float64):
    """A cell with every number of every parameter its own."""
    rng = np.random.default_rng(seed)
    cell = KINDS[kind](D, H, rng=rng, dtype=dtype)
    for _, array in cell.params.items():
        array += (rng.normal(size=array.shape) / 2).astype(dtype)
    return cell


def start(cell, T, N, seed):
    """An input, and initial states that are not zero."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(T, cell.D, N)), {f"{name}0": rng.normal(size=(cell.H, N)) for name in cell.STATES}


def same(one, other):
    """The same cell, bit for bit."""
    assert repr(one) == repr(other) and bits(one.params) == bits(other.params)


# ---------- round trips


@few
@given(kind=every, D=size, H=size, seed=seeds, dtype=st.sampled_from([np.float32, np.float64]))
def test_there_and_back_changes_nothing(kind, D, H, seed, dtype):
    cell = make(kind, D, H, seed, dtype)
    activation = "relu" if kind == "relu" else "tanh"
    if kind != "before":
        same(from_torch(to_torch(cell), activation=activation), cell)
    same(from_keras(to_keras(cell), activation=activation), cell)
    same(from_onnx(to_onnx(cell), linear_before_reset=int(kind == "after"), activation=activation), cell)
    assert {array.dtype for array in to_onnx(cell).values()} == {np.dtype(dtype)}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_shared(kind):
    cell = make(kind)
    sent = [*to_keras(cell), *to_onnx(cell).values(), *(to_torch(cell).values() if kind != "before" else ())]
    assert not any(np.shares_memory(array, own) for array in sent for _, own in cell.params.items())


def test_a_whole_model_goes_there_and_back():
    model = SequenceModel(make("after"), Readout(4, 2, rng=np.random.default_rng(1)), "many-to-one", "mse")
    model.params.b_y = [[0.5], [-0.25]]
    other = from_torch(to_torch(model), shape="many-to-one", loss="mse")
    assert repr(other) == repr(model) and bits(other.params) == bits(model.params)


# ---------- the door


@pytest.mark.parametrize("layout", ["rows", "columns", "cudnn", "rows by unit", "columns by unit", "cudnn by unit"])
@pytest.mark.parametrize(("kind", "order"), [("lstm", "gofi"), ("before", "gzr"), ("after", "zgr"), ("tanh", "h")])
@pytest.mark.parametrize("z", ["keeps", "writes"])
def test_every_layout_there_and_back(kind, order, layout, z):
    cell, reset = make(kind), "after" if kind == "after" else "before"
    blocks = to_blocks(cell, order=order, layout=layout, z=z)
    assert not any(np.shares_memory(block, array) for block in blocks for _, array in cell.params.items())
    same(from_blocks(*blocks, order=order, layout=layout, z=z, reset=reset), cell)


def test_the_blocks_lie_where_the_layout_says():
    cell = make("lstm", 2, 3)
    p, W = cell.params, {layout: to_blocks(cell, order="ofig", layout=layout)[0] for layout in
                         ("rows", "columns", "cudnn", "rows by unit")}  # fmt: skip
    assert np.array_equal(W["rows"], np.concatenate([p.W_xo, p.W_xf, p.W_xi, p.W_xg]))
    assert np.array_equal(W["columns"], W["rows"].T)
    assert np.array_equal(W["cudnn"][:, 3:6].ravel(), p.W_xf.ravel()) and W["cudnn"].shape == (2, 12)
    assert np.array_equal(W["rows by unit"][:4], [p.W_xo[0], p.W_xf[0], p.W_xi[0], p.W_xg[0]])


def test_what_a_library_adds_to_f_becomes_part_of_the_bias():
    W_x, W_h, b, _ = to_blocks(make("lstm"), order="ifog", forget_bias=1)
    assert np.array_equal(from_blocks(W_x, W_h, b, order="ifog").params.b_f, make("lstm").params.b_f - 1)
    assert np.allclose(from_blocks(W_x, W_h, b, order="ifog", forget_bias=1).params.b_f, make("lstm").params.b_f)


def test_a_bias_may_be_left_out_or_be_the_candidates_alone():
    W_x, W_h, b, b_h = to_blocks(make("after"), order="rzn", reset="after")
    same(from_blocks(W_x, W_h, b[:, None], b_h[8:], order="rzn", reset="after"), make("after"))
    assert not from_blocks(W_x, W_h, order="rzn").params.b.any()


def test_half_precision_is_widened():
    state = {name: array.astype(np.float16) for name, array in to_torch(make("lstm")).items()}
    cell = from_torch(state)
    assert cell.params.W_x.dtype == np.float32
    same(cell, from_torch({name: array.astype(np.float32) for name, array in state.items()}))


def test_bytes_in_the_other_order_are_read():
    weights = to_keras(make("lstm"))
    same(from_keras([array.astype(array.dtype.newbyteorder()) for array in weights]), make("lstm"))


@pytest.mark.parametrize("kind", ["relu", "lstm", "before", "after"])
def test_an_embedding_is_folded_into_the_weights(kind):
    cell, rng = make(kind), np.random.default_rng(4)
    E, words = rng.normal(size=(7, 3)), rng.integers(7, size=(5, 2))
    onehot = np.eye(7)[words].swapaxes(1, 2)
    expected = cell.forward(E[words].swapaxes(1, 2)).h
    agree({"h": with_embedding(cell, E).forward(onehot).h}, {"h": expected}, EXACT)


def test_copies_keep_their_functions():
    cell = GRU(2, 3, rng=np.random.default_rng(0), candidate="relu", gates="hard_sigmoid_1/6")
    shown = "GRU(D={}, H=3{}, candidate='relu', gates='hard_sigmoid_1/6')"
    assert repr(flip_z(cell)) == shown.format(2, "")
    assert repr(with_reset(cell, "after")) == shown.format(2, ", reset='after'")
    assert repr(with_embedding(cell, np.zeros((5, 2)))) == shown.format(5, "")
    back = from_onnx(to_onnx(cell), activation="relu", gates="hard_sigmoid_1/6")
    assert repr(back) == repr(cell)
    agree(dict(back.params.items()), dict(cell.params.items()), EXACT)


def test_a_prefix_does_not_matter_and_takes_one_layer_of_several():
    same(from_torch(behind("encoder.rnn.")), make("after"))
    whole = behind("encoder.") | behind("decoder.", "lstm") | {"fc.weight": np.zeros((2, 4)), "scale": np.zeros(())}
    same(from_torch(whole, prefix="encoder."), make("after"))
    same(from_torch(whole, prefix="decoder."), make("lstm"))
    single = {name.replace("_l0", ""): array for name, array in behind("cell.", "lstm").items()}
    same(from_torch(single), make("lstm"))  # nn.LSTMCell
    nested = {"lstm": {"cell": to_library("haiku LSTM", make("lstm"))}}
    agree(*({name: array for name, array in cell.params.items()}
            for cell in (from_library("haiku LSTM", nested), make("lstm"))), EXACT)  # fmt: skip


def test_several_layers_and_directions_go_there_and_back():
    cells = [[make("lstm", seed=0), make("lstm", seed=1)], [make("lstm", 8, 4, seed=2), make("lstm", 8, 4, seed=3)]]
    for back in (from_torch(to_torch(cells)), from_library("paddle.nn LSTM", to_library("paddle.nn LSTM", cells))):
        for layer, expected in zip(back, cells, strict=True):
            for one, other in zip(layer, expected, strict=True):
                same(one, other)
    [pair] = from_onnx(to_onnx(cells[:1]))
    same(pair[1], cells[0][1])
    [pair] = from_keras(to_keras(cells[:1]))
    same(pair[1], cells[0][1])


# ---------- PyTorch


def layer_of(torch, cell):
    kind = type(cell).__name__
    options = {"nonlinearity": cell.activation} if kind == "RNN" else {}
    return getattr(torch.nn, kind)(cell.D, cell.H, **options).double()


def run_torch(torch, layer, x, states):
    first = [torch.from_numpy(state.T[None].copy()) for state in states.values()]
    with torch.no_grad():
        out, _ = layer(torch.from_numpy(x.transpose(0, 2, 1).copy()), tuple(first) if len(first) > 1 else first[0])
    return out.numpy().transpose(0, 2, 1)


@few
@given(kind=st.sampled_from(["tanh", "relu", "lstm", "after"]), T=size, N=size, D=size, H=size, seed=seeds)
def test_torch_computes_the_same_with_our_weights(torch, kind, T, N, D, H, seed):
    cell = make(kind, D, H, seed)
    x, states = start(cell, T, N, seed + 1)
    layer = layer_of(torch, cell)
    layer.load_state_dict({name: torch.from_numpy(array) for name, array in to_torch(cell).items()})
    agree({"h": run_torch(torch, layer, x, states)}, {"h": cell.forward(x, **states).h}, EXACT)


@few
@given(kind=st.sampled_from(["tanh", "relu", "lstm", "after"]), T=size, N=size, D=size, H=size, seed=seeds)
def test_we_compute_the_same_with_weights_of_torch(torch, kind, T, N, D, H, seed):
    """Its first weights: both biases are there and differ."""
    torch.manual_seed(seed % 2**31)
    layer = layer_of(torch, make(kind, D, H))
    cell = from_torch(layer.state_dict(), activation="relu" if kind == "relu" else "tanh")
    x, states = start(cell, T, N, seed)
    agree({"h": cell.forward(x, **states).h}, {"h": run_torch(torch, layer, x, states)}, EXACT)
    for name, array in to_torch(cell).items():
        assert array.shape == tuple(layer.state_dict()[name].shape)


def test_a_layer_of_torch_without_bias(torch):
    layer = torch.nn.GRU(3, 4, bias=False).double()
    cell = from_torch(layer.state_dict())
    x, states = start(cell, 5, 2, 0)
    agree({"h": cell.forward(x, **states).h}, {"h": run_torch(torch, layer, x, states)}, EXACT)


def test_a_saved_model_is_loaded_in_torch_in_three_lines(torch, tmp_path):
    model = SequenceModel(make("after", 3, 5), Readout(5, 2, rng=np.random.default_rng(1)))
    file = tmp_path / "gru.npz"
    Record(to_torch(model)).save(file)
    net = torch.nn.ModuleDict({"cell": torch.nn.GRU(3, 5), "readout": torch.nn.Linear(5, 2)}).double()
    net.load_state_dict({name: torch.from_numpy(array) for name, array in np.load(file).items()})
    x, _ = start(model.cell, 6, 4, 0)
    with torch.no_grad():
        logits = net["readout"](net["cell"](torch.from_numpy(x.transpose(0, 2, 1).copy()))[0])
    agree({"logits": model.forward(x).logits}, {"logits": logits.numpy().transpose(0, 2, 1)}, EXACT)


# ---------- ONNX


def run_onnx(onnx, cell, inputs, x, states):
    """The reference evaluator of ONNX on one operator."""
    kind = type(cell).__name__
    options = {"hidden_size": cell.H}
    if kind == "GRU":
        options["linear_before_reset"] = int(cell.reset == "after")
    if kind == "RNN" and cell.activation == "relu":
        options["activations"] = ["Relu"]
    names = ["X", "W", "R", "B", "", *states]
    node = onnx.helper.make_node(kind, names, ["Y"], name="node", **options)
    given = inputs | {"X": x.transpose(0, 2, 1)} | {name: state.T[None] for name, state in states.items()}
    [Y] = onnx.reference.ReferenceEvaluator(node).run(None, given)
    return Y[:, 0].transpose(0, 2, 1)


@few
@given(kind=every, T=size, N=size, D=size, H=size, seed=seeds)
def test_onnx_computes_the_same_with_our_weights(onnx, kind, T, N, D, H, seed):
    if kind == "relu":
        kind = "tanh"  # the evaluator knows Tanh and Affine only
    cell = make(kind, D, H, seed)
    x, states = start(cell, T, N, seed + 1)
    got = run_onnx(onnx, cell, to_onnx(cell), x, states)
    agree({"h": got}, {"h": cell.forward(x, **states).h}, EXACT)


@few
@given(kind=st.sampled_from(["lstm", "before", "after"]), T=size, N=size, D=size, H=size, seed=seeds)
def test_we_compute_the_same_with_weights_of_onnx(onnx, kind, T, N, D, H, seed):
    """Random W, R and B: both biases are there, and z keeps."""
    rng, rows = np.random.default_rng(seed), (4 if kind == "lstm" else 3) * H
    inputs = {name: rng.normal(size=shape) for name, shape in
              (("W", (1, rows, D)), ("R", (1, rows, H)), ("B", (1, 2 * rows)))}  # fmt: skip
    cell = from_onnx(inputs, linear_before_reset=int(kind == "after"))
    x, states = start(cell, T, N, seed + 1)
    agree({"h": cell.forward(x, **states).h}, {"h": run_onnx(onnx, cell, inputs, x, states)}, EXACT)


# ---------- Keras, by its documented equations, in rows


def sigma(a):
    return 1 / (1 + np.exp(-a))


def keras_run(kind, weights, x, states):
    """What SimpleRNN, LSTM and GRU of Keras say they compute; an example is a row."""
    kernel, recurrent, bias = weights
    h, outputs = states["h0"].T, []
    C = states["C0"].T if kind == "lstm" else None
    for x_t in x.transpose(0, 2, 1):
        if kind in ("tanh", "relu"):
            a = x_t @ kernel + bias + h @ recurrent
            h = np.tanh(a) if kind == "tanh" else np.maximum(a, 0)
        elif kind == "lstm":
            i, f, c, o = np.split(x_t @ kernel + h @ recurrent + bias, 4, axis=1)
            C = sigma(f) * C + sigma(i) * np.tanh(c)
            h = sigma(o) * np.tanh(C)
        elif kind == "after":
            x_z, x_r, x_h = np.split(x_t @ kernel + bias[0], 3, axis=1)
            h_z, h_r, h_h = np.split(h @ recurrent + bias[1], 3, axis=1)
            z, r = sigma(x_z + h_z), sigma(x_r + h_r)
            h = z * h + (1 - z) * np.tanh(x_h + r * h_h)
        else:
            x_z, x_r, x_h = np.split(x_t @ kernel + bias, 3, axis=1)
            U_z, U_r, U_h = np.split(recurrent, 3, axis=1)
            z, r = sigma(x_z + h @ U_z), sigma(x_r + h @ U_r)
            h = z * h + (1 - z) * np.tanh(x_h + (r * h) @ U_h)
        outputs.append(h)
    return np.stack(outputs).transpose(0, 2, 1)


@few
@given(kind=every, T=size, N=size, D=size, H=size, seed=seeds)
def test_keras_computes_the_same_with_our_weights(kind, T, N, D, H, seed):
    cell = make(kind, D, H, seed)
    x, states = start(cell, T, N, seed + 1)
    weights = to_keras(cell)
    rows = {"lstm": 4 * H, "before": 3 * H, "after": 3 * H}.get(kind, H)
    assert [w.shape for w in weights] == [(D, rows), (H, rows), (2, rows) if kind == "after" else (rows,)]
    agree({"h": keras_run(kind, weights, x, states)}, {"h": cell.forward(x, **states).h}, EXACT)


@few
@given(kind=st.sampled_from(["tanh", "lstm", "before", "after"]), D=size, H=size, seed=seeds)
def test_we_compute_the_same_with_weights_of_keras(kind, D, H, seed):
    rng, rows = np.random.default_rng(seed), {"lstm": 4 * H, "before": 3 * H, "after": 3 * H}.get(kind, H)
    bias = (2, rows) if kind == "after" else (rows,)
    weights = [rng.normal(size=shape) for shape in ((D, rows), (H, rows), bias)]
    cell = from_keras(weights)
    x, states = start(cell, 4, 3, seed + 1)
    agree({"h": cell.forward(x, **states).h}, {"h": keras_run(kind, weights, x, states)}, EXACT)


# ---------- z, and r


@few
@given(kind=st.sampled_from(["before", "after"]), T=size, D=size, H=size, seed=seeds)
def test_negating_the_weights_of_z_is_one_minus_z(kind, T, D, H, seed):
    cell = make(kind, D, H, seed)
    x, states = start(cell, T, 3, seed)
    other = flip_z(cell)
    one, two = cell.forward(x[:1], **states), other.forward(x[:1], **states)
    agree({"z": two.z, "r": two.r, "g": two.g}, {"z": 1 - one.z, "r": one.r, "g": one.g}, EXACT)
    same(flip_z(other), cell)
    # A cell whose z keeps, with the flipped weights, is this cell.
    h = states["h0"]
    for t, x_t in enumerate(x):
        step = other.forward(x_t[None], h)
        h = step.z[0] * h + (1 - step.z[0]) * step.g[0]
        agree({"h": h}, {"h": cell.forward(x, **states).h[t]}, EXACT)


@pytest.mark.parametrize("kind", ["before", "after"])
def test_a_flipped_cell_has_the_weights_of_z_negated_and_no_others(kind):
    cell = make(kind)
    other = flip_z(cell)
    names = [f"{array}{gate}" for gate in "rzg" for array in ("W_x", "W_h", "b_")] + ["b_hg"] * (kind == "after")
    for name in names:
        np.testing.assert_array_equal(other.params[name], cell.params[name] * (-1 if name.endswith("z") else 1))
    assert said(lambda: flip_z(make("lstm"))) == "only a GRU has an update gate z, but LSTM came."
    assert said(lambda: with_reset(make("lstm"), "after")) == "only a GRU has a reset gate r, but LSTM came."


@pytest.mark.parametrize("kind", ["before", "after"])
def test_a_diagonal_W_hg_goes_to_the_other_side_unless_r_multiplies_a_bias(kind):
    cell = make(kind)
    cell.params.W_hg *= np.eye(4)
    other = "after" if kind == "before" else "before"
    if kind == "after":
        assert "no weights make the two equal" in said(lambda: to_blocks(cell, order="rzg", reset=other))
        cell.params.b_hg = 0.0
    W_x, W_h, b_x, b_h = to_blocks(cell, order="rzg", reset=other)
    back, (x, states) = from_blocks(W_x, W_h, b_x, b_h, order="rzg", reset=other), start(cell, 3, 2, 0)
    np.testing.assert_allclose(back.forward(x, **states).h, cell.forward(x, **states).h, rtol=1e-13)
    cell.params.W_hg[0, 1] = 0.1
    assert "no weights make the two equal" in said(lambda: to_blocks(cell, order="rzg", reset=other))


@few
@given(T=size, D=size, H=size, seed=seeds)
def test_a_diagonal_W_hg_is_the_same_on_both_sides(torch, T, D, H, seed):
    cell = make("before", D, H, seed)
    cell.params.W_hg *= np.eye(H)
    x, states = start(cell, T, 2, seed)
    expected = {"h": cell.forward(x, **states).h}
    agree({"h": from_torch(to_torch(cell)).forward(x, **states).h}, expected, EXACT)
    agree({"h": from_onnx(to_onnx(cell, linear_before_reset=1), linear_before_reset=1).forward(x, **states).h},
          expected, EXACT)  # fmt: skip
    assert to_keras(cell, reset_after=True)[2].shape == (2, 3 * H)


def test_the_same_weights_on_the_other_side_are_another_function():
    cell = make("before")
    other = with_reset(cell, "after")
    x, states = start(cell, 6, 3, 0)
    assert other.reset == "after" and not other.params.b_hg.any()
    assert np.abs(other.forward(x, **states).h - cell.forward(x, **states).h).max() > 0.01
    same(with_reset(other, "before"), cell)


# ---------- what cannot be said, and what does not fit


def torch_state(**changes):
    state = to_torch(make("after")) | changes
    return {name: array for name, array in state.items() if array is not None}


def blank():
    return np.zeros((12, 3)), np.zeros((12, 4))


def behind(prefix, kind="after"):
    return {f"{prefix}{name}": array for name, array in to_torch(make(kind)).items()}


@pytest.mark.parametrize(
    ("call", "fragments"),
    [
        (lambda: to_torch(make("before")), [
            "applies r before the product with W_hg", "PyTorch's nn.GRU applies it after",
            "no weights make the two equal",
            "ONNX with linear_before_reset=0", "Keras with reset_after=False", "GRU(..., reset='after')"]),
        (lambda: to_keras(make("before"), reset_after=True), ["Keras's GRU with reset_after=True applies it after"]),
        (lambda: to_keras(make("after"), reset_after=False), ["reset_after=False applies it before", "PyTorch"]),
        (lambda: to_onnx(make("before"), linear_before_reset=1), ["ONNX's GRU with linear_before_reset=1"]),
        (lambda: to_onnx(make("after"), linear_before_reset=0), ["linear_before_reset=0 applies it before",
                                                                  "GRU(..., reset='before')"]),
        (lambda: to_torch(np.zeros(3)), ["cell must be an RNN, LSTM or GRU", "ndarray came"]),
        (lambda: from_torch(torch_state(weight_ih_l1=np.zeros((12, 4)))), ["weight_hh_l1, of which there is none"]),
        (lambda: from_torch(torch_state(weight_hh_l0=None)), ["look at weight_hh_l0"]),
        (lambda: from_torch(torch_state(weight_ih_l0_reverse=np.zeros(3))), ["weight_ih_l0_reverse"]),
        (lambda: from_torch(torch_state(bias_ih_l0=np.zeros(5))), ["these came", "biases (5,) and (12,)"]),
        (lambda: from_torch(torch_state(weight_hh_l0=np.zeros((8, 4)))), 
         ["weight_hh_l0 must be (H, H) of an RNN, (3H, H) of a GRU or (4H, H) of an LSTM, but (8, 4) came."]),
        (lambda: from_torch(without(torch_state(), "bias_ih_l0")), ["biases here, but no bias_ih_l0; add it"]),
        (lambda: from_torch(without(two_layers(), "bias_hh_l1")), ["biases here, but no bias_hh_l1; add it"]),
        (lambda: from_torch(two_layers() | {"weight_ih_l1": np.zeros((12, 5))}),
         ["weight_ih_l1 must read 4 numbers into 4 units, as what is beside or below it says, but it reads 5 into 4."]),
        (lambda: from_torch(torch_state(), prefix=5), ["prefix must be a text, such as 'encoder.', but 5 came."]),
        (lambda: from_torch(torch_state(weight_hh_l0=np.zeros((4, 0)))), ["weight_hh_l0 must be", "but (4, 0) came"]),
        (lambda: from_torch(torch_state(weight_hh_l0=np.zeros(3))), ["weight_hh_l0 must be", "but (3,) came"]),
        (lambda: to_torch([[make("after")] * 3]), ["one or two directions each"]),
        (lambda: to_torch([]), ["cells must be a cell, or a list of layers with one or two directions each"]),
        (lambda: to_torch([make("lstm")]), ["cells must be a cell, or a list of layers"]),
        (lambda: from_onnx({"W": np.zeros((1, 12, 3)), "R": None}), ["R must hold float32 or float64"]),
        (lambda: from_onnx({"W": np.zeros((1, 12, 3)), "R": np.zeros((12, 4))}), ["R must be (directions, rows, H)"]),
        (lambda: from_blocks(*blank(), order="rzg", forget_bias=1.0), ["only an LSTM has a forget gate"]),
        (lambda: to_blocks(make("after"), order="rzg", forget_bias=1.0), ["only an LSTM has a forget gate"]),
        (lambda: from_blocks(np.zeros((16, 3)), np.zeros((16, 4)), order="ifgo", reset="x"), ["reset must be"]),
        (lambda: from_blocks(*blank(), 0, order="rzg"), ["b_x must have a number for each of 12 rows, but 0 came"]),
        (lambda: from_blocks(np.zeros((8, 16)), np.zeros((4, 16)), order="ifgo"),
         ["(8, 16), W_h (4, 16); give their transposes, or layout='columns'."]),
        (lambda: from_keras([np.zeros((3, 12)), np.zeros((4, 12))]), ["but 2 arrays came", "bias of zeros"]),
        (lambda: from_onnx({"W": np.zeros((2, 12, 3)), "R": np.zeros((1, 12, 4))}), ["one or two directions"]),
        (lambda: from_torch(torch_state() | {"fc.weight": np.zeros((2, 4))}), ["more: look at fc.weight", "prefix=''"]),
        (lambda: from_torch(behind("a.") | behind("b.rnn.")), ["2 layers, 'a.', 'b.rnn.'", "prefix='a.'"]),
        (lambda: from_torch(behind("a."), prefix="b."), ["begins with prefix='b.'; what there is begins with 'a.'."]),
        (lambda: from_torch({}), ["the empty dict"]),
        (lambda: from_torch(to_torch(make("lstm")) | {"weight_hr_l0": np.zeros((2, 4))}), ["projection", "without it"]),
        (lambda: from_torch(torch_state(weight_ih_l0=np.zeros((12, 3), np.int8))), ["quantized", "scale"]),
        (lambda: from_torch(torch_state(weight_ih_l0=np.zeros((12, 3), complex))), ["float32 or float64", "complex"]),
        (lambda: from_torch(to_torch(make("lstm")), activation="relu"), ["torch.nn LSTM has tanh and nothing else"]),
        (lambda: from_keras(to_keras(make("lstm")), activation="relu"), ["an LSTM here has tanh"]),
        (lambda: from_keras(to_keras(make("lstm")), gates="hard_sigmoid"), ["0.2 in Keras 1, 2", "1/6 in Keras 3"]),
        (lambda: from_keras(to_keras(make("tanh")), gates="hard_sigmoid_0.2"), ["an RNN has no gates"]),
        (lambda: to_torch(GRU(2, 3, rng=np.random.default_rng(0), reset="after", candidate="relu")),
         ["torch.nn GRU has tanh and nothing else, but activation='relu'"]),
        (lambda: from_blocks(*blank(), order="rzx"), ["order must name every block", "'rzx'"]),
        (lambda: from_blocks(np.zeros((3, 12)), np.zeros((4, 12)), order="rzg", layout="rows"), ["give its transpose"]),
        (lambda: from_blocks(*blank(), order="rzg", layout="turned"), ["'cudnn'", "by unit"]),
        (lambda: from_blocks(*blank(), order="rzg", z="is"), ["z must be 'keeps' or 'writes'"]),
        (lambda: from_blocks(*blank(), order="rzg", reset="x"), ["reset must be 'before' or"]),
        (lambda: to_blocks(make("lstm"), order="rzg"), ["cell must be a GRU", "LSTM came"]),
        (lambda: to_blocks(make("after"), order="rzg", reset="before"), ["no weights make the two equal"]),
        (lambda: with_embedding(make("lstm"), np.zeros((3, 9))), ["a row of D = 3 numbers", "give E.T"]),
        (lambda: from_library("keras Gru", {}), ["row must be a key", "keras GRU", "'keras Gru' came"]),
        (lambda: from_library("torch", {}), ["torch.nn LSTM"]),
        (lambda: from_library("xlstm sLSTMLayer", {}), ["is no RNN, LSTM or GRU", "Cell of your own"]),
        (lambda: from_library("mlx.nn GRU", {"Wx": np.zeros((9, 2)), "b": np.zeros(9)}), ["look at Wh"]),
        (lambda: from_library("mlx.nn LSTM", to_library("mlx.nn LSTM", make("lstm")) | {"P": np.zeros(3)}),
         ["look at P; it has no place here"]),
        (lambda: to_library("flax.nnx GRUCell", make("after")), ["no place for b_hg"]),
        (lambda: to_library("mlx.nn GRU", make("lstm")), ["mlx.nn GRU is a GRU, but LSTM("]),
        (lambda: to_library("mlx.nn LSTM", [[make("lstm")] * 2]), ["one layer in one direction", "one by one"]),
        (lambda: from_library("paddle.nn GRU", torch_state() | {"0.cell.weight_ih": np.zeros((12, 3))}),
         ["one array in paddle, but they differ", "leave weight_ih_l0 out"]),
        (lambda: from_onnx({"W": np.zeros((1, 16, 3)), "R": np.zeros((1, 16, 4)), "P": np.zeros((1, 12))}),
         ["look at P", "peepholes"]),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence(call, fragments):
    with pytest.raises(ValueError) as caught:
        call()
    said = str(caught.value)
    assert all(fragment in said for fragment in fragments), said
    assert said.endswith(".") and "\n" not in said


def without(state, name):
    return {other: array for other, array in state.items() if other != name}


def two_layers():
    return to_torch([[make("after")], [make("after", 4, 4)]])


def test_a_hint_is_given_where_both_are_turned_and_only_there():
    turned = [((12, 18), (6, 18), "rzg"), ((12, 16), (4, 16), "ifgo")]
    others = [((12, 17), (6, 18), "rzg"), ((12, 12), (6, 12), "rzg"), ((12, 16), (4, 15), "ifgo")]
    for W_x, W_h, order in turned + others:
        sentence = said(lambda W_x=W_x, W_h=W_h, order=order: from_blocks(np.zeros(W_x), np.zeros(W_h), order=order))
        assert ("give their transposes" in sentence) == ((W_x, W_h, order) in turned), sentence


def test_layers_may_have_other_sizes_than_those_below():
    below, above = make("after"), make("after", 4, 5)
    back = from_torch(to_torch([[below], [above], [make("after", 5, 2)]]))
    assert [[(cell.D, cell.H) for cell in layer] for layer in back] == [[(3, 4)], [(4, 5)], [(5, 2)]]


def test_inputs_of_onnx_are_told_from_where_they_come():
    inputs = to_onnx(make("lstm"))
    same(from_onnx(inputs | {"B": None}), from_onnx({name: inputs[name] for name in "WR"}))
    named = {f"onnx::LSTM_{k}": array for k, array in enumerate(inputs.values())}
    for odd in (named, {"W": inputs["W"]}, {5: inputs["W"]}, inputs | {"initial_h": np.zeros((1, 2, 4))}):
        text = said(lambda odd=odd: from_onnx(odd))
        assert "peepholes" not in text and "give the arrays that node.input[1], [2] and [3] name" in text


@pytest.mark.parametrize("layout", [0, 1])
@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize("kind", ["tanh", "lstm", "after"])
def test_a_node_of_onnx_that_reads_backwards_or_has_examples_first(onnx, kind, direction, layout):
    cell = make(kind)
    x, states = start(cell, 5, 2, 0)
    options = {"hidden_size": 4, "direction": direction, "layout": layout}
    options |= {"linear_before_reset": 1} if kind == "after" else {}
    turned = lambda array: array.swapaxes(0, 1) if layout else array  # noqa: E731
    node = onnx.helper.make_node(type(cell).__name__, ["X", "W", "R", "B", "", *states], ["Y"], **options)
    given = to_onnx(cell) | {"X": turned(x.transpose(0, 2, 1))}
    given |= {name: turned(state.T[None]) for name, state in states.items()}
    [Y] = onnx.reference.ReferenceEvaluator(node).run(None, given)
    theirs = (Y[:, :, 0] if layout else Y[:, 0].swapaxes(0, 1)).transpose(1, 2, 0)
    way = -1 if direction == "reverse" else 1
    read = from_onnx(to_onnx(cell), linear_before_reset=int(kind == "after"))
    agree({"h": read.forward(x[::way].copy(), **states).h[::way]}, {"h": theirs}, EXACT)


def test_an_embedding_goes_before_the_cells_of_the_first_layer():
    cells = from_torch(two_layers())
    E = np.ones((7, 3))
    text = said(lambda: with_embedding(cells, E))
    assert text == "cell must be an RNN, LSTM or GRU, but list came; give the cells of the first layer, one by one."
    assert [with_embedding(cell, E).D for cell in cells[0]] == [7]


def test_an_array_is_named_with_its_layer():
    state = {f"encoder.{name}": array for name, array in two_layers().items()}
    state["encoder.weight_hh_l1"] = np.full((12, 4), np.nan)
    text = said(lambda: from_torch(state))
    assert text == "encoder.weight_hh_l1 must have only finite numbers, but nan is among them."


def test_only_what_has_all_names_is_a_layer():
    """A Dense of Keras has a kernel and a bias, too."""
    own = to_library("keras LSTM", make("lstm"))
    dense = {"kernel": np.zeros((4, 2)), "bias": np.zeros(2)}
    text = said(lambda: from_library("keras LSTM", {"Dense_0": dense, "cell": own}))
    assert text.endswith("look at Dense_0.bias, Dense_0.kernel; prefix='cell.' takes this layer alone.")
    same(from_library("keras LSTM", {"Dense_0": dense, "cell": own}, prefix="cell."), make("lstm"))
    assert said(lambda: from_library("keras LSTM", {"a": own, "b": own})).startswith("there are 2 layers, a., b.;")
    assert said(lambda: from_library("keras LSTM", {"a": dense, "b": dense})).startswith("there are 2 layers, a., b.;")


@pytest.mark.parametrize("prefix", ["rnn/cell", "rnn/cell/", "rnn.cell", "rnn.cell."])
def test_a_prefix_ends_in_a_dot_or_a_stroke(prefix):
    mark = "/" if "/" in prefix else "."
    own = to_library("mlx.nn GRU", make("after"))
    arrays = {f"rnn{mark}cell{mark}{name}": array for name, array in own.items()} | {f"rnn{mark}w": np.zeros(2)}
    same(from_library("mlx.nn GRU", arrays, prefix=prefix), make("after"))


def test_a_number_has_no_directions():
    text = said(lambda: from_onnx(to_onnx(make("lstm")) | {"B": np.float32(0)}))
    assert text.startswith("W must be of one or two directions") and text.endswith("B ().")


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("kind", ["LSTM", "GRU", "LSTMCell"])
def test_what_quantize_dynamic_packed_is_given_as_it_was(torch, kind):
    layer = getattr(torch.nn, kind)
    net = torch.ao.quantization.quantize_dynamic(torch.nn.Sequential(layer(3, 4)), {layer}, dtype=torch.qint8)
    for way in ({}, {"prefix": "0"}):
        text = said(lambda way=way: from_torch(net, **way))
        assert text.startswith("0._") and text.endswith("give the layer as it was before.")


def test_columns_that_do_not_fit_are_told_as_they_came():
    kernel, recurrent, bias = to_keras(make("lstm"))
    assert said(lambda: from_keras([recurrent, kernel, bias])) == (
        "weights must have H (RNN), 3H (GRU) or 4H (LSTM) columns everywhere, but these came: W_x (4, 16), W_h (3, 16)."
    )
    assert said(lambda: from_keras([kernel.T, recurrent.T, bias])).endswith(
        "these came: W_x (16, 3), W_h (16, 4); give their transposes."
    )


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), ()])
def test_blocks_of_several_names_have_one_shape(shape):
    own = to_library("flax.linen GRUCell", make("after"))
    text = said(lambda: from_library("flax.linen GRUCell", own | {"iz.kernel": np.zeros(shape)}))
    assert text == (
        "ir.kernel iz.kernel in.kernel must be matrices of one shape, but these came: ir.kernel (3, 4), "
        f"iz.kernel {shape}, in.kernel (3, 4)."
    )
    text = said(lambda: from_library("flax.linen GRUCell", own | {"iz.bias": np.zeros(5)}))
    assert text.startswith("ir.bias iz.bias in.bias must be rows of one shape, but these came: ir.bias (4,), ")
    columns = {name: array[:, None] if "bias" in name else array for name, array in own.items()}
    same(from_library("flax.linen GRUCell", columns), make("after"))


def test_blocks_of_unequal_sizes_that_add_up_are_not_taken():
    """They were cut anew, every block with a part of the next."""
    own = to_library("flax.linen GRUCell", make("after"))
    more, less = np.zeros((3, 5)), np.zeros((3, 3))
    assert "one shape" in said(lambda: from_library("flax.linen GRUCell", own | {"ir.kernel": more, "iz.kernel": less}))


def test_cells_that_do_not_go_together_are_not_written():
    relu, tanh = make("relu"), make("tanh")
    text = said(lambda: to_torch([[tanh, relu]]))
    assert text == "torch.nn RNN has one activation for all its cells, but relu, tanh came; write them one by one."
    assert len(to_torch([[relu, relu]])) == 8
    text = said(lambda: to_onnx([[make("lstm"), make("lstm", H=5)]]))
    assert text == "onnx LSTM has one H for all its cells, but 4, 5 came; write them one by one."


def test_where_r_is_applied_is_said_by_two_values():
    assert said(lambda: to_keras(make("after"), reset_after="no")) == (
        "reset_after must be False or True, but 'no' came."
    )
    assert said(lambda: to_onnx(make("after"), linear_before_reset=2)) == (
        "linear_before_reset must be 0 or 1, but 2 came."
    )


def test_at_half_precision_too_every_number_is_finite():
    half = np.full((2, 4), np.nan, np.float16)
    for call in (lambda: from_torch(behind("cell.", "lstm") | {"readout.weight": half}),
                 lambda: with_embedding(make("lstm", 4), half)):  # fmt: skip
        assert said(call).endswith("must have only finite numbers, but nan is among them.")


@pytest.mark.filterwarnings("ignore:.*quantize.*deprecated:UserWarning")
@pytest.mark.parametrize(
    ("way", "cure"),
    [("to_sparse", "give its to_dense()"), ("quantized", "give its dequantize()"), ("meta", "load them first")],
)
def test_tensors_that_numpy_does_not_take_are_told_what_to_do(torch, way, cure):
    state = torch.nn.LSTM(3, 4).state_dict()
    turn = {"quantized": lambda W: torch.quantize_per_tensor(W, 0.1, 0, torch.qint8), "meta": lambda W: W.to("meta"),
            "to_sparse": lambda W: W.to_sparse()}[way]  # fmt: skip
    odd = turn(state["weight_hh_l0"])
    text = said(lambda: from_torch(state | {"weight_hh_l0": odd}))
    assert "must be one array of numbers, but Tensor of torch." in text and text.endswith(f"{cure}.")
    if way != "meta":
        back = odd.to_dense() if way == "to_sparse" else odd.dequantize()
        assert from_torch(state | {"weight_hh_l0": back}).params.W_h.shape == (16, 4)


def test_eight_bits_of_a_float_are_widened(torch):
    state = {name: W.to(torch.float8_e4m3fn) for name, W in torch.nn.LSTM(3, 4).state_dict().items()}
    same(from_torch(state), from_torch({name: W.float() for name, W in state.items()}))


def test_what_is_no_array_is_told_by_its_type():
    text = said(lambda: from_keras([to_keras(make("lstm")), to_keras(make("lstm", 4))]))
    assert text == ("weights[0] must be one array of numbers, but a list of arrays or of rows of several lengths came; "
                    "give one array, of float32.")  # fmt: skip
    assert said(lambda: from_onnx({"W": np.zeros((1, 12, 3)), "R": None})) == (
        "R must hold float32 or float64, but NoneType came; give an array."
    )


@pytest.mark.parametrize("prefix", ["", "rnn.", "cell."])
def test_layers_before_a_readout_are_taken_as_the_sentence_says(prefix):
    layers = {f"{prefix}{name}": array for name, array in two_layers().items()}
    state = layers | {"readout.weight": np.zeros((2, 4)), "readout.bias": np.zeros(2)}
    assert said(lambda: from_torch(state)).endswith(f"take the layers alone, prefix={prefix!r}.")
    assert len(from_torch(state, prefix=prefix)) == 2
    text = said(lambda: from_torch(state | {"readout.weight": np.zeros(4)}))
    assert text == "readout.weight must be (K, H), but (4,) came; take the layer alone, by prefix."


@pytest.mark.parametrize("prefix", ["", "encoder."])
def test_what_lies_below_a_layer_does_not_matter_where_its_prefix_is_said(prefix):
    layer = behind(prefix, "lstm")
    below = behind(f"{prefix}chars.") | {f"{prefix}fc.weight": np.zeros((2, 4)), f"{prefix}n.weight_hh_g": np.ones(4)}
    same(from_torch(below | layer, prefix=prefix), make("lstm"))
    more = {f"{prefix}fc.weight": np.zeros((2, 4))}
    text = said(lambda: from_torch(more | layer))
    assert text.endswith(f"look at {prefix}fc.weight; prefix={prefix!r} takes the layer alone.")
    for way in ({}, {"prefix": prefix}):
        text = said(lambda way=way: from_torch(layer | more | {f"{prefix}h0": np.zeros(4)}, **way))
        assert text.startswith(f"torch.nn LSTM has no {prefix}h0; leave out what its layer does not compute with")


@pytest.mark.parametrize("prefix", ["model", "model.encoder", "model.enc", "model.fc", "model.encoder.rnn.weight_ih"])
def test_a_prefix_that_leads_to_no_layer_is_told_which_ones_do(prefix):
    state = behind("model.encoder.rnn.") | behind("model.decoder.") | {"model.fc.weight": np.zeros((2, 4))}
    text = said(lambda: from_torch(state, prefix=prefix))
    assert text.startswith("no layer begins right behind prefix='model")
    assert text.endswith("; take prefix='model.decoder.' or prefix='model.encoder.rnn.'.")


@pytest.mark.parametrize("kind", ["RNN", "RNNCell"])
def test_a_layer_of_torch_tells_its_function_itself(torch, kind):
    layer, plain = (getattr(torch.nn, kind)(3, 4, nonlinearity=name) for name in ("relu", "tanh"))
    net = torch.nn.ModuleDict({"one": layer, "two": plain, "fc": torch.nn.Linear(4, 2)})
    assert from_torch(layer).activation == "relu" and from_torch(plain).activation == "tanh"
    assert from_torch(torch.nn.Sequential(layer)).activation == "relu"
    assert from_torch(net, prefix="one").activation == "relu" and from_torch(net, prefix="two.").activation == "tanh"
    assert from_torch(layer, activation="tanh").activation == "tanh"
    assert from_torch(layer.state_dict(), activation="relu").activation == "relu"
    assert from_torch(layer.state_dict()).activation == "tanh"
    text = said(lambda: from_torch(torch.nn.LSTM))
    assert text == "arrays must come by name, such as layer.state_dict(), but type came."
    model = torch.nn.ModuleDict({"cell": torch.nn.RNN(3, 4, nonlinearity="relu"), "readout": torch.nn.Linear(4, 2)})
    assert from_torch(model).cell.activation == "relu"


def test_a_traced_layer_of_torch_is_asked_for_its_function(torch):
    rnn, lstm = torch.nn.RNN(3, 4, nonlinearity="relu"), torch.nn.LSTM(3, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing is deprecated
        traced, other = (torch.jit.trace(layer, torch.zeros(5, 2, 3)) for layer in (rnn, lstm))
    for read in (from_torch, weights_file.cells):
        text = said(lambda read=read: read(traced))
        assert text == ("the layer does not tell its function, as one that was traced does not; say activation='tanh' "
                        "or 'relu', with which it was made.")  # fmt: skip
    assert from_torch(traced, activation="relu").activation == "relu"
    assert weights_file.cells(traced, activation="relu")["_l0"].activation == "relu"
    assert type(from_torch(other)) is LSTM


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
@pytest.mark.parametrize("name", ["weight_hh_l0", "weight_ih_l0"])
@pytest.mark.parametrize(
    "way", ["weight_norm", "spectral_norm", "parametrizations.weight_norm", "parametrizations.spectral_norm", "prune"]
)
def test_parts_of_a_weight_are_put_together_first(torch, way, name):
    utils, layer = torch.nn.utils, torch.nn.GRU(3, 4, dtype=torch.float64)
    if way == "prune":
        need("torch.nn.utils.prune").random_unstructured(layer, name, amount=0.3)
        undo = utils.prune.remove
    else:
        make = utils.parametrizations if "." in way else utils
        getattr(make, way.rpartition(".")[2])(layer, name=name)
        undo = utils.parametrize.remove_parametrizations if "." in way else getattr(utils, f"remove_{way}")
    for state in (layer, {f"rnn.{key}": array for key, array in layer.state_dict().items()}):
        text = said(lambda state=state: from_torch(state))
        assert name in text and "is a part that a weight is computed from" in text
    undo(layer, name)
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    with torch.no_grad():
        theirs = layer(x)[0].numpy()
    ours = from_torch(layer).forward(x.numpy().transpose(0, 2, 1)).h.transpose(0, 2, 1)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize("prefix", ["rnn", "rnn."])
def test_the_dot_behind_a_prefix_may_be_left_out(prefix):
    cell = from_torch({f"rnn.{name}": array for name, array in torch_state().items()} | {"fc.bias": 0}, prefix=prefix)
    assert np.array_equal(cell.params.W_h, from_torch(torch_state()).params.W_h)


def test_the_wider_of_two_precisions_holds_both():
    W_x, W_h = np.ones((16, 3), np.float32), np.full((16, 4), 0.1)
    assert np.array_equal(from_blocks(W_x, W_h, order="ifgo").params.W_h, W_h)


def said(call):
    with pytest.raises(ValueError) as caught:
        call()
    return str(caught.value)


def test_what_no_vector_of_words_is_and_when_it_is_turned():
    for shape, turned in (((3,), False), ((5, 4), False), ((3, 9), True), ((3, 3, 3), False)):
        text = said(lambda shape=shape: with_embedding(make("lstm"), np.zeros(shape)))
        assert text.startswith("E must have a row of D = 3 numbers for each word, (V, 3), but ")
        assert text.endswith(f"{shape} came; give E.T." if turned else f"{shape} came.")


def test_directions_and_layers_that_have_no_place():
    one = make("lstm")
    text = said(lambda: from_onnx({"W": np.zeros((2, 16, 3)), "R": np.zeros((1, 16, 4))}))
    assert text.startswith("W must be of one or two directions") and text.endswith("W (2, 16, 3), R (1, 16, 4).")
    assert said(lambda: from_onnx({"W": np.zeros((3, 16, 3)), "R": np.zeros((3, 16, 4))})).startswith("W must be of")
    text = said(lambda: to_library("onnx LSTM", [[one], [one]]))
    assert text.startswith("onnx LSTM holds one layer, but 2 × 1 cells")
    assert "one layer in one direction, but 2 × 1 cells" in said(lambda: to_library("mlx.nn LSTM", [[one], [one]]))
    assert to_library("onnx LSTM", [[one, one]])["W"].shape == (2, 16, 3)
    stacked = to_torch([[one], [make("lstm", 4)]])
    assert [name for name in stacked if "weight_ih" in name] == ["weight_ih_l0", "weight_ih_l1"]
    text = said(lambda: from_keras([np.zeros((3, 12)), np.zeros(12), np.zeros(12)]))
    assert text.startswith("weights must be kernel (D, columns), recurrent_kernel (H, columns)")
    assert list(to_torch([[one, one]])) == [
        f"{name}_l0{end}" for end in ("", "_reverse") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    ]


def test_a_gru_of_keras_without_bias_follows_the_sentence():
    """With zeros in one row it would be read as reset_after=False, without a word."""
    cell = make("after")
    for name in ("b_r", "b_z", "b_g", "b_hg"):
        cell.params[name] = 0.0
    kernel, recurrent, _ = to_keras(cell)
    assert "(2, columns)" in said(lambda: from_keras([kernel, recurrent]))
    read, (x, states) = from_keras([kernel, recurrent, np.zeros((2, recurrent.shape[1]))]), start(cell, 4, 2, 0)
    agree({"h": read.forward(x, **states).h}, {"h": cell.forward(x, **states).h}, EXACT)


@pytest.mark.parametrize("kind", ["tanh", "lstm", "after"])
@pytest.mark.parametrize("count", [3, 4])
def test_as_many_arrays_as_keras_1_had_are_not_taken_for_its(kind, count):
    stack = [array for k in range(count) for array in to_keras(make(kind, 4 if k else 3))]
    text = said(lambda: from_keras(stack))
    assert f"but {3 * count} arrays came" in text and text.endswith("stacked layers one by one.")


@pytest.mark.parametrize("kind", ["tanh", "lstm", "after", "before"])
def test_two_directions_of_keras_may_be_two_layers_where_a_layer_reads_as_many_as_it_has_units(kind):
    one, two = make(kind, 4), make(kind, 4)
    text = said(lambda: from_keras(to_keras(one) + to_keras(two)))
    assert text == (
        "weights may be those of 2 stacked layers or the two directions of a Bidirectional, for D = H; give stacked "
        "layers one by one, weights[:3], weights[3:6], …, or say one_layer=True."
    )
    [[forward, backward]] = from_keras(to_keras([[one, two]]), one_layer=True)
    same(forward, one), same(backward, two)
    [[forward, _]] = from_keras(to_keras([[make(kind), make(kind)]]))  # D = 3: no second layer reads so few
    same(forward, make(kind))


@pytest.mark.parametrize("count", [3, 4])
def test_a_layer_of_keras_1_may_be_several_of_an_rnn_where_a_layer_reads_as_many_as_it_has_units(count):
    stack = [array for _ in range(count) for array in to_keras(make("tanh", 4))]
    assert said(lambda: from_keras(stack)).startswith(f"weights may be those of {count} stacked layers or one layer of")
    assert type(from_keras(stack, one_layer=True)) is {3: GRU, 4: LSTM}[count]


@pytest.mark.parametrize("shapes", [((2, 3, 16), (2, 4, 16), (16,)), ((16,), (3, 16), (4, 16)), ((3, 16), (), (16,))])
def test_what_is_no_kernel_is_told_with_its_shapes(shapes):
    text = said(lambda: from_keras([np.zeros(shape) for shape in shapes]))
    assert text.startswith("weights must be kernel (D, columns), recurrent_kernel (H, columns) and bias, in this order")
    assert text.endswith(f"shapes {', '.join(map(str, shapes))} came; give the weights of such a layer.")


def test_keras_gets_every_layer_or_a_sentence():
    below, above = make("lstm"), make("lstm", 4)
    cells = [[below, below], [above, above]]
    text = said(lambda: to_keras(cells))
    assert text.startswith("cell must be one layer, as a layer of Keras is, but 2 came")
    assert text.endswith("one by one, to_keras(cells[:1]) and so on.")
    [pair] = from_keras(to_keras(cells[:1]))
    same(pair[1], below)


@pytest.mark.parametrize(("wrong", "kind"), [("abc", "str"), ({"kernel": np.zeros((3, 4))}, "dict"), (5, "int")])
def test_weights_of_keras_are_a_list(wrong, kind):
    sentence = f"weights must be the list that layer.get_weights() gives, but {kind} came."
    assert said(lambda: from_keras(wrong)) == sentence


def test_a_layout_is_one_of_three_and_may_go_by_unit():
    assert said(lambda: from_blocks(*blank(), order="rzg", layout="turned")) == (
        "layout must be 'rows', 'columns' or 'cudnn' (with ' by unit' behind it or without), but 'turned' came."
    )


@pytest.mark.parametrize("rows", [(9, 9), (12, 9), (9, 12)])
def test_weights_that_do_not_fit_are_told_by_their_shapes(rows):
    W_x, W_h = np.zeros((rows[0], 3)), np.zeros((rows[1], 4))
    text = said(lambda: from_blocks(W_x, W_h, order="rzg"))
    assert text.endswith(f"but these came: W_x {W_x.shape}, W_h {W_h.shape}.")


def test_a_prefix_takes_one_layer_from_among_others():
    cell = make("after")
    own = to_library("mlx.nn GRU", cell)
    one, other = ({f"{start}{name}": array for name, array in own.items()} for start in ("a.", "b."))
    read = lambda arrays, **how: from_library("mlx.nn GRU", arrays, **how)  # noqa: E731
    same(read(one), cell)
    for more in ({"z.w": np.zeros(2)}, other):
        same(read(one | more, prefix="a."), cell)
    assert said(lambda: read(one | other)) == "there are 2 layers, a., b.; say which one is meant, prefix='a.'."
    text = said(lambda: read(one | {"z.w": np.zeros(2), "c.w": np.zeros(2)}))
    assert text.endswith("but look at c.w, z.w; prefix='a.' takes this layer alone.")
    text = said(lambda: read(one | {"a.w": np.zeros(2), "z.w": np.zeros(2)}))
    assert text.endswith("but look at z.w, w; it has no place here.")
    assert said(lambda: read({})) == "mlx.nn GRU has Wx, Wh, b, bhn; look at Wx, Wh, of which there is none."
    seven = {name: np.zeros(2) for name in "gfedcba"}
    assert said(lambda: read(seven)).endswith("of which there is none; the names here are a, b, c, d, e, f.")
    assert said(lambda: from_torch(seven)).endswith("no such name is here; look at g, f, e, d, c, b.")


def test_both_directions_of_paddle_by_the_names_that_compute():
    pair = [make("after"), make("after", seed=1)]
    arrays = {}
    for end, cell in zip(("fw", "bw"), pair, strict=True):
        own = to_library("paddle.nn GRU", cell)
        arrays |= {f"0.cell_{end}.{name.removesuffix('_l0')}": array for name, array in own.items()}
    for written in (arrays, arrays | to_library("paddle.nn GRU", [pair])):
        [read] = from_library("paddle.nn GRU", written)
        for one, other in zip(read, pair, strict=True):
            same(one, other)


@pytest.mark.parametrize("shape", [(3, 12), (23,), (2, 2, 6), (1, 24), (12, 2)])
def test_two_biases_in_one_are_two_rows_or_one_after_the_other(shape):
    cell = make("after")
    arrays = to_library("keras GRU", cell)
    same(from_library("keras GRU", arrays | {"bias": arrays["bias"].ravel()}), cell)
    text = said(lambda: from_library("keras GRU", arrays | {"bias": np.zeros(shape)}))
    assert text == f"bias must hold two biases, of the inputs and of h, but {shape} came."


def test_an_array_alone_and_arrays_that_are_left_out():
    flat = {"kernel": np.zeros(3), "recurrent_kernel": np.zeros((4, 4))}
    assert said(lambda: from_library("keras SimpleRNN", flat)).startswith("W_x must be (inputs, columns)")
    cell = make("after")
    cell.params.b_r = cell.params.b_z = cell.params.b_g = cell.params.b_hg = 0.0
    own = to_library("flax.linen GRUCell", cell)
    read = from_library("flax.linen GRUCell", {name: array for name, array in own.items() if "bias" not in name})
    for name, W in cell.params.items():
        np.testing.assert_array_equal(read.params[name], W)


@pytest.mark.parametrize("kind", ["tanh", "lstm", "after"])
def test_a_cell_of_one_unit_goes_there_and_back(kind):
    cell = make(kind, 2, 1)
    for read, write in ((from_torch, to_torch), (from_keras, to_keras)):
        same(read(write(cell)), cell)
    same(from_onnx(to_onnx(cell), linear_before_reset=int(kind == "after")), cell)


def test_the_first_number_that_is_none_is_named():
    W = np.ones((12, 3))
    W[4, 1], W[5, 2] = np.inf, np.nan
    assert said(lambda: from_blocks(W, blank()[1], order="rzg")) == (
        "W_x must have only finite numbers, but inf is among them."
    )


@pytest.mark.parametrize(
    ("layout", "shape", "form", "blocks"),
    [
        ("rows", (13, 3), "(rows, inputs)", "rows"),
        ("columns", (3, 13), "(inputs, columns)", "columns"),
        ("cudnn by unit", (3, 13), "(inputs, columns)", "columns"),
    ],
)
def test_what_does_not_fall_into_blocks_is_told_its_layout(layout, shape, form, blocks):
    assert said(lambda: from_blocks(np.zeros(shape), np.zeros(shape), order="rzg", layout=layout)) == (
        f"W_x must be {form} with 3 blocks of H {blocks} in the layout {layout!r}, but {shape} came; give its "
        "transpose, or another layout."
    )
    flat = np.zeros(12)
    assert said(lambda: from_blocks(flat, flat, order="rzg", layout=layout)).startswith(f"W_x must be {form}")


def test_what_was_saved_holds_no_code():
    file = io.BytesIO()
    np.savez(file, **to_torch(make("lstm")))
    file.seek(0)
    same(from_torch(dict(np.load(file, allow_pickle=False).items())), make("lstm"))
