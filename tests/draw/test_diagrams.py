"""Diagrams of networks: their numbers are those of the run, and every text can be read."""

import re
import xml.etree.ElementTree as ET
from collections import Counter

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.text import Text

from seqlib import RNN, Readout, SequenceModel, softmax
from seqlib.draw import Goto, Scene, cell_scene, diagrams, style, unrolled_scene
from seqlib.draw.scenes import example
from tests.draw.texts import overlapping

SVG = "{http://www.w3.org/2000/svg}"
TOKENS = ["나는", "밥을", "먹었", "다", "sea", "sun"]
SIZES = [(1, 1, 1), (4, 3, 4), (2, 6, 6), (4, 4, 1), (1, 2, 6), (4, 6, 3)]  # (D, H, K)
STEPS = 4


def run_of(D, H, K, *, shape="many-to-many", seed=0, **options):
    """A model with weights up to about ±2, and its run over four steps of one example."""
    rng = np.random.default_rng(seed)
    model = SequenceModel(RNN(D, H, rng=rng, **options), Readout(H, K, rng=rng), shape)
    for name, W in model.params.items():
        model.params[name] = rng.normal(size=W.shape)
    return model, model.forward(rng.normal(size=(STEPS, D, 1)), h0=rng.uniform(-1, 1, (H, 1)))


def drawn_cell(D, H, K, **options):
    """The cell, with its equation where there is room: (fig, ax, bindings)."""
    model, trace = run_of(D, H, K)
    run = example(trace, 0)
    below = max(D, H) * diagrams.ROW + 0.72 if D + H <= 8 else 0
    fig, ax = diagrams.canvas(10, diagrams.cell_height(H, D) + below)
    bindings = diagrams.rnn_cell(ax, model.params, **run, bottom=below, **options)
    if below:
        states = {name: run[name] for name in ("x", "h_prev", "h")}
        bindings += diagrams.equation(ax, model.params, **states, y=below / 2 - 0.14)
    return fig, ax, bindings


def drawn_unrolled(T=8, H=6, fold=True):
    fig, ax = diagrams.canvas(10, 4.2)
    bindings = diagrams.folded(ax) if fold else []
    h = np.random.default_rng(0).uniform(-1, 1, (T, H))
    tokens = (TOKENS * 2)[:T]
    bindings += diagrams.unrolled(ax, h, left=1.9 if fold else 0.1, inputs=tokens, outputs=tokens)
    return fig, ax, bindings


def shown(svg):
    """All that is written in a picture, mathtext in pieces."""
    return ["".join(text.itertext()).strip() for text in ET.fromstring(svg).iter(SVG + "text")]


def numbers_shown(svg):
    return Counter(text for text in shown(svg) if re.fullmatch(r"[+−]?\d+\.\d\d", text))


def written(*values):
    """The numbers of some arrays as they should be written."""
    return Counter(number for value in values for number in diagrams.numbers(value).ravel())


# ---------------------------------------------------------------- the numbers are those of the run


@pytest.mark.parametrize("D, H, K", SIZES)
def test_every_number_of_the_cell_is_the_traces(D, H, K):
    model, trace = run_of(D, H, K)
    params, equation = model.params, D + H <= 8
    scene = cell_scene(model, trace, equation=equation)
    for t in range(STEPS):
        x, h_prev, a, h, z = (trace[name][t] for name in ("x", "h_prev", "a", "h", "logits"))
        expected = written(h_prev, x, params.W_hh @ h_prev, params.W_xh @ x, params.b_h, a, h, z)
        if equation:
            expected += written(h, params.W_xh, x, params.W_hh, h_prev, params.b_h)
        assert numbers_shown(scene.at(t + 1)) == expected


