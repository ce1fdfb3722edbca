"""Exercises of lesson 9 that are no formula, and the proof of a step back: two ways into C_t, a bug, lines to order."""

import numpy as np

from seqlib.doors import whole
from seqlib.lessons.checks import check, register
from seqlib.lessons.forms import Belief, Bug, Number, OrderLines
from seqlib.lessons.training import STEP_BACK
from seqlib.study.lstm_back import check_step_back


def prove(step_back, T=3):
    """A step back through an LSTM, proved by complex steps: a table with a row for each gate and both first states.

    Parameters
    ----------
    step_back : callable
        As exercise ``train-step-back`` asks for it. While it is unfinished, the course's own is proved.
    T : int
        Steps of the sequence; 1 shows where a mistake is, before it spreads.

    Returns
    -------
    Comparison, or the Result of the exercise's check where the function does not run or returns something else

    Raises
    ------
    ValueError
        If T is no whole number from 1.
    """
    whole("T", T)
    result = check(STEP_BACK.key, step_back)
    if result.state == "not yet":
        return check_step_back(lambda *inputs: tuple(STEP_BACK.solution(*inputs).values()), T)
    try:
        return check_step_back(step_back, T)
    except Exception:  # whatever a reader's function does: the check says it in one sentence
        return result


# ---------- back-two-ways

WAYS = {"dh": 0.4, "o": 0.5, "tanh_C": 0.6, "f_next": 0.9, "dC_next": -0.2}  # stand in the lesson, too


def two_ways(dh, o, tanh_C, f_next, dC_next):
    """∂L/∂C_t of one unit: what comes through h_t, and what comes along the rail."""
    return dh * o * (1 - tanh_C**2) + f_next * dC_next


def _belief(name, value, says):
    return Belief(name, value - 0.002, value + 0.002, says)


TWO_WAYS = Number(
    key="back-two-ways",
    truth=lambda: two_ways(**WAYS),
    margin=0.005,
    praise={
        "en": "0.128 through h_t and −0.18 along the rail: together {truth}. The rail has the last word here.",
        "ko": "h_t를 거쳐 오는 값은 0.128, 위쪽 길을 따라오는 값은 −0.18, 합하면 {truth}입니다. 여기서는 위쪽 길의 몫이 더 큽니다.",
    },
    beliefs=(
        _belief("rail-forgotten", 0.128, {
            "en": "0.128 is what comes through h_t. C_t also goes on along the rail into the next C: add f · dC of the next step, 0.9 · (−0.2).",
            "ko": "0.128은 h_t를 거쳐 오는 것뿐입니다. C_t는 위쪽 길을 따라 다음 C로도 갑니다. 다음 시점의 f · dC, 곧 0.9 · (−0.2)를 더하세요.",
        }),
        _belief("h-forgotten", -0.18, {
            "en": "−0.18 is what comes along the rail. C_t also shows itself in h_t: add dh · o · (1 − tanh²C).",
            "ko": "−0.18은 위쪽 길을 따라오는 것뿐입니다. C_t는 h_t에도 나타납니다. dh · o · (1 − tanh²C)를 더하세요.",
        }),
        _belief("slope-forgotten", 0.02, {
            "en": "The slope of tanh is missing on the way through h_t: multiply 0.4 · 0.5 by 1 − 0.6² = 0.64.",
            "ko": "h_t를 지나는 길에 tanh의 미분이 빠졌습니다. 0.4 · 0.5에 1 − 0.6² = 0.64를 곱하세요.",
        }),
        _belief("tanh-for-its-slope", 0.4 * 0.5 * 0.6 - 0.18, {
            "en": "On the way through h_t you multiplied by tanh C = 0.6 itself. Going back, its *slope* counts: 1 − 0.6² = 0.64.",
            "ko": "h_t를 지나는 길에 tanh C = 0.6 자체를 곱했습니다. 거슬러 갈 때는 그 ‘미분’ 1 − 0.6² = 0.64를 곱합니다.",
        }),
        _belief("square-forgotten", 0.4 * 0.5 * 0.4 - 0.18, {
            "en": "The slope of tanh is 1 − tanh², with the square: 1 − 0.36 = 0.64, not 0.4.",
            "ko": "tanh의 미분은 제곱이 있는 1 − tanh²입니다. 0.4가 아니라 1 − 0.36 = 0.64입니다.",
        }),
        _belief("o-forgotten", 0.4 * 0.64 - 0.18, {
            "en": "The output gate is missing: h_t = o · tanh C, so on the way back dh is multiplied by o = 0.5, too.",
            "ko": "출력 게이트가 빠졌습니다. h_t = o · tanh C이므로 거슬러 갈 때 dh에 o = 0.5도 곱합니다.",
        }),
        _belief("f-forgotten", 0.128 - 0.2, {
            "en": "The rail is not free: C_t went into the next C times f = 0.9, so its share is 0.9 · (−0.2) = −0.18.",
            "ko": "위쪽 길에서도 곱하는 것이 있습니다. C_t는 f = 0.9가 곱해져 다음 C에 들어갔으므로 그 몫은 0.9 · (−0.2) = −0.18입니다.",
        }),
        _belief("subtracted", 0.308, {
            "en": "The sign of the second way was lost: 0.9 · (−0.2) is −0.18, and ways are *added* as they are.",
            "ko": "둘째 길의 부호가 사라졌습니다. 0.9 · (−0.2)는 −0.18이고, 길들은 있는 그대로 ‘더합니다’.",
        }),
        _belief("multiplied", 0.128 * -0.18, {
            "en": "The two ways are multiplied. Along *one* way factors multiply; *different* ways add up.",
            "ko": "두 길을 곱했습니다. ‘한’ 길을 따라가며 곱하고, ‘서로 다른’ 길은 더합니다.",
        }),
    ),
)  # fmt: skip

