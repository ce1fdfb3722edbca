"""Exercises of lesson 14: honest preparation, honest baselines, perplexity, temperature."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register

# ---------- studio-standardise


def _standardise(series, n, *, part=lambda s, n: s[:n], centre=True, scale=np.std):
    known = part(series, n)
    return (series - (known.mean() if centre else 0)) / scale(known)


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
        "ko": "평균과 표준편차는 훈련 부분에서만 얻고, 시험 부분도 같은 자로 잽니다.",
    },
    mistakes=(
        Mistake("test-leaks", partial(_standardise, part=lambda s, n: s), {
            "en": "The test values leak: mean and standard deviation were taken over the whole series. Only `series[:n]` was known when the model was trained.",
            "ko": "시험 값이 새어 들어왔습니다. 평균과 표준편차를 시계열 전체에서 구했습니다. 모델을 학습할 때 알 수 있었던 것은 `series[:n]`뿐입니다.",
        }),
        Mistake("each-by-itself", _each_by_itself, {
            "en": "The test part got its own mean and deviation. They are unknown while the test still lies ahead, and the two parts would no longer fit together. Use those of `series[:n]` for all.",
            "ko": "시험 부분에 따로 구한 평균과 표준편차를 썼습니다. 시험이 아직 오지 않았을 때는 모르는 값이고, 두 부분의 자도 달라집니다. 모두 `series[:n]`의 것을 쓰세요.",
        }),
        Mistake("statistics-of-the-test", partial(_standardise, part=lambda s, n: s[n:]), {
            "en": "The statistics are those of the test part. Training comes first: `series[:n]`.",
            "ko": "시험 부분의 통계를 썼습니다. 먼저 오는 것은 훈련 부분입니다: `series[:n]`.",
        }),
        Mistake("test-left-out", lambda series, n: _standardise(series, n)[:n], {
            "en": "Only the training part comes back. Standardise the whole series, with the statistics of its first n values.",
            "ko": "훈련 부분만 돌려주었습니다. 처음 n개의 통계로 시계열 전체를 표준화하세요.",
        }),
        Mistake("not-centred", partial(_standardise, centre=False), {
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


WINDOWS = Exercise(
    key="studio-windows",
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
            "ko": "목표가 입력과 같습니다. 이런 신경망은 베끼기만 배워서 손실은 0이 되지만 아무것도 예측하지 못합니다. 한 시점 미루세요: `targets[t]`는 `x[t + 1]`입니다.",
        }),
        Mistake("two-ahead", partial(_windows, ahead=2), {
            "en": "The targets are two steps ahead. The next value is `z[i + 1 : i + 1 + T]`.",
            "ko": "목표가 두 시점 앞입니다. 바로 다음 값은 `z[i + 1 : i + 1 + T]`입니다.",
        }),
        Mistake("looks-back", partial(_windows, ahead=-1, first=1), {
            "en": "The targets lie one step *back*: the network would be asked for what it has just seen.",
            "ko": "목표가 한 시점 ‘전’입니다. 방금 본 것을 묻는 셈입니다.",
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


def _clipped(past, steps, period, shift):
    return np.array([past[min(len(past) - period + shift + k % period, len(past) - 1)] for k in range(steps)])


SEASONAL = Exercise(
    key="studio-seasonal",
    signature="seasonal(past, steps, period)",
    solution=_seasonal,
    axes=("entry",),
    cases=lambda rng: [dict(past=rng.normal(size=n), steps=s, period=p) for n, s, p in ((25, 10, 11), (14, 5, 4), (9, 2, 7))],
    praise={
        "en": "One line, nothing to train, and many a published model does not beat it.",
        "ko": "한 줄이면 되고 학습할 것도 없습니다. 그런데도 이것을 이기지 못하는 모델이 많이 발표됩니다.",
    },
    mistakes=(
        Mistake("one-late", partial(_clipped, shift=1), {
            "en": "Off by one: this begins period − 1 steps ago. The step after the end, minus one period, is `past[-period]`.",
            "ko": "하나 어긋났습니다. period − 1단계 전에서 시작했습니다. 끝 바로 다음에서 한 주기를 빼면 `past[-period]`입니다.",
        }),
        Mistake("one-early", partial(_seasonal, shift=-1), {
            "en": "Off by one: this begins period + 1 steps ago. It begins with `past[-period]`.",
            "ko": "하나 어긋났습니다. period + 1단계 전에서 시작했습니다. `past[-period]`부터입니다.",
        }),
        Mistake("last-value", lambda past, steps, period: np.repeat(past[-1], steps), {
            "en": "This repeats the last value: the other baseline. Here every forecast is the value of one period before it.",
            "ko": "마지막 값을 되풀이했습니다. 그것은 다른 기준 예측입니다. 여기서는 각 시점에서 한 주기 전의 값을 씁니다.",
        }),
        Mistake("one-value", lambda past, steps, period: np.repeat(past[-period], steps), {
            "en": "The same value at every step. Each further step goes one further through the last period.",
            "ko": "모든 단계가 같은 값입니다. 한 단계 나아갈 때마다 마지막 주기 안에서도 하나씩 나아가야 합니다.",
        }),
        Mistake("from-the-beginning", lambda past, steps, period: np.resize(past[:period], steps), {
            "en": "This repeats the *first* period of the past. Use the last one: `past[-period:]`.",
            "ko": "과거의 ‘첫’ 주기를 되풀이했습니다. 마지막 주기를 쓰세요: `past[-period:]`.",
        }),
        Mistake("backwards", lambda past, steps, period: np.resize(past[-period:][::-1], steps), {
            "en": "The last period is run through backwards.",
            "ko": "마지막 주기를 거꾸로 읽었습니다. 앞에서 뒤로 읽으세요.",
        }),
        Mistake("too-short", lambda past, steps, period: past[-period:][:steps], {
            "en": "Where there are more steps than a period is long, values are missing. Begin the period anew: `k % period`, or `np.resize`.",
            "ko": "단계 수가 주기보다 많으면 값이 모자랍니다. 주기를 다시 시작하세요: `k % period` 또는 `np.resize`.",
        }),
        Mistake("steps-as-period", lambda past, steps, period: past[-steps:], {
            "en": "These are the last `steps` values: right only if the period were `steps` long. Go back by `period`.",
            "ko": "마지막 `steps`개의 값입니다. 주기가 `steps`일 때만 맞습니다. `period`만큼 거슬러 가세요.",
        }),
    ),
)

# ---------- studio-autoregression


def _fit(series, p, *, intercept=True, columns=lambda rows: rows, first=1):
    n = len(series)
    rows = columns([series[p - k : n - k] for k in range(first, p + first)])
    X = np.stack([np.ones(n - p)] * intercept + rows, axis=1)
    return np.linalg.lstsq(X, series[p:], rcond=None)[0]


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
        "ko": "수 p + 1개로 된 선형 예측을 학습률도 없이 한 번의 호출로 찾았습니다. 이것을 이기거나, 이것을 쓰세요.",
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
            "ko": "정규방정식의 우변인 Xᵀy입니다. 아직 풀지 않았습니다. `np.linalg.lstsq(X, y)`가 풀어 줍니다.",
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
        "ko": "평균 놀라움을 다시 단어 수로 바꾸었습니다. 면의 수가 그만큼인 공정한 주사위를 던질 때와 똑같이 헷갈린다는 뜻입니다.",
    },
    mistakes=(
        Mistake("underflow", lambda p: np.prod(p) ** (-1 / len(p)), {
            "en": "Fine for a few words, but the product of hundreds of probabilities is too small for a float: it becomes 0, and the result infinite. Take the mean of the logarithms instead.",
            "ko": "단어가 몇 개일 때는 괜찮지만, 확률 수백 개의 곱은 float에 담기에는 너무 작아 0이 되고 결과는 무한대가 됩니다. 로그의 평균을 쓰세요.",
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
            "ko": "음의 부호가 빠졌습니다. 1보다 작고, 모델이 나쁠수록 오히려 ‘작아’집니다.",
        }),
        Mistake("only-the-loss", lambda p: -np.mean(np.log(p)), {
            "en": "This is the mean loss, in nats. Perplexity is exp of it.",
            "ko": "이것은 평균 손실(단위는 nat)입니다. 퍼플렉서티는 여기에 exp를 취한 것입니다.",
        }),
        Mistake("mean-of-inverse", lambda p: np.mean(1 / p), {
            "en": "This is the mean of 1/p. One very unlikely word would decide it all; perplexity averages the *logarithms*.",
            "ko": "1/p의 평균입니다. 확률이 아주 작은 단어 하나가 모두 정해 버립니다. 퍼플렉서티는 ‘로그’를 평균합니다.",
        }),
        Mistake("inverse-of-mean", lambda p: 1 / np.mean(p), {
            "en": "This is one over the mean probability. A word with p near 0 would hardly count; average the logarithms.",
            "ko": "평균 확률의 역수입니다. 그러면 확률이 0에 가까운 단어가 거의 반영되지 않습니다. 로그를 평균하세요.",
        }),
        Mistake("log-of-the-mean", lambda p: -np.log(np.mean(p)), {
            "en": "The log of the mean, not the mean of the logs, and exp is missing: take the log of every p first.",
            "ko": "로그의 평균이 아니라 평균의 로그를 구했고, exp도 빠졌습니다. 먼저 p마다 로그를 취하세요.",
        }),
        Mistake("median", partial(_perplexity, gather=np.median), {
            "en": "The median leaves the worst words out of account. Perplexity takes the mean.",
            "ko": "중앙값을 쓰면 가장 못 맞힌 단어들이 반영되지 않습니다. 퍼플렉서티는 평균을 씁니다.",
        }),
    ),
)

# ---------- studio-temperature


def _temperature(logits, temperature, *, change=lambda z, T: z / T):
    z = change(logits, temperature)
    e = np.exp(z - z.max())
    return e / e.sum()


def _after(change):
    return lambda logits, temperature: change(_temperature(logits, 1.0), temperature)


TEMPERATURE = Exercise(
    key="studio-temperature",
    signature="with_temperature(logits, temperature)",
    solution=_temperature,
    axes=("class",),
    cases=lambda rng: [dict(logits=rng.normal(size=5) * 2, temperature=T) for T in (0.5, 2.0, 1.5)],
    praise={
        "en": "Cold: nearly always the likeliest word. Hot: nearly any word. At 1: what the network has learned.",
        "ko": "온도가 낮으면 거의 늘 가장 그럴듯한 단어가, 높으면 거의 아무 단어나 나옵니다. 1이면 신경망이 배운 그대로입니다.",
    },
    mistakes=(
        Mistake("multiplied", partial(_temperature, change=lambda z, T: z * T), {
            "en": "The logits are multiplied: hot and cold are exchanged. Divide them by the temperature.",
            "ko": "로짓에 온도를 곱해서 뜨거움과 차가움이 뒤바뀌었습니다. 온도로 나누세요.",
        }),
        Mistake("probabilities-divided", _after(lambda p, T: p / T), {
            "en": "The *probabilities* are divided: they no longer sum to 1. Divide the logits, before the softmax.",
            "ko": "‘확률’을 나누어서 합이 1이 아닙니다. 소프트맥스를 취하기 전에 로짓을 나누세요.",
        }),
        Mistake("no-effect", partial(_temperature, change=lambda z, T: z), {
            "en": "The temperature has no effect: dividing the probabilities and making them sum to 1 again undoes itself, and so does subtracting from every logit. Divide the logits.",
            "ko": "온도가 아무 효과도 내지 못합니다. 확률을 나눈 뒤 합을 다시 1로 맞추거나 모든 로짓에서 같은 수를 빼면 도로 그대로입니다. 로짓을 나누세요.",
        }),
        Mistake("softmax-twice", _after(lambda p, T: _temperature(p, T)), {
            "en": "Softmax is taken twice: the inner one has made probabilities already. Divide the logits themselves.",
            "ko": "소프트맥스를 두 번 취했습니다. 안쪽에서 이미 확률이 되었습니다. 로짓 자체를 나누세요.",
        }),
        Mistake("power", _after(lambda p, T: p ** (1 / T)), {
            "en": "p to the power 1/T is right up to a factor: now make it sum to 1.",
            "ko": "p의 1/T 제곱은 비례로는 맞습니다. 이제 합이 1이 되게 나누세요.",
        }),
        Mistake("not-normalised", lambda logits, temperature: np.exp(logits / temperature), {
            "en": "The sum is not 1: divide by the sum of all e^(z/T).",
            "ko": "합이 1이 아닙니다. e^(z/T)를 모두 더한 값으로 나누세요.",
        }),
        Mistake("largest-only", lambda logits, temperature: (logits == logits.max()) * 1.0, {
            "en": "All probability is on the likeliest word: that is the limit T → 0, where nothing is drawn any more.",
            "ko": "가장 그럴듯한 단어에 확률을 모두 주었습니다. 그것은 더 이상 뽑을 것이 없는 극한 T → 0입니다.",
        }),
    ),
)

register(STANDARDISE, WINDOWS, SEASONAL, AUTOREGRESSION, PERPLEXITY, TEMPERATURE)
