"""The drawings of the LSTM: their numbers are those of the run and of its gradients, and every text can be read."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex

from seqlib import LSTM, RNN, Readout, SequenceModel, sigmoid, words
from seqlib.draw import lstm, style
from seqlib.draw.diagrams import numbers
from tests.draw.test_diagrams import numbers_shown, shown, written
from tests.draw.texts import overlapping

STEPS = 5
SIZES = [(1, 1), (3, 3), (4, 4), (2, 4)]  # (D, H)
TOKENS = ["!", "·", "나는", "?", "<b>"]
SVG = "{http://www.w3.org/2000/svg}"


def run_of(D=3, H=3, *, seed=0, N=2):
    """A model with large weights, a run from h_0 and C_0 that are not zero, and its gradients."""
    rng = np.random.default_rng(seed)
    cell = LSTM(D, H, rng=rng)
    model = SequenceModel(cell, Readout(H, 2, rng=rng))
    for name, W in model.params.items():
        model.params[name] = rng.normal(size=W.shape)
    x, h0, C0 = rng.normal(size=(STEPS, D, N)), rng.uniform(-1, 1, (H, N)), rng.normal(size=(H, N))
    trace = cell.forward(x, h0, C0)
    dh = np.zeros_like(trace.h)
    dh[[1, 4]] = rng.normal(size=(2, H, N))
    return model, trace, cell.backward(trace, dh)


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.use("en")


# ---------------------------------------------------------------- the numbers are those of the run


@pytest.mark.parametrize("D, H", SIZES)
def test_every_number_of_the_cell_is_the_traces(D, H):
    model, trace, _ = run_of(D, H)
    for n in (0, 1):
        scene = lstm.lstm_cell_scene(model, trace, n)
        for t in range(STEPS):
            signed = ("C_prev", "h_prev", "x", "g", "C", "h", "tanh_C")
            expected = written(*(trace[name][t, :, n] for name in signed))
            for name in "fio":
                expected.update(numbers(trace[name][t, :, n], signed=False))
            assert numbers_shown(scene.at(t + 1)) == expected


def test_the_update_alone():
    _, trace, _ = run_of()
    scene = lstm.lstm_update_scene(trace, unit=2)
    for t in range(STEPS):
        f, i, g, C0, C = (trace[name][t, :, 0] for name in ("f", "i", "g", "C_prev", "C"))
        expected = written(C0, f * C0, g, i * g, C)
        for gate in (f, i):
            expected.update(numbers(gate, signed=False))
        assert numbers_shown(scene.at(t + 1)) == expected
        assert f"[2] = {f[1]:.2f} · " in scene.sentences[t]
        assert f" = {numbers(C, signed=False)[1]}: unit 2 at step {t + 1}" in scene.sentences[t]


def test_every_number_backwards_is_a_derivative():
    model, trace, grads = run_of()
    scene = lstm.lstm_backward_scene(model, trace, grads, 1)
    g = grads.trace
    for t in range(STEPS):
        own = [g[name][t, :, 1] for name in ("f", "i", "g", "o", "tanh_C", "C", "h", "x")]
        back = trace.f[t, :, 1] * g.C[t, :, 1], model.params.W_h.T @ g.a[t, :, 1]
        after = trace.f[t + 1, :, 1] * g.C[t + 1, :, 1] if t + 1 < STEPS else np.zeros(3)
        assert numbers_shown(scene.at(t + 1)) == written(*own, *back, after)
    assert scene.start == STEPS - 1


def test_the_two_ways_back_are_all_that_a_step_sends_back():
    """What leaves at the left, with the loss's own share, is the whole gradient one step earlier."""
    model, trace, grads = run_of()
    sent = lstm.gradients_of(model, trace, grads)
    for t in (1, 2, 3):
        own_h = grads.trace.h[t - 1, :, 0] - sent["h_prev"][t]
        assert (np.abs(own_h).max() > 0.01) == (t - 1 == 1)  # the losses are at steps 2 and 5
        through = grads.trace.tanh_C[t - 1, :, 0] * (1 - trace.tanh_C[t - 1, :, 0] ** 2)
        np.testing.assert_allclose(sent["C_prev"][t] + through, grads.trace.C[t - 1, :, 0], atol=1e-14)
    np.testing.assert_allclose(sent["C_prev"][0], grads.C0[:, 0], atol=1e-14)
    np.testing.assert_allclose(sent["h_prev"][0], grads.h0[:, 0], atol=1e-14)


