"""Steps through any scene: in the browser, without the kernel."""

import anywidget
import traitlets

from ..draw.binding import step_index
from ..draw.page import module
from ..draw.scene import Scene


class Stepper(anywidget.AnyWidget):
    """A scene with controls: slider, play, ← → Home End Space.

    Stepping happens in the browser. Python can follow and lead: ``stepper.t = 7`` shows step 7, ``stepper.observe`` and
    ``ipywidgets.jslink`` see every step.

    Parameters
    ----------
    scene : Scene
        What is shown.
    t : int, optional
        The first step shown, from 1; by default the scene's telling step.

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
    t = traitlets.Int(1).tag(sync=True)

    def __init__(self, scene, t=None):
        data = _data(scene)
        if t is not None:
            data["t"] = _within(t, scene.T)
        self.scene = scene
        super().__init__(**data)

    def show(self, scene):
        """Show another scene at the same step (at its last one, if it is shorter).

        Where the drawing is the same, as in a playground whose slider only changes values, only values are sent and the
        picture changes without being replaced.
        """
        data = _data(scene) | {"t": min(self.t, scene.T)}
        self.scene = scene
        with self.hold_sync():  # one message: the browser never sees half of it
            for name, value in data.items():
                setattr(self, name, value)

    @traitlets.validate("t")
    def _check_t(self, proposal):
        return _within(proposal["value"], self.scene.T)

    def __repr__(self):
        return f"<Stepper: {self.scene.T} steps, t = {self.t}>"

    def _repr_mimebundle_(self, **kwargs):
        """One bundle: the live view, and the static figure for a page where nothing is alive."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/plain": repr(self), "image/svg+xml": self.scene.at(self.t)}, metadata


def _data(scene):
    if not isinstance(scene, Scene):
        raise ValueError(f"scene must be a Scene, got {type(scene).__name__}; make one with seqlib.draw.Scene.")
    return scene.player_data()


def _within(t, T):
    return step_index(t, T, "t", first=1) + 1
