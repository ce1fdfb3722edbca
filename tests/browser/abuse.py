"""Every kind of picture under abuse: ``python -m tests.browser.abuse --events 10000 --minutes 10 --seed 1``.

A page that was exported, and a notebook's outputs as they are saved, get random keys, pointers, sentences and sizes,
from the page itself (`abuse.js`) and from the browser. Then: no error on the console, the picture is that of a fresh
one at the same step, nothing typed was lost or became markup, and what the page holds in memory levels off.
"""

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from seqlib import GRU, LSTM, Adam, Readout, SequenceModel, saved
from seqlib.draw import sketch_scene, updates_scene
from seqlib.draw.opening import opening_scene
from seqlib.draw.opus import sound_scene
from seqlib.draw.reading import read_line, reading_scene
from seqlib.draw.sounds import sounds_scene
from seqlib.study.real import opus
from seqlib.study.real.g2p import pronounce
from seqlib.widgets import Chooser, Live, Sketch, Stepper
from seqlib.widgets.reading import Pronounce, ReadPrint
from tests.browser.demo import demo_scene
from tests.draw.test_updates import learning
from tests.widgets import playgrounds

SCRIPT = Path(__file__).with_name("abuse.js")
ROUNDS = 10  # after each the memory is measured
OWN = "image.parentElement.appendChild(document.createElement('div'))"
RENDERS = {
    'player.render({ model: alone(data), el: document.getElementById("player") });': (
        "self.abused(player, alone, data);"
    ),
    "play(image, alone({ ...data, bindings, svg, css }));": (
        f"self.abused(player, alone, {{ ...data, bindings, svg, css }}, {OWN});"
    ),
}


# --- the kinds --------------------------------------------------------------------------------------------------------


def opening():
    rng = np.random.default_rng(3)
    model = SequenceModel(LSTM(4, 3, rng=rng), Readout(3, 4, rng=rng), "many-to-many")
    x = np.eye(4)[rng.integers(0, 4, 5)][:, :, None]
    return opening_scene(model, model.forward(x), tokens=["나는", "밥을", "<b>", "다", "sea"])


def asking():
    [scene] = learning((40,))
    return scene.asking("h_t")


def over_updates():
    updates = (0, 40, 80)
    return updates_scene(learning(updates), updates, start=0).asking("h_t")


def curve(make=sketch_scene):
    return make([1, 2, 4, 8, 16], [0.9, 0.5, 0.1, 0.05, 0.001], xlabel="$t-k$", ylabel="$L$", log=True)


def trained():
    rng = np.random.default_rng(0)
    model = SequenceModel(GRU(3, 4, rng=rng), Readout(4, 2, rng=rng), "many-to-one")
    x, y = rng.normal(size=(5, 3, 16)), rng.integers(0, 2, size=16)
    view = Live(model, iter(lambda: (x, y), None), Adam(0.01), 20)
    view.run()
    return view


# An exported page: what has save_html.
PAGES = {
    "stepper": lambda: demo_scene(begin=0),
    "predict": asking,
    "opening": opening,
    "updates": over_updates,
    "sketch": curve,
    "sound": lambda: sound_scene(opus.network().run(opus.recording().features), opus.sound()),
    "reading line": lambda: reading_scene(read_line("나는 cat")),
    "sounds": lambda: sounds_scene(pronounce("cat")),
    "live training": lambda: trained().stepper.scene,
    **{name: lambda make=make: make()[0] for name, make in playgrounds.ALL.items()},
}
# A notebook's outputs as they are saved: what has a live view.
SAVED = {
    "saved stepper": lambda: Stepper(demo_scene(begin=0)),
    "saved chooser": lambda: Chooser({"one": demo_scene(begin=0), "two": demo_scene(seed=1)}).stepper,
    "saved sketch": lambda: curve(Sketch),
    "saved opening": lambda: Stepper(opening()),
    "saved updates": lambda: Stepper(over_updates()),
    "saved reading line": lambda: ReadPrint("나는 cat").stepper,
    "saved sounds": lambda: Pronounce("cat").stepper,
    "saved training": lambda: trained().stepper,
    "saved playground": lambda: playgrounds.gates()[0],
}
KINDS = [*PAGES, *SAVED]


def write(kind, path):
    """Write the page of a kind, with a place where `abuse.js` takes part."""
    if kind in PAGES:
        PAGES[kind]().save_html(path)
        text = path.read_text(encoding="utf-8")
    else:
        saved._state["carried"] = False
        text = f"<!DOCTYPE html><meta charset=utf-8><body><main>{SAVED[kind]().saved()}</main>"
    [(own, other)] = [(own, other) for own, other in RENDERS.items() if own in text]
    path.write_text(text.replace(own, other), encoding="utf-8")


