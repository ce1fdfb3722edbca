"""What lesson 11 says outside its code cells: the lines for PyTorch run, and other seeds do what is said of them."""

import json
import re

import numpy as np
import pytest

from seqlib import GRU, Readout, Record, SequenceModel, train
from seqlib.study.conventions import to_torch
from tests.conftest import ROOT, need

LESSONS = sorted((ROOT / "notebooks").glob("*/11_gru.ipynb"))


def cells_of(lesson):
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(lesson.read_text(encoding="utf-8"))["cells"]}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.parent.name)
def test_the_code_for_pytorch_runs(lesson, tmp_path, monkeypatch):
    need("torch").set_num_threads(1)
    [block] = re.findall(r"```python\n(.*?)```", cells_of(lesson)["gru-torch"], re.DOTALL)
    assert len(block.partition("\n\n")[0].splitlines()) == 3  # three lines load it

    rng = np.random.default_rng(0)
    model = SequenceModel(GRU(2, 2, rng=rng, reset="after"), Readout(2, 1, rng=rng), loss="mse")
    for _, array in model.params.items():
        array += rng.normal(size=array.shape)
    monkeypatch.chdir(tmp_path)
    Record(to_torch(model)).save("gru.npz")
    names = {"x": rng.normal(size=(20, 2, 5))}
    exec(block, names)
    answers = names["answers"].detach().numpy().transpose(0, 2, 1)
    np.testing.assert_allclose(answers, model.forward(names["x"]).logits, rtol=0, atol=1e-12)


def test_of_the_seeds_1_2_3_two_reset_and_write_at_a_mark():
    cells, names, opens = cells_of(LESSONS[0]), {}, []
    for name in ("setup", "task", "train-learn"):
        exec(cells[f"gru-{name}"], names)
    names["fit"] = train  # without the progress display
    new = names["mark"] & (np.arange(20) > 0)[:, None]
    for seed in (1, 2, 3):
        trace = names["learn"]("before", seed)[0].forward(names["x"])
        r, z = (np.median(trace[gate].swapaxes(0, 1)[:, new], axis=1) for gate in "rz")
        opens.append(bool((r < 0.02).all() and z.max() > 0.9))
        if seed == 1:
            assert z.max() < 0.5
    assert opens == [False, True, True]
