"""The pictures of lesson 5 show the numbers of the run, in both languages, the same on every run."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from seqlib import RNN, Readout, SequenceModel, words
from seqlib.draw import diagrams
from seqlib.draw.bptt import (
    LINES,
    _off_lines,
    backward_scene,
    chain,
    meeting_scene,
    tau_scene,
    terms_scene,
    terms_scenes,
)
from seqlib.nn.functions import LOSSES
from seqlib.study.bptt import contribution_matrix, contributions

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def english():
    words.use("en")
    yield
    words.use("en")


@pytest.fixture
def one():
    """A network of one unit, its three inputs, its target."""
    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(1, 1, rng=rng), Readout(1, 1, rng=rng), "many-to-one", "mse")
    model.params.W_xh, model.params.W_hh, model.params.b_h = 0.5, 0.8, 0.1
    model.params.W_hy, model.params.b_y = 1.5, -0.2
    return model, np.array([1.0, -0.5, 0.8]).reshape(3, 1, 1), np.array([[[0.2]]])


def network(T=4, shape="many-to-many", N=2):
    rng = np.random.default_rng(1)
    model = SequenceModel(RNN(3, 4, rng=rng), Readout(4, 3, rng=rng), shape)
    targets = rng.integers(0, 3, (T if shape == "many-to-many" else 1, N))
    return model, rng.normal(size=(T, 3, N)), targets


def texts(scene, t):
    """All that is written in the picture at step t and not invisible: mathtext is drawn as text as well."""
    root = ET.fromstring(scene.at(t))
    return ["".join(part.itertext()).strip() for part in root.iter(SVG + "text")]


def visible(scene, t):
    """How many groups are drawn at full strength."""
    return sum(element.get("opacity") == "1" for element in ET.fromstring(scene.at(t)).iter())


# ---------------------------------------------------------------- by hand


@pytest.mark.parametrize("h0", [None, np.array([[0.5]])])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("name", ["W_hh", "W_xh"])
def test_the_chain_is_the_terms_of_the_gradient(one, name, activation, h0):
    model, x, y = one
    model.cell.activation = activation
    made = chain(model, x, y, h0, name)
    trace = model.forward(x, h0)
    grads = model.backward(trace, LOSSES["mse"](trace.logits, y)[1])
    np.testing.assert_allclose(made["tau"], contributions(model, trace, grads)[name].ravel(), rtol=1e-13, atol=0)
    np.testing.assert_allclose(made["tau"].sum(), grads.params[name].item(), rtol=1e-13)
    # The rows of the picture: each product of factors is its τ.
    back, immediate = made["back"], made["immediate"]
    rows = [immediate[2], back[2] * immediate[1], back[2] * back[1] * immediate[0]]
    np.testing.assert_allclose(made["dy"] * made["readout"] * np.array(rows)[::-1], made["tau"], rtol=1e-13)


def test_every_factor_is_written(one):
    scene = terms_scene(*one, h0=np.array([[0.5]]))
    made, written = chain(*one, np.array([[0.5]])), texts(scene, 5)
    factors = [made["dy"], made["readout"], *made["back"][1:], *made["immediate"]]
    for value in [*factors, *made["h"], made["y"], made["loss"]]:
        assert any(f"{value:.3f}" in text for text in written), value
    assert f"{made['tau'].sum():.3f}" in written
    assert scene.T == 5 and scene.start == 4
    assert "1.263 · 1.500 · 0.422 · 0.621 = 0.496" in scene.sentences[2]


def test_terms_appear_one_after_the_other(one):
    scene = terms_scene(*one)
    shown = [visible(scene, t) for t in range(1, 6)]
    assert shown == sorted(shown) and len(set(shown)) == 5


def test_two_first_states_side_by_side(one):
    scenes = terms_scenes(*one, np.array([[0.5]]))
    assert list(scenes) == ["h₀ = 0.5", "h₀ = 0"]
    for scene, h0 in zip(scenes.values(), (0.5, 0.0), strict=True):
        total = chain(*one, np.array([[h0]]))["tau"].sum()
        assert scene.sentences[4].startswith(f"∂L/∂W_hh = {total:.3f}")


def test_from_zero_the_first_term_is_written_as_0(one):
    zero = terms_scene(*one)
    assert "· 0 = 0: from" in zero.sentences[3] and "0" in texts(zero, 4)
    assert not terms_scene(*one, name="W_xh").sentences[3].count("= 0:")


def test_only_three_steps_of_one_unit_fit(one):
    model, x, y = one
    with pytest.raises(ValueError, match=r"model must be many-to-one with mse, D = H = K = 1, .* \(4, 1, 1\) came"):
        terms_scene(model, np.ones((4, 1, 1)), y)
    with pytest.raises(ValueError, match="model must be many-to-one with mse"):
        terms_scene(*network())
    with pytest.raises(ValueError, match="name must be one of W_hh, W_xh, but 'b_h' came"):
        terms_scene(model, x, y, name="b_h")


# ---------------------------------------------------------------- there and back


def test_there_and_back_again():
    model, x, targets = network()
    scene = backward_scene(model, x, targets, n=1, inputs=list("abcd"))
    assert (scene.T, scene.start) == (9, 8)
    trace = model.forward(x[:, :, 1:])
    loss_t, dlogits = LOSSES["cross_entropy"](trace.logits, targets[:, 1:])
    grads = model.backward(trace, dlogits)
    assert f"L = {loss_t.sum():.2f}" in scene.sentences[4]
    own = np.linalg.norm(model.params.W_hy.T @ dlogits, axis=(1, 2))
    later = np.linalg.norm(model.params.W_hh.T @ grads.trace.a[1:], axis=(1, 2))
    tau = np.linalg.norm(contributions(model, trace, grads).W_hh, axis=(1, 2))
    for t in range(4):
        said = scene.sentences[8 - t]
        total = np.linalg.norm(grads.trace.h[t])
        assert said.startswith(f"‖∂L/∂h{'₁₂₃₄'[t]}‖ = {total:.2f} on the way back at t = {t + 1}")
        if t == 3:
            assert "all of it from its own loss" in said
        else:
            assert f"‖·‖ = {own[t]:.2f} from its own loss and ‖·‖ = {later[t]:.2f} from h" in said
        assert f"= {tau[t]:.2f}." in said or (t == 0 and said.endswith("= 0."))
    written = texts(scene, 9)
    assert f"‖τ₄ + τ₃ + τ₂ + τ₁‖ = {np.linalg.norm(grads.params.W_hh):.2f}" in written
    assert f"{' + '.join(f'{loss:.2f}' for loss in loss_t)} = {loss_t.sum():.2f}" in written


def test_gradients_appear_on_the_way_back_only():
    model, x, targets = network()
    scene = backward_scene(model, x, targets)
    hidden = [len(re.findall(r'opacity="0"', scene.at(t))) for t in range(1, 10)]
    assert hidden[:5] == [hidden[0]] * 5 and hidden[0] > 0
    assert hidden[4:] == sorted(hidden[4:], reverse=True) and hidden[-1] == 0


def test_many_to_one_has_one_loss():
    scene = backward_scene(*network(T=3, shape="many-to-one"))
    assert "loss" not in scene.sentences[0] and "Its loss is" in scene.sentences[2]
    assert "all of it from its own loss" in scene.sentences[4] and "all of it from h₃" in scene.sentences[5]


def test_one_to_many_is_refused():
    model, x, targets = network()
    model = SequenceModel(model.cell, model.readout, "one-to-many")
    with pytest.raises(ValueError, match="but a one-to-many model came"):
        backward_scene(model, x[:1], targets)


# ---------------------------------------------------------------- two gradients meet


@pytest.mark.parametrize("shape", ["many-to-many", "many-to-one"])
def test_the_two_that_meet_add_up_and_go_on(shape):
    model, x, targets = network(T=4, shape=shape)
    scene = meeting_scene(model, x, targets, n=1)
    trace = model.forward(x[:, :, 1:])
    _, dlogits = LOSSES["cross_entropy"](trace.logits, targets[:, 1:])
    grads = model.backward(trace, dlogits)
    assert scene.T == 4
    for step, t in enumerate((3, 2, 1, 0), start=1):
        written = texts(scene, step)
        for column in (grads.trace.h[t], grads.trace.a[t], model.params.W_hh.T @ grads.trace.a[t]):
            assert set(diagrams.numbers(column).ravel()) <= set(written)
        assert set(diagrams.numbers(1 - trace.h[t] ** 2, signed=False).ravel()) <= set(written)
        assert scene.sentences[step - 1].startswith(f"dh{'₁₂₃₄'[t]} = {diagrams.listed(grads.trace.h[t])}")
    own, next_, total = (_column(scene, name, 2) for name in ("W_hyᵀ dz", "W_hhᵀ da₊₁", "dh"))
    np.testing.assert_allclose(own + next_, total, atol=0.0101)
    np.testing.assert_allclose(_column(scene, "W_hhᵀ da", 1), next_)  # what was sent has arrived
    assert np.any(own) == (shape == "many-to-many")
    said = "Norms do not add" if shape == "many-to-many" else "all of it from h₄"
    assert said in scene.sentences[1] and "no later step" in scene.sentences[0]


def _column(scene, name, t):
    """The numbers of a named column at a step, as they are written."""
    named = [b for b in scene.bindings if b["attribute"] == "text" and b["id"] in places_of(scene, name)]
    return np.array([float(b["values"][t - 1].replace("−", "-")) for b in named])


def places_of(scene, name):
    return {one["id"] for one in scene.asking(name).extras["predict"]["asked"]}


def test_what_was_added_can_be_asked_for():
    asked = meeting_scene(*network()).asking("dh").extras["predict"]["asked"]
    assert [one["name"] for one in asked] == [f"dh[{i}]" for i in (1, 2, 3, 4)]  # no t, which is not the step


# ---------------------------------------------------------------- all τ


def tau_of(T=5, name="W_hh"):
    model, x, targets = network(T)
    tau = contribution_matrix(model, x, targets, whole=True)[name]
    return model, x, targets, tau


@pytest.mark.parametrize("s", [1, 3, 5])
def test_one_loss_meets_its_gradient(s):
    model, x, targets, tau = tau_of()
    own = np.where(np.arange(5)[:, None] == s - 1, targets, -1)
    gradient = model.loss_and_gradients(x, own)[1].params.W_hh
    scene = tau_scene(tau, gradient, s, tokens=list("abcde"))
    assert (scene.T, scene.start, scene.label) == (s, s - 1, "k")
    assert f"what the loss at s = {s} says through its step k = 1 (a)" in scene.sentences[0]
    assert "leave 0 of" in scene.sentences[0], "rounding is no missing term, and is another on every processor"


def test_all_losses_meet_the_whole_gradient():
    model, x, targets, tau = tau_of()
    gradient = model.loss_and_gradients(x, targets)[1].params.W_hh
    scene = tau_scene(tau, gradient, None)
    assert scene.T == 5 and "what all losses together say through step k = 1 (x₁)" in scene.sentences[0]
    assert "leave 0 of ∂L/∂W_hh" in scene.sentences[0]
    assert f"‖τ‖ = {np.linalg.norm(tau.sum(axis=0)[3]):.2f}" in scene.sentences[3]


def test_a_wrong_gradient_is_not_met():
    _, _, _, tau = tau_of()
    scene = tau_scene(tau, 1.1 * tau.sum(axis=(0, 1)), None)
    assert "leave 0.09 of" in scene.sentences[0]
    scene = tau_scene(tau, (1 + 1e-13) * tau.sum(axis=(0, 1)), None)
    assert "leave 1.0·10⁻¹³ of" in scene.sentences[0]


def test_another_last_digit_gives_the_same_picture():
    _, _, _, tau = tau_of()
    gradient = tau[4].sum(axis=0)
    scenes = [tau_scene(tau, gradient * (1 + k * 2**-52), 5) for k in (-2, 0, 3)]
    assert all(scene.sentences == scenes[0].sentences for scene in scenes)
    for ours, *others in zip(*(scene.bindings for scene in scenes), strict=True):
        assert all(str(ours) == str(other) for other in others)


def test_other_losses_and_weights_change_values_only():
    _, _, _, tau = tau_of()
    scenes = [tau_scene(tau, tau[s - 1].sum(axis=0), s) for s in (1, 4)] + [tau_scene(tau, tau.sum(axis=(0, 1)), None)]
    assert len({scene.svg for scene in scenes}) == 1
    assert [b["id"] for b in scenes[0].bindings] == [b["id"] for b in scenes[2].bindings]


def test_no_line_goes_through_the_number():
    tops = np.linspace(-16.6, 1.5, 2000)
    placed = _off_lines(tops)
    assert (placed >= tops).all() and (placed - tops < 2.3).all()
    for line in LINES:
        assert ((placed + 2 <= line) | (placed >= line + 0.3)).all(), line


def test_nothing_but_zeros_can_be_drawn():
    scene = tau_scene(np.zeros((3, 3, 2, 2)), np.zeros((2, 2)), 2)
    assert "‖τ‖ = 0" in scene.sentences[1]


# ---------------------------------------------------------------- both languages


def scenes():
    rng = np.random.default_rng(0)
    model = SequenceModel(RNN(1, 1, rng=rng), Readout(1, 1, rng=rng), "many-to-one", "mse")
    _, _, _, tau = tau_of()
    return [
        terms_scene(model, np.ones((3, 1, 1)), np.ones((1, 1, 1))),
        backward_scene(*network(), inputs=list("abcd")),
        meeting_scene(*network()),
        tau_scene(tau, tau[2].sum(axis=0), 3),
        tau_scene(tau, tau.sum(axis=(0, 1)), None),
    ]


def test_sentences_follow_the_language_and_the_drawing_does_not():
    english = scenes()
    words.use("ko")
    for en, ko in zip(english, scenes(), strict=True):
        assert en.T == ko.T
        for one, other in zip([en.alt, *en.sentences], [ko.alt, *ko.sentences], strict=True):
            assert re.search("[가-힣]", other) and not re.search("[가-힣]", one)
            assert not re.search(r"[{}]", one + other)
        assert en.svg.replace(en.alt, "") == ko.svg.replace(ko.alt, ""), "figures hold no words"


def test_the_same_bytes_every_time():
    for one, two in zip(scenes(), scenes(), strict=True):
        assert one.svg == two.svg and one.bindings == two.bindings
        assert len(one.at(one.T).encode()) < 60_000
