"""A notebook as cells of HTML, with its pictures alive in any page that brings the player once.

What a page is made of::

    cells = read(path)                    # [Cell, …] of a committed, executed notebook
    html = "".join(cell.html for cell in cells)
    page = f"<style>{css()}</style>{html}<script>{script()}</script>"

`Cell.html` is one ``<section class="cell …" id="<the cell's id>">``. In it, code is ``<pre class="code">``, what was
printed ``<pre class="printed">``, a formula MathML, hints and solutions ``<details class="help">``, the choices of a
quiz ``<details class="choice" data-right="true|false">``, what answers a prediction ``<details class="answer">`` below
a ``<textarea>`` for the reader's own.

A picture that steps is ``<img class="scene" data-scene="…">``: whole as it is, for print and where no script runs. One
that recomputes has its arrays beside it, in ``data-arrays``; what a notebook is too small for is in ``data-more``.
`once` keeps arrays that several pictures have from standing there several times.
`script` makes all of them live and tells of each by an event that bubbles, ``seqlib-shown``, whose target is the host
of the player's shadow tree. A page's own script may ask ``SeqlibPages.show(img)`` for one, earlier.

A link to another lesson leads to ``<its name>.html``, one to a cell to ``#<its id>``.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import cache, partial
from html import escape, unescape
from pathlib import Path

import mistune
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from seqlib import player, refused, saved

from . import maths, networks, own

# In the head of every page that is written: only such a file is written over.
MARK = '<meta name="generator" content="course.py">'
HERE = Path(__file__).parent
# An image and what makes it step, as `seqlib.saved` writes them.
STEPS = re.compile(
    r'<img (alt="[^"]*" src="[^"]*">)'
    r'<script>\(self\.seqlib1\?\?=\[\]\)\.push\(\[document\.currentScript,"([^"]*)"(?:,"([^"]*)")?\]\)</script>'
)
DETAILS = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
EMPTY_HEAD = re.compile(r"<th\b[^>]*></th>")  # a head that says nothing is none
ANSWER = {"Answer", "답"}
HELP = re.compile(r"Hint \d|Solution|The lines, shuffled|힌트 \d|풀이|줄을 섞어서")
# What needs Python to do more than step: widgets with callbacks in Python, by the name that their text begins with.
NEEDS_PYTHON = re.compile(
    r"<(ReadPrint|Pronounce|OwnSeries|OwnText|CopyRace|Live|Training)\b"
)
NEEDED = {
    "en": "Its controls need Python: they work in JupyterLab (<code>python3 course.py lab</code>).",
    "ko": "조작 버튼은 파이썬이 있어야 움직입니다. JupyterLab(<code>python3 course.py lab</code>)에서 써 보세요.",
}
# What recomputes by itself, where what it is given was kept, by its notebook or in networks.py.
OFTEN_LARGE = re.compile(r"<(DrawnDigit|SideBySide|WordWeights|NextWord)\b")
IN_LAB = "(JupyterLab: <code>python3 course.py lab</code>)"
TO_RUN = {
    "en": "Solve it in JupyterLab (<code>python3 course.py lab</code>): <code>check</code> says what is wrong.",
    "ko": "JupyterLab(<code>python3 course.py lab</code>)에서 풀어 보세요. "
    "<code>check</code>가 무엇이 틀렸는지 알려 줍니다.",
}
CHOOSE = {"en": "Which picture", "ko": "그림 고르기"}
GUESS = {"en": "Your prediction", "ko": "내 예측"}
FOLDED = {"en": "Code", "ko": "코드"}


@dataclass
class Cell:
    """A cell of a lesson.

    Attributes
    ----------
    kind : str
        ``"prose"`` or ``"code"``.
    id : str
    html : str
        One ``<section>``.
    parts : dict of str to str
        What the section is made of, for a page that arranges it another way: ``"prose"``; or ``"code"``, ``"output"``,
        ``"note"`` (where to run it). Empty ones are left out.
    tags : list of str
    slide : str
        ``slideshow.slide_type``: slide, subslide, fragment, skip, notes, or ``"-"``.
    notes : str
        For whoever teaches.
    minutes : float
    scenes : int
        How many pictures in it step.
    text : str
        What it says, without marks; for the search.
    headings : list of (int, str)
        Level and text.
    """

    kind: str
    id: str
    html: str
    parts: dict
    tags: list
    slide: str
    notes: str
    minutes: float
    scenes: int
    text: str
    headings: list = field(default_factory=list)


def read(path, language=None):
    """Read a notebook.

    Parameters
    ----------
    path : path
    language : str, optional
        That of what is added; by default the name of the notebook's folder.

    Returns
    -------
    list of Cell

    Raises
    ------
    ValueError
        It is no notebook, or a formula cannot be converted; the sentence names notebook, cell and formula.
    """
    path = Path(path)
    language = language or path.parent.name
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        notebook = None
    if not _sound(notebook):
        raise ValueError(refused.NO_NOTEBOOK["ko" if language == "ko" else "en"].format(path=path))
    cells = []
    for number, cell in enumerate(notebook["cells"], 1):
        if not _joined(cell["source"]).strip():
            continue
        cell = own.whole(cell, number, path.parent)
        try:
            cells.append(_cell(cell, language))
        except ValueError as error:
            raise ValueError(f"{path.name}, cell {cell['id']}: {error}") from error
    return cells


def _sound(notebook):
    """Whether this is what a notebook of today holds, as far as a page needs it."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    return isinstance(cells, list) and all(
        isinstance(cell, dict)
        and isinstance(cell.get("cell_type"), str)
        and isinstance(cell.get("source"), str | list)
        and isinstance(cell.get("metadata", {}), dict)
        and isinstance(cell.get("outputs", []), list)
        for cell in cells
    )


