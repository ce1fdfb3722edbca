"""What a reader plays with, lesson by lesson: controls that recompute a picture."""

import numpy as np
import traitlets

from .. import words
from ..doors import shown
from ..draw import makers, panels, style
from ..draw.picture import picture
from ..draw.promise import as_promised
from .recompute import Recomputed, plain_array, plain_model
from .traits import Texts, Whole

MOVE_LEFT = {"en": "← move the token", "ko": "← 토큰 옮기기"}
MOVE_RIGHT = {"en": "move the token →", "ko": "토큰 옮기기 →"}
SHIFT_LEFT = {"en": "← shift all", "ko": "← 모두 밀기"}
SHIFT_RIGHT = {"en": "shift all →", "ko": "모두 밀기 →"}
RESET = {"en": "reset", "ko": "처음으로"}
PICK_TIP = {"en": "pick the token at step {t}", "ko": "시점 {t}의 토큰 고르기"}
PICKED_TIP = {"en": "the token at step {t} is picked", "ko": "시점 {t}의 토큰을 골랐습니다"}
MOVE_TIP = {"en": "swap the picked token with its neighbour", "ko": "고른 토큰을 이웃한 토큰과 맞바꾸기"}
SHIFT_TIP = {
    "en": "move every token by one step; the one that leaves must be {blank}",
    "ko": "모든 토큰을 한 시점씩 옮기기({blank} 토큰만 밖으로 나갈 수 있음)",
}
RESET_TIP = {"en": "back to the sentence at the beginning", "ko": "처음 문장으로 되돌리기"}
SAYS = {"en": "{name}: {label} with {p}", "ko": "{name}: ‘{label}’, 확률 {p}"}
ALT = {
    "en": "A sentence of {T} tokens, and below it bars: what {names} make of it.",
    "ko": "토큰 {T}개로 된 문장과, 그 아래에 이 문장을 본 {names}의 예측을 나타낸 막대.",
}


