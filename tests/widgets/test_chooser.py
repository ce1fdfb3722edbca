"""Controls above a picture: a playground, and a choice between several scenes."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqlib import RNN, Readout, SequenceModel, saved
from seqlib.draw import bars_scene, cell_scene, states_scene
from seqlib.widgets import Chooser, Playground


def scene(T, seed=0):
    rng = np.random.default_rng(seed)
    model = SequenceModel(RNN(2, 3, rng=rng), Readout(3, 2, rng=rng))
    return states_scene(model.forward(rng.normal(size=(T, 2, 1))), start=T // 2)


@pytest.fixture
def chooser():
    return Chooser({"first": scene(4), "$2 <b>": scene(7, seed=1)})


def test_the_first_scene_is_shown_at_its_first_step(chooser):
    assert chooser.scene.T == 4 and chooser.stepper.t == 1
    assert chooser.buttons.options == ("first", "$2 <b>")


def test_another_scene_is_shown_at_the_same_step(chooser):
    chooser.stepper.t = 4
    chooser.buttons.value = "$2 <b>"
    assert (chooser.scene.T, chooser.stepper.t, len(chooser.stepper.sentences)) == (7, 4, 7)
    chooser.stepper.t = 7
    chooser.buttons.value = "first"
    assert (chooser.scene.T, chooser.stepper.t) == (4, 4), "or at the last one, if it has fewer"


def test_what_is_saved_is_one_picture_and_a_stable_text(chooser):
    data = chooser._repr_mimebundle_()
    assert repr(chooser) == "<Chooser: first, $2 <b>; first is shown>"
    assert data["text/plain"] == f"<Chooser: first, $2 <b>; first is shown: {chooser.scene.alt}>"
    assert same(saved.drawing(data["text/html"]), chooser.scene.at(3)), "nobody has stepped: the telling step"
    chooser.stepper.t = 2
    chooser.buttons.value = "$2 <b>"
    assert same(saved.drawing(chooser._repr_mimebundle_()["text/html"]), chooser.scene.at(2))


def same(one, two):
    return ET.canonicalize(one) == ET.canonicalize(two)


def test_a_chooser_needs_a_scene():
    with pytest.raises(ValueError, match="scenes must hold at least one scene"):
        Chooser({})


def test_a_playground_shows_other_values_without_a_new_drawing():
    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(2, 3, rng=rng), Readout(3, 2, rng=rng))
    one, two = (cell_scene(model, model.forward(rng.normal(size=(4, 2, 1)))) for _ in range(2))
    playground = Playground([], one)
    before, values, playground.stepper.t = playground.stepper.svg, playground.stepper.bindings, 3
    playground.show(two)
    assert playground.stepper.svg == before and playground.stepper.bindings != values and playground.stepper.t == 3
    assert repr(playground) == "<Playground: 4 steps, t = 3>"


def test_a_shorter_scene_is_shown_at_its_last_step():
    playground = Playground([], scene(4))
    playground.show(bars_scene({"a": 0.5}))
    assert playground.stepper.t == 1
