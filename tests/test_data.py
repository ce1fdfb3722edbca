"""The data files say what data/README.md says, damaged files are named, and the generators keep their promises."""

import itertools
import json
import shutil
import unicodedata
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqlib import data
from seqlib.study.after import copying

# How Korean morphemes change where they meet: (end of one, beginning of the next) -> what is written.
CONTRACTIONS = {
    # vowels that meet
    ("하", "여"): "해", ("하", "였"): "했", ("가", "았"): "갔", ("가", "아"): "가", ("사", "았"): "샀",
    ("사", "아"): "사", ("타", "았"): "탔", ("자", "았"): "잤", ("자", "아"): "자", ("나", "았"): "났",
    ("나", "아"): "나", ("싸", "아"): "싸", ("오", "았"): "왔", ("오", "아"): "와", ("보", "았"): "봤",
    ("보", "아"): "봐", ("시", "었"): "셨", ("시", "어"): "셔", ("리", "었"): "렸", ("피", "었"): "폈",
    ("내", "었"): "냈", ("우", "었"): "웠", ("주", "었"): "줬",
    # ㅡ falls out before a vowel
    ("쓰", "었"): "썼", ("크", "어"): "커", ("프", "아"): "파", ("쁘", "아"): "빠", ("쁘", "어"): "뻐",
    ("부르", "었"): "불렀", ("부르", "어"): "불러", ("모르", "아"): "몰라",
    # ㅂ becomes a vowel, ㄷ becomes ㄹ, ㅎ falls out, ㄹ falls out
    ("춥", "어"): "추워", ("덥", "어"): "더워", ("덥", "었"): "더웠", ("렵", "어"): "려워", ("맵", "어"): "매워",
    ("맵", "은"): "매운", ("갑", "어"): "가워", ("답", "은"): "다운", ("돕", "았"): "도왔",
    ("듣", "어"): "들어", ("듣", "었"): "들었", ("걷", "어"): "걸어", ("걷", "었"): "걸었", ("걷", "으"): "걸으",
    ("얗", "ㄴ"): "얀", ("갛", "ㄴ"): "간", ("날", "는"): "나는",
    # in korean_forms.tsv only
    ("차", "았"): "찼", ("지", "었"): "졌", ("찌", "었"): "쪘", ("춥", "은"): "추운", ("덥", "은"): "더운",
    ("쉽", "은"): "쉬운", ("쉽", "었"): "쉬웠", ("렵", "은"): "려운", ("듣", "은"): "들은", ("알", "는"): "아는",
    ("길", "ㄴ"): "긴", ("풀", "ㄴ"): "푼", ("걷", "은"): "걸은",
    # pronouns
    ("나", "의"): "내", ("저", "의"): "제", ("누구", "가"): "누가",
}  # fmt: skip
# 시 + 어 before 요 is written 세, and a stem loses its ㄹ before an ending token in ㄴ, ㅂ or 니.
BEFORE_YO = {"셔": "세"}
LOSES_L = {"날": "나", "불": "부", "놀": "노", "울": "우", "열": "여", "살": "사", "알": "아", "만들": "만드"}


ENDINGS = ("다", "ㄴ다", "는다", "습니다", "ㅂ니다", "ㅂ니까", "습니까", "니", "자")
FINAL = {("요", "조사"), *itertools.product(ENDINGS, ("어미",))}


def compose(parts):
    """Write parts one after the other; a part that begins with a bare consonant closes the syllable before it."""
    written = ""
    for part in parts:
        if written and part[0] in data.FINALS[1:]:
            closed = chr(ord(written[-1]) + data.FINALS.index(part[0]))
            assert unicodedata.normalize("NFD", closed)[:2] == unicodedata.normalize("NFD", written[-1])
            written = written[:-1] + closed + part[1:]
        else:
            written += part
    return written


def write_token(morphemes, following):
    """The token that these morphemes give, with the contractions listed above."""
    written = morphemes[0]
    for morpheme in morphemes[1:]:
        for (left, right), merged in CONTRACTIONS.items():
            if written.endswith(left) and morpheme.startswith(right):
                written = written[: -len(left)] + merged + morpheme[len(right) :]
                break
        else:
            written = compose([written, morpheme])
    if following == "요" and morphemes[-1] == "어" and morphemes[-2] in ("시", "으시"):
        written = written[:-1] + BEFORE_YO.get(written[-1], written[-1])
    if following and following[0] in "ㄴㅂ니":
        written = LOSES_L.get(written, written)
    return written


