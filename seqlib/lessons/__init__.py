"""What the notebooks need to teach: exercise checks that name the mistake, and the language they speak."""

from seqlib.lessons import dense, shapes, unroll  # noqa: F401  (importing a lesson registers its exercises)
from seqlib.lessons.checks import EXERCISES, Exercise, Mistake, Result, check, register
from seqlib.words import use as use_language

__all__ = ["EXERCISES", "Exercise", "Mistake", "Result", "check", "register", "use_language"]
