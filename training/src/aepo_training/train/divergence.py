"""Ends a run whose loss leaves the range of its first steps for good."""

from __future__ import annotations

from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from aepo_training.errors import AepoTrainingError, text

#: Logged losses at the start that say what is usual, and at the end that must all be beyond it.
_STEPS = 5
#: How many times the largest usual loss. Losses of single batches vary, but not by this much for this long.
_FACTOR = 10


class Divergence(TrainerCallback):  # type: ignore[misc]  # transformers exports it lazily
    """Watches the logged losses of a run, those before a resume included."""

    def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Look at the losses so far.

        Raises:
            AepoTrainingError: The last ones are all far above the first ones.
        """
        losses = [abs(entry["loss"]) for entry in state.log_history if "loss" in entry]
        if len(losses) < 2 * _STEPS:
            return
        usual = max(losses[:_STEPS])
        if usual > 0 and min(losses[-_STEPS:]) > _FACTOR * usual:
            raise AepoTrainingError(
                text(
                    "The loss diverges: at step {step} it is {loss}, and it was at most {usual} at the start.",
                    step=state.global_step,
                    loss=f"{losses[-1]:.3g}",
                    usual=f"{usual:.3g}",
                ),
                text("Start a new run with a lower learningRate. The checkpoints of this one are kept."),
            )
