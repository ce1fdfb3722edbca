"""A picture with depth: on every level the numbers are those of the run, and all that opens leads somewhere."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from functools import cache

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle

from seqlib import GRU, LSTM, RNN, Readout, SequenceModel, saved, sigmoid, words
from seqlib.draw import diagrams, style
from seqlib.draw.binding import Binding, Moves, Open
from seqlib.draw.deep import DeepScene, Level
from seqlib.draw.opening import opening_scene
from seqlib.draw.scene import Scene
from tests.draw.texts import overlapping

SVG = "{http://www.w3.org/2000/svg}"
CELLS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
T = 5
TOKENS = ["나는", "밥을", "먹었", "다", "sea"]
NUMBER = r"[+−]?\d+\.\d\d"


def run_of(kind="RNN", D=4, H=3, K=4, *, T=T, **options):
    """A model with weights up to about ±2, and its run."""
    rng = np.random.default_rng(5)
    model = SequenceModel(CELLS[kind](D, H, rng=rng, **options), Readout(H, K, rng=rng), "many-to-many")
    for name, W in model.params.items():
        model.params[name] = rng.normal(size=W.shape) * 0.8
    return model, model.forward(rng.normal(size=(T, D, 1)), h0=rng.uniform(-1, 1, (H, 1)))


@cache
def opened(kind="RNN"):
    """The picture of that run, its model and its trace."""
    model, trace = run_of(kind)
    return opening_scene(model, trace, tokens=TOKENS), model, trace


def value(text):
    return float(text.replace("−", "-"))


def shown(svg):
    """{name in the table of numbers: what is written}, and all that is written."""
    return [text.text for text in ET.fromstring(svg).iter(SVG + "text") if text.text]


def table(scene, t):
    """What the table of a step's numbers says: {name: number}, as the player makes it."""
    at = {b["name"]: b["values"][min(t, len(b["values"]) - 1)] for b in scene.bindings if "name" in b}
    return {name: value(text) for name, text in at.items()}


def links(scene):
    """All that opens in a drawing: (level, view, step), and whether it can have the focus."""
    places = [e for e in ET.fromstring(scene.svg).iter() if "data-open" in e.attrib]
    return [(e.get("data-open"), e.get("data-view"), e.get("data-at"), "tabindex" in e.attrib) for e in places]


# ---------------------------------------------------------------- row times column


@pytest.mark.parametrize("k", range(3))
@pytest.mark.parametrize("t", range(T))
def test_row_times_column_adds_up_to_the_traces_a(t, k):
    picture, model, trace = opened()
    scene = picture.levels["h"].views[k]
    said = table(scene, t)
    column = {"x": trace.x[t, :, 0], "h": trace.h_prev[t, :, 0]}
    total = 0
    for W, name, row in (("W_xh", "x", "xₜ"), ("W_hh", "h", "hₜ₋₁")):
        weights = model.params[W][k]
        for j, (w, x) in enumerate(zip(weights, column[name], strict=True)):
            assert said[f"{row}[{j + 1}]"] == pytest.approx(x, abs=0.00501)
            assert said[f"{W}[{k + 1},{j + 1}] · {row}[{j + 1}]"] == pytest.approx(w * x, abs=0.00501)
        products = sum(said[f"{W}[{k + 1},{j + 1}] · {row}[{j + 1}]"] for j in range(len(weights)))
        share = said[f"({W} {row})[{k + 1}]"]
        assert share == pytest.approx(products, abs=0.005 * (len(weights) + 1))
        total += share
    assert said[f"b_h[{k + 1}]"] == pytest.approx(model.params.b_h[k, 0], abs=0.00501)
    assert said[f"aₜ[{k + 1}]"] == pytest.approx(total + said[f"b_h[{k + 1}]"], abs=0.02)
    assert said[f"aₜ[{k + 1}]"] == pytest.approx(trace.a[t, k, 0], abs=0.00501)
    assert said[f"hₜ[{k + 1}]"] == pytest.approx(trace.h[t, k, 0], abs=0.00501)


