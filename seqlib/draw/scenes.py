"""Whole pictures of a run, put together from the panels: what most lessons step through."""

import numpy as np

from .. import words
from ..doors import above_zero, finite
from ..nn.functions import softmax
from . import diagrams, panels, style
from .numerals import sub
from .picture import picture
from .scene import Binding, Scene


def example(trace, n):
    """The n-th example of a trace as {name: (T, features)}.

    Raises
    ------
    ValueError
        The trace has no such example.
    """
    N = trace.h.shape[2]
    if not 0 <= n < N:
        raise ValueError(f"n must be 0 … {N - 1} (the trace has {N} examples), but {n} came.")
    needs_columns(trace)
    return {name: trace[name][:, :, n] for name in ("x", "h_prev", "a", "h", "logits") if name in trace}


def needs_columns(trace):
    """Refuse a run on ids: a picture has room for what x holds, a column for each step."""
    if "x" in trace and trace.x.ndim == 2:
        raise ValueError("trace must be that of columns, x of shape (T, D, N), but one of ids came; run the model on "
                         "seqlib.data.one_hot(ids, D).")  # fmt: skip


@picture
def cell_scene(model, trace, n=0, *, tokens=None, start=1, equation=True):
    """The recurrent cell with the numbers of every step, and its equation with the same numbers.

    Parameters
    ----------
    model : SequenceModel of an RNN
    trace : Record
        What ``model.forward`` returned; at most 6 hidden units and 4 inputs can be read.
    n : int
        Which example of the batch.
    tokens : list of T str, optional
        What x_t stands for, for the sentences.
    start : int
        The step shown first, from 0.
    equation : bool
        Write the equation in matrix form below.

    Returns
    -------
    Scene
    """
    run, cell = example(trace, n), model.cell
    if cell.H > 6 or cell.D > 4:
        raise ValueError(f"this picture has room for H ≤ 6 and D ≤ 4, but this cell has H={cell.H} and D={cell.D}.")
    if equation and cell.H + cell.D > 8:
        raise ValueError(f"the equation has room for H + D ≤ 8, but H + D is {cell.H + cell.D}; pass equation=False.")
    below = max(cell.H, cell.D) * diagrams.ROW + 0.52 if equation else 0
    fig, ax = diagrams.canvas(10, diagrams.cell_height(cell.H, cell.D) + below)
    states = {name: run[name] for name in ("x", "h_prev", "h")}
    bindings = diagrams.rnn_cell(ax, model.params, **states, a=run["a"], logits=run.get("logits"),
                                 activation=cell.activation, bottom=below)  # fmt: skip
    if equation:
        bindings += diagrams.equation(ax, model.params, **states, y=below / 2 - 0.14, activation=cell.activation)
    alt = {
        "en": "A recurrent cell: x_t and h_{t−1} go through W_xh and W_hh, are added with b_h, and tanh gives h_t.",
        "ko": "순환 셀: x_t와 h_{t−1}이 W_xh와 W_hh를 지나 b_h와 더해지고, tanh를 거쳐 h_t가 된다.",
    }
    return Scene(fig, bindings, sentences=state_sentences(run["h"], tokens), alt=words.say(alt), start=start)


