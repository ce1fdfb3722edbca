"""The LSTM cell with its numbers: in full, step by step, the cell-state update alone, and backwards.

Boxes are learned, circles pointwise; C runs on a straight black rail on top. Role decides the colour: keep (f),
write (i), read (o), candidate. A gradient keeps its quantity's colour: dashed, arrow reversed.
"""

import numpy as np
from matplotlib.patches import Circle, Rectangle

from .. import words
from . import diagrams, panels, style
from .diagrams import COLUMN, ROW, carried, listed, numbers, vector
from .picture import picture
from .scene import Binding, Scene
from .scenes import needs_columns, sub

ROLE = {"f": style.KEEP, "i": style.WRITE, "g": style.G, "o": style.READ}
NAME = {"f": "f", "i": "i", "g": r"\tilde{C}", "o": "o"}
SPOKEN = {"f": "f", "i": "i", "g": "C̃", "o": "o"}
# Where the parts stand from left to right, in inches.
AT = {"in": 0.47, "turn": 1.2, "f": 2.05, "i": 3.22, "g": 4.54, "o": 5.82, "tap": 6.62, "tanh": 7.54, "read": 8.34}
AT["out"] = 9.45
LEFT, RIGHT = 1.03, 8.76  # of the cell's frame
KEY = 6.36  # left edge of the key of colours
SIDE, RADIUS = COLUMN / 2, 0.2
STRIP = 0.44  # height of the row of tokens

ALT = {
    "en": "An LSTM cell. On top, C_{t−1} runs straight to C_t: times f_t, plus i_t times C̃_t. Below, x_t and h_{t−1} "
    "feed three sigmoids (f, i, o) and one tanh (C̃). h_t is o_t times tanh of C_t.",
    "ko": "LSTM 셀. 위쪽에서 C_{t−1}이 곧게 C_t로 간다. f_t를 곱하고, i_t와 C̃_t의 곱을 더한다. 아래에서는 x_t와 "
    "h_{t−1}이 시그모이드 셋(f, i, o)과 tanh 하나(C̃)에 들어간다. h_t는 o_t와 tanh(C_t)의 곱이다.",
}
STEP = {
    "en": "C{s} = ({C}) and h{s} = ({h}) at step {t}{token}: keep f{s} = ({f}), write i{s} = ({i}), read o{s} = ({o}).",
    "ko": "시점 {t}{token}: C{s} = ({C}), h{s} = ({h}). 유지 f{s} = ({f}), 쓰기 i{s} = ({i}), 읽기 o{s} = ({o}).",
}
PARTS = (
    {
        "en": "1. Gates: x{s} and h{b} give f{s}, i{s} and o{s}, each between 0 and 1.",
        "ko": "1. 게이트: x{s} 값과 h{b} 값에서 f{s}, i{s}, o{s} 값을 구한다. 모두 0과 1 사이다.",
    },
    {
        "en": "2. Cell: keep f{s} ⊙ C{b}, make the candidate C̃{s}, write i{s} ⊙ C̃{s}. The sum is C{s} = ({C}).",
        "ko": "2. 셀: f{s} ⊙ C{b}만큼 남기고, 후보 C̃{s} 값을 만들어 i{s} ⊙ C̃{s}만큼 쓴다. 더하면 C{s} = ({C}).",
    },
    {
        "en": "3. Hidden: tanh brings C{s} between −1 and 1, o{s} says how much of it is shown: h{s} = ({h}).",
        "ko": "3. 은닉 상태: tanh가 C{s} 값을 −1과 1 사이의 값으로 바꾸고, o{s} 게이트가 얼마나 내보일지 정한다. "
        "h{s} = ({h}).",
    },
)
PART = {"en": "part", "ko": "순서"}
UPDATE_ALT = {
    "en": "The cell-state update alone: C_t is f_t times C_{t−1} plus i_t times C̃_t, unit by unit.",
    "ko": "셀 상태의 업데이트만 그린 그림. 유닛마다 C_t는 f_t와 C_{t−1}의 곱에 i_t와 C̃_t의 곱을 더한 것이다.",
}
UPDATE = {
    "en": "C{s}[{u}] = {f} · {C0} + {i} · {g} = {C}: unit {u} at step {t}{token}.",
    "ko": "시점 {t}{token}, 유닛 {u}: C{s}[{u}] = {f} · {C0} + {i} · {g} = {C}.",
}
BACK_ALT = {
    "en": "The LSTM cell backwards, every arrow dashed and reversed. The gradient reaches C_{t−1} along the rail, "
    "times f_t, and h_{t−1} through the four boxes, whose shares are added.",
    "ko": "거꾸로 가는 LSTM 셀. 화살표는 모두 파선이고 방향이 반대다. 기울기는 위쪽 길을 따라 f_t가 곱해져 C_{t−1}에 "
    "이르고, 상자 넷을 지나 더해져 h_{t−1}에 이른다.",
}
BACK = {
    "en": "dC{s} = ({C}){token}: the rail and the path from h{s} added, where dh{s} = ({h}). "
    "On to C{b}: ({C0}). On to h{b}: ({h0}).",
    "ko": "dC{s} = ({C}){token}: 위쪽 길과 h{s}에서 오는 길의 합이다. dh{s} = ({h}). "
    "C{b} 쪽으로: ({C0}). h{b} 쪽으로: ({h0}).",
}


