"""Exercises of lesson 15: backward through a minimal gated unit, the scan, and a cell of one's own."""

import re
from functools import partial

import numpy as np

from seqlib import words
from seqlib.doors import shown
from seqlib.lessons.blanks import blank_in_code
from seqlib.lessons.checks import Exercise, Mistake, Result, register
from seqlib.lessons.errors import explain_error
from seqlib.lessons.forms import Belief, Bug, Number, OrderLines, Score
from seqlib.lessons.sentences import both, kind_of, short
from seqlib.nn.cell import Cell
from seqlib.study.after import by_hand
from seqlib.study.after.cells import Leaky
from seqlib.study.after.copying import learn
from seqlib.study.after.scanning import loop, sweeps
from seqlib.study.gradcheck import check_cell, korean_place

# ---------- after-mgu


def _mgu(
    d_h, z, g, h_prev, W_hz, W_hg, *,
    update=lambda d, g, h: d * (g - h), product=lambda d_zh, d_a_g, z, g, h: d_zh * h,
    straight=lambda d, z: d * (1 - z), through=lambda d, d_a_g, z, h: d * z, gate=lambda W, a, d, W_hg: W.T @ a,
):  # fmt: skip
    """A backward pass of the minimal gated unit: d_z in two terms, and three ways back to h_{t-1}."""
    d_a_g = d_h * z * (1 - g**2)
    d_zh = W_hg.T @ d_a_g
    d_z = update(d_h, g, h_prev) + product(d_zh, d_a_g, z, g, h_prev)
    d_a_z = d_z * z * (1 - z)
    return straight(d_h, z) + through(d_zh, d_a_g, z, h_prev) + gate(W_hz, d_a_z, d_z, W_hg)


def _d_z(d_h, z, g, h_prev, W_hz, W_hg):
    return d_h * (g - h_prev) + W_hg.T @ (d_h * z * (1 - g**2)) * h_prev


def _none(d, *_):
    return 0 * d


def _no_gate(W_hz, d_a_z, d_z, W_hg):
    return 0 * d_a_z


