"""The framework: whatever a reader types, a check returns one sentence, and the right one."""

import functools
import re
import sys
import time
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seqlib import words
from seqlib.lessons import EXERCISES, Exercise, Mistake, Result, check, register

STEP = "unroll-cell-step"


def right(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(W_xh @ x_t + W_hh @ h_prev + b_h)


def after(change):
    """The right result, changed."""
    return lambda *inputs: change(right(*inputs))


# ---------- hostile answers, one sentence each


def forgets_return(x_t, h_prev, W_xh, W_hh, b_h):
    np.tanh(W_xh @ x_t + W_hh @ h_prev + b_h)


def prints(x_t, h_prev, W_xh, W_hh, b_h):
    print(W_xh.shape)


def raises(x_t, h_prev, W_xh, W_hh, b_h):
    raise KeyError("x")


def wrong_product(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(x_t @ W_xh @ x_t)


def unknown_name(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(W_xh @ x_tt)  # noqa: F821


def changes_input(x_t, h_prev, W_xh, W_hh, b_h):
    W_xh *= 2
    return np.tanh(W_xh @ x_t)


def changes_input_but_right(x_t, h_prev, W_xh, W_hh, b_h):
    h_prev[...] = right(x_t, h_prev, W_xh, W_hh, b_h)
    return h_prev


def recursive(x_t, h_prev, W_xh, W_hh, b_h):
    return recursive(x_t, h_prev, W_xh, W_hh, b_h)


def generates(x_t, h_prev, W_xh, W_hh, b_h):
    yield right(x_t, h_prev, W_xh, W_hh, b_h)


async def asynchronous(x_t, h_prev, W_xh, W_hh, b_h):
    return right(x_t, h_prev, W_xh, W_hh, b_h)


def quits(*inputs):
    sys.exit(3)


def interrupts(*inputs):
    raise KeyboardInterrupt


def out_of_memory(*inputs):
    raise MemoryError


class OwnError(BaseException):
    def __str__(self):
        raise RuntimeError


def own_error(*inputs):
    raise OwnError


class Angry:
    """Raises at whatever is asked of it."""

    def _no(self, *_, **__):
        raise RuntimeError("no")

    __array__ = __repr__ = __str__ = __eq__ = __hash__ = __len__ = __iter__ = __bool__ = __float__ = __getattr__ = _no


class Liar:
    """Raises even when its class is looked up."""

    @property
    def __class__(self):
        raise RuntimeError("no")


def with_nan(h):
    h[1, 0] = np.nan
    return h


def with_infinity(h):
    h[0, 0] = np.inf
    return h


HOSTILE = [
    (forgets_return, "returned-none", "forget `return`"),
    (after(lambda h: None), "returned-none", "`None`"),
    (prints, "printed", "prints"),
    (raises, "raised", "`KeyError` (line"),
    (wrong_product, "matrix-on-the-left", "`W_xh @ x_t`"),
    (lambda x, h, A, B, b: np.dot(h, A), "transpose-missing", "`h.T @ A`"),
    (lambda x, h, A, B, b: x + h, "entry-by-entry", "(2, 4) does not fit (3, 4)"),
    (lambda *inputs: np.matmul(*inputs[:2]), "product-shapes", "inputs: x_t (2, 4)"),
    (unknown_name, "misspelt", "Did you mean `x_t`?"),
    (own_error, "raised", "`OwnError`"),
    (changes_input, "inputs-changed", "`W_xh`"),
    (changes_input_but_right, "inputs-changed", "`h_prev`"),
    (recursive, "recursion", "(line"),
    (generates, "generator", "np.stack"),
    (lambda *inputs: map(abs, [1]), "generator", "np.stack"),
    (asynchronous, "coroutine", "async def"),
    (quits, "exit", "return"),
    (interrupts, "interrupted", "interrupted"),
    (out_of_memory, "memory", "memory"),
    (lambda x: x, "arguments", "5 inputs"),
    (lambda a, b, c, d, e, f: a, "arguments", "missing a required argument: 'f'"),
    (lambda *, x: x, "arguments", "too many positional"),
    (after(lambda h: h.ravel()), "flattened", "(3, 4), but came (12,)"),
    (after(lambda h: h.T), "transposed", "(3, 4), but came (4, 3)"),
    (after(lambda h: h[:, :2]), "wrong-shape", "(3, 4), but came (3, 2)"),
    (after(lambda h: h[None]), "wrong-shape", "(1, 3, 4)"),
    (after(lambda h: 0.5), "wrong-shape", "()"),
    (after(lambda h: np.broadcast_to(0.0, (10**6, 10**6))), "wrong-shape", "(1000000, 1000000)"),
    (after(with_nan), "not-a-number", "unit 2, example 1"),
    (after(with_infinity), "infinite", "unit 1, example 1"),
    (after(lambda h: h + 0j), "complex", "complex"),
    (after(lambda h: h > 0), "truth-values", "`True`"),
    (after(lambda h: h.astype(int)), "whole-numbers", "dtype=int"),
    (after(lambda h: h.copy), "uncalled", "parentheses"),
    (after(lambda h: np.ndarray), "uncalled", "parentheses"),
    (after(str), "wrong-type", "str"),
    (after(lambda h: {"h": h}), "wrong-type", "dict"),
    (after(lambda h: {1, 2}), "wrong-type", "set"),
    (after(lambda h: b"h"), "wrong-type", "bytes"),
    (after(lambda h: [[1, 2], [3]]), "ragged", "different shapes"),
    (after(lambda h: [None, None]), "none-inside", "place 1"),
    (after(lambda h: [[1, 2], ["a", 2]]), "text-inside", "place 2, 1, `a`"),
    (after(lambda h: [{}]), "kind-inside", "`dict` at place 1"),
    (after(lambda h: object()), "wrong-type", "object"),
    (after(lambda h: np.array(["a"])), "wrong-type", "ndarray"),
    (after(lambda h: Angry()), "unreadable", "`RuntimeError`"),
    (after(lambda h: Liar()), "unexpected", "`RuntimeError`"),
    (after(lambda h: h + 0.25), "too-large", "unit"),
    (after(lambda h: np.where(h == h.max(), 7, h)), "only-there", "yours is 7"),
    (after(lambda h: h + 0.1 * h**2), "wrong-value", "unit"),
    (after(lambda h: h * 1e308 * 10), "infinite", "infinite"),
    (right(*EXERCISES[STEP].inputs()[0].values()), "not-a-function", '`check("unroll-cell-step", rnn_step)`'),
    (None, "not-a-function", "NoneType"),
    ("rnn_step", "not-a-function", "str"),
    (float("nan"), "not-a-function", "float"),
    (Angry, "is-a-class", "def rnn_step"),
    (np.tanh, "arguments", ""),
]


@pytest.mark.parametrize(
    ("answer", "name", "part"), HOSTILE, ids=[f"{i}-{name}" for i, (_, name, _) in enumerate(HOSTILE)]
)
def test_a_hostile_answer_gets_its_own_sentence(answer, name, part, capsys):
    result = check(STEP, answer)
    if answer is np.tanh:  # which of the two depends on whether NumPy gives its ufuncs a signature
        assert result.mistake in ("arguments", "raised")
        return
    assert (result.ok, result.mistake) == (False, name), repr(result)
    assert part in result.says["en"]
    assert set(result.says) == {"en", "ko"} and result.says["en"] != result.says["ko"]
    assert result._repr_html_()


def test_an_exception_names_the_line_of_the_reader():
    result = check(STEP, raises)
    assert f"line {raises.__code__.co_firstlineno + 1}" in result.says["en"]
    assert '`raise KeyError("x")`' in result.says["en"]


def test_what_went_wrong_is_kept_to_experiment_with():
    result = check(STEP, after(lambda h: h + 0.25))
    assert list(result.inputs) == ["x_t", "h_prev", "W_xh", "W_hh", "b_h"]
    assert np.allclose(result.got - result.expected, 0.25)


def test_a_right_result_in_one_buffer_used_again_is_not_spoiled_by_the_next_call():
    memory = {}

    def step(*inputs):
        h = right(*inputs)
        kept = memory.setdefault(h.shape, h)
        kept[...] = h
        return kept

    assert check(STEP, step).ok


# ---------- not yet


def body_of_dots(x_t, h_prev, W_xh, W_hh, b_h): ...


def body_of_docstring(x_t, h_prev, W_xh, W_hh, b_h):
    """Compute h."""


def returns_dots(x_t, h_prev, W_xh, W_hh, b_h):
    return ...


def one_blank(x_t, h_prev, W_xh, W_hh, b_h):
    a = W_xh @ x_t + ...
    return np.tanh(a)


def blank_in_a_product(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(W_xh @ ...)


def blank_in_a_call(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(...)


def blank_argument(x_t, h_prev, W_xh, W_hh, b_h):
    return [np.tanh(W @ x_t) for W in (...)]


def blank_unused(x_t, h_prev, W_xh, W_hh, b_h):
    a = ...  # noqa: F841
    return x_t


def blank_inside(x_t, h_prev, W_xh, W_hh, b_h):
    def cell(x):
        return ...

    return cell(x_t)


def blank_stored(x_t, h_prev, W_xh, W_hh, b_h):
    h = np.zeros((1, *h_prev.shape))
    for t in range(1):
        h[t] = ...
    return h[0]


def blank_in_an_index(x_t, h_prev, W_xh, W_hh, b_h):
    return W_xh[... - 1]


def uses_a_stub(x_t, h_prev, W_xh, W_hh, b_h):
    return one_blank(x_t, h_prev, W_xh, W_hh, b_h)


def array_of_blanks(x_t, h_prev, W_xh, W_hh, b_h):
    return np.array([x_t, ...], dtype=object)


STUBS = [
    ..., [...], (1, (..., 2)), {"a": [...]}, {...}, np.array([..., 1], dtype=object), body_of_dots, body_of_docstring,
    returns_dots, one_blank, blank_in_a_product, blank_in_a_call, blank_argument, blank_unused, blank_inside,
    uses_a_stub, blank_stored, blank_in_an_index, array_of_blanks,
    functools.partial(one_blank), lambda x, h, A, B, b: ..., lambda x, h, A, B, b: (x, ...),
]  # fmt: skip


@pytest.mark.parametrize("stub", STUBS)
@pytest.mark.parametrize("key", [STEP, "shapes-which"])
def test_an_untouched_stub_is_not_yet(stub, key):
    if callable(stub) and key == "shapes-which":
        return
    result = check(key, stub)
    assert (result.ok, result.state, result.mistake) == (False, "not yet", None), repr(result)
    assert repr(result).startswith(f"· {key}: not yet. ")
    assert "wrong" not in result._repr_html_()


def test_a_key_without_an_answer_is_not_yet():
    assert check(STEP).state == "not yet"


def test_a_misspelt_keyword_gets_a_sentence():
    result = check(STEP, anwser=right)
    assert result.mistake == "no-such-argument" and "`anwser`" in result.says["en"] and "rnn_step" in result.says["ko"]
    assert check(STEP, answer=right).ok


def test_the_line_of_the_blank_is_named():
    assert f"line {one_blank.__code__.co_firstlineno + 1}." in check(STEP, one_blank).says["en"]
    assert "`one_blank`" in check(STEP, uses_a_stub).says["en"]


def test_dots_as_an_index_are_no_blank():
    def step(x_t, h_prev, W_xh, W_hh, b_h):
        h, n = np.zeros_like(h_prev), slice(None)
        h[...] = W_xh[..., :] @ x_t[..., n] + W_hh[...] @ h_prev + b_h
        h[..., 0:] += 0
        h[..., : h.shape[1]] *= 1
        h[...] += 0
        return h

    assert check(STEP, step).mistake == "tanh-forgotten"


def test_a_blank_that_does_not_matter_passes():
    def step(x_t, h_prev, W_xh, W_hh, b_h):
        note = ...  # noqa: F841
        return right(x_t, h_prev, W_xh, W_hh, b_h)

    assert check(STEP, step).ok


def test_calls_in_an_index_and_an_index_with_a_name_are_no_blanks():
    def by_call(x, n):
        return x[..., int(n)][0]

    def by_length(x, n):
        return x[..., max(x.shape[-1] - 1, 0, key=int)]

    def by_name(x, n):
        place = (..., n)
        return x[place].T

    for answer in (by_call, by_length, by_name):
        assert check("layer-slice", answer).state == "wrong"


def test_dots_that_are_handed_on_are_blanks():
    def to_a_call(x, n):
        return np.stack([..., len(x)])[0]

    def in_a_call(x, n):
        return x[int(...)]

    def behind_a_name(x, n):
        both = (..., n)
        return both[0]

    for answer in (to_a_call, in_a_call, behind_a_name):
        assert "still a `...` in line" in check("layer-slice", answer).says["en"]


def does_nothing(*inputs):
    return None


def unfinished_attribute(x_t, h_prev, W_xh, W_hh, b_h):
    return x_t.does_nothing + does_nothing_else(x_t)


def does_nothing_else(x):
    pass


def test_an_empty_body_is_not_said_to_hold_dots():
    for says in (check(STEP, does_nothing).says["en"], check(STEP, unfinished_attribute).says["en"]):
        assert "does nothing yet" in says and "..." not in says
    assert "`does_nothing_else`" in check(STEP, unfinished_attribute).says["en"]  # and not the attribute before it


# ---------- masks


def test_numbers_under_a_mask_are_none():
    for hide in (np.ma.masked_all_like, lambda h: np.ma.masked_where(True, h), lambda h: np.ma.masked_less(h, h[0, 0])):
        assert check(STEP, after(hide)).mistake == "masked"
        assert check(STEP, after(lambda h, hide=hide: list(hide(h)))).mistake == "masked"
    assert check(STEP, after(np.ma.masked_array)).ok  # nothing is hidden
    stacked = np.ma.masked_all((2, 1))
    assert check("train-mse", lambda outputs, targets: stacked).mistake == "masked"
    assert check("train-mse", lambda outputs, targets: (np.ma.masked, outputs)).mistake == "masked"


# ---------- keys and values


@pytest.mark.parametrize("key", ["unroll-cel-step", "cell-step", "Unroll-Cell-Step"])
def test_an_unknown_key_names_the_closest_and_its_lesson(key):
    result = check(key, right)
    assert (result.ok, result.mistake) == (False, "unknown-key")
    assert "Did you mean `unroll-cell-step`?" in result.says["en"]
    assert "`unroll-softmax`" in result.says["en"] and "`dense-flatten`" not in result.says["en"]


def test_a_key_is_known_by_its_letters_and_one_that_is_near_to_none_gets_no_list():
    assert "Did you mean `gates-step`?" in check("GATES-STEP", right).says["en"]
    assert check(f" {STEP} ", right).ok
    far = check("exercise 1", right)
    assert far.mistake == "unknown-key" and "Did you mean" not in far.says["en"] and "unroll" not in far.says["en"]


@pytest.mark.parametrize("key", ["", "?" * 5000, "<b>", None, right, 3, ..., b"unroll-loop", ["unroll-loop"]])
def test_a_strange_key_does_no_harm(key):
    result = check(key, right)
    assert not result.ok and result.mistake in ("unknown-key", "unexpected")
    assert len(repr(result)) < 700 and "<b>" not in result._repr_html_()


def test_objects_that_raise_when_looked_at_do_no_harm():  # pytest itself cannot take them as parameters
    assert check(STEP, Angry()).mistake == "not-a-function"
    assert "Angry" in check("shapes-which", Angry()).says["en"]
    for strange in (Angry(), Liar()):
        assert not check(strange, right).ok
        assert len(repr(check(strange, right))) < 500
        assert not check("shapes-which", strange).ok
        assert not check(STEP, strange).ok
        assert not check(STEP, lambda *inputs: [strange]).ok  # noqa: B023


def test_a_single_argument_and_too_many_get_a_sentence():
    assert check(right).mistake == "unknown-key"
    assert check().mistake == "unknown-key"
    assert check(STEP, right, right).mistake == "several-answers"


WHICH = EXERCISES["shapes-which"].solution()


@pytest.mark.parametrize(
    ("answer", "name", "part"),
    [
        (None, "is-none", "return"),
        (lambda: WHICH, "is-a-function", "Call the function"),
        (dict, "is-a-function", "Call the function"),
        ("many-to-many", "wrong-type", "dict"),
        (3, "wrong-type", "dict"),
        ([], "wrong-type", "dict"),
        ({}, "wrong-keys", "`caption`"),
        ({**WHICH, "<b>": 1}, "wrong-keys", "`caption`"),
        ({**WHICH, "tags": 3}, "wrong-type", "int"),
        ({**WHICH, "tags": None}, "wrong-type", "NoneType"),
        ({**WHICH, "tags": "<script>"}, "no-such-name", "is none of the names `one-to-many`"),
        ({**WHICH, "tags": "many-to-man"}, "no-such-name", "Did you mean `many-to-many`?"),
        ({**WHICH, "tags": "one-to-many"}, "tags-one-to-many", "`tags`"),
    ],
)
def test_wrong_values_get_their_own_sentence(answer, name, part):
    result = check("shapes-which", answer)
    assert (result.ok, result.mistake) == (False, name), repr(result)
    assert part in result.says["en"]
    assert "<script>" not in result._repr_html_()


def test_no_results_at_all_are_not_as_they_should_be():
    assert check("train-mse", lambda outputs, targets: []).says["en"] == "Return two, `loss`, `slope`; 0 came."


def test_an_input_may_be_a_number_here_and_an_array_there():
    assert check("layer-step", lambda w, slope, eta: (w - eta * slope) / 2).mistake == "times"
    assert "`eta`" in check("layer-step", lambda w, slope, eta: (w - eta * slope) * eta).says["en"]
    assert check("layer-step", lambda w, slope, eta: w - eta * slope + eta).mistake == "too-large"


def test_a_wrong_number_is_shown_beside_the_right_one():
    result = check("unroll-count", lambda T, D, H, K: 1)
    assert result.mistake == "wrong-value"
    assert result.says["en"] == "Expected 42, yours is 1 (for T = 5, D = 3, H = 4, K = 2)."
    assert "yours is 1e+30" in check("unroll-count", lambda T, D, H, K: 10**30).says["en"]
    assert check("unroll-count", lambda T, D, H, K: -(10**999)).mistake == "infinite"
    assert "H (" not in check("shapes-accuracy-mask", lambda predicted, y: 0.123).says["en"]


# ---------- other kinds of exercise, added for the test and taken away again


@pytest.fixture
def exercise():
    def add(**fields):
        said = {"en": "Well done.", "ko": "잘했습니다."}
        register(Exercise(key="test-own", signature="Own(a)", praise=said, **fields))
        return "test-own"

    yield add
    EXERCISES.pop("test-own", None)


class Doubles:
    def __init__(self, a):
        self.a = a

    def forward(self):
        return 2 * self.a


class Halves(Doubles):
    def forward(self):
        return self.a / 2


def test_an_exercise_may_ask_for_a_class(exercise):
    says = {"en": "It halves.", "ko": "절반이 됩니다."}
    key = exercise(
        kind="class",
        solution=lambda a: 2 * a,
        cases=lambda rng: [dict(a=rng.normal(size=3))],
        run=lambda cls, a: cls(a).forward(),
        mistakes=(Mistake("halves", lambda a: a / 2, says),),
    )
    assert check(key, Doubles).ok
    assert check(key, Halves).mistake == "halves"
    assert check(key, Doubles(1)).mistake == check(key, right).mistake == "not-a-class"
    assert check(key, object).mistake == "raised"


def test_a_value_that_is_a_number_is_compared_but_not_given_away(exercise):
    key = exercise(kind="value", solution=lambda: 3.6, mistakes=())
    assert check(key, 1.2 + 0.3 + 2.1).ok and check(key, np.float32(3.6)).ok and check(key, [[3.6]]).ok
    assert check(key, 3.7).mistake == "wrong-answer" and "3.6" not in repr(check(key, 3.7))


def test_a_key_cannot_be_registered_twice():
    with pytest.raises(ValueError, match="choose a new one"):
        register(EXERCISES[STEP])


# ---------- how a result shows itself


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "`<b>`", '" onmouseover="', "{name} {0}", "&lt;"],
)
def test_what_the_reader_wrote_is_escaped(text):
    def step(*inputs):
        raise ValueError(text)

    result = check(STEP, step)
    page = Tags(result._repr_html_())
    assert {tag for tag, _ in page.seen} <= {"div", "span", "code", "strong"}
    assert all(set(attrs) <= {"role", "lang", "style", "aria-hidden"} for _, attrs in page.seen)
    assert text.replace("`", "") in page.text.replace("`", "")
    assert text in repr(result)


def test_a_class_named_in_html_is_escaped():
    evil = type("<script>", (), {})
    assert "<script>" not in check(STEP, evil())._repr_html_()
    assert "<script>" not in check(STEP, lambda *inputs: evil())._repr_html_()


@pytest.mark.parametrize(
    ("answer", "symbol", "heading"), [(right, "✓", "correct."), (..., "·", "not yet."), (prints, "✗", "look again.")]
)
def test_a_result_says_its_state_in_words_and_symbol_not_by_colour_alone(answer, symbol, heading, capsys):
    result = check(STEP, answer)
    page = Tags(result._repr_html_())
    assert page.seen[0][0] == "div" and page.seen[0][1]["role"] == "status" and page.seen[0][1]["lang"] == "en"
    assert page.text.startswith(f"{symbol} {STEP} {heading} ")
    assert "var(--jp-" in page.seen[0][1]["style"] and ", #" in page.seen[0][1]["style"]
    assert repr(result) == repr(check(STEP, answer))
    assert isinstance(result, Result) and "0x" not in repr(result)


def test_the_language_of_the_lesson_is_the_language_of_the_check():
    from seqlib.lessons import use_language

    before = words.language()
    try:
        use_language("ko")
        assert repr(check(STEP, right)).startswith("✓ unroll-cell-step: 맞았습니다. ")
        assert repr(check(STEP, ...)).startswith("· unroll-cell-step: 아직 완성되지 않았습니다. ")
    finally:
        use_language(before)


def test_a_check_prints_what_the_reader_prints_and_nothing_else(capsys):
    check(STEP, right)
    assert capsys.readouterr().out == ""
    check(STEP, prints)
    assert "(3, 2)" in capsys.readouterr().out


def test_to_find_no_reason_takes_not_much_longer_than_to_praise():
    """The slowest way: no mistake fits, no pair of mistakes either. The least of some, by turns: other work adds."""
    took = {0.0: [], 0.25: []}
    for _ in range(7):
        for off, seconds in took.items():
            start = time.process_time()
            check(STEP, after(lambda h, off=off: h + off))
            seconds.append(time.process_time() - start)
    right, wrong = map(min, took.values())
    print(f"{1000 * right:.1f} ms for what is right, {wrong / right:.0f} times as long for what is wrong")
    assert wrong < 40 * right


# ---------- anything at all

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(max_size=5),
    st.binary(max_size=5), st.just(...), st.just(np.nan), st.builds(object), st.builds(Angry), st.just(range(3)),
    st.just(np.zeros),
    st.sampled_from([np.zeros((0, 3)), np.array(1.0), np.array([{}]), np.zeros(2, dtype="i4,f8"), type]),
    st.just(np.datetime64("NaT")),
)  # fmt: skip
JUNK = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(junk=JUNK, key=st.sampled_from([STEP, "shapes-which", "unroll-count", "shapes-output-shape"]))
def test_junk_never_crashes_a_check(junk, key):
    for answer in (junk, lambda *inputs: junk):
        result = check(key, answer)
        assert isinstance(result, Result) and not result.ok
        assert repr(result) and result._repr_html_() and set(result.says) == {"en", "ko"}


@settings(max_examples=50, deadline=None)
@given(values=st.lists(st.floats() | st.integers(-(10**30), 10**30), min_size=3, max_size=3))
def test_any_three_numbers_get_a_sentence(values):
    assert check("compare-parameters", lambda D, H: values).mistake != "unexpected"


# ---------- several results, by their names


@pytest.mark.parametrize(
    "form",
    [tuple, list, np.stack, lambda parts: dict(zip("Ch", parts, strict=True)), lambda parts: np.stack(parts).tolist()],
)
def test_two_results_may_come_in_any_form(form):
    def update(f, i, o, g, C_prev):
        C = f * C_prev + i * g
        return form([C, o * np.tanh(C)])

    assert check("gates-update", update).ok


def test_a_dict_may_have_the_names_of_the_stub_or_of_the_solution():
    solution = EXERCISES["bptt-loop"].solution
    assert check("bptt-loop", solution).ok
    assert check("bptt-loop", lambda *inputs: {f"d{k}": v for k, v in solution(*inputs).items()}).ok


def test_only_the_wrong_one_of_several_results_is_named_with_its_shape():
    def loop(*inputs):
        right = EXERCISES["bptt-loop"].solution(*inputs)
        return right["W_xh"], right["W_hh"], np.ones(2)

    said = check("bptt-loop", loop).says["en"]
    assert said.startswith("Only `db_h` is wrong. `db_h`: the shape should be (3, 1), but came (2,)"), said


def test_the_inputs_are_shown_beside_the_numbers_of_an_array():
    def count(D, H):
        right = EXERCISES["compare-parameters"].solution(D, H)
        return right[0], right[1], H**3

    said = check("compare-parameters", count).says["en"]
    assert re.fullmatch(r"Only `\w+` is wrong. `\w+`: expected \d+, yours is \d+ \(for D = \d+, H = \d+\).", said), said


# ---------- single precision on the way


def in_single_precision(solution):
    def answer(*inputs):
        single = [a.astype(np.float32) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a for a in inputs]
        return doubled(solution(*single))

    return answer


def doubled(value):
    if isinstance(value, dict):
        return {k: doubled(v) for k, v in value.items()}
    return np.asarray(value).astype(float) if np.asarray(value).dtype.kind == "f" else value


FUNCTIONS = [key for key, e in EXERCISES.items() if isinstance(e, Exercise) and e.kind == "function"]


@pytest.mark.parametrize("key", FUNCTIONS)
def test_a_right_answer_in_single_precision_passes(key):
    result = check(key, in_single_precision(EXERCISES[key].solution))
    assert result.ok, repr(result)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_a_mistake_stays_one_in_single_precision(key):
    for mistake in EXERCISES[key].mistakes:
        assert not check(key, in_single_precision(mistake.wrong)).ok, mistake.name


def test_an_epsilon_left_out_is_found():
    def adam(W, g, m, v, k, lr):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        return W - lr * (m / (1 - 0.9**k)) / np.sqrt(v / (1 - 0.999**k)), m, v

    assert not check("train-adam", adam).ok


# ---------- exceptions are mistakes too


def test_a_mistake_that_always_raises_is_recognised(exercise):
    says = {"en": "Not like this.", "ko": "이렇게 하지 않습니다."}
    key = exercise(
        solution=lambda a, b: a @ b,
        cases=lambda rng: [dict(a=rng.normal(size=(n, 3)), b=rng.normal(size=(3, n + 1))) for n in (2, 5)],
        mistakes=(Mistake("the-other-way", lambda a, b: b.T @ a @ b.T, says), Mistake("sum", lambda a, b: a + b, says)),
    )
    assert check(key, lambda a, b: b.T @ (a @ b.T)).mistake != "the-other-way"  # stops elsewhere
    assert check(key, lambda p, q: np.matmul(q.T @ p, q.T)).mistake == "the-other-way"
    assert check(key, lambda p, q: p + q).mistake == "sum"
    assert check(key, lambda p, q: p - q[:, :3]).mistake != "sum"


def test_two_registered_mistakes_that_stop_alike_are_not_told_apart(exercise):
    says = [{"en": f"Mistake {n}.", "ko": f"실수 {n}."} for n in (1, 2)]
    key = exercise(
        solution=lambda a, b: a @ b,
        cases=lambda rng: [dict(a=rng.normal(size=(2, 3)), b=rng.normal(size=(3, 4)))],
        mistakes=(Mistake("sum", lambda a, b: a + b, says[0]), Mistake("difference", lambda a, b: a - b, says[1])),
    )
    assert check(key, lambda a, b: a + b).mistake not in ("sum", "difference")


def test_what_a_mistake_gives_is_computed_once(exercise):
    asked, says = [], {"en": "One too many.", "ko": "하나 많습니다."}

    def wrong(a):
        asked.append(a)
        return a + 1

    key = exercise(solution=lambda a: a, cases=lambda rng: [dict(a=rng.normal(size=3))],
                   mistakes=(Mistake("more", wrong, says),))  # fmt: skip
    found = [check(key, answer).mistake for answer in (lambda a: 2 * a, lambda a: a + 1, lambda a: 3 * a)]
    assert found[1] == "more" and "more" not in (found[0], found[2])
    assert len(asked) == 1


# ---------- emphasis


@pytest.mark.parametrize(
    ("text", "plain", "marked"),
    [
        ("It is *kept*, not *lost at all*.", "kept, not lost at all.", "<em>kept</em>, not <em>lost at all</em>."),
        ("`a * b * c`, not `a ** b`.", "* c`, not `a ** b`.", "<code>a * b * c</code>, not <code>a ** b</code>."),
        ("4 * H and 3 * H, x**2 and y**2", "4 * H and 3 * H, x**2 and y**2", "4 * H and 3 * H, x**2 and y**2"),
        ("Many-to-*one* has one.", "Many-to-one has one.", "Many-to-<em>one</em> has one."),
    ],
)
def test_emphasis_is_rendered_and_asterisks_of_code_stay(text, plain, marked):
    result = Result("demo", "wrong", None, {"en": text, "ko": text})
    assert repr(result).endswith(plain) and marked in result._repr_html_()
