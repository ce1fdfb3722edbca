"""Exercises of lesson 11: candidate, update and the whole step of a GRU, a bug in one, what survives, what one state costs."""

from functools import partial

import numpy as np

from seqlib.doors import returned
from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Belief, Bug, Choice, Number
from seqlib.study.table import Table


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _same(a):
    return a


# ---------- gru-candidate


def _candidate(
    x_t, h_prev, r, W_x, W_h, b, *, reset="before", of=np.tanh, bias="inside", x_gate=False, from_h=np.matmul
):
    gate = {"before": r, "1-r": 1 - r, "none": 1.0}.get(reset, 1.0)
    past = from_h(W_h, gate * h_prev)
    if reset == "after":
        past = r * past
    if reset == "bias too":
        past = r * (past + b)
    now = W_x @ (r * x_t if x_gate and len(r) == len(x_t) else x_t)
    if x_gate and len(r) != len(x_t):
        now = r * now
    added = {"inside": b, "none": 0, "outside": 0}[bias] if reset != "bias too" else 0
    value = of(now + past + added)
    if reset == "outside":
        value = r * value
    return value + b if bias == "outside" else value


def _nothing(W, v):
    return np.zeros((len(W), v.shape[1]))


def _gates(rng, H, N):
    return rng.uniform(0.05, 0.95, (H, N))


def _candidate_inputs(rng, D, H, N):
    inputs = dict(x_t=rng.normal(size=(D, N)), h_prev=rng.uniform(-1, 1, (H, N)), r=_gates(rng, H, N))
    return inputs | dict(W_x=rng.normal(size=(H, D)), W_h=rng.normal(size=(H, H)), b=rng.normal(size=(H, 1)))


