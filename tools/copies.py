"""The reader's copies of the lessons: made, and kept up to date without losing what the reader wrote.

    python tools/copies.py                  # notebooks/en/*.ipynb -> my/en/*.ipynb
    python tools/copies.py --to ~/my        # the same into a folder elsewhere, as a server for a class does

The course's own files stay as they were delivered, so that ``git pull`` or a new download never meets what a reader
wrote. ``my/.course.json`` keeps a digest of every cell as it was delivered last: what differs from it is the reader's.
When the course brings a new version of a lesson,

- a copy in which nothing was written is replaced;
- in any other, the new version comes in cell by cell: an exercise that the reader has worked on stays as it is, and so
  does every other cell that the reader changed and the course did not; cells that the reader added stay behind the cell
  that they stood behind. The copy as it was is kept beside it, as ``05_bptt.before-update.ipynb``.

Standard library only. What it prints is ASCII, or Korean (``--korean``).
"""

import hashlib
import json
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = ".course.json"  # also says to seqlib that these are a reader's copies
LESSON = re.compile(r"\d\d_\w+\.ipynb")
CHECK = re.compile(r"\bcheck\(\s*[\"']([\w-]+)[\"']")


SENTENCES = {
    "unreadable": {
        "en": "my/{name} cannot be read: it is kept as {aside}, and the lesson is fresh.",
        "ko": "my/{name} 파일을 읽을 수 없습니다. {aside}에 따로 남겨 두고 수업을 새로 복사했습니다.",
    },
    "updated": {"en": "my/{name}: updated.", "ko": "my/{name}: 새 내용으로 바꾸었습니다."},
    "kept": {
        "en": "my/{name}: updated; cells of yours that stay: {kept}; as it was before: {aside}.",
        "ko": "my/{name}: 새 내용으로 바꾸었습니다. 직접 쓴 셀 {kept}개는 그대로이고, 이전 파일은 {aside}입니다.",
    },
    "new": {
        "en": "New in my/, your copies of the lessons: {made}.",
        "ko": "my/ 폴더에 새로 만든 수업 사본: {made}.",
    },
    "gone": {
        "en": "my/{name} is no longer part of the course; your copy stays.",
        "ko": "my/{name} 수업은 이제 강의에 없습니다. 사본은 그대로 둡니다.",
    },
    "damaged": {
        "en": "The course's lesson {name} cannot be read: get the course again; your copy stays as it is.",
        "ko": "강의에 있는 {name} 수업을 읽을 수 없습니다. 강의를 다시 내려받으세요. 사본은 그대로 둡니다.",
    },
    "refused": {
        "en": "Your copies of the lessons cannot be written ({why}): {name}. Move the course to a place of your own.",
        "ko": "수업 사본을 쓸 수 없습니다({why}): {name}. 강의 폴더를 내 파일이 있는 곳으로 옮기세요.",
    },
}
_language = "en"


def say(what, **fields):
    """A sentence in the reader's language."""
    return SENTENCES[what][_language].format(**fields)


# ---------------------------------------------------------------- cells


def source(cell):
    """The text of a cell."""
    text = cell.get("source", "")
    return (text if isinstance(text, str) else "".join(text)).rstrip()


def digest(cell):
    """What tells a cell that was changed: its text and kind; not its outputs, its place or what a tool adds."""
    return hashlib.sha256((cell["cell_type"] + "\n" + source(cell)).encode("utf-8")).hexdigest()[:16]


def keys(cell):
    """The exercises that a cell checks."""
    return CHECK.findall(source(cell)) if cell["cell_type"] == "code" else []


def is_exercise(cell):
    """Whether a reader is meant to write in this cell."""
    return bool(keys(cell)) or bool(re.match(r"[a-z]+-exercise(-|$)", cell.get("id", "")))


def delivered(notebook):
    """What is remembered of a lesson: a digest for every cell, in order."""
    return {cell["id"]: digest(cell) for cell in notebook["cells"]}


