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
from ..doors import shown
from ..in_words import bound, in_a_sentence, promises
from . import style
from .binding import clean
from .promise import kept
from .scene import Scene

NOT_DRAWN = {
    "en": "This picture could not be drawn: {reason}",
    "ko": "이 그림을 그리지 못했습니다: {reason}",
}
DIVERGED = {
    "en": "Numbers of this step are not finite, which is drawn in grey: the run has diverged.",
    "ko": "이 시점에는 유한하지 않은 값이 있어 회색으로 그렸다. 발산한 실행이다.",
}
WIDTH, LINE, MARGIN = 720, 22, 20  # of the card, of a line, and of its edge, in pt
LETTERS = 20  # of a token
ALWAYS = {"trace": "Record", "n": "int"}  # where a docstring says nothing else
SIGNS = 74  # in a line of it; a Hangul syllable counts double


def picture(make=None, *, vocabulary=False):
    """Decorate a function that returns a Scene: our settings while it draws, and its text where it fails.

    What it is given is held against what its docstring promises to take, see `promise`. Its tokens are those of the
    steps, or with `vocabulary` all that there are.
    """
    if make is None:
        return partial(picture, vocabulary=vocabulary)
    parameters, promised = signature(make), ALWAYS | promises(make)

    @wraps(make)
    def made(*args, **kwargs):
        try:
            given = bound(make.__name__, parameters, args, kwargs)
            _begin_early(given.arguments, parameters.parameters)
            given.arguments.update(_checked(given.arguments, promised, make.__globals__))
            with style.ours():
                return _remarked(make(*given.args, **given.kwargs), given.arguments)
        except Exception as error:
            error = in_a_sentence(_in_our_words(error), make.__name__, promised)
            if os.environ.get("SEQLIB_STRICT"):
                raise error
            return in_words(error)

    return made


def _begin_early(given, parameters):
    """A run of one step begins at it, where nothing else is asked for."""
    default = parameters["start"].default if "start" in parameters else None
    run = next((given[name] for name in ("trace", "runs", "x") if name in given), None)
    run = next(iter(run.values()), None) if isinstance(run, dict) else run
    steps = getattr(run, "h", run)
    if isinstance(default, int) and "start" not in given and isinstance(steps, np.ndarray) and steps.ndim:
        given["start"] = min(default, max(len(steps) - 1, 0))


def _remarked(scene, given):
    """Of a run that diverged, each step says so where numbers are not finite; they are drawn grey."""
    trace = given.get("trace")
    if type(scene) is Scene and trace is not None and "h" in trace and len(trace.h) == scene.T:
        well = np.isfinite(trace.h[:, :, given.get("n", 0)]).all(axis=1)
        if not well.all():
            told = zip(scene.sentences, well, strict=True)
            scene.sentences = [said if there else f"{said} {words.say(DIVERGED)}" for said, there in told]
    return scene


def _in_our_words(error):
    """A sentence where matplotlib could not read what a text has between dollar signs; else the error itself."""
    found = isinstance(error, ValueError) and re.match(r"\n(.*)\n *\^\nParse", str(error))
    if not found:
        return error
    return ValueError(f"a text has {found[1]:.60} between dollar signs, which is no mathematics; write \\$ for one.")


def _checked(given, promised, namespace):
    """What was given as it can be drawn."""
    changed = kept(given, promised, namespace)
    for name, blank in (("tokens", "·"), ("inputs", "")):
        texts = changed.get(name, given.get(name))
        pictures = np.iterable(texts) and any(isinstance(one, np.ndarray) for one in texts)
        if texts is not None and not pictures:
            changed[name] = tokens_for(texts, blank=blank)
    return changed


def tokens_for(tokens, T=None, blank="·"):
    """Tokens as they can be drawn: T strings in one line each, the longest cut; a blank one is a dot.

    Raises
    ------
    ValueError
        There are not T of them, or they are no list.
    """
    if not np.iterable(tokens):
        raise ValueError(f"tokens must be a list of strings, but {shown(tokens)} came.")
    tokens = list(tokens)
    if odd := [token for token in tokens if not isinstance(token, str | int | float | np.generic | None)]:
        raise ValueError(f"tokens must be a list of strings, but one with {shown(odd[0])} came.")
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
