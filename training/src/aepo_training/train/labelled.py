"""TRL's trainer of single responses that are labelled desirable or undesirable."""

from __future__ import annotations

from typing import Any

from datasets import Dataset
from trl import KTOConfig, KTOTrainer

from aepo_training.train.job import Job
from aepo_training.train.trainer import RunTrainer


class KTORunTrainer(RunTrainer, KTOTrainer):  # type: ignore[misc]  # TRL has no types
    """KTO in a run. Without an adapter a second copy of the model is the reference.

    TRL trains the rows in their order, and estimates the divergence from the reference on the responses of the other
    rows of a batch. The rows are shuffled once, so that a batch does not consist of the responses of one prompt.
    """

    def __init__(self, job: Job, **config: Any) -> None:
        super().__init__(
            model=job.model,
            ref_model=job.reference,
            args=KTOConfig(**job.arguments, **config),
            train_dataset=_with_others(job.train.shuffle(seed=job.common.seed), job.common.batch_size),
            eval_dataset=job.held_out and _with_others(job.held_out, job.common.batch_size),
            processing_class=job.tokenizer,
            peft_config=job.lora,
        )
        self.previous = job.previous


def _with_others(rows: Dataset, batch: int) -> Dataset:
    """The rows with `KL_completion_ids`, the response of the row before in the batch, as TRL adds them."""
    completions = rows["completion_ids"][:]
    batches = (completions[start : start + batch] for start in range(0, len(rows), batch))
    found = [completion for some in batches for completion in (some[-1], *some[:-1])]
    return rows.add_column("KL_completion_ids", found)
