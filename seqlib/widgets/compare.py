"""Three cells side by side: a sentence that the reader types, the words an answer hangs on, and a race."""

import time

import ipywidgets
import traitlets
from IPython.display import display

from .. import data, saved, words
from ..doors import shown
from ..draw import compare
from ..draw.compare import RacePicture, TrioPicture, WeightsPicture
from ..draw.promise import as_promised
from ..study.compare import Race, word_weights
from .lifeline import Lifeline
from .recompute import Recomputed, in_single_precision, plain_model
from .spelling import Spelling, shortened
from .stepper import Stepper
from .training import SHOWN_EVERY, STOP, STOP_TIP, InSlices, _let_clicks_through, wait_for
from .traits import Whole, Words

SENTENCE = {"en": "sentence", "ko": "문장"}
HINT = {"en": "English or Korean, then Enter", "ko": "문장을 쓰고 Enter"}
GATES_OF = {"en": "gates of", "ko": "게이트"}
MEAN = {"en": "all units (mean)", "ko": "모든 유닛(평균)"}
UNIT = {"en": "unit {n}", "ko": "유닛 {n}"}
EMPTY = {
    "en": "There is no word in it. Type up to {most} words, English or Korean, and press Enter.",
    "ko": "문장이 비어 있습니다. 토큰 {most}개까지 쓰고 Enter를 누르세요.",
}
TOO_LONG = {
    "en": "These are {n} words, and the picture has room for {most}. The sentence before stays.",
    "ko": "토큰 {n}개로 나뉘는 문장입니다. 그림에는 {most}개까지 들어가므로 이전 문장을 그대로 둡니다.",
}
UNKNOWN = {
    "en": "Not among the {size} words of the course: {unknown}. Each is read as {sign}, the same input for every "
    "unknown word.",
    "ko": "강의의 토큰 {size}개에 없는 말: {unknown}. 모르는 토큰은 모두 똑같은 {sign} 입력으로 읽습니다.",
}
LETTERS = 14  # of a word that are drawn
MEAN_OF_ALL = -1  # in place of a unit


def fitting(models, vocabulary, classes):
    """Refuse models of other sizes than the vocabularies of their inputs and outputs have."""
    D, K = len(vocabulary.tokens), len(classes.tokens)
    for name, model in models.items():
        if model.loss_name != "cross_entropy":
            raise ValueError(f"models must name classes, with the loss cross_entropy, but {name} predicts numbers "
                             f"({model.loss_name}).")  # fmt: skip
        has = model.cell.D, len(model.readout.params.b_y)
        if has != (D, K) or model.shape != "many-to-many":
            raise ValueError(f"models must be many-to-many, of {D} inputs and {K} outputs as vocabulary and classes "
                             f"are, but {name} is {model.shape}, of {has[0]} and {has[1]}.")  # fmt: skip


