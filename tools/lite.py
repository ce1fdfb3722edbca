"""The course with a Python in the browser: a JupyterLite site of all lessons, made from a release of Pyodide.

    python tools/lite.py PYODIDE OUTPUT          # a folder or archive of Pyodide's full release

Everything that a lesson imports is packed: nothing is looked up in the reader's browser, no request leaves the site.
Needs ``tools/lite.txt`` installed. What takes time in the browser is done here: the list of fonts, and bytecode in
place of the modules, where this Python has the same minor version as Pyodide's. What no lesson can ask for stays out.

JupyterLite keeps what a reader has edited in the browser, by path, and shows that in place of the site's file. So the
lessons stand in a folder whose name changes with their content: a new version is new to everybody, and the page that
this writes (``index.html``) lists what the reader has edited in older ones, from the browser's own storage.
"""

import ast
import hashlib
import importlib.metadata
import importlib.util
import json
import py_compile
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

import nbformat
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LOCK = "pyodide-lock.json"
LIBRARY = "python_stdlib.zip"
INTERPRETER = ("pyodide.mjs", "pyodide.asm.wasm", LIBRARY)
# Of Pyodide's release; what they depend on comes along.
WANTED = ("numpy", "matplotlib", "ipython", "jedi", "threadpoolctl", "micropip", "traitlets", "sqlite3", "ssl")
BUILT_IN = ("sqlite3", "ssl")  # packages of older releases
# From this environment, all of it Python; the kernel's own come with jupyterlite-pyodide-kernel.
REPACKED = ("ipywidgets", "anywidget", "psygnal", "comm", "typing-extensions")
KERNEL = ("piplite", "pyodide-kernel", "ipykernel", "widgetsnbextension")
FIRST = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython", "seqlib")
LEAVES_OUT = {".so", ".pyd", ".pyc"}
# On the site, and fetched only when a cell imports them: Matplotlib names them as needed, its SVG and PNG do not.
LATER = ("fonttools", "pytz", "matplotlib-pyodide")
FONT = "NanumGothic.ttf"  # in the browser a picture's letters are the browser's own, but lesson 13 prints lines to read
SOURCE = ("seqlib",)  # what readers look into: `RNN??`, tracebacks, and lessons that show the line that computes
# What no lesson can ask for in a browser. Matplotlib's formulas look for the families of its STIX and Computer Modern
# fonts, so of each family the regular one stays.
UNUSED = {
    "": r"(^|/)tests?/|\.dist-info/(RECORD|licenses/)|\.data/|^[^/]+/(lab|nb)extension/",
    "numpy": r"/include/|\.(a|c|h|pxd|pyi)$|/f2py/",
    "matplotlib": (
        r"/sample_data/|/mpl-data/images/|/fonts/(afm|pdfcorefonts)/|/web_backend/|_tkagg|_macosx|\.pyi$"
        r"|/ttf/(DejaVuSerif|DejaVuSansMono-|DejaVuSans-BoldOblique|STIX\w*Bol)"
        r"|/backends/_?(backend_(gtk|qt|tk|wx|macosx)|qt_)"
    ),
    "pillow": r"/_(avif|imagingcms|imagingft|webp)\.[^/]*\.so$|\.pyi$",
    # Jedi lists the folder of the stubs of other people's packages, so one of them stays.
    "jedi": r"/third_party/(django-stubs/|typeshed/third_party/(?!2and3/typing_extensions))",
    "pygments": r"/lexers/(?!__init__|_mapping|python|special|_builtins)|/sphinxext",
    "ipython": r"^IPython/(sphinxext|testing/plugin)/",
}


class Problem(Exception):
    """Something the caller has to do first, in one sentence."""


# ---------------------------------------------------------------- Pyodide


