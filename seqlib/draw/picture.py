"""What makes a picture of a lesson: drawn inside the course's own settings, and never the end of a lesson.

Whatever goes wrong while a picture is made, the cell shows its text and one sentence that says why, and the lesson goes
on. With ``SEQLIB_STRICT`` in the environment, as in our tests, the error is raised; `Scene` itself always raises.
"""

import os
import re
import unicodedata
import xml.etree.ElementTree as ET
from functools import partial, wraps
from inspect import signature

import numpy as np

from .. import words
from ..nn.record import Record
from . import style
from .binding import clean
from .scene import Scene

NOT_DRAWN = {
    "en": "This picture could not be drawn: {reason}",
    "ko": "이 그림을 그리지 못했습니다: {reason}",
}
WIDTH, LINE, MARGIN = 720, 22, 20  # of the card, of a line, and of its edge, in pt
LETTERS = 20  # of a token
SIGNS = 74  # in a line of it; a Hangul syllable counts double


def picture(make=None, *, vocabulary=False):
    """Decorate a function that returns a Scene: our settings while it draws, and its text where it fails.

    Its tokens are those of the steps, or with `vocabulary` all that there are.
    """
    if make is None:
        return partial(picture, vocabulary=vocabulary)
    parameters = signature(make)

    @wraps(make)
    def made(*args, **kwargs):
        try:
            given = parameters.bind(*args, **kwargs)
            given.arguments.update(_checked(given.arguments, vocabulary))
            with style.ours():
                return make(*given.args, **given.kwargs)
        except Exception as error:
            if os.environ.get("SEQLIB_STRICT"):
                raise
            return in_words(error)

    return made


def _checked(given, vocabulary):
    """What all pictures are given under the same name, if it can be used."""
    if "trace" in given and not isinstance(given["trace"], Record):
        came = type(given["trace"]).__name__
        raise ValueError(f"trace must be what model.forward(x) returned, but {came} came.")
    changed = {}
    steps = len(given["trace"].h) if not vocabulary and "h" in given.get("trace", ()) else None
    if given.get("tokens") is not None:
        changed["tokens"] = tokens_for(given["tokens"], steps)
    if "n" in given and not isinstance(given["n"], int | np.integer):
        raise ValueError(f"n must be a whole number, the example that is shown, but {given['n']!r:.60} came.")
    inputs = given.get("inputs")
    if inputs is not None and not any(isinstance(one, np.ndarray) for one in (inputs, *inputs)):  # or a picture
        changed["inputs"] = tokens_for(inputs, steps, blank="")
    return changed


def tokens_for(tokens, T=None, blank="·"):
    """Tokens as they can be drawn: T strings in one line each, the longest cut; a blank one is a dot.

    Raises
    ------
    ValueError
        There are not T of them, or they are no list.
    """
    if not np.iterable(tokens):
        raise ValueError(f"tokens must be a list of strings, but {tokens!r:.60} came.")
    tokens = ["" if token is None else " ".join(clean(str(token)).split()) for token in tokens]
    if T is not None and len(tokens) != T:
        raise ValueError(f"tokens must be {T}, one for each step, but {len(tokens)} came.")
    return [(token if len(token) <= LETTERS else f"{token[: LETTERS - 1]}…") or blank for token in tokens]


def in_words(error):
    """A scene that says what the picture would have shown, as far as that was known, and what went wrong.

    Parameters
    ----------
    error : Exception
        Where its ``scene`` is a Scene that was not drawn, that one is completed; its steps can still be read.
    """
    reason = words.say(NOT_DRAWN, reason=clean(str(error).strip() or type(error).__name__))
    scene = getattr(error, "scene", None)
    if scene is None:
        scene = Scene.__new__(Scene)
        scene.alt, scene.sentences, scene.T, scene.start, scene.begin, scene.label = "", [reason], 1, 0, 0, "t"
    known = _lines(scene.alt)
    steps = [_lines(sentence) if known else [] for sentence in scene.sentences]
    rows = max(map(len, steps))
    fixed = _lines(reason)
    scene.alt = f"{reason} {scene.alt}".strip()
    scene.svg, scene.bindings, scene.extras = _card(scene.alt, [*fixed, *known], rows), [], {}
    for row in range(rows):
        values = [lines[row] if row < len(lines) else "" for lines in steps]
        scene.bindings.append({"id": f"b{row}", "attribute": "text", "values": values})
    scene.error = error
    return scene


def _lines(text):
    """The text in lines that fit the card."""
    lines, width = [], SIGNS
    for word in re.findall(r"\S{1,36}", text):
        size = sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in word)
        if width + size >= SIGNS:
            lines.append("")
            width = 0
        lines[-1] += f" {word}" if lines[-1] else word
        width += size + 1
    return lines


def _card(alt, lines, rows):
    """A card like that of a drawing: some lines of text, then room for the lines of the present step."""
    height = 2 * MARGIN + LINE * (len(lines) + rows)
    root = ET.Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "width": "840", "height": f"{height * 840 / WIDTH:.0f}",
        "viewBox": f"0 0 {WIDTH} {height}", "role": "img",
        "style": f"max-width:100%;height:auto;font-family:{style.FONT_STACK}",
    })  # fmt: skip
    ET.SubElement(root, "title").text = alt
    ET.SubElement(root, "desc")
    edge = {"x": ".5", "y": ".5", "width": f"{WIDTH - 1}", "height": f"{height - 1}", "rx": "6"}
    ET.SubElement(root, "rect", edge | {"fill": style.PAPER, "stroke": style.EDGE})
    look = {"x": f"{MARGIN}", "font-size": f"{style.SIZE}px", "fill": style.INK}
    for k, line in enumerate([*lines, *[None] * rows]):
        place = {"y": f"{MARGIN + LINE * (k + 0.75):g}"} | ({"id": f"b{k - len(lines)}"} if line is None else {})
        ET.SubElement(root, "text", look | place).text = line
    return ET.tostring(root, encoding="unicode")
