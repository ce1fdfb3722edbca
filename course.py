"""Every command of the course: `python3 course.py lab` opens the lessons, `python3 course.py test` checks everything.

Standard library only. This file must *parse* on old Pythons too (3.6 and later), so that they get a sentence
and not a SyntaxError: no match statements, no walrus, nothing newer. It prints ASCII only, for old consoles.
"""

import argparse
import collections
import errno
import hashlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 14)
REQUIREMENTS = {"lab": "requirements.txt", "test": "requirements-test.txt"}
FIRST_PORT = 8888
# At the course's matrix sizes a second BLAS thread costs more than it brings.
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
LAB_SETTINGS = {
    # No "would you like to get Jupyter news?" in front of a class, and no request to the network for updates.
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    # JupyterLab sends what the widgets show along when it saves: seqlib.saved keeps the pictures and drops the rest.
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
}
# What JupyterLab opens first: lesson 0, in the reader's copy.
FIRST_PAGE = "/lab/tree/en/00_start.ipynb"
# How JupyterLab looks before the reader has changed it: no file browser, so that a lesson has the width of the screen.
WORKSPACE = {
    "data": {"layout-restorer:data": {"left": {"collapsed": True, "visible": True, "widgets": ["filebrowser"]}}},
    "metadata": {"id": "default"},
}
WORKSPACE_FILE = "default-37a8.jupyterlab-workspace"  # as JupyterLab calls the one that it opens by itself


class Stop(Exception):
    """Something the reader has to do first, in one sentence."""


# ---------------------------------------------------------------- is this Python good enough?


def python_too_old(version, which=shutil.which):
    """The sentence for a Python older than the course needs, or None."""
    if tuple(version[:2]) >= OLDEST:
        return None
    newer = [name for name in ("python3.%d" % minor for minor in range(NEWEST[1], OLDEST[1] - 1, -1)) if which(name)]
    todo = "run `%s course.py lab`, which you have" % newer[0] if newer else "install one from https://www.python.org"
    return "This is Python %d.%d; the course needs Python %d.%d or newer: %s." % (*version[:2], *OLDEST, todo)