class OneSentence(Recomputed):
    """Trained networks read one sentence that the reader types. A subclass has ``RECIPE`` and `draw`.

    Parameters
    ----------
    picture : Picture
        It has ``most``, the number of words for which there is room.
    models : dict of str to SequenceModel
        Many-to-many; inputs are one-hot over `vocabulary`.
    vocabulary, classes : Vocabulary
        Of the inputs and of the outputs.
    sentences : list of Sentence
        Where the vocabulary comes from: they say how a written word is cut into tokens.
    sentence : str
        What is shown at first.
    more : list of dict
        Controls beside the sentence.
    """

    STATE = ("sentence",)

    sentence = Words().tag(sync=True)

    def __init__(self, picture, models, vocabulary, classes, sentences, sentence, more=()):
        fitting(models, vocabulary, classes)
        self.models = {name: in_single_precision(model) for name, model in models.items()}
        self.vocabulary, self.classes = vocabulary, list(classes.tokens)
        self.spelling, self.said = Spelling(sentences), ""
        typed = {"kind": "text", "name": "sentence", "label": words.say(SENTENCE), "hint": words.say(HINT)}
        super().__init__(picture, [[typed, *more]], self._given(picture.most), sentence=sentence)

    def _given(self, most):
        return {
            "models": [[name, plain_model(model)] for name, model in self.models.items()],
            "vocabulary": list(self.vocabulary.tokens), "sign": self.vocabulary.sign, "classes": self.classes,
            "spelling": {"known": sorted(self.spelling.known), "parts": self.spelling.parts},
            "letters": LETTERS, "most": most, "width": compare.INCHES, "said": {"empty": words.say(EMPTY),
            "long": words.say(TOO_LONG), "unknown": words.say(UNKNOWN)},
        }  # fmt: skip

    def type(self, sentence):
        """What typing a sentence and pressing Enter does: it is shown, or it is said why not."""
        refused = self._refused(sentence)
        if refused:
            self.said = refused
        else:
            self.sentence = sentence
            self.said = self.note

    @property
    def tokens(self):
        """What is shown."""
        return self.spelling.tokens(self.sentence)

    @property
    def x(self):
        """What the networks read, (T, D, 1)."""
        return data.one_hot(data.pad([self.vocabulary.encode(self.tokens)]), self.vocabulary.size)

    def _refused(self, sentence):
        """Why a sentence cannot be shown; "" where it can."""
        n = len(self.spelling.tokens(sentence))
        most = self.picture.most
        return words.say(TOO_LONG if n else EMPTY, n=n, most=most) if not 1 <= n <= most else ""

    @traitlets.validate("sentence")
    def _only_readable(self, proposal):
        if self._refused(proposal["value"]):
            raise ValueError(f"sentence must have 1 to {self.picture.most} words, but {shown(proposal['value'])} came.")
        return proposal["value"]

    @traitlets.observe("sentence")
    def _read(self, change):
        unknown = list(dict.fromkeys(self.vocabulary.unknown(self.tokens)))
        size, sign, listed = self.vocabulary.size - 1, self.vocabulary.sign, ", ".join(map(_short, unknown))
        self.note = self.said = words.say(UNKNOWN, size=size, unknown=listed, sign=sign) if unknown else ""
        self.t = self.scene.T  # of a run that has diverged only one step is drawn

    def __repr__(self):
        return f"<{type(self).__name__}: {' '.join(map(_short, self.tokens))}; t = {self.t}>"


@as_promised
class SideBySide(OneSentence):
    """RNN, GRU and LSTM step through one sentence that the reader types.

    Parameters
    ----------
    models : dict of str to SequenceModel
        Trained, under the names RNN, LSTM and GRU, many-to-many, with equal H; inputs are one-hot over `vocabulary`.
    vocabulary, classes, sentences, sentence
        As for `OneSentence`.

    Attributes
    ----------
    sentence : str
        What was typed and could be read; setting it shows it.
    unit : int
        Whose gates are drawn, from 0; -1: their mean.
    tokens : list of str
        What is shown.
    traces : dict of str to Record
        The three runs over it.
    said : str
        The sentence about what was typed; empty where all is well.
    """

    RECIPE = "trio"
    STATE = ("sentence", "unit")

    unit = Whole(MEAN_OF_ALL).tag(sync=True)

    def __init__(self, models, vocabulary, classes, sentences, sentence):
        if missing := {"RNN", "LSTM", "GRU"} - set(models):
            raise ValueError(f"models must hold RNN, LSTM and GRU, but {', '.join(sorted(missing))} did not come.")
        if more := set(models) - {"RNN", "LSTM", "GRU"}:
            raise ValueError(f"models must be RNN, LSTM and GRU, but there is also {', '.join(map(str, more)):.60}.")
        sizes = {name: model.cell.H for name, model in models.items()}
        if len(set(sizes.values())) > 1:
            raise ValueError(f"models must have equally many units, but {', '.join(map(str, sizes.values()))} came.")
        H, self._ran = models["RNN"].cell.H, {}
        units = [[words.say(MEAN), MEAN_OF_ALL], *([words.say(UNIT, n=n + 1), n] for n in range(H))]
        gates = {"kind": "select", "name": "unit", "label": words.say(GATES_OF), "options": units}
        super().__init__(TrioPicture(H, list(models)), models, vocabulary, classes, sentences, sentence, [gates])

    def _given(self, most):
        return super()._given(most) | compare.plain()

    @property
    def traces(self):
        """The three runs over the sentence."""
        if self.sentence not in self._ran:
            self._ran = {self.sentence: {name: model.forward(self.x) for name, model in self.models.items()}}
        return self._ran[self.sentence]

    def draw(self):
        shown = [_short(token) for token in self.tokens]
        unit = None if self.unit == MEAN_OF_ALL else self.unit
        return self.picture.scene(self.models, self.traces, shown, self.classes, unit)

    @traitlets.validate("unit")
    def _only_units(self, proposal):
        last = self.models["RNN"].cell.H - 1
        if not MEAN_OF_ALL <= (value := proposal["value"]) <= last:
            raise ValueError(f"unit must be from 0 to {last}, or {MEAN_OF_ALL} for the mean of all, but {value} came.")
        return value


