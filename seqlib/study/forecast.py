"""Forecasts of one series of numbers: honest baselines, a network that carries its state on, errors by lead.

A *forecaster* is anything that is called as ``forecaster(past, steps)``: past (n,) holds the values known so far, and
the next `steps` values come back, (steps,).
"""

from typing import NamedTuple

import numpy as np

from .. import doors, words
from ..doors import finite, plain, seeded, shown, whole
from ..in_words import answering
from ..nn import LSTM, Adam, Readout, SequenceModel, batches, train
from .table import Table


def _past(past):
    """`past` as a row of numbers, at least one of them."""
    past = plain("past", past)
    if past.ndim != 1 or not len(past):
        raise ValueError(f"past must be one row of numbers, but shape {past.shape} came.")
    return past


def last_value(past, steps):
    """The last value, again and again: the forecast that every other one has to beat."""
    return np.repeat(_past(past)[-1], whole("steps", steps))


class Seasonal:
    """The value of one period ago.

    Parameters
    ----------
    period : int
    """

    def __init__(self, period):
        self.period = whole("period", period)

    def __call__(self, past, steps):
        past, steps = _past(past), whole("steps", steps)
        if self.period > len(past):
            raise ValueError(f"period must be from 1 to the {len(past)} values so far, but {self.period} came.")
        return np.resize(past[-self.period :], steps)  # np.resize repeats the period where there are more steps


class Autoregression:
    """A linear forecast from the last p values, its weights fitted by least squares.

    y_t = w_0 + w_1 y_{t-1} + … + w_p y_{t-p}; several steps ahead by feeding each forecast in as if it had happened.

    Parameters
    ----------
    series : ndarray, (n,)
        The training values, n > 2p.
    p : int
        The order.

    Attributes
    ----------
    weights : ndarray, (p + 1,)
        w_0 (the intercept), w_1, …, w_p.
    """

    def __init__(self, series, p):
        series, p = finite("series", series, ndim=1), whole("p", p, 0)
        if not 1 <= p < len(series) / 2:
            raise ValueError(f"p must be from 1 to below half of the {len(series)} values, but {p} came.")
        rows = [series[p - k : len(series) - k] for k in range(1, p + 1)]
        X = np.stack([np.ones(len(series) - p), *rows], axis=1)
        self.p, self.weights = p, np.linalg.lstsq(X, series[p:])[0]

    def __call__(self, past, steps):
        past, steps = _past(past), whole("steps", steps)
        if len(past) < self.p:
            raise ValueError(f"past must have at least p = {self.p} values, but {len(past)} came.")
        known = list(past[-self.p :])
        for _ in range(steps):
            known.append(self.weights[0] + self.weights[1:] @ known[: -self.p - 1 : -1])
        return np.array(known[self.p :])


def choose_order(series, held_out, orders):
    """The order whose autoregression has the smallest one-step error on the last `held_out` values of `series`.

    Pass training values only: the test values must not take part in a choice.
    """
    n = len(series) - held_out
    return min(orders, key=lambda p: errors(Autoregression(series[:n], p), series, n, 1)[0])


class Scale(NamedTuple):
    """What standardises a series: (values - mean) / std."""

    mean: float
    std: float

    @classmethod
    def of(cls, values):
        """Mean and standard deviation of the training values, and of no others."""
        values = finite("values", values)
        return cls(float(np.mean(values)), float(np.std(values)) or 1.0)


def windows(z, T):
    """All stretches of T values and, shifted by one, the values to be predicted.

    Returns
    -------
    x, targets : ndarray, (T, 1, n - T)
        targets[t] is x[t + 1].
    """
    z, T = finite("z", z, ndim=1), whole("T", T)
    if not 1 <= T < len(z):
        raise ValueError(f"T must be from 1 to below the {len(z)} values of z, but {T} came.")
    stretches = np.lib.stride_tricks.sliding_window_view(z, T + 1).T[:, None]  # (T + 1, 1, n - T)
    return stretches[:-1], stretches[1:]


class Network:
    """A trained network as a forecaster: it reads the last T values, and then its own forecasts.

    Parameters
    ----------
    model : SequenceModel
        D = K = 1, many-to-many, trained on standardised windows of T values.
    scale : Scale
    T : int
    """

    def __init__(self, model, scale, T):
        self.model, self.scale, self.T = model, scale, T

    def __call__(self, past, steps):
        past, steps = _past(past), whole("steps", steps)
        z, states, forecast = (past[-self.T :] - self.scale.mean) / self.scale.std, {}, []
        for _ in range(steps):
            trace = self.model.forward(np.reshape(z, (-1, 1, 1)), **states)
            states = self.model.cell.last_states(trace)
            z = trace.logits[-1]
            forecast.append(z.item())
        return self.scale.mean + self.scale.std * np.array(forecast)


