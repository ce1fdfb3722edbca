#!/usr/bin/env bash
# Keras 3.15.1: a layer with go_backwards=True and return_sequences=True turns its outputs round, and hands on the mask as it came.
#
# Expected, and wrong: outputs and mask belong together, as they do behind every other layer that supports masking: what is marked as
# a step counts, what is marked as padding is skipped.
# Seen, inputs 1 2 4 and two masked steps, SimpleRNNs that add up: one that goes backwards, and one on its outputs.
#
#     outputs of the first    0 0 4 6 7        (documented: the sequence comes out in the order in which it was read)
#     mask behind it          1 1 1 0 0        so the two zeros count, and 6 and 7 do not
#     last of the second      4                17 = 4 + 6 + 7 with the mask turned round as well
#
# GRU and LSTM do the same, and with the backend PyTorch 2.13.0 all numbers are these. A loss takes the mask, too: a mean over the wrong
# steps. Where padding is in front, outputs are left out and the last one is taken in their place. No shape tells. Bidirectional is
# right, since it turns its half round again: keras.ops.flip behind a backward layer puts the outputs back under their mask.
# Fails when the mask is turned round.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet keras==3.15.1 jax==0.10.2 numpy==2.4.6
cd "$folder"
cat >look.py <<'PYTHON'
import sys

import keras
import numpy as np
from keras import layers, ops

ADDS = {"activation": "linear", "kernel_initializer": "ones", "recurrent_initializer": "ones"}
RIGHT = np.array([[[1.0], [2.0], [4.0], [0.0], [0.0]]], "float32")
LEFT = RIGHT[:, [3, 4, 0, 1, 2]]


def backwards(kind=layers.SimpleRNN, size=1, **options):
    return kind(size, go_backwards=True, return_sequences=True, **options)


def numbers(tensor):
    return ops.convert_to_numpy(tensor)[0].squeeze().tolist()


def two_layers(x, turned=False):
    """Outputs and mask of the first layer, and the last output of a second one that adds them up."""
    first = backwards(**ADDS)(layers.Masking(0.0)(ops.convert_to_tensor(x)))
    mask = ops.flip(first._keras_mask, axis=1) if turned else first._keras_mask
    return numbers(first), [int(m) for m in numbers(mask)], numbers(layers.SimpleRNN(1, **ADDS)(first, mask=mask))


def loss(x):
    """What `evaluate` calls the mean squared output: the target is zero everywhere."""
    model = keras.Sequential([keras.Input((5, 1)), layers.Masking(0.0), backwards(**ADDS)])
    model.compile(loss="mse")
    return model.evaluate(x, np.zeros_like(x), verbose=0)


found = {}
for name, x in {"padding behind": RIGHT, "padding in front": LEFT}.items():
    found[name] = two_layers(x)
    print(f"keras {keras.__version__}, {keras.backend.backend()}, {name}:", *found[name], "; mask turned:", two_layers(x, True)[2])
    print(f"    mean of the squared outputs as a loss: {loss(x):.3f}, of the steps that count: {(16 + 36 + 49) / 3:.3f}")
right = two_layers(RIGHT, True)[2], two_layers(LEFT, True)[2]
if right != (17, 17) or found["padding behind"][0] != [0, 0, 4, 6, 7]:
    sys.exit("Keras or the test is wrong with the mask turned round.")
forward = layers.SimpleRNN(1, return_sequences=True, **ADDS)(layers.Masking(0.0)(ops.convert_to_tensor(RIGHT)))
if [int(m) for m in numbers(forward._keras_mask)] != [1, 1, 1, 0, 0] or numbers(layers.SimpleRNN(1, **ADDS)(forward)) != 11:
    sys.exit("Keras or the test is wrong forwards.")
for kind in (layers.GRU, layers.LSTM):
    first = backwards(kind)(layers.Masking(0.0)(ops.convert_to_tensor(RIGHT)))
    outputs, mask = numbers(first), [int(m) for m in numbers(first._keras_mask)]
    print(f"    {kind.__name__}: outputs are zero at steps {[t for t, y in enumerate(outputs) if y == 0]}, the mask is {mask}")
    if outputs[:2] != [0, 0] or mask != [1, 1, 1, 0, 0]:
        sys.exit(f"Keras behaves otherwise now in {kind.__name__}.")
if found["padding behind"][1:] != ([1, 1, 1, 0, 0], 4) or found["padding in front"][1:] != ([0, 0, 1, 1, 1], 21):
    sys.exit("Keras behaves otherwise now.")
if abs(loss(RIGHT) - 16 / 3) > 1e-4:
    sys.exit("The loss behaves otherwise now.")
PYTHON
KERAS_HOME="$folder" KERAS_BACKEND=jax venv/bin/python look.py
