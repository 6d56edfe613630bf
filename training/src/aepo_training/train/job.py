"""Turns a run file and its rows into what a method makes its trainer from: model, rows, adapter, trainer arguments."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel
from transformers import BitsAndBytesConfig, PreTrainedModel, PreTrainedTokenizerBase

from aepo_training.train.checkpoints import FOLDER
from aepo_training.train.inspection import Inspection
from aepo_training.train.load import load_model
from aepo_training.train.lora import lora_config
from aepo_training.train.options import OPTIMIZERS, check_cuda
from aepo_training.train.plan import evaluation_batch, evaluation_interval, process_count
from aepo_training.train.previous import PreviousRun
from aepo_training.train.rows import TokenRow
from aepo_training.train.run_file import Common, RunFile
from aepo_training.train.targets import check_targets
from aepo_training.train.tokens import Chat

#: Checkpoints that stay on disk: the last, and the one before in case the last is damaged.
_CHECKPOINTS_KEPT = 2

#: Rows that are evaluated at once, at most.
_EVALUATED_AT_ONCE = 8


@dataclass(frozen=True)
class Job:
    """Everything a method makes its trainer from.

    Attributes:
        source: The model that the run names: a folder or a hub id.
        revision: Its revision on the hub, None for a folder.
        dtype: The number format of its weights.
        previous: The run that this one goes on from.
        tokenizer: The model's tokenizer.
        train: The rows as tokens: `prompt_ids`, a column `…_ids` for each response, and the values of the row.
        lines: The lines in the data set of the rows to train.
        held_out: The rows to evaluate, None when there are none.
        common: The hyper-parameters that every method has.
        own: Those of the method.
        arguments: Keyword arguments of transformers' TrainingArguments that are the same for every method.
        lora: The adapter to train, or None to train all weights.
    """

    source: str
    revision: str | None
    dtype: torch.dtype
    previous: PreviousRun | None
    tokenizer: PreTrainedTokenizerBase
    train: Dataset
    lines: Sequence[int]
    held_out: Dataset | None
    common: Common
    own: Any
    arguments: dict[str, Any]
    lora: LoraConfig | None

    @cached_property
    def model(self) -> PreTrainedModel:
        """The model to train: that of the run before, or the one that the run names."""
        model = self.load_model(self.previous)
        if self.lora:
            check_targets(model, self.common.lora_targets)
        return model

    @cached_property
    def reference(self) -> PreTrainedModel | None:
        """The same model to compare with; None under an adapter, which can be switched off."""
        return None if self.lora else self.load_model(self.previous)

    @property
    def padding(self) -> int:
        """The padding token, or the end token where the tokenizer has none."""
        padding, end = self.tokenizer.pad_token_id, self.tokenizer.eos_token_id
        return int(end if padding is None else padding)

    def load_model(self, run: PreviousRun | None, *, trained: bool = False) -> PreTrainedModel:
        """The model that an earlier run gave, or for None the one that this run names.

        An adapter is merged in float32: the steps of a run are too small for fewer bits.

        Args:
            run: The earlier run.
            trained: Whether what it trained is meant, before any extrapolation.

        Raises:
            InputError: The model cannot be loaded.
        """
        if run is None:
            quantized = self._quantization()
            return load_model(self.source, self.revision, self.dtype, **quantized)
        weights = str(run.trained if trained else run.model)
        if not run.lora:
            return load_model(weights, None, self.dtype)
        base = load_model(self.source, self.revision, torch.float32)
        return PeftModel.from_pretrained(base, weights).merge_and_unload()

    def _quantization(self) -> dict[str, Any]:
        bits = self.common.quantization
        if bits == "none":
            return {}
        return {
            "quantization_config": BitsAndBytesConfig(load_in_8bit=True)
            if bits == "8bit"
            else BitsAndBytesConfig(
                load_in_4bit=True,
                bnb_4bit_quant_type="nf4",
                bnb_4bit_use_double_quant=True,
                bnb_4bit_compute_dtype=self.dtype,
            )
        }


def make_job(
    run: RunFile, revision: str | None, inspection: Inspection, chat: Chat, previous: PreviousRun | None = None
) -> Job:
    """Put the parts together. The weights are loaded when the method asks for them.

    Raises:
        InputError: An option needs CUDA, and there is none.
    """
    common = run.common
    if common.report_to == "tensorboard":
        os.environ.setdefault("TENSORBOARD_LOGGING_DIR", "tensorboard")  # in the folder of the run
    check_cuda(run, cuda=torch.cuda.is_available())
    # Older GPUs only emulate it, slower than float32.
    bf16 = torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    return Job(
        source=run.model,
        revision=revision,
        # A frozen base in half the memory is enough under an adapter; trained weights need the full precision.
        dtype=torch.bfloat16 if bf16 and common.lora else torch.float32,
        previous=previous,
        tokenizer=chat.tokenizer,
        train=_dataset(inspection.train),
        lines=[row.line for row in inspection.train],
        held_out=_dataset(inspection.held_out) if inspection.held_out else None,
        common=common,
        own=run.own,
        arguments={**trainer_arguments(common, inspection, bf16=bf16), "run_name": run.id},
        lora=lora_config(common, revision) if common.lora else None,
    )


def trainer_arguments(common: Common, inspection: Inspection, *, bf16: bool) -> dict[str, Any]:
    """What transformers' TrainingArguments takes for a run in the current folder."""
    gpu = torch.accelerator.is_available()
    evaluated = {
        "eval_strategy": "steps",
        "eval_steps": evaluation_interval(inspection.steps),
        "eval_on_start": True,
        "per_device_eval_batch_size": evaluation_batch(
            len(inspection.held_out), _EVALUATED_AT_ONCE, process_count(common)
        ),
    }
    return {
        "output_dir": FOLDER,
        "max_length": common.max_length,
        "learning_rate": common.learning_rate,
        "num_train_epochs": common.epochs,
        "max_steps": common.max_steps or -1,
        "per_device_train_batch_size": common.batch_size,
        "gradient_accumulation_steps": common.gradient_accumulation,
        "optim": OPTIMIZERS[common.optimizer],
        # Below 1 the trainer takes warm-up steps as a share; at 1 it would take them as one step.
        "warmup_steps": min(common.warmup_ratio, 1 - 1e-9),
        "logging_steps": common.logging_steps,
        "logging_nan_inf_filter": False,
        "save_steps": common.save_steps,
        "save_total_limit": _CHECKPOINTS_KEPT,
        "seed": common.seed,
        "bf16": bf16,
        "use_cpu": not gpu,
        "gradient_checkpointing": gpu
        if common.gradient_checkpointing == "auto"
        else common.gradient_checkpointing == "on",
        "dataloader_pin_memory": gpu,
        "report_to": common.report_to,
        "disable_tqdm": True,
        **(evaluated if inspection.held_out else {}),
    }


def _dataset(rows: Sequence[TokenRow]) -> Dataset:
    return Dataset.from_list(
        [
            {
                "prompt_ids": row.prompt,
                **{f"{name}_ids": tokens for name, tokens in row.responses.items()},
                **row.values,
            }
            for row in rows
        ]
    )
