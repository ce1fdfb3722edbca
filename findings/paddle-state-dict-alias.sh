#!/usr/bin/env bash
# Paddle 3.3.1: an nn.LSTM's state_dict names every array twice, and set_state_dict lets the less familiar name win.
#
# Expected, and wrong: weight_ih_l0 … bias_hh_l0, PyTorch's names, are the layer's weights; changing them in a loaded state dict and
# giving it back changes the layer.
# Seen: the dict also has 0.cell.weight_ih …, the same arrays again. With weight_ih_l0 replaced in a loaded file, and all given back, the
# layer keeps its old weights and nothing is reported, neither a missing nor an unexpected key. Without the second names the
# new weights arrive, and the second names are reported as missing. So converted weights can be dropped in silence.
# Fails when the replaced array arrives.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet paddlepaddle==3.3.1 numpy
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import tempfile

import numpy as np
import paddle

new = paddle.full([12, 2], 0.25)


def loaded(drop):
    """weight_ih_l0 after a state dict with a new one was given back, and what set_state_dict reports."""
    layer = paddle.nn.LSTM(2, 3)
    old = layer.weight_ih_l0.numpy().copy()
    with tempfile.TemporaryDirectory() as folder:
        paddle.save(layer.state_dict(), f"{folder}/lstm.pdparams")
        state = paddle.load(f"{folder}/lstm.pdparams")
    state["weight_ih_l0"] = new
    state = {name: array for name, array in state.items() if not (drop and ".cell." in name)}
    report = layer.set_state_dict(state)
    return old, layer.weight_ih_l0.numpy(), report


print("paddle", paddle.__version__, "keys:", *paddle.nn.LSTM(2, 3).state_dict())
old, whole, report = loaded(drop=False)
print("both names given: the new array arrived:", bool((whole == 0.25).all()), "the old one stayed:", np.array_equal(whole, old))
print("reported (missing, unexpected):", report)
_, once, report = loaded(drop=True)
print("second names left out: the new array arrived:", bool((once == 0.25).all()), "reported:", report)
assert np.array_equal(whole, old) and (once == 0.25).all(), "paddle behaves otherwise now"
PYTHON
