"""Imports point one way, and `import seqlib` is light."""

import ast
import json
import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "seqlib"
# From the bottom up: a file may import from its own layer and from those below it.
LAYERS = (
    *("words", "refused", "player", "deflate", "saved", "doors", "in_words", "files", "data"),
    *("nn", "study", "draw", "widgets", "lessons"),
)
FILES = sorted(path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py"))


def imported(source, path):
    """The seqlib names that a file imports, as dotted paths ("seqlib.nn.rnn"), wherever in the file they stand."""
    package = path.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "seqlib")
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, node.module] if node.module else base)
            if module.split(".")[0] == "seqlib":
                yield from (f"{module}.{alias.name}" if module == "seqlib" else module for alias in node.names)


def layer_of(dotted):
    """The layer of a dotted path; None for seqlib itself and for names that it re-exports from nn."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in LAYERS else None


def upward(source, path):
    """The imports of one file that point up."""
    home = layer_of(path.removesuffix(".py").replace("/", "."))
    allowed = LAYERS[: LAYERS.index(home) + 1] if home else ("nn", "words", "files", "data")
    if home == "nn":
        allowed = ("words", "doors", "nn")  # the mathematics needs no data
    # `from seqlib import RNN` is fine above nn; inside nn, data and words it would be a circle.
    through_the_door = home is None or LAYERS.index(home) > LAYERS.index("nn")
    for name in imported(source, path):
        layer = layer_of(name)
        if layer not in allowed and not (layer is None and through_the_door):
            yield f"{path} imports {name}"


@pytest.mark.parametrize("path", FILES)
def test_imports_point_one_way(path):
    source = (ROOT / path).read_text(encoding="utf-8")
    assert list(upward(source, path)) == [], "nn <- study <- draw <- widgets <- lessons; words and data are below nn"


@pytest.mark.parametrize(
    "path, source",
    [
        ("seqlib/nn/rnn.py", "from seqlib.study import bptt"),
        ("seqlib/nn/rnn.py", "from ..draw.scene import Scene"),
        ("seqlib/nn/rnn.py", "import seqlib.data"),
        ("seqlib/nn/rnn.py", "from seqlib import RNN"),
        ("seqlib/draw/panels.py", "def late():\n    from seqlib import widgets"),
        ("seqlib/study/bptt.py", "from .. import draw"),
        ("seqlib/data.py", "from seqlib.nn import softmax"),
        ("seqlib/words.py", "from . import data"),
        ("seqlib/__init__.py", "from .draw import Scene"),
    ],
)
def test_an_import_that_points_up_is_seen(path, source):
    assert len(list(upward(source, path))) == 1


@pytest.mark.parametrize(
    "path, source",
    [
        ("seqlib/nn/rnn.py", "import numpy as np\nfrom .record import Record\nfrom . import functions"),
        ("seqlib/nn/record.py", "from seqlib.words import say"),
        ("seqlib/widgets/stepper.py", "from seqlib.draw.scene import Scene\nfrom seqlib import RNN, words"),
        ("seqlib/data.py", "import numpy as np\nfrom . import words"),
        ("seqlib/__init__.py", "from .nn import RNN\nfrom . import words"),
    ],
)
def test_an_import_that_points_down_is_fine(path, source):
    assert list(upward(source, path)) == []


@pytest.mark.parametrize("path", [path for path in FILES if layer_of(path.replace("/", ".")) in ("nn", "study")])
def test_the_mathematics_needs_numpy_only(path):
    source = (ROOT / path).read_text(encoding="utf-8")
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.split(".")[0])
    # threadpoolctl keeps the training loop on one BLAS thread.
    assert names - sys.stdlib_module_names <= {"numpy", "seqlib", "threadpoolctl"}


def run(code, *options):
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run(
        [sys.executable, *options, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )


def test_import_seqlib_loads_neither_matplotlib_nor_ipywidgets():
    loaded = json.loads(run("import sys, json, seqlib; print(json.dumps(sorted(sys.modules)))").stdout)
    heavy = {"matplotlib", "ipywidgets", "anywidget", "IPython", "traitlets", "torch"}
    assert heavy & {name.split(".")[0] for name in loaded} == set()


def cumulative_ms(report, module):
    """The cumulative import time of a module in the text of -X importtime."""
    found = re.search(rf"^import time:\s*\d+ \|\s*(\d+) \|\s*{module}$", report, flags=re.MULTILINE)
    assert found, f"{module} was not imported:\n{report}"
    return int(found[1]) / 1000


@pytest.mark.benchmark
def test_import_seqlib_costs_at_most_a_fifth_of_numpy(tmp_path):
    # Both from bytecode, as on a reader's second start: a machine that is told to keep none would time the compiler.
    # The least of some: other work only adds.
    def costs():
        report = run("import numpy, seqlib", "-X", "importtime", "-X", f"pycache_prefix={tmp_path}").stderr
        return cumulative_ms(report, "numpy"), cumulative_ms(report, "seqlib")

    costs()
    numpy_ms, seqlib_ms = (min(tries) for tries in zip(*(costs() for _ in range(5)), strict=True))
    print(f"import seqlib: {seqlib_ms:.1f} ms after import numpy: {numpy_ms:.1f} ms")
    assert seqlib_ms <= numpy_ms / 5, f"import seqlib takes {seqlib_ms:.1f} ms, numpy {numpy_ms:.1f} ms"
