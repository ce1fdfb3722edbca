#!/usr/bin/env bash
# silero-vad 6.2.3: the wheel's silero_vad_16k.safetensors is not the network of the silero_vad.onnx beside it.
#
# Expected, and wrong: two files of one detector in one wheel hold the same weights, so that either may be opened.
# Seen: every tensor of the safetensors file has a partner of its size among the ONNX file's constants (its 16 kHz branch); only
# the Fourier basis of the front end is equal. The nearest partner of every convolution and of the LSTM's matrices is off
# by 0.6 and more, up to 18. Who takes the weights from one file and compares with the other finds no mistake of their own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet onnx==1.23.2 safetensors==0.8.0 numpy
"$folder/venv/bin/pip" install --quiet --no-deps silero-vad==6.2.3
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import load_file

data = Path(find_spec("silero_vad").submodule_search_locations[0]) / "data"  # found, not imported: that would need PyTorch


def tensors(graph):
    """Every array of a graph: initializers, constants, and those of the branches of an If."""
    yield from map(numpy_helper.to_array, graph.initializer)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.TENSOR:
                yield numpy_helper.to_array(attribute.t)
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from tensors(attribute.g)


there = list(tensors(onnx.load(data / "silero_vad.onnx").graph))
print(f"silero-vad {version('silero-vad')}: largest difference to the nearest array of the same size in silero_vad.onnx")
off = {}
for name, array in load_file(data / "silero_vad_16k.safetensors").items():
    near = [np.abs(other.reshape(array.shape).astype(float) - array).max() for other in there if other.size == array.size]
    off[name] = min(near, default=np.inf)
    print(f"  {name:45} {str(array.shape):18} {off[name]:.3g}")
equal = [name for name, value in off.items() if value < 1e-6]
matrices = [value for name, value in off.items() if "weight" in name and name not in equal]
assert len(equal) == 1 and "stft" in equal[0], f"silero-vad is otherwise now: equal are {equal}"
assert min(matrices) > 0.1, f"silero-vad is otherwise now: {min(matrices):.3g}"
PYTHON
