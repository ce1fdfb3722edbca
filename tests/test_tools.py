"""The commands that are not part of every run: what can be told about them without running them."""

from pathlib import Path

import pytest

from tools import machines, throwaway

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
