"""From what a reader types to the tokens that a network reads: words, or in Korean the morphemes of words."""

import itertools
import unicodedata
from collections import Counter, defaultdict

from ..data import joined
from ..doors import shown
from ..draw.promise import as_promised

BOUND = ("조사", "어미")  # what is written on to something else
ALIKE = {"형용사": "동사", "대명사": "명사", "수사": "명사"}  # takes the same ends as


@as_promised
class Spelling:
    """From what a reader types to the course's tokens: `먹었다` is written as one word and read as `먹었`, `다`.

    Where the tokens are morphemes (`seqlib.data.korean_morphemes`) it is read as `먹`, `었`, `다`. A word that can be
    cut in two ways, as `나는`, is cut as it is most often in the sentences.

    Parameters
    ----------
    sentences : list of Sentence
    """

    def __init__(self, sentences):
        self.known = {token for sentence in sentences for token in sentence.tokens}
        if all(map(_in_morphemes, sentences)):
            met, self.parts = _morphemes(sentences)
            self.known -= met  # 내 is more often 나, 의 than what it is as one
        else:
            self.parts = _words(sentences)

    def tokens(self, text):
        """The tokens of a typed text; a word that is unknown as a whole and in parts stays as it is."""
        if not isinstance(text, str):
            raise ValueError(f"sentence must be a text, but {shown(text)} came.")
        text = unicodedata.normalize("NFC", text)
        for sign in ".,!?;:…\"'“”‘’()":
            text = text.replace(sign, " ")
        found = []
        for word in text.split():
            word = "I" if word in ("I", "i") else word.lower()
            found += [word] if word in self.known else self.parts.get(word, [word])
        return found


def shortened(token, most):
    """What is shown of a token: all of it, or its beginning and … where it has more than so many letters."""
    return token if len(token) <= most else token[: most - 1] + "…"


def _words(sentences):
    """Each word that is two of the tokens, or could be: {written: tokens}."""
    written = {word for sentence in sentences for word in sentence.text.split()}
    pairs = {pair for sentence in sentences for pair in itertools.pairwise(sentence.tokens)}
    pairs = [pair for pair in sorted(pairs) if joined(*pair) in written]
    stems, ends = (sorted(set(part)) for part in zip(*pairs, strict=True)) if pairs else ((), ())
    parts = {joined(stem, end): (stem, end) for stem in stems for end in ends}
    return parts | {joined(*pair): pair for pair in pairs}  # what was met goes before what could be


def _in_morphemes(sentence):
    return tuple(form for word in sentence.morphemes for form, _ in word) == sentence.tokens


def _morphemes(sentences):
    """The words of several morphemes that were met, and {written: forms} of them and of those that could be.

    A word could be where its beginning was met, its end was met, and the end after something of that kind: `고프지`, as
    there are `고프다` and `바쁘지`. Letter by letter, so that `간다` ends as `가ㄴ다` does.
    """
    met = defaultdict(Counter)
    for sentence in sentences:
        for word, morphemes in zip(sentence.text.split(), sentence.morphemes, strict=True):
            met[word][morphemes] += 1
    begins, ends, places = defaultdict(Counter), defaultdict(set), defaultdict(set)
    written = _without_yo(met) | met
    for word, cuts in written.items():
        letters = unicodedata.normalize("NFD", word)
        for morphemes, count, k in ((cut, n, k) for cut, n in cuts.items() for k in range(1, len(cut) + 1)):
            end = "".join(_letters(form) for form, _ in morphemes[k:])
            if letters.endswith(end) and letters != end:
                begin = letters[: len(letters) - len(end)]
                begins[begin][morphemes[:k]] += count
                if end:
                    ends[end].add(morphemes[k:])  # 은 of 책은 and of 읽은
                    places[morphemes[k]].add(_kind(begin, morphemes[:k]))
    fitting = defaultdict(list)
    for end, rest in ((end, rest) for end, rests in ends.items() for rest in sorted(rests)):
        for kind in places[rest[0]]:
            fitting[kind].append((end, rest))
    found = defaultdict(Counter)
    for begin, cuts in begins.items():
        for first, count in cuts.items():
            for end, rest in fitting[_kind(begin, first)]:
                found[unicodedata.normalize("NFC", begin + end)][first + rest] += count
    cut = {word: tuple(form for form, _ in cuts.most_common(1)[0][0]) for word, cuts in (found | written).items()}
    parts = {word: forms for word, forms in cut.items() if len(forms) > 1}
    return met.keys() & parts.keys(), parts


def _without_yo(met):
    """The same words said to a friend: 않아 as there is 않아요."""
    plain = defaultdict(Counter)
    for word, cuts in met.items():
        for cut, count in cuts.items():
            if cut[-1] == ("요", "조사") and cut[-2:-1] and cut[-2][1] == "어미" and word[:-1] not in met:
                plain[word[:-1]][cut[:-1]] += count
    return plain


def _letters(form):
    """The letters of a form as they end a written word: a bare consonant closes a syllable."""
    closed = joined("가", form)
    return unicodedata.normalize("NFD", closed)[2:] if closed != "가" + form else unicodedata.normalize("NFD", form)


def _kind(begin, morphemes):
    """What tells which ends fit: the last form where it is bound, else its kind, and whether a consonant closes it."""
    form, tag = morphemes[-1]
    return form if tag in BOUND else (ALIKE.get(tag, tag), "\u11a8" <= begin[-1] <= "\u11c2")
