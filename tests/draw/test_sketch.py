"""The axes to draw in: where every value stands, what fits, how near a drawn curve is."""

import re
import xml.etree.ElementTree as ET
from itertools import count

import numpy as np
import pytest

from seqlib import LSTM, Adam, Readout, SequenceModel, train, words
from seqlib.draw.sketch import distance, path, picture, sketch_scene
from tests.draw.test_updates import recall

EVERY = 20


def trained_loss():
    """(updates, loss) of a real training, the mean of each `EVERY` updates."""
    rng = np.random.default_rng(0)
    model = SequenceModel(LSTM(3, 3, rng=rng), Readout(3, 1, rng=rng), loss="mse")
    loss = train(model, (recall(32, rng) for _ in count()), Adam(0.03), 20 * EVERY, clip=1.0).loss
    return np.arange(20) * EVERY, loss.reshape(20, EVERY).mean(axis=1)


@pytest.fixture(scope="module")
def curve():
    return trained_loss()


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("xlog", [False, True])
def test_places_and_values_stand_where_the_axes_say(curve, log, xlog):
    """The grid lines of the drawing are the judge."""
    x, truth = curve[0] + 1, curve[1]
    scene = sketch_scene(x, truth, xlabel="$t$", ylabel="$L$", log=log, xlog=xlog, ylim=(0.001, 10))
    sketch = scene.extras["sketch"]
    assert sketch["at"] == sorted(sketch["at"]) and len(sketch["at"]) == 20
    lines = sorted({float(y) for y in re.findall(r'<path d="M[\d.]+ ([\d.]+)L[\d.]+ \1" clip-path', scene.svg)})
    assert len(lines) == 5
    numbers = 10.0 ** np.arange(1, -4, -1) if log else np.arange(10, 0, -2)  # from the top
    scale = np.log10 if log else np.asarray
    points = [tuple(map(float, point)) for point in re.findall(r"[ML]([\d.]+) ([\d.]+)", path(sketch, truth.tolist()))]
    for (px, py), value in zip(points, truth, strict=True):
        part = (scale(value) - scale(numbers[0])) / (scale(numbers[-1]) - scale(numbers[0]))
        assert py == pytest.approx(lines[0] + part * (lines[-1] - lines[0]), abs=0.05)
        assert px in sketch["at"]
    assert np.ptp(np.diff(np.log(x) if xlog else x) / np.diff(sketch["at"])) < 0.01


def test_how_near_is_the_mean_factor_or_the_mean_difference(curve):
    x, truth = curve
    truth = np.array([float(f"{y:.6g}") for y in truth])  # six digits are kept
    rng = np.random.default_rng(1)
    drawn = (truth * np.exp(rng.normal(size=20))).tolist()
    log = sketch_scene(x, truth, xlabel="$t$", ylabel="$L$", log=True, ylim=(1e-5, 1e3)).extras["sketch"]
    linear = sketch_scene(x, truth, xlabel="$t$", ylabel="$L$").extras["sketch"]
    assert distance(log, drawn) == pytest.approx(np.prod(np.maximum(drawn / truth, truth / drawn)) ** (1 / 20))
    assert distance(linear, drawn) == pytest.approx(sum(abs(d - t) for d, t in zip(drawn, truth, strict=True)) / 20)
    assert distance(log, truth.tolist()) == pytest.approx(1) and distance(linear, truth.tolist()) == 0
    assert distance(log, (2 * truth).tolist()) == pytest.approx(2) == distance(log, (truth / 2).tolist())
    partly = [2 * truth[0], *[None] * 19]
    assert distance(log, partly) == pytest.approx(2)
    assert distance(log, [None] * 20) is None and distance(log, []) is None


def test_the_drawing_does_not_tell_the_curve(curve):
    x, truth = curve
    for log in (False, True):
        scene = sketch_scene(x, truth, xlabel="$t$", ylabel="$L$", log=log)
        other = sketch_scene(
            x, np.full(20, truth.max()) - [0, *[truth.max() - truth.min()] * 19], xlabel="$t$", ylabel="$L$", log=log
        )
        assert scene.svg == other.svg, "only lowest and highest have to do with the axes"
        assert scene.T == 1
        low, high = (scene.extras["sketch"][end]["value"] for end in ("low", "high"))
        assert low < truth.min() and truth.max() < high, "and there is room beyond them"


def test_the_static_picture_has_what_was_drawn(curve):
    x, truth = curve
    scene = sketch_scene(x, truth, xlabel="$t$", ylabel="$L$", log=True)
    assert picture(scene, [], False) == scene.at(1)
    drawn = [1.0, 0.5, None, 0.25, *[None] * 16]
    svg = picture(scene, drawn, False)
    [line] = [e.get("d") for e in ET.fromstring(svg).iter() if e.get("stroke-dasharray") == "6 4"]
    assert line.count("M") == 2 and line.count("L") == 1
    assert len(re.findall("stroke-dasharray", picture(scene, drawn, True))) == 2


@pytest.mark.parametrize("language", ["en", "ko"])
def test_it_asks_in_the_readers_language(curve, language):
    words.use(language)
    try:
        scene = sketch_scene(*curve, xlabel="$t-k$", ylabel=r"$\Vert g\Vert$", log=True)
    finally:
        words.use("en")
    assert "‖g‖" in scene.sentences[0] and "\\" not in scene.sentences[0] + scene.alt
    assert ("그려" in scene.sentences[0]) == (language == "ko")


X, Y = range(4), [1.0, 2.0, 3.0, 4.0]
WRONG = [
    ((X, Y[:3]), {}, r"as many numbers, at least 2, got shapes \(4,\) and \(3,\)"),
    (([1], [1.0]), {}, "at least 2"),
    ((X, [1.0, np.nan, 2.0, 3.0]), {}, "truth must have only finite numbers, but number 2 is nan"),
    ((X, [1.0, 0.0, 2.0, 3.0]), {"log": True}, "truth must be above 0, for a logarithmic axis, got 0"),
    ((X, Y), {"xlog": True}, "x must be above 0, for a logarithmic axis, got 0"),
    (([0, 2, 1, 3], Y), {}, "x must grow from place to place"),
    ((X, Y), {"ylim": (0, 3)}, "ylim must reach round the true values, 1 to 4, got 0 to 3"),
    ((X, Y), {"ylim": (0, 5), "log": True}, "a logarithmic axis has no 0"),
]


@pytest.mark.parametrize(("given", "options", "said"), WRONG)
def test_what_does_not_fit_is_said(given, options, said):
    with pytest.raises(ValueError, match=said):
        sketch_scene(*given, xlabel="$t$", ylabel="$L$", **options)
