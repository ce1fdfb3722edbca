"""One type for the named arrays of one run: parameters, traces, and the gradients of either."""

import numpy as np

from .. import doors
from ..doors import plain, shown


class Record:
    """Named arrays, some of which may be windows onto others.

    A gradient of a record is a record of the same kind: where ``trace.h[t]`` is a state,
    ``grads.trace.h[t]`` is the derivative of the loss with respect to that state.

    Parameters
    ----------
    arrays : dict of str to ndarray
        The arrays that own their memory, in a fixed order.
    views : dict of str to (str, index), optional
        Windows: ``{"h": ("h_all", np.s_[1:])}`` makes ``record.h`` the part ``h_all[1:]``,
        in the same memory, so that a write to one is a write to the other.

    Notes
    -----
    ``record.W_hh`` and ``record["W_hh"]`` read an array. ``record.W_hh = value`` writes the
    value *into* the array, so whoever else holds that array sees it too. Iterating gives the
    names of the arrays that own their memory; windows are not counted twice.
    """

    def __init__(self, arrays, views=None):
        if not isinstance(arrays, dict) or not all(hasattr(array, "shape") for array in arrays.values()):
            raise ValueError(f"arrays must be a dict of names and NumPy arrays, but {shown(arrays)} came.")
        if views is not None and not isinstance(views, dict):
            raise ValueError(f"views must be a dict of names and (array's name, index), but {shown(views)} came.")
        views = dict(views or {})
        try:
            windows = {name: arrays[base][index] for name, (base, index) in views.items()}
        except (LookupError, TypeError, ValueError):
            raise ValueError(f"views must be windows on arrays of this record, but {shown(views)} came.") from None
        if taken := [name for name in (*arrays, *windows) if name in RESERVED]:
            raise ValueError(f"{taken[0]!r} is a method of Record, so no array can have this name.")
        self.__dict__.update(arrays, **windows)  # found at once by ``record.name``
        self.__dict__.update(_owned=tuple(arrays), _views=views, _arrays={**arrays, **windows})

    def __getattr__(self, name):  # asked only when there is no such array
        known = ", ".join(self.__dict__.get("_arrays", {}))
        raise AttributeError(f"this record has no array {shown(name)}; it has {known}.")

    def __getitem__(self, name):
        try:
            return self._arrays[name]
        except (KeyError, TypeError):
            raise KeyError(f"this record has no array {shown(name)}; it has {', '.join(self._arrays)}.") from None

    def __setattr__(self, name, value):
        if name not in self._arrays:
            self.__getattr__(name)  # which says so
        array, value = self._arrays[name], plain(name, value)
        if value.shape not in ((), array.shape):
            raise ValueError(f"{name} has shape {array.shape}, but an array of shape {value.shape} came.")
        if not np.can_cast(value.dtype, array.dtype, "same_kind"):
            # NumPy itself would drop an imaginary part, or the digits after the point.
            raise ValueError(f"{name} holds {array.dtype} numbers, but {value.dtype} came, which does not fit in.")
        array[...] = value

    __setitem__ = __setattr__

    def __delattr__(self, name):
        raise AttributeError("the arrays of a record are fixed; none can be deleted.")

    def __iter__(self):
        return iter(self._owned)

    def __len__(self):
        return len(self._owned)

    def __contains__(self, name):
        return name in self._arrays

    def __reduce__(self):
        # Windows are made anew by pickle and deepcopy; copied one by one they would part from their arrays.
        return Record, (dict(self.items()), self._views)

    @property
    def views(self):
        """The windows: {name: (array, index)}."""
        return dict(self._views)

    def __dir__(self):
        return [*super().__dir__(), *self._arrays]

    def __repr__(self):
        return f"Record({', '.join(f'{name} {array.shape}' for name, array in self._arrays.items())})"

    def items(self):
        """Pairs (name, array) of the arrays that own their memory."""
        return ((name, self._arrays[name]) for name in self._owned)

    def map(self, function):
        """A record of the same names with ``function(array)`` in place of each array."""
        doors.function("function", function, "a function of an array, such as np.copy")
        return Record({name: function(array) for name, array in self.items()}, self._views)

    def renamed(self, new):
        """A record of the same arrays by the names ``new(name)``, but for those where that is None."""
        doors.function("new", new, "a function of a name, such as str.upper")
        arrays = {new(name): array for name, array in self.items() if new(name)}
        views = {new(name): (new(base), index) for name, (base, index) in self._views.items() if new(name)}
        return Record(arrays, views)

    def copy(self):
        """The same numbers in memory of their own."""
        return self.map(np.copy)

    def astype(self, dtype):
        """The same numbers as `dtype`, in memory of their own; ``complex`` is what gradient checks use."""
        try:
            dtype = np.dtype(dtype)
        except (TypeError, ValueError):
            raise ValueError(f"dtype must be a kind of number, such as float32, but {shown(dtype)} came.") from None
        return self.map(lambda array: array.astype(dtype))

    def zeros_like(self):
        """A record of the same names and shapes, filled with zeros."""
        return self.map(np.zeros_like)

    def joined(self, *others):
        """One record of the arrays of several, sharing their memory.

        Raises
        ------
        ValueError
            If two of them have an array of the same name.
        """
        arrays, views = dict(self.items()), dict(self._views)
        for other in others:
            if not isinstance(other, Record):
                raise ValueError(f"others must be Records, such as readout.params, but {shown(other)} came.")
            if shared := (arrays.keys() | views.keys()) & other._arrays.keys():
                raise ValueError(f"two records have an array named {', '.join(sorted(shared))}; names must differ.")
            arrays.update(other.items())
            views.update(other._views)
        return Record(arrays, views)

    def save(self, path):
        """Write the arrays to the file `path`, in NumPy's ``.npz`` format."""
        # Given a name, savez would add .npz to it, and load would not find it.
        with open(doors.path(path), "wb") as file:
            np.savez(file, **dict(self.items()))

    def load(self, path):
        """Read the arrays of a file written by `save` into this record, in place.

        Raises
        ------
        ValueError
            If it is no such file, or holds other names or shapes; nothing has been changed then.
        """
        import zipfile  # takes a third of the time of an import of seqlib, which needs none of it
        import zlib

        doors.path(path)
        try:
            with np.load(path, allow_pickle=False) as file:
                found = {name: plain(name, file[name]) for name in file.files}
        except (TypeError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(f"{path} is not a whole file written by save: {error}") from error
        expected = {name: array.shape for name, array in self.items()}
        came = {name: array.shape for name, array in found.items()}
        if came != expected or not all(np.can_cast(found[name].dtype, self[name].dtype, "same_kind") for name in self):
            raise ValueError(f"{path} does not fit: expected {expected}, but {came} came.")
        for name, array in found.items():
            self[name] = array


def rows_of(parts, H, *names):
    """Windows on blocks of H rows: ``{"W_xf": ("W_x", rows 0 … H-1), …}`` for the parts "f…" and the name "W_x".

    A name that ends in "_" is that of a bias: ``b_f`` is a window on ``b``.
    """
    return {
        name + part: (name.rstrip("_"), slice(k * H, (k + 1) * H)) for name in names for k, part in enumerate(parts)
    }


RESERVED = frozenset(name for name in dir(Record) if not name.startswith("_"))
