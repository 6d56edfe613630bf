"""Runs in the process of the tests and in others, what they have written, and what models of theirs compute."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, Literal

import torch
from peft import PeftModel
from transformers import PreTrainedModel

import aepo_training
from aepo_training.cli import main

TOKENS = [1, 5, 70, 90]


def train(folder: Path, *options: str) -> int:
    return main(["train", "--run-dir", str(folder), *options])


def launch(
    folder: Path, *options: str, output: int | IO[str] = subprocess.PIPE, path: Sequence[Path] = ()
) -> subprocess.Popen[str]:
    """A run in a process group of its own, as the launcher starts it; with further folders on Python's path."""
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "aepo_training", "train", "--run-dir", str(folder), *options],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, [*path, Path(aepo_training.__file__).parents[1]]))},
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )


def until(holds: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + 240
    while not holds():
        assert time.monotonic() < end, f"{what} did not happen"
        time.sleep(0.05)


def metrics(folder: Path) -> list[dict[str, Any]]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    lines = (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_constant=refuse) for line in lines]


def figures(folder: Path, event: Literal["log", "eval"]) -> list[dict[str, float]]:
    """The figures of each log, or of each evaluation of held-out rows."""
    return [each["figures"] for each in metrics(folder) if each["event"] == event]


def losses(folder: Path) -> list[float]:
    """The loss of each log."""
    return [each["loss"] for each in figures(folder, "log")]


def logits(model: PreTrainedModel | PeftModel) -> torch.Tensor:
    with torch.no_grad():
        found: torch.Tensor = model(torch.tensor([TOKENS])).logits
    return found


def failure(folder: Path) -> dict[str, str]:
    """What a run has recorded of why it failed."""
    found: dict[str, str] = json.loads((folder / "failed").read_text(encoding="utf-8"))
    return found
