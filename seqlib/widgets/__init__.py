"""Live pictures: what a notebook steps through, with ipywidgets and anywidget."""

from .playground import Chooser, Playground
from .sketch import Sketch
from .stepper import Stepper
from .training import Live, Training, fit, live

__all__ = ["Chooser", "Live", "Playground", "Sketch", "Stepper", "Training", "fit", "live"]
