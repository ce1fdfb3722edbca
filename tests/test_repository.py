"""What surrounds the course says the same as the course: versions, workflows, the citation, the paper."""

import importlib
import json
import re
import shutil
import subprocess
import tomllib
import types

import pytest

from tests.conftest import ROOT

yaml = importlib.import_module("yaml")  # comes with JupyterLab
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def course():
    module = types.ModuleType("course_under_test")
    module.__file__ = str(ROOT / "course.py")
    exec(compile(read("course.py"), module.__file__, "exec"), module.__dict__)
    return module


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


# ---------- versions


def test_one_version_everywhere():
    citation = yaml.safe_load(read("CITATION.cff"))
    [version, date] = re.search(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", read("CHANGELOG.md"), re.MULTILINE).groups()
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert PROJECT["version"] == citation["version"] == importlib.import_module("seqlib").__version__ == version
    assert str(citation["date-released"]) == date


def test_changes_are_listed_newest_first():
    versions = re.findall(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)
    numbers = [tuple(map(int, version.split("."))) for version in versions]
    assert numbers == sorted(set(numbers), reverse=True)


def test_the_pythons_are_the_same_everywhere(course):
    tested = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]["test"]["strategy"]["matrix"]["python"]
    (_, oldest), (_, newest) = course.OLDEST, course.NEWEST
    assert tested == [f"3.{minor}" for minor in range(oldest, newest + 1)]
    assert PROJECT["requires-python"] == f">=3.{oldest}"
    for page in ("README.md", "README.ko.md", "requirements.txt"):
        assert re.search(rf"3\.{oldest}\D{{1,5}}3\.{newest}", read(page)), page
    used = {str(step["with"]["python-version"]) for path in WORKFLOWS for step in setups(path)}
    assert used - {"${{ matrix.python }}"} <= set(tested)


def setups(path):
    found = [step for step in steps(yaml.safe_load(path.read_text("utf-8"))) if "setup-python" in step.get("uses", "")]
    assert found or "python" not in path.read_text("utf-8"), f"{path.name} runs whatever Python is there"
    return found


# ---------- workflows


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_calls_commands_that_exist(path, course):
    for step in steps(yaml.safe_load(path.read_text(encoding="utf-8"))):
        for command in re.findall(r"\bcourse\.py (\w+)", step.get("run", "")):
            course.parse([command])  # leaves with a message where there is no such command


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_only_what_it_must(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 120
        more = job.get("permissions", {})
        assert not more or set(more) <= {"pages", "id-token"}, more
    for step in steps(workflow):
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", step["uses"]), "GitHub's own actions, by commit"
            assert re.search(rf"{step['uses']} # v\d+\.\d+\.\d+\n", path.read_text(encoding="utf-8"))
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
        assert "github.event" not in step.get("run", ""), "what somebody wrote in an issue is no part of a command"


def test_actionlint_finds_nothing():
    tool = shutil.which("actionlint") or pytest.skip("actionlint is not installed; the workflow `test` runs it")
    checked = subprocess.run([tool, *map(str, WORKFLOWS)], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stdout


def test_the_hooks_run_what_the_tests_run():
    hooks = [hook for repo in yaml.safe_load(read(".pre-commit-config.yaml"))["repos"] for hook in repo["hooks"]]
    for hook in hooks:
        for file in re.findall(r"\btests/\S+\.py", hook["entry"]):
            assert (ROOT / file).is_file(), file
        for module in re.findall(r"-m (tools\.\w+)", hook["entry"]):
            assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), module


# ---------- what people fill in, cite and read


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_is_one_that_github_shows(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(form) == {"name", "description", "labels", "body"}
    ids = [field["id"] for field in form["body"]]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[\w-]+", one) for one in ids)
    for field in form["body"]:
        assert set(field) <= {"type", "id", "attributes", "validations"}
        assert field["type"] in ("input", "textarea", "dropdown") and field["attributes"]["label"]
        assert ("options" in field["attributes"]) == (field["type"] == "dropdown")
        assert re.search("[가-힣]", json.dumps(field["attributes"], ensure_ascii=False)), "in both languages"


def test_the_form_for_lessons_names_every_lesson():
    from seqlib.lessons.contents import LESSONS

    [lesson] = [field for field in yaml.safe_load(read(FORMS[-1].relative_to(ROOT)))["body"] if field["id"] == "lesson"]
    assert lesson["attributes"]["options"][:-1] == [str(one.number) for one in LESSONS]


def test_the_paper_cites_what_its_list_has():
    listed = dict(re.findall(r"@\w+\{(\w+),(.*?)\n\}", read("paper.bib"), re.DOTALL))
    cited = set(re.findall(r"@(\w+\d{4})", read("paper.md")))
    assert cited == set(listed)
    for name, entry in listed.items():
        assert re.search(r"doi = \{10\.\d{4,}/\S+\}", entry), name


def test_the_paper_counts_right():
    from seqlib.lessons import EXERCISES

    assert f"Its {len(EXERCISES)} exercises" in read("paper.md")
    parts = ("mistakes", "beliefs", "innocent", "wrong_ones")
    assert sum(len(getattr(exercise, part, ())) for exercise in EXERCISES.values() for part in parts) > 1000
