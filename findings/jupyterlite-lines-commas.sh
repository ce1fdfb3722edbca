#!/usr/bin/env bash
# JupyterLite 0.8.6: a saved output whose text is a list of lines is shown with a comma before each line but the first.
#
# Expected, and wrong: a notebook on a JupyterLite site shows its saved outputs as JupyterLab does. The format of notebooks lets
# each text be one string or a list of lines, and nbformat writes lists to disk; Jupyter's server joins them when it hands a
# notebook over.
# Seen: JupyterLite hands the file over as it is, and the outputs' lists become strings with JavaScript's own comma. Sources are
# shown right. Printed text and tables only look odd; an output of HTML with a script in it, as saved widgets are, is broken.
#
#     as nbformat writes it     'one\n,two\n,three'   'four\n,five'
#     each text in one piece    'one\ntwo\nthree'     'four\nfive'
#
# (tools/lite.py packs lessons in the second form.) It needs a chromium on the PATH. Fails when the commas are gone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet jupyterlite-core==0.8.6 jupyter-server==2.21.1 doit==0.37.0 nbformat==5.11.1 playwright==1.65.2
mkdir "$folder/files"
cd "$folder"
venv/bin/python - <<'PYTHON'
import json
from pathlib import Path

import nbformat

said = nbformat.v4.new_output("execute_result", {"text/plain": "one\ntwo\nthree"}, execution_count=1)
printed = nbformat.v4.new_output("stream", name="stdout", text="four\nfive\n")
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1\nx", outputs=[printed, said])])
nbformat.write(notebook, "files/lists.ipynb")
Path("files/strings.ipynb").write_text(json.dumps(notebook))
assert isinstance(json.loads(Path("files/lists.ipynb").read_text())["cells"][0]["outputs"][0]["text"], list)
PYTHON
venv/bin/jupyter lite build --contents files --output-dir site >build.log 2>&1 || { tail build.log; exit 1; }
venv/bin/python - <<'PYTHON'
import functools
import http.server
import shutil
import threading
from importlib.metadata import version

from playwright.sync_api import sync_playwright


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


print("jupyterlite-core", version("jupyterlite-core"))
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory="site"))
threading.Thread(target=server.serve_forever, daemon=True).start()
seen = {}
with sync_playwright() as started:
    browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
    for name in ("lists", "strings"):
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/lab/index.html?path={name}.ipynb")
        outputs = page.locator(".jp-OutputArea-output")
        outputs.nth(1).wait_for(timeout=120_000)
        seen[name] = [text.strip() for text in outputs.all_inner_texts()]
        print(name, seen[name])
        page.close()
    browser.close()
assert seen["lists"] == ["four\n,five", "one\n,two\n,three"]
assert seen["strings"] == ["four\nfive", "one\ntwo\nthree"]
PYTHON
