"""What a run changes in every trainer of TRL: tokens as rows, the schedule, checkpoints, checks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch.distributed.tensor import DTensor
from torch.optim.lr_scheduler import LambdaLR
from transformers import PreTrainedModel, Trainer

from aepo_training.errors import AepoTrainingError, text
from aepo_training.train.adapters import TRAINED_ADAPTER, Part, write_sum
from aepo_training.train.environment import interrupts
from aepo_training.train.failures import explain
from aepo_training.train.plan import learning_rate_factor
from aepo_training.train.previous import PreviousRun
from aepo_training.train.run_file import Schedule

_LOWER = text("Start a new run with a lower learningRate.")


class RunTrainer(Trainer):  # type: ignore[misc]  # transformers exports it lazily
    """Goes before a trainer of TRL in a list of base classes, and trains on the rows of `aepo_training.train.job`."""

    lr_scheduler: LambdaLR | None
    #: The model at the start of the run; None under an adapter, which can be switched off.
    ref_model: torch.nn.Module | None
    _signature_columns: list[str]
    #: The run that this one goes on from.
    previous: PreviousRun | None = None
    schedule: Schedule = "linear"
    #: Whether the model generates responses.
    generates = True

    @property
    def evaluates_result(self) -> bool:
        """Whether the model that is evaluated while the run goes on is the one that the run gives."""
        return True

    @contextmanager
    def model_before(self) -> Iterator[PreTrainedModel]:
        """The model as it was at the start of the run."""
        if self.ref_model is not None:
            yield self.accelerator.unwrap_model(self.ref_model)
        else:
            model = self.accelerator.unwrap_model(self.model)
            with model.disable_adapter():
                yield model

    @contextmanager
    def model_given(self) -> Iterator[PreTrainedModel]:
        """The model that the run gives, once `save_trained` has written it."""
        yield self.accelerator.unwrap_model(self.model)

    def _prepare_dataset(self, dataset: Dataset, *_arguments: Any, **_named: Any) -> Dataset:
        """The rows as they are: TRL would render and tokenise messages anew, and drop rows without a word."""
        return dataset

    def create_scheduler(self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None) -> LambdaLR:
        """The schedule of the run, in which every step has a learning rate above 0."""
        if self.lr_scheduler is None:
            warmup = min(self.args.get_warmup_steps(num_training_steps), num_training_steps - 1)
            self.lr_scheduler = LambdaLR(
                optimizer or self.optimizer,
                lambda step: learning_rate_factor(step, num_training_steps, warmup, self.schedule),
            )
            self._created_lr_scheduler = True
        return self.lr_scheduler

    def training_step(self, *arguments: Any, **named: Any) -> torch.Tensor:
        """One forward and backward pass.

        Raises:
            AepoTrainingError: The loss is not a number, and so neither is any weight from here on.
        """
        loss: torch.Tensor = super().training_step(*arguments, **named)
        if not torch.isfinite(loss).all():
            raise AepoTrainingError(
                text("The loss of step {step} is not a number.", step=self.state.global_step + 1), _LOWER
            )
        return loss

    def save_trained(self, folder: Path) -> None:
        """Write what the run gives into an existing folder: an adapter for the model that it names, or all weights."""
        if self.previous is None or not self.previous.lora:
            self.save_model(str(folder))
        else:
            parts: list[Part] = [(TRAINED_ADAPTER, 1), (self.previous.model, 1)]
            write_sum(self.accelerator.unwrap_model(self.model), parts, folder)

    def save_checkpoint(self) -> None:
        """Write a checkpoint of the last step that was completed."""
        self._save_checkpoint(self.model, None)

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        """Write a checkpoint whole, or leave none.

        Raises:
            AepoTrainingError: A weight is not a number, or the disk is full.
        """
        self.check_weights()
        with interrupts.held():
            try:
                super()._save_checkpoint(model, trial)
            except Exception as error:
                # Asked while the disk is still as it was when the writing failed.
                explained = explain(error, Path())
                if self.is_world_process_zero():
                    folder = Path(self.args.output_dir, f"checkpoint-{self.state.global_step}")
                    shutil.rmtree(folder, ignore_errors=True)
                raise explained from error

    def check_weights(self) -> None:
        """Refuse to go on with weights that are not numbers.

        Raises:
            AepoTrainingError: A trained weight is not a number.
        """
        for name, weight in self.model.named_parameters():
            if weight.requires_grad and not torch.isfinite(_local_part(weight)).all():
                raise AepoTrainingError(
                    text(
                        "After step {step} weights are not numbers ({name}).",
                        step=self.state.global_step,
                        name=name,
                    ),
                    _LOWER,
                )

    def check_model(self) -> None:
        """Refuse a trained model that computes nothing.

        Raises:
            AepoTrainingError: A weight, or the loss of a row, is not a number.
        """
        self.check_weights()
        batch = self._prepare_inputs(self.data_collator([self.train_dataset[0]]))
        self.model.eval()
        with torch.no_grad(), self.compute_loss_context_manager():
            loss = self.compute_loss(self.model, batch)
        if not torch.isfinite(loss).all():
            raise AepoTrainingError(text("The loss of the trained model is not a number."), _LOWER)


def _local_part(weight: torch.Tensor) -> torch.Tensor:
    """What this process holds of a weight."""
    if isinstance(weight, DTensor):
        return weight.to_local()
    found: torch.Tensor = getattr(weight, "ds_tensor", weight)  # ZeRO-3
    return found
