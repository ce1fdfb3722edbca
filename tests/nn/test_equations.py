"""The engine knows no cell: its rules change no number, what it cannot do it refuses in one sentence; it is quick."""

import copy
import itertools
import re
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy import tanh

from seqlib import GRU, LSTM, RNN, Workspace
from seqlib.nn import passes
from seqlib.nn.cell import Cell
from seqlib.nn.equations import RULES, Applied, Equation, Quantity, Term, Written, as_sum, weight, written_down
from seqlib.nn.functions import sigmoid
from seqlib.nn.program import Call, Place, Program, as_python, joined
from seqlib.study.gradcheck import check_cell
from seqlib.study.moment import one_step_back
from tests.nn.agreement import EXACT, agree, bits, some
from tests.nn.own_cells import OWN


class Plain(Cell):
    """What the tests below change a line of."""

    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.h = tanh(t.a)

    def step_back(self, W, t, d):
        d.a = d.h * (1 - t.h**2)
        d.h_prev = W.W_h.T @ d.a
        d.x = W.W_x.T @ d.a


def rng(seed=0):
    return np.random.default_rng(seed)


def make(kind, D=3, H=4, seed=0, **settings):
    """A cell whose biases are not zero."""
    cell = kind(D, H, rng=rng(seed), **settings)
    for _, array in cell.params.items():
        array += rng(seed + 1).normal(size=array.shape) / 3
    return cell


def other(step=Plain.step, step_back=Plain.step_back, **names):
    """A class like `Plain` with other methods."""
    return type("Mine", (Cell,), {"step": step, "step_back": step_back} | names)


def pointwise(value, slope, **settings):
    """A class in which t.h = value(self, t.a), and d.a = d.h * slope(self, t.a)."""

    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.h = value(self, t.a)

    def step_back(self, W, t, d):
        d.a = d.h * slope(self, t.a)
        d.h_prev = W.W_h.T @ d.a
        d.x = W.W_x.T @ d.a

    return other(step, step_back, **settings)


# ---------- rules

BUILT_IN = {
    "RNN": RNN, "ReLU": lambda D, H, rng: RNN(D, H, rng=rng, activation="relu"), "LSTM": LSTM, "GRU": GRU,
    "GRU after": lambda D, H, rng: GRU(D, H, rng=rng, reset="after"),
}  # fmt: skip
KINDS = BUILT_IN | {kind.__name__: kind for kind in OWN}
WITHOUT = [frozenset(), *(frozenset(RULES) - {rule} for rule in sorted(RULES))]


def everything(cell, T, N, workspace=None):
    """All numbers of both passes."""
    x, own = rng(5).normal(size=(T, cell.D, N)), [rng(6).normal(size=(T, cell.H, N)) for _ in cell.STATES]
    first = [rng(7).uniform(0.5, 1.5, size=(cell.H, N)) for _ in cell.STATES]
    trace = cell.forward(x, *first, workspace=workspace)
    grads = cell.backward(trace, *own, workspace=workspace)
    found = {name: array.copy() for name, array in grads.params.items()} | {
        f"{s}0": g.copy() for s, g in grads.first.items()
    }
    if workspace is None:
        names = [name for name in cell.program(True).equations]
        found |= {f"t.{name}": trace[name] for name in names}
        found |= {name: grads.trace[name[2:]] for name in cell.program(True).back if name[2:] in grads.trace}
    return found


@pytest.mark.parametrize("name", KINDS)
def test_no_rule_changes_a_number(name, monkeypatch):
    cell, runs = make(KINDS[name]), [(1, 1, 512), (5, 3, 1), (5, 3, 2), (5, 3, 512)]
    expected = {(T, N): everything(cell, T, N) for T, N, _ in runs}
    for rules in WITHOUT:
        cell.RULES = rules  # the cell is written down anew: that takes longer than a run
        for T, N, steps in runs:
            monkeypatch.setattr(passes, "columns_at_once", lambda T, N, steps=steps: min(T, steps))
            agree(everything(cell, T, N), expected[T, N], EXACT)
            less = everything(cell, T, N, Workspace())
            agree(less, {name: expected[T, N][name] for name in less}, EXACT)


@pytest.mark.parametrize("name", KINDS)
def test_a_rule_makes_another_program(name):
    """So the test above tests something."""
    sources = set()
    for rules in [frozenset(RULES), *WITHOUT]:
        cell = make(KINDS[name])
        cell.RULES = rules
        sources.add(f"{cell.program()}{[product.weights for product in cell.program().products]}")
    assert len(sources) >= 4


# ---------- what can be written


def softplus(a):
    return np.maximum(a, 0) + np.log1p(np.exp(-abs(a)))


def twice(a):
    s = tanh(a)
    s2 = s * s  # a Python variable, which two other ones share
    return s2 * s + s2


def twice_slope(a):
    s = tanh(a)
    return (3 * s * s + 2 * s) * (1 - s**2)


