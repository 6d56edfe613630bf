"""`run.json`: what one training run does. Written by the launcher; `round`, `rounds` and `annotators` may be absent.

Every path in it is relative to the run's folder, which may be moved or renamed between two starts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from aepo_training.errors import InputError
from aepo_training.train.keys import SEED, Count, PositiveFloat, at_least, read_keys, share, share_below
from aepo_training.train.methods import METHODS, load_method

VERSION = 1
NAME = "run.json"

Schedule = Literal["linear", "cosine", "constant"]


@dataclass(frozen=True)
class Common:
    """The hyper-parameters that every method has.

    Attributes:
        learning_rate: Peak of the schedule.
        epochs: Passes over the data set; ignored when max_steps is given.
        max_steps: Optimiser steps, or None for `epochs`.
        batch_size: Rows per device and forward pass.
        gradient_accumulation: Forward passes per optimiser step.
        max_length: Tokens of prompt and completion together.
        lora: Train a LoRA adapter instead of all weights.
        lora_rank: Rank of the adapter's matrices.
        lora_alpha: Scale of the adapter.
        lora_dropout: Share of the inputs of the adapter that is left out.
        lora_targets: Names of modules, with commas between them, or `all-linear`.
        quantization: How the base is loaded under an adapter.
        logging_steps: Optimiser steps between two log events.
        save_steps: Optimiser steps between two checkpoints.
        save_minutes: Minutes after which a checkpoint is written, too.
        optimizer: Its name here; `aepo_training.train.options` has transformers' names.
        schedule: How the learning rate falls from its peak.
        warmup_ratio: Share of the steps in which the learning rate rises.
        gradient_checkpointing: Compute activations again in the backward pass; `auto` is on with a GPU.
        seed: Of shuffling, initialisation and dropout.
        held_out: Share of the prompts that are evaluated and not trained on.
        cut_off: What becomes of rows whose chosen response was cut off.
        processes: Processes that train together on this machine.
        accelerate_config: A file of `accelerate config`, which says how many processes there are and where.
        regression: Compare the model with that of the start when the run ends.
        report_to: Where the trainer reports its figures, too.
    """

    learning_rate: PositiveFloat
    epochs: PositiveFloat
    max_steps: Count | None
    batch_size: Count
    gradient_accumulation: Count
    max_length: Annotated[int, at_least(2)]
    lora: bool
    lora_rank: Count
    lora_alpha: Count
    lora_dropout: Annotated[float, share_below(1)]
    lora_targets: str
    quantization: Literal["none", "8bit", "4bit"]
    logging_steps: Count
    save_steps: Count
    save_minutes: PositiveFloat
    optimizer: Literal["adamw", "adafactor", "sgd", "adamw-8bit"]
    schedule: Schedule
    warmup_ratio: Annotated[float, share()]
    gradient_checkpointing: Literal["auto", "on", "off"]
    seed: Annotated[int, SEED]
    held_out: Annotated[float, share(0.5)]
    cut_off: Literal["leave-out", "keep"]
    processes: Count
    accelerate_config: str | None
    regression: bool
    report_to: Literal["none", "tensorboard", "wandb", "trackio", "mlflow"]
    sharding: Literal["none", "fsdp", "zero-2", "zero-3"] = "none"


@dataclass(frozen=True)
class _Content:
    """The keys of the file."""

    version: Count
    id: str
    method: str
    model: str
    dataset: str
    dataset_sha256: str
    common: Mapping[str, Any]
    own: Mapping[str, Any]
    round: Count = 1
    rounds: str | None = None
    annotators: str = ""


@dataclass(frozen=True)
class RunFile:
    """One training run.

    Attributes:
        id: The run's name.
        method: One of `aepo_training.train.methods.METHODS`.
        model: Absolute path of a Hugging Face folder, or a hub id.
        dataset: Path of the preference rows (JSONL), relative to the run's folder.
        dataset_sha256: Hex SHA-256 of that file's bytes.
        common: The hyper-parameters that every method has.
        own: Those of the method, an `Own` of its module.
        round: The round of the curation at the start of the run.
    """

    id: str
    method: str
    model: str
    dataset: Path
    dataset_sha256: str
    common: Common
    own: Any
    round: int = 1


def read_run_file(path: Path) -> RunFile:
    """Read and check a run.json.

    Raises:
        InputError: The file is missing, is not JSON, or a key is missing, unknown or of the wrong type.
    """
    content = read_keys(_Content, _parsed(path), path)
    if content.version != VERSION:
        raise InputError(
            f"{path}: version is {content.version}, and this runner reads version {VERSION}",
            "Use the runner of the same release",
        )
    if content.method not in METHODS:
        raise InputError(f"{path}: method is {content.method!r}, but must be one of: {', '.join(METHODS)}")
    dataset = PurePosixPath(content.dataset)
    if dataset.is_absolute() or ".." in dataset.parts or Path(content.dataset).is_absolute():
        raise InputError(
            f"{path}: dataset is {json.dumps(content.dataset)}, but must be the path of a file in the run's folder"
        )
    return RunFile(
        id=content.id,
        method=content.method,
        model=content.model,
        dataset=Path(dataset),
        dataset_sha256=content.dataset_sha256,
        common=read_keys(Common, content.common, path, "common."),
        own=read_keys(load_method(content.method).Own, content.own, path, "own."),
        round=content.round,
    )


def _parsed(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror})", "Give the folder of a run that has a run.json"
        ) from error
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}") from error
