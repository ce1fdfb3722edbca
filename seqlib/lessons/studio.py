"""Exercises of lesson 14: honest preparation, honest baselines, a forecast of one's own, perplexity, writing."""

from functools import cache, partial

import numpy as np

from seqlib import data
from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import OrderLines, Score
from seqlib.nn import softmax
from seqlib.study import forecast

# ---------- studio-standardise


def _known(series, n):
    return series[:n]


def _all(series, n):
    return series


def _standardise(series, n, *, part=_known, middle=np.mean, scale=np.std, scale_part=None, join=np.divide):
    return join(series - middle(part(series, n)), scale((scale_part or part)(series, n)))


def _each_by_itself(series, n):
    return np.concatenate([(part - part.mean()) / part.std() for part in (series[:n], series[n:])])


STANDARDISE = Exercise(
    key="studio-standardise",
    signature="standardise(series, n)",
    solution=_standardise,
    axes=("entry",),
    cases=lambda rng: [
        dict(series=5 + rng.normal(size=length).cumsum(), n=n) for length, n in ((12, 8), (20, 13))
    ],
    praise={
        "en": "Mean and spread come from the training part alone, and the test part is measured with the same ruler.",
        "ko": "평균과 표준편차는 훈련 데이터에서만 얻고, 테스트 데이터도 같은 자로 잽니다.",
    },
    mistakes=(
        Mistake("test-leaks", partial(_standardise, part=_all), {
            "en": "The test values leak: mean and standard deviation were taken over the whole series. Only `series[:n]` was known when the model was trained.",
            "ko": "테스트 값이 새어 들어왔습니다. 평균과 표준편차를 시계열 전체에서 구했습니다. 모델을 학습할 때 알 수 있었던 것은 `series[:n]`뿐입니다.",
        }),
        Mistake("deviation-leaks", partial(_standardise, scale_part=_all), {
            "en": "Half of a leak: the mean is that of the training part, but the deviation still comes from the whole series, test included. `series[:n].std()`.",
            "ko": "절반은 새어 들어왔습니다. 평균은 훈련 데이터에서 구했는데, 표준편차는 아직 테스트 데이터를 포함한 시계열 전체에서 구했습니다. `series[:n].std()`를 쓰세요.",
        }),
        Mistake("mean-leaks", partial(_standardise, part=_all, scale_part=_known), {
            "en": "Half of a leak: the deviation is that of the training part, but the mean still comes from the whole series, test included. `series[:n].mean()`.",
            "ko": "절반은 새어 들어왔습니다. 표준편차는 훈련 데이터에서 구했는데, 평균은 아직 테스트 데이터를 포함한 시계열 전체에서 구했습니다. `series[:n].mean()`을 쓰세요.",
        }),
        Mistake("last-n", partial(_standardise, part=lambda s, n: s[-n:]), {
            "en": "`series[-n:]` are the *last* n values, and the test is among them. The first n are `series[:n]`.",
            "ko": "`series[-n:]`은 ‘마지막’ n개이고 그 안에 테스트 데이터가 들어 있습니다. 처음 n개는 `series[:n]`입니다.",
        }),
        Mistake("one-more", partial(_standardise, part=lambda s, n: s[: n + 1]), {
            "en": "One value too many: `series[:n + 1]` takes the first test value along. `series[:n]` are n values.",
            "ko": "값이 하나 많습니다. `series[:n + 1]`에는 첫 테스트 값이 들어갑니다. `series[:n]`이 n개입니다.",
        }),
        Mistake("one-fewer", partial(_standardise, part=lambda s, n: s[: n - 1]), {
            "en": "One value too few: the end of a slice does not belong to it, so `series[:n]` are n values already.",
            "ko": "값이 하나 모자랍니다. 슬라이스의 끝은 포함되지 않으므로 `series[:n]`이 이미 n개입니다.",
        }),
        Mistake("median", partial(_standardise, middle=np.median), {
            "en": "This subtracts the median. μ is the mean.",
            "ko": "중앙값을 뺐습니다. μ는 평균입니다.",
        }),
        Mistake("min-max", partial(_standardise, middle=np.min, scale=np.ptp), {
            "en": "This is min-max scaling, to 0 … 1 by the lowest and the highest value. To standardise, use mean and standard deviation.",
            "ko": "최솟값과 최댓값으로 0과 1 사이에 맞추는 최소-최대 변환을 했습니다. 표준화에는 평균과 표준편차를 쓰세요.",
        }),
        Mistake("multiplied", partial(_standardise, join=np.multiply), {
            "en": "The deviation is multiplied. Divide by it, so that the values come to a size of about 1.",
            "ko": "표준편차를 곱했습니다. 나누어야 값의 크기가 1쯤 됩니다.",
        }),
        Mistake("only-deviation-divided", lambda series, n: series - series[:n].mean() / series[:n].std(), {
            "en": "Without brackets only the mean is divided: `(series - mean) / std`.",
            "ko": "괄호가 없어 평균만 나누었습니다. `(series - mean) / std`로 쓰세요.",
        }),
        Mistake("each-by-itself", _each_by_itself, {
            "en": "The test part got its own mean and deviation. They are unknown while the test still lies ahead, and the two parts would no longer fit together. Use those of `series[:n]` for all.",
            "ko": "테스트 데이터에서 따로 구한 평균과 표준편차를 썼습니다. 예측할 때는 아직 모르는 값이고, 두 데이터를 재는 자도 달라집니다. 모두 `series[:n]`에서 구하세요.",
        }),
        Mistake("statistics-of-the-test", partial(_standardise, part=lambda s, n: s[n:]), {
            "en": "The statistics are those of the test part. Training comes first: `series[:n]`.",
            "ko": "테스트 데이터의 통계를 썼습니다. 먼저 오는 것은 훈련 데이터입니다: `series[:n]`.",
        }),
        Mistake("test-left-out", lambda series, n: _standardise(series, n)[:n], {
            "en": "Only the training part comes back. Standardise the whole series, with the statistics of its first n values.",
            "ko": "훈련 데이터만 돌려주었습니다. 처음 n개의 통계로 시계열 전체를 표준화하세요.",
        }),
        Mistake("not-centred", partial(_standardise, middle=lambda known: 0.0), {
            "en": "The mean is not subtracted: the values are scaled, but they do not lie about 0.",
            "ko": "평균을 빼지 않았습니다. 크기만 바뀌었고 0을 중심으로 놓이지 않습니다.",
        }),
        Mistake("not-scaled", partial(_standardise, scale=lambda known: 1.0), {
            "en": "The division by the standard deviation is missing.",
            "ko": "표준편차로 나누는 것이 빠졌습니다.",
        }),
        Mistake("divided-by-variance", partial(_standardise, scale=np.var), {
            "en": "Divided by the variance. Its root, the standard deviation, has the unit of the values: `std()`.",
            "ko": "분산으로 나누었습니다. 값과 단위가 같은 것은 분산의 제곱근인 표준편차 `std()`입니다.",
        }),
        Mistake("n-minus-one", partial(_standardise, scale=partial(np.std, ddof=1)), {
            "en": "This divides by n − 1 inside the deviation. Both are in use; here it is n, NumPy's `std()`, so that all get the same numbers.",
            "ko": "표준편차 안에서 n − 1로 나누었습니다. 둘 다 쓰이지만, 모두 같은 수를 얻도록 여기서는 n으로 나누는 NumPy의 `std()`를 씁니다.",
        }),
        Mistake("by-the-range", partial(_standardise, scale=np.ptp), {
            "en": "Divided by the range. One extreme year would then set the scale for all; use the standard deviation.",
            "ko": "범위(최댓값 − 최솟값)로 나누었습니다. 그러면 극단적인 한 해가 전체의 눈금을 정합니다. 표준편차를 쓰세요.",
        }),
    ),
)

