#!/usr/bin/env bash
# Keras 3.15.1 on JAX or NumPy: with unroll=True a recurrent layer forgets zero_output_for_mask, so other numbers come out.
#
# Expected, and wrong: unroll is a matter of speed and memory, as its documentation has it; the numbers are the same.
# Seen, a SimpleRNN that adds its inputs up, two steps of 1 and three masked ones, return_sequences=True, zero_output_for_mask=True; and
# Bidirectional with merge_mode="sum" of such layers, which sets zero_output_for_mask itself: its documentation says that the output
# at a masked step is zero in any case.
#
#                       alone        Bidirectional
#     unroll=False    1 2 0 0 0        3 3 0 0 0
#     unroll=True     1 2 2 2 2        3 3 2 2 2
#
# GRU and LSTM do the same. With Keras on PyTorch the layer alone has the zeros either way, so one model differs with the backend, and
# what comes next and takes no mask, a sum over the steps, say, has padding in it.
# Fails when the unrolled layer has the zeros.
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
from keras import layers

ADDS = {"activation": "linear", "kernel_initializer": "ones", "recurrent_initializer": "ones"}
x = np.array([[[1.0], [1.0], [0.0], [0.0], [0.0]]], "float32")
run = np.cumsum(x[0, :2, 0])  # what a layer that adds up gives at the two steps that count


def seen(layer):
    model = keras.Sequential([keras.Input((5, 1)), layers.Masking(0.0), layer])
    return model.predict(x, verbose=0)[0, :, 0].tolist()


expected = {"one way": [*run, 0, 0, 0], "both ways": [*(run + run[::-1]), 0, 0, 0]}
found = {}
for unroll in (False, True):
    alone = layers.SimpleRNN(1, return_sequences=True, zero_output_for_mask=True, unroll=unroll, **ADDS)
    inner = layers.SimpleRNN(1, return_sequences=True, unroll=unroll, **ADDS)
    found[unroll] = {"one way": seen(alone), "both ways": seen(layers.Bidirectional(inner, merge_mode="sum"))}
    for name, got in found[unroll].items():
        print(f"keras {keras.__version__}, {keras.backend.backend()}, unroll={unroll}, {name}: {got}")
if found[False] != expected:
    sys.exit("Keras or the test is wrong without unroll.")
if found[True] != {"one way": [1, 2, 2, 2, 2], "both ways": [3, 3, 2, 2, 2]}:
    sys.exit("Keras behaves otherwise now.")
PYTHON
for backend in jax numpy; do
    KERAS_HOME="$folder" KERAS_BACKEND=$backend venv/bin/python look.py
done
