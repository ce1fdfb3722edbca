"""The lessons in their order: what the map, the README, the headings and a teacher's table call them.

Which exercises a lesson has is written down nowhere but in the lesson: it is read from there.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from .. import words

__all__ = ["LESSONS", "Lesson", "Place", "places"]


@dataclass(frozen=True, eq=False)  # one object a lesson, and a key of dicts
class Lesson:
    """One lesson.

    Attributes
    ----------
    number : int
    file : str
        The same name in each language's folder. Where it is not there, the lesson is still to come.
    minutes : int
        What it takes with its exercises.
    title, question : dict
        In both languages.
    """

    number: int
    file: str
    minutes: int
    title: dict[str, str]
    question: dict[str, str]


def _lesson(file, minutes, en, asks_en, ko, asks_ko):
    return Lesson(int(file[:2]), f"{file}.ipynb", minutes, {"en": en, "ko": ko}, {"en": asks_en, "ko": asks_ko})


LESSONS = (
    _lesson(
        "00_start", 1, "Start", "Does everything work?",
        "시작하기", "모두 제대로 작동하나요?",
    ),
    _lesson(
        "01_one_layer", 25, "One layer, one loss, one step downhill", "What does it mean that a network learns?",
        "층 하나, 손실 하나, 내리막 한 걸음", "신경망이 학습한다는 것은 무슨 뜻일까요?",
    ),
    _lesson(
        "02_dense_limits", 45, "Why order and memory matter", "Why is a dense network not enough?",
        "순서와 기억이 중요한 이유", "완전연결 신경망으로는 왜 부족할까요?",
    ),
    _lesson(
        "03_states_and_shapes", 45, "States and the three sequence shapes",
        "What is a state, and what goes in and out when?",
        "상태와 시퀀스의 세 가지 형태", "상태란 무엇이고, 무엇이 언제 들어오고 나갈까요?",
    ),
    _lesson(
        "04_unrolling", 50, "One cell, many steps", "What happens in one step, number by number?",
        "셀 하나, 여러 시점", "한 시점에서 어떤 값이 어떻게 계산될까요?",
    ),
    _lesson(
        "05_bptt", 50, "One loss, one gradient, every time step", "How does a loss reach back through time?",
        "손실 하나, 기울기 하나, 모든 시점", "손실은 시간을 어떻게 거슬러 갈까요?",
    ),
    _lesson(
        "06_vanishing", 50, "Why is the way back so short?", "What becomes of a gradient on a long way?",
        "거슬러 가는 길은 왜 이렇게 짧을까요?", "먼 길을 거슬러 간 기울기는 어떻게 될까요?",
    ),
    _lesson(
        "07_keeping_it_in_bounds", 50, "Keeping it in bounds", "What helps, and what does not?",
        "한계 안에 두기", "무엇이 도움이 되고, 무엇이 그렇지 않을까요?",
    ),
    _lesson(
        "08_lstm_gates", 50, "A memory with three gates", "How does an LSTM keep, write and read?",
        "게이트 세 개로 다루는 기억", "LSTM은 어떻게 간직하고 쓰고 읽을까요?",
    ),
    _lesson(
        "09_lstm_backward", 45, "Backward through the gates", "How does the gradient get past the gates?",
        "게이트를 거슬러 가기", "기울기는 게이트를 어떻게 지나갈까요?",
    ),
    _lesson(
        "10_optimizers", 45, "Making it learn", "How is an LSTM trained?",
        "학습시키기", "LSTM은 어떻게 학습시킬까요?",
    ),
    _lesson(
        "11_gru", 50, "Two gates, one state", "What does a GRU leave out?",
        "게이트 둘, 상태 하나", "GRU는 무엇을 덜어 냈을까요?",
    ),
    _lesson(
        "12_side_by_side", 45, "RNN, LSTM, GRU on the same sequences", "Which one, and how do you know?",
        "같은 시퀀스로 보는 RNN, LSTM, GRU", "무엇을 고르고, 그 근거는 무엇일까요?",
    ),
    _lesson(
        "13_real_networks", 50, "Open one that is in use", "What is inside a network that people use?",
        "실제로 쓰이는 신경망 열어 보기", "사람들이 쓰는 신경망 안에는 무엇이 있을까요?",
    ),
    _lesson(
        "14_studio", 50, "Your own sequence", "What can it do with your data?",
        "나만의 시퀀스", "내 데이터로 무엇을 할 수 있을까요?",
    ),
    _lesson(
        "15_after_gru", 50, "What came after", "What was changed since, line by line?",
        "그 이후", "그 뒤로 무엇이 한 줄씩 달라졌을까요?",
    ),
)  # fmt: skip


# ---------- which exercises a lesson has


@dataclass(frozen=True)
class Place:
    """Where an exercise is: its key, its lesson, and the id of its cell."""

    key: str
    lesson: Lesson
    cell: str


def places(folder):
    """The exercises of the course, in its order.

    Parameters
    ----------
    folder : path
        With the lessons of one language. A lesson that is not there, or cannot be read, has none.

    Returns
    -------
    dict of str to list of Place
        For each lesson that is there, by its file's name, what its cells hand to ``check``. A key belongs to the first
        cell that names it.
    """
    found, taken = {}, set()
    for lesson in LESSONS:
        cells = _cells(Path(folder) / lesson.file)
        if cells is None:
            continue
        found[lesson.file] = []
        for key, cell in cells:
            if key not in taken:
                taken.add(key)
                found[lesson.file].append(Place(key, lesson, cell))
    return found


def _cells(path):
    """(key, id) for each call of ``check`` in a notebook; None where there is no notebook."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [(cell.get("id", ""), _joined(cell["source"])) for cell in cells if cell["cell_type"] == "code"]
    except OSError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    return [(key, cell) for cell, source in code for key in re.findall(r"\bcheck\(\s*[\"']([\w-]+)[\"']", source)]


def _joined(source):
    return source if isinstance(source, str) else "".join(source)


def name(lesson):
    """A lesson as it is called everywhere: ``5 · One loss, one gradient, every time step``."""
    return f"{lesson.number} · {words.say(lesson.title)}"
