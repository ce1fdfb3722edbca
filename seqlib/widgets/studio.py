"""Lesson 14: a reader's own sentence, and a reader's own file."""

import html

import ipywidgets
import numpy as np
import traitlets

from .. import words
from ..data import FINALS, Unusable, one_hot, read_series
from ..draw.studio import NEXT_MOST, NextWordPicture, errors_scene, forecast_scene, missing_font, next_word_plain
from ..files import file_bytes
from ..study.forecast import Autoregression, Seasonal, choose_order, errors, forecasts, last_value
from ..study.language import EDGE, sample, tokens_of
from .playground import Playground
from .recompute import Recomputed, plain_model, slider

LONGEST = NEXT_MOST - 1  # words of a sentence that the picture has room for, after its beginning
LETTERS = 12  # of a word that are drawn
UNITS = 16  # that are drawn at most
SENTENCE = {"en": "sentence", "ko": "문장"}
TEMPERATURE = {"en": "temperature", "ko": "온도"}
ADD = {"en": "add a word", "ko": "단어 하나 더하기"}
WRITE = {"en": "write a new sentence", "ko": "새 문장 쓰기"}
ADD_TIP = {"en": "draw the next word at this temperature", "ko": "이 온도에서 다음 단어 뽑기"}
WRITE_TIP = {"en": "let the network write a sentence from its beginning", "ko": "신경망이 처음부터 문장을 쓰게 하기"}
UNKNOWN = {
    "en": "Not in the vocabulary, read as <unk>: {tokens}.",
    "ko": "어휘에 없어 <unk>로 읽은 단어: {tokens}.",
}
TOO_LONG = {
    "en": "The sentence has {count} words; the first {most} are read.",
    "ko": "문장의 단어가 {count}개입니다. 앞의 {most}개만 읽습니다.",
}
ENDED = {"en": "The network ends the sentence here.", "ko": "신경망이 여기서 문장을 끝냅니다."}


class Message(ipywidgets.HTML):
    """A line of text that a screen reader says when it changes; what it is given is escaped."""

    def say(self, text):
        self.value = f'<div role="status" aria-live="polite" style="line-height: 1.5">{html.escape(text)}</div>'
        self.text = text


