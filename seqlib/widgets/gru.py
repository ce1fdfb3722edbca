"""What lesson 11 plays with: a GRU's gates set by hand, and one set of weights read in four conventions."""

import numpy as np
import traitlets

from .. import words
from ..doors import shown
from ..draw import makers
from ..draw.gru import CONVENTIONS, STEPS, TOP, Held, HeldPicture, SwitchboardPicture, run_of
from ..draw.promise import as_promised
from ..study.conventions import flip_z, with_reset
from .recompute import Recomputed, plain_array, plain_cell, slider, within
from .traits import OneOf, Real, Switch

TIPS = {
    "r": {"en": "reset gate: what of the past the candidate reads", "ko": "리셋 게이트: 후보가 과거를 얼마나 읽는가"},
    "z": {"en": "update gate: how much of the candidate is written", "ko": "업데이트 게이트: 후보를 얼마나 쓰는가"},
    "a": {"en": "what the input says to the candidate", "ko": "입력이 후보에 보태는 값"},
    "h": {"en": "state before the first step", "ko": "첫 시점 이전의 상태"},
}
NAMES = {"r": "r", "z": "z", "a": "a", "h0": "h₀"}
RANGE = {"r": (0, 1), "z": (0, 1), "a": (-2, 2), "h0": (-1, 1)}


@as_promised
class GRUPlayground(Recomputed):
    """Sliders for r, z, what the input says, and h_0; the cell's numbers and 30 steps follow while they move.

    The cell has one unit, and W_hg = 2: the candidate is tanh(a + 2 r h_{t-1}). With r = 0 it is set by `a` alone.

    Parameters
    ----------
    r, z : float
        The gates at first, from 0 to 1.
    a : float
        What the input and the bias add to the candidate, from -2 to 2.
    h0 : float
        The state before the first step, from -1 to 1.

    Attributes
    ----------
    r, z, a, h0 : float
        As they are shown. Setting one moves its slider and the picture.
    """

    RECIPE = "heldGRU"
    STATE = tuple(NAMES)

    r = Real().tag(sync=True)
    z = Real().tag(sync=True)
    a = Real().tag(sync=True)
    h0 = Real().tag(sync=True)

    def __init__(self, r=0.0, z=0.1, a=0.0, h0=1.0):
        sliders = [slider(name, NAMES[name], *RANGE[name], tip=TIPS[name[0]]) for name in NAMES]
        given = {"cell": plain_cell(Held(1, 1, rng=np.random.default_rng(0))), "steps": STEPS, "top": TOP}
        super().__init__(HeldPicture(), [sliders], given, r=r, z=z, a=a, h0=h0)

    @property
    def values(self):
        """The gates, what the input says, and h_0, as they are shown."""
        return {name: getattr(self, name) for name in NAMES}

    def set(self, **values):
        """Move several sliders at once: ``set(r=1, z=0)``; ``h0`` is the state before the first step."""
        if unknown := values.keys() - NAMES.keys():
            raise ValueError(f"values must be named r, z, a or h0, but {', '.join(sorted(unknown))} came.")
        with self.hold_sync():
            for name, value in values.items():
                setattr(self, name, value)

    @traitlets.validate(*NAMES)
    def _within(self, proposal):
        return within(name := proposal["trait"].name, proposal["value"], *RANGE[name])

    def draw(self):
        return self.picture.scene(**self.values)

    def __repr__(self):
        return f"<GRUPlayground: r = {self.r:.2f}, z = {self.z:.2f}, a = {self.a:.2f}>"


# --- the convention switchboard ---------------------------------------------------------------------------------------

LEARNED = {"en": "learned with", "ko": "학습한 관례"}
WEIGHTS = {"en": "weights", "ko": "가중치"}
AS_THEY_ARE = {"en": "as they are", "ko": "그대로"}
CONVERTED = {"en": "converted", "ko": "변환해서"}
SOURCES = {
    ("writes", "before"): {"en": "z writes, r before (this course)", "ko": "z로 쓰기, r 먼저(이 강의)"},
    ("keeps", "before"): {"en": "z keeps, r before (ONNX)", "ko": "z로 유지, r 먼저(ONNX)"},
    ("writes", "after"): {"en": "z writes, r after", "ko": "z로 쓰기, r 나중"},
    ("keeps", "after"): {"en": "z keeps, r after (PyTorch, Keras)", "ko": "z로 유지, r 나중(PyTorch, Keras)"},
}
BOARD_ALT = {
    "en": "Four panels of h_t over time: the same weights where z writes (left) or keeps (right), with r before (top) "
    "or after (bottom) the product with W_hg. Dashed: the run for which they were learned.",
    "ko": "h_t를 시간에 따라 그린 네 칸. 왼쪽은 z가 쓰는 양, 오른쪽은 z가 유지하는 양일 때이고, 위는 r을 "
    "W_hg와 곱하기 전에, 아래는 곱한 뒤에 적용할 때이다. 가중치는 넷 모두 같다. 파선은 학습한 관례대로 계산한 값이다.",
}
RAW = {
    "en": "h{s} = ({own}) as learned, at step {t}; where z is read the other way, ({z}). To convert: negate W_xz, W_hz "
    "and b_z. Where r stands elsewhere, ({r}): no weights convert it; train again.",
    "ko": "시점 {t}: 학습한 대로 계산하면 h{s} = ({own}), z를 반대로 읽으면 ({z})이다. 변환하려면 W_xz, W_hz, b_z의 "
    "부호를 "
    "바꾼다. r의 자리가 다르면 ({r}) 값이 되는데, 이 차이는 가중치를 바꿔도 없앨 수 없어 다시 학습해야 한다.",
}
DONE = {
    "en": "h{s} = ({own}) in both at step {t}, as W_xz, W_hz and b_z are negated where z is read the other way. Where "
    "r stands elsewhere it is still ({r}): another function.",
    "ko": "시점 {t}: 두 곳 모두 h{s} = ({own})이다. z를 반대로 읽는 곳에서 W_xz, W_hz, b_z의 부호를 바꾸었기 "
    "때문이다. r의 자리가 다르면 여전히 ({r}) 값이 나온다. 서로 다른 함수이기 때문이다.",
}


