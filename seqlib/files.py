"""The reader's own files: a series of numbers or a text, read without guessing.

What cannot be used raises `Unusable`, with one sentence in the reader's language: what is wrong, where, and what to do.
Nothing is ever written or changed.
"""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import words

LARGEST, LONGEST, LONGEST_TEXT = 5_000_000, 20_000, 1_000_000  # bytes, values, characters
FEWEST_SENTENCES, HUGE = 10, 1e100
SEPARATORS = "\t;|,"  # in this order: where a semicolon separates, the comma may be a decimal comma
NOTHING = {"", "-", "–", "—", ".", "?", "na", "n/a", "nan", "null", "none", "#n/a", "결측", "없음"}

UNUSABLE = {
    "kind": {
        "en": "A path, the file's bytes or an upload is needed, but {kind} came.",
        "ko": "파일 경로, 파일의 바이트, 또는 업로드한 파일이 필요한데 {kind} 값이 들어왔습니다.",
    },
    "one-file": {
        "en": "One file is needed, but {count} came; choose one.",
        "ko": "파일이 하나 필요한데 {count}개가 들어왔습니다. 하나만 고르세요.",
    },
    "not-there": {
        "en": "There is no file {name}; check the spelling, or give the whole path.",
        "ko": "{name} 파일이 없습니다. 철자를 확인하거나 전체 경로를 쓰세요.",
    },
    "folder": {
        "en": "{name} is a folder; name a file in it.",
        "ko": "{name} 경로는 폴더입니다. 그 안의 파일 이름을 쓰세요.",
    },
    "unreadable": {
        "en": "{name} cannot be opened ({why}); close it in other programs, or copy it elsewhere.",
        "ko": "{name} 파일을 열 수 없습니다({why}). 다른 프로그램에서 닫거나 다른 곳에 복사하세요.",
    },
    "large": {
        "en": "The file has {size:.0f} MB, and at most {most:.0f} are read; cut out a part.",
        "ko": "파일이 {size:.0f} MB입니다. {most:.0f} MB까지만 읽으니 일부만 잘라 쓰세요.",
    },
    "empty": {"en": "The file is empty.", "ko": "파일이 비어 있습니다."},
    "spreadsheet": {
        "en": "This is a spreadsheet or an archive, not text; save it as CSV in the program that made it.",
        "ko": "텍스트가 아니라 스프레드시트 또는 압축 파일입니다. 만든 프로그램에서 CSV로 저장하세요.",
    },
    "binary": {
        "en": "This is a binary file, not text; a text or CSV file is needed.",
        "ko": "텍스트가 아니라 이진 파일입니다. 텍스트 파일이나 CSV 파일이 필요합니다.",
    },
    "encoding": {
        "en": 'The encoding is neither UTF-8 nor CP949; name it, for example encoding="latin-1".',
        "ko": '인코딩이 UTF-8도 CP949도 아닙니다. encoding="latin-1"처럼 인코딩을 알려 주세요.',
    },
    "encoding-unknown": {
        "en": "There is no encoding {encoding!r}; known ones are utf-8, cp949, utf-16, latin-1.",
        "ko": "{encoding!r} 인코딩은 없습니다. utf-8, cp949, utf-16, latin-1 등을 쓸 수 있습니다.",
    },
    "encoding-wrong": {
        "en": "The file is not {encoding}: byte {place} does not fit; leave the encoding out, and it is detected.",
        "ko": "{encoding} 인코딩이 아닙니다. {place}번째 바이트가 맞지 않습니다. 인코딩을 빼면 자동으로 찾습니다.",
    },
    "ragged": {
        "en": "Line {line} has {came} columns, the first one {wanted}; repair the file.",
        "ko": "{line}번째 줄은 열이 {came}개인데 첫 줄은 {wanted}개입니다. 파일을 고치세요.",
    },
    "no-column": {
        "en": "There is no column {column!r}; the file has {names}, or give its number from 1 to {count}.",
        "ko": "{column!r} 열이 없습니다. 파일에 있는 열: {names}. 번호(1~{count})로 고를 수도 있습니다.",
    },
    "which-column": {
        "en": "Several columns hold numbers: {names}; say which, for example column={first!r}.",
        "ko": "숫자로 된 열이 여러 개입니다: {names}. column={first!r}처럼 하나를 고르세요.",
    },
    "not-numeric": {
        "en": "Line {line}, column {name}: {cell!r} is not a number.",
        "ko": "{line}번째 줄 {name} 열의 {cell!r} 값은 수가 아닙니다.",
    },
    "ambiguous": {
        "en": "Line {line}, column {name}: {cell!r} may be a thousand or a decimal; write 1234 or 1.234.",
        "ko": "{line}번째 줄 {name} 열의 {cell!r}: 천 단위 쉼표인지 소수점인지 알 수 없으니 1234나 1.234로 쓰세요.",
    },
    "missing": {
        "en": "Column {name} has no value in line {lines}; fill it in, or cut the line out: a guess here would change "
        "your data.",
        "ko": "{name} 열에 값이 없는 줄이 있습니다: {lines}. 직접 채우거나 그 줄을 잘라 내세요. "
        "여기서 짐작해 채우면 데이터가 달라집니다.",
    },
    "no-row": {"en": "The file has a header and no values.", "ko": "머리글만 있고 값이 없습니다."},
    "one-row": {
        "en": "The file has one value; a series needs more to have an order.",
        "ko": "값이 하나뿐입니다. 시계열이 되려면 순서가 있을 만큼 값이 더 필요합니다.",
    },
    "long": {
        "en": "The series has {count} values, and at most {most} are read; cut out a part, or take means.",
        "ko": "값이 {count}개입니다. {most}개까지만 읽으니 일부만 잘라 쓰거나 평균을 내세요.",
    },
    "huge": {
        "en": "The largest value is {value:.0e}; divide all by a power of ten, up to {most:.0e} can be used.",
        "ko": "가장 큰 값이 {value:.0e}입니다. {most:.0e}까지 쓸 수 있으니 모든 값을 10의 거듭제곱으로 나누세요.",
    },
    "long-text": {
        "en": "The text has {count} characters, and at most {most} are read; cut out a part.",
        "ko": "텍스트가 {count}자입니다. {most}자까지만 읽으니 일부만 잘라 쓰세요.",
    },
    "constant": {
        "en": "All {count} values are {value:g}: there is nothing to forecast.",
        "ko": "값 {count}개가 모두 {value:g}입니다. 예측할 것이 없습니다.",
    },
    "few-sentences": {
        "en": "The text has {count} sentences with words; at least {least} are needed, one a line or with full stops.",
        "ko": "단어가 있는 문장이 {count}개인데 {least}개는 있어야 합니다. 한 줄에 하나씩 쓰거나 마침표를 찍으세요.",
    },
}


