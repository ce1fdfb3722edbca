"""The course's data and the reader's own: sentences, digits, series, generators. NumPy and the standard library only.

The files lie in ``data/`` beside this package; ``data/README.md`` says where each comes from. Every loader checks the
file's SHA-256 first, so a damaged download is named at once and not met later as a strange result.
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import words

FOLDER = Path(__file__).resolve().parent.parent / "data"

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
    return hashlib.sha256(content if path.suffix == ".npz" else content.replace(b"\r\n", b"\n")).hexdigest()


def _content(name):
    """The bytes of a data file, or one sentence that says what is wrong and what to do."""
    remedy = f"restore it with `git checkout -- data/{name}` or download the course again."
    path, listed = FOLDER / name, FOLDER / "checksums.json"
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
        Sentence(
            text,
            tuple(tokens.split()),
            tuple(tags.split()),
            tuple(tuple(tuple(part.split("/")) for part in token.split("+")) for token in morphemes.split()),
            gloss,
        )
        for text, tokens, tags, morphemes, gloss in _rows("korean.tsv")
    ]


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
        raise ValueError(f"cell must be 'RNN', 'LSTM' or 'GRU', but {cell!r} came.")
    return json.loads(_content(f"adding_{cell.lower()}.json"))


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


def jamo(text):
    """Spell Hangul syllables by their letters: ``jamo("팔")`` is ``["ㅍ", "ㅏ", "ㄹ"]``. Other signs stay."""
    letters = []
    for sign in text:
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
        raise ValueError(f"language must be 'en' or 'ko', but {language!r} came.")
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 0 <= k <= 9:
        raise ValueError(f"k must be a digit, a whole number from 0 to 9, but {k!r} came.")
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
            raise ValueError(f"tokens must be a list of tokens, but one string came: {tokens!r}; use .split() first.")
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
        missing = [] if self.sign is not None else self.unknown(tokens)
        if missing:
            raise ValueError(f"tokens must be in the vocabulary, but {missing[0]!r} is not, and there is no <unk>.")
        return [self._ids.get(token, 0) for token in tokens]

    def decode(self, ids):
        """The tokens of a list of numbers; -1 (no token) is left out."""
        wrong = [i for i in ids if not -1 <= i < self.size]
        if wrong:
            raise ValueError(f"ids must lie in 0..{self.size - 1} (or be -1 for no token), but {wrong[0]} came.")
        return [self.tokens[i] for i in ids if i != -1]

    def unknown(self, tokens):
        """Those of the tokens that the vocabulary does not know, in order."""
        return [token for token in tokens if token not in self._ids]


def one_hot(ids, K):
    """Numbers (T, N) as columns with a single one: (T, K, N) float64. -1 (no token) becomes a column of zeros."""
    ids = np.asarray(ids)
    if ids.ndim != 2 or ids.dtype.kind not in "iu":
        raise ValueError(f"ids must be whole numbers of shape (T, N), but {ids.dtype} of shape {ids.shape} came.")
    if ids.size and not (ids.min() >= -1 and ids.max() < K):
        raise ValueError(f"ids must lie in -1..{K - 1} for K={K}, but {ids.min()}..{ids.max()} came.")
    return (ids[:, None, :] == np.arange(K)[:, None]).astype(np.float64)


def pad(lists):
    """Lists of numbers side by side: (T, N) int64, T the longest length, -1 below the end of a shorter list."""
    lists = [list(ids) for ids in lists]
    if not lists:
        raise ValueError("lists must hold at least one list of numbers, but none came.")
    padded = np.full((max(len(ids) for ids in lists), len(lists)), -1, dtype=np.int64)
    for column, ids in enumerate(lists):
        padded[: len(ids), column] = ids
    return padded


def split(n, share, rng):
    """Shuffle 0..n-1 and cut it: two index arrays, the first with the given share, say 0.8 for training."""
    if not 0 < share < 1:
        raise ValueError(f"share must lie between 0 and 1, but {share!r} came.")
    order = rng.permutation(n)
    cut = round(n * share)
    return order[:cut], order[cut:]


# --- generators --------------------------------------------------------------------------------------------------


def _balanced(n, K, rng):
    """n class numbers, each class equally often (±1), shuffled."""
    return rng.permutation(np.arange(n) % K)


def _at_least(name, value, least):
    """Refuse a size that is not a whole number or is too small."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, but {value!r} came.")


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
    _at_least("n", n, 1)
    _at_least("T", T, 20)
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
    _at_least("n", n, 2)
    _at_least("T", T, 2)
    if n % 2:
        raise ValueError(f"n must be even, because the runs come in pairs, but {n} came.")
    places = np.arange(T)[where] if isinstance(where, slice) else np.arange(T) if where is None else np.asarray(where)
    if places.ndim != 1 or len(set(places.tolist())) < 2 or places.min() < 0 or places.max() >= T:
        raise ValueError(f"where must name at least two different places in 0..{T - 1}, but {where!r} came.")
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
    _at_least("n", n, 1)
    _at_least("T", T, 20)
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
    while True:
        yield adding_problem(size, T, rng=rng)


