"""What a panel returns: this artist takes these T values; that one leads to a step, or opens a level; these move."""

import base64
import operator
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist

from ..doors import shown

# What can be bound, and (where it is one plain attribute of the artist's group) to which SVG attribute.
ATTRIBUTES = {"fill": "fill", "stroke": "stroke", "opacity": "opacity", "line": "stroke-width", "tip": "aria-label",
              "listed": "data-listed"}  # fmt: skip
GEOMETRY = ("move", "width", "height")
WHAT = ("text", *ATTRIBUTES, *GEOMETRY, "points", "pixels")

# XML 1.0 has no place for these characters, and a reader may type any of them.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Binding:
    """This artist's text, colour, place or size takes these T values.

    Parameters
    ----------
    artist : matplotlib Artist
        Something drawn in the scene's figure.
    what : str
        ``"text"`` (strings), ``"fill"`` or ``"stroke"`` (colours), ``"opacity"`` (0 to 1), ``"move"`` ((T, 2): the
        artist's anchor goes there, in its own coordinates: data units, unless it was drawn with another transform),
        ``"width"`` or ``"height"`` (a Rectangle's size in data units, negative allowed), ``"line"`` (line width in
        pt), ``"tip"`` (strings shown on hover and focus), ``"points"`` ((T, m, 2): a line without markers goes through
        these m points, in its own coordinates; what lies outside the axes is not seen), ``"pixels"`` (addresses of
        images, see `pixels`: an image of one pixel, drawn without interpolation, becomes this one), ``"listed"``
        ((T, n) strings: what a reader sees only as shades, for the table of all numbers of a step).
    values : sequence
        One value a step, final: colours as colours, numbers already formatted where they are text.
    name : str, optional
        The quantity that is shown, such as ``"h_t"``, or ``"h_t[2]"`` for its second row: what `Scene.asking` can hide,
        and what a ``"text"`` is called in the table of all numbers of a step, where at t = 3 it is h₃[2]. Without a
        name it is not in it. What is ``"listed"`` as ``"h_t"`` are h₃[1], h₃[2], … A tip is in it as it is:
        ``"name = value"`` or ``"name: value"``.
    """

    artist: Artist
    what: str
    values: Sequence[Any]
    name: str | None = None


@dataclass(frozen=True)
class Goto:
    """A click on this artist jumps to step `t` (0-based, like an index into a trace).

    Where one drawing serves sequences of several lengths, there may be `most` steps: then `t` may lie beyond the last.
    """

    artist: Artist
    t: int
    most: int | None = None


@dataclass(frozen=True)
class Open:
    """A click, or Enter, on this artist opens another level of a `DeepScene`.

    Parameters
    ----------
    artist : matplotlib Artist
        With a ``"tip"`` bound as well it takes the focus, so that Enter opens it. Where several artists open the same,
        one of them needs a tip.
    to : str
        The level's name.
    view : int or None
        Which view of that level, from 0; None: the one with the number of the view that is shown.
    t : int, optional
        The step that is shown there, 0-based; by default the present one.
    """

    artist: Artist
    to: str
    view: int | None = 0
    t: int | None = None


@dataclass(frozen=True)
class Moves:
    """In a step, copies of what stood at `source` go to where `artists` stand.

    A movement is decoration: what stands in the picture is final at once.

    Parameters
    ----------
    artists : sequence of Artist
        What the copies become: the column h_{t-1}.
    source : sequence of Artist, or (float, float)
        What is copied, as it stands before the step: the column h_t. Or a place, in the coordinates of the first of
        `artists`: then copies of `artists` themselves come from there.
    when : {"forward", "back"}
        The direction of the step. What moved on a step forward goes back on a step back; what moves on a step back,
        such as a gradient, never moves on a step forward.
    step : int, optional
        Only on arrival at this step, 0-based; by default at every one.
    """

    artists: Sequence[Artist]
    source: Sequence[Any]
    when: str = "forward"
    step: int | None = None


