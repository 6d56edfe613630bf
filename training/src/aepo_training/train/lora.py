"""The adapter that a run trains."""

from __future__ import annotations

from peft import LoraConfig
from torch import nn

from aepo_training.errors import InputError, text
from aepo_training.train.run_file import Common

#: Every linear layer but the output layer.
_ALL = "all-linear"


def lora_config(common: Common, revision: str | None) -> LoraConfig:
    """The adapter of a run on a model of this revision."""
    return LoraConfig(
        r=common.lora_rank,
        lora_alpha=common.lora_alpha,
        lora_dropout=common.lora_dropout,
        target_modules=_ALL if common.lora_targets == _ALL else _names(common.lora_targets),
        task_type="CAUSAL_LM",
        revision=revision,
    )


def check_targets(model: nn.Module, targets: str) -> None:
    """Refuse names of modules that a model does not have.

    Raises:
        InputError: It names the modules that the model has.
    """
    if targets == _ALL:
        return
    linear = {name.rpartition(".")[2] for name, module in model.named_modules() if isinstance(module, nn.Linear)}
    for name in _names(targets):
        if name not in linear:
            raise InputError(
                text("The model has no linear module {name}, which loraTargets names.", name=name),
                text("Name some of {modules}, or all-linear.", modules=", ".join(sorted(linear))),
            )


def _names(targets: str) -> list[str]:
    return [name.strip() for name in targets.split(",") if name.strip()]