# --- the events -------------------------------------------------------------------------------------------------------

REAL_KEYS = [
    "ArrowLeft",
    "ArrowRight",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "Space",
    "Enter",
    "Tab",
    "Shift+Tab",
    "Escape",
]
REAL_KEYS += [*"abcdfmpst?0123", "Shift+ArrowRight"]


def real_events(page, count, rng):
    """Keys, clicks, drags and typed letters of the browser itself, and other sizes of its window."""
    for _ in range(count):
        deed, (width, height) = rng.random(), (page.viewport_size["width"], page.viewport_size["height"])
        if deed < 0.6:
            page.keyboard.press(rng.choice(REAL_KEYS))
        elif deed < 0.75:
            page.mouse.click(rng.uniform(0, width), rng.uniform(0, height))
        elif deed < 0.85:
            page.mouse.move(rng.uniform(0, width), rng.uniform(0, height))
            page.mouse.down()
            page.mouse.move(rng.uniform(0, width), rng.uniform(0, height), steps=4)
            page.mouse.up()
        elif deed < 0.95:
            page.keyboard.insert_text(rng.choice(["나는", "the cat ", "<b>", "0.5", "\\frac", "\u202eשלום"]))
        else:
            page.set_viewport_size(
                {"width": rng.choice([320, 800, 1280, 1920]), "height": rng.choice([400, 720, 1080])}
            )


class Memory:
    """What a page holds after its garbage is collected."""

    def __init__(self, page):
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("HeapProfiler.enable")

    def measure(self):
        """(MB of JavaScript, nodes, listeners)."""
        for _ in range(2):
            self.cdp.send("HeapProfiler.collectGarbage")
        heap, counted = self.cdp.send("Runtime.getHeapUsage"), self.cdp.send("Memory.getDOMCounters")
        return heap["usedSize"] / 1e6, counted["nodes"], counted["jsEventListeners"]