# --- sentences ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("load", [data.english, data.korean])
def test_sentences_are_distinct_and_enough(load):
    sentences = load()
    assert len(sentences) >= 300
    assert len({s.text for s in sentences}) == len(sentences)
    assert all(len(s.tokens) == len(s.tags) and s.text == s.text.strip() and s.gloss for s in sentences)


def test_english_is_plain_and_small():
    sentences = data.english()
    words = Counter(word for s in sentences for word in s.tokens)
    assert len(words) <= 250
    assert min(words.values()) >= 2
    assert {tag for s in sentences for tag in s.tags} <= set(data.ENGLISH_TAGS)
    assert all(3 <= len(s.tokens) <= 8 for s in sentences)
    assert all(word == "I" or (word.isascii() and word.isalpha() and word.islower()) for word in words)


def test_english_needs_context():
    """The most frequent tag of each word errs on at least 6 % of held-out tokens."""
    sentences, errors = data.english(), []
    for seed in range(5):
        train, held_out = data.split(len(sentences), 0.8, np.random.default_rng(seed))
        counts = defaultdict(Counter)
        for i in train:
            for word, tag in zip(sentences[i].tokens, sentences[i].tags, strict=True):
                counts[word][tag] += 1
        guess = {word: tags.most_common(1)[0][0] for word, tags in counts.items()}
        pairs = [p for i in held_out for p in zip(sentences[i].tokens, sentences[i].tags, strict=True)]
        errors.append(np.mean([guess.get(word, "NOUN") != tag for word, tag in pairs]))
        assert np.mean([word not in guess for word, _ in pairs]) < 0.03
    assert min(errors) >= 0.06, errors
    assert max(errors) <= 0.2, errors


def test_korean_holds_the_example_of_the_lecture():
    by_text = {s.text: s for s in data.korean()}
    example = by_text["나는 밥을 먹었다"]
    assert example.tokens == ("나는", "밥을", "먹었", "다")
    assert example.tags == ("대명사", "명사", "동사", "어미")
    assert example.morphemes[2] == (("먹", "동사"), ("었", "어미"))
    assert by_text["저는 밥이 좋아요"].tokens == ("저는", "밥이", "좋아", "요")


def test_korean_tags_are_a_closed_set_and_come_from_the_first_morpheme():
    for s in data.korean():
        assert len(s.morphemes) == len(s.tokens), s.text
        assert tuple(token[0][1] for token in s.morphemes) == s.tags, s.text
        assert {tag for token in s.morphemes for _, tag in token} <= set(data.KOREAN_TAGS)
        assert s.gloss[-1] in ".?" and s.gloss.isascii()


def test_korean_tokens_compose_the_sentence():
    for s in data.korean():
        words = []
        for token, tag in zip(s.tokens, s.tags, strict=True):
            if tag == "어미" or token == "요":  # final endings are written on to the stem
                words[-1] = compose([words[-1], token])
            else:
                words.append(token)
        assert " ".join(words) == s.text


def test_korean_morphemes_compose_the_tokens():
    for s in data.korean():
        for token, morphemes, following in zip(s.tokens, s.morphemes, [*s.tokens[1:], ""], strict=True):
            assert write_token([m for m, _ in morphemes], following) == token, s.text


def test_no_contraction_is_listed_in_vain():
    words = {tuple(m for m, _ in word) for s in data.korean_morphemes() for word in s.morphemes}
    plain = {pair for pair in CONTRACTIONS for word in words for a, b in pairwise(word)
             if a.endswith(pair[0]) and b.startswith(pair[1])}  # fmt: skip
    assert plain == set(CONTRACTIONS)


def added():
    """The sentences of korean_forms.tsv."""
    return data.korean_morphemes()[len(data.korean()) :]


