"""The picture that builds up: from the plain cell to the LSTM, each part with what its run got right (lesson 8)."""

import numpy as np
from matplotlib.patches import Circle, Rectangle

from .. import words
from ..study.growing import DEMANDS, NEAR, STAGES, cut, model_of, recall
from . import diagrams, style
from .diagrams import numbers, vector
from .lstm import AT, LEFT, RADIUS, RIGHT, SIDE, gate, heights, learned, operation, wire
from .picture import picture
from .promise import as_promised
from .scene import Binding, Scene

LAST, TALL = len(STAGES), 1.3  # the number of stages; the height of the strip below the cell
MET = ("keep", "keep", "replace", "ignore", "silent")  # what each stage is shown at: what it is built for
# Signs of a sequence for each demand: one number to keep; a later one; noise between; 0 where nothing is asked.
SIGN = {"keep": "! · · ?", "replace": "! · ! ?", "ignore": "! ~ ! ?", "silent": "! 0 ! ?"}
EQUATIONS = (
    (r"$h_t = \tanh(W_x x_t + W_h h_{t-1} + b)$",),
    (r"$C_t = C_{t-1} + \tilde{C}_t$", r"$h_t = \tanh(C_t)$"),
    (r"$C_t = f_t \odot C_{t-1} + \tilde{C}_t$", r"$h_t = \tanh(C_t)$"),
    (r"$C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t$", r"$h_t = \tanh(C_t)$"),
    (r"$C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t$", r"$h_t = o_t \odot \tanh(C_t)$"),
)
ALT = {
    "en": "A cell that grows in five parts: the plain cell; a rail C on top; a forget gate; an input gate; an "
    "output gate. Below, for each of four demands, the share of right answers of eight trainings, one dot each.",
    "ko": "부품을 하나씩 갖추어 가는 셀: 기본 RNN 셀, 위쪽의 C, 망각 게이트, 입력 게이트, 출력 게이트. 아래에는 "
    "네 가지 요구마다 "
    "학습 여덟 번의 정답 비율을 점으로 찍었다.",
}
PART = {"en": "part", "ko": "부품"}
SAID = (
    {
        "en": "{met} of the answers right (median of 8): the plain cell loses even a single number in 20 steps.",
        "ko": "정답 비율 {met}(8번의 중앙값): 기본 RNN 셀은 수 하나도 20단계 동안 지키지 못한다.",
    },
    {
        "en": "{met} with the rail C: what is there stays. But {next} once a new number must replace it: C only adds.",
        "ko": "C를 넣으면 {met}: 있던 것이 남는다. 그러나 새 수로 바꿔야 하면 {next}: C는 더하기만 한다.",
    },
    {
        "en": "{met} with a forget gate, f: the old number makes room. But {next} once there is noise: all is written.",
        "ko": "망각 게이트 f를 넣으면 {met}: 옛 수가 자리를 비운다. 그러나 잡음이 끼면 {next}: 무엇이든 써 버린다.",
    },
    {
        "en": "{met} with an input gate, i: noise stays out. But {next} once it must be silent unasked: all is shown.",
        "ko": "입력 게이트 i를 넣으면 {met}: 잡음을 막는다. 그러나 묻지 않을 때 0을 내야 하면 {next}: 늘 내보인다.",
    },
    {
        "en": "{met} with an output gate, o: it speaks when asked. This is the LSTM.",
        "ko": "출력 게이트 o를 넣으면 {met}: 물을 때만 답한다. 이것이 LSTM이다.",
    },
)
PART_OF = {
    "en": " Here: asked for {wanted}, it says {answer}.",
    "ko": " 이 그림에서 바라는 답은 {wanted}, 나온 답은 {answer}.",
}


def by_stage(stored):
    """The stored runs, ``{(stage, demand): run}``."""
    return {(run["stage"], run["demand"]): run for run in stored["runs"]}