def levels_off(values, slack):
    """Whether the last third is no higher than the third before it, but for `slack`, a part."""
    third = max(len(values) // 3, 1)
    return min(values[-third:]) <= max(values[-2 * third : -third]) * (1 + slack)


def abuse(page, kind, folder, *, events, seed, minutes=0, real=0.1, rounds=ROUNDS):
    """Abuse a page of this kind; return the faults, sentences, and the memory after each round.

    Parameters
    ----------
    events : int
        In all; what is `real` of them comes from the browser, the others from the page.
    minutes : float
        Goes on for so long, whatever `events` says.
    """
    path = folder / "page.html"
    write(kind, path)
    page.goto(path.as_uri())
    page.wait_for_function("self.abuses.length === 1")
    memory, rng, measured, faults = Memory(page), random.Random(seed), [], []
    each, end, n = max(events // rounds, 1), time.monotonic() + 60 * minutes, 0
    while n < rounds or time.monotonic() < end:
        page.evaluate("([n, seed]) => abuses[0].events(n, seed)", [round(each * (1 - real)), seed * 1000 + n])
        real_events(page, round(each * real), rng)
        found = page.evaluate("abuses[0].differences()")
        assert found["parts"] > 5, "there is a picture to compare"
        faults += [f"differs from a fresh one: {line}" for line in found["odd"][:3]]
        faults += [f"{what}: {line}" for what in ("markup", "lost") for line in found[what][:3]]
        faults += ["a script of what was typed has run"] if found["alerted"] else []
        if faults:
            break
        page.evaluate("abuses[0].home()")
        measured.append(memory.measure())
        n += 1
    for name, values, slack in zip(
        ("heap", "nodes", "listeners"), zip(*measured, strict=True), (0.05, 0.1, 0.1), strict=True
    ):
        if len(values) >= 6 and not levels_off(values, slack):
            faults.append(f"{name} grows: {', '.join(f'{v:.1f}' for v in values)}")
    return faults, measured


# --- JupyterLab -------------------------------------------------------------------------------------------------------

# A control, or a picture, of a random output gets the focus; whether it has it.
FOCUS = """share => {
    const all = [...document.querySelectorAll(".jp-OutputArea-output")];
    const outputs = all.filter(o => o.querySelector("[data-seqlib], .seqlib-controls"));
    const roots = outputs.flatMap(o => [o, ...[...o.querySelectorAll("*")].map(e => e.shadowRoot).filter(Boolean)]);
    const places = roots.flatMap(r => [...r.querySelectorAll("button, input, select, textarea, [tabindex]")]);
    const seen = places.filter(e => e.getClientRects().length);
    seen[Math.floor(share * seen.length)]?.focus();
    return Boolean(document.activeElement.closest(".jp-OutputArea-output"));
}"""
# The cells of a notebook that can be lost: what they are, and what is written in them.
CELLS = "return app.shell.currentWidget.content.model.sharedModel.toJSON().cells.map(c => [c.id, c.source.toString()]);"
LETTERS = [*"dxcvbamyzrl0", "Enter", "Escape", "Space", "ArrowDown", "ArrowUp", "ArrowRight", "End", "Home", "Delete"]


def abuse_lesson(page, lab, lesson, *, events, seed, rounds=4):
    """Random keys and clicks in what a lesson shows, while cells run again, the kernel restarts, it is reopened.

    Returns
    -------
    list of str
        The faults: cells that are lost or changed, outputs that have become errors.
    """
    rng, faults = random.Random(seed), []
    shutil.copy(lesson, lab.root)
    notebook = lab.open(page, lesson.name)
    notebook.run_all(seconds=300)
    cells = notebook._app(CELLS)
    code = [
        n
        for n, cell in enumerate(json.loads(lesson.read_text(encoding="utf-8"))["cells"])
        if cell["cell_type"] == "code"
    ]
    for n in range(rounds):
        for _ in range(events // rounds):
            if not page.evaluate(FOCUS, rng.random()):
                continue
            if rng.random() < 0.1:
                page.keyboard.insert_text(
                    rng.choice(["나는", "the cat ", "<b>x</b>", "&amp;", "${1}", "\\frac", "שלום"])
                )
            else:
                page.keyboard.press(rng.choice(LETTERS))
        deed = ("again", "restart", "reopen", "again")[n % 4]
        if deed == "again":
            for cell in rng.sample(code, 3):
                notebook.run_cell(cell)
        elif deed == "restart":
            notebook._app("await app.shell.currentWidget.sessionContext.session.kernel.restart()")
            notebook.ready()
        else:
            notebook.save()
            notebook.shut_down()
            notebook = lab.open(page, lesson.name)
        notebook.ready()
        if notebook._app(CELLS) != cells:
            faults.append(f"cells are lost or changed after round {n + 1}, {deed}")
            break
    return faults


def main():
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS
    from tests.conftest import find_browser

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000, help="of each kind of page")
    parser.add_argument("--minutes", type=float, default=0, help="of each kind of page, at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lesson", type=Path, help="a lesson to abuse in JupyterLab, in place of pages")
    parser.add_argument("--kinds", nargs="*", default=KINDS, help=f"of {', '.join(KINDS)}")
    options = parser.parse_args()
    failed = False
    with sync_playwright() as started, tempfile.TemporaryDirectory() as folder:
        browser = started.chromium.launch(executable_path=find_browser(), args=FLAGS)
        if options.lesson:
            return _lesson(browser, Path(folder), options)
        for kind in options.kinds:
            page, errors = browser.new_page(), []
            page.add_init_script(path=SCRIPT)
            page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            page.on(
                "console", lambda told, errors=errors: told.type in ("error", "warning") and errors.append(told.text)
            )
            began = time.monotonic()
            faults, measured = abuse(
                page, kind, Path(folder), events=options.events, seed=options.seed, minutes=options.minutes
            )
            faults += [f"console: {error[:300]}" for error in dict.fromkeys(errors)]
            heaps, nodes, _ = zip(*measured, strict=True) if measured else ((0,), (0,), ())
            print(f"{kind:20} {time.monotonic() - began:5.0f} s, heap {' '.join(f'{heap:.2f}' for heap in heaps)} MB, "
                  f"{nodes[0]} to {nodes[-1]} nodes: {'; '.join(faults) or 'holds'}", flush=True)  # fmt: skip
            failed |= bool(faults)
            page.close()
        browser.close()
    return failed


def _lesson(browser, folder, options):
    from tests.browser.conftest import HARMLESS, serving

    for name in ("home", "notebooks"):
        (folder / name).mkdir()
    with serving(folder / "home", folder / "notebooks") as lab:
        page, errors = browser.new_page(), []
        page.set_default_timeout(180_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda told: told.type == "error" and errors.append(told.text))
        faults = abuse_lesson(page, lab, options.lesson, events=options.events, seed=options.seed)
    told = [error for error in dict.fromkeys(errors) if not any(re.search(harmless, error) for harmless in HARMLESS)]
    faults += [f"console: {error[:300]}" for error in told]
    print(f"{options.lesson.name}: {'; '.join(faults) or 'holds'}", flush=True)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
