"""The same cell in other libraries: weights to and from PyTorch, Keras and ONNX, as plain NumPy arrays.

Four things differ; none of them is a matter of right and wrong.

==========  =================  =================  =====================  =============================
library     blocks of an LSTM  blocks of a GRU    z of a GRU             weights
==========  =================  =================  =====================  =============================
seqlib      f i o g            r z, and g         writes (h̃)             (rows, D), one bias
PyTorch     i f g o            r z g              keeps (h_{t-1})        (rows, D), two biases
Keras       i f g o            z r g              keeps                  (D, rows), one bias, or (2, …)
ONNX        i o f g            z r g              keeps                  (1, rows, D), both biases in one
==========  =================  =================  =====================  =============================

*z that keeps* is 1 - z, and 1 - σ(a) = σ(-a): negating W_xz, W_hz and b_z turns one into the other, exactly.

*r before or after the product with W_hg* is another function, W_hg (r ⊙ h) against r ⊙ (W_hg h), and no choice of
weights turns one into the other (unless W_hg is diagonal). ``GRU(reset=...)`` runs both; PyTorch has only "after".
No library is imported here.
"""

import numpy as np

from ..nn.gru import GRU
from ..nn.lstm import LSTM
from ..nn.model import SequenceModel
from ..nn.readout import Readout
from ..nn.rnn import RNN

TORCH = {RNN: "h", LSTM: "ifgo", GRU: "rzg"}
KERAS = {RNN: "h", LSTM: "ifgo", GRU: "zrg"}
ONNX = {RNN: "h", LSTM: "iofg", GRU: "zrg"}


def to_torch(model):
    """The weights for ``load_state_dict`` of ``nn.RNN``, ``nn.LSTM`` or ``nn.GRU``.

    Parameters
    ----------
    model : RNN, LSTM, GRU or SequenceModel
        An RNN with ReLU is ``nn.RNN(..., nonlinearity="relu")`` there.

    Returns
    -------
    dict of str to ndarray
        ``weight_ih_l0`` (rows, D), ``weight_hh_l0`` (rows, H), ``bias_ih_l0`` and ``bias_hh_l0`` (rows,). Of a model:
        the same with ``cell.`` in front, and ``readout.weight``, ``readout.bias``, as in
        ``nn.ModuleDict({"cell": nn.GRU(D, H), "readout": nn.Linear(H, K)})``.

    Raises
    ------
    ValueError
        A GRU with r before the product: PyTorch has no such cell.
    """
    if isinstance(model, SequenceModel):
        named = {f"cell.{name}": array for name, array in to_torch(model.cell).items()}
        readout = model.readout.params
        return named | {"readout.weight": readout.W_hy.copy(), "readout.bias": readout.b_y[:, 0].copy()}
    arrays = _stacked(_with_reset(model, "after", "PyTorch's nn.GRU"), TORCH)
    return dict(zip(("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"), arrays, strict=True))


def from_torch(state, *, activation="tanh", shape="many-to-many", loss="cross_entropy"):
    """The cell (or, where there is a readout, the model) with the weights of a state dict of PyTorch.

    Parameters
    ----------
    state : dict or Record of ndarray
        ``layer.state_dict()`` itself, or the same as NumPy arrays. The rows say which cell it is: H, 4H or 3H. A layer
        without bias has no biases in it.
    activation : {"tanh", "relu"}
        Of an RNN; the weights do not tell.
    shape, loss
        Of a model, as for `SequenceModel`.

    Returns
    -------
    RNN, LSTM, GRU (``reset="after"``) or SequenceModel

    Raises
    ------
    ValueError
        There is more than one layer or direction, or the arrays do not fit together.
    """
    state = {name: np.asarray(array) for name, array in state.items()}
    if "readout.weight" in state:
        W_hy, b_y = state.pop("readout.weight"), state.pop("readout.bias")
        cell = from_torch({name.removeprefix("cell."): array for name, array in state.items()}, activation=activation)
        readout = Readout(W_hy.shape[1], len(W_hy), rng=np.random.default_rng(0), dtype=W_hy.dtype)
        readout.params.W_hy, readout.params.b_y = W_hy, np.reshape(b_y, (-1, 1))
        return SequenceModel(cell, readout, shape, loss)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    if odd := sorted(state.keys() - set(names)) or sorted(set(names[:2]) - state.keys()):
        raise ValueError(
            f"state must hold {', '.join(names)} of one layer in one direction, but look at {', '.join(odd)}; "
            "take the layers one by one."
        )
    W_x, W_h = state[names[0]], state[names[1]]
    b_x, b_h = (state.get(name, np.zeros(len(W_x), W_x.dtype)) for name in names[2:])
    return _cell(W_x, W_h, b_x, b_h, TORCH, "after", activation)


