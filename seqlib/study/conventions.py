"""The same cell in other libraries: weights to and from PyTorch, Keras, ONNX and a dozen others, as plain NumPy arrays.

All of them have the same blocks. What differs is said in a few words, and none of it is a matter of right and wrong:

- the *order* of the blocks, ``"ifgo"`` in PyTorch, ``"iofg"`` in ONNX;
- whether z *keeps* h_{t-1} or *writes* the candidate. One is 1 - z of the other, and 1 - σ(a) = σ(-a): negating W_xz,
  W_hz and b_z turns one into the other, exactly;
- whether r comes *before* or *after* the product with W_hg. That is another function, W_hg (r ⊙ h) against
  r ⊙ (W_hg h), and no choice of weights turns one into the other (unless W_hg is diagonal). ``GRU(reset=...)`` runs
  both;
- one bias or two, and what is added to the forget gate outside the weights;
- how the arrays lie in memory, and what they are called.

`from_blocks` takes all this as arguments, `to_blocks` is the way back. `seqlib.study.libraries.CONVENTIONS` has one
row for each cell of each library, shown in docs/conventions.md, and `from_library` and `to_library` read and write by
such a row. No library is imported here.
"""

import re

import numpy as np

from ..doors import plain, real, shown
from ..in_words import answering
from ..nn.functions import ACTIVATIONS, known
from ..nn.gru import GRU
from ..nn.lstm import LSTM
from ..nn.model import SequenceModel
from ..nn.readout import Readout
from ..nn.rnn import RNN
from .libraries import CONVENTIONS

KINDS = {"h": RNN, "fgio": LSTM, "grz": GRU}
LAYOUTS = ("rows", "columns", "cudnn")


# ---------- the door


def from_blocks(
    W_x, W_h, b_x=None, b_h=None, *, order, z="keeps", reset="before", forget_bias=0.0, layout="rows",
    activation="tanh", gates="sigmoid",
):  # fmt: skip
    """The cell with these weights, whoever made them.

    Parameters
    ----------
    W_x, W_h : array, (G·H, D) and (G·H, H)
        The G blocks one below the other, in another layout as below. float16 becomes float32.
    b_x, b_h : array, (G·H,), optional
        The biases beside W_x and W_h, zeros where left out. Where r comes after the product, r multiplies the
        candidate's part of `b_h`, which may then be given alone, (H,); elsewhere the two are only added.
    order : str
        The blocks, a letter each: i f g o make an LSTM (g is the candidate; c will do), r z g a GRU (n will do), h an
        RNN.
    z : {"keeps", "writes"}
        What the update gate of a GRU does where it is 1: h_t = h_{t-1}, or h_t = the candidate.
    reset : {"before", "after"}
        Where a GRU applies r: before or after the product with W_hg. The weights do not tell.
    forget_bias : float
        What the library adds to the forget gate outside the weights; it becomes a part of b_f.
    layout : str
        ``"rows"``: as above. ``"columns"``: turned, (D, G·H) and (H, G·H). ``"cudnn"``: the shapes of "columns", but
        the numbers of each block lie in memory as (H, D), as in the CuDNNLSTM and CuDNNGRU of old Keras. With
        `` by unit`` behind it: not block after block but unit after unit, G rows or columns each.
    activation : {"tanh", "relu"}
        Of an RNN, or of a GRU's candidate.
    gates : {"sigmoid", "hard_sigmoid_0.2", "hard_sigmoid_1/6"}

    Returns
    -------
    RNN, LSTM or GRU

    Raises
    ------
    ValueError
        The arrays do not fit together, or no cell here computes this.
    """
    letters, G = _letters(order), len(order)
    forget_bias = _forget_bias(letters, forget_bias)
    _one_of("z", z, ("keeps", "writes"))
    _one_of("reset", reset, ("before", "after"))
    W_x, W_h = (_upright(_numbers(W, name), layout, G, name) for W, name in ((W_x, "W_x"), (W_h, "W_h")))
    widest = np.result_type(W_x, W_h)
    W_x, W_h, (rows, H) = W_x.astype(widest), W_h.astype(widest), W_h.shape
    cell = _empty(letters, W_x, W_h, layout, reset, activation, gates)
    b_x, b_h = (_bias(b, name, letters, H, layout, W_x) for b, name in ((b_x, "b_x"), (b_h, "b_h")))
    if b_x.shape != (rows,) or b_h.shape != (rows,):
        raise _misfit(layout, W_x, W_h, b_x, b_h)
    for k, gate in enumerate(letters):
        part, sign = slice(k * H, (k + 1) * H), -1 if gate == "z" and z == "keeps" else 1
        inside = gate == "g" and "b_hg" in cell.params  # r multiplies this bias: it stays by itself
        bias = b_x[part] + (0 if inside else b_h[part]) + (forget_bias if gate == "f" else 0)
        for name, array in (("W_x", W_x[part]), ("W_h", W_h[part]), ("b_", bias[:, None])):
            cell.params[name + gate] = sign * array
        if inside:
            cell.params.b_hg = b_h[part][:, None]
    return cell


def to_blocks(cell, *, order, z="keeps", reset=None, forget_bias=0.0, layout="rows"):
    """The weights of a cell, laid out as a library wants them: what `from_blocks` takes.

    Parameters
    ----------
    cell : RNN, LSTM or GRU
    order, z, reset, forget_bias, layout
        As for `from_blocks`; `reset` is the cell's own where left out.

    Returns
    -------
    W_x, W_h, b_x, b_h : ndarray
        `b_h` is zero but for what r multiplies.

    Raises
    ------
    ValueError
        The cell is no such function.
    """
    letters, G, kind = _letters(order), len(order), type(cell)
    forget_bias = _forget_bias(letters, forget_bias)
    if KINDS["".join(sorted(letters))] is not kind:
        raise ValueError(
            f"cell must be {_a(KINDS[''.join(sorted(letters))])} to go into blocks {order!r}, but {kind.__name__} came."
            if kind in KINDS.values() else f"cell must be an RNN, LSTM or GRU, but {kind.__name__} came."
        )  # fmt: skip
    _one_of("z", z, ("keeps", "writes"))
    cell = _with_reset(cell, reset or getattr(cell, "reset", None), f"what takes reset={reset!r}")
    p, flipped = cell.params, "z" if z == "keeps" else ""
    W_x, W_h, b_x = (
        np.concatenate([-p[name + gate] if gate == flipped else p[name + gate] for gate in letters])
        for name in ("W_x", "W_h", "b_")
    )
    b_x, b_h = b_x[:, 0], np.zeros_like(b_x[:, 0])
    for gate, bias, value in (("f", b_x, -forget_bias), ("g", b_h, p.b_hg[:, 0] if "b_hg" in p else 0)):
        if gate in letters:
            bias[letters.index(gate) * cell.H :][: cell.H] += value
    return *(_laid(W, layout, G) for W in (W_x, W_h)), *(_laid_bias(b, layout, G) for b in (b_x, b_h))


