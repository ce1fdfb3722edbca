"""Every slide of every lesson at the sizes of projectors; the keys of the presenter; the hand-out."""

import base64
import json
import re
import struct
import zlib
from pathlib import Path

import pytest

from tests.browser.conftest import FRAMES
from tests.conftest import ROOT, need
from tools.pages import convert, slides

SIZES = [(1024, 768), (1280, 720), (1920, 1080)]
LESSONS = sorted((ROOT / "notebooks").glob("*/[0-9][0-9]_*.ipynb"))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="500" height="900"><rect width="500" height="900"/></svg>'


def png(width, height):
    """A white picture."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xff" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


PNG = png(600, 450)
FAULTS = Path(__file__).with_name("slides.js").read_text(encoding="utf-8").partition("\n")[2].rstrip().rstrip(";")


def longest_sentences(page):
    """The longest sentence of every slide's picture: the one that leaves it the least room."""
    longest = {}
    for name, slide in re.findall(r'<section class="slide" id="([^"]*)"(.*?)</section>', page, flags=re.DOTALL):
        for packed in re.findall(r'data-scene="([^"]*)"', slide):
            data = json.loads(zlib.decompress(base64.b64decode(packed), -15))
            longest[name] = max([longest.get(name, ""), *data["sentences"]], key=len)
    return longest


def opened(desk, page, folder):
    """Show a page, and wait until its pictures are live."""
    file = folder / "slides.html"
    file.write_text(page, encoding="utf-8")
    desk.set_viewport_size({"width": 1280, "height": 720})
    desk.goto(file.as_uri())
    # Not `wait_for_function`, which evaluates text: the page's policy forbids that.
    expect = need("playwright.sync_api").expect
    expect(desk.locator(".slide.now")).to_have_count(1, timeout=30_000)
    expect(desk.locator("img[data-scene]")).to_have_count(0)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_nothing_is_cut(desk, request, tmp_path, path):
    page = slides.page(path)
    opened(desk, page, tmp_path)
    longest, faults = longest_sentences(page), []
    for width, height in SIZES if path.parent.name == "en" else SIZES[:1]:
        desk.set_viewport_size({"width": width, "height": height})
        for solved in (False, True) if width < 1900 else (False,):  # on a larger screen everything grows along
            found = desk.evaluate(f"([longest, solved]) => ({FAULTS})(longest, solved)", [longest, solved])
            faults += [f"{width} × {height}: {fault}" for fault in found]
    photograph(desk, request, path)
    assert not faults, "\n".join(faults)


def photograph(desk, request, path):
    """With ``--shots``, every screen of the lesson at 1280 × 720, light and dark."""
    folder = request.config.getoption("--shots", None)
    for scheme in ("light", "dark") if folder else ():
        desk.emulate_media(color_scheme=scheme)
        desk.set_viewport_size({"width": 1280, "height": 720})
        count = desk.evaluate("slides.slides.map(slide => slides.screensOf(slide).length)")
        for slide, screen in [(slide, screen) for slide, n in enumerate(count) for screen in range(n)]:
            desk.evaluate(f"slides.show({slide}, {screen})")
            desk.evaluate(FRAMES)
            name = f"slides-{path.parent.name}-{path.stem[:2]}-{slide + 1:02}{'abcdefghij'[screen]}-{scheme}.png"
            desk.screenshot(path=Path(folder) / name)


# --- what a presenter does -------------------------------------------------------------------------------------------


@pytest.fixture
def lesson(desk, tmp_path):
    """Lesson 8 as slides, at its first one."""
    opened(desk, slides.page(ROOT / "notebooks" / "en" / "08_lstm_gates.ipynb"), tmp_path)
    asked = []
    desk.on("request", lambda request: asked.append(request.url))
    yield desk
    assert not [url for url in asked if not url.startswith(("blob:", "data:", "file:", "about:"))]


def at(desk):
    """The slide that is shown, by the id of its cell."""
    return desk.locator(".slide.now").get_attribute("id")