MGU = Exercise(
    key="after-mgu",
    signature="mgu_back(d_h, z, g, h_prev, W_hz, W_hg)",
    solution=by_hand.mgu_back,
    axes=("unit", "example"),
    cases=lambda rng: [by_hand.case(rng)[0], by_hand.case(rng, H=2, N=3)[0]],
    praise={
        "en": "Two ways into z, and three from hₜ₋₁: straight on, through the candidate, and through the gate.",
        "ko": "z로 들어오는 길이 둘, hₜ₋₁에서 나가는 길이 셋입니다. 곧바로, 후보를 거쳐, 게이트를 거쳐 갑니다.",
    },
    mistakes=(
        Mistake("z-used-once", partial(_mgu, product=_none), {
            "en": "In d_z one of two ways is missing. z also multiplies hₜ₋₁ on its way into the candidate, zh = z ⊙ hₜ₋₁: add what comes back through `d_zh`.",
            "ko": "d_z에서 두 길 가운데 하나가 빠졌습니다. z는 후보로 가는 길에서도 zh = z ⊙ hₜ₋₁로 곱해집니다. `d_zh`를 거쳐 오는 몫을 더하세요.",
        }),
        Mistake("update-left-out", partial(_mgu, update=_none), {
            "en": "d_z has only what comes through the candidate. z also stands in the last line, (1 − z) ⊙ hₜ₋₁ + z ⊙ g: add its derivative.",
            "ko": "d_z에 후보를 거쳐 온 몫만 있습니다. z는 마지막 식 (1 − z) ⊙ hₜ₋₁ + z ⊙ g에도 있으므로 그 미분도 더하세요.",
        }),
        Mistake("z-keeps", partial(_mgu, update=lambda d, g, h: d * (h - g)), {
            "en": "In d_z the sign of g − hₜ₋₁ is turned, as if z kept. Here z writes: hₜ grows with z where g is larger than hₜ₋₁.",
            "ko": "d_z에서 g − hₜ₋₁의 부호가 뒤집혔습니다. z가 유지하는 것처럼 되었는데, 여기서 z는 씁니다. g가 hₜ₋₁보다 크면 z가 클수록 hₜ도 커집니다.",
        }),
        Mistake("keeping-forgotten", partial(_mgu, update=lambda d, g, h: d * g), {
            "en": "In d_z the − hₜ₋₁ is missing: z also stands in (1 − z) ⊙ hₜ₋₁.",
            "ko": "d_z에서 − hₜ₋₁이 빠졌습니다. z는 (1 − z) ⊙ hₜ₋₁에도 있습니다.",
        }),
        Mistake("writing-forgotten", partial(_mgu, update=lambda d, g, h: -d * h), {
            "en": "In d_z the g is missing: z also stands in z ⊙ g, which is what it writes.",
            "ko": "d_z에서 g가 빠졌습니다. z는 자기가 쓰는 z ⊙ g에도 있습니다.",
        }),
        Mistake("plus-for-minus", partial(_mgu, update=lambda d, g, h: d * (g + h)), {
            "en": "In d_z it is g − hₜ₋₁, not g + hₜ₋₁: the derivative of 1 − z is −1.",
            "ko": "d_z에는 g + hₜ₋₁이 아니라 g − hₜ₋₁이 옵니다. 1 − z의 미분이 −1이기 때문입니다.",
        }),
        Mistake("ways-subtracted", partial(_mgu, product=lambda d, a, z, g, h: -d * h), {
            "en": "In d_z the two ways are subtracted. What reaches z by two ways is added.",
            "ko": "d_z에서 두 길의 몫을 뺐습니다. 두 길로 오는 몫은 더합니다.",
        }),
        Mistake("z-for-h", partial(_mgu, product=lambda d, a, z, g, h: d * z), {
            "en": "In d_z, `d_zh` is multiplied by z. The derivative of z ⊙ hₜ₋₁ by z is hₜ₋₁.",
            "ko": "d_z에서 `d_zh`에 z를 곱했습니다. z ⊙ hₜ₋₁을 z로 미분하면 hₜ₋₁입니다.",
        }),
        Mistake("g-for-h", partial(_mgu, product=lambda d, a, z, g, h: d * g), {
            "en": "In d_z, `d_zh` is multiplied by g. The derivative of z ⊙ hₜ₋₁ by z is hₜ₋₁.",
            "ko": "d_z에서 `d_zh`에 g를 곱했습니다. z ⊙ hₜ₋₁을 z로 미분하면 hₜ₋₁입니다.",
        }),
        Mistake("d-zh-bare", partial(_mgu, product=lambda d, *_: d), {
            "en": "In d_z, `d_zh` is added as it is. It belongs to the product z ⊙ hₜ₋₁: multiply it by hₜ₋₁.",
            "ko": "d_z에 `d_zh`를 그대로 더했습니다. 곱 z ⊙ hₜ₋₁의 미분이므로 hₜ₋₁을 곱하세요.",
        }),
        Mistake("weights-left-out", partial(_mgu, product=lambda d, a, z, g, h: a * h), {
            "en": "In d_z, `d_a_g` is used in place of `d_zh`. Between them lies W_hg.",
            "ko": "d_z에서 `d_zh` 대신 `d_a_g`를 썼습니다. 둘 사이에 W_hg가 있습니다.",
        }),
        Mistake("straight-missing", partial(_mgu, straight=_none), {
            "en": "The straight way is missing: of hₜ₋₁ the share 1 − z went on as it was, so `d_h * (1 - z)` comes back.",
            "ko": "곧바로 가는 길이 빠졌습니다. hₜ₋₁의 1 − z만큼은 그대로 넘어갔으므로 `d_h * (1 - z)`가 돌아옵니다.",
        }),
        Mistake("candidate-missing", partial(_mgu, through=_none), {
            "en": "The way through the candidate is missing: hₜ₋₁ entered it as z ⊙ hₜ₋₁, so `d_zh * z` comes back.",
            "ko": "후보를 거치는 길이 빠졌습니다. hₜ₋₁은 z ⊙ hₜ₋₁로 후보에 들어갔으므로 `d_zh * z`가 돌아옵니다.",
        }),
        Mistake("gate-missing", partial(_mgu, gate=_no_gate), {
            "en": "The way through the gate is missing: hₜ₋₁ was multiplied by W_hz there, so `W_hz.T @ d_a_z` comes back.",
            "ko": "게이트를 거치는 길이 빠졌습니다. 거기서 hₜ₋₁에 W_hz를 곱했으므로 `W_hz.T @ d_a_z`가 돌아옵니다.",
        }),
        Mistake("straight-only", partial(_mgu, through=_none, gate=_no_gate), {
            "en": "Only the straight way is there. hₜ₋₁ also entered the candidate, as z ⊙ hₜ₋₁, and the gate, through W_hz: two more terms.",
            "ko": "곧바로 가는 길만 있습니다. hₜ₋₁은 z ⊙ hₜ₋₁로 후보에, W_hz를 거쳐 게이트에도 들어갔습니다. 항이 둘 더 필요합니다.",
        }),
        Mistake("kept-is-written", partial(_mgu, straight=lambda d, z: d * z), {
            "en": "On the straight way stands z. Of hₜ₋₁ the share 1 − z was kept.",
            "ko": "곧바로 가는 길에 z를 곱했습니다. hₜ₋₁에서 유지된 비율은 1 − z입니다.",
        }),
        Mistake("straight-whole", partial(_mgu, straight=lambda d, z: d), {
            "en": "On the straight way all of d_h comes back. Only the share 1 − z of hₜ₋₁ went on.",
            "ko": "곧바로 가는 길로 d_h 전체가 돌아옵니다. hₜ₋₁ 가운데 1 − z만큼만 넘어갔습니다.",
        }),
        Mistake("ungated-candidate", partial(_mgu, through=lambda d, *_: d), {
            "en": "On the way through the candidate the z is missing: the candidate read z ⊙ hₜ₋₁, so `d_zh` is multiplied by z.",
            "ko": "후보를 거치는 길에 z가 빠졌습니다. 후보는 z ⊙ hₜ₋₁을 읽었으므로 `d_zh`에 z를 곱합니다.",
        }),
        Mistake("candidate-h", partial(_mgu, through=lambda d, a, z, h: d * h), {
            "en": "In what you return, `d_zh` is multiplied by hₜ₋₁. That is its part of d_z; by hₜ₋₁ the derivative of z ⊙ hₜ₋₁ is z.",
            "ko": "돌려주는 값에서 `d_zh`에 hₜ₋₁을 곱했습니다. hₜ₋₁을 곱한 값은 d_z에 들어갑니다. z ⊙ hₜ₋₁을 hₜ₋₁로 미분하면 z입니다.",
        }),
        Mistake("candidate-without-weights", partial(_mgu, through=lambda d, a, z, h: a * z), {
            "en": "In what you return, `d_a_g` is used in place of `d_zh`. Between them lies W_hg.",
            "ko": "돌려주는 값에서 `d_zh` 대신 `d_a_g`를 썼습니다. 둘 사이에 W_hg가 있습니다.",
        }),
        Mistake("other-matrix", partial(_mgu, gate=lambda W, a, d, W_hg: W_hg.T @ a), {
            "en": "On the way through the gate stands W_hg, the candidate's. In z hₜ₋₁ was multiplied by W_hz.",
            "ko": "게이트를 거치는 길에 후보의 W_hg를 썼습니다. z에서는 hₜ₋₁에 W_hz를 곱했습니다.",
        }),
        Mistake("gate-subtracted", partial(_mgu, gate=lambda W, a, *_: -W.T @ a), {
            "en": "The way through the gate is subtracted. What comes back by several ways is added; the signs are in d_z already.",
            "ko": "게이트를 거치는 길의 몫을 뺐습니다. 여러 길로 돌아오는 몫은 더합니다. 부호는 이미 d_z에 들어 있습니다.",
        }),
        Mistake("not-transposed", partial(_mgu, gate=lambda W, a, *_: W @ a), {
            "en": "`W_hz` is not transposed. Forward its rows gather from all units; back they hand out again: `W_hz.T @ d_a_z`.",
            "ko": "`W_hz`를 전치하지 않았습니다. 순전파에서 모은 것을 되돌릴 때는 나누어 주므로 `W_hz.T @ d_a_z`입니다.",
        }),
        Mistake("before-the-sigmoid", partial(_mgu, gate=lambda W, a, d, _: W.T @ d), {
            "en": "Through W_hz goes `d_z`. Between z and W_hz lies σ: take `d_a_z`, which the line above has made.",
            "ko": "W_hz에 `d_z`를 넘겼습니다. z와 W_hz 사이에는 σ가 있으므로 바로 윗줄이 만든 `d_a_z`를 쓰세요.",
        }),
        Mistake("d-z-returned", _d_z, {
            "en": "This is d_z. Asked for is what comes back to hₜ₋₁, by three ways.",
            "ko": "이것은 d_z입니다. 물은 것은 세 길로 hₜ₋₁에 돌아오는 몫입니다.",
        }),
        Mistake("gate-without-weights", partial(_mgu, gate=lambda W, a, *_: a), {
            "en": "W_hz is missing on the way through the gate: `W_hz.T @ d_a_z`.",
            "ko": "게이트를 거치는 길에서 W_hz가 빠졌습니다: `W_hz.T @ d_a_z`.",
        }),
    ),
)  # fmt: skip

