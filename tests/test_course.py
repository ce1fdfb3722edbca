"""course.py without a network: its sentences, its stamps, its commands; and the linter over everything."""

import ast
import errno
import json
import os
import re
import shutil
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


NO_PIP = ((3, 12), ["pip"])
WHOLE = ((3, 12), [])


def test_an_environment_without_its_python_says_nothing(course, folder):
    assert course.probe(folder / ".venv") is None


def test_an_environment_tells_its_version_and_what_it_lacks(course, folder):
    import venv

    venv.create(folder / ".venv", with_pip=False)
    version, lacks = course.probe(folder / ".venv")
    assert version == sys.version_info[:2] and {"pip", "jupyterlab"} <= set(lacks)
    assert course.made_for(folder / ".venv") == version
    (folder / ".venv" / "pyvenv.cfg").write_text("home = x\nversion_info = 3.7.1.final\n", encoding="utf-8")
    assert course.made_for(folder / ".venv") == (3, 7)


@pytest.fixture
def installs(course, monkeypatch):
    """Let ensure() run without pip and without making environments; the list says what it did."""
    did = []
    monkeypatch.setattr(course, "probe", lambda venv: WHOLE if venv.exists() else None)
    monkeypatch.setattr(course, "make_venv", lambda venv: (did.append("venv"), venv.mkdir(exist_ok=True)))
    monkeypatch.setattr(course, "pip_install", lambda requirements, venv, root: did.append(requirements))
    monkeypatch.setattr(course, "run", lambda *call: 0)
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


def test_what_was_lost_is_installed_again_whatever_the_stamp_says(course, folder, installs, monkeypatch):
    course.ensure("lab", folder / ".venv", folder)
    monkeypatch.setattr(course, "probe", lambda venv: ((3, 12), ["anywidget"]))
    course.ensure("lab", folder / ".venv", folder)
    assert installs == ["requirements.txt"] * 2


def test_an_environment_of_another_python_that_works_is_used(course, folder, installs, monkeypatch):
    course.ensure("lab", folder / ".venv", folder)
    monkeypatch.setattr(course.sys, "version_info", (3, 14, 0))
    course.ensure("lab", folder / ".venv", folder)
    assert installs == ["requirements.txt"]


def test_a_moved_folder_needs_no_network(course, folder, installs, monkeypatch, capsys):
    course.ensure("lab", folder / ".venv", folder)
    scripts = course.venv_python(folder / ".venv").parent
    scripts.mkdir()
    (scripts / "jupyter").write_bytes(b"#!" + os.fsencode(folder / ".venv" / "bin" / "python") + b"\nimport x\n")
    moved = folder.rename(folder.with_name("elsewhere"))
    monkeypatch.setattr(course, "pip_install", lambda *call: pytest.fail("asked the network"))
    course.ensure("lab", moved / ".venv", moved)
    assert capsys.readouterr().out.endswith("Everything is installed already (in .venv).\n")
    assert course.read_stamp("lab", moved / ".venv")["folder"] == course.spelled(moved / ".venv")
    if os.name != "nt" and len(str(moved)) < 90:
        script = (moved / ".venv" / "bin" / "jupyter").read_bytes()
        assert script.startswith(b"#!" + os.fsencode(moved / ".venv" / "bin" / "python\n"))


def test_an_update_without_a_network_starts_with_what_is_there(course, folder, installs, monkeypatch, capsys):
    course.ensure("lab", folder / ".venv", folder)
    (folder / "requirements.txt").write_text("# other\n", encoding="utf-8")

    def offline(*call):
        raise course.Offline(course.NO_NETWORK)

    monkeypatch.setattr(course, "pip_install", offline)
    course.ensure("lab", folder / ".venv", folder)
    assert capsys.readouterr().out.endswith("For now the lessons start with the packages that are here.\n")
    with pytest.raises(course.Stop, match="No network"):
        course.ensure("test", folder / ".venv", folder)
    (folder / ".venv" / "course-lab.json").unlink()
    with pytest.raises(course.Stop, match="No network"):
        course.ensure("lab", folder / ".venv", folder)


@pytest.mark.parametrize("found", [None, NO_PIP, ((3, 10), [])])
def test_what_cannot_be_used_stays_until_the_next_one_stands(course, folder, installs, monkeypatch, found):
    old = folder / ".venv" / "old-file"
    old.touch()
    monkeypatch.setattr(course, "probe", lambda venv: found)

    def stop(*call):
        assert not old.exists()
        raise course.Stop("no luck")

    monkeypatch.setattr(course, "pip_install", stop)
    with pytest.raises(course.Stop, match="no luck"):
        course.ensure("lab", folder / ".venv", folder)
    assert old.exists() and not (folder / ".venv.old").exists()
    monkeypatch.setattr(course, "pip_install", lambda *call: None)
    course.ensure("lab", folder / ".venv", folder)
    assert not old.exists() and not (folder / ".venv.old").exists()


