"""course.py without a network: its sentences, its stamps, its commands; and the linter over everything."""

import ast
import errno
import json
import os
import socket
import subprocess
import sys
import types
from pathlib import Path

import pytest

from tests.conftest import ROOT, find_browser, need

SOURCE = (ROOT / "course.py").read_text(encoding="utf-8")


@pytest.fixture
def course():
    module = types.ModuleType("course_under_test")
    module.__file__ = str(ROOT / "course.py")
    exec(compile(SOURCE, module.__file__, "exec"), module.__dict__)
    return module


@pytest.fixture
def folder(tmp_path, course):
    """A course folder with a space and Korean letters in its path, and a .venv that looks whole."""
    root = tmp_path / "신경망 course"
    (root / ".venv").mkdir(parents=True)
    for name in ("requirements.txt", "requirements-test.txt", "pyproject.toml"):
        (root / name).write_text(f"# {name}\n", encoding="utf-8")
    return root


def test_parses_on_the_pythons_that_it_turns_away():
    ast.parse(SOURCE, feature_version=(3, 6))
    assert SOURCE.isascii(), "an old console may not show other letters"
    with pytest.raises(SyntaxError):
        ast.parse("match x:\n    case 1: pass\n", feature_version=(3, 6))


def test_imports_only_the_standard_library():
    names = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert names <= sys.stdlib_module_names


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13)])
def test_too_old_says_what_to_do(course, version):
    sentence = course.python_too_old(version, which=lambda name: None)
    assert f"This is Python {version[0]}.{version[1]}" in sentence
    assert "3.11 or newer" in sentence and "python.org" in sentence


def test_too_old_names_a_newer_python_that_is_there(course):
    sentence = course.python_too_old((3, 9, 1), which=lambda name: "/usr/bin/x" if name == "python3.12" else None)
    assert "`python3.12 course.py lab`" in sentence and "python.org" not in sentence


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_supported_versions_are_neither_too_old_nor_too_new(course, minor):
    assert course.python_too_old((3, minor, 0)) is None
    assert course.python_too_new((3, minor, 0)) is None


def test_too_new_is_only_a_warning(course):
    assert "3.15" in course.python_too_new((3, 15, 0)) and "3.11 to 3.14" in course.python_too_new((3, 15, 0))


def test_an_old_python_gets_one_sentence_and_exit_code_1(course, capsys, monkeypatch):
    monkeypatch.setattr(course, "python_too_old", lambda version: "Too old.")
    assert course.main(["lab"]) == 1
    assert capsys.readouterr().err == "Too old.\n"


# ---- ports


@pytest.fixture
def taken():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_taken_port_that_was_asked_for(course, taken):
    with pytest.raises(course.Stop, match=rf"Port {taken} is taken by another program: start with `--port \d+`"):
        course.choose_port(taken)


def test_the_usual_port_taken_moves_on(course, taken, monkeypatch, capsys):
    monkeypatch.setattr(course, "FIRST_PORT", taken)
    port = course.choose_port(None)
    assert port > taken and course.port_problem(port) is None
    assert f"Port {taken} is taken, so this is port {port}." in capsys.readouterr().out


def test_a_free_port_is_taken_as_asked(course, taken):
    free = course.choose_port(None)
    assert course.choose_port(free) == free


# ---- what is installed


def test_a_stamp_is_good_until_something_that_it_covers_changes(course, folder):
    venv = folder / ".venv"
    assert course.read_stamp("lab", venv) == {}
    course.write_stamp("lab", venv, course.wanted("lab", folder))
    fresh = course.read_stamp("lab", venv)["installed"]
    assert fresh == course.wanted("lab", folder)
    (folder / "requirements-test.txt").write_text("# other\n", encoding="utf-8")
    assert fresh == course.wanted("lab", folder), "the lab does not need the tests' packages"
    assert course.wanted("lab", folder, (3, 12)) != course.wanted("lab", folder, (3, 13))
    (folder / "requirements.txt").write_text("# other\n", encoding="utf-8")
    assert fresh != course.wanted("lab", folder)


def test_a_damaged_stamp_counts_as_none(course, folder):
    (folder / ".venv" / "course-lab.json").write_text("{half", encoding="utf-8")
    assert course.read_stamp("lab", folder / ".venv") == {}


def test_an_environment_without_its_python_is_broken(course, folder):
    assert course.broken(folder / ".venv") == "the Python in it is gone"


