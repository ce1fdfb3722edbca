"""A training that shows how far it is: progress, the stop button, the notebook's ■, and what is left after either."""

import asyncio
import copy
import time
from types import SimpleNamespace

import numpy as np
import pytest
from IPython.core.events import EventManager, available_events

from seqlib import RNN, Adam, Readout, SequenceModel, batches, train, words
from seqlib.draw.forget import power
from seqlib.widgets import Training, fit, live, training
from tests.nn.interrupts import Interrupt


@pytest.fixture(autouse=True)
def english_afterwards():
    yield
    words.use("en")


@pytest.fixture
def task(rng):
    x = rng.normal(size=(4, 2, 32))
    model = SequenceModel(RNN(2, 4, rng=rng), Readout(4, 2, rng=rng), "many-to-one")
    return model, x, (x[0, 0] > 0).astype(int)


@pytest.fixture
def shown(monkeypatch):
    """What `fit` displays."""
    views = []
    monkeypatch.setattr(training, "display", views.append)
    return views


def test_progress_goes_to_the_end_and_the_button_goes_away(task, shown, rng):
    model, x, y = task
    history = fit(model, batches(x, y, 8, rng=rng), Adam(0.01), 30)
    [view] = shown
    assert (view.bar.value, view.bar.max, len(history.loss), history.stopped) == (30, 30, 30, False)
    assert view.text.value == f"update 30 of 30, L = {power(history.loss.mean())}"
    assert view.button.layout.display == "none"


def test_a_click_stops_and_the_model_stays_usable(task, shown, rng):
    model, x, y = task

    def clicked_after(n):
        for step, batch in enumerate(batches(x, y, 8, rng=rng), start=1):
            if step == n:
                shown[0].button.click()
            yield batch

    history = fit(model, clicked_after(7), Adam(0.01), 1000, clip=1.0)
    assert history.stopped and len(history.loss) == len(history.norm) == 7
    assert shown[0].text.value.startswith("stopped after update 7 of 1000, L = ")
    assert shown[0].button.layout.display == "none"
    assert model.predict(x).shape == (1, 32)
    again = fit(model, batches(x, y, 8, rng=rng), Adam(0.01), 5)
    assert len(again.loss) == 5 and not again.stopped


def test_an_interrupt_leaves_the_history_and_the_model(task, shown, rng):
    model, x, y = task

    def interrupted_after(n):
        for step, batch in enumerate(batches(x, y, 8, rng=rng), start=1):
            if step == n:
                raise KeyboardInterrupt
            yield batch

    history = fit(model, interrupted_after(6), Adam(0.01), 1000)
    assert history.stopped and len(history.loss) == 5 and np.isfinite(history.loss).all()
    assert all(np.isfinite(W).all() for _, W in model.params.items())
    assert fit(model, batches(x, y, 8, rng=rng), Adam(0.01), 3).stopped is False
    # What the display says is true then as well.
    assert shown[0].text.value.startswith("stopped after update 5 of 1000") and shown[0].button.layout.display == "none"


