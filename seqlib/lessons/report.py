"""What a student may hand in, and what a teacher reads from a folder of it.

    python -m seqlib.lessons.report report --name "Your Name"       # course.py report
    python -m seqlib.lessons.report class handed_in --lang ko       # course.py class

A report says which exercises were solved or tried, how often, and with which mistakes: no times, no answers, nothing of
the machine. A random number in it lets two reports of one progress file be recognised.
"""

import argparse
import datetime
import errno
import json
import os
import re
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .. import refused, words
from . import EXERCISES, contents, progress
from .forms import FORMS
from .sentences import SAYS

__all__ = ["Class", "Report", "class_picture", "read_class", "read_report", "short_name", "write_report"]

ROOT = Path(__file__).resolve().parents[2]
FORMAT, VERSION = "course-report", 1
LARGEST = 1_000_000  # bytes; a report has some 10,000
LONGEST_NAME = 100
ABOUT = {
    "en": "Exercises solved and tried in the course on recurrent networks: for your teacher, if you want to hand it in.",
    "ko": "순환 신경망 강의에서 해결하거나 시도한 연습 문제 기록입니다. 원하면 선생님께 제출하세요.",
}
NOTHING = {
    "en": "Nothing is noted yet. Solve an exercise in a lesson that `course.py lab` opened, then come back.",
    "ko": "아직 적어 둔 것이 없습니다. `course.py lab`으로 연 수업에서 연습 문제를 풀고 다시 오세요.",
}
DAMAGED_PROGRESS = {
    "en": "{path} cannot be read. The next check in a lesson keeps it under another name and begins a new one.",
    "ko": "{path} 파일을 읽을 수 없습니다. 수업에서 다음에 확인할 때 다른 이름으로 남겨 두고 새로 시작합니다.",
}
IN_THE_WAY = {
    "en": "{path} is there already and is no report: choose another name with --output.",
    "ko": "{path} 파일이 이미 있고 보고서가 아닙니다. --output으로 다른 이름을 고르세요.",
}
OF_ANOTHER = {
    "en": "{path} is there already, of somebody else or from before you began again: choose another name with --output.",
    "ko": "{path} 파일이 이미 있습니다. 다른 사람의 것이거나 새로 시작하기 전의 것입니다. --output으로 다른 이름을 고르세요.",
}
NO_JSON = {
    "en": "A report is called something.json, but {path} came: choose such a name with --output.",
    "ko": "보고서 파일의 이름은 .json으로 끝나야 합니다({path}). --output으로 그런 이름을 고르세요.",
}
NO_PICTURE = {
    "en": "The picture is called something.png, .svg or .pdf, but {path} came: choose such a name with --picture.",
    "ko": "그림 파일의 이름은 .png, .svg, .pdf 가운데 하나로 끝나야 합니다({path}). --picture로 그런 이름을 고르세요.",
}
WRITTEN = {
    "en": "Written: {path} (exercises solved: {solved}, tried: {tried}; {name}). Look into it: that is all there is.",
    "ko": "{path} 파일을 썼습니다(해결한 연습 문제 {solved}개, 시도한 연습 문제 {tried}개, {name}). 파일을 열면 내용이 모두 보입니다.",
}
NAMED, NAMELESS = {"en": "name: {name}", "ko": "이름: {name}"}, {"en": "without a name", "ko": "이름 없음"}
NO_FOLDER = {
    "en": "{path} is no folder: give the one that the reports are in.",
    "ko": "{path} 폴더가 없습니다. 보고서를 모은 폴더를 쓰세요.",
}
EMPTY = {
    "en": "There is no report in {path}. Students make one with `python3 course.py report`.",
    "ko": "{path} 폴더에 보고서가 없습니다. 학생은 `python3 course.py report`로 보고서를 만듭니다.",
}
LEFT_OUT = {
    "damaged": {"en": "{file}: is damaged, and left out.", "ko": "{file}: 파일이 손상되어 뺐습니다."},
    "foreign": {"en": "{file}: is no report, and left out.", "ko": "{file}: 보고서가 아니어서 뺐습니다."},
    "newer": {
        "en": "{file}: was written by a newer course, and left out. Update yours.",
        "ko": "{file}: 더 새로운 강의에서 쓴 파일이어서 뺐습니다. 강의를 업데이트하세요.",
    },
    "older": {
        "en": "{file}: an older report of {name}, left out; {kept} is kept.",
        "ko": "{file}: {name} 학생의 이전 보고서여서 뺐습니다. {kept} 파일을 씁니다.",
    },
    "namesake": {
        "en": "{file}: another report of {name}, left out; {kept} is newer. Two students? Let one add to the name.",
        "ko": "{file}: {name} 학생의 다른 보고서여서 뺐습니다. {kept} 파일이 더 새롭습니다. 두 학생이라면 한 이름에 무언가를 덧붙이세요.",
    },
    "shared": {
        "en": "{file}: {name} and {other} have handed in the same progress file; it is counted once, under {other}.",
        "ko": "{file}: {name} 학생과 {other} 학생이 같은 진행 기록을 냈습니다. {other} 이름으로 한 번만 셉니다.",
    },
    "unreadable": {"en": "{file}: cannot be read ({why}), and left out.", "ko": "{file}: 읽을 수 없어({why}) 뺐습니다."},
}
UNKNOWN = {
    "en": "Exercises that this course does not have are left out: {keys}.",
    "ko": "이 강의에 없는 연습 문제는 뺐습니다: {keys}.",
}
SOMEBODY = {"en": "a student without a name", "ko": "이름 없는"}
ANONYMOUS = {"en": "(no name) {n}", "ko": "무기명 {n}"}


