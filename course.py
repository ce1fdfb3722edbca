"""Every command of the course: `python3 course.py lab` opens the lessons, `python3 course.py test` checks everything.

Standard library only. This file must *parse* on old Pythons too (3.6 and later), so that they get a sentence
and not a SyntaxError: no match statements, no walrus, nothing newer. English it prints is ASCII only, for old consoles;
Korean (tools/course.ko.json) only where the console has its letters.
"""

import argparse
import ast
import collections
import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 14)
REQUIREMENTS = {"lab": "requirements.txt", "test": "requirements-test.txt"}
# Without one of these an environment is not whole, whatever was noted when it was made.
NEEDED = ("pip", "numpy", "matplotlib", "ipywidgets", "anywidget", "ipykernel", "jupyterlab")
FIRST_PORT = 8888
# At the course's matrix sizes a second BLAS thread costs more than it brings.
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
LAB_SETTINGS = {
    # No "would you like to get Jupyter news?" in front of a class, and no request to the network for updates.
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    # JupyterLab sends what the widgets show along when it saves: seqlib.saved keeps the pictures and drops the rest.
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
}
LANGUAGES = {"en": "default", "ko": "ko_KR"}  # the course's, and what JupyterLab calls them
# How JupyterLab looks before the reader has changed it: no file browser, so that a lesson has the width of the screen.
WORKSPACE = {
    "data": {"layout-restorer:data": {"left": {"collapsed": True, "visible": True, "widgets": ["filebrowser"]}}},
    "metadata": {"id": "default"},
}
WORKSPACE_FILE = "default-37a8.jupyterlab-workspace"  # as JupyterLab calls the one that it opens by itself


class Stop(Exception):
    """Something the reader has to do first, in one sentence."""


class Offline(Stop):
    """The network, or the package index, does not answer."""


# ---------------------------------------------------------------- the reader's language


def systems_language():
    """The language of this system: "ko" where it is Korean, else "en"."""
    if os.name == "nt":
        import ctypes

        return "ko" if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == 0x12 else "en"
    set_to = [os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)]
    return "ko" if set_to and set_to[0].lower().startswith("ko") else "en"


def asked_language(arguments):
    """The language after `--lang`, or else the system's; looked for before anything is said."""
    before = ""
    for word in arguments:
        asked = word.partition("=")[2] if word.startswith("--lang=") else word if before == "--lang" else ""
        if asked in LANGUAGES:
            return asked
        before = word
    return systems_language()