class NextWord(Recomputed):
    """Type a sentence; see the states while it is read, and the words expected next, at any temperature.

    Parameters
    ----------
    models : dict of str to (SequenceModel, Vocabulary)
        A button's label, a trained next-word model, and its vocabulary.
    sentences : dict of str to str
        The first sentence of each.
    seed : int
        Of the words that are drawn in the kernel.

    Attributes
    ----------
    choice : str
        Which model is used: its button's label.
    typed : dict of str to str
        What stands in the field, for each model; `sentence` is that of the model in use.
    temperature : float
    note : str
        What is said below: unknown words, a sentence that is too long.
    message : str
        The same, or what a button said last.
    """

    RECIPE = "nextWord"
    STATE = ("choice", "typed", "temperature")

    choice = traitlets.Unicode().tag(sync=True)
    typed = traitlets.Dict().tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)

    def __init__(self, models, sentences, seed=0):
        self.models, self.rng, self.message = dict(models), np.random.default_rng(seed), ""
        units = min(UNITS, *(model.cell.H for model, _ in self.models.values()))
        first = next(iter(self.models))
        super().__init__(NextWordPicture(units), self._rows(), self._given(units), choice=first, typed=dict(sentences))

    def _rows(self):
        choice = {"kind": "choice", "name": "choice", "options": [[name, name] for name in self.models]}
        typed = {"kind": "text", "name": "sentence", "of": "typed", "by": "choice", "label": words.say(SENTENCE)}
        warm = slider("temperature", words.say(TEMPERATURE), 0.1, 2, step=0.1, digits=1)
        buttons = [
            {"kind": "button", "name": name, "label": words.say(label), "tip": words.say(tip)}
            for name, label, tip in (("add", ADD, ADD_TIP), ("write", WRITE, WRITE_TIP))
        ]
        return [[choice, typed], [warm, *buttons]]

    def _given(self, units):
        texts = {"unknown": UNKNOWN, "long": TOO_LONG, "ended": ENDED}
        said = {name: words.say(text) for name, text in texts.items()} | {"font": missing_font("가")}
        models = [
            [name, {"model": plain_model(model), "vocabulary": list(vocabulary.tokens)}]
            for name, (model, vocabulary) in self.models.items()
        ]
        shared = {"finals": FINALS, "units": units, "most": LONGEST, "letters": LETTERS}
        return {"models": models, "said": said, **shared, **next_word_plain()}

    @property
    def model(self):
        """The model and the vocabulary that are in use."""
        return self.models[self.choice]

    @property
    def sentence(self):
        """The sentence as it stands."""
        return self.typed[self.choice]

    @sentence.setter
    def sentence(self, text):
        self.typed = self.typed | {self.choice: text}

    def tokens(self):
        """The words of the sentence as it stands, without the edges."""
        return tokens_of(self.sentence, self.model[1])

    def add_word(self):
        """Draw the next word at the present temperature and add it; at the end of a sentence, say so."""
        model, vocabulary = self.model
        tokens = self.tokens()
        more = sample(model, vocabulary, self.rng, temperature=self.temperature, start=tokens, longest=len(tokens) + 1)
        if len(more) == len(tokens):
            self.message = words.say(ENDED)
        else:
            self.sentence = " ".join(more)

    def write_sentence(self):
        """Let the network write a sentence from its beginning."""
        model, vocabulary = self.model
        self.sentence = " ".join(sample(model, vocabulary, self.rng, temperature=self.temperature, longest=LONGEST))

    def draw(self):
        model, vocabulary = self.model
        tokens = self._read()
        x = one_hot(np.array(vocabulary.encode(tokens))[:, None], len(vocabulary))
        shown = [token if len(token) <= LETTERS else token[: LETTERS - 1] + "…" for token in tokens]
        return self.picture.scene(model.forward(x), shown, vocabulary, self.temperature)

    def _read(self):
        return [EDGE, *self.tokens()[:LONGEST]]

    @traitlets.observe("typed", "choice")
    def _tell(self, change):
        if self.choice not in self.typed:
            return  # the first values come one after the other
        tokens, count = self._read(), len(self.tokens())
        told = [words.say(TOO_LONG, count=count, most=LONGEST)] if count > LONGEST else []
        unknown = list(dict.fromkeys(self.model[1].unknown(tokens)))
        told += [words.say(UNKNOWN, tokens=", ".join(unknown))] if unknown else []
        self.note = self.message = " ".join([*told, missing_font(" ".join(tokens))]).strip()
        self.t = len(tokens)

    @traitlets.validate("choice")
    def _only_models(self, proposal):
        if proposal["value"] not in self.models:
            raise ValueError(f"choice must be one of {', '.join(self.models)}, but {proposal['value']!r} came.")
        return proposal["value"]

    @traitlets.validate("temperature")
    def _within(self, proposal):
        return float(np.clip(proposal["value"], 0.1, 2))

    def __repr__(self):
        return f"<NextWord: {' '.join(self.tokens())}>"


# --- the reader's own series -----------------------------------------------------------------------------------------

FEWEST, TAIL, STEPS = 40, 60, 10
PATH = {"en": "or a path", "ko": "또는 경로"}
COLUMN = {"en": "column", "ko": "열"}
PERIOD = {"en": "period", "ko": "주기"}
UPLOAD = {"en": "choose a file", "ko": "파일 고르기"}
PATH_HINT = {"en": "C:/data/mine.csv", "ko": "C:/자료/내자료.csv"}
READ = {
    "en": "{name}: {count} values, {encoding}. The last {tail} are held out.",
    "ko": "{name}: 값 {count}개, {encoding}. 마지막 {tail}개를 떼어 놓았습니다.",
}
STILL = {"en": "The picture still shows {name}.", "ko": "그림은 아직 {name} 그대로입니다."}
TOO_SHORT = {
    "en": "The series has {count} values; {least} are needed to fit a forecast and to test it.",
    "ko": "값이 {count}개입니다. 예측 모델을 적합하고 시험하려면 {least}개가 필요합니다.",
}
FLAT = {
    "en": "The first {count} values are all the same: nothing can be learned from them.",
    "ko": "앞의 값 {count}개가 모두 같습니다. 여기서는 배울 것이 없습니다.",
}