def fake_probe(monkeypatch, course, stdout, returncode=0):
    answer = subprocess.CompletedProcess([], returncode, stdout=stdout)
    monkeypatch.setattr(course.subprocess, "run", lambda *a, **k: answer)


@pytest.mark.parametrize(
    "stdout, returncode, reason",
    [
        ("", 1, "the Python in it does not start"),
        ("no pip\n", 0, "it is incomplete"),
        ("(3, 10)\n", 0, "it belongs to another Python"),
        ("(3, 12)\n", 0, None),
    ],
)
def test_why_an_environment_is_broken(course, folder, monkeypatch, stdout, returncode, reason):
    fake_probe(monkeypatch, course, stdout, returncode)
    assert course.broken(folder / ".venv", version=(3, 12, 1)) == reason


def test_a_moved_folder_is_noticed(course, folder, monkeypatch):
    fake_probe(monkeypatch, course, f"{tuple(sys.version_info[:2])}\n")
    course.write_stamp("lab", folder / ".venv", "x")
    assert course.broken(folder / ".venv") is None
    moved = folder.rename(folder.with_name("elsewhere"))
    assert course.broken(moved / ".venv") == "the course folder has moved"


@pytest.fixture
def installs(course, monkeypatch):
    """Let ensure() run without pip and without making environments; the list says what it did."""
    did = []
    monkeypatch.setattr(course, "broken", lambda venv: None)
    monkeypatch.setattr(course, "make_venv", lambda venv: (did.append("venv"), venv.mkdir()))
    monkeypatch.setattr(course, "pip_install", lambda requirements, venv, root: did.append(requirements))
    return did


def test_the_second_start_installs_nothing_and_says_so(course, folder, installs, capsys):
    course.ensure("lab", folder / ".venv", folder)
    assert installs == ["requirements.txt"]
    assert "a minute or two" in capsys.readouterr().out
    course.ensure("lab", folder / ".venv", folder)
    assert installs == ["requirements.txt"]
    assert capsys.readouterr().out == "Everything is installed already (in .venv).\n"


def test_changed_requirements_install_again(course, folder, installs):
    course.ensure("lab", folder / ".venv", folder)
    (folder / "requirements.txt").write_text("# other\n", encoding="utf-8")
    course.ensure("lab", folder / ".venv", folder)
    assert installs == ["requirements.txt"] * 2


def test_the_tests_packages_cover_the_labs(course, folder, installs):
    course.ensure("test", folder / ".venv", folder)
    course.ensure("lab", folder / ".venv", folder)
    assert installs == ["requirements-test.txt"]


def test_a_broken_environment_is_rebuilt_with_a_message(course, folder, installs, monkeypatch, capsys):
    old = folder / ".venv" / "old-file"
    old.touch()
    monkeypatch.setattr(course, "broken", lambda venv: "the Python in it is gone")
    course.ensure("lab", folder / ".venv", folder)
    assert installs == ["venv", "requirements.txt"] and not old.exists()
    assert "Rebuilding .venv, because the Python in it is gone." in capsys.readouterr().out


def test_an_environment_is_not_deleted_under_its_own_feet(course, folder, monkeypatch):
    monkeypatch.setattr(course.sys, "prefix", str(folder / ".venv"))
    with pytest.raises(course.Stop, match="deactivate"):
        course.remove_venv(folder / ".venv")
    assert (folder / ".venv").exists()