def korean(language, stream=None):
    """The Korean sentences, by the English ones; none in another language, or where the console lacks the letters."""
    if language != "ko":
        return {}
    try:
        "\uac00".encode(getattr(stream or sys.stdout, "encoding", None) or "ascii")
        return json.loads((ROOT / "tools" / "course.ko.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, LookupError):
        return {}


SENTENCES = {}


def _(sentence):
    """A sentence in the reader's language."""
    return SENTENCES.get(sentence, sentence)


def first_page(language="en", root=ROOT):
    """What JupyterLab opens first: lesson 0, in the reader's copy."""
    there = (root / "notebooks" / language / "00_start.ipynb").exists()
    return "/lab/tree/%s/00_start.ipynb" % (language if there else "en")


# ---------------------------------------------------------------- is this Python good enough?


def python_too_old(version, which=shutil.which):
    """The sentence for a Python older than the course needs, or None."""
    if tuple(version[:2]) >= OLDEST:
        return None
    newer = [name for name in ("python3.%d" % minor for minor in range(NEWEST[1], OLDEST[1] - 1, -1)) if which(name)]
    todo = _("run `%s course.py lab`, which you have") if newer else _("install one from https://www.python.org")
    todo = todo % newer[0] if newer else todo
    return _("This is Python %d.%d; the course needs Python %d.%d or newer: %s.") % (*version[:2], *OLDEST, todo)


def python_too_new(version):
    """The warning for a Python that the pinned packages may not support yet, or None."""
    if tuple(version[:2]) <= NEWEST:
        return None
    text = "Note: this is Python %d.%d; the course was tested with %d.%d to %d.%d, so an install may fail."
    return _(text) % (*version[:2], *OLDEST, *NEWEST)


# ---------------------------------------------------------------- the environment


def venv_python(venv):
    """Where the Python of an environment is, on this system."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def wanted(kind, root=ROOT, version=sys.version_info):
    """What must be true of .venv: a digest over all that decides what is installed in it."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", "requirements-test.txt", "pyproject.toml"):
        if kind == "test" or name != "requirements-test.txt":
            digest.update((root / name).read_bytes())
    digest.update(("%d.%d" % tuple(version[:2])).encode())
    return digest.hexdigest()


def read_stamp(kind, venv):
    """What was installed last: {"installed": digest, "folder": where}; empty if nothing was."""
    try:
        stamp = json.loads((venv / ("course-%s.json" % kind)).read_text(encoding="utf-8"))
        return stamp if isinstance(stamp, dict) else {}
    except (OSError, ValueError):
        return {}


def write_stamp(kind, venv, digest):
    """Remember that all of `kind` is installed."""
    text = json.dumps({"installed": digest, "folder": spelled(venv)})
    (venv / ("course-%s.json" % kind)).write_text(text, encoding="utf-8")


def spelled(path):
    """A path as ASCII that is the same in every locale: under some, Korean letters come as single bytes."""
    return quote(os.fsencode(str(path)))


def probe(venv):
    """What the environment's Python says: ((3, 12), what of NEEDED is missing); None if it does not start."""
    asks = "import importlib.util as u, json, sys; v = sys.version_info[:2]; "
    asks += "print(json.dumps([v, [n for n in %r if u.find_spec(n) is None]]))" % (NEEDED,)
    try:
        out = subprocess.run(
            [str(venv_python(venv)), "-X", "utf8", "-I", "-c", asks],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=120,
            check=True,
        ).stdout
        version, lacks = json.loads(out.decode("utf-8"))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return tuple(version), lacks


def made_for(venv):
    """The Python version (3, 12) that an environment was made for, as its pyvenv.cfg says; None where it does not."""
    try:
        text = (venv / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = re.search(r"^version(?:_info)? *= *(\d+)\.(\d+)", text, flags=re.MULTILINE)
    return (int(found.group(1)), int(found.group(2))) if found else None


def make_venv(venv):
    """Create the environment, or mend one whose Python is gone or half there; packages in it stay."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise Stop(
            _(
                "This Python cannot make environments (its venv or ensurepip is missing): "
                "on Debian and Ubuntu run `sudo apt install python3-venv`, then start again."
            )
        )
    import venv as maker

    try:
        maker.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(str(venv))
    except subprocess.CalledProcessError as problem:
        output = problem.output or b""
        raise Stop(explain_pip(output.decode("utf-8", "replace") if isinstance(output, bytes) else output)) from None


def mended(venv, version=sys.version_info):
    """What `probe` says once an environment of this Python's version was made again over itself; None if it cannot be.

    After a system update or a copy to another machine only the way to Python is wrong: all packages are there.
    """
    if made_for(venv) != tuple(version[:2]) or not venv_python(venv).parent.is_dir():
        return None
    print(_("Mending .venv ..."), flush=True)
    link = venv_python(venv)
    try:
        if link.is_symlink() and not link.exists():
            for name in ("python", "python3", "python%d.%d" % tuple(version[:2])):  # links into a Python that is gone
                if (link.parent / name).is_symlink():
                    (link.parent / name).unlink()
        make_venv(venv)
    except (Stop, OSError):
        return None
    return probe(venv)


@contextlib.contextmanager
def replaced(venv):
    """Make room for a new .venv; the old one is deleted when all went well, and comes back when not."""
    old = venv.with_name(venv.name + ".old")
    if Path(sys.prefix).resolve() == venv.resolve():
        raise Stop(_("This command runs on the very .venv that has to be rebuilt: type `deactivate` and start again."))
    had = os.path.lexists(str(venv))
    try:
        if had:
            delete(old)
            os.rename(str(venv), str(old))
    except OSError:
        raise Stop(_("The old .venv is in use: close every program that uses it, then start again.")) from None
    try:
        yield
    except BaseException:
        delete(venv)
        if had:
            os.rename(str(old), str(venv))
        raise
    delete(old)


def whole(root=ROOT):
    """Refuse a folder of which a part is gone, before a command takes what is left for the course."""
    parts = ["data", "notebooks/en", "notebooks/ko", "seqlib", "tools", "requirements.txt", "pyproject.toml"]
    gone = [part for part in parts if not (root / part).exists()]
    if gone:
        raise Stop(
            _("The course's folder lacks %s: get the course again, and keep your folder my/.")
            % ", ".join(gone)
        )


def delete(path):
    """Delete a folder, a file or a link, as far as the system lets it."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(str(path), ignore_errors=True)


# Settings of the reader that would send something elsewhere: what Python loads, how pictures are drawn, where Jupyter
# looks for its settings, extensions and kernels. Without bytecode each kernel would compile seqlib anew, half a second.
NOT_OURS = re.compile(
    r"PYTHON(HOME|PATH|WARNINGS|OPTIMIZE|STARTUP|INSPECT|IOENCODING|USERBASE|SAFEPATH|CASEOK|PLATLIBDIR|"
    r"DONTWRITEBYTECODE)|MPL.*|MATPLOTLIBRC|JUPYTER.*|IPYTHONDIR",
    re.IGNORECASE,
)


def environment(venv=VENV):
    """The variables for everything that runs inside .venv: the reader's settings for other work do not reach it."""
    env = {name: value for name, value in os.environ.items() if not NOT_OURS.fullmatch(name)}
    for name in ONE_THREAD:
        env.setdefault(name, "1")
    env["VIRTUAL_ENV"] = str(venv)
    env["PATH"] = str(venv_python(venv).parent) + os.pathsep + env.get("PATH", "")
    env["PYTHONUTF8"] = "1"
    env["PYTHONNOUSERSITE"] = "1"
    # A "python3" kernel that the reader registered elsewhere must not take the lessons over.
    env["JUPYTER_PREFER_ENV_PATH"] = "1"
    # In the course's folder, so that a home folder that cannot be written, or is full, is no obstacle.
    own = venv / "share" / "course"
    folders = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
    folders.update({"MPLCONFIGDIR": "matplotlib", "IPYTHONDIR": "ipython"})
    env.update({name: str(own / folder) for name, folder in folders.items()})
    return env


# Read from the course's own folder, and so before anything that the machine's /etc/jupyter says.
SERVER_SETTINGS = """import os

c = get_config()
c.ServerApp.certfile = c.ServerApp.keyfile = c.ServerApp.client_ca = ""
if "JUPYTER_TOKEN" in os.environ:
    c.IdentityProvider.token = os.environ["JUPYTER_TOKEN"]
    c.PasswordIdentityProvider.hashed_password = ""
"""


def settle(venv, language="en"):
    """Write the settings that the course's JupyterLab begins with; what the reader chooses in it goes before them."""
    settings = venv / "share" / "jupyter" / "lab" / "settings"
    config = venv / "share" / "course" / "config"
    for folder in (settings, config):
        folder.mkdir(parents=True, exist_ok=True)
    begins = {"@jupyterlab/translation-extension:plugin": {"locale": LANGUAGES[language]}, **LAB_SETTINGS}
    (settings / "overrides.json").write_text(json.dumps(begins, indent=2), encoding="utf-8")
    (config / "jupyter_server_config.py").write_text(SERVER_SETTINGS, encoding="utf-8")


def link(venv, root):
    """Let the environment find seqlib in this folder, wherever it has moved.

    In ASCII: Pythons before 3.13 read the file in the language of the system, and do not start where they cannot.
    """
    line = ("import os, sys; sys.path.append(os.fsdecode(%r))\n" % os.fsencode(str(root))).encode("ascii")
    for site in [venv / "Lib" / "site-packages", *venv.glob("lib/python3.*/site-packages")]:
        file = site / "_editable_impl_seqlib.pth"
        if file.exists() and file.read_bytes() != line:
            file.write_bytes(line)


def moved_along(venv, root):
    """Make an environment that was copied or moved with its folder this folder's own; no network is needed."""
    link(venv, root)
    new = os.fsencode(str(venv))
    for kind in ("lab", "test"):
        stamp = read_stamp(kind, venv)
        if not stamp or stamp.get("folder") == spelled(venv):
            continue
        old = unquote_to_bytes(str(stamp.get("folder", "")))
        # The first line of a script may hold neither a blank nor more than about 120 signs.
        if os.name != "nt" and len(old) > 1 and len(new) < 100 and not re.search(rb"\s", new):
            for file in venv_python(venv).parent.iterdir():
                if file.is_file() and not file.is_symlink() and file.stat().st_size < 100000:
                    text = file.read_bytes()
                    if old in text and b"\0" not in text:
                        file.write_bytes(text.replace(old, new))
        write_stamp(kind, venv, stamp.get("installed"))


def locked(file):
    """Take the lock of an open file, which ends with the program that holds it; False while another has it."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        return problem.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)  # others: this disk knows no locks
    return True


@contextlib.contextmanager
def alone(root=ROOT):
    """One start at a time: a second waits until the first has installed, copied and taken its port."""
    try:
        file = open(str(root / ".course.lock"), "a")  # noqa: SIM115 - closed below
    except OSError:
        yield  # a folder that cannot be written: what comes next says so
        return
    with file:
        if not locked(file):
            print(_("Another start of the course is at work in this folder; waiting for it ..."), flush=True)
            while not locked(file):
                time.sleep(0.2)
        yield


def ensure(kind, venv=VENV, root=ROOT):
    """Make .venv hold what `kind` ("lab" or "test") needs; quick when it does already."""
    if os.pathsep in str(venv):
        raise Stop(
            _(
                "The path of this folder has a %r in it, where Python can make no environment: rename the folder (%s), "
                "then start again."
            )
            % (os.pathsep, root)
        )
    there = os.path.lexists(str(venv))
    found = probe(venv) if there else None
    if there and (found is None or "pip" in found[1]):
        found = mended(venv)
    if found is None or "pip" in found[1] or found[0] < OLDEST:
        with replaced(venv):
            print(_("Making an environment for the course in .venv ..."), flush=True)
            make_venv(venv)
            newest_pip(venv, root)
            install(kind, venv, root, tuple(sys.version_info[:2]))
        return
    moved_along(venv, root)
    if read_stamp(kind, venv).get("installed") == wanted(kind, root, found[0]) and not found[1]:
        print(_("Everything is installed already (in .venv)."), flush=True)
        return
    try:
        install(kind, venv, root, found[0])
    except Offline as problem:
        # The lessons run with the packages of the last version, too; the next start tries again.
        if kind != "lab" or found[1] or not read_stamp("lab", venv):
            raise
        print(_("%s\nFor now the lessons start with the packages that are here.") % problem, flush=True)


def install(kind, venv, root, version):
    """Install what `kind` needs, and note it."""
    started = time.monotonic()
    print(_("Installing the course's packages into .venv: a minute or two, this time only ..."), flush=True)
    pip_install(REQUIREMENTS[kind], venv, root)
    link(venv, root)
    print(_("Looking through this machine's fonts ..."), flush=True)  # or the first lesson would, in red
    run([str(venv_python(venv)), "-c", "import matplotlib.font_manager"], root, venv)
    write_stamp("lab", venv, wanted("lab", root, version))
    if kind == "test":
        write_stamp("test", venv, wanted("test", root, version))
    print(_("Installed in %.0f s.") % (time.monotonic() - started), flush=True)


# ---------------------------------------------------------------- pip


def pip_command(requirements, venv=VENV):
    """The command line that installs a requirements file into .venv."""
    options = ["--disable-pip-version-check", "--no-input", "--no-color", "--progress-bar", "off"]
    if requirements == REQUIREMENTS["test"]:  # most of PyTorch is never imported: half a minute
        options.append("--no-compile")
    return [str(venv_python(venv)), "-m", "pip", "install", *options, "-r", requirements]


PIP = (26, 3)  # from 120 packages and their versions it finds the right ones in a third of the time of 23.2

# The settings of the reader's pip that say how packages are reached; the others say where to put them, and which.
PIP_KEEPS = ("index-url", "extra-index-url", "no-index", "find-links", "trusted-host", "proxy", "cert", "client-cert")
PIP_KEEPS += ("timeout", "default-timeout", "retries", "cache-dir", "no-cache-dir", "keyring-provider", "use-feature")


def newest_pip(venv, root):
    """Bring the pip of a new environment up to date: older ones, which Python brings along, take twice as long.

    It is only quicker, so what hinders it hinders nothing. It is fetched first, which may be cut off, and installed
    from there; if that is cut off the new environment goes, as it does when the packages are.
    """
    import ensurepip

    if tuple(int(part) for part in ensurepip.version().split(".")[:2]) >= PIP:
        return
    pip, quiet = [str(venv_python(venv)), "-m", "pip"], {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    options = {"cwd": str(root), "env": pip_environment(venv), "check": True, **quiet}
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(OSError, subprocess.SubprocessError):
        fetch = [*pip, "download", "--no-deps", "--retries", "0", "--dest", folder, "pip==%d.%d" % PIP]
        subprocess.run(fetch, timeout=30, **options)
        subprocess.run([*pip, "install", "--no-index", "--no-deps", *map(str, Path(folder).iterdir())], **options)


def pip_environment(venv):
    """The variables for pip: into .venv, whatever the reader has told pip for other work; index and proxy stay."""
    env, told = environment(venv), {}
    for name in list(env):
        setting = name[4:].lower().replace("_", "-")
        if name.upper().startswith("PIP_") and setting not in PIP_KEEPS and setting != "config-file":
            del env[name]
    try:
        asks = [str(venv_python(venv)), "-m", "pip", "config", "list", "--disable-pip-version-check"]
        out = subprocess.run(asks, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60).stdout
        for line in out.decode("utf-8", "replace").splitlines():
            section, _, name = line.partition("=")[0].rpartition(".")
            if section in ("global", "install") and name in PIP_KEEPS:
                told[name] = " ".join(str(ast.literal_eval(line.partition("=")[2])).split())
    except (OSError, ValueError, SyntaxError, subprocess.SubprocessError):
        pass  # settings that pip itself cannot read
    for name, value in told.items():
        env.setdefault("PIP_" + name.upper().replace("-", "_"), value)
    env["PIP_CONFIG_FILE"] = os.devnull
    return env


def pip_install(requirements, venv, root):
    """Run pip; on a terminal show which package it is at; on failure show its last lines and what to do."""
    env = pip_environment(venv)
    process = subprocess.Popen(
        pip_command(requirements, venv),
        cwd=str(root),  # "-e ." in requirements.txt means this folder
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    lines, packages = [], set()
    try:
        for line in process.stdout:
            lines.append(line.rstrip())
            if line.startswith("Collecting "):
                packages.add(line.split()[1])
            if sys.stdout.isatty():
                doing = "%d packages found; now: %s" % (len(packages), line.strip())
                print("\r  " + doing[:70].ljust(72), end="", flush=True)
        code = process.wait()
    finally:
        wait_or_end(process, 0)
        if sys.stdout.isatty():
            print("\r" + " " * 76 + "\r", end="", flush=True)
    if code:
        tail = collections.deque((line for line in lines if line), maxlen=8)
        print(_("\npip's last words:\n  ") + "\n  ".join(tail) + "\n", flush=True)
        sentence = explain_pip("\n".join(lines), env.get("PIP_INDEX_URL"))
        unreached = (_(NO_NETWORK), _(NO_INDEX).partition("(")[0])
        raise (Offline if sentence.startswith(unreached) else Stop)(sentence)


DISK_FULL = "The disk is full: free about 1 GB on the disk that holds this folder, then start again."
NO_NETWORK = (
    "No network: the first start needs it once; afterwards everything works offline. "
    "Connect to the internet, then start again."
)
NO_INDEX = (
    "The package index that your pip is set to (%s) does not answer, or lacks a package: "
    "see `pip config list` and PIP_INDEX_URL, then start again."
)
# What pip prints (lower case) -> what the reader has to do. The first match counts: a full disk also shows as
# something else later, and "no matching distribution" is what pip says at the end of a missing network.
PIP_FAILURES = (
    (
        ("no space left on device", "errno 28", "not enough space on the disk", "winerror 112", "quota exceeded"),
        DISK_FULL,
    ),
    (
        ("long path support", "winerror 206", "filename or extension is too long"),
        "The path of this folder is too long for Windows: move the folder to a short path such as C:\\course, "
        "delete .venv in it, and start again.",
    ),
    (
        ("certificate_verify_failed", "certificate verify failed", "sslerror"),
        "The network answers with a certificate that Python does not trust, as school and company networks do: "
        "use another network for the first start, or ask who runs this one for pip's `cert` setting.",
    ),
    (
        ("proxyerror", "cannot connect to proxy", "407 proxy"),
        "The network's proxy refused the connection: set HTTPS_PROXY to the proxy's address, then start again.",
    ),
    (
        (
            "newconnectionerror",
            "failed to establish a new connection",
            "nameresolutionerror",
            "failed to resolve",
            "name resolution",
            "getaddrinfo failed",
            "network is unreachable",
            "connecttimeouterror",
            "readtimeouterror",
            "timed out",
            "connection reset",
            "connection aborted",
            "connection broken",
            "remote end closed connection",
        ),
        NO_NETWORK,
    ),
    (
        ("permission denied", "errno 13", "winerror 5]", "winerror 32]", "access is denied"),
        "A file in .venv cannot be written: close JupyterLab and every program that uses it, then start again.",
    ),
    (
        ("no matching distribution", "could not find a version", "failed building wheel", "failed to build"),
        "A package has no ready-made build for this Python on this machine: "
        "use a 64-bit Python %d.%d to %d.%d from https://www.python.org, delete .venv, and start again."
        % (OLDEST + NEWEST),
    ),
)


def explain_pip(output, index=None):
    """The sentence for a failed pip run, recognised by its output; `index` is the reader's own package index."""
    text = output.lower()
    for signs, sentence in PIP_FAILURES:
        if any(sign in text for sign in signs):
            if index and (sentence is NO_NETWORK or "(from versions: none)" in text):
                where = re.sub(r"//[^/@]*@", "//", index)  # without the password
                return _(NO_INDEX) % where
            return _(sentence)
    return _("pip could not install the packages: its last words above say why; start again to try once more.")


def explain_os(problem):
    """The sentence for an OSError while files are written."""
    if problem.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return _(DISK_FULL)
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        sentence = "This folder cannot be written to (%s): move the course folder to your own files, then start again."
        return _(sentence) % (problem.filename or ROOT)
    return "%s: %s." % (problem.strerror or _("The system refused"), problem.filename or ROOT)


# ---------------------------------------------------------------- JupyterLab


def wait_or_end(process, seconds):
    """Give a program some seconds to end by itself; then end it."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait()


def port_problem(port):
    """Why JupyterLab cannot listen on this port ("taken", "refused"), or None."""
    with socket.socket() as asking:
        asking.settimeout(1)
        if asking.connect_ex(("127.0.0.1", port)) == 0:
            return "taken"
    with socket.socket() as trying:
        if os.name != "nt":  # as the server does; on Windows it means something else
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind(("127.0.0.1", port))
        except OSError as problem:
            return "refused" if problem.errno == errno.EACCES else "taken"
    return None


def choose_port(asked):
    """The port that was asked for, or else the first free one from 8888 on."""
    first = asked or FIRST_PORT
    problem = port_problem(first)
    if problem is None:
        return first
    free = next((port for port in range(first + 1, min(first + 50, 65536)) if port_problem(port) is None), None)
    if asked is None and free:
        print(_("Port %d is taken, so this is port %d.") % (first, free), flush=True)
        return free
    taken = "Port %d is taken by another program: start with `--port %d`, or without --port."
    refused = "Port %d is not allowed for you: start with `--port %d`, or without --port."
    raise Stop(_(taken if problem == "taken" else refused) % (first, free or FIRST_PORT + 100))


def quick_command(module, venv=VENV):
    """The command line that starts a module of Jupyter without what costs seconds and is of no use."""
    return [str(venv_python(venv)), str(ROOT / "tools" / "quick.py"), module]


def lab_command(port, browser, venv=VENV, root=ROOT, language="en"):
    """The command line that starts JupyterLab on the reader's copies, whatever the reader's own settings say."""
    command = [*quick_command("jupyterlab", venv), "-y", "--log-level=ERROR"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=%d" % port, "--ServerApp.port_retries=0"]
    command += ["--ServerApp.root_dir=%s" % (root / "my"), "--ServerApp.base_url=/"]
    command += ["--LabApp.default_url=" + first_page(language, root), "--LabApp.workspaces_dir=%s" % workspaces(venv)]
    # Some browsers may not read the hidden file through which Jupyter would send them to the address.
    command += ["--ServerApp.use_redirect_file=False"]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def workspaces(venv=VENV):
    """The folder for what JupyterLab remembers of its tabs and sidebars: the course's own."""
    return venv / "share" / "jupyter" / "lab" / "workspaces"


def make_workspace(venv=VENV):
    """Let JupyterLab begin with the file browser closed; how the reader leaves it, it stays."""
    file = workspaces(venv) / WORKSPACE_FILE
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(WORKSPACE), encoding="utf-8")


def copies_command(venv=VENV):
    """The command line that makes the reader's copies of the lessons, and updates them."""
    return [str(venv_python(venv)), str(ROOT / "tools" / "copies.py"), *(["--korean"] if SENTENCES else [])]


def make_copies():
    """Let the reader have a copy of every lesson, in my/."""
    if run(copies_command()):
        raise Stop(_("The lessons are not ready: see the line above, then start again."))


def trust_command(venv=VENV, root=ROOT):
    """The command line that signs the lessons: JupyterLab shows the saved pictures of signed notebooks only.

    Only the copies of lessons: another notebook that lies there, such as one that was handed in, may be anybody's.
    """
    copies = (root / "my" / path.relative_to(root / "notebooks") for path in (root / "notebooks").glob("*/*.ipynb"))
    lessons = sorted(str(path) for path in copies if path.exists())
    return [*quick_command("nbformat.sign", venv), *lessons]


def lab(options):
    """Start JupyterLab and stay until it is stopped."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    token = secrets.token_hex(24)
    server = signing = None
    try:
        with alone():
            ensure("lab")
            settle(VENV, options.lang)
            make_copies()
            make_workspace()
            port = choose_port(options.port)
            env = dict(environment(), JUPYTER_TOKEN=token)
            # Beside the start of the server, which takes longer. What cannot be signed only lacks its saved pictures.
            signing = subprocess.Popen(trust_command(), env=env, **quiet)
            command = lab_command(port, options.browser, language=options.lang)
            server = subprocess.Popen(command, cwd=str(ROOT / "my"), env=env)
            while server.poll() is None and port_problem(port) != "taken":
                time.sleep(0.1)
            signing.wait()
        if server.poll() is None:
            print(
                _("\nJupyterLab is running (Ctrl-C stops it):\n\n    http://127.0.0.1:%d%s?token=%s\n")
                % (port, first_page(options.lang), token)
            )
            sys.stdout.flush()
        return server.wait()
    except KeyboardInterrupt:
        if server is None:
            raise
        wait_or_end(server, 20)  # it got the Ctrl-C too, and is closing its kernels
        print(_("\nJupyterLab has stopped."))
        return 0
    finally:
        for process in (signing, server):
            if process is not None:
                wait_or_end(process, 0)


# ---------------------------------------------------------------- tests, execution


# What measures times, above all how long a reader waits: other tests beside it would be measured, too.
TIMED = (
    "tests/benchmarks/test_benchmarks.py", "tests/browser/test_latency.py", "tests/browser/test_waiting.py",
)  # fmt: skip


def pytest_command(arguments, venv=VENV):
    """One pytest run for lint, unit tests, strict nbval and browser; paths in `arguments` replace the usual ones.

    Three files at a time, since browsers often wait; each in one piece: cells and pages need their order.
    """
    usual = ["-p", "tools.quick", "-o", "testpaths=tests notebooks", "--nbval", "--nbval-current-env"]
    usual += ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
    # What waits for something that never comes is ended, with its name and where it waits; all others are run.
    usual += ["--timeout", "1200", "--nbval-cell-timeout", "300"]
    return [str(venv_python(venv)), "-m", "pytest", *usual, *arguments]


def pytest_runs(arguments, venv=VENV):
    """The pytest runs, one after another: with no arguments, what measures times has the machine to itself first."""
    runs = [arguments] if arguments else [[*TIMED, "-n", "0"], ["--ignore=" + path for path in TIMED]]
    return [pytest_command(run, venv) for run in runs]


def execute_command(arguments, venv=VENV):
    """The command line that runs notebooks and saves their outputs."""
    return [str(venv_python(venv)), str(ROOT / "tools" / "execute.py"), *arguments]


def site_command(arguments, venv=VENV):
    """The command line that writes every lesson as a page that needs no kernel and no network."""
    return [str(venv_python(venv)), "-P", "-m", "tools.pages.build", *arguments]


def report_command(arguments, venv=VENV, root=ROOT):
    """The command line for `report` and `class`: (what, its arguments). -P: no module of the reader's folder counts."""
    return [str(venv_python(venv)), "-P", "-m", "seqlib.lessons.report", "--course", str(root), *arguments]


def export_command(arguments, venv=VENV):
    """The command line that writes all exercises as assignments for a grader."""
    return [str(venv_python(venv)), "-P", str(ROOT / "tools" / "export.py"), *arguments]


def present_command(options, venv=VENV):
    """The command line that shows a lesson as slides; paths are meant from where the reader is."""
    lesson = os.path.abspath(options.lesson) if options.lesson.lower().endswith(".ipynb") else options.lesson
    command = [str(venv_python(venv)), "-m", "tools.pages.slides", lesson, "--lang", options.lang]
    return command + (["--output", os.path.abspath(options.output)] if options.output else [])


def run(command, folder=ROOT, venv=VENV):
    """Run in the environment, in the course's folder or another; give back the exit code."""
    process = subprocess.Popen(command, cwd=str(folder), env=environment(venv))
    try:
        return process.wait()
    except KeyboardInterrupt:
        wait_or_end(process, 60)  # it got the Ctrl-C too
        raise
    finally:
        wait_or_end(process, 0)


# ---------------------------------------------------------------- the command line


def port_number(text):
    """A TCP port, for argparse."""
    if re.match(r"[0-9]{1,5}\Z", text) and 1 <= int(text) <= 65535:  # isdigit() knows more digits than these
        return int(text)
    raise argparse.ArgumentTypeError(_("expected a number from 1 to 65535, got %r") % text)


class Parser(argparse.ArgumentParser):
    """A parser that says in one sentence, in the reader's language, what it cannot do, and where help is."""

    def error(self, message):
        print(_("This cannot be done (%s): see `python3 %s --help`.") % (message, self.prog), file=sys.stderr)
        sys.exit(2)


def parse(arguments):
    """The command and its options; what follows `test` and `execute` is passed on as it is."""
    parser = Parser(prog="course.py", description="Recurrent networks, step by step: the course.")
    usual = "lab | present | site | copies | report | class | export | test | execute | audit"
    commands = parser.add_subparsers(dest="command", metavar=usual, parser_class=Parser)
    commands.required = True
    start = commands.add_parser("lab", help="install what is missing and open JupyterLab with the lessons")
    start.add_argument("--no-browser", dest="browser", action="store_false", help="only print the address")
    start.add_argument("--lang", choices=sorted(LANGUAGES), help="the lessons' language (default: the system's)")
    start.add_argument("--port", type=port_number, help="the port to listen on (default: the first free from 8888)")
    present = commands.add_parser("present", help="show a lesson as slides")
    present.add_argument("lesson", help="its number, such as 8, or a notebook's path")
    present.add_argument("--lang", choices=sorted(LANGUAGES), help="the lesson's language (default: the system's)")
    present.add_argument("--output", metavar="FILE", help="write the slides into this file, and do not open them")
    test = commands.add_parser("test", add_help=False, help="check everything; arguments go to pytest")
    test.set_defaults(passes_on=True)
    execute = commands.add_parser("execute", add_help=False, help="run notebooks (default: all) and save their outputs")
    execute.set_defaults(passes_on=True)
    site = commands.add_parser("site", add_help=False, help="write every lesson as a page, into site/ or --output")
    site.set_defaults(passes_on=True)
    copies = commands.add_parser("copies", help="make or update your copies of the lessons, in my/")
    copies.set_defaults(passes_on=False)
    for name, does in (
        ("report", "write what you have solved into a file to hand in"),
        ("class", "show a folder of reports"),
        ("audit", "ask for known weaknesses of the packages it installs"),
        ("export", "write all exercises as assignments: export nbgrader FOLDER, or export otter FOLDER"),
    ):
        commands.add_parser(name, add_help=False, help=does).set_defaults(passes_on=True)
    copies.add_argument("--lang", choices=sorted(LANGUAGES), help="the language of what is said")
    options, rest = parser.parse_known_args(arguments)
    if getattr(options, "lang", None) is None:
        options.lang = asked_language(rest)
    if rest and not getattr(options, "passes_on", False):
        parser.error("unrecognized arguments: " + " ".join(rest))
    return options, rest


def main(arguments=None):
    """Do what the command line says; every expected problem is one sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a path with letters that this console lacks
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    SENTENCES.clear()
    SENTENCES.update(korean(asked_language(arguments)))
    sentence = python_too_old(sys.version_info)
    if sentence:
        print(sentence, file=sys.stderr)
        return 1
    options, rest = parse(arguments)
    if python_too_new(sys.version_info):
        print(python_too_new(sys.version_info), flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        whole()
        try:
            os.getcwd()
        except FileNotFoundError:
            raise Stop(
                _("The folder in which you started this is gone: go to another folder, then start again.")
            ) from None
        names = [*rest, getattr(options, "lesson", "8")] if options.command not in ("report", "test") else []
        if not all(word.strip() for word in names):
            raise Stop(_("A name is empty: give the file or the folder that you mean."))
        if options.command == "lab":
            return lab(options)
        with alone():
            ensure("test" if options.command == "test" else "lab")
        if options.command == "test":
            codes = [run(command) for command in pytest_runs(rest)]
            return next((code for code in codes if code), 0)
        if options.command == "copies":
            return make_copies() or 0
        if options.command == "audit":
            return run([str(venv_python(VENV)), "-m", "tools.audit", *rest])
        if options.command == "present":
            return run(present_command(options))
        named = any(word.partition("=")[0] == "--lang" for word in rest)
        rest += [] if named else ["--lang", options.lang]
        commands = {"export": export_command, "site": site_command, "execute": execute_command}
        command = commands.get(options.command, lambda rest: report_command([options.command, *rest]))(rest)
        return run(command, os.getcwd())
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except OSError as problem:
        print(explain_os(problem), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(_("\nStopped."), file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
