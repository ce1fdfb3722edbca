"""Pictures of backpropagation through time: terms by hand, there and back, the two gradients that meet, all τ at once.

A gradient keeps its quantity's colour; its arrow is dashed and points backwards.
"""

from itertools import pairwise

import numpy as np
from matplotlib.patches import FancyBboxPatch, Polygon, Rectangle

from .. import doors, words
from ..nn.functions import ACTIVATIONS, LOSSES
from ..study.bptt import contributions
from . import diagrams, makers, panels, style
from .picture import picture
from .promise import as_promised
from .scene import Binding, Moves, Scene
from .scenes import sub

# --- three steps by hand ---------------------------------------------------------------------------------------------

TERMS_ALT = {
    "en": "Three steps of a network with one hidden unit, and below them the factors of each term of the gradient.",
    "ko": "은닉 유닛이 하나인 신경망의 세 시점과, 그 아래 기울기의 항마다 곱해지는 인수들.",
}
FORWARD_DONE = {
    "en": "L = {loss} after the way forward: h₀ → h₁ → h₂ → h₃ → ŷ₃.",
    "ko": "L = {loss}: 순전파 h₀ → h₁ → h₂ → h₃ → ŷ₃을 마친 손실이다.",
}
TERM = {
    "en": "τ{s} = {factors} = {value}: from the loss back to h{s}, then into {name} with h{b} held fixed.",
    "ko": "τ{s} = {factors} = {value}: 손실에서 h{s}까지 거슬러 온 뒤, h{b} 값은 고정하고 {name} 쪽으로 간다.",
}
SUM = {
    "en": "∂L/∂{name} = {value}, the sum of the three terms.",
    "ko": "∂L/∂{name} = {value}: 세 항의 합이다.",
}
STEP = {"en": "step", "ko": "순서"}  # on the controls: not every step is a t
WEIGHTS = {"W_hh": "W_{hh}", "W_xh": "W_{xh}"}


def chain(model, x, targets, h0=None, name="W_hh"):
    """The factors of τ_1, τ_2, τ_3 for a network of one unit, one input and one output at the end.

    Parameters
    ----------
    model : SequenceModel
        Many-to-one, mean squared error, D = H = K = 1.
    x, targets, h0
        As for the model, with three steps of one example.
    name : {"W_hh", "W_xh"}

    Returns
    -------
    dict of str to ndarray
        ``loss`` () and ``dy`` (), ∂L/∂ŷ_3; ``y`` () and ``readout`` (), ∂ŷ_3/∂h_3; ``h`` (4,), ``slope`` (3,);
        ``back`` (3,), ∂h_t/∂h_{t-1}; ``immediate`` (3,), ∂⁺h_t/∂W; ``tau`` (3,).
    """
    sizes = (model.cell.D, model.cell.H, model.readout.K, *np.shape(x)[::2])
    if model.shape != "many-to-one" or model.loss_name != "mse" or sizes != (1, 1, 1, 3, 1):
        raise ValueError(
            "model must be many-to-one with mse, D = H = K = 1, and x three steps of one example, "
            f"but {model!r} and x of shape {np.shape(x)} came."
        )
    if name not in WEIGHTS:
        raise ValueError(f"name must be one of {', '.join(WEIGHTS)}, but {doors.shown(name)} came.")
    trace = model.forward(x, h0)
    loss, dy = (part.item() for part in LOSSES["mse"](trace.logits, targets))
    h, readout = trace.h_all.ravel(), model.params.W_hy.item()
    slope = ACTIVATIONS[model.cell.activation].slope(h[1:])
    back, immediate = slope * model.params.W_hh.item(), slope * (h[:-1] if name == "W_hh" else trace.x.ravel())
    far = np.cumprod([1.0, *back[:0:-1]])[::-1]  # ∂h_3/∂h_t
    return {
        "loss": loss, "dy": dy, "y": trace.logits.item(), "readout": readout, "h": h, "x": trace.x.ravel(),
        "slope": slope, "back": back, "immediate": immediate, "tau": dy * readout * far * immediate,
    }  # fmt: skip


AT = {"h": (1.95, 3.5, 5.05, 6.6), "y": 8.1, "L": 9.4}
ROWS = {3: 2.45, 2: 1.85, 1: 1.25}


@picture
def terms_scene(model, x, targets, *, h0=None, name="W_hh"):
    """BPTT by hand: three steps, and below each arrow its factor. One term a step: τ_3, τ_2, τ_1, and the sum.

    Parameters
    ----------
    model : SequenceModel
        As for `chain`.
    x : ndarray, (T, D, N)
    targets : ndarray
    h0 : ndarray, (H, N), optional
    name : {"W_hh", "W_xh"}

    Returns
    -------
    Scene
    """
    made, W = chain(model, x, targets, h0, name), WEIGHTS[name]
    fig, ax = diagrams.canvas(10, 5.3)
    _three_steps(ax, made)
    _factor_names(ax)
    bindings = []
    for n, k in enumerate((3, 2, 1), start=1):
        artists = _term(ax, made, k, W)
        bindings += [Binding(artist, "opacity", np.where(np.arange(5) >= n, 1.0, 0.0)) for artist in artists]
    total = _three(made["tau"].sum())
    sums = ax.plot([0.15, 9.85], [0.86, 0.86], color=style.INK, lw=style.THIN)
    sums.append(
        ax.text(
            0.15, 0.47, rf"$\partial L/\partial {W} \; = \; \tau_3 + \tau_2 + \tau_1 \; =$", va="center", size=style.BIG
        )
    )
    sums.append(ax.text(3.5, 0.47, total, va="center", size=style.BIG, weight="bold"))
    bindings += [Binding(artist, "opacity", [0.0, 0.0, 0.0, 0.0, 1.0]) for artist in sums]
    said = [words.say(FORWARD_DONE, loss=_three(made["loss"]))]
    for k in (3, 2, 1):
        factors = " · ".join(_three(f) for f in _factors(made, k))
        value = _three(made["tau"][k - 1])
        said.append(words.say(TERM, s=sub(k), b=sub(k - 1), name=name, factors=factors, value=value))
    said.append(words.say(SUM, name=name, value=total))
    return Scene(fig, bindings, sentences=said, alt=words.say(TERMS_ALT), start=4, label=words.say(STEP))


