"""The first page of a language: the map of its lessons, a search over all pages, and the glossary."""

import re
from html import escape

from seqlib.lessons.glossary import TERMS

from . import convert
from .page import COURSE, LANGUAGES, document, file, stem

WORDS = {
    "skip": {"en": "Skip to the lessons", "ko": "수업 목록으로 건너뛰기"},
    "course": {"en": "The course", "ko": "강의"},
    "lead": {
        "en": "From the limits of dense layers to RNN, backpropagation through time, LSTM and GRU. In every lesson you "
        "step through real runs and see the numbers: here, in your browser, with nothing to install.",
        "ko": "완전연결층의 한계에서 시작해 RNN, 시간 역전파, LSTM, GRU까지 갑니다. 수업마다 실제 실행을 한 "
        "시점씩 넘기며 값을 봅니다. 이 브라우저에서 그대로 볼 수 있고, 설치할 것은 없습니다.",
    },
    "run": {
        "en": "To run and change the code and to have exercises checked, get the course and start it: "
        "<code>python3 course.py lab</code>.",
        "ko": "코드를 실행하고 바꾸거나 연습 문제를 확인하려면 강의를 내려받아 시작하세요: "
        "<code>python3 course.py lab</code>.",
    },
    "search": {"en": "Search all lessons", "ko": "모든 수업에서 찾기"},
    "found": {"en": "Places found: ", "ko": "찾은 곳: "},
    "none": {"en": "Nothing found.", "ko": "찾은 것이 없습니다."},
    "map": {"en": "Lessons", "ko": "수업"},
    "minute": {"en": "{n} minute", "ko": "{n}분"},
    "minutes": {"en": "{n} minutes", "ko": "{n}분"},
    "exercises": {"en": "{n} exercises", "ko": "연습 문제 {n}개"},
    "questions": {"en": "{n} questions", "ko": "질문 {n}개"},
    "answered": {"en": "{a} of {n} questions answered", "ko": "질문 {n}개 중 {a}개 답함"},
    "terms": {"en": "Glossary", "ko": "용어 찾아보기"},
    "told": {"en": "Where each term is introduced.", "ko": "용어마다 처음 설명하는 곳으로 이어집니다."},
    "words": {"en": "Terms of the Korean edition", "ko": "용어의 뜻"},
    "forget": {"en": "Forget all my answers", "ko": "답한 것 모두 지우기"},
    "forgotten": {"en": "Forgotten.", "ko": "지웠습니다."},
}  # fmt: skip


def start_page(pages, language):
    """Return the first page.

    Parameters
    ----------
    pages : dict of Lesson to list of Cell
        The lessons of this language, as `convert.read` makes them.
    language : str

    Returns
    -------
    str
    """

    def says(name, **values):
        return WORDS[name][language].format(**values)

    other = next(name for name in LANGUAGES if name != language)
    body = (
        f'<a class="skip" href="#map">{says("skip")}</a>\n<header>\n<nav aria-label="{says("course")}">\n'
        f'<span aria-hidden="true"></span>'
        f'<a class="language" href="../{other}/index.html" lang="{other}" hreflang="{other}">{LANGUAGES[other]}</a>\n'
        f"</nav>\n</header>\n<main>\n<h1>{COURSE[language]}</h1>\n"
        f'<p class="lead">{says("lead")}</p>\n<p class="lead">{says("run")}</p>\n'
        f'<div id="search" role="search">\n<label for="sought">{says("search")}</label>\n'
        '<input id="sought" type="search" autocomplete="off">\n'
        '<p id="count" role="status"></p>\n<ol id="found"></ol>\n</div>\n'
        f'<h2 id="map">{says("map")}</h2>\n<ol class="map" start="0">\n{_map(pages, language, says)}</ol>\n'
        f'<h2 id="terms">{says("terms")}</h2>\n<p>{says("told")}</p>\n{_terms(pages)}'
        f"<h3>{says('words')}</h3>\n{_words(language)}"
        f'</main>\n<footer><p><button type="button" class="forget">{says("forget")}</button> '
        '<span role="status"></span></p></footer>\n'
    )
    said = {name: WORDS[name][language] for name in ("found", "none", "answered", "questions", "forgotten")}
    script = (
        f"const SAID = {convert.plain(said)};\nconst INDEX = {convert.plain(index(pages, language))};\n"
        f"{file('answers.js')}\n{file('start.js')}"
    )
    style = convert.css() + file("page.css") + file("start.css")
    return document(COURSE[language], language, body, style, [script])


def index(pages, language):
    """What is searched: [page, lesson, heading of the place, its id, what stands there] for every cell of prose."""
    entries = []
    for lesson, cells in pages.items():
        name, heading = f"{lesson.number} · {lesson.title[language]}", ""
        for cell in cells:
            heading = next((title for _, title in cell.headings), heading)
            if cell.text:
                entries.append([stem(lesson), name, heading, cell.id, cell.text])
    return entries


def _map(pages, language, says):
    items = []
    for lesson, cells in pages.items():
        exercises = sum("exercise" in cell.tags for cell in cells)
        questions = sum('class="choice"' in cell.html for cell in cells)
        counts = [
            says("minutes" if lesson.minutes > 1 else "minute", n=lesson.minutes),
            *([says("exercises", n=exercises)] if exercises else []),
        ]
        if questions:
            data = f'data-lesson="{stem(lesson)}" data-questions="{questions}"'
            counts.append(f"<span {data}>{says('questions', n=questions)}</span>")
        items.append(
            f'<li><a href="{stem(lesson)}.html">{escape(lesson.title[language])}</a> '
            f"<p>{escape(lesson.question[language])}</p>"
            f'<p class="counts">{" · ".join(counts)}</p></li>\n'
        )
    return "".join(items)


def _terms(pages):
    """The index of terms, which lesson 0 has in several cells, as one table."""
    index = "".join(cell.html for cell in next(iter(pages.values())) if "-terms" in cell.id)
    tables = re.findall(r"<table>.*?</table>", index, re.DOTALL)
    head = re.search(r"<thead>.*?</thead>", tables[0], re.DOTALL)[0]
    rows = "".join(re.search(r"<tbody>(.*?)</tbody>", table, re.DOTALL)[1] for table in tables)
    return f'<div class="wide"><table>{head}<tbody>{rows}</tbody></table></div>\n'


def _words(language):
    korean = "" if language == "ko" else ' lang="ko"'
    head = {"en": ("Korean", "English", "Meaning"), "ko": ("용어", "영어", "뜻")}[language]
    rows = "".join(
        f"<tr><th scope='row'{korean}>{escape(term.korean)}</th><td>{escape(term.english)}</td>"
        f"<td{korean}>{escape(term.meaning)}</td></tr>\n"
        for term in sorted(TERMS, key=lambda term: term.korean)
    )
    named = "".join(f'<th scope="col">{name}</th>' for name in head)
    return f'<div class="wide"><table><thead><tr>{named}</tr></thead><tbody>{rows}</tbody></table></div>\n'


def crossroads():
    """Return the page above both languages, which goes on in the reader's."""
    links = "".join(f'<li><a href="{name}/index.html" lang="{name}">{COURSE[name]}</a></li>\n' for name in LANGUAGES)
    body = f'<main>\n<h1>{COURSE["en"]} · <span lang="ko">{COURSE["ko"]}</span></h1>\n<ul>{links}</ul>\n</main>\n'
    script = 'location.replace(`${navigator.language.startsWith("ko") ? "ko" : "en"}/index.html${location.search}`);'
    return document(COURSE["en"], "en", body, convert.css() + file("page.css"), [script])
