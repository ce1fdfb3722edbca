"""Axes in which a reader draws a curve before the true one is shown."""

import xml.etree.ElementTree as ET

import numpy as np

from .. import words
from . import style
from .picture import picture as picture_or_words
from .predict import spoken
from .scene import Scene
from .svg import SVG

ALT = {"en": "Axes to draw a curve in: {y} over {x}.", "ko": "곡선을 그려 넣는 좌표축. 가로축 {x}, 세로축 {y}."}
LOG_ALT = {
    "en": "Axes to draw a curve in: {y}, on a logarithmic axis, over {x}.",
    "ko": "곡선을 그려 넣는 좌표축. 가로축 {x}, 세로축 {y}(로그 눈금).",
}
ASK = {
    "en": "Draw {y} over {x} as you expect it: with the mouse, a finger, or the arrow keys.",
    "ko": "{x}에 따라 {y} 값이 어떻게 될지 그려 보세요. 마우스나 손가락, 화살표 키로 그릴 수 있습니다.",
}
WORDS = {
    "show": {"en": "Show the true curve", "ko": "실제 곡선 보기"},
    "again": {"en": "Start again", "ko": "다시 그리기"},
    "drawn": {"en": "drawn", "ko": "그린 곡선"},
    "true": {"en": "true", "ko": "실제 곡선"},
    "place": {"en": "To the next place: draws on", "ko": "옆자리로 이어 그리기"},
    "raise": {"en": "Higher or lower", "ko": "위아래로 옮기기"},
    "ends": {"en": "To the first or the last place", "ko": "처음이나 끝으로"},
    "nothing": {"en": "not drawn", "ko": "그리지 않음"},
    "empty": {
        "en": "Nothing was drawn: this is the true curve.",
        "ko": "그린 것이 없습니다. 지금 보이는 것이 실제 곡선입니다.",
    },
    "factor": {
        "en": "The curves are a factor {distance} apart on average, most at {x} = {at}: {true}, you drew {drawn}.",
        "ko": "두 곡선은 평균 {distance}배 차이가 납니다. 차이는 {x} = {at}에서 가장 큽니다. "
        "실제 값은 {true}, 그린 값은 {drawn}입니다.",
    },
    "difference": {
        "en": "The curves are {distance} apart on average, most at {x} = {at}: {true}, you drew {drawn}.",
        "ko": "두 곡선의 차이는 평균 {distance}입니다. 차이는 {x} = {at}에서 가장 큽니다. "
        "실제 값은 {true}, 그린 값은 {drawn}입니다.",
    },
    "partly": {"en": "Drawn at {n} of {of} places. {told}", "ko": "{of}곳 중 {n}곳에 그렸습니다. {told}"},
}


@picture_or_words
def sketch_scene(x, truth, *, xlabel, ylabel, log=False, ylim=None, xlog=False):
    """Axes in which a reader draws a curve; then the true one lies over it, and a sentence says how near it was.

    Parameters
    ----------
    x : array_like, (points,)
        The places at which the curve is compared, growing.
    truth : array_like, (points,)
        The true curve.
    xlabel, ylabel : str
        Symbols, such as ``"$t-k$"`` and ``r"$\\Vert g\\Vert$"``.
    log, xlog : bool
        A logarithmic vertical, horizontal axis.
    ylim : (float, float), optional
        Ends of the vertical axis. By default somewhat beyond the truth, so that its ends do not tell the answer.

    Returns
    -------
    Scene
        With a single step. ``scene.save_html(path)`` is a page; `seqlib.widgets.Sketch` makes it a widget.

    Raises
    ------
    ValueError
        x and truth do not fit together, or have no place on the axes.
    """
    x, truth = _checked(x, truth, log, xlog)
    ylim = _limits(truth, log) if ylim is None else ylim
    if not ylim[0] < ylim[1] or (log and ylim[0] <= 0) or truth.min() < ylim[0] or truth.max() > ylim[1]:
        raise ValueError(
            f"ylim must reach round the true values, {truth.min():g} to {truth.max():g}"
            f"{', and a logarithmic axis has no 0' if log else ''}, got {ylim[0]:g} to {ylim[1]:g}."
        )
    fig = style.figure(8, 3.8)
    ax = fig.subplots()
    ax.set(
        xlabel=xlabel, ylabel=ylabel, xscale="log" if xlog else "linear", yscale="log" if log else "linear", ylim=ylim
    )
    margin = 0.03
    ends = np.log(x[[0, -1]]) if xlog else x[[0, -1]]
    ends = ends + np.array([-margin, margin]) * (ends[1] - ends[0])
    ax.set_xlim(np.exp(ends) if xlog else ends)
    ax.grid(color=style.EDGE, lw=style.THIN)
    names = {"x": spoken(xlabel), "y": spoken(ylabel)}
    scene = Scene(fig, [], sentences=[words.say(ASK, **names)], alt=words.say(LOG_ALT if log else ALT, **names))
    # After the drawing: a layout moves the axes.
    at = ax.transData.transform(np.stack([x, np.full(len(x), ylim[0])], axis=1))
    low, high = (fig.get_figheight() * 72 - ax.transData.transform((x[0], y))[1] for y in ylim)
    scene.extras["sketch"] = {
        "x": x.tolist(),
        "truth": [float(f"{y:.6g}") for y in truth],  # the last digits are not the same on every processor
        "at": np.round(at[:, 0], 2).tolist(),
        "low": {"value": float(ylim[0]), "at": round(float(low), 2)},
        "high": {"value": float(ylim[1]), "at": round(float(high), 2)},
        "log": bool(log),
        "names": names,
        "words": {name: words.say(told) for name, told in WORDS.items()},
    }
    return scene


