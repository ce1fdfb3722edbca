"""One sentence where something went wrong inside a function because of what it was given.

Most doors stand where things come in (`seqlib.doors`, `seqlib.draw.promise`). What gets past them and then fails deep
inside, in NumPy's words or in Python's, ends here: the function says what it takes, and the error stands behind it.
"""

import dataclasses
import re
import sys
from dis import opmap
from functools import wraps
from inspect import getdoc, isclass, isfunction, signature

import numpy as np

from . import doors

RAISE = opmap["RAISE_VARARGS"]
LEFT = (OSError, ImportError, MemoryError, np.linalg.LinAlgError)  # what others ask for by its kind


def answering(module):
    """Let the public functions and classes of a module, given as its ``globals()``, answer in sentences."""
    for name, one in list(module.items()):
        if name.startswith("_") or getattr(one, "__module__", None) != module["__name__"]:
            continue
        made = isclass(one) and "__init__" in vars(one) and not issubclass(one, BaseException)
        if isfunction(one):
            module[name] = answered(one)
            continue
        if isclass(one) and not issubclass(one, BaseException):
            methods(one)
        if made and not dataclasses.is_dataclass(one):
            one.__init__ = answered(one.__init__, one)


def methods(one):
    """Let the methods of a class answer so, but for those that a cell writes down: their lines are shown to readers."""
    for name, method in list(vars(one).items()):
        if isfunction(method) and name not in ("step", "step_back") and (name == "__call__" or name[0] != "_"):
            setattr(one, name, answered(method))


def answered(make, of=None):
    """`make`, which ends in a sentence where it fails; `of` is the class whose constructor it is."""
    of, parameters, promised = of or make, signature(make), []

    @wraps(make)
    def answers(*args, **kwargs):
        if not promised:  # looked up at the first call: an import has no time for it
            promised.append(numbers(parameters.parameters, promises(of)) if of.__module__.startswith(STUDIES) else {})
        if promised[0]:
            args, kwargs = with_numbers(promised[0], args, kwargs)
        try:
            return make(*args, **kwargs)
        except Exception as error:
            if isinstance(error, TypeError) and error.__traceback__.tb_next is None:  # it never began
                bound(of.__name__, parameters, args, kwargs)
            if on_purpose(error):  # such as by a reader's own function, or by who looks at what that gives
                raise
            told = in_a_sentence(error, of.__name__, dict.fromkeys(parameters.parameters, "") | promises(of))
            if told is error:
                raise
            raise told from error

    return answers


def numbers(parameters, promised):
    """{name: (place, door)} of the parameters that are promised to be one number, or a generator of random ones.

    Who promises more, such as "int, at least 3", has a sentence of its own about it.
    """
    found = {}
    for place, (name, parameter) in enumerate(parameters.items()):
        usual = USUAL.get(name, "") if parameter.default is not None else ""
        door = DOORS.get((promised.get(name) or usual).removesuffix(", optional"))
        if door and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            place = None if parameter.kind is parameter.KEYWORD_ONLY else place
            found[name] = place, door, parameter.default is None
    return found


def with_numbers(wanted, args, kwargs):
    """The arguments, after each number has passed its door: what is a number of NumPy becomes one of Python."""
    args = list(args)
    for name, (place, door, free) in wanted.items():
        if name in kwargs:
            if not (free and kwargs[name] is None):
                kwargs[name] = door(name, kwargs[name])
        elif place is not None and place < len(args) and not (free and args[place] is None):
            args[place] = door(name, args[place])
    return args, kwargs


# What these names mean in every study, where a docstring does not say it again.
USUAL = dict.fromkeys(("seed", "seeds", "lag", "D", "H", "K"), "int")
USUAL |= dict.fromkeys(("steep", "eta", "radius"), "float")
STUDIES = "seqlib.study", "seqlib.data"
SIZES = {"D", "H", "K", "seeds"}
DOORS = {"int": lambda name, value: doors.whole(name, value, int(name in SIZES)), "float": doors.real,
         "numpy.random.Generator": lambda name, value: doors.generator(value)}  # fmt: skip


def bound(name, parameters, args, kwargs):
    """What was given, by its names.

    Raises
    ------
    TypeError
        Something is missing, or nothing is named so: one sentence.
    """
    try:
        return parameters.bind(*args, **kwargs)
    except TypeError as error:
        takes = re.sub(r"^\(self(, )?", "(", str(parameters))
        has = re.sub("^got |^missing a required ", "", str(error)).replace("argument: ", "nothing for ")
        raise TypeError(f"{name} takes {takes}, but the call has {has}.") from None


def promises(function):
    """The words of a docstring about each parameter: {name: its type}; an "As for `other`" is looked up there."""
    namespace = vars(sys.modules[function.__module__])
    text = re.search(r"Parameters\n-+\n(.*?)(?:\n\n[A-Z]\w+\n-+|\Z)", getdoc(function) or "", re.S)
    found = {}
    for names, kind, body in re.findall(r"^(\w[\w, ]*?)(?: : (.+))?$\n?((?:^ .*\n?)*)", text[1] if text else "", re.M):
        other = re.search(r"As for `(\w+)`", body)
        known = promises(namespace[other[1]]) if other and not kind else {}
        for name in names.split(", "):
            if kind or name in known:
                found[name] = kind or known[name]
    return found


def in_a_sentence(error, name, promised):
    """`error` itself where it is a sentence of ours; else one that says what is promised to be taken."""
    if isinstance(error, LEFT) or is_sentence(error):
        return error
    takes = ", ".join(f"{name} ({kind})" if kind else name for name, kind in promised.items() if name != "self")
    came = f"{type(error).__name__}: {' '.join(str(error).split()):.120}".removesuffix(".")
    takes = takes if len(takes) < 220 else f"{takes[:220]} …"
    told = ValueError(f"{name} cannot use what came ({came}); it takes {takes}.")
    told.__cause__ = error
    if hasattr(error, "scene"):
        told.scene = error.scene
    return told


def is_sentence(error):
    """Whether an error is one that somebody wrote for a reader."""
    ours = isinstance(error, ValueError | TypeError | FloatingPointError) and str(error).rstrip().endswith((".", "?"))
    # "bindings[3]: …" is for those who draw, not for those who look.
    return ours and on_purpose(error) and not str(error).startswith("bindings[")


def on_purpose(error):
    """Whether a line ``raise …`` that is no library's raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        code, home = trace.tb_frame.f_code.co_code, trace.tb_frame.f_globals.get("__name__", "")
        return code[trace.tb_lasti] == RAISE and home.partition(".")[0] not in ("numpy", "matplotlib", "traitlets")
    return True
