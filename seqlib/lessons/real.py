"""Exercises of lesson 13: a state that is reset, a network without memory, sixteen readings, a line from columns, a file."""

from functools import partial
from itertools import pairwise

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Belief, Number, Score
from seqlib.study.real import opus

# ---------- real-reset


def _leaky(x, h):
    """A cell of one unit: what was there fades, what comes is added."""
    return 0.5 * h + x


def _with_resets(step, x, every, *, due=lambda t, every: t % every == 0, to=lambda states: 0.0, store="new"):
    states, h = [], 0.0
    for t, x_t in enumerate(x):
        if store == "new" and due(t, every):
            h = to(states)
        h = step(x_t, h)
        if store == "old" and due(t, every):
            h = 0.0
        states.append(h)
    return states


def _start_of_each(step, x, every):
    """Reset after the state of a piece's last step was kept: the same, written the other way round."""
    states, h = [], 0.0
    for t, x_t in enumerate(x):
        h = step(x_t, h)
        states.append(h)
        if (t + 1) % every == 0:
            h = 0.0
    return states


def _first_heard_twice(step, x, every):
    states = []
    for t, x_t in enumerate(x):
        states.append(step(x_t, states[-1] if t % every else step(x_t, 0.0)))
    return states


RESET = Exercise(
    key="real-reset",
    signature="with_resets(step, x, every)",
    solution=_start_of_each,
    cases=lambda rng: [
        dict(step=_leaky, x=np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]), every=3),
        dict(step=_leaky, x=rng.normal(size=9), every=2),
        dict(step=_leaky, x=rng.normal(size=5), every=1),
        dict(step=_leaky, x=rng.normal(size=4), every=6),
    ],
    praise={
        "en": "Each piece now begins as if nothing had been heard before. That is also what happens to a batch cut into pieces.",
        "ko": "이제 조각마다 아무것도 듣지 않은 것처럼 시작합니다. 시퀀스를 잘라 배치에 넣을 때에도 같은 일이 일어납니다.",
    },
    mistakes=(
        Mistake("one-early", partial(_with_resets, due=lambda t, every: (t + 1) % every == 0), {
            "en": "The reset comes one step too early: with `every` = 3 the first piece has two steps. t counts from 0, so a piece begins where t is 0, 3, 6.",
            "ko": "한 시점 일찍 되돌립니다. `every`가 3일 때 첫 조각이 두 시점뿐입니다. t는 0부터 세므로 조각은 t가 0, 3, 6일 때 시작합니다.",
        }),
        Mistake("one-late", partial(_with_resets, due=lambda t, every: t % every == 1), {
            "en": "The reset comes one step too late: t counts from 0, so a piece begins where t % every is 0.",
            "ko": "한 시점 늦게 되돌립니다. t는 0부터 세므로 조각은 t % every가 0일 때 시작합니다.",
        }),
        Mistake("once", partial(_with_resets, due=lambda t, every: t == every), {
            "en": "The state is reset once, at t = every, and never again. What is true of every, 2 · every, 3 · every? The remainder t % every.",
            "ko": "t = every에서 한 번만 되돌립니다. every, 2 · every, 3 · every의 공통점은 나머지 t % every입니다.",
        }),
        Mistake("turned-round", partial(_with_resets, due=lambda t, every: t % every != 0), {
            "en": "The other way round: it is reset at every step but those where a piece begins. `t % every` counts as true where it is *not* 0.",
            "ko": "반대입니다. 조각이 시작하는 시점만 빼고 모두 되돌립니다. `t % every`는 0이 ‘아닐’ 때 참입니다.",
        }),
        Mistake("quotient", partial(_with_resets, due=lambda t, every: t // every == 0), {
            "en": "t // every is the number of the piece: it is 0 all through the first one. The place inside a piece is the remainder, t % every.",
            "ko": "t // every는 조각의 번호여서 첫 조각 내내 0입니다. 조각 안의 위치는 나머지 t % every입니다.",
        }),
        Mistake("turned-remainder", partial(_with_resets, due=lambda t, every: t > 0 and every % t == 0), {
            "en": "every % t is what is left of `every` when all whole t are taken away. Asked for is the place of t inside its piece: t % every.",
            "ko": "every % t는 `every`를 t로 나눈 나머지입니다. 필요한 것은 조각 안에서 t의 자리인 t % every입니다.",
        }),
        Mistake("from-then-on", partial(_with_resets, due=lambda t, every: t >= every), {
            "en": "From t = every on it is reset at every step. A reset is due only where a new piece begins: t % every.",
            "ko": "t = every부터는 시점마다 되돌립니다. 새 조각이 시작할 때만 되돌려야 합니다: t % every.",
        }),
        Mistake("after-that", partial(_with_resets, due=lambda t, every: t > every), {
            "en": "Beyond t = every it is reset at every step. A reset is due only where a new piece begins: t % every.",
            "ko": "t가 every를 넘으면 시점마다 되돌립니다. 새 조각이 시작할 때만 되돌려야 합니다: t % every.",
        }),
        Mistake("always", partial(_with_resets, due=lambda t, every: True), {
            "en": "The state is reset at every step, so nothing is remembered at all. It is due only where a new piece begins.",
            "ko": "시점마다 되돌려서 아무것도 기억하지 못합니다. 새 조각이 시작할 때만 되돌리세요.",
        }),
        Mistake("never", partial(_with_resets, due=lambda t, every: False), {
            "en": "The state is never reset: all of this is one long piece. What is true of t where a new piece begins, and does `h` get a new value there, with a single `=`?",
            "ko": "상태를 한 번도 되돌리지 않아 전체가 한 조각입니다. 새 조각이 시작하는 t는 어떤 값인가요? 거기서 `=` 하나로 `h`에 새 값을 주나요?",
        }),
        Mistake("state-lost", partial(_with_resets, store="old"), {
            "en": "Where a piece begins, a zero is kept in place of what the step computes there. Reset *before* the step, and let every step be computed and kept.",
            "ko": "조각이 시작하는 곳에서 계산한 값 대신 0이 저장됩니다. 계산하기 ‘전에’ 되돌리고, 시점은 빠짐없이 계산해서 저장하세요.",
        }),
        Mistake("back-to-the-first", partial(_with_resets, to=lambda states: states[0] if states else 0.0), {
            "en": "h goes back to the first *computed* state, which has heard x[0] already. A state that has heard nothing is 0.",
            "ko": "h를 처음 ‘계산한’ 상태로 되돌립니다. 그 상태는 이미 x[0]을 들었습니다. 아무것도 듣지 않은 상태는 0입니다.",
        }),
        Mistake("heard-twice", _first_heard_twice, {
            "en": "Where a piece begins, `h` has heard x[t] already, and the step hears it once more. Before the step, a state that has heard nothing is 0.",
            "ko": "조각이 시작하는 곳에서 `h`가 이미 x[t]를 들었는데 다시 한 번 듣습니다. 계산하기 전, 아무것도 듣지 않은 상태는 0입니다.",
        }),
        Mistake("to-one", partial(_with_resets, to=lambda states: 1.0), {
            "en": "The state is set to 1. A state that has heard nothing is 0, as it was before the first step.",
            "ko": "상태를 1로 되돌렸습니다. 아무것도 듣지 않은 상태는 첫 시점 이전처럼 0입니다.",
        }),
    ),
)  # fmt: skip

