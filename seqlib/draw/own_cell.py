"""Any cell, drawn from its own equations: the picture of a cell that a reader has written.

Boxes are learned sums, circles pointwise operations, lines vectors; states run on rails along the top. What the cell's
`step` says is read by `own_graph`, laid out by `own_layout`, and shown here with the numbers of every step.
"""

import functools
import itertools
import re

import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from .. import words
from . import diagrams, panels, style
from .binding import pixels
from .diagrams import COLUMN, ROW, carried, listed
from .numerals import sub
from .own_graph import Graph, evaluate
from .own_layout import OUT, RIGHT, Layout, Look, TooMuch
from .picture import in_words, picture
from .scene import Binding, Scene

MOST = 26  # boxes and circles that a picture can hold and a reader can follow
SHOWN = 3  # rows of a column of numbers; more are a strip of colours
STRIP = 0.34  # width of a strip of colours
DASH = (0, (3.2, 1.6))

ROLE = {"f": style.KEEP, "i": style.WRITE, "z": style.WRITE, "o": style.READ, "r": style.READ, "g": style.G,
        "h": style.H, "C": style.C, "c": style.C, "x": style.X}  # fmt: skip
JOINED = {"×": "⊙", "+": "+", "−": "−", "÷": "÷", ">": ">", "<": "<", "^": "^"}
CANDIDATE = {"g", "C_new", "c_new", "h_new", "C_tilde", "c_tilde", "h_tilde", "candidate"}
GREEK = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi",
         "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"}  # fmt: skip

ALT = {
    "en": "{cell}, drawn from its equations. Boxes are learned sums, circles pointwise operations; {rails} on top. "
    "In words: {equations}.",
    "ko": "식에서 그대로 그린 {cell} 셀. 상자는 학습하는 합, 원은 원소마다 하는 연산이고, 위쪽 길로 {rails} 상태가 "
    "지나간다. 식: {equations}.",
}
STEP = {
    "en": "{states} at step {t}{token}: {rest}.",
    "ko": "{states}. 시점 {t}{token}: {rest}.",
}
STEP_ALONE = {"en": "{states} at step {t}{token}.", "ko": "{states}. 시점 {t}{token}."}
BACK_ALT = {
    "en": "{cell} backwards, drawn from its equations: every arrow dashed and reversed. Each column has the derivative "
    "of the loss with respect to the quantity whose name it has.",
    "ko": "거꾸로 가는 {cell} 셀. 화살표는 모두 파선이고 방향이 반대이다. 열마다 이름이 적힌 값에 대한 손실의 "
    "기울기가 있다.",
}
BACK = {
    "en": "{states} at step {t}{token}, in all; on to the step before: {before}.",
    "ko": "{states}. 시점 {t}{token}에서 모두 더한 값이다. 이전 시점으로 가는 값: {before}.",
}
TOO_MUCH = {
    "en": "{reason}; look at its numbers with states_scene, or draw a `step` with fewer operations.",
    "ko": "{reason}. 값은 states_scene으로 보거나, 연산을 줄인 `step`을 그려 보세요.",
}
OPERATIONS = {
    "en": "its step has {count} sums and operations, and a picture stays readable up to {most}",
    "ko": "한 시점에 합과 연산이 {count}개 있는데, 읽을 수 있는 그림에는 {most}개까지 들어갑니다",
}
ROOM = {
    "en": "its {count} sums and operations and their wires do not fit a readable picture",
    "ko": "합과 연산 {count}개와 그 사이의 선이 읽을 수 있는 크기의 그림에 들어가지 않습니다",
}


