"""A run that can start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aepo_training.train.previous import MODEL, PreviousRun
from aepo_training.train.rows import Row
from aepo_training.train.run_file import RunFile

#: The current folder is that of the run while the run goes on: it can be renamed, and so can the folders above it.
HERE = Path()
MODEL_FOLDER = Path(MODEL)


@dataclass(frozen=True)
class CheckedRun:
    """A run whose files were read and allow it to start.

    Attributes:
        file: Its run.json.
        rows: Its data set.
        previous: The run that it goes on from.
        checkpoint: The checkpoint to resume from.
        is_trained: Whether the checkpoint is that of the last step of a sharded run, which one process ends.
    """

    file: RunFile
    rows: list[Row]
    previous: PreviousRun | None
    checkpoint: Path | None
    is_trained: bool
