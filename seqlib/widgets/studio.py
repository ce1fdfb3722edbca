"""Lesson 14: a reader's own sentence, own text and own table."""

import html
import re
import unicodedata

import ipywidgets
import numpy as np
import traitlets

from .. import data, saved, words
from ..data import FINALS, Unusable, one_hot, read_series, sentences_of
from ..doors import seeded, shown, whole
from ..draw.binding import clean
from ..draw.promise import as_promised
from ..draw.studio import NEXT_MOST, NextWordPicture, errors_scene, forecast_scene, missing_font, next_word_plain
from ..files import file_bytes
from ..nn import Adam
from ..study.forecast import Autoregression, Seasonal, choose_order, errors, forecasts, last_value
from ..study.language import (
    EDGE,
    LONGEST_SENTENCE,
    NoWordTwice,
    corpus,
    counted_perplexities,
    perplexity,
    probabilities,
    sample,
    tokens_of,
    word_training,
)
from .lifeline import Lifeline
from .playground import Playground
from .recompute import Recomputed, in_single_precision, plain_model, slider, within
from .spelling import shortened
from .training import Live
from .traits import Real, TextByName, Words

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
    "ko": "문장의 단어가 {count}개입니다. 처음 {most}개만 읽습니다.",
}
ENDED = {"en": "The network ends the sentence here.", "ko": "신경망이 여기서 문장을 끝냅니다."}


class Message(ipywidgets.HTML):
    """A line of text that a screen reader says when it changes; what it is given is escaped."""

    def say(self, text):
        self.value = f'<div role="status" aria-live="polite" style="line-height: 1.5">{html.escape(text)}</div>'
        self.text = text


@as_promised
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

    choice = Words().tag(sync=True)
    typed = TextByName().tag(sync=True)
    temperature = Real(1.0).tag(sync=True)

    def __init__(self, models, sentences, seed=0):
        if not isinstance(models, dict) or not models or set(models) != set(sentences):
            raise ValueError("models and sentences must be {name: …} of the same names, at least one, but "
                             f"{', '.join(models) or 'none'} and {', '.join(sentences) or 'none'} came.")  # fmt: skip
        # The reader's own language leads.
        ordered = {name: models[name] for name in words.own_first(models)}
        self.models = {name: (in_single_precision(model), known) for name, (model, known) in ordered.items()}
        self.rng, self.message = seeded(seed), ""
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
        if not isinstance(text, str):
            raise ValueError(f"sentence must be a text, but {shown(text)} came.")
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
        shown = [shortened(token, LETTERS) for token in tokens]
        return self.picture.scene(model.forward(x), shown, vocabulary, self.temperature)

    def _read(self):
        return [EDGE, *self.tokens()[:LONGEST]]

    @traitlets.observe("typed", "choice")
    def _tell(self, change):
        if self.choice not in self.typed:
            return  # the first values come one after the other
        tokens, count = self._read(), len(self.tokens())
        told = [words.say(TOO_LONG, count=count, most=LONGEST)] if count > LONGEST else []
        unknown = [shortened(token, LETTERS) for token in dict.fromkeys(self.model[1].unknown(tokens))]
        told += [words.say(UNKNOWN, tokens=", ".join(unknown))] if unknown else []
        self.note = self.message = " ".join([*told, missing_font(" ".join(tokens))]).strip()
        self.t = len(tokens)

    @traitlets.validate("typed")
    def _one_for_each(self, proposal):
        if proposal["value"].keys() != self.models.keys():
            raise ValueError(f"typed must have a text for each of {', '.join(self.models)}, but "
                             f"{shown(list(proposal['value']))} came.")  # fmt: skip
        return proposal["value"]

    @traitlets.validate("choice")
    def _only_models(self, proposal):
        if proposal["value"] not in self.models:
            raise ValueError(f"choice must be one of {', '.join(self.models)}, but {shown(proposal['value'])} came.")
        return proposal["value"]

    @traitlets.validate("temperature")
    def _within(self, proposal):
        return within("temperature", proposal["value"], 0.1, 2)

    def __repr__(self):
        return f"<NextWord: {' '.join(self.tokens())}>"


# --- the reader's own text -------------------------------------------------------------------------------------------