class Unusable(ValueError):
    """A reader's file cannot be used; the message says why and what to do, in the language in use.

    Attributes
    ----------
    reason : str
        Key of ``UNUSABLE``.
    """

    def __init__(self, reason, **fields):
        super().__init__(words.say(UNUSABLE[reason], **fields))
        self.reason = reason


@dataclass(frozen=True, eq=False)
class Series:
    """One column of numbers in the order of its file, and how the file was understood.

    Attributes
    ----------
    values : ndarray, (n,) float64
    name : str
        From the header, or the column's number.
    labels : tuple of n str
        The first column, where it is another one: dates, years; otherwise 1 … n.
    encoding, separator : str
    """

    values: np.ndarray
    name: str
    labels: tuple
    encoding: str
    separator: str

    def __repr__(self):
        return f"<Series {self.name}: {len(self.values)} values, {self.encoding}, separator {self.separator!r}>"


def read_series(source, column=None, encoding=None):
    """Read one column of numbers from a text or CSV file of the reader's. The file itself is never changed.

    Commas, semicolons, tabs, bars or blanks may separate; there may be a header; the decimal sign may be a comma.

    Parameters
    ----------
    source : path, bytes, or the value of an ipywidgets.FileUpload
    column : str or int, optional
        Name, or number from 1. By default the only column of numbers; a first one that only grows counts as time.
    encoding : str, optional
        By default detected: UTF-8 (with or without BOM), UTF-16 with BOM, CP949.

    Returns
    -------
    Series

    Raises
    ------
    Unusable
        One sentence, in the language in use. Nothing is guessed, skipped or filled in.
    """
    text, encoding = _decoded(source, encoding)
    rows, separator = _table(text)
    names, lines, rows = _header(rows)
    place = _choose(column, names, rows)
    values = _numbers([row[place] if row else "" for row in rows], lines, names[place])
    if len(values) > LONGEST:
        raise Unusable("long", count=len(values), most=LONGEST)
    if len(values) < 2:
        raise Unusable("one-row")
    if (largest := np.abs(values).max()) > HUGE:
        raise Unusable("huge", value=largest, most=HUGE)
    if (values == values[0]).all():
        raise Unusable("constant", count=len(values), value=values[0])
    labels = [row[0] for row in rows] if place else map(str, range(1, len(values) + 1))
    return Series(values, names[place], tuple(labels), encoding, separator)


