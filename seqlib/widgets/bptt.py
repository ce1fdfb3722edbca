"""The τ-explorer of lesson 7: choose a loss, look back, and watch the terms add up to the gradient."""

import numpy as np
import traitlets

from .. import words
from ..doors import shown
from ..draw.bptt import BOTTOM, LINES, TauPicture, norms_of, sums_of
from ..draw.promise import as_promised
from ..study.bptt import contribution_matrix
from .recompute import Recomputed, plain_array
from .traits import Whole, Words

LOSS_AT = {"en": "loss at s =", "ko": "손실의 시점 s ="}
TERMS_OF = {"en": "terms of ∂L/∂", "ko": "항: ∂L/∂"}
ALL = "Σ"


@as_promised
class TauExplorer(Recomputed):
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
        Which parameter: of an RNN ``"W_hh"``, ``"W_xh"`` or ``"b_h"``.
    """

    RECIPE = "tau"
    STATE = ("s", "name")

    s = Whole(None, allow_none=True).tag(sync=True)
    name = Words().tag(sync=True)

    def __init__(self, model, x, targets, *, tokens=None, s=None):
        if model.shape != "many-to-many":
            raise ValueError(f"model must be many-to-many, with a loss at every step, but {model.shape} came.")
        steps = range(1, len(x) + 1)
        self.tau = contribution_matrix(model, x, targets, whole=True)
        self.gradients = {row: _gradient(model, x, targets, row) for row in [None, *steps]}
        self.norms = {name: norms_of(tau) for name, tau in self.tau.items()}
        self.sums = {name: {row: sums_of(tau, self.gradients[row][name], row) for row in self.gradients}
                     for name, tau in self.tau.items()}  # fmt: skip
        if odd := [name for name, norms in self.norms.items() if not np.isfinite(norms).all()]:
            raise ValueError(f"model must have finite gradients, but a term of {odd[0]} is not: it has diverged, or it "
                             "has weights of NaN.")  # fmt: skip
        picture = TauPicture(np.stack([*self.norms.values()]), tokens)
        losses = [*([str(row), row] for row in steps), [ALL, None]]
        rows = [[
            {"kind": "choice", "name": "s", "label": words.say(LOSS_AT), "options": losses},
            {"kind": "choice", "name": "name", "label": words.say(TERMS_OF), "options": [[n, n] for n in self.tau]},
        ]]  # fmt: skip
        first = next((name for name in ("W_hh", "W_h") if name in self.tau), next(iter(self.tau)))
        super().__init__(picture, rows, self._given(picture), name=first, s=len(x) if s is None else s)

    def _given(self, picture):
        """There is nothing between two buttons: all sums go along, a row for each s and the last one for all."""
        made = {}
        for name, sums in self.sums.items():
            rows = [np.zeros((len(sums), picture.T)) for _ in range(2)]
            for n, row in enumerate([*range(1, picture.T + 1), None]):
                for kept, values in zip(rows, sums[row], strict=True):
                    kept[n, : len(values)] = values
            made[name] = dict(zip(("tau", "left"), map(plain_array, rows), strict=True))
            made[name]["norms"] = plain_array(self.norms[name])
        axes = {"low": picture.low, "high": picture.high, "bottom": BOTTOM, "lines": LINES}
        return {"of": made, "came": picture.came, **axes}

    @traitlets.validate("s")
    def _a_step(self, proposal):
        if (value := proposal["value"]) is not None and not 1 <= value <= self.picture.T:
            raise ValueError(f"s must be from 1 to {self.picture.T}, or None for all losses, but {shown(value)} came.")
        return value

    @traitlets.validate("name")
    def _a_parameter(self, proposal):
        if proposal["value"] not in self.tau:
            raise ValueError(f"name must be one of {', '.join(self.tau)}, but {shown(proposal['value'])} came.")
        return proposal["value"]

    @traitlets.observe("s")
    def _from_its_own_step(self, change):
        self.t = self.scene.T  # another loss: begin at its own step, and look back from there

    @property
    def residual(self):
        """‖∂L/∂W − Σ_k τ‖ / ‖∂L/∂W‖ of what is shown, with all terms added: rounding, about 1e-16."""
        tau, gradient = self.tau[self.name], self.gradients[self.s][self.name]
        total = tau.sum(axis=(0, 1)) if self.s is None else tau[self.s - 1].sum(axis=0)
        return float(np.linalg.norm(gradient - total) / (np.linalg.norm(gradient) or 1.0))

    def draw(self):
        return self.picture.scene(self.norms[self.name], *self.sums[self.name][self.s], self.s, self.name)

    def __repr__(self):
        return f"<TauExplorer: s = {ALL if self.s is None else self.s}, {self.name}, k = {self.t}>"


def _gradient(model, x, targets, s):
    """∂L_s/∂W from an ordinary backward pass with all other targets taken out; for s None, ∂L/∂W."""
    targets = np.asarray(targets)
    if s is not None:
        missing = -1 if model.loss_name == "cross_entropy" else np.nan
        own = (np.arange(len(targets)) == s - 1).reshape(-1, *[1] * (targets.ndim - 1))
        targets = np.where(own, targets, missing)
    return model.loss_and_gradients(x, targets)[1].params
