"""One picture with depth: the unrolled chain; in it the cell of every step; in that where each number comes from."""

import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from .. import words
from . import diagrams, gru, lstm, style
from .deep import DeepScene, Level
from .diagrams import COLUMN, ROW, listed, numbers
from .products import Band, Number, Pointwise, RowTimesColumn, room
from .scene import Binding, Open, Scene
from .scenes import _state_sentences, example, sub

CHAIN = {"en": "chain", "ko": "펼친 신경망"}
CELL = {"en": "cell, t = {t}", "ko": "셀, t = {t}"}
RNN_ALT = {
    "en": "A recurrent cell: x_t and h_{{t−1}} go through W_xh and W_hh, are added with b_h, and {function} gives h_t. "
    "Its numbers open.",
    "ko": "순환 셀: x_t와 h_{{t−1}}이 W_xh와 W_hh를 지나 b_h와 더해지고, {function} 함수를 거쳐 h_t가 된다. 값마다 열어 볼 수 있다.",
}
CHAIN_ALT = {
    "en": "A network unrolled over {T} steps, with the numbers of x_t and of its states. Each cell opens.",
    "ko": "{T}단계로 펼친 신경망과 x_t, 상태의 값. 셀마다 열어 볼 수 있다.",
}
OPENS_CELL = {"en": "Click a cell, or Tab and Enter: it opens.", "ko": "셀을 누르거나 Tab, Enter를 쓰면 열립니다."}
OPENS_NUMBER = {
    "en": "Click a number, or Tab and Enter: where it comes from.",
    "ko": "값을 누르거나 Tab, Enter를 쓰면 어디서 왔는지 보입니다.",
}
OPEN_CELL = {
    "en": "Cell at t = {t}: {states}. It opens.",
    "ko": "t = {t}의 셀: {states}. 열어 볼 수 있다.",
}
OPEN_NUMBER = {
    "en": "{name} = {value}. It opens: where it comes from.",
    "ko": "{name} = {value}. 열면 이 값이 어디서 왔는지 보인다.",
}
PRODUCT_ALT = {
    "en": "Where one number comes from: rows of the weights times columns, added with a bias.",
    "ko": "값 하나가 만들어지는 과정: 가중치의 행과 열의 곱에 편향을 더한다.",
}
POINTWISE_ALT = {
    "en": "Where one number comes from: numbers of the same unit, multiplied and added.",
    "ko": "값 하나가 만들어지는 과정: 같은 유닛의 값을 곱하고 더한다.",
}
# {terms} are "row 1 of W_xh times x₂ (+0.33)", each with the number that it gives.
MADE = {
    "en": "{result} = {function}({total}) = {value}; {total} = {sum}: {terms}, and {bias} ({b}).",
    "ko": "{result} = {function}({total}) = {value}. {total} = {sum}. 더한 것: {terms}, {bias} ({b}).",
}
SUMMED = {
    "en": "{total} = {sum}: {terms}, and {bias} ({b}).",
    "ko": "{total} = {sum}. 더한 것: {terms}, {bias} ({b}).",
}
TERM = {"en": "row {k} of {W} times {column} ({value})", "ko": "{W}의 {k}행과 {column}의 곱 ({value})"}
MOST = 8  # steps that a chain has room for


def opening_scene(model, trace, n=0, *, tokens=None, start=1):
    """The unrolled chain of a network; a click on a step opens its cell, one on a number the row times column behind it.

    Parameters
    ----------
    model : SequenceModel
        With a plain cell, an LSTM or a GRU.
    trace : Record
        What ``model.forward`` returned: 2 to 8 steps; at most 6 hidden units (4 of an LSTM or a GRU) and 4 inputs.
    n : int
        Which example of the batch.
    tokens : list of T str, optional
        What x_t stands for.
    start : int
        The step shown first, from 0.

    Returns
    -------
    DeepScene

    Raises
    ------
    ValueError
        There is no room for so many steps, units or inputs.
    """
    T, H, _ = trace.h.shape
    D, most = trace.x.shape[1], 4 if "C" in trace or "rh" in trace else 6
    if not 2 <= T <= MOST or most < H or D > 4:
        raise ValueError(f"this picture has room for 2 to {MOST} steps, H ≤ {most} and D ≤ 4, but {T}, {H}, {D} came.")
    if tokens is not None and len(tokens) != T:
        raise ValueError(f"tokens must be {T}, one for each step, but {len(tokens)} came.")
    parts = _Lstm if "C" in trace else _Gru if "rh" in trace else _Rnn
    return parts(model, trace, n, tokens, start).scene()


