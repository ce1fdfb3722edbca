"""A table of texts that a lesson shows, with its columns named in the reader's language."""

import html
import unicodedata
from collections.abc import Iterable

import numpy as np

from seqlib import doors, words


def width_of(text):
    """Columns that a text takes in a fixed-width font, where a Korean letter takes two."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in doors.text("text", text))


def flush_right(text, columns):
    """A text with spaces before it, so that it ends at a column of a fixed-width font."""
    return " " * (doors.whole("columns", columns, 0) - width_of(text)) + text


def _several(value):
    return isinstance(value, Iterable) and np.iterable(value) and not isinstance(value, str | bytes)


class Table(tuple):
    """Rows of texts under named columns; shown as a table, or as aligned text where there is no browser.

    Parameters
    ----------
    rows : iterable of sequence of str
    head : sequence of str or dict
        The columns' names: the same in all languages, or a dict of them.
    left : int
        How many columns hold texts, and stand on the left; numbers stand on the right.
    code : int, optional
        Which column holds code.
    """

    def __new__(cls, rows, head, left=1, code=None):
        for name, value in (("rows", rows), ("head", head)):
            if not _several(value):
                raise ValueError(f"{name} must be several, such as a list, but {doors.shown(value)} came.")
        left, code = doors.whole("left", left, 0), None if code is None else doors.whole("code", code, 0)
        head, rows = tuple(head), [tuple(row) if _several(row) else (row,) for row in rows]
        if odd := [name for name in head if not isinstance(name, str | dict)]:
            raise ValueError(f"head must hold texts, or dicts of them, but {doors.shown(odd[0])} came.")
        if odd := [row for row in rows if len(row) != len(head) or not all(isinstance(text, str) for text in row)]:
            raise ValueError(f"rows must hold {len(head)} texts each, as head does, but {doors.shown(odd[0])} came.")
        made = super().__new__(cls, rows)
        made.head, made.left, made.code = head, left, code
        return made

    def _names(self):
        return [name if isinstance(name, str) else words.say(name) for name in self.head]

    def __repr__(self):
        table = [self._names(), *self]
        wide = [max(map(width_of, column)) for column in zip(*table, strict=True)]
        return "\n".join(
            "  ".join(
                text + " " * (n - width_of(text)) if k < self.left else flush_right(text, n)
                for k, (text, n) in enumerate(zip(row, wide, strict=True))
            ).rstrip()
            for row in table
        )

    def _repr_html_(self):
        top = "".join(
            f'<th scope="col"{self._side(k)}>{html.escape(name)}</th>' for k, name in enumerate(self._names())
        )
        body = "".join(
            "<tr>" + "".join(f"<td{self._side(k)}>{self._cell(k, text)}</td>" for k, text in enumerate(row)) + "</tr>"
            for row in self
        )
        return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"

    def _side(self, k):
        return ' style="text-align: left"' if k < self.left else ""

    def _cell(self, k, text):
        return f"<code>{html.escape(text)}</code>" if k == self.code else html.escape(text)