def once(html):
    """Return a page on which arrays that several pictures have stand at the first of them.

    The others say which it is, in ``data-arrays-of``: its place, from 0, among the pictures with arrays.
    """
    met = {}

    def first(found):
        if found[1] in met:
            return f' data-arrays-of="{met[found[1]]}"'
        met[found[1]] = len(met)
        return found[0]

    return re.sub(r' data-arrays="([^"]*)"', first, html)


def write(pages):
    """Write pages, ``{path: HTML}``, or none of them: FileExistsError where a file is there that is no such page."""
    for path in map(Path, pages):
        if path.is_file() and MARK.encode() not in path.read_bytes()[:1000]:
            raise refused.in_the_way(path)
    for path, html in pages.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(html, encoding="utf-8")


@cache
def css():
    """The style of what stands in cells; colours and sizes are variables, see ``cells.css``."""
    return (HERE / "cells.css").read_text(encoding="utf-8")


@cache
def script():
    """The player, all that recomputes, and what makes the pictures of a page live: one classic script."""
    stepper = _function(player.module())
    playground = f"{player.module('playground')}\nexport default renderPlayground;"
    style = plain(player.style())
    own = (HERE / "pictures.js").read_text(encoding="utf-8")
    parts = (
        f"const player = {stepper};\nconst playground = {_function(playground)};\n{player.ALONE}const css = {style};\n"
    )
    return f"(() => {{\n{_bare(parts)}{own}}})();\n".replace("</script", "<\\/script")


