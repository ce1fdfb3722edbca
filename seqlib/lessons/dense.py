"""Exercises of lesson 2: what dense layers can and cannot do with a sequence."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register

# ---------- dense-count-parameters


def _count(T, D, H, *, bias=1, shared_steps=1, flat_steps=None, flat_biases=1, memory="square", recurrent_steps=1):
    shared = shared_steps if shared_steps == 1 else T
    wide = T if flat_steps is None else flat_steps
    W_hh = {"square": H * H, "none": 0, "H x D": H * D}[memory]
    steps = recurrent_steps if recurrent_steps == 1 else T
    return (
        shared * (H * D + bias * H),
        H * wide * D + (bias * H if flat_biases == 1 else bias * H * T),
        steps * (H * D + W_hh + bias * H),
    )


COUNT_PARAMETERS = Exercise(
    key="dense-count-parameters",
    signature="count(T, D, H)",
    solution=_count,
    returns=("shared", "flattened", "recurrent"),
    axes=("entry",),
    cases=lambda rng: [dict(T=5, D=3, H=4), dict(T=7, D=2, H=6), dict(T=1, D=4, H=3)],
    praise={
        "en": "Only the flattened layer grows with T: it has its own weight for every position.",
        "ko": "T에 따라 커지는 것은 펼친(flatten) 층뿐입니다. 위치마다 가중치를 따로 갖기 때문입니다.",
    },
    mistakes=(
        Mistake("bias-missing", partial(_count, bias=0), {
            "en": "The biases are missing. Each layer has one bias for each of its H units, besides its weights.",
            "ko": "편향이 빠졌습니다. 층마다 가중치 말고도 유닛 H개에 편향이 하나씩 있습니다.",
        }),
        Mistake("shared-times-T", partial(_count, shared_steps="T"), {
            "en": "The shared layer is counted once per step. It is one layer used T times, so T does not enter its count.",
            "ko": "공유하는 층을 시점마다 따로 세었습니다. 층 하나를 T번 쓰는 것이므로 개수에 T가 들어가지 않습니다.",
        }),
        Mistake("flatten-without-T", partial(_count, flat_steps=1), {
            "en": "The flattened layer sees all T steps at once, so each of its units has T·D weights. Only D are counted.",
            "ko": "펼친 층은 T개 시점을 한꺼번에 보므로 유닛마다 가중치가 T·D개입니다. 지금은 D개만 세었습니다.",
        }),
        Mistake("flatten-bias-per-step", partial(_count, flat_biases="T"), {
            "en": "The flattened layer gets a bias for every step here. A unit has one bias, however many inputs it sees: H in all.",
            "ko": "펼친 층에서 시점마다 편향을 세었습니다. 입력이 몇 개이든 유닛 하나의 편향은 하나이므로 모두 H개입니다.",
        }),
        Mistake("memory-missing", partial(_count, memory="none"), {
            "en": "The recurrent layer has no W_hh here. Its H units also read the H numbers of hₜ₋₁: H·H more weights.",
            "ko": "순환 층에서 W_hh를 세지 않았습니다. 유닛 H개가 hₜ₋₁의 수 H개도 읽으므로 가중치가 H·H개 더 있습니다.",
        }),
        Mistake("memory-H-by-D", partial(_count, memory="H x D"), {
            "en": "W_hh is counted as H·D. It reads hₜ₋₁, which has H numbers, not D: it is square, H·H.",
            "ko": "W_hh를 H·D개로 세었습니다. W_hh가 읽는 hₜ₋₁은 수가 D개가 아니라 H개이므로, 정사각 행렬인 H·H개입니다.",
        }),
        Mistake("recurrent-times-T", partial(_count, recurrent_steps="T"), {
            "en": "The recurrent layer is counted once per step. The same W_xh, W_hh and b_h serve all steps, so T does not enter.",
            "ko": "순환 층을 시점마다 따로 세었습니다. 모든 시점이 같은 W_xh, W_hh, b_h를 쓰므로 T가 들어가지 않습니다.",
        }),
    ),
)

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
            "ko": "시점에 대한 합입니다. T로 나누지 않으면 시퀀스가 길다는 이유만으로 특성 값이 커집니다.",
        }),
        Mistake("max-for-mean", partial(_pooled, over=lambda a: a.max(axis=0)), {
            "en": "This is the largest value over the steps. It forgets order too, but the exercise asks for the mean.",
            "ko": "시점 가운데 가장 큰 값입니다. 이것도 순서를 잊지만, 여기서 필요한 것은 평균입니다.",
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
            "ko": "`reshape(N, …)`은 메모리를 N조각으로 자를 뿐이라, 한 조각에 여러 예제의 수가 들어갑니다. 앞의 두 축만 합치고 N은 마지막에 그대로 두세요.",
        }),
        Mistake("all-in-one", lambda x: x.reshape(-1), {
            "en": "Everything became one vector, the N examples too. Flatten time and features only, and keep the axis of examples.",
            "ko": "예제 N개까지 모두 벡터 하나로 펼쳐졌습니다. 시간과 특성만 펼치고 예제 축은 남겨 두세요.",
        }),
        Mistake("last-step", lambda x: x[-1], {
            "en": "This is only the last step. Flatten keeps the features of all T steps.",
            "ko": "마지막 시점뿐입니다. 펼치기(flatten)는 T개 시점의 특성을 모두 남깁니다.",
        }),
        Mistake("mean-over-time", lambda x: x.mean(axis=0), {
            "en": "This is the mean over time, which is pooling. Flatten averages nothing: it only lays the steps one below another.",
            "ko": "시간에 대한 평균, 곧 풀링입니다. 펼치기는 평균을 내지 않고 시점들을 아래로 이어 놓기만 합니다.",
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
        "ko": "같은 패턴이 한 시점 늦게 옵니다. 펼친 층에서는 이제 다른 가중치와 만납니다.",
    },
    mistakes=(
        Mistake("wraps-around", lambda x: np.roll(x, 1, axis=0), {
            "en": "`np.roll` wraps around: the last step comes back as the first. Nothing has happened before t = 1, so zeros belong there.",
            "ko": "`np.roll`은 한 바퀴 돌립니다. 마지막 시점이 맨 앞에 다시 나타납니다. t = 1 앞에는 아무 일도 없었으니 0을 채워야 합니다.",
        }),
        Mistake("rolls-everything", lambda x: np.roll(x, 1), {
            "en": "`np.roll` without `axis` rolls all the numbers through all axes, so features and examples move too. And it wraps around; zeros belong at t = 1.",
            "ko": "`axis` 없는 `np.roll`은 모든 축에 걸쳐 수를 굴려 특성과 예제까지 움직입니다. 게다가 한 바퀴 돕니다. t = 1에는 0이 와야 합니다.",
        }),
        Mistake("one-step-earlier", lambda x: _shift(x, -1), {
            "en": "The steps moved one step earlier. Later means: what stood at t now stands at t + 1.",
            "ko": "한 시점 앞으로 당겨졌습니다. 늦춘다는 것은 t에 있던 것이 t + 1에 온다는 뜻입니다.",
        }),
        Mistake("wraps-earlier", lambda x: np.roll(x, -1, axis=0), {
            "en": "Two things: the steps moved earlier instead of later, and `np.roll` wraps around where zeros belong.",
            "ko": "두 가지가 다릅니다. 늦추지 않고 앞으로 당겼고, 0이 올 자리를 `np.roll`이 반대쪽 끝의 값으로 채웠습니다.",
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
            "ko": "두 시점이나 밀렸습니다. 맨 앞에 0인 시점은 하나면 됩니다.",
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
    ),
)

register(COUNT_PARAMETERS, POOLED, FLATTEN, SHIFT)
