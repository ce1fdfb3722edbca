"""Live pictures: what a notebook steps through, with ipywidgets and anywidget."""

from .playground import Chooser, Playground
from .stepper import Stepper
from .training import Training, fit

__all__ = ["Chooser", "Playground", "Stepper", "Training", "fit"]