def run_of(trace, n=0, *, room=4):
    """The n-th example of an LSTM's trace as {name: (T, rows)}.

    Raises
    ------
    ValueError
        The trace is not an LSTM's, has no such example, or more than `room` units.
    """
    if "C" not in trace:
        raise ValueError("trace must be that of an LSTM, with a cell state C, but one without came.")
    needs_columns(trace)
    _, H, N = trace.h.shape
    if not 0 <= n < N:
        raise ValueError(f"n must be 0 … {N - 1} (the trace has {N} examples), but {n} came.")
    if max(H - room, trace.x.shape[1] - 4) > 0:
        raise ValueError(f"this picture has room for H ≤ {room} and D ≤ 4, but H={H} and D={trace.x.shape[1]} came.")
    names = ("x", "h_prev", "C_prev", "f", "i", "o", "g", "C", "tanh_C", "h")
    return {name: trace[name][:, :, n] for name in names}


# --- the whole cell --------------------------------------------------------------------------------------------------


@picture
def lstm_cell_scene(model, trace, n=0, *, tokens=None, start=1):
    """The LSTM cell with the numbers of every step; a gate under the pointer or the focus says its equation.

    Parameters
    ----------
    model : SequenceModel or LSTM
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
    fig, ax, at, bindings = begin(run, tokens, heights)
    tips = equations(model.params, run)
    for part in forward_parts(ax, at, run, tips):
        bindings += part
    return Scene(fig, bindings, sentences=sentences(run, tokens), alt=words.say(ALT), start=start)


@picture
def lstm_forward_scene(model, trace, n=0, *, t):
    """One step of the LSTM in the three steps of its forward pass: gates, then cell, then hidden state.

    Parameters
    ----------
    model, trace, n
        As for `lstm_cell_scene`.
    t : int
        The step that is calculated, from 1.

    Returns
    -------
    Scene
        What is computed now stands on yellow, what is yet to come is faint.
    """
    run = run_of(trace, n)
    now = {name: values[t - 1 : t] for name, values in run.items()}
    fig, ax, at, bindings = begin(now, None, heights)
    drawn = set(ax.get_children())
    for part, _ in enumerate(forward_parts(ax, at, now, None)):
        new = [artist for artist in ax.get_children() if artist not in drawn]
        drawn.update(new)
        if part:  # what comes in is there from the beginning
            faint = np.where(np.arange(3) >= part - 1, 1.0, 0.1)
            bindings += [Binding(artist, "opacity", faint) for artist in new]
    bindings += _highlights(ax, at)
    fields = _fields(run, t - 1, None)
    said = [words.say(part, **fields) for part in PARTS]
    return Scene(fig, bindings, sentences=said, alt=words.say(ALT), start=2, label=words.say(PART))


def sentences(run, tokens=None):
    """What happens in the whole cell, one sentence a step."""
    return [words.say(STEP, **_fields(run, t, tokens)) for t in range(len(run["h"]))]


def equations(params, run):
    """The equation of every part with the numbers of every step put in: {part: T strings}."""
    tips = {name: [] for name in (*"fiog", "keep", "write", "add", "tanh", "read")}
    for t in range(len(run["h"])):
        now, b = sub(t + 1), sub(t)
        v = {name: listed(values[t], signed=name not in "fio") for name, values in run.items()}
        for k in "fiog":
            W_x, W_h, bias = params[f"W_x{k}"], params[f"W_h{k}"], params[f"b_{k}"].ravel()
            name, of = SPOKEN[k], "tanh" if k == "g" else "σ"
            put_in = " + ".join(listed(part) for part in (W_x @ run["x"][t], W_h @ run["h_prev"][t], bias))
            tips[k].append(f"{name}{now} = {of}(W_x{k} x{now} + W_h{k} h{b} + b_{k}) = {of}({put_in}) = {v[k]}")
        kept, wrote = run["f"][t] * run["C_prev"][t], run["i"][t] * run["g"][t]
        tips["keep"].append(f"f{now} ⊙ C{b} = {v['f']} ⊙ {v['C_prev']} = {listed(kept)}")
        tips["write"].append(f"i{now} ⊙ C̃{now} = {v['i']} ⊙ {v['g']} = {listed(wrote)}")
        tips["add"].append(f"C{now} = f{now} ⊙ C{b} + i{now} ⊙ C̃{now} = {listed(kept)} + {listed(wrote)} = {v['C']}")
        tips["tanh"].append(f"tanh(C{now}) = tanh{v['C']} = {v['tanh_C']}")
        tips["read"].append(f"h{now} = o{now} ⊙ tanh(C{now}) = {v['o']} ⊙ {v['tanh_C']} = {v['h']}")
    return tips


def _fields(run, t, tokens):
    values = {name: ", ".join(numbers(run[name][t], signed=name not in "fio")) for name in ("f", "i", "o", "C", "h")}
    token = words.aside(words.quoted(tokens[t])) if tokens and tokens[t].strip() else ""
    return {"t": t + 1, "s": sub(t + 1), "b": sub(t), "token": token, **values}


def heights(H, D, base, *, wired=True):
    """Where the rows of the cell stand above `base`, in inches; ``top`` is the height it needs."""
    tall = H * ROW
    at = {"x": base + 0.47, "h": base + 0.78, "box": base + 1.36}
    at["gate"] = at["box"] + 0.47 + tall / 2 if wired else base + 0.06 + tall / 2
    at["mix"] = at["gate"] + tall / 2 + 0.42
    at["rail"] = at["gate"] + max(tall / 2 + 1.14, tall + 0.78)
    at["tanh"] = at["rail"] - 0.52 - tall / 2
    at["x_vector"] = base + max(0.47, D * ROW / 2 + 0.06)
    at["top"] = at["rail"] + tall / 2 + 0.46
    return at | {"tall": tall, "base": base}


def begin(run, tokens, heights):
    """A canvas for a cell, with the tokens below it where there are any: (fig, ax, heights, bindings)."""
    T, H = run["h"].shape
    if tokens is not None and (len(tokens) != T or T > 24):
        raise ValueError(f"tokens must be one for each of the {T} steps, at most 24, but {len(tokens)} came.")
    at = heights(H, run["x"].shape[1], STRIP if tokens else 0.04)
    fig, ax = diagrams.canvas(10, at["top"])
    if not tokens:
        return fig, ax, at, []
    strip = fig.add_axes((0.008, 0.005, 0.984, (STRIP - 0.06) / at["top"]))
    strip.set(xlim=(0.5, T + 0.5), ylim=(0, 1))
    strip.set_axis_off()
    return fig, ax, at, panels.token_strip(strip, tokens, y=0.5, height=0.92)


def forward_parts(ax, at, run, tips, made=None):
    """Draw the cell in four parts (what comes in; gates; cell; hidden state); yield the bindings of each.

    Into the dict `made` go the bindings of each column of numbers, by its name.
    """
    tips, made = tips or {}, {} if made is None else made
    low = at["base"] + 0.24
    diagrams.frame(ax, LEFT, low, RIGHT, at["rail"] + 0.34)
    for y, equation in (
        (0.98, r"$C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t$"),
        (0.58, r"$h_t = o_t \odot \tanh(C_t)$"),
    ):
        ax.text(RIGHT - 0.14, at["base"] + y, equation, ha="right", va="center", size=style.SIZE)
    panels.colour_key(ax, KEY, at["base"] + 1.42, "signed", "gate")
    made["C_prev"] = _vector(ax, "in", at["rail"], run["C_prev"], style.C, "$C_{t-1}$")
    made["h_prev"] = _vector(ax, "in", at["gate"], run["h_prev"], style.H, "$h_{t-1}$")
    yield made["C_prev"] + made["h_prev"] + _vector(ax, "in", at["x_vector"], run["x"], style.X, "$x_t$")
    _buses(ax, at)
    boxes = []
    for k in "fio":
        boxes += learned(ax, at, k, tips.get(k))
        made[k] = gate(ax, at, k, run[k])
    yield boxes + made["f"] + made["i"] + made["o"]
    boxes = learned(ax, at, "g", tips.get("g"))
    made["g"] = gate(ax, at, "g", run["g"])
    made["C"] = _vector(ax, "out", at["rail"], run["C"], style.C, "$C_t$")
    yield boxes + made["g"] + rail(ax, at, tips) + made["C"] + carried(made["C"], made["C_prev"])
    tanh = output(ax, at, run["tanh_C"], tips)
    made["h"] = _vector(ax, "out", at["gate"], run["h"], style.H, "$h_t$")
    yield tanh + made["h"] + carried(made["h"], made["h_prev"])


def _vector(ax, place, y, values, colour, label, *, kind="signed", side="top"):
    return vector(ax, AT[place], y, values, colour=colour, label=label, kind=kind, side=side)


def wire(ax, *points, colour, width=style.LINE, head=True, back=False, dot=False):
    """A line with its head at the end; backwards: dashed, the head at the beginning."""
    if dot and not back:
        ax.plot(*points[0], "o", color=colour, ms=6, zorder=3)
    artists = diagrams.arrow(ax, *(points[::-1] if back else points), colour=colour, width=width, head=head or back)
    for artist in artists if back else ():
        artist.set_linestyle((0, (3.2, 1.6)))
    return artists


def operation(ax, x, y, sign, tip=None, *, radius=RADIUS, size=style.BIG):
    """A pointwise operation, an open circle with its sign; its tip says it in numbers."""
    circle = ax.add_patch(Circle((x, y), radius, facecolor=style.PAPER, edgecolor=style.INK, lw=style.LINE, zorder=3))
    ax.text(x, y, sign, ha="center", va="center_baseline" if len(sign) > 1 else "center", size=size, zorder=4)
    return [Binding(circle, "tip", tip)] if tip is not None else []


def _buses(ax, at, back=False):
    """The ways of h_{t-1} and x_t along the bottom, to the last box (or back from it)."""
    edge, end = AT["in"] + SIDE, AT["o"]
    wire(ax, (edge, at["gate"]), (AT["turn"], at["gate"]), (AT["turn"], at["h"]), (end - 0.15, at["h"]),
          colour=style.H, width=2.6, head=False, back=back)  # fmt: skip
    wire(ax, (edge, at["x"]), (end + 0.15, at["x"]), colour=style.X, width=2.6, head=False, back=back)


def learned(ax, at, k, tip=None, back=False):
    """The box of a gate or of the candidate, and its two ways in, in the colour of its role."""
    x, under = AT[k], at["box"] - 0.26
    wire(ax, (x - 0.15, at["h"]), (x - 0.15, under), colour=style.H, back=back, dot=True)
    wire(ax, (x + 0.15, at["x"]), (x + 0.15, under), colour=style.X, back=back, dot=True)
    bottom = at["gate"] - at["tall"] / 2
    wire(ax, (x, at["box"] + 0.26), (x, bottom), colour=ROLE[k], back=back, head=False)
    of = "tanh" if k == "g" else "σ"
    return diagrams.box(ax, x, at["box"], of, colour=ROLE[k], width=0.74, height=0.52, tip=tip)


def gate(ax, at, k, values, back=False):
    """The vector of a gate's (or the candidate's) values, and its way to where it is used."""
    x, colour, top = AT[k], ROLE[k], at["gate"] + at["tall"] / 2
    label = f"$d{NAME[k]}_t$" if back else f"${NAME[k]}_t$"
    kind = "signed" if back or k == "g" else "gate"
    ways = {
        "f": [(x, top), (x, at["rail"] - RADIUS)],
        "i": [(x, top), (x, at["mix"]), (AT["g"] - RADIUS, at["mix"])],
        "g": [(x, top), (x, at["mix"] - RADIUS)],
        "o": [(x + SIDE, at["gate"]), (AT["read"] - RADIUS, at["gate"])],
    }
    wire(ax, *ways[k], colour=colour, width=2.4, back=back)
    return _vector(ax, k, at["gate"], values, colour, label, kind=kind, side="left")


def rail(ax, at, tips, back=False, split=None):
    """C on its straight way: times f, plus what is written. `split` leaves room for a vector on the rail."""
    y, wide = at["rail"], {"colour": style.C, "width": style.RAIL, "back": back}
    gap = 0.06 if back else RADIUS
    wire(ax, (AT["in"] + SIDE, y), (AT["f"] - RADIUS, y), **wide)
    wire(ax, (AT["f"] + RADIUS, y), (AT["g"] - gap, y), **wide)
    if split is None:
        wire(ax, (AT["g"] + gap, y), (AT["out"] - SIDE, y), **wide)
    else:
        wire(ax, (AT["g"] + gap, y), (split - SIDE, y), **wide)
        wire(ax, (split + SIDE, y), (AT["tap"] - RADIUS, y), **wide)
        wire(ax, (AT["tap"] + RADIUS, y), (AT["out"] - SIDE, y), **wide)
    wire(ax, (AT["g"], at["mix"] + RADIUS), (AT["g"], y - gap), colour=style.INK, width=2.4, back=back)
    times = operation(ax, AT["f"], y, "×", tips.get("keep")) + operation(ax, AT["g"], at["mix"], "×", tips.get("write"))
    if not back:
        return times + operation(ax, AT["g"], y, "+", tips.get("add"))
    ax.plot([AT["g"]], [y], "o", color=style.C, ms=10, zorder=3)  # a sum hands its gradient on to both
    return times


def output(ax, at, tanh_C, tips, back=False):
    """From the rail through tanh to the output gate, and out as h_t."""
    y, tap = at["tanh"], AT["tap"]
    start = at["rail"] - (RADIUS if back else 0)
    wire(ax, (tap, start), (tap, y + 0.3), colour=style.C, width=2.4, back=back, dot=True)
    wire(ax, (tap + 0.3, y), (AT["tanh"] - SIDE, y), colour=style.INK, width=2.4, back=back, head=False)
    wire(ax, (AT["tanh"] + SIDE, y), (AT["read"], y), (AT["read"], at["gate"] + RADIUS), colour=style.INK, width=2.4,
          back=back)  # fmt: skip
    wire(ax, (AT["read"] + RADIUS, at["gate"]), (AT["out"] - SIDE, at["gate"]), colour=style.H, width=2.6, back=back)
    label = r"$d\tanh C_t$" if back else r"$\tanh C_t$"
    return [
        *operation(ax, tap, y, "tanh", tips.get("tanh"), radius=0.3, size=style.SIZE),
        *operation(ax, AT["read"], at["gate"], "×", tips.get("read")),
        *_vector(ax, "tanh", y, tanh_C, style.INK, label),
    ]


def _highlights(ax, at):
    """Yellow behind the parts that are computed in each of the three steps."""
    half, rail = at["tall"] / 2 + 0.1, at["rail"]
    boxes = (
        [(AT[k] - 0.5, at["box"] - 0.36, 1.0, at["gate"] + half - at["box"] + 0.36) for k in "fio"],
        [(1.12, rail - 0.3, 5.2, 0.6), (AT["g"] - 0.5, at["box"] - 0.36, 1.0, rail - at["box"] + 0.06)],
        [(tap := AT["tap"] - 0.36, at["gate"] - 0.3, 8.7 - tap, at["tanh"] + half - at["gate"] + 0.3)],
    )
    bindings = []
    for part, places in enumerate(boxes):
        for x, y, width, height in places:
            patch = Rectangle((x, y), width, height, facecolor=style.NOW, edgecolor="none", zorder=0.5)
            ax.add_patch(patch)
            bindings.append(Binding(patch, "opacity", 0.5 * (np.arange(3) == part)))
    return bindings


# --- the cell-state update alone -------------------------------------------------------------------------------------


@picture
def lstm_update_scene(trace, n=0, *, tokens=None, unit=None, start=1):
    """C_t = f_t ⊙ C_{t-1} + i_t ⊙ C̃_t alone, with all its numbers at every step.

    Parameters
    ----------
    trace : Record
        Of an LSTM; at most 4 units can be read.
    n : int
        Which example of the batch.
    tokens : list of T str, optional
        For the sentences.
    unit : int, optional
        Whose sum the sentence writes out, from 1; by default the one whose C changes most.
    start : int
        The step shown first, from 0.

    Returns
    -------
    Scene
    """
    run = run_of(trace, n)
    T, H = run["C"].shape
    tall = H * ROW
    low, rail = 0.12 + tall / 2, 0.12 + 1.5 * tall + 0.98
    fig, ax = diagrams.canvas(10, rail + tall / 2 + 0.48)
    at = {"C": 0.75, "f": 2.3, "kept": 4.05, "i": 3.9, "times": 4.62, "g": 5.34, "wrote": 6.85, "new": 8.75}
    kept, wrote = run["f"] * run["C_prev"], run["i"] * run["g"]

    def column(name, y, values, colour, label, **options):
        return vector(ax, at[name], y, values, colour=colour, label=label, **options)

    panels.colour_key(ax, 5.35, rail + tall / 2 + 0.25, "signed", "gate")
    bindings = column("C", rail, run["C_prev"], style.C, "$C_{t-1}$")
    bindings += column("f", low, run["f"], style.KEEP, "$f_t$", kind="gate", side="left")
    bindings += column("kept", rail, kept, style.KEEP, r"$f_t \odot C_{t-1}$")
    bindings += column("i", low, run["i"], style.WRITE, "$i_t$", kind="gate", side="left")
    bindings += column("g", low, run["g"], style.G, r"$\tilde{C}_t$")
    bindings += column("wrote", low, wrote, style.WRITE, r"$i_t \odot \tilde{C}_t$", side="right")
    bindings += column("new", rail, run["C"], style.C, "$C_t$")
    wide = {"colour": style.C, "width": style.RAIL}
    wire(ax, (at["C"] + SIDE, rail), (at["f"] - RADIUS, rail), **wide)
    wire(ax, (at["f"] + RADIUS, rail), (at["kept"] - SIDE, rail), **wide)
    wire(ax, (at["kept"] + SIDE, rail), (at["wrote"] - RADIUS, rail), **wide)
    wire(ax, (at["wrote"] + RADIUS, rail), (at["new"] - SIDE, rail), **wide)
    wire(ax, (at["new"] + SIDE, rail), (9.9, rail), **wide)
    wire(ax, (at["f"], low + tall / 2), (at["f"], rail - RADIUS), colour=style.KEEP, width=2.4)
    wire(ax, (at["g"] + SIDE, low), (at["wrote"] - SIDE, low), colour=style.INK, width=2.4)
    wire(ax, (at["wrote"], low + tall / 2), (at["wrote"], rail - RADIUS), colour=style.INK, width=2.4)
    for x, y, sign in ((at["f"], rail, "×"), (at["times"], low, "×"), (at["wrote"], rail, "+")):
        operation(ax, x, y, sign)
    if unit is not None and not 1 <= unit <= H:
        raise ValueError(f"unit must be 1 … {H}, but {unit} came.")
    said = []
    for t in range(T):
        u = int(np.abs(run["C"][t] - run["C_prev"][t]).argmax()) if unit is None else unit - 1
        names = {"f": "f", "i": "i", "C0": "C_prev", "g": "g", "C": "C"}
        fields = {field: numbers(run[name][t], signed=False)[u] for field, name in names.items()}
        fields |= {name: f"({fields[name]})" for name in ("C0", "g") if fields[name].startswith("−")}
        fields |= {"t": t + 1, "s": sub(t + 1), "u": u + 1}
        said.append(words.say(UPDATE, token=_fields(run, t, tokens)["token"], **fields))
    return Scene(fig, bindings, sentences=said, alt=words.say(UPDATE_ALT), start=start)


# --- backwards -------------------------------------------------------------------------------------------------------


@picture
def lstm_backward_scene(model, trace, grads, n=0, *, tokens=None, start=None):
    """The same cell backwards, with the derivatives of every step: go back in time with ←.

    In the picture dX is ∂L/∂X. At the right arrives what step t + 1 sends back, and the total at h_t; where the two
    ways into C_t meet stands their sum. At the left leaves what step t sends back: f_t ⊙ dC_t along the rail into
    C_{t-1}, and W_hᵀ da_t, the sum over the four boxes, into h_{t-1}.

    Parameters
    ----------
    model : SequenceModel or LSTM
    trace : Record
        What ``forward`` returned; at most 4 units and 4 inputs can be read.
    grads : Gradients
        What ``backward`` returned for that trace.
    n : int
        Which example of the batch.
    tokens : list of T str, optional
        As for `lstm_cell_scene`.
    start : int, optional
        The step shown first, from 0; by default the last.

    Returns
    -------
    Scene
    """
    run, back = run_of(trace, n), gradients_of(model, trace, grads, n)
    fig, ax, at, bindings = begin(run, tokens, heights)
    diagrams.frame(ax, LEFT, at["base"] + 0.24, RIGHT, at["rail"] + 0.34)
    panels.colour_key(ax, KEY, at["base"] + 1.42, "signed")
    before, tips, middle = len(ax.patches), _derivatives(run, back), (AT["g"] + AT["tap"]) / 2
    _buses(ax, at, back=True)
    for k in "fiog":
        bindings += learned(ax, at, k, tips[k], back=True) + gate(ax, at, k, back[k], back=True)
    bindings += rail(ax, at, tips, back=True, split=middle)
    bindings += output(ax, at, back["tanh_C"], tips, back=True)
    bindings += operation(ax, AT["tap"], at["rail"], "+", tips["sum"])
    bindings += operation(ax, 1.52, at["h"], "+", tips["h"], radius=0.14, size=style.SIZE)
    ends = (
        (middle, at["rail"], "C", style.C, "$dC_t$"),
        (AT["out"], at["rail"], "C_next", style.C, r"$f_{t+1}\,dC_{t+1}$"),
        (AT["out"], at["gate"], "h", style.H, "$dh_t$"),
        (AT["in"], at["rail"], "C_prev", style.C, r"$f_t\,dC_t$"),
        (AT["in"], at["gate"], "h_prev", style.H, r"$W_h^{\!\top} da_t$"),
        (AT["in"], at["x_vector"], "x", style.X, "$dx_t$"),
    )
    columns = {}
    for x, y, name, colour, label in ends:
        values = back[name]
        columns[name] = vector(ax, x, y, values, colour=colour)
        bindings += columns[name]
        size = style.SIZE if name == "C_next" else style.BIG
        side = {"x": min(x, 9.88), "ha": "center"} if name != "C_next" else {"x": 9.92, "ha": "right"}
        ax.text(y=y + values.shape[1] * ROW / 2 + 0.08, s=label, color=colour, va="bottom", size=size, **side)
    bindings += carried(columns["C_prev"], columns["C_next"], "back") + carried(columns["h_prev"], columns["h"], "back")
    for patch in ax.patches[before:]:
        if type(patch) is Rectangle and not patch.get_fill():
            patch.set_linestyle((0, (3.2, 1.6)))
    said = [words.say(BACK, **_back_fields(back, t, tokens)) for t in range(len(run["h"]))]
    start = len(said) - 1 if start is None else start
    return Scene(fig, bindings, sentences=said, alt=words.say(BACK_ALT), start=start, begin=len(said) - 1)


def gradients_of(model, trace, grads, n=0):
    """What `lstm_backward_scene` shows, as {name: (T, rows)}: derivatives, and what is sent from step to step."""
    g = {name: grads.trace[name][:, :, n] for name in ("f", "i", "o", "g", "tanh_C", "a", "x", "h", "C")}
    leaves = trace.f[:, :, n] * g["C"]
    g["C_prev"], g["h_prev"] = leaves, g["a"] @ model.params.W_h
    g["C_next"] = np.concatenate([leaves[1:], np.zeros_like(leaves[:1])])
    return g


def _derivatives(run, back):
    """What each part does to the gradient, with the numbers of every step: {part: T strings}."""
    tips = {name: [] for name in (*"fiog", "keep", "write", "tanh", "read", "sum", "h")}
    for t in range(len(run["h"])):
        v = {name: listed(values[t], signed=name not in "fio") for name, values in run.items()}
        d = {name: listed(values[t]) for name, values in back.items()}
        H = run["h"].shape[1]
        for k, rows in zip("fiog", range(0, 4 * H, H), strict=True):
            name, da = SPOKEN[k], listed(back["a"][t, rows : rows + H])
            slope = f"(1 − {name}²)" if k == "g" else f"{name} ⊙ (1 − {name})"
            tips[k].append(f"da_{k} = d{name} ⊙ {slope} = {da}")
        tips["keep"].append(f"df = dC ⊙ C{sub(t)} = {d['f']};  f ⊙ dC = {v['f']} ⊙ {d['C']} = {d['C_prev']}")
        tips["write"].append(f"di = dC ⊙ C̃ = {d['i']};  dC̃ = dC ⊙ i = {d['g']}")
        through = listed(back["tanh_C"][t] * (1 - run["tanh_C"][t] ** 2))
        tips["tanh"].append(f"dtanh(C) ⊙ (1 − tanh²(C)) = {through}")
        tips["read"].append(f"do = dh ⊙ tanh(C) = {d['o']};  dtanh(C) = dh ⊙ o = {d['tanh_C']}")
        tips["sum"].append(f"dC = {d['C_next']} + {through} = {d['C']}")
        tips["h"].append(f"W_hfᵀ da_f + W_hiᵀ da_i + W_hoᵀ da_o + W_hgᵀ da_g = {d['h_prev']}")
    return tips


def _back_fields(back, t, tokens):
    names = {"h": "h", "C": "C", "C0": "C_prev", "h0": "h_prev"}
    token = words.aside(words.quoted(tokens[t])) if tokens and tokens[t].strip() else ""
    values = {field: ", ".join(numbers(back[name][t])) for field, name in names.items()}
    return {"t": t + 1, "s": sub(t + 1), "b": sub(t), "token": token, **values}
