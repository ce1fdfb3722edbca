"""The playgrounds: what a reader's press of a button does to the numbers, the controls and the picture."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqlib import RNN, Flattened, Pooled, Readout, SequenceModel, saved
from seqlib.widgets.playgrounds import Reorder

TOKENS = ["·", "bites", "dog", "cat", "fox"]
ANIMALS = ["dog", "cat", "fox"]


def row(text):
    return text.split()


SENTENCE = row("· · dog bites cat · · ·")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def models(rng):
    recurrent = SequenceModel(RNN(5, 8, rng=rng), Readout(8, 3, rng=rng), "many-to-one")
    return {"Pooled": Pooled(5, 8, 3, rng=rng), "Flattened": Flattened(8, 5, 8, 3, rng=rng), "RNN": recurrent}


@pytest.fixture
def reorder(models):
    return Reorder(models, SENTENCE, TOKENS, ANIMALS)


def press(reorder, name):
    """What the browser's button of this name does, from Python."""
    act = {"move": reorder.move, "shift": reorder.shift}
    verb, *side = name.split()
    act[verb](-1 if side == ["left"] else +1) if side else reorder.reset()


def texts(reorder):
    """What stands in the picture, in the order of the drawing."""
    return [element.text for element in ET.fromstring(reorder.scene.at(1)).iter(SVG + "text") if element.text]


def expected(models, sentence):
    """The probabilities of every model as they stand in the picture."""
    x = np.eye(5)[[TOKENS.index(token) for token in sentence]][:, :, None]
    return [f"{p:.2f}" for model in models.values() for p in model.probabilities(x)[-1, :, 0]]


def numbers(reorder):
    return [text for text in texts(reorder) if len(text) == 4 and text[1] == "."]


def test_the_picture_shows_the_sentence_the_classes_and_exactly_what_the_models_say(reorder, models):
    shown = texts(reorder)
    assert numbers(reorder) == expected(models, SENTENCE)
    assert [text for text in shown if text in TOKENS and text not in ANIMALS] == ["·", "·", "bites", "·", "·", "·"]
    for token in ("dog", "cat"):
        assert shown.count(token) == 1 + len(models)  # in the sentence, and below each network's bars
    for name in models:
        assert name in shown


def test_moving_a_token_swaps_it_with_its_neighbour_and_changes_the_numbers_to_what_the_models_say(reorder, models):
    assert reorder.picked == 2  # the first word: silence is nothing to move
    press(reorder, "move right")
    assert reorder.tokens == row("· · bites dog cat · · ·")
    assert reorder.picked == 3
    press(reorder, "move right")
    assert reorder.tokens == row("· · bites cat dog · · ·")
    assert numbers(reorder) == expected(models, reorder.tokens)
    press(reorder, "move left")
    reorder.pick(2)
    press(reorder, "move left")
    assert reorder.tokens == row("· bites · dog cat · · ·")
    assert numbers(reorder) == expected(models, reorder.tokens)


def test_shifting_moves_every_token_and_drops_only_silence(reorder, models):
    press(reorder, "shift right")
    assert reorder.tokens == row("· · · dog bites cat · ·")
    assert reorder.picked == 3, "the picked token stays picked"
    assert numbers(reorder) == expected(models, reorder.tokens)
    for _ in range(5):
        reorder.shift(+1)
    assert reorder.tokens == row("· · · · · dog bites cat"), "no word falls off the end"
    assert not reorder.can_shift(+1)
    assert reorder.can_shift(-1)
    press(reorder, "reset")
    assert reorder.tokens == SENTENCE
    assert numbers(reorder) == expected(models, SENTENCE)


def test_the_ends_are_ends(reorder):
    reorder.pick(0)
    reorder.move(-1)
    assert reorder.tokens == SENTENCE
    reorder.pick(7)
    reorder.move(+1)
    assert (reorder.tokens, reorder.picked) == (SENTENCE, 7)


