"""The rules of the house for every lesson, each with a notebook that breaks it.

A rule is a function from a lesson to the list of what is wrong with it, in words that say what to do.
"""

import ast
import copy
import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

import nbformat
import pytest

from seqlib.saved import PLAYER
from tests.conftest import ROOT
from tools.shuffle import SOLUTION, with_lines_shuffled

NOTEBOOKS = ROOT / "notebooks"
PATHS = sorted(path for path in NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
LIVE = "application/vnd.jupyter.widget-view+json"
HTML = "text/html"


@dataclass
class Lesson:
    """A notebook and where it stands. `neighbours` are the names of all lessons in its folder, itself included."""

    name: str
    language: str
    notebook: dict
    size: int
    neighbours: list

    @classmethod
    def read(cls, path):
        notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        names = sorted(other.name for other in path.parent.glob("[0-9][0-9]_*.ipynb"))
        return cls(path.name, path.parent.name, notebook, path.stat().st_size, names)

    @property
    def cells(self):
        return self.notebook["cells"]

    @property
    def code(self):
        return [cell for cell in self.cells if cell["cell_type"] == "code"]

    @property
    def prose(self):
        return [cell for cell in self.cells if cell["cell_type"] == "markdown"]

    def of_kind(self, kind):
        """The cells whose id is <lesson word>-<kind> or <lesson word>-<kind>-<anything>."""
        return [cell for cell in self.cells if re.match(rf"[a-z]+-{kind}(-|$)", cell["id"])]

    def outputs(self):
        """Pairs of a cell's id and one of its outputs."""
        return [(cell["id"], output) for cell in self.code for output in cell["outputs"]]


# ---------------------------------------------------------------- form


def is_valid(lesson):
    """Valid nbformat 4.5."""
    problems = []
    version = (lesson.notebook["nbformat"], lesson.notebook["nbformat_minor"])
    if version != (4, 5):
        problems.append(f"is nbformat {version[0]}.{version[1]}: run tools/execute.py, which writes 4.5")
    try:
        nbformat.validate(nbformat.from_dict(lesson.notebook))
    except nbformat.ValidationError as problem:
        problems.append(f"is no valid notebook: {str(problem).splitlines()[0]}")
    return problems


def has_meaningful_ids(lesson):
    """Every id is <lesson word>-<kind>[-<n or name>], and there once."""
    ids = [cell["id"] for cell in lesson.cells]
    problems = [f"{i}: an id is like unroll-predict-1" for i in ids if not re.fullmatch(r"[a-z]+-[a-z0-9-]+", i)]
    words = Counter(i.split("-")[0] for i in ids)
    if len(words) > 1:
        problems.append(f"ids begin with {', '.join(sorted(words))}: use one lesson word for all")
    return problems + [f"{i}: there are {n} cells with this id" for i, n in Counter(ids).items() if n > 1]


def has_20_to_35_cells(lesson):
    """One question, one class period."""
    n = len(lesson.cells)
    return [] if 20 <= n <= 35 else [f"has {n} cells: 20 to 35 are allowed"]


def lines_of(cell):
    """The lines of a cell's code as they stand on the page."""
    return cell["source"].rstrip().splitlines()


def has_short_code(lesson):
    """At most 10 lines a code cell, half of the cells at most 4, and no line wider than 88: it fits on a projector."""
    shown = [cell for cell in lesson.code if not is_folded(cell)]
    lengths = {cell["id"]: len(lines_of(cell)) for cell in shown}
    problems = [f"{i}: has {n} lines of code: at most 10; split the cell" for i, n in lengths.items() if n > 10]
    full = [len([line for line in lines_of(cell) if line.strip()]) for cell in shown]
    if full and median(full) > 4:
        problems.append(f"the median of the code cells is {median(full):g} lines, not counting empty ones: at most 4")
    wide = {cell["id"]: max(map(len, lines_of(cell)), default=0) for cell in shown}
    return problems + [f"{i}: has a line of {n} characters: at most 88" for i, n in wide.items() if n > 88]


def is_folded(cell):
    """Whether a cell's code is hidden until the reader opens it."""
    return bool(cell["metadata"].get("jupyter", {}).get("source_hidden"))


def words_in(text):
    """How many words a reader reads: code, formulas, tags and addresses do not count, nor does punctuation alone."""
    text = re.sub(r"```.*?```", " ", text, flags=re.DOTALL)
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", " ", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", text)
    text = re.sub(r"\]\([^)]*\)", "] ", text)
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def has_short_prose(lesson):
    """At most 120 words stand before the reader at once: what shows, and each folded answer, count by themselves."""
    problems = []
    for cell in lesson.prose:
        folded = re.findall(r"</summary>(.*?)</details>", cell["source"], flags=re.DOTALL)
        shown = re.sub(r"</summary>.*?</details>", "</summary></details>", cell["source"], flags=re.DOTALL)
        n = max(words_in(text) for text in [shown, *folded])
        if n > 120:
            problems.append(f"{cell['id']}: has {n} words of prose: at most 120; split the cell or say it shorter")
    return problems