CAN = {
    "exp": (lambda self, a: np.exp(-a * a), lambda self, a: -2 * a * np.exp(-a * a)),
    "a maximum": (lambda self, a: np.maximum(a, 0.1 * a), lambda self, a: 0.1 + 0.9 * (a > 0)),
    "the number first": (lambda self, a: np.maximum(0, a), lambda self, a: np.greater(a, 0)),
    "clipped": (lambda self, a: np.minimum(np.maximum(a, -0.5), 0.5), lambda self, a: (a > -0.5) * (a < 0.5)),
    "division": (lambda self, a: 1 / (1 + a**2), lambda self, a: -2 * a / (1 + a**2) ** 2),
    "abs": (lambda self, a: abs(a), lambda self, a: np.sign(a)),
    "softsign": (lambda self, a: a / (1 + np.abs(a)), lambda self, a: 1 / (1 + np.abs(a)) ** 2),
    "cube": (lambda self, a: tanh(a) ** 3, lambda self, a: 3 * tanh(a) ** 2 * (1 - tanh(a) ** 2)),
    "square root": (lambda self, a: np.sqrt(1 + a * a), lambda self, a: a / np.sqrt(1 + a * a)),
    "power of two": (lambda self, a: 2 ** tanh(a), lambda self, a: np.log(2) * 2 ** tanh(a) * (1 - tanh(a) ** 2)),
    "softplus": (lambda self, a: softplus(a), lambda self, a: sigmoid(a)),
    "negative": (lambda self, a: -a, lambda self, a: -1),
    "nothing": (lambda self, a: a, lambda self, a: 1),
    "a constant": (lambda self, a: 0.5, lambda self, a: 0),
    "shared variables": (lambda self, a: twice(a), lambda self, a: twice_slope(a)),
    "a NumPy number": (lambda self, a: np.float32(2) * tanh(a), lambda self, a: np.int64(2) * (1 - tanh(a) ** 2)),
    "an array": (lambda self, a: self.scale * tanh(a), lambda self, a: (1 - tanh(a) ** 2) * self.scale),
    "a list of terms": (lambda self, a: sum([a, a, 1]), lambda self, a: 2),
    "equal": (lambda self, a: a + (a == 0), lambda self, a: 2 - (a != 0.25)),
}  # fmt: skip


@pytest.mark.parametrize("what", CAN)
@pytest.mark.parametrize("D, H, T, N", [(3, 4, 4, 2), (1, 1, 1, 1)])
def test_what_can_be_written(what, D, H, T, N):
    cell = make(pointwise(*CAN[what], scale=np.arange(1.0, H + 1)[:, None]), D, H)
    check = check_cell(cell, T=T, N=N)
    assert check.equal, f"\n{check}"


def test_an_alias_that_is_changed_in_place_is_noticed():
    def value(self, a):
        b = a
        b += a
        return b

    check = check_cell(make(pointwise(value, lambda self, a: 2)))
    assert not check.equal and "a" in check.unlike and "change no array in place" in repr(check)


def test_random_numbers_are_noticed():
    cell = make(pointwise(lambda self, a: a * np.random.random(), lambda self, a: 1))
    check = check_cell(cell)
    assert not check.equal and "h" in check.unlike


ODD = [
    "exp",
    "lambda",
    "zip",
    "None",
    "values",
    "scratch",
    "delta",
    "half",
    "bias",
    "own",
    "x_prev",
    "W",
    "t",
    "d",
    "W_h",
    "print",
]


@pytest.mark.parametrize("name", ODD)
def test_any_name_will_do(name):
    def step(self, W, t):
        setattr(t, name, W.W_x @ t.x + W.W_h @ t.h_prev + W.b)
        t.h = tanh(getattr(t, name))

    def step_back(self, W, t, d):
        setattr(d, name, d.h * (1 - t.h**2))
        d.h_prev = W.W_h.T @ getattr(d, name)
        d.x = W.W_x.T @ getattr(d, name)

    assert check_cell(make(other(step, step_back))).equal


@pytest.mark.parametrize("name", ["v", "values", "scratch", "lambda", "exp", "delta", "C"])
def test_any_state_will_do(name):
    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev
        setattr(t, name, 0.5 * getattr(t, f"{name}_prev") + tanh(t.a))
        t.h = tanh(getattr(t, name))

    def step_back(self, W, t, d):
        setattr(d, name, getattr(d, name) + d.h * (1 - t.h**2))
        d.a = getattr(d, name) * (1 - tanh(t.a) ** 2)
        setattr(d, f"{name}_prev", 0.5 * getattr(d, name))
        d.h_prev = W.W_h.T @ d.a
        d.x = W.W_x.T @ d.a

    assert check_cell(make(other(step, step_back, STATES=("h", name)))).equal


def test_one_weight_or_array_serves_neighbours():
    """W.p multiplies two neighbours on the way back; one call for both would need it twice as tall."""

    def step(self, W, t):
        t.a_f = W.W_f @ t.x + W.p * t.h_prev
        t.a_i = W.W_i @ t.x + W.W_h @ t.h_prev
        t.f = self.scale * tanh(t.a_f)
        t.i = self.scale * tanh(t.a_i)
        t.h = t.f * t.i

    def step_back(self, W, t, d):
        d.f = d.h * t.i
        d.i = d.h * t.f
        d.a_f = self.scale * d.f * (1 - tanh(t.a_f) ** 2)
        d.a_i = self.scale * d.i * (1 - tanh(t.a_i) ** 2)
        d.h_prev = W.p * d.a_f + W.W_h.T @ d.a_i
        d.x = W.W_f.T @ d.a_f + W.W_i.T @ d.a_i

    cell = make(
        other(step, step_back, BLOCKS={"a": ("a_f", "a_i"), "gates": ("f", "i")}, scale=np.arange(1.0, 5.0)[:, None])
    )
    assert check_cell(cell).equal


def test_no_way_back_is_zero():
    def step_back(self, W, t, d):
        d.a = d.h * (1 - t.h**2)
        d.h_prev = 0
        d.x = W.W_x.T @ d.a

    cell = make(other(step_back=step_back))
    trace = cell.forward(rng().normal(size=(4, 3, 2)))
    assert not cell.backward(trace, np.ones((4, 4, 2))).h0.any()
    assert one_step_back(cell, trace, 2, h=np.ones((4, 2))).h_prev.shape == (4, 2)