def opened(pyodide, folder):
    """The folder of a release: as given, or unpacked from an archive.

    Raises
    ------
    Problem
        There is no release of Pyodide.
    """
    place = Path(pyodide)
    if place.is_file() and zipfile.is_zipfile(place):
        zipfile.ZipFile(place).extractall(folder)
        place = folder
    elif place.is_file() and tarfile.is_tarfile(place):
        with tarfile.open(place) as archive:
            archive.extractall(folder, filter="data")
        place = folder
    found = sorted(place.rglob(LOCK)) if place.is_dir() else []
    if not found:
        raise Problem(
            f"Expected a folder or archive of Pyodide's full release, with a {LOCK} in it; {pyodide} has none."
        )
    release, packages = found[0].parent, read_lock(found[0].parent)["packages"]
    lacks = [name for name in INTERPRETER if not (release / name).exists()]
    lacks += [name for name in WANTED if name not in packages and name not in BUILT_IN]
    files = {name: release / packages[name]["file_name"] for name in closure(packages, WANTED)}
    lacks += [name for name, file in files.items() if not file.exists()]
    if lacks:
        raise Problem(f"This is not Pyodide's full release: {release} lacks {', '.join(lacks[:5])}.")
    for name, file in files.items():
        if hashlib.sha256(file.read_bytes()).hexdigest() != packages[name]["sha256"]:
            raise Problem(f"{file} is not the file that {LOCK} names: unpack the release again.")
    for line in project()["dependencies"]:
        need = Requirement(line)
        has = packages[need.name]["version"] if need.name in WANTED else None  # what else it has is not taken
        if has and not need.specifier.contains(has, prereleases=True):
            raise Problem(f"The course needs {line}, and {release} has {need.name} {has}: take a newer Pyodide.")
    return release


def read_lock(release):
    try:
        lock = json.loads((release / LOCK).read_text(encoding="utf-8"))
        if lock["info"]["arch"] and lock["packages"]:
            return lock
    except (ValueError, KeyError, TypeError):
        pass
    raise Problem(
        f"Expected the list of Pyodide's packages, as its releases have it; {release / LOCK} is something else."
    )


def package(release, lock, name):
    return release / lock["packages"][name]["file_name"]


def normal(name):
    """A package's name as the lock's keys have it: prompt-toolkit, also where a package depends on prompt_toolkit."""
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(packages, names):
    """Names, and all that they depend on, in order."""
    found, left = {}, list(names)
    while left:
        name = left.pop()
        if name not in found and name in packages:
            found[name] = None
            left += map(normal, packages[name]["depends"])
    return sorted(found)


# ---------------------------------------------------------------- wheels


def trimmed(name, files):
    """The files of a package ({name: bytes}) without those that no lesson can ask for."""
    unused = re.compile("|".join(UNUSED[key] for key in ("", name) if key in UNUSED))
    return {file: content for file, content in files.items() if not unused.search(file)}


def compiled(files, minor, source=False):
    """Files of a package ({name: bytes}) with bytecode in place of each module, where this Python is Pyodide's.

    With `source` the module stays beside its bytecode. Never both otherwise: each is as large as the other.
    """
    if sys.version_info[:2] != minor:
        return files
    made = dict(files)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            if name.endswith(".py"):
                module, target = Path(folder) / "module.py", Path(folder) / "module.pyc"
                module.write_bytes(content)
                try:
                    py_compile.compile(
                        str(module), str(target), dfile=name, doraise=True, optimize=0,
                        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                    )  # fmt: skip
                except py_compile.PyCompileError:
                    continue  # a template, or for another Python
                path = Path(name)
                if source:
                    tag = f"{path.stem}.cpython-{minor[0]}{minor[1]}.pyc"
                    made[(path.parent / "__pycache__" / tag).as_posix()] = target.read_bytes()
                else:
                    made[f"{name}c"] = target.read_bytes()
                    del made[name]
    return made


def write(files, target):
    """Write a wheel; the same files give the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, files[name])


def unpacked(wheel):
    """The files of a wheel, {name: bytes}."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def installed(name):
    """The files of a package of this environment as a wheel has them; and its version."""
    found = importlib.metadata.distribution(name)
    files = {}
    for file in found.files or ():
        path = Path(found.locate_file(file))
        if path.suffix not in LEAVES_OUT and ".." not in file.parts and path.is_file():
            files[file.as_posix()] = path.read_bytes()
    if not files:
        raise Problem(f"{name} cannot be packed from this environment: install it with pip, from a wheel.")
    return files, found.version