@as_promised
def terms_scenes(model, x, targets, h0):
    """`terms_scene` of W_hh twice: from `h0`, and from h_0 = 0, where τ_1 is exactly 0.

    Parameters
    ----------
    model, x, targets
        As for `terms_scene`.
    h0 : ndarray, (1, 1)

    Returns
    -------
    dict of str to Scene
        For a `Chooser`.
    """
    return {f"h₀ = {h.item():g}": terms_scene(model, x, targets, h0=h) for h in (np.asarray(h0), np.zeros((1, 1)))}


def _factors(made, k):
    """∂L/∂ŷ_3, ∂ŷ_3/∂h_3, the Jacobians from h_3 down to h_k, and the immediate derivative."""
    return [made["dy"], made["readout"], *made["back"][k:][::-1], made["immediate"][k - 1]]


def _three_steps(ax, made):
    """The forward pass: boxes with their numbers, arrows, inputs."""
    y, boxes = 4.15, [*zip(AT["h"], ("$h_0$", "$h_1$", "$h_2$", "$h_3$"), made["h"], [style.H] * 4, strict=True)]
    boxes += [(AT["y"], r"$\hat{y}_3$", made["y"], style.INK), (AT["L"], "$L$", made["loss"], style.INK)]
    for x, label, value, colour in boxes:
        ax.add_patch(FancyBboxPatch((x - 0.42, y - 0.36), 0.84, 0.72, boxstyle="round,pad=0,rounding_size=0.08",
                                    facecolor="white", edgecolor=colour, lw=2, zorder=3))  # fmt: skip
        ax.text(x, y + 0.16, label, color=colour, ha="center", va="center", size=style.BIG, zorder=4)
        ax.text(x, y - 0.18, _three(value), ha="center", va="center", zorder=4)
    for (left, *_), (right, _, _, colour) in pairwise(boxes):
        diagrams.arrow(ax, (left + 0.42, y + 0.14), (right - 0.42, y + 0.14), colour=colour)
    for t, x in enumerate(AT["h"][1:], start=1):
        diagrams.arrow(ax, (x, 4.88), (x, y + 0.36), colour=style.X)
        ax.text(x, 5.06, f"$x_{t}$ = {_three(made['x'][t - 1])}", color=style.INK, ha="center", va="center")


def _factor_names(ax):
    """What stands below each arrow of the way back."""
    y = 3.2
    places = [
        (AT["L"] + AT["y"], r"\partial L", r"\partial\hat{y}_3"),
        (AT["y"] + AT["h"][3], r"\partial\hat{y}_3", r"\partial h_3"),
    ]
    places += [(AT["h"][t] + AT["h"][t - 1], rf"\partial h_{t}", rf"\partial h_{t - 1}") for t in (3, 2)]
    for twice, above, below in places:
        ax.text(twice / 2, y, rf"$\frac{{{above}}}{{{below}}}$", ha="center", va="center", size=22)


def _term(ax, made, k, W):
    """One row: τ_k, its factors below their arrows, and the way back to h_k."""
    y, h = ROWS[k], AT["h"]
    artists = [ax.text(0.15, y, rf"$\tau_{k}$ = {_three(made['tau'][k - 1])} =", va="center", size=style.BIG)]
    middles = [(AT["L"] + AT["y"]) / 2, (AT["y"] + h[3]) / 2, *((h[t] + h[t - 1]) / 2 for t in range(3, k, -1))]
    for x, value in zip(middles, _factors(made, k)[:-1], strict=True):
        artists.append(ax.text(x, y, _three(value), ha="center", va="center"))
    places = [h[k], *reversed(middles)]
    for left, right in pairwise(places):
        artists.append(ax.text((left + right) / 2, y, "·", ha="center", va="center", size=style.BIG))
    artists.append(
        ax.text(h[k], y, _three(made["immediate"][k - 1]), ha="center", va="center",
                bbox={"boxstyle": "round,pad=0.25", "fc": style.NOW, "ec": "none"})
    )  # fmt: skip
    name = rf"$\frac{{\partial^+ h_{k}}}{{\partial {W}}}$"
    artists.append(ax.text(h[k], 3.2, name, ha="center", va="center", size=22, color=style.H))
    ends = [AT["L"], AT["y"], h[3]] if k == 3 else [h[k + 1], h[k]]
    for start, end in pairwise(ends):
        artists += back_arrow(ax, (start - 0.42, 4.0), (end + 0.42, 4.0), colour=style.H)
    artists += back_arrow(ax, (h[k], 3.79), (h[k], 3.5), colour=style.H)
    return artists


def _three(value):
    """Three decimals; a true minus sign, and 0 only for what is zero."""
    return "0" if value == 0 else f"{value:.3f}".replace("-", "−")


