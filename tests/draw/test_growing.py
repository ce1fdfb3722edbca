"""The picture that builds the LSTM up, and that of a cut unit."""

import re

import numpy as np
import pytest

from seqlib import data, words
from seqlib.draw import growing
from seqlib.study.growing import DEMANDS, STAGES, learn, model_of, recall


@pytest.fixture(autouse=True)
def english_again():
    yield
    words.use("en")


def test_the_numbers_are_those_of_the_stored_runs():
    stored = data.growing()
    scene, runs = growing.growing_scene(stored), growing.by_stage(stored)
    assert len(STAGES) == scene.T
    for k, (stage, demand) in enumerate(zip(STAGES, growing.MET, strict=True)):
        x, targets = recall(6, 20, demand, rng=1)
        answer = model_of(runs[stage, demand]).forward(x).logits[-1, 0, 5]
        wanted = [f"{v:+.2f}".replace("-", "−") for v in (targets[-1, 0, 5], answer)]
        assert scene.sentences[k].endswith(f"asked for {wanted[0]}, it says {wanted[1]}.")
        assert scene.sentences[k].startswith(f"{np.median(runs[stage, demand]['right']):.2f} ")
        if 0 < k < 4:
            assert f"But {np.median(runs[stage, DEMANDS[k]]['right']):.2f} " in scene.sentences[k]
    assert len(scene.at(5).encode()) < 60_000


def test_cutting_shows_the_share_of_right_answers():
    model, _ = learn("read", H=2, seed=0, updates=20)
    x, targets = recall(200, 20, rng=2, marks=0)
    scenes = growing.cut_scenes(model, x, targets)
    assert list(scenes) == ["cut nothing", "cut unit 1", "cut unit 2"]
    share = (np.abs(model.forward(x).logits[-1, 0] - targets[-1, 0]) < 0.1).mean()
    assert scenes["cut nothing"].sentences[0].startswith(f"{share:.2f} ")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_sentence_exists_in_both_languages(language):
    words.use(language)
    scene = growing.growing_scene(data.growing())
    for text in (*scene.sentences, scene.alt):
        assert bool(re.search("[가-힣]", text)) == (language == "ko")
