"""Drawings of networks: boxes are learned layers, circles pointwise operations, lines vectors.

Every function draws on axes whose unit is one inch (see `canvas`) and returns the bindings that
change with the step. The numbers are those of a run; nothing here computes a state.
"""

from itertools import chain, pairwise

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle

from ..nn.functions import softmax
from . import style
from .numerals import numbers
from .panels import colour_key
from .predict import spoken
from .scene import Binding, Goto, Moves

ROW, COLUMN = 0.28, 0.74  # size in inches of one number in a vector or matrix
LABEL = 0.4  # height of a vector's name above it


def canvas(width, height, *, below=0.0):
    """A figure with one set of axes over all of it, in inches, without frame: (fig, ax). y begins at -`below`."""
    fig = style.figure(width, height, layout=None)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(-below, height - below))
    ax.set_axis_off()
    return fig, ax


def listed(values, signed=True):
    """The numbers in a sentence: '(+0.37, −0.49)'."""
    return f"({', '.join(numbers(np.ravel(values), signed))})"


def vector(ax, x, y, values, *, colour, label="", kind="signed", side="top"):
    """A column of numbers, centred at (x, y), whose text and shade follow the step.

    Parameters
    ----------
    values : ndarray, (T, n)
        Row t is shown at step t + 1.
    colour : str
        Of the frame and the label: the quantity's.
    kind : {"signed", "gate", "plain"}
        Shades: blue-red about zero, viridis on [0, 1], or none.
    side : {"top", "left", "right"}
        Where the label stands.

    Returns
    -------
    list of Binding
    """
    grid = matrix(ax, x, y, values[:, :, None], colour=colour, kind=kind, name=spoken(label))
    top = y + values.shape[1] * ROW / 2
    places = {
        "top": (x, top + 0.08, "center", "bottom"),
        "left": (x - COLUMN / 2 - 0.08, y, "right", "center"),
        "right": (x + COLUMN / 2 + 0.08, y, "left", "center"),
    }
    px, py, ha, va = places[side]
    if label:
        ax.text(px, py, label, color=colour, ha=ha, va=va, size=style.BIG)
    return grid


def matrix(ax, x, y, values, *, colour, kind="signed", column=COLUMN, row=ROW, name=""):
    """A block of numbers (T, rows, columns) of a quantity, centred at (x, y). Where T is 1 nothing changes."""
    T, rows, columns = values.shape
    shades = _shades(values, kind)
    inks = np.vectorize(style.ink_on, otypes=[object])(shades)
    texts = numbers(values, signed=kind == "signed")
    left, top = x - columns * column / 2, y + rows * row / 2
    bindings = []
    for i, j in np.ndindex(rows, columns):
        index = [f"{k + 1}" for k, of in ((i, rows), (j, columns)) if of > 1]
        own = f"{name}[{','.join(index)}]" if name and index else name
        corner = (left + j * column, top - (i + 1) * row)
        patch = ax.add_patch(Rectangle(corner, column, row, facecolor=shades[0, i, j], edgecolor="white", lw=0.8))
        text = ax.text(
            corner[0] + column / 2, corner[1] + row / 2 - 0.01, texts[0, i, j],
            color=inks[0, i, j], ha="center", va="center_baseline",
        )  # fmt: skip
        if T > 1:
            bindings += [
                Binding(patch, "fill", shades[:, i, j], own),
                Binding(text, "text", texts[:, i, j], own),
                Binding(text, "fill", inks[:, i, j], own),
            ]
    ax.add_patch(Rectangle((left, top - rows * row), columns * column, rows * row, fill=False, edgecolor=colour, lw=2))
    return bindings


def _shades(values, kind):
    if kind == "gate":
        return style.gate(values)
    return style.signed(values) if kind == "signed" else np.full(values.shape, "#ffffff", object)


