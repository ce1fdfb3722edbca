"""Pictures of lesson 14: forecasts made from every year, their errors by lead, and the words a network expects next."""

import importlib.util
import re

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from .. import words
from ..study.forecast import title
from ..study.language import with_temperature
from . import makers, panels, style
from .compare import column_clicks, columns, state_map, word_row
from .picture import picture
from .scene import Binding, Scene

# One forecaster, one colour, by the beginning of its name: last value, seasonal value, autoregression, networks.
COLOURS = {
    "last value": style.MUTED,
    "seasonal": style.G,
    "AR": style.KEEP,
    "RNN": style.READ,
    "LSTM": style.H,
    "GRU": style.WRITE,
}


def colours_of(names):
    """A colour for each forecaster, the same in every picture; sky for one of another name."""
    return {name: next((c for begin, c in COLOURS.items() if name.startswith(begin)), style.X) for name in names}


# --- forecasts -------------------------------------------------------------------------------------------------------

FORECAST_SAID = {
    "en": "{told} for {then}, seen from {now}; it became {true}.",
    "ko": "{now}에서 예측한 {then}: {told}. 실제 값은 {true}.",
}
TIMES = {  # what the labels of a series are: on the axis, and on the controls
    "year": {"en": "year", "ko": "연도"},
    "date": {"en": "date", "ko": "날짜"},
    "place": {"en": "place", "ko": "자리"},
}
LETTERS = 10  # of a date on the axis
FORECAST_ALT = {
    "en": "A series of {n} values, and at each place of its tail the forecasts of {names} for the next {steps} values.",
    "ko": "값 {n}개의 시계열과, 끝부분의 각 자리에서 다음 {steps}개를 예측한 선({names}).",
}


@picture
def forecast_scene(labels, values, n, ahead, *, before=40, start=0):
    """A series, and the forecasts made from the place where one stands: step through the held-out tail.

    Parameters
    ----------
    labels : list of labels, one for each value
        Years or dates; numbers that grow give a numeric axis, anything else stands on it as it is.
    values : ndarray, (len(values),)
    n : int
        The first held-out value has index n; the first forecasts are made just before it.
    ahead : dict of str to ndarray, (len(values) - n, steps)
        Names and what `seqlib.study.forecast.forecasts` returned.
    before : int
        How many training values are shown.
    start : int
        The place shown first, from 0.

    Returns
    -------
    Scene
        One step for every place from which all the forecast values are known.
    """
    steps, most = next(iter(ahead.values())).shape[1], len(values) - 1
    if len(labels) != len(values) or not 1 <= n <= most - steps + 1:
        raise ValueError(f"n must be from 1 to {most - steps + 1}, and labels one for each of {most + 1} values, but "
                         f"n = {n} and {len(labels)} labels came.")  # fmt: skip
    if odd := [name for name, rows in ahead.items() if rows.shape != (len(values) - n, steps)]:
        raise ValueError(f"ahead must have arrays of shape ({len(values) - n}, {steps}), a row for each place from n, "
                         f"but {ahead[odd[0]].shape} came as {odd[0]!r:.40}.")  # fmt: skip
    x, shown = _abscissa(labels), slice(max(0, n - before), None)
    places = np.arange(n - 1, len(values) - steps)
    fig = style.figure(10, 4.2)
    ax = fig.subplots()
    low, high = _range([values[shown], *(rows[: len(places)] for rows in ahead.values())])
    ax.set(xlim=(x[shown][0], x[-1]), ylim=(low, high), xlabel=words.say(TIMES[time_of(labels)]))
    panels.name_values(ax, "$y_t$", values[shown])
    _label_time(ax, x, labels)
    width = 0.006 * (x[-1] - x[shown][0])
    now = ax.add_patch(Rectangle((x[n - 1], low), 2 * width, high - low, fc=style.NOW, ec="none", zorder=0))
    bindings = [Binding(now, "move", np.stack([x[places] - width, np.full(len(places), low)], axis=1))]
    ax.plot(x[shown], values[shown], color=style.MUTED, lw=style.THIN)
    [known] = ax.plot(x[shown], values[shown], color=style.INK, lw=2.4)
    bindings.append(Binding(known, "points", _grown(x[shown], values[shown], places - (shown.start or 0))))
    colours = colours_of(list(ahead))
    for k, (name, rows) in enumerate(ahead.items()):
        colour = colours[name]
        curves = [np.column_stack([x[p : p + steps + 1], [values[p], *rows[i]]]) for i, p in enumerate(places)]
        [line] = ax.plot(*curves[0].T, color=colour, lw=2.4, ls=("-", (0, (4, 1.5)), (0, (1, 1)))[k % 3])
        bindings.append(Binding(line, "points", np.array(curves)))
        ax.text(0.012 + 0.25 * k, 1.03, title(name), color=colour, transform=ax.transAxes, va="bottom")
    said = _forecast_sentences(labels, values, places, ahead, steps)
    alt = words.say(FORECAST_ALT, n=len(values), names=", ".join(map(plain, ahead)), steps=steps)
    scene = Scene(fig, bindings, sentences=said, alt=alt, start=start, label=words.say(TIMES[time_of(labels)]))
    scene.extras["places"] = [str(labels[p])[:LETTERS] for p in places]  # the controls count in years, not in steps
    return scene


