"""Pictures of the values of a run over time: heat map, bars, tokens."""

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import ScaledTranslation

from . import style
from .numerals import numbers
from .scene import Binding, Goto

# The cells of the key of colours: what is written in each, the number whose colour it has, and its width in inches.
KEYS = {
    "signed": ((f"≤−{style.STRONGEST}", -style.STRONGEST, 0.52), ("−1", -1, 0.36), ("0", 0, 0.24), ("1", 1, 0.24),
               (f"≥{style.STRONGEST}", style.STRONGEST, 0.36)),
    "gate": (("0", 0, 0.24), ("1", 1, 0.24)),
}  # fmt: skip
KEY_HEIGHT, KEY_GAP = 0.26, 0.1


def key_width(*kinds):
    """The width in inches of `colour_key`."""
    return sum(width for kind in kinds for *_, width in KEYS[kind]) + KEY_GAP * (len(kinds) - 1)


def colour_key(ax, x, y, *kinds, at=(0, 0)):
    """The legend of the colours: cells that look like those of the picture, each with its own number in it.

    Parameters
    ----------
    x, y : float
        The left edge and the middle of the row, in inches from the place `at`.
    *kinds : {"signed", "gate"}
        Which colours the picture has, in the order of the row.
    at : (float, float)
        In fractions of the axes: (0, 0) is their lower left corner, (1, 1) the upper right one.
    """
    place = ax.figure.dpi_scale_trans + ScaledTranslation(*at, ax.transAxes)
    for kind in kinds:
        left = x
        for text, value, width in KEYS[kind]:
            shade = style.gate(value) if kind == "gate" else style.signed(value)
            cell = Rectangle((x, y - KEY_HEIGHT / 2), width, KEY_HEIGHT, fc=shade, ec="none")
            ax.add_patch(cell).set(transform=place, clip_on=False, zorder=3)
            ax.text(x + width / 2, y - 0.01, text, color=style.ink_on(shade), ha="center", va="center_baseline",
                    transform=place, zorder=3)  # fmt: skip
            x += width
        edge = Rectangle((left, y - KEY_HEIGHT / 2), x - left, KEY_HEIGHT, fill=False, ec=style.EDGE, lw=style.THIN)
        ax.add_patch(edge).set(transform=place, clip_on=False, zorder=3)
        x += KEY_GAP


def heat_map(ax, values, *, kind="signed", name="h_t", rows=None, columns=None):
    """All values of a run at once, one column a step, with a cursor at the present step; above it the key of colours.

    Parameters
    ----------
    values : ndarray, (T, n)
        Row t is the column drawn at step t + 1.
    kind : {"signed", "gate"}
        Blue-red about zero, or viridis on [0, 1].
    name : str
        What the numbers of a step are called in the table: see `Binding`.
    rows : list of n str, optional
        Names of the rows; by default their numbers, from 1.
    columns : list of T str, optional
        Tokens below the steps.

    Returns
    -------
    list of Binding or Goto
        A click on a column goes to its step; steps to come are pale.
    """
    T, n = values.shape
    shades = style.gate(values) if kind == "gate" else style.signed(values)
    ax.set(xlim=(0.5, T + 0.5), ylim=(n + 0.5, 0.5))
    ax.set_xticks(range(1, T + 1) if T <= 12 else range(5, T + 1, 5))
    ax.set_yticks(range(1, n + 1), rows) if n <= 10 else ax.set_yticks(range(2, n + 1, 2))
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xlabel("$t$") if columns is None else None
    colour_key(ax, -key_width(kind), 0.2, kind, at=(1, 1))
    bindings = []
    for t in range(T):
        column = [
            ax.add_patch(Rectangle((t + 0.5, i + 0.5), 1, 1, facecolor=shades[t, i], edgecolor="white", lw=0.6))
            for i in range(n)
        ]
        bindings += [Goto(patch, t) for patch in column]
    veil = ax.add_patch(Rectangle((0.5, 0.5), T, n, facecolor=style.PAPER, alpha=0.72, edgecolor="none"))
    # The veil starts behind the present step; where no step is left it has no width.
    bindings += [
        Binding(veil, "move", np.stack([np.arange(T) + 1.5, np.full(T, 0.5)], axis=1)),
        Binding(veil, "width", T - 1.0 - np.arange(T)),
    ]
    cursor = ax.add_patch(Rectangle((0.5, 0.5), 1, n, fill=False, edgecolor=style.INK, lw=2.5, clip_on=False))
    bindings.append(Binding(cursor, "move", np.stack([np.arange(T) + 0.5, np.full(T, 0.5)], axis=1)))
    bindings.append(Binding(cursor, "listed", numbers(values, signed=kind == "signed"), name))
    if columns is not None:
        bindings += token_strip(ax, columns, y=-0.16)
        ax.set_xticks([])
    return bindings


