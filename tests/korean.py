"""The Korean that seqlib says: every text beside its English one, and every other text in Hangul."""

import ast
import itertools
import re
from dataclasses import dataclass
from functools import cache

from tests.conftest import ROOT

HANGUL = re.compile("[가-힣]")
# Fields whose values end alike, so that one particle is right for all of them: numerals with their counter.
COUNTED = {("sentences.py", "count"), ("sentences.py", "came")}
NUMBERS = ("0", "1", "2", "3", "6", "10")
TOKENS = ("나는", "다", "밥을")
# How a number's reading ends: 영, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구, 십.
FINALS = {"0": "ㅇ", "1": "ㄹ", "2": "", "3": "ㅁ", "4": "", "5": "", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ", "9": ""}
# Where a particle's two forms stand: after a consonant, after a vowel.
PAIRS = (("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("으로", "로"), ("이라", "라"), ("이며", "며"))
ENDS = r"(?=[\s.,:;!?)]|$)"
PARTICLE = re.compile(rf"[’”`\]]*({'|'.join(form for pair in PAIRS for form in pair)}){ENDS}")


@dataclass(frozen=True)
class Said:
    """A Korean text: where it stands, its English one ("" where there is none), and its fields as ``{name}``."""

    where: str
    korean: str
    english: str

    @property
    def file(self):
        return self.where.partition(":")[0]

    @property
    def pieces(self):
        """Text and field by turns: ``(text, name)``, the name None after the last text. h_{t−1} is no field."""
        parts = re.split(r"\{([A-Za-z_][\w.\[\]]*)(?:![rs])?(?::[^{}]*)?\}", self.korean)
        return list(itertools.zip_longest(parts[::2], parts[1::2]))

    def filled(self, value):
        """The text with the same value in every field."""
        return "".join(text + ("" if name is None else value) for text, name in self.pieces)


@cache
def said_by_seqlib():
    """All of it, from the source: no sentence is missed because nothing shows it in a test."""
    paths = sorted((ROOT / "seqlib").rglob("*.py"))
    return list(itertools.chain.from_iterable(_said_in(path) for path in paths if path.name != "glossary.py"))


def _said_in(path):
    source = path.read_text(encoding="utf-8")
    if not HANGUL.search(source):
        return []
    tree = ast.parse(source)
    pairs, seen = [], set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            seen |= {id(node.body[0].value)} if node.body and isinstance(node.body[0], ast.Expr) else set()
        keys = [getattr(key, "value", None) for key in node.keys] if isinstance(node, ast.Dict) else []
        if {"en", "ko"} <= set(keys):
            english, korean = (node.values[keys.index(language)] for language in ("en", "ko"))
            pairs += [(korean.lineno, _text(korean), _text(english))]
            seen |= {id(part) for part in ast.walk(korean)}
    alone = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    pairs += [(n.lineno, n.value, "") for n in alone if id(n) not in seen]
    return [Said(f"{path.name}:{line}", ko, en) for line, ko, en in pairs if HANGUL.search(ko)]


def _text(node):
    """The text of an expression; what an f-string or a sum fills in stands there as a field."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join("{value}" if isinstance(part, ast.FormattedValue) else part.value for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return "{value}"


def wrong_particles(said):
    """The particles right after a field that are wrong for one of the values: value and what stands there."""
    found = []
    for (_, name), (after, _) in itertools.pairwise(said.pieces):
        match = PARTICLE.match(after)
        if match and (said.file, name) not in COUNTED:
            found += [f"{value}{after[:6]}" for value in NUMBERS + TOKENS if match[1] != _right(match[1], value)]
    return found


def wrong_after_nouns(text, nouns):
    """Nouns with the form of a particle that belongs to another final sound, as left behind by a word's replacement."""
    forms = "|".join(form for pair in PAIRS[:5] for form in pair)  # 단어이며 is right, and so is 단어며
    found = re.findall(rf"({'|'.join(sorted(nouns, key=len, reverse=True))})({forms}){ENDS}", text)
    return [noun + particle for noun, particle in found if particle != _right(particle, noun)]


def _right(particle, value):
    """The form of a particle after a value."""
    consonant, vowel = next(pair for pair in PAIRS if particle in pair)
    final = _final(value)
    return vowel if not final or (vowel == "로" and final == "ㄹ") else consonant


def _final(value):
    """The final consonant of a value's last syllable as it is read; "" after a vowel."""
    if value == "10":
        return "ㅂ"
    if value[-1].isdigit():
        return FINALS[value[-1]]
    k = (ord(value[-1]) - ord("가")) % 28
    return {0: "", 8: "ㄹ"}.get(k, "ㅇ")
