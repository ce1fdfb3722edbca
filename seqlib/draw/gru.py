"""The GRU with its numbers: the cell, its gates alone, a state held by hand, and four conventions side by side.

Boxes are learned, circles pointwise; the one state h runs straight along the top. Role decides the colour: keep
(1 - z), write (z), read (r), candidate.
"""

from itertools import chain

import numpy as np
from matplotlib.patches import Rectangle

from .. import words
from ..nn.cell import Cell
from . import diagrams, makers, panels, style
from .diagrams import COLUMN, ROW, carried, listed, numbers, vector
from .gates import half_life, held_curves
from .lstm import begin, operation, wire
from .numerals import sub
from .picture import picture
from .scene import Scene
from .scenes import needs_columns

ROLE = {"keep": style.KEEP, "z": style.WRITE, "r": style.READ, "rh": style.READ, "g": style.G}
LABEL = {"keep": r"$1{-}z_t$", "z": "$z_t$", "r": "$r_t$", "rh": r"$r_t \odot h_{t-1}$", "g": r"$\tilde{h}_t$"}
# Where the parts stand from left to right, in inches.
AT = {"in": 0.47, "turn": 1.16, "keep": 2.1, "1-": 2.75, "z": 3.4, "r": 4.75, "×r": 5.42, "rh": 6.12, "g": 7.72}
AT["out"] = 9.45
LEFT, RIGHT = 1.0, 8.76  # of the cell's frame
SIDE, RADIUS = COLUMN / 2, 0.2

ALT = {
    "en": "A GRU cell. On top, h_{t−1} runs straight to h_t: times 1 − z_t, plus z_t times h̃_t. Below, two sigmoids "
    "give z_t and r_t; tanh gives h̃_t from x_t and r_t times h_{t−1}. There is no other state.",
    "ko": "GRU 셀. 위쪽에서 h_{t−1}이 곧게 h_t로 간다. 1 − z_t를 곱하고, z_t와 h̃_t의 곱을 더한다. 아래에서는 "
    "시그모이드 둘이 z_t와 r_t를 내고, tanh가 x_t와 r_t ⊙ h_{t−1}에서 h̃_t를 낸다. 다른 상태는 없다.",
}
STEP = {
    "en": "h{s} = ({h}) at step {t}{token}: keep 1 − z{s} = ({keep}), write z{s} = ({z}) of the candidate h̃{s} = "
    "({g}); read r{s} = ({r}).",
    "ko": "시점 {t}{token}: h{s} = ({h}). 유지 1 − z{s} = ({keep}), 쓰기 z{s} = ({z}), 후보 h̃{s} = ({g}), "
    "읽기 r{s} = ({r}).",
}


def run_of(trace, n=0, *, room=4):
    """The n-th example of a GRU's trace as {name: (T, rows)}, with ``keep`` = 1 - z.

    Raises
    ------
    ValueError
        The trace is not that of a GRU with r before the product, has no such example, or too many units.
    """
    if "rh" not in trace:
        raise ValueError('trace must be that of a GRU with reset="before", but one without r ⊙ h came.')
    needs_columns(trace)
    _, H, N = trace.h.shape
    if not 0 <= n < N:
        raise ValueError(f"n must be 0 … {N - 1} (the trace has {N} examples), but {n} came.")
    if max(H - room, trace.x.shape[1] - 4) > 0:
        raise ValueError(f"this picture has room for H ≤ {room} and D ≤ 4, but H={H} and D={trace.x.shape[1]} came.")
    run = {name: trace[name][:, :, n] for name in ("x", "h_prev", "r", "z", "rh", "g", "h")}
    return run | {"keep": 1 - run["z"]}


# --- the cell --------------------------------------------------------------------------------------------------------


@picture
def gru_cell_scene(model, trace, n=0, *, tokens=None, start=1):
    """The GRU cell with the numbers of every step; a part under the pointer or the focus says its equation.

    Parameters
    ----------
    model : SequenceModel or GRU
    trace : Record
        What ``forward`` returned; at most 4 units and 4 inputs can be read.
    n : int
        Which example of the batch.
    tokens : list of T str, optional
        A row below the cell, the present one on yellow: short signs, at most 24 of them. A click goes to the step.
    start : int
        The step shown first, from 0.

    Returns
    -------
    Scene
    """
    run = run_of(trace, n)
    fig, ax, at, strip = begin(run, tokens, heights)
    bindings = cell(ax, at, run, equations(model.params, run)) + strip
    return Scene(fig, bindings, sentences=sentences(run, tokens), alt=words.say(ALT), start=start)


