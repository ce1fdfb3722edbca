"""Changes every operator and constant of `seqlib/nn` and `seqlib/study`, one at a time: does a test notice?

    python -m tools.mutation                                  # both folders: hours, so begin it in the evening
    python -m tools.mutation seqlib/nn/optim.py               # one file: minutes
    python -m tools.mutation --sample 250 --seed 1            # a random sample over all files
    python -m tools.mutation --again seqlib/nn/optim.py       # only what survived the last time, with more tests

Cosmic Ray (an environment of its own in `.tools`) makes the changes. A first run of each test file notes which lines
its tests run, and for how long; a test that computes longer than a second is left out, and one that waits for five
minutes ends the run, the second time in a sentence. A change is then tried with those tests of its own test files that
run its line, the quickest first, until one fails: in a process that is split off where all tests are collected, by
giving the functions that live there their changed code. What is no code of a function, or survives and is asked for
again, is tried with a module that is changed before anything imports it, and in the latter case also with all others of
`tests/nn` and `tests/study` that run its line. A process may compute five times as long as the tests did: a loop
without end is noticed, too. Results are kept in `.tools/mutation.json`, and what was killed is not tried again
until its function, or class, is another.

What survives is printed, unless `docs/mutation.md` says why no test can tell. The command fails when less than 97 % are
killed, or one survives without a word. It needs `os.fork`: Linux or macOS.
"""

import argparse
import ast
import faulthandler
import gc
import hashlib
import importlib
import importlib.abc
import importlib.util
import io
import json
import math
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType

from tools.throwaway import ROOT, TOOLS, NoIndex, environment