# ---------- a report


@dataclass
class Report:
    """One student's report.

    Attributes
    ----------
    file : str
    id, name, written : str
        `name` may be empty; `written` is ISO time, UTC.
    exercises : dict
        ``{key: {"state": "solved" or "tried", "tries": int, "mistakes": {name: int}}}``
    """

    file: str
    id: str
    name: str
    written: str
    exercises: dict = field(repr=False)


class LeftOut(Exception):
    """A file that is not counted, and the sentence about it."""

    def __init__(self, kind, file, **fields):
        super().__init__(words.say(LEFT_OUT[kind], file=plain(file, 120), **fields))


def plain(text, limit):
    """A text from elsewhere on one line, without what a terminal would obey, and not too long."""
    text = unicodedata.normalize("NFC", str(text))
    text = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or sign.isprintable())
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def write_report(source, output=None, name=""):
    """Write what a progress file says as a report to hand in.

    Parameters
    ----------
    source : path
        The progress file.
    output : path, optional
        By default ``report-<name or number>.json`` in the present folder.
    name : str
        Whose it is; may stay empty.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        There is nothing to report, `output` is some other file or report, or cannot be written: one sentence.
    """
    try:
        noted = progress.read(source)
    except progress.Damaged:
        raise ValueError(words.say(DAMAGED_PROGRESS, path=source)) from None
    if not noted["exercises"]:
        raise ValueError(words.say(NOTHING))
    name = plain(name or "", LONGEST_NAME)
    report = {"format": FORMAT, "version": VERSION, "about": words.say(ABOUT), "id": noted["id"]}
    report |= {"name": name} if name else {}
    report["written"] = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    kept = ("state", "tries", "mistakes")
    report["exercises"] = {key: {part: noted["exercises"][key][part] for part in kept} for key in noted["exercises"]}
    called = re.sub(r"[^\w]+", "-", name).strip("-")[:40] or noted["id"]
    output = Path(output or f"report-{called}.json")
    if output.suffix.lower() != ".json":
        raise ValueError(words.say(NO_JSON, path=output))
    if output.exists():
        try:
            there = read_report(output)
        except LeftOut:
            raise ValueError(words.say(IN_THE_WAY, path=output)) from None
        if there.id != report["id"]:
            raise ValueError(words.say(OF_ANOTHER, path=output))
    try:
        progress.write(output, report)
    except OSError as problem:  # it names the file beside it
        raise ValueError(refused.sentence(problem, output)) from None
    return output