@picture
def own_cell_scene(cell, x, n=0, *, dh=None, tokens=None, start=None):
    """A cell drawn from its own equations, with the numbers of every step; with `dh` backwards.

    Boxes are the learned sums of `step`, circles its pointwise operations, lines the vectors; every quantity that has a
    name there has its numbers. A part under the pointer or the focus says its equation.

    Parameters
    ----------
    cell : Cell or SequenceModel
        Any subclass of `seqlib.nn.Cell`; of a model its cell.
    x : ndarray, (T, D, N)
        What the cell reads, from a state of zeros.
    n : int
        Which example of the batch.
    dh : ndarray, (T, H, N) or (H, N), optional
        What the loss says directly about each h_t, or about the last one. Then the picture runs backwards: dashed,
        reversed, and in place of each quantity the derivative of the loss with respect to it; ← goes on in time.
    tokens : list of T str, optional
        What x_t stands for, for the sentences.
    start : int, optional
        The step shown first, from 0; by default the second, backwards the last.

    Returns
    -------
    Scene
        Where a cell has too many operations to be readable, one sentence says so in place of the picture.
    """
    cell = getattr(cell, "cell", cell)
    trace = cell.forward(x)
    if not 0 <= n < x.shape[2]:
        raise ValueError(f"n must be 0 … {x.shape[2] - 1} (x has {x.shape[2]} examples), but {n} came.")
    if tokens is not None and len(tokens) != len(x):
        raise ValueError(f"tokens must be one for each of the {len(x)} steps, but {len(tokens)} came.")
    graph = Graph(cell)
    try:
        layout = laid_out(graph, cell.H, cell.D)
    except TooMuch as error:
        return _said(error)
    drawing = _Drawing(cell, graph, layout, trace, n, None if dh is None else cell.backward(trace, dh))
    bindings = drawing.draw()
    said, alt = drawing.sentences(tokens), drawing.alt()
    last = len(said) - 1
    start = (min(1, last) if dh is None else last) if start is None else start
    return Scene(drawing.fig, bindings, sentences=said, alt=alt, start=start, begin=0 if dh is None else last)


def _said(error):
    """A scene of one sentence, in place of a picture that could not be read."""
    scene = in_words(error)
    scene.error = None
    return scene


class _TooMuch(TooMuch):
    """Says in the reader's language why there is no picture, and what to do."""

    def __init__(self, why, count):
        super().__init__(words.say(TOO_MUCH, reason=words.say(why, count=count, most=MOST)))


def laid_out(graph, H, D):
    """The `Layout` of a graph; a cell with the same equations and sizes is laid out once.

    Raises
    ------
    TooMuch
        It has too many operations to be readable.
    """
    parts = sum(node.kind != "in" for node in graph.nodes)
    if parts > MOST:
        raise _TooMuch(OPERATIONS, parts)
    key = graph.shape(), min(H, SHOWN + 1), min(D, 5)
    if key not in _layouts:
        _layouts[key] = _first_that_fits(graph, H, D)
        while len(_layouts) > 64:
            del _layouts[next(iter(_layouts))]
    if _layouts[key] is None:
        raise _TooMuch(ROOM, parts)
    return _layouts[key]


# The room between neighbours and between rows that is tried where the usual one is too much or too little.
OTHERWISE = {
    ("too wide", (0.28, 0.2)): (0.2, 0.2), ("too high", (0.28, 0.2)): (0.28, 0.1),
    ("too high", (0.2, 0.2)): (0.2, 0.1), ("too wide", (0.28, 0.1)): (0.2, 0.1),
    ("a wire finds no way", (0.28, 0.2)): (0.42, 0.2), ("a wire finds no way", (0.28, 0.1)): (0.42, 0.1),
    ("a wire finds no way", (0.2, 0.2)): (0.24, 0.28),
}  # fmt: skip
_layouts = {}  # of the cells that were drawn last


def _first_that_fits(graph, H, D):
    many = len(graph.states) > 2  # their columns stand one above the other
    numbers = [(H, row) for row in ((0.24,) if many else (ROW, 0.24))] if H <= SHOWN else []
    for rows, row in (*numbers, (0, 0.48 if many else 0.7)):
        room = 0.28, 0.2
        while room:
            try:
                return Layout(graph, _look(rows, D, row), *room)
            except TooMuch as error:
                room = OTHERWISE.get((str(error), room))
    return None


