"""Pictures of lesson 1: a loss over one weight with the steps downhill, and the block (T, D, N) with one slice lit."""

import numpy as np
from matplotlib.patches import Polygon, Rectangle

from .. import words
from . import diagrams, style
from .numerals import sub
from .picture import picture
from .scene import Binding, Goto, Scene

# --- downhill --------------------------------------------------------------------------------------------------------

STEP = {
    "en": "L = {loss} at w = {w}; the slope there is {slope}, so the next step goes to w = {new}.",
    "ko": "w = {w}에서 L = {loss}이고 그곳의 기울기는 {slope}이므로, 다음 걸음에서 w = {new}에 이른다.",
}
LAST = {
    "en": "L = {loss} at w = {w}, after {k} steps; the slope there is {slope}.",
    "ko": "{k}걸음 뒤 w = {w}에서 L = {loss}이고 그곳의 기울기는 {slope}이다.",
}
DOWNHILL = {
    "en": "A loss L over one weight w. A point stands on the curve, with the slope there; each step moves it against "
    "the slope, by {eta} times the slope.",
    "ko": "가중치 w 하나에 따른 손실 L의 곡선. 곡선 위의 점이 그곳의 기울기와 함께 서 있고, "
    "걸음마다 기울기의 {eta}배만큼 반대쪽으로 움직인다.",
}


@picture
def downhill_scene(loss, slope, w, eta, *, steps=8, limits=None):
    """The loss over one weight, and where steps downhill lead: w ← w − η · slope.

    Parameters
    ----------
    loss, slope : callable
        L and ∂L/∂w at a weight (or an array of weights).
    w : float
        Where the walk begins.
    eta : positive float
        The learning rate η.
    steps : int
    limits : (float, float), optional
        The weights to show; by default all that the walk visits, and some more.

    Returns
    -------
    Scene
        Its k-th place is that after k - 1 steps downhill; it has steps + 1 places.
    """
    walk = [float(w)]
    for _ in range(steps):
        walk.append(walk[-1] - eta * float(slope(walk[-1])))
    walk = np.array(walk)
    height, tilt = np.array([float(loss(v)) for v in walk]), np.array([float(slope(v)) for v in walk])
    for name, values in (("slope", tilt), ("loss", height)):
        if not np.isfinite(values).all():
            at = walk[~np.isfinite(values)][0]
            raise ValueError(f"{name} must give a finite number at every weight, but at w = {at:g} it gives none; a "
                             "smaller eta or fewer steps may help.")  # fmt: skip
    low, high = limits or (walk.min() - 0.5, walk.max() + 0.5)
    if not low < high:
        raise ValueError(f"limits must be two weights, the smaller one first, but {low:g} and {high:g} came.")

    fig = style.figure(10, 3.9)
    ax = fig.subplots()
    grid = np.linspace(low, high, 200)
    curve = np.array([float(loss(v)) for v in grid])
    top = float(curve.max())
    if not (np.isfinite(curve).all() and top > 0):
        raise ValueError(f"loss must give finite numbers, and positive ones among them, from w = {low:g} to {high:g}, "
                         f"but it gives {curve.min():g} to {top:g}.")  # fmt: skip
    ax.set(xlim=(low, high), ylim=(-0.08 * top, 1.12 * top), xlabel="$w$")
    ax.set_ylabel("$L$", rotation=0, labelpad=12)
    ax.plot(grid, curve, color=style.INK)
    reach = 0.12 * (high - low)
    ends = np.array([-reach, reach])
    tangent = np.stack([walk[:, None] + ends, height[:, None] + tilt[:, None] * ends], axis=2)
    [line] = ax.plot(*tangent[0].T, color=style.KEEP, ls="--")
    size = 0.02 * (high - low), 0.071 * top  # square on the screen
    bindings = [Binding(line, "points", tangent)]
    for k in range(steps):  # where it has been stays, pale
        mark = _dot(ax, walk[k], height[k], size, 0.6)
        bindings += [Binding(mark, "opacity", np.where(np.arange(steps + 1) > k, 0.45, 0.0)), Goto(mark, k)]
    point = _dot(ax, walk[0], height[0], size, 1.0)
    bindings.append(Binding(point, "move", np.stack([walk - size[0] / 2, height - size[1] / 2], axis=1)))
    return Scene(
        fig,
        bindings,
        sentences=_downhill_sentences(walk, height, tilt),
        alt=words.say(DOWNHILL, eta=f"{eta:g}"),
        start=1,
        begin=0,
        label="k",
    )


