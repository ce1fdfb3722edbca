"""Where the values of a picture come from: descriptions that Python and the browser follow alike.

A playground draws its picture once. Each binding then has a *maker*: plain data that says how its values come from a
run, a dict of named numbers. Python makes the saved picture by it (`values`), ``widgets/js/makers.js`` the live one,
and a test compares both.

A run has under each name a number (the same at every step), T numbers or T strings (one for each step), a curve of m
numbers (in a maker of points), or T of them, T rows of n numbers (in a maker of pixels); and under ``"steps"`` their
number T. In a maker a number stands for itself.
"""

import numpy as np
from matplotlib.patches import Patch
from matplotlib.text import Text

from .. import words
from . import diagrams, style
from .binding import Binding, Goto
from .binding import pixels as address
from .numerals import SUPERSCRIPTS, life, power, sub
from .picture import picture
from .scene import Scene
from .svg import geometry

SCALES = {"signed": style.signed, "gate": style.gate}


def text(of, form, around="{}"):
    """Texts of a quantity, by one of `FORMS`, inside another text."""
    return {"make": "text", "of": of, "form": form, "around": around}


def colour(of, scale="signed"):
    """Colours of a quantity: "signed" or "gate", as `style.signed` and `style.gate` have them."""
    return {"make": "colour", "of": of, "scale": scale}


def ink(of, scale="signed"):
    """Black or white, whichever can be read on that colour."""
    return {"make": "ink", "of": of, "scale": scale}


def number(of):
    """The quantity itself: an opacity, a width, a height."""
    return {"make": "number", "of": of}


def place(x, y):
    """Where something goes, for ``"move"``."""
    return {"make": "place", "x": x, "y": y}


def points(x, y, **limits):
    """A curve; what lies beyond `low` and `high`, if these are given, is drawn there."""
    return {"make": "points", "x": x, "y": y, **limits}  # no None: where Python runs in the browser it arrives as NaN


def pixels(of, scale="signed"):
    """A heat map: an image with a pixel for each number of (T, n), a column for each step. The same at every step."""
    return {"make": "pixels", "of": of, "scale": scale}


def listed(of, form):
    """The numbers of a step for the table, from (T, n)."""
    return {"make": "listed", "of": of, "form": form}


def say(sentences, **fields):
    """A sentence, in both languages, whose fields are filled by makers of text."""
    return {"make": "say", "text": words.say(sentences), "fields": fields}


def choose(by, *among):
    """That maker of `among` whose number, from 0, the quantity is."""
    return {"make": "choose", "by": by, "among": list(among)}


# --- what Python makes ------------------------------------------------------------------------------------------------

FORMS = {
    "signed": lambda v: diagrams.numbers(v)[()],
    "plain": lambda v: diagrams.numbers(v, signed=False)[()],
    "bracket": lambda v: f"({diagrams.numbers(v, signed=False)[()]})" if v <= -0.005 else FORMS["plain"](v),
    "hundredths": lambda v: f"{v:.2f}".replace("-", "−"),
    "power": power,
    "decade": lambda v: f"10{str(round(np.log10(v))).translate(SUPERSCRIPTS)}",
    "life": life,
    "count": lambda v: str(int(v)),
    "subscript": lambda v: sub(int(v)),
    "listed": lambda row: ", ".join(diagrams.numbers(row)),
    "words": str,
}


def values(maker, run):
    """What a maker makes of a run: a list of T values, as a `Binding` wants them."""
    return MAKERS[maker["make"]](maker, run)


def _series(of, run):
    """T values of a quantity, or of a number."""
    value = of if isinstance(of, int | float) else run[of]
    return [value] * run["steps"] if np.ndim(value) == 0 else list(value)


def _curves(of, run):
    value = np.asarray(run[of], float)
    return np.broadcast_to(value, (run["steps"], value.shape[-1]))


def _text(maker, run):
    form = FORMS[maker["form"]]
    return [maker["around"].format(form(value)) for value in _series(maker["of"], run)]


def _colour(maker, run):
    return SCALES[maker["scale"]](np.array(_series(maker["of"], run), float)).tolist()


def _points(maker, run):
    x, y = _curves(maker["x"], run), _curves(maker["y"], run)
    return np.stack([x, np.clip(y, maker["low"], maker["high"]) if "low" in maker else y], axis=2)


def _listed(maker, run):
    form = FORMS[maker["form"]]
    return [[form(value) for value in row] for row in run[maker["of"]]]


