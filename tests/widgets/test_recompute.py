"""The interpreter in JavaScript computes what NumPy computes: all cells, both directions, random sizes."""

import base64
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zlib
from typing import ClassVar

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, Readout, SequenceModel, saved
from seqlib.draw import makers
from seqlib.nn.cell import Cell
from seqlib.nn.functions import LOSSES, sigmoid, softmax
from seqlib.study.bptt import gradient_flow
from seqlib.widgets.recompute import FUNCTIONS, in_single_precision, module, plain_array, plain_model, plain_program
from tests.conftest import ROOT
from tests.nn.test_random_cells import Written
from tests.widgets import playgrounds

SCRIPT = ROOT / "seqlib" / "widgets" / "js" / "equations.js"
ANSWERS = ROOT / "tests" / "widgets" / "answers.mjs"


class Minimal(Cell):
    """A minimal gated unit with a weight that multiplies element by element, as a reader of lesson 15 may write it."""

    BLOCKS: ClassVar = {"a": ("a_f", "a_g")}

    def step(self, W, t):
        t.a_f = W.W_xf @ t.x + W.W_hf @ t.h_prev + W.p * t.h_prev + W.b_f
        t.f = sigmoid(t.a_f)
        t.fh = t.f * t.h_prev
        t.a_g = W.W_xg @ t.x + W.W_hg @ t.fh + W.b_g
        t.g = np.tanh(t.a_g)
        t.h = (1 - t.f) * t.h_prev + t.f * t.g

    def step_back(self, W, t, d):
        d.g = d.h * t.f
        d.a_g = d.g * (1 - t.g**2)
        d.fh = W.W_hg.T @ d.a_g
        d.f = d.h * (t.g - t.h_prev) + d.fh * t.h_prev
        d.a_f = d.f * t.f * (1 - t.f)
        d.h_prev = d.h * (1 - t.f) + d.fh * t.f + W.W_hf.T @ d.a_f + W.p * d.a_f
        d.x = W.W_xf.T @ d.a_f + W.W_xg.T @ d.a_g


class Odd(Cell):
    """Every other function of the closed list, in a cell that means nothing."""

    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.e = np.exp(-np.absolute(t.a)) / (2 + np.square(t.a))
        t.m = np.maximum(np.minimum(t.a, 0.8), -0.7) * np.heaviside(t.a + 0.3, 0.5)
        t.h = np.sqrt(t.e + 0.1) + np.log(t.e + 1.5) * t.m + np.power(t.e, 3)

    def step_back(self, W, t, d):
        inside = np.greater(t.a, -0.7) * np.greater(0.8, t.a)
        d.e = d.h * (0.5 / np.sqrt(t.e + 0.1) + t.m / (t.e + 1.5) + 3 * t.e**2)
        d.m = d.h * np.log(t.e + 1.5)
        slope = np.heaviside(t.a, 0.5) * 2 - 1
        d.a = d.m * inside * np.heaviside(t.a + 0.3, 0.5) - d.e * (slope * t.e + 2 * t.a * t.e / (2 + np.square(t.a)))
        d.h_prev = W.W_h.T @ d.a
        d.x = W.W_x.T @ d.a


KINDS = {
    "RNN tanh": lambda D, H, rng: RNN(D, H, rng=rng),
    "RNN relu": lambda D, H, rng: RNN(D, H, rng=rng, activation="relu"),
    "LSTM": lambda D, H, rng: LSTM(D, H, rng=rng),
    "GRU before": lambda D, H, rng: GRU(D, H, rng=rng),
    "GRU after": lambda D, H, rng: GRU(D, H, rng=rng, reset="after"),
    "minimal": lambda D, H, rng: Minimal(D, H, rng=rng),
    "odd": lambda D, H, rng: Odd(D, H, rng=rng),
}
SHAPES = ("many-to-many", "many-to-one", "one-to-many")


