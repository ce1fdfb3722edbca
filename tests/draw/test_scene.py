"""A scene is drawn once, the same on every run; each binding becomes one plain SVG attribute."""

import base64
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle
from PIL import Image

from seqlib import saved, words
from seqlib.draw import Binding, Goto, Scene, style
from seqlib.draw.binding import pixels

SVG = "{http://www.w3.org/2000/svg}"
T = 3
SENTENCES = ["first", "second", "third"]


@pytest.fixture
def ax():
    """Axes that fill a figure of 200 x 100 points; one data unit is 20 points."""
    ax = style.figure(200 / 72, 100 / 72, layout=None).add_axes([0, 0, 1, 1])
    ax.set(xlim=(0, 10), ylim=(0, 5))
    return ax


def scene(ax, *bindings, **options):
    return Scene(ax.figure, bindings, **{"sentences": SENTENCES, "alt": "a picture"} | options)


def bound(ax, artist, what, values):
    """Return the one resolved binding and the element it belongs to."""
    made = scene(ax, Binding(artist, what, values))
    (binding,) = made.bindings
    (element,) = [e for e in ET.fromstring(made.svg).iter() if e.get("id") == binding["id"]]
    return binding, element


def styles(element):
    return "".join(part.get("style", "") for part in element.iter())


def test_text(ax):
    artist = ax.text(5, 2, "drawn")
    binding, element = bound(ax, artist, "text", ["a", "$b$", "<c> & d"])
    assert binding["attribute"] == "text"
    assert binding["values"] == ["a", "$b$", "<c> & d"]
    assert element.tag == SVG + "text"
    assert not element.text, "the drawing is open: no step is in it"


def test_reader_text_is_escaped_and_stays_text(ax):
    evil = '<img src=x onerror="alert(1)">'
    text = Binding(ax.text(5, 2, ""), "text", [evil, "\x00\ud800]]>", "나는"])
    made = scene(ax, text, alt=evil, sentences=[evil] * T)
    for t in (1, 2, 3):
        picture = made.at(t)
        assert "<img" not in picture
        picture.encode("utf-8")
        texts = [e.text for e in ET.fromstring(picture).iter(SVG + "text")]
        assert [evil, "\ufffd\ufffd]]>", "나는"][t - 1] in texts


def test_an_empty_or_dollar_text_is_drawn(ax):
    binding, element = bound(ax, ax.text(5, 2, "$5 and $6", parse_math=False), "text", ["", "$x$", ""])
    assert binding["values"] == ["", "$x$", ""]
    assert element.tag == SVG + "text"


@pytest.mark.parametrize("rotation", [0, 90])
@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_the_place_of_a_text_does_not_depend_on_what_was_drawn(rotation, align):
    def place(text):
        ax = style.figure(3, 2, layout=None).add_subplot()
        artist = ax.text(0.5, 0.5, text, rotation=rotation, ha=align, va="center")
        _, element = bound(ax, artist, "text", ["a", "b", "c"])
        return element.attrib

    assert place("0") == place("a long number 123.456")


def test_colours(ax):
    patch = ax.add_patch(Circle((5, 2), 1, facecolor="red", edgecolor="blue"))
    binding, element = bound(ax, patch, "fill", ["r", (0, 0, 1), "none"])
    assert (binding["attribute"], binding["values"]) == ("fill", ["#ff0000", "#0000ff", "none"])
    assert "fill" not in styles(element), "a style would win over the attribute"
    assert "stroke:#0000ff" in styles(element)


def test_an_image_takes_pixels(ax):
    """The picture's own colours, row by row, however many there are in each step."""
    image = ax.imshow([[0]], extent=(0, 1, 0, 1), aspect="auto", interpolation="none")
    grids = [[["#ff0000", "#00ff00", "#0000ff"], ["#010203", "#040506", "#070809"]], [["#ffffff"]]]
    bound = Binding(image, "pixels", [pixels(grid) for grid in grids])
    scene = Scene(ax.figure, [bound], sentences=["first", "second"], alt="a heat map")
    for t, grid in enumerate(grids, 1):
        drawn = next(ET.fromstring(scene.at(t)).iter(SVG + "image"))
        colours = np.asarray(Image.open(BytesIO(base64.b64decode(drawn.get("href").split(",")[1]))))
        assert [[f"#{bytes(pixel).hex()}" for pixel in row] for row in colours] == grid
        assert "{http://www.w3.org/1999/xlink}href" not in drawn.attrib and drawn.get("preserveAspectRatio") == "none"