class _Cell:
    """What a kind of cell says of itself: its run, its states, its drawing, and where its numbers come from."""

    states = (("h", style.H),)  # in the chain, from below

    def __init__(self, model, trace, n, tokens, start):
        self.model, self.tokens, self.start = model, tokens, start
        self.params, self.run = model.params, self.read(trace, n)
        self.T, self.H = self.run["h"].shape
        self.times = [f"{sub(t + 1)}" for t in range(self.T)]
        self.before = [f"{sub(t)}" for t in range(self.T)]

    def scene(self):
        """All levels together, at one height, so that nothing below the picture jumps."""
        height = max(self.cell_height(), self.chain_height(), room(self.H, [self.run["x"].shape[1], self.H]))
        levels = {"chain": Level([self.chain(height)], [[words.say(CHAIN)] * self.T], words.say(OPENS_CELL))}
        names = [words.say(CELL, t=t + 1) for t in range(self.T)]
        levels["cell"] = Level([self.cell(height)], [names], words.say(OPENS_NUMBER))
        for level, (picture, count, name, sentence, alt) in self.pictures(height).items():
            views = [
                picture.scene(k, [sentence(t, k) for t in range(self.T)], words.say(alt), start=self.start)
                for k in range(count)
            ]
            levels[level] = Level(views, [[name(t, k) for t in range(self.T)] for k in range(count)])
        return DeepScene(levels)

    # --- the chain ---

    def chain_height(self):
        """Inches: the columns of the inputs and of the states, one above the other."""
        D, S = self.run["x"].shape[1], len(self.states)
        return 0.45 + D * ROW + 0.85 + S * (self.H * ROW + 0.62) + (0.3 if self.tokens else 0)

    def chain(self, height):
        """The top level: x_t and the states of every step in numbers; each step's cell opens."""
        fig, ax = diagrams.canvas(10, height)
        pitch = min(2.0, 9.8 / (self.T + 0.85))
        left = (10 - pitch * (self.T + 0.85)) / 2
        low = (height - self.chain_height()) / 2 + (0.3 if self.tokens else 0)
        D, tall = self.run["x"].shape[1], self.H * ROW
        x_row, cell = low + 0.08 + D * ROW / 2, low + 0.08 + D * ROW + 0.72
        centres = left + (1.25 + np.arange(self.T)) * pitch
        bottom = low - (0.27 if self.tokens else -0.03)
        corners, all_of_it = np.stack([centres - pitch / 2, np.full(self.T, bottom)], axis=1), self.chain_height() - 0.06
        now = Rectangle((0, 0), pitch, all_of_it, fc=style.NOW, ec="none", alpha=0.35, zorder=0)
        bindings = [Binding(ax.add_patch(now), "move", corners)]
        cell_tall = len(self.states) * (tall + 0.62) - 0.04
        for s, (name, colour) in enumerate(self.states):
            y = cell + 0.1 + tall / 2 + s * (tall + 0.62)
            first = self.run[f"{name}_prev"][:1]
            diagrams.vector(ax, left + 0.42, y, first, colour=colour, label=f"${name}_0$", limit=self.limit(name))
        for t, x in enumerate(centres):
            diagrams.vector(ax, x, x_row, self.run["x"][t : t + 1], colour=style.X, limit=1)
            ax.text(x - COLUMN / 2 - 0.04, x_row + D * ROW / 2 - 0.02, f"$x_{t + 1}$", color=style.X, ha="right", va="top",
                    size=style.BIG)  # fmt: skip
            diagrams.arrow(ax, (x, x_row + D * ROW / 2), (x, cell), colour=style.X)
            if self.tokens:
                ax.text(x, low - 0.14, self.tokens[t], ha="center", va="center", parse_math=False)
            for s, (name, colour) in enumerate(self.states):
                y = cell + 0.1 + tall / 2 + s * (tall + 0.62)
                values = self.run[name][t : t + 1]
                diagrams.vector(ax, x, y, values, colour=colour, label=f"${name}_{{{t + 1}}}$", limit=self.limit(name))
                start = centres[t - 1] + COLUMN / 2 if t else left + 0.42 + COLUMN / 2
                diagrams.arrow(ax, (start, y), (x - COLUMN / 2, y), colour=colour, width=style.RAIL if name == "C" else 2.4)
            body = FancyBboxPatch((x - 0.47, cell), 0.94, cell_tall, boxstyle="round,pad=0,rounding_size=0.1",
                                  facecolor="#F4F4EF", edgecolor="#BDBDB8", lw=1.5, zorder=0.5)  # fmt: skip
            ax.add_patch(body)
            states = ", ".join(f"{name}{sub(t + 1)} = {listed(self.run[name][t])}" for name, _ in self.states)
            tip = words.say(OPEN_CELL, t=t + 1, states=states)
            bindings += [Open(body, "cell", t=t), Binding(body, "tip", [tip] * self.T)]
        right = centres[-1] + pitch / 2  # what is yet to come lies under a veil
        veil = ax.add_patch(Rectangle((0, 0), pitch, all_of_it, fc=style.PAPER, ec="none", alpha=0.75, zorder=6))
        bindings += [Binding(veil, "move", corners + [pitch, 0]), Binding(veil, "width", right - centres - pitch / 2)]
        said = _state_sentences(self.run["h"], self.tokens)
        return Scene(fig, bindings, sentences=said, alt=words.say(CHAIN_ALT, T=self.T), start=self.start)

    def limit(self, name):
        """The value of the strongest colour."""
        return max(1.0, float(np.abs(self.run[name]).max())) if name == "C" else 1

    # --- the cell ---

    def opens(self, made):
        """What opens in the cell: each number of a column that has a level of its name, or of a column before its sum."""
        bindings = []
        for column, (level, spoken) in self.leads.items():
            patches = [b.artist for b in made.get(column, ()) if b.what == "fill" and isinstance(b.artist, Rectangle)]
            for k, patch in enumerate(patches):
                bindings.append(Open(patch, level, view=k))
                if spoken is None:
                    continue  # leads where a number with the focus leads, too
                texts = numbers(self.values(column)[:, k])
                tips = [
                    words.say(OPEN_NUMBER, name=f"{spoken}{self.times[t]}[{k + 1}]", value=texts[t])
                    for t in range(self.T)
                ]
                bindings.append(Binding(patch, "tip", tips))
        return bindings

    def values(self, column):
        """The numbers of a column of the cell, (T, rows)."""
        return self.run[column]

    def label(self, letter, times=None):
        """What a number is called: (t, k) -> ``h₂[1]``."""
        return lambda t, k: f"{letter}{(times or self.times)[t]}[{k + 1}]"

    def product(self, name, weights, bias, *, function, spoken, height, past="h_prev"):
        """The level of ``function(W_x x_t + W_h h_{t-1} + b)``: what `DeepScene` needs of it."""
        p, (W_x, W_h) = self.params, weights
        columns = {"x": [f"x{s}" for s in self.times], "h_prev": [f"h{s}" for s in self.before]}
        columns["rh"] = [f"r{s} ⊙ h{b}" for s, b in zip(self.times, self.before, strict=True)]
        b, out = p[bias].ravel(), self.run[name]
        bands = [
            Band(p[W_x], _math(W_x), self.run["x"], columns["x"], style.X),
            Band(p[W_h], _math(W_h), self.run[past], columns[past], style.H if past == "h_prev" else style.READ),
        ]
        shares = [band.column @ band.W.T for band in bands]
        total = shares[0] + shares[1] + b
        a_name = "a" if name == "h" else f"a_{spoken}"
        total_name, result_name = self.label(a_name), self.label(spoken)
        kind = "gate" if function == "σ" else "signed"
        colour = {"h": style.H} | lstm.ROLE | gru.ROLE
        picture = RowTimesColumn(
            bands, b, lambda k: f"{bias}[{k + 1}]", Number(total, total_name),
            Number(out, result_name, colour[name], kind), function, height=height,
        )  # fmt: skip

        def sentence(t, k):
            terms = [
                words.say(TERM, k=k + 1, W=W, column=columns[c][t], value=numbers(share[t])[k])
                for W, c, share in zip(weights, ("x", past), shares, strict=True)
            ]
            value = numbers(out[t], signed=kind == "signed")[k]
            return words.say(
                MADE, result=result_name(t, k), total=total_name(t, k), function=function, value=value,
                sum=numbers(total[t])[k], terms=", ".join(terms), bias=f"{bias}[{k + 1}]", b=numbers(b)[k],
            )  # fmt: skip

        return picture, self.H, result_name, sentence, PRODUCT_ALT

    def pointwise(self, name, equation, parts, height):
        """The level of products of single numbers; `equation` says it with {values of the parts}."""
        picture = Pointwise(parts, height=height)

        def sentence(t, k):
            texts = [numbers(p.values[t], p.kind == "signed")[k] for p in parts if isinstance(p, Number)]
            texts = [f"({text})" if text[0] == "−" and n < len(texts) - 1 else text for n, text in enumerate(texts)]
            return equation.format(*texts, s=self.times[t], b=self.before[t], k=k + 1)

        return picture, self.H, self.label(name), sentence, POINTWISE_ALT

    def readout(self, height):
        """The level of ``W_hy h_t + b_y``, where every step has an output."""
        p, z = self.params, self.logits
        band = Band(p.W_hy, _math("W_hy"), self.run["h"], [f"h{s}" for s in self.times], style.INK)
        b = p.b_y.ravel()
        label = self.label("z")
        picture = RowTimesColumn([band], b, lambda k: f"b_y[{k + 1}]", Number(z, label), height=height)

        def sentence(t, k):
            share = numbers(p.W_hy @ self.run["h"][t])[k]
            term = words.say(TERM, k=k + 1, W="W_hy", column=f"h{self.times[t]}", value=share)
            fields = {"total": label(t, k), "sum": numbers(z[t])[k], "bias": f"b_y[{k + 1}]", "b": numbers(b)[k]}
            return words.say(SUMMED, terms=term, **fields)

        return picture, z.shape[1], label, sentence, PRODUCT_ALT


