"""Pictures of networks that listen: their states and answers while a sound plays, and what a reset costs."""

import base64

import numpy as np
from matplotlib.patches import Rectangle

from .. import words
from ..study.real import opus, silero
from . import panels, style
from .diagrams import numbers
from .picture import picture
from .scene import Binding, Goto, Scene

LEFT, WIDTH = 0.085, 0.6  # of the figure: where the axis of time lies
STRIDE = 2  # steps of the network to one of the picture, for its size: 40 ms
PLACES = 0.5  # seconds: a click leads to one of these
NAMED = (1, 6, 12, 13, 18, 24)  # the units whose numbers are written
PART = {
    "noise": {"en": "noise", "ko": "잡음"},
    "speech": {"en": "speech", "ko": "말소리"},
    "chords": {"en": "chords", "ko": "화음"},
}
MUSIC = {"en": "music", "ko": "음악"}
ACTIVE = {"en": "not noise", "ko": "잡음 아님"}
TIME = {"en": "seconds", "ko": "초"}
MUTE = {"en": "Sound on or off", "ko": "소리 켜기/끄기"}
ALT = {
    "en": "Eight seconds of sound: noise, speech, chords, noise. Above, the 24 states of the GRU, a row each, and "
    "their numbers. Below, two curves: how likely it is music, and how likely it is anything but noise.",
    "ko": "잡음, 말소리, 화음, 잡음으로 이어지는 8초의 소리. 위에는 GRU의 상태 24개를 한 줄씩 그렸고, "
    "그 옆에 값이 있다. 아래의 두 곡선은 음악일 확률과 잡음이 아닐 확률이다.",
}
SAID = {
    "en": "Music {music}, anything but noise {active}, after {seconds} seconds: {part}.",
    "ko": "음악 {music}, 잡음 아님 {active}. {seconds}초, {part}.",
}


@picture
def sound_scene(run, sound=None, *, start=112):
    """The run over the eight seconds: all states, their numbers at the present step, and both probabilities.

    A step of the picture is two of the network, 40 ms.

    Parameters
    ----------
    run : seqlib.study.real.opus.Run
        Of the 400 steps of `seqlib.study.real.opus.recording`.
    sound : bytes, optional
        An MP3 file: it plays in step with the picture, and a step leads it to its place.
    start : int
        The picture's step that is shown where nothing moves, from 0.

    Returns
    -------
    Scene
    """
    at = np.arange(STRIDE - 1, len(run.music), STRIDE)  # the steps of the network that are shown
    times = _seconds(at)
    fig = style.figure(10, 5.3, layout=None)
    states = fig.add_axes((LEFT, 0.41, WIDTH, 0.5))
    curves = fig.add_axes((LEFT, 0.115, WIDTH, 0.245))
    beside = fig.add_axes((LEFT + WIDTH, 0.41, 1 - LEFT - WIDTH, 0.5))
    told = ((ACTIVE, style.MUTED, run.active[at]), (MUSIC, style.KEEP, run.music[at]))
    bindings = [*_states(states, run.h[at], times), *_numbers(beside, run.h[at]), *_probabilities(curves, told, times)]
    states.set_yticks([k for k in NAMED if k != 13])
    bindings += _clicks(fig, times)
    _parts(states)
    panels.colour_key(states, 0.9, 0.26, "signed", at=(1, 1))
    said = [words.say(SAID, music=f"{run.music[t]:.2f}", active=f"{run.active[t]:.2f}", seconds=f"{_seconds(t):.2f}",
                      part=words.say(PART[_part(t)])) for t in at]  # fmt: skip
    scene = Scene(fig, bindings, sentences=said, alt=words.say(ALT), start=start)
    return _with_sound(scene, times, sound)


def _with_sound(scene, times, sound):
    """The scene with its steps named by their times, and the sound that keeps step with them."""
    scene.extras["places"] = [words.say(SECONDS, t=f"{t:.2f}") for t in times]
    if sound is not None:
        address = "data:audio/mpeg;base64," + base64.b64encode(sound).decode()
        scene.extras["sound"] = {"address": address, "seconds": float(times[0]), "mute": words.say(MUTE)}
    return scene


def _seconds(t):
    return (t + 1) * opus.SECONDS


def _part(t):
    return next(name for name, _, end in opus.PARTS if t < end)


def _states(ax, h, times):
    """All states as an image, and a line at the present step."""
    H = h.shape[1]
    # Rounded to an eighth, about as finely as colours can be read: so the image is small.
    look = {"aspect": "auto", "interpolation": "none"} | style.SIGNED
    ax.imshow(np.round(h.T * 8) / 8, extent=(0, times[-1], H + 0.5, 0.5), **look)
    ax.set(xticks=[], yticks=[])
    ax.set_ylabel("$h_t$", color=style.H, rotation=0, labelpad=10, va="center", size=style.BIG)
    _bare(ax)
    return _cursor(ax, times, 0.5, H)


