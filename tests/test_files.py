"""The reader's own files: what can be read is read exactly, and what cannot gets its sentence."""

import contextlib
import re
import unicodedata

import numpy as np
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
        ("year,v\r2001,2.5\r2002,-3\r2003,4.25\r", "v", ("2001", "2002", "2003")),
        ("t,v,\n1,2.5,\n2,-3,\n3,4.25,\n", "v", "123"),
        ("a\t\n2.5\t\n-3\t\n4.25\t\n", "a", "123"),
        ("sep=;\nt;v\na;2,5\nb;-3\nc;4,25\n", "v", "abc"),
        ("# from the lab\n\nt,v\na,2.5\nb,-3\nc,4.25\n", "v", "abc"),
        ('t, v\na, "2.5"\nb, "-3"\nc, "4.25"\n', "v", "abc"),
        ("t;v\na;25E-1\nb;-3\nc;0,425E+1\n", "v", "abc"),
        ("v,day\n2.5,mo\n-3,tu\n4.25,we\n", "v", "123"),
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
        assert series.values.tolist() == WANTED and series.name == name and "".join(series.labels) == "".join(labels)
    ascii_only = encoding == "cp949" and content.isascii()
    assert series.encoding == ("utf-8" if ascii_only else encoding)
    assert (tmp_path / "내 자료.csv").read_bytes() == content
    assert repr(series).startswith(f"<Series {name}: 3 values, ")


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (b"a;b\na;1,20\nb;22,3\nc;1.234,56\n", [1.2, 22.3, 1234.56]),
        (b'a,b\nx,"1,234"\ny,"1,234,567"\n', [1234, 1234567]),
        (b"v\n1 234\n12 345\n", [1234, 12345]),
        ("v\n1\u00a0234,5\n2\u202f345,6\n".encode(), [1234.5, 2345.6]),
        (b"v\n1'234.5\n7\n", [1234.5, 7]),
        (b"v\n0.123\n1.456\n", [0.123, 1.456]),
        (b"v\n1.123\n12345\n", [1.123, 12345]),
    ],
)
def test_a_whole_column_decides_what_its_signs_mean(table, values):
    assert data.read_series(table).values.tolist() == values


def test_the_reader_may_decide():
    table = b"v\n1.234\n2.345\n"
    assert data.read_series(table, decimal=".").values.tolist() == [1.234, 2.345]
    assert data.read_series(table, decimal=",").values.tolist() == [1234, 2345]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b'note,v\n"a\nb",5\nc,x\nd,7\n', "Line 4, column v: 'x'"),
        (b"a;b\na;1,20\nb;22,3\nc;1.234.56\n", "Line 4, column b: '1.234.56'"),
        (b"a,v\n1,2\n3,4,5\n5,6\n", "Line 3 has 3 columns, the first one 2"),
    ],
)
def test_the_odd_cell_is_named(table, said):
    with pytest.raises(data.Unusable) as caught:
        data.read_series(table)
    assert said in str(caught.value)


def test_many_columns_make_no_long_sentence():
    table = "\n".join(",".join(str((3 * k + n) % 11) for k in range(3000)) for n in range(3))
    with pytest.raises(data.Unusable) as caught:
        data.read_series(table.encode())
    assert len(str(caught.value)) < 200 and "(2999)" in str(caught.value)


def test_a_path_may_be_pasted_with_its_quotes(tmp_path):
    (tmp_path / "my file.csv").write_bytes(b"5\n6\n8\n")
    assert data.read_series(f' "{tmp_path / "my file.csv"}" ').values.tolist() == [5, 6, 8]


# ---- every dress of a table that is known


def grouped(number, places, decimal, group):
    """A number as people write it."""
    text = f"{abs(number):,.{places}f}" if group else f"{abs(number):.{places}f}"
    text = text.translate({ord(","): group or "", ord("."): decimal})
    return "-" * (number < 0) + text


