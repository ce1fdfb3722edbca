"""Make docs/stepper.gif, the moving picture in the README, from the course itself.

    python -m tools.readme_picture

Trains the small model of lesson 4, opens the page that `Scene.save_html` writes in the browser, and presses → at every
frame, so that the picture shows what a reader sees.
"""

import io
import tempfile
from itertools import repeat
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from seqlib import RNN, Adam, Readout, SequenceModel, train
from seqlib.draw.unroll import sentence_scene
from tests.conftest import find_browser

PICTURE = Path(__file__).parents[1] / "docs" / "stepper.gif"
SIZE = {"width": 880, "height": 530}


def scene():
    """The cell of lesson 4 with its numbers, on 나는 밥을 먹었 다."""
    rng = np.random.default_rng(1)
    tokens, order = ["나는", "밥을", "먹었", "다"], np.array([[0, 1, 2, 3], [1, 0, 2, 3]]).T
    x, targets = np.eye(4)[order].transpose(0, 2, 1), np.vstack([order[1:], [-1, -1]])
    model = SequenceModel(RNN(4, 3, rng=rng), Readout(3, 4, rng=rng))
    train(model, repeat((x, targets)), Adam(0.05), 40, clip=1.0)
    return sentence_scene(model, model.forward(x), 0, tokens=tokens)


def frames(page, steps):
    """A screenshot of every step."""
    page.locator(".player").focus()
    page.keyboard.press("Home")
    for _ in range(steps):
        page.wait_for_timeout(200)
        yield Image.open(io.BytesIO(page.screenshot())).quantize(128)
        page.keyboard.press("ArrowRight")


def main():
    """Write the picture."""
    made = scene()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "page.html"
        made.save_html(path)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        page.goto(path.as_uri())
        page.add_style_tag(content="body { margin: 12px auto !important }")
        first, *rest = frames(page, made.T)
        browser.close()
    PICTURE.parent.mkdir(exist_ok=True)
    first.save(PICTURE, save_all=True, append_images=rest, duration=1600, loop=0, optimize=True)
    print(f"{PICTURE}: {PICTURE.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
