"""The gradient playground of lesson 6: what decides how far a gradient reaches, live."""

from dataclasses import dataclass

import numpy as np

from .. import words
from ..doors import is_real, positive, seeded, shown, whole
from ..draw.forget import CEILING, FLOOR, ReachPicture
from ..draw.promise import as_promised
from ..nn import RNN, Readout, SequenceModel, clip_by_norm
from ..study.bptt import contributions, gradient_flow, largest_singular_value, spectral_radius
from .recompute import Recomputed, plain_array, plain_model, slider
from .traits import OneOf, Real, Switch, Whole

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


@as_promised
def measure(radius=1.0, activation="tanh", T=100, scale=0.3, limit=None, *, H=32, seed=0):
    """Run a random cell over noise and measure how far back the gradient of a loss at the last step reaches.

    Parameters
    ----------
    radius : positive float
        W_hh is scaled to this spectral radius; the same random matrix at every call.
    activation : {"tanh", "relu"}
    T : int
    scale : float
        Standard deviation of the inputs.
    limit : positive float, optional
        Clip the joint norm of all gradients.
    H : int from 1 to 512
    seed : int

    Returns
    -------
    Reach
    """
    whole("T", T), positive("radius", radius), whole("H", H)
    if T > LONGEST or not is_real(scale) or not np.isfinite(scale):
        raise ValueError(f"T must be at most {LONGEST}, and scale a number, but T={T} and scale={shown(scale)} came.")
    model, noise = _model(activation, H, seed)
    cell, x = model.cell, scale * noise[-T:]  # a longer run is the same one, begun earlier
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


def _model(activation, H=32, seed=0):
    rng = seeded(seed)
    cell = RNN(1, H, rng=rng, activation=activation)
    return SequenceModel(cell, Readout(H, 1, rng=rng), "many-to-one", loss="mse"), rng.normal(size=(LONGEST, 1, 1))


def _flow(cell, trace, T):
    try:
        return gradient_flow(cell, trace, T)[::-1, 0]
    except np.linalg.LinAlgError:  # a matrix with ∞ in it has no singular values
        return gradient_flow(cell, trace, T, norm="frobenius")[::-1, 0]


@as_promised
class GradientPlayground(Recomputed):
    """Sliders for spectral radius, length and input scale, activation and clipping; the norms follow while they move.

    Parameters
    ----------
    radius : float from 0.1 to 2
    activation : {"tanh", "relu"}
    T : int from 10 to 150
    scale : float from 0 to 3
    clip : bool
        Where the controls stand first.

    Attributes
    ----------
    radius, scale : float
    length : int
        The number of steps T.
    activation : {"tanh", "relu"}
    clip : bool
    reach : Reach
        What is shown, measured with NumPy.
    """

    RECIPE = "reach"
    STATE = ("radius", "length", "scale", "activation", "clip")

    radius = Real(min=0.1, max=2.0).tag(sync=True)
    length = Whole(min=10, max=LONGEST).tag(sync=True)
    scale = Real(min=0.0, max=3.0).tag(sync=True)
    activation = OneOf(["tanh", "relu"]).tag(sync=True)
    clip = Switch().tag(sync=True)

    def __init__(self, radius=1.0, activation="tanh", T=100, scale=0.3, clip=False):
        options = [["tanh", "tanh"], ["relu", "relu"]]
        rows = [
            [slider("radius", words.say(RADIUS), 0.1, 2.0, step=0.05),
             slider("length", words.say(LENGTH), 10, LONGEST, step=10, digits=0)],
            [slider("scale", words.say(SCALE), 0.0, 3.0, step=0.1, digits=1),
             {"kind": "choice", "name": "activation", "label": words.say(ACTIVATION), "options": options},
             {"kind": "check", "name": "clip", "label": words.say(CLIP, limit=LIMIT)}],
        ]  # fmt: skip
        models = {name: _model(name) for name in ("tanh", "relu")}
        W, noise = models["tanh"][0].params.W_hh, models["tanh"][1]
        given = {
            "models": {name: plain_model(model) for name, (model, _) in models.items()},
            "noise": plain_array(noise),
            # Not all digits: the last ones are those of a processor.
            "radius": float(f"{spectral_radius(W):.13g}"),
            "sigma": float(f"{largest_singular_value(W):.13g}"),
            "limit": LIMIT,
            "low": FLOOR,
            "high": CEILING,
        }
        state = {"radius": radius, "activation": activation, "length": T, "scale": scale, "clip": clip}
        super().__init__(ReachPicture(LONGEST), rows, given, **state)

    @property
    def reach(self):
        """What is shown, measured with NumPy."""
        return measure(self.radius, self.activation, self.length, self.scale, LIMIT if self.clip else None)

    def draw(self):
        return self.picture.scene(self.reach)

    def __repr__(self):
        return f"<GradientPlayground: {self.activation}, rho = {self.radius:.2f}, T = {self.length}>"