def test_stroke_of_a_line_with_markers_that_others_use_too(ax):
    other, line = (ax.plot([1, 2], [1, y], "o-", color="red")[0] for y in (1, 2))
    made = scene(ax, Binding(line, "stroke", ["#111111", "#222222", "#333333"]), Binding(other, "opacity", [1, 1, 1]))
    drawn = {e.get("id"): e for e in ET.fromstring(made.svg).iter() if e.get("id") in ("b0", "b1")}
    assert "stroke:" not in styles(drawn["b0"]), "not in the marker either, which was defined with the other line"
    assert "stroke:#ff0000" in styles(drawn["b1"])


def test_an_arrow_keeps_its_unfilled_shaft(ax):
    arrow = ax.add_patch(FancyArrowPatch((1, 1), (4, 4), arrowstyle="-|>", mutation_scale=20, color="red"))
    _, element = bound(ax, arrow, "fill", ["#111111", "#222222", "#333333"])
    shaft, head = element.iter(SVG + "path")
    assert "fill:none" in shaft.get("style")
    assert "fill" not in head.get("style")


def test_opacity_and_line(ax):
    patch = ax.add_patch(Circle((5, 2), 1, alpha=0.3))
    binding, element = bound(ax, patch, "opacity", [0, 0.123456, 1])
    assert binding["values"] == ["0", "0.12", "1"]
    assert "opacity" not in styles(element)
    ax = style.figure(2, 2).add_subplot()
    binding, element = bound(ax, ax.plot([0, 1], [0, 1], lw=3)[0], "line", [1, 2.5, 0])
    assert (binding["attribute"], binding["values"]) == ("stroke-width", ["1", "2.5", "0"])
    assert "stroke-width" not in styles(element)


@pytest.mark.parametrize("kind", ["text", "line", "rectangle", "circle"])
def test_move_is_a_translation_from_where_the_artist_was_drawn(ax, kind):
    artist = {
        "text": lambda: ax.text(1, 1, "x"),
        "line": lambda: ax.plot([1, 2], [1, 3])[0],
        "rectangle": lambda: ax.add_patch(Rectangle((1, 1), 2, 2)),
        "circle": lambda: ax.add_patch(Circle((1, 1), 0.5)),
    }[kind]()
    binding, element = bound(ax, artist, "move", [(1, 1), (3, 1), (1, 2.5)])
    assert binding["attribute"] == "transform"
    assert binding["values"] == ["translate(0 0)", "translate(40 0)", "translate(0 -30)"]
    assert element.tag == SVG + "g"
    assert all("clip-path" not in part.attrib for part in element.iter()), "a clip inside would move too"


def test_a_cursor_in_blended_coordinates_moves_in_its_own(ax):
    line = ax.axvline(2)
    binding, _ = bound(ax, line, "move", [(2, 0), (3, 0), (4, 0)])
    assert binding["values"] == ["translate(0 0)", "translate(20 0)", "translate(40 0)"]


def test_width_and_height_rewrite_the_rectangle(ax):
    bar = ax.add_patch(Rectangle((2, 1), 0, 1))
    binding, element = bound(ax, bar, "width", [1, 0, -0.5])
    assert binding["attribute"] == "d"
    assert element.tag == SVG + "path"
    assert binding["values"] == ["M40 80H60V60H40z", "M40 80H40V60H40z", "M40 80H30V60H40z"]


def test_height_with_move_on_a_logarithmic_axis():
    ax = style.figure(200 / 72, 100 / 72, layout=None).add_axes([0, 0, 1, 1])
    ax.set(xlim=(0, 10), ylim=(0.1, 10), yscale="log")
    bar = ax.add_patch(Rectangle((2, 0.1), 1, 1))
    made = scene(ax, Binding(bar, "height", [0.9, 9.9, 0.9]), Binding(bar, "move", [(0, 0.1)] * T))
    assert made.bindings[0]["values"] == ["M0 100H20V50H0z", "M0 100H20V0H0z", "M0 100H20V50H0z"]
    ax = style.figure(2, 2).add_subplot(yscale="log", ylim=(0.1, 10))
    with pytest.raises(ValueError, match=r"bindings\[0\].*at t = 2.*logarithmic"):
        scene(ax, Binding(ax.text(0, 1, "x"), "move", [(0, 1), (0, 0), (0, 1)]))