def test_the_numbers_stand_at_their_places():
    model, trace = run_of(4, 3, 4)
    scene = cell_scene(model, trace, equation=False)
    for t in range(STEPS):
        columns = {}
        for text in ET.fromstring(scene.at(t + 1)).iter(SVG + "text"):
            if text.get("x") and re.fullmatch(r"[+−]?\d+\.\d\d", text.text or ""):
                columns.setdefault(float(text.get("x")), []).append((float(text.get("y")), text.text))
        left_to_right = [[number for _, number in sorted(columns[x])] for x in sorted(columns)]
        W_hh, W_xh, b_h = (model.params[name] for name in ("W_hh", "W_xh", "b_h"))
        x, h_prev = trace.x[t], trace.h_prev[t]
        wanted = [(h_prev, x), (W_hh @ h_prev, W_xh @ x), (b_h,), (trace.a[t],), (trace.h[t],), (trace.logits[t],)]
        assert left_to_right == [list(diagrams.numbers(np.vstack(column)).ravel()) for column in wanted]


def test_probabilities_and_tokens():
    model, trace = run_of(4, 3, 4)
    fig, ax = diagrams.canvas(10, diagrams.cell_height(3, 4))
    bindings = diagrams.rnn_cell(ax, model.params, **example(trace, 0), tokens=TOKENS[:4], classes=["p", "q", "r", "s"])
    scene = Scene(fig, bindings, sentences=["a"] * STEPS, alt="a cell")
    p = softmax(trace.logits)
    for t in range(STEPS):
        svg = scene.at(t + 1)
        probabilities = Counter(diagrams.numbers(p[t], signed=False).ravel())
        assert probabilities <= numbers_shown(svg)
        assert [token for token in shown(svg) if token in TOKENS] == [TOKENS[t]]
    widths = [b for b in bindings if getattr(b, "what", None) == "width"]
    assert np.allclose([b.values for b in widths], diagrams.COLUMN * p[:, :, 0].T)


def test_many_to_one_reads_out_at_the_last_step_only():
    model, trace = run_of(2, 3, 2, shape="many-to-one")
    scene = cell_scene(model, trace, equation=False)
    z = Counter(diagrams.numbers(trace.logits[0]).ravel())
    assert z <= numbers_shown(scene.at(STEPS))
    totals = [numbers_shown(scene.at(t + 1)).total() for t in range(STEPS)]
    assert totals == [totals[-1] - 2] * (STEPS - 1) + [totals[-1]]


def test_relu_is_named():
    model, trace = run_of(2, 3, 2, activation="relu")
    texts = shown(cell_scene(model, trace).at(1))
    assert "ReLU" in texts and "=  ReLU" in texts and not any("tanh" in text for text in texts)


def test_numbers():
    written = diagrams.numbers(np.array([0.374, -0.494, 0.001, -0.001, np.nan]))
    assert list(written) == ["+0.37", "−0.49", "0.00", "0.00", ""]
    assert list(diagrams.numbers(np.array([0.5, -0.5]), signed=False)) == ["0.50", "−0.50"]


# ---------------------------------------------------------------- a calculation appears part by part


def test_the_calculation_appears_in_its_order():
    model, trace = run_of(2, 3, 2)
    fig, ax = diagrams.canvas(10, diagrams.cell_height(3, 2))
    now = {name: values[1:2] for name, values in example(trace, 0).items()}
    bindings = diagrams.rnn_calculation(ax, model.params, **now, classes=["p", "q"])
    parts = {}
    for binding in bindings:
        assert binding.what == "opacity"
        if isinstance(binding.artist, Text):
            parts[binding.artist.get_text()] = list(binding.values).index(1)
        assert sorted(binding.values) == list(binding.values) and binding.values[-1] == 1
    names = {r"$W_{hh}\,h_{t-1}$": 1, r"$W_{xh}\,x_t$": 1, "$b_h$": 2, "$a_t$": 2, "$h_t$": 3, "$z_t$": 4}
    assert {name: parts[name] for name in names} == names
    assert "$x_t$" not in parts and "$h_{t-1}$" not in parts  # there from the beginning
    assert len({id(b.artist) for b in bindings}) == len(bindings)
    scene = Scene(fig, bindings, sentences=["a"] * 5, alt="a cell")
    assert numbers_shown(scene.at(1)) == numbers_shown(scene.at(5))


