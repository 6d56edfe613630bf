"""What a run does at its start as the job of a cluster, where no launcher did it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from aepo_training.train.checkpoints import FOLDER, has_saved

_LOG = Path("log.txt")
_MARKERS = ("stopped", "pause", "paused")


def begin_job(*, writes: bool) -> bool:
    """Let this process write the log of the run in the current folder, and forget how the run ended before.

    Args:
        writes: Whether it writes the files of the run: not on further hosts, of which only errors are in the log.

    Returns:
        Whether there is a checkpoint to resume from.
    """
    sys.stdout.flush()
    with _LOG.open("a", encoding="utf-8") as log:
        for output in (1, 2):
            os.dup2(log.fileno(), output)
    if writes:
        for marker in _MARKERS:
            Path(marker).unlink(missing_ok=True)
    return has_saved(Path(FOLDER))
