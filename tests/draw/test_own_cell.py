"""Any cell drawn from its equations: nothing lies on anything, and every number is that of the run."""

import itertools
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, words
from seqlib.draw import own_cell, style
from seqlib.draw.own_cell import label_of, laid_out, own_cell_scene
from seqlib.draw.own_graph import Graph
from seqlib.draw.own_layout import HIGHEST, WIDTH
from seqlib.nn.cell import Cell
from seqlib.nn.functions import sigmoid
from tests.nn.own_cells import CIFG, MGU, SLSTM, Diagonal, MinGRU, Peepholes

SVG = "{http://www.w3.org/2000/svg}"
KNOWN = {
    "RNN": RNN, "LSTM": LSTM, "GRU": GRU, "GRU after": lambda *s, rng: GRU(*s, rng=rng, reset="after"), "CIFG": CIFG,
    "MGU": MGU, "minGRU": MinGRU, "peepholes": Peepholes, "sLSTM": SLSTM, "diagonal": Diagonal,
}  # fmt: skip


def made(name, D=3, H=2):
    return KNOWN[name](D, H, rng=np.random.default_rng(0))


class Invented:
    """The equations of a cell that somebody may come to write: gates, a candidate, a memory, and what h shows of it."""

    BLOCKS = {}  # noqa: RUF012

    def __init__(self, seed):
        self.seed = seed
        rng = np.random.default_rng(seed)
        self.memory, self.reset, self.output = rng.random() < 0.6, rng.random() < 0.4, rng.random() < 0.6
        self.update = rng.choice(["gates", "coupled", "drift", "leak", "largest"])
        self.squash = [np.tanh, np.abs, np.exp, lambda a: np.maximum(a, 0)][rng.integers(4)]
        self.shown = rng.choice(["tanh", "plain", "named"])
        self.peep, self.normal = rng.random() < 0.3, self.memory and rng.random() < 0.25
        self.STATES = ("h", *(("C",) if self.memory else ()), *(("n",) if self.normal else ()))

    def step(self, W, t):
        past = t.h_prev
        if self.reset:
            t.a_r = W.W_xr @ t.x + W.W_hr @ t.h_prev + W.b_r
            t.r = sigmoid(t.a_r)
            t.rh = t.r * t.h_prev
            past = t.rh
        t.a_g = W.W_xg @ t.x + W.W_hg @ past + W.b_g
        t.g = np.tanh(t.a_g)
        old = t.C_prev if self.memory else t.h_prev
        new = self._updated(W, t, old)
        if self.normal:
            t.n = t.f * t.n_prev + t.f
        if not self.memory:
            t.h = new
            return
        t.C = new
        shown = np.tanh(t.C) if self.shown == "tanh" else t.C
        if self.shown == "named":
            t.candidate_memory = self.squash(t.C)
            shown = t.candidate_memory
        if self.normal:
            shown = shown / t.n
        if self.output:
            look = W.p_o * t.C + W.b_o if self.peep else W.b_o
            t.a_o = W.W_xo @ t.x + W.W_ho @ t.h_prev + look
            t.o = sigmoid(t.a_o)
            shown = t.o * shown
        t.h = np.tanh(shown) if shown is t.C else shown

    def _updated(self, W, t, old):
        t.a_f = W.W_xf @ t.x + W.W_hf @ t.h_prev + W.b_f
        t.f = sigmoid(t.a_f)
        if self.update == "gates":
            t.a_i = W.W_xi @ t.x + W.W_hi @ t.h_prev + W.b_i
            t.i = sigmoid(t.a_i)
            return t.f * old + t.i * t.g
        if self.update == "coupled":
            return t.f * old + (1 - t.f) * t.g
        if self.update == "drift":
            return old + t.f * (t.g - old)
        if self.update == "leak":
            return 0.9 * old + t.f * self.squash(t.g)
        return np.maximum(t.f * old, t.g)

    def step_back(self, W, t, d):
        d.h_prev = d.h


def overlap(a, b):
    return min(a[2], b[2]) - max(a[0], b[0]) > 1e-6 and min(a[3], b[3]) - max(a[1], b[1]) > 1e-6


