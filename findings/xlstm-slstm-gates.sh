#!/usr/bin/env bash
# xlstm 2.0.6: in an sLSTMLayer the layer named `fgate` drives the input gate, and `igate` the forget gate.
#
# Expected, and wrong: fgate.weight are the weights of the forget gate, igate.weight those of the input gate, as everywhere.
# Seen, D = 8, one head, T = 3 steps, c_t after the last step against the paper's equations in NumPy on the same weights:
#
#     fgate drives f, igate drives i    difference > 0.1
#     fgate drives i, igate drives f    difference < 1e-5
#
# Who reads the gates of a trained xLSTM by these names, or copies them into another library's sLSTM, has the two exchanged,
# and no shape says so. (A network trained with the package is right in itself: only the names are.)
# Fails when the names say what the layers do.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.13.0 xlstm==2.0.6 numpy
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
import torch
from xlstm.blocks.slstm.layer import sLSTMLayer, sLSTMLayerConfig

torch.manual_seed(0)
D, T = 8, 3
layer = sLSTMLayer(sLSTMLayerConfig(embedding_dim=D, num_heads=1, conv1d_kernel_size=0, backend="vanilla", dropout=0.0))
layer.reset_parameters()
with torch.no_grad():
    for weights in layer.parameters():
        weights.copy_(torch.randn_like(weights) / 2)
x = torch.randn(1, T, D)
with torch.no_grad():
    _, last = layer(x, return_last_state=True)
c_package = last["slstm_state"][1, 0].numpy()

W = {name: getattr(layer, name).weight.detach().numpy().reshape(D, D) for name in ("fgate", "igate", "zgate", "ogate")}
R = layer.slstm_cell._recurrent_kernel_.detach().numpy().reshape(4, D, D)  # i f z o
b = layer.slstm_cell._bias_.detach().numpy().reshape(4, D)


def c_of_the_paper(of_i, of_f):
    """c_T by the equations of the paper, with these layers as the weights of the input and of the forget gate."""
    h, c, n, m = np.zeros(D), np.zeros(D), np.zeros(D), None
    for x_t in x[0].numpy():
        a = [W[name] @ x_t + (R[k].T if turned else R[k]) @ h + b[k]
             for k, name in enumerate((of_i, of_f, "zgate", "ogate"))]
        log_f = -np.logaddexp(0, -a[1])
        new = a[0] if m is None else np.maximum(a[0], log_f + m)
        i, f, m = np.exp(a[0] - new), 0 if m is None else np.exp(log_f + m - new), new
        c, n = f * c + i * np.tanh(a[2]), f * n + i
        h = c / n / (1 + np.exp(-a[3]))
    return c


best = {}
for names in (("igate", "fgate"), ("fgate", "igate")):
    for turned in (False, True):  # how the recurrent kernel lies does not matter here: the better of the two counts
        difference = np.abs(c_of_the_paper(*names) - c_package).max()
        best[names] = min(best.get(names, np.inf), difference)
print(f"xlstm {version('xlstm')}, torch {torch.__version__}")
print(f"fgate drives f, igate drives i: difference {best['igate', 'fgate']:.1e}")
print(f"fgate drives i, igate drives f: difference {best['fgate', 'igate']:.1e}")
assert best["igate", "fgate"] > 0.1 and best["fgate", "igate"] < 1e-5, "xlstm behaves otherwise now"
PYTHON
