"""Exercises of lessons 6 and 7: Jacobians and their product, the two norms, clipping, truncation, the adding problem."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Choice, Score
from seqlib.nn import RNN
from seqlib.study.bptt import largest_singular_value, spectral_radius
from seqlib.widgets.forget import measure

# ---------- forget-flat

LENGTH, LEAST_INPUT = 100, 1.5
NOT_A_PAIR = {
    "en": "Write the two numbers of the sliders, ρ from 0.1 to 2 and the input scale from 0 to 3.",
    "ko": "슬라이더의 두 수를 적으세요. ρ는 0.1부터 2까지, 입력 크기는 0부터 3까지입니다.",
}
QUIET = {
    "en": "Too quiet: an input scale of at least 1.5 is asked for. Without inputs tanh never saturates, and the task is easy.",
    "ko": "입력이 너무 작습니다. 입력 크기는 1.5 이상이어야 합니다. 입력이 없으면 tanh가 포화하지 않아 너무 쉬워집니다.",
}


def _flatness(answer):
    """How many powers of ten ‖∂h_100/∂h_0‖ is away from 1."""
    try:
        radius, scale = (float(number) for number in answer)
    except (TypeError, ValueError):
        raise ValueError(NOT_A_PAIR) from None
    if not (0.1 <= radius <= 2 and 0 <= scale <= 3):
        raise ValueError(NOT_A_PAIR)
    if scale < LEAST_INPUT:
        raise ValueError(QUIET)
    return abs(np.log10(max(measure(radius, "tanh", LENGTH, scale).flow[-1], 1e-300)))


FLAT = Score(
    key="forget-flat",
    score=_flatness,
    higher_is_better=False,
    levels=(
        (np.inf, {
            "en": "{score} powers of ten away from 1. If the blue curve falls, ρ has to grow, or the inputs have to be weaker; if it rises, the other way round.",
            "ko": "1에서 10의 {score}제곱배나 벗어났습니다. 파란 곡선이 내려가면 ρ를 키우거나 입력을 줄이고, 올라가면 반대로 하세요.",
        }),
        (1.0, {
            "en": "Only {score} powers of ten away from 1 after a hundred steps. It is a narrow place: 5 % more per step would be a factor of 130 in the end.",
            "ko": "100단계 뒤에도 1에서 10의 {score}제곱배밖에 벗어나지 않았습니다. 아주 좁은 자리입니다. 시점마다 5%만 커져도 끝에는 130배가 됩니다.",
        }),
    ),
)  # fmt: skip

# ---------- forget-grow

NOT_2_BY_2 = {
    "en": "A 2 × 2 array of finite numbers is asked for: `np.array([[a, b], [c, d]])`.",
    "ko": "유한한 수로 된 2 × 2 배열을 적으세요: `np.array([[a, b], [c, d]])`.",
}


def _growth(answer):
    """The most that powers of a 2 × 2 matrix stretch a vector, while its spectral radius is at most 0.9."""
    try:
        W = np.asarray(answer, float)
    except (TypeError, ValueError):
        raise ValueError(NOT_2_BY_2) from None
    if W.shape != (2, 2) or not np.isfinite(W).all():
        raise ValueError(NOT_2_BY_2)
    radius = spectral_radius(W)
    if radius > 0.9 + 1e-6:  # two equal eigenvalues come out with half of the digits
        raise ValueError({
            "en": f"Its spectral radius is {radius:.2f}; at most 0.9 is allowed. With a 0 below the diagonal the eigenvalues stand on the diagonal.",
            "ko": f"스펙트럼 반지름이 {radius:.2f}입니다. 0.9까지만 됩니다. 대각선 아래가 0이면 대각선의 두 수가 고윳값입니다.",
        })  # fmt: skip
    power, most = np.eye(2), 0.0
    for _ in range(200):
        power = W @ power
        most = max(most, largest_singular_value(power))
    return most


GROW = Score(
    key="forget-grow",
    score=_growth,
    levels=(
        (0.0, {
            "en": "A vector grows at most {score}-fold, and tenfold is asked for. With a 0 below the diagonal, the diagonal alone decides ρ; what stands above it may be as large as you like.",
            "ko": "벡터가 가장 많이 커져도 {score}배인데, 열 배가 되어야 합니다. 대각선 아래가 0이면 ρ는 대각선의 두 수로 정해지고, 대각선 위의 수는 얼마든지 커도 됩니다.",
        }),
        (10.0, {
            "en": "{score}-fold at its peak, and still it vanishes in the end: ρ < 1 says nothing about the first steps.",
            "ko": "가장 클 때 {score}배가 되지만 결국 사라집니다. ρ < 1이어도 처음 몇 시점에 어떻게 되는지는 알 수 없습니다.",
        }),
    ),
)  # fmt: skip

# ---------- forget-remember

REMEMBER = Choice(
    key="forget-remember",
    right_one="C",
    reasons={
        "A": {
            "en": "That was the belief of many, and four of the eight lines do end above 1. Run the next cell and look at the others.",
            "ko": "많은 사람이 그렇게 믿었고, 실제로 여덟 선 가운데 넷은 1보다 위에서 끝납니다. 다음 셀을 실행해 나머지를 보세요.",
        },
        "B": {
            "en": "Where it begins, yes. But the training changes the norm by many powers of ten, in both directions. Run the next cell.",
            "ko": "출발점은 그렇습니다. 그러나 학습하는 동안 노름은 양쪽으로 10의 여러 제곱만큼 바뀝니다. 다음 셀을 실행해 보세요.",
        },
        "C": {
            "en": "Right: all eight name every symbol, and their norms lie some twelve powers of ten apart. Memory needs a state that stays; a gradient needs one that reacts.",
            "ko": "여덟 모두 기호를 다 맞히지만 노름은 10의 열두 제곱쯤이나 차이가 납니다. 기억에는 그대로 있는 상태가, 기울기에는 반응하는 상태가 필요합니다.",
        },
    },
)

# ---------- forget-jacobian


def _jacobian(h_t, W_hh, *, slope=lambda h: 1 - h**2, side="rows", weights=lambda W: W):
    s = slope(h_t)
    return weights(W_hh) * {"rows": s, "columns": s.T, "none": 1}[side]


JACOBIAN = Exercise(
    key="forget-jacobian",
    signature="step_jacobian(h_t, W_hh)",
    solution=_jacobian,
    axes=("row", "column"),
    cases=lambda rng: [
        dict(h_t=np.tanh(rng.normal(size=(H, 1))), W_hh=rng.normal(size=(H, H))) for H in (3, 4)
    ],
    praise={
        "en": "Row i is how unit i listens, times its own slope. Everything else in this lesson is products of this matrix.",
        "ko": "i행은 유닛 i로 들어오는 가중치에 그 유닛의 tanh의 미분을 곱한 것입니다. 이 수업의 나머지는 모두 이 행렬의 곱입니다.",
    },
    mistakes=(
        Mistake("W_hh-transposed", partial(_jacobian, weights=lambda W: W.T), {
            "en": "W_hh is transposed. Entry (i, j) of the Jacobian is how unit i of hₜ reacts to unit j of hₜ₋₁, and that weight is W_hh[i, j]. The transpose belongs to the backward pass.",
            "ko": "W_hh가 전치되었습니다. 야코비 행렬의 (i, j) 성분은 hₜ의 유닛 i가 hₜ₋₁의 유닛 j에 반응하는 정도이고, 그 가중치는 W_hh[i, j]입니다. 전치는 역전파에서 씁니다.",
        }),
        Mistake("product-with-the-slope", lambda h_t, W_hh: W_hh @ (1 - h_t**2), {
            "en": "`W_hh @ (1 - h_t**2)` adds up over the units and leaves one column, (H, 1). The Jacobian is (H, H): scale the rows of W_hh with `*`.",
            "ko": "`W_hh @ (1 - h_t**2)`는 유닛들에 대해 더해져 열 하나 (H, 1)만 남습니다. 야코비 행렬은 (H, H)입니다. `*`로 W_hh의 행마다 곱하세요.",
        }),
        Mistake("back-with-the-slope", lambda h_t, W_hh: W_hh.T @ (1 - h_t**2), {
            "en": "This is one column, (H, 1): a step back for the gradient (1, …, 1). The Jacobian is the whole matrix, (H, H): scale the rows of W_hh.",
            "ko": "열 하나 (H, 1)만 나왔습니다. 기울기 (1, …, 1)을 한 시점 거슬러 보낸 값입니다. 야코비 행렬은 (H, H) 전체입니다. W_hh의 행마다 곱하세요.",
        }),
        Mistake("slope-only", lambda h_t, W_hh: np.diagflat(1 - h_t**2), {
            "en": "This is the slope alone, diag(1 − hₜ²). It still has to be multiplied with W_hh.",
            "ko": "지금 구한 것은 tanh의 미분 diag(1 − hₜ²)뿐입니다. 여기에 W_hh를 곱해야 합니다.",
        }),
        Mistake("first-slope-only", lambda h_t, W_hh: np.diag(1 - h_t**2) * W_hh, {
            "en": "Every row is multiplied by the slope of unit 1: `np.diag` of a column (H, 1) takes out one number. Each row needs its own: leave `np.diag` out, or write `np.diagflat` and `@`.",
            "ko": "모든 행에 유닛 1의 tanh의 미분을 곱했습니다. `np.diag`에 열 (H, 1)을 넣으면 수 하나만 꺼냅니다. 행마다 자기 미분이 필요합니다. `np.diag`를 빼거나 `np.diagflat`과 `@`를 쓰세요.",
        }),
        Mistake("slope-on-columns", partial(_jacobian, side="columns"), {
            "en": "The slope multiplies the columns. tanh acts on the units of hₜ, after the product, so it scales the *rows*: diag(1 − hₜ²) stands left of W_hh.",
            "ko": "tanh의 미분을 열에 곱했습니다. tanh는 곱한 뒤에 hₜ의 유닛마다 작용하므로 ‘행’마다 배율을 곱합니다. diag(1 − hₜ²)는 W_hh의 왼쪽에 옵니다.",
        }),
        Mistake("whole-transposed", lambda h_t, W_hh: _jacobian(h_t, W_hh).T, {
            "en": "This is the whole Jacobian transposed. That matrix carries gradients backwards; ∂hₜ/∂hₜ₋₁ itself has the units of hₜ as its rows.",
            "ko": "야코비 행렬 전체가 전치되었습니다. 전치한 행렬은 기울기를 거꾸로 나릅니다. ∂hₜ/∂hₜ₋₁ 자체는 hₜ의 유닛이 행입니다.",
        }),
        Mistake("slope-upside-down", partial(_jacobian, slope=lambda h: 1 / (1 - h**2)), {
            "en": "1/(1 − h²) is the slope of the *inverse* of tanh. The slope of tanh, written with its output, is 1 − h².",
            "ko": "1/(1 − h²)은 tanh의 ‘역함수’의 미분입니다. tanh의 미분을 출력으로 쓰면 1 − h²입니다.",
        }),
        Mistake("slope-missing", partial(_jacobian, side="none"), {
            "en": "This is W_hh alone: the slope of tanh is missing. Between hₜ₋₁ and hₜ stands tanh, and it flattens where a unit is near ±1.",
            "ko": "지금 구한 것은 W_hh뿐이고 tanh의 미분이 빠졌습니다. hₜ₋₁과 hₜ 사이에는 tanh가 있고, 유닛이 ±1에 가까우면 그 미분이 작아집니다.",
        }),
        Mistake("slope-of-sigmoid", partial(_jacobian, slope=lambda h: h * (1 - h)), {
            "en": "h(1 − h) is the slope of the sigmoid. For tanh it is 1 − h².",
            "ko": "h(1 − h)는 시그모이드의 미분입니다. tanh의 미분은 1 − h²입니다.",
        }),
        Mistake("square-missing", partial(_jacobian, slope=lambda h: 1 - h), {
            "en": "The square is missing: the slope of tanh is 1 − h², not 1 − h.",
            "ko": "제곱이 빠졌습니다. tanh의 미분은 1 − h가 아니라 1 − h²입니다.",
        }),
        Mistake("slope-of-h-again", partial(_jacobian, slope=lambda h: 1 - np.tanh(h) ** 2), {
            "en": "tanh is applied twice: h is already the output of tanh. Its slope is 1 − h², without another tanh.",
            "ko": "tanh를 두 번 취했습니다. h가 이미 tanh의 출력입니다. 미분은 tanh를 다시 취하지 않고 1 − h²입니다.",
        }),
    ),
)

# ---------- forget-product


def _product(jacobians, t, k, *, first=1, last=0, shift=0, join=lambda J, P: J @ P):
    P = np.eye(jacobians.shape[1])
    for j in range(k + first, t + last + 1):
        P = join(jacobians[(j - 1 + shift) % len(jacobians)], P)
    return P


def _sum(jacobians, t, k):
    return jacobians[k:t].sum(axis=0)


PRODUCT = Exercise(
    key="forget-product",
    signature="product(jacobians, t, k)",
    solution=_product,
    axes=("row", "column"),
    cases=lambda rng: [dict(jacobians=rng.normal(size=(6, 3, 3)), t=t, k=k) for t, k in ((4, 1), (5, 2), (3, 0), (4, 4))],
    praise={
        "en": "The latest Jacobian stands on the left, the earliest on the right, and for k = t nothing is left but the identity.",
        "ko": "가장 나중 시점의 야코비 행렬이 왼쪽, 가장 이른 시점의 행렬이 오른쪽에 오고, k = t이면 단위행렬만 남습니다.",
    },
    mistakes=(
        Mistake("order-reversed", partial(_product, join=lambda J, P: P @ J), {
            "en": "The order is reversed. The step from hₖ is taken first, so it stands rightmost: ∂hₜ/∂hₜ₋₁ ··· ∂hₖ₊₁/∂hₖ. Matrices do not commute.",
            "ko": "순서가 뒤집혔습니다. hₖ에서 떠나는 시점의 야코비 행렬이 먼저이므로 맨 오른쪽에 옵니다: ∂hₜ/∂hₜ₋₁ ··· ∂hₖ₊₁/∂hₖ. 행렬은 순서를 바꿔 곱할 수 없습니다.",
        }),
        Mistake("one-too-many", partial(_product, first=0), {
            "en": "One factor too many: the product begins with ∂hₖ/∂hₖ₋₁ and so reaches hₖ₋₁. It runs from j = k + 1.",
            "ko": "인수가 하나 많습니다. ∂hₖ/∂hₖ₋₁부터 곱해서 hₖ₋₁까지 갔습니다. j = k + 1부터입니다.",
        }),
        Mistake("last-missing", partial(_product, last=-1), {
            "en": "The last factor, ∂hₜ/∂hₜ₋₁, is missing: this is ∂hₜ₋₁/∂hₖ. `range` leaves its end out.",
            "ko": "마지막 인수 ∂hₜ/∂hₜ₋₁이 빠져서 ∂hₜ₋₁/∂hₖ가 되었습니다. `range`는 끝값을 포함하지 않습니다.",
        }),
        Mistake("shifted-by-one", partial(_product, shift=1), {
            "en": "Every factor is one step late. `jacobians[0]` is ∂h₁/∂h₀, so the one of step j is `jacobians[j - 1]`.",
            "ko": "인수가 모두 한 시점씩 늦습니다. `jacobians[0]`이 ∂h₁/∂h₀이므로, 시점 j의 야코비 행렬은 `jacobians[j - 1]`입니다.",
        }),
        Mistake("element-by-element", partial(_product, join=lambda J, P: J * P), {
            "en": "`*` multiplies entry by entry. A change travels through all units of every step: that is the matrix product, `@`.",
            "ko": "`*`는 요소별로 곱합니다. 변화는 매 시점의 모든 유닛을 거쳐 전해지므로 행렬 곱 `@`를 써야 합니다.",
        }),
        Mistake("transposed-factors", partial(_product, join=lambda J, P: J.T @ P), {
            "en": "Each factor is transposed. The transposes carry gradients backwards; the Jacobian itself is the product of the matrices as they are.",
            "ko": "인수마다 전치되었습니다. 전치한 행렬은 기울기를 거꾸로 나릅니다. 야코비 행렬 자체는 원래 행렬을 그대로 곱한 것입니다.",
        }),
        Mistake("product-of-entries", lambda jacobians, t, k: np.prod(jacobians[k:t], axis=0), {
            "en": "`np.prod` multiplies entry by entry. A product of matrices needs `@`, one Jacobian after the other.",
            "ko": "`np.prod`는 요소별로 곱합니다. 행렬의 곱은 야코비 행렬을 하나씩 `@`로 곱해야 합니다.",
        }),
        Mistake("power-of-the-last", lambda jacobians, t, k: np.linalg.matrix_power(jacobians[t - 1], t - k), {
            "en": "This is a power of one Jacobian, the last. Every step has its own, with its own slopes: multiply them one after the other.",
            "ko": "마지막 야코비 행렬 하나를 거듭제곱했습니다. 시점마다 tanh의 미분이 다르므로 야코비 행렬도 다릅니다. 하나씩 곱하세요.",
        }),
        Mistake("power-of-the-first", lambda jacobians, t, k: np.linalg.matrix_power(jacobians[k], t - k), {
            "en": "This is a power of one Jacobian, the first after hₖ. Every step has its own, with its own slopes: multiply them one after the other.",
            "ko": "hₖ 바로 다음의 야코비 행렬 하나를 거듭제곱했습니다. 시점마다 야코비 행렬이 다르므로 하나씩 곱하세요.",
        }),
        Mistake("only-the-last", lambda jacobians, t, k: jacobians[t - 1] if t > k else np.eye(jacobians.shape[1]), {
            "en": "Only the last Jacobian came back: `P = J` overwrites. Each one is multiplied onto the product so far: `P = J @ P`.",
            "ko": "마지막 야코비 행렬만 나왔습니다. `P = J`가 덮어썼습니다. 지금까지의 곱에 하나씩 곱하세요: `P = J @ P`.",
        }),
        Mistake("added-to-identity", lambda jacobians, t, k: np.eye(jacobians.shape[1]) + _sum(jacobians, t, k), {
            "en": "The Jacobians are added to the identity. The reactions follow one another along one path, and there the chain rule multiplies.",
            "ko": "단위행렬에 야코비 행렬을 더했습니다. 한 경로를 따라 차례로 전해지는 변화는 연쇄 법칙에 따라 곱합니다.",
        }),
        Mistake("up-to-k", lambda jacobians, t, k: _product(jacobians, k, 0), {
            "en": "This is the product up to hₖ, the steps before k. From hₖ to hₜ the steps k + 1 to t are needed.",
            "ko": "지금 구한 것은 hₖ까지, 곧 시점 k까지의 곱입니다. hₖ에서 hₜ까지는 시점 k + 1부터 t까지가 필요합니다.",
        }),
        Mistake("summed", _sum, {
            "en": "The Jacobians are added. The chain rule multiplies along a path; sums arise only where several paths meet.",
            "ko": "야코비 행렬을 더했습니다. 연쇄 법칙은 한 경로를 따라 곱합니다. 더하는 것은 여러 경로가 만날 때뿐입니다.",
        }),
        Mistake("from-the-first-step", lambda jacobians, t, k: _product(jacobians, t, 0), {
            "en": "This is always the longest path, back to h₀. The product should stop at hₖ.",
            "ko": "지금은 언제나 h₀까지 가는 가장 긴 경로를 곱합니다. 곱은 hₖ에서 멈춰야 합니다.",
        }),
    ),
)

# ---------- forget-radius


def _radius(W, *, radius=lambda W: np.abs(np.linalg.eigvals(W)).max(), sigma=lambda W: np.linalg.svd(W)[1].max()):
    return np.array([radius(W), sigma(W)])


def _radius_cases(rng):
    turning = np.array([[0.0, -2.0, 0.3], [1.5, 0.0, 0.0], [0.0, 0.2, 0.5]])  # its largest eigenvalues are complex
    negative = np.diag([0.5, -1.5, 1.0]) + 0.3 * rng.normal(size=(3, 3))
    return [dict(W=turning), dict(W=negative), dict(W=np.array([[0.5, 4.0], [0.0, 0.4]]))]


RADIUS = Exercise(
    key="forget-radius",
    signature="radius_and_sigma(W)",
    solution=_radius,
    returns=("radius", "sigma"),
    cases=_radius_cases,
    praise={
        "en": "ρ tells what many products do in the end, σ what one product can do at most. σ is never below ρ.",
        "ko": "ρ는 여러 번 곱하면 결국 어떻게 되는지, σ는 한 번 곱해 최대 얼마가 되는지를 나타냅니다. σ는 ρ보다 작을 수 없습니다.",
    },
    mistakes=(
        Mistake("swapped", lambda W: _radius(W)[::-1], {
            "en": "The two are swapped: first the spectral radius, then the largest singular value.",
            "ko": "둘의 순서가 바뀌었습니다. 스펙트럼 반지름이 먼저, 가장 큰 특잇값이 나중입니다.",
        }),
        Mistake("real-part", partial(_radius, radius=lambda W: np.linalg.eigvals(W).real.max()), {
            "en": "Only the real part of the eigenvalues counts here. An eigenvalue of −1.5 or 1.7i grows just as well: take its absolute value first.",
            "ko": "고윳값의 실수부만 보았습니다. 고윳값이 −1.5나 1.7i여도 똑같이 커집니다. 먼저 절댓값을 취하세요.",
        }),
        Mistake("absolute-of-real-part", partial(_radius, radius=lambda W: np.abs(np.linalg.eigvals(W).real).max()), {
            "en": "The imaginary part is thrown away before the absolute value. |λ| of a complex eigenvalue needs both parts: `np.abs(eigenvalues)`.",
            "ko": "절댓값을 취하기 전에 허수부를 버렸습니다. 복소 고윳값의 |λ|에는 두 부분이 모두 필요합니다: `np.abs(eigenvalues)`.",
        }),
        Mistake("eigvalsh", partial(_radius, radius=lambda W: np.abs(np.linalg.eigvalsh(W)).max()), {
            "en": "`eigvalsh` is for symmetric matrices and reads one half of W only. W_hh is not symmetric: use `np.linalg.eigvals`.",
            "ko": "`eigvalsh`는 대칭행렬용이라 W의 절반만 읽습니다. W_hh는 대칭이 아니므로 `np.linalg.eigvals`를 쓰세요.",
        }),
        Mistake("radius-twice", lambda W: np.repeat(_radius(W)[0], 2), {
            "en": "Both numbers are the spectral radius. The largest singular value is `np.linalg.norm(W, 2)`; the two agree only for special matrices, symmetric ones for example.",
            "ko": "두 수가 모두 스펙트럼 반지름입니다. 가장 큰 특잇값은 `np.linalg.norm(W, 2)`입니다. 둘은 대칭행렬처럼 특별한 행렬에서만 같습니다.",
        }),
        Mistake("sigma-twice", lambda W: np.repeat(_radius(W)[1], 2), {
            "en": "Both numbers are the largest singular value. The spectral radius comes from the eigenvalues: `np.abs(np.linalg.eigvals(W)).max()`.",
            "ko": "두 수가 모두 가장 큰 특잇값입니다. 스펙트럼 반지름은 고윳값에서 나옵니다: `np.abs(np.linalg.eigvals(W)).max()`.",
        }),
        Mistake("frobenius", partial(_radius, sigma=np.linalg.norm), {
            "en": "`np.linalg.norm(W)` is the Frobenius norm, the root of all squares together. The largest singular value is `np.linalg.norm(W, 2)`.",
            "ko": "`np.linalg.norm(W)`은 모든 원소의 제곱을 더해 제곱근을 취한 프로베니우스 노름입니다. 가장 큰 특잇값은 `np.linalg.norm(W, 2)`입니다.",
        }),
        Mistake("smallest-singular-value", partial(_radius, sigma=lambda W: np.linalg.svd(W)[1].min()), {
            "en": "This is the smallest singular value. NumPy sorts them from large to small; the first is wanted.",
            "ko": "지금 구한 것은 가장 작은 특잇값입니다. NumPy는 큰 것부터 늘어놓으므로 첫째 것이 필요합니다.",
        }),
        Mistake("root-missing", partial(_radius, sigma=lambda W: np.linalg.eigvalsh(W.T @ W).max()), {
            "en": "The largest eigenvalue of WᵀW is σ², the square. Take its root.",
            "ko": "WᵀW의 가장 큰 고윳값은 σ²입니다. 제곱근을 취하세요.",
        }),
        Mistake("largest-entry", partial(_radius, sigma=lambda W: np.abs(W).max()), {
            "en": "This is the largest entry of W. A matrix with small entries can still stretch a vector a lot: use `np.linalg.norm(W, 2)`.",
            "ko": "지금 구한 것은 W의 가장 큰 원소입니다. 원소가 작아도 벡터를 크게 늘릴 수 있습니다. `np.linalg.norm(W, 2)`을 쓰세요.",
        }),
    ),
)

# ---------- forget-clip


def _clip(dW_xh, dW_hh, db_h, limit, *, scale=lambda norm, limit: min(1.0, limit / norm), each=False, norm=None):
    grads = {"dW_xh": dW_xh, "dW_hh": dW_hh, "db_h": db_h}
    norm = norm or (lambda arrays: np.sqrt(sum((g * g).sum() for g in arrays)))
    joint = norm(grads.values())
    return {name: g * scale(norm([g]) if each else joint, limit) for name, g in grads.items()}


def _root_mean(arrays):
    arrays = list(arrays)
    return np.sqrt(sum((g * g).sum() for g in arrays) / sum(g.size for g in arrays))


def _element_wise(dW_xh, dW_hh, db_h, limit):
    return {
        name: np.clip(g, -limit, limit) for name, g in {"dW_xh": dW_xh, "dW_hh": dW_hh, "db_h": db_h}.items()
    }


def _clip_cases(rng):
    def gradients(size, limit):
        shapes = {"dW_xh": (3, 2), "dW_hh": (3, 3), "db_h": (3, 1)}
        return {name: size * rng.normal(size=shape) for name, shape in shapes.items()} | {"limit": limit}

    return [gradients(3.0, 1.0), gradients(0.02, 1.0), gradients(1.0, 2.5)]


CLIP = Exercise(
    key="forget-clip",
    signature="clip(dW_xh, dW_hh, db_h, limit)",
    solution=_clip,
    cases=_clip_cases,
    praise={
        "en": "One norm for all, one factor for all: the gradient gets shorter, its direction stays.",
        "ko": "노름도 하나, 배율도 하나입니다. 기울기의 길이만 줄고 방향은 그대로입니다.",
    },
    mistakes=(
        Mistake("each-by-its-own-norm", partial(_clip, each=True), {
            "en": "Each array is clipped by its own norm, so large ones shrink more than small ones and the direction changes. Take one norm over all three together.",
            "ko": "배열마다 자기 노름으로 잘라서, 큰 것이 작은 것보다 더 줄어 방향이 바뀝니다. 셋을 합쳐 노름을 하나만 구하세요.",
        }),
        Mistake("element-wise", _element_wise, {
            "en": "Every entry is cut off at ±limit. That bends the direction, and the norm can still exceed the limit. Multiply all entries by one factor.",
            "ko": "원소마다 ±limit에서 잘랐습니다. 방향이 휘고, 노름은 여전히 limit를 넘을 수 있습니다. 모든 원소에 같은 배율을 곱하세요.",
        }),
        Mistake("always-scaled", partial(_clip, scale=lambda norm, limit: limit / norm), {
            "en": "Small gradients are blown up to the limit as well. Clipping only ever shortens: where the norm is below the limit, the factor is 1.",
            "ko": "작은 기울기까지 limit만큼 키웠습니다. 클리핑은 줄이기만 합니다. 노름이 limit보다 작으면 배율은 1입니다.",
        }),
        Mistake("squared-norm", partial(_clip, norm=lambda arrays: sum((g * g).sum() for g in arrays)), {
            "en": "The root is missing: the sum of the squares is the norm *squared*.",
            "ko": "제곱근이 빠졌습니다. 제곱의 합은 노름의 ‘제곱’입니다.",
        }),
        Mistake("norm-of-a-list", partial(_clip, norm=lambda arrays: np.linalg.norm(list(arrays))), {
            "en": "`np.linalg.norm` wants one array, and three of different shapes do not make one. Add up the squares of all entries, array by array, and take one root at the end.",
            "ko": "`np.linalg.norm`은 배열 하나를 받는데, 모양이 다른 배열 셋은 하나로 합쳐지지 않습니다. 배열마다 모든 성분의 제곱을 더하고 마지막에 제곱근을 한 번 취하세요.",
        }),
        Mistake("sum-of-norms", partial(_clip, norm=lambda arrays: sum(np.linalg.norm(g) for g in arrays)), {
            "en": "The three norms are added. The joint norm treats all entries as one long vector: add the squares, then take one root.",
            "ko": "세 노름을 더했습니다. 전체 노름은 모든 원소를 하나의 긴 벡터로 봅니다. 제곱을 모두 더한 뒤 제곱근을 한 번 취하세요.",
        }),
        Mistake("factor-upside-down", partial(_clip, scale=lambda norm, limit: max(1.0, norm / limit)), {
            "en": "The factor is upside down: norm / limit makes a large gradient larger still. It is limit / norm.",
            "ko": "배율이 뒤집혔습니다. norm / limit를 곱하면 큰 기울기가 더 커집니다. limit / norm입니다.",
        }),
        Mistake("fraction-upside-down", partial(_clip, scale=lambda norm, limit: min(1.0, norm / limit)), {
            "en": "The fraction is upside down: `norm / limit` is large where the gradient is. Large gradients stay, and small ones shrink. It is limit / norm.",
            "ko": "분수가 뒤집혔습니다. `norm / limit`는 기울기가 클 때 큽니다. 큰 기울기는 그대로 남고 작은 기울기가 줄어듭니다. limit / norm입니다.",
        }),
        Mistake("max-for-min", partial(_clip, scale=lambda norm, limit: max(1.0, limit / norm)), {
            "en": "`max` lets through what is large and blows up what is small. The factor is the *smaller* of 1 and limit / norm.",
            "ko": "`max`를 쓰면 큰 것은 그대로 두고 작은 것을 키웁니다. 배율은 1과 limit / norm 가운데 ‘작은’ 쪽입니다.",
        }),
        Mistake("norm-of-the-last", partial(_clip, norm=lambda arrays: np.linalg.norm(list(arrays)[-1])), {
            "en": "The norm is that of db_h alone, the last array. Inside a loop `norm = …` overwrites: add up the squares of all three.",
            "ko": "지금 구한 것은 마지막 배열 db_h만의 노름입니다. 반복문 안의 `norm = …`이 덮어씁니다. 셋의 제곱을 모두 더하세요.",
        }),
        Mistake("norm-of-the-first", partial(_clip, norm=lambda arrays: np.linalg.norm(next(iter(arrays)))), {
            "en": "The norm is that of dW_xh alone, the first array. One norm over all three is needed: add up the squares of all of them.",
            "ko": "지금 구한 것은 첫 배열 dW_xh만의 노름입니다. 셋 전체의 노름이 필요합니다. 세 배열의 제곱을 모두 더하세요.",
        }),
        Mistake("mean-of-squares", partial(_clip, norm=_root_mean), {
            "en": "The root of the *mean* square is not the norm: it is the norm divided by the root of the number of entries. Add the squares.",
            "ko": "제곱 ‘평균’의 제곱근은 노름이 아니라, 노름을 원소 개수의 제곱근으로 나눈 값입니다. 제곱을 더하세요.",
        }),
        Mistake("largest-entry-for-norm", partial(_clip, norm=lambda arrays: max(np.abs(g).max() for g in arrays)), {
            "en": "The largest entry stands in for the norm. The norm is the root of the sum of all squares.",
            "ko": "노름 대신 가장 큰 원소를 썼습니다. 노름은 모든 제곱의 합의 제곱근입니다.",
        }),
        Mistake("sum-of-absolute-values", partial(_clip, norm=lambda arrays: sum(np.abs(g).sum() for g in arrays)), {
            "en": "The absolute values are added. The norm meant here is the root of the sum of the squares.",
            "ko": "절댓값을 더했습니다. 여기서 쓰는 노름은 제곱의 합의 제곱근입니다.",
        }),
        Mistake("squares-cancel", partial(_clip, norm=lambda arrays: np.sqrt(abs(sum(g.sum() for g in arrays)))), {
            "en": "The entries are added without being squared, so positive and negative ones cancel. Square first: `(g * g).sum()`.",
            "ko": "제곱하지 않고 원소를 더해서 양수와 음수가 서로 지워집니다. 먼저 제곱하세요: `(g * g).sum()`.",
        }),
        Mistake("limit-forgotten", partial(_clip, scale=lambda norm, limit: min(1.0, 1 / norm)), {
            "en": "The gradients are scaled to norm 1, whatever the limit. The factor is limit / norm.",
            "ko": "limit와 상관없이 노름을 1로 맞췄습니다. 배율은 limit / norm입니다.",
        }),
        Mistake("not-clipped", partial(_clip, scale=lambda norm, limit: 1.0), {
            "en": "The gradients come back as they were. Where the joint norm exceeds the limit, multiply all of them by limit / norm.",
            "ko": "기울기가 그대로 나왔습니다. 전체 노름이 limit를 넘으면 모두에 limit / norm을 곱하세요.",
        }),
    ),
)

# ---------- forget-windows


class _Cell(RNN):
    """A cell that equals its copy, so that a check can tell whether a reader's code has changed it."""

    def __eq__(self, other):
        return isinstance(other, RNN) and all(np.array_equal(W, other.params[k]) for k, W in self.params.items())

    __hash__ = None


