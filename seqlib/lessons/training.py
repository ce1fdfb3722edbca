"""Exercises of lesson 9: the two losses with their slopes, one step back through an LSTM, SGD, Adam, the forget bias."""

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


def _all_classes(logits, y):
    """−Σ log p over all classes: the one-hot factor forgotten in the loss."""
    return _cross_entropy(logits, y) | {"loss": -np.log(_softmax(logits)).sum() / len(y)}


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
            "ko": "손실과 기울기는 서로 맞지만 둘 다 배치의 합입니다. 이 연습은 평균을 묻습니다. 둘 다 N으로 나누세요.",
        }),
        Mistake("loss-sign-flipped", partial(_cross_entropy, loss_sign=1), {
            "en": "The loss is negative: the minus before log p is missing. A probability is at most 1, so its log is at most 0.",
            "ko": "손실이 음수입니다. log p 앞의 빼기 부호가 빠졌습니다. 확률은 1을 넘지 않으므로 log는 0을 넘지 않습니다.",
        }),
        Mistake("all-classes", _all_classes, {
            "en": "The loss adds −log p of *all* classes. Only the true class counts: `p[y, np.arange(N)]` picks it in every column.",
            "ko": "‘모든’ 클래스의 −log p를 더했습니다. 정답 클래스만 셉니다. `p[y, np.arange(N)]`이 열마다 그것을 고릅니다.",
        }),
        Mistake("softmax-over-examples", partial(_cross_entropy, p=lambda z: _softmax(z, axis=1)), {
            "en": "The softmax runs over the examples. The probabilities of the *classes* add up to 1: axis 0.",
            "ko": "소프트맥스를 예제 방향으로 취했습니다. 더해서 1이 되는 것은 ‘클래스’의 확률입니다: 축 0.",
        }),
        Mistake("log-of-base-two", partial(_cross_entropy, log=np.log2), {
            "en": "This is the logarithm of base 2. The slope p − onehot(y) belongs to the natural one, `np.log`.",
            "ko": "밑이 2인 로그입니다. 기울기 p − onehot(y)는 자연로그 `np.log`에 딸린 것입니다.",
        }),
    ),
)

# ---------- train-mse


def _mse(outputs, targets, *, factor=2, over="KN", slope_over=None, sign=1, root=False, error=lambda d: d * d):
    count = {"KN": outputs.size, "N": outputs.shape[1], "1": 1}
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
            "ko": "제곱 오차의 ‘합’과 그 기울기입니다. MSE의 M은 평균이므로 둘 다 K N으로 나누세요.",
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
    ),
)

# ---------- train-step-back


def _slope_s(s):
    return s * (1 - s)


def _slope_t(v):
    return 1 - v * v