def back_arrow(ax, start, end, *, colour, width=style.LINE):
    """A gradient's way: dashed, with a head at `end`. Returns its artists."""
    start, end = np.array(start, float), np.array(end, float)
    along = (end - start) / np.linalg.norm(end - start)
    across, size = np.array([-along[1], along[0]]), 0.06 + 0.014 * width
    neck = end - 1.6 * size * along
    head = Polygon([end, neck + size * across, neck - size * across], closed=True, fc=colour, ec="none", zorder=4)
    dashes = (0, (max(1.2, 3.2 / width), max(0.8, 2.0 / width)))  # in units of the line width
    line = ax.plot(*zip(start, neck, strict=True), color=colour, lw=width, ls=dashes, zorder=4)
    return [*line, ax.add_patch(head)]


# --- there and back --------------------------------------------------------------------------------------------------

BACK_ALT = {
    "en": "A recurrent network unrolled over {T} steps. Solid arrows run forward in time, dashed ones carry the "
    "gradients back; the wider, the larger. At the bottom the terms for W_hh are added up.",
    "ko": "시점 {T}개로 펼친 순환 신경망. 실선 화살표는 시간 순서를 따라가고, 파선 화살표는 기울기를 거꾸로 나른다. "
    "굵을수록 기울기가 크다. 맨 아래에서 W_hh의 항들이 더해진다.",
}
GO = {
    "en": "h{s} is made from {came} and h{b}, on the way forward at t = {t}.{loss}",
    "ko": "시점 {t}, 순전파: h{s} 값을 입력({came})과 h{b} 값에서 만든다.{loss}",
}
HAS_LOSS = {"en": " Its loss is {loss}.", "ko": " 손실은 {loss}이다."}
TOTAL = {
    "en": "L = {loss} is the sum of all losses. Nothing has been updated yet; now the way back begins.",
    "ko": "L = {loss}: 모든 손실의 합이다. 아직 아무것도 업데이트하지 않았다. 이제 거슬러 올라간다.",
}
RETURN = {
    "en": "‖∂L/∂h{s}‖ = {total} on the way back at t = {t}: {parts}. Through tanh into W_hh: ‖τ{s}‖ = {tau}.",
    "ko": "시점 {t}, 역전파: ‖∂L/∂h{s}‖ = {total}. {parts}. tanh를 지나 W_hh로: ‖τ{s}‖ = {tau}.",
}
MEET = {
    "en": "two vectors add up, ‖·‖ = {own} from its own loss and ‖·‖ = {next} from h{s}",
    "ko": "자기 손실에서 온 벡터(‖·‖ = {own})와 h{s}에서 온 벡터(‖·‖ = {next})를 더한 것이다",
}
OWN = {"en": "all of it from its own loss", "ko": "모두 자기 손실에서 왔다"}
NEXT = {"en": "all of it from h{s}", "ko": "모두 h{s}에서 왔다"}


@picture
def backward_scene(model, x, targets, n=0, *, inputs=None, start=None):
    """There and back on the unrolled network: T steps forward, the sum of the losses, T steps backwards.

    Parameters
    ----------
    model : SequenceModel of an RNN
        Many-to-many or many-to-one, with a plain cell.
    x : ndarray, (T, D, N)
        At most 6 steps can be read.
    targets : ndarray, (T, K, N) or (T or K, N) or (N,)
        As for ``model.loss_and_gradients``.
    n : int
        Which example.
    inputs : list of T str, optional
        What stands below each step.
    start : int, optional
        The step shown first, from 0; by default the last.

    Returns
    -------
    Scene
        Its 2 T + 1 steps. The widths of the dashed arrows are norms.
    """
    run = _way_back(model, x[:, :, n : n + 1], model._targets(targets)[..., n : n + 1])
    T, inputs = len(run["h"]), inputs or [""] * len(run["h"])
    fig, ax = diagrams.canvas(10, 5.5)
    panels.colour_key(ax, 9.85 - panels.key_width("signed"), 5.22, "signed")
    pitch = 9.2 / (T + 0.3)
    centres = 0.35 + (0.8 + np.arange(T)) * pitch
    now = Rectangle((0, 1.15), pitch, 3.65, facecolor=style.NOW, alpha=0.35, edgecolor="none", zorder=0)
    order = [*range(T), None, *reversed(range(T))]
    corners = [(-20, 1.15) if t is None else (centres[t] - pitch / 2, 1.15) for t in order]
    bindings = [Binding(ax.add_patch(now), "move", corners)]
    for t, centre in enumerate(centres):
        there = _forward_part(ax, run, t, centre, pitch, inputs[t])
        back, moves = _backward_part(ax, run, t, centre, pitch)
        bindings += moves
        bindings += [Binding(artist, "opacity", np.where(np.arange(2 * T + 1) >= t, 1.0, 0.15)) for artist in there]
        bindings += [
            Binding(artist, "opacity", np.where(np.arange(2 * T + 1) >= 2 * T - t, 1.0, 0.0)) for artist in back
        ]
    bindings += _sums(ax, run, order)
    said = [_say_back(run, step, t, inputs) for step, t in enumerate(order)]
    return Scene(
        fig,
        bindings,
        sentences=said,
        alt=words.say(BACK_ALT, T=T),
        start=2 * T if start is None else start,
        label=words.say(STEP),
    )


