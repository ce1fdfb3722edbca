"""Every playground that recomputes in the browser, in many states: for the tests in node and in a browser."""

import re
import unicodedata
from itertools import product

import numpy as np

from seqlib import GRU, LSTM, RNN, Flattened, Pooled, Readout, SequenceModel, data
from seqlib.widgets.bptt import TauExplorer
from seqlib.widgets.compare import SideBySide, WordWeights
from seqlib.widgets.digit import DrawnDigit
from seqlib.widgets.forget import GradientPlayground
from seqlib.widgets.gates import GatePlayground
from seqlib.widgets.gru import GRUPlayground, Switchboard
from seqlib.widgets.playgrounds import Reorder
from seqlib.widgets.studio import NextWord

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def gates():
    rng = np.random.default_rng(0)
    extremes = [
        dict(zip(("f", "i", "o", "g", "C0"), v, strict=True))
        for v in product((0, 1), (0, 0.25), (0, 1), (-1, 0.5), (-2,))
    ]
    usual = [dict(zip(("f", "i", "o", "g", "C0"), np.round(rng.uniform(0, 1, 5), 2), strict=True)) for _ in range(20)]
    return GatePlayground(), [{name: float(v) for name, v in state.items()} for state in extremes + usual]


def gru():
    rng = np.random.default_rng(1)
    extremes = [
        dict(zip(("r", "z", "a", "h0"), v, strict=True)) for v in product((0, 1), (0, 1), (-2, 0.5), (-1, 0.25))
    ]
    usual = [dict(zip(("r", "z", "a", "h0"), np.round(rng.uniform(0, 1, 4), 2), strict=True)) for _ in range(20)]
    return GRUPlayground(), [{name: float(v) for name, v in state.items()} for state in extremes + usual]


def reach():
    """Up to ρ = 1.2 with tanh: beyond, a long run is chaotic, and NumPy's own last digit decides over the picture."""
    states = [
        {"radius": r, "length": T, "scale": s, "activation": name, "clip": clip}
        for name, r, T, s, clip in [
            ("tanh", 0.8, 100, 0.3, False), ("tanh", 0.1, 150, 0.0, True), ("tanh", 1.0, 100, 0.3, False),
            ("tanh", 1.2, 40, 1.0, True), ("tanh", 2.0, 150, 0.0, False), ("tanh", 0.5, 10, 3.0, True),
            ("relu", 0.8, 100, 0.3, False), ("relu", 1.2, 60, 0.3, True), ("relu", 2.0, 150, 3.0, True),
            ("relu", 0.1, 10, 1.0, False), ("relu", 1.5, 150, 0.0, True),
        ]
    ]  # fmt: skip
    return GradientPlayground(), states


def reorder():
    rng, tokens = np.random.default_rng(2), ["·", "bites", "dog", "고양이", "<b>{x}"]
    models = {
        "Pooled": Pooled(5, 8, 3, rng=rng),
        "Flattened": Flattened(8, 5, 8, 3, rng=rng),
        "RNN": SequenceModel(RNN(5, 8, rng=rng), Readout(8, 3, rng=rng), "many-to-one"),
        "GRU": SequenceModel(GRU(5, 8, rng=rng, reset="after"), Readout(8, 3, rng=rng), "many-to-one"),
    }
    states = [{"tokens": [tokens[k] for k in rng.integers(0, 5, 8)], "picked": int(rng.integers(8))} for _ in range(20)]
    return Reorder(models, states[0]["tokens"], tokens, ["dog", "고양이", "fox"]), states


def switchboard():
    rng = np.random.default_rng(3)
    cell = GRU(2, 3, rng=rng)
    for _, array in cell.params.items():
        array += rng.normal(size=array.shape)
    board = Switchboard(cell, rng.normal(size=(7, 2, 3)), 1)
    return board, [
        {"learned": name, "converted": c} for name in board.traits()["learned"].values for c in (False, True)
    ]


def drawn():
    rng = np.random.default_rng(4)
    letters = [*"aehn", "고", "."]
    speller = SequenceModel(RNN(64, 10, rng=rng), Readout(10, len(letters), rng=rng), "one-to-many")
    speller.params.b_y[-1] = 1.0  # so that some drawings end in a full stop, some never
    states = [{"pixels": rng.uniform(size=64).round(2).tolist()} for _ in range(20)] + [{"pixels": [0.0] * 64}]
    return DrawnDigit(speller, letters, rng.uniform(size=(64, 3))), states


def one_sentence():
    """Sentences of all kinds, typed in all ways; the weights are large, so that gates open and shut."""
    rng, sentences = np.random.default_rng(4), data.english()[:40] + data.korean()[:40]
    vocabulary = data.Vocabulary(token for sentence in sentences for token in sentence.tokens)
    tags = data.Vocabulary((tag for sentence in sentences for tag in sentence.tags), unknown=None)
    models = {}
    for name, kind in {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}.items():
        cell = kind(vocabulary.size, 5, rng=rng)
        for _, array in cell.params.items():
            array += rng.normal(scale=0.5, size=array.shape)
        models[name] = SequenceModel(cell, Readout(5, tags.size, rng=rng))
    typed = [sentence.text for sentence in sentences[::9]]
    typed += ["나는", "<b>{x}</b> $x$ & {0}", "x" * 60, unicodedata.normalize("NFD", "나는 밥을 먹었다.")]
    typed += ["\x00 \x1c i I\ufeff \x85!", "먹었습니다요 " * 10, "우주선을 먹었다", "🙂 𠀀" + "🙂" * 20]
    return (models, vocabulary, tags, sentences, sentences[0].text), typed


