"""TensorFlow: Keras 2 (tf-keras), what it makes of files of Keras 1 and of CuDNN, BasicLSTMCell, LiteRT."""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
import tf_keras
from ai_edge_litert.interpreter import Interpreter
from cases import D, H, N, T, case, numbers, start, write
from tf_keras.src.saving.legacy.hdf5_format import preprocess_weights_for_loading

L = tf_keras.layers


def layer(row, made, shapes, names=None, before=None, **settings):
    """`before`: the version of Keras whose file the weights are read from."""
    two = isinstance(made, L.LSTM)
    x, *first = start(1 + two)
    made.build((N, T, D))
    weights = [numbers(*shape) for shape in shapes]
    made.set_weights(preprocess_weights_for_loading(made, weights, before) if before else weights)
    y = made(tf.constant(x.transpose(2, 0, 1)), initial_state=[tf.constant(array.T) for array in first]).numpy()
    arrays = dict(zip(names, weights, strict=True)) if names else weights
    case(row, arrays, x, first, y.transpose(1, 2, 0), **settings)


def three(G, bias):
    return (D, G * H), (H, G * H), bias


names = ("kernel", "recurrent_kernel", "bias")
old = {"recurrent_activation": "hard_sigmoid", "return_sequences": True}
plain = {"return_sequences": True}
layer("keras LSTM", L.LSTM(H, **old), three(4, (4 * H,)), names, gates="hard_sigmoid_0.2")
layer(
    "keras GRU(reset_after=False)",
    L.GRU(H, reset_after=False, **old),
    three(3, (3 * H,)),
    names,
    gates="hard_sigmoid_0.2",
)
layer("from_keras", L.LSTM(H, **plain), three(4, (8 * H,)), before="2")
layer("from_keras", L.GRU(H, **plain), three(3, (6 * H,)), before="2")
layer("from_keras", L.LSTM(H, **old), [(D, H), (H, H), (H,)] * 4, before="1")
layer("from_keras", L.GRU(H, reset_after=False, **old), [(D, H), (H, H), (H,)] * 3, before="1")

kernel, bias = numbers(D + H, 4 * H), numbers(4 * H)
x, h0, C0 = start(2)
h, C, zero, ys = h0.T, C0.T, np.zeros(H, np.float32), []
for x_t in x.swapaxes(1, 2):  # the compiled form of BasicLSTMCell; it adds forget_bias = 1 unless told otherwise
    made = tf.raw_ops.LSTMBlockCell(x=x_t.copy(), cs_prev=C, h_prev=h, w=kernel, wci=zero, wcf=zero, wco=zero, b=bias,
                                    forget_bias=1.0, cell_clip=-1.0)  # fmt: skip
    C, h = made.cs.numpy(), made.h.numpy()
    ys.append(h.T)
case("tensorflow BasicLSTMCell", {"kernel": kernel, "bias": bias}, x, (h0, C0), np.stack(ys), C.T)

made = L.LSTM(H, return_sequences=True)
model = tf_keras.Sequential([L.Input((T, D), batch_size=N), made])
made.set_weights([numbers(*shape) for shape in three(4, (4 * H,))])
signature = tf.function(lambda x: model(x)).get_concrete_function(tf.TensorSpec((N, T, D), tf.float32))
lite = Interpreter(model_content=tf.lite.TFLiteConverter.from_concrete_functions([signature], model).convert())
lite.allocate_tensors()
[node] = [node for node in lite._get_ops_details() if node["op_name"] == "UNIDIRECTIONAL_SEQUENCE_LSTM"]
arrays = {str(k): lite.get_tensor(node["inputs"][k]) for k in (*range(1, 9), *range(12, 16))}
x, nothing = numbers(T, D, N), np.zeros((H, N), np.float32)  # its states begin at zero
lite.set_tensor(lite.get_input_details()[0]["index"], np.ascontiguousarray(x.transpose(2, 0, 1)))
lite.invoke()
y = lite.get_tensor(lite.get_output_details()[0]["index"])
case("LiteRT UNIDIRECTIONAL_SEQUENCE_LSTM", arrays, x, (nothing, nothing), y.transpose(1, 2, 0))
write("tensorflow", "tf-keras", "ai-edge-litert")