def test_a_python_that_is_gone_is_mended_without_a_network(course, folder, installs, monkeypatch):
    venv = folder / ".venv"
    course.ensure("lab", venv, folder)
    (venv / "pyvenv.cfg").write_text("version = {}.{}.9\n".format(*sys.version_info), encoding="utf-8")
    course.venv_python(venv).parent.mkdir()
    (venv / "package").touch()
    answers = iter([None, (sys.version_info[:2], [])])
    monkeypatch.setattr(course, "probe", lambda venv: next(answers))
    course.write_stamp("lab", venv, course.wanted("lab", folder))
    course.ensure("lab", venv, folder)
    assert installs == ["requirements.txt", "venv"] and (venv / "package").exists()


def test_an_environment_of_another_version_is_not_mended(course, folder, installs):
    (folder / ".venv" / "pyvenv.cfg").write_text("version = 3.2.1\n", encoding="utf-8")
    course.venv_python(folder / ".venv").parent.mkdir()
    assert course.mended(folder / ".venv") is None and installs == []


def test_an_environment_is_not_replaced_under_its_own_feet(course, folder, monkeypatch):
    monkeypatch.setattr(course.sys, "prefix", str(folder / ".venv"))
    with pytest.raises(course.Stop, match="deactivate"), course.replaced(folder / ".venv"):
        pass
    assert (folder / ".venv").exists()


@pytest.mark.skipif(os.name == "nt", reason="no such name on Windows")
def test_a_folder_with_a_colon_gets_a_sentence(course, tmp_path):
    with pytest.raises(course.Stop, match="rename the folder"):
        course.ensure("lab", tmp_path / "week 3: RNN" / ".venv", tmp_path / "week 3: RNN")


@pytest.mark.skipif(os.name == "nt", reason="the language of the system does not matter there")
def test_the_environment_starts_in_every_language_of_the_system(course, folder):
    import venv

    venv.create(folder / ".venv", with_pip=False)
    (folder / "seqlib").mkdir()
    (folder / "seqlib" / "__init__.py").touch()
    [site] = (folder / ".venv").glob("lib/python3.*/site-packages")
    (site / "_editable_impl_seqlib.pth").write_text(str(folder), encoding="utf-8")
    course.link(folder / ".venv", folder)
    ask = [course.venv_python(folder / ".venv"), "-c", "import seqlib"]
    for language in ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {"LC_ALL": "C.UTF-8"}):
        run = subprocess.run(ask, env=language, cwd=folder / ".venv", capture_output=True, text=True)
        assert run.returncode == 0 and not run.stderr, run.stderr


def test_a_folder_is_the_same_in_every_language_of_the_system(course, folder):
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import course; print(course.spelled(course.Path.cwd()))"
    said = {
        subprocess.run([sys.executable, "-c", script], env=env, cwd=folder, capture_output=True, check=True).stdout
        for env in ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {"LC_ALL": "C.UTF-8"})
    }
    assert len(said) == 1 and b"%EC%8B%A0" in said.pop()


def test_a_second_start_waits_for_the_first(course, folder, capsys):
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import course; print('in', flush=True)\n"
    script = script.replace("print(", f"\nwith course.alone(course.Path({str(folder)!r})): print(")
    with course.alone(folder):
        second = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert "waiting" in second.stdout.readline()
    assert second.communicate(timeout=30)[0] == "in\n"