def test_the_display_is_not_sent_for_every_step(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(training.time, "monotonic", lambda: now[0])
    view, sent = Training(1000), []
    view.bar.observe(lambda change: sent.append(change["new"]), "value")
    for step in range(1, 1001):
        now[0] += 0.01
        view(step, 1.0, 1.0)
    assert 80 <= len(sent) <= 110 and sent[-1] == 1000


def test_a_click_goes_to_the_thread_it_was_sent_to():
    """Not to the cell that trains: it is busy. See `_let_clicks_through`."""
    comm = Training(3).button.comm
    assert comm is None or comm._reply_subshell_for({"method": "custom"}, "thread") == "thread"


def test_words_are_those_of_the_language_in_use():
    words.use("ko")
    view = Training(10)
    view(10, 0.5, 1.0)
    assert view.button.description == "멈추기" and view.text.value == "10번 중 10번째 업데이트, L = 0.50"


def test_its_saved_text_is_stable():
    assert repr(Training(30)) == "<Training: 30 steps>"
    assert Training(30)._repr_mimebundle_()["text/plain"] == "<Training: 30 steps>"


# --- the live view ---------------------------------------------------------------------------------------------------


def live_view(task, rng, steps=30, **options):
    model, x, y = task
    return training.Live(model, batches(x, y, 8, rng=rng), Adam(0.01), steps, **options)


def texts(view):
    """What is bound to a text in the picture, as it is shown now."""
    return [b["values"][0] for b in view.stepper.bindings if b["attribute"] == "text"]


def test_live_trains_as_train_does(task, shown, rng):
    model, x, y = task
    twin = copy.deepcopy(model)
    view = live(model, batches(x, y, 8, rng=np.random.default_rng(5)), Adam(0.01), 40, clip=0.1)
    history = train(twin, batches(x, y, 8, rng=np.random.default_rng(5)), Adam(0.01), 40, clip=0.1)
    np.testing.assert_array_equal(view.history.loss, history.loss)
    np.testing.assert_array_equal(view.history.norm, history.norm)
    assert all(np.array_equal(W, twin.params[name]) for name, W in model.params.items())
    assert shown == [view] and not view.history.stopped and view.button.layout.display == "none"


def test_live_shows_loss_norm_before_and_after_clipping_and_the_rate(task, rng):
    view = live_view(task, rng, clip=0.05)
    view.run()
    loss, norm = view.history.loss, view.history.norm
    said = view.stepper.sentences[0]
    assert said.startswith(f"L = {power(loss.mean())}, the mean of the last 30 updates; ")
    assert f"‖g‖ = {power(norm.mean())} before" in said
    clipped = np.minimum(norm, 0.05).mean()
    assert {power(loss.mean()), power(norm.mean()), power(clipped)} <= set(texts(view))
    assert view.bar.value == 30 and view.text.value.startswith("update 30 of 30")
    assert "examples a second" in view.rate.value
    paths = [b["values"][0] for b in view.stepper.bindings if b["attribute"] == "d"]
    assert len(paths) == 3 and all(path.count("L") == 29 for path in paths), "loss, norm before, norm after"


def test_live_stops_goes_on_and_keeps_everything(task, rng):
    model, x, _ = task
    view = live_view(task, rng, steps=25)
    clicked = iter(range(1, 100))

    def click_at_seven(optimizer=view.optimizer, update=view.optimizer.update):
        def counted(*arguments):
            if next(clicked) == 7:
                view.button.click()
            update(*arguments)

        return counted

    view.optimizer.update = click_at_seven()
    view.run()
    assert view.done == 7 and view.history.stopped and view.text.value.startswith("stopped after update 7 of 25")
    assert view.button.description == "Continue" and view.button.layout.display is None
    assert model.predict(x).shape == (1, 32)
    view.button.click()  # there is no event loop here, so it trains at once
    assert view.done == 25 and not view.history.stopped and view.optimizer.k == 25
    assert view.button.layout.display == "none"


def test_live_trains_in_slices_and_lets_others_have_their_turn(task, rng, monkeypatch):
    """Without a thread: between two slices a click on Stop is heard, and other code runs."""
    monkeypatch.setattr(training, "SLICE", 0.003)
    view = live_view(task, rng, steps=1_000_000)

    async def kernel():
        view.start()
        assert view.running and view.button.description == "Stop"
        turns, waits = 0, []
        while turns < 20:
            began = time.perf_counter()
            await asyncio.sleep(0)
            waits.append(time.perf_counter() - began)
            turns += 1
        view.start()  # a second start changes nothing
        view.button.click()
        await view._task
        return waits

    waits = asyncio.run(kernel())
    assert 0 < view.done < 1_000_000 and view.history.stopped and not view.running
    assert np.median(waits) < 0.2
    assert view.button.description == "Continue"


@pytest.fixture
def events(monkeypatch):
    """The events of a kernel that hands over no click before a cell has ended, as in the browser."""
    made = EventManager(None, available_events)
    monkeypatch.setattr(training, "get_ipython", lambda: SimpleNamespace(events=made))
    monkeypatch.setattr(training, "CLICKS_ARRIVE", False)
    monkeypatch.setattr(training, "SLICE", 0.001)
    return made


def test_where_no_click_arrives_in_a_cell_the_next_cell_waits_for_the_training(task, rng, events):
    view = live_view(task, rng, steps=500)

    async def kernel():
        training.wait_for(view)
        await asyncio.sleep(0)
        assert view.running and view.done < 500
        events.trigger("pre_run_cell", None)
        assert view.done == 500 and not view.running and not events.callbacks["pre_run_cell"]
        await view._task

    asyncio.run(kernel())
    assert view.done == len(view.history.loss) == 500 and view.button.layout.display == "none"


def test_and_does_not_wait_for_what_the_reader_stopped_and_let_go_on(task, rng, events):
    view = live_view(task, rng, steps=1_000_000)

    async def kernel():
        training.wait_for(view)
        view.button.click()
        await view._task
        stopped = view.done
        events.trigger("pre_run_cell", None)
        assert view.done == stopped and not view.running  # the next cell has the model as it was stopped
        training.wait_for(view)
        for _ in range(2):  # Stop, Continue
            view.button.click()
            await asyncio.sleep(0.02)
        events.trigger("pre_run_cell", None)
        assert view.running
        view.button.click()
        await view._task

    asyncio.run(kernel())


def test_live_says_an_error_in_slices_and_raises_it_in_the_cell(task, rng):
    model, *_ = task
    view = live_view(task, rng, steps=5)
    model.params.W_hh[0, 0] = np.nan
    with pytest.raises(FloatingPointError, match="not finite"):
        view.run()
    assert not view.running

    async def kernel():
        view.start()
        await view._task

    asyncio.run(kernel())
    assert view.text.value.startswith("ended by an error: training stopped at step 1") and not view.running


def test_live_says_what_is_wrong_with_a_later_batch_in_slices(task, rng):
    model, x, y = task
    two = iter([(x, y), (x[:, :1], y)])
    view = training.Live(model, two, Adam(0.01), 5)

    async def kernel():
        view.start()
        await view._task

    asyncio.run(kernel())
    assert view.text.value.startswith("ended by an error: x has 1 features (axis 1)") and view.done == 1
    assert not view.running and view.button.description == "Continue"


@pytest.mark.parametrize("batch", [3, (1, 2, 3), (1,), "ab", None, {"x": 1}, (None, None), ([[1], [1, 2]], 0)])
def test_live_says_what_train_says_of_a_batch(batch, task):
    with pytest.raises((ValueError, TypeError)) as said:
        train(task[0], [batch], Adam(0.01), 1)
    with pytest.raises(type(said.value)) as caught:
        training.Live(task[0], [batch], Adam(0.01), 1).run()
    assert str(caught.value) == str(said.value)


def test_an_interrupt_in_the_live_view_leaves_history_and_model(task, rng):
    view = live_view(task, rng)
    update, calls = view.optimizer.update, iter(range(1, 100))

    def interrupted(*arguments):
        if next(calls) == 5:
            raise KeyboardInterrupt
        update(*arguments)

    view.optimizer.update = interrupted
    view.run()
    assert view.done == 4 and view.history.stopped and not view.running
    view.button.click()
    assert view.done == 30


@pytest.mark.parametrize("at", [0.001, 0.2, 0.5, 0.7, 0.9, 0.99, 0.998])  # of all lines that it runs
def test_an_interrupt_anywhere_in_the_live_view_can_be_gone_on_from(at, task, rng, monkeypatch):
    monkeypatch.setattr(training, "SHOWN_EVERY", np.inf)  # or the number of lines would depend on the clock
    live_view(task, rng, steps=8).run()  # writes the equations down
    with Interrupt(0) as counted:
        live_view(task, rng, steps=8).run()
    model, view = task[0], live_view(task, rng, steps=8)
    with Interrupt(int(at * counted.lines)):
        view.run()
    assert not view.running and view.done == len(view.history.norm) == view.optimizer.k
    assert all(np.isfinite(W).all() for _, W in model.params.items())
    view.run()
    assert view.done == view.optimizer.k == 8 and not view.history.stopped


def test_the_live_picture_is_sent_ten_times_a_second_at_most(task, rng, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(training.time, "monotonic", lambda: now[0])
    view, sent = live_view(task, rng, steps=200), []
    view.stepper.observe(lambda change: sent.append(change["new"]), "bindings")
    said = []
    view.stepper.observe(lambda change: said.append(change["new"]), "sentences")
    update = view.optimizer.update

    def slow(*arguments):
        now[0] += 0.01
        update(*arguments)

    view.optimizer.update = slow
    view.run()
    assert 15 <= len(sent) <= 22 and len(said) <= 12


def test_live_speaks_the_language_in_use_and_its_saved_text_is_stable(task, rng):
    words.use("ko")
    view = live_view(task, rng)
    assert view.button.description == "이어서 학습" and "업데이트" in view.stepper.sentences[0]
    assert view._repr_mimebundle_()["text/plain"] == repr(view) == "<Live: 30 steps>"


@pytest.mark.parametrize("steps", [0, -1, 2.5, True])
def test_live_refuses_steps_that_are_none(task, rng, steps):
    with pytest.raises(ValueError, match="steps must be a whole number, 1 or more"):
        live_view(task, rng, steps=steps)
