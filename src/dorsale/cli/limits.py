"""How long a command may work and how much memory it may take: the system holds it to both, since no engine does."""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from dorsale.errors import MemoryExceeded, ProcessEnded, QueryTimeout


@contextmanager
def limits(megabytes: int, seconds: float | None = None, waiting: bool = False) -> Iterator[None]:
    """
    Do what is inside in a child process, which holds so many megabytes, and works for so many seconds if told so.

    An engine in the middle of its work cannot be interrupted, and one that asks for too much memory ends its process:
    so this process only waits, says what ended the other, and ends as that one did. What follows the block is done in
    the child, too. Time is that of the processor, for who reads a long answer slowly costs nothing; with ``waiting``
    it is also that of the clock, for what waits for another machine.

    Raises :class:`QueryTimeout`, :class:`MemoryExceeded` or :class:`ProcessEnded`.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    # What is there now is there until both processes end: looked through by neither, it is not copied either.
    gc.freeze()
    if child := os.fork():
        _wait(child, megabytes, seconds)
    for timer, alarm in ((signal.ITIMER_PROF, signal.SIGPROF), (signal.ITIMER_REAL, signal.SIGALRM)):
        if seconds and (timer == signal.ITIMER_PROF or waiting):
            signal.signal(alarm, signal.SIG_DFL)
            signal.setitimer(timer, seconds)
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    asked = megabytes << 20
    resource.setrlimit(resource.RLIMIT_DATA, (asked if most == resource.RLIM_INFINITY else min(asked, most), most))
    try:
        yield
    except MemoryError:
        raise MemoryExceeded(memory=megabytes) from None


def _wait(child: int, megabytes: int, seconds: float | None) -> None:
    """End this process as a child ends."""
    try:
        _, status = os.waitpid(child, 0)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        raise SystemExit(code)
    if seconds and -code in (signal.SIGPROF, signal.SIGALRM):
        raise QueryTimeout(seconds=f"{seconds:g}")
    if -code == signal.SIGABRT:
        # So do Rust and C++ when they are given no more memory.
        raise MemoryExceeded(memory=megabytes)
    raise ProcessEnded(signal=signal.Signals(-code).name)
