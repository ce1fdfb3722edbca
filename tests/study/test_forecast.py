"""Forecasts: the equations, no look into the future, and the claims of lesson 14."""

from types import SimpleNamespace

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, Adam, Readout, SequenceModel, batches, data, train
from seqlib.study import forecast


@pytest.fixture(scope="module")
def sunspots():
    return data.sunspots()[1]


def test_the_baselines():
    past = np.arange(10.0)
    assert forecast.last_value(past, 3).tolist() == [9, 9, 9]
    assert forecast.Seasonal(4)(past, 6).tolist() == [6, 7, 8, 9, 6, 7]


def test_a_season_may_be_as_long_as_the_past_and_no_longer():
    assert forecast.Seasonal(3)(np.arange(3.0), 2).tolist() == [0, 1]
    assert forecast.Seasonal(1)(np.arange(3.0), 2).tolist() == [2, 2]
    with pytest.raises(ValueError, match="period must be from 1 to the 3 values so far, but 4 came"):
        forecast.Seasonal(4)(np.arange(3.0), 2)


def test_an_order_is_chosen_by_one_step_on_what_is_held_out():
    """y_t = y_{t-2}/2 + y_{t-1}/4 with a jump among the values that are held out: order 2 predicts all but the jump."""
    series = [1.0, 3.0]
    for k in range(28):
        series.append(series[-2] / 2 + series[-1] / 4 + 5 * (k == 20))
    found = {p: forecast.errors(forecast.Autoregression(series[:20], p), series, 20, 1) for p in (1, 2)}
    np.testing.assert_allclose(found[2], np.sqrt(25 / 10), rtol=1e-6)
    assert found[1] > found[2] and forecast.choose_order(np.array(series), 10, [1, 2]) == 2
    assert forecast.choose_order(np.array(series), 1, [1]) == 1  # one value is enough


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
    with pytest.raises(ValueError, match="p must be from 1 to below half of the 10 values, but 0 came"):
        forecast.Autoregression(np.arange(10.0), 0)
    assert forecast.Autoregression(np.arange(11.0) ** 2, 5).p == 5
    assert forecast.Autoregression(np.arange(11.0) ** 2, 1).weights.shape == (2,)
    assert forecast.windows(np.arange(4.0), 1)[1].tolist() == [[[1, 2, 3]]]
    with pytest.raises(ValueError, match="T must be from 1 to below the 4 values of z, but 4 came"):
        forecast.windows(np.arange(4.0), 4)
    with pytest.raises(ValueError, match="n must leave at least 10 of the 12 values to forecast, but 3 came"):
        forecast.errors(forecast.last_value, np.arange(12.0), 3)


def test_errors_need_a_past_and_the_values_that_are_forecast():
    assert len(forecast.errors(forecast.last_value, np.arange(12.0), 2)) == 10
    assert forecast.errors(forecast.last_value, np.arange(12.0), 1, 11).tolist() == list(range(1, 12))
    assert forecast.forecasts(forecast.last_value, np.arange(12.0), 9).tolist() == [[8.0] * 10, [9.0] * 10, [10.0] * 10]
    for n in (0, 3):
        with pytest.raises(ValueError, match=f"n must leave at least 10 of the 12 values to forecast, but {n} came"):
            forecast.errors(forecast.last_value, np.arange(12.0), n)


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


def test_a_network_is_trained_on_standardised_windows():
    series, rng = 5 + 3 * np.sin(np.arange(60.0)), np.random.default_rng(4)
    z = (series - series.mean()) / series.std()
    model = SequenceModel(GRU(1, 3, rng=rng), Readout(3, 1, rng=rng), loss="mse")
    x = np.stack([z[k : k + 7] for k in range(53)], axis=1)[:, None]
    targets = np.stack([z[k + 1 : k + 8] for k in range(53)], axis=1)[:, None]
    train(model, batches(x, targets, 16, rng=rng), Adam(0.01), 3, clip=1.0)
    network = forecast.fit_network(series, cell=GRU, H=3, T=7, updates=3, seed=4)
    assert (network.T, network.scale) == (7, (series.mean(), series.std()))
    for name, W in model.params.items():
        np.testing.assert_array_equal(network.model.params[name], W)
    one = model.forward(z[-7:].reshape(7, 1, 1)).logits[-1].item() * series.std() + series.mean()
    np.testing.assert_allclose(network(series, 1), [one], rtol=1e-12)