def sentences(run, tokens=None):
    """What happens in the whole cell, one sentence a step."""
    return [words.say(STEP, **_fields(run, t, tokens)) for t in range(len(run["h"]))]


def equations(params, run):
    """The equation of every part with the numbers of every step put in: {part: T strings}."""
    tips = {name: [] for name in ("r", "z", "g", "×r", "1-", "keep", "write", "add")}
    for t in range(len(run["h"])):
        now, b = sub(t + 1), sub(t)
        v = {name: listed(values[t], signed=name not in ("r", "z", "keep")) for name, values in run.items()}
        for k in "rzg":
            past, name = ("rh", "h̃") if k == "g" else ("h_prev", k)
            W_x, W_h, bias = params[f"W_x{k}"], params[f"W_h{k}"], params[f"b_{k}"].ravel()
            put_in = " + ".join(listed(part) for part in (W_x @ run["x"][t], W_h @ run[past][t], bias))
            of, seen = ("tanh", f"(r{now} ⊙ h{b})") if k == "g" else ("σ", f"h{b}")
            tips[k].append(f"{name}{now} = {of}(W_x{k} x{now} + W_h{k} {seen} + b_{k}) = {of}({put_in}) = {v[k]}")
        kept, wrote = run["keep"][t] * run["h_prev"][t], run["z"][t] * run["g"][t]
        tips["×r"].append(f"r{now} ⊙ h{b} = {v['r']} ⊙ {v['h_prev']} = {v['rh']}")
        tips["1-"].append(f"1 − z{now} = 1 − {v['z']} = {v['keep']}")
        tips["keep"].append(f"(1 − z{now}) ⊙ h{b} = {v['keep']} ⊙ {v['h_prev']} = {listed(kept)}")
        tips["write"].append(f"z{now} ⊙ h̃{now} = {v['z']} ⊙ {v['g']} = {listed(wrote)}")
        tips["add"].append(
            f"h{now} = (1 − z{now}) ⊙ h{b} + z{now} ⊙ h̃{now} = {listed(kept)} + {listed(wrote)} = {v['h']}"
        )
    return tips


def heights(H, D, base):
    """Where the rows of the cell stand above `base`, in inches; ``top`` is the height it needs."""
    tall = H * ROW
    at = {"x": base + 0.44, "h": base + 0.76, "box": base + 1.34}
    at["gate"] = at["box"] + 0.45 + tall / 2
    at["mix"] = at["gate"] + tall / 2 + 0.52
    at["rail"] = at["mix"] + 0.62
    at["x_vector"] = base + max(0.44, D * ROW / 2 + 0.06)
    at["top"] = at["rail"] + tall / 2 + 0.44
    return at | {"tall": tall, "base": base}


def cell(ax, at, run, tips=None, *, by_hand=False, made=None):
    """Draw the whole cell; return the bindings of everything in it. Gates set by hand have no boxes.

    Into the dict `made` go the bindings of each column of numbers, by its name.
    """
    tips, made = tips or {}, {} if made is None else made
    diagrams.frame(ax, LEFT, at["base"] + 0.22, RIGHT, at["rail"] + 0.34)
    ax.text(5.1, (at["mix"] + at["rail"]) / 2 + 0.06, r"$h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t$",
            ha="center", va="center", size=style.BIG)  # fmt: skip
    _buses(ax, at)
    panels.colour_key(ax, 5.7, at["base"] + 0.98, "gate")
    panels.colour_key(ax, 5.7, at["base"] + 0.66, "signed")
    bindings = []
    for k in "g" if by_hand else "zrg":
        bindings += _learned(ax, at, k, tips.get(k))
    for x, y, name, colour, label in (
        ("in", "rail", "h_prev", style.H, "$h_{t-1}$"),
        ("in", "x_vector", "x", style.X, "$a$" if by_hand else "$x_t$"),
        ("out", "rail", "h", style.H, "$h_t$"),
    ):
        made[name] = vector(ax, AT[x], at[y], run[name], colour=colour, label=label)
    for k in ("keep", "z", "r", "rh", "g"):
        made[k] = _gate(ax, at, k, run[k])
    columns = chain.from_iterable(made.values())
    return [*bindings, *columns, *_ways(ax, at, tips), *carried(made["h"], made["h_prev"])]


