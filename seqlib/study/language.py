"""Next-word models: counting models to compare with, perplexity, sampling.

Sentences are columns of word numbers, (T, N), -1 below the end of a shorter one. Each begins and ends with ``<s>``.
"""

import unicodedata
from collections import Counter
from typing import NamedTuple

import numpy as np

from .. import words
from ..data import FINALS, Vocabulary, pad, split
from ..doors import MOST, plain, positive, reals, seeded, shown, whole
from ..in_words import answering
from ..nn import RNN, Adam, Readout, SequenceModel, batches, softmax, train
from .table import Table

EDGE = "<s>"  # stands before the first word and after the last
MOST_WORDS = 1000  # in a vocabulary: W_x has as many columns, and the readout as many rows
LONGEST_SENTENCE = 40  # words; a longer sentence goes on as the next one
BATCH = 32


class Corpus(NamedTuple):
    """Sentences as numbers, some of them held out.

    Attributes
    ----------
    vocabulary : Vocabulary
        ``<unk>``, ``<s>``, and the words that come at least twice in the training sentences, 1000 at most.
    train, held_out : ndarray of int, (T, N)
    """

    vocabulary: Vocabulary
    train: np.ndarray
    held_out: np.ndarray

    def __repr__(self):
        return f"Corpus({len(self.vocabulary)} tokens, {self.train.shape[1]} + {self.held_out.shape[1]} sentences)"


class NoWordTwice(ValueError):
    """From such a text no vocabulary can be made."""


def corpus(sentences, rng, share=0.8):
    """Split sentences (lists of words) at random, make the vocabulary from the training part, and number the words.

    A word that comes only once in the training part is ``<unk>``, in both parts: so `<unk>` is learned, too. So are the
    rarer ones where there are more than 1000 words. A sentence of more than 40 words is cut into several.
    """
    longest, sentences = LONGEST_SENTENCE, list(sentences)
    if odd := [one for one in sentences if not isinstance(one, list | tuple)]:
        raise ValueError(f"sentences must be lists of words, but {shown(odd[0])} came; use .split() first.")
    sentences = [words[at : at + longest] for words in sentences for at in range(0, len(words), longest)]
    if len(sentences) < 2:
        raise ValueError(f"sentences must be two or more, to learn from and to test, but {len(sentences)} came.")
    first, second = split(len(sentences), share, rng)
    if not len(second):  # of two, 80 % are both
        first, second = first[:-1], first[-1:]
    counts = Counter(word for i in first for word in sentences[i])
    known = {word for word, count in counts.most_common(MOST_WORDS) if count > 1}
    if not known:
        raise NoWordTwice("no word comes twice in the sentences to learn from, so there is nothing to learn; "
                          "take a longer text.")  # fmt: skip
    vocabulary = Vocabulary([EDGE, *(word for word in counts if word in known)])
    return Corpus(vocabulary, *(encode(vocabulary, [sentences[i] for i in part]) for part in (first, second)))


def encode(vocabulary, sentences):
    """Sentences as word numbers between two edges, (T, N)."""
    return pad([vocabulary.encode([EDGE, *words, EDGE]) for words in sentences])


def tokens_of(text, vocabulary):
    """Cut what a reader types into tokens: at blanks, and a Korean ending from its stem where both are known.

    먹었다 becomes 먹었 다, 한다 becomes 하 ㄴ다, as in the course's sentences. What is unknown stays as it is.
    """
    text = unicodedata.normalize("NFC", text)  # some keyboards write a syllable as its letters
    return [token for word in text.split() for token in _cut(word.strip(".,!?…\"'“”‘’"), vocabulary) if token]


def _cut(word, vocabulary):
    if word in vocabulary:
        return [word]
    for known in (word.lower(), word.capitalize()):
        if known in vocabulary:
            return [known]
    for k in range(1, len(word)):
        stem, ending = word[:k], word[k:]
        final = (ord(stem[-1]) - ord("가")) % 28
        if "가" <= stem[-1] <= "힣":  # the ending's first consonant may have closed the stem's last syllable
            open_stem = stem[:-1] + chr(ord(stem[-1]) - final)
            if open_stem in vocabulary and FINALS[final] + ending in vocabulary:
                return [open_stem, FINALS[final] + ending]
        if stem in vocabulary and ending in vocabulary:
            return [stem, ending]
    return [word]


