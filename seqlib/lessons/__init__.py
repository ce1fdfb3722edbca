"""What the notebooks need to teach: exercise checks that name the mistake, and the language they speak."""

from threadpoolctl import threadpool_limits

from seqlib.lessons import (  # noqa: F401  (importing registers the exercises)
    after,
    back,
    bounds,
    bptt,
    compare,
    dense,
    forget,
    gates,
    gru,
    layer,
    optim,
    real,
    shapes,
    studio,
    training,
    unroll,
)
from seqlib.lessons.checks import EXERCISES, Exercise, Mistake, Result, check, register
from seqlib.words import use as use_language

__all__ = ["EXERCISES", "Exercise", "Mistake", "Result", "check", "register", "use_language"]

# The lessons' matrices are small: a second BLAS thread makes them several times slower when the other core is busy.
threadpool_limits(1, user_api="blas")
