"""A curve drawn by mouse, by finger and by keys; the true one over it, and a sentence that says how near it was."""

import re

import numpy as np
import pytest

from seqlib import words
from seqlib.draw import sketch_scene
from seqlib.draw.sketch import distance
from tests.browser.conftest import FRAMES
from tests.draw.test_sketch import EVERY, trained_loss

STATE = """player => ({
    drawn: player.querySelector("path.drawn").getAttribute("d"),
    truth: player.querySelector("path.truth").getAttribute("d"),
    value: player.querySelector(".area").getAttribute("aria-valuetext"),
    sentence: player.querySelector(".sentence").textContent,
    buttons: [...player.querySelectorAll(".sketch button:not([disabled])")].map(e => e.className.split(" ")[0]),
    legend: [...player.querySelectorAll(".line:not([hidden])")].map(e => e.textContent),
})"""


@pytest.fixture(scope="module")
def curve():
    """Real: the loss of a small LSTM over its first 400 updates, at 20 places."""
    return trained_loss()


@pytest.fixture(scope="module")
def log(curve):
    return sketch_scene(*curve, xlabel="update", ylabel="$L$", log=True)


@pytest.fixture(scope="module")
def linear(curve):
    return sketch_scene(*curve, xlabel="update", ylabel="$L$")


def state(player):
    player.page.evaluate(FRAMES)
    return player.evaluate(STATE)


def place(player, scene, k, value):
    """Where the k-th place and this value are on the screen."""
    sketch, box = scene.extras["sketch"], player.locator(".area").bounding_box()
    left, right = sketch["at"][0] - 12, sketch["at"][-1] + 12
    scale = np.log if sketch["log"] else np.asarray
    low, high = scale(sketch["low"]["value"]), scale(sketch["high"]["value"])
    x = box["x"] + (sketch["at"][k] - left) / (right - left) * box["width"]
    return x, box["y"] + (high - scale(value)) / (high - low) * box["height"]


def drag(player, scene, points):
    """One stroke through (place, value) pairs."""
    mouse = player.page.mouse
    mouse.move(*place(player, scene, *points[0]))
    mouse.down()
    for point in points[1:]:
        mouse.move(*place(player, scene, *point))
    mouse.up()


def values_of(scene, path):
    """The values that a curve in the picture has at each place, None where it has none."""
    sketch = scene.extras["sketch"]
    scale, back = (np.log, np.exp) if sketch["log"] else (np.asarray, np.asarray)
    low, high = scale(sketch["low"]["value"]), scale(sketch["high"]["value"])
    values = [None] * len(sketch["at"])
    for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path):
        k = int(np.abs(np.array(sketch["at"]) - float(x)).argmin())
        part = (float(y) - sketch["low"]["at"]) / (sketch["high"]["at"] - sketch["low"]["at"])
        values[k] = float(back(low + part * (high - low)))
    return values


def factor(sentence):
    return float(re.search(r"a factor ([\d.]+) apart", sentence)[1])


def test_the_true_curve_drawn_by_mouse_is_a_factor_1(page, log, curve, shown):
    player = shown(log)
    _, truth = curve
    assert state(player)["truth"] == "" and str(truth[3]) not in page.locator("main").inner_text()
    drag(player, log, list(enumerate(truth)))
    drawn = values_of(log, state(player)["drawn"])
    np.testing.assert_allclose(drawn, truth, rtol=0.06)  # a pixel
    player.locator(".show").click()
    after = state(player)
    assert factor(after["sentence"]) == pytest.approx(distance(log.extras["sketch"], drawn), abs=0.01)
    assert factor(after["sentence"]) < 1.06
    np.testing.assert_allclose(values_of(log, after["truth"]), truth, rtol=0.01)
    assert after["legend"] == ["drawn", "true"]


def test_a_straight_stroke_is_filled_in_between_and_says_its_distance(page, log, curve, shown, shots):
    player = shown(log)
    x, truth = curve
    drag(player, log, [(0, 1.0), (19, 0.01)])  # one move over all places
    drawn = values_of(log, state(player)["drawn"])
    np.testing.assert_allclose(drawn, np.geomspace(1, 0.01, 20), rtol=0.06)
    player.locator(".show").click()
    said = state(player)["sentence"]
    apart = np.abs(np.log(np.array(drawn) / truth))
    assert factor(said) == pytest.approx(np.exp(apart.mean()), rel=0.02)
    most = int(apart.argmax())
    assert f"most at update = {x[most]:g}: " in said
    page.screenshot(path=shots / "sketch-log.png")
    before = state(player)["drawn"]
    drag(player, log, [(0, 10.0), (19, 10.0)])
    assert state(player)["drawn"] == before, "who has seen it draws no more"
    assert state(player)["buttons"] == ["again"]
    player.locator(".again").click()
    after = state(player)
    assert (after["drawn"], after["truth"], after["buttons"], after["legend"]) == ("", "", ["show"], [])
    assert after["sentence"] == log.sentences[0]


