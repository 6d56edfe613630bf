"""The adapter that a run trains."""

from __future__ import annotations

from peft import LoraConfig

from aepo_training.train.run_file import Common
from aepo_training.train.targets import target_modules


def lora_config(common: Common, revision: str | None) -> LoraConfig:
    """The adapter of a run on a model of this revision."""
    return LoraConfig(
        r=common.lora_rank,
        lora_alpha=common.lora_alpha,
        lora_dropout=common.lora_dropout,
        target_modules=target_modules(common.lora_targets),
        task_type="CAUSAL_LM",
        revision=revision,
    )
