"""What a reader plays with, lesson by lesson: controls that recompute a picture."""

import ipywidgets
import numpy as np

from .. import words
from ..draw import panels, style
from ..draw.picture import picture
from ..draw.scene import Binding, Scene
from .playground import Playground

MOVE_LEFT = {"en": "← move the token", "ko": "← 토큰 옮기기"}
MOVE_RIGHT = {"en": "move the token →", "ko": "토큰 옮기기 →"}
SHIFT_LEFT = {"en": "← shift all", "ko": "← 모두 밀기"}
SHIFT_RIGHT = {"en": "shift all →", "ko": "모두 밀기 →"}
RESET = {"en": "reset", "ko": "처음으로"}
PICK_TIP = {"en": "pick the token at step {t}", "ko": "{t}번째 시점의 토큰 고르기"}
PICKED_TIP = {"en": "the token at step {t} is picked", "ko": "{t}번째 시점의 토큰을 골랐습니다"}
MOVE_TIP = {"en": "swap the picked token with its neighbour", "ko": "고른 토큰을 이웃한 토큰과 맞바꾸기"}
SHIFT_TIP = {
    "en": "move every token by one step; the one that leaves must be {blank}",
    "ko": "모든 토큰을 한 시점씩 옮기기. 밖으로 나가는 토큰은 {blank} 토큰이어야 합니다",
}
RESET_TIP = {"en": "back to the sentence at the beginning", "ko": "처음 문장으로 되돌리기"}
SAYS = {"en": "{name}: {label} with {p:.2f}", "ko": "{name}: {label}, 확률 {p:.2f}"}
ALT = {
    "en": "A sentence of {T} tokens, and below it bars: what {names} make of it.",
    "ko": "토큰 {T}개로 된 문장과, 그 아래에 이 문장을 본 {names}의 예측을 나타낸 막대.",
}


