"""Silero's speech detector (silero-vad 6.2.3): does somebody speak? Its own weights in our LSTM.

Every 32 ms: 512 samples, and 64 of those before, → the sizes of 129 frequencies at four times → four convolutions, a
last one that leaves one column of 128 numbers → an LSTM of 128 units → one probability. What is computed here differs
from onnxruntime's float32 by less than 1e-5.
"""

from dataclasses import dataclass

import numpy as np

from ... import data
from ...in_words import answering
from ...nn.functions import sigmoid
from .. import weights_file

RATE, CHUNK, BEFORE = 16_000, 512, 64  # samples a second, a step, and of those before it
SECONDS = CHUNK / RATE
STRIDES = (1, 2, 2, 1)  # of the four convolutions


@dataclass(frozen=True)
class Run:
    """What a run left: ``x`` (T, 128) what the LSTM reads, its ``trace``, and ``speech`` (T,), the probability."""

    x: np.ndarray
    trace: object
    speech: np.ndarray


class Detector:
    """The detector: a front end without memory, and an LSTM.

    Parameters
    ----------
    arrays : dict of ndarray
        ``data/silero/weights.safetensors``, under the names of the package's ONNX file.
    """

    def __init__(self, arrays):
        self.arrays = {name: array.astype(np.float64) for name, array in arrays.items()}
        self.lstm = weights_file.cells(self.arrays)["decoder.rnn"]

    def front(self, samples):
        """What the LSTM reads: (T, 128) from samples (n,), T = n // 512; numbers within ±1 or int16."""
        samples = np.asarray(samples)
        if samples.ndim != 1 or len(samples) < CHUNK:
            raise ValueError(f"samples must have shape (n,) with n at least {CHUNK}, but {samples.shape} came.")
        scale = 32768 if samples.dtype.kind == "i" else 1
        padded = np.concatenate([np.zeros(BEFORE), samples / scale])
        T = len(samples) // CHUNK
        chunks = np.stack([padded[t * CHUNK : (t + 1) * CHUNK + BEFORE] for t in range(T)])
        chunks = np.pad(chunks, ((0, 0), (0, BEFORE)), "reflect")
        waves = _convolved(chunks[:, None], self.arrays["stft.forward_basis_buffer"], 128)
        x = np.hypot(waves[:, :129], waves[:, 129:])
        for k, stride in enumerate(STRIDES):
            weight, bias = (self.arrays[f"encoder.{k}.reparam_conv.{part}"] for part in ("weight", "bias"))
            x = _convolved(np.pad(x, ((0, 0), (0, 0), (1, 1))), weight, stride) + bias[:, None]
            x = np.maximum(x, 0)
        return x[:, :, 0]

    def run(self, samples):
        """Run over samples (n,) at 16 kHz: a `Run` of n // 512 steps."""
        x = self.front(samples)
        trace = self.lstm.forward(x[:, :, None])
        shown = np.maximum(trace.h[:, :, 0], 0)
        speech = sigmoid(
            shown @ self.arrays["decoder.decoder.2.weight"][0, :, 0] + self.arrays["decoder.decoder.2.bias"]
        )
        return Run(x, trace, speech)


def _convolved(x, weight, stride):
    """A convolution over the last axis of x (T, D, n) with weight (K, D, width): (T, K, places)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2], axis=2)[:, :, ::stride]
    return np.einsum("tdpw,kdw->tkp", windows, weight, optimize=True)


def detector():
    """The detector with the package's own weights."""
    return Detector(weights_file.read(data.silero_weights()))


@dataclass(frozen=True)
class Recording:
    """Eight seconds of sound, and what the package's own network said of them.

    Attributes
    ----------
    samples : ndarray, (128000,)
        int16, at 16 kHz: the sound of `seqlib.study.real.opus`.
    probabilities : ndarray, (250,)
        That somebody speaks, every 32 ms.
    last : ndarray, (2, 128)
        h and C after the last step.
    """

    samples: np.ndarray
    probabilities: np.ndarray
    last: np.ndarray


def recording():
    """The eight seconds, as a `Recording`."""
    return Recording(**data.silero_recording())


answering(globals())