def test_the_equations_under_the_pointer_hold():
    """Each tip is an equation: the numbers put in, and what comes out, agree with each other."""
    model, trace, _ = run_of()
    tips = lstm.equations(model.params, lstm.run_of(trace))

    def numbers_in(text):
        return [np.array(part.replace("−", "-").split(", "), float) for part in re.findall(r"\(([−+\d., ]+)\)", text)]

    for t in range(STEPS):
        for k, of in zip("fiog", (sigmoid, sigmoid, sigmoid, np.tanh), strict=True):
            *terms, value = numbers_in(tips[k][t])
            assert len(terms) == 3
            np.testing.assert_allclose(of(sum(terms)), value, atol=0.02)
        f, C0, kept = numbers_in(tips["keep"][t])
        i, g, wrote = numbers_in(tips["write"][t])
        one, two, C = numbers_in(tips["add"][t])
        o, tanh_C, h = numbers_in(tips["read"][t])
        for left, right in ((f * C0, kept), (i * g, wrote), (one + two, C), (o * tanh_C, h)):
            np.testing.assert_allclose(left, right, atol=0.03)
    assert tips["f"][0].startswith("f₁ = σ(W_xf x₁ + W_hf h₀ + b_f) = σ(") and tips["g"][1].startswith("C̃₂ = tanh(W_xg")


def test_gates_and_operations_can_be_focused():
    model, trace, grads = run_of()
    for scene, count in (
        (lstm.lstm_cell_scene(model, trace), 9),
        (lstm.lstm_backward_scene(model, trace, grads), 10),
    ):
        places = [e for e in ET.fromstring(scene.at(2)).iter() if e.get("data-tip") is not None]
        assert len(places) == count
        assert all(e.get("tabindex") == "0" and "=" in e.get("aria-label") for e in places)


def test_the_three_steps_light_up_one_after_another():
    model, trace, _ = run_of()
    _, ax, at, _ = lstm.begin(lstm.run_of(trace), None, lstm.heights)
    seen, texts = set(), []
    for _ in lstm.forward_parts(ax, at, lstm.run_of(trace), None):
        new = [text.get_text() for text in ax.texts if text not in seen]
        seen.update(ax.texts)
        texts.append({text for text in new if "$" in text and "odot" not in text})
    assert texts == [{"$C_{t-1}$", "$h_{t-1}$", "$x_t$"}, {"$f_t$", "$i_t$", "$o_t$"}, {r"$\tilde{C}_t$", "$C_t$"},
                     {r"$\tanh C_t$", "$h_t$"}]  # fmt: skip
    scene = lstm.lstm_forward_scene(model, trace, t=2)
    assert scene.T == 3 and len({scene.at(k) for k in (1, 2, 3)}) == 3
    assert numbers_shown(scene.at(1)) == numbers_shown(lstm.lstm_cell_scene(model, trace).at(2))
    assert [sentence[:2] for sentence in scene.sentences] == ["1.", "2.", "3."] and "C₂" in scene.sentences[1]


# ---------------------------------------------------------------- every text can be read


def pictures():
    def kept(make):
        """Draw with `make`; keep figure and bindings instead of a scene."""

        def draw(monkeypatch):
            caught = {}
            monkeypatch.setattr(lstm, "Scene", lambda fig, bindings, **rest: caught.update(fig=fig, bindings=bindings))
            make()
            return caught["fig"], caught["bindings"]

        return draw

    for D, H in SIZES:
        model, trace, grads = run_of(D, H)
        yield pytest.param(kept(lambda m=model, t=trace: lstm.lstm_cell_scene(m, t, tokens=TOKENS)), id=f"cell-{D}-{H}")
        yield pytest.param(kept(lambda m=model, t=trace: lstm.lstm_forward_scene(m, t, t=1)), id=f"forward-{D}-{H}")
        yield pytest.param(kept(lambda t=trace: lstm.lstm_update_scene(t)), id=f"update-{D}-{H}")
        yield pytest.param(
            kept(lambda m=model, t=trace, g=grads: lstm.lstm_backward_scene(m, t, g, tokens=TOKENS)), id=f"back-{D}-{H}"
        )


