"""What all measurements share: one thread, the machine in one line each, and the model that is trained."""

import os
import platform
from importlib import import_module

import numpy as np
import threadpoolctl

from seqlib import GRU, LSTM, RNN, Adam, Readout, SequenceModel, Workspace

CELLS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
BLOCKS = {"RNN": "h", "LSTM": "fiog", "GRU": "rzg"}  # W_x…, W_h… and b_… of every sum inside a function
LR = 1e-6  # an update costs the same at every rate; at this one the network stays the same for thousands of them


def optional(module):
    """The module, or None where it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        return None


def one_thread():
    """BLAS, PyTorch and JAX on one thread each. Call it before JAX is imported and anything is measured."""
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    if torch := optional("torch"):
        torch.set_num_threads(1)
    threadpoolctl.threadpool_limits(1)


def machine():
    """What the numbers depend on, and nothing that tells whose machine it is."""
    modules = {name: optional(name) for name in ("numpy", "torch", "jax")}
    blas = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    kernels = [f"{pool['internal_api']} {pool['version']}, kernel {pool.get('architecture')}" for pool in blas]
    return {
        "Python": platform.python_version(),
        **{name: module.__version__ if module else "not installed" for name, module in modules.items()},
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "BLAS of NumPy": "; ".join(kernels) or "unknown to threadpoolctl",
        "threads": "one for BLAS, one for PyTorch, one for JAX",
    }


def case(cell, D, H, N, T, dtype=np.float64, shape="many-to-one"):
    """A model around this class of cell, x and targets: one number for a sequence, as in the adding problem."""
    rng = np.random.default_rng(0)
    model = SequenceModel(cell(D, H, rng=rng, dtype=dtype), Readout(H, 1, rng=rng, dtype=dtype), shape, "mse")
    outputs = 1 if shape == "many-to-one" else T
    return model, rng.normal(size=(T, D, N)).astype(dtype), rng.normal(size=(outputs, 1, N)).astype(dtype)


def training_step(model, x, y, *, fresh=False, adam=Adam):
    """A function that makes one step as `train` does: loss, gradients, update; it returns the gradients."""
    workspace, optimizer = Workspace(), adam(LR)

    def step():
        _, grads = model.loss_and_gradients(x, y, Workspace() if fresh else workspace)
        optimizer.update(model.params, grads.params)
        return grads.params

    return step


def must_agree(got, expected, tolerance):
    """Raise an AssertionError unless two dicts of arrays are equal, relative to the largest entry of each array."""
    for name, array in expected.items():
        difference = np.abs(got[name] - array).max()
        assert difference <= tolerance * np.abs(array).max(), f"{name} differs by {difference:.1e}"
