"""What came after the GRU: cells, the scan, attention, and all of them on one task."""

from .attention import LookBack, attend
from .cells import CIFG, MGU, SLSTM, Diagonal, Leaky, MinGRU, Peepholes, Rotating, Selective, kept
from .copying import entered, learn, table
from .scan import coefficients, scan, scanned, sweeps, timed

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
    "coefficients",
    "entered",
    "kept",
    "learn",
    "scan",
    "scanned",
    "sweeps",
    "table",
    "timed",
]
