"""Changes every operator and constant of `seqlib/nn` and `seqlib/study`, one at a time: does a test notice?

    python -m tools.mutation                                  # both folders: hours, so begin it in the evening
    python -m tools.mutation seqlib/nn/optim.py               # one file: minutes
    python -m tools.mutation --again seqlib/nn/optim.py       # only what survived the last time

Cosmic Ray (an environment of its own in `.tools`) makes the changes. A first run notes which lines each test
runs, and for how long. A change is then tried with those that run its line, the quickest first, until one fails,
in a process of its own, which may compute five times as long as the tests did: a loop without end is noticed, too.
Results are kept in `.tools/mutation.json`, and what was killed is not tried again.

What survives is printed, unless `docs/mutation.md` says why no test can tell. The command fails when less than 97 % are
killed, or one survives without a word. It needs `os.fork`: Linux or macOS.
"""

import argparse
import hashlib
import importlib
import importlib.abc
import importlib.util
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path

from tools.throwaway import ROOT, TOOLS, NoIndex, environment

WITH = "cosmic-ray==8.7.0"
FOLDERS = ("seqlib/nn", "seqlib/study")
KEPT = TOOLS / "mutation.json"
EXPLAINED = ROOT / "docs" / "mutation.md"
ENOUGH = 0.97
AT_MOST = 20  # seconds of tests for one change
PYTEST = ["-q", "-x", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
PYTEST += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # hypothesis is imported before it
# Tests of these take in what has none of its own; all others are in tests/…/test_NAME.py.
ELSEWHERE = {
    "seqlib/nn/cell.py": ("tests/nn/test_rnn.py", "tests/nn/test_equations.py", "tests/nn/test_tokens.py"),
    "seqlib/nn/passes.py": ("tests/nn/test_workspace.py", "tests/nn/test_rnn.py", "tests/nn/test_tokens.py"),
    "seqlib/nn/program.py": ("tests/nn/test_equations.py", "tests/nn/test_workspace.py", "tests/nn/test_own_cells.py"),
    "seqlib/nn/step.py": ("tests/nn/test_model.py", "tests/nn/test_tokens.py", "tests/nn/test_workspace.py"),
    "seqlib/nn/functions.py": ("tests/nn/test_functions.py", "tests/nn/test_gate_functions.py"),
    "seqlib/nn/train.py": ("tests/nn/test_train.py", "tests/nn/test_interrupts.py", "tests/nn/test_workspace.py"),
}


def tests_of(path):
    """The test files of a file."""
    folder, name = Path(path).parts[1:3]
    own = f"tests/{folder}/test_{name}"
    return ELSEWHERE.get(path) or ((own,) if (ROOT / own).exists() else (f"tests/{folder}",))


# --- in a process of its own ------------------------------------------------------------------------------------------


class Changed(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Lets one module have another source than its file, for as long as this process lives."""

    def __init__(self, path, source):
        self.path, self.source = str(ROOT / path), source
        self.module = path.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")

    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.module else None

    def get_filename(self, name):
        return self.path

    def get_data(self, path):
        return self.source.encode()

    def path_stats(self, path):
        raise OSError  # nothing is taken from, or written into, a cache


class Chosen:
    """A pytest plugin: only these tests, in this order."""

    def __init__(self, order):
        self.place = {name: n for n, name in enumerate(order)}

    def pytest_collection_modifyitems(self, items):
        items[:] = sorted((i for i in items if i.nodeid in self.place), key=lambda item: self.place[item.nodeid])


class Noted:
    """A pytest plugin: which lines a test runs, and how long it computes."""

    def __init__(self, coverage):
        self.coverage, self.seconds = coverage, {}

    def pytest_runtest_logstart(self, nodeid, location):
        self.coverage.switch_context(nodeid)
        self.began = time.process_time()

    def pytest_runtest_logfinish(self, nodeid, location):
        self.seconds[nodeid] = time.process_time() - self.began
        self.coverage.switch_context("")


def quick():
    """Hypothesis as it should be here: the same examples every time, and none made smaller."""
    from hypothesis import Phase, settings

    settings.register_profile("mutation", phases=(Phase.explicit, Phase.generate), database=None, derandomize=True)
    settings.load_profile("mutation")


def noted(files, to):
    """Run the tests, and write what they ran and how long it took."""
    import coverage
    import pytest

    quick()
    measured = coverage.Coverage(data_file=None, source=[str(ROOT / folder) for folder in FOLDERS])
    measured.start()
    plugin = Noted(measured)
    code = pytest.main([*(arg for arg in PYTEST if arg != "-x"), *files], plugins=[plugin])
    measured.stop()
    data = measured.get_data()
    lines = {
        str(Path(file).relative_to(ROOT)): {n: of for n, of in data.contexts_by_lineno(file).items()}
        for file in data.measured_files()
    }
    Path(to).write_text(json.dumps({"code": int(code), "lines": lines, "seconds": plugin.seconds}), encoding="utf-8")


def tried(mutant, tests, limit):
    """Run the tests on a change; ends the process with pytest's exit code."""
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        import pytest

        quick()
        sys.meta_path.insert(0, Changed(mutant["path"], mutant["source"]))
        files = sorted({test.partition("::")[0] for test in tests})
        return int(pytest.main([*PYTEST, *files], plugins=[Chosen(tests)]))


# --- around it --------------------------------------------------------------------------------------------------------


def apart(work, *arguments, wall=None):
    """Do `work` in a forked process: its exit code, or minus the signal that ended it."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.setpgid(0, 0)
            code = work(*arguments) or 0
        except BaseException:  # such as a change that cannot be imported
            code = 1
        finally:
            os._exit(code)
    until = time.monotonic() + (wall or 1e9)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG if wall else 0)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            wall = None
        time.sleep(0.02)


@cache
def baseline(files):
    """{"lines": {file: {line: [test, …]}}, "seconds": {test: seconds}} of the tests; kept until one changes."""
    texts = [path.read_bytes() for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    texts += [path.read_bytes() for name in files for path in sorted(_python(ROOT / name))]
    kept = TOOLS / f"mutation-{hashlib.sha256(b''.join(texts)).hexdigest()[:12]}.json"
    if not kept.exists():
        print(f"the tests as they are: {' '.join(files)}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "noted.json"
            apart(noted, files, file)
            text = file.read_text(encoding="utf-8") if file.exists() else '{"code": 1}'
        known = json.loads(text)
        if known["code"]:
            sys.exit("The tests fail before anything is changed: see pytest.")
        path = next(iter(known["lines"]))  # or else everything would be "killed" by the way in which it is tried
        unchanged = {"path": path, "line": 0, "source": (ROOT / path).read_text(encoding="utf-8")}
        if apart(tried, unchanged, chosen(unchanged, known)[0], 600):
            sys.exit("The tests fail where nothing is changed, in a process of their own.")
        kept.write_text(text, encoding="utf-8")
    return json.loads(kept.read_text(encoding="utf-8"))


def _python(path):
    return path.rglob("*.py") if path.is_dir() else [path]


def chosen(mutant, known):
    """The tests that run a change's line, the quickest first; all of them for what runs when a module is imported."""
    seconds = known["seconds"]
    tests = [name for name in known["lines"].get(mutant["path"], {}).get(str(mutant["line"]), ()) if name in seconds]
    tests, total, enough = sorted(tests or seconds, key=seconds.get), 0, []
    for test in tests:
        total += seconds[test]
        if enough and total > AT_MOST:
            break
        enough.append(test)
    return enough, min(total, AT_MOST)


def explained():
    """{(file, line as it is, line as changed)} of the table in docs/mutation.md."""
    rows = set()
    for line in EXPLAINED.read_text(encoding="utf-8").splitlines() if EXPLAINED.exists() else ():
        cells = [cell.strip().strip("`").replace("\0", "|") for cell in line.replace("\\|", "\0").split("|")]
        if len(cells) == 6 and cells[1].endswith(".py"):
            rows.add(tuple(cells[1:4]))
    return rows


def main(arguments=None):
    """Try all changes, print what survives; 1 if that is too much."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="*", default=FOLDERS, help="files or folders (default: both folders)")
    parser.add_argument("--again", action="store_true", help="only what survived the last time")
    told = parser.parse_args(arguments)
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ[name] = "1"
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # no test here needs one, and they take longer than a test
    os.chdir(ROOT)
    paths = sorted({str(p.resolve().relative_to(ROOT)) for name in told.paths for p in _python(Path(name))})
    try:
        python = environment("mutation", WITH)
    except NoIndex as problem:
        sys.exit(str(problem))
    listed = subprocess.run([str(python), str(ROOT / "tools" / "mutants.py"), *paths], capture_output=True, check=True)
    mutants = [m for m in json.loads(listed.stdout) if "strict=" not in m["old"] or m["kind"][-5:] != "False"]
    results = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    for name in ("numpy.testing", "pytest", "hypothesis.strategies", "torch"):  # once, and not in every process
        if importlib.util.find_spec(name.partition(".")[0]):
            importlib.import_module(name)
    for mutant in mutants:
        key = hashlib.sha256((mutant["path"] + mutant["source"]).encode()).hexdigest()[:16]
        mutant["key"], known = key, results.get(key)
        if known == "killed" or (told.again and known is None) or (known and not told.again):
            continue
        tests, seconds = chosen(mutant, baseline(tests_of(mutant["path"])))
        limit = int(5 + 5 * seconds)
        code = apart(tried, mutant, tests, limit, wall=40 * limit)
        results[key] = "survived" if code == 0 else "killed"
        KEPT.write_text(json.dumps(results), encoding="utf-8")
        if code == 0:
            print(f"{mutant['path']}:{mutant['line']}: {mutant['old']}  ->  {mutant['new']}", flush=True)
    return report([m for m in mutants if m["key"] in results], results)


def report(mutants, results):
    """Print what share was killed, and what survived without a word in docs/mutation.md."""
    why, unexplained, failed = explained(), [], False
    for path in sorted({mutant["path"] for mutant in mutants}):
        of_file = [mutant for mutant in mutants if mutant["path"] == path]
        alive = [mutant for mutant in of_file if results[mutant["key"]] == "survived"]
        unexplained += [m for m in alive if (path, m["old"], m["new"]) not in why]
        print(f"{path:36} {len(of_file) - len(alive):4} of {len(of_file):4} killed, {len(alive)} survived")
    killed = sum(results[mutant["key"]] == "killed" for mutant in mutants)
    if unexplained:
        print("\nSurvived, and not explained in docs/mutation.md:")
        print("\n".join(f"{m['path']}:{m['line']}: {m['old']}  ->  {m['new']}" for m in unexplained))
        failed = True
    share = killed / max(1, len(mutants))
    print(f"\n{killed} of {len(mutants)} killed: {share:.1%}")
    return int(failed or share < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