CANDIDATE = Exercise(
    key="gru-candidate",
    signature="candidate(x_t, h_prev, r, W_x, W_h, b)",
    solution=_candidate,
    axes=("unit", "example"),
    # D = H = N lets the mistakes run that other sizes would forbid
    cases=lambda rng: [_candidate_inputs(rng, 2, 3, 4), _candidate_inputs(rng, 3, 3, 3), _candidate_inputs(rng, 2, 3, 1)],
    praise={
        "en": "r decides, unit by unit, how much of the past the candidate reads; what x says comes in untouched.",
        "ko": "후보가 과거를 얼마나 읽을지 r이 유닛마다 정합니다. x에서 오는 값은 그대로 들어옵니다.",
    },
    mistakes=(
        Mistake("reset-after-the-product", partial(_candidate, reset="after"), {
            "en": "r is applied after the product: r ⊙ (W_h h). That is PyTorch's convention, and another function. Here r comes first: `W_h @ (r * h_prev)`.",
            "ko": "r을 곱 뒤에 적용했습니다: r ⊙ (W_h h). PyTorch의 관례가 이러하며, 다른 함수입니다. 여기서는 r이 먼저입니다: `W_h @ (r * h_prev)`.",
        }),
        Mistake("reset-missing", partial(_candidate, reset="none"), {
            "en": "The candidate reads the past in full: the reset gate r is missing. Multiply it into h_prev before the product.",
            "ko": "후보가 과거를 전부 읽습니다. 리셋 게이트 r이 빠졌습니다. 행렬을 곱하기 전에 h_prev에 r을 곱하세요.",
        }),
        Mistake("one-minus-r", partial(_candidate, reset="1-r"), {
            "en": "1 − r for r. The gate's name misleads: r near 0 resets, r near 1 reads the past.",
            "ko": "r 자리에 1 − r을 썼습니다. 이름 때문에 헷갈리기 쉽지만, r이 0에 가까우면 리셋하고 1에 가까우면 과거를 읽습니다.",
        }),
        Mistake("reset-on-everything", partial(_candidate, reset="outside"), {
            "en": "r multiplies the whole candidate, with what x says in it. It belongs to the past alone: r ⊙ h, inside.",
            "ko": "r을 후보 전체에 곱해 x에서 오는 값까지 줄었습니다. r은 과거에만, 괄호 안의 h에만 곱합니다: r ⊙ h.",
        }),
        Mistake("reset-on-x", partial(_candidate, x_gate=True), {
            "en": "r is applied to xₜ as well. The new input always comes in whole; r gates the past alone.",
            "ko": "r을 xₜ에도 적용했습니다. 새 입력은 언제나 온전히 들어오고, r은 과거에만 곱합니다.",
        }),
        Mistake("reset-on-the-bias", partial(_candidate, reset="bias too"), {
            "en": "r multiplies the product and the bias. Here r is applied to h before the product, and b is added by itself.",
            "ko": "r을 행렬 곱과 편향에 곱했습니다. 여기서는 곱하기 전의 h에만 r을 적용하고, b는 따로 더합니다.",
        }),
        Mistake("sigmoid-for-tanh", partial(_candidate, of=_sigmoid), {
            "en": "This is a sigmoid. A candidate needs a sign, so that h can go down as well as up: tanh.",
            "ko": "시그모이드를 썼습니다. 후보에는 부호가 있어야 h가 커질 수도 작아질 수도 있습니다. tanh를 쓰세요.",
        }),
        Mistake("nothing-squashed", partial(_candidate, of=_same), {
            "en": "tanh is missing: the candidate, and with it h, could grow without bound.",
            "ko": "tanh가 빠졌습니다. 그러면 후보가, 따라서 h가 한없이 커질 수 있습니다.",
        }),
        Mistake("bias-missing", partial(_candidate, bias="none"), {
            "en": "The bias `b` is missing. It is added inside tanh.",
            "ko": "편향 `b`가 빠졌습니다. tanh의 괄호 안에서 더합니다.",
        }),
        Mistake("bias-outside", partial(_candidate, bias="outside"), {
            "en": "The bias is added after tanh, so the candidate can leave the range from −1 to 1. It belongs inside.",
            "ko": "편향을 tanh 바깥에서 더해 후보가 −1과 1 사이를 벗어날 수 있습니다. 괄호 안에 넣으세요.",
        }),
        Mistake("h_prev-missing", partial(_candidate, from_h=_nothing), {
            "en": "hₜ₋₁ does not enter. Add `W_h @ (r * h_prev)`.",
            "ko": "hₜ₋₁이 들어가지 않았습니다. `W_h @ (r * h_prev)`를 더하세요.",
        }),
        Mistake("reset-on-x-instead", lambda x_t, h_prev, r, W_x, W_h, b: np.tanh(r * (W_x @ x_t) + W_h @ h_prev + b), {
            "en": "r multiplies what xₜ says, and hₜ₋₁ comes in whole. It is the other way round: r gates the past, `r * h_prev`.",
            "ko": "r을 xₜ 쪽에 곱하고 hₜ₋₁은 온전히 넣었습니다. 반대입니다. r은 과거에 곱합니다: `r * h_prev`.",
        }),
        Mistake("reset-on-both-products", lambda x_t, h_prev, r, W_x, W_h, b: np.tanh(r * (W_x @ x_t) + W_h @ (r * h_prev) + b), {
            "en": "r also multiplies what xₜ says. The new input comes in whole; only `h_prev` is multiplied by r.",
            "ko": "xₜ 쪽에도 r을 곱했습니다. 새 입력은 온전히 들어오고, r은 `h_prev`에만 곱합니다.",
        }),
        Mistake("reset-on-the-whole-sum", lambda x_t, h_prev, r, W_x, W_h, b: np.tanh(r * (W_x @ x_t + W_h @ h_prev + b)), {
            "en": "r multiplies the whole bracket. It belongs to the past alone, before the product: `W_h @ (r * h_prev)`.",
            "ko": "괄호 안 전체에 r을 곱했습니다. r은 과거에만, 행렬을 곱하기 전에 적용합니다: `W_h @ (r * h_prev)`.",
        }),
        Mistake("reset-outside-too", lambda x_t, h_prev, r, W_x, W_h, b: r * np.tanh(W_x @ x_t + W_h @ (r * h_prev) + b), {
            "en": "r inside is right, but r multiplies the finished candidate as well. What xₜ brings must not be gated by r.",
            "ko": "안쪽의 r은 맞지만 완성된 후보에 r을 한 번 더 곱했습니다. xₜ가 가져오는 값에는 r을 곱하지 않습니다.",
        }),
        Mistake("reset-on-both-but-b", lambda x_t, h_prev, r, W_x, W_h, b: np.tanh(r * (W_x @ x_t + W_h @ h_prev) + b), {
            "en": "r multiplies both products, and what xₜ says should come in whole. r belongs to `h_prev`, before the product with W_h.",
            "ko": "두 곱 모두에 r을 곱했습니다. xₜ 쪽은 온전히 들어와야 합니다. r은 W_h와 곱하기 전의 `h_prev`에 곱합니다.",
        }),
        Mistake("W_h-missing", lambda x_t, h_prev, r, W_x, W_h, b: np.tanh(W_x @ x_t + r * h_prev + b), {
            "en": "W_h is missing: the past goes through its weights, `W_h @ (r * h_prev)`.",
            "ko": "W_h가 빠졌습니다. 과거도 가중치를 거칩니다: `W_h @ (r * h_prev)`.",
        }),
        Mistake("elementwise-W_h", lambda x_t, h_prev, r, W_x, W_h, b: np.tanh(W_x @ x_t + W_h * (r * h_prev) + b), {
            "en": "`W_h * (…)` multiplies element by element. Every unit reads all units of the past: a matrix product, `@`.",
            "ko": "`W_h * (…)`는 요소별 곱입니다. 유닛마다 과거의 모든 유닛을 읽으므로 행렬 곱 `@`를 씁니다.",
        }),
        Mistake("x-missing", lambda x_t, h_prev, r, W_x, W_h, b: np.tanh(W_h @ (r * h_prev) + b), {
            "en": "xₜ does not enter, and the candidate is to bring what is new. Add `W_x @ x_t`.",
            "ko": "xₜ가 들어가지 않았습니다. 후보는 새 정보를 가져와야 합니다. `W_x @ x_t`를 더하세요.",
        }),
        Mistake("reset-twice", lambda x_t, h_prev, r, W_x, W_h, b: np.tanh(W_x @ x_t + r * (W_h @ (r * h_prev)) + b), {
            "en": "r is applied twice, before and after the product. Once is right: before, `W_h @ (r * h_prev)`.",
            "ko": "r을 행렬 곱의 앞과 뒤에서 두 번 적용했습니다. 한 번, 곱하기 전에만 적용합니다: `W_h @ (r * h_prev)`.",
        }),
        Mistake("tanh-of-x-only", lambda x_t, h_prev, r, W_x, W_h, b: np.tanh(W_x @ x_t + b) + W_h @ (r * h_prev), {
            "en": "The past is added after tanh, so the candidate can leave −1 … 1. All three terms stand inside tanh.",
            "ko": "과거를 tanh 바깥에서 더해 후보가 −1과 1 사이를 벗어날 수 있습니다. 세 항 모두 tanh의 괄호 안에 둡니다.",
        }),
        Mistake("past-added", lambda x_t, h_prev, r, W_x, W_h, b: np.tanh(W_x @ x_t + W_h @ (r + h_prev) + b), {
            "en": "r is added to hₜ₋₁. A gate is a share: it is *multiplied*, `r * h_prev`.",
            "ko": "r을 hₜ₋₁에 더했습니다. 게이트는 몫이므로 곱합니다: `r * h_prev`.",
        }),
        Mistake("W_h-transposed", partial(_candidate, from_h=lambda W, h: W.T @ h), {
            "en": "W_h is transposed. Row i of W_h holds the weights *into* unit i; being square, it cannot warn you.",
            "ko": "W_h가 전치되었습니다. W_h의 i행은 유닛 i로 ‘들어오는’ 가중치입니다. 정사각 행렬이라 모양으로는 알 수 없습니다.",
        }),
    ),
)

# ---------- gru-update


def _update(z, g, h_prev, *, keep="1-z", write="z", squash=_same, sign=1):
    share = {"z": z, "1-z": 1 - z, "1": 1.0, "0": 0.0}
    return squash(share[keep] * h_prev + sign * share[write] * g)


def _update_inputs(rng, H, N):
    return dict(z=_gates(rng, H, N), g=rng.uniform(-1, 1, (H, N)), h_prev=rng.uniform(-1, 1, (H, N)))


