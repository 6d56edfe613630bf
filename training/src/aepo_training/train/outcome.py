"""How far a run moved the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from peft.tuners.lora import LoraLayer
from peft.utils.integrations import dequantize_module_weight

from aepo_training.train.adapters import TRAINED_ADAPTER
from aepo_training.train.trainer import RunTrainer

#: An update of a matrix that is smaller than this share of its weights is lost when the two are added.
_ROUNDING = torch.finfo(torch.float32).eps


@dataclass(frozen=True)
class Outcome:
    """What the end event says.

    Attributes:
        moved: Whether the trained model differs measurably from the one that it started from.
        largest_update: The largest difference; of an adapter, what it adds to a weight.
    """

    moved: bool
    largest_update: float


def measure(trainer: RunTrainer) -> Outcome:
    """Compare the trained weights with those of the start."""
    moved, largest = False, 0.0
    with torch.no_grad():
        for before, update in _updates(trainer):
            update_size = float(update.abs().max())
            largest = max(largest, update_size)
            moved = moved or update_size > _ROUNDING * float(before.abs().max())
    return Outcome(moved, largest)


def _updates(trainer: RunTrainer) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Each weight at the start and what was added to it, in float32."""
    model = trainer.accelerator.unwrap_model(trainer.model)
    if trainer.ref_model is None:
        for module in model.modules():
            if isinstance(module, LoraLayer) and TRAINED_ADAPTER in module.lora_A:
                yield (
                    dequantize_module_weight(module.get_base_layer()).float(),
                    module.get_delta_weight(TRAINED_ADAPTER).float(),
                )
        return
    start = dict(trainer.accelerator.unwrap_model(trainer.ref_model).named_parameters())
    for name, weight in model.named_parameters():
        before = start[name].float()
        yield before, weight.float() - before
