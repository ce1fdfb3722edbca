"""What came after the GRU: each equation beside PyTorch's autograd, the scan beside the loop, attention, one task."""

import itertools

import numpy as np
import pytest

from seqlib import GRU, Adam, data, train
from seqlib.nn.functions import sigmoid
from seqlib.study import after
from seqlib.study.after import attention, by_hand, cells, copying, exponential
from seqlib.study.after import scanning as scan
from seqlib.study.bptt import gradient_flow, spectral_radius
from seqlib.study.gradcheck import check_cell, compare, complex_step
from tests.conftest import need


@pytest.fixture(scope="module", autouse=True)
def _torch():
    """PyTorch, as the equations below call it; its import takes three seconds, which only this file waits for."""
    global torch
    torch = need("torch")


def make(kind, D=3, H=4, seed=0):
    """A cell whose biases are not zero."""
    rng = np.random.default_rng(seed)
    cell = kind(D, H, rng=rng)
    for _, array in cell.params.items():
        array += rng.normal(size=array.shape) / 3
    return cell


# ---------- the equations, written again for PyTorch


def cifg(p, x, h, C):
    f, o, g = torch.split(p["W_x"] @ x + p["W_h"] @ h + p["b"], len(h))
    C = torch.sigmoid(f) * C + (1 - torch.sigmoid(f)) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(C), C


def mgu(p, x, h):
    z = torch.sigmoid(p["W_xz"] @ x + p["W_hz"] @ h + p["b_z"])
    return ((1 - z) * h + z * torch.tanh(p["W_xg"] @ x + p["W_hg"] @ (z * h) + p["b_g"]),)


def min_gru(p, x, h):
    z = torch.sigmoid(p["W_z"] @ x + p["b_z"])
    return (torch.lerp(h, p["W_g"] @ x + p["b_g"], z),)


def peepholes(p, x, h, C):
    f = torch.sigmoid(p["W_xf"] @ x + p["W_hf"] @ h + p["p_f"] * C + p["b_f"])
    i = torch.sigmoid(p["W_xi"] @ x + p["W_hi"] @ h + p["p_i"] * C + p["b_i"])
    C = f * C + i * torch.tanh(p["W_xg"] @ x + p["W_hg"] @ h + p["b_g"])
    return torch.sigmoid(p["W_xo"] @ x + p["W_ho"] @ h + p["p_o"] * C + p["b_o"]) * torch.tanh(C), C


def slstm(p, x, h, C, n, m):
    a_i, a_f, a_o, a_z = torch.split(p["W_x"] @ x + p["W_h"] @ h + p["b"], len(h))
    top = torch.maximum(a_f + m, a_i)
    i, f = torch.exp(a_i - top), torch.exp(a_f + m - top)
    C, n = f * C + i * torch.tanh(a_z), f * n + i
    return torch.sigmoid(a_o) * C / n, C, n, top


def diagonal(p, x, h):
    return (p["w"] * h + p["W_x"] @ x + p["b"],)


def rotating(p, x, h, v):
    return (
        p["w_hh"] * h + p["w_hv"] * v + p["W_x"] @ x + p["b"],
        p["w_vh"] * h + p["w_vv"] * v + p["W_v"] @ x,
    )


def selective(p, x, h):
    A = -torch.exp(p["A_log"])
    keep = torch.exp(torch.nn.functional.softplus(p["W_x"] @ x + p["b"]) * A)
    return (keep * h + (1 - keep) * (p["W_g"] @ x + p["b_g"]),)


def leaky(p, x, h):
    return (0.9 * h + 0.1 * torch.tanh(p["W_x"] @ x + p["W_h"] @ h + p["b"]),)


TORCH = {
    cells.CIFG: cifg,
    cells.MGU: mgu,
    cells.MinGRU: min_gru,
    cells.Peepholes: peepholes,
    cells.SLSTM: slstm,
    cells.Diagonal: diagonal,
    cells.Rotating: rotating,
    cells.Selective: selective,
    cells.Leaky: leaky,
}
each = pytest.mark.parametrize("kind", TORCH, ids=lambda kind: kind.__name__)


