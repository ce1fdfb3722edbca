"""Pictures of lesson 12: three cells on one time axis, and how far each of them gets."""

import numpy as np
from matplotlib.patches import Rectangle

from .. import words
from ..doors import shown
from ..study.bptt import gradient_flow
from ..study.compare import memory_flow
from . import makers, style
from .forget import CEILING, FLOOR, name_norm, norm_axis, on_axis, power
from .panels import apart, colour_key, fitted, length
from .picture import picture
from .scene import Binding, Goto, Scene

LONGEST = {"en": 10, "ko": 13}  # steps that can be read side by side: Korean morphemes are short
LOW = 1e-6  # the lowest edge that the axis of norms may have
LEFT, WIDTH = 0.1, 0.655  # of the figure: what all panels share, so that a step stands in one column
INCHES = 10 * WIDTH
HEIGHT = 5.84  # inches
# From a point of a curve of gates to the corners of what the line goes round, 1.6 pt, in units of the axes.
DOTS = 1.6 / (72 * INCHES), 1.6 / (72 * 0.76) * 1.12
GATES = {"LSTM": ("f", "i", "o"), "GRU": ("keep", "z", "r")}
LOOKS = {  # a gate's symbol, and the colour of its role
    "f": ("$f$", style.KEEP), "i": ("$i$", style.WRITE), "o": ("$o$", style.READ),
    "keep": ("$1-z$", style.KEEP), "z": ("$z$", style.WRITE), "r": ("$r$", style.READ),
}  # fmt: skip
DASHES = {"RNN": (1.2, 1.6), "GRU": (5, 1.5, 1, 1.5), "LSTM": (5, 2)}

SAID = {
    "en": "{told}, after {token} at step {t}. From step {t} back to step 1: {reach}.",
    "ko": "{told}. 시점 {t}(‘{token}’)까지 읽었다. 시점 {t}에서 시점 1까지: {reach}.",
}
TOLD = {"en": "{name} says {label} ({p})", "ko": "{name}의 답은 ‘{label}’({p})"}
ALT = {
    "en": "{names} read the same words, one column a step: their states as heat maps, the gates of LSTM and GRU as "
    "curves, and how strongly the state at the cursor depends on each earlier state, on a logarithmic axis.",
    "ko": "{names} 셀이 같은 문장을 읽는다. 한 열이 한 시점이다. 상태는 히트맵으로, LSTM과 GRU의 게이트는 곡선으로, "
    "커서에 있는 상태가 이전 상태에 얼마나 좌우되는지는 로그축의 곡선으로 나타낸다.",
}
REACHES = ("RNN h", "GRU h", "LSTM h", "LSTM C")  # of whom ‖∂h_t/∂·_k‖ is drawn
TOP = 4  # the upper edge of the axis of norms


@picture
def trio_scene(models, traces, tokens, classes, *, unit=None, start=None):
    """RNN, GRU and LSTM on the same sequence: states, gates and gradient reach on one time axis with one cursor.

    Parameters
    ----------
    models : dict of str to SequenceModel
        Under the names RNN, LSTM, GRU; many-to-many, with equal numbers of units.
    traces : dict of str to Record
        Of one example each, at most `LONGEST` steps.
    tokens : list of T str
    classes : list of K str
        What each output stands for.
    unit : int, optional
        Whose gates are drawn, from 0; by default the mean over all units.
    start : int, optional
        The step shown first, from 0; by default the last.

    Raises
    ------
    ValueError
        There are too many steps.
    """
    if set(models) != {"RNN", "GRU", "LSTM"} or set(traces) != set(models):
        raise ValueError("models and traces must be of RNN, GRU and LSTM, under these names, but "
                         f"{', '.join(models)} and {', '.join(traces)} came.")  # fmt: skip
    units = {model.cell.H for model in models.values()}
    if len(units) > 1 or not 0 <= (unit or 0) < min(units):
        raise ValueError("the cells must have the same number of units, and unit be one of them from 0, but "
                         f"{sorted(units)} units and unit = {unit} came.")  # fmt: skip
    return TrioPicture(models["RNN"].cell.H, list(models)).scene(models, traces, tokens, classes, unit, start)


