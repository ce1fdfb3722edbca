"""Every registered exercise: its solution passes, its mistakes are recognised as themselves, its sentences exist."""

import functools
import itertools
import re

import numpy as np
import pytest

from seqlib import words
from seqlib.lessons import EXERCISES as ALL
from seqlib.lessons import Exercise, check
from seqlib.lessons.checks import _composed
from seqlib.lessons.forms import Belief, Bug, Number, OrderLines, WriteTest
from seqlib.lessons.sentences import SAYS
from tests.lessons.answers import read_answers
from tests.lessons.test_solutions import NOTEBOOKS, read

EXERCISES = {key: exercise for key, exercise in ALL.items() if isinstance(exercise, Exercise)}


def given(exercise, implementation):
    """An implementation in the form in which a reader hands it over."""
    return implementation() if exercise.kind == "value" else implementation


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES.keys())
def test_the_solution_passes(exercise):
    result = check(exercise.key, given(exercise, exercise.solution))
    assert result.ok and bool(result) and result.mistake is None, repr(result)
    assert repr(result).startswith(f"✓ {exercise.key}: correct. ")


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES.keys())
def test_a_mistake_is_recognised_as_itself(exercise):
    for mistake in exercise.mistakes:
        result = check(exercise.key, given(exercise, mistake.wrong))
        assert not result.ok, mistake.name
        assert result.mistake == mistake.name, repr(result)
        assert result.says == mistake.says


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES.keys())
def test_a_mistake_has_its_sentence_in_both_languages(exercise):
    for mistake in exercise.mistakes:
        assert set(mistake.says) == {"en", "ko"}, mistake.name
        for language, sentence in mistake.says.items():
            assert not re.search(r"[{}<>]", sentence.replace("`targets > 0`", "")), sentence
            assert sentence.count("`") % 2 == 0, sentence
            assert 30 <= len(sentence) * (2 if language == "ko" else 1) <= 320, sentence
            assert sentence[-1] in ".)?", sentence
        assert re.search("[가-힣]", mistake.says["ko"]) and not re.search("[가-힣]", mistake.says["en"]), mistake.name


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES.keys())
def test_names_and_sentences_are_distinct_within_an_exercise(exercise):
    for texts in zip(*((m.name, m.says["en"], m.says["ko"]) for m in exercise.mistakes), strict=True):
        assert len(set(texts)) == len(texts)
    assert not {m.name for m in exercise.mistakes} & set(SAYS) - {"transposed"}
    assert set(exercise.praise) == {"en", "ko"}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES.keys())
def test_the_cases_are_the_same_every_time_and_name_the_inputs_of_the_signature(exercise):
    for one, two in zip(exercise.inputs(), exercise.inputs(), strict=True):
        assert all(np.array_equal(one[name], two[name]) for name in one)
        if exercise.kind == "function":
            assert exercise.signature.partition("(")[2] == ", ".join(one) + ")"


def test_general_sentences_exist_in_both_languages_with_the_same_fields():
    for says in SAYS.values():
        fields = [set(re.findall(r"{(\w+)}", says[language])) for language in ("en", "ko")]
        assert set(says) == {"en", "ko"} and fields[0] == fields[1], says


def test_two_mistakes_at_once_are_both_named():
    def step(x, h, W, U, b):
        return W @ x + U.T @ h + b

    result = check("unroll-cell-step", step)
    assert result.mistake == "tanh-forgotten+W_hh-transposed"
    assert "tanh is missing" in result.says["en"] and "전치" in result.says["ko"]


def test_every_pair_of_composable_mistakes_gets_a_sentence():
    exercise = EXERCISES["unroll-cell-step"]
    for a, b in itertools.combinations(exercise.mistakes, 2):
        both = _composed(a.wrong, b.wrong)
        if both is not None:
            assert check(exercise.key, both).mistake is not None


# ---------- right answers in unusual form


def loop_with_a_list(x, start, A, B, c):
    states = [start]
    for t in range(len(x)):
        states.append(np.tanh(A @ x[t] + B @ states[-1] + c))
    return states[1:]


def loop_filling_an_array(x, h0, W_xh, W_hh, b_h):
    T, _, N = x.shape
    h = np.empty((T, len(W_hh), N))
    for t in range(T):
        h[t] = np.tanh(W_xh @ x[t] + W_hh @ (h[t - 1] if t else h0) + b_h)
    return h


