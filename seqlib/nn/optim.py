"""Optimizers: how a gradient changes the parameters."""

import math
import weakref

import numpy as np
from numpy import add, copyto, divide, multiply, subtract

from ..doors import plain, positive, record, share
from .record import Record
from .workspace import Workspace, at_once, empty

READ_ONLY = "{what} must be arrays that can be changed in place, but {name} is read-only; take a copy."
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

    @property
    def k(self):
        return int(self._k)

    @k.setter
    def k(self, k):
        self._k[...] = k


def _check_records(params, grads):
    """One sentence where an update is asked for with something else, before any of it is made."""
    for name, value in (("params", params), ("grads", grads)):
        record(name, value)
    if not len(params):
        raise ValueError("params must have arrays to change, but none came.")
    for name, W in params.items():
        if name not in grads:
            raise ValueError(f"grads must have a gradient of each of params, but none is named {name!r}.")
        g = grads[name]
        if not (type(W) is type(g) is np.ndarray and W.dtype is g.dtype):
            _check_arrays(name, W, g)
        if g.shape != W.shape:
            raise ValueError(f"the gradient of {name} must have its shape, {W.shape}, but {g.shape} came.")
        if W.dtype.kind not in "fc":
            raise ValueError(f"params must be floats, which small steps can change, but {name} is of {W.dtype}.")
        if W.ndim == 0 or W.size == 0:
            raise ValueError(f"params must have rows with numbers in them, but {name} has shape {W.shape}.")
        if not W.flags.writeable:
            raise ValueError(READ_ONLY.format(what="params", name=name))


def _check_arrays(name, W, g):
    for what, array in (("params", W), ("grads", g)):
        if not isinstance(array, np.ndarray) or array.dtype.kind == "O":
            came = "of object" if isinstance(array, np.ndarray) else f"a {type(array).__name__}"
            raise ValueError(f"{what} must be NumPy arrays of numbers, but {name} is {came}.")
        plain(what, array)
    if g.dtype.kind == "c" and W.dtype.kind == "f":
        raise ValueError(f"the gradient of {name} must be real, as {name} is, but {g.dtype} came.")


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
        _check_records(params, grads)
        steps = [(subtract, W, self.lr * grads[name], W) for name, W in params.items()]
        at_once([*steps, (add, self._k, 1, self._k)])


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

    _turned = None  # of which parameters the averages lie column by column; of none in an Adam that knew rows only

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, grid=2**-20):
        super().__init__()
        self.lr, self.eps = float(positive("lr", lr)), float(positive("eps", eps))
        self.beta1, self.beta2 = float(share("beta1", beta1)), float(share("beta2", beta2))
        self.grid = None if grid is None else float(positive("grid", grid))
        self.m, self.v = None, None  # rows of numbers, in the order of the parameters, each as it lies in memory
        self._memory = Workspace()  # what is of one model; a copy of this Adam begins without

    def update(self, params, grads):
        """Change `params` (Record) by their gradients `grads` (Record of the same names)."""
        if self.m is None:
            self._check(params, grads)
            m, v = (empty(*_row(params)) for _ in range(2))
            m[...], v[...] = 0, 0
            self.m, self.v, self._turned = m, v, _by_column(params)
        calls, now_and_then, arrays, eps, scale, spacing = self._memory.keep(
            "update", lambda: self._list(params, grads),
            *(of if isinstance(of, Record) else object() for of in (params, grads)),  # others may hold other arrays now
            self.m, self.v, self.lr, self.beta1, self.beta2, self.eps, self.grid,
        )  # fmt: skip
        if not all([W.flags.writeable for W in arrays]):  # they were when the list was made
            self._check(params, grads)
        k = self.k + 1
        root = (1 - self.beta2**k) ** 0.5  # above and below the line of the update it saves an operation
        eps[...], scale[...] = self.eps * root, self.lr * root / (1 - self.beta1**k) / spacing
        at_once([*calls, *(now_and_then if k % 16 == 0 else ()), (add, self._k, 1, self._k)])

    @staticmethod
    def _check(params, grads):
        _check_records(params, grads)
        dtypes = {name: W.dtype for name, W in params.items()}
        if len({dtype.kind for dtype in dtypes.values()}) > 1:
            came = ", ".join(f"{name} of {dtype}" for name, dtype in dtypes.items())
            raise ValueError(f"params must be all real or all complex, but {came} came.")
        if short := [name for name, dtype in dtypes.items() if dtype.char == "e"]:
            raise ValueError(f"Adam's averages of squares need float32 or float64, but {short[0]} is of float16.")
        names = {}
        for name, W in params.items():  # it has one average, so it moves once
            if (first := names.setdefault(id(W), name)) != name:
                raise ValueError(f"params must hold each array once, but {first} and {name} are one; "
                                 "give it one name, and the sum of its gradients.")  # fmt: skip

    def _refuse_another(self, params):
        """Averages of one model's gradients mean nothing to another."""
        size = _row(params)[0][0]
        if self.m.size != size:
            raise ValueError(f"this Adam has trained another model, of {self.m.size} parameters and not {size}; "
                             "make a new Adam(…).")  # fmt: skip
        another = ValueError("this Adam has trained another model, of the same size; make a new Adam(…).")
        if self.m.dtype != _row(params)[1] or len(self._turned or params) != len(params):
            raise another
        arrays = [W for _, W in params.items()]
        trained = [of() for of in self._memory.keep("trained", lambda: list(map(weakref.ref, arrays)))]
        if set(map(id, trained)) != set(map(id, arrays)):
            raise another
        if list(map(id, trained)) != list(map(id, arrays)):  # the averages lie in the order of the first update
            raise ValueError("params must come in the order in which this Adam has trained them, but another came.")

    def _lie_as(self, params):
        """Let the averages lie as the parameters do now: a copy of these, or what a file holds, may lie otherwise."""
        arrays = [W for _, W in params.items()]
        before, now = self._turned or [False] * len(arrays), _by_column(params)
        for row in (self.m, self.v):
            parts = _shaped(row, [W.T if was else W for W, was in zip(arrays, before, strict=True)])
            for part, was, is_now in zip(parts, before, now, strict=True):
                if was != is_now:
                    part.reshape(-1)[...] = part.T.flatten()
        self._turned = now

    def _list(self, params, grads):
        """What an update does, to all parameters in one row: a few long operations, not many short ones.

        Large networks are done part by part, so that what an operation makes is in the cache for the next. Returned are
        calls ``(function, *arguments)``, those of every 16th update, the arrays of params, two arrays that change with
        the count, the grid.
        """
        self._check(params, grads)
        self._refuse_another(params)
        self._lie_as(params)
        turned, whole = dict(zip(params, self._turned, strict=True)), [W for _, W in params.items()]
        params, grads = ({name: of[name].T if turned[name] else of[name] for name in turned} for of in (params, grads))
        dtype, parts = _row(params)[1], list(_parts(params))
        longest = max(sum(params[name][rows].size for name, rows in part) for part in parts)
        rooms = [empty((longest,), dtype) for _ in range(2)]
        tiny = np.finfo(dtype).tiny / np.finfo(dtype).eps ** 2
        # A power of 2: nothing is lost when a number is divided by it and multiplied again.
        spacing = min(self.grid, 2.0 ** (math.frexp(self.lr)[1] - 11)) if self.grid else 1
        numbers = 1 - self.beta1, 1 - self.beta2, 0, 0, spacing, tiny
        *scalars, tiny = (np.array(number, dtype) for number in numbers)
        calls, start = [], 0
        for part in parts:
            arrays, read = ([of[name][rows] for name, rows in part] for of in (params, grads))
            stop = start + sum(W.size for W in arrays)
            g, step, m, v = (*(room[: stop - start] for room in rooms), self.m[start:stop], self.v[start:stop])
            if len(read) == 1 and read[0].flags.c_contiguous and read[0].dtype == dtype:
                g = read[0].reshape(-1)  # read where it is
            else:
                calls += [(copyto, *pair) for pair in zip(_shaped(g, arrays), read, strict=True)]
            calls += self._formula(g, step, m, v, *scalars)
            calls += [(subtract, W, of_W, W) for W, of_W in zip(arrays, _shaped(step, arrays), strict=True)]
            start = stop
        # Without a gradient m shrinks until it is denormal, which is slow; like this, now and then, it stops before.
        now_and_then = (add, self.m, tiny, self.m), (subtract, self.m, tiny, self.m)
        return calls, now_and_then, whole, *scalars[2:4], spacing

    def _formula(self, g, step, m, v, share1, share2, eps, scale, spacing):
        """From the gradient g to m, v and the step, which on the way is room for what changes them."""
        yield subtract, g, m, step
        yield multiply, step, share1, step
        yield add, m, step, m
        yield multiply, g, g, step
        yield subtract, step, v, step
        yield multiply, step, share2, step
        yield add, v, step, v
        yield np.sqrt, v, step
        yield add, step, eps, step
        yield divide, m, step, step
        yield multiply, step, scale, step
        if self.grid:
            yield np.rint, step, step
            yield multiply, step, spacing, step


