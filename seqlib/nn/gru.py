"""The GRU cell (Cho et al., 2014) in the convention of the lecture, and its backward pass."""

from typing import ClassVar

import numpy as np

from .cell import Cell, Gradients, check_dh, check_sizes, sum_of_outer, working_dtype
from .functions import sigmoid
from .record import Record


class GRU(Cell):
    """A cell with one state and two gates: what of the past is used, and how much is written.

    r_t = σ(W_xr x_t + W_hr h_{t-1} + b_r)               reset gate: near 0, the candidate ignores the past
    z_t = σ(W_xz x_t + W_hz h_{t-1} + b_z)               update gate: how much of the candidate is written
    g_t = tanh(W_xg x_t + W_hg (r_t ⊙ h_{t-1}) + b_g)    candidate, h̃_t in the lecture
    h_t = (1 - z_t) ⊙ h_{t-1} + z_t ⊙ g_t

    Here z *writes* and r comes *before* the product with W_hg, as in Chung et al. (2014). In
    PyTorch, Keras and ONNX z keeps. PyTorch, cuDNN and Keras apply r *after* the product, and so
    does this cell with ``reset="after"``. It then has one bias more, inside the bracket:

    g_t = tanh(W_xg x_t + b_g + r_t ⊙ u_t),    u_t = W_hg h_{t-1} + b_hg

    Parameters
    ----------
    D, H : int
        Number of input features and of hidden units.
    rng : numpy.random.Generator
        Draws the first weights uniform in ±1/√H; biases start at zero.
    reset : {"before", "after"}
        Whether r is applied before or after the product with W_hg.
    dtype : float64 (default) or float32

    Attributes
    ----------
    params : Record
        ``W_x`` (3H, D), ``W_h`` (2H, H) of the two gates, ``W_hg`` (H, H), ``b`` (3H, 1), and the
        windows ``W_xr``, ``W_xz``, ``W_xg``, ``W_hr``, ``W_hz``, ``b_r``, ``b_z``, ``b_g``; with
        ``reset="after"`` also ``b_hg`` (H, 1).

    References
    ----------
    Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder", EMNLP.
    Chung et al. (2014), "Empirical evaluation of gated recurrent neural networks", arXiv:1412.3555.
    """

    WHERE: ClassVar = {  # for each reset: where each parameter enters, see `Cell`
        "before": {"W_x": ("a_x", "x"), "W_h": ("a_rz", "h_prev"), "W_hg": ("a_g", "rh"), "b": ("a_x", None)},
        "after": {"W_x": ("a_x", "x"), "W_h": ("a_rz", "h_prev"), "W_hg": ("u", "h_prev"), "b": ("a_x", None),
                  "b_hg": ("u", None)},
    }  # fmt: skip

    def __init__(self, D, H, *, rng, reset="before", dtype=np.float64):
        if reset not in self.WHERE:
            raise ValueError(f"reset must be 'before' or 'after' (the product with W_hg), but {reset!r} came.")
        check_sizes(dtype, D=D, H=H)
        self.D, self.H, self.reset = D, H, reset
        self.TERMS = self.WHERE[reset]
        bound = 1 / np.sqrt(H)
        r, z, g = _blocks(H)
        views = {
            "W_xr": ("W_x", r), "W_xz": ("W_x", z), "W_xg": ("W_x", g),
            "W_hr": ("W_h", r), "W_hz": ("W_h", z),
            "b_r": ("b", r), "b_z": ("b", z), "b_g": ("b", g),
        }  # fmt: skip
        self.params = Record(
            {
                "W_x": rng.uniform(-bound, bound, (3 * H, D)).astype(dtype),
                "W_h": rng.uniform(-bound, bound, (2 * H, H)).astype(dtype),
                "W_hg": rng.uniform(-bound, bound, (H, H)).astype(dtype),
                "b": np.zeros((3 * H, 1), dtype),
            }
            | ({"b_hg": np.zeros((H, 1), dtype)} if reset == "after" else {}),
            views,
        )

    def __repr__(self):
        return f"GRU(D={self.D}, H={self.H}{', reset=' + repr(self.reset) if self.reset == 'after' else ''})"

    def forward(self, x, h0=None, out=None):
        """Run the cell over a sequence.

        Parameters
        ----------
        x : ndarray, (T, D, N)
            ``x[t]`` is the input at step t + 1 (steps are counted from 1) of N sequences.
        h0 : ndarray, (H, N), optional
            The state before the first step; zeros if left out.
        out : Record, optional
            A trace of the same shape made earlier, to be overwritten instead of making a new one.

        Returns
        -------
        trace : Record
            ``x``; ``h_all`` (T+1, H, N) with windows ``h_prev`` and ``h``; ``a`` and ``gates``
            (T, 3H, N), before and after σ and tanh, with windows ``a_r``, ``r``, ``a_z``, ``z``,
            ``a_g``, ``g``; ``rh`` = r_t ⊙ h_{t-1} (T, H, N). With ``reset="after"`` there is no
            ``rh``, but a fourth block ``u`` in ``a``.
        """
        trace = self._begin(x, out, h=h0)
        W_h, W_hg = self.params.W_h, self.params.W_hg
        a_rz, a_g, rz, r, z, g = trace.a_rz, trace.a_g, trace.rz, trace.r, trace.z, trace.g
        h_prev, h, before = trace.h_prev, trace.h, self.reset == "before"
        inside = trace.rh if before else trace.u  # what W_hg multiplies, or what r does

        np.matmul(self.params.W_x, trace.x, out=trace.a_x)  # W_x x_t + b needs no past: all steps at once
        trace.a_x += self.params.b
        for t in range(len(x)):
            a_rz[t] += W_h @ h_prev[t]
            rz[t] = sigmoid(a_rz[t])  # r_t, z_t
            if before:
                np.multiply(r[t], h_prev[t], out=inside[t])
                a_g[t] += W_hg @ inside[t]
            else:
                inside[t] = W_hg @ h_prev[t] + self.params.b_hg
                a_g[t] += r[t] * inside[t]
            np.tanh(a_g[t], out=g[t])
            h[t] = (1 - z[t]) * h_prev[t] + z[t] * g[t]
        return trace

    def backward(self, trace, dh):
        """Backpropagation through time: the derivatives of a loss from those at each h_t.

        Parameters
        ----------
        trace : Record
            What `forward` returned.
        dh : ndarray, (T, H, N)
            What the loss at step t says directly about h_t, without the later steps.

        Returns
        -------
        Gradients
            ``params``; ``trace.h[t]``, the *total* derivative with respect to h_t; those with
            respect to the gates, ``rh``, ``a``, ``x``; ``h0``.
        """
        check_dh(dh, trace.h)
        grads = self._new_trace(len(dh), dh.shape[2], working_dtype(trace.h, dh))
        dh_all, inside = grads.h_all, grads.rh if self.reset == "before" else grads.u
        dh_all[0], dh_all[1:] = 0, dh
        for t in reversed(range(len(dh))):
            dh_t, rz = dh_all[t + 1], trace.rz[t]
            grads.z[t] = dh_t * (trace.g[t] - trace.h_prev[t])
            grads.g[t] = dh_t * trace.z[t]
            grads.a_g[t] = grads.g[t] * (1 - trace.g[t] ** 2)
            grads.r[t], through, inside[t] = self._through_reset(trace, t, grads.a_g[t])
            grads.a_rz[t] = grads.rz[t] * rz * (1 - rz)
            # h_{t-1} went four ways: straight through, past r into the candidate, and into both gates.
            dh_all[t] += dh_t * (1 - trace.z[t]) + through + self.params.W_h.T @ grads.a_rz[t]
        np.matmul(self.params.W_x.T, grads.a_x, out=grads.x)
        params = {}
        for name, (to, of) in self.TERMS.items():
            params[name] = grads[to].sum(axis=(0, 2))[:, None] if of is None else sum_of_outer(grads[to], trace[of])
        return Gradients(self.params.like(params), grads, dh_all[0])

    def step_back(self, trace, t, dh):
        """One step of `backward` alone: from ∂L/∂h at ``trace.h[t]`` to ∂L/∂a there and ∂L/∂h one step earlier.

        Parameters
        ----------
        dh : ndarray, (..., H, N)
            Any number of losses at once, in the leading axes.

        Returns
        -------
        da : ndarray, (..., 3H, N)
        dh_prev : ndarray, (..., H, N)
        """
        z, g, rz = trace.z[t], trace.g[t], trace.rz[t]
        da_g = dh * z * (1 - g * g)
        dr, through, inside = self._through_reset(trace, t, da_g)
        da_rz = np.concatenate([dr, dh * (g - trace.h_prev[t])], axis=-2) * rz * (1 - rz)
        da = [da_rz, da_g] if self.reset == "before" else [da_rz, da_g, inside]
        return np.concatenate(da, axis=-2), dh * (1 - z) + through + self.params.W_h.T @ da_rz

    def _through_reset(self, trace, t, da_g):
        """From ∂L/∂a_g to ∂L/∂r, to what reaches h_{t-1} this way, and to ∂L/∂rh or ∂L/∂u."""
        r, h_prev, W_hg = trace.r[t], trace.h_prev[t], self.params.W_hg
        if self.reset == "before":  # a_g = … + W_hg (r ⊙ h_{t-1})
            drh = W_hg.T @ da_g
            return drh * h_prev, drh * r, drh
        du = da_g * r  # a_g = … + r ⊙ (W_hg h_{t-1} + b_hg)
        return da_g * trace.u[t], W_hg.T @ du, du

    def _fields(self, D, H):
        r, z, g, u = (np.s_[:, rows] for rows in (*_blocks(H), slice(3 * H, 4 * H)))
        views = {"a_x": ("a", np.s_[:, : 3 * H]), "a_rz": ("a", np.s_[:, : 2 * H]), "rz": ("gates", np.s_[:, : 2 * H])}
        for gate, rows in (("r", r), ("z", z), ("g", g)):
            views |= {f"a_{gate}": ("a", rows), gate: ("gates", rows)}
        if self.reset == "before":
            return {"a": 3 * H, "gates": 3 * H, "rh": H}, views
        return {"a": 4 * H, "gates": 3 * H}, views | {"u": ("a", u)}


def _blocks(H):
    return [slice(k * H, (k + 1) * H) for k in range(3)]
