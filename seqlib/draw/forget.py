"""Pictures of lessons 6 and 7: how far a gradient reaches, what clipping and truncation do to it, where learning ends.

A gradient keeps its quantity's colour and is dashed: ‖∂h_t/∂h_k‖ is dashed blue, the bound beside it grey.
"""

from itertools import pairwise

import numpy as np
from matplotlib.patches import Circle, Rectangle

from .. import words
from ..doors import shown
from ..study.bptt import gradient_flow, jacobian_product, largest_singular_value, spectral_radius
from . import makers, style
from .numerals import power, sub
from .panels import colour_key, key_width
from .picture import picture
from .scene import Binding, Scene

LONGEST = 120  # steps that are walked back: each needs all the products after it
FLOOR, CEILING = 1e-15, 1e15  # what the logarithmic axes show; what lies beyond is drawn on their edge
FLOW, BOUND, TERM = r"$\Vert\partial h_t/\partial h_k\Vert$", r"$\sigma_{\max}^{t-k}$", r"$\Vert\tau_k\Vert$"


def on_axis(values):
    """Put values on the logarithmic axis: 0 and all below go to its lower edge, ∞ and NaN to its upper one."""
    return np.clip(np.nan_to_num(np.asarray(values, float), nan=CEILING, posinf=CEILING), FLOOR, CEILING)


def norm_axis(ax, longest, low=FLOOR, high=CEILING):
    """Make `ax` one of norms over the lag t - k: logarithmic, with few ticks."""
    ax.set(xlim=(0, longest), yscale="log", ylim=(low / 3, high * 3))
    decades = np.log10([low, high])
    ax.set_yticks(10.0 ** np.arange(decades[0], decades[1] + 1, max(1, round((decades[1] - decades[0]) / 6))))
    ax.minorticks_off()
    ax.set_xlabel("$t-k$")
    ax.axhline(1, color=style.EDGE, lw=style.THIN, zorder=0)


def name_norm(ax):
    """Name a vertical axis that several norms share."""
    ax.set_ylabel(r"$\Vert\cdot\Vert$", rotation=0, va="center", labelpad=8)


# --- walking back ----------------------------------------------------------------------------------------------------

WALK = {
    "en": "‖∂h{t}/∂h{k}‖ = {norm} at lag {lag}; the bound, σ_max to the power {lag}, is {bound}.",
    "ko": "‖∂h{t}/∂h{k}‖ = {norm}. 시차 {lag}의 값이고, 상한인 σ_max의 {lag}제곱은 {bound}이다.",
}
WALK_ALT = {
    "en": "The product of Jacobians as a heat map, and its norm over the lag on a logarithmic axis, beside the bound.",
    "ko": "야코비 행렬의 곱을 나타낸 히트맵과, 로그축에 그린 시차별 노름과 그 상한.",
}


@picture
def walk_scene(cell, trace, n=0, *, start=None):
    """Walk back from h_T with ←: the matrix ∂h_T/∂h_k itself, its norm, and the bound, one Jacobian more at every step.

    Parameters
    ----------
    cell : RNN
        At most 8 units can be read.
    trace : Record
    n : int
        Which example.
    start : int, optional
        The telling step, k - 1; by default two steps back.

    Returns
    -------
    Scene
        Its step is k, from 1 to T - 1; it begins at T - 1.
    """
    T, H, _ = trace.h.shape
    if H > 8 or not 2 <= T <= LONGEST:
        raise ValueError(f"this picture has room for H ≤ 8 and 2 to {LONGEST} steps, but H={H} and T={T} came.")
    lags = np.arange(T - 1, 0, -1)  # k = 1, 2, …: time runs to the right here too
    products = np.array([jacobian_product(cell, trace, T, T - lag)[n] for lag in lags])
    if not np.isfinite(products).all():
        raise ValueError("trace must have finite numbers only, but ∂h_t/∂h_k is not finite: the run has diverged; draw "
                         "one of a smaller learning rate, or of an earlier update.")  # fmt: skip
    norms = gradient_flow(cell, trace, T)[::-1, n]
    bounds = largest_singular_value(cell.params.W_hh) ** np.arange(T + 1.0)
    fig = style.figure(10, 3.7)
    left, right = fig.subplots(1, 2, width_ratios=[1, 1.7])
    bindings = _product(left, products, [f"∂h{sub(T)} / ∂h{sub(T - lag)}" for lag in lags])
    low = 10.0 ** np.floor(np.log10(max(min(norms.min(), bounds.min()), FLOOR)))
    norm_axis(right, T, low, 10.0 ** np.ceil(np.log10(max(norms.max(), bounds.max()))))
    right.xaxis.get_major_locator().set_params(integer=True)
    name_norm(right)
    right.invert_xaxis()
    right.yaxis.tick_right()
    right.yaxis.set_label_position("right")
    right.yaxis.label.set_ha("left")
    right.spines["left"].set_visible(False)
    right.spines["right"].set_visible(True)
    right.plot(np.arange(T + 1), on_axis(bounds), color=style.MUTED)
    right.plot(np.arange(T + 1), on_axis(norms), color=style.H, ls="--", lw=2.4)
    for name, values, colour in ((BOUND, bounds, style.MUTED), (FLOW, norms, style.H)):
        right.text(T * 1.02, on_axis(values)[-1], name + " ", color=colour, va="center", ha="right", clip_on=False)
    [dot] = right.plot([0], [norms[0]], "o", color=style.H, ms=9)
    bindings.append(Binding(dot, "move", np.stack([lags, on_axis(norms)[lags]], axis=1)))
    said = [
        words.say(WALK, lag=lag, t=sub(T), k=sub(T - lag), norm=power(norms[lag]), bound=power(bounds[lag]))
        for lag in lags
    ]
    start = max(T - 3, 0) if start is None else start
    return Scene(fig, bindings, sentences=said, alt=words.say(WALK_ALT), start=start, begin=T - 2, label="k")