@each
def test_states_and_gradients_agree_with_pytorch(kind, T=7, D=3, H=4, N=2):
    cell, rng = make(kind), np.random.default_rng(1)
    x, own = rng.normal(size=(T, D, N)), rng.normal(size=(T, H, N))
    trace = cell.forward(x)
    grads = cell.backward(trace, own)
    p = {name: torch.tensor(array, requires_grad=True) for name, array in cell.params.items()}
    inputs, states, shown = torch.tensor(x, requires_grad=True), [torch.zeros(H, N, dtype=torch.float64)], []
    states *= len(cell.STATES)
    for t in range(T):
        states = TORCH[kind](p, inputs[t], *states)
        shown.append(states[0])
    h = torch.stack(shown)
    (h * torch.tensor(own)).sum().backward()
    assert np.abs(h.detach().numpy() - trace.h).max() <= 1e-12
    wanted = {name: array.grad.numpy() for name, array in p.items()} | {"x": inputs.grad.numpy()}
    assert compare(dict(grads.params.items()) | {"x": grads.trace.x}, wanted, 1e-10).equal


def test_the_example_of_an_own_cell_agrees_with_a_complex_step():  # the others: tests/nn/test_own_cells.py
    assert max(row.relative for row in check_cell(make(cells.Leaky))) <= 1e-12


def test_first_numbers_lie_where_their_docstrings_say():
    rng, H = np.random.default_rng(0), 400
    w = cells.Diagonal(1, H, rng=rng).params.w
    assert 0.5 <= w.min() < 0.51 and 0.99 < w.max() <= 1
    assert cells.Diagonal(1, H, rng=rng, radius=(-0.1, 0.1)).params.w.min() < 0
    p = cells.Rotating(1, H, rng=rng).params
    turn = p.w_hh + 1j * p.w_vh
    assert 0.9 <= np.abs(turn).min() < 0.905 and 0.995 < np.abs(turn).max() <= 1
    assert 0 <= np.angle(turn).min() < 0.05 and 3.1 < np.angle(turn).max() <= np.pi
    assert np.array_equal(p.w_hv, -p.w_vh) and np.array_equal(p.w_vv, p.w_hh)
    A = -np.exp(cells.Selective(1, H, rng=rng).params.A_log)[:, 0]
    assert np.allclose(A[[0, -1]], [-0.1, -2]) and np.allclose(np.diff(A), A[1] - A[0])
    W = attention.LookBack(9, 50, 2, rng=rng).params.W_q
    assert W.shape == (50, 25) and -0.2 <= W.min() < -0.19 and 0.19 < W.max() <= 0.2


# ---------- what the lesson says about them


def test_with_a_of_minus_one_the_step_size_is_the_gate_of_the_mingru():
    step, gate = make(cells.Selective), make(cells.MinGRU)
    step.params.A_log = 0.0
    for to, of in (("W_z", "W_x"), ("b_z", "b"), ("W_g", "W_g"), ("b_g", "b_g")):
        gate.params[to] = step.params[of]
    x = np.random.default_rng(1).normal(size=(20, 3, 2))
    assert np.abs(step.forward(x).h - gate.forward(x).h).max() <= 1e-14
    a = np.linspace(-30, 30, 61)
    assert np.abs(np.exp(-np.log1p(np.exp(a))) - (1 - sigmoid(a))).max() <= 1e-15


def test_what_the_paper_writes_with_a_step_size_is_what_selective_does():
    cell, x = make(cells.Selective), np.random.default_rng(1).normal(size=(9, 3, 2))
    trace, p = cell.forward(x), cell.params
    A = -np.exp(p.A_log)
    Bx = -A * (p.W_g @ x + p.b_g)
    h, euler = np.zeros((4, 2)), np.zeros((4, 2))
    for t in range(9):
        delta = trace.delta[t]
        h = np.exp(delta * A) * h + (np.exp(delta * A) - 1) / A * Bx[t]
        euler = np.exp(delta * A) * euler + delta * Bx[t]  # what the package computes
        assert np.abs(h - trace.h[t]).max() <= 1e-13
    assert np.abs(euler - h).max() > 0.01