def to_keras(cell, *, reset_after=None):
    """The weights for ``set_weights`` of Keras's SimpleRNN, LSTM or GRU.

    Parameters
    ----------
    cell : RNN, LSTM or GRU
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
    if reset_after is not None:
        cell = _with_reset(cell, "after" if reset_after else "before", f"Keras's GRU with reset_after={reset_after}")
    W_x, W_h, b_x, b_h = _stacked(cell, KERAS)
    bias = np.stack([b_x, b_h]) if getattr(cell, "reset", None) == "after" else b_x
    return [W_x.T.copy(), W_h.T.copy(), bias]


def from_keras(weights, *, activation="tanh"):
    """The cell with the weights of a Keras layer.

    Parameters
    ----------
    weights : list of three ndarray
        As ``layer.get_weights()`` returns them. The columns say which cell it is: H, 4H or 3H; a bias of two rows
        says that a GRU has ``reset_after=True``.
    activation : {"tanh", "relu"}
        Of a SimpleRNN.

    Raises
    ------
    ValueError
        The arrays are not three, or do not fit together.
    """
    if len(weights) != 3:
        raise ValueError(
            f"weights must be kernel, recurrent_kernel and bias, but {len(weights)} arrays came; "
            "give a layer without bias a bias of zeros."
        )
    kernel, recurrent, bias = map(np.asarray, weights)
    reset = "after" if bias.ndim == 2 else "before"
    b_x, b_h = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    return _cell(kernel.T, recurrent.T, b_x, b_h, KERAS, reset, activation)


def to_onnx(cell, *, linear_before_reset=None):
    """The inputs W, R and B of ONNX's operators RNN, LSTM and GRU.

    Parameters
    ----------
    cell : RNN, LSTM or GRU
        An RNN with ReLU needs the attribute ``activations=["Relu"]`` there.
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
    if linear_before_reset is not None:
        wanted = "after" if linear_before_reset else "before"
        cell = _with_reset(cell, wanted, f"ONNX's GRU with linear_before_reset={linear_before_reset}")
    W_x, W_h, b_x, b_h = _stacked(cell, ONNX)
    return {"W": W_x[None], "R": W_h[None], "B": np.concatenate([b_x, b_h])[None]}


def from_onnx(inputs, *, linear_before_reset=0, activation="tanh"):
    """The cell with the weights of an ONNX operator.

    Parameters
    ----------
    inputs : dict of str to ndarray
        ``W``, ``R`` and ``B`` (zeros if left out) of one direction. The rows say which operator it is.
    linear_before_reset : {0, 1}
        The attribute of a GRU; the weights do not tell.
    activation : {"tanh", "relu"}
        Of an RNN.

    Raises
    ------
    ValueError
        There are two directions or peepholes, or the arrays do not fit together.
    """
    inputs = dict(inputs.items())
    if odd := sorted(inputs.keys() - set("WRB")) or sorted({"W", "R"} - inputs.keys()):
        raise ValueError(f"inputs must be W, R and B, but look at {', '.join(odd)}; peepholes (P) have no place here.")
    if len(inputs["W"]) != 1:
        raise ValueError(
            f"W must be of one direction, (1, rows, D), but {inputs['W'].shape} came; take W[:1] or W[1:]."
        )
    W_x, W_h = inputs["W"][0], inputs["R"][0]
    b_x, b_h = np.split(inputs["B"][0], 2) if "B" in inputs else np.zeros((2, len(W_x)), W_x.dtype)
    return _cell(W_x, W_h, b_x, b_h, ONNX, "after" if linear_before_reset else "before", activation)


