"""The networks of pictures that recompute on their pages, where a notebook is too small for them.

A lesson that is run keeps them in ``networks/LANGUAGE/LESSON.json``: {the sum of a saved picture: what `seqlib.saved`
left out of it}. The picture itself says which are its: one of another training has another sum. Where two pictures have
the same arrays, the second has the sum of the first in their place.
"""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from seqlib import saved

FOLDER = Path(__file__).parent / "networks"
VIEW = "application/vnd.jupyter.widget-view+json"
PACKED = re.compile(r'document\.currentScript,"([^"]*)"')


def views(notebook):
    """Which widget each cell shows: {cell id: model id}, of a notebook as it has just run."""
    found = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if VIEW in output.get("data", {}):
                found[cell["id"]] = output["data"][VIEW]["model_id"]
    return found


def keep(path, notebook, shown, folder=FOLDER):
    """Write what the notebook of a lesson had to leave out, or nothing, in place of what there was.

    Parameters
    ----------
    path : path
        Where the lesson is: ``…/LANGUAGE/LESSON.ipynb``.
    notebook : dict
        As it will be saved.
    shown : dict of str to dict
        The state of the widget that a cell shows, by the cell's id.
    """
    kept = {}
    for cell in notebook["cells"]:
        if left := saved.left_out(shown.get(cell["id"], {})):
            [html] = (output["data"]["text/html"] for output in cell["outputs"] if "data" in output)
            more, arrays = left
            met = next((other for other, (_, its) in kept.items() if its == arrays), arrays)
            kept[_sum(PACKED.search(html)[1])] = more, met
    file = folder / path.parent.name / f"{path.stem}.json"
    if kept:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(kept, indent=0) + "\n", encoding="utf-8", newline="\n")
    else:
        file.unlink(missing_ok=True)


def of(packed):
    """What belongs to a saved picture, as two texts; None where its notebook has all, or nobody kept it."""
    return _all().get(_sum(packed))


@cache
def _all():
    kept = {}
    for file in sorted(FOLDER.glob("*/*.json")):
        kept |= json.loads(file.read_text(encoding="utf-8"))
    return {of: (more, kept[arrays][1] if arrays in kept else arrays) for of, (more, arrays) in kept.items()}


def _sum(packed):
    return hashlib.sha256(packed.encode()).hexdigest()[:32]
