"""The three cells as a textbook writes them: one product for each gate, new arrays at every step.

Each function gives the loss of a many-to-one model, (ŷ - y)² at the last step, and the gradients.
Its parameters are W_k = [W_hk W_xk] and b_k of every gate k, and the readout's W_y and b_y.
"""

import numpy as np


def parameters(record, gates):
    """The parameters of a model of seqlib, or their gradients, gate by gate."""
    weights = {f"W_{k}": np.hstack([record[f"W_h{k}"], record[f"W_x{k}"]]) for k in gates}
    biases = {f"b_{k}": record[f"b_{k}"].copy() for k in gates}
    return weights | biases | {"W_y": record.W_hy.copy(), "b_y": record.b_y.copy()}


def rnn(p, x, y):
    h, steps = _zeros(p["W_h"], x), []
    for x_t in x:
        v = np.concatenate([h, x_t])
        h = np.tanh(p["W_h"] @ v + p["b_h"])
        steps.append((v, h))
    loss, dh, grads = _output(p, h, y)
    for v, h in reversed(steps):
        dh = _back(p, grads, v, h=dh * (1 - h**2))
    return loss, grads


def lstm(p, x, y):
    h, C, steps = _zeros(p["W_f"], x), _zeros(p["W_f"], x), []
    for x_t in x:
        v = np.concatenate([h, x_t])
        f = _sigmoid(p["W_f"] @ v + p["b_f"])
        i = _sigmoid(p["W_i"] @ v + p["b_i"])
        o = _sigmoid(p["W_o"] @ v + p["b_o"])
        g = np.tanh(p["W_g"] @ v + p["b_g"])
        C_prev, C = C, f * C + i * g
        h = o * np.tanh(C)
        steps.append((v, f, i, o, g, C_prev, C))
    loss, dh, grads = _output(p, h, y)
    dC = np.zeros_like(C)
    for v, f, i, o, g, C_prev, C in reversed(steps):
        tanh_C = np.tanh(C)
        dC = dC + dh * o * (1 - tanh_C**2)
        df, di, do, dg = dC * C_prev, dC * g, dh * tanh_C, dC * i
        gates = {"f": df * f * (1 - f), "i": di * i * (1 - i), "o": do * o * (1 - o), "g": dg * (1 - g**2)}
        dh = _back(p, grads, v, **gates)
        dC = dC * f
    return loss, grads


def gru(p, x, y):
    h, steps = _zeros(p["W_r"], x), []
    for x_t in x:
        v = np.concatenate([h, x_t])
        r = _sigmoid(p["W_r"] @ v + p["b_r"])
        z = _sigmoid(p["W_z"] @ v + p["b_z"])
        v_g = np.concatenate([r * h, x_t])
        g = np.tanh(p["W_g"] @ v_g + p["b_g"])
        steps.append((v, v_g, r, z, g, h))
        h = (1 - z) * h + z * g
    loss, dh, grads = _output(p, h, y)
    for v, v_g, r, z, g, h_prev in reversed(steps):
        dz, dg = dh * (g - h_prev), dh * z
        drh = _back(p, grads, v_g, g=dg * (1 - g**2))
        dr = drh * h_prev
        dh = dh * (1 - z) + drh * r + _back(p, grads, v, r=dr * r * (1 - r), z=dz * z * (1 - z))
    return loss, grads


CELLS = {"RNN": rnn, "LSTM": lstm, "GRU": gru}


class Adam:
    """Algorithm 1 of the paper, for one parameter after the other."""

    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.k, self.m, self.v = 0, {}, {}

    def update(self, params, grads):
        self.k += 1
        for name, g in grads.items():
            m = self.m[name] = self.beta1 * self.m.get(name, 0) + (1 - self.beta1) * g
            v = self.v[name] = self.beta2 * self.v.get(name, 0) + (1 - self.beta2) * g**2
            m_hat = m / (1 - self.beta1**self.k)
            v_hat = v / (1 - self.beta2**self.k)
            W = params[name]
            W -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


def _zeros(W, x):
    return np.zeros((len(W), x.shape[2]), x.dtype)


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _output(p, h, y):
    """The loss, ∂L/∂h at the last step, and the gradients, in which those of the readout are complete."""
    error = p["W_y"] @ h + p["b_y"] - y[0]
    d = 2 / error.size * error
    grads = {name: np.zeros_like(array) for name, array in p.items()}
    grads["W_y"], grads["b_y"] = d @ h.T, d.sum(axis=1, keepdims=True)
    return (error**2).mean(), p["W_y"].T @ d, grads


def _back(p, grads, v, **da):
    """Add one step's part of the gradients of these gates, and give ∂L/∂h_{t-1} as far as it comes from them."""
    dv = 0
    for k, da_k in da.items():
        grads[f"W_{k}"] += da_k @ v.T
        grads[f"b_{k}"] += da_k.sum(axis=1, keepdims=True)
        dv = dv + p[f"W_{k}"].T @ da_k
    return dv[: len(da_k)]
