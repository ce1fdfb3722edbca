"""A figure drawn once, and what in it changes with t.

matplotlib draws the figure a single time, to SVG with text as text. Every binding is then resolved (in ``svg.py``) to
the simplest thing a player can do: *this element's attribute takes these T values*. So the player
(``widgets/js``) knows no panel, no unit and no colour map; and `Scene.at`, which does in Python what the player does in
the browser, is the picture that a printed page or a saved notebook shows.
"""

from copy import copy

import numpy as np
from matplotlib.figure import Figure

from .. import saved, words
from ..doors import shown
from ..player import style
from .binding import Binding, Goto, Moves, Open, check, clean, step_index
from .page import page, save
from .predict import asking
from .svg import draw, resolve

__all__ = ["Binding", "Goto", "Moves", "Open", "Scene"]

# The labels of the player's controls.
CONTROLS = {
    "first": {"en": "First step", "ko": "처음 시점"},
    "back": {"en": "One step back", "ko": "이전 시점"},
    "play": {"en": "Play", "ko": "재생"},
    "pause": {"en": "Pause", "ko": "일시 정지"},
    "forward": {"en": "One step on", "ko": "다음 시점"},
    "last": {"en": "Last step", "ko": "마지막 시점"},
    "speed": {"en": "Playing speed", "ko": "재생 속도"},
    "slider": {"en": "Step", "ko": "시점"},
    "large": {"en": "Fill the window", "ko": "창 가득 크게 보기"},
    "small": {"en": "Back to the page", "ko": "원래 크기로"},
    "move": {"en": "Move the picture in its frame", "ko": "틀 안에서 그림 옮기기"},
    "numbers": {"en": "Numbers of this step", "ko": "이 시점의 값"},
    "name": {"en": "Name", "ko": "이름"},
    "value": {"en": "Value", "ko": "값"},
    "keys": {"en": "What is shown, and the keys", "ko": "그림 설명과 단축키"},
    "moving": {"en": "Movement between steps, on or off", "ko": "시점이 바뀔 때의 움직임 켜기/끄기"},
    "moves": {"en": "Values move between steps.", "ko": "시점이 바뀔 때 값이 움직입니다."},
    "lost": {
        "en": "The kernel was restarted or has ended. The picture still steps, but Python does not follow it any more: "
        "run this cell again.",
        "ko": "커널이 다시 시작되었거나 꺼졌습니다. 그림은 계속 넘길 수 있지만 파이썬과는 끊어졌으니 이 셀을 다시 "
        "실행하세요.",
    },
    "stands": {"en": "Nothing moves between steps.", "ko": "시점이 바뀔 때 아무것도 움직이지 않습니다."},
}


def _sentences(sentences):
    sentences = list(sentences) if np.iterable(sentences) and not isinstance(sentences, str) else []
    if not sentences or not all(isinstance(s, str) and s.strip() for s in sentences):
        raise ValueError("sentences must be one non-empty string for each step; say what happens at every t.")
    return [clean(s) for s in sentences]


def _bindings(bindings):
    if not np.iterable(bindings):
        raise ValueError(f"bindings must be a list of Binding, Goto, Open and Moves, but {shown(bindings)} came.")
    return list(bindings)


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
        The telling step, 0-based: what is shown where nothing moves.
    begin : int
        Where the live picture begins, 0-based: the first step, or the last one where → and ← go through time and the
        text looks back from there.
    label : str
        The name of the step on the controls: ``t = 3 / 8``. Where ``extras["places"]`` has a text for each step, it
        stands there instead of the count: ``year = 1957``.

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

    def __init__(self, fig, bindings, *, sentences, alt, start=0, begin=0, label="t"):
        if not isinstance(fig, Figure):
            raise ValueError(f"fig must be a matplotlib Figure, got {type(fig).__name__}; use style.figure().")
        self.sentences = _sentences(sentences)
        self.T = len(self.sentences)
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError("alt must be a sentence that says what the picture shows, got nothing.")
        self.alt, self.label = clean(alt), clean(str(label))
        self.start, self.begin = step_index(start, self.T, "start"), step_index(begin, self.T, "begin")
        bindings = _bindings(bindings)
        try:
            self.svg, self.bindings, moves, root = draw(fig, bindings, self.T, self.alt)
        except Exception as error:
            error.scene = self  # its words are known: `picture` shows them in place of the drawing
            raise
        self.extras = {"moving": moves} if moves else {}
        self._named = {b.artist.get_gid(): b.name for b in bindings if getattr(b, "name", None)}
        self._drawn = root, fig

    def __repr__(self):
        return f"<Scene: {self.T} step{'s' if self.T > 1 else ''}, t = {self.start + 1}: {self.alt}>"

    def _repr_mimebundle_(self, **kwargs):
        return {"text/plain": repr(self), "text/html": saved.picture(self.at(self.start + 1), self.alt)}

    def at(self, t):
        """Return the picture at step `t` as SVG (t = 1 is the first step, as on every label).

        Raises
        ------
        ValueError
            There is no such step.
        """
        t = step_index(t, self.T, "t", first=1) + 1
        return saved.filled(self.svg, self.bindings, self.sentences, t)

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
        other.sentences = _sentences(sentences)
        other.T = len(other.sentences)
        other.start, other.begin = min(self.start, other.T - 1), min(self.begin, other.T - 1)
        root, fig = self._drawn
        bindings = _bindings(bindings)
        for n, binding in enumerate(bindings):
            check(binding, f"bindings[{n}]", fig, other.T)
        other.bindings = resolve(root, fig, bindings, other.T)
        bound, at_first = ({(b["id"], b["attribute"]) for b in scene.bindings} for scene in (other, self))
        if bound != at_first:
            odd = ", ".join(f"{attribute} of {name}" for name, attribute in sorted(bound ^ at_first))
            raise ValueError(f"bindings must bind what the drawing has open, no more and no less; look at {odd}.")
        return other

    def asking(self, *names):
        """Return the same scene with a *predict* switch: it hides these quantities until the reader has guessed.

        Hidden are all bindings with such a name (a vector's texts and shades, for instance), the same texts elsewhere,
        and these numbers in tips; the sentence becomes a question.

        Parameters
        ----------
        *names : str
            Names of bindings; ``"h_t"`` means all rows, ``"ŷ_t"`` all classes. The reader is asked for the first
            number, or chooses another.

        Raises
        ------
        ValueError
            Nothing has that name; the sentence says which names there are.

        Examples
        --------
        ``Stepper(lstm_cell_scene(model, trace).asking("h_t"))`` asks for h_t; ``asking("C_t", "tanh C_t", "h_t")`` for
        C_t, and hides what would tell it.
        """
        other = copy(self)
        if hasattr(self, "error"):  # it was refused, and says why: nothing in it can be asked for
            return other
        other.extras = self.extras | {"predict": asking(names, self._named, self.bindings)}
        return other

    def player_data(self):
        """Return all that the player needs, as plain data: the interface between Python and ``widgets/js``."""
        return {
            "svg": self.svg,
            "bindings": self.bindings,
            "sentences": self.sentences,
            "t": self.begin + 1,
            "begin": self.begin + 1,
            "start": self.start + 1,
            "label": self.label,
            "words": {name: words.say(label) for name, label in CONTROLS.items()},
            "css": style(),
            "extras": self.extras,
        }

    def save_html(self, path):
        """Write one self-contained page that steps with no kernel and no network."""
        save(path, page(self.player_data(), self.alt))