def box(ax, x, y, label, *, colour, width=0.95, height=0.56, tip=None):
    """A learned layer: a filled box with its weights' name in it."""
    patch = FancyBboxPatch(
        (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.08",
        facecolor=colour, edgecolor="none", zorder=3,
    )  # fmt: skip
    ax.add_patch(patch)
    if label:
        ax.text(x, y, label, color=style.ink_on(colour), ha="center", va="center", size=style.BIG, zorder=4)
    return [Binding(patch, "tip", tip)] if tip is not None else []


def circle(ax, x, y, label, *, radius=0.22, size=style.BIG):
    """A pointwise operation: an open circle with its sign in it."""
    ax.add_patch(Circle((x, y), radius, facecolor=style.PAPER, edgecolor=style.INK, lw=style.LINE, zorder=3))
    ax.text(x, y, label, ha="center", va="center", size=size, zorder=4)


def arrow(ax, *points, colour, width=style.LINE, head=True):
    """A vector's way through the points, with a head at the last one. Returns its artists."""
    artists = []
    for start, end in pairwise(points[:-1]):
        artists += ax.plot(*zip(start, end, strict=True), color=colour, lw=width, solid_capstyle="round", zorder=2)
    last = FancyArrowPatch(
        points[-2], points[-1], arrowstyle="-|>" if head else "-", mutation_scale=9 + 3 * width,
        color=colour, lw=width, shrinkA=0, shrinkB=0, zorder=2,
    )  # fmt: skip
    ax.add_patch(last)
    return [*artists, last]


def frame(ax, left, bottom, right, top):
    """The outline of a cell."""
    outline = FancyBboxPatch(
        (left, bottom), right - left, top - bottom, boxstyle="round,pad=0,rounding_size=0.18",
        facecolor="#F4F4EF", edgecolor="#BDBDB8", lw=1.2, zorder=0,
    )  # fmt: skip
    ax.add_patch(outline)


# Where the parts of the plain cell stand, from left to right, in inches.
AT = {"in": 0.47, "W": 1.48, "product": 2.5, "+x": 3.25, "+b": 3.93, "a": 4.68, "f": 5.46, "h": 6.45}
AT |= {"read": 7.05, "z": 8.0, "p": 8.97, "class": 9.42}
BELOW, READOUT = 0.34, 2.28  # room below the lower row; room below the upper row for a readout of six classes


def rnn_cell(ax, params, x, h_prev, a, h, logits=None, *, activation="tanh", bottom=0.0, tokens=None, classes=None):
    """The plain cell with the numbers of every step: the flow of the calculation, left to right.

    The state runs along the upper row. In the lower row are what comes in, the bias, and what is read out.

    Parameters
    ----------
    ax : Axes
        From ``canvas(10, cell_height(H, D))``; higher by `bottom` where something stands below.
    params : Record
        ``W_xh``, ``W_hh``, ``b_h``; the readout's are named in its box.
    x, h_prev, a, h, logits : ndarray, (T, D), (T, H), (T, H), (T, H), (T, K)
        One example of a trace; room for H, K ≤ 6 and D ≤ 4. Without `logits` no readout is drawn; a single row of
        them (many-to-one) appears at the last step.
    tokens : list of T str, optional
        What x_t stands for: below it, at most four Korean or seven Latin letters.
    classes : list of K str, optional
        Names of the classes, at most two Korean or four Latin letters: the probabilities are drawn beside them.

    Returns
    -------
    list of Binding
    """
    parts = cell_parts(ax, params, x, h_prev, a, h, logits, activation, bottom, tokens, classes)
    return list(chain.from_iterable(parts))


def rnn_calculation(ax, params, x, h_prev, a, h, logits, **options):
    """The same drawing for a single step, in the order of the calculation.

    Five pictures, each with one part more: what comes in; the two products; their sum; the state; the output.

    Parameters
    ----------
    x, h_prev, a, h, logits : ndarray, (1, D), (1, H), (1, H), (1, H), (1, K)
        One step of one example.
    **options
        As for `rnn_cell`.

    Returns
    -------
    list of Binding
        What is yet to be computed is faint.
    """
    options = {"activation": "tanh", "bottom": 0.0, "tokens": None, "classes": None} | options
    bindings, drawn = [], set(ax.get_children())
    for part, _ in enumerate(cell_parts(ax, params, x, h_prev, a, h, logits, **options)):
        new = [artist for artist in ax.get_children() if artist not in drawn]
        drawn.update(new)
        if part:  # the frame and what comes in are there from the beginning
            faint = np.where(np.arange(5) >= part, 1.0, 0.1)
            bindings += [Binding(artist, "opacity", faint) for artist in new]
    return bindings


def cell_parts(
    ax, params, x, h_prev, a, h, logits, activation="tanh", bottom=0.0, tokens=None, classes=None, made=None
):
    """Draw the cell part by part, in the order of the calculation; yield the bindings of each.

    Into the dict `made` go the bindings of each column of numbers, by its name.
    """
    D, H = x.shape[1], h.shape[1]
    made = {} if made is None else made
    upper, lower = _rows(H, D, bottom)
    tall = max(0.28, max(D, H) * ROW / 2)  # a box is 0.56 high
    top = upper + H * ROW / 2 + LABEL + 0.12
    frame(ax, AT["W"] - 0.5, lower - tall - 0.12, AT["f"] + 0.42, top - 0.06)
    colour_key(ax, 7.5, top - 0.2, "signed")
    made["h_prev"] = vector(ax, AT["in"], upper, h_prev, colour=style.H, label="$h_{t-1}$")
    yield made["h_prev"] + _input_column(ax, lower, x, tokens)
    made["past"], made["new"] = _products(ax, upper, lower, (h_prev @ params.W_hh.T, x @ params.W_xh.T))
    yield made["past"] + made["new"]
    made["a"] = _sum(ax, upper, lower, a, params.b_h)
    yield made["a"]
    made["h"] = _state(ax, upper, h, {"tanh": "tanh", "relu": "ReLU"}[activation])
    yield made["h"] + carried(made["h"], made["h_prev"])
    if logits is None:
        yield []
    else:
        made["logits"], bars = _readout(ax, upper, lower, bottom, _at_the_end(logits, len(h)), classes)
        yield made["logits"] + bars


def carried(source, arrives, when="forward"):
    """The column `source` moves to the column `arrives` in a step; both are what `vector` returned.

    Nothing moves in a picture of one step.
    """
    if not source:
        return []
    return [Moves(*(list(dict.fromkeys(b.artist for b in column)) for column in (arrives, source)), when)]


def _rows(H, D, bottom):
    """Heights of the state's row and of the input's row."""
    needed = H * ROW / 2 + 0.12 + LABEL + max(D, H) * ROW + BELOW
    upper = bottom + max(needed, READOUT)
    return upper, bottom + BELOW + max(D, H) * ROW / 2 + max(0, READOUT - needed) / 2


def cell_height(H, D):
    """The height in inches that `rnn_cell` needs."""
    return _rows(H, D, 0.0)[0] + H * ROW / 2 + LABEL + 0.12


def _input_column(ax, lower, x, tokens):
    bindings = vector(ax, AT["in"], lower, x, colour=style.X, label="$x_t$")
    if tokens is not None:
        text = _token(ax, AT["in"], lower - x.shape[1] * ROW / 2 - 0.18, tokens[0])
        bindings += [Binding(text, "text", tokens)] if len(tokens) > 1 else []
    return bindings


def _products(ax, upper, lower, ways):
    columns = []
    rows = ((upper, style.H, "$W_{hh}$", "$W_{hh}\\,h_{t-1}$"), (lower, style.X, "$W_{xh}$", "$W_{xh}\\,x_t$"))
    for (y, colour, name, label), way in zip(rows, ways, strict=True):
        arrow(ax, (AT["in"] + COLUMN / 2, y), (AT["W"] - 0.39, y), colour=colour)
        box(ax, AT["W"], y, name, colour=colour, width=0.78)
        arrow(ax, (AT["W"] + 0.39, y), (AT["product"] - COLUMN / 2, y), colour=colour)
        columns.append(vector(ax, AT["product"], y, way, colour=colour, label=label))
    return columns


def _sum(ax, upper, lower, a, b_h):
    right, under, H = AT["product"] + COLUMN / 2, upper - 0.18, a.shape[1]
    arrow(ax, (right, upper), (AT["+x"] - 0.18, upper), colour=style.H)
    arrow(ax, (right, lower), (AT["+x"], lower), (AT["+x"], under), colour=style.X)
    arrow(ax, (AT["+x"] + 0.18, upper), (AT["+b"] - 0.18, upper), colour=style.INK)
    arrow(ax, (AT["+b"], lower + H * ROW / 2), (AT["+b"], under), colour=style.MUTED)
    arrow(ax, (AT["+b"] + 0.18, upper), (AT["a"] - COLUMN / 2, upper), colour=style.INK)
    circle(ax, AT["+x"], upper, "+", radius=0.18)
    circle(ax, AT["+b"], upper, "+", radius=0.18)
    vector(ax, AT["+b"], lower, b_h.T, colour=style.MUTED, label="$b_h$", side="right")
    return vector(ax, AT["a"], upper, a, colour=style.INK, label="$a_t$")


def _state(ax, upper, h, name):
    arrow(ax, (AT["a"] + COLUMN / 2, upper), (AT["f"] - 0.31, upper), colour=style.INK, head=False)
    circle(ax, AT["f"], upper, name, radius=0.31, size=style.SIZE)
    arrow(ax, (AT["f"] + 0.31, upper), (AT["h"] - COLUMN / 2, upper), colour=style.H)
    arrow(ax, (AT["h"] + COLUMN / 2, upper), (9.9, upper), colour=style.H)
    ax.text(9.9, upper + 0.1, "$t+1$", color=style.H, ha="right", va="bottom", size=style.BIG)  # on to the next step
    return vector(ax, AT["h"], upper, h, colour=style.H, label="$h_t$")


def _readout(ax, upper, lower, bottom, logits, classes):
    K = logits.shape[1]
    middle = max(lower, bottom + 0.1 + K * ROW / 2)
    ax.plot([AT["read"]], [upper], "o", color=style.H, ms=7, zorder=3)
    arrow(ax, (AT["read"], upper), (AT["read"], lower + 0.36), colour=style.H)
    box(ax, AT["read"], lower, "$W_{hy}$\n$+\\,b_y$", colour=style.INK, width=0.8, height=0.72)
    arrow(ax, (AT["read"] + 0.4, lower), (AT["z"] - COLUMN / 2, lower), colour=style.INK)
    z, bars = vector(ax, AT["z"], middle, logits, colour=style.INK, label="$z_t$"), []
    if classes is not None:
        arrow(ax, (AT["z"] + COLUMN / 2, lower), (AT["p"] - COLUMN / 2, lower), colour=style.INK)
        p = softmax(logits[:, :, None])[:, :, 0]
        bars = _probabilities(ax, AT["p"], middle, p, classes)
    return z, bars


def _probabilities(ax, x, y, p, classes):
    """A column of probabilities: each a number on a bar as long as it is large, its class at the right."""
    T, K = p.shape
    texts, bindings, left = numbers(p, signed=False), [], x - COLUMN / 2
    lengths = np.nan_to_num(p) * COLUMN
    for k in range(K):
        low = y + (K / 2 - k - 1) * ROW
        bar = ax.add_patch(Rectangle((left, low + 0.02), lengths[0, k], ROW - 0.04, fc=style.EDGE, ec="none"))
        text = ax.text(x, low + ROW / 2 - 0.01, texts[0, k], ha="center", va="center_baseline")
        ax.text(x + COLUMN / 2 + 0.08, low + ROW / 2 - 0.01, classes[k], va="center_baseline", parse_math=False)
        if T > 1:
            name = f"ŷ_t {classes[k]}"
            bindings += [Binding(bar, "width", lengths[:, k], name), Binding(text, "text", texts[:, k], name)]
    ax.add_patch(Rectangle((left, y - K * ROW / 2), COLUMN, K * ROW, fill=False, edgecolor=style.INK, lw=2))
    ax.text(x, y + K * ROW / 2 + 0.08, r"$\hat{y}_t$", ha="center", va="bottom", size=style.BIG)
    return bindings


def _at_the_end(logits, T):
    """The logits of a many-to-one model, (1, K), as (T, K): nothing before the last step."""
    missing = np.full((T - len(logits), logits.shape[1]), np.nan)
    return np.concatenate([missing, logits])


def equation(ax, params, x, h_prev, h, *, y=0.78, activation="tanh"):
    """h_t = tanh(W_xh x_t + W_hh h_{t-1} + b_h) with all its numbers at every step, in matrix form.

    The vectors change with the step; the matrices do not: they are the same at every step.
    On axes from ``canvas(10, ...)``, centred at height `y`; wide enough for D + H ≤ 8.
    """
    D, H = x.shape[1], h.shape[1]
    name = {"tanh": "tanh", "relu": "ReLU"}[activation]
    size = style.BIG * (1 + H / 4)  # of the brackets, as high as a column
    bracket = 0.39 * size / 72 + 0.04
    parts = [
        (h, style.H, "$h_t$"), (f"=  {name}", 1.0), ("(", bracket),
        (params.W_xh, style.X, "$W_{xh}$"), (0.05,), (x, style.X, "$x_t$"), ("+", 0.32),
        (params.W_hh, style.H, "$W_{hh}$"), (0.05,), (h_prev, style.H, "$h_{t-1}$"), ("+", 0.32),
        (params.b_h, style.MUTED, "$b_h$"), (")", bracket),
    ]  # fmt: skip
    changing = (h, x, h_prev)
    signs = 1.0 + 2 * bracket + 2 * 0.32 + 2 * 0.05
    column = min(0.74, (9.7 - signs) / (4 + D + H))
    left, bindings = (10 - signs - column * (4 + D + H)) / 2, []
    for part in parts:
        if len(part) == 1:
            left += part[0]
        elif len(part) == 2:
            tall = part[0] in "()"
            ax.text(left + part[1] / 2, y, part[0], ha="center", va="center", size=size if tall else style.BIG)
            left += part[1]
        else:
            value, colour, label = part
            block = value[:, :, None] if any(value is v for v in changing) else value[None]
            _, rows, columns = block.shape
            middle = left + columns * column / 2
            bindings += matrix(ax, middle, y, block, colour=colour, column=column, name=spoken(label))
            ax.text(middle, y + rows * ROW / 2 + 0.07, label, color=colour, ha="center", va="bottom", size=style.BIG)
            left += columns * column
    return bindings


def unrolled(ax, h, *, left=0.2, right=9.8, inputs=None, outputs=None, weights=True):
    """One cell drawn once for every step, from left to right.

    Parameters
    ----------
    h : ndarray, (T, H)
        States of one example: the coloured cells in each box.
    inputs, outputs : list of T str, optional
        What stands below and above each step; an empty string: nothing comes in or goes out there.
        An input may also be an image, a 2-D array of numbers from 0 to 1.
    weights : bool
        Name the weights on the arrows.

    Returns
    -------
    list of Binding or Goto
        Steps that are yet to come are faint; a click on a cell goes to its step.
    """
    T, H = h.shape
    inputs, outputs = inputs or [""] * T, outputs or [""] * T
    pitch = (right - left) / (T + 0.4)
    unit, width = min(0.22, 1.3 / H), min(0.62, pitch * 0.5)
    height, y = H * unit + 0.16, 2.1
    shades = style.signed(h)
    show = weights and pitch > 1.05
    now = ax.add_patch(
        Rectangle((left + 0.4 * pitch, 0.1), pitch, 4.0, facecolor=style.NOW, alpha=0.35, edgecolor="none", zorder=0)
    )
    centres = left + (0.9 + np.arange(T)) * pitch
    bindings = [Binding(now, "move", np.stack([centres - pitch / 2, np.full(T, 0.1)], axis=1))]
    for k, x in enumerate(centres):
        cell, faint = [], np.where(np.arange(T) >= k, 1.0, 0.18)
        body = FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.07",
            facecolor="white", edgecolor=style.H, lw=2, zorder=3,
        )  # fmt: skip
        ax.add_patch(body)
        for i in range(H):
            corner = (x - width / 2 + 0.08, y + height / 2 - 0.08 - (i + 1) * unit)
            unit_box = Rectangle(corner, width - 0.16, unit, fc=shades[k, i], ec="white", lw=0.6, zorder=4)
            cell.append(ax.add_patch(unit_box))
        start = max(x - pitch + width / 2, left + 0.1)
        cell += arrow(ax, (start, y), (x - width / 2, y), colour=style.H)
        if k == 0:
            ax.text(start, y + 0.08, "$h_0$", color=style.H, ha="left", va="bottom", size=style.BIG)
        if show:
            cell.append(ax.text((start + x - width / 2) / 2, y - 0.1, "$W_{hh}$", color=style.H, ha="center", va="top"))
        corner = (x + width / 2 + 0.05, y + height / 2 - 0.05)
        cell.append(ax.text(*corner, f"$h_{{{k + 1}}}$", color=style.H, va="bottom"))
        if not isinstance(inputs[k], str) or inputs[k]:
            cell += _input(ax, x, inputs[k], pitch)
            cell += arrow(ax, (x, 0.72 if isinstance(inputs[k], str) else 1.06), (x, y - height / 2), colour=style.X)
            if show:
                cell.append(ax.text(x + 0.07, 1.12, "$W_{xh}$", color=style.X, va="center"))
        if outputs[k]:
            cell += arrow(ax, (x, y + height / 2), (x, 3.5), colour=style.INK)
            cell.append(_token(ax, x, 3.75, outputs[k]))
            if show:
                cell.append(ax.text(x + 0.07, 3.38, "$W_{hy}$", va="top"))
        bindings += [Binding(artist, "opacity", faint) for artist in cell]
        bindings.append(Goto(body, k))
    return bindings


