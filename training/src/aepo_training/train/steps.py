"""A run from its inspected rows to the trained model."""

from __future__ import annotations

from pathlib import Path

from transformers import PrinterCallback

from aepo_training.train.checked_run import HERE, MODEL_FOLDER, CheckedRun
from aepo_training.train.divergence import Divergence
from aepo_training.train.environment import Stopped, collect_as_before
from aepo_training.train.events import EventLog, quiet_libraries
from aepo_training.train.finishing import write_model
from aepo_training.train.inspection import Inspection
from aepo_training.train.job import make_job
from aepo_training.train.launch import is_sharded
from aepo_training.train.machine import record_machine
from aepo_training.train.methods import load_method
from aepo_training.train.outcome import measure
from aepo_training.train.saving import Saving, forget_pause
from aepo_training.train.sharding import choose_device, end_in_one_process, gather_whole_weights, load_trained, set_up
from aepo_training.train.tokens import Chat
from aepo_training.train.trainer import RunTrainer

_METRICS = Path("metrics.jsonl")


def train_and_finish(run: CheckedRun, revision: str | None, chat: Chat, inspection: Inspection) -> None:
    """Take the steps that are left, write the model and what it changed.

    Raises:
        Stopped: A signal, or a pause, ended the run before.
        AepoTrainingError: The training failed.
    """
    collect_as_before()
    quiet_libraries()
    file = run.file
    method = load_method(file.method)
    print(f"run {file.id}: {file.method}, model {file.model}", flush=True)
    print(f"rows: {len(inspection.train)}, held out: {len(inspection.held_out)}, steps: {inspection.steps}", flush=True)
    events = EventLog(
        _METRICS,
        method.FIGURES,
        rows=len(inspection.train),
        heldOutRows=len(inspection.held_out),
        selfAnnotatedRows=inspection.self_annotated,
    )
    saving = Saving(file.common.save_minutes)
    forget_pause()
    if is_sharded():
        set_up(file.common)
    job = make_job(file, revision, inspection, chat, run.previous)
    if run.is_trained:
        choose_device(job)
    trainer = method.make_trainer(job)
    trainer.schedule = file.common.schedule
    for callback in (events, saving, Divergence()):
        trainer.add_callback(callback)
    trainer.remove_callback(PrinterCallback)  # prints the figures as a Python dictionary
    print(f"device: {trainer.args.device}", flush=True)
    if run.is_trained and run.checkpoint:
        load_trained(trainer, run.checkpoint)
    else:
        _take_steps(trainer, saving, run.checkpoint)
    if is_sharded():
        end_in_one_process(trainer)
        return
    trainer.check_model()
    outcome = measure(trainer)
    if trainer.is_world_process_zero():
        write_model(trainer, job, chat, method, MODEL_FOLDER)
        events.end(trainer.state, outcome, MODEL_FOLDER.absolute())
    trainer.accelerator.wait_for_everyone()


def _take_steps(trainer: RunTrainer, saving: Saving, checkpoint: Path | None) -> None:
    if trainer.is_world_process_zero():
        record_machine(HERE, str(trainer.args.device))
    gather_whole_weights(trainer)
    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except Stopped as stopped:
        saving.save_at_stop(trainer, f"stopped by {stopped}")
        raise
    saving.end_pause(trainer)
