"""The map of the course: its lessons, a dot for every exercise, and what to do next."""

import html
from pathlib import Path

import ipywidgets
from IPython.display import display

from .. import saved, words
from ..widgets.lifeline import Lifeline
from ..widgets.studio import Message
from . import contents, progress

__all__ = ["ProgressMap"]

DOTS = {"solved": "●", "tried": "◐", "open": "○"}
STATES = {
    "solved": {"en": "solved", "ko": "해결"},
    "tried": {"en": "tried", "ko": "시도함"},
    "open": {"en": "open", "ko": "아직"},
}
HEAD = (
    {"en": "lesson", "ko": "수업"},
    {"en": "minutes", "ko": "시간(분)"},
    {"en": "exercises", "ko": "연습 문제"},
)
COMING = {"en": "coming", "ko": "준비 중"}
SOLVED = {"en": "{solved} of {count} solved", "ko": "{count}개 중 {solved}개 해결"}
BEGIN = {"en": "Begin here:", "ko": "여기서 시작하세요:"}
NEXT = {"en": "Next:", "ko": "다음 할 일:"}
EXERCISE = {"en": "exercise {key}", "ko": "연습 문제 {key}"}
ALL_DONE = {"en": "All {count} exercises are solved.", "ko": "연습 문제 {count}개를 모두 해결했습니다."}
UNREADABLE = {
    "en": "Your progress file cannot be read; the next check keeps it under another name and begins a new one.",
    "ko": "진도 파일을 읽을 수 없습니다. 다음 확인 때 다른 이름으로 남겨 두고 새로 시작합니다.",
}
DELETE = {"en": "Delete my progress", "ko": "내 진도 지우기"}
SURE = {
    "en": "Delete your progress (exercises noted: {count})? Your answers in the lessons stay.",
    "ko": "연습 문제 {count}개의 기록을 지울까요? 수업에 쓴 답은 그대로 남습니다.",
}
YES, NO = {"en": "Yes, delete", "ko": "예, 지우기"}, {"en": "No, keep it", "ko": "아니요, 그대로 두기"}
DELETED = {"en": "Deleted. All dots are empty again.", "ko": "지웠습니다. 모든 점이 다시 비었습니다."}
NOT_DELETED = {"en": "It could not be deleted: {why}.", "ko": "지우지 못했습니다: {why}."}
QUIET = "color: var(--jp-ui-font-color2, #666)"


class ProgressMap:
    """The lessons, a dot for every exercise, and the next thing to do; below it, a button that begins again.

    Parameters
    ----------
    folder : path, optional
        With the lessons of one language; by default the one in which the kernel was started.

    Attributes
    ----------
    rows : list of (Lesson, list of (Place, str)) or (Lesson, None)
        For every lesson its exercises, each "solved", "tried" or "open"; None where the lesson is still to come.
    next : Place, Lesson or None
        What to do next: an exercise of a lesson that was begun, or a lesson; None when all is solved.
    """

    def __init__(self, folder=None):
        self.folder = progress.HERE if folder is None else Path(folder)
        self.path = progress.place(self.folder)
        self.look()

    def look(self):
        """Read the lessons and the file once more."""
        self.problem = ""
        noted = {}
        try:
            noted = progress.read(self.path)["exercises"] if self.path else {}
        except (progress.Damaged, OSError):
            self.problem = words.say(UNREADABLE)
        self.noted = len(noted)
        there = contents.places(self.folder)
        self.rows = [(lesson, _states(there.get(lesson.file), noted)) for lesson in contents.LESSONS[1:]]
        self.next = _next(self.rows, noted)

    @property
    def counted(self):
        """How many exercises are solved, and how many there are."""
        states = [state for _, exercises in self.rows for _, state in exercises or ()]
        return states.count("solved"), len(states)

    def __repr__(self):
        lines = [f"{contents.name(lesson)}: {_told(exercises)}" for lesson, exercises in self.rows]
        solved, count = self.counted
        return "\n".join([*lines, words.say(SOLVED, solved=solved, count=count)])

    def _repr_html_(self):
        cells = "".join(f'<th scope="col" style="text-align: left">{words.say(name)}</th>' for name in HEAD)
        rows = "".join(_row(lesson, exercises) for lesson, exercises in self.rows)
        problem = f"<p>{html.escape(self.problem)}</p>" if self.problem else ""
        table = f'<table style="margin: 0"><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>'
        return f'<div lang="{words.language()}">{table}{problem}<p>{self._todo()}</p></div>'

    def _todo(self):
        if self.next is None:
            return words.say(ALL_DONE, count=self.counted[1])
        if isinstance(self.next, contents.Lesson):
            begin = BEGIN if not self.noted else NEXT
            return f"<strong>{words.say(begin)}</strong> {_link(self.next, contents.name(self.next))}"
        what = f"{contents.name(self.next.lesson)}, {words.say(EXERCISE, key=self.next.key)}"
        return f"<strong>{words.say(NEXT)}</strong> {_link(self.next.lesson, what, f'#cell-id={self.next.cell}')}"

    def _ipython_display_(self):
        shown = display(_Shown(self), display_id=True)
        if self.path and self.path.exists():
            display(_Delete(self, shown))