# ---------- studio-windows


def _windows(z, T, *, ahead=1, last=0, first=0):
    count = len(z) - T + last
    x = np.stack([z[i : i + T] for i in range(first, count)], axis=1)
    targets = np.stack([np.resize(z, 2 * len(z))[i + ahead : i + ahead + T] for i in range(first, count)], axis=1)
    return {"x": x, "targets": targets}


def _blocks(z, T):
    starts = range(0, len(z) - T, T)
    return {"x": np.stack([z[i : i + T] for i in starts], axis=1),
            "targets": np.stack([z[i + 1 : i + T + 1] for i in starts], axis=1)}  # fmt: skip


def _only_last(z, T):
    right = _windows(z, T)
    return {"x": right["x"], "targets": right["targets"][-1:]}


def _with_targets(change):
    """The right windows with other targets: ``change(z, T, x, targets)``."""
    def wrong(z, T):
        right = _windows(z, T)
        return {"x": right["x"], "targets": change(z, T, *right.values())}
    return wrong


def _rows_not_shifted(z, T):
    x = _windows(z, T)["x"].T
    return {"x": x, "targets": x}


def _next_window(z, T):
    starts = range(len(z) - 2 * T + 1)
    return dict(x=np.stack([z[i : i + T] for i in starts], axis=1), targets=np.stack([z[i + T : i + 2 * T] for i in starts], axis=1))


