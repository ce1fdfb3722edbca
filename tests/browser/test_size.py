"""How large everything is: text in a picture against the prose beside it, what fits a screen, a sheet, a phone."""

import pytest

from seqlib.draw import Binding, Scene, style
from tests.browser.conftest import FRAMES

# All in CSS pixels: the smallest text that a picture may have (14 units), the sentence, the prose; and what is where.
SIZES = """player => {
    const svg = player.querySelector(".picture svg"), box = e => e.getBoundingClientRect().toJSON();
    const font = e => parseFloat(getComputedStyle(e).fontSize);
    const prose = document.querySelector(".jp-RenderedMarkdown p") ?? document.querySelector("main");
    const page = document.querySelector(".jp-WindowedPanel-outer") ?? document.documentElement;
    return {
        text: 14 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width,
        sentence: font(player.querySelector(".sentence")), prose: font(prose),
        player: box(player), picture: box(player.querySelector(".picture")),
        controls: box(player.querySelector(".controls")),
        sideways: page.scrollWidth - page.clientWidth,
        large: !!player.closest("dialog"),
    };
}"""
WIDTHS, HEIGHTS, ZOOMS = (1024, 1280, 1920), {1024: 600, 1280: 600, 1920: 1080}, (1, 1.5, 2)


def settle(page):
    page.evaluate(FRAMES)


