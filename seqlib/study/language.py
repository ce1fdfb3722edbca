"""Next-word models: counting models to compare with, perplexity, sampling.

Sentences are columns of word numbers, (T, N), -1 below the end of a shorter one. Each begins and ends with ``<s>``.
"""

import unicodedata
from collections import Counter
from typing import NamedTuple

import numpy as np

from ..data import FINALS, Vocabulary, one_hot, pad, split
from ..nn import RNN, Adam, Readout, SequenceModel, batches, softmax, train

EDGE = "<s>"  # stands before the first word and after the last


class Corpus(NamedTuple):
    """Sentences as numbers, some of them held out.

    Attributes
    ----------
    vocabulary : Vocabulary
        ``<unk>``, ``<s>``, and the words that come at least twice in the training sentences.
    train, held_out : ndarray of int, (T, N)
    """

    vocabulary: Vocabulary
    train: np.ndarray
    held_out: np.ndarray

    def __repr__(self):
        return f"Corpus({len(self.vocabulary)} tokens, {self.train.shape[1]} + {self.held_out.shape[1]} sentences)"


def corpus(sentences, rng, share=0.8):
    """Split sentences (lists of words) at random, make the vocabulary from the training part, and number the words.

    A word that comes only once in the training part is ``<unk>``, in both parts: so `<unk>` is learned, too.
    """
    first, second = split(len(sentences), share, rng)
    counts = Counter(word for i in first for word in sentences[i])
    vocabulary = Vocabulary([EDGE, *(word for word, count in counts.items() if count > 1)])
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
    if word in vocabulary or not word:
        return [word]
    for known in (word.lower(), word.capitalize()):
        if known in vocabulary:
            return [known]
    for k in range(1, len(word)):
        stem, ending = word[:k], word[k:]
        final = (ord(stem[-1]) - ord("가")) % 28
        if "가" <= stem[-1] <= "힣" and final:  # the ending's first consonant may have closed the stem's last syllable
            open_stem = stem[:-1] + chr(ord(stem[-1]) - final)
            if open_stem in vocabulary and FINALS[final] + ending in vocabulary:
                return [open_stem, FINALS[final] + ending]
        if stem in vocabulary and ending in vocabulary:
            return [stem, ending]
    return [word]


def pairs(ids):
    """All pairs of neighbours in sentences (T, N): the word before, and the word to be predicted; each (M,)."""
    before, word = ids[:-1].ravel(), ids[1:].ravel()
    return before[word >= 0], word[word >= 0]


def unigram(ids, K):
    """How frequent each word is, whatever stands before it, (K,); one is added to every count."""
    counts = np.bincount(pairs(ids)[1].astype(np.intp), minlength=K) + 1.0
    return counts / counts.sum()


def bigram(ids, K, weight=15.0):
    """How frequent each word is after each other, (K, K): row = the word before, every row sums to 1.

    (count(before, word) + weight · unigram(word)) / (count(before) + weight): as if every word had been met `weight`
    times before, with the neighbours that words have on average. So no pair is impossible.
    """
    counts = np.zeros((K, K))
    np.add.at(counts, pairs(ids), 1)
    return (counts + weight * unigram(ids, K)) / (counts.sum(axis=1, keepdims=True) + weight)


def fit_words(ids, K, *, cell=RNN, H=32, updates=150, seed=0):
    """Train a small recurrent network to name the next word of the sentences ids (T, N): Adam, batches of 32."""
    rng = np.random.default_rng(seed)
    model = SequenceModel(cell(K, H, rng=rng), Readout(H, K, rng=rng))
    train(model, batches(one_hot(ids[:-1], K), ids[1:], 32, rng=rng), Adam(0.01), updates, clip=1.0)
    return model


def probabilities(model, ids):
    """The probability that a network gives to each word of the sentences, in the order of `pairs`: (M,)."""
    p = model.probabilities(one_hot(ids[:-1], model.cell.D))  # (T, K, N)
    words = ids[1:]
    return np.take_along_axis(p, np.maximum(words, 0)[:, None], axis=1)[:, 0][words >= 0]


def perplexity(p):
    """exp of the mean of -log p: among how many equally likely words the model is in doubt, on average."""
    return float(np.exp(-np.log(p).mean()))


def with_temperature(logits, temperature):
    """softmax(logits / temperature), (K,): below 1 the likely becomes likelier, above 1 all become more alike."""
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, but {temperature} came.")
    return softmax(np.asarray(logits)[:, None] / temperature)[:, 0]


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
    words, states, ids = list(start), {}, vocabulary.encode([EDGE, *start])
    while len(words) < longest:
        trace = model.forward(one_hot(np.array(ids)[:, None], len(vocabulary)), **states)
        states = {f"{name}0": trace[name][-1] for name in model.cell.STATES}
        p = with_temperature(trace.logits[-1, :, 0], temperature)
        p[0] = 0
        ids = [int(np.searchsorted(np.cumsum(p), rng.random() * p.sum(), side="right"))]
        if vocabulary.tokens[ids[0]] == EDGE:
            break
        words += vocabulary.decode(ids)
    return words
