"""Turns a run file into what a method makes its trainer from: tokenizer, rows, adapter, trainer arguments."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoTokenizer, PreTrainedTokenizerBase, TrainerCallback

from aepo_training.errors import InputError
from aepo_training.train.dataset import PreferenceRow
from aepo_training.train.run_file import Hyperparameters, RunFile

#: Checkpoints that stay on disk: the last, and the one before in case the last is damaged.
_CHECKPOINTS_KEPT = 2


@dataclass(frozen=True)
class Job:
    """Everything a method makes its trainer from.

    Attributes:
        model: Path of a Hugging Face folder, or a hub id.
        tokenizer: The model's tokenizer, with a chat template.
        dataset: The rows, with the columns prompt, chosen and rejected.
        hyperparameters: The numbers of the run.
        arguments: Keyword arguments of transformers' TrainingArguments that are the same for every method.
        lora: The adapter to train, or None to train all weights.
        callbacks: To be told of the run's events.
    """

    model: str
    tokenizer: PreTrainedTokenizerBase
    dataset: Dataset
    hyperparameters: Hyperparameters
    arguments: dict[str, Any]
    lora: LoraConfig | None
    callbacks: list[TrainerCallback]


def make_job(run: RunFile, rows: list[PreferenceRow], checkpoints: Path, callbacks: list[TrainerCallback]) -> Job:
    """Load the tokenizer and put the parts together.

    Raises:
        InputError: The tokenizer cannot be loaded or has no chat template.
    """
    numbers = run.hyperparameters
    # Older GPUs only emulate it, slower than float32.
    bf16 = torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    return Job(
        model=run.model,
        tokenizer=_tokenizer(run.model),
        dataset=Dataset.from_list([dict(row) for row in rows]),
        hyperparameters=numbers,
        arguments=_arguments(numbers, checkpoints, bf16=bf16),
        lora=_lora(numbers) if numbers.lora else None,
        callbacks=callbacks,
    )


def _tokenizer(model: str) -> PreTrainedTokenizerBase:
    try:
        tokenizer = AutoTokenizer.from_pretrained(model)
    except (OSError, ValueError) as error:
        raise InputError(f"the tokenizer of the model {model} cannot be loaded: {error}") from error
    if tokenizer.chat_template is None:
        raise InputError(
            f"the model {model} has no chat template to write conversations with: use an instruction-tuned model"
        )
    return tokenizer


def _lora(numbers: Hyperparameters) -> LoraConfig:
    return LoraConfig(
        r=numbers.lora_rank, lora_alpha=numbers.lora_alpha, target_modules="all-linear", task_type="CAUSAL_LM"
    )


def _arguments(numbers: Hyperparameters, checkpoints: Path, *, bf16: bool) -> dict[str, Any]:
    gpu = torch.accelerator.is_available()
    # Below 1 the trainer takes warm-up steps as a share; at 1 it would take them as one step.
    warmup = min(numbers.warmup_ratio, 1 - 1e-9)
    # A frozen base in half the memory is enough under an adapter; trained weights need the full precision.
    dtype = "bfloat16" if bf16 and numbers.lora else "float32"
    return {
        "output_dir": str(checkpoints),
        "learning_rate": numbers.learning_rate,
        "num_train_epochs": numbers.epochs,
        "max_steps": numbers.max_steps or -1,
        "per_device_train_batch_size": numbers.batch_size,
        "gradient_accumulation_steps": numbers.gradient_accumulation,
        "warmup_steps": warmup,
        "logging_steps": numbers.logging_steps,
        "logging_nan_inf_filter": False,
        "save_steps": numbers.save_steps,
        "save_total_limit": _CHECKPOINTS_KEPT,
        "seed": numbers.seed,
        "bf16": bf16,
        "use_cpu": not gpu,
        "gradient_checkpointing": gpu,
        "dataloader_pin_memory": gpu,
        "model_init_kwargs": {"dtype": dtype},
        "report_to": "none",
        "disable_tqdm": True,
    }
