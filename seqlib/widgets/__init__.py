"""Live pictures: what a notebook steps through, with ipywidgets and anywidget."""

from .playground import Chooser, Playground
from .stepper import Stepper
from .training import Live, Training, fit, live

__all__ = ["Chooser", "Live", "Playground", "Stepper", "Training", "fit", "live"]
