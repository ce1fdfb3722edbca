"""Optimizers: how a gradient changes the parameters."""

import math
import weakref

import numpy as np
from numpy import add, copyto, divide, multiply, subtract

from ..doors import positive, share
from .workspace import at_once, empty, same

OF_ONE_MODEL = "_room", "_of", "_listed", "_trained", "_without_slow_numbers"  # which no copy of an Adam has
AT_ONCE = 2**15  # numbers of an update; what Adam needs of so many fits into the cache


class Optimizer:
    """What both share: they count. An update and its count are one, and an interrupt comes before or after it.

    Attributes
    ----------
    k : int
        How many updates were made.
    """

    def __init__(self):
        self._k = np.zeros((), int)
        self._counts = add, self._k, 1, self._k

    @property
    def k(self):
        return int(self._k)

    @k.setter
    def k(self, k):
        self._k[...] = k

    def __getstate__(self):
        return self.__dict__ | {"_counts": None}

    def __setstate__(self, state):
        self.__dict__ |= state
        self._counts = add, self._k, 1, self._k  # in a copy it would count for another


class SGD(Optimizer):
    """W ← W - η ∂L/∂W, in place.

    Parameters
    ----------
    lr : float
        The learning rate η.
    """

    def __init__(self, lr):
        super().__init__()
        self.lr = float(positive("lr", lr))

    def update(self, params, grads):
        """Change `params` (Record) by their gradients `grads` (Record of the same names)."""
        steps = [(subtract, W, self.lr * grads[name], W) for name, W in params.items()]
        at_once([*steps, self._counts])


