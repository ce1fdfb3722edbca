"""A project of one's own: the reader's notebook, with the questions that a grader asks and room for the answers."""

import json
from pathlib import Path

from seqlib import words

__all__ = ["RUBRIC", "new_project"]

# What is graded, how many points it gives, and what they are given for: docs/projects.md shows the same table.
RUBRIC = (
    ({"en": "Question", "ko": "질문"}, 2, {
        "en": "one question about this sequence, that a number can answer",
        "ko": "이 시퀀스에 대한, 수로 답할 수 있는 질문 하나",
    }),
    ({"en": "Preparation", "ko": "준비"}, 4, {
        "en": "where the data come from; a tail or a fifth held out first; nothing fitted, chosen or scaled with it",
        "ko": "데이터의 출처, 먼저 떼어 놓은 끝부분이나 5분의 1, 그 부분으로 맞추거나 고르거나 눈금을 정하지 않았는지",
    }),
    ({"en": "Baselines", "ko": "기준 예측(baseline)"}, 4, {
        "en": "two or more that cost nothing, on the same held-out part",
        "ko": "떼어 놓은 같은 부분에서 잰, 비용이 들지 않는 기준 예측 둘 이상",
    }),
    ({"en": "Network", "ko": "신경망"}, 4, {
        "en": "cell, units, updates and seeds named; three seeds or more, with their spread",
        "ko": "셀, 유닛 수, 업데이트 수, 시드를 밝힘. 시드 셋 이상, 시드에 따른 범위",
    }),
    ({"en": "Verdict", "ko": "판정"}, 4, {
        "en": "who wins, at which distance or on which words; a lost comparison, well explained, gives all points",
        "ko": "무엇이, 어느 거리에서 또는 어느 단어에서 이기는지. 신경망이 졌더라도 잘 설명한 비교는 만점",
    }),
    ({"en": "Picture and limits", "ko": "그림과 한계"}, 2, {
        "en": "one picture with named axes; two things that this result does not say",
        "ko": "축 이름이 있는 그림 하나, 이 결과로는 알 수 없는 것 두 가지",
    }),
)  # fmt: skip

TITLE = {"en": "# My project: …", "ko": "# 나의 프로젝트: …"}
TASK = {
    "en": "Answer each question in a cell below it, and leave in what did not work. The points add up to {points}.",
    "ko": "질문마다 그 아래 셀에 답하고, 잘 안 된 것도 남겨 두세요. 모두 {points}점입니다.",
}
POINTS = {"en": "{title} ({points} points)", "ko": "{title}({points}점)"}
CODE = {
    "Preparation": "from seqlib import data\n\nseries = data.read_series(...)  # your file; or data.read_text(...)",
    "Baselines": "from seqlib.study import forecast, language\n\n...",
    "Network": "...",
    "Picture and limits": "...",
}
ASK = {
    "en": 'Nothing is written yet. new_project("my_project.ipynb") makes a notebook with the questions and the points of '
    "your project, beside this lesson.",
    "ko": '아직 아무것도 쓰지 않았습니다. new_project("my_project.ipynb")라고 쓰면 프로젝트의 질문과 배점이 담긴 노트북이 '
    "이 수업 옆에 생깁니다.",
}
MADE = {"en": "{path} is there now; open it in the list of files.", "ko": "{path} 파일을 만들었습니다. 파일 목록에서 여세요."}
THERE = {
    "en": "There is a file {path} already, and it stays as it is; choose another name.",
    "ko": "{path} 파일이 이미 있어 그대로 두었습니다. 다른 이름을 고르세요.",
}
NAME = {
    "en": "The name of a notebook ends in .ipynb, but {path} came.",
    "ko": "노트북의 이름은 .ipynb로 끝나는데 {path} 이름이 들어왔습니다.",
}
NO_FOLDER = {
    "en": "{path} cannot be written ({why}); choose another folder.",
    "ko": "{path} 파일을 쓸 수 없습니다({why}). 다른 폴더를 고르세요.",
}


def new_project(path=None):
    """Write a project's notebook, and print one sentence about it. A file that is there already is never changed.

    Parameters
    ----------
    path : str or Path, optional
        The new notebook, such as ``"my_project.ipynb"``. Without it nothing is written.
    """
    print(_written(path))


def _written(path):
    if path is None:
        return words.say(ASK)
    path = Path(path)
    if path.suffix != ".ipynb":
        return words.say(NAME, path=path)
    try:
        with open(path, "x", encoding="utf-8") as file:
            json.dump(_notebook(), file, ensure_ascii=False, indent=1)
    except FileExistsError:
        return words.say(THERE, path=path)
    except OSError as problem:
        return words.say(NO_FOLDER, path=path, why=problem.strerror)
    return words.say(MADE, path=path)


def _notebook():
    """The template, as nbformat 4.5."""
    task = words.say(TASK, points=sum(points for _, points, _ in RUBRIC))
    cells = [_cell("project-title", "markdown", f"{words.say(TITLE)}\n\n{task}")]
    for n, (title, points, asked) in enumerate(RUBRIC, start=1):
        head = words.say(POINTS, title=words.say(title), points=points)
        cells.append(_cell(f"project-{n}", "markdown", f"## {head}\n\n*{words.say(asked)}*\n\n…"))
        if title["en"] in CODE:
            cells.append(_cell(f"project-{n}-code", "code", CODE[title["en"]]))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def _cell(name, kind, source):
    cell = {"id": name, "cell_type": kind, "metadata": {}, "source": source}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