# ---------- back-bug

BUG = Bug(
    key="back-bug",
    code='''\
def hasty_step_back(dh, dC, f, i, o, g, C_prev, tanh_C, W_h):
    dC = dC + dh * o * (1 - tanh_C**2)
    df, di, dg, do = dC * C_prev, dC * g, dC * i, dC * tanh_C
    gates = np.concatenate([f, i, o])
    slopes = np.concatenate([gates * (1 - gates), 1 - g**2])
    da = np.concatenate([df, di, do, dg]) * slopes
    return da, W_h.T @ da, dC * f
''',
    line=3,
    repair="df, di, dg, do = dC * C_prev, dC * g, dC * i, dh * tanh_C",
    solves="train-step-back",
    praise={
        "en": "do was made from dC. The output gate stands in h = o · tanh(C) only, so it hears dh: `dh * tanh_C`. The loss would still have fallen; the check saw it.",
        "ko": "do를 dC에서 구했습니다. 출력 게이트는 h = o · tanh(C)에만 있으므로 dh를 받습니다: `dh * tanh_C`. 손실은 그래도 줄어들었겠지만 검사는 찾아냈습니다.",
    },
    innocent={
        2: {
            "en": "Line 2 adds both ways into C_t, and makes a new array. If it were wrong, f, i and C̃ would differ in the check of one step.",
            "ko": "2번째 줄은 C_t로 오는 두 길을 더하고 새 배열을 만듭니다. 여기가 틀렸다면 한 시점 검사에서 f, i, C̃가 달라졌을 것입니다.",
        },
        4: {
            "en": "Line 4 stacks the three gates only to give all of them the slope s (1 − s) at once. The order f, i, o is that of da.",
            "ko": "4번째 줄은 세 게이트를 쌓아 한꺼번에 미분 s (1 − s)를 구하려는 것입니다. 순서 f, i, o는 da의 순서와 같습니다.",
        },
        5: {
            "en": "Line 5 has both slopes right: s (1 − s) for the three gates, 1 − g² for the candidate, in the order f, i, o, g.",
            "ko": "5번째 줄의 미분은 둘 다 맞습니다. 세 게이트는 s (1 − s), 후보는 1 − g²이고, 순서도 f, i, o, g입니다.",
        },
        6: {
            "en": "Line 6 stacks in the order f, i, o, g, like the rows of W_h. In the check of one step only o differs: which line makes its gradient?",
            "ko": "6번째 줄은 W_h의 행처럼 f, i, o, g 순서로 쌓습니다. 한 시점 검사에서 o만 다릅니다. 그 기울기를 만드는 줄이 어느 것인가요?",
        },
        7: {
            "en": "Line 7 is right: one product adds the four terms of hₜ₋₁, and into Cₜ₋₁ leads one factor f. That h₀ differs follows from da of o.",
            "ko": "7번째 줄은 맞습니다. 곱 하나가 hₜ₋₁의 네 항을 더하고, Cₜ₋₁로는 f 하나만 곱합니다. h₀이 다른 것은 o의 da 때문입니다.",
        },
    },
)

# ---------- back-order


def _walk_back(step_back, own, parts, h_prev, W_h):
    dh = dC = np.zeros_like(own[0])
    terms = []
    for own_t, parts_t, h_t in list(zip(own, parts, h_prev, strict=True))[::-1]:
        da, dh, dC = step_back(own_t + dh, dC, *parts_t, W_h)
        terms.append(da @ h_t.T)
    return sum(terms)


def _run(rng, T=3, H=2, N=2):
    parts = [[*rng.uniform(0.05, 0.95, (3, H, N)), *np.tanh(rng.normal(size=(3, H, N)))] for _ in range(T)]
    return dict(
        step_back=lambda *inputs: tuple(STEP_BACK.solution(*inputs).values()),
        own=rng.normal(size=(T, H, N)), parts=parts, h_prev=rng.normal(size=(T, H, N)), W_h=rng.normal(size=(4 * H, H)),
    )  # fmt: skip


ORDER = OrderLines(
    key="back-order",
    head="def walk_back(step_back, own, parts, h_prev, W_h):",
    lines=(
        "dh = dC = np.zeros_like(own[0])",
        "dW_h = np.zeros_like(W_h)",
        "for t in reversed(range(len(own))):",
        "    dh = dh + own[t]",
        "    da, dh, dC = step_back(dh, dC, *parts[t], W_h)",
        "    dW_h = dW_h + da @ h_prev[t].T",
        "return dW_h",
    ),
    solution=_walk_back,
    cases=lambda rng: [_run(rng), _run(rng, T=4)],
    praise={
        "en": "That is BPTT for an LSTM: add what the step's own loss says, take one step back, and add up the weights' gradient.",
        "ko": "이렇게 하면 LSTM의 BPTT가 됩니다. 그 시점의 손실이 주는 기울기를 더하고, 한 시점 거슬러 가고, 가중치의 기울기를 쌓아 갑니다.",
    },
    beliefs=(
        ("own-loss-too-late", lambda order: order.index(3) > order.index(4), {
            "en": "`dh = dh + own[t]` comes after the step back. dh_t has to be complete *before* it: what step t + 1 sent, plus what step t's own loss says.",
            "ko": "`dh = dh + own[t]`가 step_back 뒤에 있습니다. dh_t는 그 ‘전에’ 완성되어야 합니다. 시점 t + 1에서 보낸 것에 시점 t 자신의 손실이 주는 것을 더합니다.",
        }),
    ),
)  # fmt: skip

register(TWO_WAYS, BUG, ORDER)
