"""A JupyterLab of our own and a browser: what the browser tests share.

The server runs in temporary directories, so that nobody's settings matter, on the copy of whatever a test puts there.
"""

import json
import os
import re
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

import nbformat
import pytest

from tests.conftest import need

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "course"
# Until what was asked for is drawn; a browser that draws no frame, on a busy machine, keeps no test waiting for ever.
FRAMES = """new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
    setTimeout(done, 5_000);
})"""
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),  # root cannot use the sandbox
]

# The reader's settings that a test wants: every cell in the page (not only those in view), no questions, no news.
# And what course.py sets.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
}

# What JupyterLab itself writes to the console as an error, and is nothing of ours: regular expressions, narrow ones.
HARMLESS = (
    "^Could not send widget sync message Error: Cannot send",  # the kernel was shut down, and no widget was told
    # anywidget 0.11 waits two seconds for a widget to begin; on a slower machine it begins all the same, and hears
    # Python by seqlib/widgets/js/hearing.js.
    r"^\[anywidget\] Failed to initialize model\.",
    # A kernel was shut down, or killed, a moment after it started.
    "^Could not restore the debugger state: Canceled future",
    "^Error: Canceled future for create_subshell_request",
)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo_scene():
    """Makes the scene of ``demo.py``; the same one where it was made before, which no test may change."""
    return cache(runpy.run_path(str(Path(__file__).with_name("demo.py")))["demo_scene"])


@pytest.fixture
def schemes(request):
    """The colour schemes to look at: what stands where depends on none, so only pictures that are kept need both."""
    return ("light", "dark") if request.config.getoption("--shots", None) else ("light",)


