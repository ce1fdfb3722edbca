"""Every registered exercise: its solution passes, its mistakes are recognised as themselves, its sentences exist."""

import itertools
import re

import numpy as np
import pytest

from seqlib import words
from seqlib.lessons import EXERCISES, check
from seqlib.lessons.checks import _composed
from seqlib.lessons.sentences import SAYS

MISTAKES = [(exercise, mistake) for exercise in EXERCISES.values() for mistake in exercise.mistakes]
LESSONS = ("dense", "shapes", "unroll")


def given(exercise, implementation):
    """An implementation in the form in which a reader hands it over."""
    return implementation() if exercise.kind == "value" else implementation


@pytest.mark.parametrize("lesson", LESSONS)
def test_at_least_four_exercises_a_lesson(lesson):
    assert sum(key.startswith(lesson + "-") for key in EXERCISES) >= 4


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES.keys())
def test_the_solution_passes(exercise):
    result = check(exercise.key, given(exercise, exercise.solution))
    assert result.ok and bool(result) and result.mistake is None, repr(result)
    assert repr(result).startswith(f"✓ {exercise.key}: correct. ")


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=[f"{e.key}:{m.name}" for e, m in MISTAKES])
def test_a_mistake_is_recognised_as_itself(exercise, mistake):
    result = check(exercise.key, given(exercise, mistake.wrong))
    assert not result.ok
    assert result.mistake == mistake.name, repr(result)
    assert result.says == mistake.says


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=[f"{e.key}:{m.name}" for e, m in MISTAKES])
def test_a_mistake_has_its_sentence_in_both_languages(exercise, mistake):
    assert set(mistake.says) == {"en", "ko"}
    for language, sentence in mistake.says.items():
        assert not re.search(r"[{}<>]", sentence.replace("`targets > 0`", "")), sentence
        assert sentence.count("`") % 2 == 0
        assert 30 <= len(sentence) * (2 if language == "ko" else 1) <= 320, sentence
        assert sentence[-1] in ".)?", sentence
    assert re.search("[가-힣]", mistake.says["ko"]) and not re.search("[가-힣]", mistake.says["en"])


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


def last_by_hand(h, lengths):
    out = np.zeros(h.shape[1:])
    for n, length in enumerate(lengths):
        out[:, n] = h[length - 1, :, n]
    return out


def shifted_with_roll(x):
    out = np.roll(x, 1, axis=0)
    out[0] = 0
    return out


class Callable:
    def __call__(self, x_t, h_prev, W_xh, W_hh, b_h):
        return np.tanh(W_xh @ x_t + W_hh @ h_prev + b_h)


UNUSUAL = {
    "dense-count-parameters": [
        lambda steps, width, units: [units * (width + 1), units * (steps * width + 1), units * (width + units + 1)],
        lambda T, D, H: np.array([H * D + H, H * T * D + H, H * D + H * H + H]),
        lambda T, D, H: (float(H * D + H), H * T * D + H, np.int32(H * D + H * H + H)),
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
    "dense-accuracy": [
        lambda scores, labels: float((np.argmax(scores, 0) == labels).sum() / labels.size),
        lambda a, y: 1 - np.count_nonzero(a.argmax(0) - y) / len(y),
        lambda a, y: [np.mean(a.T.argmax(1) == y)],
        lambda a, y: np.array((a.argmax(0) == y).mean()),
        lambda a, y: np.float32((a.argmax(0) == y).mean()),
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
    "shapes-pick-output": [
        last_by_hand,
        lambda h, n: h.transpose(0, 2, 1)[n - 1, range(len(n))].T,
        lambda h, n: np.take_along_axis(h, (n - 1)[None, None], axis=0)[0],
        lambda h, n: np.column_stack([h[k - 1, :, i] for i, k in enumerate(n)]),
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
}


def test_every_exercise_has_unusual_right_answers():
    assert set(UNUSUAL) == set(EXERCISES)


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
