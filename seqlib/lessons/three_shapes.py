"""The tasks of lesson 3, one for each sequence shape: a digit to spell, sensor runs to judge, sentences to tag."""

from dataclasses import dataclass

import numpy as np

from seqlib import data, doors, words
from seqlib.nn import RNN, Adam, Pooled, Readout, SequenceModel, batches, train
from seqlib.study.table import flush_right

STATES = ("good", "drift", "fault")
SENSORS = ("ϑ", "v", "I")
SIDE = 8  # pixels a row of a digit


@dataclass(frozen=True, eq=False)
class Task:
    """Sequences to learn from, and others to be judged by.

    Attributes
    ----------
    x, y : ndarray
        To learn from: a block (T, D, N), and the targets, (T, N) or (N,); -1 is no target.
    x_new, y_new : ndarray
        The same, never trained on.
    classes : tuple of K str
        What each output stands for.
    vocabulary : Vocabulary or None
        Of the inputs, where they are words.
    """

    x: np.ndarray
    y: np.ndarray
    x_new: np.ndarray
    y_new: np.ndarray
    classes: tuple
    vocabulary: data.Vocabulary | None = None


def learned(task, shape, H, eta, updates, seed=0):
    """An RNN with H units and a readout, in one of the three sequence shapes, trained on a task.

    `updates` steps downhill by `Adam` with the learning rate `eta`, 64 sequences at a time; gradients longer than 1 are
    shortened to that (lesson 7).

    Returns
    -------
    SequenceModel
    """
    rng = np.random.default_rng(seed)
    cell, readout = RNN(task.x.shape[1], H, rng=rng), Readout(H, len(task.classes), rng=rng)
    model = SequenceModel(cell, readout, shape)
    train(model, batches(task.x, task.y, 64, rng=rng), Adam(eta), updates, clip=1.0)
    return model


def share_by_last(task, H=24, eta=0.01, updates=400, seed=0):
    """How often a network without memory is right on new sequences, from the last step of each alone."""
    rng = np.random.default_rng(seed)
    model = Pooled(task.x.shape[1], H, len(task.classes), rng=rng)
    train(model, batches(task.x[-1:], task.y, 64, rng=rng), Adam(eta), updates)
    return model.accuracy(task.x_new[-1:], task.y_new)


def sensors(seed=0):
    """900 sensor runs of 24 readings (`seqlib.data.sensor_runs`), and 300 new ones: a `Task` with the `STATES`."""
    rng = np.random.default_rng(seed)
    return Task(*data.sensor_runs(900, T=24, rng=rng), *data.sensor_runs(300, T=24, rng=rng), STATES)


def known_and_unknown():
    """Sensor runs to judge by eye: three known ones, a run of each state, and five unknown ones.

    Returns
    -------
    known, unknown : ndarray, (24, 3, 3) and (24, 3, 5)
    targets : (5,) int64
        Of the unknown ones.
    """
    x, y = data.sensor_runs(60, T=24, rng=np.random.default_rng(4))
    places = [np.flatnonzero(y == k) for k in range(3)]
    known = [place[0] for place in places]
    unknown = [places[2][1], places[0][1], places[1][1], places[0][2], places[2][2]]
    return x[:, :, known], x[:, :, unknown], y[unknown]


def spelling(seed=0):
    """Handwritten digits and their names, letter by letter, in the language in use: a `Task`; 7 of 10 digits to learn.

    x is (1, 64, N), one step; y is (T, N), T the longest name and the full stop. Everybody draws a little smaller,
    further left or more slanted, so each picture to learn from is there three times, twice so changed (`warped`).
    """
    rng = np.random.default_rng(seed)
    images, digits = data.digits()
    names = [[*data.digit_name(k, words.language()), "."] for k in range(10)]
    letters = data.Vocabulary([*sorted({letter for name in names for letter in name} - {"."}), "."], unknown=None)
    targets = data.pad([letters.encode(name) for name in names])[:, digits]
    seen, new = data.split(len(digits), 0.7, np.random.default_rng(seed))
    x = np.concatenate([images[:, seen], *(warped(images[:, seen], rng=rng) for _ in range(2))], axis=1)
    return Task(x[None], np.tile(targets[:, seen], (1, 3)), images[None][..., new], targets[:, new], letters.tokens)


def warped(images, *, rng):
    """Pictures (64, N) as another hand would have written them: each stretched, moved and slanted a little."""
    N, pixels = images.shape[1], np.pad(images.reshape(SIDE, SIDE, -1), ((2, 2), (2, 2), (0, 0)))
    wide, high = rng.uniform(0.85, 1.25, N), rng.uniform(0.95, 1.25, N)
    right, down, slant = rng.uniform(-1, 1, N), rng.uniform(-0.4, 0.4, N), rng.uniform(-0.25, 0.25, N)
    from_middle = np.arange(SIDE) - (SIDE - 1) / 2
    rows, columns = from_middle[:, None, None], from_middle[None, :, None]
    y = np.clip(rows * high - down + 0 * columns + 5.5, 0, SIDE + 2.999)
    x = np.clip(columns * wide - right + slant * rows + 5.5, 0, SIDE + 2.999)
    (i, v), (j, u), n = np.divmod(y, 1), np.divmod(x, 1), np.arange(N)
    i, j = i.astype(int), j.astype(int)
    top = (1 - u) * pixels[i, j, n] + u * pixels[i, j + 1, n]
    bottom = (1 - u) * pixels[i + 1, j, n] + u * pixels[i + 1, j + 1, n]
    return ((1 - v) * top + v * bottom).reshape(SIDE * SIDE, N)


