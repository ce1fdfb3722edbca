"""Paddle."""

import numpy as np
import paddle
from cases import D, H, case, like, spread, start, training, write

paddle.set_device("cpu")


@paddle.no_grad()
def layer(kind, states=1, **options):
    module = getattr(paddle.nn, kind)(D, H, **options)
    drawn = like({name: tuple(array.shape) for name, array in module.state_dict().items() if ".cell" not in name})
    for name, array in drawn.items():
        getattr(module, name).set_value(paddle.to_tensor(array))
    state = {name: array.numpy() for name, array in module.state_dict().items()}  # each array a second time, 0.cell.…
    layers = options.get("num_layers", 1) * (1 + (options.get("direction") == "bidirect"))
    x, *first = start(states, layers)
    given = [paddle.to_tensor(np.ascontiguousarray(array.swapaxes(1, 2))) for array in first]
    y, last = module(
        paddle.to_tensor(np.ascontiguousarray(x.transpose(2, 0, 1))), given[0] if states == 1 else tuple(given)
    )
    C = last[1].numpy().swapaxes(1, 2) if states == 2 else None
    single = layers == 1
    case(f"paddle.nn {kind}", state if single else drawn, x, [array[0] for array in first] if single else first,
         y.numpy().transpose(1, 2, 0), C[0] if single and C is not None else C)  # fmt: skip


for kind, states in (("SimpleRNN", 1), ("LSTM", 2), ("GRU", 1)):
    layer(kind, states)
layer("LSTM", 2, num_layers=2, direction="bidirect")


def parameter(values, grads):
    w = paddle.create_parameter([len(values)], "float32", default_initializer=paddle.nn.initializer.Assign(values))
    (w * paddle.to_tensor(grads, dtype="float32")).sum().backward()
    return w


def adam(g):
    w = parameter([0.0], [g])
    paddle.optimizer.Adam(1.0, parameters=[w]).step()
    return -float(w.numpy()[0])


def clip(limit, *grads):
    weights = [parameter([0.0] * len(g), [0.0] * len(g)) for g in grads]
    pairs = [(w, paddle.to_tensor(g, dtype="float32")) for w, g in zip(weights, grads, strict=True)]
    return [g.numpy().tolist() for _, g in paddle.nn.ClipGradByGlobalNorm(limit)(pairs)]


[[first, _]] = clip(5 / 1024, [3 / 1024, 4 / 1024])
found = {
    "at equality": first * 1024 / 3,
    "two arrays": clip(1.0, [3.0, 0.0], [0.0, 4.0]),
    "one inf": [[repr(abs(v)) for v in g] for g in clip(1.0, [float("inf"), 1.0], [2.0])],
}
paddle.seed(0)
lstm = paddle.nn.LSTM(64, 64)
b = lstm.bias_ih_l0.numpy()
training("Paddle", adam={"1": adam(1.0), "1e-7": adam(1e-7)}, clip=found,
         weights=spread(lstm.weight_ih_l0.numpy(), lstm.weight_hh_l0.numpy(), b, b[64:128]))  # fmt: skip
write("paddlepaddle")