def named(cells, base, new):
    """The cells of a copy with ids, where a tool has dropped them: by their text, or by the exercise they check."""
    if all(cell.get("id") for cell in cells) and len({cell["id"] for cell in cells}) == len(cells):
        return cells
    by_digest = {**{digest(cell): cell["id"] for cell in new}, **{value: name for name, value in base.items()}}
    by_key = {key: cell["id"] for cell in new for key in keys(cell)}
    result, taken = [], set()
    for number, cell in enumerate(cells):
        name = cell.get("id")
        if not name or name in taken:
            name = by_digest.get(digest(cell)) or next((by_key[key] for key in keys(cell) if key in by_key), None)
        if not name or name in taken:
            name = f"own-{number}-{digest(cell)[:6]}"
        taken.add(name)
        result.append(dict(cell, id=name))
    return result


# ---------------------------------------------------------------- one lesson


def merge(mine, base, new):
    """A new version of a lesson with what the reader wrote.

    Parameters
    ----------
    mine, new : dict
        The reader's copy and the course's lesson, as nbformat 4.5 has them.
    base : dict or None
        What `delivered` said of the version that the copy was made from; None where that is not known.

    Returns
    -------
    notebook : dict
        The new version, with the reader's cells in it.
    kept : int
        In how many cells the reader's text stays.
    changed : bool
        Whether the reader had written anything at all.
    """
    base = None if base is None else dict(base)
    cells = _moved(named(mine["cells"], base or {}, new["cells"]), base, new["cells"])
    theirs = {cell["id"]: cell for cell in cells}
    fresh = {cell["id"] for cell in new["cells"]}
    changed = {name for name, cell in theirs.items() if base is None or digest(cell) != base.get(name)}
    merged, kept = [], 0
    for cell in new["cells"]:
        own = theirs.get(cell["id"])
        if own is not None and cell["id"] in changed and _stays(own, cell, base):
            kept += 1
            cell = dict(own, metadata=cell.get("metadata", {}))
        merged.append(cell)
    own = _added(cells, fresh, changed, new["cells"])
    for cell, behind in reversed(own):
        at = next((n for n, other in enumerate(merged) if other["id"] == behind), -1)
        merged.insert(at + 1, cell)
    touched = bool(own) or any(name in changed and _differs(theirs[name], name, new) for name in theirs)
    return dict(new, cells=merged), kept + len(own), touched


def _moved(cells, base, new):
    """The copy's cells, an exercise under the id that its cell has in the new version."""
    by_key = {key: cell["id"] for cell in new for key in keys(cell)}
    here, fresh = {cell["id"] for cell in cells}, {cell["id"] for cell in new}
    result = []
    for cell in cells:
        name = next((by_key[key] for key in keys(cell) if key in by_key), None)
        if cell["id"] not in fresh and name and name not in here:
            here.add(name)
            if base is not None and cell["id"] in base:
                base[name] = base[cell["id"]]
            cell = dict(cell, id=name)
        result.append(cell)
    return result


def _stays(own, cell, base):
    """Whether the reader's changed cell stays: where there is something to write, or nothing new from the course."""
    if digest(own) == digest(cell):
        return False
    return is_exercise(cell) or (base is not None and base.get(cell["id"]) == digest(cell))


def _differs(cell, name, new):
    """Whether a cell is not what the course delivers now under its id."""
    return all(digest(cell) != digest(other) for other in new["cells"] if other["id"] == name)


def _added(cells, fresh, changed, new):
    """(cell, id of the cell before it) for what only the reader has.

    A changed cell whose place in the lesson is gone counts, too: an answer stays, whatever became of its exercise.
    """
    texts = {digest(cell) for cell in new}
    behind, own = None, []
    for cell in cells:
        if cell["id"] in fresh:
            behind = cell["id"]
        elif cell["id"] in changed and source(cell) and digest(cell) not in texts:
            own.append((cell, behind))
    return own


