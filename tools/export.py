"""All exercises as assignments for nbgrader or Otter-Grader: a notebook each lesson.

    python3 course.py export nbgrader FOLDER            # a course folder with source/ and nbgrader_config.py
    python3 course.py export otter FOLDER --lang ko     # a folder each lesson, for `otter assign`

An assignment has the lesson's task, what its code needs, the stub, the solution, and a hidden test that asks the
lesson's own `check`: where an answer is wrong, the test fails with the sentence that names the mistake. Everything is
taken from the lessons, so a changed exercise is exported as it is. docs/teaching.md says how to go on from here.
"""

import argparse
import ast
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from seqlib import refused, words
from seqlib.lessons import contents

ROOT = Path(__file__).resolve().parent.parent
SOLUTION = re.compile(r"```python\n(.*?)\n```", re.DOTALL)
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
ABOUT = {
    "en": "# {title}\n\nThe exercises of this lesson, to be handed in. Hints and the way there are in the lesson.",
    "ko": "# {title}\n\n이 수업의 연습 문제입니다. 풀어서 제출하세요. 힌트와 자세한 설명은 수업에 있습니다.",
}
WRITE = {"en": "# Replace the dots above by your answer.", "ko": "# 위의 점 세 개를 답으로 바꾸세요."}
TESTED = {"en": "# What you wrote above is tested here.", "ko": "# 위에 쓴 답을 여기에서 검사합니다."}
WRITTEN = {
    "en": "{count} exercises of {lessons} lessons written to {folder}.",
    "ko": "수업 {lessons}개의 연습 문제 {count}개를 {folder} 폴더에 썼습니다.",
}
NO_LESSON = {
    "en": "{path} cannot be read: get the course again, and keep your folder my/.",
    "ko": "{path} 수업을 읽을 수 없습니다. 강의를 다시 내려받고 my/ 폴더는 그대로 옮겨 오세요.",
}
THERE = {
    "en": "{path} is there already: choose another folder, or delete it first.",
    "ko": "{path} 경로가 이미 있습니다. 다른 폴더를 고르거나 먼저 지우세요.",
}
CONFIG = """c = get_config()

c.CourseDirectory.course_id = "recurrent-networks"
# The stub with its dots stays in the students' version; this line takes the place of the solution below it.
c.ClearSolutions.code_stub = {{"python": {stub!r}}}
"""


@dataclass
class Task:
    """One exercise as an assignment needs it.

    Attributes
    ----------
    key : str
    before : list of cells
        The task's text, and the code that the exercise or its picture needs and that no exercise before it has brought.
    stub, solution : str
        Code, without the call of `check`.
    answer : str
        The expression that is handed to `check`.
    """

    key: str
    before: list
    stub: str
    solution: str
    answer: str


# ---------- what a lesson holds


def split(source):
    """Code and the answer in its last line, ``check("key", answer)``: (code, answer, what follows); no answer: None."""
    last = ast.parse(source).body[-1]
    call = last.value if isinstance(last, ast.Expr) else None
    if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "check"):
        return source.rstrip(), None, ""
    lines = source.splitlines()
    rest = lines[last.end_lineno - 1].encode()[last.end_col_offset :].decode()
    return "\n".join(lines[: last.lineno - 1]).rstrip(), ast.get_source_segment(source, call.args[1]), rest


def blank(expression):
    """Whether dots stand in an expression."""
    return any(isinstance(node, ast.Constant) and node.value is ... for node in ast.walk(ast.parse(expression)))


def stub_and_solution(source, solution):
    """(stub, solution, answer): both give the name, or the names, in `answer` a value."""
    stub, answer, comment = split(source)
    if blank(answer):  # nothing has a name yet: check("…", ...)
        stub, answer = f"{stub}\nanswer = {answer}{comment}".strip(), "answer"
    solution, value, _ = split(solution)
    if value not in (None, answer):
        solution = f"{solution}\n{answer.strip('()')} = {value}".strip()
    return stub, solution, answer


def names(source, context):
    """The names that code reads (``ast.Load``) or binds (``ast.Store``)."""
    found = {
        node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name) and isinstance(node.ctx, context)
    }
    if context is ast.Store:
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
    return found


def needed(cells, wanted):
    """Those of some code cells that bind a wanted name, or one that such a cell reads, in their order."""
    kept = []
    for cell in reversed(cells):
        if names(cell.source, ast.Store) & wanted:
            kept.append(cell)
            wanted = wanted | names(cell.source, ast.Load)
    return kept[::-1]


def tasks(path):
    """The exercises of a lesson, in its order."""
    cells = nbformat.from_dict(json.loads(path.read_text(encoding="utf-8"))).cells  # without the tests of every output
    for cell in cells:
        cell.source = "".join(cell.source)
    found, code, brought, said = [], [], set(), set()
    for place, cell in enumerate(cells):
        if "-exercise-" not in cell.id or cell.cell_type != "code":
            code += [cell] if cell.cell_type == "code" else []
            continue
        text = next(
            n for n in range(place - 1, -1, -1) if cells[n].cell_type == "markdown" and "-solution-" not in cells[n].id
        )
        shown = [one for one in cells[text:place] if one.cell_type == "code" and "-exercise-" not in one.id]
        [solution] = SOLUTION.findall(
            next(one for one in cells if one.id == cell.id.replace("-exercise-", "-solution-")).source
        )
        stub, solution, answer = stub_and_solution(cell.source, solution)
        wanted = names("\n".join([stub, solution, *(one.source for one in shown)]), ast.Load)
        here = {one.id for one in shown}
        setup = {code[0].id, *here, *(one.id for one in needed(code, wanted))} - brought
        brought |= setup
        prose = [] if text in said else [cells[text]]
        said.add(text)
        before = [new_code_cell(one.source) for one in code if one.id in setup - here]
        before += [new_markdown_cell(one.source) for one in prose]
        before += [new_code_cell(one.source) for one in shown if one.id in setup]
        found.append(Task(re.search(r'check\(\s*"([\w-]+)"', cell.source)[1], before, stub, solution, answer))
    return found


