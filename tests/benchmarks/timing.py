"""Several ways to do the same, timed against each other."""

import gc
import math
import random
import time
from contextlib import nullcontext
from typing import NamedTuple

import numpy as np

clock = time.perf_counter


class Way(NamedTuple):
    """A function to be timed, and what holds meanwhile, which is not timed itself."""

    run: object
    during: object = nullcontext  # makes the context


def interleaved(ways, *, rounds=25, seconds=5, batch=0.02):
    """Seconds per call of each way, one number for every round: {name: list}.

    Every round takes a batch of calls of each, in a new order: when the machine is busy for a while, it
    is for all of them. There are at least five rounds, and no more than fit into the given seconds.
    """
    gc.collect()
    gc.disable()  # what it would do falls to whoever happens to run
    try:
        for way in ways.values():
            _seconds(way, 1)  # the first call makes memory, compiles, and so on
        calls = {name: max(1, math.ceil(batch / max(_seconds(way, 1), 1e-9))) for name, way in ways.items()}
        times, order, end = {name: [] for name in ways}, random.Random(0), time.perf_counter() + seconds
        for done in range(rounds):
            if done >= 5 and time.perf_counter() > end:
                break
            for name in order.sample(list(ways), len(ways)):
                times[name].append(_seconds(ways[name], calls[name]) / calls[name])
        return times
    finally:
        gc.enable()


def _seconds(way, calls):
    with way.during():
        start = clock()
        for _ in range(calls):
            way.run()
        return clock() - start


def median_and_spread(numbers):
    """The median, and the interquartile range as a share of it."""
    low, middle, high = np.percentile(numbers, [25, 50, 75])
    return middle, (high - low) / middle


def ratios(times, name, to):
    """How many times as long one way takes as another, for every round."""
    return np.divide(times[name], times[to])
