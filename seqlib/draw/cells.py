"""A picture of any cell, also of a reader's own: all that it computes over time, and the norms of its gradients."""

import re

import numpy as np
from matplotlib.patches import Rectangle

from .. import words
from ..nn.functions import sigmoid
from . import diagrams, panels, style
from .forget import power
from .gates import heat_map, step_strip
from .picture import picture
from .scene import Binding, Scene
from .scenes import sub

MOST, LONGEST, ROOM = 8, 24, 8  # heat maps, steps, units
KEY = 0.36
COLOUR = {"h": style.H, "C": style.C}
IN_CELLS = r"((layer\d+|forward|backward)_)*"
DASHES = [(5, 2), (1.5, 1.5), (8, 2, 1.5, 2), (3, 1), (10, 4), (4, 1, 1, 1, 1, 1), (1, 3), (6, 1)]
ALT = {
    "en": "Heat maps over {T} steps with one cursor: {what}. What comes out of a sigmoid goes from 0 (dark) to 1 "
    "(yellow), all else is blue below and red above zero.",
    "ko": "시점 {T}개의 히트맵과 공통 커서: {what}. 시그모이드를 지난 값은 0(어두움)에서 1(노랑)까지, "
    "나머지는 음수 파랑, 양수 빨강.",
}
NORMS = {
    "en": " Below, on a logarithmic axis, the norm of the derivative of the loss with respect to {what} at every step.",
    "ko": " 아래에는 시점마다 {what}에 대한 손실의 미분의 노름을 로그축에 그렸다.",
}
SAID = {"en": "Step {t}{token}: {told}.", "ko": "시점 {t}{token}: {told}."}


@picture
def blocks_scene(cell, trace, grads=None, n=0, *, names=None, tokens=None, start=1):
    """All that a cell computes as heat maps over time with one cursor; with `grads` also the norms of its gradients.

    Parameters
    ----------
    cell : Cell
        Of any kind, with at most 8 units; also `Stacked` and `Bidirectional`, whose cells are drawn beside each other.
    trace : Record
        From ``cell.forward`` or ``model.forward``, without a workspace; at most 24 steps.
    grads : Gradients, optional
        From ``backward``, without a workspace: ‖∂L/∂h_t‖ is drawn below, and likewise for every other state.
    n : int
        Which example.
    names : list of str, optional
        Of the quantities of `step`; by default the states, and all but the sums that go into functions: at most 8.
    tokens : list of T str, optional
        Short signs below the steps. A click goes to the step.
    start : int
        The step shown first, from 0.

    Returns
    -------
    Scene

    Raises
    ------
    ValueError
        There is no room for it, or no such name or example.
    """
    names = _checked(cell, trace, grads, n, names)
    runs = {name: trace[name][:, :, n] for name in names}
    norms = {} if grads is None else {s: np.linalg.norm(grads.trace[s][:, :, n], axis=1) for s in cell.STATES}
    T, rows = len(trace.h), (len(names) + 1) // 2
    tall = max(1.15, 0.36 * len(norms))  # of the axes of norms, in inches
    high, bindings = 0.6 + 1.05 * rows + (tall + 0.6 if norms else 0), []  # and the key of the colours above
    fig, whole = style.figure(10, high + KEY, layout=None), high + KEY
    key = fig.add_axes((0, 0, 1, 1))
    key.set_axis_off()
    panels.colour_key(key, 9.82 - panels.key_width("signed", "gate"), whole - 0.24, "signed", "gate")
    left = 0.46 + max(0.36, *(_wide(name) for name in names if len(name) > 1), 0)

    def place(column, low, tall):
        return fig.add_axes(((5 * column + left) / 10, low / whole, (4.16 - left) / 10, tall / whole))

    for k, name in enumerate(names):
        column, row = divmod(k, rows)
        bindings += _map(cell, place(column, high - 1.09 - 1.05 * row, 0.93), name, runs[name])
    every = int(np.ceil(0.33 * T / (4.16 - left)))  # so that the numbers do not touch
    steps = tokens or [str(t + 1) if t % every == 0 else " " for t in range(T)]
    for column in range(min(2, len(names))):
        bindings += step_strip(place(column, high - 0.56 - 1.05 * rows, 0.4), T, steps)
    if norms:
        bindings += _norms(fig.add_axes((0.11, 0.45 / whole, 0.72, tall / whole)), norms)
    said = [_say(t, runs, norms, tokens) for t in range(T)]
    alt = words.say(ALT, T=T, what=", ".join(names)) + (words.say(NORMS, what=", ".join(norms)) if norms else "")
    return Scene(fig, bindings, sentences=said, alt=alt, start=start)


