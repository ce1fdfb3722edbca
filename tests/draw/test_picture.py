"""A lesson's picture is the same whatever the reader has set; where it fails, it becomes its text and a sentence."""

import gc
import hashlib
import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

import seqlib.draw
from seqlib import LSTM, RNN, Readout, SequenceModel, saved, words
from seqlib.draw import Binding, Scene, gates, lstm, style
from seqlib.draw.picture import picture
from seqlib.draw.scenes import cell_scene, curves_scene, states_scene
from seqlib.draw.unroll import activations_scene
from seqlib.widgets import Stepper
from tests.conftest import ROOT

SVG = "{http://www.w3.org/2000/svg}"


def run_of(cell=RNN, T=3):
    rng = np.random.default_rng(0)
    model = SequenceModel(cell(2, 3, rng=rng), Readout(3, 2, rng=rng))
    return model, model.forward(rng.normal(size=(T, 2, 1)))


def some_scenes():
    """One of each kind: a diagram, a figure with a layout, a legend of colours, a playground."""
    yield cell_scene(*run_of())
    yield states_scene(run_of()[1], tokens=["나는", "밥을", "다"], classes=["a", "b"])
    yield lstm.lstm_cell_scene(*run_of(LSTM))
    yield curves_scene({"$L$": [1, 2, 3e8]}, xlabel="$t$")
    yield activations_scene()
    yield gates.HeldPicture().scene(0.9, 0.1, 0.8, 0.5, 1.0)


def digest():
    return [hashlib.sha256(scene.at(scene.T).encode()).hexdigest() for scene in some_scenes()]


@cache
def in_ours():
    """The digest where nobody has set anything."""
    return digest()


@pytest.mark.parametrize(
    "setting",
    [
        lambda: plt.style.use("dark_background"),
        lambda: plt.rc("text", usetex=True),
        plt.xkcd,
        mpl.rcdefaults,
        lambda: mpl.rcParams.update({"axes.grid": True, "font.family": "serif", "lines.linewidth": 9, "svg.id": "x"}),
    ],
    ids=["dark", "usetex", "xkcd", "rcdefaults", "others"],
)
def test_the_readers_settings_change_no_picture_and_stay(setting):
    expected = in_ours()
    with mpl.rc_context():
        setting()
        before = mpl.rcParams.copy()
        assert digest() == expected
        # The backend is no setting of style; matplotlib finds it when it is first asked.
        changed = [name for name, value in before.items() if name != "backend" and mpl.rcParams[name] != value]
        assert not changed, "the reader's own settings are the reader's again"


@pytest.mark.parametrize("looking", [True, False])
@pytest.mark.parametrize("fails", [False, True])
def test_garbage_is_looked_for_before_and_after_as_the_reader_wants_it(looking, fails, monkeypatch):
    seen = []

    @picture
    def scene():
        seen.append(gc.isenabled())
        return 1 / 0 if fails else Scene(style.figure(4, 3), [], sentences=["one"], alt="one")

    monkeypatch.delenv("SEQLIB_STRICT", raising=False)
    try:
        gc.enable() if looking else gc.disable()
        scene()
        assert (seen, gc.isenabled()) == ([False], looking)
    finally:
        gc.enable()


def test_a_readers_matplotlibrc_changes_no_picture(tmp_path):
    settings = "text.usetex: True\nsvg.fonttype: path\naxes.grid: True\npath.sketch: 1,2,3\n"
    (tmp_path / "matplotlibrc").write_text(settings)
    program = "from tests.draw.test_picture import digest; print(digest())"
    run = [sys.executable, "-c", program]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MATPLOTLIBRC": str(tmp_path)}
    out = subprocess.run(run, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert out.stdout.strip() == str(in_ours()), out.stderr[-2000:]


def test_everything_public_is_drawn_in_our_settings_and_may_fail():
    found = []
    for module in pkgutil.iter_modules(seqlib.draw.__path__):
        module = importlib.import_module(f"seqlib.draw.{module.name}")
        for name, made in vars(module).items():
            if inspect.isclass(made) and name.endswith("Picture"):
                name, made = f"{name}.scene", made.scene
            if name.endswith(("_scene", ".scene")) and not name.startswith("_"):
                found.append(name)
                assert hasattr(made, "__wrapped__"), f"decorate {module.__name__}.{name} with @picture"
    assert len(found) > 30


# --- failures --------------------------------------------------------------------------------------------------------


@picture
def broken_scene(values, sentences=("first <b>", "then")):
    fig = style.figure(4, 3)
    text = fig.add_subplot().text(0, 0, "x")
    return Scene(fig, [Binding(text, "move", values)], sentences=sentences, alt="What would be seen.", start=1)


UNEQUAL, NAN = [(0, 0)], [(0, 0), (0, np.nan)]


@pytest.mark.parametrize(("values", "reason"), [(UNEQUAL, "values must be 2"), (NAN, "move must be finite")])
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_picture_that_fails_becomes_its_text(monkeypatch, tmp_path, values, reason, language):
    monkeypatch.delenv("SEQLIB_STRICT")
    words.use(language)
    try:
        scene = broken_scene(values)
    finally:
        words.use("en")
    said = {"en": "could not be drawn", "ko": "그리지 못했습니다"}[language]
    assert said in scene.alt and reason in scene.alt and scene.alt.endswith("What would be seen.")
    assert isinstance(scene.error, ValueError)
    stepper = Stepper(scene)
    bundle = stepper._repr_mimebundle_()[0]
    for picture_of, step in ((saved.drawing(bundle["text/html"]), "then"), (scene.at(1), "first <b>")):
        root = ET.fromstring(picture_of)
        text = " ".join(element.text or "" for element in root.iter(SVG + "text"))
        assert said in text and reason in text and "What would be seen." in text and step in text
        assert root.find(SVG + "desc").text == step, "and the steps can still be read"
    scene.save_html(tmp_path / "page.html")


def test_a_picture_that_fails_before_anything_is_known_says_why(monkeypatch):
    monkeypatch.delenv("SEQLIB_STRICT")
    model, trace = run_of()
    scene = cell_scene(model, trace, 7)
    assert scene.T == 1 and "n must be 0" in scene.sentences[0] and "n must be 0" in scene.at(1)


def test_a_long_text_fits_its_card(monkeypatch):
    monkeypatch.delenv("SEQLIB_STRICT")
    scene = broken_scene(UNEQUAL, sentences=["word " * 80, "가" * 300])
    lines = [element.text or "" for element in ET.fromstring(scene.at(2)).iter(SVG + "text")]
    assert max(map(len, lines)) <= 74 and "".join(lines).count("가") == 300


def test_a_playground_goes_on_after_a_failure(monkeypatch):
    monkeypatch.delenv("SEQLIB_STRICT")
    playground = gates.HeldPicture()
    assert "could not be drawn" in playground.scene(float("nan"), 0, 1, 0.5, 1).alt
    good, bad = playground.scene(0.9, 0, 1, 0.5, 1), playground.scene(float("nan"), 0, 1, 0.5, 1)
    stepper = Stepper(good)
    stepper.show(bad)
    stepper.show(playground.scene(0.8, 0, 1, 0.5, 1))
    assert stepper.svg == good.svg and "could not be drawn" in bad.alt


def test_in_tests_and_by_itself_it_raises(monkeypatch):
    with pytest.raises(ValueError, match="values must be 2"):
        broken_scene(UNEQUAL)
    monkeypatch.delenv("SEQLIB_STRICT")
    with pytest.raises(ValueError, match="values must be 2"):
        broken_scene.__wrapped__(UNEQUAL)
