"""OpenVINO, on the CPU."""

import numpy as np
import openvino as ov
from cases import D, H, N, T, case, numbers, start, write
from openvino import opset14 as op


def layer(row, make, G, states=1, blocks=None):
    arrays = {"W": numbers(1, G * H, D), "R": numbers(1, G * H, H), "B": numbers(1, (blocks or G) * H)}
    x, *first = start(states)
    shapes = [(N, T, D)] + [(N, 1, H)] * states
    inputs = [op.parameter(shape, np.float32) for shape in shapes]
    lengths = op.constant(np.full(N, T, np.int64))
    node = make(*inputs, lengths, *(op.constant(array) for array in arrays.values()))
    model = ov.Core().compile_model(ov.Model(node.outputs(), inputs), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    made = model([np.ascontiguousarray(x.transpose(2, 0, 1)), *(np.ascontiguousarray(s.T[:, None]) for s in first)])
    Y, C = made[0], made[2] if states == 2 else None
    case(row, arrays, x, first, Y[:, 0].transpose(1, 2, 0), None if C is None else C[:, 0].T)


layer("openvino RNNSequence", lambda *given: op.rnn_sequence(*given, H, "forward"), 1)
layer("openvino LSTMSequence", lambda *given: op.lstm_sequence(*given, H, "forward"), 4, 2)
layer("openvino GRUSequence", lambda *given: op.gru_sequence(*given, H, "forward"), 3)
layer("openvino GRUSequence(linear_before_reset=True)",
      lambda *given: op.gru_sequence(*given, H, "forward", linear_before_reset=True), 3, blocks=4)  # fmt: skip
write("openvino")