# ---------- settings and classes that change


def test_a_setting_that_is_changed_later_counts():
    cell = make(pointwise(lambda self, a: self.k * a if self.on else tanh(a), lambda self, a: self.k if self.on else 1 - tanh(a) ** 2,  # noqa: E501
                          k=1.0, on=True))  # fmt: skip
    workspace, x = Workspace(), rng().normal(size=(3, 3, 2))
    for cell.k, cell.on in ((1.0, True), (3.0, True), (3.0, False), (1.0, True)):
        expected = cell.k if cell.on else None
        trace = cell.forward(x, workspace=workspace)
        h = cell.params.W_x @ x[0] + cell.params.b
        agree({"h": trace.h[0]}, {"h": expected * h if cell.on else tanh(h)}, EXACT)
        assert check_cell(cell).equal


@pytest.mark.parametrize("name, value", [
    ("step_back", lambda self, W, t, d: [setattr(d, "a", 3 * d.h), setattr(d, "h_prev", d.a)]),
    ("k", 3.0), ("RULES", frozenset()), ("BLOCKS", {"both": ("a", "h")}), ("STATES", ("h", "C")),
])  # fmt: skip
def test_a_class_that_is_changed_later_counts(name, value):
    kind = pointwise(lambda self, a: self.k * a, lambda self, a: self.k, k=1.0)
    lower = type("Lower", (kind,), {})  # what a class inherits may change too
    cell, workspace, x = make(lower), Workspace(), rng().normal(size=(3, 3, 2))

    def gradients(cell):
        return bits(cell.backward(cell.forward(x, workspace=workspace), np.ones((3, 4, 2)), workspace=workspace).params)

    program, before, old = cell.program(), gradients(cell), getattr(kind, name)
    setattr(kind, name, value)
    if name == "STATES":
        with pytest.raises(ValueError, match=r"step never makes t\.C"):
            cell.program()
    else:
        assert cell.program() is not program and cell.program() is cell.program()
        assert gradients(cell) == gradients(make(lower))
        assert name not in ("step_back", "k") or gradients(cell) != before
    setattr(kind, name, old)
    assert gradients(cell) == before and check_cell(cell).equal


def test_blocks_that_are_changed_in_place_count():
    cell = make(pointwise(lambda self, a: tanh(a), lambda self, a: 1 - tanh(a) ** 2, BLOCKS={}))
    before = cell.program()
    cell.BLOCKS["both"] = ("a", "h")
    assert "both" not in before.stacks and "both" in cell.program().stacks
    assert cell.program() is cell.program() and check_cell(cell).equal


def test_a_copy_needs_no_program_of_its_own_until_it_is_changed():
    cell = make(pointwise(lambda self, a: self.k * a, lambda self, a: self.k, k=1.0))
    program = cell.program()
    other = copy.deepcopy(cell)
    assert other.program() is program
    other.k = 2.0
    assert other.program() is not program and cell.program() is program


def test_a_class_written_anew_under_the_same_name():
    """As in a notebook, where the cell that defines it is run again."""
    first = make(pointwise(lambda self, a: tanh(a), lambda self, a: 1 - tanh(a) ** 2))
    x = rng().normal(size=(3, 3, 2))
    before = first.forward(x).h
    second = make(pointwise(lambda self, a: 2 * a, lambda self, a: 2))
    assert type(first).__name__ == type(second).__name__
    assert np.array_equal(first.forward(x).h, before) and not np.allclose(second.forward(x).h, before)
    assert check_cell(first).equal and check_cell(second).equal


# ---------- what is refused


def line(text, method="step", **names):
    """A class whose `step` or `step_back` is this text; what it does not say is as in `Plain`."""
    body = "\n".join(f"    {row.strip()}" for row in text.strip().splitlines())
    space = dict(globals())
    exec(f"def {method}(self, W, t{', d' if method == 'step_back' else ''}):\n{body}", space)
    return other(**{method: space[method]}, **names)