@as_promised
class Reorder(Recomputed):
    """Move the tokens of a sentence; several models' predictions follow, side by side.

    Parameters
    ----------
    models : dict of str to models
        Name (of a class, so that both languages can share it) and a trained `Pooled`, `Flattened` or `SequenceModel`,
        for x (T, D, 1), where x[t] is the one-hot column of the token at step t + 1. The last output is shown.
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

    RECIPE = "reorder"
    STATE = ("tokens", "picked")

    tokens = Texts().tag(sync=True)
    picked = Whole(0).tag(sync=True)

    def __init__(self, models, sentence, vocabulary, classes, *, blank=None):
        if not isinstance(models, dict) or not models:
            raise ValueError("models must be {name: model}, with at least one, such as {'RNN': model}.")
        unknown = [token for token in [*sentence, *([blank] if blank else [])] if token not in vocabulary]
        if not sentence or unknown:
            came = ", ".join(map(repr, unknown)) or "nothing"
            raise ValueError(
                f"sentence and blank must be tokens of vocabulary ({', '.join(vocabulary)}), but {came} came."
            )
        for name, model in models.items():
            _fits(name, model, len(sentence), len(vocabulary), len(classes))
        if len(set(vocabulary)) < len(vocabulary) or len(models) > 4 or len(sentence) > 12:
            raise ValueError("this picture has room for 4 models, 12 tokens, and a vocabulary in which no token comes "
                             f"twice, but {len(models)} models and {len(sentence)} of {shown(list(vocabulary))} came.")
        self.models, self.vocabulary, self.classes = dict(models), list(vocabulary), list(classes)
        self.sentence, self.blank = tuple(sentence), sentence[0] if blank is None else blank
        first = next((t for t, token in enumerate(sentence) if token != self.blank), 0)
        given = {"models": {name: _plain(model) for name, model in self.models.items()}, "vocabulary": self.vocabulary,
                 "classes": self.classes, "sentence": list(sentence), "blank": self.blank}  # fmt: skip
        picture = ReorderPicture(len(sentence), list(self.models), self.classes)
        super().__init__(picture, self._rows(), given, tokens=list(sentence), picked=first)

    def _rows(self):
        tips = [words.say(PICK_TIP, t="{t}"), words.say(PICKED_TIP, t="{t}")]
        texts = {
            "move left": (MOVE_LEFT, MOVE_TIP), "move right": (MOVE_RIGHT, MOVE_TIP),
            "shift left": (SHIFT_LEFT, SHIFT_TIP), "shift right": (SHIFT_RIGHT, SHIFT_TIP), "reset": (RESET, RESET_TIP),
        }  # fmt: skip
        buttons = [
            {"kind": "button", "name": name, "label": words.say(label), "tip": words.say(tip, blank=self.blank)}
            for name, (label, tip) in texts.items()
        ]
        return [[{"kind": "tokens", "name": "tokens", "picked": "picked", "tips": tips}], buttons]

    def pick(self, t):
        """Let the arrows move the token at index `t`."""
        self.picked = t

    def move(self, by):
        """Swap the picked token with its left (-1) or right (+1) neighbour; it stays picked. Nothing at the ends."""
        there, tokens = self.picked + by, list(self.tokens)
        if 0 <= there < len(tokens):
            tokens[self.picked], tokens[there] = tokens[there], tokens[self.picked]
            self._change(tokens, there)

    def shift(self, by):
        """Move all tokens one step earlier (-1) or later (+1), unless a token other than `blank` would leave."""
        if self.can_shift(by):
            tokens = [*self.tokens[1:], self.blank] if by < 0 else [self.blank, *self.tokens[:-1]]
            self._change(tokens, min(max(self.picked + by, 0), len(tokens) - 1))

    def reset(self):
        """Put the sentence back as it was at the beginning."""
        self.tokens = list(self.sentence)

    def can_shift(self, by):
        """Whether the token that would leave at the left (-1) or right (+1) end is `blank`."""
        return self.tokens[0 if by < 0 else -1] == self.blank

    def x(self):
        """The sentence as a model takes it: one-hot columns, (T, D, 1)."""
        rows = [self.vocabulary.index(token) for token in self.tokens]
        return np.eye(len(self.vocabulary))[rows][:, :, None]

    def probabilities(self):
        """What each model says about the sentence as it stands: {name: (K,)}."""
        x = self.x()
        return {name: model.probabilities(x)[-1, :, 0] for name, model in self.models.items()}

    def draw(self):
        return self.picture.scene(self.tokens, self.picked, self.probabilities())

    def _change(self, tokens, picked):
        with self.hold_sync():
            self.tokens, self.picked = tokens, picked

    @traitlets.validate("tokens")
    def _only_known(self, proposal):
        came = proposal["value"]
        if len(came) != len(self.sentence) or set(came) - set(self.vocabulary):
            known = f"{', '.join(self.vocabulary):.200}"
            raise ValueError(f"tokens must be {len(self.sentence)} of {known}, but {shown(came)} came.")
        return came

    @traitlets.validate("picked")
    def _inside(self, proposal):
        return min(max(proposal["value"], 0), len(self.sentence) - 1)

    def __repr__(self):
        return f"<Reorder: {' '.join(self.tokens)}>"


def _fits(name, model, T, D, K):
    """Refuse a model that does not read T tokens of D, or does not answer with K classes."""
    try:
        came = np.shape(model.probabilities(np.eye(D)[np.arange(T) % D][:, :, None]))
    except Exception as error:
        why = f"{type(error).__name__}: {' '.join(str(error).split()):.120}".removesuffix(".")
        raise ValueError(f"models must read x of shape (T, D, 1) = ({T}, {D}, 1), for sentence and vocabulary, but "
                         f"{name:.20} cannot ({why}).") from error  # fmt: skip
    if len(came) != 3 or came[1:] != (K, 1):
        raise ValueError(f"classes must be as many as outputs of the models, but {K} and, of {name:.20}, "
                         f"{came[1] if len(came) > 1 else came} came.")  # fmt: skip


def _plain(model):
    """A model of lesson 2 as plain data."""
    if not hasattr(model, "hidden"):
        return {"kind": "sequence", **plain_model(model)}
    kind = "pooled" if hasattr(model, "pool") else "flattened"
    return {"kind": kind, **{name: plain_array(array) for name, array in model.params.items()}}


class ReorderPicture(makers.Picture):
    """The sentence, and below it what each model says: drawn once, then only its values change."""

    def __init__(self, T, names, classes):
        self.T, self.names, self.classes = T, names, classes

    def draw(self):
        T, names, classes = self.T, self.names, self.classes
        fig, share = style.figure(10, 3.6, layout=None), 1 / len(names)
        made = self._sentence(fig.add_axes((0.025, 0.74, 0.965, 0.24)), T)
        for n, name in enumerate(names):
            ax = fig.add_axes((0.025 + n * share, 0.1, share - 0.035, 0.46))
            ax.set_title(name, parse_math=False)
            drawn = panels.bars(ax, np.full((1, len(classes)), 0.5), classes, colour=style.INK, name=name)
            for k in range(len(classes)):  # the bar, its number, and where that stands
                p = f"{n} p{k}"
                what = makers.number(p), makers.text(p, "hundredths"), makers.place(k, f"{n} top{k}")
                made += [(b.artist, b.what, maker, b.name) for b, maker in zip(drawn[3 * k :][:3], what, strict=True)]
        forms = {"name": "words", "label": "words", "p": "hundredths"}
        told = {
            f"told{n}": makers.say(SAYS, **{of: makers.text(f"{n} {of}", form) for of, form in forms.items()})
            for n in range(len(names))
        }
        text = f"{{sentence}}. {words.listed([f'{{{name}}}' for name in told])}."
        said = {"make": "say", "text": text, "fields": {"sentence": makers.text("sentence", "words"), **told}}
        return fig, made, said, words.say(ALT, T=T, names=", ".join(names))

    @staticmethod
    def _sentence(ax, T):
        """The sentence as it stands now, the picked token on yellow, the steps below."""
        ax.set(xlim=(0.5, T + 0.5), ylim=(0, 1), yticks=[])
        ax.set_xticks(range(1, T + 1))
        ax.tick_params(length=0, labelcolor=style.MUTED)
        ax.set_xlabel("$t$", loc="left", labelpad=-14)
        for spine in ax.spines.values():
            spine.set_visible(False)
        ax.axhline(0, color=style.EDGE, lw=style.THIN)
        box = ax.add_patch(panels.Rectangle((0.5, 0.1), 1, 0.8, facecolor=style.NOW, edgecolor="none", zorder=0))
        made = [(box, "move", makers.place("picked", 0.1))]
        for t in range(T):
            text = ax.text(t + 1, 0.48, "0", ha="center", va="center", size=style.BIG)
            made.append((text, "text", makers.text(f"token{t}", "words")))
        return made

    @picture
    def scene(self, tokens, picked, said):
        """The scene of a sentence and of what each model says, {name: (K,)}."""
        run = {"steps": 1, "picked": picked + 0.5, "sentence": " ".join(tokens)}
        run |= {f"token{t}": token for t, token in enumerate(tokens)}
        for n, (name, p) in enumerate(said.items()):
            run |= {f"{n} name": name, f"{n} label": self.classes[p.argmax()], f"{n} p": float(p.max())}
            run |= {f"{n} p{k}": float(v) for k, v in enumerate(p)} | {
                f"{n} top{k}": float(v) + 0.03 for k, v in enumerate(p)
            }
        return super().scene(run)
