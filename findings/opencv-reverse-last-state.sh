#!/usr/bin/env bash
# OpenCV 5.0.0: the last states of an ONNX LSTM with the direction "reverse" are those after the first step it reads.
#
# Expected, and wrong: where Y is right, Y_h is right, since it is a row of Y: Y[0], where the reversed layer ends.
# Seen, T = 5, N = 2, the largest difference from NumPy by the operator's text. Y_h is Y[T - 1], and Y_c the cell after one step, too:
#
#                       Y        Y_h      Y_c
#     forward         6e-08    6e-08    2e-07
#     bidirectional   9e-08    8e-08    1e-07
#     reverse         4e-08    0.5      1.8
#
# So a classifier on the last state of a backward layer sees one step of its sequence, and who compares Y finds no mistake. Take Y[0]
# instead of Y_h; for Y_c, the second half of a bidirectional node.
# Fails when Y_h is Y[0].
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet opencv-python-headless==5.0.0.93 onnx==1.23.2 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import cv2
import numpy as np
import onnx
from onnx import TensorProto, helper

T, N, D, H = 5, 2, 3, 4


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def by_numpy(arrays, direction):
    """Y, Y_h and Y_c by the text of the operator; h and c begin as zeros."""
    ways = []
    for d in range(len(arrays["W"])):
        backwards = direction == "reverse" or d == 1
        h, c, found = np.zeros((N, H)), np.zeros((N, H)), []
        for x_t in arrays["X"][::-1] if backwards else arrays["X"]:
            a = x_t @ arrays["W"][d].T + h @ arrays["R"][d].T + arrays["B"][d].reshape(2, -1).sum(axis=0)
            i, o, f, g = np.split(a, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            found.append(h)
        ways.append((np.stack(found[::-1] if backwards else found), h, c))
    Y, h, c = zip(*ways, strict=True)
    return np.stack(Y, axis=1), np.stack(h), np.stack(c)


def by_opencv(arrays, direction, outputs):
    names = ("Y", "Y_h", "Y_c")
    node = helper.make_node("LSTM", list(arrays), list(names), hidden_size=H, direction=direction)
    constants = [onnx.numpy_helper.from_array(arrays[name], name) for name in ("W", "R", "B")]
    given = [helper.make_tensor_value_info("X", TensorProto.FLOAT, arrays["X"].shape)]
    made = [helper.make_tensor_value_info(name, TensorProto.FLOAT, a.shape) for name, a in zip(names, outputs, strict=True)]
    graph = helper.make_graph([node], "one", given, made, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "one.onnx")
    net = cv2.dnn.readNetFromONNX("one.onnx")
    net.setInput(arrays["X"], "X")
    return [got.reshape(a.shape) for got, a in zip(net.forward(list(names)), outputs, strict=True)]


print(f"OpenCV {cv2.__version__}, opencv-python-headless {version('opencv-python-headless')}, onnx {onnx.__version__}")
print("largest difference from NumPy in Y, Y_h and Y_c")
for direction in ("forward", "bidirectional", "reverse"):
    rng = np.random.default_rng(0)
    ways = 2 if direction == "bidirectional" else 1
    sizes = {"X": (T, N, D), "W": (ways, 4 * H, D), "R": (ways, 4 * H, H), "B": (ways, 8 * H)}
    arrays = {name: rng.normal(size=size).astype(np.float32) for name, size in sizes.items()}
    expected = by_numpy(arrays, direction)
    got = by_opencv(arrays, direction, expected)
    off = [np.abs(a - b).max() for a, b in zip(got, expected, strict=True)]
    print(f"{direction:13}", *(f"{value:.0e}" if value < 1e-5 else f"{value:.1f}" for value in off))
    assert off[0] < 1e-5 and (direction == "reverse" or max(off) < 1e-5), f"OpenCV or the test is wrong in {direction}"
assert np.array_equal(expected[0][0], expected[1]), "Y_h is not Y[0] by NumPy"
_, _, c_one = by_numpy(arrays | {"X": arrays["X"][-1:]}, "reverse")
first = np.abs(got[1] - expected[0][-1]).max(), np.abs(got[2] - c_one).max()
print(f"reverse: Y_h from Y[T - 1] {first[0]:.0e}, Y_c from c after one step {first[1]:.0e}")
assert min(off[1:]) > 0.1 and max(first) < 1e-5, "OpenCV behaves otherwise now"
PYTHON
