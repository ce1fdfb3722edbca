"""The unrolled chain in numbers: below each step its input, above it the states of its cell, which opens."""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from . import diagrams, style
from .diagrams import COLUMN, ROW
from .scene import Binding, Open
from .scenes import sub

LABEL, GAP = 0.52, 0.1  # room for a column's name above it, and below it
WIRE, INPUT = 0.56, 0.42  # from the input to the cell; half the room for h_0
TOKENS = 0.3  # height of the row of tokens


def height(H, D, states, tokens):
    """The height in inches that `chain` needs."""
    return TOKENS * bool(tokens) + 0.12 + D * ROW + WIRE + states * (H * ROW + LABEL + GAP) + 0.12


def chain(ax, x, states, *, bottom, tokens=None, tips):
    """A cell for every step, from left to right, each with its numbers; what is yet to come is pale.

    Parameters
    ----------
    ax : Axes
        From ``canvas(10, …)``, with room for `height` above `bottom`.
    x : ndarray, (T, D)
    states : list of (str, str, ndarray, ndarray, float)
        From below: name, colour, values before the first step (1, H), values (T, H), and the value of full colour.
    tokens : list of T str, optional
        What stands below each input.
    tips : list of T str
        What is said of each cell.

    Returns
    -------
    list of Binding and Open
        A click on a cell opens the level ``"cell"`` at its step.
    """
    T, D, H = len(x), x.shape[1], states[0][3].shape[1]
    pitch = min(2.0, 9.8 / (T + 0.85))
    left = (10 - pitch * (T + 0.85)) / 2
    centres = left + (1.25 + np.arange(T)) * pitch
    low = bottom + TOKENS * bool(tokens) + 0.06 + D * ROW  # the top of the inputs
    cell = low + WIRE
    rows = [cell + GAP + H * ROW / 2 + n * (H * ROW + LABEL + GAP) for n in range(len(states))]
    tall = height(H, D, len(states), tokens)
    bindings = _present(ax, centres, pitch, bottom + 0.02, tall - 0.04)
    for t, at in enumerate(centres):
        _input(ax, at, low - D * ROW / 2, x[t : t + 1], t + 1, cell)
        if tokens:
            ax.text(at, bottom + TOKENS / 2, tokens[t], ha="center", va="center", parse_math=False)
        body = FancyBboxPatch(
            (at - 0.47, cell), 0.94, len(states) * (H * ROW + LABEL + GAP) - 0.04, facecolor="#F4F4EF",
            boxstyle="round,pad=0,rounding_size=0.1", edgecolor="#BDBDB8", lw=1.5, zorder=0.5,
        )  # fmt: skip
        ax.add_patch(body)
        bindings += [Open(body, "cell", t=t), Binding(body, "tip", [tips[t]] * T)]
    for y, state in zip(rows, states, strict=True):
        _state(ax, y, [left + INPUT, *centres], *state)
    return bindings


def _present(ax, centres, pitch, bottom, tall):
    """Yellow behind the present step, and a veil over what is yet to come."""
    now = Rectangle((0, 0), pitch, tall, facecolor=style.NOW, edgecolor="none", alpha=0.35, zorder=0)
    veil = Rectangle((0, 0), pitch, tall, facecolor=style.PAPER, edgecolor="none", alpha=0.75, zorder=6)
    begins, ends = centres - pitch / 2, centres + pitch / 2
    bottoms = np.full(len(centres), bottom)
    return [
        Binding(ax.add_patch(now), "move", np.stack([begins, bottoms], axis=1)),
        Binding(ax.add_patch(veil), "move", np.stack([ends, bottoms], axis=1)),
        Binding(veil, "width", ends[-1] - ends),
    ]


def _input(ax, at, y, x, t, cell):
    top = y + x.shape[1] * ROW / 2
    diagrams.vector(ax, at, y, x, colour=style.X)
    _name(ax, at - COLUMN / 2 - 0.04, top - 0.02, f"x{sub(t)}", style.X, ha="right", va="top")
    diagrams.arrow(ax, (at, top), (at, cell), colour=style.X)


def _state(ax, y, places, name, colour, first, values):
    """One state on its way: a column for h_0 and for every step, and the wire between them."""
    columns = np.concatenate([first, values])
    wide = style.RAIL if colour == style.C else 2.4
    for t, at in enumerate(places):
        diagrams.vector(ax, at, y, columns[t : t + 1], colour=colour)
        _name(ax, at, y + columns.shape[1] * ROW / 2 + 0.08, name + sub(t), colour, ha="center", va="bottom")
        if t:
            diagrams.arrow(ax, (places[t - 1] + COLUMN / 2, y), (at - COLUMN / 2, y), colour=colour, width=wide)


def _name(ax, x, y, name, colour, **align):
    # Not mathtext: to set so many of them would take as long as all the rest.
    ax.text(x, y, name, color=colour, size=style.BIG, style="italic", **align)