@picture
def growing_scene(stored, n=5, *, t=20):
    """The LSTM cell built up in five parts, with the numbers of a trained run of each, and how many each got right.

    Parameters
    ----------
    stored : dict with runs
        From `seqlib.data.growing`.
    n : int from 0 to 999
        The example.
    t : int from 1 to 20
        The step whose numbers are shown. By default the last, where a question is asked.

    Returns
    -------
    Scene
        Its steps are the parts. What is new stands on yellow.
    """
    runs = by_stage(stored)
    shown, answers = _numbers(runs, n, t)
    at = heights(1, 3, TALL + 0.1)
    fig, ax = diagrams.canvas(10, at["top"])
    diagrams.frame(ax, LEFT, at["base"] + 0.24, RIGHT, at["rail"] + 0.34)
    bindings = _inputs(ax, at, shown)
    for stages, part in (
        ((0,), _plain),
        ((1, 2, 3, 4), _rail),
        ((1, 2, 3), _all_shown),
        ((2, 3, 4), lambda ax, at, shown: _gate(ax, at, shown, "f")),
        ((1, 2), lambda ax, at, shown: _straight(ax, at)),
        ((3, 4), lambda ax, at, shown: _gate(ax, at, shown, "i")),
        ((4,), lambda ax, at, shown: _gate(ax, at, shown, "o")),
    ):
        bindings += _only(ax, stages, lambda part=part: part(ax, at, shown))
    for k, lines in enumerate(EQUATIONS):
        bindings += _only(ax, (k,), lambda lines=lines: _equations(ax, at, lines))
    bindings += _new(ax, at) + _shares(ax, runs)
    said = []
    for k, (stage, demand) in enumerate(zip(STAGES, MET, strict=True)):
        middle = {"met": np.median(runs[stage, demand]["right"])}
        if 0 < k < LAST - 1:
            middle["next"] = np.median(runs[stage, DEMANDS[k]]["right"])
        said.append(
            words.say(SAID[k], **{name: f"{value:.2f}" for name, value in middle.items()})
            + words.say(PART_OF, **answers[k])
        )
    return Scene(fig, bindings, sentences=said, alt=words.say(ALT), start=LAST - 1, label=words.say(PART))


def _numbers(runs, n, t):
    """What the drawing shows at every stage, {name: (stages, rows)}, nan where it has none; and the answers."""
    names = {"x": 3, **dict.fromkeys(("h_prev", "h", "C_prev", "C", "f", "i", "o", "g", "tanh_C"), 1)}
    shown = {name: np.full((LAST, rows), np.nan) for name, rows in names.items()}
    answers = []
    for k, (stage, demand) in enumerate(zip(STAGES, MET, strict=True)):
        x, targets = recall(n + 1, 20, demand, rng=1)
        trace = model_of(runs[stage, demand]).forward(x)
        for name, values in shown.items():
            if name in trace:
                values[k] = trace[name][t - 1, :, n]
        if "C" in trace:
            shown["tanh_C"][k] = np.tanh(trace.C[t - 1, :, n])
        told = {"wanted": targets[t - 1, 0, n], "answer": trace.logits[t - 1, 0, n]}
        answers.append({name: numbers(value)[()] for name, value in told.items()})
    return shown, answers


def _only(ax, stages, draw):
    """Draw something that is seen at some stages only."""
    before = set(ax.get_children())
    bindings = draw()
    seen = np.isin(np.arange(LAST), stages).astype(float)
    return bindings + [Binding(a, "opacity", seen) for a in ax.get_children() if a not in before]


def _inputs(ax, at, shown):
    """What all stages have: x_t and h_{t-1} coming in, and one learned box."""
    edge = AT["in"] + SIDE
    wire(ax, (edge, at["gate"]), (AT["turn"], at["gate"]), (AT["turn"], at["h"]), (AT["g"] - 0.15, at["h"]),
         colour=style.H, width=2.6, head=False)  # fmt: skip
    wire(ax, (edge, at["x"]), (AT["g"] + 0.15, at["x"]), colour=style.X, width=2.6, head=False)
    bindings = vector(ax, AT["in"], at["gate"], shown["h_prev"], colour=style.H, label="$h_{t-1}$")
    bindings += vector(ax, AT["in"], at["x_vector"], shown["x"], colour=style.X, label="$x_t$")
    return bindings + vector(ax, AT["out"], at["gate"], shown["h"], colour=style.H, label="$h_t$")


def _plain(ax, at, shown):
    """The plain cell: tanh makes the state, which goes straight out."""
    bindings = learned(ax, at, "g") + vector(ax, AT["g"], at["gate"], shown["h"], colour=style.H)
    wire(ax, (AT["g"] + SIDE, at["gate"]), (AT["out"] - SIDE, at["gate"]), colour=style.H, width=2.6)
    return bindings