def test_the_added_sentences_are_new_and_made_of_their_morphemes():
    assert not {s.text for s in data.korean()} & {s.text for s in added()}
    for s in added():
        words = []
        for word in s.morphemes:
            *stem, last = (m for m, _ in word)
            if stem and (last, word[-1][1]) in FINAL:  # as the tokens of korean.tsv are cut
                words.append(compose([write_token(stem, last), last]))
            else:
                words.append(write_token([*stem, last], ""))
        assert " ".join(words) == s.text


NOUNS, STEMS = {"명사", "대명사", "수사"}, {"동사", "형용사"}


def test_the_added_words_are_built_as_korean_builds_them():
    """A particle stands after a noun, an ending after a stem or the copula 이, and no stem stands without an ending."""
    for s in added():
        assert s.gloss[-1] in ".?" and s.gloss.isascii()
        for word in s.morphemes:
            tags = [tag for _, tag in word]
            assert set(tags) <= set(data.KOREAN_TAGS), s.text
            assert tags[0] not in ("조사", "어미") and tags[-1] not in STEMS, s.text
            for (left, before), (right, tag) in pairwise(word):
                allowed = NOUNS | {"조사"} | ({"어미"} if right == "요" else set())
                if tag == "어미":
                    allowed = STEMS | {"어미"} | ({"조사"} if left == "이" else set())
                assert tag in ("조사", "어미") and before in allowed, (s.text, left, right)


def test_what_stands_before_decides_as_school_grammar_says():
    """만큼, 대로, 뿐, 는, 은, 을 and 않 have the tag that the morphemes before them allow."""
    for s in data.korean_morphemes():
        for i, (form, tag) in enumerate(zip(s.tokens, s.tags, strict=True)):
            before = s.tags[i - 1] if i else None
            if form in ("만큼", "대로", "뿐"):
                assert tag == ("명사" if before == "어미" else "조사"), s.text
            if form in ("는", "은", "을"):
                assert tag == ("어미" if before in STEMS | {"어미"} else "조사"), s.text
            if form == "않":
                stem = next(of for of in s.tags[i - 1 :: -1] if of in STEMS)
                assert s.tokens[i - 1] == "지" and tag == stem, s.text


def test_korean_has_ambiguous_tokens():
    tags = defaultdict(set)
    for s in data.korean():
        for token, tag in zip(s.tokens, s.tags, strict=True):
            tags[token].add(tag)
    assert tags["나는"] == {"대명사", "동사"}
    assert tags["다"] == {"어미", "부사"}
    assert tags["있"] == {"형용사", "동사"}
    tags = defaultdict(set)
    for s in data.korean_morphemes():
        for morpheme, tag in zip(s.tokens, s.tags, strict=True):
            tags[morpheme].add(tag)
    assert tags["차"] == {"명사", "동사", "형용사"} and tags["새"] == {"명사", "관형사"}
    assert sum(len(of) > 1 for of in tags.values()) > 30


# --- digits ------------------------------------------------------------------------------------------------------


def test_digits():
    images, labels = data.digits()
    assert images.shape == (64, 1797) and images.dtype == np.float64
    assert images.min() == 0 and images.max() == 1
    assert labels.shape == (1797,) and set(labels.tolist()) == set(range(10))
    assert (data.FOLDER / "digits.npz").stat().st_size < 150_000


def test_digit_names():
    assert data.digit_name(0) == ["z", "e", "r", "o"]
    assert data.digit_name(8, "ko") == ["ㅍ", "ㅏ", "ㄹ"]
    assert data.digit_name(np.int64(2), "ko") == ["ㅇ", "ㅣ"]
    for k, language in [(10, "en"), (-1, "ko"), (1.5, "en"), (True, "en"), (3, "fr")]:
        with pytest.raises(ValueError, match=r"^(k|language) must"):
            data.digit_name(k, language)


@given(st.text(alphabet=st.characters(min_codepoint=ord("가"), max_codepoint=ord("힣")), max_size=5))
def test_jamo_agree_with_unicode(text):
    assert len(data.jamo(text)) == len(unicodedata.normalize("NFD", text))
    assert data.jamo(text + "a")[-1] == "a"


