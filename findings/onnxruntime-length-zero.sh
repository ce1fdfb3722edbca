#!/usr/bin/env bash
# ONNX Runtime 1.32.0 and OpenVINO 2026.4.1: a sequence of length 0 in a batch comes back with the states zero, not with its own.
#
# Expected, and wrong: no step, no change: Y_h and Y_c are initial_h and initial_c, as a mask does it in Keras and as
# the recursion says.
# Seen, LSTM, GRU and RNN, in each direction, sequence_lens = 5 3 0 and states at random: Y is right (zeros behind each end), Y_h and Y_c
# are right for the first two, and all zeros for the third. The checker passes the model, and neither engine complains.
#
# So a batch of streams that is read in pieces, each with its states carried on, forgets a stream in every piece that has none of its
# steps: when it pauses, or has ended before the others. Put the states back yourself where the length is 0.
# Fails when one engine gives the states back.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet openvino==2026.4.1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
cat >look.py <<'PYTHON'
import io

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper

T, D, H = 5, 3, 4
LENGTHS = [5, 3, 0]
BLOCKS = {"LSTM": 4, "GRU": 3, "RNN": 1}


def node_model(op, direction):
    """One node as a model, and the arrays for its inputs."""
    rng = np.random.default_rng(0)
    ways, rows, N = 2 if direction == "bidirectional" else 1, BLOCKS[op] * H, len(LENGTHS)
    sizes = {"X": (T, N, D), "h": (ways, N, H), "c": (ways, N, H), "W": (ways, rows, D), "R": (ways, rows, H), "B": (ways, 2 * rows)}
    arrays = {name: rng.normal(size=size).astype(np.float32) for name, size in sizes.items()}
    states = ["h", "c"] if op == "LSTM" else ["h"]
    node = helper.make_node(
        op, ["X", "W", "R", "B", "L", *states], ["Y", *(f"Y_{s}" for s in states)], hidden_size=H, direction=direction
    )
    constants = [onnx.numpy_helper.from_array(arrays[name], name) for name in ("W", "R", "B")]
    info = helper.make_tensor_value_info
    inputs = [info(name, TensorProto.FLOAT, sizes[name]) for name in ("X", *states)] + [info("L", TensorProto.INT32, (N,))]
    outputs = [info("Y", TensorProto.FLOAT, (T, ways, N, H))] + [info(f"Y_{s}", TensorProto.FLOAT, sizes[s]) for s in states]
    graph = helper.make_graph([node], "one", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    given = {name: arrays[name] for name in ("X", *states)} | {"L": np.array(LENGTHS, np.int32)}
    return model.SerializeToString(), given, states


def by_runtime(model, given):
    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, given)


def by_openvino(model, given):
    core = openvino.Core()
    compiled = core.compile_model(core.read_model(io.BytesIO(model)), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    results = compiled(given)
    return [results[output] for output in compiled.outputs]


def last_steps(Y, direction):
    """Where each direction of the two sequences that have steps ends, taken from Y."""
    backwards = {"forward": [False], "reverse": [True], "bidirectional": [False, True]}[direction]
    return np.stack([[Y[0 if back else n - 1, d, k] for k, n in enumerate(LENGTHS[:2])] for d, back in enumerate(backwards)])


print(f"onnxruntime {onnxruntime.__version__}, OpenVINO {openvino.__version__}, onnx {onnx.__version__}; lengths {LENGTHS}")
for engine in (by_runtime, by_openvino):
    for op in BLOCKS:
        for direction in ("forward", "reverse", "bidirectional"):
            model, given, states = node_model(op, direction)
            Y, *last = engine(model, given)
            assert np.abs(last[0][:, :2] - last_steps(Y, direction)).max() < 1e-6, "the engine or the test is wrong where there are steps"
            kept = [bool(np.allclose(got[:, 2], given[state][:, 2])) for state, got in zip(states, last, strict=True)]
            zeros = not any(got[:, 2].any() for got in last)
            print(f"{engine.__name__} {op} {direction}: states of the third kept {kept}, all zeros {zeros}")
            assert zeros and not any(kept), f"{engine.__name__} behaves otherwise now"
PYTHON
venv/bin/python look.py