def _way_back(model, x, targets):
    """All norms that the picture shows, of one example."""
    if model.shape == "one-to-many":
        raise ValueError("model must be many-to-many or many-to-one, but a one-to-many model came.")
    trace = model.forward(x)
    loss_t, dlogits = LOSSES[model.loss_name](trace.logits, targets)
    grads = model.backward(trace, dlogits)
    T, S = len(trace.h), len(dlogits)
    dh_next = np.concatenate([model.params.W_hh.T @ grads.trace.a[1:], np.zeros_like(trace.h[:1])])
    tau = contributions(model, trace, grads).W_hh
    early = np.zeros(T - S)  # many-to-one: no loss before the last step
    return {
        "h": trace.h[:, :, 0], "loss": np.concatenate([early, loss_t]), "has_loss": np.arange(T) >= T - S,
        "own": np.concatenate([early, np.linalg.norm(model.params.W_hy.T @ dlogits, axis=(1, 2))]),
        "next": np.linalg.norm(dh_next, axis=(1, 2)), "total": np.linalg.norm(grads.trace.h, axis=(1, 2)),
        "tau": np.linalg.norm(tau, axis=(1, 2)),
        "sum": np.linalg.norm(np.cumsum(tau[::-1], axis=0)[::-1], axis=(1, 2)),
    }  # fmt: skip


CELL, LOSS, BOX = 2.85, 4.55, 0.42  # heights of the cells, the losses, and the sum at the bottom


def _forward_part(ax, run, t, x, pitch, token):
    H = run["h"].shape[1]
    unit, shades = 0.84 / H, style.signed(run["h"][t])
    artists = [
        ax.add_patch(
            Rectangle((x - 0.42 + i * unit, CELL - 0.3), unit, 0.6, fc=shades[i], ec="white", lw=0.6, zorder=3)
        )
        for i in range(H)
    ]
    artists.append(ax.add_patch(Rectangle((x - 0.42, CELL - 0.3), 0.84, 0.6, fill=False, ec=style.H, lw=2, zorder=3)))
    artists.append(
        ax.text(x - 0.46, CELL + 0.36, f"$h_{{{t + 1}}}$", color=style.H, ha="right", va="bottom", size=style.BIG)
    )
    artists += diagrams.arrow(ax, (x - pitch + 0.42, CELL + 0.15), (x - 0.42, CELL + 0.15), colour=style.H)
    if t == 0:
        ax.text(x - pitch + 0.42, CELL + 0.24, "$h_0$", color=style.H, va="bottom", size=style.BIG)
    if token:
        artists.append(ax.text(x - 0.1, 1.4, token, ha="center", va="center", parse_math=False))
        artists += diagrams.arrow(ax, (x - 0.1, 1.62), (x - 0.1, CELL - 0.3), colour=style.X)
    if run["has_loss"][t]:
        artists += diagrams.arrow(ax, (x - 0.14, CELL + 0.3), (x - 0.14, LOSS - 0.2), colour=style.INK)
        loss = f"$L_{{{t + 1}}}$ = {run['loss'][t]:.2f}"
        artists.append(ax.text(x, LOSS, loss, ha="center", va="center", size=style.BIG))
    return artists


def _backward_part(ax, run, t, x, pitch):
    """Dashed: from the loss and from the next state into h_t, and from h_t down to the weights.

    When they appear, their heads run along the wires.
    """
    wide = max(run[name].max() for name in ("own", "next", "tau")) or 1.0
    artists, moves, room = [], [], pitch > 1.4

    def gradient(value, start, end, place, colour=style.H, **align):
        artists.extend(back_arrow(ax, start, end, colour=colour, width=1.0 + 5.0 * value / wide))
        moves.append(Moves([artists[-1]], start, step=2 * len(run["h"]) - t))
        if room:
            artists.append(ax.text(*place, _two(value), color=colour, **align))

    if run["has_loss"][t]:
        gradient(run["own"][t], (x + 0.16, LOSS - 0.2), (x + 0.16, CELL + 0.32), (x + 0.32, 3.75), va="center")
    if t + 1 < len(run["h"]):
        right = x + pitch - 0.42
        place = ((x + 0.44 + right) / 2 + 0.12, CELL - 0.28)
        gradient(run["next"][t], (right, CELL - 0.13), (x + 0.44, CELL - 0.13), place, ha="center", va="top")
    gradient(run["tau"][t], (x + 0.28, CELL - 0.3), (x + 0.28, BOX + 0.33), (x + 0.46, 1.0), va="center")
    return artists, moves


def _two(value):
    """Two decimals, and 0 only for what is zero."""
    return "0" if value == 0 else f"{value:.2f}"


def _sums(ax, run, order):
    """The losses add up at the top, the terms of ∂L/∂W_hh at the bottom."""
    T, above, below = len(run["h"]), [], []
    for step, t in enumerate(order):
        there = run["loss"][: min(step, T - 1) + 1][run["has_loss"][: min(step, T - 1) + 1]]
        terms = " + ".join(f"{value:.2f}" for value in there)
        above.append(f"{terms} = {there.sum():.2f}" if len(there) > 1 and step >= T else terms)
        here = " + ".join(f"τ{sub(k)}" for k in range(T, T - (step - T), -1))
        below.append("" if t is None or step < T else f"‖{here}‖ = {run['sum'][t]:.2f}")
    ax.text(0.35, 5.2, "$L$ =", va="center", size=style.BIG)
    ax.add_patch(FancyBboxPatch((0.35, BOX - 0.27), 9.3, 0.54, boxstyle="round,pad=0,rounding_size=0.08",
                                facecolor="#EAF2F8", edgecolor=style.H, lw=1.5, zorder=0))  # fmt: skip
    ax.text(0.5, BOX, r"$\partial L / \partial W_{hh}$", color=style.H, va="center", size=style.BIG)
    return [
        Binding(ax.text(1.0, 5.2, "0", va="center", size=style.BIG), "text", above, "L"),
        Binding(ax.text(2.3, BOX, "0", va="center", size=style.BIG), "text", below, "∂L/∂W_hh"),
    ]


