"""Reads what the folder of a run names, and checks what can be checked without loading it."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from aepo_training.errors import INSTALL, InputError, text
from aepo_training.train.accelerate_config import check_processes
from aepo_training.train.dataset import read_rows
from aepo_training.train.methods import load_method
from aepo_training.train.model import check_model
from aepo_training.train.options import check_options, check_packages
from aepo_training.train.previous import PreviousRun, find_previous
from aepo_training.train.rows import Row
from aepo_training.train.run_file import NAME, RunFile, read_run_file

#: Other versions of TRL have other trainers.
_TRL = "1.16."


def read_run(folder: Path, *, elsewhere: bool = False) -> tuple[RunFile, list[Row], PreviousRun | None]:
    """The run file of a folder, its rows, and the run that it goes on from.

    Args:
        folder: The folder of the run.
        elsewhere: Another machine trains: what its options ask of an interpreter is not looked for in this one.

    Raises:
        InputError: The run file, the data set or an option cannot be used.
    """
    file = read_run_file(folder / NAME)
    check_model(file.model)
    check_options(file)
    if not elsewhere:
        check_packages(file.common)
        check_processes(file.common)
    kind = load_method(file.method).ROWS
    if file.common.batch_size < kind.smallest_batch:
        raise InputError(
            text(
                "The method {method} needs batches of at least {least} rows.",
                method=file.method,
                least=kind.smallest_batch,
            ),
            text("Raise batchSize."),
        )
    rows = read_rows(folder / file.dataset, file.dataset_sha256, kind)
    return file, rows, find_previous(file, folder.parent)


def check_libraries() -> None:
    """Raise InputError where this interpreter lacks the TRL that the runner needs."""
    try:
        found = version("trl")
    except PackageNotFoundError:
        found = ""
    if not found.startswith(_TRL):
        raise InputError(
            text(
                "{python} has TRL {found}, and the runner needs TRL {needed}*.",
                python=sys.executable,
                found=found,
                needed=_TRL,
            )
            if found
            else text("{python} has no TRL, and the runner needs TRL {needed}*.", python=sys.executable, needed=_TRL),
            INSTALL,
        )
