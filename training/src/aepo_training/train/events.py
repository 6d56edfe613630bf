"""What a run tells while it goes on: a line of metrics.jsonl per event, and a plain line on standard output."""

from __future__ import annotations

import json
import math
import time
import warnings
from pathlib import Path
from typing import Any

import datasets
from huggingface_hub.utils import enable_progress_bars
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.utils import logging as transformers_logging

from aepo_training.errors import AepoTrainingError

#: Our names of the figures that TRL logs.
_FIGURES = {
    "loss": "loss",
    "rewards/margins": "rewardMargin",
    "rewards/accuracies": "rewardAccuracy",
    "learning_rate": "learningRate",
    "grad_norm": "gradNorm",
}


def quiet_libraries() -> None:
    """Keep progress bars and notes to developers out of the log that people read; the bars of downloads stay."""
    transformers_logging.disable_progress_bar()
    enable_progress_bars()
    datasets.disable_progress_bars()
    warnings.filterwarnings("ignore", category=FutureWarning)


class EventLog(TrainerCallback):  # type: ignore[misc]  # transformers exports it lazily
    """Writes the events of a run as they happen. A resumed run appends, and may repeat steps."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def end(self, state: TrainerState, model: Path) -> None:
        """Say that the run is complete, which means that the trained model is in its place."""
        self._write("end", state, f"the trained model is in {model}")

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Say how many steps there will be."""
        self._write("start", state, f"training from step {state.global_step} to {state.max_steps}")

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Write the figures of a step; the summary that the trainer logs at the end has no loss of a step.

        Raises:
            AepoTrainingError: The loss is not a number, and so neither is any weight from here on.
        """
        if logs is None or "loss" not in logs:
            return
        figures = {ours: _finite(logs[theirs]) for theirs, ours in _FIGURES.items() if theirs in logs}
        shown = "  ".join(f"{name} {_shown(value)}" for name, value in figures.items())
        self._write("log", state, f"step {state.global_step}/{state.max_steps}  {shown}", **figures)
        if figures["loss"] is None:
            raise AepoTrainingError(
                f"the loss of step {state.global_step} is not a number: start a new run with a lower learningRate"
            )

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Say that a checkpoint is complete."""
        self._write("save", state, f"step {state.global_step}/{state.max_steps}  checkpoint saved")

    def _write(self, event: str, state: TrainerState, said: str, **figures: float | None) -> None:
        """Of several processes one writes."""
        if not state.is_world_process_zero:
            return
        record: dict[str, Any] = {
            "event": event,
            "step": state.global_step,
            "totalSteps": state.max_steps,
            "epoch": _finite(state.epoch or 0.0),
            "time": time.time(),
            **figures,
        }
        # One write of one line in append mode: a reader sees whole lines, but for a power cut.
        with self._path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(record, allow_nan=False) + "\n")
        print(said, flush=True)


def _finite(value: Any) -> float | None:
    """The number, or None in the place of NaN and infinity, which JSON cannot hold."""
    number = float(value)
    return number if math.isfinite(number) else None


def _shown(value: float | None) -> str:
    return "not a number" if value is None else f"{value:.4g}"
