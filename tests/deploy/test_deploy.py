"""What a class's server does before a student's server starts, and that its files agree with each other."""

import json
import os
import re
import runpy
import subprocess
import sys
import types
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools import copies

pwd = pytest.importorskip("pwd")  # a server for a class runs Linux
from deploy import accounts, prepare, start  # noqa: E402

DEPLOY = ROOT / "deploy"


def pins(path):
    """{package: version} of a requirements file, without those that it refers to."""
    lines = re.findall(r"^([\w.-]+)==([\w.]+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name.lower(): version for name, version in lines}


# ---------------------------------------------------------------- accounts


def test_a_name_never_reaches_an_account_that_is_not_the_courses():
    names = ["anna", "root", "www-data", "민지", "이민지", "a" * 60, "anna@school.example", "Ünal", "../x", "x_1"]
    logins = [accounts.account(name) for name in names]
    assert logins[0] == "course-anna" and logins[1] == "course-root"
    assert len(set(logins)) == len(names)
    assert all(re.fullmatch(r"course-[a-z0-9_-]{1,25}", login) for login in logins)  # what useradd takes


def test_an_account_is_made_once_and_a_refusal_is_one_sentence(monkeypatch):
    made = []

    def getpwnam(login):
        if login not in made:
            raise KeyError(login)
        return types.SimpleNamespace(pw_name=login)

    def run(command, **_):
        assert "HOME_MODE=0700" in command
        if command[-1] == "course-bert":
            return types.SimpleNamespace(returncode=1, stderr="useradd: cannot lock /etc/passwd\n")
        made.append(command[-1])
        return types.SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(pwd, "getpwnam", getpwnam)
    monkeypatch.setattr(subprocess, "run", run)
    assert accounts.ensure("anna").pw_name == accounts.ensure("anna").pw_name == "course-anna"
    assert made == ["course-anna"]
    with pytest.raises(RuntimeError, match="No account for 'bert': useradd: cannot lock /etc/passwd"):
        accounts.ensure("bert")


def test_a_folder_that_students_cannot_enter_is_named(tmp_path):
    inner = tmp_path / "closed" / "course"
    inner.mkdir(parents=True)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == pwd.getpwuid(os.getuid()).pw_name and folder.stat().st_mode & 0o001 == 0:
            folder.chmod(folder.stat().st_mode | 0o001)
    assert accounts.closed(inner) is None
    (tmp_path / "closed").chmod(0o700)
    assert accounts.closed(inner) == tmp_path / "closed"


# ---------------------------------------------------------------- a student's folder


@pytest.fixture
def course(tmp_path):
    """A course with one lesson, and a student's home folder."""
    cell = {"cell_type": "markdown", "id": "demo-goal", "metadata": {}, "source": "# Goal"}
    stub = {"cell_type": "code", "id": "demo-exercise-step", "metadata": {}, "outputs": [], "execution_count": None}
    stub["source"] = 'check("demo-step", ...)'
    write(tmp_path / "course" / "notebooks" / "en" / "05_demo.ipynb", [cell, stub])
    home = tmp_path / "home"
    home.mkdir()
    return tmp_path / "course", home


def write(path, cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def test_lessons_are_brought_once(course):
    root, home = course
    assert start.bring(root, home)
    assert (home / "my" / copies.MARK).exists()  # with it, `check` notes the student's progress
    assert not start.bring(root, home)
    assert not (home / "my" / "updates.txt").exists()  # nothing to tell: all is new
    assert not (root / "my").exists()


@pytest.mark.parametrize(
    ("spoken", "said"), [("en", "updated; cells of yours that stay: 1"), ("ko", "셀 1개는 그대로")]
)
def test_an_update_keeps_what_the_student_wrote_and_says_so(course, spoken, said):
    root, home = course
    start.bring(root, home)
    copy = home / "my" / "en" / "05_demo.ipynb"
    goal, stub = read(copy)
    write(copy, [goal, dict(stub, source='check("demo-step", mine)')])
    write(root / "notebooks" / "en" / "05_demo.ipynb", [dict(goal, source="# A new goal"), stub])
    assert start.bring(root, home, spoken)
    assert [cell["source"] for cell in read(copy)] == ["# A new goal", 'check("demo-step", mine)']
    assert said in (home / "my" / "updates.txt").read_text(encoding="utf-8")


def test_a_folder_of_somebody_else_is_named_with_its_owner(tmp_path, monkeypatch):
    refused, mine = PermissionError(13, "Permission denied", "x"), tmp_path.stat().st_uid
    assert start.why(refused, tmp_path) is start.why(refused, tmp_path / "nowhere") is refused
    monkeypatch.setattr(start.os, "getuid", lambda: mine + 1)  # as in a container whose folder is the host's
    said = f"{tmp_path} belongs to user {mine}, so user {mine + 1} cannot write there; chown it to {mine + 1}."
    assert start.why(refused, tmp_path) == said
    full = OSError(28, "No space left on device")
    assert start.why(full, tmp_path) is full


def test_what_the_student_has_arranged_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fonts = tmp_path / "env" / "share" / "course" / "matplotlib" / "fontlist-v1.json"
    fonts.parent.mkdir(parents=True)
    fonts.write_text("{}")
    start.furnish(tmp_path, tmp_path / "env")
    workspace = next((tmp_path / ".jupyter" / "lab" / "workspaces").iterdir())
    assert json.loads(workspace.read_text())["metadata"] == {"id": "default"}
    assert (tmp_path / "cache" / "matplotlib" / fonts.name).read_text() == "{}"
    workspace.write_text("the student's")
    start.furnish(tmp_path, tmp_path / "env")
    assert workspace.read_text() == "the student's"


def test_the_server_has_one_thread_and_the_classs_language(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    assert start.settings()["OPENBLAS_NUM_THREADS"] == "1"
    assert start.language(tmp_path) == "en"
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: None)  # the fonts of this machine
    prepare.main(["--lang", "ko"])
    assert start.language(tmp_path) == "ko"


def test_the_lessons_are_trusted_so_that_their_pictures_step(course, monkeypatch):
    from nbformat import from_dict, sign

    root, home = course
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
    start.bring(root, home)
    start.sign(home / "my")
    for path in (home / "my").glob("*/*.ipynb"):
        assert sign.NotebookNotary().check_signature(from_dict(json.loads(path.read_text(encoding="utf-8"))))


def test_a_program_takes_over(course):
    root, home = course
    start.bring(root, home)  # so that nothing is new, and nothing to sign
    script = home / "server"
    script.write_text("#!/usr/bin/env python\nimport os, sys\nprint(os.getcwd(), sys.argv[1:], sys.path[1:2])\n")
    started = (
        f"import deploy.start as s, pathlib; s.ROOT = pathlib.Path({str(root)!r}); s.main([{str(script)!r}, '-x'])"
    )
    env = dict(os.environ, HOME=str(home), PYTHONPATH=str(ROOT))
    out = subprocess.run([sys.executable, "-c", started], cwd=ROOT, env=env, capture_output=True, text=True)
    # seqlib is still found where it is installed from this folder: its part of the server keeps the pictures on saving.
    assert (out.stderr, out.stdout.strip()) == ("", f"{home / 'my'} ['-x'] {[str(ROOT)]}")


# ---------------------------------------------------------------- the hub's configuration


class Everything:
    """Takes every setting, and remembers it."""

    def __getattr__(self, name):
        setattr(self, name, Everything())
        return getattr(self, name)


def load(monkeypatch, **environment):
    """The configuration as JupyterHub reads it."""
    for name in [name for name in os.environ if name.startswith("COURSE_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr("pathlib.Path.stat", open_to_all(Path.stat))
    settings = Everything()
    runpy.run_path(str(DEPLOY / "jupyterhub_config.py"), init_globals={"get_config": lambda: settings})
    return settings


def open_to_all(stat):
    """This machine's folders, as those below /opt are."""
    return lambda path, **how: types.SimpleNamespace(st_mode=stat(path, **how).st_mode | 0o001)


@pytest.fixture
def jupyterhub(monkeypatch):
    """JupyterHub, or a stand-in for the class that the configuration builds on."""
    try:
        import jupyterhub.spawner  # noqa: F401
    except ImportError:
        spawner = types.ModuleType("jupyterhub.spawner")
        spawner.LocalProcessSpawner = type("LocalProcessSpawner", (), {"make_preexec_fn": lambda self, name: None})
        monkeypatch.setitem(sys.modules, "jupyterhub", types.ModuleType("jupyterhub"))
        monkeypatch.setitem(sys.modules, "jupyterhub.spawner", spawner)


def test_the_configuration_is_whole(monkeypatch, jupyterhub):
    c = load(monkeypatch, COURSE_PASSWORD="a-good-one", COURSE_TEACHERS="kim lee")
    assert c.SharedPasswordAuthenticator.user_password == "a-good-one" and c.Authenticator.allow_all is True
    assert c.Authenticator.admin_users == {"kim", "lee"}
    assert c.Spawner.environment["OPENBLAS_NUM_THREADS"] == "1"
    assert c.Spawner.notebook_dir == "~/my" and c.Spawner.default_url.endswith("00_start.ipynb")
    assert Path(c.Spawner.cmd[-2]) == DEPLOY / "start.py" and c.Spawner.cmd[-1].endswith("jupyterhub-singleuser")
    assert "--KernelManager.transport=ipc" in c.Spawner.args
    assert c.JupyterHub.load_roles[0]["services"] == [c.JupyterHub.services[0]["name"]]
    assert re.fullmatch(c.Authenticator.username_pattern, "김민지")
    assert not re.fullmatch(c.Authenticator.username_pattern, "../kim")


def test_the_configuration_says_what_is_missing(monkeypatch, jupyterhub, tmp_path):
    with pytest.raises(SystemExit, match="Set COURSE_PASSWORD"):
        load(monkeypatch)
    students = tmp_path / "students.txt"
    students.write_text("anna\n민지\n", encoding="utf-8")
    c = load(monkeypatch, COURSE_PASSWORD="a-good-one", COURSE_STUDENTS=str(students))
    assert c.Authenticator.allowed_users == {"anna", "민지"}
    assert "allow_all" not in vars(c.Authenticator)


def test_jupyterhub_takes_the_configuration(monkeypatch):
    app = pytest.importorskip("jupyterhub.app")
    from traitlets.config import Config

    monkeypatch.setenv("COURSE_PASSWORD", "a-good-one")
    monkeypatch.setattr("pathlib.Path.stat", open_to_all(Path.stat))
    c = Config()
    names = runpy.run_path(str(DEPLOY / "jupyterhub_config.py"), init_globals={"get_config": lambda: c})
    for section, cls in (("JupyterHub", app.JupyterHub), ("Spawner", names["Student"])):
        assert set(c[section]) <= set(cls.class_traits(config=True)), section


# ---------------------------------------------------------------- files that must agree


def test_the_dockerfile_copies_what_is_there_and_docker_gets_it():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    sources = [name for line in re.findall(r"^COPY (.*)$", text, flags=re.MULTILINE) for name in line.split()[:-1]]
    assert len(sources) > 8
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert all((ROOT / name).exists() and "!" + name in kept for name in sources)
    # Installed by hand there, without what only this folder's tests would need to tell.
    assert 'grep -v "^-e " requirements.txt' in text


def test_versions_agree():
    """The chart, its JupyterHub and its image; Python for Binder and Docker; no pin that the course has otherwise."""
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    values = (DEPLOY / "values.yaml").read_text(encoding="utf-8")
    [chart] = set(re.findall(r"(?:chart|--version) ([\d.]+\d)", values))
    [hub] = re.findall(r"^ARG JUPYTERHUB=(.*)$", docker, flags=re.MULTILINE)
    assert f"{chart} of Zero to JupyterHub has {hub}" in docker
    python = re.search(r"^FROM python:(3\.\d+)-slim$", docker, flags=re.MULTILINE)[1]
    assert (ROOT / "binder" / "runtime.txt").read_text().strip() == f"python-{python}"
    assert not set(pins(DEPLOY / "requirements.txt")) & set(pins(ROOT / "requirements.txt"))
    assert pins(DEPLOY / "requirements.txt")["jupyterhub"]


def test_binder_installs_the_course_as_it_is_pinned():
    lines = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-e .", "-r ../requirements.txt"]
    for name in ("postBuild", "start"):
        script = ROOT / "binder" / name
        assert script.read_text().startswith("#!/bin/bash\n")
        assert os.name == "nt" or os.access(script, os.X_OK)
        assert all((ROOT / path).is_file() for path in re.findall(r"deploy/\w+\.py", script.read_text()))


def test_both_readmes_have_the_same_commands():
    """A code block is the same in both languages but for comments and what is in Korean."""
    english, korean = ((DEPLOY / name).read_text(encoding="utf-8") for name in ("README.md", "README.ko.md"))
    blocks = [re.findall(r"^    (\S.*?)(?:  #.*)?$", text, flags=re.MULTILINE) for text in (english, korean)]
    assert len(blocks[0]) > 10
    assert [
        line.replace("--lang ko", "--lang en").replace("LANGUAGE=ko", "LANGUAGE=en") for line in blocks[1]
    ] == blocks[0]
