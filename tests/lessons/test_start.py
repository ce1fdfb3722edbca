"""The look at everything says ✓ here, and says what is wrong where something is."""

import importlib.metadata

import pytest

from seqlib import data, words
from seqlib.lessons import start


def test_everything_works_here():
    lines = dict(start.Checkup().lines)
    assert [name for name, problem in lines.items() if problem and name != "data files"] == []


def test_all_well_is_said(monkeypatch):
    monkeypatch.setattr(start, "_data", lambda: "")
    seen = start.Checkup()
    assert seen.ok and repr(seen).endswith("Everything works.") and repr(seen).count("✓") == 5
    assert "나는 밥을 먹었다<br>" in seen._repr_html_()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_what_is_wrong_is_said(monkeypatch, tmp_path, language):
    def version(name):
        if name == "numpy":
            raise importlib.metadata.PackageNotFoundError(name)
        return {"ipywidgets": "7.8"}.get(name, "99")

    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    monkeypatch.setattr(start.sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(start, "train", lambda *args: 1 / 0)
    monkeypatch.setattr(start, "missing_font", lambda text: f"<{text}>")
    words.use(language)
    try:
        seen = start.Checkup()
        told, shown = repr(seen), seen._repr_html_()
    finally:
        words.use("en")
    assert not seen.ok and told.count("✗") == 5 and "✓" not in told
    for part in ("3.9", "numpy", "ipywidgets", "7.8", "checksums.json", "ZeroDivisionError", "course.py lab"):
        assert part in told
    assert "<나는" not in shown and ("설치되어" in told) == (language == "ko")