# --- files -------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in (
        "english.tsv",
        "korean.tsv",
        "korean_forms.tsv",
        "digits.npz",
        "adding_rnn.json",
        "adding_lstm.json",
        "adding_gru.json",
        "lstm_runs.json",
        "compare.json",
        "after.json",
        "speed.json",
        "sunspots.csv",
        "opus/weights.npz",
        "opus/recorded.npz",
        "opus/sound.mp3",
        "silero/weights.safetensors",
        "silero/recorded.npz",
        "tesseract/kor.npz",
        "tesseract/eng.npz",
        "g2p/checkpoint20.npz",
        "checksums.json",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(data.FOLDER / name, tmp_path / name)
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    return tmp_path


LOADERS = [
    ("english.tsv", data.english),
    ("korean.tsv", data.korean),
    ("korean_forms.tsv", data.korean_morphemes),
    ("digits.npz", data.digits),
    ("adding_rnn.json", data.adding_runs),
    ("sunspots.csv", data.sunspots),
    ("adding_lstm.json", lambda: data.adding_runs("LSTM")),
    ("adding_gru.json", lambda: data.adding_runs("GRU")),
    ("lstm_runs.json", data.lstm_runs),
    ("compare.json", data.compare_runs),
    ("after.json", data.after_runs),
    ("speed.json", data.speed_runs),
    ("opus/weights.npz", data.opus_weights),
    ("opus/recorded.npz", data.opus_recording),
    ("opus/sound.mp3", data.opus_sound),
    ("silero/weights.safetensors", data.silero_weights),
    ("silero/recorded.npz", data.silero_recording),
    ("tesseract/kor.npz", lambda: data.tesseract_weights("kor")),
    ("tesseract/eng.npz", lambda: data.tesseract_weights("eng")),
    ("g2p/checkpoint20.npz", data.g2p_weights),
]


@pytest.mark.parametrize(("name", "load"), LOADERS)
def test_a_missing_file_is_named(folder, name, load):
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"data/{name} is missing .* `git checkout -- data/{name}`"):
        load()


@pytest.mark.parametrize(("name", "load"), LOADERS)
def test_a_damaged_file_is_named(folder, name, load):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:-20])
    with pytest.raises(ValueError, match=f"data/{name} is damaged or was edited: .* `git checkout -- data/{name}`"):
        load()