def faults(layout):
    """What lies on what: labels, boxes, circles, columns, wires, and the edge of the picture."""
    found = []
    parts, labels = layout.elements, layout.labels
    for a, b in itertools.combinations((*parts, *labels), 2):
        if overlap(a.rect, b.rect):
            found.append(("on", a, b))
    for part in (*parts, *labels):
        x0, y0, x1, y1 = part.rect
        if x0 < 0 or y0 < 0 or x1 > WIDTH or y1 > layout.height:
            found.append(("cut", part))
    for wire in layout.wires:
        for (x0, y0), (x1, y1) in itertools.pairwise(wire.points):
            assert abs(x0 - x1) < 1e-6 or abs(y0 - y1) < 1e-6, "wires run along the axes"
            line = min(x0, x1) - 0.02, min(y0, y1) - 0.02, max(x0, x1) + 0.02, max(y0, y1) + 0.02
            for part in (*parts, *labels):
                ends = (wire.source, wire.target)
                own = part in parts and (part.node in ends or (wire.target < 0 and part.x > 9))
                grown = 0.03 if own else 0.0
                r = part.rect
                r = (r[0] + grown, r[1] + grown, r[2] - grown, r[3] - grown)
                if overlap(line, r):
                    found.append(("wire", wire, part))
    return found


def runs_along(layout):
    """Pieces of wires of different quantities that lie on one line."""
    pieces = [(w.source, a, b) for w in layout.wires for a, b in itertools.pairwise(w.points)]
    found = []
    for (n, a, b), (m, c, d) in itertools.combinations(pieces, 2):
        for k in (0, 1):
            one_line = abs(a[k] - b[k]) < 1e-6 and abs(c[k] - d[k]) < 1e-6 and abs(a[k] - c[k]) < 0.05
            j = 1 - k
            shared = min(max(a[j], b[j]), max(c[j], d[j])) - max(min(a[j], b[j]), min(c[j], d[j]))
            if n != m and one_line and shared > 0.01 and abs(a[j] - b[j]) > 1e-6 and abs(c[j] - d[j]) > 1e-6:
                found.append((n, m, a, b))
    return found


# A short column of numbers, a longer one, a strip of colours (four states are never shown in longer columns).
SIZES = [(name, H) for name in KNOWN for H in (2, 3, 8) if (name, H) != ("sLSTM", 3)]


@pytest.mark.parametrize(("name", "H"), SIZES)
def test_nothing_lies_on_anything(name, H):
    layout = laid_out(Graph(made(name, H=H)), H, 3)
    assert not faults(layout)
    assert not runs_along(layout)
    assert layout.height <= HIGHEST + 0.01


@pytest.mark.parametrize("seed", range(30))
def test_nothing_lies_on_anything_in_a_cell_of_ones_own(seed):
    layout = laid_out(Graph(Invented(seed)), 2, 3)
    assert not faults(layout)
    assert not runs_along(layout)
    assert layout.height <= HIGHEST + 0.01


def test_the_same_picture_every_time():
    def drawn():
        own_cell._layouts.clear()
        cell, x = made("LSTM"), np.random.default_rng(1).normal(size=(3, 3, 1))
        return own_cell_scene(cell, x).at(2), own_cell_scene(cell, x, dh=np.ones((3, 2, 1))).at(2)

    assert drawn() == drawn()


class Delay:
    """Hands its state on as it is: h of the step before the last."""

    STATES, BLOCKS = ("h", "p"), {}

    def step(self, W, t):
        t.p = t.h_prev
        t.a = W.W_x @ t.x + W.W_p @ t.p_prev + W.b
        t.h = np.tanh(t.a)

    def step_back(self, W, t, d):
        d.h_prev = d.p


def test_a_state_may_be_handed_on():
    graph = Graph(Delay())
    assert [node.sign for node in graph.nodes if node.kind == "op"] == ["=", "tanh"]
    assert not faults(laid_out(graph, 2, 3))


# --- what it says -----------------------------------------------------------------------------------------------------


@pytest.fixture
def run():
    rng = np.random.default_rng(5)
    cell = made("LSTM")
    x, dh = rng.normal(size=(4, 3, 2)), rng.normal(size=(4, 2, 2))
    trace = cell.forward(x)
    return cell, x, dh, trace, cell.backward(trace, dh)