def seqlib():
    """The course's own package with its data; and its version."""
    files = {}
    for path in sorted((ROOT / "seqlib").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            files[path.relative_to(ROOT).as_posix()] = path.read_bytes()
    for path in sorted((ROOT / "data").iterdir()):
        if path.is_file():
            files[f"seqlib/_data/{path.name}"] = path.read_bytes()
    version = project()["version"]
    return files | metadata("seqlib", version), version


def project():
    """What pyproject.toml says of the course."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def metadata(name, version="1"):
    """What makes files a package, {name: bytes}."""
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    return {f"{name.replace('-', '_')}-{version}.dist-info/METADATA": text.encode()}


def fonts(matplotlib):
    """Matplotlib's list of its own fonts as it would make it in the browser, {name: bytes}; empty if this one differs.

    The list has the version of its format. Only Matplotlib's own fonts are named, by their place within it. Pyodide's
    Matplotlib looks for the list beside its module, and the one that comes there is of another version, so it is
    never taken; others look where they keep what they found (``MPLCONFIGDIR``). Each gets it at its own place.
    """
    from matplotlib import font_manager

    source = next(text for name, text in matplotlib.items() if name.endswith("matplotlib/font_manager.py")).decode()
    tree = ast.parse(source)
    versions = [
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__version__"
        and isinstance(node.value, ast.Constant)
    ]  # fmt: skip
    if len(versions) != 1:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fonts.json"
        font_manager.json_dump(font_manager.fontManager, str(path))
        made = json.loads(path.read_text())
    inside = {name for name in matplotlib if name.endswith((".ttf", ".afm"))}
    known = {"fname", "name", "style", "variant", "weight", "stretch", "size", "__class__"}
    known |= {word for word in ("index",) if f"{word}: int" in source}
    for kind in ("ttflist", "afmlist"):
        entries = [{key: font[key] for key in font if key in known} for font in made[kind]]
        made[kind] = [font for font in entries if f"matplotlib/mpl-data/{font['fname']}" in inside]
    made["_version"] = versions[0]
    place = "matplotlib/fontlist.json" if '"fontlist.json"' in source else f"course_fonts/fontlist-v{versions[0]}.json"
    return {place: json.dumps(made).encode()}


# ---------------------------------------------------------------- the site


def interpreter(release, target, minor):
    """Write Pyodide itself to `target`, with bytecode in place of the standard library's modules."""
    for path in release.iterdir():
        if path.suffix in (".js", ".mjs", ".wasm") and path.name.startswith("pyodide."):
            shutil.copyfile(path, target / path.name)
    # It comes as source, of which each session would compile 225 modules before the first picture.
    write(compiled(unpacked(release / LIBRARY), minor), target / LIBRARY)


def pack(release, target):
    """Write the interpreter and all packages to `target`; returns the settings of the kernel."""
    lock = read_lock(release)
    minor = tuple(int(part) for part in lock["info"]["python"].split(".")[:2])
    target.mkdir(parents=True)
    interpreter(release, target, minor)
    chosen = {name: dict(lock["packages"][name]) for name in closure(lock["packages"], WANTED)}
    for entry in chosen.values():
        names = [normal(name) for name in entry["depends"]]
        entry["depends"] = [name for name in names if name in chosen and name not in LATER]
    contents = {}
    for name, entry in chosen.items():
        if entry["file_name"].endswith(".whl"):
            contents[name] = (unpacked(package(release, lock, name)), entry["version"])
        else:
            shutil.copyfile(package(release, lock, name), target / entry["file_name"])
    contents |= {name: installed(name) for name in REPACKED} | kernels() | {"seqlib": seqlib()}
    contents = {name: (trimmed(name, files), version) for name, (files, version) in contents.items()}
    found = fonts(contents["matplotlib"][0])
    contents["matplotlib"][0].update({name: text for name, text in found.items() if name.startswith("matplotlib/")})
    listed = {name: text for name, text in found.items() if name.startswith("course_fonts/")}
    contents["course-fonts"] = (listed | metadata("course-fonts"), "1")
    for name, (files, version) in contents.items():
        file = (
            Path(chosen[name]["file_name"])
            if name in chosen
            else Path(f"{name.replace('-', '_')}-{version}-py3-none-any.whl")
        )
        write(compiled(files, minor, source=name in SOURCE), target / file.name)
        digest = hashlib.sha256((target / file.name).read_bytes()).hexdigest()
        known = {"name": name, "version": version, "install_dir": "site", "package_type": "package", "depends": []}
        known |= {"imports": sorted({key.partition("/")[0] for key in files if key.endswith("/__init__.py")})}
        chosen[name] = (
            known | chosen.get(name, {}) | {"file_name": file.name, "sha256": digest, "unvendored_tests": False}
        )
    chosen["seqlib"]["depends"] = [
        "numpy",
        "matplotlib",
        "threadpoolctl",
        "course-fonts",
        *REPACKED,
        "widgetsnbextension",
    ]
    chosen["pyodide-kernel"]["depends"] = ["ipython", "ipykernel", "piplite", "jedi"]
    (target / LOCK).write_text(json.dumps({"info": lock["info"], "packages": chosen}), encoding="utf-8")
    where = f"/lib/python{minor[0]}.{minor[1]}/site-packages/course_fonts"
    options = {"lockFileURL": f"./static/pyodide/{LOCK}", "packages": list(FIRST), "env": {"MPLCONFIGDIR": where}}
    return {"pyodideUrl": "./static/pyodide/pyodide.mjs", "disablePyPIFallback": True, "loadPyodideOptions": options}


def kernels():
    """The packages that come with JupyterLite's kernel."""
    static = Path(sys.prefix, "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi")
    found = {}
    for name in KERNEL:
        wheels = sorted(static.glob(f"{name.replace('-', '_')}-*.whl"))
        found[name] = (unpacked(wheels[-1]), wheels[-1].name.split("-")[1])
    return found


def lessons(folder):
    """Put all lessons of both languages into a folder named by their content; returns its name.

    Each is as JupyterLab's server would hand it over: texts in one piece, which are lists of lines in the file, and
    outputs trusted. So saved pictures step before there is a kernel (findings/jupyterlite-lines-commas.sh).
    """
    paths = sorted((ROOT / "notebooks").glob("*/*.ipynb"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:6]
    name = f"lessons-{digest}"
    for path in paths:
        copy = folder / name / path.parent.name / path.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["metadata"]["trusted"] = True
        copy.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    for file in json.loads((ROOT / "data" / "checksums.json").read_text(encoding="utf-8")):
        if "/" in file:  # of one lesson only, and 6 MB: JupyterLite fetches them when they are read
            copy = folder / name / "data" / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / "data" / file, copy)
    font = Path(importlib.util.find_spec("koreanize_matplotlib").submodule_search_locations[0], "fonts", FONT)
    shutil.copyfile(font, folder / name / "data" / FONT)
    return name


def build(pyodide, output):
    """Build the site.

    Parameters
    ----------
    pyodide : path
        A folder, or an archive (.tar.bz2, .zip, .whl), with Pyodide's full release in it.
    output : path
        The folder for the site; what is in it is replaced.

    Returns
    -------
    dict
        ``lessons``: the name of the folder that the lessons are in, for links to them.

    Raises
    ------
    Problem
        Something is missing, in one sentence.
    """
    if (
        importlib.util.find_spec("jupyterlite_core") is None
        or importlib.util.find_spec("jupyterlite_pyodide_kernel") is None
    ):
        raise Problem("JupyterLite is not installed here: run `python -m pip install -r tools/lite.txt`, then again.")
    output = Path(output)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        release = opened(pyodide, scratch / "pyodide")
        site = scratch / "site"
        name = lessons(scratch / "files")
        kernel = pack(release, site / "static" / "pyodide")
        kernel["loadPyodideOptions"]["env"]["SEQLIB_DATA"] = f"/drive/{name}/data"
        plugin = {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}
        data = {"jupyter-lite-schema-version": 0, "jupyter-config-data": {"litePluginSettings": plugin}}
        (site / "jupyter-lite.json").write_text(json.dumps(data), encoding="utf-8")
        settings = {"apps": ["lab", "notebooks"], "contents": [str(scratch / "files")], "no_sourcemaps": True}
        settings |= {"no_unused_shared_packages": True, "lite_dir": str(site), "output_dir": str(scratch / "made")}
        config = scratch / "jupyter_lite_config.json"
        config.write_text(json.dumps({"LiteBuildConfig": settings}), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "jupyterlite_core.app",
            "build",
            "--config",
            str(config),
            "--lite-dir",
            str(site),
        ]
        run = subprocess.run(command, cwd=scratch, capture_output=True, text=True)
        if run.returncode:
            raise Problem(f"JupyterLite could not be built: {(run.stderr or run.stdout).strip().splitlines()[-1]}")
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(scratch / "made", output)
        shutil.copytree(site / "static", output / "static", dirs_exist_ok=True)
    page = (Path(__file__).parent / "lite.html").read_text(encoding="utf-8")
    titles = {
        lang: {path.name: title(path) for path in sorted((ROOT / "notebooks" / lang).glob("*.ipynb"))}
        for lang in ("en", "ko")
    }
    page = page.replace("{{now}}", json.dumps(name)).replace("{{titles}}", json.dumps(titles, ensure_ascii=False))
    (output / "index.html").write_text(page, encoding="utf-8")
    return {"lessons": name}


def title(path):
    """A lesson's title, from its first heading."""
    text = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
    return next((line.lstrip("# ") for line in text.splitlines() if line.startswith("#")), path.stem)


def main(arguments):
    if len(arguments) != 2:
        print("Expected two names: python tools/lite.py PYODIDE OUTPUT", file=sys.stderr)
        return 2
    try:
        print("Lessons are in", build(*arguments)["lessons"])
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