def _say(maker, run):
    fields = {name: values(field, run) for name, field in maker["fields"].items()}
    return [maker["text"].format(**{name: made[t] for name, made in fields.items()}) for t in range(run["steps"])]


def _choose(maker, run):
    made = [values(one, run) for one in maker["among"]]
    return [made[int(which)][t] for t, which in enumerate(_series(maker["by"], run))]


def _pixels(maker, run):
    return [address(SCALES[maker["scale"]](np.transpose(run[maker["of"]])))] * run["steps"]


MAKERS = {
    "text": _text,
    "colour": _colour,
    "ink": lambda maker, run: [style.ink_on(shade) for shade in _colour(maker, run)],
    "number": lambda maker, run: np.array(_series(maker["of"], run), float),
    "place": lambda maker, run: np.stack([np.array(_series(maker[axis], run), float) for axis in "xy"], axis=1),
    "points": _points,
    "pixels": _pixels,
    "listed": _listed,
    "say": _say,
    "choose": _choose,
}


# --- a picture --------------------------------------------------------------------------------------------------------


class Picture:
    """A drawing, and how everything in it that changes comes from a run. A subclass has `draw`.

    Attributes
    ----------
    first : Scene or None
        The scene that was drawn; later ones have its drawing.
    """

    first = None
    LABEL = "t"  # what its steps are called

    def draw(self):
        """Draw the figure; called once.

        Returns
        -------
        fig : matplotlib Figure
        made : list of tuple or Goto
            (artist, what, maker): as in a `Binding`, with a maker in place of the values; a name may follow.
        said : maker
            Of the sentences.
        alt : str
        """
        raise NotImplementedError

    @picture
    def scene(self, run, *, start=0, begin=0):
        """The `Scene` of a run, with the drawing of the first one; `start` and `begin` are those of a `Scene`."""
        if self.first is None:
            # Not before: whatever is drawn is drawn inside `picture`.
            fig, made, said, alt = self.draw()
            bindings, sentences = _bound(made, run), values(said, run)
            steps = {"start": start, "begin": begin, "label": self.LABEL}
            self.first = Scene(fig, bindings, sentences=sentences, alt=alt, **steps)
            self.fig, self.made, self.said = fig, made, said
            return self.first
        other = self.first.with_values(_bound(self.made, run), sentences=values(self.said, run))
        other.start, other.begin = start, begin
        return other

    def plain(self):
        """All that the browser needs to make the values itself, as plain data; nothing before a `scene` was drawn."""
        if self.first is None:
            return {}
        whats = {}
        for artist, what, maker, *_ in (one for one in self.made if not isinstance(one, Goto)):
            whats.setdefault(artist, {})[what] = maker
        parts, resolved = [], iter(self.first.bindings)
        for artist, makers in whats.items():
            sizes = {what: makers.pop(what) for what in ("move", "width", "height") if what in makers}
            for group in ([sizes] if sizes else []) + [{what: maker} for what, maker in makers.items()]:
                bound = next(resolved)
                part = {name: value for name, value in bound.items() if name != "values"} | {"makers": group}
                parts.append(
                    part | (geometry(artist, self.fig) if set(group) & {"move", "width", "height", "points"} else {})
                )
        return {"parts": parts, "said": self.said, "scales": scales()}


def _bound(made, run):
    return [one if isinstance(one, Goto) else Binding(*one[:2], values(one[2], run), *one[3:]) for one in made]


def vector(bindings, of, scale="signed"):
    """What `diagrams.vector` drew of one number, made from a run: [(artist, what, maker)]."""
    makers = {
        (Patch, "fill"): colour(of, scale),
        (Text, "text"): text(of, "signed" if scale == "signed" else "plain"),
        (Text, "fill"): ink(of, scale),
    }
    kinds = [(b, next(kind for kind in (Patch, Text) if isinstance(b.artist, kind))) for b in bindings]
    return [(b.artist, b.what, makers[kind, b.what], b.name) for b, kind in kinds]


def scales():
    """What colours are made of in the browser: the 256 of each scale, without their #, and where `signed` ends."""
    middles = (np.arange(256) + 0.5) / 256
    signed = style.signed(np.arctanh((2 * middles - 1) * np.tanh(style.STRONGEST)))
    joined = {"signed": _joined(signed), "gate": _joined(style.gate(middles))}
    return joined | {"strongest": style.STRONGEST, "missing": _joined([style.gate(np.nan)])}


def _joined(colours):
    return "".join(colours).replace("#", "")