def _cursor(ax, times, low, tall):
    """A line at the present step."""
    line = ax.add_patch(Rectangle((0, low), 0.03, tall, fc=style.INK, ec="none", zorder=4, clip_on=False))
    return [Binding(line, "move", np.stack([times - 0.015, np.full(len(times), low)], axis=1))]


def _bare(ax):
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _numbers(ax, h):
    """The 24 numbers of the present step, in two columns, each with the number of its unit."""
    H = h.shape[1]
    half = H // 2
    ax.set(xlim=(0, 1), ylim=(half + 0.5, 0.5))
    ax.set_axis_off()
    texts = numbers(h)
    bindings = []
    for k in range(H):
        column, row = divmod(k, half)
        x = 0.06 + 0.5 * column
        if k + 1 in NAMED:
            ax.text(x + 0.1, row + 1, str(k + 1), color=style.MUTED, ha="right", va="center")
        text = ax.text(x + 0.38, row + 1, "0", color=style.H, ha="right", va="center")
        bindings.append(Binding(text, "text", list(texts[:, k]), f"h_t[{k + 1}]"))
    return bindings


def _probabilities(ax, told, times):
    """Two probabilities over time, each with its name and colour, and their numbers at the present step."""
    ax.set(xlim=(0, times[-1]), ylim=(-0.06, 1.06), xticks=range(9), yticks=(0, 0.5, 1))
    ax.set_yticklabels(("0", ".5", "1"))
    _bare(ax)
    ax.axhline(0.5, color=style.EDGE, lw=style.THIN, zorder=0)
    ax.set_xlabel(words.say(TIME), labelpad=1)
    ax.set_ylabel("$p$", rotation=0, labelpad=6, va="center", size=style.BIG)
    bindings = _cursor(ax, times, -0.06, 1.12)
    for (name, colour, values), y in zip(told, (0.78, 0.25), strict=True):
        _curve(ax, times, values, colour)
        ax.text(1.03, y, words.say(name), color=colour, va="center", transform=ax.transAxes)
        text = ax.text(1.49, y, "0", color=colour, ha="right", va="center", transform=ax.transAxes, size=style.BIG)
        bindings.append(Binding(text, "text", [f"{v:.2f}" for v in values], words.say(name)))
    return bindings


def _curve(ax, times, values, colour, **look):
    """A curve of probabilities."""
    ax.plot(times, np.round(values, 2), color=colour, **look)


def _parts(ax):
    """What is heard, above the map, and lines where it changes."""
    for name, begin, end in opus.PARTS:
        middle = (begin + end) / 2 * opus.SECONDS
        ax.text(middle, 1.025, words.say(PART[name]), ha="center", va="bottom", transform=ax.get_xaxis_transform())
        if begin:
            ax.axvline(begin * opus.SECONDS, color=style.INK, lw=style.THIN, ls=":")


def _clicks(fig, times):
    """A click on the map or on the curves leads to its time."""
    T = len(times)
    ax = fig.add_axes((LEFT, 0.115, WIDTH, 0.795), zorder=5)
    ax.set_axis_off()
    ax.set(xlim=(0, T), ylim=(0, 1))
    wide = PLACES / times[0]
    bindings = []
    for k in range(round(T / wide)):
        place = Rectangle((k * wide, 0), wide, 1, fc="none", ec="none", clip_on=False)
        bindings.append(Goto(ax.add_patch(place), int((k + 0.5) * wide)))
    return bindings


# --- two networks ----------------------------------------------------------------------------------------------------

SHOWN = 20  # units of the detector
SPEECH = {"en": "speech: Silero", "ko": "말소리: Silero"}
OF_OPUS = {"en": "music: Opus", "ko": "음악: Opus"}
TWO_ALT = {
    "en": "The same eight seconds. Above, the first {units} states of the LSTM in Silero's detector, a row each. "
    "Below, how likely it is that somebody speaks, as Silero has it, and that it is music, as Opus has it.",
    "ko": "같은 8초의 소리. 위에는 Silero 음성 검출기에 있는 LSTM의 처음 {units}개 상태를 한 줄씩 그렸다. 아래는 "
    "누군가 말하고 있을 확률(Silero)과 음악일 확률(Opus)이다.",
}
TWO_SAID = {
    "en": "Speech {speech} (Silero), music {music} (Opus), after {seconds} seconds: {part}.",
    "ko": "말소리 {speech}(Silero), 음악 {music}(Opus). {seconds}초, {part}.",
}


