"""Heat map, bars, tokens, lines: the numbers in the picture are the values, and everything can be read."""

import itertools
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from seqlib.draw import Binding, Goto, Scene, panels, style

SVG = "{http://www.w3.org/2000/svg}"
TOKENS = ["나는", "밥을", "먹었", "다", "$5", "a & b", "<b>", "elephants"]


def heat_map(v, width=9, height=3, **options):
    fig = style.figure(width, height)
    return fig, panels.heat_map(fig.subplots(), v, **options)


def bars(v, labels=None, **options):
    fig = style.figure(6, 3)
    return fig, panels.bars(fig.subplots(), v, labels or TOKENS[: v.shape[1]], **options)


def token_strip(tokens):
    fig = style.figure(9, 1)
    ax = fig.subplots()
    ax.set(xlim=(0.5, len(tokens) + 0.5))
    ax.set_axis_off()
    return fig, panels.token_strip(ax, tokens, height=0.6)


def lines(v, labels=("$h_1$", "$h_2$", "$C$", "$f$")):
    fig = style.figure(8, 3)
    return fig, panels.lines(fig.subplots(), v, list(labels[: v.shape[1]]))


def draw(name):
    """One panel of each kind with its number of steps: (fig, bindings, T)."""
    rng = np.random.default_rng(0)
    h = np.tanh(rng.normal(size=(8, 5)))
    made = {
        "heat_map": lambda: (*heat_map(h), 8),
        "heat_map tokens": lambda: (*heat_map(h, columns=TOKENS), 8),
        "heat_map gate": lambda: (*heat_map(abs(h), kind="gate", rows=[f"$f_{i}$" for i in range(5)]), 8),
        "heat_map long": lambda: (*heat_map(np.tanh(rng.normal(size=(40, 16))), height=4), 40),
        "bars": lambda: (*bars(abs(h[:, :4])), 8),
        "bars signed": lambda: (*bars(7 * h[:, :4]), 8),
        "token_strip": lambda: (*token_strip(TOKENS), 8),
        "lines": lambda: (*lines(np.cumsum(h[:, :4], axis=0)), 8),
        "lines ends": lambda: (*lines(np.vstack([h[:, :4], np.ones(4)])), 9),
    }
    return made[name]()


PANELS = [
    "heat_map",
    "heat_map tokens",
    "heat_map gate",
    "heat_map long",
    "bars",
    "bars signed",
    "token_strip",
    "lines",
    "lines ends",
]


def scene(fig, bindings, T):
    return Scene(fig, bindings, sentences=[f"step {t}" for t in range(1, T + 1)], alt="a panel")


def texts(shown, t):
    return [element.text for element in ET.fromstring(shown.at(t)).iter(SVG + "text") if element.text]


def bound(bindings, what):
    return [b for b in bindings if isinstance(b, Binding) and b.what == what]


def out_of_view(ax, axis):
    """The tick labels that matplotlib has made but does not draw."""
    low, high = sorted(axis.get_view_interval())
    for tick in axis.get_major_ticks():
        if not (ax.axison and low <= tick.get_loc() <= high):
            yield from (tick.label1, tick.label2)


def boxes(fig, bindings, t):
    """Where every text stands at step t (0-based), in pixels: {(text, number): extent}."""
    for b in bindings:
        if isinstance(b, Binding) and isinstance(b.artist, Text):
            {"text": b.artist.set_text, "move": b.artist.set_position}.get(b.what, lambda _: None)(b.values[t])
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    renderer = canvas.get_renderer()
    hidden = {label for ax in fig.axes for axis in (ax.xaxis, ax.yaxis) for label in out_of_view(ax, axis)}
    drawn = [a for a in fig.findobj(Text) if a.get_visible() and a.get_text().strip() and a not in hidden]
    return {(a.get_text(), n): a.get_window_extent(renderer) for n, a in enumerate(drawn)}


@pytest.mark.parametrize("name", PANELS)
def test_drawn_twice_it_is_the_same_to_the_byte(name):
    one, other = scene(*draw(name)), scene(*draw(name))
    assert one.svg == other.svg
    assert one.bindings == other.bindings


