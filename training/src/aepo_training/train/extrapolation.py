"""Goes beyond what a run has trained, in the direction in which it differs from what the run before has trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel

from aepo_training.train.adapters import TRAINED_ADAPTER, Part, added_sum, write_sum
from aepo_training.train.job import Job
from aepo_training.train.pairs import DPORunTrainer
from aepo_training.train.previous import TRAINED


class ExtrapolatingTrainer(DPORunTrainer):
    """DPO that gives trained + alpha (trained - trained by the run before), in float32.

    Args:
        job: What to train.
        alpha: With 0 the run gives what it has trained, as DPO does.
        config: Further keyword arguments of TRL's DPOConfig, such as `beta`.
    """

    def __init__(self, job: Job, alpha: float, **config: Any) -> None:
        super().__init__(job, **config)
        self._job = job
        self._alpha = alpha

    @property
    def evaluates_result(self) -> bool:
        """What was evaluated is not extrapolated."""
        return self._alpha == 0

    @contextmanager
    def model_given(self) -> Iterator[PreTrainedModel]:
        """The extrapolated model."""
        with super().model_given() as model:
            if self._alpha == 0 or not self._job.lora:
                yield model  # all weights were extrapolated in their place
                return
            # The run before is part of the weights that the adapter stands on.
            with added_sum(model, self._extrapolated(already=1)) as name:
                model.set_adapter(name)
                try:
                    yield model
                finally:
                    model.set_adapter(TRAINED_ADAPTER)

    def save_trained(self, folder: Path) -> None:
        """Write the extrapolated model, and within it, for the next round, what it was extrapolated from."""
        if self._alpha == 0:
            super().save_trained(folder)
            return
        (folder / TRAINED).mkdir()
        super().save_trained(folder / TRAINED)
        if self._job.lora:
            self._write_adapter(folder)
        else:
            self._extrapolate_weights()
            self.save_model(str(folder))

    def _write_adapter(self, folder: Path) -> None:
        write_sum(self.accelerator.unwrap_model(self.model), self._extrapolated(), folder)

    def _extrapolated(self, already: float = 0) -> list[Part]:
        """The adapters whose sum is the extrapolated one.

        Args:
            already: How often the weights that the sum is added to hold the adapter of the run before.
        """
        trained: list[Part] = [(TRAINED_ADAPTER, 1 + self._alpha)]
        if self.previous is None:
            return trained
        return [
            *trained,
            (self.previous.model, 1 + self._alpha - already),
            (self.previous.trained, -self._alpha),
        ]

    def _extrapolate_weights(self) -> None:
        before = dict(self._job.load_model(self.previous, trained=True).named_parameters())
        with torch.no_grad():
            for name, weight in self.accelerator.unwrap_model(self.model).named_parameters():
                weight.add_(weight - before[name].to(weight.device), alpha=self._alpha)
