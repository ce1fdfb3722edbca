"""Playgrounds in a real browser: by keyboard, with no kernel."""

from copy import deepcopy

import pytest

from seqlib import words
from tests.browser.conftest import FRAMES
from tests.widgets import playgrounds


@pytest.fixture
def alone(page, tmp_path):
    """Opens a playground saved as a page; every request but the page itself fails the test."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    def show(name):
        widget, _ = playgrounds.ALL[name]()
        path = tmp_path / f"{name}.html"
        widget.save_html(path)
        page.goto(path.as_uri())
        page.locator(".player").wait_for()
        return widget

    yield show
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []


def drawn(page):
    """After the next frame: every bound attribute of the picture, and the sentence."""
    page.evaluate(FRAMES)
    return page.locator(".picture").inner_html(), page.locator(".sentence").text_content()


def test_a_slider_by_keyboard(page, alone):
    widget = alone("gates")
    slider = page.get_by_role("slider", name="f", exact=True)
    slider.focus()
    before = drawn(page)
    page.keyboard.press("ArrowLeft")
    widget.f = 0.89
    after = drawn(page)
    assert after != before and after[1] == widget.scene.sentences[0]
    assert page.locator(".readout").text_content() == "t = 1 / 30", "the arrows of a slider are its own"
    page.keyboard.press("Home")
    widget.f = 0
    assert drawn(page)[1] == widget.scene.sentences[0] and "gone at once" in widget.scene.sentences[0]
    page.get_by_role("button", name="what goes into").press("Enter")
    slider = page.get_by_role("slider", name="a_f")
    assert slider.get_attribute("aria-valuetext") == "−8.00"
    slider.focus()
    page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext") == "8.00"
    page.get_by_role("button", name="the gates", exact=True).click()
    assert page.get_by_role("slider", name="f", exact=True).get_attribute("aria-valuetext") == "1.00"


def test_the_player_still_steps(page, alone):
    widget = alone("gru")
    page.get_by_role("slider", name="z", exact=True).fill("0.3")
    page.locator(".player").focus()
    page.keyboard.press("End")
    widget.z = 0.3
    assert drawn(page)[1] == widget.scene.sentences[-1]


def test_the_gradient_playground(page, alone):
    widget = alone("reach")
    page.get_by_role("button", name="relu").click()
    page.get_by_role("checkbox").press("Space")
    page.get_by_role("slider").nth(0).fill("1.2")
    widget.activation, widget.clip, widget.radius = "relu", True, 1.2
    assert drawn(page)[1] == widget.scene.sentences[0] and "clipped to" in widget.scene.sentences[0]


def test_a_digit_is_drawn_with_the_mouse_and_with_keys(page, alone):
    widget = alone("drawn")
    grid, ink = page.locator(".pixels"), page.locator(".pixels i")

    def dark(k):
        return float(ink.nth(k).evaluate("dot => dot.style.opacity"))

    page.get_by_role("button", name="clear").click()
    assert page.get_by_role("button", name="clear").is_disabled() and dark(9) == 0
    widget.clear()
    assert drawn(page)[1] == widget.scene.sentences[0]
    grid.scroll_into_view_if_needed()
    left, top, width, _ = grid.bounding_box().values()
    pixel = width / 8
    page.mouse.move(left + 1.5 * pixel, top + 1.5 * pixel)
    page.mouse.down()
    page.mouse.move(left + 5.5 * pixel, top + 1.5 * pixel, steps=5)
    page.mouse.up()
    for button in ("right", "middle"):
        page.mouse.move(left + 5.5 * pixel, top + 6.5 * pixel)
        page.mouse.click(left + 5.5 * pixel, top + 6.5 * pixel, button=button)
    assert [dark(8 + k) for k in (1, 3, 5)] == [1, 1, 1] and dark(8 * 6 + 5) == 0, "only while the first button is down"
    assert 0 < dark(3) < 1, "the pen is soft"
    grid.focus()
    for key in ("ArrowDown", "ArrowDown", "Space"):  # from where the stroke began
        page.keyboard.press(key)
    assert dark(8 * 3 + 1) == 1 and "row 4, column 2: 1.00" in grid.get_attribute("aria-label")
    page.keyboard.press("Backspace")
    assert dark(8 * 3 + 1) == 0
    widget.pixels = [dark(k) for k in range(64)]
    assert drawn(page)[1] == widget.scene.sentences[0]
    assert page.locator(".readout").text_content() == "t = 1 / 6", "the arrows belong to the grid"


def test_words_are_moved(page, alone):
    widget = alone("reorder")
    page.get_by_role("button", name="pick the token at step 1").click()
    left, right = (page.get_by_role("button", name=name) for name in ("← move the token", "move the token →"))
    assert left.is_disabled() and right.is_enabled()
    right.press("Enter")
    widget.pick(0)
    widget.move(+1)
    assert drawn(page)[1] == widget.scene.sentences[0]
    pressed = page.locator("button[aria-pressed=true]")
    assert pressed.count() == 1 and pressed.text_content() == widget.tokens[1]
    page.get_by_role("button", name="reset").click()
    widget.reset()
    assert drawn(page)[1] == widget.scene.sentences[0]


def test_the_switchboard(page, alone):
    widget = alone("switchboard")
    page.get_by_role("button", name="ONNX").click()
    page.get_by_role("button", name="converted").click()
    widget.source, widget.converted = ("keeps", "before"), True
    page.locator(".player").focus()
    page.keyboard.press("Home")
    assert drawn(page)[1] == widget.scene.sentences[0] and "negated" in widget.scene.sentences[0]


def typed(page, text):
    """Type a sentence and press Enter."""
    box = page.get_by_role("textbox", name="sentence")
    box.fill(text)
    box.press("Enter")
    return page.locator(".panel-of-playground [role=status]")


def test_arrows_step_behind_a_button_that_was_pressed(page, alone):
    alone("tau")
    page.get_by_role("button", name="4", exact=True).click()
    assert page.locator(".readout").text_content() == "k = 4 / 4"
    for key, step in (("ArrowLeft", 3), ("ArrowLeft", 2), ("End", 4), ("Home", 1)):
        page.keyboard.press(key)
        assert drawn(page) and page.locator(".readout").text_content() == f"k = {step} / 4"


def test_three_cells_read_what_is_typed(page, alone):
    widget = alone("trio")
    assert page.locator(".readout").text_content() == f"t = {widget.t} / {widget.scene.T}"
    said = typed(page, "나는 <b>로봇</b>을 먹었다")
    widget.type("나는 <b>로봇</b>을 먹었다")
    assert drawn(page)[1] == widget.scene.sentences[-1] and said.text_content() == widget.note
    assert page.locator(".readout").text_content() == f"t = {widget.t} / {widget.scene.T}"
    for text in ("", "?! …", "나는 " * 11):
        typed(page, text)
        widget.type(text)
        assert drawn(page)[1] == widget.scene.sentences[-1], "the sentence before stays"
        assert said.text_content() == widget.said and widget.said
    page.get_by_role("combobox").select_option("unit 2")
    assert drawn(page) and said.text_content() == widget.said, "what was refused still stands in the field"
    typed(page, "나는")
    assert drawn(page) and said.is_hidden() and page.locator(".readout").text_content() == "t = 1 / 1"
    typed(page, "I watch the old watch on the light in play")
    page.get_by_role("combobox").select_option("unit 3")
    widget.type("I watch the old watch on the light in play")
    widget.unit = 2
    page.locator("[data-goto='9']").last.click(force=True)
    assert drawn(page)[1] == widget.scene.sentences[8], "a drawing that began with six words has room for ten"


def test_the_network_writes(page, alone, monkeypatch):
    page.add_init_script("Math.random = () => 0.4")
    widget = alone("next word")

    class Rng:
        random = staticmethod(lambda: 0.4)

    widget.rng = Rng()
    acts = {"add a word": widget.add_word, "write a new": widget.write_sentence, "add a": widget.add_word}
    for button, act in acts.items():
        page.get_by_role("button", name=button).click()
        act()
        assert drawn(page)[1] == widget.scene.sentences[-1]
        assert page.get_by_role("textbox").input_value() == widget.sentence
    page.get_by_role("button", name="한국어").click()
    widget.choice = "한국어"
    page.get_by_role("slider", name="temperature").fill("0.3")
    widget.temperature = 0.3
    typed(page, "나는 <i>밥</i>을")
    widget.sentence = "나는 <i>밥</i>을"
    assert drawn(page)[1] == widget.scene.sentences[-1]
    assert page.locator(".panel-of-playground [role=status]").text_content() == widget.note
    assert widget.typed["English"] != "the children play", "and each model keeps its own sentence"


def test_what_cannot_be_recomputed_leaves_the_picture_and_one_sentence(page, tmp_path):
    widget, _ = playgrounds.gates()
    given = deepcopy(widget.given)
    given["cell"]["program"]["forward"].append(["C", ["sin", "f"]])
    widget.given = given
    widget.save_html(tmp_path / "broken.html")
    page.goto((tmp_path / "broken.html").as_uri())
    page.get_by_role("slider", name="f", exact=True).fill("0.5")
    assert drawn(page)[1] == widget.scene.sentences[0]
    said = page.locator(".panel-of-playground [role=status]")
    assert said.text_content().startswith("This picture cannot be recomputed in this browser. (The browser knows add, ")


@pytest.mark.parametrize("name", playgrounds.ALL)
def test_everything_is_on_the_screen(page, alone, shots, schemes, name):
    """Picture, controls and sentence together at 1280 x 720, in the longer of the two languages; nothing hangs out."""
    words.use("ko")
    try:
        alone(name)
    finally:
        words.use("en")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=shots / f"playground-{name}-{scheme}.png")
    boxes = page.evaluate("""() => {
        const root = document.querySelector("#player").shadowRoot, box = e => e.getBoundingClientRect();
        const outer = box(root.querySelector(".player"));
        const inside = [...root.querySelectorAll(".panel-of-playground :not(style, option, [hidden])")].map(box);
        const out = inside.filter(b => b.right > outer.right + 1 || b.left < outer.left - 1);
        return { bottom: outer.bottom, hang: out.length, wide: document.documentElement.scrollWidth };
    }""")
    assert boxes["bottom"] <= 720 and boxes["hang"] == 0 and boxes["wide"] <= 1280


@pytest.mark.parametrize("name", playgrounds.ALL)
def test_keys_and_axe(page, alone, axe, name):
    """The table, the list of keys and the large view open by their keys; letters typed in a control open nothing."""
    alone(name)
    player = page.locator(".player")
    numbers, keys, large = (player.locator(of) for of in (".numbers", ".keys", "dialog.large"))
    control = page.locator(".panel-of-playground :is(input, button:not(:disabled))").first
    control.focus()
    page.keyboard.type("t?f")
    drawn(page)
    assert numbers.is_hidden() and keys.is_hidden() and page.locator("dialog.large").count() == 0
    player.focus()
    page.keyboard.type("t?")
    drawn(page)
    assert keys.is_visible() and keys.locator("dt").count() > 5
    assert numbers.is_visible() and numbers.locator("tbody tr").count() > 0, "there are numbers in every playground"
    in_both_schemes(page, axe)
    assert all(text.strip() for text in numbers.locator("th, td").all_text_contents())
    page.keyboard.type("t?f")
    drawn(page)
    assert page.locator("dialog.large").is_visible() and large.count() == 0, "the player is in the dialog"
    assert control.is_visible(), "with its controls"
    in_both_schemes(page, axe)
    page.keyboard.press("Escape")
    drawn(page)
    assert page.locator("dialog.large").count() == 0 and player.is_visible()


def in_both_schemes(page, axe):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        axe()