UPDATE = Exercise(
    key="gru-update",
    signature="update(z, g, h_prev)",
    solution=_update,
    axes=("unit", "example"),
    cases=lambda rng: [_update_inputs(rng, 3, 4), _update_inputs(rng, 3, 3), _update_inputs(rng, 2, 1)],
    praise={
        "en": "A weighted mean: what z writes, it takes away from the past. One gate does the work of f and i.",
        "ko": "hₜ는 가중 평균입니다. z만큼 쓰고, 꼭 그만큼 과거를 덜어 냅니다. 게이트 하나가 f와 i의 일을 합니다.",
    },
    mistakes=(
        Mistake("z-flipped", partial(_update, keep="z", write="1-z"), {
            "en": "z is flipped: here z *writes* the candidate, and 1 − z keeps. (PyTorch, Keras and ONNX have it your way.)",
            "ko": "z가 뒤집혔습니다. 여기서 z는 후보를 ‘쓰는’ 양이고 1 − z가 유지하는 양입니다. (PyTorch, Keras, ONNX의 관례로는 이것이 맞습니다.)",
        }),
        Mistake("one-minus-z-on-both", partial(_update, write="1-z"), {
            "en": "1 − z stands on both terms, so the two shares do not add up to 1. Keep with 1 − z, write with z.",
            "ko": "두 항 모두에 1 − z를 곱해 몫의 합이 1이 되지 않습니다. 1 − z로 유지하고 z로 쓰세요.",
        }),
        Mistake("z-on-both", partial(_update, keep="z"), {
            "en": "z stands on both terms: with z near 0 everything would be lost. Keep with 1 − z, write with z.",
            "ko": "두 항 모두에 z를 곱했습니다. z가 0에 가까우면 모두 사라집니다. 1 − z로 유지하고 z로 쓰세요.",
        }),
        Mistake("nothing-forgotten", partial(_update, keep="1"), {
            "en": "hₜ₋₁ is kept in full: 1 − z is missing. What is written has to make room first.",
            "ko": "hₜ₋₁을 전부 유지했습니다. 1 − z가 빠졌습니다. 쓰는 만큼 자리를 비워야 합니다.",
        }),
        Mistake("written-in-full", partial(_update, write="1"), {
            "en": "The candidate is written in full: z is missing before it.",
            "ko": "후보를 전부 썼습니다. 후보 앞의 z가 빠졌습니다.",
        }),
        Mistake("past-missing", partial(_update, keep="0"), {
            "en": "hₜ₋₁ does not enter. Without (1 − z) ⊙ hₜ₋₁ nothing is remembered.",
            "ko": "hₜ₋₁이 들어가지 않았습니다. (1 − z) ⊙ hₜ₋₁이 없으면 아무것도 기억하지 못합니다.",
        }),
        Mistake("candidate-missing", partial(_update, write="0"), {
            "en": "The candidate does not enter: hₜ could only shrink. Add z ⊙ h̃ₜ.",
            "ko": "후보가 들어가지 않아 hₜ는 줄어들기만 합니다. z ⊙ h̃ₜ를 더하세요.",
        }),
        Mistake("candidate-subtracted", partial(_update, sign=-1), {
            "en": "The candidate is subtracted. It is added; its own sign says in which direction.",
            "ko": "후보를 뺐습니다. 더해야 합니다. 방향은 후보 자신의 부호가 정합니다.",
        }),
        Mistake("tanh-around-h", partial(_update, squash=np.tanh), {
            "en": "tanh around hₜ is the LSTM's h = o ⊙ tanh(C). A GRU's h is the state itself: a mean of two numbers within ±1 needs no squashing, and tanh would make the memory shrink at every step.",
            "ko": "hₜ에 tanh를 씌운 것은 LSTM의 h = o ⊙ tanh(C)입니다. GRU의 h는 상태 그 자체입니다. ±1 안의 두 수의 평균이라 tanh가 필요 없고, 씌우면 기억이 매번 줄어듭니다.",
        }),
        Mistake("tanh-of-the-candidate", lambda z, g, h_prev: (1 - z) * h_prev + z * np.tanh(g), {
            "en": "tanh is taken of g once more. g *is* the candidate: tanh is in it already.",
            "ko": "g에 tanh를 한 번 더 취했습니다. g가 바로 후보이고, tanh는 이미 들어 있습니다.",
        }),
        Mistake("hard-switch", lambda z, g, h_prev: np.where(z > 0.5, g, h_prev), {
            "en": "z is used as a switch with a threshold. A gate has none: z is the *share* of the candidate, 1 − z that of the past.",
            "ko": "z를 문턱이 있는 스위치로 썼습니다. 게이트에는 문턱이 없습니다. z는 후보의 몫, 1 − z는 과거의 몫입니다.",
        }),
        Mistake("no-brackets", lambda z, g, h_prev: 1 - z * h_prev + z * g, {
            "en": "The brackets are missing: `1 - z * h_prev` multiplies first and then subtracts. `(1 - z) * h_prev` is meant.",
            "ko": "괄호가 빠졌습니다. `1 - z * h_prev`는 곱한 다음에 뺍니다. `(1 - z) * h_prev`여야 합니다.",
        }),
        Mistake("plain-mean", lambda z, g, h_prev: (h_prev + g) / 2, {
            "en": "This is the mean with two equal shares, whatever z says. The shares are 1 − z and z.",
            "ko": "z와 상관없이 몫이 똑같은 평균입니다. 몫은 1 − z와 z입니다.",
        }),
        Mistake("wrong-direction", lambda z, g, h_prev: h_prev + z * (h_prev - g), {
            "en": "The step goes away from the candidate: h_prev − g. Towards it is g − h_prev.",
            "ko": "h_prev − g라서 후보에서 멀어집니다. 후보 쪽으로 가려면 g − h_prev입니다.",
        }),
        Mistake("gate-squashed-again", lambda z, g, h_prev: (1 - _sigmoid(z)) * h_prev + _sigmoid(z) * g, {
            "en": "σ is taken of z once more. z *is* the gate: a share between 0 and 1 already.",
            "ko": "z에 σ를 한 번 더 취했습니다. z가 바로 게이트이고, 이미 0과 1 사이의 몫입니다.",
        }),
        Mistake("shares-multiplied", lambda z, g, h_prev: (1 - z) * h_prev * z * g, {
            "en": "The two parts are multiplied. What is kept and what is written are *added*.",
            "ko": "두 부분을 곱했습니다. 유지하는 것과 쓰는 것을 더해야 합니다.",
        }),
        Mistake("keep-on-the-sum", lambda z, g, h_prev: (1 - z) * (h_prev + z * g), {
            "en": "1 − z multiplies what is written, too: a bracket too far. Only `h_prev` is multiplied by it.",
            "ko": "쓰는 것에까지 1 − z를 곱했습니다. 괄호가 너무 넓습니다. `h_prev`에만 곱하세요.",
        }),
        Mistake("matrix-product", lambda z, g, h_prev: (1 - z) @ h_prev + z @ g, {
            "en": "`@` is a matrix product. A gate has one number a unit and works element by element: `*`.",
            "ko": "`@`는 행렬 곱입니다. 게이트는 유닛마다 값이 하나씩 있고 요소별로 곱합니다: `*`.",
        }),
    ),
)