WINDOWS = Exercise(
    key="studio-windows",
    returns=("x", "targets"),
    signature="windows(z, T)",
    solution=_windows,
    axes=("t", "example"),
    cases=lambda rng: [dict(z=rng.normal(size=n), T=T) for n, T in ((9, 4), (12, 5))],
    praise={
        "en": "Every target is the input of one step later: the network is asked, at every step, for what it cannot see yet.",
        "ko": "목표는 모두 한 시점 뒤의 입력입니다. 매 시점에서 아직 보지 못한 것을 신경망에 묻습니다.",
    },
    mistakes=(
        Mistake("target-is-input", partial(_windows, ahead=0), {
            "en": "The targets equal the inputs. Such a network learns to copy, its loss goes to 0, and it forecasts nothing. Shift by one: `targets[t]` is `x[t + 1]`.",
            "ko": "목표가 입력과 같습니다. 이런 신경망은 베끼기만 배워서 손실은 0이 되지만 아무것도 예측하지 못합니다. 목표는 한 시점 뒤의 값으로 하세요: `targets[t]`는 `x[t + 1]`입니다.",
        }),
        Mistake("two-ahead", partial(_windows, ahead=2), {
            "en": "The targets are two steps ahead. The next value is `z[i + 1 : i + 1 + T]`.",
            "ko": "목표가 두 시점 뒤의 값입니다. 바로 다음 값은 `z[i + 1 : i + 1 + T]`입니다.",
        }),
        Mistake("looks-back", partial(_windows, ahead=-1, first=1), {
            "en": "The targets lie one step *back*: the network would be asked for what it has just seen.",
            "ko": "목표가 한 시점 ‘전’의 값입니다. 방금 본 것을 묻는 셈입니다.",
        }),
        Mistake("next-whole-window", _next_window, {
            "en": "The targets are the whole *next* window, T steps ahead. At every step the network is asked for the very next value: `z[i + 1 : i + 1 + T]`.",
            "ko": "목표가 T단계 뒤의 ‘다음 윈도’ 전체입니다. 시점마다 바로 다음 값을 물어야 합니다: `z[i + 1 : i + 1 + T]`.",
        }),
        Mistake("last-window-missing", partial(_windows, last=-1), {
            "en": "One window is missing at the end: the last value of z is never a target. There are len(z) − T windows.",
            "ko": "끝의 윈도가 하나 빠졌습니다. z의 마지막 값이 한 번도 목표가 되지 않습니다. 윈도는 len(z) − T개입니다.",
        }),
        Mistake("wraps-around", partial(_windows, last=1), {
            "en": "One window too many: its last target does not exist. There are len(z) − T windows.",
            "ko": "윈도가 하나 많습니다. 그 마지막 목표는 없는 값입니다. 윈도는 len(z) − T개입니다.",
        }),
        Mistake("examples-as-rows", lambda z, T: {k: v.T for k, v in _windows(z, T).items()}, {
            "en": "The windows are rows. In this course the examples are columns: time runs down, (T, N); stack with `axis=1`.",
            "ko": "윈도가 행이 되었습니다. 이 강의에서는 예제가 열이고 시간이 아래로 흐릅니다: (T, N). `axis=1`로 쌓으세요.",
        }),
        Mistake("targets-as-rows", _with_targets(lambda z, T, x, targets: targets.T), {
            "en": "x is right, but the targets stand in rows. Stack them along the same axis as x, `axis=1`: (T, N).",
            "ko": "x는 맞지만 목표가 행으로 놓였습니다. x와 같은 축 `axis=1`로 쌓아 (T, N)이 되게 하세요.",
        }),
        Mistake("rows-not-shifted", _rows_not_shifted, {
            "en": "Two things: the windows are columns, (T, N), so stack with `axis=1`; and the targets must be shifted by one, else the network only copies.",
            "ko": "두 가지입니다. 윈도는 열이므로 `axis=1`로 쌓아 (T, N)이 되게 하고, 목표는 한 시점 뒤의 값이어야 합니다. 그러지 않으면 신경망은 베끼기만 합니다.",
        }),
        Mistake("end-not-moved", _with_targets(lambda z, T, x, targets: targets[:-1]), {
            "en": "Each target has T − 1 values: when the start of a slice moves by one, its end moves as well, `z[i + 1 : i + 1 + T]`.",
            "ko": "목표가 T − 1개뿐입니다. 슬라이스의 시작을 하나 옮기면 끝도 옮겨야 합니다: `z[i + 1 : i + 1 + T]`.",
        }),
        Mistake("start-not-moved", _with_targets(lambda z, T, x, targets: np.concatenate([x[:1], targets])), {
            "en": "Each target has T + 1 values: only the end of the slice moved. The start moves as well, `z[i + 1 : i + 1 + T]`.",
            "ko": "목표가 T + 1개입니다. 슬라이스의 끝만 옮겼습니다. 시작도 옮기세요: `z[i + 1 : i + 1 + T]`.",
        }),
        Mistake("rolled", _with_targets(lambda z, T, x, targets: np.roll(x, -1, axis=0)), {
            "en": "`np.roll` brings the first value of a window to its end. The last target is the value *after* the window, which x does not hold.",
            "ko": "`np.roll`은 윈도의 첫 값을 끝으로 보냅니다. 마지막 목표는 윈도 ‘다음’의 값이고, x에는 없습니다.",
        }),
        Mistake("rolled-across", _with_targets(lambda z, T, x, targets: np.roll(x, -1, axis=1)), {
            "en": "Rolling the columns gives each window the next one's values, but the last window gets the first's. Cut the targets from z, as x is.",
            "ko": "열을 돌리면 각 윈도가 다음 윈도의 값을 받지만, 마지막 윈도는 첫 윈도의 값을 받습니다. x처럼 z에서 목표를 잘라 내세요.",
        }),
        Mistake("only-the-next", _with_targets(lambda z, T, x, targets: targets[-1]), {
            "en": "Only the value after each window is there: that would be many-to-one. This network answers at every step, so each window has T targets, (T, N).",
            "ko": "윈도 바로 다음 값만 있습니다. 이렇게 하면 다대일입니다. 이 신경망은 매 시점에 답하므로 윈도마다 목표가 T개, (T, N)입니다.",
        }),
        Mistake("only-the-next-column", _with_targets(lambda z, T, x, targets: targets[-1][:, None]), {
            "en": "Only the value after each window is there, as one column: that would be many-to-one. This network answers at every step, so each window has T targets, (T, N).",
            "ko": "윈도 바로 다음 값만 열 하나로 있습니다. 이렇게 하면 다대일입니다. 이 신경망은 매 시점에 답하므로 윈도마다 목표가 T개, (T, N)입니다.",
        }),
        Mistake("only-the-first-target", _with_targets(lambda z, T, x, targets: targets[0]), {
            "en": "One target for each window came: its second value. Every step has one, so each window has T of them: a slice is needed, not one place.",
            "ko": "윈도마다 목표가 하나, 곧 두 번째 값뿐입니다. 시점마다 목표가 있으므로 윈도마다 T개입니다. 한 자리가 아니라 슬라이스가 필요합니다.",
        }),
        Mistake("differences", _with_targets(lambda z, T, x, targets: targets - x), {
            "en": "These are the changes from step to step. That can be done, too, but here the target is the next value itself.",
            "ko": "지금 나온 것은 한 시점 사이의 변화량입니다. 그렇게도 할 수 있지만 여기서 목표는 다음 값 자체입니다.",
        }),
        Mistake("without-overlap", _blocks, {
            "en": "The windows do not overlap. That is allowed, but with so few values every start counts, i = 0, 1, 2 and so on.",
            "ko": "윈도가 겹치지 않습니다. 그래도 되지만 값이 이렇게 적을 때는 i = 0, 1, 2, … 모든 시작점을 씁니다.",
        }),
        Mistake("only-the-last-target", _only_last, {
            "en": "Only the last target of each window is there. This network answers at every step, so there are T targets.",
            "ko": "윈도마다 마지막 목표만 있습니다. 이 신경망은 매 시점에 답하므로 목표도 T개입니다.",
        }),
        Mistake("exchanged", lambda z, T: dict(zip(("x", "targets"), reversed(_windows(z, T).values()), strict=True)), {
            "en": "Inputs and targets are exchanged: return `x, targets`.",
            "ko": "입력과 목표가 바뀌었습니다. `x, targets` 순서로 돌려주세요.",
        }),
    ),
)

