#!/usr/bin/env bash
# PyTorch 2.13.0 on a CPU: of the three recurrent layers only nn.LSTM, only in float32, is one compiled oneDNN layer.
#
# Expected, and wrong: GRU, with three blocks instead of four, trains faster than LSTM, and float32 is at most twice as
# fast as float64. Seen, one thread, D = H = 32, N = 1, T = 1000, forward and backward, on an AVX2 processor:
#
#     LSTM float32   6.6 ms      GRU float32 241 ms
#     LSTM float64 211 ms        LSTM float32 without oneDNN 225 ms
#
# So a benchmark of cells in PyTorch compares implementations, not cells: a GRU does not cost thirty times an LSTM.
# Fails when the float32 LSTM is no longer at least three times as fast as each of the others.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet torch==2.13.0 numpy
"$folder/venv/bin/python" - <<'PYTHON'
import time
from statistics import median

import torch

torch.set_num_threads(1)
D = H = 32
N, T = 1, 1000


def milliseconds(kind, dtype, onednn=True):
    torch.manual_seed(0)
    layer, x = kind(D, H).to(dtype), torch.randn(T, N, D, dtype=dtype)
    times = []
    with torch.backends.mkldnn.flags(enabled=onednn):
        for _ in range(7):
            start = time.perf_counter()
            layer(x)[0][-1].sum().backward()
            times.append(1000 * (time.perf_counter() - start))
    return median(times[2:])


quick = milliseconds(torch.nn.LSTM, torch.float32)
others = {
    "GRU float32": milliseconds(torch.nn.GRU, torch.float32),
    "LSTM float64": milliseconds(torch.nn.LSTM, torch.float64),
    "LSTM float32 without oneDNN": milliseconds(torch.nn.LSTM, torch.float32, onednn=False),
}
print(f"torch {torch.__version__}\nLSTM float32: {quick:.1f} ms")
for name, time_ in others.items():
    print(f"{name}: {time_:.1f} ms, {time_ / quick:.1f} times as long")
assert all(time_ > 3 * quick for time_ in others.values()), "PyTorch behaves otherwise now"
PYTHON