# ---------- gru-step


def _step(
    x_t, h_prev, W_x, W_h, W_hg, b, *, blocks="rz", keep="1-z", write="z", reset="before", bias=1, of=_sigmoid,
    candidate=np.tanh, output=None, again="", without="", past=True, seen=True, rows=lambda a, H: a[2 * H :],
):  # fmt: skip
    H = len(h_prev)
    a = W_x @ x_t + bias * b
    a = a + np.repeat([(k in again) - (k in without) for k in "rzg"], H)[:, None] * b
    gates = dict(zip(blocks, np.split(of(seen * a[: 2 * H] + past * (W_h @ h_prev)), 2), strict=True))
    r, z = gates["r"], gates["z"]
    read = {
        "before": lambda: W_hg @ (r * h_prev), "after": lambda: r * (W_hg @ h_prev), "none": lambda: W_hg @ h_prev,
        "z": lambda: W_hg @ (z * h_prev), "1-r": lambda: W_hg @ ((1 - r) * h_prev), "no W_hg": lambda: r * h_prev,
        "outside": lambda: r * (a[2 * H :] + W_hg @ h_prev) - a[2 * H :], "nothing": lambda: 0.0, "W_hg.T": lambda: W_hg.T @ (r * h_prev), "twice": lambda: r * (W_hg @ (r * h_prev)),
    }[reset]()  # fmt: skip
    g = candidate(rows(a, H) + read)
    share = {"z": z, "1-z": 1 - z, "1": 1.0, "0": 0.0, "-z": -z, "r": r, "r(1-z)": r * (1 - z)}
    h = share[keep] * h_prev + share[write] * g
    if output == "r":  # the output gate of an LSTM, made of the only other gate there is
        return r * np.tanh(h)
    return np.tanh(h) if output == "tanh" else h


def _step_inputs(rng, D, H, N):
    inputs = dict(x_t=rng.normal(size=(D, N)), h_prev=rng.uniform(-1, 1, (H, N)), W_x=rng.normal(size=(3 * H, D)))
    return inputs | dict(
        W_h=rng.normal(size=(2 * H, H)), W_hg=rng.normal(size=(H, H)), b=rng.normal(size=(3 * H, 1))
    )


