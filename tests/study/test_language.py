"""Next-word models: the counts, perplexity, sampling, and how typed Korean is cut."""

import numpy as np
import pytest

from seqlib import RNN, Readout, SequenceModel, data
from seqlib.study import language

SENTENCES = [["a", "b"], ["a", "b", "a"], ["a", "c"], ["b", "a"], ["a", "b"]]


@pytest.fixture(scope="module")
def korean():
    return language.corpus([list(s.tokens) for s in data.korean()], np.random.default_rng(0))


def test_a_rare_word_is_unknown_and_each_sentence_has_its_edges():
    corpus = language.corpus(SENTENCES * 2, np.random.default_rng(0))
    assert corpus.vocabulary.tokens[:2] == ("<unk>", "<s>")
    assert (corpus.train[0] == 1).all() and ((corpus.train == 1).sum(axis=0) == 2).all()
    assert "sentences)" in repr(corpus)
    once = language.corpus([*SENTENCES * 2, ["d", "e"]], np.random.default_rng(1))
    assert {"d", "e"}.isdisjoint(once.vocabulary.tokens)


def test_unigram_and_bigram_by_hand():
    vocabulary = data.Vocabulary(["<s>", "a", "b"])
    ids = language.encode(vocabulary, [["a", "b"], ["a"]])  # pairs: s a, a b, b s, s a, a s
    uni = language.unigram(ids, 4)
    np.testing.assert_allclose(uni, np.array([1, 3, 3, 2]) / 9)
    bi = language.bigram(ids, 4, weight=2)
    np.testing.assert_allclose(bi.sum(axis=1), 1)
    np.testing.assert_allclose(bi[2], (np.array([0, 1, 0, 1]) + 2 * uni) / 4)
    np.testing.assert_allclose(bi[0], uni)  # never seen before any word: what words are like on average


def test_word_numbers_of_any_integer_type_are_counted():
    """np.bincount takes what casts safely to the type of pointers: not int64 where those have 32 bits, nor uint64."""
    ids = np.array([[0, 0], [1, 1], [2, 0]])
    expected = language.unigram(ids, 3)
    for kind in (np.int32, np.int64, np.uint64):
        np.testing.assert_array_equal(language.unigram(ids.astype(kind), 3), expected)


def test_perplexity():
    assert np.isclose(language.perplexity(np.full(7, 1 / 6)), 6)
    p = np.array([0.5, 0.25, 0.1])
    assert np.isclose(language.perplexity(p), 2 ** -np.log2(p).mean())


def test_perplexity_is_exp_of_the_loss_per_word(korean):
    ids, K = korean.held_out, len(korean.vocabulary)
    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(K, 4, rng=rng), Readout(4, K, rng=rng))
    p = language.probabilities(model, ids)
    assert len(p) == len(language.pairs(ids)[1])
    loss = model.loss(data.one_hot(ids[:-1], K), ids[1:]) * ids.shape[1] / len(p)
    assert np.isclose(language.perplexity(p), np.exp(loss))


def test_temperature():
    z = np.array([1.0, 2.0, 4.0])
    np.testing.assert_allclose(language.with_temperature(z, 1e6), 1 / 3, atol=1e-5)
    assert language.with_temperature(z, 0.05)[2] > 0.999
    with pytest.raises(ValueError, match="temperature must be a positive number, but 0 came"):
        language.with_temperature(z, 0)


def test_sampling_says_no_unknown_word_and_stops(korean):
    model = language.fit_words(korean.train, len(korean.vocabulary), updates=5)
    for seed in range(5):
        written = language.sample(model, korean.vocabulary, np.random.default_rng(seed), temperature=2.0, longest=6)
        assert len(written) <= 6 and not {"<unk>", "<s>"} & set(written)
    start = ["나는", "밥을"]
    assert language.sample(model, korean.vocabulary, np.random.default_rng(0), start=start)[:2] == start


def test_a_typed_korean_sentence_is_cut_like_those_of_the_course(korean):
    vocabulary = data.Vocabulary(token for s in data.korean() for token in s.tokens)
    right = sum(tuple(language.tokens_of(s.text, vocabulary)) == s.tokens for s in data.korean())
    assert right / len(data.korean()) > 0.9
    assert language.tokens_of("나는 운동을 한다. 얼룩말!", vocabulary)[-1] == "얼룩말"


def test_english_words_are_found_whatever_their_case():
    vocabulary = data.Vocabulary(["the", "I", "dog"])
    assert language.tokens_of("The dog, i", vocabulary) == ["the", "dog", "I"]
    assert language.tokens_of("", vocabulary) == [] and language.tokens_of("...", vocabulary) == []


def test_batches_of_words_are_made_one_by_one_and_hold_every_sentence_once(korean):
    ids = korean.train
    batches = language.word_batches(ids, rng=np.random.default_rng(0))
    seen = [next(batches) for _ in range(-(-ids.shape[1] // 32))]
    assert all(x.shape == targets.shape for x, targets in seen)
    found = np.concatenate([targets for _, targets in seen], axis=1)
    assert sorted(map(tuple, found.T)) == sorted(map(tuple, ids[1:].T))
    x, targets = seen[0]
    told = targets[:-1] >= 0  # the next input is the target, as long as the sentence lasts
    np.testing.assert_array_equal(x[1:][told], targets[:-1][told])


def test_a_long_text_stays_within_a_thousand_words_and_forty_a_sentence():
    sentences = [[f"w{k}" for k in range(start, start + 90)] for start in range(0, 2000, 45)] * 2
    made = language.corpus(sentences, np.random.default_rng(0))
    assert len(made.vocabulary) == 1002 and made.train.shape[0] == 42


def test_the_table_of_perplexities_is_that_of_its_parts(korean):
    learned = language.Learned(korean, [language.fit_words(korean.train, len(korean.vocabulary), updates=3)])
    [[name, K, train, held, unknown, *told]] = language.perplexity_table({"한국어": learned})
    assert (name, K, train, held, unknown) == ("한국어", "324", "406", "102", "22%")
    assert told == [f"{values[0]:.0f}" for values in learned.perplexities().values()]
    assert language.spread([31.2, 33.4]) == "31–33" and language.spread([31.2, 31.4]) == "31"


def test_the_network_has_the_32_units_that_lesson_14_tells_of(korean):
    assert language.fit_words(korean.train[:, :2], len(korean.vocabulary), updates=1).cell.H == 32