class OwnSeries(Playground):
    """A reader's own series against honest baselines: a file or a path, and what can be forecast.

    What cannot be used gets one sentence, and the picture stays as it was. No file is ever changed.

    Parameters
    ----------
    source : path, bytes or upload
        The first series, see `seqlib.data.read_series`.
    column : str or int, optional
    period : int
        Of the seasonal forecast.

    Attributes
    ----------
    series : Series
        The last one that could be used.
    errors : dict of str to ndarray (10,)
        Root mean squared error of each forecast, 1 to 10 steps ahead.
    message : str
    """

    def __init__(self, source, column=None, period=11):
        self.said, self.errors = Message(), {}
        self.upload = ipywidgets.FileUpload(
            accept=".csv,.tsv,.txt", multiple=False, description=words.say(UPLOAD), layout={"width": "auto"}
        )
        text = {"style": {"description_width": "initial"}, "continuous_update": False}
        self.path = ipywidgets.Text(
            description=words.say(PATH), placeholder=words.say(PATH_HINT), layout={"width": "24em"}, **text
        )
        self.column = ipywidgets.Text(description=words.say(COLUMN), layout={"width": "10em"}, **text)
        self.period = ipywidgets.BoundedIntText(
            period, min=1, max=400, description=words.say(PERIOD), layout={"width": "9em"},
            style={"description_width": "initial"},
        )  # fmt: skip
        self.content = file_bytes(source)  # kept: the file may be gone when another column is asked for
        self.series = _long_enough(read_series(self.content, column))
        row = {"layout": {"flex_flow": "row wrap", "align_items": "center"}}
        controls = [ipywidgets.HBox([self.upload, self.path, self.column, self.period], **row), self.said]
        super().__init__(controls, self._scene(self.series))
        self.upload.observe(lambda change: change["new"] and self.load(change["new"]), "value")
        self.path.observe(lambda change: change["new"].strip() and self.load(change["new"].strip()), "value")
        self.column.observe(lambda change: self.load(self.content), "value")
        self.period.observe(lambda change: self._draw(self.series), "value")

    @property
    def message(self):
        """What is said below the controls."""
        return self.said.text

    def load(self, source):
        """Read a file and show it; if it cannot be used, say why and keep what is shown."""
        asked = self.column.value.strip()
        try:
            self.content = source = file_bytes(source)
            series = _long_enough(read_series(source, int(asked) if asked.isdecimal() else asked or None))
        except Unusable as problem:
            return self.said.say(f"{problem} {words.say(STILL, name=self.series.name)}")
        return self._draw(series)

    def _draw(self, series):
        scene = self._scene(series)
        self.series = series
        self.stepper.t = 1
        self.show(scene)

    def _scene(self, series):
        values, period = series.values, self.period.value
        tail = min(TAIL, len(values) // 4)
        n = len(values) - tail
        p = choose_order(values[:n], min(TAIL, n // 4), range(1, min(20, n // 4) + 1))
        forecasters = {"$y_t$": last_value, f"$y_{{t+k-{period}}}$": Seasonal(period)}
        forecasters[f"AR({p})"] = Autoregression(values[:n], p)
        self.errors = {name: errors(f, values, n, STEPS) for name, f in forecasters.items()}
        ahead = {name: forecasts(f, values, n, STEPS) for name, f in forecasters.items()}
        told = words.say(READ, name=series.name, count=len(values), encoding=series.encoding, tail=tail)
        self.said.say(f"{told} {errors_scene(self.errors).alt} {missing_font(series.name)}".strip())
        return forecast_scene(series.labels, values, n, ahead)

    def __repr__(self):
        return f"<OwnSeries {self.series.name}: {len(self.series.values)} values>"


class _Refused(Unusable):
    def __init__(self, sentence):
        ValueError.__init__(self, sentence)
        self.reason = "too-short"


def _long_enough(series):
    count = len(series.values)
    if count < FEWEST:
        raise _Refused(words.say(TOO_SHORT, count=count, least=FEWEST))
    first = count - min(TAIL, count // 4)
    if np.ptp(series.values[:first]) == 0:
        raise _Refused(words.say(FLAT, count=first))
    return series


def _button(label, tip, act):
    button = ipywidgets.Button(description=words.say(label), tooltip=words.say(tip), layout={"width": "auto"})
    button.on_click(lambda _: act())
    return button