def bars(ax, values, labels, *, colour=style.H, limit=None, form="{:.2f}", name=""):
    """A bar for each quantity, whose height and number follow the step.

    Parameters
    ----------
    values : ndarray, (T, K)
    labels : list of K str
        Tokens or names below the bars; shown as they are, never read as mathematics.
    limit : float, optional
        The top of the axis; by default 1 for values within [-1, 1], else a round number above the largest.
    name : str
        The quantity, such as ``"ŷ_t"``: the table of numbers has ``"ŷ₃ dog"``, or the labels alone.

    Returns
    -------
    list of Binding
        The number stands above its bar, and above zero where the bar hangs down.
    """
    T, K = values.shape
    limit = limit or _round_up(float(np.abs(values).max(initial=0, where=np.isfinite(values))))
    low = -limit if values.min() < 0 else 0
    ax.set(xlim=(-0.5, K - 0.5), ylim=(low * 1.2, limit * 1.2), yticks=[])  # the numbers stand on the bars
    ax.tick_params(length=0)
    ax.spines["left"].set_visible(False)
    if low:  # the names stay at the bottom, where no bar hangs over them
        ax.spines["bottom"].set_visible(False)
        ax.axhline(0, color=style.MUTED, lw=style.THIN)
    ax.set_xticks(range(K), labels, parse_math=False)
    bindings, names = [], [f"{name} {label}".strip() for label in labels]
    for k in range(K):
        bar = ax.add_patch(Rectangle((k - 0.35, 0), 0.7, limit, facecolor=colour, edgecolor="none"))
        text = ax.text(k, 0, "0", ha="center", va="bottom")
        height = np.nan_to_num(values[:, k], posinf=limit, neginf=-limit)
        top = np.maximum(height, 0) + 0.03 * limit
        bindings += [
            Binding(bar, "height", height, names[k]),
            Binding(text, "text", [form.format(v).replace("-", "−") for v in values[:, k]], names[k]),
            Binding(text, "move", np.stack([np.full(T, k), top], axis=1), names[k]),
        ]
    return bindings


def _round_up(largest):
    """1, or the next of 1, 1.5, 2, 2.5, … 9.5 times a power of ten."""
    if largest <= 1:
        return 1.0
    unit = 10.0 ** np.floor(np.log10(largest))
    return float(np.ceil(2 * largest / unit) / 2 * unit)


def token_strip(ax, tokens, *, y=0.5, height=0.18):
    """The tokens of a sequence in a row, the present one on yellow. A click on one goes to its step.

    Parameters
    ----------
    tokens : list of T str
    y : float
        Where the row stands, in fractions of the axes; x = t in data coordinates.
    height : float
        Of the yellow, in fractions of the axes, too.

    Returns
    -------
    list of Binding or Goto
    """
    T, place = len(tokens), ax.get_xaxis_transform()
    bottom = y - height / 2
    now = ax.add_patch(
        Rectangle((0.5, bottom), 1, height, fc=style.NOW, ec="none", transform=place, clip_on=False, zorder=0)
    )
    bindings = [Binding(now, "move", np.stack([np.arange(T) + 0.5, np.full(T, bottom)], axis=1))]
    for t, token in enumerate(tokens):
        text = ax.text(t + 1, y, token, ha="center", va="center", transform=place, clip_on=False, parse_math=False)
        bindings.append(Goto(text, t))
    return bindings


def lines(ax, values, labels, *, colours=None):
    """Curves over time, drawn up to the present step; what is to come is pale.

    Parameters
    ----------
    values : ndarray, (T, n)
    labels : list of n str
        Written at the right end of each curve.
    colours : list of n colours, optional

    Returns
    -------
    list of Binding
    """
    T, n = values.shape
    t = np.arange(1, T + 1)
    colours = colours or [style.H, style.KEEP, style.WRITE, style.READ][:n]
    low, high = float(values.min()), float(values.max())
    low, high = low - 0.08 * (high - low), high + 0.08 * (high - low)
    ax.set(xlim=(0.5, T + 0.5), ylim=(low, high))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.tick_params(length=0)
    ends = np.argsort(values[-1], kind="stable")
    heights = apart(values[-1][ends], 0.13 * (high - low), high)
    for k, height in zip(ends, heights, strict=True):
        ax.plot(t, values[:, k], color=colours[k], solid_joinstyle="round")
        ax.text(T + 0.5 + 0.01 * T, height, labels[k], color=colours[k], va="center", clip_on=False)
    veil = ax.add_patch(Rectangle((1, low), T, high - low, fc=style.PAPER, alpha=0.75, ec="none", zorder=3))
    cursor = ax.add_patch(Rectangle((1, low), 0.02 * T, high - low, fc=style.NOW, ec="none", zorder=0))
    return [
        Binding(veil, "move", np.stack([t, np.full(T, low)], axis=1)),
        Binding(veil, "width", T + 0.5 - t),
        Binding(cursor, "move", np.stack([t - 0.01 * T, np.full(T, low)], axis=1)),
    ]


def name_values(ax, name, values):
    """Name the vertical axis of `values`; the power of ten of large or small ones becomes a part of the name."""
    largest = float(np.max(np.abs(values)))
    exponent = int(np.floor(np.log10(largest))) if largest > 0 else 0
    if -4 <= exponent < 6:
        ax.set_ylabel(name)
        return
    ax.yaxis.set_major_formatter(lambda v, _: f"{float(v) / 10.0**exponent:.6g}".replace("-", "−"))
    ax.set_ylabel(f"{name}  /  $10^{{{exponent}}}$")


def apart(heights, gap, top=np.inf):
    """Heights of labels at the ends of curves, pushed apart where they are close: about their middle, below the top."""
    order = np.argsort(heights, kind="stable")
    steps = gap * np.arange(len(heights))
    placed = np.maximum.accumulate(heights[order] - steps) + steps
    placed += np.mean(heights) - placed.mean()
    result = np.empty_like(placed)
    result[order] = np.minimum(placed, top - steps[::-1])
    return result


def length(token):
    """About how many inches a token takes; some letters, and Korean ones, are wider."""
    return 0.115 * sum(1 + 0.7 * (sign > "\u1100") + 0.5 * (sign in "mwMW@%") for sign in token)


def fitted(token, inches):
    """As much of a token as has room, with … where something is cut."""
    if length(token) <= inches:
        return token
    kept = next((k for k in range(len(token) - 1, 0, -1) if length(token[:k]) + 0.115 <= inches), 0)
    return f"{token[:kept]}…"
