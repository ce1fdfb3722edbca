"""The gate playground of lesson 8: set the gates by hand, hold them for 30 steps, and watch a memory fade."""

import numpy as np
import traitlets

from .. import words
from ..draw.gates import STEPS, TOP, Held, HeldPicture
from ..draw.promise import as_promised
from ..nn.functions import sigmoid
from .recompute import Recomputed, plain_cell, slider, within
from .traits import Real, Switch

BY_HAND = {"en": "the gates", "ko": "게이트 값"}
BEFORE = {"en": "what goes into σ and tanh", "ko": "σ와 tanh에 들어가는 값"}
TIPS = {
    "f": {"en": "forget gate: what of C is kept", "ko": "망각 게이트: C를 얼마나 남기는가"},
    "i": {"en": "input gate: what of the candidate is written", "ko": "입력 게이트: 후보를 얼마나 쓰는가"},
    "o": {"en": "output gate: what of C is shown", "ko": "출력 게이트: C를 얼마나 내보이는가"},
    "g": {"en": "candidate: what could be written", "ko": "후보: 쓸 수 있는 값"},
    "C": {"en": "memory before the first step", "ko": "첫 시점 이전의 기억"},
}
NAMES = {"f": "f", "i": "i", "o": "o", "g": "C̃", "C0": "C₀"}
RANGE = {"f": (0, 1), "i": (0, 1), "o": (0, 1), "g": (-1, 1), "C0": (-2, 2)}
REACH = 8.0  # of the sliders for what goes into σ: σ(8) = 0.9997


@as_promised
class GatePlayground(Recomputed):
    """Sliders for f, i, o, C̃ and C_0; the cell's numbers and a memory of 30 steps follow while they move.

    Parameters
    ----------
    f, i, o : float
        The gates at first, from 0 to 1.
    g : float
        The candidate C̃, from -1 to 1.
    C0 : float
        The memory before the first step, from -2 to 2.

    Attributes
    ----------
    f, i, o, g, C0 : float
        As they are shown. Setting one moves its slider and the picture.
    before : bool
        Whether the sliders stand for what goes into σ and tanh: then no gate can be 0 or 1.
    """

    RECIPE = "heldLSTM"
    STATE = ("f", "i", "o", "g", "C0", "before")

    f = Real().tag(sync=True)
    i = Real().tag(sync=True)
    o = Real().tag(sync=True)
    g = Real().tag(sync=True)
    C0 = Real().tag(sync=True)
    before = Switch(False).tag(sync=True)

    def __init__(self, f=0.9, i=0.0, o=1.0, g=0.5, C0=1.0):
        modes = [[words.say(BY_HAND), False], [words.say(BEFORE), True]]
        sliders = [
            slider(name, NAMES[name], *RANGE[name], tip=TIPS[name[0]], when=None if name == "C0" else _before(name))
            for name in NAMES
        ]
        given = {"cell": plain_cell(Held(1, 1, rng=np.random.default_rng(0))), "steps": STEPS, "top": TOP}
        rows = [[{"kind": "choice", "name": "before", "options": modes}], sliders]
        super().__init__(HeldPicture(), rows, given, f=f, i=i, o=o, g=g, C0=C0)

    @property
    def values(self):
        """The gates, the candidate and C_0 as they are shown."""
        return {name: getattr(self, name) for name in NAMES}

    def set(self, **values):
        """Move several sliders at once: ``set(f=1, i=0)``; ``C0`` is the memory before the first step."""
        if unknown := values.keys() - NAMES.keys():
            raise ValueError(f"values must be named f, i, o, g or C0, but {', '.join(sorted(unknown))} came.")
        with self.hold_sync():
            for name, value in values.items():
                setattr(self, name, value)

    @traitlets.validate(*NAMES)
    def _within(self, proposal):
        name, (low, high) = proposal["trait"].name, RANGE[proposal["trait"].name]
        if self.before and name != "C0":  # what the slider's ends become behind σ or tanh
            low, high = (float((np.tanh if name == "g" else sigmoid)(np.array(end))) for end in (-REACH, REACH))
        return within(name, proposal["value"], low, high)

    @traitlets.observe("before")
    def _switch(self, _):
        with self.hold_sync():
            for name in NAMES:
                setattr(self, name, getattr(self, name))  # none can be 0 or 1 any more

    def draw(self):
        return self.picture.scene(**self.values)

    def __repr__(self):
        return f"<GatePlayground: f = {self.f:.2f}, i = {self.i:.2f}, o = {self.o:.2f}>"


def _before(name):
    """What the slider is while it stands for what goes into σ or tanh."""
    return {
        "name": "before",
        "label": f"a_{name}",
        "low": -REACH,
        "high": REACH,
        "map": "tanh" if name == "g" else "sigmoid",
    }
