"""Asks whether a known weakness was reported for a package that the course installs: `python3 course.py audit`.

pip-audit, in an environment of its own in `.tools`, compares the pins of requirements.txt and requirements-test.txt
with the advisories that PyPI publishes. Nothing is installed for it, and only names and versions are sent.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.throwaway import ROOT, NoIndex, environment

WITH = "pip-audit==2.10.1"
FILES = ("requirements.txt", "requirements-test.txt")
UNREACHED = "The advisories could not be asked for: connect to the internet, then start again. (pip-audit said: %s)"


def pins(root=ROOT):
    """What is pinned, "name==version" each, whatever the system; the course itself and remarks are left out."""
    lines = [line for name in FILES for line in (root / name).read_text(encoding="utf-8").splitlines()]
    found = (re.match(r"[A-Za-z0-9][\w.-]*==[\w.+!-]+", line) for line in lines)
    return list(dict.fromkeys(match[0] for match in found if match))


def told(report):
    """A sentence for every weakness of a report of pip-audit, and for every package that it could not ask about."""
    for package in report["dependencies"]:
        name = f"{package['name']} {package.get('version', '')}".strip()
        if "skip_reason" in package:
            yield f"{name}: not asked about ({package['skip_reason']})"
        for weakness in package.get("vulns", ()):
            mended = ", ".join(weakness.get("fix_versions", ())) or "no version yet"
            yield f"{name}: {weakness['id']}, mended in {mended}"


def main(arguments=()):
    """Print what was found: 0 for nothing, 1 for a weakness, 2 where nobody could be asked."""
    argparse.ArgumentParser(prog="course.py audit", description=__doc__.partition("\n")[0]).parse_args(arguments)
    try:
        python = environment("audit", WITH)
    except NoIndex as problem:
        print(problem, file=sys.stderr)
        return 2
    asked = pins()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pins.txt"
        file.write_text("\n".join(asked), encoding="utf-8")
        command = [str(python), "-m", "pip_audit", "-r", str(file), "--no-deps", "--disable-pip", "-f", "json"]
        command += ["--progress-spinner", "off", "--timeout", "30"]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace")
    try:
        report = json.loads(done.stdout)
        found = list(told(report))
    except (ValueError, KeyError):
        report, found = {"dependencies": []}, []
    if all("skip_reason" in package for package in report["dependencies"]):  # as of an index that knows no advisories
        last = (found or done.stderr.strip().splitlines() or ["nothing"])[-1]
        print(UNREACHED % last[:200], file=sys.stderr)
        return 2
    print("\n".join(found) if found else f"No known weakness in {len(asked)} packages.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
