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
        elif made and not dataclasses.is_dataclass(one):
            one.__init__ = answered(one.__init__, one)


def answered(make, of=None):
    """`make`, which ends in a sentence where it fails; `of` is the class whose constructor it is."""
    of, parameters = of or make, signature(make)

    @wraps(make)
    def answers(*args, **kwargs):
        try:
            return make(*args, **kwargs)
        except Exception as error:
            if isinstance(error, TypeError) and error.__traceback__.tb_next is None:  # it never began
                bound(of.__name__, parameters, args, kwargs)
            if on_purpose(error) or of_a_readers(error):
                raise
            told = in_a_sentence(error, of.__name__, dict.fromkeys(parameters.parameters, "") | promises(of))
            if told is error:
                raise
            raise told from error

    return answers


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


OURS = {"seqlib", *sys.stdlib_module_names}
INSTALLED = re.compile(r"[/\\](site|dist)-packages[/\\]")


def of_a_readers(error):
    """Whether it went through a function that a reader wrote and handed over: its own line says more than we could."""
    trace = error.__traceback__.tb_next
    while trace is not None:
        module, file = trace.tb_frame.f_globals.get("__name__", ""), trace.tb_frame.f_code.co_filename
        if module.partition(".")[0] not in OURS and not INSTALLED.search(file):
            return True
        trace = trace.tb_next
    return False


def on_purpose(error):
    """Whether a line ``raise …`` that is no library's raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        code, home = trace.tb_frame.f_code.co_code, trace.tb_frame.f_globals.get("__name__", "")
        return code[trace.tb_lasti] == RAISE and home.partition(".")[0] not in ("numpy", "matplotlib", "traitlets")
    return True
