"""What to say of wrong numbers and shapes where no registered mistake gives them.

First it is asked what the numbers have to do with the right ones: the opposite sign, twice as large, a sum over the
examples, moved by one place. Such a relation is said only where it holds in every test input, so that it is a fact.
"""

import itertools

import numpy as np

from seqlib.lessons.sentences import (
    ALONG,
    AXES,
    ENDS,
    EVERYTHING,
    RELATIONS,
    SAYS,
    SIZE,
    begin_small,
    both,
    count_of,
    short,
)

__all__ = ["explain_array", "explain_count", "explain_entries", "names_of", "shapes_of"]


def same(a, b, rtol=1e-6):
    """Whether two arrays have one shape and the same numbers, up to rounding in single precision."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.dtype.kind not in "biuf" or b.dtype.kind not in "biuf":
        return False
    scale = np.abs(b[np.isfinite(b)]).max(initial=0.0)
    return bool(np.isclose(a, b, rtol=rtol, atol=1e-7 * scale, equal_nan=True).all())


# ---------- results with names


def names_of(keys):
    """Names as a reader sees them: `` `C`, `h` ``."""
    return ", ".join(f"`{key}`" for key in keys)


def explain_entries(exercise, cases, wanted, came):
    """Which of the named results are wrong, and what is wrong with the first of them."""
    names = list(wanted[0])
    pairs = list(zip(came, wanted, strict=True))
    wrong = [name for name in names if not all(same(c[name], w[name]) for c, w in pairs)]
    wrong = wrong or [name for name in names if not all(same(c[name], w[name], 1e-9) for c, w in pairs)] or names
    fields = {"keys": names_of(wrong), "count": len(names), "right": len(names) - len(wrong)}
    lead = both(SAYS["one-wrong" if len(wrong) == 1 else "some-wrong"], **fields)
    if 2 < len(wrong) < 6 and (order := _reordered(pairs, wrong)):
        return "reordered", _joined(lead, both(RELATIONS["reordered"], came=names_of(order), names=names_of(wrong)))
    for a, b in itertools.combinations(wrong, 2):
        if all(same(c[a], w[b]) and same(c[b], w[a]) for c, w in pairs):
            return "exchanged", _joined(lead, both(RELATIONS["exchanged"], a=f"`{a}`", b=f"`{b}`"))
    first = wrong[0]
    name, says = explain_array(exercise, cases, [w[first] for w in wanted], [c[first] for c in came])
    says = begin_small(says)
    return name, {language: f"{lead[language]}`{first}`: {says[language]}" for language in lead}


def _reordered(pairs, names):
    """What stands in each named place, where the right results came in another order; else None."""
    for order in itertools.permutations(names):
        if all(same(c[place], w[name]) for c, w in pairs for place, name in zip(names, order, strict=True)):
            return order
    return None


def _joined(lead, says):
    return {language: lead[language] + says[language] for language in lead}


def explain_count(wanted, came):
    """Too many or too few results came: a tuple of arrays where a dict of named ones is asked for."""
    names, fields = list(wanted), {"count": count_of(len(wanted)), "names": names_of(wanted)}
    if len(came) == 1 and (says := _all_in_one(list(wanted.values()), came[0], fields)):
        return says
    known, left = [], list(names)
    for part in came:  # each name once: D and H may be the same number
        known.append(next((name for name in left if same(part, wanted[name])), None))
        left = [name for name in left if name != known[-1]]
    found = {"en": "", "ko": ""}
    if known[: len(names)] == names:
        found = both(SAYS["first-right"], count=fields["count"])
    elif known and None not in known and len(came) < len(names):
        missing = names_of(name for name in names if name not in known)
        found = both(SAYS["these-came"], came=names_of(known), missing=missing)
    return "other-count", both(SAYS["other-count"], came=count_of(len(came)), found=found, **fields)


def _all_in_one(arrays, came, fields):
    if same(came, np.concatenate([a.ravel() for a in arrays])):
        return "joint", both(SAYS["joint"], **fields)
    if len({a.shape for a in arrays}) == 1 and same(came, sum(arrays)):
        return "added-together", both(SAYS["added-together"], **fields)
    return None


# ---------- one array


def explain_array(exercise, cases, wanted, came):
    """What is wrong with one array, from all the test inputs: a mistake's name and its sentence."""
    first = next((n for n, (c, w) in enumerate(zip(came, wanted, strict=True)) if not same(c, w, 1e-9)), 0)
    c, w, case = came[first], wanted[first], cases[first]
    if c.shape != w.shape:
        return _shape_relation(exercise, wanted, came) or _explain_shape(exercise, c, w, case)
    for name, bad in (("not-a-number", np.isnan(c) & ~np.isnan(w)), ("infinite", np.isinf(c) & ~np.isinf(w))):
        if bad.any():
            return name, both(SAYS[name], where=_place(exercise, np.argwhere(bad)[0]))
    if c.dtype.kind in "iu" and w.dtype.kind == "f" and (c.any() or c.size > 1) and np.all(np.abs(c - w) < 1):
        return "whole-numbers", SAYS["whole-numbers"]
    relation = _relation(exercise, cases, wanted, came)
    number = both(SAYS["case"], number=first + 1, count=len(cases), shown=_shown(case, ": {}"))
    if w.ndim == 0:
        says = both(SAYS["wrong-number"], wanted=_digits(w, c), came=_digits(c, w), inputs=_shown(case, "{}"))
    else:
        off = np.abs(np.where(np.isnan(w) & np.isnan(c), 0, c.astype(float) - w))
        at = np.unravel_index(np.argmax(off), w.shape)
        fields = {"where": _place(exercise, at), "wanted": _digits(w[at], c[at]), "came": _digits(c[at], w[at])}
        says = both(SAYS["shown-at" if relation else "wrong-value"], case=number, **fields)
        says = says if not relation else {k: v if v[:3] == "t =" else v[0].upper() + v[1:] for k, v in says.items()}
    if relation is None:
        return "wrong-value", says
    name, fact = relation
    if w.ndim == 0:  # one number a test input: then it is no "every number"
        fact = {"en": fact["en"].replace("Every number", "Your number"), "ko": fact["ko"].replace("모든 수", "나온 수")}
    return name, {language: f"{fact[language]} {says[language]}" for language in fact}


