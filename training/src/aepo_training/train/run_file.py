"""`run.json`: what one training run does. Written by the launcher with every key; nothing has a default here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from aepo_training.errors import InputError

VERSION = 1


@dataclass(frozen=True)
class Hyperparameters:
    """The numbers of a run.

    Attributes:
        learning_rate: Peak of the schedule.
        beta: How strongly the trained model is held to the reference.
        epochs: Passes over the data set; ignored when max_steps is given.
        max_steps: Optimiser steps, or None for `epochs`.
        batch_size: Rows per device and forward pass.
        gradient_accumulation: Forward passes per optimiser step.
        max_length: Tokens of prompt and completion together.
        lora: Train a LoRA adapter instead of all weights.
        lora_rank: Rank of the adapter's matrices.
        lora_alpha: Scale of the adapter.
        logging_steps: Optimiser steps between two log events.
        save_steps: Optimiser steps between two checkpoints.
        seed: Of shuffling, initialisation and dropout.
        warmup_ratio: Share of the steps in which the learning rate rises, 0 to 1.
    """

    learning_rate: float
    beta: float
    epochs: float
    max_steps: int | None
    batch_size: int
    gradient_accumulation: int
    max_length: int
    lora: bool
    lora_rank: int
    lora_alpha: int
    logging_steps: int
    save_steps: int
    seed: int
    warmup_ratio: float


@dataclass(frozen=True)
class RunFile:
    """One training run.

    Attributes:
        id: The run's name.
        method: A key of `aepo_training.train.methods.METHODS`.
        model: Absolute path of a Hugging Face folder, or a hub id.
        dataset: Absolute path of the preference rows (JSONL).
        dataset_sha256: Hex SHA-256 of that file's bytes.
        hyperparameters: The numbers.
    """

    id: str
    method: str
    model: str
    dataset: Path
    dataset_sha256: str
    hyperparameters: Hyperparameters


def read_run_file(path: Path) -> RunFile:
    """Read and check a run.json.

    Raises:
        InputError: The file is missing, is not JSON, or a key is missing, unknown or of the wrong type.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}): give the folder of a run that has a run.json"
        ) from error
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}") from error
    reader = _Reader(content, path, "")
    reader.exactly("version", "id", "method", "model", "dataset", "datasetSha256", "hyperparameters")
    version = reader.whole("version", least=1)
    if version != VERSION:
        raise InputError(
            f"{path}: version is {version}, and this runner reads version {VERSION}: use the runner of the same release"
        )
    return RunFile(
        id=reader.text("id"),
        method=reader.text("method"),
        model=reader.text("model"),
        dataset=Path(reader.text("dataset")),
        dataset_sha256=reader.text("datasetSha256"),
        hyperparameters=_hyperparameters(_Reader(content["hyperparameters"], path, "hyperparameters.")),
    )


def _hyperparameters(reader: _Reader) -> Hyperparameters:
    reader.exactly(
        *("learningRate", "beta", "epochs", "maxSteps", "batchSize", "gradientAccumulation", "maxLength"),
        *("lora", "loraRank", "loraAlpha", "loggingSteps", "saveSteps", "seed", "warmupRatio"),
    )
    return Hyperparameters(
        learning_rate=reader.positive("learningRate"),
        beta=reader.positive("beta"),
        epochs=reader.positive("epochs"),
        max_steps=reader.whole_or_null("maxSteps", least=1),
        batch_size=reader.whole("batchSize", least=1),
        gradient_accumulation=reader.whole("gradientAccumulation", least=1),
        max_length=reader.whole("maxLength", least=2),
        lora=reader.flag("lora"),
        lora_rank=reader.whole("loraRank", least=1),
        lora_alpha=reader.whole("loraAlpha", least=1),
        logging_steps=reader.whole("loggingSteps", least=1),
        save_steps=reader.whole("saveSteps", least=1),
        seed=reader.whole("seed", least=0),
        warmup_ratio=reader.share("warmupRatio"),
    )


class _Reader:
    """Takes typed values out of one JSON object; every error names the file and the key."""

    def __init__(self, content: object, path: Path, prefix: str) -> None:
        self._path = path
        self._prefix = prefix
        if not isinstance(content, Mapping):
            raise InputError(f"{path}: {prefix.rstrip('.') or 'the whole file'} must be a JSON object")
        self._content = cast("Mapping[str, Any]", content)

    def exactly(self, *keys: str) -> None:
        """Refuse unknown and missing keys."""
        for key in self._content:
            if key not in keys:
                raise InputError(f"{self._path}: unknown key {self._prefix}{key}: remove it (known: {', '.join(keys)})")
        for key in keys:
            if key not in self._content:
                raise InputError(f"{self._path}: the key {self._prefix}{key} is missing: every key must be written out")

    def text(self, key: str) -> str:
        value = self._content[key]
        if not isinstance(value, str) or not value:
            raise self._wrong(key, "a text that is not empty")
        return value

    def flag(self, key: str) -> bool:
        value = self._content[key]
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def whole(self, key: str, *, least: int) -> int:
        value = self._content[key]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self._wrong(key, f"a whole number of at least {least}")
        return value

    def whole_or_null(self, key: str, *, least: int) -> int | None:
        return None if self._content[key] is None else self.whole(key, least=least)

    def positive(self, key: str) -> float:
        value = self._number(key)
        if not 0 < value < float("inf"):
            raise self._wrong(key, "a number above 0")
        return value

    def share(self, key: str) -> float:
        value = self._number(key)
        if not 0 <= value <= 1:
            raise self._wrong(key, "a number from 0 to 1")
        return value

    def _number(self, key: str) -> float:
        value = self._content[key]
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self._wrong(key, "a number")
        return float(value)

    def _wrong(self, key: str, expected: str) -> InputError:
        return InputError(
            f"{self._path}: {self._prefix}{key} is {json.dumps(self._content[key])}, but must be {expected}"
        )
