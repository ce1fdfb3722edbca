"""PyTorch, Keras on PyTorch, ONNX Runtime."""

import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import onnx
import onnxruntime
import torch
from cases import D, H, N, T, case, like, numbers, spread, start, training, write
from onnx import helper

torch.set_num_threads(1)


def state_of(module):
    state = like({name: tuple(array.shape) for name, array in module.state_dict().items()})
    module.load_state_dict({name: torch.from_numpy(array) for name, array in state.items()})
    return state


def rows(x):
    return torch.from_numpy(np.ascontiguousarray(x.swapaxes(1, 2)))


@torch.no_grad()
def layer(kind, states=1, **options):
    module = getattr(torch.nn, kind)(D, H, **options)
    state = state_of(module)
    layers = options.get("num_layers", 1) * (1 + options.get("bidirectional", False))
    x, *first = start(states, layers)
    given = [rows(array) for array in first]
    y, last = module(rows(x), given[0] if states == 1 else tuple(given))
    C = last[1].numpy().swapaxes(1, 2) if states == 2 else None
    single = layers == 1
    settings = {"activation": options["nonlinearity"]} if "nonlinearity" in options else {}
    case(f"torch.nn {kind}", state, x, [array[0] for array in first] if single else first, y.numpy().swapaxes(1, 2),
         C[0] if single and C is not None else C, **settings)  # fmt: skip


@torch.no_grad()
def cell(kind, states=1):
    module = getattr(torch.nn, f"{kind}Cell")(D, H)
    state = {f"encoder.rnn.{name}": array for name, array in state_of(module).items()}
    x, *first = start(states)
    now, ys = tuple(torch.from_numpy(array.T.copy()) for array in first), []
    for x_t in rows(x):
        made = module(x_t, now[0] if states == 1 else now)
        now = (made,) if states == 1 else made
        ys.append(now[0].numpy().T)
    case(f"torch.nn {kind}", state, x, first, np.stack(ys), now[1].numpy().T if states == 2 else None)


for kind, states in (("RNN", 1), ("LSTM", 2), ("GRU", 1)):
    layer(kind, states)
    cell(kind, states)
layer("RNN", nonlinearity="relu")
layer("GRU", bias=False)
layer("LSTM", 2, num_layers=2, bidirectional=True)
layer("GRU", 1, num_layers=2, bidirectional=True)


def keras_layer(row, made, settings=None, reverse=None):
    x, *first = start(2 if "LSTM" in row else 1, 2 if reverse else None)
    made.build((N, T, D))
    weights = [numbers(*array.shape) for array in made.get_weights()]
    made.set_weights(weights)
    flat = [array for direction in zip(*first, strict=True) for array in direction] if reverse else first
    y = np.asarray(made(x.transpose(2, 0, 1), initial_state=[array.T.copy() for array in flat]).detach())
    names = ("kernel", "recurrent_kernel", "bias")
    arrays = weights if row == "from_keras" else dict(zip(names, weights, strict=True))
    case(row, arrays, x, first, y.transpose(1, 2, 0), **settings or {})


L = keras.layers
back = {"return_sequences": True}
keras_layer("keras SimpleRNN", L.SimpleRNN(H, **back))
keras_layer("keras LSTM", L.LSTM(H, **back))
keras_layer("keras GRU", L.GRU(H, **back))
keras_layer("keras GRU(reset_after=False)", L.GRU(H, reset_after=False, **back))
keras_layer("keras LSTM", L.LSTM(H, recurrent_activation="hard_sigmoid", **back), {"gates": "hard_sigmoid_1/6"})
keras_layer("keras GRU", L.GRU(H, activation="relu", recurrent_activation="hard_sigmoid", **back),
            {"activation": "relu", "gates": "hard_sigmoid_1/6"})  # fmt: skip
keras_layer("from_keras", L.Bidirectional(L.GRU(H, **back)), reverse=True)


def onnx_node(kind, first, W, R, B, x, **attributes):
    names = ["X", "W", "R", "B", "", *(f"s{k}" for k in range(len(first)))]
    outputs = ["Y"] if kind != "LSTM" else ["Y", "", "c"]
    node = helper.make_node(kind, names, outputs, hidden_size=H, **attributes)
    arrays = {"X": x, "W": W, "R": R, "B": B} | {f"s{k}": array for k, array in enumerate(first)}
    inputs = [helper.make_tensor_value_info(name, 1, array.shape) for name, array in arrays.items()]
    made = [helper.make_tensor_value_info(name, 1, [None] * (4 if name == "Y" else 3)) for name in outputs if name]
    graph = helper.make_graph([node], "one", inputs, made)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, arrays)