def step(desk):
    return int(desk.locator(".part.now .player .controls input[type=range]").input_value())


def press(desk, *keys):
    for key in keys:
        desk.keyboard.press(key)
        desk.evaluate(FRAMES)


def jump(desk, cell):
    press(desk, *str(desk.evaluate(f"slides.slides.findIndex(slide => slide.id === '{cell}') + 1")), "Enter")
    assert at(desk) == cell


def test_the_arrows_step_the_picture_and_then_turn_the_page(lesson):
    jump(lesson, "gates-grow")
    press(lesson, "ArrowRight")
    assert (at(lesson), step(lesson)) == ("gates-figure-growing", 1)
    press(lesson, *["ArrowRight"] * 4)
    assert (at(lesson), step(lesson)) == ("gates-figure-growing", 5)
    press(lesson, "ArrowRight")
    assert at(lesson) == "gates-equations"
    press(lesson, "ArrowLeft")
    assert (at(lesson), step(lesson)) == ("gates-figure-growing", 5)
    press(lesson, "ArrowLeft")
    assert step(lesson) == 4
    lesson.locator(".part.now .picture").click()  # the same where the picture has the focus
    press(lesson, "ArrowRight")
    assert step(lesson) == 5
    press(lesson, "ArrowRight")
    assert at(lesson) == "gates-equations"
    press(lesson, "ArrowUp", "ArrowUp")
    assert at(lesson) == "gates-grow", "↑ and ↓ turn the page at once"


def test_space_plays_and_t_shows_the_numbers_of_the_picture(lesson):
    jump(lesson, "gates-widget-maps")
    press(lesson, " ")
    lesson.wait_for_selector(".part.now .player .play[title^=Pause]")
    press(lesson, " ", "t")
    assert lesson.locator(".part.now .player table").is_visible()
    frame = lesson.locator(".slide.now").bounding_box()
    table = lesson.locator(".part.now .player .panel >> visible=true").bounding_box()
    assert table["y"] + table["height"] <= frame["y"] + frame["height"]


def test_a_slider_that_sets_something_keeps_its_arrows(lesson):
    jump(lesson, "gates-widget-play")
    gate = lesson.locator(".part.now .player .slider input").first
    before = gate.input_value()
    gate.focus()
    press(lesson, "ArrowRight")
    assert at(lesson) == "gates-widget-play" and step(lesson) == 1
    assert float(gate.input_value()) > float(before)


def test_s_shows_the_answer_and_hides_it(lesson):
    for cell, answer in (
        ("gates-predict-1", "made anew at every step"),
        ("gates-exercise-gate", "sigmoid(W_x @ x_t + W_h @ h_prev + b)"),
        ("gates-quiz-1", "The output gate stands after the memory"),
    ):
        jump(lesson, cell)
        shown = lesson.locator(f".slide.now >> text={answer}")
        assert not shown.is_visible()
        press(lesson, "s")
        assert shown.is_visible()
        press(lesson, "s")
        assert not shown.is_visible()
    press(lesson, "End")
    assert lesson.locator("#answer").is_hidden()


def test_keys_that_find_a_slide(lesson):
    press(lesson, "End")
    assert at(lesson) == "gates-summary"
    press(lesson, "Home")
    assert at(lesson) == "gates-goal"
    press(lesson, "9", "9", "9", "Enter")
    assert at(lesson) == "gates-goal", "a number that no slide has"
    press(lesson, "3", "Escape", "Enter")
    assert at(lesson) == "gates-goal", "Escape takes a number back"
    press(lesson, "Escape")
    lesson.locator("#overview button", has_text="Set the gates by hand").first.click()
    assert at(lesson) == "gates-play"
    press(lesson, "?")
    assert lesson.locator("#help dd").count() == len(slides.WORDS["en"]["list"])
    press(lesson, "ArrowRight", "Escape")
    assert at(lesson) == "gates-play", "behind a list nothing moves"
    lesson.evaluate("dispatchEvent(new KeyboardEvent('keydown', { key: 'ㄴ', code: 'KeyN' }))")
    assert lesson.locator("#drawer").is_visible(), "a Korean keyboard's N, wherever it stands"


