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
        cell, self.D, self.owner = model.cell, model.cell.D, type(model.cell).__name__
        self.loss, self.tokens = LOSSES[model.loss_name], check_sequence(x, self.D, self.owner)
        T = model._checked_steps(x, **model._steps(targets)) if model.shape == "one-to-many" else len(x)
        run = cell.forward_pass(T, x.shape[-1], working_dtype(cell._weight, x), whole, self.tokens)
        if self.tokens:
            run.trace.x[...] = -1
        for first in run.firsts:
            first[...] = 0
        trace, to_logits = model._with_logits(run.trace)
        self.x = trace.x[:1] if model.shape == "one-to-many" else trace.x
        self.logits, self.targets = trace.logits, np.empty_like(targets)
        self.loss.check(self.logits, targets)
        loss_t, dlogits, to_loss = self.loss.made(self.logits, self.targets)
        self.sum = loss_t.reshape(()) if len(loss_t) == 1 else np.empty((), loss_t.dtype)
        add_up = [(add.reduce, (loss_t, 0, None, self.sum))] if len(loss_t) > 1 else []
        of_readout, dh, to_cell = model.readout.backward_pass(model._read(trace.h), dlogits)
        self.operations = [*run.operations, *to_logits, *to_loss, *add_up, *to_cell]
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
