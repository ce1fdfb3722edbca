"""The reader's language."""

import re

import pytest

from seqlib import words
from seqlib.lessons.glossary import AVOIDED, TERMS, avoided_in, glossary
from tests.conftest import ROOT
from tests.korean import Said, said_by_seqlib, wrong_after_nouns, wrong_particles

TEXT = {"en": "step {t}", "ko": "시점 {t}"}


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
    assert words.say(TEXT, t=3) == "시점 3"


def test_without_fields_braces_stay():
    assert words.say({"en": "h_{t-1}", "ko": "h_{t-1}"}) == "h_{t-1}"


def test_an_unknown_language_changes_nothing():
    words.use("ko")
    with pytest.raises(ValueError, match="language must be one of 'en', 'ko', but 'fr' came"):
        words.use("fr")
    assert words.language() == "ko"


# ---------------------------------------------------------------- the Korean that seqlib says


def test_a_token_an_aside_and_a_list_are_written_as_the_language_writes_them():
    assert (words.quoted("나는"), words.aside("나는"), words.listed(["a", "b"])) == ("나는", " (나는)", "a; b")
    words.use("ko")
    assert (words.quoted("나는"), words.aside("나는"), words.listed(["a", "b"])) == ("‘나는’", "(나는)", "a / b")


def test_the_readers_own_language_leads():
    assert words.own_first(["English", "한국어"]) == ["English", "한국어"]
    words.use("ko")
    assert words.own_first(["English", "한국어", "français"]) == ["한국어", "English", "français"]


def test_all_korean_texts_are_looked_at():
    assert len(said_by_seqlib()) > 1500
    files = {said.file for said in said_by_seqlib()}
    assert {"scene.py", "sentences.py", "unroll.py", "playgrounds.py", "contents.py"} <= files


def test_no_korean_text_says_what_the_course_says_otherwise():
    found = [f"{said.where}: {line}" for said in said_by_seqlib() for line in avoided_in(said.korean)]
    assert found == [], "\n".join(found)


def test_the_particle_after_a_value_is_right_for_every_value():
    found = [f"{said.where}: {wrong}" for said in said_by_seqlib() if (wrong := wrong_particles(said))]
    assert found == [], "put a Korean noun after the value, or a particle without two forms:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("h{s}는 상태", "0는 1는 3는 6는 10는 나는는 밥을는"),
        ("x[{t}]는 조각", "0]는 1]는 3]는 6]는 10]는 나는]는 밥을]는"),
        ("W{s}로 읽기", "0로 3로 6로 10로 나는로"),
        ("‘{token}’을 읽기", "2’을 다’을"),
        ("시점 {t}에서 {n}개를, 입력({x})은, h{s} 값은 {w}이다.", ""),
    ],
)
def test_wrong_particles_are_found(text, wrong):
    found = wrong_particles(Said("a.py:1", text, ""))
    assert [text.partition(" ")[0] for text in found] == wrong.split()


def test_the_particle_after_a_term_is_right():
    nouns = {term.korean for term in TERMS if re.fullmatch("[가-힣 ]+", term.korean)} | {"단어", "줄", "값", "파일"}
    files = [*(ROOT / "notebooks" / "ko").glob("*.ipynb"), *ROOT.glob("**/*.ko.md")]
    texts = [(said.where, said.korean) for said in said_by_seqlib()]
    texts += [(f.name, f.read_text(encoding="utf-8")) for f in files]
    found = [f"{where}: {wrong}" for where, text in texts for wrong in wrong_after_nouns(text, nouns)]
    assert found == [], "\n".join(found)
    assert wrong_after_nouns("시점가 신경망은 단어을 줄로 단어으로", nouns) == ["시점가", "단어을", "단어으로"]


def test_a_token_stands_in_quotes_wherever_it_is_filled_in():
    bare = re.compile(r"(?<![‘})])\{(?:token|best|label)\}")  # after a value or a bracket it is `words.aside` of it
    assert [said.where for said in said_by_seqlib() if bare.search(said.korean)] == []


def test_dashed_is_not_dotted():
    for said in said_by_seqlib():
        assert "점선" not in said.korean or "otted" in said.english, said.where
        assert "파선" not in said.korean or "ashed" in said.english, said.where


def test_no_text_mixes_two_styles():
    plain, polite = re.compile(r"(?<!니)다\.(?=\s|$)"), re.compile(r"(?:니다|세요|까요|나요)[.?]")
    mixed = [said.where for said in said_by_seqlib() if plain.search(said.korean) and polite.search(said.korean)]
    assert mixed == []


def test_every_rule_of_the_glossary_finds_something():
    wrong = ["갱신", "펼친 층", "10단계 앞", "한 단계 뒤로", "앞 시점", "첫 단계", "이 연습에는", "아직입니다"]
    wrong += ["시험 값", "훈련 부분", "자료", "원소끼리", "tanh의 기울기", "초기값", "최소값", "그것은"]
    wrong += ["부호가 말합니다", "학습들", "적합하고", "산포", "놀라움", "당신", "을(를)", "RNN; LSTM"]
    wrong += ["두  칸", "처음 (가)", "형상", "픽셀", "예시", "둘째 인수", "복사본", "단추", "순서를 듣는"]
    for text, rule in zip(wrong, AVOIDED, strict=True):
        assert rule.words.search(text), text


def test_the_glossary_holds_to_itself():
    terms = [term.korean for term in TERMS]
    assert len(set(terms)) == len(terms)
    assert [line for term in TERMS for line in avoided_in(f"{term.korean}. {term.meaning}")] == []
    assert all(term in repr(glossary()) for term in terms)


def test_what_is_avoided_may_stand_in_code():
    assert avoided_in("`a ; b`와 `f(x) (시험)`을 쓰세요.") == []