def _say_back(run, step, t, inputs):
    T = len(run["h"])
    if t is None:
        return words.say(TOTAL, loss=f"{run['loss'].sum():.2f}")
    if step < T:
        loss = words.say(HAS_LOSS, loss=f"{run['loss'][t]:.2f}") if run["has_loss"][t] else ""
        came = words.quoted(inputs[t]) if inputs[t] else f"x{sub(t + 1)}"
        return words.say(GO, t=t + 1, s=sub(t + 1), b=sub(t), came=came, loss=loss)
    later = {"next": _two(run["next"][t]), "s": sub(t + 2)}
    if t + 1 == T:
        parts = words.say(OWN)
    else:
        parts = words.say(MEET, own=_two(run["own"][t]), **later) if run["has_loss"][t] else words.say(NEXT, **later)
    return words.say(RETURN, t=t + 1, s=sub(t + 1), parts=parts, total=_two(run["total"][t]), tau=_two(run["tau"][t]))


# --- two gradients meet ----------------------------------------------------------------------------------------------

MEETING_ALT = {
    "en": "One step back in numbers: the gradient from the step's own loss plus the one from the next state is the "
    "gradient of h_t; times the slope of tanh it is that of a_t, and through W_hh it goes on to h_t−1.",
    "ko": "거슬러 가는 한 시점의 값: 그 시점의 손실에서 온 기울기와 다음 상태에서 온 기울기를 더하면 h_t의 기울기이고, "
    "tanh의 미분을 곱하면 a_t의 기울기이며, W_hh를 지나 h_t−1로 간다.",
}
MEETING = {
    "en": "dh{s} = {total}: what comes from L{s} and from h{n} is added entry by entry. Norms do not add: {a} and {b} "
    "make {c}, not {d}.",
    "ko": "dh{s} = {total}: L{s}에서 온 값과 h{n}에서 온 값을 성분끼리 더한다. 노름은 더해지지 않는다. "
    "두 노름 {a}, {b}의 합은 {d}이지만 합한 벡터의 노름은 {c}이다.",
}
MEETING_OWN = {
    "en": "dh{s} = {total}, all of it from L{s}: no later step has used h{s}.",
    "ko": "dh{s} = {total}: 모두 L{s}에서 왔다. h{s} 값을 쓴 이후 시점이 없다.",
}
MEETING_NEXT = {
    "en": "dh{s} = {total}, all of it from h{n}: step {t} has no loss of its own.",
    "ko": "dh{s} = {total}: 모두 h{n}에서 왔다. 시점 {t}에는 자기 손실이 없다.",
}
MEETING_AT = {"own": 0.95, "next": 2.75, "total": 4.55, "slope": 6.0, "a": 7.45, "out": 9.2}  # the columns


@picture
def meeting_scene(model, x, targets, n=0):
    """One step back at a time in numbers: two gradients add up at h_t, go through tanh, and on through W_hh.

    Parameters
    ----------
    model : SequenceModel of an RNN
        Many-to-many or many-to-one, with a plain cell; at most 6 hidden units and 8 steps can be read.
    x : ndarray, (T, D, N)
    targets : ndarray, (T, K, N) or (T or K, N) or (N,)
        As for ``model.loss_and_gradients``.
    n : int
        Which example.

    Returns
    -------
    Scene
        T steps: the first is t = T, the last t = 1. ``scene.asking("dh")`` lets a reader add up.
    """
    run = _messages(model, x[:, :, n : n + 1], model._targets(targets)[..., n : n + 1])
    T, H = run["total"].shape
    half = H * diagrams.ROW / 2
    middle, top = half + 0.65, 2 * half + 1.75
    fig, ax = diagrams.canvas(10, top + 0.3)
    panels.colour_key(ax, 9.85 - panels.key_width("signed"), top, "signed")
    bindings = _states_in_a_row(ax, T, top)
    columns = {}
    for name, shown, label in MEETING_COLUMNS:
        made, px = run[name][::-1], MEETING_AT[name]  # the way back: the last step comes first
        colour, kind = (style.INK, "plain") if name == "slope" else (style.H, "signed")
        columns[name] = diagrams.matrix(ax, px, middle, made[:, :, None], colour=colour, kind=kind, name=shown)
        bindings += columns[name]
        ax.text(px, middle + half + 0.2, label, color=colour, ha="center", va="baseline", size=style.BIG)
        if name in ("own", "next", "total"):
            norms = [f"‖·‖ = {_two(value)}" for value in np.linalg.norm(made, axis=1)]
            text = ax.text(px, middle - half - 0.3, norms[0], ha="center", va="center")
            bindings.append(Binding(text, "text", norms, f"‖{shown}‖"))
    for (left, right), sign in zip(pairwise(list(MEETING_AT.values())[:-1]), ("+", "=", r"$\odot$", "="), strict=True):
        ax.text((left + right) / 2, middle, sign, ha="center", va="center", size=style.BIG)
    back_arrow(ax, (MEETING_AT["a"] + 0.42, middle), (MEETING_AT["out"] - 0.42, middle), colour=style.H)
    bindings += diagrams.carried(columns["out"], columns["next"])
    said = [_say_meeting(run, t) for t in reversed(range(T))]
    return Scene(fig, bindings, sentences=said, alt=words.say(MEETING_ALT), start=min(1, T - 1), label=words.say(STEP))


# The names hold no t: the player would put the step's number there, and on the way back that is not t.
MEETING_COLUMNS = (
    ("own", "W_hyᵀ dz", r"$W_{hy}^\top \, dz_t$"),
    ("next", "W_hhᵀ da₊₁", r"$W_{hh}^\top \, da_{t+1}$"),
    ("total", "dh", r"$dh_t$"),
    ("slope", "1 − h²", r"$1 - h_t^2$"),
    ("a", "da", r"$da_t$"),
    ("out", "W_hhᵀ da", r"$W_{hh}^\top \, da_t$"),
)


