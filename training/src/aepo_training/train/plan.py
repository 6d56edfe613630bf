"""Which prompts are held out, how many steps a run has, and when it evaluates. No library is needed for these."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Sequence
from typing import Protocol, TypeVar

from aepo_training.train.run_file import Common, Schedule

#: With fewer prompts each is needed for the training.
FEWEST_PROMPTS = 8

#: Evaluations of a run, beside the one before its first step.
_EVALUATIONS = 10


class _OfPrompt(Protocol):
    @property
    def prompt_id(self) -> str: ...


Row = TypeVar("Row", bound=_OfPrompt)


def hold_out(rows: Sequence[Row], share: float) -> tuple[list[Row], list[Row]]:
    """Split rows into those to train and those to hold out, whole prompts at a time.

    The prompts with the smallest hashes are held out, so that the order of the rows does not matter, and prompts that
    are added later move few others.
    """
    prompts = sorted({row.prompt_id for row in rows}, key=lambda prompt: hashlib.sha256(prompt.encode()).digest())
    count = max(1, math.floor(share * len(prompts) + 0.5)) if share > 0 and len(prompts) >= FEWEST_PROMPTS else 0
    chosen = set(prompts[:count])
    return [row for row in rows if row.prompt_id not in chosen], [row for row in rows if row.prompt_id in chosen]


def count_steps(rows: int, common: Common) -> tuple[int, int]:
    """Optimiser steps of one pass over the rows, and of the run, as the trainer counts them."""
    batches = math.ceil(math.ceil(rows / common.batch_size) / process_count(common))
    per_epoch = max(math.ceil(batches / common.gradient_accumulation), 1)
    return per_epoch, common.max_steps or math.ceil(common.epochs * per_epoch)


def process_count(common: Common) -> int:
    """Processes that train together: as many as a launcher has started, or as the run asks for."""
    return int(os.environ.get("WORLD_SIZE", common.processes))


def evaluation_interval(steps: int) -> int:
    """Steps from one evaluation to the next."""
    return max(1, math.ceil(steps / _EVALUATIONS))


def learning_rate_factor(step: int, steps: int, warmup: int, schedule: Schedule = "linear") -> float:
    """The share of the peak learning rate that a step (from 0) is taken with: a linear rise, then the schedule.

    Unlike the schedules of transformers, the rise does not begin with 0, and the fall does not reach 0 before the last
    step is done: no step of a run is without effect.
    """
    if step < warmup:
        return (step + 1) / (warmup + 1)
    left = max(steps - step, 0) / max(steps - warmup, 1)
    if schedule == "constant":
        return 1.0
    return (1 - math.cos(math.pi * left)) / 2 if schedule == "cosine" else left


def evaluation_batch(rows: int, most: int, processes: int = 1) -> int:
    """The largest batch size that parts the rows evenly: figures are means of means over batches."""
    rows = rows // processes if rows % processes == 0 else rows
    return max(size for size in range(1, min(rows, most) + 1) if rows % size == 0) if rows else 1
