"""Both directions of a sequence on one time axis: what h_t knows of the past, and what of the future."""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from .. import words
from ..doors import shown
from . import diagrams, panels, style
from .diagrams import COLUMN, ROW, listed
from .picture import picture
from .scene import Binding, Scene
from .scenes import sub

MOST, UNITS, INPUTS = 8, 4, 4  # steps, units of one direction, inputs
WIRE, NAME, TOKEN, KEY = 0.5, 0.4, 0.34, 0.4  # inches: from x to a cell; a column's name; a token; the key of colours
LOW = 0.2  # the bottom of the numbers
ALT = {
    "en": "{T} steps from left to right, x_t in the middle. Above, the forward cell passes its state on to the right; "
    "below, the backward cell passes its own on to the left. Full colour: what h_t is made of.",
    "ko": "왼쪽에서 오른쪽으로 {T}개 시점이 있고 가운데가 x_t다. 위에서는 순방향 셀이 상태를 오른쪽으로, "
    "아래에서는 역방향 셀이 상태를 왼쪽으로 넘긴다. 진하게 보이는 것이 h_t를 이루는 부분이다.",
}
SAID = {
    "en": "Step {t}{token}: forward, after x{first} … x{s}, →h{s} = {on}; backward, after x{last} … x{s}, "
    "←h{s} = {back}. Together they are h{s}.",
    "ko": "시점 {t}{token}: 순방향은 x{first} … x{s}까지 읽어 →h{s} = {on}, 역방향은 x{last} … x{s}까지 읽어 "
    "←h{s} = {back}. 둘을 합친 것이 h{s}이다.",
}


@picture
def directions_scene(cell, trace, n=0, *, tokens=None, start=1):
    """A run of both directions, in numbers: forward above, backward below, and what h_t is made of in full colour.

    Parameters
    ----------
    cell : Bidirectional
        Of any two cells with at most 4 units each; at most 4 inputs, or token ids.
    trace : Record
        From ``cell.forward``, or from ``model.forward`` of a model around it: 2 to 8 steps.
    n : int
        Which example of the batch.
    tokens : list of T str, optional
        What x_t stands for. Needed for token ids, which have no numbers to show.
    start : int
        The step shown first, from 0.

    Returns
    -------
    Scene

    Raises
    ------
    ValueError
        There is no room for it, or it is not a cell of two directions.
    """
    _check(cell, trace, n, tokens)
    x = None if trace.x.ndim == 2 else trace.x[:, :, n]
    on, back = trace.forward_h_all[:, :, n], trace.backward_h_all[:, :, n]
    T = len(trace.x)
    pitch = min(2.0, 9.8 / (T + 1.8))
    at = 5 + (np.arange(T + 2) - (T + 1) / 2) * pitch  # h_0, the steps, and h_{T+1}
    below = LOW + back.shape[1] * ROW + NAME  # the top of the lower row
    middle = (0 if x is None else x.shape[1] * ROW + 0.08) + TOKEN * (tokens is not None)
    above = below + WIRE + middle + WIRE  # the bottom of the upper row
    fig, ax = diagrams.canvas(10, tall := above + on.shape[1] * ROW + NAME + KEY + 0.16)
    panels.colour_key(ax, 9.85 - panels.key_width("signed"), tall - 0.25, "signed")
    for t, here in enumerate(at[1:-1]):
        _input(ax, here, below, above, None if x is None else x[t : t + 1], tokens and tokens[t])
    bindings = _now(ax, at, pitch, tall - KEY)
    _row(ax, at[:-1], above + 0.06 + on.shape[1] * ROW / 2, "→h", on, range(T + 1))
    _row(ax, at[:0:-1], LOW + back.shape[1] * ROW / 2, "←h", back[::-1], range(T + 1, 0, -1))
    bindings += _veils(ax, at, pitch, (above - WIRE, tall - KEY), (LOW - 0.08, below + WIRE))
    said = []
    for t, s in enumerate(map(sub, range(1, T + 1))):
        token = words.aside(words.quoted(tokens[t])) if tokens and tokens[t].strip() else ""
        said.append(words.say(SAID, t=t + 1, token=token, s=s, first=sub(1), last=sub(T), on=listed(on[t + 1]),
                              back=listed(back[t])))  # fmt: skip
    return Scene(fig, bindings, sentences=said, alt=words.say(ALT, T=T), start=start)


