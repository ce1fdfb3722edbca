"""The player in a page of its own: keys, buttons, slider, tips, and the same picture as Python's."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

from seqlib.player import module
from tests.browser.conftest import FRAMES

# What the reader sees and the attributes of every bound element, as the page has them now.
STATE = """player => ({
    readout: player.querySelector(".readout").textContent,
    sentence: player.querySelector(".sentence").textContent,
    valuetext: player.querySelector("input").getAttribute("aria-valuetext"),
    slider: Number(player.querySelector("input").value),
    tip: player.querySelector(".tip").textContent,
    play: player.querySelector(".play").title,
    bound: Object.fromEntries([...player.querySelectorAll(".picture [id^=b]")].map(e => [e.id,
        { text: e.textContent, ...Object.fromEntries([...e.attributes].map(a => [a.name, a.value])) }])),
})"""


class Player:
    def __init__(self, locator):
        self.root = locator
        self.page = locator.page

    def state(self):
        # A step is drawn in the next animation frame.
        self.page.evaluate(FRAMES)
        return self.root.evaluate(STATE)

    @property
    def t(self):
        return int(self.state()["readout"].split()[2])

    def click(self, name):
        self.root.locator(f"button.{name}").click()


@pytest.fixture
def scene(demo_scene):
    return demo_scene()


@pytest.fixture
def player(page, scene, tmp_path):
    scene.save_html(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    return Player(page.locator(".player"))


def assert_same_picture(player, scene, t):
    """Every bound element has the attributes that `Scene.at` gives it."""
    shown = player.state()["bound"]
    elements = {e.get("id"): e for e in ET.fromstring(scene.at(t)).iter() if e.get("id", "").startswith("b")}
    assert shown.keys() == elements.keys()
    for binding in scene.bindings:
        element, name = elements[binding["id"]], binding["attribute"]
        expected = element.text if name == "text" else element.get(name)
        assert shown[binding["id"]][name] == expected, (binding["id"], name, t)


def test_it_opens_at_the_telling_step(player, scene):
    state = player.state()
    assert (state["readout"], state["valuetext"], state["slider"]) == ("t = 5 / 20", "t = 5 / 20", 5)
    assert state["sentence"] == scene.sentences[4]
    assert_same_picture(player, scene, 5)


def test_buttons_step(player):
    for name, t in [("forward", 6), ("back", 5), ("last", 20), ("forward", 20), ("first", 1), ("back", 1)]:
        player.click(name)
        assert player.t == t, name


@pytest.mark.parametrize("where", [".player", "input", "button.back", "button.speed"])
def test_keys_step_once_wherever_the_focus_is(player, where):
    player.page.locator(where).first.focus()
    for key, t in [("ArrowRight", 6), ("ArrowRight", 7), ("ArrowLeft", 6), ("End", 20), ("Home", 1)]:
        player.page.keyboard.press(key)
        assert player.t == t, key


def test_every_step_is_the_picture_of_python(player, scene):
    player.root.focus()
    player.page.keyboard.press("Home")
    for t in range(1, scene.T + 1):
        assert_same_picture(player, scene, t)
        player.page.keyboard.press("ArrowRight")


def test_the_slider_steps_and_says_where(player, scene):
    slider = player.root.locator("input")
    slider.fill("12")
    state = player.state()
    assert (state["readout"], state["valuetext"]) == ("t = 12 / 20", "t = 12 / 20")
    assert slider.get_attribute("aria-label") == "Step"
    assert_same_picture(player, scene, 12)


def test_a_click_in_the_picture_goes_there(player):
    box = player.page.locator('[data-goto="15"]').bounding_box()
    player.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert player.t == 15


def test_space_plays_and_stops(player):
    player.root.focus()
    player.page.keyboard.press("End")
    player.page.keyboard.press("ArrowLeft")
    player.page.keyboard.press(" ")
    assert player.state()["play"] == "Pause (Space)"
    player.page.wait_for_timeout(1500)
    assert player.t == 20
    assert player.state()["play"] == "Play (Space)", "it stops at the end"
    player.page.keyboard.press(" ")
    assert player.t == 1, "it plays from the beginning again"
    player.page.keyboard.press(" ")
    player.page.wait_for_timeout(1200)
    assert player.t == 1, "and it pauses"


def test_speed_is_a_choice(player):
    labels = []
    for _ in range(5):
        labels.append(player.root.locator(".speed").get_attribute("aria-label"))
        player.click("speed")
    assert labels == [f"Playing speed: {speed}" for speed in ("1×", "2×", "4×", "½×", "1×")]


def test_a_tip_shows_on_hover_and_on_focus(player):
    token = player.page.locator("[data-tip]").first
    expected = player.state()["bound"][token.get_attribute("id")]["aria-label"]
    token.hover()
    assert player.state()["tip"] == expected
    player.page.mouse.move(1, 1)
    assert player.state()["tip"] == ""
    token.focus()
    assert player.state()["tip"] == expected
    player.page.keyboard.press("ArrowRight")
    assert player.state()["tip"] == player.state()["bound"][token.get_attribute("id")]["aria-label"] != expected


def test_what_a_reader_types_is_text(player, scene):
    dialogs = []
    player.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    player.root.focus()
    player.page.keyboard.press("Home")
    shown = []
    for _ in range(8):
        shown.append(player.page.locator(".picture svg text").evaluate_all("all => all.map(e => e.textContent)"))
        player.page.locator("[data-tip]").first.hover()
        player.page.keyboard.press("ArrowRight")
        player.state()
    for token in ("나는", "<img src=x onerror=alert(1)>", "$5", "a & b", '"q"'):
        assert any(token in texts for texts in shown)
    assert player.page.locator("img").count() == 0
    assert not dialogs


def test_it_says_itself(player, scene):
    live = player.root.locator("[aria-live=polite]")
    assert live.text_content() == scene.sentences[4]
    player.root.focus()
    player.page.keyboard.press("ArrowRight")
    player.state()
    assert live.text_content() == scene.sentences[5]
    assert player.root.get_attribute("aria-label") == "States of eight units"
    svg = player.page.locator(".picture svg").first
    assert svg.get_attribute("aria-label") == "States of eight units"
    assert svg.locator("desc").text_content() == scene.sentences[5]
    for button in player.root.locator("button").all():
        assert button.get_attribute("aria-label")
        assert button.get_attribute("title")


def test_two_players_on_one_page_keep_apart(page, demo_scene, tmp_path):
    for seed in (0, 1):
        demo_scene(T=6, start=0, seed=seed).save_html(tmp_path / f"{seed}.html")
    parts = [(tmp_path / f"{seed}.html").read_text(encoding="utf-8") for seed in (0, 1)]
    data = [json.loads(re.search(r'(?s)type="application/json">(.*?)</script>', part)[1]) for part in parts]
    page.goto((tmp_path / "0.html").as_uri())
    source = module().replace("export default", "const player =", 1)
    page.evaluate(
        """([source, data]) => {
            const player = new Function(source + "; return player;")();
            const model = { get: name => data[name], set(n, v) { data[n] = v; this.change() }, save_changes() {},
                            on(n, f) { this.change = f }, off() {} };
            const el = document.body.appendChild(document.createElement("div"));
            window.cleanup = player.render({ model, el });
            window.present = () => model.get("t");
        }""",
        [source, data[1]],
    )
    first, second = (Player(page.locator(".player").nth(n)) for n in (0, 1))
    second.root.focus()
    page.keyboard.press("ArrowRight")
    assert (first.t, second.t) == (1, 2)
    assert_same_picture(first, demo_scene(T=6, start=0, seed=0), 1)
    assert_same_picture(second, demo_scene(T=6, start=0, seed=1), 2)
    page.keyboard.press(" ")
    page.evaluate("window.cleanup()")
    page.wait_for_timeout(1200)
    assert page.evaluate("window.present()") == 2, "removed: its clock has stopped"
    assert page.locator(".player").count() == 1, "and nothing of it is left"


def test_one_step_needs_nothing_to_step_with(page, demo_scene, tmp_path):
    demo_scene(T=1, start=0).save_html(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    shown = [button.get_attribute("class") for button in page.locator("button").all() if button.is_visible()]
    assert shown == ["table", "help", "enlarge"]
    assert page.locator("input").is_hidden() and page.locator(".readout").is_hidden()
    page.locator(".player").focus()
    for key in ("ArrowRight", " ", "End"):
        page.keyboard.press(key)
    assert Player(page.locator(".player")).t == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_follows_the_system_theme(player, scheme, shots):
    player.page.emulate_media(color_scheme=scheme)
    player.root.focus()
    player.page.keyboard.press("ArrowRight")
    player.page.screenshot(path=shots / f"page-{scheme}.png")
    ink, paper = player.page.evaluate("[getComputedStyle(document.querySelector('#player')).color, 'Canvas']")
    assert (ink == "rgb(0, 0, 0)") == (scheme == "light"), paper