# ---------- real-no-memory


def without_memory():
    """How many seconds of speech the network takes for music where its state is reset at every step."""
    return opus.taken_for_music(opus.network().run(opus.recording().features, 1))


NO_MEMORY = Number(
    key="real-no-memory",
    truth=without_memory,
    margin=0.4,
    praise={
        "en": "{truth} s. A step alone is right more often than not: the features of one frame tell much. The memory adds what one frame cannot know.",
        "ko": "{truth}초입니다. 한 시점만 보아도 맞을 때가 더 많습니다. 20 ms의 특성만으로도 많은 것을 알 수 있고, 기억은 그 나머지를 더합니다.",
    },
    beliefs=(
        Belief("memory-does-nothing", -0.01, 0.2, {
            "en": "Without any memory it would do as well as with it. Why should 24 units then be carried from step to step? A held vowel looks like a chord for 20 ms.",
            "ko": "기억이 없어도 있을 때만큼 맞힌다는 뜻입니다. 그렇다면 유닛 24개를 왜 다음 시점으로 넘길까요? 길게 끄는 모음은 20 ms 동안 화음처럼 보입니다.",
        }),
        Belief("too-trusting", 0.2, 0.86, {
            "en": "More than that: for 20 ms a held vowel looks like a chord, and there are many vowels in 3.4 s.",
            "ko": "그보다 많습니다. 길게 끄는 모음은 20 ms 동안 화음처럼 보이고, 3.4초 안에는 모음이 많습니다.",
        }),
        Belief("a-coin", 1.6600001, 1.8, {
            "en": "Half of 3.4 s: that is tossing a coin. The features of 20 ms are worth more than a coin.",
            "ko": "3.4초의 절반이면 동전 던지기입니다. 20 ms의 특성은 동전보다 낫습니다.",
        }),
        Belief("worse-than-a-coin", 1.8, 2.9, {
            "en": "That is more than half of 3.4 s, worse than tossing a coin. Only the past is missing: the 25 features of these 20 ms are still there, and tell a lot.",
            "ko": "3.4초의 절반이 넘으니 동전 던지기보다 못합니다. 빠진 것은 과거뿐입니다. 20 ms의 특성 25개는 그대로 있고, 그것으로도 많은 것을 압니다.",
        }),
        Belief("all-of-it", 2.9, 3.4, {
            "en": "That is all of the speech. But every step still sees 25 features of its own sound, and they tell a lot: only the past is missing.",
            "ko": "말소리 전부입니다. 하지만 시점마다 소리의 특성 25개는 그대로 보이고, 그것으로도 많은 것을 압니다. 빠진 것은 과거뿐입니다.",
        }),
        Belief("negative", -1e6, -0.01, {
            "en": "Seconds of sound lie between 0 and 3.4.",
            "ko": "말소리의 길이이므로 0초에서 3.4초 사이입니다.",
        }),
        Belief("no-seconds", 3.4000001, np.inf, {
            "en": "There are only 3.4 s of speech. Give seconds, not steps or percent.",
            "ko": "말소리는 3.4초뿐입니다. 시점 수나 백분율이 아니라 초로 적으세요.",
        }),
    ),
)  # fmt: skip