# ---------- studio-seasonal


def _seasonal(past, steps, period, *, shift=0):
    return np.array([past[len(past) - period + shift + k % period] for k in range(steps)])


def _clipped(past, steps, period, shift, anew=True):
    turns = [k % period if anew else k for k in range(steps)]
    return np.array([past[min(len(past) - period + shift + k, len(past) - 1)] for k in turns])


SEASONAL = Exercise(
    key="studio-seasonal",
    signature="seasonal(past, steps, period)",
    solution=_seasonal,
    axes=("entry",),
    cases=lambda rng: [dict(past=rng.normal(size=n), steps=s, period=p) for n, s, p in ((25, 10, 11), (14, 6, 4), (19, 3, 7))],
    praise={
        "en": "One line, nothing to train, and many a published model does not beat it.",
        "ko": "한 줄이면 되고 학습할 것도 없습니다. 그런데도 발표된 모델 가운데 이 예측을 이기지 못하는 것이 많습니다.",
    },
    mistakes=(
        Mistake("one-late", partial(_clipped, shift=1), {
            "en": "Off by one: this begins period − 1 steps ago. The step after the end, minus one period, is `past[-period]`.",
            "ko": "하나 어긋났습니다. period − 1단계 전에서 시작했습니다. 끝 바로 다음에서 한 주기를 빼면 `past[-period]`입니다.",
        }),
        Mistake("one-late-around", lambda past, steps, period: np.array([past[-period + (k + 1) % period] for k in range(steps)]), {
            "en": "Off by one: the code counts k from 0, the formula from 1. For its first step, k = 0 in the code, the value is `past[-period]`.",
            "ko": "하나 어긋났습니다. 코드의 k는 0부터, 식의 k는 1부터입니다. 첫 예측(코드에서 k = 0)의 값은 `past[-period]`입니다.",
        }),
        Mistake("one-late-to-the-beginning", lambda past, steps, period: np.array([past[-period + 1 + k % period] for k in range(steps)]), {
            "en": "Off by one: the code counts k from 0, the formula from 1. Begin with `past[-period]`; the last of the period is `past[-1]`.",
            "ko": "하나 어긋났습니다. 코드의 k는 0부터, 식의 k는 1부터입니다. `past[-period]`부터이고 주기의 마지막은 `past[-1]`입니다.",
        }),
        Mistake("goes-on-at-the-beginning", lambda past, steps, period: np.array([past[(len(past) - period + k) % len(past)] for k in range(steps)]), {
            "en": "Right for one period. Then the index passes the end and goes on at the very *beginning* of the series. Begin the last period anew: `k % period`.",
            "ko": "한 주기까지는 맞습니다. 그다음에는 인덱스가 끝을 지나 시계열의 맨 ‘처음’에서 이어집니다. 마지막 주기를 다시 시작하세요: `k % period`.",
        }),
        Mistake("past-the-end", lambda past, steps, period: np.array([past[len(past) - period + k] for k in range(steps)]), {
            "en": "Right for one period. Then k is as large as the period, and the index is beyond the end of the series. Begin the last period anew: `k % period`.",
            "ko": "한 주기까지는 맞습니다. 그다음에는 k가 주기에 이르러 인덱스가 시계열의 끝을 넘어갑니다. 마지막 주기를 다시 시작하세요: `k % period`.",
        }),
        Mistake("stays-at-the-end", partial(_clipped, shift=0, anew=False), {
            "en": "After one period the last value is repeated. Begin the period anew: `k % period`.",
            "ko": "한 주기가 지나면 마지막 값만 되풀이합니다. 주기를 다시 시작하세요: `k % period`.",
        }),
        Mistake("further-back", lambda past, steps, period: np.array([past[-period - k] for k in range(steps)]), {
            "en": "Each further step goes one further *back*. It should go one on from there: `past[-period]`, then the one after it.",
            "ko": "예측이 하나 나아갈 때마다 하나씩 ‘더 이전’ 값을 씁니다. `past[-period]`부터 하나씩 다음 값으로 나아가야 합니다.",
        }),
        Mistake("mean-of-the-period", lambda past, steps, period: np.repeat(past[-period:].mean(), steps), {
            "en": "This is the mean of the last period, the same at every step. Each step takes the one value of a period ago.",
            "ko": "지금 구한 것은 마지막 주기의 평균이라 모든 예측이 같습니다. 예측마다 한 주기 전의 값 하나를 씁니다.",
        }),
        Mistake("one-early", partial(_seasonal, shift=-1), {
            "en": "Off by one: this begins period + 1 steps ago. It begins with `past[-period]`.",
            "ko": "하나 어긋났습니다. period + 1단계 전에서 시작했습니다. `past[-period]`부터입니다.",
        }),
        Mistake("last-value", lambda past, steps, period: np.repeat(past[-1], steps), {
            "en": "This repeats the last value: the other baseline. Here every forecast is the value of one period before it.",
            "ko": "마지막 값을 되풀이했습니다. 이 방법은 다른 기준 예측입니다. 여기서는 예측마다 한 주기 전의 값을 씁니다.",
        }),
        Mistake("one-value", lambda past, steps, period: np.repeat(past[-period], steps), {
            "en": "The same value at every step. Each further step goes one further through the last period.",
            "ko": "모든 예측이 같은 값입니다. 예측이 하나 나아갈 때마다 마지막 주기 안에서도 하나씩 나아가야 합니다.",
        }),
        Mistake("from-the-beginning", lambda past, steps, period: np.resize(past[:period], steps), {
            "en": "This repeats the *first* period of the past. Use the last one: `past[-period:]`.",
            "ko": "과거의 ‘첫’ 주기를 되풀이했습니다. 마지막 주기를 쓰세요: `past[-period:]`.",
        }),
        Mistake("backwards", lambda past, steps, period: np.resize(past[-period:][::-1], steps), {
            "en": "The last period is run through backwards.",
            "ko": "마지막 주기를 거꾸로 읽었습니다. 시간 순서대로 읽으세요.",
        }),
        Mistake("too-short", lambda past, steps, period: past[-period:][:steps], {
            "en": "Where there are more steps than a period is long, values are missing. Begin the period anew: `k % period`, or `np.resize`.",
            "ko": "예측할 값의 개수가 주기보다 많으면 값이 모자랍니다. 주기를 다시 시작하세요: `k % period` 또는 `np.resize`.",
        }),
        Mistake("steps-as-period", lambda past, steps, period: past[-steps:], {
            "en": "These are the last `steps` values: right only if the period were `steps` long. Go back by `period`.",
            "ko": "지금 나온 것은 마지막 `steps`개의 값입니다. 주기가 `steps`일 때만 맞습니다. `period`만큼 거슬러 가세요.",
        }),
    ),
)

