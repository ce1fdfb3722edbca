"""Odd inputs of many kinds at every door: the right result, or one sentence about the right thing."""

import importlib
import inspect
import pkgutil
import re
import sys
from contextlib import suppress
from copy import deepcopy
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

import seqlib.draw
import seqlib.nn
import seqlib.study.clipping
import seqlib.study.compare
import seqlib.study.valley
import seqlib.widgets
from seqlib import GRU, LSTM, RNN, SGD, Adam, Readout, SequenceModel, batches, data, files, train
from seqlib.doors import seeded
from seqlib.draw.bptt import backward_scene
from seqlib.draw.compare import trio_scene
from seqlib.draw.forget import adding_scene, circle_scene, clip_scene, walk_scene, window_scene
from seqlib.draw.gates import maps_scene
from seqlib.draw.layer import block_scene, downhill_scene
from seqlib.draw.lstm import lstm_cell_scene
from seqlib.draw.picture import LETTERS, tokens_for
from seqlib.draw.promise import kept
from seqlib.draw.scenes import bars_scene, cell_scene, curves_scene, readings_scene, states_scene, unrolled_scene
from seqlib.draw.sketch import sketch_scene
from seqlib.draw.studio import errors_scene, forecast_scene
from seqlib.draw.updates import updates_scene
from seqlib.in_words import promises
from seqlib.nn.functions import cross_entropy, mse, sigmoid, softmax
from seqlib.nn.optim import joint_norm
from seqlib.nn.record import Record
from seqlib.study import (
    bptt,
    clipping,
    conventions,
    forecast,
    gradcheck,
    growing,
    language,
    learning,
    lstm_back,
    moment,
    one_state,
    remembering,
    table,
    valley,
    weights_file,
)
from seqlib.study.after import by_hand, copying, scanning
from seqlib.study.real.g2p import pronounce
from seqlib.widgets import Chooser, Sketch
from seqlib.widgets.forget import GradientPlayground, measure
from seqlib.widgets.gates import GatePlayground
from seqlib.widgets.playgrounds import Reorder
from seqlib.widgets.studio import NextWord, OwnText

T, D, N, H, K = 6, 3, 7, 4, 5
X = np.random.default_rng(0).normal(size=(T, D, N))
Y = np.random.default_rng(1).integers(0, K, (T, N))
MASKED = np.ma.masked_greater(X, 0.5)
S = np.sin(np.arange(200) / 5)
GAP = np.where(np.arange(200) == 50, np.nan, S)


def rng():
    return np.random.default_rng(0)


def model(kind=RNN, shape="many-to-many", loss="cross_entropy", H=H):
    return SequenceModel(kind(D, H, rng=rng()), Readout(H, K, rng=rng()), shape, loss)


def fresh(targets=Y, x=X):
    return batches(x, targets, 7, rng=rng())


def tensor(array):
    """What PyTorch's tensors have, as far as it is used."""
    there = SimpleNamespace(numpy=lambda: array)
    there.cpu = lambda: there
    return SimpleNamespace(detach=lambda: there, ndim=array.ndim, shape=array.shape, dtype=array.dtype)


def two_models():
    adam = Adam()
    train(model(), fresh(), adam, 1)
    train(model(LSTM), fresh(), adam, 1)


def twins():
    adam = Adam()
    for _ in range(2):
        train(model(), fresh(), adam, 1)


def run(kind=RNN, T=T, H=H):
    return model(kind, H=H).forward(np.resize(X, (T, D, N)))


def diverged():
    trace = deepcopy(run())
    trace.h_all[-2:] = np.nan
    return trace


def downhill(eta=0.1, steps=3, slope=lambda w: 2 * w):
    return downhill_scene(lambda w: w * w, slope, 1.0, eta, steps=steps)