def _digits(number, other):
    """Six digits, or as many as tell two numbers apart."""
    for digits in (6, 9, 12, 17):
        if f"{number:.{digits}g}" != f"{other:.{digits}g}":
            break
    return f"{number:.{digits}g}"


def _explain_shape(exercise, came, wanted, case):
    fields = {"wanted": wanted.shape, "came": came.shape, "shapes": shapes_of(case)}
    if came.ndim == 0 and wanted.ndim == 1:
        return "one-for-all", both(SAYS["one-for-all"], axis=_along(exercise, 0, 1), **fields)
    inputs = {name: value.shape for name, value in case.items() if isinstance(value, np.ndarray)}
    if wanted.ndim == 0 and came.shape not in inputs.values():
        return "many-for-one", both(SAYS["many-for-one"], **fields)
    if wanted.ndim == 0 and came.shape in inputs.values():
        name = next(name for name, shape in inputs.items() if shape == came.shape)
        return "all-for-one", both(SAYS["all-for-one"], name=name, **fields)
    if came.ndim == wanted.ndim == 1 and len(inputs) == 1:
        [(name, shape)] = inputs.items()
        if shape.count(*came.shape) == shape.count(*wanted.shape) == 1:
            places = {"name": name, "right": shape.index(*wanted.shape), "wrong": shape.index(*came.shape)}
            return "another-axis", both(SAYS["another-axis"], **places, **fields)
    if not exercise.axes and came.ndim == wanted.ndim == 1 and max(came.size, wanted.size) <= 12:  # a list, not a column
        lists = {"all": _listed(wanted), "yours": _listed(came), "inputs": _shown(case, "{}")}
        return "wrong-length", both(SAYS["wrong-length"], wanted=wanted.size, came=came.size, **lists)
    name = "wrong-shape"
    if came.ndim == wanted.ndim and sorted(came.shape) == sorted(wanted.shape):
        turns = itertools.permutations(range(came.ndim))
        name = "transposed" if any(same(came.transpose(turn), wanted) for turn in turns) else name
    elif came.ndim < wanted.ndim and same(came.ravel(), wanted.ravel()):
        name = "flattened"
    return name, both(SAYS[name], **fields)