# ---------- after-bug

BUG = Bug(
    key="after-bug",
    code='''\
def hasty_back(d_h, z, g, h_prev, W_hz, W_hg):
    d_g = d_h * z
    d_a_g = d_g * (1 - g**2)
    d_past = W_hg @ d_a_g
    d_z = (g - h_prev) * d_h + d_past * h_prev
    into_gate = W_hz.T @ (d_z * (z - z**2))
    return d_h - d_h * z + d_past * z + into_gate
''',
    line=4,
    repair="d_past = W_hg.T @ d_a_g",
    solves="after-mgu",
    praise={
        "en": "W_hg is not transposed. It is square, so all shapes fit, and each number is a wrong mixture: only the gradient check tells.",
        "ko": "W_hg를 전치하지 않았습니다. 정사각 행렬이라 모양은 모두 맞지만 값은 잘못 섞입니다. 기울기 검사만이 알려 줍니다.",
    },
    innocent={
        2: {
            "en": "Line 2 is right: hₜ has z ⊙ g in it, so g gets d_h times z.",
            "ko": "2번째 줄은 맞습니다. hₜ에 z ⊙ g가 있으므로 g의 몫은 d_h에 z를 곱한 값입니다.",
        },
        3: {
            "en": "Line 3 is right: the derivative of tanh, in terms of its value g.",
            "ko": "3번째 줄은 맞습니다. tanh의 미분을 그 값 g로 나타낸 것입니다.",
        },
        5: {
            "en": "Line 5 is right: z is used twice, and both ways are added. But one of its inputs was wrong already.",
            "ko": "5번째 줄은 맞습니다. z는 두 번 쓰이고 두 길을 더했습니다. 다만 여기 들어온 값 하나가 이미 틀렸습니다.",
        },
        6: {
            "en": "Line 6 is right: z − z² is z (1 − z), the derivative of σ, and W_hz is transposed.",
            "ko": "6번째 줄은 맞습니다. z − z²은 σ의 미분 z (1 − z)이고, W_hz도 전치했습니다.",
        },
        7: {
            "en": "Line 7 is right: d_h − d_h ⊙ z is d_h ⊙ (1 − z), and two more ways are added.",
            "ko": "7번째 줄은 맞습니다. d_h − d_h ⊙ z는 d_h ⊙ (1 − z)이고, 두 길을 더 더했습니다.",
        },
    },
)