def loop_with_both_weights_stacked(x, h0, W_xh, W_hh, b_h):
    W, h, out = np.hstack([W_hh, W_xh]), h0.copy(), []
    for x_t in x:
        h[...] = np.tanh(W.dot(np.vstack([h, x_t])) + b_h)
        out.append(h.copy())
    return np.asarray(out)


def masked_by_hand(p, y):
    right = total = 0
    for a, b in zip(p.ravel().tolist(), y.ravel().tolist(), strict=True):
        if b >= 0:
            total, right = total + 1, right + (a == b)
    return right / total


def update_in_words(forget, write, read, new, memory):
    memory = memory * forget
    memory = memory + write * new
    return np.stack([memory, read * np.tanh(memory)])


def lstm_gate_by_gate(x, h, C, W, U, b):
    H = len(h)
    f, i, o, g = (W[k * H : (k + 1) * H] @ x + U[k * H : (k + 1) * H] @ h + b[k * H : (k + 1) * H] for k in range(4))
    f, i, o = (1 / (1 + np.exp(-a)) for a in (f, i, o))
    new = f * C + i * np.tanh(g)
    return [new, o * np.tanh(new)]


def lstm_all_inputs_in_one_product(x, h, C, W, U, b):
    a = np.hstack([W, U, b]) @ np.vstack([x, h, np.ones((1, x.shape[1]))])
    gates = (1 + np.tanh(a / 2)) / 2
    f, i, o, _ = np.split(gates, 4)
    C = C * f + i * np.tanh(np.split(a, 4)[3])
    return C, np.tanh(C) * o


def gru_gate_by_gate(x, h, W, U, V, b):
    H = len(h)
    r = 1 / (1 + np.exp(-(W[:H] @ x + U[:H] @ h + b[:H])))
    z = 1 / (1 + np.exp(-(W[H : 2 * H] @ x + U[H:] @ h + b[H : 2 * H])))
    g = np.tanh(W[2 * H :].dot(x) + V.dot(r * h) + b[2 * H :])
    return (h + z * (g - h)).tolist()


def cross_entropy_by_log_sum_exp(z, y):
    log_p = z - np.logaddexp.reduce(z, axis=0)
    slope = np.exp(log_p)
    slope[y, range(len(y))] -= 1
    return [-np.mean(log_p[y, range(len(y))]), slope / len(y)]


def lstm_step_back_gate_by_gate(dh, dC, f, i, o, g, C_prev, tanh_C, W_h):
    H = len(f)
    both = dC + dh * o * (1 - tanh_C) * (1 + tanh_C)
    da_f, da_i = both * C_prev * f * (1 - f), both * g * i * (1 - i)
    da_o, da_g = dh * tanh_C * (o - o * o), both * i * (1 - g**2)
    blocks = [W_h[k * H : (k + 1) * H].T for k in range(4)]
    dh_prev = sum(W @ da for W, da in zip(blocks, (da_f, da_i, da_o, da_g), strict=True))
    return np.vstack([da_f, da_i, da_o, da_g]), dh_prev, f * both


def adam_with_one_rate(W, g, m, v, k, lr):
    m, v = m + 0.1 * (g - m), v + 0.001 * (g**2 - v)
    rate = lr / (1 - 0.9**k)
    return W - rate * m / (np.sqrt(v / (1 - 0.999**k)) + 1e-8), m, v


def shifted_with_roll(x):
    out = np.roll(x, 1, axis=0)
    out[0] = 0
    return out


def bptt_term_by_term(x, h_all, dh, W_hh):
    W_xh, W, b_h, carry = 0, 0, 0, np.zeros(dh.shape[1:])
    for t in range(len(x) - 1, -1, -1):
        da = (dh[t] + carry) * (1 - h_all[t + 1] ** 2)
        W_xh, W, b_h = W_xh + da @ x[t].T, W + da @ h_all[t].T, b_h + da.sum(1)[:, None]
        carry = W_hh.T @ da
    return W_xh, W, b_h


