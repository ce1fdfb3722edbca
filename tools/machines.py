"""Runs the lessons as other machines would, under strict nbval, and prints which of them show the same numbers.

    python -m tools.machines                                        # every machine, the English lessons: an hour
    python -m tools.machines prescott minimum                       # these
    python -m tools.machines haswell -- notebooks/ko                # other notebooks

A matrix product is computed by another kernel of OpenBLAS on every kind of processor, and NumPy has other code for
those without AVX2 or AVX-512: both can be told to pretend. What this processor lacks cannot be pretended, and is said.
"minimum" has the oldest versions that pyproject.toml allows, "newest" the newest there are (delete `.tools` for
newer ones). docs/machines.md says what held when.
"""

import argparse
import os
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from tools.throwaway import ROOT, NoIndex, environment

KERNELS = {
    "haswell": "Haswell",
    "prescott": "Prescott",
    "nehalem": "Nehalem",
    "sandybridge": "Sandybridge",
    "zen": "Zen",
    "skylakex": "SkylakeX",
}
# What OpenBLAS answers: its oldest kernels serve both, and NumPy's own build has none for Zen but Haswell's.
CALLED = {"prescott": ("katmai",), "zen": ("haswell",)}
WITHOUT = {"no-avx512": "X86_V4 AVX512_ICL AVX512_SPR", "no-avx2": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"}
# Up to NumPy 2.3 the groups had no names of their own.
WITHOUT_OLD = {"no-avx512": "AVX512F AVX512CD AVX512_SKX", "no-avx2": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX"}
VERSIONS = ("minimum", "newest")
RUNS_THEM = ("pytest", "nbval", "ipykernel", "nbformat")


def minimum():
    """Requirements: the oldest versions that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [re.sub(r">=", "==", line) for line in project["dependencies"]]


def newest():
    """Requirements: no version at all."""
    return [re.match(r"[\w-]+", line)[0] for line in minimum()]


def pinned(names):
    """What requirements.txt says of these packages."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.partition("==")[0] in names]


def python_of(machine):
    """The Python that stands for a machine: this one, unless it has other versions."""
    if machine not in VERSIONS:
        return Path(sys.executable)
    return environment(machine, *(minimum() if machine == "minimum" else newest()), *pinned(RUNS_THEM))


def variables(machine, features=""):
    """What tells OpenBLAS or NumPy to be as on that machine; `features` are those that this NumPy can leave out."""
    if machine in KERNELS:
        return {"OPENBLAS_CORETYPE": KERNELS[machine]}
    names = [name for name in f"{WITHOUT.get(machine, '')} {WITHOUT_OLD.get(machine, '')}".split() if name in features]
    return {"NPY_DISABLE_CPU_FEATURES": " ".join(names)} if names else {}


ASK = """
import numpy, matplotlib
from numpy._core._multiarray_umath import __cpu_dispatch__ as features
from threadpoolctl import threadpool_info
numpy.ones((2, 2)) @ numpy.ones((2, 2))
blas = next((pool["architecture"] for pool in threadpool_info() if pool["user_api"] == "blas"), "?")
print(numpy.__version__, matplotlib.__version__, blas, ",".join(features), sep="|")
"""


def asked(python, env):
    """(NumPy's version, Matplotlib's, the kernel that OpenBLAS chose, features) in an environment."""
    done = subprocess.run([str(python), "-c", ASK], env=env, capture_output=True, text=True)
    return done.stdout.strip().split("|") if done.returncode == 0 else ["?", "?", done.stderr.strip()[-80:], ""]


def run(machine, notebooks):
    """Run the notebooks on a machine: a row of the table, and the cells that differ."""
    python = python_of(machine)
    here = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONNOUSERSITE": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    features = asked(python, here)[3]
    told = variables(machine, features)
    versions = asked(python, here | told)
    if machine in KERNELS and versions[2].lower() not in (machine, *CALLED.get(machine, ())):
        return [machine, *versions[:3], "this processor cannot"], []
    if machine in WITHOUT and not told:
        return [machine, *versions[:3], "nothing to leave out"], []
    began = time.monotonic()
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env", "-rf"]
    done = subprocess.run([*command, *notebooks], cwd=ROOT, env=here | told, capture_output=True, text=True)
    last = done.stdout.strip().splitlines()[-1:] or [done.stderr.strip()[-200:]]
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    if failed or done.returncode:
        log = ROOT / ".tools" / f"machines-{machine}.txt"
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
        failed.append(f"(all of it: {log.relative_to(ROOT)})")
    return [machine, *versions[:3], f"{last[0].strip('= ')} ({time.monotonic() - began:.0f} s)"], failed


def main(arguments=None):
    """Print a table; 1 if a cell differs anywhere."""
    machines = [*KERNELS, *WITHOUT, *VERSIONS]
    parser = argparse.ArgumentParser(prog="python -m tools.machines", description=__doc__.partition("\n")[0])
    parser.add_argument("machines", nargs="*", help=f"of {', '.join(machines)} (default: all)")
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    at = arguments.index("--") if "--" in arguments else len(arguments)
    chosen, notebooks = parser.parse_args(arguments[:at]).machines or machines, arguments[at + 1 :] or ["notebooks/en"]
    if wrong := [name for name in chosen if name not in machines]:
        parser.error(f"machines are {', '.join(machines)}, but {', '.join(wrong)} came")
    (ROOT / ".tools").mkdir(exist_ok=True)
    print("| machine | NumPy | Matplotlib | OpenBLAS's kernel | strict nbval |\n|---|---|---|---|---|", flush=True)
    differs = False
    for machine in chosen:
        try:
            row, failed = run(machine, notebooks)
        except NoIndex as problem:
            row, failed = [machine, "", "", "", str(problem)], []
        print(f"| {' | '.join(row)} |", flush=True)
        for line in failed:
            print(f"    {line}", file=sys.stderr, flush=True)
        differs |= bool(failed)
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
