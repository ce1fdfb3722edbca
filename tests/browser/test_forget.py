"""The gradient playground in a real browser: from the slider to the picture, and no picture replaced on the way."""

import numpy as np
import pytest

pytestmark = pytest.mark.benchmark

CELLS = ("from seqlib.widgets.forget import GradientPlayground", "GradientPlayground(T=100)")

# Press → or ← on the slider of ρ as its own key handler hears it, until the sentence below the picture is another one
# (it is set in the same frame as the curves).
MOVE = """async moves => {
    const area = document.querySelector(".jp-OutputArea-output .widget-vbox");
    const handle = area.querySelector(".noUi-handle");
    const root = area.querySelector("[data-seqlib]").shadowRoot;
    const said = root.querySelector(".sentence"), kept = root.querySelector(".picture svg");
    const curve = () => [...kept.querySelectorAll("path[id]")].map(p => p.getAttribute("d")).join();
    const frame = () => new Promise(requestAnimationFrame);
    const times = [];
    let same = 0;
    for (let n = 0; n < moves; n++) {
        await new Promise(done => setTimeout(done, 80 + 7 * (n % 5)));
        const before = said.textContent, drawn = curve(), start = performance.now();
        const key = n < moves / 2 ? "ArrowRight" : "ArrowLeft";
        handle.focus();
        handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        while (said.textContent === before && performance.now() - start < 5000) await frame();
        await frame();
        times.push(performance.now() - start);
        same += curve() === drawn;
    }
    return { times, same, kept: kept === root.querySelector(".picture svg") };
}"""


def test_from_slider_to_picture(page, lab):
    """T = 100, H = 32, at most 100 ms in the median; a busy machine gets two more tries."""
    notebook = lab.open(page, lab.write("gradient.ipynb", *CELLS))
    notebook.run_all()
    page.locator(".widget-vbox .noUi-handle").first.wait_for()
    notebook.steppers.first.wait_for()
    medians = []
    while len(medians) < 3 and not (medians and medians[-1] <= 100):
        moved = page.evaluate(MOVE, 24)
        assert moved["same"] == 0 and moved["kept"], "the curves move, the picture stays"
        medians.append(np.median(moved["times"]))
        worst = np.percentile(moved["times"], 95)
        print(f"\nslider to picture: median {medians[-1]:.0f} ms, 95th percentile {worst:.0f} ms")
    assert min(medians) <= 100, medians
