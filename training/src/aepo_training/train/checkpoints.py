"""Finds the checkpoint that a run can go on from, and passes over those that are damaged or were being written."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

from aepo_training.train.weights import damage, missing_shards

FOLDER = "checkpoints"

_PREFIX = "checkpoint-"
ADAPTER = "adapter_model.safetensors"
_WEIGHTS = (ADAPTER, "model.safetensors", "model.safetensors.index.json")
#: The states of the random number generators are a file for each process.
_ARCHIVES = ("scheduler.pt", "rng_state*.pth")
_OPTIMIZER = "optimizer.pt"
#: What FSDP writes in the place of the optimizer's state, beside whole weights.
_FSDP = ("pytorch_model_fsdp.bin", "optimizer.bin")
#: DeepSpeed's folder of the states of all processes; the file names it.
_ZERO = ("{folder}/*_model_states.pt", "{folder}/*_optim_states.pt")
ZERO_TAG = "latest"
#: The trainer writes this file after all others of a checkpoint.
STATE = "trainer_state.json"


def checkpoints(folder: Path) -> list[Path]:
    """The folders of checkpoints, whole or not, the newest first."""
    found = [path for path in folder.glob(f"{_PREFIX}*") if path.name.removeprefix(_PREFIX).isdecimal()]
    return sorted(found, key=lambda path: int(path.name.removeprefix(_PREFIX)), reverse=True)


def has_saved(folder: Path) -> bool:
    """Whether a checkpoint in a folder was saved to its end. It may have been damaged since."""
    return any((path / STATE).is_file() for path in checkpoints(folder))


def remove_unfinished(folder: Path, say: Callable[[str], None] = print) -> None:
    """Remove what a run that was killed left of its first checkpoint: there is nothing to resume from."""
    for path in checkpoints(folder):
        say(f"{path.name} was not written to its end and is removed: the run starts over")
        shutil.rmtree(path)


def last_checkpoint(folder: Path, say: Callable[[str], None] = print) -> Path | None:
    """The newest whole checkpoint in a folder, or None when there is none; ``say`` gets a line for each left out."""
    for path in checkpoints(folder):
        fault = find_fault(path)
        if not fault:
            return path
        say(f"{path.name} is passed over: {fault}")
    return None


def is_of_last_step(checkpoint: Path) -> bool:
    """Whether a whole checkpoint was written after the last step of its run."""
    state = json.loads((checkpoint / STATE).read_text(encoding="utf-8"))
    return bool(state["global_step"] >= state["max_steps"])


def find_fault(checkpoint: Path) -> str:
    """Why a checkpoint cannot be resumed from, "" when it can."""
    try:
        return _find_fault(checkpoint)
    except OSError as error:
        return f"it cannot be read ({error.strerror})"


def _find_fault(checkpoint: Path) -> str:
    archives = _archives(checkpoint)
    lacking = [pattern for pattern in (*archives, STATE) if not any(checkpoint.glob(pattern))]
    if not any((checkpoint / name).is_file() for name in _WEIGHTS):
        lacking.append(_WEIGHTS[0])
    if lacking:
        return f"it lacks {lacking[0]}"
    try:
        json.loads((checkpoint / STATE).read_text(encoding="utf-8"))
        shards = missing_shards(checkpoint)
    except ValueError:
        return f"{STATE} is not whole"
    if shards:
        return f"it lacks {shards[0]}"
    for path in sorted(checkpoint.glob("*.safetensors")):
        if fault := damage(path):
            return str(fault)
    for path in (found for pattern in archives for found in sorted(checkpoint.glob(pattern))):
        if not _is_whole_archive(path):
            return f"{path.name} is not whole"
    return ""


def _archives(checkpoint: Path) -> tuple[str, ...]:
    """Patterns of the files that PyTorch saves; those of the optimizer are others where the model was sharded."""
    tag = checkpoint / ZERO_TAG
    if tag.is_file():
        folder = tag.read_text(encoding="utf-8").strip() or ZERO_TAG
        return (*(pattern.format(folder=folder) for pattern in _ZERO), *_ARCHIVES)
    if any((checkpoint / name).exists() for name in _FSDP):
        return (*_FSDP, *_ARCHIVES)
    return (_OPTIMIZER, *_ARCHIVES)


def _is_whole_archive(path: Path) -> bool:
    """Whether every part of a file that PyTorch has saved has the checksum that goes with it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, EOFError):
        return False