class _Shown:
    """The map as an output that can be drawn anew in its place."""

    def __init__(self, map):
        self._repr_html_, self.text = map._repr_html_, repr(map)

    def __repr__(self):
        return self.text


def _states(exercises, noted):
    if exercises is None:
        return None
    return [(place, noted[place.key]["state"] if place.key in noted else "open") for place in exercises]


def _next(rows, noted):
    """The first open exercise from where the reader was last; where its lesson is untouched, the lesson."""
    every = [pair for _, exercises in rows for pair in exercises or ()]
    last = max((noted[place.key].get("last", "") for place, _ in every if place.key in noted), default=None)
    at = next((n for n, (place, _) in enumerate(every) if noted.get(place.key, {}).get("last") == last), 0)
    todo = next((place for place, state in every[at:] + every[:at] if state != "solved"), None)
    if todo is None:
        return None
    touched = any(state != "open" for place, state in every if place.lesson is todo.lesson)
    return todo if touched else todo.lesson


def _told(exercises):
    if exercises is None:
        return words.say(COMING)
    solved = sum(state == "solved" for _, state in exercises)
    return f"{''.join(DOTS[state] for _, state in exercises)} {solved}/{len(exercises)}"


def _row(lesson, exercises):
    asks = f'<br><span style="{QUIET}">{html.escape(words.say(lesson.question))}</span>'
    if exercises is None:
        title, dots = html.escape(contents.name(lesson)), f'<span style="{QUIET}">{words.say(COMING)}</span>'
    else:
        title, dots = _link(lesson, contents.name(lesson)), _dots(exercises)
    left = 'style="text-align: left"'
    return f"<tr><td {left}>{title}{asks}</td><td {left}>{lesson.minutes}</td><td {left}>{dots}</td></tr>"


def _dots(exercises):
    """A dot for each exercise, with its name as a tip; as a whole they say how many are solved."""
    solved = sum(state == "solved" for _, state in exercises)
    said = "; ".join(f"{place.key}: {words.say(STATES[state])}" for place, state in exercises)
    said = f"{words.say(SOLVED, solved=solved, count=len(exercises))}. {said}"
    dots = "".join(
        f'<span title="{place.key}: {words.say(STATES[state])}">{DOTS[state]}</span>' for place, state in exercises
    )
    look = "font-size: 1.3em; letter-spacing: 0.15em; white-space: nowrap"
    count = f'<span aria-hidden="true" style="{QUIET}; white-space: nowrap">{solved}/{len(exercises)}</span>'
    return f'<span role="img" aria-label="{html.escape(said)}" style="{look}">{dots}</span> {count}'


def _link(lesson, text, anchor=""):
    return f'<a href="{lesson.file}{anchor}">{html.escape(text)}</a>'


class _Delete(ipywidgets.VBox):
    """The button that begins again; it asks once."""

    def __init__(self, map, shown):
        self.map, self.shown, self.message = map, shown, Message()
        wide = {"width": "max-content"}
        self.first = ipywidgets.Button(description=words.say(DELETE), icon="trash", layout=wide)
        self.yes = ipywidgets.Button(description=words.say(YES), button_style="danger", layout=wide)
        self.no = ipywidgets.Button(description=words.say(NO), layout=wide)
        self.first.on_click(lambda _: self._ask())
        self.yes.on_click(lambda _: self._delete())
        self.no.on_click(lambda _: self._keep())
        self.asking = ipywidgets.HBox([self.yes, self.no])
        super().__init__([self.first, self.message, self.asking, Lifeline()])
        self._rest("")

    def __repr__(self):
        return f"<{words.say(DELETE)}>"

    def _repr_mimebundle_(self, **kwargs):
        # Saved, it is an empty place: a button without its kernel would do nothing. See `seqlib.saved`.
        return super()._repr_mimebundle_(**kwargs) | {"text/html": f"{saved.PICTURE}</div>", "text/plain": repr(self)}

    def _rest(self, text):
        self.first.layout.display, self.asking.layout.display = None, "none"
        self.message.say(text)

    def _keep(self):
        self._rest("")
        self.first.focus()  # a button that vanishes takes the keyboard's place with it

    def _ask(self):
        self.map.look()
        self.first.layout.display, self.asking.layout.display = "none", None
        self.message.say(words.say(SURE, count=self.map.noted))
        self.no.focus()

    def _delete(self):
        try:
            progress.delete(self.map.path)
        except OSError as problem:
            return self._rest(words.say(NOT_DELETED, why=problem.strerror or type(problem).__name__))
        self.map.look()
        self.shown.update(_Shown(self.map))
        self._rest(words.say(DELETED))
        self.first.layout.display = "none"
