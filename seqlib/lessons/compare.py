"""Exercises of lesson 12: what the three cells cost, and how to compare them fairly."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register

# ---------- compare-parameters


def _parameters(D, H, *, lstm=4, gru=3, bias=1, memory="square"):
    block = H * D + (H * H if memory == "square" else 0) + bias * H
    return block, lstm * block, gru * block


PARAMETERS = Exercise(
    key="compare-parameters",
    signature="parameters(D, H)",
    solution=_parameters,
    returns=("rnn", "lstm", "gru"),
    axes=("entry",),
    cases=lambda rng: [dict(D=6, H=32), dict(D=3, H=5), dict(D=1, H=7)],
    praise={
        "en": "One block is H·(D + H + 1). The LSTM has four of them, the GRU three: 4 and 3 times the plain cell.",
        "ko": "블록 하나가 H·(D + H + 1)개입니다. LSTM은 네 개, GRU는 세 개이므로 기본 셀의 4배와 3배입니다.",
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
            "ko": "GRU를 LSTM처럼 블록 4개로 세었습니다. GRU에는 출력 게이트가 없습니다. 리셋 게이트, 갱신 게이트, 후보의 3개입니다.",
        }),
        Mistake("bias-missing", partial(_parameters, bias=0), {
            "en": "The biases are missing. Each block has H of them, besides its two weight matrices.",
            "ko": "편향이 빠졌습니다. 블록마다 가중치 행렬 두 개 말고도 편향이 H개 있습니다.",
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

# ---------- compare-multiplications


def _multiplications(D, H, *, bias=0, lstm=3, gru=3, rnn=0, memory=True):
    block = H * D + (H * H if memory else 0) + bias * H
    return block + rnn * H, 4 * block + lstm * H, 3 * block + gru * H


MULTIPLICATIONS = Exercise(
    key="compare-multiplications",
    signature="multiplications(D, H)",
    solution=_multiplications,
    returns=("rnn", "lstm", "gru"),
    axes=("entry",),
    cases=lambda rng: [dict(D=6, H=32), dict(D=3, H=5), dict(D=1, H=7)],
    praise={
        "en": "Nearly all of it is matrix products. The ⊙ that make the difference between the cells cost only 3 H.",
        "ko": "거의 전부가 행렬 곱입니다. 셀의 차이를 만드는 ⊙의 곱셈은 3H번뿐입니다.",
    },
    mistakes=(
        Mistake("bias-counted", partial(_multiplications, bias=1), {
            "en": "The biases are counted too. A bias is added, not multiplied: it costs no multiplication.",
            "ko": "편향까지 세었습니다. 편향은 곱하지 않고 더하므로 곱셈이 들지 않습니다.",
        }),
        Mistake("pointwise-missing", partial(_multiplications, lstm=0, gru=0), {
            "en": "The ⊙ products are missing. Each of them is H multiplications: three in the LSTM, three in the GRU.",
            "ko": "⊙가 빠졌습니다. ⊙ 하나가 곱셈 H번입니다. LSTM에 세 개, GRU에 세 개 있습니다.",
        }),
        Mistake("gru-two-pointwise", partial(_multiplications, gru=2), {
            "en": "The GRU has two ⊙ here. There are three: r ⊙ hₜ₋₁ inside the candidate, (1 − z) ⊙ hₜ₋₁, and z ⊙ h̃.",
            "ko": "GRU의 ⊙를 두 개만 세었습니다. 후보 안의 r ⊙ hₜ₋₁, (1 − z) ⊙ hₜ₋₁, z ⊙ h̃의 세 개입니다.",
        }),
        Mistake("lstm-two-pointwise", partial(_multiplications, lstm=2), {
            "en": "The LSTM has two ⊙ here. There are three: f ⊙ C and i ⊙ C̃ in the memory, and o ⊙ tanh(C) for h.",
            "ko": "LSTM의 ⊙를 두 개만 세었습니다. 기억의 f ⊙ C와 i ⊙ C̃, 그리고 h를 만드는 o ⊙ tanh(C)의 세 개입니다.",
        }),
        Mistake("gates-as-pointwise", partial(_multiplications, lstm=4, gru=4), {
            "en": "Four ⊙ are counted in each gated cell. Look for the ⊙ in the equations: there are three in the LSTM and three in the GRU.",
            "ko": "게이트가 있는 셀마다 ⊙를 네 개 세었습니다. 수식의 ⊙를 세어 보면 LSTM에 세 개, GRU에 세 개입니다.",
        }),
        Mistake("rnn-pointwise", partial(_multiplications, rnn=1), {
            "en": "The plain cell has a ⊙ here. It has none: two matrix products, a sum, and tanh.",
            "ko": "기본 셀에 ⊙를 하나 세었습니다. 기본 셀에는 행렬 곱 두 개와 덧셈, tanh뿐이고 ⊙는 없습니다.",
        }),
        Mistake("recurrent-missing", partial(_multiplications, memory=False), {
            "en": "The products with hₜ₋₁ are missing: H·H multiplications in every block.",
            "ko": "hₜ₋₁과의 곱이 빠졌습니다. 블록마다 H·H번입니다.",
        }),
    ),
)

# ---------- compare-hidden-size


def _hidden_size(blocks, D, budget, *, count=lambda D, H: H * (D + H + 1), choose="closest"):
    sizes = np.arange(1, 500)
    off = blocks * np.array([count(D, H) for H in sizes]) - budget
    if choose == "below":
        return int(sizes[off <= 0].max())
    if choose == "above":
        return int(sizes[off >= 0].min())
    return int(sizes[np.abs(off).argmin()])


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
            "ko": "예산을 넘지 않는 가장 큰 H입니다. 구하는 것은 가장 가까운 H이며, 예산을 조금 넘을 수도 있습니다.",
        }),
        Mistake("smallest-above", partial(_hidden_size, choose="above"), {
            "en": "This is the smallest H that reaches the budget. Asked for is the closest one, and it may lie below.",
            "ko": "예산 이상이 되는 가장 작은 H입니다. 구하는 것은 가장 가까운 H이며, 예산보다 조금 작을 수도 있습니다.",
        }),
        Mistake("square-only", partial(_hidden_size, count=lambda D, H: H * H), {
            "en": "Only the H·H recurrent weights are counted. The input weights H·D and the biases H use up the budget as well.",
            "ko": "순환 가중치 H·H개만 세었습니다. 입력 가중치 H·D개와 편향 H개도 예산을 씁니다.",
        }),
        Mistake("bias-missing", partial(_hidden_size, count=lambda D, H: H * (D + H)), {
            "en": "The biases are missing in the count: a block has H·(D + H + 1) parameters, the 1 is the bias.",
            "ko": "개수에서 편향이 빠졌습니다. 블록의 파라미터는 H·(D + H + 1)개이고, 그 1이 편향입니다.",
        }),
        Mistake("linear", lambda blocks, D, budget: int(budget / blocks / (D + 1)), {
            "en": "H is taken as if the count grew in proportion to it. It has a term H·H: solve for H, or try the sizes one by one.",
            "ko": "개수가 H에 비례한다고 보았습니다. H·H 항이 있으므로 방정식을 풀거나 크기를 하나씩 시험해 보세요.",
        }),
    ),
)

# ---------- compare-spread


def _spread(correct, *, axis=1, middle=np.median, ends=(np.min, np.max), order=(0, 1, 2)):
    correct = np.asarray(correct)
    parts = ends[0](correct, axis=axis), middle(correct, axis=axis), ends[1](correct, axis=axis)
    return np.stack([parts[i] for i in order], axis=-1)


SPREAD = Exercise(
    key="compare-spread",
    signature="spread(correct)",
    solution=_spread,
    axes=("entry", "entry"),
    cases=lambda rng: [dict(correct=rng.random((3, 8))), dict(correct=rng.random((5, 4)))],
    praise={
        "en": "With lowest, middle and highest beside each other you see at once which differences are within the spread.",
        "ko": "최저, 중앙, 최고를 나란히 두면 어떤 차이가 산포 안에 있는지 바로 보입니다.",
    },
    mistakes=(
        Mistake("over-lags", partial(_spread, axis=0), {
            "en": "This goes over the lags (axis 0). The runs with different seeds stand side by side on axis 1: they are what varies by chance.",
            "ko": "시차 방향(축 0)으로 계산했습니다. 시드가 다른 학습은 축 1에 나란히 있습니다. 우연히 달라지는 것은 이쪽입니다.",
        }),
        Mistake("mean-for-median", partial(_spread, middle=np.mean), {
            "en": "The middle is the mean here. One failed run pulls the mean far down; the median says what a typical run does.",
            "ko": "가운데 값이 평균입니다. 실패한 학습 하나가 평균을 크게 끌어내립니다. 보통의 학습이 어떤지는 중앙값이 말해 줍니다.",
        }),
        Mistake("highest-first", partial(_spread, order=(2, 1, 0)), {
            "en": "Highest and lowest have changed places: asked for is lowest, middle, highest.",
            "ko": "최고와 최저의 자리가 바뀌었습니다. 최저, 중앙, 최고의 순서로 답하세요.",
        }),
        Mistake("standard-deviation", partial(_spread, ends=(
            lambda a, axis: np.median(a, axis=axis) - a.std(axis=axis),
            lambda a, axis: np.median(a, axis=axis) + a.std(axis=axis),
        )), {
            "en": "This is the middle minus and plus a standard deviation. With so few runs, and some at chance, show the lowest and the highest themselves.",
            "ko": "가운데 값에서 표준편차를 빼고 더했습니다. 학습이 몇 번 되지 않고 일부는 찍는 수준이므로 최저와 최고를 그대로 보이세요.",
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
            "ko": "모르는 단어를 빼 버렸습니다. 그러면 뒤의 단어가 모두 한 시점씩 당겨져, 답이 제 단어의 자리에 있지 않게 됩니다.",
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

register(PARAMETERS, MULTIPLICATIONS, HIDDEN_SIZE, SPREAD, UNKNOWN)
