"""Lesson 0 as a reader meets it: opened by course.py's own command, with the map that fills and empties."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import types
from contextlib import contextmanager

import pytest

from tests.browser.conftest import TOKEN, Lab, Notebook, _environment, _stop, _wait
from tests.conftest import ROOT
from tools import copies

IN_FRONT = ".jp-NotebookPanel:not(.lm-mod-hidden)"  # several notebooks are open, one is seen


def course_module():
    module = types.ModuleType("course_under_test")
    module.__file__ = str(ROOT / "course.py")
    exec(compile((ROOT / "course.py").read_text(encoding="utf-8"), module.__file__, "exec"), module.__dict__)
    return module


@contextmanager
def started(folder, home):
    """JupyterLab by the command line of ``course.py lab``, on the copies in `folder`, with this Python."""
    course = course_module()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = course.lab_command(port, False, folder / ".venv", folder)
    command[0] = sys.executable
    course.make_workspace(folder / ".venv")
    environment = _environment(home) | {"JUPYTER_TOKEN": TOKEN}
    log = (home / "jupyter.log").open("w")
    group = {"start_new_session": True} if os.name == "posix" else {}
    server = subprocess.Popen(
        [*command, "--expose-app-in-browser"], env=environment, stdout=log, stderr=log, cwd=folder / "my", **group
    )
    try:
        signing = course.trust_command(folder / ".venv", folder)
        subprocess.run([sys.executable, *signing[1:]], env=environment, check=True, capture_output=True)
        _wait(server, f"http://127.0.0.1:{port}/api?token={TOKEN}", home / "jupyter.log")
        yield Lab(folder / "my", f"http://127.0.0.1:{port}", environment)
    finally:
        _stop(server)
        log.close()


@pytest.fixture
def course(tmp_path, chromium):
    """A course folder with Korean letters in its name and the reader's copies, served."""
    folder, home = tmp_path / "신경망 course", tmp_path / "home"
    home.mkdir()
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    assert list(copies.bring(folder))
    with started(folder, home) as lab:
        lab.folder = folder
        yield lab


def first_page(page, lab):
    page.goto(f"{lab.url}/?token={TOKEN}")
    page.wait_for_selector(f"{IN_FRONT} .jp-Cell")
    return Notebook(page)


def dots(page):
    shown = page.locator(f"{IN_FRONT} .jp-OutputArea span[role=img]")
    shown.nth(9).wait_for(state="attached")
    return shown.evaluate_all("all => all.map(one => one.textContent).join('')")


def test_the_start_opens_lesson_0_and_the_map_follows_what_was_solved(course, page, shots):
    notebook = first_page(page, course)
    assert re.search(r"/lab/tree/en/00_start\.ipynb", page.url)
    assert page.locator("#filebrowser").is_hidden()
    assert page.locator(".jp-Notebook").bounding_box()["width"] > 1150
    assert set(dots(page)) == {"○"}
    page.screenshot(path=shots / "start.png")

    # Run All is no attempt: nothing is noted, in lesson 0 or in a lesson full of stubs.
    notebook.run_all()
    assert "Delete my progress" not in json.dumps(notebook.outputs())
    page.locator(f"{IN_FRONT} .jp-OutputArea a", has_text="4 · One cell, many steps").click()
    page.wait_for_selector(".jp-mod-current[data-id*='04_unrolling'], .lm-TabBar-tab.jp-mod-current")
    page.wait_for_function("window.jupyterapp.shell.currentWidget.context.path === 'en/04_unrolling.ipynb'")
    notebook.run_all(120)
    noted = course.root / "progress.json"
    assert not noted.exists()

    # One exercise tried, then one solved: what is next is told by the last one, and that is noted in seconds.
    for key, code in (("unroll-count", "1"), ("unroll-cell-step", "EXERCISES['unroll-cell-step'].solution")):
        source = f"from seqlib.lessons import EXERCISES, check\ncheck('{key}', {code})"
        notebook._app(
            f"const panel = app.shell.currentWidget; await panel.sessionContext.session.kernel.requestExecute("
            f"{{ code: {json.dumps(source)} }}).done"
        )
    states = {key: entry["state"] for key, entry in json.loads(noted.read_bytes())["exercises"].items()}
    assert states == {"unroll-cell-step": "solved", "unroll-count": "tried"}
    notebook.save()

    # Lesson 0 again: two dots are filled, and the next thing to do is named and leads there.
    notebook._app("await app.commands.execute('docmanager:open', { path: 'en/00_start.ipynb' })")
    page.wait_for_function("window.jupyterapp.shell.currentWidget.context.path === 'en/00_start.ipynb'")
    notebook.run_all()
    assert dots(page).count("●") == 1 and dots(page).count("◐") == 1
    link = page.locator(f"{IN_FRONT} .jp-OutputArea a", has_text="exercise unroll-loop")
    assert "#cell-id=unroll-exercise-loop" in link.get_attribute("href")
    button = page.get_by_role("button", name="Delete my progress")
    button.scroll_into_view_if_needed()
    page.screenshot(path=shots / "map.png")

    def focused(name):
        # The whole text: between two buttons the place is the page's body, and its text has the button's in it.
        page.wait_for_function("name => document.activeElement.textContent.trim() === name", arg=name)

    # By keyboard: ask, keep, ask, delete.
    button.focus()
    page.keyboard.press("Enter")
    focused("No, keep it")
    page.keyboard.press("Enter")
    focused("Delete my progress")
    assert noted.exists()
    button.press("Enter")
    page.get_by_text("exercises noted: 2").wait_for()
    page.screenshot(path=shots / "asks.png")
    page.get_by_role("button", name="Yes, delete").press("Enter")
    page.get_by_text("Deleted. All dots are empty again.").wait_for()
    page.wait_for_function(f"!document.querySelector('{IN_FRONT}').textContent.includes('●○')")
    assert not noted.exists() and set(dots(page)) == {"○"}
    page.screenshot(path=shots / "deleted.png")
    notebook.save()

    # Saved and opened again: the map is there, and no button without a kernel.
    notebook.shut_down()
    page.reload()
    page.wait_for_selector(f"{IN_FRONT} .jp-Cell")
    assert set(dots(page)) == {"○"} and "model not found" not in page.content()
