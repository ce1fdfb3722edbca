"""Exercises of lesson 5: the gradient at the output, the terms by hand, the way back in numbers and in arrays, a bug."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Belief, Bug, Number, OrderLines
from seqlib.lessons.next_word import next_word_model

# ---------- bptt-softmax


def _softmax(z, axis=0):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _onehot(logits, y):
    return (np.arange(len(logits))[:, None] == y) * 1.0


def _at_output(logits, y, *, p=_softmax, minus=_onehot, sign=1, over=1):
    return sign * (p(logits) - minus(logits, y)) / (1 if over == 1 else len(y))


def _logits(rng, K, N):
    return dict(logits=2 * rng.normal(size=(K, N)), y=rng.integers(0, K, N))


SOFTMAX = Exercise(
    key="bptt-softmax",
    signature="dloss_dz(logits, y)",
    solution=_at_output,
    axes=("class", "example"),
    cases=lambda rng: [_logits(rng, 4, 3), _logits(rng, 3, 3), dict(logits=np.array([[0.0], [1.0]]), y=np.array([0]))],
    praise={
        "en": "p − onehot(y): negative only at the true class. All of learning starts with this difference.",
        "ko": "p − onehot(y)에서 음수인 곳은 정답 클래스뿐입니다. 모든 학습이 이 차이에서 시작됩니다.",
    },
    mistakes=(
        Mistake("onehot-missing", partial(_at_output, minus=lambda z, y: 0), {
            "en": "This is p alone. Without `- onehot(y)` every class is pushed down, the true one too, whatever the target is.",
            "ko": "지금 구한 것은 p뿐입니다. `- onehot(y)`가 없으면 정답이 무엇이든 정답 클래스까지 모든 클래스가 아래로 밀립니다.",
        }),
        Mistake("sign-flipped", partial(_at_output, sign=-1), {
            "en": "The sign is turned: onehot(y) − p is the direction *downhill*. The gradient points uphill, and the update subtracts it.",
            "ko": "부호가 반대입니다. onehot(y) − p는 ‘내려가는’ 방향입니다. 기울기는 오르는 방향이고, 업데이트할 때 뺍니다.",
        }),
        Mistake("softmax-missing", partial(_at_output, p=lambda z: z), {
            "en": "The logits themselves are used. Turn them into probabilities first: p = softmax(logits).",
            "ko": "로짓을 그대로 썼습니다. 먼저 확률로 바꾸세요: p = softmax(logits).",
        }),
        Mistake("softmax-over-examples", partial(_at_output, p=lambda z: _softmax(z, axis=1)), {
            "en": "The softmax runs over the examples. The probabilities of the *classes* of one example add up to 1: axis 0.",
            "ko": "소프트맥스를 예제 방향으로 취했습니다. 더해서 1이 되는 것은 예제 하나의 ‘클래스’ 확률들입니다. 축 0을 쓰세요.",
        }),
        Mistake("one-everywhere", partial(_at_output, minus=lambda z, y: 1), {
            "en": "1 is subtracted from every class. Only the true class of each example gets the −1.",
            "ko": "모든 클래스에서 1을 뺐습니다. 예제마다 정답 클래스에서만 1을 뺍니다.",
        }),
        Mistake("class-number", partial(_at_output, minus=lambda z, y: y), {
            "en": "The class *number* y is subtracted. y is only a name; subtract 1 in the row that it names.",
            "ko": "클래스 ‘번호’ y를 뺐습니다. y는 이름일 뿐입니다. 그 이름이 가리키는 행에서 1을 빼세요.",
        }),
        Mistake("only-through-p", lambda logits, y: -_onehot(logits, y) / _softmax(logits), {
            "en": "−onehot/p is ∂L/∂p. One more factor leads from p to z: the softmax's own derivative, which turns the product into p − onehot.",
            "ko": "−onehot/p는 ∂L/∂p입니다. p에서 z로 가는 인수, 곧 소프트맥스 자신의 미분이 하나 더 있습니다. 곱하면 p − onehot이 됩니다.",
        }),
        Mistake("only-the-target", lambda logits, y: _onehot(logits, y) * (_softmax(logits) - 1), {
            "en": "Only the true class has a gradient here. The others have one, too, p: raising their logit takes probability from the true class.",
            "ko": "정답 클래스에만 기울기가 있습니다. 다른 클래스에도 p만큼 있습니다. 그 로짓이 커지면 정답 클래스의 확률이 줄어들기 때문입니다.",
        }),
        Mistake("not-normalised", partial(_at_output, p=lambda z: np.exp(z - z.max(axis=0))), {
            "en": "`e` is not yet a probability: it has not been divided by its sum. Subtract onehot from p.",
            "ko": "`e`는 합으로 나누기 전이라 아직 확률이 아닙니다. onehot은 p에서 빼세요.",
        }),
        Mistake("sigmoid-slope-too", lambda logits, y: _at_output(logits, y) * _softmax(logits) * (1 - _softmax(logits)), {
            "en": "p(1 − p) is one factor too many: p − onehot is already ∂L/∂z, the softmax's derivative is in it.",
            "ko": "p(1 − p)는 더 곱하지 않아도 됩니다. p − onehot이 이미 ∂L/∂z이고, 소프트맥스의 미분이 그 안에 들어 있습니다.",
        }),
        Mistake("the-loss-itself", lambda logits, y: -_onehot(logits, y) * np.log(_softmax(logits)), {
            "en": "This is the loss, −log p at the true class, and not its derivative. The derivative by z is p − onehot.",
            "ko": "이것은 정답 클래스의 −log p, 곧 손실 자체입니다. z에 대한 미분은 p − onehot입니다.",
        }),
        Mistake("squared", lambda logits, y: _at_output(logits, y) ** 2, {
            "en": "The difference is squared, and its sign is lost. The gradient is p − onehot as it is: negative at the true class.",
            "ko": "차이를 제곱해서 부호가 사라졌습니다. 기울기는 p − onehot 그대로이고, 정답 클래스에서 음수입니다.",
        }),
        Mistake("mean-squared-error", lambda logits, y: 2 * _at_output(logits, y), {
            "en": "The 2 belongs to a squared error. For cross-entropy with softmax, ∂L/∂z is p − onehot with no factor before it.",
            "ko": "2는 제곱 오차를 미분할 때 나옵니다. 소프트맥스와 교차 엔트로피에서 ∂L/∂z는 앞에 아무것도 곱하지 않은 p − onehot입니다.",
        }),
        Mistake("only-p-of-the-target", lambda logits, y: _onehot(logits, y) * _softmax(logits), {
            "en": "onehot is multiplied, so all but the true class are 0. Subtract it: p − onehot.",
            "ko": "onehot을 곱해서 정답 클래스만 남았습니다. 곱하지 말고 빼세요: p − onehot.",
        }),
        Mistake("the-loss-per-example", lambda logits, y: -np.log((_softmax(logits) * _onehot(logits, y)).sum(axis=0)), {
            "en": "This is the loss of each example, one number. Its derivative has a number for every logit, (K, N): p − onehot.",
            "ko": "지금 구한 것은 예제마다 값이 하나인 손실 자체입니다. 미분은 로짓마다 값이 있어 (K, N) 모양입니다: p − onehot.",
        }),
        Mistake("absolute", lambda logits, y: np.abs(_at_output(logits, y)), {
            "en": "The sign is lost. The true class has a *negative* gradient, so that the update raises its logit.",
            "ko": "부호가 사라졌습니다. 정답 클래스의 기울기는 ‘음수’여야 업데이트할 때 그 로짓이 커집니다.",
        }),
        Mistake("divided-by-p", lambda logits, y: _at_output(logits, y) / _softmax(logits), {
            "en": "The difference is divided by p. Only ∂L/∂p has p below the line; in the product with the softmax's derivative it cancels.",
            "ko": "차이를 p로 나누었습니다. p가 분모에 있는 것은 ∂L/∂p뿐이고, 소프트맥스의 미분을 곱하면 약분됩니다.",
        }),
        Mistake("summed-over-examples", lambda logits, y: _at_output(logits, y).sum(axis=1, keepdims=True), {
            "en": "The examples are added up already. Here each has its own column, (K, N); they are added where they share a weight.",
            "ko": "예제들을 벌써 더했습니다. 여기서는 예제마다 열이 하나씩인 (K, N)이고, 더하는 것은 가중치를 함께 쓸 때입니다.",
        }),
        Mistake("onehot-inside-softmax", lambda logits, y: _softmax(logits - _onehot(logits, y)), {
            "en": "onehot is subtracted from the logits, inside the softmax. Take the softmax first, then subtract: p − onehot.",
            "ko": "소프트맥스를 취하기 전의 로짓에서 onehot을 뺐습니다. 소프트맥스를 먼저 취하고 빼세요: p − onehot.",
        }),
        Mistake("rows-of-p", lambda logits, y: _softmax(logits)[y] - 1, {
            "en": "`p[y]` picks whole rows, for all examples. Every class of every example has a gradient, (K, N): p − onehot.",
            "ko": "`p[y]`는 모든 예제의 행을 통째로 고릅니다. 기울기는 예제마다 클래스마다 있어 (K, N) 모양입니다: p − onehot.",
        }),
        Mistake("target-flat", lambda logits, y: _softmax(logits)[y, np.arange(len(y))] - 1, {
            "en": "These are the gradients of the true classes alone. The other classes have one as well, p: the result is (K, N), p − onehot.",
            "ko": "정답 클래스의 기울기만 모았습니다. 다른 클래스에도 p만큼 있으므로 결과는 (K, N) 모양의 p − onehot입니다.",
        }),
        Mistake("slope-of-softmax", lambda logits, y: _softmax(logits) * (1 - _softmax(logits)), {
            "en": "p(1 − p) is the derivative of a probability by its own logit; the target is not in it. With the loss before it, p − onehot is left.",
            "ko": "p(1 − p)는 확률을 자기 로짓으로 미분한 것이고 정답이 들어 있지 않습니다. 손실까지 이으면 p − onehot이 남습니다.",
        }),
        Mistake("log-of-all", lambda logits, y: -np.log(_softmax(logits)), {
            "en": "−log p is a loss, and here of every class. Asked for is its derivative by z, p − onehot.",
            "ko": "−log p는 손실인데, 그마저 모든 클래스에 대해 구했습니다. 구할 것은 z에 대한 미분 p − onehot입니다.",
        }),
        Mistake("divided-by-N", partial(_at_output, over="N"), {
            "en": "Divided by the number of examples. That belongs to the mean over a batch; here each example has its own loss.",
            "ko": "예제 수로 나누었습니다. 배치 평균을 쓸 때는 그렇게 하지만, 여기서는 예제마다 손실이 따로 있습니다.",
        }),
    ),
)

# ---------- bptt-terms


def _slope(h):
    return 1 - h * h


def _plus(h):
    return 1 + h**2


def _terms(
    dy, W_hy, W_hh, h, *, slope=_slope, at=1, held="before", direct=True, first=True, W=True, through=True, order=1,
    own_slope=True, own_weight=False, back_slope=True, own_at=1, back_at=1,
):  # fmt: skip
    """The three terms; the keywords are the places at which readers go wrong."""
    s = slope(h[1:] if at == 1 else h[:-1])
    back = (slope(h[:-1]) if back_at == 0 else s if back_slope else np.ones(3)) * (W_hh if W else 1)
    own = (slope(h[:-1]) if own_at == 0 else s if own_slope else np.ones(3)) * (h[:-1] if held == "before" else h[1:])  # ∂⁺h_t/∂W_hh
    if own_weight:
        own = own * W_hh
    if not direct:  # the total derivative in place of the immediate one
        for t in (1, 2):
            own[t] = own[t] + back[t] * own[t - 1]
    out = (dy if first else 1) * (W_hy if through else 1)
    return np.array([out * own[2], out * back[2] * own[1], out * back[2] * back[1] * own[0]])[::order]


def _path(W_hh, h, *, back=lambda s, W: s * W, last=lambda s, h: s * h[:-1]):
    """τ₃, τ₂, τ₁ without their first two factors, from other factors on the way back or at its end."""
    s = _slope(h[1:])
    back, last = back(s, W_hh), last(s, h)
    return np.array([last[2], back[2] * last[1], back[2] * back[1] * last[0]])


def _short(dy, W_hy, W_hh, h, which=1):
    """τ₁ with only one of its two Jacobians."""
    t3, t2, t1 = _terms(dy, W_hy, W_hh, h)
    return np.array([t3, t2, t1 / (_slope(h[4 - which]) * W_hh)])


def _one_weight_too_few(dy, W_hy, W_hh, h):
    t3, t2, t1 = _terms(dy, W_hy, W_hh, h)
    return np.array([t3, t2, t1 / W_hh])


TERMS = Exercise(
    key="bptt-terms",
    signature="terms(dy, W_hy, W_hh, h)",
    solution=_terms,
    returns=("tau_3", "tau_2", "tau_1"),
    axes=("entry",),
    cases=lambda rng: [
        dict(dy=1.2, W_hy=-0.7, W_hh=0.9, h=np.array([0.5, 0.3, -0.4, 0.6])),
        dict(dy=-0.4, W_hy=1.5, W_hh=-1.1, h=np.array([-0.2, 0.7, 0.1, -0.5])),
    ],
    praise={
        "en": "Each term is one path: back from the loss to h_k, then into the weight. Their sum is the gradient.",
        "ko": "항 하나가 경로 하나입니다. 손실에서 h_k까지 거슬러 간 뒤 가중치로 들어갑니다. 그 합이 기울기입니다.",
    },
    mistakes=(
        Mistake("slope-inverted", partial(_terms, slope=lambda h: 1 / (1 - h * h)), {
            "en": "The slope of tanh is 1 − h², not 1/(1 − h²): that one belongs to the inverse function. tanh can only shrink a gradient.",
            "ko": "tanh의 미분은 1/(1 − h²)이 아니라 1 − h²입니다. 1/(1 − h²)은 역함수의 미분입니다. tanh는 기울기를 줄이기만 합니다.",
        }),
        Mistake("plus-in-the-slope", partial(_terms, slope=_plus), {
            "en": "The slope is 1 + h² here. It is 1 − h²: flattest where the unit is saturated.",
            "ko": "지금 쓴 tanh의 미분은 1 + h²입니다. 1 − h²이어야 합니다. 유닛이 포화된 곳에서 tanh가 가장 평평하고, 그곳에서 미분이 가장 작습니다.",
        }),
        Mistake("slope-missing-in-tau_2", lambda dy, W_hy, W_hh, h: _terms(dy, W_hy, W_hh, h) / [1, _slope(h[2]), 1], {
            "en": "In τ₂ a slope is missing: W_hh · h₁ stands inside the tanh that made h₂, so `slope[2]` belongs to it.",
            "ko": "τ₂에 tanh의 미분 하나가 빠졌습니다. W_hh · h₁은 h₂를 만든 tanh 안에 있으므로 `slope[2]`가 붙습니다.",
        }),
        Mistake("slope-missing", partial(_terms, slope=np.ones_like), {
            "en": "The slope of tanh, 1 − h², is missing: every step back goes through tanh, and so does the step into the weight.",
            "ko": "tanh의 미분 1 − h²이 빠졌습니다. 한 시점 거슬러 갈 때마다, 그리고 가중치로 들어갈 때도 tanh를 지납니다.",
        }),
        Mistake("slope-of-the-step-before", partial(_terms, at=0), {
            "en": "The slope is taken at hₜ₋₁. The tanh that made hₜ has the slope 1 − hₜ².",
            "ko": "tanh의 미분을 hₜ₋₁에서 구했습니다. hₜ를 만든 tanh의 미분은 1 − hₜ²입니다.",
        }),
        Mistake("h_t-for-h_prev", partial(_terms, held="now"), {
            "en": "The last factor has hₜ where hₜ₋₁ belongs. In aₜ the weight W_hh is multiplied by the state *before*: hₜ₋₁.",
            "ko": "마지막 인수에 hₜ₋₁ 대신 hₜ가 들어갔습니다. aₜ에서 W_hh에 곱해지는 것은 ‘이전’ 상태 hₜ₋₁입니다.",
        }),
        Mistake("total-for-immediate", partial(_terms, direct=False), {
            "en": "The last factor is the *total* derivative of hₜ. It contains the earlier steps, which have their own terms: they are counted twice. Hold hₜ₋₁ fixed.",
            "ko": "마지막 인수가 hₜ의 ‘전체’ 미분입니다. 이미 자기 항이 있는 이전 시점들이 그 안에 또 들어 있어 두 번 세게 됩니다. hₜ₋₁을 고정하세요.",
        }),
        Mistake("one-Jacobian-too-few", _short, {
            "en": "τ₁ has one factor too few. From h₃ to h₁ there are two steps: ∂h₃/∂h₂ · ∂h₂/∂h₁.",
            "ko": "τ₁에 인수가 하나 모자랍니다. h₃에서 h₁까지는 두 시점을 거슬러 갑니다: ∂h₃/∂h₂ · ∂h₂/∂h₁.",
        }),
        Mistake("second-Jacobian-missing", partial(_short, which=2), {
            "en": "τ₁ jumps over h₂: the factor ∂h₂/∂h₁ = (1 − h₂²)·W_hh is missing. From h₃ to h₁ there are two steps.",
            "ko": "τ₁이 h₂를 건너뛰었습니다. 인수 ∂h₂/∂h₁ = (1 − h₂²)·W_hh가 빠졌습니다. h₃에서 h₁까지는 두 시점입니다.",
        }),
        Mistake("way-back-missing", lambda dy, W_hy, W_hh, h: dy * W_hy * _path(W_hh, h, back=lambda s, W: np.ones(3)), {
            "en": "τ₂ and τ₁ begin as if ŷ₃ read h₂ and h₁. It reads h₃ only: from there every step back brings a factor (1 − hₜ²)·W_hh.",
            "ko": "τ₂와 τ₁이 마치 ŷ₃이 h₂와 h₁에서 바로 나온 것처럼 시작합니다. ŷ₃은 h₃에서만 나오고, 한 시점 거슬러 갈 때마다 (1 − hₜ²)·W_hh가 곱해집니다.",
        }),
        Mistake("always-h_2", lambda dy, W_hy, W_hh, h: dy * W_hy * _path(W_hh, h, last=lambda s, h: s * h[2]), {
            "en": "All three terms end in h₂. In τₖ it is the state that W_hh was multiplied by at step k: h₂, then h₁, then h₀.",
            "ko": "세 항이 모두 h₂로 끝납니다. τₖ에는 시점 k에서 W_hh에 곱한 상태가 들어갑니다: h₂, h₁, h₀.",
        }),
        Mistake("last-state-missing", lambda dy, W_hy, W_hh, h: dy * W_hy * _path(W_hh, h, last=lambda s, h: s), {
            "en": "The last factor is the slope alone. ∂⁺hₜ/∂W_hh is (1 − hₜ²)·hₜ₋₁: the weight is multiplied by the state before.",
            "ko": "마지막 인수에 tanh의 미분만 있습니다. 가중치에 이전 상태를 곱하므로 ∂⁺hₜ/∂W_hh는 (1 − hₜ²)·hₜ₋₁입니다.",
        }),
        Mistake("W_hy-on-the-way", lambda dy, W_hy, W_hh, h: dy * W_hy * _path(W_hy, h), {
            "en": "On the way from h₃ to h₁ stands W_hy. That weight leads to the output, once; from state to state it is W_hh.",
            "ko": "h₃에서 h₁로 가는 길에 W_hy가 들어 있습니다. W_hy는 출력으로 갈 때 한 번 쓰고, 상태에서 상태로 갈 때는 W_hh입니다.",
        }),
        Mistake("one-W_hh-too-few", _one_weight_too_few, {
            "en": "W_hh stands only once in τ₁. From h₃ to h₁ the gradient goes back two steps, and through W_hh at each of them.",
            "ko": "τ₁에 W_hh가 한 번만 들어 있습니다. h₃에서 h₁까지는 두 시점을 거슬러 가고, 그때마다 W_hh를 지납니다.",
        }),
        Mistake("running-sums", lambda *inputs: np.cumsum(_terms(*inputs)), {
            "en": "Each term also holds the terms before it: these are running sums, the last is the whole gradient. Each τ is one path alone.",
            "ko": "항마다 이전 항들이 더해져 있습니다. 누적 합이므로 마지막 값이 전체 기울기입니다. τ 하나는 경로 하나입니다.",
        }),
        Mistake("only-the-sum", lambda *inputs: _terms(*inputs).sum(), {
            "en": "This is the sum of the three, the whole gradient. Return the three terms themselves: `return tau_3, tau_2, tau_1`.",
            "ko": "지금 돌려준 것은 세 항의 합, 곧 전체 기울기입니다. 세 항을 따로 돌려주세요: `return tau_3, tau_2, tau_1`.",
        }),
        Mistake("h_0-taken-as-0", lambda *inputs: _terms(*inputs) * [1, 1, 0], {
            "en": "τ₁ is 0 only where h₀ is 0. Here `h[0]` is given: the last factor of τ₁ is `slope[1] * h[0]`.",
            "ko": "τ₁은 h₀이 0일 때만 0입니다. 여기서는 `h[0]` 값이 주어져 있고, τ₁의 마지막 인수는 `slope[1] * h[0]`입니다.",
        }),
        Mistake("last-slope-missing", partial(_terms, own_slope=False), {
            "en": "The last factor has no slope: ∂⁺hₜ/∂W_hh is (1 − hₜ²)·hₜ₋₁, because W_hh enters before the tanh.",
            "ko": "마지막 인수에 tanh의 미분이 없습니다. W_hh는 tanh 이전에 들어가므로 ∂⁺hₜ/∂W_hh는 (1 − hₜ²)·hₜ₋₁입니다.",
        }),
        Mistake("slope-on-the-way-missing", partial(_terms, back_slope=False), {
            "en": "∂hₜ/∂hₜ₋₁ is more than W_hh: it is (1 − hₜ²)·W_hh, since every step back goes through tanh as well.",
            "ko": "∂hₜ/∂hₜ₋₁은 W_hh뿐이 아니라 (1 − hₜ²)·W_hh입니다. 한 시점 거슬러 갈 때마다 tanh도 지납니다.",
        }),
        Mistake("last-slope-of-the-step-before", partial(_terms, own_at=0), {
            "en": "The last factor has the slope of the step before. hₜ₋₁ is only multiplied; the tanh between W_hh and hₜ has the slope 1 − hₜ².",
            "ko": "마지막 인수에 이전 시점의 미분이 들어 있습니다. hₜ₋₁은 곱해질 뿐이고, W_hh와 hₜ 사이의 tanh의 미분은 1 − hₜ²입니다.",
        }),
        Mistake("way-back-slope-of-the-step-before", partial(_terms, back_at=0), {
            "en": "∂hₜ/∂hₜ₋₁ has the slope of the step before. From hₜ back to hₜ₋₁ the gradient goes through the tanh that made hₜ: 1 − hₜ².",
            "ko": "∂hₜ/∂hₜ₋₁에 이전 시점의 미분이 들어 있습니다. hₜ에서 hₜ₋₁로 갈 때 지나는 것은 hₜ를 만든 tanh이므로 1 − hₜ²입니다.",
        }),
        Mistake("W_hh-in-the-last-factor", partial(_terms, own_weight=True), {
            "en": "There is one W_hh too many in each term. The last factor is the derivative *by* W_hh: (1 − hₜ²)·hₜ₋₁, and W_hh itself is gone.",
            "ko": "항마다 W_hh가 하나씩 많습니다. 마지막 인수는 W_hh에 ‘대한’ 미분 (1 − hₜ²)·hₜ₋₁이라서 W_hh 자신은 남지 않습니다.",
        }),
        Mistake("W_hh-missing", partial(_terms, W=False), {
            "en": "∂hₜ/∂hₜ₋₁ lacks W_hh: it is (1 − hₜ²)·W_hh, because hₜ₋₁ reaches hₜ through that weight.",
            "ko": "∂hₜ/∂hₜ₋₁에 W_hh가 없습니다. hₜ₋₁은 그 가중치를 거쳐 hₜ에 영향을 주므로 (1 − hₜ²)·W_hh입니다.",
        }),
        Mistake("dy-missing", partial(_terms, first=False), {
            "en": "The first factor ∂L/∂ŷ₃ is missing. These are the terms of ∂ŷ₃/∂W_hh, not of the loss.",
            "ko": "첫 인수 ∂L/∂ŷ₃이 빠졌습니다. 이것은 손실이 아니라 ∂ŷ₃/∂W_hh의 항입니다.",
        }),
        Mistake("W_hy-missing", partial(_terms, through=False), {
            "en": "∂ŷ₃/∂h₃ = W_hy is missing: the gradient reaches h₃ through the readout.",
            "ko": "∂ŷ₃/∂h₃ = W_hy가 빠졌습니다. 기울기는 출력층을 거쳐 h₃에 전해집니다.",
        }),
        Mistake("order-reversed", partial(_terms, order=-1), {
            "en": "The terms are right, but in the order τ₁, τ₂, τ₃. This exercise asks for τ₃, τ₂, τ₁, as the formula has them.",
            "ko": "항은 맞지만 τ₁, τ₂, τ₃ 순서입니다. 이 연습 문제에서는 수식처럼 τ₃, τ₂, τ₁ 순서로 돌려주어야 합니다.",
        }),
    ),
)

# ---------- bptt-step-back


def _transposed(W, v):
    return W.T @ v


def _step_back(
    dh, h_t, W_hh, *, slope=_slope, to=_transposed, through=True, order=1, late=False, stay=False, dh_kept=True, again=False,
):  # fmt: skip
    da = (dh if dh_kept else 1) * slope(h_t)
    prev = to(W_hh, dh) * slope(h_t) if late else to(W_hh, da if through else dh)
    prev = prev * slope(h_t) if again else prev
    return np.stack([da, prev + dh if stay else prev])[::order]


def _states(rng, *shape):
    return np.tanh(rng.normal(size=shape))


STEP_BACK = Exercise(
    key="bptt-step-back",
    signature="step_back(dh, h_t, W_hh)",
    solution=_step_back,
    returns=("da", "dh_prev"),
    axes=("entry", "unit", "example"),
    cases=lambda rng: [
        dict(dh=rng.normal(size=(3, 2)), h_t=_states(rng, 3, 2), W_hh=rng.normal(size=(3, 3))),
        dict(dh=rng.normal(size=(4, 4)), h_t=_states(rng, 4, 4), W_hh=rng.normal(size=(4, 4))),
    ],
    praise={
        "en": "Through tanh by its slope, through W_hh by its transpose: every step back does these two things, and nothing else.",
        "ko": "tanh를 지날 때는 tanh의 미분을, W_hh를 지날 때는 그 전치를 곱합니다. 한 시점 거슬러 가는 일은 이 둘뿐입니다.",
    },
    mistakes=(
        Mistake("slope-inverted", partial(_step_back, slope=lambda h: 1 / (1 - h * h)), {
            "en": "1/(1 − h²) is the slope of the *inverse* of tanh. The slope of tanh is 1 − h²: multiply by it.",
            "ko": "1/(1 − h²)은 tanh의 ‘역함수’의 미분입니다. tanh의 미분 1 − h²을 곱하세요.",
        }),
        Mistake("slope-missing", partial(_step_back, slope=np.ones_like), {
            "en": "The gradient went past tanh without its slope: da = dh · (1 − hₜ²).",
            "ko": "tanh를 지날 때 tanh의 미분을 곱하지 않았습니다: da = dh · (1 − hₜ²).",
        }),
        Mistake("tanh-twice", partial(_step_back, slope=lambda h: 1 - np.tanh(h) ** 2), {
            "en": "tanh is applied to hₜ once more. hₜ is already the output of tanh, so the slope is simply 1 − hₜ².",
            "ko": "hₜ에 tanh를 한 번 더 취했습니다. hₜ가 이미 tanh의 출력이므로 tanh의 미분은 그냥 1 − hₜ²입니다.",
        }),
        Mistake("slope-not-squared", partial(_step_back, slope=lambda h: 1 - h), {
            "en": "The slope is 1 − h, without the square. It is 1 − h²: as steep for −h as for h.",
            "ko": "제곱이 빠져 1 − h가 되었습니다. tanh의 미분은 1 − h²이고, h와 −h에서 똑같습니다.",
        }),
        Mistake("sigmoid-slope", partial(_step_back, slope=lambda h: h * (1 - h)), {
            "en": "h(1 − h) is the slope of the sigmoid. This cell uses tanh: 1 − h².",
            "ko": "h(1 − h)는 시그모이드의 미분입니다. 이 셀은 tanh를 쓰므로 1 − h²입니다.",
        }),
        Mistake("W_hh-not-transposed", partial(_step_back, to=np.matmul), {
            "en": "W_hh leads *forward*, from hₜ₋₁ to hₜ. Back the same connections go from the unit that received to the one that sent: `W_hh.T @ da`.",
            "ko": "W_hh는 hₜ₋₁에서 hₜ로 가는 길입니다. 거슬러 갈 때는 받은 유닛에서 보낸 유닛으로 가야 합니다: `W_hh.T @ da`.",
        }),
        Mistake("past-the-tanh", partial(_step_back, through=False), {
            "en": "`W_hh.T` is applied to dh. On its way to hₜ₋₁ the gradient goes through tanh first: apply it to da.",
            "ko": "`W_hh.T`를 dh에 곱했습니다. hₜ₋₁로 가려면 먼저 tanh를 지나야 하므로 da에 곱하세요.",
        }),
        Mistake("slope-after-the-matrix", partial(_step_back, late=True), {
            "en": "The slope comes after `W_hh.T`. Going back the order is turned round: first through tanh, that is da, then `W_hh.T @ da`.",
            "ko": "tanh의 미분을 `W_hh.T` 다음에 곱했습니다. 거슬러 갈 때는 순서가 반대라서 먼저 tanh를 지난 da, 그다음 `W_hh.T @ da`입니다.",
        }),
        Mistake("dh-missing", partial(_step_back, dh_kept=False), {
            "en": "da is the slope alone, dh is missing: the slope scales the gradient that arrives. da = dh · (1 − hₜ²).",
            "ko": "da에 dh가 없고 tanh의 미분만 있습니다. 들어온 기울기에 그 미분을 곱합니다: da = dh · (1 − hₜ²).",
        }),
        Mistake("dh-stays", partial(_step_back, stay=True), {
            "en": "dh is added to dh_prev. What arrives at hₜ₋₁ from step t has gone through tanh and W_hh; dh itself stays behind at hₜ.",
            "ko": "dh_prev에 dh를 더했습니다. 시점 t에서 hₜ₋₁로 가는 것은 tanh와 W_hh를 지난 값뿐이고, dh 자체는 hₜ에 남습니다.",
        }),
        Mistake("element-wise-W_hh", partial(_step_back, to=lambda W, v: W.T * v), {
            "en": "`*` multiplies entry by entry. Each unit of hₜ₋₁ hears from *all* units: that is a product of a matrix and columns, `@`.",
            "ko": "`*`는 요소별 곱입니다. hₜ₋₁의 유닛은 ‘모든’ 유닛에서 기울기를 받으므로 행렬과 열의 곱 `@`를 쓰세요.",
        }),
        Mistake("element-wise-not-transposed", partial(_step_back, to=lambda W, v: W * v), {
            "en": "`W_hh * da` multiplies entry by entry, and W_hh is not transposed. Each unit of hₜ₋₁ hears from *all* units it sent to: `W_hh.T @ da`.",
            "ko": "`W_hh * da`는 요소별 곱이고 전치도 하지 않았습니다. hₜ₋₁의 유닛은 자기가 보낸 ‘모든’ 유닛에서 기울기를 받습니다: `W_hh.T @ da`.",
        }),
        Mistake("matrix-on-the-right", partial(_step_back, to=lambda W, v: v @ W), {
            "en": "The matrix stands at the right of da. The examples are columns here, so a matrix goes to the left: `W_hh.T @ da`.",
            "ko": "행렬이 da의 오른쪽에 있습니다. 여기서는 예제가 열이므로 행렬은 왼쪽에 옵니다: `W_hh.T @ da`.",
        }),
        Mistake("matrix-on-the-right-transposed", partial(_step_back, to=lambda W, v: v @ W.T), {
            "en": "W_hh.T stands at the right of da. The examples are columns here, so the matrix goes to the left: `W_hh.T @ da`.",
            "ko": "W_hh.T가 da의 오른쪽에 있습니다. 여기서는 예제가 열이므로 행렬은 왼쪽에 옵니다: `W_hh.T @ da`.",
        }),
        Mistake("inverse", partial(_step_back, to=lambda W, v: np.linalg.inv(W) @ v), {
            "en": "The inverse would undo the forward step. Going back with a *gradient* takes the transpose: `W_hh.T @ da`.",
            "ko": "역행렬은 순전파를 되돌리는 것입니다. ‘기울기’가 거슬러 갈 때는 전치를 곱합니다: `W_hh.T @ da`.",
        }),
        Mistake("slope-twice", partial(_step_back, again=True), {
            "en": "dh_prev has the slope of this step's tanh twice: it is in da already. What comes next is the tanh of the step before, at its own time.",
            "ko": "dh_prev에 이 시점의 tanh의 미분이 두 번 들어 있습니다. da에 이미 있습니다. 이전 시점의 tanh는 그 시점에서 곱합니다.",
        }),
        Mistake("slope-at-dh", lambda dh, h_t, W_hh: _step_back(1, np.tanh(dh), W_hh), {
            "en": "tanh and its slope are taken of dh. The slope belongs to the state, 1 − hₜ², and dh is multiplied by it.",
            "ko": "dh에 tanh의 미분을 취했습니다. 미분 1 − hₜ²은 상태에서 구하고, 거기에 dh를 곱합니다.",
        }),
        Mistake("brackets-forgotten", lambda dh, h_t, W_hh: np.stack([dh - h_t**2, W_hh.T @ (dh - h_t**2)]), {
            "en": "The brackets are missing: `dh * 1 - h_t**2` is dh − h². The whole slope multiplies dh: `dh * (1 - h_t**2)`.",
            "ko": "괄호가 빠져 `dh * 1 - h_t**2`, 곧 dh − h²이 되었습니다. 미분 전체를 dh에 곱하세요: `dh * (1 - h_t**2)`.",
        }),
        Mistake("only-dh_prev", lambda *inputs: _step_back(*inputs)[1], {
            "en": "Only dh_prev came back. The weights need da, too: `return da, dh_prev`.",
            "ko": "dh_prev만 돌려주었습니다. 가중치의 기울기에는 da도 필요합니다: `return da, dh_prev`.",
        }),
        Mistake("only-da", lambda *inputs: _step_back(*inputs)[0], {
            "en": "Only da came back. The step before needs dh_prev: `return da, dh_prev`.",
            "ko": "da만 돌려주었습니다. 이전 시점에는 dh_prev가 필요합니다: `return da, dh_prev`.",
        }),
        Mistake("squared-difference", partial(_step_back, slope=lambda h: (1 - h) ** 2), {
            "en": "The square stands outside: (1 − h)². Square h first: 1 − h².",
            "ko": "괄호 전체를 제곱해 (1 − h)²이 되었습니다. h를 먼저 제곱하세요: 1 − h².",
        }),
        Mistake("one-minus-missing", partial(_step_back, slope=lambda h: h**2), {
            "en": "The slope is h², without the 1 −. It is largest, 1, at h = 0, where tanh is steepest: 1 − h².",
            "ko": "tanh의 미분에 1 −이 빠져 h²이 되었습니다. tanh는 h = 0에서 가장 가파르므로 미분은 1 − h²입니다.",
        }),
        Mistake("order-reversed", partial(_step_back, order=-1), {
            "en": "Both are right, but in the wrong order: return da first, then dh_prev.",
            "ko": "둘 다 맞지만 순서가 바뀌었습니다. da를 먼저, dh_prev를 나중에 돌려주세요.",
        }),
    ),
)

# ---------- bptt-loop


def _add(terms):
    return terms.sum(axis=0)


def _first_step(terms):
    return terms[0]  # the loop runs backwards, so what is written last is the first step's



def _loop(
    x, h_all, dh, W_hh, *, carry=True, own=True, slope=_slope, at="now", to=_transposed, next_from="da", piles=False,
    outside=False, brackets=True, open_slope=False, again=False, gather=_add, rest=None, bias_only=None, held="before", weights="da", product="tin,tjn->tij",
    bias="column", steps=reversed,
):  # fmt: skip
    """BPTT; the keywords are the places at which readers go wrong."""
    T = len(x)
    da, total, dh_next = np.zeros(dh.shape), np.zeros(dh.shape), np.zeros(dh.shape[1:])
    for n, t in enumerate(steps(range(T))):
        from_next = dh_next if carry else 0
        total[t] = (dh[t] if own or n == 0 else 0) + from_next
        s = slope(h_all[t + 1] if at == "now" else h_all[t])
        da[t] = (total[t] - from_next) * s + from_next if outside else total[t] * s
        da[t] = da[t] if brackets else total[t] - from_next + from_next * s
        da[t] = total[t] - h_all[t + 1] ** 2 if open_slope else da[t]
        new = to(W_hh, {"da": da[t], "total": total[t], "own": dh[t]}[next_from]) * (s if again else 1)
        dh_next = dh_next + new if piles else new
    h = h_all[:-1] if held == "before" else h_all[1:]
    into = {"da": da, "bias": da, "own": dh, "total": total}[weights]
    dW_hh = np.einsum(product, into, h)
    into = dh if weights == "bias" else into
    return dict(W_xh=gather(np.einsum("thn,tdn->thd", da, x)), W_hh=(rest or gather)(dW_hh),
                b_h=(bias_only or rest or gather)(BIASES[bias](into)))  # fmt: skip


def _mean_in_W_xh(x, h_all, dh, W_hh):
    right = _loop(x, h_all, dh, W_hh)
    return right | {"W_xh": right["W_xh"] / x.shape[2]}


def _with(gradient):
    """The loop with another gradient of W_hh: ``gradient(right ones, x, h_all, dh, W_hh)``."""
    def bptt(x, h_all, dh, W_hh):
        right = _loop(x, h_all, dh, W_hh)
        return right | dict(W_hh=gradient(right, x, h_all, dh, W_hh))
    return bptt


def _own_handed_on(x, h_all, dh, W_hh):
    """The loop in which each own loss is added to dh_next, too, and so met twice."""
    return _loop(x, h_all, dh + np.concatenate([dh[1:], np.zeros_like(dh[:1])]), W_hh)


def _no_loss(x, h_all, dh, W_hh):
    return {name: 0 * array for name, array in _loop(x, h_all, dh, W_hh).items()}


BIASES = {
    "column": lambda da: da.sum(axis=2, keepdims=True),
    "not summed": lambda da: da,
    "flat": lambda da: da.sum(axis=2),
    "mean": lambda da: da.mean(axis=2, keepdims=True),
    "over units": lambda da: da.sum(axis=1, keepdims=True),
    "one number": lambda da: da.sum(axis=(1, 2)),
}


def _run(rng, T, D, H, N):
    return dict(x=rng.normal(size=(T, D, N)), h_all=_states(rng, T + 1, H, N), dh=rng.normal(size=(T, H, N)),
                W_hh=rng.normal(size=(H, H)))  # fmt: skip


LOOP = Exercise(
    key="bptt-loop",
    signature="bptt(x, h_all, dh, W_hh)",
    solution=_loop,
    returns=("dW_xh", "dW_hh", "db_h"),
    cases=lambda rng: [_run(rng, 4, 2, 3, 2), _run(rng, 3, 3, 3, 3)],
    praise={
        "en": "This is backpropagation through time: one pass back, every gradient added up, and no derivative computed twice.",
        "ko": "이것이 시간 역전파(BPTT)입니다. 한 번 거슬러 가며 모든 기울기를 더하고, 어떤 미분도 두 번 계산하지 않습니다.",
    },
    mistakes=(
        Mistake("dh_next-forgotten", partial(_loop, carry=False), {
            "en": "dh_next is missing: each step hears only its own loss, nothing of what hₜ does to the later steps. Add `dh[t] + dh_next`.",
            "ko": "dh_next가 빠졌습니다. 시점마다 자기 손실만 반영되고, hₜ가 이후 시점에 미치는 영향은 반영되지 않습니다. `dh[t] + dh_next`로 더하세요.",
        }),
        Mistake("own-loss-forgotten", partial(_loop, own=False), {
            "en": "Only the last loss goes back: at the earlier steps dh_next has replaced dh[t]. Both arrive at hₜ: add them.",
            "ko": "마지막 손실만 거슬러 갑니다. 이전 시점에서 dh_next가 dh[t]를 밀어냈습니다. hₜ에는 둘 다 들어오므로 더하세요.",
        }),
        Mistake("slope-inverted", partial(_loop, slope=lambda h: 1 / (1 - h * h)), {
            "en": "The slope of tanh is 1 − h², not 1/(1 − h²). Multiply by it.",
            "ko": "tanh의 미분은 1/(1 − h²)이 아니라 1 − h²입니다. 1 − h²을 곱하세요.",
        }),
        Mistake("first-step-left-out", partial(_loop, steps=lambda steps: steps[:0:-1]), {
            "en": "The loop ends before the first step: `range(len(x) - 1, 0, -1)` leaves out 0. The first step has terms, too: `reversed(range(len(x)))`.",
            "ko": "반복이 첫 시점에 이르기 전에 끝납니다. `range(len(x) - 1, 0, -1)`에는 0이 없습니다. 첫 시점의 항도 더해야 합니다: `reversed(range(len(x)))`.",
        }),
        Mistake("mean-in-W_xh", _mean_in_W_xh, {
            "en": "dW_xh is divided by N, the number of examples; the other two are not. What dh says already counts each example as the loss does: add.",
            "ko": "dW_xh만 예제 수 N으로 나누었습니다. 손실이 예제마다 어떻게 세는지는 dh에 이미 들어 있습니다. 더하기만 하세요.",
        }),
        Mistake("plus-in-the-slope", partial(_loop, slope=_plus), {
            "en": "The slope is 1 + h² here. It is 1 − h²: flattest where the unit is saturated.",
            "ko": "지금 쓴 tanh의 미분은 1 + h²입니다. 1 − h²이어야 합니다. 유닛이 포화된 곳에서 tanh가 가장 평평하고, 그곳에서 미분이 가장 작습니다.",
        }),
        Mistake("slope-missing", partial(_loop, slope=np.ones_like), {
            "en": "The slope of tanh is missing: da = dh_total · (1 − hₜ²).",
            "ko": "tanh의 미분이 빠졌습니다: da = dh_total · (1 − hₜ²).",
        }),
        Mistake("W_hh-not-transposed", partial(_loop, to=np.matmul), {
            "en": "W_hh is not transposed on the way back. Forward it leads from hₜ₋₁ to hₜ; back it is `W_hh.T @ da`.",
            "ko": "거슬러 갈 때 W_hh를 전치하지 않았습니다. W_hh는 hₜ₋₁에서 hₜ로 가는 것이므로, 거꾸로는 `W_hh.T @ da`입니다.",
        }),
        Mistake("overwritten", partial(_loop, gather=_first_step), {
            "en": "The gradients are overwritten at every step, so only that of t = 1 is left. The weights are shared: add with `+=`.",
            "ko": "시점마다 기울기를 덮어써서 t = 1의 것만 남았습니다. 가중치를 함께 쓰므로 `+=`로 더하세요.",
        }),
        Mistake("last-step-only", partial(_loop, gather=lambda terms: terms[-1]), {
            "en": "Only the term of the last step is there: the loop ends after one step, or the sum does. Every step back to t = 1 has its term.",
            "ko": "마지막 시점의 항만 있습니다. 반복문이나 합이 한 시점 만에 끝났습니다. t = 1까지 시점마다 항이 있습니다.",
        }),
        Mistake("mean-over-steps", partial(_loop, gather=lambda terms: terms.mean(axis=0)), {
            "en": "This is the mean over the steps. L is the *sum* of the losses, so the gradient is the sum of the terms.",
            "ko": "지금 구한 것은 시점에 대한 평균입니다. L이 손실들의 ‘합’이므로 기울기도 항들의 합입니다.",
        }),
        Mistake("h_t-for-h_prev", partial(_loop, held="now"), {
            "en": "W_hh's term has hₜ where hₜ₋₁ belongs: in aₜ it is multiplied by the state before. That is `h_all[t]`, hₜ is `h_all[t + 1]`.",
            "ko": "W_hh의 항에 hₜ₋₁ 대신 hₜ가 들어갔습니다. aₜ에서 곱해지는 것은 이전 상태입니다. 이전 상태는 `h_all[t]`이고, hₜ는 `h_all[t + 1]`입니다.",
        }),
        Mistake("some-overwritten", partial(_loop, rest=_first_step), {
            "en": "dW_hh and db_h are overwritten at every step, so only the term of t = 1 is left. Add, as the line of dW_xh does: `dW_hh = dW_hh + …`.",
            "ko": "dW_hh와 db_h를 시점마다 덮어써서 t = 1의 항만 남았습니다. dW_xh 줄처럼 더하세요: `dW_hh = dW_hh + …`.",
        }),
        Mistake("bias-overwritten", partial(_loop, bias_only=_first_step), {
            "en": "db_h is overwritten at every step, so only the term of t = 1 is left. b_h is used at every step: `db_h = db_h + …`.",
            "ko": "db_h를 시점마다 덮어써서 t = 1의 항만 남았습니다. b_h도 모든 시점에서 쓰므로 더하세요: `db_h = db_h + …`.",
        }),
        Mistake("W_hh-overwritten", partial(_loop, rest=_first_step, bias_only=_add), {
            "en": "dW_hh is overwritten at every step, so only the term of t = 1 is left. W_hh is used at every step: `dW_hh = dW_hh + …`.",
            "ko": "dW_hh를 시점마다 덮어써서 t = 1의 항만 남았습니다. W_hh도 모든 시점에서 쓰므로 더하세요: `dW_hh = dW_hh + …`.",
        }),
        Mistake("dh_next-outside-the-slope", partial(_loop, outside=True), {
            "en": "dh_next is added after the slope. Both messages arrive at hₜ, before the tanh, so both go through it: `(dh[t] + dh_next) * (1 - h_all[t + 1] ** 2)`.",
            "ko": "dh_next를 tanh의 미분을 곱한 다음에 더했습니다. 둘 다 hₜ에 들어와 함께 tanh를 지납니다: `(dh[t] + dh_next) * (1 - h_all[t + 1] ** 2)`.",
        }),
        Mistake("slope-of-the-step-before", partial(_loop, at="before"), {
            "en": "The slope is taken at hₜ₋₁. The tanh of this step made hₜ, so its slope is 1 − hₜ², and hₜ is `h_all[t + 1]` (`h_all[0]` is h₀).",
            "ko": "tanh의 미분을 hₜ₋₁에서 구했습니다. 이 시점의 tanh가 만든 것은 hₜ이므로 1 − hₜ²이고, hₜ는 `h_all[t + 1]`입니다(`h_all[0]`은 h₀).",
        }),
        Mistake("dh_next-piles-up", partial(_loop, piles=True), {
            "en": "dh_next piles up. It is a message to *one* step, the one before, and is replaced each time: `dh_next = W_hh.T @ da`. Only the gradients of the weights add up.",
            "ko": "dh_next가 쌓입니다. dh_next는 바로 이전 시점 ‘하나’에 전하는 값이라 매번 새로 바뀝니다: `dh_next = W_hh.T @ da`. 더하는 것은 가중치의 기울기뿐입니다.",
        }),
        Mistake("dh_next-past-the-tanh", partial(_loop, next_from="total"), {
            "en": "dh_next went past the tanh: `W_hh.T` is applied to the gradient of hₜ. On its way to hₜ₋₁ it goes through tanh first: `W_hh.T @ da`.",
            "ko": "dh_next가 tanh를 지나지 않았습니다. `W_hh.T`를 hₜ의 기울기에 곱했기 때문입니다. 먼저 tanh를 지나야 합니다: `W_hh.T @ da`.",
        }),
        Mistake("dh_next-from-the-own-loss", partial(_loop, next_from="own"), {
            "en": "dh_next is made from `dh[t]` alone. It has to carry all that has arrived, through tanh: `W_hh.T @ da`.",
            "ko": "dh_next를 `dh[t]`만으로 만들었습니다. 들어온 것 전부가 tanh를 지난 값이어야 합니다: `W_hh.T @ da`.",
        }),
        Mistake("slope-on-dh_next-only", partial(_loop, brackets=False), {
            "en": "The slope multiplies dh_next alone: `*` comes before `+`. Both messages go through tanh: put `(dh[t] + dh_next)` in brackets.",
            "ko": "`*`를 `+`보다 먼저 계산하므로 dh_next에만 미분이 곱해졌습니다. 둘 다 tanh를 지나니 `(dh[t] + dh_next)`를 괄호로 묶으세요.",
        }),
        Mistake("slope-twice", partial(_loop, again=True), {
            "en": "dh_next has the slope of this step twice: it is in da already. The tanh of the step before has its turn when that step comes.",
            "ko": "dh_next에 이 시점의 tanh의 미분이 두 번 들어 있습니다. da에 이미 있고, 이전 시점의 tanh는 그 시점에서 곱합니다.",
        }),
        Mistake("own-loss-handed-on", _own_handed_on, {
            "en": "`dh[t]` is added to dh_next as well. What the loss at t says goes on only through tanh and W_hh, inside da: `dh_next = W_hh.T @ da`.",
            "ko": "dh_next에 `dh[t]`까지 더했습니다. 시점 t의 손실은 tanh와 W_hh를 지나, 곧 da를 통해서만 전해집니다: `dh_next = W_hh.T @ da`.",
        }),
        Mistake("no-loss-at-all", _no_loss, {
            "en": "All gradients are 0: no loss goes in, for dh_next begins with 0. Add `dh[t]` at every step.",
            "ko": "기울기가 모두 0입니다. dh_next는 0에서 시작하므로 들어오는 손실이 없습니다. 시점마다 `dh[t]`를 더하세요.",
        }),
        Mistake("bias-from-dh", partial(_loop, weights="bias"), {
            "en": "The gradient of b_h is made from `dh[t]`. b_h stands inside the tanh, beside W_xh and W_hh: sum da.",
            "ko": "b_h의 기울기를 `dh[t]`로 만들었습니다. b_h는 W_xh, W_hh와 함께 tanh 안에 있으므로 da를 더하세요.",
        }),
        Mistake("W_hh-in-its-own-term", _with(lambda right, x, h_all, dh, W_hh: W_hh.T @ right["W_hh"]), {
            "en": "W_hh's term is multiplied by W_hh.T. That product is for the step before, dh_next; the weight gets `da @ h_all[t].T`.",
            "ko": "W_hh의 항에 W_hh.T를 곱했습니다. 그 곱은 이전 시점으로 가는 dh_next의 것이고, 가중치의 항은 `da @ h_all[t].T`입니다.",
        }),
        Mistake("x-for-h_prev", _with(lambda right, *run: right["W_xh"]), {
            "en": "W_hh's term has xₜ in it: this is the gradient of W_xh once more. W_hh was multiplied by the state before, `h_all[t]`.",
            "ko": "W_hh의 항에 xₜ가 들어가 W_xh의 기울기가 되었습니다. W_hh에 곱한 것은 이전 상태 `h_all[t]`입니다.",
        }),
        Mistake("element-wise-not-transposed", partial(_loop, to=lambda W, v: W * v), {
            "en": "`W_hh * da` multiplies entry by entry, and is not transposed. Each unit of hₜ₋₁ hears from *all* units: `W_hh.T @ da`.",
            "ko": "`W_hh * da`는 요소별 곱이고 전치도 하지 않았습니다. hₜ₋₁의 유닛은 ‘모든’ 유닛에서 기울기를 받습니다: `W_hh.T @ da`.",
        }),
        Mistake("matrix-on-the-right", partial(_loop, to=lambda W, v: v @ W), {
            "en": "In dh_next the matrix stands at the right of da. The examples are columns, so it goes to the left: `W_hh.T @ da`.",
            "ko": "dh_next에서 행렬이 da의 오른쪽에 있습니다. 예제가 열이므로 행렬은 왼쪽에 옵니다: `W_hh.T @ da`.",
        }),
        Mistake("weights-from-dh", partial(_loop, weights="own"), {
            "en": "W_hh and b_h got their terms from `dh[t]`. They enter before the tanh, so their terms are made with da, as that of W_xh is.",
            "ko": "W_hh와 b_h의 항을 `dh[t]`로 만들었습니다. 두 파라미터는 tanh 이전에 들어가므로 W_xh처럼 da로 만드세요.",
        }),
        Mistake("weights-from-the-total", partial(_loop, weights="total"), {
            "en": "W_hh and b_h got their terms from `dh[t] + dh_next`, past the tanh. They enter before it: use da, as the line of W_xh does.",
            "ko": "W_hh와 b_h의 항을 tanh를 지나지 않은 `dh[t] + dh_next`로 만들었습니다. W_xh 줄처럼 da를 쓰세요.",
        }),
        Mistake("W_hh-gradient-transposed", partial(_loop, product="tin,tjn->tji"), {
            "en": "The gradient of W_hh is transposed. Row i belongs to the unit that receives, so da comes first: `da @ h_all[t].T`.",
            "ko": "W_hh의 기울기가 전치되었습니다. 행 i는 받는 유닛이므로 da가 먼저입니다: `da @ h_all[t].T`.",
        }),
        Mistake("element-wise-W_hh", partial(_loop, to=lambda W, v: W.T * v), {
            "en": "`*` multiplies W_hh entry by entry. Each unit of hₜ₋₁ hears from *all* units of step t: that is `W_hh.T @ da`, with `@`.",
            "ko": "`*`로 W_hh를 요소별로 곱했습니다. hₜ₋₁의 유닛은 시점 t의 ‘모든’ 유닛에서 기울기를 받으므로 `@`를 써서 `W_hh.T @ da`입니다.",
        }),
        Mistake("W_hh-term-element-wise", partial(_loop, product="tin,tin->tin"), {
            "en": "W_hh's term is multiplied entry by entry, so it has the shape (H, N). Weight (i, j) joins unit i of da with unit j of hₜ₋₁: `da @ h_all[t].T`.",
            "ko": "W_hh의 항을 요소별로 곱해 (H, N) 모양이 되었습니다. 가중치 (i, j)는 da의 유닛 i와 hₜ₋₁의 유닛 j를 잇습니다: `da @ h_all[t].T`.",
        }),
        Mistake("W_hh-term-over-units", partial(_loop, product="tin,tim->tnm"), {
            "en": "W_hh's term has the shape (N, N): units were added up, examples kept. It is the other way round: `da @ h_all[t].T`, (H, H).",
            "ko": "W_hh의 항이 (N, N) 모양입니다. 유닛을 더하고 예제를 남겼는데, 반대여야 합니다: (H, H) 모양의 `da @ h_all[t].T`.",
        }),
        Mistake("W_xh-and-W_hh-swapped", lambda *run: {**(g := _loop(*run)), "W_xh": g["W_hh"], "W_hh": g["W_xh"]}, {
            "en": "All three are right, but dW_xh and dW_hh have changed places. Return `dW_xh, dW_hh, db_h`.",
            "ko": "셋 다 맞지만 dW_xh와 dW_hh의 자리가 바뀌었습니다. `dW_xh, dW_hh, db_h` 순서로 돌려주세요.",
        }),
        Mistake("brackets-of-the-slope", partial(_loop, open_slope=True), {
            "en": "The brackets are missing: `… * 1 - h_all[t + 1] ** 2` only subtracts h². The whole slope multiplies: `(dh[t] + dh_next) * (1 - h_all[t + 1] ** 2)`.",
            "ko": "괄호가 빠져 `… * 1 - h_all[t + 1] ** 2`은 h²을 뺄 뿐입니다. 미분 전체를 곱하세요: `(dh[t] + dh_next) * (1 - h_all[t + 1] ** 2)`.",
        }),
        Mistake("squared-difference", partial(_loop, slope=lambda h: (1 - h) ** 2), {
            "en": "The square stands outside: (1 − h)². Square h first: 1 − h².",
            "ko": "괄호 전체를 제곱해 (1 − h)²이 되었습니다. h를 먼저 제곱하세요: 1 − h².",
        }),
        Mistake("one-minus-missing", partial(_loop, slope=lambda h: h**2), {
            "en": "The slope is h², without the 1 −. It is largest, 1, at h = 0, where tanh is steepest: 1 − h².",
            "ko": "tanh의 미분에 1 −이 빠져 h²이 되었습니다. tanh는 h = 0에서 가장 가파르므로 미분은 1 − h²입니다.",
        }),
        Mistake("sigmoid-slope", partial(_loop, slope=lambda h: h * (1 - h)), {
            "en": "h(1 − h) is the slope of the sigmoid. This cell uses tanh: 1 − h².",
            "ko": "h(1 − h)는 시그모이드의 미분입니다. 이 셀은 tanh를 쓰므로 1 − h²입니다.",
        }),
        Mistake("bias-flat", partial(_loop, bias="flat"), {
            "en": "The gradient of b_h has the shape (H,). b_h is a column, (H, 1), and so is its gradient: `da.sum(axis=1, keepdims=True)`.",
            "ko": "b_h의 기울기가 (H,) 모양입니다. b_h는 (H, 1) 모양의 열이고 기울기도 그렇습니다: `da.sum(axis=1, keepdims=True)`.",
        }),
        Mistake("bias-mean", partial(_loop, bias="mean"), {
            "en": "The gradient of b_h is a *mean* over the examples. Their losses are added, so sum, as `da @ h_all[t].T` does for W_hh.",
            "ko": "b_h의 기울기를 예제에 대해 ‘평균’했습니다. 손실을 더하므로, W_hh에서 `da @ h_all[t].T`가 하듯이 합을 구하세요.",
        }),
        Mistake("bias-over-the-units", partial(_loop, bias="over units"), {
            "en": "The gradient of b_h was summed over the units (axis 0). Each unit has its own bias: sum over the examples, axis 1.",
            "ko": "b_h의 기울기를 유닛 방향(축 0)으로 더했습니다. 유닛마다 편향이 따로 있으므로 예제 방향(축 1)으로 더하세요.",
        }),
        Mistake("bias-one-number", partial(_loop, bias="one number"), {
            "en": "The gradient of b_h is one number: it was summed over the units, too. Each unit has its own bias: `da.sum(axis=1, keepdims=True)`.",
            "ko": "b_h의 기울기를 유닛까지 모두 더해 수 하나가 되었습니다. 유닛마다 편향이 따로 있습니다: `da.sum(axis=1, keepdims=True)`.",
        }),
        Mistake("tanh-twice", partial(_loop, slope=lambda h: 1 - np.tanh(h) ** 2), {
            "en": "tanh is applied to hₜ once more. hₜ is already the output of tanh, so the slope is simply 1 − hₜ².",
            "ko": "hₜ에 tanh를 한 번 더 취했습니다. hₜ가 이미 tanh의 출력이므로 tanh의 미분은 그냥 1 − hₜ²입니다.",
        }),
        Mistake("slope-not-squared", partial(_loop, slope=lambda h: 1 - h), {
            "en": "The slope is 1 − h, without the square. It is 1 − h²: as steep for −h as for h.",
            "ko": "제곱이 빠져 1 − h가 되었습니다. tanh의 미분은 1 − h²이고, h와 −h에서 똑같습니다.",
        }),
        Mistake("loop-forwards", partial(_loop, steps=iter), {
            "en": "The loop runs from t = 1 up. What hₜ does to the later steps is known only after them: go from T down, `reversed(range(T))`.",
            "ko": "반복문이 t = 1부터 올라갑니다. hₜ가 이후 시점에 미치는 영향은 이후 시점을 먼저 계산해야 압니다. `reversed(range(T))`로 T부터 내려가세요.",
        }),
        Mistake("bias-not-summed", partial(_loop, bias="not summed"), {
            "en": "The gradient of b_h still has one column for each example. b_h is one column that all examples share: `da.sum(axis=1, keepdims=True)`.",
            "ko": "b_h의 기울기에 예제마다 열이 남아 있습니다. b_h는 모든 예제가 함께 쓰는 열 하나입니다: `da.sum(axis=1, keepdims=True)`.",
        }),
    ),
)

# ---------- bptt-order


def _in_numbers(own, h, W_hh):
    """∂L/∂W_hh of one unit and three steps."""
    dW_hh, d = 0.0, 0.0
    for t in (3, 2, 1):
        da = (own[t] + d) * (1 - h[t] ** 2)
        dW_hh, d = dW_hh + da * h[t - 1], W_hh * da
    return dW_hh


def _in_turn(*places):
    """Whether these lines come in this order, inside the loop of an order that is a function at all."""
    return lambda order: order[:2] + order[-1:] == [0, 1, 6] and [p for p in order if p in places] == list(places)


ORDER = OrderLines(
    key="bptt-order",
    head="def gradient(own, h, W_hh):",
    lines=(
        "dW_hh, d = 0, 0",
        "for t in (3, 2, 1):",
        "    d = d + own[t]",
        "    d = d * (1 - h[t] ** 2)",
        "    dW_hh = dW_hh + d * h[t - 1]",
        "    d = d * W_hh",
        "return dW_hh",
    ),
    solution=_in_numbers,
    cases=lambda rng: [
        dict(own=np.array([0.0, 0.4, -0.3, 1.2]), h=np.array([0.5, 0.7, -0.4, 0.6]), W_hh=0.8),
        dict(own=np.array([0.0, 0.0, 0.0, -0.9]), h=np.array([-0.2, 0.3, 0.8, 0.1]), W_hh=-1.1),
    ],
    praise={
        "en": "One number goes back, and at every step does the same: meet the own loss, go through tanh, leave a term, go through W_hh.",
        "ko": "수 하나가 거슬러 가며 시점마다 같은 일을 합니다. 자기 손실과 만나고, tanh를 지나고, 항을 남기고, W_hh를 지납니다.",
    },
    beliefs=(
        ("term-before-tanh", _in_turn(4, 3), {
            "en": "The weight gets its term before d has gone through tanh. W_hh stands inside the tanh, so going back the tanh comes first.",
            "ko": "d가 tanh를 지나기 전에 가중치의 항을 더했습니다. W_hh는 tanh 안에 있으므로 거슬러 갈 때는 tanh를 먼저 지납니다.",
        }),
        ("own-loss-after-tanh", _in_turn(3, 2), {
            "en": "The own loss is added after the tanh. Both messages arrive at hₜ, which the tanh made: add first, then multiply by the slope.",
            "ko": "자기 손실을 tanh를 지난 다음에 더했습니다. 둘 다 tanh가 만든 hₜ에 들어오므로 먼저 더한 뒤 tanh의 미분을 곱하세요.",
        }),
        ("term-after-W_hh", _in_turn(3, 5, 4), {
            "en": "d has already gone on through W_hh when the weight gets its term. The term is made of d behind the tanh, before it leaves for hₜ₋₁.",
            "ko": "d가 이미 W_hh를 지난 다음에 가중치의 항을 더했습니다. 항은 tanh를 막 지난, hₜ₋₁로 떠나기 전의 d로 만듭니다.",
        }),
        ("W_hh-before-tanh", _in_turn(2, 5, 3), {
            "en": "d goes through W_hh between hₜ and the tanh of the same step. W_hh lies before the tanh, on the way to hₜ₋₁: it comes last.",
            "ko": "d가 hₜ와 같은 시점의 tanh 사이에서 W_hh를 지났습니다. W_hh는 tanh를 지나 hₜ₋₁로 가는 길에 있으므로 마지막입니다.",
        }),
    ),
)

# ---------- bptt-bug

BUG = Bug(
    key="bptt-bug",
    code='''
def suspect(x, h_all, dh, W_hh):
    da, dh_next = np.zeros(dh.shape), 0
    for t in reversed(range(len(x))):
        da[t] = (dh[t] + dh_next) * (1 - h_all[t + 1] ** 2)
        dh_next = dh_next + W_hh.T @ da[t]
    dW_xh = sum(da[t] @ x[t].T for t in range(len(x)))
    dW_hh = sum(da[t] @ h_all[t].T for t in range(len(x)))
    db_h = sum(da[t].sum(axis=1, keepdims=True) for t in range(len(x)))
    return dW_xh, dW_hh, db_h
''',
    line=5,
    repair="dh_next = W_hh.T @ da[t]",
    solves="bptt-loop",
    praise={
        "en": "dh_next is a message to one step and is replaced each time. With `+` the message to step 2 also reaches step 1 a second time, "
        "past W_hh and tanh: three steps are needed to notice. Only gradients of *weights* add up.",
        "ko": "dh_next는 시점 하나에 전하는 값이라 매번 새로 바뀝니다. `+`로 쌓으면 시점 2에 전한 값이 W_hh와 tanh를 지나지 않고 시점 1에 또 갑니다. "
        "그래서 세 시점부터 드러납니다. 더하는 것은 ‘가중치’의 기울기뿐입니다.",
    },
    innocent={
        1: {
            "en": "Line 1 only names the function and its inputs. Which line first does something different at the third step back?",
            "ko": "1번째 줄은 함수와 입력의 이름일 뿐입니다. 세 번째로 거슬러 갈 때 처음 달라지는 줄은 어느 것인가요?",
        },
        2: {
            "en": "Line 2 is right: nothing comes after the last step, so dh_next begins with 0.",
            "ko": "2번째 줄은 맞습니다. 마지막 시점 이후에는 아무것도 없으므로 dh_next는 0에서 시작합니다.",
        },
        3: {
            "en": "Line 3 is right: the loop goes down from the last step. The wrong way round would show at T = 2 already.",
            "ko": "3번째 줄은 맞습니다. 마지막 시점부터 내려갑니다. 방향이 반대였다면 T = 2에서 이미 드러났을 것입니다.",
        },
        4: {
            "en": "Line 4 is right: `h_all[t + 1]` is hₜ of the blackboard. A wrong slope would show at T = 1 already. But is what arrives as dh_next right?",
            "ko": "4번째 줄은 맞습니다. `h_all[t + 1]`이 칠판의 hₜ입니다. tanh의 미분이 틀렸다면 T = 1에서 이미 드러났을 것입니다. 그런데 들어오는 dh_next 값은 맞을까요?",
        },
        6: {
            "en": "Line 6 is right: every step's term of W_xh, added up. If it were wrong, W_xh alone would differ.",
            "ko": "6번째 줄은 맞습니다. 시점마다 W_xh의 항을 더합니다. 이 줄이 틀렸다면 W_xh만 달랐을 것입니다.",
        },
        7: {
            "en": "Line 7 is right: `h_all[t]` is the state before the step. If it were wrong, W_hh alone would differ.",
            "ko": "7번째 줄은 맞습니다. `h_all[t]`는 이전 시점의 상태입니다. 이 줄이 틀렸다면 W_hh만 달랐을 것입니다.",
        },
        8: {
            "en": "Line 8 is right: the sum over the steps and the examples, as a column. If it were wrong, b_h alone would differ.",
            "ko": "8번째 줄은 맞습니다. 시점과 예제에 대한 합이고 모양은 열입니다. 이 줄이 틀렸다면 b_h만 달랐을 것입니다.",
        },
        9: {
            "en": "Line 9 only returns what the lines above have made.",
            "ko": "9번째 줄은 위에서 만든 값을 돌려줄 뿐입니다.",
        },
    },
)

# ---------- bptt-mean


def _learning_rate_for_the_mean():
    """η with which the mean of the sentence's losses makes the step that their sum makes with 0.5."""
    model, x, targets = next_word_model()
    of_sum = model.loss_and_gradients(x, targets)[1].params.W_hh
    of_mean = of_sum / len(x)
    return 0.5 * np.linalg.norm(of_sum) / np.linalg.norm(of_mean)