# ---------- after-scan


def _above(one, other):
    return lambda order: order.index(one) < order.index(other)


SCAN = OrderLines(
    key="after-scan",
    head="def scan(a, b):",
    lines=(
        "a, h, shift = a.copy(), b.copy(), 1",
        "while shift < len(h):",
        "    h[shift:] += a[shift:] * h[:-shift]",
        "    a[shift:] = a[shift:] * a[:-shift]",
        "    shift = 2 * shift",
        "return h",
    ),
    solution=loop,
    cases=lambda rng: [dict(a=rng.uniform(size=(T, 2)), b=rng.normal(size=(T, 2))) for T in (7, 8, 1)],
    praise={
        "en": "First h takes in the stretch before it, then a does; then the stretches are twice as long.",
        "ko": "먼저 h가 이전 구간을 받아들이고, 다음에 a가 이어지며, 그러고 나면 구간의 길이가 두 배입니다.",
    },
    beliefs=(
        ("doubled-too-early", _above(4, 2), {
            "en": "`shift` doubles before h has used it: then neighbours are never joined.",
            "ko": "h가 쓰기 전에 `shift`가 두 배가 됩니다. 그러면 이웃한 시점이 이어지지 않습니다.",
        }),
        ("a-too-early", _above(3, 2), {
            "en": "a is joined before h: then it already stands for two stretches where h still needs what one of them keeps.",
            "ko": "h보다 a를 먼저 이었습니다. h에는 한 구간의 몫이 필요한데 a는 벌써 두 구간의 몫이 됩니다.",
        }),
        ("doubled-between", _above(4, 3), {
            "en": "`shift` doubles between the two lines: h and a must be joined over the same distance.",
            "ko": "두 줄 사이에서 `shift`가 두 배가 됩니다. h와 a는 같은 거리로 이어야 합니다.",
        }),
    ),
)  # fmt: skip