def test_what_is_left_out_is_as_lesson_14_has_it(monkeypatch):
    seen = []
    monkeypatch.setattr(forecast, "train", lambda model, made, optimizer, updates, clip: seen.append(
        (type(model.cell), model.cell.H, next(made)[0].shape, optimizer.lr, updates, clip)))  # fmt: skip
    one, two = (forecast.fit_network(np.sin(np.arange(99.0)), **given) for given in ({}, {"seed": 0}))
    assert seen[0] == seen[1] == (LSTM, 8, (33, 1, 16), 0.01, 200, 1.0) and one.T == 33
    assert np.array_equal(one.model.params.W_x, two.model.params.W_x)
    stub = SimpleNamespace(
        cell=SimpleNamespace(last_states=lambda trace: {}),
        forward=lambda x: SimpleNamespace(logits=2 * x[-1:]),  # with nothing carried on: twice the last value
    )
    network = forecast.Network(stub, forecast.Scale(10.0, 2.0), 3)
    np.testing.assert_allclose(network(np.array([0.0, 1.0, 11.0]), 3), [12, 14, 18])


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
    assert repr(rows).splitlines()[0].split("  ")[0] == "RMSE of the forecast"
    assert [f"k = {k} ahead" in repr(rows) for k in (1, 5, 10)] == [True] * 3


def test_baselines_are_named_in_the_language_of_the_reader(in_korean):
    named = forecast.error_table({"last value": np.arange(2.0), "own": np.arange(2.0)}, ahead=(2,))
    assert tuple(named) == (("마지막 값", "1"), ("own", "1")) and "k = 2단계 뒤" in repr(named)


@pytest.mark.parametrize(("forecaster", "says"), [
    (lambda past, steps: None, r"^a forecaster must return 3 numbers, .* but it returned nothing: end it with return"),
    (lambda past, steps: past[-1], r"^a forecaster must return 3 numbers, of shape \(3,\), but \(\) came"),
    (lambda past, steps: "abc", "^what a forecaster returns must hold numbers, but 'abc' came"),
    (lambda past, steps: [1.0, np.nan, 2.0], "^what a forecaster returns must have only finite numbers"),
])  # fmt: skip
def test_what_a_forecaster_returns_is_looked_at(forecaster, says):
    with pytest.raises(ValueError, match=says):
        forecast.compare({"mine": forecaster}, np.arange(20.0), 12, 3)
    assert forecast.forecasts(lambda past, steps: [past[-1]] * steps, np.arange(20.0), 18, 2).tolist() == [
        [17, 17],
        [18, 18],
    ]


def test_what_a_readers_own_forecaster_raises_stays_as_it_is():
    with pytest.raises(KeyError, match="'lag'"):
        forecast.errors(lambda past, steps: {}["lag"], np.arange(30.0), 20)


@pytest.mark.parametrize("past", [[], [[1.0, 2.0]], 3.0])
def test_a_past_is_one_row_and_not_empty(past):
    with pytest.raises(ValueError, match=r"^past must be one row of numbers, but shape \(.*\) came\.$"):
        forecast.last_value(past, 2)


def test_an_autoregression_needs_as_many_values_as_its_order():
    ar = forecast.Autoregression(np.sin(np.arange(40.0)), 3)
    assert np.allclose(ar([1.0, 2.0, 3.0], 2), ar([9.0, 1.0, 2.0, 3.0], 2))
    with pytest.raises(ValueError, match="past must have at least p = 3 values, but 2 came"):
        ar([1.0, 2.0], 2)


def test_there_is_a_forecast_from_every_place_that_something_follows():
    series = np.arange(5.0)
    assert forecast.forecasts(forecast.last_value, series, 4, 2).tolist() == [[3.0, 3.0]]
    with pytest.raises(ValueError, match=r"^n must be a whole number from 1 to 4, but 5 came\.$"):
        forecast.forecasts(forecast.last_value, series, 5, 2)


def test_counts_may_fall():
    falling = np.array([200, 150, 90, 40, 10], np.uint8)
    found, wanted = (forecast.errors(forecast.last_value, series, 1, 1) for series in (falling, falling * 1.0))
    assert found == wanted
