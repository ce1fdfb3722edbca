"""A line of print that is read: rendered from what a reader types, and drawn with what the network makes of it."""

from dataclasses import replace
from functools import cache
from math import ceil
from pathlib import Path

import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .. import data, words
from ..study.real.tesseract import BLANK, CHARACTER, FINAL, INITIAL, STRIDE, VOWEL, WIDEST, language_of, recogniser
from . import diagrams, panels, style
from .binding import clean
from .picture import picture
from .scene import Binding, Goto, Scene

# What is printed: the networks were trained on lines that fill their picture, with hardly any margin.
SIZE, MARGIN = 0.7, 5  # of the letters, in heights of the line; at both ends, in pixels
LATIN = "DejaVu Sans Mono"  # comes with matplotlib; its I is no |
ELSEWHERE = ("NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans CJK KR", "Noto Sans KR", "Batang")

EMPTY = {
    "en": "The line is empty; type a few words.",
    "ko": "줄이 비어 있습니다. 단어를 몇 개 입력하세요.",
}
LONG = {
    "en": "The line has {count} characters, and about {fit} of them fit in one line; shorten it.",
    "ko": "한 줄에 {count}자입니다. 이런 글자는 {fit}자쯤까지 들어가니 줄여서 입력하세요.",
}
NO_FONT = {
    "en": "There is no Korean font on this machine to print the line with; install koreanize-matplotlib, or type "
    "English.",
    "ko": "이 컴퓨터에 줄을 인쇄할 한글 글꼴이 없습니다. koreanize-matplotlib를 설치하거나 영어로 입력하세요.",
}
UNKNOWN = {
    "en": "This network has no symbol for {signs}, and reads something else there.",
    "ko": "이 신경망에는 {signs}에 해당하는 기호가 없어 그 자리를 다른 것으로 읽습니다.",
}
WHICH = {
    "en": "language must be 'en' or 'ko' for a picture, but {came} came.",
    "ko": "그림을 읽으려면 language가 'en'이나 'ko'여야 합니다. 받은 값: {came}.",
}


class Unreadable(ValueError):
    """A line cannot be read; the message says why and what to do, in the language in use."""