class _Rnn(_Cell):
    leads = {"h": ("h", "h"), "a": ("h", None), "past": ("h", None), "new": ("h", None), "logits": ("z", "z")}

    def read(self, trace, n):
        self.function = {"tanh": "tanh", "relu": "ReLU"}[self.model.cell.activation]
        run = example(trace, n)
        self.logits = run.get("logits")
        if self.logits is not None and (len(self.logits) != len(run["h"]) or self.logits.shape[1] > 6):
            self.logits = None  # many-to-one, or too many classes for the picture
        return run

    def values(self, column):
        return self.logits if column == "logits" else self.run[column]

    def cell_height(self):
        return diagrams.cell_height(self.H, self.run["x"].shape[1])

    def cell(self, height):
        fig, ax = diagrams.canvas(10, height)
        run, bottom, made = self.run, (height - self.cell_height()) / 2, {}
        states = (run[name] for name in ("x", "h_prev", "a", "h"))
        parts = diagrams.cell_parts(ax, self.params, *states, self.logits, self.model.cell.activation, bottom,
                                    self.tokens, made=made)  # fmt: skip
        bindings = [binding for part in parts for binding in part] + self.opens(made)
        said = _state_sentences(run["h"], self.tokens)
        return Scene(fig, bindings, sentences=said, alt=words.say(RNN_ALT, function=self.function), start=self.start)

    def pictures(self, height):
        made = {"h": self.product("h", ("W_xh", "W_hh"), "b_h", function=self.function, spoken="h", height=height)}
        return made if self.logits is None else made | {"z": self.readout(height)}