MOST_LETTERS, UPDATES = 1_200_000, 150
LEARN = {"en": "Learn from it", "ko": "이 글로 학습하기"}
LEARN_TIP = {
    "en": "hold out one sentence in five, and train on the others",
    "ko": "문장 다섯 중 하나를 떼어 놓고 나머지로 학습하기",
}
PASTE = {
    "en": "Paste a text here. For example, the course's own sentences:",
    "ko": "여기에 글을 붙여 넣으세요. 예를 들면 이 강의의 문장들:",
}
OWN_TEXT = {
    "en": "A box for a text of your own, and a network that learns from it: run this cell to see it.",
    "ko": "직접 쓴 글을 넣는 상자와 그 글로 학습하는 신경망: 이 셀을 실행하면 보입니다.",
}
NO_TEXT = {
    "en": "The box is empty, so the course's own sentences are used.",
    "ko": "상자가 비어 있어 이 강의의 문장을 씁니다.",
}
FEW_SENTENCES = {
    "en": "The text has {count} sentences; {least} are needed, so that some can be held out. Add more, one a line or "
    "with full stops.",
    "ko": "글에 문장이 {count}개입니다. 일부를 떼어 놓으려면 {least}개가 필요합니다. "
    "한 줄에 하나씩 쓰거나 마침표를 찍어 더 넣으세요.",
}
ONE_LINE = {
    "en": "All of the text is one sentence: it has no line ends and no full stops. Put each sentence on its own line.",
    "ko": "글 전체가 한 문장입니다. 줄바꿈도 마침표도 없습니다. 문장을 한 줄에 하나씩 놓으세요.",
}
MANY_LETTERS = {
    "en": "The text has {count:,} characters, and at most {most:,} are learned from here; paste a part of it.",
    "ko": "글이 {count:,}자입니다. 여기서는 {most:,}자까지 학습하니 일부만 붙여 넣으세요.",
}
NO_WORD_TWICE = {
    "en": "No word comes twice in the sentences for training, so all are unknown; a longer text is needed.",
    "ko": "훈련 문장에 두 번 나오는 단어가 없어 모두 모르는 단어가 됩니다. 더 긴 글이 필요합니다.",
}
TEXT_READ = {
    "en": "{train} sentences for training, {held} held out; a vocabulary of {K} tokens; {unknown:.0%} of the held-out "
    "words are <unk>.",
    "ko": "훈련 문장 {train}개, 떼어 놓은 문장 {held}개, 어휘 {K}개. <unk> 토큰이 된 것은 떼어 놓은 단어의 "
    "{unknown:.0%}입니다.",
}
CUT = {
    "en": "Sentences of more than {most} words were cut: {count}.",
    "ko": "단어가 {most}개를 넘는 문장은 잘랐습니다: {count}개.",
}
PERPLEXITIES = {
    "en": "Perplexity on the held-out words: unigram {unigram:.0f}, bigram {bigram:.0f}, network {network:.0f} after "
    "{updates} updates.",
    "ko": "떼어 놓은 단어의 퍼플렉서티: 유니그램 {unigram:.0f}, 바이그램 {bigram:.0f}, "
    "{updates}번 업데이트한 신경망 {network:.0f}.",
}
YOURS = {"en": "your text", "ko": "내 글"}
FEWEST_SENTENCES = 20