def printed(text, height):
    """A line as it would be printed and scanned: dark on white.

    Parameters
    ----------
    text : str
    height : int
        In pixels.

    Returns
    -------
    ndarray, (height, W)
        Grey values from 0 (black) to 1 (white).

    Raises
    ------
    Unreadable
        The line is empty or too long, or needs a Korean font and there is none.
    """
    text = " ".join(clean(text).split())
    if not text:
        raise Unreadable(words.say(EMPTY))
    with style.ours():
        fig = Figure(figsize=(1, height / 72), dpi=72)  # a pixel is a point
        canvas = FigureCanvasAgg(fig)
        look = {"family": _fonts(text), "size": SIZE * height, "va": "center", "color": "black", "parse_math": False}
        line = fig.text(0, 0.5, text, **look)
        width = ceil(line.get_window_extent(canvas.get_renderer()).width) + 2 * MARGIN
        if width > WIDEST:
            raise Unreadable(words.say(LONG, count=len(text), fit=len(text) * WIDEST // width))
        fig.set(figwidth=width / 72, facecolor="white")
        line.set_x(MARGIN / width)
        canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., 0] / 255


@cache
def _take_font():
    """Register the font that lies with the data of this lesson in the browser: it is too large for all the others."""
    for file in sorted(Path(data.ELSEWHERE).glob("*.ttf")) if data.ELSEWHERE else ():
        font_manager.fontManager.addfont(file)


def _fonts(text):
    """The families to print with, the first that has a letter first."""
    if language_of(text) == "en":
        return [LATIN, *style.RC["font.family"]]
    _take_font()
    installed = {font.name for font in font_manager.fontManager.ttflist}
    korean = [name for name in (*style.RC["font.family"][1:], *ELSEWHERE) if name in installed]
    if not korean:
        raise Unreadable(words.say(NO_FONT))
    return [korean[0], LATIN]


def read_line(what, language=None):
    """Print a line and let Tesseract's network read it, column by column.

    Parameters
    ----------
    what : str or array_like, (h, w)
        What to print, or a picture of a printed line: grey, from 0 (black) to 1 (white).
    language : {"en", "ko"}, optional
        Of the network. By default a text with Hangul is read by the Korean one; a picture needs it.

    Returns
    -------
    Reading
        Its `note` says which characters the network cannot write.

    Raises
    ------
    Unreadable
        A text is empty or too long, or cannot be printed.
    ValueError
        A picture does not fit.

    Examples
    --------
    ``read_line("순환 신경망").text`` is ``"순환 신경망"``.
    """
    if not isinstance(what, str):
        if not isinstance(language, str) or language not in ("en", "ko"):
            raise ValueError(words.say(WHICH, came=f"{language!r:.40}"))
        return recogniser(language).read(what)
    if language is not None and (not isinstance(language, str) or language not in ("en", "ko")):
        raise ValueError(words.say(WHICH, came=f"{language!r:.40}"))
    network = recogniser(language or language_of(what))
    reading = network.read(printed(what, network.height))
    unknown = network.unknown(" ".join(clean(what).split()))
    return replace(reading, note=words.say(UNKNOWN, signs=" ".join(unknown))) if unknown else reading


# --- the picture ------------------------------------------------------------------------------------------------------

LEFT, RIGHT = 0.85, 9.8  # inches: where the line begins, and where it ends at most
PRINT, ROW, MAP, BARS = 0.85, 0.27, 0.95, 0.75  # heights in inches: the print at most, a row of symbols, …
GAP, SLOT = 0.14, 0.78  # between the parts; from one bar to the next
MARKS = {BLANK: "∅", " ": "␣"}  # what cannot be seen
RANK = {INITIAL: 0, VOWEL: 1, CHARACTER: 1, FINAL: 2}  # the row of a symbol among jamo
TO_COME = 0.22  # opacity
READ = {
    "en": "“{so_far}” after column {t} of {T}: {what} ({p:.2f}).{note}",
    "ko": "‘{so_far}’, {T}열 가운데 {t}열까지: {what}({p:.2f}).{note}",
}
CALLED = {
    BLANK: {"en": "nothing new", "ko": "새 기호 없음"},
    "repeat": {"en": "still {name}", "ko": "계속 {name}"},
    " ": {"en": "a space", "ko": "띄어쓰기"},
    CHARACTER: {"en": "{symbol}", "ko": "{symbol}"},
    INITIAL: {"en": "initial {symbol}", "ko": "초성 {symbol}"},
    VOWEL: {"en": "vowel {symbol}", "ko": "중성 {symbol}"},
    FINAL: {"en": "final {symbol}", "ko": "종성 {symbol}"},
    "open": {"en": "no final", "ko": "종성 없음"},
}
ALT = {
    "en": "A line of print is read column by column: below it the symbols where they come, the first {units} states of "
    "the layer that runs forward and of the one that runs backward, lit where they have been, and the five most "
    "probable symbols of this column; ∅ is the blank, – stands before a final. The line was read as “{line}”.{note}",
    "ko": "인쇄된 한 줄을 열마다 읽는다. 그 아래에는 기호가 나온 자리, 왼쪽에서 오른쪽으로 가는 층과 오른쪽에서 "
    "왼쪽으로 가는 층의 처음 {units}개 상태(지나온 열만 밝다), 이 열에서 확률이 가장 높은 기호 다섯 개가 있다. "
    "∅는 공백 기호, –는 종성 표시. 읽은 글: ‘{line}’.{note}",
}


@picture
def reading_scene(reading, *, units=32, start=None):
    """The line of print, and under it what the network makes of it: a step is a column.

    Parameters
    ----------
    reading : seqlib.study.real.tesseract.Reading
        From `read_line`.
    units : int
        How many units of each layer are drawn: the first ones.
    start : int, optional
        The telling step, from 0; by default two thirds of the way.

    Returns
    -------
    Scene
    """
    T = len(reading.so_far)
    rows = 3 if INITIAL in reading.kinds else 2
    scale = min((RIGHT - LEFT) / (T * STRIDE), PRINT / reading.image.shape[0])  # inches a pixel
    high, pitch = reading.image.shape[0] * scale, scale * STRIDE
    heights = [0.34, high, rows * ROW, MAP, MAP, BARS + 2 * 0.27]
    fig, ax = diagrams.canvas(10, sum(heights) + (len(heights) + 1) * GAP)
    bottoms = [sum(heights[k + 1 :]) + (len(heights) - k) * GAP for k in range(len(heights))]
    so_far = ax.text(LEFT, bottoms[0] + 0.17, "0", size=style.BIG, va="center_baseline")
    bindings = [Binding(so_far, "text", [text or " " for text in reading.so_far], "text")]
    _image(ax, reading.image, LEFT, bottoms[1], reading.image.shape[1] * scale, high, cmap="gray", vmin=0, vmax=1)
    bindings += _symbols(ax, reading, bottoms[2], pitch, rows)
    for k, (name, label) in enumerate((("forward", "$h_t$ →"), ("backward", "← $h_t$")), 3):
        _image(ax, reading.states[name][:, :units].T, LEFT, bottoms[k], T * pitch, MAP, **style.SIGNED)
        ax.text(LEFT - 0.1, bottoms[k] + MAP / 2, label, ha="right", va="center_baseline")
    bindings += _cursor(ax, T, pitch, bottoms, high)
    bindings += _bars(ax, reading, bottoms[5])
    panels.colour_key(ax, RIGHT - panels.key_width("signed"), bottoms[5] + BARS, "signed")
    ax.set(xlim=(0, 10), ylim=(0, fig.get_figheight()))  # an image sets limits of its own
    alt = words.say(ALT, units=units, line=reading.text, note=_added(reading))
    return Scene(fig, bindings, sentences=_sentences(reading), alt=alt, start=2 * T // 3 if start is None else start)


def _image(ax, values, x, y, width, height, **colours):
    extent = (x, x + width, y, y + height)
    ax.imshow(values, extent=extent, aspect="auto", interpolation="none", zorder=1, **colours)


def _symbols(ax, reading, bottom, pitch, rows):
    """Every symbol where it comes, in a row of its kind; characters in turn in two rows, so that each has room."""
    bindings = []
    for n, (t, k) in enumerate(reading.emitted):
        row = RANK[reading.kinds[k]] if rows == 3 else n % 2
        text = ax.text(LEFT + (t + 0.5) * pitch, bottom + (rows - row - 0.5) * ROW, shown(reading, k), ha="center",
                       va="center_baseline", parse_math=False, zorder=2)  # fmt: skip
        opacity = np.where(np.arange(len(reading.so_far)) < t, TO_COME, 1)
        bindings += [Binding(text, "opacity", opacity.tolist()), Goto(text, t)]
    return bindings


def _cursor(ax, T, pitch, bottoms, high):
    """The present column; what lies ahead of each direction is pale: right of it, and for the way back left of it."""
    t, place = np.arange(T), LEFT + np.arange(T) * pitch
    veil = {"facecolor": style.PAPER, "alpha": 0.78, "edgecolor": "none", "zorder": 3}
    bindings = []
    for k, height in ((1, high), (3, MAP)):
        ahead = ax.add_patch(Rectangle((LEFT, bottoms[k]), 1, height, **veil))
        bindings += [
            Binding(ahead, "move", np.stack([place + pitch, np.full(T, bottoms[k])], axis=1)),
            Binding(ahead, "width", (T - 1.0 - t) * pitch),
        ]
    behind = ax.add_patch(Rectangle((LEFT, bottoms[4]), 1, MAP, **veil))
    bindings.append(Binding(behind, "width", t * pitch))
    for low, top in ((bottoms[1], bottoms[1] + high), (bottoms[4], bottoms[3] + MAP)):
        now = Rectangle((LEFT, low), pitch, top - low, fill=False, edgecolor=style.INK, lw=1.5, zorder=4)
        bindings.append(Binding(ax.add_patch(now), "move", np.stack([place, np.full(T, low)], axis=1)))
    return bindings


def _bars(ax, reading, bottom):
    """The five most probable symbols of a column, from the left: a bar, its probability above, the symbol below."""
    T = len(reading.so_far)
    likeliest = [reading.likeliest(t) for t in range(T)]
    ax.text(LEFT - 0.1, bottom + 0.3 + BARS / 2, r"$\hat{y}_t$", ha="right", va="center_baseline")
    floor = bottom + 0.3
    ax.plot([LEFT, LEFT + 5 * SLOT], [floor, floor], color=style.MUTED, lw=style.THIN)
    bindings = []
    for n in range(5):
        x, p = LEFT + (n + 0.5) * SLOT, np.array([column[n][1] for column in likeliest])
        bar = ax.add_patch(Rectangle((x - 0.25, floor), 0.5, BARS, facecolor=style.H, edgecolor="none"))
        number = ax.text(x, floor, "0", ha="center", va="bottom")
        name = ax.text(x, bottom + 0.13, "0", ha="center", va="center_baseline")
        bindings += [
            Binding(bar, "height", (p * BARS).round(3)),
            Binding(number, "text", [f"{v:.2f}" for v in p], f"ŷ_t[{n + 1}]"),
            Binding(number, "move", np.stack([np.full(T, x), floor + 0.03 + (p * BARS).round(3)], axis=1)),
            Binding(name, "text", [shown(reading, column[n][0]) for column in likeliest]),
        ]
    return bindings


def shown(reading, k):
    """A symbol as it stands in pictures: ∅ for the blank, ␣ for the space, – before a final."""
    kind, symbol = reading.kinds[k], reading.symbols[k]
    return MARKS.get(kind) or MARKS.get(symbol) or ("–" if kind == FINAL else "") + symbol


def called(reading, t):
    """The most probable symbol of column t (from 0) in words."""
    best = reading.best
    kind, symbol = reading.kinds[best[t]], reading.symbols[best[t]]
    case = "open" if kind == FINAL and not symbol else symbol if symbol == " " else kind
    name = words.say(CALLED[case], symbol=symbol)
    repeated = t and best[t - 1] == best[t] and kind != BLANK
    return words.say(CALLED["repeat"], name=name) if repeated else name


def _added(reading):
    return f" {reading.note}" if reading.note else ""


def _sentences(reading):
    """What stands below each column; the first and the last also say what the network cannot write."""
    T, largest = len(reading.so_far), reading.probabilities.max(1)
    return [
        words.say(READ, so_far=text, t=t + 1, T=T, what=called(reading, t), p=largest[t],
                  note=_added(reading) if t in (0, T - 1) else "")
        for t, text in enumerate(reading.so_far)
    ]  # fmt: skip
