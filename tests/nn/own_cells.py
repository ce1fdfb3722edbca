"""Cells as a reader writes them after lesson 15: the states, what lies one below the other, and two methods."""

from typing import ClassVar

import numpy as np
from numpy import tanh

from seqlib.nn.cell import Cell
from seqlib.nn.functions import sigmoid


class CIFG(Cell):
    """Coupled gates: what is forgotten makes room for what is written (Greff et al., 2017)."""

    STATES = ("h", "C")
    BLOCKS: ClassVar = {"a": ("a_f", "a_o", "a_g")}

    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.f = sigmoid(t.a_f)
        t.o = sigmoid(t.a_o)
        t.g = tanh(t.a_g)
        t.C = t.f * t.C_prev + (1 - t.f) * t.g
        t.h = t.o * tanh(t.C)

    def step_back(self, W, t, d):
        d.o = d.h * tanh(t.C)
        d.C += d.h * t.o * (1 - tanh(t.C) ** 2)
        d.f = d.C * (t.C_prev - t.g)
        d.g = d.C * (1 - t.f)
        d.a_f = d.f * t.f * (1 - t.f)
        d.a_o = d.o * t.o * (1 - t.o)
        d.a_g = d.g * (1 - t.g**2)
        d.C_prev = d.C * t.f
        d.h_prev = W.W_h.T @ d.a
        d.x = W.W_x.T @ d.a


class MGU(Cell):
    """Minimal gated unit: one gate resets and writes (Zhou et al., 2016)."""

    def step(self, W, t):
        t.a_f = W.W_xf @ t.x + W.W_hf @ t.h_prev + W.b_f
        t.f = sigmoid(t.a_f)
        t.fh = t.f * t.h_prev
        t.a_g = W.W_xg @ t.x + W.W_hg @ t.fh + W.b_g
        t.g = tanh(t.a_g)
        t.h = (1 - t.f) * t.h_prev + t.f * t.g

    def step_back(self, W, t, d):
        d.g = d.h * t.f
        d.a_g = d.g * (1 - t.g**2)
        d.fh = W.W_hg.T @ d.a_g
        d.f = d.h * (t.g - t.h_prev) + d.fh * t.h_prev
        d.a_f = d.f * t.f * (1 - t.f)
        d.h_prev = d.h * (1 - t.f) + d.fh * t.f + W.W_hf.T @ d.a_f
        d.x = W.W_xf.T @ d.a_f + W.W_xg.T @ d.a_g


class MinGRU(Cell):
    """Gate and candidate see x alone, so all steps could be made at once (Feng et al., 2024)."""

    def step(self, W, t):
        t.a_z = W.W_z @ t.x + W.b_z
        t.z = sigmoid(t.a_z)
        t.g = W.W_g @ t.x + W.b_g
        t.h = (1 - t.z) * t.h_prev + t.z * t.g

    def step_back(self, W, t, d):
        d.g = d.h * t.z
        d.z = d.h * (t.g - t.h_prev)
        d.a_z = d.z * t.z * (1 - t.z)
        d.h_prev = d.h * (1 - t.z)
        d.x = W.W_z.T @ d.a_z + W.W_g.T @ d.g


class Peepholes(Cell):
    """LSTM whose gates look at the memory, each unit at its own (Gers & Schmidhuber, 2000)."""

    STATES = ("h", "C")

    def step(self, W, t):
        t.a_f = W.W_xf @ t.x + W.W_hf @ t.h_prev + W.p_f * t.C_prev + W.b_f
        t.a_i = W.W_xi @ t.x + W.W_hi @ t.h_prev + W.p_i * t.C_prev + W.b_i
        t.a_g = W.W_xg @ t.x + W.W_hg @ t.h_prev + W.b_g
        t.f = sigmoid(t.a_f)
        t.i = sigmoid(t.a_i)
        t.C = t.f * t.C_prev + t.i * tanh(t.a_g)
        t.a_o = W.W_xo @ t.x + W.W_ho @ t.h_prev + W.p_o * t.C + W.b_o
        t.o = sigmoid(t.a_o)
        t.h = t.o * tanh(t.C)

    def step_back(self, W, t, d):
        d.a_o = d.h * tanh(t.C) * t.o * (1 - t.o)
        d.C += d.h * t.o * (1 - tanh(t.C) ** 2) + W.p_o * d.a_o
        d.a_f = d.C * t.C_prev * t.f * (1 - t.f)
        d.a_i = d.C * tanh(t.a_g) * t.i * (1 - t.i)
        d.a_g = d.C * t.i * (1 - tanh(t.a_g) ** 2)
        d.C_prev = d.C * t.f + W.p_f * d.a_f + W.p_i * d.a_i
        d.h_prev = W.W_hf.T @ d.a_f + W.W_hi.T @ d.a_i + W.W_hg.T @ d.a_g + W.W_ho.T @ d.a_o
        d.x = W.W_xf.T @ d.a_f + W.W_xi.T @ d.a_i + W.W_xg.T @ d.a_g + W.W_xo.T @ d.a_o


class SLSTM(Cell):
    """Exponential gates, with a normaliser n and a stabiliser m that keeps e^a in range (Beck et al., 2024)."""

    STATES = ("h", "C", "n", "m")
    BLOCKS: ClassVar = {"a": ("a_i", "a_f", "a_o", "a_z")}

    def step(self, W, t):
        t.a = W.W_x @ t.x + W.W_h @ t.h_prev + W.b
        t.m = np.maximum(t.a_f + t.m_prev, t.a_i)
        t.i, t.f = np.exp(t.a_i - t.m), np.exp(t.a_f + t.m_prev - t.m)
        t.C = t.f * t.C_prev + t.i * tanh(t.a_z)
        t.n = t.f * t.n_prev + t.i
        t.h = sigmoid(t.a_o) * t.C / t.n

    def step_back(self, W, t, d):
        d.C += d.h * sigmoid(t.a_o) / t.n
        d.n -= d.h * t.h / t.n
        d.i, d.f = d.C * tanh(t.a_z) + d.n, d.C * t.C_prev + d.n * t.n_prev
        d.m -= d.i * t.i + d.f * t.f
        kept = np.greater(t.a_f + t.m_prev, t.a_i)
        d.a_i, d.a_f = d.i * t.i + d.m * (1 - kept), d.f * t.f + d.m * kept
        d.a_o = d.h * t.h * (1 - sigmoid(t.a_o))
        d.a_z = d.C * t.i * (1 - tanh(t.a_z) ** 2)
        d.C_prev, d.n_prev, d.m_prev = d.C * t.f, d.n * t.f, d.a_f
        d.h_prev, d.x = W.W_h.T @ d.a, W.W_x.T @ d.a


class Diagonal(Cell):
    """A linear recurrence in which every unit sees only itself."""

    def step(self, W, t):
        t.h = W.w * t.h_prev + W.W_x @ t.x + W.b

    def step_back(self, W, t, d):
        d.h_prev = W.w * d.h
        d.x = W.W_x.T @ d.h


OWN = [CIFG, MGU, MinGRU, Peepholes, SLSTM, Diagonal]
