#!/usr/bin/env bash
# MNN 3.6.1: an ONNX GRU without linear_before_reset has its reset gate after the product with R all the same; reverse runs forwards.
#
# Expected, and wrong: an attribute of the operator is followed, or the converter refuses the model; it warns where sequence_lens is
# given, for example.
# Seen, models the checker passes, T = 5, N = 2: the largest difference of all outputs from NumPy by the operator's text.
#
#                                         forward    reverse    both from MNN's own layer
#     linear_before_reset=1                1e-07       1          1e-07
#     linear_before_reset=0, as by default  0.5        1          1e-07
#
# MNN's own layer goes forwards; without the attribute its candidate is tanh(W x + b + r (R h) + b_R) instead of tanh(W x + b + R (r h) + b_R).
# "Converted Success!" each time. PyTorch's GRU has the attribute, so who tries the converter with one sees nothing; Keras's with
# reset_after=False, haiku's, and the paper's have not.
# Fails when one of the three differences is gone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet MNN==3.6.1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
cat >look.py <<'PYTHON'
from importlib.metadata import version

# The converter itself: what the command mnnconvert puts around it also installs a package, and sends statistics.
import _tools
import numpy as np
import onnx
import onnxruntime
from MNN import expr, nn
from onnx import TensorProto, helper

T, N, D, H = 5, 2, 3, 4


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def by_numpy(arrays, linear_before_reset, direction, own=False):
    """Y and Y_h by the text of the operator; own: by MNN's idea of it."""
    W, R, b, h, found = arrays["W"][0], arrays["R"][0], arrays["B"][0], arrays["h"][0], []
    for x_t in arrays["X"][::-1] if direction == "reverse" else arrays["X"]:
        u_z, u_r, u_n = np.split(x_t @ W.T + b[: 3 * H], 3, axis=1)
        v_z, v_r, v_n = np.split(h @ R.T + b[3 * H :], 3, axis=1)
        z, r = sigmoid(u_z + v_z), sigmoid(u_r + v_r)
        if not linear_before_reset:
            R_n, b_n = R[2 * H :], b[5 * H :]
            v_n = r * (h @ R_n.T) + b_n if own else (r * h) @ R_n.T + b_n
        else:
            v_n = r * v_n
        h = (1 - z) * np.tanh(u_n + v_n) + z * h
        found.append(h)
    return np.stack(found[::-1] if direction == "reverse" else found)[:, None], h[None]


def computed(linear_before_reset, direction):
    """The outputs by NumPy, by MNN, by ONNX Runtime, and by NumPy for MNN's own idea of the layer."""
    rng = np.random.default_rng(0)
    sizes = {"X": (T, N, D), "W": (1, 3 * H, D), "R": (1, 3 * H, H), "B": (1, 6 * H), "h": (1, N, H)}
    arrays = {name: rng.normal(size=size).astype(np.float32) for name, size in sizes.items()}
    expected = by_numpy(arrays, linear_before_reset, direction)
    attributes = {"hidden_size": H, "direction": direction} | ({"linear_before_reset": 1} if linear_before_reset else {})
    node = helper.make_node("GRU", ["X", "W", "R", "B", "", "h"], ["Y", "Y_h"], **attributes)
    constants = [onnx.numpy_helper.from_array(arrays[name], name) for name in ("W", "R", "B")]
    given = {name: arrays[name] for name in ("X", "h")}
    info = helper.make_tensor_value_info
    inputs = [info(name, TensorProto.FLOAT, a.shape) for name, a in given.items()]
    outputs = [info(name, TensorProto.FLOAT, a.shape) for name, a in zip(("Y", "Y_h"), expected, strict=True)]
    graph = helper.make_graph([node], "one", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "one.onnx")
    by_runtime = onnxruntime.InferenceSession("one.onnx", providers=["CPUExecutionProvider"]).run(None, given)
    _tools.mnnconvert(["mnnconvert", "-f", "ONNX", "--modelFile", "one.onnx", "--MNNModel", "one.mnn", "--bizCode", "one"])
    network = nn.load_module_from_file("one.mnn", list(given), ["Y", "Y_h"])
    made = network.forward([expr.const(a.ravel().tolist(), list(a.shape), expr.NCHW, expr.float) for a in given.values()])
    by_mnn = [np.array(expr.convert(one, expr.NCHW).read()).reshape(a.shape) for one, a in zip(made, expected, strict=True)]
    return expected, by_mnn, by_runtime, by_numpy(arrays, linear_before_reset, "forward", own=True)


def off(one, other):
    return max(np.abs(a - b).max() for a, b in zip(one, other, strict=True))


found = []
for linear_before_reset in (1, 0):
    for direction in ("forward", "reverse"):
        expected, by_mnn, by_runtime, own = computed(linear_before_reset, direction)
        assert off(by_runtime, expected) < 1e-5, "ONNX Runtime and NumPy differ"
        found.append((linear_before_reset, direction, off(by_mnn, expected), off(by_mnn, own)))
print(f"MNN {version('MNN')}, onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}; largest differences")
for linear_before_reset, direction, wrong, own in found:
    print(f"linear_before_reset={linear_before_reset} {direction}: {wrong:.1g}, from its own layer {own:.0e}")
assert found[0][2] < 1e-5, "MNN or the test is wrong in the layer that is PyTorch's"
assert all(wrong > 0.1 and own < 1e-5 for _, _, wrong, own in found[1:]), "MNN behaves otherwise now"
PYTHON
venv/bin/python look.py
