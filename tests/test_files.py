"""The reader's own files: what can be read is read exactly, and what cannot gets its sentence."""

import contextlib
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqlib import data, files, words

WANTED = [2.5, -3.0, 4.25]


@pytest.mark.parametrize(
    ("text", "name", "labels"),
    [
        ("2.5\n-3\n4.25\n", "1", "123"),
        ("value\n2.5\n-3\n4.25", "value", "123"),
        ("t,value\n1,2.5\n2,-3\n3,4.25\n", "value", "123"),
        ("1;2,5\n2;-3\n3;4,25\n", "2", "123"),
        ("t\tv\na\t2,5\nb\t−3,0\nc\t4,25\n", "v", "abc"),
        ('"t","v"\n"a","2.5"\n"b","-3"\n"c","425e-2"\n', "v", "abc"),
        ('t,v\na,"2,5"\nb,"-3"\nc,"4,25"\n', "v", "abc"),
        ("v\n2,5\n-3,0\n4,25\n", "v", "123"),
        ("1 2.5\n2 -3\n3 4.25\n", "2", "123"),
        (",값\na,2.5\nb,-3\nc,4.25\n\n\n", "값", "abc"),
        ("날짜|값\r\n가|2.5\r\n나|-3\r\n다|4.25\r\n", "값", "가나다"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_read_series_understands(text, name, labels, encoding, tmp_path):
    content = text.replace("−", "-").encode(encoding)
    (tmp_path / "내 자료.csv").write_bytes(content)
    upload = ({"name": "a.csv", "type": "text/csv", "size": len(content), "content": memoryview(content)},)
    for source in (content, tmp_path / "내 자료.csv", str(tmp_path / "내 자료.csv"), upload, upload[0]):
        series = data.read_series(source)
        assert series.values.tolist() == WANTED and series.name == name and "".join(series.labels) == labels
    ascii_only = encoding == "cp949" and content.isascii()
    assert series.encoding == ("utf-8" if ascii_only else encoding)
    assert (tmp_path / "내 자료.csv").read_bytes() == content
    assert repr(series).startswith(f"<Series {name}: 3 values, ")


def test_a_column_can_be_chosen():
    table = b"year,a,b\n1,2,9\n2,3,8\n3,5,7\n"
    assert data.read_series(table, "b").values.tolist() == [9, 8, 7]
    assert data.read_series(table, 2).values.tolist() == [2, 3, 5]
    assert data.read_series(table, "year").labels == ("1", "2", "3")


UNUSABLE = [
    ("empty", b"", {}),
    ("empty", b"\xef\xbb\xbf\r\n \n", {}),
    ("empty", b";;\n;\n", {}),
    ("one-row", b"5\n", {}),
    ("one-row", b"v\n5\n", {}),
    ("no-row", b"year,v\n", {}),
    ("not-numeric", b"year,v\n1,5\n2,many\n", {}),
    ("not-numeric", b"just words\nand more of them\n", {}),
    ("not-numeric", b"v\n5\n1_000\n", {}),
    ("not-numeric", b"v\n5\ninf\n", {}),
    ("not-numeric", b"a;v\n1;5,2\n2;5.2\n", {}),
    ("missing", b"year,v\n1,5\n2,\n3,7\n", {}),
    ("missing", b"v\n5\n\n7\n", {}),
    ("missing", b"NA\n5\n7\n", {}),
    ("missing", "v\n5\n결측\n".encode(), {}),
    ("missing", b"2020-01-01,\n2020-01-02,5\n2020-01-03,6", {}),
    ("ambiguous", b"a;v\n1;1,234\n2;2,345\n", {}),
    ("ragged", b"a,v\n1,2\n3,4,5\n", {}),
    ("which-column", b"t,a,b\n1,2,3\n2,3,4\n", {}),
    ("no-column", b"a\n1\n2\n", {"column": "b"}),
    ("no-column", b"a\n1\n2\n", {"column": 2}),
    ("constant", b"7\n7.0\n7\n", {}),
    ("long", b"\n".join(b"%d" % (k % 7) for k in range(files.LONGEST + 1)), {}),
    ("large", b"1\n" * (files.LARGEST // 2 + 1), {}),
    ("huge", b"1\n1e200\n", {}),
    ("binary", bytes(range(256)), {}),
    ("binary", b"%PDF-1.7 and so on", {}),
    ("spreadsheet", b"PK\x03\x04 and so on", {}),
    ("encoding", b"caf\xe9\n1\n2\n", {}),
    ("encoding-unknown", b"1\n2\n", {"encoding": "utf-9"}),
    ("encoding-wrong", b"caf\xe9\n1\n2\n", {"encoding": "utf-8"}),
    ("not-there", "nowhere.csv", {}),
    ("not-there", "no\0where.csv", {}),
    ("folder", data.FOLDER, {}),
    ("one-file", (), {}),
    ("kind", 42, {}),
]


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize(("reason", "source", "options"), UNUSABLE)
def test_what_cannot_be_used_gets_its_sentence(reason, source, options, language):
    words.use(language)
    try:
        with pytest.raises(data.Unusable) as caught:
            data.read_series(source, **options)
    finally:
        words.use("en")
    said = str(caught.value)
    assert caught.value.reason == reason, said
    assert "{" not in said and said.endswith(".") and bool(re.search("[가-힣]{2} ", said)) == (language == "ko")


def test_every_sentence_about_a_file_is_met_and_has_the_same_fields_in_both_languages():
    assert {reason for reason, *_ in UNUSABLE} | {"unreadable", "long-text", "few-sentences"} == set(files.UNUSABLE)
    for says in files.UNUSABLE.values():
        assert len({tuple(sorted(set(re.findall(r"{(\w+)", text)))) for text in says.values()}) == 1, says


def test_a_file_that_may_not_be_opened_is_named(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_bytes(b"1\n2\n")

    def locked(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(data.Path, "read_bytes", locked)
    with pytest.raises(data.Unusable, match=r"a\.csv cannot be opened \(Permission denied\)"):
        data.read_series(tmp_path / "a.csv")
    with pytest.raises(data.Unusable):
        data.read_series("a" * 5000)


@given(st.binary(max_size=60))
def test_no_file_makes_read_series_fail_in_another_way(content):
    with contextlib.suppress(data.Unusable):
        assert len(data.read_series(content).values) > 1


@given(st.text(alphabet='1.,;\t\n "-aN', max_size=40))
def test_no_table_does_either(text):
    test_no_file_makes_read_series_fail_in_another_way.hypothesis.inner_test(content=text.encode())


def test_read_text(tmp_path):
    decomposed = unicodedata.normalize("NFD", "나는 밥을 먹었다. 좋다!\n") * 6
    (tmp_path / "a.txt").write_text(decomposed, encoding="utf-8")
    sentences = data.sentences_of(data.read_text(tmp_path / "a.txt"))
    assert sentences[:2] == [["나는", "밥을", "먹었다"], ["좋다"]] and len(sentences) == 12
    assert data.sentences_of("I don't know. 3.5 is a number… Yes?\n" * 4)[:3] == [
        ["I", "don't", "know"], ["3", "5", "is", "a", "number"], ["Yes"],
    ]  # fmt: skip
    with pytest.raises(data.Unusable, match="The text has 2 sentences with words; at least 10"):
        data.sentences_of("One. Two. !!!")
    with pytest.raises(data.Unusable, match="The text has 1000001 characters"):
        data.read_text(b"a" * (files.LONGEST_TEXT + 1))
    with pytest.raises(data.Unusable, match="empty"):
        data.read_text(b" ")
