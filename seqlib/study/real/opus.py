"""The network inside every Opus encoder: is this speech, or music?

Opus is the codec of calls and meetings. Every 20 ms its encoder (libopus 1.3.1) describes the sound by 25 numbers, and
a network of 4986 weights of one byte each says how likely it is music, and how likely it is anything but noise: a dense
layer of 32 units, a GRU of 24, and two outputs. The weights are those of libopus (BSD licence, ``data/opus/LICENSE``).

The original works in float32 and looks tanh up in a table; what is computed here is the same to 1e-5.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from ... import data
from ...doors import shown
from ...in_words import answering
from ...nn.functions import sigmoid
from ...nn.gru import GRU
from ..conventions import flip_z, from_keras, with_reset
from ..table import Table

SECONDS = 0.02  # from one step to the next
D, UNITS, H = 25, 32, 24  # features, units of the dense layer, units of the GRU
SCALE = 128  # a weight is its byte divided by this
# What is heard, and from which step to which.
PARTS = (("noise", 0, 30), ("speech", 30, 200), ("chords", 200, 375), ("noise", 375, 400))
# The ways to read the GRU's bytes: how the numbers lie, which gate comes first, what z does, where r is applied.
CHOICES = {
    "memory": ("inputs first", "outputs first"),
    "order": ("rzg", "zrg"),
    "z": ("writes", "keeps"),
    "r": ("after", "before"),
}


@dataclass(frozen=True)
class Recording:
    """Eight seconds of sound as the encoder's own analysis saw them, a row every 20 ms.

    Attributes
    ----------
    features : ndarray, (400, 25)
        What describes the sound.
    probabilities : ndarray, (400, 2)
        What the encoder's network said: music; anything but noise.
    last : ndarray, (24,)
        Its state after the last step.
    """

    features: np.ndarray
    probabilities: np.ndarray
    last: np.ndarray


@dataclass(frozen=True)
class Run:
    """What a run of the network left.

    Attributes
    ----------
    h, z : ndarray, (T, 24)
        The GRU's states, and its update gate: how much of each unit is written anew.
    music, active : ndarray, (T,)
        The two probabilities: that it is music, that it is anything but noise.
    """

    h: np.ndarray
    z: np.ndarray
    music: np.ndarray
    active: np.ndarray


@dataclass(frozen=True)
class Network:
    """A dense layer, a GRU, two outputs.

    Attributes
    ----------
    W_in, b_in : ndarray, (32, 25), (32, 1)
    gru : GRU
    W_out, b_out : ndarray, (2, 24), (2, 1)
    """

    W_in: np.ndarray
    b_in: np.ndarray
    gru: GRU
    W_out: np.ndarray
    b_out: np.ndarray

    def inputs(self, features):
        """What the GRU reads: (T, 32, 1), made by the dense layer from features (T, 25)."""
        features = np.asarray(features, dtype=np.float64)
        if features.ndim != 2 or features.shape[1] != D:
            raise ValueError(f"features must have shape (T, {D}), a row a step, but {features.shape} came.")
        return np.tanh(self.W_in @ features[:, :, None] + self.b_in)

    def run(self, features, reset_every=None, units=None):
        """Run over a sound.

        Parameters
        ----------
        features : ndarray, (T, 25)
        reset_every : int, optional
            After so many steps the state becomes zero again. By default never, as in the encoder.
        units : sequence of int, optional
            Which units of the state become zero then, from 0 to 23; by default all.

        Returns
        -------
        Run
        """
        x = self.inputs(features)
        every = len(x) if reset_every is None else reset_every
        if isinstance(every, bool) or not isinstance(every, int | np.integer) or every < 1:
            raise ValueError(f"reset_every must be a number of steps, at least 1, but {shown(reset_every)} came.")
        reset = np.arange(H) if units is None else np.asarray(units)
        if (reset.size and reset.dtype.kind not in "iu") or np.any((reset < 0) | (reset >= H)):
            hint = "; np.flatnonzero(…) makes them of a mask" if reset.dtype.kind == "b" else ""
            raise ValueError(f"units must be whole numbers from 0 to {H - 1}{hint}, but {shown(units)} came.")
        reset = reset.astype(int)
        h, traces = np.zeros((H, 1)), []
        for start in range(0, len(x), every):
            h[reset] = 0
            traces.append(self.gru.forward(x[start : start + every], h))
            h = traces[-1].h[-1].copy()
        h, z = (np.concatenate([trace[name][:, :, 0] for trace in traces]) for name in ("h", "z"))
        music, active = sigmoid(self.W_out @ h.T + self.b_out)
        return Run(h, z, music, active)


def recording():
    """The eight seconds that the encoder analysed, as a `Recording`."""
    arrays = data.opus_recording()
    return Recording(*(arrays[name].astype(np.float64) for name in ("features", "probabilities", "last")))


def sound():
    """The same eight seconds as an MP3 file: bytes."""
    return data.opus_sound()


def network():
    """The network of the encoder, its bytes read as its authors meant them."""
    return reading("inputs first", "zrg", "keeps", "before")


def reading(memory, order, z, r):
    """The network with the GRU's bytes read in one of sixteen ways: all run, and the bytes do not tell which is meant.

    Parameters
    ----------
    memory : {"inputs first", "outputs first"}
        Whether the first bytes are the weights of the first input to all units, or of all inputs to the first unit.
    order : {"rzg", "zrg"}
        Whether reset or update gate comes first; the candidate is the last.
    z : {"writes", "keeps"}
        What the update gate says: how much of the candidate is written, or how much of the state is kept.
    r : {"after", "before"}
        Whether the reset gate is applied after the product with W_hg, or before.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        There is no such way to read.
    """
    for name, value in zip(CHOICES, (memory, order, z, r), strict=True):
        if value not in CHOICES[name]:
            raise ValueError(f"{name} must be {' or '.join(map(repr, CHOICES[name]))}, but {shown(value)} came.")
    w = {name: array / SCALE for name, array in data.opus_weights().items()}
    gru = from_keras(_keras(w, memory, order))  # Keras: z, r, g; z keeps; r before
    gru = gru if z == "keeps" else flip_z(gru)
    gru = gru if r == "before" else with_reset(gru, "after")
    return Network(
        w["layer0_weights"].reshape(D, UNITS).T, w["layer0_bias"][:, None], gru,
        w["layer2_weights"].reshape(H, 2).T, w["layer2_bias"][:, None],
    )  # fmt: skip


def _keras(w, memory, order):
    """Kernel (32, 72), recurrent kernel (24, 72) and bias (72,) in Keras's order of blocks."""
    arrays = [w["layer1_weights"], w["layer1_recur_weights"]]
    if memory == "inputs first":
        arrays = [array.reshape(-1, 3 * H) for array in arrays]
    else:
        arrays = [array.reshape(3 * H, -1).T for array in arrays]
    blocks = [np.split(array, 3, axis=-1) for array in (*arrays, w["layer1_bias"])]
    places = [order.index(gate) for gate in "zrg"]
    return [np.concatenate([parts[k] for k in places], axis=-1) for parts in blocks]


