"""The `train` command: one run from its run.json to the trained model, resumable."""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from aepo_training.atomic import new_folder
from aepo_training.errors import AepoTrainingError, InputError
from aepo_training.train.checkpoints import last_checkpoint
from aepo_training.train.dataset import read_rows
from aepo_training.train.environment import use_one_gpu
from aepo_training.train.methods import METHODS, load_method
from aepo_training.train.model import check_model
from aepo_training.train.run_file import RunFile, read_run_file

if TYPE_CHECKING:
    from aepo_training.train.dataset import PreferenceRow


def run(folder: Path, *, resume: bool) -> None:
    """Do the run that ``folder/run.json`` describes. Why it failed is written into ``folder/failed`` too.

    Raises:
        InputError: The run file, the data set, the model or the state of the folder does not allow the run.
        AepoTrainingError: The training failed; the traceback is on standard error.
    """
    folder = folder.absolute()
    failed = folder / "failed"
    with suppress(OSError):
        failed.unlink()
    try:
        _run(folder, resume=resume)
    except AepoTrainingError as error:
        with suppress(OSError):  # standard error has it
            failed.write_text(f"{error.sentence}\n", encoding="utf-8")
        raise


def _run(folder: Path, *, resume: bool) -> None:
    run_file = read_run_file(folder / "run.json")
    if run_file.method not in METHODS:
        raise InputError(
            f"{folder / 'run.json'}: method is {run_file.method!r}, but must be one of: {', '.join(METHODS)}"
        )
    check_model(run_file.model)
    rows = read_rows(run_file.dataset, run_file.dataset_sha256)
    if (folder / "model").exists():
        raise InputError(f"the run in {folder} is finished, its model is in {folder / 'model'}: start a new run")
    checkpoint = last_checkpoint(folder / "checkpoints")
    if resume and checkpoint is None:
        raise InputError(f"the run in {folder} has no complete checkpoint to resume from: start it without --resume")
    if checkpoint is not None and not resume:
        raise InputError(
            f"the run in {folder} was started before and has {checkpoint.name}: add --resume, or start a new run"
        )
    print(f"run {run_file.id}: {run_file.method} on {len(rows)} rows, model {run_file.model}", flush=True)
    try:
        _train(run_file, rows, folder, checkpoint)
    except AepoTrainingError:
        raise
    except Exception as error:
        traceback.print_exc()
        raise AepoTrainingError(_failure(error)) from error


def _train(run_file: RunFile, rows: list[PreferenceRow], folder: Path, checkpoint: Path | None) -> None:
    """Train, then put model and tokenizer in their place and write the end event."""
    use_one_gpu()
    try:
        import trl  # noqa: F401  # loaded here for its own error message
        from transformers import PrinterCallback
    except ImportError as error:
        raise InputError(
            f"{sys.executable} lacks a package ({error}): install what training/requirements.lock names"
        ) from error

    from aepo_training.train.events import EventLog, quiet_libraries
    from aepo_training.train.job import make_job

    quiet_libraries()
    events = EventLog(folder / "metrics.jsonl")
    job = make_job(run_file, rows, folder / "checkpoints", [events])
    trainer = load_method(run_file.method).make_trainer(job)
    trainer.remove_callback(PrinterCallback)  # prints the figures as a Python dictionary
    kept = len(trainer.train_dataset)
    if kept == 0:
        limit = run_file.hyperparameters.max_length
        raise InputError(
            f"no prompt of {run_file.dataset} is shorter than {limit} tokens: raise hyperparameters.maxLength"
        )
    if kept < len(rows):
        print(f"left out {len(rows) - kept} rows whose prompt reaches maxLength", flush=True)
    print(f"device: {trainer.args.device}", flush=True)

    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if trainer.is_world_process_zero():
        with new_folder(folder / "model") as target:
            trainer.save_model(str(target))
            job.tokenizer.save_pretrained(target)
            (target / "training_args.bin").unlink(missing_ok=True)  # a pickle; run.json says the same
        events.end(trainer.state, folder / "model")
    trainer.accelerator.wait_for_everyone()


def _failure(error: Exception) -> str:
    """One sentence for an error of the libraries; their traceback has been printed."""
    lines = str(error).strip().splitlines()
    first = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
    if type(error).__name__ == "OutOfMemoryError":
        return f"the training ran out of GPU memory ({first}): lower batchSize or maxLength, or leave lora on"
    return f"the training failed ({first}): the lines above have the details"
