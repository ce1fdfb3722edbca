"""Pictures of lesson 8: gates, memory and state over time, and a memory held by gates that stay the same."""

import numpy as np
from matplotlib.patches import Rectangle

from .. import words
from ..nn.cell import Cell
from . import diagrams, makers, panels, style
from .lstm import AT, NAME, ROLE, SPOKEN, gate, heights, output, rail, run_of
from .numerals import sub
from .picture import picture
from .scene import Binding, Scene

# --- heat maps -------------------------------------------------------------------------------------------------------

LABEL = {**{k: f"${NAME[k]}_t$" for k in "fiog"}, "C": "$C_t$", "h": "$h_t$"}
COLOUR = {**ROLE, "C": style.C, "h": style.H}
MAPS_ALT = {
    "en": "Heat maps over {T} steps with one cursor: {what}. Gates from 0 (dark) to 1 (yellow), the others blue below "
    "and red above zero.",
    "ko": "시점 {T}개의 히트맵과 공통 커서: {what}. 게이트는 0(어두움)에서 1(노랑)까지, 나머지는 음수 파랑, 양수 빨강.",
}
MAPS = {"en": "{told}, at step {t}{token}.", "ko": "시점 {t}{token}: {told}."}


@picture
def maps_scene(runs, n=0, *, tokens=None, names=None, start=1):
    """Gates, candidate, memory and state over time with one cursor; several runs stand side by side.

    Parameters
    ----------
    runs : Record or dict of str to Record
        The trace of an LSTM with at most 8 units, or several of the same length: a symbol as title, and the trace.
    n : int
        Which example.
    tokens : list of T str, optional
        Short signs below the steps, at most 24. A click goes to the step.
    names : str or list of str, optional
        Which of ``f i o g C h``; by default all of one run, or f, i and C of several.
    start : int
        The step shown first, from 0.

    Returns
    -------
    Scene
    """
    several = isinstance(runs, dict)
    traces = {title: run_of(trace, n, room=8) for title, trace in (runs if several else {"": runs}).items()}
    lengths = {len(run["h"]) for run in traces.values()}
    if len(lengths) > 1:
        raise ValueError(f"runs must have the same number of steps, but {sorted(lengths)} came.")
    T, names = lengths.pop(), list(names or ("fiC" if several else "fiogCh"))
    there = [name for name in next(iter(traces.values())) if len(name) == 1]
    if odd := [name for name in names if name not in there]:
        raise ValueError(f"names must be some of {', '.join(there)}, but {odd[0]!r:.40} came.")
    if len(set(names)) < len(names) or len(traces) > 4:
        raise ValueError("names must be all different, and runs at most four, but "
                         f"{', '.join(names):.60} and {len(traces)} came.")  # fmt: skip
    # One run: two columns of maps. Several: one column each.
    columns = [(title, names) for title in traces] if several else [("", names[: (len(names) + 1) // 2])]
    columns += [] if several else [("", names[len(columns[0][1]) :])]
    rows, top = max(len(column) for _, column in columns), 0.8 if several else 0.42
    height, below = 1.05, 0.5
    fig = style.figure(10, rows * height + below + top, layout=None)

    def place(left, low, tall):  # inches
        return fig.add_axes((left / 10, low / fig.get_figheight(), (wide - 0.8) / 10, tall / fig.get_figheight()))

    wide, bindings = 10 / len(columns), []
    key = fig.add_axes((0, 0, 1, 1))
    key.set_axis_off()
    left = 9.82 - panels.key_width("signed", "gate")
    panels.colour_key(key, left, fig.get_figheight() - 0.2, "signed", "gate")
    for c, (title, column) in enumerate(columns):
        run, left = traces[title], c * wide + 0.62
        for r, name in enumerate(column):
            low = below + (rows - 1 - r) * height + 0.06
            bindings += _map(place(left, low, height - 0.12), run[name], name, title)
        if title:
            fig.text((left + wide / 2 - 0.4) / 10, 1 - 0.58 / fig.get_figheight(), title, ha="center", va="center")
        bindings += step_strip(place(left, 0.04, below - 0.1), T, tokens)
    said = [_say(traces, t, tokens, names) for t in range(T)]
    what = ", ".join(SPOKEN.get(name, name) for name in names)
    return Scene(fig, bindings, sentences=said, alt=words.say(MAPS_ALT, T=T, what=what), start=start)


def _map(ax, values, name, title):
    listed = f"{title.strip('$')} {SPOKEN.get(name, name)}_t".strip()
    return heat_map(ax, values, name in "fio", LABEL[name], COLOUR[name], listed)


def heat_map(ax, values, a_gate, label, colour, name):
    """A heat map as a picture of T × H points, and a cursor; `name` is what the table of numbers calls it."""
    T, H = values.shape
    colours = style.GATE if a_gate else style.SIGNED
    # An image: one rectangle for each number would make the saved picture ten times as large.
    ax.imshow(values.T, extent=(0.5, T + 0.5, H + 0.5, 0.5), aspect="auto", interpolation="none", **colours)
    ax.set(xticks=[], yticks=range(1, H + 1) if H <= 5 else (1, H))  # more names than that lie on one another
    ax.tick_params(length=0)
    ax.set_ylabel(label, color=colour, rotation=0, labelpad=11, va="center", size=style.BIG)
    for spine in ax.spines.values():
        spine.set_visible(False)
    cursor = ax.add_patch(Rectangle((0.5, 0.5), 1, H, fill=False, edgecolor=style.INK, lw=2.5, clip_on=False))
    return [
        Binding(cursor, "move", np.stack([np.arange(T) + 0.5, np.full(T, 0.5)], axis=1)),
        Binding(cursor, "listed", diagrams.numbers(values, signed=not a_gate), name),
    ]


def step_strip(ax, T, tokens):
    """The steps below the maps, by their tokens or their numbers; see `panels.token_strip`."""
    ax.set(xlim=(0.5, T + 0.5), ylim=(0, 1))
    ax.set_axis_off()
    return panels.token_strip(ax, tokens or [str(t + 1) for t in range(T)], y=0.5, height=0.95)


def _say(traces, t, tokens, names):
    token = words.aside(words.quoted(tokens[t])) if tokens and tokens[t].strip() else ""
    told = []
    for title, run in traces.items():
        values = []
        for name in names:
            shown = ", ".join(diagrams.numbers(run[name][t], signed=name not in "fio"))
            values.append(f"{SPOKEN.get(name, name)}{sub(t + 1)} = ({shown})")
        told.append((f"{title.strip('$')}: " if title else "") + ", ".join(values))
    return words.say(MAPS, t=t + 1, token=token, told=words.listed(told))


# --- gates held by hand ----------------------------------------------------------------------------------------------

STEPS, TOP = 30, 3.0
HELD_ALT = {
    "en": "The LSTM cell of one unit with its numbers; below it C_t and h_t over 30 steps with the gates held, and the "
    "half-life of a memory as a function of f.",
    "ko": "유닛이 하나인 LSTM 셀과 그 안의 값. 아래에는 게이트를 고정한 30개 시점의 C_t와 h_t, 그리고 "
    "f에 따른 기억의 반감기.",
}
HELD = {
    "en": "C{s} = {f} · {C0} + {i} · {g} = {C}; h{s} = {o} · tanh({C}) = {h} at step {t}. {life}",
    "ko": "시점 {t}: C{s} = {f} · {C0} + {i} · {g} = {C}, h{s} = {o} · tanh({C}) = {h}. {life}",
}
LIFE = {"en": "Half of a memory is left after {life} steps.", "ko": "기억은 {life}단계 뒤에 절반으로 준다."}
FOREVER = {"en": "f is 1: what is in C stays.", "ko": "f가 1이어서 C에 있던 것이 그대로 남는다."}
AT_ONCE = {"en": "f is 0: what was in C is gone at once.", "ko": "f가 0이어서 C에 있던 것이 곧바로 사라진다."}


def half_life(f):
    """After how many steps with this forget gate half of a memory is left: ln ½ / ln f; 0 for f = 0, ∞ for f = 1."""
    if f <= 0:
        return 0.0
    return np.inf if f >= 1 else float(np.log(0.5) / np.log(f))


def held(f, i, o, g, C0, T=STEPS):
    """One unit whose gates stay the same for T steps: {name: (T, 1)} as in a trace, with ``C_prev`` and ``tanh_C``."""
    run = {name: np.full((T, 1), float(value)) for name, value in (("f", f), ("i", i), ("o", o), ("g", g))}
    C = [float(C0)]
    for _ in range(T):
        C.append(f * C[-1] + i * g)
    C = np.array(C)[:, None]
    run |= {"C_prev": C[:-1], "C": C[1:], "tanh_C": np.tanh(C[1:])}
    return run | {"h": run["o"] * run["tanh_C"]}


class Held(Cell):
    """The equations of `held`: the gates and the candidate are the weights. The browser runs them."""

    STATES = ("h", "C")

    def step(self, W, t):
        t.f = W.f
        t.i = W.i
        t.o = W.o
        t.g = W.g
        t.C = t.f * t.C_prev + t.i * t.g
        t.tanh_C = np.tanh(t.C)
        t.h = t.o * t.tanh_C

    def step_back(self, W, t, d):
        d.o = d.h * t.tanh_C
        d.tanh_C = d.h * t.o
        d.C += d.tanh_C * (1 - t.tanh_C**2)
        d.f = d.C * t.C_prev
        d.i = d.C * t.g
        d.g = d.C * t.i
        d.C_prev = d.C * t.f
        d.h_prev = 0 * d.h  # with the gates held, h_{t-1} is only shown


class HeldPicture(makers.Picture):
    """The gate playground's picture: drawn once, then only its values change."""

    def draw(self):
        low = 2.72
        fig, ax = diagrams.canvas(10, low + 2.24)
        made = self._cell(ax, heights(1, 1, low + 0.02, wired=False), held(0.9, 0.1, 0.8, 0.5, 1.0))
        made += self._memory(fig.add_axes((0.07, 0.1, 0.5, 0.375)))
        made += self._half_lives(fig.add_axes((0.68, 0.1, 0.28, 0.375)))
        names = {"i": "i", "o": "o", "f": "f", "C": "C", "h": "h"}
        fields = {name: makers.text(of, "plain") for name, of in names.items()}
        fields |= {"g": makers.text("g", "bracket"), "C0": makers.text("C_prev", "bracket")}
        told = [makers.say(one, life=makers.text("life", "life")) for one in (AT_ONCE, LIFE, FOREVER)]
        t = {"t": makers.text("t", "count"), "s": makers.text("t", "subscript")}
        said = makers.say(HELD, **t, **fields, life=makers.choose("fate", *told))
        return fig, made, said, words.say(HELD_ALT)

    @staticmethod
    def _cell(ax, at, run):
        panels.colour_key(ax, 5.6, at["top"] - 0.2, "signed", "gate")
        made = []
        for k in "fiog":
            made += makers.vector(gate(ax, at, k, run[k]), k, "signed" if k == "g" else "gate")
        rail(ax, at, {})
        made += makers.vector(output(ax, at, run["tanh_C"], {}), "tanh_C")
        ends = (("in", "rail", "C_prev", style.C, "$C_{t-1}$"), ("out", "rail", "C", style.C, "$C_t$"),
                ("out", "gate", "h", style.H, "$h_t$"))  # fmt: skip
        for x, y, name, colour, label in ends:
            made += makers.vector(diagrams.vector(ax, AT[x], at[y], run[name], colour=colour, label=label), name)
        return made

    @staticmethod
    def _memory(ax):
        ax.set(xlim=(0, STEPS), ylim=(-TOP, TOP), yticks=[-2, 0, 2], xticks=[0, 10, 20, 30])
        ax.tick_params(length=0)
        ax.axhline(0, color=style.EDGE, lw=style.THIN, zorder=0)
        ax.set_xlabel("$t$", va="center")
        ax.xaxis.set_label_coords(1.03, 0)
        now = ax.add_patch(Rectangle((0, -TOP), 0.6, 2 * TOP, facecolor=style.NOW, edgecolor="none", zorder=0))
        [half] = ax.plot([0, 0], [-TOP, TOP], color=style.KEEP, ls="--", lw=style.LINE)
        [C] = ax.plot([0, 1], [0, 0], color=style.C, lw=style.RAIL)
        [h] = ax.plot([0, 1], [0, 0], color=style.H, lw=2.4)
        for y, name, colour in ((0.9, "$C_t$", style.C), (0.62, "$h_t$", style.H)):
            ax.text(1.03, y, name, color=colour, va="center", size=style.BIG, transform=ax.transAxes)
        return [
            # What leaves the axes is seen to leave them.
            (C, "points", makers.points("C_times", "C_line", low=-4 * TOP, high=4 * TOP)),
            (h, "points", makers.points("h_times", "h_line", low=-4 * TOP, high=4 * TOP)),
            (half, "points", makers.points("life_x", "life_y")),
            (now, "move", makers.place("now", -TOP)),
        ]

    @staticmethod
    def _half_lives(ax):
        f = np.concatenate([np.linspace(0.02, 0.99, 98), 1 - np.geomspace(0.009, 0.001, 20)])
        ax.set(xlim=(0, 1.02), ylim=(0.1, 1000), yscale="log", yticks=[1, 10, 100])
        ax.set_xticks([0, 0.5, 1], ["0", "½", "1"])
        ax.minorticks_off()
        ax.tick_params(length=0)
        ax.set_yticklabels(["1", "10", "100"])
        ax.plot(f, [half_life(v) for v in f], color=style.KEEP, lw=2.4)
        ax.set_xlabel("$f$", va="center")
        ax.xaxis.set_label_coords(1.06, 0)
        ax.text(0.04, 0.93, r"$t_{½} = \ln\frac{1}{2}\,/\,\ln f$", transform=ax.transAxes, va="top", color=style.KEEP)
        [dot] = ax.plot([0.5], [1], "o", color=style.KEEP, ms=10)
        told = ax.text(0.06, 0.62, "0", transform=ax.transAxes, va="top", color=style.KEEP, size=style.BIG)
        return [(dot, "move", makers.place("kept", "dot")), (told, "text", makers.text("life", "life", "= {}"), "t_½")]

    @picture
    def scene(self, f, i, o, g, C0):
        """The scene of these values: 30 steps of one unit."""
        run = {name: values[:, 0] for name, values in held(f, i, o, g, C0).items()}
        lines = {"C_line": np.concatenate([[C0], run["C"]]), "h_line": run["h"]}
        return super().scene(run | held_curves(lines, f, STEPS, TOP))


def held_curves(lines, kept, steps, top):
    """What a picture of gates held by hand needs beside the run: curves and their times, and the half-life of a memory.

    Parameters
    ----------
    lines : dict of str to ndarray
        ``{"C_line": values}``; those with one value more than there are steps begin at t = 0.
    kept : float
        The share of a memory that is kept at every step.
    """
    life, t = half_life(kept), np.arange(1, steps + 1)
    at = min(life, 2 * steps)  # beyond the axes: not seen
    times = {name.replace("line", "times"): np.arange(steps + 1)[-len(line) :] for name, line in lines.items()}
    dot = float(np.clip(life, 0.1, 1000))
    fate = 0 if life == 0 else 1 if np.isfinite(life) else 2
    half = {"life": life, "fate": fate, "life_x": np.array([at, at]), "life_y": np.array([-top, top])}
    return lines | times | half | {"steps": steps, "t": t, "now": t - 0.3, "kept": kept, "dot": dot}
