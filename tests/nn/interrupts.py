"""Lets a KeyboardInterrupt come anywhere in a training, and looks at what is left.

`tests/nn/test_interrupts.py` does so at some places; `python -m tests.nn.interrupts` at every line that a training
runs, for all cells (a quarter of an hour), and a thousand times by the clock, as the notebook's ■ does.
"""

import pickle
import random
import signal
import sys
import tempfile
from itertools import repeat
from pathlib import Path

import numpy as np

from seqlib import GRU, LSTM, RNN, Adam, Readout, SequenceModel, Stacked, batches, train
from tests.nn.agreement import bits

STEPS = 3
CELLS = {
    "RNN": lambda rng: RNN(2, 3, rng=rng),
    "LSTM": lambda rng: LSTM(2, 3, rng=rng),
    "GRU": lambda rng: GRU(2, 3, rng=rng),
    "Stacked": lambda rng: Stacked([LSTM(2, 3, rng=rng), GRU(3, 3, rng=rng)]),
}


def start(kind):
    """A model, an endless batch, and an optimizer; of more than 32 columns, so NumPy's settings change meanwhile."""
    rng = np.random.default_rng(0)
    model = SequenceModel(CELLS[kind](rng), Readout(3, 2, rng=rng), "many-to-one")
    x = rng.normal(size=(9, 2, 5))
    return model, (x, (x[0, 0] > 0).astype(int)), Adam(0.01)


def settings():
    """All that NumPy can be told about errors and buffers."""
    return np.geterr(), np.geterrcall(), np.getbufsize()


class Interrupt:
    """Raises KeyboardInterrupt at the n-th line that is run in a `with`: of seqlib's, and of NumPy's settings."""

    def __init__(self, at):
        self.at, self.lines = at, 0

    def __enter__(self):
        sys.settrace(self._call)
        return self

    def __exit__(self, kind, *_):
        sys.settrace(None)
        return kind is KeyboardInterrupt

    def _call(self, frame, event, _):
        file = frame.f_code.co_filename
        return self._line if "seqlib" in file or "ufunc_config" in file else None

    def _line(self, frame, event, _):
        if event == "line":
            self.lines += 1
            if self.lines == self.at:
                raise KeyboardInterrupt
        return self._line


class Clock:
    """Raises KeyboardInterrupt after some seconds, at whatever `train` then does; no clock on Windows."""

    def __init__(self, seconds):
        self.seconds, self.rang = seconds, False

    def __enter__(self):
        self.before = signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)
        return self

    def _ring(self, _, frame):
        while frame and frame.f_code is not train.__code__:
            frame = frame.f_back
        if frame:  # before and after it, nobody would catch what is raised, and it would end all tests
            self.rang = True
            raise KeyboardInterrupt

    def __exit__(self, kind, *_):
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.before)
        return kind is KeyboardInterrupt


def undisturbed(kind):
    """The parameters after 0, 1, … updates, their losses, and how many lines that took."""
    model, batch, optimizer = start(kind)
    states = [bits(model.params)]
    with Interrupt(0) as counted:
        losses = train(
            model, repeat(batch), optimizer, STEPS, clip=1.0, watch=lambda *_: states.append(bits(model.params))
        ).loss
    return states, losses.tolist(), counted.lines


def check(kind, interrupt, states, losses):
    """Interrupt a training, look at what is left, and go on to the end."""
    model, batch, optimizer = start(kind)
    before, history = settings(), None
    with interrupt:
        history = train(model, repeat(batch), optimizer, STEPS, clip=1.0)
    assert settings() == before
    made = optimizer.k
    assert bits(model.params) == states[made]  # an update was made as a whole, or not at all
    assert history is None or history.loss.tolist() == losses[:made]
    rest = train(model, repeat(batch), optimizer, STEPS - made, clip=1.0)
    assert rest.loss.tolist() == losses[made:]
    assert bits(model.params) == states[STEPS] and not rest.stopped
    return made


def check_stops(kind, times, folder):
    """Stop a training after every update, and save and load all that it is made of at some; it equals one run."""
    whole, (x, targets), optimizer = start(kind)
    losses = train(whole, batches(x, targets, 2, rng=np.random.default_rng(1)), optimizer, times, clip=1.0).loss
    model, _, optimizer = start(kind)
    data, pieces, file = batches(x, targets, 2, rng=np.random.default_rng(1)), [], Path(folder) / "weights.npz"
    for n in range(times):
        made = train(model, data, optimizer, 5, clip=1.0, watch=lambda *_: True)
        assert made.stopped
        pieces += made.loss.tolist()
        if n % 40 == 20:
            model.params.save(file)
            model, optimizer = start(kind)[0], pickle.loads(pickle.dumps(optimizer))
            model.params.load(file)
    assert pieces == losses.tolist() and bits(model.params) == bits(whole.params) and optimizer.k == times


def main():
    """A thousand stops, every line, and by the clock; prints what came of it, and fails at the first that breaks."""
    for kind in CELLS:
        with tempfile.TemporaryDirectory() as folder:
            check_stops(kind, 1000, folder)
        print(f"{kind:8} stopped 1000 times: as in one run", flush=True)
        states, losses, lines = undisturbed(kind)
        made = [check(kind, Interrupt(n), states, losses) for n in range(1, lines + 1)]
        print(f"{kind:8} {lines} lines: {[made.count(k) for k in range(STEPS + 1)]} with 0 … {STEPS} updates made")
        if hasattr(signal, "setitimer"):
            clock = random.Random(0)
            rang = 0
            for _ in range(250):
                timer = Clock(clock.uniform(1e-4, 0.02))
                check(kind, timer, states, losses)
                rang += timer.rang
            print(f"{'':8} {rang} of 250 by the clock", flush=True)


if __name__ == "__main__":
    main()
