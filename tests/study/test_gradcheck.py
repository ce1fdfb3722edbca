"""The gradient check itself: right where the answer is known, and loud where a gradient is wrong."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy import tanh

from seqlib import LSTM, RNN, Readout, Record, SequenceModel, words
from seqlib.nn.cell import Cell
from seqlib.study.gradcheck import (
    NOISE,
    CellCheck,
    Comparison,
    Row,
    _Analytic,
    _Case,
    check_cell,
    check_loop,
    compare,
    complex_step,
    korean_place,
    with_params,
)


@pytest.fixture(autouse=True)
def english():
    words.use("en")
    yield
    words.use("en")


@pytest.fixture
def model(rng):
    return SequenceModel(RNN(3, 4, rng=rng), Readout(4, 2, rng=rng))


def test_known_derivatives_to_the_last_digit():
    point = Record({"a": np.array([[0.5, 1.5], [-2.0, 3.0]]), "b": np.array(0.7)})
    numeric = complex_step(lambda r: (np.exp(r.a) / (np.sin(r.a) ** 3 + np.cos(r.a) ** 3)).sum() * r.b**2, point)
    s, c, e = np.sin(point.a), np.cos(point.a), np.exp(point.a)
    value, below = e / (s**3 + c**3), s**3 + c**3  # Squire & Trapp's own example
    exact = e * (below - 3 * s**2 * c + 3 * c**2 * s) / below**2 * point.b**2
    np.testing.assert_allclose(numeric.a, exact, rtol=1e-13)
    np.testing.assert_allclose(numeric.b, value.sum() * 2 * point.b, rtol=1e-14)


def test_the_point_stays_and_windows_move_along():
    point = Record({"h_all": np.arange(3.0)}, {"h": ("h_all", np.s_[1:])})
    numeric = complex_step(lambda r: (r.h**2).sum(), point)
    assert numeric.h_all.tolist() == [0, 2, 4] and numeric.h.tolist() == [2, 4]
    assert point.h_all.tolist() == [0, 1, 2]
    assert complex_step(lambda r: (r.h**2).sum(), point.astype(np.float32)).h.dtype == np.float64


@pytest.mark.parametrize("order", ["C", "F"])
def test_any_memory_layout(order):
    point = Record({"W": np.asarray(np.arange(6.0).reshape(2, 3), order=order)})
    assert complex_step(lambda r: (r.W**2).sum(), point).W.tolist() == [[0, 2, 4], [6, 8, 10]]


def test_a_loss_that_drops_the_imaginary_part_is_noticed():
    point = Record({"a": np.ones(2)})
    with pytest.raises(ValueError, match="loss must compute with the complex numbers it is given, but a float"):
        complex_step(lambda r: float(np.abs(r.a).sum()), point)


def test_with_params_replaces_the_weights_everywhere_in_a_copy(model):
    other = with_params(model, model.params.astype(complex))
    assert other.cell.params.W_hh is other.params.W_hh and other.params.W_hh.dtype == complex
    assert other.readout.params.W_hy is other.params.W_hy
    assert model.params.W_hh.dtype == float
    assert not np.shares_memory(other.params.W_hh, model.params.W_hh)


def test_a_right_gradient_and_the_table(model, rng):
    x, targets = rng.normal(size=(5, 3, 2)), rng.integers(0, 2, (5, 2))
    _, grads = model.loss_and_gradients(x, targets)
    numeric = complex_step(lambda params: with_params(model, params).loss(x, targets), model.params)
    comparison = compare(grads.params, numeric)
    assert comparison.equal
    assert [row.name for row in comparison] == ["W_xh", "W_hh", "b_h", "W_hy", "b_y"]
    assert max(row.relative for row in comparison) < 1e-14
    # Rounding differs from machine to machine, the table does not.
    assert repr(comparison) == (
        "name  largest difference  relative  verdict\n"
        "W_xh  < 1e-12             < 1e-12   equal\n"
        "W_hh  < 1e-12             < 1e-12   equal\n"
        "b_h   < 1e-12             < 1e-12   equal\n"
        "W_hy  < 1e-12             < 1e-12   equal\n"
        "b_y   < 1e-12             < 1e-12   equal"
    )
    assert repr(compare(numeric, numeric)) == repr(comparison)


WRONG = {"W": np.array([1.0, 2.0]), "U": np.array([0.5]), "b": np.array([np.nan]), "c": np.zeros(2)}
RIGHT = {"W": np.array([1.0, 2.5]), "U": np.array([0.5]), "b": np.array([1.0]), "c": np.zeros(2)}


def test_wrong_gradients_stand_out_in_both_languages():
    comparison = compare(WRONG, RIGHT)
    assert not comparison.equal
    assert [row.equal for row in comparison] == [False, True, False, True]
    assert repr(comparison) == (
        "name  largest difference  relative  verdict\n"
        "W     5.0e-01             2.0e-01   DIFFERENT\n"
        "U     < 1e-12             < 1e-12   equal\n"
        "b     nan                 nan       DIFFERENT\n"
        "c     < 1e-16             < 1e-12   equal"
    )
    words.use("ko")
    assert repr(comparison) == (
        "이름  가장 큰 차이  상대 차이  판정\n"
        "W     5.0e-01       2.0e-01    다름\n"
        "U     < 1e-12       < 1e-12    같음\n"
        "b     nan           nan        다름\n"
        "c     < 1e-16       < 1e-12    같음"
    )


def test_nothing_but_zeros_is_zero():
    assert repr(compare({"tau": np.zeros(3)}, {"tau": np.zeros(3)})).splitlines()[1].split() == [
        "tau",
        "0",
        "0",
        "equal",
    ]


def test_what_is_shown_as_rounding_is_below_1e_12():
    rows = [Row("W", 2.0, 2 * relative, relative, True) for relative in (NOISE, np.nextafter(NOISE, 0))]
    shown = [line.split()[1:-1] for line in str(Comparison(rows)).splitlines()[-2:]]
    assert shown == [["2.0e-12", "1.0e-12"], ["<", "1e-11", "<", "1e-12"]]


def test_html_is_the_same_table_and_escapes_names():
    page = compare({"<b>": np.ones(1)}, {"<b>": np.zeros(1)})._repr_html_()
    assert "&lt;b&gt;" in page and "<b>" not in page
    assert page.count("<tr>") == 2 and "DIFFERENT" in page
    assert page.startswith('<table><thead><tr><th scope="col">name</th><th scope="col">largest difference</th>')


def test_an_array_of_which_only_rounding_is_left_is_not_called_wrong():
    big, dust, nothing = np.ones(2), np.array([1e-17]), np.zeros(1)
    assert compare({"W": big, "b": dust}, {"W": big, "b": nothing}).equal
    assert not compare({"W": big, "b": 1e8 * dust}, {"W": big, "b": nothing}).equal


def test_a_difference_is_measured_by_the_largest_entry_or_by_1e_5_of_the_largest_of_all():
    found = {"W": np.array([-8.0, 1.0]), "b": np.array([1e-6])}
    [big, dust] = compare(found, {"W": np.array([4.0, 1.0]), "b": np.zeros(1)})
    assert big == ("W", 8.0, 12.0, 1.5, False)
    assert dust == ("b", 8e-5, 1e-6, 1e-6 / 8e-5, False)
    for off, equal in ((0.9e-10, True), (1.1e-10, False)):
        assert compare({"W": np.array([1.0 + off])}, {"W": np.ones(1)}).equal == equal
    assert Row("W", 1.0, 0.5, 0.5, True).equal and compare({"W": np.ones(1)}, {"W": np.array([0.5])}, 0.5).equal
    assert len(compare({}, {})) == 0 and compare({}, {}).equal


@pytest.mark.parametrize("analytic", [{"W": np.ones(2)}, {"W": np.ones((2, 1)), "b": np.ones(1)}])
def test_names_and_shapes_must_be_those_of_the_other(analytic):
    with pytest.raises(ValueError, match=r"analytic must have the names and shapes of numeric, .* came"):
        compare(analytic, {"W": np.ones(2), "b": np.ones(1)})


# ---------------------------------------------------------------- a loop of one's own


def loop(x, h_all, dh, W_hh, piles=False):
    da, dh_next = np.zeros(dh.shape), 0
    for t in reversed(range(len(x))):
        da[t] = (dh[t] + dh_next) * (1 - h_all[t + 1] ** 2)
        dh_next = W_hh.T @ da[t] + (dh_next if piles else 0)
    return (da @ x.swapaxes(1, 2)).sum(0), (da @ h_all[:-1].swapaxes(1, 2)).sum(0), da.sum((0, 2))[:, None]


@pytest.mark.parametrize("T", [1, 2, 3, 6])
def test_a_loop_is_right_at_every_length_and_a_mistake_shows_from_the_length_on_that_it_needs(T):
    assert check_loop(loop, T).equal
    assert check_loop(lambda *run: loop(*run, piles=True), T).equal == (T < 3)


def test_a_loop_is_checked_on_the_run_that_is_said():
    for how, T, seed in (({}, 3, 0), ({"T": 2, "seed": 5}, 2, 5)):
        rng = np.random.default_rng(seed)
        cell, x, h0 = RNN(2, 3, rng=rng), rng.normal(size=(T, 2, 2)), np.tanh(rng.normal(size=(3, 2)))
        wanted = loop(x, cell.forward(x, h0).h_all, rng.normal(size=(T, 3, 2)), cell.params.W_hh)
        rows = check_loop(loop, **how)
        assert [row.name for row in rows] == ["W_xh", "W_hh", "b_h"]
        np.testing.assert_allclose([row.scale for row in rows], [abs(array).max() for array in wanted], rtol=1e-12)


# ---------------------------------------------------------------- a cell


class Off(LSTM):
    """An LSTM whose derivative by the last memory is off by a share."""

    by = 0.0

    def step_back(self, W, t, d):
        super().step_back(W, t, d)
        d.C_prev = d.C_prev * (1 + self.by)


@pytest.mark.parametrize(("by", "equal"), [(0.8e-10, True), (1.2e-10, False)])
def test_a_cell_is_wrong_from_the_tenth_digit_on(by, equal, rng):
    cell = type("Off", (Off,), {"by": by})(1, 2, rng=rng)
    check = check_cell(cell, T=1)
    assert Comparison(check).equal == equal == check_cell(cell, T=1, tolerance=1e-10).equal
    assert check_cell(cell, T=1, tolerance=1e-9).equal


def test_a_check_is_that_of_the_run_that_is_said(rng):
    cell, rng = LSTM(2, 3, rng=rng), np.random.default_rng(0)
    x = rng.normal(size=(4, 2, 2))
    trace = cell.forward(x)
    trace = cell.forward(x, h0=trace.h[-1], C0=trace.C[-1])
    grads = cell.backward(trace, rng.normal(size=(4, 3, 2)), rng.normal(size=(4, 3, 2)))
    found = {row.name: row.scale for row in check_cell(cell)}
    for name in cell.params:
        np.testing.assert_allclose(found[name], abs(grads.params[name]).max(), rtol=1e-10)
    np.testing.assert_allclose(found["C0"], abs(grads.C0).max(), rtol=1e-10)
    start = {"h0": np.ones((3, 1)), "C0": np.full((3, 1), 2.0)}
    rng = np.random.default_rng(7)
    x = np.ones((1, 2, 1))
    grads = cell.backward(cell.forward(x, **start), *(rng.normal(size=(1, 3, 1)) for _ in range(2)))
    rows = {row.name: row.scale for row in check_cell(cell, x.tolist(), seed=7, **start)}
    np.testing.assert_allclose(rows["h0"], abs(grads.h0).max(), rtol=1e-10)


class Counting(Cell):
    """A plain cell that adds up its states, under a name of several letters."""

    STATES = ("h", "total")

    def step(self, W, t):
        t.a_h = W.W_xh @ t.x + W.W_hh @ t.h_prev + W.b_h
        t.h = tanh(t.a_h)
        t.total = t.total_prev + t.h

    def step_back(self, W, t, d):
        d.h += d.total
        d.total_prev = d.total
        d.a_h = d.h * (1 - t.h**2)
        d.h_prev = W.W_hh.T @ d.a_h
        d.x = W.W_xh.T @ d.a_h


def with_x(slope):
    """`Counting`, whose derivative by x is multiplied by a function of t."""

    def step_back(self, W, t, d):
        d.h += d.total
        d.total_prev = d.total
        d.a_h = d.h * (1 - t.h**2)
        d.h_prev = W.W_hh.T @ d.a_h
        d.x = (W.W_xh.T @ d.a_h) * slope(t)

    return type("Wrong", (Counting,), {"step_back": step_back})


def test_a_state_may_have_a_name_of_several_letters(rng):
    check = check_cell(Counting(2, 3, rng=rng))
    assert check.equal and [row.name for row in check] == [
        "W_xh", "W_hh", "b_h", "d.h", "d.a_h", "d.x", "h0", "total0"
    ]  # fmt: skip


def test_a_mistake_is_named_at_whichever_step_it_is_made(rng):
    x = rng.normal(size=(3, 2, 2))
    x[0, 1] = 5.0
    for slope, wrong in ((lambda t: 2, True), (lambda t: 1 + np.maximum(t.x - 4, 0), True), (lambda t: 1, False)):
        check = check_cell(with_x(slope)(2, 3, rng=rng), x)
        assert check.culprit == ("d.x" if wrong else None) and not check.unlike


def test_what_a_program_makes_otherwise_is_named(rng):
    check = check_cell(with_x(lambda t: 2 if isinstance(t.x, np.ndarray) else 1)(2, 3, rng=rng))
    assert check.unlike == ("d.x",) and not check.equal
    cell = Counting(2, 3, rng=rng)
    cell.params.b_h[0] = np.nan
    assert not [name for name in check_cell(cell).unlike if "workspace" in name]


def test_numbers_near_real_ones_have_a_size_and_a_sign():
    z = np.array([-2 + 1e-30j, 3 - 1e-30j]).view(_Analytic)
    for made, wanted in ((abs(z), [2 - 1e-30j, 3 - 1e-30j]), (np.sign(z), [-1, 1]), (np.exp(z), np.exp(np.asarray(z)))):
        np.testing.assert_array_equal(np.asarray(made), wanted)
        assert type(made) is _Analytic
    assert np.add.reduce(z) == 1 and not isinstance(np.add.reduce(z), np.ndarray)
    same = z
    z += 1
    assert same is z and type(z) is _Analytic and np.asarray(z).tolist() == [-1 + 1e-30j, 4 - 1e-30j]
    with pytest.raises(ValueError, match=r"np\.floor takes no complex numbers"):
        np.floor(z)


def test_complex_steps_are_made_side_by_side_as_far_as_memory_goes():
    class Noted(Exception):
        pass

    def noted(moved, point, count):
        raise Noted(count, moved["W"].shape)

    for size, many in ((2, 2), (2**17, 2), (2**17 + 1, 1), (2**18 + 1, 1)):
        with pytest.raises(Noted) as seen:
            _Case._slope(SimpleNamespace(_loss=noted), "W", {"W": np.zeros(size)})
        assert seen.value.args == (many, (many, size))


def test_complex_steps_that_do_not_fit_at_once_are_made_one_after_the_other():
    slopes = np.arange(1.0, 701.0).reshape(7, 100)
    case = SimpleNamespace(
        _loss=lambda moved, point, count: (moved["W"] * slopes).sum((1, 2)), cell=SimpleNamespace(params={"W": slopes})
    )
    for point in ({"W": np.ones((7, 100))}, {}):
        np.testing.assert_allclose(_Case._slope(case, "W", point), slopes, rtol=1e-14)


def test_a_class_is_no_cell_and_a_place_has_its_korean():
    with pytest.raises(ValueError, match=r"such as LSTM\(3, 4, rng=rng\), but the class itself came"):
        check_cell(LSTM)
    assert korean_place("step_back, line 6 (d.a = …)") == "step_back의 6번째 줄(d.a = …)"
    assert korean_place("step_back") == "step_back"


def test_what_a_check_says_stands_below_its_table():
    row = Row("W", 1.0, 0.0, 0.0, True)
    plain = CellCheck([row])
    assert plain.equal and (plain.culprit, plain.line, plain.unlike) == (None, None, ())
    wrong, unlike = CellCheck([row], "d.f", "step_back, line 2"), CellCheck([row], unlike=["h", "C (workspace)"])
    assert not wrong.equal and not unlike.equal and len(str(plain).splitlines()) == 2
    assert str(wrong).splitlines()[2].startswith("The first that is wrong is d.f: step_back, line 2.")
    assert str(unlike).splitlines()[2].count("h, C (workspace)") == 1
    assert wrong._repr_html_().count("<p>") == 1 == unlike._repr_html_().count("<p>")
    words.use("ko")
    assert "d.f입니다: step_back의 2번째 줄" in str(wrong)