def test_points_bend_a_line_within_its_clip(ax):
    [line] = ax.plot([0, 10], [0, 5])
    binding, element = bound(ax, line, "points", [[(0, 0), (5, 5)], [(0, 0), (5, 2.5)], [(1, 1), (20, 9)]])
    assert (binding["attribute"], element.tag) == ("d", SVG + "path")
    assert binding["values"] == ["M0 100L100 0", "M0 100L100 50", "M20 80L400 -80"]
    assert element.get("d") == "", "open, so that another curve has the same drawing"
    assert "clip-path" not in element.attrib, "these axes end where the picture ends"
    part = style.figure(200 / 72, 100 / 72, layout=None).add_axes([0, 0, 0.5, 1])
    _, element = bound(part, part.plot([0, 1])[0], "points", [[(0, 0), (1, t)] for t in range(3)])
    assert "clip-path" in element.attrib, "what lies outside the axes is not seen"


def test_scenes_that_differ_in_points_share_their_drawing():
    def curve(points):
        ax = style.figure(200 / 72, 100 / 72, layout=None).add_axes([0, 0, 1, 1])
        ax.set(xlim=(0, 10), ylim=(0.1, 10), yscale="log")
        [line] = ax.plot([0, 10], [1, 1])
        return scene(ax, Binding(line, "points", [points] * T), Binding(line, "stroke", ["red"] * T))

    one, other = curve([(0, 0.1), (10, 10)]), curve([(0, 10), (5, 1), (10, 1e3)])
    assert one.svg == other.svg
    assert one.bindings[0]["values"] == ["M0 100L200 0"]
    assert other.bindings[0]["values"] == ["M0 0L100 50L200 -100"]
    assert 'd="M0 0L100 50L200 -100"' in other.at(2)


def test_with_values_is_what_a_new_drawing_would_be(ax):
    def bindings(text, bar, line, shift):
        return [
            Binding(text, "text", [f"{shift + t}" for t in range(T)]),
            Binding(text, "move", [(shift, t) for t in range(T)]),
            Binding(bar, "height", [shift, 1, 2]),
            Binding(bar, "fill", ["red", "green", "blue"]),
            Binding(line, "points", [[(0, shift), (1, t), (2, 3)][: 3 - shift] for t in range(T)]),
        ]

    def artists(ax):
        return ax.text(1, 1, "x"), ax.add_patch(Rectangle((2, 0), 1, 1)), ax.plot([0, 10], [0, 5])[0]

    mine = artists(ax)
    one = scene(ax, *bindings(*mine, 0), Goto(mine[1], 2))
    other = one.with_values(bindings(*mine, 1), sentences=["a", "b", "c"])
    ax = style.figure(200 / 72, 100 / 72, layout=None).add_axes([0, 0, 1, 1])
    ax.set(xlim=(0, 10), ylim=(0, 5))
    theirs = artists(ax)
    new = scene(ax, *bindings(*theirs, 1), Goto(theirs[1], 2), sentences=["a", "b", "c"])
    assert other.svg is one.svg and other.bindings == new.bindings != one.bindings
    assert other.at(2) == new.at(2) and one.sentences == SENTENCES
    assert other.with_values(bindings(*mine, 0), sentences=SENTENCES).at(3) == one.at(3)
    with pytest.raises(ValueError, match="no more and no less; look at text of b0t"):
        one.with_values(bindings(*mine, 1)[1:], sentences=SENTENCES)
    with pytest.raises(ValueError, match=r"bindings\[0\] \(text\): values must be 2"):
        one.with_values(bindings(*mine, 1), sentences=["a", "b"])


def test_tip_and_goto_are_marked_in_the_drawing(ax):
    patch = ax.add_patch(Circle((5, 2), 1))
    made = scene(ax, Binding(patch, "tip", ["a", "b", "<c>"]), Goto(patch, 2))
    root = ET.fromstring(made.at(3))
    (element,) = [e for e in root.iter() if "data-tip" in e.attrib]
    assert element.get("data-goto") == "3", "as on the label"
    assert (element.get("role"), element.get("aria-label"), element.get("tabindex")) == ("button", "<c>", "0")
    assert root.get("role") == "group", "inside an img the tip would be hidden from screen readers"


def test_a_name_stands_once_with_the_text_that_it_names(ax):
    number, static, patch = ax.text(1, 1, "0"), ax.text(2, 1, "7.5"), ax.add_patch(Rectangle((1, 1), 2, 1))
    made = scene(
        ax,
        Binding(number, "fill", ["red", "red", "blue"], "h_1"),
        Binding(number, "text", ["1", "2", "3"], "h_1"),
        Binding(static, "opacity", [0, 1, 1], "τ\x00_1"),
        Binding(patch, "fill", ["red", "blue", "red"], "h_1"),  # a shade: nothing to be read in a table
    )
    named = [(b["name"], b["attribute"]) for b in made.bindings if "name" in b]
    assert named == [("h_1", "text"), ("τ\ufffd_1", "opacity")]


