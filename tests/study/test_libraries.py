"""The table of libraries: what each computed with random weights, there and back, and the pages made of it."""

import json

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN
from seqlib.study.conventions import from_keras, from_library, to_library
from seqlib.study.libraries import CONVENTIONS
from tests.nn.agreement import bits
from tools.conventions import pages

FOUND = pages.found()
CASES = [case for part in FOUND.values() for case in part["cases"]]
NEAR, FAR = 1e-6, 1e-2
every_case = pytest.mark.parametrize("case", CASES, ids=[f"{k} {case['row']}" for k, case in enumerate(CASES)])
every_row = pytest.mark.parametrize("row", [row for row in CONVENTIONS.values() if row.kind in ("RNN", "LSTM", "GRU")],
                                    ids=lambda row: row.name)  # fmt: skip


def single(value):
    """float32 in place of all lists of numbers."""
    return (
        {name: single(part) for name, part in value.items()} if isinstance(value, dict) else np.array(value, np.float32)
    )


def read(case):
    if case["row"] == "from_keras":
        return from_keras([single(array) for array in case["arrays"]], **case["settings"])
    return from_library(case["row"], single(case["arrays"]), **case["settings"])


def run(cells, x, first):
    """h (T, H, N), of several directions one below the other; and the last C of each cell."""
    layers, states, last = cells if isinstance(cells, list) else [[cells]], zip(*map(per_cell, first), strict=True), []
    for layer in layers:
        outputs = []
        for cell, given, way in zip(layer, states, (1, -1), strict=False):  # the second reads from the end
            trace = cell.forward(x[::way], *given)
            outputs.append(trace.h[::way])
            last += [trace.C[-1]] if "C" in cell.STATES else []
        x = np.concatenate(outputs, axis=1)
    return x, last


def per_cell(state):
    return state if state.ndim == 3 else state[None]


def distance(case, cells):
    """The largest difference from what the library computed."""
    h, C = run(cells, single(case["x"]), [single(state) for state in case["first"]])
    expected = [single(case["h"])] + ([] if case["C"] is None else list(per_cell(single(case["C"]))))
    return max(np.abs(got - wanted).max() for got, wanted in zip([h, *C], expected, strict=False))


@every_case
def test_the_cell_computes_what_the_library_computed(case):
    assert distance(case, read(case)) <= NEAR


@every_case
def test_no_other_reading_does(case, monkeypatch):
    """So the numbers tell the conventions apart."""
    if case["row"] == "from_keras" or CONVENTIONS[case["row"]].kind == "RNN":
        return
    row = CONVENTIONS[case["row"]]
    others = [row._replace(order=row.order[1] + row.order[0] + row.order[2:]), row._replace(order=row.order[::-1])]
    if row.kind == "GRU":
        others += [row._replace(z="keeps" if row.z == "writes" else "writes")]
        others += [row._replace(reset="before" if row.reset == "after" else "after")]
    else:
        others += [row._replace(add=1 - row.add)]
    for other in others:
        monkeypatch.setitem(CONVENTIONS, row.name, other)
        assert distance(case, read(case)) > FAR, other


@every_case
def test_what_is_written_has_the_names_and_shapes_of_the_library(case):
    if case["row"] == "from_keras":
        return
    cells, names = (
        read(case),
        {name: array.shape for name, array in flat(single(case["arrays"])).items() if ".cell" not in name},
    )
    written = to_library(case["row"], cells)
    bias = {name for name in written if "bias" in name.lower() or name == "B"}
    if not any("bias_hh" in name for name in names):  # a layer without
        written = {name: array for name, array in written.items() if name not in bias or name in names}
    shapes = {name: array.shape for name, array in written.items()}
    assert len(shapes) == len(names)
    for name, shape in shapes.items():
        ends = {name, name.replace("_l0", "")}  # a single cell of PyTorch has no layers
        assert [s for full, s in names.items() if any(f".{full}".endswith((f".{end}", f"/{end}")) for end in ends)] == [
            shape
        ]
    again = from_library(case["row"], written, **case["settings"])
    assert distance(case, again) <= NEAR


def flat(arrays, before=""):
    found = {}
    for key, value in arrays.items():
        found |= flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": value}
    return found