def is_small(lesson):
    """At most 300 KB with outputs."""
    size = lesson.size / 1024
    return [f"has {size:.0f} KB: at most 300; which outputs are large?"] if size > 300 else []


def names_one_kernel(lesson):
    """Metadata says python3, and nothing about the machine that ran it."""
    metadata = lesson.notebook["metadata"]
    problems = [
        f"metadata holds {key!r}: run tools/execute.py" for key in set(metadata) - {"kernelspec", "language_info"}
    ]
    if metadata.get("kernelspec", {}).get("name") != "python3":
        problems.append("its kernelspec is not python3: run tools/execute.py")
    return problems


def has_slides(lesson):
    """Goal, figure, widget and summary cells can be shown as slides."""
    cells = [cell for kind in ("goal", "figure", "widget", "summary") for cell in lesson.of_kind(kind)]
    return [
        f"{cell['id']}: has no metadata.slideshow.slide_type, such as 'slide'"
        for cell in cells
        if not cell["metadata"].get("slideshow", {}).get("slide_type")
    ]


def has_minutes_and_notes(lesson):
    """A slide says what to tell and how long; all minutes together are the lesson's."""
    problems, total = [], 0
    for cell in lesson.cells:
        course = cell["metadata"].get("course", {})
        total += course.get("minutes", 0)
        is_slide = cell["metadata"].get("slideshow", {}).get("slide_type") == "slide"
        if is_slide and not (course.get("minutes", -1) >= 0 and str(course.get("notes", "")).strip()):
            problems.append(f'{cell["id"]}: a slide needs metadata.course = {{"minutes": …, "notes": "…"}}')
    said = re.search(r"\*\*(?:About (\d+) minutes\.|약 (\d+)분\.)\*\*", lesson.cells[0]["source"])
    if said is None:
        problems.append("its first cell does not say **About … minutes.**")
    elif abs(total - int(said[1] or said[2])) > 1e-9:
        problems.append(f"its cells' minutes add up to {total:g}, its first cell says {said[1] or said[2]}")
    return problems


FRAME = {
    "en": ("**You need first:**", "## Three questions", "## What to keep", "**Next:**"),
    "ko": ("**먼저 알아야 할 것:**", "## 세 가지 질문", "## 기억할 것", "**다음:**"),
}


def has_the_same_frame(lesson):
    """What every lesson begins and ends with, in the same words and in this order."""
    text = "\n".join(cell["source"] for cell in lesson.prose)
    places = [(words, text.find(words)) for words in FRAME[lesson.language]]
    missing = [f"{words!r} is missing" for words, place in places if place < 0]
    if missing or [place for _, place in places] == sorted(place for _, place in places):
        return missing
    return [f"{', '.join(words for words, _ in places)} stand in another order"]


# ---------------------------------------------------------------- outputs


def is_executed(lesson):
    """Run from top to bottom by a clean kernel: the counts are 1, 2, 3, …"""
    counts = [cell["execution_count"] for cell in lesson.code if cell["source"].strip()]
    if counts == list(range(1, len(counts) + 1)):
        return []
    return [f"the execution counts are {counts}: run tools/execute.py"]