def _product(ax, products, names):
    """The entries of a matrix as colours, and its name, which follow the step."""
    _, H, _ = products.shape
    ax.set(xlim=(-0.05, H + 0.05), ylim=(H + 0.05, -0.9), aspect="equal")
    ax.set_axis_off()
    bindings = [Binding(ax.text(H / 2, -0.45, "0", ha="center", va="center", color=style.H), "text", names)]
    shades = style.signed(products)
    for i in range(H):
        for j in range(H):
            cell = ax.add_patch(Rectangle((j, i), 1, 1, facecolor=style.PAPER, edgecolor=style.EDGE, lw=0.6))
            bindings.append(Binding(cell, "fill", shades[:, i, j].tolist()))
    colour_key(ax, -key_width("signed") / 2, -0.2, "signed", at=(0.5, 0))
    ax.add_patch(Rectangle((0, 0), H, H, fill=False, edgecolor=style.H, ls="--", lw=style.LINE, clip_on=False))
    return bindings


# --- one matrix, again and again -------------------------------------------------------------------------------------

CIRCLE = {
    "en": "‖Wⁿ‖ = {norm} for n = {n}: the farthest point of the circle. "
    "σ_max to the power n would be {bound}, ρ to the power n {floor}.",
    "ko": "n = {n}일 때 ‖Wⁿ‖ = {norm}: 원에서 가장 멀리 간 점이다. "
    "σ_max의 n제곱은 {bound}, ρ의 n제곱은 {floor}이다.",
}
CIRCLE_ALT = {
    "en": "Left the unit circle and what a matrix makes of it when it is applied n times, an ellipse with its longest "
    "half-axis as an arrow; right the length of that arrow over n on a logarithmic axis, beside the powers of σ_max "
    "and of ρ.",
    "ko": "왼쪽은 단위원과, 행렬을 n번 곱했을 때 그 원이 변한 타원(가장 긴 반축은 화살표). "
    "오른쪽은 로그축에 그린 그 화살표의 길이와 σ_max, ρ의 거듭제곱.",
}
AROUND = np.stack([np.cos(np.linspace(0, 2 * np.pi, 91)), np.sin(np.linspace(0, 2 * np.pi, 91))])


