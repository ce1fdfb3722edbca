"""Run other libraries on random weights, and keep what they compute: ``python -m tools.conventions``.

Every library gets an environment of its own, with the version named here, in a temporary folder that is removed at the
end (or in the folder given by ``--keep``, and those that are there already are used). What they compute goes into
tests/study/conventions/*.json, which the tests read without any of the libraries, and docs/conventions.md and
docs/training-differences.md are made anew. A quarter of an hour, and 6 GB while it runs; Linux, Python 3.11, npm.
``python -m tools.conventions mlx jax`` runs two of them, ``python -m tools.conventions --docs`` only makes the pages.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.conventions import pages

HERE = Path(__file__).parent
OUT = HERE.parent.parent / "tests/study/conventions"
ENVIRONMENTS = {
    "torch": ["torch==2.13.0", "keras==3.15.1", "onnx==1.23.2", "onnxruntime==1.32.0"],
    "jax": ["jax==0.10.2", "flax==0.12.8", "equinox==0.13.8", "dm-haiku==0.0.17", "optax==0.2.8"],
    "mlx": ["mlx[cpu]==0.32.4"],
    "paddle": ["paddlepaddle==3.3.1"],
    "openvino": ["openvino==2026.4.1"],
    "dynet": ["dynet38==2.2"],
    "tensorflow": ["tensorflow==2.21.0", "tf-keras==2.21.0", "ai-edge-litert==2.3.0"],
    "tfjs": [],
}
NODE = {"tfjs": "@tensorflow/tfjs@4.22.0"}  # npm's


def python_of(folder, name):
    """The interpreter of an environment, which is made if it is not there."""
    python = folder / name / "bin/python"
    if not python.exists():
        print(f"{name}: installing {', '.join(ENVIRONMENTS[name])}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder / name], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--no-cache-dir", "numpy", *ENVIRONMENTS[name]], check=True
        )
        if name in NODE:
            subprocess.run(["npm", "install", "--silent", "--prefix", folder / name, NODE[name]], check=True)
    return python


def run(folder, name):
    """Write tests/study/conventions/NAME.json."""
    OUT.mkdir(exist_ok=True)
    subprocess.run([python_of(folder, name), HERE / f"run_{name}.py", OUT / f"{name}.json"], check=True)
    found = json.loads((OUT / f"{name}.json").read_text())
    print(f"{name}: {len(found['cases'])} cases, {found['versions']}", flush=True)


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.conventions", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(ENVIRONMENTS)}; all of them by default"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the environments are kept")
    parser.add_argument("--docs", action="store_true", help="only make the pages")
    options = parser.parse_args()
    if unknown := set(options.names) - set(ENVIRONMENTS):
        parser.error(f"{', '.join(sorted(unknown))} is none of {', '.join(ENVIRONMENTS)}")
    with tempfile.TemporaryDirectory() as temporary:
        for name in [] if options.docs else options.names or ENVIRONMENTS:
            run(options.keep or Path(temporary), name)
    pages.write()


if __name__ == "__main__":
    main()
