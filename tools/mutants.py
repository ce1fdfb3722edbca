"""Prints, as JSON, files with one operator or constant changed. `tools/mutation.py` runs it where Cosmic Ray is."""

import ast
import hashlib
import json
import re
import sys
from pathlib import Path

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

# One change for each: what a test that looks at the result at all has to notice, so the next neighbour.
BINARY = {
    "Add": "Sub", "Sub": "Add", "Mul": "Div", "Div": "Mul", "FloorDiv": "Mul", "Mod": "Mul", "Pow": "Mul",
    "BitOr": "BitAnd", "BitAnd": "BitOr", "BitXor": "BitOr", "LShift": "RShift", "RShift": "LShift",
}  # fmt: skip
COMPARED = {
    "Eq": "NotEq", "NotEq": "Eq", "Lt": "LtE", "LtE": "Lt", "Gt": "GtE", "GtE": "Gt", "Is": "IsNot", "IsNot": "Is",
}  # fmt: skip
UNARY = {"USub": "UAdd", "UAdd": "USub", "Invert": "UAdd"}
KINDS = [
    *(f"ReplaceBinaryOperator_{one}_{other}" for one, other in BINARY.items()),
    *(f"ReplaceComparisonOperator_{one}_{other}" for one, other in COMPARED.items()),
    *(f"ReplaceUnaryOperator_{one}_{other}" for one, other in UNARY.items()),
    *("ReplaceUnaryOperator_Delete_Not", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue"),
    *("ReplaceAndWithOr", "ReplaceOrWithAnd", "NumberReplacer", "AddNot"),
]


def mutants(path):
    """{path, kind, line, old, new, source, key} of every change of a file; the key says it of its statement alone."""
    lines = Path(path).read_text(encoding="utf-8").splitlines(keepends=True)
    for first, end in _statements("".join(lines)):
        statement = "".join(lines[first:end])
        for kind, line, old, new, changed in _changes(statement):
            source = "".join([*lines[:first], changed, *lines[end:]])
            if _is_python(source):
                key = hashlib.sha256("\0".join([path, statement, changed]).encode()).hexdigest()[:16]
                yield {"path": path, "kind": kind, "line": first + line + 1, "old": old.strip(),
                       "new": re.sub(r"(?<=\S) +", " ", new.strip()), "source": source, "key": key}  # fmt: skip


def _statements(code):
    """Where each statement of a module begins and ends: Cosmic Ray reads what it is given anew for every change."""
    begins = [min(n.lineno for n in (s, *getattr(s, "decorator_list", ()))) - 1 for s in ast.parse(code).body]
    return list(zip(begins, [*begins[1:], code.count("\n")], strict=True))


def _changes(code):
    """(kind, line, as it is, as changed, the whole) of every change of a statement."""
    before = code.splitlines()
    for kind in KINDS:
        operator, occurrence = get_operator(f"core/{kind}")(), 0
        while (changed := mutate_code(code, operator, occurrence)) is not None:
            occurrence += 2 if kind == "NumberReplacer" else 1  # Cosmic Ray has two of each number: one more, one less
            after = changed.splitlines()
            line = next((n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), None)
            # A bare * among parameters is none of the operators that Cosmic Ray takes it for.
            bare = line is not None and re.sub(r"/(?=,)", "*", after[line]) == before[line]
            if line is not None and not bare and not before[line].lstrip().startswith(("import ", "from ")):
                yield kind, line, before[line], after[line], changed


def _is_python(code):
    """Such as `if not match := …` is not, and would count as killed."""
    try:
        return bool(compile(code, "", "exec"))
    except SyntaxError:
        return False


if __name__ == "__main__":
    json.dump([mutant for path in sys.argv[1:] for mutant in mutants(path)], sys.stdout)
