"""TensorFlow.js, in node."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from cases import D, H, case, numbers, plain, start, write

LAYERS = {
    "simpleRNN": ([(D, H), (H, H), (H,)], ("kernel", "recurrent_kernel", "bias")),
    "lstm": ([(D, 4 * H), (H, 4 * H), (4 * H,)], ("kernel", "recurrent_kernel", "bias")),
    "gru": ([(D, 3 * H), (H, 3 * H), (3 * H,)], ("kernel", "recurrent_kernel", "bias")),
    "basicLSTMCell": ([(D + H, 4 * H), (4 * H,)], ("kernel", "bias")),
}
drawn = {kind: ([numbers(*shape) for shape in shapes], *start(1 + ("lstm" in kind.lower())))
         for kind, (shapes, _) in LAYERS.items()}  # fmt: skip
asked = [
    {"kind": kind, "H": H, "x": x.swapaxes(1, 2), "first": [s.T for s in first], "weights": weights}
    for kind, (weights, x, *first) in drawn.items()
]
made = subprocess.run(
    ["node", Path(__file__).with_suffix(".cjs")], input=json.dumps(plain(asked)), stdout=subprocess.PIPE,
    text=True, check=True, env=os.environ | {"NODE_PATH": str(Path(sys.prefix) / "node_modules")},
)  # fmt: skip
answer = json.loads(made.stdout[made.stdout.index('{"version"') :])
for (kind, (weights, x, *first)), got in zip(drawn.items(), answer["made"], strict=True):
    h, C = np.array(got["y"], np.float32).swapaxes(1, 2), got.get("C")
    case(f"tfjs {kind}", dict(zip(LAYERS[kind][1], weights, strict=True)), x, first, h, C and np.array(C, np.float32).T)
write(tfjs=answer["version"])
