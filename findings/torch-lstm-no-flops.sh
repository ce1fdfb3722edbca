#!/usr/bin/env bash
# PyTorch 2.13.0 on a CPU: FlopCounterMode counts nothing for an nn.LSTM in float32, forwards or backwards, and nothing is said.
#
# Expected, and wrong: the count depends on sizes, not on the dtype, and LSTM is to GRU as four blocks to three. (Documented is
# that operations without a formula count as zero. A float32 LSTM is one such operation of oneDNN; the same layer in
# float64, a GRU and an RNN are made of products, which have one.)
# Seen, D = H = 32, N = 1, T = 100; right is 2 N T k H (D + H) with k blocks; the last row has a read-out from H to 10 behind the LSTM:
#
#     RNN float32      409600 of  409600        LSTM float32                       0 of 1638400, and 0 with the way back
#     GRU float32     1228800 of 1228800        LSTM float32 without oneDNN  1638400 of 1638400
#     LSTM float64    1638400 of 1638400        LSTM float32 and read-out      64000 of 1702400
#
# So in a table of costs an LSTM is free, and a network costs what stands around it. Count in float64, on the "meta" device, or within
# torch.backends.mkldnn.flags(enabled=False). Needs a PyTorch with oneDNN, as that for x86 is. Fails when the LSTM is counted.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.13.0 numpy
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys
import warnings

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

N, T, D, H, CLASSES = 1, 100, 32, 32, 10
if not torch.backends.mkldnn.is_available():
    sys.exit("This PyTorch has no oneDNN: nothing can be said here.")
x = torch.randn(T, N, D)


def counted(layer, x, backwards=False):
    """What FlopCounterMode counts, and how many warnings there are."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with FlopCounterMode(display=False) as counter:
            y = layer(x)[0]
            if backwards:
                y.sum().backward()
    return counter.get_total_flops(), len(said)


class Read(nn.Module):
    """An LSTM and a read-out at every step."""

    def __init__(self):
        super().__init__()
        self.lstm, self.out = nn.LSTM(D, H), nn.Linear(H, CLASSES)

    def forward(self, x):
        return self.out(self.lstm(x)[0]), None


def products(blocks):
    """The matrix products of a recurrent layer, two operations a weight."""
    return 2 * N * T * blocks * H * (D + H)


print(f"torch {torch.__version__}; counted, and so many there are")
rows = {
    "RNN float32": (counted(nn.RNN(D, H), x), products(1)),
    "GRU float32": (counted(nn.GRU(D, H), x), products(3)),
    "LSTM float64": (counted(nn.LSTM(D, H).double(), x.double()), products(4)),
    'LSTM float32, "meta"': (counted(nn.LSTM(D, H, device="meta"), x.to("meta")), products(4)),
}
with torch.backends.mkldnn.flags(enabled=False):
    rows["LSTM float32 without oneDNN"] = (counted(nn.LSTM(D, H), x), products(4))
for name, ((got, _), right) in rows.items():
    print(f"{name:28} {got:8} of {right}")
    assert got == right, f"PyTorch or the test counts otherwise: {name}"
forwards, said = counted(nn.LSTM(D, H), x)
whole, more = counted(nn.LSTM(D, H), x, backwards=True)
network, _ = counted(Read(), x)
head = 2 * N * T * H * CLASSES
print(f"{'LSTM float32':28} {forwards:8} of {products(4)}; with the way back {whole}; warnings: {said + more}")
print(f"{'LSTM float32 and read-out':28} {network:8} of {products(4) + head}")
assert (forwards, whole, said + more, network) == (0, 0, 0, head), "PyTorch behaves otherwise now"
PYTHON
