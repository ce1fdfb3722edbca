"""Plain RNNs that learn to remember: a symbol to be named later, and which of two letters came first."""

import numpy as np

from ..data import ORDER_TOKENS, one_hot, order_targets, order_task, recall_batches, recall_task
from ..doors import seeded, shown
from ..in_words import answering
from ..nn import RNN, Adam, Readout, SequenceModel, batches, train
from ..nn.functions import LOSSES
from ..nn.workspace import Workspace
from .bptt import gradient_flow

KINDS, BATCH, TESTED, MEASURED, CLIP = 4, 32, 200, 8, 1.0


def recall_run(seed, updates, *, lag=20, H=16, eta=0.02):
    """Train a plain RNN on `seqlib.data.recall_task`, and look at two things while it learns.

    Parameters
    ----------
    seed : int
    updates : sequence of int
        When to look: after so many updates, growing.
    lag, H : int
    eta : float
        Learning rate of Adam; the gradient is clipped at norm 1, a batch has 32 fresh sequences.

    Returns
    -------
    accuracy : ndarray, (len(updates),)
        The share of 200 fresh sequences whose symbol is named.
    reach : ndarray, (len(updates),)
        ‖∂h_T/∂h_1‖, from the state that has just read the symbol to the one that names it; geometric mean over eight
        of these sequences.
    """
    model, fresh, (x, targets) = _start(seed, lag, H)
    seen, looks = x[:, :, :MEASURED], []
    for _ in _while_training(model, fresh, eta, updates):
        flow = gradient_flow(model.cell, model.forward(seen), lag + 1)[1]
        looks.append((model.accuracy(x, targets), np.exp(np.log(np.maximum(flow, 1e-300)).mean())))
    return np.array(looks).T


def cut_run(seed, updates, *, carry, lag=19, window=10, H=32, eta=0.005):
    """Train a plain RNN on `seqlib.data.recall_task` by truncated BPTT whose window never holds the symbol.

    Parameters
    ----------
    seed, updates, lag, H, eta
        As for `recall_run`.
    carry : bool
        Whether the last window begins with the state that the steps before it have left, or with 0.
    window : int
        Steps in the last window, at most `lag`: the gradient goes back over these only.

    Returns
    -------
    ndarray, (len(updates),)
        The share of 200 fresh sequences whose symbol is named.
    """
    model, fresh, (x, targets) = _start(seed, lag, H)
    cut = LastWindow(model, window, carry=carry)
    return np.array([cut.accuracy(x, targets) for _ in _while_training(cut, fresh, eta, updates)])


class LastWindow:
    """A many-to-one model that is trained on the last window of each sequence.

    Parameters
    ----------
    model : SequenceModel
        Around a cell whose only state is h.
    window : int
        Steps in the window. The gradient goes back over these and ends at its border.
    carry : bool
        Whether the state crosses the border: then the steps before the window are read, forward only.

    Raises
    ------
    ValueError
        The model has outputs at every step, or the window is no whole number of steps.
    """

    def __init__(self, model, window, *, carry=True):
        if model.shape != "many-to-one":
            raise ValueError(f"model must be many-to-one, with one loss at the end, but {model.shape} came.")
        if isinstance(window, bool) or not isinstance(window, int | np.integer) or window < 1:
            raise ValueError(f"window must be a whole number of steps, 1 or more, but {shown(window)} came.")
        self.model, self.window, self.carry, self.params = model, window, carry, model.params
        self._before, self._inside = Workspace(), Workspace()  # what each of the two passes uses again

    def __repr__(self):
        return f"LastWindow({self.model}, {self.window}, carry={self.carry})"

    def _forward(self, x):
        before = x[: -self.window]
        h0 = self.model.cell.forward(before, workspace=self._before).h[-1] if self.carry and len(before) else None
        return self.model.forward(x[-self.window :], h0=h0, workspace=self._inside)

    def accuracy(self, x, targets):
        """The share of right answers at the end of the window."""
        return float((self._forward(x).logits.argmax(axis=1)[-1] == targets).mean())

    def loss_and_gradients(self, x, targets):
        """The loss (a float) and its `Gradients`, of the last window; the next call overwrites them."""
        trace = self._forward(x)
        loss, dlogits = LOSSES[self.model.loss_name](trace.logits, np.asarray(targets)[None])
        return loss.sum().item(), self.model.backward(trace, dlogits, self._inside)


def order_reader(*, H=8, updates=300, seed=0):
    """Train a plain RNN to say at every step which of `a` and `b` came first: `seqlib.data.order_task` with 8 letters.

    Returns
    -------
    SequenceModel
        Many-to-many. Its classes are 0: not both have been seen yet, 1: `b` first, 2: `a` first.
    """
    rng = seeded(seed)
    x, first, ids = order_task(400, T=8, rng=rng)
    model = SequenceModel(RNN(len(ORDER_TOKENS), H, rng=rng), Readout(H, 3, rng=rng))
    train(model, batches(x, order_targets(first, ids) + 1, 50, rng=rng), Adam(0.01), updates, clip=CLIP)
    return model


def order_sequence(letters):
    """One sequence for `order_reader`.

    Parameters
    ----------
    letters : str
        Letters of `seqlib.data.ORDER_TOKENS`.

    Returns
    -------
    x : (T, D, 1) float64, one-hot
    targets : (T, 1) int64
    """
    unknown = sorted(set(letters) - set(ORDER_TOKENS))
    if unknown or not letters:
        raise ValueError(f"letters must be some of {' '.join(ORDER_TOKENS)}, but {shown(letters)} came.")
    ids = np.array([[ORDER_TOKENS.index(letter)] for letter in letters])
    a_first = letters.find("a") < letters.find("b")  # without one of them it does not matter
    return one_hot(ids, len(ORDER_TOKENS)), order_targets(np.array([int(a_first)]), ids) + 1


def _start(seed, lag, H):
    rng = seeded(seed)
    model = SequenceModel(RNN(KINDS + 1, H, rng=rng), Readout(H, KINDS, rng=rng), "many-to-one")
    return model, recall_batches(BATCH, lag, rng=rng), recall_task(TESTED, lag, rng=seeded(seed, 1))


def _while_training(model, fresh, eta, updates):
    """Stop for a look after each of these numbers of updates."""
    optimizer, done = Adam(eta), 0
    for until in updates:
        train(model, fresh, optimizer, until - done, clip=CLIP)
        done = until
        yield done


answering(globals())
