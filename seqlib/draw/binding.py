"""What a panel returns: this artist takes these T values; a click on that one goes to step t."""

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist

# What can be bound, and (where it is one plain attribute of the artist's group) to which SVG attribute.
ATTRIBUTES = {"fill": "fill", "stroke": "stroke", "opacity": "opacity", "line": "stroke-width", "tip": "aria-label"}
GEOMETRY = ("move", "width", "height")
WHAT = ("text", *ATTRIBUTES, *GEOMETRY, "points")

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
        these m points, in its own coordinates; what lies outside the axes is not seen).
    values : sequence
        One value a step, final: colours as colours, numbers already formatted where they are text.
    name : str, optional
        What a ``"text"`` is the value of, for the table of all numbers of a step; without a name it is not in it. A
        tip is in it as it is: ``"name = value"`` or ``"name: value"``.
    """

    artist: Artist
    what: str
    values: Sequence[Any]
    name: str | None = None


@dataclass(frozen=True)
class Goto:
    """A click on this artist jumps to step `t` (0-based, like an index into a trace)."""

    artist: Artist
    t: int


def check(binding, where, fig, T):
    """Say what is wrong with a binding that can be said before anything is drawn."""
    if not isinstance(binding, Binding | Goto):
        raise ValueError(f"{where} must be a Binding or a Goto, got {type(binding).__name__}.")
    if not isinstance(binding.artist, Artist):
        name = type(binding.artist).__name__
        raise ValueError(f"{where}: artist must be a matplotlib artist, got {name}; bind each of its parts.")
    if binding.artist.get_figure(root=True) is not fig:
        raise ValueError(f"{where}: {binding.artist} is not in this scene's figure; draw it there first.")
    if isinstance(binding, Goto):
        step_index(binding.t, T, f"{where}: t")
        return
    if binding.what not in WHAT:
        raise ValueError(f"{where}: what must be one of {', '.join(WHAT)}, got {binding.what!r}.")
    if binding.name is not None and not isinstance(binding.name, str):
        raise ValueError(f"{where}: name must be a string such as 'h_t', got {binding.name!r}.")
    if isinstance(binding.values, str) or not hasattr(binding.values, "__len__") or len(binding.values) != T:
        came = len(binding.values) if hasattr(binding.values, "__len__") else type(binding.values).__name__
        raise ValueError(f"{where} ({binding.what}): values must be {T}, one for each sentence, got {came}.")


def step_index(value, T, name, first=0):
    """Return the 0-based step, or say what is wrong with it."""
    try:
        step = operator.index(value) - first
    except TypeError:
        raise ValueError(f"{name} must be a whole number, got {value!r}.") from None
    if not 0 <= step < T:
        raise ValueError(f"{name} must be from {first} to {T - 1 + first} (there are {T} steps), got {value}.")
    return step


def clean(text):
    """Put a replacement character where XML has no place for what a reader typed."""
    return UNPRINTABLE.sub("\ufffd", text)
