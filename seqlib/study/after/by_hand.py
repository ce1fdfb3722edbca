"""The way back through a minimal gated unit, written by a reader as a function, beside complex steps."""

import numpy as np

from seqlib.doors import returned, seeded
from seqlib.study.table import Table

__all__ = ["checked", "mgu_back", "mgu_step"]


def mgu_step(h_prev, a_z, a_g, W_hz, W_hg):
    """h_t of a minimal gated unit, from what x_t says to gate and candidate, a_z and a_g (biases included)."""
    z = (1 + np.tanh((a_z + W_hz @ h_prev) / 2)) / 2
    g = np.tanh(a_g + W_hg @ (z * h_prev))
    return (1 - z) * h_prev + z * g, z, g


def mgu_back(d_h, z, g, h_prev, W_hz, W_hg):
    """∂L/∂h_{t-1} from ∂L/∂h_t, all (H, N)."""
    d_a_g = d_h * z * (1 - g**2)
    d_zh = W_hg.T @ d_a_g
    d_z = d_h * (g - h_prev) + d_zh * h_prev
    d_a_z = d_z * z * (1 - z)
    return d_h * (1 - z) + d_zh * z + W_hz.T @ d_a_z


def case(rng, H=3, N=2):
    """What `mgu_back` is called with, as a dict, and what only the step needs: (inputs, (a_z, a_g))."""
    h_prev, a_z, a_g, d_h = rng.normal(size=(4, H, N)) * np.array([0.6, 1, 1, 1]).reshape(4, 1, 1)
    W_hz, W_hg = rng.normal(size=(2, H, H))
    _, z, g = mgu_step(h_prev, a_z, a_g, W_hz, W_hg)
    return dict(d_h=d_h, z=z, g=g, h_prev=h_prev, W_hz=W_hz, W_hg=W_hg), (a_z, a_g)


HEAD = (
    {"en": "unit of h", "ko": "h의 유닛"},
    {"en": "this function", "ko": "이 함수"},
    {"en": "complex step", "ko": "복소 스텝"},
    "",
)


def checked(back, *, seed=0):
    """∂L/∂h_{t-1} of one example, by a reader's function and by complex steps of the step itself.

    Parameters
    ----------
    back : callable
        As `mgu_back`.

    Returns
    -------
    Table
        A row for each unit, ✓ where both agree.
    """
    given, (a_z, a_g) = case(seeded(seed), N=1)
    true = numeric(given, a_z, a_g)[:, 0]
    made = returned("back", back(*given.values()), given["h_prev"].shape, "∂L/∂h_prev")[:, 0]
    rows = [(str(k + 1), f"{made[k]:+.3f}", f"{true[k]:+.3f}", "✓" if np.isclose(made[k], true[k]) else "✗")
            for k in range(len(true))]  # fmt: skip
    return Table(rows, HEAD, left=0)


def numeric(given, a_z, a_g, step=1e-30):
    """∂L/∂h_{t-1} by complex steps, (H, N), for what `case` returned."""
    h_prev, found = given["h_prev"], np.empty_like(given["h_prev"])
    for place in np.ndindex(h_prev.shape):
        moved = h_prev.astype(complex)
        moved[place] += 1j * step
        h, _, _ = mgu_step(moved, a_z, a_g, given["W_hz"], given["W_hg"])
        found[place] = (given["d_h"] * h).sum().imag / step
    return found