def adding_correct(outputs, targets):
    """The share of sequences that were added correctly: absolute error below 0.04, as in the paper."""
    return float((np.abs(np.asarray(outputs) - targets) < 0.04).mean())


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
    for name, value, least in (("n", n, 1), ("symbols", symbols, 1), ("kinds", kinds, 2), ("lag", lag, symbols)):
        _at_least(name, value, least)
    shown = rng.integers(kinds, size=(symbols, n))
    ids, targets = np.full((lag + symbols, n), kinds), np.full((lag + symbols, n), -1)
    ids[:symbols], ids[lag], targets[lag:] = shown, kinds + 1, shown
    return one_hot(ids, kinds + 2), targets


def copy_batches(size, lag, *, rng):
    """Endless fresh batches of `copy_task`, as `train` takes them."""
    while True:
        yield copy_task(size, lag, rng=rng)


def compare_runs():
    """The stored runs of lesson 9: the copy task, and the adding problem at equal parameter count.

    Returns
    -------
    dict
        ``settings``; ``copy``: a list of dicts with ``cell``, ``H``, ``start`` (see the settings), ``lag``, ``seed``,
        ``correct`` (the share of right symbols after every 250 updates) and ``solved``; ``adding``: dicts as in
        `adding_runs`, with ``cell`` and ``H``.
    """
    return json.loads(_content("compare.json"))


# --- the reader's own files --------------------------------------------------------------------------------------

LARGEST, LONGEST, LONGEST_TEXT = 5_000_000, 20_000, 1_000_000  # bytes, values, characters
FEWEST_SENTENCES, HUGE = 10, 1e100
SEPARATORS = "\t;|,"  # in this order: where a semicolon separates, the comma may be a decimal comma
NOTHING = {"", "-", "–", "—", ".", "?", "na", "n/a", "nan", "null", "none", "#n/a", "결측", "없음"}

