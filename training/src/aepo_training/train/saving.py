"""When checkpoints are written beside every `saveSteps` steps: by the clock, and when the run is stopped."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate.utils import broadcast_object_list
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from aepo_training.train.environment import Stopped, interrupts
from aepo_training.train.trainer import RunTrainer

_SECONDS = 60

#: The launcher writes it to ask for a pause; the runner renames it when it has paused.
_PAUSE = Path("pause")
_PAUSED = Path("paused")


@dataclass(frozen=True)
class _Randomness:
    """The states of the generators of random numbers after a step."""

    python: Any
    numpy: Any
    torch: torch.Tensor
    cuda: list[torch.Tensor]

    @classmethod
    def now(cls) -> _Randomness:
        cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
        # The trainer draws from numpy's global generator, and so its state is the one to keep.
        return cls(random.getstate(), np.random.get_state(), torch.get_rng_state(), cuda)

    def restore(self) -> None:
        random.setstate(self.python)
        np.random.set_state(self.numpy)
        torch.set_rng_state(self.torch)
        if self.cuda:
            torch.cuda.set_rng_state_all(self.cuda)


def forget_pause() -> None:
    """Start or resume: the run in the current folder is no longer paused."""
    _PAUSED.unlink(missing_ok=True)


class Saving(TrainerCallback):  # type: ignore[misc]  # transformers exports it lazily
    """Asks for a checkpoint some minutes after the one before, and writes one when the run is stopped.

    A pause, which the launcher asks for with a file, comes at the end of a step and after its checkpoint.

    A stop may come in the middle of a step. It waits while the optimiser changes the weights, and the log of that step
    is written; in the rest of a step the weights are those of the step before.
    """

    def __init__(self, minutes: float) -> None:
        self._seconds = minutes * _SECONDS
        self._last = time.monotonic()
        self._saved_step = 0
        self._holds = False
        self._pauses = False
        self._randomness: _Randomness | None = None

    def end_pause(self, trainer: RunTrainer) -> None:
        """Record that the run has paused, if that is why the training ended.

        Raises:
            Stopped: The run has paused.
        """
        state = trainer.state
        if not self._pauses or state.global_step >= state.max_steps:
            return
        if state.is_world_process_zero:
            _PAUSE.replace(_PAUSED)
        raise Stopped("a pause")

    def save_at_stop(self, trainer: RunTrainer, why: str) -> None:
        """Write a checkpoint of the last completed step if there is none, or say what is lost."""
        state = trainer.state
        if self._randomness is None or state.global_step == self._saved_step:
            _say(f"{why}: no step was completed since the last checkpoint", state)
        elif trainer.args.world_size > 1:
            _say(f"{why}: the steps after step {self._saved_step} are lost, since several processes trained", state)
        else:
            _say(f"{why}: saving a checkpoint of step {state.global_step}", state)
            self._randomness.restore()
            trainer.save_checkpoint()
            trainer.control = trainer.callback_handler.on_save(trainer.args, state, trainer.control)

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Count from the start, or from the checkpoint that the run goes on from."""
        self._last = time.monotonic()
        self._saved_step = state.global_step

    def on_pre_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Let a stop wait until the step is complete."""
        if not self._holds:
            self._holds = True
            interrupts.hold()

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Ask for a checkpoint when it is time, and let a stop come that waited."""
        self._randomness = _Randomness.now()
        due = [time.monotonic() - self._last >= self._seconds, _PAUSE.exists()]
        if args.world_size > 1:
            # The clocks of the processes differ, and all must save together.
            broadcast_object_list(due)
        control.should_save = control.should_save or any(due)
        self._pauses = due[1]
        control.should_training_stop = control.should_training_stop or self._pauses
        if not control.should_log:
            self._release()

    def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Let a stop come that waited, now that the step is in the log."""
        self._release()

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Count from here."""
        self._last = time.monotonic()
        self._saved_step = state.global_step

    def _release(self) -> None:
        if self._holds:
            self._holds = False
            interrupts.release()


def _say(text: str, state: TrainerState) -> None:
    if state.is_world_process_zero:
        print(text, flush=True)
