"""The stepper's Python side: one trait in both directions, one bundle in the notebook."""

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from seqlib import saved
from seqlib.draw import Binding, Scene, style, updates_scene
from seqlib.widgets import Stepper


def scene(T=4, start=2, begin=0, text="step"):
    fig = style.figure(4, 2)
    label = fig.add_subplot().text(0.5, 0.5, "0")
    texts = [f"{text} {t}" for t in range(T)]
    return Scene(fig, [Binding(label, "text", texts)], sentences=texts, alt="steps", start=start, begin=begin)


def test_t_begins_where_the_scene_says_and_is_validated():
    stepper = Stepper(scene())
    assert (stepper.t, stepper.start) == (1, 3)
    assert Stepper(scene(begin=3)).t == 4
    assert Stepper(scene(), t=2).t == 2
    stepper.t = 4
    for t in (0, 5, -1):
        with pytest.raises(ValueError, match=rf"t must be from 1 to 4 \(there are 4 steps\), got {t}\."):
            stepper.t = t
        with pytest.raises(ValueError, match="t must be from 1 to 4"):
            Stepper(scene(), t=t)
    with pytest.raises(ValueError, match=r"t must be a whole number, got 1\.5"):
        Stepper(scene(), t=1.5)
    assert stepper.t == 4


def test_one_bundle_holds_the_live_view_and_the_saved_picture():
    shown = scene()
    stepper = Stepper(shown)
    bundle, _ = stepper._repr_mimebundle_()
    assert list(bundle) == ["text/plain", saved.VIEW, "text/html"]
    assert bundle["text/plain"] == repr(stepper) == "<Stepper: 4 steps, t = 1: steps>"
    telling, stepped = (ET.canonicalize(shown.at(t)) for t in (3, 2))
    assert ET.canonicalize(saved.drawing(bundle["text/html"])) == telling
    again, _ = Stepper(scene())._repr_mimebundle_()
    assert saved.PLAYER.sub("", bundle["text/html"]) == saved.PLAYER.sub("", again["text/html"])
    stepper.t = 2
    bundle, _ = stepper._repr_mimebundle_()
    assert bundle["text/plain"] == "<Stepper: 4 steps, t = 2: steps>"
    assert ET.canonicalize(saved.drawing(bundle["text/html"])) == stepped


def test_show_keeps_the_step_and_sends_only_what_changed(monkeypatch):
    stepper = Stepper(scene(), t=3)
    sent = []
    monkeypatch.setattr(stepper, "_send", lambda message, buffers=None: sent.append(message["state"]))
    stepper.comm = stepper.comm or object()
    stepper.show(scene(text="other"))
    assert stepper.t == 3
    assert stepper.bindings[0]["values"][2] == "other 2"
    for state in sent:
        assert set(state) <= {"bindings", "sentences"}, "the drawing is the same"
    stepper.show(scene(T=2, start=0))
    assert (stepper.t, repr(stepper)) == (2, "<Stepper: 2 steps, t = 2: steps>")


def test_only_a_scene_is_shown():
    for shown in (None, "x", np.zeros(3)):
        with pytest.raises(ValueError, match="scene must be a Scene, got"):
            Stepper(shown)


def test_a_rich_scene_of_20_steps_is_saved_in_60_kb():
    T, H = 20, 12
    h = np.tanh(np.random.default_rng(0).normal(size=(T, H)))
    fig = style.figure(9, 4)
    ax = fig.add_subplot(xlim=(0, T + 6), ylim=(0, H))
    colours = style.signed(h)
    bindings = []
    for unit in range(H):
        for t in range(T):
            ax.add_patch(cell(t, unit, colours[t, unit]))
        now = ax.add_patch(cell(T + 1, unit, "red"))
        number = ax.text(T + 3, unit, "0.00")
        bindings += [
            Binding(now, "fill", colours[:, unit]),
            Binding(now, "width", h[:, unit]),
            Binding(number, "text", [f"{v:+.2f}" for v in h[:, unit]]),
        ]
    made = Scene(fig, bindings, sentences=[f"The state at step {t + 1}." for t in range(T)], alt="A run of 20 steps")
    assert len(bindings) >= 30
    bundle, _ = Stepper(made)._repr_mimebundle_()
    bundle["text/html"] = saved.PLAYER.sub("", bundle["text/html"])
    assert len(json.dumps(bundle).encode()) <= 60_000
    assert len(json.dumps(made.player_data()).encode()) <= 90_000, "what the browser is sent while it runs"


def cell(t, unit, colour):
    return Rectangle((t, unit), 1, 1, facecolor=colour, edgecolor="white")


def test_a_scene_over_updates_has_a_second_trait():
    over = updates_scene([scene(text="early"), scene(text="late")], (0, 40))
    stepper = Stepper(over)
    assert (stepper.t, stepper.update) == (1, 40)
    stepper.update = 0
    assert stepper.picture() == over.at(1, update=0) != over.at(1, update=40)
    bundle, _ = stepper._repr_mimebundle_()
    telling = over.at(over.start + 1, update=0)
    assert ET.canonicalize(saved.drawing(bundle["text/html"])) == ET.canonicalize(telling)
    with pytest.raises(ValueError, match="update must be one of 0, 40, got 7"):
        stepper.update = 7
    assert (stepper.t, stepper.update) == (1, 0)
    stepper.show(updates_scene([scene(text="other"), scene(text="late")], (0, 40)))
    assert stepper.update == 0, "another scene: the same update, if it has it"
    stepper.show(updates_scene([scene(text="other"), scene(text="late")], (10, 40)))
    assert stepper.update == 40
    stepper.show(scene())
    assert stepper.picture() == scene().at(stepper.t)