# ---------- after-sweeps

SWEEPS = Number(
    key="after-sweeps",
    truth=lambda: sweeps(16384),
    praise={
        "en": "2 to the 14th is 16,384: the stretches are 1, 2, 4, … steps long, and after {truth} sweeps everything is joined.",
        "ko": "2의 14제곱이 16,384입니다. 구간의 길이가 1, 2, 4, …로 늘어나 스윕 {truth}번이면 모두 이어집니다.",
    },
    beliefs=(
        Belief("one-a-step", 16383, 16384, {
            "en": "As many as the loop has steps. But a sweep joins all neighbouring stretches at once, and then they are twice as long.",
            "ko": "반복문의 시점 수와 같습니다. 하지만 스윕 한 번은 이웃한 구간을 모두 한꺼번에 잇고, 그러면 구간이 두 배로 길어집니다.",
        }),
        Belief("half", 8191, 8192, {
            "en": "Half as many: that is what is left after joining pairs, once. Join again: how often can 16,384 be halved?",
            "ko": "절반입니다. 짝을 한 번 지었을 때 남는 수입니다. 다시 이어 보세요. 16,384는 몇 번 반으로 나눌 수 있나요?",
        }),
        Belief("root", 127, 129, {
            "en": "128 is the root. Stretches do not grow by the same number, they double: 1, 2, 4, 8 and so on.",
            "ko": "128은 제곱근입니다. 구간은 일정하게 늘지 않고 1, 2, 4, 8처럼 두 배가 됩니다.",
        }),
        Belief("natural-log", 9.5, 9.9, {
            "en": "That is the natural logarithm. Stretches double, so count in powers of 2.",
            "ko": "자연로그입니다. 구간이 두 배씩 늘어나므로 2의 거듭제곱으로 세세요.",
        }),
        Belief("one-less", 13, 13, {
            "en": "One too few. After 13 sweeps a stretch is 8,192 steps long, and two of them are left to be joined.",
            "ko": "하나 모자랍니다. 스윕 13번 뒤에는 구간이 8,192단계이고, 이을 구간이 둘 남습니다.",
        }),
        Belief("one-more", 15, 15, {
            "en": "One too many. Before the first sweep a stretch is 1 step long, after it 2: after k sweeps 2 to the k.",
            "ko": "하나 많습니다. 첫 스윕 전에는 구간이 1단계, 뒤에는 2단계이므로 k번 뒤에는 2의 k제곱입니다.",
        }),
    ),
)  # fmt: skip

# ---------- after-own

