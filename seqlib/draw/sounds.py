"""From letters to sounds: one GRU reads a word, another one writes its sounds, on one time axis."""

import numpy as np
from matplotlib.patches import Rectangle

from .. import words
from ..study.real.g2p import SOUNDS as NAMES
from . import diagrams, panels, style
from .picture import picture
from .scene import Binding, Goto, Scene

LEFT, RIGHT = 0.85, 9.8  # inches: where the first letter begins, and where the last sound ends
PITCH = 0.5  # inches a step, at most
WORD, DEPENDS, STRIP, SOUNDS, BARS = 0.36, 0.9, 1.0, 0.62, 1.05  # heights in inches
GAP, SLOT = 0.14, 0.78
ENDS = "⏎"  # the end of a word, and of its sounds
TO_COME = 0.22  # opacity
DECIDES = 0.5  # a smaller fall of a log-probability is none
READS = {
    "en": "{letter} is read, letter {t} of {Te}: z̄ = {z:.2f}, so {share:.0%} of the state is written anew; "
    "r̄ = {r:.2f}.",
    "ko": "{letter}, 글자와 끝 기호 {Te}개 가운데 {t}번째: z̄ = {z:.2f}, 곧 상태에서 새로 쓴 비율 {share:.0%}. "
    "r̄ = {r:.2f}.",
}
WRITES = {
    "en": "{sound} ({p:.2f}), so far {so_far}: it depends most on {letter}, letter {j} of {Te}; z̄ = {z:.2f}, "
    "r̄ = {r:.2f}.",
    "ko": "{sound}({p:.2f}), 지금까지 {so_far}: {j}번째 글자 ‘{letter}’에 가장 크게 달려 있다. "
    "z̄ = {z:.2f}, r̄ = {r:.2f}.",
}
ALONE = {
    "en": "{sound} ({p:.2f}), so far {so_far}: no single letter decides it; z̄ = {z:.2f}, r̄ = {r:.2f}.",
    "ko": "{sound}({p:.2f}), 지금까지 {so_far}: 어느 한 글자에 달려 있지 않다. z̄ = {z:.2f}, r̄ = {r:.2f}.",
}
ALT = {
    "en": "The word {word}, then its sounds {sounds}, on one time axis: letters are read, then sounds are written. "
    "Above the letters bars say by how much the log-probability of the present sound falls where the letter is "
    "unknown; below are the gates z and r of the first {units} units, and the five most probable sounds.",
    "ko": "단어({word})와 그 소리({sounds})가 한 시간축에 있다. 먼저 글자를 읽고 이어서 소리를 쓴다. 글자 위의 막대는 "
    "그 글자를 모를 때 지금 소리의 로그 확률이 얼마나 떨어지는지를, 아래는 처음 {units}개 유닛의 게이트 z와 r, 그리고 "
    "가장 그럴듯한 소리 다섯 개를 보인다.",
}


@picture
def sounds_scene(said, *, units=32, start=None):
    """Letters, then sounds, with the gates of both GRUs: a step is a letter or a sound.

    Parameters
    ----------
    said : seqlib.study.real.g2p.Pronunciation
        From `seqlib.study.real.g2p.pronounce`.
    units : int
        How many units of the gates are drawn: the first ones.
    start : int, optional
        The telling step, from 0; by default the first sound.

    Returns
    -------
    Scene
    """
    Te, Td = len(said.letters), len(said.written)
    pitch = min(PITCH, (RIGHT - LEFT) / (Te + Td))
    heights = [DEPENDS, WORD, SOUNDS, STRIP, STRIP, BARS]
    fig, ax = diagrams.canvas(10, sum(heights) + (len(heights) + 1) * GAP)
    bottoms = [sum(heights[k + 1 :]) + (len(heights) - k) * GAP for k in range(len(heights))]
    bindings = _depends(ax, said, pitch, bottoms[0])
    bindings += _names(ax, said, pitch, bottoms[1], bottoms[2])
    for k, gate in ((3, "z"), (4, "r")):
        values = np.concatenate([said.encoder[gate], said.decoder[gate]])[:, :units, 0]
        bindings += _strip(ax, f"${gate}_t$", values, pitch, bottoms[k])
    ax.plot([LEFT + Te * pitch] * 2, [bottoms[4], bottoms[1] + WORD], color=style.MUTED, lw=style.THIN, ls=":")
    bindings += _likeliest(ax, said, bottoms[5])
    panels.colour_key(ax, RIGHT - panels.key_width("gate"), bottoms[5] + 0.65, "gate")
    ax.set(xlim=(0, 10), ylim=(0, fig.get_figheight()))  # an image sets limits of its own
    alt = words.say(ALT, word=said.word, sounds=" ".join(said.sounds), units=units)
    return Scene(fig, bindings, sentences=_sentences(said), alt=alt, start=Te if start is None else start)


def _shown(names):
    return [ENDS if name == "</s>" else name for name in names]


