"""An interrupt may come anywhere: no update is half made, NumPy is as before, and the training can go on.

Here at some places; `python -m tests.nn.interrupts` tries all.
"""

import random
import signal
from itertools import islice

import numpy as np
import pytest

from seqlib import SGD, Adam, batches
from seqlib.nn.workspace import at_once
from tests.nn.agreement import bits
from tests.nn.interrupts import CELLS, Clock, Interrupt, check, check_stops, settings, start, undisturbed

of_every_kind = pytest.mark.parametrize("kind", CELLS)


@of_every_kind
def test_an_interrupt_at_any_line_leaves_whole_updates_and_a_training_that_goes_on(kind):
    states, losses, lines = undisturbed(kind)
    places = random.Random(0)
    # The first step writes the equations down, which takes most of the lines; the last 300 are of the steps after it.
    some = [*places.sample(range(1, lines - 300), 4), *places.sample(range(lines - 300, lines + 1), 10)]
    made = {check(kind, Interrupt(n), states, losses) for n in some}
    assert len(made) > 1  # they came early and late


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer on this system")
def test_an_interrupt_at_any_time_leaves_whole_updates():
    states, losses, _ = undisturbed("LSTM")
    times, rang = random.Random(1), 0
    for _ in range(15):
        clock = Clock(times.uniform(1e-4, 0.006))
        check("LSTM", clock, states, losses)
        rang += clock.rang
    assert rang


@pytest.mark.parametrize("make", [lambda: SGD(0.1), lambda: Adam(0.1)])
def test_an_update_is_one_with_its_count(make):
    """The last line of an update makes all of it, so at every line nothing has changed yet, not even the count."""
    model, (x, targets), _ = start("LSTM")
    grads, first = model.loss_and_gradients(x, targets)[1].params, bits(model.params)
    honest, after = make(), model.params.copy()
    with Interrupt(0) as counted:
        honest.update(after, grads)
    assert counted.lines > 3 and honest.k == 1 and bits(after) != first
    for n in range(1, counted.lines + 1):
        params, optimizer = model.params.copy(), make()
        with Interrupt(n):
            optimizer.update(params, grads)
        assert bits(params) == first and optimizer.k == 0
        optimizer.update(params, grads)
        assert bits(params) == bits(after) and optimizer.k == 1


def test_calls_at_once_are_made_in_order():
    a = np.zeros(3)
    at_once([(np.add, a, 1, a), (np.multiply, a, 3, a), (np.subtract, a, 1, a)])
    assert a.tolist() == [2, 2, 2]


def test_an_interrupt_while_a_batch_is_drawn_does_not_end_the_batches():
    x, targets = np.arange(24.0).reshape(2, 1, 12), np.arange(12)
    with Interrupt(0) as counted:
        list(islice(batches(x, targets, 5, rng=np.random.default_rng(0)), 4))
    for n in range(1, counted.lines + 1):
        data = batches(x, targets, 5, rng=np.random.default_rng(0))
        with Interrupt(n):
            list(islice(data, 4))
        assert all(np.array_equal(part, x[..., t]) for part, t in islice(data, 6))
        assert len(list(islice(data, 6))) == 6


def test_an_interrupt_in_loss_and_gradients_leaves_numpy_s_settings(kind="LSTM"):
    """Without `train` around it, too: the lines in which the settings are changed are no exception."""
    model, (x, targets), _ = start(kind)
    model.loss_and_gradients(x, targets)
    before = settings()
    with Interrupt(0) as counted:
        model.loss_and_gradients(x, targets)
    for n in range(1, counted.lines + 1, 40):
        with Interrupt(n):
            model.loss_and_gradients(x, targets)
        assert settings() == before


def test_a_training_that_is_stopped_again_and_again_equals_one_run(tmp_path):
    """Now and then all is saved, and a new model goes on; `python -m tests.nn.interrupts` stops a thousand times."""
    check_stops("RNN", 100, tmp_path)