OWN = {
    "no-cell": {
        "en": "A class is asked for, `class Mine(Cell): …`, handed over by its name without parentheses, but `{kind}` came.",
        "ko": "`class Mine(Cell): …`처럼 만든 클래스를 괄호 없이 이름으로 넣어야 하는데 `{kind}` 값이 들어왔습니다.",
    },
    "no-base": {
        "en": "The class `{name}` does not build on `Cell`. Begin it with `class {name}(Cell):`, which brings the weights and the loop over time.",
        "ko": "`{name}` 클래스가 `Cell`을 물려받지 않았습니다. `class {name}(Cell):`로 시작하면 가중치와 시간에 대한 반복은 `Cell`이 마련해 줍니다.",
    },
    "no-method": {
        "en": "`{name}` has no `{method}` yet: define it in the class, as `def {call}:`.",
        "ko": "`{name}` 클래스에 아직 `{method}` 메서드가 없습니다. 클래스 안에 `def {call}:`로 정의하세요.",
    },
    "no-weights": {
        "en": "`{name}` has an `__init__` of its own, which must call that of `Cell`: `super().__init__(D, H, rng=rng)` makes the weights.",
        "ko": "`{name}` 클래스의 `__init__`에서 `Cell`의 `__init__`을 불러야 합니다. `super().__init__(D, H, rng=rng)`이 가중치를 만듭니다.",
    },
    "does-not-run": {
        "en": "It does not run yet: {message}",
        "ko": "아직 실행되지 않습니다: {message}",
    },
    "wrong-gradient": {
        "en": "It runs, but the way back is wrong. The first derivative that differs from a complex step is {name}: {line}.",
        "ko": "실행은 되지만 거꾸로 가는 길이 틀렸습니다. 복소 스텝과 처음으로 어긋나는 미분은 {name}입니다: {place}.",
    },
    "bare-name": {
        "en": "Every quantity belongs to `t`, `d` or `W`: is `{name}` meant?",
        "ko": "값은 모두 `t`, `d`, `W` 가운데 하나에 속합니다. 혹시 `{name}`인가요?",
    },
    "grows": {
        "en": "The way back is right, every derivative. But in training hₜ or its gradient becomes infinite. What keeps hₜ within bounds, tanh, σ or a mean?",
        "ko": "거꾸로 가는 길은 미분까지 모두 맞습니다. 하지만 학습하는 동안 hₜ나 기울기가 무한대가 됩니다. tanh, σ, 평균 가운데 무엇이 hₜ를 범위 안에 묶나요?",
    },
    "wrong-weights": {
        "en": "It runs, but these derivatives differ from a complex step: {names}. `check_cell` shows the table.",
        "ko": "실행은 되지만 다음 미분이 복소 스텝과 다릅니다: {names}. `check_cell`이 표를 보여 줍니다.",
    },
}


METHODS = {"step": "step(self, W, t)", "step_back": "step_back(self, W, t, d)"}


def _made(kind):
    """A small cell of a reader's class.

    Raises
    ------
    ValueError
        With a dict of sentences, where the class lacks what every cell has.
    """
    for method, call in METHODS.items():
        if getattr(kind, method) is getattr(Cell, method):
            raise ValueError(both(OWN["no-method"], name=kind.__name__, method=method, call=call))
    cell = kind(2, 3, rng=np.random.default_rng(0))
    if "params" not in vars(cell):
        raise ValueError(both(OWN["no-weights"], name=kind.__name__))
    return cell


def _stopped(error, answer):
    """The sentence about an exception that came while a cell was made or checked."""
    if error.args and isinstance(error.args[0], dict):
        return error.args[0]
    if not isinstance(error, NameError):  # most are seqlib's own, and name the line themselves
        return both(OWN["does-not-run"], message=short(error, 300) or kind_of(error))
    kind, says = explain_error(error, answer.step, {})
    if kind != "raised" or not error.name:
        return says
    rest = error.name.removeprefix("d_")
    owner = "d" if rest != error.name else "W" if re.match(r"W_|b$|b_|p_", rest) else "t"
    return {k: f"{says[k]}. {OWN['bare-name'][k].format(name=f'{owner}.{rest}')}" for k in says}