def _listed(array):
    return " ".join(f"{number:.4g}" for number in array) or "–"


def _shape_relation(exercise, wanted, came):
    """What arrays of other shapes have to do with the right ones, or None."""
    pairs = list(zip(came, wanted, strict=True))

    def holds(test):
        return all(test(c, w) for c, w in pairs)

    def sums(inner, outer, how, axis):  # whether `outer` is `inner` gathered over an axis, which may be kept
        return any(same(how(inner, axis=axis, keepdims=kept), outer) for kept in (False, True))

    for name, how in (("summed", np.sum), ("averaged", np.mean)):
        for axis in _axes(wanted):
            long = axis is None or any(w.shape[axis] > 1 for w in wanted)
            if long and holds(lambda c, w, how=how, axis=axis: sums(w, c, how, axis)):
                return name, both(RELATIONS[name], axis=_along(exercise, axis, wanted[0].ndim))
        for axis in _axes(came):
            long = axis is None or any(c.shape[axis] > 1 for c in came)
            if long and holds(lambda c, w, how=how, axis=axis: sums(c, w, how, axis)):
                return f"not-{name}", both(RELATIONS[f"not-{name}"], axis=_along(exercise, axis, came[0].ndim))
    for at in (-1, 0) if min(w.ndim for w in wanted) else ():
        if holds(lambda c, w, at=at: same(c, w[at]) or same(c, w[at][None])):
            place = _place(exercise, (len(wanted[0]) - 1 if at else 0,), wanted[0].ndim)
            return "one-place-only", both(RELATIONS["one-place-only"], place=place)
    for axis in _axes(wanted)[:-1]:
        for end, cut in (("first", slice(1, None)), ("last", slice(None, -1))):
            fields = {"axis": _along(exercise, axis, wanted[0].ndim), "end": ENDS[end]}
            if holds(lambda c, w, axis=axis, cut=cut: c.size and same(c, _cut(w, axis, cut))):
                return "one-missing", both(RELATIONS["one-missing"], **fields)
            if holds(lambda c, w, axis=axis, cut=cut: c.ndim == w.ndim and same(_cut(c, axis, cut), w)):
                return "one-extra", both(RELATIONS["one-extra"], **fields)
    return None


def _axes(arrays):
    """Axes that all these arrays have, and None for all of them together."""
    return [*range(min(a.ndim for a in arrays)), None]


def _cut(array, axis, part):
    return array[(slice(None),) * axis + (part,)]


# ---------- numbers of the right shape


TAKEN = {
    "one-minus": lambda w: 1 - w,
    "squared": np.square,
    "root-taken": np.sqrt,
    "log-taken": np.log,
    "exp-taken": np.exp,
    "tanh-taken": np.tanh,
    "sigmoid-taken": lambda w: 1 / (1 + np.exp(-w)),
    "one-over": lambda w: 1 / w,
    "sign-lost": np.abs,
}


