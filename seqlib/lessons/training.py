"""Exercises of lessons 9 and 10: the two losses with their slopes, one step back through an LSTM, SGD, Adam."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register

# ---------- train-cross-entropy


def _softmax(z, axis=0):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _onehot(logits, y):
    return (np.arange(len(logits))[:, None] == y) * 1.0


def _cross_entropy(logits, y, *, p=_softmax, minus=_onehot, sign=1, slope_over="N", loss_over="N", log=np.log, loss_sign=-1):
    N, prob = len(y), p(logits)
    loss = loss_sign * log(prob[y, np.arange(N)]).sum()
    return dict(
        loss=loss / (N if loss_over == "N" else 1),
        slope=sign * (p(logits) - minus(logits, y)) / (N if slope_over == "N" else 1),
    )


def _loss_instead(of):
    """The slope is right, the loss is ``of(p, y)``."""
    return lambda logits, y: _cross_entropy(logits, y) | {"loss": of(_softmax(logits), y)}


def _slope_instead(of):
    """The loss is right, the slope is ``of(p, onehot)``."""
    return lambda logits, y: _cross_entropy(logits, y) | {"slope": of(_softmax(logits), _onehot(logits, y))}


def _of_true_class(p, y):
    return p[y, np.arange(len(y))]


def _over_all_entries(logits, y):
    right = _cross_entropy(logits, y)
    return {name: value / len(logits) for name, value in right.items()}


def _binary(p, y):
    onehot = _onehot(p, y)
    return -(onehot * np.log(p) + (1 - onehot) * np.log(1 - p)).sum(axis=0).mean()


def _reversed_order(function):
    """The two results in the other order."""
    def swapped(*inputs):
        loss, slope = function(*inputs).values()
        return dict(loss=slope, slope=loss)

    return swapped


CROSS_ENTROPY = Exercise(
    key="train-cross-entropy",
    signature="cross_entropy(logits, y)",
    solution=_cross_entropy,
    cases=lambda rng: [
        dict(logits=2 * rng.normal(size=(K, N)), y=rng.integers(0, K, N)) for K, N in ((4, 3), (3, 5), (3, 3))
    ],
    praise={
        "en": "Value and slope side by side: −log of the probability of the true class, and p − onehot(y), both as the mean over the batch.",
        "ko": "값과 기울기가 나란히 있습니다. 정답 클래스 확률의 −log와 p − onehot(y), 둘 다 배치 평균입니다.",
    },
    mistakes=(
        Mistake("onehot-missing", partial(_cross_entropy, minus=lambda z, y: 0), {
            "en": "The slope is p alone: `- onehot(y)` is missing. The logit of the true class must get a *negative* slope, p − 1.",
            "ko": "기울기가 p뿐입니다. `- onehot(y)`가 빠졌습니다. 정답 클래스의 로짓은 ‘음의’ 기울기 p − 1을 받아야 합니다.",
        }),
        Mistake("onehot-in-rows", _slope_instead(lambda p, onehot: (p - onehot.T) / p.shape[1]), {
            "en": "`np.eye(K)[y]` has one *row* for each example, (N, K). Columns are examples here: `np.eye(K)[:, y]`, (K, N).",
            "ko": "`np.eye(K)[y]`는 예제마다 ‘행’ 하나, (N, K)입니다. 여기서는 열이 예제이므로 `np.eye(K)[:, y]`, (K, N)입니다.",
        }),
        Mistake("class-numbers-subtracted", lambda logits, y: _cross_entropy(logits, y) | {"slope": (_softmax(logits) - y) / len(y)}, {
            "en": "The class *numbers* are subtracted from p. `y` says in which row the 1 of onehot(y) stands: `np.eye(K)[:, y]`.",
            "ko": "p에서 클래스 ‘번호’를 뺐습니다. `y`는 onehot(y)의 1이 몇째 행에 있는지를 나타냅니다: `np.eye(K)[:, y]`.",
        }),
        Mistake("slope-sign-flipped", partial(_cross_entropy, sign=-1), {
            "en": "The slope has the wrong sign. It points uphill, p − onehot(y); the minus comes later, in the update.",
            "ko": "기울기의 부호가 반대입니다. 기울기는 오르는 방향인 p − onehot(y)이고, 빼는 것은 나중에 업데이트에서 합니다.",
        }),
        Mistake("slope-not-over-N", partial(_cross_entropy, slope_over=1), {
            "en": "The loss is the mean over the N examples, but the slope is not divided by N. Value and slope must belong to the same loss.",
            "ko": "손실은 예제 N개의 평균인데 기울기를 N으로 나누지 않았습니다. 값과 기울기는 같은 손실의 것이어야 합니다.",
        }),
        Mistake("loss-not-over-N", partial(_cross_entropy, loss_over=1), {
            "en": "The slope is that of the mean, but the loss is the sum over the examples: divide it by N as well.",
            "ko": "기울기는 평균의 것인데 손실은 예제의 합입니다. 손실도 N으로 나누세요.",
        }),
        Mistake("nothing-over-N", partial(_cross_entropy, loss_over=1, slope_over=1), {
            "en": "Loss and slope fit each other, but both are sums over the batch. This exercise asks for the mean: divide both by N.",
            "ko": "손실과 기울기는 서로 맞지만 둘 다 배치의 합입니다. 이 연습 문제에서는 평균을 구합니다. 둘 다 N으로 나누세요.",
        }),
        Mistake("loss-sign-flipped", partial(_cross_entropy, loss_sign=1), {
            "en": "The loss is negative: the minus before log p is missing. A probability is at most 1, so its log is at most 0.",
            "ko": "손실이 음수입니다. log p 앞의 빼기 부호가 빠졌습니다. 확률은 1을 넘지 않으므로 log는 0을 넘지 않습니다.",
        }),
        Mistake("all-classes", _loss_instead(lambda p, y: -np.log(p).sum() / len(y)), {
            "en": "The loss adds −log p of *all* classes. Only the true class counts: `p[y, np.arange(N)]` picks it in every column.",
            "ko": "‘모든’ 클래스의 −log p를 더했습니다. 정답 클래스만 셉니다. `p[y, np.arange(N)]`이 열마다 정답 클래스의 확률을 고릅니다.",
        }),
        Mistake("softmax-over-examples", partial(_cross_entropy, p=lambda z: _softmax(z, axis=1)), {
            "en": "The softmax runs over the examples. The probabilities of the *classes* add up to 1: axis 0.",
            "ko": "소프트맥스를 예제 방향으로 취했습니다. 더해서 1이 되는 것은 ‘클래스’의 확률입니다: 축 0.",
        }),
        Mistake("log-of-base-two", partial(_cross_entropy, log=np.log2), {
            "en": "This is the logarithm of base 2. The slope p − onehot(y) belongs to the natural one, `np.log`.",
            "ko": "밑이 2인 로그를 썼습니다. p − onehot(y)는 자연로그 `np.log`일 때의 기울기입니다.",
        }),
        Mistake("log-of-base-ten", partial(_cross_entropy, log=np.log10), {
            "en": "This is the logarithm of base 10. The slope p − onehot(y) belongs to the natural logarithm: `np.log`.",
            "ko": "밑이 10인 로그를 썼습니다. p − onehot(y)는 자연로그일 때의 기울기입니다: `np.log`.",
        }),
        Mistake("over-K-and-N", _over_all_entries, {
            "en": "Both are divided by K·N, the number of entries of p. Each example has one loss, so the mean runs over the N examples only.",
            "ko": "둘 다 p의 원소 수인 K·N으로 나누었습니다. 손실은 예제마다 하나이므로 평균은 예제 N개에 대해서만 구합니다.",
        }),
        Mistake("one-loss-an-example", _loss_instead(lambda p, y: -np.log(_of_true_class(p, y))), {
            "en": "These are N losses, one for each example. The loss of the batch is one number: their mean, `.mean()`.",
            "ko": "예제마다 하나씩 손실 N개가 나왔습니다. 배치의 손실은 수 하나, 곧 그 평균입니다: `.mean()`.",
        }),
        Mistake("one-minus-p", _loss_instead(lambda p, y: (1 - _of_true_class(p, y)).mean()), {
            "en": "1 − p is not the cross-entropy. It is −log p, which grows without end as p of the true class goes to 0.",
            "ko": "1 − p는 교차 엔트로피가 아닙니다. 교차 엔트로피는 −log p이고, 정답 클래스의 p가 0에 가까워지면 한없이 커집니다.",
        }),
        Mistake("binary", _loss_instead(_binary), {
            "en": "This adds −log(1 − p) of the other classes: the binary cross-entropy of K separate questions. After a softmax only −log p of the true class counts.",
            "ko": "다른 클래스의 −log(1 − p)까지 더했습니다. 이것은 서로 다른 질문 K개의 이진 교차 엔트로피입니다. 소프트맥스 뒤에는 정답 클래스의 −log p만 셉니다.",
        }),
        Mistake("largest-p", _loss_instead(lambda p, y: -np.log(p.max(axis=0)).mean()), {
            "en": "The loss takes the *largest* probability of each example, whatever is true. It has to be that of the true class: `p[y, np.arange(N)]`.",
            "ko": "정답과 상관없이 예제마다 ‘가장 큰’ 확률을 골랐습니다. 정답 클래스의 확률이어야 합니다: `p[y, np.arange(N)]`.",
        }),
        Mistake("rows-for-entries", _loss_instead(lambda p, y: -np.log(p[y]).mean()), {
            "en": "`p[y]` picks whole rows, N of them. One entry of each column is wanted: `p[y, np.arange(N)]`.",
            "ko": "`p[y]`는 행 전체를 N개 고릅니다. 열마다 원소 하나가 필요합니다: `p[y, np.arange(N)]`.",
        }),
        Mistake("log-missing", _loss_instead(lambda p, y: -_of_true_class(p, y).mean()), {
            "en": "The logarithm is missing: the loss is −log p of the true class, not −p.",
            "ko": "로그가 빠졌습니다. 손실은 −p가 아니라 정답 클래스의 −log p입니다.",
        }),
        Mistake("slope-for-p", _slope_instead(lambda p, onehot: -onehot / p / p.shape[1]), {
            "en": "The slope is −1/p, the one by p. It is asked for the *logits*: one step further back, through the softmax, it becomes p − onehot(y).",
            "ko": "기울기가 p에 대한 −1/p입니다. 묻는 것은 ‘로짓’에 대한 기울기입니다. 소프트맥스를 한 번 더 거슬러 지나면 p − onehot(y)가 됩니다.",
        }),
        Mistake("slope-averaged", _slope_instead(lambda p, onehot: (p - onehot).mean(axis=1, keepdims=True)), {
            "en": "The slope was averaged over the examples. Each of the K·N logits keeps a slope of its own, (K, N); only divide by N.",
            "ko": "기울기를 예제에 대해 평균했습니다. 로짓 K·N개는 저마다 자기 기울기를 가집니다: (K, N). N으로 나누기만 하세요.",
        }),
        Mistake("slope-over-K", _slope_instead(lambda p, onehot: (p - onehot) / len(p)), {
            "en": "The slope is divided by K, the number of classes. The mean runs over the N examples.",
            "ko": "기울기를 클래스의 수 K로 나누었습니다. 평균은 예제 N개에 대한 것입니다.",
        }),
        Mistake("order-reversed", _reversed_order(_cross_entropy), {
            "en": "Both are right, but in the wrong order: return the loss first, then the slope.",
            "ko": "둘 다 맞지만 순서가 바뀌었습니다. 손실을 먼저, 기울기를 나중에 돌려주세요.",
        }),
    ),
)

# ---------- train-mse


def _mse(outputs, targets, *, factor=2, over="KN", slope_over=None, sign=1, root=False, error=lambda d: d * d):
    count = {"KN": outputs.size, "N": outputs.shape[1], "K": len(outputs), "1": 1}
    difference = outputs - targets
    loss = error(difference).sum() / count[over]
    slope = sign * factor * difference / count[slope_over or over]
    return dict(loss=np.sqrt(loss) if root else loss, slope=slope)


MSE = Exercise(
    key="train-mse",
    signature="mse(outputs, targets)",
    solution=_mse,
    cases=lambda rng: [dict(outputs=rng.normal(size=s), targets=rng.normal(size=s)) for s in ((2, 3), (3, 3), (1, 4))],
    praise={
        "en": "The square gives the factor 2, the mean gives 1/(K N): a loss and the slope that belongs to it.",
        "ko": "제곱에서 2가, 평균에서 1/(K N)이 나옵니다. 손실과 그 손실의 기울기입니다.",
    },
    mistakes=(
        Mistake("two-missing", partial(_mse, factor=1), {
            "en": "The slope lacks the factor 2: the derivative of d² is 2 d. (It belongs to a loss with ½ in front.)",
            "ko": "기울기에 2가 없습니다. d²의 미분은 2 d입니다. (앞에 ½이 있는 손실이라면 맞습니다.)",
        }),
        Mistake("slope-not-averaged", partial(_mse, slope_over="1"), {
            "en": "The loss is a mean, but the slope is not divided by the number of entries K N.",
            "ko": "손실은 평균인데 기울기를 원소의 수 K N으로 나누지 않았습니다.",
        }),
        Mistake("slope-over-N-only", partial(_mse, slope_over="N"), {
            "en": "The slope is divided by N only. The loss is the mean over *all* K N entries, and so is its slope.",
            "ko": "기울기를 N으로만 나누었습니다. 손실이 K N개 원소 ‘전체’의 평균이므로 기울기도 그렇습니다.",
        }),
        Mistake("over-N-only", partial(_mse, over="N"), {
            "en": "Both are divided by N only. MSE is the mean over all K N entries: `outputs.size`.",
            "ko": "둘 다 N으로만 나누었습니다. MSE는 K N개 원소 전체의 평균입니다: `outputs.size`.",
        }),
        Mistake("sum-for-mean", partial(_mse, over="1"), {
            "en": "This is the *sum* of the squared errors with its slope. The M in MSE is the mean: divide both by K N.",
            "ko": "지금 구한 것은 제곱 오차의 ‘합’과 그 기울기입니다. MSE의 M은 평균이므로 둘 다 K N으로 나누세요.",
        }),
        Mistake("sign-flipped", partial(_mse, sign=-1), {
            "en": "The slope has the wrong sign: it is 2 (ŷ − y), positive where the output is too large.",
            "ko": "기울기의 부호가 반대입니다. 2 (ŷ − y)이므로 출력이 너무 크면 양수입니다.",
        }),
        Mistake("root", partial(_mse, root=True), {
            "en": "The loss is the root of the mean square, RMSE. MSE has no root, and this slope belongs to MSE.",
            "ko": "손실이 평균 제곱의 제곱근(RMSE)입니다. MSE에는 제곱근이 없고, 이 기울기는 MSE의 것입니다.",
        }),
        Mistake("absolute", partial(_mse, error=np.abs), {
            "en": "The loss takes absolute values. The S in MSE is the square.",
            "ko": "손실에서 절댓값을 썼습니다. MSE의 S는 제곱(square)입니다.",
        }),
        Mistake("square-of-the-mean", lambda a, b: _mse(a, b) | {"loss": (a - b).mean() ** 2}, {
            "en": "The mean is taken first and squared then: errors of opposite sign cancel. First the square, then the mean.",
            "ko": "평균을 먼저 내고 제곱했습니다. 부호가 반대인 오차가 서로 지워집니다. 제곱이 먼저이고 평균이 나중입니다.",
        }),
        Mistake("square-missing", partial(_mse, error=lambda d: d), {
            "en": "The loss is the mean of the errors without the square: it can be 0 where everything is wrong. The S in MSE is the square.",
            "ko": "지금 구한 것은 제곱하지 않은 오차의 평균입니다. 모두 틀려도 0이 될 수 있습니다. MSE의 S는 제곱(square)입니다.",
        }),
        Mistake("slope-as-a-mean", lambda a, b: _mse(a, b) | {"slope": 2 * (a - b).mean()}, {
            "en": "The slope became one number. Each of the K·N outputs has a slope of its own, (K, N): divide by K N, do not add up.",
            "ko": "기울기가 수 하나가 되었습니다. 출력 K·N개는 저마다 자기 기울기를 가집니다: (K, N). 더하지 말고 K N으로 나누기만 하세요.",
        }),
        Mistake("halved", lambda a, b: {name: value / 2 for name, value in _mse(a, b).items()}, {
            "en": "Loss and slope fit each other, but both have a factor ½ in front. MSE is the mean of the squares without it.",
            "ko": "손실과 기울기는 서로 맞지만 둘 다 앞에 ½이 붙었습니다. MSE는 ½ 없이 제곱의 평균입니다.",
        }),
        Mistake("over-K-only", partial(_mse, over="K"), {
            "en": "Both are divided by K only. MSE is the mean over all K N entries: `outputs.size`.",
            "ko": "둘 다 K로만 나누었습니다. MSE는 K N개 원소 전체의 평균입니다: `outputs.size`.",
        }),
        Mistake("one-loss-an-example", lambda a, b: _mse(a, b) | {"loss": ((a - b) ** 2).mean(axis=0)}, {
            "en": "These are N losses, one for each example: the mean ran over K only. One number is asked for, the mean over everything.",
            "ko": "K에 대해서만 평균해서 예제마다 하나씩 손실 N개가 나왔습니다. 전체의 평균인 수 하나를 돌려주세요.",
        }),
        Mistake("slope-not-twice-the-error", lambda a, b: _mse(a, b) | {"slope": 2 * (a - b) ** 2 / a.size}, {
            "en": "The slope still has the square. The derivative of d² is 2 d, so that its sign says which way the error goes.",
            "ko": "기울기에 제곱이 그대로 남았습니다. d²의 미분은 2 d이고, 그 부호가 오차의 방향을 알려 줍니다.",
        }),
        Mistake("order-reversed", _reversed_order(_mse), {
            "en": "Both are right, but in the wrong order: return the loss first, then the slope.",
            "ko": "둘 다 맞지만 순서가 바뀌었습니다. 손실을 먼저, 기울기를 나중에 돌려주세요.",
        }),
    ),
)

# ---------- train-step-back


def _slope_s(s):
    return s * (1 - s)


def _slope_t(v):
    return 1 - v * v


def _step_back(
    dh, dC, f, i, o, g, C_prev, tanh_C, W_h, *, add=True, through_h=True, on_C=_slope_t, sigmoid=_slope_s, tanh=_slope_t,
    through_f=True, read=True, turn=True, order="fiog", old="C_prev", first=None, into_o="h", write="other", flat="",
    hear="da", ends=("dh_prev", "dC_prev"), rail=None,
):  # fmt: skip
    """One step back; the keywords are the places at which readers go wrong."""
    H, came = len(f), dC
    dC = (dC if add else 0) + (dh * (o if read else 1) * on_C(tanh_C) if through_h else 0)
    kept = {"C_prev": C_prev, "g": g, "C": np.arctanh(tanh_C), "f": f, "1": 1}[old]
    to_o = {"h": dh * tanh_C, "C": dC * tanh_C, "both": (dh + dC) * tanh_C, "1": dh}[into_o]
    to_i, to_g = {"other": (g, i), "own": (i, g), "slope": (1, g), "1": (1, 1)}[write]
    d = {"f": dC * kept, "i": dC * to_i, "o": to_o, "g": dC * to_g}
    slopes = {"f": sigmoid(f), "i": sigmoid(i), "o": sigmoid(o), "g": tanh(g)} | {k: 1 for k in flat}
    da = np.concatenate([d[k] * slopes[k] for k in order])
    used = slice(None) if first is None else slice(0, first * H)
    W = W_h[used].T if turn else W_h.reshape(4, H, H).transpose(0, 2, 1).reshape(4 * H, H).T
    heard = {"da": da, "d": np.concatenate([d[k] for k in order])}[hear][used]
    sent = W @ heard, (came if rail == "came" else dC) * (f if through_f else 1)
    made = dict(zip(ends, sent, strict=True))
    return dict(da=da, dh_prev=made["dh_prev"], dC_prev=made["dC_prev"])


def _step(rng, H, N):
    def gate():
        return rng.uniform(0.05, 0.95, size=(H, N))

    return dict(dh=rng.normal(size=(H, N)), dC=rng.normal(size=(H, N)), f=gate(), i=gate(), o=gate(),
                g=np.tanh(rng.normal(size=(H, N))), C_prev=rng.normal(size=(H, N)),
                tanh_C=np.tanh(rng.normal(size=(H, N))), W_h=rng.normal(size=(4 * H, H)))  # fmt: skip


STEP_BACK = Exercise(
    key="train-step-back",
    signature="step_back(dh, dC, f, i, o, g, C_prev, tanh_C, W_h)",
    solution=_step_back,
    cases=lambda rng: [_step(rng, 3, 2), _step(rng, 2, 2)],
    praise={
        "en": "Two ways into C_t are added, four gates are added into hₜ₋₁, and into Cₜ₋₁ leads one multiplication by f. That is the whole LSTM backwards.",
        "ko": "C_t로 오는 두 길을 더하고, 네 게이트를 더해 hₜ₋₁로 보내고, Cₜ₋₁로는 f만 한 번 곱합니다. 이것이 거꾸로 가는 LSTM의 전부입니다.",
    },
    mistakes=(
        Mistake("dC-overwritten", partial(_step_back, add=False), {
            "en": "What came back from C at the next step is lost. C_t reaches the loss by two ways, over h_t and over the next C: write `dC = dC + dh * o * …`.",
            "ko": "다음 시점의 C에서 돌아온 것이 사라졌습니다. C_t는 h_t와 다음 C의 두 길로 손실에 영향을 줍니다. `dC = dC + dh * o * …`로 쓰세요.",
        }),
        Mistake("dC_prev-without-f", partial(_step_back, through_f=False), {
            "en": "dC goes to Cₜ₋₁ without f. Forward Cₜ₋₁ was multiplied by f, so its gradient is dC · f.",
            "ko": "dC가 f 없이 Cₜ₋₁로 갔습니다. 순전파에서 Cₜ₋₁에 f를 곱했으므로 그 기울기는 dC · f입니다.",
        }),
        Mistake("sigmoid-slope-missing", partial(_step_back, sigmoid=np.ones_like), {
            "en": "The slope of the sigmoid is missing: da = df · f (1 − f) for f, and in the same way for i and o.",
            "ko": "시그모이드의 미분이 빠졌습니다. f라면 da = df · f (1 − f)이고, i와 o도 마찬가지입니다.",
        }),
        Mistake("tanh-of-C-missing", partial(_step_back, on_C=np.ones_like), {
            "en": "On its way from h_t to C_t the gradient passes tanh without its slope: dh · o · (1 − tanh²(C_t)).",
            "ko": "h_t에서 C_t로 갈 때 tanh의 미분을 곱하지 않았습니다: dh · o · (1 − tanh²(C_t)).",
        }),
        Mistake("tanh-of-g-missing", partial(_step_back, tanh=np.ones_like), {
            "en": "The candidate's tanh has no slope here: its da is dg · (1 − g²).",
            "ko": "후보의 tanh의 미분이 빠졌습니다. 후보의 da는 dg · (1 − g²)입니다.",
        }),
        Mistake("sigmoid-slope-for-g", partial(_step_back, tanh=_slope_s), {
            "en": "The candidate got the slope of the sigmoid, g (1 − g). It comes from tanh: 1 − g².",
            "ko": "후보에 시그모이드의 미분 g (1 − g)를 곱했습니다. 후보는 tanh에서 나오므로 1 − g²입니다.",
        }),
        Mistake("tanh-slope-for-the-gates", partial(_step_back, sigmoid=_slope_t), {
            "en": "The gates got the slope of tanh, 1 − s². They come from the sigmoid: s (1 − s).",
            "ko": "게이트에 tanh의 미분 1 − s²을 곱했습니다. 게이트는 시그모이드에서 나오므로 s (1 − s)입니다.",
        }),
        Mistake("output-gate-missing", partial(_step_back, read=False), {
            "en": "From h_t to C_t the gradient passes the output gate: h = o · tanh(C), so the factor o belongs in dh · o · (1 − tanh²).",
            "ko": "h_t에서 C_t로 가는 기울기는 출력 게이트를 지납니다. h = o · tanh(C)이므로 dh · o · (1 − tanh²)에 o가 있어야 합니다.",
        }),
        Mistake("candidate-for-C_prev", partial(_step_back, old="g"), {
            "en": "df is dC times the *old memory* Cₜ₋₁: that is what f was multiplied by. The candidate g belongs to di.",
            "ko": "df는 dC에 ‘이전 기억’ Cₜ₋₁을 곱한 것입니다. 순전파에서 f에 곱해진 것이 Cₜ₋₁입니다. 후보 g는 di에 들어갑니다.",
        }),
        Mistake("one-gate-only", partial(_step_back, first=1), {
            "en": "Only the forget gate sends its share to hₜ₋₁. All four boxes read hₜ₋₁: use the whole of W_h, `W_h.T @ da`.",
            "ko": "망각 게이트의 몫만 hₜ₋₁로 갔습니다. hₜ₋₁은 네 상자가 모두 읽습니다. W_h 전체를 쓰세요: `W_h.T @ da`.",
        }),
        Mistake("candidate-left-out", partial(_step_back, first=3), {
            "en": "The three gates send their shares to hₜ₋₁, the candidate does not. It reads hₜ₋₁ as well: four terms.",
            "ko": "세 게이트의 몫은 hₜ₋₁로 갔지만 후보의 몫이 빠졌습니다. 후보도 hₜ₋₁을 읽으므로 항은 넷입니다.",
        }),
        Mistake("W_h-not-transposed", partial(_step_back, turn=False), {
            "en": "Each block of W_h is the wrong way round. Back the connections go from the unit that received to the one that sent: `W_h.T @ da`.",
            "ko": "W_h의 블록마다 방향이 반대입니다. 거슬러 갈 때는 받은 유닛에서 보낸 유닛으로 갑니다: `W_h.T @ da`.",
        }),
        Mistake("gate-order", partial(_step_back, order="ifog"), {
            "en": "The blocks of da stand in another order (i before f). Here the stack is f, i, o, g, as the rows of W_h are.",
            "ko": "da의 블록 순서가 다릅니다(i가 f보다 앞). 여기서는 W_h의 행처럼 f, i, o, g 순서입니다.",
        }),
        Mistake("gate-order-of-pytorch", partial(_step_back, order="ifgo"), {
            "en": "The blocks of da are i, f, g, o: PyTorch's order. Here the stack is f, i, o, g, as the rows of W_h are.",
            "ko": "da의 블록이 PyTorch의 순서인 i, f, g, o입니다. 여기서는 W_h의 행처럼 f, i, o, g 순서입니다.",
        }),
        Mistake("gate-order-f-i-g-o", partial(_step_back, order="figo"), {
            "en": "The last two blocks of da changed places: the candidate stands before o. Here the stack is f, i, o, g, as the rows of W_h are.",
            "ko": "da의 마지막 두 블록이 바뀌어 후보가 o보다 앞에 있습니다. 여기서는 W_h의 행처럼 f, i, o, g 순서입니다.",
        }),
        Mistake("way-over-h-missing", partial(_step_back, through_h=False), {
            "en": "dC is only what came along the rail. What h_t says is missing: h_t = o · tanh(C_t), so add dh · o · (1 − tanh²(C_t)).",
            "ko": "dC에 위쪽 길을 따라온 것만 있습니다. h_t를 거쳐 오는 것이 빠졌습니다. h_t = o · tanh(C_t)이므로 dh · o · (1 − tanh²(C_t))를 더하세요.",
        }),
        Mistake("tanh-twice", partial(_step_back, on_C=lambda v: 1 - np.tanh(v) ** 2), {
            "en": "tanh is taken of `tanh_C` once more. `tanh_C` is tanh(C) already, so its slope is `1 - tanh_C**2`.",
            "ko": "`tanh_C`에 tanh를 한 번 더 취했습니다. `tanh_C`가 이미 tanh(C)이므로 미분은 `1 - tanh_C**2`입니다.",
        }),
        Mistake("square-missing-on-C", partial(_step_back, on_C=lambda v: 1 - v), {
            "en": "On the way from h_t to C_t the slope is 1 − tanh(C), without the square. The slope of tanh is 1 − tanh²(C): `1 - tanh_C**2`.",
            "ko": "h_t에서 C_t로 갈 때 제곱이 빠져 1 − tanh(C)를 곱했습니다. tanh의 미분은 1 − tanh²(C)입니다: `1 - tanh_C**2`.",
        }),
        Mistake("square-missing-on-g", partial(_step_back, tanh=lambda v: 1 - v), {
            "en": "The candidate's slope is 1 − g, without the square. The slope of tanh is 1 − g².",
            "ko": "후보의 tanh의 미분에 제곱이 빠져 1 − g가 되었습니다. tanh의 미분은 1 − g²입니다.",
        }),
        Mistake("tanh-twice-on-g", partial(_step_back, tanh=lambda v: 1 - np.tanh(v) ** 2), {
            "en": "tanh is taken of g once more. The candidate g comes out of tanh already: its slope is 1 − g².",
            "ko": "g에 tanh를 한 번 더 취했습니다. 후보 g가 이미 tanh의 출력이므로 미분은 1 − g²입니다.",
        }),
        Mistake("do-from-dC", partial(_step_back, into_o="C"), {
            "en": "do is made from dC. The output gate stands in h = o · tanh(C) only, so it hears dh: do = dh · tanh(C).",
            "ko": "do를 dC에서 구했습니다. 출력 게이트는 h = o · tanh(C)에만 있으므로 dh를 받습니다: do = dh · tanh(C).",
        }),
        Mistake("dC-added-to-do", partial(_step_back, into_o="both"), {
            "en": "do holds dC besides dh. The output gate stands in h = o · tanh(C) only, so dC does not come in: do = dh · tanh(C).",
            "ko": "do에 dh 말고 dC까지 들어 있습니다. 출력 게이트는 h = o · tanh(C)에만 있으므로 dC는 들어오지 않습니다: do = dh · tanh(C).",
        }),
        Mistake("i-and-g-swapped", partial(_step_back, write="own"), {
            "en": "di and dg are multiplied by their own value. In the product i · g each gets the *other* factor: di = dC · g, dg = dC · i.",
            "ko": "di와 dg에 자기 값을 곱했습니다. i · g라는 곱에서는 ‘상대’ 인수를 곱합니다: di = dC · g, dg = dC · i.",
        }),
        Mistake("i-without-g-and-g-for-i", partial(_step_back, write="slope"), {
            "en": "In the product i · g each gets the *other* factor, besides its own slope: da_i = dC · g · i (1 − i), da_g = dC · i · (1 − g²).",
            "ko": "i · g라는 곱에서는 각자의 미분 말고도 ‘상대’ 인수를 곱합니다: da_i = dC · g · i (1 − i), da_g = dC · i · (1 − g²).",
        }),
        Mistake("other-factor-missing", partial(_step_back, write="1"), {
            "en": "da_i and da_g hold dC and their own slope only. i and g were multiplied with each other: di = dC · g, dg = dC · i.",
            "ko": "da_i와 da_g에 dC와 자기 미분만 있습니다. i와 g는 서로 곱해졌습니다: di = dC · g, dg = dC · i.",
        }),
        Mistake("C_prev-missing", partial(_step_back, old="1"), {
            "en": "da_f lacks the factor Cₜ₋₁: f was multiplied by it going forward, so df = dC · Cₜ₋₁.",
            "ko": "da_f에 Cₜ₋₁이 빠졌습니다. 순전파에서 f에 Cₜ₋₁이 곱해졌으므로 df = dC · Cₜ₋₁입니다.",
        }),
        Mistake("tanh_C-missing", partial(_step_back, into_o="1"), {
            "en": "da_o lacks the factor tanh(C): o was multiplied by it going forward, so do = dh · tanh(C), `dh * tanh_C`.",
            "ko": "da_o에 tanh(C)가 빠졌습니다. 순전파에서 o에 tanh(C)가 곱해졌으므로 do = dh · tanh(C), 곧 `dh * tanh_C`입니다.",
        }),
        Mistake("f-times-itself", partial(_step_back, old="f"), {
            "en": "df is dC times f itself. In the product f · Cₜ₋₁ the gate gets the *other* factor: df = dC · Cₜ₋₁.",
            "ko": "df가 dC에 f 자신을 곱한 것입니다. f · Cₜ₋₁이라는 곱에서 게이트는 ‘상대’ 인수를 받습니다: df = dC · Cₜ₋₁.",
        }),
        Mistake("C-for-C_prev", partial(_step_back, old="C"), {
            "en": "df is dC times the *new* memory C_t. Going forward f was multiplied by the old one: df = dC · Cₜ₋₁, `C_prev`.",
            "ko": "df가 dC에 ‘새’ 기억 C_t를 곱한 것입니다. 순전파에서 f에 곱해진 것은 이전 기억입니다: df = dC · Cₜ₋₁, `C_prev`.",
        }),
        Mistake("last-two-swapped", partial(_step_back, ends=("dC_prev", "dh_prev")), {
            "en": "All is right, but the last two changed places: after da first what goes to hₜ₋₁, then what goes to Cₜ₋₁.",
            "ko": "값은 모두 맞지만 마지막 둘의 순서가 바뀌었습니다. da 다음에는 hₜ₋₁로 가는 것, 그다음이 Cₜ₋₁로 가는 것입니다.",
        }),
        Mistake("d-for-da", partial(_step_back, hear="d"), {
            "en": "W_h got df, di, do, dg before the slopes of σ and tanh. hₜ₋₁ stands inside them, so the gradient passes these first: `W_h.T @ da`.",
            "ko": "σ와 tanh의 미분을 곱하기 전의 df, di, do, dg가 W_h로 갔습니다. hₜ₋₁은 그 안에 있으므로 먼저 이 미분을 곱해야 합니다: `W_h.T @ da`.",
        }),
        Mistake("old-dC-to-C_prev", partial(_step_back, rail="came"), {
            "en": "To Cₜ₋₁ goes f times the dC that *came*, without what h_t added. Use the sum of both ways: dC = …, then dC · f.",
            "ko": "h_t가 더한 것 없이 ‘들어온’ dC에만 f를 곱해 Cₜ₋₁로 보냈습니다. 두 길의 합을 쓰세요: dC = …를 구한 뒤 dC · f입니다.",
        }),
        *(
            Mistake(f"slope-of-{k}-missing", partial(_step_back, flat=k), {
                "en": f"da_{k} lacks the slope of its sigmoid, the others have theirs: da_{k} = d{k} · {k} (1 − {k}).",
                "ko": f"da_{k}에만 시그모이드의 미분이 빠졌습니다: da_{k} = d{k} · {k} (1 − {k}).",
            })
            for k in "fio"
        ),
    ),
)

# ---------- train-sgd


def _sgd(W, dW, lr, *, sign=-1, rate=True):
    return W + sign * (lr if rate else 1) * dW


SGD = Exercise(
    key="train-sgd",
    signature="sgd(W, dW, lr)",
    solution=_sgd,
    axes=("row", "column"),
    cases=lambda rng: [dict(W=rng.normal(size=(2, 3)), dW=rng.normal(size=(2, 3)), lr=lr) for lr in (0.1, 0.5)],
    praise={
        "en": "One step downhill, as long as the slope is steep. That is all of SGD.",
        "ko": "내리막으로 한 걸음, 가파른 만큼 갑니다. SGD는 이것이 전부입니다.",
    },
    mistakes=(
        Mistake("uphill", partial(_sgd, sign=1), {
            "en": "The sign is wrong: `+` climbs. The gradient points to where the loss grows, so subtract it.",
            "ko": "부호가 반대입니다. `+`는 올라갑니다. 기울기는 손실이 커지는 쪽을 가리키므로 빼야 합니다.",
        }),
        Mistake("rate-missing", partial(_sgd, rate=False), {
            "en": "The learning rate is missing: W − η ∂L/∂W.",
            "ko": "학습률이 빠졌습니다. 업데이트는 W − η ∂L/∂W입니다.",
        }),
        Mistake("only-the-step", lambda W, dW, lr: -lr * dW, {
            "en": "This is the step alone, −η ∂L/∂W. Return the weights *after* it.",
            "ko": "이동량 −η ∂L/∂W만 돌려주었습니다. 이동한 ‘뒤의’ 가중치를 돌려주세요.",
        }),
        Mistake("sign-of-the-slope", lambda W, dW, lr: W - lr * np.sign(dW), {
            "en": "Only the sign of the gradient is used. Plain SGD steps in proportion to its size.",
            "ko": "기울기의 부호만 썼습니다. SGD는 기울기의 크기에 비례해서 움직입니다.",
        }),
        Mistake("rate-divides", lambda W, dW, lr: W - dW / lr, {
            "en": "The gradient is divided by the learning rate. A smaller η should give a smaller step: multiply.",
            "ko": "기울기를 학습률로 나누었습니다. η가 작으면 보폭도 작아야 하므로 곱하세요.",
        }),
        Mistake("normalised", lambda W, dW, lr: W - lr * dW / np.linalg.norm(dW), {
            "en": "The gradient is divided by its norm, so every step has the length η. Plain SGD takes the gradient as it is: W − η ∂L/∂W.",
            "ko": "기울기를 그 노름으로 나누어 보폭이 늘 η가 되었습니다. SGD는 기울기를 그대로 씁니다: W − η ∂L/∂W.",
        }),
        Mistake("gradient-missing", lambda W, dW, lr: W - lr, {
            "en": "Every weight moves by η, and the gradient does not come in at all. It says which way and how far: W − η ∂L/∂W.",
            "ko": "기울기 없이 모든 가중치를 η만큼 옮겼습니다. 어느 쪽으로 얼마나 갈지는 기울기가 정합니다: W − η ∂L/∂W.",
        }),
        Mistake("in-proportion-to-W", lambda W, dW, lr: W * (1 - lr * dW), {
            "en": "The step is multiplied by W: a weight of 0 could never move. Subtract η ∂L/∂W itself from W.",
            "ko": "이동량에 W를 곱했습니다. 그러면 0인 가중치는 움직이지 못합니다. W에서 η ∂L/∂W 자체를 빼세요.",
        }),
        Mistake("other-way-round", lambda W, dW, lr: dW - lr * W, {
            "en": "W and its gradient changed places: it is W that is updated, W − η ∂L/∂W.",
            "ko": "W와 기울기의 자리가 바뀌었습니다. 업데이트되는 것은 W입니다: W − η ∂L/∂W.",
        }),
        Mistake("averaged-with-W", lambda W, dW, lr: (1 - lr) * W - lr * dW, {
            "en": "W shrinks by the factor 1 − η besides: that is weight decay. Plain SGD keeps W whole: W − η ∂L/∂W.",
            "ko": "W에 1 − η를 곱해 줄이기까지 했습니다. 이것은 가중치 감쇠입니다. SGD는 W를 그대로 둡니다: W − η ∂L/∂W.",
        }),
    ),
)

# ---------- train-adam


def _adam(
    W, g, m, v, k, lr, *, corrected=True, inside=False, root=True, sign=-1, count=0, square=True, betas=(0.9, 0.999),
    fresh=True, correct_m=True, correct_v=True, eps=1e-8, power=pow, divide=np.divide, by="m", rate=True, share_v=None, share_m=None,
    hats=False, guard=True,
):  # fmt: skip
    (b1, b2), k = betas, k + count
    new_m = b1 * m + (share_m or ((1 - b1) if fresh else 1)) * g
    new_v = b2 * v + (share_v or ((1 - b2) if fresh else 1)) * (g * g if square else g)
    m_hat = divide(new_m, 1 - power(b1, k)) if corrected and correct_m and (k or not guard) else new_m
    v_hat = divide(new_v, 1 - power(b2, k)) if corrected and correct_v and (k or not guard) else new_v
    scale = np.sqrt(v_hat + eps) if inside else (np.sqrt(v_hat) if root else v_hat) + eps
    W = W + sign * (lr if rate else 1) * {"m": m_hat, "g": g}[by] / scale
    return dict(W=W, m=m_hat if hats else new_m, v=v_hat if hats else new_v)


def _adam_cases(rng):
    def case(k, size):
        shape = (2, 3)
        past = k > 1
        return dict(
            W=rng.normal(size=shape), g=size * rng.normal(size=shape), m=past * 0.3 * size * rng.normal(size=shape),
            v=past * 0.1 * size**2 * rng.uniform(0.5, 1, size=shape), k=k, lr=0.01,
        )  # fmt: skip

    return [case(1, 1.0), case(3, 1e-3), case(50, 1e-3), case(2, 1e-8)]  # the last: there ε counts


ADAM = Exercise(
    key="train-adam",
    signature="adam(W, g, m, v, k, lr)",
    solution=_adam,
    cases=_adam_cases,
    praise={
        "en": "Two running averages, both corrected for having started at 0. The step is about η in every direction, however steep.",
        "ko": "이동 평균 둘을 구하고, 둘 다 0에서 시작한 것을 바로잡았습니다. 보폭은 경사와 상관없이 어느 방향으로나 η쯤입니다.",
    },
    mistakes=(
        Mistake("no-bias-correction", partial(_adam, corrected=False), {
            "en": "The bias correction is missing. m and v start at 0, so early averages are too small: divide by 1 − β₁ᵏ and 1 − β₂ᵏ.",
            "ko": "편향 보정이 빠졌습니다. m과 v가 0에서 시작해 처음에는 평균이 너무 작습니다. 1 − β₁ᵏ, 1 − β₂ᵏ으로 나누세요.",
        }),
        Mistake("only-m-corrected", partial(_adam, correct_v=False), {
            "en": "Only m is corrected. v started at 0 too, and more slowly leaves it: divide it by 1 − β₂ᵏ.",
            "ko": "m만 보정했습니다. v도 0에서 시작했고 더 천천히 벗어납니다. 1 − β₂ᵏ으로 나누세요.",
        }),
        Mistake("eps-inside-the-root", partial(_adam, inside=True), {
            "en": "ε stands inside the root: √(v + ε). It belongs outside, √v + ε; inside, it acts like √ε = 0.0001, ten thousand times ε.",
            "ko": "ε이 제곱근 안에 있습니다: √(v + ε). 밖에 있어야 합니다: √v + ε. 안에 있으면 ε의 만 배인 √ε = 0.0001처럼 작용합니다.",
        }),
        Mistake("root-missing", partial(_adam, root=False), {
            "en": "The root is missing: v is the average of the *squared* gradient, so the scale of the gradient is √v.",
            "ko": "제곱근이 빠졌습니다. v는 기울기 ‘제곱’의 평균이므로 기울기의 크기는 √v입니다.",
        }),
        Mistake("betas-exchanged-in-the-averages", partial(_adam, betas=(0.999, 0.9), power=lambda b, k: (1.899 - b) ** k), {
            "en": "The two rates are exchanged in the averages: m keeps 0.9 of what it was, v keeps 0.999.",
            "ko": "평균을 낼 때 두 비율이 서로 바뀌었습니다. m은 이전 값의 0.9를, v는 0.999를 남깁니다.",
        }),
        Mistake("share-missing-in-m", partial(_adam, share_m=1), {
            "en": "The new gradient comes into m in full. In an average it has the share 1 − β₁: `0.1 * g`.",
            "ko": "새 기울기가 m에 통째로 들어갑니다. 평균에서 그 몫은 1 − β₁입니다: `0.1 * g`.",
        }),
        Mistake("uphill", partial(_adam, sign=1), {
            "en": "The sign is wrong: subtract the step, as in SGD.",
            "ko": "부호가 반대입니다. SGD처럼 빼야 내려갑니다.",
        }),
        Mistake("k-from-zero", partial(_adam, count=-1), {
            "en": "The power is one too small, k − 1. The updates are counted from k = 1, and after the first one the averages hold 1 − β.",
            "ko": "지수가 k − 1로 하나 작습니다. 업데이트는 k = 1부터 세고, 첫 번째 업데이트 뒤의 평균에는 1 − β만큼 들어 있습니다.",
        }),
        Mistake("first-correction-is-zero", partial(_adam, count=-1, guard=False), {
            "en": "At the first update the correction is 1 − β⁰ = 0, and you divide by it: the power is k − 1. The updates are counted from k = 1: `0.9**k`.",
            "ko": "첫 업데이트에서 보정값이 1 − β⁰ = 0이 되어 0으로 나눕니다. 지수가 k − 1입니다. 업데이트는 k = 1부터 셉니다: `0.9**k`.",
        }),
        Mistake("square-missing", partial(_adam, square=False), {
            "en": "v must average the *square*, g². With g itself it can be negative, and its root is no number.",
            "ko": "v는 ‘제곱’ g²의 평균이어야 합니다. g를 그대로 쓰면 음수가 될 수 있고, 그러면 제곱근이 없습니다.",
        }),
        Mistake("betas-swapped", partial(_adam, betas=(0.999, 0.9)), {
            "en": "β₁ and β₂ are swapped: m uses β₁ = 0.9, v the slower β₂ = 0.999.",
            "ko": "β₁과 β₂가 바뀌었습니다. m은 β₁ = 0.9, v는 더 느린 β₂ = 0.999를 씁니다.",
        }),
        Mistake("not-an-average", partial(_adam, fresh=False), {
            "en": "The new value comes in whole: that is a sum, not an average. Weigh it with 1 − β: m = β₁ m + (1 − β₁) g.",
            "ko": "새 값이 통째로 들어갔습니다. 평균이 아니라 합입니다. 1 − β를 곱하세요: m = β₁ m + (1 − β₁) g.",
        }),
        Mistake("plain-sgd", lambda W, g, m, v, k, lr: _adam(W, g, m, v, k, lr) | {"W": W - lr * g}, {
            "en": "W ← W − η g is SGD; m and v are computed and not used. Adam steps by m̂ / (√v̂ + ε).",
            "ko": "W ← W − η g는 SGD입니다. m과 v를 계산하고도 쓰지 않았습니다. Adam은 m̂ / (√v̂ + ε)만큼 움직입니다.",
        }),
        Mistake("hats-returned", partial(_adam, hats=True), {
            "en": "W is right, but the corrected m̂ and v̂ come back as m and v: the next update would correct them again. Return the plain averages.",
            "ko": "W는 맞지만 보정한 m̂, v̂를 m, v로 돌려주었습니다. 다음 업데이트에서 또 보정하게 됩니다. 보정하지 않은 평균을 돌려주세요.",
        }),
        Mistake("correction-multiplied", partial(_adam, divide=np.multiply), {
            "en": "The corrections are multiplied. Early averages are too *small*, and 1 − βᵏ is below 1: divide by it.",
            "ko": "보정값을 곱했습니다. 처음에는 평균이 너무 ‘작고’ 1 − βᵏ은 1보다 작으므로 나누어야 합니다.",
        }),
        Mistake("times-k-for-power", partial(_adam, power=lambda b, k: b * k), {
            "en": "The correction has β · k. It is a power, the share of the start that is left after k updates: `0.9**k`.",
            "ko": "보정에 β · k를 썼습니다. k번 업데이트한 뒤 처음 값이 남아 있는 비율이므로 거듭제곱입니다: `0.9**k`.",
        }),
        Mistake("a-hundredth-for-v", partial(_adam, share_v=0.01), {
            "en": "The new g² comes into v with 0.01. It is 1 − β₂ = 1 − 0.999 = 0.001.",
            "ko": "새 g²이 v에 0.01의 비율로 들어갔습니다. 1 − β₂ = 1 − 0.999 = 0.001입니다.",
        }),
        Mistake("a-tenth-for-v", partial(_adam, share_v=0.1), {
            "en": "The new g² comes into v with 0.1, the share of m. For v it is 1 − β₂ = 1 − 0.999 = 0.001.",
            "ko": "새 g²이 m의 비율인 0.1로 v에 들어갔습니다. v에서는 1 − β₂ = 1 − 0.999 = 0.001입니다.",
        }),
        Mistake("only-v-corrected", partial(_adam, correct_m=False), {
            "en": "Only v is corrected. m started at 0 too: divide it by 1 − β₁ᵏ.",
            "ko": "v만 보정했습니다. m도 0에서 시작했으므로 1 − β₁ᵏ으로 나누세요.",
        }),
        Mistake("k-one-more", partial(_adam, count=1), {
            "en": "The power is one too large, k + 1. k is the number of *this* update, counted from 1: `0.9**k`.",
            "ko": "지수가 k + 1로 하나 큽니다. k는 1부터 센 ‘이번’ 업데이트의 번호입니다: `0.9**k`.",
        }),
        Mistake("g-for-m", partial(_adam, by="g"), {
            "en": "The step uses g itself, so m is computed and not used. Adam steps by the *average*: m̂ / (√v̂ + ε).",
            "ko": "이동에 g를 그대로 써서 m을 계산하고도 쓰지 않았습니다. Adam은 ‘평균’으로 움직입니다: m̂ / (√v̂ + ε).",
        }),
        Mistake("rate-missing", partial(_adam, rate=False), {
            "en": "The learning rate is missing: W − η m̂ / (√v̂ + ε).",
            "ko": "학습률이 빠졌습니다: W − η m̂ / (√v̂ + ε).",
        }),
        Mistake("eps-missing", partial(_adam, eps=0), {
            "en": "ε is missing in the denominator: √v̂ + ε. Without it a weight whose gradient was always 0 would be divided by 0.",
            "ko": "분모에 ε이 빠졌습니다: √v̂ + ε. 없으면 기울기가 늘 0이던 가중치에서 0으로 나누게 됩니다.",
        }),
    ),
)

register(CROSS_ENTROPY, MSE, STEP_BACK, SGD, ADAM)