REFUSED = {
    # sizes and other numbers
    "a size that is true": (lambda: RNN(True, 4, rng=rng()), "D must be a whole number"),
    "a size for a giant": (lambda: RNN(3, 10**9, rng=rng()), "ask for a matrix of more than"),
    "a dtype misspelt": (lambda: RNN(3, 4, rng=rng(), dtype="flaot64"), "dtype must be float64 or float32"),
    "a list of activations": (lambda: RNN(3, 4, rng=rng(), activation=["tanh"]), "activation must be one of"),
    "a learning rate in quotes": (lambda: SGD("0.1"), "lr must be a positive number, but '0.1' came"),
    "no learning rate": (lambda: SGD(None), "lr must be a positive number"),
    "learning rates": (lambda: SGD([0.1]), "lr must be a positive number"),
    "an endless learning rate": (lambda: SGD(np.inf), "lr must be a positive number"),
    "beta1 of 1": (lambda: Adam(beta1=1.0), "beta1 must be from 0 to below 1"),
    "beta2 below 0": (lambda: Adam(beta2=-0.1), "beta2 must be from 0 to below 1"),
    "beta1 in quotes": (lambda: Adam(beta1="0.9"), "beta1 must be from 0 to below 1"),
    "eps of 0": (lambda: Adam(eps=0), "eps must be a positive number"),
    "an Adam for two models": (two_models, "make a new Adam"),
    "half a step": (lambda: train(model(), fresh(), SGD(0.1), 2.5), "steps must be a whole number, 0 or more"),
    "steps in quotes": (lambda: train(model(), fresh(), SGD(0.1), "10"), "steps must be a whole number"),
    "steps backwards": (lambda: train(model(), fresh(), SGD(0.1), -1), "steps must be a whole number"),
    "clip in quotes": (lambda: train(model(), fresh(), SGD(0.1), 2, clip="1"), "clip must be a positive number"),
    "a size of batches in quotes": (lambda: batches(X, Y, "16", rng=rng()), "size must be a whole number"),
    "a seed for rng": (lambda: batches(X, Y, 2, rng=0), "rng must be a generator"),
    "a seed for a task": (lambda: data.copy_task(3, 5, rng=7), "rng must be a generator"),
    "a seed to split": (lambda: data.split(10, 0.5, 0), "rng must be a generator"),
    "steps of an output": (lambda: model(shape="one-to-many").forward(X[:1], steps=2.0), "must be a whole number"),
    # arrays
    "masked x": (lambda: model().forward(MASKED), "x must be a plain array, but a masked one"),
    "masked x in training": (lambda: model().loss_and_gradients(MASKED, Y), "x must be a plain array"),
    "masked batches": (lambda: batches(MASKED, Y, 2, rng=rng()), "x must be a plain array"),
    "masked targets": (lambda: model().loss(X, np.ma.masked_equal(Y, 2)), "targets must be a plain array"),
    "a masked state": (lambda: model().forward(X, h0=np.ma.masked_all((H, N))), "h0 must be a plain array"),
    "dates": (lambda: model().forward(np.zeros((T, D, N), "M8[s]")), "x must hold numbers"),
    "texts": (lambda: model().forward(np.full((T, D, N), "a")), "x must hold numbers"),
    "nothing": (lambda: model().forward(np.full((T, D, N), None)), "x must hold numbers"),
    "a structure": (lambda: model().forward(np.zeros((T, D, N), [("a", "f8")])), "x must hold numbers"),
    "ragged targets": (lambda: model().loss(X, [[1, 2], [3]]), "targets must be one block of numbers"),
    "texts as numbers": (lambda: model(loss="mse").loss(X, np.full((T, K, N), "1")), "targets must hold numbers"),
    "one-hot targets": (lambda: model().accuracy(X, np.eye(K)[Y]), "targets must be classes"),
    "no targets": (lambda: model().accuracy(X, None), "targets must hold numbers"),
    "targets of one step": (lambda: model().accuracy(X, Y[-1]), r"of shape \(T, N\) = \(6, 7\)"),
    "targets that do not count": (lambda: model().accuracy(X, Y * 0 - 1), "all are -1"),
    "probabilities of numbers": (lambda: model(loss="mse").probabilities(X), "predicts numbers and has no"),
    "a vector of scores": (lambda: softmax(np.zeros(3)), r"logits must have shape \(..., K, N\)"),
    "a matrix of scores": (lambda: mse(np.zeros((T, N)), np.zeros((T, N))), r"logits must have shape \(T, K, N\)"),
    "scores in words": (lambda: softmax(np.array([["a"]])), "logits must hold numbers"),
    "sigmoid of a text": (lambda: sigmoid("0"), "a must hold numbers"),
    "a weight of text": (lambda: setattr(model().params, "b_h", "abc"), "b_h must hold numbers"),
    "a number for a path": (lambda: model().params.save(1), "path must be a file's name"),
    # what stands in another's place
    "the class of a cell": (lambda: SequenceModel(RNN, Readout(4, 5, rng=rng())), "but the class RNN came"),
    "no readout": (lambda: SequenceModel(RNN(3, 4, rng=rng()), None), "readout must be a Readout"),
    "a model as a cell": (lambda: SequenceModel(model(), Readout(4, 5, rng=rng())), "cell must be an RNN"),
    "a workspace that is true": (lambda: model().forward(X, workspace=True), "workspace must be a Workspace"),
    "the class of an optimizer": (lambda: train(model(), fresh(), Adam, 2), "optimizer must be an optimizer"),
    "an optimizer's name": (lambda: train(model(), fresh(), "adam", 2), "optimizer must be an optimizer"),
    "a cell as a model": (lambda: train(RNN(D, H, rng=rng()), fresh(), SGD(0.1), 2), "model must be a model"),
    "one pair for all": (lambda: train(model(), (X, Y), SGD(0.1), 2), "batches must give pairs"),
    "a function for batches": (lambda: train(model(), batches, SGD(0.1), 2), "batches must be pairs"),
    "a number that watches": (lambda: train(model(), fresh(), SGD(0.1), 2, watch=3), "watch must be a function"),
    "no class counts": (lambda: train(model(), fresh(Y * 0 - 1), SGD(0.1), 2), "nothing to learn"),
    "no number counts": (
        lambda: train(model(loss="mse"), fresh(np.full((T, K, N), np.nan)), SGD(0.1), 2), "nothing to learn",
    ),
    # data, study
    "a list that is none": (lambda: data.pad([1, 2]), "lists must hold lists"),
    "lists of words": (lambda: data.pad(["ab"]), "lists must hold lists"),
    "no vocabulary": (lambda: data.Vocabulary(None), "tokens must be a list"),
    "half a token": (lambda: data.Vocabulary(["a"]).decode([0.5]), "ids must be whole numbers"),
    "a number to spell": (lambda: data.jamo(5), "text must be a string"),
    "a gap in a series": (lambda: forecast.Autoregression(GAP, 3), "only finite numbers, but number 51 is nan"),
    "a series of columns": (lambda: forecast.Autoregression(S[:, None], 3), "series must be one row of numbers"),
    "a series of texts": (lambda: forecast.Autoregression(S.astype(str), 3), "series must hold numbers"),
    "half an order": (lambda: forecast.Autoregression(S, 2.5), "p must be a whole number"),
    "half a window": (lambda: forecast.fit_network(S, T=2.5), "T must be a whole number"),
    "a cell's name": (lambda: forecast.fit_network(S, cell="LSTM"), "cell must be RNN, LSTM or GRU itself"),
    "a period of 0": (lambda: forecast.Seasonal(0), "period must be a whole number, 1 or more"),
    "a period that is too long": (lambda: forecast.Seasonal(400)(S, 3), "period must be from 1 to the 200 values"),
    "no steps": (lambda: forecast.errors(forecast.last_value, S, 150, steps=0), "steps must be a whole number"),
    "sentences of letters": (lambda: language.corpus(["the cat"] * 20, rng()), "sentences must be lists of words"),
    "no sentences": (lambda: language.corpus([], rng()), "sentences must be two or more"),
    "words that come once": (lambda: language.corpus([[f"a{k}"] for k in range(40)], rng()), "no word comes twice"),
    "a warm text": (lambda: language.with_temperature(np.zeros(3), "1"), "temperature must be a positive number"),
    "a matrix that is not square": (lambda: bptt.spectral_radius(np.zeros((2, 3))), "W must be a square matrix"),
    "a matrix with a gap": (lambda: bptt.spectral_radius(np.full((2, 2), np.nan)), "only finite numbers"),
    "one window": (lambda: bptt.truncation(model(), X, Y, 5), "windows must be several lengths"),
    # weights of others
    "a list of weights": (lambda: conventions.from_torch([X]), "arrays must come by name"),
    "weights that are none": (lambda: conventions.from_keras(None), "weights must be the list"),
    "weights by no name": (lambda: conventions.from_onnx([X]), "inputs must be"),
    "z of an LSTM": (lambda: conventions.flip_z(LSTM(3, 4, rng=rng())), "only a GRU has an update gate"),
    # pictures and widgets
    "a half example": (lambda: cell_scene(model(H=2), model(H=2).forward(X), n=1.5), "n must be a whole number"),
    "a picture of nothing": (lambda: states_scene(None), "trace must be what model.forward"),
    "few tokens": (lambda: states_scene(model().forward(X), tokens=["a"] * 3), "tokens must be 6, one"),
    "few inputs": (lambda: unrolled_scene(model().forward(X), inputs=["a"] * 3), "inputs must be 6, one"),
    "a number of tokens": (lambda: states_scene(model().forward(X), tokens=6), "tokens must be a list of strings"),
    "an example too far": (lambda: states_scene(run(), n=7), r"n must be 0 … 6 \(the trace has 7 examples\), but 7"),
    "an example before all": (lambda: states_scene(run(), n=-1), "n must be a whole number, 0 or more"),
    "a start that is true": (lambda: states_scene(run(), start=True), "start must be a whole number"),
    "an LSTM in a plain cell": (lambda: cell_scene(model(LSTM), run(LSTM)), "SequenceModel of an RNN, but Sequence"),
    "a GRU's trace": (lambda: lstm_cell_scene(model(LSTM), run(GRU)), "trace must be that of the model, LSTM"),
    "a trace of another size": (lambda: cell_scene(model(H=3), run()), "trace must be that of the model, RNN"),
    "2000 steps": (lambda: states_scene(run(T=2000)), "T ≤ 400 steps and H ≤ 128 units, but T=2000"),
    "500 units": (lambda: states_scene(run(H=500)), "H ≤ 128 units, but T=6 and H=500"),
    "few classes": (lambda: states_scene(run(), classes=["a", "b"]), "classes must be 5 strings, as many as trace"),
    "no readings": (lambda: readings_scene(run(), sensors="abc", classes=["a"] * K), "sensors must be a list of"),
    "a walk of NaN": (lambda: walk_scene(model().cell, diverged()), "the run has diverged"),
    "three numbers clipped": (lambda: clip_scene([1.0, 2.0, 3.0]), r"g must be an array of shape \(2,\) or \(T, 2\)"),
    "NaN clipped": (lambda: clip_scene([1.0, np.nan]), "g must have only finite numbers"),
    "a limit below 0": (lambda: clip_scene([1.0, 2.0], -1.0), "limit must be a positive number"),
    "a matrix applied never": (lambda: circle_scene(np.eye(2), 0), "steps must be a whole number, 1 or more"),
    "a slope that is none": (lambda: downhill(slope=None), "slope must be a function, but None came"),
    "a slope that ends nowhere": (lambda: downhill(slope=lambda w: np.nan), "slope must give a finite number"),
    "no rate": (lambda: downhill(np.nan), "eta must be a positive number"),
    "no steps downhill": (lambda: downhill(steps=0), "steps must be a whole number, 1 or more"),
    "steps uphill": (lambda: downhill(steps=-1), "steps must be a whole number, 1 or more"),
    "a masked block": (lambda: block_scene(MASKED), "x must be a plain array, but a masked one"),
    "curves in words": (lambda: curves_scene({"a": "b"}), r"curves\['a'\] must hold numbers"),
    "an empty curve": (lambda: curves_scene({"a": []}), "which is empty"),
    "no bars": (lambda: bars_scene({}), "values must be a dict of strings to numbers with at least one"),
    "a list of bars": (lambda: bars_scene([1]), "values must be a dict of strings to numbers, but list came"),
    "a bar of NaN": (lambda: bars_scene({"a": np.nan}), r"values\['a'\] must be a number, but nan came"),
    "a bar by number": (lambda: bars_scene({1: 0.5}), "each name in values must be a text, but 1 came"),
    "no mathematics": (lambda: curves_scene({"$\\frac{$": [1, 2]}), "between dollar signs, which is no mathematics"),
    "a sketch of words": (lambda: sketch_scene(["a", "b"], [1, 2], xlabel="x", ylabel="y"), "x must hold numbers"),
    "a sketch of a text": (lambda: sketch_scene("ab", [1, 2], xlabel="x", ylabel="y"), "x must hold numbers"),
    "nothing held out": (lambda: forecast_scene(range(9), S[:9], 9, {"a": S[:1, None]}), "n must be from 1 to"),
    "all held out": (lambda: forecast_scene(range(9), S[:9], 0, {"a": S[:9, None]}), "n must be"),
    "a radius of NaN": (lambda: GradientPlayground(radius=np.nan), "radius must be a number from 0.1 to 2, but nan"),
    "a gate in words": (lambda: GatePlayground(f="a"), "f must be a number, but 'a' came"),
    "an Adam for a twin": (twins, "this Adam has trained another model, of the same size"),
    "a bias of NaN": (lambda: LSTM(3, 4, rng=rng(), forget_bias=np.nan), "forget_bias must be a finite number"),
    "no steps at all": (lambda: measure(T=0), "T must be a whole number"),
    "a radius below 0": (lambda: measure(radius=-1), "radius must be a positive number"),
    "noise of NaN": (lambda: measure(scale=np.nan), "scale must be a number"),
    "scenes without labels": (lambda: Chooser([1]), "scenes must be {label: scene}"),
    "no models": (lambda: Reorder({}, ["a"], ["a"], ["x"]), "models must be a dict of strings"),
    "no languages": (lambda: NextWord({}, {}), "models must be a dict of strings"),
    "a gate of NaN": (lambda: setattr(GatePlayground(), "f", np.nan), "f must be a number from 0 to 1, but nan came"),
    "no word": (lambda: pronounce(None), "word must be a text"),
    "updates in a word": (lambda: OwnText(updates="x"), "updates must be a whole number"),
    "a curve of texts": (
        lambda: setattr(Sketch([1, 2], [1, 2], xlabel="x", ylabel="y"), "drawn", ["a", "b"]),
        "drawn must be a list of numbers",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_one_sentence_says_what_came(name):
    call, sentence = REFUSED[name]
    with pytest.raises(ValueError, match=sentence) as caught:
        call()
    assert str(caught.value).endswith(".") and len(str(caught.value)) < 400


def test_what_is_an_array_by_another_name_is_taken():
    plain, taken = model().forward(X), model().forward(tensor(X))
    assert np.array_equal(plain.h, taken.h)
    assert model().loss(X, Y.tolist()) == model().loss(X, Y.astype(object)) == model().loss(tensor(X), tensor(Y))
    assert np.array_equal(softmax([[0.0], [0.0]]), [[0.5], [0.5]])
    x, y = next(batches(X.tolist(), Y.tolist(), 7, rng=rng()))
    assert x.shape == X.shape and y.shape == Y.shape
    assert cross_entropy(np.zeros((1, 2, 1)).tolist(), [[0]])[0] == pytest.approx(np.log(2))


@pytest.mark.parametrize(("where", "bad"), [("x", np.nan), ("targets", np.inf)])
def test_bad_data_is_not_blamed_on_the_learning_rate(where, bad):
    x, targets = X.copy(), np.zeros((T, K, N))
    (x if where == "x" else targets)[2, 1, 3] = bad
    with pytest.raises(FloatingPointError, match=rf"{where}\[2, 1, 3\] is {bad}; repair the data"):
        train(model(loss="mse"), [(x, targets)], SGD(0.1), 2)


def test_tokens_are_drawn_in_one_line_each():
    assert tokens_for(["a\nb", None, "", 7, "\x1b[1m", "x" * 100]) == [
        "a b", "·", "·", "7", "\ufffd[1m", "x" * (LETTERS - 1) + "…",
    ]  # fmt: skip
    assert tokens_for((sign for sign in "ab"), 2) == ["a", "b"]
    scene = states_scene(model().forward(X), tokens=["", "<b>", "\ud800", "\t", "y" * 100, None])
    assert scene.at(3) and "y" * LETTERS not in scene.sentences[4]


def test_a_run_that_diverged_is_drawn_and_says_so():
    scene, whole = (states_scene(trace, classes=list("abcde")) for trace in (diverged(), run()))
    assert [said.endswith("the run has diverged.") for said in scene.sentences] == [False] * 4 + [True] * 2
    assert not any("diverged" in said for said in whole.sentences) and scene.at(T)


def test_a_run_of_one_step_begins_at_it():
    assert cell_scene(model(H=2), run(T=1, H=2)).start == 0


def test_generators_and_lists_are_taken_as_what_they_give():
    assert states_scene(run(), classes=(sign for sign in "abcde")).svg == states_scene(run(), classes=[*"abcde"]).svg
    assert block_scene(X[:5, :, :4].tolist()).svg == block_scene(X[:5, :, :4]).svg


def test_every_picture_says_what_it_takes():
    for found in pkgutil.iter_modules(seqlib.draw.__path__):
        module = importlib.import_module(f"seqlib.draw.{found.name}")
        for name, make in vars(module).items():
            if name.endswith("_scene") and name[0] != "_" and getattr(make, "__module__", "") == module.__name__:
                assert promises(inspect.unwrap(make)).keys() == inspect.signature(make).parameters.keys(), name


def decorated():
    """All that `picture` and `as_promised` watch over, functions, methods and classes: (name, what has the words)."""
    for package in (seqlib.draw, seqlib.widgets):
        for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            for name, of in vars(importlib.import_module(found.name)).items():
                if inspect.isclass(of) and of.__module__ == found.name:
                    if getattr(vars(of).get("__init__"), "__wrapped__", None):
                        yield name, of
                    yield from ((f"{name}.{part}", f.__wrapped__) for part, f in vars(of).items() if _made(f))
                elif _made(of) and of.__module__ == found.name:
                    yield name, of.__wrapped__


def _made(function):
    return hasattr(function, "__wrapped__") and getattr(function, "__code__", None) is states_scene.__code__


def test_all_words_of_a_promise_can_be_read():
    """What is nothing at all keeps no promise: there is a sentence, unless the words say no kind."""
    read = 0
    for name, of in decorated():
        for parameter, kind in promises(of).items():
            with suppress(ValueError):
                kept({parameter: object()}, {parameter: kind}, vars(sys.modules[of.__module__]))
                assert re.match("[a-z]", kind) and " of " not in kind, f"{name}: {parameter} : {kind}"
            read += 1
    assert read > 200


@pytest.mark.parametrize("column", ["yes no yes", "07:46 07:45 07:41", "1F FF A0", "0x1F 0xFF 0xA0"])
def test_what_only_counts_is_not_taken_for_the_column_beside_it(column):
    rows = "".join(f"{n},{cell}\n" for n, cell in enumerate(column.split(), 1))
    with pytest.raises(files.Unusable, match="column v has"):
        files.read_series(f"n,v\n{rows}".encode())
    assert files.read_series(f"n,v\n{rows}".encode(), "n").values.tolist() == [1, 2, 3]


@pytest.mark.parametrize("cell", ["5%", "₩5", "5만"])
def test_numbers_with_a_sign_are_named_and_not_left_out(cell):
    """Row numbers beside them are no series."""
    with pytest.raises(files.Unusable, match="column v"):
        files.read_series(f"d,v\n1,{cell}\n2,{cell}\n3,{cell}\n".encode())


def test_dates_beside_growing_numbers_are_no_numbers():
    found = files.read_series(b"n,date\n1,2024-01-01\n2,2024-01-02\n4,2024-01-03\n")
    assert found.values.tolist() == [1, 2, 4]


def test_newest_first_is_said_with_the_time_of_day_too():
    with pytest.raises(files.Unusable):
        files.read_series(b"d,v\n2024-01-03 10:00,5\n2024-01-02 10:00,6\n2024-01-02 09:00,9\n")


def test_what_is_no_regular_file_is_not_waited_for(tmp_path):
    os = pytest.importorskip("os")
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no pipes with names here")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(files.Unusable):
        files.read_series(tmp_path / "pipe")


def test_weights_that_are_not_finite_are_refused():
    state = {f"{name}_l0": np.full(shape, np.nan) for name, shape in [("weight_ih", (4, 3)), ("weight_hh", (4, 4)),
                                                                      ("bias_ih", 4), ("bias_hh", 4)]}  # fmt: skip
    with pytest.raises(ValueError, match="only finite numbers"):
        conventions.from_torch(state)
    layer = SimpleNamespace(state_dict=lambda: {name: np.zeros_like(array) for name, array in state.items()})
    assert isinstance(conventions.from_torch(layer), RNN), "the layer itself"
    assert isinstance(conventions.with_reset(GRU(3, 4, rng=rng()), "after"), GRU)


def of_ids(kind=RNN):
    cell = kind(D, 2, rng=rng())
    return SequenceModel(cell, Readout(2, K, rng=rng())).forward(np.array([[0], [1], [2]]))


ONE_SENTENCE = {
    "a run on ids": (lambda: states_scene(of_ids()), "but one of ids came"),
    "a run on ids, gates": (lambda: maps_scene(of_ids(LSTM)), "but one of ids came"),
    "no such quantity": (lambda: maps_scene(model(LSTM).forward(X), names="fz"), "names must be some of .*, but 'z'"),
    "curves and places": (lambda: curves_scene({"a": [1, 2]}, x=[1, 2, 3]), "must have 3 values, as x has"),
    "windows and errors": (lambda: window_scene([1, 2], [0.1, 0.2, 0.3], [1, 2, 3]), "errors must be an array of"),
    "errors of leads": (lambda: errors_scene({"a": [1.0, 2], "b": [1.0, 2, 3]}), "must all have 2 steps"),
    "complex numbers": (lambda: curves_scene({"a": [1j, 2]}), "real numbers"),
    "a fraction": (lambda: clip_scene([1.0, 2.0], limit=Fraction(1, 2)), "limit must be a positive number"),
    "a million powers": (lambda: circle_scene(np.eye(2), 10**6), "steps must be at most 400"),
    "two of three cells": (
        lambda: trio_scene({"X": model()}, {"X": model().forward(X)}, ["a"] * T, ["b"] * K), "of RNN, GRU and LSTM",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_SENTENCE)
def test_a_picture_says_what_it_needs(name):
    call, sentence = ONE_SENTENCE[name]
    with pytest.raises(ValueError, match=sentence):
        call()


def test_numbers_of_numpy_are_numbers():
    assert cell_scene(model(H=2), run(H=2), n=np.array(1), start=np.int64(2)).start == 2
    assert GatePlayground(f=np.float32(0.5)).f == 0.5 and GradientPlayground(clip=np.True_).clip is True
    assert bars_scene({"a": np.float32(0.5)}).alt == bars_scene({"a": 0.5}).alt
    pairs = {"a": {10: np.array([[0.9, 1.0], [0.5, 0.0]])}}
    assert adding_scene(pairs, 0.15).svg == adding_scene({"a": {10: [(0.9, True), (0.5, False)]}}, 0.15).svg


def test_a_run_of_one_step_begins_at_it_whatever_it_is_called():
    assert maps_scene(model(LSTM).forward(X[:1])).start == 0


def test_targets_that_are_not_there_are_taken():
    targets = np.full((T, K, N), np.nan)
    targets[-1] = 1
    assert backward_scene(model(loss="mse", H=2), X, targets)


def test_traits_take_numbers_of_numpy_and_say_what_else_came():
    gates, sketch = GatePlayground(), Sketch([1, 2], [1, 2], xlabel="x", ylabel="y")
    gates.f, sketch.drawn, sketch.t = np.float32(0.5), np.array([1.0, 2.0]), np.int64(1)
    assert (gates.f, sketch.drawn) == (0.5, [1.0, 2.0])
    for thing, name, value, sentence in (
        (gates, "f", "a", "f must be a number, but 'a' came"),
        (gates, "before", 1, "before must be True or False, but 1 came"),
        (sketch, "drawn", [None, "a"], "drawn must be a list of numbers, but one with 'a' came"),
        (sketch, "t", None, "t must be a whole number, but None came"),
        (sketch, "sentences", 5, "expected a list, not the int 5"),
    ):
        before = getattr(thing, name)
        with pytest.raises(ValueError, match=sentence):
            setattr(thing, name, value)
        assert getattr(thing, name) == before, "what was shown stays"


def test_a_chooser_shows_a_scene_over_updates_beside_another():
    over, other = updates_scene([block_scene(X[:2, :, :2])] * 2, [0, 5]), block_scene(X[:3, :, :2])
    for scenes in ({"over": over, "other": other}, {"other": other, "over": over}):
        chooser = Chooser(scenes)
        for name in ("over", "other", "over"):
            chooser.buttons.value = name
            assert chooser.scene is scenes[name] and "svg" in chooser.stepper.saved()


def test_a_trace_of_other_weights_is_not_drawn_with_these():
    drawn, trace = model(H=2), model(H=2).forward(X)
    assert cell_scene(drawn, trace)
    drawn.params.b_h += 0.5
    with pytest.raises(ValueError, match="its weights have changed since"):
        cell_scene(drawn, trace)


@pytest.mark.parametrize(("answer", "sentence"), [
    (lambda w: 1 / 0, r"loss\(1\) raised ZeroDivisionError: division by zero"),
    (lambda w: "low", r"loss\(1\) must hold numbers, but 'low' came"),
    (lambda w: 1j, "must give one real number for each place"),
])  # fmt: skip
def test_a_loss_that_answers_with_something_else_is_named(answer, sentence):
    with pytest.raises(ValueError, match=sentence):
        downhill_scene(answer, lambda w: 2 * w, 1.0, 0.1, steps=2)


def test_a_call_that_does_not_fit_says_what_it_takes():
    with pytest.raises(TypeError, match=r"bars_scene takes \(values.*but the call has an unexpected keyword argument"):
        bars_scene({"a": 0.5}, colour="red")
    with pytest.raises(TypeError, match=r"split takes .n, share, rng., but the call has nothing for 'share'"):
        data.split(10)


def test_what_fails_inside_says_what_is_taken():
    with pytest.raises(ValueError, match=r"gradient_flow cannot use what came .AttributeError.*it takes cell, trace"):
        bptt.gradient_flow(None, None, 3)


@pytest.mark.parametrize(
    "ask, sentence",
    [
        (lambda: model().cell.forward(X, workspace=1.5), "workspace must be a Workspace"),
        (lambda: model().cell.backward({}, None), "trace must be the Record that forward"),
        (lambda: Readout(H, K, rng=rng()).forward(X), "h must have shape"),
        (lambda: SGD(0.1).update(7, model().params), "params must be a Record"),
        (lambda: seqlib.nn.Record({"a": None}), "arrays must be a dict of names and NumPy arrays"),
        (lambda: forecast.last_value(S, 1.5), "steps must be a whole number"),
        (lambda: forecast.Autoregression(S, 3)(S[:2], 1), "past must have at least p = 3 values, but 2 came"),
        (lambda: bptt.jacobian(model().cell, model().forward(X), True), "t must be a whole number"),
        (lambda: seqlib.study.compare.multiplications("LSTM", 3, -1), "H must be a whole number, 1 or more, but -1"),
        (lambda: seqlib.study.valley.curvature(np.inf), "steep must be a positive number, but inf came"),
        (lambda: seqlib.study.clipping.three_ways(model().params, 0), "limit must be a positive number, but 0 came"),
        (lambda: data.order_targets(np.full(7, np.nan), Y), "must be whole numbers, as order_task gives them"),
        (lambda: language.pairs(Y * 0.5), "ids must be whole numbers of shape"),
    ],
)  # fmt: skip
def test_studies_and_methods_say_what_they_take(ask, sentence):
    with pytest.raises(ValueError, match=sentence):
        ask()


def test_sizes_of_few_bits_are_as_good_as_others():
    assert GRU(np.int8(3), np.uint8(100), rng=rng()).params.W_x.shape == (300, 3)
    assert seqlib.Flattened(np.int8(60), np.int8(3), 2, 2, rng=rng()).D == 3
    assert SequenceModel(RNN(np.array(3), H, rng=rng()), Readout(np.array(H), K, rng=rng())).cell.D == 3


SEEDED = {
    "wild network": clipping.wild_network,
    "wild training": lambda seed: clipping.wild_training(1.0, updates=2, seed=seed),
    "growing": lambda seed: growing.learn("rail", updates=4, T=5, seed=seed),
    "one state": lambda seed: one_state.learn(seed, train=lambda m, b, o, n, **k: train(m, b, o, 2, **k)),
    "adding": lambda seed: learning.adding_example(seed=seed),
    "remembering": lambda seed: remembering.recall_run(seed, (1,), lag=3, H=2),
    "cut": lambda seed: remembering.cut_run(seed, (1,), carry=True, lag=5, window=3, H=2),
    "words": lambda seed: language.word_training(Y, K, H=2, seed=seed),
    "forecast": lambda seed: forecast.fit_network(S[:40], H=2, T=10, updates=1, seed=seed),
    "loop": lambda seed: gradcheck.check_loop(lambda *_: [np.ones((3, n)) for n in (2, 3, 1)], seed=seed),
    "cell": lambda seed: gradcheck.check_cell(RNN(2, 2, rng=rng()), T=2, N=1, seed=seed),
    "step back": lambda seed: lstm_back.check_step_back(
        lambda dh, dC, *more: (np.zeros((12, dh.shape[1])), dh, dC), T=1, seed=seed
    ),
    "copying": lambda seed: copying.example(3, seed),
    "scanning": lambda seed: scanning.timed(8, (1,), repeats=1, seed=seed),
    "by hand": lambda seed: by_hand.checked(lambda d_h, **_: d_h, seed=seed),
    "measure": lambda seed: seqlib.widgets.forget._model("tanh", 2, seed),
}


@pytest.mark.parametrize("name", SEEDED)
def test_a_seed_is_a_whole_number(name):
    for odd in (True, 0.5, -1, None, [1, 2], range(3), np.array([1]), 10**400, "0"):
        with pytest.raises(ValueError, match=r"^seed must be a whole number"):
            SEEDED[name](odd)


def test_a_seed_of_numpy_is_a_seed():
    numbers = [clipping.wild_network(seed).params.W_xh for seed in (7, np.uint8(7), np.array(7))]
    assert np.array_equal(numbers[0], numbers[1]) and np.array_equal(numbers[0], numbers[2])
    assert np.array_equal(seeded(7, 1).random(3), np.random.default_rng([7, 1]).random(3))
    assert np.array_equal(seeded(7).random(3), np.random.default_rng(7).random(3))


def test_what_may_be_a_generator_or_a_seed_is_nothing_else():
    for recall in (growing.recall, one_state.recall):
        assert np.array_equal(recall(3, 6, rng=5)[0], recall(3, 6, rng=np.random.default_rng(5))[0])
        for odd in (None, True, [1], range(3), "5", -1, 10**400):
            with pytest.raises(ValueError, match=r"^rng must be a generator, such as .* or a seed, a whole number"):
                recall(3, 6, rng=odd)


LSTM_RUN = lstm_back.small_lstm()
LSTM_TRACE = LSTM_RUN[0].forward(LSTM_RUN[1])
WORDS = data.Vocabulary(["a", "b"])
BLOCKS = np.ones((16, 3)), np.ones((16, 4))

SAID = {
    "a tolerance of 0": (lambda: gradcheck.compare({}, {}, 0), "tolerance must be a positive number, but 0 came."),
    "a step of infinity": (
        lambda: gradcheck.complex_step(None, model().params, np.inf), "step must be a positive number, but inf came.",
    ),
    "a bias that is true": (lambda: LSTM(3, 4, rng=rng(), forget_bias=True),
                            "forget_bias must be a finite number, but True came."),
    "a bias of NaN beside blocks": (lambda: conventions.from_blocks(*BLOCKS, order="ifgo", forget_bias=np.nan),
                                    "forget_bias must be one finite number, but nan came."),
    "a bias in quotes": (lambda: growing.learn("rail", forget_bias="5"),
                         "forget_bias must be one finite number, but '5' came."),
    "an upward valley": (lambda: valley.curvature(-1), "steep must be a positive number, but -1 came."),
    "nothing is enough": (lambda: valley.updates_until(SGD(0.1), enough=0),
                          "enough must be a positive number, but 0 came."),
    "marks of 2": (lambda: growing.recall(3, 6, rng=0, marks=2),
                   "marks must be a probability, from 0 to 1, but 2 came."),
    "no weight": (lambda: language.bigram(Y, K, 0), "weight must be a positive number, but 0 came."),
    "a word beyond": (lambda: language.bigram(Y, 4),
                      "ids must be below K = 4, the size of the vocabulary, but 4 came."),
    "all pairs of many words": (lambda: language.bigram(Y, 10**6),
                                "K must be at most 16,384, or a matrix (K, K) is too large, but 1000000 came."),
    "no seeds": (lambda: one_state.seed_losses(LSTM, 1, "silent", seeds=0),
                 "seeds must be a whole number, 1 or more, but 0 came."),
    "a batch of none": (lambda: learning.recall_batches(0, 5, rng=rng()),
                        "size must be a whole number, 1 or more, but 0 came."),
    "a cut before all": (lambda: growing.cut(model(LSTM), X, after=-1),
                         "after must be a whole number, 1 or more, but -1 came."),
    "a cut after all": (lambda: growing.cut(model(LSTM), X, after=6),
                        "after must be a whole number from 1 to 5, but 6 came."),
    "a step before all": (lambda: lstm_back.numbers_at(LSTM_TRACE, 0),
                          "t must be a whole number, 1 or more, but 0 came."),
    "an example before all": (lambda: growing.signs(X, -1), "n must be a whole number, 0 or more, but -1 came."),
    "a stack of nothing": (lambda: seqlib.nn.Stacked(None), "layers must be a list of cells, but None came."),
    "a map of a number": (lambda: model().params.map(5),
                          "function must be a function of an array, such as np.copy, but 5 came."),
    "a window on nothing": (lambda: seqlib.nn.Record({}, {"a": ("b", 0)}),
                            "views must be windows on arrays of this record, but {'a': ('b', 0)} came."),
    "a short row": (lambda: table.Table([("a",)], ("x", "y")),
                    "rows must hold 2 texts each, as head does, but ('a',) came."),
    "a row of bytes": (lambda: table.Table([b"ab"], ("x", "y")),
                       "rows must hold 2 texts each, as head does, but (b'ab',) came."),
    "half a column": (lambda: table.flush_right("a", 1.5), "columns must be a whole number, 0 or more, but 1.5 came."),
    "derivatives of another": (
        lambda: moment.one_step_back(model().cell, model().forward(X), 2, h=np.ones((N, H))),
        "h must have shape (..., H, N), here (..., 4, 7), but (7, 4) came.",
    ),
    "no tokens": (lambda: WORDS.encode(5), "tokens must be a list of tokens, but 5 came."),
    "tokens of lists": (lambda: WORDS.unknown([["a"]]), "tokens must be a list of tokens, but [['a']] came."),
    "no numbers": (lambda: WORDS.decode(1.5), "ids must be a list of whole numbers, but 1.5 came."),
    "sigmoid of no number": (lambda: sigmoid(np.array([None])), "a must hold numbers, but ndarray with rows of"),
    "sigmoid under a mask": (lambda: sigmoid(MASKED), "a must be a plain array, but a masked one came"),
    "reset in an array": (lambda: GRU(3, 4, rng=rng(), reset=np.full(2, "after")),
                          "reset must be 'before' or 'after' (the product with W_hg), but an array of shape (2"),
    "a dict updates": (lambda: train(model(), fresh(), {}, 1),
                       "optimizer must be an optimizer, such as Adam(0.01), but {} came."),
    "one thing to watch": (lambda: train(model(), fresh(), SGD(0.1), 1, watch=len),
                           "watch must be a function (step, loss, norm), or left out, but <built-in function len> c"),
    "gradients of none": (lambda: SGD(0.1).update(model().params, {}),
                          "grads must have a gradient of each of params, but none is named 'W_xh'."),
    "a class too far": (lambda: model().accuracy(X, Y + K), "targets must lie in 0 … 4 (or be -1 for none), but 5 … 9"),
    "complex targets": (lambda: mse(np.ones((T, K, N)), np.ones((T, K, N)) * 1j),
                        "targets must be real numbers, as the outputs are, but complex128 came."),
    "a name of bytes": (lambda: weights_file.read(b"x"),
                        "path must be a file's name, such as 'weights.npz', but b'x' came."),
    "a forecast of all": (lambda: forecast.forecasts(forecast.last_value, S, 200),
                          "n must be a whole number from 1 to 199, but 200 came."),
    "a name that is none": (lambda: forecast.title(1.5), "name must be a string, but 1.5 came."),
    "an endless lag": (lambda: data.one_hot(np.broadcast_to(0, (10**6, 200)), 5),
                       "ids of shape (1000000, 200) and K = 5 make an array of more than 268,435,456 numbers, 2 GB"),
    "an empty activation": (lambda: conventions.from_torch(conventions.to_torch(model()), activation=""),
                            "activation must be one of tanh, relu, but '' came."),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_the_sentence_word_for_word(name):
    ask, sentence = SAID[name]
    with pytest.raises(ValueError, match="^" + re.escape(sentence)):
        ask()


@pytest.mark.parametrize("ask", [
    lambda odd: GRU(3, 4, rng=rng(), reset=odd),
    lambda odd: LSTM(3, 4, rng=rng(), dtype=odd),
    lambda odd: data.split(10, odd, rng()),
    lambda odd: data.adding_ends(odd),
    lambda odd: seqlib.study.compare.by_lag("copy", odd),
    lambda odd: seqlib.study.compare.parameters(odd, 3, 4),
    lambda odd: bptt.gradient_flow(model().cell, model().forward(X), 3, norm=odd),
    lambda odd: remembering.order_sequence(odd),
    lambda odd: seqlib.words.use(odd),
    lambda odd: data.Vocabulary([], unknown=None).encode([odd]),
])  # fmt: skip
def test_what_is_endless_is_not_repeated(ask):
    with pytest.raises(ValueError, match="'xxx") as caught:
        ask("x" * 100_000)
    assert len(str(caught.value)) < 250


def test_small_integers_do_not_run_over():
    few, many = np.array([200, 3], np.uint8), np.array([200.0, 3.0])
    assert np.array_equal(valley.loss(few, few, 10.0), valley.loss(many, many, 10.0))
    one, other = (seqlib.study.compare.hidden_size("LSTM", 3, budget) for budget in (np.uint8(100), 100))
    assert one == other
    assert np.array_equal(softmax(few[:, None]), softmax(many[:, None]))
    assert gradcheck.compare({"a": few}, {"a": few + np.uint8(1)})[0].difference == 1


def test_what_was_right_stays_right():
    assert WORDS.encode(token for token in "axb") == [1, 0, 2] and WORDS.decode(np.array([1, -1, 2])) == ["a", "b"]
    assert data.Vocabulary([*"ab"], None).encode(iter("ba")) == [1, 0]
    assert sigmoid(0.0) == 0.5 and np.array_equal(sigmoid(np.ma.filled(MASKED, 0.0)), sigmoid(MASKED.filled(0.0)))
    assert repr(table.Table(iter([["a", "1"]]), iter(["x", "y"]))) == "x  y\na  1"
    assert len(train(model(), fresh(), SGD(0.1), 2, watch=lambda *all: False).loss) == 2
    assert np.allclose(LSTM(3, 4, rng=rng(), forget_bias=np.full((4, 1), 2.0)).params.b_f, 2)


# --- what a newcomer tried -------------------------------------------------------------------------------------------


class Collector(list):
    """A list that is called: empty at first, it is no reason not to call it."""

    def __call__(self, step, loss, norm):
        self.append(loss)


def small(kind=LSTM, D=3, H=4):
    rng = np.random.default_rng(0)
    return SequenceModel(kind(D, H, rng=rng), Readout(H, 2, rng=rng))


def test_an_empty_collector_is_called():
    x, targets, seen = np.ones((5, 3, 2)), np.zeros((5, 2), int), Collector()
    assert train(small(), [(x, targets)] * 3, SGD(0.1), 3, watch=seen).loss.tolist() == seen


def test_a_forecaster_that_sorts_what_it_gets_changes_no_series():
    values = np.sin(np.arange(60.0))
    forecast.errors(lambda past, steps: past.sort() or past[:steps], values, 40)
    assert np.array_equal(values, np.sin(np.arange(60.0)))


@pytest.mark.parametrize(
    "make",
    [
        lambda big, rng: data.adding_problem(4, big(120), rng=rng),
        lambda big, rng: data.sensor_runs(9, big(60), rng=rng),
        lambda big, rng: data.copy_task(4, big(126), rng=rng),
        lambda big, rng: data.copy_task(4, 10, kinds=big(126), rng=rng),
        lambda big, rng: data.recall_task(4, big(127), rng=rng),
        lambda big, rng: data.order_task(big(120), big(30), rng=rng),
    ],
)
@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.array])
def test_sizes_of_few_bits_do_not_run_over(make, kind):
    first, then = (make(of, np.random.default_rng(0)) for of in (kind, int))
    assert all(map(np.array_equal, first, then))


def test_a_trace_of_another_cell_is_refused():
    trace = small(RNN, D=4, H=5).cell.forward(np.ones((6, 4, 7)))
    for other in (small(RNN, D=3, H=5), small(RNN, D=4, H=9)):
        with pytest.raises(ValueError, match=r"^trace must be one of this cell, RNN\(D=\d, H=\d, .* came\.$"):
            other.cell.backward(trace, np.ones((6, 5, 7)))


@pytest.mark.parametrize("make", [lambda: SGD(0.1), lambda: Adam(0.1)])
def test_an_update_that_does_not_fit_changes_nothing(make):
    params = Record({"a": np.ones(2), "b": np.ones((2, 3))})
    for grads in ({"a": np.ones(2), "b": np.ones(3)}, {"a": np.ones(2), "b": np.ones((5, 3))}, {"a": np.ones(2)}):
        optimizer = make()
        with pytest.raises(ValueError, match=r"^(the gradient of b must have its shape, \(2, 3\)|grads must have)"):
            optimizer.update(params, Record(grads))
        assert optimizer.k == 0 and (params.a == 1).all() and (params.b == 1).all()
    with pytest.raises(ValueError, match=r"^params must be floats, .* but a is of int64\.$"):
        make().update(Record({"a": np.ones(2, int)}), params)


def test_a_norm_of_small_integers_is_theirs():
    assert joint_norm({"a": np.array([200, 200], np.uint8)}) == pytest.approx(np.sqrt(80000))


def test_a_cell_made_from_the_lstm_starts_as_it_does():
    class Mine(LSTM):
        pass

    assert (learning.adding_model(Mine)[0].cell.params.b_f == 4).all()


def test_recall_runs_says_what_it_cannot_use_before_it_trains():
    with pytest.raises(ValueError, match=r"^updates must be a multiple of \d+, as each look is, but 15 came\.$"):
        learning.recall_runs(1.0, updates=15)
    with pytest.raises(ValueError, match=r"^optimizer must make one for each run, such as lambda: Adam\(0\.01\), but"):
        learning.recall_runs(1.0, optimizer=Adam(0.01))