def texts(scene, t):
    """The numbers of a step by their names."""
    shown = {b["name"]: b["values"][min(t, len(b["values"])) - 1] for b in scene.bindings if b.get("name")}
    return {name: float(text.replace("−", "-")) for name, text in shown.items()}


def test_every_named_quantity_has_the_numbers_of_the_run(run):
    cell, x, _, trace, _ = run
    scene = own_cell_scene(cell, x, 1)
    for t in (1, 3, 4):
        seen = texts(scene, t)
        for name in ("h", "C", "f", "i", "o", "g", "tanh_C"):
            assert [seen[f"{name}_t[{k}]"] for k in (1, 2)] == pytest.approx(trace[name][t - 1, :, 1], abs=0.0051)
        assert seen["C_t−1[1]"] == pytest.approx(trace.C_prev[t - 1, 0, 1], abs=0.0051)


def test_backwards_they_are_derivatives(run):
    cell, x, dh, _, grads = run
    scene = own_cell_scene(cell, x, 1, dh=dh)
    assert (scene.start, scene.begin) == (3, 3)
    for t in (2, 4):
        seen = texts(scene, t)
        for name in ("h", "C", "f", "i", "o", "g", "tanh_C"):
            assert [seen[f"d{name}_t[{k}]"] for k in (1, 2)] == pytest.approx(
                grads.trace[name][t - 1, :, 1], abs=0.0051
            )
    sent = grads.trace.h[0, :, 1] - dh[0, :, 1]  # what step 2 sends to step 1, which adds what its own loss says
    assert [texts(scene, 2)[f"dh_t−1[{k}]"] for k in (1, 2)] == pytest.approx(sent, abs=0.0051)


@pytest.mark.parametrize("name", KNOWN)
def test_the_graph_has_the_chain_rule_of_the_blackboard(name):
    """Where step_back gives no name to a derivative the picture finds it by the chain rule: it agrees where it does."""
    rng, cell = np.random.default_rng(3), made(name)
    trace = cell.forward(rng.normal(size=(4, 3, 2)))
    grads = cell.backward(trace, rng.normal(size=(4, 2, 2)))
    graph = Graph(cell)
    with style.ours():
        drawing = own_cell._Drawing(cell, graph, laid_out(graph, 2, 3), trace, 1, grads)
    for index, node in enumerate(graph.nodes):
        if node.kind != "in" and node.name not in cell.STATES and node.name in vars(grads.trace)["_arrays"]:
            through = sum(drawing._through(index, user) for user in graph.users(index))
            assert through == pytest.approx(grads.trace[node.name], abs=1e-12), node.name


def test_a_part_says_its_equation_with_its_numbers(run):
    cell, x, _, trace, _ = run
    tips = [b["values"] for b in own_cell_scene(cell, x, 1).bindings if b["attribute"] == "aria-label"]
    now = [values[min(1, len(values) - 1)] for values in tips]
    C = ", ".join(f"{v:+.2f}".replace("-", "−") for v in trace.C[1, :, 1])
    assert any(
        tip.startswith("C₂ = (f₂ ⊙ C₁) + (i₂ ⊙ g₂)") or tip.startswith("C₂ = f₂ ⊙ C₁ + i₂ ⊙ g₂") for tip in now
    ), now
    assert any(tip.endswith(f"= ({C})") for tip in now)
    assert any(tip.startswith("a_f = W_xf x₂ + W_hf h₁ + b_f = ") for tip in now)
    rz = made("GRU")
    tips = [b["values"][0] for b in own_cell_scene(rz, x).bindings if b["attribute"] == "aria-label"]
    assert any(tip.startswith("a_r = W_xr x₁ + W_hr h₀ + b_r = ") for tip in tips), tips