UNUSABLE = {
    "kind": {
        "en": "A path, the file's bytes or an upload is needed, but {kind} came.",
        "ko": "파일 경로, 파일의 바이트, 또는 업로드한 파일이 필요한데 {kind}이(가) 들어왔습니다.",
    },
    "one-file": {
        "en": "One file is needed, but {count} came; choose one.",
        "ko": "파일이 하나 필요한데 {count}개가 들어왔습니다. 하나만 고르세요.",
    },
    "not-there": {
        "en": "There is no file {name}; check the spelling, or give the whole path.",
        "ko": "{name} 파일이 없습니다. 철자를 확인하거나 전체 경로를 쓰세요.",
    },
    "folder": {
        "en": "{name} is a folder; name a file in it.",
        "ko": "{name}은(는) 폴더입니다. 그 안의 파일 이름을 쓰세요.",
    },
    "unreadable": {
        "en": "{name} cannot be opened ({why}); close it in other programs, or copy it elsewhere.",
        "ko": "{name} 파일을 열 수 없습니다({why}). 다른 프로그램에서 닫거나 다른 곳에 복사하세요.",
    },
    "large": {
        "en": "The file has {size:.0f} MB, and at most {most:.0f} are read; cut out a part.",
        "ko": "파일이 {size:.0f} MB입니다. {most:.0f} MB까지만 읽으니 일부만 잘라 쓰세요.",
    },
    "empty": {"en": "The file is empty.", "ko": "파일이 비어 있습니다."},
    "spreadsheet": {
        "en": "This is a spreadsheet or an archive, not text; save it as CSV in the program that made it.",
        "ko": "텍스트가 아니라 스프레드시트 또는 압축 파일입니다. 만든 프로그램에서 CSV로 저장하세요.",
    },
    "binary": {
        "en": "This is a binary file, not text; a text or CSV file is needed.",
        "ko": "텍스트가 아니라 이진 파일입니다. 텍스트 파일이나 CSV 파일이 필요합니다.",
    },
    "encoding": {
        "en": 'The encoding is neither UTF-8 nor CP949; name it, for example encoding="latin-1".',
        "ko": '인코딩이 UTF-8도 CP949도 아닙니다. encoding="latin-1"처럼 인코딩을 알려 주세요.',
    },
    "encoding-unknown": {
        "en": "There is no encoding {encoding!r}; known ones are utf-8, cp949, utf-16, latin-1.",
        "ko": "{encoding!r} 인코딩은 없습니다. utf-8, cp949, utf-16, latin-1 등을 쓸 수 있습니다.",
    },
    "encoding-wrong": {
        "en": "The file is not {encoding}: byte {place} does not fit; leave the encoding out, and it is detected.",
        "ko": "{encoding} 파일이 아닙니다. {place}번째 바이트가 맞지 않습니다. 인코딩을 빼면 자동으로 찾습니다.",
    },
    "ragged": {
        "en": "Line {line} has {came} columns, the first one {wanted}; repair the file.",
        "ko": "{line}번째 줄은 열이 {came}개인데 첫 줄은 {wanted}개입니다. 파일을 고치세요.",
    },
    "no-column": {
        "en": "There is no column {column!r}; the file has {names}, or give its number from 1 to {count}.",
        "ko": "{column!r} 열이 없습니다. 파일에 있는 열: {names}. 번호 1~{count}로 고를 수도 있습니다.",
    },
    "which-column": {
        "en": "Several columns hold numbers: {names}; say which, for example column={first!r}.",
        "ko": "수가 있는 열이 여럿입니다: {names}. column={first!r}처럼 하나를 고르세요.",
    },
    "not-numeric": {
        "en": "Line {line}, column {name}: {cell!r} is not a number.",
        "ko": "{line}번째 줄 {name} 열의 {cell!r}은(는) 수가 아닙니다.",
    },
    "ambiguous": {
        "en": "Line {line}, column {name}: {cell!r} may be a thousand or a decimal; write 1234 or 1.234.",
        "ko": "{line}번째 줄 {name} 열의 {cell!r}: 천 단위 쉼표인지 소수점인지 알 수 없으니 1234나 1.234로 쓰세요.",
    },
    "missing": {
        "en": "Column {name} has no value in line {lines}; fill it in, or cut the line out: a guess here would change "
        "your data.",
        "ko": "{name} 열에 값이 없는 줄이 있습니다: {lines}. 직접 채우거나 그 줄을 잘라 내세요. "
        "여기서 짐작해 채우면 자료가 달라집니다.",
    },
    "no-row": {"en": "The file has a header and no values.", "ko": "머리글만 있고 값이 없습니다."},
    "one-row": {
        "en": "The file has one value; a series needs more to have an order.",
        "ko": "값이 하나뿐입니다. 시계열이 되려면 순서가 있을 만큼 값이 더 필요합니다.",
    },
    "long": {
        "en": "The series has {count} values, and at most {most} are read; cut out a part, or take means.",
        "ko": "값이 {count}개입니다. {most}개까지만 읽으니 일부만 잘라 쓰거나 평균을 내세요.",
    },
    "huge": {
        "en": "The largest value is {value:.0e}; divide all by a power of ten, up to {most:.0e} can be used.",
        "ko": "가장 큰 값이 {value:.0e}입니다. {most:.0e}까지 쓸 수 있으니 모든 값을 10의 거듭제곱으로 나누세요.",
    },
    "long-text": {
        "en": "The text has {count} characters, and at most {most} are read; cut out a part.",
        "ko": "텍스트가 {count}자입니다. {most}자까지만 읽으니 일부만 잘라 쓰세요.",
    },
    "constant": {
        "en": "All {count} values are {value:g}: there is nothing to forecast.",
        "ko": "값 {count}개가 모두 {value:g}입니다. 예측할 것이 없습니다.",
    },
    "few-sentences": {
        "en": "The text has {count} sentences with words; at least {least} are needed, one a line or with full stops.",
        "ko": "낱말이 있는 문장이 {count}개인데 {least}개는 있어야 합니다. 한 줄에 하나씩 쓰거나 마침표를 찍으세요.",
    },
}


