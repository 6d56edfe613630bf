"""Weighted sums of LoRA adapters over one base, as an adapter of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from peft import PeftModel

#: The adapter that a run trains, by the name that peft gives it.
TRAINED_ADAPTER = "default"

_SUM = "sum"


#: A folder with an adapter, or the name of one that a model has, and the factor that it is multiplied by.
Part = tuple[str | Path, float]


@contextmanager
def added_sum(model: PeftModel, parts: Sequence[Part]) -> Iterator[str]:
    """Give a model, for a block, an adapter that adds to each weight what the parts add, times their factors.

    The adapters are concatenated, so the sum is exact up to rounding and its rank is the sum of the ranks.

    Args:
        model: A model with the adapters that are named.
        parts: What to add.

    Yields:
        The name of the adapter.
    """
    loaded = {part: f"part{place}" for place, (part, _) in enumerate(parts) if isinstance(part, Path)}
    for folder, name in loaded.items():
        model.load_adapter(str(folder), name)
    names = [loaded[part] if isinstance(part, Path) else part for part, _ in parts]
    model.add_weighted_adapter(names, [factor for _, factor in parts], _SUM, combination_type="cat")
    try:
        yield _SUM
    finally:
        for name in (_SUM, *loaded.values()):
            model.delete_adapter(name)


def write_sum(model: PeftModel, parts: Sequence[Part], folder: Path) -> None:
    """Write the adapter of `added_sum` into an existing folder."""
    with added_sum(model, parts) as name:
        model.save_pretrained(str(folder), selected_adapters=[name])
    for file in (folder / _SUM).iterdir():
        shutil.move(file, folder / file.name)
    (folder / _SUM).rmdir()