def test_the_framed_row_is_the_row():
    picture, model, _ = opened()
    for k, scene in enumerate(picture.levels["h"].views):
        svg = ET.fromstring(scene.at(1))
        places = [(float(e.get("x")), float(e.get("y")), e.text) for e in svg.iter(SVG + "text") if e.get("x")]
        frames = [g for g in svg.iter(SVG + "g") if "stroke-width:3" in "".join(p.get("style", "") for p in g)]
        for W, frame in zip(("W_xh", "W_hh"), frames, strict=True):
            (path,) = frame.iter(SVG + "path")
            x0, y0, x1, y1 = _box(path.get("d"), frame.get("transform"))
            inside = [text for x, y, text in sorted(places) if x0 < x < x1 and min(y0, y1) < y < max(y0, y1)]
            assert inside == list(diagrams.numbers(model.params[W][k])), (W, k)


def _box(d, transform):
    corners = np.array(re.findall(r"-?[\d.]+", d), float)[:8].reshape(-1, 2)
    shift = np.array(re.findall(r"-?[\d.]+", transform), float)
    low, high = corners.min(axis=0) + shift, corners.max(axis=0) + shift
    return *low, *high


def test_the_readout_opens_too():
    picture, _, trace = opened()
    for k, scene in enumerate(picture.levels["z"].views):
        for t in range(T):
            assert table(scene, t)[f"zₜ[{k + 1}]"] == pytest.approx(trace.logits[t, k, 0], abs=0.00501)


@pytest.mark.parametrize("kind, gates", [("LSTM", "fiog"), ("GRU", "rzg")])
def test_a_gates_sum_is_the_gates(kind, gates):
    picture, _, trace = opened(kind)
    levels = picture.levels
    for gate in gates:
        called, f = {"g": ("C̃ₜ" if kind == "LSTM" else "h̃ₜ", np.tanh)}.get(gate, (f"{gate}ₜ", sigmoid))
        for k, scene in enumerate(levels[gate].views):
            for t in range(T):
                said = table(scene, t)
                assert said[f"{called}[{k + 1}]"] == pytest.approx(trace[gate][t, k, 0], abs=0.00501)
                parts = [v for name, v in said.items() if name.startswith("(W_") or name.startswith("b_")]
                assert sum(parts) == pytest.approx(said[f"a_{gate}ₜ[{k + 1}]"], abs=0.02)
                assert f(np.float64(said[f"a_{gate}ₜ[{k + 1}]"])) == pytest.approx(trace[gate][t, k, 0], abs=0.011)


@pytest.mark.parametrize("kind, level, parts", [
    ("LSTM", "C", ["fₜ", "Cₜ₋₁", "iₜ", "C̃ₜ", "Cₜ"]), ("LSTM", "h", ["oₜ", "1", "tanh Cₜ", "0", "hₜ"]),
    ("GRU", "h", ["1−zₜ", "hₜ₋₁", "zₜ", "h̃ₜ", "hₜ"]),
])  # fmt: skip
def test_products_of_single_numbers(kind, level, parts):
    picture, _, trace = opened(kind)
    for k, scene in enumerate(picture.levels[level].views):
        for t in range(T):
            said = table(scene, t)
            a, b, c, d, total = (said.get(f"{part}[{k + 1}]") for part in parts)
            expected = trace[level][t, k, 0]
            assert total == pytest.approx(expected, abs=0.00501)
            computed = a * c if b is None else a * b + c * d
            assert computed == pytest.approx(expected, abs=0.02)


def test_the_sentence_says_what_the_picture_shows():
    scene = opened()[0].levels["h"].views[1]
    for t in range(T):
        said = table(scene, t)
        numbers = [value(n) for n in re.findall(NUMBER, scene.sentences[t])]
        names = ["hₜ[2]", "(W_xh xₜ)[2]", "(W_hh hₜ₋₁)[2]", "b_h[2]", "aₜ[2]"]
        assert numbers == [said[name] for name in names]


# ---------------------------------------------------------------- the levels


def test_the_chain_has_all_numbers_and_opens_every_step():
    scene, _, trace = opened()
    for t in range(T):
        written = Counter(text for text in shown(scene.at(t + 1)) if re.fullmatch(NUMBER, text))
        states = (trace.x, trace.h_prev[:1], trace.h)
        assert written == Counter(n for values in states for n in diagrams.numbers(values).ravel())
    assert links(scene) == [("cell", "0", str(t + 1), True) for t in range(T)]
    assert set(TOKENS) <= set(shown(scene.at(1)))