class TrioPicture(makers.Picture):
    """Three cells of H units on a sequence of up to `LONGEST` tokens: drawn once, for every sentence."""

    def __init__(self, H, names):
        self.H, self.names, self.most = H, names, words.say(LONGEST)

    def draw(self):
        fig = style.figure(10, HEIGHT, layout=None)
        bottom, panels = 0.15 / HEIGHT, {}
        for name, inches in (("reach", 1.2), ("GRU gates", 0.76), ("LSTM gates", 0.76), ("GRU", 0.6), ("LSTM", 0.6),
                             ("RNN", 0.6), ("tokens", 0.52)):  # fmt: skip
            panels[name] = fig.add_axes((LEFT, bottom, WIDTH, inches / HEIGHT))
            panels[name].set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
            panels[name].spines[:].set_visible(False)
            bottom += (inches + 0.1) / HEIGHT
        made = word_row(panels["tokens"], self.most)
        colour_key(panels["tokens"], 0.2, 0, "signed", at=(1, 0.5))
        for name in self.names:
            made += self._states(panels[name], name)
        for name in GATES:
            made += _gates(panels[f"{name} gates"], name)
        made += _reach(panels["reach"])
        made += _cursor(fig, panels, self.most)
        return fig, made, self._said(), words.say(ALT, names=", ".join(self.names))

    def _states(self, ax, name):
        """All states as colours, and at the right what the cell says at the present step."""
        _label(ax, f"{name}  $h$")
        label = ax.text(1.02, 0.5, "0", va="center", parse_math=False)
        says = {"label": makers.text(f"{name} label", "words"), "p": makers.text(f"{name} p", "hundredths")}
        says = {"make": "say", "text": "{label}  {p}", "fields": says}
        return [*state_map(ax, f"{name} h", self.H, f"{name} h_t"), (label, "text", says, name)]

    def _said(self):
        forms = {"name": "words", "label": "words", "p": "hundredths"}
        told = {n: makers.say(TOLD, **{f: makers.text(f"{n} {f}", form) for f, form in forms.items()})
                for n in self.names}  # fmt: skip
        keys = {name.replace(" ", "_"): name for name in REACHES}
        listed = ", ".join(f"{_plain(name)} {{{key}}}" for key, name in keys.items())
        reach = {key: makers.text(f"{name} 1", "power") for key, name in keys.items()}
        return makers.say(
            SAID,
            t=makers.text("t", "count"),
            token=makers.text("token", "words"),
            told={"make": "say", "text": words.listed(f"{{{name}}}" for name in told), "fields": told},
            reach={"make": "say", "text": listed, "fields": reach},
        )

    @picture
    def scene(self, models, traces, tokens, classes, unit=None, start=None):
        """The scene of three runs, see `trio_scene`."""
        T = len(tokens)
        if not 1 <= T <= self.most:
            raise ValueError(f"tokens must be 1 to {self.most}, for which the picture has room, but {T} came.")
        run = columns(tokens, self.most, INCHES) | _flows(models, traces, T)
        t = run["middle"]
        for name, trace in traces.items():
            p = _probabilities(trace)
            run |= {f"{name} name": name, f"{name} h": trace.h[:, :, 0], f"{name} p": p.max(axis=1)}
            run |= {f"{name} label": [classes[k] for k in p.argmax(axis=1)]}
        for name, gates in GATES.items():
            run[f"{name} whose"] = name if unit is None else f"{name}  {unit + 1}"
            for gate in gates:
                values = 1 - traces[name].z if gate == "keep" else traces[name][gate]
                values = values[:, :, 0].mean(axis=1) if unit is None else values[:, unit, 0]
                x, y = dotted(t, values)
                run |= {f"{name} {gate}": values, f"{name} {gate} x": x, f"{name} {gate} y": y}
        return super().scene(run, start=T - 1 if start is None else start, begin=T - 1)


def plain():
    """What of this picture the browser needs to make a run of its own, as plain data."""
    axis = {"floor": FLOOR, "ceiling": CEILING, "lowest": LOW, "top": TOP}
    return {"reaches": REACHES, "gates": GATES, "axis": axis, "dot": DOTS}


def columns(tokens, most, inches):
    """Of a run: where its columns stand in a box of width 1, and the tokens above or below them, at most so many.

    Where a token is longer than its column, they stand in two rows, and what does not fit there either is cut.
    """
    T = len(tokens)
    slot = inches / T
    wide = any(length(token) > slot for token in tokens)
    k = np.arange(T)
    run = {"steps": T, "t": k + 1, "token": tokens, "left": k / T, "right": (k + 1) / T, "width": 1 / T}
    run |= {"middle": (k + 0.5) / T, "rest": 1 - (k + 1) / T, "grid x": np.repeat((k + 1) / T, 2)}
    run["grid y"] = np.resize([0.0, 1, 1, 0], 2 * T)  # down and up along all edges
    for n in range(most):
        here = n < T
        run |= {f"word{n}": fitted(tokens[n], 2 * slot) if here else "", f"x{n}": (n + 0.5) / T if here else 0.5}
        run |= {f"y{n}": (0.76, 0.26)[n % 2] if wide else 0.5}
        run |= {f"left{n}": n / T if here else 1, f"width{n}": 1 / T if here else 0}
    return run