def flip_z(gru):
    """A copy whose update gate is 1 - z: W_xz, W_hz and b_z negated, for σ(-a) = 1 - σ(a).

    Where z keeps, the copy is what this cell is where z writes, and the other way round. Twice changes nothing.
    """
    other = _like(gru, gru.reset)
    for name in ("W_xz", "W_hz", "b_z"):
        other.params[name] = -gru.params[name]
    return other


def with_reset(gru, reset):
    """A copy with the *same weights* that applies r before or after the product with W_hg: another function.

    A bias b_hg is zero where there was none, and is left out where there is no place for it.
    """
    return _like(gru, reset)


def _like(gru, reset):
    W_x = gru.params.W_x
    other = GRU(gru.D, gru.H, rng=np.random.default_rng(0), reset=reset, dtype=W_x.dtype)
    for name in other.params:
        if name in gru.params:
            other.params[name] = gru.params[name]
    return other


def _with_reset(cell, reset, where):
    """The same function with r at the other side of the product, where there is one; only a GRU can have none."""
    if not isinstance(cell, GRU) or cell.reset == reset:
        return cell
    diagonal = np.array_equal(cell.params.W_hg, np.diag(np.diag(cell.params.W_hg)))
    if diagonal and (reset == "after" or not cell.params.b_hg.any()):  # r ⊙ (W h) = W (r ⊙ h) for such a W
        return _like(cell, reset)
    if reset == "after":
        others = "ONNX with linear_before_reset=0 or Keras with reset_after=False"
    else:
        others = "PyTorch, ONNX with linear_before_reset=1 or Keras with reset_after=True"
    raise ValueError(
        f"cell applies r {cell.reset} the product with W_hg, but {where} applies it {reset}, and no weights make the "
        f"two equal; take {others}, or train a GRU(..., reset={reset!r})."
    )


def _stacked(cell, orders):
    """W_x, W_h, b_x and b_h with their blocks in a library's order, and z that keeps."""
    if type(cell) not in orders:
        raise ValueError(f"cell must be an RNN, LSTM or GRU, but {type(cell).__name__} came.")
    order, p = orders[type(cell)], cell.params
    W_x, W_h, b = (
        np.concatenate([-p[name + gate] if gate == "z" else p[name + gate] for gate in order])
        for name in ("W_x", "W_h", "b_")
    )
    b_h = np.zeros_like(b)
    if "b_hg" in p:
        b_h[_rows(order, "g", cell.H)] = p.b_hg
    return W_x, W_h, b[:, 0], b_h[:, 0]


def _cell(W_x, W_h, b_x, b_h, orders, reset, activation):
    """The cell with these stacked weights: what `_stacked` took apart."""
    rows, H = np.shape(W_h)
    kind = {H: RNN, 3 * H: GRU, 4 * H: LSTM}.get(rows)
    if kind is None or len(W_x) != rows or np.shape(b_x) != (rows,) or np.shape(b_h) != (rows,):
        shapes = f"W_x {np.shape(W_x)}, W_h {np.shape(W_h)}, biases {np.shape(b_x)} and {np.shape(b_h)}"
        raise ValueError(f"weights must have H (RNN), 3H (GRU) or 4H (LSTM) rows everywhere, but these came: {shapes}.")
    options = {RNN: {"activation": activation}, GRU: {"reset": reset}, LSTM: {}}[kind]
    cell = kind(W_x.shape[1], H, rng=np.random.default_rng(0), dtype=W_x.dtype, **options)
    for gate in orders[kind]:
        part, sign = _rows(orders[kind], gate, H), -1 if gate == "z" else 1
        inside = kind is GRU and reset == "after" and gate == "g"  # r multiplies this bias: it stays by itself
        bias = b_x[part] if inside else b_x[part] + b_h[part]
        arrays = {"W_x": W_x[part], "W_h": W_h[part], "b_": bias[:, None]}
        for name, array in arrays.items():
            cell.params[name + gate] = sign * array
        if inside:
            cell.params.b_hg = b_h[part][:, None]
    return cell


def _rows(order, gate, H):
    k = order.index(gate)
    return slice(k * H, (k + 1) * H)