def _short(token):
    return shortened(token, LETTERS)


# --- which words an answer hangs on ----------------------------------------------------------------------------------


@as_promised
class WordWeights(OneSentence):
    """The reader's sentence, a line a cell, each word tinted by how much the answer at the cursor hangs on it.

    Parameters
    ----------
    models, vocabulary, classes, sentences, sentence
        As for `OneSentence`.

    Attributes
    ----------
    sentence : str
        What was typed and could be read; setting it shows it.
    tokens : list of str
        What is shown.
    said : str
        The sentence about what was typed; empty where all is well.
    """

    RECIPE = "wordWeights"

    def __init__(self, models, vocabulary, classes, sentences, sentence):
        super().__init__(WeightsPicture(models), models, vocabulary, classes, sentences, sentence)

    def draw(self):
        x = self.x
        weights = {name: word_weights(model, x) for name, model in self.models.items()}
        labels = {name: [self.classes[k] for k in model.predict(x)[:, 0]] for name, model in self.models.items()}
        return self.picture.scene(weights, labels, [_short(token) for token in self.tokens])


# --- a race ----------------------------------------------------------------------------------------------------------

LAG = {"en": "lag", "ko": "시차"}
START = {"en": "Start", "ko": "시작"}
START_TIP = {
    "en": "Fresh networks, trained from the beginning at this lag",
    "ko": "이 시차에서 새 신경망을 처음부터 학습하기",
}
RUNNING = {"en": "{done} of {updates} updates each", "ko": "신경망마다 {updates}번 중 {done}번 업데이트"}
STOPPED = {"en": "stopped after {done} of {updates} updates each", "ko": "신경망마다 {updates}번 중 {done}번에서 멈춤"}
RACE = {
    "en": "A race of {n} networks over {updates} updates: run this cell to see it.",
    "ko": "신경망 {n}개가 {updates}번씩 업데이트하는 경주: 이 셀을 실행하면 보입니다.",
}