class Unusable(ValueError):
    """A reader's file cannot be used; the message says why and what to do, in the language in use.

    Attributes
    ----------
    reason : str
        Key of ``UNUSABLE``.
    """

    def __init__(self, reason, **fields):
        super().__init__(words.say(UNUSABLE[reason], **fields))
        self.reason = reason


@dataclass(frozen=True, eq=False)
class Series:
    """One column of numbers in the order of its file, and how the file was understood.

    Attributes
    ----------
    values : ndarray, (n,) float64
    name : str
        From the header, or the column's number.
    labels : tuple of n str
        The first column, where it is another one: dates, years; otherwise 1 … n.
    encoding, separator : str
    """

    values: np.ndarray
    name: str
    labels: tuple
    encoding: str
    separator: str

    def __repr__(self):
        return f"<Series {self.name}: {len(self.values)} values, {self.encoding}, separator {self.separator!r}>"


def read_series(source, column=None, encoding=None):
    """Read one column of numbers from a text or CSV file of the reader's. The file itself is never changed.

    Commas, semicolons, tabs, bars or blanks may separate; there may be a header; the decimal sign may be a comma.

    Parameters
    ----------
    source : path, bytes, or the value of an ipywidgets.FileUpload
    column : str or int, optional
        Name, or number from 1. By default the only column of numbers; a first one that only grows counts as time.
    encoding : str, optional
        By default detected: UTF-8 (with or without BOM), UTF-16 with BOM, CP949.

    Returns
    -------
    Series

    Raises
    ------
    Unusable
        One sentence, in the language in use. Nothing is guessed, skipped or filled in.
    """
    text, encoding = _decoded(source, encoding)
    rows, separator = _table(text)
    names, lines, rows = _header(rows)
    place = _choose(column, names, rows)
    values = _numbers([row[place] if row else "" for row in rows], lines, names[place])
    if len(values) > LONGEST:
        raise Unusable("long", count=len(values), most=LONGEST)
    if len(values) < 2:
        raise Unusable("one-row")
    if (largest := np.abs(values).max()) > HUGE:
        raise Unusable("huge", value=largest, most=HUGE)
    if (values == values[0]).all():
        raise Unusable("constant", count=len(values), value=values[0])
    labels = [row[0] for row in rows] if place else map(str, range(1, len(values) + 1))
    return Series(values, names[place], tuple(labels), encoding, separator)