def distance(sketch, drawn):
    """How far a drawn curve is from the true one: the mean difference, or on a logarithmic axis the mean factor.

    Parameters
    ----------
    sketch : dict
        ``scene.extras["sketch"]``.
    drawn : list of float or None
        One for each place; None where nothing is drawn.

    Returns
    -------
    float or None
        None where nothing at all is drawn.
    """
    pairs = [(d, t) for d, t in zip(drawn, sketch["truth"], strict=False) if d is not None]
    if not pairs:
        return None
    d, t = np.array(pairs).T
    return float(np.exp(np.abs(np.log(d / t)).mean()) if sketch["log"] else np.abs(d - t).mean())


def picture(scene, drawn, shown):
    """The axes as SVG, with the curve that was drawn and, if `shown`, the true one."""
    root, sketch = ET.fromstring(scene.at(1)), scene.extras["sketch"]
    curves = [(drawn, style.KEEP, "6 4")] if drawn else []
    curves += [(sketch["truth"], style.INK, "none")] if shown else []
    for values, colour, dashes in curves:
        line = {"fill": "none", "stroke": colour, "stroke-width": "2.5", "stroke-dasharray": dashes}
        ET.SubElement(root, SVG + "path", {"d": path(sketch, values), **line})
    return ET.tostring(root, encoding="unicode")


def path(sketch, values):
    """The curve as path data; it is interrupted where there is no value."""
    low, high = sketch["low"], sketch["high"]
    scale = np.log if sketch["log"] else np.asarray
    bottom, top = scale(low["value"]), scale(high["value"])
    data, pen = "", "M"
    for x, value in zip(sketch["at"], values, strict=True):
        if value is not None:
            y = low["at"] + (scale(value) - bottom) / (top - bottom) * (high["at"] - low["at"])
            data += f"{pen}{x:g} {y:.2f}"
        pen = "M" if value is None else "L"
    return data


def _checked(x, truth, log, xlog):
    x, truth = np.asarray(x, float), np.asarray(truth, float)
    if x.ndim != 1 or x.shape != truth.shape or len(x) < 2:
        raise ValueError(f"x and truth must be as many numbers, at least 2, got shapes {x.shape} and {truth.shape}.")
    for name, values, on_log in (("x", x, xlog), ("truth", truth, log)):
        if not np.isfinite(values).all() or (on_log and values.min() <= 0):
            wanted = "above 0, for a logarithmic axis" if on_log else "finite"
            raise ValueError(f"{name} must be {wanted}, got {values[~np.isfinite(values) | (values <= 0)][0]:g}.")
    if (np.diff(x) <= 0).any():
        raise ValueError("x must grow from place to place; sort it.")
    return x, truth


def _limits(truth, log):
    """Round ends, with as much room again above and below."""
    if log:
        low, high = np.floor(np.log10(truth.min())), np.ceil(np.log10(truth.max()))
        return 10.0 ** (low - 1), 10.0 ** (high + 1)
    span = (truth.max() - truth.min()) or abs(truth.max()) or 1.0
    low, high = truth.min() - span / 2, truth.max() + span / 2
    return (max(low, 0.0) if truth.min() >= 0 else low), high