@every_row
def test_there_and_back_is_the_same_cell_bit_for_bit(row):
    rng, kind = np.random.default_rng(0), {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}[row.kind]
    options = {"RNN": {"activation": row.activation}, "LSTM": {"gates": row.gates},
               "GRU": {"gates": row.gates, "reset": row.reset}}[row.kind]  # fmt: skip
    cell = kind(2, 3, rng=rng, dtype=np.float32, **options)
    for name, array in cell.params.items():
        if name != "b_hg" or {"b_h", "b_hg", "b_xh", "b_xhg"} & set(row.names):
            array[...] = rng.integers(-32, 33, array.shape) / 32  # few digits: what is added to f is taken off again
    back = from_library(row.name, to_library(row.name, cell))
    assert repr(back) == repr(cell) and bits(back.params) == bits(cell.params)


def test_what_the_table_calls_run_was_run():
    ran = pages.checked()
    assert {name for name, row in CONVENTIONS.items() if row.how == "run"} == ran & set(CONVENTIONS)
    assert {row.library for row in CONVENTIONS.values() if row.how == "read"} >= {"WebNN", "Core ML"}


def test_what_the_documents_say_of_each_library():
    """By their own pages: whose arrays count directions, whose names count layers, who adds 1 to f, who may be told."""
    rows = CONVENTIONS.values()
    assert {row.library for row in rows if row.axis} == {"onnx", "openvino", "WebNN"}
    assert {row.library for row in rows if row.layered} == {"torch.nn", "paddle.nn", "mindspore.nn"}
    counted = [row for row in rows if row.axis or row.layered]
    assert len(counted) == 3 + 3 + 2 + 4 + 4 + 5 == sum(row.library in {r.library for r in counted} for row in rows)
    assert {row.name: row.add for row in rows if row.add} == {
        "tensorflow BasicLSTMCell": 1, "tfjs basicLSTMCell": 1, "haiku LSTM": 1, "DyNet VanillaLSTMBuilder": 1
    }  # fmt: skip
    told = {row.name for row in rows if row.other}
    assert {name for name in told if CONVENTIONS[name].kind != "RNN"} == {
        f"{library} {layer}" for library, layers in {
            "keras": ("LSTM", "GRU", "GRU(reset_after=False)", "LSTM of version 1", "GRU of version 1"),
            "tfjs": ("lstm", "gru"),
            "onnx": ("LSTM", "GRU", "GRU(linear_before_reset=1)"),
            "openvino": ("LSTMSequence", "GRUSequence", "GRUSequence(linear_before_reset=True)"),
            "WebNN": ("lstm", "lstm(layout=ifgo)", "gru", "gru(layout=rzn)", "gru(resetAfter=false)"),
            "Core ML": ("lstm", "gru"),
        }.items() for layer in layers
    }  # fmt: skip
    assert {row.name for row in rows if row.kind == "RNN"} - told == {"haiku VanillaRNN", "DyNet SimpleRNNBuilder"}


def test_the_stored_numbers_stay_small():
    assert sum(path.stat().st_size for path in pages.DATA.iterdir()) < 150_000
    assert not [text for part in FOUND.values() if "/" in (text := json.dumps(part["versions"]))]


@pytest.mark.parametrize("page", ["conventions.md", "training-differences.md"])
def test_the_pages_are_those_of_the_table(page):
    """Our own numbers in them are computed here."""
    text = (pages.ROOT / "docs" / page).read_text(encoding="utf-8")
    assert pages.filled(text, pages.pieces()[page]) == text


def test_what_the_page_says_about_training_is_what_was_seen():
    trained = pages._trained(FOUND)
    assert {name for name in trained if "adam" in trained[name]} == {"PyTorch", "Keras", "optax", "MLX", "Paddle"}
    steps = {name: trained[name]["adam"] for name in trained if "adam" in trained[name]}
    g, lasting = 1e-7, 0.001**0.5
    for name, step in steps.items():
        epsilon, scale = {"Keras": (1e-7 / lasting, 1), "MLX": (1e-8 / lasting, 0.1 / lasting)}.get(name, (1e-8, 1))
        assert step["1e-7"] == pytest.approx(scale * g / (g + epsilon), rel=1e-4), name
    scaled = {name for name in trained if "clip" in trained[name] and trained[name]["clip"]["at equality"] < 1}
    assert scaled == {"PyTorch", "MLX"}
    assert trained["Keras"]["clip"]["two arrays"] == [[1, 0], [0, 1]]  # clipnorm goes array by array
    assert pages.ours()["clipping"][1] == [[pytest.approx(0.6), 0], [0, pytest.approx(0.8)]]
