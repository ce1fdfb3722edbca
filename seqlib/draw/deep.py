"""A picture with depth: scenes one below the other, and what in each of them opens which other.

Every level is an ordinary `Scene`, drawn once. All have the same steps, so a step never changes the level. What opens
says so as a binding (`Open`); the way between the levels is the player's (``widgets/js/opening.js``).
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from itertools import chain

from .. import words
from .pack import pack
from .scene import Scene

PATH = {
    "path": {"en": "Where you are in the picture", "ko": "그림 안에서의 위치"},
    "open": {"en": "Open what has the focus", "ko": "선택한 항목 열기"},
    "up": {"en": "Back up one level", "ko": "위 그림으로 돌아가기"},
    "back": {"en": "Esc: back up.", "ko": "Esc 키: 위로."},
}


@dataclass(frozen=True)
class Level:
    """One level of a picture with depth.

    Parameters
    ----------
    views : sequence of Scene
        Usually one. Several are the same drawing with other values (`Scene.with_values`): one for each row.
    names : sequence of sequence of str
        What the path calls each view, at every step: ``"cell, t = 2"``.
    hint : str
        What opens here, beside the path.
    """

    views: list
    names: list
    hint: str = ""


class DeepScene(Scene):
    """A scene of which parts open other scenes.

    Parameters
    ----------
    levels : dict of str to Level
        The first one is on top: it is what a printed page shows.

    Raises
    ------
    ValueError
        The levels differ in their steps, or something opens what is not there.
    """

    def __init__(self, levels):
        if not levels or not all(level.views for level in levels.values()):
            raise ValueError("every level must have views, a Scene at least, but one has none.")
        top = next(iter(levels.values())).views[0]
        vars(self).update(vars(top))
        self.levels = levels
        for name, level in levels.items():
            _check(name, level, self.T, top.label)
            for place in ET.fromstring(level.views[0].svg).iter():
                _check_link(place, name, levels)

    def with_values(self, bindings, *, sentences):
        """Refuse: a picture with depth is made anew, all its levels together."""
        raise ValueError("a picture that opens has values on several levels; make it anew instead of giving values.")

    def player_data(self):
        """Return all that the player needs, as plain data: the top level, and the others as an extra."""
        data = super().player_data()
        top, *deeper = self.levels
        opening = {
            "top": {"names": _shortened(self.levels[top].names[0]), "hint": self.levels[top].hint},
            # Apart from the rest, so that what one drawing has of another is near enough to be stored once.
            "drawings": {name: self.levels[name].views[0].svg for name in deeper},
            "levels": {name: _data(self.levels[name]) for name in deeper},
            "words": {name: words.say(text) for name, text in PATH.items()},
        }
        return data | {"extras": data["extras"] | {"opening": opening}}


def _check(name, level, T, label):
    if len(level.names) != len(level.views):
        came = f"{len(level.views)} and {len(level.names)}"
        raise ValueError(f"level {name!r} must have as many lists of names as views, got {came}.")
    for view, names in zip(level.views, level.names, strict=True):
        if (view.T, view.label, len(names)) != (T, label, T):
            came = f"{view.T} of {view.label} and {len(names)} names"
            raise ValueError(f"level {name!r} must have {T} steps of {label} and a name for each, got {came}.")
        if view.svg != level.views[0].svg:
            raise ValueError(f"the views of level {name!r} must be one drawing; make them with Scene.with_values.")


def _check_link(place, name, levels):
    to = place.get("data-open")
    if to is None:
        return
    if to not in levels:
        raise ValueError(f"level {name!r} opens {to!r}, but there are only {', '.join(levels)}; name one of these.")
    view = int(place.get("data-view", len(levels[name].views) - 1))
    if not 0 <= view < len(levels[to].views):
        raise ValueError(f"level {name!r} opens view {view} of {to!r}, which has {len(levels[to].views)}.")


def _data(level):
    """A level as plain data, without its drawing: what is bound, and packed together what all views show and say.

    In `packed`, each view comes where an update would: the values of all bindings, their names, the sentences, and what
    the path calls each step.
    """
    first, T = level.views[0], level.views[0].T
    bound = [{key: value for key, value in b.items() if key not in ("values", "name")} for b in first.bindings]
    named = [n for n, b in enumerate(first.bindings) if "name" in b]
    rows = []
    for view, names in zip(level.views, level.names, strict=True):
        values = [[*b["values"], *[b["values"][-1]] * (T - len(b["values"]))] for b in view.bindings]
        rows.append([*values, *([view.bindings[n]["name"]] * T for n in named), view.sentences, list(names)])
    texts = [list(chain.from_iterable(texts)) for texts in zip(*rows, strict=True)]
    packed = pack(texts, (len(level.views), T))
    return {"extras": first.extras, "hint": level.hint, "bound": bound, "named": named, "packed": packed}


def _shortened(values):
    """Leave out repeated values at the end, as bindings do."""
    values = list(values)
    while len(values) > 1 and values[-1] == values[-2]:
        values.pop()
    return values
