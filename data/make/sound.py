"""Eight seconds of sound of our own: noise, synthetic speech, chords, noise. NumPy only, the same at every run.

The speech is made by formants: pulses of a voice, or noise, through four resonators whose places move from sound to
sound. It says 안녕하세요, hello, 하나 둘 셋. Nobody was recorded.
"""

import numpy as np

RATE = 48_000
SEED = 13

# The first three formants of a voice, in Hz.
FORMANTS = {
    "a": (750, 1150, 2500), "eo": (600, 950, 2500), "o": (430, 800, 2500), "u": (330, 850, 2300),
    "i": (290, 2200, 2950), "e": (500, 1850, 2550), "n": (260, 1350, 2350), "ng": (260, 1050, 2300),
    "l": (360, 1150, 2600),
}  # fmt: skip
# What is said: (formants, seconds, loudness of the voice, of breath, of a hiss, its place in Hz).
PAUSE = ("a", 0.14, 0, 0, 0, 0)
SPEECH = [
    ("a", 0.15, 1, 0, 0, 0), ("n", 0.09, 0.5, 0, 0, 0), ("i", 0.05, 0.8, 0, 0, 0), ("eo", 0.13, 1, 0, 0, 0),
    ("ng", 0.10, 0.5, 0, 0, 0), ("a", 0.06, 0, 0.5, 0, 0), ("a", 0.14, 1, 0, 0, 0), ("e", 0.10, 0, 0, 0.5, 6500),
    ("e", 0.14, 1, 0, 0, 0), ("i", 0.05, 0.8, 0, 0, 0), ("o", 0.22, 0.9, 0, 0, 0), PAUSE,
    ("e", 0.06, 0, 0.5, 0, 0), ("e", 0.10, 1, 0, 0, 0), ("l", 0.08, 0.6, 0, 0, 0), ("o", 0.12, 1, 0, 0, 0),
    ("u", 0.12, 0.8, 0, 0, 0), PAUSE,
    ("a", 0.06, 0, 0.5, 0, 0), ("a", 0.14, 1, 0, 0, 0), ("n", 0.07, 0.5, 0, 0, 0), ("a", 0.17, 0.9, 0, 0, 0), PAUSE,
    ("u", 0.02, 0, 0, 0.4, 3000), ("u", 0.16, 1, 0, 0, 0), ("l", 0.12, 0.6, 0, 0, 0), PAUSE,
    ("e", 0.12, 0, 0, 0.6, 6500), ("e", 0.14, 1, 0, 0, 0), ("e", 0.06, 0, 0, 0, 0),
]  # fmt: skip
CHORDS = [(130.8, 261.6, 329.6, 392.0), (110.0, 220.0, 261.6, 329.6), (87.3, 220.0, 261.6, 349.2),
          (98.0, 196.0, 246.9, 293.7)]  # fmt: skip
HUSH, MUSIC, END = 0.6, 3.5, 8.0  # seconds of noise before, of chords, and of all


def resonator(x, centre, width):
    """A second-order resonance over `x`, with the centre and the width (Hz) given at every sample."""
    r = np.exp(-np.pi * width / RATE)
    b, c = 2 * r * np.cos(2 * np.pi * centre / RATE), -(r**2)
    gain, y, before, last = 1 - b - c, np.empty_like(x), 0.0, 0.0
    for n in range(len(x)):
        y[n] = gain[n] * x[n] + b[n] * last + c[n] * before
        before, last = last, y[n]
    return y


def along(values, lengths, glide=0.035):
    """One value a sound, as a curve over samples that goes from each to the next within `glide` seconds."""
    ends = np.cumsum(lengths)
    starts = ends - lengths
    ramp = np.minimum(int(glide * RATE), np.asarray(lengths)) // 2
    places = np.ravel([starts + ramp, ends - ramp], order="F")
    return np.interp(np.arange(ends[-1]), places, np.repeat(values, 2))


def speech(rng):
    """The words of SPEECH, as samples of about 1 at most."""
    shapes, seconds, voice, breath, hiss, place = zip(*SPEECH, strict=True)
    lengths = np.array([round(s * RATE) for s in seconds])
    n = lengths.sum()
    time = np.arange(n) / RATE
    pitch = 118 + 14 * np.sin(2 * np.pi * 0.9 * time) - 8 * time / time[-1] + 2 * np.sin(2 * np.pi * 5.2 * time)
    phase = np.cumsum(pitch / RATE)
    pulses = np.diff(np.floor(phase), prepend=0.0)
    glottis = resonator(pulses, np.full(n, 30.0), np.full(n, 120.0)) * 60
    source = along(voice, lengths, 0.02) * glottis + along(breath, lengths, 0.02) * 0.02 * rng.normal(size=n)
    sound = source
    for k, width in enumerate((70, 90, 130)):
        sound = resonator(sound, along([FORMANTS[s][k] for s in shapes], lengths), np.full(n, float(width)))
    sound = resonator(sound, np.full(n, 3500.0), np.full(n, 220.0))
    sound = np.diff(sound, prepend=0.0)  # the lips
    loud = along(hiss, lengths, 0.02)
    noise = resonator(rng.normal(size=n), along(place, lengths, 0.001) + 500.0, np.full(n, 1800.0))
    return 0.5 * sound / np.abs(sound).max() + 0.06 * loud * noise / noise.std()


def chords():
    """Four chords that swell slowly and tremble a little, as bowed strings do: sums of six overtones."""
    n = round(MUSIC * RATE / len(CHORDS))
    time = np.arange(n) / RATE
    swell = np.minimum(1, time / 0.3) * np.exp(-0.2 * time) * np.minimum(1, (time[-1] - time) / 0.02)
    tremble = 1.5 * np.sin(2 * np.pi * 5 * time)
    played = []
    for notes in CHORDS:
        tones = [np.sin(k * (2 * np.pi * note * time + tremble)) / k**1.3 for note in notes for k in range(1, 7)]
        played.append(swell * np.sum(tones, axis=0))
    sound = np.concatenate(played)
    return 0.5 * sound / np.abs(sound).max()


def sound():
    """All of it as int16 of shape (8 · RATE,)."""
    rng = np.random.default_rng(SEED)
    n = round(END * RATE)
    whole = 0.004 * rng.normal(size=n)
    for begin, part in ((HUSH, speech(rng)), (END - 0.5 - MUSIC, chords())):
        at = round(begin * RATE)
        whole[at : at + len(part)] += part
    return np.round(32767 * np.clip(whole, -1, 1)).astype(np.int16)


if __name__ == "__main__":
    print("speech:", sum(s[1] for s in SPEECH), "s;", sound().shape)
