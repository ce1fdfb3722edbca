"""The exercises of lessons 9 and 10: their answers are those of the library and of PyTorch, in unusual form too."""

import numpy as np
import pytest

from seqlib import LSTM, SGD, Adam, Readout, Record, SequenceModel, cross_entropy, mse
from seqlib.lessons import EXERCISES, check
from tests.conftest import need

SOLUTION = {key.removeprefix("train-"): e.solution for key, e in EXERCISES.items() if key.startswith("train-")}


def test_the_losses_are_the_library_s(rng):
    logits, y = 3 * rng.normal(size=(5, 4)), rng.integers(0, 5, 4)
    loss, slope = cross_entropy(logits[None], y[None])
    own = SOLUTION["cross-entropy"](logits, y)
    np.testing.assert_allclose((own["loss"], *own["slope"].ravel()), (loss[0], *slope[0].ravel()), rtol=1e-13)
    outputs, targets = rng.normal(size=(2, 3, 4))
    loss, slope = mse(outputs[None], targets[None])
    own = SOLUTION["mse"](outputs, targets)
    np.testing.assert_allclose((own["loss"], *own["slope"].ravel()), (loss[0], *slope[0].ravel()), rtol=1e-13)


@pytest.mark.parametrize(("T", "D", "H", "N"), [(1, 1, 1, 1), (3, 2, 2, 1), (6, 3, 4, 5)])
def test_the_step_back_in_a_loop_is_backward(rng, T, D, H, N):
    """The loop of the lesson's check-gradient cell."""
    model = SequenceModel(LSTM(D, H, rng=rng), Readout(H, 3, rng=rng))
    trace = model.forward(rng.normal(size=(T, D, N)))
    _, dlogits = cross_entropy(trace.logits, rng.integers(0, 3, (T, N)))
    grads, own = model.backward(trace, dlogits), model.params.W_hy.T @ dlogits
    dh, dC = np.zeros((2, H, N))
    for t in reversed(range(T)):
        parts = (trace[name][t] for name in ("f", "i", "o", "g", "C_prev", "tanh_C"))
        da, dh, dC = SOLUTION["step-back"](own[t] + dh, dC, *parts, model.params.W_h).values()
        np.testing.assert_allclose(da, grads.trace.a[t], atol=1e-14)
    np.testing.assert_allclose(dh, grads.h0, atol=1e-14)
    np.testing.assert_allclose(dC, grads.C0, atol=1e-14)


def test_a_hundred_updates_are_the_library_s_and_pytorch_s(rng):
    torch = need("torch")
    start = rng.normal(size=(3, 4))
    ours = {"sgd": start.copy(), "adam": start.copy()}
    theirs, m, v = Record({name: W.copy() for name, W in ours.items()}), np.zeros((3, 4)), np.zeros((3, 4))
    optimizers = {"sgd": SGD(0.05), "adam": Adam(0.05, grid=None)}
    tensors = {name: torch.tensor(start.copy(), requires_grad=True) for name in ours}
    torches = {
        "sgd": torch.optim.SGD([tensors["sgd"]], lr=0.05),
        "adam": torch.optim.Adam([tensors["adam"]], lr=0.05),
    }
    for k in range(1, 101):
        g = 10.0 ** rng.integers(-3, 3) * rng.normal(size=(3, 4))
        ours["sgd"] = SOLUTION["sgd"](ours["sgd"], g, 0.05)
        ours["adam"], m, v = SOLUTION["adam"](ours["adam"], g, m, v, k, 0.05).values()
        for name, optimizer in optimizers.items():
            optimizer.update(Record({"W": theirs[name]}), Record({"W": g}))
            tensors[name].grad = torch.tensor(g)
            torches[name].step()
    for name, W in ours.items():
        np.testing.assert_allclose(W, theirs[name], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(W, tensors[name].detach().numpy(), rtol=1e-12, atol=1e-12)


# ---------- right answers in unusual form


def cross_entropy_by_log_sum_exp(logits, y):
    n, top = np.arange(logits.shape[1]), logits.max(axis=0)
    log_total = top + np.log(np.exp(logits - top).sum(axis=0))
    slope = np.exp(logits - log_total)
    slope[y, n] -= 1
    return float(np.mean(log_total - logits[y, n])), slope / len(n)


def mse_by_hand(a, b):
    return sum((p - q) ** 2 for p, q in zip(a.ravel(), b.ravel(), strict=True)) / a.size, (a - b) * 2 / a.size


def step_back_gate_by_gate(dh, dC, f, i, o, g, C_prev, tanh_C, W_h):
    H, dC = len(f), dC + o * dh - o * dh * tanh_C * tanh_C
    da = [dC * C_prev * (f - f * f), dC * g * (i - i * i), dh * tanh_C * (o - o * o), dC * i * (1 - g) * (1 + g)]
    dh_prev = sum(W_h[k * H : (k + 1) * H].T.dot(part) for k, part in enumerate(da))
    return {"da": np.vstack(da), "dh_prev": dh_prev, "dC_prev": np.multiply(f, dC)}


def adam_with_one_step_size(W, g, m, v, k, lr):
    m, v = m + 0.1 * (g - m), v + 0.001 * (g * g - v)
    root = np.sqrt(1 - 0.999**k)
    return W - lr * root / (1 - 0.9**k) * m / (np.sqrt(v) + 1e-8 * root), m, v


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("cross-entropy", cross_entropy_by_log_sum_exp),
        ("mse", mse_by_hand),
        ("step-back", step_back_gate_by_gate),
        ("sgd", lambda W, dW, lr: W + (-lr) * dW),
        ("adam", adam_with_one_step_size),
    ],
)
def test_right_answers_in_unusual_form_pass(key, answer):
    result = check(f"train-{key}", answer)
    assert result.ok, repr(result)


def test_a_step_back_that_changes_its_input_is_told():
    def in_place(dh, dC, f, i, o, g, C_prev, tanh_C, W_h):
        dC += dh * o * (1 - tanh_C**2)
        return EXERCISES["train-step-back"].solution(0 * dh, dC, f, i, o, g, C_prev, tanh_C, W_h)

    assert check("train-step-back", in_place).mistake == "inputs-changed"