def _buses(ax, at):
    """The ways of h_{t-1} and x_t along the bottom, to the last one that needs them."""
    wide = {"width": 2.6, "head": False}
    wire(ax, (AT["turn"], at["rail"]), (AT["turn"], at["h"]), (AT["×r"], at["h"]), colour=style.H, dot=True, **wide)
    wire(ax, (AT["×r"], at["h"]), (AT["×r"], at["gate"] - RADIUS), colour=style.H, width=2.4)
    wire(ax, (AT["in"] + SIDE, at["x"]), (AT["g"], at["x"]), colour=style.X, **wide)


def _learned(ax, at, k, tip=None):
    """The box of a gate or of the candidate, with its two ways in and its one way out."""
    x, under, colour = AT[k], at["box"] - 0.26, ROLE[k]
    if k == "g":  # x from below, r ⊙ h from the left
        wire(ax, (x, at["x"]), (x, under), colour=style.X)
        low = at["gate"] - at["tall"] / 2
        wire(ax, (AT["rh"], low), (AT["rh"], at["box"]), (x - SIDE, at["box"]), colour=style.READ, width=2.4)
    else:
        wire(ax, (x - 0.15, at["h"]), (x - 0.15, under), colour=style.H, dot=True)
        wire(ax, (x + 0.15, at["x"]), (x + 0.15, under), colour=style.X, dot=True)
    wire(ax, (x, at["box"] + 0.26), (x, at["gate"] - at["tall"] / 2), colour=colour, head=False)
    of = "tanh" if k == "g" else "σ"
    return diagrams.box(ax, x, at["box"], of, colour=colour, width=0.74, height=0.52, tip=tip)


def _gate(ax, at, k, values):
    """The numbers of a gate, of r ⊙ h or of the candidate, named at their upper left corner."""
    kind = "gate" if k in ("keep", "z", "r") else "signed"
    made = vector(ax, AT[k], at["gate"], values, colour=ROLE[k], kind=kind)
    shift, ha = {"keep": (-0.1, "right"), "g": (-0.24, "right"), "z": (0.1, "left")}.get(k, (0, "center"))
    x = AT[k] + shift
    ax.text(x, at["gate"] + at["tall"] / 2 + 0.09, LABEL[k], color=ROLE[k], ha=ha, va="bottom", size=style.BIG)
    return made


def _ways(ax, at, tips):
    """The rail, and the ways of the gates to where they are used."""
    gate, mix, rail, top = at["gate"], at["mix"], at["rail"], at["gate"] + at["tall"] / 2
    wide = {"colour": style.H, "width": style.RAIL}
    wire(ax, (AT["in"] + SIDE, rail), (AT["keep"] - RADIUS, rail), **wide)
    wire(ax, (AT["keep"] + RADIUS, rail), (AT["g"] - RADIUS, rail), **wide)
    wire(ax, (AT["g"] + RADIUS, rail), (AT["out"] - SIDE, rail), **wide)
    wire(ax, (AT["z"] - SIDE, gate), (AT["1-"] + RADIUS, gate), colour=style.WRITE, width=2.4, head=False)
    wire(ax, (AT["1-"] - RADIUS, gate), (AT["keep"] + SIDE, gate), colour=style.KEEP, width=2.4, head=False)
    wire(ax, (AT["keep"], top), (AT["keep"], rail - RADIUS), colour=style.KEEP, width=2.4)
    wire(ax, (AT["z"], top), (AT["z"], mix), (AT["g"] - RADIUS, mix), colour=style.WRITE, width=2.4)
    wire(ax, (AT["g"], top), (AT["g"], mix - RADIUS), colour=style.G, width=2.4)
    wire(ax, (AT["g"], mix + RADIUS), (AT["g"], rail - RADIUS), colour=style.INK, width=2.4)
    wire(ax, (AT["r"] + SIDE, gate), (AT["×r"] - RADIUS, gate), colour=style.READ, width=2.4, head=False)
    wire(ax, (AT["×r"] + RADIUS, gate), (AT["rh"] - SIDE, gate), colour=style.READ, width=2.4, head=False)
    signs = (
        ("keep", rail, "×", "keep"), ("g", mix, "×", "write"), ("g", rail, "+", "add"),
        ("×r", gate, "×", "×r"), ("1-", gate, "1−", "1-"),
    )  # fmt: skip
    bindings = []
    for x, y, sign, tip in signs:
        size = style.SIZE if len(sign) > 1 else style.BIG
        bindings += operation(ax, AT[x], y, sign, tips.get(tip), size=size)
    return bindings


