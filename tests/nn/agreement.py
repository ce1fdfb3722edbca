"""What the tests of seqlib.nn share: random sizes, and what "equal" means."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from seqlib.study.gradcheck import compare

EXACT = 1e-12  # against a complex step
TORCH = 1e-10  # against PyTorch's autograd

# The same cases everywhere, as in CI: new ones at every run would sooner or later be of the kind named in `agree`.
some = settings(deadline=None, max_examples=80, derandomize=True)
few = settings(deadline=None, max_examples=30, derandomize=True)

size = st.integers(1, 6)
seeds = st.integers(0, 2**32 - 1)


def agree(got, expected, tolerance):
    """Assert that two dicts of arrays have equal shapes and values.

    Tolerances are relative to the largest entry of all the arrays together. By its own size no small
    gradient can be measured: it may be a sum in which almost everything cancelled, and such a sum
    has lost as many digits. Of random cases one in a few thousand is of that kind.
    """
    got = {name: np.asarray(value) for name, value in got.items()}
    comparison = compare(got, {name: np.asarray(value) for name, value in expected.items()}, tolerance)
    scale = max(row.scale for row in comparison)
    assert all(row.difference <= tolerance * scale for row in comparison), f"\n{comparison}"


def bits(record):
    """The bytes of every array of a record, to see that nothing at all has changed."""
    return {name: array.tobytes() for name, array in record.items()}
