"""tools/execute.py: what it keeps of a run notebook, and that a failing one stays as it was."""

import importlib.util

import nbformat
import pytest
from nbformat import v4

from tests.conftest import ROOT

spec = importlib.util.spec_from_file_location("execute", ROOT / "tools" / "execute.py")
execute = importlib.util.module_from_spec(spec)
spec.loader.exec_module(execute)


def written(path, *sources):
    cells = [v4.new_code_cell(source, id=f"some-code-{n}") for n, source in enumerate(sources)]
    nbformat.write(v4.new_notebook(cells=cells), path)
    return path


def test_live_widgets_are_dropped_and_a_printed_text_is_one_piece():
    live = v4.new_output("display_data", {"text/plain": "<Stepper>", execute.LIVE: {"model_id": "1"}})
    only_live = v4.new_output("display_data", {execute.LIVE: {"model_id": "2"}})
    pieces = [
        v4.new_output("stream", name=name, text=text)
        for name, text in [("stdout", "a"), ("stdout", "b"), ("stderr", "c")]
    ]
    cell = v4.new_code_cell(
        "x", outputs=[live, only_live, *pieces], metadata={"execution": {"iopub.status.busy": "now"}}
    )
    kept = execute.clean(v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}}))
    assert [dict(output.get("data", {"text": output.get("text")})) for output in kept.cells[0].outputs] == [
        {"text/plain": "<Stepper>"},
        {"text": "ab"},
        {"text": "c"},
    ]
    assert kept.cells[0].metadata == {} and set(kept.metadata) == {"kernelspec", "language_info"}


def test_running_twice_gives_the_same_bytes(tmp_path):
    path = written(tmp_path / "a.ipynb", "for k in range(3):\n    print(k, flush=True)\n1 + 1")
    assert set(execute.execute(path)) == {"some-code-0"}
    first = path.read_bytes()
    execute.execute(path)
    assert path.read_bytes() == first and b'"2"' in first


def test_a_failing_notebook_stays_as_it_was_and_the_message_names_the_cell(tmp_path):
    path = written(tmp_path / "a.ipynb", "print(1)", "1 / 0")
    before = path.read_bytes()
    with pytest.raises(RuntimeError, match="some-code-1: ZeroDivisionError"):
        execute.execute(path)
    assert path.read_bytes() == before
