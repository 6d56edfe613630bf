"""What a run tells while it goes on: a line of metrics.jsonl per event, and a plain line on standard output."""

from __future__ import annotations

import json
import logging
import math
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import datasets
from huggingface_hub.utils import enable_progress_bars
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.utils import logging as transformers_logging

from aepo_training.errors import AepoTrainingError, text
from aepo_training.train.machine import peak_memory
from aepo_training.train.outcome import Outcome

#: The trainer's prefix of the figures of held-out rows.
_HELD_OUT = "eval_"


def quiet_libraries() -> None:
    """Keep progress bars and notes to developers out of the log that people read; the bars of downloads stay."""
    transformers_logging.disable_progress_bar()
    enable_progress_bars()
    datasets.disable_progress_bars()
    warnings.filterwarnings("ignore", category=FutureWarning)
    # It says at each product of matrices in 8 bits that it computes in float16.
    logging.getLogger("bitsandbytes.autograd._functions").setLevel(logging.ERROR)


class EventLog(TrainerCallback):  # type: ignore[misc]  # transformers exports it lazily
    """Writes the events of a run as they happen. A resumed run appends, and may repeat steps.

    Args:
        path: The file metrics.jsonl.
        figures: The trainer's names of the figures to record, and ours.
        counts: What the event `start` counts, such as `rows`.
    """

    def __init__(self, path: Path, figures: Mapping[str, str], **counts: int) -> None:
        self._path = path
        self._figures = figures
        self._counts = counts

    def end(self, state: TrainerState, outcome: Outcome, model: Path) -> None:
        """Say that the run is complete, which means that the trained model is in its place."""
        said = f"the trained model is in {model}; largest update of a weight: {outcome.largest_update:.3g}"
        if not outcome.moved:
            said = f"warning: the run did not change the model\n{said}"
        moved, largest = outcome.moved, outcome.largest_update
        self._write("end", state, said, moved=moved, largestUpdate=largest, **peak_memory())

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Say how many steps there will be."""
        self._write("start", state, f"training from step {state.global_step} to {state.max_steps}", **self._counts)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Write the figures of a step; the summary that the trainer logs at the end has no loss of a step."""
        if logs is not None and "loss" in logs:
            self._write_figures("log", state, "", logs, held_out=False)

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Write the figures of the held-out rows.

        Raises:
            AepoTrainingError: Their loss is not a number.
        """
        found = metrics or {}
        self._write_figures("eval", state, "held out: ", found, held_out=True)
        if not math.isfinite(found.get(f"{_HELD_OUT}loss", 0.0)):
            raise AepoTrainingError(
                text(
                    "The loss of the held-out rows after step {step} is not a number.",
                    step=state.global_step,
                ),
                text("Start a new run with a lower learningRate."),
            )

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Say that a checkpoint is complete."""
        self._write("save", state, f"step {state.global_step}/{state.max_steps}  checkpoint saved", **peak_memory())

    def _write_figures(
        self, event: str, state: TrainerState, about: str, found: Mapping[str, Any], *, held_out: bool
    ) -> None:
        figures = {
            ours: _finite(found[theirs])
            for theirs, ours in self._figures.items()
            if theirs in found and theirs.startswith(_HELD_OUT) == held_out
        }
        shown = "  ".join(f"{name} {_shown(value)}" for name, value in figures.items())
        self._write(event, state, f"step {state.global_step}/{state.max_steps}  {about}{shown}", figures=figures)

    def _write(self, event: str, state: TrainerState, said: str, **found: Any) -> None:
        """Of several processes one writes."""
        if not state.is_world_process_zero:
            return
        record: dict[str, Any] = {
            "event": event,
            "step": state.global_step,
            "totalSteps": state.max_steps,
            "epoch": _finite(state.epoch or 0.0),
            "time": time.time(),
            **found,
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