def _windows(cell, x, dh, window, *, carry=lambda trace: trace.h[-1], gather=sum, keep=slice(None)):
    h0, parts = None, []
    for start in range(0, len(x), window):
        trace = cell.forward(x[start : start + window], h0)
        parts.append(cell.backward(trace, dh[start : start + window]).params.W_hh)
        h0 = carry(trace)
    return gather(parts[keep])


def _not_cut(cell, x, dh, window):
    return cell.backward(cell.forward(x), dh).params.W_hh


def _first_dh(cell, x, dh, window):
    h0, total = None, 0
    for start in range(0, len(x), window):
        trace = cell.forward(x[start : start + window], h0)
        total = total + cell.backward(trace, dh[: len(trace.h)]).params.W_hh
        h0 = trace.h[-1]
    return total


def _from_start(cell, x, dh, window):
    ends = [min(start + window, len(x)) for start in range(0, len(x), window)]
    return sum(_not_cut(cell, x[:end], dh[:end], window) for end in ends)


def _whole_windows(cell, x, dh, window):
    T = len(x) // window * window
    return _windows(cell, x[:T], dh[:T], window)


def _windows_cases(rng):
    return [
        dict(cell=_Cell(2, 3, rng=rng), x=rng.normal(size=(T, 2, 2)), dh=rng.normal(size=(T, 3, 2)), window=window)
        for T, window in ((8, 4), (7, 3), (6, 2))
    ]


