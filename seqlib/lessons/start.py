"""A look at everything the course needs, in a few lines: what works, and what to do where something does not."""

import html
import importlib.metadata
import json
import re
import sys

import numpy as np

from seqlib import data, words
from seqlib.draw.studio import missing_font
from seqlib.nn import RNN, SGD, Readout, SequenceModel, batches, train

PYTHON = (3, 11)
TOO_OLD = {
    "en": "{name} is {came}, {wanted} is needed: start the course with `python3 course.py lab`.",
    "ko": "{name}의 버전이 {came}인데 {wanted} 버전이 필요합니다. `python3 course.py lab`으로 시작하세요.",
}
ABSENT = {
    "en": "{name} is not installed: start the course with `python3 course.py lab`.",
    "ko": "{name} 패키지가 설치되어 있지 않습니다. `python3 course.py lab`으로 시작하세요.",
}
NOT_LEARNING = {
    "en": "A tiny network does not learn: {why}.",
    "ko": "아주 작은 신경망이 학습되지 않습니다: {why}.",
}
ALL_WELL = {"en": "Everything works.", "ko": "모두 정상적으로 작동합니다."}
PACKAGES, DATA, LEARNS, HANGUL = (
    {"en": "packages", "ko": "패키지"},
    {"en": "data files", "ko": "데이터 파일"},
    {"en": "a network learns", "ko": "신경망 학습"},
    {"en": "Korean in pictures: 나는 밥을 먹었다", "ko": "그림 속 한글: ‘나는 밥을 먹었다’"},
)


class Checkup:
    """What works and what does not; shows itself as the last expression of a cell.

    Attributes
    ----------
    lines : list of (str, str)
        What was looked at, and the sentence about what is wrong; empty where it works.
    """

    def __init__(self):
        looks = (PACKAGES, _packages), (DATA, _data), (LEARNS, _learns), (HANGUL, _hangul)
        self.lines = [("Python", _python()), *((words.say(name), look()) for name, look in looks)]

    @property
    def ok(self):
        """True when everything works."""
        return not any(problem for _, problem in self.lines)

    def __repr__(self):
        told = [f"✗ {name}: {problem}" if problem else f"✓ {name}" for name, problem in self.lines]
        return "\n".join([*told, words.say(ALL_WELL)] if self.ok else told)

    def _repr_html_(self):
        return f'<div role="status" style="line-height: 1.6">{html.escape(repr(self)).replace(chr(10), "<br>")}</div>'


def _python():
    if sys.version_info >= PYTHON:
        return ""
    came, wanted = (".".join(map(str, version[:2])) for version in (sys.version_info, PYTHON))
    return words.say(TOO_OLD, name="Python", came=came, wanted=wanted)


def _packages():
    """What is wrong with those that seqlib asks for; nothing is known where seqlib was not installed by pip."""
    try:
        asked = importlib.metadata.requires("seqlib") or []
    except importlib.metadata.PackageNotFoundError:
        return ""
    needed = [found.groups() for line in asked if (found := re.match(r"([\w-]+)\s*[>=]=\s*([\d.]+)", line))]
    return " ".join(filter(None, (_package(name, wanted) for name, wanted in needed)))


def _package(name, wanted):
    try:
        came = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return words.say(ABSENT, name=name)
    return "" if _numbers(came) >= _numbers(wanted) else words.say(TOO_OLD, name=name, came=came, wanted=wanted)


def _numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


def _data():
    try:
        for name in json.loads((data.FOLDER / "checksums.json").read_text(encoding="utf-8")):
            data._content(name)
    except (OSError, ValueError) as problem:
        return str(problem)
    return ""


def _learns():
    """Three letters, the next one to be named: a second of a lesson in a few milliseconds."""
    try:
        rng = np.random.default_rng(0)
        model = SequenceModel(RNN(3, 4, rng=rng), Readout(4, 3, rng=rng))
        x, targets = np.eye(3)[[0, 1, 2, 0]][:, :, None], np.array([[1], [2], [0], [1]])
        loss = train(model, batches(x, targets, 1, rng=rng), SGD(0.5), 60).loss
    except Exception as problem:
        return words.say(NOT_LEARNING, why=f"{type(problem).__name__}: {problem}")
    return "" if loss[-1] < 0.2 * loss[0] else words.say(NOT_LEARNING, why=f"{loss[0]:.2f} → {loss[-1]:.2f}")


def _hangul():
    return missing_font(HANGUL["ko"])
