"""A digit that the reader draws, spelled letter by letter (lesson 3)."""

import numpy as np
import traitlets
from matplotlib.patches import FancyBboxPatch, Rectangle

from .. import doors, words
from ..draw import diagrams, makers, panels, style
from ..draw.picture import picture
from ..draw.promise import as_promised
from ..nn.model import SequenceModel
from .recompute import Recomputed, in_single_precision, plain_model
from .traits import Row

SIDE = 8  # pixels a row
UNITS, MOST = 8, 12  # of a state that are drawn, and letters of a name
NEXT = {"en": "a digit from the data", "ko": "데이터의 숫자"}
NEXT_TIP = {"en": "show the next of some digits that people wrote", "ko": "사람이 쓴 다른 숫자 보기"}
CLEAR = {"en": "clear", "ko": "지우기"}
CLEAR_TIP = {"en": "an empty grid, to draw in", "ko": "빈 칸에 새로 그리기"}
DRAW_TIP = {
    "en": "Draw a digit: press and move. By keyboard: arrows move, Space draws, Backspace rubs out.",
    "ko": "숫자를 그리세요. 누른 채로 움직이면 됩니다. "
    "키보드: 화살표로 옮기고, 스페이스로 그리고, 백스페이스로 지웁니다.",
}
PIXEL_TIP = {"en": "row {row}, column {column}: {value}", "ko": "{row}행 {column}열: {value}"}
FIRST = {
    "en": "ŷ₁ = {y} ({p}), so far “{word}”: x₁ is the picture.",
    "ko": "ŷ₁ = ‘{y}’({p}), 지금까지 ‘{word}’: x₁은 그림이다.",
}
LATER = {
    "en": "ŷ{t} = {y} ({p}), so far “{word}”: nothing came in, h{s} became h{t}.",
    "ko": "ŷ{t} = ‘{y}’({p}), 지금까지 ‘{word}’: 입력 없음, h{s} → h{t}.",
}
ENDED = {
    "en": "“{word}” is said: after the full stop nothing counts.",
    "ko": "‘{word}’ 끝: 마침표 뒤의 출력은 세지 않습니다.",
}
SILENT = {
    "en": "The full stop came first: nothing is said.",
    "ko": "마침표가 먼저 나왔습니다. 말한 글자가 없습니다.",
}
ALT = {
    "en": "A drawn digit goes into the first of {T} steps of a network; above each step stands a letter of its name, "
    "and on top are bars of the probabilities of all letters at the present step.",
    "ko": "그린 숫자가 {T}개 시점 가운데 첫 시점에 들어가고, 시점마다 이름의 글자가 하나씩 위에 있다. "
    "맨 위 막대는 지금 시점에서 글자마다의 확률이다.",
}