def state_map(ax, of, n, name):
    """All states of a run as colours: an image over axes of 1 by 1, white lines between units and steps.

    `name` is what the table of numbers calls them.
    """
    image = ax.imshow([[0]], extent=(0, 1, 0, 1), aspect="auto", interpolation="none", clip_on=False)
    edges = np.repeat(np.arange(1, n) / n, 2)
    ax.plot(np.resize([0.0, 1, 1, 0], len(edges)), edges, color="white", lw=0.5)
    [between] = ax.plot([0, 0], [0, 1], color="white", lw=0.5)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    listed = (image, "listed", makers.listed(of, "signed"), name)
    return [(image, "pixels", makers.pixels(of)), listed, (between, "points", makers.points("grid x", "grid y"))]


def dotted(x, y):
    """A curve whose points are seen, as one line: at each of them it goes round a small square that stands on a corner.

    Returns
    -------
    x, y : ndarray, (7 T,)
    """
    right, up = DOTS
    across, along = right * np.array([0, 1, 0, -1, 0, 1, 0]), up * np.array([0, 0, 1, 0, -1, 0, 0])
    return (np.asarray(x)[:, None] + across).ravel(), (np.asarray(y)[:, None] + along).ravel()


def _probabilities(trace):
    logits = trace.logits[:, :, 0]
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def _flows(models, traces, T):
    """Of a run: the norms of ∂h_t/∂s_k for k = 1 … t, at every t, on an axis that begins at a power of ten."""
    flows = {}
    for name in REACHES:
        cell, trace = models[name.split()[0]].cell, traces[name.split()[0]]
        flow = memory_flow if name.endswith("C") else gradient_flow
        flows[name] = [flow(cell, trace, t)[1:, 0] for t in range(1, T + 1)]
    least = on_axis(min(norms.min() for flow in flows.values() for norms in flow))
    low = 10.0 ** np.clip(np.floor(np.log10(least)), np.log10(LOW), -1)
    height = lambda norms: np.log10(np.clip(on_axis(norms), low, TOP) / low) / np.log10(TOP / low)  # noqa: E731
    k = np.minimum(np.arange(T), np.arange(T)[:, None])  # at step t the curve ends at t
    run = {"low": low, "one": height(1.0), "edges": np.arange(2.0), "ones": np.full(2, height(1.0))}
    run["reach x"] = (k + 0.5) / T
    for name, flow in flows.items():
        run[f"{name} 1"] = [norms[0] for norms in flow]
        run[f"{name} y"] = [height(norms)[row] for norms, row in zip(flow, k, strict=True)]
    return run


def word_row(ax, most):
    """The words of `columns`, in axes of 1 by 1."""
    made = []
    for n in range(most):
        text = ax.text(0.5, 0.5, "0", ha="center", va="center", parse_math=False)
        where = makers.place(f"x{n}", f"y{n}")
        made += [(text, "text", makers.text(f"word{n}", "words")), (text, "move", where), Goto(text, n, most)]
    return made


def _gates(ax, name):
    """Curves of the gates of one unit, or of their mean, and their numbers at the present step."""
    ax.set_ylim(-0.06, 1.06)
    for y in (0, 1):
        ax.axhline(y, color=style.EDGE, lw=style.THIN)
    made = [(_label(ax, name), "text", makers.text(f"{name} whose", "words"))]
    for y, gate in zip((0.86, 0.5, 0.14), GATES[name], strict=True):
        symbol, colour = LOOKS[gate]
        [line] = ax.plot([0, 1], [0, 0], color=colour, lw=2.2, clip_on=False)
        ax.text(1.02, y, symbol, color=colour, transform=ax.transAxes, va="center")
        number = ax.text(1.15, y, "0", color=colour, transform=ax.transAxes, va="center")
        of = f"{name} {gate}"
        made.append((line, "points", makers.points(f"{of} x", f"{of} y")))
        made.append((number, "text", makers.text(of, "hundredths"), f"{name} {symbol.strip('$')}"))
    return made