def _depends(ax, said, pitch, bottom):
    """A bar over each letter: how far the present sound's log-probability falls without it; the largest in numbers."""
    Te, T = len(said.letters), len(said.letters) + len(said.written)
    falls = np.concatenate([np.zeros((Te, Te)), np.clip(said.depends, 0, None)])
    largest, full = falls.max(1), DEPENDS - 0.26
    heights = (falls / np.maximum(largest, DECIDES)[:, None] * full).round(3)
    ax.plot([LEFT, LEFT + Te * pitch], [bottom, bottom], color=style.MUTED, lw=style.THIN)
    ax.text(LEFT - 0.1, bottom + full / 2, r"$\Delta\,\ln\hat{y}$", ha="right", va="center_baseline")
    bindings = []
    for j in range(Te):
        x = LEFT + (j + 0.5) * pitch
        bar = ax.add_patch(Rectangle((x - 0.35 * pitch, bottom), 0.7 * pitch, full, fc=style.X, ec="none"))
        bindings.append(Binding(bar, "height", heights[:, j]))
    number = ax.text(LEFT, bottom, "0", ha="center", va="bottom")
    x, y = LEFT + (falls.argmax(1) + 0.5) * pitch, bottom + heights.max(1) + 0.03
    told = [f"{v:.1f}" if v >= DECIDES else "" for v in largest]
    return [*bindings, Binding(number, "text", told), Binding(number, "move", np.stack([x, y], axis=1).reshape(T, 2))]


def _names(ax, said, pitch, letters, sounds):
    """The letters, and after them, lower, the sounds in turn in two rows; the present one on yellow."""
    Te, Td = len(said.letters), len(said.written)
    T = Te + Td
    x = LEFT + pitch * np.arange(T)
    y = np.where(np.arange(T) < Te, letters, sounds + np.where((np.arange(T) - Te) % 2 == 0, SOUNDS / 2, 0))
    now = Rectangle((LEFT, letters), pitch, 0.3, facecolor=style.NOW, edgecolor="none", zorder=0)
    bindings = [Binding(ax.add_patch(now), "move", np.stack([x, y], axis=1))]
    for t, name in enumerate([*_shown(said.letters), *_shown(said.written)]):
        text = ax.text(x[t] + pitch / 2, y[t] + 0.15, name, ha="center", va="center_baseline", parse_math=False)
        bindings.append(Goto(text, t))
        if t >= Te:
            bindings.append(Binding(text, "opacity", np.where(np.arange(T) < t, TO_COME, 1).tolist()))
    return bindings


def _strip(ax, name, values, pitch, bottom):
    """A gate of some units over all steps; steps to come are pale."""
    T = len(values)
    extent = (LEFT, LEFT + T * pitch, bottom, bottom + STRIP)
    ax.imshow(values.T, extent=extent, aspect="auto", interpolation="none", zorder=1, **style.GATE)
    ax.text(LEFT - 0.1, bottom + STRIP / 2, name, ha="right", va="center_baseline")
    veil = ax.add_patch(Rectangle((LEFT, bottom), 1, STRIP, fc=style.PAPER, alpha=0.78, ec="none", zorder=3))
    now = Rectangle((LEFT, bottom), pitch, STRIP, fill=False, edgecolor=style.INK, lw=2, zorder=4)
    x, y = LEFT + pitch * np.arange(T), np.full(T, bottom)
    return [
        Binding(veil, "move", np.stack([x + pitch, y], axis=1)),
        Binding(veil, "width", (T - 1.0 - np.arange(T)) * pitch),
        Binding(ax.add_patch(now), "move", np.stack([x, y], axis=1)),
    ]


def _likeliest(ax, said, bottom):
    """The five most probable sounds, while sounds are written: a bar, its probability above, the sound below."""
    Te, names = len(said.letters), _shown(NAMES)
    order = np.argsort(-said.probabilities, axis=1, kind="stable")[:, :5]
    floor, full = bottom + 0.3, BARS - 0.57
    ax.text(LEFT - 0.1, floor + full / 2, r"$\hat{y}_t$", ha="right", va="center_baseline")
    ax.plot([LEFT, LEFT + 5 * SLOT], [floor, floor], color=style.MUTED, lw=style.THIN)
    bindings = []
    for n in range(5):
        x, p = LEFT + (n + 0.5) * SLOT, np.take_along_axis(said.probabilities, order[:, n : n + 1], axis=1)[:, 0]
        high = np.r_[np.zeros(Te), p * full].round(3)
        bar = ax.add_patch(Rectangle((x - 0.25, floor), 0.5, full, facecolor=style.H, edgecolor="none"))
        number = ax.text(x, floor, "0", ha="center", va="bottom")
        name = ax.text(x, bottom + 0.13, "0", ha="center", va="center_baseline", parse_math=False)
        bindings += [
            Binding(bar, "height", high),
            Binding(number, "text", [*[""] * Te, *(f"{v:.2f}" for v in p)], f"ŷ_t[{n + 1}]"),
            Binding(number, "move", np.stack([np.full(len(high), x), floor + 0.03 + high], axis=1)),
            Binding(name, "text", [*[""] * Te, *(names[k] for k in order[:, n])]),
        ]
    return bindings


def _sentences(said):
    letters, written, Te = _shown(said.letters), _shown(said.written), len(said.letters)
    z, r = (np.concatenate([said.encoder[gate], said.decoder[gate]]).mean((1, 2)) for gate in "zr")
    told = [
        words.say(READS, letter=letter, t=t + 1, Te=Te, z=z[t], share=z[t], r=r[t]) for t, letter in enumerate(letters)
    ]
    for k, sound in enumerate(written):
        j = int(said.depends[k].argmax())
        text = WRITES if said.depends[k, j] >= DECIDES else ALONE
        fields = {"sound": sound, "p": said.probabilities[k].max(), "so_far": " ".join(said.sounds[: k + 1])}
        fields |= {"letter": letters[j], "j": j + 1, "Te": Te, "z": z[Te + k], "r": r[Te + k]}
        told.append(words.say(text, **fields))
    return told
