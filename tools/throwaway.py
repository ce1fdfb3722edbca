"""Environments that a tool needs for itself, apart from the course's: made once, kept in `.tools`, free to delete."""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"


class NoIndex(Exception):
    """An environment cannot be made: no network, no package index, or it lacks a package; the message says which."""


def environment(name, *requirements):
    """The Python of an environment that has these packages.

    Parameters
    ----------
    name : str
        What the environment's folder is called, before a mark of its requirements.
    *requirements : str
        As for pip, pinned.

    Returns
    -------
    Path

    Raises
    ------
    NoIndex
        Where pip cannot get them.
    """
    asked = "\n".join(requirements)
    folder = TOOLS / f"{name}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"
    python, made = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"), folder / "made.txt"
    if not made.exists():
        print(f"{name}: making an environment in {folder.relative_to(ROOT)}", file=sys.stderr, flush=True)
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements]
        done = subprocess.run(pip, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", errors="replace")
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            last = said[-1].removeprefix("ERROR: ") if said else f"exit code {done.returncode}"
            raise NoIndex(f"{name}: needs a package index to get {', '.join(requirements)}, and pip said: {last}")
        made.write_text(asked, encoding="utf-8")
    return python
