"""What came after the GRU: cells, the scan, attention, and all of them on one task."""

from .attention import LookBack, attend
from .by_hand import checked
from .cells import CIFG, MGU, SLSTM, Diagonal, Leaky, MinGRU, Peepholes, Rotating, Selective, kept
from .copying import entered, example, learn, table
from .exponential import without_and_with
from .scanning import coefficients, scan, scanned, sweeps, timed

__all__ = [
    "CIFG",
    "MGU",
    "SLSTM",
    "Diagonal",
    "Leaky",
    "LookBack",
    "MinGRU",
    "Peepholes",
    "Rotating",
    "Selective",
    "attend",
    "checked",
    "coefficients",
    "entered",
    "example",
    "kept",
    "learn",
    "scan",
    "scanned",
    "sweeps",
    "table",
    "timed",
    "without_and_with",
]
