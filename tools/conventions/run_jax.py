"""Flax (linen and nnx), Equinox, haiku, JAX's own LSTM, optax."""

import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
from cases import D, H, N, T, case, like, numbers, spread, start, training, write
from flax import linen, nnx
from jax.experimental import rnn

jax.config.update("jax_default_matmul_precision", "highest")
KEY = jax.random.key(0)


def run(row, arrays, step, states=1, order=("c", "h"), **settings):
    """`step` takes (carry, x_t) and returns (carry, h_t); a carry of two is in this order."""
    x, *first = start(states)
    h, *C = (jnp.array(array.T) for array in first)
    carry = h if states == 1 else (C[0], h) if order == ("c", "h") else (h, C[0])
    ys = []
    for x_t in x.swapaxes(1, 2):
        carry, y = step(carry, jnp.array(x_t))
        ys.append(np.asarray(y).T)
    C = None if states == 1 else np.asarray(carry[order.index("c")]).T
    case(row, arrays, x, first, np.stack(ys), C, **settings)


for kind, states in (("SimpleCell", 1), ("LSTMCell", 2), ("OptimizedLSTMCell", 2), ("GRUCell", 1)):
    cell = getattr(linen, kind)(H)
    params = like(cell.init(KEY, cell.initialize_carry(KEY, (N, D)), jnp.zeros((N, D)))["params"])
    run(f"flax.linen {kind}", params, lambda carry, x, c=cell, p=params: c.apply({"params": p}, carry, x), states)

    cell = getattr(nnx, kind)(D, H, rngs=nnx.Rngs(0))
    params = like(nnx.to_pure_dict(nnx.state(cell, nnx.Param)))
    nnx.update(cell, jax.tree.map(jnp.array, params))
    run(f"flax.nnx {kind}", params, lambda carry, x, c=cell: c(carry, x), states)

for kind, states in (("LSTMCell", 2), ("GRUCell", 1)):
    cell = getattr(eqx.nn, kind)(D, H, key=KEY)
    names = ["weight_ih", "weight_hh", "bias"] + ["bias_n"] * (states == 1)
    arrays = like({name: getattr(cell, name) for name in names})
    cell = eqx.tree_at(lambda c, n=names: [getattr(c, name) for name in n], cell, list(map(jnp.array, arrays.values())))

    def step(carry, x, cell=cell, two=states == 2):
        made = jax.vmap(cell)(x, carry)
        return made, made[0] if two else made

    run(f"equinox.nn {kind}", arrays, step, states, order=("h", "c"))

for kind, states in (("VanillaRNN", 1), ("LSTM", 2), ("GRU", 1)):

    def call(x, state, kind=kind):
        return getattr(hk, kind)(H)(x, state)

    net = hk.without_apply_rng(hk.transform(call))
    zero = jnp.zeros((N, H))
    params = like(net.init(KEY, jnp.zeros((N, D)), hk.LSTMState(zero, zero) if states == 2 else zero))

    def step(carry, x, net=net, params=params, two=states == 2):
        y, state = net.apply(params, x, hk.LSTMState(*carry) if two else carry)
        return (state.hidden, state.cell) if two else state, y

    run(f"haiku {kind}", params, step, states, order=("h", "c"))

weights = numbers(rnn.get_num_params_in_lstm(D, H, 1, False))
parts = dict(zip(("W_ih", "W_hh", "b_ih", "b_hh"), rnn.unpack_lstm_weights(weights, D, H, 1, False), strict=True))
x, h0, C0 = start(2)
lengths = jnp.full((N,), T, jnp.int32)
y, _, C = rnn.lstm_ref(x.transpose(2, 0, 1), h0.T[None], C0.T[None], *parts.values(), lengths, D, H, 1, 0.0, False)
case("jax.experimental.rnn lstm", {name: part[0] for name, part in parts.items()}, x, (h0, C0),
     np.asarray(y).transpose(1, 2, 0), np.asarray(C)[0].T)  # fmt: skip


# ---------- how they train


def adam(g):
    rule, w = optax.adam(1.0), jnp.zeros(1)
    step, _ = rule.update(jnp.array([g]), rule.init(w))
    return -float(step[0])


def clip(limit, *grads):
    clipped, _ = optax.clip_by_global_norm(limit).update(list(map(jnp.array, grads)), optax.EmptyState())
    return [np.asarray(g).tolist() for g in clipped]


[[first, _]] = clip(5 / 1024, [3 / 1024, 4 / 1024])
training("optax", adam={"1": adam(1.0), "1e-7": adam(1e-7)}, clip={
    "at equality": first * 1024 / 3,
    "two arrays": clip(1.0, [3.0, 0.0], [0.0, 4.0]),
    "one inf": [[repr(abs(v)) for v in g] for g in clip(1.0, [float("inf"), 1.0], [2.0])],
})  # fmt: skip
cell = nnx.OptimizedLSTMCell(64, 64, rngs=nnx.Rngs(0))
b = np.asarray(cell.dense_h.bias[...])
training("Flax nnx", weights=spread(cell.dense_i.kernel[...], cell.dense_h.kernel[...], b, b[64:128]))
cell = linen.OptimizedLSTMCell(64)
p = cell.init(KEY, cell.initialize_carry(KEY, (1, 64)), jnp.zeros((1, 64)))["params"]
training("Flax linen", weights=spread(p["if"]["kernel"], p["hf"]["kernel"], p["hf"]["bias"], p["hf"]["bias"]))
cell = eqx.nn.LSTMCell(64, 64, key=KEY)
training("Equinox", weights=spread(cell.weight_ih, cell.weight_hh, cell.bias, cell.bias[64:128]))
net = hk.transform(lambda x: hk.LSTM(64)(x, hk.LSTMState(x, x)))
p = net.init(KEY, jnp.zeros((1, 64)))["lstm/linear"]
training("haiku", weights=spread(p["w"][:64], p["w"][64:], p["b"], p["b"][128:192]))
write("jax", "flax", "equinox", "dm-haiku", "optax")
