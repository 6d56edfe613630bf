"""Turns errors of the libraries into sentences for the person."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from aepo_training.errors import AepoTrainingError, Code, first_line, text

_FULL = (errno.ENOSPC, errno.EDQUOT)

#: What safetensors says, whose errors have no number.
_NO_SPACE = re.compile(r"no space left|os error 28\b|os error 112\b|disk quota exceeded", re.IGNORECASE)

#: What PyTorch says when a file did not take all bytes, whatever the reason was.
_SHORT_WRITE = re.compile(
    r"PytorchStreamWriter|inline_container|file write failed|unexpected pos|iostream error", re.IGNORECASE
)

#: After a short write: with less free space than this the disk counts as full.
_LITTLE_SPACE = 64 * 2**20

_NO_MEMORY = re.compile(
    r"out of memory|can't allocate memory|DefaultCPUAllocator|cannot allocate memory", re.IGNORECASE
)

#: What gloo and NCCL say when a process that they exchange with is gone.
_PEER_GONE = re.compile(
    r"gloo/transport.*(?:peer|closed|reset|timed out)|ncclRemoteError|remote process exited", re.IGNORECASE | re.DOTALL
)


def explain(error: Exception, folder: Path) -> AepoTrainingError:
    """The failure that an error means for the person; one that is such a failure already is given back.

    Args:
        error: What was raised.
        folder: Where the run writes.
    """
    if isinstance(error, AepoTrainingError):
        return error
    if is_disk_full(error, folder):
        return AepoTrainingError(
            text(
                "The disk of {folder} is full ({megabytes} MB free).",
                folder=folder.absolute(),
                megabytes=f"{_free(folder) // 2**20:,}",
            ),
            text("Free some space, then resume the run, or start it again if it had no checkpoint yet."),
            Code.DISK_FULL,
        )
    first = f"{type(error).__name__}: {first_line(error)}"
    if any(isinstance(each, MemoryError) or _NO_MEMORY.search(str(each)) for each in _chain(error)):
        return AepoTrainingError(
            text("The training ran out of memory ({error}).", error=first),
            text(
                "Lower batchSize or maxLength, leave lora on, set gradientCheckpointing=on, "
                "or with CUDA quantization=4bit."
            ),
            Code.OUT_OF_MEMORY,
        )
    if any(_PEER_GONE.search(str(each)) for each in _chain(error)):
        return AepoTrainingError(
            text("Another process of the run ended or does not answer, often for lack of memory."),
            text("Resume the run, or start it again with a lower batchSize or maxLength; the log has the details."),
        )
    return AepoTrainingError(text("The training failed ({error}).", error=first), text("The log has the details."))


def is_disk_full(error: BaseException, folder: Path) -> bool:
    """Whether an error came from writing to a full disk."""
    for each in _chain(error):
        if isinstance(each, OSError) and each.errno in _FULL:
            return True
        if _NO_SPACE.search(str(each)):
            return True
        if _SHORT_WRITE.search(str(each)) and _free(folder) < _LITTLE_SPACE:
            return True
    return False


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those that led to it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
