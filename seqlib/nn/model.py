"""A cell with a readout, in the three sequence shapes."""

from ..doors import plain, whole
from .cell import Cell, check_sequence, check_trace, sequence
from .functions import LOSSES, known, softmax
from .passes import Gradients
from .readout import Readout
from .record import Record
from .step import Step
from .workspace import do, room_in

SHAPES = ("many-to-many", "many-to-one", "one-to-many")


class Model:
    """What every model of the course can do once it has `forward`, `backward` and `params`."""

    loss_name = "cross_entropy"

    def probabilities(self, x, **kwargs):
        """softmax of the logits: (T_out, K, N)."""
        self._only_classes("probabilities")
        return softmax(self.forward(x, **kwargs).logits)

    def predict(self, x, **kwargs):
        """The class with the largest logit: (T_out, N)."""
        self._only_classes("classes")
        return self.forward(x, **kwargs).logits.argmax(axis=1)

    def _only_classes(self, what):
        if self.loss_name == "mse":
            raise ValueError(f"this model (loss 'mse') predicts numbers and has no {what}; look at forward(x).logits.")

    def accuracy(self, x, targets):
        """The share of right predictions; targets of -1 (padding) do not count."""
        targets = self._targets(targets)
        self._only_classes("classes")
        logits = self.forward(x, **self._steps(targets)).logits
        predicted = logits.argmax(axis=1)
        if targets.shape != predicted.shape or targets.dtype.kind not in "iu":
            raise ValueError(f"targets must be classes, whole numbers of shape (T, N) = {predicted.shape}, "
                             f"but {targets.dtype} of shape {targets.shape} came.")  # fmt: skip
        LOSSES["cross_entropy"].check(logits, targets)
        if not (targets >= 0).any():
            raise ValueError("targets must have at least one class, but all are -1, which do not count.")
        return float((predicted == targets)[targets >= 0].mean())

    def loss(self, x, targets):
        """L = Σ_t L_t, averaged over the examples: a float (complex if the parameters are)."""
        targets = self._targets(targets)
        logits = self.forward(x, **self._steps(targets)).logits
        return LOSSES[self.loss_name](logits, targets)[0].sum().item()

    def loss_and_gradients(self, x, targets):
        """The loss (a float) and its `Gradients`."""
        targets = self._targets(targets)
        trace = self.forward(x, **self._steps(targets))
        loss_t, dlogits = LOSSES[self.loss_name](trace.logits, targets)
        return loss_t.sum().item(), self.backward(trace, dlogits)

    def _steps(self, targets):
        return {}

    @staticmethod
    def _targets(targets):
        # One target for each sequence may come as (N,): it is the one at the only output.
        targets = plain("targets", targets)
        return targets[None] if targets.ndim == 1 else targets


