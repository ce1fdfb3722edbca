"""A training that shows how far it is: progress, the stop button, the notebook's ■, and what is left after either."""

import numpy as np
import pytest

from seqlib import RNN, Adam, Readout, SequenceModel, batches, words
from seqlib.widgets import Training, fit, training


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
    assert view.text.value == f"step 30 of 30, loss {history.loss[-1]:.3f}"
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
    assert shown[0].text.value.startswith("stopped after step 7 of 1000, loss ")
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
    assert shown[0].text.value.startswith("stopped after step 5 of 1000") and shown[0].button.layout.display == "none"


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
    assert view.button.description == "멈추기" and view.text.value == "10번 중 10번째, 손실 0.500"


def test_its_saved_text_is_stable():
    assert repr(Training(30)) == "<Training: 30 steps>"
    assert Training(30)._repr_mimebundle_()["text/plain"] == "<Training: 30 steps>"