def dressed(rng):
    """A table of known numbers in one of its many dresses: (bytes, options, values, name, labels)."""
    pick = lambda *these: these[rng.integers(len(these))]  # noqa: E731
    n, places, scale = int(rng.integers(2, 9)), int(rng.integers(0, 4)), 10.0 ** rng.integers(0, 7)
    values = [round(float(v), places) for v in rng.normal(size=n) * scale]
    decimal = pick(".", ",")
    group = pick("", "", "," if decimal == "." else ".", " ", "\u00a0", "'")
    separator = pick(",", ";", "\t", "|")
    cells = [grouped(value, places, decimal, group) for value in values]
    labelled, name = rng.random() < 0.7, pick("value", "값", "wert", "")
    first = pick("date", "날짜", "", "t")
    labels = [f"20{10 + k}-01-01" for k in range(n)] if rng.random() < 0.5 else [str(1990 + k) for k in range(n)]
    quote = (lambda text: f'"{text}"') if rng.random() < 0.3 or separator == "," else (lambda text: text)
    rows = [[label, quote(cell)] if labelled else [quote(cell)] for label, cell in zip(labels, cells, strict=True)]
    if name:
        rows.insert(0, [first, name] if labelled else [name])
    more = pick("", "", separator, separator * 2)
    lines = [separator.join(row) + more for row in rows]
    above = pick([], [], [], ["sep=" + separator], ["# a comment"], ["A title of the table"], [""])
    text = pick("\n", "\r\n", "\r").join([*above, *lines, *pick([], [""], ["", ""])])
    encoding = pick("utf-8", "utf-8-sig", "utf-16", "cp949")
    text = text.replace("\u00a0", " ") if encoding == "cp949" else text
    return text.encode(encoding), values, name


@pytest.mark.parametrize("seed", range(20))
def test_no_dress_of_a_table_changes_a_number(seed):
    rng, read = np.random.default_rng(seed), 0
    for _ in range(150):
        content, values, name = dressed(rng)
        try:
            series = data.read_series(content)
        except data.Unusable:
            continue
        read += 1
        assert series.values.tolist() == values, content
        assert series.name in (name, "1", "2", "A title of the table"), content
    assert read > 75, "most of them are no riddle"


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
    ("ambiguous", b"jahr;n\n1;1.234\n2;2.345\n", {}),
    ("ambiguous", b"day;n;rate\n1;955;9,47\n2;1.120;11,10\n", {"column": "n"}),
    ("one-or-two", b"# made by me\n1,5\n2,7\n3,6\n", {}),
    ("one-or-two", b"Sales\n2001,5\n2002,7\n", {}),
    ("one-or-two", b"12,05\n13,10\n14,00\n15,75\n", {}),
    ("above", "시도별 인구 (단위: 명)\n연도,인구\n2001,5\n2002,6\n".encode(), {}),
    ("above", b"A title\nvalue\n5\n6\n7\n", {}),
    ("one-or-two", b"-1,0\n0,4\n-8,9\n", {}),
    ("one-line", b"5,6,7,8\n", {}),
    ("one-line", b"[5, 6, 7]", {}),
    ("odd-row", b"y,n\n2001,5\n2002,6\n2003,7\nTotal,18\n", {}),
    ("twice", b"t,v,v\n1,2,3\n2,5,5\n", {"column": "v"}),
    ("backwards", b"date,v\n2024-01-05,70\n2024-01-04,71\n2024-01-03,69\n", {}),
    ("decimal", b"1\n2\n", {"decimal": "x"}),
    ("rich-text", b"{\\rtf1\\ansi The cat sat.\\par}", {}),
    ("encoding", "t,Temp (°C)\n1,5\n2,6\n".encode("latin-1"), {}),
    ("encoding", "t,Größe\n1,5\n2,6\n".encode("latin-1"), {}),
    ("encoding", "t,значение\n1,5\n2,6\n".encode("cp1251"), {}),
    ("encoding", "t,値段\n1,5\n2,6\n".encode("shift_jis"), {}),
    ("encoding", "t,数值\n1,5\n2,6\n".encode("gbk"), {}),
    ("encoding", "v,don’t\n1,5\n2,6\n".encode("cp1252"), {}),
    ("ragged", b"a,v\n1,2\n3,4,5\n", {}),
    ("which-column", b"t,a,b\n1,2,3\n2,3,4\n", {}),
    ("only-time", b"n,v\n1,yes\n2,no\n3,yes\n", {}),
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
    assert "{" not in said and said.endswith(".")
    assert bool(re.search("[가-힣]{2}[ .]", said.replace("시도별 인구 ", ""))) == (language == "ko")


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
    with pytest.raises(data.Unusable, match="The text has 2000001 characters"):
        data.read_text(b"a" * (files.LONGEST_TEXT + 1))
    with pytest.raises(data.Unusable, match="empty"):
        data.read_text(b" ")