@as_promised
class CopyRace(InSlices):
    """RNN, LSTM and GRU learn to copy side by side, live: the reader picks the lag, starts and stops.

    Parameters
    ----------
    lag : int
        Of the first race, one of `lags`.
    lags : sequence of int
        What can be picked.
    **sizes
        As for `seqlib.study.compare.Race`.

    Attributes
    ----------
    race : Race
        The present one, with its ``shares`` and its ``table()``.

    Notes
    -----
    As in `seqlib.widgets.training.Live`, `run` trains in the calling cell, and `start` in slices on the kernel's event
    loop, so that Stop is heard.
    """

    def __init__(self, lag=10, *, lags=(3, 5, 10, 15, 20), **sizes):
        if unknown := sizes.keys() - {"H", "seeds", "updates"}:
            raise ValueError(f"sizes must be named H, seeds or updates, but {', '.join(sorted(unknown)):.60} came.")
        if lag not in lags:
            raise ValueError(f"lag must be one of {', '.join(map(str, lags))}, but {shown(lag)} came.")
        self.sizes, self.race, self.running, self.stop, self._shown = sizes, Race(lag, **sizes), False, False, 0.0
        self._begun = False  # nobody has trained the networks of this race
        self.picture = RacePicture(self.race.shares, self.race.seeds, self.race.updates, 1 / 4)
        self.pick = ipywidgets.Dropdown(options=lags, value=lag, description=words.say(LAG), layout={"width": "auto"})
        self.bar = ipywidgets.IntProgress(min=0, max=self.race.updates, layout={"width": "32%"})
        self.button, self.text = ipywidgets.Button(layout={"width": "auto"}), ipywidgets.Label()
        self.button.on_click(self._on_click)
        for control in (self.pick, self.button):
            control.add_class("seqlib-controls")
        _let_clicks_through(self.button)
        self.stepper = Stepper(self._scene())
        row = ipywidgets.HBox([self.pick, self.button, self.bar, self.text],
                              layout={"align_items": "center", "flex_flow": "row wrap"})  # fmt: skip
        super().__init__([row, self.stepper, Lifeline()])
        self._label_button()

    def _work(self, seconds):
        """Give the networks their next updates, in turn, for so long; return whether all is over."""
        until = time.monotonic() + seconds
        while not self.stop and not self.race.over and time.monotonic() < until:
            self.race.advance()
            self._show()
        return self.stop or self.race.over

    def _begin(self):
        self.stop, self.running, self._shown = False, True, 0.0
        if self._begun or self.race.lag != self.pick.value:
            self.race = Race(self.pick.value, **self.sizes)
        self._begun = True
        self._label_button()

    def _end(self):
        if self.running:
            self.running = False
            self._label_button()
            self._show(at_end=True)

    def _scene(self):
        return self.picture.scene(self.race.shares, self.race.LOOK, self.race.lag)

    def _show(self, at_end=False):
        now = time.monotonic()
        if not at_end and now - self._shown < SHOWN_EVERY:
            return
        self._shown = now
        self.bar.value = self.race.done
        told = STOPPED if at_end and not self.race.over else RUNNING
        self.text.value = words.say(told, done=self.race.done, updates=self.race.updates)
        scene = self._scene()
        if not at_end:  # the sentence is read aloud: not ten times a second
            scene.sentences = self.stepper.scene.sentences
        self.stepper.show(scene)

    def _label_button(self):
        told, tip, icon = (STOP, STOP_TIP, "stop") if self.running else (START, START_TIP, "play")
        self.button.description, self.button.tooltip, self.button.icon = words.say(told), words.say(tip), icon
        self.pick.disabled = self.running

    def __repr__(self):
        n = self.race.seeds * len(self.race.shares)
        return f"<CopyRace: {n} networks, {self.race.updates} updates>"

    def _repr_mimebundle_(self, **kwargs):
        n = self.race.seeds * len(self.race.shares)
        told = words.say(RACE, n=n, updates=self.race.updates)
        still = {"text/plain": repr(self), "text/html": saved.sentence(told)}
        return {**super()._repr_mimebundle_(**kwargs), **still}


def copy_race(lag=10, *, wait=True, **sizes):
    """Show a `CopyRace` and run it.

    Parameters
    ----------
    lag : int
    wait : bool
        False: come back at once and run in slices while other cells run, where a kernel can; see `live`.
    **sizes
        As for `seqlib.study.compare.Race`.

    Returns
    -------
    CopyRace
    """
    view = CopyRace(lag, **sizes)
    display(view)
    if wait:
        wait_for(view)
    else:
        view.start()
    return view
