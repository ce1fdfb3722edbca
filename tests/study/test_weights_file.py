"""Files of weights from elsewhere are read without their libraries, and others get one sentence."""

import json
import re

import numpy as np
import pytest

from seqlib import GRU, LSTM
from seqlib.study import conventions, weights_file
from tests.conftest import need

RNG = np.random.default_rng(5)
CELL = LSTM(3, 4, rng=RNG)


def safetensors(arrays, kind="F64"):
    head, content = {"__metadata__": {"format": "pt"}}, b""
    for name, array in arrays.items():
        ends = [len(content), len(content) + array.nbytes]
        head[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": ends}
        content += array.tobytes()
    text = json.dumps(head).encode()
    return len(text).to_bytes(8, "little") + text + content


@pytest.fixture(params=["npz", "safetensors"])
def file(request, tmp_path):
    arrays = {f"encoder.{name}": array for name, array in conventions.to_torch(CELL).items()}
    path = tmp_path / f"weights.{request.param}"
    if request.param == "npz":
        np.savez(path, **arrays)
    else:
        path.write_bytes(safetensors(arrays))
    return path


def test_a_file_becomes_the_cell_that_was_saved(file):
    [(name, cell)] = weights_file.cells(weights_file.read(file)).items()
    x = RNG.normal(size=(5, 3, 2))
    assert name == "encoder_l0"
    np.testing.assert_allclose(cell.forward(x).h, CELL.forward(x).h, atol=1e-15)


def test_its_arrays_are_shown_as_a_table(file):
    arrays = weights_file.read(file)
    assert "encoder.weight_ih_l0" in repr(arrays) and "(16, 3)" in arrays._repr_html_()


def test_layers_directions_and_cells_of_one_step_are_found():
    gru = {k: v for k, v in conventions.to_torch(GRU(2, 3, reset="after", rng=RNG)).items()}
    arrays = {f"rnn.{k.replace('l0', layer)}": v for layer in ("l0", "l0_reverse", "l1") for k, v in gru.items()}
    arrays |= {f"cell.{k.removesuffix('_l0')}": v for k, v in gru.items()} | {"head.weight": np.zeros((2, 3))}
    assert list(weights_file.cells(arrays)) == ["rnn_l0", "rnn_l0_reverse", "rnn_l1", "cell"]


def test_a_bfloat16_is_the_upper_half_of_a_float32(tmp_path):
    values = np.array([1.5, -2.0, 0.15625], np.float32)
    halves = (values.view("<u4") >> 16).astype("<u2")
    (tmp_path / "a.safetensors").write_bytes(safetensors({"w": halves}, "BF16"))
    np.testing.assert_array_equal(weights_file.read(tmp_path / "a.safetensors")["w"], values)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("model.pt", b"", r"a \.npz or \.safetensors file, but model\.pt came; in PyTorch: state = torch\.load"),
        ("model.keras", b"", r"model\.keras came; in Keras: np\.savez"),
        ("model.onnx", b"", r"model\.onnx came; in onnx: graph"),
        ("model.xyz", b"", r"model\.xyz came; save it as one of these where it was made"),
        ("a.npz", b"PK", r"a\.npz must be an archive of plain arrays"),
        ("a.safetensors", b"\xff" * 20, r"a\.safetensors must be a safetensors file, but it cannot be read"),
        ("a.safetensors", (10**9).to_bytes(8, "little") + b"{}", r"it cannot be read \(it ends inside its head\)"),
        ("a.safetensors", safetensors({}), r"a\.safetensors must hold arrays, but there are none in it"),
        ("a.safetensors", safetensors({"w": np.zeros(3)}, "F8"), r"dtype must be one of F64, .*, but F8 came"),
    ],
)
def test_other_files_get_one_sentence(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=sentence):
        weights_file.read(tmp_path / name)


def test_a_file_that_is_not_there_and_arrays_without_a_cell(tmp_path):
    with pytest.raises(ValueError, match="there is none at"):
        weights_file.read(tmp_path / "a.npz")
    with pytest.raises(ValueError, match=r"names such as lstm\.weight_ih_l0 .* these came: kernel\."):
        weights_file.cells({"kernel": np.zeros((3, 4))})


def test_an_archive_of_python_objects_is_not_read(tmp_path):
    np.savez(tmp_path / "a.npz", w=np.array([{}], object))
    with pytest.raises(ValueError, match="must be an archive of plain arrays"):
        weights_file.read(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        ({"k": (3, 4), "r": (1, 4), "b": (4,)}, "these came: k, r, b. For a layer of Keras: from "
         "seqlib.study.conventions import from_keras, then from_keras([arrays['k'], arrays['r'], arrays['b']])."),
        ({"k": (3, 4), "r": (4,), "b": (1, 4)}, "these came: k, r, b. For another library's order"),
        ({"k": (3, 4), "r": (1, 4)}, "these came: k, r. For another library's order"),
        (dict.fromkeys("abcdefg", (2, 2)), "these came: a, b, c, d, e, f. For another library's order"),
        ({}, "these came: none. For another library's order"),
    ],
)  # fmt: skip
def test_what_is_no_cell_of_torch_is_told_how_it_may_be_read(shapes, sentence):
    with pytest.raises(ValueError) as caught:
        weights_file.cells({name: np.zeros(shape) for name, shape in shapes.items()})
    assert sentence in str(caught.value)


