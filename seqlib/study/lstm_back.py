"""One step of an LSTM backwards, as lesson 9 takes it apart: its lines with their numbers, and the check of them."""

import numpy as np

from ..doors import positive, seeded, whole, within
from ..in_words import answering
from ..nn import LSTM, Readout, SequenceModel, cross_entropy
from ..nn.record import Record
from .gradcheck import compare, complex_step, with_params
from .table import Table

PARTS = ("f", "i", "o", "g", "C_prev", "tanh_C")  # what a step back needs of the step, besides dh, dC and W_h


def small_lstm():
    """An LSTM whose numbers can be read: two units, two inputs, three classes, and a loss at each of three steps.

    Returns
    -------
    model : SequenceModel
    x : ndarray, (3, 2, 1)
    targets : ndarray, (3, 1)
    """
    rng = np.random.default_rng(26)
    model = SequenceModel(LSTM(2, 2, rng=rng), Readout(2, 3, rng=rng))
    model.params.W_x *= 2  # so that the gates do not all stand at one half
    return model, rng.normal(size=(3, 2, 1)), np.array([[0], [2], [1]])


def gradients(model, trace, targets):
    """All gradients of a run of `small_lstm`, or of any many-to-many model: what ``model.backward`` returns."""
    _, slopes = cross_entropy(trace.logits, targets)
    return model.backward(trace, slopes)


def slope_of_C(model, x, targets, t):
    """∂L/∂C_t by moving C_t itself, in imaginary steps, and running the rest of the sequence again.

    Parameters
    ----------
    model : SequenceModel
        An LSTM with a readout at every step.
    x : ndarray, (T, D, N)
    targets : ndarray of int, (T, N)
    t : int
        The step, from 1.

    Returns
    -------
    ndarray, (H, N)
    """
    trace = model.forward(x)
    within("t", t, 1, len(trace.h))

    def loss(moved):
        h = trace.o[t - 1] * np.tanh(moved.C)
        later = model.cell.forward(x[t:], h, moved.C).h if t < len(x) else np.empty((0, *h.shape))
        logits = model.readout.forward(np.concatenate([h[None], later]))
        return cross_entropy(logits, targets[t - 1 :])[0].sum()

    return complex_step(loss, Record({"C": trace.C[t - 1]})).C


# --- the lines of a step ---------------------------------------------------------------------------------------------

ALGEBRA = {"en": "algebra", "ko": "수식"}
CODE = {"en": "code", "ko": "코드"}
UNIT = {"en": "unit {k}", "ko": "유닛 {k}"}
LINES = (
    ("dCₜ = dhₜ ⊙ oₜ ⊙ (1 − tanh²Cₜ) + fₜ₊₁ ⊙ dCₜ₊₁", "dC = dC + dh * o * (1 - tanh_C**2)"),
    ("df = dCₜ ⊙ Cₜ₋₁", "df = dC * C_prev"),
    ("di = dCₜ ⊙ C̃ₜ", "di = dC * g"),
    ("dC̃ = dCₜ ⊙ iₜ", "dg = dC * i"),
    ("do = dhₜ ⊙ tanh(Cₜ)", "do = dh * tanh_C"),
    ("da_f = df ⊙ f ⊙ (1 − f)", "da_f = df * f * (1 - f)"),
    ("da_i = di ⊙ i ⊙ (1 − i)", "da_i = di * i * (1 - i)"),
    ("da_o = do ⊙ o ⊙ (1 − o)", "da_o = do * o * (1 - o)"),
    ("da_g = dC̃ ⊙ (1 − C̃²)", "da_g = dg * (1 - g**2)"),
    ("→ hₜ₋₁:  W_hᵀ da", "dh_prev = W_h.T @ da"),
    ("→ Cₜ₋₁:  dCₜ ⊙ fₜ", "dC_prev = dC * f"),
)


def _numbers(rows, head, code):
    """A table of (texts, (H,) numbers), with a column for each unit."""
    rows = list(rows)
    units = [{language: text.format(k=k + 1) for language, text in UNIT.items()} for k in range(len(rows[0][1]))]
    written = ((*texts, *(f"{v:+.4f}".replace("-", "−") for v in values)) for texts, values in rows)
    return Table(written, (*head, *units), left=len(head), code=code)


SHOWN = ("f", "i", "o", "g", "C_prev", "C", "tanh_C", "h")


def numbers_at(trace, t, n=0):
    """The numbers of one step of an LSTM's run, one column a unit.

    Parameters
    ----------
    trace : Record
    t : int
        The step, from 1.
    n : int
        Which example.

    Returns
    -------
    Table
    """
    within("t", t, 1, len(trace.h)), within("n", n, 0, trace.h.shape[-1] - 1)
    return _numbers((((name,), trace[name][t - 1, :, n]) for name in SHOWN), (CODE,), code=0)


