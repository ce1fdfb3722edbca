"""Exercises of lesson 12: what the three cells cost, and how to compare them fairly."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Choice, WriteTest

# ---------- compare-parameters


def _parameters(D, H, *, lstm=4, gru=3, bias=1, memory="square"):
    block = H * D + (H * H if memory == "square" else 0) + bias * H
    return block, lstm * block, gru * block


def _each(D, H, count):
    """The plain cell's count, which the stub gives, and two others from the number of blocks."""
    return H * (D + H + 1), count(4), count(3)


def _gated(D, H, *, bias):
    return _each(D, H, lambda n: n * H * (D + H + bias))


PARAMETERS = Exercise(
    key="compare-parameters",
    signature="parameters(D, H)",
    solution=_parameters,
    returns=("rnn", "lstm", "gru"),
    axes=("entry",),
    cases=lambda rng: [dict(D=6, H=32), dict(D=3, H=5), dict(D=1, H=7)],
    praise={
        "en": "One block is H·(D + H + 1). The LSTM has four of them, the GRU three: 4 and 3 times the plain cell.",
        "ko": "블록 하나가 H·(D + H + 1)개입니다. LSTM은 네 개, GRU는 세 개이므로 기본 RNN 셀의 4배와 3배입니다.",
    },
    mistakes=(
        Mistake("candidates-missing", partial(_parameters, lstm=3, gru=2), {
            "en": "Only the gates are counted. The candidate has weights of its own: three gates and a candidate make 4 blocks, two and one make 3.",
            "ko": "게이트만 세었습니다. 후보에도 가중치가 있습니다. 게이트 셋과 후보는 블록 4개, 게이트 둘과 후보는 3개입니다.",
        }),
        Mistake("lstm-candidate-missing", partial(_parameters, lstm=3), {
            "en": "The LSTM has three gates here and no candidate C̃. The candidate has its own W_xg, W_hg and b_g: 4 blocks.",
            "ko": "LSTM에서 게이트 셋만 세고 후보 C̃를 빠뜨렸습니다. 후보도 W_xg, W_hg, b_g를 가지므로 블록은 4개입니다.",
        }),
        Mistake("gru-candidate-missing", partial(_parameters, gru=2), {
            "en": "The GRU has two gates here and no candidate h̃. The candidate has its own W_xg, W_hg and b_g: 3 blocks.",
            "ko": "GRU에서 게이트 둘만 세고 후보 h̃를 빠뜨렸습니다. 후보도 W_xg, W_hg, b_g를 가지므로 블록은 3개입니다.",
        }),
        Mistake("gru-output-gate", partial(_parameters, gru=4), {
            "en": "The GRU is counted with 4 blocks, like an LSTM. It has no output gate: reset, update and candidate are 3.",
            "ko": "GRU를 LSTM처럼 블록 4개로 세었습니다. GRU에는 출력 게이트가 없습니다. 리셋 게이트, 업데이트 게이트, 후보의 3개입니다.",
        }),
        Mistake("bias-missing", partial(_parameters, bias=0), {
            "en": "The biases are missing. Each block has H of them, besides its two weight matrices.",
            "ko": "편향이 빠졌습니다. 블록마다 가중치 행렬 두 개 말고도 편향이 H개 있습니다.",
        }),
        Mistake("gates-bias-missing", partial(_gated, bias=0), {
            "en": "The biases of LSTM and GRU are missing. Each of their 4 and 3 blocks has H of them, as the plain cell has.",
            "ko": "LSTM과 GRU의 편향이 빠졌습니다. 기본 RNN 셀처럼 블록 4개와 3개에도 편향이 H개씩 있습니다.",
        }),
        Mistake("bias-once", lambda D, H: _each(D, H, lambda n: n * H * (D + H) + H), {
            "en": "The biases are counted once a cell. Every block has its own: 4 H in the LSTM and 3 H in the GRU, so whole blocks are repeated.",
            "ko": "편향을 셀마다 한 번만 세었습니다. 블록마다 자기 편향이 있으므로 LSTM은 4H개, GRU는 3H개입니다. 블록 전체를 몇 배 하면 됩니다.",
        }),
        Mistake("gates-two-biases", partial(_gated, bias=2), {
            "en": "Two biases a block are counted in LSTM and GRU. Some libraries keep one for x and one for h; here there is one, as in the plain cell.",
            "ko": "LSTM과 GRU에서 블록마다 편향을 둘씩 세었습니다. x와 h의 편향을 따로 두는 라이브러리도 있지만, 여기서는 기본 RNN 셀처럼 하나입니다.",
        }),
        Mistake("gates-recurrent-missing", lambda D, H: _each(D, H, lambda n: n * H * (D + 1)), {
            "en": "The recurrent weights of LSTM and GRU are missing. Each block also has a matrix for hₜ₋₁, with H·H entries.",
            "ko": "LSTM과 GRU의 순환 가중치가 빠졌습니다. 블록마다 hₜ₋₁에 곱하는 H·H 행렬이 하나씩 더 있습니다.",
        }),
        Mistake("state-counted", partial(_parameters, lstm=5), {
            "en": "A block is counted for the cell state C. C is made of what the four blocks compute, and has no weights of its own: 4 blocks.",
            "ko": "셀 상태 C에도 블록을 하나 세었습니다. C는 네 블록의 결과로 만들어지며 자기 가중치가 없습니다. 블록은 4개입니다.",
        }),
        Mistake("on-top", partial(_parameters, lstm=5, gru=4), {
            "en": "A plain cell is counted besides gates and candidate. The candidate is that plain cell: LSTM 4 blocks, GRU 3.",
            "ko": "게이트와 후보 말고 기본 RNN 셀을 하나 더 세었습니다. 후보가 바로 그 기본 RNN 셀입니다. LSTM은 블록 4개, GRU는 3개입니다.",
        }),
        Mistake("gru-as-lstm-and-back", partial(_parameters, lstm=3, gru=4), {
            "en": "LSTM and GRU have changed places: the LSTM has four blocks, the GRU three.",
            "ko": "LSTM과 GRU가 바뀌었습니다. LSTM이 블록 4개, GRU가 3개입니다.",
        }),
        Mistake("gates-counted-twice", partial(_parameters, lstm=8, gru=6), {
            "en": "Every block is counted twice, once for x and once for h. H·(D + H + 1) holds both matrices already: 4 and 3 blocks.",
            "ko": "블록마다 x와 h로 두 번 세었습니다. H·(D + H + 1)에 두 행렬이 모두 들어 있으므로 블록은 4개와 3개입니다.",
        }),
        Mistake("wider-cell", lambda D, H: (H * (D + H + 1), 4 * H * (D + 4 * H + 1), 3 * H * (D + 3 * H + 1)), {
            "en": "This is a plain cell of 4 H (or 3 H) units: each of its rows reads as many states. A gate reads hₜ₋₁ with H entries, so the count is 4 (or 3) times H·(D + H + 1).",
            "ko": "유닛이 4H개(또는 3H개)인 기본 RNN 셀의 개수입니다. 게이트는 성분이 H개인 hₜ₋₁을 읽으므로 H·(D + H + 1)의 4배(또는 3배)입니다.",
        }),
        Mistake("example-only", lambda D, H: (H * (D + H + 1), 4992, 3744), {
            "en": "4992 and 3744 belong to D = 6, H = 32 only. Write them with D and H, or as multiples of rnn.",
            "ko": "4,992와 3,744는 D = 6, H = 32일 때의 값입니다. D와 H로, 또는 rnn의 몇 배로 쓰세요.",
        }),
        Mistake("equal-counts", partial(_parameters, lstm=1, gru=1), {
            "en": "All three have the plain cell's count here. Each gate has weights of its own, as many as a plain cell.",
            "ko": "세 셀의 개수가 모두 기본 RNN 셀과 같습니다. 게이트마다 기본 RNN 셀 하나만큼의 가중치를 따로 가집니다.",
        }),
        Mistake("two-biases", partial(_parameters, bias=2), {
            "en": "Two biases a block are counted. Some libraries keep one for x and one for h, but their sum acts as one; the cells of this course have one.",
            "ko": "블록마다 편향을 둘씩 세었습니다. x와 h의 편향을 따로 두는 라이브러리도 있지만 합쳐서 하나로 작용하며, 이 강의의 셀에는 하나뿐입니다.",
        }),
        Mistake("recurrent-missing", partial(_parameters, memory="none"), {
            "en": "The recurrent weights are missing. Each block also has a matrix for hₜ₋₁, with H·H entries.",
            "ko": "순환 가중치가 빠졌습니다. 블록마다 hₜ₋₁에 곱하는 H·H 행렬이 하나씩 더 있습니다.",
        }),
    ),
)

