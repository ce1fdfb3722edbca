"""The gate playground of lesson 6: set the gates by hand, hold them for 30 steps, and watch a memory fade."""

import ipywidgets
import numpy as np

from .. import words
from ..draw.gates import HeldPicture
from ..nn.functions import sigmoid
from .playground import Playground, number_slider

BY_HAND = {"en": "the gates", "ko": "게이트 값"}
BEFORE = {"en": "what goes into σ and tanh", "ko": "σ와 tanh에 들어가는 값"}
TIPS = {
    "f": {"en": "forget gate: what of C is kept", "ko": "망각 게이트: C를 얼마나 남기는가"},
    "i": {"en": "input gate: what of the candidate is written", "ko": "입력 게이트: 후보를 얼마나 쓰는가"},
    "o": {"en": "output gate: what of C is shown", "ko": "출력 게이트: C를 얼마나 내보이는가"},
    "g": {"en": "candidate: what could be written", "ko": "후보: 쓸 수 있는 값"},
    "C": {"en": "memory before the first step", "ko": "첫 단계 이전의 기억"},
}
NAMES = {"f": "f", "i": "i", "o": "o", "g": "C̃", "C": "C₀"}
RANGE = {"f": (0, 1), "i": (0, 1), "o": (0, 1), "g": (-1, 1), "C": (-2, 2)}
REACH = 8.0  # of the sliders for what goes into σ: σ(8) = 0.9997


class GatePlayground(Playground):
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
    values : dict
        ``f i o g C0`` as they are shown.
    before : bool
        Whether the sliders stand for what goes into σ and tanh: then no gate can be 0 or 1.
    """

    def __init__(self, f=0.9, i=0.0, o=1.0, g=0.5, C0=1.0):
        self._changing = False
        self.mode = ipywidgets.ToggleButtons(
            options=[(words.say(BY_HAND), False), (words.say(BEFORE), True)], value=False,
            style={"button_width": "auto"},
        )  # fmt: skip
        first = {"f": f, "i": i, "o": o, "g": g, "C": C0}
        self.sliders = {
            name: number_slider(NAMES[name], TIPS[name], value, *RANGE[name], width="17em")
            for name, value in first.items()
        }
        self.picture = HeldPicture()
        row = {"flex_flow": "row wrap", "align_items": "center"}
        super().__init__([self.mode, ipywidgets.HBox(list(self.sliders.values()), layout=row)], self._scene())
        self.mode.observe(self._switch, "value")
        for slider in self.sliders.values():
            slider.observe(self._change, "value")

    @property
    def before(self):
        """Whether the sliders stand for what goes into σ and tanh."""
        return self.mode.value

    @before.setter
    def before(self, value):
        self.mode.value = bool(value)

    @property
    def values(self):
        """The gates, the candidate and C_0 as they are shown."""
        raw = {name: slider.value for name, slider in self.sliders.items()}
        if self.before:
            raw |= {name: float(sigmoid(np.array(raw[name]))) for name in "fio"} | {"g": float(np.tanh(raw["g"]))}
        return {name: raw[name] for name in "fiog"} | {"C0": raw["C"]}

    def set(self, **values):
        """Move several sliders at once: ``set(f=1, i=0)``; ``C0`` is the memory before the first step."""
        values = {"C" if name == "C0" else name: value for name, value in values.items()}
        unknown = values.keys() - self.sliders.keys()
        if unknown:
            raise ValueError(f"values must be named f, i, o, g or C0, but {', '.join(sorted(unknown))} came.")
        self._changing = True
        for name, value in values.items():
            self.sliders[name].value = value
        self._changing = False
        self.show(self._scene())

    def _change(self, _):
        if not self._changing:
            self.show(self._scene())

    def _switch(self, change):
        """Let the sliders stand for the other thing, at the same values as far as they can."""
        self._changing = True
        for name in "fiog":
            slider, sign = self.sliders[name], name == "g"
            value = slider.value
            low, high = (-1.0 if sign else 0.0), 1.0
            if change["new"]:
                inside = np.clip(value, low + 1e-9, high - 1e-9)
                value, low, high = (np.arctanh(inside) if sign else np.log(inside / (1 - inside))), -REACH, REACH
                value = float(np.clip(value, low, high))
            else:
                value = float(np.tanh(value) if sign else sigmoid(np.array(value)))
            with slider.hold_trait_notifications():
                slider.min, slider.max, slider.value = low, high, value
            slider.description = f"a_{name}" if change["new"] else NAMES[name]
        self._changing = False
        self.show(self._scene())

    def _scene(self):
        return self.picture.scene(**self.values)

    def __repr__(self):
        v = self.values
        return f"<GatePlayground: f = {v['f']:.2f}, i = {v['i']:.2f}, o = {v['o']:.2f}>"