def case(kind, shape, loss, seed):
    """One case as plain data, and what NumPy says."""
    rng = np.random.default_rng(seed)
    D, H, K, N, T = (int(rng.integers(1, most)) for most in (7, 14, 6, 4, 13))
    model = SequenceModel(KINDS[kind](D, H, rng), Readout(H, K, rng=rng), shape, loss)
    for name, array in model.params.items():
        array += rng.normal(scale=0.1, size=array.shape) if name.startswith(("b", "p")) else 0
    x = rng.normal(size=(1 if shape == "one-to-many" else T, D, N))
    first = {state: rng.normal(size=(H, N)) for state in model.cell.STATES} if seed % 2 else {}
    outputs = 1 if shape == "many-to-one" else T
    if loss == "mse":
        targets = np.where(rng.random((outputs, K, N)) < 0.2, np.nan, rng.normal(size=(outputs, K, N)))
    else:
        targets = rng.integers(-1, K, (outputs, N))
    trace = model.forward(x, **{f"{s}0": v for s, v in first.items()}, **model._steps(targets))
    loss_t, dlogits = LOSSES[loss](trace.logits, targets)
    grads = model.backward(trace, dlogits)
    program = model.cell.program()
    names = ["x", *[f"{s}_all" for s in model.cell.STATES], *(n for n in program.equations if n in trace)]
    derivatives = [n for n in ("x", *program.equations) if n in grads.trace]
    expected = {name: trace[name] for name in names} | {f"d.{name}": grads.trace[name] for name in derivatives}
    expected |= {f"W.{name}": grads.params[name] for name in (*program.shapes, "W_hy", "b_y")}
    expected |= {f"first.{state}": getattr(grads, f"{state}0") for state in model.cell.STATES}
    expected |= {"losses": loss_t, "logits": trace.logits, "probabilities": softmax(trace.logits)}
    expected["flow"] = gradient_flow(model.cell, trace, T)[:, -1]
    expected["frobenius"] = gradient_flow(model.cell, trace, T, norm="frobenius")[:, -1]
    plain = {
        "model": plain_model(model), "T": T, "N": N, "x": x.ravel().tolist(), "names": names,
        "derivatives": derivatives,
        "first": {state: v.ravel().tolist() for state, v in first.items()},
        "targets": [None if np.isnan(y) else float(y) for y in targets.ravel()],
    }  # fmt: skip
    return plain, expected


def cases():
    """Every cell, shape and loss, with random sizes: (what, plain, expected)."""
    made = []
    for n, kind in enumerate(KINDS):
        for k, shape in enumerate(SHAPES):
            for m, loss in enumerate(LOSSES):
                made.append((f"{kind}, {shape}, {loss}", *case(kind, shape, loss, 100 * n + 10 * k + m)))
    return made


def disagreements(made, found):
    """{what: the largest difference relative to the largest entry} where it is above 1e-12."""
    off = {}
    for (what, _, expected), answer in zip(made, found, strict=True):
        assert set(answer) == set(expected), what
        for name, values in expected.items():
            mine, theirs = np.array(answer[name], float), np.ravel(values)
            assert mine.shape == theirs.shape, (what, name)
            error = np.abs(mine - theirs).max(initial=0) / max(np.abs(theirs).max(initial=0), 1e-300)
            if not error <= 1e-12:
                off[f"{what}: {name}"] = error
    return off


