"""The command `build-run`: the model of a finished run as a folder that transformers.js loads."""

from __future__ import annotations

from pathlib import Path

from aepo_training.build.convert import build_model
from aepo_training.errors import InputError, text
from aepo_training.train.base import check_base
from aepo_training.train.previous import MODEL
from aepo_training.train.run_file import NAME, read_run_file


def build_run(run_dir: Path, target: Path, base: Path | None) -> None:
    """Build what a run trained; an adapter is merged in float32.

    Args:
        run_dir: The folder of the run.
        target: The new folder.
        base: Where the base model is on this machine, if it is not where the run found it.

    Raises:
        InputError: The run has no trained model, or its base has changed since it was trained.
        AepoTrainingError: The conversion failed, or the training would be lost in it.
    """
    run = read_run_file(run_dir / NAME)
    trained = run_dir / MODEL
    if not trained.is_dir():
        raise InputError(text("The run {id} has no trained model.", id=run.id), text("Finish it first."))
    model = str(base) if base else run.model
    check_base(run_dir, model)
    build_model(trained, target, None, model)
