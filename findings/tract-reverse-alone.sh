#!/usr/bin/env bash
# tract 0.23.9: an ONNX LSTM, GRU or RNN whose direction is "reverse" is computed forwards, and nothing is said.
#
# Expected, and wrong: an engine that computes "bidirectional", whose second half is the reversed direction, computes "reverse" alone,
# too, or refuses it.
# Seen, with models the checker passes, T = 5, N = 2: the largest difference of all outputs from NumPy by the operators' text.
#
#             bidirectional    reverse    reverse, from a forward layer with the same weights
#     LSTM        2e-07          0.7          2e-07
#     GRU         3e-07          1.2          2e-07
#     RNN         4e-07          2.0          7e-07
#
# ONNX Runtime 1.32.0 agrees with NumPy in all of them. Every shape is right, so a network with a backward layer of its own runs, and is
# another network. A way out is a bidirectional node of which only the second half is used.
# Fails when a reversed layer begins at the last step.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tract==0.23.9 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
import tract
from onnx import TensorProto, helper

T, N, D, H = 5, 2, 3, 4
BLOCKS = {"LSTM": 4, "GRU": 3, "RNN": 1}


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def one_way(op, x, W, R, b, h, c):
    """All h, the last h and the last c of one direction, by the text of the operators (activations as by default)."""
    bW, bR, found = b[: len(W)], b[len(W) :], []
    for x_t in x:
        u, v = x_t @ W.T + bW, h @ R.T + bR
        if op == "LSTM":
            i, o, f, g = np.split(u + v, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
        elif op == "GRU":
            (u_z, u_r, u_n), (v_z, v_r, _) = np.split(u, 3, axis=1), np.split(v, 3, axis=1)
            z, r = sigmoid(u_z + v_z), sigmoid(u_r + v_r)
            h = (1 - z) * np.tanh(u_n + (r * h) @ R[2 * H :].T + bR[2 * H :]) + z * h
        else:
            h = np.tanh(u + v)
        found.append(h)
    return np.stack(found), h, c


def by_numpy(op, arrays, direction):
    ways = []
    for d in range(len(arrays["W"])):
        backwards = direction == "reverse" or d == 1
        x = arrays["X"][::-1] if backwards else arrays["X"]
        c = arrays["c"][d] if op == "LSTM" else None
        Y, h, c = one_way(op, x, arrays["W"][d], arrays["R"][d], arrays["B"][d], arrays["h"][d], c)
        ways.append((Y[::-1] if backwards else Y, h, c))
    Y, h, c = zip(*ways, strict=True)
    return [np.stack(Y, axis=1), np.stack(h)] + ([np.stack(c)] if op == "LSTM" else [])


def computed(op, direction):
    """(NumPy, tract, ONNX Runtime, NumPy of a forward layer with the same weights): each the outputs of one node."""
    rng = np.random.default_rng(0)
    ways, rows = 2 if direction == "bidirectional" else 1, BLOCKS[op] * H
    sizes = {"X": (T, N, D), "W": (ways, rows, D), "R": (ways, rows, H), "B": (ways, 2 * rows), "h": (ways, N, H), "c": (ways, N, H)}
    arrays = {name: rng.normal(size=size).astype(np.float32) for name, size in sizes.items() if name != "c" or op == "LSTM"}
    names = ["X", "W", "R", "B", "", "h"] + (["c"] if op == "LSTM" else [])
    expected = by_numpy(op, arrays, direction)
    outputs = [f"out{k}" for k in range(len(expected))]
    node = helper.make_node(op, names, outputs, hidden_size=H, direction=direction)
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, arrays[name].shape) for name in names if name]
    made = [helper.make_tensor_value_info(name, TensorProto.FLOAT, a.shape) for name, a in zip(outputs, expected, strict=True)]
    model = helper.make_model(helper.make_graph([node], "one", given, made), opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "one.onnx")
    session = onnxruntime.InferenceSession("one.onnx", providers=["CPUExecutionProvider"])
    run = tract.onnx().load("one.onnx").into_model().into_runnable().run
    by_tract = [output.to_numpy() for output in run([arrays[name] for name in names if name])]
    return expected, by_tract, session.run(None, arrays), by_numpy(op, arrays, "forward")


def off(one, other):
    return max(np.abs(a - b).max() for a, b in zip(one, other, strict=True))


print(f"tract {version('tract')}, onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}; largest differences")
for op in BLOCKS:
    for direction in ("forward", "bidirectional"):
        expected, by_tract, by_runtime, _ = computed(op, direction)
        assert off(by_runtime, expected) < 1e-5 and off(by_tract, expected) < 1e-5, f"tract or the test is wrong in {direction}"
    both = off(by_tract, expected)
    expected, by_tract, by_runtime, forward = computed(op, "reverse")
    assert off(by_runtime, expected) < 1e-5, "ONNX Runtime and NumPy differ"
    print(f"{op:4} bidirectional {both:.0e}, reverse {off(by_tract, expected):.1f}, reverse against forward {off(by_tract, forward):.0e}")
    assert off(by_tract, expected) > 0.1 and off(by_tract, forward) < 1e-5, "tract behaves otherwise now"
PYTHON