def pairs(ids):
    """All pairs of neighbours in sentences (T, N): the word before, and the word to be predicted; each (M,)."""
    ids = _sentences(ids)
    before, word = ids[:-1].ravel(), ids[1:].ravel()
    return before[word >= 0], word[word >= 0]


def _sentences(ids, K=None):
    """`ids` as columns of word numbers, below K."""
    ids = plain("ids", ids)
    if ids.ndim != 2 or ids.dtype.kind not in "iu":
        raise ValueError(f"ids must be whole numbers of shape (T, N), but {ids.dtype} of shape {ids.shape} came.")
    if K is not None and ids.size and ids.max() >= whole("K", K):
        raise ValueError(f"ids must be below K = {K}, the size of the vocabulary, but {ids.max()} came.")
    return ids


def unigram(ids, K):
    """How frequent each word is, whatever stands before it, (K,); one is added to every count."""
    counts = np.bincount(pairs(_sentences(ids, K))[1].astype(np.intp), minlength=K) + 1.0
    return counts / counts.sum()


def bigram(ids, K, weight=15.0):
    """How frequent each word is after each other, (K, K): row = the word before, every row sums to 1.

    (count(before, word) + weight · unigram(word)) / (count(before) + weight): as if every word had been met `weight`
    times before, with the neighbours that words have on average. So no pair is impossible.
    """
    ids, weight = _sentences(ids, K), positive("weight", weight)
    if K**2 > MOST:
        raise ValueError(f"K must be at most {int(MOST**0.5):,}, or a matrix (K, K) is too large, but {K} came.")
    counts = np.zeros((K, K))
    np.add.at(counts, pairs(ids), 1)
    return (counts + weight * unigram(ids, K)) / (counts.sum(axis=1, keepdims=True) + weight)


def word_batches(ids, *, rng):
    """Endless mini-batches of 32 sentences of ids (T, N): (the words before, the words to be predicted)."""
    ids = _sentences(ids)
    return batches(ids[:-1], ids[1:], BATCH, rng=rng)


def word_training(ids, K, *, cell=RNN, H=32, seed=0):
    """A small untrained network that names the next word, and its batches: (model, batches).

    Parameters
    ----------
    ids : ndarray of int, (T, N)
        The training sentences.
    K : int
        Size of the vocabulary.
    cell : RNN, LSTM or GRU
    H, seed : int
    """
    rng, ids = seeded(seed), _sentences(ids, K)
    model = SequenceModel(cell(K, H, rng=rng), Readout(H, K, rng=rng))
    return model, word_batches(ids, rng=rng)


def fit_words(ids, K, *, cell=RNN, H=32, updates=150, seed=0):
    """Train a small recurrent network to name the next word of the sentences ids (T, N): Adam, batches of 32."""
    model, sentences = word_training(ids, K, cell=cell, H=H, seed=seed)
    train(model, sentences, Adam(0.01), updates, clip=1.0)
    return model


def probabilities(model, ids):
    """The probability that a network gives to each word of the sentences, in the order of `pairs`: (M,)."""
    given = np.ones(ids[1:].shape)
    for start in range(0, ids.shape[1], BATCH):
        part = np.s_[:, start : start + BATCH]
        p = model.probabilities(ids[:-1][part])  # (T, K, BATCH)
        given[part] = np.take_along_axis(p, np.maximum(ids[1:][part], 0)[:, None], axis=1)[:, 0]
    return given[ids[1:] >= 0]


