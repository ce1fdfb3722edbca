"""Exercises of lesson 8: the order of the equations, a gate, the update, half-life, the whole step, the first bias."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Belief, Number, OrderLines
from seqlib.nn import LSTM


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _same(a):
    return a


def _softmax(a):
    e = np.exp(a - a.max(axis=0))
    return e / e.sum(axis=0)


# ---------- gates-gate


def _gate(x_t, h_prev, W_x, W_h, b, *, of=_sigmoid, bias="inside", from_x=np.matmul, from_h=np.matmul):
    added = {"inside": b, "none": 0, "minus": -b, "outside": 0}[bias]
    value = of(from_x(W_x, x_t) + from_h(W_h, h_prev) + added)
    return value + b if bias == "outside" else value


def _nothing(W, v):
    return np.zeros((len(W), v.shape[1]))


def _gate_inputs(rng, D, H, N):
    inputs = dict(x_t=rng.normal(size=(D, N)), h_prev=rng.normal(size=(H, N)))
    return inputs | dict(W_x=rng.normal(size=(H, D)), W_h=rng.normal(size=(H, H)), b=rng.normal(size=(H, 1)))


GATE = Exercise(
    key="gates-gate",
    signature="gate(x_t, h_prev, W_x, W_h, b)",
    solution=_gate,
    axes=("unit", "example"),
    # D = H = N lets the mistakes run that other sizes would forbid
    cases=lambda rng: [_gate_inputs(rng, 2, 3, 4), _gate_inputs(rng, 3, 3, 3), _gate_inputs(rng, 2, 3, 1)],
    praise={
        "en": "Three of these, with weights of their own, are the three gates: every number between 0 and 1.",
        "ko": "이 계산을 가중치만 바꾸어 세 번 하면 세 게이트가 됩니다. 값은 모두 0과 1 사이입니다.",
    },
    mistakes=(
        Mistake("tanh-for-sigmoid", partial(_gate, of=np.tanh), {
            "en": "This is tanh, between −1 and 1. A gate says *how much*, from 0 to 1: that is the sigmoid.",
            "ko": "−1과 1 사이인 tanh를 썼습니다. 게이트는 0에서 1까지 ‘얼마나’를 나타냅니다. 시그모이드를 쓰세요.",
        }),
        Mistake("nothing-squashed", partial(_gate, of=_same), {
            "en": "The sum comes out as it is and can be any number. σ brings it between 0 and 1.",
            "ko": "합이 그대로 나와 어떤 수든 될 수 있습니다. σ를 취해 0과 1 사이의 값으로 바꾸세요.",
        }),
        Mistake("softmax-for-sigmoid", partial(_gate, of=_softmax), {
            "en": "This is softmax: the units share one whole. The gates of an LSTM are independent, so that all units may be kept at once: sigmoid.",
            "ko": "소프트맥스를 써서 유닛들이 1을 나눠 갖습니다. LSTM의 게이트는 유닛마다 독립이라 모두 함께 열릴 수도 있습니다. 시그모이드를 쓰세요.",
        }),
        Mistake("sign-flipped", partial(_gate, of=lambda a: _sigmoid(-a)), {
            "en": "The sign is flipped: this is 1 − gate. σ(a) = 1 / (1 + exp(−a)).",
            "ko": "부호가 뒤집혀 1 − 게이트가 되었습니다. σ(a) = 1 / (1 + exp(−a))입니다.",
        }),
        Mistake("hard-gate", partial(_gate, of=lambda a: 1.0 * (a > 0)), {
            "en": "A hard switch of 0 and 1. Its slope is 0 everywhere, so it could not learn; the sigmoid is the soft one.",
            "ko": "게이트가 0 아니면 1인 딱딱한 스위치가 되었습니다. 미분이 어디서나 0이라 학습할 수 없습니다. 부드러운 시그모이드를 쓰세요.",
        }),
        Mistake("bias-missing", partial(_gate, bias="none"), {
            "en": "The bias `b` is missing. It says how far the gate is open when x and h say nothing.",
            "ko": "편향 `b`가 빠졌습니다. x와 h가 0일 때 게이트가 얼마나 열려 있는지를 정하는 것이 편향입니다.",
        }),
        Mistake("bias-outside", partial(_gate, bias="outside"), {
            "en": "The bias is added after σ, so the gate can leave the range from 0 to 1. It belongs inside.",
            "ko": "편향을 σ 바깥에서 더해 게이트가 0과 1 사이를 벗어날 수 있습니다. 괄호 안에 넣으세요.",
        }),
        Mistake("bias-subtracted", partial(_gate, bias="minus"), {
            "en": "The bias is subtracted. In the equation it is added: a positive bias opens the gate.",
            "ko": "편향을 뺐습니다. 수식에서는 더합니다. 편향이 양수이면 게이트가 열립니다.",
        }),
        Mistake("h-missing", partial(_gate, from_h=_nothing), {
            "en": "hₜ₋₁ does not enter: the gate sees the present input only. Add `W_h @ h_prev`.",
            "ko": "hₜ₋₁이 들어가지 않아 게이트가 지금의 입력만 봅니다. `W_h @ h_prev`를 더하세요.",
        }),
        Mistake("x-missing", partial(_gate, from_x=_nothing), {
            "en": "xₜ does not enter: the gate cannot react to what comes in. Add `W_x @ x_t`.",
            "ko": "xₜ가 들어가지 않아 게이트가 입력에 반응할 수 없습니다. `W_x @ x_t`를 더하세요.",
        }),
        Mistake("W_h-transposed", partial(_gate, from_h=lambda W, h: W.T @ h), {
            "en": "W_h is transposed. Row i of W_h holds the weights *into* unit i; being square, it cannot warn you.",
            "ko": "W_h가 전치되었습니다. W_h의 i행은 유닛 i로 ‘들어오는’ 가중치입니다. 정사각 행렬이라 모양으로는 알 수 없습니다.",
        }),
        Mistake("elementwise-product", partial(_gate, from_h=np.multiply), {
            "en": "`W_h * h_prev` multiplies entry by entry. ⊙ is for the gate's *use*; its inputs are summed with weights: `@`.",
            "ko": "`W_h * h_prev`는 요소별로 곱합니다. 요소별 곱 ⊙ 기호는 게이트를 ‘쓸 때’의 곱이고, 게이트를 만들 때는 가중치를 곱해 더합니다: `@`.",
        }),
        Mistake("minus-on-the-first", lambda x_t, h_prev, W_x, W_h, b: 1 / (1 + np.exp(-W_x @ x_t + W_h @ h_prev + b)), {
            "en": "The minus reaches the first term only, `-W_x @ x_t`. Put the whole sum in brackets: exp(−(…)).",
            "ko": "빼기 부호가 첫 항 `-W_x @ x_t`에만 붙었습니다. 합 전체를 괄호로 묶으세요: exp(−(…)).",
        }),
        Mistake("reciprocal-missing", partial(_gate, of=lambda a: 1 + np.exp(-a)), {
            "en": "This is 1 + exp(−a), larger than 1. The sigmoid is one *over* that.",
            "ko": "지금 구한 것은 1보다 큰 1 + exp(−a)입니다. 시그모이드는 그 역수입니다.",
        }),
        Mistake("exponential", partial(_gate, of=np.exp), {
            "en": "This is exp of the sum, any positive number. σ(a) = 1 / (1 + exp(−a)) stays between 0 and 1.",
            "ko": "합에 exp만 취해 어떤 양수든 될 수 있습니다. σ(a) = 1 / (1 + exp(−a))는 0과 1 사이에 있습니다.",
        }),
        Mistake("relu-for-sigmoid", partial(_gate, of=lambda a: np.maximum(a, 0)), {
            "en": "This is ReLU, which has no upper end. A gate says how much, from 0 to 1: sigmoid.",
            "ko": "위로 끝이 없는 ReLU를 썼습니다. 게이트는 0에서 1까지 ‘얼마나’를 나타냅니다. 시그모이드를 쓰세요.",
        }),
        Mistake("sigmoid-twice", partial(_gate, of=lambda a: _sigmoid(_sigmoid(a))), {
            "en": "σ is applied twice: the second one sees numbers from 0 to 1 and answers from 0.5 to 0.73. Once is enough.",
            "ko": "σ를 두 번 취했습니다. 두 번째는 0과 1 사이의 수를 받아 0.5에서 0.73까지만 나옵니다. 한 번이면 됩니다.",
        }),
        Mistake("sigmoids-multiplied", lambda x_t, h_prev, W_x, W_h, b: _sigmoid(W_x @ x_t) * _sigmoid(W_h @ h_prev + b), {
            "en": "Each part has a sigmoid of its own here, and they are multiplied. One sigmoid goes around the sum of all three.",
            "ko": "항마다 시그모이드를 취해 곱했습니다. 세 항을 모두 더한 뒤 시그모이드를 한 번 취하세요.",
        }),
        Mistake("sigmoids-added", lambda x_t, h_prev, W_x, W_h, b: _sigmoid(W_x @ x_t) + _sigmoid(W_h @ h_prev + b), {
            "en": "Each part has a sigmoid of its own here, and their sum can reach 2. One sigmoid goes around the sum of all three.",
            "ko": "항마다 시그모이드를 취해 더하면 2까지 될 수 있습니다. 세 항을 모두 더한 뒤 시그모이드를 한 번 취하세요.",
        }),
        Mistake("sigmoid-of-one-part", lambda x_t, h_prev, W_x, W_h, b: _sigmoid(W_x @ x_t) + W_h @ h_prev + b, {
            "en": "σ is around `W_x @ x_t` only. It goes around the whole sum, h and b included.",
            "ko": "σ가 `W_x @ x_t`만 감쌉니다. h와 b까지 합 전체를 감싸야 합니다.",
        }),
        Mistake("x-and-h-swapped", lambda x_t, h_prev, W_x, W_h, b: _sigmoid(W_x @ h_prev + W_h @ x_t + b), {
            "en": "x and h are swapped: W_x belongs to xₜ, W_h to hₜ₋₁.",
            "ko": "x와 h가 바뀌었습니다. W_x는 xₜ와, W_h는 hₜ₋₁과 곱합니다.",
        }),
    ),
)

# ---------- gates-update


def _states(C, h, order="Ch"):
    # The reader returns a tuple, which reads as the same array (2, H, N).
    pair = {"C": C, "h": h}
    return np.stack([pair[name] for name in order])


def _update(
    f, i, o, g, C_prev, *, keep="f", write="i", sign=1, squash=np.tanh, out="o", order="Ch", store="C", outer=False
):
    gates = {"f": f, "i": i, "o": o, "1": 1.0, "1-f": 1 - f, "0": 0.0}
    C = gates[keep] * C_prev + sign * gates[write] * g
    if out == "C":  # the output gate shuts the memory itself
        C = o * C
        return _states(C, squash(C), order)
    h = squash(o * C) if outer else gates[out] * squash(C)
    return _states({"C": C, "tanh": np.tanh(C), "o": o * C}[store], h, order)


def _update_inputs(rng, H, N):
    gates = {name: rng.uniform(0.05, 0.95, (H, N)) for name in "fio"}
    return gates | dict(g=rng.uniform(-1, 1, (H, N)), C_prev=rng.normal(size=(H, N)))


UPDATE = Exercise(
    key="gates-update",
    signature="update(f, i, o, g, C_prev)",
    solution=_update,
    returns=("C", "h"),
    axes=("entry", "unit", "example"),
    cases=lambda rng: [_update_inputs(rng, 3, 4), _update_inputs(rng, 3, 3), _update_inputs(rng, 2, 1)],
    praise={
        "en": "Keep, write, read: two lines, and the first one is nearly a copy of what was there.",
        "ko": "유지, 쓰기, 읽기. 두 줄이면 됩니다. 첫 줄은 있던 것을 거의 그대로 옮기는 일입니다.",
    },
    mistakes=(
        Mistake("tanh-left-off", partial(_update, squash=_same), {
            "en": "tanh is left off Cₜ: h = o ⊙ tanh(C). C can grow beyond 1; tanh brings what is shown back between −1 and 1.",
            "ko": "Cₜ에 tanh를 빠뜨렸습니다: h = o ⊙ tanh(C). C는 1을 넘을 수 있습니다. tanh를 취하면 −1과 1 사이의 값으로 내보입니다.",
        }),
        Mistake("output-gate-on-C", partial(_update, out="C"), {
            "en": "The output gate is applied to Cₜ itself, so closing it erases the memory. It only decides what is *shown*: h = o ⊙ tanh(C), and C goes on untouched.",
            "ko": "출력 게이트를 Cₜ 자체에 곱해, 게이트를 닫으면 기억이 지워집니다. 출력 게이트는 ‘내보일’ 양만 정합니다: h = o ⊙ tanh(C). C는 그대로 다음 시점으로 갑니다.",
        }),
        Mistake("f-and-i-swapped", partial(_update, keep="i", write="f"), {
            "en": "f and i are swapped. f keeps the old memory Cₜ₋₁, i writes the new candidate.",
            "ko": "f와 i가 바뀌었습니다. f는 이전 기억 Cₜ₋₁을 유지하고, i는 새 후보를 씁니다.",
        }),
        Mistake("f-for-both", partial(_update, write="f"), {
            "en": "f stands in both places. What is written has a gate of its own: i.",
            "ko": "두 자리에 모두 f를 썼습니다. 쓰는 양은 따로 i가 정합니다.",
        }),
        Mistake("i-missing", partial(_update, write="1"), {
            "en": "The candidate is written in full: its gate i is missing.",
            "ko": "후보를 전부 써 버렸습니다. 입력 게이트 i가 빠졌습니다.",
        }),
        Mistake("f-missing", partial(_update, keep="1"), {
            "en": "Cₜ₋₁ is kept in full: the forget gate f is missing. So was it in 1997: C could be added to, up or down, but not let go of.",
            "ko": "Cₜ₋₁을 전부 유지했습니다. 망각 게이트 f가 빠졌습니다. 1997년의 LSTM이 그랬습니다. C에 더하거나 C를 줄일 수는 있어도 잊을 수는 없었습니다.",
        }),
        Mistake("one-minus-f", partial(_update, keep="1-f"), {
            "en": "1 − f for f. In spite of its name the forget gate says how much is *kept*: f near 1 keeps.",
            "ko": "f 자리에 1 − f를 썼습니다. 이름과 달리 망각 게이트는 ‘유지할’ 양을 나타냅니다. f가 1에 가까우면 유지합니다.",
        }),
        Mistake("coupled-gates", partial(_update, write="1-f"), {
            "en": "1 − f writes here, as in a GRU. An LSTM writes with a gate of its own, i.",
            "ko": "쓰는 양을 1 − f로 했습니다. GRU에서는 이렇게 합니다. LSTM에서는 따로 있는 게이트 i로 씁니다.",
        }),
        Mistake("candidate-subtracted", partial(_update, sign=-1), {
            "en": "The candidate is subtracted. It is added; its own sign says in which direction.",
            "ko": "후보를 뺐습니다. 더해야 합니다. 방향은 후보 자신의 부호가 정합니다.",
        }),
        Mistake("memory-lost", partial(_update, keep="0"), {
            "en": "Cₜ₋₁ does not enter. Without f ⊙ Cₜ₋₁ nothing is remembered.",
            "ko": "Cₜ₋₁이 들어가지 않았습니다. f ⊙ Cₜ₋₁이 없으면 아무것도 기억하지 못합니다.",
        }),
        Mistake("output-gate-missing", partial(_update, out="1"), {
            "en": "The output gate is missing: h = o ⊙ tanh(C).",
            "ko": "출력 게이트가 빠졌습니다: h = o ⊙ tanh(C).",
        }),
        Mistake("tanh-outside", partial(_update, outer=True), {
            "en": "tanh(o ⊙ C) for o ⊙ tanh(C): first tanh, then the gate.",
            "ko": "o ⊙ tanh(C)가 아니라 tanh(o ⊙ C)입니다. tanh를 먼저 취하고 게이트를 곱하세요.",
        }),
        Mistake("tanh-stored", partial(_update, store="tanh"), {
            "en": "tanh(C) is returned as the memory. Only h gets the tanh; C itself goes on unsquashed, or it would shrink at every step.",
            "ko": "기억으로 tanh(C)를 돌려주었습니다. tanh는 h에만 취합니다. C는 그대로 넘겨야 시점마다 줄어들지 않습니다.",
        }),
        Mistake("h-from-the-old-C", lambda f, i, o, g, C_prev: _states(f * C_prev + i * g, o * np.tanh(C_prev)), {
            "en": "h shows the old memory, tanh(Cₜ₋₁). What was just written must show at once: tanh(Cₜ).",
            "ko": "h가 옛 기억 tanh(Cₜ₋₁)를 보여 줍니다. 방금 쓴 것이 바로 나타나도록 tanh(Cₜ)를 쓰세요.",
        }),
        Mistake("sigmoid-in-h", partial(_update, squash=_sigmoid), {
            "en": "h takes σ(C) here, which is never negative. What is shown needs a sign: tanh(C).",
            "ko": "h에 σ(C)를 썼습니다. σ는 음수가 되지 않습니다. 내보이는 값에는 부호가 필요하므로 tanh(C)를 쓰세요.",
        }),
        Mistake("squashed-on-the-way", lambda f, i, o, g, C_prev: _states(np.tanh(f * C_prev + i * g), o * np.tanh(np.tanh(f * C_prev + i * g))), {
            "en": "C itself goes through tanh here, so it shrinks at every step, as in the plain cell. Only h gets the tanh.",
            "ko": "C 자체에 tanh를 취해, 기본 RNN 셀처럼 시점마다 줄어듭니다. tanh는 h에만 취합니다.",
        }),
        Mistake("tanh-of-g-again", lambda f, i, o, g, C_prev: _states(f * C_prev + i * np.tanh(g), o * np.tanh(f * C_prev + i * np.tanh(g))), {
            "en": "`g` is the candidate already, tanh has been taken. Here it gets a second one.",
            "ko": "`g`는 이미 tanh를 거친 후보입니다. 여기서 tanh를 한 번 더 취했습니다.",
        }),
        Mistake("i-on-everything", lambda f, i, o, g, C_prev: _states(i * (f * C_prev + g), o * np.tanh(i * (f * C_prev + g))), {
            "en": "i multiplies the kept part, too, so a shut input gate erases the memory. It belongs to the candidate alone: i ⊙ g.",
            "ko": "i를 유지한 부분에도 곱해, 입력 게이트를 닫으면 기억이 지워집니다. i는 후보에만 곱합니다: i ⊙ g.",
        }),
        Mistake("multiplied-not-added", lambda f, i, o, g, C_prev: _states(f * C_prev * i * g, o * np.tanh(f * C_prev * i * g)), {
            "en": "The two parts are multiplied. The memory accumulates: what is written is *added* to what is kept.",
            "ko": "두 부분을 곱했습니다. 기억은 쌓입니다. 쓴 것을 유지한 것에 ‘더합니다’.",
        }),
        Mistake("only-the-candidate-shown", lambda f, i, o, g, C_prev: _states(f * C_prev + i * g, o * np.tanh(g)), {
            "en": "h shows the candidate, not the memory. What was kept has to show, too: h = o ⊙ tanh(C).",
            "ko": "h가 기억이 아니라 후보만 보여 줍니다. 유지한 것도 나타나야 합니다: h = o ⊙ tanh(C).",
        }),
        Mistake("h-before-C", partial(_update, order="hC"), {
            "en": "The two are right but in the other order: return `C, h`.",
            "ko": "두 값은 맞지만 순서가 바뀌었습니다. `C, h` 순서로 돌려주세요.",
        }),
    ),
)

# ---------- gates-step


def _step(
    x_t, h_prev, C_prev, W_x, W_h, b, *, blocks="fiog", bias=1, of=_sigmoid, candidate=np.tanh, peek=(), old="C",
    from_h=np.matmul, squash=np.tanh, order="Ch", keep="f", write="i", out="o", show="new",
):  # fmt: skip
    a = W_x @ x_t + from_h(W_h, h_prev) + bias * b
    value = _gates(a, blocks, of, candidate) | {"1": 1.0, "0": 0.0}
    before = C_prev if old == "C" else h_prev
    C = value[keep] * before + value[write] * value["g"]
    h = value[out] * squash(C if show == "new" else C_prev)
    if peek:  # the gates that look at the state they are about to make
        late = _gates(W_x @ x_t + from_h(W_h, h) + bias * b, blocks, of, candidate)
        value |= {name: late[name] for name in peek}
        C = value["f"] * before + value["i"] * value["g"]
        h = value["o"] * squash(C)
    return _states(C, h, order)


def _gates(a, blocks, of, candidate):
    parts = dict(zip(blocks, np.split(a, 4), strict=True))
    return {name: (candidate if name == "g" else of)(part) for name, part in parts.items()}


def _output_on_C(x_t, h_prev, C_prev, W_x, W_h, b):
    value = _gates(W_x @ x_t + W_h @ h_prev + b, "fiog", _sigmoid, np.tanh)
    C = value["o"] * (value["f"] * C_prev + value["i"] * value["g"])
    return _states(C, np.tanh(C))


def _step_inputs(rng, D, H, N):
    inputs = dict(x_t=rng.normal(size=(D, N)), h_prev=rng.normal(size=(H, N)), C_prev=rng.normal(size=(H, N)))
    weights = dict(W_x=rng.normal(size=(4 * H, D)), W_h=rng.normal(size=(4 * H, H)), b=rng.normal(size=(4 * H, 1)))
    return inputs | weights


STEP = Exercise(
    key="gates-step",
    signature="lstm_step(x_t, h_prev, C_prev, W_x, W_h, b)",
    solution=_step,
    returns=("C", "h"),
    axes=("entry", "unit", "example"),
    cases=lambda rng: [_step_inputs(rng, 2, 3, 4), _step_inputs(rng, 3, 3, 3), _step_inputs(rng, 2, 2, 1)],
    praise={
        "en": "One product for all four, cut in four blocks: this is what `seqlib.LSTM` computes at every step.",
        "ko": "곱 한 번으로 넷을 구하고 네 블록으로 나누었습니다. `seqlib.LSTM`이 시점마다 하는 계산입니다.",
    },
    mistakes=(
        Mistake("tanh-left-off", partial(_step, squash=_same), {
            "en": "tanh is left off Cₜ: h = o ⊙ tanh(C).",
            "ko": "Cₜ에 tanh를 빠뜨렸습니다. h = o ⊙ tanh(C)입니다.",
        }),
        Mistake("output-gate-on-C", _output_on_C, {
            "en": "The output gate is applied to Cₜ itself. It only decides what is shown in h; C goes on untouched.",
            "ko": "출력 게이트를 Cₜ 자체에 곱했습니다. 출력 게이트는 h로 내보일 양만 정하고, C는 그대로 다음 시점으로 갑니다.",
        }),
        Mistake("f-and-i-swapped", partial(_step, blocks="ifog"), {
            "en": "f and i are swapped: the first block of rows is f, the second is i.",
            "ko": "f와 i가 바뀌었습니다. 첫째 블록이 f, 둘째 블록이 i입니다.",
        }),
        Mistake("order-of-pytorch", partial(_step, blocks="ifgo"), {
            "en": "The blocks are taken in the order i, f, g, o, as PyTorch and Keras stack them. Here it is f, i, o, g.",
            "ko": "블록을 i, f, g, o 순서로 읽었습니다. PyTorch와 Keras의 순서입니다. 여기서는 f, i, o, g입니다.",
        }),
        Mistake("order-of-onnx", partial(_step, blocks="iofg"), {
            "en": "The blocks are taken in the order i, o, f, g, as ONNX stacks them. Here it is f, i, o, g.",
            "ko": "블록을 i, o, f, g 순서로 읽었습니다. ONNX의 순서입니다. 여기서는 f, i, o, g입니다.",
        }),
        Mistake("o-and-g-swapped", partial(_step, blocks="figo"), {
            "en": "The last two blocks are swapped: the third is the output gate o, the fourth the candidate g.",
            "ko": "마지막 두 블록이 바뀌었습니다. 셋째가 출력 게이트 o, 넷째가 후보 g입니다.",
        }),
        Mistake("sigmoid-for-candidate", partial(_step, candidate=_sigmoid), {
            "en": "The candidate comes from σ here, so only positive numbers could be written and C could never go down. It is tanh.",
            "ko": "후보에 σ를 썼습니다. 그러면 양수만 쓸 수 있어 C를 줄일 수 없습니다. 후보에는 tanh를 씁니다.",
        }),
        Mistake("tanh-for-gates", partial(_step, of=np.tanh), {
            "en": "The gates come from tanh here and can be negative, which would turn the memory's sign. Gates are sigmoids.",
            "ko": "게이트에 tanh를 썼습니다. 음수가 될 수 있어 기억의 부호가 뒤집힙니다. 게이트에는 시그모이드를 씁니다.",
        }),
        Mistake("sigmoid-and-tanh-swapped", partial(_step, of=np.tanh, candidate=_sigmoid), {
            "en": "σ and tanh have changed places: the three gates are sigmoids, the candidate is tanh.",
            "ko": "σ와 tanh의 자리가 바뀌었습니다. 게이트 셋은 시그모이드, 후보는 tanh입니다.",
        }),
        Mistake("peeks-at-h_t", partial(_step, peek=("f", "i", "o", "g")), {
            "en": "The gates look at hₜ, which they are only about to make. Everything at step t is computed from hₜ₋₁.",
            "ko": "게이트가 이제 만들려는 hₜ를 미리 들여다봅니다. 시점 t의 계산에는 모두 hₜ₋₁을 씁니다.",
        }),
        Mistake("output-gate-peeks", partial(_step, peek=("o",)), {
            "en": "The output gate looks at hₜ. It, too, is computed from hₜ₋₁, before there is an hₜ.",
            "ko": "출력 게이트가 hₜ를 봅니다. 출력 게이트도 hₜ가 생기기 전에 hₜ₋₁에서 계산합니다.",
        }),
        Mistake("old-memory-lost", partial(_step, keep="0"), {
            "en": "The old memory is lost at every step: `f * C_prev` is missing in C.",
            "ko": "시점마다 이전 기억이 사라집니다. C에 `f * C_prev`가 빠졌습니다.",
        }),
        Mistake("weights-exchanged", lambda x_t, h_prev, *rest: _step(h_prev, x_t, *rest), {
            "en": "W_x and W_h are exchanged: W_x belongs to the input, `W_x @ x_t`, W_h to the state before, `W_h @ h_prev`.",
            "ko": "W_x와 W_h가 서로 바뀌었습니다. W_x는 입력에, W_h는 이전 상태에 곱합니다: `W_x @ x_t`, `W_h @ h_prev`.",
        }),
        Mistake("bias-missing", partial(_step, bias=0), {
            "en": "The bias `b` is missing: four blocks of H numbers, added before σ and tanh.",
            "ko": "편향 `b`가 빠졌습니다. H개씩 네 블록이고, σ와 tanh를 취하기 전에 더합니다.",
        }),
        Mistake("gates-not-squashed", partial(_step, of=_same), {
            "en": "The sigmoid of the three gates is missing: f, i and o can be any number here.",
            "ko": "세 게이트에 시그모이드를 빠뜨렸습니다. 여기서는 f, i, o가 어떤 수든 될 수 있습니다.",
        }),
        Mistake("candidate-not-squashed", partial(_step, candidate=_same), {
            "en": "The candidate is the bare sum. It goes through tanh, so that no single step writes more than 1.",
            "ko": "후보가 합 그대로입니다. tanh를 취해야 한 시점에 1보다 많이 쓰지 않습니다.",
        }),
        Mistake("nothing-squashed", partial(_step, of=_same, candidate=_same), {
            "en": "All four blocks are bare sums. The gates f, i, o go through σ, the candidate g through tanh.",
            "ko": "네 블록이 모두 합 그대로입니다. 게이트 f, i, o에는 σ를, 후보 g에는 tanh를 취하세요.",
        }),
        Mistake("tanh-after-sigmoid", partial(_step, candidate=lambda a: np.tanh(_sigmoid(a))), {
            "en": "σ was applied to all four blocks, and then tanh to g. The candidate gets tanh alone, or it is never negative.",
            "ko": "네 블록 모두에 σ를 취한 뒤 g에 tanh를 취했습니다. 후보에는 tanh만 취합니다. 그래야 음수도 나옵니다.",
        }),
        Mistake("gates-see-C", lambda x_t, h_prev, C_prev, W_x, W_h, b: _step(x_t, C_prev, C_prev, W_x, W_h, b), {
            "en": "The gates look at Cₜ₋₁ here. They are computed from what was shown, hₜ₋₁: `W_h @ h_prev`.",
            "ko": "게이트가 Cₜ₋₁을 봅니다. 게이트는 내보인 것, hₜ₋₁에서 계산합니다: `W_h @ h_prev`.",
        }),
        Mistake("f-for-both", partial(_step, write="f"), {
            "en": "f stands in both places. What is written has a gate of its own: i ⊙ g.",
            "ko": "두 자리에 모두 f를 썼습니다. 쓰는 양은 따로 i가 정합니다: i ⊙ g.",
        }),
        Mistake("i-missing", partial(_step, write="1"), {
            "en": "The candidate is written in full: its gate i is missing.",
            "ko": "후보를 전부 써 버렸습니다. 입력 게이트 i가 빠졌습니다.",
        }),
        Mistake("f-missing", partial(_step, keep="1"), {
            "en": "Cₜ₋₁ is kept in full: the forget gate f is missing.",
            "ko": "Cₜ₋₁을 전부 유지했습니다. 망각 게이트 f가 빠졌습니다.",
        }),
        Mistake("output-gate-missing", partial(_step, out="1"), {
            "en": "The output gate is missing: h = o ⊙ tanh(C).",
            "ko": "출력 게이트가 빠졌습니다: h = o ⊙ tanh(C).",
        }),
        Mistake("h-from-the-old-C", partial(_step, show="old"), {
            "en": "h shows the old memory, tanh(Cₜ₋₁). What was just written must show at once: tanh(Cₜ).",
            "ko": "h가 옛 기억 tanh(Cₜ₋₁)를 보여 줍니다. 방금 쓴 것이 바로 나타나도록 tanh(Cₜ)를 쓰세요.",
        }),
        Mistake("h_prev-for-C_prev", partial(_step, old="h"), {
            "en": "f ⊙ hₜ₋₁ for f ⊙ Cₜ₋₁. What is kept is the memory C; h is only what was shown of it.",
            "ko": "f ⊙ Cₜ₋₁ 자리에 f ⊙ hₜ₋₁을 썼습니다. 유지되는 것은 기억 C이고, h는 그중 내보인 것일 뿐입니다.",
        }),
        Mistake("h_prev-missing", partial(_step, from_h=_nothing), {
            "en": "hₜ₋₁ does not enter the gates. Add `W_h @ h_prev`.",
            "ko": "hₜ₋₁이 게이트에 들어가지 않았습니다. `W_h @ h_prev`를 더하세요.",
        }),
        Mistake("h-before-C", partial(_step, order="hC"), {
            "en": "The two are right but in the other order: return `C, h`.",
            "ko": "두 값은 맞지만 순서가 바뀌었습니다. `C, h` 순서로 돌려주세요.",
        }),
    ),
)

# ---------- gates-half-life

HALF_LIFE = Exercise(
    key="gates-half-life",
    signature="half_life(f)",
    solution=lambda f: np.log(0.5) / np.log(f),
    cases=lambda rng: [dict(f=0.9), dict(f=0.5), dict(f=0.99), dict(f=0.2)],
    praise={
        "en": "From f = 0.9 to 0.99 the memory lasts ten times as long: 6.6 steps, then 69.",
        "ko": "f가 0.9에서 0.99가 되면 기억이 열 배 오래갑니다. 6.6단계에서 69단계로 늘어납니다.",
    },
    mistakes=(
        Mistake("upside-down", lambda f: np.log(f) / np.log(0.5), {
            "en": "Upside down: ln f / ln ½ is the number of *halvings in one step*. The half-life is its inverse.",
            "ko": "분수가 뒤집혔습니다. ln f / ln ½은 ‘한 시점에 몇 번 절반이 되는가’입니다. 반감기는 그 역수입니다.",
        }),
        Mistake("negative", lambda f: np.log(2) / np.log(f), {
            "en": "ln 2 / ln f is negative, for the logarithm of a number below 1 is. Solve f^t = ½: the numerator is ln ½.",
            "ko": "ln 2 / ln f는 음수입니다. 1보다 작은 수의 로그가 음수이기 때문입니다. f^t = ½을 풀면 분자는 ln ½입니다.",
        }),
        Mistake("mean-lifetime", lambda f: 1 / (1 - f), {
            "en": "1 / (1 − f) is the *mean* lifetime. Here the time is wanted at which f^t = ½.",
            "ko": "1 / (1 − f)는 ‘평균’ 수명입니다. 여기서는 f^t = ½이 되는 t를 구합니다.",
        }),
        Mistake("approximation", lambda f: np.log(2) / (1 - f), {
            "en": "ln 2 / (1 − f) is only near the truth for f close to 1, where −ln f ≈ 1 − f. Take ln f itself.",
            "ko": "ln 2 / (1 − f)는 −ln f ≈ 1 − f가 성립하는 f ≈ 1 근처에서만 비슷합니다. ln f를 그대로 쓰세요.",
        }),
        Mistake("to-one-over-e", lambda f: -1 / np.log(f), {
            "en": "−1 / ln f is the time after which 1/e = 0.37 is left. One half is left after ln ½ / ln f.",
            "ko": "−1 / ln f는 1/e = 0.37이 남을 때까지의 시간입니다. 절반이 남는 것은 ln ½ / ln f단계 뒤입니다.",
        }),
        Mistake("linear-decay", lambda f: 0.5 / (1 - f), {
            "en": "This lets the memory fall by the same *amount* each step. It falls by the same *factor*: f, then f², then f³.",
            "ko": "시점마다 같은 ‘양’이 줄어든다고 계산했습니다. 실제로는 같은 ‘비율’로 줄어듭니다: f, 다음은 f², 그다음은 f³.",
        }),
        Mistake("power-for-log", lambda f: f**0.5, {
            "en": "f to the power ½ solves t² = f. The unknown stands in the exponent: f^t = ½ needs a logarithm.",
            "ko": "f의 ½제곱은 t² = f의 해입니다. 모르는 것은 지수입니다. f^t = ½을 풀려면 로그가 필요합니다.",
        }),
        Mistake("whole-steps", lambda f: float(np.ceil(np.log(0.5) / np.log(f))), {
            "en": "This is rounded up to whole steps. The half-life is the exact t with f^t = ½, whole or not.",
            "ko": "정수 단계로 올림했습니다. 반감기는 f^t = ½인 t 그 자체이며, 정수가 아니어도 됩니다.",
        }),
        Mistake("rounded-down", lambda f: float(np.floor(np.log(0.5) / np.log(f))), {
            "en": "The decimals are cut off. The half-life is the exact t with f^t = ½, whole or not.",
            "ko": "소수점 아래를 버렸습니다. 반감기는 f^t = ½인 t 그 자체이며, 정수가 아니어도 됩니다.",
        }),
        Mistake("of-what-is-lost", lambda f: np.log(0.5) / np.log(1 - f), {
            "en": "1 − f is what is *lost* at a step. What is kept is f: ln ½ / ln f.",
            "ko": "1 − f는 한 시점에 ‘잃는’ 비율입니다. 남는 비율은 f입니다: ln ½ / ln f.",
        }),
        Mistake("two-bases", lambda f: np.log(0.5) / np.log10(f), {
            "en": "ln above and log₁₀ below: two bases. Any base will do, but the same in both places.",
            "ko": "위에는 ln, 아래에는 log₁₀을 썼습니다. 밑은 무엇이든 좋지만 두 곳이 같아야 합니다.",
        }),
        Mistake("two-bases-turned", lambda f: np.log10(0.5) / np.log(f), {
            "en": "log₁₀ above and ln below: two bases. Any base will do, but the same in both places.",
            "ko": "위에는 log₁₀, 아래에는 ln을 썼습니다. 밑은 무엇이든 좋지만 두 곳이 같아야 합니다.",
        }),
        Mistake("quotient-inside", lambda f: np.log(0.5 / f), {
            "en": "ln(½ / f) is ln ½ − ln f. The *quotient of the logarithms* is wanted: ln ½ / ln f.",
            "ko": "ln(½ / f)는 ln ½ − ln f입니다. 구하려는 것은 ‘로그끼리의 나눗셈’ ln ½ / ln f입니다.",
        }),
        Mistake("product", lambda f: np.log(0.5) * np.log(f), {
            "en": "The logarithms are multiplied. From t · ln f = ln ½ one *divides* by ln f.",
            "ko": "로그끼리 곱했습니다. t · ln f = ln ½이므로 ln f로 ‘나눕니다’.",
        }),
        Mistake("halved", lambda f: 0.5 / np.log(f), {
            "en": "The numerator lacks its logarithm: t · ln f = *ln* ½.",
            "ko": "분자에 로그를 빠뜨렸습니다: t · ln f = ‘ln’ ½.",
        }),
        Mistake("half-of-f", lambda f: 0.5 / f, {
            "en": "½ / f is the factor that is still missing after one step. Steps are counted in the exponent: f^t = ½ needs a logarithm.",
            "ko": "½ / f는 한 단계 뒤에 더 곱해야 할 비율입니다. 단계 수는 지수에 있습니다. f^t = ½을 풀려면 로그가 필요합니다.",
        }),
        Mistake("one-logarithm", lambda f: np.log(0.5) / f, {
            "en": "The logarithm of f is missing: t · ln f = ln ½.",
            "ko": "f에 로그를 취하지 않았습니다: t · ln f = ln ½.",
        }),
    ),
)

# ---------- gates-bias


def _first_bias(H, value, *, block=0, sign=1):
    b = np.zeros((4 * H, 1))
    b[block * H : (block + 1) * H] = sign * value
    return b


BIAS = Exercise(
    key="gates-bias",
    signature="first_bias(H, value)",
    solution=_first_bias,
    axes=("row", "example"),
    cases=lambda rng: [dict(H=3, value=1.0), dict(H=2, value=2.5), dict(H=1, value=0.5)],
    praise={
        "en": "With b_f = 1 every forget gate starts near σ(1) = 0.73, with 3 near 0.95: open before anything is learned.",
        "ko": "b_f = 1이면 망각 게이트가 σ(1) = 0.73 근처에서, 3이면 0.95 근처에서 시작합니다. 배우기 전부터 열려 있습니다.",
    },
    mistakes=(
        Mistake("on-the-input-gate", partial(_first_bias, block=1), {
            "en": "This is the input gate's bias: it would write more of everything. The forget gate's rows are the first block, 0 … H − 1.",
            "ko": "지금 값을 넣은 곳은 입력 게이트의 편향입니다. 무엇이든 더 많이 쓰게 됩니다. 망각 게이트의 행은 첫째 블록, 0 … H − 1입니다.",
        }),
        Mistake("on-the-output-gate", partial(_first_bias, block=2), {
            "en": "This is the output gate's bias: it shows more, but keeps no more. The forget gate's rows are the first block.",
            "ko": "지금 값을 넣은 곳은 출력 게이트의 편향입니다. 더 내보일 뿐 더 유지하지는 않습니다. 망각 게이트의 행은 첫째 블록입니다.",
        }),
        Mistake("on-the-candidate", partial(_first_bias, block=3), {
            "en": "This is the candidate's bias, the last block. The forget gate's rows are the first one.",
            "ko": "지금 값을 넣은 곳은 마지막 블록인 후보의 편향입니다. 망각 게이트의 행은 첫째 블록입니다.",
        }),
        Mistake("everywhere", lambda H, value: np.full((4 * H, 1), float(value)), {
            "en": "The value stands in all four blocks. Only the forget gate is to start open; the others start at 0.",
            "ko": "네 블록 모두에 값을 넣었습니다. 열린 채로 시작할 것은 망각 게이트뿐이고, 나머지는 0에서 시작합니다.",
        }),
        Mistake("closed", partial(_first_bias, sign=-1), {
            "en": "The sign is flipped: a negative bias *closes* the gate, and the memory is lost at the first step.",
            "ko": "부호가 뒤집혔습니다. 편향이 음수이면 게이트가 ‘닫혀’ 첫 시점에서 기억을 잃습니다.",
        }),
        Mistake("only-b_f", lambda H, value: np.full((H, 1), float(value)), {
            "en": "These are the H numbers of b_f alone. The whole `b` is stacked, (4H, 1), and holds zeros for the other three.",
            "ko": "지금 돌려준 것은 b_f의 값 H개뿐입니다. 쌓아 놓은 `b` 전체는 (4H, 1)이고, 나머지 셋의 자리는 0입니다.",
        }),
        Mistake("gate-for-bias", lambda H, value: _first_bias(H, _sigmoid(value)), {
            "en": "σ is applied to the bias already. The bias goes in *before* σ, as it is.",
            "ko": "편향에 이미 σ를 취했습니다. 편향은 σ를 취하기 ‘전’에 그대로 더합니다.",
        }),
        Mistake("decimals-cut", lambda H, value: _first_bias(H, int(value)).astype(int), {
            "en": "The decimals of `value` are cut off: an array of integers (`dtype=int`) cannot hold 2.5. Let zeros be float.",
            "ko": "`value`의 소수점 아래가 잘렸습니다. 정수 배열(`dtype=int`)에는 2.5를 담을 수 없습니다. 실수 배열을 쓰세요.",
        }),
        Mistake("always-one", lambda H, value: _first_bias(H, 1.0), {
            "en": "The rows hold a fixed 1. Write `value` into them: the function is asked for other values, too.",
            "ko": "행에 늘 1을 넣었습니다. 다른 값으로도 불리는 함수이므로 `value`를 넣으세요.",
        }),
        Mistake("one-row-short", lambda H, value: np.vstack([np.full((H - 1, 1), float(value)), np.zeros((3 * H + 1, 1))]), {
            "en": "One row too few: `b[:H]` has H rows, 0 … H − 1; the end of a slice is left out already.",
            "ko": "한 행이 모자랍니다. `b[:H]`는 0 … H − 1의 H행입니다. 슬라이스의 끝은 이미 빠져 있습니다.",
        }),
        Mistake("one-row-too-many", lambda H, value: np.vstack([np.full((H + 1, 1), float(value)), np.zeros((3 * H - 1, 1))]), {
            "en": "One row too many: row H belongs to the input gate already. `b[:H]` has the rows 0 … H − 1.",
            "ko": "한 행이 많습니다. H행은 이미 입력 게이트의 것입니다. `b[:H]`가 0 … H − 1행입니다.",
        }),
        Mistake("from-H-on", lambda H, value: np.vstack([np.zeros((H, 1)), np.full((3 * H, 1), float(value))]), {
            "en": "These are all rows *from* H on: the other three blocks. The forget gate's are those before: `b[:H]`.",
            "ko": "H행‘부터’ 끝까지, 나머지 세 블록을 채웠습니다. 망각 게이트는 그 앞의 행입니다: `b[:H]`.",
        }),
        Mistake("every-fourth", lambda H, value: np.kron(np.ones((H, 1)), [[float(value)], [0], [0], [0]]), {
            "en": "Every fourth row is set, as if the gates were interleaved unit by unit. They are stacked in blocks: the first H rows.",
            "ko": "유닛마다 네 게이트가 번갈아 오는 것처럼 네 행마다 채웠습니다. 블록으로 쌓여 있으므로 앞의 H행입니다.",
        }),
        Mistake("on-top-of-ones", lambda H, value: _first_bias(H, value) + np.vstack([np.zeros((H, 1)), np.ones((3 * H, 1))]), {
            "en": "The other three blocks hold 1. They start at 0; only b_f gets a value.",
            "ko": "나머지 세 블록에 1이 들어 있습니다. 0에서 시작해야 합니다. b_f에만 값을 넣으세요.",
        }),
        Mistake("one-row", lambda H, value: np.eye(4 * H, 1) * value, {
            "en": "Only the first row is set. Each of the H units has a forget gate of its own: rows 0 … H − 1.",
            "ko": "첫 행만 채웠습니다. 유닛 H개마다 망각 게이트가 따로 있습니다: 0 … H − 1행.",
        }),
    ),
)

# ---------- forms

LEAK = Number(
    key="gates-leak",
    truth=lambda: 0.9**10,
    factor=1.1,
    praise={
        "en": "0.9¹⁰ = {truth}: two thirds are gone after ten steps, though each step keeps nine tenths.",
        "ko": "0.9¹⁰ = {truth}. 시점마다 10분의 9를 남기는데도 열 단계 뒤에는 3분의 2가 사라집니다.",
    },
    beliefs=(
        Belief("no-leak", 0.95, 1.05, {
            "en": "Above 0 does not mean kept: each step keeps 0.9 *of what is left*. Multiply ten times.",
            "ko": "0보다 크다고 다 남는 것은 아닙니다. 시점마다 ‘남은 것의’ 0.9배가 됩니다. 열 번 곱하세요.",
        }),
        Belief("one-step", 0.85, 0.949, {
            "en": "0.9 is left after *one* step. After the second it is 0.9 · 0.9 = 0.81, and so on.",
            "ko": "0.9는 ‘한’ 단계 뒤에 남는 양입니다. 두 단계 뒤에는 0.9 · 0.9 = 0.81, 이렇게 계속됩니다.",
        }),
        Belief("nine-factors", 0.384, 0.391, {
            "en": "0.9⁹ is what is left after *nine* steps. C₀ = 1 stands before the first: ten steps, ten factors.",
            "ko": "0.9⁹은 ‘아홉’ 단계 뒤에 남는 양입니다. C₀ = 1은 첫 시점 이전의 값이므로 열 단계 뒤에는 0.9를 열 번 곱한 값이 됩니다.",
        }),
        Belief("linear", -0.1, 0.1, {
            "en": "Not the same *amount* is lost at each step, 0.1, but the same *share*: a tenth of what is left.",
            "ko": "시점마다 같은 ‘양’ 0.1을 잃는 것이 아니라 같은 ‘비율’, 남은 것의 10분의 1을 잃습니다.",
        }),
    ),
)


def _from_equations(p, x_t, h_prev, C_prev):
    value = {k: _gate(x_t, h_prev, p[f"W_x{k}"], p[f"W_h{k}"], p[f"b_{k}"]) for k in "fio"}
    C = value["f"] * C_prev + value["i"] * np.tanh(p["W_xg"] @ x_t + p["W_hg"] @ h_prev + p["b_g"])
    return C, value["o"] * np.tanh(C)


def _one_cell(rng):
    cell = LSTM(2, 3, rng=rng)
    return dict(p=cell.params, **{name: rng.normal(size=(n, 4)) for name, n in (("x_t", 2), ("h_prev", 3), ("C_prev", 3))})


LINES = OrderLines(
    key="gates-lines",
    head="def lstm_step(p, x_t, h_prev, C_prev):",
    lines=(
        "f = sigmoid(p.W_xf @ x_t + p.W_hf @ h_prev + p.b_f)",
        "i = sigmoid(p.W_xi @ x_t + p.W_hi @ h_prev + p.b_i)",
        "o = sigmoid(p.W_xo @ x_t + p.W_ho @ h_prev + p.b_o)",
        "g = np.tanh(p.W_xg @ x_t + p.W_hg @ h_prev + p.b_g)",
        "C = f * C_prev + i * g",
        "h = o * np.tanh(C)",
        "return C, h",
    ),
    solution=_from_equations,
    cases=lambda rng: [_one_cell(rng)],
    names={"sigmoid": _sigmoid},
    praise={
        "en": "Gates and candidate, then the memory, then what is shown. The first four may stand in any order: none needs another.",
        "ko": "게이트와 후보, 그다음 기억, 그다음 내보일 값입니다. 처음 넷은 서로 필요 없으므로 순서가 상관없습니다.",
    },
    beliefs=(
        ("h-before-C", lambda order: order.index(5) < order.index(4), {
            "en": "h is made from C before C is there. First the memory is updated, then o shows it.",
            "ko": "C가 만들어지기 전에 C에서 h를 구했습니다. 먼저 기억을 업데이트하고, 그다음 o가 내보입니다.",
        }),
        ("C-too-early", lambda order: order.index(4) < max(order.index(k) for k in (0, 1, 3)), {
            "en": "C needs f, i and the candidate g. In this order one of them is not there yet.",
            "ko": "C를 구하려면 f, i와 후보 g가 필요합니다. 이 순서에서는 그중 하나가 아직 없습니다.",
        }),
        ("return-too-early", lambda order: order[-1] != 6, {
            "en": "What stands below `return` is never reached. It comes last.",
            "ko": "`return` 아래의 줄은 실행되지 않습니다. `return`은 맨 끝에 둡니다.",
        }),
        ("h-before-o", lambda order: order.index(5) < order.index(2), {
            "en": "h needs the output gate o, which is made only later in this order.",
            "ko": "h를 구하려면 출력 게이트 o가 필요한데, 이 순서에서는 o가 나중에 만들어집니다.",
        }),
    ),
)

register(LINES, GATE, LEAK, UPDATE, HALF_LIFE, STEP, BIAS)
