"""The site with Python in the browser: what is packed, and what is said where something is missing."""

import copy
import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile

import matplotlib
import pytest

from seqlib import data
from seqlib.draw import reading
from seqlib.widgets import compare, training
from tests.conftest import ROOT
from tools import lite


@pytest.fixture
def release(tmp_path):
    """A folder that looks like Pyodide's release, with one package in place of each that is wanted."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    packages = {}
    for name in (*lite.WANTED, "six"):
        file = f"{name}-1-py3-none-any.whl"
        with zipfile.ZipFile(folder / file, "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "x = 1\n")
        depends, digest = (
            ["six"] if name == "matplotlib" else [],
            hashlib.sha256((folder / file).read_bytes()).hexdigest(),
        )
        version = {"numpy": "2.4.6", "matplotlib": "3.10.8", "threadpoolctl": "3.5.0"}.get(name, "1")
        packages[name] = {"name": name, "version": version, "file_name": file, "depends": depends, "sha256": digest}
    minor = ".".join(str(part) for part in sys.version_info[:2])
    lock = {"info": {"arch": "wasm32", "python": f"{minor}.0", "version": "0"}, "packages": packages}
    (folder / lite.LOCK).write_text(json.dumps(lock))
    for name in lite.INTERPRETER:
        (folder / name).write_bytes(b"")
    return folder


def test_a_release_is_found_in_a_folder_or_an_archive(release, tmp_path):
    assert lite.opened(release, tmp_path / "scratch") == lite.opened(release.parent, tmp_path / "scratch") == release
    for archive, kind in (("a.zip", "zip"), ("b.tar.bz2", "bztar")):
        stem = str(tmp_path / archive.partition(".")[0])
        assert lite.opened(lite.shutil.make_archive(stem, kind, release.parent, "pyodide"), tmp_path / kind).is_dir()


def test_what_is_no_release_is_one_sentence(release, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    for wrong in (empty, tmp_path / "nowhere", ROOT / "course.py"):
        with pytest.raises(lite.Problem, match=rf"^Expected a folder or archive of Pyodide's .* {wrong} has none\.$"):
            lite.opened(wrong, tmp_path / "scratch")
    (release / "six-1-py3-none-any.whl").write_bytes(b"cut off")
    with pytest.raises(lite.Problem, match=r"six-1-py3-none-any\.whl is not the file that pyodide-lock.json names"):
        lite.opened(release, tmp_path / "scratch")
    (release / "six-1-py3-none-any.whl").unlink()  # the package of npm has the interpreter, and no packages
    with pytest.raises(lite.Problem, match=r"^This is not Pyodide's full release: .* lacks six\.$"):
        lite.opened(release, tmp_path / "scratch")
    (release / lite.LOCK).write_text("{}")
    with pytest.raises(lite.Problem, match=r"is something else\.$"):
        lite.opened(release, tmp_path / "scratch")


@pytest.mark.parametrize(("name", "old", "needs"), [("matplotlib", "3.8.4", ">=3.10"), ("numpy", "1.26.4", ">=2")])
def test_a_release_with_too_old_a_package_is_one_sentence(release, tmp_path, name, old, needs):
    lock = json.loads((release / lite.LOCK).read_text())
    lock["packages"][name]["version"] = old
    (release / lite.LOCK).write_text(json.dumps(lock))
    sentence = rf"^The course needs {name}{needs}, and .* has {name} {re.escape(old)}: take a newer Pyodide\.$"
    with pytest.raises(lite.Problem, match=sentence):
        lite.opened(release, tmp_path / "scratch")


def test_a_dependency_is_found_however_it_is_spelled():
    packages = {"ipython": {"depends": ["Prompt_toolkit"]}, "prompt-toolkit": {"depends": ["gone"]}}
    assert lite.closure(packages, ["ipython"]) == ["ipython", "prompt-toolkit"]


def test_modules_are_compiled_for_the_same_python_only():
    files = {"a/__init__.py": b"x = 1\n", "a/broken.py": b"x = (\n", "a/data.txt": b""}
    made = lite.compiled(files, sys.version_info[:2])
    assert set(made) == {"a/__init__.pyc", "a/broken.py", "a/data.txt"}  # one of both, and what compiles only
    assert made["a/__init__.pyc"][4] == 1  # by hash, never looked at: a wheel has no times
    beside = lite.compiled(files, sys.version_info[:2], source=True)
    tag = f"cpython-{sys.version_info[0]}{sys.version_info[1]}"
    assert set(beside) - set(files) == {f"a/__pycache__/__init__.{tag}.pyc"} and set(files) < set(beside)
    assert lite.compiled(files, (3, 0)) == files


@pytest.mark.parametrize(
    ("name", "kept", "dropped"),
    [
        ("numpy", ["numpy/_core/_multiarray_umath.so", "numpy/testing/__init__.py"], ["numpy/_core/tests/a.py"]),
        ("matplotlib", ["matplotlib/backends/backend_svg.py", "matplotlib/backends/_backend_agg.cpython-314.so"],
         ["matplotlib/backends/backend_qt5agg.py", "matplotlib/backends/_tkagg.cpython-314.so"]),
        ("pillow", ["PIL/_imaging.cpython-314.so"], ["PIL/_webp.cpython-314.so", "PIL/_imagingft.cpython-314.so"]),
        ("jedi",
         [f"jedi/third_party/typeshed/{file}.pyi" for file in ("stdlib/3/ast", "third_party/2and3/typing_extensions")],
         ["jedi/third_party/typeshed/third_party/2and3/six/__init__.pyi"]),
        ("pygments", ["pygments/lexers/python.py", "pygments/lexers/__init__.py"], ["pygments/lexers/lilypond.py"]),
        ("anywidget", ["anywidget/widget.py", "anywidget-1.dist-info/METADATA"],
         ["anywidget/labextension/a.js", "anywidget-1.dist-info/RECORD"]),
    ],
)  # fmt: skip
def test_what_no_lesson_can_ask_for_stays_out(name, kept, dropped):
    assert list(lite.trimmed(name, dict.fromkeys([*kept, *dropped], b""))) == kept


def test_the_fonts_that_pictures_ask_for_stay():
    """DejaVu Sans, and what Matplotlib's formulas look for before they draw: no family of them is lost."""
    from matplotlib import font_manager

    folder = lite.Path(matplotlib.__file__).parent
    files = {path.relative_to(folder.parent).as_posix(): b"" for path in (folder / "mpl-data/fonts/ttf").glob("*.ttf")}
    kept = {lite.Path(file).name for file in lite.trimmed("matplotlib", files)}
    names = {font.name: [] for font in font_manager.fontManager.ttflist if lite.Path(font.fname).is_relative_to(folder)}
    for font in font_manager.fontManager.ttflist:
        if lite.Path(font.fname).is_relative_to(folder):
            names[font.name].append(lite.Path(font.fname).name in kept)
    assert {name for name, stays in names.items() if not any(stays)} == {"DejaVu Serif", "DejaVu Serif Display"}
    assert {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSansMono.ttf"} <= kept


def test_the_list_of_fonts_lies_where_pyodides_matplotlib_looks():
    source = b'__version__ = "9"\nfm_path = Path(__file__).parent.joinpath("fontlist.json")\n'
    assert list(lite.fonts({"matplotlib/font_manager.py": source})) == ["matplotlib/fontlist.json"]


def test_a_wheel_is_the_same_every_time(tmp_path):
    for name in ("one", "two"):
        lite.write({"b.py": b"1", "a.py": b"2"}, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert lite.unpacked(tmp_path / "one") == {"a.py": b"2", "b.py": b"1"}


def test_what_comes_from_this_environment_is_python_only():
    files, version = lite.installed("psygnal")
    assert "psygnal/__init__.py" in files and re.match(r"\d", version)
    assert not [name for name in files if name.endswith((".so", ".pyd", ".pyc")) or ".." in name]


def test_seqlib_comes_with_its_data_and_its_pictures_scripts():
    files, _ = lite.seqlib()
    assert {"seqlib/__init__.py", "seqlib/_data/README.md", "seqlib/widgets/js/player.js"} <= set(files)
    assert not [name for name in files if "__pycache__" in name]


def test_every_data_file_is_on_the_site_once(tmp_path):
    listed = set(json.loads((ROOT / "data" / "checksums.json").read_text(encoding="utf-8")))
    with_seqlib = {name.removeprefix("seqlib/_data/") for name in lite.seqlib()[0]} & listed
    folder = tmp_path / lite.lessons(tmp_path) / "data"
    beside = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert with_seqlib | beside == listed | {lite.FONT} and not with_seqlib & beside
    assert lite.FONT in beside


def test_lesson_13_prints_korean_with_the_font_beside_the_lessons(tmp_path, monkeypatch):
    from matplotlib import font_manager

    bare = copy.copy(font_manager.fontManager)
    bare.ttflist = [font for font in bare.ttflist if font.name not in reading.ELSEWHERE]
    monkeypatch.setattr(font_manager, "fontManager", bare)
    monkeypatch.setattr(data, "ELSEWHERE", None)
    reading._take_font.cache_clear()
    with pytest.raises(reading.Unreadable):
        reading._fonts("순환")
    monkeypatch.setattr(data, "ELSEWHERE", str(tmp_path / lite.lessons(tmp_path) / "data"))
    reading._take_font.cache_clear()
    assert reading._fonts("순환") == ["NanumGothic", reading.LATIN]
    reading._take_font.cache_clear()


def test_seqlib_finds_what_lies_beside_the_lessons(tmp_path, monkeypatch):
    package = tmp_path / "packed"
    package.mkdir()
    shutil.copy(ROOT / "data" / "checksums.json", package)
    monkeypatch.setattr(data, "FOLDER", package)
    monkeypatch.setattr(data, "ELSEWHERE", None)
    with pytest.raises(FileNotFoundError, match=r"data/silero/weights\.safetensors is missing"):
        data.silero_weights()
    monkeypatch.setattr(data, "ELSEWHERE", str(ROOT / "data"))
    assert data.silero_weights() == ROOT / "data" / "silero" / "weights.safetensors"


def test_matplotlib_finds_its_list_of_fonts(tmp_path, monkeypatch):
    """This Matplotlib takes the list, and so does not look through fonts; fonts of this machine are not in it."""
    from matplotlib import font_manager

    folder = lite.Path(matplotlib.__file__).parent
    inside = [folder / "font_manager.py", *(folder / "mpl-data" / "fonts").rglob("*.[ta][tf][fm]")]
    [(name, content)] = lite.fonts(
        {path.relative_to(folder.parent).as_posix(): path.read_bytes() for path in inside}
    ).items()
    assert name.startswith("course_fonts/")
    (tmp_path / lite.Path(name).name).write_bytes(content)
    monkeypatch.setattr(matplotlib, "get_cachedir", lambda: str(tmp_path))
    monkeypatch.setattr(font_manager.FontManager, "__init__", lambda *_: pytest.fail("it looks through fonts"))
    taken = font_manager._load_fontmanager()
    assert taken.findfont("DejaVu Sans").startswith(str(folder))
    assert {lite.Path(font.fname).is_relative_to(folder) for font in taken.ttflist} == {True}


def test_pyodides_own_modules_are_bytecode(tmp_path):
    minor, kept = sys.version_info[:2], {"pyodide.mjs": b"1", "pyodide.asm.wasm": b"2"}
    release, target = tmp_path / "release", tmp_path / "site"
    for folder in (release, target):
        folder.mkdir()
    for name, content in (kept | {"other.wasm": b"3"}).items():
        (release / name).write_bytes(content)
    lite.write({"json/__init__.py": b"x = 1\n", "data.txt": b"4"}, release / lite.LIBRARY)
    lite.interpreter(release, target, minor)
    assert {path.name for path in target.iterdir()} == {*kept, lite.LIBRARY}
    assert set(lite.unpacked(target / lite.LIBRARY)) == {"json/__init__.pyc", "data.txt"}
    places = [str(target / lite.LIBRARY), *sys.path]
    run = "import json, sys; sys.exit(json.x - 1)"  # this Python takes them from the archive
    assert subprocess.run([sys.executable, "-c", f"import sys; sys.path = {places!r}; {run}"]).returncode == 0


def test_lessons_stand_under_a_name_of_their_content(tmp_path):
    name = lite.lessons(tmp_path)
    saved = json.loads((tmp_path / name / "ko" / "04_unrolling.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in saved["cells"] if cell["cell_type"] == "code"]
    assert code and all(cell["metadata"]["trusted"] for cell in code)  # the pictures step at once
    html = [output["data"]["text/html"] for cell in code for output in cell["outputs"] if "data" in output]
    assert any("<script" in text for text in html)  # JupyterLite puts a comma between the lines of a list
    assert len(list((tmp_path / name).glob("*/*.ipynb"))) == len(list((ROOT / "notebooks").glob("*/*.ipynb")))
    assert re.fullmatch(r"lessons-\w{6}", name)
    page = (ROOT / "tools" / "lite.html").read_text(encoding="utf-8")
    assert 'id="jupyter-config-data"' in page  # without it no page of JupyterLite starts
    assert "{{now}}" in page and "{{titles}}" in page


def test_a_training_in_the_browser_says_that_it_cannot_be_stopped_or_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(training, "CLICKS_ARRIVE", False)
    for module in (training, compare):
        monkeypatch.setattr(module, "display", lambda view: None)
    started = []
    for kind in (training.Live, compare.CopyRace):
        monkeypatch.setattr(kind, "start", lambda view: started.append("start"))
        monkeypatch.setattr(kind, "run", lambda view: started.append("run"))
    training.live(None, [], None, 5)
    compare.copy_race(lag=3)
    assert started == ["start", "start"]
    shown = []
    monkeypatch.setattr(training, "display", shown.append)
    monkeypatch.setattr(training, "train", lambda *_, **__: training.History([], [], stopped=False))
    training.fit(None, [], None, 5)
    assert shown[0].button.disabled and shown[0].button.description == "cannot be stopped here"


def test_the_command_says_what_it_needs(capsys, tmp_path, monkeypatch):
    assert lite.main(["one"]) == 2
    monkeypatch.setattr(lite.importlib.util, "find_spec", lambda name: None)
    assert lite.main(["a", "b"]) == 1
    assert capsys.readouterr().err.endswith("run `python -m pip install -r tools/lite.txt`, then again.\n")
