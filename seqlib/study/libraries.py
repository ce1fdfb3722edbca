"""How other libraries write the same cells: one row a cell, and nothing of it is code.

`seqlib.study.conventions` reads and writes weights by these rows; docs/conventions.md shows them as a table; and
``python -m tools.conventions`` runs the libraries and compares.
"""

from typing import NamedTuple


class Convention(NamedTuple):
    """One cell of one library.

    Attributes
    ----------
    library, version, layer : str
    kind : {"RNN", "LSTM", "GRU", "sLSTM"}
        What it is.
    order : str
        Its blocks, one letter each: i f g o of an LSTM (g the candidate), r z g of a GRU, h of an RNN.
    names : dict of str to str
        What each array is called. The keys: ``W_x``, ``W_h``; ``b_x``, ``b_h``, the bias beside each, ``b_hg`` where
        the latter is the candidate's alone; and of arrays that lie together ``W_xh``, ``W_xhb`` (side by side along the
        inputs), ``b_xh`` (both biases), ``b_xhg`` (b_x, then b_hg). Several names are one a block, in the order of
        `order`; a dash is a block that has none.
    layout : {"rows", "columns", "cudnn"}, each also with " by unit"
        See `seqlib.study.conventions.from_blocks`.
    z : {"keeps", "writes"}
    reset : {"after", "before"}
    add : float
        What is added to the sum of the forget gate at run time, outside the weights.
    axis : bool
        Whether the first axis of every array counts directions.
    layered : bool
        Whether the names end in ``_l0``, ``_l0_reverse``, ``_l1``, …, one for each layer and direction.
    activation, gates : str
        The functions, where the library's own are not tanh and σ.
    other : bool
        Whether its layers can be given other functions.
    how : {"run", "read"}
        Whether the row was checked by running the library, or only by its documents.
    """

    library: str
    version: str
    layer: str
    kind: str
    order: str
    names: dict
    layout: str = "rows"
    z: str = "keeps"
    reset: str = "after"
    add: float = 0
    axis: bool = False
    layered: bool = False
    activation: str = "tanh"
    gates: str = "sigmoid"
    other: bool = False
    how: str = "run"

    @property
    def name(self):
        """The library and the layer; the key in `CONVENTIONS`."""
        return f"{self.library} {self.layer}"


_TORCH = {"W_x": "weight_ih", "W_h": "weight_hh", "b_x": "bias_ih", "b_h": "bias_hh"}
_KERAS = {"W_x": "kernel", "W_h": "recurrent_kernel", "b_x": "bias"}
_KERAS_TWO = {"W_x": "kernel", "W_h": "recurrent_kernel", "b_xh": "bias"}
_ONNX = {"W_x": "W", "W_h": "R", "b_xh": "B"}
_OPENVINO = {"W_x": "W", "W_h": "R", "b_x": "B"}
_WEBNN = {"W_x": "weight", "W_h": "recurrentWeight", "b_x": "bias", "b_h": "recurrentBias"}
_COREML = {"W_x": "weight_ih", "W_h": "weight_hh", "b_x": "bias"}
_JOINED = {"W_xh": "kernel", "b_x": "bias"}
_LINEN_LSTM = {
    "W_x": "ii.kernel if.kernel ig.kernel io.kernel",
    "W_h": "hi.kernel hf.kernel hg.kernel ho.kernel",
    "b_h": "hi.bias hf.bias hg.bias ho.bias",
}
_DENSE = {"W_x": "dense_i.kernel", "W_h": "dense_h.kernel"}


def _family(library, version, *rows, **shared):
    return [Convention(library, version, *row[:4], **shared | (row[4] if len(row) > 4 else {})) for row in rows]