def _copied(kind):
    """The share of right symbols at lag 3 after 100 updates, seed 0."""
    try:
        return learn(kind, 3, updates=100)[1]
    except FloatingPointError:
        raise ValueError(OWN["grows"]) from None


class OwnCell(Score):
    """A class of the reader's: it runs, its derivatives are right, and then it is trained for a moment."""

    def judge(self, answer):
        """Judge a subclass of Cell."""
        if not isinstance(answer, type):
            return self.wrong("no-cell", OWN["no-cell"], kind=kind_of(answer))
        if not issubclass(answer, Cell):
            return self.wrong("no-cell", OWN["no-base"], name=short(answer.__name__))
        for method in (answer.step, answer.step_back):
            if blank := blank_in_code(method, []):
                return Result(self.key, "not yet", None, blank)
        try:
            made = check_cell(_made(answer), T=3)
        except Exception as error:
            return self.wrong("does-not-run", _stopped(error, answer))
        if made.culprit:
            return self.wrong("wrong-gradient", OWN["wrong-gradient"], name=made.culprit, line=made.line, place=korean_place(made.line))
        if not made.equal:
            names = ", ".join(row.name for row in made if not row.equal) or ", ".join(made.unlike)
            return self.wrong("wrong-weights", OWN["wrong-weights"], names=names)
        return super().judge(answer)


OWN_CELL = OwnCell(
    key="after-own",
    score=_copied,
    levels=(
        (0.0, {
            "en": "The way back is right, every derivative. But of the symbols it copies only {score}, and guessing has 0.25: does hₜ depend on hₜ₋₁, and on xₜ?",
            "ko": "거꾸로 가는 길은 미분까지 모두 맞습니다. 하지만 기호를 맞힌 비율이 {score}뿐이고 찍어도 0.25입니다. hₜ가 hₜ₋₁에도, xₜ에도 달려 있나요?",
        }),
        (0.4, {
            "en": "A cell of your own, and every derivative is right. After 100 updates it copies {score} of the symbols at lag 3; guessing has 0.25.",
            "ko": "나만의 셀이고 미분도 모두 맞습니다. 업데이트 100번 뒤 시차 3에서 기호를 맞힌 비율은 {score}입니다. 찍으면 0.25입니다.",
        }),
        (0.9, {
            "en": "A cell of your own, every derivative is right, and it copies {score} of the symbols at lag 3 after 100 updates. How far does it go at lag 20?",
            "ko": "나만의 셀이고 미분도 모두 맞으며, 업데이트 100번 뒤 시차 3에서 기호를 맞힌 비율이 {score}입니다. 시차 20에서는 어떨까요?",
        }),
    ),
)  # fmt: skip

STANDS_IN = {
    "en": "{name} still has a blank, ... : {other} stands in for it.",
    "ko": "{name}에 아직 빈칸 `...`이 남아 있어서 {other} 셀이 대신합니다.",
}
FAILS = {
    "en": "{name} does not run yet ({message}): {other} stands in for it.",
    "ko": "{name} 셀이 아직 실행되지 않아서({message}) {other} 셀이 대신합니다.",
}


def finished(kind, otherwise=Leaky):
    """The reader's cell, or another one as long as it has a `...` or does not run; then that is said.

    Parameters
    ----------
    kind : subclass of Cell
    otherwise : subclass of Cell

    Returns
    -------
    subclass of Cell

    Raises
    ------
    ValueError
        If `kind` is none.
    """
    if not (isinstance(kind, type) and issubclass(kind, Cell)):
        raise ValueError(f"kind must be a class made with `class Mine(Cell):`, by its name alone, but {shown(kind)} came.")
    names = {"name": kind.__name__, "other": otherwise.__name__}
    if any(blank_in_code(method, []) for method in (kind.step, kind.step_back)):
        print(words.say(STANDS_IN, **names))
        return otherwise
    try:
        _made(kind)
    except Exception as error:
        says = error.args[0] if error.args and isinstance(error.args[0], dict) else None
        message = words.say(says).rstrip(".") if says else short(error, 300) or kind_of(error)
        print(words.say(FAILS, message=message, **names))
        return otherwise
    return kind


register(MGU, BUG, SCAN, SWEEPS, OWN_CELL)
