"""The course's data: sentences, digits, series, generators. NumPy and the standard library only.

The files lie in ``data/`` beside this package (of an installed one, in ``_data`` inside it); ``data/README.md`` says
where each comes from. Every loader checks the file's SHA-256 first, so a damaged download is named at once and not met
later as a strange result.
"""

import hashlib
import io
import json
import operator
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import doors
from .doors import generator, plain, reals, shown, whole
from .files import Series, Unusable, read_series, read_text, sentences_of  # noqa: F401  (seqlib.data is the door)
from .in_words import answering

PACKAGE = Path(__file__).resolve().parent
FOLDER = PACKAGE / "_data" if (PACKAGE / "_data").is_dir() else PACKAGE.parent / "data"
# Where a file may be that is not there: tools/lite.py keeps those of lesson 13 out of what every lesson fetches.
ELSEWHERE = os.environ.get("SEQLIB_DATA")

ENGLISH_TAGS = ("DET", "NOUN", "PRON", "VERB", "AUX", "ADJ", "ADV", "ADP", "PART", "NUM", "CCONJ", "SCONJ")
KOREAN_TAGS = {  # school grammar -> English
    "명사": "noun",
    "대명사": "pronoun",
    "수사": "numeral",
    "동사": "verb",
    "형용사": "adjective",
    "관형사": "determiner",
    "부사": "adverb",
    "조사": "particle",
    "어미": "ending",
}
BINARY = (".npz", ".mp3", ".safetensors")
DIGIT_NAMES = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "ko": ("영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"),
}
ORDER_TOKENS = "abcdef"  # a and b carry the class, the rest are fillers

# The three parts of a Hangul syllable, in the order in which Unicode composes them.
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")


@dataclass(frozen=True)
class Sentence:
    """One sentence and its analysis.

    Attributes
    ----------
    text : str
        The sentence as it is written.
    tokens, tags : tuple of str
        The course's tokens and the part of speech of each.
    morphemes : tuple of tuples of (morpheme, tag)
        For each token what it is made of; empty in English.
    gloss : str
        A natural English sentence; in English the text itself.
    """

    text: str
    tokens: tuple
    tags: tuple
    morphemes: tuple = ()
    gloss: str = ""


# --- files -------------------------------------------------------------------------------------------------------


def checksum(path):
    """SHA-256 of a file in hex; of a text file with ``\\n`` as line ending, which git may have changed."""
    content = Path(path).read_bytes()
    return hashlib.sha256(content if path.suffix in BINARY else content.replace(b"\r\n", b"\n")).hexdigest()


def _place(name):
    return Path(ELSEWHERE) / name if ELSEWHERE and not (FOLDER / name).is_file() else FOLDER / name


def _content(name):
    """The bytes of a data file, or one sentence that says what is wrong and what to do."""
    remedy = f"restore it with `git checkout -- data/{name}` or download the course again."
    path, listed = _place(name), FOLDER / "checksums.json"
    if not path.is_file():
        raise FileNotFoundError(f"data/{name} is missing (looked in {FOLDER}); {remedy}")
    try:
        expected = json.loads(listed.read_text(encoding="utf-8"))[name]
    except (OSError, ValueError, KeyError, TypeError):
        raise ValueError(
            f"data/checksums.json is missing or damaged, so data/{name} cannot be checked; "
            "restore it with `git checkout -- data/checksums.json` or download the course again."
        ) from None
    found = checksum(path)
    if found != expected:
        raise ValueError(
            f"data/{name} is damaged or was edited: its SHA-256 begins {found[:8]}, not {str(expected)[:8]}; {remedy}"
        )
    return path.read_bytes()


def _rows(name):
    """The lines of a tab-separated file, each as a list of columns."""
    return [line.split("\t") for line in _content(name).decode("utf-8").splitlines() if line]


def english():
    """The English sentences with universal part-of-speech tags: a list of `Sentence`."""
    return [Sentence(text, tuple(text.split()), tuple(tags.split()), (), text) for text, tags in _rows("english.tsv")]


def korean():
    """The Korean sentences with tokens, tags, morphemes and an English gloss: a list of `Sentence`."""
    return [
        Sentence(text, tuple(tokens.split()), tuple(tags.split()), _tagged(morphemes), gloss)
        for text, tokens, tags, morphemes, gloss in _rows("korean.tsv")
    ]


