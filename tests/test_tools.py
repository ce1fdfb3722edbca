"""The commands that are not part of every run: what can be told about them without running them."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from seqlib.nn.equations import Symbol
from seqlib.nn.functions import sigmoid
from seqlib.study import table
from tools import machines, quick, throwaway

ROOT = Path(__file__).resolve().parent.parent


def test_the_oldest_versions_are_those_that_pyproject_allows():
    assert {"numpy==2", "matplotlib==3.10", "koreanize-matplotlib==0.1.1"} <= set(machines.minimum())
    assert not any(">" in line for line in machines.minimum())
    assert [name for name in machines.newest() if "=" in name] == []
    assert sorted(line.partition("==")[0] for line in machines.pinned(machines.RUNS_THEM)) == sorted(machines.RUNS_THEM)


def test_numpy_is_told_to_leave_out_what_it_knows_only():
    assert machines.variables("prescott") == {"OPENBLAS_CORETYPE": "Prescott"}
    assert machines.variables("no-avx2", "X86_V3,X86_V4") == {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"}
    assert machines.variables("no-avx2", "AVX2,FMA3,AVX512F") == {"NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F"}
    assert machines.variables("no-avx512", "AVX2,NEON") == {}


def test_without_an_index_there_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(throwaway, "TOOLS", tmp_path / ".tools")
    monkeypatch.setattr(throwaway, "ROOT", tmp_path)
    monkeypatch.setattr(throwaway.venv, "create", lambda folder, **_: folder.mkdir(parents=True))
    said = "WARNING: slow\nERROR: Could not find a version\nERROR: No matching distribution found for no-such\n"
    failed = type("Done", (), {"returncode": 1, "stderr": said})
    monkeypatch.setattr(throwaway.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(throwaway.NoIndex) as caught:
        throwaway.environment("audit", "no-such==1")
    assert str(caught.value) == (
        "audit: needs a package index to get no-such==1, and pip said: No matching distribution found for no-such"
    )


def test_what_survives_is_explained_by_lines_that_exist():
    mutation = pytest.importorskip("tools.mutation", exc_type=ImportError)  # needs os.fork and its kin
    rows = mutation.explained()
    assert rows
    for path, old, new in rows:
        lines = [line.strip() for line in (ROOT / path).read_text(encoding="utf-8").splitlines()]
        assert old in lines and old != new, f"{path}: {old}"


def test_a_sample_of_changes_has_of_each_file_its_share_and_is_the_same_again():
    mutation = pytest.importorskip("tools.mutation", exc_type=ImportError)
    changes = [{"path": name, "n": n} for name, count in {"c": 5, "a": 300, "b": 95}.items() for n in range(count)]
    taken = mutation.sample(changes, 80, seed=3)
    assert taken == mutation.sample(changes, 80, seed=3) != mutation.sample(changes, 80, seed=4)
    assert len({(one["path"], one["n"]) for one in taken}) == 80
    assert {name: sum(one["path"] == name for one in taken) for name in "abc"} == {"a": 60, "b": 19, "c": 1}
    assert len({one["path"] for one in taken[:10]}) > 1  # a run that is stopped has seen more than the first file
    assert len(mutation.sample(changes, 1000, seed=0)) == len(mutation.sample(changes, 400, seed=0)) == 400
    # How often each is taken does not depend on its place.
    few = [*changes[:2], *changes[5:18], *changes[-5:]]
    seen = [(one["path"], one["n"]) for seed in range(400) for one in mutation.sample(few, 4, seed)]
    assert all(50 < seen.count((one["path"], one["n"])) < 115 for one in few)


def test_the_interval_of_a_share_is_wilsons():
    mutation = pytest.importorskip("tools.mutation", exc_type=ImportError)
    np.testing.assert_allclose(mutation.interval(97, 100), (0.9155, 0.9897), atol=1e-4)
    np.testing.assert_allclose(mutation.interval(10, 10), (0.7225, 1), atol=1e-4)


def test_each_file_that_is_changed_has_tests_of_its_own():
    mutation = pytest.importorskip("tools.mutation", exc_type=ImportError)
    named = [name for names in mutation.ELSEWHERE.values() for name in names]
    assert all((ROOT / name).exists() for name in (*named, *mutation.ELSEWHERE))
    files = [str(path.relative_to(ROOT)) for folder in mutation.FOLDERS for path in (ROOT / folder).rglob("*.py")]
    assert [f for f in files if not f.endswith("__init__.py") and not mutation.tests_of(f)] == []


def test_a_change_is_made_where_its_function_lives():
    mutation = pytest.importorskip("tools.mutation", exc_type=ImportError)
    path, flush_right = "seqlib/study/table.py", table.flush_right  # held by another name, as by `from … import …`
    functions, source = mutation.living(path), (ROOT / path).read_text(encoding="utf-8")
    kept = [(one, one.__code__, one.__defaults__, one.__kwdefaults__) for one in functions]
    try:
        for old, new, text, left in ((" - width_of", " + width_of", "    가", 1), ("left=1", "left=2", "가", 2)):
            assert mutation.change_in_place(path, source.replace(old, new), functions)
            assert flush_right("가", 2) == text and table.Table([], ()).left == left
        for outside in (source.replace("class Table(tuple)", "class Table(list)"), source + "N = 1\n"):
            assert not mutation.change_in_place(path, outside, functions)
        assert flush_right("가", 2) == "가"
    finally:
        for one, *own in kept:
            one.__code__, one.__defaults__, one.__kwdefaults__ = own


def test_a_change_is_made_in_what_a_decorator_has_made():
    mutation = pytest.importorskip("tools.mutation", exc_type=ImportError)
    path = "seqlib/nn/equations.py"
    functions, source = mutation.living(path), (ROOT / path).read_text(encoding="utf-8")
    changed = source.replace("if isinstance(a, Symbol) else", "if not isinstance(a, Symbol) else")
    kept = [(one, one.__code__) for one in functions]
    try:
        assert mutation.change_in_place(path, changed, functions) and isinstance(sigmoid(0.0), Symbol)
    finally:
        for one, code in kept:
            one.__code__ = code
    assert sigmoid(0.0) == 0.5


NOTE = """
import sys
from pathlib import Path
from tools import mutation