STEP = Exercise(
    key="gru-step",
    signature="gru_step(x_t, h_prev, W_x, W_h, W_hg, b)",
    solution=_step,
    axes=("unit", "example"),
    cases=lambda rng: [_step_inputs(rng, 2, 3, 4), _step_inputs(rng, 3, 3, 3), _step_inputs(rng, 2, 2, 1)],
    praise={
        "en": "Two gates, a candidate, a weighted mean: this is what `seqlib.GRU` computes at every step.",
        "ko": "게이트 둘, 후보 하나, 가중 평균. `seqlib.GRU`가 시점마다 하는 계산입니다.",
    },
    mistakes=(
        Mistake("z-flipped", partial(_step, keep="z", write="1-z"), {
            "en": "z is flipped: here z *writes* the candidate and 1 − z keeps hₜ₋₁. (PyTorch, Keras and ONNX have it your way.)",
            "ko": "z가 뒤집혔습니다. 여기서는 z가 후보를 ‘쓰고’ 1 − z가 hₜ₋₁을 유지합니다. (PyTorch, Keras, ONNX의 관례로는 이것이 맞습니다.)",
        }),
        Mistake("reset-after-the-product", partial(_step, reset="after"), {
            "en": "r is applied after the product with W_hg, as PyTorch does it: another function. Here r comes first: `W_hg @ (r * h_prev)`.",
            "ko": "r을 W_hg와 곱한 뒤에 적용했습니다. PyTorch의 방식이고 다른 함수입니다. 여기서는 r이 먼저입니다: `W_hg @ (r * h_prev)`.",
        }),
        Mistake("candidate-without-reset", partial(_step, reset="none"), {
            "en": "The candidate reads hₜ₋₁ in full: r is computed but never used. `W_hg @ (r * h_prev)`.",
            "ko": "후보가 hₜ₋₁을 전부 읽습니다. r을 계산만 하고 쓰지 않았습니다. `W_hg @ (r * h_prev)`.",
        }),
        Mistake("one-minus-z-on-both", partial(_step, write="1-z"), {
            "en": "1 − z stands on both terms, so the two shares do not add up to 1. Keep with 1 − z, write with z.",
            "ko": "두 항 모두에 1 − z를 곱해 몫의 합이 1이 되지 않습니다. 1 − z로 유지하고 z로 쓰세요.",
        }),
        Mistake("z-on-both", partial(_step, keep="z"), {
            "en": "z stands on both terms. Keep with 1 − z, write with z.",
            "ko": "두 항 모두에 z를 곱했습니다. 1 − z로 유지하고 z로 쓰세요.",
        }),
        Mistake("nothing-forgotten", partial(_step, keep="1"), {
            "en": "hₜ₋₁ is kept in full: 1 − z is missing before it.",
            "ko": "hₜ₋₁을 전부 유지했습니다. 그 앞의 1 − z가 빠졌습니다.",
        }),
        Mistake("an-output-gate", partial(_step, output="r"), {
            "en": "There is a gate on the output, as in an LSTM: r ⊙ tanh(h). A GRU has none; the state itself goes out. r belongs to the candidate.",
            "ko": "LSTM처럼 출력에 게이트를 달았습니다: r ⊙ tanh(h). GRU에는 출력 게이트가 없고 상태가 그대로 나갑니다. r은 후보에서 씁니다.",
        }),
        Mistake("tanh-around-h", partial(_step, output="tanh"), {
            "en": "tanh around hₜ belongs to the LSTM. A GRU's h is a mean of two numbers within ±1 and goes out as it is.",
            "ko": "hₜ에 씌우는 tanh는 LSTM의 것입니다. GRU의 h는 ±1 안의 두 수의 평균이고 그대로 나갑니다.",
        }),
        Mistake("r-and-z-swapped", partial(_step, blocks="zr"), {
            "en": "r and z are swapped: the first block of rows is r, the second is z. (Keras and ONNX stack z first.)",
            "ko": "r과 z가 바뀌었습니다. 첫째 블록이 r, 둘째 블록이 z입니다. (Keras와 ONNX는 z를 먼저 쌓습니다.)",
        }),
        Mistake("z-for-r", partial(_step, reset="z"), {
            "en": "The candidate reads the past through z. That is the work of the reset gate r.",
            "ko": "후보가 z를 거쳐 과거를 읽습니다. 과거를 얼마나 읽을지 정하는 것은 리셋 게이트 r입니다.",
        }),
        Mistake("sigmoid-and-tanh-swapped", partial(_step, of=np.tanh, candidate=_sigmoid), {
            "en": "σ and tanh have changed places: the two gates are sigmoids, the candidate is tanh.",
            "ko": "σ와 tanh의 자리가 바뀌었습니다. 게이트 둘은 시그모이드, 후보는 tanh입니다.",
        }),
        Mistake("tanh-for-gates", partial(_step, of=np.tanh), {
            "en": "The gates come from tanh and can be negative: a negative share of something. Gates are sigmoids.",
            "ko": "게이트에 tanh를 썼습니다. 음수가 될 수 있는데 몫은 음수일 수 없습니다. 게이트에는 시그모이드를 씁니다.",
        }),
        Mistake("sigmoid-for-candidate", partial(_step, candidate=_sigmoid), {
            "en": "The candidate comes from σ, so h would soon be positive for ever. It is tanh.",
            "ko": "후보에 σ를 썼습니다. 그러면 h가 곧 양수가 되어 다시는 음수가 될 수 없습니다. 후보에는 tanh를 씁니다.",
        }),
        Mistake("bias-missing", partial(_step, bias=0), {
            "en": "The bias `b` is missing: three blocks of H numbers, added before σ and tanh.",
            "ko": "편향 `b`가 빠졌습니다. H개씩 세 블록이고, σ와 tanh를 취하기 전에 더합니다.",
        }),
        Mistake("gates-not-squashed", partial(_step, of=_same), {
            "en": "The gates are bare sums: σ is missing. A share lies between 0 and 1: `sigmoid(…)` around both.",
            "ko": "게이트가 합 그대로입니다. σ가 빠졌습니다. 몫은 0과 1 사이여야 하므로 둘 다 `sigmoid(…)`에 넣으세요.",
        }),
        Mistake("candidate-not-squashed", partial(_step, candidate=_same), {
            "en": "The candidate is a bare sum: tanh is missing around it.",
            "ko": "후보가 합 그대로입니다. tanh가 빠졌습니다.",
        }),
        Mistake("one-minus-r", partial(_step, reset="1-r"), {
            "en": "1 − r for r. The gate's name misleads: r near 0 resets, r near 1 reads the past: `r * h_prev`.",
            "ko": "r 자리에 1 − r을 썼습니다. 이름 때문에 헷갈리기 쉽지만, r이 0에 가까우면 리셋하고 1에 가까우면 과거를 읽습니다: `r * h_prev`.",
        }),
        Mistake("candidate-without-W_hg", partial(_step, reset="no W_hg"), {
            "en": "The past enters the candidate without its weights: W_hg is missing, `W_hg @ (r * h_prev)`.",
            "ko": "과거가 가중치 없이 후보에 들어갔습니다. W_hg가 빠졌습니다: `W_hg @ (r * h_prev)`.",
        }),
        Mistake("candidate-without-the-past", partial(_step, reset="nothing"), {
            "en": "The candidate reads xₜ only. Add what r lets through of the past: `W_hg @ (r * h_prev)`.",
            "ko": "후보가 xₜ만 읽습니다. r이 통과시키는 과거를 더하세요: `W_hg @ (r * h_prev)`.",
        }),
        Mistake("bias-twice", partial(_step, again="g"), {
            "en": "The candidate's bias is added twice: it is in `a` already.",
            "ko": "후보의 편향을 두 번 더했습니다. `a`에 이미 들어 있습니다.",
        }),
        Mistake("gates-with-the-bias-twice", partial(_step, again="rz"), {
            "en": "The gates' bias is added twice: it is in `a` already.",
            "ko": "게이트의 편향을 두 번 더했습니다. `a`에 이미 들어 있습니다.",
        }),
        Mistake("r-as-forget-gate", partial(_step, keep="r"), {
            "en": "r is no forget gate: what is kept is 1 − z, so that the shares add up to 1. r acts in the candidate only.",
            "ko": "r은 망각 게이트가 아닙니다. 몫의 합이 1이 되도록 1 − z만큼 유지합니다. r은 후보에서만 씁니다.",
        }),
        Mistake("r-on-what-is-kept", partial(_step, keep="r(1-z)"), {
            "en": "The last line keeps r ⊙ hₜ₋₁. r is for the candidate alone; what is kept is (1 − z) ⊙ hₜ₋₁, the whole of it.",
            "ko": "마지막 줄에서 r ⊙ hₜ₋₁을 유지했습니다. r은 후보만의 것이고, 유지하는 것은 (1 − z) ⊙ hₜ₋₁입니다.",
        }),
        Mistake("gates-without-the-past", partial(_step, past=False), {
            "en": "The gates see xₜ only: `W_h @ h_prev` is missing in them. What a gate does depends on the memory, too.",
            "ko": "게이트가 xₜ만 봅니다. `W_h @ h_prev`가 빠졌습니다. 게이트는 기억도 보고 열립니다.",
        }),
        Mistake("gates-without-the-input", partial(_step, seen=False), {
            "en": "The gates see hₜ₋₁ only: their rows of `a`, `a[: 2 * H]`, are missing. Whether to write depends on what comes in, too.",
            "ko": "게이트가 hₜ₋₁만 봅니다. `a`에서 게이트의 행 `a[: 2 * H]`가 빠졌습니다. 쓸지 말지는 들어온 입력에도 달려 있습니다.",
        }),
        Mistake("candidate-bias-missing", partial(_step, without="g"), {
            "en": "The candidate's bias is missing. It is in `a` already, together with what xₜ says: `a[2 * H :]`.",
            "ko": "후보의 편향이 빠졌습니다. xₜ의 몫과 함께 이미 `a[2 * H :]` 안에 있습니다.",
        }),
        Mistake("one-row-for-all", partial(_step, rows=lambda a, H: a[2 * H]), {
            "en": "`a[2 * H]` is a single row, the same for all units. The candidate's rows begin there and go on to the end: `a[2 * H :]`.",
            "ko": "`a[2 * H]`는 한 행이라 모든 유닛이 같은 값을 씁니다. 후보의 행은 거기서 시작해 끝까지입니다: `a[2 * H :]`.",
        }),
        Mistake("rows-of-r-for-the-candidate", partial(_step, rows=lambda a, H: a[:H]), {
            "en": "The candidate gets the rows of r. The blocks are stacked r, z, g: its own are the last, `a[2 * H :]`.",
            "ko": "후보에 r의 행을 썼습니다. 블록은 r, z, g 순서로 쌓였으므로 후보의 행은 마지막 `a[2 * H :]`입니다.",
        }),
        Mistake("rows-of-z-for-the-candidate", partial(_step, rows=lambda a, H: a[H : 2 * H]), {
            "en": "The candidate gets the rows of z. The blocks are stacked r, z, g: its own are the last, `a[2 * H :]`.",
            "ko": "후보에 z의 행을 썼습니다. 블록은 r, z, g 순서로 쌓였으므로 후보의 행은 마지막 `a[2 * H :]`입니다.",
        }),
        Mistake("reset-on-everything", partial(_step, reset="outside"), {
            "en": "r multiplies all that is inside tanh, so it shuts out xₜ as well. It is for the past alone: `W_hg @ (r * h_prev)`.",
            "ko": "tanh 안의 모든 것에 r을 곱해서 xₜ까지 막습니다. r은 과거에만 곱합니다: `W_hg @ (r * h_prev)`.",
        }),
        Mistake("past-missing", partial(_step, keep="0"), {
            "en": "Only what is written is returned. What is kept is missing: `(1 - z) * h_prev`.",
            "ko": "쓰는 값만 돌려줍니다. 유지하는 `(1 - z) * h_prev`가 빠졌습니다.",
        }),
        Mistake("W_hg-transposed", partial(_step, reset="W_hg.T"), {
            "en": "W_hg is transposed. Its row i holds the weights *into* unit i; being square, it cannot warn you.",
            "ko": "W_hg가 전치되었습니다. i행은 유닛 i로 ‘들어오는’ 가중치입니다. 정사각 행렬이라 모양으로는 알 수 없습니다.",
        }),
        Mistake("candidate-subtracted", partial(_step, write="-z"), {
            "en": "The candidate is subtracted. It is added; its own sign says in which direction.",
            "ko": "후보를 뺐습니다. 더해야 합니다. 방향은 후보 자신의 부호가 정합니다.",
        }),
        Mistake("written-in-full", partial(_step, write="1"), {
            "en": "The candidate is written in full: z is missing before it.",
            "ko": "후보를 전부 썼습니다. 후보 앞의 z가 빠졌습니다.",
        }),
        Mistake("candidate-gated-twice", partial(_step, reset="twice"), {
            "en": "r is applied before *and* after the product with W_hg. Once is right, before: `W_hg @ (r * h_prev)`.",
            "ko": "W_hg와 곱하기 전과 후에 r을 두 번 적용했습니다. 곱하기 전에 한 번만 적용합니다: `W_hg @ (r * h_prev)`.",
        }),
        Mistake("candidate-returned", partial(_step, keep="0", write="1"), {
            "en": "The candidate itself is returned. It is only a proposal: hₜ is the mean of hₜ₋₁ and g, with the shares 1 − z and z.",
            "ko": "후보를 그대로 돌려주었습니다. 후보는 제안일 뿐입니다. hₜ는 1 − z와 z를 몫으로 하는 hₜ₋₁과 g의 평균입니다.",
        }),
    ),
)