@picture
def two_networks_scene(speech, music, sound=None, *, start=140):
    """What two networks say of the same eight seconds: Silero's detector of speech, and Opus's network.

    Parameters
    ----------
    speech : seqlib.study.real.silero.Run
    music : seqlib.study.real.opus.Run
    sound : bytes, optional
        An MP3 file, as for `sound_scene`.
    start : int
        The step shown first where nothing moves, from 0; a step is the detector's, 32 ms.

    Returns
    -------
    Scene
    """
    times = silero.SECONDS * np.arange(1, len(speech.speech) + 1)
    at = np.clip(np.ceil(times / opus.SECONDS - 1e-6).astype(int) - 1, 0, len(music.music) - 1)
    fig = style.figure(10, 4.3, layout=None)
    states = fig.add_axes((LEFT, 0.505, WIDTH, 0.385))
    curves = fig.add_axes((LEFT, 0.14, WIDTH, 0.31))
    told = ((SPEECH, style.H, speech.speech), (OF_OPUS, style.KEEP, music.music[at]))
    h = speech.trace.h[:, :SHOWN, 0]
    bindings = _states(states, h, times) + _probabilities(curves, told, times) + _clicks(fig, times)
    bindings.append(Binding(bindings[0].artist, "listed", numbers(h), "h_t"))  # too many to be written beside the map
    _parts(states)
    panels.colour_key(states, 0.9, 0.26, "signed", at=(1, 1))
    said = [words.say(TWO_SAID, speech=f"{speech.speech[k]:.2f}", music=f"{music.music[t]:.2f}",
                      seconds=f"{times[k]:.2f}", part=words.say(PART[_part(t)])) for k, t in enumerate(at)]  # fmt: skip
    scene = Scene(fig, bindings, sentences=said, alt=words.say(TWO_ALT, units=SHOWN), start=start)
    return _with_sound(scene, times, sound)


# --- resets ----------------------------------------------------------------------------------------------------------

EVERY = (None, 100, 50, 25, 10, 5, 1)  # steps between two resets
RESETS_ALT = {
    "en": "How likely it is music, over eight seconds. The pale curve is the encoder's own network. The other one "
    "is the same network, whose state is set to zero again and again: the more often, the more speech it takes for "
    "music.",
    "ko": "8초 동안 음악일 확률. 넓고 옅은 곡선은 원래 인코더의 신경망이고, 다른 곡선은 같은 신경망의 상태를 "
    "되풀이해서 0으로 되돌린 것이다. 자주 되돌릴수록 말소리를 음악으로 잘못 듣는다.",
}
RESETS_SAID = {
    "en": "{wrong} of 3.40 s of speech taken for music; the chords are music after {waited} s. Reset every {every}.",
    "ko": "{every}마다 되돌리면 말소리 3.40초 가운데 {wrong}초를 음악으로 듣고, 화음은 {waited}초 뒤에 음악이 된다.",
}
NEVER_SAID = {
    "en": "{wrong} of 3.40 s of speech taken for music; the chords are music after {waited} s. No reset.",
    "ko": "되돌리지 않으면 말소리 3.40초 가운데 {wrong}초를 음악으로 듣고, 화음은 {waited}초 뒤에 음악이 된다.",
}
SECONDS = {"en": "{t} s", "ko": "{t}초"}
NEVER = {"en": "never", "ko": "없음"}
RESET = {"en": "reset every", "ko": "되돌리는 간격"}


@picture
def resets_scene(net, features, *, start=2):
    """How likely it is music where the state is set to zero again and again: a step for each interval.

    Parameters
    ----------
    net : seqlib.study.real.opus.Network
    features : ndarray, (400, 25)
    start : int
        Which interval is shown first where nothing moves, from 0: never, 2 s, 1 s, 0.5 s, 0.2 s, 0.1 s, 0.02 s.

    Returns
    -------
    Scene
    """
    runs = [net.run(features, every) for every in EVERY]
    music = [run.music for run in runs]
    T = len(features)
    times = _seconds(np.arange(T))
    fig = style.figure(10, 3.6, layout=None)
    ax = fig.add_axes((LEFT, 0.17, 0.88, 0.7))
    ax.set(xlim=(0, T * opus.SECONDS), ylim=(-0.04, 1.04), yticks=(0, 0.5, 1), ylabel=words.say(MUSIC))
    ax.set_xlabel(words.say(TIME), labelpad=1)
    _bare(ax)
    ax.axhline(0.5, color=style.EDGE, lw=style.THIN, zorder=0)
    _parts(ax)
    _curve(ax, times, music[0], style.KEEP, alpha=0.35, lw=5)
    [line] = ax.plot(times, music[0], color=style.INK, lw=1.6)
    points = [np.stack([times, np.round(curve, 2)], axis=1) for curve in music]
    said = [_reset_said(*row) for row in zip(EVERY, runs, strict=True)]
    look = {"alt": words.say(RESETS_ALT), "start": start, "label": words.say(RESET)}
    scene = Scene(fig, [Binding(line, "points", points)], sentences=said, **look)
    scene.extras["places"] = [words.say(NEVER) if k is None else _interval(k) for k in EVERY]
    return scene


def _reset_said(every, run):
    fields = {"wrong": f"{opus.taken_for_music(run):.2f}", "waited": f"{opus.waited(run.music):.2f}"}
    if every is None:
        return words.say(NEVER_SAID, **fields)
    return words.say(RESETS_SAID, **fields, every=_interval(every))


def _interval(steps):
    return words.say(SECONDS, t=f"{steps * opus.SECONDS:g}")