def fit_network(series, *, cell=LSTM, H=8, T=33, updates=200, seed=0):
    """Train a small recurrent network on a series: Adam, windows of T values, batches of 16.

    Parameters
    ----------
    series : ndarray, (n,)
        The training values.
    cell : RNN, LSTM or GRU
    H, T, updates, seed : int

    Returns
    -------
    Network
    """
    series, rng, H = finite("series", series, ndim=1), seeded(seed), whole("H", H)
    if not isinstance(cell, type):
        raise ValueError(f"cell must be RNN, LSTM or GRU itself, but {shown(cell)} came.")
    scale = Scale.of(series)
    model = SequenceModel(cell(1, H, rng=rng), Readout(H, 1, rng=rng), loss="mse")
    x, targets = windows((series - scale.mean) / scale.std, T)
    train(model, batches(x, targets, 16, rng=rng), Adam(0.01), updates, clip=1.0)
    return Network(model, scale, T)


def forecasts(forecaster, series, n, steps=10):
    """Forecasts from every place in the tail, (len(series) - n, steps): row i is made from ``series[:n + i]``."""
    series, steps = finite("series", series, ndim=1), whole("steps", steps)
    doors.within("n", n, 1, len(series) - 1)
    return np.array([_said(forecaster(series[:now].copy(), steps), steps) for now in range(n, len(series))])


def _said(ahead, steps):
    """What a forecaster returned, which may be a reader's own."""
    return finite("what a forecaster returns", doors.returned("a forecaster", ahead, (steps,), f"{steps} numbers"))


def errors(forecaster, series, n, steps=10):
    """Root mean squared error 1, 2, …, `steps` steps ahead, over the values from index n on: (steps,).

    Every forecast is made from the true values up to its own place; its parameters stay as they were fitted.
    """
    series, n, steps = finite("series", series, ndim=1), whole("n", n, 0), whole("steps", steps)
    series = series if series.dtype.kind == "f" else series.astype(float)  # a difference of uint8 is never negative
    if not 0 < n <= len(series) - steps:
        raise ValueError(f"n must leave at least {steps} of the {len(series)} values to forecast, but {n} came.")
    ahead = forecasts(forecaster, series, n, steps)
    return np.array([_rms(ahead[: len(ahead) - k, k] - series[n + k :]) for k in range(steps)])


def compare(forecasters, series, n, steps=10):
    """The errors of several forecasters on the same held-out tail.

    Parameters
    ----------
    forecasters : dict of str to forecaster, or to a list of them (one for each seed)
    series : ndarray
    n, steps : int
        As for `errors`.

    Returns
    -------
    dict of str to ndarray, (steps,), or (seeds, steps) for a list
    """

    def of(one):
        return np.array([of(each) for each in one]) if isinstance(one, list) else errors(one, series, n, steps)

    return {name: of(one) for name, one in forecasters.items()}


# The baselines are called by what they do; models, and what readers add, have a name of their own.
TITLES = {
    "last value": {"en": "last value", "ko": "마지막 값"},
    "seasonal": {"en": "seasonal", "ko": "한 주기 전 값"},
}


def title(name):
    """A forecaster's name in the reader's language."""
    return words.say(TITLES[name]) if doors.text("name", name) in TITLES else name


AHEAD = {"en": "k = {k} ahead", "ko": "k = {k}단계 뒤"}
FORECAST = {"en": "RMSE of the forecast", "ko": "예측의 RMSE"}


def error_table(found, ahead=(1, 5, 10)):
    """Root mean squared errors at some distances; of several seeds the median, with the lowest and the highest.

    Parameters
    ----------
    found : dict of str to ndarray
        What `compare` returned.
    ahead : tuple of int
        How many steps ahead.
    """
    rows = []
    for name, errors_of in found.items():
        chosen = np.atleast_2d(errors_of)[:, np.array(ahead) - 1]
        spread = [f" ({a:.0f}–{b:.0f})" if a < b else "" for a, b in zip(chosen.min(0), chosen.max(0), strict=True)]
        rows.append([title(name), *(f"{m:.0f}{of}" for m, of in zip(np.median(chosen, axis=0), spread, strict=True))])
    columns = [{language: text.format(k=k) for language, text in AHEAD.items()} for k in ahead]
    return Table(rows, [FORECAST, *columns])


def _rms(differences):
    return np.sqrt(np.mean(differences**2))


answering(globals())