# ---------- gru-convert


def _convert(W_x, W_h, b, *, signs=(1, -1), which="xhb", order="rz", turn=_same, candidate=1):
    parts = {}
    for name, array in (("x", W_x), ("h", W_h), ("b", b)):
        array = np.array(array, float)
        blocks = dict(zip("rzg", np.split(array, 3 if name != "h" else 2), strict=False))
        for gate, sign in zip("rz", signs, strict=True):
            if name in which:
                blocks[gate] = turn(blocks[gate]) if turn is not _same and sign < 0 else sign * blocks[gate]
        if name != "h" and name in which:
            blocks["g"] = candidate * blocks["g"]
        names = order + ("g" if name != "h" else "")
        parts[name] = np.concatenate([blocks[gate] for gate in names])
    return dict(W_x=parts["x"], W_h=parts["h"], b=parts["b"])


def _negated(W_x, W_h, b):
    return dict(W_x=-W_x, W_h=-W_h, b=-b)


def _keras(W_x, W_h, b):
    return _convert(W_x, W_h, b, order="zr")


def _exchanged(W_x, W_h, b):  # no partial: with a change of sign it is the order of Keras
    return _convert(W_x, W_h, b, signs=(1, 1), order="zr")


def _convert_inputs(rng, D, H):
    return dict(W_x=rng.normal(size=(3 * H, D)), W_h=rng.normal(size=(2 * H, H)), b=rng.normal(size=(3 * H, 1)))