def _relation(exercise, cases, wanted, came):
    """What wrong numbers have to do with the right ones in every test input: (name, sentence), or None."""
    if any(c.shape != w.shape or not np.isfinite(c).all() for c, w in zip(came, wanted, strict=True)):
        return None
    pairs = [(c.astype(float), w.astype(float)) for c, w in zip(came, wanted, strict=True)]
    if sum(w.size for w in wanted) < 2:
        return None
    if all(not c.any() for c, _ in pairs):
        return "all-zeros", RELATIONS["all-zeros"]
    if all(same(c, -w) for c, w in pairs):
        return "opposite-sign", RELATIONS["opposite-sign"]
    if wanted[0].dtype.kind in "iu" and all(same(np.round(c), w) for c, w in pairs):
        return "not-rounded", RELATIONS["not-rounded"]
    varied = np.ptp(np.concatenate([c.ravel() for c, _ in pairs])) > 0  # where all are alike, much fits by chance
    for name, taken in TAKEN.items():
        if varied and all(same(c, taken(w)) for c, w in pairs):
            return name, RELATIONS[name]
    return _scaled(cases, pairs) or _added(cases, pairs) or _moved(exercise, pairs)


def _scaled(cases, pairs):
    """Every number is the right one times a factor, which may be a size that has a name."""
    factors = [_constant(c[w != 0] / w[w != 0]) if (w != 0).any() and not c[w == 0].any() else None for c, w in pairs]
    if None in factors:
        return None
    for name, sizes in _sizes(cases):
        if len({*sizes}) > 1 and np.allclose(factors, sizes, rtol=1e-6):
            return "times-size", both(RELATIONS["times-size"], size=name)
        if len({*sizes}) > 1 and np.allclose(factors, 1 / np.array(sizes, float), rtol=1e-6):
            return "over-size", both(RELATIONS["over-size"], size=name)
    if np.allclose(factors, factors[0], rtol=1e-6):
        return "times", both(RELATIONS["times"], factor=f"{factors[0]:.4g}")
    return None


def _added(cases, pairs):
    """Every number is too large, or too small, by the same: a constant, or a size such as 4·H."""
    offs = [_constant(c - w, np.abs(w).max(initial=0)) for c, w in pairs]
    if None in offs or not all(offs) or len({off > 0 for off in offs}) > 1:
        return None
    name, amounts = ("too-large" if offs[0] > 0 else "too-small"), np.abs(offs)
    if np.allclose(amounts, amounts[0], rtol=1e-6):
        return name, both(RELATIONS[name], by=f"{amounts[0]:.4g}")
    numbers = [(name, np.array(values, float)) for name, values in _numbers(cases) if all(values)]
    products = [(f"{a}·{b}", np.multiply(x, y)) for (a, x), (b, y) in itertools.combinations_with_replacement(numbers, 2)]
    if len(cases) > 1:
        for factor, (size, values) in itertools.product((1, 2, 3, 4), [*numbers, *products]):
            if np.allclose(amounts, factor * np.array(values), rtol=1e-6):
                return name, both(RELATIONS[name], by=size if factor == 1 else f"{factor}·{size}")
    return None


def _constant(values, scale=0.0):
    """The number that all these are, or None."""
    return float(values.flat[0]) if np.allclose(values, values.flat[0], rtol=1e-6, atol=1e-9 * scale) else None


def _sizes(cases):
    """Sizes with a name: a number among the inputs, the length of an input's axis."""
    numbers = dict(_numbers(cases))
    for name in cases[0]:
        values = [case[name] for case in cases]
        if name in numbers:
            yield f"`{name}`", values
        if all(isinstance(value, np.ndarray) for value in values) and len({value.ndim for value in values}) == 1:
            for axis in range(values[0].ndim):
                yield both(SIZE, axis=axis, name=name), [value.shape[axis] for value in values]
            yield f"`{name}.size`", [value.size for value in values]


def _numbers(cases):
    """The inputs that are one number in every test input: a name, and its numbers."""
    for name in cases[0]:
        values = [case[name] for case in cases]
        if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
            yield name, values


