"""What the scripts of this folder share: numbers to draw, and a file to write. Needs NumPy alone."""

import json
import sys
from importlib.metadata import version

import numpy as np

T, D, H, N = 3, 2, 3, 2
_rng = np.random.default_rng(2026)
_found = {"versions": {}, "cases": [], "training": {}}


def numbers(*shape):
    """float32 in ±1 that have few digits: multiples of 1/32."""
    return (_rng.integers(-32, 33, shape) / 32).astype(np.float32)


def like(shapes):
    """Numbers in place of every shape (or array) of a dict of dicts."""
    if hasattr(shapes, "items"):
        return {name: like(shape) for name, shape in shapes.items()}
    return numbers(*getattr(shapes, "shape", shapes))


def start(states=1, layers=None):
    """x (T, D, N), and first states (H, N), or (layers, H, N)."""
    shape = (H, N) if layers is None else (layers, H, N)
    return numbers(T, D, N), *(numbers(*shape) for _ in range(states))


def case(row, arrays, x, first, h, C=None, **settings):
    """Keep what a library computed.

    Parameters
    ----------
    row : str
        The key of `seqlib.study.libraries.CONVENTIONS`, or the name of a function such as ``from_keras``.
    arrays : dict or list
        The weights as the library has them.
    x : (T, D, N)
    first : tuple of (H, N)
    h : (T, H, N)
        All its outputs; of two directions one below the other.
    C : (H, N), optional
        The last memory.
    **settings
        What else `from_library` is told.
    """
    found = {"row": row, "settings": settings, "arrays": arrays, "x": x, "first": list(first), "h": h, "C": C}
    _found["cases"].append(plain(found))


def training(library, **found):
    """Keep how a library trains."""
    _found["training"].setdefault(library, {}).update(plain(found))


def spread(W_x, W_h, b, forget=None):
    """How first weights lie, in units of 1/√H: their largest, and how far W_hᵀ W_h is from the unit matrix."""
    W_x, W_h, b = (np.asarray(array, np.float64) for array in (W_x, W_h, b))
    H, scale = min(W_h.shape), min(W_h.shape) ** 0.5
    W = W_h if W_h.shape[0] > W_h.shape[1] else W_h.T
    return {
        "W_x": np.abs(W_x).max() * scale, "W_h": np.abs(W_h).max() * scale, "W_x std": W_x.std() * scale,
        "W_h std": W_h.std() * scale, "b": np.abs(b).max() * scale,
        "b_f": None if forget is None else float(np.mean(np.asarray(forget))),
        "orthogonal": np.abs(W.T @ W - np.eye(H)).max() < 1e-4,
    }  # fmt: skip


def plain(value):
    """As JSON has it; float32 by the fewest digits that tell it."""
    if hasattr(value, "items"):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    array = np.asarray(value)
    if array.ndim:
        return [plain(part) for part in array]
    if array.dtype.kind in "bi":
        return array.item()
    return float(str(array.astype(np.float32)) if array.dtype != np.float64 else f"{array:.6g}")


def write(*packages, **versions):
    """Write all that was kept to the file that the command line names."""
    _found["versions"] = {name: version(name).partition("+")[0] for name in packages} | versions
    with open(sys.argv[1], "w") as file:
        json.dump(_found, file, separators=(",", ":"))
        file.write("\n")
