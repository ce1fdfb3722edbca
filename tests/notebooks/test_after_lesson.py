"""What lesson 15 says outside its code cells: the lines that it sets side by side stand in the cells themselves."""

import inspect
import re

import nbformat
import pytest

from seqlib import GRU, LSTM, RNN
from seqlib.study import after
from tests.conftest import ROOT

KINDS = {
    "RNN": RNN,
    "LSTM": LSTM,
    "GRU": GRU,
    "CIFG": after.CIFG,
    "MGU": after.MGU,
    "minGRU": after.MinGRU,
    "diagonal": after.Diagonal,
    "`Selective`": after.Selective,
    "sLSTM": after.SLSTM,
}
PATHS = [ROOT / "notebooks" / "en" / "15_after_gru.ipynb"]  # test_editions.py compares the Korean one with it
LINES = [
    (path.parent.name, name, line)
    for path in PATHS
    for cell in nbformat.read(path, as_version=4).cells
    if cell.cell_type == "markdown"
    for name, line in re.findall(r"^\| (\S+) \| `(t\.[^`]+)` \|$", cell.source, re.MULTILINE)
]


def without_spaces(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(("language", "name", "line"), LINES)
def test_a_line_that_the_lesson_shows_is_the_cells_own(language, name, line):
    source = without_spaces(inspect.getsource(KINDS[name].step))
    of = {"GRU": "t.h_prev+t.z*(t.g-t.h_prev)"}  # the GRU writes its mean with one product less
    assert without_spaces(line) in source or (of.get(name, "!") in source and "t.z" in line)


def test_each_cell_has_its_line_beside_one_that_is_known():
    assert {name for _, name, _ in LINES} == set(KINDS) and len(LINES) == 12 * len(PATHS)
