"""Says so, and stops the controls beside it, when the kernel that they need is gone."""

from pathlib import Path

import anywidget
import traitlets

from .. import words
from ..player import module

LOST = {
    "en": "The kernel was restarted or has ended, so nothing here can answer: run this cell again.",
    "ko": "커널이 다시 시작되었거나 꺼져서 여기서는 더 반응하지 않습니다. 이 셀을 다시 실행하세요.",
}


class Lifeline(anywidget.AnyWidget):
    """A line among the children of a box, unseen until the kernel is gone; players stay alive, they need none."""

    _esm = module("kernel") + Path(__file__).with_name("lifeline.js").read_text(encoding="utf-8")
    _css = """
    .seqlib-lost .jupyter-widgets-disconnected::before, .seqlib-lost.jupyter-widgets-disconnected::before {
      display: none;
    }
    .seqlib-lost > [inert] { opacity: 0.45 }
    .seqlib-lifeline { margin: 4px 6px; color: var(--jp-content-font-color1, CanvasText); font-weight: 600 }
    """

    sentence = traitlets.Unicode().tag(sync=True)

    def __init__(self):
        super().__init__(sentence=words.say(LOST))
