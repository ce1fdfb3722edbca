"""seqlib, installed as a package elsewhere: its data come with it."""

import os
import subprocess
import sys
import zipfile

import pytest

from tests.conftest import ROOT, missing

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [*PIP, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if built.returncode and "hatchling" in built.stderr:
        missing("hatchling, which builds the package", f"it comes by the network.\n{built.stderr[-1000:]}")
    assert built.returncode == 0, built.stderr[-3000:]
    return next(folder.glob("seqlib-*.whl"))


def test_the_wheel_holds_the_package_and_all_data(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for file in (ROOT / "data").iterdir():
        if file.is_file():
            assert f"seqlib/_data/{file.name}" in names
    for file in (ROOT / "seqlib").rglob("*"):
        if file.suffix in (".py", ".js", ".css"):
            assert file.relative_to(ROOT).as_posix() in names
    assert all(name.startswith(("seqlib/", "seqlib-")) for name in names), "nothing else lands beside other packages"


def test_an_installed_package_finds_its_data(wheel, tmp_path):
    subprocess.run([*PIP, "install", "--no-deps", "--target", str(tmp_path), str(wheel)], check=True, timeout=120)
    program = "from seqlib import data; print(data.__file__, len(data.sunspots()[1]), bool(data.adding_runs()))"
    run = [sys.executable, "-c", program]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    out = subprocess.run(run, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert out.stdout.split()[1:] == ["309", "True"], out.stderr
    assert out.stdout.startswith(str(tmp_path)), "it is the installed one, not this repository's"
