"""Pictures of lesson 15: cells side by side, what they keep and how far they look back; and attention."""

import numpy as np
from matplotlib.patches import Rectangle

from .. import words
from ..study.after import kept
from ..study.bptt import gradient_flow
from . import panels, style
from .diagrams import numbers
from .gates import heat_map, step_strip
from .numerals import power, sub
from .picture import picture
from .scene import Binding, Goto, Scene

LOW, HIGH = 1e-3, 1e3
ALT = {
    "en": "{names} read the same {T} symbols: heat maps of h_t, of the share that each unit keeps, and the norm of "
    "∂h_T/∂h_t on a logarithmic axis, with one cursor.",
    "ko": "{names}. 같은 기호 {T}개를 읽는다. 위에서부터 h_t의 히트맵, 유닛마다 유지하는 비율의 히트맵, "
    "로그축에 그린 ∂h_T/∂h_t의 노름. 커서는 하나.",
}
SAID = {
    "en": "‖∂h{T}/∂h{t}‖ = {norms}; kept on average: {kept}, at step {step} ({token}).",
    "ko": "‖∂h{T}/∂h{t}‖ = {norms}. 평균 유지 비율 {kept}. 시점 {step}(‘{token}’).",
}


@picture
def memories_scene(models, x, n=0, *, tokens, start=1):
    """Up to four cells that read the same sequence: states, what is kept, and how far the last state looks back.

    Parameters
    ----------
    models : dict of str to SequenceModel
        A name as title; cells that `seqlib.study.after.kept` knows.
    x : ndarray, (T, D, N)
    n : int
        Which sequence.
    tokens : list of T str
    start : int
        The step shown first, from 0.

    Returns
    -------
    Scene
    """
    if not 1 <= len(models) <= 4:
        raise ValueError(f"models must be one to four, but {len(models)} came.")
    x, T = x[:, :, n : n + 1], len(x)
    runs = {name: _run(model.cell, x) for name, model in models.items()}
    fig = style.figure(10, 5.4, layout=None)
    key = fig.add_axes((0, 0, 1, 1))
    key.set_axis_off()
    panels.colour_key(key, 9.82 - panels.key_width("signed", "gate"), 5.17, "signed", "gate")
    wide, bindings = (10 - 0.75) / len(runs), []
    for c, (name, (h, share, norms)) in enumerate(runs.items()):
        left = 0.75 + c * wide

        def place(low, tall, left=left):  # inches
            return fig.add_axes((left / 10, low / 5.4, (wide - 0.25) / 10, tall / 5.4))

        fig.text((left + (wide - 0.25) / 2) / 10, 4.8 / 5.4, name, ha="center", va="center")
        first = c == 0
        for low, values, label, colour in ((3.28, h, "$h_t$", style.H), (1.9, share, "$f_t$", style.KEEP)):
            ax = place(low, 1.28)
            listed = f"{name} {label.strip('$')}"
            bindings += heat_map(ax, values, values is share, label if first else "", colour, listed)
            ax.set_yticks([])
        bindings += _norms(place(0.62, 1.14), norms, first)
        bindings += step_strip(place(0.04, 0.4), T, tokens)
    said = [_say(runs, t, tokens) for t in range(T)]
    return Scene(fig, bindings, sentences=said, alt=words.say(ALT, names=", ".join(runs), T=T), start=start)


def _run(cell, x):
    """States and kept shares, (T, H), and ‖∂h_T/∂h_t‖ for t = 1 … T."""
    trace = cell.forward(x)
    return trace.h[:, :, 0], kept(cell, trace)[:, :, 0], gradient_flow(cell, trace, len(x))[1:, 0]


