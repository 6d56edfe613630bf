"""Pairs that no annotator has compared: the implicit reward of an earlier run's model says which response is better."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from datasets import Dataset

from aepo_training.errors import InputError, text
from aepo_training.train.job import Job
from aepo_training.train.launch import is_main_process
from aepo_training.train.rows import SELF_ANNOTATED

#: In the folder of the run: a line for each pair, with what the model says of it.
FILE = Path("self-annotated.jsonl")

_COLUMNS = ("chosen_ids", "rejected_ids")


def annotated(job: Job, gaps: Sequence[float]) -> tuple[Dataset, list[float]]:
    """The rows to train with the better response of each unlabelled pair as its chosen one. Writes `FILE`.

    Args:
        job: The rows.
        gaps: For each the probability by the earlier model that its first response is better.

    Returns:
        The rows, and for each the probability that its chosen response is better. Labelled rows stay as they are. A
        pair that the model is undecided about keeps the order of its selection.

    Raises:
        InputError: The model tells no unlabelled pair apart.
    """
    rows = job.train
    own = [bool(each) for each in rows[SELF_ANNOTATED]]
    if not any(own):
        return rows, list(gaps)
    found = [gap for gap, is_own in zip(gaps, own, strict=True) if is_own]
    if all(gap == 0.5 for gap in found):
        raise InputError(
            text("The model of the run {name} prefers none of the unlabelled responses.", name=job.own.previous),
            text("Name a run that has changed the model, or set selfAnnotate=false."),
        )
    swapped = [is_own and gap < 0.5 for gap, is_own in zip(gaps, own, strict=True)]
    if is_main_process():
        _record(job.lines, gaps, own)
    turned = rows.map(_turned, fn_kwargs={"swapped": swapped}, with_indices=True)
    return turned, [1 - gap if swap else gap for gap, swap in zip(gaps, swapped, strict=True)]


def _turned(row: dict[str, list[int]], place: int, swapped: Sequence[bool]) -> dict[str, list[int]]:
    first, second = _COLUMNS
    return {first: row[second], second: row[first]} if swapped[place] else {}


def _record(lines: Sequence[int], gaps: Sequence[float], own: Sequence[bool]) -> None:
    """Write what the model says of each unlabelled pair, by its line in the data set."""
    records = [
        {"row": line, "preferred": "chosen" if gap >= 0.5 else "rejected", "probability": max(gap, 1 - gap)}
        for line, gap, is_own in zip(lines, gaps, own, strict=True)
        if is_own
    ]
    FILE.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8", newline="\n")
    print(f"pairs annotated by the model of the run before: {len(records)}, see {FILE}", flush=True)