CONVERT = Exercise(
    key="gru-convert",
    signature="keeping(W_x, W_h, b)",
    solution=_convert,
    cases=lambda rng: [_convert_inputs(rng, 2, 3), _convert_inputs(rng, 3, 3), _convert_inputs(rng, 1, 1)],
    praise={
        "en": "σ(−a) = 1 − σ(a): with three minus signs a z that writes becomes a z that keeps: the same function, up to rounding.",
        "ko": "σ(−a) = 1 − σ(a)입니다. 부호 셋만 바꾸면 ‘쓰는’ z가 ‘유지하는’ z로 바뀌고, 반올림 오차를 제외하면 같은 함수입니다.",
    },
    mistakes=(
        Mistake("not-negated", partial(_convert, signs=(1, 1)), {
            "en": "The weights of z are handed over as they are, so the other library would keep what it should write. Negate z's rows: σ(−a) = 1 − σ(a).",
            "ko": "z의 가중치를 그대로 넘겨, 다른 라이브러리는 쓸 것을 유지하게 됩니다. z의 행의 부호를 바꾸세요: σ(−a) = 1 − σ(a).",
        }),
        Mistake("bias-not-negated", partial(_convert, which="xh"), {
            "en": "The bias of z keeps its sign. All of a must change sign: W_xz, W_hz *and* b_z.",
            "ko": "z의 편향은 부호가 그대로입니다. a 전체의 부호가 바뀌어야 합니다: W_xz, W_hz, 그리고 b_z.",
        }),
        Mistake("W_h-not-negated", partial(_convert, which="xb"), {
            "en": "W_hz keeps its sign. All of a must change sign: W_xz, W_hz and b_z.",
            "ko": "W_hz의 부호가 그대로입니다. a 전체의 부호가 바뀌어야 합니다: W_xz, W_hz, b_z.",
        }),
        Mistake("W_x-not-negated", partial(_convert, which="hb"), {
            "en": "W_xz keeps its sign. All of a must change sign: W_xz, W_hz and b_z.",
            "ko": "W_xz의 부호가 그대로입니다. a 전체의 부호가 바뀌어야 합니다: W_xz, W_hz, b_z.",
        }),
        Mistake("r-negated", partial(_convert, signs=(-1, 1)), {
            "en": "The first block is negated, which is r. z is the second block, rows H … 2H − 1.",
            "ko": "첫째 블록, 곧 r의 부호를 바꾸었습니다. z는 둘째 블록, H … 2H − 1행입니다.",
        }),
        Mistake("both-gates-negated", partial(_convert, signs=(-1, -1)), {
            "en": "Both gates are negated. r means the same in every library; only z's rows change sign.",
            "ko": "두 게이트의 부호를 모두 바꾸었습니다. r의 뜻은 어느 라이브러리에서나 같습니다. z의 행만 바꾸세요.",
        }),
        Mistake("everything-negated", _negated, {
            "en": "Everything is negated, r and the candidate, too. Only z's rows change sign: the second block.",
            "ko": "r과 후보까지 모두 부호를 바꾸었습니다. 둘째 블록, z의 행만 바꾸세요.",
        }),
        Mistake("one-minus-the-weights", partial(_convert, turn=lambda a: 1 - a), {
            "en": "1 − W is not what 1 − z needs. The 1 − stands outside σ; inside it is a minus sign: σ(−a) = 1 − σ(a).",
            "ko": "1 − z를 얻으려고 1 − W를 만들 수는 없습니다. ‘1 −’ 부분은 σ 바깥에 있고, 안에서는 빼기 부호입니다: σ(−a) = 1 − σ(a).",
        }),
        Mistake("order-of-keras", _keras, {
            "en": "z is negated, but r and z have also changed places: z, r is the order of Keras and ONNX. Here r stays first, as in PyTorch.",
            "ko": "z의 부호는 바뀌었지만 r과 z의 자리도 바뀌었습니다. z, r은 Keras와 ONNX의 순서입니다. 여기서는 PyTorch처럼 r이 먼저입니다.",
        }),
        Mistake("gates-exchanged", _exchanged, {
            "en": "The blocks of r and z have changed places, and no sign has changed. The blocks stay where they are; z's rows change their sign.",
            "ko": "r과 z의 블록이 자리를 바꾸었고 부호는 그대로입니다. 블록은 제자리에 두고, z 행의 부호를 바꿉니다.",
        }),
        Mistake("candidate-negated", partial(_convert, candidate=-1), {
            "en": "The candidate is negated as well: `H:` reaches to the end. z ends before row 2H: `slice(H, 2 * H)`.",
            "ko": "후보의 부호까지 바뀌었습니다. `H:`는 끝까지 갑니다. z는 2H행 앞에서 끝납니다: `slice(H, 2 * H)`.",
        }),
        Mistake("candidate-for-z", partial(_convert, signs=(1, 1), candidate=-1), {
            "en": "The third block is negated, which is the candidate. z is the second block, rows H … 2H − 1.",
            "ko": "셋째 블록, 곧 후보의 부호를 바꾸었습니다. z는 둘째 블록, H … 2H − 1행입니다.",
        }),
        Mistake("bias-only", partial(_convert, which="b"), {
            "en": "Only the bias is negated. All of a must change sign: W_xz, W_hz and b_z.",
            "ko": "편향의 부호만 바꾸었습니다. a 전체의 부호가 바뀌어야 합니다: W_xz, W_hz, b_z.",
        }),
        Mistake("W_x-only", partial(_convert, which="x"), {
            "en": "Only W_xz is negated. All of a must change sign: W_xz, W_hz and b_z.",
            "ko": "W_xz의 부호만 바꾸었습니다. a 전체의 부호가 바뀌어야 합니다: W_xz, W_hz, b_z.",
        }),
        Mistake("W_h-only", partial(_convert, which="h"), {
            "en": "Only W_hz is negated. All of a must change sign: W_xz, W_hz and b_z.",
            "ko": "W_hz의 부호만 바꾸었습니다. a 전체의 부호가 바뀌어야 합니다: W_xz, W_hz, b_z.",
        }),
        Mistake("reciprocal", partial(_convert, turn=lambda a: 1 / a), {
            "en": "1 / W is not what 1 − z needs. Inside σ it is a minus sign: σ(−a) = 1 − σ(a).",
            "ko": "1 − z를 얻으려고 역수를 취할 수는 없습니다. σ 안에서는 빼기 부호입니다: σ(−a) = 1 − σ(a).",
        }),
        Mistake("set-to-zero", partial(_convert, turn=lambda a: 0 * a), {
            "en": "z's rows are 0, so z would be σ(0) = ½ for ever. They keep their size and change their sign.",
            "ko": "z의 행이 0이어서 z가 언제나 σ(0) = ½이 됩니다. 크기는 그대로 두고 부호만 바꾸세요.",
        }),
        Mistake("z-through-sigmoid", partial(_convert, turn=lambda a: 1 - _sigmoid(a)), {
            "en": "σ is taken of the *weights*. It comes later, in the cell; here only their sign changes.",
            "ko": "‘가중치’에 σ를 취했습니다. σ는 나중에 셀이 취합니다. 여기서는 부호만 바꿉니다.",
        }),
    ),
)

# ---------- gru-survive

HELD = {"r": 1.0, "z": 0.3, "h_0": 1.0, "steps": 30}  # stand in the lesson, too


def held(r, z, h_0, steps, W=2.0):
    """The state of one unit whose gates are held, where the input says nothing: h̃ = tanh(W r h)."""
    h = h_0
    for _ in range(steps):
        h = (1 - z) * h + z * np.tanh(W * r * h)
    return h


