"""A figure drawn once, and what in it changes with t.

matplotlib draws the figure a single time, to SVG with text as text. Every binding is then resolved (in ``svg.py``) to
the simplest thing a player can do: *this element's attribute takes these T values*. So the player
(``widgets/js``) knows no panel, no unit and no colour map; and `Scene.at`, which does in Python what the player does in
the browser, is the picture that a printed page or a saved notebook shows.
"""

import xml.etree.ElementTree as ET
from copy import copy
from pathlib import Path

from matplotlib.figure import Figure

from .. import words
from .binding import Binding, Goto, Moves, Open, check, clean, step_index
from .page import page, style
from .svg import SVG, draw, resolve

__all__ = ["Binding", "Goto", "Moves", "Open", "Scene"]

# The labels of the player's controls.
CONTROLS = {
    "first": {"en": "First step", "ko": "첫 단계"},
    "back": {"en": "One step back", "ko": "한 단계 뒤로"},
    "play": {"en": "Play", "ko": "재생"},
    "pause": {"en": "Pause", "ko": "일시 정지"},
    "forward": {"en": "One step on", "ko": "한 단계 앞으로"},
    "last": {"en": "Last step", "ko": "마지막 단계"},
    "speed": {"en": "Playing speed", "ko": "재생 속도"},
    "slider": {"en": "Step", "ko": "단계"},
    "large": {"en": "Fill the window", "ko": "창 가득 크게 보기"},
    "small": {"en": "Back to the page", "ko": "원래 크기로"},
    "move": {"en": "Move the picture in its frame", "ko": "틀 안에서 그림 옮기기"},
    "numbers": {"en": "Numbers of this step", "ko": "이 단계의 수"},
    "name": {"en": "Name", "ko": "이름"},
    "value": {"en": "Value", "ko": "값"},
    "keys": {"en": "What is shown, and the keys", "ko": "그림 설명과 단축키"},
    "moving": {"en": "Movement between steps, on or off", "ko": "시점이 바뀔 때의 움직임 켜기/끄기"},
    "moves": {"en": "Values move between steps.", "ko": "시점이 바뀔 때 값이 움직입니다."},
    "stands": {"en": "Nothing moves between steps.", "ko": "시점이 바뀔 때 아무것도 움직이지 않습니다."},
}


class Scene:
    """A figure drawn once, with T steps.

    Parameters
    ----------
    fig : matplotlib Figure
        Drawn to SVG and closed: it is not shown a second time.
    bindings : list of Binding, Goto, Open and Moves
        What panels return.
    sentences : sequence of str
        One sentence a step: what a screen reader says, and what stands below the picture.
    alt : str
        What the picture shows, for those who do not see it.
    start : int
        The telling step that is shown first, 0-based.
    label : str
        The name of the step on the controls: ``t = 3 / 8``.

    Attributes
    ----------
    T : int
        Number of steps.
    svg : str
        The drawing without any step: what is bound is still open. For a picture, use `at`.
    bindings : list of dict
        ``{"id", "attribute", "values"}``, and a text's ``"name"``: the resolved bindings. Repeated values at the end
        are left out.
    extras : dict
        What features of the player need beyond this, by the feature's name: plain data. Empty unless something is put
        there.

    Raises
    ------
    ValueError
        Something does not fit; the sentence says which binding, what was expected, and what came.
    """

    def __init__(self, fig, bindings, *, sentences, alt, start=0, label="t"):
        if not isinstance(fig, Figure):
            raise ValueError(f"fig must be a matplotlib Figure, got {type(fig).__name__}; use style.figure().")
        sentences = [] if isinstance(sentences, str) else list(sentences)
        if not sentences or not all(isinstance(s, str) and s.strip() for s in sentences):
            raise ValueError("sentences must be one non-empty string for each step; say what happens at every t.")
        self.sentences = [clean(s) for s in sentences]
        self.T = len(self.sentences)
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError("alt must be a sentence that says what the picture shows, got nothing.")
        self.alt, self.label = clean(alt), clean(str(label))
        self.start = step_index(start, self.T, "start")
        self.svg, self.bindings, moves, root = draw(fig, list(bindings), self.T, self.alt)
        self.extras = {"moving": moves} if moves else {}
        self._drawn = root, fig

    def __repr__(self):
        return f"<Scene: {self.T} steps, t = {self.start + 1}>"

    def _repr_mimebundle_(self, **kwargs):
        return {"text/plain": repr(self), "image/svg+xml": self.at(self.start + 1)}

    def at(self, t):
        """Return the picture at step `t` as SVG (t = 1 is the first step, as on every label).

        Raises
        ------
        ValueError
            There is no such step.
        """
        index = step_index(t, self.T, "t", first=1)
        root = ET.fromstring(self.svg)
        root.find(SVG + "desc").text = self.sentences[index]
        elements = {element.get("id"): element for element in root.iter()}
        for binding in self.bindings:
            value = binding["values"][min(index, len(binding["values"]) - 1)]
            if binding["attribute"] == "text":
                elements[binding["id"]].text = value
            else:
                elements[binding["id"]].set(binding["attribute"], value)
        return ET.tostring(root, encoding="unicode")

    def with_values(self, bindings, *, sentences):
        """Return a scene of the same drawing with other values.

        Nothing is drawn again, so a playground can ask for it while its slider moves (a drawing takes ten times as
        long), and `Stepper.show` then sends the values only.

        Parameters
        ----------
        bindings : list of Binding
            The same artists, bound to the same properties as at first; clicks (`Goto`, `Open`) and movements (`Moves`)
            stay as they are.
        sentences : sequence of str
            One sentence a step.

        Raises
        ------
        ValueError
            Something else is bound, or a value does not fit.
        """
        other = copy(self)
        other.extras = dict(self.extras)
        other.sentences = [clean(s) for s in sentences]
        other.T = len(other.sentences)
        other.start = min(self.start, other.T - 1)
        root, fig = self._drawn
        bindings = list(bindings)
        for n, binding in enumerate(bindings):
            check(binding, f"bindings[{n}]", fig, other.T)
        other.bindings = resolve(root, fig, bindings, other.T)
        bound, at_first = ({(b["id"], b["attribute"]) for b in scene.bindings} for scene in (other, self))
        if bound != at_first:
            odd = ", ".join(f"{attribute} of {name}" for name, attribute in sorted(bound ^ at_first))
            raise ValueError(f"bindings must bind what the drawing has open, no more and no less; look at {odd}.")
        return other

    def player_data(self):
        """Return all that the player needs, as plain data: the interface between Python and ``widgets/js``."""
        return {
            "svg": self.svg,
            "bindings": self.bindings,
            "sentences": self.sentences,
            "t": self.start + 1,
            "label": self.label,
            "words": {name: words.say(label) for name, label in CONTROLS.items()},
            "css": style(),
            "extras": self.extras,
        }

    def save_html(self, path):
        """Write one self-contained page that steps with no kernel and no network."""
        Path(path).write_text(page(self.player_data(), self.alt), encoding="utf-8")