def read_text(source, encoding=None):
    """Read a text file of the reader's; see `read_series` for `source`, `encoding` and what is raised.

    Hangul that came in parts, as macOS writes it, is put together (NFC).
    """
    text, _ = _decoded(source, encoding)
    if len(text) > LONGEST_TEXT:
        raise Unusable("long-text", count=len(text), most=LONGEST_TEXT)
    return text


def sentences_of(text):
    """Cut a text into sentences of words, a list of lists: at line ends and after . ! ? …; punctuation is left out.

    Raises
    ------
    Unusable
        There are fewer than 10 sentences.
    """
    pieces = re.split(r"[.!?…。]+(?:\s|$)|\n", text)
    sentences = [found for piece in pieces if (found := re.findall(r"\w+(?:['’-]\w+)*", piece))]
    if len(sentences) < FEWEST_SENTENCES:
        raise Unusable("few-sentences", count=len(sentences), least=FEWEST_SENTENCES)
    return sentences


def _decoded(source, encoding):
    """The text of a file, and its encoding."""
    content = file_bytes(source)
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Unusable("empty")
    if encoding is not None:
        text = _named(content, encoding)
    else:
        text, encoding = _detected(content)
    if not text.strip("\ufeff \t\r\n"):
        raise Unusable("empty")
    if re.search("[\x00-\x08\x0e-\x1f]", text):
        raise Unusable("binary")
    return unicodedata.normalize("NFC", text), encoding


def file_bytes(source):
    """The bytes of a reader's file, given by its path, as an upload, or as they are; see `read_series`."""
    source = getattr(source, "value", source)  # a FileUpload itself
    if isinstance(source, list | tuple) and all(isinstance(file, dict) for file in source):
        if len(source) != 1:
            raise Unusable("one-file", count=len(source))
        source = source[0]
    if isinstance(source, dict) and "content" in source:
        source = source["content"]
    if isinstance(source, bytes | bytearray | memoryview):
        content = bytes(source)
    elif isinstance(source, str | Path):
        content = _content_of(Path(source).expanduser())
    else:
        raise Unusable("kind", kind=type(source).__name__)
    if len(content) > LARGEST:
        raise Unusable("large", size=len(content) / 1e6, most=LARGEST / 1e6)
    return content


def _content_of(path):
    name = re.sub("[\x00-\x1f]", "␀", path.name[:80] or str(path))
    try:
        if path.is_dir():
            raise Unusable("folder", name=name)
        if not path.exists():
            raise Unusable("not-there", name=name)
        if path.stat().st_size > LARGEST:
            raise Unusable("large", size=path.stat().st_size / 1e6, most=LARGEST / 1e6)
        return path.read_bytes()
    except OSError as problem:
        raise Unusable("unreadable", name=name, why=problem.strerror) from None
    except ValueError as problem:  # a NUL in the name
        if isinstance(problem, Unusable):
            raise
        raise Unusable("not-there", name=name) from None


def _named(content, encoding):
    try:
        return content.decode(encoding)
    except (LookupError, TypeError):
        raise Unusable("encoding-unknown", encoding=encoding) from None
    except UnicodeDecodeError as problem:
        raise Unusable("encoding-wrong", encoding=encoding, place=problem.start + 1) from None