def _moved(exercise, pairs):
    """The right numbers at other places, or at all places but one."""
    ndim = pairs[0][1].ndim
    if ndim == 0:
        return None
    if any(2 * len(np.unique(w)) < w.size for _, w in pairs):  # where many are alike, much fits by chance
        return _only_there(exercise, pairs)
    if ndim == 2 and all(w.shape[0] == w.shape[1] and same(c, w.T) for c, w in pairs):
        return "mirrored", RELATIONS["mirrored"]
    for axis in range(ndim):
        along = _along(exercise, axis, ndim)
        if all(same(c, np.flip(w, axis)) for c, w in pairs):
            return "reversed", both(RELATIONS["reversed"], axis=along)
        for by, here, there in ((1, slice(1, None), slice(None, -1)), (-1, slice(None, -1), slice(1, None))):
            long = all(w.shape[axis] > 2 for _, w in pairs)
            if long and all(same(_cut(c, axis, here), _cut(w, axis, there)) for c, w in pairs):
                return "moved", both(RELATIONS["moved"], axis=along, by=by)
    if all(w.size > 2 and same(np.sort(c, axis=None), np.sort(w, axis=None)) for c, w in pairs):
        return "sorted", RELATIONS["sorted"]
    return _only_there(exercise, pairs)


def _only_there(exercise, pairs):
    c, w = next((c, w) for c, w in pairs if not same(c, w))
    bad = ~np.isclose(c, w, rtol=1e-6, atol=1e-9)
    for axis in range(w.ndim):
        places = {index[axis] for index in np.argwhere(bad)}
        if len(places) == 1 and w.shape[axis] > 2:
            index = tuple(places) if axis == 0 else None
            if index is not None:
                return "only-there", both(RELATIONS["only-there"], place=_place(exercise, index, w.ndim))
    return None


# ---------- places and inputs in the words of the lesson


def _axis_names(exercise, ndim):
    """What the axes of a result, or of one of several named results, are."""
    axes = exercise.axes
    if exercise.returns and len(axes) == ndim + 1:
        axes = axes[1:]
    if len(axes) == ndim:
        return axes
    return ("row", "column") if ndim == 2 else ("entry",) * ndim


def _place(exercise, index, ndim=None):
    """An index in the words of the lesson: ``t = 2, unit 3, example 1``, counted from 1."""
    if len(index) == 0:
        return {"en": "its only number", "ko": "하나뿐인 값"}
    names = _axis_names(exercise, len(index) if ndim is None else ndim)[: len(index)]
    places = [
        both(AXES[name], i=i + 1) if isinstance(name, str) else dict.fromkeys(("en", "ko"), f"`{name[i]}`")
        for name, i in zip(names, index, strict=True)
    ]
    return {language: ", ".join(place[language] for place in places) for language in places[0]}


def _along(exercise, axis, ndim):
    if axis is None:
        return EVERYTHING
    names = _axis_names(exercise, ndim)
    name = names[axis] if ndim == len(exercise.axes) - bool(exercise.returns) or ndim == len(exercise.axes) else None
    return both(ALONG.get(name if isinstance(name, str) else None, ALONG[None]), n=axis)


def _shown(case, form):
    """A test input for the eye: its numbers and words, or else the shapes of its arrays."""
    shown = [f"{name} = {_number(v)}" for name, v in case.items() if isinstance(v, (int, float, str))]
    shown += [f"{name} = {short(' '.join(map(str, v)), 50)}" for name, v in case.items() if type(v) is list]
    if not shown:
        shown = [f"{name} {value.shape}" for name, value in case.items() if isinstance(value, np.ndarray)]
        shown = shown if len(", ".join(shown)) <= 70 or form == "{}" else []
    return form.format(", ".join(shown)) if shown else ""


def _number(value):
    return f"{value:.4g}" if isinstance(value, float) else value


def shapes_of(case, form=" (inputs: {})"):
    """The shapes of a test input's arrays in brackets, in both languages."""
    shapes = ", ".join(f"{name} {value.shape}" for name, value in case.items() if isinstance(value, np.ndarray))
    if not shapes:
        return ""
    return {"en": form.format(shapes), "ko": f"(입력: {shapes})"}