# ---------------------------------------------------------------- unrolled


def test_unrolled_states_and_clicks():
    _, ax, bindings = drawn_unrolled(T=5, H=3)
    h = np.random.default_rng(0).uniform(-1, 1, (5, 3))
    faces = [to_hex(p.get_facecolor()) for p in ax.patches if type(p) is Rectangle and p.get_zorder() == 4]
    assert faces == list(style.signed(h).ravel())
    clicks = [b for b in bindings if isinstance(b, Goto)]
    assert [b.t for b in clicks] == list(range(5))
    assert all(isinstance(b.artist, FancyBboxPatch) for b in clicks)
    first = [b.artist.get_x() for b in clicks]
    assert first == sorted(first)


def test_steps_to_come_are_faint():
    *_, bindings = drawn_unrolled(T=4, H=2)
    for binding in bindings:
        if getattr(binding, "what", None) == "opacity":
            began = list(binding.values).index(1)
            assert all(binding.values[began:] == 1) and all(binding.values[:began] < 0.3)


def test_nothing_comes_in_or_goes_out_where_the_string_is_empty():
    def arrows(inputs, outputs):
        _, ax = diagrams.canvas(10, 4.2)
        diagrams.unrolled(ax, np.zeros((3, 2)), inputs=inputs, outputs=outputs)
        texts = [text.get_text() for text in ax.texts]
        return texts.count("$W_{xh}$"), texts.count("$W_{hh}$"), texts.count("$W_{hy}$")

    assert arrows(["a", "b", "c"], ["", "", "d"]) == (3, 3, 1)
    assert arrows(["a", "", ""], ["b", "c", "d"]) == (1, 3, 3)


def test_a_dollar_in_a_token_is_a_dollar():
    _, trace = run_of(2, 3, 2)
    assert "$x$" in shown(unrolled_scene(trace, inputs=["$x$", "b", "c", "<d>"]).at(1))


def test_an_image_as_input():
    _, ax = diagrams.canvas(10, 4.2)
    diagrams.unrolled(ax, np.zeros((2, 2)), inputs=[np.eye(3), ""])
    pixels = [p for p in ax.patches if type(p) is Rectangle and to_hex(p.get_facecolor()) == "#000000"]
    assert len(pixels) == 3


# ---------------------------------------------------------------- every text can be read


def pictures():
    for D, H, K in SIZES:
        options = {"tokens": TOKENS[:STEPS], "classes": TOKENS[:K]}
        yield pytest.param(lambda size=(D, H, K), options=options: drawn_cell(*size, **options), id=f"cell-{D}-{H}-{K}")
    for T, fold in ((1, True), (4, True), (8, True), (8, False)):
        yield pytest.param(lambda T=T, fold=fold: drawn_unrolled(T, fold=fold), id=f"unrolled-{T}-{fold}")


@pytest.fixture(params=list(pictures()))
def picture(request):
    fig, ax, bindings = request.param()
    FigureCanvasAgg(fig)  # a canvas that can measure text
    return fig, ax, bindings


def test_no_text_is_below_14_pt(picture):
    fig, ax, _ = picture
    assert ax.texts and all(text.get_fontsize() >= style.SIZE for text in ax.texts)
    assert fig.get_figwidth() <= 10


def test_no_two_texts_overlap_at_any_step(picture):
    fig, ax, bindings = picture
    renderer = fig.canvas.get_renderer()
    words = [b for b in bindings if getattr(b, "what", None) == "text"]
    for t in range(max((len(b.values) for b in words), default=1)):
        for binding in words:
            binding.artist.set_text(binding.values[t])
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in ax.texts if text.get_text()]
        # Boxes of mathtext reserve room for accents: less than a pixel or two is no overlap that shows.
        assert overlapping(boxes, pixels=2) == [], f"t = {t + 1}"


