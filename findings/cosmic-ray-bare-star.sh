#!/usr/bin/env bash
# cosmic-ray 8.7.0 takes the bare * among parameters for a multiplication: eleven mutants, ten of which no Python can read.
#
# Expected, and wrong: operators are changed where something is computed. Seen: `def area(width, *, height)` alone, in which nothing
# is computed, has eleven mutants: (width, -, height), (width, %, height) and so on. Ten are no valid Python, so every test run fails
# at the import and counts as "killed"; the eleventh is (width, /, height), another kind of parameters. `def both(first, *rest)` has
# none.
#
# So code with many keyword-only parameters looks better tested than it is: the score has to leave these out (tools/mutants.py does).
# Fails when the bare star has no mutants any more.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet cosmic-ray==8.7.0
cd "$folder"
cat >code.py <<'PYTHON'
def area(width, *, height):
    return height


def both(first, *rest):
    return first
PYTHON
cat >settings.toml <<'TOML'
[cosmic-ray]
module-path = "code.py"
timeout = 10.0
excluded-modules = []
test-command = "true"
[cosmic-ray.distributor]
name = "local"
TOML
venv/bin/cosmic-ray init settings.toml session.sqlite
venv/bin/python - <<'PYTHON'
import ast
import sqlite3
from importlib.metadata import version

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

print("cosmic-ray", version("cosmic-ray"))
rows = sqlite3.connect("session.sqlite").execute("select operator_name, occurrence, start_pos_row from mutation_specs")
source, valid, count = open("code.py").read(), 0, 0
for name, occurrence, line in rows:
    changed = mutate_code(source, get_operator(name)(), occurrence)
    count += 1
    try:
        ast.parse(changed)
        valid += 1
    except SyntaxError:
        pass
    print(f"line {line}, {name.rpartition('_')[2]}: {changed.splitlines()[line - 1]}")
print(f"{count} mutants, {valid} of them valid Python")
assert (count, valid) == (11, 1)
PYTHON
