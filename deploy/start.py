"""What comes before a student's server, on every kind of server: one machine, a container, Binder, a cluster.

    python deploy/start.py jupyterhub-singleuser …

Runs as the student, and so can write nothing but the student's own files. Brings the lessons into ``~/my``: made at the
first start; later what is new in the course, and never over what the student wrote (`tools/copies.py`). What an update
did is noted in ``~/my/updates.txt``. Then the program that follows takes over.
"""

import datetime
import json
import os
import runpy
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

import course  # noqa: E402
from tools import copies, quick  # noqa: E402, F401 (quick: the server loads sooner)


def language(environment=None):
    """The class's language, as `prepare.py` has set it."""
    settings = Path(environment or sys.prefix) / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    try:
        locale = json.loads(settings.read_text(encoding="utf-8"))["@jupyterlab/translation-extension:plugin"]["locale"]
    except (OSError, ValueError, KeyError, TypeError):
        return "en"
    return next((name for name, called in course.LANGUAGES.items() if called == locale), "en")


def bring(root, home, spoken="en"):
    """Bring the lessons into a student's folder, and note what an update did; returns whether a lesson is new there."""
    my = home / "my"
    first = not (my / copies.MARK).exists()
    copies._language = spoken
    said = list(copies.bring(root, my))
    if said and not first:
        today = datetime.date.today().isoformat()
        with open(my / "updates.txt", "a", encoding="utf-8") as file:
            file.writelines(f"{today} {sentence}\n" for sentence in said)
    return bool(said)


def furnish(home, environment):
    """Let JupyterLab begin with the file browser closed, and Matplotlib find its list of fonts."""
    workspace = home / ".jupyter" / "lab" / "workspaces" / course.WORKSPACE_FILE
    if not workspace.exists():
        workspace.parent.mkdir(parents=True, exist_ok=True)
        workspace.write_text(json.dumps(course.WORKSPACE), encoding="utf-8")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "matplotlib"
    for fonts in (environment / "share" / "course" / "matplotlib").glob("fontlist*.json"):
        if not (cache / fonts.name).exists():
            cache.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fonts, cache / fonts.name)


def settings():
    """The variables of the server and its kernels: one BLAS thread each, and nothing from outside the environment."""
    fixed = {"PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    fixed["JUPYTER_RUNTIME_DIR"] = str(Path.home() / ".runtime")  # with kernels' sockets, whose paths must be short
    threads = {name: os.environ.get(name, "1") for name in course.ONE_THREAD}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**threads, **fixed, "PATH": path}


def sign(my):
    """Let JupyterLab trust the lessons: it lets the saved pictures of signed notebooks step."""
    from nbformat import from_dict
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    for path in sorted(my.glob("*/*.ipynb")):
        if path.name.count(".") == 1:  # not what was kept of older ones
            notary.sign(from_dict(json.loads(path.read_text(encoding="utf-8"))))


def become(command):
    """Go on as another program; a Python program as this process, which has loaded half of Jupyter to sign."""
    script = shutil.which(command[0]) or command[0]
    with open(script, "rb") as file:
        if b"python" not in file.readline(200):
            os.execv(script, command)
    for folder in (str(HERE), str(HERE.parent)):  # as this program began; the second may be there once more, for seqlib
        if folder in sys.path:
            sys.path.remove(folder)
    sys.argv = [script, *command[1:]]
    runpy.run_path(script, run_name="__main__")


def main(command):
    """Prepare the student's folder, then become the server."""
    home = Path.home()
    os.environ.update(settings())
    try:
        furnish(home, Path(sys.prefix))
        if bring(ROOT, home, language()):
            sign(home / "my")
        os.chdir(home / "my")
    except (OSError, ValueError, KeyError) as problem:  # a full disk, say: the server starts with what is there
        print(f"The lessons were not brought up to date: {why(problem, home / 'my')}", file=sys.stderr, flush=True)
    become(command)


def why(problem, my):
    """What was in the way; of a folder of the host that Docker has made, as root, who has to be its owner."""
    owner = my.stat().st_uid if isinstance(problem, PermissionError) and my.is_dir() else os.getuid()
    if owner == os.getuid():
        return problem
    return f"{my} belongs to user {owner}, so user {os.getuid()} cannot write there; chown it to {os.getuid()}."


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Expected the program to start, such as: python deploy/start.py jupyterhub-singleuser")
    main(sys.argv[1:])