mutation.TOOLS, mutation.WAITS = Path(), int(sys.argv[2])
known = mutation.baseline(sys.argv[1])
print(sorted(known["seconds"]))
print({name for names in known["lines"].get("seqlib/nn/program.py", {}).values() for name in names})
"""


def note(folder, tests, seconds):
    """Note what these tests run, as the command does before it changes anything, each for so long at most."""
    file = folder / "test_some.py"
    file.write_text(tests, encoding="utf-8")
    variables = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-c", NOTE, str(file), str(seconds)]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=240)


def test_a_test_that_waits_for_ever_ends_in_a_sentence_that_names_it(tmp_path):
    pytest.importorskip("tools.mutation", exc_type=ImportError)
    done = note(tmp_path, "import threading\n\n\ndef test_waits():\n    threading.Event().wait()\n", 3)
    assert done.returncode == 1 and done.stderr.count("in test_waits") == 2, done.stderr
    assert "test_some.py did not come to an end, twice. Where they were is said above." in done.stderr


def test_a_test_that_computes_for_long_is_left_out_and_what_importing_runs_is_no_test_s(tmp_path):
    pytest.importorskip("tools.mutation", exc_type=ImportError)
    tests = """
def test_first():
    import seqlib.nn.program


def test_long():
    while True:
        pass
"""
    done = note(tmp_path, tests, 200)
    assert done.stdout.splitlines()[-2:] == ["['test_some.py::test_first']", "{''}"], done.stderr


def test_no_test_is_cut_where_a_lock_would_stay_held_or_a_module_half_imported(tmp_path, monkeypatch):
    mutation = pytest.importorskip("tools.mutation", exc_type=ImportError)
    seen = []

    def look():
        seen.append(mutation.may_be_cut(sys._getframe()))
        return True

    look()
    threading.Condition().wait_for(look)
    elsewhere = threading.Thread(target=look)
    elsewhere.start()
    elsewhere.join()
    (tmp_path / "imported_by_this_test.py").write_text("import look\n\nlook.look()\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, "look", type("look", (), {"look": staticmethod(look)}))
    import imported_by_this_test  # noqa: F401

    assert seen == [True, False, False, False]


def test_a_notebook_s_kernel_that_dies_while_it_starts_is_started_once_more(monkeypatch):
    kernel = pytest.importorskip("nbval.kernel")
    left = ["it died", "it is there", "it died", "it died"]

    def start():
        said = left.pop(0)
        if said == "it died":
            raise RuntimeError(said)
        return said

    monkeypatch.setattr(kernel, "start_new_kernel", start)
    quick.pytest_configure()
    assert kernel.start_new_kernel() == "it is there"
    with pytest.raises(RuntimeError, match="it died"):
        kernel.start_new_kernel()
    assert left == []
