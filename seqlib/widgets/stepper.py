"""Steps through any scene: in the browser, without the kernel."""

import anywidget
import traitlets

from .. import saved
from ..draw.binding import step_index
from ..draw.scene import Scene
from ..player import module
from .traits import Whole


class Stepper(anywidget.AnyWidget):
    """A scene with controls: slider, play, ← → Home End Space.

    Stepping happens in the browser. Python can follow and lead: ``stepper.t = 7`` shows step 7, ``stepper.observe`` and
    ``ipywidgets.jslink`` see every step. Where the scene goes over updates (`seqlib.draw.updates_scene`),
    ``stepper.update`` is how many had been made, in both directions.

    Parameters
    ----------
    scene : Scene
        What is shown.
    t : int, optional
        The step shown first, from 1; by default where the scene begins. Where nothing moves, a picture that was not
        stepped shows its telling step.

    Raises
    ------
    ValueError
        `scene` is no Scene, or it has no step `t`.
    """

    # One generic file shows every scene. The style is a trait of its own, not anywidget's `_css`: it belongs inside the
    # player's shadow tree, where it meets neither JupyterLab's style nor another page's.
    _esm = module()

    svg = traitlets.Unicode().tag(sync=True)
    bindings = traitlets.List().tag(sync=True)
    sentences = traitlets.List(traitlets.Unicode()).tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    css = traitlets.Unicode().tag(sync=True)
    extras = traitlets.Dict().tag(sync=True)
    t = Whole(1).tag(sync=True)
    update = Whole(0).tag(sync=True)
    begin = traitlets.Int(1).tag(sync=True)
    start = traitlets.Int(1).tag(sync=True)
    choices = traitlets.List().tag(sync=True)  # [[name, what it has of its own], …]: for pages, see `Chooser`

    def __init__(self, scene, t=None):
        data = _data(scene)
        if t is not None:
            data["t"] = _within(t, scene.T)
        self.scene = scene
        super().__init__(**data)

    def __setattr__(self, name, value):
        """Set it; what a trait does not take is refused with a ValueError, as everywhere here."""
        try:
            super().__setattr__(name, value)
        except traitlets.TraitError as error:
            said = " ".join(str(error).split())
            raise ValueError(said if len(said) < 200 else f"{said[:200]}….") from None

    def show(self, scene):
        """Show another scene at the same step (at its last one, if it is shorter).

        Where the drawing is the same, as in a playground whose slider only changes values, only values are sent and the
        picture changes without being replaced.
        """
        data = _data(scene) | {"t": min(self.t, scene.T)}
        if self.update in getattr(scene, "updates", ()):
            data["update"] = self.update
        self.scene = scene
        with self.hold_sync():  # one message: the browser never sees half of it
            for name, value in data.items():
                setattr(self, name, value)

    @traitlets.validate("t")
    def _check_t(self, proposal):
        return _within(proposal["value"], self.scene.T)

    @traitlets.validate("update")
    def _check_update(self, proposal):
        return self.scene.checked(proposal["value"]) if hasattr(self.scene, "updates") else 0

    def picture(self):
        """What is shown now, as SVG."""
        return self._at(self.t)

    def _at(self, t):
        over = {"update": self.update} if hasattr(self.scene, "updates") else {}
        return self.scene.at(t, **over)

    def __repr__(self):
        return f"<Stepper: {self.scene.T} step{'s' if self.scene.T > 1 else ''}, t = {self.t}: {self.scene.alt}>"

    def _repr_mimebundle_(self, **kwargs):
        """One bundle: the live view, and what a saved notebook shows instead."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/plain": repr(self), "text/html": self.saved()}, metadata

    def saved(self):
        """The picture as HTML, as it stands now."""
        if hasattr(self.scene, "updates"):
            untouched = self.t == self.scene.begin + 1  # then the telling step says more
            drawing = self._at(self.scene.start + 1 if untouched else self.t)
            return saved.stepping(self.scene.player_data() | {"t": self.t, "update": self.update}, drawing)
        return saved.stepping(self.page_data())

    def page_data(self):
        """All that a page needs of the picture as it stands now, as plain data."""
        return self.scene.player_data() | {"t": self.t, "choices": self.choices}


def _data(scene):
    if not isinstance(scene, Scene):
        raise ValueError(f"scene must be a Scene, got {type(scene).__name__}; make one with seqlib.draw.Scene.")
    return scene.player_data()


def _within(t, T):
    return step_index(t, T, "t", first=1) + 1