_ROWS = [
    *_family("torch.nn", "2.13.0", ("RNN", "RNN", "h", _TORCH, {"other": True}), ("LSTM", "LSTM", "ifgo", _TORCH),
             ("GRU", "GRU", "rzg", _TORCH), layered=True),
    *_family("paddle.nn", "3.3.1", ("SimpleRNN", "RNN", "h", _TORCH, {"other": True}), ("LSTM", "LSTM", "ifgo", _TORCH),
             ("GRU", "GRU", "rzg", _TORCH), layered=True),
    *_family("mindspore.nn", "2.10.0", ("LSTM", "LSTM", "ifgo", _TORCH), ("GRU", "GRU", "rzg", _TORCH),
             layered=True, how="read"),
    *_family("jax.experimental.rnn", "0.10.2",
             ("lstm", "LSTM", "ifgo", {"W_x": "W_ih", "W_h": "W_hh", "b_x": "b_ih", "b_h": "b_hh"})),
    *_family("keras", "3.15.1", ("SimpleRNN", "RNN", "h", _KERAS), ("LSTM", "LSTM", "ifgo", _KERAS),
             ("GRU", "GRU", "zrg", _KERAS_TWO),
             ("GRU(reset_after=False)", "GRU", "zrg", _KERAS, {"reset": "before"}), layout="columns", other=True),
    *_family("keras", "2", ("CuDNNLSTM", "LSTM", "ifgo", _KERAS_TWO), ("CuDNNGRU", "GRU", "zrg", _KERAS_TWO),
             layout="cudnn"),
    *_family("keras", "1",
             ("LSTM of version 1", "LSTM", "igfo", {"W_x": "W_i W_c W_f W_o", "W_h": "U_i U_c U_f U_o",
                                                    "b_x": "b_i b_c b_f b_o"}),
             ("GRU of version 1", "GRU", "zrg", {"W_x": "W_z W_r W_h", "W_h": "U_z U_r U_h", "b_x": "b_z b_r b_h"}),
             layout="columns", reset="before", gates="hard_sigmoid_0.2", other=True),
    *_family("tensorflow", "1", ("BasicLSTMCell", "LSTM", "igfo", _JOINED, {"add": 1}), layout="columns"),
    *_family("tfjs", "4.22.0", ("simpleRNN", "RNN", "h", _KERAS, {"gates": "sigmoid"}),
             ("lstm", "LSTM", "ifgo", _KERAS),
             ("gru", "GRU", "zrg", _KERAS), layout="columns", reset="before", gates="hard_sigmoid_0.2", other=True),
    *_family("tfjs", "4.22.0", ("basicLSTMCell", "LSTM", "igfo", _JOINED, {"add": 1}), layout="columns"),
    *_family("onnx", "opset 22", ("RNN", "RNN", "h", _ONNX), ("LSTM", "LSTM", "iofg", _ONNX),
             ("GRU", "GRU", "zrg", _ONNX, {"reset": "before"}),
             ("GRU(linear_before_reset=1)", "GRU", "zrg", _ONNX), axis=True, other=True),
    *_family("openvino", "2026.4.1", ("RNNSequence", "RNN", "h", _OPENVINO),
             ("LSTMSequence", "LSTM", "figo", _OPENVINO),
             ("GRUSequence", "GRU", "zrg", _OPENVINO, {"reset": "before"}),
             ("GRUSequence(linear_before_reset=True)", "GRU", "zrg", {"W_x": "W", "W_h": "R", "b_xhg": "B"}),
             axis=True, other=True),
    *_family("WebNN", "draft of 2026-06-26", ("lstm", "LSTM", "iofg", _WEBNN),
             ("lstm(layout=ifgo)", "LSTM", "ifgo", _WEBNN),
             ("gru", "GRU", "zrg", _WEBNN), ("gru(layout=rzn)", "GRU", "rzg", _WEBNN),
             ("gru(resetAfter=false)", "GRU", "zrg", _WEBNN, {"reset": "before"}), axis=True, other=True, how="read"),
    *_family("Core ML", "coremltools 9.0", ("rnn", "RNN", "h", _COREML), ("lstm", "LSTM", "ifog", _COREML),
             ("gru", "GRU", "rgz", _COREML, {"reset": "before"}), other=True, how="read"),
    *_family("LiteRT", "2.3.0", ("UNIDIRECTIONAL_SEQUENCE_LSTM", "LSTM", "ifgo",
                                 {"W_x": "1 2 3 4", "W_h": "5 6 7 8", "b_x": "12 13 14 15"})),
    *_family("flax.linen", "0.12.8",
             ("SimpleCell", "RNN", "h", {"W_x": "i.kernel", "W_h": "h.kernel", "b_x": "i.bias"}, {"other": True}),
             ("LSTMCell", "LSTM", "ifgo", _LINEN_LSTM), ("OptimizedLSTMCell", "LSTM", "ifgo", _LINEN_LSTM),
             ("GRUCell", "GRU", "rzg", {
                 "W_x": "ir.kernel iz.kernel in.kernel", "W_h": "hr.kernel hz.kernel hn.kernel",
                 "b_x": "ir.bias iz.bias in.bias", "b_h": "- - hn.bias"}), layout="columns"),
    *_family("flax.nnx", "0.12.8",
             ("SimpleCell", "RNN", "h", _DENSE | {"b_x": "dense_i.bias"}, {"other": True}),
             ("LSTMCell", "LSTM", "ifgo", _LINEN_LSTM | {"W_x": "ii.kernel if_.kernel ig.kernel io.kernel"}),
             ("OptimizedLSTMCell", "LSTM", "ifgo", _DENSE | {"b_h": "dense_h.bias"}),
             ("GRUCell", "GRU", "rzg", _DENSE | {"b_x": "dense_i.bias"}), layout="columns"),
    *_family("equinox.nn", "0.13.8",
             ("LSTMCell", "LSTM", "ifgo", {"W_x": "weight_ih", "W_h": "weight_hh", "b_x": "bias"}),
             ("GRUCell", "GRU", "rzg", {"W_x": "weight_ih", "W_h": "weight_hh", "b_x": "bias", "b_hg": "bias_n"})),
    *_family("haiku", "0.0.17",
             ("VanillaRNN", "RNN", "h",
              {"W_x": "linear.w", "W_h": "linear_1.w", "b_x": "linear.b", "b_h": "linear_1.b"},
              {"activation": "relu"}),
             ("LSTM", "LSTM", "igfo", {"W_xh": "w", "b_x": "b"}, {"add": 1}),
             ("GRU", "GRU", "zrg", {"W_x": "w_i", "W_h": "w_h", "b_x": "b"}, {"z": "writes", "reset": "before"}),
             layout="columns"),
    *_family("mlx.nn", "0.32.4",
             ("RNN", "RNN", "h", {"W_x": "Wxh", "W_h": "Whh", "b_x": "bias"}, {"other": True}),
             ("LSTM", "LSTM", "ifgo", {"W_x": "Wx", "W_h": "Wh", "b_x": "bias"}),
             ("GRU", "GRU", "rzg", {"W_x": "Wx", "W_h": "Wh", "b_x": "b", "b_hg": "bhn"})),
    *_family("DyNet", "2.1.2",
             ("SimpleRNNBuilder", "RNN", "h", {"W_x": "_0", "W_h": "_1", "b_x": "_2"}),
             ("VanillaLSTMBuilder", "LSTM", "ifog", {"W_x": "_0", "W_h": "_1", "b_x": "_2"}, {"add": 1}),
             ("GRUBuilder", "GRU", "zrg", {"W_x": "_0 _3 _6", "W_h": "_1 _4 _7", "b_x": "_2 _5 _8"},
              {"z": "writes", "reset": "before"})),
    *_family("Tesseract", "5", ("LSTM", "LSTM", "gifo", {"W_xhb": "CI GI GF1 GO"}), how="read"),
    *_family("xlstm", "2.0.6", ("sLSTMLayer", "sLSTM", "ifgo", {
        "W_x": "fgate.weight igate.weight zgate.weight ogate.weight",
        "W_h": "slstm_cell._recurrent_kernel_", "b_x": "slstm_cell._bias_"}), how="read"),
]  # fmt: skip

CONVENTIONS = {row.name: row for row in _ROWS}