MEAN = Number(
    key="bptt-mean",
    truth=_learning_rate_for_the_mean,
    margin=1e-3,
    praise={
        "en": "The mean of T = 3 losses has gradients three times as small, so it needs three times the η: {truth}.",
        "ko": "손실 T = 3개를 평균하면 기울기가 3분의 1이 되므로 η는 3배가 되어야 합니다: {truth}.",
    },
    beliefs=(
        Belief("same", 0.499, 0.501, {
            "en": "With the same η the step would be three times as small: ∂(L/3)/∂W is (∂L/∂W)/3. The minimum stays where it is, the step does not.",
            "ko": "η가 같으면 업데이트가 3분의 1이 됩니다. ∂(L/3)/∂W는 (∂L/∂W)/3이기 때문입니다. 최솟값의 자리는 그대로지만 업데이트의 크기는 다릅니다.",
        }),
        Belief("divided", 0.16, 0.17, {
            "en": "That is the wrong way round: the gradients of the mean are already three times as small, and this η makes the step nine times as small.",
            "ko": "방향이 반대입니다. 평균의 기울기가 이미 3분의 1인데 η까지 3으로 나누면 업데이트가 9분의 1이 됩니다.",
        }),
        Belief("nine", 4.4, 4.6, {
            "en": "That is nine times 0.5. The loss is divided by 3 once, and so is its gradient: three times η is enough.",
            "ko": "지금 답한 값은 0.5의 9배입니다. 손실을 3으로 한 번 나누었고 기울기도 그만큼만 작아졌으니 η는 3배면 됩니다.",
        }),
        Belief("the-factor", 2.9, 3.1, {
            "en": "3 is the factor. Asked for is the η itself: three times the 0.5 that the sum was given.",
            "ko": "3은 배율입니다. 여기서 묻는 것은 η 자체, 곧 합에 쓴 0.5의 3배입니다.",
        }),
        Belief("the-loss", 1.19, 1.21, {
            "en": "1.2 is the mean loss itself. Asked for is the η that makes up for gradients which are three times as small.",
            "ko": "1.2는 평균 손실 자체입니다. 여기서 묻는 것은 3분의 1로 작아진 기울기를 메우는 η입니다.",
        }),
    ),
)  # fmt: skip

register(SOFTMAX, TERMS, ORDER, STEP_BACK, LOOP, BUG, MEAN)
