"""Formulas as MathML, which browsers draw by themselves and screen readers read.

`protect` takes the formulas out of a Markdown text, so that nothing in them is taken for Markdown, and `restore` puts
their MathML into what was made of the text.
"""

import itertools
import re
from functools import cache
from xml.etree import ElementTree

from latex2mathml.converter import convert

# Code may hold a $ and is no formula; a formula may hold what looks like code or emphasis and is neither.
CODE = r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)|(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
FOUND = re.compile(
    rf"(?P<code>{CODE}|\\\$)"
    r"|\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$\s](?:[^$\n]*?[^$\s])?)\$(?!\d)"
    r"|\\begin\{(?P<kind>align|equation|gather)(?P<star>\*?)\}(?P<lines>.+?)\\end\{(?P=kind)(?P=star)\}",
    re.DOTALL | re.MULTILINE,
)
SIZED = {r"\Bigl": r"\left", r"\Bigr": r"\right", r"\bigl": r"\left", r"\bigr": r"\right"}  # a fence grows by itself
NAMES = {"tanh", "log", "ln", "exp", "max", "min", "diag"}
ROWS = {"math", "mrow", "mtd", "mstyle", "msqrt"}  # as many children as they like; others have a place for each
SCRIPTS = {"msub", "msup", "msubsup", "munder", "mover"}
PLACE = re.compile("\ue000(\\d+)\ue001")  # of the private use area: in no text, and left alone by every Markdown


def protect(markdown):
    """Take the formulas out of a text.

    Parameters
    ----------
    markdown : str

    Returns
    -------
    str
        The text, with a mark for each formula.
    list of str
        The formulas as MathML, in their order.
    """
    formulas = []

    def take(match):
        if match["code"]:
            return match[0]
        around = f"{{{match['kind']}*}}"  # the star: without numbers
        lines = match["lines"] and rf"\begin{around}{match['lines']}\end{around}"
        block = match["block"] or lines
        formulas.append(mathml(block or match["inline"], block=bool(block)))
        return f"\ue000{len(formulas) - 1}\ue001"

    return FOUND.sub(take, markdown), formulas


def restore(html, formulas):
    """Put the formulas back where `protect` left its marks; a comma or a Korean particle keeps to its formula."""

    def put(mark):
        opening, formula, clings = mark[1], formulas[int(mark[2])], mark[3]
        kept = (opening or clings) and not formula.startswith('<math display="block"')
        return f'<span class="kept">{opening}{formula}{clings}</span>' if kept else f"{opening}{formula}{clings}"

    return re.sub(rf"(\(?){PLACE.pattern}([^\s<>&(\ue000]{{0,12}})", put, html)


@cache
def mathml(latex, block=False):
    """Return a formula as MathML.

    Parameters
    ----------
    latex : str
    block : bool
        On a line of its own.

    Raises
    ------
    ValueError
        Something of it is not known; the sentence names the formula.
    """
    known = re.sub(r"\\[Bb]ig[lr](?=[\\(\[|)\]])", lambda sized: SIZED[sized[0]], latex.strip())
    try:
        made = convert(known, display="block" if block else "inline")
    except Exception as error:
        raise ValueError(f"The formula {latex!r} could not be converted ({error!r}); write it another way.") from error
    if "\\" in made or "<merror" in made:
        raise ValueError(f"The formula {latex!r} has a command that MathML does not get; write it another way.")
    return _tidied(made.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "").replace(' display="inline"', ""))


def _tidied(made):
    """As LaTeX would set it: what the converter leaves to the browser and the browser does not know."""
    formula = ElementTree.fromstring(made)
    marks = {fence: itertools.cycle(("prefix", "postfix")) for fence in "‖|"}  # each opens and closes
    bars = sum(part.text == "|" for part in formula.iter("mo"))
    for part in formula.iter():
        if part.text in ("max", "min", "∂"):  # no operators with room on both sides
            part.tag = "mi"
        elif part.text == "/":
            part.attrib |= {"lspace": "0", "rspace": "0"}
        elif part.text == "‖" or (part.text == "|" and bars % 2 == 0):
            part.attrib |= {"form": next(marks[part.text]), "stretchy": "false"}
        if part.tag == "mover" and re.fullmatch(r"\w", part[0].text or "") and part[1].text in tuple("~¯^"):
            part.set("accent", "true")
        if part.tag == "msup" and part[1].text in tuple("′″‴"):  # raised as it is; as an index it would be tiny
            part.tag, part[1].tag = "mrow", "mo"
            part[1].attrib |= {"lspace": "0", "rspace": "0"}
    for row in (part for part in formula.iter() if part.tag in ROWS):
        _space(row)
    return ElementTree.tostring(formula, encoding="unicode", short_empty_elements=False)


def _space(row):
    """A little room on either side of a name, as in log p, but none before a bracket; none behind a sign, as in -1."""
    parts = [None, *row]
    for before, part in reversed(list(itertools.pairwise(parts))):
        if part.text in tuple("-−+") and (before is None or (before.tag == "mo" and not _closes(before))):
            part.set("form", "prefix")
        if before is not None and _is_letter(before) and _is_letter(part) and (_is_name(before) or _is_name(part)):
            row.insert(list(row).index(part), ElementTree.Element("mspace", width=".17em"))


def _closes(part):
    return part.text in tuple(")]}′″‴") or part.get("form") == "postfix"


def _is_letter(part):
    return part.tag in {"mi", "mn", *SCRIPTS}


def _is_name(part):
    return _is_name(part[0]) if part.tag in SCRIPTS else part.text in NAMES