class Reorder(Playground):
    """Move the tokens of a sentence; several models' predictions follow, side by side.

    Parameters
    ----------
    models : dict of str to model
        Name (of a class, so that both languages can share it) and a trained model: ``probabilities`` of x (T, D, 1),
        where x[t] is the one-hot column of the token at step t + 1. The last output is shown.
    sentence : list of T str
        The tokens at the beginning.
    vocabulary : list of D str
        The token that each row of x stands for.
    classes : list of K str
        What each output stands for.
    blank : str, optional
        The token that may leave at one end, and come in at the other, when the whole sentence is shifted. By default
        the first of the sentence.

    Attributes
    ----------
    tokens : list of str
        The sentence as it stands now.
    picked : int
        Which of them the arrows move, from 0.

    Raises
    ------
    ValueError
        A token of the sentence is not in the vocabulary.
    """

    def __init__(self, models, sentence, vocabulary, classes, *, blank=None):
        unknown = [token for token in [*sentence, *([blank] if blank else [])] if token not in vocabulary]
        if not sentence or unknown:
            came = ", ".join(map(repr, unknown)) or "nothing"
            raise ValueError(
                f"sentence and blank must be tokens of vocabulary ({', '.join(vocabulary)}), but {came} came."
            )
        self.models, self.vocabulary, self.classes = dict(models), list(vocabulary), list(classes)
        self.sentence, self.tokens = tuple(sentence), list(sentence)
        self.blank = sentence[0] if blank is None else blank
        self.picked = next((t for t, token in enumerate(self.tokens) if token != self.blank), 0)
        self.places = [_button() for _ in self.tokens]
        for t, button in enumerate(self.places):
            button.on_click(lambda _, t=t: self.pick(t))
        self.arrows = {
            "move left": _button(MOVE_LEFT, MOVE_TIP, lambda: self.move(-1)),
            "move right": _button(MOVE_RIGHT, MOVE_TIP, lambda: self.move(+1)),
            "shift left": _button(SHIFT_LEFT, SHIFT_TIP, lambda: self.shift(-1), blank=self.blank),
            "shift right": _button(SHIFT_RIGHT, SHIFT_TIP, lambda: self.shift(+1), blank=self.blank),
            "reset": _button(RESET, RESET_TIP, self.reset),
        }
        self._label()
        rows = [
            ipywidgets.HBox(row, layout={"flex_flow": "row wrap"}) for row in (self.places, [*self.arrows.values()])
        ]
        super().__init__(rows, self._scene())

    def pick(self, t):
        """Let the arrows move the token at index `t`."""
        self.picked = t
        self._refresh()

    def move(self, by):
        """Swap the picked token with its left (-1) or right (+1) neighbour; it stays picked. Nothing at the ends."""
        there = self.picked + by
        if 0 <= there < len(self.tokens):
            self.tokens[self.picked], self.tokens[there] = self.tokens[there], self.tokens[self.picked]
            self.pick(there)

    def shift(self, by):
        """Move all tokens one step earlier (-1) or later (+1), unless a token other than `blank` would leave."""
        if self._can_shift(by):
            self.tokens = [*self.tokens[1:], self.blank] if by < 0 else [self.blank, *self.tokens[:-1]]
            self.pick(min(max(self.picked + by, 0), len(self.tokens) - 1))

    def reset(self):
        """Put the sentence back as it was at the beginning."""
        self.tokens = list(self.sentence)
        self._refresh()

    def x(self):
        """The sentence as a model takes it: one-hot columns, (T, D, 1)."""
        rows = [self.vocabulary.index(token) for token in self.tokens]
        return np.eye(len(self.vocabulary))[rows][:, :, None]

    def probabilities(self):
        """What each model says about the sentence as it stands: {name: (K,)}."""
        x = self.x()
        return {name: model.probabilities(x)[-1, :, 0] for name, model in self.models.items()}

    def _can_shift(self, by):
        return self.tokens[0 if by < 0 else -1] == self.blank

    def _refresh(self):
        self._label()
        self.show(self._scene())

    def _label(self):
        for t, (button, token) in enumerate(zip(self.places, self.tokens, strict=True)):
            here = t == self.picked
            button.description = token
            button.tooltip = words.say(PICKED_TIP if here else PICK_TIP, t=t + 1)
            button.button_style = "primary" if here else ""
        self.arrows["move left"].disabled = self.picked == 0
        self.arrows["move right"].disabled = self.picked == len(self.tokens) - 1
        self.arrows["shift left"].disabled = not self._can_shift(-1)
        self.arrows["shift right"].disabled = not self._can_shift(+1)

    @picture
    def _scene(self):
        said = self.probabilities()
        # Places by hand: a layout engine would draw everything twice, and this is drawn at every press.
        fig, share = style.figure(10, 3.6, layout=None), 1 / len(said)
        top = fig.add_axes((0.025, 0.74, 0.965, 0.24))
        below = [fig.add_axes((0.025 + n * share, 0.1, share - 0.035, 0.46)) for n in range(len(said))]
        bindings = _tokens(top, self.tokens, self.picked)
        for ax, (name, p) in zip(below, said.items(), strict=True):
            ax.set_title(name, parse_math=False)
            bindings += panels.bars(ax, p[None], self.classes, colour=style.INK)
        told = [words.say(SAYS, name=name, label=self.classes[p.argmax()], p=p.max()) for name, p in said.items()]
        sentence = f"{' '.join(self.tokens)}. {'; '.join(told)}."
        alt = words.say(ALT, T=len(self.tokens), names=", ".join(said))
        return Scene(fig, bindings, sentences=[sentence], alt=alt)

    def __repr__(self):
        return f"<Reorder: {' '.join(self.tokens)}>"


def _button(label=None, tip=None, act=None, **fields):
    button = ipywidgets.Button(layout={"width": "auto", "min_width": "3.6em"})
    if label:
        button.description, button.tooltip = words.say(label), words.say(tip, **fields)
        button.on_click(lambda _: act())
    return button


def _tokens(ax, tokens, picked):
    """The sentence as it stands now, the picked token on yellow, the steps below."""
    T = len(tokens)
    ax.set(xlim=(0.5, T + 0.5), ylim=(0, 1), yticks=[])
    ax.set_xticks(range(1, T + 1))
    ax.tick_params(length=0, labelcolor=style.MUTED)
    ax.set_xlabel("$t$", loc="left", labelpad=-14)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.axhline(0, color=style.EDGE, lw=style.THIN)
    box = ax.add_patch(panels.Rectangle((0.5, 0.1), 1, 0.8, facecolor=style.NOW, edgecolor="none", zorder=0))
    bindings = [Binding(box, "move", [(picked + 0.5, 0.1)])]
    for t, token in enumerate(tokens, start=1):
        bindings.append(Binding(ax.text(t, 0.48, "0", ha="center", va="center", size=style.BIG), "text", [token]))
    return bindings
