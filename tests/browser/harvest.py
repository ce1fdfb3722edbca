"""Run lessons and collect every scene that they make, sliders at both ends included: JSON, one scene a line.

``python tests/browser/harvest.py out.jsonl notebooks/*/*.ipynb``

Then every cell of the English edition runs again by itself, from the top, as every reader does sometimes, and from the
bottom, so that each runs after all later ones; what says something else is a line, too: {"lesson", "again": {cell:
[first, then]}}. The Korean edition has the same code, see `test_editions.py`.

A training of the same weights by the same batches comes out the same (strict nbval sees to it in both editions, on
their own): it is made once, and taken over when the cell runs again and in the other language.
"""

import gc
import hashlib
import importlib
import itertools
import json
import os
import re
import sys
from copy import deepcopy
from functools import partial
from pathlib import Path

import ipywidgets
import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from seqlib.draw import style
from seqlib.draw.scene import Scene
from seqlib.nn.record import Record
from seqlib.study.learning import _round
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
        if not place:  # the lesson's cells run again
            return first(self, fig, *args, **options)
        unnamed = list(unnamed_axes(fig))
        unnamed += [] if style._inside else ["drawn outside of the course's own settings"]
        first(self, fig, *args, **options)
        keep(self, unnamed)

    def with_values(self, *args, **options):
        made = other(self, *args, **options)
        if place:
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
    """What was trained from the same weights, by the same optimizer with the same batches, is not trained again.

    Of networks of seqlib, that is: a cell or a model that the lesson writes may be another one when it runs again.
    """
    module, made = importlib.import_module("seqlib.nn.train"), {}
    update = module._update

    def updated(updates, model, batches, optimizer, steps, clip, watch):
        first = list(itertools.islice(batches, min(steps, 1)))  # drawn from one generator, it tells all others
        batches = itertools.chain(first, batches)
        state = {name: value for name, value in vars(optimizer).items() if name != "_memory"}
        rounds = isinstance(watch, partial) and watch.func is _round  # which only rounds the weights after each update
        parts = {name: part for name, part in vars(model).items() if not name.startswith("_")}  # these are memory
        key = fingerprint(model, parts, state, first, steps, clip, rounds)
        if (watch and not rounds) or key not in made or not is_ours(model):  # who watches has to see each update
            update(updates, model, batches, optimizer, steps, clip, watch)
            made[key] = deepcopy((updates, dict(model.params.items()), vars(optimizer) | {"_memory": None}))
            return
        updates[:], params, state = deepcopy(made[key])
        for _ in itertools.islice(batches, len(updates)):
            pass  # those that follow are the ones that follow
        for name, array in params.items():
            model.params[name] = array
        vars(optimizer).update(state | {"_memory": vars(optimizer).get("_memory")})

    module._update = updated


def is_ours(model):
    """Whether a model, and all that it is made of, is written in seqlib."""
    parts = [model, *vars(model).values(), *getattr(getattr(model, "cell", None), "cells", {}).values()]
    return all(type(part).__module__.startswith("seqlib") for part in parts if hasattr(part, "params"))


def fingerprint(*values):
    """A number of what these hold: arrays by their bytes, all else by how it is written."""
    told = hashlib.sha256()
    for value in values:
        if isinstance(value, dict | Record):
            told.update(fingerprint(*itertools.chain.from_iterable(value.items())))
        elif isinstance(value, list | tuple):
            told.update(fingerprint(len(value), *value))
        elif isinstance(value, np.ndarray):
            told.update(f"{value.dtype} {value.shape}".encode() + np.ascontiguousarray(value).tobytes())
        elif hasattr(value, "params"):
            told.update(fingerprint(repr(value), value.params))
        else:
            told.update(repr(value).encode())
    return told.digest()


def code_cells(path):
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def said(shell, cell):
    """Run a cell: what it printed and what its last line is in words, and the result. Times differ from run to run."""
    with capture_output() as heard:
        result = shell.run_cell("".join(cell["source"]), store_history=False)  # silent, it would have no result
    texts = [heard.stderr, *(output.data.get("text/plain", "") for output in heard.outputs)]
    error = result.error_before_exec or result.error_in_exec
    texts += [f"{type(error).__name__}: {error}"] if error else []
    return "a time" if "prints-time" in tags(cell) else "".join([heard.stdout, *texts]), result


def tags(cell):
    return cell["metadata"].get("tags", [])


def run(path):
    """Run a lesson as one session, as its reader does: the shell, and what each cell said."""
    shell, first = InteractiveShell(), {}
    for cell in code_cells(path):
        place.update(lesson=f"{path.parent.name}/{path.stem}", cell=cell["id"])
        first[cell["id"]], result = said(shell, cell)
        result.raise_error()
        if isinstance(result.result, ipywidgets.Widget):
            move(result.result)
    place.clear()
    return shell, first


def differing(path):
    """The cells of a lesson that say something else when they run again: {id: (first, then)}.

    From the bottom, cells that train are left out.
    """
    shell, first = run(path)
    cells, problems = code_cells(path), {}
    quick = [cell for cell in cells if "training" not in tags(cell)]
    for cell in (*cells, *reversed(quick)):
        then, _ = said(shell, cell)
        if then != first[cell["id"]]:
            problems[cell["id"]] = first[cell["id"]], then
    return problems


if __name__ == "__main__":
    gc.set_threshold(100_000, 20, 20)  # see tools/quick.py
    watch()
    share_trainings()
    lines = []
    for name in sys.argv[2:]:
        path = Path(name)
        if path.parent.name == "en":
            lines.append({"lesson": f"en/{path.stem}", "again": differing(path)})
        else:
            run(path)
    Path(sys.argv[1]).write_text("\n".join(map(json.dumps, [*found, *lines])), encoding="utf-8")
    os._exit(0)  # on its way out IPython would empty each session by itself, among all objects: a fifth of all the time