def test_no_news_popup_in_front_of_a_class(course, folder, installs):
    course.ensure("lab", folder / ".venv", folder)
    settings = json.loads((folder / ".venv/share/jupyter/lab/settings/overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}


def test_what_the_widgets_show_last_is_sent_along_when_a_lesson_is_saved(course, folder, installs):
    course.ensure("lab", folder / ".venv", folder)
    settings = json.loads((folder / ".venv/share/jupyter/lab/settings/overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyter-widgets/jupyterlab-manager:plugin"] == {"saveState": True}


def test_without_ensurepip_says_which_package_is_missing(course, folder, monkeypatch):
    monkeypatch.setattr(course.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(course.Stop, match=r"sudo apt install python3-venv"):
        course.make_venv(folder / ".venv")


# ---- failures


@pytest.mark.parametrize(
    "output, said",
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("OSError: [WinError 112] There is not enough space on the disk", "disk is full"),
        ("OSError: [Errno 122] Disk quota exceeded", "disk is full"),
        (
            "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError("
            "'<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: "
            "[Errno -3] Temporary failure in name resolution')': /simple/numpy/\n"
            "ERROR: Could not find a version that satisfies the requirement numpy==2.4.6 (from versions: none)\n"
            "ERROR: No matching distribution found for numpy==2.4.6",
            "No network: the first start needs it once",
        ),
        ("[Errno 11001] getaddrinfo failed", "No network"),
        ("[Errno 8] nodename nor servname provided: Failed to resolve 'host'", "No network"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool: Read timed out.", "No network"),
        ("ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407'))", "HTTPS_PROXY"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))", "certificate"),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: 'C:\\\\a'\n"
            "HINT: This error might have occurred since this system does not have Windows Long Path support enabled.",
            "too long for Windows",
        ),
        ("PermissionError: [WinError 5] Access is denied: 'C:\\\\zmq.pyd'", "close JupyterLab"),
        (
            "ERROR: Could not find a version that satisfies the requirement numpy==2.4.6 (from versions: 1.26.4)\n"
            "ERROR: No matching distribution found for numpy==2.4.6",
            "no ready-made build",
        ),
        ("error: Failed building wheel for pyzmq", "no ready-made build"),
        ("ERROR: something that nobody has seen", "its last words above"),
    ],
)
def test_pip_failures_are_recognised(course, output, said):
    sentence = course.explain_pip(output)
    assert said in sentence and "\n" not in sentence


@pytest.mark.skipif(os.name == "nt", reason="runs a shell script in place of Python")
def test_a_failing_pip_shows_its_last_lines_and_one_sentence(course, folder, capsys):
    fake = course.venv_python(folder / ".venv")
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho Collecting numpy\necho 'OSError: [Errno 28] No space left on device'\nexit 1\n")
    fake.chmod(0o755)
    with pytest.raises(course.Stop, match="disk is full"):
        course.pip_install("requirements.txt", folder / ".venv", folder)
    assert "pip's last words:\n  Collecting numpy\n  OSError: [Errno 28]" in capsys.readouterr().out


@pytest.mark.parametrize(
    "code, said",
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "cannot be written"), (errno.EROFS, "cannot be written")],
)
def test_problems_while_writing_are_one_sentence(course, monkeypatch, capsys, code, said):
    def refuse(kind):
        raise OSError(code, os.strerror(code), "/somewhere/.venv")

    monkeypatch.setattr(course, "ensure", refuse)
    assert course.main(["lab"]) == 1
    said_all = capsys.readouterr().err
    assert said in said_all and said_all.count("\n") == 1


def test_ctrl_c_is_no_traceback(course, monkeypatch, capsys):
    def interrupt(kind):
        raise KeyboardInterrupt

    monkeypatch.setattr(course, "ensure", interrupt)
    assert course.main(["test"]) == 130
    assert capsys.readouterr().err == "\nStopped.\n"


# ---- commands


def test_the_commands_run_the_environments_own_python(course, folder):
    venv = folder / ".venv"
    python = str(course.venv_python(venv))
    assert Path(python).is_relative_to(venv)
    for command in (
        course.pip_command("requirements.txt", venv),
        course.lab_command(8888, True, venv),
        course.pytest_command(["-x"], venv),
        course.execute_command(["a.ipynb"], venv),
    ):
        assert command[0] == python


def test_lab_command(course):
    assert "--no-browser" in course.lab_command(8888, False)
    assert "--no-browser" not in course.lab_command(8888, True)
    assert "--ServerApp.port=9000" in course.lab_command(9000, True)


def test_lab_opens_lesson_0_of_the_readers_copies_whatever_the_readers_settings_say(course, folder):
    command = course.lab_command(8888, True, folder / ".venv", folder)
    assert f"--ServerApp.root_dir={folder / 'my'}" in command and "--ServerApp.base_url=/" in command
    assert "--LabApp.default_url=/lab/tree/en/00_start.ipynb" in command
    assert (ROOT / "notebooks" / "en" / Path(course.FIRST_PAGE).name).is_file()
    assert "--ServerApp.use_redirect_file=False" in command, "some browsers may not read a file in a hidden folder"
    assert f"--LabApp.workspaces_dir={course.workspaces(folder / '.venv')}" in command


def test_the_file_browser_begins_closed_and_stays_as_it_is_left(course, folder):
    course.make_workspace(folder / ".venv")
    [file] = course.workspaces(folder / ".venv").iterdir()
    workspace = json.loads(file.read_text(encoding="utf-8"))
    assert workspace["data"]["layout-restorer:data"]["left"]["collapsed"] is True
    file.write_text("as the reader left it", encoding="utf-8")
    course.make_workspace(folder / ".venv")
    assert file.read_text(encoding="utf-8") == "as the reader left it"