# ---------- studio-autoregression


def _fit(series, p, *, intercept=True, columns=lambda rows: rows, first=1, target=lambda s, p: s[p:]):
    n = len(series)
    rows = columns([series[p - k : n - k] for k in range(first, p + first)])
    X = np.stack([np.ones(n - p)] * intercept + rows, axis=1)
    return np.linalg.lstsq(X, target(series, p), rcond=None)[0]


def _lag_more(series, p):
    return _fit(series, p + 1)


def _last_column(series, p):
    return np.roll(_fit(series, p), -1)


def _right_hand_side(series, p):
    n = len(series)
    X = np.stack([np.ones(n - p)] + [series[p - k : n - k] for k in range(1, p + 1)], axis=1)
    return X.T @ series[p:]


def _centred(series, p):
    return np.concatenate([[0.0], _fit(series - series.mean(), p)[1:]])


AUTOREGRESSION = Exercise(
    key="studio-autoregression",
    signature="autoregression(series, p)",
    solution=_fit,
    axes=("entry",),
    cases=lambda rng: [
        dict(series=20 + np.cumsum(rng.normal(size=n)) + 5 * np.sin(np.arange(n)), p=p) for n, p in ((30, 3), (40, 4))
    ],
    praise={
        "en": "A linear forecast with p + 1 numbers, found in one call and without a learning rate. Beat this, or use this.",
        "ko": "수 p + 1개로 된 선형 예측을 학습률도 없이 함수를 한 번 불러 찾았습니다. 이 예측을 이기거나, 아니면 이 예측을 쓰세요.",
    },
    mistakes=(
        Mistake("without-intercept", partial(_fit, intercept=False), {
            "en": "The column of ones is missing, and with it the intercept w₀: the forecast is forced through 0, though the values lie far from it.",
            "ko": "1로 된 열이 없어 절편 w₀이 빠졌습니다. 값은 0에서 먼데 예측이 0을 지날 수밖에 없습니다.",
        }),
        Mistake("oldest-first", partial(_fit, columns=lambda rows: rows[::-1]), {
            "en": "The lags are in the reverse order: w₁ belongs to the value one step back, so that column comes first.",
            "ko": "시차의 순서가 거꾸로입니다. w₁은 한 단계 전의 값에 붙으므로 그 열이 먼저 옵니다.",
        }),
        Mistake("target-is-input", partial(_fit, first=0), {
            "en": "The first column is the target itself: w₁ becomes 1 and all else 0. The lags run from 1 to p, not from 0.",
            "ko": "첫 열이 목표 자체입니다. 그래서 w₁이 1이고 나머지는 0입니다. 시차는 0이 아니라 1부터 p까지입니다.",
        }),
        Mistake("intercept-last", _last_column, {
            "en": "The numbers are right, but the intercept stands last. Here w₀ comes first.",
            "ko": "수는 맞지만 절편이 맨 뒤에 있습니다. 여기서는 w₀이 맨 앞입니다.",
        }),
        Mistake("same-lag", partial(_fit, columns=lambda rows: [rows[0]] * len(rows)), {
            "en": "Every column is `y_t-1`: k does not come in. Each lag is cut from another place, `series[p - k : len(series) - k]`.",
            "ko": "모든 열이 `y_t-1`입니다. k가 쓰이지 않았습니다. 시차마다 다른 자리에서 자르세요: `series[p - k : len(series) - k]`.",
        }),
        Mistake("oldest-lag-only", partial(_fit, columns=lambda rows: [rows[-1]] * len(rows)), {
            "en": "Every column is `y_t-p`: k does not come in. Each lag is cut from another place, `series[p - k : len(series) - k]`.",
            "ko": "모든 열이 `y_t-p`입니다. k가 쓰이지 않았습니다. 시차마다 다른 자리에서 자르세요: `series[p - k : len(series) - k]`.",
        }),
        Mistake("one-lag-more", _lag_more, {
            "en": "One lag too many: p + 1 of them and the intercept make p + 2 numbers. k runs from 1 to p.",
            "ko": "시차가 하나 많습니다. 시차 p + 1개와 절편이면 수가 p + 2개입니다. k는 1부터 p까지입니다.",
        }),
        Mistake("target-too-early", partial(_fit, target=lambda s, p: s[: len(s) - p]), {
            "en": "The target is the *oldest* lag, which is in X already: its weight becomes 1, all others 0. y is `series[p:]`.",
            "ko": "목표가 가장 ‘오래된’ 시차입니다. X에 이미 있어서 그 가중치만 1이고 나머지는 0이 됩니다. y는 `series[p:]`입니다.",
        }),
        Mistake("last-lag-missing", partial(_fit, columns=lambda rows: rows[:-1]), {
            "en": "The last lag is missing: `range(1, p)` ends before p.",
            "ko": "마지막 시차가 빠졌습니다. `range(1, p)`는 p 앞에서 끝납니다.",
        }),
        Mistake("one-lag-fewer", lambda series, p: _fit(series, p - 1), {
            "en": "One lag is missing: `range(1, p)` ends before p.",
            "ko": "시차가 하나 모자랍니다. `range(1, p)`는 p 앞에서 끝납니다.",
        }),
        Mistake("intercept-dropped", lambda series, p: _fit(series, p)[1:], {
            "en": "The intercept was fitted and then dropped. Return all p + 1 numbers, w₀ first.",
            "ko": "절편을 구해 놓고 버렸습니다. w₀부터 p + 1개를 모두 돌려주세요.",
        }),
        Mistake("intercept-zero", _centred, {
            "en": "Fitted on centred values, with w₀ = 0: for the series itself the intercept is not 0.",
            "ko": "평균을 뺀 값으로 맞추고 w₀ = 0으로 두었습니다. 원래 시계열의 절편은 0이 아닙니다.",
        }),
        Mistake("not-solved", _right_hand_side, {
            "en": "This is Xᵀy, only the right-hand side of the normal equations. `np.linalg.lstsq(X, y)` solves them.",
            "ko": "지금 나온 것은 정규방정식의 우변인 Xᵀy입니다. 아직 풀지 않았습니다. `np.linalg.lstsq(X, y)`가 풀어 줍니다.",
        }),
    ),
)

