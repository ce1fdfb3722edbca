"""Every slide of every lesson at the sizes of projectors; the keys of the presenter; the hand-out."""

import base64
import json
import re
import zlib
from pathlib import Path

import pytest

from tests.browser.conftest import _desk, browser, desk  # noqa: F401
from tests.conftest import ROOT
from tools.pages import slides

pytestmark = pytest.mark.browser

SIZES = [(1024, 768), (1280, 720), (1920, 1080)]
LESSONS = sorted((ROOT / "notebooks").glob("*/[0-9][0-9]_*.ipynb"))
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
    desk.wait_for_function("self.slides && !document.querySelector('img[data-scene]')")


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
            desk.evaluate("new Promise(next => requestAnimationFrame(() => requestAnimationFrame(next)))")
            name = f"slides-{path.parent.name}-{path.stem[:2]}-{slide + 1:02}{'abcdefghij'[screen]}-{scheme}.png"
            desk.screenshot(path=Path(folder) / name)
