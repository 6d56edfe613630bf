"""Direct Preference Optimization (Rafailov et al., 2023) as TRL implements it, with its sigmoid loss."""

from __future__ import annotations

from trl import DPOConfig, DPOTrainer

from aepo_training.train.job import Job


def make_trainer(job: Job) -> DPOTrainer:
    """A DPO trainer; without an adapter a second copy of the model serves as the reference."""
    arguments = DPOConfig(**job.arguments, beta=job.hyperparameters.beta, max_length=job.hyperparameters.max_length)
    return DPOTrainer(
        model=job.model,
        args=arguments,
        train_dataset=job.dataset,
        processing_class=job.tokenizer,
        peft_config=job.lora,
        callbacks=job.callbacks,
    )