# ---------- studio-perplexity


def _perplexity(p, *, log=np.log, gather=np.mean, sign=-1, power=np.exp):
    return power(sign * gather(log(p)))


PERPLEXITY = Exercise(
    key="studio-perplexity",
    signature="perplexity(p)",
    solution=_perplexity,
    cases=lambda rng: [dict(p=rng.uniform(0.02, 0.6, size=n)) for n in (6, 9, 613)],  # 613: the product of all is 0
    praise={
        "en": "The mean surprise, turned back into a number of words: a fair die of that many sides would puzzle the model as much.",
        "ko": "평균 놀람(surprise)을 다시 단어 수로 바꾸었습니다. 면의 수가 그만큼인 공정한 주사위를 던질 때와 똑같이 헷갈린다는 뜻입니다.",
    },
    mistakes=(
        Mistake("underflow", lambda p: np.prod(p) ** (-1 / len(p)), {
            "en": "Fine for a few words, but the product of hundreds of probabilities is too small for a float: it becomes 0, and the result infinite. Take the mean of the logarithms instead.",
            "ko": "단어가 몇 개일 때는 괜찮지만, 확률 수백 개의 곱은 부동소수점 수(float)에 담기에는 너무 작아 0이 되고 결과는 무한대가 됩니다. 로그의 평균을 쓰세요.",
        }),
        Mistake("exp-of-the-sum", partial(_perplexity, gather=np.sum), {
            "en": "exp of the *sum*: a longer text then looks harder. Take the mean over the words first.",
            "ko": "‘합’에 exp를 취했습니다. 그러면 글이 길수록 어려워 보입니다. 먼저 단어에 대해 평균을 내세요.",
        }),
        Mistake("log2-with-exp", partial(_perplexity, log=np.log2), {
            "en": "log₂ and exp do not undo each other. Use log with exp, or log₂ with 2 to that power: both give the same.",
            "ko": "log₂와 exp는 서로 되돌리지 않습니다. log에는 exp, log₂에는 2의 거듭제곱을 쓰세요. 두 결과는 같습니다.",
        }),
        Mistake("log-with-two", partial(_perplexity, power=np.exp2), {
            "en": "The natural log and a power of 2 do not undo each other. Use log with exp, or log₂ with 2 to that power.",
            "ko": "자연로그와 2의 거듭제곱은 서로 되돌리지 않습니다. log에는 exp, log₂에는 2의 거듭제곱을 쓰세요.",
        }),
        Mistake("log10-with-exp", partial(_perplexity, log=np.log10), {
            "en": "log₁₀ and exp do not undo each other. `np.log` is the natural logarithm.",
            "ko": "log₁₀과 exp는 서로 되돌리지 않습니다. 자연로그는 `np.log`입니다.",
        }),
        Mistake("sign", partial(_perplexity, sign=1), {
            "en": "The minus is missing: this is below 1, and gets *smaller* for a worse model.",
            "ko": "음의 부호가 빠졌습니다. 1보다 작고, 모델이 나쁠수록 오히려 작아집니다.",
        }),
        Mistake("only-the-loss", lambda p: -np.mean(np.log(p)), {
            "en": "This is the mean loss, in nats. Perplexity is exp of it.",
            "ko": "이것은 평균 손실(단위는 nat)입니다. 퍼플렉서티는 여기에 exp를 취한 것입니다.",
        }),
        Mistake("only-the-bits", lambda p: -np.mean(np.log2(p)), {
            "en": "This is the mean loss in bits. Perplexity is 2 to that power (or exp of the loss in nats).",
            "ko": "이것은 평균 손실(단위는 비트)입니다. 퍼플렉서티는 2를 그만큼 거듭제곱한 것입니다(nat라면 exp).",
        }),
        Mistake("logarithm-missing", lambda p: np.exp(-np.mean(p)), {
            "en": "The logarithm is missing: exp and log belong together, exp(−mean of log p).",
            "ko": "로그가 빠졌습니다. exp와 log는 짝이므로 이렇게 계산합니다: exp(−log p의 평균).",
        }),
        Mistake("loss-summed", lambda p: -np.sum(np.log(p)), {
            "en": "This is the *sum* of the losses. Take their mean, then exp.",
            "ko": "지금 구한 것은 손실의 ‘합’입니다. 평균을 내고 exp를 취하세요.",
        }),
        Mistake("one-less", lambda p: np.exp(-np.log(p).sum() / (len(p) - 1)), {
            "en": "Divided by M − 1. The mean is over all M words.",
            "ko": "M − 1로 나누었습니다. 평균은 단어 M개 전체에 대한 것입니다.",
        }),
        Mistake("exp-before-the-mean", lambda p: -np.exp(np.mean(np.log(p))), {
            "en": "The minus stands before exp instead of inside: exp(−mean), not −exp(mean).",
            "ko": "음의 부호가 exp 안이 아니라 앞에 있습니다. −exp(평균)이 아니라 exp(−평균)입니다.",
        }),
        Mistake("mean-of-inverse", lambda p: np.mean(1 / p), {
            "en": "This is the mean of 1/p. One very unlikely word would decide it all; perplexity averages the *logarithms*.",
            "ko": "지금 구한 것은 1/p의 평균입니다. 확률이 아주 작은 단어 하나가 모두 정해 버립니다. 퍼플렉서티는 ‘로그’를 평균합니다.",
        }),
        Mistake("inverse-of-mean", lambda p: 1 / np.mean(p), {
            "en": "This is one over the mean probability. A word with p near 0 would hardly count; average the logarithms.",
            "ko": "지금 구한 것은 평균 확률의 역수입니다. 그러면 확률이 0에 가까운 단어가 거의 반영되지 않습니다. 로그를 평균하세요.",
        }),
        Mistake("log-of-the-mean", lambda p: -np.log(np.mean(p)), {
            "en": "The log of the mean, not the mean of the logs, and exp is missing: take the log of every p first.",
            "ko": "로그의 평균이 아니라 평균의 로그를 구했고, exp도 빠졌습니다. 먼저 p마다 로그를 취하세요.",
        }),
        Mistake("weighted-by-p", lambda p: np.exp(-np.sum(p * np.log(p))), {
            "en": "Each logarithm is weighted by p, as for an entropy. But these p belong to words that came, one each: take the plain mean of −log p.",
            "ko": "엔트로피에서처럼 로그마다 p를 곱했습니다. 하지만 이 p는 실제로 나온 단어 하나하나의 확률입니다. −log p를 그대로 평균 내세요.",
        }),
        Mistake("median", partial(_perplexity, gather=np.median), {
            "en": "The median leaves the worst words out of account. Perplexity takes the mean.",
            "ko": "중앙값을 쓰면 가장 못 맞힌 단어들이 반영되지 않습니다. 퍼플렉서티는 평균을 씁니다.",
        }),
    ),
)

