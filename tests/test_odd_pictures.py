"""Whatever stands in the place of one argument, or of two: a picture that is sound, or one sentence of ours."""

import random
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, History, Readout, SequenceModel
from seqlib.draw.after import look_back_scene
from seqlib.draw.compare import lags_scene, reach_scene
from seqlib.draw.forget import adding_scene, clip_scene, flows_scene, seeds_scene, window_scene
from seqlib.draw.gates import maps_scene
from seqlib.draw.layer import block_scene, downhill_scene
from seqlib.draw.scene import Scene
from seqlib.draw.scenes import bars_scene, cell_scene, curves_scene, states_scene
from seqlib.draw.shapes import runs_scene
from seqlib.draw.sketch import sketch_scene
from seqlib.draw.studio import errors_scene
from seqlib.draw.training import histories_scene, paths_scene, solved_scene
from seqlib.draw.updates import updates_scene
from seqlib.in_words import is_sentence
from seqlib.nn import SGD
from seqlib.widgets import Chooser, Live, Sketch, Stepper, Training
from seqlib.widgets.bptt import TauExplorer
from seqlib.widgets.compare import CopyRace, Spelling
from seqlib.widgets.digit import DrawnDigit
from seqlib.widgets.forget import GradientPlayground
from seqlib.widgets.gates import GatePlayground
from seqlib.widgets.gru import Switchboard
from seqlib.widgets.playgrounds import Reorder

T, D, H, K, N = 3, 2, 2, 3, 2
X = np.random.default_rng(0).normal(size=(T, D, N))


def rng():
    return np.random.default_rng(0)


def model(kind=RNN, shape="many-to-many", D=D, H=H, K=K, loss="cross_entropy"):
    return SequenceModel(kind(D, H, rng=rng()), Readout(H, K, rng=rng()), shape, loss)


MODEL = model()
RUN = MODEL.forward(X)
HISTORY = History(np.linspace(2, 1, 9), np.linspace(1, 2, 9), stopped=False)


def odd():
    """Values that are nothing in particular."""
    return [
        None, True, "", "a", "5", b"x", 0, -1, 1.5, np.nan, np.inf, 1e308, 5e-324, -0.0, 1j, 10**400, [], {}, set(), (),
        [[1], [1, 2]], np.zeros(0), np.zeros((0, 2)), np.array(1.0), np.ones(3), np.ones((2, 2)), np.ones((1, 1, 1, 1)),
        np.array([None, 1], object), np.array(["a"]), int, print, lambda *a: None, "y" * 3000, "\ud800", "a\0", "$x",
        "\u202eש", "$\\frac{$", "<b>", Fraction(1, 2), Decimal(1), np.float32(1), np.int64(1), np.bool_(True),
        np.datetime64("2024-01-01"), 10**6, object(), [None], ["a"], [np.nan] * 3, {"a": 1.0}, {1: 1}, {"a": None},
        np.ma.masked_equal([1.0, 2.0], 2), np.ma.masked, iter([1, 2]), ..., np, RUN, MODEL, X, HISTORY,
    ]  # fmt: skip


def other(value):
    """Values near to one that is right."""
    if isinstance(value, np.ndarray):
        nan = value.astype(float)
        nan.flat[0] = np.nan
        return [value.astype(np.uint8), value * 1e30, value + 1j, value[None], value[:-1], value[..., :1], nan,
                -value, value * 0, np.ma.array(value, mask=value > 0), value.astype(object)]  # fmt: skip
    if isinstance(value, dict):
        key, one = next(iter(value.items()))
        several = {f"{key}{k}" if isinstance(key, str) else k: one for k in range(9)}
        return [several, {k: one for k in (1, None, "", "\ud800", "$\\frac{$")}, *({key: o} for o in odd()[::3]),
                *({key: o} for o in other(one))]  # fmt: skip
    if isinstance(value, list | tuple):
        return [value[:-1], [*value, *value], set(map(str, value)), " ".join(map(str, value)), *([o, *value[1:]]
                for o in odd()[::3])]  # fmt: skip
    if isinstance(value, str):
        return [value * 500, f"{value}\n", f"${value}", value.upper(), [value]]
    if isinstance(value, int | float):
        return [-value, value * 1000, value + 0.5, str(value), [value], np.float32(value), complex(value)]
    if callable(value) and not isinstance(value, type):
        return [lambda *a: 1 / 0, lambda *a: "a", lambda *a: np.nan, lambda *a: 1j, lambda *a: np.ones(5), lambda: 1.0]
    return [type(value), [value], model(LSTM), model(H=1).forward(X), model(K=1), model(GRU).forward(X)]


