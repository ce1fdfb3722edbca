"""Pictures of lesson 9: the losses, the way of an optimizer, a training while it runs, and what stored runs tell."""

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullFormatter

from .. import words
from . import style
from .forget import power
from .picture import picture
from .scene import Binding, Scene

# --- a training while it runs ----------------------------------------------------------------------------------------

POINTS = 120  # of a curve at most: each stands for a few updates
SLOTS = 6  # of tick labels on an axis of powers of ten
NAMES = {"loss": "L", "norm": "‖g‖", "clipped": "‖g‖ →"}  # of the numbers, in the table of a step
LIVE_ALT = {
    "en": "Two curves over the updates, on axes of powers of ten. Left the loss, right the norm of the gradient: "
    "dashed before clipping, solid after it.",
    "ko": "업데이트 수에 따른 두 곡선. 세로축은 10의 거듭제곱 눈금. 왼쪽은 손실, 오른쪽은 기울기의 노름으로 "
    "파선은 클리핑 전, 실선은 클리핑 후.",
}
LIVE_NOT_YET = {"en": "No update yet, {steps} are planned.", "ko": "아직 업데이트 전이다. {steps}번 할 예정이다."}
LIVE = {
    "en": "L = {loss}, the mean of the last {n} updates; ‖g‖ = {norm} before clipping, {clipped} after; "
    "{done} of {steps} updates done.",
    "ko": "L = {loss}(최근 {n}번의 평균), ‖g‖ = 클리핑 전 {norm}, 클리핑 후 {clipped}. {steps}번 중 {done}번 업데이트.",
}
UNCLIPPED = {
    "en": "L = {loss}, the mean of the last {n} updates; ‖g‖ = {norm}, not clipped; {done} of {steps} updates done.",
    "ko": "L = {loss}(최근 {n}번의 평균), ‖g‖ = {norm}, 클리핑 없음. {steps}번 중 {done}번 업데이트.",
}


class LivePicture:
    """Loss and gradient norm of a training: drawn once, then only values change.

    Parameters
    ----------
    steps : int
        Updates planned: the length of the axis.
    clip : float, optional
        The limit of the gradient's norm.
    """

    def __init__(self, steps, clip=None):
        self.steps, self.clip, self.first = steps, clip, None

    def _draw(self):
        # Axes placed by hand: a layout engine would draw everything twice.
        self.fig, steps = style.figure(10, 3.2, layout=None), self.steps
        self.loss = _Decades(self.fig.add_axes((0.09, 0.16, 0.375, 0.68)), steps)
        self.norm = _Decades(self.fig.add_axes((0.585, 0.16, 0.375, 0.68)), steps)
        [self.loss_line] = self.loss.ax.plot([0, 1], [0, 0], color=style.INK, lw=2.4)
        [self.before] = self.norm.ax.plot([0, 1], [0, 0], color=style.INK, ls="--", lw=style.LINE)
        [self.after] = self.norm.ax.plot([0, 1], [0, 0], color=style.KEEP, lw=2.4)
        self.numbers = {
            "loss": self._number(self.loss.ax, 0.0, "$L$ =", 0.105, style.INK),
            "norm": self._number(self.norm.ax, 0.0, r"$\Vert g\Vert$ =", 0.155, style.INK),
            "clipped": self._number(self.norm.ax, 0.44, "→", 0.075, style.KEEP),
        }

    @staticmethod
    def _number(ax, x, name, room, colour):
        ax.text(x, 1.08, name, transform=ax.transAxes, va="bottom", color=colour)
        return ax.text(x + room, 1.08, "0", transform=ax.transAxes, va="bottom", color=colour)

    @picture
    def scene(self, loss, norm):
        """The scene after these updates; the drawing is that of the first one.

        Parameters
        ----------
        loss, norm
            One number for each update so far; the norms are those before clipping.
        """
        if self.first is None:
            self._draw()
        loss, norm = np.asarray(loss, float), np.asarray(norm, float)
        clipped = norm if self.clip is None else np.minimum(norm, self.clip)
        x, loss_at = in_blocks(loss, self.steps)
        _, norm_at = in_blocks(norm, self.steps)
        _, clipped_at = in_blocks(clipped, self.steps)
        bindings = self.loss.lines([(self.loss_line, x, loss_at)])
        bindings += self.norm.lines([(self.before, x, norm_at), (self.after, x, clipped_at)])
        shown = {"loss": loss, "norm": norm, "clipped": clipped}
        shown = {name: power(mean_of_last(values)) if len(values) else "" for name, values in shown.items()}
        bindings += [Binding(text, "text", [shown[name]], NAMES[name]) for name, text in self.numbers.items()]
        said = [self._say(len(loss), shown)]
        if self.first is None:
            self.first = Scene(self.fig, bindings, sentences=said, alt=words.say(LIVE_ALT))
            return self.first
        return self.first.with_values(bindings, sentences=said)

    def _say(self, done, shown):
        told = LIVE_NOT_YET if not done else UNCLIPPED if self.clip is None else LIVE
        return words.say(told, done=done, steps=self.steps, n=min(done, RECENT), **shown)