def _look(rows, D, row):
    """Sizes of columns of so many numbers, each `row` high, or (0) of strips of colours, each of that height."""
    tall, wide = (rows * row, COLUMN) if rows else (row, STRIP)
    return Look(tall, wide, D * row if D <= 4 and rows else tall, _measured, _circle_width)


# --- names ------------------------------------------------------------------------------------------------------------


def label_of(name, back=False):
    r"""A quantity's name as it stands in the picture: ``h_prev`` is $h_{t-1}$, ``tanh_C`` $\tanh C_t$."""
    base, when = (name[:-5], "t-1") if name.endswith("_prev") else (name, "t")
    d = "d" if back else ""
    if not base.isascii():
        return f"{d}{base}"
    inner = re.fullmatch(r"(tanh|exp|log)_([A-Za-z])", base)
    if inner:
        return rf"${d}\{inner[1]}\,{inner[2]}_{{{when}}}$"
    head, _, tail = base.partition("_")
    if head == "a" and tail and len(tail) <= 6:
        return f"${d}a_{{{_letters(tail)}}}$"
    if tail in ("tilde", "new"):
        return rf"${d}\tilde{{{_letters(head)}}}_{{{when}}}$"
    below = f"{_letters(tail)},{when}" if tail else when
    return f"${d}{_letters(head)}_{{{below}}}$"


def _letters(name):
    if name in GREEK:
        return f"\\{name}"
    plain = name.replace("_", "")[:9]
    return plain if len(plain) < 2 else rf"\mathrm{{{plain}}}"


@functools.cache
def _measured(name):
    """The text of a quantity's name with its size in inches; backwards, with a d before it, it is a little wider."""
    size = max((_extent(label_of(name, back), style.BIG) for back in (False, True)), key=lambda size: size[0])
    return size


@functools.cache
def _extent(text, size):
    box = TextPath((0, 0), text, size=size).get_extents()
    return box.width / 72 + 0.05, max(0.24, box.height / 72 + 0.04)


@functools.cache
def _circle_width(sign):
    """The width of a circle with this sign in it, or of a rounded box where it is long."""
    width = _extent(sign, style.SIZE if len(sign) > 1 else style.BIG)[0]
    return max(0.4, width + 0.16)


def colour_of(node):
    """The colour of a quantity: of its role where its name tells it, else ink."""
    for name in node.names or [node.sign] * (node.kind == "sum"):
        base = name.removesuffix("_prev").removeprefix("a_")
        if base in CANDIDATE:
            return style.G
        if base in ROLE:
            return ROLE[base]
    return style.INK


# --- the drawing ------------------------------------------------------------------------------------------------------