WITH = "cosmic-ray==8.7.0"
FOLDERS = ("seqlib/nn", "seqlib/study")
KEPT = TOOLS / "mutation.json"
EXPLAINED = ROOT / "docs" / "mutation.md"
ENOUGH = 0.97
AT_MOST = 20  # seconds of tests for one change, of its own and of others
QUICK = 1  # second that a test may compute
WAITS = 300  # seconds by the clock that a test may take: it may wait for what never comes, and computes nothing then
PYTEST = ["-q", "-x", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
PYTEST += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # hypothesis is imported before it
# Tests of these take in what has none of its own; all others are in tests/…/test_NAME.py.
ELSEWHERE = {
    "seqlib/nn/cell.py": (
        "tests/nn/test_rnn.py", "tests/nn/test_equations.py", "tests/nn/test_tokens.py", "tests/nn/test_dense.py",
    ),
    "seqlib/nn/lstm.py": ("tests/nn/test_lstm.py", "tests/nn/test_gate_functions.py"),
    "seqlib/nn/gru.py": ("tests/nn/test_gru.py", "tests/nn/test_gru_reset_after.py", "tests/nn/test_gate_functions.py"),
    "seqlib/nn/passes.py": ("tests/nn/test_workspace.py", "tests/nn/test_tokens.py", "tests/nn/test_own_cells.py"),
    "seqlib/nn/program.py": (
        "tests/nn/test_equations.py", "tests/nn/test_tokens.py", "tests/nn/test_workspace.py",
        "tests/nn/test_own_cells.py",
    ),
    "seqlib/nn/step.py": ("tests/nn/test_model.py", "tests/nn/test_tokens.py", "tests/nn/test_workspace.py"),
    "seqlib/nn/stacked.py": ("tests/nn/test_stacked.py", "tests/nn/test_tokens.py"),
    "seqlib/nn/functions.py": ("tests/nn/test_functions.py", "tests/nn/test_gate_functions.py"),
    "seqlib/nn/train.py": ("tests/nn/test_train.py", "tests/nn/test_interrupts.py", "tests/nn/test_workspace.py"),
    "seqlib/study/bptt.py": ("tests/study/test_bptt.py", "tests/study/test_bptt_cells.py"),
    "seqlib/study/conventions.py": ("tests/study/test_conventions.py", "tests/study/test_libraries.py"),
    "seqlib/study/gradcheck.py": ("tests/study/test_gradcheck.py", "tests/nn/test_own_cells.py"),
    "seqlib/study/after/cells.py": ("tests/study/test_after.py", "tests/nn/test_own_cells.py"),
    "seqlib/study/after/": ("tests/study/test_after.py",),
    "seqlib/study/real/": ("tests/study/real", "tests/study/test_real_opus.py", "tests/study/test_real_silero.py"),
}


def tests_of(path):
    """The test files of a file."""
    folder, name = Path(path).parts[1:3]
    own = f"tests/{folder}/test_{name}"
    elsewhere = [names for begin, names in ELSEWHERE.items() if path.startswith(begin)]
    names = elsewhere[0] if elsewhere else (own,) if (ROOT / own).exists() else ()
    return [file for name in names for file in test_files(name)]


def test_files(name):
    """The test files of a folder, or the file itself."""
    return sorted(str(p.relative_to(ROOT)) for p in _python(ROOT / name) if p.name.startswith("test_"))


def module_of(path):
    """What a file is imported as."""
    return path.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")


# --- in a process of its own ------------------------------------------------------------------------------------------


class Changed(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Lets one module have another source than its file, for as long as this process lives."""

    def __init__(self, path, source):
        self.path, self.source, self.module = str(ROOT / path), source, module_of(path)

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


IN_A_TEST = ("pytest_pyfunc_call", "pytest_fixture_setup")
HOLD_LOCKS = ("coverage", "threading", "importlib", "_pytest", "pluggy")


def may_be_cut(frame):
    """Whether a frame is in a test, and in nothing that an exception would leave half done: a lock, an import."""
    while frame and frame.f_code.co_name not in IN_A_TEST:
        if frame.f_globals.get("__name__", "").partition(".")[0] in HOLD_LOCKS:
            return False
        frame = frame.f_back
    return frame is not None


class Noted:
    """A pytest plugin: which lines a test runs, and how long it computes; what is not quick is cut short.

    What does not end by the clock ends the process, which says on `stderr` where it was.
    """

    def __init__(self, coverage, stderr):
        self.coverage, self.stderr, self.seconds, self.left_out = coverage, stderr, {}, set()
        signal.signal(signal.SIGPROF, self.cut)

    def cut(self, _, frame):
        import pytest

        if may_be_cut(frame):
            pytest.skip("not quick")
        signal.setitimer(signal.ITIMER_PROF, QUICK / 100)  # soon again

    def pytest_runtest_logstart(self, nodeid, location):
        faulthandler.dump_traceback_later(WAITS, exit=True, file=self.stderr)
        self.coverage.switch_context(nodeid)
        signal.setitimer(signal.ITIMER_PROF, QUICK)
        self.began = time.process_time()

    def pytest_runtest_logreport(self, report):
        if not report.passed:  # some compare times, and lines that are noted take longer
            self.left_out.add(report.nodeid)

    def pytest_runtest_logfinish(self, nodeid, location):
        signal.setitimer(signal.ITIMER_PROF, 0)
        if nodeid not in self.left_out:
            self.seconds[nodeid] = time.process_time() - self.began
        self.coverage.switch_context("")


def quick():
    """Hypothesis as it should be here: the same examples every time, and none made smaller."""
    from hypothesis import Phase, settings

    settings.register_profile("mutation", phases=(Phase.explicit, Phase.generate), database=None, derandomize=True)
    settings.load_profile("mutation")


def noted(file, to):
    """Run the tests, and write what they ran and how long it took."""
    import coverage
    import pytest

    quick()
    measured = coverage.Coverage(data_file=None, source=[str(ROOT / folder) for folder in FOLDERS])
    plugin = Noted(measured, os.dup(2))  # pytest captures the other
    measured.start()
    for path in (path for folder in FOLDERS for path in sorted(_python(ROOT / folder))):
        # Or else what importing runs would be noted of the one test that is the first to need a module.
        importlib.import_module(module_of(str(path.relative_to(ROOT))))
    code = pytest.main([*(arg for arg in PYTEST if arg != "-x"), "-p", "no:faulthandler", file], plugins=[plugin])
    measured.stop()
    data = measured.get_data()
    lines = {
        str(Path(source).relative_to(ROOT)): data.contexts_by_lineno(source)
        for source in data.measured_files()
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


NOT_IN_PLACE = 2  # an exit code: this change has to be there before a module is imported


def living(path):
    """The functions of a file that are there, wherever they are held."""
    made = [one for one in gc.get_objects() if type(one) is FunctionType]
    return [function for function in made if function.__code__.co_filename == str(ROOT / path)]


def change_in_place(path, source, functions):
    """Give the functions of a file the code and the defaults that `source` has.

    Returns False, and changes nothing, where the sources differ in more than that: in what importing runs.
    """
    file, module = str(ROOT / path), module_of(path)
    trees = [ast.parse(text) for text in ((ROOT / path).read_text(encoding="utf-8"), source)]
    before, after = ({node: given for node, given in _defaults_taken(tree)} for tree in trees)
    codes = {}
    if not _alike(*(compile(tree, file, "exec", dont_inherit=True) for tree in trees), codes):
        return False
    defaults = {}
    for (node, (values, only)), old in zip(after.items(), before.values(), strict=True):
        if [ast.dump(one) for part in (values, only.values()) for one in part] != [
            ast.dump(one) for part in (old[0], old[1].values()) for one in part
        ]:
            line = min(one.lineno for one in (node, *node.decorator_list))
            known = vars(sys.modules[module])
            defaults[node.name, line] = (
                tuple(_value(one, known) for one in values),
                {name: _value(one, known) for name, one in only.items()},
            )
    for function in functions:
        code = function.__code__
        if (code.co_qualname, code.co_firstlineno) in codes:
            function.__code__ = codes[code.co_qualname, code.co_firstlineno]
            if (code.co_name, code.co_firstlineno) in defaults:
                function.__defaults__, function.__kwdefaults__ = defaults[code.co_name, code.co_firstlineno]
    return True


def _defaults_taken(tree):
    """Take the defaults from the functions of a module and its classes: (function, (values, {name: value}))."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from _defaults_taken(node)
        if isinstance(node, ast.FunctionDef):
            only = {one.arg: value for one, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)}
            yield node, (node.args.defaults, {name: value for name, value in only.items() if value is not None})
            node.args.defaults, node.args.kw_defaults = [], [None] * len(only)


def _value(expression, known):
    return eval(compile(ast.Expression(expression), "", "eval"), known)


def _alike(one, other, codes):
    """Is what importing runs the same? The functions of `other` are noted in `codes`."""
    constants = [[c if isinstance(c, CodeType) else repr(c) for c in code.co_consts] for code in (one, other)]
    if (one.co_code, one.co_names, len(constants[0])) != (other.co_code, other.co_names, len(constants[1])):
        return False
    for a, b in zip(*constants, strict=True):
        if isinstance(a, str) or isinstance(b, str):
            same = a == b
        elif a.co_flags & 2 and (a.co_name[0] != "<" or a.co_name == "<lambda>"):  # a function
            codes |= {(code.co_qualname, code.co_firstlineno): code for code in _with_inner(b)}
            same = True
        else:
            same = _alike(a, b, codes)
        if not same:
            return False
    return True


def _with_inner(code):
    """A function's code and that of those with a name in it, which may live already: a decorator has run."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType) and inner.co_name[0] != "<":  # there may be two in a line
            yield from _with_inner(inner)


class EachInPlace:
    """A pytest plugin: in place of running the tests, it tries changes with them, each in a process split off."""

    def __init__(self, mutants, told):
        self.mutants, self.told = mutants, told

    def pytest_runtestloop(self, session):
        items, functions = {item.nodeid: item for item in session.items}, living(self.mutants[0]["path"])
        for mutant in self.mutants:
            tests, seconds = chosen(mutant, tests_of(mutant["path"]))
            limit = int(5 + 5 * seconds)
            asked = [items[name] for name in tests]
            self.told(mutant, apart(self.tried, mutant, functions, asked, limit, wall=40 * limit) if asked else 0)
        return True

    @staticmethod
    def tried(mutant, functions, items, limit):
        from _pytest.runner import runtestprotocol

        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
        try:
            if not change_in_place(mutant["path"], mutant["source"], functions):
                return NOT_IN_PLACE
        except Exception:  # such as a default that cannot be computed
            return NOT_IN_PLACE
        for item, following in zip(items, [*items[1:], None], strict=True):
            if any(report.failed for report in runtestprotocol(item, nextitem=following, log=False)):
                return 1
        return 0


def each_in_place(mutants, told):
    """Try changes of one file; `told` gets each with 0 where no test failed."""
    import pytest

    files = tests_of(mutants[0]["path"])
    for file in files:
        baseline(file)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        quick()
        pytest.main([*PYTEST, *files], plugins=[EachInPlace(mutants, told)])


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
def baseline(file):
    """{"lines": {file: {line: [test, …]}}, "seconds": {test: seconds}} of a test file; kept until something changes."""
    texts = [path.read_bytes() for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    kept = TOOLS / f"mutation-{hashlib.sha256(b''.join([*texts, (ROOT / file).read_bytes()])).hexdigest()[:12]}.json"
    if not kept.exists():
        print(f"the tests as they are: {file}", flush=True)
        text = twice_noted(file)
        known = json.loads(text)
        if known["code"] not in (0, 1):
            sys.exit(f"The tests of {file} cannot be run: see pytest.")
        if known["seconds"]:
            path = next(iter(known["lines"]), "seqlib/nn/rnn.py")
            # Or else everything would be "killed" by the way in which it is tried.
            unchanged = {"path": path, "line": 0, "source": (ROOT / path).read_text(encoding="utf-8")}
            if apart(tried, unchanged, sorted(known["seconds"], key=known["seconds"].get)[:20], 600, wall=4 * 600):
                sys.exit(f"The tests of {file} fail where nothing is changed, in a process of their own.")
        kept.write_text(text, encoding="utf-8")
    return json.loads(kept.read_text(encoding="utf-8"))


def twice_noted(file):
    """What `noted` writes. A test may have waited for the machine: it is tried once more."""
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "noted.json"
        for _ in range(2):
            apart(noted, file, to)
            if to.exists():
                return to.read_text(encoding="utf-8")
    sys.exit(f"The tests of {file} did not come to an end, twice. Where they were is said above.")


def _python(path):
    return path.rglob("*.py") if path.is_dir() else [path]


def chosen(mutant, files):
    """The tests of these files that run a change's line, the quickest first; all, for what importing a module runs."""
    seconds, on_line, others, total, enough = {}, [], [], 0, []
    for file in files:
        known = baseline(file)
        seconds |= known["seconds"]
        of_line = known["lines"].get(mutant["path"], {}).get(str(mutant["line"]), ())
        on_line += [name for name in of_line if name in known["seconds"]]
        others += known["seconds"] if "" in of_line else ()
    for test in sorted(on_line or others, key=seconds.get):
        total += seconds[test]
        if enough and total > AT_MOST:
            break
        enough.append(test)
    return enough, min(total, AT_MOST)


def survives(mutant, *, wider=False):
    """Does no test notice? Its own are asked first; `wider` asks all others, too, that run its line."""
    own = tests_of(mutant["path"])
    others = [file for folder in ("tests/nn", "tests/study") for file in test_files(folder) if file not in own]
    for files in (own, others) if wider else (own,):
        tests, seconds = chosen(mutant, files)
        limit = int(5 + 5 * seconds)
        if tests and apart(tried, mutant, tests, limit, wall=40 * limit):
            return False
    return True


def sample(mutants, count, seed):
    """As many of the changes as asked for, each equally likely, from each file its share; in random order.

    Within a file they are shuffled, and of all files, one after the other, every so-many-th is taken.
    """
    rng = random.Random(seed)
    order = sorted(rng.sample(mutants, len(mutants)), key=lambda mutant: mutant["path"])
    step = max(1, len(order) / count)
    start = rng.random() * step
    taken = [order[int(start + n * step)] for n in range(min(count, len(order)))] if step > 1 else order
    return rng.sample(taken, len(taken))


def interval(killed, of):
    """The 95 % interval (Wilson's) of a share of which a random sample was seen."""
    z, share = 1.96, killed / of
    middle, half = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + (z / (2 * of)) ** 2)
    return tuple((middle + side * half) / (1 + z * z / of) for side in (-1, 1))