def update(path, copy, base):
    """Bring one lesson into the reader's folder.

    Returns
    -------
    sentence : str
        What was done; empty where there was nothing to do.
    """
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        replace(copy, path.read_bytes())
        return "made"
    new = json.loads(path.read_text(encoding="utf-8"))
    if base == delivered(new):
        return ""
    name = f"{copy.parent.name}/{copy.name}"
    try:
        mine = json.loads(copy.read_text(encoding="utf-8"))
        merged, kept, changed = merge(mine, base, new)
    except (ValueError, KeyError, TypeError, AttributeError):
        aside = keep(copy, "damaged")
        replace(copy, path.read_bytes())
        return say("unreadable", name=name, aside=aside.name)
    if same(mine, merged):
        return ""
    if not changed:
        replace(copy, path.read_bytes())
        return say("updated", name=name)
    aside = keep(copy, "before-update")
    replace(copy, (json.dumps(merged, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    return say("kept", name=name, kept=kept, aside=aside.name)


def same(one, two):
    """Whether two notebooks have the same cells, outputs aside."""
    first, second = ([(cell.get("id"), digest(cell)) for cell in notebook["cells"]] for notebook in (one, two))
    return first == second


# ---------------------------------------------------------------- files


def keep(copy, why):
    """Copy a file beside itself under a name that is free, such as 05_bptt.before-update.ipynb."""
    names = (f"{copy.stem}.{why}{n}.ipynb" for n in ("", *(f"-{n}" for n in range(2, 10000))))
    aside = next(copy.with_name(name) for name in names if not copy.with_name(name).exists())
    replace(aside, copy.read_bytes())
    return aside


def replace(path, content):
    """Write a file in one step."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(content)
    os.replace(str(beside), str(path))


def read_mark(my):
    """What was delivered last: {"en/05_bptt.ipynb": {cell id: digest}}; empty where that is not known."""
    try:
        lessons = json.loads((my / MARK).read_text(encoding="utf-8"))["lessons"]
        return {name: dict(cells) for name, cells in lessons.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_mark(my, lessons):
    about = "What the course delivered last, so that an update finds what you changed. Please leave it here."
    replace(my / MARK, json.dumps({"about": about, "lessons": lessons}, indent=1).encode("utf-8"))


def bring(root=ROOT, my=None):
    """Make the copies that are missing, and update the others; yields what there is to say."""
    my = my or root / "my"
    my.mkdir(exist_ok=True)
    known = read_mark(my)
    write_mark(my, known)
    made = []
    for path in sorted((root / "notebooks").glob("*/*.ipynb")):
        if not LESSON.fullmatch(path.name):
            continue
        name = f"{path.parent.name}/{path.name}"
        try:
            now = delivered(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError):
            yield say("damaged", name=name)
            continue
        said = update(path, my / name, known.get(name))
        made += [name] if said == "made" else []
        if said and said != "made":
            yield said
        if known.get(name) != now:
            known[name] = now
            write_mark(my, known)
    if made:
        yield say("new", made=", ".join(made) if len(made) < 4 else len(made))
    gone = sorted(name for name in known if not (root / "notebooks" / name).exists())
    for name in gone:
        del known[name]
        yield say("gone", name=name)
    if gone:
        write_mark(my, known)


def main(arguments):
    """Say what was done; 1 where the folder refuses."""
    global _language
    _language = "ko" if "--korean" in arguments else "en"
    folders = [word for word in arguments if word != "--korean"]
    my = Path(folders.pop(folders.index("--to") + 1)) if "--to" in folders[:-1] else None
    folders = [word for word in folders if word != "--to"]
    try:
        for sentence in bring(Path(folders[0]) if folders else ROOT, my):
            show(sentence)
    except OSError as problem:
        show(say("refused", why=problem.strerror, name=problem.filename))
        return 1
    return 0


def show(sentence):
    """Print a sentence; what the console has no letters for becomes a question mark."""
    letters = "ascii" if _language == "en" else sys.stdout.encoding or "ascii"
    print(sentence.encode(letters, "replace").decode(letters), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
