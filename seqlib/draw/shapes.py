"""The three sequence shapes side by side, and sensor runs to judge by eye (lesson 3)."""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from .. import words
from . import diagrams, panels, style
from .picture import picture
from .scene import Binding, Goto, Scene
from .scenes import sub


@picture
def shapes_scene(T=4, *, start=2):
    """One-to-many, many-to-one and many-to-many side by side: at which steps there are inputs and outputs.

    Parameters
    ----------
    T : int from 2 to 5
        Steps.
    start : int
        The step shown first, from 0.

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
        "ko": f"시점이 {T}개인 신경망 셋. 일대다: 입력은 첫 시점에만, 출력은 모든 시점에. "
        "다대일: 입력은 모든 시점에, 출력은 마지막 시점에만. "
        "다대다: 입력도 출력도 모든 시점에. "
        "셋 모두 은닉 상태가 다음 시점으로 전해진다.",
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
    """One sentence a step: whether the three shapes have x_t and ŷ_t there, and which state goes on."""
    told = {
        "en": "{what}: one-to-many {0}, many-to-one {1}, many-to-many {2}{on}.",
        "ko": "{what}: 일대다 {0}, 다대일 {1}, 다대다 {2}{on}.",
    }
    both = {
        (True, True): {"en": "has both", "ko": "둘 다"},
        (True, False): {"en": "has x{s} only", "ko": "x{s}만"},
        (False, True): {"en": "has ŷ{s} only", "ko": "ŷ{s}만"},
        (False, False): {"en": "has neither", "ko": "둘 다 없음"},
    }
    on = {"en": "; all three hand h{s} on", "ko": ". 셋 모두 h{s} 상태를 다음 시점으로 전한다"}
    said, T = [], len(inputs[0])
    for t in range(T):
        s = sub(t + 1)
        what = words.say({"en": "x{s} and ŷ{s}", "ko": "x{s}, ŷ{s}"}, s=s)
        has = [words.say(both[bool(x[t]), bool(y[t])], s=s) for x, y in zip(inputs, outputs, strict=True)]
        said.append(told[words.language()].format(*has, what=what, on=words.say(on, s=s) if t < T - 1 else ""))
    return said


RUN = {
    "en": "{name}: {hot} goes from {first} to {end}, knocks of {shaken} at t = {one} and {two}",
    "ko": "{name}: {hot} {first}에서 {end}까지, {shaken} 충격은 t = {one}, {two}",
}


@picture
def runs_scene(known, unknown, *, names, sensors):
    """Sensor runs to judge by eye: known ones with their names in a row, unknown ones with numbers below.

    Parameters
    ----------
    known, unknown : ndarray, (T, D, examples)
        At most 3 and 5 runs can be read.
    names : list of str
        Of the known runs.
    sensors : list of D str
        Symbols, at the ends of the curves. The first two are told in words: how the first changes, and where the second
        is largest.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    (T, D, some), many = known.shape, unknown.shape[2]
    if T < 3 or not 2 <= D <= 3 or some > min(3, len(names)) or many > 5:
        raise ValueError("this picture has room for 3 or more steps, 2 or 3 sensors, 3 known runs, each with a name, "
                         f"and 5 unknown, but {T}, {D}, {some} with {len(names)} names, and {many} came.")  # fmt: skip
    fig = style.figure(10, 4.8)
    low, high = min(known.min(), unknown.min()) - 0.3, max(known.max(), unknown.max()) + 0.3
    told, rows = [], fig.subfigures(2, 1)
    for row, runs, heads in zip(rows, (known, unknown), (names, "12345"), strict=True):
        fields = np.atleast_1d(row.subplots(1, runs.shape[2], sharey=True))
        for ax, run, head in zip(fields, np.moveaxis(runs, 2, 0), heads, strict=False):
            _run(ax, run, head, sensors if ax is fields[-1] else [""] * len(sensors))
            ax.set(ylim=(low, high), xlabel="$t$")
            told.append(_told(run, head, sensors))
        fields[0].set_ylabel("$x$", rotation=0)
    alt = words.listed(told) + "."
    return Scene(fig, [], sentences=[alt], alt=alt)


def _run(ax, run, head, sensors):
    """The curves of one run (T, D), named at the right of the last field of a row."""
    T, colours = len(run), (style.KEEP, style.WRITE, style.READ)
    ax.set_title(head, parse_math=False)
    ax.set(xlim=(0.5, T + 0.5), xticks=(1, T // 2, T), yticks=(0, 4))
    ends = np.argsort(run[-1], kind="stable")
    for k, height in zip(ends, panels.apart(run[-1][ends], 1.5), strict=True):
        ax.plot(np.arange(1, T + 1), run[:, k], color=colours[k], solid_joinstyle="round")
        ax.text(T + 1, height, sensors[k], color=colours[k], va="center", clip_on=False)


def _told(run, head, sensors):
    knocks = sorted(np.argsort(-run[:, 1], kind="stable")[:2] + 1)
    first, end = (f"{part.mean():.1f}".replace("-", "−") for part in (run[:3, 0], run[-3:, 0]))
    fields = {"hot": sensors[0], "shaken": sensors[1], "one": knocks[0], "two": knocks[1]}
    return words.say(RUN, name=head, first=first, end=end, **fields)
