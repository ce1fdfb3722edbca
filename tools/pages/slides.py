"""A lesson as slides: one page that needs nothing else, for whoever shows the lesson to a class.

``python3 course.py present 8`` runs this and opens the page. What becomes a slide stands in the notebook: its cells'
``slideshow.slide_type``, and in ``metadata.course`` their minutes and what to say. Exercises and questions take time in
class, so they are slides, too. How large a text is, and where it is broken, is decided in the browser (``slides.js``).
"""

import argparse
import json
import re
import sys
import unicodedata
import webbrowser
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path

from seqlib import refused, words

from . import convert

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LINES = 3  # as much code, and as much of what it printed, stands above a picture
PICTURE = re.compile(r'class="seqlib-picture"[^>]*>\s*(?:<p>[^<]*</p>)?\s*<img')
PRINTED = re.compile(r'<pre class="printed">.*?</pre>', re.DOTALL)
ONLY_A_SENTENCE = re.compile(r'<div class="seqlib-picture"[^>]*>\s*<p>(?:(?!<img|</div>).)*</p>\s*</div>', re.DOTALL)

WORDS = {
    "en": {
        "exercise": "Exercise",
        "code": "Code",
        "picture": "Picture",
        "teacher": "For the teacher",
        "notes": "Notes (N)",
        "window": "A window for the teacher (P)",
        "theme": "Light or dark (D)",
        "map": "All slides (Esc)",
        "keys": "Keys (?)",
        "back": "Back (←)",
        "on": "On (→)",
        "answer": "Answer (S)",
        "next": "Next",
        "again": "Start the clock anew",
        "end": "The end",
        "goes": "goes on: {n} more",
        "plan": "planned: minute {from} to {to} of {all}",
        "late": "{n} min late",
        "early": "{n} min early",
        "ontime": "on time",
        "blocked": "The browser did not allow a second window: allow it for this page, then press P again.",
        "close": "Close",
        "no_file": "There is no notebook {lesson}: give its path, or a lesson's number, such as 8.",
        "no_lesson": "There is no lesson {lesson}: give a number from 0 to {last}, or the path of a notebook.",
        "no_slides": "{lesson} has no slides: give its cells a slide type in JupyterLab (Property Inspector), save.",
        "list": {
            "→ ←": "step the picture, and turn the page after its last step (Page Down, Page Up: the same)",
            "↓ ↑": "turn the page at once",
            "S": "show the answer or solution, and hide it again",
            "N": "notes, minutes and a clock, below the slide",
            "P": "a second window with all that, for the teacher",
            "12 Enter": "slide 12",
            "Home End": "the first slide, the last one",
            "Esc": "all slides",
            "Space F T M": "in the picture: play, over the whole window, all numbers as a table, movement",
            "D": "light or dark",
            "?": "these keys",
        },
    },
    "ko": {
        "exercise": "연습 문제",
        "code": "코드",
        "picture": "그림",
        "teacher": "강의자용",
        "notes": "강의 메모(N)",
        "window": "강의자용 창(P)",
        "theme": "밝게/어둡게(D)",
        "map": "슬라이드 목록(Esc)",
        "keys": "단축키(?)",
        "back": "이전(←)",
        "on": "다음(→)",
        "answer": "답 보기(S)",
        "next": "다음",
        "again": "시계 다시 시작",
        "end": "마지막 슬라이드입니다",
        "goes": "이어짐: {n}쪽 더",
        "plan": "계획: 전체 {all}분 중 {from}~{to}분",
        "late": "{n}분 늦음",
        "early": "{n}분 빠름",
        "ontime": "계획대로",
        "blocked": "브라우저가 두 번째 창을 막았습니다. 이 페이지에 팝업을 허용한 다음 P 키를 다시 누르세요.",
        "close": "닫기",
        "no_file": "{lesson} 노트북이 없습니다. 노트북의 경로나 수업 번호(예: 8)를 쓰세요.",
        "no_lesson": "{lesson}번 수업은 없습니다. 0부터 {last}까지의 번호나 노트북의 경로를 쓰세요.",
        "no_slides": "{lesson} 노트북에는 슬라이드가 없습니다. JupyterLab에서 셀의 슬라이드 유형을 정하고 저장하세요.",
        "list": {
            "→ ←": "그림을 한 시점씩 넘기고, 끝까지 보면 다음 슬라이드로(Page Down, Page Up도 같음)",
            "↓ ↑": "그림을 넘기지 않고 바로 다음·이전 슬라이드로",
            "S": "답이나 풀이를 보이기, 다시 누르면 숨기기",
            "N": "슬라이드 아래에 강의 메모, 계획한 시간, 시계",
            "P": "같은 내용을 강의자용 창에 따로",
            "12 Enter": "12번 슬라이드로",
            "Home End": "처음 슬라이드, 마지막 슬라이드",
            "Esc": "슬라이드 목록",
            "Space F T M": "그림에서: 재생, 창 전체로, 모든 값을 표로, 움직임 켜고 끄기",
            "D": "밝게 또는 어둡게",
            "?": "이 단축키 목록",
        },
    },
}


