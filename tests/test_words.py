"""The reader's language."""

import re

import pytest

from seqlib import words
from tests.conftest import ROOT

TEXT = {"en": "step {t}", "ko": "{t}단계"}


@pytest.fixture(autouse=True)
def english():
    words.use("en")
    yield
    words.use("en")


def test_a_text_is_said_in_the_language_of_the_moment():
    assert words.language() == "en"
    assert words.say(TEXT, t=3) == "step 3"
    words.use("ko")
    assert words.language() == "ko"
    assert words.say(TEXT, t=3) == "3단계"


def test_without_fields_braces_stay():
    assert words.say({"en": "h_{t-1}", "ko": "h_{t-1}"}) == "h_{t-1}"


def test_an_unknown_language_changes_nothing():
    words.use("ko")
    with pytest.raises(ValueError, match="language must be one of 'en', 'ko', but 'fr' came"):
        words.use("fr")
    assert words.language() == "ko"


def test_no_korean_text_leaves_the_choice_of_a_particle_to_the_reader():
    pair = re.compile(r"[을를이가은는와과]\([을를이가은는와과]\)|\(으\)로")
    found = [
        f"{path.name}: {match[0]}"
        for path in sorted((ROOT / "seqlib").rglob("*.py"))
        for match in pair.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "write the sentence so that one particle is right for every value"