def test_a_diagonal_cell_has_its_spectral_radius_in_plain_sight():
    cell = make(cells.Diagonal)
    cell.params.w = np.array([[0.9], [-0.97], [0.2], [0.5]])
    trace = cell.forward(np.random.default_rng(1).normal(size=(30, 3, 1)))
    flow = gradient_flow(cell, trace, 30)[:, 0]
    radius = spectral_radius(np.diag(cell.params.w[:, 0]))
    assert radius == 0.97 and np.allclose(flow, radius ** np.arange(30, -1, -1), rtol=1e-12)


def test_two_units_that_turn_are_one_complex_number():
    cell, x = cells.Rotating(3, 4, rng=np.random.default_rng(0)), np.random.default_rng(1).normal(size=(25, 3, 2))
    p, trace, state = cell.params, cell.forward(x), np.zeros((4, 2), complex)
    for t in range(25):
        state = (p.w_hh + 1j * p.w_vh) * state + p.W_x @ x[t] + 1j * (p.W_v @ x[t])
        assert np.allclose(trace.h[t], state.real) and np.allclose(trace.v[t], state.imag)
    assert np.allclose(cells.kept(cell, trace)[0, :, 0], np.abs(p.w_hh + 1j * p.w_vh)[:, 0])
    assert np.abs(p.w_hh + 1j * p.w_vh).max() <= 1


@pytest.mark.parametrize("kind", [*TORCH, GRU])
def test_the_share_that_is_kept(kind):
    cell, x = make(kind), np.random.default_rng(1).normal(size=(6, 3, 2))
    trace = cell.forward(x)
    if kind is cells.Leaky:
        with pytest.raises(ValueError, match="keeps a share"):
            after.kept(cell, trace)
        return
    share = after.kept(cell, trace)
    assert share.shape == trace.h.shape and share.min() >= 0
    assert "z" not in trace or np.array_equal(share, 1 - trace.z)
    if kind is cells.SLSTM:  # C/n is a mean: of the old with this share, of the new with the rest
        mean = share * trace.C_prev / np.where(trace.n_prev == 0, 1, trace.n_prev) + (1 - share) * np.tanh(trace.a_z)
        assert np.allclose(mean, trace.C / trace.n)


def test_the_stabiliser_changes_nothing_but_the_range():
    rng = np.random.default_rng(0)
    gates = rng.normal(size=(3, 20))
    one, two = (exponential.memory(*gates, stabilised=way) for way in (False, True))
    assert np.allclose(one, two, rtol=1e-12)
    a_i, a_f, z = gates
    for t in range(20):  # a mean, weighted by what came in, and by what was kept since
        weights = np.exp([a_i[k] + a_f[k + 1 : t + 1].sum() for k in range(t + 1)])
        assert one[t] == pytest.approx((weights * z[: t + 1]).sum() / weights.sum(), rel=1e-12)
    table = after.without_and_with([0, 1, 800, 801, 0], [1, -1, 0.5, -0.5, 1])
    last = ("+nan", "-0.231")
    assert [row[3:] for row in table][1:] == [("-0.462", "-0.462"), ("+nan", "+0.500"), last, last]
    assert table.left == 0
    assert (1 - np.e) / (1 + np.e) == pytest.approx(-0.462, abs=1e-3)


# ---------- the way back, by hand


def test_the_way_back_by_hand_is_that_of_complex_steps():
    given, (a_z, a_g) = by_hand.case(np.random.default_rng(3))
    assert np.abs(by_hand.mgu_back(**given) - by_hand.numeric(given, a_z, a_g)).max() <= 1e-13
    assert [row[3] for row in by_hand.checked(by_hand.mgu_back)] == ["✓"] * 3
    assert [row[0] for row in by_hand.checked(by_hand.mgu_back)] == ["1", "2", "3"]
    assert by_hand.checked(by_hand.mgu_back).left == 0
    assert "✗" in {row[3] for row in by_hand.checked(lambda d_h, *_: d_h)}