def trio():
    given, typed = one_sentence()
    return SideBySide(*given), [{"sentence": text, "unit": n % 6 - 1} for n, text in enumerate(typed)]


def word_weights():
    given, typed = one_sentence()
    given[0]["RNN"].cell.params.W_xh[...] = 0  # no word matters to it
    return WordWeights(*given), [{"sentence": text} for text in typed]


def tau():
    """With a first state of 0, so that terms are exactly 0; small weights, so that they fade."""
    rng = np.random.default_rng(6)
    model = SequenceModel(RNN(3, 4, rng=rng), Readout(4, 2, rng=rng))
    model.cell.params.W_hh[...] *= 0.05
    tokens = ["<b>", "{x}", *"고c $"]
    explorer = TauExplorer(model, rng.normal(size=(6, 3, 2)), rng.integers(0, 2, (6, 2)), tokens=tokens)
    return explorer, [{"name": name, "s": s} for name in explorer.tau for s in (1, 2, 3, 4, 5, 6, None)]


def next_word():
    rng, models = np.random.default_rng(5), {}
    for name, load in (("English", data.english), ("한국어", data.korean)):
        vocabulary = data.Vocabulary(["<s>", *(token for s in load()[:60] for token in s.tokens)])
        K = len(vocabulary)
        models[name] = SequenceModel(RNN(K, 6, rng=rng), Readout(6, K, rng=rng)), vocabulary
        models[name][0].readout.params.W_hy[...] *= 5
    typed = ["", "the children <b>play</b> $x$ {0}", 'The CHILDREN "play".', "the " * 30, "a" * 30, "\x00 … ,"]
    korean = ["나는 밥을 먹었다.", unicodedata.normalize("NFD", "나는 간다"), "한다 갑니다", "<s> 🙂" * 3, "밥을", ""]
    states = [
        {"choice": name, "typed": {"English": one, "한국어": two}, "temperature": warm}
        for name in models
        for one, two, warm in zip(typed, korean, (0.1, 0.5, 1.0, 1.3, 2.0, 0.7), strict=True)
    ]
    return NextWord(models, {"English": "the children play", "한국어": "나는 밥을 먹었다"}), states


ALL = {"drawn": drawn, "gates": gates, "gru": gru, "reach": reach, "reorder": reorder,
       "switchboard": switchboard, "tau": tau, "trio": trio, "word weights": word_weights,
       "next word": next_word}  # fmt: skip

# What the browser makes of each state: {bindings, sentences}.
ANSWERS = """([{ RECIPES, pictureOf }, all]) => Object.fromEntries(Object.entries(all).map(([name, one]) => {
    const recipe = RECIPES[one.recipe](one.given);
    return [name, one.states.map((state) => pictureOf(one.makers, recipe.run(state)))];
}))"""


def asked():
    """{name: (what the browser gets, the scenes that Python makes of the same states)}."""
    made = {}
    for name, make in ALL.items():
        widget, states = make()
        scenes = []
        for state in states:
            with widget.hold_sync():
                for key, value in state.items():
                    setattr(widget, key, value)
            scenes.append(widget.scene)
        plain = {"recipe": widget.recipe, "given": widget.given, "makers": widget.makers, "states": states}
        made[name] = plain, scenes
    return made


def differences(made, found):
    """What differs between Python's pictures and the browser's: texts and colours in any sign, places by 0.01."""
    odd = []
    for name, (plain, scenes) in made.items():
        for state, scene, live in zip(plain["states"], scenes, found[name], strict=True):
            if live["sentences"] != scene.sentences:
                odd.append((name, state, live["sentences"][0], scene.sentences[0]))
            assert [(b["id"], b["attribute"]) for b in live["bindings"]] == [
                (b["id"], b["attribute"]) for b in scene.bindings
            ]
            for mine, theirs in zip(live["bindings"], scene.bindings, strict=True):
                for t in range(scene.T):
                    pair = [values[min(t, len(values) - 1)] for values in (mine["values"], theirs["values"])]
                    if not _same(*pair, mine["attribute"] in ("d", "transform")):
                        odd.append((name, state, mine["id"], mine["attribute"], t + 1, *pair))
    return odd


def _same(one, two, places):
    if not places or one == two:
        return one == two
    if NUMBER.sub("0", one) != NUMBER.sub("0", two):
        return False
    apart = np.subtract(*([float(v) for v in NUMBER.findall(text)] for text in (one, two)))
    return np.abs(apart).max() <= 0.0101
