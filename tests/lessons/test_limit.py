"""A reader's endless loop ends, and nothing else notices that there is a limit."""

import contextlib
import itertools
import sys
import threading
import time

import numpy as np
import pytest

from seqlib.lessons import check, limit
from seqlib.lessons.limit import TooLong, limited

STEP = "unroll-cell-step"


def right(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(W_xh @ x_t + W_hh @ h_prev + b_h)


def on_one_line(*inputs):
    while True: pass  # noqa: E701


def in_a_generator(*inputs):
    return sum(1 for _ in itertools.count())


def that_swallows(*inputs):
    while True:
        try:
            np.zeros(1)
        except Exception:
            continue


def that_swallows_everything(*inputs):
    n = 0
    while True:
        try:
            n += 1
        except:  # noqa: E722
            n = 0


def that_swallows_on_one_line(*inputs):
    while True:
        try: np = inputs  # noqa: E701, F841, SIM105
        except: pass  # noqa: E701, E722


def that_swallows_what_a_helper_meets(*inputs):
    met = []
    while True:
        try:
            on_one_line()
        except BaseException as error:
            met.append(str(error))


def that_swallows_twice(*inputs):
    while True:
        with contextlib.suppress(BaseException):
            while True:
                with contextlib.suppress(BaseException):
                    that_swallows_everything()


def in_a_helper(*inputs):
    return on_one_line(*inputs)


class InAnObject:
    def __call__(self, *inputs):
        while True:
            self.n = 1


@pytest.fixture(autouse=True)
def without_coverage():
    """A tracer that measures the tests themselves would, rightly, switch the limit off."""
    before = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(before)


@pytest.mark.parametrize("answer", [
    on_one_line, in_a_generator, that_swallows, that_swallows_everything, that_swallows_on_one_line,
    that_swallows_what_a_helper_meets, that_swallows_twice, in_a_helper, InAnObject(),
])  # fmt: skip
def test_an_endless_loop_ends_with_a_sentence(answer, monkeypatch):
    monkeypatch.setattr(limit, "SECONDS", 0.2)
    start = time.perf_counter()
    result = check(STEP, answer)
    assert 0.2 <= time.perf_counter() - start < 2
    assert (result.state, result.mistake) == ("wrong", "endless")
    assert "still running" in result.says["en"] and "끝나지 않아" in result.says["ko"]
    assert sys.gettrace() is None


def test_the_line_that_was_running_is_named(monkeypatch):
    monkeypatch.setattr(limit, "SECONDS", 0.05)
    assert f"in line {on_one_line.__code__.co_firstlineno + 1}." in check(STEP, on_one_line).says["en"]


def test_whoever_traces_already_goes_on_tracing_and_has_no_limit():
    seen = []

    def tracer(frame, event, _):
        seen.append(frame.f_code.co_name)
        return tracer

    sys.settrace(tracer)
    try:
        with limited(0):
            assert sys.gettrace() is tracer
            ok = check(STEP, right).ok
    finally:
        sys.settrace(None)
    assert ok and "right" in seen


def test_an_answer_that_sets_a_tracer_of_its_own_leaves_none_behind():
    def own(*inputs):
        sys.settrace(lambda *_: None)
        return right(*inputs)

    assert check(STEP, own).ok and sys.gettrace() is None


def test_other_threads_are_not_stopped(monkeypatch):
    monkeypatch.setattr(limit, "SECONDS", 0.05)
    done = []

    def work():
        end = time.perf_counter() + 0.3
        while time.perf_counter() < end:
            pass
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    assert check(STEP, on_one_line).mistake == "endless"
    thread.join()
    assert done


def test_the_limit_is_a_base_exception():
    assert not issubclass(TooLong, Exception)
    with pytest.raises(TooLong), limited(0.05):
        on_one_line()
    with limited(0.05):
        time.sleep(0.1)  # one call is not interrupted: only the next line of a reader's own would be


def test_a_busy_machine_takes_no_time_from_the_reader(monkeypatch):
    def waits(seconds):
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            time.sleep(0.01)  # what others compute meanwhile is not the reader's time

    with limited(0.1):
        waits(0.3)
    with pytest.raises(TooLong), limited(0.02):
        waits(10)  # but it does not wait for ever
    monkeypatch.setattr(limit, "_own_time", time.monotonic)  # a kernel without a clock of its own for each thread
    with pytest.raises(TooLong), limited(0.05):
        waits(0.3)


@pytest.mark.benchmark
def test_lines_are_not_made_noticeably_slower(monkeypatch):
    def busy(*inputs):
        total = 0
        for n in range(20000):
            total += n
        return right(*inputs)

    def seconds():
        start = time.thread_time()
        assert check(STEP, busy).ok
        return time.thread_time() - start

    with_limit = min(seconds() for _ in range(3))
    monkeypatch.setattr(limit, "_somebody_traces", lambda: True)
    without = min(seconds() for _ in range(3))
    print(f"{with_limit:.3f} s with the limit, {without:.3f} s without")
    assert with_limit < 25 * without