class _Drawing:
    """One picture: the parts of a layout with the numbers of a run."""

    def __init__(self, cell, graph, layout, trace, n, grads):
        self.cell, self.graph, self.layout, self.trace, self.n, self.grads = cell, graph, layout, trace, n, grads
        self.back = grads is not None
        self.T, self._known = len(trace.h), {}
        self.colours = self._colours()
        self.fig, self.ax = diagrams.canvas(10, layout.height)

    def _colours(self):
        """A colour for every node: boxes and functions on the way to a name have that name's."""
        nodes = self.graph.nodes
        colours = [colour_of(node) for node in nodes]
        for index in reversed(range(len(nodes))):
            node, users = nodes[index], self.graph.users(index)
            if node.kind == "sum" and len(users) == 1 and nodes[users[0]].kind == "op":
                if node.name == "a_z" and nodes[users[0]].sign == "tanh":  # of xLSTM: there z is the candidate
                    colours[users[0]] = colours[index] = style.G
                elif colours[users[0]] != style.INK and len(nodes[users[0]].args) == 1:
                    colours[index] = colours[users[0]]
                elif not nodes[users[0]].names:
                    colours[users[0]] = colours[index]
        return colours

    # numbers

    def value(self, index):
        return self.graph.values(index, self.trace, self.cell.params)[:, :, self.n].real

    def shown(self, part):
        """The numbers of a column: a quantity's, or backwards the derivative of the loss with respect to it."""
        if not self.back:
            return self.value(part.node)
        sent = part.name.endswith("_prev") and part.name[:-5] in self.graph.states
        return self._sent(part.name) if sent else self._derivative(part.node)

    def _sent(self, name):
        """What a step sends to the step before: computed by the equation of `step_back` from all derivatives."""
        equation = self.cell.program().back.get(f"d.{name}")
        H, T, n = self.cell.H, self.T, self.n
        if equation is None:
            return np.zeros((T, H))
        d = _Derivatives(self)
        return np.broadcast_to(evaluate(equation.value, self.trace, d, self.cell.params), self.trace.h.shape)[:, :, n]

    def _derivative(self, index):
        """∂L/∂ of a node, (T, rows): as `step_back` made it, or by the chain rule where it has no name there."""
        if index not in self._known:
            self._known[index] = self._made(index)
        return self._known[index][:, :, self.n]

    def _made(self, index):
        for name in self.graph.nodes[index].names:
            try:
                return self.grads.trace[name]
            except KeyError:
                pass
        return sum(self._through(index, user) for user in self.graph.users(index)) + np.zeros_like(self.trace.h)

    def _through(self, index, user):
        """The part of a derivative that comes back through one operation, or one box."""
        self._derivative(user)
        node, d = self.graph.nodes[user], self._known[user]
        if node.kind == "sum":
            return sum(self._through_weight(index, one, d) for one in node.weights if one.of != "1")
        values = [self.graph.values(arg, self.trace, self.cell.params) for arg in node.args]
        return d * slope(node, values, node.args.index(index))

    def _through_weight(self, index, one, d):
        H, W = self.cell.H, one.array(self.cell.params, self.cell.H)
        parts = [self.graph.of[part] for part in self.graph.parts(one.of)]
        if index not in parts:
            return 0
        if one.pointwise:
            return W * d
        k = parts.index(index)
        return (W if len(parts) == 1 else W[:, k * H : (k + 1) * H]).T @ d

    # parts

    def draw(self):
        layout, ax = self.layout, self.ax
        diagrams.frame(ax, *layout.frame)
        for wire in layout.wires:
            self._wire(wire)
        for node, place in layout.dots:
            if not self.back or not any(place[1] == layout.bus_height(bus) for bus in layout.buses):
                ax.plot(*place, "o", color=self._colour(node), ms=8 if self.back else 6, zorder=2.5)
        bindings, ends = [], {}
        tips = self._tips()
        for part in layout.elements:
            if part.kind == "box":
                bindings += self._box(part, tips[part.node])
            elif part.kind == "circle":
                bindings += self._circle(part, tips[part.node])
            else:
                made = self._column(part)
                bindings += made
                ends[part.x > OUT - 0.1, part.name] = made
        for label in layout.labels:
            self._label(label)
        kinds = ("signed", "gate") if self._gates() and not self.back else ("signed",)
        panels.colour_key(ax, RIGHT - 0.3 - panels.key_width(*kinds), layout.height - 0.19, *kinds)
        for state in self.graph.states:
            old, new = ends.get((False, f"{state}_prev")), ends.get((True, state))
            if old and new and layout.look.wide > STRIP:
                bindings += carried(old, new, "back") if self.back else carried(new, old)
        return bindings

    def _gates(self):
        """Whether a column has the colours of gates."""
        return any(part.kind == "column" and self.graph.nodes[part.node].sign == "σ" for part in self.layout.elements)

    def _width(self, node):
        """The width of a quantity's line: that of a state on its rail is the thickest."""
        for state, rail in self.graph.rails.items():
            if rail and node in (self.graph.of[f"{state}_prev"], *rail):
                return style.RAIL if colour_of(self.graph.nodes[self.graph.of[state]]) == style.C else 3.2
        return 2.4 if self.graph.nodes[node].kind != "in" else 2.6

    def _colour(self, node):
        for state, rail in self.graph.rails.items():
            if node in rail and not self.graph.nodes[node].names:
                return self.colours[self.graph.of[state]]
        return self.colours[node]

    def _wire(self, wire):
        colour, width = (
            self._colour(wire.source),
            self._width(wire.source) if self.layout.along(wire.source, wire.target) else 2.4,
        )
        points = wire.points[::-1] if self.back else wire.points
        length = sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in itertools.pairwise(points))
        head = 0.09 + 0.02 * width
        tip, before = np.array(points[-1]), np.array(points[-2])
        way = (tip - before) / np.linalg.norm(tip - before)
        short = length < head + 0.08
        end = tip if short else tip - way * head * 0.8
        path = rounded([*points[:-1], tuple(end)])
        line = PathPatch(path, fc="none", ec=colour, lw=width, capstyle="butt" if self.back else "round", zorder=2)
        if self.back and length > 0.3:
            line.set_linestyle(DASH)
        self.ax.add_patch(line)
        if not short:
            across = np.array([-way[1], way[0]]) * head * 0.45
            corners = [tip, tip - way * head + across, tip - way * head - across]
            self.ax.add_patch(Polygon(corners, closed=True, fc=colour, ec="none", zorder=2))

    def _box(self, part, tip):
        node, colour = self.graph.nodes[part.node], self._colour(part.node)
        colour = "#6B6B6B" if colour == style.INK else colour
        x0, y0, x1, y1 = part.rect
        patch = FancyBboxPatch((x0, y0), x1 - x0, y1 - y0, boxstyle="round,pad=0,rounding_size=0.08", facecolor=colour,
                               edgecolor="none", zorder=3)  # fmt: skip
        self.ax.add_patch(patch)
        self.ax.text(part.x, part.y - 0.01, label_of(node.sign), color=style.ink_on(colour), ha="center",
                     va="center_baseline", size=style.BIG, zorder=4)  # fmt: skip
        return [Binding(patch, "tip", tip)]

    def _circle(self, part, tip):
        sign = self.graph.nodes[part.node].sign
        look = {"facecolor": style.PAPER, "edgecolor": style.INK, "lw": style.LINE, "zorder": 3}
        if part.width <= 2 * part.height * 0.62 and part.width <= 0.46:
            patch = Circle((part.x, part.y), part.height / 2, **look)
        else:
            x0, y0, x1, y1 = part.rect
            patch = FancyBboxPatch(
                (x0, y0), x1 - x0, y1 - y0, boxstyle=f"round,pad=0,rounding_size={part.height / 2}", **look
            )
        self.ax.add_patch(patch)
        size = style.SIZE if len(sign) > 1 else style.BIG
        self.ax.text(part.x, part.y - 0.01, sign, ha="center", va="center_baseline" if sign[0].isalpha() else "center",
                     size=size, zorder=4)  # fmt: skip
        return [Binding(patch, "tip", tip)]

    def _column(self, part):
        values = self.shown(part)
        node, name = self.graph.nodes[part.node], self._plain(part.name)
        kind = "gate" if not self.back and node.sign == "σ" else "signed"
        if part.width > STRIP + 0.01:
            made = diagrams.matrix(
                self.ax,
                part.x,
                part.y,
                values[:, :, None],
                colour=self._colour(part.node),
                kind=kind,
                name=name,
                row=part.height / values.shape[1],
            )
        else:
            made = self._strip(part, values, kind, name)
        if self.back:
            self.ax.patches[-1].set_linestyle(DASH)
        return made

    def _strip(self, part, values, kind, name):
        shades = style.gate(values) if kind == "gate" else style.signed(values)
        x0, y0, x1, y1 = part.rect
        image = self.ax.imshow([[0]], extent=(x0, x1, y0, y1), interpolation="none", aspect="auto", zorder=2)
        self.ax.set(xlim=(0, 10), ylim=(0, self.layout.height))
        self.ax.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fc="none", ec=self._colour(part.node), lw=2, zorder=3))
        tip = [f"{name} = {listed(row)}" for row in values]
        return [Binding(image, "pixels", [pixels(row[:, None]) for row in shades], name), Binding(image, "tip", tip)]

    def _plain(self, name):
        d = "d" if self.back else ""
        return f"{d}{name[:-5]}_t−1" if name.endswith("_prev") else f"{d}{name}_t"

    def _label(self, label):
        x, ha = (label.x + label.width / 2, "center") if label.middle else (label.x + label.width - 0.03, "right")
        va = "center" if label.y < 0 else "bottom"
        self.ax.text(x, label.y + 0.01, label_of(label.name, self.back), color=self._colour(label.node), ha=ha, va=va,
                     size=style.BIG)  # fmt: skip

    # words

    def _tips(self):
        """The equation of every part with the numbers of every step: {node: T strings}."""
        nodes = self.graph.nodes
        return {k: [self._equation(k, t) for t in range(self.T)] for k, node in enumerate(nodes) if node.kind != "in"}

    def _equation(self, index, t):
        node = self.graph.nodes[index]
        name = f"{self._said(node.name or node.sign, t)} = " if node.name or node.kind == "sum" else ""
        if node.kind == "sum":
            return f"{name}{self._sum(node, t)} = {self._listed(index, t)}"
        form = self._formula(node, [self._term(arg, t) for arg in node.args])
        if self.T * len(nodes := self.graph.nodes) > 2000 or self.cell.H > SHOWN or not nodes:
            return f"{name}{form} = {self._listed(index, t)}"
        put_in = self._formula(node, [self._listed(arg, t) for arg in node.args])
        return f"{name}{form} = {put_in} = {self._listed(index, t)}"

    def _listed(self, index, t):
        return listed(self.value(index)[t], signed=self.graph.nodes[index].sign != "σ")

    def _said(self, name, t):
        """A quantity's name with the number of the step: h₂."""
        if name.startswith("a_"):
            return name
        return f"{name[:-5]}{sub(t)}" if name.endswith("_prev") else f"{name}{sub(t + 1)}"

    def _sum(self, node, t):
        return " + ".join(
            one.shown if one.of == "1" else f"{one.shown} {'⊙ ' * one.pointwise}{self._said(one.of, t)}"
            for one in node.weights
        )

    def _term(self, index, t):
        node = self.graph.nodes[index]
        if node.name:
            return self._said(node.name, t)
        if node.kind == "sum":
            return f"({self._sum(node, t)})"
        return f"({self._formula(node, [self._term(arg, t) for arg in node.args])})"

    @staticmethod
    def _formula(node, args):
        """What an operation does to its arguments, in words of mathematics."""
        sign = node.sign
        if not args:
            return sign
        if sign in ("+", "max", "min") or (len(args) == 1 and sign.isalpha()):
            args = [inside(arg) if sign != "+" or "+" not in arg else arg for arg in args]
        if sign == "·²":
            return f"{args[0]}²"
        if sign == "|·|":
            return f"|{inside(args[0])}|"
        if len(args) > 1 and sign in JOINED:
            return f" {JOINED[sign]} ".join(args)
        if len(args) == 1 and sign[0] in "+÷−^>" and len(sign) > 1 and not sign.endswith("×"):
            return f"{args[0]} {sign}"
        if len(args) == 1 and sign[-1] in "−×÷":
            return f"{sign} {args[0]}"
        return f"{sign}({', '.join(args)})"

    def sentences(self, tokens):
        """One a step: the states first, then what else has a name and only pointwise operations beneath."""
        return [self._sentence(t, tokens) for t in range(self.T)]

    def _sentence(self, t, tokens):
        token = words.aside(words.quoted(tokens[t])) if tokens and tokens[t].strip() else ""
        states = self.graph.states
        if self.back:
            now = [f"d{self._said(s, t)} = {self._row(self._derivative(self.graph.of[s]), t)}" for s in states]
            before = [f"d{self._said(f'{s}_prev', t)} = {self._row(self._sent(f'{s}_prev'), t)}" for s in states]
            return words.say(BACK, states=", ".join(now), before=", ".join(before), t=t + 1, token=token)
        now = [f"{self._said(s, t)} = {self._row(self.value(self.graph.of[s]), t)}" for s in states]
        gates = [
            n for n, node in enumerate(self.graph.nodes) if node.sign == "σ" and node.name and node.name not in states
        ]
        rest = [f"{self._said(self.graph.nodes[n].name, t)} = {self._row(self.value(n), t, False)}" for n in gates[:3]]
        said = {"states": ", ".join(now), "t": t + 1, "token": token}
        return words.say(STEP, rest=", ".join(rest), **said) if rest else words.say(STEP_ALONE, **said)

    @staticmethod
    def _row(values, t, signed=True):
        more = ", …" if values.shape[1] > SHOWN + 1 else ""
        return listed(values[t][: SHOWN + 1], signed)[:-1] + more + ")"

    def alt(self):
        """What the picture shows, with all equations of the step."""
        name = type(self.cell).__name__
        if self.back:
            return words.say(BACK_ALT, cell=name)
        nodes, lines = self.graph.nodes, []
        between = ", " if words.language() == "ko" else "; "  # the slash of words.listed may be in an equation
        for _index, node in enumerate(nodes):
            if node.kind == "sum" and not node.name:
                continue
            if node.name and node.kind != "in":
                form = (
                    self._sum(node, 0)
                    if node.kind == "sum"
                    else self._formula(node, [self._term(a, 0) for a in node.args])
                )
                lines.append(f"{self._said(node.name, 0)} = {form}")
        text = re.sub("₁", "_t", re.sub("₀", "_{t−1}", between.join(lines)))
        return words.say(ALT, cell=name, rails=", ".join(s for s in self.graph.states), equations=text)


