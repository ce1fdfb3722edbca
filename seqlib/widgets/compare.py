"""Three cells on one sentence: what the reader of lesson 12 types, and what RNN, GRU and LSTM make of it."""

import itertools
import unicodedata

import traitlets

from .. import data, words
from ..draw import compare
from ..draw.compare import LONGEST, TrioPicture
from .recompute import Recomputed, plain_model

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
MEAN_OF_ALL = -1  # in place of a unit


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


class SideBySide(Recomputed):
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

    sentence = traitlets.Unicode().tag(sync=True)
    unit = traitlets.Int(MEAN_OF_ALL).tag(sync=True)

    def __init__(self, models, vocabulary, classes, sentences, sentence):
        if missing := {"RNN", "LSTM", "GRU"} - set(models):
            raise ValueError(f"models must hold RNN, LSTM and GRU, but {', '.join(sorted(missing))} did not come.")
        self.models, self.vocabulary, self.classes = dict(models), vocabulary, list(classes.tokens)
        self.spelling, self.said, self._ran = Spelling(sentences), "", {}
        H = models["RNN"].cell.H
        super().__init__(TrioPicture(H, list(models)), self._rows(H), self._given(), sentence=sentence)

    @staticmethod
    def _rows(H):
        units = [[words.say(MEAN), MEAN_OF_ALL], *([words.say(UNIT, n=n + 1), n] for n in range(H))]
        typed = {"kind": "text", "name": "sentence", "label": words.say(SENTENCE), "hint": words.say(HINT)}
        return [[typed, {"kind": "select", "name": "unit", "label": words.say(GATES_OF), "options": units}]]

    def _given(self):
        return {
            "models": [[name, plain_model(model)] for name, model in self.models.items()],
            "vocabulary": list(self.vocabulary.tokens), "sign": self.vocabulary.sign, "classes": self.classes,
            "spelling": {"known": sorted(self.spelling.known), "parts": self.spelling.parts},
            "letters": LETTERS, "said": {"empty": words.say(EMPTY), "long": words.say(TOO_LONG),
            "unknown": words.say(UNKNOWN)}, **compare.plain(),
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
    def traces(self):
        """The three runs over the sentence."""
        if self.sentence not in self._ran:
            x = data.one_hot(data.pad([self.vocabulary.encode(self.tokens)]), self.vocabulary.size)
            self._ran = {self.sentence: {name: model.forward(x) for name, model in self.models.items()}}
        return self._ran[self.sentence]

    def draw(self):
        shown = [_short(token) for token in self.tokens]
        unit = None if self.unit == MEAN_OF_ALL else self.unit
        return self.picture.scene(self.models, self.traces, shown, self.classes, unit)

    def _refused(self, sentence):
        """Why a sentence cannot be shown; "" where it can."""
        n = len(self.spelling.tokens(sentence))
        return words.say(TOO_LONG if n else EMPTY, n=n, most=LONGEST) if not 1 <= n <= LONGEST else ""

    @traitlets.validate("sentence")
    def _only_readable(self, proposal):
        if self._refused(proposal["value"]):
            raise ValueError(f"sentence must have 1 to {LONGEST} words, but {proposal['value']!r} came.")
        return proposal["value"]

    @traitlets.validate("unit")
    def _only_units(self, proposal):
        return min(max(proposal["value"], MEAN_OF_ALL), self.models["RNN"].cell.H - 1)

    @traitlets.observe("sentence")
    def _read(self, change):
        unknown = list(dict.fromkeys(self.vocabulary.unknown(self.tokens)))
        size, sign, listed = self.vocabulary.size - 1, self.vocabulary.sign, ", ".join(map(_short, unknown))
        self.note = self.said = words.say(UNKNOWN, size=size, unknown=listed, sign=sign) if unknown else ""
        self.t = len(self.tokens)

    def __repr__(self):
        return f"<SideBySide: {' '.join(map(_short, self.tokens))}; t = {self.t}>"


def _short(token):
    return token if len(token) <= LETTERS else token[: LETTERS - 1] + "…"