@pytest.mark.parametrize("content", [None, b"{", b"[]", b"{}"])
def test_a_damaged_list_of_checksums_is_named(folder, content):
    (folder / "checksums.json").unlink()
    if content is not None:
        (folder / "checksums.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"data/checksums\.json is missing or damaged"):
        data.english()


def test_windows_line_endings_are_welcome(folder):
    before = data.english(), data.korean()
    for name in ("english.tsv", "korean.tsv"):
        (folder / name).write_bytes((folder / name).read_bytes().replace(b"\n", b"\r\n"))
    assert (data.english(), data.korean()) == before


def test_the_readme_states_counts_and_checksums():
    readme = (data.FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"{len(data.english())} English" in readme and f"{len(data.korean())} Korean" in readme
    for name, value in json.loads((data.FOLDER / "checksums.json").read_text(encoding="utf-8")).items():
        assert name in readme and value in readme


# --- vocabulary --------------------------------------------------------------------------------------------------

WORDS = st.lists(st.text(alphabet="abc나는", min_size=1, max_size=3), min_size=1, max_size=12)


@given(WORDS)
def test_vocabulary_goes_there_and_back(tokens):
    vocabulary = data.Vocabulary(tokens)
    assert vocabulary.decode(vocabulary.encode(tokens)) == tokens
    assert vocabulary.size == len(vocabulary) == len(set(tokens)) + 1
    assert vocabulary.encode(["never met"]) == [0]
    assert vocabulary.unknown(["never met", tokens[0]]) == ["never met"]


def test_vocabulary_without_unknown():
    tags = data.Vocabulary(["NOUN", "VERB"], unknown=None)
    assert tags.size == 2 and tags.encode(["VERB"]) == [1] and "NOUN" in tags
    assert tags.decode([1, -1]) == ["VERB"]
    with pytest.raises(ValueError, match="'ADJ' is not"):
        tags.encode(["ADJ"])
    with pytest.raises(ValueError, match=r"^ids must lie in"):
        tags.decode([2])
    with pytest.raises(ValueError, match="one string came"):
        data.Vocabulary("the cat")


@given(st.lists(st.lists(st.integers(0, 4), max_size=6), min_size=1, max_size=5))
def test_pad_and_one_hot(lists):
    ids = data.pad(lists)
    assert ids.shape == (max(map(len, lists)), len(lists))
    x = data.one_hot(ids, 5)
    assert x.shape == (ids.shape[0], 5, ids.shape[1])
    np.testing.assert_array_equal(x.sum(axis=1), ids >= 0)
    for column, expected in enumerate(lists):
        assert x[: len(expected), :, column].argmax(axis=1).tolist() == expected


def test_bad_arguments_are_named():
    rng = np.random.default_rng(0)
    for call, start in [
        (lambda: data.one_hot([0, 1], 2), "ids must be whole numbers of shape"),
        (lambda: data.one_hot([[0.5]], 2), "ids must be whole numbers"),
        (lambda: data.one_hot([[2]], 2), "ids must lie in -1..1"),
        (lambda: data.one_hot([[-2]], 2), "ids must lie in -1..1"),
        (lambda: data.pad([]), "lists must hold"),
        (lambda: data.split(5, 1.0, rng), "share must lie"),
        (lambda: data.sensor_runs(0, rng=rng), "n must be"),
        (lambda: data.sensor_runs(3, 10, rng=rng), "T must be"),
        (lambda: data.order_task(3, rng=rng), "n must be even"),
        (lambda: data.order_task(4, rng=rng, where=[3]), "where must name"),
        (lambda: data.order_task(4, rng=rng, where=[3, 8]), "where must name"),
        (lambda: data.adding_problem(0, 20, rng=rng), "n must be"),
        (lambda: data.adding_problem(4, 19, rng=rng), "T must be"),
        (lambda: data.adding_problem(4, 20.0, rng=rng), "T must be"),
    ]:
        with pytest.raises(ValueError) as caught:
            call()
        assert str(caught.value).startswith(start) and str(caught.value).endswith(".")


# --- generators --------------------------------------------------------------------------------------------------


def test_split_is_a_permutation():
    first, second = data.split(10, 0.8, np.random.default_rng(3))
    assert len(first) == 8 and sorted([*first, *second]) == list(range(10))


def test_sensor_runs():
    x, targets = data.sensor_runs(300, rng=np.random.default_rng(1))
    again, _ = data.sensor_runs(300, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(x, again)
    assert x.shape == (40, 3, 300) and np.bincount(targets).tolist() == [100, 100, 100]
    assert x[:, 1].argmax(axis=0).shape == (300,)
    knocks = x[:, 1] > 2.5
    assert np.abs(knocks.sum(axis=0) - 2).mean() < 0.1  # two knocks a run, whatever its class
    assert knocks[:12, targets == 2].any(axis=0).mean() > 0.95
    assert knocks[:12, targets != 2].any(axis=0).mean() < 0.05
    rise = x[-5:, 0].mean(axis=0) - x[:5, 0].mean(axis=0)
    assert rise[targets == 1].min() > 1.2 > 0.9 > rise[targets != 1].max()


@given(
    half=st.integers(1, 20),
    T=st.integers(2, 9),
    seed=st.integers(0, 2**16),
)
@settings(max_examples=40, deadline=None)
def test_order_task_what_is_in_a_run_says_nothing(half, T, seed):
    x, targets, ids = data.order_task(2 * half, T, rng=np.random.default_rng(seed))
    assert x.shape == (T, 6, 2 * half) and targets.sum() == half
    first, second = (ids == 0).argmax(axis=0), (ids == 1).argmax(axis=0)
    np.testing.assert_array_equal(targets, first < second)
    counts = x.sum(axis=0).astype(int)
    assert (counts[:2] == 1).all()
    of_class = [Counter(map(tuple, counts[:, targets == k].T.tolist())) for k in (0, 1)]
    assert of_class[0] == of_class[1]  # exactly: pooled counts carry no information


def test_order_task_keeps_to_its_places():
    rng = np.random.default_rng(5)
    for where, allowed in [(slice(0, 8, 2), {0, 2, 4, 6}), (range(1, 8, 2), {1, 3, 5, 7}), ([2, 5], {2, 5})]:
        _, _, ids = data.order_task(200, rng=rng, where=where)
        assert set(np.nonzero(ids < 2)[0].tolist()) == allowed


def test_order_targets_begin_when_both_are_seen():
    _, targets, ids = data.order_task(50, rng=np.random.default_rng(2))
    at_every_step = data.order_targets(targets, ids)
    np.testing.assert_array_equal(at_every_step[-1], targets)
    second = np.maximum((ids == 0).argmax(axis=0), (ids == 1).argmax(axis=0))
    np.testing.assert_array_equal((at_every_step == -1).sum(axis=0), second)


# --- the adding problem ------------------------------------------------------------------------------------------


@given(n=st.integers(1, 40), T=st.integers(20, 60), seed=st.integers(0, 2**16))
@settings(max_examples=40, deadline=None)
def test_adding_problem_is_that_of_the_paper(n, T, seed):
    x, targets = data.adding_problem(n, T, rng=np.random.default_rng(seed))
    length, features, examples = x.shape
    assert T <= length <= T + T // 10 and (features, examples) == (2, n) and targets.shape == (1, 1, n)
    numbers, markers = x[:, 0], x[:, 1]
    assert np.abs(numbers).max() <= 1 and set(np.unique(markers)) <= {-1.0, 0.0, 1.0}
    assert (markers[[0, -1]] == -1).all() and (markers[1:-1] >= 0).all()
    marked = markers == 1
    # Where the first step is among the two, one mark is left to see, and the first number counts as 0.
    assert set(marked.sum(axis=0)) <= {1, 2}
    assert (numbers[0, marked.sum(axis=0) == 1] == 0).all()
    np.testing.assert_allclose(targets[0, 0], 0.5 + (numbers * marked).sum(axis=0) / 4, atol=1e-15)
    assert targets.min() >= 0 and targets.max() <= 1
    latest = length - 1 - marked[::-1].argmax(axis=0)
    assert (length - 1 - latest >= T // 2).all(), "the minimal lag"
    assert marked[:10].any(axis=0)[marked.sum(axis=0) == 2].all(), "one of the two is among the first ten"


def test_adding_problem_places_its_marks_evenly():
    """The first mark is one of ten steps, each as likely; the second one of the T/2 - 1 others."""
    T, n = 40, 20000
    x, targets = data.adding_problem(n, T, rng=np.random.default_rng(1))
    share = (x[:, 1] == 1).mean(axis=1)
    second = 1 / 19  # of the places that are still free among the first T/2
    np.testing.assert_allclose(share[1:10], 0.1 + 0.9 * second, atol=0.01)
    np.testing.assert_allclose(share[10:19], second, atol=0.01)
    assert share[19] < second and (share[20:] == 0).all()
    lengths = {data.adding_problem(1, T, rng=np.random.default_rng(seed))[0].shape[0] for seed in range(60)}
    assert lengths == set(range(40, 45))
    assert abs(targets.mean() - 0.5) < 0.01


def test_adding_is_right_below_four_hundredths():
    targets = np.full((1, 1, 4), 0.5)
    assert data.adding_correct(targets + np.array([0.039, -0.039, 0.041, -0.3]), targets) == 0.5
    _, targets = data.adding_problem(20000, 40, rng=np.random.default_rng(0))
    assert 0.13 < data.adding_correct(np.full_like(targets, 0.5), targets) < 0.17, "what needs no memory"


def test_adding_batches_are_fresh():
    batches = data.adding_batches(3, 20, rng=np.random.default_rng(0))
    (one, _), (other, targets) = next(batches), next(batches)
    assert one.shape[2] == 3 and targets.shape == (1, 1, 3) and not np.array_equal(one[:20], other[:20])


def test_the_stored_runs_say_how_they_were_made():
    stored = data.adding_runs()
    assert stored["command"] == "python data/make/adding.py" and (data.FOLDER / "make" / "adding.py").is_file()
    settings, runs = stored["settings"], stored["runs"]
    assert {(run["start"], run["T"], run["seed"]) for run in runs} == {
        (start, T, seed)
        for start in ("uniform", "radius 1")
        for T in sorted({run["T"] for run in runs})
        for seed in range(8)
    }
    for run in runs:
        assert run["solved"] == (run["correct"][-1] >= settings["solved_from"])
        assert len(run["correct"]) == len(run["loss"]) <= settings["updates"] // 1000
        assert run["solved"] or len(run["correct"]) == settings["updates"] // 1000, "none was given up early"
    for start in ("uniform", "radius 1"):
        solved = Counter(run["T"] for run in runs if run["start"] == start and run["solved"])
        assert solved[20] >= 7 and solved[40] == solved[60] == solved[100] == 0, "what lesson 6 says"


def test_the_stored_runs_of_the_lstm_say_how_they_were_made():
    stored = data.adding_runs("LSTM")
    assert stored["command"] == "python data/make/adding.py --cell LSTM"
    settings, runs, lengths = stored["settings"], stored["runs"], (20, 24, 30, 40, 60, 100)
    made = {(run["start"], run["T"], run["seed"]) for run in runs}
    assert made == {("bias 4", T, seed) for T in lengths for seed in range(8)} | {
        ("bias 1", T, seed) for T in lengths[:5] for seed in range(4)
    }
    rnn = data.adding_runs()["settings"]
    for name in ("H", "batch", "updates", "optimizer", "dtype", "tested_on", "solved_from", "seed"):
        assert settings[name] == rnn[name], "the same conditions as for the RNN"
    for run in runs:
        looks = len(run["correct"])
        assert looks == len(run["loss"]) and run["solved"] == (run["correct"][-1] >= settings["solved_from"])
        end = settings["give_up"].get(run["start"], settings["updates"]) if run["correct"][-1] < 0.2 else None
        assert run["solved"] or looks * settings["look"] in (end, settings["updates"])
    headline = stored["headline"]
    assert (headline["T"], headline["of"]) == (100, 2560) and headline["wrong"] <= headline["wrong_at_most"] == 3
    with pytest.raises(ValueError, match=r"cell must be .* but 'lstm' came"):
        data.adding_runs("lstm")


def test_the_smaller_runs_of_the_lstm_are_complete():
    stored = data.lstm_runs()
    assert stored["command"] == "python data/make/lstm_runs.py" and (data.FOLDER / "make" / "lstm_runs.py").is_file()
    assert {(run["bias"], run["seed"]) for run in stored["bias"]} == {(b, s) for b in (0, 1, 2, 4) for s in range(5)}
    assert all(len(run["loss"]) == 20 for run in stored["bias"])
    tasks = {(run["task"], run["cell"], run["seed"]) for run in stored["tasks"]}
    names = ("tags", "sensors 24", "sensors 120")
    assert tasks == {(name, cell, seed) for name in names for cell in ("RNN", "LSTM") for seed in range(5)}
    assert all(0 <= run["accuracy"] <= 1 and run["size"] > 100 for run in stored["tasks"])


# --- the reader's own files --------------------------------------------------------------------------------------


def test_sunspots():
    years, numbers = data.sunspots()
    assert years.tolist() == list(range(1700, 2009))
    assert (numbers >= 0).all() and numbers.argmax() == 1957 - 1700 and numbers.max() == 190.2


# --- copying, and the runs of lesson 12 ---------------------------------------------------------------------------


@given(
    n=st.integers(1, 5),
    symbols=st.integers(1, 4),
    more=st.integers(0, 9),
    kinds=st.integers(2, 5),
    seed=st.integers(0, 9),
)
def test_copying_asks_for_what_was_read_lag_steps_before(n, symbols, more, kinds, seed):
    lag = symbols + more
    x, targets = data.copy_task(n, lag, symbols=symbols, kinds=kinds, rng=np.random.default_rng(seed))
    assert x.shape == (lag + symbols, kinds + 2, n) and targets.shape == (lag + symbols, n)
    assert (x.sum(axis=1) == 1).all() and (targets[:lag] == -1).all()
    ids = x.argmax(axis=1)
    np.testing.assert_array_equal(targets[lag:], ids[:symbols])
    assert (ids[:symbols] < kinds).all() and (ids[lag] == kinds + 1).all()
    assert (ids[symbols:lag] == kinds).all() and (ids[lag + 1 :] == kinds).all()


def test_copying_names_what_does_not_fit():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="lag must be a whole number of at least 3, but 2 came"):
        data.copy_task(1, 2, rng=rng)
    with pytest.raises(ValueError, match="kinds must be a whole number of at least 2"):
        data.copy_task(1, 5, kinds=1, rng=rng)
    (one, _), (other, targets) = itertools.islice(data.copy_batches(4, 6, rng=rng), 2)
    assert one.shape == (9, 6, 4) and targets.shape == (9, 4) and not np.array_equal(one, other)


def test_the_stored_runs_of_the_gru_say_how_they_were_made():
    stored, rnn = data.adding_runs("GRU"), data.adding_runs()["settings"]
    assert stored["command"] == "python data/make/adding.py --cell GRU"
    settings, runs = stored["settings"], stored["runs"]
    made = {(run["start"], run["T"], run["seed"]) for run in runs}
    assert made == {("bias -4", T, seed) for T in (20, 24, 30, 40, 60, 100) for seed in range(8)}
    for name in ("H", "batch", "updates", "optimizer", "dtype", "tested_on", "solved_from", "seed"):
        assert settings[name] == rnn[name], "the same conditions as for the RNN"
    assert all(run["solved"] and run["correct"][-1] >= settings["solved_from"] for run in runs), "what lesson 12 says"


def test_the_runs_of_lesson_15_are_complete():
    stored = data.after_runs()
    assert stored["command"] == "python data/make/after.py" and (data.FOLDER / "make" / "after.py").is_file()
    begun, runs = copying.SETTINGS, stored["runs"]
    assert stored["settings"] == begun, "made with what the code says"
    made = [(run["cell"], run["lag"], run["seed"]) for run in runs]
    assert made == list(itertools.product(copying.CELLS, begun["lags"], begun["seeds"]))
    right = {name: [run["correct"] for run in runs if run["cell"] == name] for name in copying.CELLS}
    assert all(min(right[name]) == 1 for name in ("rotating", "sLSTM", "attention")), "what lesson 15 says"
    of = lambda name, lag: np.median([r["correct"] for r in runs if (r["cell"], r["lag"]) == (name, lag)])  # noqa: E731
    assert of("CIFG", 20) - of("LSTM", 20) > 0.4 < of("CIFG", 40) - of("LSTM", 40)


def test_the_runs_of_lesson_9_are_complete():
    stored = data.compare_runs()
    assert stored["command"] == "python data/make/compare.py" and (data.FOLDER / "make" / "compare.py").is_file()
    settings, copied = stored["settings"], stored["copy"]
    made = Counter((run["cell"], run["H"], run["start"], run["lag"]) for run in copied)
    usual = [("RNN", 32, 1.0), ("GRU", 32, -4.0), ("LSTM", 32, 4.0), ("RNN", 67, 1.0), ("GRU", 37, -4.0)]
    other = [("RNN", 32, None), ("GRU", 32, -1.0), ("LSTM", 32, 1.0)]
    wanted = {(*one, lag): 4 for one in usual for lag in (5, 10, 20, 40, 80)}
    wanted |= {(*one, lag): 4 for one in other for lag in (10, 20, 40, 80)}
    assert made == wanted | {(*one, 160): 2 for one in usual[1:3]}
    for run in copied:
        assert run["solved"] == (run["correct"][-1] >= settings["solved_from"])
        assert run["solved"] or len(run["correct"]) == settings["updates"] // settings["look"]
    added = Counter((run["cell"], run["H"], run["T"]) for run in stored["adding"])
    assert added == {("GRU", 37, 60): 4, ("RNN", 65, 20): 4, ("RNN", 65, 30): 4}
    reached = defaultdict(list)
    for run in copied:
        reached[run["cell"], run["start"] if run["H"] == 32 else run["H"], run["lag"]].append(run["correct"][-1])
    what_the_lesson_says = {
        ("LSTM", 4.0, 40): (0.99, 1), ("LSTM", 4.0, 80): (0.9, 1), ("LSTM", 4.0, 160): (0.2, 0.3),
        ("GRU", -1.0, 40): (0.99, 1), ("GRU", -1.0, 80): (0.2, 0.3), ("LSTM", 1.0, 40): (0.2, 0.6),
    }  # fmt: skip
    for key, (low, high) in what_the_lesson_says.items():
        assert all(low <= share <= high for share in reached[key]), key
    assert max(reached["RNN", 67, 40]) - min(reached["RNN", 67, 40]) > 0.6, "the spread that one seed hides"
