"""One step of a training, as a whole: from x and the targets to the loss and its gradients."""

import numpy as np
from numpy import add

from .cell import check_sequence
from .functions import LOSSES
from .passes import working_dtype
from .workspace import do


class Step:
    """What `SequenceModel.loss_and_gradients` does for inputs of one size: the memory, and the operations; see `do`.

    Parameters
    ----------
    model : SequenceModel
    x, targets : ndarray
        Such as will be given.
    whole : bool
        Whether the derivatives of the trace are wanted too.
    """

    def __init__(self, model, x, targets, whole):
        cell, readout, self.D, self.owner = model.cell, model.readout, model.cell.D, type(model.cell).__name__
        self.loss, self.tokens = LOSSES[model.loss_name], check_sequence(x, self.D, self.owner)
        T = model._checked_steps(x, len(targets)) if model.shape == "one-to-many" else len(x)
        run = cell.forward_pass(T, x.shape[-1], working_dtype(cell._weight, x), whole, self.tokens)
        if self.tokens:
            run.trace.x[...] = -1
        for first in run.firsts:
            first[...] = 0
        trace = model._with_logits(run.trace)
        self.x = trace.x[:1] if model.shape == "one-to-many" else trace.x
        self.logits, self.targets = trace.logits, np.empty_like(targets)
        self.loss.check(self.logits, targets)
        loss_t, dlogits = self.loss.results(self.logits)
        self.sum = loss_t.reshape(()) if len(loss_t) == 1 else np.empty((), loss_t.dtype)
        h = model._read(trace.h)
        of_readout, dh = readout.room_for_gradients(h, dlogits)
        self.operations = [
            *run.operations,
            *readout.operations(h, self.logits),
            *self.loss.operations(self.logits, self.targets, loss_t, dlogits),
            *([(add.reduce, (loss_t, 0, None, self.sum))] if len(loss_t) > 1 else []),
            *readout.operations_back(h, dlogits, of_readout, dh),
        ]
        self.back = cell.backward_pass(trace, [model._own(dh)], whole)
        self.gradients = model._joined(self.back.gradients, of_readout, dlogits)

    def __call__(self, x, targets):
        """The loss (a float) and its `Gradients`."""
        self.loss.check(self.logits, targets)
        if self.tokens:
            check_sequence(x, self.D, self.owner)
        self.x[...], self.targets[...] = x, targets
        do(self.operations)
        self.back.do()
        return self.sum.item(), self.gradients
