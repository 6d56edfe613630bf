"""What the process of a run needs around it: memory settings of the C library, one GPU, signals that end it cleanly."""

from __future__ import annotations

import os
import platform
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

#: The loss over the vocabulary takes and gives back large buffers in each step. By default the GNU C library
#: returns them to the system every time, which takes half of a step on a CPU; with these it keeps them.
_ALLOCATOR = {
    "MALLOC_MMAP_THRESHOLD_": "8589934592",
    "MALLOC_TRIM_THRESHOLD_": "17179869184",
    "MALLOC_TOP_PAD_": "1073741824",
}


class Stopped(BaseException):
    """A signal asked the run to end. Not an Exception, so that no library takes it for a failure of its own."""


def keep_large_buffers() -> None:
    """Start this program anew with the allocator's settings when it lacks them: they are read once, at the start."""
    if platform.libc_ver()[0] != "glibc" or any(name in os.environ for name in _ALLOCATOR):
        return
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | _ALLOCATOR)  # noqa: S606


def use_one_gpu() -> None:
    """Leave the first of the GPUs that are visible, unless a launcher started a process for each.

    The trainer refuses several in one process.
    """
    if "WORLD_SIZE" not in os.environ:
        os.environ["CUDA_VISIBLE_DEVICES"] = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Let SIGINT and SIGTERM raise `Stopped` in the main thread; a second one ends the process at once."""
    signals = (signal.SIGINT, signal.SIGTERM)

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_DFL)
        raise Stopped(signal.Signals(number).name)

    before = {number: signal.signal(number, stop) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
