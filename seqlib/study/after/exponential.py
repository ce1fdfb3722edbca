"""The memory of an sLSTM unit with and without its stabiliser, for gates set by hand."""

import numpy as np

from seqlib.study.table import Table

from ...in_words import answering

__all__ = ["memory", "without_and_with"]


def memory(a_i, a_f, z, *, stabilised):
    """C_t / n_t, a mean of all z so far, weighted by e^(a_i), and by e^(a_f) for each step since.

    Parameters
    ----------
    a_i, a_f, z : ndarray, (T,)
        What goes into the two exponential gates, and the candidate.
    stabilised : bool
        Whether C and n are kept divided by e^(m_t), with m_t = max(a_f + m_{t-1}, a_i): i = e^(a_i - m_t) and
        f = e^(a_f + m_{t-1} - m_t). C/n does not change by that, as long as the numbers fit.

    Returns
    -------
    ndarray, (T,)
    """
    C = n = m = 0.0
    made = np.empty(len(z))
    with np.errstate(all="ignore"):  # an overflow is what this shows
        for t in range(len(z)):
            top = max(a_f[t] + m, a_i[t]) if stabilised else 0.0
            i, f = np.exp(a_i[t] - top), np.exp(a_f[t] + (m - top if stabilised else 0.0))
            C, n, m = f * C + i * z[t], f * n + i, top
            made[t] = C / n
    return made


HEAD = (
    "t",
    "a_i",
    "z",
    {"en": "C/n, gates as they are", "ko": "게이트 그대로 C/n"},
    {"en": "C/n, divided by e^m", "ko": "e^m으로 나눈 C/n"},
)


def without_and_with(a_i, z):
    """The memory for these inputs, with a_f = 0 (all is kept): a row for each step.

    Parameters
    ----------
    a_i, z : sequence of float

    Returns
    -------
    Table
    """
    a_i, z = np.asarray(a_i, float), np.asarray(z, float)
    both = [memory(a_i, np.zeros(len(z)), z, stabilised=way) for way in (False, True)]
    rows = zip(range(1, len(z) + 1), a_i, z, *both, strict=True)
    return Table(
        [(str(t), f"{a:g}", f"{v:+.1f}", f"{one:+.3f}", f"{two:+.3f}") for t, a, v, one, two in rows], HEAD, left=0
    )


answering(globals())
