"""Make data/silero/: the speech detector's weights, our eight seconds at 16 kHz, and what it says of them.

    python3 -m venv make-env
    make-env/bin/pip install numpy onnx==1.23.2 onnxruntime==1.32.0
    make-env/bin/pip download --no-deps -d wheels silero-vad==6.2.3
    make-env/bin/python data/make/silero.py wheels/silero_vad-6.2.3-py3-none-any.whl

The weights are those of the package's ``silero_vad.onnx``, its branch for 16 kHz, float32 as they are there, written as
a safetensors file under the names they have there. (The package has a safetensors file of its own, which holds another
training.) onnxruntime runs the ONNX file, so that what is recorded comes from other code.
"""

import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from archive import save
from sound import sound

HERE = Path(__file__).resolve().parent
CHUNK, BEFORE = 512, 64  # samples a step, and of those before it


BRANCH = "If_0_then_branch__Inline_0__"  # at 16 kHz
NAMES = (
    "stft.forward_basis_buffer",
    *(f"encoder.{k}.reparam_conv.{part}" for k in range(4) for part in ("weight", "bias")),
    *(f"decoder.rnn.{part}" for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")),
    *(f"decoder.decoder.2.{part}" for part in ("weight", "bias")),
)


def constants(graph):
    """All constants of a graph and of its branches: (name, array)."""
    for tensor in graph.initializer:
        yield tensor.name, onnx.numpy_helper.to_array(tensor)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.TENSOR:
                yield node.output[0], onnx.numpy_helper.to_array(attribute.t)
            elif attribute.type == onnx.AttributeProto.GRAPH:
                yield from constants(attribute.g)


def save_safetensors(path, arrays):
    """Write float32 arrays one after the other, behind a head of JSON that says where each lies."""
    head, end = {}, 0
    for name, array in arrays.items():
        head[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    content = b"".join(array.astype("<f4").tobytes() for array in arrays.values())
    path.write_bytes(len(text).to_bytes(8, "little") + text + content)
    print(f"{path.name}: {path.stat().st_size} bytes")


def at_16_khz(samples):
    """The sound at a third of its rate: all above 8 kHz is left out."""
    spectrum = np.fft.rfft(samples / 32768)
    kept = spectrum[: len(samples) // 6 + 1]
    kept[-1] = 0
    return np.round(np.fft.irfft(kept) / 3 * 32767).astype(np.int16)


def said(model, samples):
    """The probability of each step, and the last state, as onnxruntime computes them."""
    session = onnxruntime.InferenceSession(model)
    padded = np.concatenate([np.zeros(BEFORE, np.float32), samples.astype(np.float32) / 32768])
    state, probabilities = np.zeros((2, 1, 128), np.float32), []
    for start in range(0, len(samples) - CHUNK + 1, CHUNK):
        given = {"input": padded[None, start : start + BEFORE + CHUNK], "state": state, "sr": np.array(16_000)}
        out, state = session.run(None, given)
        probabilities.append(out[0, 0])
    return np.array(probabilities, np.float32), state[:, 0]


def main(wheel, folder=HERE.parent / "silero"):
    """Write the weights, the sound with what is said of it, and the licence."""
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(wheel) as package:
        model = package.read("silero_vad/data/silero_vad.onnx")
        licence = next(name for name in package.namelist() if name.endswith("licenses/LICENSE"))
        (folder / "LICENSE").write_bytes(package.read(licence))
    found = dict(constants(onnx.load_from_string(model).graph))
    save_safetensors(folder / "weights.safetensors", {name: found[BRANCH + name] for name in NAMES})
    samples = at_16_khz(sound())
    probabilities, last = said(model, samples)
    print(f"{len(samples)} samples, {len(probabilities)} steps")
    save(folder / "recorded.npz", {"samples": samples, "probabilities": probabilities, "last": last})


if __name__ == "__main__":
    main(sys.argv[1])