@picture
def circle_scene(W, steps=16):
    """A 2 × 2 matrix acts on the unit circle, once more at every step: what ρ and σ_max say.

    Parameters
    ----------
    W : array_like, (2, 2)
    steps : int
        How often it is applied in the end.

    Returns
    -------
    Scene
        Its step is n: W is applied n times.
    """
    W = np.asarray(W, float)
    n = np.arange(1, steps + 1)
    powers = np.array([np.linalg.matrix_power(W, k) for k in n])
    sides, lengths, _ = np.linalg.svd(powers)
    tips = sides[:, :, 0] * lengths[:, :1]
    tips *= np.where(tips[:, :1] < 0, -1, 1)  # an axis has two ends: always the right one
    fig = style.figure(10, 4.2)
    left, right = fig.subplots(1, 2, width_ratios=[1, 1.25])
    bindings = _ellipse(left, np.concatenate([AROUND[None], powers @ AROUND]), tips)
    bounds, floors = largest_singular_value(W) ** n, spectral_radius(W) ** n
    curves = ((bounds, style.MUTED, "-", r"$\sigma_{\max}^{n}$"), (floors, style.INK, ":", r"$\rho^n$"),
              (lengths[:, 0], style.H, "-", r"$\Vert W^n\Vert$"))  # fmt: skip
    every = on_axis(np.concatenate([values for values, *_ in curves]))
    norm_axis(right, n[-1], 10.0 ** np.floor(np.log10(every.min())), 10.0 ** np.ceil(np.log10(every.max())))
    right.set(xlabel="$n$", xticks=n[3::4])
    for values, colour, ls, _ in curves:
        right.plot(n, on_axis(values), color=colour, ls=ls, lw=2.4)
    for place, (_, colour, _, name) in zip(_apart(right, [v[-1] for v, *_ in curves]), curves, strict=True):
        right.text(1.03, place, name, color=colour, transform=right.transAxes, va="center", clip_on=False)
    [dot] = right.plot([1], [1], "o", color=style.H, ms=9, clip_on=False)
    bindings.append(Binding(dot, "move", np.stack([n, on_axis(lengths[:, 0])], axis=1)))
    said = [
        words.say(CIRCLE, n=k, norm=power(length), bound=power(bound), floor=power(low))
        for k, length, bound, low in zip(n, lengths[:, 0], bounds, floors, strict=True)
    ]
    return Scene(fig, bindings, sentences=said, alt=words.say(CIRCLE_ALT), label="n", start=min(3, steps - 1))


def _ellipse(ax, shapes, tips):
    """The unit circle, what became of it, and the longest half-axis as an arrow; equal axes."""
    reach = 1.2 * np.abs(shapes).max()
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xlabel="$v_1$", ylabel="$v_2$")
    for axis in (ax.xaxis, ax.yaxis):
        axis.get_major_locator().set_params(integer=True, nbins=5)
    ax.plot(*shapes[0], color=style.MUTED, lw=style.THIN)
    [outline] = ax.plot(*shapes[1], color=style.H, lw=style.LINE)
    [shaft] = ax.plot([0, 1], [0, 1], color=style.H, lw=2.8)
    name = ax.text(-0.95 * reach, 0.9 * reach, "0", color=style.H, va="center")
    return [
        Binding(outline, "points", shapes[1:].transpose(0, 2, 1)),
        Binding(shaft, "points", arrows(tips, 0.06 * reach)),
        Binding(name, "text", [f"→ {power(length)}" for length in np.linalg.norm(tips, axis=1)], "‖Wⁿ‖"),
    ]


def _apart(ax, values, gap=0.09):
    """Places on the axis, 0 to 1, for the names of lines that end at `values`: none nearer than `gap` to another."""
    low, high = np.log10(ax.get_ylim())
    places = (np.log10(on_axis(values)) - low) / (high - low)
    for above, below in pairwise(np.argsort(-places, kind="stable")):
        places[below] = min(places[below], places[above] - gap)
    return places


def arrows(tips, head):
    """Arrows from the origin as lines through five points, (T, 5, 2): they can be bound."""
    along = tips / np.maximum(np.linalg.norm(tips, axis=1, keepdims=True), 1e-12)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    barbs = [tips - head * (along + side * 0.5 * across) for side in (1, -1)]
    return np.stack([np.zeros_like(tips), tips, barbs[0], tips, barbs[1]], axis=1)


# --- measured beside the bound ---------------------------------------------------------------------------------------

FLOWS_ALT = {
    "en": "Norms of ∂h_t/∂h_k over the lag on logarithmic axes, each with its bound: {told}.",
    "ko": "로그축에 그린 시차별 ∂h_t/∂h_k의 노름과 그 상한: {told}.",
}
FLOWS_SAID = {
    "en": "{name} ends at {last}, its bound at {bound}",
    "ko": "{name}: 마지막 값 {last}, 상한 {bound}",
}