@pytest.mark.parametrize("kind", CELLS)
def test_every_column_that_opens_leads_to_its_own_number(kind):
    scene = opened(kind)[0]
    cell = scene.levels["cell"].views[0]
    ids = {e.get("id"): e for e in ET.fromstring(cell.svg).iter() if "data-open" in e.attrib}
    tips = {b["id"]: b["values"] for b in cell.bindings if b["attribute"] == "aria-label" and b["id"] in ids}
    assert tips
    for name, said in tips.items():
        level, view = ids[name].get("data-open"), int(ids[name].get("data-view"))
        target = scene.levels[level]
        for t in range(T):
            called, number = said[min(t, len(said) - 1)].split(" = ")
            assert target.names[view][t] == called
            general = re.sub("[₀-₉]+", "ₜ", called, count=1)
            assert table(target.views[view], t)[general] == value(number)
    reachable = {(e.get("data-open"), e.get("data-view")) for e in ids.values() if "tabindex" in e.attrib}
    assert {(e.get("data-open"), e.get("data-view")) for e in ids.values()} == reachable, "by keyboard, too"


@pytest.mark.parametrize("kind", CELLS)
def test_all_levels_are_reached(kind):
    scene = opened(kind)[0]
    found, ways = {"chain"}, [("chain", 0)]
    while ways:
        level, view = ways.pop()
        for to, its, *_ in links(scene.levels[level].views[view]):
            assert its is None or int(its) < len(scene.levels[to].views)
            if to not in found:
                found.add(to)
                ways.append((to, 0))
    assert found == set(scene.levels)


def test_the_path_is_called_by_the_step():
    with_words = {"en": ("chain", "cell, t = 2"), "ko": ("펼친 신경망", "셀, t = 2")}
    for language, (chain, cell) in with_words.items():
        words.use(language)
        try:
            levels = opening_scene(*run_of()).levels
        finally:
            words.use("en")
        assert (levels["chain"].names[0][1], levels["cell"].names[0][1]) == (chain, cell)
        assert [names[1] for names in levels["h"].names] == ["h₂[1]", "h₂[2]", "h₂[3]"]


def test_it_is_small():
    """What a lesson keeps of T = 5, H = 4: 60 KB are meant, with weights of all sizes; the LSTM has most to show."""
    for kind, most in {"RNN": 45_000, "GRU": 60_000, "LSTM": 75_000}.items():
        html = saved.PLAYER.sub("", saved.stepping(opening_scene(*run_of(kind, H=4, T=5)).player_data()))
        assert len(html.encode()) <= most, kind


def test_the_same_bytes_every_time():
    assert opened()[0].player_data() == opening_scene(*run_of(), tokens=TOKENS).player_data()


def test_the_static_picture_is_the_top():
    scene = opening_scene(*run_of(), start=2)
    shown = saved.drawing(scene._repr_mimebundle_()["text/html"])
    assert ET.canonicalize(shown) == ET.canonicalize(scene.levels["chain"].views[0].at(3))


# ---------------------------------------------------------------- every text can be read


SIZES = [("RNN", 4, 3, 5), ("RNN", 1, 1, 2), ("RNN", 4, 6, 8), ("RNN", 2, 6, 3), ("LSTM", 4, 4, 8), ("LSTM", 1, 2, 3),
         ("GRU", 4, 4, 8), ("GRU", 2, 1, 2)]  # fmt: skip