@dataclass
class Slide:
    """One idea: its parts, each HTML of a kind ("flow" or "picture"), and what goes with it."""

    id: str
    section: str
    cell: str = ""  # the last of its cells
    title: str = ""
    parts: list = field(default_factory=list)  # [[kind, html], …]
    notes: list = field(default_factory=list)
    minutes: float = 0

    def add(self, kind, html):
        """Add HTML; what flows goes on in the part before, if that flows too."""
        if not html:
            return
        if kind == "flow" and self.parts and self.parts[-1][0] == "flow":
            self.parts[-1][1] += html
        else:
            self.parts.append([kind, html])


def slides_of(cells, language):
    """Return the slides of a lesson, given as the cells of `convert.read`; their minutes add up to the lesson's."""
    slides, section = [], ""
    for before, cell in zip([None, *cells], cells, strict=False):
        if cell.headings:
            section = cell.headings[-1][1]
        if "solution" in cell.tags:
            if slides and "exercise" in before.tags:
                slides[-1].add("flow", cell.parts["prose"])
            continue
        exercise = "exercise" in cell.tags
        if cell.slide in ("skip", "notes", "-") and not exercise and not cell.minutes:
            continue  # what prepares
        asked = exercise and _only_answers(cell) and slides and before.id == slides[-1].cell and before.kind == "prose"
        if not slides or not (asked or cell.slide == "fragment"):
            slides.append(Slide(cell.id, section))
        slide = slides[-1]
        slide.cell = cell.id
        slide.minutes += cell.minutes
        slide.notes += [cell.notes] if cell.notes else []
        if exercise and not asked:
            slide.title = f"{WORDS[language]['exercise']} · {section}"
            slide.add("flow", f"<h2>{escape(slide.title)}</h2>")
        slide.title = slide.title or (
            section if cell.headings or cell.kind == "prose" else _of(cell, section, language)
        )
        for kind, html in _parts(cell, language) if not asked or "#" in cell.parts["code"] else ():
            if kind == "flow" and not slide.parts and not cell.headings:
                slide.add("flow", f'<p class="section">{escape(section)}</p>')
            slide.add(kind, html)
    return [slide for slide in slides if slide.parts]


def _of(cell, section, language):
    """The title of a slide that is only code or a picture."""
    return f"{section} · {WORDS[language]['picture' if PICTURE.search(cell.parts.get('output', '')) else 'code']}"


def _only_answers(cell):
    """Whether an exercise is a question, which the cell before has asked, and no code to write."""
    return 'class="k">def' not in cell.parts["code"] and 'class="k">class' not in cell.parts["code"]


def _parts(cell, language):
    """What a cell shows: [(kind, html), …]."""
    output, whole = cell.parts.get("output", ""), _close(cell.parts.get("code", ""))
    if not PICTURE.search(output):
        return [("flow", cell.parts.get("prose", "") + whole + PRINTED.sub(_wrapped, _unwrapped(output)))]
    pictures = PRINTED.sub("", ONLY_A_SENTENCE.sub("", output))
    printed = "".join(PRINTED.findall(output))
    if printed.count("\n") > LINES:
        return [("flow", whole + printed), ("picture", _unwrapped(pictures))]
    return [("picture", f'<div class="above">{_short(whole, language)}{printed}</div>{_unwrapped(pictures)}')]


def _wrapped(printed):
    """A sentence among what was printed is broken into lines; a table, whose lines are short, is not."""
    long = any(_width(line) > 96 for line in _bare(printed[0]).split("\n"))
    return printed[0].replace('class="printed"', 'class="printed long"') if long else printed[0]


def _width(line):
    return len(line) + sum(unicodedata.east_asian_width(sign) in "WF" for sign in line)


def _short(code, language):
    """A cell's code as it stands above its picture: without imports; where it is long, its last line, which opens."""
    lines = re.sub(r'^<pre class="code"><code>|</code></pre>$', "", code).strip("\n").split("\n")
    lines = [line for line in lines if line and not re.match(r'<span class="kn">(from|import)', line)]
    short = '<pre class="code"><code>{}</code></pre>'.format("\n".join(lines))
    if len(lines) <= LINES:
        return short
    begins = [line for line in lines if _bare(line)[0] not in " )]}"][-1]
    dots = "" if begins == lines[-1] else " …"
    return f"<details><summary>{WORDS[language]['code']} · <code>{begins}{dots}</code></summary>{short}</details>"


def _bare(html):
    return unescape(re.sub(r"<[^>]*>", "", html))


def _unwrapped(output):
    return output if "<table" in output else re.sub(r'^<div class="output">(.*)</div>$', r"\1", output, flags=re.DOTALL)