def has_no_errors(lesson):
    """Neither an exception nor a warning is saved."""
    problems = [f"{i}: ends with {o['ename']}" for i, o in lesson.outputs() if o["output_type"] == "error"]
    stderr = [(i, o["text"]) for i, o in lesson.outputs() if o.get("name") == "stderr"]
    return problems + [f"{i}: writes to stderr, which strict nbval trips on: {text[:80]!r}" for i, text in stderr]


def has_no_live_widgets(lesson):
    """A notebook that was only opened shows pictures, not 'model not found'."""
    problems = [
        f"{i}: holds a live widget: run tools/execute.py" for i, o in lesson.outputs() if LIVE in o.get("data", {})
    ]
    return problems + (["holds widget state: run tools/execute.py"] if "widgets" in lesson.notebook["metadata"] else [])


def has_stable_text(lesson):
    """No object addresses: they differ at every run."""
    problems = []
    for i, output in lesson.outputs():
        text = output.get("text", "") + output.get("data", {}).get("text/plain", "")
        if re.search(r"\b0x[0-9a-f]{6,}", text, flags=re.IGNORECASE):
            problems.append(f"{i}: shows an object's address: give the object a __repr__ or end the line with `;`")
    return problems


def labels_what_it_prints(lesson):
    """A bare number says nothing: what is printed has a heading or a label."""
    problems = []
    for i, output in lesson.outputs():
        stream = output["output_type"] == "stream"
        text = output["text"] if stream else output.get("data", {}).get("text/plain", "")
        said = re.sub(r"\d(\.\d*)?e[+-]?\d+|\b(nan|inf|array|dtype|np|float64|int64)\b", "", text)
        if text.strip() and not re.search(r"[^\W\d_]", said):
            problems.append(f"{i}: prints numbers without a label: {text.strip()[:40]!r}")
    return problems


def has_described_pictures(lesson):
    """Every picture says in words what it shows."""
    problems = []
    for i, output in lesson.outputs():
        for image in re.findall(r"<img\b[^>]*", output.get("data", {}).get(HTML, "")):
            if not re.search(r'\balt="\s*[^"\s]', image):
                problems.append(f"{i}: its picture has no alt: give the scene an alt text")
        if "image/svg+xml" in output.get("data", {}):
            problems.append(f"{i}: a bare SVG is not seen where the lesson is not trusted: show a Scene or a Stepper")
    bare = [cell["id"] for cell in lesson.prose if re.search(r"!\[\s*\]\(|<img(?![^>]*\balt=\"[^\"]+)", cell["source"])]
    return problems + [f"{i}: a picture without alt text" for i in bare]


def has_light_pictures(lesson):
    """At most 60 KB for what a stepper saves, not counting the player, which a lesson has once."""
    sizes = [
        (i, len(json.dumps(o["data"], ensure_ascii=False).encode()) - len("".join(PLAYER.findall(o["data"][HTML]))))
        for i, o in lesson.outputs()
        if HTML in o.get("data", {})
    ]
    return [f"{i}: its picture takes {n / 1024:.0f} KB: at most 60" for i, n in sizes if n > 60 * 1024]


MEASURES_TIME = re.compile(
    r"perf_counter|monotonic|process_time|\btime\.time\(|timeit|%%?time\b|\bseconds\(|\btimed?\("
)


def hides_only_times(lesson):
    """Strict nbval: only a cell that prints a time may differ from run to run, and it says so in two tags."""
    problems = []
    for cell in lesson.cells:
        tags = set(cell["metadata"].get("tags", []))
        hiding = {tag for tag in tags if tag.startswith("nbval") or tag == "raises-exception"}
        if re.search(r"#\s*(NBVAL|PYTEST_VALIDATE)_", cell["source"]):
            problems.append(f"{cell['id']}: hides its output by a comment: use the tags, or print stable numbers")
        if hiding - {"nbval-ignore-output"}:
            problems.append(f"{cell['id']}: the tag {min(hiding)} is not allowed")
        elif hiding and not ("prints-time" in tags and MEASURES_TIME.search(cell["source"])):
            problems.append(
                f"{cell['id']}: only a cell that measures a time, tagged prints-time, may be ignored by nbval"
            )
    return problems


