"""A lesson as one page that needs no kernel, no network and no file beside it."""

import re
from functools import cache
from html import escape
from pathlib import Path

from seqlib.lessons import contents

from . import convert

HERE = Path(__file__).parent
LANGUAGES = {"en": "English", "ko": "한국어"}
COURSE = {"en": "Recurrent networks, step by step", "ko": "순환 신경망, 한 시점씩"}
WORDS = {
    "skip": {"en": "Skip to the lesson", "ko": "수업으로 건너뛰기"},
    "all": {"en": "All lessons", "ko": "모든 수업"},
    "search": {"en": "Search", "ko": "검색"},
    "course": {"en": "The course", "ko": "강의"},
    "contents": {"en": "In this lesson", "ko": "이 수업의 내용"},
    "about": {
        "en": "The pictures on this page step, open and recompute here, and what you answer stays in this browser. To "
        "change the code and to have exercises checked, open the lesson in JupyterLab: "
        "<code>python3 course.py lab</code>.",
        "ko": "이 페이지의 그림은 이 자리에서 넘기고 펼치고 다시 계산할 수 있고, 답한 것은 이 브라우저에 남습니다. "
        "코드를 바꾸거나 연습 문제를 확인하려면 JupyterLab에서 수업을 여세요: <code>python3 course.py lab</code>.",
    },
    "run": {
        "en": "Run this lesson here, with Python in the browser",
        "ko": "이 수업을 브라우저 안의 파이썬으로 바로 실행하기",
    },
    "before": {"en": "Before", "ko": "이전"},
    "next": {"en": "Next", "ko": "다음"},
    "neighbours": {"en": "Neighbouring lessons", "ko": "이전 수업과 다음 수업"},
    "forget": {"en": "Forget what I answered on this page", "ko": "이 페이지에서 답한 것 지우기"},
    "forgotten": {"en": "Forgotten.", "ko": "지웠습니다."},
    "right": {"en": "Your first choice was right.", "ko": "처음 고른 답이 맞았습니다."},
    "wrong": {"en": "Your first choice was another one.", "ko": "처음에는 다른 답을 골랐습니다."},
}  # fmt: skip


def says(name, language):
    """A sentence of the page."""
    return WORDS[name][language]


def lesson_page(lesson, cells, language, notebooks=None):
    """Return the page of a lesson.

    Parameters
    ----------
    lesson : Lesson
    cells : list of Cell
        What `convert.read` makes of its notebook.
    language : str
    notebooks : str, optional
        Where the lessons are in the JupyterLite of this site, for a link to run the lesson there.

    Returns
    -------
    str
    """
    title = f"{lesson.number} · {lesson.title[language]}"
    shown = _with_contents(cells, language, _run(lesson, language, notebooks))
    body = (
        f'<a class="skip" href="#lesson">{says("skip", language)}</a>\n'
        f"{_header(lesson, language)}"
        f'<main id="lesson" data-lesson="{stem(lesson)}">\n{shown}</main>\n'
        f"{_footer(lesson, language)}"
    )
    said = {name: says(name, language) for name in ("right", "wrong", "forgotten")}
    script = f"const SAID = {convert.plain(said)};\n{file('answers.js')}\n{file('page.js')}"
    style = convert.css() + file("page.css")
    return document(f"{title} · {COURSE[language]}", language, body, style, [convert.script(), script])


def stem(lesson):
    """What a lesson's page and notebook are called, without their endings."""
    return lesson.file.removesuffix(".ipynb")


def document(title, language, body, style, scripts):
    """Return a whole page whose policy lets nothing be loaded, and no script run but these."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"{convert.MARK}\n{convert.policy(scripts)}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>{_small(style)}</style>\n</head>\n<body>\n{convert.once(body)}"
        + "".join(f"<script>{script}</script>\n" for script in scripts)
        + "</body>\n</html>\n"
    )


@cache
def file(name):
    """Return a style or a script of these pages."""
    return (HERE / name).read_text(encoding="utf-8")


def _small(css):
    return re.sub(r"/\*.*?\*/|^\s+", "", css, flags=re.DOTALL | re.MULTILINE)


def _header(lesson, language):
    other = next(name for name in LANGUAGES if name != language)
    return (
        f'<header>\n<nav aria-label="{says("course", language)}">\n<a href="index.html">{COURSE[language]}</a>\n'
        f'<span><a href="index.html#search">{says("search", language)}</a>\n'
        f'<a class="language" href="../{other}/{stem(lesson)}.html" lang="{other}" hreflang="{other}">'
        f"{LANGUAGES[other]}</a></span>\n</nav>\n</header>\n"
    )


def _run(lesson, language, notebooks):
    if notebooks is None:
        return ""
    address = f"../python/lab/index.html?path={notebooks}/{language}/{lesson.file}"
    return f' <a class="run" href="{address}">{says("run", language)}</a>'


def _with_contents(cells, language, run):
    """The first cell, what the lesson has, and then the rest."""
    first, *rest = (cell.html for cell in cells)
    entries = "".join(
        f'<li><a href="#{cell.id}">{escape(title)}</a></li>'
        for cell in cells
        for level, title in cell.headings
        if level == 2
    )
    listed = f'<details class="contents"><summary>{says("contents", language)}</summary><ol>{entries}</ol></details>\n'
    return f'{first}<p class="about">{says("about", language)}{run}</p>\n{listed}{"".join(rest)}'


def _footer(lesson, language):
    lessons = contents.LESSONS
    place = lessons.index(lesson)
    beside = [("before", lessons[place - 1] if place else None), ("next", (*lessons, None)[place + 1])]
    links = "".join(
        f'<a href="{stem(other)}.html">{says(name, language)}: {other.number} · {escape(other.title[language])}</a>\n'
        for name, other in beside
        if other
    )
    return (
        f'<footer>\n<nav aria-label="{says("neighbours", language)}">\n{links}'
        f'<a href="index.html">{says("all", language)}</a>\n</nav>\n'
        f'<p><button type="button" class="forget">{says("forget", language)}</button> <span role="status"></span></p>\n'
        "</footer>\n"
    )