def korean_morphemes():
    """Korean sentences whose tokens are morphemes, each with a tag of its own: a list of `Sentence`.

    Those of `korean`, and others full of forms with several tags: 만큼 is a particle after a noun and a noun after an
    ending. ``morphemes`` holds them word by word, as the text is written.
    """
    texts = [(s.text, _by_words(s), s.gloss) for s in korean()]
    texts += [(text, _tagged(morphemes), gloss) for text, morphemes, gloss in _rows("korean_forms.tsv")]
    return [
        Sentence(text, *zip(*(pair for word in morphemes for pair in word), strict=True), morphemes, gloss)
        for text, morphemes, gloss in texts
    ]


def joined(stem, end):
    """Two tokens as they are written together: an ending that begins with a bare consonant closes the syllable."""
    closed = FINALS.index(end[0]) if end[:1] in FINALS[1:] else 0
    number = ord(stem[-1]) - ord("가")
    if closed and 0 <= number < 11172 and number % 28 == 0:
        return stem[:-1] + chr(ord(stem[-1]) + closed) + end[1:]
    return stem + end


def _by_words(sentence):
    """The morphemes of a sentence of `korean`, where 먹었다 is two tokens, for each word of its text."""
    pieces, found = zip(sentence.tokens, sentence.morphemes, strict=True), []
    for word in sentence.text.split():
        written, morphemes = next(pieces)
        while written != word:
            token, more = next(pieces)
            written, morphemes = joined(written, token), morphemes + more
        found.append(morphemes)
    return tuple(found)


def _tagged(column):
    """``"밥/명사+을/조사 먹/동사"`` as a tuple for each word, of (morpheme, tag)."""
    return tuple(tuple(tuple(part.split("/")) for part in word.split("+")) for word in column.split())


def digits():
    """Handwritten digits, 8×8 pixels: images (64, 1797) float64 in 0..1, one image a column, and labels (1797,)."""
    with np.load(io.BytesIO(_content("digits.npz")), allow_pickle=False) as file:
        images, labels = file["images"], file["labels"]
    return images.reshape(len(images), 64).T / 16.0, labels.astype(np.int64)


def sunspots():
    """The yearly mean number of sunspots: years (309,) int64, 1700 to 2008, and numbers (309,) float64."""
    years, numbers = zip(*(line.split(",") for line in _content("sunspots.csv").decode().split()[1:]), strict=True)
    return np.array(years, dtype=np.int64), np.array(numbers, dtype=np.float64)


def adding_runs(cell="RNN"):
    """Long runs on the adding problem (see `adding_problem`), trained once and stored.

    Parameters
    ----------
    cell : {"RNN", "LSTM", "GRU"}

    Returns
    -------
    dict
        ``settings`` and ``runs``: a list of dicts with ``start``, ``T``, ``seed``, ``solved``, and, after every 1000
        updates (LSTM and GRU: ``settings["look"]``), ``correct`` (the share of right answers) and ``loss``. The start
        of an RNN is "uniform" (W_hh drawn as in `RNN`) or "radius 1" (scaled to that spectral radius), that of an LSTM
        "bias 4" or "bias 1" (the first value of b_f), that of a GRU "bias -4" (of b_z). The LSTM's file also has
        ``headline``: one run, and how many ``sequences`` it took until at most 3 of 2560 were wrong.
    """
    if cell not in ("RNN", "LSTM", "GRU"):
        raise ValueError(f"cell must be 'RNN', 'LSTM' or 'GRU', but {shown(cell)} came.")
    return json.loads(_content(f"adding_{cell.lower()}.json"))


def growing():
    """Five cells that grow into an LSTM, trained on four demands of the task of lesson 8, and stored.

    Returns
    -------
    dict
        ``how``: sizes and optimizer; ``runs``: for each stage and demand (see `seqlib.study.growing`) a dict with
        ``stage``, ``demand``, ``right`` (the share of questions answered right, for each seed), and the ``weights`` of
        the run of ``seed``, the upper median.
    """
    return json.loads(_content("growing.json"))


