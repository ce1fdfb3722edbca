"""The cells of lesson 15, as a reader writes them: the states, what lies one below the other, and two methods."""

from seqlib.study.after.cells import CIFG, MGU, SLSTM, Diagonal, MinGRU, Peepholes, Rotating, Selective

OWN = [CIFG, MGU, MinGRU, Peepholes, SLSTM, Diagonal, Rotating, Selective]
