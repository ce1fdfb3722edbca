"""The gradient playground of lesson 5: what decides how far a gradient reaches, live."""

from dataclasses import dataclass

import ipywidgets
import numpy as np

from .. import words
from ..draw.forget import ReachPicture
from ..nn import RNN, Readout, SequenceModel, clip_by_norm
from ..study.bptt import contributions, gradient_flow, largest_singular_value, spectral_radius
from .playground import Playground

LONGEST, LIMIT = 150, 1.0
RADIUS = {"en": "spectral radius ρ", "ko": "스펙트럼 반지름 ρ"}
LENGTH = {"en": "length T", "ko": "길이 T"}
SCALE = {"en": "input scale", "ko": "입력 크기"}
ACTIVATION = {"en": "activation", "ko": "활성화 함수"}
CLIP = {"en": "clip the gradient at norm {limit:g}", "ko": "기울기를 노름 {limit:g}에서 자르기(클리핑)"}


@dataclass(frozen=True)
class Reach:
    """How far the gradient of one run reaches; index = the lag t - k, with t = T, the last step."""

    activation: str
    radius: float  # spectral radius of W_hh
    sigma: float  # its largest singular value
    flow: np.ndarray  # ‖∂h_T/∂h_k‖, (T + 1,)
    bound: np.ndarray  # σ_max^(T-k), (T + 1,)
    terms: np.ndarray  # ‖τ_k‖ of ∂L/∂W_hh after clipping, (T,): the use at step T - lag
    norm: float  # joint norm of ∂L/∂W before clipping
    clipped: float  # and after it
    limit: float | None


def measure(radius=1.0, activation="tanh", T=100, scale=0.3, limit=None, *, H=32, seed=0):
    """Run a random cell over noise and measure how far back the gradient of a loss at the last step reaches.

    Parameters
    ----------
    radius : float
        W_hh is scaled to this spectral radius; the same random matrix at every call.
    activation : {"tanh", "relu"}
    T : int
    scale : float
        Standard deviation of the inputs.
    limit : float, optional
        Clip the joint norm of all gradients.
    H, seed : int

    Returns
    -------
    Reach
    """
    rng = np.random.default_rng(seed)
    cell = RNN(1, H, rng=rng, activation=activation)
    model = SequenceModel(cell, Readout(H, 1, rng=rng), "many-to-one", loss="mse")
    x = scale * rng.normal(size=(LONGEST, 1, 1))[-T:]  # a longer run is the same one, begun earlier
    cell.params.W_hh *= radius / spectral_radius(cell.params.W_hh)
    with np.errstate(over="ignore", invalid="ignore"):  # what explodes is drawn on the edge
        trace = model.forward(x)
        _, grads = model.loss_and_gradients(x, np.ones((1, 1, 1)))
        terms = np.sqrt((contributions(model, trace, grads).W_hh ** 2).sum(axis=(1, 2)))[::-1]
        norm = clipped = clip_by_norm(grads.params, np.inf)
        if limit is not None and norm > limit:
            clipped, terms = limit, terms * (limit / norm)
        sigma = largest_singular_value(cell.params.W_hh)
        bound = sigma ** np.arange(T + 1.0)
        flow = _flow(cell, trace, T)
    return Reach(activation, radius, float(sigma), flow, bound, terms, norm, clipped, limit)


def _flow(cell, trace, T):
    try:
        return gradient_flow(cell, trace, T)[::-1, 0]
    except np.linalg.LinAlgError:  # a matrix with ∞ in it has no singular values
        return gradient_flow(cell, trace, T, norm="frobenius")[::-1, 0]


class GradientPlayground(Playground):
    """Sliders for spectral radius, length and input scale, activation and clipping; the norms follow while they move.

    Parameters
    ----------
    radius, activation, T, scale, clip
        Where the controls stand first.

    Attributes
    ----------
    reach : Reach
        What is shown.
    """

    def __init__(self, radius=1.0, activation="tanh", T=100, scale=0.3, clip=False):
        def slider(kind, label, value, low, high, step, **more):
            wide = {"style": {"description_width": "initial"}, "layout": {"width": "26em"}}
            return kind(value=value, min=low, max=high, step=step, description=words.say(label), continuous_update=True,
                        **wide, **more)  # fmt: skip

        self.radius = slider(ipywidgets.FloatSlider, RADIUS, radius, 0.1, 2.0, 0.05)
        self.length = slider(ipywidgets.IntSlider, LENGTH, T, 10, LONGEST, 10)
        self.scale = slider(ipywidgets.FloatSlider, SCALE, scale, 0.0, 3.0, 0.1, readout_format=".1f")
        self.activation = ipywidgets.ToggleButtons(
            options=["tanh", "relu"], value=activation, style={"button_width": "5em"}
        )
        self.clip = ipywidgets.Checkbox(
            value=clip, description=words.say(CLIP, limit=LIMIT), indent=False, layout={"width": "auto"}
        )
        self.picture = ReachPicture(LONGEST)
        row = {"layout": {"flex_flow": "row wrap", "align_items": "center"}}
        controls = [
            ipywidgets.HBox([self.radius, self.length], **row),
            ipywidgets.HBox([self.scale, ipywidgets.Label(words.say(ACTIVATION)), self.activation, self.clip], **row),
        ]
        super().__init__(controls, self._scene())
        for control in (self.radius, self.length, self.scale, self.activation, self.clip):
            control.observe(self._change, "value")

    def _change(self, change):
        self.show(self._scene())

    def _scene(self):
        limit = LIMIT if self.clip.value else None
        self.reach = measure(self.radius.value, self.activation.value, self.length.value, self.scale.value, limit)
        return self.picture.scene(self.reach)

    def __repr__(self):
        r = self.reach
        return f"<GradientPlayground: {r.activation}, rho = {r.radius:.2f}, T = {len(r.terms)}>"
