#!/usr/bin/env bash
# NumPy 2.4.6: np.negative into a column reads the wrong numbers where 64 bytes (float32: 16) lie between those of its input.
#
# Expected, and wrong: -x is -x, however x lies in memory; out= is a matter of speed.
# Seen, x the first column of a matrix with 8 columns of float64, written into a column of another matrix:
#
#     x                        1   9  17  25  33
#     np.negative(x, out=y)   -1  -2  -3  -4  -5      what lies beside the first number, as if x were in one piece
#     np.negative(x)          -1  -9 -17 -25 -33
#     np.multiply(x, -1, out=y) and with 7 or 9 columns: right
#
# float64 and int64: 8 columns, float32 and int32: 4, on an AVX2 processor; no other number up to 33. No error, no warning. So a gradient
# of one unit and one sequence was wrong at one number of inputs only; the course multiplies by -1 (seqlib/nn/program.py).
# Fails when the second line is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np


def column(columns, dtype, rows=5):
    """The first column of a matrix that counts 1, 2, 3, …"""
    return np.arange(1, rows * columns + 1).astype(dtype).reshape(rows, columns)[:, 0]


def into_a_column(function, x, *more):
    y = np.zeros((len(x), 2), x.dtype)
    function(x, *more, out=y[:, 0])
    return y[:, 0]


print(f"NumPy {np.__version__}")
wrong = {}
for dtype in (np.float64, np.float32, np.int64, np.int32):
    for columns in range(2, 34):
        x = column(columns, dtype)
        right = np.multiply(x, -1)
        assert (into_a_column(np.multiply, x, -1) == right).all() and (np.negative(x) == right).all()
        if (into_a_column(np.negative, x) != right).any():
            wrong.setdefault(np.dtype(dtype).name, []).append(columns)
print("columns for which np.negative(x, out=y) is wrong:", wrong)
x = column(8, np.float64)
print(x, into_a_column(np.negative, x))
if into_a_column(np.negative, x).tolist() != [-1, -2, -3, -4, -5]:
    sys.exit("NumPy behaves otherwise now, or on this processor.")
PYTHON
