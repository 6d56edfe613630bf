"""What the process of a run needs around it: memory settings of the C library, one GPU, signals that end it cleanly."""

from __future__ import annotations

import atexit
import gc
import os
import platform
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn, cast

#: The loss over the vocabulary takes and gives back large buffers in each step. By default the GNU C library
#: returns them to the system every time, which takes half of a step on a CPU; with these it keeps them.
_ALLOCATOR = {
    "MALLOC_MMAP_THRESHOLD_": "8589934592",
    "MALLOC_TRIM_THRESHOLD_": "17179869184",
    "MALLOC_TOP_PAD_": "1073741824",
}


#: How often Python looks for garbage, as it was started.
_COLLECTION = gc.get_threshold()

#: Objects between two looks for garbage while libraries are loaded.
_RARELY = 100_000

#: Between two looks whether the launcher is there.
_WATCH_SECONDS = 0.5


class Stopped(BaseException):
    """A signal asked the run to end. Not an Exception, so that no library takes it for a failure of its own."""


def keep_large_buffers() -> None:
    """Start this program anew with the allocator's settings when it lacks them: they are read once, at the start."""
    if platform.libc_ver()[0] != "glibc" or any(name in os.environ for name in _ALLOCATOR):
        return
    start_anew(sys.orig_argv[1:], os.environ | _ALLOCATOR)


def start_anew(arguments: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Become another start of Python, in the same process."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, *arguments], environment)  # noqa: S606


def sleep_between_products() -> None:
    """Let the threads of PyTorch sleep while they wait for each other. It reads this when it is imported.

    By default they spin, and where other programs use the cores a thread spins away the time that the other one needs:
    64 steps of the tiny model took 29 s instead of 0.1 s beside a load of 15 on 2 cores.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def collect_rarely() -> None:
    """Let Python look for garbage rarely while libraries are loaded.

    They make a million objects that stay, and looking through these again and again takes a fifth of the time.
    """
    gc.set_threshold(_RARELY)


def collect_as_before() -> None:
    """End `collect_rarely`: what is loaded by now stays, and is not looked through again."""
    if gc.get_threshold() != _COLLECTION:
        gc.freeze()
        atexit.register(gc.unfreeze)  # libraries in C++ report what is left at the end
        gc.set_threshold(*_COLLECTION)


def without_torch() -> None:
    """Keep transformers from loading PyTorch, which tokenizers do not need and which takes seconds."""
    sys.modules.setdefault("torch", cast("Any", None))
    # It would say that it did not find PyTorch.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")


def use_one_gpu() -> None:
    """Leave the first of the GPUs that are visible, unless a launcher started a process for each.

    The trainer refuses several in one process.
    """
    if "WORLD_SIZE" not in os.environ:
        os.environ["CUDA_VISIBLE_DEVICES"] = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]


def end_with_launcher(launcher: int) -> None:
    """End this process when its parent, which launched it, is gone: no stop reaches the session of its own."""

    def watch() -> None:
        while os.getppid() == launcher:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Interrupts:
    """Holds a stop back while something is written that must be whole."""

    def __init__(self) -> None:
        self._holders = 0
        self._pending: Stopped | None = None

    def hold(self) -> None:
        """Let a stop wait from here on."""
        self._holders += 1

    def release(self) -> None:
        """End one `hold`.

        Raises:
            Stopped: A stop came meanwhile.
        """
        self._holders = max(self._holders - 1, 0)
        if self._holders == 0 and self._pending is not None:
            pending, self._pending = self._pending, None
            raise pending

    def reset(self) -> None:
        """Forget holders that an error left behind, and a stop that came too late."""
        self._holders = 0
        self._pending = None

    def stop(self, stopped: Stopped) -> None:
        """End the work now, or when nothing is held.

        Raises:
            Stopped: Nothing is held.
        """
        if self._holders:
            self._pending = stopped
        else:
            raise stopped

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold for a block."""
        self.hold()
        try:
            yield
        except BaseException:
            self._holders -= 1
            raise
        self.release()


#: Signals reach the whole process, and so does what holds them back.
interrupts = Interrupts()


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Let SIGINT and SIGTERM raise `Stopped` in the main thread; a second one ends the process at once."""
    signals = (signal.SIGINT, signal.SIGTERM)

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_DFL)
        interrupts.stop(Stopped(signal.Signals(number).name))

    before = {number: signal.signal(number, stop) for number in signals}
    try:
        yield
    finally:
        interrupts.reset()
        for number, handler in before.items():
            signal.signal(number, handler)