def with_embedding(cell, E):
    """The cell that reads words (one-hot columns) in place of their vectors: E is folded into W_x.

    Parameters
    ----------
    cell : RNN, LSTM or GRU
    E : array, (V, D)
        The vector of each of the V words, as in ``nn.Embedding(V, D).weight``.

    Returns
    -------
    RNN, LSTM or GRU
        A copy with V inputs, whose W_x is W_x Eᵀ.
    """
    if type(cell) not in KINDS.values():
        raise ValueError(f"cell must be an RNN, LSTM or GRU, but {type(cell).__name__} came; give the cells of the "
                         "first layer, one by one.")  # fmt: skip
    E = _numbers(E, "E")
    if E.ndim != 2 or E.shape[1] != cell.D:
        raise ValueError(
            f"E must have a row of D = {cell.D} numbers for each word, (V, {cell.D}), but {E.shape} came"
            + ("; give E.T." if E.ndim == 2 and len(E) == cell.D else ".")
        )
    arrays = dict(cell.params.items()) | {"W_xh" if type(cell) is RNN else "W_x": None}
    name = next(name for name, array in arrays.items() if array is None)
    arrays[name] = (cell.params[name] @ E.T).astype(cell.params[name].dtype)
    return _filled(_settings(cell), len(E), arrays)


# ---------- by a row of the table


def from_library(row, arrays, *, prefix=None, activation=None, gates=None):
    """The cell, or the cells, with the weights of a library's layer.

    Parameters
    ----------
    row : str
        Which layer, as in ``"flax.linen GRUCell"``: a key of `CONVENTIONS`; docs/conventions.md has them all.
    arrays : dict of str to array
        Its weights by the library's names. Dicts in dicts will do, and so will a prefix that all names share.
    prefix : str, optional
        Takes the layer with this prefix, and nothing else, from among others.
    activation, gates : str, optional
        As for `from_blocks`, where the layer was made with other functions than the library's own; weights do not tell.

    Returns
    -------
    RNN, LSTM or GRU; or list of lists of them
        With several layers or directions ``cells[layer][direction]``, the second direction being the one that reads
        from the end.

    Raises
    ------
    ValueError
        A name is missing or has no place, the arrays do not fit together, or no cell here computes this.
    """
    row = _row(row)
    if row.kind not in ("RNN", "LSTM", "GRU"):
        raise ValueError(f"{row.name} is no RNN, LSTM or GRU, and no choice of weights makes it one: its input gate is "
                         "e^a, and a second memory divides; run it in its own library, or write it as a Cell "
                         "of your own.")  # fmt: skip
    options = {"activation": row.activation if activation is None else activation,
               "gates": row.gates if gates is None else gates}  # fmt: skip
    _check_functions(row, options)
    arrays = _flat(arrays)
    prefix = _whole_prefix(arrays, prefix)
    if row.layered:
        return _one_or_all(_read_layers(row, arrays, prefix, options))
    names = [name for role in row.names.values() for name in role.split() if name != "-"]
    needed = [name for role, several in row.names.items() if role[0] == "W" for name in several.split()]
    given = _without_prefix(arrays, prefix, names, needed, row.name)
    if not row.axis:
        return _read(row, given, options)
    directions = {(*_numbers(array, name).shape, 0)[0] for name, array in given.items()}
    if directions not in ({1}, {2}):
        shapes = ", ".join(f"{name} {np.shape(array)}" for name, array in given.items())
        raise ValueError(f"{needed[0]} must be of one or two directions, along the first axis of every array, "
                         f"but these "
                         f"came: {shapes}.")  # fmt: skip
    parts = ({name: array[d] for name, array in given.items()} for d in range(*directions))
    return _one_or_all([[_read(row, part, options) for part in parts]])


def to_library(row, cells):
    """The weights of a library's layer, by its names: what `from_library` takes.

    Parameters
    ----------
    row : str
        Which layer: a key of `CONVENTIONS`.
    cells : RNN, LSTM or GRU; or list of lists of them
        ``cells[layer][direction]``, as `from_library` returns them.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ValueError
        The layer computes another function, or has no place for something.
    """
    row = _row(row)
    layers = _in_layers(cells)
    if not row.layered and (len(layers) > 1 or (len(layers[0]) > 1 and not row.axis)):
        raise ValueError(f"{row.name} holds one layer{'' if row.axis else ' in one direction'}, but "
                         f"{len(layers)} × {len(layers[0])} cells came; write them one by one.")  # fmt: skip
    for name in ["H"] * row.axis + ["activation"] * row.layered:
        if len(has := {str(getattr(cell, name, None)) for layer in layers for cell in layer}) > 1:
            raise ValueError(f"{row.name} has one {name} for all its cells, but {', '.join(sorted(has))} came; write "
                             "them one by one.")  # fmt: skip
    if row.layered:
        return {
            f"{name}_l{k}{'_reverse' * d}": array
            for k, layer in enumerate(layers) for d, cell in enumerate(layer)
            for name, array in _write(row, cell).items()
        }  # fmt: skip
    written = [_write(row, cell) for cell in layers[0]]
    return {name: np.stack([part[name] for part in written]) for name in written[0]} if row.axis else written[0]


# ---------- PyTorch, Keras and ONNX, as they hand out their weights


def to_torch(model):
    """The weights for ``load_state_dict`` of ``nn.RNN``, ``nn.LSTM`` or ``nn.GRU``.

    Parameters
    ----------
    model : RNN, LSTM, GRU or SequenceModel; or list of lists of cells
        An RNN with ReLU is ``nn.RNN(..., nonlinearity="relu")`` there. ``cells[layer][direction]`` go into one layer
        with ``num_layers`` and ``bidirectional``.

    Returns
    -------
    dict of str to ndarray
        ``weight_ih_l0`` (rows, D), ``weight_hh_l0`` (rows, H), ``bias_ih_l0`` and ``bias_hh_l0`` (rows,). Of a model:
        the same with ``cell.`` in front, and ``readout.weight``, ``readout.bias``, as in
        ``nn.ModuleDict({"cell": nn.GRU(D, H), "readout": nn.Linear(H, K)})``.

    Raises
    ------
    ValueError
        PyTorch has no such cell: a GRU with r before the product, other functions than tanh and σ.
    """
    if isinstance(model, SequenceModel):
        named = {f"cell.{name}": array for name, array in to_torch(model.cell).items()}
        readout = model.readout.params
        return named | {"readout.weight": readout.W_hy.copy(), "readout.bias": readout.b_y[:, 0].copy()}
    return to_library(f"torch.nn {_kind(_in_layers(model)[0][0])}", model)