def test_cells_refuses_what_from_torch_refuses_and_finds_what_it_finds():
    state = conventions.to_torch(CELL)
    for more, sentence in (({"weight_hr_l0": np.zeros((2, 4))}, "weight_hr_l0 is a projection"),
                           ({"weight_hh_l0_v": np.zeros(4)}, "weight_hh_l0_v is a part that a weight is")):  # fmt: skip
        with pytest.raises(ValueError, match=sentence):
            weights_file.cells(state | more)
    assert list(weights_file.cells({"epoch": 3, "model": {"rnn": state}})) == ["model.rnn_l0"]
    torch = need("torch")
    net = torch.nn.ModuleDict({"one": torch.nn.RNN(3, 4, 2, nonlinearity="relu"), "two": torch.nn.RNN(3, 4)})
    found = weights_file.cells(net)
    assert {name: cell.activation for name, cell in found.items()} == {
        "one_l0": "relu", "one_l1": "relu", "two_l0": "tanh"}  # fmt: skip
    assert weights_file.cells(net, activation="relu")["two_l0"].activation == "relu"


def remedy(path, **names):
    """Runs the commands of the sentence that a file of this kind gets, one after the other."""
    with pytest.raises(ValueError) as caught:
        weights_file.read(path)
    commands = {
        ".pt": r"(state = torch\.load\(.*?\)), of .* (np\.savez\(.*\))\.$",
        ".h5": r"(np\.savez\(.*\)), then (from_keras\(.*\))\.$",
        ".onnx": r"(graph = .*?), (arrays = .*?), of its layer's node (np\.savez\(.*\)), then (from_onnx\(.*\))\.$",
    }
    names |= vars(conventions) | {"path": path, "weights_file": weights_file}
    *first, last = re.search(commands[path.suffix], str(caught.value)).groups()
    for command in first:
        exec(command, names)
    return eval(last, names), names


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32", "float64"])
def test_what_is_said_about_a_file_of_torch_works(tmp_path, monkeypatch, dtype):
    torch, _ = need("torch"), monkeypatch.chdir(tmp_path)
    layer = torch.nn.LSTM(3, 4).to(getattr(torch, dtype))
    torch.save(dict(layer.named_parameters()), tmp_path / "model.pt")
    remedy(tmp_path / "model.pt", torch=torch)
    cell = weights_file.cells(weights_file.read("weights.npz"))["_l0"]
    np.testing.assert_array_equal(cell.params.W_xi, layer.weight_ih_l0.detach().double()[:4].numpy())


@pytest.mark.parametrize("cells", [CELL, [[CELL, CELL]]])
def test_what_is_said_about_a_file_of_keras_works(tmp_path, monkeypatch, cells):
    monkeypatch.chdir(tmp_path)

    class Layer:
        def get_weights(self):
            return conventions.to_keras(cells)

    read, _ = remedy(tmp_path / "model.h5", layer=Layer())
    assert repr(read) == repr(cells)


def test_what_is_said_about_a_file_of_onnx_works(tmp_path, monkeypatch):
    onnx, _ = need("onnx"), monkeypatch.chdir(tmp_path)
    node = onnx.helper.make_node("LSTM", ["X", *(f"onnx::LSTM_{k}" for k in range(3))], ["Y"], hidden_size=4)
    arrays = [onnx.numpy_helper.from_array(array, name) for name, array in
              zip(node.input[1:], conventions.to_onnx(CELL).values(), strict=True)]  # fmt: skip
    values = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.DOUBLE, None) for name in "XY"]
    graph = onnx.helper.make_graph([node], "one", values[:1], values[1:], arrays)
    onnx.save(onnx.helper.make_model(graph), str(tmp_path / "model.onnx"))
    read, _ = remedy(tmp_path / "model.onnx", onnx=onnx, node=node)
    np.testing.assert_array_equal(read.params.W_x, CELL.params.W_x)


def test_a_mask_beside_the_weights_is_read_too(tmp_path):
    mask = np.array([True, False])
    (tmp_path / "a.safetensors").write_bytes(safetensors({"mask": mask}, "BOOL"))
    np.testing.assert_array_equal(weights_file.read(tmp_path / "a.safetensors")["mask"], mask)


def test_names_shapes_and_dtypes_are_texts_and_stand_on_the_left():
    table = weights_file.Arrays(w=np.zeros((2, 3)), b=np.zeros(1, "i8")).table()
    assert tuple(table) == (("w", "(2, 3)", "float64"), ("b", "(1,)", "int64")) and table.left == 3