@picture
def flows_scene(flows):
    """Measured norms beside their bounds, one panel for each matrix.

    Parameters
    ----------
    flows : dict of str to (norms, float)
        A symbol as title; ‖∂h_t/∂h_k‖ over the lags 0 … T, and the largest singular value of W_hh.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    fig = style.figure(10, 3.6)
    axes = np.atleast_1d(fig.subplots(1, len(flows), sharey=True))
    curves = {name: (norms, sigma ** np.arange(float(len(norms)))) for name, (norms, sigma) in flows.items()}
    every = np.concatenate([on_axis(np.concatenate(pair)) for pair in curves.values()])
    low, high = 10.0 ** np.floor(np.log10(every.min())), 10.0 ** np.ceil(np.log10(every.max()))
    told = []
    for ax, (name, (norms, bounds)) in zip(axes, curves.items(), strict=True):
        lags = np.arange(len(norms))
        norm_axis(ax, lags[-1], low, high)
        ax.plot(lags, on_axis(bounds), color=style.MUTED)
        ax.plot(lags, on_axis(norms), color=style.H, ls="--", lw=2.4)
        ax.set_title(name)
        told.append(words.say(FLOWS_SAID, name=_spoken(name), last=power(norms[-1]), bound=power(bounds[-1])))
    name_norm(axes[0])
    axes[0].text(0.96, 0.96, BOUND, color=style.MUTED, transform=axes[0].transAxes, ha="right", va="top")
    axes[0].text(0.96, 0.82, FLOW, color=style.H, transform=axes[0].transAxes, ha="right", va="top")
    alt = words.say(FLOWS_ALT, told=words.listed(told))
    return Scene(fig, [], sentences=[alt], alt=alt)


def _spoken(name):
    """A title without the signs of mathtext."""
    signs = (("$", ""), (r"\sigma_{\max}", "σ_max"), (r"\rho", "ρ"), (r"\approx", " ≈"), (r"\neq", "≠"),
             (r"\Vert", "‖"), (r"\partial ", "∂"), (r"\hat{y}", "ŷ"), (r"\ldots", "…"), (r"\sum", "Σ"),
             (r"\,", ""), ("\\", ""))  # fmt: skip
    for sign, plain in signs:
        name = name.replace(sign, plain)
    return name


# --- the playground --------------------------------------------------------------------------------------------------

NAMES = {"radius": "ρ", "sigma": "σ_max", "reached": "‖∂h_t/∂h_0‖", "norm": "‖∂L/∂W‖", "clipped": "‖∂L/∂W‖ →"}
REACH_ALT = {
    "en": "Three curves over the lag on a logarithmic axis: the norm of ∂h_t/∂h_k, its bound, and the terms of "
    "∂L/∂W_hh; beside them the numbers.",
    "ko": "로그축에 그린 시차별 곡선 셋: ∂h_t/∂h_k의 노름, 그 상한, ∂L/∂W_hh를 이루는 항. 옆에는 그 값.",
}
REACH = {
    "en": "‖∂h_t/∂h_k‖ {verdict} {flow} over {T} steps, with {activation}, ρ = {radius} and σ_max = {sigma}. "
    "‖∂L/∂W‖ = {norm}{clipped}. Values beyond 10⁻¹⁵ and 10¹⁵ are drawn on the edge.",
    "ko": "‖∂h_t/∂h_k‖ = {flow}({verdict}). {T}단계를 거슬러 간 값이며, 활성화 함수는 {activation}, ρ = {radius}, "
    "σ_max = {sigma}이다. ‖∂L/∂W‖ = {norm}{clipped}. 10⁻¹⁵보다 작거나 10¹⁵보다 큰 값은 가장자리에 그린다.",
}
VERDICTS = {
    "vanish": {"en": "vanishes to", "ko": "소실"},
    "explode": {"en": "explodes to", "ko": "폭주"},
    "live": {"en": "goes to", "ko": "소실도 폭주도 아님"},
}
NOTHING = {"make": "say", "text": "", "fields": {}}
CLIPPED = {"en": ", clipped to {limit}", "ko": ", 클리핑한 뒤 {limit}"}


class ReachPicture(makers.Picture):
    """The gradient playground's picture: drawn once, then only its values change.

    Parameters
    ----------
    longest : int
        The largest lag on the axis.
    """

    def __init__(self, longest):
        self.longest = longest

    def draw(self):
        # Axes placed by hand: a layout engine would draw everything twice.
        fig, longest = style.figure(10, 4.5, layout=None), self.longest
        ax = fig.add_axes((0.1, 0.155, 0.57, 0.8))
        norm_axis(ax, longest)
        name_norm(ax)
        looks = {"bound": (style.MUTED, "-", 1.8), "terms": (style.INK, ":", 2.4), "flow": (style.H, "--", 2.8)}
        lines = {
            name: ax.plot([0, longest], [1, 1], color=colour, ls=ls, lw=lw)[0]
            for name, (colour, ls, lw) in looks.items()
        }
        x = {"flow": "lags", "bound": "lags", "terms": "uses"}
        made = [(lines[name], "points", makers.points(x[name], name)) for name in ("flow", "bound", "terms")]
        made += self._column(fig.add_axes((0.7, 0.155, 0.29, 0.8)))
        cut = makers.say(CLIPPED, limit=makers.text("clipped", "power"))
        fields = {name: makers.text(name, "power") for name in ("radius", "sigma", "norm")}
        fields |= {"flow": makers.text("reached", "power"), "T": makers.text("T", "count")}
        fields |= {"activation": makers.text("activation", "words"), "clipped": makers.choose("cut", NOTHING, cut)}
        verdict = makers.choose("verdict", *(makers.say(VERDICTS[name]) for name in ("vanish", "live", "explode")))
        return fig, made, makers.say(REACH, verdict=verdict, **fields), words.say(REACH_ALT)

    @staticmethod
    def _column(ax):
        """What the curves are, and the numbers."""
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.set_axis_off()
        keys = ((FLOW, style.H, "--", 2.8), (BOUND, style.MUTED, "-", 1.8), (TERM, style.INK, ":", 2.4))
        for y, (name, colour, ls, lw) in zip((0.95, 0.83, 0.71), keys, strict=True):
            ax.plot([0, 0.17], [y, y], color=colour, ls=ls, lw=lw)
            ax.text(0.23, y, name, color=colour, va="center")
        names = {"radius": r"$\rho$", "sigma": r"$\sigma_{\max}$", "reached": r"$\Vert\partial h_t/\partial h_0\Vert$"}
        names |= {"norm": r"$\Vert\partial L/\partial W\Vert$", "clipped": ""}
        made = []
        for y, (key, name) in zip((0.52, 0.41, 0.3, 0.15, 0.04), names.items(), strict=True):
            ax.text(0.44, y, name, ha="right", va="center")
            number = makers.text(key, "power", "→ {}" if key == "clipped" else "{}")
            maker = makers.choose("limited", NOTHING, number) if key == "clipped" else number
            made.append((ax.text(0.5, y, "0", va="center"), "text", maker, NAMES[key]))
        return made

    @picture
    def scene(self, reach):
        """A scene of `reach` (see `seqlib.widgets.forget.Reach`); the drawing is that of the first one."""
        last, lags = reach.flow[-1], np.arange(len(reach.flow))
        run = {name: getattr(reach, name) for name in ("radius", "sigma", "norm", "clipped", "activation")}
        # With h_0 = 0 the earliest term is 0, always.
        curves = {"flow": on_axis(reach.flow), "bound": on_axis(reach.bound), "terms": on_axis(reach.terms[:-1])}
        run |= curves | {"steps": 1, "lags": lags, "uses": lags[:-2], "T": lags[-1], "reached": last}
        verdict = 0 if last < 1e-3 else 1 if last <= 1e3 else 2
        cut = int(reach.clipped < reach.norm)
        return super().scene(run | {"verdict": verdict, "limited": int(reach.limit is not None), "cut": cut})


# --- clipping and truncation -----------------------------------------------------------------------------------------

CLIP = {
    "en": "{by_norm} on the circle, {by_element} in the square: g = {g} has norm {norm}. By norm the direction stays; "
    "element by element it turns by {turn}°, and norm {left} is left.",
    "ko": "원 위의 {by_norm}, 사각형 안의 {by_element}: g = {g}의 노름은 {norm}이다. "
    "노름으로 자르면 방향은 그대로이고, 원소마다 자르면 {turn}° 돌아가며, 남는 노름은 {left}이다.",
}
UNTOUCHED = {
    "en": "g = {g} has norm {norm}: nothing is clipped.",
    "ko": "g = {g}의 노름은 {norm}이다. 자를 것이 없다.",
}
CLIP_ALT = {
    "en": "A gradient g of two numbers as an arrow, on equal axes. Clipped by its norm it ends on a circle, in the "
    "same direction; element by element it ends in a square, in another direction.",
    "ko": "가로세로 눈금이 같은 축에 화살표로 그린 두 수의 기울기 g. 노름으로 자르면 같은 방향으로 원 위에서 끝나고, "
    "원소마다 자르면 다른 방향으로 사각형 안에서 끝난다.",
}


@picture
def clip_scene(g, limit=1.0):
    """A gradient of two numbers, clipped by its norm (it ends on a circle) and element by element (in a square).

    Parameters
    ----------
    g : array_like, (2,) or (T, 2)
        One gradient, or one for each step.
    limit : positive float

    Returns
    -------
    Scene
        One step for each gradient.
    """
    g = np.atleast_2d(np.asarray(g, float))
    norms = np.linalg.norm(g, axis=1, keepdims=True)
    by_norm, by_element = g * np.minimum(1.0, limit / norms), np.clip(g, -limit, limit)
    fig = style.figure(10, 3.9)
    ax, column = fig.subplots(1, 2, width_ratios=[1.5, 1])
    low, high = np.minimum(g.min(axis=0), -0.15 * limit), np.maximum(g.max(axis=0), limit) * 1.12
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], max(high[1], 1.35 * limit)), aspect="equal",
           xlabel="$g_1$", ylabel="$g_2$")  # fmt: skip
    ax.yaxis.get_major_locator().set_params(nbins=4)
    ax.add_patch(Circle((0, 0), limit, fill=False, edgecolor=style.H, lw=style.THIN))
    ax.add_patch(Rectangle((-limit, -limit), 2 * limit, 2 * limit, fill=False, edgecolor=style.KEEP, lw=style.THIN))
    cut = (norms[:, 0] > limit).astype(float)
    looks = ((g, style.MUTED, "$g$", 2.2), (by_element, style.KEEP, "□", 3.0), (by_norm, style.H, "○", 3.0))
    bindings, gap = [], 0.09 * (high[0] - low[0])
    for tips, colour, name, lw in looks:
        [shaft] = ax.plot([0, 1], [0, 1], color=colour, lw=lw)
        text = ax.text(0, 0, name, color=colour, ha="center", va="center", weight="bold")
        shift = np.array({"$g$": (0.5 * gap, 0.0), "□": (0.42 * gap, 0.2 * gap), "○": (-0.3 * gap, -0.55 * gap)}[name])
        bindings += [Binding(shaft, "points", arrows(tips, 0.35 * gap)), Binding(text, "move", tips + shift)]
        if name != "$g$":
            bindings += [Binding(shaft, "opacity", cut), Binding(text, "opacity", cut)]
    turns = _turns(by_norm, by_element)
    bindings += _clip_column(column, limit, g, by_norm, by_element, turns)
    said = [
        words.say(CLIP if norm > limit else UNTOUCHED, g=_pair(v), norm=power(norm), by_norm=_pair(a),
                  by_element=_pair(b), turn=f"{turn:.0f}", left=power(np.linalg.norm(b)))
        for v, norm, a, b, turn in zip(g, norms[:, 0], by_norm, by_element, turns, strict=True)
    ]  # fmt: skip
    return Scene(fig, bindings, sentences=said, alt=words.say(CLIP_ALT), start=len(g) - 1, label="n")


def _turns(a, b):
    """The angles between pairs of vectors, in degrees."""
    cosines = (a * b).sum(axis=1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    return np.degrees(np.arccos(np.clip(cosines, -1, 1)))


def _pair(v):
    return "({:.2f}, {:.2f})".format(*v).replace("-", "−")


def _clip_column(ax, limit, g, by_norm, by_element, turns):
    """What the arrows are, their norms, and by how much they turned."""
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set_axis_off()
    rows = (
        (0.9, style.MUTED, "$g$", g, np.zeros(len(g))),
        (0.56, style.H, rf"○  $g\cdot\min(1,\,{limit:g}/\Vert g\Vert)$", by_norm, np.zeros(len(g))),
        (0.22, style.KEEP, rf"□  $\max(-{limit:g},\,\min({limit:g},\,g_i))$", by_element, turns),
    )
    bindings = []
    for y, colour, name, values, turn in rows:
        ax.text(0, y, name, color=colour, va="center")
        ax.text(0.06, y - 0.13, r"$\Vert\cdot\Vert$ =", va="center")
        norm = ax.text(0.27, y - 0.13, "0", va="center")
        bindings.append(Binding(norm, "text", [power(size) for size in np.linalg.norm(values, axis=1)]))
        if values is not g:
            angle = ax.text(0.62, y - 0.13, "0", va="center")
            bindings.append(Binding(angle, "text", [f"∠ {degrees:.0f}°" for degrees in turn]))
    return bindings


WINDOW_ALT = {
    "en": "Two curves over the window: the relative error of the truncated gradient, from {first} at window {w} to "
    "{last} at window {v}; and the memory of a trace, from {least} to {most} KB.",
    "ko": "윈도 길이에 따른 두 곡선. 절단한 기울기의 상대 오차는 윈도 {w}에서 {first}, 윈도 {v}에서 {last}. "
    "기록의 메모리는 {least:,} KB에서 {most:,} KB까지.",
}


@picture
def window_scene(windows, errors, kilobytes):
    """What truncation costs and saves: relative error of the gradient, and memory of the trace, over the window.

    Parameters
    ----------
    windows : list of n int
    errors, kilobytes : array_like, (n,)
    """
    fig = style.figure(10, 3.3)
    left, right = fig.subplots(1, 2)
    errors = np.round(errors, 9)  # the last digits differ between machines, and the ids in the picture with them
    left.plot(windows, errors, "o--", color=style.INK)
    left.set(xlabel="$w$", ylabel=r"$\Vert g_w - g\Vert\,/\,\Vert g\Vert$", ylim=(0, None))
    right.plot(windows, kilobytes, "o-", color=style.H)
    right.set(xlabel="$w$", ylabel="KB", ylim=(0, None))
    for ax in (left, right):
        ax.set_xlim(0, None)
    alt = words.say(WINDOW_ALT, w=windows[0], v=windows[-1], first=power(errors[0]), last=power(errors[-1]),
                    least=round(kilobytes[0]), most=round(kilobytes[-1]))  # fmt: skip
    return Scene(fig, [], sentences=[alt], alt=alt)


# --- the adding problem ----------------------------------------------------------------------------------------------

ADDING_ALT = {
    "en": "The adding problem at growing minimal lag. Right answers of each run, and how many runs solved it: {told}.",
    "ko": "최소 시차를 늘려 가며 푼 덧셈 문제. 학습 실행마다의 정답률과, 문제를 푼 횟수: {told}.",
}
ADDING_SAID = {"en": "lag {lag}: {solved} of {n}", "ko": "시차 {lag}: {n}번 중 {solved}번"}


@picture
def adding_scene(runs, chance):
    """Success of stored runs over the minimal lag: the share of right answers of each run, and how many solved it.

    Parameters
    ----------
    runs : dict of str to dict of int to list of (correct, solved)
        Up to two kinds of runs by their symbols; in each, for every minimal lag one pair for each run.
    chance : float from 0 to 1
        The share of right answers that needs no memory.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    lags, told = list(next(iter(runs.values()))), []
    if len(runs) > 2 or any(list(of_lag) != lags for of_lag in runs.values()):
        raise ValueError(f"runs must be of at most two kinds at the same lags, but {len(runs)} came, at "
                         f"{shown([[*of_lag] for of_lag in runs.values()])}.")  # fmt: skip
    fig = style.figure(10, 3.5)
    left, right = fig.subplots(1, 2)
    for k, (name, of_lag) in enumerate(runs.items()):
        colour = {"color": style.H} if k == 0 else {"facecolor": style.PAPER, "edgecolor": style.H, "linewidth": 1.5}
        for place, (lag, pairs) in enumerate(of_lag.items()):
            n, solved, at = len(pairs), sum(bool(s) for _, s in pairs), place + 0.4 * k - 0.2 * (len(runs) - 1)
            spread = at + np.linspace(-0.13, 0.13, n)
            left.scatter(spread, [c for c, _ in pairs], s=42, **colour)
            label = name if place == 0 else None
            right.bar(at, solved / n, 0.36, label=label, **colour)
            right.text(at, solved / n + 0.02, f"{solved}", ha="center", va="bottom")
            told.append(f"{_spoken(name)}, {words.say(ADDING_SAID, lag=lag, solved=solved, n=n)}")
    left.axhline(chance, color=style.MUTED, ls="--", lw=style.THIN)
    left.set_ylabel(r"$|\hat{y}-y|<0.04$")
    right.set_ylabel(f"$n\\,/\\,{n}$")
    right.legend(loc="upper right")
    for ax in (left, right):
        ax.set(xlim=(-0.6, len(lags) - 0.4), ylim=(0, 1.15), yticks=[0, 0.5, 1], xlabel="$T/2$")
        ax.set_xticks(range(len(lags)), list(map(str, lags)))
        ax.tick_params(length=0)
    alt = words.say(ADDING_ALT, told=words.listed(told))
    return Scene(fig, [], sentences=[alt], alt=alt)