def in_blocks(values, steps):
    """A curve of about `POINTS` points at most: the middle of each block of updates, and the mean over it."""
    size = max(1, -(-steps // POINTS))
    starts = np.arange(0, len(values), size)
    if not len(starts):
        return np.zeros(0), np.zeros(0)
    if len(starts) > 1 and len(values) - starts[-1] < size / 2:  # a mean over a few updates only would jump about
        starts = starts[:-1]
    counts = np.diff(np.append(starts, len(values)))
    return starts + (counts + 1) / 2, np.add.reduceat(values, starts) / counts


RECENT = 50  # updates


def mean_of_last(values, n=RECENT):
    """The mean of the last `n` values: a single batch tells little. As the loss of a training it is told everywhere."""
    return float(values[-n:].mean())


class _Decades:
    """Axes whose powers of ten move with the values: the tick labels are texts that are bound."""

    def __init__(self, ax, steps):
        self.ax, self.steps = ax, steps
        ax.set(xlim=(0, steps), ylim=(0, 1), xticks=[0, steps / 2, steps], yticks=[])
        ax.set_xticklabels(["0", f"{steps / 2:g}", f"{steps}"])
        ax.set_xlabel("$k$")
        ax.xaxis.set_label_coords(0.75, -0.035)
        ax.tick_params(length=0)
        self.ticks = []
        for _ in range(SLOTS):
            label = ax.text(-0.02 * steps, 0, "0", ha="right", va="center", color=style.INK)
            grid = ax.add_patch(Rectangle((0, 0), steps, 0.004, facecolor=style.EDGE, edgecolor="none", zorder=0))
            self.ticks.append((label, grid))

    def lines(self, curves):
        """Bindings of lines, each with its x and its positive values, and of the ticks."""
        values = np.concatenate([y for _, _, y in curves])
        values = values[np.isfinite(values) & (values > 0)]
        low, high = (np.log10(values.min()), np.log10(values.max())) if len(values) else (-1.0, 0.0)
        low, high = np.floor(low + 1e-9), np.ceil(high - 1e-9)
        high = max(high, low + 1)
        every = -(-int(high - low + 1) // SLOTS)
        bindings = []
        for line, x, y in curves:
            with np.errstate(divide="ignore"):
                height = np.clip((np.log10(y) - low) / (high - low), 0, 1)
            points = np.stack([x, height], axis=1) if len(x) else np.zeros((2, 2))
            points = points if len(points) > 1 else np.repeat(points, 2, axis=0)
            bindings.append(Binding(line, "points", points[None]))
        for k, (label, grid) in enumerate(self.ticks):
            exponent = low + k * every
            there = exponent <= high
            at = (exponent - low) / (high - low) if there else 0.0
            bindings += [
                Binding(label, "text", [_power_of_ten(int(exponent)) if there else ""]),
                Binding(label, "move", [(-0.02 * self.steps, at)]),
                Binding(grid, "move", [(0, at - 0.002)]),
            ]
        return bindings


def _power_of_ten(exponent):
    if -3 <= exponent <= 3:
        return f"{10.0**exponent:g}"
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


# --- trainings side by side ------------------------------------------------------------------------------------------

HISTORIES_ALT = {
    "en": "Trainings side by side: left the loss, right the gradient's norm before clipping. {told}.",
    "ko": "여러 학습 실행을 나란히 놓은 그림. 왼쪽은 손실, 오른쪽은 클리핑 전 기울기의 노름. {told}.",
}
HISTORY = {
    "en": "{name}: loss {first} at first, {last} at the end",
    "ko": "{name}: 손실이 처음 {first}, 마지막 {last}",
}
DASHES = ((0, ()), (0, (4, 1.6)), (0, (1, 1.2)))


@picture
def histories_scene(histories, *, mark=None):
    """Loss and gradient norm of finished trainings, each named at its end.

    Parameters
    ----------
    histories : dict of str to History
        Symbols, and what `train` or `live` returned; at most three.
    mark : positive float, optional
        A dashed line in the plot of the loss, such as what guessing gets.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    if not 1 <= len(histories) <= len(DASHES):
        raise ValueError(f"histories must be one to {len(DASHES)}, but {len(histories)} came.")
    fig = style.figure(10, 3.4)
    axes, told = fig.subplots(1, 2), []
    longest = max(len(history.loss) for history in histories.values())
    for ax, name, values in zip(axes, ("$L$", r"$\Vert g\Vert$"), ("loss", "norm"), strict=True):
        ax.set(yscale="log", xlim=(0, longest * 1.16), xticks=[0, longest // 2, longest])
        ax.set_title(name, loc="left")
        ax.set_xlabel("$k$")
        ax.tick_params(length=0, which="both")
        ax.yaxis.set_minor_formatter(NullFormatter())
        ends = []
        for k, (label, history) in enumerate(histories.items()):
            x, y = in_blocks(getattr(history, values), longest)
            colour = (style.MUTED, style.C, style.H)[k]
            ax.plot(x, y, color=colour, ls=DASHES[k], lw=2.2)
            ends.append((y[-1], x[-1], label, colour))
        _name_ends(ax, ends, longest)
    if mark is not None:
        axes[0].plot([0, longest], [mark, mark], color=style.MUTED, ls=":", lw=style.THIN)
    for label, history in histories.items():
        first, last = power(np.mean(history.loss[:50])), power(mean_of_last(history.loss))
        told.append(words.say(HISTORY, name=_spoken(label), first=first, last=last))
    alt = words.say(HISTORIES_ALT, told=words.listed(told))
    return Scene(fig, [], sentences=[alt], alt=alt)


def _name_ends(ax, ends, longest):
    """Write each name at the end of its curve, apart where two ends are close."""
    bottom, top = np.log10(ax.get_ylim())
    least, below = 0.1 * (top - bottom), -np.inf
    for end, x, label, colour in sorted(ends):
        at = max(np.log10(end), below + least)
        below = at
        ax.text(x + 0.015 * longest, 10**at, label, color=colour, va="center", clip_on=False)


def _spoken(name):
    return name.replace("$", "").replace(r"\mathrm", "").replace("{", "").replace("}", "")


# --- losses ----------------------------------------------------------------------------------------------------------

LOSSES_ALT = {
    "en": "Left: cross-entropy −log p over the logit z of the true class (two classes, the other logit 0); its slope, "
    "dashed, is p − 1. Right: the squared error over the error; its slope, dashed, is a straight line.",
    "ko": "왼쪽: 정답 클래스의 로짓 z에 따른 교차 엔트로피 −log p(클래스 둘, 다른 로짓은 0). 파선은 기울기 p − 1. "
    "오른쪽: 오차에 따른 제곱 오차. 파선은 기울기이며 직선이다.",
}


@picture
def losses_scene():
    """Cross-entropy and squared error with their slopes.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    fig = style.figure(10, 3.3)
    left, right = fig.subplots(1, 2)
    z, e = np.linspace(-4, 4, 81), np.linspace(-2, 2, 81)
    p = 1 / (1 + np.exp(-z))
    panels = (
        (left, z, -np.log(p), p - 1, "$z_y$", (r"$-\log p_y$", (-2.9, 3.5)), ("$p_y-1$", (-3.9, -0.72))),
        (right, e, e**2, 2 * e, r"$\hat y-y$", (r"$(\hat y-y)^2$", (-1.75, 3.7)), (r"$2(\hat y-y)$", (0.15, -1.1))),
    )
    for ax, x, value, slope, name, (value_name, value_at), (slope_name, slope_at) in panels:
        ax.axhline(0, color=style.EDGE, lw=style.THIN, zorder=0)
        ax.plot(x, value, color=style.INK, lw=2.4)
        ax.plot(x, slope, color=style.KEEP, ls="--", lw=2.4)
        ax.text(*value_at, value_name, color=style.INK)
        ax.text(*slope_at, slope_name, color=style.KEEP)
        ax.set_xlabel(name)
        ax.tick_params(length=0)
    alt = words.say(LOSSES_ALT)
    return Scene(fig, [], sentences=[alt], alt=alt)


# --- optimizers ------------------------------------------------------------------------------------------------------

PATHS_ALT = {
    "en": "Contour lines of a long narrow valley, and the way of each optimizer from the same start to the lowest "
    "point, marked by a cross.",
    "ko": "길고 좁은 골짜기의 등고선과, 같은 곳에서 출발한 옵티마이저들이 십자 표시의 가장 낮은 곳으로 가는 길.",
}
PATHS = {"en": "{told}, after {k} updates.", "ko": "{k}번 업데이트한 뒤, {told}."}
PLACE = {"en": "{name}: L = {loss} at ({x}, {y})", "ko": "{name}: ({x}, {y})에서 L = {loss}"}


@picture
def paths_scene(paths, loss, *, start=None):
    """The ways of several optimizers over the same two weights, one update a step.

    Parameters
    ----------
    paths : dict of str to ndarray, (T + 1, 2)
        A name, and where the weights were before the first and after every update; at most three.
    loss : callable
        ``loss(w1, w2)`` of arrays.
    start : int, optional
        The step shown first, from 0; by default the last.

    Returns
    -------
    Scene
        Step 1 is the start.
    """
    T = {len(path) for path in paths.values()}
    if len(T) != 1 or len(paths) > 3:
        came = f"{len(paths)} of lengths {sorted(T)}"
        raise ValueError(f"paths must be at most three of the same length, but {came} came.")
    T, places = T.pop(), np.concatenate(list(paths.values()))
    half = 1.15 * np.abs(places).max(axis=0)
    fig = style.figure(9, 3.6)
    ax = fig.subplots()
    w1, w2 = np.meshgrid(np.linspace(-half[0], half[0], 60), np.linspace(-half[1], half[1], 60))
    height = loss(w1, w2)
    if not np.isfinite(height).all() or height.max() <= 0 or np.ptp(height) == 0:
        raise ValueError("loss must give finite numbers that are not all the same, and positive ones among them, where "
                         f"the paths are, but it gives {height.min():g} to {height.max():g}.")  # fmt: skip
    ax.contour(w1, w2, height, levels=height.max() * np.linspace(0.02, 1, 8) ** 2, colors=style.EDGE, linewidths=1.5)
    ax.plot(0, 0, "+", color=style.INK, ms=14, mew=2)
    ax.set(xlabel="$w_1$", ylabel="$w_2$")
    ax.tick_params(length=0)
    bindings, k = [], np.arange(T)
    for n, (name, path) in enumerate(paths.items()):
        colour = (style.KEEP, style.H, style.WRITE)[n]
        [line] = ax.plot(path[:2, 0], path[:2, 1], color=colour, lw=2.2, ls=DASHES[n])
        [dot] = ax.plot(*path[0], marker="osD"[n], color=colour, ms=9)
        # The part of the way that is still to come lies on the present place.
        until = np.minimum(k, k[:, None])
        bindings += [Binding(line, "points", path[until]), Binding(dot, "move", path)]
        ax.text(1.01, 0.95 - 0.12 * n, name, color=colour, transform=ax.transAxes, va="top")
    said = []
    for step in range(T):
        told = [
            words.say(PLACE, name=name, x=f"{x:.2f}", y=f"{y:.2f}", loss=power(float(loss(x, y))))
            for name, (x, y) in ((name, path[step]) for name, path in paths.items())
        ]
        said.append(words.say(PATHS, k=step, told=words.listed(told)).replace("-", "−"))
    return Scene(fig, bindings, sentences=said, alt=words.say(PATHS_ALT), start=T - 1 if start is None else start)


# --- stored runs -----------------------------------------------------------------------------------------------------

SOLVED_ALT = {
    "en": "The adding problem at growing minimal lag. Left: the share of the runs that solved it. Right: how many "
    "sequences the solvers needed. {told}.",
    "ko": "최소 시차를 늘려 가며 푼 덧셈 문제. 왼쪽은 문제를 푼 학습 실행의 비율, 오른쪽은 "
    "그때까지 필요했던 시퀀스의 수. {told}.",
}
SOLVED = {
    "en": "{name}, lag {lag}: {solved} of {n}{needed}",
    "ko": "{name}, 시차 {lag}: {n}번 중 {solved}번{needed}",
}
NEEDED = {"en": ", {low} to {high} sequences", "ko": ", 시퀀스 {low:,}~{high:,}개"}


@picture
def solved_scene(kinds, *, mark=None):
    """How many runs solved the adding problem at each minimal lag, and after how many sequences.

    Parameters
    ----------
    kinds : dict of str to dict of int to list of (sequences, solved)
        Up to three kinds of networks by their names; for every lag one pair for each run.
    mark : (int, float), optional
        (lag, sequences) of somebody else's run, drawn as a star.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    lags, told = sorted({lag for of_lag in kinds.values() for lag in of_lag}), []
    if len(kinds) > 3 or (mark is not None and (mark[0] not in lags or mark[1] <= 0)):
        raise ValueError("kinds must be at most three, and mark a positive number of sequences at one of the lags "
                         f"{', '.join(map(str, lags)):.60}, but {len(kinds)} and {mark} came.")  # fmt: skip
    fig = style.figure(10, 3.9)
    left, right = fig.subplots(1, 2)
    width = 0.82 / len(kinds)
    for k, (name, of_lag) in enumerate(kinds.items()):
        colour = (style.MUTED, style.C, style.H)[k]
        look = {"facecolor": style.PAPER if k == 2 else colour, "edgecolor": colour, "linewidth": 1.5}
        for lag, pairs in of_lag.items():
            at = lags.index(lag) + width * (k - (len(kinds) - 1) / 2)
            needed = sorted(sequences for sequences, solved in pairs if solved)
            label = name if lag == next(iter(of_lag)) else None
            left.bar(at, len(needed) / len(pairs), 0.86 * width, label=label, **look)
            left.text(at, len(needed) / len(pairs) + 0.02, f"{len(needed)}", ha="center", va="bottom", color=colour)
            right.scatter(at + np.linspace(-0.3, 0.3, len(needed)) * width, needed, s=34, marker="osD"[k], **look)
            span = words.say(NEEDED, low=needed[0], high=needed[-1]) if needed else ""
            fields = {"name": _spoken(name), "lag": lag, "solved": len(needed), "n": len(pairs), "needed": span}
            told.append(words.say(SOLVED, **fields))
    if mark is not None:
        right.scatter(at := lags.index(mark[0]) + 0.62, mark[1], s=190, marker="*", color=style.KEEP, zorder=4)
        right.text(at, mark[1] * 1.12, "1997", color=style.KEEP, ha="center", va="bottom")
    left.set(ylim=(0, 1.16), yticks=[0, 0.5, 1], ylabel="✓ / $n$")
    right.set(yscale="log", ylabel=r"$k \cdot N$", ylim=(1.5e4, 4e5), yticks=[2e4, 1e5, 3e5])
    right.set_yticks([], minor=True)
    right.set_yticklabels(["20 000", "100 000", "300 000"])
    for ax in (left, right):
        ax.set(xlim=(-0.6, len(lags) - 0.4 + 0.5 * (ax is right and mark is not None)), xlabel="$T/2$")
        ax.set_xticks(range(len(lags)), list(map(str, lags)))
        ax.tick_params(length=0, which="both")
    fig.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=len(kinds))
    alt = words.say(SOLVED_ALT, told=words.listed(told))
    return Scene(fig, [], sentences=[alt], alt=alt)


SEEDS_ALT = {
    "en": "The loss over the updates, one line for each seed, for LSTMs that differ in the first value of b_f only. At "
    "the end: {told}. Dotted: guessing.",
    "ko": "업데이트에 따른 손실. 선 하나가 시드 하나이고, LSTM들은 b_f의 초깃값만 다르다. 마지막에는 {told}. "
    "점선은 찍었을 때.",
}
SEEDS = {
    "en": "b_f = {bias}: {low} of {n} below {limit}",
    "ko": "b_f = {bias}: {n}개 중 {low}개가 {limit} 아래",
}
LEARNED = 0.2  # a loss below which a run has learned


@picture
def bias_scene(curves, every, *, mark=None):
    """The losses of several seeds for each first value of b_f, side by side, each seed a line.

    Parameters
    ----------
    curves : dict of float to positive ndarray, (seeds, n)
        For each bias the losses, each the mean over `every` updates; at most three biases.
    every : int
    mark : positive float, optional
        A dotted line: what guessing gets.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    if not 1 <= len(curves) <= 3:
        raise ValueError(f"curves must be of one to three biases, but {len(curves)} came.")
    fig, lows = _seed_lines({f"$b_f={bias:.3g}$": losses for bias, losses in curves.items()}, every, mark, LEARNED)
    told = [
        words.say(SEEDS, bias=f"{bias:.3g}", low=low, n=len(losses), limit=LEARNED)
        for low, (bias, losses) in zip(lows, curves.items(), strict=True)
    ]
    alt = words.say(SEEDS_ALT, told=words.listed(told))
    return Scene(fig, [], sentences=[alt], alt=alt)


def _seed_lines(curves, every, mark, limit):
    """Axes side by side, a line for each seed; the figure, and how many lines of each end below `limit`."""
    fig, lows = style.figure(10, 3.5), []
    axes = np.atleast_1d(fig.subplots(1, len(curves), sharey=True))
    for k, (ax, (title, losses)) in enumerate(zip(axes, curves.items(), strict=True)):
        x = every * (np.arange(losses.shape[1]) + 0.5)
        ax.plot(x, losses.T, color=(style.H, style.KEEP, style.WRITE, style.READ)[k], lw=style.LINE, alpha=0.8)
        if mark is not None:
            ax.plot([0, x[-1]], [mark, mark], color=style.MUTED, ls=":", lw=style.LINE)
        ax.set(yscale="log", xlim=(0, every * losses.shape[1]))
        ax.set_xlabel("$k$")
        ax.tick_params(length=0, which="both")
        ax.yaxis.set_minor_formatter(NullFormatter())
        lows.append(int((losses[:, -1] < limit).sum()))
        between = "     " if len(curves) < 4 else "\n"
        ax.set_title(f"{title}{between}$L<{limit}$: {lows[-1]} / {len(losses)}", loc="left")
    axes[0].set_ylabel("$L$", rotation=0, labelpad=12)
    return fig, lows


CELLS_ALT = {
    "en": "The loss over the updates, one line for each seed. At the end: {told}.",
    "ko": "업데이트에 따른 손실. 선 하나가 시드 하나이다. 마지막에는 {told}.",
}
CELLS = {"en": "{cell}: {low} of {n} below {limit}", "ko": "{cell}: {n}개 중 {low}개가 {limit} 아래"}


@picture
def seeds_scene(curves, every, *, limit=LEARNED):
    """The losses of several seeds for each of up to four networks, side by side, each seed a line.

    Parameters
    ----------
    curves : dict of str to positive ndarray, (seeds, n)
        For each network, by its name, the losses, each the mean over `every` updates.
    every : int
    limit : positive float
        Above each panel stands how many seeds end below it.

    Returns
    -------
    Scene
        With a single step: a picture.

    Raises
    ------
    ValueError
        There are no networks, or more than four.
    """
    if not 1 <= len(curves) <= 4:
        raise ValueError(f"curves must hold 1 to 4 networks, but {len(curves)} came.")
    fig, lows = _seed_lines(curves, every, None, limit)
    told = [
        words.say(CELLS, cell=cell.replace("$", "").replace("-", "−"), low=low, n=len(losses), limit=limit)
        for low, (cell, losses) in zip(lows, curves.items(), strict=True)
    ]
    alt = words.say(CELLS_ALT, told=words.listed(told))
    return Scene(fig, [], sentences=[alt], alt=alt)


ERRORS_ALT = {
    "en": "Wrong answers on held-out data in percent, a dot for each seed, a line at their mean. {told}.",
    "ko": "따로 떼어 둔 데이터에서 틀린 답의 비율(%). 점 하나가 시드 하나, 선은 평균. {told}.",
}
ERRORS = {
    "en": "{task}, {cell}: mean {mean:.1f} %, {low:.1f} to {high:.1f}",
    "ko": "{task}, {cell}: 평균 {mean:.1f}%, {low:.1f}~{high:.1f}%",
}


@picture
def errors_scene(tasks):
    """Held-out errors of several cells on several tasks, one dot a seed.

    Parameters
    ----------
    tasks : dict of str to dict of str to list of float from 0 to 1
        For each task (a symbol) and cell (at most three) the share of right answers of every seed.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    if len(tasks) > 4 or (odd := max(map(len, tasks.values()))) > 3:
        came = f"{len(tasks)} tasks" if len(tasks) > 4 else f"{odd} cells"
        raise ValueError(f"tasks must be at most four, each of at most three cells, but {came} came.")
    fig = style.figure(9, 3.4)
    axes, told = fig.subplots(1, len(tasks)), []
    for ax, (task, cells) in zip(np.atleast_1d(axes), tasks.items(), strict=True):
        for k, (cell, accuracies) in enumerate(cells.items()):
            wrong, colour = 100 * (1 - np.array(accuracies)), (style.MUTED, style.C, style.H)[k]
            ax.scatter(k + np.linspace(-0.16, 0.16, len(wrong)), wrong, s=46, color=colour, marker="osD"[k])
            ax.plot([k - 0.3, k + 0.3], [wrong.mean()] * 2, color=colour, lw=2.8)
            fields = {"mean": wrong.mean(), "low": wrong.min(), "high": wrong.max()}
            told.append(words.say(ERRORS, task=_spoken(task), cell=cell, **fields))
        ax.set(xlim=(-0.6, len(cells) - 0.4), title=task, ylabel="%")
        ax.set_ylim(0, max(ax.get_ylim()[1], 5))
        ax.set_xticks(range(len(cells)), list(cells))
        ax.tick_params(length=0)
    alt = words.say(ERRORS_ALT, told=words.listed(told))
    return Scene(fig, [], sentences=[alt], alt=alt)
