"""The Korean edition beside the English one: the same files, cells, ids and code; other words.

    python -m tools.edition notebooks/ko/04_unrolling.ipynb            # bring code and structure over
    python -m tools.edition --seen notebooks/ko/04_unrolling.ipynb     # "these words say what the English say now"
    python -m tools.edition --seen notebooks/ko/04_unrolling.ipynb unroll-goal …

The English lesson gives code, order, ids, tags and metadata; the Korean one keeps its Markdown, its speaker notes and
its outputs. A cell that has no Korean text yet gets ``TODO`` and the English text. Every Korean cell with words carries
a digest of the English words that it was written from (``metadata.course.english``): when those change, a test names
the cell, until it was looked at and marked with ``--seen``.
"""

import argparse
import copy
import hashlib
import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
SETUP = re.compile(r"use_language\([\"']en[\"']\)")
TODO = "TODO "


def digest(cell):
    """What tells that the English words of a cell were changed: its prose and what the teacher is to say."""
    words = cell["source"] if cell["cell_type"] == "markdown" else ""
    notes = cell["metadata"].get("course", {}).get("notes", "")
    return hashlib.sha256(f"{words}\n{notes}".encode()).hexdigest()[:12]


def has_words(cell):
    """Whether a cell has anything to say in another language: prose, or notes for the teacher."""
    return cell["cell_type"] == "markdown" or "notes" in cell["metadata"].get("course", {})


def korean_code(source):
    """An English cell's code in the Korean edition: only the language differs."""
    return SETUP.sub('use_language("ko")', source)


def brought_over(english, korean):
    """The Korean lesson with the English one's code and structure, and its own words.

    Parameters
    ----------
    english, korean : notebook
        `korean` may be empty. Neither is changed.

    Returns
    -------
    notebook
        Its outputs are kept where the code is the same.
    """
    own = {cell["id"]: cell for cell in korean["cells"]}
    result = copy.deepcopy(english)
    result["cells"] = [_cell(cell, own.get(cell["id"])) for cell in result["cells"]]
    return result


def _cell(cell, own):
    """One English cell (a copy) with the words of the Korean one, if there is one."""
    mark, course = digest(cell), cell["metadata"].get("course", {})
    old = own["metadata"].get("course", {}) if own else {}
    if cell["cell_type"] == "code":
        cell["source"] = korean_code(cell["source"])
        same = own is not None and own["cell_type"] == "code" and own["source"] == cell["source"]
        cell["outputs"] = own["outputs"] if same else []
        cell["execution_count"] = own["execution_count"] if same else None
    else:
        cell["source"] = own["source"] if own else TODO + cell["source"]
    if "notes" in course:
        course["notes"] = old.get("notes", TODO + course["notes"])
    if has_words(cell):
        cell["metadata"]["course"] = {**course, "english": old.get("english", mark)}
    return cell


def mark_seen(english, korean, ids=()):
    """Write into the Korean cells (all, or those named) that they say what the English ones say now."""
    theirs = {cell["id"]: cell for cell in english["cells"]}
    unknown = set(ids) - {cell["id"] for cell in korean["cells"]}
    if unknown:
        raise ValueError(f"no cell is called {', '.join(sorted(unknown))}.")
    for cell in korean["cells"]:
        if cell["id"] in theirs and has_words(theirs[cell["id"]]) and (not ids or cell["id"] in ids):
            cell["metadata"].setdefault("course", {})["english"] = digest(theirs[cell["id"]])


def english_of(path):
    """Where the English lesson of a Korean one stands."""
    return path.parent.parent / "en" / path.name


def read(path):
    """A lesson as it stands in its file."""
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def main(arguments=None):
    options = argparse.ArgumentParser(
        prog="python -m tools.edition", description="Keep the Korean edition beside the English one."
    )
    options.add_argument("--seen", action="store_true", help="mark the words as written from the English ones of now")
    options.add_argument("path", type=Path, help="a lesson in notebooks/ko")
    options.add_argument("cells", nargs="*", help="ids of cells; all if none is given")
    options = options.parse_args(arguments)
    path = options.path.resolve()
    if path.parent.name != "ko" or not english_of(path).exists():
        sys.exit(f"{options.path}: expected a lesson in notebooks/ko that is also in notebooks/en.")
    if not options.seen and options.cells:
        sys.exit("Ids of cells go with --seen only.")
    english = read(english_of(path))
    korean = read(path) if path.exists() else nbformat.v4.new_notebook()
    if options.seen:
        mark_seen(english, korean, options.cells)
    else:
        korean = brought_over(english, korean)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(korean, path)
    left = sum(cell["source"].startswith(TODO) for cell in korean["cells"] if cell["cell_type"] == "markdown")
    print(f"{options.path}: {len(korean['cells'])} cells, {left} without Korean text.")


if __name__ == "__main__":
    main()