def lstm_runs():
    """Smaller runs of the LSTM, trained once and stored.

    Returns
    -------
    dict
        ``settings``; ``bias``: the adding problem from four first values of b_f, dicts with ``bias``, ``seed`` and
        ``loss`` (the mean over every 50 updates); ``tasks``: parts of speech ("tags") and sensor runs of 24 and 120
        readings, dicts with ``task``, ``cell`` ("RNN" or "LSTM"), ``seed``, ``accuracy`` on what was held out, and
        ``size``, the number of parameters.
    """
    return json.loads(_content("lstm_runs.json"))


def _arrays(name):
    """The arrays of an ``.npz`` file by their names."""
    with np.load(io.BytesIO(_content(name)), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def opus_weights():
    """The network of the Opus encoder: seven arrays of int8 by their names in libopus. See `study.real.opus`."""
    return _arrays("opus/weights.npz")


def opus_recording():
    """What the encoder saw and said in eight seconds of sound: float32 arrays.

    Returns
    -------
    dict
        ``features`` (400, 25), ``probabilities`` (400, 2), and ``last`` (24,), the state at the end.
    """
    return _arrays("opus/recorded.npz")


def opus_sound():
    """The same eight seconds to be heard: the bytes of an MP3 file."""
    return _content("opus/sound.mp3")


def silero_weights():
    """The path of the weights of Silero's speech detector, a ``.safetensors`` file. See `study.real.silero`."""
    name = "silero/weights.safetensors"
    _content(name)  # is it there, and whole?
    return _place(name)


def silero_recording():
    """Eight seconds of sound, and what Silero's own network said: arrays.

    Returns
    -------
    dict
        ``samples`` (128000,) int16 at 16 kHz, ``probabilities`` (250,), and ``last`` (2, 128), h and C at the end.
    """
    return _arrays("silero/recorded.npz")


def tesseract_weights(name):
    """A network of Tesseract that reads a line of print: arrays by their names. See `study.real.tesseract`.

    Parameters
    ----------
    name : {"kor", "eng"}

    Returns
    -------
    dict
        For each layer (``conv``, ``down``, ``forward``, ``backward``, ``last``, ``output``) its weights, int8 with the
        bias in the last column, and ``…_scale``, a factor for each row; ``height`` in pixels, ``blank``, the number of
        that symbol; ``characters`` (n,) and ``spelling`` (n, 3): the symbols of each, -1 where there are fewer.
    """
    return _arrays(f"tesseract/{name}.npz")


def g2p_weights():
    """The network of g2p-en that makes sounds of letters: twelve float32 arrays by their names there.

    See `study.real.g2p`.
    """
    return _arrays("g2p/checkpoint20.npz")


def jamo(text):
    """Spell Hangul syllables by their letters: ``jamo("팔")`` is ``["ㅍ", "ㅏ", "ㄹ"]``. Other signs stay."""
    letters = []
    for sign in doors.text("text", text):
        number = ord(sign) - ord("가")
        if 0 <= number < 19 * 21 * 28:
            initial, rest = divmod(number, 21 * 28)
            vowel, final = divmod(rest, 28)
            letters += [INITIALS[initial], VOWELS[vowel]] + [FINALS[final]] * (final > 0)
        else:
            letters.append(sign)
    return letters


def digit_name(k, language="en"):
    """The name of a digit letter by letter: ``["z", "e", "r", "o"]``; in Korean by jamo: ``["ㅇ", "ㅕ", "ㅇ"]``."""
    if language not in DIGIT_NAMES:
        raise ValueError(f"language must be 'en' or 'ko', but {shown(language)} came.")
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 0 <= k <= 9:
        raise ValueError(f"k must be a digit, a whole number from 0 to 9, but {shown(k)} came.")
    return jamo(DIGIT_NAMES[language][k])


# --- tokens and numbers ------------------------------------------------------------------------------------------


class Vocabulary:
    """Tokens and their numbers. Number 0 is ``<unk>``, which stands for every token not met before.

    Parameters
    ----------
    tokens : iterable of str
        Repetitions are welcome; numbers are given in the order of first appearance.
    unknown : str or None
        The sign for unknown tokens. None: there is none, and an unknown token is an error (fit for tags and letters).
    """

    def __init__(self, tokens, unknown="<unk>"):
        if isinstance(tokens, str):
            one = shown(tokens)
            raise ValueError(f"tokens must be a list of tokens, but one string came: {one}; use .split() first.")
        if not np.iterable(tokens):
            raise ValueError(f"tokens must be a list of tokens, but {shown(tokens)} came.")
        first = [] if unknown is None else [unknown]
        self.tokens = tuple(dict.fromkeys([*first, *tokens]))
        self.sign = unknown
        self._ids = {token: i for i, token in enumerate(self.tokens)}

    @property
    def size(self):
        """How many numbers there are."""
        return len(self.tokens)

    def __len__(self):
        return self.size

    def __contains__(self, token):
        return token in self._ids

    def __repr__(self):
        return f"Vocabulary(size={self.size})"

    def encode(self, tokens):
        """The numbers of a list of tokens, as a list."""
        numbered = self._numbered(tokens)
        missing = [token for token, k in numbered if k is None]
        if missing and self.sign is None:
            odd = shown(missing[0])
            raise ValueError(f"tokens must be in the vocabulary, but {odd} is not, and there is no <unk>.")
        return [k or 0 for _, k in numbered]

    def decode(self, ids):
        """The tokens of a list of numbers; -1 (no token) is left out."""
        if not np.iterable(ids):
            raise ValueError(f"ids must be a list of whole numbers, but {shown(ids)} came.")
        ids = list(ids)
        if odd := [i for i in ids if not isinstance(i, int | np.integer)]:
            raise ValueError(f"ids must be whole numbers, but {shown(odd[0])} came.")
        wrong = [i for i in ids if not -1 <= i < self.size]
        if wrong:
            raise ValueError(f"ids must lie in 0..{self.size - 1} (or be -1 for no token), but {wrong[0]} came.")
        return [self.tokens[i] for i in ids if i != -1]

    def unknown(self, tokens):
        """Those of the tokens that the vocabulary does not know, in order."""
        return [token for token, k in self._numbered(tokens) if k is None]

    def _numbered(self, tokens):
        """Pairs (token, its number, or None)."""
        try:
            return [(token, self._ids.get(token)) for token in tokens]
        except TypeError:  # no list, or one of lists
            raise ValueError(f"tokens must be a list of tokens, but {shown(tokens)} came.") from None


def one_hot(ids, K):
    """Numbers (T, N) as columns with a single one: (T, K, N) float64. -1 (no token) becomes a column of zeros."""
    ids, K = plain("ids", ids), whole("K", K)
    if ids.ndim != 2 or ids.dtype.kind not in "iu":
        raise ValueError(f"ids must be whole numbers of shape (T, N), but {ids.dtype} of shape {ids.shape} came.")
    if ids.size and not (ids.min() >= -1 and ids.max() < K):
        raise ValueError(f"ids must lie in -1..{K - 1} for K={K}, but {ids.min()}..{ids.max()} came.")
    if ids.size * K > doors.MOST:
        raise ValueError(f"ids of shape {ids.shape} and K = {K} make an array of more than {doors.MOST:,} numbers, "
                         "2 GB; take fewer.")  # fmt: skip
    return (ids[:, None, :] == np.arange(K)[:, None]).astype(np.float64)


def pad(lists):
    """Lists of numbers side by side: (T, N) int64, T the longest length, -1 below the end of a shorter list."""
    try:
        lists = [[operator.index(k) for k in ids] for ids in lists]
    except TypeError:
        raise ValueError("lists must hold lists of whole numbers, as [[3, 1], [2]], but something else came.") from None
    if not lists:
        raise ValueError("lists must hold at least one list of numbers, but none came.")
    padded = np.full((max(len(ids) for ids in lists), len(lists)), -1, dtype=np.int64)
    for column, ids in enumerate(lists):
        padded[: len(ids), column] = ids
    return padded


def split(n, share, rng):
    """Shuffle 0..n-1 and cut it: two index arrays, the first with the given share, say 0.8 for training."""
    n, rng = whole("n", n), generator(rng)
    if not doors.is_real(share) or not 0 < share < 1:
        raise ValueError(f"share must lie between 0 and 1, but {shown(share)} came.")
    order = rng.permutation(n)
    cut = round(n * share)
    return order[:cut], order[cut:]


# --- generators --------------------------------------------------------------------------------------------------


def _balanced(n, K, rng):
    """n class numbers, each class equally often (±1), shuffled."""
    return rng.permutation(np.arange(n) % K)


def _at_least(name, value, least):
    """A size as a number of Python, in which it cannot run over; too small or not whole, it is refused."""
    number = doors.number_of(value)
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, but {shown(value)} came.")
    return int(number)


def sensor_runs(n, T=40, *, rng):
    """Readings of a milling machine over one run, and the state of the product.

    Three sensors are read T times while one workpiece is cut: the temperature of the spindle (normal: 55 °C, one unit
    is 4 °C), the vibration of the table (normal: 2 mm/s, one unit is 0.5 mm/s) and the motor's current (normal: 8 A,
    one unit is 0.6 A). The readings are standardised: (reading - normal) / unit.

    Two clamps hold the workpiece. When a clamp opens, the table gets a knock: one reading of vibration 4 units up.

    0 good : both clamps open in the last fifth of the run.
    1 drift : the same, while a worn tool heats the spindle slowly, by 2 to 3 units over the whole run. The workshop
        is warmer on some days (±1 unit all along), so that one reading cannot tell a warm day from a worn tool.
    2 fault : the first clamp slips early, in the second to sixth twentieth of the run. The piece then sits loosely:
        0.3 units more vibration, less than the noise (0.35), so that every later reading looks nearly normal.

    Every run has exactly two knocks. Only *when* the first one came tells fault from good, and only the difference
    between early and late tells drift from good: order and memory are needed.

    Parameters
    ----------
    n : int
        Number of runs; the classes are equally frequent.
    T : int, at least 20
        Readings a run.
    rng : numpy.random.Generator

    Returns
    -------
    x : (T, 3, n) float64
    targets : (n,) int64, 0 good, 1 drift, 2 fault
    """
    generator(rng)
    n, T = _at_least("n", n, 1), _at_least("T", T, 20)
    targets, run, time = _balanced(n, 3, rng), np.arange(n), np.arange(T)[:, None]
    drift, fault = targets == 1, targets == 2

    x = rng.normal(size=(T, 3, n))
    for t in range(1, T):  # noise with a short memory, as sensors have it: each value keeps half of the one before
        x[t] = 0.5 * x[t - 1] + np.sqrt(0.75) * x[t]
    x *= np.array([0.15, 0.35, 0.35])[:, None]
    x += rng.normal(size=(3, n)) * np.array([1.0, 0.15, 0.15])[:, None]  # the day and the workpiece

    heat = drift * rng.uniform(2.0, 3.0, n) * time / (T - 1)
    x[:, 0] += heat
    x[:, 2] += 0.2 * heat

    early = rng.integers(T // 20, 3 * T // 10, n)
    late = rng.integers(T - T // 5, T - T // 10, n)
    first, second = np.where(fault, early, late), rng.integers(T - T // 10, T, n)
    x[first, 1, run] += 4.0
    x[second, 1, run] += 4.0
    x[:, 1] += 0.3 * (fault & (time > first))
    return x, targets


def order_task(n, T=8, *, rng, where=None):
    """Did `a` come before `b`? A toy task in which only the order of two tokens decides.

    A run holds `a` once and `b` once among fillers `c d e f`. The class is 1 if `a` comes first. The runs are made in
    pairs that differ only in that `a` and `b` change places, so that what is in a run says nothing about its class.

    Parameters
    ----------
    n : int
        Number of runs, even: half of them are of class 1.
    T : int, at least 2
        Tokens a run.
    rng : numpy.random.Generator
    where : slice, range or list of int, optional
        The places (0-based) at which `a` and `b` may stand; default: everywhere. Train with ``slice(0, 8, 2)`` and test
        with ``slice(1, 8, 2)``, and the test runs are training runs shifted by one step.

    Returns
    -------
    x : (T, 6, n) float64, one-hot
    targets : (n,) int64
    ids : (T, n) int64, places in ``ORDER_TOKENS``

    Notes
    -----
    A recurrent network sees every step, so it may be asked at every step: see `order_targets`. Asked at the last step
    only, it can learn to count steps instead, and is then thrown by a shift as well.
    """
    generator(rng)
    n, T = _at_least("n", n, 2), _at_least("T", T, 2)
    if n % 2:
        raise ValueError(f"n must be even, because the runs come in pairs, but {n} came.")
    places = np.arange(T)[where] if isinstance(where, slice) else np.arange(T) if where is None else np.asarray(where)
    if places.ndim != 1 or len(set(places.tolist())) < 2 or places.min() < 0 or places.max() >= T:
        raise ValueError(f"where must name at least two different places in 0..{T - 1}, but {shown(where)} came.")
    half = n // 2
    ids = rng.integers(2, len(ORDER_TOKENS), size=(T, half))
    chosen = np.sort(np.stack([rng.choice(places, 2, replace=False) for _ in range(half)], axis=1), axis=0)
    swapped, run = ids.copy(), np.arange(half)
    ids[chosen[0], run], ids[chosen[1], run] = 0, 1
    swapped[chosen[0], run], swapped[chosen[1], run] = 1, 0
    order = rng.permutation(n)
    ids = np.concatenate([ids, swapped], axis=1)[:, order]
    targets = np.repeat([1, 0], half)[order]
    return one_hot(ids, len(ORDER_TOKENS)), targets, ids


def order_targets(targets, ids):
    """The targets of `order_task` at every step: (T, n), -1 ("no target") until both `a` and `b` have been seen."""
    targets, ids = plain("targets", targets), plain("ids", ids)
    if targets.ndim != 1 or ids.ndim != 2 or not {targets.dtype.kind, ids.dtype.kind} <= {*"iu"}:
        raise ValueError("targets (n,) and ids (T, n) must be whole numbers, as order_task gives them, but "
                         f"{targets.dtype} of shape {targets.shape} and {ids.dtype} of {ids.shape} came.")  # fmt: skip
    if targets.size and not 0 <= targets.min() <= targets.max() <= 1:
        raise ValueError(f"targets must be 0 or 1, but {targets.min()}..{targets.max()} came.")
    if ids.size and not 0 <= ids.min() <= ids.max() < len(ORDER_TOKENS):
        raise ValueError(f"ids must lie in 0..{len(ORDER_TOKENS) - 1}, but {ids.min()}..{ids.max()} came.")
    seen = np.logical_or.accumulate(ids == 0, axis=0) & np.logical_or.accumulate(ids == 1, axis=0)
    return np.where(seen, targets, -1)


def adding_problem(n, T, *, rng):
    """Add two numbers that were marked long ago: experiment 4 of Hochreiter & Schmidhuber (1997).

    Every step brings a number in [-1, 1] and a marker. One of the first ten steps is marked 1, and then one of the
    first T/2 - 1 steps that are still unmarked. The first and the last step have the marker -1, all others 0. The
    target comes once, at the end: 0.5 + (X1 + X2) / 4, where X1 and X2 are the two marked numbers. If the first step is
    among the marked ones its number is set to 0, for its marker stays -1 and nobody could know. At least T/2 steps lie
    between the later of the two numbers and the end.

    The length lies between T and T + T/10. The paper draws it anew for every sequence; here all n sequences of one call
    share it, so that they can stand side by side.

    Parameters
    ----------
    n : int
        Number of sequences.
    T : int, at least 20
        The shortest length.
    rng : numpy.random.Generator

    Returns
    -------
    x : (length, 2, n) float64
        Numbers and markers.
    targets : (1, 1, n) float64
        Within [0, 1].
    """
    generator(rng)
    n, T = _at_least("n", n, 1), _at_least("T", T, 20)
    length, run = rng.integers(T, T + T // 10, endpoint=True), np.arange(n)
    x = np.zeros((length, 2, n))
    x[:, 0] = rng.uniform(-1.0, 1.0, (length, n))
    first = rng.integers(10, size=n)
    second = rng.integers(T // 2 - 1, size=n)
    second += second >= first  # one of those that are still unmarked
    x[0, 0, (first == 0) | (second == 0)] = 0.0
    x[first, 1, run] = x[second, 1, run] = 1.0
    x[[0, -1], 1] = -1.0
    return x, (0.5 + (x[first, 0, run] + x[second, 0, run]) / 4)[None, None]


def adding_batches(size, T, *, rng):
    """Endless fresh batches of `adding_problem`, as `train` takes them."""
    size = whole("size", size)
    return iter(lambda: adding_problem(size, T, rng=rng), None)  # which an interrupt does not end, as it would `yield`


def adding_correct(outputs, targets):
    """The share of sequences that were added correctly: absolute error below 0.04, as in the paper."""
    return float((np.abs(reals("outputs", outputs) - reals("targets", targets)) < 0.04).mean())


def copy_task(n, lag, *, symbols=3, kinds=4, rng):
    """Read a few symbols, wait, and write them again in the same order.

    Steps 1 to S show one symbol each; then come blanks; at step lag + 1 a cue says "now", and from there on the network
    must give the symbol that it read `lag` steps earlier. Guessing is right once in `kinds` times.

    Parameters
    ----------
    n : int
        Number of sequences.
    lag : int, at least `symbols`
        Steps from reading a symbol to having to give it.
    symbols, kinds : int
        S symbols, each one of K kinds.
    rng : numpy.random.Generator

    Returns
    -------
    x : (lag + S, K + 2, n) float64, one-hot
        Row K is the blank, row K + 1 the cue.
    targets : (lag + S, n) int64
        -1 ("no target") before the cue.
    """
    generator(rng)
    n, symbols, kinds = _at_least("n", n, 1), _at_least("symbols", symbols, 1), _at_least("kinds", kinds, 2)
    lag = _at_least("lag", lag, symbols)
    shown = rng.integers(kinds, size=(symbols, n))
    ids, targets = np.full((lag + symbols, n), kinds), np.full((lag + symbols, n), -1)
    ids[:symbols], ids[lag], targets[lag:] = shown, kinds + 1, shown
    return one_hot(ids, kinds + 2), targets


def copy_batches(size, lag, *, rng):
    """Endless fresh batches of `copy_task`, as `train` takes them."""
    size = whole("size", size)
    return iter(lambda: copy_task(size, lag, rng=rng), None)


def adding_ends(cell="RNN"):
    """What became of the runs of `adding_runs`: by start, then by minimal lag.

    Returns
    -------
    dict of str to dict of int to list of (float, bool)
        For each start (see the settings of `adding_runs`) and each lag T/2: of every run the share of right answers at
        its end, and whether it solved the problem.
    """
    ends = {}
    for run in adding_runs(cell)["runs"]:
        of_lag = ends.setdefault(run["start"], {}).setdefault(run["T"] // 2, [])
        of_lag.append((run["correct"][-1], run["solved"]))
    return ends


def recall_task(n, lag, *, kinds=4, rng):
    """Read one symbol, wait, and name it: one target, at the end, and nothing but blanks in between.

    Parameters
    ----------
    n : int
        Number of sequences.
    lag : int, at least 1
        Steps from the symbol to the answer, so the sequence has lag + 1.
    kinds : int, at least 2
        The symbol is one of K kinds. Guessing is right once in K times.
    rng : numpy.random.Generator

    Returns
    -------
    x : (lag + 1, K + 1, n) float64, one-hot
        Row K is the blank.
    targets : (n,) int64
    """
    generator(rng)
    n, kinds, lag = _at_least("n", n, 1), _at_least("kinds", kinds, 2), _at_least("lag", lag, 1)
    targets = rng.integers(kinds, size=n)
    ids = np.full((lag + 1, n), kinds)
    ids[0] = targets
    return one_hot(ids, kinds + 1), targets


def recall_batches(size, lag, *, kinds=4, rng):
    """Endless fresh batches of `recall_task`, as `train` takes them."""
    size = whole("size", size)
    return iter(lambda: recall_task(size, lag, kinds=kinds, rng=rng), None)


def compare_runs():
    """The stored runs of lesson 12: the copy task, and the adding problem at equal parameter count.

    Returns
    -------
    dict
        ``settings``; ``copy``: a list of dicts with ``cell``, ``H``, ``start`` (see the settings), ``lag``, ``seed``,
        ``correct`` (the share of right symbols after every 250 updates) and ``solved``; ``adding``: dicts as in
        `adding_runs`, with ``cell`` and ``H``.
    """
    return json.loads(_content("compare.json"))


def after_runs():
    """The stored runs of lesson 15: its cells on the copy task.

    Returns
    -------
    dict
        ``settings``; ``runs``: a list of dicts with ``cell``, ``lag``, ``seed`` and ``correct``, the share of right
        symbols at the end.
    """
    return json.loads(_content("after.json"))


def speed_runs():
    """The stored measurement of docs/speed.md: the time of a training step.

    Returns
    -------
    dict
        ``about``: the machine in words, and the software; ``steps``: a list of dicts with ``cell``, ``dtype``, the
        sizes ``D``, ``H``, ``N``, ``T``, and ``microseconds``: a dict with the median of ``seqlib``, ``PyTorch``, ….
    """
    return json.loads(_content("speed.json"))


answering(globals())