def test_each_step_is_said(run):
    cell, x, dh, trace, grads = run
    scene = own_cell_scene(cell, x, 1, tokens=["a", "b", "c", "d"])
    h = ", ".join(f"{v:+.2f}".replace("-", "−") for v in trace.h[1, :, 1])
    assert scene.sentences[1].startswith(f"h₂ = ({h}), C₂ = (")
    assert " at step 2 (b): f₂ = (" in scene.sentences[1]
    assert "C_t = f_t ⊙ C_{t−1} + i_t ⊙ g_t" in scene.alt
    back = own_cell_scene(cell, x, 1, dh=dh)
    dh2 = ", ".join(f"{v:+.2f}".replace("-", "−") for v in grads.trace.h[1, :, 1])
    assert back.sentences[1].startswith(f"dh₂ = ({dh2}), dC₂ = (")
    assert "on to the step before: dh₁ = (" in back.sentences[1]


def test_each_step_is_said_in_korean(run):
    cell, x, dh, *_ = run
    words.use("ko")
    try:
        for scene in (own_cell_scene(cell, x), own_cell_scene(cell, x, dh=dh)):
            for said in [scene.alt, *scene.sentences]:
                assert any("가" <= sign <= "힣" for sign in said)
                assert not re.search(r"\b(at|step|the)\b", said)
    finally:
        words.use("en")


# --- what cannot be drawn ---------------------------------------------------------------------------------------------


class Endless(RNN):
    """More operations than a picture holds."""

    def step(self, W, t):
        t.a = W.W_xh @ t.x + W.W_hh @ t.h_prev + W.b_h
        u = t.a
        for _ in range(40):
            u = np.tanh(u)
        t.h = u


@pytest.mark.parametrize("language", ["en", "ko"])
def test_too_many_operations_are_one_sentence_and_no_error(monkeypatch, language):
    monkeypatch.setenv("SEQLIB_STRICT", "1")
    words.use(language)
    try:
        scene = own_cell_scene(Endless(2, 2, rng=np.random.default_rng(0)), np.zeros((3, 2, 1)))
    finally:
        words.use("en")
    assert scene.T == 1
    shown = "".join(ET.fromstring(scene.at(1)).itertext())
    assert "41" in shown and "states_scene" in shown
    assert ("could not be drawn: its step has 41" in shown) == (language == "en")


def test_bad_input_is_one_sentence(run):
    cell, x, *_ = run
    with pytest.raises(ValueError, match=r"n must be 0 … 1 .* but 2 came"):
        own_cell_scene(cell, x, 2)
    with pytest.raises(ValueError, match=r"tokens must be 4, one for each step, but 1 came"):
        own_cell_scene(cell, x, tokens=["a"])


def test_names_as_they_are_written():
    assert label_of("h_prev") == "$h_{t-1}$"
    assert label_of("tanh_C", back=True) == r"$d\tanh\,C_{t}$"
    assert label_of("a_f") == "$a_{f}$"
    assert label_of("alpha") == r"$\alpha_{t}$"
    assert label_of("기억") == "기억"


@pytest.mark.parametrize("one, other", [
    ("np.array([[1.0], [2.0]]) * t.a", "np.array([[30.0], [-20.0]]) * t.a"), ("0.5001 * t.a", "0.5004 * t.a"),
    ("1.0001 + t.a", "1.0002 + t.a"), ("np.abs(t.a) ** 3.0001", "np.abs(t.a) ** 3.0004"),
    ("np.maximum(t.a, 0.1234)", "np.maximum(t.a, 0.1232)"),
])  # fmt: skip
def test_constants_that_are_written_alike_make_parts_of_their_own(one, other):
    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.u = eval(one)
        t.v = eval(other)
        t.w = eval(one)
        t.h = np.tanh(t.u - t.v + t.w)

    def step_back(self, W, t, d):
        d.a, d.h_prev, d.x = d.h, W.W_h.T @ d.h, W.W_x.T @ d.h

    kind = type("Alike", (Cell,), {"step": step, "step_back": step_back})
    cell = kind(3, 2, rng=np.random.default_rng(0))
    graph, trace = Graph(cell), cell.forward(np.random.default_rng(1).uniform(0.1, 1, (3, 3, 1)))
    assert graph.of["u"] == graph.of["w"] != graph.of["v"]
    for name in "uvw":
        assert np.array_equal(graph.values(graph.of[name], trace, cell.params), trace[name]), name
    assert "v_t = " in own_cell_scene(cell, trace.x).alt