def bptt_all_products_at_the_end(x, h_all, dh, W_hh):
    da = dh * 0
    for t in reversed(range(len(x))):
        later = W_hh.T @ da[t + 1] if t + 1 < len(x) else 0
        da[t] = (dh[t] + later) * (1 - np.square(h_all[t + 1]))
    flat = np.concatenate(list(da), axis=1)
    grads = {"b_h": flat.sum(axis=1, keepdims=True), "W_hh": flat @ np.concatenate(list(h_all[:-1]), axis=1).T}
    return grads | {"W_xh": np.tensordot(da, x, axes=([0, 2], [0, 2]))}


def terms_in_a_loop(dy, W_hy, W_hh, h):
    out, g = [], dy * W_hy
    for t in (3, 2, 1):
        g = g * (1 - h[t] ** 2)
        out.append(g * h[t - 1])
        g = g * W_hh
    return out


class Callable:
    def __call__(self, x_t, h_prev, W_xh, W_hh, b_h):
        return np.tanh(W_xh @ x_t + W_hh @ h_prev + b_h)


def clip_one_long_vector(a, b, c, limit):
    size = np.linalg.norm(np.concatenate([a.ravel(), b.ravel(), c.ravel()]))
    return [g / size * limit for g in (a, b, c)] if size > limit else (a, b, c)


def windows_by_hand(cell, x, dh, window):
    """Backwards from the end, the gradient cut where a window begins."""
    h, W, total, back = cell.forward(x).h_all, cell.params.W_hh, np.zeros((3, 3)), 0
    for t in reversed(range(len(x))):
        da = (dh[t] + back) * (1 - h[t + 1] ** 2)
        total += da @ h[t].T
        back = 0 if t % window == 0 else W.T @ da
    return total


def windows_as_rows(z, T):
    return np.lib.stride_tricks.sliding_window_view(z, T)


def autoregression_by_normal_equations(s, p):
    X = np.column_stack([np.ones(len(s) - p), windows_as_rows(s[:-1], p)[:, ::-1]])
    return np.linalg.solve(X.T @ X, X.T @ s[p:])