def _fields(run, t, tokens):
    names = ("r", "z", "keep", "g", "h")
    values = {name: ", ".join(numbers(run[name][t], signed=name in "gh")) for name in names}
    token = words.aside(words.quoted(tokens[t])) if tokens and tokens[t].strip() else ""
    return {"t": t + 1, "s": sub(t + 1), "b": sub(t), "token": token, **values}


# --- its gates alone -------------------------------------------------------------------------------------------------

GATES_ALT = {
    "en": "The three learned parts of a GRU, one above the other: each is the sum of what x_t says, what the past says "
    "and a bias, through σ (r and z) or tanh (h̃). Only h̃ sees the past through r.",
    "ko": "GRU에서 배우는 세 부분을 위아래로 그린 것. 저마다 x_t의 몫과 과거의 몫에 편향을 더해 "
    "σ(r과 z) 또는 tanh(h̃)에 넣는다. h̃만 r을 거쳐 과거를 본다.",
}
GATES_STEP = {
    "en": "r{s} = ({r}), z{s} = ({z}), h̃{s} = ({g}) at step {t}{token}.",
    "ko": "시점 {t}{token}: r{s} = ({r}), z{s} = ({z}), h̃{s} = ({g}).",
}


@picture
def gru_gates_scene(model, trace, n=0, *, tokens=None, start=1):
    """The two gates and the candidate alone: what goes into each, added up, and what comes out.

    Parameters
    ----------
    model, trace, n, start
        As for `gru_cell_scene`; at most 4 units can be read.
    tokens : list of T str, optional
        For the sentences.

    Returns
    -------
    Scene
    """
    run, p = run_of(trace, n), model.params
    T, H = run["h"].shape
    pitch = H * ROW + 0.62
    fig, ax = diagrams.canvas(10, 3 * pitch + 0.36, below=0.34)
    panels.colour_key(ax, 9.22 - panels.key_width("signed", "gate"), 0.18, "signed", "gate")
    parts = {k: (run["x"] @ p[f"W_x{k}"].T, run["rh" if k == "g" else "h_prev"] @ p[f"W_h{k}"].T,
                 np.repeat(p[f"b_{k}"].T, T, axis=0)) for k in "rzg"}  # fmt: skip
    bindings = []
    for row, k in enumerate("rzg"):
        y, colour = pitch * (2 - row) + H * ROW / 2 + 0.06, ROLE[k]
        past = r"(r_t \odot h_{t-1})" if k == "g" else "h_{t-1}"
        labels = (f"$W_{{x{k}}}\\,x_t$", f"$W_{{h{k}}}\\,{past}$", f"$b_{k}$")
        places = (1.3, 3.6, 5.7)
        for x, part, shade, label in zip(places, parts[k], (style.X, style.H, style.MUTED), labels, strict=True):
            bindings += vector(ax, x, y, part, colour=shade, label=label)
        for x, sign in zip((2.4, 4.75), "++", strict=True):
            ax.text(x, y, sign, ha="center", va="center", size=style.BIG)
        wire(ax, (places[-1] + SIDE + 0.06, y), (6.83, y), colour=style.INK, width=2.4)
        diagrams.box(ax, 7.22, y, "tanh" if k == "g" else "σ", colour=colour, width=0.78, height=0.52)
        wire(ax, (7.61, y), (8.85 - SIDE, y), colour=colour, width=2.4)
        kind = "signed" if k == "g" else "gate"
        bindings += vector(ax, 8.85, y, run[k], colour=colour, kind=kind, label=LABEL[k])
    said = [words.say(GATES_STEP, **_fields(run, t, tokens)) for t in range(T)]
    return Scene(fig, bindings, sentences=said, alt=words.say(GATES_ALT), start=start)


# --- gates held by hand ----------------------------------------------------------------------------------------------