def _close(code):
    """A cell's code with at most one empty line at a place."""
    return re.sub(r"\n{3,}", "\n\n", code)


def page(path, language=None):
    """Return the slides of a notebook as one HTML page.

    Parameters
    ----------
    path : path
        A notebook, executed and saved.
    language : {"en", "ko"}, optional
        That of the buttons; by default the name of the notebook's folder.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        It has no cell that is a slide.
    """
    path = Path(path)
    language = language or (path.parent.name if path.parent.name in WORDS else "en")
    cells = convert.read(path, language)
    slides = slides_of(cells, language)
    if not slides:
        raise ValueError(WORDS[language]["no_slides"].format(lesson=path.name))
    words = WORDS[language]
    title = next((text for cell in cells for level, text in cell.headings if level == 1), path.stem)
    given = {"words": {name: text for name, text in words.items() if name != "list" and not name.startswith("no_")}}
    given["minutes"] = sum(slide.minutes for slide in slides)
    scripts = {"pictures": convert.script(), "script": (HERE / "slides.js").read_text(encoding="utf-8")}
    fields = {
        "lang": language,
        "mark": convert.MARK,
        "policy": convert.policy(scripts.values()),
        "title": escape(title),
        "style": convert.css() + (HERE / "slides.css").read_text(encoding="utf-8"),
        "slides": convert.once("\n".join(_section(slide, title) for slide in slides)),
        "keys": "".join(
            f"<div><dt>{escape(key)}</dt><dd>{escape(does)}</dd></div>" for key, does in words["list"].items()
        ),
        "player_style": (HERE / "slides-player.css").read_text(encoding="utf-8"),
        "given": json.dumps(given, ensure_ascii=False).replace("<", "\\u003c"),
        **scripts,
        **{f"w_{name}": escape(text) for name, text in given["words"].items()},
    }
    template = (HERE / "slides.html").read_text(encoding="utf-8")
    return re.sub(r"%(\w+)%", lambda found: fields[found[1]], template)


def _section(slide, lesson):
    parts = "\n".join(
        f'<div class="part {kind}"><div class="inner">{_unlinked(html)}</div></div>' for kind, html in slide.parts
    )
    notes = "".join(
        f"<p>{convert.prose(note, 'en').removeprefix('<p>').removesuffix('</p>')}</p>" for note in slide.notes
    )
    where = lesson if slide.section in ("", lesson) else f"{lesson} › {slide.section}"
    named = f'aria-label="{escape(slide.title)}" data-where="{escape(where)}" data-minutes="{slide.minutes:g}"'
    notes = f'<aside class="notes">{notes}</aside>'
    return f'<section class="slide" id="{slide.id}" tabindex="-1" {named}>\n{parts}\n{notes}</section>'


def _unlinked(html):
    """Without links to files that do not stand beside this page."""
    return re.sub(r'<a href="(?!https?:)[^"]*"[^>]*>(.*?)</a>', r"\1", html, flags=re.DOTALL)


def find(lesson, language):
    """The notebook of a lesson, by its number, or by its own path."""
    words = WORDS[language]
    if Path(lesson).suffix.lower() == ".ipynb":
        if not Path(lesson).is_file():
            raise ValueError(words["no_file"].format(lesson=lesson))
        return Path(lesson)
    lessons = {path.name[:2]: path for path in (ROOT / "notebooks" / language).glob("[0-9][0-9]_*.ipynb")}
    number = lesson.strip().lstrip("0").zfill(2) if lesson.strip() else lesson
    if number not in lessons:
        raise ValueError(words["no_lesson"].format(lesson=lesson.strip(), last=int(max(lessons, default="0"))))
    return lessons[number]


def main(arguments=None):
    """Write the page, and open it in the default browser unless a file was named."""
    parser = argparse.ArgumentParser(prog="course.py present", description="Show a lesson as slides.")
    parser.add_argument("lesson", help="the lesson's number, or the path of a notebook")
    parser.add_argument("--lang", choices=sorted(WORDS), default="en", help="the lesson's language")
    parser.add_argument("--output", type=Path, help="write the page here, and do not open it")
    options = parser.parse_args(arguments)
    try:
        path = find(options.lesson, options.lang)
        html = page(path, options.lang)
        # In plain sight, as some browsers may not read temporary or hidden folders.
        output = options.output or ROOT / "my" / "slides" / f"{path.stem}.{options.lang}.html"
        if options.output is None:
            output.unlink(missing_ok=True)  # it is the course's own, whatever an older version wrote into it
        convert.write({output: html})
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        words.use(options.lang)
        print(refused.sentence(problem), file=sys.stderr)
        return 1
    print(output)
    if options.output is None:
        webbrowser.open(output.resolve().as_uri())
    return 0


if __name__ == "__main__":
    sys.exit(main())