UNUSUAL = {
    "layer-dense": [
        lambda W, x, b: np.tanh(np.dot(W, x) + b).tolist(),
        lambda W, x, b: np.stack([np.tanh(W @ column + b[:, 0]) for column in x.T], axis=1),
        lambda W, x, b: 1 - 2 / (np.exp(2 * (W @ x + b)) + 1),
    ],
    "layer-step": [
        lambda w, slope, eta: w + -eta * slope,
        lambda w, slope, eta: np.subtract(w, np.multiply(eta, slope)),
    ],
    "layer-slice": [
        lambda x, n: [[feature[n] for feature in step] for step in x],
        lambda x, n: np.take(x, n, axis=2),
        lambda x, n: np.moveaxis(x, 2, 0)[n],
    ],
    "dense-pooled": [
        lambda x, W, b: sum(np.tanh(np.dot(W, x[t]) + b) for t in range(len(x))) / len(x),
        lambda x, W, b: np.einsum("tij->ij", np.tanh(np.einsum("hd,tdn->thn", W, x) + b)) / x.shape[0],
        lambda x, W, b: np.mean([np.tanh(b + W @ x_t) for x_t in x], 0).tolist(),
        lambda x, W, b: np.tanh(W @ x + b).mean(0).astype(np.float32),
    ],
    "dense-flatten": [
        lambda x: np.concatenate(list(x)),
        lambda x: np.vstack(x),
        lambda x: x.reshape(x.shape[0] * x.shape[1], x.shape[2]).T.T,
        lambda x: np.stack([x[:, :, n].ravel() for n in range(x.shape[2])], axis=1),
    ],
    "dense-shift": [
        shifted_with_roll,
        lambda x: np.concatenate([0 * x[:1], x[:-1]]),
        lambda x: np.pad(x, ((1, 0), (0, 0), (0, 0)))[:-1],
        lambda x: [np.zeros(x[0].shape), *x[:-1]],
    ],
    "shapes-which": [
        dict(
            zip(
                ("tags", "frames", "caption", "melody", "sensor", "review"),
                ["Many to many"] * 2 + ["one_to_many"] * 2 + ["MANY-TO-ONE "] * 2,
                strict=True,
            )
        ),
        ["일대다", "일대다", "다대일", "다 대 일", "다대다", "다대다"],
        dict(
            caption="one‐to-many".replace("‐", "-"),
            melody="one  to many",
            sensor="many-to-one",
            review="many-to-one",
            tags="many-to-many",
            frames="many-to-many",
        ),
    ],
    "shapes-one-to-many-input": [
        lambda image, steps: np.concatenate([image[None], np.zeros((steps - 1, *image.shape))]),
        lambda image, steps: [image] + [image * 0] * (steps - 1),
        lambda image, T: np.eye(T, 1)[:, :, None] * image,
    ],
    "shapes-output-shape": [
        lambda shape, T, K, N: [1 if shape.endswith("one") else T, K, N],
        lambda s, *rest: {"many-to-one": (1, *rest[1:])}.get(s, rest),
        lambda s, T, K, N: np.empty((1 if s == "many-to-one" else T, K, N)).shape,
    ],
    "shapes-accuracy-mask": [
        masked_by_hand,
        lambda p, y: np.mean(p[y >= 0] == y[y >= 0]),
        lambda p, y: (p == y).sum() / (y != -1).sum(),
        lambda p, y: np.average(p == y, weights=y > -1),
        lambda p, y: np.ma.masked_array(p == y, y == -1).mean(),
    ],
    "unroll-cell-step": [
        lambda x, h, A, B, c: np.tanh(c + np.dot(B, h) + np.dot(A, x)),
        lambda x, h, A, B, c: np.tanh(np.einsum("hd,dn->hn", A, x) + np.einsum("hk,kn->hn", B, h) + c),
        lambda x, h, A, B, c: (np.tanh((x.T @ A.T) + h.T @ B.T + c.T)).T.T.T,
        lambda x, h, A, B, c: 2 / (1 + np.exp(-2 * (A @ x + B @ h + c))) - 1,
        lambda x, h, A, B, c: np.tanh(np.hstack([A, B, c]) @ np.vstack([x, h, np.ones((1, x.shape[1]))])).tolist(),
        lambda x, h, A, B, c: np.tanh((A @ x + B @ h + c).astype(np.float32)),
        lambda x_t, h_prev, W_xh, W_hh, b_h, verbose=False: np.tanh(W_xh @ x_t + W_hh @ h_prev + b_h),
        lambda *args: np.tanh(args[2] @ args[0] + args[3] @ args[1] + args[4]),
        lambda x, h, A, B, c: np.asmatrix(np.tanh(A @ x + B @ h + c)),
        Callable(),
    ],
    "unroll-loop": [loop_with_a_list, loop_filling_an_array, loop_with_both_weights_stacked],
    "unroll-readout": [
        lambda h, W, b: np.stack([W @ h_t + b for h_t in h]),
        lambda h, W, b: np.einsum("kh,thn->tkn", W, h) + b,
        lambda h, W, b: [np.dot(W, h_t) + b for h_t in h],
        lambda h, W, b: np.tensordot(h, W, axes=(1, 1)).transpose(0, 2, 1) + b[None],
    ],
    "unroll-softmax": [
        lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(0),
        lambda z: np.exp(z - np.logaddexp.reduce(z, axis=0)),
        lambda z: np.stack([np.exp(c - max(c)) / sum(np.exp(c - max(c))) for c in z.T]).T,
        lambda z: 1 / np.exp(z[None] - z[:, None]).sum(axis=1),
    ],
    "unroll-count": [
        lambda T, D, H, K: H * (D + H + 1) + K * (H + 1),
        lambda steps, inputs, units, classes: float(units * (inputs + units + 1) + classes * (units + 1)),
        lambda T, D, H, K: sum(np.zeros(s).size for s in [(H, D), (H, H), (H, 1), (K, H), (K, 1)]),
        lambda *sizes: np.array([[sizes[2] * (sizes[1] + sizes[2] + 1) + sizes[3] * (sizes[2] + 1)]]),
    ],
    "unroll-relu": [
        lambda x, h, A, B, c: (A @ x + B @ h + c).clip(0),
        lambda x, h, A, B, c: np.where(A @ x + B @ h + c > 0, A @ x + B @ h + c, 0),
        lambda x, h, A, B, c: (A @ x + B @ h + c) * (A @ x + B @ h + c > 0),
        lambda x, h, A, B, c: (abs(A @ x + B @ h + c) + A @ x + B @ h + c) / 2,
    ],
    "bptt-softmax": [
        lambda z, y: np.exp(z) / np.exp(z).sum(0) - np.eye(len(z))[:, y],
        lambda z, y: np.exp(z - np.logaddexp.reduce(z, axis=0)) - (np.indices(z.shape)[0] == y),
        lambda z, y: [
            [1 / np.exp(z[:, n] - z[k, n]).sum() - (k == y[n]) for n in range(len(y))] for k in range(len(z))
        ],
    ],
    "bptt-terms": [
        terms_in_a_loop,
        lambda a, b, w, h: (
            a
            * b
            * np.array([1, (1 - h[3] ** 2) * w, (1 - h[3] ** 2) * (1 - h[2] ** 2) * w * w])
            * (1 - h[:0:-1] ** 2)
            * h[2::-1]
        ),
    ],
    "bptt-step-back": [
        lambda dh, h, W: (dh * (1 - h**2), W.T @ (dh * (1 - h**2))),
        lambda dh, h, W: [dh - dh * h * h, ((dh - dh * h * h).T @ W).T],
        lambda dh, h, W: (dh * (1 + h) * (1 - h), np.einsum("ij,in->jn", W, dh * (1 - h * h)).tolist()),
    ],
    "bptt-loop": [bptt_term_by_term, bptt_all_products_at_the_end],
    "bounds-kept": [
        lambda T, w: np.kron(np.eye(T), np.tri(w))[:T, :T],
        lambda T, w: [[k <= s and s // w == k // w for k in range(T)] for s in range(T)],
        lambda T, w: np.tril(np.equal.outer(np.arange(T) // w, np.arange(T) // w)),
    ],
    "forget-jacobian": [
        lambda h, W: np.diag((1 - h * h).ravel()) @ W,
        lambda h, W: np.einsum("i,ij->ij", 1 - h[:, 0] ** 2, W),
        lambda h, W: ((1 - h.T**2) * W.T).T,
        lambda h, W: (W - h**2 * W).tolist(),
        lambda h, W: np.stack([(1 - v) * (1 + v) * row for v, row in zip(h, W, strict=True)]),
    ],
    "forget-product": [
        lambda J, t, k: np.linalg.multi_dot([np.eye(3), np.eye(3), *J[k:t][::-1]]),
        lambda J, t, k: functools.reduce(lambda P, A: A @ P, J[k:t], np.identity(3)),
        lambda J, t, k: functools.reduce(np.matmul, J[k:t][::-1], np.identity(3)),
    ],
    "forget-radius": [
        lambda W: (max(abs(np.linalg.eigvals(W))), np.linalg.norm(W, 2)),
        lambda W: [abs(np.linalg.eig(W)[0]).max(), np.sqrt(np.linalg.eigvalsh(W @ W.T)[-1])],
        lambda W: [np.linalg.norm(np.linalg.eigvals(W), np.inf), np.linalg.svd(W, compute_uv=False)[0]],
    ],
    "forget-clip": [
        clip_one_long_vector,
        lambda a, b, c, m: [g * m / max(m, np.sqrt(sum(np.vdot(g, g) for g in (a, b, c)))) for g in (a, b, c)],
    ],
    "forget-windows": [windows_by_hand],
    "forget-adding-target": [
        lambda x: 0.5 + (x[:, 0] * (x[:, 1] > 0)).sum(0) / 4,
        lambda x: [0.5 + sum(v for v, m in run if m == 1) / 4 for run in x.transpose(2, 0, 1)],
        lambda x: 0.5 + np.einsum("tn,tn->n", x[:, 0], np.maximum(x[:, 1], 0)) / 4,
        lambda x: 0.5 + np.where(x[:, 1] == 1, x[:, 0], 0).mean(axis=0) * len(x) / 4,
    ],
    "gates-gate": [
        lambda x, h, W, U, b: 1 / (1 + np.exp(-(W @ x + U @ h + b))),
        lambda x, h, W, U, b: 0.5 * (1 + np.tanh((np.hstack([W, U]) @ np.vstack([x, h]) + b) / 2)),
        lambda x, h, W, U, b: np.reciprocal(1 + np.exp(-b - W.dot(x) - U.dot(h))).tolist(),
    ],
    "gates-update": [update_in_words, lambda f, i, o, g, C: [c := C * f + g * i, np.tanh(c) * o]],
    "gates-step": [lstm_gate_by_gate, lstm_all_inputs_in_one_product],
    "gates-half-life": [
        lambda f: np.log(0.5) / np.log(f),
        lambda f: -1 / np.log2(f),
        lambda f: np.log(2) / -np.log(f),
    ],
    "gates-bias": [
        lambda H, value: np.vstack([np.full((H, 1), value), np.zeros((3 * H, 1))]),
        lambda H, value: [[value]] * H + [[0]] * (3 * H),
    ],
    "train-cross-entropy": [cross_entropy_by_log_sum_exp],
    "train-mse": [
        lambda out, y: [((out - y) ** 2).mean(), 2 * (out - y) / out.size],
        lambda out, y: (np.linalg.norm(out - y) ** 2 / y.size, (out - y) / (y.size / 2)),
    ],
    "train-step-back": [lstm_step_back_gate_by_gate],
    "train-sgd": [
        lambda W, dW, lr: W - lr * dW,
        lambda W, dW, lr: (-dW * lr + W).tolist(),
        lambda W, dW, lr: np.subtract(W, np.multiply(dW, lr)),
    ],
    "train-adam": [adam_with_one_rate],
    "optim-half-left": [
        lambda lag: -np.log(2 ** (1 / lag) - 1),
        lambda lag: np.arctanh(2 * 0.5 ** (1 / lag) - 1) * 2,
    ],
    "gru-candidate": [
        lambda x, h, r, W, U, b: np.tanh(W.dot(x) + np.dot(U, h * r) + b),
        lambda x, h, r, W, U, b: np.tanh(np.hstack([U, W, b]) @ np.vstack([r * h, x, np.ones((1, x.shape[1]))])),
    ],
    "gru-update": [
        lambda z, g, h: h + z * (g - h),
        lambda z, g, h: (z * g + h - z * h).tolist(),
        lambda z, g, h: np.where(z > 2, 0, g * z - h * (z - 1)),
    ],
    "gru-step": [gru_gate_by_gate],
    "gru-convert": [
        lambda W, U, b: [np.concatenate([a[:k], -a[k : 2 * k], a[2 * k :]]) for a in (W, U, b) for k in [U.shape[1]]],
    ],
    "compare-parameters": [
        lambda D, H: [k * H * (D + H + 1) for k in (1, 4, 3)],
        lambda inputs, units: np.array([1.0, 4.0, 3.0]) * np.ones((units, inputs + units + 1)).size,
    ],
    "compare-hidden-size": [
        lambda k, D, n: min(range(1, 1000), key=lambda H: abs(k * H * (D + H + 1) - n)),
        lambda k, D, n: float(round(np.sqrt((D + 1) ** 2 / 4 + n / k) - (D + 1) / 2)),
    ],
    "compare-spread": [
        lambda a: np.quantile(a, [0, 0.5, 1], axis=1).T,
        lambda a: [(row.min(), np.median(row), max(row)) for row in a],
    ],
    "compare-unknown": [
        lambda tokens, ids: [ids[t] if t in ids else ids["<unk>"] for t in tokens],
        lambda tokens, ids: np.array([ids.get(t, 0) for t in tokens]),
        lambda tokens, ids: list(map(lambda t: ids.get(t, ids["<unk>"]), tokens)),
    ],
    "studio-standardise": [
        lambda s, n: (s - np.mean(s[:n])) / np.sqrt(np.mean((s[:n] - np.mean(s[:n])) ** 2)),
        lambda s, n: [(v - s[:n].mean()) / s[:n].std() for v in s],
    ],
    "studio-windows": [
        lambda z, T: [np.array([z[t + k : len(z) - T + t + k] for t in range(T)]) for k in (0, 1)],
        lambda z, T: {"targets": windows_as_rows(z[1:], T).T, "x": windows_as_rows(z[:-1], T).T},
    ],
    "studio-seasonal": [
        lambda past, steps, period: np.resize(past[-period:], steps),
        lambda past, steps, period: (list(past[-period:]) * steps)[:steps],
    ],
    "studio-autoregression": [
        autoregression_by_normal_equations,
    ],
    "studio-perplexity": [
        lambda p: np.exp2(-np.log2(p).mean()),
        lambda p: np.prod((1 / p) ** (1 / len(p))),
        lambda p: [10 ** -np.log10(p).mean()],
    ],
}


def test_every_exercise_has_unusual_right_answers():
    recorded = {answer["key"] for answer in read_answers() if answer.get("right")}
    assert set(UNUSUAL) | (recorded & set(EXERCISES)) == set(EXERCISES)


@pytest.mark.parametrize(("key", "answer"), [(k, a) for k, answers in UNUSUAL.items() for a in answers])
def test_right_answers_in_unusual_form_pass(key, answer):
    assert check(key, answer).ok, repr(check(key, answer))


def test_the_sentence_follows_the_language_when_it_is_shown():
    result = check("unroll-cell-step", lambda x, h, A, B, c: np.tanh(A @ x + B @ h))
    before = words.language()
    try:
        words.use("ko")
        assert repr(result).startswith("✗ unroll-cell-step: 다시 살펴보세요. 편향 `b_h`가 빠졌습니다.")
        assert 'lang="ko"' in result._repr_html_()
        words.use("en")
        assert repr(result).startswith("✗ unroll-cell-step: look again. The bias `b_h` is missing.")
    finally:
        words.use(before)


# ---------- the forms that are no formula (each form by itself: test_forms.py)

FORMS = {key: form for key, form in ALL.items() if not isinstance(form, Exercise)}
BUGS = [form for form in FORMS.values() if isinstance(form, Bug)]
ORDERS = [form for form in FORMS.values() if isinstance(form, OrderLines)]


def cells_of(key):
    """The cells of every lesson that asks for this exercise."""
    found = [
        [cell["source"] for cell in read(path)]
        for path in sorted(NOTEBOOKS.glob("*/*.ipynb"))
        if any(f'check("{key}"' in cell["source"] for cell in read(path))
    ]
    assert found, f"no lesson asks for {key}"
    return found


def sentences(form):
    """Every sentence of a form in both languages."""
    yield from (belief.says if isinstance(belief, Belief) else belief[-1] for belief in getattr(form, "beliefs", ()))
    yield from getattr(form, "reasons", {}).values()
    yield from getattr(form, "innocent", {}).values()
    yield from (says for _, says in getattr(form, "wrong_ones", {}).values())
    yield from (says for _, says in getattr(form, "levels", ()))
    if hasattr(form, "praise"):
        yield form.praise


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_form_speaks_both_languages(form):
    for says in sentences(form):
        assert set(says) == {"en", "ko"} and says["en"][-1] in ".)?!" and says["ko"][-1] in ".)?!", says
        assert re.search("[가-힣]", says["ko"]) and not re.search("[가-힣]", says["en"]), says


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.key)
def test_a_bug_is_one_and_its_repair_cures_it(bug):
    for code, right in ((bug.code, False), (bug.repaired, True)):
        names = {"np": np}
        exec(code, names)
        function = names[re.search(r"def (\w+)", code)[1]]
        assert check(bug.solves, function).ok == right
    for cells in cells_of(bug.key):
        assert any("\n".join(bug.lines) in cell for cell in cells), "the lesson shows another function"


@pytest.mark.parametrize("form", ORDERS, ids=lambda form: form.key)
def test_lines_are_shown_shuffled_and_in_their_own_order_are_right(form):
    letter = {place: name for name, place in form.letters.items()}
    assert form.judge(" ".join(letter[place] for place in range(len(form.lines)))).ok
    assert not form.judge(" ".join(form.letters)).ok
    for name, holds, _ in form.beliefs:
        orders = itertools.permutations(range(len(form.lines)))
        assert any(holds(list(order)) and form._trouble(list(order)) for order in orders), f"{name} never happens"
    for cells in cells_of(form.key):
        assert any(form.shown() in cell for cell in cells), "the lesson shows other lines"


@pytest.mark.parametrize("form", [f for f in FORMS.values() if isinstance(f, Number)], ids=lambda form: form.key)
def test_a_prediction_is_right_where_the_computer_is(form):
    truth = float(form.truth())
    assert form.judge(truth).ok
    for belief in form.beliefs:
        middle = belief.low if np.isinf(belief.high) else (belief.low + belief.high) / 2
        assert form.judge(middle).mistake == belief.name


@pytest.mark.parametrize("form", [f for f in FORMS.values() if isinstance(f, WriteTest)], ids=lambda form: form.key)
def test_a_test_can_tell_all_wrong_ones_from_the_right_ones(form):
    accepted = {id(one) for one in form.right_ones}
    assert form.judge(lambda implementation: id(implementation) in accepted).ok
    for name, (wrong, _) in form.wrong_ones.items():
        assert form.judge(lambda one, wrong=wrong: one is wrong or id(one) in accepted).mistake == name
