"""From letters to sounds: the two GRUs of g2p-en, which pronounces English words that are in no dictionary.

One GRU reads the letters of a word, and its last state is all that the other one knows of it. That one writes the
sounds, one a step, and reads the sound that it wrote before, until it writes the end. Both are PyTorch's: z keeps, r
after the product; here z *writes*, as everywhere in the course. An embedding (a vector for each letter or sound) is
multiplied into W_x, so that the input is a one-hot letter.

The weights are those of g2p-en 2.1.0 (Apache-2.0, ``data/g2p/LICENSE``). Its sounds are the same, and its
logits to 2e-5 (they reach 30, in float32).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np

from ... import data, words
from ...data import one_hot
from ...doors import shown
from ...in_words import answering
from ...nn.functions import softmax
from ..conventions import from_torch

LETTERS = ("<pad>", "<unk>", "</s>", *"abcdefghijklmnopqrstuvwxyz")
ARPABET = """
<pad> <unk> <s> </s> AA0 AA1 AA2 AE0 AE1 AE2 AH0 AH1 AH2 AO0 AO1 AO2 AW0 AW1 AW2 AY0 AY1 AY2 B CH D DH EH0 EH1 EH2
ER0 ER1 ER2 EY0 EY1 EY2 F G HH IH0 IH1 IH2 IY0 IY1 IY2 JH K L M N NG OW0 OW1 OW2 OY0 OY1 OY2 P R S SH T TH UH0 UH1
UH2 UW UW0 UW1 UW2 V W Y Z ZH
"""  # a digit is the stress of a vowel
SOUNDS = tuple(ARPABET.split())
UNKNOWN, END_OF_WORD = LETTERS.index("<unk>"), LETTERS.index("</s>")
BEGIN, END = SOUNDS.index("<s>"), SOUNDS.index("</s>")
MOST = 20  # sounds: then the original stops, too
LONGEST = 14  # letters of a word that a picture has room for

EMPTY = {"en": "There is no word; type one, such as neural.", "ko": "단어가 없습니다. neural 같은 단어를 하나 쓰세요."}
SEVERAL = {
    "en": "There are {count} words, and one is read at a time; keep one.",
    "ko": "단어가 {count}개입니다. 한 번에 하나만 읽으니 하나만 남기세요.",
}
LONG = {
    "en": "The word has {count} letters, and at most {most} are read; take a shorter one.",
    "ko": "단어가 {count}자입니다. {most}자까지만 읽으니 더 짧은 단어를 쓰세요.",
}
ODD = {
    "en": "The network knows the letters a to z, but not {signs}; write the word without.",
    "ko": "이 신경망은 a부터 z까지만 압니다. 모르는 글자: {signs}. 빼고 쓰세요.",
}


class Unpronounceable(ValueError):
    """A word cannot be read; the message says why and what to do, in the language in use."""


@dataclass(frozen=True)
class Pronunciation:
    """What the two GRUs made of a word.

    Attributes
    ----------
    word : str
    letters : tuple of Te str
        What was read: the letters, and "</s>".
    sounds : tuple of str
        What was written, without the end.
    written : tuple of Td str
        With the end, "</s>", if it came.
    encoder, decoder : Record
        The traces of the GRUs, (Te, 256, 1) and (Td, 256, 1): h, r, z, g.
    logits, probabilities : ndarray, (Td, 74)
        Of every sound at every step of writing.
    depends : ndarray, (Td, Te)
        How much a sound depends on a letter: by how much its log-probability falls where the letter is unknown.
    """

    word: str
    letters: tuple
    sounds: tuple
    written: tuple
    encoder: object
    decoder: object
    logits: np.ndarray
    probabilities: np.ndarray
    depends: np.ndarray


@dataclass(frozen=True)
class Pronouncer:
    """The network: a GRU that reads, a GRU that writes, and what makes sounds of its states.

    Attributes
    ----------
    encoder, decoder : GRU
        D = 29 letters and D = 74 sounds; 256 units.
    W_hy, b_y : ndarray, (74, 256), (74, 1)
    """

    encoder: object
    decoder: object
    W_hy: np.ndarray
    b_y: np.ndarray

    def read(self, word):
        """Read a word and write its sounds.

        Parameters
        ----------
        word : str
            Letters; capitals and accents are dropped.

        Returns
        -------
        Pronunciation

        Raises
        ------
        Unpronounceable
            It is no single word of at most 14 letters a to z.
        """
        ids = [*map(LETTERS.index, letters_of(word)), END_OF_WORD]
        encoder = self.encoder.forward(_inputs(ids, LETTERS))
        written = self._write(encoder.h[-1])
        x = _inputs([BEGIN, *written[:-1]], SOUNDS)
        decoder = self.decoder.forward(x, encoder.h[-1])
        logits = self.W_hy @ decoder.h + self.b_y
        names = tuple(SOUNDS[k] for k in written)
        return Pronunciation(
            word=word,
            letters=tuple(LETTERS[k] for k in ids),
            sounds=tuple(name for name in names if name != "</s>"),
            written=names,
            encoder=encoder,
            decoder=decoder,
            logits=logits[:, :, 0],
            probabilities=softmax(logits)[:, :, 0],
            depends=self._depends(ids, x, written, logits),
        )

    def _write(self, h):
        """The most probable sound of each step, which is the next one's input, up to the end."""
        sound, written = BEGIN, []
        while sound != END and len(written) < MOST:
            h = self.decoder.forward(_inputs([sound], SOUNDS), h).h[-1]
            sound = int(np.argmax(self.W_hy @ h + self.b_y))
            written.append(sound)
        return written

    def _depends(self, ids, x, written, logits):
        """One sequence for each letter, in which it is unknown; all write the same sounds as the word itself."""
        T = len(ids)
        masked = np.tile(np.array(ids)[:, None], T)
        np.fill_diagonal(masked, UNKNOWN)
        known = self.encoder.forward(one_hot(masked, len(LETTERS)).astype(np.float32)).h[-1]
        others = self.W_hy @ self.decoder.forward(np.tile(x, T), known).h + self.b_y
        steps = np.arange(len(written))
        before, after = (_log_softmax(z)[steps, written] for z in (logits, others))
        return before - after


