"""Exercises of lesson 5: the gradient at the output, the terms by hand, one step back, and the loop backwards."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register

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
            "ko": "p뿐입니다. `- onehot(y)`가 없으면 정답이 무엇이든 정답 클래스까지 모든 클래스가 아래로 밀립니다.",
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
        Mistake("divided-by-N", partial(_at_output, over="N"), {
            "en": "Divided by the number of examples. That belongs to the mean over a batch; here each example has its own loss.",
            "ko": "예제 수로 나누었습니다. 그것은 배치 평균을 쓸 때의 일이고, 여기서는 예제마다 손실이 따로 있습니다.",
        }),
    ),
)

# ---------- bptt-readout


def _add(terms):
    return terms.sum(axis=0)


def _last(terms):
    return terms[0]  # the loop runs backwards, so what is written last is the first step's


def _readout(dz, h, *, gather=_add, bias=True, turn=False):
    terms = np.einsum("tkn,thn->thk" if turn else "tkn,thn->tkh", dz, h)
    b_y = gather(dz) if bias == "not summed" else gather(dz.sum(axis=2, keepdims=True))
    return dict(W_hy=gather(terms), b_y=b_y)


READOUT = Exercise(
    key="bptt-readout",
    signature="readout_gradient(dz, h)",
    solution=_readout,
    cases=lambda rng: [
        dict(dz=rng.normal(size=(4, 3, 2)), h=rng.normal(size=(4, 5, 2))),
        dict(dz=rng.normal(size=(3, 2, 4)), h=rng.normal(size=(3, 2, 4))),
    ],
    praise={
        "en": "One W_hy reads at every step, so its gradient is a sum over the steps; b_y gets the same sum, with 1 in place of h.",
        "ko": "W_hy 하나를 모든 시점에서 쓰므로 기울기는 시점들의 합입니다. b_y는 h 자리에 1을 넣은 같은 합입니다.",
    },
    mistakes=(
        Mistake("last-step-only", partial(_readout, gather=lambda terms: terms[-1]), {
            "en": "Only the last step is in it: `=` overwrites in a loop. The same weights are used at every step, so add up: `+=`.",
            "ko": "마지막 시점만 들어 있습니다. 반복문에서 `=`는 덮어씁니다. 모든 시점이 같은 가중치를 쓰므로 `+=`로 더하세요.",
        }),
        Mistake("first-step-only", partial(_readout, gather=_last), {
            "en": "Only the first step is in it. The same weights are used at every step: add up all the terms.",
            "ko": "첫 시점만 들어 있습니다. 모든 시점이 같은 가중치를 쓰므로 항을 전부 더하세요.",
        }),
        Mistake("mean-over-steps", partial(_readout, gather=lambda terms: terms.mean(axis=0)), {
            "en": "This is the mean over the steps. The loss is a *sum* over t, and so is its gradient.",
            "ko": "시점에 대한 평균입니다. 손실이 t에 대한 ‘합’이므로 기울기도 합입니다.",
        }),
        Mistake("bias-not-summed", partial(_readout, bias="not summed"), {
            "en": "The gradient of b_y still has one column for each example. b_y is one column, used by all: sum over the examples with `keepdims=True`.",
            "ko": "b_y의 기울기에 예제마다 열이 남아 있습니다. b_y는 모두가 함께 쓰는 열 하나이므로, `keepdims=True`로 예제에 대해 더하세요.",
        }),
        Mistake("W_hy-transposed", partial(_readout, turn=True), {
            "en": "The gradient of W_hy is transposed: (H, K). A gradient has the shape of what it belongs to, (K, H): `dz[t] @ h[t].T`.",
            "ko": "W_hy의 기울기가 (H, K)로 전치되었습니다. 기울기는 대상과 같은 (K, H) 모양입니다: `dz[t] @ h[t].T`.",
        }),
    ),
)

# ---------- bptt-terms


def _slope(h):
    return 1 - h * h


def _terms(dy, W_hy, W_hh, h, *, slope=_slope, at=1, held="before", direct=True, first=True, W=True, through=True, order=1):
    """The three terms; the keywords are the places at which readers go wrong."""
    s = slope(h[1:] if at == 1 else h[:-1])
    back = s * (W_hh if W else 1)
    own = s * (h[:-1] if held == "before" else h[1:])  # ∂⁺h_t/∂W_hh
    if not direct:  # the total derivative in place of the immediate one
        for t in (1, 2):
            own[t] = own[t] + back[t] * own[t - 1]
    out = (dy if first else 1) * (W_hy if through else 1)
    return np.array([out * own[2], out * back[2] * own[1], out * back[2] * back[1] * own[0]])[::order]


def _short(dy, W_hy, W_hh, h):
    s = _slope(h[1:])
    back, own = s * W_hh, s * h[:-1]
    return np.array([dy * W_hy * own[2], dy * W_hy * back[2] * own[1], dy * W_hy * back[1] * own[0]])


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
            "ko": "tanh의 기울기는 1/(1 − h²)이 아니라 1 − h²입니다. 앞의 것은 역함수의 기울기입니다. tanh는 기울기를 줄이기만 합니다.",
        }),
        Mistake("slope-missing", partial(_terms, slope=np.ones_like), {
            "en": "The slope of tanh, 1 − h², is missing: every step back goes through tanh, and so does the step into the weight.",
            "ko": "tanh의 기울기 1 − h²이 빠졌습니다. 한 시점 거슬러 갈 때마다, 그리고 가중치로 들어갈 때도 tanh를 지납니다.",
        }),
        Mistake("slope-of-the-step-before", partial(_terms, at=0), {
            "en": "The slope is taken at hₜ₋₁. The tanh that made hₜ has the slope 1 − hₜ².",
            "ko": "기울기를 hₜ₋₁에서 구했습니다. hₜ를 만든 tanh의 기울기는 1 − hₜ²입니다.",
        }),
        Mistake("h_t-for-h_prev", partial(_terms, held="now"), {
            "en": "The last factor has hₜ where hₜ₋₁ belongs. In aₜ the weight W_hh is multiplied by the state *before*: hₜ₋₁.",
            "ko": "마지막 인수에 hₜ₋₁ 대신 hₜ가 들어갔습니다. aₜ에서 W_hh에 곱해지는 것은 ‘이전’ 상태 hₜ₋₁입니다.",
        }),
        Mistake("total-for-immediate", partial(_terms, direct=False), {
            "en": "The last factor is the *total* derivative of hₜ. It contains the earlier steps, which have their own terms: they are counted twice. Hold hₜ₋₁ fixed.",
            "ko": "마지막 인수가 hₜ의 ‘전체’ 미분입니다. 이미 자기 항이 있는 앞 시점들이 그 안에 또 들어 있어 두 번 세게 됩니다. hₜ₋₁을 고정하세요.",
        }),
        Mistake("one-Jacobian-too-few", _short, {
            "en": "τ₁ has one factor too few. From h₃ to h₁ there are two steps: ∂h₃/∂h₂ · ∂h₂/∂h₁.",
            "ko": "τ₁에 인수가 하나 모자랍니다. h₃에서 h₁까지는 두 단계입니다: ∂h₃/∂h₂ · ∂h₂/∂h₁.",
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
            "ko": "항은 맞지만 τ₁, τ₂, τ₃ 순서입니다. 이 연습에서는 수식처럼 τ₃, τ₂, τ₁ 순서로 돌려주어야 합니다.",
        }),
    ),
)

# ---------- bptt-step-back


def _transposed(W, v):
    return W.T @ v


def _step_back(dh, h_t, W_hh, *, slope=_slope, to=_transposed, through=True, order=1):
    da = dh * slope(h_t)
    return np.stack([da, to(W_hh, da if through else dh)])[::order]


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
        "ko": "tanh는 그 기울기로, W_hh는 그 전치로 지납니다. 한 시점 거슬러 가는 일은 이 둘뿐입니다.",
    },
    mistakes=(
        Mistake("slope-inverted", partial(_step_back, slope=lambda h: 1 / (1 - h * h)), {
            "en": "1/(1 − h²) is the slope of the *inverse* of tanh. The slope of tanh is 1 − h²: multiply by it.",
            "ko": "1/(1 − h²)은 tanh의 ‘역함수’의 기울기입니다. tanh의 기울기는 1 − h²이므로 이것을 곱하세요.",
        }),
        Mistake("slope-missing", partial(_step_back, slope=np.ones_like), {
            "en": "The gradient went past tanh without its slope: da = dh · (1 − hₜ²).",
            "ko": "tanh를 지날 때 tanh의 기울기를 곱하지 않았습니다: da = dh · (1 − hₜ²).",
        }),
        Mistake("tanh-twice", partial(_step_back, slope=lambda h: 1 - np.tanh(h) ** 2), {
            "en": "tanh is applied to hₜ once more. hₜ is already the output of tanh, so the slope is simply 1 − hₜ².",
            "ko": "hₜ에 tanh를 한 번 더 취했습니다. hₜ가 이미 tanh의 출력이므로 기울기는 그냥 1 − hₜ²입니다.",
        }),
        Mistake("slope-not-squared", partial(_step_back, slope=lambda h: 1 - h), {
            "en": "The slope is 1 − h, without the square. It is 1 − h²: as steep for −h as for h.",
            "ko": "제곱이 빠져 1 − h가 되었습니다. 기울기는 1 − h²이고, h와 −h에서 똑같습니다.",
        }),
        Mistake("sigmoid-slope", partial(_step_back, slope=lambda h: h * (1 - h)), {
            "en": "h(1 − h) is the slope of the sigmoid. This cell uses tanh: 1 − h².",
            "ko": "h(1 − h)는 시그모이드의 기울기입니다. 이 셀은 tanh를 쓰므로 1 − h²입니다.",
        }),
        Mistake("W_hh-not-transposed", partial(_step_back, to=np.matmul), {
            "en": "W_hh leads *forward*, from hₜ₋₁ to hₜ. Back the same connections go from the unit that received to the one that sent: `W_hh.T @ da`.",
            "ko": "W_hh는 hₜ₋₁에서 hₜ로 ‘앞으로’ 갑니다. 거슬러 갈 때는 받은 유닛에서 보낸 유닛으로 가야 합니다: `W_hh.T @ da`.",
        }),
        Mistake("past-the-tanh", partial(_step_back, through=False), {
            "en": "`W_hh.T` is applied to dh. On its way to hₜ₋₁ the gradient goes through tanh first: apply it to da.",
            "ko": "`W_hh.T`를 dh에 곱했습니다. hₜ₋₁로 가려면 먼저 tanh를 지나야 하므로 da에 곱하세요.",
        }),
        Mistake("order-reversed", partial(_step_back, order=-1), {
            "en": "Both are right, but in the wrong order: return da first, then dh_prev.",
            "ko": "둘 다 맞지만 순서가 바뀌었습니다. da를 먼저, dh_prev를 나중에 돌려주세요.",
        }),
    ),
)

# ---------- bptt-loop


def _loop(
    x, h_all, dh, W_hh, *, carry=True, own=True, slope=_slope, to=_transposed, gather=_add, held="before",
    bias=True, steps=reversed,
):  # fmt: skip
    """BPTT; the keywords are the places at which readers go wrong."""
    T = len(x)
    da, dh_next = np.zeros(dh.shape), np.zeros(dh.shape[1:])
    for n, t in enumerate(steps(range(T))):
        total = (dh[t] if own or n == 0 else 0) + (dh_next if carry else 0)
        da[t] = total * slope(h_all[t + 1])
        dh_next = to(W_hh, da[t])
    h = h_all[:-1] if held == "before" else h_all[1:]
    over_examples = {"keepdims": True} if bias else None
    b_h = gather(da.sum(axis=2, **over_examples)) if bias else gather(da)
    return dict(
        W_xh=gather(np.einsum("thn,tdn->thd", da, x)),
        W_hh=gather(np.einsum("tin,tjn->tij", da, h)),
        b_h=b_h,
    )


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
            "ko": "dh_next가 빠졌습니다. 시점마다 자기 손실만 반영되고, hₜ가 뒤의 시점에 미치는 영향은 반영되지 않습니다. `dh[t] + dh_next`로 더하세요.",
        }),
        Mistake("own-loss-forgotten", partial(_loop, own=False), {
            "en": "Only the last loss goes back: at the earlier steps dh_next has replaced dh[t]. Both arrive at hₜ: add them.",
            "ko": "마지막 손실만 거슬러 갑니다. 앞 시점에서 dh_next가 dh[t]를 밀어냈습니다. hₜ에는 둘 다 들어오므로 더하세요.",
        }),
        Mistake("slope-inverted", partial(_loop, slope=lambda h: 1 / (1 - h * h)), {
            "en": "The slope of tanh is 1 − h², not 1/(1 − h²). Multiply by it.",
            "ko": "tanh의 기울기는 1/(1 − h²)이 아니라 1 − h²입니다. 이것을 곱하세요.",
        }),
        Mistake("slope-missing", partial(_loop, slope=np.ones_like), {
            "en": "The slope of tanh is missing: da = dh_total · (1 − hₜ²).",
            "ko": "tanh의 기울기가 빠졌습니다: da = dh_total · (1 − hₜ²).",
        }),
        Mistake("W_hh-not-transposed", partial(_loop, to=np.matmul), {
            "en": "W_hh is not transposed on the way back. Forward it leads from hₜ₋₁ to hₜ; back it is `W_hh.T @ da`.",
            "ko": "거슬러 갈 때 W_hh를 전치하지 않았습니다. W_hh는 hₜ₋₁에서 hₜ로 가는 것이므로, 거꾸로는 `W_hh.T @ da`입니다.",
        }),
        Mistake("overwritten", partial(_loop, gather=_last), {
            "en": "The gradients are overwritten at every step, so only that of t = 1 is left. The weights are shared: add with `+=`.",
            "ko": "시점마다 기울기를 덮어써서 t = 1의 것만 남았습니다. 가중치를 함께 쓰므로 `+=`로 더하세요.",
        }),
        Mistake("last-step-only", partial(_loop, gather=lambda terms: terms[-1]), {
            "en": "Only the term of the last step is there: the loop ends after one step, or the sum does. Every step back to t = 1 has its term.",
            "ko": "마지막 시점의 항만 있습니다. 반복문이나 합이 한 시점 만에 끝났습니다. t = 1까지 시점마다 항이 있습니다.",
        }),
        Mistake("mean-over-steps", partial(_loop, gather=lambda terms: terms.mean(axis=0)), {
            "en": "This is the mean over the steps. L is the *sum* of the losses, so the gradient is the sum of the terms.",
            "ko": "시점에 대한 평균입니다. L이 손실들의 ‘합’이므로 기울기도 항들의 합입니다.",
        }),
        Mistake("h_t-for-h_prev", partial(_loop, held="now"), {
            "en": "W_hh's term has hₜ where hₜ₋₁ belongs: in aₜ it is multiplied by the state before. That is `h_all[t]`, hₜ is `h_all[t + 1]`.",
            "ko": "W_hh의 항에 hₜ₋₁ 대신 hₜ가 들어갔습니다. aₜ에서 곱해지는 것은 이전 상태입니다. 그것은 `h_all[t]`이고, hₜ는 `h_all[t + 1]`입니다.",
        }),
        Mistake("loop-forwards", partial(_loop, steps=iter), {
            "en": "The loop runs from t = 1 up. What hₜ does to the later steps is known only after them: go from T down, `reversed(range(T))`.",
            "ko": "반복문이 t = 1부터 올라갑니다. hₜ가 뒤의 시점에 미치는 영향은 뒤를 먼저 계산해야 압니다. `reversed(range(T))`로 T부터 내려가세요.",
        }),
        Mistake("bias-not-summed", partial(_loop, bias=False), {
            "en": "The gradient of b_h still has one column for each example. b_h is one column that all examples share: `da.sum(axis=1, keepdims=True)`.",
            "ko": "b_h의 기울기에 예제마다 열이 남아 있습니다. b_h는 모든 예제가 함께 쓰는 열 하나입니다: `da.sum(axis=1, keepdims=True)`.",
        }),
    ),
)

register(SOFTMAX, READOUT, TERMS, STEP_BACK, LOOP)