def time_of(labels):
    """What the labels of a series are: "year", "date", or a "place" where they only count."""
    try:
        x = np.array([float(label) for label in labels])
    except (ValueError, TypeError):  # words, dates
        return "date"
    whole = (x == np.round(x)).all() and (np.diff(x) > 0).all()
    return "year" if whole and x[0] >= 1000 and x[-1] <= 2500 else "place"


def _label_time(ax, x, labels):
    """Ticks at whole numbers; where x only counts the labels, the labels themselves."""
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    if any(str(label) != f"{at:g}" for at, label in zip(x, labels, strict=True)):
        names = {at: str(label)[:LETTERS] for at, label in zip(x, labels, strict=True)}
        ax.xaxis.set_major_formatter(lambda at, _: names.get(at, ""))


def _grown(x, y, last):
    """The curve up to each place, (places, points, 2); the rest of the points stay on its end."""
    index = np.minimum(np.arange(len(x)), np.asarray(last)[:, None])
    return np.stack([x[index], y[index]], axis=2)


def _abscissa(labels):
    try:
        x = np.array([float(label) for label in labels])
    except (ValueError, TypeError):  # words, dates
        x = np.arange(1.0, len(labels) + 1)
    return x if (np.diff(x) > 0).all() else np.arange(1.0, len(labels) + 1)


def _range(parts):
    low, high = min(p.min() for p in parts), max(p.max() for p in parts)
    margin = 0.05 * (high - low) or 0.05 * abs(high) or 1  # a series may stay where it is
    return low - margin, high + margin


def _forecast_sentences(labels, values, places, ahead, steps):
    said = []
    for i, p in enumerate(places):
        told = ", ".join(f"{plain(name)} {number(rows[i, -1])}" for name, rows in ahead.items())
        now, then, true = labels[p], labels[p + steps], number(values[p + steps])
        said.append(words.say(FORECAST_SAID, now=now, then=then, told=told, true=true))
    return said


def number(value):
    """A number as a sentence says it: whole from 10 on, else two digits."""
    return f"{value:.0f}" if 9.5 <= abs(value) < 1e6 else f"{value:.2g}".replace("-", "−")


def plain(name):
    """A forecaster's name as a sentence says it: without the signs of mathtext."""
    return re.sub(r"[${}\\]", "", title(name))


# --- errors by lead --------------------------------------------------------------------------------------------------

ERRORS_SAID = {
    "en": "{name}: {first} one step ahead, {last} at the end",
    "ko": "{name}: 1단계 뒤 {first}, 마지막 단계 {last}",
}

ERRORS_ALT = {
    "en": "Errors over the lead, 1 to {steps} steps ahead. {told}.",
    "ko": "1~{steps}단계 뒤 예측의 오차. {told}.",
}