# --- what a run tells ------------------------------------------------------------------------------------------------


def told(net, heard=None, run=None):
    """The share of the steps with speech or chords in which `net` tells one from the other.

    Parameters
    ----------
    net : Network
    heard : Recording, optional
    run : Run, optional
        What the network made of it, if that is known already.
    """
    heard = heard or recording()
    run = run or net.run(heard.features)
    _, begin, _ = PARTS[1]
    _, change, end = PARTS[2]
    says_music = run.music[begin:end] > 0.5
    return float(np.mean(says_music == (np.arange(begin, end) >= change)))


def difference(net, heard=None, run=None):
    """The largest difference, over all steps, between the two probabilities of `net` and those of the encoder."""
    heard = heard or recording()
    run = run or net.run(heard.features)
    return float(np.abs(np.stack([run.music, run.active], axis=1) - heard.probabilities).max())


def taken_for_music(run):
    """How many seconds of the speech a run takes for music."""
    _, begin, end = PARTS[1]
    return float(np.sum(run.music[begin:end] > 0.5) * SECONDS)


def waited(music, part="chords", level=0.5):
    """Seconds from the beginning of a part until `music` lies above `level` for the first time."""
    begin, end = next((begin, end) for name, begin, end in PARTS if name == part)
    above = np.flatnonzero(np.asarray(music)[begin:end] > level)
    if not len(above):
        raise ValueError(f"music must lie above {level} somewhere in {part!r}, but its largest value there is "
                         f"{np.max(np.asarray(music)[begin:end]):.2f}.")  # fmt: skip
    return float(above[0] * SECONDS)


def half_lives(run, part="chords"):
    """How long each unit keeps what it holds: (24,) seconds until half of it is left, by its mean 1 − z in a part."""
    begin, end = next((begin, end) for name, begin, end in PARTS if name == part)
    keeps = (1 - run.z[begin:end]).mean(axis=0)
    return SECONDS * np.log(0.5) / np.log(keeps)


HEAD = (
    {"en": "memory", "ko": "메모리 배치"},
    {"en": "order", "ko": "순서"},
    {"en": "z", "ko": "z"},
    {"en": "r", "ko": "r"},
    {"en": "told apart", "ko": "구별한 비율"},
    {"en": "largest difference", "ko": "가장 큰 차이"},
)


def readings():
    """All sixteen ways to read the bytes, the best at telling speech from chords first.

    Returns
    -------
    Table
        The four choices; the share of steps told apart (`told`); the largest difference from the encoder.
    """
    heard, rows = recording(), []
    for way in product(*CHOICES.values()):
        net = reading(*way)
        run = net.run(heard.features)
        rows.append((*way, told(net, heard, run), difference(net, heard, run)))
    rows.sort(key=lambda row: -row[4])
    return Table([(*row[:4], f"{row[4]:.2f}", f"{row[5]:.2f}") for row in rows], HEAD, left=4)


answering(globals())