def run_node(source, data):
    """Run a module with node and return what it prints as JSON."""
    node = shutil.which("node") or pytest.skip("node is not installed; tests/browser runs the same cases in a browser")
    done = subprocess.run(
        [node, "--input-type=module", "-e", source], input=json.dumps(data), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


NODE = """
import { readFileSync } from "node:fs";
const module = async (path) => import("data:text/javascript;base64," + readFileSync(path).toString("base64"));
const equations = await module("%EQUATIONS%"), { answers } = await module("%ANSWERS%");
console.log(JSON.stringify(answers(equations, JSON.parse(readFileSync(0)))));
"""


def test_node_agrees_with_numpy():
    made = cases()
    source = NODE.replace("%EQUATIONS%", SCRIPT.as_posix()).replace("%ANSWERS%", ANSWERS.as_posix())
    assert disagreements(made, run_node(source, [plain for _, plain, _ in made])) == {}


def test_node_agrees_on_random_cells(monkeypatch):
    """With several states, blocks, and matrices on anything, as far as the browser has their functions."""
    made = []
    for seed in range(40):
        kind, source = Written(seed).kind()
        if not re.search(r"np\.(sin|cos|cosh)\b|MASK|RATES", source):
            monkeypatch.setitem(KINDS, "random", lambda D, H, rng, kind=kind: kind(D, H, rng=rng))
            made.append((source, *case("random", "many-to-many", "cross_entropy", 2 * seed)))
    source = NODE.replace("%EQUATIONS%", SCRIPT.as_posix()).replace("%ANSWERS%", ANSWERS.as_posix())
    assert len(made) > 10 and disagreements(made, run_node(source, [plain for _, plain, _ in made])) == {}


def test_the_equations_of_a_cell_are_small():
    rng = np.random.default_rng(0)
    sizes = {name: len(json.dumps(plain_program(make(3, 4, rng).program()))) for name, make in KINDS.items()}
    assert max(sizes.values()) < 3000, sizes


def test_a_function_that_the_browser_does_not_know_is_named():
    class Sine(RNN):
        def step(self, W, t):
            t.a = W.W_xh @ t.x + W.W_hh @ t.h_prev + W.b_h
            t.h = np.sin(t.a)

    cell = Sine(2, 3, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"t.h = np.sin.* but sin came; show this picture with the kernel"):
        plain_model(SequenceModel(cell, Readout(3, 2, rng=np.random.default_rng(0))))

    class Masked(RNN):
        mask = np.ones((3, 1))

        def step(self, W, t):
            t.a = W.W_xh @ t.x + W.W_hh @ t.h_prev + W.b_h
            t.h = self.mask * np.tanh(t.a)

    cell = Masked(2, 3, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"t.h = self.mask.* but an array of constants came; show this picture"):
        plain_model(SequenceModel(cell, Readout(3, 2, rng=np.random.default_rng(0))))
    with pytest.raises(ValueError, match="model must be a SequenceModel, but int came"):
        plain_model(3)
    with pytest.raises(ValueError, match="model must be a SequenceModel, but int came"):
        in_single_precision(3)


def test_what_the_kernel_allows_and_what_the_browser_knows_are_one_list():
    source = SCRIPT.read_text(encoding="utf-8")
    loops = source[source.index("const LOOPS") : source.index("function elementwise")]
    assert set(re.findall(r"^  (\w+)[(:]", loops, re.MULTILINE)) == FUNCTIONS


def test_arrays_keep_every_bit():
    values = np.array([[np.pi, -0.0, 5e-324], [np.inf, 1e308, 1 / 3]])
    plain = plain_array(values[:, ::-1])
    assert plain["shape"] == [2, 3]
    assert np.frombuffer(base64.b64decode(plain["data"])).tobytes() == values[:, ::-1].tobytes()


def test_an_array_takes_half_the_room_where_nothing_is_lost_and_node_reads_both():
    rng, arrays = np.random.default_rng(0), []
    for values in (rng.normal(size=(3, 5)), rng.normal(size=(3, 5)).astype(np.float32), np.zeros((2, 1))):
        arrays.append((values.astype(float), plain_array(values)))
    assert [len(base64.b64decode(plain["data"])) for _, plain in arrays] == [8 * 15, 4 * 15, 4 * 2]
    source = SCRIPT.read_text(encoding="utf-8") + """
    import { readFileSync } from "node:fs";
    console.log(JSON.stringify(JSON.parse(readFileSync(0)).map((array) => [...decoded(array)])));
    """
    for numbers, (values, _) in zip(run_node(source, [plain for _, plain in arrays]), arrays, strict=True):
        assert numbers == values.ravel().tolist()


def test_a_model_in_single_precision_is_half_as_long_and_as_float32_holds_it():
    model = SequenceModel(LSTM(3, 4, rng=np.random.default_rng(0)), Readout(4, 2, rng=np.random.default_rng(1)))
    model.cell.params.W_x[0, 0] = 1e300  # beyond float32
    before, short = model.cell.params.copy(), in_single_precision(model)
    for params, whole in ((short.cell.params, before), (short.readout.params, model.readout.params)):
        for name, W in params.items():
            held = np.where(np.abs(whole[name]) < 1e38, whole[name], 0).astype(np.float32)
            np.testing.assert_array_equal(W, np.where(np.abs(whole[name]) < 1e38, held, whole[name]))
            assert W.dtype == float
    assert all((before[name] == W).all() for name, W in model.cell.params.items()), "the model itself stays"
    assert (short.params.W_hy == short.readout.params.W_hy).all()
    exact, rounded = (len(plain_model(one)["readout"]["W_hy"]["data"]) for one in (model, short))
    assert rounded <= exact / 2 + 2  # what base64 fills up with


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_node_draws_what_python_draws():
    made = playgrounds.asked()
    source = f"""
    import {{ readFileSync }} from "node:fs";
    const {{ text, all }} = JSON.parse(readFileSync(0));
    const module = await import("data:text/javascript;base64," + Buffer.from(text).toString("base64"));
    console.log(JSON.stringify(({playgrounds.ANSWERS})([module, all])));
    """
    text = module().rsplit("export default", 1)[0] + "export { RECIPES, pictureOf };"
    found = run_node(source, {"text": text, "all": {name: plain for name, (plain, _) in made.items()}})
    assert playgrounds.differences(made, found) == []


def test_a_sentence_gives_numpys_numbers(monkeypatch):
    """What the pictures of sentences are made from, before it is rounded."""
    asked, runs, ran, scene = {}, {}, [], makers.Picture.scene
    monkeypatch.setattr(makers.Picture, "scene", lambda *given, **more: ran.append(given[1]) or scene(*given, **more))
    for name in ("trio", "word weights", "next word"):
        runs[name] = []
        widget, states = playgrounds.ALL[name]()
        for state in states:
            with widget.hold_sync():
                for key, value in state.items():
                    setattr(widget, key, value)
            assert ran[-1]["steps"] == widget.scene.T
            runs[name].append(ran[-1])
        asked[name] = {"recipe": widget.recipe, "given": widget.given, "states": states}
    source = """
    import { readFileSync } from "node:fs";
    const { text, all } = JSON.parse(readFileSync(0));
    const { RECIPES } = await import("data:text/javascript;base64," + Buffer.from(text).toString("base64"));
    const plain = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
    const made = Object.entries(all).map(([name, { recipe, given, states }]) => {
        const { run } = RECIPES[recipe](given);
        return [name, states.map(run)];
    });
    console.log(JSON.stringify(Object.fromEntries(made), plain));
    """
    text = module().rsplit("export default", 1)[0] + "export { RECIPES };"
    found = run_node(source, {"text": text, "all": asked})
    for name, mine in found.items():
        for theirs, live in zip(runs[name], mine, strict=True):
            assert set(live) - {"note"} == set(theirs)
            for quantity, values in theirs.items():
                if np.asarray(values).dtype.kind in "fiu":  # texts are compared as they stand in the picture
                    np.testing.assert_allclose(live[quantity], values, rtol=1e-12, atol=1e-13, err_msg=quantity)


def test_a_number_has_the_colour_that_it_has_in_every_other_picture():
    numbers = np.concatenate([np.linspace(-5, 5, 2001), [np.nan, np.inf, -np.inf, 1e-300]])
    asked = {
        f"{scale} {make.__name__}": make("v", scale) for scale in makers.SCALES for make in (makers.colour, makers.ink)
    }
    parts = [{"id": name, "attribute": "fill", "makers": {"fill": maker}} for name, maker in asked.items()]
    plain = {"parts": parts, "said": makers.text("v", "words"), "scales": makers.scales()}
    source = (
        (SCRIPT.parent / "makers.js").read_text(encoding="utf-8")
        + """
    import { readFileSync } from "node:fs";
    const { picture, numbers } = JSON.parse(readFileSync(0));
    const v = numbers.map((value) => (typeof value === "number" ? value : Number(value)));
    console.log(JSON.stringify(pictureOf(picture, { steps: v.length, v }).bindings));
    """
    )
    plain_numbers = [
        value if np.isfinite(value) else str(value).replace("inf", "Infinity") for value in numbers.tolist()
    ]
    for bound, maker in zip(
        run_node(source, {"picture": plain, "numbers": plain_numbers}), asked.values(), strict=True
    ):
        assert bound["values"] == makers.values(maker, {"steps": len(numbers), "v": numbers})
        if maker["make"] == "colour":
            assert bound["values"] == makers.SCALES[maker["scale"]](numbers).tolist()


# --- saved ------------------------------------------------------------------------------------------------------------


def with_arrays(given, arrays):
    """Plain data, where the place of an array stood for it."""
    if isinstance(given, list):
        return [with_arrays(value, arrays) for value in given]
    if not isinstance(given, dict):
        return given
    if given.keys() == {"shape", "data"}:
        return {**given, "data": arrays[given["data"]]}
    return {name: with_arrays(value, arrays) for name, value in given.items()}


@pytest.mark.parametrize("name", playgrounds.ALL)
def test_a_saved_notebook_has_what_was_shown_last_and_where_its_controls_stood(name, monkeypatch):
    heavy = name in ("trio", "word weights")  # as lesson 12's are, with their trained networks
    monkeypatch.setattr(saved, "HEAVY", 10_000 if heavy else saved.HEAVY)
    widget, states = playgrounds.ALL[name]()
    state = states[-1]
    with widget.hold_sync():
        for key, value in state.items():
            setattr(widget, key, value)
    # What the browser hands on once nothing moves any more.
    widget.bindings, widget.sentences, widget.t = widget.scene.bindings, widget.scene.sentences, widget.scene.T
    output = {"data": {saved.VIEW: {"model_id": "m"}, saved.HTML: saved.PICTURE}}
    plain = {"model_name": "AnyModel", "state": {key: getattr(widget, key) for key in widget.keys if key[0] != "_"}}
    metadata = {"widgets": {saved.STATE: {"state": {"m": plain}}}}
    notebook = {"cells": [{"outputs": [output]}], "metadata": metadata}
    html = saved.PLAYER.sub("", saved.tidy(notebook)["cells"][0]["outputs"][0]["data"]["text/html"])
    picture = ET.canonicalize(saved.drawing(html))
    assert picture == ET.canonicalize(widget.scene.at(widget.t))
    assert len(html) < 70_000, "none of what only a live picture needs, but for what a page recomputes from"
    [(packed, arrays)] = re.findall(r'currentScript,"([^"]*)"(?:,"([^"]*)")?', html)
    kept = json.loads(zlib.decompress(base64.b64decode(packed), -15))
    left = saved.left_out(plain["state"])
    assert heavy == (left is not None)
    if heavy:  # too large to be kept: it only steps
        assert not {"recipe", "given", *state} & set(kept)
        packed, arrays = left
        kept |= json.loads(zlib.decompress(base64.b64decode(packed), -15))
    given = json.loads(json.dumps(widget.given))
    kept["given"] = with_arrays(kept["given"], arrays.split(" "))
    assert (kept["recipe"], kept["given"]) == (widget.recipe, given), "a page recomputes from it"
    assert {key: kept[key] for key in state} == state and "css" not in kept
    told = {
        "gates": "<p>the gates · f ", "gru": "<p>r ", "reach": "<p>spectral radius ρ 1.50 · length T 150 · ",
        "trio": "<p>sentence 🙂 𠀀🙂", "word weights": "<p>sentence 🙂 𠀀🙂",
        "next word": "<p>한국어 · sentence  · temperature 0.7</p>",
        "drawn": "", "reorder": "", "tau": "<p>loss at s = Σ · terms of ∂L/∂ b_h</p>",
        "switchboard": "<p>learned with z keeps, r after (PyTorch, Keras) · weights converted</p>",
    }  # fmt: skip
    assert told[name] in html