def examples(task):
    """A typical new picture of each digit (the nearest to their mean), the longest names first: (64, 10)."""
    x, names, chosen = task.x_new[0], task.y_new.T, {}
    for name in sorted({tuple(name) for name in names.tolist()}, key=lambda name: (name.count(-1), [-k for k in name])):
        n = np.flatnonzero((names == name).all(axis=1))
        mean = x[:, n].mean(axis=1, keepdims=True)
        chosen[name] = n[np.square(x[:, n] - mean).sum(axis=0).argmin()]
    return x[:, list(chosen.values())]


def tagging(seed=0):
    """Sentences in the language in use and the part of speech of each word: a `Task`; 8 of 10 to learn from.

    Korean words are made of stem, particles and endings, so there each morpheme has its tag, an ending too.
    """
    load, names = words.say({
        "en": (data.english, data.ENGLISH_TAGS), "ko": (data.korean_morphemes, data.KOREAN_TAGS)})  # fmt: skip
    sentences = load()
    seen, new = data.split(len(sentences), 0.8, np.random.default_rng(seed))
    vocabulary = data.Vocabulary(token for n in seen for token in sentences[n].tokens)
    tags = data.Vocabulary(names, unknown=None)
    x = data.one_hot(data.pad([vocabulary.encode(s.tokens) for s in sentences]), vocabulary.size)
    y = data.pad([tags.encode(s.tags) for s in sentences])
    return Task(x[..., seen], y[:, seen], x[..., new], y[:, new], tags.tokens, vocabulary)


def texts():
    """Three new sentences for the tagger, in the language in use: two that begin alike, one with a word twice."""
    return list(words.say(TEXTS))


def sentence(task, text):
    """A sentence as a block (T, D, 1) of one-hot columns over the words (Korean: morphemes) of a task."""
    text = doors.text("text", text)
    return data.one_hot(np.array([task.vocabulary.encode(text.split())]).T, task.vocabulary.size)


def usual_tags(task):
    """The baseline: for each word of the new sentences, the tag that it had most often in training.

    A word not met there gets the commonest tag of all.

    Returns
    -------
    tags : (T, N) int64
    double : (T, N) bool
        Where a word stands that had more than one tag in training.
    """
    K, known = len(task.classes), task.y != -1
    ids, new = task.x.argmax(axis=1), task.x_new.argmax(axis=1)
    count = np.zeros((task.vocabulary.size, K))
    np.add.at(count, (ids[known], task.y[known]), 1)
    has_two = (count > 0).sum(axis=1) > 1
    count[0] = count.sum(axis=0)  # <unk>, which is not met in training
    return count.argmax(axis=1)[new], has_two[new] & (task.y_new != -1)


def tag_table(task, predicted):
    """How often the network and the baseline are right: a text with a row for all words, one for those with two lives.

    Parameters
    ----------
    predicted : (T, N) int
        The network's tags for ``task.x_new``.
    """
    predicted = doors.alike("predicted", predicted, task.y_new.shape, "task.y_new")
    usual, double = usual_tags(task)
    rows = {ALL_WORDS: task.y_new != -1, TWO_LIVES: double}
    heads = zip((WORDS, COUNT, USUAL, NETWORK), (22, 8, 12, 10), strict=True)
    lines = ["".join(flush_right(words.say(head), columns) for head, columns in heads)]
    for name, there in rows.items():
        shares = [(tags == task.y_new)[there].mean() for tags in (usual, predicted)]
        lines.append(f"{flush_right(words.say(ROWS[name]), 22)}{there.sum():>8}{shares[0]:>12.2f}{shares[1]:>10.2f}")
    return "\n".join(lines)


TEXTS = {
    "en": ("the light is red", "the light bag is red", "you can open the can now"),
    "ko": ("이 새 는 작 다", "이 새 옷 은 작 다", "친구 가 집 에 가 ㄴ다"),
}
WORDS, COUNT = {"en": "words", "ko": "형태소"}, {"en": "count", "ko": "개수"}
USUAL, NETWORK = {"en": "usual tag", "ko": "흔한 품사"}, {"en": "network", "ko": "신경망"}
ALL_WORDS, TWO_LIVES = "all", "two"
ROWS = {
    ALL_WORDS: {"en": "all words", "ko": "모든 형태소"},
    TWO_LIVES: {"en": "words with two lives", "ko": "품사가 여럿인 꼴"},
}