class SequenceModel(Model):
    """A recurrent cell, and a readout at every step or at the last one only.

    Parameters
    ----------
    cell : RNN, LSTM or GRU
    readout : Readout
    shape : {"many-to-many", "many-to-one", "one-to-many"}
        Where inputs come in and outputs go out. Many-to-one has one output, at the last step.
        One-to-many has one input, at t = 1; x_t is zero after that.
    loss : {"cross_entropy", "mse"}

    Attributes
    ----------
    params : Record
        The parameters of both, in the same memory as ``cell.params`` and ``readout.params``.
    """

    def __init__(self, cell, readout, shape="many-to-many", loss="cross_entropy"):
        for name, value, kind in (("cell", cell, Cell), ("readout", readout, Readout)):
            if not isinstance(value, kind):
                kinds = {"cell": "an RNN, LSTM or GRU, as RNN(D, H, rng=rng)", "readout": "a Readout(H, K, rng=rng)"}
                came = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
                raise ValueError(f"{name} must be {kinds[name]}, but {came} came.")
        if cell.H != readout.H:
            raise ValueError(f"readout was built for H={readout.H}, but the cell has H={cell.H}.")
        self.cell, self.readout = cell, readout
        self.shape, self.loss_name = known("shape", shape, SHAPES), known("loss", loss, LOSSES)
        self.params = cell.params.joined(readout.params)

    @property
    def TERMS(self):
        """Where each weight enters: a list of `Term`."""
        return [*self.cell.TERMS, *self.readout.TERMS]

    def __repr__(self):
        return f"SequenceModel({self.cell}, {self.readout}, {self.shape!r})"

    def forward(self, x, h0=None, steps=None, workspace=None, **states):
        """Run over a sequence.

        Parameters
        ----------
        x : ndarray, (T, D, N), or token ids (T, N); a single step for one-to-many
        h0 : ndarray, (H, N), optional
        steps : int, optional
            Number of outputs of a one-to-many model.
        workspace : Workspace, optional
            Memory to be used again, in which the trace is then; see the cell's `forward`.
        **states : ndarray, (H, N), optional
            The rest of the initial state where a cell has more than h: ``C0`` of an LSTM.

        Returns
        -------
        trace : Record
            The trace of the cell, and ``logits`` (T, K, N), or (1, K, N) for many-to-one.
        """
        work, x = room_in(workspace), sequence(x)
        if self.shape == "one-to-many":
            steps = self._checked_steps(x, steps)
        elif steps is not None:
            raise ValueError(f"steps is for one-to-many models; this one is {self.shape} and takes T from x.")
        if h0 is not None:
            states["h0"] = h0
        run = self.cell.forward(x, steps=steps, workspace=workspace, **states)
        of = self, run, self.readout.params, self.shape
        key = "with logits", id(self), run.h.shape, run.h.dtype
        trace, operations = work.keep(key, lambda: self._with_logits(run), *of)
        do(operations)
        return trace

    def backward(self, trace, dlogits, workspace=None):
        """`Gradients` from ∂L/∂z at the outputs; shapes as in `forward`.

        With a workspace only those of parameters; it holds those of the cell, those of the readout are new.
        """
        check_trace(trace, "h")
        dlogits = plain("dlogits", dlogits)
        readout, dh = self.readout.backward(self._read(trace.h), dlogits)
        return self._joined(self.cell.backward(trace, self._own(dh), workspace=workspace), readout, dlogits)

    def loss_and_gradients(self, x, targets, workspace=None):
        """The loss (a float) and its `Gradients`.

        With a `Workspace` all memory is taken from there, and the only gradients are those of the
        parameters. They are overwritten by the next call with the same workspace. `forward` and `backward`
        are not called for it: a `Step` joins the operations they are made of.
        """
        x, targets, whole = sequence(x), self._targets(targets), workspace is None
        kinds = getattr(x, "shape", None), getattr(x, "dtype", None), targets.shape, targets.dtype
        step = room_in(workspace).keep(
            ("step", id(self), kinds), lambda: Step(self, x, targets, whole),
            self.shape, self.loss_name, self.readout.params, *self.cell.written(),
        )  # fmt: skip
        return step(x, targets)

    def _joined(self, grads, readout, dlogits):
        """The `Gradients` of the cell, with those of the readout."""
        trace = grads.trace and grads.trace.joined(Record({"logits": dlogits}))
        return Gradients(grads.params.joined(readout), trace, grads.first)

    def _with_logits(self, trace):
        """The trace with room for logits, and the operations that make them."""
        logits, operations = self.readout.forward_pass(self._read(trace.h))
        return trace.joined(Record({"logits": logits})), operations

    def _read(self, h):
        return h[-1:] if self.shape == "many-to-one" else h

    def _own(self, dh):
        return dh[-1] if self.shape == "many-to-one" else dh

    def _steps(self, targets):
        if self.shape == "one-to-many" and not targets.ndim:
            raise ValueError(f"targets must be an array with one for each step, but {targets} came.")
        return {"steps": len(targets)} if self.shape == "one-to-many" else {}

    def _checked_steps(self, x, steps):
        check_sequence(x, self.cell.D, type(self.cell).__name__)
        steps = whole("steps, the number of outputs of a one-to-many model,", steps)
        if len(x) != 1:
            raise ValueError(f"x must have shape (1, D, N), or (1, N), for a one-to-many model, but {x.shape} came.")
        return steps
