"""The two ways to put a sequence into dense layers, for comparison (lesson 2)."""

import numpy as np

from ..doors import whole
from .cell import check_input, check_sizes, check_trace, sequence
from .model import Model
from .passes import Gradients, working_dtype
from .readout import Readout
from .record import Record


class Pooled(Model):
    """One dense layer shared by all steps; nothing crosses from step to step.

    h_t = tanh(W_xh x_t + b_h), then the mean of h_t over the steps, then a readout. It is the
    plain RNN without W_hh, and cannot tell a sequence from the same one in another order.

    Parameters
    ----------
    D, H, K : int
        Input features, hidden units, classes.
    pool : bool
        False leaves the mean out: an output at every step, from that step alone.
    """

    def __init__(self, D, H, K, *, rng, pool=True, dtype=np.float64):
        check_sizes(dtype, rng, D=D, H=H)
        D, H = int(D), int(H)
        self.D, self.H, self.K, self.pool, bound = D, H, K, pool, 1 / np.sqrt(D)
        weights = {"W_xh": rng.uniform(-bound, bound, (H, D)).astype(dtype), "b_h": np.zeros((H, 1), dtype)}
        self.hidden, self.readout = Record(weights), Readout(H, K, rng=rng, dtype=dtype)
        self.params = self.hidden.joined(self.readout.params)

    def __repr__(self):
        return f"Pooled(D={self.D}, H={self.H}, K={self.K}, pool={self.pool})"

    def forward(self, x):
        """Trace of x (T, D, N): ``x``, ``h`` (T, H, N), ``read`` (1 or T, H, N), ``logits``."""
        x = sequence(x)
        check_input(x, self.D, "layer")
        x = np.array(x, working_dtype(self.hidden.W_xh, x))
        h = np.tanh(self.hidden.W_xh @ x + self.hidden.b_h)
        read = h.mean(axis=0, keepdims=True) if self.pool else h
        return Record({"x": x, "h": h, "read": read, "logits": self.readout.forward(read)})

    def backward(self, trace, dlogits):
        """`Gradients` from ∂L/∂z at the outputs. There is no h_0 to have one."""
        check_trace(trace, "x", "h", "read")
        readout, dread = self.readout.backward(trace.read, dlogits)
        # A mean of T things passes 1/T of the gradient to each.
        dh = np.broadcast_to(dread / len(trace.h), trace.h.shape) if self.pool else dread
        da = dh * (1 - trace.h**2)
        params = Record(
            {
                "W_xh": np.matmul(da, trace.x.transpose(0, 2, 1)).sum(axis=0),
                "b_h": da.sum(axis=(0, 2))[:, None],
            }
        )
        dtrace = Record({"x": self.hidden.W_xh.T @ da, "h": np.array(dh), "read": dread, "logits": dlogits})
        return Gradients(params.joined(readout), dtrace, {})


class Flattened(Model):
    """All T steps side by side in one long vector, then dense layers: a weight for every position.

    Parameters
    ----------
    T, D, H, K : int
        Steps, input features, hidden units, classes. T is fixed for good.
    """

    def __init__(self, T, D, H, K, *, rng, dtype=np.float64):
        T, D = whole("T", T), whole("D", D)
        self.T, self.D, self.H, self.K = T, D, H, K
        self._layers = Pooled(T * D, H, K, rng=rng, pool=False, dtype=dtype)  # of one long step
        self.hidden, self.readout, self.params = self._layers.hidden, self._layers.readout, self._layers.params

    def __repr__(self):
        return f"Flattened(T={self.T}, D={self.D}, H={self.H}, K={self.K})"

    def forward(self, x):
        """Trace of x (T, D, N): ``x``, ``h`` (1, H, N), ``logits`` (1, K, N)."""
        x = sequence(x)
        check_input(x, self.D, "layer")
        if len(x) != self.T:
            raise ValueError(f"x has {len(x)} steps (axis 0), this flattened network was built for T={self.T}.")
        trace = self._layers.forward(x.reshape(1, self.T * self.D, -1))
        return Record({"x": trace.x.reshape(x.shape), "h": trace.h, "logits": trace.logits})

    def backward(self, trace, dlogits):
        """`Gradients` from ∂L/∂z at the output. There is no h_0 to have one."""
        check_trace(trace, "x", "h")
        flat = {"x": trace.x.reshape(1, self.T * self.D, -1), "h": trace.h, "read": trace.h}
        grads = self._layers.backward(Record(flat), dlogits)
        dx = grads.trace.x.reshape(trace.x.shape)
        return Gradients(grads.params, Record({"x": dx, "h": grads.trace.h, "logits": dlogits}), {})
