"""Run lessons and collect every scene that they make, sliders at both ends included: JSON, one scene a line.

``python tests/browser/harvest.py out.jsonl notebooks/*/*.ipynb``

The code of a lesson is the same in both languages (`test_editions.py`): what was trained in one is taken over in the
other.
"""

import importlib
import itertools
import json
import re
import sys
from pathlib import Path

import ipywidgets
from IPython.core.interactiveshell import InteractiveShell

from seqlib.draw import style
from seqlib.draw.scene import Scene
from seqlib.widgets.recompute import Recomputed

found, place = [], {}


def keep(scene, unnamed=()):
    record = {"svg": scene.svg, "bindings": scene.bindings, "T": scene.T, "unnamed": list(unnamed)}
    if not any(record.items() <= other.items() for other in found[-40:]):
        found.append(record | place)


def unnamed_axes(fig):
    """Which axes with numbers on them say nowhere what is counted."""
    for n, ax in enumerate(fig.axes):
        for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
            ticks = [label.get_text() for label in axis.get_ticklabels() if label.get_visible()]
            ticks = [re.sub(r"\$|\\mathdefault|[{}^]", "", text) for text in ticks]
            numbers = [text for text in ticks if re.fullmatch(r"[-−]?\d[-−\d. ]*", text)]
            named = axis.get_label_text()
            if axis is ax.yaxis:  # a title at its top, or curves that bear their symbols
                named = named or ax.get_title("left") or any("$" in text.get_text() for text in ax.texts)
            if numbers and not named:
                yield f"axes {n}, {axis.axis_name}: {' '.join(numbers[:3])}"


def watch():
    first, other = Scene.__init__, Scene.with_values

    def init(self, fig, *args, **options):
        unnamed = list(unnamed_axes(fig))
        unnamed += [] if style._inside else ["drawn outside of the course's own settings"]
        first(self, fig, *args, **options)
        keep(self, unnamed)

    def with_values(self, *args, **options):
        made = other(self, *args, **options)
        keep(made)
        return made

    Scene.__init__, Scene.with_values = init, with_values


def move(widget):
    """Move every slider to both of its ends, and choose what can be chosen."""
    if isinstance(widget, ipywidgets.FloatSlider | ipywidgets.IntSlider):
        for value in (widget.min, widget.max, widget.value):
            widget.value = value
    elif isinstance(widget, ipywidgets.ToggleButtons):
        for value in (*widget._options_values, widget.value):
            widget.value = value
    elif isinstance(widget, Recomputed):
        for control in itertools.chain(*widget.rows):
            set_all(widget, control)
    for child in getattr(widget, "children", ()):
        move(child)


def set_all(widget, control):
    """What a control of a picture that recomputes can be set to, each drawn as Python draws it."""
    values = {
        "slider": lambda: (control["low"], control["high"]),
        "choice": lambda: (value for _, value in control["options"]),
        "select": lambda: (value for _, value in control["options"]),
        "check": lambda: (False, True),
    }
    if control["kind"] in values:
        before = getattr(widget, control["name"])
        for value in (*values[control["kind"]](), before):
            setattr(widget, control["name"], value)
            keep(widget.scene)


def share_trainings():
    """What was trained at the same place of the other edition, from the same weights, is not trained again.

    Lesson 3 has Korean data of its own, and so other weights.
    """
    module, made = importlib.import_module("seqlib.nn.train"), {}
    update = module._update

    def updated(updates, model, batches, optimizer, steps, clip, watch):
        place["training"] = place.get("training", 0) + 1
        at = Path(place["lesson"]).name, place["cell"], place["training"]
        at += tuple(array.tobytes() for _, array in model.params.items())
        if at not in made or watch:  # who watches has to see each update
            update(updates, model, batches, optimizer, steps, clip, watch)
            made[at] = list(updates), {name: array.copy() for name, array in model.params.items()}
            return
        updates[:], params = made[at]
        for _ in itertools.islice(batches, len(updates)):
            pass  # those that follow are the ones that follow
        for name, array in params.items():
            model.params[name] = array

    module._update = updated


def run(path):
    """Run a lesson as one session, as its reader does."""
    shell = InteractiveShell()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            place.update(lesson=f"{path.parent.name}/{path.stem}", cell=cell["id"], training=0)
            result = shell.run_cell("".join(cell["source"]), store_history=False)  # silent, it would have no result
            result.raise_error()
            if isinstance(result.result, ipywidgets.Widget):
                move(result.result)


if __name__ == "__main__":
    watch()
    share_trainings()
    for name in sys.argv[2:]:
        run(Path(name))
    Path(sys.argv[1]).write_text("\n".join(map(json.dumps, found)), encoding="utf-8")