STEPS, TOP, WEIGHT = 30, 1.15, 2.0  # W_hg of the one unit is fixed at 2
HELD_ALT = {
    "en": "The GRU cell of one unit with its numbers; below it h_t and h̃_t over 30 steps with the gates held, and the "
    "half-life of what was in h as a function of z.",
    "ko": "유닛이 하나인 GRU 셀과 그 안의 값. 아래에는 게이트를 고정한 30개 시점의 h_t와 h̃_t, 그리고 z에 따른 "
    "h의 반감기.",
}
HELD = {
    "en": "h{s} = {keep} · {h0} + {z} · {g} = {h}, where h̃{s} = tanh({a} + 2 · {r} · {h0}) = {g}, at step {t}. {life}",
    "ko": "시점 {t}: h{s} = {keep} · {h0} + {z} · {g} = {h}, 후보 h̃{s} = tanh({a} + 2 · {r} · {h0}) = {g}. {life}",
}
LIFE = {
    "en": "Of what was in h, half is left after {life} steps.",
    "ko": "h에 있던 것은 {life}단계 뒤에 절반으로 준다.",
}
FOREVER = {"en": "z is 0: what is in h stays.", "ko": "z가 0이어서 h에 있던 것이 그대로 남는다."}
AT_ONCE = {"en": "z is 1: what was in h is overwritten at once.", "ko": "z가 1이어서 h에 있던 것이 곧바로 덮어쓰인다."}


def held(r, z, a, h0, T=STEPS):
    """One unit with W_hg = 2 whose gates stay the same for T steps: {name: (T, 1)}, as in a trace.

    `a` is what the input and the bias say to the candidate, so h̃_t = tanh(a + 2 r h_{t-1}).
    """
    h, g = [float(h0)], []
    for _ in range(T):
        g.append(np.tanh(a + WEIGHT * r * h[-1]))
        h.append((1 - z) * h[-1] + z * g[-1])
    h, run = np.array(h)[:, None], {name: np.full((T, 1), float(v)) for name, v in (("r", r), ("z", z), ("x", a))}
    return run | {"g": np.array(g)[:, None], "h_prev": h[:-1], "h": h[1:], "rh": r * h[:-1], "keep": 1 - run["z"]}


class Held(Cell):
    """The equations of `held`: the gates and what the input says are the weights. The browser runs them."""

    def step(self, W, t):
        t.r = W.r
        t.z = W.z
        t.x_says = W.a
        t.rh = t.r * t.h_prev
        t.g = np.tanh(t.x_says + WEIGHT * t.r * t.h_prev)
        t.keep = 1 - t.z
        t.h = t.keep * t.h_prev + t.z * t.g

    def step_back(self, W, t, d):
        d.g = d.h * t.z
        d.x_says = d.g * (1 - t.g**2)
        d.r = WEIGHT * d.x_says * t.h_prev
        d.z = d.h * (t.g - t.h_prev)
        d.h_prev = d.h * t.keep + WEIGHT * d.x_says * t.r