def _step_back(
    dh, dC, f, i, o, g, C_prev, tanh_C, W_h, *, add=True, on_C=_slope_t, sigmoid=_slope_s, tanh=_slope_t,
    through_f=True, read=True, turn=True, order="fiog", old="C_prev", first=None,
):  # fmt: skip
    """One step back; the keywords are the places at which readers go wrong."""
    H = len(f)
    through_h = dh * (o if read else 1) * on_C(tanh_C)
    dC = (dC if add else 0) + through_h
    d = {"f": dC * (C_prev if old == "C_prev" else g), "i": dC * g, "o": dh * tanh_C, "g": dC * i}
    slopes = {"f": sigmoid(f), "i": sigmoid(i), "o": sigmoid(o), "g": tanh(g)}
    da = np.concatenate([d[k] * slopes[k] for k in order])
    used = slice(None) if first is None else slice(0, first * H)
    W = W_h[used].T if turn else W_h.reshape(4, H, H).transpose(0, 2, 1).reshape(4 * H, H).T
    return dict(da=da, dh_prev=W @ da[used], dC_prev=dC * f if through_f else dC)


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
            "ko": "시그모이드의 기울기가 빠졌습니다. f라면 da = df · f (1 − f)이고, i와 o도 마찬가지입니다.",
        }),
        Mistake("tanh-of-C-missing", partial(_step_back, on_C=np.ones_like), {
            "en": "On its way from h_t to C_t the gradient passes tanh without its slope: dh · o · (1 − tanh²(C_t)).",
            "ko": "h_t에서 C_t로 갈 때 tanh의 기울기를 곱하지 않았습니다: dh · o · (1 − tanh²(C_t)).",
        }),
        Mistake("tanh-of-g-missing", partial(_step_back, tanh=np.ones_like), {
            "en": "The candidate's tanh has no slope here: its da is dg · (1 − g²).",
            "ko": "후보의 tanh 기울기가 빠졌습니다. 후보의 da는 dg · (1 − g²)입니다.",
        }),
        Mistake("sigmoid-slope-for-g", partial(_step_back, tanh=_slope_s), {
            "en": "The candidate got the slope of the sigmoid, g (1 − g). It comes from tanh: 1 − g².",
            "ko": "후보에 시그모이드의 기울기 g (1 − g)를 곱했습니다. 후보는 tanh에서 나오므로 1 − g²입니다.",
        }),
        Mistake("tanh-slope-for-the-gates", partial(_step_back, sigmoid=_slope_t), {
            "en": "The gates got the slope of tanh, 1 − s². They come from the sigmoid: s (1 − s).",
            "ko": "게이트에 tanh의 기울기 1 − s²을 곱했습니다. 게이트는 시그모이드에서 나오므로 s (1 − s)입니다.",
        }),
        Mistake("output-gate-missing", partial(_step_back, read=False), {
            "en": "From h_t to C_t the gradient passes the output gate: h = o · tanh(C), so the factor o belongs in dh · o · (1 − tanh²).",
            "ko": "h_t에서 C_t로 가는 기울기는 출력 게이트를 지납니다. h = o · tanh(C)이므로 dh · o · (1 − tanh²)에 o가 있어야 합니다.",
        }),
        Mistake("candidate-for-C_prev", partial(_step_back, old="g"), {
            "en": "df is dC times the *old memory* Cₜ₋₁: that is what f was multiplied by. The candidate g belongs to di.",
            "ko": "df는 dC에 ‘이전 기억’ Cₜ₋₁을 곱한 것입니다. f가 곱해진 상대가 그것입니다. 후보 g는 di에 들어갑니다.",
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
    ),
)

# ---------- train-sgd


def _sgd(W, dW, lr, *, sign=-1, rate=True):
    return W + sign * (lr if rate else 1) * dW


SGD = Exercise(
    key="train-sgd",
    signature="sgd(W, dW, lr)",
    solution=_sgd,
    axes=("row", "entry"),
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
    ),
)

# ---------- train-adam


def _adam(
    W, g, m, v, k, lr, *, corrected=True, inside=False, root=True, sign=-1, count=0, square=True, betas=(0.9, 0.999),
    fresh=True, correct_v=True,
):  # fmt: skip
    b1, b2, eps = *betas, 1e-8
    new_m = b1 * m + ((1 - b1) if fresh else 1) * g
    new_v = b2 * v + ((1 - b2) if fresh else 1) * (g * g if square else g)
    m_hat = new_m / (1 - b1 ** (k + count)) if corrected and (k + count) else new_m
    v_hat = new_v / (1 - b2 ** (k + count)) if corrected and correct_v and (k + count) else new_v
    scale = np.sqrt(v_hat + eps) if inside else (np.sqrt(v_hat) if root else v_hat) + eps
    return dict(W=W + sign * lr * m_hat / scale, m=new_m, v=new_v)


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
            "ko": "편향 보정이 빠졌습니다. m과 v가 0에서 시작해 처음에는 평균이 너무 작습니다. 1 − β₁ᵏ, 1 − β₂ᵏ로 나누세요.",
        }),
        Mistake("only-m-corrected", partial(_adam, correct_v=False), {
            "en": "Only m is corrected. v started at 0 too, and more slowly leaves it: divide it by 1 − β₂ᵏ.",
            "ko": "m만 보정했습니다. v도 0에서 시작했고 더 천천히 벗어납니다. 1 − β₂ᵏ로 나누세요.",
        }),
        Mistake("eps-inside-the-root", partial(_adam, inside=True), {
            "en": "ε stands inside the root: √(v + ε). It belongs outside, √v + ε; inside, it acts like √ε = 0.0001, ten thousand times ε.",
            "ko": "ε이 제곱근 안에 있습니다: √(v + ε). 밖에 있어야 합니다: √v + ε. 안에 있으면 ε의 만 배인 √ε = 0.0001처럼 작용합니다.",
        }),
        Mistake("root-missing", partial(_adam, root=False), {
            "en": "The root is missing: v is the average of the *squared* gradient, so the scale of the gradient is √v.",
            "ko": "제곱근이 빠졌습니다. v는 기울기 ‘제곱’의 평균이므로 기울기의 크기는 √v입니다.",
        }),
        Mistake("uphill", partial(_adam, sign=1), {
            "en": "The sign is wrong: subtract the step, as in SGD.",
            "ko": "부호가 반대입니다. SGD처럼 빼야 내려갑니다.",
        }),
        Mistake("k-from-zero", partial(_adam, count=-1), {
            "en": "The power is one too small, k − 1. The updates are counted from k = 1, and after the first one the averages hold 1 − β.",
            "ko": "지수가 k − 1로 하나 작습니다. 업데이트는 k = 1부터 세고, 첫 번째 뒤의 평균에는 1 − β만큼 들어 있습니다.",
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
    ),
)

