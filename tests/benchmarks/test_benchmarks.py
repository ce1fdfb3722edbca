"""That the benchmarks measure what they say. No clock is read here, but for ratios within one run."""

import os
import platform
import time
from copy import deepcopy

import numpy as np
import pytest

from seqlib import Adam
from seqlib.nn.record import Record
from tests.benchmarks import layers, report, rivals, steps, textbook, timing, tricks, words
from tests.benchmarks.setting import CELLS, case, machine, must_agree
from tests.benchmarks.timing import Way, interleaved, median_and_spread
from tests.conftest import need

kinds = pytest.mark.parametrize("kind", CELLS)
SIZE = (3, 5, 4, 9)  # D, H, N, T


@kinds
@pytest.mark.parametrize("N", [1, 4])
def test_the_textbook_gets_the_gradients_of_seqlib(kind, N):
    steps.check(*case(CELLS[kind], 3, 5, N, 9))


def test_the_adam_of_the_paper_is_that_of_seqlib(rng):
    W = [Record({"W": np.zeros((3, 4))}) for _ in range(2)]
    optimizers = Adam(0.1), textbook.Adam(0.1)
    for _ in range(5):
        grads = Record({"W": rng.normal(size=(3, 4))})
        for params, optimizer in zip(W, optimizers, strict=True):
            optimizer.update(params, grads)
    must_agree(dict(W[1].items()), dict(W[0].items()), 1e-4)  # seqlib's may be rounded


@kinds
@pytest.mark.parametrize("fused", [None, True])
def test_pytorch_trains_the_same_network(kind, fused):
    torch = need("torch")
    model, x, y = case(CELLS[kind], *SIZE)
    if kind == "GRU":
        model.params.W_hg = 0  # with it, PyTorch's GRU is another one
    step = rivals.torch_step(deepcopy(model), x, y, fused=fused)
    (expected, grads), (loss, layer) = model.loss_and_gradients(x, y), step()
    assert loss == pytest.approx(expected, rel=1e-10)
    got = {name: parameter.grad.numpy() for name, parameter in layer.named_parameters()}
    turned = deepcopy(model)
    for name, array in grads.params.items():
        turned.params[name] = array
    wanted = {name: tensor.numpy() for name, tensor in rivals.weights_for_torch(torch, turned).items()}
    names = ["weight_ih_l0", "bias_ih_l0"] if kind == "GRU" else ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0"]
    must_agree(got, {name: wanted[name] for name in names}, 1e-10)


def test_jax_trains_the_same_network():
    pytest.importorskip("jax")
    for cell in CELLS.values():
        model, x, y = case(cell, *SIZE)
        ours, theirs = rivals.textbook_step(model, x, y), rivals.jax_step(model, x, y)
        for _ in range(3):
            assert theirs() == pytest.approx(ours()[0], rel=1e-10)


@kinds
def test_the_limit_makes_the_products_that_are_needed_and_no_other(kind):
    D, H, N, T = SIZE
    model, x, _ = case(CELLS[kind], *SIZE)
    products = rivals.bare_products(model, x)
    blocks = {"RNN": 1, "LSTM": 4, "GRU": 3}[kind]
    stacks = {"RNN": 1, "LSTM": 1, "GRU": 2}[kind]
    assert len(products) == stacks * (2 * T + 1)  # forward and back at every step, and the gradient once
    multiplications = sum(dot.__self__.size * right.shape[1] for dot, right, _ in products)
    assert multiplications == T * N * blocks * H * (2 * (D + 1 + H) + H)
    for dot, right, out in products:
        assert dot(right, out) is out and np.array_equal(out, dot.__self__ @ right)


@pytest.mark.parametrize("N", [1, 3])
@pytest.mark.parametrize("name", tricks.TRICKS)
def test_without_a_trick_the_gradients_are_the_same(name, N):
    tricks.check(tricks.TRICKS[name], (2, 4, N, 700 if N == 1 else 200), "float64")  # several parts


@pytest.mark.parametrize("name", tricks.ONLY_VANISHING)
def test_denormals_do_not_change_the_gradients(name):
    tricks.check(tricks.ONLY_VANISHING[name], (2, 4, 1, 700), "float32")


@pytest.mark.parametrize("name", tricks.TRICKS | tricks.ONLY_VANISHING)
def test_a_trick_is_off_only_while_it_is_measured(name):
    trick = (tricks.TRICKS | tricks.ONLY_VANISHING)[name]
    before = [getattr(of, attribute) for of, attribute, _ in trick.patches]
    with trick.during():
        assert all(getattr(of, attribute) is value for of, attribute, value in trick.patches)
    assert before == [getattr(of, attribute) for of, attribute, _ in trick.patches]


@kinds
@pytest.mark.parametrize("head", words.HEADS)
def test_ids_and_one_hot_columns_have_the_same_gradients(kind, head, monkeypatch):
    monkeypatch.setattr(words, "V", 50)
    for dtype in ("float64", "float32"):
        words.check(kind, dtype, head)


def test_ids_take_a_small_part_of_the_time_and_the_memory_of_one_hot_columns(monkeypatch):
    """Measured alone it is a tenth of both, see docs/speed.md; here others may be busy at the same time."""
    monkeypatch.setattr(timing, "clock", time.process_time)
    ids, columns = (words.step(*words.case("RNN", "float32", "one number"), as_columns=how) for how in (False, True))
    times = interleaved({"ids": Way(ids), "columns": Way(columns)}, rounds=5, seconds=0, batch=0)
    assert 6 * min(times["ids"]) < min(times["columns"])
    held = [words.peak(words.step(*words.case("RNN", "float32", "one number"), as_columns=how)) for how in (0, 1)]
    assert 10 * held[0] < held[1]


@pytest.mark.parametrize("name", ["two layers", "two directions"])
def test_two_cells_take_no_longer_than_the_sum_of_both(name, monkeypatch):
    """A call of each by turns, many times: a machine changes its pace between two rounds, seldom within one."""
    monkeypatch.setattr(timing, "clock", time.process_time)
    found, _ = layers.ratios(layers.ways("LSTM", 8, 16, 4, 20)[name], rounds=200, batch=0)
    assert np.median(found) < 1.1


def test_all_ways_are_called_in_turn():
    called = []
    ways = {name: Way(lambda name=name: called.append(name)) for name in "ab"}
    times = interleaved(ways, rounds=5, seconds=0, batch=0)
    assert {name: len(numbers) for name, numbers in times.items()} == {"a": 5, "b": 5}


def test_nothing_tells_whose_machine_it_is():
    told = " ".join(map(str, machine().values()))
    assert platform.node() not in told.split() and os.sep not in told


def test_tables_of_given_numbers():
    times = {"ours": [1e-3, 2e-3, 3e-3], "theirs": [2e-3, 5e-3, 12e-3]}
    assert median_and_spread(times["ours"]) == (2e-3, 0.5)
    row = ["8", report.measured(times["ours"]), report.times_as_long(times, "theirs", "ours")]
    assert row == ["8", "2 ms (50%)", "2.50× (40%)"]
    assert report.plain(["size", "ours", "theirs"], [row]) == (
        "size        ours       theirs\n----  ----------  -----------\n8     2 ms (50%)  2.50× (40%)"
    )
    assert report.markdown(["size", "ours", "theirs"], [row]) == (
        "| size | ours | theirs |\n| --- | ---: | ---: |\n| 8 | 2 ms (50%) | 2.50× (40%) |"
    )
    assert [report.duration(seconds) for seconds in (2.5, 0.0123, 4.56e-6)] == ["2.5 s", "12.3 ms", "4.56 µs"]
