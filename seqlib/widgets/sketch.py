"""A curve that the reader draws before the true one is shown."""

import traitlets

from .. import saved
from ..draw.sketch import distance, picture, sketch_scene
from .stepper import Stepper
from .traits import Row, Switch


class Sketch(Stepper):
    """Axes in which the reader draws a curve; *show* lays the true one over it and says how near it was.

    Parameters
    ----------
    x, truth, xlabel, ylabel, log, ylim, xlog
        As for `seqlib.draw.sketch_scene`.

    Attributes
    ----------
    drawn : list of float or None
        The curve so far, one value for each x, None where nothing is drawn; empty before the first stroke. It follows
        the reader, and stays with the widget when that is shown once more.
    shown : bool
        Whether the true curve is shown.
    distance : float or None
        The mean difference from the true curve where it is drawn; on a logarithmic axis the mean factor.

    Examples
    --------
    >>> sketch = Sketch(range(0, 500, 25), history.loss[::25], xlabel="update", ylabel="$L$", log=True)
    """

    drawn = Row().tag(sync=True)
    shown = Switch(False).tag(sync=True)

    def __init__(self, x, truth, *, xlabel, ylabel, log=False, ylim=None, xlog=False):
        super().__init__(sketch_scene(x, truth, xlabel=xlabel, ylabel=ylabel, log=log, ylim=ylim, xlog=xlog))

    @property
    def distance(self):
        """How far the drawn curve is from the true one; None before anything is drawn."""
        return distance(self._axes, self.drawn) if self._axes else None

    @property
    def _axes(self):
        """What is drawn upon; None where the picture was refused and says why."""
        return self.scene.extras.get("sketch")

    @traitlets.validate("drawn")
    def _check_drawn(self, proposal):
        drawn, sketch = list(proposal["value"]), self._axes
        if not sketch:
            return []
        low, high = sketch["low"]["value"], sketch["high"]["value"]
        if len(drawn) not in (0, len(sketch["x"])):
            raise ValueError(f"drawn must be one for each of the {len(sketch['x'])} places, or none, got {len(drawn)}.")
        for value in drawn:
            if value is not None and not (low <= value <= high):
                raise ValueError(f"drawn must lie on the axis, from {low:g} to {high:g}, or be None, got {value!r}.")
        return drawn

    def picture(self):
        """What is shown now, as SVG."""
        return picture(self.scene, self.drawn, self.shown) if self._axes else self.scene.at(1)

    def saved(self):
        """The picture as HTML, with what was drawn so far."""
        now = {"drawn": self.drawn, "shown": self.shown}
        return saved.stepping(self.scene.player_data() | now, self.picture())

    def __repr__(self):
        there = sum(value is not None for value in self.drawn)
        return f"<Sketch: drawn at {there} of {len(self._axes['x'])} places>" if self._axes else repr(self.scene)