def test_by_keys_alone(page, linear, curve, shown):
    player = shown(linear)
    _, truth = curve
    sketch = linear.extras["sketch"]
    low, high = sketch["low"]["value"], sketch["high"]["value"]
    page.keyboard.press("Tab")
    while player.evaluate("p => p.getRootNode().activeElement?.getAttribute('class')") != "area":
        page.keyboard.press("Tab")
    assert state(player)["value"] == "update = 0: not drawn"
    page.keyboard.press("ArrowUp")  # the first key puts it in the middle
    assert float(state(player)["value"].split(": ")[1]) == pytest.approx((low + high) / 2, rel=0.01)
    for key, part in (("ArrowUp", 1 / 40), ("ArrowDown", -1 / 40), ("PageUp", 1 / 8), ("PageDown", -1 / 8)):
        before = values_of(linear, state(player)["drawn"].replace("h.01", ""))[0]
        page.keyboard.press(key)
        after = values_of(linear, state(player)["drawn"].replace("h.01", ""))[0]
        assert after - before == pytest.approx(part * (high - low), abs=0.01), key
    for _ in range(60):
        page.keyboard.press("ArrowDown")
    assert values_of(linear, state(player)["drawn"])[0] == pytest.approx(low, abs=0.01), "at the axis it ends"
    page.keyboard.press("PageUp")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    drawn = values_of(linear, state(player)["drawn"])
    assert state(player)["value"].startswith(f"update = {4 * EVERY}: ")
    assert drawn[:5] == pytest.approx([low + (high - low) / 8] * 5, abs=0.01) and drawn[5] is None, "it draws on"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert state(player)["value"].startswith("update = 0: ")
    page.keyboard.press("Enter")
    said = state(player)["sentence"]
    apart = np.abs(np.array(drawn[:5]) - truth[:5]).mean()
    assert said.startswith("Drawn at 5 of 20 places. The curves are ")
    assert float(re.search(r"are ([\d.]+) apart", said)[1]) == pytest.approx(apart, rel=0.02)
    page.keyboard.press("ArrowUp")
    assert values_of(linear, state(player)["drawn"])[:5] == pytest.approx(drawn[:5])
    page.keyboard.press("Escape")
    assert (state(player)["drawn"], state(player)["truth"]) == ("", "")


def test_who_draws_nothing_is_told_so(page, log, shown):
    player = shown(log)
    player.locator(".show").click()
    after = state(player)
    assert after["sentence"] == "Nothing was drawn: this is the true curve."
    assert after["truth"] and after["legend"] == ["true"]


def test_every_key_is_in_the_list_and_none_of_stepping(page, log, shown):
    player = shown(log)
    player.focus()
    page.keyboard.press("?")
    keys = player.locator(".panel dl").inner_text()
    assert "Show the true curve" in keys and "To the next place" in keys
    assert "One step" not in keys and "Play" not in keys


def test_by_finger_on_a_phone(browser, log, tmp_path, shots):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    log.save_html(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    player = page.locator(".player")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    touch = context.new_cdp_session(page)

    def send(kind, x=None, y=None):
        points = [] if x is None else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    box = player.locator(".area").bounding_box()
    y, x = box["y"] + box["height"] / 3, box["x"] + 12
    send("touchStart", x, y)
    while x < 382:
        x += 8
        send("touchMove", x, y)
    for step in range(60):  # at the edge of the frame the picture moves along
        send("touchMove", 382 - step % 2, y)
    send("touchEnd")
    drawn = values_of(log, state(player)["drawn"])
    assert None not in drawn, "to the last place, which was outside the frame"
    np.testing.assert_allclose(drawn, drawn[0], rtol=0.05)
    assert page.evaluate("scrollY") == 0, "the page stood still"
    page.screenshot(path=shots / "sketch-phone.png")
    context.close()


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ko", "dark")])
def test_it_looks_right(page, curve, shown, shots, language, theme):
    words.use(language)
    try:
        scene = sketch_scene(*curve, xlabel="$k$", ylabel="$L$", log=True)
        page.emulate_media(color_scheme=theme)
        player = shown(scene)
    finally:
        words.use("en")
    drag(player, scene, [(0, 3.0), (8, 0.05), (15, 0.01)])
    page.screenshot(path=shots / f"sketch-{language}-{theme}-drawn.png")
    player.locator(".show").click()
    said = state(player)["sentence"]
    page.screenshot(path=shots / f"sketch-{language}-{theme}-shown.png")
    start = {
        "en": "Drawn at 16 of 20 places. The curves are a factor",
        "ko": "20곳 중 16곳에 그렸습니다. 두 곡선은 평균",
    }
    assert said.startswith(start[language])
    for part in (".picture svg", ".sketch", ".sentence"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 720, part


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(page, axe, log, shown, scheme):
    page.emulate_media(color_scheme=scheme)
    player = shown(log)
    drag(player, log, [(0, 3.0), (8, 0.05)])
    axe()
    player.locator(".show").click()
    state(player)
    axe()
