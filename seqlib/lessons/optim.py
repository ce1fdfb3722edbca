"""Exercises of lesson 10 besides SGD and Adam: a first move, a learning rate for a valley, a bias that keeps half."""

from functools import partial

import numpy as np

from seqlib import SGD, Adam, Record
from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Belief, Number, Score
from seqlib.study.table import Table
from seqlib.study.valley import updates_until

# ---------- optim-first-move


def first_move(optimizer, gradient):
    """How far the first update moves a weight with this gradient."""
    W = Record({"W": np.zeros(1)})
    optimizer.update(W, Record({"W": np.array([gradient])}))
    return float(np.abs(W.W[0]))


GRADIENT = {"en": "gradient", "ko": "기울기"}


def first_moves(gradients=(0.001, 1.0, 1000.0), rate=0.01):
    """How far the first update of SGD and of Adam moves weights with these gradients: a table."""
    makes = SGD, partial(Adam, grid=None)
    rows = [(f"{g:g}", *(f"{first_move(make(rate), g):.5f}" for make in makes)) for g in np.ravel(gradients)]
    return Table(rows, (GRADIENT, "SGD", "Adam"))


FIRST_MOVE = Number(
    key="optim-first-move",
    truth=lambda: first_move(Adam(0.01, grid=None), 0.001),
    factor=1.02,
    praise={
        "en": "{truth}, the learning rate itself. At the first update m̂ = g and √v̂ = |g|, so their ratio is ±1, however small the gradient is.",
        "ko": "{truth}, 곧 학습률 그 자체입니다. 첫 업데이트에서는 m̂ = g, √v̂ = |g|이므로 기울기가 아무리 작아도 그 비는 ±1입니다.",
    },
    beliefs=(
        Belief("as-sgd", 0.9e-5, 1.1e-5, {
            "en": "0.00001 is SGD's move, η · g. Adam divides by √v̂, the size of the gradient: what is m̂ / √v̂ when there was only one gradient?",
            "ko": "0.00001은 SGD의 이동량 η · g입니다. Adam은 기울기의 크기인 √v̂로 나눕니다. 기울기가 하나뿐일 때 m̂ / √v̂는 얼마인가요?",
        }),
        Belief("without-correction", 0.031, 0.032, {
            "en": "That is 0.1 g / √(0.001 g²), without the corrections. Divided by 1 − β₁ and 1 − β₂, m̂ is g and v̂ is g².",
            "ko": "지금 구한 것은 보정하지 않은 0.1 g / √(0.001 g²)입니다. 1 − β₁, 1 − β₂로 나누면 m̂은 g, v̂는 g²입니다.",
        }),
        Belief("the-gradient", 0.0009, 0.0011, {
            "en": "0.001 is the gradient, or a tenth of η. In Adam's first step the gradient's size cancels: m̂ / √v̂ = g / |g|.",
            "ko": "0.001은 기울기, 또는 η의 10분의 1입니다. Adam의 첫 걸음에서는 기울기의 크기가 지워집니다: m̂ / √v̂ = g / |g|.",
        }),
        Belief("downhill", -0.0102, -0.0098, {
            "en": "The move is −0.01, downhill. The question is how far: the distance has no sign.",
            "ko": "내리막으로 −0.01만큼 움직입니다. 묻는 것은 거리이므로 부호를 떼고 적으세요.",
        }),
        Belief("root-missing", 9.0, 11.0, {
            "en": "That is η g / g², without the root. v̂ is the average of the *squared* gradient: divide by √v̂.",
            "ko": "제곱근 없이 η g / g²을 구했습니다. v̂는 기울기 ‘제곱’의 평균이므로 √v̂로 나누세요.",
        }),
        Belief("rate-missing", 0.98, 1.02, {
            "en": "m̂ / √v̂ is 1, that is right. The step is η times it.",
            "ko": "m̂ / √v̂ = 1은 맞습니다. 이동량은 여기에 η를 곱한 것입니다.",
        }),
    ),
)  # fmt: skip

# ---------- optim-valley


