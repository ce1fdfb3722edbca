"""A picture that opens, and values that move: by mouse and by keyboard, there and back, without a kernel."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqlib import LSTM, RNN, Readout, SequenceModel, words
from seqlib.draw.bptt import backward_scene
from seqlib.draw.lstm import lstm_backward_scene
from seqlib.draw.opening import opening_scene
from tests.browser.conftest import FRAMES

TOKENS = ["나는", "밥을", "먹었", "다", "sea"]
ACTIVE = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return [at.localName, at.getAttribute("aria-label") ?? at.textContent];
}"""
# What is on the screen between two frames: the copies that move, how far they have come, and what a reader can reach.
MOVING = """player => [...player.querySelectorAll(".moving > svg")].map(g => {
    const [animation] = g.getAnimations(), { duration } = animation.effect.getTiming();
    const hidden = g.parentNode.getAttribute("aria-hidden");
    const reached = g.parentNode.querySelectorAll("[id], [tabindex], [role]").length;
    const [from, to] = animation.effect.getKeyframes().map(frame => frame.transform);
    return { duration, hidden, reached, from, to, texts: [...g.querySelectorAll("text")].map(e => e.textContent) };
})"""


# Where `frozen` is true, what moves stands still at its beginning: a busy machine may be late to look.
FREEZE = """const { animate } = Element.prototype;
    Element.prototype.animate = function (...how) {
        const made = animate.apply(this, how);
        if (window.frozen) made.pause();
        return made;
    };"""


def trace_of(cell=RNN, T=5):
    rng = np.random.default_rng(3)
    model = SequenceModel(cell(4, 3, rng=rng), Readout(3, 4, rng=rng), "many-to-many")
    x = np.eye(4)[rng.integers(0, 4, T)][:, :, None]
    return model, model.forward(x), x


class Deep:
    """A player with levels."""

    def __init__(self, locator):
        self.root, self.page = locator, locator.page

    def settle(self):
        # A step is drawn in the next animation frame.
        self.page.evaluate(FRAMES)

    @property
    def t(self):
        self.settle()
        return int(self.root.locator(".readout").text_content().split()[2])

    @property
    def sentence(self):
        return self.root.locator(".sentence").text_content()

    @property
    def path(self):
        self.settle()
        return self.root.locator(".path li").all_text_contents()

    @property
    def focus(self):
        return self.page.evaluate(ACTIVE)

    @property
    def moving(self):
        self.page.wait_for_timeout(60)  # it begins when the step has been painted
        return self.root.evaluate(MOVING)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def link(self, to, view=None, at=None, also=""):
        wanted = {"open": to, "view": view, "at": at}
        return self.root.locator("".join(f'[data-{k}="{v}"]' for k, v in wanted.items() if v is not None) + also).first

    def freeze(self, frozen=True):
        self.page.evaluate("frozen => { window.frozen = frozen }", frozen)

    def pause(self):
        """A reader's pause: who steps faster than every 150 ms wants to get somewhere."""
        self.page.wait_for_timeout(200)

    def enter(self, *way, then=()):
        """Open by keyboard, and press what is to be pressed then."""
        self.link(*way, also="[tabindex]").focus()
        self.press("Enter", *then)

    def hit(self, place):
        box = place.bounding_box()
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 4)
        self.settle()


def shown(page, scene, tmp_path):
    scene.save_html(tmp_path / "page.html")
    return opened(page, tmp_path / "page.html")


def opened(page, path):
    page.add_init_script(FREEZE)
    page.goto(path.as_uri())
    return Deep(page.locator(".player"))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The RNN's picture as a page, its scene and its trace: made once."""
    model, trace, _ = trace_of()
    scene, path = opening_scene(model, trace, tokens=TOKENS), tmp_path_factory.mktemp("opening") / "page.html"
    scene.save_html(path)
    return path, scene, trace


@pytest.fixture
def deep(page, saved):
    path, _, trace = saved
    player = opened(page, path)
    player.trace = trace
    return player


def test_by_mouse_there_and_back(deep):
    assert deep.path == ["chain"]
    deep.hit(deep.link("cell", at=4))
    assert (deep.path, deep.t) == (["chain", "cell, t = 4"], 4)
    deep.hit(deep.link("h", view=1))
    assert deep.path == ["chain", "cell, t = 4", "h₄[2]"]
    assert f"{deep.trace.h[3, 1, 0]:+.2f}".replace("-", "−") in deep.sentence
    deep.root.locator(".path button").nth(1).click()
    assert deep.path == ["chain", "cell, t = 4"]
    deep.root.locator(".path button").nth(0).click()
    assert deep.path == ["chain"] and deep.t == 4