def test_notes_and_the_teachers_window_follow(lesson):
    press(lesson, "n")
    notes = lesson.locator("#notes-text")
    assert "what would you change about a state" in notes.inner_text()
    assert "minute 0 to 1 of 50" in lesson.locator("#plan").inner_text()
    with lesson.expect_popup() as popup:
        press(lesson, "p")
    teacher = popup.value
    press(lesson, "ArrowRight")
    assert "Let the class play the memory" in notes.inner_text() == teacher.locator("#notes-text").inner_text().strip()
    assert teacher.locator("#next").inner_text() == "3 · A task: remember until asked · Code"
    assert "minute 1 to 3 of 50" in teacher.locator("#plan").inner_text()
    jump(lesson, "gates-figure-growing")
    teacher.keyboard.press("ArrowRight")  # its keys lead, too
    expect = need("playwright.sync_api").expect
    slider = lesson.locator(".part.now .player .controls input[type=range]")
    expect(slider).to_have_value("2")
    said = lesson.locator(".part.now .player .sentence").inner_text()
    expect(teacher.locator("#said")).to_have_text(said)
    teacher.locator("#on").click()
    expect(slider).to_have_value("3")
    lesson.evaluate("self.begun = Date.now(); Date.now = () => self.begun + 9 * 60000")
    expect(teacher.locator("#plan")).to_contain_text("on time")
    lesson.evaluate("Date.now = () => self.begun + 30 * 60000")
    expect(teacher.locator("#plan")).to_contain_text("min late")
    assert re.match(r"30:0\d", teacher.locator("#clock").inner_text())
    teacher.close()
    press(lesson, "n", "ArrowRight")
    assert notes.is_hidden()


def test_the_clock_goes_on_where_the_page_is_loaded_again(lesson):
    expect = need("playwright.sync_api").expect
    press(lesson, "n", "ArrowRight", "n")
    lesson.wait_for_timeout(500)  # until it is noted
    lesson.evaluate("history.replaceState({ began: history.state.began - 600000 }, '')")
    lesson.reload()
    expect(lesson.locator(".slide.now")).to_have_count(1, timeout=30_000)
    expect(lesson.locator("img[data-scene]")).to_have_count(0)
    press(lesson, "n")
    expect(lesson.locator("#drawer")).to_contain_text(re.compile(r"\b10:\d\d"))


def test_a_hand_out_has_all_slides_with_their_notes_and_no_answers(lesson):
    lesson.emulate_media(media="print")
    try:
        shown = lesson.evaluate(
            """slides.slides.map(slide => {
                const notes = slide.querySelector(".notes"), has = notes.textContent.trim() !== "";
                return [slide.offsetHeight > 0, notes.offsetHeight > 0, has, slide.innerText];
            })"""
        )
        assert all(slide and notes == has for slide, notes, has, _ in shown)
        assert sum(notes for _, notes, _, _ in shown) >= 14
        assert not any("The output gate stands after the memory" in text for *_, text in shown)
        assert all(lesson.locator(f"#{name}").is_hidden() for name in ("drawer", "where", "go-on"))
    finally:
        lesson.emulate_media(media="screen")


def test_d_turns_the_theme_and_the_page_is_for_everyone(page, axe, tmp_path):
    opened(page, slides.page(ROOT / "notebooks" / "ko" / "08_lstm_gates.ipynb"), tmp_path)
    page.evaluate("slides.show(slides.slides.findIndex(slide => slide.id === 'gates-quiz-1'), 0)")
    papers = []
    for _ in range(2):
        axe()
        papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        press(page, "d")
    assert papers[0] != papers[1]


# --- without a browser -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_minutes_of_the_slides_are_those_of_the_lesson(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    minutes = sum(cell["metadata"].get("course", {}).get("minutes", 0) for cell in cells)
    made = slides.slides_of(convert.read(path), path.parent.name)
    assert sum(slide.minutes for slide in made) == pytest.approx(minutes)


