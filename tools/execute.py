"""Run notebooks from a clean kernel and save their outputs the way the course keeps them.

    python tools/execute.py                                  # every lesson
    python tools/execute.py notebooks/en/04_unrolling.ipynb

A notebook is written only when all its cells ran; on an error the file stays as it was. Saved without live widgets
(a lesson that was only opened shows the saved pictures, not "model not found") and without times or versions, so that
running twice gives the same bytes. What a picture recomputes from, where a notebook is too small for it, is kept for
its page (``tools/pages/networks.py``).
"""

import argparse
import os
import sys
import time
from pathlib import Path

import nbformat
import psutil
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets import default

from seqlib import refused, saved, words
from tools.pages import networks

NO_FILE = {
    "en": "there is no notebook {path}: give its path, or nothing for all lessons.",
    "ko": "{path} 노트북이 없습니다. 경로를 쓰거나, 모든 수업이라면 아무것도 쓰지 마세요.",
}
LEFT = {"en": "FAILED, left as it was: {why}", "ko": "실행하지 못해 그대로 두었습니다. {why}"}
ROOT = Path(__file__).resolve().parent.parent
LIVE = "application/vnd.jupyter.widget-view+json"
SECONDS_PER_CELL = 300
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class ThisPython(KernelSpecManager):
    """Whatever kernel a notebook names, the one of this interpreter runs it."""

    def get_kernel_spec(self, kernel_name):
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


class Manager(AsyncKernelManager):
    """A kernel manager that starts ThisPython."""

    @default("kernel_spec_manager")
    def _this_python(self):
        return ThisPython(parent=self)


class Timed(NotebookClient):
    """A client that remembers which cell it is at, how long each took, how large the kernel was, what widgets hold."""

    async def async_execute_cell(self, cell, cell_index, **options):
        self.at = cell
        started = time.perf_counter()
        done = await super().async_execute_cell(cell, cell_index, **options)
        self.seconds[cell["id"]] = time.perf_counter() - started
        self.megabytes = max(self.megabytes, megabytes(self.km.provisioner.pid))
        return done

    # nbclient's own `widget_state` is empty where it is not stored (findings/nbclient-widget-state.sh).
    def handle_comm_msg(self, outs, msg, cell_index):
        super().handle_comm_msg(outs, msg, cell_index)
        content = msg["content"]
        self.states.setdefault(content["comm_id"], {}).update(content["data"].get("state", {}))


def megabytes(pid):
    """The most memory a process has had so far; what it has now, where the system does not keep the most."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return psutil.Process(pid).memory_info().rss / 2**20


def clean(notebook):
    """Drop what must not be committed: live widgets, their state, times, versions, old execution marks.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place, and returned.
    """
    saved.tidy(notebook)
    for cell in notebook.cells:
        for name in ("execution", "ExecuteTime", "collapsed", "jupyter"):
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            for output in cell.outputs:
                output.get("data", {}).pop(LIVE, None)
                output.get("metadata", {}).pop(LIVE, None)
            # A live view without any other form has nothing left to show.
            cell.outputs = _one_piece([output for output in cell.outputs if "data" not in output or output["data"]])
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def _one_piece(outputs):
    """Join neighbouring pieces of one printed text: where it was cut depends on the clock."""
    joined = []
    for output in outputs:
        if joined and output.output_type == "stream" and joined[-1].get("name") == output.name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def save(notebook, path):
    """Write a notebook with Unix line ends and one newline at the end, by replacing the old file in one step."""
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(path)


class Unreadable(ValueError):
    """A file that is no notebook, in one sentence."""


def read(path):
    """A notebook, in the format of today."""
    try:
        return nbformat.read(path, as_version=4)
    except OSError:
        raise
    except Exception:  # nbformat lets through whatever a strange file makes it stumble over
        raise Unreadable(words.say(refused.NO_NOTEBOOK, path=path)) from None


def run(path, client_class=Timed):
    """Run one notebook in a new kernel.

    Returns
    -------
    client : client_class
        With the notebook in ``nb``, what each cell took in ``seconds`` (by cell id), the kernel in ``megabytes``, and
        what each widget holds in ``states`` (by its model).

    Raises
    ------
    RuntimeError
        A cell failed; the message names it.
    Unreadable
        It is no notebook.
    """
    client = client_class(
        read(path),
        kernel_manager_class=Manager,
        extra_arguments=["--log-level=50"],
        timeout=SECONDS_PER_CELL,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.record_timing, client.store_widget_state = False, False
    client.seconds, client.states, client.megabytes, client.at = {}, {}, 0, {"id": "before the first cell"}
    try:
        client.execute()
    except CellExecutionError as problem:
        raise RuntimeError(f"{path}: cell {client.at['id']}: {problem.ename}: {problem.evalue}") from None
    except (CellTimeoutError, DeadKernelError) as problem:
        last = str(problem).strip().splitlines()[0]
        raise RuntimeError(f"{path}: cell {client.at['id']}: {type(problem).__name__}: {last}") from None
    except AssertionError:
        if client.km is not None:
            raise
        # On Ctrl-C nbclient ends the kernel by itself, and then misses it.
        raise KeyboardInterrupt from None
    return client


def execute(path):
    """Run one notebook and save it; the seconds of every cell. On an error, see `run`, the file is as it was."""
    client = run(path)
    shown = {cell: client.states.get(model, {}) for cell, model in networks.views(client.nb).items()}
    save(clean(client.nb), path)
    if path.is_relative_to(ROOT / "notebooks"):
        networks.keep(path, client.nb, shown)
    return client.seconds


def main(arguments):
    """Run the notebooks that were named, or all; the exit code is 1 if one failed."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    for name in ONE_THREAD:  # the kernel inherits it
        os.environ.setdefault(name, "1")
    os.environ["SEQLIB_STRICT"] = "1"  # a picture that could not be drawn is not committed: its cell fails
    parser = argparse.ArgumentParser(prog="course.py execute", description="Run notebooks and save their outputs.")
    parser.add_argument("notebooks", nargs="*", help="their paths (default: all lessons)")
    parser.add_argument("--lang", choices=words.LANGUAGES, default="en", help="the language of what is said")
    options = parser.parse_args(arguments)
    words.use(options.lang)
    paths = [Path(name).resolve() for name in options.notebooks] or sorted((ROOT / "notebooks").glob("*/[0-9]*.ipynb"))
    if not paths:
        print(f"There is no lesson in {ROOT / 'notebooks'}.")
    failed = False
    for path in paths:
        started = time.perf_counter()
        try:
            seconds = execute(path)
        except (RuntimeError, OSError, Unreadable) as problem:
            missing = isinstance(problem, FileNotFoundError) and not path.exists()
            why = words.say(NO_FILE, path=path) if missing else problem
            why = refused.sentence(problem) if isinstance(problem, OSError) and not missing else why
            print(words.say(LEFT, why=why), file=sys.stderr, flush=True)
            failed = True
            continue
        slowest = sorted(seconds.items(), key=lambda item: -item[1])[:3]
        cells = ", ".join(f"{name} {spent:.1f} s" for name, spent in slowest)
        size = path.stat().st_size / 1024
        where = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        print(f"{where}: {time.perf_counter() - started:.1f} s, {size:.0f} KB; slowest: {cells}", flush=True)
    return int(failed)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
