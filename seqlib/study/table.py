"""A table of texts that a lesson shows, with its columns named in the reader's language."""

import html
import unicodedata
from collections.abc import Iterable

from seqlib import doors, words


def width_of(text):
    """Columns that a text takes in a fixed-width font, where a Korean letter takes two."""
    if not isinstance(text, str):
        raise ValueError(f"text must be a string, but {doors.shown(text)} came.")
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def flush_right(text, columns):
    """A text with spaces before it, so that it ends at a column of a fixed-width font."""
    return " " * (columns - width_of(text)) + text


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
            if isinstance(value, str) or not isinstance(value, Iterable):
                raise ValueError(f"{name} must be several, such as a list, but {doors.shown(value)} came.")
        left, code = doors.whole("left", left, 0), None if code is None else doors.whole("code", code, 0)
        made = super().__new__(cls, (tuple(row) for row in rows))
        made.head, made.left, made.code = tuple(head), left, code
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