WINDOWS = Exercise(
    key="forget-windows",
    signature="truncated(cell, x, dh, window)",
    solution=_windows,
    axes=("row", "column"),
    cases=_windows_cases,
    praise={
        "en": "The state crosses every border, the gradient none: memory for one window is enough.",
        "ko": "상태는 경계를 모두 넘고 기울기는 하나도 넘지 않습니다. 그래서 윈도 하나만큼의 메모리면 됩니다.",
    },
    mistakes=(
        Mistake("state-not-carried", partial(_windows, carry=lambda trace: None), {
            "en": "Every window starts from h₀ = 0: the state is not carried over, so even the forward pass differs. Hand the last state on as `h0`.",
            "ko": "윈도마다 h₀ = 0에서 다시 시작합니다. 상태를 넘기지 않아 순전파부터 달라졌습니다. 마지막 상태를 다음 윈도의 `h0`으로 넘기세요.",
        }),
        Mistake("first-state-carried", partial(_windows, carry=lambda trace: trace.h[0]), {
            "en": "The *first* state of the window is handed on. The next window begins where this one ended: `trace.h[-1]`.",
            "ko": "윈도의 ‘첫’ 상태를 넘겼습니다. 다음 윈도는 이번 윈도가 끝난 곳에서 시작합니다: `trace.h[-1]`.",
        }),
        Mistake("state-one-step-early", partial(_windows, carry=lambda trace: trace.h_prev[-1]), {
            "en": "The state *before* the window's last step is handed on. `trace.h_prev` lags one step behind; the last state is `trace.h[-1]`.",
            "ko": "윈도의 마지막 시점 ‘직전’의 상태를 넘겼습니다. `trace.h_prev`는 한 시점 늦습니다. 마지막 상태는 `trace.h[-1]`입니다.",
        }),
        Mistake("gradient-carried", _not_cut, {
            "en": "This is the full gradient: it crosses the borders of the windows. Run `backward` on each window alone; only the state goes on.",
            "ko": "기울기가 윈도의 경계를 넘어 전체 기울기가 되었습니다. `backward`는 윈도마다 따로 하고, 상태만 넘기세요.",
        }),
        Mistake("only-last-window", partial(_windows, keep=slice(-1, None)), {
            "en": "Only the last window's gradient came back: `total = …` overwrites. Every window adds its part: `total = total + …`.",
            "ko": "마지막 윈도의 기울기만 남았습니다. `total = …`이 덮어썼기 때문입니다. 윈도마다 더하세요: `total = total + …`.",
        }),
        Mistake("only-first-window", partial(_windows, keep=slice(0, 1)), {
            "en": "Only the first window's gradient came back. Does the `return` stand inside the loop?",
            "ko": "첫 윈도의 기울기만 나왔습니다. `return`이 반복문 안에 있지 않나요?",
        }),
        Mistake("from-the-first-step-again", _from_start, {
            "en": "Each window reaches from the first step to its own end, so early steps count again and again. The slice is `part`, from `start` to `start + window`.",
            "ko": "윈도마다 첫 시점부터 읽어서 이전 시점이 여러 번 더해집니다. 구간은 `start`부터 `start + window`까지인 `part`입니다.",
        }),
        Mistake("averaged", partial(_windows, gather=lambda parts: sum(parts) / len(parts)), {
            "en": "The windows are averaged. The loss is a sum over the steps, so its gradient is the sum over the windows.",
            "ko": "윈도들의 평균을 냈습니다. 손실은 시점에 대한 합이므로 기울기도 윈도에 대한 합입니다.",
        }),
        Mistake("dh-of-first-window", _first_dh, {
            "en": "Every window uses the `dh` of the first one. Slice `dh` as you slice `x`.",
            "ko": "윈도마다 첫 윈도의 `dh`를 썼습니다. `dh`도 `x`와 똑같이 잘라야 합니다.",
        }),
        Mistake("rest-forgotten", _whole_windows, {
            "en": "Right where the window divides T; otherwise the shorter window at the end is left out. Let the loop run to `len(x)`.",
            "ko": "T가 window로 나누어떨어질 때만 맞습니다. 나머지로 남는 짧은 윈도가 빠졌습니다. 반복문이 `len(x)`까지 가게 하세요.",
        }),
    ),
)

