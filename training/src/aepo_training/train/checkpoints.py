"""Finds the checkpoint that a run can go on from, and passes over those that are damaged or were being written."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from aepo_training.train.weights import damage, missing_shards

FOLDER = "checkpoints"

_PREFIX = "checkpoint-"
_WEIGHTS = ("adapter_model.safetensors", "model.safetensors", "model.safetensors.index.json")
#: The states of the random number generators are a file for each process.
_ARCHIVES = ("optimizer.pt", "scheduler.pt", "rng_state*.pth")
#: The trainer writes this file after all others of a checkpoint.
_STATE = "trainer_state.json"


def checkpoints(folder: Path) -> list[Path]:
    """The folders of checkpoints, whole or not, the newest first."""
    found = [path for path in folder.glob(f"{_PREFIX}*") if path.name.removeprefix(_PREFIX).isdecimal()]
    return sorted(found, key=lambda path: int(path.name.removeprefix(_PREFIX)), reverse=True)


def has_saved(folder: Path) -> bool:
    """Whether a checkpoint in a folder was saved to its end. It may have been damaged since."""
    return any((path / _STATE).is_file() for path in checkpoints(folder))


def last_checkpoint(folder: Path, say: Callable[[str], None] = print) -> Path | None:
    """The newest whole checkpoint in a folder, or None when there is none; ``say`` gets a line for each left out."""
    for path in checkpoints(folder):
        fault = find_fault(path)
        if not fault:
            return path
        say(f"{path.name} is passed over: {fault}")
    return None


def find_fault(checkpoint: Path) -> str:
    """Why a checkpoint cannot be resumed from, "" when it can."""
    try:
        return _find_fault(checkpoint)
    except OSError as error:
        return f"it cannot be read ({error.strerror})"


def _find_fault(checkpoint: Path) -> str:
    lacking = [pattern for pattern in (*_ARCHIVES, _STATE) if not any(checkpoint.glob(pattern))]
    if not any((checkpoint / name).is_file() for name in _WEIGHTS):
        lacking.append(_WEIGHTS[0])
    if lacking:
        return f"it lacks {lacking[0]}"
    try:
        json.loads((checkpoint / _STATE).read_text(encoding="utf-8"))
        shards = missing_shards(checkpoint)
    except ValueError:
        return f"{_STATE} is not whole"
    if shards:
        return f"it lacks {shards[0]}"
    for path in sorted(checkpoint.glob("*.safetensors")):
        if fault := damage(path):
            return str(fault)
    for path in (found for pattern in _ARCHIVES for found in sorted(checkpoint.glob(pattern))):
        if not _is_whole_archive(path):
            return f"{path.name} is not whole"
    return ""


def _is_whole_archive(path: Path) -> bool:
    """Whether every part of a file that PyTorch has saved has the checksum that goes with it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, EOFError):
        return False
