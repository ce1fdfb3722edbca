"""MLX, on the CPU."""

import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optim
import numpy as np
from cases import D, H, case, like, spread, start, training, write

mx.set_default_device(mx.cpu)

for kind, states in (("RNN", 1), ("LSTM", 2), ("GRU", 1)):
    cell = getattr(nn, kind)(D, H)
    arrays = like({name: array.shape for name, array in cell.parameters().items()})
    cell.update({name: mx.array(array) for name, array in arrays.items()})
    x, *first = start(states)
    made = cell(mx.array(x.transpose(2, 0, 1)), *(mx.array(array.T) for array in first))
    h, *C = made if states == 2 else (made,)
    case(f"mlx.nn {kind}", arrays, x, first, np.array(h).transpose(1, 2, 0), np.array(C[0])[:, -1].T if C else None)


def adam(g, **options):
    w = {"w": mx.zeros(1)}
    return -float(optim.Adam(1.0, **options).apply_gradients({"w": mx.array([g])}, w)["w"][0])


def clip(limit, *grads):
    clipped, _ = optim.clip_grad_norm([mx.array(g) for g in grads], limit)
    return [g.tolist() for g in clipped]


[[first, _]] = clip(5 / 1024, [3 / 1024, 4 / 1024])
found = {
    "at equality": first * 1024 / 3,
    "two arrays": clip(1.0, [3.0, 0.0], [0.0, 4.0]),
    "one inf": [[repr(abs(v)) for v in g] for g in clip(1.0, [float("inf"), 1.0], [2.0])],
}
mx.random.seed(0)
cell = nn.LSTM(64, 64)
training("MLX", adam={"1": adam(1.0), "1e-7": adam(1e-7)}, clip=found,
         adam_corrected={"1": adam(1.0, bias_correction=True), "1e-7": adam(1e-7, bias_correction=True)},
         weights=spread(
             np.array(cell.Wx), np.array(cell.Wh), np.array(cell.bias), cell.bias[64:128].tolist()))  # fmt: skip
write("mlx")