def test_the_command_writes_a_page_or_says_what_is_wrong(tmp_path, capsys):
    assert slides.main(["8", "--lang", "ko", "--output", str(tmp_path / "new" / "8.html")]) == 0
    assert '<html lang="ko">' in (tmp_path / "new" / "8.html").read_text(encoding="utf-8")
    assert slides.main(["16"]) == 1 and "a number from 0 to 15" in capsys.readouterr().err
    assert slides.main([str(tmp_path / "mine.ipynb")]) == 1 and "no notebook" in capsys.readouterr().err
    (tmp_path / "mine.ipynb").write_text('{"cells": []}', encoding="utf-8")
    assert slides.main([str(tmp_path / "mine.ipynb")]) == 1 and "slide type" in capsys.readouterr().err


@pytest.fixture
def foreign(tmp_path):
    """A notebook of another program: no cell ids, `null` for what is not set, pictures in every way there is."""
    png = base64.b64encode(PNG).decode()
    (tmp_path / "pic 1.png").write_bytes(PNG)
    (tmp_path / "svg.svg").write_text(SVG)
    slide, code = {"slideshow": {"slide_type": "slide"}}, {"cell_type": "code", "execution_count": 1}
    align = r"\begin{align}a &= b_t \\ c &= d\end{align}"
    prose, pasted = {"cell_type": "markdown", "metadata": slide}, {"a b.png": {"image/png": png}}
    files = "## Files\n\n![file](pic%201.png) <img src='svg.svg'>\n\n![gone](gone.png) ![far](https://example.org/a.png)\n\n`![as](code.png)`"
    cells = [
        {**prose, "source": [f"# Mine\n\n{align}\n\n", "![pasted](attachment:a%20b.png)"], "attachments": pasted},
        {**prose, "source": files},
        {**code, "metadata": slide, "source": "plt.plot([1, 2, 3]);", "outputs": [
            {"output_type": "display_data", "metadata": {}, "data": {"image/png": png, "text/plain": "<Figure>"}}]},
        {**code, "metadata": {**slide, "tags": None}, "source": "svg", "outputs": [
            {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": [SVG], "text/plain": "<SVG>"}}]},
        {**code, "metadata": {"slideshow": None, "jupyter": None}, "source": "1", "outputs": []},
    ]  # fmt: skip
    path = tmp_path / "foreign.ipynb"
    notebook = {"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": cells}
    path.write_text(json.dumps(notebook), encoding="utf-8-sig")
    return path


def test_a_notebook_of_others_has_its_pictures_in_the_page(foreign, desk, tmp_path):
    page = slides.page(foreign)
    assert r"\begin" not in page and page.count("<mtr>") == 2  # two lines without numbers
    assert "gone (<code>gone.png</code>)" in page and "far (<code>https://example.org/a.png</code>)" in page
    assert re.findall(r'<section class="slide" id="([^"]*)"', page) == [f"cell-{n}" for n in (1, 2, 3, 4)]
    assert "<code>![as](code.png)</code>" in page
    opened(desk, page, tmp_path)
    widths = desk.evaluate("() => [...document.querySelectorAll('.flow img')].map((image) => image.naturalWidth)")
    assert widths == [600, 600, 500, 600, 500]
    for width, height in SIZES:
        desk.set_viewport_size({"width": width, "height": height})
        assert desk.evaluate(f"([longest, solved]) => ({FAULTS})(longest, solved)", [{}, False]) == []


def test_no_script_runs_but_the_pages_own():
    page = slides.page(ROOT / "notebooks" / "en" / "00_start.ipynb")
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert len(scripts) == 2
    assert page.count(convert.policy(scripts)) == 1


def test_both_languages_have_the_same_words():
    assert set(slides.WORDS["en"]) == set(slides.WORDS["ko"])
    assert len(slides.WORDS["en"]["list"]) == len(slides.WORDS["ko"]["list"])