# ---------------------------------------------------------------- teaching


def has_exercises(lesson):
    """At least four, each a code cell that ends in its check, with its solution one click below."""
    exercises = [cell for cell in lesson.of_kind("exercise") if cell["cell_type"] == "code"]
    problems = [] if len(exercises) >= 4 else [f"has {len(exercises)} exercises (…-exercise-<name>): at least four"]
    for cell in exercises:
        word, _, name = cell["id"].partition("-exercise-")
        lines = cell["source"].strip().splitlines()
        if not lines or not re.match(rf"check\(\s*[\"'][a-z]+-{name}[\"']", lines[-1]):
            problems.append(f'{cell["id"]}: its last line is to be check("…-{name}", …)')
        after = lesson.cells[lesson.cells.index(cell) + 1 :][:1]
        if not after or after[0]["id"] != f"{word}-solution-{name}" or after[0]["cell_type"] != "markdown":
            problems.append(f"{cell['id']}: the next cell is to be the Markdown cell {word}-solution-{name}")
        elif "<details>" not in after[0]["source"] or "```python\n" not in after[0]["source"]:
            problems.append(f"{after[0]['id']}: a solution is a ```python block folded in <details>")
    return problems


def has_three_quizzes(lesson):
    """Three questions; of the folded reasons exactly one begins with ✓, the others with ✗."""
    quizzes = lesson.of_kind("quiz")
    numbers = [cell["id"].partition("-quiz-")[2] for cell in quizzes]
    problems = [] if numbers == ["1", "2", "3"] else [f"has the quiz cells {numbers}: …-quiz-1 to …-quiz-3 are wanted"]
    for cell in quizzes:
        options = re.findall(r"<details>\s*<summary>.*?</summary>(.*?)</details>", cell["source"], flags=re.DOTALL)
        marks = "".join(re.sub(r"^(\s|<[^>]*>|\*)+", "", reason)[:1] for reason in options)
        if cell["cell_type"] != "markdown" or len(options) < 3 or sorted(marks) != ["✓"] + ["✗"] * (len(options) - 1):
            problems.append(
                f"{cell['id']}: wants three or more <details>, one reason with ✓ and the others with ✗: {marks!r}"
            )
    return problems


def asks_to_predict(lesson):
    """The reader predicts before the code runs; the answer is folded."""
    folded = [
        cell for cell in lesson.of_kind("predict") if cell["cell_type"] == "markdown" and "<details>" in cell["source"]
    ]
    return [] if folded else ["has no Markdown cell …-predict-<n> with its answer in <details>"]


def has_help_and_nothing_else_in_solutions(lesson):
    """A solution cell opens step by step: hints, the lines shuffled, the solution. Its tag hides it: no more in it."""
    problems = []
    for cell in lesson.of_kind("solution"):
        source, i = cell["source"].strip(), cell["id"]
        if cell["metadata"].get("tags") != ["solution"]:
            problems.append(f'{i}: its only tag is to be "solution"')
        if re.sub(r"<details>.*?</details>", "", source, flags=re.DOTALL).strip():
            problems.append(f"{i}: holds something outside of its <details>, which is lost where solutions are hidden")
        summaries = re.findall(r"<summary>(.*?)</summary>", source)
        if not re.match(r"(Hint|힌트) ?1", summaries[0] if summaries else ""):
            problems.append(f"{i}: its first <details> is to be Hint 1")
        if with_lines_shuffled(cell["source"], i) != cell["source"]:
            problems.append(f"{i}: its shuffled lines are not the solution's: python -m tools.shuffle")
    return problems


def bare(line):
    """A line of code without spaces and comment."""
    return re.sub(r"\s", "", line.partition("#")[0])