def read_text(source, encoding=None):
    """Read a text file of the reader's; see `read_series` for `source`, `encoding` and what is raised.

    Hangul that came in parts, as macOS writes it, is put together (NFC).
    """
    text, _ = _decoded(source, encoding)
    if len(text) > LONGEST_TEXT:
        raise Unusable("long-text", count=len(text), most=LONGEST_TEXT)
    return text


def sentences_of(text):
    """Cut a text into sentences of words, a list of lists: at line ends and after . ! ? …; punctuation is left out.

    Raises
    ------
    Unusable
        There are fewer than 10 sentences.
    """
    pieces = re.split(r"[.!?…。]+(?:\s|$)|\n", text)
    sentences = [found for piece in pieces if (found := re.findall(r"\w+(?:['’-]\w+)*", piece))]
    if len(sentences) < FEWEST_SENTENCES:
        raise Unusable("few-sentences", count=len(sentences), least=FEWEST_SENTENCES)
    return sentences


def _decoded(source, encoding):
    """The text of a file, and its encoding."""
    content = file_bytes(source)
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Unusable("empty")
    if encoding is not None:
        text = _named(content, encoding)
    else:
        text, encoding = _detected(content)
    if not text.strip("\ufeff \t\r\n"):
        raise Unusable("empty")
    if re.search("[\x00-\x08\x0e-\x1f]", text):
        raise Unusable("binary")
    return unicodedata.normalize("NFC", text), encoding


def file_bytes(source):
    """The bytes of a reader's file, given by its path, as an upload, or as they are; see `read_series`."""
    source = getattr(source, "value", source)  # a FileUpload itself
    if isinstance(source, list | tuple) and all(isinstance(file, dict) for file in source):
        if len(source) != 1:
            raise Unusable("one-file", count=len(source))
        source = source[0]
    if isinstance(source, dict) and "content" in source:
        source = source["content"]
    if isinstance(source, bytes | bytearray | memoryview):
        content = bytes(source)
    elif isinstance(source, str | Path):
        content = _content_of(Path(source).expanduser())
    else:
        raise Unusable("kind", kind=type(source).__name__)
    if len(content) > LARGEST:
        raise Unusable("large", size=len(content) / 1e6, most=LARGEST / 1e6)
    return content


def _content_of(path):
    name = re.sub("[\x00-\x1f]", "␀", path.name[:80] or str(path))
    try:
        if path.is_dir():
            raise Unusable("folder", name=name)
        if not path.exists():
            raise Unusable("not-there", name=name)
        if path.stat().st_size > LARGEST:
            raise Unusable("large", size=path.stat().st_size / 1e6, most=LARGEST / 1e6)
        return path.read_bytes()
    except OSError as problem:
        raise Unusable("unreadable", name=name, why=problem.strerror) from None
    except ValueError as problem:  # a NUL in the name
        if isinstance(problem, Unusable):
            raise
        raise Unusable("not-there", name=name) from None


def _named(content, encoding):
    try:
        return content.decode(encoding)
    except (LookupError, TypeError):
        raise Unusable("encoding-unknown", encoding=encoding) from None
    except UnicodeDecodeError as problem:
        raise Unusable("encoding-wrong", encoding=encoding, place=problem.start + 1) from None


