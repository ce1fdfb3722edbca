"""One step of a training, as a whole: from x and the targets to the loss and its gradients."""

from itertools import chain

import numpy as np
from numpy import add

from .cell import check_sequence, working_dtype
from .functions import LOSSES
from .workspace import do


class Step:
    """What `SequenceModel.loss_and_gradients` does for inputs of one size: the memory, and the operations; see `do`.

    Parameters
    ----------
    model : SequenceModel
    T, N : int
        Steps and sequences.
    x_dtype, targets_shape, targets_dtype, tokens
        What x and the targets will be; whether x are token ids.
    whole : bool
        Whether the derivatives of the trace are wanted too. Such a step serves once, every other again and again.
    """

    def __init__(self, model, T, N, x_dtype, targets_shape, targets_dtype, whole, tokens=False):
        self.model, self.loss, self.whole, cell = model, LOSSES[model.loss_name], whole, model.cell
        dtype = working_dtype(next(array for _, array in cell.params.items()), np.empty(0, x_dtype))
        self.tokens, self.run = tokens, cell.FORWARD(cell, T, N, dtype, whole, tokens)
        if tokens:
            self.run.trace.x[...] = -1
        for first in self.run.firsts:
            first[...] = 0
        self.trace = model._with_logits(self.run.trace)
        self.x = self.trace.x[:1] if model.shape == "one-to-many" else self.trace.x
        self.targets = np.zeros(targets_shape, targets_dtype)
        self.loss.check(self.trace.logits, self.targets)
        self.loss_t, self.dlogits = self.loss.results(self.trace.logits)
        self.sum = self.loss_t.reshape(()) if len(self.loss_t) == 1 else np.empty((), self.loss_t.dtype)
        self.of_readout, dh = model.readout.room_for_gradients(model._read(self.trace.h), self.dlogits)
        self.own = (model._own(dh),)
        self.cell_back = cell.BACKWARD(cell, T, N, working_dtype(self.trace.h, dh), whole, tokens)
        self.first, self.second = self._to_the_cell(dh), self.cell_back.operations(self.trace, self.own)
        if not whole:
            self.first, self.second, self.grads = list(self.first), list(self.second), self._gradients()

    def __call__(self, x, targets):
        """The loss (a float) and its `Gradients`."""
        self.loss.check(self.trace.logits, targets)
        if self.tokens:
            check_sequence(x, self.model.cell.D, type(self.model.cell).__name__)
        self.x[...], self.targets[...] = x, targets
        do(self.first)
        self.cell_back.do(self.second)
        return self.sum.item(), self._gradients() if self.whole else self.grads

    def _to_the_cell(self, dh):
        """Forward through everything, and back through the loss and the readout."""
        h, logits, readout = self.model._read(self.trace.h), self.trace.logits, self.model.readout
        return chain(
            self.run.operations,
            readout.operations(h, logits),
            self.loss.operations(logits, self.targets, self.loss_t, self.dlogits),
            [(add.reduce, (self.loss_t, 0, None, self.sum))] if len(self.loss_t) > 1 else [],
            readout.operations_back(h, self.dlogits, self.of_readout, dh),
        )

    def _gradients(self):
        return self.model._joined(self.cell_back.gradients, self.of_readout, self.dlogits)