def _reach(ax):
    """‖∂h_t/∂h_k‖ and ‖∂h_t/∂C_k‖ for all k up to the present step; at the right their values for k = 1."""
    [one] = ax.plot([0, 1], [1, 1], color=style.EDGE, lw=style.THIN, zorder=0)
    label = {"ha": "right", "va": "center", "color": style.MUTED}
    least, unity = ax.text(-0.008, 0, "0", **label), ax.text(-0.008, 1, "1", **label)
    ax.text(-0.09, 0.5, r"$\Vert\partial h_t/\partial h_k\Vert$", ha="right", va="center", rotation=90)
    made = [
        (one, "points", makers.points("edges", "ones")),
        (least, "text", makers.text("low", "decade")),
        (unity, "move", makers.place(-0.008, "one")),
    ]
    for place, name in enumerate(REACHES):
        cell, state = name.split()
        colour, width = (style.C, style.RAIL) if state == "C" else (style.H, 2.4)
        dashes = (2, 1) if state == "C" else DASHES[cell]
        [line] = ax.plot([0, 1], [1, 1], color=colour, lw=width, dashes=dashes)
        made.append((line, "points", makers.points("reach x", f"{name} y")))
        y = 0.9 - 0.265 * place
        ax.plot([1.02, 1.085], [y, y], color=colour, lw=width, dashes=dashes, clip_on=False)
        ax.text(1.1, y, f"{cell} ${state}$", color=colour, va="center")
        number = ax.text(1.225, y, "0", color=colour, va="center")
        made.append((number, "text", makers.text(f"{name} 1", "power"), f"{cell} ‖∂h_t/∂{state}_1‖"))
    ax.set(xlim=(0, 1), ylim=(0, 1))
    return made


def _plain(name):
    cell, state = name.split()
    return cell if state == "h" else f"{cell} {state}"


def _cursor(fig, panels, most):
    """The present word on yellow; one frame and one veil in front of all panels; a click goes to its step."""
    low, high = panels["reach"].get_position().y0, panels["tokens"].get_position().y1
    back, front = (fig.add_axes((LEFT, low, WIDTH, high - low), zorder=z) for z in (-1, 5))
    for ax in (back, front):
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.set_axis_off()
    top = (panels["RNN"].get_position().y1 - low) / (high - low)
    now = back.add_patch(Rectangle((0, top), 1, 1 - top, facecolor=style.NOW, edgecolor="none"))
    veil = front.add_patch(Rectangle((0, 0), 1, top, facecolor=style.PAPER, edgecolor="none", alpha=0.7))
    frame = front.add_patch(Rectangle((0, 0), 1, top, fill=False, edgecolor=style.INK, lw=2, clip_on=False))
    made = [
        (now, "move", makers.place("left", top)), (now, "width", makers.number("width")),
        (frame, "move", makers.place("left", 0)), (frame, "width", makers.number("width")),
        (veil, "move", makers.place("right", 0)), (veil, "width", makers.number("rest")),
    ]  # fmt: skip
    return made + column_clicks(front, most, top)


def column_clicks(ax, most, top):
    """Of `columns` so high, not seen: a click on one goes to its step."""
    made = []
    for n in range(most):
        column = ax.add_patch(Rectangle((0, 0), 1, top, facecolor=style.PAPER, edgecolor="none", alpha=0))
        made += [(column, "move", makers.place(f"left{n}", 0)), (column, "width", makers.number(f"width{n}"))]
        made.append(Goto(column, n, most))
    return made


def _label(ax, text, **look):
    return ax.text(-0.015, 0.5, text, transform=ax.transAxes, ha="right", va="center", **look)


# --- reach -----------------------------------------------------------------------------------------------------------

REACH_ALT = {
    "en": "How strongly the last state depends on earlier ones, over the lag on a logarithmic axis, one panel for each "
    "start: {told}.",
    "ko": "마지막 상태가 이전 상태에 얼마나 좌우되는지를 시차에 따라 로그축에 그린 곡선. 초깃값마다 그림 하나: {told}.",
}
REACH_SAID = {"en": "{name} ends at {last}", "ko": "{name}의 마지막 값은 {last}"}