@as_promised
class Switchboard(Recomputed):
    """One set of GRU weights in four conventions: z writes or keeps, r before or after the product with W_hg.

    Parameters
    ----------
    gru : GRU
        Its weights; ``reset="before"``, at most 4 units.
    x : ndarray, (T, D, N)
    n : int
        Which example.
    start : int
        The step shown first, from 0.

    Attributes
    ----------
    source : (str, str)
        For which convention the weights count as learned: ``("writes", "before")`` is this course's.
    converted : bool
        Whether W_xz, W_hz and b_z are negated where z is read the other way.
    """

    RECIPE = "switchboard"
    STATE = ("learned", "converted")

    learned = OneOf([" ".join(name) for name in CONVENTIONS], default_value="writes before").tag(sync=True)
    converted = Switch(False).tag(sync=True)

    def __init__(self, gru, x, n=0, *, start=2):
        run_of(gru.forward(x), n)  # says what does not fit
        self.runs = {}
        for z, r in CONVENTIONS:
            cell = with_reset(gru, r)
            for negated, weights in ((False, cell), (True, flip_z(cell))):
                self.runs[z, r, negated] = _read(weights, x[:, :, n : n + 1], z)
        choices = {
            "learned": (LEARNED, [[words.say(SOURCES[name]), " ".join(name)] for name in CONVENTIONS]),
            "converted": (WEIGHTS, [[words.say(AS_THEY_ARE), False], [words.say(CONVERTED), True]]),
        }
        rows = [
            [{"kind": "choice", "name": name, "label": words.say(label), "options": options}]
            for name, (label, options) in choices.items()
        ]
        # There is nothing between two buttons: all eight runs go along.
        given = {"runs": {f"{z} {r} {int(negated)}": plain_array(h) for (z, r, negated), h in self.runs.items()}}
        fields = {"t": makers.text("t", "count"), "s": makers.text("t", "subscript")}
        fields |= {name: makers.text(name, "listed") for name in ("own", "z", "r")}
        said = makers.choose("converted", *(makers.say(told, **fields) for told in (RAW, DONE)))
        super().__init__(SwitchboardPicture(len(x), gru.H, said, words.say(BOARD_ALT), start), rows, given)

    @property
    def source(self):
        """For which convention the weights count as learned."""
        return tuple(self.learned.split())

    @source.setter
    def source(self, value):
        texts = isinstance(value, tuple | list) and all(isinstance(part, str) for part in value)
        if not texts or tuple(value) not in CONVENTIONS:
            there = ", ".join(map(str, CONVENTIONS))
            raise ValueError(f"source must be one of {there}, but {shown(value)} came.")
        self.learned = " ".join(value)

    def states(self):
        """What is shown: {(z, r): (T, H)}."""
        z_own, _ = self.source
        return {(z, r): self.runs[z, r, self.converted and z != z_own] for z, r in CONVENTIONS}

    def draw(self):
        return self.picture.scene(self.states(), self.source, self.converted)

    def __repr__(self):
        return f"<Switchboard: z {self.source[0]}, r {self.source[1]}{', converted' if self.converted else ''}>"


def _read(cell, x, z):
    """The states (T, H) of one sequence where z "writes", as in our cell, or "keeps", as h = z h + (1 - z) h̃."""
    if z == "writes":
        return cell.forward(x).h[:, :, 0]
    h = [np.zeros((cell.H, 1))]
    for x_t in x:
        step = cell.forward(x_t[None], h[-1])
        h.append(step.z[0] * h[-1] + (1 - step.z[0]) * step.g[0])
    return np.array(h[1:])[:, :, 0]
