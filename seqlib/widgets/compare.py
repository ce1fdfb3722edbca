"""Three cells on one sentence: what the reader of lesson 12 types, and what RNN, GRU and LSTM make of it."""

import html
import itertools
import unicodedata

import ipywidgets

from .. import data, words
from ..draw.compare import LONGEST, trio_scene
from .playground import Playground

SENTENCE = {"en": "sentence", "ko": "문장"}
HINT = {"en": "English or Korean, then Enter", "ko": "한국어나 영어로 쓰고 Enter"}
GATES_OF = {"en": "gates of", "ko": "게이트"}
MEAN = {"en": "all units (mean)", "ko": "모든 유닛 (평균)"}
UNIT = {"en": "unit {n}", "ko": "유닛 {n}"}
EMPTY = {
    "en": "There is no word in it. Type up to {most} words, English or Korean, and press Enter.",
    "ko": "단어가 없습니다. 한국어나 영어 단어를 {most}개까지 쓰고 Enter를 누르세요.",
}
TOO_LONG = {
    "en": "These are {n} words, and the picture has room for {most}. The sentence before stays.",
    "ko": "단어가 {n}개입니다. 그림에는 {most}개까지 들어가므로 앞의 문장을 그대로 둡니다.",
}
UNKNOWN = {
    "en": "Not among the {size} words of the course: {unknown}. Each is read as {sign}, the same input for every "
    "unknown word.",
    "ko": "강의의 단어 {size}개에 없는 말: {unknown}. 모르는 단어는 모두 똑같은 입력 {sign}로 읽습니다.",
}
LETTERS = 14  # of a word that are drawn
ALL = -1  # a dropdown takes None for "nothing chosen"


class Spelling:
    """From what a reader types to the course's tokens: `먹었다` is written as one word and read as `먹었`, `다`.

    Parameters
    ----------
    sentences : list of Sentence
    """

    def __init__(self, sentences):
        self.known = {token for sentence in sentences for token in sentence.tokens}
        written = {word for sentence in sentences for word in sentence.text.split()}
        pairs = {pair for sentence in sentences for pair in itertools.pairwise(sentence.tokens)}
        pairs = [pair for pair in sorted(pairs) if joined(*pair) in written]
        stems, ends = (sorted(set(part)) for part in zip(*pairs, strict=True)) if pairs else ((), ())
        self.parts = {joined(stem, end): (stem, end) for stem in stems for end in ends}
        self.parts |= {joined(*pair): pair for pair in pairs}  # what was met goes before what could be

    def tokens(self, text):
        """The tokens of a typed text; a word that is unknown as a whole and in parts stays as it is."""
        text = unicodedata.normalize("NFC", text)
        for sign in ".,!?;:…\"'“”‘’()":
            text = text.replace(sign, " ")
        found = []
        for word in text.split():
            word = "I" if word in ("I", "i") else word.lower()
            found += [word] if word in self.known else self.parts.get(word, [word])
        return found


def joined(stem, end):
    """Two tokens as they are written together: an ending that begins with a bare consonant closes the syllable."""
    closed = {"ㄴ": 4, "ㅂ": 17}.get(end[:1])
    number = ord(stem[-1]) - ord("가")
    if closed and 0 <= number < 11172 and number % 28 == 0:
        return stem[:-1] + chr(ord(stem[-1]) + closed) + end[1:]
    return stem + end


class SideBySide(Playground):
    """RNN, GRU and LSTM step through one sentence that the reader types.

    Parameters
    ----------
    models : dict of str to SequenceModel
        Trained, under the names RNN, LSTM and GRU, many-to-many, with equal H; inputs are one-hot over `vocabulary`.
    vocabulary, classes : Vocabulary
        Of the inputs and of the outputs.
    sentences : list of Sentence
        Where the vocabulary comes from: they say how a written word is cut into tokens.
    sentence : str
        What is shown at first.

    Attributes
    ----------
    tokens : list of str
        What is shown.
    traces : dict of str to Record
        The three runs over it.
    said : str
        The sentence about what was typed; empty where all is well.
    """

    def __init__(self, models, vocabulary, classes, sentences, sentence):
        if missing := {"RNN", "LSTM", "GRU"} - set(models):
            raise ValueError(f"models must hold RNN, LSTM and GRU, but {', '.join(sorted(missing))} did not come.")
        self.models, self.vocabulary, self.classes = dict(models), vocabulary, list(classes.tokens)
        self.spelling, self.said, self.tokens = Spelling(sentences), "", []
        self.entry = ipywidgets.Text(
            value=sentence, description=words.say(SENTENCE), placeholder=words.say(HINT), continuous_update=False,
            style={"description_width": "initial"}, layout={"width": "30em"},
        )  # fmt: skip
        H = models["RNN"].cell.H
        options = [(words.say(MEAN), ALL), *((words.say(UNIT, n=n + 1), n) for n in range(H))]
        self.chooser = ipywidgets.Dropdown(
            options=options, value=ALL, description=words.say(GATES_OF),
            style={"description_width": "initial"}, layout={"width": "17em"},
        )  # fmt: skip
        self.message = ipywidgets.HTML(layout={"display": "none"})
        row = ipywidgets.HBox([self.entry, self.chooser], layout={"flex_flow": "row wrap", "align_items": "center"})
        if not self._read(sentence):
            raise ValueError(f"sentence must have 1 to {LONGEST} words, but {sentence!r} came.")
        super().__init__([row, self.message], self._scene())
        self.entry.observe(self._typed, "value")
        self.chooser.observe(lambda _: self.show(self._scene()), "value")

    @property
    def unit(self):
        """Whose gates are drawn, from 0; None: their mean."""
        return None if self.chooser.value == ALL else self.chooser.value

    @unit.setter
    def unit(self, value):
        self.chooser.value = ALL if value is None else value

    def type(self, sentence):
        """What typing a sentence and pressing Enter does."""
        self.entry.value = sentence

    def _typed(self, change):
        if self._read(change["new"]):
            scene = self._scene()
            self.show(scene)
            self.stepper.t = scene.T

    def _read(self, sentence):
        """Run the cells over a sentence, or say why not; True when there is something new to show."""
        tokens = self.spelling.tokens(sentence)
        if not tokens or len(tokens) > LONGEST:
            self._say(words.say(EMPTY if not tokens else TOO_LONG, n=len(tokens), most=LONGEST))
            return False
        unknown = list(dict.fromkeys(self.vocabulary.unknown(tokens)))
        size, sign = self.vocabulary.size - 1, self.vocabulary.sign
        listed = ", ".join(_short(token) for token in unknown)
        self._say(words.say(UNKNOWN, size=size, unknown=listed, sign=sign) if unknown else "")
        x = data.one_hot(data.pad([self.vocabulary.encode(tokens)]), self.vocabulary.size)
        self.tokens = tokens
        self.traces = {name: model.forward(x) for name, model in self.models.items()}
        return True

    def _say(self, said):
        self.said = said
        self.message.value = f'<span role="status">{html.escape(said)}</span>'
        self.message.layout.display = "" if said else "none"

    def _scene(self):
        shown = [_short(token) for token in self.tokens]
        return trio_scene(self.models, self.traces, shown, self.classes, unit=self.unit)

    def __repr__(self):
        return f"<SideBySide: {' '.join(map(_short, self.tokens))}; t = {self.stepper.t}>"


def _short(token):
    return token if len(token) <= LETTERS else token[: LETTERS - 1] + "…"
