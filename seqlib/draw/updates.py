"""A scene over updates and steps: the same picture after 0, 40, 80 … updates of a training."""

import operator
import xml.etree.ElementTree as ET
from itertools import pairwise

from .. import words
from .pack import pack
from .picture import picture
from .scene import Scene
from .svg import SVG, drawn_once

UPDATE = {"en": "update", "ko": "업데이트"}
WORDS = {
    "slider": {"en": "Updates made", "ko": "업데이트 수"},
    "back": {"en": "Fewer updates", "ko": "이전 업데이트로"},
    "forward": {"en": "More updates", "ko": "다음 업데이트로"},
    "play": {"en": "Play along the updates", "ko": "업데이트를 따라 재생"},
    "pause": {"en": "Pause", "ko": "일시 정지"},
}


@picture
def updates_scene(scenes, updates, *, start=None):
    """The same picture after different numbers of updates: a second slider, over the training.

    Parameters
    ----------
    scenes : iterable of U Scene
        The scene after each of the updates: the same parts, the same T. What is not bound (a heat map, a weight written
        in the picture) may differ, too. A generator may train between two scenes; where only bound values differ, the
        picture is then drawn only once.
    updates : sequence of U int
        How many updates had been made, in growing order: what the slider says.
    start : int, optional
        The update that is shown first, one of `updates`; by default the last.

    Returns
    -------
    UpdatesScene
        A scene like any other: ``Stepper(scene)``, ``scene.save_html(path)``, and ``scene.at(t, update=40)``.

    Raises
    ------
    ValueError
        The drawings have different parts, or there is not one for each update.

    Examples
    --------
    ::

        def learning():
            for _ in updates:
                yield lstm_cell_scene(model, model.forward(x), tokens=tokens)
                train(model, fresh, optimizer, 40)

        updates = range(0, 800, 40)
        Stepper(updates_scene(learning(), updates))
    """
    with drawn_once():
        scenes = list(scenes)
    return UpdatesScene(scenes, updates, start=start)


class UpdatesScene(Scene):
    """What `updates_scene` returns.

    Attributes
    ----------
    updates : tuple of int
    update : int
        The one that is shown first.
    """

    def __init__(self, scenes, updates, *, start=None):
        self.updates = _growing(updates, len(scenes))
        self.update = self.updates[-1] if start is None else self.checked(start)
        for update, scene in zip(self.updates, scenes, strict=True):
            _check_alike(scene, scenes[0], update)
        svg, unbound = _unbound(scenes, self.updates)
        shown = scenes[self.updates.index(self.update)]
        vars(self).update({**vars(shown), "svg": svg, "updates": self.updates, "update": self.update})
        self._scenes = dict(zip(self.updates, scenes, strict=True))
        self.extras = shown.extras | {"updates": self._extra(scenes, unbound)}

    def __repr__(self):
        return f"<Scene: {len(self.updates)} updates, {self.T} steps, update = {self.update}, t = {self.start + 1}>"

    def checked(self, update):
        """`update`, or say which there are."""
        if update not in self.updates:
            there = ", ".join(map(str, self.updates))
            raise ValueError(f"update must be one of {there}, got {update!r}.")
        return int(update)

    def at(self, t, update=None):
        """Return the picture at step `t` after so many updates as SVG; by default those that are shown first.

        Raises
        ------
        ValueError
            There is no such step, or no such update.
        """
        return self._scenes[self.checked(self.update if update is None else update)].at(t)

    def with_values(self, bindings, *, sentences):
        """Not for a scene over updates: it has many values for every step."""
        raise ValueError("a scene over updates keeps its values; make it anew, by updates_scene(scenes, updates).")

    def player_data(self):
        return super().player_data() | {"bindings": [], "update": self.update}

    def _extra(self, scenes, unbound):
        first, shape = scenes[0], (len(scenes), self.T)
        bindings = [{name: b[name] for name in b if name != "values"} for b in first.bindings]
        texts = [
            [text for scene in scenes for text in _full(scene.bindings[n]["values"], self.T)]
            for n in range(len(first.bindings))
        ]
        for (id, attribute), values in unbound.items():
            bindings.append({"id": id, "attribute": attribute})
            texts.append([value for value in values for _ in range(self.T)])
        texts.append([sentence for scene in scenes for sentence in scene.sentences])
        return {
            "updates": list(self.updates),
            "label": words.say(UPDATE),
            "words": {name: words.say(told) for name, told in WORDS.items()},
            "bindings": bindings,
            "values": pack(texts, shape),
        }


def _growing(updates, n):
    try:
        updates = tuple(operator.index(update) for update in updates)
    except TypeError:
        raise ValueError(f"updates must be whole numbers such as range(0, 800, 40), got {updates!r}.") from None
    if len(updates) != n or n < 2:
        raise ValueError(f"updates must be one for each scene, at least two, got {len(updates)} for {n} scenes.")
    if min(updates) < 0 or any(after <= before for before, after in pairwise(updates)):
        raise ValueError(f"updates must grow, from 0 on, got {', '.join(map(str, updates))}.")
    return updates


def _check_alike(scene, first, update):
    if not isinstance(scene, Scene) or isinstance(scene, UpdatesScene):
        raise ValueError(f"scenes must be Scenes, got {type(scene).__name__} at update {update}.")
    if scene.T != first.T:
        raise ValueError(f"scenes must have the same number of steps, {first.T}, got {scene.T} at update {update}.")
    bound, at_first = ([(b["id"], b["attribute"]) for b in one.bindings] for one in (scene, first))
    if bound != at_first:
        raise ValueError(f"scenes must bind the same, but the one at update {update} binds something else.")


HREF = "{http://www.w3.org/1999/xlink}href"


def _unbound(scenes, updates):
    """What differs between the drawings, though it is not bound.

    Returns
    -------
    svg : str
        The first drawing, in which every element that differs has an id.
    values : dict of (id, attribute) to list of U str
    """
    if len({scene.svg for scene in scenes}) == 1:
        return scenes[0].svg, {}
    roots = [ET.fromstring(scene.svg) for scene in scenes]
    parts = [list(root.iter()) for root in roots]
    bound, values = {(b["id"], b["attribute"]) for b in scenes[0].bindings}, {}
    own = {id for id, _ in bound}
    for update, elements in zip(updates, parts, strict=True):
        if [_part(e, own) for e in elements] != [_part(e, own) for e in parts[0]]:
            raise ValueError(
                f"scenes must be drawings of the same parts, but the one at update {update} has others than the first; "
                "give them the same limits of the axes, for instance."
            )
    for n, elements in enumerate(zip(*parts, strict=True)):
        first, names = elements[0], {name for element in elements for name in element.attrib} - {"id"}
        for attribute in [*sorted(names), "text"]:
            texts = [(e.text if attribute == "text" else e.get(attribute)) or "" for e in elements]
            if len(set(texts)) > 1 and (first.get("id"), attribute) not in bound and first.tag != SVG + "title":
                first.set("id", first.get("id") or f"u{n}")
                values[first.get("id"), "href" if attribute == HREF else attribute] = texts
    return ET.tostring(roots[0], encoding="unicode"), values


def _part(element, bound):
    """What must not differ: what it is, its id if it is bound, and what it refers to (a clip, a marker's shape)."""
    refers = [value for value in element.attrib.values() if "#" in value and ("url(" in value or value[0] == "#")]
    return element.tag, element.get("id") in bound and element.get("id"), refers


def _full(values, T):
    """With the repeated values at the end that a binding leaves out."""
    return values + [values[-1]] * (T - len(values))