def onnx_layer(row, kind, settings=None, directions=1, **attributes):
    G, states = {"RNN": 1, "LSTM": 4, "GRU": 3}[kind], 1 + (kind == "LSTM")
    arrays = {name: numbers(directions, *shape) for name, shape in
              (("W", (G * H, D)), ("R", (G * H, H)), ("B", (2 * G * H,)))}  # fmt: skip
    x, *first = start(states, directions)
    if directions == 2:
        attributes["direction"] = "bidirectional"
    given = [np.ascontiguousarray(array.swapaxes(1, 2)) for array in first]
    Y, *C = onnx_node(kind, given, *arrays.values(), np.ascontiguousarray(x.swapaxes(1, 2)), **attributes)
    h = Y.transpose(0, 1, 3, 2).reshape(T, directions * H, N)
    C = C[0].swapaxes(1, 2) if C else None
    if directions == 1:
        first, C = [array[0] for array in first], C[0] if C is not None else None
    case(row, arrays, x, first, h, C, **settings or {})


onnx_layer("onnx RNN", "RNN")
onnx_layer("onnx RNN", "RNN", {"activation": "relu"}, activations=["Relu"])
onnx_layer("onnx LSTM", "LSTM")
onnx_layer("onnx LSTM", "LSTM", directions=2)
onnx_layer("onnx LSTM", "LSTM", {"gates": "hard_sigmoid_0.2"}, activations=["HardSigmoid", "Tanh", "Tanh"])
onnx_layer("onnx GRU", "GRU")
onnx_layer("onnx GRU(linear_before_reset=1)", "GRU", linear_before_reset=1)
onnx_layer("onnx GRU", "GRU", {"activation": "relu", "gates": "hard_sigmoid_0.2"}, activations=["HardSigmoid", "Relu"])
onnx_layer("onnx GRU(linear_before_reset=1)", "GRU", directions=2, linear_before_reset=1)


# ---------- how they train


def torch_adam(g):
    w = torch.nn.Parameter(torch.zeros(1))
    w.grad = torch.tensor([g])
    torch.optim.Adam([w], lr=1.0).step()
    return -w.item()


def torch_clip(limit, *grads):
    weights = [torch.nn.Parameter(torch.zeros(len(g))) for g in grads]
    for w, g in zip(weights, grads, strict=True):
        w.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_norm_(weights, limit)
    return [w.grad.tolist() for w in weights]


def keras_adam(g):
    w = keras.Variable(np.zeros(1, np.float32))
    keras.optimizers.Adam(1.0).apply([torch.tensor([g])], [w])
    return -float(w.numpy()[0])


def keras_clip(limit, *grads, name="clipnorm"):
    weights = [keras.Variable(np.zeros(len(g), np.float32)) for g in grads]
    keras.optimizers.SGD(1.0, **{name: limit}).apply([torch.tensor(g) for g in grads], weights)
    return [(-w.numpy()).tolist() for w in weights]


def shown(clip):
    exact = [3 / 1024, 4 / 1024]
    [[first, _]] = clip(5 / 1024, exact)
    return {
        "at equality": first / exact[0],
        "two arrays": clip(1.0, [3.0, 0.0], [0.0, 4.0]),
        "one inf": [[repr(abs(v)) for v in g] for g in clip(1.0, [float("inf"), 1.0], [2.0])],
    }


torch.manual_seed(0)
lstm = torch.nn.LSTM(64, 64)
b = lstm.bias_ih_l0.detach()
training("PyTorch", adam={"1": torch_adam(1.0), "1e-7": torch_adam(1e-7)}, clip=shown(torch_clip),
         weights=spread(lstm.weight_ih_l0.detach(), lstm.weight_hh_l0.detach(), b, b[64:128]))  # fmt: skip
keras.utils.set_random_seed(0)
lstm = keras.layers.LSTM(64)
lstm.build((1, 1, 64))
W_x, W_h, b = lstm.get_weights()
training("Keras", adam={"1": keras_adam(1.0), "1e-7": keras_adam(1e-7)}, clip=shown(keras_clip),
         clip_global=shown(lambda *given: keras_clip(*given, name="global_clipnorm")),
         weights=spread(W_x, W_h, b, b[64:128]))  # fmt: skip
write("torch", "keras", "onnxruntime")