@cache
def pronouncer():
    """The network of g2p-en, made once."""
    stored = data.g2p_weights()
    cells = {}
    for name in ("enc", "dec"):
        cells[name] = from_torch({
            "weight_ih_l0": stored[f"{name}_w_ih"] @ stored[f"{name}_emb"].T,
            "weight_hh_l0": stored[f"{name}_w_hh"],
            "bias_ih_l0": stored[f"{name}_b_ih"],
            "bias_hh_l0": stored[f"{name}_b_hh"],
        })  # fmt: skip
    return Pronouncer(cells["enc"], cells["dec"], stored["fc_w"], stored["fc_b"][:, None])


def pronounce(word):
    """Letters to sounds: the `Pronunciation` of an English word, whether it exists or not.

    Examples
    --------
    ``" ".join(pronounce("recurrent").sounds)`` is ``"R IH0 K ER1 AH0 N T"``.
    """
    return pronouncer().read(word)


def letters_of(word):
    """The letters that are read, a to z, or one sentence about what came."""
    if not isinstance(word, str):
        raise ValueError(f"word must be a text, but {shown(word)} came.")
    plain = "".join(sign for sign in unicodedata.normalize("NFD", word) if unicodedata.category(sign) != "Mn").lower()
    pieces = plain.split()
    if not pieces:
        raise Unpronounceable(words.say(EMPTY))
    if len(pieces) > 1:
        raise Unpronounceable(words.say(SEVERAL, count=len(pieces)))
    if odd := dict.fromkeys(re.findall("[^a-z]", unicodedata.normalize("NFC", pieces[0]))):
        raise Unpronounceable(words.say(ODD, signs=" ".join(odd)))
    if len(pieces[0]) > LONGEST:
        raise Unpronounceable(words.say(LONG, count=len(pieces[0]), most=LONGEST))
    return pieces[0]


def _log_softmax(z):
    """Also where a probability is too small for a float32."""
    z = z - z.max(axis=-2, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-2, keepdims=True))


def _inputs(ids, names):
    """One-hot columns of one sequence, (T, D, 1) float32."""
    return one_hot(np.array(ids)[:, None], len(names)).astype(np.float32)


answering(globals())