def read_report(path, called=None):
    """Read one report; raises `LeftOut` with a sentence for anything else."""
    called = called or path.name
    try:
        large = path.stat().st_size > LARGEST
        text = b"" if large else path.read_bytes()
    except OSError as problem:
        raise LeftOut("unreadable", called, why=problem.strerror) from None
    if large or path.suffix.lower() != ".json":
        raise LeftOut("foreign", called)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise LeftOut("damaged", called) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise LeftOut("foreign", called)
    if type(data.get("version")) is int and data["version"] > VERSION:
        raise LeftOut("newer", called)
    said = [data.get("id"), data.get("name", ""), data.get("written")]
    if not all(isinstance(part, str) for part in said) or not progress.sound(data.get("exercises")):
        raise LeftOut("damaged", called)
    return Report(called, data["id"], plain(said[1], LONGEST_NAME), said[2], data["exercises"])


# ---------- a class


@dataclass
class Class:
    """The reports of a folder, one for each student.

    Attributes
    ----------
    students : list of (str, Report)
        What each is called, and the report; in the order of names.
    lessons : dict of Lesson to list of str
        The exercises of every lesson that has some.
    said : list of str
        A sentence for every file that is left out.
    """

    students: list
    lessons: dict
    said: list

    def having(self, key, state):
        """How many students have an exercise in a state."""
        return sum(report.exercises.get(key, {}).get("state") == state for _, report in self.students)

    def mistakes(self, key):
        """[(mistake, how many students made it)] for an exercise, the most frequent first."""
        made = Counter(name for _, report in self.students for name in report.exercises.get(key, {}).get("mistakes", ()))
        return sorted(made.items(), key=lambda pair: (-pair[1], pair[0]))

    def solved(self, report, keys):
        """How many of these exercises a student has solved."""
        return sum(report.exercises.get(key, {}).get("state") == "solved" for key in keys)

    def where(self, report):
        """The last lesson in which a student has tried something, or None."""
        return next((lesson for lesson in reversed(self.lessons) if set(self.lessons[lesson]) & set(report.exercises)), None)

    @property
    def frequent(self):
        """[(exercise, mistake, how many students)] over all exercises, the most frequent first."""
        keys = [key for keys in self.lessons.values() for key in keys]
        every = [(key, name, count) for key in keys for name, count in self.mistakes(key)]
        return sorted(every, key=lambda row: -row[2])


