"""One picture with depth: the unrolled chain; in it the cell of every step; in that where each number comes from."""

from itertools import chain as joined
from typing import ClassVar

import numpy as np
from matplotlib.patches import Rectangle

from .. import words
from ..doors import shown
from . import chain, diagrams, gru, lstm, style
from .deep import DeepScene, Level
from .diagrams import listed, numbers
from .picture import picture
from .products import Band, Name, Number, Pointwise, RowTimesColumn, room
from .scene import Binding, Open, Scene
from .scenes import example, needs_columns, state_sentences, sub

CHAIN = {"en": "chain", "ko": "펼친 신경망"}
CELL = {"en": "cell, t = {t}", "ko": "셀, t = {t}"}
RNN_ALT = {
    "en": "A recurrent cell: x_t and h_{{t−1}} go through W_xh and W_hh, are added with b_h, and {function} gives h_t. "
    "Its numbers open.",
    "ko": "순환 셀: x_t와 h_{{t−1}}이 W_xh와 W_hh를 지나 b_h와 더해지고, {function} 함수를 거쳐 h_t가 된다. "
    "값마다 열어 볼 수 있다.",
}
CHAIN_ALT = {
    "en": "A network unrolled over {T} steps, with the numbers of x_t and of its states. Each cell opens.",
    "ko": "시점 {T}개로 펼친 신경망과 x_t, 상태의 값. 셀마다 열어 볼 수 있다.",
}
OPENS_CELL = {
    "en": "Click a cell, or Tab and Enter: it opens.",
    "ko": "셀을 클릭하거나 Tab, Enter로 열어 보세요.",
}
OPENS_NUMBER = {
    "en": "Click a number, or Tab and Enter: where it comes from.",
    "ko": "값을 클릭하거나 Tab, Enter로 계산을 열어 보세요.",
}
PRODUCT_ALT = {
    "en": "Where one number comes from: rows of the weights times columns, added with a bias.",
    "ko": "값 하나가 만들어지는 과정: 가중치의 행과 열의 곱에 편향을 더한다.",
}
POINTWISE_ALT = {
    "en": "Where one number comes from: numbers of the same unit, multiplied and added.",
    "ko": "값 하나가 만들어지는 과정: 같은 유닛의 값을 곱하고 더한다.",
}
MADE = {
    "en": "{result} = {function}({total}) = {value}, and {total} = {sum}: {terms} and {bias}.",
    "ko": "{result} = {function}({total}) = {value}. {total} = {sum}. 차례로 {terms}, {bias}.",
}
SUMMED = {
    "en": "{total} = {sum}: {terms} and {bias}.",
    "ko": "{total} = {sum}. 차례로 {terms}, {bias}.",
}
TERM = {"en": "row {k} of {W} times {column}", "ko": "{W}의 {k}행과 {column}의 곱"}
MOST = 8  # steps that a chain has room for