def _valley(rate):
    """Updates that SGD needs with this learning rate, or a sentence why it never arrives."""
    try:
        rate = float(rate)
    except (TypeError, ValueError, OverflowError):
        raise ValueError({
            "en": "A learning rate is wanted, one number such as `0.001`.",
            "ko": "학습률을 `0.001` 같은 수 하나로 적으세요.",
        }) from None  # fmt: skip
    if not rate > 0:
        raise ValueError({
            "en": "A learning rate above 0 is wanted: with 0 nothing moves, and below 0 SGD climbs.",
            "ko": "0보다 큰 학습률을 적으세요. 0이면 움직이지 않고, 0보다 작으면 올라갑니다.",
        })  # fmt: skip
    if rate >= 0.02:
        raise ValueError({
            "en": "With this η SGD never arrives. Across the valley the slope is 100 · w₂, so an update turns w₂ into (1 − 100 η) w₂: from η = 0.02 on its size no longer shrinks.",
            "ko": "이 η로는 끝내 도착하지 못합니다. 골짜기를 가로지르는 기울기가 100 · w₂이므로 업데이트마다 w₂가 (1 − 100 η) w₂가 됩니다. η가 0.02 이상이면 그 크기가 줄지 않습니다.",
        })  # fmt: skip
    needed = updates_until(SGD(rate))
    if np.isinf(needed) and 100 * rate - 1 > 1 - rate:  # then it is w₂ that hardly shrinks
        raise ValueError({
            "en": "After 3000 updates the loss is still above 0.01: this η is too near to 0.02, where w₂ only jumps from side to side, hardly smaller each time. Take a little less.",
            "ko": "3,000번 업데이트해도 손실이 아직 0.01보다 큽니다. η가 0.02에 너무 가까워서 w₂가 양쪽으로 튀기만 하고 거의 줄지 않습니다. 조금 더 작게 잡아 보세요.",
        })  # fmt: skip
    if np.isinf(needed):
        raise ValueError({
            "en": "After 3000 updates the loss is still above 0.01: this η is too small. Try ten times as much.",
            "ko": "3,000번 업데이트해도 손실이 아직 0.01보다 큽니다. η가 너무 작습니다. 열 배로 키워 보세요.",
        })  # fmt: skip
    return needed


VALLEY = Score(
    key="optim-valley",
    score=_valley,
    levels=(
        (3000, {
            "en": "{score} updates: it arrives, but slowly. Each update multiplies w₁ by 1 − η and w₂ by 1 − 100 η, which may well be negative: which of the two is slow here?",
            "ko": "{score}번 만에 도착하지만 느립니다. 업데이트마다 w₁에는 1 − η, w₂에는 1 − 100 η가 곱해집니다(음수여도 됩니다). 지금은 둘 중 어느 쪽이 느린가요?",
        }),
        (300, {
            "en": "{score} updates: near the best. Try both sides: too near to 0.02 w₂ dies out slowly, too far below it w₁ crawls.",
            "ko": "{score}번 만에 도착하니 가장 좋은 값에 가깝습니다. 양쪽으로 바꿔 보세요. 0.02에 너무 가까우면 w₂가 천천히 줄고, 너무 작으면 w₁이 느리게 갑니다.",
        }),
        (173, {
            "en": "{score} updates, and hardly less is possible: near 0.02 w₂ jumps from side to side, and along the valley w₁ still shrinks by 2 % an update only.",
            "ko": "{score}번 만에 도착했고, 이보다 거의 줄일 수 없습니다. 0.02 가까이에서는 w₂가 양쪽으로 튀고, 골짜기를 따라가는 w₁은 업데이트마다 2%씩만 줄어듭니다.",
        }),
    ),
    enough=2,
    higher_is_better=False,
)  # fmt: skip

# ---------- optim-half-left


def _logit(f):
    return np.log(f / (1 - f))


def _half_left(lag, *, f=lambda lag: 0.5 ** (1 / lag), back=_logit):
    return back(f(lag))


