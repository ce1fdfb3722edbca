"""The second slider: updates and steps, independent of each other, without a kernel."""

import xml.etree.ElementTree as ET

import pytest

from seqlib import words
from seqlib.draw import updates_scene
from tests.browser.conftest import FRAMES
from tests.draw.test_updates import learning

UPDATES = (0, 40, 80, 400)
T = 20


STATE = """player => ({
    places: [...player.querySelectorAll(".readout")].map(e => e.textContent),
    values: [...player.querySelectorAll("input[type=range]")].map(e => [+e.value, e.getAttribute("aria-valuetext")]),
    sentence: player.querySelector(".sentence").textContent,
    playing: [...player.querySelectorAll("button.play")].map(e => e.getAttribute("aria-label")),
    bound: Object.fromEntries([...player.querySelectorAll(".picture [id^=b]")].map(e => [e.id,
        { text: e.textContent, ...Object.fromEntries([...e.attributes].map(a => [a.name, a.value])) }])),
})"""


@pytest.fixture(scope="module")
def scene():
    made = updates_scene(learning(UPDATES), UPDATES, start=0)
    made.begin = made.start  # in the middle, where something has happened
    return made


@pytest.fixture
def player(shown, scene):
    return shown(scene)


def state(player):
    player.page.evaluate(FRAMES)
    return player.evaluate(STATE)


def where(player):
    return state(player)["places"]


def assert_same_picture(player, scene, t, update):
    shown = state(player)
    assert shown["places"] == [f"t = {t} / {T}", f"update = {update}"]
    elements = {e.get("id"): e for e in ET.fromstring(scene.at(t, update=update)).iter() if e.get("id")}
    for binding in scene.bindings:
        element, name = elements[binding["id"]], binding["attribute"]
        expected = element.text if name == "text" else element.get(name)
        assert shown["bound"][binding["id"]][name] == expected, (binding["id"], name, t, update)
    assert ET.fromstring(scene.at(t, update=update)).find("{http://www.w3.org/2000/svg}desc").text == shown["sentence"]


def test_every_update_at_every_step_is_the_picture_of_python(player, scene):
    assert_same_picture(player, scene, 9, 0)
    player.focus()
    for update in UPDATES:
        for t in (1, 2, 13, T):
            player.locator("input[type=range]").first.fill(str(t))
            assert_same_picture(player, scene, t, update)
        player.press("PageDown")


def test_keys_and_sliders_are_independent(player):
    player.focus()
    keys = [("PageDown", 9, 40), ("ArrowRight", 10, 40), ("PageDown", 10, 80), ("PageDown", 10, 400)]
    keys += [("PageDown", 10, 400), ("Home", 1, 400), ("PageUp", 1, 80), ("End", T, 80)]
    for key, t, update in keys:
        player.page.keyboard.press(key)
        assert where(player) == [f"t = {t} / {T}", f"update = {update}"], key
    player.locator(".updates input").fill("1")
    assert where(player) == [f"t = {T} / {T}", "update = 40"]
    assert state(player)["values"][1] == [1, "update = 40"]
    assert player.locator(".updates input").get_attribute("aria-label") == "Updates made"
    player.locator(".updates input").focus()
    player.page.keyboard.press("ArrowLeft")
    assert where(player) == [f"t = {T - 1} / {T}", "update = 40"], "arrows step, wherever the focus is"


def clicked(player, button):
    """The state right after a click: what plays does not wait for the test."""
    click = "player.querySelector(button).click()"
    return player.evaluate(f"async (player, button) => {{ {click}; await {FRAMES}; return ({STATE})(player) }}", button)


def test_it_plays_along_either(player):
    steps, updates = "button.play", ".updates button.play"
    assert clicked(player, updates)["playing"][1] == "Pause"  # one a second
    for _ in range(2):
        player.locator(".speed").click()  # four
    player.page.wait_for_function("player => player.textContent.includes('update = 400')", arg=player.element_handle())
    player.page.wait_for_timeout(300)
    assert where(player) == [f"t = 9 / {T}", "update = 400"], "to the last one, and there it stops"
    assert state(player)["playing"][1] == "Play along the updates"
    for _ in range(2):
        player.locator(".speed").click()  # 0.5, 1
    assert clicked(player, updates)["places"][1] == "update = 0", "from the beginning again"
    stood = clicked(player, steps)["places"][1]
    player.page.wait_for_function(
        "([player, t]) => !player.textContent.includes(t)", arg=[player.element_handle(), f"t = 9 / {T}"]
    )
    t = clicked(player, "button.back")["places"][0]
    player.page.wait_for_timeout(1_500)
    assert where(player) == [t, stood], "one clock, and it has stopped"


@pytest.mark.parametrize(("language", "theme", "size"), [
    ("en", "light", (1280, 720)), ("en", "dark", (1280, 720)), ("ko", "light", (390, 844)), ("ko", "dark", (1280, 600)),
])  # fmt: skip
def test_it_fits_the_screen(page, tmp_path, shots, language, theme, size):
    words.use(language)
    try:
        scene = updates_scene(learning((0, 40)), (0, 40)).asking("h_t")
        scene.save_html(tmp_path / "page.html")
    finally:
        words.use("en")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme)
    page.goto((tmp_path / "page.html").as_uri())
    player = page.locator(".player")
    player.focus()
    page.keyboard.press("p")
    if size[1] == 600:
        page.keyboard.press("f")  # on a projector, over the whole window
    page.keyboard.press("ArrowRight")
    label = state(player)["places"][1]
    assert label == {"en": "update = 40", "ko": "업데이트 = 40"}[language]
    page.screenshot(path=shots / f"updates-{language}-{theme}-{size[0]}.png", full_page=True)
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0
    if size[0] > 1000:
        for part in (".picture svg", ".updates", ".predict", ".sentence"):
            box = page.locator(part).first.bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= size[1], part


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(page, axe, scene, tmp_path, scheme):
    scene.asking("h_t").save_html(tmp_path / "page.html")
    page.emulate_media(color_scheme=scheme)
    page.goto((tmp_path / "page.html").as_uri())
    player = page.locator(".player")
    player.focus()
    for key in ("p", "t", "?", "ArrowRight"):
        page.keyboard.press(key)
    state(player)
    axe()