# ---------- forget-adding-target


def _target(x, *, marked=lambda m: m == 1, divisor=4, base=0.5, join=lambda v: v.sum(axis=0)):
    return base + join(x[:, 0] * marked(x[:, 1])) / divisor


def _target_of(x, *, of):
    return 0.5 + (x[:, of] * (x[:, 1] == 1)).sum(axis=0) / 4


def _target_cases(rng):
    def case(T, N):
        x = np.zeros((T, 2, N))
        x[:, 0] = rng.uniform(-1, 1, (T, N))
        for n in range(N):
            x[1 + rng.choice(T - 2, 2, replace=False), 1, n] = 1.0
        x[[0, -1], 1] = -1.0
        return dict(x=x)

    return [case(9, 4), case(6, 2)]


ADDING_TARGET = Exercise(
    key="forget-adding-target",
    signature="adding_target(x)",
    solution=_target,
    axes=("example",),
    cases=_target_cases,
    praise={
        "en": "Two numbers out of the whole sequence matter, and the network has to find out by itself which.",
        "ko": "시퀀스 전체에서 중요한 것은 두 수뿐이고, 어느 둘인지는 신경망이 스스로 알아내야 합니다.",
    },
    mistakes=(
        Mistake("markers-as-weights", partial(_target, marked=lambda m: m), {
            "en": "The markers are used as factors, so the first and last numbers, whose marker is −1, are subtracted. Only the marker 1 counts: `x[:, 1] == 1`.",
            "ko": "표시를 그대로 곱해서, 표시가 −1인 처음과 마지막 수를 뺐습니다. 표시가 1인 것만 셉니다: `x[:, 1] == 1`.",
        }),
        Mistake("any-marker", partial(_target, marked=lambda m: m != 0), {
            "en": "All marked steps are added, the −1 at both ends too. Only the marker 1 counts.",
            "ko": "양 끝의 −1까지 표시가 있는 시점을 모두 더했습니다. 표시가 1인 것만 셉니다.",
        }),
        Mistake("all-added", partial(_target, marked=lambda m: np.ones_like(m)), {
            "en": "All numbers are added. Only the two with the marker 1 count.",
            "ko": "수를 모두 더했습니다. 표시가 1인 두 수만 셉니다.",
        }),
        Mistake("unscaled", partial(_target, divisor=1, base=0), {
            "en": "This is X₁ + X₂ itself, between −2 and 2. The target is 0.5 + (X₁ + X₂)/4, between 0 and 1.",
            "ko": "−2와 2 사이인 X₁ + X₂를 그대로 썼습니다. 목표는 0과 1 사이인 0.5 + (X₁ + X₂)/4입니다.",
        }),
        Mistake("half-missing", partial(_target, base=0), {
            "en": "The 0.5 is missing. It moves the target from −0.5 … 0.5 to 0 … 1.",
            "ko": "0.5가 빠졌습니다. 0.5를 더해야 목표의 범위가 −0.5~0.5에서 0~1로 바뀝니다.",
        }),
        Mistake("divided-by-two", partial(_target, divisor=2), {
            "en": "Divided by 2, not by 4. The sum of two numbers lies between −2 and 2, so a quarter of it, plus 0.5, lies between 0 and 1.",
            "ko": "4가 아니라 2로 나누었습니다. 두 수의 합은 −2와 2 사이이므로, 4로 나누고 0.5를 더해야 0과 1 사이가 됩니다.",
        }),
        Mistake("half-inside", lambda x: (0.5 + (_target(x) - 0.5) * 4) / 4, {
            "en": "The 0.5 is divided by 4 as well. Only the sum is divided: `0.5 + total / 4`.",
            "ko": "0.5까지 4로 나누었습니다. 합만 나눕니다: `0.5 + total / 4`.",
        }),
        Mistake("largest-marked", partial(_target, join=lambda v: v.max(axis=0)), {
            "en": "Only the larger of the marked numbers is used. Add both.",
            "ko": "표시된 두 수 가운데 큰 것만 썼습니다. 둘을 더하세요.",
        }),
        Mistake("one-number", lambda x: _target(x).sum() - 0.5 * (x.shape[2] - 1), {
            "en": "One number came out for all sequences: indexing with a mask puts everything into one vector. Multiply by the mask instead, and sum over axis 0.",
            "ko": "모든 시퀀스에서 수가 하나만 나왔습니다. 마스크로 인덱싱하면 모두 한 벡터가 됩니다. 마스크를 곱하고 축 0으로 더하세요.",
        }),
        Mistake("over-the-examples", partial(_target, join=lambda v: v.sum(axis=1)), {
            "en": "The sum runs over the sequences, axis 1, and gives one number for each step. Sum over the steps, axis 0: one target for each sequence.",
            "ko": "시퀀스인 축 1로 더해서 시점마다 수 하나가 나왔습니다. 시점인 축 0으로 더하면 시퀀스마다 목표 하나가 됩니다.",
        }),
        Mistake("mean-over-the-steps", partial(_target, join=lambda v: v.mean(axis=0)), {
            "en": "`mean` divides by the number of steps as well. X₁ + X₂ is a sum.",
            "ko": "`mean`은 시점의 수로도 나눕니다. X₁ + X₂는 합입니다.",
        }),
        Mistake("multiplied", lambda x: 0.5 + np.where(x[:, 1] == 1, x[:, 0], 1).prod(axis=0) / 4, {
            "en": "The two marked numbers are multiplied. Add them.",
            "ko": "표시된 두 수를 곱했습니다. 더해야 합니다.",
        }),
        Mistake("markers-added", partial(_target_of, of=1), {
            "en": "The markers are added, not the numbers: `x[:, 1]` says where, `x[:, 0]` has the numbers.",
            "ko": "수가 아니라 표시를 더했습니다. `x[:, 1]`은 자리이고, 수는 `x[:, 0]`에 있습니다.",
        }),
        Mistake("minus", lambda x: 1 - _target(x), {
            "en": "The sum is subtracted from 0.5. It is added: 0.5 + (X₁ + X₂)/4.",
            "ko": "0.5에서 합을 뺐습니다. 더해야 합니다: 0.5 + (X₁ + X₂)/4.",
        }),
        Mistake("over-everything", lambda x: np.full(x.shape[2], _target(x).sum() - 0.5 * (x.shape[2] - 1)), {
            "en": "The sum runs over all sequences together. Each has its own target: sum over axis 0, the steps.",
            "ko": "모든 시퀀스를 한꺼번에 더했습니다. 목표는 시퀀스마다 있습니다. 시점인 축 0만 더하세요.",
        }),
    ),
)

register(FLAT, JACOBIAN, GROW, RADIUS, PRODUCT, REMEMBER, CLIP, WINDOWS, ADDING_TARGET)
