"""Once after each installation on a server: the language of JupyterLab, and the list of fonts.

    .venv/bin/python deploy/prepare.py --lang ko

Both go into the environment that runs this, so that no student waits for them. The hub reads the language from there.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import course


def main(arguments=None):
    """Write JupyterLab's first settings, and look through the fonts."""
    parser = argparse.ArgumentParser(description="Prepare this environment for a class.")
    parser.add_argument("--lang", choices=sorted(course.LANGUAGES), default="en", help="the class's language")
    environment = Path(sys.prefix)
    course.settle(environment, parser.parse_args(arguments).lang)
    fonts = environment / "share" / "course" / "matplotlib"
    fonts.mkdir(parents=True, exist_ok=True)
    look = [sys.executable, "-c", "import matplotlib.font_manager"]
    subprocess.run(look, env=dict(os.environ, MPLCONFIGDIR=str(fonts)), check=True)


if __name__ == "__main__":
    main()