# ---------- real-readings

WAYS = {
    "en": 'Four words are asked for, such as `("outputs first", "rzg", "writes", "after")`: memory, order, what z does, place of r.',
    "ko": '`("outputs first", "rzg", "writes", "after")`처럼 네 가지를 적으세요: 메모리 배치, 순서, z의 뜻, r의 자리.',
}
NO_CHOICE = {
    "en": "{name} must be {first} or {second}, but {value} came.",
    "ko": "{name}에는 {first} 또는 {second} 가운데 하나를 쓰세요. 지금 쓴 것은 {value}입니다.",
}
ASKED = {
    "memory": {"en": "memory", "ko": "메모리 배치"},
    "order": {"en": "order", "ko": "순서"},
    "z": {"en": "z", "ko": "z의 뜻"},
    "r": {"en": "r", "ko": "r의 자리"},
}


def reading_difference(answer):
    """How far the network of a reading is from the encoder's recorded answers."""
    try:
        net = opus.reading(*answer)
    except (TypeError, ValueError):
        raise ValueError({k: f"{says} {_wrong_word(answer, k)}".strip() for k, says in WAYS.items()}) from None
    return opus.difference(net)


def _wrong_word(answer, language):
    """The first of four words that is no choice, and what would be; nothing where there are not four."""
    if not isinstance(answer, list | tuple) or len(answer) != len(opus.CHOICES):
        return ""
    for (name, choices), value in zip(opus.CHOICES.items(), answer, strict=True):
        if value not in choices:
            fields = {"name": ASKED[name][language], "value": repr(value)}
            return NO_CHOICE[language].format(**fields, first=repr(choices[0]), second=repr(choices[1]))
    return ""


READINGS = Score(
    key="real-readings",
    score=reading_difference,
    levels=(
        (np.inf, {
            "en": "Off by up to {score} from what the encoder said. This reading tells speech from chords hardly better than a coin: compare `opus.told`, and change one choice at a time.",
            "ko": "인코더의 답과 최대 {score} 다릅니다. 이 방법으로 읽으면 말소리와 화음을 동전 던지기만큼밖에 구별하지 못합니다. `opus.told`를 비교하며 한 번에 하나씩 바꿔 보세요.",
        }),
        (0.9, {
            "en": "Off by up to {score}: it hears, it even scores a little better on our sound, and still it is not the encoder's network. One choice is left that the score cannot tell.",
            "ko": "최대 {score} 다릅니다. 알아듣고, 이 소리에서는 점수가 조금 더 높기까지 하지만 인코더의 신경망은 아닙니다. 점수로는 알 수 없는 선택이 하나 남았습니다.",
        }),
        (1e-5, {
            "en": "This one speaks: off by {score} at most, in 800 numbers. Only the original's own answers could tell it from its twin.",
            "ko": "바로 이것입니다. 수 800개에서 최대 {score}밖에 다르지 않습니다. r의 자리만 다른 방법과 구별해 준 것은 원본의 답뿐이었습니다.",
        }),
    ),
    enough=2,
    higher_is_better=False,
)  # fmt: skip