def test_the_step_by_hand_is_that_of_the_cell():
    cell, x, h = make(cells.MGU), np.random.default_rng(1).normal(size=(1, 3, 2)), np.full((4, 2), 0.3)
    p, trace = cell.params, cell.forward(x, h)
    made, z, g = by_hand.mgu_step(h, p.W_xz @ x[0] + p.b_z, p.W_xg @ x[0] + p.b_g, p.W_hz, p.W_hg)
    assert np.allclose(made, trace.h[0]) and np.allclose(z, trace.z[0]) and np.allclose(g, trace.g[0])


# ---------- the scan


def test_16384_steps_in_14_sweeps():
    rng = np.random.default_rng(0)
    a, b, h0 = rng.uniform(0.5, 1, size=(16384, 2)), rng.normal(size=(16384, 2)), rng.normal(size=2)
    assert scan.sweeps(16384) == 14
    assert np.abs(scan.scan(a, b, h0) - scan.loop(a, b, h0)).max() <= 1e-12
    one, other = scan.products(16384)
    assert (one, round(other / one, 2)) == (16384, 26.0)


@pytest.mark.parametrize("T", [1, 2, 3, 5, 8, 9, 100])
def test_any_length(T):
    rng = np.random.default_rng(T)
    a, b = rng.uniform(-1, 1, size=(T, 3, 2)), rng.normal(size=(T, 3, 2))
    kept = a.copy(), b.copy()
    assert np.abs(scan.scan(a, b) - scan.loop(a, b)).max() <= 1e-13
    assert np.array_equal(a, kept[0]) and np.array_equal(b, kept[1])
    assert scan.sweeps(T) == int(np.ceil(np.log2(T)))


@pytest.mark.parametrize("kind", [cells.MinGRU, cells.Diagonal, cells.Selective])
def test_a_cell_that_looks_at_x_alone_is_scanned_forwards_and_backwards(kind):
    cell, rng = kind(3, 4, rng=np.random.default_rng(0)), np.random.default_rng(1)
    x, own, h0 = rng.normal(size=(200, 3, 2)), rng.normal(size=(200, 4, 2)), rng.normal(size=(4, 2))
    trace = cell.forward(x, h0)
    assert np.abs(scan.scanned(cell, x, h0) - trace.h).max() <= 1e-12
    assert np.abs(scan.scanned(cell, x) - cell.forward(x).h).max() <= 1e-12
    back = scan.scan_back(scan.coefficients(cell, x)[0], own)
    assert np.abs(back - cell.backward(trace, own).trace.h).max() <= 1e-12


@pytest.mark.parametrize(("kind", "why"), [(GRU, "cannot be scanned"), (cells.MGU, "cannot be scanned"),
                                           (cells.Leaky, "cannot be scanned"),
                                           (cells.CIFG, "one state h")])  # fmt: skip
def test_a_cell_whose_gates_look_back_is_refused(kind, why):
    with pytest.raises(ValueError, match=why):
        scan.scanned(make(kind), np.zeros((5, 3, 1)))


def test_a_cell_that_is_only_slightly_curved_is_refused():
    class Curved(cells.Diagonal):
        def step(self, W, t):
            t.h = W.w * t.h_prev + 0.01 * t.h_prev * t.h_prev + W.W_x @ t.x + W.b

    with pytest.raises(ValueError, match="Curved cannot be scanned"):
        scan.coefficients(make(Curved), np.ones((5, 3, 1)))


def test_the_table_of_times_has_a_row_for_each_width():
    table = scan.timed(T=64, widths=(1, 3), repeats=1)
    assert [row[:2] + row[3:4] for row in table] == [("1", "6 / 64", "× 10"), ("3", "6 / 64", "× 10")]
    assert all(float(row[2]) < 1e-12 and float(row[4][2:]) > 0 for row in table)


