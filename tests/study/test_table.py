"""A table stands in columns, as text and in a page, whatever its signs are wide."""

from seqlib.study.table import Table, flush_right, width_of

ROWS = [["가", "a < b", "7"], ["bc", "c", "−10"]]
TEXT = "id  code     n\n가  a < b    7\nbc  c      −10"


def test_a_korean_letter_takes_two_columns():
    assert [width_of(text) for text in ("", "ab", "가a", "（")] == [0, 2, 3, 2]
    assert flush_right("가", 4) == "  가" and flush_right("ab", 2) == "ab"


def test_texts_stand_on_the_left_and_numbers_on_the_right():
    assert repr(Table(ROWS, ("id", "code", "n"), left=2)) == TEXT
    assert repr(Table([["a", "1"], ["bc", "23"]], ("id", "n"))) == "id   n\na    1\nbc  23"


def test_the_page_has_the_same_columns_and_names_code():
    page = Table(ROWS[:1], ("id", "code", "n"), left=2, code=1)._repr_html_()
    left = ' style="text-align: left"'
    assert page == (
        f'<table><thead><tr><th scope="col"{left}>id</th><th scope="col"{left}>code</th><th scope="col">n</th></tr>'
        f"</thead><tbody><tr><td{left}>가</td><td{left}><code>a &lt; b</code></td><td>7</td></tr></tbody></table>"
    )
    assert "<code>" not in Table(ROWS, ("id", "code", "n"))._repr_html_()


def test_the_names_are_those_of_the_language_of_the_moment(in_korean):
    table = Table([["1"]], ({"en": "step", "ko": "시점"},), left=0)
    assert repr(table).split() == ["시점", "1"] and "시점" in table._repr_html_()
