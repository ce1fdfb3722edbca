"""What to say of an exception in a reader's code: where it arose and, for those that every class meets, where it comes from.

Python tells which expression raised. Its parts are computed once more, with the reader's own names, so that the sentence
can show their shapes and a cure that fits.
"""

import ast
import builtins
import difflib
import inspect
import linecache
import re
import textwrap

import numpy as np

from seqlib.lessons.blanks import code_of
from seqlib.lessons.explain import shapes_of
from seqlib.lessons.sentences import CLASSICS, CURES, SAYS, both, kind_of, short

__all__ = ["explain_error", "loop_return", "maximum_mixed_up"]


def explain_error(error, answer, case):
    """A mistake's name and its sentence."""
    line, frame, node = _place(error, answer)
    where = _where(answer, line)
    for kind, name in ((RecursionError, "recursion"), (SystemExit, "exit"), (MemoryError, "memory")):
        if isinstance(error, kind):
            return name, both(SAYS[name], where=where)
    message = short(error, 200)
    try:
        found = _classic(error, message, answer, case, frame, node)
    except Exception:  # a reader's objects may do anything when they are computed with once more
        found = None
    if found:
        name, fields = found
        return name, both(CLASSICS[name], **{"where": _where(answer, line, quoted=False)} | fields)
    if isinstance(error, ValueError) and re.search("matmul|not aligned", message):
        return "product-shapes", both(SAYS["product-shapes"], where=where, shapes=shapes_of(case))
    about_shapes = isinstance(error, (ValueError, IndexError)) and re.search("shape|dimension|bounds", message)
    shapes = shapes_of(case) if about_shapes else ""
    return "raised", both(SAYS["raised"], kind=kind_of(error), where=where, message=message, shapes=shapes)


# ---------- the place


def _place(error, answer):
    """Line, frame and syntax node in the reader's code where an exception arose; None for what is unknown."""
    code, found, trace, limit = _code(answer), None, error.__traceback__, 2000
    while trace is not None and limit:
        if code is not None and trace.tb_frame.f_code.co_filename == code.co_filename:
            found = trace
        trace, limit = trace.tb_next, limit - 1
    if found is None:
        return None, None, None
    return found.tb_lineno, found.tb_frame, _node(found)


def _code(answer):
    """The code of a function, or of an object that can be called."""
    return code_of(answer) or code_of(vars(type(answer)).get("__call__"))


def _node(trace):
    """The expression or statement that raised."""
    code = trace.tb_frame.f_code
    positions = list(code.co_positions())
    line, last, start, stop = positions[trace.tb_lasti // 2]
    lines = linecache.getlines(code.co_filename)
    if None in (line, last, start, stop) or not lines:
        return None
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        return None
    text = "".join(lines).splitlines()
    start, stop = (len(text[n - 1].encode()[:at].decode()) for n, at in ((line, start), (last, stop)))
    inside = [
        node
        for node in ast.walk(tree)
        if (getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)) == (line, last)
        and (_column(text, node.lineno, node.col_offset), _column(text, last, node.end_col_offset)) == (start, stop)
    ]
    return inside[-1] if inside else None  # a statement lies around its only expression


def _column(text, line, offset):
    return len(text[line - 1].encode()[:offset].decode())


def _where(answer, line, quoted=True):
    """The place of an exception in both languages; empty when unknown."""
    if line is None:
        return ""
    code = _code(answer)
    text = short(linecache.getline(code.co_filename, line).strip())
    quote = f", `{text}`" if quoted and text and "`" not in text else ""
    return {"en": f" (line {line}{quote})", "ko": f"({line}번째 줄{quote})"}


# ---------- the classics


def _classic(error, message, answer, case, frame, node):
    """Name and fields of the sentence for an exception that has one, else None."""
    tree = _function_tree(answer)
    if isinstance(error, ValueError):
        return _about_shapes(message, frame, node, tree, case)
    if isinstance(error, TypeError):
        return _about_types(message)
    if isinstance(error, KeyError) and isinstance(node, ast.Subscript) and error.args:
        return "no-such-key", {"key": short(error.args[0]).replace("`", "")}
    if isinstance(error, IndexError):
        return _about_index(message, frame, node, case)
    if isinstance(error, AttributeError) and "'tuple' object" in message:
        return _comma(tree)
    if isinstance(error, (NameError, AttributeError)):
        return _misspelt(error, frame)
    return None


