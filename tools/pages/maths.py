"""Formulas as MathML, which browsers draw by themselves and screen readers read.

`protect` takes the formulas out of a Markdown text, so that nothing in them is taken for Markdown, and `restore` puts
their MathML into what was made of the text.
"""

import itertools
import re
from functools import cache
from html import escape

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
NAMES = "tanh|log|ln|exp|max|min|diag"
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
    """Put the formulas back where `protect` left its marks."""
    return PLACE.sub(lambda mark: formulas[int(mark[1])], html)


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
    made = re.sub(r"&#x0*([0-9A-F]+);", lambda sign: _sign(chr(int(sign[1], 16))), made)
    made = re.sub(r"<mo>(max|min)</mo>", r"<mi>\1</mi>", made)  # a word, and no operator with room on both sides
    made = re.sub(r'<mover>(?=<mi>\w</mi><mo stretchy="\w+">[~¯^])', '<mover accent="true">', made)
    # log p: a little room on either side of a name, but none before a bracket
    made = re.sub(rf"(</mi>|</mn>|</ms\w+>)(<ms\w+>)?(?=<mi>(?:{NAMES})</mi>)", r"\1<mspace width='.17em'/>\2", made)
    made = re.sub(rf"(?<=>)(?:{NAMES})</mi>(?=<m[ins])", r"\g<0><mspace width='.17em'/>", made)
    sides = itertools.cycle(("prefix", "postfix"))  # ‖ opens and closes; a browser takes it for an operator between two
    return re.sub("<mo>‖</mo>", lambda _: f"<mo form='{next(sides)}' stretchy='false'>‖</mo>", made)


def _sign(sign):
    return escape(sign) if sign < "\x80" else sign
