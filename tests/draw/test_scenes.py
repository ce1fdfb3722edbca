"""Whole pictures of a run: the numbers in them are those of the run, and every step is said in both languages."""

import re

import numpy as np
import pytest

from seqlib import RNN, Readout, SequenceModel, softmax, words
from seqlib.draw.scenes import (
    bars_scene,
    cell_scene,
    curves_scene,
    example,
    readings_scene,
    states_scene,
    sub,
    unrolled_scene,
)
from seqlib.draw.shapes import runs_scene, shapes_scene

CLASSES = ["one", "<b>", "$3"]
LANGUAGES = ("en", "ko")


@pytest.fixture(autouse=True)
def english_afterwards():
    yield
    words.use("en")


def model_and_trace(shape="many-to-many", T=5, D=2, H=3, K=3, N=2, seed=0, **steps):
    rng = np.random.default_rng(seed)
    model = SequenceModel(RNN(D, H, rng=rng), Readout(H, K, rng=rng), shape)
    return model, model.forward(rng.normal(size=(1 if shape == "one-to-many" else T, D, N)), **steps)


def texts(svg):
    """The texts of a picture, in the order in which they are drawn."""
    return [text for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg) if text]


def every_scene():
    model, trace = model_and_trace()
    _, last = model_and_trace("many-to-one", T=12, D=3)
    _, first = model_and_trace("one-to-many", steps=4)
    return {
        "cell": cell_scene(model, trace, tokens=list("abcde")),
        "unrolled": unrolled_scene(trace, inputs=list("abcde"), outputs=["", "", "", "", "y"]),
        "tags": unrolled_scene(trace, inputs=list("abcde"), classes=CLASSES, fold=False),
        "letters": unrolled_scene(first, inputs=[np.eye(8), "", "", ""], classes=CLASSES, fold=False),
        "states": states_scene(trace, tokens=list("abcde"), classes=CLASSES),
        "readings": readings_scene(last, sensors=["ϑ", "v", "I"], classes=CLASSES),
        "shapes": shapes_scene(),
        "curves": curves_scene({"$L$": [3.0, 2.0, 1.0]}),
        "bars": bars_scene({"a": 0.5, "b": 0.9}, spread={"a": (0.4, 0.6)}, baseline=0.5),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_is_said_in_the_language_in_use(language):
    words.use(language)
    for name, scene in every_scene().items():
        hangul = re.search("[가-힣]", scene.alt) is not None
        # A picture with one step says only names and numbers, or a sentence like the others.
        assert hangul == (language == "ko") or scene.T == 1, name
        for sentence in scene.sentences:
            assert "{" not in sentence and "  " not in sentence, (name, sentence)
            if scene.T > 1:
                assert (re.search("[가-힣]", sentence) is not None) == (language == "ko"), (name, sentence)


def test_no_korean_sentence_guesses_a_particle():
    words.use("ko")
    for scene in every_scene().values():
        assert not re.search(r"[을이은와]\([를가는과]\)|\(으\)로", " ".join([scene.alt, *scene.sentences]))


def test_pictures_are_the_same_on_every_run_and_light():
    one, two = every_scene(), every_scene()
    for name, scene in one.items():
        assert scene.at(scene.T) == two[name].at(scene.T)
        assert len(scene.at(scene.T).encode()) < 60_000, name


def test_figures_hold_no_words_of_a_language():
    drawn = {}
    for language in LANGUAGES:
        words.use(language)
        drawn[language] = {name: texts(scene.at(scene.T)) for name, scene in every_scene().items()}
    assert drawn["en"] == drawn["ko"]


def test_the_probabilities_shown_are_those_of_the_model():
    _, trace = model_and_trace()
    p = softmax(trace.logits)[:, :, 1]
    scene = unrolled_scene(trace, 1, inputs=list("abcde"), classes=CLASSES, fold=False)
    for t in range(5):
        shown = texts(scene.at(t + 1))
        best = int(p[t].argmax())
        assert all(f"{v:.2f}" in shown for v in p[t])
        assert scene.sentences[t].startswith(f"ŷ{sub(t + 1)} = {CLASSES[best]} ({p[t].max():.2f}): ")


def test_many_to_one_has_no_output_before_the_last_step():
    _, trace = model_and_trace("many-to-one", T=6, D=3)
    scene = readings_scene(trace, sensors=["ϑ", "v", "I"], classes=CLASSES)
    assert scene.T == 6 and scene.start == 5
    assert all(re.fullmatch(r"h(.), made from .*, no ŷ\1\.", said) for said in scene.sentences[:-1])
    assert scene.sentences[-1].startswith("ŷ₆ = ")
    heights = [b for b in scene.bindings if b["attribute"] == "opacity"]
    assert len(heights) == 3 and all(b["values"] == ["0", "0", "0", "0", "0", "1"] for b in heights)


def test_one_to_many_says_where_nothing_comes_in():
    _, trace = model_and_trace("one-to-many", steps=4)
    scene = unrolled_scene(trace, inputs=[np.eye(8), "", "", ""], classes=CLASSES, fold=False)
    assert scene.sentences[0].endswith(": x₁ = a picture, h₀ became h₁.")
    assert all("nothing came in" in said for said in scene.sentences[1:])


def test_the_three_shapes_have_inputs_and_outputs_where_they_should():
    scene = shapes_scene(T=4)
    both, only_in, only_out = "has both", "has x{s} only", "has ŷ{s} only"
    expected = [(both, only_in, both), (only_out, only_in, both), (only_out, only_in, both), (only_out, both, both)]
    for t, has in enumerate(expected):
        s = sub(t + 1)
        one, two, three = (text.format(s=s) for text in has)
        told = f"one-to-many {one}, many-to-one {two}, many-to-many {three}"
        assert scene.sentences[t].startswith(f"x{s} and ŷ{s}: {told}")
        assert (f"hand h{s} on" in scene.sentences[t]) == (t < 3)


def test_runs_are_told_in_words_without_their_verdict():
    known, unknown = np.zeros((24, 3, 1)), np.zeros((24, 3, 2))
    known[:, 0, 0] = np.linspace(0, 2, 24)
    unknown[[4, 20], 1, 1] = 4.0
    scene = runs_scene(known, unknown, names=["<b>"], sensors=["ϑ", "v", "I"])
    first, _, last = scene.alt.split("; ")
    assert first.startswith("<b>: ϑ goes from 0.1 to 1.9")
    assert last == "2: ϑ goes from 0.0 to 0.0, knocks of v at t = 5 and 21."
    assert texts(scene.at(1)).count("ϑ") == 2


def test_only_some_units_of_a_large_state_are_drawn():
    _, trace = model_and_trace(H=40)
    few = unrolled_scene(trace, inputs=list("abcde"), classes=CLASSES, units=4, fold=False)
    many = unrolled_scene(trace, inputs=list("abcde"), classes=CLASSES, units=12, fold=False)
    assert len(few.svg) < len(many.svg)


def test_small_states_are_said_in_full_and_large_ones_by_the_unit_that_moved_most():
    _, trace = model_and_trace()
    assert states_scene(trace, tokens=list("abcde")).sentences[0].startswith("h₁ = (")
    assert states_scene(trace, tokens=list("abcde")).sentences[0].endswith(" after a.")
    _, trace = model_and_trace(H=6)
    h = trace.h[:, :, 0]
    i = int(np.abs(h[2] - h[1]).argmax())
    assert f"h₃: unit {i + 1} goes from" in states_scene(trace).sentences[2]


def test_a_readers_token_is_text_and_never_markup():
    _, trace = model_and_trace()
    scene = unrolled_scene(trace, inputs=["<img src=x>", "$5", "a & b", '"q"', "x"], classes=CLASSES, fold=False)
    svg = scene.at(1)
    assert "<img" not in svg and "&lt;img src=x&gt;" in svg and "$5" in svg


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda model, trace: example(trace, 2), "n must be 0 … 1 .* but 2 came"),
        (lambda model, trace: cell_scene(*model_and_trace(H=7)), "room for H ≤ 6 and D ≤ 4, .*H=7"),
        (lambda model, trace: cell_scene(*model_and_trace(H=6, D=4)), "H [+] D ≤ 8, but H [+] D is 10"),
    ],
)
def test_what_does_not_fit_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make(*model_and_trace())


def test_subscripts():
    assert sub(12) == "₁₂"


def test_only_a_bar_with_a_spread_has_a_line():
    def strokes(values, spread):
        return bars_scene(values, spread=spread).at(1).count("<path")

    two = {"a": 0.5, "b": 0.9}
    assert strokes(two, {"a": (0.4, 0.6)}) == strokes(two, None) + 1
    assert strokes({"a": 0.5}, {"a": (0.5, 0.5)}) == strokes({"a": 0.5}, None)