def listed(paths):
    """All changes of these files; the lists are kept, since Cosmic Ray takes minutes for them."""
    mutants, maker = [], ROOT / "tools" / "mutants.py"
    for path in paths:
        marked = hashlib.sha256((path + WITH).encode() + maker.read_bytes() + (ROOT / path).read_bytes()).hexdigest()
        kept = TOOLS / f"mutants-{marked[:12]}.json"
        if not kept.exists():
            command = [str(environment("mutation", WITH)), str(maker), path]
            kept.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
        mutants += json.loads(kept.read_text(encoding="utf-8"))
    return [m for m in mutants if "strict=" not in m["old"] or m["kind"][-5:] != "False"]


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
    parser.add_argument("--again", action="store_true", help="only what survived the last time, with more tests")
    parser.add_argument("--sample", type=int, metavar="N", help="only N of the changes, drawn at random")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="which sample (default: 0)")
    told = parser.parse_args(arguments)
    if told.sample is not None and told.sample < 1:
        parser.error(f"--sample takes how many changes to try, at least 1, not {told.sample}.")
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ[name] = "1"
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # no test here needs one, and they take longer than a test
    os.chdir(ROOT)
    paths = sorted({str(p.resolve().relative_to(ROOT)) for name in told.paths for p in _python(Path(name))})
    try:
        mutants = listed(paths)
    except NoIndex as problem:
        sys.exit(str(problem))
    if told.sample:
        mutants = sample(mutants, told.sample, told.seed)
    results = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    # Once, and not in every process. The last is what PyTorch's optimizers import when they are first used: a test that
    # is cut short there would leave it half imported, and those after it would fail and be left out.
    for name in ("numpy.testing", "pytest", "hypothesis.strategies", "torch", "torch._dynamo"):
        if importlib.util.find_spec(name.partition(".")[0]):
            importlib.import_module(name)
    waiting = ("survived",) if told.again else ("new", "not in place")  # the latter of a run that was stopped
    asked = [m for m in mutants if results.get(m["key"], "new") in waiting]
    for path in dict.fromkeys(mutant["path"] for mutant in asked):
        results = of_file([mutant for mutant in asked if mutant["path"] == path], results, wider=told.again)
    return report([m for m in mutants if m["key"] in results], results)