def _messages(model, x, targets):
    """What arrives at h_t and what becomes of it, (T, H) each, of one example."""
    if model.shape == "one-to-many":
        raise ValueError("model must be many-to-many or many-to-one, but a one-to-many model came.")
    trace = model.forward(x)
    _, dlogits = LOSSES[model.loss_name](trace.logits, targets)
    grads = model.backward(trace, dlogits)
    out = (model.params.W_hh.T @ grads.trace.a)[:, :, 0]
    own = np.zeros_like(out)
    own[len(out) - len(dlogits) :] = (model.params.W_hy.T @ dlogits)[:, :, 0]
    return {
        "own": own, "next": np.vstack([out[1:], np.zeros_like(out[:1])]), "total": grads.trace.h[:, :, 0],
        "slope": ACTIVATIONS[model.cell.activation].slope(trace.h)[:, :, 0], "a": grads.trace.a[:, :, 0], "out": out,
        "has_loss": np.arange(len(out)) >= len(out) - len(dlogits),
    }  # fmt: skip


def _states_in_a_row(ax, T, y):
    """h_1 … h_T, and a yellow ground that goes back from the last to the first."""
    pitch = min(1.0, 6.2 / T)
    places = [0.6 + t * pitch for t in range(T)]
    now = ax.add_patch(Rectangle((0, y - 0.24), 0.64, 0.48, facecolor=style.NOW, edgecolor="none", zorder=0))
    for t, px in enumerate(places, start=1):
        ax.text(px, y, f"$h_{t}$", color=style.H, ha="center", va="center", size=style.BIG)
        if t < T:
            back_arrow(ax, (px + pitch - 0.3, y), (px + 0.3, y), colour=style.H)
    return [Binding(now, "move", [(px - 0.32, y - 0.24) for px in reversed(places)])]


def _say_meeting(run, t):
    fields = {"s": sub(t + 1), "n": sub(t + 2), "t": t + 1, "total": diagrams.listed(run["total"][t])}
    if t + 1 == len(run["total"]):
        return words.say(MEETING_OWN, **fields)
    if not run["has_loss"][t]:
        return words.say(MEETING_NEXT, **fields)
    a, b, c = (np.linalg.norm(run[name][t]) for name in ("own", "next", "total"))
    return words.say(MEETING, **fields, a=_two(a), b=_two(b), c=_two(c), d=_two(round(a, 2) + round(b, 2)))


# --- all τ at once ---------------------------------------------------------------------------------------------------

TAU_ALT = {
    "en": "Bars of the norms of τ over the steps k, below them what is missing from the gradient when the terms from "
    "k on are added up, and at the right a triangle of all norms.",
    "ko": "시점 k마다 τ의 노름을 나타낸 막대, 그 아래 k부터의 항을 더했을 때 기울기에서 모자라는 부분의 노름, "
    "오른쪽에 모든 노름을 담은 삼각형.",
}
ONE = {
    "en": "‖τ‖ = {tau} is what the loss at s = {s} says through its step k = {k} ({came}). "
    "The terms from {k} to {s} leave {left} of ∂L{sub}/∂{name}.",
    "ko": "‖τ‖ = {tau}: s = {s}의 손실에서 k = {k}({came})까지 거슬러 온 항이다. "
    "{k}부터 {s}까지 더하면 ∂L{sub}/∂{name}에서 {left}만큼 모자란다.",
}
EVERY = {
    "en": "‖τ‖ = {tau} is what all losses together say through step k = {k} ({came}). "
    "The terms from {k} to {s} leave {left} of ∂L/∂{name}.",
    "ko": "‖τ‖ = {tau}: 모든 손실에서 k = {k}({came})까지 거슬러 온 항이다. "
    "{k}부터 {s}까지 더하면 ∂L/∂{name}에서 {left}만큼 모자란다.",
}
ROUNDING = 1e-14  # of the gradient; what is less is no missing term
MOST_STEPS = 12
BOTTOM, TOP = -17, 3.5  # exponents: rounding is at about −16, and above 0 there is room for a number
LINES = (-16, -12, -8, -4, 0)  # exponents with a line, on which no number may stand


@picture
def tau_scene(tau, gradient, s, *, name="W_hh", tokens=None):
    """The terms of one loss, or of all, while the look back goes further and further.

    Parameters
    ----------
    tau : ndarray, (T, T, R, C)
        τ_{s,k} as tensors, from ``contribution_matrix(…, whole=True)``.
    gradient : ndarray, (R, C)
        ∂L_s/∂W, or ∂L/∂W for all, from an ordinary backward pass: what the terms have to add up to.
    s : int or None
        Whose loss, from 1; None: all of them.
    name : str
        Of the parameter.
    tokens : list of T str, optional

    Returns
    -------
    Scene
        Its step is k: press ← to look further back. For other `s` the drawing is the same, only values differ.
    """
    norms = norms_of(tau)
    return TauPicture(norms, tokens).scene(norms, *sums_of(tau, gradient, s), s, name)


def norms_of(tau):
    """‖τ_{s,k}‖ of tensors (T, T, R, C)."""
    return np.sqrt((tau * tau).sum(axis=(2, 3)))


