"""What a run does after its last step: it writes the trained model, and compares it with that of the start."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from aepo_training.atomic import new_folder
from aepo_training.train.job import Job
from aepo_training.train.methods import Method
from aepo_training.train.regression.measure import NAME as REGRESSION
from aepo_training.train.regression.measure import measure_regression
from aepo_training.train.tokens import Chat
from aepo_training.train.trainer import RunTrainer
from aepo_training.trained_from import write_trained_from


def write_model(trainer: RunTrainer, job: Job, chat: Chat, method: Method, folder: Path) -> None:
    """Put model and tokenizer in their place; with `regression` the figures before and after are written, too."""
    with new_folder(folder) as target:
        trainer.save_trained(target)
        job.tokenizer.save_pretrained(target)
        if not job.common.lora:
            write_trained_from(target, job.source)
        for pickled in target.rglob("training_args.bin"):
            pickled.unlink()  # run.json says the same
        if job.common.regression:
            # Before the model is in its place: a run that is stopped here resumes from its last checkpoint.
            _compare(trainer, job, chat, method)


def _compare(trainer: RunTrainer, job: Job, chat: Chat, method: Method) -> None:
    """Write the figures before and after. Without them the run is as complete as with them."""
    try:
        measure_regression(trainer, job, chat, method.FIGURES, Path(REGRESSION))
    except Exception:  # noqa: BLE001 - the trained model is worth more than its figures
        traceback.print_exc(file=sys.stdout)
        print("the model could not be compared with the one of the start; the run is complete without", flush=True)