def test_by_keyboard_there_and_back(deep):
    deep.page.keyboard.press("Tab")
    while not deep.focus[1].startswith("h₂"):
        deep.press("Tab")
    deep.press("Enter")
    assert deep.path == ["chain", "cell, t = 2"]
    assert deep.focus == ["span", "cell, t = 2"]
    deep.press("Tab")
    number = f"{deep.trace.h[1, 0, 0]:+.2f}".replace("-", "−")
    assert deep.focus == ["g", f"h₂[1] = {number}"], "the next in the order of the focus is in the picture"
    deep.press("Enter")
    assert deep.path == ["chain", "cell, t = 2", "h₂[1]"]
    assert deep.root.locator("[aria-current]").all_text_contents() == ["h₂[1]"]
    deep.press("Escape")
    assert deep.path == ["chain", "cell, t = 2"]
    assert deep.focus == ["g", f"h₂[1] = {number}"], "back where it came from"
    deep.press("Escape")
    assert deep.path == ["chain"] and deep.focus[1].startswith("h₂")
    deep.press("Escape")
    assert deep.path == ["chain"] and deep.focus[1].startswith("h₂"), "above the top there is nothing"


def test_steps_keep_the_level(deep):
    deep.enter("cell", None, 2, then=("ArrowRight",))
    assert (deep.path, deep.t) == (["chain", "cell, t = 3"], 3)
    deep.enter(
        "h",
        2,
        then=(
            "ArrowRight",
            "ArrowRight",
        ),
    )
    assert (deep.path, deep.t) == (["chain", "cell, t = 5", "h₅[3]"], 5)
    deep.press("Home")
    assert (deep.path, deep.t) == (["chain", "cell, t = 1", "h₁[3]"], 1)
    deep.press("Escape", "Escape")
    assert deep.focus[1].startswith("h₁"), "where the reader is now, not where they began"


def test_every_level_shows_the_numbers_of_python(deep, saved):
    _, scene, _ = saved
    deep.enter("cell", None, 1)
    for t in range(1, 6):
        assert _texts(deep) == _python(scene.levels["cell"].views[0], t)
        for k in range(3):
            deep.enter("h", k)
            assert _texts(deep) == _python(scene.levels["h"].views[k], t)
            deep.press("Escape")
        deep.press("ArrowRight")


def _texts(player):
    return player.root.locator(".picture svg text:not(.moving text)").all_text_contents()


def _python(scene, t):
    root = ET.fromstring(scene.at(t))
    return ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_keys_are_in_the_list(deep):
    deep.root.focus()
    deep.press("?")
    listed = deep.root.locator(".keys dl").inner_text()
    assert "Back up one level" in listed and "Open what has the focus" in listed


def test_escape_leaves_the_level_before_the_large_view(deep):
    deep.enter("cell", None, 2, then=("f",))
    assert deep.page.locator("dialog[open]").count() == 1
    deep.press("Escape")
    assert deep.path == ["chain"] and deep.page.locator("dialog[open]").count() == 1
    deep.press("Escape")
    assert deep.page.locator("dialog[open]").count() == 0


def test_a_step_of_the_clock_keeps_the_level(deep):
    deep.enter("cell", None, 2, then=(" ",))
    deep.page.wait_for_timeout(1300)
    deep.press(" ")
    assert deep.path == ["chain", f"cell, t = {deep.t}"] and deep.t > 2


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("cell", [RNN, LSTM])
def test_how_it_looks(page, tmp_path, shots, schemes, cell, language):
    model, trace, _ = trace_of(cell)
    words.use(language)
    try:
        scene = opening_scene(model, trace, tokens=TOKENS)
        deep = shown(page, scene, tmp_path)
    finally:
        words.use("en")
    heights = []
    for n, way in enumerate([None, ("cell", None, 3), ("h", 1, None)]):
        if way:
            deep.enter(*way)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=shots / f"opening-{cell.__name__}-{scheme}-{language}-{n}.png")
        controls = deep.root.locator(".controls").bounding_box()
        sentence = deep.root.locator(".sentence").bounding_box()
        heights.append(controls["y"])
        assert sentence["y"] + sentence["height"] <= 720, "picture, controls and sentence are on the screen together"
    assert max(heights) - min(heights) < 1, "the controls stay where they are"


# --- what moves ------------------------------------------------------------------------------------------------------


@pytest.fixture
def cell(deep):
    deep.enter("cell", None, 2)
    deep.freeze()
    return deep