A, H = "t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b", "t.h = tanh(t.a)"
DA, DH = "d.a = d.h * (1 - t.h**2)", "d.h_prev = W.W_h.T @ d.a"
STEP, BACK = "step", "step_back"
REFUSED = {  # a name: (method, its text, the number of the line that is named, words of the sentence)
    "not there yet": (STEP, f"{A}\nt.h = tanh(t.b)", 3, "t.b is used before it is there; make it in a line above"),
    "h for h_prev": (STEP, f"t.a = W.W_h @ t.h\n{H}", 2, "t.h is used before it is there; the step before made t.h_prev"),  # noqa: E501
    "in the wrong order": (BACK, f"{DH}\n{DA}", 2, "d.a is used before it is there; make it in a line above"),
    "+= without a beginning": (BACK, f"{DA}\nd.h_prev += W.W_h.T @ d.a", 3, "by = and not by +="),
    "not in step": (BACK, f"d.a = d.h * t.tanh_a\n{DH}", 2, "t.tanh_a is used before it is there; step has no such line"),  # noqa: E501
    "no t.": (STEP, f"{A}\nh = tanh(t.a)", None, "step never makes t.h, which STATES names"),
    "x made": (STEP, f"t.x = 2 * t.x\n{A}\n{H}", 2, "t.x is there already"),
    "made twice": (STEP, f"{A}\nt.a = tanh(t.a)\nt.h = t.a", 3, "t.a is there already"),
    "made by +=": (STEP, f"{A}\nt.a += 1\n{H}", 3, "t.a is there already"),
    "needed and changed later": (BACK, f"{DA}\n{DH}\nd.h += 1", 4, "d.h changes here, but a line above used it"),
    "t made on the way back": (BACK, f"t.s = 1 - t.h**2\nd.a = d.h * t.s\n{DH}", 2, "step_back makes derivatives"),
    "no derivative of a sum": (BACK, "d.h_prev = W.W_h.T @ (d.h * (1 - t.h**2))", None, "step_back never makes d.a"),
    "no h_prev": (BACK, DA, None, "step_back never makes d.h_prev"),
    "a weight inside a function": (STEP, "t.h = tanh(W.W_x @ t.x + W.W_h @ t.h_prev)", 2, "gradient of W_h, W_x would not be found"),  # noqa: E501
    "a weight times what has no name": (STEP, f"t.a = W.W_x @ t.x + W.W_h @ (2 * t.h_prev)\n{H}", 2, "gradient of W_h would not"),  # noqa: E501
    "a turned weight": (STEP, f"t.a = W.W_x.T @ t.x + W.W_h @ t.h_prev\n{H}", 2, "gradient of W_x would not be found"),
    "minus a weight": (STEP, f"t.a = W.W_h @ t.h_prev - W.b\n{H}", 2, "W.b would get no gradient behind a minus"),
    "a weight twice": (STEP, "t.a = W.W_x @ t.x + W.W_h @ t.h_prev\nt.h = t.a + W.W_h @ t.h_prev", 3, "W.W_h enters a second time"),  # noqa: E501
    "two weights of the same": (STEP, f"t.a = W.W_x @ t.x + W.V @ t.x + W.W_h @ t.h_prev\n{H}", 2, "two weights multiply the same"),  # noqa: E501
    "two biases": (STEP, f"t.a = W.W_h @ t.h_prev + W.b + W.c\n{H}", 2, "two weights multiply the same"),
    "an unknown weight": (BACK, f"{DA}\nd.h_prev = W.W_hh.T @ d.a", 3, "W.W_hh stands in no equation of step"),
    "* for @": (STEP, f"t.a = W.W_x * t.x + W.W_h @ t.h_prev\n{H}", 2, "3 and 4 rows meet in"),
    "no .T": (BACK, f"{DA}\n{DH}\nd.x = W.W_x @ d.a", 4, "3 and 4 rows meet in"),
    "the wrong weight": (BACK, f"{DA}\n{DH}\nd.x = W.W_h.T @ d.a", 4, "d.x has 3 rows, but 4 come"),
    "the weight behind": (STEP, f"t.a = t.x @ W.W_x\n{H}", 2, "a matrix product is W.NAME @ t.NAME"),
    "a product of quantities": (STEP, f"{A}\nt.h = t.a @ t.h_prev", 3, "a matrix product is W.NAME @ t.NAME"),
    "an array of one axis": (STEP, f"{A}\nt.h = t.a * np.ones(4)", 3, "an array of shape (rows, 1), but (4,) came"),
    "if": (STEP, f"{A}\nt.h = t.a if t.a > 0 else 0 * t.a", 3, "nothing can depend on its value"),
    "max": (STEP, f"{A}\nt.h = max(t.a, 0)", 3, "nothing can depend on its value; use np.maximum"),
    "np.where": (STEP, f"{A}\nt.h = np.where(t.a > 0, t.a, 0)", 3, "has no numbers yet"),
    "np.sum": (STEP, f"{A}\nt.h = t.a / np.sum(t.a, axis=0)", 3, "t.a has no numbers yet"),
    ".sum": (STEP, f"{A}\nt.h = t.a / t.a.sum(axis=0)", 3, "t.a has no numbers yet"),
    "a part by index": (STEP, f"{A}\nt.h = t.a[:4]", 3, "t.a has no numbers yet"),
    "its length": (STEP, f"{A}\nt.h = t.a * len(t.a)", 3, "t.a has no numbers yet"),
    "its shape": (STEP, f"{A}\nt.h = t.a * t.a.shape[0]", 3, "t.a has no numbers yet"),
    "np.concatenate": (STEP, f"{A}\nt.h = np.concatenate([t.a, t.a])", 3, "t.a has no numbers yet"),
    "math": (STEP, f"import math\n{A}\nt.h = math.tanh(t.a)", 4, "t.a has no numbers yet"),
    "a setting of a function": (STEP, f"{A}\nt.h = tanh(t.a, where=True)", 3, "t.a has no numbers yet"),
    "two results": (STEP, f"{A}\nt.h = np.modf(t.a)[0]", 3, "t.a has no numbers yet"),
    "np.dot": (STEP, f"t.a = np.dot(W.W_x, t.x)\n{H}", 2, "W.W_x has no numbers yet"),
    "a gradient of a weight": (BACK, f"{DA}\nd.W_h = d.a @ t.h_prev.T\n{DH}", 3, "gradients of weights need no line"),
    "a gradient in W": (BACK, f"{DA}\nW.grad = d.a\n{DH}", 3, "gradients of weights need no line"),
    "None": (STEP, f"{A}\nt.s = print()\n{H}", 3, "t.s must be computed from what is there, but None came"),
    "a list": (STEP, f"{A}\nt.k = [1, 2]\n{H}", 3, "t.k must be computed from what is there, but [1, 2] came"),
    "a complex number": (STEP, f"{A}\nt.k = 1j\n{H}", 3, "t.k must be computed from what is there, but 1j came"),
    "bytes": (STEP, f"{A}\nt.k = b'1'\n{H}", 3, "t.k must be computed from what is there, but b'1' came"),
    "a number no float holds": (BACK, f"d.u = 10**400\n{DA}\n{DH}", 2, "d.u must be computed from what is there"),
    "a name with _": (STEP, f"{A}\nt._s = t.a\n{H}", 3, "a name begins with a letter"),
    "a name with _all": (STEP, f"{A}\nt.h_all = t.a\n{H}", 3, "does not end in _all"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_and_in_which_line(what):
    method, text, number, words = REFUSED[what]
    with pytest.raises((ValueError, TypeError)) as caught:
        check_cell(make(line(text, method)))
    said = str(caught.value)
    assert words in said and "\n" not in said
    assert number is None or said.startswith(f"{method}, line {number}: "), said


def test_no_other_error_stands_above_the_sentence():
    with pytest.raises(ValueError) as caught:
        make(line(f"{A}\nt.h = tanh(t.b)")).program()
    assert caught.value.__context__ is None


def test_the_text_of_the_line_is_said_where_there_is_one():
    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev
        t.h = tanh(t.b)

    with pytest.raises(ValueError, match=r"step, line \d+ \(t\.h = tanh\(t\.b\)\): t\.b is used before"):
        make(other(step))


DEEP = "u = {}\nfor _ in range(60): u = u * (1 - u)\n{} = u"  # 2⁶⁰ operations, if each use of u is one


@pytest.mark.parametrize("method, text", [
    (STEP, f"{A}\n" + DEEP.format("t.a", "t.h")), (BACK, f"{DEEP.format('d.h', 'd.a')}\n{DH}"),
    (BACK, f"{DA}\n" + 60 * "d.a += d.a\n" + DH),
])  # fmt: skip
def test_variables_that_share_variables_are_refused_at_once(method, text):
    with pytest.raises(ValueError, match=r"^step.*: written out, [td]\.[ah] has \de\+\d\d operations.*name that"):
        make(line(text, method)).program()


def test_a_thousand_operations_are_written_out_and_no_more():
    t, u = Written({}, ["x"]), []
    for _ in range(10):  # u[k] has 2ᵏ - 1
        u.append(u[-1] + u[-1] if u else t.x)
    most = u[9] + u[8] + u[7] + u[6] + u[5] + u[3] + t.x
    t.a = most
    assert t.equations["a"].value.operations == 1000
    with pytest.raises(ValueError, match=r"written out, t\.b has 1e\+03 operations"):
        t.b = most + t.x


def test_what_is_added_to_itself_is_written_out_once_for_each_time_it_stands_there():
    d, u = Written({}, ["h"], "d."), [Quantity("x")]
    for _ in range(9):
        u.append(u[-1] + u[-1])
    d.a = u[8]  # 255 operations
    d.a += d.a * d.a  # thrice, and two more
    assert d.equations["d.a"].value.operations == 767
    with pytest.raises(ValueError, match=r"written out, d\.a has 2e\+03 operations.* name that, as d\.u, and"):
        d.a += d.a
    d.b = u[9]
    d.b = u[9] + 1  # in place of the other, which is not in it
    assert (d.h + u[1] * d.h + Quantity("y")).leaves == {"d.h": 2, "x": 2, "y": 1}


def test_symbols_are_compared_by_their_values():
    x, y = Quantity("x"), Quantity("x")
    assert x.operations == 0
    for written, function, other in (
        (x == 0, np.equal, 0), (x != 2.5, np.not_equal, 2.5), (x == y, np.equal, y), (x != y, np.not_equal, y)
    ):  # fmt: skip
        assert isinstance(written, Applied) and written.function is function
        assert written.args[0] is x and written.args[1] is other
    assert (x == "x") is False and (x != None) is True  # noqa: E711


class Larger(Cell):
    """The larger of two sums; its slope says by == which of them it is."""

    def step(self, W, t):
        t.a = W.W_x @ t.x + W.b
        t.c = W.V_h @ t.h_prev + W.c
        t.m = np.maximum(t.a, t.c)
        t.h = np.tanh(t.m)

    def step_back(self, W, t, d):
        d.m = d.h * (1 - t.h**2)
        d.a = d.m * (t.m == t.a)
        d.c = d.m * (1 - (t.a == t.m)) * (t.m != t.a)
        d.h_prev = W.V_h.T @ d.c
        d.x = W.W_x.T @ d.a


def test_a_slope_may_ask_whether_two_quantities_are_equal():
    assert check_cell(Larger(2, 3, rng=np.random.default_rng(0)), T=4, N=3).equal


@pytest.mark.parametrize(("slope", "cure"), {
    "(t.a > 0) & (t.a < 1)": "comparison is 1 or 0 here; in place of & write *",
    "(t.a > 0) | (t.a < 1)": "in place of | write np.maximum",
    "(t.a > 0) ^ (t.a < 1)": "in place of ^ write np.not_equal",
    "~(t.a > 0)": "in place of ~ write 1 - (",
    "(t.a > 0) + (t.a < 1)": "True + True is True; write 1.0 * (",
    "(t.a > 0) - (t.a > 1) * (t.a < 2)": "write 1.0 * (",
    "-(t.a == t.h)": "write 1.0 * (",
}.items())  # fmt: skip
def test_what_numpy_does_with_comparisons_alone_is_told_how_to_be_written(slope, cure):
    t = Written({}, ["a", "h"])
    with pytest.raises(TypeError, match=re.escape(cure)):
        t.s = eval(slope, {"t": t, "np": np})
    t.s = eval(f"1 - 1.0 * {slope.lstrip('~-').replace('&', '*').replace('|', '*').replace('^', '*')}", {"t": t})


def test_a_symbol_has_nothing_that_python_or_numpy_ask_for():
    assert not hasattr(Quantity("x"), "__array_interface__") and not hasattr(Quantity("x"), "__index__")


def test_a_function_of_ours_is_written_down_by_its_name_and_computes_with_arrays():
    assert str(sigmoid(Quantity("x"))) == "sigmoid(t.x)" and sigmoid(np.zeros(2)).tolist() == [0.5, 0.5]


def test_places_that_only_touch_do_not_overlap():
    one, two = Place("v", 0, 2), Place("v", 2, 3)
    assert not one.overlaps(two) and not two.overlaps(one) and one.then(two) == Place("v", 0, 5)
    assert one.overlaps(Place("v", 1, 1)) and not one.overlaps(Place("v", 1, 1, late=1)) and two.then(one) is None


def test_a_trace_has_the_names_of_the_equations_and_those_of_its_states():
    cell = make(Plain)
    assert set(cell.program(whole=True).windows) == {"x", "a", "h", "h_prev", "h_all"}
    assert set(cell.program().windows) == {"x", "h", "h_prev", "h_all"}  # a stands where h will


def test_the_derivatives_before_each_step_are_those_after_the_one_before():
    cell = make(LSTM)
    trace = cell.forward(rng().normal(size=(5, 3, 2)))
    grads = cell.backward(trace, *(rng(1).normal(size=(5, 4, 2)) for _ in cell.STATES))
    for state in cell.STATES:
        before, after = grads.trace[f"{state}_prev"], grads.trace[state]
        assert before.shape == after.shape == (5, 4, 2) and np.array_equal(before[1:], after[:-1])
        assert np.array_equal(before[0], grads.first[state])


def test_a_part_may_lie_in_several_stacks():
    def step(self, W, t):
        t.a_o = W.W_o @ t.x + W.U_o @ t.h_prev
        t.a_i = W.W_i @ t.x + W.U_i @ t.h_prev
        t.a_f = W.W_f @ t.x + W.U_f @ t.h_prev
        t.s = tanh(t.a)
        t.h = t.s_f * t.s_i * t.s_o

    def step_back(self, W, t, d):
        d.s_f, d.s_i, d.s_o = d.h * t.s_i * t.s_o, d.h * t.s_f * t.s_o, d.h * t.s_f * t.s_i
        d.a = d.s * (1 - t.s**2)
        d.h_prev = W.U_f.T @ d.a_f + W.U_i.T @ d.a_i + W.U_o.T @ d.a_o
        d.x = W.W_f.T @ d.a_f + W.W_i.T @ d.a_i + W.W_o.T @ d.a_o

    stacks = {"last": ("a_i", "a_o"), "a": ("a_f", "a_i", "a_o"), "s": ("s_f", "s_i", "s_o")}
    assert check_cell(make(other(step, step_back, BLOCKS=stacks))).equal


def test_what_needs_no_derivative_is_multiplied_before_all_steps_a_number_too():
    for slope in ("0.5 * d.h * (1 - t.h**2)", "d.h * (1 - t.h**2) * 0.5"):
        source = make(line(f"d.a = {slope}\n{DH}", BACK)).program().backward(()).source
        each = [row.strip() for row in source.partition("zip")[2].splitlines()[1:]]
        assert each == ["multiply(d_h, d_a, d_a)", "W_h_T(d_a, d_h_prev)"]


def test_what_is_not_needed_any_more_gives_its_place_to_the_next():
    steps = make(line(f"{A}\nt.h = (2 * t.a + 1) * (3 * t.a + 1)")).program()
    assert steps.rows["_scratch"] == 4  # one factor stands there, the other one where h will
    back = make(LSTM).program().rows
    assert (back["d._delta"], back["_scratch"]) == (4 * 4 + 4, 4)  # those of the sums and the slope of tanh C; i * g


@pytest.mark.parametrize("u, da", [
    (2, "d.u * d.h * 0.5 * (1 - t.h**2)"), (0.5, "d.h * (1 - t.h**2) * 2 * d.u"), (0, "d.h * (1 - t.h**2) + d.u"),
])  # fmt: skip
def test_a_derivative_may_be_a_number(u, da):
    assert check_cell(make(line(f"d.u = {u}\nd.a = {da}\n{DH}\nd.x = W.W_x.T @ d.a", BACK))).equal


def test_a_printed_program_has_the_names_of_the_equations():
    printed = str(make(LSTM).program()).splitlines()
    of_each_step = [  # neighbours that are one argument are named after the first and the last
        "W_x_b_W_h(x_to_h_prev, gates)", "multiply(f_to_o, half_, f_to_o)", "multiply(f, C_prev, C)",
        "multiply(d_C, f, d_C_prev)", "multiply(d_C, d_a_i, d_a_i)", "W_h_T(d_a, d_h_prev)",
    ]  # fmt: skip
    of_all_steps = [
        "subtract(one, all_f_to_o, all_d_a_f_to_a_o)", "multiply(all_d_a_f, all_C_prev, all_d_a_f)",
    ]  # fmt: skip
    assert {f"        {row}" for row in of_each_step} | {f"    {row}" for row in of_all_steps} <= set(printed)
    places = {"d.f": Place("d._delta", 0, 2), "d.i": Place("d._delta", 2, 2)}
    add = [Call(np.add, (0.5, Place("d._delta", row, 3)), Place("d._delta", 0, 4)) for row in (0, 1)]
    source = as_python("half_named", (), add, (), places).source  # one ends, one begins where nothing has a name
    assert "add(half_, d__delta, d_f_to_i)" in source and "add(half_, d__delta_, d_f_to_i)" in source
    add = [Call(np.add, (number, places["d.f"]), places["d.i"]) for number in (0, 0.5, 1, 2, 3)]
    source = as_python("numbers", (), add, (), places).source  # `half` and `number` are taken by NumPy
    assert re.findall(r"add\((\w+), d_f, d_i\)", source) == ["zero", "half_", "one", "two", "number_"]


def test_calls_that_only_read_the_same_do_not_wait_for_each_other():
    f, i, C, *out = (Place("v", row, 2) for row in range(0, 12, 2))
    product = Call(np.multiply, (f, C), out[0])
    one_f, one_i = Call(np.subtract, (1, f), out[1]), Call(np.subtract, (1, i), out[2])
    both = Call(np.subtract, (1, Place("v", 0, 4)), Place("v", 8, 4))
    assert joined([product, one_f, one_i]) == [product, both]
    one_f = one_f._replace(out=C)  # which the product reads before that
    assert joined([product, one_f, one_i])[-1] == one_f


def test_a_weight_multiplies_element_by_element_from_both_sides_but_not_turned():
    x, p, turned = Quantity("x"), weight("p", False), weight("p", True)
    for value in (p * x, x * p):
        terms, rest = as_sum(Equation("a", value, "step, line 2"))
        assert terms == [Term("p", "a", "x", pointwise=True)] and rest == [value]
    for value in (turned * x, x * turned):
        with pytest.raises(ValueError, match="step, line 2: the gradient of p would not be found"):
            as_sum(Equation("a", value, "step, line 2"))


def test_names_that_share_names_are_computed_once():
    names = [f"u{k}" for k in range(60)]

    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.u0 = tanh(t.a)
        for one, two in itertools.pairwise(names):
            setattr(t, two, 0.5 * (getattr(t, one) + getattr(t, one)))
        t.h = t.u59

    def step_back(self, W, t, d):
        d.u59 = d.h * 1
        for one, two in itertools.pairwise(names[::-1]):
            setattr(d, two, 0.5 * (getattr(d, one) + getattr(d, one)))
        d.a = d.u0 * (1 - t.u0**2)
        d.h_prev = W.W_h.T @ d.a

    cell = make(other(step, step_back))
    assert check_cell(cell, T=2, N=1).equal and str(cell.program()).count("\n") < 400


BLOCKS = {"a": ("a_f", "a_i")}


@pytest.mark.parametrize("text, words", [
    ("t.a_f = W.W_x @ t.x + W.W_h @ t.h_prev\nt.a = W.V_x @ t.x\nt.h = tanh(t.a_f)", "t.a is there already"),
    ("t.a = W.W_x @ t.x + W.W_h @ t.h_prev\nt.a_f = 2 * t.a_i\nt.h = tanh(t.a_f)", "t.a_f is there already"),
    ("t.a = W.W_x @ t.x + W.W_h @ t.h_prev\nt.h = tanh(t.a)", "t.h has 4 rows, but 8 come"),
    ("t.a = W.W_x @ t.x + W.W_h @ t.h_prev\nt.h = t.a * t.h_prev", "4 and 8 rows meet"),
])  # fmt: skip
def test_a_part_and_its_whole(text, words):
    with pytest.raises(ValueError, match=words.replace(".", r"\.")):
        make(line(text, BLOCKS=BLOCKS))


@pytest.mark.parametrize("text", ["d.a = d.h * 1\nd.a_f = d.h * 2", "d.a_f = d.h * 2\nd.a = d.a_f"])
def test_a_derivative_of_a_part_and_of_its_whole(text):
    step = line("t.a = W.W_x @ t.x + W.W_h @ t.h_prev\nt.h = tanh(t.a_f) * t.a_i").step
    with pytest.raises(ValueError, match=r"d\.a|rows"):
        make(other(step, line(f"{text}\nd.h_prev = W.W_h.T @ d.a", BACK).step_back, BLOCKS=BLOCKS))


def test_a_derivative_is_made_in_one_piece_or_part_by_part():
    d = Written(BLOCKS, ["h"], "d.")
    d.a_f = 2 * d.h
    d.a_f += d.h
    with pytest.raises(ValueError, match=r"a part of d\.a is there already; make it in one piece, or part by part"):
        d.a = 3 * d.h
    whole = Written(BLOCKS, ["h"], "d.")
    whole.a = 2 * whole.h
    whole.a += whole.h
    assert str(whole.equations["d.a"].value) == "((2 * d.h) + d.h)"


@pytest.mark.parametrize("names, words", [
    ({"STATES": "h"}, 'STATES must be a tuple that begins with "h"'),
    ({"STATES": ("C", "h")}, 'STATES must be a tuple that begins with "h"'),
    ({"STATES": ()}, 'STATES must be a tuple that begins with "h"'),
    ({"STATES": ("h", "C")}, "step never makes t.C"),
    ({"BLOCKS": {"a": "a_f"}}, "BLOCKS must be a dict"),
    ({"BLOCKS": ("a",)}, "BLOCKS must be a dict"),
    ({"BLOCKS": {"a": 3}}, "BLOCKS must be a dict"),
    ({"BLOCKS": {"xh": ("x", "h_prev")}}, "xh must have parts that step makes, but 'x' came; W.W_x @ t.x + W.W_h @"),
    ({"BLOCKS": {"b": ("a",), "a": ("a_f", "a_i")}}, "b must have parts that step makes, but 'a' came; name others."),
    ({"STATES": ("h", "h")}, "STATES must be names, each once, but 'h' came."),
    ({"STATES": ("h", 3)}, "STATES must be names, each once, but 3 came."),
    ({"STATES": {"h"}}, 'STATES must be a tuple that begins with "h"'),
    ({"STATES": None}, 'STATES must be a tuple that begins with "h"'),
    ({"STATES": ("h", "q r")}, "STATES must be names, each once, but 'q r' came."),
    ({"BLOCKS": {1: ("a_f", "a_i")}}, "BLOCKS must have names that are no state and not given, but 1 came."),
    ({"BLOCKS": {"1": ("a_f", "a_i")}}, "BLOCKS must have names that are no state and not given, but '1' came."),
    ({"BLOCKS": {"h": ("a_f", "a_i")}}, "BLOCKS must have names that are no state and not given, but 'h' came."),
    ({"BLOCKS": {"a": ("a_f", "a_f")}}, "BLOCKS: a must have parts, each once, but ('a_f', 'a_f') came."),
    ({"BLOCKS": {"a": ()}}, "BLOCKS: a must have parts, each once, but () came."),
    ({"RULES": None}, "RULES must be a set of some of 'before'"),
    ({"RULES": frozenset({"nope"})}, "RULES must be a set of some of 'before'"),
    ({"step": 3}, "must have the methods step(self, W, t) and step_back(self, W, t, d)."),
    ({"step": lambda self, W, t, d: None}, "must have a method step(self, W, t), but (W, t, d) came"),
    ({"step": lambda W, t: None}, "must have a method step(self, W, t), but (t) came"),
    ({"step_back": lambda self, W, t: None}, "must have a method step_back(self, W, t, d)"),
])  # fmt: skip
def test_what_is_declared_wrong(names, words):
    with pytest.raises((ValueError, TypeError)) as caught:
        make(other(**names))
    assert words in str(caught.value)


# ---------- any small cell


class Tree:
    """A random expression of t.a, t.h_prev and a number, with its derivatives, by a small table of rules."""

    def __init__(self, text, slopes):
        self.text, self.slopes = text, slopes  # as Python; slopes: {"a": …, "h_prev": …}, "0" where there is none


LEAVES = st.sampled_from([
    Tree("t.a", {"a": "1", "h_prev": "0"}), Tree("t.h_prev", {"a": "0", "h_prev": "1"}), Tree("0.5", {"a": "0", "h_prev": "0"}),  # noqa: E501
])  # fmt: skip


def one(f, slope):
    def made(u):
        return Tree(f.format(u=u.text), {q: f"({slope.format(u=u.text)}) * ({s})" for q, s in u.slopes.items()})

    return made


def two(f, by_u, by_v):
    def made(pair):
        u, v = pair
        left, right = (slope.format(u=u.text, v=v.text) for slope in (by_u, by_v))
        return Tree(f.format(u=u.text, v=v.text),
                    {q: f"({left}) * ({u.slopes[q]}) + ({right}) * ({v.slopes[q]})" for q in u.slopes})  # fmt: skip

    return made


ONE = [
    ("tanh({u})", "1 - tanh({u})**2"), ("sigmoid({u})", "sigmoid({u}) * (1 - sigmoid({u}))"), ("(-({u}))", "-1"),
    ("np.exp(-abs({u}))", "-np.sign({u}) * np.exp(-abs({u}))"), ("np.sqrt(1 + ({u})**2)", "({u}) / np.sqrt(1 + ({u})**2)"),  # noqa: E501
    ("(1 / (1 + ({u})**2))", "-2 * ({u}) / (1 + ({u})**2)**2"), ("np.sin({u})", "np.cos({u})"),
    ("np.maximum({u}, 0.1)", "np.greater({u}, 0.1)"),
]  # fmt: skip
TWO = [
    ("({u} + {v})", "1", "1"), ("({u} - {v})", "1", "-1"), ("({u} * {v})", "{v}", "{u}"),
    ("({u} / (1 + ({v})**2))", "1 / (1 + ({v})**2)", "-2 * ({u}) * ({v}) / (1 + ({v})**2)**2"),
]  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        *(inner.map(one(*rule)) for rule in ONE), *(st.tuples(inner, inner).map(two(*rule)) for rule in TWO)
    ),  # fmt: skip  # noqa: RUF028
    max_leaves=6,
)


