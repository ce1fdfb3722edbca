"""The reader's own files: a series of numbers or a text, read without guessing.

What cannot be used raises `Unusable`, with one sentence in the reader's language: what is wrong, where, and what to do.
Nothing is ever written or changed.
"""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from . import words
from .doors import shown

LARGEST, LONGEST, LONGEST_TEXT = 10_000_000, 20_000, 2_000_000  # bytes, values, characters
FEWEST_SENTENCES, HUGE = 10, 1e100
SEPARATORS = "\t;|,"  # in this order: where a semicolon separates, the comma may be a decimal comma
SEPARATOR_LINE = re.compile(r"\s*\"?sep=(.)\"?[;,\s]*", re.IGNORECASE)  # a spreadsheet's own
LINE_END = re.compile("\r*\n|[\r\x0b\x0c\x85\u2028\u2029]")
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
        "en": "The letters of this file are neither UTF-8 nor Korean CP949; name the encoding: {candidates}.",
        "ko": "이 파일의 글자는 UTF-8도 한국어 CP949도 아닙니다. 인코딩을 알려 주세요: {candidates}.",
    },
    "encoding-unknown": {
        "en": "There is no encoding {encoding!r}; known ones are utf-8, cp949, utf-16, latin-1.",
        "ko": "{encoding!r} 인코딩은 없습니다. utf-8, cp949, utf-16, latin-1 등을 쓸 수 있습니다.",
    },
    "encoding-wrong": {
        "en": "The file is not {encoding}: byte {place} does not fit; leave the encoding out, and it is detected.",
        "ko": "{encoding} 인코딩이 아닙니다. {place}번째 바이트가 맞지 않습니다. 인코딩을 빼면 자동으로 찾습니다.",
    },
    "rich-text": {
        "en": "This is RTF, text with its looks; save it as plain text in the program that made it.",
        "ko": "서식이 있는 RTF 파일입니다. 만든 프로그램에서 일반 텍스트로 저장하세요.",
    },
    "above": {
        "en": "Line {line}, {cell!r}, is no row of the table that begins in line {begins}; cut out what is above it.",
        "ko": "표는 {begins}번째 줄에서 시작합니다. {line}번째 줄 {cell!r} 등 그 위의 줄을 잘라 내세요.",
    },
    "one-line": {
        "en": "The file has one line with {count} values; put each value on a line of its own.",
        "ko": "파일이 한 줄이고 그 안에 값이 {count}개 있습니다. 한 줄에 값을 하나씩 쓰세요.",
    },
    "one-or-two": {
        "en": "Line {line}, {cell!r}, may be one number with a decimal comma or two columns; write a point, or name "
        "both columns in the first line.",
        "ko": "{line}번째 줄 {cell!r}: 소수점 대신 쉼표를 쓴 수 하나인지 두 열인지 알 수 없습니다. 소수점을 쓰거나 "
        "첫 줄에 두 열의 이름을 쓰세요.",
    },
    "odd-row": {
        "en": "Line {line}, column {name}: {cell!r} stands where all others have numbers; cut the line out.",
        "ko": "{line}번째 줄 {name} 열의 {cell!r}: 다른 줄에는 모두 수가 있는 자리입니다. 이 줄을 잘라 내세요.",
    },
    "twice": {
        "en": "Columns {places} are all called {column!r}; give a number.",
        "ko": "{column!r} 열이 여러 개입니다(번호 {places}). 번호로 고르세요.",
    },
    "backwards": {
        "en": "The first column runs backwards, from {first} to {last}; turn the file round, the oldest line first.",
        "ko": "첫 열이 {first}에서 {last}까지 거꾸로 갑니다. 가장 오래된 줄이 먼저 오도록 파일을 뒤집으세요.",
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
    "only-time": {
        "en": "Only column {name} holds numbers, and they grow as time does; column {other} has {cell!r} and the like. "
        "Write numbers there, or say column={name!r}.",
        "ko": "숫자로 된 열은 {name}뿐인데 시간처럼 커지기만 합니다. {other} 열에는 {cell!r}처럼 수가 아닌 값이 "
        "있습니다. 그 열을 수로 바꾸거나 column={name!r}처럼 지정하세요.",
    },
    "not-numeric": {
        "en": "Line {line}, column {name}: {cell!r} is not a number.",
        "ko": "{line}번째 줄 {name} 열의 {cell!r} 값은 수가 아닙니다.",
    },
    "ambiguous": {
        "en": "Line {line}, column {name}: {cell!r} may be a thousand or a decimal; write 1234 or 1.2340, "
        'or give decimal="." or ",".',
        "ko": "{line}번째 줄 {name} 열의 {cell!r}: 천 단위 구분인지 소수점인지 알 수 없습니다. "
        '1234나 1.2340으로 쓰거나 decimal="." 또는 ","를 정하세요.',
    },
    "decimal": {
        "en": "decimal must be a point or a comma, but {decimal!r} came.",
        "ko": "decimal에는 점이나 쉼표가 필요한데 {decimal!r} 값이 들어왔습니다.",
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


def read_series(source, column=None, encoding=None, decimal=None):
    """Read one column of numbers from a text or CSV file of the reader's. The file itself is never changed.

    Commas, semicolons, tabs, bars or blanks may separate; there may be a header, comments (#) above it, and separators
    at the ends of lines. Thousands may be grouped and the decimal sign may be a comma: the whole column decides, and
    where it cannot, that is said.

    Parameters
    ----------
    source : path, bytes, or the value of an ipywidgets.FileUpload
    column : str or int, optional
        Name, or number from 1. By default the only column of numbers; a first one that only grows counts as time.
    encoding : str, optional
        By default detected: UTF-8, UTF-16 and UTF-32 (with or without BOM), CP949 where Korean comes out.
    decimal : "." or ",", optional
        The decimal sign; the other one then groups thousands.

    Returns
    -------
    Series

    Raises
    ------
    Unusable
        One sentence, in the language in use. Nothing is guessed, skipped or filled in.
    """
    if decimal not in (None, ".", ","):
        raise Unusable("decimal", decimal=decimal)
    text, encoding = _decoded(source, encoding)
    rows, lines, separator = _table(text, decimal)
    names, lines, rows = _header(rows, lines)
    place = _choose(column, names, lines, rows)
    others = [row[k] for row in rows if row for k in range(len(names)) if k != place]
    values = _numbers([row[place] if row else "" for row in rows], lines, names[place], decimal, others)
    if len(values) > LONGEST:
        raise Unusable("long", count=len(values), most=LONGEST)
    if len(values) < 2:
        raise Unusable("one-row")
    if (largest := np.abs(values).max()) > HUGE:
        raise Unusable("huge", value=largest, most=HUGE)
    if (values == values[0]).all():
        raise Unusable("constant", count=len(values), value=values[0])
    labels = tuple(row[0] for row in rows) if place else tuple(map(str, range(1, len(values) + 1)))
    if place and _falls(labels):
        raise Unusable("backwards", first=labels[0], last=labels[-1])
    return Series(values, names[place], labels, encoding, separator)


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
    if not isinstance(text, str):
        raise Unusable("kind", kind=type(text).__name__)
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
    if text.startswith("{\\rtf"):
        raise Unusable("rich-text")
    return unicodedata.normalize("NFC", LINE_END.sub("\n", text)), encoding


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
        named = source.strip().strip("\"'") if isinstance(source, str) else source  # as "Copy as path" gives it
        content = _content_of(Path(named).expanduser())
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
        if not path.is_file():  # a pipe or a device: reading it may never end
            raise Unusable("unreadable", name=name, why="no regular file")
        if path.stat().st_size > LARGEST:
            raise Unusable("large", size=path.stat().st_size / 1e6, most=LARGEST / 1e6)
        return path.read_bytes()
    except OSError as problem:
        raise Unusable("unreadable", name=name, why=problem.strerror) from None
    except ValueError as problem:  # a NUL in the name
        if isinstance(problem, Unusable):
            raise
        raise Unusable("not-there", name=name) from None


def _asked(name):
    """What was asked for, as a sentence can say it."""
    if isinstance(name, int) and -99 < name < 1e9:
        return name
    return f"{name:.60}" if isinstance(name, str) else shown(name)


def _named(content, encoding):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise Unusable("encoding-wrong", encoding=encoding, place=problem.start + 1) from None
    except (LookupError, TypeError, ValueError):  # or a letter in it that no name has
        raise Unusable("encoding-unknown", encoding=_asked(encoding)) from None


def _detected(content):
    """The text and its encoding, where what comes out leaves no doubt."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unusable("spreadsheet")
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise Unusable("binary")
    if wide := _wide(content):
        return _named(content, wide), wide
    if b"\0" in content:
        raise Unusable("binary")
    try:
        encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"
        return content.decode(encoding), encoding
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp949")
        if _korean(text):
            return text, "cp949"
    except UnicodeDecodeError:
        pass
    fitting = [name for name in ("cp949", "cp1252", "cp1251", "shift_jis", "gb18030") if _decodes(content, name)]
    raise Unusable("encoding", candidates=", ".join(f'encoding="{name}"' for name in [*fitting, "latin-1"]))


def _wide(content):
    """utf-16 or utf-32, told by the mark at the beginning, or by the zeros that Latin letters and digits have in it."""
    if content.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")) and len(content) % 4 == 0:
        return "utf-32"
    if len(content) % 2:
        return ""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = content[::2].count(0), content[1::2].count(0)
    enough = max(1, len(content) // 5)  # two of five characters are ASCII: blanks, digits, line ends
    name = "utf-16-le" if odd >= enough and not even else "utf-16-be" if even >= enough and not odd else ""
    return name if name and _decodes(content, name) else ""


def _decodes(content, encoding):
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _korean(text):
    """Whether text that CP949 gave is Korean, and not that of another language whose bytes happen to fit.

    What Korean is written with, the 2,350 syllables of KS X 1001, is nine tenths of all that is not ASCII and no sign;
    a rarer syllable stands beside another one, and does not come out of a single accented letter in a word.
    """
    rare = [m.start() for m in re.finditer("[가-힣]", text) if min(m[0].encode("cp949")) < 0xA1]
    beside = all(re.search("[가-힣]", text[max(place - 1, 0) : place] + text[place + 1 : place + 2]) for place in rare)
    letters = [sign for sign in text if not sign.isascii() and unicodedata.category(sign).startswith("L")]
    syllables = sum("가" <= sign <= "힣" for sign in letters)
    return beside and syllables - len(rare) >= max(1, 0.9 * len(letters))


def _table(text, decimal=None):
    """The rows of a table ([] for an empty line), the number of each row's line, and what separates the cells."""
    if not re.search(r"\w", text):  # separators at most
        raise Unusable("empty")
    lines = text.lstrip("\ufeff").split("\n")
    while not lines[-1].strip():
        lines.pop()
    above = _above(lines)
    told = SEPARATOR_LINE.fullmatch(lines[above - 1]) if above else None
    body, begins = "\n".join(lines[above:]), above + 1
    _only_one_line(lines[above:])
    separators = told[1] if told else SEPARATORS
    parsed = {separator: _cells(body, separator, begins) for separator in separators}
    for separator, (rows, numbers) in parsed.items():
        widths = {len(row) for row in rows if row}
        closed = all(line.rstrip(" ").endswith(separator) for line in body.split("\n") if line.strip())
        if len(widths) == 1 and (min(widths) > 1 or closed):
            if separator == "," and decimal != ".":
                _one_or_two(rows, numbers)
            return rows, numbers, separator
    blank = [re.split("[ \t]+", line.strip()) if line.strip() else [] for line in lines[above:]]
    if len({len(row) for row in blank if row}) == 1 and len(blank[-1]) > 1 and _is_number(blank[-1][-1]):
        return blank, list(range(begins, begins + len(blank))), " "
    for separator, (rows, numbers) in parsed.items():
        _title_or_ragged(rows, numbers, separator, lines)
    rows = [[line.strip().strip('"')] if line.strip() else [] for line in lines[above:]]
    if decimal is None:
        cut = [row[0].split(",") if row else [] for row in rows[1:]]
        _one_or_two(cut, list(range(begins + 1, begins + len(rows))), name=True)
    return rows, list(range(begins, begins + len(rows))), ""


def _above(lines):
    """How many lines stand above the table: comments, empty ones, and the spreadsheet's `sep=;`."""
    n = 0
    while n < len(lines) - 1 and re.match(r"\s*($|#|//)", lines[n]):
        n += 1
    return n + bool(SEPARATOR_LINE.fullmatch(lines[n]) and n < len(lines) - 1)


def _cells(text, separator, begins):
    """The rows as that separator cuts them, without columns that are empty everywhere at the right; and their lines.

    [] is an empty row, and there is none at the end.
    """
    rows, numbers, line = [], [], begins
    try:
        reader = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=separator != " ")
        for row in reader:
            rows.append([cell.strip() for cell in row])
            numbers.append(line)
            line = begins + reader.line_num
    except csv.Error:  # a cell of more than 128 KB: not the separator
        return [], []
    rows = [row if any(row) else [] for row in rows]
    while rows and not rows[-1]:
        rows.pop()
    full = [row for row in rows if row]
    while full and all(len(row) > 1 and not row[-1] for row in full):
        for row in full:
            row.pop()
    return rows, numbers[: len(rows)]


def _only_one_line(lines):
    """A list written from left to right is no column."""
    found = re.split(r"[;,|\s]+", lines[0].strip("[](){} \t"))
    if len(lines) == 1 and len(found) > 2 and all(map(_is_number, found)):
        raise Unusable("one-line", count=len(found))


def _one_or_two(rows, numbers, name=False):
    """Refuse lines such as 12,15 that are one number as well as two; rows are cut at the comma.

    Two columns without names need a first one that counts, years or 1, 2, 3, …, and nothing above them. One `name` over
    such lines is that of one column, unless they count. Cells such as 05 stand behind a decimal comma.
    """
    full = [(row, line) for row, line in zip(rows, numbers, strict=True) if row]
    if len(full) < 2 or any(len(row) != 2 or not re.fullmatch(r"[-+]?\d+,\d+", ",".join(row)) for row, _ in full):
        return
    first = [int(row[0]) for row, _ in full]
    counts = set(np.diff(first)) == {1} and (1000 <= first[0] < 3000 or first[0] in (0, 1))
    decimals = any(re.fullmatch(r"0\d+", row[1]) for row, _ in full)
    if counts and not decimals if name else decimals or not counts or numbers[0] > 1:
        raise Unusable("one-or-two", line=full[0][1], cell=",".join(full[0][0]))


def _title_or_ragged(rows, numbers, separator, lines):
    """Where most lines have the same number of columns: say which has not, and whether it stands above the table."""
    full = [(row, line) for row, line in zip(rows, numbers, strict=True) if row]
    widths = [len(row) for row, _ in full]
    if len(full) < 3 or max(widths) < 2:
        if len(set(widths)) > 1 and min(widths) > 1:
            raise Unusable("ragged", line=full[1][1], came=widths[1], wanted=widths[0])
        return
    usual = max(set(widths), key=widths.count)
    odd = [k for k, width in enumerate(widths) if width != usual]
    if usual < 2 or widths.count(usual) < 0.6 * len(widths):
        if min(widths) > 1:
            k = next(k for k, width in enumerate(widths) if width != widths[0])
            raise Unusable("ragged", line=full[k][1], came=widths[k], wanted=widths[0])
        return
    if separator == "," and all(len(row) == 1 or _reads(",".join(row), ",") for row, _ in full):
        return  # a name over numbers with a decimal comma
    below = next(k for k in range(len(widths)) if widths[k] == usual)
    if odd[0] == 0 and all(k < below for k in odd):
        raise Unusable("above", line=full[0][1], cell=lines[full[0][1] - 1].strip()[:40], begins=full[below][1])
    raise Unusable("ragged", line=full[odd[0]][1], came=widths[odd[0]], wanted=usual)


def _header(rows, lines):
    """Names of the columns, the number of every row's line, and the rows without the header."""
    first = next(i for i, row in enumerate(rows) if row)
    rows, lines = rows[first:], lines[first:]
    names = [str(k) for k in range(1, len(rows[0]) + 1)]
    # A first row with an empty cell lacks a value and is no header; only the first column may go without a name.
    named = rows[0][1:] if len(rows[0]) > 1 else rows[0]
    if not any(map(_is_number, rows[0])) and not any(cell.casefold() in NOTHING for cell in named):
        names = [cell or number for cell, number in zip(rows[0], names, strict=True)]
        rows, lines = rows[1:], lines[1:]
    if not rows:
        raise Unusable("no-row")
    if len(names) == 1 and names[0] != "1" and len(rows) > 2:
        name, *cells = (row[0] if row else "" for row in rows)
        if name.casefold() not in NOTHING and not _is_number(name) and all(map(_is_number, cells)):
            raise Unusable("above", line=lines[0] - 1, cell=names[0][:40], begins=lines[0])
    return names, lines, rows


def _choose(column, names, lines, rows):
    """The index of the column that was asked for, or of the only one with numbers."""
    if column is not None:
        if not isinstance(column, str | int | np.integer):
            raise Unusable("no-column", column=_asked(column), names=_listed(names), count=len(names))
        if isinstance(column, int | np.integer) and not isinstance(column, bool) and 1 <= column <= len(names):
            return int(column) - 1
        if names.count(column) > 1:
            places = ", ".join(str(k + 1) for k, name in enumerate(names) if name == column)
            raise Unusable("twice", column=column, places=places)
        if column in names:
            return names.index(column)
        raise Unusable("no-column", column=_asked(column), names=_listed(names), count=len(names))
    full = [(row, line) for row, line in zip(rows, lines, strict=True) if row]
    columns = [[_is_number(row[k]) for row, _ in full] for k in range(len(names))]
    numeric = [k for k, cells in enumerate(columns) if any(cells)]
    if numeric[:1] == [0] and len(numeric) > 1:
        odd = [k for k, cell in enumerate(columns[0]) if not cell]
        if not odd and _grows([row[0] for row, _ in full]):
            numeric = numeric[1:]  # years, row numbers
        elif 0 < len(odd) <= max(1, len(full) // 10) and full[odd[0]][0][0].casefold() not in NOTHING:
            row, line = full[odd[0]]
            raise Unusable("odd-row", line=line, name=names[0], cell=row[0][:40])
    if numeric == [0] and len(names) > 1 and _grows([row[0] for row, _ in full if _is_number(row[0])]):
        # Years or row numbers, and no other column that can be read: what was meant is one of the others.
        unit = re.compile(r"\D{0,3}\d[\d.,]*[^\d.,:/-]{0,3}")
        signed = [k for k in range(1, len(names)) if all(unit.fullmatch(row[k]) for row, _ in full)]
        if signed:
            return signed[0]
        for k in range(1, len(names)):  # dates may stand behind the values, but yes and no, 7:46 or FF were meant
            if not all(DATE.match(row[k]) for row, _ in full):
                raise Unusable("only-time", name=names[0], other=names[k], cell=full[0][0][k][:40])
    if len(numeric) > 1:
        raise Unusable("which-column", names=_listed([names[k] for k in numeric]), first=names[numeric[0]])
    return numeric[0] if numeric else len(names) - 1


def _listed(names):
    """Names for a sentence: the first five, none longer than 40 letters."""
    shown = ", ".join(name[:40] for name in names[:5])
    return shown + (f", … ({len(names)})" if len(names) > 5 else "")


def _grows(cells):
    return bool((np.diff([float(_plain(cell, _sign_of(cell))) for cell in cells]) > 0).all())


def _falls(labels):
    """Whether labels are dates or years of one pattern that only go back in time."""
    date = re.compile(r"(\d{4})(?:([-./])(\d{1,2})(?:\2(\d{1,2})(?:[ T](\d\d):(\d\d)(?::(\d\d))?Z?)?)?)?")
    found = [date.fullmatch(label) for label in labels]
    if not all(found) or len({(bool(one[3]), bool(one[4])) for one in found}) > 1:
        return False
    times = [tuple(int(part or 0) for part in (one[1], *one.groups()[2:])) for one in found]
    return all(two < one for one, two in pairwise(times))


DATE = re.compile(r"\d{1,4}\s*[-./년]\s*\d{1,2}(?!\d)")  # at the beginning of a cell

# A number as it may stand in a cell, by its decimal sign; the groups of thousands have the other sign, a blank or '.
_GROUP = {".": r",", ",": r"\."}
_CELL = {
    sign: re.compile(
        rf"[-+]?(?:\d+|\d{{1,3}}(?:{_GROUP[sign]}\d{{3}})+|\d{{1,3}}(?:[ \u00a0\u202f'’]\d{{3}})+)?"
        rf"(?:{re.escape(sign)}\d*)?(?:(?<=\d|[.,])[eE][-+]?\d+)?"
    )
    for sign in ".,"
}


def _reads(cell, sign):
    """Whether a cell is a number with this decimal sign."""
    cell = cell.replace("−", "-")
    return bool(re.search(r"\d", re.split("[eE]", cell)[0]) and _CELL[sign].fullmatch(cell)) and bool(
        np.isfinite(float(_plain(cell, sign)))
    )


def _plain(cell, sign):
    """A number as Python writes it."""
    cell = re.sub("[ \u00a0\u202f'’]", "", cell.replace("−", "-"))
    return cell.replace(",", "") if sign == "." else cell.replace(".", "").replace(",", ".")


def _sign_of(cell):
    return "." if _reads(cell, ".") else ","


def _is_number(cell):
    """Whether a cell is a number with either decimal sign."""
    return _reads(cell, ".") or _reads(cell, ",")


def _numbers(cells, lines, name, decimal, others):
    """The numbers of a column, (n,); the whole column says which sign is the decimal one."""
    there = [(cell, line) for cell, line in zip(cells, lines, strict=True) if cell.casefold() not in NOTHING]
    missing = [line for cell, line in zip(cells, lines, strict=True) if cell.casefold() in NOTHING]
    signs = [decimal] if decimal else [sign for sign in ".," if all(_reads(cell, sign) for cell, _ in there)]
    if decimal is None and len(signs) != 1:
        # Where nothing fits, the cell to name is the odd one: by the sign that fits the most.
        fits = {sign: sum(_reads(cell, sign) for cell, _ in there) for sign in ".,"}
        signs = signs or [max(fits, key=fits.get)]
    for cell, line in there:
        if not _reads(cell, signs[0]):
            raise Unusable("not-numeric", line=line, name=name, cell=cell[:40])
    sign = signs[0] if len(signs) == 1 else _decided(there, name, others)
    if decimal is None:
        _mixed(there, name, sign)
    if missing:
        shown = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
        raise Unusable("missing", name=name, lines=shown)
    return np.array([float(_plain(cell, sign)) for cell, _ in there])


def _decided(there, name, others):
    """The decimal sign where both fit every cell, as in 1,234: what tells is a plain 12345, and the other columns."""
    marked = [(cell, line) for cell, line in there if "," in cell or "." in cell]
    if not marked:
        return "."
    used = "," if "," in marked[0][0] else "."
    if any(re.fullmatch(r"[-+]?0?", cell.replace("−", "-").partition(used)[0]) for cell, _ in marked):
        return used  # 0.123: no thousand begins with 0
    if any(re.fullmatch(r"[-+−]?\d{5,}", cell) for cell, _ in there):
        return used  # who writes 12345 groups no thousands
    raise Unusable("ambiguous", line=marked[0][1], name=name, cell=marked[0][0])


def _mixed(there, name, sign):
    """Refuse a column in which a sign fits as a group by chance, beside numbers that are not grouped."""
    grouping = _GROUP[sign].replace("\\", "")
    grouped = [(cell, line) for cell, line in there if grouping in cell]
    if grouped and any(re.search(rf"(?<![\d{re.escape(grouping)}])\d{{5,}}", cell) for cell, _ in there):
        raise Unusable("ambiguous", line=grouped[0][1], name=name, cell=grouped[0][0][:40])