@pytest.fixture
def shots(request, tmp_path):
    """The folder for screenshots: ``--shots``, or the test's own."""
    folder = Path(request.config.getoption("--shots", None) or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# --- the browser -----------------------------------------------------------------------------------------------------


# While it lives an event loop runs in this thread, which the tests of trainings must not meet: it ends with each file.
@pytest.fixture(scope="module")
def browser(chromium):
    if not os.environ.get("CI"):  # there, a missing package is a failure
        pytest.importorskip("playwright", reason="playwright is missing: run `pip install -r requirements-test.txt`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


class Watched:
    """A page of the browser, and the errors that its console shows; with ``--slow 8``, on a slow machine."""

    def __init__(self, browser, config):
        self.page, self.errors = browser.new_page(viewport={"width": 1280, "height": 720}), []
        slow = config.getoption("--slow", 1)
        self.page.set_default_timeout(60_000 * slow)  # Playwright's half a minute is little on a busy machine
        if slow > 1:
            self.page.context.new_cdp_session(self.page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
        if not config.getoption("--shots", None):
            self.page.screenshot = lambda **_: None  # nobody would look at it
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message):
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def check(self):
        """Fail where the console has shown an error since the last check."""
        ours = [error for error in self.errors if not any(re.search(harmless, error) for harmless in HARMLESS)]
        self.errors.clear()
        assert not ours, "the browser's console shows errors:\n" + "\n".join(ours)


@pytest.fixture
def page(browser, request):
    """A page that fails the test when the browser's console shows an error."""
    watched = Watched(browser, request.config)
    yield watched.page
    watched.page.close()
    watched.check()


@pytest.fixture(scope="module")
def _desk(browser, request):
    watched = Watched(browser, request.config)
    yield watched
    watched.page.close()


@pytest.fixture
def desk(_desk):
    """One page for all tests of a file, so that JupyterLab, see `Lab.show`, is loaded once: it takes most of the time.

    Errors on the console fail the test in which they appear.
    """
    yield _desk.page
    _desk.check()


@pytest.fixture
def shown(page, tmp_path):
    """Shows a scene, or a widget, saved as a page; gives its player."""

    def show(scene):
        scene.save_html(tmp_path / "page.html")
        page.goto((tmp_path / "page.html").as_uri())
        return page.locator(".player")

    return show


@pytest.fixture
def axe(page):
    """Fails where axe objects to something on the page, one line a fault."""
    source = files(need("axe_playwright_python")).joinpath("axe.min.js").read_text(encoding="utf-8")

    def look(inside="document", rules="{}"):
        page.evaluate(source)
        found = page.evaluate(f"axe.run({inside}, {{ resultTypes: ['violations'], rules: {rules} }})")["violations"]
        nodes = [(fault["id"], node) for fault in found for node in fault["nodes"]]
        assert not nodes, "\n".join(f"{name}: {node['html'][:160]} {node['failureSummary']}" for name, node in nodes)

    return look


# --- JupyterLab ------------------------------------------------------------------------------------------------------


class Lab:
    """A running JupyterLab: `root` is the folder it serves, `open` shows a notebook of it."""

    def __init__(self, root, url, environment):
        self.root, self.url, self.environment = root, url, environment

    def write(self, name, *cells, prose=None):
        """Make a small notebook of these code cells, with a cell of prose above them."""
        above = [nbformat.v4.new_markdown_cell(prose)] if prose else []
        notebook = nbformat.v4.new_notebook(cells=above + [nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.root / name)
        return name

    def trust(self, name):
        """Sign a notebook, as ``jupyter trust`` does."""
        command = [sys.executable, ROOT / "tools" / "quick.py", "nbformat.sign", str(self.root / name)]
        subprocess.run(command, env=self.environment, check=True, capture_output=True, timeout=30)

    def open(self, page, name, theme="light"):
        page.goto(f"{self.url}/lab/tree/{name}?token={TOKEN}&reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        notebook = Notebook(page)
        notebook.theme(theme)
        return notebook

    def show(self, page, name):
        """As `open`, but where JupyterLab is loaded already, only what was open is closed, with its kernel."""
        if not page.url.startswith(self.url):
            return self.open(page, name)
        notebook = Notebook(page)
        notebook._app(
            f"""
            for (const panel of [...app.shell.widgets("main")]) {{
                if (panel.sessionContext) await panel.sessionContext.shutdown();
                panel.dispose();
            }}
            await app.commands.execute("docmanager:open", {{ path: "{name}", factory: "Notebook" }});
            await app.shell.currentWidget.context.ready;
            """
        )
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        return notebook


class Notebook:
    """An open notebook, driven through JupyterLab's own commands."""

    def __init__(self, page):
        self.page = page

    def _app(self, script, seconds=60):
        run = f"(async () => {{ const app = window.jupyterapp; {script} }})()"
        late = f"new Promise((_, no) => setTimeout(() => no(new Error('not done in {seconds} s')), {seconds * 1000}))"
        return self.page.evaluate(f"Promise.race([{run}, {late}])")

    def theme(self, name):
        theme = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}[name]
        self._app(f"await app.commands.execute('apputils:change-theme', {{ theme: '{theme}' }})")
        light = str(name == "light").lower()
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")

    def ready(self):
        """Wait until the kernel can be asked."""
        self._app(
            """
            const context = app.shell.currentWidget.sessionContext;
            await context.ready;
            await context.session.kernel.info;
            """
        )

    def run_all(self, seconds=60):
        """Run every cell and wait until the kernel has run the last one."""
        self.ready()
        self._app("await app.commands.execute('notebook:run-all-cells')", seconds)

    def run_cell(self, number):
        """Run one cell, counted from 0."""
        self._app(
            f"""
            const panel = app.shell.currentWidget;
            panel.content.activeCellIndex = {number};
            await app.commands.execute('notebook:run-cell');
            """
        )

    def save(self):
        self._app("await app.commands.execute('docmanager:save')")

    def shut_down(self):
        self._app("await app.shell.currentWidget.sessionContext.shutdown()")

    @property
    def steppers(self):
        return self.page.locator(".jp-OutputArea-output .player")

    def output(self, number):
        """The outputs of one cell, counted from 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number).locator(".jp-Cell-outputArea")

    def outputs(self, *cells):
        """What the kernel has sent to these cells, or to all: outputs as a notebook keeps them.

        They are there as soon as a cell has run, while the page may still be drawing them.
        """
        cells = list(cells) or "undefined"
        return self._app(
            f"""
            const all = app.shell.currentWidget.content.model.sharedModel.toJSON().cells;
            return ({cells} ?? [...all.keys()]).flatMap(number => all[number].outputs ?? []);
            """
        )

    def printed(self, cell):
        return "".join("".join(output["text"]) for output in self.outputs(cell) if output["output_type"] == "stream")

    @property
    def failures(self):
        """What the cells raised."""
        raised = [output for output in self.outputs() if output["output_type"] == "error"]
        return [f"{output['ename']}: {output['evalue']}" for output in raised]

    def prints(self, cell, text):
        """Run a cell until it prints this: what the page tells the kernel arrives a little later."""
        until(lambda: (self.run_cell(cell), text in self.printed(cell))[1])


def until(condition, seconds=60):
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def lab(chromium, tmp_path_factory):
    """JupyterLab on an empty folder, until the session ends."""
    with serving(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")) as lab:
        yield lab


@pytest.fixture
def elsewhere(chromium, tmp_path_factory):
    """JupyterLab in another account: it trusts nothing of the first one."""
    with serving(tmp_path_factory.mktemp("other-home"), tmp_path_factory.mktemp("other-notebooks")) as lab:
        yield lab


@contextmanager
def serving(home, root):
    """A JupyterLab of its own, with its home and its folder."""
    shutil.copy(Path(__file__).with_name("demo.py"), root)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (home / "jupyter.log").open("w")
    command = [sys.executable, str(ROOT / "tools" / "quick.py"), "jupyterlab", "--no-browser", f"--port={port}"]
    command += ["--expose-app-in-browser"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={root}"]
    command += ["--allow-root"] if "--no-sandbox" in FLAGS else []
    group = {"start_new_session": True} if os.name == "posix" else {}
    environment = _environment(home)
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=root, **group)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(server, f"{url}/api?token={TOKEN}", home / "jupyter.log")
        yield Lab(root, url, environment)
    finally:
        _stop(server)
        log.close()


def _environment(home):
    """A home of its own, with matplotlib's list of fonts (which takes seconds to make) carried along."""
    import matplotlib

    for name, settings in SETTINGS.items():
        file = home / "settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    (home / "matplotlib").mkdir()
    for fonts in Path(matplotlib.get_cachedir()).glob("fontlist*.json"):
        shutil.copy(fonts, home / "matplotlib")
    names = ["JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR"]
    return os.environ | {
        **{name: str(home / name.lower()) for name in names},
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTER_CONFIG_PATH": str(ROOT / "jupyter" / "etc" / "jupyter"),  # the server's part of seqlib, as installed
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }


def _wait(server, url, log, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError("JupyterLab did not start:\n" + log.read_text()[-3000:])


def _stop(server):
    """End the server and its kernels."""
    if os.name != "posix":
        server.terminate()
        server.wait(10)
        return
    for stop in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, stop)
            server.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
        return