@pytest.fixture
def exported(page, demo_scene, tmp_path):
    demo_scene().save_html(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    return page.locator(".player")


def assert_readable(sizes, where):
    assert sizes["text"] >= sizes["prose"] - 0.01, f"{where}: text in the picture is smaller than the prose"
    assert sizes["sentence"] >= sizes["prose"], where
    assert sizes["sideways"] <= 0, f"{where}: the page has to be moved sideways"
    assert sizes["controls"]["width"] <= sizes["picture"]["width"] + 1, where


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("width", [390, *WIDTHS])
def test_an_exported_page_is_readable_and_never_scrolls_sideways(exported, width, zoom):
    page = exported.page
    page.set_viewport_size({"width": int(width / zoom), "height": int(HEIGHTS.get(width, 844) / zoom)})
    settle(page)
    assert_readable(exported.evaluate(SIZES), f"{width} at {zoom}")


def test_the_large_view_holds_all_on_a_projector_and_escape_leaves_it(exported, shots):
    page = exported.page
    page.set_viewport_size({"width": 1280, "height": 600})
    before = exported.evaluate(SIZES)
    exported.focus()
    page.keyboard.press("f")
    page.keyboard.press("ArrowRight")
    settle(page)
    page.screenshot(path=shots / "large.png")
    sizes = exported.evaluate(SIZES)
    assert sizes["large"] and sizes["text"] > before["text"]
    assert_all_on_screen(page)
    page.keyboard.press("Escape")
    settle(page)
    after = exported.evaluate(SIZES)
    assert not after["large"] and after["player"] == before["player"]
    page.keyboard.press("ArrowRight")
    settle(page)
    assert exported.locator(".readout").text_content() == "t = 7 / 20", "it still has the keys"
    exported.locator(".enlarge").click()
    assert exported.evaluate(SIZES)["large"]
    exported.locator(".enlarge").click()
    assert not exported.evaluate(SIZES)["large"]


def test_the_tallest_picture_of_the_course_fits_a_projector_too(page, tmp_path):
    fig = style.figure(10, 6.12)  # the GRU's playground, in lesson 11
    number = fig.text(0.5, 0.5, "0")
    sentences = ["A sentence as long as two lines of a projector hold: " + 30 * "word "] * 2
    made = Scene(fig, [Binding(number, "text", ["1", "2"], "n")], sentences=sentences, alt="A number")
    made.save_html(tmp_path / "page.html")
    page.set_viewport_size({"width": 1280, "height": 600})
    page.goto((tmp_path / "page.html").as_uri())
    page.locator(".player").focus()
    page.keyboard.press("f")
    settle(page)
    assert_all_on_screen(page)
    sizes = page.locator(".player").evaluate(SIZES)
    assert sizes["text"] >= sizes["sentence"] - 0.01


def assert_all_on_screen(page):
    parts = page.evaluate(
        """() => {
            const hosts = [...document.querySelectorAll("[data-seqlib]")];
            const player = hosts.map(e => e.shadowRoot?.querySelector("dialog .player")).find(Boolean);
            return [".picture svg", ".controls", ".sentence"].map(name => {
                const { left, right, top, bottom } = player.querySelector(name).getBoundingClientRect();
                return [name, left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight];
            });
        }"""
    )
    assert all(seen for _, seen in parts), parts


def test_a_frame_that_is_too_narrow_is_moved_by_keyboard(exported):
    page = exported.page
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    frame = exported.locator(".picture")
    assert frame.get_attribute("tabindex") == "0"
    exported.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function("e => e.scrollLeft > 50", arg=frame.element_handle())
    assert exported.locator(".readout").text_content() == "t = 5 / 20"


@pytest.mark.parametrize("format", ["A4", "Letter"])
def test_print_is_whole(exported, format):
    """A sheet has 96 CSS pixels an inch; Chromium's own margins are 0.4 inches."""
    page, inches = exported.page, {"A4": 8.27, "Letter": 8.5}[format]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": int((inches - 0.8) * 96), "height": 1000})
    settle(page)
    sizes = exported.evaluate(SIZES)
    assert sizes["sideways"] <= 0
    svg = exported.locator(".picture svg").bounding_box()
    assert sizes["picture"]["left"] <= svg["x"] and svg["x"] + svg["width"] <= sizes["picture"]["right"] + 1
    assert svg["width"] > 500
    assert exported.locator(".controls").is_hidden()


# --- in JupyterLab ---------------------------------------------------------------------------------------------------

CELLS = ("from demo import demo_scene\nfrom seqlib.widgets import Stepper\nStepper(demo_scene())",)


def test_in_jupyterlab_at_every_size(desk, lab, shots):
    page = desk
    page.set_viewport_size({"width": 1280, "height": 720})
    notebook = lab.show(page, lab.write("size.ipynb", *CELLS, prose="Some *prose* above the picture."))
    notebook.run_all()
    player = notebook.steppers.first
    player.wait_for()
    small = []
    for browser_open in (True, False):
        for width in WIDTHS:
            for zoom in ZOOMS:
                page.set_viewport_size({"width": int(width / zoom), "height": int(HEIGHTS[width] / zoom)})
                page.wait_for_timeout(250)
                where = f"{width}-{int(100 * zoom)}-{'open' if browser_open else 'closed'}"
                player.scroll_into_view_if_needed()
                page.screenshot(path=shots / f"size-{where}.png")
                sizes = player.evaluate(SIZES)
                small.append((where, sizes["text"], sizes["picture"]["width"]))
                assert_readable(sizes, where)
        notebook._app("await app.commands.execute('application:toggle-left-area')")
    print(*small, sep="\n")


@pytest.mark.parametrize("mode", ["none", "contentVisibility", "full"])
def test_the_large_view_in_jupyterlab(desk, lab, mode, shots):
    """JupyterLab's cells contain and clip what is in them, in every mode of its windows."""
    page = desk
    page.set_viewport_size({"width": 1280, "height": 600})
    notebook = lab.show(page, lab.write(f"large-{mode}.ipynb", *CELLS, prose="Above."))
    notebook._app(
        f"app.shell.currentWidget.content.notebookConfig = "
        f"{{ ...app.shell.currentWidget.content.notebookConfig, windowingMode: '{mode}' }}"
    )
    notebook.run_all()
    player = notebook.steppers.first
    player.wait_for()
    player.focus()
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    page.keyboard.press("f")
    settle(page)
    assert_all_on_screen(page)
    page.screenshot(path=shots / f"large-lab-{mode}.png")
    for letter in "abddm":
        page.keyboard.press(letter)
    page.keyboard.press("Escape")
    settle(page)
    assert not player.evaluate(SIZES)["large"]
    page.keyboard.press("ArrowRight")
    settle(page)
    assert player.locator(".readout").text_content() == "t = 6 / 20"
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