@as_promised
class OwnText(ipywidgets.VBox):
    """A reader's own text: paste it, let a small network learn from it, compare it with counting, and type a sentence.

    It trains in slices, so that everything else goes on; Stop ends it early, Continue goes on. What cannot be used gets
    one sentence. Nothing leaves the reader's computer.

    Parameters
    ----------
    text : str
        What stands in the box at first. With an empty box the course's own sentences are used.
    updates : int

    Attributes
    ----------
    corpus : Corpus or None
        Of the last text that could be used.
    view : Live or None
        Its training.
    perplexities : dict of str to float
        Of unigram, bigram and, after the training, network.
    """

    def __init__(self, text="", updates=UPDATES):
        whole("updates", updates)
        self.updates, self.corpus, self.view, self.perplexities = updates, None, None, {}
        self.said, self.found = Message(), Message()
        shown = "\n".join([words.say(PASTE), *(sentence.text for sentence in _own_sentences()[:6]), "…"])
        self.box = ipywidgets.Textarea(text, placeholder=shown, rows=9, layout={"width": "100%"})
        self.box.add_class("seqlib-controls")  # its letters are no commands of JupyterLab: see js/notebook.js
        self.button = _button(LEARN, LEARN_TIP, self.learn)
        self.place = ipywidgets.VBox()
        super().__init__([self.box, self.button, self.said, self.place, Lifeline()])
        self.said.say("")
        self.found.say("")

    @property
    def message(self):
        """What is said of the text, and of the networks."""
        return f"{self.said.text} {self.found.text}".strip()

    def learn(self):
        """Read what stands in the box and begin to learn from it; if it cannot be used, say why."""
        if self.view is not None and self.view.running:
            self.view.stop = True
        try:
            self.corpus, told = self._read(self.box.value)
        except Unusable as problem:
            return self.said.say(str(problem))
        self.said.say(told)
        self.found.say("")
        self.perplexities = {name: values[0] for name, values in counted_perplexities(self.corpus).items()}
        model, batches = word_training(self.corpus.train, len(self.corpus.vocabulary))
        self.view = _Learning(model, batches, Adam(0.01), self.updates, clip=1.0, then=self._learned)
        self.place.children = [self.view, self.found]
        return self.view.start()

    def _read(self, text):
        """The corpus of a text, and what is said of it; `Unusable` says what is wrong."""
        told = [] if text.strip() else [words.say(NO_TEXT)]
        sentences = _sentences(text) if text.strip() else [list(sentence.tokens) for sentence in _own_sentences()]
        try:
            made = corpus(sentences, np.random.default_rng(0))
        except NoWordTwice:
            raise _Refused(words.say(NO_WORD_TWICE)) from None
        held = made.held_out[1:]
        sizes = {"train": made.train.shape[1], "held": held.shape[1], "K": len(made.vocabulary)}
        told.append(words.say(TEXT_READ, unknown=(held == 0).sum() / (held >= 0).sum(), **sizes))
        if cut := sum(len(sentence) > LONGEST_SENTENCE for sentence in sentences):
            told.append(words.say(CUT, count=cut, most=LONGEST_SENTENCE))
        return made, " ".join(told)

    def _learned(self, view):
        """What the network can do when the training is over, or stopped."""
        if view is not self.view or not view.done:
            return
        vocabulary = self.corpus.vocabulary
        self.perplexities["network"] = perplexity(probabilities(view.model, self.corpus.held_out))
        self.found.say(words.say(PERPLEXITIES, updates=view.done, **self.perplexities))
        written = sample(view.model, vocabulary, np.random.default_rng(0), longest=LONGEST)
        name = words.say(YOURS)
        self.place.children = [view, self.found, NextWord({name: (view.model, vocabulary)}, {name: " ".join(written)})]

    def __repr__(self):
        return f"<OwnText: {len(self.box.value)} characters>"

    def _repr_mimebundle_(self, **kwargs):
        told = {"text/plain": repr(self), "text/html": saved.sentence(words.say(OWN_TEXT))}
        return {**super()._repr_mimebundle_(**kwargs), **told}


class _Learning(Live):
    """A training that calls ``then(view)`` whenever it comes to an end."""

    def __init__(self, *arguments, then, **options):
        self.then = then
        super().__init__(*arguments, **options)

    def _end(self):
        ran = self.running
        super()._end()
        if ran:
            self.then(self)


def _own_sentences():
    return data.english() if words.language() == "en" else data.korean()


def _sentences(text):
    """The sentences of a text that is neither too long nor too short."""
    if len(text) > MOST_LETTERS:
        raise _Refused(words.say(MANY_LETTERS, count=len(text), most=MOST_LETTERS))
    if not re.search(r"\n|[.!?…。](\s|$)", text.strip().rstrip(".!?…。")):
        raise _Refused(words.say(ONE_LINE))
    try:
        sentences = sentences_of(unicodedata.normalize("NFC", text))
    except Unusable:
        sentences = None
    pieces = [piece for piece in re.split(r"\n|[.!?…。]", text) if re.search(r"\w", piece)]
    count = len(sentences or pieces)
    if count < FEWEST_SENTENCES:
        raise _Refused(words.say(FEW_SENTENCES, count=count, least=FEWEST_SENTENCES))
    return sentences


# --- the reader's own series -----------------------------------------------------------------------------------------

FEWEST, TAIL, STEPS = 40, 60, 10
PATH = {"en": "or a path", "ko": "또는 경로"}
COLUMN = {"en": "column", "ko": "열"}
PERIOD = {"en": "period", "ko": "주기"}
ENCODING = {"en": "encoding", "ko": "인코딩"}
UPLOAD = {"en": "choose a file", "ko": "파일 고르기"}
PASTE_TABLE = {
    "en": "or paste a table here: a value a line, with its year or date before it\n1700;5\n1701;11\n1702;16",
    "ko": "또는 표를 붙여 넣으세요: 한 줄에 값 하나, 앞에는 연도나 날짜\n1700;5\n1701;11\n1702;16",
}
PATH_HINT = {"en": "C:/data/mine.csv", "ko": "C:/데이터/내데이터.csv"}
READ = {
    "en": "{name}: {count} values, {encoding}. The last {tail} are held out.",
    "ko": "{name}: 값 {count}개, {encoding}. 마지막 {tail}개를 떼어 놓았습니다.",
}
STILL = {"en": "The picture still shows {name}.", "ko": "그림은 아직 {name} 그대로입니다."}
LONG_PERIOD = {
    "en": "The period is {period}, but there are only {most} values before those that are forecast.",
    "ko": "주기가 {period}인데 예측할 구간 이전의 값은 {most}개뿐입니다.",
}
TOO_SHORT = {
    "en": "The series has {count} values; {least} are needed to fit a forecast and to test it.",
    "ko": "값이 {count}개입니다. 예측 모델을 맞추고 평가하려면 {least}개가 필요합니다.",
}
FLAT = {
    "en": "The first {count} values are all the same: nothing can be learned from them.",
    "ko": "처음 값 {count}개가 모두 같습니다. 여기서는 배울 것이 없습니다.",
}


