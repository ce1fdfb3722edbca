#!/usr/bin/env bash
# jsonschema 4.26.0 with rfc3987-syntax 1.1.0: nine tenths of `import nbformat` and half of JupyterLab's start make parsers of addresses.
#
# Expected, and wrong: reading a notebook needs json and a schema; what checks formats is loaded when a format is checked.
# Seen: jupyter-events asks for jsonschema[format-nongpl], so rfc3987-syntax is in every JupyterLab. Its import makes 39 Earley
# parsers, one for nearly each rule of RFC 3987, and jsonschema imports it when it is imported itself. On one machine:
#
#     import nbformat                      2.4 s
#     the same without rfc3987_syntax      0.3 s
#     jupyterlab --version                 4.2 s, without 1.7 s
#
# So every server, every pytest with nbval and every tool that opens a notebook waits for it. jsonschema does without where the
# import fails: sys.modules["rfc3987_syntax"] = None before Jupyter is imported (tools/quick.py). Fails when that makes less than
# half of the difference any more.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet nbformat==5.11.1 "jsonschema[format-nongpl]==4.26.0" rfc3987-syntax==1.1.0 lark==1.3.1
"$folder/venv/bin/python" - <<'PYTHON'
import subprocess
import sys
from importlib.metadata import version

print(*(f"{name} {version(name)}" for name in ("nbformat", "jsonschema", "rfc3987-syntax", "lark")), sep=", ")
TIMED = "import time; start = time.process_time(); import nbformat; print(time.process_time() - start)"
WITHOUT = "import sys; sys.modules['rfc3987_syntax'] = None; "


def seconds(before=""):
    """The least of three, by the processor's clock."""
    return min(float(subprocess.check_output([sys.executable, "-c", before + TIMED])) for _ in range(3))


seconds()  # what is compiled is compiled once
usual, without = seconds(), seconds(WITHOUT)
print(f"import nbformat: {usual:.2f} s; without rfc3987_syntax {without:.2f} s")
import lark  # noqa: E402

made, begin = [], lark.Lark.__init__
lark.Lark.__init__ = lambda self, *given, **named: (made.append(named.get("parser")), begin(self, *given, **named))[1]
import nbformat  # noqa: E402, F401

print(made.count("earley"), "parsers made by an import")
assert usual > 3 * without and made.count("earley") == 39
PYTHON