@picture
def unrolled_scene(trace, n=0, *, inputs=None, outputs=None, classes=None, units=8, fold=True, start=None):
    """The network folded (once, with a loop) and unrolled (once for every step), with the states of one run.

    Parameters
    ----------
    trace : Record
        At most 8 steps can be read.
    n : int
        Which example of the batch.
    inputs, outputs : list of T str, optional
        What stands below and above each step, see `diagrams.unrolled`.
    classes : list of K str, optional
        Names of the classes. The predicted one then stands above each step that has an output, with its
        probability, and on top are the probabilities of all classes at the present step.
    units : int
        How many of the hidden units are drawn at most: the first ones.
    fold : bool
        Draw the folded network at the left.
    start : int, optional
        The step shown first, from 0; by default the last.

    Returns
    -------
    Scene
    """
    run = example(trace, n)
    T, bars, below = len(run["h"]), 0 if classes is None else 1.25, 0.3
    fig, ax = diagrams.canvas(10, 4.2 + bars + below, below=below)
    panels.colour_key(ax, 9.9 - panels.key_width("signed"), 0.17, "signed")
    bindings = []
    if classes is not None:
        p = _probabilities(run)
        top = fig.add_axes((0.05, (4.42 + below) / fig.get_figheight(), 0.93, 0.86 / fig.get_figheight()))
        bindings += _output_bars(top, p, classes)
        outputs = [classes[k] if there else "" for k, there in zip(p.argmax(axis=1), p.any(axis=1), strict=True)]
        sure = [f"{row.max():.2f}" if row.any() else "" for row in p]
    has_output = outputs is None or any(outputs)
    bindings += diagrams.folded(ax, has_output=has_output) if fold else []
    shown = outputs if classes is None else [f"{y}\n{q}" if y else "" for y, q in zip(outputs, sure, strict=True)]
    left = 1.9 if fold else 0.1
    bindings += diagrams.unrolled(ax, run["h"][:, :units], left=left, inputs=inputs, outputs=shown)
    alt = {
        "en": f"A recurrent network unrolled over {T} steps: the same cell and the same weights at every step.",
        "ko": f"시점 {T}개로 펼친 순환 신경망: 모든 시점에서 같은 셀과 같은 가중치를 쓴다.",
    }
    picture = {"en": "a picture", "ko": "그림"}
    named = [token and words.quoted(token) if isinstance(token, str) else words.say(picture) for token in inputs or []]
    said = [y and words.quoted(y) for y in outputs or [""] * T]
    if classes is not None:
        said = [words.quoted(y) + words.aside(q) if y else "" for y, q in zip(outputs, sure, strict=True)]
    sentences = _flow_sentences(named or [""] * T, said)
    return Scene(fig, bindings, sentences=sentences, alt=words.say(alt), start=T - 1 if start is None else start)


@picture
def readings_scene(trace, n=0, *, sensors, classes, units=8, start=None):
    """Many readings, one answer: the inputs as curves, the states as a heat map, and the output's probabilities.

    Parameters
    ----------
    trace : Record
        Of a many-to-one model, whose only output comes after the last reading (or of a many-to-many one).
    n : int
        Which example of the batch.
    sensors : list of D str
        Symbols such as ``"ϑ"``, written at the end of each curve.
    classes : list of K str
    units : int
        How many of the hidden units are drawn at most: the first ones.
    start : int, optional
        The step shown first, from 0; by default the last.

    Returns
    -------
    Scene
    """
    run = example(trace, n)
    finite("what the trace has as x", run["x"])
    T, p = len(run["h"]), _probabilities(run)
    fig = style.figure(10, 4.6)
    grid = fig.add_gridspec(2, 2, width_ratios=[3, 1.15])
    above, below, right = (fig.add_subplot(place) for place in (grid[0, 0], grid[1, 0], grid[:, 1]))
    bindings = panels.lines(above, run["x"], sensors, colours=[style.KEEP, style.WRITE, style.READ][: len(sensors)])
    bindings += panels.heat_map(below, run["h"][:, :units])
    bindings += _output_bars(right, p, classes)
    above.set_xlim(0.5, T + 0.5)
    above.set_xticks([])
    above.set_ylabel("$x_t$", color=style.X, rotation=0, labelpad=14, va="center")
    below.set_ylabel("$h_t$", color=style.H, rotation=0, labelpad=14, va="center")
    alt = {
        "en": f"Curves of {len(sensors)} sensors over {T} steps, a heat map of the states below them, "
        "and bars of the probabilities of the classes.",
        "ko": f"센서 {len(sensors)}개가 시점 {T}개 동안 그린 곡선, 그 아래 상태의 히트맵, 옆에 클래스 확률 막대.",
    }
    readings = [zip(sensors, diagrams.numbers(row), strict=True) for row in run["x"]]
    inputs = [", ".join(f"{sensor} {value}" for sensor, value in pairs) for pairs in readings]
    outputs = [f"{classes[row.argmax()]} ({row.max():.2f})" if row.any() else "" for row in p]
    start = T - 1 if start is None else start
    return Scene(fig, bindings, sentences=_flow_sentences(inputs, outputs), alt=words.say(alt), start=start)