def sums_of(tau, gradient, s):
    """For every k ≤ s, or ≤ T for s None: ‖τ_k‖, and what the terms from k on leave of the gradient, relative to it.

    0 where only rounding is left: no two processors agree on it.
    """
    terms = tau.sum(axis=0) if s is None else tau[s - 1, :s]
    missing = gradient - np.cumsum(terms[::-1], axis=0)[::-1]
    left = np.sqrt((missing * missing).sum(axis=(1, 2))) / (np.linalg.norm(gradient) or 1.0)
    return np.sqrt((terms * terms).sum(axis=(1, 2))), np.where(left < ROUNDING, 0.0, left)


class TauPicture(makers.Picture):
    """Bars of ‖τ‖ over k, what the running sum still misses, and the triangle of all norms: drawn once for every s.

    Parameters
    ----------
    norms : ndarray, (…, T, T)
        All norms that will be shown; they say how far the axes go.
    tokens : list of T str, optional
    """

    LABEL = "k"

    def __init__(self, norms, tokens=None):
        if norms.shape[-1] > MOST_STEPS:
            raise ValueError(f"x must have at most {MOST_STEPS} steps, for which the picture has room, but "
                             f"{norms.shape[-1]} came.")  # fmt: skip
        self.T, self.low, self.high = norms.shape[-1], *_range(norms)
        self.tokens = [""] * self.T if tokens is None else tokens
        self.came = [f"x{sub(k)}" if tokens is None else words.quoted(self.tokens[k - 1]) for k in range(1, self.T + 1)]

    def draw(self):
        # Fixed places: a layout engine would measure every text at each move of a slider.
        fig = style.figure(10, 5.0, layout=None)
        places = (
            (0.075, 0.61, 0.42, 0.29),
            (0.075, 0.145, 0.42, 0.33),
            (0.57, 0.17, 0.355, 0.71),
            (0.935, 0.17, 0.012, 0.71),
        )
        bars, rest, square, scale = (fig.add_axes(place) for place in places)
        made = self._tau_bars(bars) + self._rest_bars(rest) + self._triangle(square)
        _scale(scale, self.low, self.high)
        rest.set_xticks(range(1, self.T + 1), self._ticks(10 * 0.42 / self.T), parse_math=False)
        forms = {"k": "count", "came": "words", "tau": "power", "left": "power", "name": "words"}
        fields = {name: makers.text(name, form) for name, form in forms.items()}
        fields |= {"s": makers.text("last", "count"), "sub": makers.text("last", "subscript")}
        said = makers.choose("every", makers.say(ONE, **fields), makers.say(EVERY, **fields))
        return fig, made, said, words.say(TAU_ALT)

    def _ticks(self, slot):
        """The steps and their tokens, in two rows where one is too long for its place."""
        wide = any(panels.length(token) > slot for token in self.tokens)
        down = ["\n" * (wide and k % 2) for k in range(self.T)]
        return [f"{k}\n{down[k - 1]}{panels.fitted(token, 2 * slot)}" for k, token in enumerate(self.tokens, 1)]

    @picture
    def scene(self, norms, size, left, s, name):
        """The scene of one s; see `norms_of` and `sums_of`."""
        T, last = self.T, len(size)
        k = np.arange(last, dtype=float)
        one = s is not None
        run = {"steps": last, "last": last, "k": k + 1, "name": name, "came": self.came[:last]}
        run |= {"one": int(one), "every": int(not one)}
        run |= {"tau": size, "all tau": [size] * last, "left": left, "now": k + 0.5}
        run["corner y"] = np.full(last, s - 0.5) if one else k + 0.5
        run |= {"tall": np.ones(last) if one else T - k, "row y": s - 0.5 if one else 0.5}
        run |= {"row wide": s if one else T, "row tall": 1 if one else T}
        low, shade = int(np.floor(self.low)), (_log(norms, self.low) - self.low) / (self.high - self.low)
        heights, missing = _log(size, low) - low, _log(left, BOTTOM) - BOTTOM
        for n in range(T):
            run |= {f"bar {n}": heights[n] if n < last else 0.0, f"solid {n}": np.where(k <= n, 1.0, 0.25)}
            run[f"rest {n}"] = np.where(k <= n, missing[n] if n < last else 0.0, 0.0)
            for i in range(n, T):
                run |= {f"cell {i} {n}": shade[i, n], f"there {i} {n}": float(norms[i, n] > 0)}
                run[f"zero {i} {n}"] = float(norms[i, n] == 0)
        # The number is wider than a bar: it stands above the next one, too.
        tops = np.maximum(missing, np.append(missing[1:], 0.0)) + BOTTOM + 0.4
        run |= {"number x": np.clip(k + 1, 0.5 + 0.11 * T, 0.5 + 0.89 * T), "number y": _off_lines(tops)}
        return super().scene(run, start=last - 1, begin=last - 1)

    def _tau_bars(self, ax):
        """‖τ_k‖: solid from the present step on, pale before it."""
        low, high = int(np.floor(self.low)), int(np.ceil(self.high))
        ticks = _ticks(low, high)
        _axis(ax, self.T, ticks)
        made = _titles(ax, r"$\|\,\tau_{s,k}\|$", r"$\|\,\Sigma_s\,\tau_{s,k}\|$")
        for n in range(self.T):
            bar = ax.add_patch(Rectangle((n + 0.65, low), 0.7, high - low, facecolor=style.H, edgecolor="none"))
            made += [(bar, "height", makers.number(f"bar {n}")), (bar, "opacity", makers.number(f"solid {n}"))]
        return [*made, _now(ax, low, ticks[-1])]

    def _rest_bars(self, ax):
        """What the running sum still misses; a bar appears when its term has been added."""
        one, every = r"\partial L_s/\partial W", r"\partial L/\partial W"
        _axis(ax, self.T, LINES)
        ax.set_ylim(BOTTOM, TOP)
        made = _titles(
            ax, rf"$\|\,{one} - \tau_{{s,s}} - \cdots - \tau_{{s,k}}\| \; / \; \|\,{one}\|$",
            rf"$\|\,{every} - \Sigma_s\,(\tau_{{s,T}} + \cdots + \tau_{{s,k}})\| \; / \; \|\,{every}\|$",
        )  # fmt: skip
        for n in range(self.T):
            bar = ax.add_patch(Rectangle((n + 0.65, BOTTOM), 0.7, -BOTTOM, facecolor=style.INK, edgecolor="none"))
            made.append((bar, "height", makers.number(f"rest {n}")))
        text = ax.text(1, 0, "0", ha="center", va="bottom", zorder=5)
        made.append((text, "text", makers.text("left", "power"), "‖∂L − Στ‖ / ‖∂L‖"))
        made.append((text, "move", makers.place("number x", "number y")))
        return [*made, _now(ax, BOTTOM, TOP)]

    def _triangle(self, ax):
        """‖τ_{s,k}‖ for every s and k ≤ s, the colour a logarithm; the row of s and the cell (s, k) are framed."""
        T, made = self.T, []
        ax.set(xlim=(0.4, T + 0.6), ylim=(T + 0.6, 0.4))
        ax.set_xlabel("$k$", labelpad=2)
        ax.set_ylabel("$s$", rotation=0, labelpad=10, va="center")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_ticks(range(1, T + 1) if T <= 10 else range(2, T + 1, 2))
        ax.tick_params(length=0)
        for spine in ax.spines.values():
            spine.set_visible(False)
        for i in range(T):
            for k in range(i + 1):
                cell = ax.add_patch(Rectangle((k + 0.5, i + 0.5), 1, 1, ec="none"))
                ax.add_patch(Rectangle((k + 0.5, i + 0.5), 1, 1, fill=False, ec=style.EDGE, lw=0.6))
                zero = ax.text(k + 1, i + 1, "0", ha="center", va="center", color=style.MUTED)
                made += [
                    (cell, "fill", makers.colour(f"cell {i} {k}", "gate")),
                    (cell, "opacity", makers.number(f"there {i} {k}")),
                    (zero, "opacity", makers.number(f"zero {i} {k}")),
                ]
        frame = ax.add_patch(Rectangle((0.5, 0.5), 1, 1, fill=False, ec=style.KEEP, lw=3.5, clip_on=False, zorder=3))
        line = ax.add_patch(Rectangle((0.5, 0.5), 1, 1, fill=False, ec=style.INK, lw=1.5, clip_on=False, zorder=2))
        return [
            *made,
            (frame, "listed", makers.listed("all tau", "power"), "‖τ‖"),
            (frame, "move", makers.place("now", "corner y")), (frame, "height", makers.number("tall")),
            (line, "move", makers.place(0.5, "row y")), (line, "width", makers.number("row wide")),
            (line, "height", makers.number("row tall")),
        ]  # fmt: skip