def python_too_new(version):
    """The warning for a Python that the pinned packages may not support yet, or None."""
    if tuple(version[:2]) <= NEWEST:
        return None
    text = "Note: this is Python %d.%d; the course was tested with %d.%d to %d.%d, so an install may fail."
    return text % (*version[:2], *OLDEST, *NEWEST)


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
        return json.loads((venv / ("course-%s.json" % kind)).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_stamp(kind, venv, digest):
    """Remember that all of `kind` is installed."""
    text = json.dumps({"installed": digest, "folder": str(venv)})
    (venv / ("course-%s.json" % kind)).write_text(text, encoding="utf-8")


def broken(venv, version=sys.version_info):
    """Why an existing environment cannot be used any more (a clause for a sentence), or None."""
    folders = [stamp["folder"] for stamp in (read_stamp("lab", venv), read_stamp("test", venv)) if "folder" in stamp]
    if any(folder != str(venv) for folder in folders):
        return "the course folder has moved"
    probe = "import importlib.util as u, sys; print(sys.version_info[:2] if u.find_spec('pip') else 'no pip')"
    try:
        out = subprocess.run(
            [str(venv_python(venv)), "-I", "-c", probe],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            universal_newlines=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "the Python in it is gone"
    if out.returncode:
        return "the Python in it does not start"
    if out.stdout.strip() == "no pip":
        return "it is incomplete"
    if out.stdout.strip() != str(tuple(version[:2])):
        return "it belongs to another Python"
    return None


def make_venv(venv):
    """Create the environment, or say what stands in the way."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise Stop(
            "This Python cannot make environments (its venv or ensurepip is missing): "
            "on Debian and Ubuntu run `sudo apt install python3-venv`, then start again."
        )
    import venv as maker

    print("Making an environment for the course in .venv ...", flush=True)
    try:
        maker.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(str(venv))
    except subprocess.CalledProcessError as problem:
        shutil.rmtree(str(venv), ignore_errors=True)
        output = problem.output or b""
        raise Stop(explain_pip(output.decode("utf-8", "replace") if isinstance(output, bytes) else output)) from None


def remove_venv(venv):
    """Delete an environment that cannot be used."""
    if Path(sys.prefix).resolve() == venv.resolve():
        raise Stop("This command runs on the very .venv that has to be rebuilt: type `deactivate` and start again.")
    try:
        shutil.rmtree(str(venv))
    except OSError:
        raise Stop(
            "The old .venv cannot be deleted: close every program that uses it, delete %s and start again." % venv
        ) from None


def environment(venv=VENV):
    """The variables for everything that runs inside .venv."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    for name in ONE_THREAD:
        env.setdefault(name, "1")
    env["VIRTUAL_ENV"] = str(venv)
    env["PATH"] = str(venv_python(venv).parent) + os.pathsep + env.get("PATH", "")
    # A "python3" kernel that the reader registered elsewhere must not take the lessons over.
    env["JUPYTER_PREFER_ENV_PATH"] = "1"
    return env


def ensure(kind, venv=VENV, root=ROOT):
    """Make .venv hold what `kind` ("lab" or "test") needs; quick when it does already."""
    reason = broken(venv) if os.path.lexists(str(venv)) else None
    if reason:
        print("Rebuilding .venv, because %s." % reason, flush=True)
        remove_venv(venv)
    if not os.path.lexists(str(venv)):
        make_venv(venv)
    digest = wanted(kind, root)
    if read_stamp(kind, venv).get("installed") == digest:
        print("Everything is installed already (in .venv).", flush=True)
        return
    started = time.monotonic()
    print("Installing the course's packages into .venv: a minute or two, this time only ...", flush=True)
    pip_install(REQUIREMENTS[kind], venv, root)
    settings = venv / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(LAB_SETTINGS, indent=2), encoding="utf-8")
    write_stamp("lab", venv, wanted("lab", root))
    if kind == "test":
        write_stamp("test", venv, digest)
    print("Installed in %.0f s." % (time.monotonic() - started), flush=True)


# ---------------------------------------------------------------- pip


def pip_command(requirements, venv=VENV):
    """The command line that installs a requirements file into .venv."""
    options = ["--disable-pip-version-check", "--no-input", "--no-color", "--progress-bar", "off"]
    return [str(venv_python(venv)), "-m", "pip", "install", *options, "-r", requirements]


def pip_install(requirements, venv, root):
    """Run pip; on a terminal show which package it is at; on failure show its last lines and what to do."""
    process = subprocess.Popen(
        pip_command(requirements, venv),
        cwd=str(root),  # "-e ." in requirements.txt means this folder
        env=environment(venv),
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
        print("\npip's last words:\n  " + "\n  ".join(tail) + "\n", flush=True)
        raise Stop(explain_pip("\n".join(lines)))


DISK_FULL = "The disk is full: free about 1 GB on the disk that holds this folder, then start again."
NO_NETWORK = (
    "No network: the first start needs it once; afterwards everything works offline. "
    "Connect to the internet, then start again."
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


def explain_pip(output):
    """The sentence for a failed pip run, recognised by its output."""
    text = output.lower()
    for signs, sentence in PIP_FAILURES:
        if any(sign in text for sign in signs):
            return sentence
    return "pip could not install the packages: its last words above say why; start again to try once more."


def explain_os(problem):
    """The sentence for an OSError while files are written."""
    if problem.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return DISK_FULL
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "This folder cannot be written to (%s): move the course folder to your own files, then start again." % (
            problem.filename or ROOT
        )
    return "%s: %s." % (problem.strerror or "The system refused", problem.filename or ROOT)


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
        print("Port %d is taken, so this is port %d." % (first, free), flush=True)
        return free
    raise Stop(
        "Port %d is %s: start with `--port %d`, or without --port."
        % (first, "taken by another program" if problem == "taken" else "not allowed for you", free or FIRST_PORT + 100)
    )


def lab_command(port, browser, venv=VENV, root=ROOT):
    """The command line that starts JupyterLab on the reader's copies, whatever the reader's own settings say."""
    command = [str(venv_python(venv)), "-m", "jupyterlab", "-y", "--log-level=ERROR"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=%d" % port, "--ServerApp.port_retries=0"]
    command += ["--ServerApp.root_dir=%s" % (root / "my"), "--ServerApp.base_url=/"]
    command += ["--LabApp.default_url=" + FIRST_PAGE, "--LabApp.workspaces_dir=%s" % workspaces(venv)]
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
    return [str(venv_python(venv)), str(ROOT / "tools" / "copies.py")]


def make_copies():
    """Let the reader have a copy of every lesson, in my/."""
    if run(copies_command()):
        raise Stop("The lessons are not ready: see the line above, then start again.")


def trust_command(venv=VENV, root=ROOT):
    """The command line that signs the lessons: JupyterLab shows the saved pictures of signed notebooks only."""
    copies = (root / "my").glob("*/*.ipynb")
    lessons = sorted(str(path) for path in copies if path.name.count(".") == 1)  # not what was kept of older ones
    return [str(venv_python(venv)), "-m", "nbformat.sign", *lessons]


def lab(options):
    """Start JupyterLab and stay until it is stopped."""
    ensure("lab")
    make_copies()
    make_workspace()
    port = choose_port(options.port)
    token = secrets.token_hex(24)
    env = dict(environment(), JUPYTER_TOKEN=token)
    # Beside the start of the server, which takes longer. A lesson that cannot be signed only lacks its saved pictures.
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    signing = subprocess.Popen(trust_command(), env=env, **quiet)
    server = subprocess.Popen(lab_command(port, options.browser), cwd=str(ROOT / "my"), env=env)
    try:
        while server.poll() is None and port_problem(port) != "taken":
            time.sleep(0.1)
        signing.wait()
        if server.poll() is None:
            print(
                "\nJupyterLab is running (Ctrl-C stops it):\n\n    http://127.0.0.1:%d%s?token=%s\n"
                % (port, FIRST_PAGE, token)
            )
            sys.stdout.flush()
        return server.wait()
    except KeyboardInterrupt:
        wait_or_end(server, 20)  # it got the Ctrl-C too, and is closing its kernels
        print("\nJupyterLab has stopped.")
        return 0
    finally:
        wait_or_end(signing, 0)
        wait_or_end(server, 0)


# ---------------------------------------------------------------- tests, execution


def pytest_command(arguments, venv=VENV):
    """One pytest run for lint, unit tests, strict nbval and browser; paths in `arguments` replace the usual ones.

    Two files at a time, each in one piece: a lesson's cells and a browser's pages need their order.
    """
    usual = ["-o", "testpaths=tests notebooks", "--nbval", "--nbval-current-env", "-n", "2", "--dist", "loadfile"]
    return [str(venv_python(venv)), "-m", "pytest", *usual, *arguments]


def execute_command(arguments, venv=VENV):
    """The command line that runs notebooks and saves their outputs."""
    return [str(venv_python(venv)), str(ROOT / "tools" / "execute.py"), *arguments]


def report_command(arguments, venv=VENV, root=ROOT):
    """The command line for `report` and `class`: (what, its arguments)."""
    return [str(venv_python(venv)), "-m", "seqlib.lessons.report", "--course", str(root), *arguments]


def run(command, folder=ROOT):
    """Run in the environment, in the course's folder or another; give back the exit code."""
    process = subprocess.Popen(command, cwd=str(folder), env=environment())
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
    if text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("expected a number from 1 to 65535, got %r" % text)


def parse(arguments):
    """The command and its options; what follows `test` and `execute` is passed on as it is."""
    parser = argparse.ArgumentParser(prog="course.py", description="Recurrent networks, step by step: the course.")
    commands = parser.add_subparsers(dest="command", metavar="lab | copies | report | class | test | execute")
    commands.required = True
    start = commands.add_parser("lab", help="install what is missing and open JupyterLab with the lessons")
    start.add_argument("--no-browser", dest="browser", action="store_false", help="only print the address")
    start.add_argument("--port", type=port_number, help="the port to listen on (default: the first free from 8888)")
    test = commands.add_parser("test", add_help=False, help="check everything; arguments go to pytest")
    test.set_defaults(passes_on=True)
    execute = commands.add_parser("execute", add_help=False, help="run notebooks (default: all) and save their outputs")
    execute.set_defaults(passes_on=True)
    copies = commands.add_parser("copies", help="make or update your copies of the lessons, in my/")
    copies.set_defaults(passes_on=False)
    for name, does in (
        ("report", "write what you have solved into a file to hand in"),
        ("class", "show a folder of reports"),
    ):
        commands.add_parser(name, add_help=False, help=does).set_defaults(passes_on=True)
    options, rest = parser.parse_known_args(arguments)
    if rest and not getattr(options, "passes_on", False):
        parser.error("unrecognized arguments: " + " ".join(rest))
    return options, rest


def main(arguments=None):
    """Do what the command line says; every expected problem is one sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a path with letters that this console lacks
    sentence = python_too_old(sys.version_info)
    if sentence:
        print(sentence, file=sys.stderr)
        return 1
    options, rest = parse(arguments)
    if python_too_new(sys.version_info):
        print(python_too_new(sys.version_info), flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if options.command == "lab":
            return lab(options)
        if options.command == "test":
            ensure("test")
            return run(pytest_command(rest))
        ensure("lab")
        if options.command == "copies":
            return make_copies() or 0
        if options.command in ("report", "class"):
            return run(report_command([options.command, *rest]), os.getcwd())
        return run(execute_command(rest))
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except OSError as problem:
        print(explain_os(problem), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