@picture
def states_scene(trace, n=0, *, tokens=None, classes=None, start=None):
    """All hidden states over time as a heat map, and beside it the probabilities at the present step.

    Parameters
    ----------
    trace : Record
    n : int
        Which example of the batch.
    tokens : list of T str, optional
    classes : list of K str, optional
        Names of the classes; without them (or where the model has one output for all steps) no bars are drawn.
    start : int, optional
        The step shown first, from 0; by default the last.

    Returns
    -------
    Scene
    """
    run = example(trace, n)
    T, H = run["h"].shape
    with_bars = classes is not None and len(run["logits"]) == T
    fig = style.figure(10, min(4.4, 1.6 + 0.3 * H))
    axes = np.atleast_1d(fig.subplots(1, 1 + with_bars, width_ratios=[3, 2] if with_bars else None))
    bindings = panels.heat_map(axes[0], run["h"], columns=tokens)
    axes[0].set_ylabel("$h_t$", color=style.H, rotation=0, labelpad=14)
    if with_bars:
        bindings += _output_bars(axes[1], _probabilities(run), classes)
    alt = {
        "en": f"Heat map of {H} hidden units over {T} steps; blue is negative, red positive.",
        "ko": f"은닉 유닛 {H}개의 히트맵, 시점 {T}개. 파랑은 음수, 빨강은 양수다.",
    }
    start = T - 1 if start is None else start
    return Scene(fig, bindings, sentences=state_sentences(run["h"], tokens), alt=words.say(alt), start=start)


@picture
def curves_scene(curves, *, x=None, xlabel="", ylabel="", log=False):
    """Curves in one plot, each named at its end; a single one without `ylabel` names the axis.

    Parameters
    ----------
    curves : dict of str to array_like, (length,)
        Name (a symbol or mathtext such as ``"$L$"``, so that both languages can share it) and values.
    x : array_like, (length,), optional
        Common abscissa; by default 1, 2, 3, …
    xlabel, ylabel : str
        Symbols, too.
    log : bool
        A logarithmic vertical axis.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    if x is not None and (odd := [name for name, values in curves.items() if len(values) != len(x)]):
        raise ValueError(f"each curve must have {len(x)} values, as x has, but {len(curves[odd[0]])} came as "
                         f"{odd[0]!r:.40}.")  # fmt: skip
    for name, values in curves.items() if log else ():
        above_zero(f"curves[{name!r:.40}]", values)
    fig = style.figure(8, 3.4)
    ax = fig.subplots()
    ax.set(xlabel=xlabel, yscale="log" if log else "linear")
    alone = next(iter(curves)) if len(curves) == 1 and not ylabel else ""
    if log:
        ax.set_ylabel(ylabel or alone)
    else:
        panels.name_values(ax, ylabel or alone, np.concatenate([np.ravel(values) for values in curves.values()]))
    told = {"en": "{name} goes from {first:.3g} to {last:.3g}", "ko": "{name}: {first:.3g}에서 {last:.3g}까지"}
    said = []
    for name, values in curves.items():
        values = np.asarray(values, float)
        [line] = ax.plot(np.arange(1, len(values) + 1) if x is None else x, values)
        if not alone:
            ax.annotate(name, (line.get_xdata()[-1], values[-1]), (6, 0), textcoords="offset points", va="center",
                        color=line.get_color(), annotation_clip=False)  # fmt: skip
        said.append(words.say(told, name=name.strip("$"), first=values[0], last=values[-1]))
    return _picture(fig, words.listed(said) + ".")


@picture
def bars_scene(values, *, spread=None, limit=1.0, baseline=None):
    """A bar for each name, its number on top; thin lines show lowest and highest over repeated runs.

    Parameters
    ----------
    values : dict of str to float
        Names are tokens or symbols.
    spread : dict of str to (float, float), optional
        Lowest and highest value of each.
    limit : positive float
        The top of the axis.
    baseline : float, optional
        A dashed line, such as chance.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    every = [*values.values(), *(end for ends in (spread or {}).values() for end in ends), baseline or 0]
    if odd := [value for value in every if not 0 <= value <= limit]:
        raise ValueError(f"values, spread and baseline must be from 0 to the limit, {limit:g}, but {odd[0]:g} came; a "
                         "higher limit= may help.")  # fmt: skip
    if odd := [name for name in spread or () if name not in values]:
        raise ValueError(f"spread must have the names of values, but {odd[0]!r:.40} came.")
    fig = style.figure(8, 3.2)
    ax = fig.subplots()
    ax.set(xlim=(-0.6, len(values) - 0.4), ylim=(0, limit * 1.18), yticks=[])  # the numbers stand on the bars
    ax.spines["left"].set_visible(False)
    ax.set_xticks(range(len(values)), list(values), parse_math=False)
    ax.tick_params(length=0)
    ax.bar(range(len(values)), values.values(), 0.6, color=style.H)
    for k, (name, value) in enumerate(values.items()):
        low, high = (spread or {}).get(name, (value, value))
        if low < high:  # a line of no length would be a dot
            ax.plot([k, k], [low, high], color=style.INK, lw=style.LINE)
        ax.text(k, max(value, high) + 0.02 * limit, f"{value:.2f}", ha="center", va="bottom")
    if baseline is not None:
        ax.axhline(baseline, color=style.MUTED, ls="--", lw=style.THIN)
        ax.text(len(values) - 0.36, baseline, f"{baseline:g}", color=style.MUTED, va="center", clip_on=False)
    return _picture(fig, ", ".join(f"{name}: {value:.2f}" for name, value in values.items()) + ".")