class HeldPicture(makers.Picture):
    """The gate playground's picture: drawn once, then only its values change."""

    def draw(self):
        low = 2.55
        at = heights(1, 1, low) | {"box": low + 1.2}
        at = {name: y - 0.22 if name in ("gate", "mix", "rail", "top") else y for name, y in at.items()}
        fig, ax = diagrams.canvas(10, at["top"])
        columns, made, share = {}, [], at["top"]
        cell(ax, at, held(0.5, 0.1, 0.0, 1.0), by_hand=True, made=columns)
        for name, drawn in columns.items():
            made += makers.vector(drawn, name, "gate" if name in ("keep", "z", "r") else "signed")
        made += self._memory(fig.add_axes((0.07, 0.5 / share, 0.5, (low - 0.62) / share)))
        made += self._half_lives(fig.add_axes((0.68, 0.5 / share, 0.28, (low - 0.62) / share)))
        fields = {name: makers.text(name, "plain") for name in ("r", "z", "keep", "h")}
        fields |= {
            "a": makers.text("x", "plain"),
            "g": makers.text("g", "bracket"),
            "h0": makers.text("h_prev", "bracket"),
        }
        told = [makers.say(one, life=makers.text("life", "life")) for one in (AT_ONCE, LIFE, FOREVER)]
        t = {"t": makers.text("t", "count"), "s": makers.text("t", "subscript")}
        said = makers.say(HELD, **t, **fields, life=makers.choose("fate", *told))
        return fig, made, said, words.say(HELD_ALT)

    @staticmethod
    def _memory(ax):
        ax.set(xlim=(0, STEPS), ylim=(-TOP, TOP), yticks=[-1, 0, 1], xticks=[0, 10, 20, 30])
        ax.set_yticklabels(["−1", "0", "1"])
        ax.tick_params(length=0)
        ax.axhline(0, color=style.EDGE, lw=style.THIN, zorder=0)
        ax.set_xlabel("$t$", va="center")
        ax.xaxis.set_label_coords(1.03, 0)
        now = ax.add_patch(Rectangle((0, -TOP), 0.6, 2 * TOP, facecolor=style.NOW, edgecolor="none", zorder=0))
        [half] = ax.plot([0, 0], [-TOP, TOP], color=style.KEEP, ls="--", lw=style.LINE)
        [g] = ax.plot([0, 1], [0, 0], color=style.G, lw=2.4)
        [h] = ax.plot([0, 1], [0, 0], color=style.H, lw=style.RAIL)
        for y, name, colour in ((0.9, "$h_t$", style.H), (0.62, r"$\tilde{h}_t$", style.G)):
            ax.text(1.03, y, name, color=colour, va="center", size=style.BIG, transform=ax.transAxes)
        return [
            (h, "points", makers.points("h_times", "h_line")),
            (g, "points", makers.points("g_times", "g_line")),
            (half, "points", makers.points("life_x", "life_y")),
            (now, "move", makers.place("now", -TOP)),
        ]

    @staticmethod
    def _half_lives(ax):
        z = np.concatenate([np.geomspace(0.001, 0.01, 20), np.linspace(0.015, 0.995, 98)])
        ax.set(xlim=(0, 1.02), ylim=(0.1, 1000), yscale="log", yticks=[1, 10, 100])
        ax.set_xticks([0, 0.5, 1], ["0", "½", "1"])
        ax.minorticks_off()
        ax.tick_params(length=0)
        ax.set_yticklabels(["1", "10", "100"])
        ax.plot(z, [half_life(1 - v) for v in z], color=style.KEEP, lw=2.4)
        ax.set_xlabel("$z$", va="center")
        ax.xaxis.set_label_coords(1.06, 0)
        ax.text(0.98, 0.97, r"$t_{½} = \frac{\ln 1/2}{\ln(1 - z)}$", transform=ax.transAxes, ha="right", va="top",
                color=style.KEEP, size=style.BIG)  # fmt: skip
        [dot] = ax.plot([0.5], [1], "o", color=style.KEEP, ms=10)
        told = ax.text(0.72, 0.62, "0", transform=ax.transAxes, va="top", color=style.KEEP, size=style.BIG)
        return [(dot, "move", makers.place("gate", "dot")), (told, "text", makers.text("life", "life", "= {}"), "t_½")]

    @picture
    def scene(self, r, z, a, h0):
        """The scene of these values: 30 steps of one unit."""
        run = {name: values[:, 0] for name, values in held(r, z, a, h0).items()}
        lines = {"h_line": np.concatenate([[h0], run["h"]]), "g_line": run["g"]}
        return super().scene(run | held_curves(lines, 1 - z, STEPS, TOP) | {"gate": z})


# --- one set of weights in four conventions ---------------------------------------------------------------------------

CONVENTIONS = (("writes", "before"), ("keeps", "before"), ("writes", "after"), ("keeps", "after"))
KEEPS = {"writes": r"$(1-z)\,h_{t-1} + z\,\tilde{h}_t$", "keeps": r"$z\,h_{t-1} + (1-z)\,\tilde{h}_t$"}
RESETS = {"before": r"$W_{hg}\,(r \odot h_{t-1})$", "after": r"$r \odot (W_{hg}\,h_{t-1})$"}
LINES = (style.H, style.KEEP, style.READ, style.WRITE)


CALLED = {
    ("writes", "before"): {"en": "z writes, r before", "ko": "z로 쓰기, r 먼저"},
    ("keeps", "before"): {"en": "z keeps, r before", "ko": "z로 유지, r 먼저"},
    ("writes", "after"): {"en": "z writes, r after", "ko": "z로 쓰기, r 나중"},
    ("keeps", "after"): {"en": "z keeps, r after", "ko": "z로 유지, r 나중"},
}


