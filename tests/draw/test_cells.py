"""A reader's own cell is drawn with the numbers of its run, whatever it has."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from seqlib import LSTM, Readout, SequenceModel, Workspace, words
from seqlib.draw import cells, style
from seqlib.nn.functions import LOSSES
from tests.nn.own_cells import OWN, SLSTM

SVG = "{http://www.w3.org/2000/svg}"
KINDS = pytest.mark.parametrize("kind", [*OWN, LSTM], ids=lambda kind: kind.__name__)


@pytest.fixture(params=words.LANGUAGES)
def language(request):
    words.use(request.param)
    yield request.param
    words.use("en")


def run(kind, T=6, D=3, H=4, N=2):
    rng = np.random.default_rng(0)
    model = SequenceModel(kind(D, H, rng=rng), Readout(H, 2, rng=rng))
    trace = model.forward(rng.normal(size=(T, D, N)))
    targets = rng.integers(0, 2, (T, N))
    return model.cell, trace, model.backward(trace, LOSSES["cross_entropy"](trace.logits, targets)[1])


def caught(monkeypatch, *args, **settings):
    """The figure, and what else the scene was given."""
    found = {}
    monkeypatch.setattr(cells, "Scene", lambda fig, bindings, **rest: found.update(fig=fig, bindings=bindings, **rest))
    cells.blocks_scene(*args, **settings)
    return found


@KINDS
def test_the_maps_are_those_of_the_run(kind, monkeypatch):
    cell, trace, grads = run(kind)
    found = caught(monkeypatch, cell, trace, grads, 1)
    maps = [ax.images[0] for ax in found["fig"].axes if ax.images and ax.get_ylabel()]
    names = [image.axes.get_ylabel().strip("$").removesuffix("_t") for image in maps]
    assert set(cell.STATES) <= set(names) and not set(names) & set(cell.program().sums) - set(cell.STATES)
    for name, image in zip(names, maps, strict=True):
        np.testing.assert_array_equal(image.get_array(), trace[name][:, :, 1].T)
        low, high = image.get_clim()
        assert low <= trace[name].min() if image.get_cmap().name == "viridis" else low == -high
        assert (image.get_cmap().name == "viridis") == (name in "fioz" and kind is not SLSTM)


@KINDS
def test_the_norms_are_those_of_the_gradients(kind, monkeypatch, language):
    cell, trace, grads = run(kind)
    found = caught(monkeypatch, cell, trace, grads, 1)
    axes = found["fig"].axes[-1]
    for state, line in zip(cell.STATES, [line for line in axes.lines if len(line.get_xdata()) == 6], strict=True):
        wanted = np.sqrt((grads.trace[state][:, :, 1] ** 2).sum(axis=1))
        np.testing.assert_allclose(line.get_ydata(), np.clip(wanted, *axes.get_ylim()))
        assert all(f"‖∂L/∂{state}" in sentence for sentence in found["sentences"])


def test_every_step_is_said_in_both_languages(language):
    cell, trace, grads = run(LSTM)
    scene = cells.blocks_scene(cell, trace, grads, tokens=list("abcdef"), names=["f", "h"])
    assert (scene.T, scene.start) == (6, 1)
    for t, sentence in enumerate(scene.sentences):
        assert ("Step" in sentence) == (language == "en") and f"({words.quoted('abcdef'[t])})" in sentence
        shown = [float(number.replace("−", "-")) for number in re.findall(r"[+−]?\d\.\d\d(?=[,)])", sentence)]
        np.testing.assert_allclose(shown[:8], np.concatenate([trace.f[t, :, 0], trace.h[t, :, 0]]), atol=0.0051)
    assert [e.get("data-goto") for e in ET.fromstring(scene.at(1)).iter() if e.get("data-goto")] == list("123456") * 2


@KINDS
@pytest.mark.parametrize("T", [1, 6, 24])
def test_texts_are_large_inside_the_figure_and_do_not_overlap(kind, T, monkeypatch):
    cell, trace, grads = run(kind, T, H=8 if T == 6 else 1 if T == 1 else 4)
    fig = caught(monkeypatch, cell, trace, grads, start=0)["fig"]
    FigureCanvasAgg(fig).draw()
    texts = [text for ax in fig.axes for text in (*ax.texts, ax.yaxis.label) if text.get_text().strip()]
    axes = [(axis, sorted(axis.get_view_interval())) for ax in fig.axes if ax.axison for axis in (ax.xaxis, ax.yaxis)]
    ticks = [(zip(axis.get_ticklabels(), axis.get_ticklocs(), strict=True), view) for axis, view in axes]
    texts += [label for labels, (low, high) in ticks for label, at in labels if low <= at <= high]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    assert all(text.get_size() >= style.SIZE for text in texts)
    for k, (one, a) in enumerate(boxes):
        assert a.x0 >= 0 and a.y0 >= 0 and a.x1 <= fig.bbox.x1 and a.y1 <= fig.bbox.y1, one
        for other, b in boxes[:k]:
            overlap = min(min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0))
            assert overlap < 4, f"{one} and {other} overlap"


def test_what_has_no_room_or_is_not_there():
    cell, trace, grads = run(LSTM)
    with pytest.raises(ValueError, match="'z' is not in the trace; step makes a, f, i, o, g, C, tanh_C, h"):
        cells.blocks_scene(cell, trace, names=["z"])
    with pytest.raises(ValueError, match=r"n must be 0 … 1"):
        cells.blocks_scene(cell, trace, n=2)
    with pytest.raises(ValueError, match=r"T=25 and H=4 came"):
        cells.blocks_scene(*run(LSTM, T=25)[:2])
    with pytest.raises(ValueError, match="room for 1 … 8 names, but 9 came"):
        cells.blocks_scene(cell, trace, names=["f"] * 9)
    grads = cell.backward(trace, np.ones((6, 4, 2)), workspace=Workspace())
    with pytest.raises(ValueError, match="call backward without a workspace"):
        cells.blocks_scene(cell, trace, grads)
