"""Files of weights from elsewhere: what is in them, and the cells that they hold.

Two kinds are read, both without the library that wrote them: ``.npz`` (NumPy) and ``.safetensors``. Of any other kind a
sentence says how to make one of these.
"""

import json
import re
from pathlib import Path

import numpy as np

from .. import doors
from ..in_words import answering
from .conventions import _flat, _nonlinearity, _whole_weight, from_torch
from .table import Table

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1",
          "U16": "<u2", "U32": "<u4", "U64": "<u8", "BOOL": "?"}  # fmt: skip
# What to do with a file of another kind, where the library that wrote it is at hand.
REMEDY = {
    ".pt": "in PyTorch: state = torch.load(path, map_location='cpu', weights_only=True), of a checkpoint the part that "
    "holds the weights, then "
    "np.savez('weights.npz', **{name: W.detach().double().numpy() for name, W in state.items()})",
    ".h5": "in Keras: np.savez('weights.npz', *layer.get_weights()), "
    "then from_keras(list(weights_file.read('weights.npz').values()))",
    ".onnx": "in onnx: graph = onnx.load(path).graph, arrays = {t.name: onnx.numpy_helper.to_array(t) for t in "
    "graph.initializer}, of its layer's node np.savez('weights.npz', W=arrays[node.input[1]], R=arrays[node.input[2]], "
    "B=arrays[node.input[3]]), then from_onnx(weights_file.read('weights.npz'))",
}
REMEDY |= {".pth": REMEDY[".pt"], ".bin": REMEDY[".pt"], ".ckpt": REMEDY[".pt"], ".keras": REMEDY[".h5"]}
REMEDY[".hdf5"] = REMEDY[".h5"]
PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")  # the last is refused, by from_torch
NAME = re.compile(rf"(?P<prefix>.*?)(?P<part>{'|'.join(PARTS)})(?P<layer>(_l\d+)?(_reverse)?)")
HEAD = ({"en": "name", "ko": "이름"}, {"en": "shape", "ko": "모양"}, {"en": "dtype", "ko": "dtype"})


def read(path):
    """The arrays of a file by their names.

    Parameters
    ----------
    path : str or Path
        A ``.npz`` or ``.safetensors`` file.

    Returns
    -------
    Arrays
        A dict that shows itself as a table of names, shapes and dtypes.

    Raises
    ------
    ValueError
        The file is of another kind, is damaged, or holds no arrays; the sentence says what to do.
    """
    path = Path(doors.path(path))
    if path.suffix not in (".npz", ".safetensors"):
        how = REMEDY.get(path.suffix, "save it as one of these where it was made")
        raise ValueError(f"path must be a .npz or .safetensors file, but {path.name} came; {how}.")
    if not path.is_file():
        raise ValueError(f"path must be a file, but there is none at {path}.")
    return (_npz if path.suffix == ".npz" else _safetensors)(path)


class Arrays(dict):
    """Arrays by their names, shown as a table."""

    def table(self):
        """Names, shapes and dtypes, as a `Table`."""
        return Table([(name, str(array.shape), str(array.dtype)) for name, array in self.items()], HEAD, left=3)

    def __repr__(self):
        return repr(self.table())

    def _repr_html_(self):
        return self.table()._repr_html_()


def _npz(path):
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = Arrays({name: file[name] for name in file.files})
    except Exception:  # a file can be damaged in many ways
        raise ValueError(
            f"{path.name} must be an archive of plain arrays, but it cannot be read; save it anew with np.savez."
        ) from None
    return _some(arrays, path)


def _safetensors(path):
    """Eight bytes say how long the head is; the head, JSON, where in the rest each array lies."""
    content = path.read_bytes()
    try:
        head_ends = 8 + int.from_bytes(content[:8], "little")
        if head_ends > len(content):
            raise ValueError("it ends inside its head")
        head = json.loads(content[8:head_ends])
        head.pop("__metadata__", None)
        arrays = Arrays({name: _tensor(content[head_ends:], **entry) for name, entry in head.items()})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} must be a safetensors file, but it cannot be read ({error}).") from None
    return _some(arrays, path)


def _some(arrays, path):
    if not arrays:
        raise ValueError(f"{path.name} must hold arrays, but there are none in it; save it anew where it was made.")
    return arrays


def _tensor(content, dtype, shape, data_offsets):
    begin, end = data_offsets
    if dtype == "BF16":  # the upper half of a float32
        halves = np.frombuffer(content[begin:end], "<u2").astype("<u4") << 16
        return halves.view("<f4").reshape(shape)
    if dtype not in DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(DTYPES)}, but {dtype} came")
    return np.frombuffer(content[begin:end], DTYPES[dtype]).reshape(shape)


def _other(arrays):
    """What to do with the arrays of another library: the whole call where they are those of one Keras layer."""
    names = list(arrays)
    if len(names) == 3 and [np.ndim(arrays[name]) for name in names[:2]] == [2, 2]:
        given = ", ".join(f"arrays[{name!r}]" for name in names)
        return f"For a layer of Keras: from seqlib.study.conventions import from_keras, then from_keras([{given}])."
    return "For another library's order seqlib.study.conventions has from_keras and from_onnx."


def cells(arrays, *, activation=None):
    """The cells among arrays that are named as PyTorch names them, each read by `from_torch`.

    Parameters
    ----------
    arrays : dict of ndarray
        A state dict: ``lstm.weight_ih_l0``, ``decoder.rnn.weight_hh``, …
    activation : {"tanh", "relu"}, optional
        As for `from_torch`.

    Returns
    -------
    dict of str to Cell
        By what stands around ``weight_ih``: ``"lstm_l0"``, ``"lstm_l1_reverse"``; RNN, LSTM or GRU.

    Raises
    ------
    ValueError
        There is no cell with such names; the sentence says which names there are.
    """
    found, functions, module = {}, {}, arrays
    arrays = _flat(arrays.state_dict() if hasattr(arrays, "state_dict") else arrays)
    for name, array in arrays.items():
        _whole_weight(name)
        if match := NAME.fullmatch(name):
            key = match["prefix"].rstrip(".") + match["layer"] or "cell"
            found.setdefault(key, {})[match["part"] + "_l0"] = array
            functions[key] = activation or _nonlinearity(module, match["prefix"])
    if not found:
        listed = ", ".join(list(arrays)[:6]) or "none"
        raise ValueError(
            f"arrays must have names such as lstm.weight_ih_l0 (as in PyTorch), but these came: {listed}. "
            f"{_other(arrays)}"
        )
    return {key: from_torch(state, activation=functions[key]) for key, state in found.items()}


answering(globals())
