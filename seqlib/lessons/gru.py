"""Exercises of lesson 11: candidate, update, the whole step, conversion and count of a GRU."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register


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
            "ko": "r을 곱 뒤에 적용했습니다: r ⊙ (W_h h). 이것은 PyTorch의 관례이고 다른 함수입니다. 여기서는 r이 먼저입니다: `W_h @ (r * h_prev)`.",
        }),
        Mistake("reset-missing", partial(_candidate, reset="none"), {
            "en": "The candidate reads the past in full: the reset gate r is missing. Multiply it into h_prev before the product.",
            "ko": "후보가 과거를 전부 읽습니다. 리셋 게이트 r이 빠졌습니다. 행렬을 곱하기 전에 h_prev에 r을 곱하세요.",
        }),
        Mistake("one-minus-r", partial(_candidate, reset="1-r"), {
            "en": "1 − r for r. The gate's name misleads: r near 0 resets, r near 1 reads the past.",
            "ko": "r 자리에 1 − r을 썼습니다. 이름 때문에 헷갈리기 쉽지만, r이 0에 가까우면 초기화하고 1에 가까우면 과거를 읽습니다.",
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
        "ko": "가중 평균입니다. z만큼 쓰고, 꼭 그만큼 과거를 덜어 냅니다. 게이트 하나가 f와 i의 일을 합니다.",
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
            "ko": "후보를 뺐습니다. 더해야 합니다. 방향은 후보 자신의 부호가 말합니다.",
        }),
        Mistake("tanh-around-h", partial(_update, squash=np.tanh), {
            "en": "tanh around hₜ is the LSTM's h = o ⊙ tanh(C). A GRU's h is the state itself: a mean of two numbers within ±1 needs no squashing, and tanh would make the memory shrink at every step.",
            "ko": "hₜ에 tanh를 씌운 것은 LSTM의 h = o ⊙ tanh(C)입니다. GRU의 h는 상태 그 자체입니다. ±1 안의 두 수의 평균이라 tanh가 필요 없고, 씌우면 기억이 매번 줄어듭니다.",
        }),
    ),
)

# ---------- gru-step


def _step(
    x_t, h_prev, W_x, W_h, W_hg, b, *, blocks="rz", keep="1-z", write="z", reset="before", bias=1, of=_sigmoid,
    candidate=np.tanh, output=None,
):  # fmt: skip
    H = len(h_prev)
    a = W_x @ x_t + bias * b
    gates = dict(zip(blocks, np.split(of(a[: 2 * H] + W_h @ h_prev), 2), strict=True))
    r, z = gates["r"], gates["z"]
    past = {"before": lambda: W_hg @ (r * h_prev), "after": lambda: r * (W_hg @ h_prev), "none": lambda: W_hg @ h_prev,
            "z": lambda: W_hg @ (z * h_prev)}[reset]()  # fmt: skip
    g = candidate(a[2 * H :] + past)
    share = {"z": z, "1-z": 1 - z, "1": 1.0}
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
            "ko": "후보가 z를 거쳐 과거를 읽습니다. 그것은 리셋 게이트 r의 일입니다.",
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
    ),
)

# ---------- gru-convert


def _convert(W_x, W_h, b, *, signs=(1, -1), which="xhb", order="rz", turn=_same):
    parts = {}
    for name, array in (("x", W_x), ("h", W_h), ("b", b)):
        array = np.array(array, float)
        blocks = dict(zip("rzg", np.split(array, 3 if name != "h" else 2), strict=False))
        for gate, sign in zip("rz", signs, strict=True):
            if name in which:
                blocks[gate] = turn(blocks[gate]) if turn is not _same and sign < 0 else sign * blocks[gate]
        names = order + ("g" if name != "h" else "")
        parts[name] = np.concatenate([blocks[gate] for gate in names])
    return dict(W_x=parts["x"], W_h=parts["h"], b=parts["b"])


def _negated(W_x, W_h, b):
    return dict(W_x=-W_x, W_h=-W_h, b=-b)


def _convert_inputs(rng, D, H):
    return dict(W_x=rng.normal(size=(3 * H, D)), W_h=rng.normal(size=(2 * H, H)), b=rng.normal(size=(3 * H, 1)))


CONVERT = Exercise(
    key="gru-convert",
    signature="keeping(W_x, W_h, b)",
    solution=_convert,
    cases=lambda rng: [_convert_inputs(rng, 2, 3), _convert_inputs(rng, 3, 3), _convert_inputs(rng, 1, 1)],
    praise={
        "en": "σ(−a) = 1 − σ(a): with three minus signs a z that writes becomes a z that keeps: the same function, up to rounding.",
        "ko": "σ(−a) = 1 − σ(a)입니다. 빼기 부호 셋이면 ‘쓰는’ z가 ‘유지하는’ z로 바뀌고, 반올림 오차를 빼면 같은 함수입니다.",
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
            "ko": "1 − z를 얻으려고 1 − W를 만들 수는 없습니다. 1 −은 σ 바깥의 것이고, 안에서는 빼기 부호입니다: σ(−a) = 1 − σ(a).",
        }),
        Mistake("order-of-keras", partial(_convert, order="zr"), {
            "en": "The signs are right, but the blocks have changed places: z, r is the order of Keras and ONNX. Here keep r first, as PyTorch does.",
            "ko": "부호는 맞지만 블록의 순서가 바뀌었습니다. z, r은 Keras와 ONNX의 순서입니다. 여기서는 PyTorch처럼 r을 먼저 두세요.",
        }),
    ),
)

# ---------- gru-count


def _count(D, H, *, blocks=3, inputs=1, memory=1, biases=1, once=0, states=0):
    return blocks * (inputs * H * D + memory * H * H + biases * H) + once * H + states * H


COUNT = Exercise(
    key="gru-count",
    signature="count(D, H)",
    solution=_count,
    cases=lambda rng: [dict(D=3, H=4), dict(D=7, H=5), dict(D=2, H=9)],
    praise={
        "en": "Three blocks to the LSTM's four: a quarter fewer weights at the same H.",
        "ko": "LSTM은 네 블록, GRU는 세 블록입니다. H가 같으면 가중치가 4분의 1만큼 적습니다.",
    },
    mistakes=(
        Mistake("gates-only", partial(_count, blocks=2), {
            "en": "Two blocks: the candidate is missing. It has weights and a bias as the gates have.",
            "ko": "두 블록만 세어 후보가 빠졌습니다. 후보에도 게이트처럼 가중치와 편향이 있습니다.",
        }),
        Mistake("as-an-lstm", partial(_count, blocks=4), {
            "en": "Four blocks are an LSTM's. A GRU has three: r, z and the candidate; there is no output gate.",
            "ko": "네 블록은 LSTM입니다. GRU는 r, z, 후보의 세 블록이고 출력 게이트가 없습니다.",
        }),
        Mistake("one-cell", partial(_count, blocks=1), {
            "en": "This is the plain RNN's cell. A GRU has three such blocks: r, z and the candidate.",
            "ko": "기본 RNN 셀의 수입니다. GRU에는 이런 블록이 셋 있습니다: r, z, 후보.",
        }),
        Mistake("bias-missing", partial(_count, biases=0), {
            "en": "The biases are missing: b_r, b_z and b_g, H numbers each.",
            "ko": "편향이 빠졌습니다. b_r, b_z, b_g가 각각 H개입니다.",
        }),
        Mistake("bias-once", partial(_count, biases=0, once=1), {
            "en": "The bias is counted once, H. Each of the three blocks has its own: 3·H.",
            "ko": "편향을 한 번, H개만 세었습니다. 세 블록에 저마다 있으므로 3·H개입니다.",
        }),
        Mistake("two-biases", partial(_count, biases=2), {
            "en": "Two biases a block, as PyTorch keeps them (bias_ih and bias_hh). The equations of the lesson have one.",
            "ko": "블록마다 편향을 둘로 세었습니다. PyTorch의 방식(bias_ih, bias_hh)입니다. 이 수업의 수식에는 하나씩 있습니다.",
        }),
        Mistake("W_h-missing", partial(_count, memory=0), {
            "en": "The weights of hₜ₋₁ are missing: H·H in each block.",
            "ko": "hₜ₋₁의 가중치가 빠졌습니다. 블록마다 H·H개입니다.",
        }),
        Mistake("W_x-missing", partial(_count, inputs=0), {
            "en": "The weights of xₜ are missing: H·D in each block.",
            "ko": "xₜ의 가중치가 빠졌습니다. 블록마다 H·D개입니다.",
        }),
        Mistake("state-counted", partial(_count, states=1), {
            "en": "The state h is counted, too. It is computed anew for every sequence; parameters are what training changes.",
            "ko": "상태 h까지 세었습니다. 상태는 시퀀스마다 새로 계산됩니다. 파라미터는 학습으로 바뀌는 것입니다.",
        }),
    ),
)

register(CANDIDATE, UPDATE, STEP, CONVERT, COUNT)