@pytest.mark.parametrize("name", PANELS)
def test_texts_are_large_inside_the_figure_and_do_not_overlap(name):
    fig, bindings, T = draw(name)
    assert min(a.get_fontsize() for a in fig.findobj(Text)) >= 14
    for t in (0, T // 2, T - 1):
        placed = boxes(fig, bindings, t)
        for (text, _), box in placed.items():
            inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= fig.bbox.x1 + 1 and box.y1 <= fig.bbox.y1 + 1
            assert inside, f"{text!r} leaves the figure at step {t + 1}: {box}"
        for ((one, _), a), ((other, _), b) in itertools.combinations(placed.items(), 2):
            apart = a.x1 <= b.x0 + 0.5 or b.x1 <= a.x0 + 0.5 or a.y1 <= b.y0 + 2 or b.y1 <= a.y0 + 2
            assert apart, f"{one!r} and {other!r} overlap at step {t + 1}"


@pytest.mark.parametrize("name", PANELS)
def test_no_panel_is_wider_than_a_slide(name):
    assert draw(name)[0].get_figwidth() <= 10


# --- heat map --------------------------------------------------------------------------------------------------------


def test_heat_map_every_cell_has_the_colour_of_its_value():
    h = np.tanh(np.random.default_rng(1).normal(size=(4, 3)))
    fig, bindings = heat_map(h, limit=1)
    cells = [b for b in bindings if isinstance(b, Goto)]
    assert [cell.t for cell in cells] == [t for t in range(4) for _ in range(3)], "a click goes to the column's step"
    shades = style.signed(h, 1).ravel()
    for cell, shade in zip(cells, shades, strict=True):
        np.testing.assert_allclose(
            cell.artist.get_facecolor()[:3], [int(shade[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        )
        assert cell.artist.get_x() == cell.t + 0.5
    svg = scene(fig, bindings, 4).at(1)
    for shade in shades:
        assert shade in svg


def test_heat_map_cursor_frames_the_present_step_and_a_veil_lies_on_those_to_come():
    _, bindings = heat_map(np.zeros((6, 3)))
    veil, cursor = bound(bindings, "move")
    (width,) = bound(bindings, "width")
    for t in range(6):
        assert tuple(cursor.values[t]) == (t + 0.5, 0.5)
        assert veil.values[t][0] == t + 1.5
        assert veil.values[t][0] + width.values[t] == 6.5, "the veil ends where the picture ends"
    assert width.artist is veil.artist


def test_heat_map_a_value_that_is_no_number_is_grey():
    fig, bindings = heat_map(np.array([[0.5, np.nan]]))
    assert style.MISSING.lower() in scene(fig, bindings, 1).at(1).lower()


def test_heat_map_shows_its_tokens_as_text():
    fig, bindings = heat_map(np.zeros((8, 3)), columns=TOKENS)
    shown = texts(scene(fig, bindings, 8), 1)
    assert [text for text in shown if text in TOKENS] == TOKENS


# --- bars ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1, 7, 300])
def test_bars_heights_and_numbers_are_the_values(scale):
    v = scale * np.tanh(np.random.default_rng(2).normal(size=(5, 3)))
    fig, bindings = bars(v)
    heights, numbers = bound(bindings, "height"), bound(bindings, "text")
    np.testing.assert_array_equal(np.transpose([b.values for b in heights]), v)
    shown = scene(fig, bindings, 5)
    for t in range(5):
        said = texts(shown, t + 1)
        for k in range(3):
            assert numbers[k].values[t] == f"{v[t, k]:.2f}".replace("-", "−")
            assert numbers[k].values[t] in said


def test_bars_number_stands_above_its_bar_and_above_zero_where_the_bar_hangs():
    v = np.array([[0.5, -0.5], [0.1, 0.9]])
    _, bindings = bars(v)
    for k, move in enumerate(bound(bindings, "move")):
        np.testing.assert_allclose([y for _, y in move.values], np.maximum(v[:, k], 0) + 0.03)
        assert [x for x, _ in move.values] == [k, k]


@pytest.mark.parametrize(
    "largest, top", [(0.2, 1), (1, 1), (1.1, 1.5), (5.14, 5.5), (9.6, 10), (37, 40), (0.0, 1), (120, 150)]
)
def test_bars_axis_ends_at_a_round_number(largest, top):
    fig, _ = bars(np.array([[largest, 0.0]]))
    assert fig.axes[0].get_yticks().tolist() == [0, top]


def test_bars_labels_are_never_read_as_mathematics():
    fig, bindings = bars(np.ones((2, 2)), ["$x$", "<i>"])
    assert {"$x$", "<i>"} <= set(texts(scene(fig, bindings, 2), 1))


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_token_strip_shows_the_tokens_as_they_are_and_a_click_goes_to_the_step():
    fig, bindings = token_strip(TOKENS)
    clicks = [b for b in bindings if isinstance(b, Goto)]
    assert [(b.artist.get_text(), b.t) for b in clicks] == list(zip(TOKENS, range(8), strict=True))
    (now,) = bound(bindings, "move")
    assert [x for x, _ in now.values] == [t + 0.5 for t in range(8)]
    assert texts(scene(fig, bindings, 8), 3) == TOKENS


# --- lines -----------------------------------------------------------------------------------------------------------


def test_lines_are_the_values_and_the_cursor_is_at_the_step():
    v = np.random.default_rng(3).normal(size=(9, 2))
    fig, bindings = lines(v)
    drawn = fig.axes[0].get_lines()
    for k, line in enumerate(sorted(drawn, key=lambda line: v[-1].tolist().index(line.get_ydata()[-1]))):
        np.testing.assert_array_equal(line.get_ydata(), v[:, k])
        np.testing.assert_array_equal(line.get_xdata(), np.arange(1, 10))
    veil, cursor = bound(bindings, "move")
    assert [x for x, _ in veil.values] == list(range(1, 10))
    np.testing.assert_allclose([x for x, _ in cursor.values], np.arange(1, 10) - 0.09)


def test_lines_labels_stand_in_the_order_of_the_curves_ends():
    fig, _ = lines(np.array([[0, 0, 0], [0.1, 0.12, 0.11]]), ["a", "b", "c"])
    heights = {a.get_text(): a.get_position()[1] for a in fig.axes[0].texts}
    assert heights["a"] < heights["c"] < heights["b"]
    assert heights["b"] <= fig.axes[0].get_ylim()[1]


def test_the_numbers_of_bars_have_the_names_of_their_bars():
    _, bindings = bars(np.array([[0.1, 0.9], [0.6, 0.4]]), ["yes", "no"])
    named = {b.name: list(b.values) for b in bindings if b.name}
    assert named == {"yes": ["0.10", "0.60"], "no": ["0.90", "0.40"]}