def _detected(content):
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unusable("spreadsheet")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and len(content) % 2 == 0:
        return _named(content, "utf-16"), "utf-16"
    if b"\0" in content or content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise Unusable("binary")
    for encoding in ("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8", "cp949"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Unusable("encoding")


def _table(text):
    """The rows of a table, lists of stripped cells ([] for an empty line), and what separates them."""
    text = text.lstrip("\ufeff").rstrip()
    if not re.search(r"\w", text):  # separators at most
        raise Unusable("empty")
    lines = text.splitlines()
    parsed = {separator: _cells(text, separator) for separator in SEPARATORS}
    widths = {separator: {len(row) for row in rows if row} for separator, rows in parsed.items()}
    for separator, rows in parsed.items():
        if len(widths[separator]) == 1 and min(widths[separator]) > 1:
            return rows, separator
    blank = [line.split() for line in lines]
    if len({len(row) for row in blank if row}) == 1 and len(blank[-1]) > 1 and _number(blank[-1][-1]) is not None:
        return blank, " "
    for separator, rows in parsed.items():
        if min(widths[separator], default=0) > 1 and all(separator in line for line in lines if line.strip()):
            first = next(row for row in rows if row)
            line = next(i for i, row in enumerate(rows) if row and len(row) != len(first))
            raise Unusable("ragged", line=line + 1, came=len(rows[line]), wanted=len(first))
    return [[line.strip().strip('"')] if line.strip() else [] for line in lines], ""


def _cells(text, separator):
    """The rows as that separator cuts them; [] for an empty row, none at the end."""
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator)]
    except csv.Error:  # a cell of more than 128 KB: not the separator
        return []
    rows = [row if any(row) else [] for row in rows]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _header(rows):
    """Names of the columns, the number of every row's line, and the rows without the header."""
    first = next(i for i, row in enumerate(rows) if row)
    rows, lines = rows[first:], list(range(first + 1, len(rows) + 1))
    names = [str(k) for k in range(1, len(rows[0]) + 1)]
    # A first row with an empty cell lacks a value and is no header; only the first column may go without a name.
    named = rows[0][1:] if len(rows[0]) > 1 else rows[0]
    if all(_number(cell) is None for cell in rows[0]) and not any(cell.casefold() in NOTHING for cell in named):
        names = [cell or number for cell, number in zip(rows[0], names, strict=True)]
        rows, lines = rows[1:], lines[1:]
    if not rows:
        raise Unusable("no-row")
    return names, lines, rows


def _choose(column, names, rows):
    """The index of the column that was asked for, or of the only one with numbers."""
    if column is not None:
        if isinstance(column, int | np.integer) and not isinstance(column, bool) and 1 <= column <= len(names):
            return int(column) - 1
        if column in names:
            return names.index(column)
        raise Unusable("no-column", column=column, names=", ".join(names), count=len(names))
    full = [row for row in rows if row]
    columns = [[_number(row[k]) for row in full] for k in range(len(names))]
    numeric = [k for k, cells in enumerate(columns) if any(cell is not None for cell in cells)]
    if numeric[:1] == [0] and len(names) > 1 and None not in columns[0] and (np.diff(columns[0]) > 0).all():
        numeric = numeric[1:]  # years, row numbers
    if len(numeric) > 1:
        raise Unusable("which-column", names=", ".join(names[k] for k in numeric), first=names[numeric[0]])
    return numeric[0] if numeric else len(names) - 1


def _numbers(cells, lines, name):
    """The numbers of a column, (n,), or what is wrong with the first cell that is none."""
    missing = [line for cell, line in zip(cells, lines, strict=True) if cell.casefold() in NOTHING]
    with_comma, with_point = ([cell for cell in cells if sign in cell] for sign in ",.")
    thousands = all(re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", cell) for cell in with_comma)
    for cell, line in zip(cells, lines, strict=True):
        if cell.casefold() not in NOTHING and (_number(cell) is None or ("," in cell and with_point)):
            raise Unusable("not-numeric", line=line, name=name, cell=cell[:40])
        if "," in cell and thousands:
            raise Unusable("ambiguous", line=line, name=name, cell=cell)
    if missing:
        shown = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
        raise Unusable("missing", name=name, lines=shown)
    return np.array([_number(cell) for cell in cells])


def _number(cell):
    """A cell as a float, with a point or a comma as its decimal sign; None if it is no finite number."""
    cell = cell.replace("−", "-")
    if re.fullmatch(r"[-+]?\d*,\d+", cell):
        cell = cell.replace(",", ".")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", cell):
        return None
    value = float(cell)
    return value if np.isfinite(value) else None
