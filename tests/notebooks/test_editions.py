"""Both editions are the same lesson: cell by cell, in all that is not words."""

import copy
import re
from collections import Counter

import nbformat
import pytest

from tests.conftest import ROOT
from tools.edition import TODO, brought_over, digest, english_of, has_words, korean_code, mark_seen, read

KOREAN = sorted((ROOT / "notebooks" / "ko").glob("*.ipynb"))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
COUNTS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
# A Korean counter goes with a digit where English has a word: "one minute" is 1분, "the first" 1번째.
SPELLED = {word: str(n) for n, word in enumerate(COUNTS.split())}
SPELLED |= {"once": "1", "twice": "2", "first": "1", "second": "2", "third": "3", "zeros": "0", "ones": "1"}
SPELLED |= {"twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100"}
# Cells about sentences in the edition's own language: what was measured there is another number in each edition.
OWN = {"12_side_by_side": ("compare-look", "compare-table")}
# Speaker notes about that, or about a word that is spelled in another number of letters.
OWN_NOTES = ("shapes-note-image", "shapes-code-tagger", "compare-widget-words", "compare-widget-trio")
MEASURED = {"12_side_by_side": "compare-tags"}  # where they are printed


def without_code(source):
    """Prose without its fenced blocks and inline code."""
    return re.sub(r"`[^`\n]*`", " ", FENCE.sub(" ", source))


def formulas(source):
    """Each formula, without what is words in it, without spaces and without the commas that group digits."""
    found = FORMULA.findall(without_code(source))
    return Counter(re.sub(r"\s|\\text\{[^}]*\}|\\[,;]|\{,\}", "", formula).strip("$") for formula in found)


def numbers(source):
    """Every number of the prose: a comma or a space that groups digits is none."""
    text = THOUSANDS.sub("", LINK.sub(" ", FORMULA.sub(" ", without_code(source))))
    return Counter(number.rstrip(",").replace(",", "") for number in NUMBER.findall(text))


def number_problem(english, korean):
    """A number that only one edition has, but for the words that count."""
    here, there = numbers(english), numbers(korean)
    words = Counter(SPELLED[word] for word in re.findall(r"[a-z]+", english.lower()) if word in SPELLED)
    missing, more = here - there, there - here - words
    return f"numbers only in English {sorted(missing)}, only in Korean {sorted(more)}" if missing or more else ""


def lines_like(pattern):
    return lambda source: len(re.findall(pattern, FENCE.sub(" ", source), flags=re.MULTILINE))


def fenced(source):
    """The code blocks, without comments and without the words of a block of text."""
    return [
        (kind, re.sub(r"\s*#.*", "", block) if kind == "python" else len(block.splitlines()))
        for kind, block in FENCE.findall(source)
    ]


ALIKE = {
    "headings": lambda source: re.findall(r"^(#+) ", FENCE.sub(" ", source), flags=re.MULTILINE),
    "items of lists": lines_like(r"^\s*(?:[-*]|\d+\.) "),
    "rows of tables": lines_like(r"^\|"),
    "folded parts": lambda source: source.count("<details>"),
    "marks of right and wrong": lambda source: re.findall(r"^[✓✗]", source, flags=re.MULTILINE),
    # A page of docs/ that has a Korean edition is that one.
    "links": lambda source: Counter(re.sub(r"\.ko(?=\.md)", "", link) for link in LINK.findall(FENCE.sub(" ", source))),
    "formulas": formulas,
    "blocks of code": fenced,
}


def differences(english, korean):
    """What is not the same in two editions of a lesson, each with the cell's id."""
    ids = [[cell["id"] for cell in notebook["cells"]] for notebook in (english, korean)]
    if ids[0] != ids[1]:
        missing, more = [i for i in ids[0] if i not in ids[1]], [i for i in ids[1] if i not in ids[0]]
        return [f"other cells or another order: missing {missing}, only here {more}; run python -m tools.edition"]
    return [
        problem for one, other in zip(english["cells"], korean["cells"], strict=True) for problem in _unlike(one, other)
    ]


def _unlike(one, other):
    name = one["id"]
    if one["cell_type"] != other["cell_type"]:
        return [f"{name}: another kind of cell"]
    course, own = (dict(cell["metadata"].get("course", {})) for cell in (one, other))
    problems = []
    if has_words(one) and own.pop("english", None) != digest(one):
        problems.append(f"{name}: the English words changed; mend the Korean ones, then python -m tools.edition --seen")
    notes, own_notes = course.pop("notes", ""), own.pop("notes", "")
    if bool(notes) != bool(own_notes):
        problems.append(f"{name}: speaker notes in one edition only")
    elif name not in OWN_NOTES and (problem := number_problem(notes, own_notes)):
        problems.append(f"{name}: speaker notes: {problem}")
    others = [{k: v for k, v in cell["metadata"].items() if k != "course"} for cell in (one, other)]
    if course != own or others[0] != others[1]:
        problems.append(f"{name}: other metadata; run python -m tools.edition")
    if one["cell_type"] == "code":
        if korean_code(one["source"]) != other["source"]:
            problems.append(f"{name}: other code; run python -m tools.edition")
        return problems
    for what, of in ALIKE.items():
        if of(one["source"]) != of(other["source"]):
            problems.append(f"{name}: other {what}: {of(one['source'])} in English, {of(other['source'])} in Korean")
    own_numbers = any(name in cells for cells in OWN.values())
    if not own_numbers and (problem := number_problem(one["source"], other["source"])):
        problems.append(f"{name}: {problem}")
    return problems


