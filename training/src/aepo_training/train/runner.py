"""The `train` command: one run from its run.json to the trained model, resumable."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import chdir, contextmanager, nullcontext, redirect_stdout, suppress
from pathlib import Path

from aepo_training.errors import AepoTrainingError, InputError, lacking_package, text
from aepo_training.train.accelerate_config import shards
from aepo_training.train.base import record_base
from aepo_training.train.checked_run import HERE, MODEL_FOLDER, CheckedRun
from aepo_training.train.checkpoints import (
    FOLDER,
    checkpoints,
    has_saved,
    is_of_last_step,
    last_checkpoint,
    remove_unfinished,
)
from aepo_training.train.cluster_job import begin_job
from aepo_training.train.environment import end_with_launcher, use_one_gpu
from aepo_training.train.failures import explain
from aepo_training.train.holder import held
from aepo_training.train.launch import (
    is_launched,
    is_main_process,
    launch_if_asked,
    launcher,
    writes_files,
)
from aepo_training.train.machines import Machines
from aepo_training.train.reading import check_libraries, read_run
from aepo_training.train.run_file import NAME

_FAILED = Path("failed")
_INSPECTION = Path("inspection.json")


def run(folder: Path, *, resume: bool, job: str | None = None, machines: Machines | None = None) -> None:
    """Do the run that ``folder/run.json`` describes. Why it failed is written into ``folder/failed`` too.

    Args:
        folder: The folder of the run.
        resume: Go on from the last checkpoint.
        job: The job of a cluster that does it. It resumes where there is a checkpoint, and writes the log itself.
        machines: The machines that do it together; None for this one alone.

    Raises:
        HeldError: Another process does it.
        InputError: The run file, the data set, the model or the state of the folder does not allow the run.
        AepoTrainingError: The training failed; the traceback is on standard output.
    """
    folder = folder.absolute()
    if not folder.is_dir():
        raise InputError(
            text("The run's folder {folder} does not exist.", folder=folder),
            text("Give the folder of a run that has a {name}.", name=NAME),
        )
    writes = writes_files(folder / NAME, machines)
    with (
        chdir(folder),
        held(job) if writes else nullcontext(),
        _recorded_failure(writes=writes),
        nullcontext() if writes else _quiet(),
    ):
        if job is not None:
            resume = begin_job(writes=writes)
        prepared = _prepare(folder, resume=resume, writes=writes)
        if not prepared.is_trained:
            launch_if_asked(prepared.file.common, folder, machines, resume=resume)
        elif not writes:
            return  # one process ends a sharded run
        if (process := launcher()) is not None:
            end_with_launcher(process)
        _train(prepared)


@contextmanager
def _recorded_failure(*, writes: bool) -> Iterator[None]:
    """Write the failure of a block into the file that the launcher reads.

    Args:
        writes: Whether this process writes the files of the run, and forgets an earlier failure.
    """
    if writes:
        with suppress(OSError):
            _FAILED.unlink()
    try:
        yield
    except AepoTrainingError as error:
        # Of several processes the first to fail says why: the others fail because it is gone.
        with suppress(OSError), _FAILED.open("x", encoding="utf-8") as file:  # standard error has it
            file.write(json.dumps(error.as_json(), ensure_ascii=False) + "\n")
        raise


@contextmanager
def _quiet() -> Iterator[None]:
    """Let another of several processes write the log."""
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        yield


def _prepare(folder: Path, *, resume: bool, writes: bool) -> CheckedRun:
    """Check all that can be checked without loading anything."""
    check_libraries()
    file, rows, previous = read_run(folder)
    if MODEL_FOLDER.exists():
        raise InputError(
            text(
                "The run in {folder} is finished; its model is in {model}.", folder=folder, model=folder / MODEL_FOLDER
            ),
            text("Start a new run."),
        )
    saved = Path(FOLDER)
    if not resume and has_saved(saved):
        raise InputError(
            text(
                "The run in {folder} was started before and has {checkpoint}.",
                folder=folder,
                checkpoint=checkpoints(saved)[0].name,
            ),
            text("Add --resume, or start a new run."),
        )
    if not resume and writes:
        remove_unfinished(saved)
    checkpoint = last_checkpoint(saved) if resume else None
    if resume and checkpoint is None:
        raise InputError(
            text("The run in {folder} has no complete checkpoint to resume from.", folder=folder),
            text("Start a new run."),
        )
    is_trained = checkpoint is not None and is_of_last_step(checkpoint) and shards(file.common) and not is_launched()
    return CheckedRun(file, rows, previous, checkpoint, is_trained)


def _train(run: CheckedRun) -> None:
    """Train, then put model and tokenizer in their place and write the end event."""
    use_one_gpu()
    try:
        _load_and_train(run)
    except ImportError as error:
        traceback.print_exc(file=sys.__stdout__)
        raise lacking_package(error) from error
    except Exception as error:
        if not isinstance(error, AepoTrainingError):
            traceback.print_exc(file=sys.__stdout__)
        raise explain(error, HERE) from error


def _load_and_train(run: CheckedRun) -> None:
    from aepo_training.train.inspection import inspect_rows
    from aepo_training.train.model import check_vocabulary
    from aepo_training.train.tokens import load_chat

    revision = record_base(HERE, run.file.model)
    chat = load_chat(run.file.model, revision)
    inspection = inspect_rows(run.rows, chat, run.file.common)
    if is_main_process() and not run.is_trained:
        _INSPECTION.write_text(json.dumps(inspection.as_json(chat, 0), indent=2) + "\n", encoding="utf-8")
        for problem in inspection.problems:
            print(f"rows with {problem.kind}: {len(problem.lines)}, see {_INSPECTION}", flush=True)
    inspection.refuse()
    check_vocabulary(run.file.model, max(chat.largest_used, *(row.largest for row in inspection.kept)))

    from aepo_training.train.steps import train_and_finish

    train_and_finish(run, revision, chat, inspection)