def _range(norms):
    """Exponents of the smallest and the largest norm, at most eight decades apart and at least one."""
    there = np.log10(norms[norms > 0])
    if not there.size:
        return -1.0, 0.0
    return float(max(there.min(), there.max() - 8)), float(max(there.max(), there.min() + 1))


def _log(values, low):
    return np.log10(np.maximum(values, 10.0**low))


def _off_lines(bottoms):
    """Where numbers stand, 2 decades tall with their room: one that a line would cross goes above the line."""
    for line in LINES:
        bottoms = np.where((line - 2.0 < bottoms) & (bottoms < line + 0.3), line + 0.3, bottoms)
    return bottoms


def _titles(ax, one, every):
    """Above the axes what is shown of one loss, and of all."""
    at = {"transform": ax.transAxes, "va": "bottom", "size": style.SIZE}
    titles = ax.text(0, 1.04, one, **at), ax.text(0, 1.04, every, **at)
    return [(title, "opacity", makers.number(of)) for title, of in zip(titles, ("one", "every"), strict=True)]


def _axis(ax, T, ticks):
    ax.set(xlim=(0.4, T + 0.6), ylim=(ticks[0], ticks[-1]))
    ax.set_yticks(ticks, [f"$10^{{{e}}}$" for e in ticks])
    ax.set_xticks(range(1, T + 1), [""] * T)
    ax.tick_params(length=0)
    ax.grid(axis="y", lw=0.8)
    ax.set_axisbelow(True)


def _ticks(low, high, most=5):
    step = max(1, int(np.ceil((high - low) / (most - 1))))
    return [e for e in range(low, high + step, step)]


def _now(ax, low, high):
    patch = ax.add_patch(
        Rectangle((0.5, low), 1, high - low, facecolor=style.NOW, alpha=0.45, edgecolor="none", zorder=0)
    )
    return patch, "move", makers.place("now", low)


def _scale(ax, low, high):
    """The colours' legend."""
    steps = 32
    shades = style.gate((np.arange(steps) + 0.5) / steps)
    part = (high - low) / steps
    for i in range(steps):
        ax.add_patch(Rectangle((0, low + i * part), 1, part * 1.05, fc=shades[i], ec="none"))
    ax.set(xlim=(0, 1), ylim=(low, high), xticks=[])
    ax.set_title(r"$\|\,\tau_{s,k}\|$", loc="left", size=style.SIZE)
    ax.yaxis.tick_right()
    decades = range(int(np.ceil(low)), int(np.floor(high)) + 1)
    ax.set_yticks(decades, [f"$10^{{{e}}}$" for e in decades])
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