def test_the_times_are_those_of_the_clock(monkeypatch):
    monkeypatch.setattr(scan.time, "perf_counter", iter([10, 12, 20, 26, 30, 32, 40, 45]).__next__)
    assert scan.timed(T=8, widths=(1,), repeats=2)[0][4] == "× 2.5"  # the shortest of 6 and 5, by 2


# ---------- attention


def test_attention_agrees_with_pytorch():
    rng = np.random.default_rng(0)
    Q, K, V, own = (rng.normal(size=(6, size, 2)) for size in (3, 3, 4, 4))
    h, weights = attention.attend(Q, K, V)
    q, k, v = (torch.tensor(np.moveaxis(a, -1, 0), requires_grad=True) for a in (Q, K, V))
    made = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    (made * torch.tensor(np.moveaxis(own, -1, 0))).sum().backward()
    assert np.abs(np.moveaxis(made.detach().numpy(), 0, -1) - h).max() <= 1e-13
    for mine, theirs in zip(attention.attend_back(Q, K, V, weights, own), (q, k, v), strict=True):
        assert np.abs(np.moveaxis(theirs.grad.numpy(), 0, -1) - mine).max() <= 1e-12
    one_hot = attention.attend(1e4 * Q, K, V)[1]  # no e^x is too large
    assert np.allclose(one_hot.max(axis=1), 1) and np.isfinite(one_hot).all()
    assert np.allclose(weights.sum(axis=1), 1) and np.allclose(np.triu(weights[..., 0], 1), 0)


def test_attention_agrees_with_a_complex_step():
    rng = np.random.default_rng(0)
    model, x, targets = (
        attention.LookBack(3, 4, 3, rng=rng, P=4),
        rng.normal(size=(5, 3, 2)),
        rng.integers(-1, 3, (5, 2)),
    )
    grads, params = model.loss_and_gradients(x, targets)[1].params, model.params

    def loss(moved):
        model.params = moved
        return model.loss(x, targets)

    numeric = complex_step(loss, params)
    assert max(row.relative for row in compare(grads, numeric)) <= 1e-12


def test_attention_learns_to_look_where_the_symbol_was():
    model, share = after.learn(after.LookBack, 5, updates=60)
    x, _ = after.example(5)
    assert share == 1 and model.forward(x).weights[5:, :, 0].argmax(axis=1).tolist() == [0, 1, 2]


def test_the_code_of_a_position_is_its_own():
    code = attention.positions(64)
    assert code.shape == (64, 16) and len(np.unique(code.round(6), axis=0)) == 64
    assert np.allclose((code**2).sum(axis=1), 8)


def test_each_wave_of_a_position_takes_longer_by_a_root_of_two():
    code = attention.positions(9, P=6)
    assert np.allclose(code[:5, 0], [0, 1, 0, -1, 0]) and np.allclose(code[:5, 3], [1, 0, -1, 0, 1])  # 4 steps
    assert np.allclose(code[:9:2, 2], code[:5, 0]) and np.allclose(code[:9:2, 5], code[:5, 3])  # 8 steps
    assert np.allclose(code[:, 1], np.sin(np.arange(9) * np.pi / 2 / np.sqrt(2)))


# ---------- one task


def test_naming_the_most_frequent_symbol_is_right_in_9_of_16():
    every = np.array(list(itertools.product(range(4), repeat=3)))
    most = np.array([np.bincount(three, minlength=4).max() / 3 for three in every])
    assert most.mean() == 9 / 16


def test_learning_is_what_the_stored_runs_say():
    stored = {(r["cell"], r["lag"], r["seed"]): r["correct"] for r in data.after_runs()["runs"]}
    model, share = after.learn(after.Rotating, 5)
    assert round(share, 4) == stored["rotating", 5, 0] and repr(model.cell) == "Rotating(D=6, H=16)"
    begun = copying.copier(after.CIFG, 0).cell.params
    assert (begun.b_f == 1).all() and not begun.b_o.any(), "as the settings say"


