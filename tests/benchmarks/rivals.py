"""What seqlib's training step is compared with: PyTorch, JAX, a textbook's NumPy, and the bare matrix products.

Each function here takes the model of seqlib, x and y, and returns a function that makes one step.
"""

import numpy as np

from . import textbook
from .setting import BLOCKS, LR, optional


def textbook_step(model, x, y):
    kind = type(model.cell).__name__
    p, optimizer, run = textbook.parameters(model.params, BLOCKS[kind]), textbook.Adam(LR), textbook.CELLS[kind]

    def step():
        loss, grads = run(p, x, y)
        optimizer.update(p, grads)
        return loss, grads

    return step


def torch_step(model, x, y, *, fused=None):
    """PyTorch's own layer with seqlib's weights; its GRU applies r after the product, the rest is the same."""
    torch, cell = optional("torch"), model.cell
    dtype = torch.from_numpy(x).dtype
    layer = getattr(torch.nn, type(cell).__name__)(cell.D, cell.H, dtype=dtype)
    head = torch.nn.Linear(cell.H, 1, dtype=dtype)
    layer.load_state_dict(weights_for_torch(torch, model))
    head.load_state_dict({"weight": torch.tensor(model.params.W_hy), "bias": torch.tensor(model.params.b_y[:, 0])})
    inputs, target = torch.tensor(x.transpose(0, 2, 1).copy()), torch.tensor(y[0].T.copy())
    optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()], lr=LR, fused=fused)

    def step():
        optimizer.zero_grad()
        h, _ = layer(inputs)
        loss = torch.nn.functional.mse_loss(head(h[-1]), target)
        loss.backward()
        optimizer.step()
        return loss.item(), layer

    return step


def weights_for_torch(torch, model):
    """For the layer's `load_state_dict`. PyTorch has another order of gates, and a z that keeps: σ(-a) = 1 - σ(a)."""
    kind, p = type(model.cell).__name__, model.params
    signs = {"RNN": {"h": 1}, "LSTM": dict.fromkeys("ifgo", 1), "GRU": {"r": 1, "z": -1, "g": 1}}[kind]
    stacked = {
        new: np.concatenate([sign * p[f"{old}{k}"] for k, sign in signs.items()])
        for new, old in (("weight_ih_l0", "W_x"), ("weight_hh_l0", "W_h"), ("bias_ih_l0", "b_"))
    }
    stacked["bias_ih_l0"] = stacked["bias_ih_l0"][:, 0]
    stacked["bias_hh_l0"] = np.zeros_like(stacked["bias_ih_l0"])
    return {name: torch.tensor(array) for name, array in stacked.items()}


def jax_step(model, x, y):
    """One compiled function for the whole step, with a scan over time."""
    jax = optional("jax")
    jax.config.update("jax_enable_x64", True)
    jnp, kind, H = jax.numpy, type(model.cell).__name__, model.cell.H
    σ, tanh = jax.nn.sigmoid, jnp.tanh
    gates = textbook.parameters(model.params, BLOCKS[kind])
    p = {name: jnp.asarray(gates[name]) for name in ("W_y", "b_y")}
    for stack in ("rz", "g") if kind == "GRU" else (BLOCKS[kind],):
        p |= {f"{s}_{stack}": jnp.concatenate([gates[f"{s}_{k}"] for k in stack]) for s in "Wb"}

    def rnn(p, state, x_t):
        (h,) = state
        return (tanh(p["W_h"] @ jnp.concatenate([h, x_t]) + p["b_h"]),)

    def lstm(p, state, x_t):
        h, C = state
        a = p["W_fiog"] @ jnp.concatenate([h, x_t]) + p["b_fiog"]
        f, i, o = jnp.split(σ(a[: 3 * H]), 3)
        C = f * C + i * tanh(a[3 * H :])
        return o * tanh(C), C

    def gru(p, state, x_t):
        (h,) = state
        r, z = jnp.split(σ(p["W_rz"] @ jnp.concatenate([h, x_t]) + p["b_rz"]), 2)
        g = tanh(p["W_g"] @ jnp.concatenate([r * h, x_t]) + p["b_g"])
        return ((1 - z) * h + z * g,)

    cell = {"RNN": rnn, "LSTM": lstm, "GRU": gru}[kind]
    start = (jnp.zeros((H, x.shape[2]), x.dtype),) * len(model.cell.STATES)

    def loss(p, x, y):
        (h, *_), _ = jax.lax.scan(lambda state, x_t: (cell(p, state, x_t), None), start, x)
        return ((p["W_y"] @ h + p["b_y"] - y[0]) ** 2).mean()

    return _jax_updates(jax, loss, p, jnp.asarray(x), jnp.asarray(y))


def _jax_updates(jax, loss, p, x, y):
    @jax.jit
    def update(p, m, v, k, x, y):
        L, g = jax.value_and_grad(loss)(p, x, y)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        c1, c2 = 1 - 0.9**k, 1 - 0.999**k
        new = jax.tree.map(lambda p, m, v: p - LR * (m / c1) / (jax.numpy.sqrt(v / c2) + 1e-8), p, m, v)
        return L, new, m, v, k + 1

    zeros = jax.tree.map(jax.numpy.zeros_like, p)
    now = [p, zeros, zeros, jax.numpy.ones((), x.dtype)]

    def step():
        L, *now[:] = update(*now, x, y)
        return float(L)  # which waits for it

    return step


def bare_products(model, x, y=None):
    """The products that no forward and backward pass can do without, as (dot, right, out).

    They are W v_t for every step, W_hᵀ ∂L/∂a_t for every step, and the gradient of each stack of
    weights as one product, with its factors already side by side.
    """
    rng, cell, (T, _, N) = np.random.default_rng(0), model.cell, x.shape
    products = []

    def new(*shape):
        return rng.normal(size=shape).astype(x.dtype)

    for stack in cell.program().products:
        rows, columns = stack.out.rows, stack.of.rows
        W = new(columns, rows).T if N <= 4 else new(rows, columns)  # as `forward_pass` lays them
        products += [(W.dot, v, a) for v, a in zip(new(T, columns, N), new(T, rows, N), strict=True)]
        products.append((new(rows, T * N).dot, new(columns, T * N).T, np.empty(W.shape, x.dtype)))
    for W in (W for name, W in cell.params.items() if name.startswith("W_h")):
        products += [(W.T.dot, da, dh) for da, dh in zip(new(T, len(W), N), new(T, cell.H, N), strict=True)]
    return products


def limit(model, x, y):
    products = bare_products(model, x)

    def run():
        for dot, right, out in products:
            dot(right, out)

    return run
