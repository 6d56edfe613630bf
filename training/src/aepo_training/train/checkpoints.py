"""Finds the checkpoint that a run can go on from; one that was being written when the process ended does not count."""

from __future__ import annotations

import json
from pathlib import Path

_PREFIX = "checkpoint-"

#: The trainer writes this file after all others of a checkpoint.
_WRITTEN_LAST = "trainer_state.json"


def last_checkpoint(folder: Path) -> Path | None:
    """The complete checkpoint of the highest step in a folder, or None when there is none."""
    steps = [
        (int(path.name.removeprefix(_PREFIX)), path)
        for path in folder.glob(f"{_PREFIX}*")
        if path.name.removeprefix(_PREFIX).isdecimal() and _is_complete(path)
    ]
    return max(steps)[1] if steps else None


def _is_complete(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / _WRITTEN_LAST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True
