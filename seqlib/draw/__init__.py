"""Pictures: a figure is drawn once; what in it changes with t is bound to it."""

from . import diagrams, panels, style
from .binding import Binding, Goto, Moves, Open
from .deep import DeepScene, Level
from .scene import Scene
from .scenes import bars_scene, cell_scene, curves_scene, readings_scene, states_scene, unrolled_scene
from .sketch import sketch_scene
from .updates import updates_scene

__all__ = [
    "Binding",
    "DeepScene",
    "Goto",
    "Level",
    "Moves",
    "Open",
    "Scene",
    "bars_scene",
    "cell_scene",
    "curves_scene",
    "diagrams",
    "panels",
    "readings_scene",
    "sketch_scene",
    "states_scene",
    "style",
    "unrolled_scene",
    "updates_scene",
]
