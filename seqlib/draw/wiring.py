"""Three ways to read a sequence, side by side: pooled, flattened, recurrent (lesson 2)."""

import numpy as np

from .. import words
from . import style
from .diagrams import arrow, box, canvas, circle
from .panels import Rectangle
from .picture import picture
from .scene import Binding, Goto, Scene

TOKENS, WEIGHTS, STATES, TOP, OUT = 0.4, 1.22, 2.08, 2.95, 3.75  # heights in inches
RADIUS = 0.27
WIDTH, STEP = 3.3, 0.98  # of one network, and of one step in it
NAMES = ("Pooled", "Flattened", "RNN")

ALT = {
    "en": "Three networks read the same {T} tokens. Pooled: one weight W at every step, then the mean of the states. "
    "Flattened: a weight of its own for every step, one state. RNN: one weight W at every step, and a state that is "
    "handed from step to step.",
    "ko": "같은 토큰 {T}개를 읽는 세 신경망. Pooled(평균): 모든 시점에서 같은 가중치 W를 쓰고 상태의 "
    "평균을 낸다. "
    "Flattened(평탄화): 시점마다 가중치가 따로 있고 상태는 하나다. RNN: 모든 시점에서 같은 W를 쓰고 상태를 "
    "다음 시점에 넘긴다.",
}
SAYS = {
    "en": "Step {t}, {token}: Pooled reads it with W, as at every step; Flattened with {W}, which serves this step "
    "alone; RNN with W, and adds its memory {past}.",
    "ko": "시점 {t}(‘{token}’): Pooled는 늘 쓰는 W로 읽고, Flattened는 이 시점에만 쓰는 {W} 가중치로 읽으며, "
    "RNN은 W로 읽은 뒤 기억 {past} 더한다.",
}
PAST = {"en": "h{s}", "ko": "h{s} 값을"}
BEGIN = {"en": "h₀, still empty", "ko": "h₀ 값(아직 비어 있음)을"}
SUBSCRIPTS = "₀₁₂₃"


@picture
def wiring_scene(tokens):
    """Which weight reads which step, in the two dense networks and in the recurrent one.

    Parameters
    ----------
    tokens : list of 2 or 3 str

    Returns
    -------
    Scene
        One step for each token.

    Raises
    ------
    ValueError
        There is no room for so many tokens.
    """
    T = len(tokens)
    if not 2 <= T <= 3:
        raise ValueError(f"tokens must be 2 or 3, so that three networks fit side by side, but {T} came.")
    fig, ax = canvas(10, 4.5)
    bindings = []
    for n, (name, draw) in enumerate(zip(NAMES, (_pooled, _flattened, _recurrent), strict=True)):
        left = 0.1 + n * WIDTH
        x = left + WIDTH / 2 + STEP * (np.arange(T) - (T - 1) / 2)
        ax.text(left + WIDTH / 2, 4.2, name, ha="center", va="center", size=style.BIG)
        now = ax.add_patch(Rectangle((x[0] - 0.46, 0.12), 0.92, 2.36, fc=style.NOW, ec="none", alpha=0.55, zorder=0))
        bindings.append(Binding(now, "move", np.stack([x - 0.46, np.full(T, 0.12)], axis=1)))
        for t, token in enumerate(tokens):
            text = ax.text(x[t], TOKENS, token, ha="center", va="center", color=style.INK, parse_math=False)
            bindings.append(Goto(text, t))
            arrow(ax, (x[t], TOKENS + 0.2), (x[t], WEIGHTS - 0.28), colour=style.X)
        draw(ax, x)
    said = []
    for t, token in enumerate(tokens):
        past = words.say(PAST, s=SUBSCRIPTS[t]) if t else words.say(BEGIN)
        said.append(words.say(SAYS, t=t + 1, token=token, W=f"W{SUBSCRIPTS[t + 1]}", past=past))
    return Scene(fig, bindings, sentences=said, alt=words.say(ALT, T=T), start=T - 1)


def _state(ax, x, y, label):
    circle(ax, x, y, label, radius=RADIUS, size=style.SIZE)


def _into(ax, x, y, at, height):
    """An arrow from (x, y) to the rim of the state at (at, height)."""
    way = np.array([at - x, height - y])
    end = np.array([at, height]) - RADIUS * way / np.hypot(*way)
    arrow(ax, (x, y), tuple(end), colour=style.H)


def _out(ax, x, y):
    """The way from the last state to the prediction."""
    arrow(ax, (x, y + RADIUS), (x, OUT - 0.18), colour=style.INK)
    ax.text(x, OUT, r"$\hat{y}$", ha="center", va="center", size=style.BIG)


def _pooled(ax, x):
    for t, at in enumerate(x, start=1):
        box(ax, at, WEIGHTS, "$W$", colour=style.X, width=0.62)
        _into(ax, at, WEIGHTS + 0.28, at, STATES)
        _into(ax, at, STATES + RADIUS, x.mean(), TOP)
        _state(ax, at, STATES, f"$h_{t}$")
    _state(ax, x.mean(), TOP, r"$\bar{h}$")
    _out(ax, x.mean(), TOP)


def _flattened(ax, x):
    for t, at in enumerate(x, start=1):
        box(ax, at, WEIGHTS, f"$W_{t}$", colour=style.X, width=0.62)
        _into(ax, at, WEIGHTS + 0.28, x.mean(), TOP)
    _state(ax, x.mean(), TOP, "$h$")
    _out(ax, x.mean(), TOP)


def _recurrent(ax, x):
    for t, at in enumerate(x, start=1):
        box(ax, at, WEIGHTS, "$W$", colour=style.X, width=0.62)
        _into(ax, at, WEIGHTS + 0.28, at, STATES)
        _state(ax, at, STATES, f"$h_{t}$")
        if t < len(x):
            arrow(ax, (at + RADIUS, STATES), (x[t] - RADIUS, STATES), colour=style.H, width=2.6)
    _out(ax, x[-1], STATES)