class Learned(NamedTuple):
    """A corpus, and networks that were trained on it with different seeds.

    Attributes
    ----------
    corpus : Corpus
    models : list of SequenceModel
    """

    corpus: Corpus
    models: list

    def perplexities(self):
        """Of unigram, bigram and each network on the held-out sentences: ``{name: list of float}``."""
        counted = counted_perplexities(self.corpus)
        return counted | {"RNN": [perplexity(probabilities(model, self.corpus.held_out)) for model in self.models]}


def counted_perplexities(corpus):
    """Of the two models that count, on the held-out sentences: ``{"unigram": [float], "bigram": [float]}``."""
    ids, K = corpus.train, len(corpus.vocabulary)
    before, word = pairs(corpus.held_out)
    given = {"unigram": unigram(ids, K)[word], "bigram": bigram(ids, K)[before, word]}
    return {name: [perplexity(p)] for name, p in given.items()}


def learn(sentences, seeds=3):
    """Hold out one sentence in five, make the vocabulary, and train one network for each seed.

    Parameters
    ----------
    sentences : list of Sentence or of lists of words
    seeds : int

    Returns
    -------
    Learned
    """
    made = corpus([list(getattr(words, "tokens", words)) for words in sentences], np.random.default_rng(0))
    models = [fit_words(made.train, len(made.vocabulary), seed=seed) for seed in range(whole("seeds", seeds))]
    return Learned(made, models)


TABLE = {
    "language": {"en": "sentences", "ko": "문장"},
    "tokens": {"en": "vocabulary K", "ko": "어휘 크기 K"},
    "train": {"en": "for training", "ko": "훈련 문장"},
    "held": {"en": "held out", "ko": "떼어 놓은 문장"},
    "unknown": "<unk>",
    "unigram": {"en": "unigram", "ko": "유니그램"},
    "bigram": {"en": "bigram", "ko": "바이그램"},
    "network": "RNN",
}


def perplexity_table(learned):
    """Perplexities on the held-out sentences; of networks the lowest and the highest over the seeds.

    Parameters
    ----------
    learned : dict of str to Learned
    """
    rows = []
    for name in words.own_first(learned):
        one = learned[name]
        held_out, sizes = one.corpus.held_out[1:], [ids.shape[1] for ids in (one.corpus.train, one.corpus.held_out)]
        told = [spread(values) for values in one.perplexities().values()]
        unknown = f"{(held_out == 0).sum() / (held_out >= 0).sum():.0%}"
        rows.append([name, str(len(one.corpus.vocabulary)), *map(str, sizes), unknown, *told])
    return Table(rows, TABLE.values())


def spread(values):
    """The lowest and the highest of some numbers as one text, a single number where they are the same: ``31–33``."""
    values = reals("values", values)
    low, high = f"{min(values):.0f}", f"{max(values):.0f}"
    return low if low == high else f"{low}–{high}"


def perplexity(p):
    """exp of the mean of -log p: among how many equally likely words the model is in doubt, on average."""
    return float(np.exp(-np.log(reals("p", p)).mean()))


def with_temperature(logits, temperature):
    """softmax(logits / temperature), (K,): below 1 the likely becomes likelier, above 1 all become more alike."""
    positive("temperature", temperature)
    return softmax(reals("logits", logits)[:, None] / temperature)[:, 0]


def sample(model, vocabulary, rng, *, temperature=1.0, start=(), longest=12):
    """Let a network write a sentence, word by word; it may not say ``<unk>``.

    Parameters
    ----------
    start : list of str
        The first words.

    Returns
    -------
    list of str
        Without the edges.
    """
    longest = whole("longest", longest, 0)
    words, states, ids = list(start), {}, vocabulary.encode([EDGE, *start])
    while len(words) < longest:
        trace = model.forward(np.array(ids)[:, None], **states)
        states = model.cell.last_states(trace)
        p = with_temperature(trace.logits[-1, :, 0], temperature)
        p[0] = 0
        ids = [int(np.searchsorted(np.cumsum(p), rng.random() * p.sum(), side="right"))]
        if vocabulary.tokens[ids[0]] == EDGE:
            break
        words += vocabulary.decode(ids)
    return words


answering(globals())