def test_jupyterlab_finds_the_workspace_under_this_name(course):
    handler = need("jupyterlab_server.workspaces_handler")
    assert handler.slugify("default") + handler.WORKSPACE_EXTENSION == course.WORKSPACE_FILE


def test_copies_that_cannot_be_made_stop_the_start(course, monkeypatch):
    monkeypatch.setattr(course, "run", lambda command: 1)
    with pytest.raises(course.Stop, match="see the line above"):
        course.make_copies()


def test_report_and_class_run_where_the_reader_is(course, monkeypatch, tmp_path):
    ran = []
    monkeypatch.setattr(course, "ensure", lambda kind: None)
    monkeypatch.setattr(course, "run", lambda *call: ran.append(call) or 0)
    monkeypatch.chdir(tmp_path)
    assert course.main(["class", "handed in", "--lang", "ko"]) == 0
    assert course.main(["report", "--name", "김민지"]) == 0
    (first, here), (second, _) = ran
    assert first[-4:] == ["class", "handed in", "--lang", "ko"] and second[-3:] == ["report", "--name", "김민지"]
    assert Path(here) == tmp_path and first[first.index("--course") + 1] == str(ROOT)


def test_pytest_command_is_strict_and_ends_with_what_was_asked(course):
    command = course.pytest_command(["tests/nn", "-k", "rnn"])
    assert "--nbval" in command and "--nbval-current-env" in command
    assert command[-3:] == ["tests/nn", "-k", "rnn"]


def test_what_follows_test_goes_to_pytest_in_order(course):
    options, rest = course.parse(["test", "-k", "rnn", "tests/nn", "-x"])
    assert options.command == "test" and rest == ["-k", "rnn", "tests/nn", "-x"]
    options, rest = course.parse(["lab", "--no-browser", "--port", "9000"])
    assert (options.browser, options.port, rest) == (False, 9000, [])


@pytest.mark.parametrize("arguments", [["lab", "--prot", "9"], ["lab", "--port", "0"], ["lab", "--port", "x"], []])
def test_wrong_arguments_are_refused(course, arguments, capsys):
    with pytest.raises(SystemExit):
        course.parse(arguments)
    assert "error:" in capsys.readouterr().err


def test_the_environment_is_closed_to_the_outside(course, folder, monkeypatch):
    for name in course.ONE_THREAD:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    env = course.environment(folder / ".venv")
    assert "PYTHONPATH" not in env and env["JUPYTER_PREFER_ENV_PATH"] == "1"
    assert env["OPENBLAS_NUM_THREADS"] == "1" and env["OMP_NUM_THREADS"] == "2"
    assert env["PATH"].startswith(str(course.venv_python(folder / ".venv").parent))


# ---- the pins, the linter, and what CI must have


def pins(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.split(";")[0].strip() for line in lines if line and not line.startswith(("#", "-"))]


def test_every_requirement_is_pinned_once():
    everything = pins("requirements.txt") + pins("requirements-test.txt")
    names = [line.split("==")[0] for line in everything]
    assert [line for line in everything if line.count("==") != 1] == []
    assert len(names) == len(set(names))


def test_the_linter_finds_nothing():
    need("ruff")
    run = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "."], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.skipif(not os.environ.get("CI"), reason="on a reader's machine what is missing is only skipped")
@pytest.mark.parametrize("module", ["torch", "playwright", "axe_playwright_python", "hypothesis", "nbval", "ruff"])
def test_ci_has_every_package(module):
    need(module)


@pytest.mark.skipif(not os.environ.get("CI"), reason="on a reader's machine what is missing is only skipped")
def test_ci_has_a_browser():
    assert find_browser(), "install chromium: .ci/run does"


def test_what_is_missing_is_skipped_here_and_fails_in_ci(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"requirements-test\.txt"):
        need("no_such_module")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no_such_module is missing"):
        need("no_such_module")


def test_the_lessons_are_signed_before_they_are_shown(course, tmp_path):
    lesson = tmp_path / "my" / "en" / "01_a lesson.ipynb"
    lesson.parent.mkdir(parents=True)
    for path in (lesson, lesson.with_name("01_a lesson.before-update.ipynb")):
        path.write_text("{}", encoding="utf-8")
    assert course.trust_command(root=tmp_path)[-3:] == ["-m", "nbformat.sign", str(lesson)]
