"""Writes the site: `python3 course.py site [--output site] [--lite PYODIDE]`.

Every page stands alone, under any path and from a disk, and asks no network for anything. With a release of Pyodide the
site also gets a JupyterLite in which the lessons run (``tools/lite.py``), and each page leads to its own.
"""

import argparse
import sys
import time
from pathlib import Path

from seqlib import refused, words
from seqlib.lessons import contents

from .. import lite
from . import convert
from .page import LANGUAGES, lesson_page, stem
from .start import crossroads, start_page

ROOT = Path(__file__).resolve().parents[2]
MADE = {
    "en": "{where}: {n} pages, the largest {largest:.0f} KB, in {seconds:.1f} s.",
    "ko": "{where}: 페이지 {n}개, 가장 큰 것 {largest:.0f} KB, {seconds:.1f}초.",
}


def pages(notebooks, running=None):
    """Return every page of the site: {path within it: HTML}.

    Parameters
    ----------
    notebooks : path
        The folder with one folder a language. A lesson that is not there has no page.
    running : str, optional
        Where the lessons are in the site's JupyterLite.

    Raises
    ------
    ValueError
        A lesson cannot become a page; the sentence says which, and why.
    """
    made = {"index.html": crossroads()}
    for language in LANGUAGES:
        there = [lesson for lesson in contents.LESSONS if (notebooks / language / lesson.file).exists()]
        read = {lesson: convert.read(notebooks / language / lesson.file) for lesson in there}
        made[f"{language}/index.html"] = start_page(read, language)
        for lesson, cells in read.items():
            made[f"{language}/{stem(lesson)}.html"] = lesson_page(lesson, cells, language, running)
    return made


def build(output, notebooks=ROOT / "notebooks", pyodide=None):
    """Write the site into a folder; what else is in it stays. With a release of Pyodide, the lessons also run in it."""
    python = Path(output) / "python"
    if pyodide and python.exists() and not (python / "jupyter-lite.json").exists():
        raise refused.in_the_way(python)  # it would be deleted
    running = lite.build(pyodide, python)["lessons"] if pyodide else None
    made = pages(Path(notebooks), running)
    convert.write({Path(output) / path: html for path, html in made.items()})
    return made


def main(arguments):
    """Build, and say what was written; the exit code is 1 if a lesson cannot become a page."""
    parser = argparse.ArgumentParser(prog="course.py site", description="Write every lesson as a page of its own.")
    parser.add_argument("--output", default=str(ROOT / "site"), help="the folder to write into (default: site)")
    parser.add_argument("--lite", metavar="PYODIDE", help="add a Python that runs in the browser, from this release")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language of what is said")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    try:
        made = build(options.output, pyodide=options.lite)
    except (ValueError, lite.Problem) as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        words.use(options.lang)
        print(refused.sentence(problem), file=sys.stderr)
        return 1
    largest = max(len(html.encode()) for html in made.values()) / 1024
    where = Path(options.output).resolve() / "index.html"
    words.use(options.lang)
    print(words.say(MADE, where=where, n=len(made), largest=largest, seconds=time.perf_counter() - started))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
