"""A scene with everything in it: the heat map of a run with a cursor, its bars, its numbers, its tokens."""

import numpy as np
from matplotlib.patches import Rectangle

from seqlib.draw import Binding, Goto, Scene, style

TOKENS = ["나는", "밥을", "먹었", "다", "<img src=x onerror=alert(1)>", "$5", "a & b", '"q"']


def demo_scene(T=20, H=8, *, seed=0, start=4, label="t"):
    """Heat map (H, T) with a cursor that moves, one bar and one number for each unit, the token of the step."""
    h = np.tanh(np.random.default_rng(seed).normal(size=(T, H)))
    fig = style.figure(9, 4)
    left, right = fig.subplots(1, 2, width_ratios=[3, 2])
    bindings = [*heat_map(left, h), *bars(right, h)]
    token = left.text(0, 1.04, "0", transform=left.transAxes, size=style.BIG, color=style.X, va="bottom")
    tokens = [TOKENS[t % len(TOKENS)] for t in range(T)]
    bindings += [Binding(token, "text", tokens), Binding(token, "tip", [f"x: {token}" for token in tokens])]
    sentences = [f"At step {t + 1} the token is {tokens[t]} and h₁ is {h[t, 0]:+.2f}." for t in range(T)]
    return Scene(fig, bindings, sentences=sentences, alt="States of eight units", start=start, label=label)


def heat_map(ax, h):
    T, H = h.shape
    for t, column in enumerate(style.signed(h, limit=1)):
        for unit, colour in enumerate(column):
            ax.add_patch(Rectangle((t + 0.5, H - unit - 0.5), 1, 1, fc=colour, ec="white", lw=0.5))
    hit = [ax.add_patch(Rectangle((t + 0.5, 0.5), 1, H, fc="none", ec="none")) for t in range(T)]
    cursor = ax.add_patch(Rectangle((0.5, 0.5), 1, H, fc="none", ec=style.INK, lw=2.5))
    ax.set(xlim=(0.4, T + 0.6), ylim=(0.4, H + 0.6), xlabel="$t$", ylabel="$h_t$")
    ax.set_yticks([])
    moves = [(t + 0.5, 0.5) for t in range(T)]
    return [Binding(cursor, "move", moves), *(Goto(artist, t) for t, artist in enumerate(hit))]


def bars(ax, h):
    _, H = h.shape
    bindings = []
    for unit in range(H):
        bar = ax.add_patch(Rectangle((0, H - unit - 0.35), 0.5, 0.7))
        number = ax.text(1.1, H - unit, "0.00", va="center", ha="left")
        bindings += [
            Binding(bar, "width", h[:, unit]),
            Binding(bar, "fill", style.signed(h[:, unit], limit=1)),
            Binding(bar, "line", 2 * np.abs(h[:, unit])),
            Binding(bar, "stroke", [style.INK] * len(h)),
            Binding(number, "text", [f"{v:+.2f}".replace("-", "−") for v in h[:, unit]], f"h_t[{unit + 1}]"),
            Binding(number, "opacity", np.abs(h[:, unit]) * 0.5 + 0.5),
        ]
    ax.set(xlim=(-1, 1.6), ylim=(0.4, H + 0.6))
    ax.set_yticks([])
    ax.axvline(0, color=style.MUTED, lw=style.THIN)
    return bindings