def test_pooled_never_changes_under_reorder_and_the_others_do(reorder, rng):
    before = reorder.probabilities()
    for _ in range(20):
        reorder.pick(int(rng.integers(8)))
        reorder.move(int(rng.choice([-1, 1])))
        after = reorder.probabilities()
        np.testing.assert_allclose(after["Pooled"], before["Pooled"], atol=1e-15)
    assert sorted(reorder.tokens) == sorted(SENTENCE)
    for name in ("Flattened", "RNN"):
        assert np.abs(after[name] - before[name]).max() > 1e-4


def test_the_browser_gets_values_only_when_the_sentence_changes(reorder, monkeypatch):
    sent = []
    monkeypatch.setattr(reorder, "_send", lambda message, buffers=None: sent.append(message["state"]))
    reorder.comm = reorder.comm or object()
    reorder.move(+1)
    reorder.shift(+1)
    assert len(sent) == 2
    for state in sent:
        assert set(state) <= {"tokens", "picked"}, (
            "the drawing is the same, and the browser works out what changes in it"
        )


def test_every_control_says_what_it_does(reorder):
    [places], buttons = reorder.rows
    assert places["tips"] == ["pick the token at step {t}", "the token at step {t} is picked"]
    assert [button["name"] for button in buttons] == ["move left", "move right", "shift left", "shift right", "reset"]
    assert all(button["label"] and button["tip"] for button in buttons)
    assert "must be ·" in buttons[2]["tip"]


def test_the_sentence_can_be_set_and_what_is_no_sentence_is_refused(reorder, models):
    reorder.tokens = row("fox · · · · · · cat")
    assert numbers(reorder) == expected(models, reorder.tokens)
    with pytest.raises(ValueError, match="tokens must be 8 of ·, bites, dog, cat, fox, but"):
        reorder.tokens = row("wolf · · · · · · cat")
    with pytest.raises(ValueError, match="tokens must be 8"):
        reorder.tokens = ["dog"]
    reorder.picked = 99
    assert reorder.picked == 7


def test_every_text_is_there_in_korean(in_korean, models):
    reorder = Reorder(models, SENTENCE, TOKENS, ANIMALS)
    [places], buttons = reorder.rows
    said = [*places["tips"], *(button[text] for button in buttons for text in ("label", "tip"))]
    said += [*reorder.scene.sentences, reorder.scene.alt]
    for text in said:
        assert any("가" <= sign <= "힣" for sign in text), text


def test_the_sentence_for_screen_readers_names_each_network_and_its_answer(reorder, models):
    (said,) = reorder.scene.sentences
    assert said.startswith("· · dog bites cat · · ·. Pooled: ")
    for name, p in reorder.probabilities().items():
        assert f"{name}: {ANIMALS[p.argmax()]} with {p.max():.2f}" in said


def test_the_saved_bundle_holds_a_picture_and_a_stable_text(reorder, models):
    bundle, _ = reorder._repr_mimebundle_()
    assert bundle["text/plain"] == f"<Reorder: · · dog bites cat · · ·: {reorder.scene.alt}>"
    html, again = (
        saved.PLAYER.sub("", one._repr_mimebundle_()[0]["text/html"])
        for one in (reorder, Reorder(models, SENTENCE, TOKENS, ANIMALS))
    )
    assert ET.canonicalize(saved.drawing(html)) == ET.canonicalize(reorder.scene.at(1))
    assert html == again and len(html.encode()) < 60 * 1024


def test_korean_tokens_stay_text_and_markup_in_a_token_is_only_text(rng):
    tokens = ["·", "개", "고양이", "<b>&", "$x$"]
    shown = Reorder({"Pooled": Pooled(5, 4, 2, rng=rng)}, ["개", "<b>&", "$x$"], tokens, ["개", "고양이"])
    assert {"개", "<b>&", "$x$", "고양이"} <= set(texts(shown))


@pytest.mark.parametrize(
    "sentence, blank, message",
    [
        (["dog", "wolf"], None, r"must be tokens of vocabulary \(·, bites, dog, cat, fox\), but 'wolf' came"),
        (["dog", "cat"], "…", "but '…' came"),
        ([], None, "but an empty one came"),
    ],
)
def test_a_token_that_is_in_no_vocabulary_is_named(models, sentence, blank, message):
    with pytest.raises(ValueError, match=message):
        Reorder(models, sentence, TOKENS, ANIMALS, blank=blank)