# ---------- compare-hidden-size


def _hidden_size(blocks, D, budget, *, count=lambda D, H: H * (D + H + 1), choose="closest"):
    sizes = np.arange(1, 500)
    off = blocks * count(D, sizes) - budget
    if choose == "below":
        return int(sizes[off <= 0].max())
    if choose == "above":
        return int(sizes[off >= 0].min())
    return int(sizes[np.abs(off).argmin()])


def _root(blocks, D, budget, sign=-1):
    return (sign * (D + 1) + np.sqrt((D + 1) ** 2 + 4 * budget / blocks)) / 2


def _counts(blocks, D, sizes):
    return blocks * sizes * (D + sizes + 1)


def _picked(blocks, D, budget, *, of=_counts, pick=np.argmin, off=abs, give="size", last=1000):
    sizes = np.arange(1, last)
    place = pick(off(of(blocks, D, sizes) - budget))
    return {"size": sizes[place], "place": place, "count": of(blocks, D, sizes)[place]}[give]


HIDDEN_SIZE = Exercise(
    key="compare-hidden-size",
    signature="hidden_size(blocks, D, budget)",
    solution=_hidden_size,
    cases=lambda rng: [
        dict(blocks=1, D=6, budget=4992),
        dict(blocks=3, D=6, budget=4992),
        dict(blocks=1, D=2, budget=4480),
        dict(blocks=3, D=50, budget=4000),
        dict(blocks=4, D=9, budget=1000),
        dict(blocks=1, D=3, budget=1500),
    ],
    praise={
        "en": "The number of parameters grows with H², so four times the budget is only about twice the units.",
        "ko": "파라미터 수는 H²에 비례해 늘어나므로, 예산이 네 배여도 유닛은 두 배쯤밖에 되지 않습니다.",
    },
    mistakes=(
        Mistake("largest-below", partial(_hidden_size, choose="below"), {
            "en": "This is the largest H that stays within the budget. Asked for is the closest one, and it may lie above.",
            "ko": "지금 구한 것은 예산을 넘지 않는 가장 큰 H입니다. 구하는 것은 가장 가까운 H이며, 예산을 조금 넘을 수도 있습니다.",
        }),
        Mistake("smallest-above", partial(_hidden_size, choose="above"), {
            "en": "This is the smallest H that reaches the budget. Asked for is the closest one, and it may lie below.",
            "ko": "지금 구한 것은 예산 이상이 되는 가장 작은 H입니다. 구하는 것은 가장 가까운 H이며, 예산보다 조금 작을 수도 있습니다.",
        }),
        Mistake("square-only", partial(_hidden_size, count=lambda D, H: H * H), {
            "en": "Only the H·H recurrent weights are counted. The input weights H·D and the biases H use up the budget as well.",
            "ko": "순환 가중치 H·H개만 세었습니다. 입력 가중치 H·D개와 편향 H개도 예산을 씁니다.",
        }),
        Mistake("bias-missing", partial(_hidden_size, count=lambda D, H: H * (D + H)), {
            "en": "The biases are missing in the count: a block has H·(D + H + 1) parameters, the 1 is the bias.",
            "ko": "개수에서 편향이 빠졌습니다. 블록의 파라미터는 H·(D + H + 1)개이고, 그 1이 편향입니다.",
        }),
        Mistake("place-for-size", partial(_picked, give="place"), {
            "en": "np.argmin gives the place in the array, counted from 0. The sizes begin with 1: return sizes[...] at that place.",
            "ko": "np.argmin은 0부터 센 위치를 줍니다. 크기는 1부터 시작하므로 그 위치의 sizes[...]를 답하세요.",
        }),
        Mistake("blocks-missing", lambda blocks, D, budget: _hidden_size(1, D, budget), {
            "en": "`blocks` is missing in the count. A cell of 3 or 4 blocks has 3 or 4 times as many parameters at the same H.",
            "ko": "개수에 `blocks`가 빠졌습니다. 블록이 3개나 4개인 셀은 같은 H에서 파라미터가 3배나 4배입니다.",
        }),
        Mistake("blocks-twice", partial(_picked, of=lambda b, D, H: b * H * (D + b * H + 1)), {
            "en": "`blocks` multiplies the states too. Every block reads hₜ₋₁ with H entries: blocks · H · (D + H + 1).",
            "ko": "상태의 크기에도 `blocks`를 곱했습니다. 블록마다 성분이 H개인 hₜ₋₁을 읽습니다: blocks · H · (D + H + 1).",
        }),
        Mistake("not-rounded", _root, {
            "en": "This is the exact solution, with a fraction. A cell has a whole number of units: round it.",
            "ko": "정확한 해를 구했지만 소수입니다. 유닛 수는 정수이므로 반올림하세요.",
        }),
        Mistake("wrong-root", lambda blocks, D, budget: round(_root(blocks, D, budget, 1)), {
            "en": "The sign of D + 1 is wrong in the root: H² + (D + 1)·H = budget / blocks has H = (−(D + 1) + √…) / 2.",
            "ko": "근의 공식에서 D + 1의 부호가 틀렸습니다. H² + (D + 1)·H = budget / blocks의 해는 H = (−(D + 1) + √…) / 2입니다.",
        }),
        Mistake("count-for-size", partial(_picked, give="count"), {
            "en": "This is the number of parameters at the best size. Asked for is the size itself: sizes[...], not counts[...].",
            "ko": "지금 구한 것은 가장 알맞은 크기에서의 파라미터 수입니다. 구하는 것은 크기이므로 counts[...]가 아니라 sizes[...]를 답하세요.",
        }),
        Mistake("farthest", partial(_picked, pick=np.argmax), {
            "en": "This is the size that is farthest from the budget. The closest one has the smallest difference, its sign left out: np.argmin(abs(counts - budget)).",
            "ko": "지금 고른 것은 예산에서 가장 먼 크기입니다. 가장 가까운 크기에서는 부호를 무시한 차이가 가장 작습니다: np.argmin(abs(counts - budget)).",
        }),
        Mistake("sign-of-difference", partial(_picked, off=lambda d: d), {
            "en": "Without abs the smallest difference is the most negative one, which is that of H = 1. Take the size of the difference: abs(counts - budget).",
            "ko": "abs가 없으면 가장 작은 차이는 가장 작은 음수, 곧 H = 1일 때입니다. 차이의 절댓값을 쓰세요: abs(counts - budget).",
        }),
        Mistake("differences-as-places", partial(_picked, pick=lambda off: off), {
            "en": "The differences are used as places. Which place holds the smallest of them? np.argmin(...) says it.",
            "ko": "차이를 위치로 썼습니다. 가장 작은 차이가 있는 위치는 np.argmin(...)이 알려 줍니다.",
        }),
        Mistake("difference-for-size", lambda blocks, D, budget: abs(_counts(blocks, D, np.arange(1, 1000)) - budget).min(), {
            "en": "This is how far the best size is from the budget. Asked for is the size: np.argmin gives its place, sizes[...] the size.",
            "ko": "지금 구한 것은 가장 알맞은 크기가 예산에서 얼마나 떨어져 있는지입니다. 구하는 것은 크기입니다: np.argmin이 위치를, sizes[...]가 크기를 줍니다.",
        }),
        Mistake("all-counts", lambda blocks, D, budget: _counts(blocks, D, np.arange(1, 1000)), {
            "en": "These are the counts of all sizes. One size is asked for: the one whose count is closest to the budget.",
            "ko": "지금 구한 것은 모든 크기의 파라미터 수입니다. 예산에 가장 가까운 크기 하나를 답하세요.",
        }),
        Mistake("inputs-missing", lambda blocks, D, budget: _hidden_size(blocks, 0, budget), {
            "en": "The input weights H·D are missing in the count: a block has H·(D + H + 1) parameters.",
            "ko": "개수에서 입력 가중치 H·D개가 빠졌습니다. 블록의 파라미터는 H·(D + H + 1)개입니다.",
        }),
        Mistake("linear-rounded", lambda blocks, D, budget: round(budget / (blocks * (D + 1))), {
            "en": "The recurrent weights H·H are left out: H is divided out as if the count were H·(D + 1). It has a term H·H: solve for H, or try the sizes one by one.",
            "ko": "순환 가중치 H·H개가 빠졌습니다. 개수가 H·(D + 1)인 것처럼 나누었습니다. H·H 항이 있으므로 방정식을 풀거나 크기를 하나씩 넣어 보세요.",
        }),
        Mistake("linear", lambda blocks, D, budget: int(budget / blocks / (D + 1)), {
            "en": "H is taken as if the count grew in proportion to it. It has a term H·H: solve for H, or try the sizes one by one.",
            "ko": "개수가 H에 비례한다고 보았습니다. H·H 항이 있으므로 방정식을 풀거나 크기를 하나씩 넣어 보세요.",
        }),
    ),
)