HALF_LEFT = Exercise(
    key="optim-half-left",
    signature="first_bias(lag)",
    solution=_half_left,
    cases=lambda rng: [dict(lag=lag) for lag in (20, 100, 500)],
    praise={
        "en": "f = ½ to the power 1/lag, and back through σ: b_f = ln(f / (1 − f)). It grows like the logarithm of the lag: ten times the lag, 2.3 more.",
        "ko": "f는 ½의 1/lag제곱이고, σ를 거슬러 가면 b_f = ln(f / (1 − f))입니다. 시차의 로그처럼 커져서 시차가 열 배이면 2.3이 늘어납니다.",
    },
    mistakes=(
        Mistake("f-for-b", partial(_half_left, back=lambda f: f), {
            "en": "This is f, the gate itself. The bias stands inside σ: solve σ(b) = f, which gives b = ln(f / (1 − f)).",
            "ko": "이것은 게이트 f 자체입니다. 편향은 σ 안에 있으므로 σ(b) = f를 풀어 b = ln(f / (1 − f))를 구하세요.",
        }),
        Mistake("sigma-forwards", partial(_half_left, back=lambda f: 1 / (1 + np.exp(-f))), {
            "en": "σ was applied to f. It has to be undone: from σ(b) = f follows b = ln(f / (1 − f)).",
            "ko": "f에 σ를 취했습니다. 거꾸로 풀어야 합니다. σ(b) = f이면 b = ln(f / (1 − f))입니다.",
        }),
        Mistake("upside-down", partial(_half_left, back=lambda f: np.log((1 - f) / f)), {
            "en": "The fraction is upside down: ln((1 − f) / f) is negative and shuts the gate. b = ln(f / (1 − f)).",
            "ko": "분수가 뒤집혔습니다. ln((1 − f) / f)는 음수여서 게이트를 닫습니다. b = ln(f / (1 − f))입니다.",
        }),
        Mistake("log-of-f-only", partial(_half_left, back=np.log), {
            "en": "This is ln f. To undo σ, divide by 1 − f first: from f = 1/(1 + e⁻ᵇ) follows b = ln(f / (1 − f)).",
            "ko": "이것은 ln f입니다. σ를 거꾸로 풀려면 먼저 1 − f로 나눕니다. f = 1/(1 + e⁻ᵇ)이면 b = ln(f / (1 − f))입니다.",
        }),
        Mistake("tanh-undone", partial(_half_left, back=np.arctanh), {
            "en": "arctanh undoes tanh. The forget gate is made by σ: b = ln(f / (1 − f)).",
            "ko": "arctanh는 tanh를 거꾸로 푸는 함수입니다. 망각 게이트는 σ로 만들므로 b = ln(f / (1 − f))입니다.",
        }),
        Mistake("log-of-another-base", partial(_half_left, back=lambda f: np.log10(f / (1 - f))), {
            "en": "The logarithm has base 10. σ holds the power of e, so the natural one undoes it: `np.log`.",
            "ko": "밑이 10인 로그를 썼습니다. σ에는 e의 거듭제곱이 있으므로 자연로그로 풀어야 합니다: `np.log`.",
        }),
        Mistake("log-of-base-two", partial(_half_left, back=lambda f: np.log2(f / (1 - f))), {
            "en": "The logarithm has base 2. σ holds the power of e, so the natural one undoes it: `np.log`.",
            "ko": "밑이 2인 로그를 썼습니다. σ에는 e의 거듭제곱이 있으므로 자연로그로 풀어야 합니다: `np.log`.",
        }),
        Mistake("half-shared-out", partial(_half_left, f=lambda lag: 1 - 0.5 / lag), {
            "en": "The loss of ½ is shared out evenly, f = 1 − ½/lag. But each step takes a share of what is *left*: f to the power lag is ½, so f = ½ to the power 1/lag.",
            "ko": "½을 시점마다 똑같이 나누어 f = 1 − ½/lag로 했습니다. 시점마다 ‘남은 것’에 f를 곱하므로 f의 lag제곱이 ½입니다. f는 ½의 1/lag제곱입니다.",
        }),
        Mistake("half-over-lag", partial(_half_left, f=lambda lag: 0.5 / lag), {
            "en": "f is ½ divided by lag here. `0.5**1/lag` is read as `(0.5**1)/lag`: put the exponent into brackets, `0.5 ** (1 / lag)`.",
            "ko": "f가 ½을 lag로 나눈 값입니다. `0.5**1/lag`는 `(0.5**1)/lag`로 계산됩니다. 지수를 괄호로 묶으세요: `0.5 ** (1 / lag)`.",
        }),
        Mistake("one-over-lag", partial(_half_left, f=lambda lag: 1 - 1 / lag), {
            "en": "f = 1 − 1/lag leaves about 1/e = 0.37 after lag steps. For one half, f to the power lag has to be ½.",
            "ko": "f = 1 − 1/lag이면 lag단계 뒤에 1/e = 0.37쯤 남습니다. 절반이 남으려면 f의 lag제곱이 ½이어야 합니다.",
        }),
        Mistake("rule-of-thumb", lambda lag: np.log(lag), {
            "en": "ln(lag) is the rule of thumb: it leaves about 1/e = 0.37, not one half. Solve it exactly: f first, then ln(f / (1 − f)).",
            "ko": "ln(lag)는 어림 규칙이고, 절반이 아니라 1/e = 0.37쯤 남습니다. 정확히 풀어 보세요. 먼저 f, 다음에 ln(f / (1 − f))입니다.",
        }),
        Mistake("power-for-root", partial(_half_left, f=lambda lag: 0.5**lag), {
            "en": "f is ½ to the power lag: that is what f = ½ would leave. Wanted is the f whose power is ½: ½ to the power 1/lag.",
            "ko": "f를 ½의 lag제곱으로 했습니다. ½의 lag제곱은 f = ½일 때 남는 양입니다. 구할 것은 lag제곱이 ½인 f, 곧 ½의 1/lag제곱입니다.",
        }),
        Mistake("half-at-every-step", lambda lag: 0.0, {
            "en": "b = 0 gives f = ½: half is lost at every single step. Half should be left after *all* lag steps.",
            "ko": "b = 0이면 f = ½이어서 한 시점마다 절반이 사라집니다. 시점 lag개를 ‘모두’ 지난 뒤에 절반이 남아야 합니다.",
        }),
        Mistake("one-step-less", partial(_half_left, f=lambda lag: 0.5 ** (1 / (lag - 1))), {
            "en": "That is half after lag − 1 steps. C is multiplied by f at each of the lag steps: the root is 1/lag.",
            "ko": "지금 구한 것은 lag − 1단계 뒤에 절반이 되는 값입니다. lag개의 시점마다 C에 f를 곱하므로 1/lag제곱입니다.",
        }),
    ),
)

register(FIRST_MOVE, VALLEY, HALF_LEFT)