def _checked(cell, trace, grads, n, names):
    """The names to be drawn; a ValueError in one sentence if something is not there, or has no room."""
    made, T, N = equations(cell), len(trace.h), trace.h.shape[2]
    H = max(trace[state].shape[1] for state in cell.STATES)
    if T > LONGEST or H > ROOM:
        raise ValueError(f"this picture has room for T ≤ {LONGEST} and H ≤ {ROOM}, but T={T} and H={H} came.")
    if not 0 <= n < N:
        raise ValueError(f"n must be 0 … {N - 1} (the trace has {N} examples), but {n} came.")
    if grads is not None and grads.trace is None:
        raise ValueError("grads must have a trace; call backward without a workspace.")
    if names is None:
        shown = [name for name, equation in made.items() if not equation.value.weights and name not in cell.STATES]
        names = [*shown[: MOST - len(cell.STATES)], *cell.STATES[::-1]]
        if hasattr(cell, "cells"):  # of each the states: column by column, from below
            names = [*cell.STATES]
    if missing := [name for name in names if name not in trace]:
        raise ValueError(f"{missing[0]!r} is not in the trace; step makes {', '.join(made)}.")
    if not 1 <= len(names) <= MOST:
        raise ValueError(f"this picture has room for 1 … {MOST} names, but {len(names)} came.")
    return list(names)


def _map(cell, ax, name, values):
    equation = equations(cell).get(name)
    gate = equation is not None and getattr(equation.value, "function", None) is sigmoid
    made = heat_map(ax, values, gate, _label(name), _colour(name), f"{name}_t")
    ax.yaxis.labelpad = 4
    ax.yaxis.label.set(ha="right", size=style.BIG if len(_own(name)) == 1 else style.SIZE)
    ax.set_yticks(sorted({1, values.shape[1]}))
    return made


def equations(cell):
    """What the steps of a cell, or of all cells that it is made of, say: {name: `Equation`}."""
    if not hasattr(cell, "cells"):
        return cell.program(True).equations
    return {f"{part}_{name}": e for part, of in cell.cells.items() for name, e in equations(of).items()}


def _own(name):
    """A quantity's name without those of the cells that it is in."""
    return re.sub(IN_CELLS, "", name)


def _colour(name):
    return COLOUR.get(_own(name), style.INK)


def _wide(name):
    """Inches that a label takes, about."""
    parts = name.count("_") - _own(name).count("_")
    return 0.13 * len(name) if _label(name) == name else 0.24 + 0.26 * parts


def _label(name):
    """h_t, and with layer and direction above it: h_t^(2)→."""
    own, cells = _own(name), re.findall(r"(?:layer(\d+)|(forward)|(backward))_", re.match(IN_CELLS, name)[0])
    above = "".join(rf"({k})" if k else r"\rightarrow" if on else r"\leftarrow" for k, on, _ in cells)
    if len(own) == 1 and own.isascii():
        return f"${own}_t^{{{above}}}$" if above else f"${own}_t$"
    return name


def _norms(ax, norms):
    """‖∂L/∂h_t‖ and so on over the steps."""
    T, shown = len(next(iter(norms.values()))), np.concatenate(list(norms.values()))
    shown = shown[(shown > 0) & np.isfinite(shown)]
    low, top = 10.0 ** np.floor(np.log10(shown.min(initial=1))), 10.0 ** np.ceil(np.log10(shown.max(initial=1e-3)))
    low, top = max(low, 1e-10 * top), max(top, 10 * low)  # what is less is nothing but rounding
    ax.set(xlim=(0.5, T + 0.5), yscale="log", ylim=(low, top), xticks=sorted({1, T}), yticks=[low, top])
    ax.minorticks_off()
    ax.tick_params(length=0)
    now = ax.add_patch(Rectangle((0.5, low), 1, top - low, facecolor=style.NOW, edgecolor="none", zorder=0))
    bindings = [Binding(now, "move", np.stack([np.arange(T) + 0.5, np.full(T, low)], axis=1))]
    for k, (name, values) in enumerate(norms.items()):
        colour, dashes, y = _colour(name), DASHES[k % len(DASHES)], 0.88 - min(0.25, 0.96 / len(norms)) * k
        ax.plot(np.arange(T) + 1, np.clip(values, low, top), color=colour, dashes=dashes, lw=2.4)
        ax.plot([1.02, 1.06], [y, y], color=colour, lw=2.4, dashes=dashes, transform=ax.transAxes, clip_on=False)
        symbol = _label(name)
        if symbol != name:
            symbol = rf"$\Vert\partial L/\partial {symbol[1:-1]}\Vert$"
        ax.text(1.07, y, symbol, color=colour, transform=ax.transAxes, va="center")
    return bindings


def _say(t, runs, norms, tokens):
    token = words.aside(words.quoted(tokens[t])) if tokens and tokens[t].strip() else ""
    told = [f"{name}{sub(t + 1)} = {diagrams.listed(values[t])}" for name, values in runs.items()]
    told += [f"‖∂L/∂{name}{sub(t + 1)}‖ = {power(values[t])}" for name, values in norms.items()]
    return words.say(SAID, t=t + 1, token=token, told=", ".join(told))