def _about_shapes(message, frame, node, tree, case):
    if "truth value" in message:
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
        if name not in ("max", "min"):
            return "truth-of-an-array", {}
        cure = CURES["one-array" if len(node.args) == 1 else "two-arrays"]
        return "python-max", {"name": name, "cure": both(cure, name=name)}
    if "could not broadcast input" in message:
        a, b = re.findall(r"shape (\([\d,]*\))", message)
        alike = len(re.findall(r"\d+", a)) == len(re.findall(r"\d+", b))
        return "other-length" if alike else "no-room", {"a": a, "b": b}
    if "all input arrays must have the same shape" in message:
        sliced = tree is None or any(isinstance(part, ast.Slice) for part in ast.walk(tree))
        return "stack-of-unequal", {"shown": shapes_of(case), "why": CURES["slices" if sliced else "axes"]}
    for part in ast.walk(node) if node is not None else ():
        if isinstance(part, ast.Call) and _called(part) == "dot" and len(part.args) == 2:
            sides = [_value(side, frame) for side in part.args]
            if all(isinstance(side, np.ndarray) for side in sides) and max(side.ndim for side in sides) > 2:
                return "dot-with-three-axes", {"code": _text(part), "a": np.dot(*sides).shape}
    if (split := _split_of_columns(tree)) is not None:
        return "split-of-columns", {"code": _text(split)}
    return _two_sides(message, frame, node)


def _two_sides(message, frame, node):
    if isinstance(node, ast.Call) and _called(node) in ("dot", "matmul") and len(node.args) == 2:
        left, right, product = *node.args, True
    elif isinstance(node, ast.Call) and _called(node) == "dot" and isinstance(node.func, ast.Attribute):
        left, right, product = node.func.value, node.args[0], True
    elif isinstance(node, (ast.BinOp, ast.AugAssign)):
        left, right = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
        product = isinstance(node.op, ast.MatMult)
        if not product and "broadcast" not in message:
            return None
    else:
        return None
    a, b = _value(left, frame), _value(right, frame)
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray):
        return None
    fields = {"code": _text(node), "a": a.shape, "b": b.shape}
    for side, value in ((left, a), (right, b)):
        if (column := _diag_of_a_column(side, frame)) is not None:
            return "diag-of-a-column", {"code": _text(side), "a": value.shape, "b": column}
    if product:
        return _product(left, right, a, b, fields)
    times = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)
    if times and a.ndim == b.ndim == 2 and a.shape[1] == b.shape[0]:
        return "star-for-at", fields | {"cure": f"{_factor(left)} @ {_factor(right)}"}
    return "entry-by-entry", fields


def _product(left, right, a, b, fields):
    def fits(a, b):
        return a.ndim >= 1 and b.ndim >= 2 and a.shape[-1] == b.shape[-2]

    one, two = _factor(left), _factor(right)
    turned_left, turned_right = _is_transposed(left), _is_transposed(right)
    if turned_right and fits(b.T, a):
        return "matrix-on-the-left", fields | {"cure": f"{_factor(right.value)} @ {one}"}
    if a.shape == b.shape:
        if isinstance(left, ast.BinOp) and isinstance(left.op, ast.MatMult):  # A @ r @ h: the matrix comes last
            return "at-for-star-in-a-chain", fields | {"cure": f"{_text(left.left)} @ ({_factor(left.right)} * {two})"}
        return "at-for-star", fields | {"cure": f"{one} * {two}", "turned": f"{one} @ {two}.T"}
    if turned_left and fits(a.T, b):
        return "transpose-too-many", fields | {"cure": f"{_factor(left.value)} @ {two}"}
    if fits(b, a):
        return "matrix-on-the-left", fields | {"cure": f"{two} @ {one}"}
    if a.ndim == 2 and fits(a.T, b):
        return "transpose-missing", fields | {"cure": f"{one}.T @ {two}"}
    if b.ndim == 2 and fits(a, b.T):
        return "transpose-on-the-right", fields | {"cure": f"{one} @ {two}.T"}
    return "product", fields


def _is_transposed(node):
    return isinstance(node, ast.Attribute) and node.attr == "T"


def _diag_of_a_column(node, frame):
    if not (isinstance(node, ast.Call) and _called(node) == "diag" and len(node.args) == 1):
        return None
    column = _value(node.args[0], frame)
    return column.shape if isinstance(column, np.ndarray) and column.ndim == 2 and column.shape[1] == 1 else None