@picture
def reach_scene(starts):
    """‖∂h_T/∂h_k‖ and ‖∂h_T/∂C_k‖ of several cells over the lag, a panel for each way to start them.

    Parameters
    ----------
    starts : dict of str to dict of str to norms, (T + 1,)
        A title; a cell and its state, such as "LSTM C": the norms at the lags 0, 1, …, T.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    names = {name for flows in starts.values() for name in flows}
    if odd := [name for name in names if len(name.split()) != 2 or name.split()[0] not in DASHES]:
        raise ValueError(f"starts must name a cell and its state, such as 'LSTM C', of {', '.join(DASHES)}, but "
                         f"{odd[0]!r:.40} came.")  # fmt: skip
    if len(starts) > 4 or len({len(norms) for flows in starts.values() for norms in flows.values()}) > 1:
        raise ValueError(f"starts must be at most four, all over the same lags, but {len(starts)} came.")
    fig = style.figure(10, 3.4)
    every = np.concatenate([on_axis(norms) for flows in starts.values() for norms in flows.values()])
    low, high = 10.0 ** np.floor(np.log10(every.min())), 10.0 ** np.ceil(np.log10(every.max()))
    told = []
    axes = np.atleast_1d(fig.subplots(1, len(starts), sharey=True))
    for ax, (title, flows) in zip(axes, starts.items(), strict=True):
        longest = len(next(iter(flows.values()))) - 1
        norm_axis(ax, longest, low, high)
        ax.set_title(title)
        ends = {name: np.log10(on_axis(norms[-1])) for name, norms in flows.items()}
        heights = dict(zip(ends, apart(np.array([*ends.values()]), np.log10(high / low) * 0.11), strict=True))
        for name, norms in flows.items():
            cell, state = name.split()
            look = {"color": style.H, "lw": 2.4, "dashes": DASHES[cell]}
            look = {"color": style.C, "lw": style.RAIL, "dashes": (2, 1)} if state == "C" else look
            ax.plot(np.arange(len(norms)), on_axis(norms), **look)
            ax.text(longest * 1.02, 10.0 ** heights[name], f"{cell} ${state}$", color=look["color"], va="center",
                    clip_on=False)  # fmt: skip
            told.append(words.say(REACH_SAID, name=_plain(name), last=power(norms[-1])))
    name_norm(axes[0])
    alt = words.say(REACH_ALT, told=words.listed(told))
    return Scene(fig, [], sentences=[alt], alt=alt)


# --- a race ----------------------------------------------------------------------------------------------------------

RACE_ALT = {
    "en": "Share of right symbols over the updates, one panel a cell, one line a network. The dashed line is guessing.",
    "ko": "업데이트 수에 따른 정답률. 셀마다 그림 하나, 신경망마다 선 하나. 파선은 찍었을 때의 정답률.",
}
RACE_SAID = {
    "en": "{told} of the symbols right after {done} of {updates} updates each, lag {lag}.",
    "ko": "정답률 {told}. 신경망마다 {updates}번 중 {done}번 업데이트, 시차 {lag}.",
}
UPDATES = {"en": "updates", "ko": "업데이트"}


class RacePicture:
    """Three cells that learn side by side: drawn once, then only the lines grow.

    Parameters
    ----------
    names : list of str
    seeds : int
        Lines in a panel.
    updates : int
        The length of the axis.
    chance : float from 0 to 1
    """

    def __init__(self, names, seeds, updates, chance):
        self.names, self.seeds, self.updates, self.chance, self.first = list(names), seeds, updates, chance, None

    def _draw(self):
        self.fig = style.figure(10, 3.2, layout=None)
        self.lines, self.numbers = {}, {}
        for place, name in enumerate(self.names):
            ax = self.fig.add_axes((0.08 + 0.315 * place, 0.2, 0.27, 0.64))
            ax.axhline(self.chance, color=style.MUTED, ls="--", lw=style.THIN)
            ax.set(xlim=(0, self.updates), ylim=(0, 1.03), yticks=[0, 0.5, 1], xlabel=words.say(UPDATES),
                   xticks=[0, self.updates // 2, self.updates])  # fmt: skip
            if place:
                ax.set_yticklabels([])
            else:
                ax.set_ylabel(words.say(SHARE_AXIS))
            self.lines[name] = [
                ax.plot([0, 1], [0, 0], color=style.H, lw=style.LINE, ls=("-", "--", ":")[seed % 3])[0]
                for seed in range(self.seeds)
            ]
            ax.text(0, 1.06, name, transform=ax.transAxes, va="bottom", fontweight="bold")
            self.numbers[name] = ax.text(1, 1.06, "0", transform=ax.transAxes, ha="right", va="bottom", color=style.H)

    @picture
    def scene(self, shares, look, lag):
        """The scene so far.

        Parameters
        ----------
        shares : dict of str to list of list of float
            Cell, seed: what a network got right at first and after every `look` updates.
        look, lag : int
        """
        if self.first is None:
            self._draw()
        bindings, told = [], []
        for name, runs in shares.items():
            for line, run in zip(self.lines[name], runs, strict=True):
                points = np.stack([look * np.arange(len(run)), run], axis=1)
                points = points if len(points) > 1 else np.repeat(points, 2, axis=0)
                bindings.append(Binding(line, "points", points[None]))
            ends = [run[-1] for run in runs]
            shown = f"{min(ends):.2f} … {max(ends):.2f}"
            bindings.append(Binding(self.numbers[name], "text", [shown], name))
            told.append(f"{name} {shown}")
        done = look * (min(len(run) for runs in shares.values() for run in runs) - 1)
        said = [words.say(RACE_SAID, told=", ".join(told), done=done, updates=self.updates, lag=lag)]
        if self.first is None:
            self.first = Scene(self.fig, bindings, sentences=said, alt=words.say(RACE_ALT))
            return self.first
        return self.first.with_values(bindings, sentences=said)


# --- which words an answer hangs on ----------------------------------------------------------------------------------

MOST_ROWS = 6
NAMED = 7  # letters of a row's name that are drawn
WEIGHTS_ALT = {
    "en": "The same sentence in a row for each of {names}, each word tinted by its share in the answer at the cursor.",
    "ko": "같은 문장을 {names} 셀마다 한 줄씩 썼다. 커서에 있는 토큰의 답에서 각 토큰의 몫만큼 칸이 칠해져 있다.",
}
WEIGHTS_SAID = {"en": "{told}; the word at the cursor is {token}.", "ko": "{told}. 커서의 토큰: ‘{token}’."}
WEIGHTS_TOLD = {
    "en": "{name} says {label}: {own} hangs on this word, {past} on those before",
    "ko": "{name}의 답은 ‘{label}’: 이 토큰의 몫 {own}, 이전 토큰들의 몫 {past}",
}
PAST = {"en": "from the past", "ko": "과거의 몫"}


class WeightsPicture(makers.Picture):
    """A sentence, a row a cell, each word tinted by how much the answer at the cursor hangs on it."""

    def __init__(self, names):
        self.names, self.most = list(names), words.say(LONGEST)
        if not 1 <= len(self.names) <= MOST_ROWS or not all(isinstance(name, str) and name for name in self.names):
            raise ValueError(f"models must be 1 to {MOST_ROWS} networks by their names, but {shown(names)} came.")

    def draw(self):
        rows, high = len(self.names), 0.85 + 0.75 * len(self.names)
        fig, made = style.figure(10, high, layout=None), []
        axes = [fig.add_axes((LEFT, (0.12 + 0.75 * (rows - 1 - n)) / high, WIDTH, 0.62 / high)) for n in range(rows)]
        top = fig.add_axes((LEFT, (high - 0.68) / high, WIDTH, 0.5 / high))
        for ax in (top, *axes):
            ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        now = top.add_patch(Rectangle((0, 0), 1, 1, facecolor=style.NOW, edgecolor="none"))
        made += [(now, "move", makers.place("left", 0)), (now, "width", makers.number("width"))]
        made += word_row(top, self.most)
        top.text(1.17, 0.5, words.say(PAST), va="center", ha="center", color=style.MUTED)
        for ax, name in zip(axes, self.names, strict=True):
            made += self._row(ax, name)
        told = {
            f"row{k}": makers.say(WEIGHTS_TOLD, name=makers.text(f"{n} name", "words"),
                                  label=makers.text(f"{n} label", "words"), own=makers.text(f"{n} own", "hundredths"),
                                  past=makers.text(f"{n} past", "hundredths"))
            for k, n in enumerate(self.names)
        }  # fmt: skip
        listed = {"make": "say", "text": words.listed(f"{{{name}}}" for name in told), "fields": told}
        said = makers.say(WEIGHTS_SAID, told=listed, token=makers.text("token", "words"))
        return fig, made, said, words.say(WEIGHTS_ALT, names=", ".join(self.names))

    def _row(self, ax, name):
        _label(ax, name if len(name) <= NAMED else f"{name[: NAMED - 1]}…", parse_math=False)
        made = []
        for n in range(self.most):
            box = ax.add_patch(Rectangle((0, 0), 1, 1, facecolor=style.PAPER, edgecolor="white", lw=1.5))
            number = ax.text(0.5, 0.5, "0", ha="center", va="center")
            of = f"{name} {n}"
            made += [(box, "move", makers.place(f"left{n}", 0)), (box, "width", makers.number(f"width{n}")),
                     (box, "fill", makers.colour(of, "signed")), (box, "opacity", makers.number(f"{of} there")),
                     (number, "move", makers.place(f"x{n}", 0.5)), (number, "fill", makers.ink(of, "signed")),
                     (number, "text", makers.text(f"{of} text", "words"), f"{name} k={n + 1}"),
                     Goto(box, n, self.most)]  # fmt: skip
        answer = ax.text(1.02, 0.5, "0", va="center", parse_math=False)
        past = ax.text(1.21, 0.5, "0", va="center", ha="right")
        made.append((answer, "text", makers.text(f"{name} label", "words"), name))
        made.append((past, "text", makers.text(f"{name} past", "hundredths"), f"{name} {words.say(PAST)}"))
        return made

    @picture
    def scene(self, weights, labels, tokens):
        """The scene of a sentence.

        Parameters
        ----------
        weights : dict of str to ndarray, (T, T)
            As `seqlib.study.compare.word_weights` gives them.
        labels : dict of str to list of T str
            What each cell says.
        tokens : list of T str
        """
        T = len(tokens)
        if not 1 <= T <= self.most:
            raise ValueError(f"tokens must be 1 to {self.most}, for which the picture has room, but {T} came.")
        run = columns(tokens, self.most, INCHES)
        for name, of in weights.items():
            run |= {f"{name} name": name, f"{name} label": labels[name], f"{name} own": np.diag(of)}
            run[f"{name} past"] = np.tril(of, -1).sum(axis=1)
            for n in range(self.most):
                there = n < T
                column = of[:, n] if there else np.zeros(T)
                known = [there and n <= t for t in range(T)]
                texts = [f"{value:.2f}" if shown else "" for value, shown in zip(column, known, strict=True)]
                run |= {f"{name} {n}": column, f"{name} {n} text": texts, f"{name} {n} there": np.array(known, float)}
        return super().scene(run, start=T - 1, begin=T - 1)


# --- accuracy over the lag -------------------------------------------------------------------------------------------

LAGS_ALT = {
    "en": "Share of right answers of every run over the lag, one panel a cell. {told}. The dashed line is guessing.",
    "ko": "시차에 따른 학습 실행별 정답률. 셀마다 그림 하나. {told}. 파선은 찍었을 때의 정답률.",
}
LAGS_SAID = {
    "en": "{name} with {H} units, median: {values}",
    "ko": "{name}, 유닛 {H}개, 중앙값: {values}",
}
LAG_AXIS = {"en": "lag (steps)", "ko": "시차(단계)"}
SHARE_AXIS = {"en": "share right", "ko": "정답률"}
LAG_VALUE = {"en": "{value:.2f} at lag {lag}", "ko": "시차 {lag}에서 {value:.2f}"}


@picture
def lags_scene(runs, chance):
    """What every run reached over the lag, a panel a cell: two sizes of it filled and open, lines through the medians.

    Parameters
    ----------
    runs : dict of str to dict of int to dict of int to list of float from 0 to 1
        Cell, number of units, lag: the share of right answers of each run. At most two sizes a cell.
    chance : float from 0 to 1
        The share that guessing gets.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    if len(runs) > 4 or any(len(sizes) > 2 for sizes in runs.values()):
        raise ValueError(f"runs must be of at most four cells with at most two sizes each, but {len(runs)} of "
                         f"{max(map(len, runs.values()))} came.")  # fmt: skip
    fig = style.figure(10, 3.7)
    lags = sorted({lag for sizes in runs.values() for of_lag in sizes.values() for lag in of_lag})
    told = []
    axes = np.atleast_1d(fig.subplots(1, len(runs), sharey=True))
    for ax, (name, sizes) in zip(axes, runs.items(), strict=True):
        for k, (H, of_lag) in enumerate(sizes.items()):
            look = {"color": style.H} if k == 0 else {"facecolor": style.PAPER, "edgecolor": style.H, "linewidth": 1.5}
            shift = 0.2 * k - 0.1 * (len(sizes) - 1)
            at = [lags.index(lag) + shift for lag in of_lag]
            medians = [float(np.median(values)) for values in of_lag.values()]
            ax.plot(at, medians, color=style.H, lw=style.LINE, ls="-" if k == 0 else ":", zorder=1)
            for x, values in zip(at, of_lag.values(), strict=True):
                ax.scatter(x + np.linspace(-0.07, 0.07, len(values)), values, s=36, zorder=2, clip_on=False, **look)
            ax.scatter([], [], s=36, label=f"$H={H}$", **look)
            pairs = zip(medians, of_lag, strict=True)
            values = ", ".join(words.say(LAG_VALUE, value=value, lag=lag) for value, lag in pairs)
            told.append(words.say(LAGS_SAID, name=name, H=H, values=values))
        ax.axhline(chance, color=style.MUTED, ls="--", lw=style.THIN)
        ax.set(title=name, xlabel=words.say(LAG_AXIS), xlim=(-0.5, len(lags) - 0.5), ylim=(0, 1.05), yticks=[0, 0.5, 1])
        ax.set_xticks(range(len(lags)), list(map(str, lags)))
        ax.tick_params(length=0)
        below = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.22), "ncols": 2}
        ax.legend(**below, handletextpad=0.1, borderpad=0.1, columnspacing=1.2)
    axes[0].set_ylabel(words.say(SHARE_AXIS))
    alt = words.say(LAGS_ALT, told=words.listed(told))
    return Scene(fig, [], sentences=[alt], alt=alt)