def test_all_is_inside_the_figure(picture):
    fig, ax, _ = picture
    renderer, page = fig.canvas.get_renderer(), fig.bbox
    for artist in [*ax.texts, *ax.patches, *ax.lines]:
        box = artist.get_window_extent(renderer)
        if box.width or box.height:
            assert box.x0 >= page.x0 and box.x1 <= page.x1, artist
            assert box.y0 >= page.y0 and box.y1 <= page.y1, artist


def test_texts_stay_in_their_boxes():
    """A number is never wider than its cell, also where the equation makes the cells narrow."""
    fig, ax, _ = drawn_cell(2, 6, 6)
    renderer = FigureCanvasAgg(fig).get_renderer()
    cells = [p.get_window_extent(renderer) for p in ax.patches if type(p) is Rectangle and p.get_linewidth() == 0.8]
    for text in ax.texts:
        if re.fullmatch(r"[+−]?\d\.\d\d", text.get_text()):
            box = text.get_window_extent(renderer)
            around = [c for c in cells if c.contains((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)]
            assert around and around[0].x0 <= box.x0 and box.x1 <= around[0].x1, text


# ---------------------------------------------------------------- colours, and the same bytes


QUANTITIES = {
    "$h_{t-1}$": style.H, "$h_t$": style.H, r"$W_{hh}\,h_{t-1}$": style.H, "$W_{hh}$": style.H,
    "$x_t$": style.X, r"$W_{xh}\,x_t$": style.X, "$W_{xh}$": style.X,
}  # fmt: skip


def test_the_quantity_decides_the_colour():
    _, ax, _ = drawn_cell(4, 3, 4)
    for text in ax.texts:
        colour = QUANTITIES.get(text.get_text())
        in_a_box = text.get_zorder() == 4
        assert colour is None or in_a_box or text.get_color() == colour, text
    boxes = {to_hex(p.get_facecolor()) for p in ax.patches if isinstance(p, FancyBboxPatch) and p.get_zorder() == 3}
    assert boxes == {c.lower() for c in (style.H, style.X, style.INK)}
    outlines = Counter(to_hex(p.get_edgecolor()) for p in ax.patches if type(p) is Rectangle and not p.get_fill())
    # h: h_prev, W_hh h_prev, h in the cell; h, W_hh, h_prev in the equation. x: x, W_xh x; W_xh, x.
    assert (outlines[style.H.lower()], outlines[style.X.lower()]) == (6, 4)


def test_states_are_shaded_by_their_numbers():
    _, trace = run_of(2, 3, 2)
    *_, bindings = drawn_cell(2, 3, 2)
    fills = [list(b.values) for b in bindings if getattr(b, "what", None) == "fill" and isinstance(b.artist, Rectangle)]
    for unit in range(3):
        assert list(style.signed(trace.h[:, unit, 0])) in fills


def test_the_same_bytes_every_time():
    def made(n):
        model, trace = run_of(4, 3, 4)
        scene = (cell_scene(model, trace), unrolled_scene(trace, inputs=TOKENS[:4], outputs=TOKENS[:4]))[n]
        return scene.svg, [scene.at(t + 1) for t in range(STEPS)]

    for n in (0, 1):
        assert made(n) == made(n)


def test_what_does_not_fit_is_said():
    model, trace = run_of(4, 6, 2)
    with pytest.raises(ValueError, match=r"H \+ D ≤ 8.*equation=False"):
        cell_scene(model, trace)
    for D, H in ((5, 3), (2, 7)):
        with pytest.raises(ValueError, match=rf"D={D}" if D > 4 else rf"H={H}"):
            cell_scene(*run_of(D, H, 2))


def test_a_stepper_fits_a_projector():
    """With its controls (about 100 pixels) the cell of the lessons is at most 600 pixels high."""
    model, trace = run_of(4, 3, 4)
    svg = ET.fromstring(cell_scene(model, trace).at(1))
    assert float(svg.get("width")) <= 960 and float(svg.get("height")) <= 500