class Adam(Optimizer):
    """Steps scaled by running averages of the gradient and of its square.

    m ← β₁ m + (1 - β₁) g,  v ← β₂ v + (1 - β₂) g²,
    W ← W - η (m / (1 - β₁ᵏ)) / (√(v / (1 - β₂ᵏ)) + ε)  at the k-th update.

    Parameters
    ----------
    lr : float
        The learning rate η.
    beta1, beta2, eps : float
        The paper's, which are PyTorch's.
    grid : float or None
        Every update is rounded to a multiple of this, or of about lr/1000 if that is less. Processors
        and BLAS libraries add in different orders, and training magnifies what that changes in the
        last digits until, after some hundred updates, other weights come out. Rounded away at every
        step it does not grow: the same seeds give the same training on every machine. None leaves
        updates as they are.

    References
    ----------
    Kingma & Ba (2015), "Adam: a method for stochastic optimization", algorithm 1.
    """

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, grid=2**-20):
        super().__init__()
        self.lr, self.eps = float(positive("lr", lr)), float(positive("eps", eps))
        self.beta1, self.beta2 = float(share("beta1", beta1)), float(share("beta2", beta2))
        self.grid = None if grid is None else float(positive("grid", grid))
        self.m, self.v, self._room, self._of, self._listed, self._trained = None, None, None, None, None, None

    def update(self, params, grads):
        """Change `params` (Record) by their gradients `grads` (Record of the same names)."""
        if self._of is None or not same(self._depends_on(params, grads), self._of):
            self._refuse_another(params)
            self._of = None  # the old list is none any more, even if the new one does not come about
            self._listed = [(function, *arguments) for function, arguments in self._operations(params, grads)]
            self._of = self._depends_on(params, grads)
            self._trained = [weakref.ref(W) for _, W in params.items()]
        k = self.k + 1
        root = (1 - self.beta2**k) ** 0.5  # above and below the line of the update it saves an operation
        self._eps[...], self._scale[...] = self.eps * root, self.lr * root / (1 - self.beta1**k) / self._spacing
        at_once([*self._listed, *(self._without_slow_numbers if k % 16 == 0 else ()), self._counts])

    def _refuse_another(self, params):
        """Averages of one model's gradients mean nothing to another."""
        size = sum(W.size for _, W in params.items())
        if self.m is not None and self.m.size != size:
            raise ValueError(f"this Adam has trained another model, of {self.m.size} parameters and not {size}; "
                             "make a new Adam(…).")  # fmt: skip
        if self._trained is not None and {id(of()) for of in self._trained} != {id(W) for _, W in params.items()}:
            raise ValueError("this Adam has trained another model, of the same size; make a new Adam(…).")

    def _depends_on(self, params, grads):
        """What the operations are listed for: another object here needs a new list."""
        return params, grads, self.m, self.v, self.lr, self.beta1, self.beta2, self.eps, self.grid

    def _operations(self, params, grads):
        """What an update does, see `do`, to all parameters in one row: a few long operations, not many short ones.

        Large networks are done part by part, so that what an operation makes is in the cache for the next.
        """
        row = (sum(W.size for _, W in params.items()),), np.result_type(*(W for _, W in params.items()))
        if self.m is None:
            m, v = empty(*row), empty(*row)
            m[...], v[...] = 0, 0
            self.m, self.v = m, v
        parts = list(_parts(params))
        longest = max(sum(params[name][rows].size for name, rows in part) for part in parts)
        self._room = self._room or (empty((longest,), row[1]), empty((longest,), row[1]))
        tiny = np.finfo(row[1]).tiny / np.finfo(row[1]).eps ** 2
        # A power of 2: nothing is lost when a number is divided by it and multiplied again.
        self._spacing = min(self.grid, 2.0 ** (math.frexp(self.lr)[1] - 11)) if self.grid else 1
        numbers = 1 - self.beta1, 1 - self.beta2, tiny, self._spacing, 0, 0
        share1, share2, tiny, spacing, self._eps, self._scale = (np.array(x, row[1]) for x in numbers)
        # Without a gradient m shrinks until it is denormal, which is slow; like this, now and then, it stops before.
        self._without_slow_numbers = (add, self.m, tiny, self.m), (subtract, self.m, tiny, self.m)
        start = 0
        for part in parts:
            arrays, grads_of = ([np.atleast_1d(of[name])[rows] for name, rows in part] for of in (params, grads))
            ends = np.cumsum([W.size for W in arrays])
            g, step = (room[: ends[-1]] for room in self._room)
            m, v = (of[start : start + ends[-1]] for of in (self.m, self.v))
            start += ends[-1]
            given, alone = g, len(part) == 1 and arrays[0].dtype == row[1]
            if alone:  # it need not be brought together
                [given] = grads_of
                g, step, m, v = (of.reshape(given.shape) for of in (g, step, m, v))
            else:
                of_g, of_step = (
                    [of[end - W.size : end].reshape(W.shape) for W, end in zip(arrays, ends, strict=True)]
                    for of in (g, step)
                )
                yield from ((copyto, pair) for pair in zip(of_g, grads_of, strict=True))
            yield subtract, (given, m, step)
            yield multiply, (step, share1, step)
            yield add, (m, step, m)
            yield multiply, (given, given, g)
            yield subtract, (g, v, g)
            yield multiply, (g, share2, g)
            yield add, (v, g, v)
            yield np.sqrt, (v, g)
            yield add, (g, self._eps, g)
            yield divide, (m, g, step)
            yield multiply, (step, self._scale, step)
            if self.grid:
                yield np.rint, (step, step)
                yield multiply, (step, spacing, step)
            for W, part_of_step in zip(arrays, [step] if alone else of_step, strict=True):
                yield subtract, (W, part_of_step, W)

    def __getstate__(self):
        # In a copy, parts would no longer share the memory of their row; they are soon made anew.
        return super().__getstate__() | {name: None for name in OF_ONE_MODEL}


def _parts(params):
    """The parameters in order, in parts of at most AT_ONCE numbers (or one row): lists of (name, slice of rows)."""
    part, left = [], AT_ONCE
    for name, W in params.items():
        count = W.shape[0] if W.ndim else 1
        width, start = W.size // count, 0
        while start < count:
            if part and width > left:
                yield part
                part, left = [], AT_ONCE
            rows = min(count - start, max(1, left // width))
            part.append((name, slice(start, start + rows)))
            start, left = start + rows, left - rows * width
    yield part


def clip_by_norm(grads, limit):
    """Scale a record of gradients, in place, so that their joint norm is at most `limit`.

    All arrays are scaled by the same factor, so the direction stays. Gradients whose norm is not
    finite have no direction to keep and are left as they are.

    Returns
    -------
    float
        The norm before clipping: √(Σ over all arrays of Σ g²).

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), "On the difficulty of training recurrent neural networks",
    algorithm 1.
    """
    norm = joint_norm(grads)
    if positive("limit", limit, endless=True) < norm < np.inf:
        for _, g in grads.items():
            g *= limit / norm
    return norm


def joint_norm(grads):
    """√(Σ over all arrays of a record of Σ g²), a float."""
    return float(np.sqrt(sum(np.vdot(g, g) for _, g in grads.items())))