def keeps_solutions_closed(lesson):
    """No open cell near an exercise holds a line that the reader is to write."""
    problems = []
    for n, cell in enumerate(lesson.cells):
        if cell["cell_type"] != "code" or "-exercise-" not in cell["id"] or n + 1 >= len(lesson.cells):
            continue
        solution = SOLUTION.search(lesson.cells[n + 1]["source"])
        given = {bare(line) for line in lines_of(cell)}
        wanted = {bare(line) for line in (solution[1].splitlines() if solution else [])} - given
        near = [c for c in lesson.cells[max(0, n - 3) : n + 4] if c["cell_type"] == "code" and c is not cell]
        for other in near:
            told = {bare(line) for line in lines_of(other)} & {line for line in wanted if len(line) >= 12}
            problems += [f"{other['id']}: holds a line that {cell['id']} asks for: {line}" for line in sorted(told)]
    return problems


def names_bound(source):
    """The names that the top level of a cell binds, but for loop variables and what it imports."""
    tree = ast.parse("\n".join(line for line in source.splitlines() if not line.startswith(("%", "!"))))
    found = set()
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            found.add(statement.name)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.With, ast.Expr)):
            stored = [n for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
            inside = [n.target for n in ast.walk(statement) if isinstance(n, ast.comprehension)]
            found |= {n.id for n in stored if not any(n in ast.walk(target) for target in inside)}
    return found - {"_"}


def binds_each_name_once(lesson):
    """No name stands for two different things: so that any cell can be run again by itself."""
    where = {}
    for cell in lesson.code:
        for name in names_bound(cell["source"]):
            where.setdefault(name, []).append(cell["id"])
    return [f"{name} is bound in {' and in '.join(ids)}" for name, ids in where.items() if len(ids) > 1]


def proves_elsewhere(lesson):
    """What only proves stands in tests or in folded cells: no assert before the reader's eyes."""
    return [
        f"{cell['id']}: holds an assert: move it to a test, or fold the cell"
        for cell in lesson.code
        if re.search(r"^\s*assert\b", cell["source"], re.MULTILINE)
        and not is_folded(cell)
        and "-exercise-" not in cell["id"]
    ]


def links_to_its_neighbours(lesson):
    """The first cell leads back, the last one on, where those lessons exist."""
    place = lesson.neighbours.index(lesson.name)
    wanted = []
    if place > 0:
        wanted.append(("first", lesson.cells[0], lesson.neighbours[place - 1]))
    if place + 1 < len(lesson.neighbours):
        wanted.append(("last", lesson.cells[-1], lesson.neighbours[place + 1]))
    return [
        f"{cell['id']}: the {which} cell is to link to {name}"
        for which, cell, name in wanted
        if not re.search(rf"(\]\(|href=\")(\./)?{re.escape(name)}", cell["source"])
    ]


def speaks_its_language(lesson):
    """The first code cell sets the language of its folder."""
    first = lesson.code[0]["source"] if lesson.code else ""
    if re.search(rf"\buse(_language)?\([\"']{lesson.language}[\"']\)", first):
        return []
    return [f'the first code cell does not call use_language("{lesson.language}")']


RULES = [
    is_valid,
    has_meaningful_ids,
    has_20_to_35_cells,
    has_short_code,
    has_short_prose,
    is_small,
    names_one_kernel,
    has_slides,
    has_minutes_and_notes,
    has_the_same_frame,
    is_executed,
    has_no_errors,
    has_no_live_widgets,
    has_stable_text,
    labels_what_it_prints,
    has_described_pictures,
    has_light_pictures,
    hides_only_times,
    has_exercises,
    has_three_quizzes,
    asks_to_predict,
    has_help_and_nothing_else_in_solutions,
    keeps_solutions_closed,
    binds_each_name_once,
    proves_elsewhere,
    links_to_its_neighbours,
    speaks_its_language,
]


# ---------------------------------------------------------------- the lessons


def test_there_are_lessons():
    assert PATHS, "notebooks/ holds no lesson"


@cache
def lesson_at(path):
    """A lesson, read once for all rules: none of them changes it."""
    return Lesson.read(path)


# 00_start is a page to begin with: no lesson, so nothing to predict, to solve or to ask, and only a few cells.
NOT_FOR_START = (
    has_20_to_35_cells,
    has_short_prose,
    has_minutes_and_notes,
    has_the_same_frame,
    has_exercises,
    has_three_quizzes,
    asks_to_predict,
)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.relative_to(NOTEBOOKS).as_posix())
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_lesson(path, rule):
    if path.name == "00_start.ipynb" and rule in NOT_FOR_START:
        pytest.skip("a rule for lessons")
    problems = rule(lesson_at(path))
    assert not problems, "\n".join(problems)