def test_no_news_popup_in_front_of_a_class(course, folder):
    course.settle(folder / ".venv")
    settings = json.loads((folder / ".venv/share/jupyter/lab/settings/overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}


def test_what_the_widgets_show_last_is_sent_along_when_a_lesson_is_saved(course, folder):
    course.settle(folder / ".venv")
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
@pytest.mark.parametrize("hindered", [None, OSError(), subprocess.TimeoutExpired("pip", 30)])
@pytest.mark.parametrize("brought", ["23.2.1", "26.3", "27.0"])
def test_a_new_environment_s_pip_comes_first_and_may_stay_old(course, folder, installs, monkeypatch, hindered, brought):
    def run(command, **options):
        if "config" in command:  # the reader's settings of pip
            raise OSError
        installs.append(command[3])
        assert options["env"]["PIP_CONFIG_FILE"] == os.devnull
        assert (command[3] == "download") == ("timeout" in options), "only what may be cut off is"
        if hindered:
            raise hindered

    shutil.rmtree(folder / ".venv")
    monkeypatch.setattr("ensurepip.version", lambda: brought)
    monkeypatch.setattr(course.subprocess, "run", run)
    course.ensure("lab", folder / ".venv", folder)
    both = ["download"] if hindered else ["download", "install"]
    assert installs == ["venv", *(both if brought == "23.2.1" else []), "requirements.txt"]
    del installs[:]
    (folder / "requirements.txt").write_text("another\n")
    course.ensure("lab", folder / ".venv", folder)
    assert installs == ["requirements.txt"], "what works is left alone"


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
        course.site_command(["--output", "pages"], venv),
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
    assert (ROOT / "notebooks" / "en" / "00_start.ipynb").is_file()
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


@pytest.fixture
def ran(course, monkeypatch, tmp_path):
    """What a command would have run, as (command, folder), started in a folder of the reader's."""
    calls = []
    monkeypatch.setattr(course, "ensure", lambda kind: None)
    monkeypatch.setattr(course, "run", lambda *call: calls.append(call) or 0)
    monkeypatch.chdir(tmp_path)
    return calls


def test_report_and_class_run_where_the_reader_is(course, ran, tmp_path):
    assert course.main(["class", "handed in", "--lang", "ko"]) == 0
    assert course.main(["report", "--name", "김민지"]) == 0
    (first, here), (second, _) = ran
    assert first[-4:] == ["class", "handed in", "--lang", "ko"]
    assert second[-5:] == ["report", "--name", "김민지", "--lang", course.systems_language()]
    assert Path(here) == tmp_path and first[first.index("--course") + 1] == str(ROOT)


def test_export_writes_where_the_teacher_is(course, ran, tmp_path):
    assert course.main(["export", "otter", "here", "--lang", "ko"]) == 0
    [(command, where)] = ran
    assert command[1:] == ["-P", str(ROOT / "tools" / "export.py"), "otter", "here", "--lang", "ko"]
    assert Path(where) == tmp_path


@pytest.mark.parametrize("command", ["report", "class", "export", "site"])
def test_nothing_in_the_readers_folder_is_taken_for_a_module(course, ran, tmp_path, command):
    assert course.main([command, "here"]) == 0
    [(asks, where)] = ran
    assert Path(where) == tmp_path and asks[1] == "-P", "a tools/ or a json.py there is not the course's"


def test_notebooks_are_executed_where_the_reader_is(course, ran, tmp_path):
    assert course.main(["execute", "mine.ipynb", "--lang", "ko"]) == 0
    [(command, where)] = ran
    assert command[-3:] == ["mine.ipynb", "--lang", "ko"] and Path(where) == tmp_path


@pytest.mark.parametrize("part", ["data", "notebooks", "seqlib", "tools", "requirements.txt"])
def test_a_folder_of_which_a_part_is_gone_is_not_taken_for_the_course(course, tmp_path, part):
    for name in ("data", "notebooks/en", "notebooks/ko", "seqlib", "tools", "requirements.txt", "pyproject.toml"):
        if not name.startswith(part):
            (tmp_path / name).mkdir(parents=True)
    with pytest.raises(course.Stop, match=f"folder lacks .*{part}.*: get the course again"):
        course.whole(tmp_path)


@pytest.mark.parametrize("arguments", [["site", "--output", ""], ["export", "otter", " "], ["present", ""]])
def test_an_empty_name_is_not_the_present_folder(course, monkeypatch, capsys, arguments):
    monkeypatch.setattr(course, "ensure", lambda kind: None)
    monkeypatch.setattr(course, "run", lambda *call: pytest.fail("it ran"))
    assert course.main(arguments) == 1
    assert "A name is empty" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a folder in which somebody is")
def test_a_present_folder_that_is_gone_is_said(course, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(course, "ensure", lambda kind: pytest.fail("it went on"))
    monkeypatch.chdir(tmp_path)
    tmp_path.rmdir()
    assert course.main(["report"]) == 1
    assert "The folder in which you started this is gone" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["0", "65536", "999999", "abc", "", "-1", "88.5", "\u0663\u0663", "\u00b2", "80\n"])
def test_a_port_is_a_number_in_plain_digits(course, text):
    with pytest.raises(course.argparse.ArgumentTypeError, match="expected a number from 1 to 65535"):
        course.port_number(text)


def test_what_was_mistyped_is_answered_in_the_readers_language(course, capsys):
    course.SENTENCES.update(course.korean("ko", types.SimpleNamespace(encoding="utf-8")))
    with pytest.raises(SystemExit):
        course.parse(["lab", "--port", "abc"])
    said = capsys.readouterr().err
    assert "실행할 수 없습니다" in said and "1부터 65535까지" in said and said.count("\n") == 1


def test_slides_are_written_where_the_reader_is(course, ran, tmp_path):
    assert course.main(["present", "8", "--lang", "ko"]) == 0
    assert course.main(["present", "mine.ipynb", "--lang", "en", "--output", "slides.html"]) == 0
    (first,), (second,) = ran
    assert first[-3:] == ["8", "--lang", "ko"]
    assert second[-5:] == [str(tmp_path / "mine.ipynb"), "--lang", "en", "--output", str(tmp_path / "slides.html")]


def test_pytest_command_is_strict_and_ends_with_what_was_asked(course):
    command = course.pytest_command(["tests/nn", "-k", "rnn"])
    assert "--nbval" in command and "--nbval-current-env" in command and "--timeout" in command
    assert command[-3:] == ["tests/nn", "-k", "rnn"]


def test_what_measures_times_runs_alone_and_all_else_without_it(course):
    first, second = course.pytest_runs([])
    assert set(course.TIMED) < set(first) and first[-2:] == ["-n", "0"], "one process"
    assert all((ROOT / path).is_file() and f"--ignore={path}" in second for path in course.TIMED)
    assert [command[-2:] for command in course.pytest_runs(["-k", "rnn"])] == [["-k", "rnn"]]


@pytest.mark.parametrize(("codes", "code"), [((0, 0), 0), ((1, 0), 1), ((0, 1), 1), ((-9, 0), -9)])
def test_one_run_that_fails_is_enough_and_both_run(course, monkeypatch, codes, code):
    left = list(codes)
    monkeypatch.setattr(course, "ensure", lambda *_: None)
    monkeypatch.setattr(course, "run", lambda command: left.pop(0))
    assert course.main(["test"]) == code and not left


def test_what_follows_test_goes_to_pytest_in_order(course):
    options, rest = course.parse(["test", "-k", "rnn", "tests/nn", "-x"])
    assert options.command == "test" and rest == ["-k", "rnn", "tests/nn", "-x"]
    options, rest = course.parse(["lab", "--no-browser", "--port", "9000"])
    assert (options.browser, options.port, rest) == (False, 9000, [])


@pytest.mark.parametrize("arguments", [["lab", "--prot", "9"], ["lab", "--port", "0"], ["lab", "--port", "x"], []])
def test_wrong_arguments_are_refused(course, arguments, capsys):
    with pytest.raises(SystemExit):
        course.parse(arguments)
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "--help`" in said, "one sentence, with what to do"


def test_the_environment_is_closed_to_the_outside(course, folder, monkeypatch):
    for name in course.ONE_THREAD:
        monkeypatch.delenv(name, raising=False)
    outside = ("PYTHONPATH", "PYTHONOPTIMIZE", "PYTHONDONTWRITEBYTECODE", "MPLBACKEND", "MATPLOTLIBRC")
    outside += ("JUPYTER_CONFIG_PATH", "JUPYTER_NO_CONFIG")
    for name in outside:
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/elsewhere")
    env = course.environment(folder / ".venv")
    assert not set(outside) & set(env) and env["JUPYTER_PREFER_ENV_PATH"] == "1"
    assert env["OPENBLAS_NUM_THREADS"] == "1" and env["OMP_NUM_THREADS"] == "2"
    assert env["PATH"].startswith(str(course.venv_python(folder / ".venv").parent))
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR", "IPYTHONDIR"):
        assert Path(env[name]).is_relative_to(folder / ".venv"), "a home that cannot be written is no obstacle"


def test_the_readers_pip_says_how_packages_come_and_not_where_they_go(course, folder, monkeypatch, tmp_path):
    settings = tmp_path / "pip.conf"
    settings.write_text(
        "[global]\nindex-url = https://example.org/simple\ntarget = /elsewhere\nextra-index-url =\n  https://a\n  https://b\n"
        "[install]\nuser = true\nconstraint = /c.txt\nno-deps = true\n",
        encoding="utf-8",
    )
    for name in ("PIP_USER", "PIP_PREFIX", "PIP_CONSTRAINT", "PIP_TARGET", "PIP_REQUIRE_VIRTUALENV", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_CERT", "/mine.pem")
    monkeypatch.setattr(course, "venv_python", lambda venv: Path(sys.executable))
    env = course.pip_environment(folder / ".venv")
    mine = {name: value for name, value in env.items() if name.startswith("PIP_")}
    assert mine["PIP_CERT"] == "/mine.pem" and mine["PIP_EXTRA_INDEX_URL"] == "https://a https://b"
    assert mine["PIP_INDEX_URL"] == "https://example.org/simple" and mine["PIP_CONFIG_FILE"] == os.devnull
    assert not {"PIP_USER", "PIP_TARGET", "PIP_CONSTRAINT", "PIP_NO_DEPS"} & set(mine)


@pytest.mark.parametrize("output", ["getaddrinfo failed", "no matching distribution found (from versions: none)"])
def test_an_index_of_the_readers_own_is_named_without_its_password(course, output):
    said = course.explain_pip(output, "https://me:secret@index.example/simple")
    assert "index.example" in said and "secret" not in said
    assert "No network" in course.explain_pip("getaddrinfo failed")


# ---- the reader's language


def spoken(course):
    """Every sentence that goes through `_`, as it stands in the source; `problems` of pip by their table."""
    for node in ast.walk(ast.parse(SOURCE)):
        called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_"
        if called and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value
    yield from (sentence for _, sentence in course.PIP_FAILURES)
    yield course.NO_INDEX


def test_everything_is_said_in_korean_too(course):
    korean = json.loads((ROOT / "tools" / "course.ko.json").read_text(encoding="utf-8"))
    variables = {"Note: this is", "Port %d is taken by", "Port %d is not", "This folder cannot"}  # said through a name
    known = set(spoken(course)) | {one for one in korean if one.startswith(tuple(variables))}
    assert set(korean) == known
    for english, said in korean.items():
        assert re.findall("%[^ ]*?[dsrf]", english) == re.findall("%[^ ]*?[dsrf]", said), english
        assert re.search("[가-힣]", said) or english.startswith("http"), english
        assert english.isascii()


@pytest.mark.parametrize(
    "variables, language",
    [
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LC_MESSAGES": "ko_KR.eucKR", "LANG": "C"}, "ko"),
        ({}, "en"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows tells its language in another way")
def test_the_language_is_the_systems(course, monkeypatch, variables, language):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert course.asked_language(["lab"]) == language
    assert course.asked_language(["lab", "--lang", "ko"]) == course.asked_language(["lab", "--lang=ko"]) == "ko"
    assert course.parse(["lab", "--lang", "en"])[0].lang == "en" and course.parse(["copies"])[0].lang == language


def test_a_console_without_hangul_is_spoken_to_in_english(course):
    import io

    assert course.korean("ko", io.TextIOWrapper(io.BytesIO(), encoding="ascii")) == {}
    assert course.korean("ko", io.TextIOWrapper(io.BytesIO(), encoding="cp949"))
    assert course.korean("en", io.TextIOWrapper(io.BytesIO(), encoding="utf-8")) == {}


def test_lab_in_korean_opens_the_korean_lessons_and_menus(course, folder):
    page = "--LabApp.default_url=/lab/tree/%s/00_start.ipynb"
    assert page % "en" in course.lab_command(8888, True, folder / ".venv", folder, "ko"), "no Korean lessons there"
    (folder / "notebooks" / "ko").mkdir(parents=True)
    (folder / "notebooks" / "ko" / "00_start.ipynb").touch()
    assert page % "ko" in course.lab_command(8888, True, folder / ".venv", folder, "ko")
    for language, locale in (("ko", "ko_KR"), ("en", "default")):
        course.settle(folder / ".venv", language)
        settings = json.loads((folder / ".venv/share/jupyter/lab/settings/overrides.json").read_text(encoding="utf-8"))
        assert settings["@jupyterlab/translation-extension:plugin"] == {"locale": locale}


def test_the_menus_have_a_korean_translation():
    assert any("jupyterlab-language-pack-ko-kr" in line for line in pins("requirements.txt"))


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
    assert find_browser(), "install chromium or chromium-headless-shell: .ci/run does"


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
    (tmp_path / "notebooks" / "en").mkdir(parents=True)
    (tmp_path / "notebooks" / "en" / lesson.name).write_text("{}", encoding="utf-8")
    handed_in = tmp_path / "my" / "group 1" / lesson.name
    handed_in.parent.mkdir()
    of_others = lesson.with_name("of a friend.ipynb"), handed_in  # what they have saved must not run unasked
    for path in (lesson, lesson.with_name("01_a lesson.before-update.ipynb"), *of_others):
        path.write_text("{}", encoding="utf-8")
    assert course.trust_command(root=tmp_path)[-2:] == ["nbformat.sign", str(lesson)]