@pytest.mark.parametrize("kind, D, H, T", SIZES)
def test_no_two_texts_overlap_and_all_is_inside(kind, D, H, T):
    scene = opening_scene(*run_of(kind, D, H, 6, T=T), tokens=["sea", "밥을"] * (T // 2) + ["a"] * (T % 2))
    heights = set()
    for name, level in scene.levels.items():
        for view in (level.views[0], level.views[-1]):
            _, fig = view._drawn
            _fill(fig, view, T)
            renderer, page = FigureCanvasAgg(fig).get_renderer(), fig.bbox
            texts = [text for ax in fig.axes for text in ax.texts if text.get_text()]
            assert all(text.get_fontsize() >= style.SIZE for text in texts)
            boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
            patches = [(patch, patch.get_window_extent(renderer)) for ax in fig.axes for patch in ax.patches]
            for text, box in [*boxes, *patches]:
                inside = page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
                assert inside, (name, text)
            assert overlapping(boxes, pixels=2) == [], name
        heights.add(fig.get_figheight())
    assert len(heights) == 1, "nothing below the picture jumps from level to level"


def _fill(fig, scene, t):
    """Write what is bound at step t into the artists that it is bound to."""
    by_id = {text.get_gid(): text for ax in fig.axes for text in ax.texts if text.get_gid()}
    for b in scene.bindings:
        if b["attribute"] == "text":
            by_id[b["id"].removesuffix("t")].set_text(b["values"][min(t, len(b["values"])) - 1])


# ---------------------------------------------------------------- what does not fit is said


def test_what_does_not_fit_is_said():
    for sizes in ({"H": 7}, {"D": 5}, {"T": 9}, {"T": 1}):
        with pytest.raises(ValueError, match="room for 2 to 8 steps"):
            opening_scene(*run_of(**sizes))
    with pytest.raises(ValueError, match="H ≤ 4"):
        opening_scene(*run_of("LSTM", H=5))
    with pytest.raises(ValueError, match='reset="before"'):
        opening_scene(*run_of("GRU", reset="after"))
    with pytest.raises(ValueError, match="tokens must be 5"):
        opening_scene(*run_of(), tokens=["a"])


def level(*, opens=None, T=3, view=0):
    fig, ax = diagrams.canvas(2, 2)
    patch = ax.add_patch(Rectangle((0, 0), 1, 1))
    bindings = [Binding(patch, "tip", ["a = 1"] * T)] + ([Open(patch, opens, view)] if opens else [])
    return Level([Scene(fig, bindings, sentences=["a"] * T, alt="a")], [["a"] * T])


@pytest.mark.parametrize("levels, sentence", [
    (lambda: {"a": level(opens="b")}, "opens 'b', but there are only a"),
    (lambda: {"a": level(opens="b", view=1), "b": level()}, "opens view 1 of 'b', which has 1"),
    (lambda: {"a": level(), "b": level(T=2)}, "must have 3 steps"),
    (lambda: {"a": Level([], [])}, "every level must have views"),
])  # fmt: skip
def test_levels_that_do_not_fit_together(levels, sentence):
    with pytest.raises(ValueError, match=sentence):
        DeepScene(levels())


def test_a_picture_that_opens_takes_no_new_values():
    with pytest.raises(ValueError, match="make it anew"):
        opened()[0].with_values([], sentences=["a"])


# ---------------------------------------------------------------- what moves


def test_the_state_moves_to_its_place_in_the_next_step():
    """What is copied is the column that arrives: the same numbers, one step before."""
    for kind, expected in (("RNN", 1), ("LSTM", 2), ("GRU", 1)):
        cell = opened(kind)[0].levels["cell"].views[0]
        moves = cell.extras["moving"]
        assert len(moves) == expected and all(move["when"] == "forward" and move["step"] is None for move in moves)
        texts = {b["id"].removesuffix("t"): b["values"] for b in cell.bindings if b["attribute"] == "text"}
        for move in moves:
            pairs = [(texts[a], texts[b]) for a, b in zip(move["ids"], move["from"], strict=True) if a in texts]
            assert len(pairs) == 3
            for arrives, leaves in pairs:
                assert arrives[1:] == leaves[: len(arrives) - 1]
            assert move["by"][0] > 300 and abs(move["by"][1]) < 1  # from the right to the left, on its own height


@pytest.mark.parametrize("moves, sentence", [
    (lambda a, b: Moves([a], [b], when="up"), "when must be forward or back"),
    (lambda a, b: Moves([a], [b, b]), "as many artists as come from there"),
    (lambda a, b: Moves([a], (1, 2, 3)), "or a place"),
    (lambda a, b: Moves([], [b]), "at least one"),
    (lambda a, b: Moves([a], [b], step=3), "step must be from 0 to 2"),
])  # fmt: skip
def test_wrong_movements_get_one_sentence(moves, sentence):
    fig, ax = diagrams.canvas(2, 2)
    a, b = (ax.add_patch(Rectangle((n, 0), 1, 1)) for n in (0, 1))
    with pytest.raises(ValueError, match=sentence):
        Scene(fig, [moves(a, b)], sentences=["a"] * 3, alt="a")
