"""The only place with colours, fonts and sizes.

Role, not model, decides the colour (Okabe and Ito's palette, safe for colour blindness). Importing this module makes
the course's style matplotlib's style for the session: a reader's own ``plt.plot`` looks like the rest of the lesson.
What the reader sets afterwards is the reader's; our own pictures are made inside `ours`, whatever that is.
"""

import gc
import importlib.util
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.colors import FuncNorm, Normalize, to_rgb
from matplotlib.figure import Figure

# Quantities. A gradient keeps its quantity's colour: dashed, arrow reversed.
X = "#56B4E9"  # input: sky
H = "#0072B2"  # hidden state: blue
C = "#000000"  # cell state: black, the thickest line
G = "#E69F00"  # candidate: orange

# Roles of gates.
KEEP = "#D55E00"  # f, 1 - z: vermillion
WRITE = "#009E73"  # i, z: green
READ = "#CC79A7"  # o, r: purple

NOW = "#F0E442"  # the present step: a background only, never text or a line

# The card and what is written on it.
INK = "#1A1A1A"
PAPER = "#FCFCFA"
MUTED = "#6B6B6B"  # labels of second rank; 5:1 on the paper
EDGE = "#D9D9D4"  # the card's hairline and grid lines
MISSING = "#DDDDDD"  # a value that is not a number

SIZE = 14  # pt, the smallest text
BIG = 18
THIN, LINE, RAIL = 1.0, 1.8, 4.0  # line widths in pt

# What the browser may use for text: the first that is there. Korean must be readable on any machine.
FONT_STACK = (
    "'DejaVu Sans', Verdana, 'Noto Sans', 'Malgun Gothic', 'Apple SD Gothic Neo', "
    "'NanumGothic', 'Noto Sans CJK KR', sans-serif"
)


def _korean_font():
    """Register the Korean fonts of koreanize-matplotlib; return the family, or nothing where it is not installed."""
    # The package is found but never imported: it needs distutils, which Python 3.12 dropped.
    spec = importlib.util.find_spec("koreanize_matplotlib")
    if spec is None or not spec.submodule_search_locations:
        return []
    files = sorted(Path(spec.submodule_search_locations[0], "fonts").glob("NanumGothic*.ttf"))
    for file in files:
        font_manager.fontManager.addfont(file)
    return ["NanumGothic"] if files else []


RC = {
    "font.family": ["DejaVu Sans", *_korean_font()],
    "font.size": SIZE,
    "axes.titlesize": SIZE,
    "axes.labelsize": SIZE,
    "xtick.labelsize": SIZE,
    "ytick.labelsize": SIZE,
    "legend.fontsize": SIZE,
    "figure.titlesize": BIG,
    "mathtext.fontset": "dejavusans",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "grid.color": EDGE,
    "lines.linewidth": LINE,
    "legend.frameon": False,
    "figure.constrained_layout.h_pad": 0.07,  # inches: no label touches the card's edge
    "figure.constrained_layout.w_pad": 0.07,
    "axes.formatter.useoffset": False,  # an offset or a factor such as 1e7 would lie somewhere above the axes
    "axes.formatter.limits": (-99, 99),
    "axes.prop_cycle": mpl.cycler(color=[H, KEEP, WRITE, READ, G, X, C]),
}
mpl.rcParams.update(RC)

# All of matplotlib's settings as our pictures want them. The backend is no style, and matplotlib does not restore it.
SETTINGS = {name: mpl.rcParamsDefault[name] for name in mpl.rcParamsDefault if name != "backend"} | RC
_inside = False


@contextmanager
def ours():
    """The course's own matplotlib settings, whatever the reader has set, and the reader's again afterwards.

    Artists take most settings when they are made, and the rest when they are drawn: so both have to happen inside.
    Python looks for garbage afterwards: among artists, which all know each other, that takes a tenth of the time.
    """
    global _inside
    if _inside:
        yield
        return
    looking = gc.isenabled()
    try:
        _inside = True
        gc.disable()
        with mpl.rc_context(SETTINGS):
            yield
    finally:
        _inside = False
        if looking:
            gc.enable()


def figure(width=9.0, height=4.0, *, layout="constrained"):
    """Make a figure in the course's style, unknown to pyplot (so that no inline picture of it appears by itself).

    Parameters
    ----------
    width, height : float
        Size in inches; at most 10 wide, so that text of 14 pt is readable from the last row.
    layout : str or None
        matplotlib's layout engine; None for diagrams that place their axes themselves.

    Raises
    ------
    ValueError
        The figure is wider than 10 inches or has no area.
    """
    if not (0 < width <= 10 and height > 0):
        raise ValueError(f"width must be at most 10 in and height positive, got {width} x {height}; make it smaller.")
    return Figure(figsize=(width, height), layout=layout)


# One number has one colour in all pictures: states, memories, sums, weights, gradients. The shade goes with tanh(v), so
# that the states (within ±1) are well apart and what has no bound has its place, too.
STRONGEST = 3  # at ±3 and beyond the colour does not change any more
SIGNED = {"cmap": "RdBu_r", "norm": FuncNorm((np.tanh, np.arctanh), -STRONGEST, STRONGEST, clip=True)}
GATE = {"cmap": "viridis", "norm": Normalize(0, 1, clip=True)}


@cache
def _colours(name):
    return mpl.colormaps[name].with_extremes(bad=MISSING)  # makes its table at the first call, so it is kept


def _hex(values, cmap, norm):
    values = np.asarray(values, dtype=float)
    rgba = _colours(cmap)(norm(np.ma.masked_invalid(values.ravel())))
    parts = np.rint(255 * rgba[:, :3]).astype(int).tolist()
    return np.array(["#%02x%02x%02x" % tuple(rgb) for rgb in parts], dtype="U7").reshape(values.shape)[()]  # noqa: UP031


def signed(values):
    """Colours of signed numbers: blue below zero, red above, white at zero, and the same number the same everywhere.

    Parameters
    ----------
    values : array_like
        Numbers of any shape; NaN becomes grey.

    Returns
    -------
    ndarray of str
        Hex colours, same shape as `values`.
    """
    return _hex(values, **SIGNED)


def gate(values):
    """Colours of gates: viridis on [0, 1]. Returns hex colours, same shape as `values`."""
    return _hex(values, **GATE)


@lru_cache(maxsize=4096)  # every number of a picture asks for its ink
def ink_on(colour):
    """Black or white, whichever is easier to read on `colour` (relative luminance of WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = float(np.dot([0.2126, 0.7152, 0.0722], linear))
    return "#000000" if luminance > 0.179 else "#ffffff"  # equal contrast to both at 0.179
