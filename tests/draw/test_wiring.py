"""The three ways to read a sequence: drawn truly, readable, and said in both languages."""

import itertools
import xml.etree.ElementTree as ET

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from seqlib.draw import diagrams, wiring
from seqlib.draw.wiring import wiring_scene

SVG = "{http://www.w3.org/2000/svg}"
TOKENS = ["dog", "bites", "cat"]


def texts(svg):
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(SVG + "text")]


@pytest.mark.parametrize("tokens", [TOKENS, ["개가", "물었다"]])
def test_each_network_shows_each_token_once(tokens):
    shown = texts(wiring_scene(tokens).at(1))
    for name in wiring.NAMES:
        assert shown.count(name) == 1
    for token in tokens:
        assert shown.count(token) == 3


def test_the_yellow_stands_under_the_token_of_the_step_in_all_three(monkeypatch):
    seen = {}
    monkeypatch.setattr(wiring, "Scene", lambda fig, bindings, **_: seen.update(fig=fig, bindings=bindings))
    wiring_scene(TOKENS)
    places = [a.get_position()[0] for a in seen["fig"].findobj(Text) if a.get_text() in TOKENS]
    moves = [b for b in seen["bindings"] if isinstance(b, wiring.Binding)]
    middles = [x + 0.46 for move in moves for x, _ in move.values]
    assert middles == pytest.approx(places)


def test_texts_are_large_inside_the_figure_and_do_not_overlap(monkeypatch):
    figures = []
    canvas = diagrams.canvas
    monkeypatch.setattr(wiring, "canvas", lambda *size: figures.append(canvas(*size)) or figures[-1])
    wiring_scene(["dog", "elephants", "cat"])
    fig, _ = figures[0]
    FigureCanvasAgg(fig).draw()
    drawn = [a for a in fig.findobj(Text) if a.get_text().strip()]
    drawn = [a for a in drawn if a.axes is not None and a in a.axes.texts]
    assert min(a.get_fontsize() for a in drawn) >= 14
    for a, b in itertools.combinations(drawn, 2):
        assert not a.get_window_extent().padded(-1).overlaps(b.get_window_extent().padded(-1)), (a, b)
    for a in drawn:
        box = a.get_window_extent()
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= fig.bbox.x1 and box.y1 <= fig.bbox.y1, a


def test_each_step_is_said():
    scene = wiring_scene(TOKENS)
    assert (scene.T, scene.start) == (3, 2)
    assert scene.sentences[1] == (
        "Step 2, bites: Pooled reads it with W, as at every step; Flattened with W₂, which serves this step alone; "
        "RNN with W, and adds its memory h₁."
    )
    assert wiring_scene(TOKENS).svg == scene.svg
    assert len(scene.svg.encode()) < 60 * 1024


def test_each_step_is_said_in_korean(in_korean):
    scene = wiring_scene(TOKENS)
    for said in [scene.alt, *scene.sentences]:
        assert any("가" <= sign <= "힣" for sign in said)
    assert scene.sentences[0].endswith("기억 h₀ 값(아직 비어 있음)을 더한다.")


@pytest.mark.parametrize("tokens", [[], ["a"], list("abcd")])
def test_too_many_or_too_few_tokens(tokens):
    with pytest.raises(ValueError, match=rf"tokens must be 2 or 3, .* but {len(tokens)} came"):
        wiring_scene(tokens)