class _Lstm(_Cell):
    states = (("h", style.H), ("C", style.C))
    leads = {name: (name, lstm.SPOKEN.get(name, name)) for name in "fiogCh"}

    def read(self, trace, n):
        return lstm.run_of(trace, n)

    def cell_height(self):
        return lstm.heights(self.H, self.run["x"].shape[1], 0.04)["top"]

    def cell(self, height):
        fig, ax = diagrams.canvas(10, height)
        at = lstm.heights(self.H, self.run["x"].shape[1], 0.04 + (height - self.cell_height()) / 2)
        made, tips = {}, lstm.equations(self.params, self.run)
        parts = lstm.forward_parts(ax, at, self.run, tips, made)
        bindings = [binding for part in parts for binding in part] + self.opens(made)
        said = [words.say(lstm.STEP, **lstm._fields(self.run, t, self.tokens)) for t in range(self.T)]
        return Scene(fig, bindings, sentences=said, alt=words.say(lstm.ALT), start=self.start)

    def pictures(self, height):
        made = {}
        for k in "fiog":
            function = "tanh" if k == "g" else "σ"
            weights = (f"W_x{k}", f"W_h{k}")
            made[k] = self.product(k, weights, f"b_{k}", function=function, spoken=lstm.SPOKEN[k], height=height)
        run, label = self.run, self.label
        f, i, o = (Number(run[k], label(k), lstm.ROLE[k], "gate") for k in "fio")
        g, C, h = Number(run["g"], label("C̃"), style.G), Number(run["C"], label("C"), style.C), Number(run["h"], label("h"), style.H)
        past = Number(run["C_prev"], label("C", self.before), style.C)
        tanh_C = Number(run["tanh_C"], label("tanh C"))
        C_says = "C{s}[{k}] = f{s}[{k}] · C{b}[{k}] + i{s}[{k}] · C̃{s}[{k}] = {0} · {1} + {2} · {3} = {4}."
        h_says = "h{s}[{k}] = o{s}[{k}] · tanh(C{s}[{k}]) = {0} · {1} = {2}."
        made["C"] = self.pointwise("C", C_says, [f, "×", past, "+", i, "×", g, "=", C], height)
        made["h"] = self.pointwise("h", h_says, [o, "×", tanh_C, "=", h], height)
        return made


