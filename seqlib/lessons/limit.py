"""A time limit for a reader's code that needs neither threads nor signals, so that it works in every kernel.

The interpreter calls a trace function at every line; a look at the clock is all that it does. Lines of NumPy, of seqlib
and of the standard library are not traced, and whoever has set a trace function (a debugger, a coverage tool) keeps it:
then there is no limit.
"""

import contextlib
import dis
import functools
import os
import sys
import sysconfig
import time

import numpy as np

__all__ = ["SECONDS", "TooLong", "limited"]

SECONDS = 5
_PATIENCE = 6  # so many times as long by the clock on the wall, for code that waits, or a machine that is busy elsewhere
_own_time = getattr(time, "thread_time", time.monotonic)  # not in every kernel
_OURS = tuple(
    {
        os.path.dirname(np.__file__),
        os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
        sysconfig.get_path("stdlib"),
        "<frozen",
    }
)


class TooLong(BaseException):
    """Raised inside a reader's code when its time is over. No Exception, so that `except Exception` lets it pass.

    A bare ``except:`` swallows it all the same, and with it the trace function, which Python removes when it raises.
    What is swallowed is forgotten at the end of that block: then `again` is called, and the limit is back.
    """

    def __init__(self, again):
        super().__init__()
        self.again = again

    def __del__(self):
        self.again()


def _somebody_traces():
    if sys.gettrace() is not None:
        return True
    monitoring = getattr(sys, "monitoring", None)  # from Python 3.12 debuggers need no trace function
    return monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None


@functools.lru_cache(maxsize=200)
def _loops_on_one_line(code):
    """Whether a loop of this code stays on one line, such as ``while True: pass``: then no new line is ever begun."""
    lines = [position[0] for position in code.co_positions()]
    jumps = (step for step in dis.get_instructions(code) if "JUMP_BACKWARD" in step.opname)
    return any(lines[step.offset // 2] == lines[step.argval // 2] for step in jumps)


@contextlib.contextmanager
def limited(seconds=None):
    """Raise `TooLong` in the code that runs inside, at the first line of a reader's own after this many seconds.

    Parameters
    ----------
    seconds : float, optional
        Time that the code itself computes; six times as long by the clock on the wall. What is computed in one call
        of NumPy is not interrupted.

    Raises
    ------
    TooLong
    """
    if _somebody_traces():
        yield
        return
    seconds = SECONDS if seconds is None else seconds
    begun, computed = time.monotonic(), _own_time()
    running = True

    def over():
        passed = time.monotonic() - begun  # asked first: it is the quicker of the two
        return passed > seconds and (_own_time() - computed > seconds or passed > _PATIENCE * seconds)

    def at_line(frame, event, _):
        if over():
            raise TooLong(functools.partial(again, frame))
        return at_line

    def again(frame):
        """Trace again, and from here on every step: one of them stands outside the block that swallowed `TooLong`."""
        if not running:
            return
        sys.settrace(at_call)
        frame.f_trace, above = at_line, sys._getframe()
        while above is not None:
            if above.f_trace is at_line:
                above.f_trace_opcodes = True
            above = above.f_back

    def at_call(frame, event, _):
        if frame.f_code.co_filename.startswith(_OURS):
            return None
        frame.f_trace_opcodes = _loops_on_one_line(frame.f_code)
        return at_line(frame, event, _)

    sys.settrace(at_call)
    try:
        yield
    finally:
        running = False
        sys.settrace(None)
