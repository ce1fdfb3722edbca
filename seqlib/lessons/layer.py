"""Exercises of lesson 1: a layer, its probabilities, a loss, one step downhill, a slice of the block (T, D, N)."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Belief, Choice, Number

# ---------- layer-dense


def _layer(W, x, b, *, product=lambda W, x: W @ x, bias=1, outside=False, activation=np.tanh):
    a = product(W, x)
    return activation(a) + b if outside else activation(a + bias * b)


DENSE = Exercise(
    key="layer-dense",
    signature="layer(W, x, b)",
    solution=_layer,
    axes=("unit", "example"),
    cases=lambda rng: [
        dict(W=rng.normal(size=(2, 2)), x=rng.normal(size=(2, 2)), b=rng.normal(size=(2, 1))),
        dict(W=rng.normal(size=(4, 3)), x=rng.normal(size=(3, 5)), b=rng.normal(size=(4, 1))),
    ],
    praise={
        "en": "One line, and it serves one example or a hundred: each is a column of x.",
        "ko": "한 줄로 예제 하나든 백 개든 계산합니다. 예제 하나가 x의 열 하나입니다.",
    },
    mistakes=(
        Mistake("bias-missing", partial(_layer, bias=0), {
            "en": "The bias b is missing. Without it a unit that reads only zeros can answer nothing but 0.",
            "ko": "편향 b가 빠졌습니다. 편향이 없으면 입력이 모두 0일 때 유닛은 0밖에 답할 수 없습니다.",
        }),
        Mistake("tanh-missing", partial(_layer, activation=lambda a: a), {
            "en": "The tanh is missing: this is the weighted sum a, the layer's answer is h = tanh(a), between −1 and 1.",
            "ko": "tanh가 빠졌습니다. 이것은 가중합 a이고, 층의 출력은 −1과 1 사이의 h = tanh(a)입니다.",
        }),
        Mistake("bias-outside", partial(_layer, outside=True), {
            "en": "The bias is added after the tanh. It belongs inside: it shifts the sum, and then tanh is taken.",
            "ko": "편향을 tanh 다음에 더했습니다. 합을 옮기는 것이므로 괄호 안에 더한 뒤 tanh를 취합니다.",
        }),
        Mistake("bias-subtracted", partial(_layer, bias=-1), {
            "en": "The bias is subtracted here. In the sum it is added: W x plus b.",
            "ko": "편향을 뺐습니다. 합은 W x에 b를 ‘더한’ 것입니다.",
        }),
        Mistake("sigmoid-for-tanh", partial(_layer, activation=lambda a: 1 / (1 + np.exp(-a))), {
            "en": "This is the sigmoid, between 0 and 1. This layer uses tanh, between −1 and 1: `np.tanh`.",
            "ko": "0과 1 사이의 시그모이드를 썼습니다. 이 층은 −1과 1 사이의 tanh, `np.tanh`를 씁니다.",
        }),
        Mistake("W-transposed", partial(_layer, product=lambda W, x: W.T @ x), {
            "en": "W is transposed. Row i of W belongs to unit i, and it meets the column x as it stands: `W @ x`.",
            "ko": "W를 전치했습니다. W의 i번째 행이 유닛 i의 가중치이고, 열 x와 그대로 곱합니다: `W @ x`.",
        }),
        Mistake("x-times-W", partial(_layer, product=lambda W, x: x @ W), {
            "en": "The order is turned. Examples are columns here, so the weights stand at the left: `W @ x`.",
            "ko": "곱하는 순서가 바뀌었습니다. 여기서는 예제가 열이므로 가중치가 왼쪽에 옵니다: `W @ x`.",
        }),
        Mistake("elementwise", partial(_layer, product=lambda W, x: W * x), {
            "en": "`*` multiplies number by number. A layer adds up along each row: that is the matrix product, `W @ x`.",
            "ko": "`*`는 같은 자리의 수끼리 곱합니다. 층은 행마다 곱해서 더하므로 행렬 곱 `W @ x`를 씁니다.",
        }),
        Mistake("rows", partial(_layer, product=lambda W, x: x @ W.T), {
            "en": "`x @ W.T` is the layer for examples in *rows*, as many libraries write it. Here each example is a column: `W @ x`.",
            "ko": "`x @ W.T`는 여러 라이브러리처럼 예제가 ‘행’일 때 쓰는 식입니다. 여기서는 예제가 열입니다: `W @ x`.",
        }),
        Mistake("turned", lambda W, x, b: _layer(W, x, b).T, {
            "en": "The numbers are there, but turned: (N, H), an example in each row. In this course an example is a column, so the result is (H, N).",
            "ko": "수는 모두 있지만 (N, H)로 돌려져 예제가 행이 되었습니다. 이 강의에서는 예제가 열이므로 결과는 (H, N)입니다.",
        }),
        Mistake("b-flattened", lambda W, x, b: np.tanh(W @ x + b.ravel()), {
            "en": "b no longer stands upright. As the column (H, 1) that it is, each unit gets its own number; flat or turned, each *example* gets one. Leave b as it is.",
            "ko": "b가 더는 열이 아닙니다. 원래대로 열 (H, 1)이면 유닛마다 제 수를 하나씩 받지만, 펴거나 돌리면 ‘예제’마다 받습니다. b를 그대로 쓰세요.",
        }),
        Mistake("bias-with-x", lambda W, x, b: np.tanh(W @ (x + b)), {
            "en": "b is added to x, before the weights. A bias belongs to a unit, not to an input: first `W @ x`, then add b.",
            "ko": "가중치를 곱하기 전에 b를 x에 더했습니다. 편향은 입력이 아니라 유닛의 것입니다. `W @ x`를 먼저 구하고 b를 더하세요.",
        }),
        Mistake("bias-multiplied", lambda W, x, b: np.tanh(W @ x * b), {
            "en": "The bias is multiplied here. It is added to the sum: each unit starts from its b.",
            "ko": "편향을 곱했습니다. 편향은 합에 더합니다. 유닛은 저마다 b에서 출발합니다.",
        }),
        Mistake("tanh-of-x", lambda W, x, b: W @ np.tanh(x) + b, {
            "en": "tanh squeezes the inputs here. It comes last, around the whole sum: that is what brings the answers between −1 and 1.",
            "ko": "입력에 tanh를 취했습니다. tanh는 마지막에 합 전체에 취합니다. 그래야 답이 −1과 1 사이에 들어옵니다.",
        }),
        Mistake("tan", partial(_layer, activation=np.tan), {
            "en": "`np.tan` is the tangent of an angle. What squeezes every number between −1 and 1 is `np.tanh`, with an h.",
            "ko": "`np.tan`은 각의 탄젠트입니다. 모든 수를 −1과 1 사이로 눌러 주는 것은 h가 붙은 `np.tanh`입니다.",
        }),
        Mistake("relu-for-tanh", partial(_layer, activation=lambda a: np.maximum(a, 0)), {
            "en": "This is ReLU, which cuts off below 0. This layer uses tanh, so that an answer may be negative.",
            "ko": "0 아래를 잘라 내는 ReLU를 썼습니다. 이 층은 음수도 답할 수 있는 tanh를 씁니다.",
        }),
        Mistake("rounded", lambda W, x, b: _layer(W, x, b).round(3), {
            "en": "The numbers are rounded. The cell above does that only to print them: return them with all their digits.",
            "ko": "수를 반올림했습니다. 위 셀에서는 출력할 때만 반올림한 것입니다. 모든 자릿수 그대로 돌려주세요.",
        }),
        Mistake("sum-too", lambda W, x, b: np.stack([W @ x + b, _layer(W, x, b)]), {
            "en": "Two results came, a and h. The layer's answer is h alone.",
            "ko": "a와 h 두 가지를 돌려주었습니다. 층의 출력은 h 하나입니다.",
        }),
    ),
)

# ---------- layer-shift

SHIFT = Choice("layer-shift", "C", {
    "A": {
        "en": "They cannot all grow: probabilities add up to 1, and softmax sees to it.",
        "ko": "모두 커질 수는 없습니다. 확률의 합은 1이고, softmax가 그렇게 만듭니다.",
    },
    "B": {
        "en": "The largest would win more only if the *differences* grew, as in multiplying all logits by 2.",
        "ko": "가장 큰 것이 더 커지려면 로짓의 ‘차이’가 커져야 합니다. 모든 로짓에 2를 곱할 때처럼요.",
    },
    "C": {
        "en": "Only differences count: the factor exp(100) stands above and below the fraction, and cancels.",
        "ko": "차이만 중요합니다. exp(100)이 분자와 분모에 똑같이 들어 있어 약분됩니다.",
    },
})

# ---------- layer-no-idea

NO_IDEA = Number(
    "layer-no-idea",
    truth=lambda: -np.log(1 / 10),
    margin=0.02,
    praise={
        "en": "−log(1/10) = {truth}. Remember it: a training that starts far above log K starts wrong.",
        "ko": "−log(1/10) = {truth}입니다. 기억해 두세요. log K보다 훨씬 큰 손실로 시작하는 학습은 시작이 잘못된 것입니다.",
    },
    beliefs=(
        Belief("probability", 0.1, 0.1, {
            "en": "0.1 is the probability of the right class. The loss is its negative logarithm, −log 0.1.",
            "ko": "0.1은 정답 클래스의 확률입니다. 손실은 그 로그에 음의 부호를 붙인 −log 0.1입니다.",
        }),
        Belief("base-ten", 0.99, 1.01, {
            "en": "That is the logarithm to base 10. In this course log is the natural one, `np.log`: about 2.3 times as large.",
            "ko": "밑이 10인 로그를 썼습니다. 이 강의의 log는 자연로그 `np.log`이므로 약 2.3배입니다.",
        }),
        Belief("error-rate", 0.9, 0.9, {
            "en": "0.9 is how often a blind guess is wrong. The loss asks how much probability the right class got: −log 0.1.",
            "ko": "0.9는 무작위로 찍을 때 틀리는 비율입니다. 손실은 정답 클래스가 받은 확률로 구합니다: −log 0.1.",
        }),
        Belief("nothing", 0.0, 0.0, {
            "en": "0 would mean that the right class got the probability 1. Here it got 1/10.",
            "ko": "0이라면 정답 클래스의 확률이 1이라는 뜻입니다. 여기서는 1/10입니다.",
        }),
        Belief("summed", 22.5, 23.5, {
            "en": "That is ten times the loss. Only one class is the right one, so there is one surprise, not ten.",
            "ko": "지금 답한 값은 손실의 열 배입니다. 정답 클래스는 하나뿐이므로 놀람도 열 번이 아니라 한 번입니다.",
        }),
        Belief("classes", 10.0, 10.0, {
            "en": "10 is how many classes there are. The loss is the surprise at a probability of 1/10: −log(1/10).",
            "ko": "10은 클래스의 수입니다. 손실은 확률 1/10에 대한 놀람 −log(1/10)입니다.",
        }),
        Belief("base-two", 3.3, 3.35, {
            "en": "That is the logarithm to base 2, a surprise in bits. In this course log is the natural one, `np.log`.",
            "ko": "밑이 2인 로그, 곧 비트로 나타낸 놀람을 구했습니다. 이 강의의 log는 자연로그 `np.log`입니다.",
        }),
        Belief("half", 0.68, 0.7, {
            "en": "0.69 is what a probability of ½ costs, with two classes. Here ten classes share the probability.",
            "ko": "0.69는 클래스가 둘일 때, 곧 확률이 ½일 때의 손실입니다. 여기서는 클래스 10개가 확률을 나눠 갖습니다.",
        }),
        Belief("the-wrong-nine", 0.1, 0.11, {
            "en": "That is −log 0.9, the surprise at the nine wrong classes together. The loss asks for the right one.",
            "ko": "−log 0.9는 틀린 아홉 클래스를 합친 것에 대한 놀람입니다. 손실은 정답 클래스로 구합니다.",
        }),
        Belief("squared", 0.81, 0.81, {
            "en": "That is the squared error (1 − 0.1)². For classes the loss is the cross-entropy, −log of the right one's probability.",
            "ko": "지금 구한 것은 제곱 오차 (1 − 0.1)²입니다. 클래스의 손실은 교차 엔트로피, 곧 정답 확률의 로그에 음의 부호를 붙인 것입니다.",
        }),
        Belief("sign", -2.4, -2.2, {
            "en": "The logarithm of a probability is negative; the minus in −log p makes the loss positive.",
            "ko": "확률의 로그는 음수입니다. −log p의 음의 부호 때문에 손실은 양수가 됩니다.",
        }),
    ),
)

# ---------- layer-step


def _step(w, slope, eta, *, sign=-1, power=1, through=None):
    move = np.sign(slope) if through == "sign" else slope**power
    return w + sign * (1 if through == "no eta" else eta) * move


STEP = Exercise(
    key="layer-step",
    signature="step(w, slope, eta)",
    solution=_step,
    axes=("row", "column"),
    cases=lambda rng: [
        dict(w=1.5, slope=-2.0, eta=0.1),
        dict(w=rng.normal(size=(2, 3)), slope=rng.normal(size=(2, 3)), eta=0.3),
    ],
    praise={
        "en": "Against the slope, and the steeper, the further. All training in this course is this line, more or less carefully.",
        "ko": "기울기의 반대쪽으로, 가파를수록 멀리 갑니다. 이 강의의 모든 학습은 이 한 줄을 조금 더 또는 덜 조심스럽게 되풀이합니다.",
    },
    mistakes=(
        Mistake("uphill", partial(_step, sign=1), {
            "en": "This goes uphill: the slope points to where the loss grows. Subtract it.",
            "ko": "오르막으로 갑니다. 기울기는 손실이 커지는 쪽을 가리키므로 빼야 합니다.",
        }),
        Mistake("eta-missing", partial(_step, through="no eta"), {
            "en": "η is missing: the whole slope is subtracted. The learning rate says how much of it to go.",
            "ko": "η가 빠져 기울기를 통째로 뺐습니다. 그 가운데 얼마나 갈지 학습률이 정합니다.",
        }),
        Mistake("only-the-move", lambda w, slope, eta: -eta * slope, {
            "en": "This is the move alone, −η · slope. The new weight is where w was, plus the move.",
            "ko": "움직인 양 −η · 기울기만 있습니다. 새 가중치는 원래 w에 이만큼을 더한 것입니다.",
        }),
        Mistake("scaled-w", lambda w, slope, eta: w * (1 - eta * slope), {
            "en": "Here w is multiplied. The step is subtracted from w: `w - eta * slope`, wherever w stands.",
            "ko": "w에 곱했습니다. 걸음은 w가 어디에 있든 w에서 빼는 것입니다.",
        }),
        Mistake("only-the-sign", partial(_step, through="sign"), {
            "en": "Only the sign of the slope is used, so every step is equally long. Where it is flat, near the valley, it should be short.",
            "ko": "기울기의 부호만 써서 걸음의 길이가 늘 같습니다. 골짜기 가까이 평평한 곳에서는 걸음도 짧아야 합니다.",
        }),
        Mistake("divided", lambda w, slope, eta: w - slope / eta, {
            "en": "The slope is divided by η: a small learning rate would make a giant step. Multiply.",
            "ko": "기울기를 η로 나누었습니다. 그러면 학습률이 작을수록 걸음이 커집니다. 곱하세요.",
        }),
        Mistake("only-the-product", lambda w, slope, eta: eta * slope, {
            "en": "This is η times the slope, and nothing else. It is what w loses: start from w.",
            "ko": "η 곱하기 기울기만 있습니다. 이것은 w에서 뺄 양입니다. w에서 시작하세요.",
        }),
        Mistake("turned-round", lambda w, slope, eta: eta * slope - w, {
            "en": "The difference is turned round. The new weight is w, less the step; here the step comes first and w is taken from it.",
            "ko": "빼는 순서가 바뀌었습니다. 새 가중치는 w에서 걸음을 뺀 것인데, 걸음에서 w를 뺐습니다.",
        }),
        Mistake("brackets", lambda w, slope, eta: (w - eta) * slope, {
            "en": "The brackets take η away from w and multiply all of it by the slope. Without them η meets the slope first.",
            "ko": "괄호 때문에 w에서 η를 뺀 것 전체에 기울기를 곱했습니다. 괄호가 없으면 η와 기울기를 먼저 곱합니다.",
        }),
        Mistake("slope-missing", lambda w, slope, eta: w - eta, {
            "en": "The slope is missing: every step goes to smaller w, and equally far. The slope says which way, and how far.",
            "ko": "기울기가 빠져 늘 w가 작아지는 쪽으로 같은 길이만큼 갑니다. 어느 쪽으로 얼마나 갈지는 기울기가 정합니다.",
        }),
        Mistake("size-only", lambda w, slope, eta: w - eta * np.abs(slope), {
            "en": "The sign of the slope is lost, so w always gets smaller. Where the slope is negative, w should grow.",
            "ko": "기울기의 부호가 없어져 w가 늘 작아집니다. 기울기가 음수이면 w는 커져야 합니다.",
        }),
        Mistake("squared", partial(_step, power=2), {
            "en": "The slope is squared, and with it its sign is lost: w always gets smaller. Take the slope as it is.",
            "ko": "기울기를 제곱해서 부호가 없어졌습니다. w가 늘 작아집니다. 기울기를 그대로 쓰세요.",
        }),
        Mistake("added", lambda w, slope, eta: w - (eta + slope), {
            "en": "η and the slope are added. η says which share of the slope to go: multiply the two.",
            "ko": "η와 기울기를 더했습니다. η는 기울기 가운데 얼마만큼 갈지를 정하므로 둘을 곱합니다.",
        }),
        Mistake("not-moved", lambda w, slope, eta: w, {
            "en": "w came back as it was: no step was made.",
            "ko": "w가 그대로 돌아왔습니다. 한 걸음도 가지 않았습니다.",
        }),
        Mistake("slope-called", lambda w, slope, eta: w - eta * slope(w), {
            "en": "Here `slope` is not the function of the cell above but the number that it gave, ready to use: write it without brackets.",
            "ko": "여기의 `slope`는 위 셀의 함수가 아니라 그 함수가 이미 계산한 수입니다. 괄호 없이 쓰세요.",
        }),
    ),
)

# ---------- layer-slice

SLICE = Exercise(
    key="layer-slice",
    signature="sequence(x, n)",
    solution=lambda x, n: x[:, :, n],
    axes=("t", "feature"),
    cases=lambda rng: [dict(x=rng.normal(size=(4, 3, 6)), n=2), dict(x=rng.normal(size=(3, 3, 3)), n=1)],
    praise={
        "en": "All steps, all features, one column: a sequence is a slice of the last axis.",
        "ko": "모든 시점, 모든 특성, 열 하나. 시퀀스 하나는 마지막 축의 조각입니다.",
    },
    mistakes=(
        Mistake("a-step", lambda x, n: x[n], {
            "en": "`x[n]` is one *step* of all sequences. The sequences are the columns, on the last axis: `x[:, :, n]`.",
            "ko": "`x[n]`은 모든 시퀀스의 한 ‘시점’입니다. 시퀀스는 마지막 축의 열입니다: `x[:, :, n]`.",
        }),
        Mistake("a-feature", lambda x, n: x[:, n], {
            "en": "`x[:, n]` is one *feature* of all sequences at all steps. The sequences are on the last axis.",
            "ko": "`x[:, n]`은 모든 시퀀스의 모든 시점에서 ‘특성’ 하나입니다. 시퀀스는 마지막 축에 있습니다.",
        }),
        Mistake("turned", lambda x, n: x[:, :, n].T, {
            "en": "These are the right numbers, but turned: (D, T). Steps come first: (T, D), as `x[:, :, n]` gives them.",
            "ko": "수는 맞지만 (D, T)로 돌려 놓았습니다. 시점이 먼저인 (T, D)가 되어야 합니다. `x[:, :, n]`이 그렇습니다.",
        }),
        Mistake("counted-from-one", lambda x, n: x[:, :, n - 1], {
            "en": "This is the sequence before. Labels count from 1, but Python's indices from 0, and n is an index.",
            "ko": "하나 앞의 시퀀스가 나왔습니다. 이름표는 1부터 세지만 파이썬의 번호는 0부터이고, n은 번호입니다.",
        }),
        Mistake("kept-axis", lambda x, n: x[:, :, n : n + 1], {
            "en": "The right numbers, with an axis of length 1 left over: (T, D, 1). With `n` alone instead of `n:n+1` it goes.",
            "ko": "수는 맞지만 길이 1인 축이 남아 (T, D, 1)입니다. `n:n+1` 대신 `n`만 쓰면 없어집니다.",
        }),
        Mistake("one-further", lambda x, n: x[:, :, n + 1], {
            "en": "This is the next sequence. n is an index already, counted from 0: nothing is added.",
            "ko": "하나 뒤의 시퀀스가 나왔습니다. n은 0부터 센 번호이므로 1을 더하지 않습니다.",
        }),
        Mistake("always-the-first", lambda x, n: x[:, :, 0], {
            "en": "This is always sequence 0, whatever n is. Let n stand at its place.",
            "ko": "n이 무엇이든 늘 0번 시퀀스가 나옵니다. 그 자리에 n을 쓰세요.",
        }),
        Mistake("all-before", lambda x, n: x[:, :, :n], {
            "en": "`:n` takes all sequences before n. A single number in that place, without a colon, takes one.",
            "ko": "`:n`은 n보다 앞의 시퀀스를 모두 가져옵니다. 그 자리에 콜론 없이 수 하나를 쓰면 하나만 가져옵니다.",
        }),
        Mistake("all-after", lambda x, n: x[:, :, n:], {
            "en": "`n:` takes all sequences from n on. Without the colon it takes one.",
            "ko": "`n:`은 n부터 끝까지의 시퀀스를 모두 가져옵니다. 콜론이 없으면 하나만 가져옵니다.",
        }),
        Mistake("one-feature", lambda x, n: x[:, 0, n], {
            "en": "Only feature 0 came. A colon in the middle keeps all features: (T, D).",
            "ko": "특성 0만 나왔습니다. 가운데에 콜론을 쓰면 모든 특성이 남습니다: (T, D).",
        }),
        Mistake("mean-of-the-sequences", lambda x, n: x.mean(axis=-1), {
            "en": "This is the mean of all sequences. One of them is asked for: n says which.",
            "ko": "지금 구한 것은 모든 시퀀스의 평균입니다. 필요한 것은 그 가운데 하나이고, 어느 것인지는 n이 정합니다.",
        }),
    ),
)

register(DENSE, SHIFT, NO_IDEA, STEP, SLICE)
