#!/usr/bin/env bash
# latex2mathml 3.81.1: \Bigl\lVert is written out as the letters "\lVert", without an error; \lVert and \left\lVert are converted.
#
# Expected, and wrong: a command that is known alone is known behind \big, \Bigl and their like; what is unknown raises an error.
# Seen: behind a sizing command the next token is copied into the page as it stands, for \lVert, \rVert and \| alike:
#
#     \lVert x \rVert               <mo>‖</mo><mi>x</mi><mo>‖</mo>
#     \Bigl\lVert x \Bigr\rVert     <mo …>\lVert</mo><mi>x</mi><mo …>\rVert</mo>
#
# So a page shows backslashes in the middle of a formula, and nobody is told: look for "\" in what comes out (tools/pages/maths.py
# converts the bars itself, and a test looks at every formula of the lessons). Fails when the sized bars are converted.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet latex2mathml==3.81.1
"$folder/venv/bin/python" - <<'PYTHON'
import re
from html import unescape
from importlib.metadata import version

from latex2mathml.converter import convert

print("latex2mathml", version("latex2mathml"))


def signs(formula):
    """What stands in the <mo> of a formula."""
    return re.findall(r"<mo[^>]*>([^<]*)</mo>", unescape(convert(formula)))


seen = {formula: signs(formula) for formula in (
    r"\lVert x \rVert", r"\left\lVert x \right\rVert", r"\Bigl( x \Bigr)",
    r"\Bigl\lVert x \Bigr\rVert", r"\big\lVert x \big\rVert", r"\Bigl\| x \Bigr\|",
)}
for formula, found in seen.items():
    print(f"{formula:28} {found}")
assert list(seen.values()) == [
    ["‖", "‖"], ["‖", "‖"], ["(", ")"], [r"\lVert", r"\rVert"], [r"\lVert", r"\rVert"], [r"\|", r"\|"],
]
PYTHON
