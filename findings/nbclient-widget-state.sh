#!/usr/bin/env bash
# nbclient 0.11.0: a client that is told not to store the state of widgets does not know it either.
#
# Expected, and wrong: `store_widget_state` decides, as its help says, whether the state is stored in the notebook's metadata; the
# client's own `widget_state` holds what widgets have sent, either way.
# Seen: with store_widget_state=False `widget_state` stays empty to the end, though the client opens the widget's comm and its view
# is an output. Whoever wants the state but not the metadata has to listen in `handle_comm_msg`, which tools/execute.py does.
#
#     store_widget_state=True:  state of 1 slider, in the metadata: True
#     store_widget_state=False: state of 0 sliders, in the metadata: False
#
# Fails when the second line has a slider.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet nbclient==0.11.0 ipykernel==7.4.0 ipywidgets==8.1.9
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import nbformat
from nbclient import NotebookClient

CELL = "import ipywidgets\nipywidgets.IntSlider(3, description='own')"
print(f"nbclient {version('nbclient')}, ipywidgets {version('ipywidgets')}, Python {sys.version.split()[0]}")
found = {}
for store in (True, False):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    client = NotebookClient(notebook, kernel_name="python3")
    client.store_widget_state = store
    client.execute()
    outputs = notebook.cells[0].outputs
    assert "application/vnd.jupyter.widget-view+json" in outputs[0].data, "the widget was shown"
    found[store] = sum(state.get("description") == "own" for state in client.widget_state.values())
    kept = "widgets" in notebook.metadata
    sliders = "slider" if found[store] == 1 else "sliders"
    print(f"store_widget_state={store}: state of {found[store]} {sliders}, in the metadata: {kept}")
if found != {True: 1, False: 0}:
    sys.exit("nbclient behaves otherwise now: look at tools/execute.py.")
PYTHON