# ---------- studio-forecast

TAIL, STEPS = 60, 10


@cache
def _sunspots():
    """The series, the number of training values, and the seasonal forecast's mean error on the tail."""
    _, series = data.sunspots()
    n = len(series) - TAIL
    return series, n, forecast.errors(forecast.Seasonal(11), series, n, STEPS).mean()


def percent_of_seasonal(forecaster):
    """A forecaster's error on the 60 held-out years, in % of the seasonal forecast's; mean over 1 to 10 years ahead."""
    if not callable(forecaster):
        raise ValueError({
            "en": "A function is wanted, `mine(past, steps)`; hand it over without brackets: `check(\"studio-forecast\", mine)`.",
            "ko": "`mine(past, steps)`라는 함수가 필요합니다. 괄호 없이 넘기세요: `check(\"studio-forecast\", mine)`.",
        })  # fmt: skip
    series, n, seasonal = _sunspots()

    def judged(past, steps):
        came = forecaster(past.copy(), steps)
        if len(past) > len(series) - steps and np.shape(came) == (len(series) - len(past),):
            raise ValueError(LEAKED)  # what ends where the series ends was read from it
        return _usable(came, steps)

    score = 100 * forecast.errors(judged, series, n, STEPS).mean() / seasonal
    if score < 30:
        raise ValueError(LEAKED)
    return score


LEAKED = {
    "en": "This is no forecast: the test values have leaked in. Use only what `past` holds, and nothing that was made from `values[n:]`.",
    "ko": "이것은 예측이 아닙니다. 테스트 값이 새어 들어왔습니다. `past`에 있는 것만 쓰고, `values[n:]`에서 만든 것은 쓰지 마세요.",
}  # fmt: skip


