"""Exercises of lesson 4: the cell, the loop, the readout and the softmax."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Choice


def _relu(a):
    return np.maximum(a, 0)


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _same(a):
    return a


def _weights(rng, D, H):
    return dict(W_xh=rng.normal(size=(H, D)), W_hh=rng.normal(size=(H, H)), b_h=rng.normal(size=(H, 1)))


def _step_inputs(rng, D, H, N):
    return dict(x_t=rng.normal(size=(D, N)), h_prev=rng.normal(size=(H, N)), **_weights(rng, D, H))


def _step_cases(rng):
    # D = H = N lets the mistakes run that other sizes would forbid
    return [_step_inputs(rng, 2, 3, 4), _step_inputs(rng, 3, 3, 3), _step_inputs(rng, 2, 3, 1)]


# ---------- unroll-cell-step, unroll-relu


def _step(
    x_t, h_prev, W_xh, W_hh, b_h, *, of=np.tanh, bias="inside", from_x=np.matmul, from_h=np.matmul, inside="both"
):
    x_part, h_part = from_x(W_xh, x_t), from_h(W_hh, h_prev)
    b = {"inside": b_h, "minus": -b_h, "twice": 2 * b_h}.get(bias, 0)
    h = {
        "both": lambda: of(x_part + h_part + b),
        "only x": lambda: of(x_part + b) + h_part,
        "only h": lambda: x_part + of(h_part + b),
        "each": lambda: of(x_part) + of(h_part + b),
        "all three": lambda: of(x_part) + of(h_part) + of(b),
    }[inside]()
    return h + b_h if bias == "outside" else h


def _nothing(W, v):
    return np.zeros((len(W), v.shape[1]))


def _cell_mistakes(of):
    """Mistakes in the sum that the cells with tanh and with ReLU share."""
    return (
        Mistake("input-forgotten", partial(_step, of=of, from_x=_nothing), {
            "en": "xₜ does not enter: the cell only listens to its own memory. Add `W_xh @ x_t`.",
            "ko": "xₜ가 들어가지 않아 셀이 자기 기억만 읽고 있습니다. `W_xh @ x_t`를 더하세요.",
        }),
        Mistake("W_hh-forgotten", partial(_step, of=of, from_h=lambda W, h: h), {
            "en": "hₜ₋₁ is added as it is, without W_hh. The weights decide which unit hears which; without them each unit hears only itself.",
            "ko": "hₜ₋₁을 W_hh 없이 그대로 더했습니다. 어느 유닛이 어느 유닛의 값을 받는지는 가중치가 정합니다. 없으면 자기 자신의 값만 받게 됩니다.",
        }),
        Mistake("elementwise-product", partial(_step, of=of, from_h=np.multiply), {
            "en": "`W_hh * h_prev` multiplies entry by entry. A unit should add up all units of hₜ₋₁, each with its weight: that is `@`.",
            "ko": "`W_hh * h_prev`는 요소별로 곱합니다. 유닛은 hₜ₋₁의 모든 유닛에 가중치를 곱해 더해야 합니다. 이 계산이 `@`입니다.",
        }),
        Mistake("x-and-h-swapped", lambda x_t, h_prev, W_xh, W_hh, b_h: of(W_xh @ h_prev + W_hh @ x_t + b_h), {
            "en": "x and h are swapped: W_xh meets hₜ₋₁ and W_hh meets xₜ. W_xh leads from x to h.",
            "ko": "x와 h가 바뀌었습니다. W_xh에 hₜ₋₁을, W_hh에 xₜ를 곱했습니다. W_xh는 x에서 h로 가는 가중치입니다.",
        }),
        Mistake("W_xh-twice", lambda x_t, h_prev, W_xh, W_hh, b_h: of(W_xh @ x_t + W_xh @ h_prev + b_h), {
            "en": "W_xh stands there twice. It leads from x to h; from the state before to the state now leads `W_hh`.",
            "ko": "W_xh를 두 번 썼습니다. W_xh는 x에서 h로 갑니다. 이전 상태에서 지금의 상태로 가는 것은 `W_hh`입니다.",
        }),
        Mistake("W_hh-twice", lambda x_t, h_prev, W_xh, W_hh, b_h: of(W_hh @ x_t + W_hh @ h_prev + b_h), {
            "en": "W_hh stands there twice. It leads from state to state; from the input leads `W_xh`.",
            "ko": "W_hh를 두 번 썼습니다. W_hh는 상태에서 상태로 갑니다. 입력에서 오는 것은 `W_xh`입니다.",
        }),
        Mistake("memory-subtracted", partial(_step, of=of, from_h=lambda W, h: -W @ h), {
            "en": "The memory's part is subtracted. In the equation it is added.",
            "ko": "기억 쪽을 뺐습니다. 수식에서는 더합니다.",
        }),
        Mistake("bias-twice", partial(_step, of=of, bias="twice"), {
            "en": "`b_h` is added twice. One bias serves the whole sum.",
            "ko": "`b_h`를 두 번 더했습니다. 합 전체에 편향은 하나입니다.",
        }),
        Mistake("b_h-flattened", lambda x_t, h_prev, W_xh, W_hh, b_h: of(W_xh @ x_t + W_hh @ h_prev + b_h.ravel()), {
            "en": "`b_h` is a column (H, 1), one number for each unit, and spreads over the examples as it stands. Flattened it runs along the examples: leave it as it is.",
            "ko": "`b_h`는 유닛마다 수가 하나씩 있는 열 (H, 1)이고, 그대로 두면 모든 예제에 더해집니다. 펴면 예제 방향으로 놓이므로 그대로 쓰세요.",
        }),
    )


CELL_STEP = Exercise(
    key="unroll-cell-step",
    signature="rnn_step(x_t, h_prev, W_xh, W_hh, b_h)",
    solution=_step,
    axes=("unit", "example"),
    cases=_step_cases,
    praise={
        "en": "This one line is the whole memory of the network: what it keeps of the past is in hₜ₋₁.",
        "ko": "이 한 줄이 신경망 기억의 전부입니다. 과거에서 남기는 것은 모두 hₜ₋₁에 들어 있습니다.",
    },
    mistakes=(
        Mistake("bias-missing", partial(_step, bias="none"), {
            "en": "The bias `b_h` is missing. Without it a unit has no level of its own: with x and h at 0 it can only give 0.",
            "ko": "편향 `b_h`가 빠졌습니다. 편향이 없으면 유닛에 기준값이 없어서, x와 h가 0일 때 0밖에 내지 못합니다.",
        }),
        Mistake("bias-outside", partial(_step, bias="outside"), {
            "en": "The bias is added after tanh, so h can leave the range from −1 to 1. `b_h` belongs inside, with the two products.",
            "ko": "편향을 tanh 바깥에서 더해 h가 −1과 1 사이를 벗어날 수 있습니다. `b_h`는 두 곱과 함께 괄호 안에 있어야 합니다.",
        }),
        Mistake("bias-subtracted", partial(_step, bias="minus"), {
            "en": "The bias is subtracted. In the equation it is added.",
            "ko": "편향을 뺐습니다. 수식에서는 더합니다.",
        }),
        Mistake("tanh-forgotten", partial(_step, of=_same), {
            "en": "tanh is missing. Without it the cell is linear, and h can grow step after step without bound.",
            "ko": "tanh가 빠졌습니다. tanh가 없으면 셀이 선형이 되고, 시점이 지날수록 h가 한없이 커질 수 있습니다.",
        }),
        Mistake("relu-for-tanh", partial(_step, of=_relu), {
            "en": "This is ReLU. It is a possible activation, but this cell uses tanh, which also gives negative values.",
            "ko": "ReLU를 썼습니다. ReLU도 쓸 수 있지만, 이 셀은 음수도 내는 tanh를 씁니다.",
        }),
        Mistake("sigmoid-for-tanh", partial(_step, of=_sigmoid), {
            "en": "This is the sigmoid, which lies between 0 and 1. The state of this cell comes from tanh, between −1 and 1.",
            "ko": "0과 1 사이인 시그모이드를 썼습니다. 이 셀의 상태는 −1과 1 사이인 tanh로 만듭니다.",
        }),
        Mistake("tanh-of-x-only", partial(_step, inside="only x"), {
            "en": "tanh covers only the input's part; `W_hh @ h_prev` is added outside. Put the parentheses around the whole sum.",
            "ko": "tanh가 입력 쪽에만 걸려 있고 `W_hh @ h_prev`는 바깥에서 더해집니다. 괄호로 합 전체를 묶으세요.",
        }),
        Mistake("tanh-of-h-only", partial(_step, inside="only h"), {
            "en": "tanh covers only the memory's part; `W_xh @ x_t` is added outside. Put the parentheses around the whole sum.",
            "ko": "tanh가 기억 쪽에만 걸려 있고 `W_xh @ x_t`는 바깥에서 더해집니다. 괄호로 합 전체를 묶으세요.",
        }),
        Mistake("tanh-of-each", partial(_step, inside="each"), {
            "en": "Each part has its own tanh. First add the parts, so that input and memory can outweigh each other, then take one tanh.",
            "ko": "두 부분에 tanh를 따로 취했습니다. 입력과 기억이 서로 겨룰 수 있게 먼저 더하고, tanh는 한 번만 취하세요.",
        }),
        Mistake("W_hh-transposed", partial(_step, from_h=lambda W, h: W.T @ h), {
            "en": "W_hh is transposed. Row i of W_hh holds the weights *into* unit i; transposed, every connection runs backwards. The shapes cannot warn you, W_hh is square.",
            "ko": "W_hh가 전치되었습니다. W_hh의 i행은 유닛 i로 ‘들어오는’ 가중치인데, 전치하면 연결이 모두 거꾸로 됩니다. 정사각 행렬이라 모양으로는 알 수 없습니다.",
        }),
        Mistake("h-on-the-left", partial(_step, from_h=lambda W, h: h @ W), {
            "en": "`h_prev @ W_hh` is the wrong way round: with columns the weights stand on the left, `W_hh @ h_prev`.",
            "ko": "`h_prev @ W_hh`는 순서가 거꾸로입니다. 열벡터를 쓸 때 가중치는 왼쪽에 옵니다: `W_hh @ h_prev`.",
        }),
        Mistake("W_xh-transposed", partial(_step, from_x=lambda W, x: W.T @ x), {
            "en": "W_xh is transposed. It runs only where D = H happens to hold; row i of W_xh holds the weights into unit i.",
            "ko": "W_xh가 전치되었습니다. 우연히 D = H일 때만 실행됩니다. W_xh의 i행은 유닛 i로 들어오는 가중치입니다.",
        }),
        Mistake("memory-forgotten", partial(_step, from_h=_nothing), {
            "en": "hₜ₋₁ does not enter. This is a dense layer: it cannot know what came before xₜ.",
            "ko": "hₜ₋₁이 들어가지 않았습니다. 그러면 xₜ 이전에 무엇이 왔는지 알 수 없는 보통의 완전연결층입니다.",
        }),
        Mistake("tanh-of-all-three", partial(_step, inside="all three"), {
            "en": "Each of the three parts has its own tanh. First add all of them, then take one tanh of the sum.",
            "ko": "세 부분에 tanh를 따로 취했습니다. 먼저 모두 더하고, 그 합에 tanh를 한 번만 취하세요.",
        }),
        Mistake("tanh-of-the-past", partial(_step, from_h=lambda W, h: W @ np.tanh(h)), {
            "en": "hₜ₋₁ goes through tanh once more. It has been through it already, at its own step: take it as it is.",
            "ko": "hₜ₋₁에 tanh를 한 번 더 취했습니다. 이미 자기 시점에서 tanh를 거친 값이므로 그대로 쓰세요.",
        }),
        Mistake("parts-multiplied", lambda x_t, h_prev, W_xh, W_hh, b_h: np.tanh((W_xh @ x_t) * (W_hh @ h_prev) + b_h), {
            "en": "The two parts are multiplied with each other. Input and memory are *added*, and tanh is taken of the sum.",
            "ko": "두 부분을 서로 곱했습니다. 입력과 기억은 ‘더하고’, 그 합에 tanh를 취합니다.",
        }),
        Mistake("past-added", lambda x_t, h_prev, *weights: h_prev + _step(x_t, h_prev, *weights), {
            "en": "hₜ₋₁ is added outside tanh as well. The new state takes the place of the old one; what it keeps comes through W_hh.",
            "ko": "tanh 바깥에서 hₜ₋₁을 한 번 더 더했습니다. 새 상태가 이전 상태를 대신하고, 남길 것은 W_hh를 거쳐 옵니다.",
        }),
        Mistake("sum-too", lambda *inputs: np.stack([_step(*inputs, of=_same), _step(*inputs)]), {
            "en": "Two results came, the sum and its tanh. The step returns hₜ alone.",
            "ko": "합과 그 tanh 두 가지를 돌려주었습니다. 이 함수는 hₜ 하나만 돌려줍니다.",
        }),
        *_cell_mistakes(np.tanh),
    ),
)

RELU = Exercise(
    key="unroll-relu",
    signature="relu_step(x_t, h_prev, W_xh, W_hh, b_h)",
    solution=partial(_step, of=_relu),
    axes=("unit", "example"),
    cases=_step_cases,
    praise={
        "en": "ReLU has no upper bound: h can grow from step to step, which tanh never allows.",
        "ko": "ReLU에는 위쪽 한계가 없습니다. tanh와 달리 h가 시점마다 커질 수 있습니다.",
    },
    mistakes=(
        Mistake("still-tanh", partial(_step, of=np.tanh), {
            "en": "This is still tanh. ReLU keeps a positive a and makes a negative a zero.",
            "ko": "아직 tanh입니다. ReLU는 양수 a를 그대로 두고 음수 a를 0으로 만듭니다.",
        }),
        Mistake("linear", partial(_step, of=_same), {
            "en": "The sum comes out as it is, negative values too. ReLU replaces those by 0.",
            "ko": "합이 음수까지 그대로 나왔습니다. ReLU는 음수를 0으로 바꿉니다.",
        }),
        Mistake("minimum-for-maximum", partial(_step, of=lambda a: np.minimum(a, 0)), {
            "en": "The negative values are kept and the positive ones cut off: `np.minimum` for `np.maximum`.",
            "ko": "음수를 남기고 양수를 잘랐습니다. `np.maximum` 대신 `np.minimum`을 썼습니다.",
        }),
        Mistake("absolute-value", partial(_step, of=np.abs), {
            "en": "This is the absolute value: negative sums became positive. ReLU makes them 0.",
            "ko": "지금 구한 것은 절댓값입니다. 음수가 양수로 바뀌었습니다. ReLU는 음수를 0으로 만듭니다.",
        }),
        Mistake("slope-for-value", partial(_step, of=lambda a: 1.0 * (a > 0)), {
            "en": "Ones and zeros are the *slope* of ReLU. Its value at a positive a is a itself.",
            "ko": "1과 0은 ReLU의 ‘미분’입니다. 양수 a에서 ReLU의 값은 a 자신입니다.",
        }),
        Mistake("one-number", partial(_step, of=np.max), {
            "en": "`np.max` finds the one largest number of the array. `np.maximum(a, 0)` compares every entry with 0.",
            "ko": "`np.max`는 배열에서 가장 큰 수 하나를 찾습니다. 원소마다 0과 비교하는 것은 `np.maximum(a, 0)`입니다.",
        }),
        Mistake("relu-of-x-only", partial(_step, of=_relu, inside="only x"), {
            "en": "ReLU covers only the input's part; `W_hh @ h_prev` is added outside. Put the whole sum inside.",
            "ko": "ReLU가 입력 쪽에만 걸려 있고 `W_hh @ h_prev`는 바깥에서 더해집니다. 합 전체를 안에 넣으세요.",
        }),
        Mistake("relu-of-each", partial(_step, of=_relu, inside="each"), {
            "en": "Each part has its own ReLU. First add the parts, then cut the sum off at 0 once.",
            "ko": "두 부분에 ReLU를 따로 취했습니다. 먼저 더하고, 합을 한 번만 0에서 자르세요.",
        }),
        Mistake("bias-missing", partial(_step, of=_relu, bias="none"), {
            "en": "The bias `b_h` is missing. It decides where each unit starts to be active.",
            "ko": "편향 `b_h`가 빠졌습니다. 유닛이 어디서부터 켜지는지는 편향이 정합니다.",
        }),
        Mistake("bias-outside", partial(_step, of=_relu, bias="outside"), {
            "en": "The bias is added after ReLU, so h can become negative. It belongs inside.",
            "ko": "편향을 ReLU 바깥에서 더해 h가 음수가 될 수 있습니다. 괄호 안에 있어야 합니다.",
        }),
        Mistake("W_hh-transposed", partial(_step, of=_relu, from_h=lambda W, h: W.T @ h), {
            "en": "W_hh is transposed: every connection between units runs backwards. Write `W_hh @ h_prev`.",
            "ko": "W_hh가 전치되어 유닛 사이의 연결이 모두 거꾸로 되었습니다. `W_hh @ h_prev`로 쓰세요.",
        }),
        Mistake("memory-forgotten", partial(_step, of=_relu, from_h=_nothing), {
            "en": "hₜ₋₁ does not enter, so nothing of the past arrives. Add `W_hh @ h_prev`.",
            "ko": "hₜ₋₁이 들어가지 않아 과거가 전해지지 않습니다. `W_hh @ h_prev`를 더하세요.",
        }),
        Mistake("tanh-too", partial(_step, of=lambda a: np.tanh(_relu(a))), {
            "en": "Both are there, tanh and ReLU, so the state still cannot exceed 1. ReLU takes the *place* of tanh.",
            "ko": "tanh와 ReLU가 둘 다 있어 상태가 여전히 1을 넘지 못합니다. ReLU는 tanh를 ‘대신’합니다.",
        }),
        Mistake("relu-of-all-three", partial(_step, of=_relu, inside="all three"), {
            "en": "Each of the three parts has its own ReLU. First add all of them, then cut the sum off at 0 once.",
            "ko": "세 부분에 ReLU를 따로 취했습니다. 먼저 모두 더하고, 합을 한 번만 0에서 자르세요.",
        }),
        Mistake("relu-of-the-past", partial(_step, of=_relu, from_h=lambda W, h: W @ _relu(h)), {
            "en": "hₜ₋₁ goes through ReLU as well. It is the sum that ReLU is taken of; hₜ₋₁ enters as it is.",
            "ko": "hₜ₋₁에도 ReLU를 취했습니다. ReLU는 합에 취하고 hₜ₋₁은 그대로 들어갑니다.",
        }),
        Mistake("cut-at-one", partial(_step, of=lambda a: np.maximum(a, 1)), {
            "en": "Everything below 1 became 1. ReLU compares with 0.",
            "ko": "1보다 작은 수가 모두 1이 되었습니다. ReLU는 0과 비교합니다.",
        }),
        Mistake("cut-above-too", partial(_step, of=lambda a: np.clip(a, 0, 1)), {
            "en": "The sum is cut off at 1, too. ReLU has no upper end: a positive a stays what it is.",
            "ko": "합을 1에서도 잘랐습니다. ReLU에는 위쪽 끝이 없어 양수 a는 그대로입니다.",
        }),
        Mistake("leaky", partial(_step, of=lambda a: np.where(a > 0, a, 0.01 * a)), {
            "en": "This is the *leaky* ReLU, which lets a little of a negative sum through. Here it becomes 0.",
            "ko": "음수를 조금 통과시키는 leaky ReLU를 썼습니다. 여기서는 음수가 0이 됩니다.",
        }),
        Mistake("positive-ones-only", lambda *inputs: (a := _step(*inputs, of=_same))[a > 0], {
            "en": "A mask in the brackets picks the positive numbers out, and their places are lost. Every entry stays at its place: `np.maximum(a, 0)`.",
            "ko": "대괄호 안에 마스크를 쓰면 양수만 골라내어 자리가 없어집니다. 모든 원소가 제자리에 남아야 합니다: `np.maximum(a, 0)`.",
        }),
        Mistake("max-of-two", lambda *inputs: np.max(0, _step(*inputs, of=_same)), {
            "en": "`np.max` looks for one largest number in its first argument, and takes the second for an axis. What compares two, entry by entry, is `np.maximum`.",
            "ko": "`np.max`는 첫 인자에서 가장 큰 수 하나를 찾고 둘째 인자를 축으로 읽습니다. 둘을 원소마다 비교하는 것은 `np.maximum`입니다.",
        }),
        Mistake("no-np-relu", lambda *inputs: np.relu(_step(*inputs, of=_same)), {
            "en": "NumPy has no `relu`. It is a maximum with 0, entry by entry: `np.maximum(a, 0)`.",
            "ko": "NumPy에는 `relu`가 없습니다. 원소마다 0과 비교해 큰 쪽을 고르는 `np.maximum(a, 0)`을 쓰세요.",
        }),
        *_cell_mistakes(_relu),
    ),
)

# ---------- unroll-loop


def _loop(x, h0, W_xh, W_hh, b_h, *, order=_same, update=True, from_zeros=False, keep=np.stack, first_x=False, **cell):
    h, states = 0 * h0 if from_zeros else h0, []
    for x_t in order(x):
        new = _step(x[0] if first_x else x_t, h, W_xh, W_hh, b_h, **cell)
        states.append(new)
        h = new if update else h
    return keep(states)


def _with_start(x, h0, *weights):
    return np.concatenate([h0[None], _loop(x, h0, *weights)])


def _loop_inputs(rng, T, D, H, N):
    return dict(x=rng.normal(size=(T, D, N)), h0=rng.normal(size=(H, N)), **_weights(rng, D, H))


LOOP = Exercise(
    key="unroll-loop",
    signature="rnn_loop(x, h0, W_xh, W_hh, b_h)",
    solution=_loop,
    axes=("t", "unit", "example"),
    cases=lambda rng: [_loop_inputs(rng, 4, 2, 3, 2), _loop_inputs(rng, 3, 3, 2, 4)],
    praise={
        "en": "The same three weights at every step, and each state made from the one before: this is the unrolled network.",
        "ko": "모든 시점에서 같은 가중치 셋을 쓰고, 상태는 바로 이전 상태에서 만들어집니다. 이것이 시간축으로 펼친 신경망입니다.",
    },
    mistakes=(
        Mistake("state-never-updated", partial(_loop, update=False), {
            "en": "Every step starts again from h0: the new state is computed but not carried on. After each step, h must become the h_prev of the next.",
            "ko": "모든 시점이 h0에서 다시 시작합니다. 새 상태를 계산하고도 넘겨주지 않았습니다. 계산한 h가 다음 시점의 h_prev가 되어야 합니다.",
        }),
        Mistake("reads-backwards", partial(_loop, order=lambda x: x[::-1]), {
            "en": "The loop reads the sequence from its end. Start at t = 1: the state knows the past, not the future.",
            "ko": "반복문이 시퀀스를 끝에서부터 읽습니다. t = 1부터 시작하세요. 상태는 미래가 아니라 과거를 담습니다.",
        }),
        Mistake("runs-backwards", partial(_loop, order=lambda x: x[::-1], keep=lambda states: np.stack(states[::-1])), {
            "en": "The loop runs from T down to 1, so hₜ is made from hₜ₊₁. It should be made from hₜ₋₁.",
            "ko": "반복문이 T에서 1로 내려가서 hₜ가 hₜ₊₁에서 만들어집니다. hₜ₋₁에서 만들어져야 합니다.",
        }),
        Mistake("states-reversed", partial(_loop, keep=lambda states: np.stack(states[::-1])), {
            "en": "The states are right but stand in reverse order. h₁ belongs at index 0.",
            "ko": "상태 값은 맞지만 순서가 거꾸로입니다. 인덱스 0에는 h₁이 있어야 합니다.",
        }),
        Mistake("shifted-by-one", lambda *inputs: _with_start(*inputs)[:-1], {
            "en": "The states are late by one: h₀ is first and h_T is lost. Store the state after the step, not before it.",
            "ko": "상태가 한 칸씩 밀렸습니다. 맨 앞에 h₀이 있고 h_T가 없습니다. 상태는 계산하기 전이 아니라 계산한 뒤에 저장하세요.",
        }),
        Mistake("start-included", _with_start, {
            "en": "h₀ is among the states, so there are T + 1. Return only the computed ones, h₁ … h_T.",
            "ko": "h₀까지 들어 있어 상태가 T + 1개입니다. 계산한 h₁ … h_T만 돌려주세요.",
        }),
        Mistake("only-last", partial(_loop, keep=lambda states: states[-1]), {
            "en": "Only the last state came back. All T are needed: collect each one in a list, then `np.stack` it.",
            "ko": "마지막 상태만 돌아왔습니다. T개가 모두 필요합니다. 리스트에 하나씩 모아 `np.stack`으로 쌓으세요.",
        }),
        Mistake("first-only", partial(_loop, keep=lambda states: states[0]), {
            "en": "Only h₁ came back. The `return` stands inside the loop: it ends the function after one step.",
            "ko": "h₁만 돌아왔습니다. `return`이 반복문 안에 있어 한 시점 만에 함수가 끝납니다.",
        }),
        Mistake("same-array-each-step", partial(_loop, keep=lambda states: np.stack([states[-1]] * len(states))), {
            "en": "All steps show the last state. One array was overwritten and stored again and again: store a new array (or a `.copy()`) at each step.",
            "ko": "모든 시점에 마지막 상태가 들어 있습니다. 배열 하나를 덮어쓰면서 거듭 저장했기 때문입니다. 시점마다 새 배열이나 `.copy()`를 저장하세요.",
        }),
        Mistake("start-ignored", partial(_loop, from_zeros=True), {
            "en": "The loop starts from zeros, not from `h0`. (With an array of zeros for h, `h[t-1]` at t = 0 is `h[-1]`: its last row, still zero.)",
            "ko": "반복문이 `h0`이 아니라 0에서 시작합니다. (0으로 채운 배열 h를 쓰면 t = 0일 때 `h[t-1]`은 `h[-1]`, 곧 아직 0인 마지막 칸입니다.)",
        }),
        Mistake("same-input-each-step", partial(_loop, first_x=True), {
            "en": "Every step reads x₁. Use the input of its own step, `x[t]`.",
            "ko": "모든 시점이 x₁을 읽습니다. 그 시점의 입력 `x[t]`를 쓰세요.",
        }),
        Mistake("glued-along-units", partial(_loop, keep=np.concatenate), {
            "en": "`np.concatenate` glued the states into one tall column, so time is lost as an axis. `np.stack` puts them side by side on a new axis.",
            "ko": "`np.concatenate`로 상태들이 긴 열 하나로 이어져 시간 축이 없어졌습니다. `np.stack`은 새 축을 만들어 쌓습니다.",
        }),
        Mistake("time-in-the-middle", partial(_loop, keep=lambda states: np.stack(states, axis=1)), {
            "en": "Time is the second axis here. In this course it is the first: (T, H, N), so that `h[t]` is one state.",
            "ko": "시간이 둘째 축에 있습니다. 이 강의에서는 첫째 축입니다. (T, H, N)이어야 `h[t]`가 상태 하나가 됩니다.",
        }),
        Mistake("time-at-the-end", partial(_loop, keep=lambda states: np.stack(states, axis=-1)), {
            "en": "Time is the last axis here. In this course it is the first: (T, H, N), so that `h[t]` is one state.",
            "ko": "시간이 마지막 축에 있습니다. 이 강의에서는 첫째 축입니다. (T, H, N)이어야 `h[t]`가 상태 하나가 됩니다.",
        }),
        Mistake("bias-missing", partial(_loop, bias="none"), {
            "en": "The loop is right, but the bias `b_h` is missing in the step.",
            "ko": "반복문은 맞지만 각 시점의 계산에서 편향 `b_h`가 빠졌습니다.",
        }),
        Mistake("tanh-forgotten", partial(_loop, of=_same), {
            "en": "The loop is right, but tanh is missing in the step: h grows from step to step.",
            "ko": "반복문은 맞지만 각 시점의 계산에서 tanh가 빠져 h가 점점 커집니다.",
        }),
        Mistake("only-last-stacked", lambda *inputs: _loop(*inputs)[-1:], {
            "en": "Only the last state was collected: `states.append(h)` runs once, after the loop. Indent it, so that it belongs to every step.",
            "ko": "마지막 상태만 모았습니다. `states.append(h)`가 반복문이 끝난 뒤 한 번만 실행됩니다. 들여 써서 시점마다 실행되게 하세요.",
        }),
        Mistake("glued-along-examples", partial(_loop, keep=np.hstack), {
            "en": "`np.hstack` glued the states into one wide array, so time is lost as an axis. `np.stack` puts them one behind the other on a new axis.",
            "ko": "`np.hstack`으로 상태들이 옆으로 이어져 시간 축이 없어졌습니다. `np.stack`은 새 축을 만들어 쌓습니다.",
        }),
        Mistake("memory-forgotten", partial(_loop, from_h=_nothing), {
            "en": "The state before does not enter, so every step stands alone. Add `W_hh @ h` to the sum.",
            "ko": "이전 상태가 들어가지 않아 시점마다 따로 계산됩니다. 합에 `W_hh @ h`를 더하세요.",
        }),
        Mistake("W_hh-forgotten", partial(_loop, from_h=lambda W, h: h), {
            "en": "The loop is right, but the state before is added as it is, without W_hh. Write `W_hh @ h`.",
            "ko": "반복문은 맞지만 이전 상태를 W_hh 없이 그대로 더했습니다. `W_hh @ h`로 쓰세요.",
        }),
        Mistake("bias-outside", partial(_loop, bias="outside"), {
            "en": "The loop is right, but the bias is added after tanh. `b_h` belongs inside, with the two products.",
            "ko": "반복문은 맞지만 편향을 tanh 바깥에서 더했습니다. `b_h`는 두 곱과 함께 괄호 안에 있어야 합니다.",
        }),
        Mistake("tanh-of-x-only", partial(_loop, inside="only x", bias="outside"), {
            "en": "tanh covers only the input's part; the memory is added outside. Put the parentheses around the whole sum.",
            "ko": "tanh가 입력 쪽에만 걸려 있고 기억은 바깥에서 더해집니다. 괄호로 합 전체를 묶으세요.",
        }),
        Mistake("list-still-empty", lambda x, *others: [states[-1] for states in ([] for _ in x)], {
            "en": "In the first round the list is still empty, so there is no `states[-1]`. `h` holds the state before: h₀ at first, then the newest.",
            "ko": "첫 시점에는 리스트가 아직 비어 있어 `states[-1]`이 없습니다. 이전 상태는 `h`에 있습니다. 처음에는 h₀, 그다음부터는 가장 새로운 상태입니다.",
        }),
        Mistake("W_hh-transposed", partial(_loop, from_h=lambda W, h: W.T @ h), {
            "en": "The loop is right, but W_hh is transposed in the step. Write `W_hh @ h`.",
            "ko": "반복문은 맞지만 각 시점의 계산에서 W_hh가 전치되었습니다. `W_hh @ h`로 쓰세요.",
        }),
    ),
)

# ---------- unroll-readout


def _softmax(logits, *, axis=0, shift=True, exp=np.exp, normalise=True, log=False):
    e = exp(logits - logits.max(axis=axis, keepdims=True) if shift else logits)
    p = e / e.sum(axis=axis, keepdims=True) if normalise else e
    return np.log(p) if log else p


def _readout(h, W_hy, b_y, *, bias=True, of=_same, steps=_same, product=np.matmul):
    return of(product(W_hy, steps(h)) + (b_y if bias else 0))


def _readout_inputs(rng, T, H, K, N):
    return dict(h=rng.normal(size=(T, H, N)), W_hy=rng.normal(size=(K, H)), b_y=rng.normal(size=(K, 1)))


READOUT = Exercise(
    key="unroll-readout",
    signature="readout(h, W_hy, b_y)",
    solution=_readout,
    axes=("t", "class", "example"),
    # the last one lets a flat b_y run, the first two tell where h @ W_hy does not fit
    cases=lambda rng: [_readout_inputs(rng, *sizes) for sizes in ((4, 3, 2, 5), (3, 4, 4, 2), (2, 3, 2, 2))],
    praise={
        "en": "One W_hy reads the state at every step; `@` runs over the axis of time by itself.",
        "ko": "W_hy 하나가 모든 시점의 상태를 읽습니다. 시간 축은 `@`가 알아서 훑습니다.",
    },
    mistakes=(
        Mistake("bias-missing", partial(_readout, bias=False), {
            "en": "The bias `b_y` is missing. It lets the model prefer a frequent class whatever the state is.",
            "ko": "편향 `b_y`가 빠졌습니다. 상태가 어떻든 자주 나오는 클래스를 선호하게 해 주는 것이 편향입니다.",
        }),
        Mistake("softmax-applied", partial(_readout, of=lambda a: _softmax(a, axis=1)), {
            "en": "These are probabilities already. The readout returns logits; softmax comes after it, in the loss.",
            "ko": "이미 확률로 바뀌었습니다. 출력층은 로짓을 돌려주고, 소프트맥스는 그다음 손실에서 적용합니다.",
        }),
        Mistake("tanh-applied", partial(_readout, of=np.tanh), {
            "en": "tanh is applied to the output. It belongs in the cell; logits may be any number.",
            "ko": "출력에 tanh를 취했습니다. tanh는 셀 안에서만 씁니다. 로짓은 어떤 수든 될 수 있습니다.",
        }),
        Mistake("only-last", partial(_readout, steps=lambda h: h[-1]), {
            "en": "Only the last state is read. That is many-to-one; here every step has an output, (T, K, N).",
            "ko": "마지막 상태만 읽었습니다. 이렇게 하면 다대일(many-to-one)입니다. 여기서는 시점마다 출력이 있습니다: (T, K, N).",
        }),
        Mistake("W_hy-transposed", partial(_readout, product=lambda W, h: W.T @ h), {
            "en": "W_hy is transposed; it runs only because K = H here. Row k of W_hy holds the weights into class k.",
            "ko": "W_hy가 전치되었습니다. K = H일 때만 우연히 실행됩니다. W_hy의 k행은 클래스 k로 들어오는 가중치입니다.",
        }),
        Mistake("summed-over-time", partial(_readout, steps=lambda h: h.sum(axis=0)), {
            "en": "The states were added up over time before reading. Each step gives its own output.",
            "ko": "상태를 시간에 대해 더한 뒤 읽었습니다. 출력은 시점마다 따로 나옵니다.",
        }),
        Mistake("mean-over-time", partial(_readout, steps=lambda h: h.mean(axis=0)), {
            "en": "The states were averaged over time before reading. Each step gives its own output.",
            "ko": "상태를 시간에 대해 평균 낸 뒤 읽었습니다. 출력은 시점마다 따로 나옵니다.",
        }),
        Mistake("time-in-the-middle", lambda h, W_hy, b_y: _readout(h, W_hy, b_y).swapaxes(0, 1), {
            "en": "The classes are the first axis and time the second. `tensordot` and some `einsum` forms do this; time belongs first: (T, K, N).",
            "ko": "클래스가 첫째 축, 시간이 둘째 축입니다. `tensordot`이나 일부 `einsum`에서 이렇게 됩니다. 시간이 먼저여야 합니다: (T, K, N).",
        }),
        Mistake("bias-subtracted", lambda h, W_hy, b_y: W_hy @ h - b_y, {
            "en": "The bias is subtracted. In the equation it is added.",
            "ko": "편향을 뺐습니다. 수식에서는 더합니다.",
        }),
        Mistake("b_y-flattened", lambda h, W_hy, b_y: W_hy @ h + b_y.ravel(), {
            "en": "`b_y` is a column (K, 1), one number for each class, and spreads over steps and examples as it stands. Flattened it runs along the examples: leave it as it is.",
            "ko": "`b_y`는 클래스마다 수가 하나씩 있는 열 (K, 1)이고, 그대로 두면 모든 시점과 예제에 더해집니다. 펴면 예제 방향으로 놓이므로 그대로 쓰세요.",
        }),
        Mistake("elementwise", lambda h, W_hy, b_y: W_hy * h, {
            "en": "`*` multiplies entry by entry, and the shapes do not even fit for that. Each class adds up all units, each with its weight: `W_hy @ h`.",
            "ko": "`*`는 요소별로 곱하는데, 그러기에는 모양도 맞지 않습니다. 클래스마다 모든 유닛에 가중치를 곱해 더합니다: `W_hy @ h`.",
        }),
        Mistake("softmax-over-time", partial(_readout, of=_softmax), {
            "en": "softmax is taken, and over the axis of time at that. The readout returns the logits alone; probabilities are made of them later, class against class.",
            "ko": "소프트맥스를 적용했고, 게다가 시간 축으로 적용했습니다. 출력층은 로짓만 돌려줍니다. 확률은 나중에 클래스끼리 견주어 만듭니다.",
        }),
        Mistake("classes-named", lambda h, W_hy, b_y: _readout(h, W_hy, b_y).argmax(axis=1), {
            "en": "These are the numbers of the likeliest classes. The readout returns all the logits, (T, K, N); choosing comes later.",
            "ko": "지금 나온 것은 가장 그럴듯한 클래스의 번호입니다. 출력층은 로짓을 모두, (T, K, N)으로 돌려줍니다. 고르는 것은 나중입니다.",
        }),
        Mistake("glued-along-classes", lambda h, W_hy, b_y: np.concatenate(list(_readout(h, W_hy, b_y))), {
            "en": "The outputs of all steps are glued into one tall column, so time is lost as an axis. `np.stack` keeps it; `W_hy @ h` needs no loop at all.",
            "ko": "모든 시점의 출력이 긴 열 하나로 이어져 시간 축이 없어졌습니다. `np.stack`을 쓰면 남습니다. `W_hy @ h`라면 반복문도 필요 없습니다.",
        }),
    ),
)

# ---------- unroll-softmax

SOFTMAX = Exercise(
    key="unroll-softmax",
    signature="my_softmax(logits)",
    solution=_softmax,
    axes=("class", "example"),
    cases=lambda rng: [
        dict(logits=rng.normal(size=(3, 4))),
        dict(logits=rng.normal(size=(4, 2)) * 3),
        dict(logits=1000 + rng.normal(size=(3, 2))),  # exp(1000) is more than a float64 can hold
    ],
    praise={
        "en": "Positive, and every column adds up to 1, also for logits as large as 1000.",
        "ko": "모두 양수이고 열마다 합이 1입니다. 로짓이 1,000처럼 커도 마찬가지입니다.",
    },
    mistakes=(
        Mistake("overflow", partial(_softmax, shift=False), {
            "en": "Right for small logits, but NaN for large ones: exp(1000) is too large for a float. Subtract the largest logit of each column first; the result stays the same.",
            "ko": "작은 로짓에서는 맞지만 큰 로짓에서는 NaN이 됩니다. exp(1000)은 너무 커서 부동소수점 수(float)에 담을 수 없습니다. 열마다 가장 큰 로짓을 먼저 빼세요. 결과는 그대로입니다.",
        }),
        Mistake("over-examples", partial(_softmax, axis=1), {
            "en": "The sum runs over the examples (axis 1), so the rows add up to 1. The classes of one example share the probability: axis 0.",
            "ko": "예제 방향(축 1)으로 더해서 행의 합이 1이 됩니다. 확률은 한 예제의 클래스끼리 나눠 갖습니다: 축 0.",
        }),
        Mistake("over-everything", partial(_softmax, axis=None), {
            "en": "The whole table adds up to 1. Each example needs its own probabilities: sum over axis 0 only, with `keepdims=True`.",
            "ko": "표 전체의 합이 1입니다. 예제마다 확률이 따로 있어야 합니다. `keepdims=True`로 축 0만 더하세요.",
        }),
        Mistake("not-normalised", partial(_softmax, normalise=False, shift=False), {
            "en": "The exponentials are there, but nothing divides them by their sum. Probabilities of one example add up to 1.",
            "ko": "exp까지는 계산했지만 합으로 나누지 않았습니다. 한 예제의 확률은 더해서 1이 되어야 합니다.",
        }),
        Mistake("no-exp", partial(_softmax, exp=_same, shift=False), {
            "en": "The logits are divided by their sum without `exp`. Logits can be negative, probabilities cannot: exp makes them positive first.",
            "ko": "`exp` 없이 로짓을 합으로 나누었습니다. 로짓은 음수일 수 있지만 확률은 그럴 수 없습니다. 먼저 exp로 양수를 만드세요.",
        }),
        Mistake("log-softmax", partial(_softmax, log=True), {
            "en": "These are the logarithms of the probabilities (log-softmax). Useful in a loss, but here the probabilities themselves are wanted.",
            "ko": "지금 나온 것은 확률의 로그(log-softmax)입니다. 손실에서는 쓸모가 있지만, 여기서는 확률 자체가 필요합니다.",
        }),
        Mistake("sign-flipped", lambda logits: _softmax(-logits), {
            "en": "The sign is flipped: the largest logit gets the smallest probability. It is exp(+logit).",
            "ko": "부호가 뒤집혀 가장 큰 로짓이 가장 작은 확률을 받습니다. 부호를 바로잡으세요: exp(+logits).",
        }),
        Mistake("sigmoid", _sigmoid, {
            "en": "This is the sigmoid, which judges each class alone. With softmax the classes compete: together they add up to 1.",
            "ko": "클래스마다 따로 판단하는 시그모이드를 썼습니다. 소프트맥스에서는 클래스들이 경쟁하여 합이 1이 됩니다.",
        }),
        Mistake("largest-is-one", partial(_softmax, normalise=False), {
            "en": "The best class always has exactly 1 here: the exponentials are measured against the largest, but not divided by their sum. Probabilities of one example add up to 1.",
            "ko": "가장 큰 클래스가 늘 1입니다. 가장 큰 로짓을 빼고 exp까지 계산했지만 합으로 나누지 않았습니다. 한 예제의 확률은 더해서 1이 되어야 합니다.",
        }),
        Mistake("shifted-above-only", lambda logits: np.exp(logits - logits.max(axis=0)) / np.exp(logits).sum(axis=0), {
            "en": "The largest is subtracted above the fraction, but not below it. What is subtracted must be the same in both, or it does not cancel.",
            "ko": "분자에서만 가장 큰 로짓을 빼고 분모에서는 빼지 않았습니다. 둘에서 똑같이 빼야 약분됩니다.",
        }),
        Mistake("divided-by-all", lambda logits: (e := np.exp(logits - logits.max(axis=0))) / e.sum(), {
            "en": "`e.sum()` without `axis` adds up the whole table, all examples together. Each column has a sum of its own: `axis=0`.",
            "ko": "`axis` 없는 `e.sum()`은 모든 예제를 합쳐 표 전체를 더합니다. 열마다 합이 따로 있습니다: `axis=0`.",
        }),
        Mistake("divided-by-rows", lambda logits: (e := np.exp(logits - logits.max(axis=0))) / e.sum(axis=1, keepdims=True), {
            "en": "The largest is taken along axis 0, as it should be, but the sum along axis 1, over the examples. Both belong to one column: axis 0.",
            "ko": "가장 큰 로짓은 축 0에서 제대로 찾았는데 합은 축 1, 곧 예제 방향으로 구했습니다. 둘 다 한 열에 속합니다: 축 0.",
        }),
        Mistake("axis-1", lambda logits: logits - logits.max(axis=1), {
            "en": "`axis=1` runs over the examples, and what it gives does not even fit the table. The classes of one example stand below one another: `axis=0`.",
            "ko": "`axis=1`은 예제 방향이고, 그 결과는 표와 모양도 맞지 않습니다. 한 예제의 클래스는 위아래로 있습니다: `axis=0`.",
        }),
        Mistake("max-of-rows", lambda logits: np.exp(logits - max(logits)), {
            "en": "Python's own `max` compares whole rows, and cannot say which is larger. `logits.max(axis=0)` finds the largest of each column.",
            "ko": "파이썬의 `max`는 행을 통째로 비교하려다 어느 쪽이 큰지 정하지 못합니다. `logits.max(axis=0)`는 열마다 가장 큰 것을 찾습니다.",
        }),
        Mistake("no-exp-shifted", lambda logits: (e := logits - logits.max(axis=0)) / e.sum(axis=0), {
            "en": "The shift is there, but `exp` is missing: differences are divided by their sum, and the largest logit gets 0. exp makes them positive first.",
            "ko": "가장 큰 로짓을 뺐지만 `exp`가 빠졌습니다. 차이를 합으로 나누니 가장 큰 로짓이 0을 받습니다. 먼저 exp로 양수를 만드세요.",
        }),
        Mistake("divided-by-the-largest", lambda logits: (e := np.exp(logits / logits.max(axis=0))) / e.sum(axis=0), {
            "en": "The logits are divided by the largest, which changes their differences. *Subtract* it: differences are all that counts.",
            "ko": "로짓을 가장 큰 로짓으로 나누어 차이가 달라졌습니다. 나누지 말고 ‘빼세요’. 중요한 것은 차이뿐입니다.",
        }),
        Mistake("cut-at-0", lambda logits: (e := np.exp(np.minimum(logits, 0))) / e.sum(axis=0), {
            "en": "All positive logits were cut off at 0, and their differences are lost. Subtract the same number from a whole column instead: its largest.",
            "ko": "양수인 로짓을 모두 0에서 잘라 차이가 없어졌습니다. 자르지 말고 열 전체에서 같은 수, 곧 그 열의 가장 큰 로짓을 빼세요.",
        }),
        Mistake("fixed-shift", lambda logits: (e := np.exp(logits - 1000)) / e.sum(axis=0), {
            "en": "1000 is subtracted from all logits. Where they are near 0, exp(−1000) is 0 for a float, and 0/0 is NaN. Subtract what is largest in the column.",
            "ko": "모든 로짓에서 1,000을 뺐습니다. 로짓이 0 근처이면 exp(−1000)이 부동소수점 수(float)로는 0이라 0/0, 곧 NaN이 됩니다. 그 열에서 가장 큰 것을 빼세요.",
        }),
        Mistake("minus-logits", lambda logits: _softmax(-logits, shift=False), {
            "en": "`exp(−logit)`: the largest logit gets the smallest probability, and at −1000 every one is 0. It is exp(+logit), less the largest of the column.",
            "ko": "`exp(−logit)`이라서 가장 큰 로짓이 가장 작은 확률을 받고, −1,000에서는 모두 0이 됩니다. 부호를 바로잡고 열의 가장 큰 로짓을 빼세요: exp(+logits − max).",
        }),
        Mistake("hard-choice", lambda logits: 1.0 * (logits == logits.max(axis=0)), {
            "en": "Only the largest class gets 1, the others 0. Softmax is soft: every class keeps some probability.",
            "ko": "가장 큰 클래스만 1이고 나머지는 0입니다. 소프트맥스는 이름대로 부드러워서 모든 클래스에 확률이 조금씩 남습니다.",
        }),
    ),
)

# ---------- unroll-count


def _count(
    T, D, H, K, *, cell_bias=1, memory="H x H", readout=1, readout_bias=1, cell_steps=1, readout_steps=1, states=0
):
    W_hh = {"H x H": H * H, "H x D": H * D, "H": H, "T times": T * H * H, "between": (T - 1) * H * H, "none": 0}[memory]
    cell, out = H * D + W_hh + cell_bias * H, readout * (K * H + readout_bias * K)
    return (cell if cell_steps == 1 else T * cell) + (out if readout_steps == 1 else T * out) + (T * H if states else 0)


COUNT = Exercise(
    key="unroll-count",
    signature="count(T, D, H, K)",
    solution=_count,
    cases=lambda rng: [dict(T=5, D=3, H=4, K=2), dict(T=50, D=7, H=6, K=3), dict(T=11, D=2, H=8, K=5)],
    praise={
        "en": "T does not enter: the same weights read 5 steps or 5000.",
        "ko": "T는 들어가지 않습니다. 같은 가중치로 5개 시점도, 5,000개 시점도 읽습니다.",
    },
    mistakes=(
        Mistake("times-T", partial(_count, cell_steps="T", readout_steps="T"), {
            "en": "Counted once per step. Unrolled, the cell is *drawn* T times, but it is one cell: all steps share W_xh, W_hh and W_hy.",
            "ko": "시점마다 따로 세었습니다. 펼친 그림에는 셀이 T번 ‘그려질’ 뿐, 셀은 하나입니다. 모든 시점이 W_xh, W_hh, W_hy를 함께 씁니다.",
        }),
        Mistake("cell-times-T", partial(_count, cell_steps="T"), {
            "en": "The cell's weights are counted once per step. All steps share them, so T does not enter.",
            "ko": "셀의 가중치를 시점마다 따로 세었습니다. 모든 시점이 함께 쓰므로 T가 들어가지 않습니다.",
        }),
        Mistake("readout-times-T", partial(_count, readout_steps="T"), {
            "en": "The readout is counted once per step. The same W_hy and b_y read every state, so T does not enter.",
            "ko": "출력층을 시점마다 따로 세었습니다. 같은 W_hy와 b_y가 모든 상태를 읽으므로 T가 들어가지 않습니다.",
        }),
        Mistake("b_h-missing", partial(_count, cell_bias=0), {
            "en": "`b_h` is missing: one number for each of the H units.",
            "ko": "`b_h`가 빠졌습니다. 유닛 H개에 하나씩 있습니다.",
        }),
        Mistake("b_y-missing", partial(_count, readout_bias=0), {
            "en": "`b_y` is missing: one number for each of the K classes.",
            "ko": "`b_y`가 빠졌습니다. 클래스 K개에 하나씩 있습니다.",
        }),
        Mistake("two-cell-biases", partial(_count, cell_bias=2), {
            "en": "The cell has two biases here. Some libraries keep one for W_xh and one for W_hh; the equation of the lesson has a single `b_h`.",
            "ko": "셀에 편향이 두 개입니다. W_xh와 W_hh에 편향을 하나씩 두는 라이브러리도 있지만, 이 수업의 수식에는 `b_h` 하나뿐입니다.",
        }),
        Mistake("W_hh-H-by-D", partial(_count, memory="H x D"), {
            "en": "W_hh is counted as H·D. It leads from hₜ₋₁ to hₜ, from H numbers to H numbers: H·H.",
            "ko": "W_hh를 H·D개로 세었습니다. W_hh는 hₜ₋₁에서 hₜ로, 수 H개에서 H개로 가므로 H·H개입니다.",
        }),
        Mistake("W_hh-forgotten", partial(_count, memory="none"), {
            "en": "W_hh is missing, and it is what makes the network recurrent: H·H weights from hₜ₋₁ to hₜ.",
            "ko": "W_hh가 빠졌습니다. 신경망을 순환하게 만드는 것이 바로 W_hh입니다. hₜ₋₁에서 hₜ로 가는 가중치 H·H개를 더하세요.",
        }),
        Mistake("readout-forgotten", partial(_count, readout=0), {
            "en": "Only the cell is counted. The readout has parameters too: W_hy and b_y.",
            "ko": "셀만 세었습니다. 출력층에도 W_hy와 b_y가 있습니다.",
        }),
        Mistake("flattened-network", lambda T, D, H, K: H * T * D + H + K * H + K, {
            "en": "This is the *flattened* network of lesson 2, with a weight for every place. The recurrent one has W_xh, W_hh and b_h, whatever T is.",
            "ko": "지금 센 것은 자리마다 가중치가 있는 2번 수업의 평탄화한(flattened) 신경망입니다. 순환 신경망에는 T가 무엇이든 W_xh, W_hh, b_h가 있습니다.",
        }),
        Mistake("W_hh-times-T", partial(_count, memory="T times"), {
            "en": "W_hh is counted once for every step. The drawing shows T arrows; all of them are the same matrix of H·H numbers.",
            "ko": "W_hh를 시점마다 한 번씩 세었습니다. 그림에는 화살표가 T개 있지만 모두 H·H개짜리 같은 행렬입니다.",
        }),
        Mistake("W_hh-between-steps", partial(_count, memory="between"), {
            "en": "W_hh is counted once between each two steps, T − 1 times. It is one matrix, used at every step: H·H.",
            "ko": "W_hh를 두 시점 사이마다, 곧 T − 1번 세었습니다. 모든 시점에서 쓰는 행렬 하나이므로 H·H개입니다.",
        }),
        Mistake("W_xh-times-T", lambda T, D, H, K: T * H * D + H * H + H + K * H + K, {
            "en": "W_xh is counted once for every step. One W_xh reads all inputs: H·D.",
            "ko": "W_xh를 시점마다 한 번씩 세었습니다. W_xh 하나가 모든 입력을 읽으므로 H·D개입니다.",
        }),
        Mistake("W_hh-H", partial(_count, memory="H"), {
            "en": "W_hh is counted as H numbers. It is a matrix from H units to H units, so that each hears all: H·H.",
            "ko": "W_hh를 H개로 세었습니다. 유닛 H개에서 유닛 H개로 가는 행렬이고, 유닛마다 모든 유닛의 값을 받으므로 H·H개입니다.",
        }),
        Mistake("W_hy-K-by-D", lambda T, D, H, K: H * D + H * H + H + K * D + K, {
            "en": "W_hy is counted as K·D. It reads the state, not the input: from H numbers to K, K·H.",
            "ko": "W_hy를 K·D개로 세었습니다. W_hy는 입력이 아니라 상태를 읽습니다. 수 H개에서 K개로 가므로 K·H개입니다.",
        }),
        Mistake("one-number-biases", lambda T, D, H, K: H * D + H * H + 1 + K * H + 1, {
            "en": "Each bias is counted as one number. `b_h` is a column with one for each of the H units, `b_y` with one for each of the K classes.",
            "ko": "편향을 하나씩만 세었습니다. `b_h`는 유닛 H개마다, `b_y`는 클래스 K개마다 수가 하나씩 있는 열입니다.",
        }),
        Mistake("b_y-H", lambda T, D, H, K: H * D + H * H + H + K * H + H, {
            "en": "`b_y` is counted as H numbers. It stands in the readout, one for each of the K classes.",
            "ko": "`b_y`를 H개로 세었습니다. 출력층의 편향이므로 클래스 K개에 하나씩 있습니다.",
        }),
        Mistake("states-counted", partial(_count, states=1), {
            "en": "The states hₜ are counted too. They are computed anew for every sequence; parameters are only what training changes.",
            "ko": "상태 hₜ까지 세었습니다. 상태는 시퀀스마다 새로 계산됩니다. 파라미터는 학습으로 바뀌는 것만 가리킵니다.",
        }),
    ),
)

# ---------- unroll-memory

MEMORY = Choice("unroll-memory", "B", {
    "A": {
        "en": "h₄ is made from h₃, and h₃ has changed: the change goes on through W_hh.",
        "ko": "h₄는 h₃에서 만들어지고 h₃이 바뀌었습니다. 변화는 W_hh를 지나 이어집니다.",
    },
    "B": {
        "en": "h₃ reads the word, h₄ reads h₃. h₁ and h₂ were made before it came.",
        "ko": "h₃은 그 단어를 읽고, h₄는 h₃을 읽습니다. h₁과 h₂는 단어가 오기 전에 만들어졌습니다.",
    },
    "C": {
        "en": "h₁ and h₂ were made before the third word came. No arrow leads back in time when a network reads.",
        "ko": "h₁과 h₂는 셋째 단어가 오기 전에 만들어졌습니다. 읽을 때 시간을 거슬러 가는 화살표는 없습니다.",
    },
    "D": {
        "en": "With W_hh = 0 nothing crosses from step to step: then h₄ reads only x₄, and stays.",
        "ko": "W_hh = 0이면 시점 사이로 아무것도 건너가지 않습니다. 그때 h₄는 x₄만 읽으므로 그대로입니다.",
    },
})

register(CELL_STEP, LOOP, READOUT, SOFTMAX, COUNT, RELU, MEMORY)