@some
@given(tree=TREES, named=st.booleans(), D=st.integers(1, 3), H=st.integers(1, 3), N=st.integers(1, 3))
def test_any_small_cell_is_the_same_recorded_and_called(tree, named, D, H, N):
    inner = f"t.u = {tree.text}\nt.h = tanh(t.u)" if named else f"t.h = tanh({tree.text})"
    slope = "d.u = d.h * (1 - t.h**2)" if named else "s = d.h * (1 - t.h**2)"
    du = "d.u" if named else "s"
    back = f"{slope}\nd.a = {du} * ({tree.slopes['a']})\nd.h_prev = {du} * ({tree.slopes['h_prev']}) + W.W_h.T @ d.a\nd.x = W.W_x.T @ d.a"  # noqa: E501
    step = line(f"{A}\n{inner}").step
    cell = make(other(step, line(back, BACK).step_back), D, H)
    check = check_cell(cell, T=3, N=N)
    assert check.equal, f"{tree.text}\n{check}"


# ---------- quick


def processor(*functions, times=30):
    """The least time on the processor that each took, by turns: what else the machine does slows all."""
    found = []
    for _ in range(times):
        marks = [time.process_time()]
        for function in functions:
            function()
            marks.append(time.process_time())
        found.append(np.diff(marks))
    return np.min(found, axis=0)


@pytest.mark.parametrize("kind", [LSTM, GRU, *OWN])
def test_recording_is_quick(kind):
    """About a millisecond: a few times what Python needs to compile the two functions that come of it."""
    cell = make(kind)
    source = str(cell.program())
    compiled, written, made = processor(
        lambda: compile(source, "<program>", "exec"),
        lambda: written_down(cell),
        lambda: Program(cell, False, False, False).backward(("h",)),
    )
    print(f"{written / compiled:.1f} and {made / compiled:.1f} times as long as compiling")
    assert written < 4 * compiled
    assert made < 16 * compiled
