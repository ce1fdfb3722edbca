"""Import this before Jupyter, and it is there two seconds sooner; or let it start a module: ``quick.py jupyterlab …``.

Of `import nbformat`, nine tenths are spent on rfc3987-syntax 1.1.0, which makes 39 parsers while it is imported, for a
check of addresses with letters beyond ASCII that nothing in Jupyter asks for. jsonschema does without it where it is
missing (findings/jsonschema-parsers.sh). pytest loads this file with ``-p tools.quick``; what else all its runs need
is here, too, since only a plugin is there for tests and notebooks alike.
"""

import gc
import runpy
import sys

sys.modules.setdefault("rfc3987_syntax", None)  # an import of it raises ImportError


def pytest_configure():
    """Look for garbage seldom, which saves a tenth, and let a kernel that dies while it starts be started once more.

    jupyter_client chooses ports that are free, and lets go of them until the kernel takes them a second later. Among
    browsers and servers another takes one meanwhile, once in some hundred starts.
    """
    from nbval import kernel

    gc.set_threshold(100_000, 20, 20)  # figures have cycles, and beside them here are some million objects that stay
    start = kernel.start_new_kernel

    def started(*args, **options):
        try:
            return start(*args, **options)
        except RuntimeError:
            return start(*args, **options)

    kernel.start_new_kernel = started


def pytest_sessionstart(session):
    """Name what fails as soon as it has: a run that is ended from outside never comes to its summary."""
    plugins = session.config.pluginmanager
    if reporter := plugins.get_plugin("terminalreporter"):  # which a worker lacks
        plugins.register(Named(reporter))


class Named:
    def __init__(self, reporter):
        self.reporter = reporter

    def pytest_runtest_logreport(self, report):
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            what = crash.message if crash else report.longreprtext
            self.reporter.ensure_newline()
            self.reporter.write_line(f"{report.nodeid} ({report.when}): {what.strip().partition(chr(10))[0]}")


if __name__ == "__main__":
    del sys.path[0]  # this folder, whose names are others' too
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