@pytest.mark.parametrize("path", KOREAN, ids=lambda path: path.stem)
def test_the_editions_are_one_lesson(path):
    problems = differences(read(english_of(path)), read(path))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("lesson", OWN)
def test_a_number_that_one_edition_has_is_one_that_it_prints(lesson):
    """Where the editions read sentences of their own; what they both say, both have."""
    editions = [read(ROOT / "notebooks" / language / f"{lesson}.ipynb") for language in ("en", "ko")]
    (english, korean) = ({cell["id"]: cell for cell in edition["cells"]} for edition in editions)
    for name in OWN[lesson]:
        told = [numbers(cells[name]["source"]) for cells in (english, korean)]
        assert told[0] != told[1], f"{name} needs no exception"
        for cells, mine, other in ((english, *told), (korean, *told[::-1])):
            outputs = cells[MEASURED[lesson]]["outputs"]
            printed = numbers("\n".join(out.get("text") or out["data"]["text/plain"] for out in outputs))
            assert mine.keys() - other.keys() <= printed.keys(), f"{name}: {sorted(mine - other)}"


@pytest.mark.parametrize("path", KOREAN, ids=lambda path: path.stem)
def test_all_words_are_korean(path):
    for cell in read(path)["cells"]:
        notes = cell["metadata"].get("course", {}).get("notes", "한")
        assert re.search("[가-힣]", notes) and not notes.startswith(TODO), f"{cell['id']}: speaker notes without Korean"
        if cell["cell_type"] == "markdown":
            assert TODO not in cell["source"], f"{cell['id']}: still to be written"
            assert re.search("[가-힣]", cell["source"]), f"{cell['id']}: no Korean"


# ---------------------------------------------------------------- each difference is seen


@pytest.fixture
def pair():
    """A lesson and its other edition, alike."""
    prose = (
        "# 3 · Title\n\nA number 1,200 and $h_t$, see [04](04_x.ipynb).\n\n- one\n- two\n\n"
        "<details><summary>A</summary>\n\n✓ yes 0.5\n\n</details>\n\n```python\nx = 1  # a word\n```"
    )
    english = nbformat.v4.new_notebook()
    english["cells"] = [
        nbformat.v4.new_markdown_cell(prose, id="a-goal", metadata={"course": {"minutes": 3, "notes": "Ask."}}),
        nbformat.v4.new_code_cell('use_language("en")', id="a-setup", metadata={"tags": ["x"]}),
    ]
    korean = brought_over(english, nbformat.v4.new_notebook())
    assert korean["cells"][0]["source"].startswith(TODO)
    words = {"A number": "수", "see": "다음:", "Title": "제목", "yes": "예", "a word": "낱말", "one": "하나", TODO: ""}
    for old, new in words.items():
        korean["cells"][0]["source"] = korean["cells"][0]["source"].replace(old, new)
    korean["cells"][0]["metadata"]["course"]["notes"] = "물어보세요."
    return english, korean


def test_other_words_are_no_difference(pair):
    assert differences(*pair) == []
    assert pair[1]["cells"][1]["source"] == 'use_language("ko")'


@pytest.mark.parametrize(
    "old, new",
    [
        ("1,200", "1,300"),
        ("0.5", "0.05"),
        ("$h_t$", "$h_{t-1}$"),
        ("04_x", "05_x"),
        ("- two", "two"),
        ("# 3", "## 3"),
        ("✓", "✗"),
        ("x = 1", "x = 2"),
        ("<details>", ""),
    ],
)
def test_a_difference_is_seen(pair, old, new):
    pair[1]["cells"][0]["source"] = pair[1]["cells"][0]["source"].replace(old, new)
    assert differences(*pair)


@pytest.mark.parametrize(
    "english, korean, same",
    [
        ("one minute", "1분", True),
        ("two of 8", "8번 중 2번", True),
        ("8 seeds", "시드 여덟 개", False),
        ("a minute", "1분", False),
        ("1,024 steps", "1024시점", True),
        ("14 000 steps", "14,000시점", True),
        ("14 steps", "14,000시점", False),
        ("3 %", "3%", True),
    ],
)
def test_numbers_may_be_words_in_english_only(english, korean, same):
    assert (number_problem(english, korean) == "") == same


def test_an_english_change_is_seen_until_it_was_looked_at(pair):
    english, korean = pair
    english["cells"][0]["source"] = english["cells"][0]["source"].replace("see", "look at")
    assert [problem.split(":")[0] for problem in differences(english, korean)] == ["a-goal"]
    mark_seen(english, korean, ["a-goal"])
    assert differences(english, korean) == []


def test_code_order_and_tags_are_the_same(pair):
    english, korean = pair
    for change in (
        lambda k: k["cells"].reverse(),
        lambda k: k["cells"].pop(),
        lambda k: k["cells"][1].update(source='use_language("en")'),
        lambda k: k["cells"][1]["metadata"].update(tags=["y"]),
        lambda k: k["cells"][0]["metadata"]["course"].update(minutes=4),
        lambda k: k["cells"][0]["metadata"]["course"].update(notes=""),
    ):
        changed = copy.deepcopy(korean)
        change(changed)
        assert differences(english, changed)


def test_bringing_over_keeps_the_words_and_brings_the_code(pair):
    english, korean = pair
    english["cells"][1]["source"] += "\nprint(1)"
    english["cells"][0]["metadata"]["course"]["minutes"] = 5
    again = brought_over(english, korean)
    assert again["cells"][0]["source"] == korean["cells"][0]["source"]
    assert differences(english, again) == []
    with pytest.raises(ValueError, match="b-no"):
        mark_seen(english, korean, ["b-no"])