def test_the_state_slides_over_and_becomes_the_past(cell):
    h = [f"{v:+.2f}".replace("-", "−") if abs(v) >= 0.005 else "0.00" for v in cell.trace.h[1, :, 0]]
    cell.page.keyboard.press("ArrowRight")
    assert cell.t == 3, "the step is final at once"
    (move,) = cell.moving
    assert move["texts"] == h and move["duration"] == 300
    assert (move["hidden"], move["reached"]) == ("true", 0), "decoration: nothing to reach, nothing to read"
    assert move["from"] == "translate(0px, 0px)" and re.match(r"translate\(-\d+", move["to"])
    cell.pause()
    cell.page.keyboard.press("ArrowLeft")
    (move,) = cell.moving
    assert move["texts"] == h and re.match(r"translate\(\d+", move["to"]), "and back"


def test_a_movement_ends(cell):
    cell.freeze(False)
    cell.press("ArrowRight")
    cell.page.wait_for_function("!document.querySelector('#player').shadowRoot.querySelector('.moving')", timeout=3000)


def test_only_one_movement_at_a_time(cell):
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        cell.press(key)
        assert len(cell.moving) == 1, "the one before has been taken away"
        cell.pause()
    cell.press("Home", "End")
    assert cell.moving == [], "a jump is no step"


def test_a_held_key_moves_nothing(cell):
    cell.page.evaluate(
        """() => {
            const player = document.querySelector("#player").shadowRoot.querySelector(".player");
            const options = { key: "ArrowRight", bubbles: true };
            const press = () => player.dispatchEvent(new KeyboardEvent("keydown", options));
            window.most = 0;
            return new Promise(done => {
                let n = 0;
                const held = setInterval(() => {
                    press();
                    if (n > 1) window.most = Math.max(window.most, player.querySelectorAll(".moving").length);
                    if (++n === 3) clearInterval(held), done();
                }, 30);
            });
        }"""
    )
    assert cell.page.evaluate("window.most") == 0


def test_a_key_turns_it_off_for_all_pictures_of_the_page(cell):
    cell.press("m")
    assert cell.root.locator(".unseen").text_content() == "Nothing moves between steps."
    cell.press("ArrowRight")
    assert cell.moving == []
    cell.press("m")
    assert cell.root.locator(".unseen").text_content() == "Values move between steps."
    cell.pause()
    cell.press("ArrowRight")
    assert len(cell.moving) == 1
    assert "Movement between steps" in (cell.press("?"), cell.root.locator(".keys dl").inner_text())[1]


def test_a_reader_who_prefers_reduced_motion_sees_none(cell):
    cell.page.emulate_media(reduced_motion="reduce")
    cell.press("ArrowRight")
    assert cell.t == 3 and cell.moving == []
    cell.pause()
    cell.press("m", "ArrowRight")
    assert len(cell.moving) == 1, "a wish of the reader's own counts more"


def test_nothing_moves_from_level_to_level(deep):
    deep.freeze()
    deep.enter("cell", None, 3)  # the chain stood at 2: a step, but no step of the cell
    assert deep.t == 3 and deep.moving == []


def test_gradients_run_back_along_their_wires(page, tmp_path):
    model, _, x = trace_of(T=3)
    scene = backward_scene(model, x, np.array([[1], [2], [3]]), start=3)
    scene.begin = scene.start  # where the way back begins
    player = shown(page, scene, tmp_path)
    player.freeze()
    player.root.focus()
    player.press("ArrowRight")
    ways = [np.array(re.findall(r"-?[\d.]+", move["from"]), float) for move in player.moving]
    assert len(ways) == 2, "from its own loss, and down to the weights: after the last step there is no state"
    player.pause()
    player.press("ArrowRight")
    ways = [np.array(re.findall(r"-?[\d.]+", move["from"]), float) for move in player.moving]
    assert [(x > 0, y < 0) for x, y in ways] == [(False, True), (True, False), (False, True)]
    player.pause()
    player.press("ArrowLeft")
    assert player.moving == [], "no gradient runs forward"


def test_the_lstms_gradients_go_back_with_the_step(page, tmp_path):
    model, trace, _ = trace_of(LSTM, T=3)
    grads = model.backward(trace, np.ones_like(trace.logits))
    scene = lstm_backward_scene(model, trace, grads)
    player = shown(page, scene, tmp_path)
    player.freeze()
    player.root.focus()
    before = {name: (trace.f[2] * grads.trace.C[2])[:, 0] for name in ("C",)}
    player.press("ArrowLeft")
    moves = player.moving
    assert len(moves) == 2
    assert moves[0]["texts"] == [f"{v:+.2f}".replace("-", "−") for v in before["C"]]
    assert all(re.match(r"translate\(\d+", move["to"]) for move in moves)
    player.pause()
    player.press("ArrowRight")
    assert player.moving == []