# --- eight seeds, eight lines ----------------------------------------------------------------------------------------

SEEDS_ALT = {
    "en": "The same training with {n} seeds, one line each, over the updates: {names}.",
    "ko": "시드 {n}개로 되풀이한 같은 학습을 업데이트 수에 따라 시드마다 선 하나로 그렸다: {names}.",
}
SEEDS = {"en": "{name} after {last} updates: {told}.", "ko": "업데이트 {last}번 뒤의 {name}: {told}."}
SEED_WITH = {"en": "{value} with seed {seeds}", "ko": "{value}(시드 {seeds})"}
SEEDS_WITH = {"en": "about {value} with seed {seeds}", "ko": "약 {value}(시드 {seeds})"}
UPDATES = {"en": "updates", "ko": "업데이트"}


@picture
def seeds_scene(updates, panels, *, log=()):
    """One line for each seed over the updates, with the seeds' numbers where the lines end.

    Parameters
    ----------
    updates : array_like, (n,)
    panels : dict of str to array_like, (S, n)
        The symbol at the axis, and the values of S seeds.
    log : collection of str
        Which of them are norms, on a logarithmic axis; the others are shares, from 0 to 1.

    Returns
    -------
    Scene
        With a single step: a picture.
    """
    updates = np.asarray(updates)
    if odd := [name for name in log if name not in panels]:
        raise ValueError(f"log must be some of {', '.join(panels)}, but {shown(odd[0])} came.")
    if len(updates) < 2 or (np.diff(updates) <= 0).any():
        raise ValueError(f"updates must be two or more that grow, but {shown(updates.tolist())} came.")
    fig = style.figure(10, 3.7)
    axes = np.atleast_1d(fig.subplots(1, len(panels)))
    told = []
    for ax, (name, values) in zip(axes, panels.items(), strict=True):
        values = on_axis(values) if name in log else np.asarray(values, float)
        ax.set(xlim=(updates[0], updates[-1]), xlabel=words.say(UPDATES), ylabel=name)
        if name in log:
            low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
            ax.set(yscale="log", ylim=(10.0**low, 10.0**high))
            ax.set_yticks(10.0 ** np.arange(low, high + 1, max(1, round((high - low) / 6))))
            ax.minorticks_off()
        else:
            ax.set(ylim=(-0.02, 1.04), yticks=[0, 0.25, 0.5, 0.75, 1])
        for k, line in enumerate(values):
            ax.plot(updates, line, lw=style.LINE, ls=("-", "--")[k % 2], clip_on=False)
        ends = []
        for place, seeds in _together(ax, values[:, -1]):
            ax.text(1.02, place, " ".join(map(str, seeds)), transform=ax.transAxes, va="center", clip_on=False)
            last = values[seeds, -1]
            value = power(np.exp(np.log(last).mean()) if name in log else last.mean())
            said = SEED_WITH if len({power(end) for end in last}) == 1 else SEEDS_WITH
            ends.append(words.say(said, value=value, seeds=", ".join(map(str, seeds))))
        told.append(words.say(SEEDS, name=_spoken(name), last=updates[-1], told=words.listed(ends)))
    names = ", ".join(map(_spoken, panels))
    return Scene(fig, [], sentences=[" ".join(told)], alt=words.say(SEEDS_ALT, n=len(values), names=names))


def _together(ax, ends, near=0.07):
    """Seeds whose lines end near one another, from the highest down: (place on the axis from 0 to 1, seeds)."""
    scale = np.log10 if ax.get_yscale() == "log" else np.asarray
    low, high = scale(ax.get_ylim())
    places, groups = (scale(ends) - low) / (high - low), []
    for seed in np.argsort(-places, kind="stable").tolist():
        if groups and groups[-1][0] - places[seed] < near:
            groups[-1][1].append(seed)
        else:
            groups.append((places[seed], [seed]))
    return [(np.mean(places[seeds]), sorted(seeds)) for _, seeds in groups]