def _picture(fig, told):
    return Scene(fig, [], sentences=[told], alt=told)


def _probabilities(run):
    """The probabilities of one example at each of the T steps, (T, K): zeros where the model has no output."""
    p = softmax(run["logits"][:, :, None])[:, :, 0]
    return np.concatenate([np.zeros((len(run["h"]) - len(p), p.shape[1])), p])


def _output_bars(ax, p, classes):
    """Bars of the probabilities p (T, K); where there is no output, no number either."""
    bindings, there = panels.bars(ax, p, classes, colour=style.INK, name="ŷ_t"), p.any(axis=1)
    ax.set_ylabel(r"$\hat{y}_t$", rotation=0, labelpad=12, va="center")
    if there.all():
        return bindings
    numbers = [binding.artist for binding in bindings if binding.what == "text"]
    return bindings + [Binding(number, "opacity", there.astype(float)) for number in numbers]


def state_sentences(h, tokens):
    """One sentence a step: the new state (of a large one, the unit that moved most), and what it came after."""
    told = {
        "en": "h{s}: unit {i} goes from {before} to {after}, more than any other{token}.",
        "ko": "시점 {t}{token}: h{s}에서 유닛 {i}의 값이 가장 많이 바뀌었다. {before}에서 {after}까지.",
    }
    small = {"en": "h{s} = ({values}){token}.", "ko": "시점 {t}{token}: h{s} = ({values})."}
    after = {"en": " after {x}", "ko": "(‘{x}’)"}
    said = []
    for t, now in enumerate(h):
        token = words.say(after, x=tokens[t]) if tokens and tokens[t] else ""
        if len(now) <= 4:
            values = ", ".join(diagrams.numbers(now))
            said.append(words.say(small, token=token, t=t + 1, s=sub(t + 1), values=values))
            continue
        before = h[t - 1] if t else np.zeros_like(now)
        i = int(np.abs(now - before).argmax())
        was, became = diagrams.numbers(np.array([before[i], now[i]]))
        said.append(words.say(told, token=token, t=t + 1, s=sub(t + 1), i=i + 1, before=was, after=became))
    return said


def _flow_sentences(inputs, outputs):
    """One sentence a step: the output, or the new state where there is none, then what came in."""
    into = {"en": "x{s} = {x}", "ko": "입력 x{s} = {x}"}
    nothing = {"en": "nothing came in", "ko": "입력 없음"}
    told = {"en": "ŷ{s} = {y}: {into}, h{p} became h{s}.", "ko": "ŷ{s} = {y}: {into}, h{p} → h{s}."}
    silent = {"en": "h{s}, made from h{p}: {into}, no ŷ{s}.", "ko": "h{p} → h{s}: {into}, ŷ{s} 없음."}
    said = []
    for t, (x, y) in enumerate(zip(inputs, outputs, strict=True), start=1):
        came = words.say(into, s=sub(t), x=x) if x else words.say(nothing)
        said.append(words.say(told if y else silent, y=y, into=came, s=sub(t), p=sub(t - 1)))
    return said
