"""Exercises of lesson 2: what dense layers can and cannot do with a sequence."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Belief, Number, WriteTest

# ---------- dense-pooled


def _pooled(x, W, b, *, of=np.tanh, after=None, bias="inside", over=lambda a: a.mean(axis=0)):
    a = W @ x
    if bias == "inside":
        a = a + b
    h = of(a) if after is None else a
    h = h + b if bias == "outside" else h
    return over(h) if after is None else after(over(h))


POOLED = Exercise(
    key="dense-pooled",
    signature="pooled(x, W, b)",
    solution=_pooled,
    axes=("unit", "example"),
    cases=lambda rng: [
        dict(x=rng.normal(size=(4, 2, 3)), W=rng.normal(size=(5, 2)), b=rng.normal(size=(5, 1))),
        dict(x=rng.normal(size=(3, 4, 2)), W=rng.normal(size=(2, 4)), b=rng.normal(size=(2, 1))),
    ],
    praise={
        "en": "A mean does not know which term came first: reorder the steps and the result stays the same.",
        "ko": "평균은 어느 항이 먼저 나왔는지 모릅니다. 시점의 순서를 바꿔도 결과는 그대로입니다.",
    },
    mistakes=(
        Mistake("sum-for-mean", partial(_pooled, over=lambda a: a.sum(axis=0)), {
            "en": "This is the sum over the steps. Without dividing by T, a longer sequence gives larger features for no reason.",
            "ko": "지금 구한 것은 시점에 대한 합입니다. T로 나누지 않으면 시퀀스가 길다는 이유만으로 특성 값이 커집니다.",
        }),
        Mistake("max-for-mean", partial(_pooled, over=lambda a: a.max(axis=0)), {
            "en": "This is the largest value over the steps. It forgets order too, but the exercise asks for the mean.",
            "ko": "지금 구한 것은 시점 가운데 가장 큰 값입니다. 이 값도 순서를 잊지만, 여기서 필요한 것은 평균입니다.",
        }),
        Mistake("mean-over-units", partial(_pooled, over=lambda a: a.mean(axis=1)), {
            "en": "The mean runs over the units (axis 1). Time is axis 0: what should disappear is t.",
            "ko": "유닛 방향(축 1)으로 평균을 냈습니다. 시간은 축 0입니다. 사라져야 하는 것은 t입니다.",
        }),
        Mistake("mean-over-examples", partial(_pooled, over=lambda a: a.mean(axis=2)), {
            "en": "The mean runs over the examples (the last axis), so it mixes sequences that have nothing to do with each other. Time is axis 0.",
            "ko": "예제 방향(마지막 축)으로 평균을 내서 서로 관계없는 시퀀스가 섞였습니다. 시간은 축 0입니다.",
        }),
        Mistake("mean-over-everything", partial(_pooled, over=np.mean), {
            "en": "`mean` without `axis` makes one number of everything. Give it the axis of time.",
            "ko": "`axis` 없이 `mean`을 쓰면 전부가 수 하나로 뭉쳐집니다. 시간 축을 지정하세요.",
        }),
        Mistake("last-step", partial(_pooled, over=lambda a: a[-1]), {
            "en": "Only the last step is used. Pooling takes the mean over all of them.",
            "ko": "마지막 시점만 썼습니다. 풀링은 모든 시점의 평균을 냅니다.",
        }),
        Mistake("bias-missing", partial(_pooled, bias="none"), {
            "en": "The bias `b` is missing. Without it every unit is forced to give 0 where x is 0.",
            "ko": "편향 `b`가 빠졌습니다. 편향이 없으면 x가 0일 때 모든 유닛의 값이 0으로 묶입니다.",
        }),
        Mistake("bias-outside", partial(_pooled, bias="outside"), {
            "en": "The bias is added after tanh. It belongs inside: it shifts the point where tanh bends.",
            "ko": "편향을 tanh 바깥에서 더했습니다. 편향은 tanh가 꺾이는 위치를 옮기는 것이므로 괄호 안에 있어야 합니다.",
        }),
        Mistake("tanh-after-mean", partial(_pooled, after=np.tanh), {
            "en": "tanh comes after the mean here. Then only the mean of x counts; each step should pass its own tanh before the mean.",
            "ko": "평균을 낸 뒤에 tanh를 취했습니다. 그러면 x의 평균만 남습니다. 시점마다 tanh를 먼저 거친 다음 평균을 내야 합니다.",
        }),
        Mistake("tanh-forgotten", partial(_pooled, of=lambda a: a), {
            "en": "tanh is missing. A layer without it is only a linear map, and so is its mean.",
            "ko": "tanh가 빠졌습니다. tanh가 없는 층은 선형 변환일 뿐이고, 그 평균도 마찬가지입니다.",
        }),
        Mistake("relu-for-tanh", partial(_pooled, of=lambda a: np.maximum(a, 0)), {
            "en": "This is ReLU, which cuts off below 0. This layer uses tanh: `np.tanh`.",
            "ko": "0 아래를 잘라 내는 ReLU를 썼습니다. 이 층은 tanh, `np.tanh`를 씁니다.",
        }),
        Mistake("sigmoid-for-tanh", partial(_pooled, of=lambda a: 1 / (1 + np.exp(-a))), {
            "en": "This is the sigmoid, between 0 and 1. This layer uses tanh, between −1 and 1: `np.tanh`.",
            "ko": "0과 1 사이의 시그모이드를 썼습니다. 이 층은 −1과 1 사이의 tanh, `np.tanh`를 씁니다.",
        }),
        Mistake("first-step", partial(_pooled, over=lambda a: a[0]), {
            "en": "Only the first step is used, `h[0]` or `x[0]`. Pooling takes the mean over all of them.",
            "ko": "첫 시점, `h[0]`이나 `x[0]`만 썼습니다. 풀링은 모든 시점의 평균을 냅니다.",
        }),
        Mistake("median", partial(_pooled, over=lambda a: np.median(a, axis=0)), {
            "en": "This is the median over the steps, the value in the middle. The exercise asks for the mean.",
            "ko": "지금 구한 것은 시점들의 중앙값입니다. 여기서 필요한 것은 평균입니다.",
        }),
        Mistake("axis-kept", partial(_pooled, over=lambda a: a.mean(axis=0, keepdims=True)), {
            "en": "An axis of length 1 is left where the steps were: (1, H, N). Without `keepdims` the mean makes it disappear.",
            "ko": "시점이 있던 자리에 길이 1인 축이 남아 (1, H, N)입니다. `keepdims`가 없으면 평균을 낼 때 없어집니다.",
        }),
        Mistake("first-example", partial(_pooled, over=lambda a: a[:, :, 0].mean(axis=0)), {
            "en": "`[:, :, 0]` keeps one example. The cell above did that to print it; here all N stay, side by side.",
            "ko": "`[:, :, 0]`은 예제 하나만 남깁니다. 위 셀에서는 출력하려고 그렇게 했습니다. 여기서는 예제 N개가 모두 나란히 남습니다.",
        }),
        Mistake("elementwise", lambda x, W, b: W * x, {
            "en": "`*` multiplies number by number, and the shapes do not even fit for that. A layer adds up along each row: `W @ x`, for all steps at once.",
            "ko": "`*`는 같은 자리의 수끼리 곱하는데, 그러기에는 모양도 맞지 않습니다. 층은 행마다 곱해서 더합니다: 모든 시점을 한꺼번에 `W @ x`.",
        }),
        Mistake("b-flattened", lambda x, W, b: np.tanh(W @ x + b.ravel()).mean(axis=0), {
            "en": "b is a column (H, 1), one number for each unit, and spreads over steps and examples as it stands. Flattened it runs along the examples instead.",
            "ko": "b는 유닛마다 수가 하나씩 있는 열 (H, 1)이고, 그대로 두면 모든 시점과 예제에 더해집니다. 펴면 예제 방향으로 놓입니다.",
        }),
    ),
)

# ---------- dense-flatten

FLATTEN = Exercise(
    key="dense-flatten",
    signature="flatten(x)",
    solution=lambda x: x.reshape(-1, x.shape[-1]),
    axes=("row", "example"),
    cases=lambda rng: [dict(x=rng.normal(size=(4, 3, 2))), dict(x=rng.normal(size=(2, 3, 5)))],
    praise={
        "en": "One long column per example: the features of t = 1, below them those of t = 2, and so on.",
        "ko": "예제마다 긴 열 하나가 됩니다. t = 1의 특성 아래에 t = 2의 특성이 오고, 그렇게 이어집니다.",
    },
    mistakes=(
        Mistake("steps-run-fastest", lambda x: x.reshape(-1, x.shape[-1], order="F"), {
            "en": "The rows are sorted by feature: feature 1 of all steps, then feature 2 (`order=\"F\"` or swapped axes do this). Keep the features of one step together.",
            "ko": "행이 특성 순서로 놓였습니다. 모든 시점의 특성 1 다음에 특성 2가 옵니다(`order=\"F\"`나 축 교환의 결과). 한 시점의 특성끼리 모여 있어야 합니다.",
        }),
        Mistake("transposed", lambda x: x.reshape(-1, x.shape[-1]).T, {
            "en": "The numbers are right, but each example lies in a row. In this course examples are columns: (T·D, N).",
            "ko": "값은 맞지만 예제가 행으로 놓였습니다. 이 강의에서 예제는 열입니다: (T·D, N).",
        }),
        Mistake("examples-mixed", lambda x: x.transpose(2, 0, 1).reshape(-1, x.shape[-1]), {
            "en": "The examples are mixed up: after moving their axis to the front, a bare `reshape` cuts the numbers anew. The shape fits, but a column no longer belongs to one example.",
            "ko": "예제가 서로 섞였습니다. 예제 축을 앞으로 옮긴 뒤 그대로 `reshape`하면 수가 새로 잘립니다. 모양은 맞아도 한 열이 더는 한 예제가 아닙니다.",
        }),
        Mistake("cut-into-rows", lambda x: x.reshape(x.shape[-1], -1), {
            "en": "`reshape(N, …)` cuts the memory into N pieces, and each piece holds numbers of several examples. Only the first two axes may melt together; N stays last.",
            "ko": "`reshape(N, …)`는 메모리를 N조각으로 자를 뿐이라, 한 조각에 여러 예제의 수가 들어갑니다. 앞의 두 축만 합치고 N은 마지막에 그대로 두세요.",
        }),
        Mistake("all-in-one", lambda x: x.reshape(-1), {
            "en": "Everything became one vector, the N examples too. Flatten time and features only, and keep the axis of examples.",
            "ko": "예제 N개까지 모두 벡터 하나로 이어졌습니다. 시간과 특성만 평탄화하고 예제 축은 남겨 두세요.",
        }),
        Mistake("last-step", lambda x: x[-1], {
            "en": "This is only the last step. Flatten keeps the features of all T steps.",
            "ko": "마지막 시점만 남았습니다. 평탄화(flatten)는 T개 시점의 특성을 모두 남깁니다.",
        }),
        Mistake("mean-over-time", lambda x: x.mean(axis=0), {
            "en": "This is the mean over time, which is pooling. Flatten averages nothing: it only lays the steps one below another.",
            "ko": "지금 구한 것은 시간에 대한 평균, 곧 풀링입니다. 평탄화는 평균을 내지 않고 시점들을 아래로 이어 놓기만 합니다.",
        }),
        Mistake("one-tall-column", lambda x: x.reshape(-1, 1), {
            "en": "One column holds everything, the N examples too. Each example keeps a column of its own: N columns.",
            "ko": "열 하나에 예제 N개까지 모두 들어갔습니다. 예제마다 열이 따로 있어야 하므로 열은 N개입니다.",
        }),
        Mistake("cut-and-turned", lambda x: x.reshape(x.shape[-1], -1).T, {
            "en": "The shape fits, but `reshape(N, …)` has cut the numbers into N runs that mix the examples, and the transpose does not bring them back. N has to stay the last axis in the `reshape` itself.",
            "ko": "모양은 맞지만 `reshape(N, …)`가 수를 N토막으로 자르면서 예제가 섞였고, 전치해도 돌아오지 않습니다. `reshape`할 때부터 N이 마지막 축이어야 합니다.",
        }),
        Mistake("turned-first", lambda x: x.T.reshape(-1, x.shape[-1]), {
            "en": "`x.T` turns all three axes round, so N comes first and the `reshape` then mixes the examples. Leave the axes where they are.",
            "ko": "`x.T`는 축 셋을 모두 뒤집어 N이 맨 앞에 오고, 그 뒤의 `reshape`에서 예제가 섞입니다. 축은 그대로 두세요.",
        }),
        Mistake("steps-in-rows", lambda x: x.reshape(len(x), -1), {
            "en": "T is still an axis: each row holds one step, with all examples in it. Time and features melt together, N stays: T·D rows, N columns.",
            "ko": "T가 아직 축으로 남아, 행마다 한 시점의 모든 예제가 들어 있습니다. 시간과 특성이 합쳐지고 N이 남습니다. 행이 T·D개, 열이 N개입니다.",
        }),
        Mistake("side-by-side", lambda x: np.hstack(list(x)), {
            "en": "The steps lie side by side, (D, T·N). They belong one below another: (T·D, N).",
            "ko": "시점들이 옆으로 이어져 (D, T·N)입니다. 아래로 이어 (T·D, N)이 되어야 합니다.",
        }),
        Mistake("not-flattened", lambda x: x, {
            "en": "x came back with its three axes. T and D should become one, of length T·D.",
            "ko": "x가 세 축 그대로 돌아왔습니다. T와 D가 길이 T·D인 축 하나가 되어야 합니다.",
        }),
    ),
)

# ---------- dense-shift


def _shift(x, by=1, axis=0):
    moved = np.zeros_like(x)
    to, of = [slice(None)] * 3, [slice(None)] * 3
    to[axis], of[axis] = (slice(by, None), slice(None, -by)) if by > 0 else (slice(None, by), slice(-by, None))
    moved[tuple(to)] = x[tuple(of)]
    return moved


SHIFT = Exercise(
    key="dense-shift",
    signature="shift(x)",
    solution=_shift,
    axes=("t", "feature", "example"),
    cases=lambda rng: [dict(x=rng.normal(size=(5, 3, 2))), dict(x=rng.normal(size=(4, 2, 3)))],
    praise={
        "en": "The same pattern, one step later. To a flattened layer it now arrives at other weights.",
        "ko": "같은 패턴이 한 시점 늦게 옵니다. 평탄화한 층에서는 이제 다른 가중치와 만납니다.",
    },
    mistakes=(
        Mistake("wraps-around", lambda x: np.roll(x, 1, axis=0), {
            "en": "`np.roll` wraps around: the last step comes back as the first. Nothing has happened before t = 1, so zeros belong there.",
            "ko": "`np.roll`은 한 바퀴 돌립니다. 마지막 시점이 첫 시점으로 다시 나타납니다. t = 1 이전에는 아무 일도 없었으니 0을 채워야 합니다.",
        }),
        Mistake("rolls-everything", lambda x: np.roll(x, 1), {
            "en": "`np.roll` without `axis` rolls all the numbers through all axes, so features and examples move too. And it wraps around; zeros belong at t = 1.",
            "ko": "`axis` 없는 `np.roll`은 모든 축에 걸쳐 수를 굴려 특성과 예제까지 움직입니다. 게다가 한 바퀴 돕니다. t = 1에는 0이 와야 합니다.",
        }),
        Mistake("one-step-earlier", lambda x: _shift(x, -1), {
            "en": "The steps moved one step earlier. Later means: what stood at t now stands at t + 1.",
            "ko": "한 시점 이르게 당겨졌습니다. 늦춘다는 것은 t에 있던 것이 t + 1에 온다는 뜻입니다.",
        }),
        Mistake("wraps-earlier", lambda x: np.roll(x, -1, axis=0), {
            "en": "Two things: the steps moved earlier instead of later, and `np.roll` wraps around where zeros belong.",
            "ko": "두 가지가 다릅니다. 늦추지 않고 당겼고, 0이 올 자리를 `np.roll`이 반대쪽 끝의 값으로 채웠습니다.",
        }),
        Mistake("along-features", lambda x: _shift(x, axis=1), {
            "en": "The features moved, not the steps. Time is axis 0.",
            "ko": "시점이 아니라 특성이 밀렸습니다. 시간은 축 0입니다.",
        }),
        Mistake("along-examples", lambda x: _shift(x, axis=2), {
            "en": "The examples moved, not the steps: each example now holds its neighbour's numbers. Time is axis 0.",
            "ko": "시점이 아니라 예제가 밀려서, 예제마다 옆 예제의 값이 들어갔습니다. 시간은 축 0입니다.",
        }),
        Mistake("two-steps", lambda x: _shift(x, 2), {
            "en": "The steps moved by two. One zero step at the front is enough.",
            "ko": "두 시점이나 밀렸습니다. 0인 시점은 처음에 하나면 됩니다.",
        }),
        Mistake("one-step-longer", lambda x: np.concatenate([np.zeros_like(x[:1]), x]), {
            "en": "The sequence became one step longer. A shift keeps T steps: the last one falls off the end.",
            "ko": "시퀀스가 한 시점 길어졌습니다. 밀어도 시점은 T개 그대로이고, 마지막 시점이 끝에서 밀려 나갑니다.",
        }),
        Mistake("first-step-repeated", lambda x: np.concatenate([x[:1], x[:-1]]), {
            "en": "The first step stands there twice. Nothing has happened yet at t = 1: fill it with zeros.",
            "ko": "첫 시점이 두 번 나옵니다. t = 1에는 아직 아무 일도 없었으니 0으로 채우세요.",
        }),
        Mistake("not-shifted", lambda x: x.copy(), {
            "en": "Nothing moved. What stands at t should stand at t + 1 afterwards.",
            "ko": "아무것도 움직이지 않았습니다. t에 있던 것이 t + 1에 와야 합니다.",
        }),
        Mistake("first-step-erased", lambda x: np.concatenate([np.zeros_like(x[:1]), x[1:]]), {
            "en": "The first step was replaced by zeros, but the others did not move. The first step should now stand at t = 2.",
            "ko": "첫 시점이 0으로 바뀌었을 뿐 나머지는 움직이지 않았습니다. 원래 첫 시점은 t = 2에 있어야 합니다.",
        }),
        Mistake("last-step-erased", lambda x: np.concatenate([x[:-1], np.zeros_like(x[:1])]), {
            "en": "The zeros came in at the end, where the last step was, and nothing moved. They belong at t = 1, and push all others one step on.",
            "ko": "0이 맨 끝, 마지막 시점의 자리에 들어왔고 나머지는 움직이지 않았습니다. 0은 t = 1에 오고, 나머지는 한 시점씩 밀려야 합니다.",
        }),
        Mistake("one-step-only", lambda x: np.stack([x[0] if t == 1 else 0 * x[0] for t in range(len(x))]), {
            "en": "Only the first step was moved. With a slice on both sides, `later[1:]` and its partner, all steps move at once.",
            "ko": "첫 시점만 옮겼습니다. 양쪽에 슬라이스를, 곧 `later[1:]`과 그 짝을 쓰면 모든 시점이 한꺼번에 옮겨집니다.",
        }),
        Mistake("first-step-everywhere", lambda x: np.stack([(t > 0) * x[0] for t in range(len(x))]), {
            "en": "`x[0]` is one step, and it fills every place. On the right belongs a slice with as many steps as there are places on the left.",
            "ko": "`x[0]`은 한 시점인데 모든 자리를 채웠습니다. 오른쪽에는 왼쪽 자리 수만큼의 시점이 든 슬라이스가 와야 합니다.",
        }),
        Mistake("one-added", lambda x: x + 1, {
            "en": "1 was added to every *number*. It is the place that changes, from t to t + 1; the numbers stay what they are.",
            "ko": "모든 ‘수’에 1을 더했습니다. 바뀌는 것은 자리, 곧 t에서 t + 1이고 수는 그대로입니다.",
        }),
    ),
)

# ---------- dense-order-test


def _last(x):
    return x[-1].copy()  # no window on x: a test may write into its block between two calls


def _recurrent(x):
    h = np.zeros(x.shape[1:])
    for x_t in x:
        h = np.tanh(x_t + 0.5 * h)
    return h


def _numbered(x):
    return np.tensordot(np.arange(1.0, len(x) + 1), x, 1)


ORDER_TEST = WriteTest(
    "dense-order-test",
    "hears_order(answer)",
    right_ones=(_recurrent, _numbered, _last),
    wrong_ones={
        "pooled": (lambda x: np.tanh(x).mean(axis=0), {
            "en": "Your test says yes to a pooled network, the mean of tanh(x_t). Give it a block and the same block "
            "backwards: its answers are equal up to rounding, so compare with `np.allclose`.",
            "ko": "풀링 신경망, 곧 tanh(x_t)의 평균도 통과합니다. 블록 하나와 시점의 순서를 거꾸로 한 블록을 주세요. 두 답은 반올림 오차를 "
            "제외하면 같으므로 `np.allclose`로 비교합니다.",
        }),
        "largest": (lambda x: x.max(axis=0), {
            "en": "Your test says yes to one that keeps the largest number of each feature. It does not hear the order either: "
            "test with the same steps in another order, not with other numbers.",
            "ko": "특성마다 가장 큰 수만 남기는 것도 통과합니다. 이것도 순서를 구별하지 못합니다. 다른 수가 아니라 같은 시점들의 순서를 "
            "바꾸어 검사하세요.",
        }),
        "longer": (lambda x: x.sum(axis=0) * len(x), {
            "en": "Your test says yes to one that only notices how many steps there are. Both blocks need the same length.",
            "ko": "시점의 수만 알아채는 것도 통과합니다. 두 블록의 길이가 같아야 합니다.",
        }),
    },
    says={
        "test-true": {
            "en": "Your test says True of every network, also of those that cannot hear the order. Give the network the same steps "
            "in another order, and nothing else that differs; then compare its two answers.",
            "ko": "순서를 구별하지 못하는 신경망에도 언제나 True라고 합니다. 다른 것은 그대로 두고 같은 시점들의 순서만 바꾸어 신경망에 주고, "
            "두 답을 비교하세요.",
        },
        "test-refuses": {
            "en": "Your test says False of a network that does hear the order. Does it get the same steps in another order, along axis 0, "
            "and is it True when the two answers differ?",
            "ko": "순서를 구별하는 신경망에 False라고 합니다. 같은 시점들을 축 0을 따라 다른 순서로 주었나요? 두 답이 다를 때 True가 되나요?",
        },
        "test-turned": {
            "en": "The other way round: your test says True where the two answers agree. The network hears the order when they differ: `not`.",
            "ko": "반대로 되었습니다. 두 답이 같을 때 True가 나옵니다. 순서를 구별한다면 두 답이 달라야 합니다: `not`.",
        },
    },
    praise={
        "en": "The same steps in another order, and another answer: that is hearing the order. Your test needs no look inside.",
        "ko": "같은 시점들을 다른 순서로 주었을 때 답이 달라지면 순서를 구별하는 것입니다. 안을 들여다보지 않고도 검사할 수 있습니다.",
    },
)

# ---------- dense-after-shift

AFTER_SHIFT = Number(
    "dense-after-shift",
    truth=lambda: 1 / 2,
    margin=0.1,
    praise={
        "en": "About a coin, {truth}: at the new steps its weights have learned nothing. Single networks go from 0.3 to 0.7.",
        "ko": "동전 던지기, 곧 {truth} 정도입니다. 새 시점의 가중치는 배운 것이 없습니다. 신경망 하나하나는 0.3에서 0.7까지 나옵니다.",
    },
    beliefs=(
        Belief("untouched", 0.9, 1.0, {
            "en": "That would need weights for step 4 that know what was learned at step 3. Flattened has a block of its own for each.",
            "ko": "그러려면 시점 3에서 배운 것을 시점 4의 가중치가 알아야 합니다. Flattened는 시점마다 가중치 블록이 따로 있습니다.",
        }),
        Belief("a-little-worse", 0.61, 0.89, {
            "en": "It does not lose a little. Every a and b now stands at a step where neither ever stood in training.",
            "ko": "조금 나빠지는 정도가 아닙니다. 이제 a와 b는 학습 때 한 번도 나온 적 없는 시점에만 있습니다.",
        }),
        Belief("percent", 1.01, 100.0, {
            "en": "Write the share as a number between 0 and 1: 0.75 for 75 of 100 runs.",
            "ko": "비율을 0과 1 사이의 수로 적으세요. 100개 가운데 75개라면 0.75입니다.",
        }),
        Belief("below-a-coin", 0.2001, 0.3999, {
            "en": "To be right so seldom it would have to know something about these steps. With two classes and no idea, how often is a guess right?",
            "ko": "이렇게 드물게 맞으려면 이 시점들에 대해 무언가를 알아야 합니다. 클래스가 둘이고 아무것도 모른다면 얼마나 자주 맞을까요?",
        }),
        Belief("always-wrong", 0.0, 0.2, {
            "en": "To be wrong every time it would have to know the answer and turn it round. It knows nothing: what does a guess give?",
            "ko": "늘 틀리려면 답을 알고 뒤집어야 합니다. 아무것도 모를 뿐입니다. 찍으면 얼마나 맞을까요?",
        }),
    ),
)

register(POOLED, FLATTEN, SHIFT, ORDER_TEST, AFTER_SHIFT)
