"""The exercises as assignments: what nbgrader and Otter-Grader read in them; neither is needed here."""

import ast
import builtins
import re

import nbformat
import pytest
import yaml

from seqlib import words
from seqlib.lessons import EXERCISES, contents
from tests.conftest import ROOT
from tools import export

LESSONS = [lesson for lesson in contents.LESSONS if lesson.number]


@pytest.fixture(autouse=True)
def language_as_before():
    before = words.language()
    yield
    words.use(before)


@pytest.fixture(scope="module", params=["en", "ko"])
def written(request, tmp_path_factory):
    """Both exports of one language: {kind: {name: notebook}}."""
    folder, before = tmp_path_factory.mktemp("export"), words.language()
    words.use(request.param)
    found = {}
    for kind, top in (("nbgrader", "nbgrader/source"), ("otter", "otter")):
        counts = export.export(kind, folder / kind)
        paths = sorted((folder / top).glob("*/*.ipynb"))
        assert [path.parent.name for path in paths] == [path.stem for path in paths] == list(counts)
        found[kind] = {path.stem: nbformat.read(path, as_version=4) for path in paths}
        assert sum(counts.values()) == len(EXERCISES)
    words.use(before)
    return found


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_every_exercise_is_graded_once_by_nbgrader(written):
    """What nbgrader 0.9.6 asks of schema 3: all fields, and ids that are unique."""
    graded = []
    for notebook in written["nbgrader"].values():
        nbformat.validate(notebook)
        marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
        ids = [cell.metadata["nbgrader"]["grade_id"] for cell in marked]
        assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[\w-]+", one) for one in ids)
        for answer, test in zip(marked[::2], marked[1::2], strict=True):
            key = answer.metadata["nbgrader"]["grade_id"]
            common = {"schema_version": 3, "task": False}
            assert answer.metadata["nbgrader"] == common | {
                "grade": False,
                "solution": True,
                "locked": False,
                "grade_id": key,
            }
            assert test.metadata["nbgrader"] == common | {
                "grade": True,
                "solution": False,
                "locked": True,
                "points": 1,
                "grade_id": f"{key}-check",
            }
            assert answer.source.count("### BEGIN SOLUTION\n") == answer.source.count("\n### END SOLUTION") == 1
            seen = re.sub(r"(?s)### BEGIN HIDDEN TESTS\n.*### END HIDDEN TESTS", "", test.source)
            assert "check" not in seen and f'check("{key}", ' in test.source
            graded.append(key)
    assert sorted(graded) == sorted(EXERCISES)


def test_every_exercise_is_a_question_of_otter(written):
    """The raw cells of Otter-Grader 7.0.0, and a hidden test that is one function."""
    asked = []
    for name, notebook in written["otter"].items():
        nbformat.validate(notebook)
        raw = [cell.source for cell in notebook.cells if cell.cell_type == "raw"]
        config, *blocks = raw
        assert config.startswith("# ASSIGNMENT CONFIG\n")
        assert yaml.safe_load(config)["name"] == name and yaml.safe_load(config)["tests"] == {"ok_format": False}
        kinds = ["BEGIN QUESTION", "BEGIN SOLUTION", "END SOLUTION", "BEGIN TESTS", "END TESTS", "END QUESTION"]
        assert [block.splitlines()[0] for block in blocks] == [f"# {kind}" for kind in kinds] * (len(blocks) // 6)
        for block in blocks[::6]:
            question = yaml.safe_load(block)
            assert question.pop("name") in EXERCISES and question == {"points": 1, "check_cell": False}
            asked.append(yaml.safe_load(block)["name"])
        for cell in code(notebook):
            if "BEGIN TEST CONFIG" not in cell.source:
                continue
            test = cell.source.split("# END TEST CONFIG\n")[1]
            assert yaml.safe_load(cell.source.split('"""')[1].split("\n", 1)[1]) == {"hidden": True, "points": 1}
            [function] = ast.parse(test).body
            read = export.names(ast.unparse(function.body[1]), ast.Load) - {"check"}
            assert {argument.arg for argument in function.args.args} == read
    assert sorted(asked) == sorted(EXERCISES)


def test_an_assignment_brings_all_that_its_code_reads(written):
    """Also names inside functions: what a stub or a solution calls was imported, or made in a cell above it."""
    for kind, notebooks in written.items():
        for name, notebook in notebooks.items():
            bound = set(dir(builtins))
            for cell in code(notebook):
                tree = ast.parse(cell.source)
                inside = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
                bound |= export.names(cell.source, ast.Store)
                assert export.names(cell.source, ast.Load) <= bound | inside, f"{kind} {name}: {cell.source}"


def test_stub_and_solution_leave_an_answer():
    stub, solution, answer = export.stub_and_solution('check("a-b", ...)  # a letter', 'check("a-b", "B")')
    assert (stub, solution, answer) == ("answer = ...  # a letter", 'answer = "B"', "answer")
    source = 'r, s = ..., ...\n\ncheck("a-b", (r, s))'
    assert export.stub_and_solution(source, 'check("a-b", (1, 2))') == ("r, s = ..., ...", "r, s = (1, 2)", "(r, s)")
    source = 'def f(x):\n    return ...\n\n\ncheck("a-b", f)'
    stub, solution, answer = export.stub_and_solution(source, "def f(x):\n    return x")
    assert stub.endswith("return ...") and solution.endswith("return x") and answer == "f"


def hidden_test(notebook, key):
    [cell] = [cell for cell in code(notebook) if cell.metadata.get("nbgrader", {}).get("grade_id") == f"{key}-check"]
    return cell.source


def test_a_wrong_answer_fails_with_the_name_of_its_mistake(written):
    test = hidden_test(written["nbgrader"]["04_unrolling"], "unroll-readout")
    exec(test, {"readout": lambda h, W_hy, b_y: W_hy @ h + b_y})
    with pytest.raises(AssertionError, match="b_y"):
        exec(test, {"readout": lambda h, W_hy, b_y: W_hy @ h})
    with pytest.raises(AssertionError):
        exec(test, {"readout": ...})


def test_nothing_is_written_over(tmp_path, capsys):
    (tmp_path / "04_unrolling").mkdir()
    assert export.main(["otter", str(tmp_path)]) == 1
    assert "04_unrolling is there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["04_unrolling"]


def test_a_file_where_a_folder_has_to_be_is_named(tmp_path, capsys):
    file = tmp_path / "exist.html"
    file.write_text("mine")
    assert export.main(["nbgrader", str(file / "inside")]) == 1
    assert capsys.readouterr().err.startswith(f"{file} is there already") and file.read_text() == "mine"


def test_the_guide_says_for_which_versions_this_was_tried():
    for page in ("teaching.md", "teaching.ko.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        assert "nbgrader 0.9.6" in text and "Otter-Grader 7.0.0" in text
