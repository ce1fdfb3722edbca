"""What SECURITY.md promises: nothing that is read runs, and the server is the reader's alone. All input is harmless."""

import ast
import importlib.util
import json
import pickle
import re
from pathlib import Path

import numpy as np
import pytest

from seqlib import RNN, data, files
from seqlib.study import weights_file
from tools import audit

ROOT = Path(__file__).resolve().parent.parent
JS = sorted((ROOT / "seqlib" / "widgets").rglob("*.js"))
# Where code is made or run, and of whom: the equations and answers of the reader, in the reader's own kernel.
RUNS = {
    "seqlib/nn/program.py": "exec",  # the calls that a cell's recorded equations need
    "seqlib/lessons/errors.py": "eval",  # a part of the line that failed, once more, to say which it was
    "seqlib/lessons/forms.py": "exec",  # the course's own lines, in the reader's order
    "seqlib/study/lstm_back.py": "exec",  # the course's own derivations
}


class Payload:
    """What a pickle would run; here it would only make a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_the_payload_of_these_tests_is_one(tmp_path):
    pickle.loads(pickle.dumps(Payload(tmp_path / "ran")))
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "read", [lambda path: RNN(2, 2, rng=np.random.default_rng(0)).params.load(path), weights_file.read]
)
def test_saved_weights_load_without_pickle(read, tmp_path):
    for name in ("weights.npz", "weights.npy"):
        objects = np.array([Payload(tmp_path / "ran")], object)
        with open(tmp_path / name, "wb") as file:
            np.savez(file, W_xh=objects) if name.endswith("z") else np.save(file, objects, allow_pickle=True)
        with pytest.raises(ValueError):
            read(tmp_path / name)
    (tmp_path / "weights.npz").write_bytes(pickle.dumps(Payload(tmp_path / "ran")))
    with pytest.raises(ValueError):
        read(tmp_path / "weights.npz")
    assert not (tmp_path / "ran").exists()


def test_a_reader_s_file_is_text_and_numbers_whatever_it_says(tmp_path):
    ran = tmp_path / "ran"
    for cell in (
        f"__import__('pathlib').Path({str(ran)!r}).touch()",
        "=1+1",
        "<img src=x onerror=alert(1)>",
        "{0}",
        "%s",
    ):
        with pytest.raises(ValueError) as caught:
            files.read_series(f"t,v\n1,5\n2,{cell}\n3,4\n".encode(), "v")
        assert len(str(caught.value)) < 600
    assert not ran.exists()


def _called(tree):
    """Names of the functions that a file calls, as they are written: eval, pickle.load."""
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_code_is_run_where_it_is_said_and_nowhere_else():
    found, loads = {}, []
    for path in sorted((ROOT / "seqlib").rglob("*.py")):
        name, tree = path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
        called = _called(tree)
        found |= dict.fromkeys([name] * bool(called & {"eval", "exec"}), "".join(called & {"eval", "exec"}))
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not imported & {"pickle", "dill", "marshal", "shelve", "yaml", "subprocess", "urllib.request"}, name
        loads += [call for call in ast.walk(tree) if isinstance(call, ast.Call) and ast.unparse(call.func) == "np.load"]
    assert found == RUNS
    assert loads and all("allow_pickle=False" in ast.unparse(call) for call in loads)


def test_html_of_widgets_is_made_in_one_place_that_escapes():
    made = {}
    for path in sorted((ROOT / "seqlib").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not _called(ast.parse(text)) & {"HTML", "Markdown", "Javascript", "display.HTML"}, path
        if "ipywidgets.HTML" in text:
            made[path.name] = text.count("ipywidgets.HTML")
    assert made == {"studio.py": 1}  # `Message`


def test_the_player_never_reads_a_text_as_markup_or_code():
    """Text goes into a page as text; what is parsed is the SVG that the course drew, and that runs no script."""
    assert len(JS) > 10
    for path in JS:
        text = path.read_text(encoding="utf-8")
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "srcdoc",
        ):
            assert word not in text, f"{path.name}: {word}"
        assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|importScripts)\(", text), path.name
        assert not re.search(r"location\.(hash|search|href)|URLSearchParams|addEventListener\(.message", text), (
            path.name
        )
        assert text.count("parseFromString") == text.count('"image/svg+xml")'), path.name


@pytest.fixture
def course():
    spec = importlib.util.spec_from_file_location("course_of_security", ROOT / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_server_listens_on_this_machine_only_and_wants_its_token(course):
    command = course.lab_command(8888, True)
    assert "--ServerApp.ip=127.0.0.1" in command
    assert not any("token" in part or "password" in part or "origin" in part for part in command)  # `ps` shows these
    assert 'token = os.environ["JUPYTER_TOKEN"]' in course.SERVER_SETTINGS
    assert "secrets.token_hex(24)" in (ROOT / "course.py").read_text(encoding="utf-8")


def test_files_of_the_course_hold_no_objects():
    for path in sorted((ROOT / "data").rglob("*.npz")):
        with np.load(path, allow_pickle=False) as file:
            assert not any(file[name].dtype.hasobject for name in file.files), path.name
    assert data.one_hot(np.array([[1]]), 2).tolist() == [[[0.0], [1.0]]]


def test_an_audit_asks_about_every_pin_and_says_each_weakness_in_one_line():
    asked = audit.pins()
    assert "numpy==2.4.6" in asked and len(asked) > 100 and len(set(asked)) == len(asked)
    assert not any(" " in pin or pin.startswith("-") for pin in asked)
    report = {
        "dependencies": [
            {"name": "good", "version": "1.0", "vulns": []},
            {"name": "bad", "version": "1.0", "vulns": [{"id": "CVE-0", "fix_versions": ["1.1"]}, {"id": "CVE-1"}]},
            {"name": "odd", "skip_reason": "not on the index"},
        ]
    }
    assert list(audit.told(json.loads(json.dumps(report)))) == [
        "bad 1.0: CVE-0, mended in 1.1",
        "bad 1.0: CVE-1, mended in no version yet",
        "odd: not asked about (not on the index)",
    ]  # fmt: skip
