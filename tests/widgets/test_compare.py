"""Three cells on what a reader types: known and unknown words, both languages, and every unusable input."""

import asyncio
import copy
import re
import unicodedata

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, Readout, SequenceModel, data, saved, train, words
from seqlib.data import joined
from seqlib.draw.compare import columns
from seqlib.draw.panels import length
from seqlib.study.compare import OPENING
from seqlib.widgets.compare import CopyRace, SideBySide, WordWeights
from seqlib.widgets.spelling import Spelling

SENTENCES = data.english() + data.korean()
VOCABULARY = data.Vocabulary(token for sentence in SENTENCES for token in sentence.tokens)
TAGS = data.Vocabulary((tag for sentence in SENTENCES for tag in sentence.tags), unknown=None)


RNG, CELLS = np.random.default_rng(0), {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
MODELS = {
    name: SequenceModel(cell(VOCABULARY.size, 8, rng=RNG), Readout(8, TAGS.size, rng=RNG))
    for name, cell in CELLS.items()
}


def side_by_side(sentence="나는 밥을 먹었다"):
    return SideBySide(MODELS, VOCABULARY, TAGS, SENTENCES, sentence)


@pytest.fixture(scope="module")
def spelling():
    return Spelling(SENTENCES)


def test_every_sentence_of_the_course_is_cut_as_it_is_in_the_data(spelling):
    assert all(tuple(spelling.tokens(s.text)) == s.tokens for s in SENTENCES)


@pytest.mark.parametrize(
    ("typed", "tokens"),
    [
        ("나는 밥을 먹었다.", ["나는", "밥을", "먹었", "다"]),
        ("나는 밥을 먹었 다", ["나는", "밥을", "먹었", "다"]),
        (unicodedata.normalize("NFD", "나는 밥을 먹었다"), ["나는", "밥을", "먹었", "다"]),
        ("I Watch the WATCH!", ["I", "watch", "the", "watch"]),
        ("  i \t watch\n", ["I", "watch"]),
        ("우주선을 먹었다", ["우주선을", "먹었", "다"]),
        ("?! …", []),
    ],
)
def test_what_is_typed_becomes_tokens(spelling, typed, tokens):
    assert spelling.tokens(typed) == tokens


@pytest.mark.parametrize(
    ("stem", "end", "whole"),
    [("좋아하", "ㄴ다", "좋아한다"), ("가", "ㄹ까", "갈까"), ("가", "ㅂ니다", "갑니다"), ("먹", "는다", "먹는다"),
     ("밥", "이", "밥이")],
)
def test_joined(stem, end, whole):
    assert joined(stem, end) == whole


@pytest.fixture(scope="module")
def cutting():
    return Spelling(data.korean_morphemes())


def test_korean_sentences_are_cut_as_the_data_cuts_them_but_for_words_with_two_cuts(cutting):
    other = [s.text.split() for s in data.korean_morphemes() if tuple(cutting.tokens(s.text)) != s.tokens]
    assert len(other) < 12 and all({"나는", "난다", "한", "들었다", "들어요"} & set(words) for words in other)


@pytest.mark.parametrize(
    ("typed", "tokens"),
    [
        (OPENING["ko"], "배 가 고프 지 않 으면 먹 지 않 는다"),  # 고프지 and 않으면 were never met
        ("배 가 고프 지 않 으면 먹 지 않 는다", "배 가 고프 지 않 으면 먹 지 않 는다"),
        ("비가 오지 않으면 춥지 않다.", "비 가 오 지 않 으면 춥 지 않 다"),
        ("바람이 차지만 공을 찬다", "바람 이 차 지만 공 을 차 ㄴ다"),
        ("나는 하늘을 날 는 새를 봤다", "나 는 하늘 을 날 는 새 를 보 았 다"),
        ("산이 높아서 좋다", "산 이 높 아서 좋 다"),
        ("내 동생은 커피를 마셔요?", "나 의 동생 은 커피 를 마시 어 요"),
        ("커피는 높은 산을 봤다", "커피 는 높 은 산 을 보 았 다"),  # an end that two kinds of morphemes share
        ("물이 차지 않아", "물 이 차 지 않 아"),  # 않아요 was met
        ("로봇을 보는 watch", "로봇을 보 는 watch"),
    ],
)
def test_a_new_korean_word_is_cut_as_its_like(cutting, typed, tokens):
    assert cutting.tokens(typed) == tokens.split()


def test_the_openings_are_new_and_known():
    for sentences, language in ((SENTENCES, "en"), (data.korean_morphemes(), "ko")):
        tokens = Spelling(sentences).tokens(OPENING[language])
        assert not data.Vocabulary(token for s in sentences for token in s.tokens).unknown(tokens)
        assert tuple(tokens) not in {s.tokens for s in sentences}


def test_the_three_cells_read_what_is_typed():
    trio = side_by_side()
    assert trio.tokens == ["나는", "밥을", "먹었", "다"] and trio.said == ""
    trio.type("I watch the watch")
    assert trio.tokens == ["I", "watch", "the", "watch"] and trio.stepper.t == trio.scene.T == 4
    x = data.one_hot(np.array([VOCABULARY.encode(trio.tokens)]).T, VOCABULARY.size)
    for name, model in trio.models.items():
        np.testing.assert_array_equal(trio.traces[name].h, model.forward(x).h)
    assert repr(trio) == "<SideBySide: I watch the watch; t = 4>"


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_unusable_input_gets_one_sentence_and_changes_nothing(language):
    words.use(language)
    try:
        trio = side_by_side()
        before = trio.scene
        most = {"en": 10, "ko": 13}[language]  # a Korean picture has room for a sentence in morphemes
        for typed, part in (("", most), ("  ?! ", most), ("나는 " * (most + 1), most + 1)):
            trio.type(typed)
            assert f"{part}" in trio.said and trio.scene is before and trio.tokens[0] == "나는"
            assert ("Enter" in trio.said) == (part == most) and trio.note == ""
            assert trio.said.count(". ") <= 1
            trio.type("나는")
            assert trio.said == "" and trio.note == ""
            before = trio.scene
    finally:
        words.use("en")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_unknown_words_say_so_and_are_read_as_unk(language):
    words.use(language)
    try:
        trio = side_by_side()
        trio.type("나는 <b>로봇</b> 로봇 먹었다")
        assert "로봇" in trio.said and "758" in trio.said and trio.note == trio.said
        trio.bindings, trio.sentences = trio.scene.bindings, trio.scene.sentences
        kept = saved._shown({"m": {"model_name": "AnyModel", "state": trio.get_state()}}, "m")
        assert "&lt;b&gt;" in kept and "<b>" not in kept
        assert trio.traces["RNN"].x[1, 0, 0] == 1 == trio.traces["RNN"].x[2, 0, 0], "<unk> is number 0"
        trio.type("x" * 5000)
        assert len(trio.said) < 300 and len(repr(trio)) < 100 and trio.scene.T == 1
    finally:
        words.use("en")


def test_the_gates_of_one_unit_at_the_same_step():
    trio = side_by_side()
    trio.stepper.t = 2
    trio.unit = 3
    assert trio.stepper.t == 2
    assert f"{trio.traces['LSTM'].f[1, 3, 0]:.2f}" in trio.scene.at(2)
    trio.unit = -1
    assert f"{trio.traces['LSTM'].f[1].mean():.2f}" in trio.scene.at(2)


def test_bad_arguments_are_named():
    trio = side_by_side()
    with pytest.raises(ValueError, match="GRU, LSTM did not come"):
        SideBySide({"RNN": trio.models["RNN"]}, VOCABULARY, TAGS, SENTENCES, "I watch")
    with pytest.raises(ValueError, match="sentence must have 1 to 10 words"):
        SideBySide(trio.models, VOCABULARY, TAGS, SENTENCES, "")
    with pytest.raises(ValueError, match="sentence must have 1 to 10 words"):
        trio.sentence = ""
    for value in (8, 99, -2):
        with pytest.raises(ValueError, match=f"unit must be from 0 to 7, or -1 for the mean of all, but {value} came"):
            trio.unit = value
    assert trio.unit == -1


def test_labels_follow_the_language():
    words.use("ko")
    try:
        trio = side_by_side()
        [[typed, unit]] = trio.rows
        assert typed["label"] == "문장" and "평균" in unit["options"][0][0]
        assert "답은" in trio.scene.sentences[0]
    finally:
        words.use("en")
    assert side_by_side().rows[0][0]["label"] == "sentence"


def test_a_race_stops_in_a_slice_and_starts_anew_at_another_lag():
    view = CopyRace(3, H=4, seeds=1, updates=100_000)

    async def kernel():
        view.start()
        assert view.running and view.button.description == "Stop" and view.pick.disabled
        await asyncio.sleep(0.1)
        view.button.click()
        await view._task

    asyncio.run(kernel())
    assert not view.running and view.race.turns > 0 and not view.race.over and view.button.description == "Start"
    view.sizes["updates"] = 20
    view.pick.value = 5
    view.button.click()  # no event loop here: it runs to its end at once
    assert view.race.lag == 5 and view.race.over


@pytest.mark.parametrize("error, said", [
    (ValueError("no such batch"), "ended by an error: no such batch"),
    (KeyboardInterrupt, "stopped after 0 of 100000 updates each"),
])  # fmt: skip
def test_a_race_in_slices_says_what_ended_it(error, said, monkeypatch):
    view = CopyRace(3, H=4, seeds=1, updates=100_000)

    def ended():
        raise error

    monkeypatch.setattr(view.race, "advance", ended)

    async def kernel():
        view.start()
        await view._task

    asyncio.run(kernel())  # and the event loop does not end with it
    assert view.text.value == said and not view.running and view.button.description == "Start"


def test_start_after_a_stop_in_the_first_turn_trains_fresh_networks():
    whole, view = (CopyRace(3, H=2, seeds=1, updates=20) for _ in range(2))
    whole.run()
    first = view.race._runners[0][1]
    train(first[0], first[1], first[2], 7)
    view.race.advance = lambda: view.stop or (_ for _ in ()).throw(KeyboardInterrupt)
    view.run()
    assert not view.race.over and not view.race.turns
    view.run()
    assert view.race.over and view.race.shares == whole.race.shares


def test_networks_that_cannot_be_drawn_leave_a_picture_that_says_so(monkeypatch):
    monkeypatch.delenv("SEQLIB_STRICT")
    models = {name: copy.deepcopy(model) for name, model in MODELS.items()}
    models["GRU"].cell.params.W_x[:] = np.nan
    trio = SideBySide(models, VOCABULARY, TAGS, SENTENCES, "I watch the old watch")
    assert trio.scene.T == trio.t == 1 and "SVD did not converge" in trio.scene.sentences[0]


@pytest.mark.parametrize("names", [["RNN seed 0"], ["RNN (mine)", "GRU[0]"], ["a", "b.f", "LSTM-2", "{x} $y$"]])
def test_word_weights_are_of_any_networks_by_any_names(names):
    models = {name: MODELS[kind] for name, kind in zip(names, ("RNN", "GRU", "LSTM", "RNN"), strict=False)}
    view = WordWeights(models, VOCABULARY, TAGS, SENTENCES, "I watch the old watch")
    assert all(f"{name} says" in view.scene.sentences[-1] for name in names)
    heights = [float(WordWeights(dict.fromkeys(names[:n], MODELS["RNN"]), VOCABULARY, TAGS, SENTENCES, "I watch")
                     .picture.fig.get_figheight()) for n in range(1, len(names) + 1)]  # fmt: skip
    assert np.allclose(np.diff(heights), 0.75), "a row more, so much higher"


@pytest.mark.parametrize("wrong, said", [
    (lambda: WordWeights({str(n): MODELS["RNN"] for n in range(7)}, VOCABULARY, TAGS, SENTENCES, "I"), "1 to 6"),
    (lambda: WordWeights({"": MODELS["RNN"]}, VOCABULARY, TAGS, SENTENCES, "I"), "1 to 6 networks by their names"),
    (lambda: SideBySide(MODELS | {"x0": MODELS["RNN"]}, VOCABULARY, TAGS, SENTENCES, "I"), "there is also x0"),
    (lambda: SideBySide(MODELS | {"GRU": sized(5)}, VOCABULARY, TAGS, SENTENCES, "I"), "equally many units, but"),
    (lambda: WordWeights({"RNN": sized(4, "mse")}, VOCABULARY, TAGS, SENTENCES, "I"), "RNN predicts numbers (mse)"),
])  # fmt: skip
def test_networks_that_do_not_fit_are_refused_when_they_come(wrong, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        wrong()


def sized(H, loss="cross_entropy"):
    rng = np.random.default_rng(0)
    return SequenceModel(GRU(VOCABULARY.size, H, rng=rng), Readout(H, TAGS.size, rng=rng), loss=loss)


def test_words_of_any_length_have_room():
    view = WordWeights(MODELS, VOCABULARY, TAGS, SENTENCES, " ".join(["W" * 30] * 6))
    run = columns(["w" * 13 + "…"] * 6, 10, 6.55)
    assert all(0.2 < length(run[f"word{n}"]) <= 2 * 6.55 / 6 and run[f"word{n}"].endswith("…") for n in range(6))
    assert columns(["a", "밥을"], 10, 6.55)["word1"] == "밥을" and view.scene.T == 6


def test_word_weights_follow_what_is_typed_and_keep_the_sentence_where_nothing_is():
    view = WordWeights(MODELS, VOCABULARY, TAGS, SENTENCES, "I watch the old watch")
    view.type("나는 빵봉지를 먹었다")
    assert view.tokens == ["나는", "빵봉지를", "먹었", "다"] and "빵봉지를" in view.said and view.t == 4
    view.type(" ")
    assert len(view.tokens) == 4 and "no word" in view.said