PICTURES = {
    curves_scene: {"curves": {"a": [1.0, 2.0]}, "x": [1.0, 2.0], "xlabel": "x", "ylabel": "y", "log": True},
    bars_scene: {"values": {"a": 0.5}, "spread": {"a": (0.4, 0.6)}, "limit": 1.0, "baseline": 0.5},
    sketch_scene: {"x": [1.0, 2.0], "truth": [1.0, 2.0], "xlabel": "x", "ylabel": "y", "log": True, "ylim": (0.5, 3.0)},
    cell_scene: {"model": MODEL, "trace": RUN, "n": 1, "tokens": ["a", "b", "c"], "start": 1, "equation": False},
    states_scene: {"trace": RUN, "n": 1, "tokens": ["a", "b", "c"], "classes": ["a", "b", "c"], "start": 1},
    maps_scene: {"runs": model(LSTM).forward(X), "n": 1, "tokens": ["a", "b", "c"], "names": "fi", "start": 1},
    clip_scene: {"g": [1.0, 2.0], "limit": 1.0},
    downhill_scene: {"loss": np.square, "slope": lambda w: 2 * w, "w": 1.0, "eta": 0.1, "steps": 2, "limits": (-1, 2)},
    block_scene: {"x": X},
    paths_scene: {"paths": {"a": np.ones((3, 2))}, "loss": lambda a, b: a * a + b * b, "start": 1},
    histories_scene: {"histories": {"a": HISTORY}, "mark": 1.5},
    solved_scene: {"kinds": {"a": {10: [(50_000, True)]}}, "mark": (10, 30_000)},
    adding_scene: {"runs": {"a": {10: [(0.9, True)]}}, "chance": 0.1},
    seeds_scene: {"updates": [1, 2], "panels": {"a": np.ones((2, 2))}, "log": ("a",)},
    flows_scene: {"flows": {"a": (np.ones(4), 0.9)}},
    reach_scene: {"starts": {"a": {"RNN h": np.ones(4)}}},
    window_scene: {"windows": [1, 2], "errors": [0.2, 0.1], "kilobytes": [3.0, 4.0]},
    lags_scene: {"runs": {"RNN": {8: {3: [0.5]}}}, "chance": 0.3},
    errors_scene: {"errors": {"a": np.ones(3)}},
    look_back_scene: {"weights": np.eye(3), "tokens": ["a", "b", "c"], "start": 1},
    runs_scene: {"known": np.ones((5, 2, 1)), "unknown": np.ones((5, 2, 2)), "names": ["a"], "sensors": ["s", "v"]},
    updates_scene: {"scenes": [block_scene(X)] * 2, "updates": [0, 1], "start": 1},
    Stepper: {"scene": block_scene(X), "t": 2},
    Chooser: {"scenes": {"a": block_scene(X)}},
    Sketch: {"x": [1.0, 2.0], "truth": [1.0, 2.0], "xlabel": "x", "ylabel": "y"},
    Training: {"steps": 3},
    Live: {"model": MODEL, "batches": [(X, np.zeros((T, N), int))], "optimizer": SGD(0.1), "steps": 3, "clip": 1.0},
    TauExplorer: {"model": MODEL, "x": X, "targets": np.zeros((T, N), int), "tokens": ["a", "b", "c"], "s": 2},
    GatePlayground: {"f": 0.5, "i": 0.5, "o": 0.5, "g": 0.5, "C0": 1.0},
    GradientPlayground: {"radius": 1.0, "activation": "tanh", "T": 20, "scale": 0.1, "clip": True},
    Switchboard: {"gru": GRU(D, H, rng=rng()), "x": X, "n": 1, "start": 1},
    DrawnDigit: {"speller": model(shape="one-to-many", D=64), "letters": ["a", "b", "."],
                 "examples": np.full((64, 1), 0.5), "T": 3},
    Reorder: {"models": {"a": model()}, "sentence": ["a", "b"], "vocabulary": ["a", "b"], "classes": ["x", "y", "z"]},
    CopyRace: {"lag": 3, "lags": (3, 5), "H": 2, "seeds": 1, "updates": 20, "foo": 1},
    Spelling: {"sentences": []},
}  # fmt: skip


def cases():
    """One argument in seven of each kind, and some pairs: the same at every run."""
    chance = random.Random(0)
    for make, right in PICTURES.items():
        for name, value in right.items():
            for wrong in chance.sample([*odd(), *other(value)], 2):
                yield make, right | {name: wrong}
        names = chance.sample(list(right), min(2, len(right)))
        yield make, right | {name: chance.choice(other(right[name]) or odd()) for name in names}


def sound(made):
    """Whether what was made can be shown: there is no place that is no number."""
    scene = made if isinstance(made, Scene) else getattr(made, "scene", None) or made.stepper.scene
    places = re.sub('aria-label="[^"]*"', "", scene.at(1))
    assert not re.search(r'="[^"<>]*\b(nan|inf)\b[^"<>]*"', places)
    return True


@pytest.mark.parametrize("part", range(4))
def test_a_sound_picture_or_a_sentence(part):
    failed = []
    for k, (make, given) in enumerate(cases()):
        if k % 4 != part:
            continue
        try:
            made = make(**given)
            assert isinstance(made, Training | Spelling) or sound(made)
        except Exception as error:
            if not (is_sentence(error) and len(str(error)) < 500):
                failed.append((make.__name__, given, f"{type(error).__name__}: {error!s:.200}"))
    assert not failed, failed