@picture
def opening_scene(model, trace, n=0, *, tokens=None, start=1):
    """The unrolled chain of a network: a step opens its cell, a number in it the row times column that it came from.

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
    needs_columns(trace)
    T, H, _ = trace.h.shape
    D, most = trace.x.shape[1], 4 if "C" in trace or "z" in trace else 6
    if not 2 <= T <= MOST or most < H or D > 4:
        raise ValueError(f"this picture has room for 2 to {MOST} steps, H ≤ {most} and D ≤ 4, but {T}, {H}, {D} came.")
    if tokens is not None and len(tokens) != T:
        raise ValueError(f"tokens must be {T}, one for each step, but {len(tokens)} came.")
    if type(model.cell).__name__ not in ("RNN", "LSTM", "GRU"):
        raise ValueError(f"model must be one of a plain RNN, LSTM or GRU, but one of {shown(model.cell)} came.")
    parts = _Lstm if "C" in trace else _Gru if "z" in trace else _Rnn
    return parts(model, trace, n, tokens, start).scene()


class _Cell:
    """What the three kinds of cell share. A kind says its states, what its numbers lead to, and draws its cell."""

    states = (("h", style.H),)  # in the chain, from below
    leads: ClassVar = {}  # column of the cell -> (level, what its numbers are called; None: another column says it)

    def __init__(self, model, trace, n, tokens, start):
        self.model, self.tokens, self.start = model, tokens, start
        self.params, self.run = model.params, self.read(trace, n)
        self.T, self.H = self.run["h"].shape
        self.D = self.run["x"].shape[1]
        self.times, self.before = ([sub(t + d) for t in range(self.T)] for d in (1, 0))

    def scene(self):
        """All levels together, at one height, so that nothing below the picture jumps."""
        tall = chain.height(self.H, self.D, len(self.states), self.tokens)
        self.height = max(self.cell_height(), tall, room(self.H, [self.D, self.H]))
        names = [words.say(CELL, t=t + 1) for t in range(self.T)]
        top = self.chain((self.height - tall) / 2)
        return DeepScene(
            {
                "chain": Level([top], [[words.say(CHAIN)] * self.T], words.say(OPENS_CELL)),
                "cell": Level([self.cell((self.height - self.cell_height()) / 2)], [names], words.say(OPENS_NUMBER)),
                **self.origins(),
            }
        )

    # --- the chain and the cell ---

    def chain(self, bottom):
        """The top level."""
        fig, ax = diagrams.canvas(10, self.height)
        run, states, tips = self.run, [], []
        for name, colour in self.states:
            states.append((name, colour, run[f"{name}_prev"][:1], run[name]))
        for t, s in enumerate(self.times):
            tips.append(", ".join(f"{name}{s} = {listed(run[name][t])}" for name, _ in self.states))
        bindings = chain.chain(ax, run["x"], states, bottom=bottom, tokens=self.tokens, tips=tips)
        said = state_sentences(run["h"], self.tokens)
        return Scene(fig, bindings, sentences=said, alt=words.say(CHAIN_ALT, T=self.T), start=self.start)

    def opens(self, made):
        """What opens in the cell, of whose columns `made` has the bindings."""
        bindings = []
        for column, (level, spoken) in self.leads.items():
            patches = [b.artist for b in made.get(column, ()) if b.what == "fill" and isinstance(b.artist, Rectangle)]
            for k, patch in enumerate(patches):
                bindings.append(Open(patch, level, view=k))
                if spoken is not None:
                    tips = self.name(spoken).tips(self.run[column], k, signed=column not in "fiorz")
                    bindings.append(Binding(patch, "tip", tips))
        return bindings

    def name(self, letter, before=False):
        """What is called h₁, h₂, … at the steps, or (`before`) h₀, h₁, …"""
        return Name([letter + s for s in (self.before if before else self.times)], letter + ("ₜ₋₁" if before else "ₜ"))

    # --- where a number comes from ---

    def level(self, picture, number, sentence, alt):
        """A view for each row of `number`, which is what the level shows in the end."""
        rows, steps, hint = range(number.values.shape[1]), range(self.T), ""
        views = [picture.scene(k, [sentence(t, k) for t in steps], words.say(alt), self.start) for k in rows]
        if "data-open" in views[0].svg:
            hint = words.say(OPENS_NUMBER)
        return Level(views, [[number.name.of(t, k) for t in steps] for k in rows], hint)

    def gate(self, k, spoken, colour, past="h_prev"):
        """The level of ``σ(W_x x_t + W_h h_{t-1} + b)``, or of a candidate with its tanh."""
        kind, of = ("signed", "tanh") if k == "g" else ("gate", "σ")
        result = Number(self.run[k], self.name(spoken), colour, kind)
        bands = [self.band(f"W_x{k}", "x"), self.band(f"W_h{k}", past)]
        return self.summed(bands, f"b_{k}", self.name(f"a_{k}"), result, of)

    def band(self, W, column):
        """The matrix of this name and its column."""
        past = self.name("h", before=True)
        reset = [f"{r} ⊙ {h}" for r, h in zip(self.name("r").at, past.at, strict=True)]
        name = {"x": self.name("x"), "h": self.name("h"), "h_prev": past, "rh": Name(reset, f"(rₜ ⊙ {past.ever})")}
        colour = {"x": style.X, "rh": style.READ}.get(column, style.H)
        return Band(self.params[W], W, self.run[column], name[column], colour)

    def summed(self, bands, bias, name, result=None, function=None):
        """The level of rows times columns, added with a bias: a total of this name, and what a function makes of it."""
        b = self.params[bias].ravel()
        shares = [band.column @ band.W.T for band in bands]
        total = Number(sum(shares) + b, name)
        addend = Number(np.repeat(b[None], self.T, 0), Name([bias] * self.T, bias), style.MUTED)
        picture = RowTimesColumn(bands, addend, total, result, function, height=self.height)

        def sentence(t, k):
            terms = [words.say(TERM, k=k + 1, W=band.W_name, column=band.name.at[t]) for band in bands]
            fields = {"total": name.of(t, k), "terms": ", ".join(terms), "bias": f"{bias}[{k + 1}]"}
            fields["sum"] = _added(*(share[t, k] for share in shares), b[k], total.values[t, k])
            if result is None:
                return words.say(SUMMED, **fields)
            value = numbers(result.values[t], signed=result.kind == "signed")[k]
            return words.say(MADE, result=result.name.of(t, k), function=function, value=value, **fields)

        return self.level(picture, result or total, sentence, PRODUCT_ALT)

    def opened(self, k, spoken, colour):
        """A gate's (or the candidate's) number in a product, which opens its own level."""
        return Number(self.run[k], self.name(spoken), colour, "signed" if k == "g" else "gate", opens=k)

    def pointwise(self, equation, parts):
        """The level of products of single numbers; `equation` says it with {values of the parts}."""
        given = [part for part in parts if isinstance(part, Number)]

        def sentence(t, k):
            texts = [numbers(part.values[t], signed=False)[k] for part in given]
            texts[1:-1] = [f"({text})" if text.startswith("−") else text for text in texts[1:-1]]
            return equation.format(*texts, s=self.times[t], b=self.before[t], k=k + 1)

        return self.level(Pointwise(parts, height=self.height), given[-1], sentence, POINTWISE_ALT)


class _Rnn(_Cell):
    leads: ClassVar = {"h": ("h", "h"), "a": ("h", None), "past": ("h", None), "new": ("h", None), "logits": ("z", "z")}

    def read(self, trace, n):
        self.function = {"tanh": "tanh", "relu": "ReLU"}[self.model.cell.activation]
        run = example(trace, n)
        if "logits" in run and (len(run["logits"]) != len(run["h"]) or run["logits"].shape[1] > 6):
            del run["logits"]  # many-to-one, or too many classes for the picture
        return run

    def cell_height(self):
        return diagrams.cell_height(self.H, self.D)

    def cell(self, bottom):
        fig, ax = diagrams.canvas(10, self.height)
        run, made = self.run, {}
        states = (run.get(name) for name in ("x", "h_prev", "a", "h", "logits"))
        parts = diagrams.cell_parts(
            ax, self.params, *states, self.model.cell.activation, bottom, self.tokens, made=made
        )  # fmt: skip
        bindings = [*joined.from_iterable(parts), *self.opens(made)]
        alt, said = words.say(RNN_ALT, function=self.function), state_sentences(run["h"], self.tokens)
        return Scene(fig, bindings, sentences=said, alt=alt, start=self.start)

    def origins(self):
        result = Number(self.run["h"], self.name("h"), style.H)
        bands = [self.band("W_xh", "x"), self.band("W_hh", "h_prev")]
        made = {"h": self.summed(bands, "b_h", self.name("a"), result, self.function)}
        if "logits" in self.run:
            made["z"] = self.summed([self.band("W_hy", "h")], "b_y", self.name("z"))
        return made


class _Lstm(_Cell):
    states = (("h", style.H), ("C", style.C))
    leads: ClassVar = {name: (name, lstm.SPOKEN.get(name, name)) for name in "fiogCh"}

    def read(self, trace, n):
        return lstm.run_of(trace, n)

    def cell_height(self):
        return lstm.heights(self.H, self.D, 0.04)["top"]

    def cell(self, bottom):
        fig, ax = diagrams.canvas(10, self.height)
        at, made = lstm.heights(self.H, self.D, 0.04 + bottom), {}
        parts = lstm.forward_parts(ax, at, self.run, lstm.equations(self.params, self.run), made)
        bindings = [*joined.from_iterable(parts), *self.opens(made)]
        said = lstm.sentences(self.run, self.tokens)
        return Scene(fig, bindings, sentences=said, alt=words.say(lstm.ALT), start=self.start)

    def origins(self):
        run, name = self.run, self.name
        f, i, o, g = (self.opened(k, lstm.SPOKEN[k], lstm.ROLE[k]) for k in "fiog")
        past, C = Number(run["C_prev"], name("C", before=True), style.C), Number(run["C"], name("C"), style.C)
        tanh_C, h = Number(run["tanh_C"], name("tanh C")), Number(run["h"], name("h"), style.H)
        C_is = "C{s}[{k}] = f{s}[{k}] · C{b}[{k}] + i{s}[{k}] · C̃{s}[{k}] = {0} · {1} + {2} · {3} = {4}."
        h_is = "h{s}[{k}] = o{s}[{k}] · tanh(C{s}[{k}]) = {0} · {1} = {2}."
        return {
            **{k: self.gate(k, lstm.SPOKEN[k], lstm.ROLE[k]) for k in "fiog"},
            "C": self.pointwise(C_is, [f, "×", past, "+", i, "×", g, "=", C]),
            "h": self.pointwise(h_is, [o, "×", tanh_C, "=", h]),
        }


class _Gru(_Cell):
    leads: ClassVar = {"r": ("r", "r"), "z": ("z", "z"), "keep": ("z", None), "g": ("g", "h̃"), "h": ("h", "h")}

    def read(self, trace, n):
        return gru.run_of(trace, n)

    def cell_height(self):
        return gru.heights(self.H, self.D, 0.04)["top"]

    def cell(self, bottom):
        fig, ax = diagrams.canvas(10, self.height)
        at, made = gru.heights(self.H, self.D, 0.04 + bottom), {}
        bindings = gru.cell(ax, at, self.run, gru.equations(self.params, self.run), made=made)
        said = gru.sentences(self.run, self.tokens)
        return Scene(
            fig, bindings + self.opens(made), sentences=said, alt=words.say(gru.ALT), start=self.start
        )  # fmt: skip

    def origins(self):
        run, name = self.run, self.name
        z, g = self.opened("z", "z", style.WRITE), self.opened("g", "h̃", style.G)
        keep = Number(run["keep"], name("1−z"), style.KEEP, "gate")
        past, h = Number(run["h_prev"], name("h", before=True), style.H), Number(run["h"], name("h"), style.H)
        h_is = "h{s}[{k}] = (1 − z{s}[{k}]) · h{b}[{k}] + z{s}[{k}] · h̃{s}[{k}] = {0} · {1} + {2} · {3} = {4}."
        return {
            "r": self.gate("r", "r", style.READ),
            "z": self.gate("z", "z", style.WRITE),
            "g": self.gate("g", "h̃", style.G, past="rh"),
            "h": self.pointwise(h_is, [keep, "×", past, "+", z, "×", g, "=", h]),
        }


def _added(*terms):
    """``0.12 + (−0.30) + 0.05 = −0.13``: the last one is the sum."""
    *texts, total = numbers(np.array(terms), signed=False)
    texts[1:] = [f"({text})" if text.startswith("−") else text for text in texts[1:]]
    return " + ".join(texts) + f" = {total}"