def check(binding, where, fig, T):
    """Say what is wrong with a binding that can be said before anything is drawn."""
    if isinstance(binding, Moves):
        return _check_moves(binding, where, fig, T)
    if not isinstance(binding, Binding | Goto | Open):
        raise ValueError(f"{where} must be a Binding, a Goto, an Open or a Moves, got {type(binding).__name__}.")
    _check_artist(binding.artist, where, fig)
    if isinstance(binding, Goto | Open):
        if binding.t is not None or isinstance(binding, Goto):
            step_index(binding.t, getattr(binding, "most", None) or T, f"{where}: t")
        return
    if binding.what not in WHAT:
        raise ValueError(f"{where}: what must be one of {', '.join(WHAT)}, got {binding.what!r}.")
    if binding.name is not None and not isinstance(binding.name, str):
        raise ValueError(f"{where}: name must be a string such as 'h_t', got {binding.name!r}.")
    if isinstance(binding.values, str) or not hasattr(binding.values, "__len__") or len(binding.values) != T:
        came = len(binding.values) if hasattr(binding.values, "__len__") else type(binding.values).__name__
        raise ValueError(f"{where} ({binding.what}): values must be {T}, one for each sentence, got {came}.")


def _check_artist(artist, where, fig):
    if not isinstance(artist, Artist):
        name = type(artist).__name__
        raise ValueError(f"{where}: artist must be a matplotlib artist, got {name}; bind each of its parts.")
    if artist.get_figure(root=True) is not fig:
        raise ValueError(f"{where}: {artist} is not in this scene's figure; draw it there first.")


def _check_moves(moves, where, fig, T):
    if moves.when not in ("forward", "back"):
        raise ValueError(f"{where}: when must be forward or back, got {moves.when!r}.")
    if moves.step is not None:
        step_index(moves.step, T, f"{where}: step")
    if not moves.artists:
        raise ValueError(f"{where}: artists must be at least one, got none.")
    _check_artist(moves.artists[0], where, fig)
    copied = isinstance(moves.source[0], Artist)
    wanted = (len(moves.artists),) if copied else (2,)
    if np.shape(moves.source) != wanted:
        came = f"{len(moves.source)} of {type(moves.source[0]).__name__}"
        raise ValueError(f"{where}: source must be as many artists as come from there, or a place (x, y), got {came}.")
    for artist in [*moves.artists, *(moves.source if copied else ())]:
        _check_artist(artist, where, fig)


def step_index(value, T, name, first=0):
    """Return the 0-based step, or say what is wrong with it."""
    try:
        step = operator.index(None if isinstance(value, bool) else value) - first
    except TypeError:
        raise ValueError(f"{name} must be a whole number, got {shown(value)}.") from None
    if not 0 <= step < T:
        raise ValueError(f"{name} must be from {first} to {T - 1 + first} (there are {T} steps), got {shown(value)}.")
    return step


def pixels(shades):
    """Return colours as the address of an image with a pixel for each: a BMP, which takes a few lines in any language.

    Parameters
    ----------
    shades : array_like of str, (n, m)
        Hex colours, the upper row first.
    """
    rows = [b"".join(bytes.fromhex(shade[1:])[::-1] for shade in row) for row in shades]
    rows = [row + bytes(-len(row) % 4) for row in reversed(rows)]
    n, m, size = len(rows), len(shades[0]), sum(map(len, rows))
    head = struct.pack("<2sIIIIiiHHIIiiII", b"BM", 54 + size, 0, 54, 40, m, n, 1, 24, 0, size, 0, 0, 0, 0)
    return "data:image/bmp;base64," + base64.b64encode(head + b"".join(rows)).decode()


def clean(text):
    """Put a replacement character where XML has no place for what a reader typed."""
    return UNPRINTABLE.sub("\ufffd", text)