def _rail(ax, at, shown):
    """The second state on its way, and the candidate, which is added to it."""
    y, wide = at["rail"], {"colour": style.C, "width": style.RAIL}
    bindings = learned(ax, at, "g")
    bindings += vector(ax, AT["g"], at["gate"], shown["g"], colour=style.G, label=r"$\tilde{C}_t$", side="left")
    bindings += vector(ax, AT["in"], y, shown["C_prev"], colour=style.C, label="$C_{t-1}$")
    bindings += vector(ax, AT["out"], y, shown["C"], colour=style.C, label="$C_t$")
    wire(ax, (AT["in"] + SIDE, y), (AT["g"] - RADIUS, y), **wide)
    wire(ax, (AT["g"] + RADIUS, y), (AT["out"] - SIDE, y), **wide)
    top = at["gate"] + at["tall"] / 2
    wire(ax, (AT["g"], top), (AT["g"], at["mix"] - RADIUS), colour=style.G, width=2.4, head=False)
    wire(ax, (AT["g"], at["mix"] + RADIUS), (AT["g"], y - RADIUS), colour=style.INK, width=2.4)
    operation(ax, AT["g"], y, "+")
    tap, low = AT["tap"], at["tanh"]
    wire(ax, (tap, y), (tap, low + 0.3), colour=style.C, width=2.4, dot=True)
    wire(ax, (tap + 0.3, low), (AT["tanh"] - SIDE, low), colour=style.INK, width=2.4, head=False)
    operation(ax, tap, low, "tanh", radius=0.3, size=style.SIZE)
    return bindings + vector(ax, AT["tanh"], low, shown["tanh_C"], colour=style.INK, label=r"$\tanh C_t$")


def _all_shown(ax, at, shown):
    """Without an output gate the state is tanh C."""
    way = [(AT["tanh"] + SIDE, at["tanh"]), (AT["read"], at["tanh"]), (AT["read"], at["gate"])]
    wire(ax, *way, (AT["out"] - SIDE, at["gate"]), colour=style.H, width=2.6)
    return []


def _straight(ax, at):
    """Without an input gate the candidate goes up as it is."""
    wire(ax, (AT["g"], at["mix"] - RADIUS), (AT["g"], at["mix"] + RADIUS), colour=style.G, width=2.4, head=False)
    return []


def _gate(ax, at, shown, k):
    """A gate with its box, and the × where it acts."""
    if k == "o":
        edge, end = AT["g"], AT["o"]
        wire(ax, (edge - 0.15, at["h"]), (end - 0.15, at["h"]), colour=style.H, width=2.6, head=False)
        wire(ax, (edge + 0.15, at["x"]), (end + 0.15, at["x"]), colour=style.X, width=2.6, head=False)
        wire(ax, (AT["tanh"] + SIDE, at["tanh"]), (AT["read"], at["tanh"]), (AT["read"], at["gate"] + RADIUS),
             colour=style.INK, width=2.4)  # fmt: skip
        wire(ax, (AT["read"] + RADIUS, at["gate"]), (AT["out"] - SIDE, at["gate"]), colour=style.H, width=2.6)
    bindings = learned(ax, at, k) + gate(ax, at, k, shown[k])
    x, y = {"f": (AT["f"], at["rail"]), "i": (AT["g"], at["mix"]), "o": (AT["read"], at["gate"])}[k]
    return bindings + operation(ax, x, y, "×")


def _equations(ax, at, lines):
    for y, line in zip((0.98, 0.58), lines, strict=False):
        ax.text(RIGHT - 0.14, at["base"] + y, line, ha="right", va="center", size=style.SIZE)
    return []


def _new(ax, at):
    """Yellow behind what has come with each stage."""
    low = at["box"] - 0.36
    column = at["gate"] + at["tall"] / 2 + 0.1 - low
    places = (
        [(AT["g"] - 0.55, low, 1.1, column)],
        [(1.12, at["rail"] - 0.3, 7.5, 0.6)],
        [(AT["f"] - 0.6, low, 1.0, at["rail"] + 0.3 - low)],
        [(AT["i"] - 0.6, low, 1.0, column), (AT["g"] - 0.32, at["mix"] - 0.27, 0.64, 0.54)],
        [(AT["o"] - 0.6, low, 1.0, column), (AT["read"] - 0.3, at["gate"] - 0.3, 0.6, 0.6)],
    )
    bindings = []
    for k, boxes in enumerate(places):
        for x, y, width, height in boxes:
            patch = Rectangle((x, y), width, height, facecolor=style.NOW, edgecolor="none", zorder=0.5)
            ax.add_patch(patch)
            bindings.append(Binding(patch, "opacity", 0.5 * (np.arange(LAST) == k)))
    return bindings