SURVIVE = Number(
    key="gru-survive",
    truth=lambda: held(**HELD),
    margin=0.03,
    praise={
        "en": "It stays at {truth}. There tanh(2h) is h again: the candidate reads the memory and writes it back.",
        "ko": "{truth}에 머뭅니다. 그곳에서는 tanh(2h)가 다시 h입니다. 후보가 기억을 읽어 그대로 다시 씁니다.",
    },
    beliefs=(
        Belief("faded", -0.02, 0.15, {
            "en": "0.7³⁰ is nearly 0: so much is left of what was *kept*. But what is written comes from the past, too, as r = 1. What is tanh(2 · 1)?",
            "ko": "0.7³⁰은 거의 0입니다. ‘유지한’ 것만 보면 그렇습니다. 그런데 r = 1이므로 쓰는 것도 과거에서 옵니다. tanh(2 · 1)은 얼마인가요?",
        }),
        Belief("unchanged", 0.995, 1.005, {
            "en": "Almost: but tanh never reaches 1. At which h are the candidate tanh(2h) and h the same?",
            "ko": "거의 맞지만 tanh는 1에 이르지 못합니다. 후보 tanh(2h)와 h가 같아지는 h는 얼마인가요?",
        }),
        Belief("kept-once", 0.69, 0.71, {
            "en": "0.7 is what one step keeps. In the same step 0.3 · tanh(2 · 1) is written, and 29 steps follow.",
            "ko": "0.7은 한 시점에 유지하는 몫입니다. 같은 시점에 0.3 · tanh(2 · 1)을 쓰고, 그 뒤로 29개 시점이 더 있습니다.",
        }),
        Belief("share-written", 0.29, 0.31, {
            "en": "0.3 is the share that is written at each step, not the state. Start: 0.7 · 1 + 0.3 · tanh(2 · 1).",
            "ko": "0.3은 시점마다 쓰는 몫이고 상태가 아닙니다. 첫 시점부터 계산해 보세요: 0.7 · 1 + 0.3 · tanh(2 · 1).",
        }),
        Belief("grown", 1.05, np.inf, {
            "en": "h is a mean of two numbers within ±1, and stays there. It cannot grow beyond 1.",
            "ko": "h는 ±1 안의 두 수의 평균이라 그 안에 머뭅니다. 1보다 커질 수 없습니다.",
        }),
    ),
)  # fmt: skip

# ---------- gru-bug

BUG = Bug(
    key="gru-bug",
    code='''\
def hasty_step(x_t, h_prev, W_x, W_h, W_hg, b):
    H = len(h_prev)
    a = W_x @ x_t + b
    gates = 1 / (1 + np.exp(-(a[: 2 * H] + W_h @ h_prev)))
    r, z = np.split(gates, 2)
    past = r * h_prev
    g = np.tanh(a[2 * H :] + W_hg @ past)
    return (1 - z) * past + z * g
''',
    line=8,
    repair="return (1 - z) * h_prev + z * g",
    solves="gru-step",
    praise={
        "en": "The last line keeps `past`, and that is r ⊙ hₜ₋₁. So r wipes the memory itself. It may only decide what the *candidate* reads: `(1 - z) * h_prev`.",
        "ko": "마지막 줄이 유지하는 `past`는 r ⊙ hₜ₋₁입니다. r이 기억 자체를 지웁니다. r은 ‘후보’가 무엇을 읽을지만 정해야 합니다: `(1 - z) * h_prev`.",
    },
    innocent={
        2: {
            "en": "Line 2 is right: h_prev is (H, N), its length is H.",
            "ko": "2번째 줄은 맞습니다. h_prev는 (H, N)이고 그 길이가 H입니다.",
        },
        3: {
            "en": "Line 3 is right: what xₜ says to all three blocks at once, with their biases.",
            "ko": "3번째 줄은 맞습니다. xₜ가 세 블록에 보태는 값을 한꺼번에, 편향까지 더해 구합니다.",
        },
        4: {
            "en": "Line 4 is σ written out, of both gates at once. The table says so, too: with z near 0 a gate is not what fails.",
            "ko": "4번째 줄은 두 게이트의 σ를 한꺼번에 풀어 쓴 것입니다. 표에서도 z는 0에 가깝습니다. 잘못은 게이트에 있지 않습니다.",
        },
        5: {
            "en": "Line 5 is right: the first H rows are r, the next are z.",
            "ko": "5번째 줄은 맞습니다. 처음 H개 행이 r이고 그다음이 z입니다.",
        },
        6: {
            "en": "Line 6 is right: that is what the candidate may read. Who else uses `past`?",
            "ko": "6번째 줄은 맞습니다. 후보는 `past`를 읽어도 됩니다. `past`를 또 누가 쓰나요?",
        },
        7: {
            "en": "Line 7 is right: the candidate reads `past` through W_hg. And with z near 0 it would not matter if it were wrong.",
            "ko": "7번째 줄은 맞습니다. 후보는 W_hg를 거쳐 `past`를 읽습니다. 게다가 z가 0에 가까우면 후보가 틀려도 드러나지 않습니다.",
        },
    },
)


def carried(step, steps=(0, 1, 2, 5, 10)):
    """What a GRU step makes of h_0 = 1 in one unit with z = σ(−50) and r = ½: nothing is written, all should stay.

    Parameters
    ----------
    step : callable
        As exercise ``gru-step`` asks for it.
    steps : sequence of int
        After how many steps h is shown.

    Returns
    -------
    Table
    """
    x, h, row = np.zeros((1, 1)), np.ones((1, 1)), {0: "1.000"}
    weights = np.zeros((3, 1)), np.zeros((2, 1)), np.ones((1, 1)), np.array([[0.0], [-50.0], [0.0]])
    for t in range(1, max(steps) + 1):
        h = returned("step", step(x, h, *weights), (1, 1), "the new h")
        row[t] = f"{float(h[0, 0]):.3f}"
    return Table([("h", *(row[t] for t in steps))], ("t", *map(str, steps)))


# ---------- gru-silent

SILENT = Choice(
    key="gru-silent",
    right_one="B",
    reasons={
        "A": {
            "en": "r says what the *candidate* reads. What goes out is h itself, and r does not touch it.",
            "ko": "r은 ‘후보’가 무엇을 읽을지 정합니다. 밖으로 나가는 것은 h 자체이고, r은 h에 손대지 않습니다.",
        },
        "B": {
            "en": "One unit shows whatever it holds. With three, one can hold, and another copies it when asked; the readout listens to that one.",
            "ko": "유닛 하나는 간직한 것을 그대로 드러냅니다. 셋이면 하나가 간직하고, 물을 때 다른 하나가 베껴 냅니다. 출력층은 그 유닛을 읽습니다.",
        },
        "C": {
            "en": "One GRU unit cannot. But units read each other: one may hold, another speak. The number of units makes up for the missing gate.",
            "ko": "GRU 유닛 하나로는 안 됩니다. 그러나 유닛들은 서로를 읽습니다. 하나가 간직하고 다른 하나가 답할 수 있으니, 빠진 게이트를 유닛 수로 메웁니다.",
        },
        "D": {
            "en": "z near 1 would overwrite the number with the candidate: silent, but forgotten. It has to be asked for again later.",
            "ko": "z가 1에 가까우면 후보가 그 수를 덮어씁니다. 조용해지지만 잊어버립니다. 나중에 또 물을 텐데요.",
        },
    },
)

register(CANDIDATE, UPDATE, STEP, CONVERT, SURVIVE, BUG, SILENT)