class _Gru(_Cell):
    leads = {"r": ("r", "r"), "z": ("z", "z"), "g": ("g", "h̃"), "h": ("h", "h"), "keep": ("z", None)}

    def read(self, trace, n):
        return gru.run_of(trace, n)

    def cell_height(self):
        return gru.heights(self.H, self.run["x"].shape[1], 0.04)["top"]

    def cell(self, height):
        fig, ax = diagrams.canvas(10, height)
        at = gru.heights(self.H, self.run["x"].shape[1], 0.04 + (height - self.cell_height()) / 2)
        made = {}
        bindings = gru.cell(ax, at, self.run, gru.equations(self.params, self.run), made=made) + self.opens(made)
        said = [words.say(gru.STEP, **gru._fields(self.run, t, self.tokens)) for t in range(self.T)]
        return Scene(fig, bindings, sentences=said, alt=words.say(gru.ALT), start=self.start)

    def pictures(self, height):
        made = {}
        for k, spoken in (("r", "r"), ("z", "z"), ("g", "h̃")):
            past = "rh" if k == "g" else "h_prev"
            function = "tanh" if k == "g" else "σ"
            weights = (f"W_x{k}", f"W_h{k}")
            made[k] = self.product(k, weights, f"b_{k}", function=function, spoken=spoken, past=past, height=height)
        run, label = self.run, self.label
        keep, z = Number(run["keep"], label("1−z"), style.KEEP, "gate"), Number(run["z"], label("z"), style.WRITE, "gate")
        past = Number(run["h_prev"], label("h", self.before), style.H)
        g, h = Number(run["g"], label("h̃"), style.G), Number(run["h"], label("h"), style.H)
        says = "h{s}[{k}] = (1 − z{s}[{k}]) · h{b}[{k}] + z{s}[{k}] · h̃{s}[{k}] = {0} · {1} + {2} · {3} = {4}."
        made["h"] = self.pointwise("h", says, [keep, "×", past, "+", z, "×", g, "=", h], height)
        return made


def _math(name):
    """``W_xh`` as mathtext."""
    letter, index = name.split("_")
    return f"${letter}_{{{index}}}$"