def from_torch(state, *, prefix=None, activation=None, shape="many-to-many", loss="cross_entropy"):
    """The cell (the cells; or, where there is a readout, the model) with the weights of a state dict of PyTorch.

    Parameters
    ----------
    state : dict or Record of arrays
        ``layer.state_dict()`` itself, or the same as NumPy arrays, of ``nn.RNN``, ``nn.LSTM``, ``nn.GRU`` or of a
        single ``nn.RNNCell``, ``nn.LSTMCell``, ``nn.GRUCell``. The rows say which cell it is: H, 4H or 3H. A layer
        without bias has no biases in it. A prefix that all names share, ``encoder.rnn.``, does not matter.
    prefix : str, optional
        Takes the layer with this prefix, and nothing else, out of a larger network: ``""`` one at the top.
    activation : {"tanh", "relu"}, optional
        Of an RNN. The layer itself tells, a state dict does not: tanh where nothing is said.
    shape, loss
        Of a model, as for `SequenceModel`.

    Returns
    -------
    RNN, LSTM, GRU (``reset="after"``) or SequenceModel; or list of lists
        With several layers or directions ``cells[layer][direction]``.

    Raises
    ------
    ValueError
        There is something else beside the layer, or the arrays do not fit together.
    """
    if hasattr(state, "state_dict") and not isinstance(state, type):  # the layer itself
        activation = activation or _nonlinearity(state, prefix)
        state = state.state_dict()
    state = _flat(state)
    if "readout.weight" in state and prefix is None:
        W_hy = _numbers(state.pop("readout.weight"), "readout.weight")
        if W_hy.ndim != 2:
            raise ValueError(f"readout.weight must be (K, H), but {W_hy.shape} came; take the layer alone, by prefix.")
        b_y = _numbers(state.pop("readout.bias", np.zeros(len(W_hy), W_hy.dtype)), "readout.bias")
        cell = from_torch(state, activation=activation)
        if isinstance(cell, list):
            start = next(match[1] for match in map(_LAYER.match, state) if match)
            raise ValueError("state has a readout behind several layers or directions, which SequenceModel does not "
                             f"run; take the layers alone, prefix={start!r}.")  # fmt: skip
        readout = Readout(W_hy.shape[1], len(W_hy), rng=np.random.default_rng(0), dtype=W_hy.dtype)
        readout.params.W_hy, readout.params.b_y = W_hy, np.reshape(b_y, (-1, 1))
        return SequenceModel(cell, readout, shape, loss)
    whole = _whole_prefix(state, prefix)
    for name in state:  # before the kind is asked for, which parts do not tell
        _whole_weight(name, whole)
    kind = _kind_of_torch(state, whole)
    return from_library(f"torch.nn {kind}", state, prefix=prefix, activation=activation)


def _nonlinearity(module, prefix):
    """That of the RNN at this prefix, or of all; None where there is no RNN, or where they differ."""
    found = set()
    for name, part in module.named_modules() if hasattr(module, "named_modules") else ():
        rows = getattr(getattr(part, "weight_hh_l0", getattr(part, "weight_hh", None)), "shape", ())
        if len(rows) == 2 and rows[0] == rows[1] and (prefix is None or name == prefix.removesuffix(".")):
            found.add(getattr(part, "nonlinearity", None))
    if None in found:  # what torch.jit.trace makes
        raise ValueError("the layer does not tell its function, as one that was traced does not; say activation='tanh' "
                         "or 'relu', with which it was made.")  # fmt: skip
    return found.pop() if len(found) == 1 else None