def _shares(ax, runs):
    """Below: for every demand the share of right answers, one dot for each training, on an axis from 0 to 1."""
    bindings, wide = [], 1.62
    for d, demand in enumerate(DEMANDS):
        left = 0.62 + 2.38 * d
        ax.text(left + wide / 2, TALL - 0.14, SIGN[demand], ha="center", va="center", size=style.BIG)
        ax.plot([left, left + wide], [0.42, 0.42], color=style.INK, lw=style.THIN)
        for share, tick in ((0, "0"), (0.5, "½"), (1, "1")):
            ax.plot([left + share * wide] * 2, [0.38, 0.46], color=style.INK, lw=style.THIN)
            ax.text(left + share * wide, 0.18, tick, ha="center", va="center")
        right = np.array([runs[stage, demand]["right"] for stage in STAGES])  # (stages, seeds)
        for k, share in enumerate(right.T):
            y = 0.56 + 0.05 * k
            dot = ax.add_patch(Circle((left, y), 0.065, facecolor=style.C, edgecolor="white", lw=0.6, zorder=3))
            bindings.append(Binding(dot, "move", np.stack([left + share * wide, np.full(LAST, y)], axis=1)))
    return bindings


# --- cut a unit ------------------------------------------------------------------------------------------------------

CUT_ALT = {
    "en": "What is answered at the last step over what is asked for, a dot for each of {n} sequences. Right answers "
    "lie in the band along the diagonal.",
    "ko": "시퀀스 {n}개의 마지막 시점에서, 물은 값에 대한 답을 점으로 찍었다. 맞은 답은 대각선을 따라 난 띠 안에 있다.",
}
CUT = {
    "en": "{share} of the answers are right with unit {unit} cut after step {after}.",
    "ko": "정답 비율 {share}: 시점 {after} 뒤에 유닛 {unit}의 기억을 지웠을 때.",
}
UNCUT = {
    "en": "{share} of the answers are right with nothing cut.",
    "ko": "정답 비율 {share}: 아무것도 지우지 않았을 때.",
}
BUTTON = {"en": "cut unit {unit}", "ko": "유닛 {unit} 지우기"}
WHOLE = {"en": "cut nothing", "ko": "그대로"}


@as_promised
def cut_scenes(model, x, targets, *, after=10, shown=120):
    """What becomes of the answers when one unit's memory is set to 0 on the way: a picture for each unit.

    Parameters
    ----------
    model : SequenceModel
        With an LSTM.
    x : ndarray, (T, 3, N)
    targets : ndarray, (T, 1, N)
        Of `seqlib.study.growing.recall`. The share is that of all N, the first `shown` are drawn.
    after : int
        The step after which C and h of the unit are set to 0.

    Returns
    -------
    dict of str to Scene
        For `seqlib.widgets.Chooser`: nothing cut, then unit 1, 2, …
    """
    labels = {None: words.say(WHOLE)} | {u: words.say(BUTTON, unit=u) for u in range(1, model.cell.H + 1)}
    return {label: _cut_scene(model, x, targets, unit, after, shown) for unit, label in labels.items()}


@picture
def _cut_scene(model, x, targets, unit, after, shown):
    answers, wanted = cut(model, x, unit, after), targets[-1, 0]
    share = (np.abs(answers - wanted) < NEAR).mean()
    fig = style.figure(10, 3.7, layout=None)
    ax = fig.add_axes((0.34, 0.14, 0.333, 0.83))
    ax.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), xticks=[-1, 0, 1], yticks=[-1, 0, 1], aspect="equal")
    ax.tick_params(length=0)
    ax.fill_between([-1.1, 1.1], [-1.1 - NEAR, 1.1 - NEAR], [-1.1 + NEAR, 1.1 + NEAR], color=style.NOW, lw=0)
    answers, wanted = np.clip(answers[:shown], -1.08, 1.08), wanted[:shown]
    right = np.abs(answers - wanted) < NEAR
    ax.plot(wanted[right], answers[right], "o", color=style.C, ms=5)
    ax.plot(wanted[~right], answers[~right], "x", color=style.KEEP, ms=6, mew=2)
    ax.set_xlabel("$y$", va="center")
    ax.xaxis.set_label_coords(1.06, 0)
    ax.set_ylabel(r"$\hat y$", rotation=0, va="center")
    ax.yaxis.set_label_coords(-0.14, 0.75)
    ax.text(1.12, 0.5, f"{share:.2f}", transform=ax.transAxes, va="center", size=style.BIG)
    said = words.say(UNCUT if unit is None else CUT, share=f"{share:.2f}", unit=unit, after=after)
    return Scene(fig, [], sentences=[said], alt=words.say(CUT_ALT, n=shown))