# ---------- what the graders read


def of_nbgrader(task):
    """The cells of a task for nbgrader (metadata of schema version 3)."""
    said = words.language()
    answer = new_code_cell(f"{task.stub}\n### BEGIN SOLUTION\n{task.solution}\n### END SOLUTION")
    test = new_code_cell(
        f"{TESTED[said]}\n### BEGIN HIDDEN TESTS\nfrom seqlib.lessons import check\n\n"
        f'result = check("{task.key}", {task.answer})\nassert result, result\n### END HIDDEN TESTS'
    )
    common = {"schema_version": 3, "task": False}
    answer.metadata["nbgrader"] = common | {"grade": False, "solution": True, "locked": False, "grade_id": task.key}
    graded = {"grade": True, "solution": False, "locked": True, "points": 1, "grade_id": f"{task.key}-check"}
    test.metadata["nbgrader"] = common | graded
    return [*task.before, answer, test]


def of_otter(task):
    """The cells of a task for `otter assign`: raw cells say what is what, and the test is one that raises."""
    given = ", ".join(sorted(names(task.answer, ast.Load)))
    answer = (
        f'""" # BEGIN PROMPT\n{task.stub}\n"""; # END PROMPT\n'
        f"# BEGIN SOLUTION NO PROMPT\n{task.solution}\n# END SOLUTION"
    )
    test = (
        '""" # BEGIN TEST CONFIG\nhidden: true\npoints: 1\n""" # END TEST CONFIG\n'
        f"def ask({given}):\n    from seqlib.lessons import check\n\n"
        f'    result = check("{task.key}", {task.answer})\n    assert result, result'
    )
    return [
        new_raw_cell(f"# BEGIN QUESTION\nname: {task.key}\npoints: 1\ncheck_cell: false"),
        *task.before,
        new_raw_cell("# BEGIN SOLUTION"),
        new_code_cell(answer),
        new_raw_cell("# END SOLUTION"),
        new_raw_cell("# BEGIN TESTS"),
        new_code_cell(test),
        new_raw_cell("# END TESTS"),
        new_raw_cell("# END QUESTION"),
    ]


def assignment(kind, lesson, found):
    """The notebook of a lesson's tasks."""
    cells = [new_markdown_cell(words.say(ABOUT, title=contents.name(lesson)))]
    if kind == "otter":
        told = f"# ASSIGNMENT CONFIG\nname: {Path(lesson.file).stem}\ninit_cell: true\nexport_cell: false\n"
        cells.insert(0, new_raw_cell(told + "tests:\n  ok_format: false"))
    for task in found:
        cells += of_nbgrader(task) if kind == "nbgrader" else of_otter(task)
    for n, cell in enumerate(cells):
        cell.id = f"cell-{n}"
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def _tasks(path):
    try:
        return tasks(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(words.say(NO_LESSON, path=path)) from None


def export(kind, folder):
    """Write the assignments of all lessons, in the language in use.

    Parameters
    ----------
    kind : {"nbgrader", "otter"}
    folder : path
        May exist; what is to be written may not.

    Returns
    -------
    dict of str to int
        How many exercises each assignment has.

    Raises
    ------
    ValueError
        Something is there already, or a lesson cannot be read: one sentence, and nothing is written.
    """
    folder, counts = Path(folder), {}
    top = folder / "source" if kind == "nbgrader" else folder
    config = [folder / "nbgrader_config.py"] if kind == "nbgrader" else []
    lessons = [lesson for lesson in contents.LESSONS if lesson.number]
    for path in [*config, *(top / Path(lesson.file).stem for lesson in lessons)]:
        if path.exists():
            raise ValueError(words.say(THERE, path=path))
    found = {lesson: _tasks(ROOT / "notebooks" / words.language() / lesson.file) for lesson in lessons}
    for lesson, exercises in found.items():
        name = Path(lesson.file).stem
        (top / name).mkdir(parents=True)
        nbformat.write(assignment(kind, lesson, exercises), top / name / lesson.file)
        counts[name] = len(exercises)
    for path in config:
        path.write_text(CONFIG.format(stub=words.say(WRITE)), encoding="utf-8")
    return counts


def main(arguments=None):
    """Do what the command line says; an expected problem is one sentence and exit code 1."""
    parser = argparse.ArgumentParser(prog="course.py export", description="Write all exercises as assignments.")
    parser.add_argument("kind", choices=("nbgrader", "otter"))
    parser.add_argument("folder")
    parser.add_argument("--lang", choices=("en", "ko"), default="en", help="the edition to export")
    options = parser.parse_args(arguments)
    words.use(options.lang)
    try:
        counts = export(options.kind, options.folder)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(refused.sentence(problem), file=sys.stderr)
        return 1
    print(words.say(WRITTEN, count=sum(counts.values()), lessons=len(counts), folder=options.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
