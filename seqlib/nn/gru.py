"""The GRU cell (Cho et al., 2014) in the convention of the lecture, and its backward pass."""

from typing import ClassVar

import numpy as np
from numpy import add, multiply, subtract, tanh

from .cell import Cell, Stack, check_sizes
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
    STACKED: ClassVar = {
        "before": (Stack(("W_xrz", "b_rz", "W_h"), "a_rz", "v"), Stack(("W_hg", "W_xg", "b_g"), "a_g", "v_to_1")),
        "after": (Stack(("W_xrz", "b_rz", "W_h"), "a_rz", "v"), Stack(("W_xg", "b_g"), "a_g", "v_to_1"),
                  Stack(("b_hg", "W_hg"), "u", "v_from_1")),
    }  # fmt: skip
    SCRATCH = ("r", "keep", "rh")

    def __init__(self, D, H, *, rng, reset="before", dtype=np.float64):
        if reset not in self.WHERE:
            raise ValueError(f"reset must be 'before' or 'after' (the product with W_hg), but {reset!r} came.")
        check_sizes(dtype, D=D, H=H)
        self.D, self.H, self.reset = D, H, reset
        self.TERMS, self.STACKS = self.WHERE[reset], self.STACKED[reset]
        self.OUT = "gates" if reset == "before" else None
        bound = 1 / np.sqrt(H)
        r, z, g = _blocks(H)
        views = {
            "W_xr": ("W_x", r), "W_xz": ("W_x", z), "W_xg": ("W_x", g),
            "W_hr": ("W_h", r), "W_hz": ("W_h", z),
            "b_r": ("b", r), "b_z": ("b", z), "b_g": ("b", g),
            "W_xrz": ("W_x", slice(0, 2 * H)), "b_rz": ("b", slice(0, 2 * H)),
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

    def forward(self, x, h0=None, workspace=None):
        """Run the cell over a sequence.

        Parameters
        ----------
        x : ndarray, (T, D, N)
            ``x[t]`` is the input at step t + 1 (steps are counted from 1) of N sequences.
        h0 : ndarray, (H, N), optional
            The state before the first step; zeros if left out.
        workspace : Workspace, optional
            Memory to be used again. The trace is in it then, and its ``a`` may be overwritten by ``gates``.

        Returns
        -------
        trace : Record
            ``x``; ``h_all`` (T+1, H, N) with windows ``h_prev`` and ``h``; ``a`` and ``gates``
            (T, 3H, N), before and after σ and tanh, with windows ``a_r``, ``r``, ``a_z``, ``z``,
            ``a_g``, ``g``; ``rh`` = r_t ⊙ h_{t-1} (T, H, N). With ``reset="after"`` there is no
            ``rh``, but a fourth block ``u`` in ``a``.
        """
        trace = self._run(x, workspace, h0)
        if workspace is None:
            trace.a_rz *= 2  # the half of `_forward` again, in what a reader sees
        return trace

    def _forward(self, trace, W, W_g, W_u=None):  # W_u where r comes after the product
        half, before = np.array(0.5, W.dtype), self.reset == "before"
        yield multiply, (W, half, W)  # σ(a) = (1 + tanh(a/2)) / 2
        inside = "rh" if before else "u"
        names = ("v", "v_to_1", "v_from_1", "a_rz", "rz", "r", "z", inside, "a_g", "g", "h_prev", "h")
        for v, v_to_1, v_from_1, a_rz, rz, r, z, inside, a_g, g, h_prev, h in trace.steps(*names):
            yield W.dot, (v, a_rz)  # W_x x_t + b + W_h h_{t-1} of both gates, for v_t = [x_t; 1; h_{t-1}]
            yield tanh, (a_rz, rz)  # the last argument is where the result goes
            yield multiply, (rz, half, rz)
            yield add, (rz, half, rz)  # r_t, z_t = σ(…)
            if before:
                yield multiply, (r, h_prev, inside)
                yield W_g.dot, (v_to_1, a_g)  # W_hg (r_t ⊙ h_{t-1}) + W_xg x_t + b_g: r_t ⊙ h_{t-1} is above x_t and 1
            else:
                yield W_u.dot, (v_from_1, inside)  # u_t
                yield W_g.dot, (v_to_1, a_g)
                yield multiply, (r, inside, h)  # h_t's place serves until h_t is there
                yield add, (a_g, h, a_g)
            yield tanh, (a_g, g)
            yield subtract, (g, h_prev, h)
            yield multiply, (z, h, h)
            yield add, (h_prev, h, h)  # h_t = h_{t-1} + z_t ⊙ (g_t - h_{t-1}), which is (1 - z_t) ⊙ h_{t-1} + z_t ⊙ g_t

    def backward(self, trace, dh, workspace=None):
        """Backpropagation through time: the derivatives of a loss from those at each h_t.

        Parameters
        ----------
        trace : Record
            What `forward` returned.
        dh : ndarray, (T, H, N), or (H, N) for a loss at the last step only
            What the loss at step t says directly about h_t, without the later steps.
        workspace : Workspace, optional
            Memory to be used again. Only the derivatives of the parameters and of h_0 are computed then.

        Returns
        -------
        Gradients
            ``params``; ``trace.h[t]``, the *total* derivative with respect to h_t; those with
            respect to the gates, ``rh``, ``a``, ``x``; ``h0``.
        """
        return self._run_back(trace, workspace, dh)

    def _back(self, part):
        W_hT, W_hgT, before = self.params.W_h.T, self.params.W_hg.T, self.reset == "before"
        yield from self._slopes(part.trace, part.room)
        names = ("a_rz", "a_r", "a_z", "a_g", "rh" if before else "u", "keep", "r", "h", "h_prev")
        for r, da_rz, da_r, da_z, da_g, dinside, keep, through, dh, dh_before, own in part.steps(("r",), names):
            if own is not None:
                yield add, (dh, own, dh)
            yield multiply, (da_z, dh, da_z)
            yield multiply, (da_g, dh, da_g)
            yield multiply, (keep, dh, keep)
            if before:
                yield W_hgT.dot, (da_g, dinside)
                yield multiply, (da_r, dinside, da_r)
                yield multiply, (r, dinside, through)
            else:
                yield multiply, (da_r, da_g, da_r)
                yield multiply, (r, da_g, dinside)
                yield W_hgT.dot, (dinside, through)
            yield W_hT.dot, (da_rz, dh_before)
            yield add, (dh_before, keep, dh_before)  # h_{t-1} went four ways: into both gates, straight through,
            yield add, (dh_before, through, dh_before)  # and past r into the candidate

    def _slopes(self, trace, room):
        """What ∂h_t (for r, what comes through the candidate) is multiplied by; no later step matters for it."""
        one, one_minus_rz = np.array(1, room.a.dtype), room.delta[:, -3 * self.H : -self.H]  # for z that is ``keep``
        yield subtract, (one, trace.rz, one_minus_rz)
        yield multiply, (trace.rz, one_minus_rz, room.a_rz)  # s (1 - s), the derivative of σ
        yield multiply, (room.a_r, trace.h_prev if self.reset == "before" else trace.u, room.a_r)
        yield subtract, (trace.g, trace.h_prev, room.a_g)
        yield multiply, (room.a_z, room.a_g, room.a_z)
        yield multiply, (trace.g, trace.g, room.a_g)
        yield subtract, (one, room.a_g, room.a_g)  # 1 - g², the derivative of tanh
        yield multiply, (room.a_g, trace.z, room.a_g)

    def _completed(self, d, trace):
        multiply(d.h, trace.z, d.g)
        subtract(trace.g, trace.h_prev, d.z)
        multiply(d.h, d.z, d.z)
        if self.reset == "before":
            np.matmul(self.params.W_hg.T, d.a_g, d.rh)
            multiply(d.rh, trace.h_prev, d.r)
        else:
            multiply(d.a_g, trace.u, d.r)
        np.matmul(self.params.W_x.T, d.a_x, d.x)

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
