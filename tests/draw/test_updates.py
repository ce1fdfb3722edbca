"""A scene over updates: stored small, read back whole, the same pictures as those that it was made of."""

import json
import xml.etree.ElementTree as ET
from itertools import count

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from seqlib import LSTM, RNN, Adam, Readout, SequenceModel, train
from seqlib.draw import Binding, Scene, cell_scene, style
from seqlib.draw.gates import maps_scene
from seqlib.draw.lstm import lstm_cell_scene
from seqlib.draw.pack import SIGNS, pack, unpack
from seqlib.draw.svg import SVG, drawn_once
from seqlib.draw.updates import updates_scene

T, UPDATES = 20, tuple(range(0, 800, 40))


def recall(n, rng):
    """Say the last marked value when asked for it: (x (T, 3, n), targets (T, 1, n))."""
    mark, ask, value = rng.random((T, n)) < 0.1, rng.random((T, n)) < 0.2, rng.uniform(-1, 1, (T, n))
    mark[0] = True
    last = np.maximum.accumulate(np.where(mark, np.arange(T)[:, None], 0))
    said = np.take_along_axis(value, last, axis=0)
    return np.stack([value, mark, ask], axis=1), np.where(ask | (np.arange(T) == T - 1)[:, None], said, np.nan)[:, None]


def learning(updates=UPDATES, seed=0):
    """The LSTM cell's picture after each of the updates of one training, in 3 units, with its tokens."""
    rng = np.random.default_rng(seed)
    model = SequenceModel(LSTM(3, 3, rng=rng), Readout(3, 1, rng=rng), loss="mse")
    fresh, optimizer, done = (recall(32, rng) for _ in count()), Adam(0.03), 0
    x, _ = recall(1, np.random.default_rng(7))
    tokens = ["!" if m else "?" if a else "·" for _, m, a in x[:, :, 0]]
    for update in updates:
        train(model, fresh, optimizer, update - done, clip=1.0)
        done = update
        yield lstm_cell_scene(model, model.forward(x), tokens=tokens, start=8)


@pytest.fixture(scope="module")
def apart():
    """Some of the scenes, each drawn for itself."""
    some = (0, 40, 400, 760)
    return dict(zip(some, learning(some), strict=True))


@pytest.fixture(scope="module")
def over(apart):
    return updates_scene(learning(), UPDATES)


def test_it_is_the_picture_of_every_update_at_every_step(apart, over):
    for update, scene in apart.items():
        for t in (1, 9, T):
            assert over.at(t, update=update) == scene.at(t)
    assert over.at(9) == apart[760].at(9), "by default the last update"
    assert over.at(9, update=0) != over.at(9, update=760), "the network has learned"


def test_what_is_stored_is_every_value_of_every_update(apart, over):
    extra = over.player_data()["extras"]["updates"]
    *values, sentences = unpack(json.loads(json.dumps(extra["values"])))
    for update, scene in apart.items():
        u = UPDATES.index(update)
        for binding, stored in zip(scene.bindings, values, strict=True):
            given = binding["values"] + [binding["values"][-1]] * (T - len(binding["values"]))
            assert stored[u * T : (u + 1) * T] == given, binding["id"]
        assert sentences[u * T : (u + 1) * T] == scene.sentences
    assert [b["id"] for b in extra["bindings"]] == [b["id"] for b in apart[0].bindings]


def test_twenty_updates_of_the_lstm_are_stored_in_120_kb(over):
    sent = len(json.dumps(over.player_data(), ensure_ascii=False, separators=(",", ":")).encode())
    assert sent <= 120_000, "with the drawing and the style"
    apart = sum(len(json.dumps(one.bindings, ensure_ascii=False).encode()) for one in over._scenes.values())
    assert apart > 6 * sent, "the values as they are"


def test_the_drawing_is_made_once_where_only_values_differ(monkeypatch):
    from seqlib.draw import svg

    drawn = []
    save = svg._save
    monkeypatch.setattr(svg, "_save", lambda fig: drawn.append(fig) or save(fig))
    updates_scene(learning((0, 5, 10)), (0, 5, 10))
    assert len(drawn) == 1
    list(learning((0, 5)))
    assert len(drawn) == 3, "elsewhere every scene is drawn"


def bar_scene(heights, *, top=1.0, word="h", layout="constrained"):
    """One bar, its number and its name; `layout` engines move the axes while they draw."""
    fig = style.figure(4, 3, layout=layout)
    ax = fig.subplots()
    ax.set(ylim=(0, top), xlim=(0, 1), ylabel=word)
    bar = ax.add_patch(Rectangle((0.2, 0), 0.3, 0.5))
    number = ax.text(0.7, 0.5, "0")
    bindings = [
        Binding(bar, "height", heights),
        Binding(number, "text", [f"{height:.2f}" for height in heights]),
        Binding(number, "move", [(0.7, height) for height in heights]),
    ]
    return Scene(fig, bindings, sentences=[f"The bar is {height:.2f}." for height in heights], alt="a bar")


def test_axes_that_a_layout_moves_stand_where_they_stood():
    first, second = [0.1, 0.5], [0.9, 0.2]
    apart = bar_scene(second)
    with drawn_once():
        bar_scene(first)
        assert bar_scene(second).at(1) == apart.at(1)


@pytest.mark.parametrize(
    "other", [{"top": 2.0}, {"word": "much longer"}, {"layout": None}], ids=["axes", "a text", "the layout"]
)
def test_another_drawing_is_not_shared(other):
    apart = bar_scene([0.9, 0.2], **other)
    with drawn_once():
        bar_scene([0.1, 0.5])
        assert bar_scene([0.9, 0.2], **other).at(2) == apart.at(2)