@as_promised
class DrawnDigit(Recomputed):
    """A grid of 8 × 8 pixels to draw in; a one-to-many network spells what it sees, in the browser.

    Parameters
    ----------
    speller : SequenceModel
        One-to-many, for x (1, 64, N) with grey values from 0 (paper) to 1 (ink), row by row.
    letters : list of K str
        What each output stands for; the last ends the name.
    examples : array_like, (64, n)
        Pictures that the button shows one after the other; the first is there at the beginning.
    T : int
        How many letters are asked for.

    Attributes
    ----------
    pixels : list of 64 float
        What is drawn, row by row.

    Raises
    ------
    ValueError
        The model is not one-to-many for 64 pixels, or an example has other sizes.
    """

    RECIPE = "drawn"
    STATE = ("pixels",)

    pixels = Row().tag(sync=True)

    def __init__(self, speller, letters, examples, T=6):
        if not isinstance(speller, SequenceModel) or speller.shape != "one-to-many" or speller.cell.D != SIDE**2:
            raise ValueError(f"speller must be a one-to-many SequenceModel with D={SIDE**2}, but "
                             f"{doors.shown(speller)} came.")  # fmt: skip
        examples = np.asarray(examples, float)
        if examples.ndim != 2 or len(examples) != SIDE**2 or not examples.size:
            raise ValueError(f"examples must have the shape ({SIDE**2}, n), but {examples.shape} came.")
        K = len(speller.readout.params.b_y)
        if len(letters) != K or T > MOST:
            raise ValueError(f"letters must be {K}, as many as outputs of the speller, and T at most {MOST}, but "
                             f"{len(letters)} letters and T = {T} came.")  # fmt: skip
        if examples.min() < 0 or examples.max() > 1:
            raise ValueError("examples must be grey values from 0 to 1, but "
                             f"{examples.min():g} to {examples.max():g} came.")  # fmt: skip
        self.speller, self.letters, self.T = in_single_precision(speller), list(letters), T
        self.examples = [column.round(2).tolist() for column in examples.T]
        given = {"model": plain_model(self.speller), "letters": self.letters, "examples": self.examples,
                 "T": T, "units": min(UNITS, speller.cell.H)}  # fmt: skip
        picture = DrawnPicture(T, self.letters, given["units"])
        super().__init__(picture, self._rows(), given, pixels=self.examples[0])

    @staticmethod
    def _rows():
        grid = {"kind": "pixels", "name": "pixels", "side": SIDE, "tip": words.say(DRAW_TIP),
                "pixel": words.say(PIXEL_TIP, row="{row}", column="{column}", value="{value}")}  # fmt: skip
        buttons = [("next", NEXT, NEXT_TIP), ("clear", CLEAR, CLEAR_TIP)]
        return [[grid, *({"kind": "button", "name": name, "label": words.say(label), "tip": words.say(tip)}
                         for name, label, tip in buttons)]]  # fmt: skip

    def clear(self):
        """Empty the grid."""
        self.pixels = [0.0] * SIDE**2

    def next(self):
        """Show the next example; the first, where something else is shown."""
        shown = self.examples.index(self.pixels) if self.pixels in self.examples else -1
        self.pixels = self.examples[(shown + 1) % len(self.examples)]

    @property
    def word(self):
        """What is spelled, up to the sign that ends a name."""
        best = self.speller.predict(self._x(), steps=self.T)[:, 0]
        return "".join(self.letters[k] for k in best).split(self.letters[-1])[0]

    def draw(self):
        trace = self.speller.forward(self._x(), steps=self.T)
        return self.picture.scene(self.pixels, trace, self.speller.probabilities(self._x(), steps=self.T)[:, :, 0])

    def _x(self):
        return np.array(self.pixels).reshape(1, SIDE**2, 1)

    @traitlets.validate("pixels")
    def _grey(self, proposal):
        came = proposal["value"]
        if len(came) != SIDE**2 or not all(value is not None and 0 <= value <= 1 for value in came):
            raise ValueError(f"pixels must be {SIDE**2} numbers from 0 to 1, but {len(came)} came, or one is outside.")
        return came

    def __repr__(self):
        return f"<DrawnDigit: {self.word}>"


