"""The three sequence shapes side by side (lesson 3)."""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from .. import words
from . import diagrams, style
from .picture import picture
from .scene import Binding, Goto, Scene
from .scenes import sub


@picture
def shapes_scene(T=4, *, start=2):
    """One-to-many, many-to-one and many-to-many side by side: at which steps there are inputs and outputs.

    Parameters
    ----------
    T : int
        Steps; at most 5 can be read.

    Returns
    -------
    Scene
    """
    fig, ax = diagrams.canvas(10, 3.3)
    first, last, every = np.arange(T) == 0, np.arange(T) == T - 1, np.full(T, True)
    inputs, outputs = (first, every, every), (every, last, every)
    bindings = []
    for k, (x, y, name) in enumerate(zip(inputs, outputs, ("1 → T", "T → 1", "T → T"), strict=True)):
        left = 0.25 + 3.3 * k
        bindings += _structure(ax, x, y, left=left, right=left + 2.9)
        ax.text(left + 1.45, 0.22, name, ha="center", va="center", size=style.BIG, color=style.MUTED)
    alt = {
        "en": f"Three networks of {T} steps. One-to-many: an input at the first step, an output at every step. "
        "Many-to-one: an input at every step, an output at the last. Many-to-many: both at every step. "
        "In all three the hidden state goes from step to step.",
        "ko": f"{T}단계 신경망 셋. 일대다: 입력은 첫 단계에만, 출력은 모든 단계에. "
        "다대일: 입력은 모든 단계에, 출력은 마지막 단계에만. "
        "다대다: 입력도 출력도 모든 단계에. "
        "셋 모두 은닉 상태가 다음 단계로 전해진다.",
    }
    return Scene(fig, bindings, sentences=_shape_sentences(inputs, outputs), alt=words.say(alt), start=start)


def _structure(ax, inputs, outputs, *, left, right):
    """One network unrolled: x_t below and ŷ_t above only where they exist (T booleans each)."""
    T = len(inputs)
    pitch = (right - left) / T
    low, middle, high = 0.8, 1.75, 2.7
    size = min(0.56, 0.78 * pitch)
    centres = left + (np.arange(T) + 0.5) * pitch
    now = Rectangle((left, 0.45), pitch, 2.65, facecolor=style.NOW, alpha=0.35, edgecolor="none", zorder=0)
    bindings = [Binding(ax.add_patch(now), "move", np.stack([centres - pitch / 2, np.full(T, 0.45)], axis=1))]
    for t, x in enumerate(centres):
        parts = [*_place(ax, x, middle, f"$h_{t + 1}$", style.H, size)]
        bindings.append(Goto(parts[0], t))
        if t > 0:
            parts += diagrams.arrow(ax, (x - pitch + size / 2, middle), (x - size / 2, middle), colour=style.H)
        if inputs[t]:
            parts += _place(ax, x, low, f"$x_{t + 1}$", style.X, size)
            parts += diagrams.arrow(ax, (x, low + size / 2), (x, middle - size / 2), colour=style.X)
        if outputs[t]:
            parts += _place(ax, x, high, rf"$\hat{{y}}_{t + 1}$", style.INK, size)
            parts += diagrams.arrow(ax, (x, middle + size / 2), (x, high - size / 2), colour=style.INK)
        bindings += [Binding(part, "opacity", np.where(np.arange(T) >= t, 1.0, 0.18)) for part in parts]
    return bindings


def _place(ax, x, y, label, colour, size):
    box = FancyBboxPatch(
        (x - size / 2, y - size / 2), size, size, boxstyle="round,pad=0,rounding_size=0.08",
        facecolor=colour, edgecolor="none", zorder=3,
    )  # fmt: skip
    ink = style.ink_on(colour)
    return [ax.add_patch(box), ax.text(x, y, label, color=ink, ha="center", va="center", size=style.BIG, zorder=4)]


def _shape_sentences(inputs, outputs):
    """One sentence a step: what each of the three shapes takes in and gives out."""
    told = {
        "en": "Step {t}: one-to-many has {0}; many-to-one has {1}; many-to-many has {2}. All three carry h{s} on.",
        "ko": "{t}단계. 일대다: {0}. 다대일: {1}. 다대다: {2}. 셋 모두 h{s} 상태를 다음으로 전한다.",
    }
    end = {
        "en": "Step {t}: one-to-many has {0}; many-to-one has {1}; many-to-many has {2}.",
        "ko": "{t}단계. 일대다: {0}. 다대일: {1}. 다대다: {2}.",
    }
    both = {
        (True, True): {"en": "an input and an output", "ko": "입력과 출력"},
        (True, False): {"en": "an input only", "ko": "입력만"},
        (False, True): {"en": "an output only", "ko": "출력만"},
    }
    said, T = [], len(inputs[0])
    for t in range(T):
        has = [words.say(both[bool(x[t]), bool(y[t])]) for x, y in zip(inputs, outputs, strict=True)]
        sentence = (told if t < T - 1 else end)[words.language()]
        said.append(sentence.format(*has, t=t + 1, s=sub(t + 1)))
    return said
