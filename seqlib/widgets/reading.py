"""What lesson 13 plays with: a line that the reader types is printed and read, a word is pronounced."""

import ipywidgets

from .. import words
from ..draw.promise import as_promised
from ..draw.reading import Unreadable, read_line, reading_scene
from ..draw.sounds import sounds_scene
from ..study.real.g2p import Unpronounceable, pronounce
from .playground import Playground
from .studio import Message

LINE = {"en": "line", "ko": "줄"}
TYPE_LINE = {
    "en": "a line in English or Korean, then Enter",
    "ko": "한국어나 영어 한 줄을 쓰고 Enter",
}
READ_AS = {"en": "Read as “{line}”.", "ko": "읽은 글: ‘{line}’."}


WORD = {"en": "word", "ko": "단어"}
TYPE_WORD = {"en": "an English word, real or not, then Enter", "ko": "영어 단어(없는 단어도 됨)를 쓰고 Enter"}
SOUNDS_LIKE = {"en": "{word} sounds like {sounds}.", "ko": "{word}의 소리: {sounds}."}


class Asking(Playground):
    """A field above a picture; what stands in it is computed in the kernel on Enter, and the picture is replaced.

    A subclass says how in `answer`. What cannot be used gets one sentence, and the picture stays.
    """

    def __init__(self, value, label, tip):
        self.result, self.said = None, Message()
        self.field = ipywidgets.Text(
            value, description=words.say(label), placeholder=words.say(tip), continuous_update=False,
            layout={"width": "100%", "max_width": "640px"},
        )  # fmt: skip
        self.field.add_class("seqlib-controls")  # its letters are no commands of JupyterLab: see js/notebook.js
        scene, told = self.answer(value)
        super().__init__([self.field, self.said], scene)
        self.said.say(told)
        self.field.observe(self._asked, "value")

    def answer(self, value):
        """The scene and a sentence for what stands in the field; sets `result`; raises a sentence (ValueError)."""
        raise NotImplementedError

    @property
    def message(self):
        """What is said below the field."""
        return self.said.text

    def _asked(self, change):
        try:
            scene, told = self.answer(change["new"])
        except (Unreadable, Unpronounceable) as problem:
            return self.said.say(str(problem))
        self.stepper.t = 1  # the steps of another picture mean something else
        self.show(scene)
        return self.said.say(told)


@as_promised
class ReadPrint(Asking):
    """Type a line: it is printed, and Tesseract's network reads it column by column.

    Parameters
    ----------
    line : str
        What is read at first.

    Attributes
    ----------
    result : Reading
        Of the line that is shown.
    message : str
        What was read, and which characters the network cannot write; or why a line cannot be read.

    Raises
    ------
    Unreadable
        The first line cannot be read.
    """

    def __init__(self, line):
        super().__init__(line, LINE, TYPE_LINE)

    def answer(self, value):
        reading = read_line(value)
        scene, self.result = reading_scene(reading), reading
        return scene, f"{words.say(READ_AS, line=reading.text)} {reading.note}".strip()

    def __repr__(self):
        return f"<ReadPrint: {self.result.text}>"


@as_promised
class Pronounce(Asking):
    """Type an English word: one GRU reads its letters, the other one writes its sounds.

    Parameters
    ----------
    word : str
        What is read at first.

    Attributes
    ----------
    result : Pronunciation
        Of the word that is shown.
    message : str
        Its sounds, or why a word cannot be read.

    Raises
    ------
    Unpronounceable
        The first word cannot be read.
    """

    def __init__(self, word):
        super().__init__(word, WORD, TYPE_WORD)

    def answer(self, value):
        said = pronounce(value)
        scene, self.result = sounds_scene(said), said
        return scene, words.say(SOUNDS_LIKE, word=said.word.strip(), sounds=" ".join(said.sounds))

    def __repr__(self):
        return f"<Pronounce: {' '.join(self.result.sounds)}>"