def _kind_of_torch(state, prefix):
    """What the rows of weight_hh say; with a projection they say nothing, and only an LSTM has one."""
    parts = {name: match[2] for name in state if (match := _LAYER.match(name)) and prefix in (None, match[1])}
    if "weight_hr" in parts.values():
        return "LSTM"
    kinds = {1: "RNN", 3: "GRU", 4: "LSTM"}
    for name, array in state.items():
        if parts.get(name) == "weight_hh":
            rows, H = np.shape(array) if np.ndim(array) == 2 else (0, 1)
            if H == 0 or rows % H or rows // H not in kinds:
                raise ValueError(f"{name} must be (H, H) of an RNN, (3H, H) of a GRU or (4H, H) of an LSTM, but "
                                 f"{np.shape(array)} came.")  # fmt: skip
            return kinds[rows // H]
    return "RNN"


def to_keras(cell, *, reset_after=None):
    """The weights for ``set_weights`` of Keras's SimpleRNN, LSTM or GRU.

    Parameters
    ----------
    cell : RNN, LSTM or GRU; or list of one list of two
        Two directions go into a ``Bidirectional``. A cell with ReLU or hard_sigmoid needs the layer's ``activation`` or
        ``recurrent_activation`` set; hard_sigmoid_1/6 is that of Keras 3, hard_sigmoid_0.2 that of versions before.
    reset_after : bool, optional
        Of the GRU layer that is to take them. By default what the cell needs: ``GRU(H, reset_after=False)`` for
        ``reset="before"``, ``GRU(H)`` for ``reset="after"``.

    Returns
    -------
    list of ndarray
        kernel (D, rows), recurrent_kernel (H, rows), bias (rows,); (2, rows) for a GRU with ``reset_after=True``.

    Raises
    ------
    ValueError
        The cell is no such function as the layer computes.
    """
    if isinstance(cell, list):
        if len(layers := _in_layers(cell)) > 1:
            raise ValueError(f"cell must be one layer, as a layer of Keras is, but {len(layers)} came; write them one "
                             "by one, to_keras(cells[:1]) and so on.")  # fmt: skip
        return [array for direction in _in_layers(cell)[0] for array in to_keras(direction, reset_after=reset_after)]
    if reset_after is not None:
        _one_of("reset_after", reset_after, (False, True))
        cell = _with_reset(cell, "after" if reset_after else "before", f"Keras's GRU with reset_after={reset_after}")
    layer = {"RNN": "SimpleRNN", "GRU": "GRU" if getattr(cell, "reset", "") == "after" else "GRU(reset_after=False)"}
    return list(to_library(f"keras {layer.get(_kind(cell), 'LSTM')}", cell).values())


def from_keras(weights, *, activation="tanh", gates=None, one_layer=None):
    """The cell with the weights of a Keras layer.

    Parameters
    ----------
    weights : list of array
        As ``layer.get_weights()`` returns them: kernel, recurrent_kernel and bias. The columns say which cell it is: H,
        4H or 3H; a bias of two rows says that a GRU has ``reset_after=True``; one flat bias of 8H or 6H numbers says
        that CuDNNLSTM or CuDNNGRU wrote them, and they are turned. Six arrays are the two directions of a
        ``Bidirectional``; twelve and nine those of an LSTM and a GRU of Keras 1. Stacked layers are given one by one.
    activation : {"tanh", "relu"}
        Of a SimpleRNN, or of a GRU's candidate.
    gates : {"sigmoid", "hard_sigmoid_0.2", "hard_sigmoid_1/6"}, optional
        The layer's ``recurrent_activation``. Keras before 2.3 had hard_sigmoid where nothing was said, with slope 0.2;
        in Keras 3 the function of that name has slope 1/6. The weights do not tell. By default σ; of Keras 1 slope 0.2.
    one_layer : bool, optional
        Six, nine or twelve arrays of a layer that reads as many features as it has units, D = H, may as well be those
        of stacked layers: True says that they are one.

    Returns
    -------
    RNN, LSTM or GRU; of two directions a list with a list of two

    Raises
    ------
    ValueError
        The arrays are not so many, do not fit together, or no cell here computes this.
    """
    if isinstance(weights, str) or hasattr(weights, "items") or not np.iterable(weights):
        raise ValueError("weights must be the list that layer.get_weights() gives, "
                         f"but {type(weights).__name__} came.")  # fmt: skip
    weights = [_numbers(array, f"weights[{k}]") for k, array in enumerate(weights)]
    options = {"activation": activation, "gates": gates}
    shapes = [array.shape for array in weights]
    alike = len(weights) in (6, 9, 12) and shapes == shapes[:3] * (len(weights) // 3)
    both, old = alike and len(weights) == 6, alike and len(weights) > 6 and shapes[1] == 2 * shapes[2]
    if (both or old) and one_layer is not True and shapes[0] == shapes[1]:  # D = H
        other = "the two directions of a Bidirectional" if both else "one layer of Keras 1"
        raise ValueError(f"weights may be those of {len(weights) // 3} stacked layers or {other}, for D = H; give "
                         "stacked layers one by one, weights[:3], weights[3:6], …, or say one_layer=True.")  # fmt: skip
    if old:
        row = CONVENTIONS[f"keras {'LSTM' if len(weights) == 12 else 'GRU'} of version 1"]
        triples = zip(*(names.split() for names in row.names.values()), strict=True)
        names = [name for triple in triples for name in triple]
        return from_library(row.name, dict(zip(names, weights, strict=True)), **options)
    if both:
        return [[from_keras(part, **options) for part in (weights[:3], weights[3:])]]
    if len(weights) != 3:
        raise ValueError(
            f"weights must be kernel, recurrent_kernel and bias, but {len(weights)} arrays came; give a layer without "
            "bias a bias of zeros, (columns,), or (2, columns) to a GRU with reset_after=True, as Keras has it by "
            "default, and stacked layers one by one."
        )
    kernel, recurrent, bias = weights
    if kernel.ndim != 2 or recurrent.ndim != 2:
        raise ValueError(
            "weights must be kernel (D, columns), recurrent_kernel (H, columns) and bias, in this order, of a "
            f"SimpleRNN, LSTM or GRU, but shapes {', '.join(map(str, shapes))} came; give the weights of such a layer."
        )
    G = recurrent.shape[-1] // max(1, len(recurrent))
    layer = {3: "GRU" if bias.ndim == 2 else "GRU(reset_after=False)", 4: "LSTM"}.get(G, "SimpleRNN")
    if bias.ndim == 1 and bias.size == 2 * recurrent.shape[-1]:
        layer = {3: "CuDNNGRU", 4: "CuDNNLSTM"}.get(G, layer)
    named = dict(zip(("kernel", "recurrent_kernel", "bias"), weights, strict=True))
    return from_library(f"keras {layer}", named, **options)


def to_onnx(cell, *, linear_before_reset=None):
    """The inputs W, R and B of ONNX's operators RNN, LSTM and GRU.

    Parameters
    ----------
    cell : RNN, LSTM or GRU; or list of one list of two
        Two directions need the attribute ``direction="bidirectional"`` there; an RNN with ReLU
        ``activations=["Relu"]``, and so on for a GRU's candidate; hard_sigmoid_0.2 is ``"HardSigmoid"`` as it is.
    linear_before_reset : {0, 1}, optional
        The attribute of the GRU that is to take them. By default what the cell needs: 0 for ``reset="before"``, 1 for
        ``reset="after"``.

    Returns
    -------
    dict of str to ndarray
        ``W`` (1, rows, D), ``R`` (1, rows, H), ``B`` (1, 2 rows): the biases of W and of R, one after the other.

    Raises
    ------
    ValueError
        The cell is no such function as the operator computes.
    """
    wanted = "after" if linear_before_reset else "before"
    where = f"ONNX's GRU with linear_before_reset={linear_before_reset}"
    layers = _in_layers(cell)
    if linear_before_reset is not None:
        _one_of("linear_before_reset", linear_before_reset, (0, 1))
        layers = [[_with_reset(one, wanted, where) for one in layer] for layer in layers]
    one = layers[0][0]
    linear = "(linear_before_reset=1)" * (getattr(one, "reset", "") == "after")
    return to_library(f"onnx {_kind(one)}{linear}", layers)


def from_onnx(inputs, *, linear_before_reset=0, activation="tanh", gates="sigmoid"):
    """The cell with the weights of an ONNX operator.

    Parameters
    ----------
    inputs : dict of str to array
        ``W``, ``R`` and ``B`` (zeros if left out), which are ``node.input[1]``, ``[2]`` and ``[3]``. The rows say which
        operator it is.
    linear_before_reset : {0, 1}
        The attribute of a GRU; the weights do not tell.
    activation : {"tanh", "relu"}
        Of an RNN, or of a GRU's candidate.
    gates : {"sigmoid", "hard_sigmoid_0.2", "hard_sigmoid_1/6"}
        ONNX's HardSigmoid has slope 0.2 unless its alpha says otherwise.

    Returns
    -------
    RNN, LSTM or GRU; of two directions a list with a list of two

    Raises
    ------
    ValueError
        There are peepholes, or the arrays do not fit together. Attributes are not in the weights: leave a node that has
        ``clip`` or ``input_forget``. With ``direction="reverse"`` the cell reads ``x[::-1]``, and Y is its h turned
        back; ``layout=1`` only has examples before steps.
    """
    if not hasattr(inputs, "items"):
        raise ValueError(f'inputs must be {{"W": …, "R": …, "B": …}}, but {type(inputs).__name__} came.')
    if linear_before_reset not in (0, 1):
        raise ValueError(f"linear_before_reset must be 0 or 1, as the node has it, but "
                         f"{shown(linear_before_reset)} came.")  # fmt: skip
    inputs = {name: array for name, array in inputs.items() if name != "B" or array is not None}
    if "P" in inputs:
        raise ValueError("inputs must be W, R and B, but look at P; peepholes (P) have no place here.")
    if odd := sorted(map(str, inputs.keys() - set("WRB"))) or sorted({"W", "R"} - inputs.keys()):
        raise ValueError(f"inputs must be W, R and B, but look at {', '.join(odd)}; give the arrays that "
                         "node.input[1], [2] and [3] name, by these letters, and nothing else.")  # fmt: skip
    R = _numbers(inputs["R"], "R")
    if R.ndim != 3:
        raise ValueError(f"R must be (directions, rows, H), but {R.shape} came.")
    G = R.shape[1] // max(1, R.shape[2])
    kind = {3: "GRU" + "(linear_before_reset=1)" * bool(linear_before_reset), 4: "LSTM"}.get(G, "RNN")
    return from_library(f"onnx {kind}", inputs, activation=activation, gates=gates)


# ---------- what a GRU can be turned into


def flip_z(gru):
    """A copy whose update gate is 1 - z: W_xz, W_hz and b_z negated, for σ(-a) = 1 - σ(a).

    Where z keeps, the copy is what this cell is where z writes, and the other way round. Twice changes nothing.
    """
    if not isinstance(gru, GRU):
        raise ValueError(f"only a GRU has an update gate z, but {type(gru).__name__} came.")
    other = with_reset(gru, gru.reset)
    for name in ("W_xz", "W_hz", "b_z"):
        other.params[name] = -gru.params[name]
    return other


def with_reset(gru, reset):
    """A copy with the *same weights* that applies r before or after the product with W_hg: another function.

    A bias b_hg is zero where there was none, and is left out where there is no place for it.
    """
    if not isinstance(gru, GRU):
        raise ValueError(f"only a GRU has a reset gate r, but {type(gru).__name__} came.")
    return _filled(_settings(gru) | {"reset": reset}, gru.D, dict(gru.params.items()))


def _settings(cell):
    """What makes a cell of the same kind: its class and its settings."""
    names = {RNN: ("activation",), LSTM: ("gates",), GRU: ("reset", "candidate", "gates")}.get(type(cell), ())
    return {"kind": type(cell), "H": cell.H} | {name: getattr(cell, name) for name in names}


def _filled(settings, D, arrays):
    kind, H, *_ = (settings := dict(settings)).pop("kind"), settings.pop("H")
    dtype = next(iter(arrays.values())).dtype
    other = kind(D, H, rng=np.random.default_rng(0), dtype=dtype, **settings)
    for name in other.params:
        if name in arrays:
            other.params[name] = arrays[name]
    return other


def _with_reset(cell, reset, where):
    """The same function with r at the other side of the product, where there is one; only a GRU can have none."""
    if not isinstance(cell, GRU) or cell.reset == reset:
        return cell
    diagonal = np.array_equal(cell.params.W_hg, np.diag(np.diag(cell.params.W_hg)))
    if diagonal and (reset == "after" or not cell.params.b_hg.any()):  # r ⊙ (W h) = W (r ⊙ h) for such a W
        return with_reset(cell, reset)
    if reset == "after":
        others = "ONNX with linear_before_reset=0 or Keras with reset_after=False"
    else:
        others = "PyTorch, ONNX with linear_before_reset=1 or Keras with reset_after=True"
    raise ValueError(
        f"cell applies r {cell.reset} the product with W_hg, but {where} applies it {reset}, and no weights make the "
        f"two equal; take {others}, or train a GRU(..., reset={reset!r})."
    )


# ---------- arrays


# What a tensor of PyTorch may be that NumPy does not take, by what it says of itself, and what to do.
_CURES = {
    "is_quantized": "give its dequantize()",
    "is_sparse": "give its to_dense()",
    "is_meta": "it has no numbers yet: load them first",
}


def _called(value):
    """What came that is no array: a tensor by its dtype, all else by its type."""
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of arrays or of rows of several lengths"
    kind = type(value).__name__
    return f"{kind} of {value.dtype}" if hasattr(value, "dtype") else kind


def _numbers(array, name):
    """A NumPy array of float32 or float64, of whatever a library calls an array; or a ValueError in one sentence."""
    if isinstance(array, np.ma.MaskedArray):
        plain(name, array)  # which says why not
    given = array
    try:
        if hasattr(array, "detach"):  # PyTorch
            array = array.detach().cpu()
            array = array.float() if re.search("bfloat16|float8", str(array.dtype)) else array
        array = np.asarray(array)
    except Exception:
        other = "give one array, of float32" if isinstance(given, list | tuple) else "give float32"
        cure = next((cure for what, cure in _CURES.items() if getattr(given, what, False)), other)
        raise ValueError(f"{name} must be one array of numbers, but {_called(given)} came; {cure}.") from None
    if array.dtype.kind == "O":
        raise ValueError(f"{name} must hold float32 or float64, but {_called(given)} came; give an array.")
    if str(array.dtype) in ("float16", "bfloat16"):
        array = array.astype(np.float32)  # at half precision sums over a sequence would be off in the third digit
    if array.dtype.kind in "iu":
        raise ValueError(f"{name} holds whole numbers ({array.dtype}), as quantized weights do; multiply them by their "
                         "scale, and give float32.")  # fmt: skip
    if array.dtype.char not in "fd":
        raise ValueError(f"{name} must hold float32 or float64, but an array of {array.dtype} came; convert it first.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must have only finite numbers, but {array[~np.isfinite(array)][0]} is among them.")
    return array.astype(array.dtype.newbyteorder("="))


def _upright(W, layout, G, name):
    """The blocks one below the other."""
    base, by_unit = _layout(layout)
    if W.ndim != 2 or W.shape[base != "rows"] % G:
        form = "(rows, inputs)" if base == "rows" else "(inputs, columns)"
        raise ValueError(f"{name} must be {form} with {G} blocks of H "
                         f"{form[1:-1].split(', ')[base != 'rows']} in the layout "
                         f"{layout!r}, but {W.shape} came; give its transpose, or another layout.")  # fmt: skip
    if base == "columns":
        W = W.T
    if base == "cudnn":
        W = np.concatenate([block.reshape(block.shape[::-1]) for block in np.split(W, G, axis=1)])
    return W.reshape(-1, G, W.shape[1]).swapaxes(0, 1).reshape(W.shape) if by_unit else W


def _laid(W, layout, G):
    """What `_upright` set upright, as it was; an array of its own."""
    base, by_unit = _layout(layout)
    if by_unit:
        W = W.reshape(G, -1, W.shape[1]).swapaxes(0, 1).reshape(W.shape)
    if base == "cudnn":
        return np.concatenate([block.reshape(block.shape[::-1]) for block in np.split(W, G)], axis=1)
    return np.array(W.T if base == "columns" else W, order="C")


def _bias(b, name, letters, H, layout, like):
    """A bias with its blocks one after the other, zeros for None."""
    G = len(letters)
    if b is None:
        return np.zeros(G * H, like.dtype)
    if np.ndim(b) == 0:
        raise ValueError(f"{name} must have a number for each of {G * H} rows, but {shown(b)} came; leave it out.")
    b = _numbers(b, name)
    b = b[:, 0] if b.ndim == 2 and b.shape[1] == 1 else b
    if name == "b_h" and b.shape == (H,) and "r" in letters:  # the candidate's alone
        return np.concatenate([b if gate == "g" else np.zeros_like(b) for gate in letters])
    return b.reshape(H, G).T.ravel() if layout.endswith(" by unit") and b.shape == (G * H,) else b


def _laid_bias(b, layout, G):
    return b.reshape(G, -1).T.ravel() if layout.endswith(" by unit") else b


def _layout(layout):
    base = layout.removesuffix(" by unit") if isinstance(layout, str) else layout
    return _one_of("layout", base, LAYOUTS, " (with ' by unit' behind it or without)"), layout != base


def _one_of(name, value, values, more=""):
    if value not in values:
        raise ValueError(f"{name} must be {', '.join(map(repr, values[:-1]))} or {values[-1]!r}{more}, but "
                         f"{shown(value)} came.")
    return value


def _letters(order):
    """The order in our letters; n and c are the candidate, too."""
    letters = str(order)
    letters = letters.replace("c", "g") if "f" in letters else letters.replace("n", "g")
    if "".join(sorted(letters)) not in KINDS:
        raise ValueError("order must name every block once, i f g o of an LSTM, r z g of a GRU, h of an RNN, such as "
                         f"'ifgo', but {shown(order)} came.")  # fmt: skip
    return letters


def _empty(letters, W_x, W_h, layout, reset, activation, gates):
    """A cell of the right kind and sizes, or a ValueError in one sentence."""
    (rows, D), H, kind = W_x.shape, W_h.shape[1], KINDS["".join(sorted(letters))]
    if rows != len(letters) * H or len(W_h) != rows:
        raise _misfit(layout, W_x, W_h)
    if kind is LSTM and known("activation", activation, ACTIVATIONS) != "tanh":
        raise ValueError("an LSTM here has tanh in its candidate and behind its memory, but activation="
                         f"{shown(activation)} came, and no weights make the two equal; train it with tanh, or "
                         f"write it as a Cell "
                         "of your own.")  # fmt: skip
    if kind is RNN and gates != "sigmoid":
        raise ValueError(f"an RNN has no gates, but gates={shown(gates)} came; leave it out.")
    options = {RNN: {"activation": activation}, LSTM: {"gates": gates},
               GRU: {"reset": reset, "candidate": activation, "gates": gates}}[kind]  # fmt: skip
    return kind(D, H, rng=np.random.default_rng(0), dtype=W_x.dtype, **options)


def _misfit(layout, W_x, W_h, *biases):
    """A ValueError with the shapes as they came, which stood otherwise unless the layout has rows."""
    units, came = ("rows", (W_x, W_h)) if _layout(layout)[0] == "rows" else ("columns", (W_x.T, W_h.T))
    shapes = f"W_x {came[0].shape}, W_h {came[1].shape}"
    if biases:
        shapes += f", biases {biases[0].shape} and {biases[1].shape}"
    (H, wide), turned = W_h.shape, ""
    if wide in (3 * H, 4 * H) and W_x.shape[1] == wide:
        turned = "; give their transposes" + ", or layout='columns'" * (units == "rows")
    wanted = f"H (RNN), 3H (GRU) or 4H (LSTM) {units} everywhere"
    return ValueError(f"weights must have {wanted}, but these came: {shapes}{turned}.")


def _forget_bias(letters, value):
    value = real("forget_bias", value)
    if value and "f" not in letters:
        raise ValueError(f"only an LSTM has a forget gate, but forget_bias={shown(value)} came; leave it out.")
    return value


# ---------- names


def _row(name):
    if name not in CONVENTIONS:
        library = str(name).partition(" ")[0]
        near = [row for row in CONVENTIONS if row.startswith(library)]
        near = near or sorted({row.library for row in CONVENTIONS.values()})
        raise ValueError(f"row must be a key of CONVENTIONS, such as {', '.join(near)}, but {shown(name)} came.")
    return CONVENTIONS[name]


def _kind(cell):
    if type(cell) not in KINDS.values():
        raise ValueError(f"cell must be an RNN, LSTM or GRU, but {type(cell).__name__} came.")
    return type(cell).__name__


def _a(kind):
    return f"{'a' if kind is GRU else 'an'} {kind.__name__}"


def _in_layers(cells):
    """``cells[layer][direction]`` of one cell, or of such lists."""
    layers = cells if isinstance(cells, list) else [[cells]]
    if not layers or not all(isinstance(layer, list) and 1 <= len(layer) <= 2 for layer in layers):
        raise ValueError("cells must be a cell, or a list of layers with one or two directions each, such as "
                         f"[[cell], [cell]], but {shown(cells)} came.")  # fmt: skip
    return layers


def _whole_prefix(arrays, prefix):
    """A prefix as the names have it: with the dot or stroke behind it, if that was left out."""
    if prefix is None:
        return None
    if not isinstance(prefix, str):
        raise ValueError(f"prefix must be a text, such as 'encoder.', but {shown(prefix)} came.")
    for end in "./":
        if any(name.startswith(f"{prefix}{end}") for name in arrays):
            return f"{prefix}{end}"
    if arrays and not any(name.startswith(prefix) for name in arrays):
        starts = sorted({re.match(r"(.*[./])?", name)[0] for name in arrays})
        raise ValueError(f"no name here begins with prefix={shown(prefix)}; what there is begins with "
                         f"{', '.join(map(repr, starts[:6]))}.")  # fmt: skip
    return prefix


def _one_or_all(layers):
    return layers[0][0] if [len(layer) for layer in layers] == [1] else layers


def _check_functions(row, options):
    """Raise a ValueError where a layer of this library cannot have had, or cannot be given, these functions."""
    for name, own in (("activation", row.activation), ("gates", row.gates)):
        if options[name] != own and not (row.other or row.how == "read"):
            raise ValueError(f"{row.name} has {own} and nothing else, but {name}={shown(options[name])} came; "
                             f"leave it out, or say "
                             "by from_blocks what the cell is.")  # fmt: skip


def _flat(arrays, before=""):
    """{"a.b": array} of dicts in dicts."""
    if not hasattr(arrays, "items"):
        layer = ", such as layer.state_dict()"
        raise ValueError(f"arrays must come by name{layer}, but {type(arrays).__name__} came.")
    flat = {}
    for name, value in arrays.items():
        flat |= _flat(value, f"{before}{name}.") if hasattr(value, "items") else {f"{before}{name}": value}
    return flat


def _without_prefix(arrays, prefix, names, needed, what):
    """The arrays by these names, whatever they all begin with; a ValueError in one sentence names what is too many."""
    if prefix is None:
        found = sorted({name[: -len(needed[0])] for name in arrays if re.search(r"(^|[./])$", name[: -len(needed[0])])
                        and name.endswith(needed[0])})  # fmt: skip
        found = [start for start in found if all(f"{start}{name}" in arrays for name in needed)] or found
        if len(found) > 1:
            raise ValueError(f"there are {len(found)} layers, {', '.join(found)}; say which one is meant, "
                             f"prefix={found[0]!r}.")  # fmt: skip
        start = found[0] if found else ""
    else:
        start = prefix
    given = {name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)}
    outside = [] if prefix is not None else sorted(name for name in arrays if not name.startswith(start))
    missing = [name for name in needed if name not in given]
    odd = [*outside, *(name for name in given if name not in names)]
    if missing:
        raise ValueError(f"{what} has {', '.join(names)}; look at {', '.join(missing)}, of which there is none"
                         + (f"; the names here are {', '.join(sorted(arrays)[:6])}." if arrays else "."))  # fmt: skip
    if odd:
        cure = f"; prefix={start!r} takes this layer alone." if outside == odd else "; it has no place here."
        raise ValueError(f"{what} has {', '.join(names)}, but look at {', '.join(odd)}{cure}")
    return given


_LAYER = re.compile(r"^(.*?)(weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)(?:_l(\d+))?(_reverse)?$")
# What weight_norm, spectral_norm and prune of PyTorch keep in a weight's place, by the newer way and the older one.
_NAME = r"(weight|bias)_[ih]h(_l\d+)?(_reverse)?"
_PART = re.compile(rf"parametrizations\.{_NAME}\.|{_NAME}_(g|v|u|orig|mask)$")
_PACKED = re.compile(r"(^|\.)(_all_weight_values\.\d+\.param|_packed_weight_[ih]h)$")
_ALIAS = re.compile(r"^(.*?)(\d+)\.cell(_fw|_bw)?\.(weight_ih|weight_hh|bias_ih|bias_hh|weight_ho)$")


def _read_layers(row, arrays, prefix, options):
    """``cells[layer][direction]`` of names that end in ``_l0``, ``_l0_reverse``, …"""
    if row.library == "paddle.nn":
        arrays = _once(arrays)
    found, others = {}, []
    for name, array in arrays.items():
        own = prefix is None or (name.startswith(prefix) and "." not in name[len(prefix) :])
        _whole_weight(name, prefix)
        match = _LAYER.match(name)
        if match and (prefix is None or match[1] == prefix):
            place = match[1], int(match[3] or 0), bool(match[4])
            found.setdefault(place, {})[match[2]] = array
        elif own:
            others.append(name)
    starts = sorted({start for start, *_ in found})
    there = sorted({match[1] for match in map(_LAYER.match, arrays) if match})
    if not starts and there:
        raise ValueError(f"no layer begins right behind prefix={shown(prefix)}; take "
                         f"{' or '.join(f'prefix={start!r}' for start in there[:6])}.")  # fmt: skip
    if not starts:
        raise ValueError(f"{row.name} has weight_ih_l0, weight_hh_l0, …, but no such name is here; look at "
                         f"{', '.join([*arrays][:6]) or 'the empty dict'}.")  # fmt: skip
    if len(starts) > 1:
        raise ValueError(f"there are {len(starts)} layers, {', '.join(map(repr, starts))}; say which one is meant, "
                         f"prefix={starts[0]!r}.")  # fmt: skip
    if inside := [name for name in others if name.startswith(starts[0]) and "." not in name[len(starts[0]) :]]:
        raise ValueError(f"{row.name} has no {', '.join(inside)}; leave out what its layer does not compute with, "
                         "or take this for another layer.")  # fmt: skip
    if others:
        raise ValueError(f"beside the layer there is more: look at {', '.join(others)}; prefix={starts[0]!r} takes the "
                         "layer alone.")  # fmt: skip
    K, D = (1 + max(place[k] for place in found) for k in (1, 2))
    layers = [[_read_layer(row, found, (starts[0], k, bool(d)), options) for d in range(D)] for k in range(K)]
    _whole_biases(row, found)
    for k, layer in enumerate(layers):
        reads, units = sum(cell.H for cell in layers[k - 1]) if k else layer[0].D, layer[0].H
        for cell, end in zip(layer, (f"_l{k}", f"_l{k}_reverse"), strict=False):
            if reads != cell.D or units != cell.H:
                raise ValueError(f"{starts[0]}weight_ih{end} must read {reads} numbers into {units} units, as what is "
                                 f"beside or below it says, but it reads {cell.D} into {cell.H}.")  # fmt: skip
    return layers


def _whole_weight(name, prefix=None):
    """Raise a ValueError where an array is only a part of a weight, or is packed."""
    if _PACKED.search(name) and name.startswith(prefix or ""):
        raise ValueError(f"{name} holds weights packed in 8 bits, as quantize_dynamic and torch.ao make them; give the "
                         "layer as it was before.")  # fmt: skip
    if _PART.search(name) if prefix is None else name.startswith(prefix) and _PART.match(name, len(prefix)):
        raise ValueError(
            f"{name} is a part that a weight is computed from, as weight_norm, spectral_norm and prune keep it; "
            "put it together first, by remove_weight_norm, remove_spectral_norm, prune.remove or "
            "parametrize.remove_parametrizations of torch.nn.utils."
        )


def _whole_biases(row, found):
    """Raise a ValueError where a bias is missing that other layers or directions have; PyTorch has both or none."""
    for names in [("bias_ih", "bias_hh")] if row.library == "torch.nn" else [("bias_ih",), ("bias_hh",)]:
        if any(name in arrays for arrays in found.values() for name in names):
            for (start, k, reverse), arrays in found.items():
                if missing := [name for name in names if name not in arrays]:
                    name = f"{start}{missing[0]}_l{k}{'_reverse' * reverse}"
                    raise ValueError(f"there are biases here, but no {name}; add it, zeros if none is meant.")


def _read_layer(row, found, place, options):
    start, k, reverse = place
    arrays = found.get(place, {})
    end = f"_l{k}{'_reverse' * reverse}"
    if missing := [f"{start}{name}{end}" for name in ("weight_ih", "weight_hh") if name not in arrays]:
        raise ValueError(f"a layer has weight_ih{end} and weight_hh{end}, of each layer and direction, but look at "
                         f"{', '.join(missing)}, of which there is none.")  # fmt: skip
    if "weight_hr" in arrays:
        raise ValueError(f"{start}weight_hr{end} is a projection (proj_size) between h and the next step, "
                         f"which no cell here "
                         "has; train the LSTM without it.")  # fmt: skip
    return _read(row, {name: _numbers(array, f"{start}{name}{end}") for name, array in arrays.items()}, options)


def _once(arrays):
    """Paddle's names once: each array is there again, as ``0.cell.weight_ih``, and that one is what computes."""
    once = {name: array for name, array in arrays.items() if not _ALIAS.match(name)}
    for name, array in arrays.items():
        if match := _ALIAS.match(name):
            if match[4] == "weight_ho":
                raise ValueError(f"{name} is a projection (proj_size) between h and the next step, which no "
                                 f"cell here has; "
                                 "train the LSTM without it.")  # fmt: skip
            full = f"{match[1]}{match[4]}_l{match[2]}{'_reverse' * (match[3] == '_bw')}"
            if full in once and not np.array_equal(np.asarray(once[full]), np.asarray(array)):
                raise ValueError(f"{full} and {name} are one array in paddle, but they differ here; paddle "
                                 f"computes with the "
                                 f"latter: leave {full} out.")  # fmt: skip
            once[full] = array
    return once


# ---------- a row, there and back


def _read(row, arrays, options):
    """The cell with the arrays of one layer and direction, by the row's names."""
    numbers = {name: _numbers(array, name) for name, array in arrays.items()}
    several = {role: [numbers.get(name) for name in names.split()] for role, names in row.names.items()}
    parts = {role: _joined(row, role, blocks) for role, blocks in several.items()}
    W_x, W_h, b_x, b_h = (parts.get(role) for role in ("W_x", "W_h", "b_x", "b_h"))
    inputs, G = int(row.layout == "rows"), len(row.order)
    for role in ("W_xh", "W_xhb"):
        if role in parts:
            H = parts[role].shape[1 - inputs] // G
            ends = [parts[role].shape[inputs] - H - role.endswith("b"), parts[role].shape[inputs] - role.endswith("b")]
            W_x, W_h, rest = np.split(parts[role], ends, axis=inputs)
            b_x = rest.ravel() if role.endswith("b") else b_x
    if (both := parts.get("b_xh")) is not None:
        if both.size % 2 or both.ndim > 2 or (both.ndim == 2 and len(both) != 2):
            raise ValueError(f"{row.names['b_xh']} must hold two biases, of the inputs and of h, but "
                             f"{both.shape} came.")
        b_x, b_h = both.reshape(2, -1)
    if (both := parts.get("b_xhg")) is not None:
        b_x, b_h = both[: W_h.shape[0]], both[W_h.shape[0] :]
    b_h = b_h if parts.get("b_hg") is None else parts["b_hg"]
    return from_blocks(
        W_x, W_h, b_x, b_h, order=row.order, z=row.z, reset=row.reset, forget_bias=row.add, layout=row.layout, **options
    )


def _joined(row, role, blocks):
    """The blocks of several names as one array; None where there is none."""
    there = [block for block in blocks if block is not None]
    if len(blocks) == 1 or not there:
        return there[0] if there else None
    if len({block.shape for block in there}) > 1 or there[0].ndim < (1 if role[0] == "b" else 2):
        came = ", ".join(f"{name} {block.shape}" for name, block in zip(row.names[role].split(), blocks, strict=True)
                         if block is not None)  # fmt: skip
        raise ValueError(f"{row.names[role]} must be {'rows' if role[0] == 'b' else 'matrices'} of one shape, "
                         f"but these came: {came}.")  # fmt: skip
    axis = 0 if role[0] == "b" or row.layout == "rows" else 1
    return np.concatenate([np.zeros_like(there[0]) if block is None else block for block in blocks], axis=axis)


def _write(row, cell):
    """{name: array} of one layer and direction."""
    if row.kind != type(cell).__name__:
        raise ValueError(f"{row.name} is {'a' if row.kind == 'GRU' else 'an'} {row.kind}, but {shown(cell)} came."
                         if type(cell) in KINDS.values() else
                         f"cell must be an RNN, LSTM or GRU, but {type(cell).__name__} came.")  # fmt: skip
    activation = getattr(cell, "candidate", getattr(cell, "activation", "tanh"))
    _check_functions(row, {"activation": activation, "gates": getattr(cell, "gates", row.gates)})
    where = {"torch.nn": "PyTorch's nn."}.get(row.library, f"{row.library}'s ") + row.layer
    cell = _with_reset(cell, row.reset, where)
    W_x, W_h, b_x, b_h = to_blocks(cell, order=row.order, z=row.z, forget_bias=row.add, layout=row.layout)
    axis = int(row.layout == "rows")
    places = {"b_h", "b_hg", "b_xh", "b_xhg"} & set(row.names)
    if b_h.any() and not places:
        raise ValueError(f"{where} has no place for b_hg, the bias that r multiplies, and it is not zero "
                         f"here; set it to zero, "
                         "and train with it at zero.")  # fmt: skip
    if not {"b_x", "b_xh", "b_xhg", "W_xhb"} & set(row.names):  # the only bias is beside W_h; no GRU is written so
        b_x, b_h = b_h, b_x
    inner = b_h[_letters(row.order).find("g") * cell.H :]  # where it stands alone the candidate is the last block
    roles = {
        "W_x": W_x, "W_h": W_h, "b_x": b_x, "b_h": b_h, "b_hg": inner, "b_xhg": np.concatenate([b_x, inner]),
        "b_xh": np.stack([b_x, b_h]) if row.layer == "GRU" and row.library == "keras" else np.concatenate([b_x, b_h]),
        "W_xh": np.concatenate([W_x, W_h], axis=axis),
        "W_xhb": np.concatenate([W_x, W_h, b_x[:, None]], axis=1) if "W_xhb" in row.names else None,
    }  # fmt: skip
    written = {}
    for role, names in row.names.items():
        across = 0 if role[0] == "b" or row.layout == "rows" else 1
        blocks = np.split(roles[role], len(names.split()), axis=across) if " " in names else [roles[role]]
        written |= {name: block.copy() for name, block in zip(names.split(), blocks, strict=True) if name != "-"}
    return written


answering(globals())
