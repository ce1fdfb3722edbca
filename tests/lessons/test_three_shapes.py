"""What lesson 3 claims of its three tasks is so, from more than one seed."""

import numpy as np
import pytest

from seqlib import data, words
from seqlib.lessons import shapes, three_shapes
from seqlib.study import compare
from seqlib.study.table import width_of

SETTINGS = {  # shape: (task, H, learning rate, updates, share right on what is new)
    "many-to-one": (three_shapes.sensors, 24, 0.002, 600, 0.95),
    "one-to-many": (three_shapes.spelling, 48, 0.01, 600, 0.95),
    "many-to-many": (three_shapes.tagging, 24, 0.01, 200, 0.95),
}


def trained(shape, seed=0):
    make, H, eta, updates, _ = SETTINGS[shape]
    task = make()
    return task, three_shapes.learned(task, shape, H, eta, updates, seed)


@pytest.mark.parametrize("shape", SETTINGS)
@pytest.mark.parametrize("seed", [0, 1])
def test_each_network_learns_its_task_from_any_seed(shape, seed):
    task, model = trained(shape, seed)
    assert model.accuracy(task.x_new, task.y_new) > SETTINGS[shape][-1]


def test_the_last_reading_alone_is_better_than_guessing_and_far_from_enough():
    assert 0.55 < three_shapes.share_by_last(three_shapes.sensors()) < 0.8


def test_the_runs_may_be_named_as_the_korean_text_does():
    *_, targets = three_shapes.known_and_unknown()
    named = [("정상", "마모", "고장")[k] for k in targets]
    assert shapes.JUDGE.judge(named).ok and not shapes.JUDGE.judge(["정상"] * 5).ok


def test_the_five_runs_are_of_three_states_and_the_network_judges_them_rightly():
    known, unknown, targets = three_shapes.known_and_unknown()
    assert (known.shape, unknown.shape) == ((24, 3, 3), (24, 3, 5)) and set(targets) == {0, 1, 2}
    _, monitor = trained("many-to-one")
    assert monitor.predict(unknown)[-1].tolist() == targets.tolist()
    assert monitor.predict(known)[-1].tolist() == [0, 1, 2]


def test_light_has_the_same_probabilities_whatever_follows():
    task, tagger = trained("many-to-many")
    one, two = (tagger.probabilities(three_shapes.sentence(task, text))
                for text in ("the light is red", "the light bag is red"))  # fmt: skip
    assert np.array_equal(one[:2], two[:2]) and not np.allclose(one[2], two[2])
    p = tagger.predict(three_shapes.sentence(task, "you can open the can now"))[:, 0]
    assert [task.classes[k] for k in p[[1, 4]]] == ["AUX", "NOUN"]


@pytest.mark.parametrize("seed", range(5))
def test_korean_morphemes_are_tagged_by_what_stands_before(in_korean, seed):
    task, tagger = trained("many-to-many", seed)
    assert task.classes == tuple(data.KOREAN_TAGS)
    predicted = tagger.predict(task.x_new)
    usual, several = three_shapes.usual_tags(task)
    assert tagger.accuracy(task.x_new, task.y_new) > 0.95
    right, without = ((tags == task.y_new)[several].mean() for tags in (predicted, usual))
    assert right > 0.92 and without < 0.83

    for text, t, tag in (
        ("친구 가 집 에 가 ㄴ다", 2, "조사"),
        ("친구 가 집 에 가 ㄴ다", 5, "동사"),
        ("책 이 어렵 지 않 다", 5, "형용사"),  # the left neighbour is 지 in both
        ("동생 은 밥 을 먹 지 않 는다", 7, "동사"),
        ("나 만큼 크 다", 2, "조사"),
        ("먹 은 만큼 크 다", 3, "명사"),
        ("물 이 차 다", 3, "형용사"),
        ("공 을 차 ㄴ다", 3, "동사"),
    ):
        p = tagger.predict(three_shapes.sentence(task, text))[:, 0]
        assert task.classes[p[t - 1]] == tag, text


def test_bird_or_new_stands_on_the_right(in_korean):
    task, tagger = trained("many-to-many")
    bird, new, _ = (tagger.probabilities(three_shapes.sentence(task, text)) for text in three_shapes.texts())
    assert np.array_equal(bird[:2], new[:2]) and not np.allclose(bird[2], new[2])
    noun, modifier = (bird[1, task.classes.index(tag), 0] for tag in ("명사", "관형사"))
    assert min(noun, modifier) > 0.25 and noun + modifier > 0.9


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_texts_are_made_of_known_words_and_were_not_learned(language):
    words.use(language)
    try:
        task, texts = three_shapes.tagging(), three_shapes.texts()
    finally:
        words.use("en")
    known = {"en": data.english, "ko": data.korean_morphemes}[language]()
    for text in texts:
        assert not task.vocabulary.unknown(text.split())
        assert tuple(text.split()) not in {s.tokens for s in known}


def test_the_baseline_counts_what_was_met_in_training_and_never_looks_at_neighbours():
    task = three_shapes.tagging()
    usual, double = three_shapes.usual_tags(task)
    ids, new = task.x.argmax(axis=1), task.x_new.argmax(axis=1)
    t, n = np.argwhere(double)[0]
    met = task.y[(ids == new[t, n]) & (task.y != -1)]
    assert len(set(met)) > 1 and usual[t, n] == np.bincount(met).argmax()
    unknown = (new == 0) & (task.y_new != -1)
    assert set(usual[unknown]) == {np.bincount(task.y[task.y != -1]).argmax()}
    table = three_shapes.tag_table(task, task.y_new).splitlines()
    assert [line.split()[-1] for line in table[1:]] == ["1.00", "1.00"]
    assert str(double.sum()) in table[2] and str((task.y_new != -1).sum()) in table[1]


def test_korean_numbers_stand_under_their_heads(in_korean):
    task = three_shapes.tagging()
    shares, copied = three_shapes.tag_table(task, task.y_new), repr(compare.table("copy"))
    for text in (shares, copied):
        assert len({width_of(line) for line in text.splitlines()}) == 1


def test_warped_digits_are_other_hands_and_nothing_is_lost():
    rng = np.random.default_rng(0)
    images = three_shapes.spelling().x_new[0][:, :50]
    moved = three_shapes.warped(images, rng=rng)
    assert moved.shape == images.shape and moved.min() >= 0 and moved.max() <= 1
    assert not np.allclose(moved, images)
    one = np.zeros((64, 1))
    one[27:29] = 1  # two pixels in the middle stay near the middle
    [i] = np.unravel_index(three_shapes.warped(one, rng=rng).argmax(), 64)
    assert abs(i // 8 - 3) <= 2 and abs(i % 8 - 3.5) <= 2.5


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_examples_are_one_of_each_digit_and_spelled_rightly(language):
    words.use(language)
    try:
        task, speller = trained("one-to-many")
        pictures = three_shapes.examples(task)
        said = speller.predict(pictures[None], steps=len(task.y))
        spelled = {"".join(task.classes[k] for k in name).split(".")[0] for name in said.T}
        assert pictures.shape == (64, 10)
        assert len(spelled & {"".join(data.digit_name(k, language)) for k in range(10)}) >= 9
    finally:
        words.use("en")


def test_what_goes_with_other_sentences_is_refused():
    task = three_shapes.tagging()
    with pytest.raises(ValueError, match=r"^predicted must have the shape of task\.y_new, "):
        three_shapes.tag_table(task, task.y)
    with pytest.raises(ValueError, match=r"^text must be a string, but "):
        three_shapes.sentence(task, ["a"])
