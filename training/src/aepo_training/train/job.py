"""Turns a run file and its rows into what a method makes its trainer from: model, rows, adapter, trainer arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import PreTrainedModel, PreTrainedTokenizerBase, TrainerCallback

from aepo_training.train.checkpoints import FOLDER
from aepo_training.train.inspection import Inspection, TokenRow
from aepo_training.train.load import load_model
from aepo_training.train.plan import evaluation_batch, evaluation_interval
from aepo_training.train.run_file import Common, RunFile
from aepo_training.train.tokens import Chat

#: Checkpoints that stay on disk: the last, and the one before in case the last is damaged.
_CHECKPOINTS_KEPT = 2

#: Rows that are evaluated at once, at most.
_EVALUATED_AT_ONCE = 8


@dataclass(frozen=True)
class Job:
    """Everything a method makes its trainer from.

    Attributes:
        model: The model to train.
        reference: The same model to compare with, None under an adapter, which can be switched off.
        tokenizer: Its tokenizer.
        train: The rows as tokens, in the columns prompt_ids, chosen_ids and rejected_ids.
        held_out: The rows to evaluate, None when there are none.
        own: The method's own hyper-parameters.
        arguments: Keyword arguments of transformers' TrainingArguments that are the same for every method.
        lora: The adapter to train, or None to train all weights.
        callbacks: Called at the run's events.
    """

    model: PreTrainedModel
    reference: PreTrainedModel | None
    tokenizer: PreTrainedTokenizerBase
    train: Dataset
    held_out: Dataset | None
    own: Any
    arguments: dict[str, Any]
    lora: LoraConfig | None
    callbacks: list[TrainerCallback]


def make_job(
    run: RunFile, revision: str | None, inspection: Inspection, chat: Chat, callbacks: list[TrainerCallback]
) -> Job:
    """Load the weights and put the parts together.

    Raises:
        InputError: The model cannot be loaded.
    """
    common = run.common
    # Older GPUs only emulate it, slower than float32.
    bf16 = torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    # A frozen base in half the memory is enough under an adapter; trained weights need the full precision.
    dtype = torch.bfloat16 if bf16 and common.lora else torch.float32
    return Job(
        model=load_model(run.model, revision, dtype),
        reference=None if common.lora else load_model(run.model, revision, dtype),
        tokenizer=chat.tokenizer,
        train=_dataset(inspection.train),
        held_out=_dataset(inspection.held_out) if inspection.held_out else None,
        own=run.own,
        arguments=trainer_arguments(common, inspection, bf16=bf16),
        lora=_lora(common, revision) if common.lora else None,
        callbacks=callbacks,
    )


def trainer_arguments(common: Common, inspection: Inspection, *, bf16: bool) -> dict[str, Any]:
    """What transformers' TrainingArguments takes for a run in the current folder."""
    gpu = torch.accelerator.is_available()
    evaluated = {
        "eval_strategy": "steps",
        "eval_steps": evaluation_interval(inspection.steps),
        "eval_on_start": True,
        "per_device_eval_batch_size": evaluation_batch(len(inspection.held_out), _EVALUATED_AT_ONCE),
    }
    return {
        "output_dir": FOLDER,
        "max_length": common.max_length,
        "learning_rate": common.learning_rate,
        "num_train_epochs": common.epochs,
        "max_steps": common.max_steps or -1,
        "per_device_train_batch_size": common.batch_size,
        "gradient_accumulation_steps": common.gradient_accumulation,
        # Below 1 the trainer takes warm-up steps as a share; at 1 it would take them as one step.
        "warmup_steps": min(common.warmup_ratio, 1 - 1e-9),
        "logging_steps": common.logging_steps,
        "logging_nan_inf_filter": False,
        "save_steps": common.save_steps,
        "save_total_limit": _CHECKPOINTS_KEPT,
        "seed": common.seed,
        "bf16": bf16,
        "use_cpu": not gpu,
        "gradient_checkpointing": gpu,
        "dataloader_pin_memory": gpu,
        "report_to": "none",
        "disable_tqdm": True,
        **(evaluated if inspection.held_out else {}),
    }


def _dataset(rows: Sequence[TokenRow]) -> Dataset:
    return Dataset.from_list(
        [{f"{name}_ids": asdict(row)[name] for name in ("prompt", "chosen", "rejected")} for row in rows]
    )


def _lora(common: Common, revision: str | None) -> LoraConfig:
    return LoraConfig(
        r=common.lora_rank,
        lora_alpha=common.lora_alpha,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
        revision=revision,
    )
