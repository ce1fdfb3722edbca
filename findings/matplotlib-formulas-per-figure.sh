#!/usr/bin/env bash
# Matplotlib 3.11.2: what it remembers of formulas is forgotten with each figure that is saved as SVG.
#
# Expected, and wrong: a formula is parsed once in a session (MathTextParser keeps the last fifty, says its documentation).
# Seen: the memory is keyed by the parser object, and each renderer makes a new one. So a formula is parsed anew in every figure,
# and twice there: for its width at 100 pt and to be written at its own size. With a figure of twelve formulas, saved three times
# and then three times again with one parser for all:
#
#     as it is               24, 24, 24 formulas parsed
#     one parser for all     24,  0,  0
#
# In pictures with many symbols that is half of all time (seqlib/draw/svg.py shares one). Fails when the second figure finds what
# the first one has parsed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet matplotlib==3.11.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import io
from functools import lru_cache
from importlib.metadata import version

import matplotlib
from matplotlib import _mathtext, textpath
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser

print("matplotlib", version("matplotlib"))
matplotlib.rcParams["svg.fonttype"] = "none"
parsed, parse = 0, _mathtext.Parser.parse


def counted(self, *given):
    global parsed
    parsed += 1
    return parse(self, *given)


_mathtext.Parser.parse = counted


def save():
    """How many formulas are parsed for a figure of twelve."""
    global parsed
    parsed = 0
    fig = Figure()
    for k in range(12):
        fig.text(0.1, k / 12, f"$h_{{{k}}}$", size=14)
    fig.savefig(io.BytesIO(), format="svg")
    return parsed


class Shared(MathTextParser):
    @lru_cache
    def _once(self, text, dpi, font):
        return super().parse(text, dpi, font)

    def parse(self, text, dpi=72, prop=None, **_):
        return self._once(text, dpi, prop.copy())


usual = [save() for _ in range(3)]
shared = Shared("path")
textpath.MathTextParser = lambda output: shared
once = [save() for _ in range(3)]
print("formulas parsed, as it is:         ", usual)
print("formulas parsed, one parser for all:", once)
assert usual == [24, 24, 24] and once == [24, 0, 0]
PYTHON
