"""Next-word models: the counts, perplexity, sampling, and how typed Korean is cut."""

from types import SimpleNamespace

import numpy as np
import pytest

from seqlib import GRU, RNN, Adam, Readout, SequenceModel, batches, data, train
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


def test_two_sentences_are_enough_and_a_long_one_goes_on_as_the_next():
    made = language.corpus([["a", "a"], ["b", "b"]], np.random.default_rng(0), share=0.5)
    assert made.train.shape == made.held_out.shape == (4, 1) and len(made.vocabulary) == 3
    made = language.corpus([["a", "a"], ["b", "b"]], np.random.default_rng(0))
    assert made.train.shape == made.held_out.shape == (4, 1)
    for wrong, sentence in (
        ([["a", "a"]], "two or more, .* but 1 came"),
        ([["a", "a"], []], "but 1 came"),
        (["a b", ["c"]], "lists of words, but 'a b'"),
        ([["a"], ["b"]], "no word comes twice"),
    ):
        with pytest.raises(ValueError, match=sentence):
            language.corpus(wrong, np.random.default_rng(0))
    long = [["a"] * 81, ("b", "c") * 20]
    made = language.corpus(long, np.random.default_rng(0), share=0.7)
    lengths = sorted((ids[:, n] >= 0).sum() - 2 for ids in (made.train, made.held_out) for n in range(ids.shape[1]))
    assert lengths == [1, 40, 40, 40]


def test_of_words_that_come_twice_the_thousand_most_frequent_are_known():
    sentences = [[f"w{k}"] * (3 if k >= 201 else 2) for k in range(1200)]  # the rarer ones come first
    made = language.corpus([*sentences, ["once"], ["no"]], np.random.default_rng(0), share=0.9999)
    tokens, ids = made.vocabulary.tokens, made.train[1]
    assert len(tokens) == 1002 and len({f"w{k}" for k in range(201, 1200)} & set(tokens)) >= 998
    assert list(tokens[2:]) == [tokens[k] for k in dict.fromkeys(ids.tolist()) if k > 1]  # in the order of the text
    assert repr(made) == "Corpus(1002 tokens, 1201 + 1 sentences)"


def test_unigram_and_bigram_by_hand():
    vocabulary = data.Vocabulary(["<s>", "a", "b"])
    ids = language.encode(vocabulary, [["a", "b"], ["a"]])  # pairs: s a, a b, b s, s a, a s
    uni = language.unigram(ids, 4)
    np.testing.assert_allclose(uni, np.array([1, 3, 3, 2]) / 9)
    bi = language.bigram(ids, 4, weight=2)
    np.testing.assert_allclose(bi.sum(axis=1), 1)
    np.testing.assert_allclose(bi[2], (np.array([0, 1, 0, 1]) + 2 * uni) / 4)
    np.testing.assert_array_equal(language.bigram(ids, 4), language.bigram(ids, 4, weight=15.0))
    assert [part.tolist() for part in language.pairs(ids)] == [[1, 1, 2, 2, 3], [2, 2, 3, 1, 1]]
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


def always(*ids):
    """A stub of a model that gives these words one after the other, almost surely, each as long as it is asked."""
    def forward(x, **states):
        n = states.get("n", 0)
        asked.append((x[:, 0].tolist(), n))
        logits = np.zeros((len(x), 5, 1))
        logits[-1, ids[n], 0] = 1000.0
        return SimpleNamespace(logits=logits, n=n)

    asked = []
    cell = SimpleNamespace(last_states=lambda trace: {"n": trace.n + 1})
    return SimpleNamespace(forward=forward, cell=cell), asked


def test_a_sentence_is_written_word_by_word_up_to_the_edge_or_the_longest():
    vocabulary, rng = data.Vocabulary(["<s>", "a", "b", "c"]), np.random.default_rng(0)
    model, asked = always(2, 3, 4, 1, 2)
    assert language.sample(model, vocabulary, rng) == ["a", "b", "c"]
    assert asked == [([1], 0), ([2], 1), ([3], 2), ([4], 3)]  # only what is new is read, and the state is carried on
    assert language.sample(model, vocabulary, rng, longest=2) == ["a", "b"]
    assert language.sample(model, vocabulary, rng, start=["c", "b"], longest=3) == ["c", "b", "a"]
    assert asked[-1] == ([1, 4, 3], 0)
    assert language.sample(model, vocabulary, rng, start=["c", "b"], longest=2) == ["c", "b"]
    assert language.sample(always(*[2] * 20)[0], vocabulary, rng) == ["a"] * 12


def test_words_are_drawn_as_often_as_they_are_likely_but_for_the_unknown():
    vocabulary, rng = data.Vocabulary(["<s>", "a", "b", "c"]), np.random.default_rng(0)
    p = np.array([0.2, 0.0, 0.1, 0.3, 0.4]) + 1e-300
    model = SimpleNamespace(
        forward=lambda x: SimpleNamespace(logits=np.log(p)[None, :, None]),
        cell=SimpleNamespace(last_states=lambda trace: {}),
    )
    for temperature, squared in (({}, 1), ({"temperature": 0.5}, 2)):
        written = [language.sample(model, vocabulary, rng, longest=1, **temperature)[0] for _ in range(1500)]
        expected = p[2:] ** squared / (p[2:] ** squared).sum()
        np.testing.assert_allclose([written.count(word) / 1500 for word in "abc"], expected, atol=0.03)