# ---------- compare-spread


def _spread(correct, *, axis=1, middle=np.median, ends=(np.min, np.max), order=(0, 1, 2)):
    correct = np.asarray(correct)
    parts = ends[0](correct, axis=axis), middle(correct, axis=axis), ends[1](correct, axis=axis)
    return np.stack([parts[i] for i in order], axis=-1)


def _sorted_at(place, a, axis):
    return np.take(np.sort(a, axis=axis), place(a.shape[axis]), axis)


SPREAD = Exercise(
    key="compare-spread",
    signature="spread(correct)",
    solution=_spread,
    axes=("entry", "entry"),
    cases=lambda rng: [dict(correct=rng.random((3, 8))), dict(correct=rng.random((5, 4)))],
    praise={
        "en": "With lowest, middle and highest beside each other you see at once which differences are within the spread.",
        "ko": "최저, 중앙, 최고를 나란히 두면 어떤 차이가 우연한 차이의 범위 안에 있는지 바로 보입니다.",
    },
    mistakes=(
        Mistake("over-lags", partial(_spread, axis=0), {
            "en": "This goes over the lags (axis 0). The runs with different seeds stand side by side on axis 1: they are what varies by chance.",
            "ko": "시차 방향(축 0)으로 계산했습니다. 시드를 바꾼 실행은 축 1에 나란히 있습니다. 우연히 달라지는 것은 이쪽입니다.",
        }),
        Mistake("mean-for-median", partial(_spread, middle=np.mean), {
            "en": "The middle is the mean here. One failed run pulls the mean far down; the median says what a typical run does.",
            "ko": "중앙값 자리에 평균을 넣었습니다. 실패한 실행 하나가 평균을 크게 끌어내립니다. 보통의 실행이 어떤지는 중앙값이 알려 줍니다.",
        }),
        Mistake("one-for-all-lags", lambda correct: np.array([np.min(correct), np.median(correct), np.max(correct)]), {
            "en": "These are three numbers for all lags together. Each lag, each row, has its own three: `axis=1`.",
            "ko": "모든 시차를 한데 모은 수 셋입니다. 시차(행)마다 셋씩 필요합니다: `axis=1`.",
        }),
        Mistake("width-for-highest", lambda correct: _spread(correct) - np.min(correct, axis=1)[:, None] * [0, 0, 1], {
            "en": "The last column is the width, highest − lowest. Asked for is the highest itself.",
            "ko": "마지막 열이 폭(최고 − 최저)입니다. 최고 자체를 물었습니다.",
        }),
        Mistake("highest-first", partial(_spread, order=(2, 1, 0)), {
            "en": "Highest and lowest have changed places: asked for is lowest, middle, highest.",
            "ko": "최고와 최저의 자리가 바뀌었습니다. 최저, 중앙, 최고의 순서로 답하세요.",
        }),
        Mistake("place-for-median", partial(_spread, middle=lambda a, axis: np.take(a, a.shape[axis] // 2, axis)), {
            "en": "The run in the middle of the list is no median: the seeds stand in any order. Sort first, or take np.median.",
            "ko": "목록 가운데에 있는 실행은 중앙값이 아닙니다. 시드의 순서에는 뜻이 없습니다. 먼저 정렬하거나 np.median을 쓰세요.",
        }),
        Mistake("first-and-last", partial(_spread, ends=(lambda a, axis: np.take(a, 0, axis), lambda a, axis: np.take(a, -1, axis))), {
            "en": "The first and the last run are taken for lowest and highest. The seeds stand in any order: take min and max over axis 1.",
            "ko": "첫 실행과 마지막 실행을 최저와 최고로 보았습니다. 시드의 순서에는 뜻이 없습니다. 축 1에서 min과 max를 구하세요.",
        }),
        Mistake("unsorted", partial(_spread, ends=(lambda a, axis: np.take(a, 0, axis), lambda a, axis: np.take(a, -1, axis)),
                                    middle=lambda a, axis: np.take(a, a.shape[axis] // 2, axis)), {
            "en": "First, middle and last of the list are taken: the seeds stand in any order, so sort each row first, or use min, np.median and max over axis 1.",
            "ko": "목록의 처음, 가운데, 끝을 골랐습니다. 시드의 순서에는 뜻이 없으므로 행마다 먼저 정렬하거나, 축 1에서 min, np.median, max를 쓰세요.",
        }),
        Mistake("upper-median", partial(_spread, middle=partial(_sorted_at, lambda n: n // 2)), {
            "en": "With an even number of seeds two runs are in the middle. This is the upper one; the median is their mean: np.median.",
            "ko": "시드가 짝수 개이면 가운데에 실행이 둘 있습니다. 이 값은 그중 위쪽입니다. 중앙값은 둘의 평균입니다: np.median.",
        }),
        Mistake("lower-median", partial(_spread, middle=partial(_sorted_at, lambda n: (n - 1) // 2)), {
            "en": "With an even number of seeds two runs are in the middle. This is the lower one; the median is their mean: np.median.",
            "ko": "시드가 짝수 개이면 가운데에 실행이 둘 있습니다. 이 값은 그중 아래쪽입니다. 중앙값은 둘의 평균입니다: np.median.",
        }),
        Mistake("midrange", partial(_spread, middle=lambda a, axis: (a.min(axis=axis) + a.max(axis=axis)) / 2), {
            "en": "The middle is halfway between lowest and highest, so one failed run moves it. The median is the middle of all runs: np.median.",
            "ko": "중앙값 자리에 최저와 최고의 중간을 넣었습니다. 그러면 실패한 실행 하나에 좌우됩니다. 중앙값은 모든 실행의 가운데입니다: np.median.",
        }),
        Mistake("one-median", partial(_spread, middle=lambda a, axis: np.full(len(a), np.median(a))), {
            "en": "One median over all lags and seeds is used for every row. Each lag has its own: np.median(correct, axis=1).",
            "ko": "모든 시차와 시드에서 구한 중앙값 하나를 행마다 썼습니다. 시차마다 따로 구하세요: np.median(correct, axis=1).",
        }),
        Mistake("quartiles", partial(_spread, ends=(partial(np.percentile, q=25), partial(np.percentile, q=75))), {
            "en": "These are the quartiles, which leave out a quarter of the runs on each side. Asked for are the lowest and the highest run.",
            "ko": "사분위수를 구했습니다. 그러면 위아래로 4분의 1씩이 빠집니다. 구하는 것은 최저와 최고입니다.",
        }),
        Mistake("places-of-ends", partial(_spread, ends=(np.argmin, np.argmax)), {
            "en": "argmin and argmax say which seed was lowest and highest. Asked for are the shares themselves: min and max.",
            "ko": "argmin과 argmax는 어느 시드가 최저와 최고인지를 알려 줍니다. 구하는 것은 정답률 자체이므로 min과 max를 쓰세요.",
        }),
        Mistake("one-lowest", lambda correct: np.stack([np.full(len(correct), f(correct)) for f in (np.min, np.median, np.max)], axis=1), {
            "en": "Lowest, middle and highest of the whole table are repeated. Every lag has its own three: axis=1 goes over the seeds.",
            "ko": "표 전체의 최저, 중앙, 최고를 되풀이했습니다. 시차마다 세 값이 따로 있습니다. axis=1이 시드 방향입니다.",
        }),
        Mistake("rows-and-columns", lambda correct: _spread(correct).T, {
            "en": "Rows and columns have changed places: one row for each lag, three columns, so stack along axis 1.",
            "ko": "행과 열이 바뀌었습니다. 시차마다 행 하나, 열은 셋이므로 축 1로 쌓으세요.",
        }),
        Mistake("standard-deviation", partial(_spread, ends=(
            lambda a, axis: np.median(a, axis=axis) - a.std(axis=axis),
            lambda a, axis: np.median(a, axis=axis) + a.std(axis=axis),
        )), {
            "en": "This is the middle minus and plus a standard deviation. With so few runs, and some at chance, show the lowest and the highest themselves.",
            "ko": "중앙값에서 표준편차를 빼고 더했습니다. 실행이 몇 번 되지 않고 일부는 찍는 수준이므로 최저와 최고를 그대로 보이세요.",
        }),
    ),
)  # fmt: skip

# ---------- compare-unknown


def _ids(tokens, ids, *, unknown=lambda ids: 0, keep=True):
    return [ids.get(token, unknown(ids)) for token in tokens if keep or token in ids]


def _typed(*sentences):
    ids = {"<unk>": 0, "나는": 1, "밥을": 2, "먹었": 3, "다": 4, "I": 5, "watch": 6}
    return [dict(tokens=sentence.split(), ids=dict(ids)) for sentence in sentences]


UNKNOWN = Exercise(
    key="compare-unknown",
    signature="to_ids(tokens, ids)",
    solution=_ids,
    axes=("entry",),
    cases=lambda rng: _typed("나는 빵을 먹었 다", "I watch 밥을", "you watch me watch"),
    praise={
        "en": "The length stays, and so does every place: an unknown word is a gap, not a hole in time.",
        "ko": "길이도 자리도 그대로입니다. 모르는 단어는 빈칸일 뿐, 시점이 사라지지는 않습니다.",
    },
    mistakes=(
        Mistake("dropped", partial(_ids, keep=False), {
            "en": "Unknown words are left out. Then every later word moves one step earlier, and the answers no longer stand at their words.",
            "ko": "모르는 단어를 빼 버렸습니다. 그러면 그다음 단어가 모두 한 시점씩 당겨져, 답이 제 단어의 자리에 있지 않게 됩니다.",
        }),
        Mistake("lower-case", lambda tokens, ids: [ids.get(token.lower(), 0) for token in tokens], {
            "en": "lower() makes another token of it: `I` is in the dictionary, `i` is not. Look every token up as it is.",
            "ko": "lower()를 쓰면 다른 토큰이 됩니다. `I`는 사전에 있고 `i`는 없습니다. 토큰을 그대로 찾으세요.",
        }),
        Mistake("places", lambda tokens, ids: [tokens.index(token) for token in tokens], {
            "en": "These are places in the sentence. The number of a word is the one that the dictionary `ids` has for it.",
            "ko": "지금 나온 것은 문장에서의 위치입니다. 단어의 번호는 사전 `ids`에 있는 값입니다.",
        }),
        Mistake("all-unknown", lambda tokens, ids: [0 for token in tokens], {
            "en": "Every word is read as unknown. Known words keep the number that `ids` has for them.",
            "ko": "모든 단어를 모르는 단어로 읽었습니다. 아는 단어는 `ids`에 있는 번호를 씁니다.",
        }),
        Mistake("only-whether", lambda tokens, ids: [int(token in ids) for token in tokens], {
            "en": "This says whether a word is known, 1 or 0. Asked for is its number: ids[token] where it is known.",
            "ko": "아는 단어인지 아닌지를 1과 0으로 적었습니다. 구하는 것은 번호입니다. 아는 단어이면 ids[token]입니다.",
        }),
        Mistake("one-too-many", lambda tokens, ids: [ids[token] + 1 if token in ids else 0 for token in tokens], {
            "en": "The known words are moved up by one. 0 is kept free for unknown words in `ids` already: take the numbers as they are.",
            "ko": "아는 단어의 번호가 하나씩 밀렸습니다. `ids`에서 0은 이미 모르는 단어의 번호이므로 번호를 그대로 쓰세요.",
        }),
        Mistake("minus-one", partial(_ids, unknown=lambda ids: -1), {
            "en": "Unknown words become -1. In this course -1 means \"no word here\", the padding; the sign for unknown words has the number 0.",
            "ko": "모르는 단어가 -1이 되었습니다. 이 강의에서 -1은 단어가 없는 자리(패딩)입니다. 모르는 단어를 나타내는 기호의 번호는 0입니다.",
        }),
        Mistake("new-number", partial(_ids, unknown=len), {
            "en": "Unknown words get a number beyond the last one. The network has no column of weights for it; take that of the unknown word, 0.",
            "ko": "모르는 단어가 마지막 다음 번호를 받았습니다. 신경망에는 그 번호의 가중치 열이 없습니다. 모르는 단어의 번호인 0을 쓰세요.",
        }),
        Mistake("some-word", partial(_ids, unknown=lambda ids: 1), {
            "en": "Unknown words are read as word number 1, an ordinary word. The sign for unknown words has the number 0.",
            "ko": "모르는 단어를 1번, 곧 보통 단어로 읽었습니다. 모르는 단어를 나타내는 기호의 번호는 0입니다.",
        }),
    ),
)

# ---------- compare-longest

LONGEST = Choice(
    key="compare-longest",
    right_one="B",
    reasons={
        "A": {
            "en": "It is best at lags 40 and 80, and at 160 it is left guessing, both runs. Being best at one lag says nothing about the next.",
            "ko": "시차 40과 80에서는 가장 낫지만 160에서는 두 번 모두 찍는 수준입니다. 어떤 시차에서 가장 낫다고 다음 시차에서도 그런 것은 아닙니다.",
        },
        "B": {
            "en": "Yes, against the trend of lags 20 to 80: the GRU gets 0.56 and 0.60, the LSTM 0.24 and 0.26. Two seeds are few, but the gap is far wider than the spread.",
            "ko": "시차 20에서 80까지의 흐름과는 반대입니다. GRU는 0.56과 0.60, LSTM은 0.24와 0.26입니다. 시드는 둘뿐이지만 차이가 시드 사이의 차이보다 훨씬 큽니다.",
        },
        "C": {
            "en": "Only the LSTM is left at 0.25. The GRU still names part of the symbols, 0.56 and 0.60: not solved, but not guessing.",
            "ko": "0.25로 떨어지는 것은 LSTM뿐입니다. GRU는 0.56과 0.60으로, 풀지는 못해도 찍는 것보다는 낫습니다.",
        },
    },
)

# ---------- compare-test-spread


def _sorted_spread(correct):
    in_order = np.sort(correct, axis=1)
    n = in_order.shape[1]
    middle = (in_order[:, (n - 1) // 2] + in_order[:, n // 2]) / 2
    return np.stack([in_order[:, 0], middle, in_order[:, -1]], axis=1)


TEST_SPREAD = WriteTest(
    key="compare-test-spread",
    signature="is_right(spread)",
    right_ones=(_spread, _sorted_spread),
    wrong_ones={
        "misses-lags": (partial(_spread, axis=0), {
            "en": "Your test accepts a spread over the lags, axis 0. Test with rows that differ from each other, and look at every row.",
            "ko": "시차 방향(축 0)으로 구한 세 값도 통과시킵니다. 행마다 값이 다른 예로 검사하고, 모든 행을 확인하세요.",
        }),
        "misses-order": (partial(_spread, order=(2, 1, 0)), {
            "en": "Your test accepts highest, middle, lowest. Compare all three places in their order.",
            "ko": "최고, 중앙, 최저의 순서로 답해도 통과시킵니다. 세 자리를 순서대로 모두 비교하세요.",
        }),
        "misses-mean": (partial(_spread, middle=np.mean), {
            "en": "Your test accepts the mean as the middle. Take runs whose mean is not their median, such as 0, 0.9, 1.",
            "ko": "중앙값 대신 평균을 써도 통과시킵니다. 0, 0.9, 1처럼 평균과 중앙값이 다른 예를 쓰세요.",
        }),
        "misses-unsorted": (partial(_spread, middle=lambda a, axis: np.take(a, a.shape[axis] // 2, axis)), {
            "en": "Your test accepts the run that happens to stand in the middle. Take runs that are not sorted, such as 0.9, 0, 1.",
            "ko": "마침 가운데에 있는 실행을 골라도 통과시킵니다. 0.9, 0, 1처럼 정렬되지 않은 예를 쓰세요.",
        }),
        "misses-ends": (partial(_spread, ends=(lambda a, axis: np.take(a, 0, axis), lambda a, axis: np.take(a, -1, axis))), {
            "en": "Your test accepts the first and the last run as lowest and highest. Put the lowest or the highest elsewhere.",
            "ko": "첫 실행과 마지막 실행을 최저와 최고로 보아도 통과시킵니다. 최저나 최고를 다른 자리에 두세요.",
        }),
        "misses-even": (partial(_spread, middle=partial(_sorted_at, lambda n: n // 2)), {
            "en": "Your test accepts the upper one of two runs in the middle. Test with an even number of runs.",
            "ko": "가운데 두 실행 중 위쪽을 골라도 통과시킵니다. 실행이 짝수 개인 예로 검사하세요.",
        }),
    },
    praise={
        "en": "Your test tells all six wrong ones from two right ones: even in number, not sorted, and different in every row.",
        "ko": "틀린 구현 여섯 개를 올바른 구현 두 개와 모두 구별합니다. 짝수 개, 정렬되지 않은 값, 행마다 다른 값이 필요했습니다.",
    },
)  # fmt: skip

register(PARAMETERS, HIDDEN_SIZE, SPREAD, UNKNOWN, LONGEST, TEST_SPREAD)
