"""A picture with a sound: they keep step, with no kernel, by keyboard, and also where no sound can be played."""

import re

import pytest

from seqlib.draw.opus import sound_scene
from seqlib.study.real import opus

# What the page's only sound is doing.
LISTEN = """() => {
    const made = Audio;
    window.Audio = function (address) { return (window.heard = new made(address)) };
}"""


@pytest.fixture
def player(page, tmp_path):
    page.add_init_script(f"({LISTEN})()")
    sound_scene(opus.network().run(opus.recording().features), opus.sound()).save_html(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    page.locator(".player").focus()
    return page.locator(".player")


def seconds(player):
    return float(re.search(r"[\d.]+", player.locator(".readout").text_content())[0])


def test_the_picture_follows_the_sound_and_a_step_leads_it(player):
    page = player.page
    page.keyboard.press("End")
    page.wait_for_function("heard.currentTime > 7.9")
    page.keyboard.press("Home")
    page.wait_for_function("heard.currentTime === 0")
    page.keyboard.press("Space")
    page.wait_for_function("heard.currentTime > 0.5 && !heard.paused")
    page.keyboard.press("Space")
    page.wait_for_function("heard.paused")
    assert abs(page.evaluate("heard.currentTime") - seconds(player)) < 0.1
    page.keyboard.press("s")
    assert page.evaluate("heard.muted") and player.locator("button.mute").get_attribute("aria-pressed") == "true"


def test_the_clock_goes_on_where_no_sound_can_be_played(player):
    page = player.page
    page.evaluate("() => { heard.play = () => Promise.reject(new Error('no such sound')) }")
    readout = player.locator(".readout").element_handle()
    page.keyboard.press("Space")
    page.wait_for_function("output => parseFloat(output.textContent.slice(4)) > 0.3", arg=readout)
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(150)  # the step is drawn with the next frame
    before = seconds(player)
    page.wait_for_timeout(150)
    assert seconds(player) == before > 0.2
