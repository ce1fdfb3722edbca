"""Time and memory against the number of steps: both must be linear, and constant for truncated BPTT."""

import tracemalloc

from seqlib import LSTM, Workspace
from seqlib.study.bptt import truncated_gradient

from .report import duration, measured
from .setting import case
from .timing import Way, interleaved

LENGTHS = (10, 30, 100, 300, 1000, 3000, 10_000)
WINDOW = 50


def measure(report, quick):
    """Print a table with a row for each length; give back all numbers."""
    cases = {T: case(LSTM, 8, 32, 4, T, shape="many-to-many") for T in (LENGTHS[:5] if quick else LENGTHS)}
    ways = {T: Way(_pass(*case)) for T, case in cases.items()}
    times = interleaved(ways, rounds=9 if quick else 15, seconds=2 if quick else 15)
    results = [
        {"T": T, "seconds": times[T], "bytes held": held(*case), "peak of truncated BPTT": peak_of_truncated(*case)}
        for T, case in cases.items()
    ]
    report.say(
        "LSTM, D = 8, H = 32, N = 4, float64, a loss at every step: loss and gradients with a workspace.",
        "Time and bytes held are those of one time-step; the ratios compare with the length before.",
        f"The last columns are the peak memory of truncated BPTT with a window of {WINDOW}, in all.",
    )
    header = ["T", "time", "ratio", "bytes held", "ratio", "truncated, bytes", "ratio"]
    report.table("Length of the sequence", header, _rows(results))
    return results


def _rows(results):
    last = None
    for result in results:
        T, peak, bytes_held = result["T"], result["peak of truncated BPTT"], result["bytes held"] / result["T"]
        seconds = [number / T for number in result["seconds"]]
        now = sorted(seconds)[len(seconds) // 2], bytes_held, peak
        ratio = [f"{new / old:.2f}" for new, old in zip(now, last, strict=True)] if last else [""] * 3
        last = now
        yield [str(T), measured(seconds, duration), ratio[0], f"{bytes_held:.0f}", ratio[1], f"{peak:,}", ratio[2]]


def _pass(model, x, y):
    workspace = Workspace()
    return lambda: model.loss_and_gradients(x, y, workspace)


def held(model, x, y):
    """Bytes that a workspace holds after one pass."""
    tracemalloc.start()
    try:
        workspace = Workspace()
        model.loss_and_gradients(x, y, workspace)
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def peak_of_truncated(model, x, y):
    """The most bytes in use at a time, without x and the targets."""
    tracemalloc.start()
    try:
        truncated_gradient(model, x, y, WINDOW)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