def test_repeated_values_at_the_end_are_left_out(ax):
    made = scene(ax, Binding(ax.text(1, 1, ""), "text", ["a", "b", "b"]), Binding(ax.text(1, 2, ""), "text", ["c"] * T))
    assert [b["values"] for b in made.bindings] == [["a", "b"], ["c"]]
    assert "b" in [e.text for e in ET.fromstring(made.at(3)).iter()]


def test_at_says_the_step_and_the_picture(ax):
    made = scene(ax, alt="x & y", start=1)
    root = ET.fromstring(made.at(2))
    assert root.get("role") == "img"
    assert root.find(SVG + "title").text == "x & y"
    assert root.find(SVG + "desc").text == "second"
    bundle = made._repr_mimebundle_()
    assert bundle["text/plain"] == "<Scene: 3 steps, t = 2: x & y>"
    assert bundle["text/html"].startswith('<div class="seqlib-picture"><img alt="x &amp; y" src="data:image/svg+xml')
    assert ET.canonicalize(saved.drawing(bundle["text/html"])) == ET.canonicalize(made.at(2))


def test_the_picture_is_a_light_card_that_shrinks(ax):
    root = ET.fromstring(scene(ax).at(1))
    assert (root.get("viewBox"), root.get("width")) == ("0 0 200 100", "266.67")
    assert "max-width:100%" in root.get("style")
    assert root.find(SVG + "rect").get("fill") == style.PAPER


def test_text_is_text_in_a_font_that_every_machine_has(ax):
    ax.text(1, 1, "$h_t$")
    ax.text(1, 2, "나는")
    picture = scene(ax).at(1)
    assert "나는" in picture
    assert picture.count("font-family") == 1
    assert "Malgun Gothic" in picture
    assert "<style" not in picture, "a sheet would reach the whole page"


PROGRAM = """
import sys
from seqlib.draw import Binding, Scene, style
fig = style.figure(5, 3)
ax = fig.add_subplot()
ax.plot([1, 2, 3], "o-"), ax.scatter([1, 2], [1, 2]), ax.imshow([[1, 2], [3, 4]])
text = ax.text(0.5, 0.5, "$x$", parse_math=False)
scene = Scene(fig, [Binding(text, "text", ["a", "나는"])], sentences=["a", "b"], alt="c")
sys.stdout.buffer.write(scene.at(2).encode())
"""


def test_the_same_bytes_on_every_run():
    runs = [subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True).stdout for _ in range(2)]
    assert runs[0] == runs[1]
    assert b"20" in runs[0] and b"<dc:date" not in runs[0]


def test_a_pyplot_figure_is_closed():
    fig, ax = plt.subplots()
    scene(ax)
    assert not plt.fignum_exists(fig.number)


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_save_html_is_one_page(ax, tmp_path, language):
    words.use(language)
    try:
        made = scene(ax, Binding(ax.text(1, 1, ""), "text", ["</script>", "a", "%data%"]), alt="<b>")
        made.save_html(tmp_path / "page.html")
    finally:
        words.use("en")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page
    assert "<title>&lt;b&gt;</title>" in page
    assert page.count("</script>") == 2
    assert not re.search(r"(src|href)=", re.sub(r"(?s)<script.*?</script>", "", page)), "nothing is loaded"
    data = json.loads(re.search(r'(?s)type="application/json">(.*?)</script>', page)[1])
    assert data["bindings"] == made.bindings
    assert data["words"]["play"] == {"en": "Play", "ko": "재생"}[language]


