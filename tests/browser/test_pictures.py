"""Every picture of every lesson at every step, measured in a browser: no text lies on anything or is cut off.

The lessons are run in processes of their own (see `harvest.py`), so that a new picture is found by itself. There every
cell also runs again by itself, after Run All and after others ran again, and has to say the same.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from seqlib.draw import Scene, style
from seqlib.draw.scenes import curves_scene
from seqlib.draw.studio import errors_scene, forecast_scene

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))
MEASURE = Path(__file__).with_name("pictures.js")
pytestmark = pytest.mark.timeout(1800)  # all lessons run before the first of these tests


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="module")
def harvest(tmp_path_factory):
    """Two of {"en/04_unrolling": …}: all scenes of each lesson, as data; and the cells that say something else again.

    One process for all: two would take each other's time, and that of the tests beside them.
    """
    both = sorted(LESSONS, key=lambda path: path.name)  # a lesson's editions one after the other
    folder = tmp_path_factory.mktemp("pictures")
    command = [sys.executable, Path(__file__).with_name("harvest.py"), folder / "scenes.jsonl", *both]
    with (folder / "log").open("w") as log:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        code = subprocess.run(command, cwd=ROOT, env=environment, stdout=log, stderr=log, timeout=1700).returncode
    assert code == 0, (folder / "log").read_text()[-3000:]
    made, again = {name_of(path): [] for path in LESSONS}, {}
    for line in map(json.loads, (folder / "scenes.jsonl").read_text(encoding="utf-8").splitlines()):
        if "again" in line:
            again[line["lesson"]] = line["again"]
        else:
            made[line["lesson"]].append(line)
    return made, again


@pytest.fixture(scope="module")
def pictures(harvest):
    """All scenes of each lesson, as data: {"en/04_unrolling": [scene]}."""
    return harvest[0]


@pytest.fixture
def ruler(page):
    """A page that can measure pictures."""
    page.set_content("<!doctype html><meta charset=utf-8><body></body>")
    page.add_script_tag(path=MEASURE)
    return page


def faults(ruler, scene):
    """What is wrong with a scene, each with the steps where it is."""
    found = ruler.evaluate("scene => walk(scene)", {name: scene[name] for name in ("svg", "bindings", "T")})
    return [f"{fault} (t = {', '.join(map(str, steps))})" for fault, steps in found.items()]


@pytest.mark.parametrize("path", LESSONS, ids=name_of)
def test_nothing_lies_on_anything(ruler, pictures, path):
    scenes = pictures[name_of(path)]
    assert scenes
    found = [f"{scene['cell']}: {fault}" for scene in scenes for fault in faults(ruler, scene)]
    assert not found, "\n".join(dict.fromkeys(found))


def test_every_cell_can_be_run_again(harvest):
    english = [name_of(path) for path in LESSONS if path.parent.name == "en"]
    assert harvest[1] == {name: {} for name in english}


def test_axes_have_names_and_are_drawn_in_our_settings(pictures):
    every = [scene for scenes in pictures.values() for scene in scenes]
    found = [f"{scene['cell']}: {what}" for scene in every for what in scene["unnamed"]]
    assert not found, "\n".join(dict.fromkeys(found))


TIP = re.compile("(?s)(.*?)(?: = |: )")  # as in widgets/js/numbers.js
NAME = re.compile(r"(?!\d+$)[^\\{}$^]*[^\W_][^\\{}$^]*")  # no mathtext, no bare number or sign


def rows_of(scene):
    """The table of numbers at the first step: (name, text) of every row."""
    for binding in scene["bindings"]:
        name, text, tip = binding.get("name"), binding["values"][0], TIP.match(binding["values"][0])
        if binding["attribute"] == "data-listed":
            yield from ((f"{name}[{row}]", number) for row, number in enumerate(text.split(" "), 1))
        elif name is not None:
            yield name, text
        elif binding["attribute"] == "aria-label" and tip:
            yield tip[1], text


def test_every_number_in_the_table_has_a_name_of_its_own(pictures):
    found = []
    for scene in (scene for scenes in pictures.values() for scene in scenes):
        told = dict.fromkeys(rows_of(scene))
        found += [f"{scene['cell']}: {name!r}" for name, _ in told if not NAME.fullmatch(name)]
        names = [name for name, _ in told]
        found += [f"{scene['cell']}: {name!r} is two numbers" for name in set(names) if names.count(name) > 1]
        written = any("[" in (b.get("name") or "") for b in scene["bindings"])  # each number stands beside it as text
        if "<image" in scene["svg"] and not written and all(b["attribute"] != "data-listed" for b in scene["bindings"]):
            found.append(f"{scene['cell']}: a heat map without its numbers")
    assert not found, "\n".join(dict.fromkeys(found))


# --- what a reader may bring -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1e-200, 1e-9, 1.0, 3e7, 1e300])
@pytest.mark.parametrize("labels", ["years", "dates"])
def test_a_series_of_any_size(ruler, size, labels):
    values = size * (1 + np.sin(np.arange(60.0)))
    times = range(1900, 1960) if labels == "years" else [f"2020-{1 + k % 12:02}-{1 + k % 28:02}" for k in range(60)]
    names = ("last value", "seasonal", "AR(10)")
    ahead = {name: np.tile(values[40 - 5 * k], (20, 5)) for k, name in enumerate(names)}
    scenes = [
        forecast_scene(times, values, 40, ahead),
        errors_scene({name: np.abs(rows[0] - values[:5]) + size / 2 for name, rows in ahead.items()}),
        curves_scene({"$y_t$": values}, xlabel="$t$"),
    ]
    for scene in scenes:
        assert not faults(ruler, vars(scene)), scene.alt
        assert not re.findall(r">[^<]*\de[-+]?\d", scene.svg.split("<desc")[1]), "a factor lies above the axes"


# --- the ruler itself ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draw", "told"),
    [
        (lambda ax: (ax.text(5, 2, "one"), ax.text(5.2, 2, "two")), '"one" and "two" overlap'),
        (lambda ax: ax.text(9.8, 2, "far"), '"far" leaves the picture'),
        (
            lambda ax: (ax.set_position((0, 0, 0.8, 1)), ax.text(9.8, 2, "far", clip_on=True)),
            '"far" is cut by its axes',
        ),
        (lambda ax: ax.text(5, 2, "low", size=13), '"low" is 13.0 pt'),
        (lambda ax: (ax.text(5, 2, "on"), ax.plot([4, 7], [2.2, 2.2])), '"on" lies on a line'),
        (lambda ax: (ax.text(5, 2, "on"), ax.scatter([5.3], [2.2])), '"on" lies on a line'),
        (lambda ax: (ax.text(5, 2, "bar"), ax.bar([5], [4], 0.6, color="#222222")), '"bar" lies on a dark shape'),
        (lambda ax: (ax.text(5, 2, "dim"), ax.bar([5.5], [4], 4, color="#222222")), '"dim" has contrast'),
        (
            lambda ax: (ax.plot([0, 1], [1, 1], "o", label="$x$"), ax.axhline(2.5), ax.legend(loc="center")),
            "the legend",
        ),
        (lambda ax: (ax.text(3, 2, "well"), ax.text(5, 2, "apart"), ax.plot([1, 9], [1.5, 1.5])), None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_ruler_sees(ruler, draw, told):
    ax = style.figure(200 / 72, 100 / 72, layout=None).add_axes([0, 0, 1, 1])
    ax.set(xlim=(0, 10), ylim=(0, 5))
    ax.set_axis_off()
    draw(ax)
    found = faults(ruler, vars(Scene(ax.figure, [], sentences=["a"], alt="a")))
    assert (told is None and not found) or any(told and told in fault for fault in found), found