def test_the_table_has_every_cell_and_lag():
    table = after.table()
    assert [row[0] for row in table] == list(copying.CELLS) and {len(row) for row in table} == {6}
    assert dict((row[0], row[1]) for row in table)["rotating"] == str(copying.size(after.Rotating)) == "272"
    shares = [run["correct"] for run in data.after_runs()["runs"] if run["cell"] == "RNN" and run["lag"] == 5]
    assert table[0][2] == f"{np.median(shares):.2f} ({min(shares):.2f}–{max(shares):.2f})" and len(shares) == 5
    assert "–" not in {row[k] for row in table for k in range(2, 6)}


def test_what_the_lesson_says_of_fewer_gates_and_of_units_that_turn():
    right = {}
    for run in data.after_runs()["runs"]:
        right.setdefault((run["cell"], run["lag"]), []).append(run["correct"])
    assert all(min(right["CIFG", lag]) > max(right["LSTM", lag]) for lag in (10, 20))
    assert min(right["LSTM", 5]) <= max(right["CIFG", 5]) and min(right["CIFG", 5]) <= max(right["LSTM", 5])
    assert max(right["MGU", 10]) < min(right["GRU", 10])
    assert copying.copier(after.Rotating, 0).cell.STATES == ("h", "v"), "16 pairs"


def test_a_cell_of_ones_own_is_entered(monkeypatch):
    monkeypatch.setattr(copying, "learn", lambda kind, lag, seed: (None, 0.5 + seed / 10))

    class Mine(after.Leaky):
        pass

    table = after.entered(Mine, 10, beside=("GRU",))
    assert table[-1] == ("Mine", "368", "0.60 (0.50–0.70)") and table[0][0] == "GRU" and len(table) == 2
    assert after.entered(Mine) == after.entered(Mine, 5, seeds=3, beside=("RNN", "LSTM", "GRU"))
    with pytest.raises(ValueError, match="5, 10, 20, 40, but 7"):
        after.entered(Mine, 7)


def test_the_settings_are_those_of_the_stored_runs():
    stored = data.after_runs()
    assert stored["settings"] == copying.SETTINGS and sorted({run["seed"] for run in stored["runs"]}) == [0, 1, 2, 3, 4]
    said = f"Adam, lr {copying.RATE:g}, gradients clipped at norm {copying.CLIP:g}"
    assert said == copying.SETTINGS["optimizer"]


def test_an_example_is_one_sequence_of_the_task():
    x, tokens = after.example(4)
    assert x.shape == (7, 6, 1) and tokens[3:] == ["·", "!", "·", "·"] and set(tokens[:3]) <= set("0123")


def test_an_own_model_trains_as_others():
    model = attention.LookBack(6, 8, 4, rng=np.random.default_rng(0))
    history = train(model, data.copy_batches(8, 3, rng=np.random.default_rng(0)), Adam(0.02), 30)
    assert history.loss[-1] < history.loss[0]


@pytest.mark.parametrize("kind", [after.CIFG, attention.LookBack])
def test_a_copier_is_as_wide_as_the_task(kind):
    x, targets = data.copy_task(200, 5, rng=np.random.default_rng(0))
    assert copying.copier(kind, 0).forward(x).logits.shape[1:] == (1 + targets.max(), 200)
    assert copying.SETTINGS["task"].startswith(f"3 symbols of {1 + targets.max()} kinds")


@pytest.mark.parametrize(("back", "says"), [
    (lambda *given: None, r"^back must return ∂L/∂h_prev, of shape \(3, 1\), but it returned nothing: end it with"),
    (lambda d_h, *given: d_h[:, 0], r"^back must return ∂L/∂h_prev, of shape \(3, 1\), but \(3,\) came"),
])  # fmt: skip
def test_a_way_back_that_returns_something_else_is_refused(back, says):
    with pytest.raises(ValueError, match=says):
        by_hand.checked(back)


def test_a_way_back_may_name_what_it_takes_as_it_likes():
    assert by_hand.checked(lambda dh, u, c, h, A, B: by_hand.mgu_back(dh, u, c, h, A, B)) == by_hand.checked(
        by_hand.mgu_back
    )