def _split_of_columns(tree):
    """A call of `np.split` along axis 1, or None."""
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Call) and _called(node) in ("split", "array_split"):
            axis = [k.value for k in node.keywords if k.arg == "axis"] + node.args[2:3]
            if axis and isinstance(axis[0], ast.Constant) and axis[0].value == 1:
                return node
    return None


def _about_types(message):
    if "bitwise_xor" in message or "for ^" in message:
        return "caret", {}
    if "object is not callable" in message and "ndarray" in message:
        return "called-an-array", {}
    if re.search(r"Cannot interpret '\d+' as a data type", message):
        return "shape-in-one", {}
    return None


def _about_index(message, frame, node, case):
    found = re.search(r"index (-?\d+) is out of bounds for axis \d+ with size (\d+)", message)
    if not found:
        return None
    index, size = map(int, found.groups())
    if isinstance(node, ast.Subscript):
        inside = _value(node.slice, frame)
        if isinstance(inside, np.ndarray) and inside.size == size > 1:
            return "values-as-places", {"code": _text(node), "index": index}
    if index < 0 or not size:
        return None
    return "beyond-the-end", {"index": index, "size": size, "last": size - 1, "shown": shapes_of(case)}


def _comma(tree):
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 1:
            target = _text(node.targets[0])
            return "comma", {"line": node.lineno, "name": target, "text": f"{_text(node.value.elts[0])},", "where": ""}
    return None


def _misspelt(error, frame):
    name = getattr(error, "name", None)
    if not name or frame is None:
        return None
    if isinstance(error, NameError):
        if isinstance(error, UnboundLocalError):
            return None
        names = [*frame.f_locals, *frame.f_globals, *dir(builtins)]
        if callable(getattr(np, name, None)):
            return "of-numpy", {"name": name}
    else:
        if error.obj is not np and not isinstance(error.obj, np.ndarray):
            return None
        names = dir(error.obj)
    close = [other for other in names if sorted(other) == sorted(name)]  # two letters exchanged: the nearest of all
    close = close or difflib.get_close_matches(name, names, n=1, cutoff=0.75)
    return ("misspelt", {"name": name, "close": close[0]}) if close else None


# ---------- code


def _function_tree(answer):
    """The syntax tree of the reader's function with the line numbers of its file, or None."""
    code = _code(answer)
    if code is None:
        return None
    try:
        lines, first = inspect.getsourcelines(code)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError, ValueError, IndexError):
        return None
    return ast.increment_lineno(tree, max(first, 1) - 1)


def loop_return(answer):
    """The line of a `return` that ends a loop in its first round, or None."""
    tree = _function_tree(answer)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, (ast.For, ast.While)) and node.body:
            for part in node.body:
                if isinstance(part, (ast.Continue, ast.Break)):
                    break
                if isinstance(part, ast.Return):
                    return part.lineno
    return None


def maximum_mixed_up(answer):
    """The text of a call such as ``np.max(a, 0)``, or None."""
    tree = _function_tree(answer)
    for node in ast.walk(tree) if tree is not None else ():
        is_max = isinstance(node, ast.Call) and _called(node) in ("max", "amax") and len(node.args) == 2
        if is_max and isinstance(node.func, ast.Attribute) and isinstance(node.args[1], ast.Constant):
            return _text(node) if node.args[1].value in (0, 0.0) else None
    return None


def _called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)


def _text(node):
    return short(ast.unparse(node)).replace("`", "")


def _factor(node):
    """The text of an expression that is to stand beside `*`, `@` or `.T`."""
    return f"({_text(node)})" if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Compare)) else _text(node)


_HARMLESS = (
    ast.Name, ast.Load, ast.Constant, ast.Attribute, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Subscript,
    ast.Slice, ast.Tuple, ast.List, ast.Call, ast.keyword,
)  # fmt: skip


def _value(node, frame):
    """The value of an expression in a frame that has stopped; None where computing it again might do something."""
    for part in ast.walk(node):
        if not isinstance(part, _HARMLESS):
            return None
        if isinstance(part, ast.Call) and not _is_numpy(part.func, frame):
            return None
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        node = ast.Name(node.id, ast.Load())
    code = compile(ast.fix_missing_locations(ast.Expression(node)), "<again>", "eval")
    return eval(code, frame.f_globals, frame.f_locals)


def _is_numpy(function, frame):
    """Whether ``np.something``, or a built-in such as `abs` or `len`, is called."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return frame.f_globals.get(function.value.id) is np
    return isinstance(function, ast.Name) and function.id in ("abs", "len", "range", "sum", "round", "sorted")