def _detected(content):
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unusable("spreadsheet")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and len(content) % 2 == 0:
        return _named(content, "utf-16"), "utf-16"
    if b"\0" in content or content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise Unusable("binary")
    for encoding in ("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8", "cp949"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Unusable("encoding")


def _table(text):
    """The rows of a table, lists of stripped cells ([] for an empty line), and what separates them."""
    text = text.lstrip("\ufeff").rstrip()
    if not re.search(r"\w", text):  # separators at most
        raise Unusable("empty")
    lines = text.splitlines()
    parsed = {separator: _cells(text, separator) for separator in SEPARATORS}
    widths = {separator: {len(row) for row in rows if row} for separator, rows in parsed.items()}
    for separator, rows in parsed.items():
        if len(widths[separator]) == 1 and min(widths[separator]) > 1:
            return rows, separator
    blank = [line.split() for line in lines]
    if len({len(row) for row in blank if row}) == 1 and len(blank[-1]) > 1 and _number(blank[-1][-1]) is not None:
        return blank, " "
    for separator, rows in parsed.items():
        if min(widths[separator], default=0) > 1 and all(separator in line for line in lines if line.strip()):
            first = next(row for row in rows if row)
            line = next(i for i, row in enumerate(rows) if row and len(row) != len(first))
            raise Unusable("ragged", line=line + 1, came=len(rows[line]), wanted=len(first))
    return [[line.strip().strip('"')] if line.strip() else [] for line in lines], ""


def _cells(text, separator):
    """The rows as that separator cuts them; [] for an empty row, none at the end."""
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator)]
    except csv.Error:  # a cell of more than 128 KB: not the separator
        return []
    rows = [row if any(row) else [] for row in rows]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _header(rows):
    """Names of the columns, the number of every row's line, and the rows without the header."""
    first = next(i for i, row in enumerate(rows) if row)
    rows, lines = rows[first:], list(range(first + 1, len(rows) + 1))
    names = [str(k) for k in range(1, len(rows[0]) + 1)]
    # A first row with an empty cell lacks a value and is no header; only the first column may go without a name.
    named = rows[0][1:] if len(rows[0]) > 1 else rows[0]
    if all(_number(cell) is None for cell in rows[0]) and not any(cell.casefold() in NOTHING for cell in named):
        names = [cell or number for cell, number in zip(rows[0], names, strict=True)]
        rows, lines = rows[1:], lines[1:]
    if not rows:
        raise Unusable("no-row")
    return names, lines, rows


def _choose(column, names, rows):
    """The index of the column that was asked for, or of the only one with numbers."""
    if column is not None:
        if isinstance(column, int | np.integer) and not isinstance(column, bool) and 1 <= column <= len(names):
            return int(column) - 1
        if column in names:
            return names.index(column)
        raise Unusable("no-column", column=column, names=", ".join(names), count=len(names))
    full = [row for row in rows if row]
    columns = [[_number(row[k]) for row in full] for k in range(len(names))]
    numeric = [k for k, cells in enumerate(columns) if any(cell is not None for cell in cells)]
    if numeric[:1] == [0] and len(names) > 1 and None not in columns[0] and (np.diff(columns[0]) > 0).all():
        numeric = numeric[1:]  # years, row numbers
    if len(numeric) > 1:
        raise Unusable("which-column", names=", ".join(names[k] for k in numeric), first=names[numeric[0]])
    return numeric[0] if numeric else len(names) - 1


def _numbers(cells, lines, name):
    """The numbers of a column, (n,), or what is wrong with the first cell that is none."""
    missing = [line for cell, line in zip(cells, lines, strict=True) if cell.casefold() in NOTHING]
    with_comma, with_point = ([cell for cell in cells if sign in cell] for sign in ",.")
    thousands = all(re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", cell) for cell in with_comma)
    for cell, line in zip(cells, lines, strict=True):
        if cell.casefold() not in NOTHING and (_number(cell) is None or ("," in cell and with_point)):
            raise Unusable("not-numeric", line=line, name=name, cell=cell[:40])
        if "," in cell and thousands:
            raise Unusable("ambiguous", line=line, name=name, cell=cell)
    if missing:
        shown = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
        raise Unusable("missing", name=name, lines=shown)
    return np.array([_number(cell) for cell in cells])


def _number(cell):
    """A cell as a float, with a point or a comma as its decimal sign; None if it is no finite number."""
    cell = cell.replace("−", "-")
    if re.fullmatch(r"[-+]?\d*,\d+", cell):
        cell = cell.replace(",", ".")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", cell):
        return None
    value = float(cell)
    return value if np.isfinite(value) else None
