"""What lesson 12 says of the sentences that its three cells read, in both languages."""

import numpy as np
import pytest

from seqlib import LSTM, RNN, data, words
from seqlib.study import compare
from seqlib.study.bptt import gradient_flow
from seqlib.widgets.spelling import Spelling

TRAINED = compare.Taggers._trained


@pytest.fixture(scope="module", params=words.LANGUAGES)
def read(request):
    """The taggers of a language, of each cell only the network that the lesson shows: seed 0."""
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        first = lambda self, kind, seed: made.get(kind) or made.setdefault(kind, TRAINED(self, kind, 0))  # noqa: E731
        patch.setattr(compare.Taggers, "_trained", first)
        words.use(request.param)
        try:
            yield request.param, compare.Taggers()
        finally:
            words.use("en")


def answers(taggers, text):
    """Tokens, and for each cell its tag of every token, and the shares of `word_weights`."""
    tokens = Spelling(taggers.sentences).tokens(text)
    x = data.one_hot(data.pad([taggers.vocabulary.encode(tokens)]), taggers.vocabulary.size)
    told = {name: [taggers.tags.tokens[k] for k in model.predict(x)[:, 0]] for name, model in taggers.models.items()}
    return tokens, told, {name: compare.word_weights(model, x) for name, model in taggers.models.items()}


def test_the_two_equal_forms_of_the_opening_are_two_things_to_all_three(read):
    language, taggers = read
    tokens, told, shares = answers(taggers, taggers.opening)
    form, tags = {"en": ("watch", ["VERB", "NOUN"]), "ko": ("않", ["형용사", "동사"])}[language]
    first, second = (k for k, token in enumerate(tokens) if token == form)
    assert all([tagged[first], tagged[second]] == tags for tagged in told.values())
    past = {name: 1 - share[second, second] for name, share in shares.items()}
    assert max(past, key=past.get) == "RNN"  # looks back most
    if language == "ko":
        assert tokens[first - 1] == tokens[second - 1] == "지"
        assert min(1 - share[k, k] for share in shares.values() for k in (first, second)) > 0.5
        assert f"{past['RNN']:.2f}" == "0.75"
        assert [f"{shares['GRU'][second, second - k]:.2f}" for k in (1, 2)] == ["0.42", "0.12"]
        x = data.one_hot(data.pad([taggers.vocabulary.encode(tokens)]), taggers.vocabulary.size)
        flows = {name: gradient_flow(one.cell, one.forward(x), len(tokens)) for name, one in taggers.models.items()}
        left = {name: f"{flow[1, 0]:.1g}" for name, flow in flows.items()}
        assert left == {"RNN": "0.02", "LSTM": "0.05", "GRU": "0.002"}


@pytest.mark.parametrize(
    ("text", "form", "tags"),
    [
        ("배가 고프지 않으면 좋지 않다", "않", ["형용사", "형용사"]),
        ("비가 오지 않으면 춥지 않다", "않", ["동사", "형용사"]),
        ("바람이 차지만 공을 찬다", "차", ["형용사", "동사"]),
    ],
)
@pytest.mark.parametrize("read", ["ko"], indirect=True)
def test_what_the_korean_lesson_lets_one_type(read, text, form, tags):
    tokens, told, _ = answers(read[1], text)
    for tagged in told.values():
        assert [tag for token, tag in zip(tokens, tagged, strict=True) if token == form] == tags


@pytest.mark.parametrize("read", ["ko"], indirect=True)
def test_more_seeds_overlap_where_three_did_not(read):
    """Printed are RNN 0.96 three times, LSTM and GRU 0.97 or more; seed 6 of the RNN is above seed 1 of the LSTM."""
    taggers = read[1]
    _, out = data.split(len(taggers.sentences), 0.8, np.random.default_rng(0))
    x, y = taggers._ids[:, out], taggers._y[:, out]
    high, low = (TRAINED(taggers, kind, seed).predict(x) for kind, seed in ((RNN, 6), (LSTM, 1)))
    assert (high == y)[y >= 0].mean() > (low == y)[y >= 0].mean()
    assert taggers.shares["RNN"][0] < min(taggers.shares["LSTM"][0], taggers.shares["GRU"][0])
