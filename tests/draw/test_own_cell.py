"""Any cell drawn from its equations: nothing lies on anything, and every number is that of the run."""

import itertools
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, words
from seqlib.draw import own_cell
from seqlib.draw.own_cell import label_of, laid_out, own_cell_scene
from seqlib.draw.own_graph import Graph
from seqlib.draw.own_layout import HIGHEST, WIDTH
from seqlib.nn.functions import sigmoid

sys.path.insert(0, str(Path(__file__).parents[1] / "nn"))
from own_cells import CIFG, MGU, SLSTM, Diagonal, MinGRU, Peepholes  # noqa: E402

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


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("H", [2, 3, 8])
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