class DrawnPicture(makers.Picture):
    """The unrolled network with a picture at its first step: drawn once, then only its values change."""

    def __init__(self, T, letters, units=UNITS):
        self.T, self.letters, self.units = T, letters, units

    def draw(self):
        fig, ax = diagrams.canvas(10, 4.6)
        made = self._bars(fig.add_axes((0.05, 3.62 / 4.6, 0.93, 0.8 / 4.6)))
        panels.colour_key(ax, 9.9 - panels.key_width("signed"), 0.25, "signed")
        pitch = 9.8 / self.T
        now = ax.add_patch(Rectangle((0.1, 0.05), pitch, 3.2, facecolor=style.NOW, alpha=0.35, ec="none", zorder=0))
        made.append((now, "move", makers.place("now", 0.05)))
        for k in range(self.T):
            made += self._step(ax, k, 0.1 + (k + 0.5) * pitch, pitch)
        told = {"y": makers.text("y", "words"), "p": makers.text("p", "plain"), "word": makers.text("word", "words"),
                "t": makers.text("t", "subscript"), "s": makers.text("s", "subscript")}  # fmt: skip
        said = makers.choose("case", *(makers.say(text, **told) for text in (FIRST, LATER, ENDED, SILENT)))
        return fig, made, said, words.say(ALT, T=self.T)

    def _bars(self, ax):
        """The probabilities of all letters at the present step."""
        ax.set_ylabel(r"$\hat{y}_t$", rotation=0, labelpad=12, va="center")
        some, made = np.full((1, len(self.letters)), 0.5), []
        drawn = panels.bars(ax, some, self.letters, colour=style.INK, name="ŷ_t")
        for k in range(len(self.letters)):
            what = makers.number(f"p{k}"), makers.text(f"p{k}", "hundredths"), makers.place(k, f"top{k}")
            made += [(b.artist, b.what, maker, b.name) for b, maker in zip(drawn[3 * k :][:3], what, strict=True)]
        return made

    def _step(self, ax, k, x, pitch):
        """The cell of one step: its state, its letter, and what comes in, if something does."""
        unit, width, y = 0.16, 0.6, 1.95
        height = self.units * unit + 0.14
        box = (x - width / 2, y - height / 2)
        ax.add_patch(FancyBboxPatch(
            box, width, height, boxstyle="round,pad=0,rounding_size=0.07", facecolor="white", edgecolor=style.H, lw=2,
            zorder=3))  # fmt: skip
        parts, made = [], []
        for i in range(self.units):
            corner = (x - width / 2 + 0.08, y + height / 2 - 0.07 - (i + 1) * unit)
            cell = ax.add_patch(Rectangle(corner, width - 0.16, unit, ec="white", lw=0.6, zorder=4))
            made.append((cell, "fill", makers.colour(f"h{k} {i}")))
            parts.append(cell)
        if k:
            parts += diagrams.arrow(ax, (x - pitch + width / 2, y), (x - width / 2, y), colour=style.H)
        else:
            made += self._image(ax, x)
            parts += diagrams.arrow(ax, (x, 0.99), (x, y - height / 2), colour=style.X)
        parts.append(ax.text(x + width / 2 + 0.05, y + height / 2 - 0.05, f"$h_{k + 1}$", color=style.H, va="bottom"))
        parts += diagrams.arrow(ax, (x, y + height / 2), (x, 2.93), colour=style.INK)
        letter = ax.text(x, 3.1, "e 0.00", ha="center", va="center", parse_math=False)
        made.append((letter, "text", makers.text(f"said{k}", "words")))
        return made + [(part, "opacity", makers.number(f"there{k}")) for part in [*parts, letter]]

    @staticmethod
    def _image(ax, x):
        """The pixels, black on paper, in the frame of an input."""
        side = 0.85 / SIDE
        left, top, made = x - 0.425, 0.97, []
        ax.add_patch(Rectangle((left, top - 0.85), 0.85, 0.85, fc="white", ec=style.X, lw=style.LINE, zorder=2))
        for k in range(SIDE**2):
            row, column = divmod(k, SIDE)
            corner = (left + column * side, top - (row + 1) * side)
            dot = ax.add_patch(Rectangle(corner, side, side, fc=style.INK, ec="none", zorder=3))
            made.append((dot, "opacity", makers.number(f"x{k}")))
        return made

    @picture
    def scene(self, pixels, trace, p):
        """The scene of a drawing (64 pixels), its trace and the letters' probabilities (T, K)."""
        T, pitch = self.T, 9.8 / self.T
        best = [self.letters[k] for k in p.argmax(axis=1)]
        end = best.index(self.letters[-1]) if self.letters[-1] in best else T
        run = {"steps": T, "t": np.arange(1, T + 1), "s": np.arange(T), "now": 0.1 + np.arange(T) * pitch,
               "y": best, "p": p.max(axis=1).tolist(), "word": ["".join(best[: min(t + 1, end)]) for t in range(T)],
               "case": [3 - (end > 0) if t > end else int(t > 0) for t in range(T)]}  # fmt: skip
        run |= {f"x{k}": value for k, value in enumerate(pixels)}
        for k in range(p.shape[1]):
            run |= {f"p{k}": p[:, k].tolist(), f"top{k}": (p[:, k] + 0.03).tolist()}
        for k in range(T):
            shown = f"{best[k]}  {diagrams.numbers(p[k].max(), signed=False)}" if k <= end else ""
            run |= {f"there{k}": np.where(np.arange(T) >= k, 1.0, 0.18).tolist(), f"said{k}": shown}
            run |= {f"h{k} {i}": float(value) for i, value in enumerate(trace.h[k, : self.units, 0])}
        return super().scene(run, start=0)