def test_what_is_not_bound_may_differ_too():
    """The words of an axis, weights written in the picture, an image: whatever is drawn with the same parts."""
    pair = [bar_scene([0.1, 0.5], word="one", layout=None), bar_scene([0.9, 0.2], word="two", layout=None)]
    over = updates_scene(pair, (0, 5))
    for update, scene in zip((0, 5), pair, strict=True):
        assert as_shown(over, 2, update) == as_drawn(scene.at(2))
    with pytest.raises(ValueError, match="same parts, but the one at update 5 has others"):
        updates_scene([pair[0], bar_scene([0.9, 0.2], top=2000.0, layout=None)], (0, 5))


def test_heat_maps_and_weights_learn():
    rng = np.random.default_rng(0)
    model = SequenceModel(LSTM(3, 3, rng=rng), Readout(3, 1, rng=rng), loss="mse")
    plain = SequenceModel(RNN(3, 3, rng=rng), Readout(3, 1, rng=rng), loss="mse")
    x, targets = recall(16, rng)

    def learning(model, picture):
        for _ in range(3):
            yield picture(model, model.forward(x))
            train(model, iter([(x, targets)] * 5), Adam(0.05), 5)

    maps, cells = (list(learning(m, p)) for m, p in ((model, lambda _, run: maps_scene(run)), (plain, cell_scene)))
    for scenes in (maps, cells):
        over = updates_scene(scenes, (0, 5, 10), start=5)
        for update, scene in zip((0, 5, 10), scenes, strict=True):
            assert as_shown(over, 7, update) == as_drawn(scene.at(7))


def as_shown(over, t, update):
    """The drawing with what the player sets in it at this step."""
    extra = over.player_data()["extras"]["updates"]
    root, row = ET.fromstring(over.svg), extra["updates"].index(update) * over.T + t - 1
    elements = {element.get("id"): element for element in root.iter()}
    *values, sentences = unpack(extra["values"])
    for binding, texts in zip(extra["bindings"], values, strict=True):
        element, attribute = elements[binding["id"]], binding["attribute"]
        if attribute == "text":
            element.text = texts[row]
        else:
            element.set("{http://www.w3.org/1999/xlink}href" if attribute == "href" else attribute, texts[row])
    root.find(SVG + "desc").text = sentences[row]
    return as_drawn(ET.tostring(root, encoding="unicode"))


def as_drawn(svg):
    """All that is seen: ids that only the slider needs left out."""
    kept = [(e.tag, e.text or "", {k: v for k, v in e.attrib.items() if k != "id"}) for e in ET.fromstring(svg).iter()]
    return [part for part in kept if part[0] != SVG + "title"]


def scenes():
    return [bar_scene([0.1, 0.5]), bar_scene([0.2, 0.6])]


WRONG = [
    (lambda: updates_scene(scenes(), (0,)), "updates must be one for each scene, at least two, got 1 for 2 scenes."),
    (lambda: updates_scene(scenes(), (0, 1.5)), "must be a whole number, 0 or more, but 1.5"),
    (lambda: updates_scene(scenes(), (5, 5)), "updates must grow, from 0 on, got 5, 5."),
    (lambda: updates_scene(scenes(), (-1, 5)), "must be a whole number, 0 or more, but -1"),
    (lambda: updates_scene([*scenes()[:1], None], (0, 5)), "scenes must be Scenes, got NoneType at update 5."),
    (lambda: updates_scene([*scenes()[:1], bar_scene([0.1])], (0, 5)), "same number of steps, 2, got 1 at update 5."),
    (lambda: updates_scene(scenes(), (0, 5), start=3), "update must be one of 0, 5, got 3."),
    (lambda: updates_scene(scenes(), (0, 5)).at(1, update=4), "update must be one of 0, 5, got 4."),
    (lambda: updates_scene(scenes(), (0, 5)).with_values([], sentences=["x"]), "a scene over updates keeps its values"),
]


@pytest.mark.parametrize("make, said", WRONG)
def test_what_does_not_fit_is_said(make, said):
    with pytest.raises(ValueError) as error:
        make()
    assert said in str(error.value)


# --- packing ---------------------------------------------------------------------------------------------------------

ODD = ["", "−", "0.00", "+0.00", "−0.00", "007", "1e-5", "+1.5", "-2", "12345678901234567890", "h₁₂ = (3)", "#00ff00"]
ODD += ["'\"<&\\", "나는", "3−2", "1.", ".5", "₀", "€ 4,5"]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shape", [(1, 1), (2, 1), (1, 7), (6, 4)])
def test_every_text_comes_back(seed, shape):
    rng = np.random.default_rng(seed)
    size = shape[0] * shape[1]
    texts = [list(rng.choice(ODD, size)) for _ in range(6)]
    texts += [[f"{value:.2f}" for value in rng.normal(scale=scale, size=size)] for scale in (0.1, 10, 1e6)]
    texts += [[f"a = {value:+.3f}, b = {int(value)}" for value in rng.normal(size=size)], ["same"] * size]
    assert unpack(json.loads(json.dumps(pack(texts, shape)))) == texts


def test_the_signs_need_no_escape():
    assert len(SIGNS) == 89
    assert json.dumps(SIGNS) == f'"{SIGNS}"'
    assert ET.fromstring(f"<a>{SIGNS}</a>").text == SIGNS
