"""The only place with colours, fonts and sizes.

Role, not model, decides the colour (Okabe and Ito's palette, safe for colour blindness). Importing this module makes
the course's style matplotlib's style for the session: a reader's own ``plt.plot`` looks like the rest of the lesson.
"""

import importlib.util
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.colors import Normalize, to_hex, to_rgb
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
    "axes.prop_cycle": mpl.cycler(color=[H, KEEP, WRITE, READ, G, X, C]),
}
mpl.rcParams.update(RC)


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


def _hex(values, colormap, norm):
    rgba = colormap.with_extremes(bad=MISSING)(norm(np.ma.masked_invalid(values.ravel())))
    return np.array([to_hex(colour) for colour in rgba], dtype="U7").reshape(values.shape)[()]


def signed(values, limit=None):
    """Colours of signed numbers: blue below zero, red above, white at zero (RdBu_r, symmetric).

    Parameters
    ----------
    values : array_like
        Numbers of any shape; NaN becomes grey.
    limit : float, optional
        The absolute value with the strongest colour; by default the largest in `values`.

    Returns
    -------
    ndarray of str
        Hex colours, same shape as `values`.
    """
    values = np.asarray(values, dtype=float)
    if limit is None:
        limit = np.max(np.abs(values[np.isfinite(values)]), initial=0)
    limit = limit or 1.0
    return _hex(values, mpl.colormaps["RdBu_r"], Normalize(-limit, limit, clip=True))


def gate(values):
    """Colours of gates: viridis on [0, 1]. Returns hex colours, same shape as `values`."""
    return _hex(np.asarray(values, dtype=float), mpl.colormaps["viridis"], Normalize(0, 1, clip=True))


def ink_on(colour):
    """Black or white, whichever is easier to read on `colour` (relative luminance of WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = float(np.dot([0.2126, 0.7152, 0.0722], linear))
    return "#000000" if luminance > 0.179 else "#ffffff"  # equal contrast to both at 0.179
