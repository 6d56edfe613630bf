"""Tells trained language models from trained reward models, by the files that a run has left."""

from __future__ import annotations

import json
from pathlib import Path


def is_language_model(folder: Path) -> bool:
    """Whether an adapter or a model in a folder generates text.

    Raises:
        OSError: The folder has neither.
    """
    adapter = folder / "adapter_config.json"
    if adapter.is_file():
        task = json.loads(adapter.read_text(encoding="utf-8")).get("task_type")
        return bool(task != "SEQ_CLS")
    classes = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("architectures") or []
    return not any("SequenceClassification" in name for name in classes)
