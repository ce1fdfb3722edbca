"""Forecasts: the equations, no look into the future, and the claims of lesson 14."""

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, data
from seqlib.study import forecast


@pytest.fixture(scope="module")
def sunspots():
    return data.sunspots()[1]


def test_the_baselines():
    past = np.arange(10.0)
    assert forecast.last_value(past, 3).tolist() == [9, 9, 9]
    assert forecast.Seasonal(4)(past, 6).tolist() == [6, 7, 8, 9, 6, 7]


def test_autoregression_finds_the_weights_of_its_own_equation():
    weights, series = np.array([3.0, 1.2, -0.5]), [2.0, 5.0]
    for _ in range(40):
        series.append(weights[0] + weights[1:] @ series[:-3:-1])
    fitted = forecast.Autoregression(np.array(series[:30]), 2)
    np.testing.assert_allclose(fitted.weights, weights, rtol=1e-8)
    np.testing.assert_allclose(fitted(np.array(series[:30]), 12), series[30:], rtol=1e-8)


def test_bad_orders_and_windows_are_named():
    with pytest.raises(ValueError, match="p must be from 1 to below half of the 10 values, but 5 came"):
        forecast.Autoregression(np.arange(10.0), 5)
    with pytest.raises(ValueError, match="T must be from 1 to below the 4 values of z, but 4 came"):
        forecast.windows(np.arange(4.0), 4)
    with pytest.raises(ValueError, match="n must leave at least 10 of the 12 values to forecast, but 3 came"):
        forecast.errors(forecast.last_value, np.arange(12.0), 3)


def test_targets_are_inputs_shifted_by_one():
    x, targets = forecast.windows(np.arange(7.0), 3)
    assert x.shape == targets.shape == (3, 1, 4)
    assert (targets == x + 1).all() and x[:, 0, 3].tolist() == [3, 4, 5]


def test_errors_by_hand():
    series = np.array([1.0, 2.0, 4.0, 7.0, 11.0])
    found = forecast.errors(forecast.last_value, series, 2, 2)
    # one step ahead: 2→4, 4→7, 7→11; two steps ahead: 2→7, 4→11
    np.testing.assert_allclose(found, [np.sqrt((4 + 9 + 16) / 3), np.sqrt((25 + 49) / 2)])


def test_no_forecast_sees_the_future(sunspots):
    changed, n = sunspots.copy(), 249
    changed[260:] = 1e3
    makers = (
        lambda s: forecast.Autoregression(s[:n], forecast.choose_order(s[:n], 60, range(8, 12))),
        lambda s: forecast.fit_network(s[:n], cell=RNN, updates=3),
    )
    for make in makers:
        one, two = (forecast.forecasts(make(s), s, n, 4)[:12] for s in (sunspots, changed))
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("cell", [RNN, LSTM, GRU])
def test_the_state_is_carried_on(sunspots, cell):
    """Two steps: the second forecast is that of a network which read the first as one more value."""
    network = forecast.fit_network(sunspots[:100], cell=cell, updates=2)
    two = network(sunspots[:100], 2)
    scale = network.scale
    z = (np.append(sunspots[67:100], two[0]) - scale.mean) / scale.std
    again = network.model.forward(z.reshape(-1, 1, 1)).logits[-1].item() * scale.std + scale.mean
    np.testing.assert_allclose(two[1], again, rtol=1e-12)


def test_a_constant_series_can_be_scaled():
    assert forecast.Scale.of(np.ones(5)) == (1.0, 1.0)


def test_what_lesson_10_says_about_least_squares(sunspots):
    n = 249
    assert forecast.choose_order(sunspots[:n], 60, range(1, 21)) == 10
    linear = forecast.errors(forecast.Autoregression(sunspots[:n], 10), sunspots, n)
    last = forecast.errors(forecast.last_value, sunspots, n)
    season = forecast.errors(forecast.Seasonal(11), sunspots, n)
    assert linear.round()[[0, 4, 9]].tolist() == [19, 34, 29]
    assert last[0] < last[9] < last[4] and last.argmax() == 4
    assert (linear < season).all()


def test_forecasters_are_compared_on_one_tail_and_in_a_table():
    series = 10 + np.sin(np.arange(80.0))
    both = [forecast.Seasonal(6), forecast.Seasonal(7)]
    found = forecast.compare({"last": forecast.last_value, "two": both}, series, 60)
    assert found["last"].shape == (10,) and found["two"].shape == (2, 10)
    rows = forecast.error_table({"a": np.arange(10.0), "b": np.array([np.arange(10.0), np.arange(10.0) + 4])})
    assert tuple(rows) == (("a", "0", "4", "9"), ("b", "2 (0–4)", "6 (4–8)", "11 (9–13)"))
    assert "k = 5 ahead" in repr(rows)
