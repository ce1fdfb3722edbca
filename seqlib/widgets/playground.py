"""Controls above a picture: what a reader sets, and what a run makes of it."""

import ipywidgets

from ..doors import shown
from ..draw.binding import clean
from ..draw.scene import Scene
from .lifeline import Lifeline
from .stepper import Stepper


class Playground(ipywidgets.VBox):
    """Controls above a stepper, saved as one static picture.

    Parameters
    ----------
    controls : list of ipywidgets
    scene : Scene
        The first picture. Later ones come by ``playground.show(scene)``.
    """

    def __init__(self, controls, scene):
        self.stepper = Stepper(scene)
        super().__init__([*controls, Lifeline(), self.stepper])

    @property
    def scene(self):
        """The scene that is shown."""
        return self.stepper.scene

    def show(self, scene):
        """Show another scene; where only values differ, only values are sent."""
        self.stepper.show(scene)

    def __repr__(self):
        return f"<{type(self).__name__}: {self.scene.T} steps, t = {self.stepper.t}>"

    def _repr_mimebundle_(self, **kwargs):
        data = super()._repr_mimebundle_(**kwargs)
        told = f"{repr(self)[:-1]}: {self.scene.alt}>"
        return {**data, "text/plain": told, "text/html": self.stepper.saved()}


class Chooser(Playground):
    """Several scenes, one shown at a time.

    Parameters
    ----------
    scenes : dict of str to Scene
        The button's label, and what it shows.

    Raises
    ------
    ValueError
        There is no scene.
    """

    def __init__(self, scenes):
        if not isinstance(scenes, dict) or not all(isinstance(label, str) and label.strip() for label in scenes):
            raise ValueError("scenes must be {label: scene}, with a text for each button, such as {'one': scene}, but "
                             f"{type(scenes).__name__} came.")  # fmt: skip
        if not scenes:
            raise ValueError("scenes must hold at least one scene, such as {name: scene}, but none came.")
        for label, scene in scenes.items():
            if not isinstance(scene, Scene):
                raise ValueError(f"scenes must be {{label: scene}}, but {shown(scene)} came as {label!r:.40}.")
        self.scenes = {clean(label): scene for label, scene in scenes.items()}
        first = next(iter(self.scenes))
        self.buttons = ipywidgets.ToggleButtons(
            options=list(self.scenes), value=first, style={"button_width": "auto"}, tooltips=list(self.scenes)
        )
        super().__init__([self.buttons], self.scenes[first])
        self.stepper.choices = _choices(self.scenes)
        self.buttons.observe(self._choose, "value")

    def _choose(self, change):
        self.show(self.scenes[change["new"]])  # at the same step: that is what is compared

    def __repr__(self):
        return f"<Chooser: {', '.join(self.scenes)}; {self.buttons.value} is shown>"


def _choices(scenes):
    """What each scene has of its own, so that a page without Python can show any: [[name, {field: value}], …]."""
    data = {name: scene.player_data() for name, scene in scenes.items()}
    first = next(iter(data.values()))
    begins = {"t", "begin", "start"}  # another scene is shown at the same step
    fields = dict.fromkeys(field for has in data.values() for field in has)  # only one over updates says after how many
    own = [f for f in fields if f not in begins and any(d.get(f, 0) != first.get(f, 0) for d in data.values())]
    return [[name, {field: has.get(field, 0) for field in own}] for name, has in data.items()]
