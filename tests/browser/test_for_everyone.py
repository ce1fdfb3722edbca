"""A picture for everyone: axe finds no fault, every number has a name."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from seqlib import LSTM, Readout, SequenceModel
from seqlib.draw import Binding, Scene, style
from seqlib.draw.numerals import sub
from seqlib.draw.opening import opening_scene
from seqlib.draw.panels import heat_map
from tests.browser.conftest import FRAMES
from tests.browser.test_lessons import widgets_of

LESSONS = Path(__file__).resolve().parents[2] / "notebooks" / "en"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("large", [False, True])
def test_axe_on_an_exported_page(page, axe, demo_scene, tmp_path, scheme, large):
    demo_scene().save_html(tmp_path / "page.html")
    page.emulate_media(color_scheme=scheme)
    page.goto((tmp_path / "page.html").as_uri())
    page.locator(".player").focus()
    for key in ["?", "t", *(["f"] if large else [])]:
        page.keyboard.press(key)
    page.wait_for_timeout(100)
    axe()


def test_axe_on_a_narrow_page(page, axe, demo_scene, tmp_path):
    page.set_viewport_size({"width": 390, "height": 844})
    demo_scene(T=1, start=0).save_html(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    axe()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_on_every_level_of_a_picture_that_opens(page, axe, tmp_path, scheme):
    model = SequenceModel(LSTM(4, 3, rng=np.random.default_rng(0)), Readout(3, 4, rng=np.random.default_rng(0)))
    opening_scene(model, model.forward(np.ones((5, 4, 1)))).save_html(tmp_path / "page.html")
    page.emulate_media(color_scheme=scheme)
    page.goto((tmp_path / "page.html").as_uri())
    for level in ("cell", "C", "f", None):
        axe()
        if level:
            page.locator(f"[data-open={level}][tabindex]").first.focus()
            press(page, "Enter")
    assert page.locator(".path li").count() == 4


def test_axe_on_a_lesson(page, lab, axe):
    shutil.copy(LESSONS / "08_lstm_gates.ipynb", lab.root)
    notebook = lab.open(page, "08_lstm_gates.ipynb")
    notebook.run_all()
    notebook.steppers.nth(widgets_of(LESSONS / "08_lstm_gates.ipynb") - 1).wait_for()
    for theme in ("light", "dark"):
        notebook.theme(theme)
        page.wait_for_timeout(500)
        axe("{ include: [['.jp-OutputArea-output']] }")


def table(player):
    rows = player.locator(".numbers tbody tr")
    return {row.locator("th").text_content(): row.locator("td").text_content() for row in rows.all()}


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
    page.evaluate(FRAMES)


@pytest.fixture
def player(page, demo_scene, tmp_path):
    demo_scene().save_html(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    page.locator(".player").focus()
    return page.locator(".player")


def test_the_numbers_of_a_step_are_a_table(page, player, demo_scene):
    scene = demo_scene()
    named = {b["name"]: b["values"] for b in scene.bindings if "name" in b}
    assert len(named) == 8
    press(page, "t")
    for t, key in [(5, None), (6, "ArrowRight"), (20, "End")]:
        press(page, *([key] if key else []))
        shown = table(player)
        expected = {name.replace("_t", sub(t)): values[t - 1] for name, values in named.items()}
        assert {name: shown[name] for name in expected} == expected, "by the names that they have at this step"
        assert shown["x"] == scene.bindings[-1]["values"][t - 1].removeprefix("x: "), "a tip is in it too"
        assert player.locator(".numbers caption").text_content() == f"t = {t} / 20"
    press(page, "t")
    assert player.locator(".numbers").is_hidden()
    player.locator("button.table").click()
    assert player.locator(".numbers").is_visible()


def test_what_a_heat_map_shows_as_shades_is_in_the_table(page, tmp_path):
    fig = style.figure(5, 3)
    bindings = heat_map(fig.subplots(), np.array([[0.5, -1.25], [np.nan, 2.0]]))
    Scene(fig, bindings, sentences=["one", "two"], alt="A").save_html(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    player = page.locator(".player")
    player.focus()
    press(page, "t")
    assert table(player) == {"h₁[1]": "+0.50", "h₁[2]": "−1.25"}
    press(page, "ArrowRight")
    assert table(player) == {"h₂[2]": "+2.00"}, "what is no number is not told"


def test_a_picture_without_names_offers_no_table(page, tmp_path):
    fig = style.figure(5, 2)
    text = fig.text(0.5, 0.5, "0")
    Scene(fig, [Binding(text, "text", ["1", "2"])], sentences=["one", "two"], alt="A").save_html(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    page.locator(".player").focus()
    press(page, "t")
    assert page.locator("button.table").is_hidden() and page.locator(".numbers").is_hidden()


def test_every_key_of_the_list_is_heard_and_the_summary_stands_there(page, player):
    assert page.locator("h1").text_content() == "States of eight units"
    press(page, "?")
    panel = player.locator(".keys")
    assert panel.locator("p").text_content() == "States of eight units"
    listed = {key.text_content() for key in panel.locator("kbd").all()}
    assert listed >= {"Home", "←", "→", "End", "Space", "T", "?", "F", "Esc", "Shift ←"}
    titles = [button.get_attribute("title") or "" for button in player.locator("button").all()]
    named = {title.rpartition("(")[2].removesuffix(")") for title in titles if title.endswith(")")}
    assert named == {"Home", "←", "→", "End", "Space", "T", "?", "F"}, "a button says its key"
    press(page, "?")
    assert panel.is_hidden()


def test_the_keys_are_found_by_their_place_on_a_korean_keyboard(page, player):
    player.evaluate("e => e.dispatchEvent(new KeyboardEvent('keydown', { key: 'ㅅ', code: 'KeyT' }))")
    assert player.locator(".numbers").is_visible()