class OwnSeries(Playground):
    """A reader's own series against honest baselines: a file, a path or a pasted table, and what can be forecast.

    What cannot be used gets one sentence, and the picture stays as it was. No file is ever changed.

    Parameters
    ----------
    source : path, bytes or upload, optional
        The first series, see `seqlib.data.read_series`; without it the yearly sunspots.
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

    def __init__(self, source=data.FOLDER / "sunspots.csv", column=None, period=11):
        whole("period", period)
        self.said, self.errors = Message(), {}
        self.upload = ipywidgets.FileUpload(
            accept=".csv,.tsv,.txt", multiple=False, description=words.say(UPLOAD), layout={"width": "auto"}
        )
        text = {"style": {"description_width": "initial"}, "continuous_update": False}
        self.path = ipywidgets.Text(
            description=words.say(PATH), placeholder=words.say(PATH_HINT), layout={"width": "24em"}, **text
        )
        self.pasted = ipywidgets.Textarea(
            placeholder=words.say(PASTE_TABLE), rows=3, layout={"width": "98%"}, continuous_update=False
        )
        self.pasted.add_class("seqlib-controls")  # its letters are no commands of JupyterLab: see js/notebook.js
        self.column = ipywidgets.Text(description=words.say(COLUMN), layout={"width": "10em"}, **text)
        self.encoding = ipywidgets.Combobox(
            options=["utf-8", "cp949", "latin-1", "cp1252", "utf-16"], description=words.say(ENCODING),
            layout={"width": "12em"}, **text,
        )  # fmt: skip
        self.period = ipywidgets.BoundedIntText(
            period, min=1, max=400, description=words.say(PERIOD), layout={"width": "9em"},
            style={"description_width": "initial"},
        )  # fmt: skip
        self.content = file_bytes(source)  # kept: the file may be gone when another column is asked for
        self.series = _long_enough(read_series(self.content, column))
        row = {"layout": {"flex_flow": "row wrap", "align_items": "center"}}
        fields = [self.upload, self.path, self.column, self.encoding, self.period]
        controls = [ipywidgets.HBox(fields, **row), self.pasted, self.said]
        super().__init__(controls, self._scene(self.series))
        self.upload.observe(lambda change: change["new"] and self.load(change["new"]), "value")
        self.path.observe(lambda change: (path := _bare(change["new"])) and self.load(path), "value")
        self.pasted.observe(lambda change: change["new"].strip() and self.load(clean(change["new"]).encode()), "value")
        self.column.observe(lambda change: self.load(self.content), "value")
        self.encoding.observe(lambda change: self.load(self.content), "value")
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
            column, encoding = int(asked) if asked.isdecimal() else asked or None, self.encoding.value.strip() or None
            series = _long_enough(read_series(source, column, encoding))
        except Unusable as problem:
            return self.said.say(f"{problem} {words.say(STILL, name=self.series.name)}")
        return self._draw(series)

    def _draw(self, series):
        try:
            scene = self._scene(series)
        except _Refused as problem:
            if not hasattr(self, "stepper"):
                raise
            return self.said.say(f"{problem} {words.say(STILL, name=self.series.name)}")
        self.series = series
        self.stepper.t = 1
        self.show(scene)

    def _scene(self, series):
        values, period = series.values, self.period.value
        tail = min(TAIL, len(values) // 4)
        n = len(values) - tail
        if period > n:
            raise _Refused(words.say(LONG_PERIOD, period=period, most=n))
        p = choose_order(values[:n], min(TAIL, n // 4), range(1, min(20, n // 4) + 1))
        forecasters = {"last value": last_value, "seasonal": Seasonal(period)}
        forecasters[f"AR({p})"] = Autoregression(values[:n], p)
        self.errors = {name: errors(f, values, n, STEPS) for name, f in forecasters.items()}
        ahead = {name: forecasts(f, values, n, STEPS) for name, f in forecasters.items()}
        told = words.say(READ, name=series.name, count=len(values), encoding=series.encoding, tail=tail)
        self.said.say(f"{told} {errors_scene(self.errors).alt} {missing_font(series.name)}".strip())
        return forecast_scene(series.labels, values, n, ahead)

    def __repr__(self):
        return f"<OwnSeries {self.series.name}: {len(self.series.values)} values>"


def _bare(path):
    """A path without blanks and the quotes round it that some programs copy along."""
    return path.strip().strip("\"'“”‘’").strip()


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