def policy(scripts):
    """Return the line of a page's head that lets nothing be loaded, and no script run but these."""
    hashes = " ".join(f"'sha256-{_hash(text)}'" for text in scripts)
    allowed = (
        "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; "
        f"script-src {hashes}; base-uri 'none'; form-action 'none'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{allowed}">'


@cache
def _hash(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def plain(data):
    """Return plain data as JavaScript that may stand in a page."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _function(module):
    return f"(() => {{\n{module.replace('export default', 'return', 1)}\n}})()"


def _bare(source):
    return re.sub(r"^\s*//.*\n|^[ \t]+", "", source, flags=re.MULTILINE)


# --- cells -----------------------------------------------------------------------------------------------------------


def _cell(cell, language):
    metadata = cell["metadata"]
    course = metadata.get("course", {})
    parts = (
        _code(cell, language) if cell["cell_type"] == "code" else {"prose": prose(_joined(cell["source"]), language)}
    )
    parts = {name: html for name, html in parts.items() if html}
    tags = metadata.get("tags", [])
    kind = "code" if cell["cell_type"] == "code" else "prose"
    classes = " ".join(["cell", kind, *tags])
    inside = "".join(parts.values())
    return Cell(
        kind, cell["id"], f'<section class="{classes}" id="{cell["id"]}">{inside}</section>\n', parts, tags,
        metadata.get("slideshow", {}).get("slide_type", "-"), course.get("notes", ""), course.get("minutes", 0),
        inside.count(" data-scene="), _text(inside) if kind == "prose" else "",
        [(int(level), _text(title)) for level, title in re.findall(r"<h([1-6])[^>]*>(.*?)</h\1>", inside)],
    )  # fmt: skip


def _joined(text):
    return text if isinstance(text, str) else "".join(text)


def _text(html):
    html = re.sub(r'<(label|textarea|annotation)\b.*?</\1>|<span class="unseen">.*?</span>', "", html, flags=re.DOTALL)
    html = re.sub(r"<msub>(?:<mover[^>]*>.*?</mover>|<m[ino]>[^<]*</m[ino]>)", r"\g<0>_", html)  # h_t, as one types it
    bare = re.sub(r"<(?!/?m[a-z]|/?(?:strong|em|code|a)\b)[^>]*>", " ", html)
    bare = unescape(re.sub(r"<[^>]*>", "", bare))  # at the end: a < of the text is no mark
    return re.sub(r"\s+", " ", bare).strip()


# --- prose -----------------------------------------------------------------------------------------------------------


class _Renderer(mistune.HTMLRenderer):
    def block_code(self, code, info=None):
        return coloured(code) if info == "python" else _pre("code", escape(code.rstrip("\n")))

    def link(self, text, url, title=None):
        if url.startswith("../"):  # a file of the course, which is not beside the page
            return f"{text} (<code>{escape(url.replace('../', ''))}</code>)"
        return super().link(text, _address(url), title)


_markdown = mistune.create_markdown(renderer=_Renderer(escape=False), plugins=["table", "strikethrough"])


def prose(markdown, language):
    """Return a Markdown text as HTML: formulas, quizzes, predictions, hints as `convert` says above."""
    text, formulas = maths.protect(markdown)
    html = maths.restore(_markdown(text), formulas)
    html = EMPTY_HEAD.sub("<td></td>", html)
    html = re.sub(  # a formula alone is no text for those who ask what a head says
        r"<th([^>]*)>(<math[^>]*>(?:(?!</math>).)*</math>)</th>",
        lambda head: (
            f'<th{head[1]}><span class="unseen">{escape(_text(head[2]))}</span>'
            f"{head[2].replace('<math', '<math aria-hidden=true', 1)}</th>"
        ),
        html,
    )
    html = re.sub(r"<table>.*?</table>", r'<div class="wide">\g<0></div>', html, flags=re.DOTALL)
    return DETAILS.sub(lambda found: _details(found, language), html)


def _details(found, language):
    summary, inside = found[1].strip(), found[2].strip()
    if mark := re.match(r"<p>([✓✗])", inside):
        kind = f'class="choice" data-right="{str(mark[1] == "✓").lower()}"'
    elif summary in ANSWER:
        guess = f'<label class="guess">{GUESS[language]}<textarea rows="1"></textarea></label>'
        return f'{guess}<details class="answer"><summary>{summary}</summary>{inside}</details>'
    else:
        kind = 'class="help"' if HELP.fullmatch(summary) else 'class="more"'
    return f"<details {kind}><summary>{summary}</summary>{inside}</details>"


def _address(url):
    """A link of a lesson as one of a page."""
    url = re.sub(r"#cell-id=", "#", url)
    return re.sub(r"^([\w.]+)\.ipynb(?=#|$)", r"\1.html", url)


def coloured(code):
    """Return Python as HTML, its parts marked by Pygments' short classes."""
    return _pre("code", highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n"))


def _pre(kind, html):
    return f'<pre class="{kind}"><code>{html}\n</code></pre>'


# --- code and its outputs --------------------------------------------------------------------------------------------


def _code(cell, language):
    code = coloured(_joined(cell["source"]))
    if cell["metadata"].get("jupyter", {}).get("source_hidden"):
        code = f'<details class="folded"><summary>{FOLDED[language]}</summary>{code}</details>'
    if "exercise" in cell["metadata"].get("tags", []):
        return {"code": code, "note": f'<p class="note">{TO_RUN[language]}</p>'}  # its output says "not yet"
    output = "".join(_output(output, language) for output in cell["outputs"])
    return {"code": code, "output": output and f'<div class="output">{output}</div>'}


def _scene(language, found):
    image, packed, arrays = found.groups()
    more, arrays = networks.of(packed) or ("", arrays)
    given = {"choose": CHOOSE[language], "scene": packed, "more": more, "arrays": arrays}
    attributes = " ".join(f'data-{name}="{text}"' for name, text in given.items() if text)
    return f'<img class="scene" {attributes} {image}'


def _output(output, language):
    if output["output_type"] == "stream":
        return f'<pre class="printed">{escape(_joined(output["text"]))}</pre>'
    data = output.get("data", {})
    if "text/html" not in data:
        plain = escape(_joined(data.get("text/plain", "")))
        picture = own.picture(data)
        return f'<img alt="{plain}" src="{picture}">' if picture else f'<pre class="printed">{plain}</pre>'
    html = saved.PLAYER.sub("", _joined(data["text/html"]))
    html = STEPS.sub(partial(_scene, language), html)
    html = EMPTY_HEAD.sub("<td></td>", html)
    html = re.sub(r' href="([^"]*)"', lambda link: f' href="{_address(link[1])}"', html)
    text = _joined(data.get("text/plain", ""))
    if not NEEDS_PYTHON.match(text) and (" data-arrays=" in html or not OFTEN_LARGE.match(text)):
        return html
    if "<img" not in html:  # only a sentence, such as "run this cell to see it"
        return html.replace("</p>", f" {IN_LAB}</p>")
    return f'{html}<p class="note">{NEEDED[language]}</p>'
