"""Finds the `...` that a reader has not filled yet: in an answer, in its code, or in a function that it calls."""

import dis
import functools
import itertools
import math
import sys
import types

import numpy as np

from seqlib.lessons.sentences import SAYS, both, short


def has_blank(value, depth=6):
    """Whether `...` is the value or is held somewhere in it. Runs no code of the reader's."""
    if value is ...:
        return True
    kind = type(value)
    if depth == 0:
        return False
    if kind is dict:
        value = value.values()
    elif kind is np.ndarray and value.dtype == object:
        value = value.flat
    elif kind not in (list, tuple, set, frozenset):
        return False
    return any(has_blank(item, depth - 1) for item in itertools.islice(value, 1000))


def blank_in_code(answer, outcomes):
    """The "not yet" sentence if the reader's code still has a `...` to fill, else None."""
    code = code_of(answer)
    if code is not None and (line := _blank_line(code)):
        return both(SAYS["blank-line"], line=line)
    if code is not None and _empty(code):
        return SAYS["empty"]
    for name, helper in _helpers(answer):
        if _blank_line(helper):
            return both(SAYS["blank-elsewhere"], name=name)
        if _empty(helper):
            return both(SAYS["empty-elsewhere"], name=name)
    for outcome in outcomes:
        if outcome.trouble is not None and outcome.trouble.name == "blank":
            return SAYS["blank"]
        if isinstance(outcome.error, TypeError) and "ellipsis" in short(outcome.error, 500).lower():
            return SAYS["blank"]
    return None


def _blank_line(code):
    """Line of the first `...` used as a value (not as an index, as in ``x[..., t]``), or None."""
    steps = list(dis.get_instructions(code))
    for i, step in enumerate(steps):
        if "CONST" in step.opname and step.argval is ... and not _is_index(steps[i + 1 :]):
            lines = [line for start, _, line in code.co_lines() if line and start <= step.offset]
            return lines[-1] if lines else code.co_firstlineno
    for part in code.co_consts:
        if isinstance(part, types.CodeType) and (line := _blank_line(part)):
            return line
    return None


def _is_index(steps):
    """Whether the `...` pushed just before these bytecode steps ends up as an index, or in one, as in ``x[..., :n]``."""
    above, within = 0, False  # how many values lie on top of it, and whether it is in a tuple with others
    for n, step in enumerate(steps):
        indexes = "SUBSCR" in step.opname or (step.opname == "BINARY_OP" and "[" in step.argrepr)
        augments = step.opname == "COPY" and step.arg == 2  # x[...] += 1 copies x and the index
        if (indexes or augments) and above == 0:
            return True  # deeper down it is what is indexed, or the value to store
        if step.opname == "BUILD_TUPLE" and step.arg > above:
            above, within = 0, True
            continue
        if step.opname.startswith("STORE_FAST") and within and above == 0:  # i = ..., n
            return _indexes_with(_names(step)[0], steps[n + 1 :])
        taken = next((count(step) for start, count in _TAKES if step.opname.startswith(start)), None)
        if taken is None or taken > above:
            return False
        above += dis.stack_effect(step.opcode, step.arg)
    return False


def _indexes_with(name, steps):
    """Whether a variable is used as an index, as in ``x[i]``."""
    loads = [n for n, step in enumerate(steps) if step.opname.startswith("LOAD_FAST") and _names(step)[-1] == name]
    return any(_is_index(steps[n + 1 :]) for n in loads)


def _names(step):
    """The variables of a bytecode step: in newer Pythons one step may load or store two of them."""
    return step.argval if isinstance(step.argval, tuple) else (step.argval,)


# How many values a bytecode step takes from the stack, by the beginning of its name; other steps are never part of an index.
_TAKES = (
    ("LOAD_ATTR", lambda step: 1),
    ("LOAD_METHOD", lambda step: 1),
    ("LOAD_", lambda step: 0),
    ("BUILD_", lambda step: step.arg),
    ("BINARY_", lambda step: 2),
    ("UNARY_", lambda step: 1),
    ("CALL_KW", lambda step: step.arg + 3),
    ("CALL_FUNCTION_EX", lambda step: math.inf),
    ("CALL_INTRINSIC", lambda step: math.inf),
    ("CALL", lambda step: 2 if sys.version_info < (3, 12) else step.arg + 2),  # the function, its object or none, and these
    ("PRECALL", lambda step: step.arg + 2),  # of Python 3.11, where it takes the arguments
    ("KW_NAMES", lambda step: 0),
    ("PUSH_NULL", lambda step: 0),
)


def _empty(code):
    """Whether a function body does nothing: ``...``, ``pass`` or only a docstring."""
    idle = ("RESUME", "NOP", "CACHE", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST")
    steps = list(dis.get_instructions(code))
    return all(step.opname in idle and (step.argval is None or "CONST" not in step.opname) for step in steps)


def _helpers(answer):
    """The reader's other functions that an answer uses, directly or through one another: (name, code)."""
    seen, queue = {}, [answer]
    while queue and len(seen) < 50:
        function = queue.pop()
        if code_of(function) is None or not isinstance(function, types.FunctionType):
            continue
        for name in _globals(function.__code__):
            helper = function.__globals__.get(name)
            if name in seen or not isinstance(helper, types.FunctionType):
                continue
            if helper.__globals__ is function.__globals__:  # the reader's own, not imported
                seen[name] = helper.__code__
                queue.append(helper)
    return seen.items()


def _globals(code):
    """The global names that code looks up; `co_names` has those of attributes too, such as the a of ``t.a``."""
    return [step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"]


def code_of(answer):
    """The code object of a reader's function, through partial, wraps and bound methods; None for anything else."""
    for _ in range(10):
        if isinstance(answer, functools.partial):
            answer = answer.func
        elif isinstance(answer, types.MethodType):
            answer = answer.__func__
        elif isinstance(answer, types.FunctionType):
            return answer.__code__
        else:
            return None
    return None