def test_a_draw_that_falls_on_a_border_is_the_next_word():
    vocabulary = data.Vocabulary(["<s>", "a", "b", "c"])
    model, _ = always(0)
    model.forward = lambda x: SimpleNamespace(logits=np.zeros((1, 5, 1)), n=0)
    for drawn, word in ((0.5, "b"), (0.49, "a"), (0.75, "c"), (0.99, "c")):
        assert language.sample(model, vocabulary, SimpleNamespace(random=lambda: drawn), longest=1) == [word]  # noqa: B023


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


def test_an_ending_is_cut_from_its_stem_even_where_it_closes_the_last_syllable():
    vocabulary = data.Vocabulary(["하", "ㄴ다", "먹었", "다", "나", "는", "간", "가", "ㄹ게", "힣", "요", "각", "ㄱ기"])
    cut = {"한다": ["하", "ㄴ다"], "먹었다": ["먹었", "다"], "나는": ["나", "는"], "간": ["간"], "갈게": ["가", "ㄹ게"],
           "간다": ["가", "ㄴ다"], "나비": ["나비"], "힣요": ["힣", "요"], "갂기": ["갂기"], "하다": ["하", "다"],
           "각기": ["가", "ㄱ기"], "x다": ["x다"]}  # fmt: skip
    assert {word: language.tokens_of(word, vocabulary) for word in cut} == cut
    assert language.tokens_of("「한다」 \u1112\u1161\u11ab다!", vocabulary) == ["「한다」", "하", "ㄴ다"]
    final = (ord("x") - ord("가")) % 28  # what would be x's last consonant, if it were a syllable
    vocabulary = data.Vocabulary([chr(ord("x") - final), data.FINALS[final] + "다", "히", "ㅎ요"])
    assert language.tokens_of("x다 힣요", vocabulary) == ["x다", "히", "ㅎ요"]
    assert language.tokens_of("The the THE", data.Vocabulary(["the", "The"])) == ["The", "the", "the"]
    apart = data.Vocabulary(["b", "xb"])
    assert language.tokens_of("xb ab bb b", apart) == ["xb", "ab", "b", "b", "b"]


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


def test_words_are_learned_as_is_said(korean):
    ids, K = korean.train[:, :40], len(korean.vocabulary)
    rng = np.random.default_rng(5)
    model = SequenceModel(GRU(K, 3, rng=rng), Readout(3, K, rng=rng))
    train(model, batches(ids[:-1], ids[1:], 32, rng=rng), Adam(0.01), 2, clip=1.0)
    made = language.fit_words(ids, K, cell=GRU, H=3, updates=2, seed=5)
    assert all(np.array_equal(made.params[name], W) for name, W in model.params.items())


def test_what_is_left_out_is_as_lesson_14_has_it(monkeypatch):
    seen = []
    monkeypatch.setattr(language, "train", lambda model, made, optimizer, updates, clip: seen.append(
        (type(model.cell), model.cell.H, optimizer.lr, updates, clip)))  # fmt: skip
    monkeypatch.setattr(language, "counted_perplexities", lambda corpus: {})
    sentences = [list("abcab")] * 5 + [SimpleNamespace(tokens=("a", "d"))] * 5
    learned = language.learn(sentences)
    assert seen == 3 * [(RNN, 32, 0.01, 150, 1.0)] and learned.corpus.train.shape[1] == 8
    K = len(learned.corpus.vocabulary)
    for seed, model in enumerate(learned.models):
        again, _ = language.word_training(learned.corpus.train, K, seed=seed)
        assert np.array_equal(again.params.W_xh, model.params.W_xh)
    assert np.array_equal(language.fit_words(learned.corpus.train, K).params.W_xh, learned.models[0].params.W_xh)
    first, _ = language.word_training(learned.corpus.train, K)
    assert first.cell.H == 32 and np.array_equal(first.params.W_xh, learned.models[0].params.W_xh)
    drawn = language.corpus([list(getattr(s, "tokens", s)) for s in sentences], np.random.default_rng(0))
    np.testing.assert_array_equal(learned.corpus.train, drawn.train)


def test_the_share_of_unknown_words_is_that_of_what_is_held_out(in_korean):
    vocabulary = data.Vocabulary(["<s>", "a"])
    ids = language.encode(vocabulary, [["a", "x", "a"], ["x"]])
    made = language.Learned(language.Corpus(vocabulary, ids, ids), [])
    made = SimpleNamespace(corpus=made.corpus, perplexities=lambda: {"unigram": [3.2], "bigram": [1.4], "RNN": [2, 4]})
    table = language.perplexity_table({"one": made})
    assert tuple(table) == (("one", "3", "2", "2", "33%", "3", "1", "2–4"),)
    assert repr(table).split()[:2] == ["문장", "어휘"]
