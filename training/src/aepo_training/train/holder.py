"""One process at a time trains the run of a folder, on whichever host: `holder.json` says which, and is renewed.

The launcher reads the same file (src/training/holder.ts).
Invariant I25.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from aepo_training.errors import EXIT_HELD, AepoTrainingError, Code

NAME = "holder.json"
_MODULE = "aepo_training"

#: Between two renewals, and without a renewal for how long a holder on another machine counts as killed.
_RENEWAL_SECONDS = 10
STALE_SECONDS = 120
#: Two processes that take over from the same killed holder see each other after this time.
_SETTLED_SECONDS = 0.2


class HeldError(AepoTrainingError):
    """Another process trains the run. It owns the files of the run, so this is not recorded in them."""

    exit_code = EXIT_HELD


@dataclass(frozen=True)
class Holder:
    """The process that trains a run.

    Attributes:
        host: The name of its host.
        machine: The space in which its process id is unique.
        pid: Its process id.
        since: When it took the run; ISO 8601 in UTC.
        job: The job of a cluster that it belongs to, such as "SLURM job 12".
    """

    host: str
    machine: str
    pid: int
    since: str
    job: str | None

    def is_same_job(self, other: Holder) -> bool:
        """Whether both are the same job, which a queue never runs twice at once: it was requeued."""
        return self.job is not None and self.job == other.job and any(map(str.isdigit, self.job))


@contextmanager
def held(job: str | None) -> Iterator[None]:
    """Hold the run in the current folder for a block.

    Args:
        job: The job of a cluster that this process belongs to.

    Raises:
        HeldError: Another process holds it.
    """
    own = _take(Holder(socket.gethostname(), machine(), os.getpid(), _now(), job))
    released = threading.Event()
    threading.Thread(target=_renew, args=(own, released), daemon=True).start()
    try:
        yield
    finally:
        released.set()
        if _read() == own:
            Path(NAME).unlink(missing_ok=True)


def machine() -> str:
    """What tells this machine from others, and its process ids from those of a container or an earlier start."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _take(own: Holder) -> Holder:
    """Write the file, unless a live holder has it. The process that accelerate launches goes on with its parent's."""
    temporary = Path(f".{NAME}.{own.host}.{own.pid}")
    temporary.write_text(json.dumps(asdict(own)) + "\n", encoding="utf-8")
    try:
        if _link(temporary):
            return own
        age = temporary.stat().st_mtime - _renewed()
        other = _read()
        if other is not None and other.machine == own.machine and other.pid == os.getppid():
            return other
        if other is not None and not own.is_same_job(other) and _is_alive(other, own, age):
            raise _refusal(other, own, age)
        temporary.replace(NAME)
    finally:
        temporary.unlink(missing_ok=True)
    if other is not None:
        print(f"{_who(other)}, which trained this run since {other.since}, is gone", flush=True)
    time.sleep(_SETTLED_SECONDS)
    now = _read()
    if now is not None and now != own:
        raise _refusal(now, own, 0)
    return own


def _link(temporary: Path) -> bool:
    """Give the file its name, unless one is there. File systems without links write it anew."""
    try:
        Path(NAME).hardlink_to(temporary)
    except FileExistsError:
        return False
    except OSError:
        try:
            with Path(NAME).open("x", encoding="utf-8") as file:
                file.write(temporary.read_text(encoding="utf-8"))
        except FileExistsError:
            return False
    return True


def _renew(own: Holder, released: threading.Event) -> None:
    """Renew the file until the run ends. A process that stood still for so long that it lost the run ends at once."""
    while not released.wait(_RENEWAL_SECONDS):
        now = _read()
        if now is not None and now != own and not released.is_set():
            print(f"{_who(now)} has taken over this run: this process ends", flush=True)
            os._exit(EXIT_HELD)
        with suppress(OSError):
            os.utime(NAME)


def _renewed() -> float:
    """When the file was renewed, in seconds by the clock of the file system."""
    try:
        # Opened, not only looked at: a network file system then asks its server.
        with Path(NAME).open(encoding="utf-8") as file:
            return os.fstat(file.fileno()).st_mtime
    except OSError:
        return 0


def _read() -> Holder | None:
    """The holder; None where there is none, or the file is damaged."""
    try:
        return Holder(**json.loads(Path(NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _is_alive(other: Holder, own: Holder, age: float) -> bool:
    import psutil  # the interpreter may lack it, which is said later

    if other.machine != own.machine:
        return age < STALE_SECONDS
    try:
        process = psutil.Process(other.pid)
        command = process.cmdline()
        # While a process becomes another program, such as a launcher, it has no command line. A thread of the kernel,
        # which may have got the number, has no memory either.
        is_meant = any(_MODULE in Path(word).parts for word in command) if command else process.memory_info().vms > 0
    except psutil.Error:
        return False
    return other.pid != own.pid and is_meant


def _who(holder: Holder) -> str:
    process = f"process {holder.pid} on {holder.host}"
    return f"{holder.job} ({process})" if holder.job else process


def _refusal(other: Holder, own: Holder, age: float) -> HeldError:
    said = f"{_who(other)} has trained this run since {other.since}."
    if other.machine != own.machine:
        said += f" Its last sign of life is {max(0, round(age))} s old; from {STALE_SECONDS} s on it counts as killed."
    return HeldError(said, "Wait for its end, or pause it.", Code.BUSY)