@pytest.mark.parametrize("draw", list(pictures()))
def test_texts_are_large_inside_and_do_not_overlap(draw, monkeypatch):
    fig, bindings = draw(monkeypatch)
    renderer = FigureCanvasAgg(fig).get_renderer()
    texts = [text for ax in fig.axes for text in ax.texts]
    assert fig.get_figwidth() <= 10 and fig.get_figheight() <= 5.95
    assert all(text.get_fontsize() >= style.SIZE for text in texts)
    words_bound = [b for b in bindings if getattr(b, "what", None) == "text"]
    for t in range(max((len(b.values) for b in words_bound), default=1)):
        for binding in words_bound:
            binding.artist.set_text(binding.values[t])
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts if text.get_text()]
        for name, box in boxes:
            assert box.x0 >= -1 and box.x1 <= fig.bbox.x1 + 1 and box.y0 >= -1 and box.y1 <= fig.bbox.y1 + 1, name
        assert overlapping(boxes, pixels=4) == [], f"t = {t + 1}"


def test_roles_decide_the_colours(monkeypatch):
    caught = {}
    monkeypatch.setattr(lstm, "Scene", lambda fig, bindings, **rest: caught.update(fig=fig))
    model, trace, grads = run_of()
    colours = {"f_t": style.KEEP, "i_t": style.WRITE, "o_t": style.READ, r"\tilde{C}_t": style.G, "h_t": style.H,
               "x_t": style.X, "C_t": style.C}  # fmt: skip
    for back in (False, True):
        if back:
            lstm.lstm_backward_scene(model, trace, grads)
        else:
            lstm.lstm_cell_scene(model, trace)
        ax = caught["fig"].axes[0]
        labels = {text.get_text(): text.get_color() for text in ax.texts}
        for name, colour in colours.items():
            assert labels[f"$d{name}$" if back else f"${name}$"] == colour
        wires = [line for line in ax.lines if line.get_marker() == "None"]
        assert wires and all((line.get_linestyle() == "--") == back for line in wires)
        rail = [p for p in ax.patches if p.get_linewidth() == style.RAIL]
        assert rail and {to_hex(p.get_edgecolor()) for p in rail} == {style.C}


def test_tokens_are_data_and_clicks():
    model, trace, _ = run_of()
    svg = ET.fromstring(lstm.lstm_cell_scene(model, trace, tokens=TOKENS).at(1))
    assert [e.get("data-goto") for e in svg.iter() if e.get("data-goto")] == ["1", "2", "3", "4", "5"]
    assert "<b>" in shown(ET.tostring(svg, encoding="unicode"))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_sentence_exists_in_both_languages(language):
    words.use(language)
    model, trace, grads = run_of()
    scenes = (
        lstm.lstm_cell_scene(model, trace), lstm.lstm_forward_scene(model, trace, t=1), lstm.lstm_update_scene(trace),
        lstm.lstm_backward_scene(model, trace, grads),
    )  # fmt: skip
    for scene in scenes:
        for text in (*scene.sentences, scene.alt):
            assert bool(re.search("[가-힣]", text)) == (language == "ko"), text
            assert not re.search(r"\{[a-zA-Z0-9]+\}", text), "a field that nobody filled in"


def test_the_same_bytes_and_a_small_page():
    def made():
        model, trace, grads = run_of()
        scenes = (lstm.lstm_cell_scene(model, trace, tokens=TOKENS), lstm.lstm_backward_scene(model, trace, grads))
        return [scene.at(3) for scene in scenes]

    assert made() == made()
    assert all(len(svg.encode()) < 60_000 for svg in made())
    height = float(ET.fromstring(made()[0]).get("height"))
    assert height <= 500, "with its controls a stepper fits a projector"


def test_what_does_not_fit_is_said():
    model, trace, _ = run_of()
    with pytest.raises(ValueError, match="n must be 0 … 1"):
        lstm.lstm_cell_scene(model, trace, 2)
    with pytest.raises(ValueError, match="room for H ≤ 4 and D ≤ 4, but H=5"):
        lstm.lstm_cell_scene(*run_of(3, 5)[:2])
    with pytest.raises(ValueError, match="tokens must be 5, one for each step, but 1 came"):
        lstm.lstm_cell_scene(model, trace, tokens=["a"])
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="trace must be that of an LSTM"):
        lstm.run_of(RNN(2, 2, rng=rng).forward(np.zeros((2, 2, 1))))