SPEED_ALT = {
    "en": "How many times as long a training step takes in PyTorch as in NumPy, on a logarithmic axis, a panel a cell; "
    "from left to right units, sequences and steps. {told}. On the dashed line both take as long.",
    "ko": "업데이트 한 번에 걸리는 시간이 PyTorch에서 NumPy의 몇 배인지를 로그축에 나타냈다. 셀마다 그림 하나. "
    "왼쪽에서 오른쪽으로 유닛 수, 시퀀스 수, 시점 수. {told}. 파선에서는 걸리는 시간이 같다.",
}
SPEED_SAID = {"en": "{name}, {dtype}: {values}", "ko": "{name}, {dtype}: {values}"}


@picture
def speed_scene(steps, rival="PyTorch"):
    """PyTorch's time over ours for every size, a panel a cell: float64 filled, float32 open.

    Parameters
    ----------
    steps : list of dict with cell, dtype, H, N, T, microseconds
        As in ``data.speed_runs()["steps"]``.
    rival : str
        Whose time is divided by seqlib's.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    if missing := [run for run in steps if not {rival, "seqlib"} <= run["microseconds"].keys()]:
        raise ValueError(f"rival must be one of {', '.join(missing[0]['microseconds'])}, but {shown(rival)} came.")
    fig = style.figure(10, 3.7)
    cells, told = list(dict.fromkeys(run["cell"] for run in steps)), []
    panels = np.atleast_1d(fig.subplots(1, len(cells), sharey=True))
    for ax, name in zip(panels, cells, strict=True):
        for dtype, shift in (("float64", -0.12), ("float32", 0.12)):
            runs = [run for run in steps if (run["cell"], run["dtype"]) == (name, dtype)]
            ratios = [run["microseconds"][rival] / run["microseconds"]["seqlib"] for run in runs]
            look = {"facecolor": style.H if dtype == "float64" else style.PAPER, "edgecolor": style.H, "linewidth": 1.5}
            ax.scatter(np.arange(len(runs)) + shift, ratios, s=60, label=dtype, **look)
            told.append(words.say(SPEED_SAID, name=name, dtype=dtype, values=", ".join(f"{r:.1f}" for r in ratios)))
        ax.axhline(1, color=style.MUTED, ls="--", lw=style.THIN, zorder=0)
        ax.set(title=name, yscale="log", xlim=(-0.6, len(runs) - 0.4), ylim=(0.5, 30))
        ax.set_yticks([1, 3, 10, 30], ["1", "3", "10", "30"], minor=False)
        ax.set_yticks([], minor=True)
        ax.set_xticks(range(len(runs)), [f"{run['H']}\n{run['N']}\n{run['T']}" for run in runs])
        ax.tick_params(length=0)
        ax.set_xlabel("$H$, $N$, $T$")
    panels[0].set_ylabel(f"{rival} / seqlib")
    panels[len(cells) // 2].legend(loc="upper center", handletextpad=0.1, borderpad=0.1)
    alt = words.say(SPEED_ALT, told=words.listed(told))
    return Scene(fig, [], sentences=[alt], alt=alt)