def _check(cell, trace, n, tokens):
    if set(getattr(cell, "cells", ())) != {"forward", "backward"}:
        raise ValueError(f"this picture shows a Bidirectional cell, but {shown(cell)} came.")
    if missing := [name for name in ("forward_h_all", "backward_h_all") if name not in trace]:
        raise ValueError(f"both directions must be single cells, but {missing[0]} is not in the trace.")
    (T, N), D = (len(trace.x), trace.x.shape[-1]), trace.x.shape[1] if trace.x.ndim == 3 else 0
    units = max(trace.forward_h.shape[1], trace.backward_h.shape[1])
    if not 2 <= T <= MOST or units > UNITS or D > INPUTS:
        raise ValueError(f"this picture has room for 2 to {MOST} steps, {UNITS} units in each direction and {INPUTS} "
                         f"inputs, but {T}, {units}, {D} came.")  # fmt: skip
    if not 0 <= n < N:
        raise ValueError(f"n must be 0 … {N - 1} (the trace has {N} examples), but {n} came.")
    if tokens is None and not D:
        raise ValueError("token ids have no numbers to show; give tokens, what each of the steps reads.")
    if tokens is not None and len(tokens) != T:
        raise ValueError(f"tokens must be {T}, one for each step, but {len(tokens)} came.")


def _input(ax, at, below, above, x, token):
    """x_t and what it stands for, in the middle; arrows to both cells, and the cells."""
    low, high = below + WIRE, above - WIRE
    if token is not None:
        ax.text(at, low + TOKEN / 2, token, ha="center", va="center", parse_math=False)
    if x is not None:
        diagrams.vector(ax, at, high - 0.04 - x.shape[1] * ROW / 2, x, colour=style.X)
    diagrams.arrow(ax, (at, high), (at, above), colour=style.X)
    diagrams.arrow(ax, (at, low), (at, below), colour=style.X)


def _row(ax, places, y, name, states, times):
    """A direction: the state before its first step, and that after every step, in the order of reading."""
    half = states.shape[1] * ROW / 2
    for k, (here, t) in enumerate(zip(places, times, strict=True)):
        if k:
            body = (here - 0.47, y - half - 0.06), 0.94, 2 * half + NAME + 0.02
            ax.add_patch(FancyBboxPatch(*body, boxstyle="round,pad=0,rounding_size=0.1", facecolor="#F4F4EF",
                                        edgecolor="#BDBDB8", lw=1.5, zorder=0.5))  # fmt: skip
            side = np.sign(here - places[k - 1]) * COLUMN / 2
            diagrams.arrow(ax, (places[k - 1] + side, y), (here - side, y), colour=style.H, width=2.4)
        diagrams.vector(ax, here, y, states[k : k + 1], colour=style.H)
        ax.text(here, y + half + 0.06, name + sub(t), color=style.H, size=style.BIG, style="italic", ha="center",
                va="bottom")  # fmt: skip


def _now(ax, at, pitch, top):
    """Yellow behind the present step."""
    place = (0, 0), pitch, top - LOW + 0.12
    now = ax.add_patch(Rectangle(*place, facecolor=style.NOW, edgecolor="none", alpha=0.35, zorder=0))
    return [Binding(now, "move", np.stack([at[1:-1] - pitch / 2, np.full(len(at) - 2, LOW - 0.12)], axis=1))]


def _veils(ax, at, pitch, upper, lower):
    """Over what h_t does not know: above the steps to come, below the steps that have been."""
    left, right, T = at[1:-1] - pitch / 2, at[1:-1] + pitch / 2, len(at) - 2
    bindings, firsts = [], np.full(T, left[0])
    for (low, high), starts, widths in ((upper, right, right[-1] - right), (lower, firsts, left - left[0])):
        veil = ax.add_patch(Rectangle((0, 0), pitch, high - low, facecolor=style.PAPER, edgecolor="none", alpha=0.75,
                                      zorder=6))  # fmt: skip
        bindings += [Binding(veil, "move", np.stack([starts, np.full(T, low)], axis=1)), Binding(veil, "width", widths)]
    return bindings