WRONG = {
    "values of the wrong length": (lambda ax: [Binding(ax.text(1, 1, "x"), "text", ["a"])], r"values must be 3.*got 1"),
    "one string for all": (lambda ax: [Binding(ax.text(1, 1, "x"), "text", "abc")], "values must be 3"),
    "numbers as text": (lambda ax: [Binding(ax.text(1, 1, "x"), "text", [1, 2, 3])], "got 1 at t = 1"),
    "unknown what": (lambda ax: [Binding(ax.text(1, 1, "x"), "size", [1, 2, 3])], "what must be one of text,.*'size'"),
    "mathtext": (lambda ax: [Binding(ax.text(1, 1, "$h_t$"), "text", ["a", "b", "c"])], "mathtext"),
    "several lines": (lambda ax: [Binding(ax.text(1, 1, "a\nb"), "text", ["a", "b", "c"])], "one line"),
    "text of a patch": (lambda ax: [Binding(ax.add_patch(Circle((1, 1))), "text", ["a", "b", "c"])], "only a Text"),
    "no colour": (lambda ax: [Binding(ax.text(1, 1, "x"), "fill", ["red", "reddish", "red"])], "'reddish' at t = 2"),
    "half a colour": (lambda ax: [Binding(ax.text(1, 1, "x"), "fill", ["#ff000080"] * 3)], "without alpha"),
    "stroke of a text": (lambda ax: [Binding(ax.text(1, 1, "x"), "stroke", ["red"] * 3)], "no stroke; bind fill"),
    "opacity of 2": (lambda ax: [Binding(ax.text(1, 1, "x"), "opacity", [0, 1, 2])], "from 0 to 1, got 0 to 2"),
    "NaN": (lambda ax: [Binding(ax.text(1, 1, "x"), "opacity", [0, np.nan, 1])], "finite, got nan at t = 2"),
    "negative line": (lambda ax: [Binding(ax.plot([1, 2])[0], "line", [0, -1, 1])], "0 or more, got -1"),
    "move in one dimension": (lambda ax: [Binding(ax.text(1, 1, "x"), "move", [0, 1, 2])], r"shape \(3, 2\)"),
    "points of a patch": (lambda ax: [Binding(ax.add_patch(Circle((1, 1))), "points", [[(0, 0)]] * 3)], "only a line"),
    "pixels of a line": (lambda ax: [Binding(ax.plot([1, 2])[0], "pixels", ["data:"] * 3)], "0 <image>"),
    "pixels of many": (lambda ax: [Binding(ax.imshow([[0, 1]]), "pixels", ["data:"] * 3)], "an image of one pixel"),
    "listed numbers": (lambda ax: [Binding(ax.text(1, 1, "x"), "listed", [[0.5]] * 3, "h_t")], "texts without a space"),
    "ragged listed": (lambda ax: [Binding(ax.text(1, 1, "x"), "listed", [["0"], [], ["0"]], "h_t")], "equally many"),
    "points and markers": (lambda ax: [Binding(ax.plot([1, 2], "o-")[0], "points", [[(0, 0)]] * 3)], "markers"),
    "ragged points": (lambda ax: [Binding(ax.plot([1, 2])[0], "points", [[(0, 0)], [(0, 0)] * 2, [(0, 0)]])], "shape"),
    "points that are none": (lambda ax: [Binding(ax.plot([1, 2])[0], "points", [0, 1, 2])], r"\(3, 'm', 2\)"),
    "a point at inf": (lambda ax: [Binding(ax.plot([1, 2])[0], "points", [[(0, 0)]] * 2 + [[(0, np.inf)]])], "t = 3"),
    "a point far away": (lambda ax: [Binding(ax.plot([1, 2])[0], "points", [[(0, 0)], [(0, 1e9)], [(0, 0)]])], "t = 2"),
    "width of a circle": (lambda ax: [Binding(ax.add_patch(Circle((1, 1))), "width", [1, 2, 3])], "upright Rectangle"),
    "move of a scatter": (lambda ax: [Binding(ax.scatter(1, 1), "move", [(1, 1)] * 3)], "cannot be moved"),
    "not in the figure": (lambda ax: [Binding(plt.Text(1, 1, "x"), "text", ["a", "b", "c"])], "not in this scene"),
    "not drawn": (lambda ax: [Binding(ax.text(1, 1, "x", visible=False), "fill", ["red"] * 3)], "is not drawn"),
    "a container": (lambda ax: [Binding(ax.bar([1], [1]), "height", [1, 2, 3])], "got BarContainer; bind each"),
    "no binding": (lambda ax: ["text"], r"bindings\[0\] must be a Binding, a Goto, an Open or a Moves, got str"),
    "goto too far": (lambda ax: [Goto(ax.text(1, 1, "x"), 3)], "from 0 to 2"),
    "a name that is none": (lambda ax: [Binding(ax.text(1, 1, "x"), "opacity", [0, 1, 1], 3)], "name must be a string"),
    "twice": (lambda ax: [Binding(ax.texts[0] if ax.texts else ax.text(1, 1, "x"), "fill", ["red"] * 3)] * 2, "twice"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_bindings_get_one_sentence(ax, name):
    make, sentence = WRONG[name]
    with pytest.raises(ValueError, match=sentence) as caught:
        scene(ax, *make(ax))
    assert "\n" not in str(caught.value).replace("\\n", "")
    assert "bindings[" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"sentences": []}, "sentences must be one"),
        ({"sentences": ["a", ""]}, "sentences must be one"),
        ({"sentences": "abc"}, "sentences must be one"),
        ({"alt": " "}, "alt must be"),
        ({"start": 3}, "start must be from 0 to 2 .*got 3"),
        ({"start": 1.5}, "start must be a whole number, got 1.5"),
    ],
)
def test_wrong_scenes_get_one_sentence(ax, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        scene(ax, **options)
    with pytest.raises(ValueError, match="fig must be a matplotlib Figure, got Axes"):
        Scene(ax, [], sentences=["a"], alt="b")


@pytest.mark.parametrize("t", [0, 4, -1, 1.5, "1"])
def test_wrong_steps_get_one_sentence(ax, t):
    with pytest.raises(ValueError, match="t must be"):
        scene(ax).at(t)


def test_style_colours():
    assert list(style.signed([-3, 0, 3, np.nan])) == ["#053061", "#f7f6f6", "#67001f", "#dddddd"]
    assert style.signed(np.zeros((2, 3))).shape == (2, 3)
    assert style.signed(0.5) == style.signed([0.5, 1, 7])[0], "one number, one colour, whatever stands beside it"
    assert list(style.signed([-8, 8])) == list(style.signed([-3, 3])), "beyond 3 it does not change"
    assert list(style.gate([-1, 0, 1, 2])) == ["#440154", "#440154", "#fde725", "#fde725"]
    assert (style.ink_on(style.NOW), style.ink_on(style.H)) == ("#000000", "#ffffff")
    with pytest.raises(ValueError, match="at most 10 in"):
        style.figure(11, 4)


def test_korean_is_drawn_without_a_warning():
    ax = style.figure(3, 2).add_subplot()
    ax.text(0.5, 0.5, "나는 밥을 먹었 다 ㄴ")
    ax.figure.canvas.draw()  # pytest turns matplotlib's warning about a missing glyph into an error


@pytest.mark.parametrize("place", ["title", "text"])
def test_hangul_beside_a_dollar_is_refused_and_not_lost(place):
    ax = style.figure(4, 3).add_subplot()
    ax.set_title("은닉 상태 $h_t$") if place == "title" else ax.text(0, 0, "은닉 상태 $h_t$")
    with pytest.raises(ValueError, match=r"'은닉 상태 \$h_t\$' has a \$.* two Texts"):
        scene(ax)
    ax = style.figure(4, 3).add_subplot()
    ax.set_title("은닉 상태 h"), ax.text(0, 0, r"$\tilde{h}_t$ × ½ ¤")
    assert "은닉 상태 h" in scene(ax).at(1), "each by itself is drawn, and so is a ¤ that somebody wrote"


def test_two_bound_images_in_one_axes_stay_two(ax):
    images = [ax.imshow([[1, 2], [3, 4]], extent=(x, x + 2, 0, 2)) for x in (1, 5)]
    made = scene(ax, *(Binding(image, "opacity", [0, 1, 1]) for image in images))
    assert len(made.bindings) == 2 and made.at(1).count("<image") == 2


def test_an_arrow_without_text_is_bound_by_its_patch(ax):
    note = ax.annotate("", (5, 2), (1, 1), arrowprops={"arrowstyle": "->"})
    with pytest.raises(ValueError, match=r"bindings\[0\].*bind its \.arrow_patch"):
        scene(ax, Binding(note, "opacity", [0, 1, 1]))
    ax = style.figure(2, 2).add_subplot()
    note = ax.annotate("", (1, 0), (0, 1), arrowprops={"arrowstyle": "->"})
    assert scene(ax, Binding(note.arrow_patch, "opacity", [0, 1, 1])).bindings[0]["attribute"] == "opacity"


@pytest.mark.parametrize("shades", [style.signed(np.linspace(-4, 4, 401)), style.gate(np.linspace(0, 1, 201))])
def test_text_on_every_shade_is_readable(shades):
    def luminance(colour):
        rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
        return np.dot([0.2126, 0.7152, 0.0722], linear)

    for shade in shades:
        dark, light = sorted(luminance(colour) + 0.05 for colour in (shade, style.ink_on(shade)))
        assert light / dark >= 4.5
