"""What all tests share: one BLAS thread, a random generator, and what to do when something large is missing."""

import importlib
import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

# Before NumPy is imported by anything: linear algebra at these sizes is fastest, and repeatable, on one thread.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ["SEQLIB_STRICT"] = "1"  # a picture that fails is an error here, in kernels that tests start, too

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = (
    "chromium-headless-shell",  # has no window to draw, and takes two thirds of the time
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)


def pytest_addoption(parser):
    parser.addoption("--shots", default=None, help="folder in which the browser tests save their screenshots")
    parser.addoption("--slow", type=float, default=1, help="how many times slower the browser's pages compute")


def missing(what, how):
    """Skip on a reader's machine with a line that says how to get `what`; fail in CI, where nothing may be missing."""
    text = f"{what} is missing: {how}"
    if os.environ.get("CI"):
        pytest.fail(text, pytrace=False)
    pytest.skip(text, allow_module_level=True)


def need(module):
    """Import a module that only the tests use (torch, playwright, ruff): skip without it, fail without it in CI."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return missing(module, "run `python3 course.py test`, or `pip install -r requirements-test.txt`")


def find_browser():
    """The path of a Chromium-like browser on this machine, or None.

    Looks on PATH, then where Windows and macOS install Chrome, Edge and Chromium, then in Playwright's own store.
    """
    for name in BROWSERS:
        if shutil.which(name):
            return shutil.which(name)
    return next((str(path) for path in _installed_browsers() if path.is_file()), None)


def _installed_browsers():
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if os.environ.get(variable):
            base = Path(os.environ[variable])
            yield base / "Google/Chrome/Application/chrome.exe"
            yield base / "Chromium/Application/chrome.exe"
            yield base / "Microsoft/Edge/Application/msedge.exe"
    for name in ("Google Chrome", "Chromium", "Microsoft Edge"):
        yield Path(f"/Applications/{name}.app/Contents/MacOS/{name}")
    home = Path.home()
    store = {"win32": home / "AppData/Local/ms-playwright", "darwin": home / "Library/Caches/ms-playwright"}
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or store.get(sys.platform, home / ".cache/ms-playwright"))
    for inside in ("chrome-linux*/chrome", "chrome-win*/chrome.exe", "chrome-mac*/*.app/Contents/MacOS/*"):
        yield from sorted(own.glob(f"chromium-*/{inside}"), reverse=True)


# What takes minutes begins first, so that the end waits for none of it.
LONG = "test_pictures", "test_lessons", "test_saved", "test_in_jupyterlab", "test_size", "test_site"


def pytest_collection_modifyitems(items):
    """Long files first, then browser tests spread among all others: browsers wait while others compute."""
    files = list(dict.fromkeys(item.path for item in items))
    long = [path for name in LONG for path in files if path.stem == name]
    waiting = [path for path in files if path not in long and path.parent.name == "browser"]
    others = [path for path in files if path not in long and path not in waiting]
    place = {path: n - len(long) for n, path in enumerate(long)}
    for group in (waiting, others):
        place |= {path: (n + 1) / len(group) for n, path in enumerate(group)}
    items.sort(key=lambda item: place[item.path])


@pytest.fixture(scope="session")
def chromium():
    """The path of the browser for the browser tests."""
    how = {
        "win32": "install Chrome, or use the Edge that Windows brings",
        "darwin": "install Chrome, or run `brew install --cask chromium`",
    }
    path = find_browser()
    return path or missing("A Chromium browser", how.get(sys.platform, "run `sudo apt install chromium`"))


@pytest.fixture
def rng():
    """A fresh generator with a fixed seed."""
    import numpy as np

    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site, built once: `folder`, and `pages` as {path within it: HTML}."""
    from tools.pages import build

    folder = tmp_path_factory.mktemp("site") / "a folder"
    return SimpleNamespace(folder=folder, pages=build.build(folder))


@pytest.fixture
def in_korean():
    """Korean for the reader, as long as the test lasts."""
    from seqlib import words

    before = words.language()
    words.use("ko")
    yield
    words.use(before)
