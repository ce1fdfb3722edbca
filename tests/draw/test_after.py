"""The pictures of lesson 15 show the numbers of a run."""

import re

import numpy as np
import pytest

from seqlib import GRU, words
from seqlib.draw.after import look_back_scene, memories_scene
from seqlib.study import after
from seqlib.study.after.copying import copier
from seqlib.study.bptt import gradient_flow


@pytest.fixture(params=words.LANGUAGES)
def language(request):
    before = words.language()
    words.use(request.param)
    yield request.param
    words.use(before)


def test_memories_say_the_norms_and_shares_of_every_step(language):
    x, tokens = after.example(5)
    models = {"GRU": copier(GRU, 0), "diagonal": copier(after.Diagonal, 0)}
    scene = memories_scene(models, x, tokens=tokens)
    assert not hasattr(scene, "error") and len(scene.sentences) == 8
    for t in (0, 4, 7):
        said = scene.sentences[t]
        for name, model in models.items():
            trace = model.cell.forward(x)
            share = after.kept(model.cell, trace)[t].mean()
            norm = gradient_flow(model.cell, trace, 8)[t + 1, 0]
            assert f"{name} {share:.2f}" in said
            shown = re.search(rf"{name} (\d\.\d\d)[,.;]", said)
            assert shown is None or shown[1] == f"{norm:.2f}"
        assert words.aside(words.quoted(tokens[t])).strip() in said


def test_up_to_four_cells():
    x, tokens = after.example(3)
    with pytest.raises(ValueError, match="at least one entry"):
        memories_scene({}, x, tokens=tokens)


def test_looking_back_says_where_a_step_looks_most(language):
    weights = np.tril(np.ones((4, 4))) / np.arange(1, 5)[:, None]
    weights[3] = [0.1, 0.7, 0.1, 0.1]
    scene = look_back_scene(weights, list("ab!c"), start=3)
    assert not hasattr(scene, "error") and scene.sentences[3].startswith("α = 0.70") and "b" in scene.sentences[3]
    assert "α = 0.70" in scene.at(4) and "α = 1.00" in scene.at(1)
    [listed] = [b["values"] for b in scene.bindings if b["attribute"] == "data-listed"]
    assert [[float(v) for v in row.split(" ")] for row in listed] == weights.round(2).tolist()