def _row(params):
    """Shape and dtype of all parameters in one row."""
    return (sum(W.size for _, W in params.items()),), np.result_type(*(W for _, W in params.items()))


def _by_column(params):
    """Of each parameter, whether it is gone through column by column, as it may lie in memory."""
    return [not W.flags.c_contiguous for _, W in params.items()]


def _shaped(row, arrays):
    """Parts of a row of numbers in the shapes of these arrays, one after the other."""
    ends = np.cumsum([W.size for W in arrays])
    return [row[end - W.size : end].reshape(W.shape) for W, end in zip(arrays, ends, strict=True)]


def _parts(params):
    """The parameters in order, in parts of at most AT_ONCE numbers (or one row): lists of (name, slice of rows)."""
    part, left = [], AT_ONCE
    for name, W in params.items():
        count, start = len(W), 0
        width = W.size // count
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
        for name, g in grads.items():
            if not isinstance(g, np.ndarray) or g.dtype.kind not in "fc":
                came = f"of {g.dtype}" if isinstance(g, np.ndarray) else f"a {type(g).__name__}"
                raise ValueError(f"grads must be arrays of floats, which can be scaled in place, but {name} is {came}.")
            if not g.flags.writeable:
                raise ValueError(READ_ONLY.format(what="grads", name=name))
        for g in {id(g): g for _, g in grads.items()}.values():  # one that has two names is scaled once
            g *= limit / norm
    return norm


def joint_norm(grads):
    """√(Σ over all arrays of a record of Σ g²), a float."""
    arrays = [plain("grads", g) for _, g in record("grads", grads).items()]
    # As they lie in memory, which needs no copy.
    return float(np.sqrt(sum(_square((g if g.dtype.kind in "fc" else g.astype(float)).ravel("K")) for g in arrays)))


def _square(row):
    """Σ g² of a row, in float64 where a shorter dtype does not hold the squares."""
    total = np.vdot(row, row).real
    if row.dtype.char in "efF" and not np.finfo(row.dtype).tiny < total < np.inf:
        row = np.abs(row).astype(float)
        total = np.vdot(row, row)
    return float(total)