def _norms(ax, norms, first):
    T = len(norms)
    ax.set(xlim=(0.5, T + 0.5), yscale="log", ylim=(LOW / 2, HIGH * 2), xticks=[])
    ax.set_yticks([LOW, 1, HIGH] if first else [], ["$10^{-3}$", "1", "$10^{3}$"] if first else [])
    ax.minorticks_off()
    ax.axhline(1, color=style.EDGE, lw=style.THIN, zorder=0)
    if first:
        ax.set_ylabel(r"$\Vert\cdot\Vert$", rotation=0, va="center")
        ax.yaxis.set_label_coords(-0.17, 0.74)
    shown = np.clip(norms, LOW / 2, HIGH * 2)
    ax.plot(np.arange(1, T + 1), shown, color=style.H, ls="--", lw=2.4)
    [now] = ax.plot([1, 1], ax.get_ylim(), color=style.INK, lw=2.5)
    steps = np.repeat(np.arange(1.0, T + 1), 2).reshape(T, 2)
    return [Binding(now, "points", np.stack([steps, np.broadcast_to(ax.get_ylim(), (T, 2))], axis=2))]


def _say(runs, t, tokens):
    norms = ", ".join(f"{name} {power(run[2][t])}" for name, run in runs.items())
    shares = ", ".join(f"{name} {run[1][t].mean():.2f}" for name, run in runs.items())
    return words.say(SAID, T=sub(len(tokens)), t=sub(t + 1), norms=norms, kept=shares, step=t + 1, token=tokens[t])


# --- looking back ----------------------------------------------------------------------------------------------------

BACK_ALT = {
    "en": "Attention over {T} steps: row t has the weights with which step t looks at each step so far; each row adds "
    "up to 1, and nothing lies ahead.",
    "ko": "시점 {T}개의 어텐션. t행은 시점 t가 지금까지의 시점을 볼 때의 가중치이고, 행마다 합이 1이며 "
    "이후 시점은 보지 않는다.",
}
BACK = {
    "en": "α = {weight} for step {k} ({there}), where step {t} ({token}) looks most.",
    "ko": "α = {weight}. 시점 {t}(‘{token}’)에서 가장 많이 보는 시점 {k}(‘{there}’)의 가중치.",
}


@picture
def look_back_scene(weights, tokens, *, start=0):
    """Where each step looks: the weights of attention as a square, a row lit at every step.

    Parameters
    ----------
    weights : ndarray, (T, T)
        Row t, column k, of one sequence, as `seqlib.study.after.attend` makes them; T at most 24.
    tokens : list of T str
        What was read.
    start : int
        The step shown first, from 0.

    Returns
    -------
    Scene
    """
    T = len(weights)
    fig = style.figure(10, 5.2, layout=None)
    ax = fig.add_axes((0.28, 0.1, 0.44, 0.44 * 10 / 5.2))
    ax.imshow(weights, extent=(0.5, T + 0.5, T + 0.5, 0.5), interpolation="none", **style.GATE)
    ax.set_xticks(range(1, T + 1), tokens, parse_math=False)
    ax.set_yticks(range(1, T + 1), tokens, parse_math=False)
    ax.tick_params(length=0)
    ax.set_xlabel("$k$")
    ax.set_ylabel("$t$", rotation=0, va="center", labelpad=10)
    for spine in ax.spines.values():
        spine.set_visible(False)
    panels.colour_key(ax, 0.3, -0.2, "gate", at=(1, 1))
    cursor = ax.add_patch(Rectangle((0.5, 0.5), T, 1, fill=False, edgecolor=style.INK, lw=2.5, clip_on=False))
    places = np.stack([np.full(T, 0.5), np.arange(T) + 0.5], axis=1)
    best = weights.argmax(axis=1)
    text = ax.text(1.06, 0.5, "", transform=ax.transAxes, va="center", size=style.BIG)
    told = numbers(weights[np.arange(T), best], signed=False).tolist()
    marked = [f"α = {value}" for value in told]
    row = [Goto(ax.add_patch(Rectangle((0.5, t + 0.5), T, 1, fc="none", ec="none")), t) for t in range(T)]
    listed = Binding(cursor, "listed", numbers(weights, signed=False), "α_t")
    bindings = [*row, Binding(cursor, "move", places), listed, Binding(text, "text", marked)]
    said = [
        words.say(BACK, weight=told[t], k=best[t] + 1, there=tokens[best[t]], t=t + 1, token=tokens[t])
        for t in range(T)
    ]
    return Scene(fig, bindings, sentences=said, alt=words.say(BACK_ALT, T=T), start=start)