def folded(ax, *, x=1.1, y=2.1, has_output=True):
    """The same network drawn once, with its state fed back: a loop beside it, and an equals sign at its right."""
    box(ax, x, y, "$h_t$", colour=style.H, width=0.7, height=0.8)
    arrow(ax, (x, 0.72), (x, y - 0.4), colour=style.X)
    ax.text(x, 0.5, "$x_t$", color=style.X, ha="center", va="center", size=style.BIG)
    ax.text(x + 0.07, 1.1, "$W_{xh}$", color=style.X, va="center")
    side, near = x - 0.9, x - 0.35
    arrow(ax, (near, y + 0.22), (side, y + 0.22), (side, y - 0.22), (near, y - 0.22), colour=style.H)
    ax.text(side, y + 0.28, "$W_{hh}$", color=style.H, va="bottom")
    ax.text(side, y - 0.3, "$h_{t-1}$", color=style.H, va="top")
    if has_output:
        arrow(ax, (x, y + 0.4), (x, 3.5), colour=style.INK)
        ax.text(x, 3.75, r"$\hat{y}_t$", ha="center", va="center", size=style.BIG)
        ax.text(x + 0.07, 3.38, "$W_{hy}$", va="top")
    ax.text(x + 0.68, y, "=", ha="center", va="center", size=style.BIG)
    return []


def _input(ax, x, value, pitch):
    if isinstance(value, str):
        return [_token(ax, x, 0.5, value)]
    side, artists = min(0.9, pitch) / len(value), []
    for i, j in np.ndindex(value.shape):
        corner = (x + (j - len(value) / 2) * side, 1.0 - (i + 1) * side)
        artists.append(ax.add_patch(Rectangle(corner, side, side, fc=f"{1 - value[i, j]:.2f}", ec="none")))
    return artists


def _token(ax, x, y, text):
    # A token is a reader's data: a $ in it is a dollar, not mathematics.
    return ax.text(x, y, text, ha="center", va="center", parse_math=False)
