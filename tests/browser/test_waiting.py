"""How long a reader waits for a playground: from a control to the picture, and ``interact`` beside it in the same run.

Like test_latency.py it has the machine to itself when all tests run (`course.py test`).
"""

import numpy as np
import pytest

from tests.browser.interact import INTERACT
from tests.widgets import playgrounds

CELLS = (
    "import matplotlib.pyplot as plt\nimport ipywidgets as widgets\n"
    "from seqlib.widgets.forget import GradientPlayground, measure\nplt.figure(); plt.close()",
    "GradientPlayground(T=100)",
    """def redraw(radius=1.0):
    reach = measure(radius, T=100)
    fig, ax = plt.subplots(figsize=(9, 4))
    for values in (reach.flow, reach.bound, reach.terms):
        ax.semilogy(values)
    ax.set_title(f"{reach.norm:.2f}")
    plt.show()
widgets.interact(redraw, radius=(0.1, 2.0, 0.05));""",
)

# Move the first control of the first playground on the page, at any moment of a frame, until the frame that shows it
# has been painted; and what of that time the browser computed from the event to the values.
MOVE = """async moves => {
    const root = document.querySelector("[data-seqlib]").shadowRoot, panel = root.querySelector(".panel-of-playground");
    const watched = [root.querySelector(".picture"), root.querySelector(".sentence")];
    const kept = root.querySelector(".picture svg");
    const sentences = ["I watch the old watch", "나는 밥을 먹었다"];
    const kinds = {
        "input[type=range]": ([e], n) => {
            const places = Math.round((e.max - e.min) / e.step);  // every move is one step of the slider
            e.value = Number(e.min) + e.step * (Math.floor(0.4 * places) + (n % Math.min(20, Math.floor(places / 2))));
            e.dispatchEvent(new Event("input"));
        },
        "input[type=text]": ([e], n) => { e.value = sentences[n % 2]; e.dispatchEvent(new Event("change")); },
        ".pixels": ([e], n) => {
            const key = [" ", "Backspace"][n % 2];  // ink, and rubbed out
            e.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        },
        "button:not(:disabled, [aria-pressed=true])": (all, n) => all[n % all.length].click(),
    };
    const kind = Object.keys(kinds).find(kind => panel.querySelector(kind));
    const times = [], computed = [];
    let same = 0;
    for (let n = 0; n < moves; n++) {
        await new Promise(done => setTimeout(done, 7 * (n % 5)));
        let see, waiting = true;
        const changed = new Promise(done => { see = new MutationObserver(() => done(0)); });
        watched.forEach(e => see.observe(e, { attributes: true, characterData: true, childList: true, subtree: true }));
        const late = (async () => {  // frames, not seconds: while the page computes there are none
            for (let frames = 0; waiting && frames < 60; frames++) await new Promise(requestAnimationFrame);
            return 1;
        })();
        const start = performance.now();
        kinds[kind](panel.querySelectorAll(kind), n);
        await null;  // the values are made in a microtask
        computed.push(performance.now() - start);
        const unchanged = await Promise.race([changed, late]);  // a small move may show in no decimal
        see.disconnect();
        waiting = false;
        same += unchanged;
        if (unchanged) continue;
        const painted = new MessageChannel();
        // A message posted in a frame arrives when that frame has been painted.
        await new Promise(done => { painted.port1.onmessage = done; painted.port2.postMessage(0); });
        times.push(performance.now() - start);
        painted.port1.close();
    }
    return { kind, times, computed, same, kept: kept === root.querySelector(".picture svg") };
}"""


@pytest.mark.benchmark
def test_from_a_control_to_the_picture(page, lab, tmp_path):
    """In JupyterLab at T = 100, H = 32, then all of them in exported pages: ratios to `interact` in the same run."""
    notebook = lab.open(page, lab.write("waiting.ipynb", *CELLS))
    notebook.run_all()
    notebook.steppers.first.wait_for()
    page.locator(".widget-interact img").wait_for()
    page.evaluate(MOVE, 10)  # what runs for the first time is compiled
    found = {"JupyterLab": page.evaluate(MOVE, 60)}
    slow = np.median(page.evaluate(INTERACT, 10)["times"])
    for name in playgrounds.ALL:
        widget, _ = playgrounds.ALL[name]()
        widget.save_html(tmp_path / "page.html")
        page.goto((tmp_path / "page.html").as_uri())
        page.locator(".player").wait_for()
        page.evaluate(MOVE, 10)
        found[f"exported, {name}"] = page.evaluate(MOVE, 30)
    print(f"\nms: median, 95th percentile, of these computed (interact + plt.show: median {slow:.0f})")
    for where, moved in found.items():
        times, computed = (np.array(moved[what]) for what in ("times", "computed"))
        median, late = np.median(times), np.percentile(times, 95)
        print(f"{where:24}{moved['kind']:20.20}{median:8.1f}{late:8.1f}{np.median(computed):8.1f}")
        assert moved["same"] <= len(times) / 4 and moved["kept"], f"{where}: the values change, the picture stays"
        assert slow >= 5 * median and slow >= 2 * late, where