# ---------- train-forget-bias


def _bias(H, value, *, at=0, rest=0.0):
    b = np.full((4 * H, 1), rest)
    b[at * H : (at + 1) * H] = value
    return b


def _in_rows(H, value):
    b = np.zeros((4 * H, 1))
    b[:4] = value
    return b


FORGET_BIAS = Exercise(
    key="train-forget-bias",
    signature="first_bias(H, value)",
    solution=_bias,
    axes=("row", "entry"),
    cases=lambda rng: [dict(H=3, value=1.0), dict(H=2, value=4.0)],
    praise={
        "en": "The first H rows belong to f. A positive bias there keeps the memory open from the first update on.",
        "ko": "첫 H개 행이 f의 것입니다. 그곳의 편향이 양수이면 첫 업데이트부터 기억이 열려 있습니다.",
    },
    mistakes=(
        Mistake("on-the-input-gate", partial(_bias, at=1), {
            "en": "The value stands in the second block: here that is the *input* gate (it would be right in PyTorch and Keras, whose order is i, f, …). Ours is f, i, o, g.",
            "ko": "값이 둘째 블록에 있습니다. 여기서는 ‘입력’ 게이트입니다(순서가 i, f, …인 PyTorch와 Keras라면 맞습니다). 우리 순서는 f, i, o, g입니다.",
        }),
        Mistake("on-the-output-gate", partial(_bias, at=2), {
            "en": "The value stands in the third block, the *output* gate. f is the first of f, i, o, g.",
            "ko": "값이 셋째 블록, 곧 ‘출력’ 게이트에 있습니다. f, i, o, g에서 f는 첫째입니다.",
        }),
        Mistake("on-the-candidate", partial(_bias, at=3), {
            "en": "The value stands in the last block, the *candidate*. f is the first of f, i, o, g.",
            "ko": "값이 마지막 블록, 곧 ‘후보’에 있습니다. f, i, o, g에서 f는 첫째입니다.",
        }),
        Mistake("everywhere", lambda H, value: np.full((4 * H, 1), value), {
            "en": "All four blocks got the value. Only the forget gate should start open; the others keep 0.",
            "ko": "네 블록 모두에 값을 넣었습니다. 망각 게이트만 열린 채로 시작하고 나머지는 0입니다.",
        }),
        Mistake("all-gates", lambda H, value: np.repeat([value, value, value, 0.0], H)[:, None], {
            "en": "All three gates got the value. Only the forget gate should start open; i and o keep 0.",
            "ko": "세 게이트 모두에 값을 넣었습니다. 망각 게이트만 열린 채로 시작하고 i와 o는 0입니다.",
        }),
        Mistake("nowhere", lambda H, value: np.zeros((4 * H, 1)), {
            "en": "All biases are 0: then f starts at σ(0) = ½, and half of the memory is lost at every step.",
            "ko": "편향이 모두 0입니다. 그러면 f가 σ(0) = ½에서 시작하고, 시점마다 기억이 절반씩 사라집니다.",
        }),
        Mistake("first-four-rows", _in_rows, {
            "en": "The first four rows got the value, one for each gate? The gates are blocks of H rows: `b[:H]` is f.",
            "ko": "첫 네 행에 값을 넣었습니다. 게이트는 한 행이 아니라 H개 행의 블록입니다: `b[:H]`가 f입니다.",
        }),
    ),
)

register(CROSS_ENTROPY, MSE, STEP_BACK, SGD, ADAM, FORGET_BIAS)