# ---------- real-shapes


def _shapes(weight_ih, weight_hh):
    rows, D = weight_ih.shape
    H = weight_hh.shape[1]
    return D, H, rows // H


def _told(take):
    """A wrong implementation from the two shapes."""
    return lambda weight_ih, weight_hh: take(*weight_ih.shape, *weight_hh.shape)


SHAPES = Exercise(
    key="real-shapes",
    signature="shapes(weight_ih, weight_hh)",
    solution=_shapes,
    returns=("D", "H", "blocks"),
    axes=("entry",),
    cases=lambda rng: [
        dict(weight_ih=np.zeros((4 * h, d)), weight_hh=np.zeros((4 * h, h))) for d, h in ((16, 48), (128, 128))
    ]
    + [
        dict(weight_ih=np.zeros((3 * 24, 32)), weight_hh=np.zeros((3 * 24, 24))),
        dict(weight_ih=np.zeros((10, 7)), weight_hh=np.zeros((10, 10))),
    ],
    praise={
        "en": "Shapes tell the cell: 1 block is an RNN, 3 a GRU, 4 an LSTM. Of the blocks' order, of what z means and of where r stands they say nothing.",
        "ko": "모양이 셀을 알려 줍니다. 블록 1개는 RNN, 3개는 GRU, 4개는 LSTM입니다. 블록의 순서, z의 뜻, r의 자리는 알려 주지 않습니다.",
    },
    mistakes=(
        Mistake("rows-for-H", _told(lambda rows, D, rows2, H: (D, rows, 1)), {
            "en": "H is taken from the rows, but all blocks stand one below the other there. weight_hh reads h, so its *columns* are H.",
            "ko": "H를 행에서 읽었는데, 행에는 블록이 모두 위아래로 쌓여 있습니다. weight_hh는 h를 읽으므로 ‘열’의 수가 H입니다.",
        }),
        Mistake("rows-for-H-blocks-right", _told(lambda rows, D, rows2, H: (D, rows, rows // H)), {
            "en": "The blocks are right, but H is the number of all rows. A row is one unit of one block: H is the number of columns of weight_hh.",
            "ko": "블록의 수는 맞지만 H가 전체 행의 수입니다. 한 행은 한 블록의 유닛 하나입니다. H는 weight_hh의 열의 수입니다.",
        }),
        Mistake("D-and-H-swapped", _told(lambda rows, D, rows2, H: (H, D, rows // H)), {
            "en": "D and H have changed places: weight_ih reads x and has D columns, weight_hh reads h and has H.",
            "ko": "D와 H가 바뀌었습니다. weight_ih는 x를 읽어 열이 D개이고, weight_hh는 h를 읽어 열이 H개입니다.",
        }),
        Mistake("blocks-by-D", _told(lambda rows, D, rows2, H: (D, H, rows // D)), {
            "en": "The rows are divided by D. A block has a row for each *unit*, so the number of blocks is rows / H.",
            "ko": "행의 수를 D로 나누었습니다. 블록에는 ‘유닛’마다 한 행이 있으므로 블록의 수는 행의 수 / H입니다.",
        }),
        Mistake("read-like-keras", _told(lambda rows, D, rows2, H: (rows, rows2, D // rows)), {
            "en": "Read as Keras writes it, (inputs, rows). PyTorch writes (rows, inputs): look at columns for D and H.",
            "ko": "Keras처럼 `(입력, 행)` 순서로 읽었습니다. PyTorch는 `(행, 입력)` 순서로 저장하므로 D와 H는 열에서 읽으세요.",
        }),
        Mistake("always-four", _told(lambda rows, D, rows2, H: (D, H, 4)), {
            "en": "The number of blocks is always 4 here: that is an LSTM. It follows from the shapes: how often does H go into the rows?",
            "ko": "블록의 수가 언제나 4, 곧 LSTM입니다. 모양에서 알 수 있습니다. 행의 수를 H로 나누면 얼마인가요?",
        }),
        Mistake("always-three", _told(lambda rows, D, rows2, H: (D, H, 3)), {
            "en": "The number of blocks is always 3 here: that is a GRU. It follows from the shapes: how often does H go into the rows?",
            "ko": "블록의 수가 언제나 3, 곧 GRU입니다. 모양에서 알 수 있습니다. 행의 수를 H로 나누면 얼마인가요?",
        }),
        Mistake("rows-for-blocks", _told(lambda rows, D, rows2, H: (D, H, rows)), {
            "en": "The last number is that of all rows. Each block has H of them: divide.",
            "ko": "마지막 수가 전체 행의 수입니다. 블록마다 H개씩이니 나누세요.",
        }),
        Mistake("rows-for-D", _told(lambda rows, D, rows2, H: (rows, H, rows // H)), {
            "en": "D is taken from the rows of weight_ih. It reads x, so it has a *column* for each entry of x.",
            "ko": "D를 weight_ih의 행에서 읽었습니다. x를 읽는 행렬이므로 x의 성분마다 ‘열’이 하나씩 있습니다.",
        }),
        Mistake("gates-only", _told(lambda rows, D, rows2, H: (D, H, rows // H - 1)), {
            "en": "One block is missing: the candidate is a block, too.",
            "ko": "블록이 하나 빠졌습니다. 후보도 블록 하나입니다.",
        }),
    ),
)  # fmt: skip

# ---------- real-collapse


def _collapse(columns, blank, *, keep=lambda symbol, before, blank: symbol != blank and symbol != before, note="all"):
    text, before = [], blank
    for symbol in columns:
        if keep(symbol, before, blank):
            text.append(symbol)
        before = symbol if note == "all" or symbol != blank else before
    return text


def _before_written(columns, blank):
    return [a for a, b in pairwise([blank, *columns]) if b not in (a, blank)]


def _once(columns, blank):
    return list(dict.fromkeys(symbol for symbol in columns if symbol != blank))


COLLAPSE = Exercise(
    key="real-collapse",
    signature="collapse(columns, blank)",
    solution=_collapse,
    cases=lambda rng: [
        dict(columns=[0, 8, 8, 0, 5, 12, 12, 0, 12, 15], blank=0),
        dict(columns=[7, 7, 9, 3, 3, 9, 9, 3, 7], blank=9),
        dict(columns=[2, 2, 4, 2, 0, 2], blank=0),
        dict(columns=[4, 1, 1, 5, 0, 0, 1], blank=4),
    ],
    praise={
        "en": "That is all of CTC's reading rule. The blank between two l of hello is what makes them two.",
        "ko": "CTC로 읽는 규칙은 이것이 전부입니다. hello의 두 l이 하나로 합쳐지지 않는 것은 그 사이에 공백 기호가 있기 때문입니다.",
    },
    mistakes=(
        Mistake("blanks-first", partial(_collapse, note="kept"), {
            "en": "The blanks are dropped before the repeats are joined: so the l, blank, l of hello becomes one l. `before` has to be the symbol of the column before, blank or not.",
            "ko": "반복을 합치기 전에 공백 기호를 뺐습니다. 그러면 hello의 l, 공백 기호, l이 l 하나가 됩니다. `before`는 공백 기호이든 아니든 바로 앞 열의 기호여야 합니다.",
        }),
        Mistake("or-inside", partial(_collapse, keep=lambda symbol, before, blank: symbol != (blank or before)), {
            "en": "`blank or before` is *one* value, the first of the two that is not 0: so there is only one comparison. Write both, and join them with `and`.",
            "ko": "`blank or before`는 두 값 가운데 0이 아닌 첫 값 ‘하나’여서 비교가 한 번뿐입니다. 비교를 둘 다 쓰고 `and`로 이으세요.",
        }),
        Mistake("and-inside", partial(_collapse, keep=lambda symbol, before, blank: symbol != blank and before), {
            "en": "`and before` only asks whether `before` is not 0. Compare it with the symbol: `symbol != before`.",
            "ko": "`and before`는 `before`가 0이 아닌지만 묻습니다. 기호와 비교하세요: `symbol != before`.",
        }),
        Mistake("before-with-the-blank", partial(_collapse, keep=lambda symbol, before, blank: blank not in (symbol, before)), {
            "en": "`before` is compared with the blank: so what follows a blank is lost, and repeats stay. Compare it with the symbol.",
            "ko": "`before`를 공백 기호와 비교했습니다. 그래서 공백 기호 다음의 글자가 빠지고 반복은 남습니다. 지금 기호와 비교하세요.",
        }),
        Mistake("only-after-a-blank", partial(_collapse, keep=lambda symbol, before, blank: symbol != blank == before), {
            "en": "Only what follows a blank is written. Two letters may also stand side by side without one: a symbol is new where it differs from the column before.",
            "ko": "공백 기호 다음에 오는 것만 썼습니다. 공백 기호 없이 나란히 선 글자도 있습니다. 바로 앞 열과 다르면 새 기호입니다.",
        }),
        Mistake("zero-for-the-blank", partial(_collapse, keep=lambda symbol, before, blank: symbol not in (0, before)), {
            "en": "The blank is not always 0. Its number is handed over: compare with `blank`.",
            "ko": "공백 기호가 언제나 0인 것은 아닙니다. 번호가 `blank`로 들어오므로 `blank`와 비교하세요.",
        }),
        Mistake("the-one-before-is-written", _before_written, {
            "en": "`before` is written in place of the symbol itself.",
            "ko": "지금 기호가 아니라 `before`를 썼습니다.",
        }),
        Mistake("repeats-stay", partial(_collapse, keep=lambda symbol, before, blank: symbol != blank), {
            "en": "Repeats stay: a letter as wide as three columns comes out three times. Keep a symbol only where it differs from the column before, and see that `before` moves on at every column.",
            "ko": "반복이 그대로 남았습니다. 세 열에 걸친 글자가 세 번 나옵니다. 바로 앞 열과 다를 때만 남기고, 열마다 `before`를 바꾸세요.",
        }),
        Mistake("blanks-stay", partial(_collapse, keep=lambda symbol, before, blank: symbol != before), {
            "en": "Blanks are still in the text. The blank says that there is nothing new here, and is never written.",
            "ko": "공백 기호가 글에 남았습니다. 공백 기호는 새것이 없다는 뜻이므로 쓰지 않습니다.",
        }),
        Mistake("everything", partial(_collapse, keep=lambda symbol, before, blank: symbol != blank or symbol != before), {
            "en": "`or` keeps a symbol that meets only one of the two conditions, so repeats or blanks come through. Both have to hold: `and`.",
            "ko": "`or`는 두 조건 가운데 하나만 맞아도 남기므로 반복이나 공백 기호가 통과합니다. 둘 다 맞아야 합니다: `and`.",
        }),
        Mistake("nothing-dropped", lambda columns, blank: list(columns), {
            "en": "Every column is kept. Two kinds go: the blank, and a symbol that the column before has too.",
            "ko": "모든 열을 남겼습니다. 공백 기호, 그리고 앞 열과 같은 기호는 빼야 합니다.",
        }),
        Mistake("each-once", _once, {
            "en": "Every symbol comes only once in the whole text. Only *neighbouring* columns are joined: a letter may come again later.",
            "ko": "기호마다 글 전체에서 한 번만 나옵니다. ‘이웃한’ 열만 합쳐야 합니다. 같은 글자가 나중에 다시 나올 수 있습니다.",
        }),
        Mistake("repeats-wanted", partial(_collapse, keep=lambda symbol, before, blank: symbol != blank and symbol == before), {
            "en": "Only the repeats are kept: the condition on `before` is turned round. A symbol is new where it *differs* from the column before.",
            "ko": "반복만 남겼습니다. `before`에 대한 조건이 반대입니다. 바로 앞 열과 ‘다를’ 때 새 기호입니다.",
        }),
        Mistake("blanks-wanted", partial(_collapse, keep=lambda symbol, before, blank: symbol == blank and symbol != before), {
            "en": "Only blanks are kept: the condition on the blank is turned round. Write what is *not* the blank.",
            "ko": "공백 기호만 남겼습니다. 공백 기호에 대한 조건이 반대입니다. 공백 기호가 ‘아닌’ 것을 쓰세요.",
        }),
        Mistake("first-lost", lambda columns, blank: [b for a, b in pairwise(columns) if b not in (a, blank)], {
            "en": "The first column is never looked at. It has none before it, so it is kept unless it is the blank.",
            "ko": "첫 열을 보지 않았습니다. 첫 열은 앞 열이 없으므로 공백 기호만 아니면 남깁니다.",
        }),
        Mistake("the-last-of-each", lambda columns, blank: [a for a, b in pairwise(columns) if a not in (b, blank)], {
            "en": "A symbol is compared with the column *after* it, and the last column is never written. Compare with the one before.",
            "ko": "‘다음’ 열과 비교해서 마지막 열이 빠졌습니다. 바로 앞 열과 비교하세요.",
        }),
    ),
)  # fmt: skip

register(RESET, NO_MEMORY, COLLAPSE, READINGS, SHAPES)
