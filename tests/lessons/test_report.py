"""What a student hands in, and what a teacher sees of a folder of it."""

import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from seqlib import words
from seqlib.lessons import EXERCISES, Result, contents, progress, report
from tests.conftest import ROOT

NOTEBOOKS = ROOT / "notebooks" / "en"
KEYS = [place.key for places in contents.places(NOTEBOOKS).values() for place in places]
MISTAKES = [(key, mistake) for key, exercise in EXERCISES.items() for mistake in getattr(exercise, "mistakes", ())]


@pytest.fixture(autouse=True)
def english():
    """The commands set the language."""
    yield
    words.use("en")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course folder whose reader has solved one exercise and tried another."""
    my = tmp_path / "course" / "my"
    (my / "en").mkdir(parents=True)
    (my / progress.MARK).write_text("{}", encoding="utf-8")
    monkeypatch.setattr(progress, "HERE", my / "en")
    progress.note(Result("unroll-cell-step", "wrong", "bias-missing", {}))
    progress.note(Result("unroll-cell-step", "right", None, {}))
    progress.note(Result("bptt-loop", "wrong", "wrong-value", {}))
    shutil.copytree(NOTEBOOKS, tmp_path / "course" / "notebooks" / "en")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "course"


def run(course, *arguments):
    return report.main(["--course", str(course), *arguments])


def student(folder, file, *, name=None, number="a", written="2026-11-01T10:00:00Z", **exercises):
    """Hand in a report; ``key=("solved", "mistake", …)`` with _ for - in the key."""
    folder.mkdir(exist_ok=True)
    data = {"format": "course-report", "version": 1, "id": number, "written": written, "exercises": {}}
    data |= {} if name is None else {"name": name}
    for key, (state, *mistakes) in exercises.items():
        entry = {"state": state, "tries": 1 + len(mistakes), "mistakes": dict.fromkeys(mistakes, 1)}
        data["exercises"][key.replace("_", "-")] = entry
    (folder / file).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return data


def printed(capsys):
    return capsys.readouterr().out


# ---------- the student's file


def test_a_report_holds_what_was_solved_and_nothing_personal(course, capsys):
    assert run(course, "report") == 0
    [file] = course.parent.glob("report-*.json")
    text = file.read_text(encoding="utf-8")
    data = json.loads(text)
    assert set(data) == {"format", "version", "about", "id", "written", "exercises"}
    assert data["exercises"] == {
        "unroll-cell-step": {"state": "solved", "tries": 2, "mistakes": {"bias-missing": 1}},
        "bptt-loop": {"state": "tried", "tries": 1, "mistakes": {"wrong-value": 1}},
    }
    for private in (getpass.getuser(), socket.gethostname(), str(course), "/"):
        assert private not in text.replace(data["about"], ""), private
    assert "solved: 1, tried: 1; without a name" in printed(capsys)


def test_a_report_with_a_name(course, capsys):
    assert run(course, "report", "--name", " 김민지\n ") == 0
    assert json.loads((course.parent / "report-김민지.json").read_bytes())["name"] == "김민지"
    assert run(course, "report", "--name", "../x <b>" + "y" * 500, "--lang", "ko") == 0
    assert sorted(len(path.name) < 60 for path in course.parent.glob("report-*.json")) == [True, True]
    assert "이름: ../x <b>yyy" in printed(capsys)


def test_writing_again_replaces_the_report_but_nothing_else(course, capsys):
    output = course.parent / "mine.json"
    assert run(course, "report", "--output", str(output)) == run(course, "report", "--output", str(output)) == 0
    output.write_text("my homework", encoding="utf-8")
    assert run(course, "report", "--output", str(output)) == 1
    assert output.read_text(encoding="utf-8") == "my homework" and "choose another name" in capsys.readouterr().err


def test_without_progress_there_is_nothing_to_report(course, capsys):
    (course / "my" / progress.FILE).unlink()
    assert run(course, "report") == 1 and "Nothing is noted yet" in capsys.readouterr().err
    (course / "my" / progress.FILE).write_text("{", encoding="utf-8")
    assert run(course, "report") == 1 and "cannot be read" in capsys.readouterr().err
    assert not list(course.parent.glob("report*"))


# ---------- the folder


def test_a_class_of_three(course, capsys):
    folder = course.parent / "handed in"
    bias = {"unroll_cell_step": ("solved", "bias-missing")}
    student(folder, "1.json", name="김민지", number="1", **bias, bptt_loop=("tried", "wrong-value"))
    student(folder, "2.json", name="Zoë", number="2", **bias)
    student(folder, "3.json", number="3", dense_pooled=("solved",))
    assert run(course, "class", str(folder)) == 0
    out = printed(capsys)
    assert "Who is where (3 students" in out
    assert re.search(r"김민지 +1/\d+ .* 5 · One loss, one gradient, every time step", out)
    assert re.search(r"Zoë +1/\d+ .* 4 · One cell, many steps", out) and "(no name) 1" in out
    assert "2 of 3: The bias b_h is missing (unroll-cell-step)" in out
    assert "1 of 3: The shape is right, the numbers are not (bptt-loop)" in out
    assert re.search(r"unroll-cell-step +2 +0  2: The bias b_h is missing", out)
    assert (course.parent / "class.png").read_bytes().startswith(b"\x89PNG")


def test_a_class_in_korean_and_as_svg(course, capsys):
    folder = course.parent / "handed in"
    student(folder, "1.json", name="김민지", unroll_cell_step=("solved", "bias-missing"))
    picture = course.parent / "class.svg"
    assert run(course, "class", str(folder), "--lang", "ko", "--picture", str(picture)) == 0
    out = printed(capsys)
    assert "1명 중 1명: 편향 b_h가 빠졌습니다(unroll-cell-step)" in out and "4 · 셀 하나, 여러 시점" in out
    assert not re.search(r"\b(solved|student|most frequent)\b", out)
    ET.parse(picture)


def test_the_picture_counts_and_names_nobody(course):
    folder = course.parent / "handed in"
    for n in range(5):
        student(
            folder,
            f"{n}.json",
            name=f"Student {n}",
            number=str(n),
            bptt_loop=("solved" if n < 3 else "tried", "raised"),
        )
    found = report.read_class(folder, NOTEBOOKS)
    assert (found.having("bptt-loop", "solved"), found.having("bptt-loop", "tried")) == (3, 2)
    fig = report.class_picture(found)
    [ax] = fig.axes
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    y = next(text.get_position()[1] for text in ax.texts if text.get_text() == "bptt-loop")
    here = [(bar.get_x(), bar.get_width()) for bar in ax.patches if abs(bar.get_y() + 0.35 - y) < 0.01]
    assert here == [(0, 5), (0, 3), (3, 2)] and len(bars) == 3 * len(KEYS)
    assert not [text for text in ax.texts if "Student" in text.get_text()]
    assert [text.get_text() for text in ax.texts if "of 5" in text.get_text()] == ["5 of 5: Your code stopped with …"]


BAD = {
    "half.json": '{"format": "course-report", "ver',
    "empty.json": "",
    "deep.json": "[" * 100_000,
    "list.json": "[]",
    "progress.json": '{"format": "course-progress", "version": 1, "id": "a", "exercises": {}}',
    "entries.json": '{"format": "course-report", "version": 1, "id": "a", "written": "", "exercises": {"a": 1}}',
    "counts.json": '{"format": "course-report", "version": 1, "id": "a", "written": "", "exercises": '
    '{"a": {"state": "solved", "tries": -1, "mistakes": {}}}}',
    "named.json": '{"format": "course-report", "version": 1, "id": "a", "name": 3, "written": "", "exercises": {}}',
    "newer.json": '{"format": "course-report", "version": 2}',
    "essay.txt": "Dear teacher",
    "large.json": " " * 2_000_000,
}


def test_damaged_and_foreign_files_get_a_sentence_each(course, capsys):
    folder = course.parent / "handed in"
    student(folder, "good.json", name="Zoë", bptt_loop=("solved",))
    for file, content in BAD.items():
        (folder / file).write_text(content, encoding="utf-8")
    (folder / "latin.json").write_bytes(b"\xff\xfe\x00")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "good.json").write_text("{}", encoding="utf-8")
    found = report.read_class(folder, NOTEBOOKS)
    assert [name for name, _ in found.students] == ["Zoë"] and len(found.said) == len(BAD) + 1
    for file in BAD:
        assert sum(sentence.startswith(f"{file}: ") for sentence in found.said) == 1
    assert "newer course" in next(sentence for sentence in found.said if sentence.startswith("newer"))


def test_of_one_student_the_newest_report_counts(course):
    folder = course.parent / "handed in"
    old, new = "2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z"
    student(folder, "b-old.json", name="Zoë", number="1", written=old, bptt_loop=("tried",))
    student(folder, "a-new.json", name="zoë ", number="1", written=new, bptt_loop=("solved",))
    student(folder, "other-computer.json", name="ZOË", number="2", written=old)
    student(folder, "x.json", number="3", written=old)
    student(folder, "x (1).json", number="3", written=new, bptt_loop=("solved",))
    found = report.read_class(folder, NOTEBOOKS)
    assert [file for file in sorted(r.file for _, r in found.students)] == ["a-new.json", "x (1).json"]
    said = "\n".join(found.said)
    assert "b-old.json: an older report of Zoë, left out; a-new.json is kept." in said
    assert "other-computer.json: another report of ZOË, left out; a-new.json is newer." in said
    assert "x.json: an older report of a student without a name, left out; x (1).json is kept." in said


def test_two_names_on_one_progress_file_are_both_said(course):
    folder = course.parent / "handed in"
    student(folder, "Anna.json", name="Anna", number="1", written="2026-11-01T10:00:00Z")
    student(folder, "Ben.json", name="Ben", number="1", written="2026-11-02T10:00:00Z", bptt_loop=("solved",))
    student(folder, "old.json", number="1", written="2026-10-01T10:00:00Z")
    found = report.read_class(folder, NOTEBOOKS)
    assert [name for name, _ in found.students] == ["Ben"]
    anna, old = found.said
    assert anna == "Anna.json: Anna and Ben have handed in the same progress file; it is counted once, under Ben."
    assert old.startswith("old.json: an older report of a student without a name")


def test_what_several_students_do_wrong_is_listed_in_full_with_the_names_of_the_teaching_guide(course):
    folder = course.parent / "handed in"
    several = {"bptt_loop": ("tried", *(f"slip-{n}" for n in range(30)))}
    student(folder, "1.json", number="1", unroll_memory=("tried", "chose-A"), **several)
    student(folder, "2.json", number="2", gates_step=("tried", "only-once"), **several)
    lines = list(report.tables(report.read_class(folder, NOTEBOOKS)))
    assert sum("2 of 2: slip" in line for line in lines) == 30  # more than the 25 that are always there
    assert "  2 of 2: slip 7 (bptt-loop) · slip-7" in lines and lines[-1] == "  and 2 more, each of one student"
    [row] = [line for line in lines if line.startswith("  unroll-memory") or "  unroll-memory " in line]
    assert row.endswith("1: answer A")


def test_reports_in_folders_count_and_unknown_exercises_are_named(course):
    folder = course.parent / "handed in"
    student(folder, "1.json", number="1", gone_long_ago=("solved",), bptt_loop=("solved", "a mistake of old"))
    student(folder / "Kim", "1.json", number="2", bptt_loop=("solved",))
    found = report.read_class(folder, NOTEBOOKS)
    assert len(found.students) == 2 and "gone-long-ago" in found.said[-1]
    assert "1 of 2: a mistake of old (bptt-loop)" in "\n".join(report.tables(found))


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_folder_no_report(course, capsys, language):
    folder = course.parent / "empty"
    assert run(course, "class", str(folder), "--lang", language) == 1
    folder.mkdir()
    (folder / "essay.txt").write_text("x", encoding="utf-8")
    assert run(course, "class", str(folder), "--lang", language) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 3 and "course.py report" in said and "essay.txt" in said


def test_two_hundred_with_difficult_names(course, capsys):
    folder = course.parent / "handed in"
    names = [
        "<script>alert(1)</script>",
        "$x^2$ \\frac",
        "가" * 300,
        "\x1b[31mred\x07",
        "a\nb\tc",
        "‮left",
        "👩‍🎓 Ada",
        "",
    ]
    for n in range(200):
        name = names[n] if n < len(names) else f"학생 {n}"
        solved = {key.replace("-", "_"): ("solved", "wrong-value") for key in KEYS[: n % len(KEYS)]}
        student(folder, f"{n}.json", name=name, number=str(n), **solved)
    assert run(course, "class", str(folder)) == 0
    out = printed(capsys)
    assert "\x1b" not in out and "\x07" not in out and "200 students" in out
    table = out[out.index("Who is where") : out.index("Exercise by exercise")].splitlines()
    assert max(map(report._width, table)) < 130
    assert (course.parent / "class.png").stat().st_size > 10_000


def test_the_columns_stand_below_each_other_also_in_hangul():
    lines = list(report.aligned([["이름", "1", "x"], ["Ann", "22", "y"]]))
    assert lines == ["  이름   1  x", "  Ann   22  y"]


# ---------- what a mistake is called


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_registered_mistake_has_a_short_name(language):
    words.use(language)
    for key, mistake in MISTAKES:
        name = report.short_name(key, mistake.name)
        assert 4 <= len(name) <= 70 and not re.search(r"[`*{}]", name), (key, mistake.name, name)
        assert bool(re.search("[가-힣]", name)) == (language == "ko"), (key, mistake.name, name)


@pytest.mark.parametrize(("key", "mistake", "en", "ko"), [
    ("bptt-order", "term-after-W_hh", "d has already gone on through W_hh", "d가 이미 W_hh를"),
    ("after-scan", "doubled-too-early", "shift doubles before", "h가 쓰기 전에"),
    ("real-readings", "level-1", "Off by up to", "최대"),
    ("unroll-memory", "chose-A", "answer A", "고른 답 A"),  # what was said to it begins with what is true
])  # fmt: skip
def test_mistakes_of_every_form_have_a_name_in_both_languages(key, mistake, en, ko):
    assert report.short_name(key, mistake).startswith(en)
    words.use("ko")
    assert report.short_name(key, mistake).startswith(ko)


def test_two_mistakes_forms_and_unknown_ones():
    key, first = MISTAKES[0]
    assert " + " in report.short_name(key, f"{first.name}+wrong-value", 500)
    assert report.short_name("no-such-key", "some-mistake") == "some mistake"
    assert len(report.short_name(key, "x" * 1000)) == 70


def test_it_runs_as_course_py_runs_it(course):
    command = [sys.executable, "-m", "seqlib.lessons.report", "--course", str(course), "report", "--lang", "ko"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=course, check=False, env=environment())
    assert done.returncode == 0 and "파일을 썼습니다" in done.stdout and done.stderr == ""


def environment():
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