def of_file(mutants, results, *, wider):
    """Try changes of one file, and keep what became of them."""

    def told(mutant, code):
        results[mutant["key"]] = "survived" if code == 0 else "not in place" if code == NOT_IN_PLACE else "killed"
        KEPT.write_text(json.dumps(results), encoding="utf-8")
        if code == 0 and not wider:
            said = f"{mutant['path']}:{mutant['line']}: {mutant['old']}  ->  {mutant['new']}"
            print(said, file=sys.__stdout__, flush=True)  # this may be the process in which pytest is kept silent

    apart(each_in_place, mutants, told)
    results = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    for mutant in mutants:
        known = results.get(mutant["key"])
        if known != "killed" and (wider or known != "survived"):
            told(mutant, int(not survives(mutant, wider=wider)))
    return results


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
    for folder in (*FOLDERS, ""):
        of_folder = [results[mutant["key"]] == "killed" for mutant in mutants if mutant["path"].startswith(folder)]
        if of_folder:
            low, high = interval(sum(of_folder), len(of_folder))
            dead, of = sum(of_folder), len(of_folder)
            print(f"{folder or 'all':12} {dead} of {of} killed: {dead / of:.1%} (95 %: {low:.1%} to {high:.1%})")
    return int(failed or killed / max(1, len(mutants)) < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