class SwitchboardPicture(makers.Picture):
    """Four panels, h_t over time in each: what one set of weights computes in the four conventions.

    Columns: how z is read. Rows: where r stands. Dashed: the run that the weights were learned for.

    Parameters
    ----------
    T, H : int
    said : maker
        Of the sentences.
    alt : str
    start : int
        The step shown first, from 0.
    """

    def __init__(self, T, H, said, alt, start=0):
        self.T, self.H, self.told, self.alt, self.start = T, H, said, alt, start

    def draw(self):
        fig, made = style.figure(10, 4.8, layout=None), []
        for k, (z, r) in enumerate(CONVENTIONS):
            left, low = 0.17 + 0.42 * (k % 2), 0.07 + 0.43 * (1 - k // 2)
            made += self._panel((z, r), fig.add_axes((left, low, 0.375, 0.39)))
        for k, z in enumerate(KEEPS):
            title = fig.text(0.3575 + 0.42 * k, 0.945, KEEPS[z], ha="center", va="center", size=style.BIG)
            title.set_color(style.WRITE)
        for k, r in enumerate(RESETS):
            fig.text(0.008, 0.265 + 0.43 * (1 - k), RESETS[r].replace(r" \odot", r"{\odot}"), va="center",
                     color=style.READ)  # fmt: skip
        return fig, made, self.told, self.alt

    def _panel(self, name, ax):
        T, key = self.T, " ".join(name)
        ax.set(xlim=(0.5, T + 0.5 + T / 11), ylim=(-1.1, 1.5), yticks=[-1, 0, 1], xticks=[1, T])
        ax.set_yticklabels(["−1", "0", "1"] if name[0] == "writes" else [])
        ax.set_xticklabels(["1", f"{T}"] if name[1] == "after" else [])
        ax.set_xlabel("$t$" if name[1] == "after" else "")
        ax.xaxis.set_label_coords(0.5, -0.035)
        ax.tick_params(length=0)
        ax.plot([0.5, T], [0, 0], color=style.EDGE, lw=style.THIN, zorder=0)
        cursor = ax.add_patch(Rectangle((0.7, -1.1), 0.6, 2.6, fc=style.NOW, ec="none", zorder=0))
        frame = ax.add_patch(
            Rectangle((0, 0), 1, 1, transform=ax.transAxes, fill=False, ec=style.INK, lw=3, clip_on=False)
        )
        made = [(frame, "opacity", makers.number(f"{key} own")), (cursor, "move", makers.place("now", -1.1))]
        dashes = [ax.plot([1, T], [0, 0], color=c, ls=(0, (2, 2)), lw=1.4)[0] for c in LINES[: self.H]]
        lines = [ax.plot([1, T], [0, 0], color=c, lw=2.6)[0] for c in LINES[: self.H]]
        for k, colour in enumerate(LINES[: self.H]):
            made.append((dashes[k], "points", makers.points("times", f"own h{k}")))
            made.append((lines[k], "points", makers.points("times", f"{key} h{k}")))
            text = ax.text(T, 0, f"$h_{k + 1}$", color=colour, va="center", size=style.BIG, clip_on=False)
            made.append((text, "move", makers.place(T + 0.42, f"{key} y{k}")))
        mark = ax.text(0.98, 0.97, "0", transform=ax.transAxes, ha="right", va="top")
        off = makers.text(f"{key} off", "hundredths", "max |Δh| = {}")
        same = makers.text(f"{key} off", "count", "max |Δh| = {}")
        return [*made, (mark, "text", makers.choose(f"{key} differs", same, off), words.say(CALLED[name]))]

    @picture
    def scene(self, states, source, converted=False):
        """The scene of these states.

        Parameters
        ----------
        states : dict of (str, str) to ndarray (T, H)
            For each of `CONVENTIONS`.
        source : (str, str)
            The convention that the weights were learned in.
        converted : bool
            Whether the weights of z are negated where z is read the other way.
        """
        t = np.arange(1, self.T + 1)
        run = {"steps": self.T, "t": t, "times": t, "now": t - 0.3, "converted": int(converted)}
        run |= {f"own h{k}": states[source][:, k] for k in range(self.H)}
        for name, h in states.items():
            key, off = " ".join(name), float(np.abs(h - states[source]).max())
            run |= {f"{key} own": float(name == source), f"{key} off": off, f"{key} differs": int(off > 1e-12)}
            run |= {f"{key} h{k}": h[:, k] for k in range(self.H)}
            run |= {f"{key} y{k}": float(y) for k, y in enumerate(panels.apart(h[-1], 0.42))}
        z, r = source
        others = {
            "z": ({"writes": "keeps", "keeps": "writes"}[z], r),
            "r": (z, {"before": "after", "after": "before"}[r]),
        }
        run |= {"own": states[source]} | {key: states[name] for key, name in others.items()}
        return super().scene(run, start=self.start)
