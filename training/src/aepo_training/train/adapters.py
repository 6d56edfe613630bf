"""Weighted sums of LoRA adapters over one base, as an adapter of their own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from peft import PeftModel

#: The adapter that a run trains, by the name that peft gives it.
TRAINED_ADAPTER = "default"

_SUM = "sum"


def write_sum(model: PeftModel, parts: Sequence[tuple[str | Path, float]], folder: Path) -> None:
    """Write an adapter that adds to each weight of the base what the parts add, times their factors.

    The adapters are concatenated, so the sum is exact up to rounding and its rank is the sum of the ranks.

    Args:
        model: A model with the adapters that are named; those in folders are loaded into it, and stay there.
        parts: Adapters of the model by name, or folders with an adapter, each with its factor.
        folder: An existing folder.
    """
    names = [
        part if isinstance(part, str) else _loaded(model, part, f"part{place}") for place, (part, _) in enumerate(parts)
    ]
    model.add_weighted_adapter(names, [factor for _, factor in parts], _SUM, combination_type="cat")
    model.save_pretrained(str(folder), selected_adapters=[_SUM])
    for file in (folder / _SUM).iterdir():
        shutil.move(file, folder / file.name)
    (folder / _SUM).rmdir()
    model.delete_adapter(_SUM)


def _loaded(model: PeftModel, folder: Path, name: str) -> str:
    model.load_adapter(str(folder), name)
    return name