@picture
def errors_scene(errors):
    """Root mean squared error over the lead, a curve for each forecaster; a band from lowest to highest over seeds.

    Parameters
    ----------
    errors : dict of str to ndarray, (steps,) or (seeds, steps)

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    fig = style.figure(9, 4.2)
    ax = fig.subplots()
    tables = {name: np.atleast_2d(rows) for name, rows in errors.items()}
    steps = next(iter(tables.values())).shape[1]
    if odd := [name for name, rows in tables.items() if rows.shape[1] != steps]:
        raise ValueError(f"errors must all have {steps} steps, but {tables[odd[0]].shape[1]} came as {odd[0]!r:.40}.")
    lead, top = np.arange(1, steps + 1), max(rows.max() for rows in tables.values()) * 1.05 or 1
    ax.set(xlim=(1, steps), ylim=(0, top), xlabel="$k$")
    panels.name_values(ax, "RMSE", top)
    ax.set_xticks(lead)
    middles = {name: np.median(rows, axis=0) for name, rows in tables.items()}
    order = sorted(middles, key=lambda name: middles[name][-1])
    heights = panels.apart(np.array([middles[name][-1] for name in order]), 0.075 * top, top)
    colour = colours_of(list(tables))
    for name, height in zip(order, heights, strict=True):
        rows = tables[name]
        if len(rows) > 1:
            ax.fill_between(lead, rows.min(axis=0), rows.max(axis=0), color=colour[name], alpha=0.15, lw=0)
        ax.plot(lead, middles[name], color=colour[name], lw=2.4, ls="-" if len(rows) == 1 else (0, (4, 1.5)))
        ax.text(steps + 0.12, height, f"{title(name)} ", color=colour[name], va="center", clip_on=False)
    said = [
        words.say(ERRORS_SAID, name=plain(name), first=number(m[0]), last=number(m[-1])) for name, m in middles.items()
    ]
    told = words.say(ERRORS_ALT, steps=steps, told=words.listed(said))
    return Scene(fig, [], sentences=[told], alt=told)


# --- the next word ---------------------------------------------------------------------------------------------------

NEXT_SAID = {
    "en": "After {token}: {told}.",
    "ko": "‘{token}’ 다음: {told}.",
}
NEXT_ALT = {
    "en": "Heat map of {units} hidden units while a sentence is read, and the words expected next.",
    "ko": "문장을 읽는 동안의 은닉 유닛 {units}개의 히트맵과, 다음에 올 것으로 예측한 단어.",
}
NEXT_MOST, NEXT_TOP = 12, 5  # tokens that there is room for; words that are expected
NEXT_WIDTH = 0.55  # of the figure: the heat map, and the tokens below it
NO_FONT = {
    "en": "No Korean font is installed for pictures made in the kernel; install koreanize-matplotlib. Where the "
    "browser shows empty boxes, install a Korean font on your computer.",
    "ko": "커널이 그리는 그림에 쓸 한글 글꼴이 없습니다. koreanize-matplotlib를 설치하세요. "
    "브라우저에 빈 네모가 보이면 컴퓨터에 한글 글꼴을 설치하세요.",
}


def missing_font(text):
    """The sentence about a missing Korean font, if the text needs one and there is none; else ""."""
    needed = re.search("[ᄀ-ᇿ㄰-㆏가-힣]", text)
    return words.say(NO_FONT) if needed and importlib.util.find_spec("koreanize_matplotlib") is None else ""


@picture
def next_word_scene(trace, tokens, vocabulary, *, temperature=1.0, units=16, start=None):
    """The states while a sentence is read, and at every step the words that the network expects next.

    Parameters
    ----------
    trace : Record
        Of one sentence.
    tokens : list of T str
        What was read, as it was typed; at most 12.
    vocabulary : Vocabulary
    temperature : positive float
        The probabilities are softmax(logits / temperature).
    units : int
        How many of the hidden units are drawn at most: the first ones.
    start : int, optional
        The step shown first, from 0; by default the last.

    Returns
    -------
    Scene
    """
    return NextWordPicture(min(units, trace.h.shape[1])).scene(trace, tokens, vocabulary, temperature, start)


class NextWordPicture(makers.Picture):
    """So many units while a sentence is read, and the words expected next: drawn once, for every sentence."""

    def __init__(self, units):
        self.units = units

    def draw(self):
        fig = style.figure(10, 4.4, layout=None)
        left, strip = fig.add_axes((0.06, 0.17, NEXT_WIDTH, 0.735)), fig.add_axes((0.06, 0.02, NEXT_WIDTH, 0.135))
        right = fig.add_axes((0.78, 0.08, 0.14, 0.87))
        strip.set(xlim=(0, 1), ylim=(0, 1))
        strip.set_axis_off()
        now = strip.add_patch(Rectangle((0, 0), 1, 1, fc=style.NOW, ec="none", zorder=0))
        made = [(now, "move", makers.place("left", 0)), (now, "width", makers.number("width"))]
        made += word_row(strip, NEXT_MOST) + self._states(left) + _expected(right)
        field = {"token": makers.text("token", "words")}
        for k in range(3):
            field |= {f"next{k}": makers.text(f"next{k}", "words"), f"p{k}": makers.text(f"p{k}", "hundredths")}
        told = ", ".join(words.quoted(f"{{next{k}}}") + f" {{p{k}}}" for k in range(3))
        said = makers.say(NEXT_SAID, **field)
        return fig, made, said | {"text": said["text"].replace("{told}", told)}, words.say(NEXT_ALT, units=self.units)

    def _states(self, ax):
        made, n = state_map(ax, "h", self.units, "h_t"), self.units
        for spine in ax.spines.values():
            spine.set_visible(False)
        shown = [i for i in range(n) if n <= 10 or i % 2]
        ax.set(xticks=[])
        ax.set_yticks([1 - (i + 0.5) / n for i in shown], [str(i + 1) for i in shown])
        ax.tick_params(length=0)
        ax.set_ylabel("$h_t$", color=style.H, rotation=0, labelpad=10)
        panels.colour_key(ax, -panels.key_width("signed"), 0.2, "signed", at=(1, 1))
        veil = ax.add_patch(Rectangle((0, 0), 1, 1, facecolor=style.PAPER, alpha=0.72, edgecolor="none"))
        frame = ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.INK, lw=2.5, clip_on=False))
        made += [(veil, "move", makers.place("right", 0)), (veil, "width", makers.number("rest"))]
        made += [(frame, "move", makers.place("left", 0)), (frame, "width", makers.number("width"))]
        return made + column_clicks(ax, NEXT_MOST, 1)

    @picture
    def scene(self, trace, tokens, vocabulary, temperature=1.0, start=None):
        """The scene of a run, see `next_word_scene`."""
        T, run = len(tokens), columns(tokens, NEXT_MOST, 10 * NEXT_WIDTH)
        run["h"] = trace.h[:, : self.units, 0]
        p = np.array([with_temperature(logits, temperature) for logits in trace.logits[:, :, 0]])
        best = np.argsort(-p, axis=1, kind="stable")[:, :NEXT_TOP]
        for k, chosen in enumerate(best.T):
            value = p[np.arange(T), chosen]
            run |= {f"next{k}": [vocabulary.tokens[n] for n in chosen], f"p{k}": value, f"end{k}": value + 0.05}
        return super().scene(run, start=T - 1 if start is None else start, begin=T - 1)


def next_word_plain():
    """What of this picture the browser needs to make a run of its own, as plain data."""
    return {"top": NEXT_TOP, "width": 10 * NEXT_WIDTH}


def _expected(ax):
    """Horizontal bars, the likeliest on top; words and numbers follow the step."""
    ax.set(xlim=(0, 1), ylim=(NEXT_TOP - 0.5, -0.5))
    ax.set_axis_off()
    made = []
    for k in range(NEXT_TOP):
        bar = ax.add_patch(Rectangle((0, k - 0.32), 1, 0.64, fc=style.INK, ec="none", alpha=0.75))
        word = ax.text(-0.06, k, "0", ha="right", va="center", parse_math=False)
        number = ax.text(1, k, "0", ha="left", va="center", clip_on=False)
        made += [
            (bar, "width", makers.number(f"p{k}")),
            (word, "text", makers.text(f"next{k}", "words"), f"{k + 1}."),
            (number, "text", makers.text(f"p{k}", "hundredths"), f"p({k + 1}.)"),
            (number, "move", makers.place(f"end{k}", k)),
        ]
    return made
