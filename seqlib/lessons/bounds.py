"""Exercises of lesson 7 that are new: what element-wise clipping leaves, what truncation keeps, and what it can learn."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Belief, Choice, Number

# ---------- bounds-norm

NORM = Number(
    key="bounds-norm",
    truth=lambda: np.linalg.norm(np.clip(np.full(10_000, 3.0), -1, 1)),
    factor=1.02,
    praise={
        "en": "Right: {truth}. Ten thousand ones have the norm √10000. A limit for each element is no limit for the step, and the larger the network, the less.",
        "ko": "노름은 {truth}입니다. 1이 만 개이면 노름은 √10,000입니다. 원소마다 한계를 두어도 보폭에는 한계가 없고, 신경망이 클수록 더 그렇습니다.",
    },
    beliefs=(
        Belief("limit-is-the-norm", 0.5, 1.5, {
            "en": "1 is what each element is cut to. The norm is the root of the sum of all their squares, and there are ten thousand of them.",
            "ko": "1은 원소 하나하나를 자른 값입니다. 노름은 그 제곱을 모두 더한 것의 제곱근이고, 원소는 만 개입니다.",
        }),
        Belief("not-clipped", 290, 310, {
            "en": "That is the norm before clipping. Each 3 becomes a 1 first.",
            "ko": "지금 구한 것은 자르기 전의 노름입니다. 먼저 3이 모두 1이 됩니다.",
        }),
        Belief("root-missing", 9_000, 11_000, {
            "en": "That is the sum of the squares. The norm is its root.",
            "ko": "지금 구한 것은 제곱의 합입니다. 노름은 그 제곱근입니다.",
        }),
        Belief("sum-before-clipping", 29_000, 91_000, {
            "en": "That adds up the gradient before clipping. Clip each element to 1, square, add, take the root.",
            "ko": "자르기 전의 값을 더했습니다. 원소를 1로 자르고, 제곱해서 더한 뒤 제곱근을 취하세요.",
        }),
        Belief("divided-by-the-count", 0.0, 0.02, {
            "en": "That divides by the number of elements. The norm only grows with it: the squares are added, not averaged.",
            "ko": "원소의 수로 나누었습니다. 노름은 제곱을 평균하지 않고 더하므로 원소가 많을수록 커집니다.",
        }),
    ),
)  # fmt: skip

# ---------- bounds-beyond

BEYOND = Choice(
    key="bounds-beyond",
    right_one="B",
    reasons={
        "A": {
            "en": "The belief of most. No gradient crosses, but the state does: something of the symbol is still in it when the window begins, and the window can learn to read it. Run the next cell.",
            "ko": "대부분 그렇게 생각합니다. 기울기는 넘지 못하지만 상태는 넘습니다. 윈도가 시작될 때 상태에는 기호의 흔적이 남아 있고, 윈도는 그 흔적을 읽는 법을 배울 수 있습니다. 다음 셀을 실행하세요.",
        },
        "B": {
            "en": "Right. The state carries forward what the gradient cannot carry back. But nobody teaches the first ten steps to keep the symbol, so it is a matter of luck.",
            "ko": "기울기가 거슬러 나르지 못하는 것을 상태가 이후 시점으로 나릅니다. 그러나 처음 열 시점에 기호를 간직하라고 가르치는 것이 없으므로 운에 달렸습니다.",
        },
        "C": {
            "en": "Too hopeful. Whether anything of the symbol is left after ten steps depends on the start and on luck: no gradient tells the early steps to keep it.",
            "ko": "너무 낙관적입니다. 열 시점 뒤에 기호의 흔적이 남아 있는지는 초깃값과 운에 달렸습니다. 이전 시점들에 간직하라고 알려 주는 기울기가 없습니다.",
        },
    },
)

# ---------- bounds-kept


def _kept(T, window, *, same=lambda s, k, w: s // w == k // w, past=lambda s, k: k <= s):
    s, k = np.indices((T, T))
    return (past(s, k) & same(s, k, window)).astype(int)


def _lost(T, window):
    return np.tri(T, dtype=int) - _kept(T, window)


def _joined_by_and(T, window):
    s, k = np.indices((T, T))
    return (k <= s) and (s // window == k // window)


def _run(answer, T, window):
    """True and False are the answer asked for, 1 and 0 do as well."""
    came = answer(T, window)
    try:
        array = np.asarray(came) if isinstance(came, list | tuple) else came
    except ValueError:  # rows of different lengths: `check` has a sentence for them
        return came
    return array.astype(int) if isinstance(array, np.ndarray) and array.dtype == bool else came


KEPT = Exercise(
    key="bounds-kept",
    signature="kept(T, window)",
    solution=_kept,
    run=_run,
    axes=("row", "column"),
    cases=lambda rng: [dict(T=8, window=4), dict(T=7, window=3), dict(T=6, window=1), dict(T=5, window=9)],
    praise={
        "en": "A staircase of small triangles along the diagonal: all that truncated BPTT ever adds up.",
        "ko": "남은 것은 대각선을 따라 늘어선 작은 삼각형들입니다. 절단 BPTT가 더하는 항은 이것이 전부입니다.",
    },
    mistakes=(
        Mistake("by-lag", partial(_kept, same=lambda s, k, w: s - k < w), {
            "en": "All lags below `window` are kept here, wherever they lie. The borders stand at fixed places: a term of lag 1 is lost too, when a border lies between k and s.",
            "ko": "위치와 상관없이 `window`보다 작은 시차를 모두 남겼습니다. 경계는 정해진 자리에 있습니다. k와 s 사이에 경계가 있으면 시차가 1인 항도 사라집니다.",
        }),
        Mistake("by-lag-inclusive", partial(_kept, same=lambda s, k, w: s - k <= w), {
            "en": "All lags up to `window` are kept here. It is not the lag that counts, but whether a border lies between k and s: compare `s // window` with `k // window`.",
            "ko": "시차가 `window` 이하인 것을 모두 남겼습니다. 중요한 것은 시차가 아니라 k와 s 사이에 경계가 있는지입니다. `s // window`와 `k // window`를 비교하세요.",
        }),
        Mistake("future-kept", partial(_kept, past=lambda s, k: np.full(s.shape, True)), {
            "en": "Whole squares are kept. Above the diagonal there is nothing to keep: the future changes no loss of the past.",
            "ko": "정사각형 전체를 남겼습니다. 대각선 위에는 남길 것이 없습니다. 미래는 과거의 손실을 바꾸지 않습니다.",
        }),
        Mistake("nothing-cut", partial(_kept, same=lambda s, k, w: np.full(s.shape, True)), {
            "en": "Nothing is cut at the borders of the windows. Both steps must lie in the same window.",
            "ko": "윈도의 경계에서 아무것도 잘리지 않았습니다. 두 시점이 같은 윈도에 있어야 합니다.",
        }),
        Mistake("transposed-triangle", partial(_kept, past=lambda s, k: k >= s), {
            "en": "Rows and columns are exchanged: the rows are the losses s, the columns the steps k, and k ≤ s.",
            "ko": "행과 열이 바뀌었습니다. 행은 손실의 시점 s, 열은 시점 k이고 k ≤ s입니다.",
        }),
        Mistake("diagonal-missing", partial(_kept, past=lambda s, k: k < s), {
            "en": "The diagonal is missing. A loss also learns from its own step: k = s is always kept.",
            "ko": "대각선이 빠졌습니다. 손실은 자기 시점에서도 배웁니다. k = s는 언제나 남습니다.",
        }),
        Mistake("brackets-missing", _joined_by_and, {
            "en": "`and`, or two comparisons joined without brackets, ask for one True or False, and here are T × T of them. Join them entry by entry: `(…) & (…)`, each comparison in its own brackets.",
            "ko": "`and`나 괄호 없이 이은 비교는 True나 False 하나를 요구하는데, 여기에는 T × T개가 있습니다. `(…) & (…)`처럼 비교마다 괄호를 치고 `&`로 성분마다 이으세요.",
        }),
        Mistake("diagonal-only", partial(_kept, past=lambda s, k: k == s), {
            "en": "Only the diagonal is kept, as with windows of 1. Inside a window all k ≤ s are.",
            "ko": "윈도가 1일 때처럼 대각선만 남겼습니다. 윈도 안에서는 k ≤ s가 모두 남습니다.",
        }),
        Mistake("remainder", partial(_kept, same=lambda s, k, w: s % w == k % w), {
            "en": "`%` gives the place inside a window. Which window a step lies in says `//`.",
            "ko": "`%`는 윈도 안에서의 자리입니다. 어느 윈도에 있는지는 `//`로 구합니다.",
        }),
        Mistake("borders-shifted", partial(_kept, same=lambda s, k, w: (s + 1) // w == (k + 1) // w), {
            "en": "The borders are one step off. `np.indices` counts from 0, so the first window holds 0 … window − 1: divide s and k as they are.",
            "ko": "경계가 한 시점 어긋났습니다. `np.indices`는 0부터 세므로 첫 윈도는 0 … window − 1입니다. s와 k를 그대로 나누세요.",
        }),
        Mistake("what-is-lost", _lost, {
            "en": "This is what is *lost*. True should stand where a term is kept.",
            "ko": "True가 ‘사라지는’ 항에 있습니다. 남는 항에 True가 있어야 합니다.",
        }),
        Mistake("last-window-only", lambda T, window: np.tri(T, dtype=int) * (np.arange(T) >= (T - 1) // window * window), {
            "en": "Only the last window is kept. Every window goes back over its own steps, and all their terms are added.",
            "ko": "마지막 윈도만 남겼습니다. 윈도마다 자기 시점들을 거슬러 가고, 그 항들을 모두 더합니다.",
        }),
        Mistake("first-window-only", lambda T, window: np.tri(T, dtype=int) * (np.arange(T)[:, None] < window), {
            "en": "Only the first window is kept. Every window goes back over its own steps, and all their terms are added.",
            "ko": "첫 윈도만 남겼습니다. 윈도마다 자기 시점들을 거슬러 가고, 그 항들을 모두 더합니다.",
        }),
    ),
)

register(NORM, BEYOND, KEPT)