def read_class(folder, notebooks):
    """Read a folder of reports, with the folders in it.

    Parameters
    ----------
    folder : path
        Where the reports are. Hidden files are passed over.
    notebooks : path
        The lessons, from which it is known where an exercise belongs.

    Raises
    ------
    ValueError
        There is no such folder, or no report in it: one sentence.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(words.say(NO_FOLDER, path=folder))
    reports, said = [], []
    for inside in _files(folder, said):
        try:
            reports.append(read_report(folder / inside, inside.as_posix()))
        except LeftOut as left:
            said.append(str(left))
    reports = list(_newest(reports, said))
    if not reports:
        raise ValueError("\n".join([*said, words.say(EMPTY, path=folder)]))
    there = contents.places(notebooks)
    lessons = {lesson: [place.key for place in there.get(lesson.file, ())] for lesson in contents.LESSONS}
    lessons = {lesson: keys for lesson, keys in lessons.items() if keys}
    known = {key for keys in lessons.values() for key in keys}
    unknown = sorted({plain(key, 40) for report in reports for key in report.exercises} - known)
    if unknown:
        more = ["…"] if len(unknown) > 10 else []
        said.append(words.say(UNKNOWN, keys=", ".join(unknown[:10] + more)))
    return Class(_called(reports), lessons, said)


def _files(folder, said):
    """The files in a folder and its folders, in order, but hidden ones; a folder that cannot be opened is said."""

    def shut(problem):
        said.append(refused.sentence(problem))

    every = (Path(at) / name for at, _, names in os.walk(folder, onerror=shut) for name in names)
    for path in sorted(path for path in every if path.is_file()):
        if not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts):
            yield path.relative_to(folder)


def _newest(reports, said):
    """One report for each student, the newest: the same number or the same name is the same student."""
    ids, names = {}, {}
    for report in sorted(reports, key=lambda report: (report.written, report.file), reverse=True):
        name = report.name.casefold()
        kept = ids.get(report.id) or (names.get(name) if name else None)
        if kept:
            why = "older" if report.id == kept.id else "namesake"
            if why == "older" and name and kept.name and name != kept.name.casefold():
                why = "shared"
            called = report.name or words.say(SOMEBODY)
            said.append(str(LeftOut(why, report.file, name=called, kept=kept.file, other=kept.name)))
            continue
        ids[report.id] = report
        if name:
            names[name] = report
        yield report


def _called(reports):
    """(what a student is called, report), in the order of names; those without one at the end, with a number."""
    named = sorted((report for report in reports if report.name), key=lambda report: report.name.casefold())
    nameless = sorted((report for report in reports if not report.name), key=lambda report: report.id)
    numbered = [(words.say(ANONYMOUS, n=n), report) for n, report in enumerate(nameless, start=1)]
    return [(report.name, report) for report in named] + numbered


# ---------- what a mistake is called


def short_name(key, mistake, limit=70):
    """What a mistake is called in the language in use: the beginning of the sentence that the reader was told.

    Of a choice it is the letter: what was said to it begins with what is true.
    """
    return plain(" + ".join(_beginning(key, name) for name in mistake.split("+")), limit)


def _beginning(key, name):
    if letter := re.fullmatch(r"chose-(\w+)", name):
        return words.say(CHOSE, letter=letter[1])
    says = _sentence(key, name)
    if says is None:
        return name.replace("-", " ")
    text = re.sub(r"\{(where|shapes|inputs)\}", "", says[words.language()])
    text = re.sub(r"\{[^}]*\}", "…", text)
    text = text.replace("`", "").replace("*", "")
    ends = (end.start() for end in re.finditer(r"[:;.?!] |[.:]$", text))
    return text[: next((end for end in ends if end > 8), None)]  # a short one only says what the sentence is about


def _sentence(key, name):
    """What was said about a mistake, in both languages; None if nobody knows."""
    exercise = EXERCISES.get(key)
    own = (*getattr(exercise, "mistakes", ()), *getattr(exercise, "beliefs", ()))
    found = {mistake.name: mistake.says for mistake in own if hasattr(mistake, "says")}
    found |= {mistake[0]: mistake[-1] for mistake in own if isinstance(mistake, tuple)}
    found |= {f"level-{n}": says for n, (_, says) in enumerate(getattr(exercise, "levels", ()))}
    found |= {f"line-{line}": says for line, says in getattr(exercise, "innocent", {}).items()}
    return found.get(name) or SAYS.get(name) or FORMS.get(name)


# ---------- the tables


STUDENT, SOLVED, TRIED, AT = (
    {"en": "student", "ko": "학생"},
    {"en": "solved", "ko": "해결"},
    {"en": "tried", "ko": "시도"},
    {"en": "is at", "ko": "위치"},
)
EXERCISE, FREQUENT = {"en": "exercise", "ko": "연습 문제"}, {"en": "most frequent mistake", "ko": "가장 잦은 실수"}
LESSONS_TITLE = {
    "en": "Who is where ({n} students; solved exercises in each lesson)",
    "ko": "학생별 위치(학생 {n}명, 수업별로 해결한 연습 문제 수)",
}
EXERCISES_TITLE = {"en": "Exercise by exercise", "ko": "연습 문제별"}
MISTAKES_TITLE = {"en": "Mistakes, the most frequent first", "ko": "잦은 순서로 본 실수"}
OF = {"en": "{count} of {n}: {name}", "ko": "{n}명 중 {count}명: {name}"}
NO_MISTAKES = {"en": "None was noted.", "ko": "기록된 실수가 없습니다."}
MORE = {"en": "and {n} more, each of one student", "ko": "그 밖에 {n}가지, 모두 한 학생의 실수"}
CHOSE = {"en": "answer {letter}", "ko": "고른 답 {letter}"}
PICTURE = {"en": "The picture: {path}", "ko": "그림: {path}"}


def tables(found, most=25):
    """All that is printed about a class, as lines: all mistakes of more than one student, and at least so many."""
    yield from found.said
    yield from ["", words.say(LESSONS_TITLE, n=len(found.students)), *_students(found)]
    yield from ["", words.say(EXERCISES_TITLE), *_exercises(found)]
    yield from ["", words.say(MISTAKES_TITLE)]
    rows = found.frequent
    most = max(most, sum(count > 1 for _, _, count in rows))
    for key, name, count in rows[:most]:
        told = words.say(OF, count=count, n=len(found.students), name=short_name(key, name))
        yield f"  {told}{words.aside(key)} · {plain(name, 40)}"  # the last as docs/teaching.md calls it
    if len(rows) > most:
        yield f"  {words.say(MORE, n=len(rows) - most)}"
    if not rows:
        yield f"  {words.say(NO_MISTAKES)}"


def _students(found):
    every = [key for keys in found.lessons.values() for key in keys]
    head = [words.say(STUDENT), words.say(SOLVED), *(str(lesson.number) for lesson in found.lessons), words.say(AT)]
    rows = []
    for name, report in found.students:
        per = [found.solved(report, keys) or "·" for keys in found.lessons.values()]
        at = found.where(report)
        total = f"{found.solved(report, every)}/{len(every)}"
        rows.append([narrow(name), total, *per, contents.name(at) if at else "–"])
    return aligned([head, ["", "", *(f"/{len(keys)}" for keys in found.lessons.values()), ""], *rows])


def _exercises(found):
    rows = [[words.say(EXERCISE), words.say(SOLVED), words.say(TRIED), words.say(FREQUENT)]]
    for lesson, keys in found.lessons.items():
        rows.append([contents.name(lesson), "", "", ""])
        for key in keys:
            made = found.mistakes(key)
            told = f"{made[0][1]}: {short_name(key, made[0][0])}" if made else ""
            rows.append([f"  {key}", found.having(key, "solved"), found.having(key, "tried"), told])
    return aligned(rows)


def aligned(rows):
    """Lines of a table; the first and the last column to the left, numbers to the right. Hangul is two wide."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    between = " " if len(widths) > 10 else "  "  # a column for every lesson has to fit on a terminal
    for row in rows:
        cells = [
            cell + " " * (width - _width(cell)) if n in (0, len(row) - 1) else " " * (width - _width(cell)) + cell
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + between.join(cells).rstrip()


def narrow(text, width=22):
    """A text of at most this width on a terminal."""
    if _width(text) <= width:
        return text
    while _width(text) > width - 1:
        text = text[:-1]
    return text + "…"


def _width(text):
    return sum((2 if unicodedata.east_asian_width(sign) in "WF" else 1) for sign in text if not unicodedata.combining(sign))


# ---------- the picture


def class_picture(found):
    """How far a class is, exercise by exercise: a bar of those who solved it, tried it, and have not begun.

    Nobody is named in it: it can be shown in class.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib.figure import Figure

    from ..draw import style

    rows = [row for lesson, keys in found.lessons.items() for row in ((lesson, None), *((lesson, key) for key in keys))]
    n = len(found.students)
    with style.ours():
        fig = Figure(figsize=(15, 1.6 + 0.34 * len(rows)), facecolor="white")
        ax = fig.add_axes((0.2, 0.3 / fig.get_figheight(), 0.25, 1 - 1.3 / fig.get_figheight()))
        for y, (lesson, key) in enumerate(rows):
            if key is None:
                ax.text(-0.77 * n, y, _bare(contents.name(lesson)), va="center", weight="bold")
            else:
                _bar(ax, y, key, found, style)
        ax.set(xlim=(0, n), ylim=(len(rows) - 0.4, -0.6), yticks=[])
        ax.xaxis.tick_top()
        ax.xaxis.get_major_locator().set_params(integer=True)
        for side in ("left", "right", "bottom"):
            ax.spines[side].set_visible(False)
        fig.legend(*_legend(style), loc="upper center", ncols=3, frameon=False)
    return fig


def _bar(ax, y, key, found, style):
    solved, tried, n = found.having(key, "solved"), found.having(key, "tried"), len(found.students)
    ax.text(-0.02 * n, y, key, ha="right", va="center")
    ax.barh(y, n, 0.7, color=style.EDGE)
    ax.barh(y, solved, 0.7, color=style.H)
    ax.barh(y, tried, 0.7, left=solved, color=style.G)
    for name, count in found.mistakes(key)[:1]:
        told = words.say(OF, count=count, n=n, name=short_name(key, name, 62))
        ax.text(1.02 * n, y, _bare(told), va="center", color=style.INK)


def _bare(text):
    """A text in which a dollar is a dollar, and no formula."""
    return text.replace("$", r"\$")


OPEN = {"en": "not begun", "ko": "시작 전"}


def _legend(style):
    from matplotlib.patches import Patch

    colours = (SOLVED, style.H), (TRIED, style.G), (OPEN, style.EDGE)
    return [Patch(color=colour) for _, colour in colours], [words.say(name) for name, _ in colours]


# ---------- the commands


def _report(options):
    output = write_report(options.course / "my" / progress.FILE, options.output, options.name)
    done = read_report(output)
    states = Counter(noted["state"] for noted in done.exercises.values())
    name = words.say(NAMED, name=done.name) if done.name else words.say(NAMELESS)
    print(words.say(WRITTEN, path=output, solved=states["solved"], tried=states["tried"], name=name))


TITLE = "course.py class"  # in every picture that was written: only such a file is written over


def _picture_place(path):
    """Refuse a picture that could not be written, before anything is computed."""
    if path.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise ValueError(words.say(NO_PICTURE, path=path))
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "No such folder", str(path))
    if path.exists() and TITLE.encode() not in path.read_bytes():
        raise refused.in_the_way(path)
    return path


def _class(options):
    picture = _picture_place(options.picture)
    found = read_class(options.folder, options.course / "notebooks" / "en")
    for line in tables(found):
        print(line)
    class_picture(found).savefig(picture, metadata={"Title": TITLE})
    print("\n" + words.say(PICTURE, path=picture))


def parse(arguments):
    """The command and its options."""
    parser = argparse.ArgumentParser(prog="course.py")
    parser.add_argument("--course", type=Path, default=ROOT, help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", required=True)
    report = commands.add_parser("report", help="write what you have solved into a small file that you may hand in")
    report.add_argument("--name", default="", help="your name, or what your teacher knows you by; may be left out")
    report.add_argument("--output", type=Path, help="the file to write (default: report-….json in this folder)")
    report.set_defaults(do=_report)
    a_class = commands.add_parser("class", help="show a folder of reports: a table, and a picture")
    a_class.add_argument("folder", type=Path, help="where the reports are; folders in it count, too")
    a_class.add_argument("--picture", type=Path, default=Path("class.png"), help="the picture: .png, .svg or .pdf")
    a_class.set_defaults(do=_class)
    for command in (report, a_class):
        command.add_argument("--lang", choices=words.LANGUAGES, default="en", help="the language of what is said")
    return parser.parse_args(arguments)


def main(arguments=None):
    """Do what the command line says; every expected problem is a sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    options = parse(arguments)
    words.use(options.lang)
    try:
        options.do(options)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    except BrokenPipeError:  # of a pipe that has seen enough, as of `head`
        sys.stdout = None
        return 0
    except OSError as problem:
        print(refused.sentence(problem), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
