"""Recurrent networks in NumPy, with backward passes written by hand."""

from . import nn
from .nn import *  # noqa: F403

__all__ = nn.__all__
__version__ = "1.3.0"