# ---------------------------------------------------------------- the rules themselves


def markdown(name, source, **metadata):
    return {"cell_type": "markdown", "id": f"demo-{name}", "metadata": metadata, "source": source}


def code(name, source, *outputs, **metadata):
    cell = {"cell_type": "code", "id": f"demo-{name}", "metadata": metadata, "source": source}
    return cell | {"execution_count": None, "outputs": list(outputs)}


def shown(**data):
    return {"output_type": "display_data", "metadata": {}, "data": data}


def printed(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


HELP = """<details><summary>Hint 1</summary>Think.</details>

<details><summary>The lines, shuffled</summary>

```text
return y
y = 2 * x_t - offset
def f(x):
```

</details>

<details><summary>Solution</summary>

```python
def f(x):
    y = 2 * x_t - offset
    return y
```

</details>"""


def good_lesson():
    """A lesson that keeps every rule, with the least in it."""
    slide = {"slideshow": {"slide_type": "slide"}, "course": {"minutes": 10, "notes": "Ask the class."}}
    options = "".join(
        f"<details><summary>{letter}. so</summary>\n\n{mark} because\n</details>\n"
        for letter, mark in zip("ABC", "✗✓✗", strict=True)
    )
    image = shown(**{"text/plain": "<Scene: 8 steps, t = 5: A cell>", HTML: '<img alt="A cell" src="data:,">'})
    cells = [
        markdown("goal", "# Demo\n**About 40 minutes.** [back](01_a.ipynb) **You need first:** x", **slide),
        markdown("predict-1", "What?\n<details><summary>Answer</summary>This.</details>"),
        code("setup", 'use_language("en")'),
        code("figure-cell", "scene = 1", image, **slide),
        code("widget-cell", "Stepper(scene)", copy.deepcopy(image), **slide),
        code("time", "t = perf_counter()", printed("0.1 s"), tags=["nbval-ignore-output", "prints-time"]),
    ]
    for name in ("one", "two", "three", "four-b"):
        stub = f'def {name[:4]}(x):\n    return ...\n\n\ncheck("demo-{name}", {name[:4]})'
        cells.append(code(f"exercise-{name}", stub, printed("not yet")))
        solution = with_lines_shuffled(HELP, f"demo-solution-{name}")
        cells.append(markdown(f"solution-{name}", solution, tags=["solution"]))
    head = {1: "## Three questions\n"}
    cells += [markdown(f"quiz-{n}", head.get(n, "") + "Which?\n" + options) for n in (1, 2, 3)]
    cells += [markdown(f"text-{n}", "Words.") for n in range(22 - len(cells) - 2)]
    cells += [markdown("summary", "## What to keep\nSo.", **slide), markdown("next", "**Next:** [on](03_c.ipynb)")]
    for n, cell in enumerate((cell for cell in cells if cell["cell_type"] == "code"), start=1):
        cell["execution_count"] = n
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    return Lesson("02_b.ipynb", "en", notebook, 9000, ["01_a.ipynb", "02_b.ipynb", "03_c.ipynb"])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_good_lesson_keeps_the_rule(rule):
    assert rule(good_lesson()) == []


def cell(lesson, name):
    return next(cell for cell in lesson.cells if cell["id"] == f"demo-{name}")


def set_source(name, source):
    return lambda lesson: cell(lesson, name).update(source=source)


def set_metadata(name, **metadata):
    return lambda lesson: cell(lesson, name).update(metadata=metadata)


def set_outputs(name, *outputs):
    return lambda lesson: cell(lesson, name).update(outputs=list(outputs))


def replace_in(name, old, new):
    return lambda lesson: cell(lesson, name).update(source=cell(lesson, name)["source"].replace(old, new, 1))


def rename(name, new):
    return lambda lesson: cell(lesson, name).update(id=new)


def drop(name):
    return lambda lesson: lesson.cells.remove(cell(lesson, name))


BAD = [
    (is_valid, lambda lesson: lesson.notebook.update(nbformat_minor=4)),
    (is_valid, lambda lesson: cell(lesson, "goal").pop("source")),
    (has_meaningful_ids, rename("goal", "Demo_goal")),
    (has_meaningful_ids, rename("goal", "8f2a91c3")),
    (has_meaningful_ids, rename("goal", "other-goal")),
    (has_meaningful_ids, rename("text-1", "demo-text-2")),
    (has_20_to_35_cells, lambda lesson: lesson.notebook.update(cells=lesson.cells[:19])),
    (has_20_to_35_cells, lambda lesson: lesson.cells.extend(markdown(f"more-{n}", "x") for n in range(14))),
    (has_short_code, set_source("setup", "x = 1\n" * 11)),
    (has_short_code, set_source("setup", "x" * 89)),
    (has_short_code, lambda lesson: [c.update(source="x\n" * 6) for c in lesson.code if "exercise" not in c["id"]]),
    (has_short_prose, set_source("goal", "word " * 121)),
    (has_short_prose, set_source("predict-1", "낱말 " * 121)),
    (has_short_prose, set_source("predict-1", f"A?\n<details><summary>A</summary>{'word ' * 121}</details>")),
    (is_small, lambda lesson: setattr(lesson, "size", 301 * 1024)),
    (names_one_kernel, lambda lesson: lesson.notebook["metadata"]["kernelspec"].update(name="my-env")),
    (names_one_kernel, lambda lesson: lesson.notebook["metadata"].update(toc={})),
    (has_slides, set_metadata("goal")),
    (has_slides, set_metadata("widget-cell", tags=[])),
    (has_minutes_and_notes, set_metadata("summary", slideshow={"slide_type": "slide"})),
    (has_minutes_and_notes, set_source("goal", "# Demo\n**About 45 minutes.**")),
    (has_minutes_and_notes, set_source("goal", "# Demo")),
    (has_the_same_frame, set_source("summary", "## Summary")),
    (has_the_same_frame, set_source("goal", "# Demo\n## What to keep\n**You need first:**")),
    (is_executed, lambda lesson: cell(lesson, "setup").update(execution_count=None)),
    (is_executed, lambda lesson: cell(lesson, "time").update(execution_count=9)),
    (has_no_errors, set_outputs("setup", {"output_type": "error", "ename": "E", "evalue": "", "traceback": []})),
    (has_no_errors, set_outputs("setup", printed("warning", name="stderr"))),
    (has_no_live_widgets, set_outputs("setup", shown(**{LIVE: {}}))),
    (has_no_live_widgets, lambda lesson: lesson.notebook["metadata"].update(widgets={})),
    (has_stable_text, set_outputs("setup", printed("<A object at 0x7f3a52c01d90>"))),
    (has_stable_text, set_outputs("setup", shown(**{"text/plain": "<A at 0x7F3A52C01D90>"}))),
    (labels_what_it_prints, set_outputs("setup", printed("0.46 28.29\n"))),
    (labels_what_it_prints, set_outputs("setup", printed("[[1 2]\n [3e-4 nan]]"))),
    (has_described_pictures, set_outputs("setup", shown(**{HTML: '<img alt=" " src="data:,">'}))),
    (has_described_pictures, set_outputs("setup", shown(**{"image/svg+xml": "<svg><title>x</title></svg>"}))),
    (has_described_pictures, set_source("goal", "![](a.png)")),
    (has_light_pictures, set_outputs("setup", shown(**{HTML: '<img alt="x">' + " " * 62000}))),
    (hides_only_times, set_metadata("setup", tags=["nbval-ignore-output", "prints-time"])),
    (hides_only_times, set_metadata("time", tags=["nbval-ignore-output"])),
    (hides_only_times, set_metadata("setup", tags=["nbval-skip"])),
    (hides_only_times, set_metadata("setup", tags=["raises-exception"])),
    (hides_only_times, set_source("setup", "# NBVAL_IGNORE_OUTPUT\n1")),
    (has_exercises, drop("exercise-one")),
    (has_exercises, drop("solution-two")),
    (has_exercises, rename("solution-two", "demo-solution-other")),
    (has_exercises, replace_in("solution-two", "```python", "```")),
    (has_exercises, replace_in("exercise-two", "demo-two", "demo-one")),
    (has_exercises, replace_in("exercise-two", "check", "print")),
    (has_three_quizzes, drop("quiz-2")),
    (has_three_quizzes, rename("text-1", "demo-quiz-4")),
    (has_three_quizzes, replace_in("quiz-1", "✓", "✗")),
    (has_three_quizzes, replace_in("quiz-1", "✗", "✓")),
    (has_three_quizzes, replace_in("quiz-1", "✗", "")),
    (has_three_quizzes, replace_in("quiz-3", "<details>", "")),
    (asks_to_predict, drop("predict-1")),
    (asks_to_predict, set_source("predict-1", "What? This.")),
    (has_help_and_nothing_else_in_solutions, replace_in("solution-one", "Hint 1", "Hint 2")),
    (has_help_and_nothing_else_in_solutions, replace_in("solution-one", "y = 2 * x_t - offset", "y = 3 * x_t")),
    (has_help_and_nothing_else_in_solutions, replace_in("solution-one", "<details>", "Now go on.\n<details>")),
    (has_help_and_nothing_else_in_solutions, set_metadata("solution-one", tags=["solution", "more"])),
    (keeps_solutions_closed, set_source("widget-cell", "y = 2 * x_t - offset")),
    (binds_each_name_once, set_source("time", "scene = 2")),
    (binds_each_name_once, set_source("time", "def scene():\n    pass")),
    (proves_elsewhere, set_source("setup", "assert True")),
    (links_to_its_neighbours, set_source("goal", "# Demo")),
    (links_to_its_neighbours, set_source("next", "The end: 03_c.ipynb")),
    (speaks_its_language, set_source("setup", 'use_language("ko")')),
    (speaks_its_language, set_source("setup", "import numpy")),
]


@pytest.mark.parametrize("rule, spoil", BAD, ids=[f"{n}-{rule.__name__}" for n, (rule, _) in enumerate(BAD)])
def test_a_bad_lesson_breaks_the_rule(rule, spoil):
    lesson = good_lesson()
    spoil(lesson)
    problems = rule(lesson)
    assert problems and all(isinstance(problem, str) for problem in problems)


def test_every_rule_has_a_lesson_that_breaks_it():
    assert {rule for rule, _ in BAD} == set(RULES)


@pytest.mark.parametrize(
    "text, n",
    [
        ("The state $h_t$ is *one* vector.", 5),
        ("```python\na = b + c\n```\nTwo words", 2),
        ("$$\na = W x\n$$", 0),
        ("나는 밥을 먹었 다", 4),
        ("| a | b |\n|---|---|\n[link text](https://a.example/long)", 4),
        ("<details><summary>A</summary>yes</details>", 2),
    ],
)
def test_what_counts_as_a_word(text, n):
    assert words_in(text) == n


def test_a_lesson_is_read_from_its_file(tmp_path):
    lesson = good_lesson()
    folder = tmp_path / "en"
    folder.mkdir()
    for name in lesson.neighbours:
        Path(folder / name).write_text(json.dumps(lesson.notebook), encoding="utf-8")
    read = Lesson.read(folder / "02_b.ipynb")
    assert (read.language, read.neighbours) == ("en", lesson.neighbours)
    assert [problem for rule in RULES for problem in rule(read)] == []
