"""The Korean sentences of pictures as they are shown: a token never melts into the sentence around it."""

import re

import numpy as np
import pytest

from seqlib import GRU, LSTM, RNN, Readout, SequenceModel
from seqlib.draw import bptt, cells, gates, gru, lstm, scenes, unroll, wiring
from seqlib.lessons.glossary import avoided_in

TOKENS = ["나는", "밥을", "먹었", "다"]
BARE = re.compile(r"(?<![‘가-힣])(?<!둘 )(?:나는|밥을|먹었|다)(?![가-힣])")

pytestmark = pytest.mark.usefixtures("in_korean")


def model_of(cell, H=2):
    rng = np.random.default_rng(1)
    model = SequenceModel(cell(4, H, rng=rng), Readout(H, 4, rng=rng))
    return model, model.forward(np.eye(4)[:, :, None])


def with_a_plain_cell():
    model, trace = model_of(RNN)
    yield scenes.cell_scene(model, trace, tokens=TOKENS)
    yield scenes.states_scene(trace, tokens=TOKENS)
    yield scenes.unrolled_scene(trace, inputs=TOKENS, outputs=TOKENS)
    yield scenes.unrolled_scene(trace, inputs=TOKENS, classes=TOKENS)
    yield unroll.sentence_scene(model, trace, tokens=TOKENS)
    yield unroll.calculation_scene(model, trace, tokens=TOKENS, t=2)
    yield bptt.backward_scene(model, np.eye(4)[:, :, None], np.array([[1], [2], [3], [0]]), inputs=TOKENS)
    yield cells.blocks_scene(model.cell, model.cell.forward(np.eye(4)[:, :, None]), tokens=TOKENS)
    yield wiring.wiring_scene(TOKENS[:3])


def with_gates():
    model, trace = model_of(LSTM)
    yield lstm.lstm_cell_scene(model, trace, tokens=TOKENS)
    yield gates.maps_scene(trace, tokens=TOKENS)
    model, trace = model_of(GRU)
    yield gru.gru_cell_scene(model, trace, tokens=TOKENS)


@pytest.mark.parametrize("drawn", [with_a_plain_cell, with_gates])
def test_a_token_stands_in_quotes_in_every_sentence(drawn):
    for scene in drawn():
        said = " ".join(scene.sentences)
        assert any(f"‘{token}’" in said for token in TOKENS), scene.alt
        for sentence in [scene.alt, *scene.sentences]:
            assert not BARE.search(sentence), sentence
            assert avoided_in(sentence) == []
