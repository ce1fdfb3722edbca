"""The τ-explorer of lesson 7: choose a loss, look back, and watch the terms add up to the gradient."""

import ipywidgets
import numpy as np

from .. import words
from ..doors import shown, whole
from ..draw.bptt import tau_scene
from ..draw.promise import as_promised
from ..study.bptt import contribution_matrix
from .playground import Playground

LOSS_AT = {"en": "loss at s =", "ko": "손실의 시점 s ="}
WEIGHTS = {"en": "the terms of ∂L/∂{name}", "ko": "∂L/∂{name}의 항"}
ALL = "Σ"


@as_promised
class TauExplorer(Playground):
    """The terms τ_{s,k} of a trained network: the loss at s, the step k, the matrix, and the running sum.

    Parameters
    ----------
    model : SequenceModel
        Many-to-many: a loss at every step.
    x : ndarray, (T, D, N)
    targets : ndarray
        A run, or several, as for ``model.loss``; at most 12 steps can be read.
    tokens : list of T str, optional
        What x_t stands for.
    s : int, optional
        Whose loss is chosen first, from 1; by default the last.

    Attributes
    ----------
    s : int or None
        Whose loss is shown; None: all of them together.
    name : str
        Which parameter: ``"W_hh"``, ``"W_xh"`` or ``"b_h"``.
    """

    def __init__(self, model, x, targets, *, tokens=None, s=None):
        if model.shape != "many-to-many":
            raise ValueError(f"model must be many-to-many, with a loss at every step, but {model.shape} came.")
        self.T, self.tokens = len(x), tokens
        self.tau = contribution_matrix(model, x, targets, whole=True)
        self.gradients = {row: _gradient(model, x, targets, row) for row in [None, *range(1, self.T + 1)]}
        self.slider = ipywidgets.SelectionSlider(
            options=[*map(str, range(1, self.T + 1)), ALL], value=str(self.T if s is None else self._step(s)),
            description=words.say(LOSS_AT), style={"description_width": "initial"}, layout={"width": "24em"},
        )  # fmt: skip
        self.chooser = ipywidgets.ToggleButtons(
            options=list(self.tau), value="W_hh", style={"button_width": "auto"},
            tooltips=[words.say(WEIGHTS, name=name) for name in self.tau],
        )  # fmt: skip
        row = ipywidgets.HBox([self.slider, self.chooser], layout={"flex_flow": "row wrap", "align_items": "center"})
        super().__init__([row], self._scene())
        self.slider.observe(self._change, "value")
        self.chooser.observe(self._change, "value")

    @property
    def s(self):
        """Whose loss is shown, from 1; None: all of them."""
        return None if self.slider.value == ALL else int(self.slider.value)

    @s.setter
    def s(self, value):
        self.slider.value = ALL if value is None else str(self._step(value))

    @property
    def name(self):
        """Which parameter is shown."""
        return self.chooser.value

    @name.setter
    def name(self, value):
        if not isinstance(value, str) or value not in self.tau:
            raise ValueError(f"name must be one of {', '.join(self.tau)}, but {shown(value)} came.")
        self.chooser.value = value

    def _step(self, value):
        if whole("s", value) > self.T:
            raise ValueError(f"s must be from 1 to {self.T}, or None for all losses, but {shown(value)} came.")
        return whole("s", value)

    @property
    def residual(self):
        """‖∂L/∂W − Σ_k τ‖ / ‖∂L/∂W‖ of what is shown, with all terms added: rounding, about 1e-16."""
        whole, gradient = self.tau[self.name], self.gradients[self.s][self.name]
        total = whole.sum(axis=(0, 1)) if self.s is None else whole[self.s - 1].sum(axis=0)
        return float(np.linalg.norm(gradient - total) / (np.linalg.norm(gradient) or 1.0))

    def _change(self, _):
        scene = self._scene()
        self.stepper.show(scene)
        self.stepper.t = scene.T  # another loss: begin at its own step, and look back from there

    def _scene(self):
        gradient = self.gradients[self.s][self.name]
        return tau_scene(self.tau[self.name], gradient, self.s, name=self.name, tokens=self.tokens)

    def __repr__(self):
        return f"<TauExplorer: s = {self.slider.value}, {self.name}, k = {self.stepper.t}>"


def _gradient(model, x, targets, s):
    """∂L_s/∂W from an ordinary backward pass with all other targets taken out; for s None, ∂L/∂W."""
    targets = np.asarray(targets)
    if s is not None:
        missing = -1 if model.loss_name == "cross_entropy" else np.nan
        own = (np.arange(len(targets)) == s - 1).reshape(-1, *[1] * (targets.ndim - 1))
        targets = np.where(own, targets, missing)
    return model.loss_and_gradients(x, targets)[1].params
