#!/usr/bin/env bash
# onnx 1.23.2: the reference evaluator computes an LSTM as if clip, input_forget, activations and sequence_lens were not there.
#
# Expected, and wrong: "reference" means that what the operator's text defines is computed, or refused.
# Seen: a valid LSTM node (the checker passes it), four times with one more attribute or input; ONNX Runtime 1.32.0 gives another output
# each time, the reference evaluator the same as without, and no warning. So agreement with it proves nothing about
# such a node.
# Fails when the evaluator notices one of them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnx==1.23.2 onnxruntime==1.32.0 numpy
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

rng = np.random.default_rng(0)
T, N, D, H = 5, 2, 3, 4
given = {"X": (T, N, D), "W": (1, 4 * H, D), "R": (1, 4 * H, H), "B": (1, 8 * H)}
given = {name: (2 * rng.normal(size=shape)).astype(np.float32) for name, shape in given.items()}
lengths = {"lengths": np.array([2, 5], np.int32)}
CASES = {
    "as it is": ({}, {}),
    "clip=0.5": ({"clip": 0.5}, {}),
    "input_forget=1": ({"input_forget": 1}, {}),
    "activations=HardSigmoid, Tanh, Tanh": ({"activations": ["HardSigmoid", "Tanh", "Tanh"]}, {}),
    "sequence_lens=[2, 5]": ({}, lengths),
}


def outputs(attributes, more):
    """(reference evaluator, ONNX Runtime)."""
    arrays = given | more
    node = helper.make_node("LSTM", list(arrays), ["Y"], hidden_size=H, **attributes)
    kinds = {np.dtype("float32"): TensorProto.FLOAT, np.dtype("int32"): TensorProto.INT32}
    inputs = [helper.make_tensor_value_info(name, kinds[a.dtype], a.shape) for name, a in arrays.items()]
    made = helper.make_tensor_value_info("Y", TensorProto.FLOAT, [T, 1, N, H])
    graph = helper.make_graph([node], "one", inputs, [made])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return ReferenceEvaluator(model).run(None, arrays)[0], session.run(None, arrays)[0]


print(f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}; largest change of Y against the plain node")
plain = outputs(*CASES["as it is"])
assert np.abs(plain[0] - plain[1]).max() < 1e-5
for name, case in list(CASES.items())[1:]:
    reference, runtime = (np.abs(got - expected).max() for got, expected in zip(outputs(*case), plain, strict=True))
    print(f"{name:36} reference evaluator {reference:.3f}, ONNX Runtime {runtime:.3f}")
    assert reference == 0 and runtime > 0.01, "onnx behaves otherwise now"
PYTHON