def _usable(came, steps):
    came = np.asarray(came, dtype=float)
    if came.shape != (steps,):
        raise ValueError({
            "en": "Return `steps` numbers, a forecast for each of the next years: here the shape should be (" + str(steps) + ",), but " + str(came.shape) + " came.",
            "ko": "다음 해마다 하나씩 수 `steps`개를 돌려주세요. 여기서는 결과가 (" + str(steps) + ",) 모양이어야 하는데 " + str(came.shape) + " 모양이 나왔습니다.",
        })  # fmt: skip
    if not np.isfinite(came).all():
        raise ValueError({
            "en": "A forecast is not a finite number (nan or inf). Did a root or a division meet a 0, or a number below it?",
            "ko": "예측에 유한하지 않은 수(nan 또는 inf)가 있습니다. 0이나 음수에 제곱근이나 나눗셈을 쓰지 않았나요?",
        })  # fmt: skip
    return came


FORECAST = Score(
    key="studio-forecast",
    score=percent_of_seasonal,
    levels=(
        (np.inf, {
            "en": "{score} % of the seasonal forecast's error: the value of eleven years ago costs nothing and is at least as good. Cycles differ in height; what would the mean of several past cycles say, or of two forecasts?",
            "ko": "오차가 계절 예측 오차의 {score}%입니다. 11년 전 값은 공짜인데도 그만큼 맞거나 더 잘 맞습니다. 주기마다 높이가 다릅니다. 지난 주기 여럿의 평균이나 두 예측의 평균이라면 어떨까요?",
        }),
        (99.5, {
            "en": "{score} % of the seasonal forecast's error: better than what costs nothing. AR(10) comes to 82 %.",
            "ko": "오차가 계절 예측 오차의 {score}%입니다. 공짜 예측보다 낫습니다. AR(10)은 82%입니다.",
        }),
        (83, {
            "en": "{score} % of the seasonal forecast's error: as good as AR(10), which comes to 82 %. If you tried many settings on this score, the test has chosen for you: on new years expect a little more.",
            "ko": "오차가 계절 예측 오차의 {score}%입니다. 82%인 AR(10)만큼 좋습니다. 이 점수를 보며 여러 설정을 바꾸어 보았다면 테스트 데이터가 대신 골라 준 셈이니, 새로운 해에는 오차가 조금 더 클 것으로 보아야 합니다.",
        }),
        (79, {
            "en": "{score} % of the seasonal forecast's error: better than AR(10) with its 82 %. Would it win on other years, too? Choose within the training years, and ask the test once.",
            "ko": "오차가 계절 예측 오차의 {score}%로, 82%인 AR(10)보다 낫습니다. 다른 해에도 이길까요? 선택은 훈련 연도 안에서 하고 테스트는 한 번만 하세요.",
        }),
    ),
    enough=1,
    higher_is_better=False,
)  # fmt: skip

# ---------- studio-write


def _read(h, word):
    """A step of a small network with fixed weights: the new state, and a logit for each of five words."""
    h = np.tanh(0.7 * h + np.cos(np.arange(5) * (word + 1)))
    return h, 3 * np.roll(h, word)


def _draw(p):
    return int(np.searchsorted(np.cumsum(p), 0.6))


def _softmax(z):
    return softmax(np.asarray(z)[:, None])[:, 0]


def _write(word, h, temperature, length):
    words = []
    while len(words) < length:
        h, z = _read(h, word)
        word = _draw(_softmax(z / temperature))
        words.append(word)
    return tuple(words)


WRITE = OrderLines(
    key="studio-write",
    head="def write(word, h, temperature, length):",
    lines=(
        "words = []",
        "while len(words) < length:",
        "    h, z = read(h, word)",
        "    p = softmax(z / temperature)",
        "    word = draw(p)",
        "    words.append(word)",
        "return tuple(words)",
    ),
    solution=_write,
    cases=lambda rng: [dict(word=0, h=np.zeros(5), temperature=T, length=6) for T in (0.5, 1.0, 2.0)],
    praise={
        "en": "Read, softmax, draw, keep, and read what was drawn: the network's own word is its next input, and the state h goes with it.",
        "ko": "읽고, 소프트맥스를 취하고, 뽑고, 적고, 뽑은 것을 다시 읽습니다. 신경망이 뽑은 단어가 다음 입력이 되고 상태 h도 함께 넘어갑니다.",
    },
    beliefs=(
        ("keeps-the-word-before", lambda order: order.index(5) < order.index(4) and order.index(2) > order.index(1), {
            "en": "A word is kept before the next is drawn: so the text begins with what was handed in, and the last word drawn is lost. Draw first, then append.",
            "ko": "다음 단어를 뽑기 전에 적었습니다. 그러면 글이 받은 단어로 시작하고 마지막에 뽑은 단어는 사라집니다. 먼저 뽑고 나서 덧붙이세요.",
        }),
        ("draws-before-the-softmax", lambda order: order.index(4) < order.index(3), {
            "en": "A word is drawn before there are probabilities to draw it with: the softmax comes first.",
            "ko": "뽑을 확률이 생기기도 전에 단어를 뽑았습니다. 소프트맥스가 먼저입니다.",
        }),
        ("softmax-before-reading", lambda order: order.index(3) < order.index(2), {
            "en": "The softmax needs z, and z comes from reading the word: read first.",
            "ko": "소프트맥스에는 z가 필요하고, z는 단어를 읽어야 나옵니다. 먼저 읽으세요.",
        }),
    ),
    names={"read": _read, "draw": _draw, "softmax": _softmax},
)  # fmt: skip

register(STANDARDISE, WINDOWS, SEASONAL, AUTOREGRESSION, FORECAST, PERPLEXITY, WRITE)