def inside(text):
    """The text without the brackets around all of it."""
    depth, whole = 0, text[:1] == "(" and text[-1:] == ")"
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        whole = whole and (depth > 0 or place == len(text) - 1)
    return text[1:-1] if whole and "," not in text else text


class _Derivatives:
    """The derivatives by their names, as `evaluate` asks for them."""

    def __init__(self, drawing):
        self.drawing = drawing

    def __getitem__(self, name):
        try:
            return self.drawing.grads.trace[name]
        except KeyError:
            index = self.drawing.graph.of.get(name)
        if index is not None:
            self.drawing._derivative(index)
            return self.drawing._known[index]
        equation = self.drawing.cell.program().back[f"d.{name}"]  # a name of step_back alone
        return evaluate(equation.value, self.drawing.trace, self, self.drawing.cell.params)


def slope(node, values, k):
    """The derivative of an operation with respect to its k-th argument, by a complex step."""
    if node.sign == "|·|":
        return np.sign(values[0])
    inputs = {f"_{n}": value.astype(complex) for n, value in enumerate(values)}
    inputs[f"_{k}"] = inputs[f"_{k}"] + 1e-100j
    return np.imag(node.apply(*inputs.values())) / 1e-100


def rounded(points, radius=0.1):
    """A path along the points, its corners round."""
    codes, places = [Path.MOVETO], [points[0]]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        before, at, after = (np.array(p, float) for p in (before, at, after))
        r = min(radius, *(np.linalg.norm(p - at) / 2 for p in (before, after)))
        places += [tuple(at + (before - at) / np.linalg.norm(before - at) * r), tuple(at),
                   tuple(at + (after - at) / np.linalg.norm(after - at) * r)]  # fmt: skip
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*places, points[-1]], [*codes, Path.LINETO])