def _dot(ax, x, y, size, scale):
    """A point of the walk: a square, since what moves is bound by its corner."""
    width, height = scale * size[0], scale * size[1]
    corner = (x - width / 2, y - height / 2)
    return ax.add_patch(Rectangle(corner, width, height, fc=style.H, ec=style.PAPER, lw=style.THIN, zorder=4))


def _downhill_sentences(walk, height, tilt):
    w, slope = (diagrams.numbers(values) for values in (walk, tilt))
    loss = diagrams.numbers(height, signed=False)
    said = [words.say(STEP, loss=loss[k], w=w[k], slope=slope[k], new=w[k + 1]) for k in range(len(walk) - 1)]
    return [*said, words.say(LAST, loss=loss[-1], w=w[-1], slope=slope[-1], k=len(walk) - 1)]


# --- the block -------------------------------------------------------------------------------------------------------

SLICE = {
    "en": "x[{k}] is the slice of step t = {t}: {D} features below one another, {N} sequences side by side.",
    "ko": "x[{k}]에는 시점 t = {t}의 입력이 한 장에 담겨 있다. 특성 {D}개가 위아래로, 시퀀스 {N}개가 나란히 있다.",
}
BLOCK = {
    "en": "A block of numbers with three axes: {T} steps, one behind the other; {D} features, downwards; "
    "{N} sequences, side by side. One slice is lit, and its numbers stand beside it.",
    "ko": "축이 셋인 수의 블록. 시점 {T}개가 앞뒤로, 특성 {D}개가 위아래로, 시퀀스 {N}개가 나란히 있다. "
    "한 장이 밝게 보이고, 그 수가 옆에 있다.",
}
SHEAR = np.array([0.42, 0.3])  # how far the next step stands behind, in inches


@picture
def block_scene(x):
    """The block x of shape (T, D, N), and one of its slices x[t - 1] with its numbers.

    Parameters
    ----------
    x : ndarray, (T, D, N)
        At most 5 steps, 4 features and 4 sequences can be read.

    Returns
    -------
    Scene
        One step for each t.

    Raises
    ------
    ValueError
        x is not of this shape, or too large to be read.
    """
    if np.ndim(x) != 3 or x.shape[0] > 5 or max(x.shape[1:]) > 4:
        raise ValueError(f"this picture has room for x of shape (T ≤ 5, D ≤ 4, N ≤ 4), but {np.shape(x)} came.")
    T, D, N = x.shape
    fig, ax = diagrams.canvas(10, 3.9)
    side = 0.62
    left, bottom = 1.3, 0.75
    bindings = []
    for t in range(T - 1, -1, -1):  # the last step stands behind
        corner = np.array([left, bottom]) + t * SHEAR
        bindings += _sheet(ax, corner, (N * side, D * side), (D, N), t, T)
    front = left + N * side / 2
    ax.text(front, bottom - 0.32, f"$N$ = {N}", ha="center", va="center")
    ax.text(left - 0.2, bottom + D * side / 2, f"$D$ = {D}", ha="right", va="center")
    end = np.array([left, bottom + D * side]) + (T - 1) * SHEAR
    middle = (np.array([left, bottom + D * side]) + end) / 2
    ax.text(middle[0] - 0.25, middle[1] + 0.2, f"$T$ = {T}", ha="right", va="center")
    right = 7.4
    title = ax.text(right, 3.35, f"x[{0}]", ha="center", va="center", size=style.BIG)
    bindings.append(Binding(title, "text", [f"x[{t}]   (x{sub(t + 1)})" for t in range(T)]))
    bindings += diagrams.matrix(ax, right, 1.75, np.asarray(x, float), colour=style.X, column=0.95, name="x")
    said = [words.say(SLICE, k=t, t=t + 1, D=D, N=N) for t in range(T)]
    return Scene(fig, bindings, sentences=said, alt=words.say(BLOCK, T=T, D=D, N=N), start=1, begin=0)


def _sheet(ax, corner, size, cells, t, T):
    """One step's sheet of D × N cells: yellow while its step is shown."""
    (x, y), (width, height), (D, N) = corner, size, cells
    lit = np.where(np.arange(T) == t, style.NOW, style.PAPER)
    sheet = ax.add_patch(Polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fc=style.PAPER))
    sheet.set(ec=style.X, lw=2, zorder=2 * (T - t))
    line = {"color": style.X, "lw": 0.8, "zorder": 2 * (T - t) + 1}
    for i in range(1, D):
        ax.plot([x, x + width], [y + i * height / D] * 2, **line)
    for n in range(1, N):
        ax.plot([x + n * width / N] * 2, [y, y + height], **line)
    return [Binding(sheet, "fill", lit), Goto(sheet, t)]
