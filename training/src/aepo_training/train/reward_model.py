"""TRL's trainer of reward models: language models with one output in the place of their vocabulary."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from datasets import Dataset
from transformers import AutoModelForSequenceClassification, set_seed
from trl import RewardConfig, RewardTrainer

from aepo_training.train.job import Job
from aepo_training.train.load import ModelKind, load_model
from aepo_training.train.targets import check_targets
from aepo_training.train.trainer import RunTrainer

#: The layer that gives the reward; no language model has it.
_HEAD = "score"


class RewardRunTrainer(RunTrainer, RewardTrainer):  # type: ignore[misc]  # TRL has no types
    """Reward modelling in a run."""

    generates = False

    def __init__(self, job: Job, **config: Any) -> None:
        set_seed(job.common.seed)  # the head starts at random
        model = load_model(
            job.source,
            job.revision,
            job.dtype,
            ModelKind(AutoModelForSequenceClassification, new=[f"{_HEAD}.weight"]),
            num_labels=1,
        )
        if job.lora:
            check_targets(model, job.common.lora_targets)
        super().__init__(
            model=model,
            args=RewardConfig(**job.arguments, **config),
            train_dataset=_whole(job.train),
            eval_dataset=job.held_out and _whole(job.held_out),
            processing_class=job.tokenizer,
            peft_config=job.lora and replace(job.lora, task_type="SEQ_CLS", modules_to_save=[_HEAD]),
        )
        self.ref_model = None if job.lora else deepcopy(model)


def _whole(rows: Dataset) -> Dataset:
    """The rows with the prompt before each response."""

    def joined(row: dict[str, Any]) -> dict[str, Any]:
        return {name: row["prompt_ids"] + row[name] for name in ("chosen_ids", "rejected_ids")}

    return rows.map(joined, remove_columns="prompt_ids")