def lines_back(model, trace, grads, t, n=0):
    """The lines of one step back beside their code; each number is what its line of code computes.

    Parameters
    ----------
    model : SequenceModel
        An LSTM with a readout.
    trace, grads
        What ``forward`` and ``backward`` (or `gradients`) returned.
    t : int
        The step, from 1.
    n : int
        Which example.

    Returns
    -------
    Table
    """
    k, n = within("t", t, 1, len(trace.h)) - 1, within("n", n, 0, trace.h.shape[-1] - 1)
    given = {name: trace[name][k][:, [n]] for name in PARTS}
    rail = trace.f[t] * grads.trace.C[t] if t < len(trace.h) else np.zeros_like(trace.C[k])
    values = {"np": np, **given, "dh": grads.trace.h[k][:, [n]], "dC": rail[:, [n]], "W_h": model.params.W_h}
    made = []
    for algebra, code in LINES:
        if code.endswith("@ da"):
            values["da"] = np.concatenate([values[f"da_{k}"] for k in "fiog"])
        exec(code, values)
        made.append(((algebra, code), values[code.split(" = ")[0]].ravel()))
    return _numbers(made, (ALGEBRA, CODE), code=1)


# --- is a step back right? -------------------------------------------------------------------------------------------

GATES = {k: f"{name}:  W_x{k}, W_h{k}, b_{k}" for k, name in zip("fiog", ("f", "i", "o", "C̃"), strict=True)}


def check_step_back(step_back, T=3, *, seed=0, tolerance=1e-10):
    """Is an LSTM's step back right? In a loop over T steps, beside what a complex step finds for each number.

    Parameters
    ----------
    step_back : callable
        ``step_back(dh, dC, f, i, o, g, C_prev, tanh_C, W_h)`` returns da (4H, N), stacked f, i, o, g, then what goes to
        h_{t-1} and to C_{t-1}, both (H, N).
    T : int
        Steps. One alone shows in which gate a mistake is: over several it spreads through h_{t-1} to all of them.
    seed : int
        Of the weights, the sequences and the first states.
    tolerance : float
        Largest relative difference that still counts as equal, see `compare`.

    Returns
    -------
    Comparison
        A row for the weights of each gate and for both first states.

    Raises
    ------
    ValueError
        If `step_back` returns anything but three arrays of these shapes.
    """
    rng, T, _ = seeded(seed), whole("T", T), positive("tolerance", tolerance)
    model = SequenceModel(LSTM(2, 3, rng=rng), Readout(3, 4, rng=rng))
    x, targets = rng.normal(size=(T, 2, 2)), rng.integers(4, size=(T, 2))
    first = Record({"h0": np.tanh(rng.normal(size=(3, 2))), "C0": rng.normal(size=(3, 2))})
    trace = model.forward(x, **dict(first.items()))
    _, slopes = cross_entropy(trace.logits, targets)
    da, dh, dC = _walk_back(step_back, trace, model.params.W_hy.T @ slopes, model.params.W_h)
    own = {
        "W_x": np.einsum("tkn,tdn->kd", da, x),
        "W_h": np.einsum("tkn,tjn->kj", da, trace.h_prev),
        "b": da.sum(axis=(0, 2))[:, None],
    }

    def loss(params, start):
        logits = with_params(model, params).forward(x, **dict(start.items())).logits
        return cross_entropy(logits, targets)[0].sum()

    numeric = complex_step(lambda moved: loss(moved, first), model.params)
    states = complex_step(lambda moved: loss(model.params, moved), first)
    ours = _by_gate(own) | {"h₀": dh, "C₀": dC}
    return compare(ours, _by_gate(numeric) | {"h₀": states.h0, "C₀": states.C0}, tolerance)


def _walk_back(step_back, trace, own, W_h):
    """The da of all steps, (T, 4H, N), and what arrives at the first states."""
    das, dh, dC = [], np.zeros_like(own[0]), np.zeros_like(own[0])
    wanted = [(len(W_h), own.shape[2]), own.shape[1:], own.shape[1:]]
    for t in reversed(range(len(own))):
        parts = (trace[name][t].copy() for name in PARTS)
        made = step_back(own[t] + dh, dC, *parts, W_h.copy())
        made = list(made.values() if isinstance(made, dict) else made)
        shapes = [np.shape(array) for array in made]
        if shapes != wanted:
            raise ValueError(f"step_back must return arrays of the shapes {wanted}, but {shapes} came.")
        da, dh, dC = (np.asarray(array, float) for array in made)
        das.insert(0, da)
    return np.stack(das), dh, dC


def _by_gate(weights):
    """All weights of a gate as one array, by the names a reader sees."""
    blocks = {name: np.split(weights[name], 4) for name in ("W_x", "W_h", "b")}
    return {
        label: np.concatenate([blocks[name][place] for name in blocks], axis=1)
        for place, label in enumerate(GATES.values())
    }


answering(globals())
